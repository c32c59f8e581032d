/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of `iommu fault`: faults as they were collected, and how each is explained. */
#ifndef IOMMU_CMD_FAULT_H
#define IOMMU_CMD_FAULT_H

#include "irt.h"
#include "walk.h"

#include "iommu/fault.h"
#include "iommu/iova.h"
#include "iommu/log.h"
#include "iommu/verdict.h"

enum fault_source {
	FAULT_FROM_LOG,	     /* the kernel's log in the dump */
	FAULT_FROM_QUEUE,    /* a queue in memory that the driver had not read */
	FAULT_FROM_ARGUMENT, /* the words of the user */
};

/* An entry as the log has it. */
struct entry_then {
	const char *name; /* "": the device has only this one */
	const struct record *records[2]; /* it is one of these */
	uint64_t words[FAULT_ENTRY_WORDS];
	bool known[FAULT_ENTRY_WORDS];
	unsigned nr;	  /* words, up to the last that is known */
};

struct level_then {
	unsigned level;
	uint64_t entry;
};

struct command_then {
	const char *name; /* "": the one that was refused */
	uint64_t words[2];
	unsigned nr_halves; /* of words, that are known */
};

#define NR_HALVES	4
#define MAX_ENTRIES_THEN 4
#define MAX_LEVELS_THEN	6
#define MAX_COMMANDS_THEN 2

/* What the driver printed behind the fault, of memory as it was. */
struct fault_then {
	struct entry_then entries[MAX_ENTRIES_THEN];
	unsigned nr_entries;
	struct level_then levels[MAX_LEVELS_THEN];
	unsigned nr_levels;
	bool ends;	  /* the driver found the way of the address to end, at the last of these */
	struct command_then commands[MAX_COMMANDS_THEN];
	unsigned nr_commands;
};

/* One fault, and those after it that say the same. */
struct told_fault {
	struct fault fault;	     /* the newest of them */
	const struct vendor *vendor; /* who reported it; NULL: the user named a request */
	enum fault_source source;
	uint64_t count;
	bool has_time;
	uint64_t first_ns, last_ns;
	const char *line;	     /* as it stood in the log, or was typed; NULL: it was in a queue */
	struct fault_then then;
};

struct fault_list {
	struct ptrs faults;	    /* struct told_fault, newest first */
	/* What else the log says: */
	bool log_read;
	struct log_facts log;
	struct failure log_failure; /* why it is not all */
	uint64_t oldest_ns;	    /* of the records that are there */
	uint64_t nr_suppressed;	    /* lines that the driver held back */
	bool others_lost;	    /* a unit had more than it could record */
	bool is_beside;		    /* what was pasted is a driver's line, but about no fault of its own */
	uint64_t nr_illegible;	    /* lines of faults that are damaged; */
	const char *illegible_line; /* ... the first of them, */
	const char *illegible_part; /* ... and what stands in front of its value that is none; NULL: no line is */
	/* The queues: */
	unsigned nr_queues, nr_unread_queues;
};

/* What is found once for all faults. */
struct fault_known {
	struct irt irt;
	const struct domain *domain; /* whose allocator was read last; NULL: none */
	struct iova_allocator allocator;
	struct failure allocator_failure; /* ABSENT: it has none */
};

/* One fault while it is explained. */
struct explained {
	struct context *ctx;
	const struct told_fault *told;
	struct fault_known *known;
	struct selection sel;
	struct stream stream;
	struct entry entry;
	struct fault_facts facts;
	const char *state; /* the JSON contract's word; NULL: nothing was walked */
};

/* ---- fault_then.c ---- */

/* What a line behind a fault tells. */
void fault_take_detail(struct fault_then *then, const struct fault *detail);
/* What the log has behind the fault, and whether the entries are the same now. */
void fault_put_then(struct explained *e);

/* ---- fault_gather.c ---- */

/* Those of the queues in memory and of the log. */
void fault_gather(struct context *ctx, struct fault_list *ret);

/* A line that somebody pasted: false, when no vendor's driver prints such. */
bool fault_of_line(struct context *ctx, const char *line, struct fault_list *ret);

/* ---- fault_report.c ---- */

const char *fault_source_word(enum fault_source source);
const char *fault_access_word(enum fault_access access);
const char *fault_time_word(struct context *ctx, uint64_t ns);
const char *fault_address_words(struct context *ctx, const struct fault *fault);

/* The address under the key of its space. */
void fault_put_address(struct sink *sink, const struct fault *fault);
/* null where it is not known. */
void fault_put_number(struct sink *sink, const char *key, bool has, uint64_t value);

/* The device that it is about. */
void fault_find_device(struct explained *e);
/* What was reported. */
void fault_put_report(struct explained *e);

/* ---- fault_explain.c ---- */

/* All of one fault. known: zeroed before the first. */
void fault_explain(struct context *ctx, const struct told_fault *told, struct fault_known *known);

#endif
