/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The few functions of libbpf that this plugin uses, found at run time. */
#ifndef IOMMU_KERNEL_LIBBPF_H
#define IOMMU_KERNEL_LIBBPF_H

#include "iommu/btf_types.h"

#include <bpf/btf.h>
#include <stdbool.h>

struct libbpf {
	void *handle;
	struct btf *(*new_base)(const void *data, __u32 size);
	struct btf *(*parse_raw_split)(const char *path, struct btf *base);
	void (*free)(struct btf *btf);
	const struct btf_type *(*type_by_id)(const struct btf *btf, __u32 id);
	const char *(*name_by_offset)(const struct btf *btf, __u32 offset);
	__s64 (*resolve_size)(const struct btf *btf, __u32 id);
	long (*get_error)(const void *ptr); /* NULL in libbpf 1.x: NULL is the error */
};

/* A module's BTF, which refers to types of base. The library takes split BTF only from a file: it
 * gets one that has no name and lives in memory. NULL when it cannot be parsed. */
struct btf *libbpf_new_split(const struct libbpf *lib, const void *data, __u32 size,
			     struct btf *base);

/* NULL or an error in pointer's clothes, as 0.x returns them. */
bool libbpf_is_error(const struct libbpf *lib, const struct btf *btf);

enum btf_library libbpf_open(struct libbpf *ret);
void libbpf_close(struct libbpf *lib);

#endif
