/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hardware record as it was found: which record, where, its words, or why it could not be read. It is
 * what vendors hand out; one function of src/cmd shows any of them at every depth.
 */
#ifndef IOMMU_RECORD_VIEW_H
#define IOMMU_RECORD_VIEW_H

#include "iommu/addr.h"
#include "iommu/failure.h"
#include "iommu/record.h"

/* Which space an address belongs to. */
enum space_kind {
	SPACE_NONE, /* no address: a register, of which the kernel keeps a copy */
	SPACE_KVA,
	SPACE_PA,
	SPACE_GPA,  /* physical to a guest */
	SPACE_FILE, /* an offset from the start of a firmware table */
};

struct place {
	enum space_kind space;
	uint64_t at;
};

static inline struct place place_kva(struct kva at)
{
	return (struct place){ SPACE_KVA, at.v };
}

static inline struct place place_pa(struct pa at)
{
	return (struct place){ SPACE_PA, at.v };
}

#define RECORD_VIEW_WORDS 8 /* the largest record: a stream table entry of 512 bits */

struct record_view {
	const char *label; /* a short name on screen where several stand together ("EFR"); NULL: the record's */
	const char *key;   /* of its object in JSON; NULL: it stands in a list */
	const struct record *record; /* NULL: nobody knows the meaning of these words */
	struct place place;
	uint64_t words[RECORD_VIEW_WORDS];
	uint8_t nr_words;
	uint64_t enc_mask;      /* the bit that marks encrypted memory in its physical addresses; 0: none can */
	bool is_copy;		/* the driver's own copy of a register, in a struct of its own: no table of the hardware's */
	const char *aside;      /* a remark beside it, or NULL */
	struct failure failure; /* of reading it: the words mean nothing then */
};

/* The value of the field with that key; the view's record must have one. */
static inline uint64_t view_get(const struct record_view *view, const char *key)
{
	return record_get(view->record, key, view->words);
}

/* A fact that is no record, for programs and, where it has a label, for people. */
struct named_value {
	const char *key;
	enum { VALUE_NONE, VALUE_HEX, VALUE_COUNT, VALUE_FLAG, VALUE_TEXT } kind;
	uint64_t value;   /* HEX, COUNT, FLAG */
	const char *text; /* TEXT: NULL is null */
};

/* A line of its own on screen: "  segment     0000". */
struct named_line {
	const char *label, *words;
};

#endif
