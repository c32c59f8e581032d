/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of this room: how a finding is made. */
#ifndef IOMMU_CHECK_H
#define IOMMU_CHECK_H

#include "iommu/finding.h"

/* A new finding at the end of the list; the sentence is formatted into the arena of k. */
struct finding *finding_add(struct kernel *k, struct findings *list, enum finding_severity severity,
			    const char *code, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The same for one that does not count, since not everything that it rests on could be read. */
void finding_unsure(struct findings *list, struct finding *finding);

/* A fact that it rests on. value is formatted. */
void finding_rests_on(struct kernel *k, struct finding *finding, const char *what,
		      struct place place, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Something could not be looked at. */
void findings_not_run(struct kernel *k, struct findings *list, const char *doing,
		      struct failure failure);

/* idle.c: a rule has nothing to look at on this host; those of a part, by what vendors have; those of firmware, by what
 * the tables that were read (struct firmware) have. */
void rule_is_idle(struct kernel *k, struct part_result *result, const char *code, const char *why);
/* A rule could not look at all, though others of its part may have. */
void rule_is_blind(struct kernel *k, struct part_result *result, const char *code, struct failure failure);
void find_idle_rules(struct kernel *k, enum check_part part, struct part_result *result);
void find_idle_firmware_rules(struct kernel *k, const struct ptrs *tables, size_t nr_rows, size_t nr_unsure,
			      struct part_result *result);

/* Devices that share one finding: how many, and the names of the first of them in a line. Start from { 0 }. */
struct named {
	const char *line;
	size_t nr;
	const char *first;
};

void name_device(struct kernel *k, struct named *list, const struct device *dev);
/* "0000:00:01.0 0000:00:02.0 ...": those that are named. */
const char *named_words(struct kernel *k, const struct named *list);
/* There are more of them than are named. */
bool named_are_more(const struct named *list);

/* firmware_ranges.c: the memory that firmware wants mapped one to one. */
void check_firmware_ranges(struct kernel *k, const struct firmware *firmware, struct findings *ret);

/* A code that has what the vendor calls the block in it: "ivhd-without-unit". */
const char *block_code(struct kernel *k, const char *before, const char *block, const char *after);

/* What a unit is called: its PCI function, its name, or where its registers are. */
const char *unit_word(struct kernel *k, const struct unit *unit);
/* The unit that a block describes: its PCI function, or where its registers are. */
const char *described_word(struct kernel *k, const struct firmware_unit *described);

/* ---- how far a part came (all.c) ---- */

void part_ran(struct checking *c, enum check_part part);
void part_looked(struct checking *c, enum check_part part, uint64_t nr);
void part_failed(struct checking *c, enum check_part part, struct failure failure);
/* Why it did not look, or not at all it should have. */
void part_lacks(struct checking *c, enum check_part part, const char *why);
/* There is no such thing on this machine. */
void part_nothing(struct checking *c, enum check_part part, const char *why);

/* ---- the files of the whole host ---- */

void check_all_interrupts(struct kernel *k, struct checking *c);
void check_queues(struct kernel *k, struct checking *c);
/* regions.c: addresses of devices that are no memory. */
void check_regions(struct kernel *k, struct checking *c);
/* leaves.c: one pass through every table, for all parts that need one. */
void check_tables(struct kernel *k, struct checking *c);
/* True: that part needs it. */
bool needs_tables(enum check_part part);

/* hardware.c: every table that the hardware reads, but for page tables. what: "in the device table of segment 0000". */
void find_hardware_tables(struct kernel *k, struct checking *c,
			  void (*take)(void *ctx, struct pa first, struct pa last, const char *what), void *ctx);

/* damage.c: what is damaged in the tables of a space: how many places, and the first of them. Start from { 0 }. */
#define DAMAGE_NAMED 4u

struct table_damage {
	uint64_t nr;
	struct pt_damage first[DAMAGE_NAMED];
};

void damage_take(struct table_damage *ret, const struct pt_damage *d);
void damage_tell(struct kernel *k, const struct space *space, const struct table_damage *damage, struct findings *ret);

/* domains.c: what somebody keeps account of in the space of a domain. NULL: nobody does. */
struct account;
struct account *account_start(struct kernel *k, struct checking *c, const struct space *space);
void account_take(struct account *account, const struct pt_run *run);
/* The table was read, all of it when whole. */
void account_end(struct kernel *k, struct checking *c, struct account *account, bool whole);

struct iova_span *allocator_spans(struct kernel *k, const struct iova_allocator *allocator);
struct iova_span *area_spans(struct kernel *k, const struct ptrs *areas);
/* "domain 0x9", or where the driver's struct is: of a space that a domain has. */
const char *space_name(struct kernel *k, const struct space *space);

#endif
