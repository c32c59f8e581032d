/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a recording keeps: recording.c fills it, recording_text.c writes it. */
#ifndef IOMMU_KERNEL_RECORDING_H
#define IOMMU_KERNEL_RECORDING_H

#include "iommu/btf_types.h"
#include "iommu/known_bytes.h"
#include "iommu/recording.h"

/* Their order is that of the text: what places memory comes before memory. */
enum fact_kind {
	FACT_MAP,
	FACT_UNMAPPED,
	FACT_SYMBOL,
	FACT_NAME,
	FACT_TYPE,
	FACT_MEMBER,
	FACT_ENUM,
	FACT_BTF,
	FACT_UNREADABLE,
};

/* An answer as a line of the language. The first answer to a question stays. */
struct fact {
	enum fact_kind kind;
	const char *question; /* also its place in the order */
	const char *line;
	struct kva kva; /* FACT_MAP: a page, and where it is */
	struct pa pa;
};

struct text_place {
	enum text_kind kind;
	struct kva at;
	size_t len; /* with its NUL, if it has one */
};

struct recording {
	struct target target;
	struct target_ops ops; /* one of them is a fact of the target below */
	struct target *below;
	struct arena *arena;
	bool with_pages;
	struct known_bytes physical, virtual;
	struct ptrs facts;	/* struct fact * */
	struct u64map by_hash;	/* of its question: struct ptrs of facts */
	struct ptrs texts;	/* struct text_place *, of the kinds that can be hidden */
	struct btf_types *btf;	/* read from below: see include/iommu/recording.h */
	uint64_t nr_reads, nr_failed;
};

#endif
