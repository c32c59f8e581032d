/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A target (iommu/target.h) made of text: README.md in this directory describes the two files. The
 * knobs let a test make it misbehave as a dump does.
 */
#ifndef IOMMU_TESTS_MEM_TARGET_H
#define IOMMU_TESTS_MEM_TARGET_H

#include "iommu/target.h"

enum mem_garbage {
	GARBAGE_ZEROS,
	GARBAGE_ONES,
};

struct mem_knobs {
	/* Reads are counted from 1. 0: none. */
	uint64_t fail_read;	   /* this read fails ... */
	enum status fail_status;   /* ... with this status */
	uint64_t flip_read;	   /* this read returns one bit inverted ... */
	uint64_t flip_bit;	   /* ... this one, modulo its length */
	uint64_t max_reads;	   /* a command that reads more often does not end by itself */
	uint64_t interrupt_after;  /* polls of interrupted() that still say no */
	const char *hidden_member; /* "TYPE.PATH": not in the namelist */
	const char *hidden_symbol;
	const char *garbled_member; /* "TYPE.PATH": every object has garbage in it */
	enum mem_garbage garbage;

	bool is_dump;		   /* what one command has read may be kept for the next */

	uint64_t watched_kva;	   /* reads from exactly there are counted */

	/* Called for each read of kernel memory. Whole pages are refused then, so that what is read is
	 * what was asked for, and not the page around it. */
	void (*on_read_kva)(void *ctx, uint64_t kva, size_t len);
	void *ctx;

	bool hides_page;	   /* the page at this address is not in the dump ... */
	uint64_t hidden_page;	   /* ... physical, or kernel virtual where that is no map's */

	/* What happened. */
	uint64_t nr_reads, nr_polls, nr_watched;
	uint64_t max_reads_between_polls, reads_at_poll;
	bool over_max_reads;
	bool asked_for_hidden;
};

struct mem_target {
	struct target target; /* first: the seam hands this one around */
	struct target_ops ops;
	struct mem_knobs knobs;
	struct mem_files *files;
	/* One for each of files->names: the last command asked for this member or symbol. */
	bool *asked;
	/* Of a record: the questions of the last command that it has no answer to, each once. What was said
	 * instead means nothing. */
	char **unanswered;
	size_t nr_unanswered;
};

void mem_target_forget_asked(struct mem_target *mem);

void mem_target_forget_unanswered(struct mem_target *mem);

/* For the caller to free(): what the last command asked for. It answers the same without the rest.
 */
bool *mem_target_copy_asked(const struct mem_target *mem);

/* sym_path may be NULL: all stands in the other one, as in a record.
 * Ends the process, after a line that says file, line and why, when a file is not well-formed. */
struct mem_target *mem_target_open(const char *mem_path, const char *sym_path);
void mem_target_close(struct mem_target *mem);

/* How many separate things the .mem file wrote, and a way to spoil one: flips bit `bit` (modulo
 * its length) of the nth. Again with the same numbers: as it was. */
size_t mem_target_nr_writes(const struct mem_target *mem);
void mem_target_flip(struct mem_target *mem, size_t nth, uint64_t bit);

/* Writes a word of kernel memory in place, whose page must exist. Returns what was there. */
uint64_t mem_target_poke(struct mem_target *mem, uint64_t kva, uint64_t word);

/* The page that a kernel address is in, as hidden_page wants it. */
uint64_t mem_target_page_of(const struct mem_target *mem, uint64_t kva);

#endif
