/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files of src/cmd/.
 *
 * Adding a verb: a file cmd_<verb>.c with a `cmd_<verb>()`, a row in verbs[] (verbs.c), a page
 * docs/commands/<verb>.md whose examples the session tests replay, a memory test.
 */
#ifndef IOMMU_CMD_H
#define IOMMU_CMD_H

#include "iommu/command.h"
#include "iommu/kernel.h"
#include "iommu/pt_nested.h"
#include "iommu/sink.h"

/* The command line after the verb. */
struct options {
	bool json;	  /* -j */
	unsigned verbose; /* -v, -vv */
	bool all;	  /* -a */
	const char *device, *group, *domain, *root, *levels, *format, *pasid, *irq; /* -d -g ... or NULL */
	char **words;	  /* what is not an option */
	int nr_words;
};

struct context {
	struct session *session;
	struct kernel *k;
	struct sink *sink;
	struct options opt;
	const struct verb *verb;
	bool failed;	  /* a sentence said that there is no answer */
	bool interrupted; /* a loop was broken off */
};

struct verb {
	const char *name;
	const char *purpose;
	const char *synopsis; /* after "iommu <name>" */
	const char *letters;  /* options it takes, in getopt's language */
	void (*run)(struct context *ctx);
	bool without_iommu;   /* has an answer on a machine without one */
};

extern const struct verb verbs[];

void cmd_acpi(struct context *ctx);
void cmd_commands(struct context *ctx);
void cmd_events(struct context *ctx);
void cmd_galog(struct context *ctx);
void cmd_ppr(struct context *ctx);
void cmd_units(struct context *ctx);
void cmd_status(struct context *ctx);
void cmd_devices(struct context *ctx);
void cmd_dte(struct context *ctx);
void cmd_groups(struct context *ctx);
void cmd_domains(struct context *ctx);
void cmd_owner(struct context *ctx);
void cmd_walk(struct context *ctx);
void cmd_irt(struct context *ctx);
void cmd_map(struct context *ctx);
void cmd_help(struct context *ctx);

/* options.c: false, after a sentence and the synopsis, when a word is not understood. */
bool options_parse(struct context *ctx, int argc, char **argv);

/* words.c: how things are spelled. Buffers are filled and returned. */
#define WORD_MAX 64
const char *word_bdf(char buf[WORD_MAX], uint32_t sbdf);
const char *word_size(char buf[WORD_MAX], uint64_t bytes);   /* 4K, 960K, 2M: exact */
const char *word_amount(char buf[WORD_MAX], uint64_t bytes); /* 10.1 MiB: rounded */
const char *word_perm(bool read, bool write);		      /* rw, r-, -w, -- */
/* The same; for a page that only privileged requests may use: "rw supervisor". */
const char *word_access(bool read, bool write, bool user);
const char *word_domain_type(const struct domain *domain);   /* identity, DMA, ... or - */
const char *word_table(char buf[WORD_MAX], const struct pt_root *root); /* amdv1 3-level */
const char *word_dma_state(enum dma_state state);	      /* the JSON contract's word */

/* parse.c: false, after a sentence, when the word is not that. */
bool parse_bdf(struct context *ctx, const char *word, uint32_t *ret);
bool parse_address(struct context *ctx, const char *word, uint64_t *ret); /* hex, or evaluated */
bool parse_count(struct context *ctx, const char *word, const char *what, uint64_t *ret);
bool parse_id_or_address(struct context *ctx, const char *word, uint64_t *ret);
/* A PASID, 20 bits. */
bool parse_pasid(struct context *ctx, const char *word, uint64_t *ret);
/* LEVELS, or where ret_below is not NULL LEVELS,LEVELS-OF-THE-TABLES-BELOW too: then both are set. */
bool parse_levels(struct context *ctx, const char *word, uint64_t *ret, uint64_t *ret_below);
bool parse_range(struct context *ctx, const char *word, struct iova *first, struct iova *last);

/* select.c: what -d, -g, -D or -r chose. */
struct selection {
	const char *what;	/* "0000:a1:00.1", "group 6", "domain 0x9", "table 3558000" */
	bool is_device;
	uint32_t sbdf;
	struct device *device;	/* NULL: no such device, though its id may have an entry */
	struct group *group;
	struct domain *domain;	/* NULL: a bare table, or not known */
	bool has_domain_id;
	uint32_t domain_id;
	enum dma_state state;
	bool read, write;	/* allowed before any table is asked */
	bool has_table;
	struct pt_root root;
	struct target *memory;	/* where that table lies */
	struct pt_guest *guest; /* not NULL: its addresses are this guest's, the host's table is below */
	/* The way to the table led through a table of PASIDs: */
	bool via_pasid;
	bool has_pasid;		/* the user named one; else it stands for requests without any */
	uint32_t pasid;
	const struct pasid_user *pasid_user; /* NULL: not known */
	struct pasid_translation pasids;
	struct target *pasid_memory; /* where that one's table lies */
	struct pt_translation pasid_walk;
};

/* False, after a sentence, when nothing or nothing that exists was chosen. */
bool select_table(struct context *ctx, struct selection *ret);

/* select_pasid.c: fills the table of that PASID, and how it was found; has_table is false when it was
 * not. host: the table below, when pasids->behind_host. */
void select_pasid(struct context *ctx, const struct pasid_translation *pasids,
		  const struct pt_root *host, uint32_t pasid, struct selection *ret);
/* The PASIDs that have a table, at most max of them, and how many there are in all. */
enum status list_pasids(struct context *ctx, const struct pasid_translation *pasids,
			const struct pt_root *host, uint32_t *ret, size_t max, uint64_t *ret_nr);
/* "0x0, 0x5", "none": the same in words. */
const char *word_pasids(struct context *ctx, const struct pasid_translation *pasids,
			const struct pt_root *host);

/* walk_steps.c: the entries on the way, in a list "steps". t: through the selected table, host: of
 * the guest physical address that came out; each may be NULL: the way ended before. */
struct stage {
	const char *name;  /* in JSON; NULL: there is only one */
	const char *label; /* before "level N" */
	const struct pt_format *format;
	const struct pt_guest *guest; /* not NULL: its entries are in this guest's memory */
};
void put_steps(struct context *ctx, const struct selection *sel, const struct pt_translation *t,
	       const struct pt_translation *host);
void put_stage(struct context *ctx, const struct stage *stage, const struct pt_translation *t);
void put_host_steps(struct context *ctx, const struct pt_guest *guest,
		    const struct pt_translation *t);

/* Why the PASID of a selection has no table. */
const char *why_no_pasid(struct context *ctx, const struct selection *sel);

/* trouble.c: sentences for what went wrong. `doing` is as in "cannot list domains". */
void complain(struct context *ctx, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void cannot(struct context *ctx, const char *doing, enum status status, const char *missing);
/* As cannot(), but the answer goes on: part of it is missing. */
void not_all(struct context *ctx, const char *doing, enum status status, const char *missing);
/* The same for a failure of some time ago, at that address. */
void cannot_at(struct context *ctx, const char *doing, enum status status, const char *missing,
	       uint64_t at);
void not_all_at(struct context *ctx, const char *doing, enum status status, const char *missing,
		uint64_t at);
/* At the end of a command: what failed and was not spoken of, and whether the user broke it off. */
void tell_the_rest(struct context *ctx);
/* The owner of a group cannot be told in this kernel. */
void note_owner_unknown(struct context *ctx);
/* "<not in dump>", "<no memory>": what stands on screen in place of a value. */
const char *in_place(enum status status);
/* What is wrong with an entry, in place: "<reserved bit 52 set>". */
const char *in_place_fault(char buf[WORD_MAX], const struct pt_entry *entry);

/* compare.c: two records of one kind, field by field: those that differ, or with -v all of them. */
struct compared {
	const char *name;
	const uint64_t *words;
};
void compare_records(struct context *ctx, const struct record *record,
		     const struct compared two[2]);

/* progress.c: how far a walk through tables is, and what it found so far, in bytes. */
void tell_along(struct context *ctx, const char *what, const struct pt_along *along,
		uint64_t mapped);

/* Common pieces of rows and headings. */
void put_pasid(struct context *ctx, const struct selection *sel); /* in JSON */
/* pid and comm of the process that a PASID is, in JSON; nothing when it is none. */
void put_pasid_process(struct context *ctx, const struct pasid_user *user);
const char *word_pasid(struct context *ctx, const struct selection *sel); /* "  PASID 0x5" or "" */
/* " of pid 817 \"qemu-kvm\"" or "" */
const char *word_process(struct context *ctx, const struct pasid_user *user);
const char *word_below(struct context *ctx, const struct selection *sel); /* "  over amdv1 ..." or "" */
void put_domain_id(struct context *ctx, const char *key, bool has_id, uint32_t id);

#endif
