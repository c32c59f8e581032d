/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which structs and unions of a BTF have a name. Several can: files of the kernel do not share
 * their private structs. A distribution's vmlinux has some 60,000 types: they are looked through
 * once.
 */
#ifndef IOMMU_KERNEL_BTF_NAMES_H
#define IOMMU_KERNEL_BTF_NAMES_H

#include "btf.h"

struct btf_name;

/* Zeroed: not built yet. */
struct btf_names {
	struct btf_name *entries;
	uint32_t *buckets; /* of entries by hash: place in entries, plus 1 */
	uint32_t nr_entries, nr_buckets;
	uint32_t end; /* the first id that the BTF does not have */
};

/* Those with ids from `first` on: a module's BTF repeats the ids of vmlinux's, and its own start at
 * the `end` of that. False: no memory. */
bool btf_names_build(struct btf_names *names, const struct btf_blob *btf, uint32_t first);

/* The id of the next struct or union of that name, by ascending ids, behind `after` (0: from the
 * start). 0: there is none. */
uint32_t btf_names_next(const struct btf_names *names, const struct btf_blob *btf, const char *name,
			uint32_t after);

void btf_names_release(struct btf_names *names);

#endif
