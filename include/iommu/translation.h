/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the hardware's own entry for a stream makes of its requests: passed, blocked, or translated through
 * which table, and where the tables of its PASIDs are.
 */
#ifndef IOMMU_TRANSLATION_H
#define IOMMU_TRANSLATION_H

#include "iommu/dma_state.h"
#include "iommu/pt_walk.h"
#include "iommu/record_view.h"

struct kernel;
struct pasid_format;

/* A table that leads from a PASID to a page table, or to an entry that says what becomes of its requests. */
struct pasid_table {
	const struct pasid_format *format; /* NULL: there is none, a request with a PASID finds nothing */
	uint64_t table;		/* its address: physical, or guest physical when table_behind_host */
	uint8_t levels;		/* of this table */
	uint8_t page_levels;	/* of the page tables it leads to; 0: the PASID's entry says it */
	uint32_t nr_pasids;	/* that it has room for; 0: as many as its levels reach */
	bool serves_plain;	/* requests without a PASID are taken for those of PASID 0 */
	bool plain_only;	/* requests with a PASID are refused, whatever stands in the table */
	bool behind_host;	/* the page tables that it leads to are at guest physical addresses, which
				 * go through the table translation.root */
	bool table_behind_host; /* this table itself is at a guest physical address too */
	uint64_t enc_mask;	/* address bits that mark encrypted memory, in this table and below */
	uint64_t max_tables;	/* as in struct pt_root */
	const void *features;	/* of the unit that reads it, as its format needs them; NULL: not known */
};

/* An entry on the way from a PASID to its table. */
struct pasid_step {
	uint8_t level;
	uint64_t table;		 /* address of the table that the entry stands in; guest physical when that
				  * table is */
	uint32_t index;		 /* of the entry in its table */
	struct record_view view; /* place: SPACE_PA, also where it is guest physical */
	enum pt_kind kind;	 /* TABLE: the next table of PASIDs; LEAF: the page table */
	uint64_t address;	 /* of what it leads to */
};

#define MAX_PASID_STEPS 4

struct pasid_answer {
	enum pt_result result;	/* MAPPED: what was found decides what becomes of the PASID's requests */
	enum dma_state state;	/* MAPPED: TRANSLATED, PASSTHROUGH or ILLEGAL; else UNKNOWN */
	const char *why;	/* ILLEGAL: what the unit does not take */
	const char *doubt;	/* not ILLEGAL as far as is known: what may make it so; NULL: nothing */
	bool has_domain_id;	/* the PASID's own; else the one of the device's entry holds */
	bool shared_id;		/* see struct translation */
	uint32_t domain_id;
	uint8_t address_bits;	/* see struct translation */
	bool is_nested;		/* TRANSLATED: root is as in struct translation */
	struct pt_root root;	/* TRANSLATED: the PASID's page table */
	struct pt_root host;	/* is_nested */
	uint8_t nr_steps;
	struct pasid_step steps[MAX_PASID_STEPS];
};

/* How such tables are written: one for each kind of hardware. */
struct pasid_format {
	const char *name;	/* "gcr3": the word for -f and in JSON */
	const char *label;	/* as its specification spells it: "GCR3" */
	uint8_t max_levels;
	const struct pt_format *pages; /* of the page tables that it leads to; NULL: a PASID's entry says it */
	uint8_t page_levels;	/* how many levels those have where nothing says it; 0: an entry says it */
	const char *page_stage;	/* the word for the page tables as a stage of the way: "guest" */
	bool own_ids;		/* each PASID's entry has a domain id of its own */
	const char *lacks;	/* what a PASID that is not there lacks: "table" */

	/* memory: where the table lies (the machine, or a guest as a machine). */
	void (*find)(struct kernel *k, struct target *memory, const struct pasid_table *table,
		     uint32_t pasid, struct pasid_answer *ret);
	/* The last PASID that the table can hold. */
	uint32_t (*last)(const struct pasid_table *table);
	/* Every PASID that has a page table or an entry, in ascending order; visit() returns false to end it. OK,
	 * INTERRUPTED, or why some could not be told: the others are visited. */
	struct failure (*list)(struct target *memory, const struct pasid_table *table,
			       bool (*visit)(void *ctx, uint32_t pasid), void *ctx);
	/* Every table that it consists of, its own first: where, and its size. OK or failures as of list(). */
	struct failure (*tables)(struct target *memory, const struct pasid_table *table,
				 void (*visit)(void *ctx, struct pa at, uint64_t bytes), void *ctx);
};

/* How requests are translated. */
struct translation {
	enum dma_state state;	/* of requests without a PASID */
	const char *why;	/* which bits make it so ("V=0"), where state alone does not say; or NULL */
	bool has_domain_id;
	bool shared_id;		/* domain_id is no domain's own: the driver gives it to all devices of a unit
				 * that are translated in the same way */
	uint32_t domain_id;	/* by which the hardware tags what it caches */
	bool read, write;	/* what the entry allows before any table is asked */
	uint8_t address_bits;	/* the unit blocks requests above, whatever a table has; 0: none that it says */
	bool has_table;
	struct pt_root root;	/* has_table: below any table of a PASID */
	bool is_nested;		/* root is a guest's: the addresses in it, and its own, go through host */
	struct pt_root host;	/* is_nested */
	struct pasid_table pasids;
	const char *why_no_pasids; /* which bits say that there is no such table ("GV=0"), or NULL */
};

#define MAX_ENTRY_VIEWS 4

/* What the hardware reads for one stream: a chain of records, each leading to the next. */
struct entry {
	uint8_t nr_views;
	struct record_view views[MAX_ENTRY_VIEWS]; /* in the order in which they are read */
	/* Whether the unit takes what the entry says of DMA: its bits, reserved ones among them, held against
	 * that unit's own features. When not, translation.state is ILLEGAL. */
	bool legal;
	const char *illegal_because; /* NULL when legal */
	const char *doubt;	     /* legal as far as is known: what may make it illegal; NULL: nothing */
	/* The same of what it says of interrupts, which the unit refuses apart from DMA. */
	bool says_irqs;		     /* false: nothing, other tables do */
	const char *irqs_illegal_because, *irqs_doubt;
	/* const char: what only a register of the unit decides, which no dump has ("CNTRL.GTEn decides ..."). */
	struct ptrs conditions;
	struct translation translation;
	bool is_inherited;	     /* a crashed kernel left it, and this one has not set it up anew */
	uint8_t nr_before_pasids;    /* how many of the views lead to translation.pasids */
	bool beyond;		     /* ABSENT: a table is there, but it has no entry for that id: */
	uint32_t last_id;	     /* the last one that it has */
};

/* Of a chain of records the last that was read says what becomes of requests. */
static inline const struct record_view *entry_last_view(const struct entry *entry)
{
	return &entry->views[entry->nr_views ? entry->nr_views - 1 : 0];
}

#endif
