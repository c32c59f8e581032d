/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which structs and unions of a BTF have a name. Several can: files of the kernel do not share
 * their private structs. libbpf's own search finds only the first, and looks through all types for
 * it (a distribution's vmlinux has some 60,000): here they are looked through once.
 */
#ifndef IOMMU_KERNEL_BTF_NAMES_H
#define IOMMU_KERNEL_BTF_NAMES_H

#include "libbpf.h"

struct btf_name;

/* Zeroed: not built yet. */
struct btf_names {
	struct btf_name *entries;
	__u32 *buckets; /* of entries by hash: place in entries, plus 1 */
	__u32 nr_entries, nr_buckets;
	__u32 end; /* the first id that the BTF does not have */
};

/* Those with ids from `first` on: a module's BTF repeats the ids of vmlinux's, and its own start at
 * the `end` of that. False: no memory. */
bool btf_names_build(struct btf_names *names, const struct libbpf *lib, const struct btf *btf,
		     __u32 first);

/* The id of the next struct or union of that name, by ascending ids, behind `after` (0: from the
 * start). 0: there is none. */
__u32 btf_names_next(const struct btf_names *names, const struct libbpf *lib, const struct btf *btf,
		     const char *name, __u32 after);

void btf_names_release(struct btf_names *names);

#endif
