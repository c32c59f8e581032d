/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files of src/cmd/.
 *
 * Adding a verb: a file cmd_<verb>.c with a `cmd_<verb>()`, a row in verbs[] (verbs.c), a page
 * docs/commands/<verb>.md whose examples the session tests replay, a memory test.
 */
#ifndef IOMMU_CMD_H
#define IOMMU_CMD_H

#include "iommu/amounts.h"
#include "iommu/command.h"
#include "iommu/finding.h"
#include "iommu/kernel.h"
#include "iommu/owner.h"
#include "iommu/page.h"
#include "iommu/record_view.h"
#include "iommu/sink.h"
#include "iommu/space.h"
#include "iommu/vendor.h"

/* The command line after the verb. */
struct options {
	bool json;	  /* -j */
	unsigned verbose; /* -v, -vv */
	bool all;	  /* -a */
	bool s;		  /* -s: each verb that has it says what it means */
	bool kernel;	  /* -k */
	const char *device, *group, *domain, *root, *levels, *format, *pasid, *irq, *list, *task; /* -d -g ... or NULL */
	char **words;	  /* what is not an option */
	int nr_words;
};

struct context {
	struct session *session;
	struct kernel *k;
	struct sink *sink;
	struct options opt;
	const struct verb *verb;
	const char *misuse;	 /* what is wrong with the words, with its code; NULL: nothing was found */
	const char *misuse_code;
	bool usage_shown;
	bool failed;	  /* a sentence said that there is no answer */
	unsigned nr_unread; /* sentences so far that something could not be read */
	struct u64map said; /* the warnings among them, by their words */
	unsigned nr_unsure; /* findings so far that do not count, since they rest on such a thing */
	bool interrupted; /* a loop was broken off */
	bool pci_ids_read;	 /* pci_names() looked for the file */
	struct pci_ids *pci_ids; /* its text; NULL: there is none */
};

/* What the machine must have for a verb to have an answer. */
enum verb_needs {
	NEEDS_NO_KERNEL, /* it asks the dump nothing itself */
	NEEDS_NOTHING,
	NEEDS_IOMMU,  /* an IOMMU of any vendor: what the IOMMU core knows is enough */
	NEEDS_VENDOR, /* an IOMMU of a vendor that this plugin decodes */
};

struct verb {
	const char *name;
	const char *purpose;
	const char *synopsis; /* after "iommu <name>" */
	const char *letters;  /* options it takes, in getopt's language; before them '+': they end with the first
			       * word; '@': a word of the form of a device is one, as behind -d (options.c) */
	void (*run)(struct context *ctx);
	enum verb_needs needs;
	unsigned most_words;   /* that are no options */
	/* Sets of letters, with blanks between them; '.' stands for the words that are no options. */
	const char *apart;     /* no two of a set go together; NULL: all do */
	const char *only_with; /* the first of a set goes with one of the others alone; NULL: none does */
	const char *in_snapshot; /* the words behind the verb in a snapshot; NULL: it is not in one */
};

#define MANY_WORDS 10000u

extern const struct verb verbs[];

/* One command line on a session whose arena is empty and whose target is not remembered by pages. around: a
 * JSON document that is open and that its own goes into, or NULL; key: see sink_new_json_inside(). */
int run_command(struct session *session, int argc, char **argv, struct sink *around, const char *key);
/* The same as a first command would have it: with an empty arena, and a budget of its own. */
int run_fresh_command(struct session *session, int argc, char **argv, struct sink *around, const char *key);
/* verb: NULL when the line has none that there is. */
bool asks_for_json(const struct verb *verb, int argc, char **argv);

/* By unique prefix; an exact name wins. NULL with *nr set to how many fit. */
const struct verb *verb_by_prefix(const char *word, unsigned *nr);
/* Says what fits instead, when verb_by_prefix() found none or more than one. */
/* The words of a line that asks for help by an option (-h, --help), as one that asks by the verb. */
char **words_of_help(struct arena *arena, int *argc, char **argv);

void complain_of_verb(struct context *ctx, const char *word, unsigned nr);

void cmd_acpi(struct context *ctx);
void cmd_queue(struct context *ctx); /* commands, events, ppr, galog */
void cmd_units(struct context *ctx);
void cmd_status(struct context *ctx);
void cmd_devices(struct context *ctx);
void cmd_dte(struct context *ctx);
void cmd_groups(struct context *ctx);
void cmd_domains(struct context *ctx);
void cmd_owner(struct context *ctx);
void cmd_walk(struct context *ctx);
void cmd_fault(struct context *ctx);
void cmd_who(struct context *ctx);
void cmd_check(struct context *ctx);
void cmd_irt(struct context *ctx);
void cmd_iova(struct context *ctx);
void cmd_map(struct context *ctx);
void cmd_record(struct context *ctx);
void cmd_snapshot(struct context *ctx);
void cmd_report(struct context *ctx);
void cmd_diff(struct context *ctx);
void cmd_graph(struct context *ctx);
void cmd_help(struct context *ctx);

/* options.c: the words behind the verb into ctx->opt, and the first that does not fit into ctx->misuse. */
void options_read(struct context *ctx, int argc, char **argv);
/* Its document is one when all that it runs are. */
bool record_asks_for_json(int argc, char **argv);
/* What a command left that did not end; nothing where it did. */
void drop_unfinished(struct session *session);

/* ---- words.c: how things are spelled. Buffers are filled and returned. ---- */

const char *word_bdf(char buf[WORD_MAX], uint32_t sbdf);
/* The same with what else has that id, in the command's arena: "0000:00:14.0 (IO-APIC 34)", "(also IO-APIC 33)"
 * when it is a device's too. */
const char *word_stream(struct context *ctx, uint32_t id);
/* " (IO-APIC 34)", or "": behind an id. */
const char *word_special(struct context *ctx, uint32_t id);
/* In JSON, "special": "IO-APIC 34"; nothing for an id that is of PCI functions alone. */
void put_special(struct context *ctx, uint32_t id);
/* "group": 6, in JSON and in its column; null for no device and for one in no group. */
void put_group_of(struct context *ctx, const struct device *dev);
const char *word_perm(bool read, bool write);		      /* rw, r-, -w, -- */
/* The same; for a page that only privileged requests may use: "rw supervisor". */
const char *word_access(bool read, bool write, bool user);
const char *word_domain_type(const struct domain *domain);   /* identity, DMA, ... or - */
const char *word_table(char buf[WORD_MAX], const struct pt_root *root); /* amdv1 3-level */
/* The table that an entry leads to; of two stages "x86_64 4-level over vtdss 4-level". */
const char *word_tables(struct context *ctx, const struct translation *t);
/* Where that is: "3558000", "guest 10000 over 3020000". host: the table below a guest's, or NULL. */
const char *word_root(struct context *ctx, const struct pt_root *root, const struct pt_root *host);
const char *word_dma_state(enum dma_state state);	      /* the JSON contract's word */
const char *word_driver(const struct device *dev);	      /* its name, or - */
/* A unit by its PCI function, or by the name that the core has for it; "?" when neither is known. */
const char *word_unit(char buf[WORD_MAX], const struct unit *unit);
/* "0x9 identity at ffff888004a4c008, amdv1 3-level": the domain in a line; "none" for NULL. at: the address
 * that is shown. */
const char *word_domain(struct context *ctx, const struct domain *domain, struct kva at);
/* " of pid 817 \"qemu-kvm\"" or "" */
const char *word_process(struct context *ctx, const struct pasid_user *user);
/* The address of a domain that people should look at: the driver's struct, where there is one. */
struct kva domain_address(const struct domain *domain);

/* ---- parse.c: false, after a sentence and the synopsis, when the word is not that. ---- */

bool parse_bdf(struct context *ctx, const char *word, uint32_t *ret);
/* Hex digits, a symbol, or an expression in parentheses (iommu/expression.h). */
bool parse_address(struct context *ctx, const char *word, uint64_t *ret);
bool parse_count(struct context *ctx, const char *word, const char *what, uint64_t *ret);
bool parse_id_or_address(struct context *ctx, const char *word, uint64_t *ret);
/* A PASID, 20 bits. */
bool parse_pasid(struct context *ctx, const char *word, uint64_t *ret);
/* LEVELS, or where ret_below is not NULL LEVELS,LEVELS-OF-THE-TABLES-BELOW too: then both are set. */
bool parse_levels(struct context *ctx, const char *word, uint64_t *ret, uint64_t *ret_below);
bool parse_range(struct context *ctx, const char *word, struct iova *first, struct iova *last);
/* The word is of the form FIRST-LAST, whatever stands on both sides. */
bool is_range(const char *word);
/* The words from `first` on, in the command's arena; NULL, after a sentence, when one is no address. */
uint64_t *parse_addresses(struct context *ctx, int first);
/* The devices that were named, -d among them, in their order; *nr of them, in the command's arena. */
bool parse_devices(struct context *ctx, uint32_t **ret, unsigned *nr);

/* ---- select.c: whose address space -d, -g, -D or -r chose ---- */

struct selection {
	const char *what;	/* "0000:a1:00.1", "group 6", "domain 0x9", "table 3558000" */
	bool is_device;
	uint32_t sbdf;
	const struct device *device; /* NULL: no such device, though its id may have an entry */
	struct route route;
};

/* False, after a sentence, when nothing or nothing that exists was chosen. What was found about it on the
 * way is said too. */
bool select_space(struct context *ctx, struct selection *ret);

/* Says where what the hardware walks does not agree with what the driver, or the process, works on. */
void say_about_route(struct context *ctx, const struct selection *sel, const struct stream *stream,
		     const struct entry *entry);

/* "0x0, 0x5", "none": the PASIDs that have a table there. */
const char *word_pasids(struct context *ctx, const struct pasid_table *pasids,
			const struct pt_root *host);
/* True, after a sentence: what the entry says lets no request with a PASID find a table. what: whose entry. */
bool complained_of_no_pasids(struct context *ctx, const char *what, const struct translation *t);
/* Why the PASID of a selection has no table. */
const char *why_no_pasid(struct context *ctx, const struct selection *sel);

/* True, after a sentence that names them: several domains have that id. found: struct domain. */
bool is_ambiguous(struct context *ctx, uint64_t id, const struct ptrs *found);

/* The group of that number; NULL, after a sentence, when there is none or it is not known. */
const struct group *find_group(struct context *ctx, const char *word);

/* Common pieces of rows and headings. */
void put_pasid(struct context *ctx, const struct selection *sel); /* in JSON */
/* pid and comm of the process that a PASID is, in JSON; nothing when it is none. */
void put_pasid_process(struct context *ctx, const struct pasid_user *user);
/* The host's table that is below a guest's, in JSON; nothing when it is NULL. */
void put_host_table(struct context *ctx, const struct pt_root *host);
const char *word_pasid(struct context *ctx, const struct selection *sel); /* "  PASID 0x5" or "" */
const char *word_below(struct context *ctx, const struct selection *sel); /* "  over amdv1 ..." or "" */

/* ---- walk_steps.c ---- */

/* The entries on the way of an address, in a list "steps". t: through the selected table, host: of
 * the guest physical address that came out; each may be NULL: the way ended before. */
void put_steps(struct context *ctx, const struct selection *sel, const struct pt_translation *t,
	       const struct pt_translation *host);

/* ---- trouble.c: sentences for what went wrong. `doing` is as in "cannot list domains". ---- */

void complain(struct context *ctx, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same of words that the user typed: then comes the synopsis of the verb. */
void misuse(struct context *ctx, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Says that there is no answer, and why. */
void cannot(struct context *ctx, const char *doing, struct failure failure);
/* Says that part of the answer is missing, and why; the answer goes on. The same sentence comes once in a command. */
void could_not_fully(struct context *ctx, const char *doing, struct failure failure);
/* The same when there was a failure, else nothing. */
void say_if_not_all(struct context *ctx, const char *doing, struct failure failure);
/* The same and those that are still to come: what failed and was not spoken of yet. */
unsigned nr_not_read(const struct context *ctx);
/* At the end of a command: what failed and was not spoken of, and whether the user broke it off. */
void say_unreported(struct context *ctx);
/* That libbpf is not on this machine, or too old, and what that costs; NULL: it is there. */
const char *words_btf_library(enum btf_library library);
/* Says that the owner of a group cannot be told in this kernel. */
void note_owner_unknown(struct context *ctx);
/* "<not in dump>", "<no memory>": what stands on screen where a value should. */
const char *word_no_value(enum status status);
/* What is wrong with an entry, where its meaning should stand: "<reserved bit 52 set>". */
const char *word_fault(char buf[WORD_MAX], const struct pt_entry *entry);
/* False, after a sentence, on a machine without an IOMMU. instead: what the user can do there. */
bool need_iommu(struct context *ctx, const char *instead);
/* An address in the kernel, null where it is not known: in JSON, and as words. */
void put_address(struct context *ctx, const char *key, struct kva at);
const char *word_address(struct context *ctx, struct kva at);
/* That of a group's owner; why it is not known is said at the end of the answer. */
void put_owner_address(struct context *ctx, const char *key, const struct group *group);
/* Says that the hardware of a vendor has no such thing, or that this plugin does not read it. lacks:
 * "interrupt remapping tables". */
void complain_of_vendor(struct context *ctx, const struct vendor *vendor, const char *lacks);
/* The verb looks into tables of hardware that no vendor here decodes: of that unit, or of all such
 * (NULL). */
void complain_not_decoded(struct context *ctx, const struct unit *unit);
/* Its driver runs, and neither that nor the core told a unit of it. */
void complain_no_unit(struct context *ctx, const struct vendor *vendor);
/* Some vendor that runs here reads entries of devices: without one nothing is checked and no table found. */
bool decodes_entries(struct context *ctx);
/* A vendor that runs here and whose entries of devices are not read; NULL: there is none. */
const struct vendor *unread_vendor(struct context *ctx);
/* True, after a sentence: the entry of that id is in tables that are not decoded here. stream: what was found
 * for it, its vendor NULL when nothing was. */
bool complained_of_undecoded(struct context *ctx, uint32_t sbdf, const struct stream *stream);
/* The kernel has no such device, or that is not known. */
void complain_no_device(struct context *ctx, uint32_t sbdf);
/* No unit of the vendors here serves the PCI segment of what is named. */
void complain_no_segment(struct context *ctx, const char *what);
/* The like beside an answer on the units of other vendors; nothing where all units are decoded. */
void note_not_decoded(struct context *ctx);
/* "smmu3.0x9050000 (driver arm-smmu-v3)" */
const char *word_undecoded(struct context *ctx, const struct unit *unit);
/* Those that no vendor here decodes; "" when there are none. */
const char *words_undecoded(struct context *ctx);
/* The same of every vendor that runs here. */
void complain_of_vendors(struct context *ctx, const char *lacks);

/* ---- other_tables.c ---- */

/* Shows the page tables that hardware uses and that no domain has. */
void put_other_tables(struct context *ctx);

/* ---- records.c: hardware records and facts, at every depth ---- */

/* A view's record as an object under its key ("fields" when it has none), on screen with -v; raw words too,
 * under raw_key where that is not NULL, on screen with -vv. */
void put_record(struct context *ctx, const struct record_view *view, const char *raw_key);
/* A chain of records in a list "records": name, address, raw words, fields; on screen with -v, those from
 * `first` on. */
void dump_records(struct context *ctx, const struct record_view *views, size_t nr, size_t first);
/* "EFR  ...": a labelled register with its fields, on screen with -v. */
void put_register(struct context *ctx, const struct record_view *view);
void put_value(struct context *ctx, const struct named_value *value);
void put_values(struct context *ctx, const struct ptrs *values);

/* Records of two devices, field by field: those that differ, or with -v all of them. First comes the head of the
 * list "differences", which the caller ends; a, b: the names of the two. */
struct compared {
	const uint64_t *words;
	uint64_t enc_mask; /* as in struct record_view */
};
void begin_comparison(struct context *ctx, const char *a, const char *b);
/* name: the record's, where there are several; else NULL. Returns how many fields differ. */
unsigned compare_records(struct context *ctx, const struct record *record, const char *name,
			 const struct compared two[2]);

/* ---- page_facts.c ---- */

/* What the page at that address is: an object under the key, and in words; ret: the same as facts. */
const char *put_page(struct context *ctx, const char *key, struct pa pa, struct page_fact *ret);

/* ---- findings.c ---- */

/* Each as a note; what could not be looked at is said too. */
void put_findings(struct context *ctx, const struct findings *findings);
/* Those on entries of these devices that their unit does not take, or may not. devices: struct device. */
void say_refused(struct context *ctx, const struct ptrs *devices);
/* Whether all DMA is aborted since the entry is illegal, and why, in JSON: null where that is not known, or where
 * no entry was looked at (UNKNOWN). why, doubt: as in struct route. */
void put_entry_legality(struct context *ctx, enum dma_state state, const char *why,
			const char *doubt);

/* progress.c: how far a walk through tables is, and what it found so far, in bytes. */
void show_progress(struct context *ctx, const char *what, const struct pt_along *along,
		   uint64_t mapped);

void put_domain_id(struct context *ctx, const char *key, const struct domain *domain,
		   const struct unit *unit);

#endif
