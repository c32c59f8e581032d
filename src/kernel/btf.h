/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own description of its types, BTF, as it lies in memory (Linux
 * Documentation/bpf/btf.rst): what is read of it here are names, members, enumerators and sizes.
 *
 * libbpf reads BTF too. It cannot be linked into a plugin: distributions build their libbpf.a and
 * libelf.a for programs, not as position-independent code, and what a user has to install first is
 * missing on the machine that has the dump. tests/unit/test_btf_blob.c holds this reader against
 * libbpf.
 */
#ifndef IOMMU_KERNEL_BTF_H
#define IOMMU_KERNEL_BTF_H

#include <linux/btf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One BTF: that of vmlinux, or that of a module, whose ids and strings go on where vmlinux's end.
 */
struct btf_blob;

/*
 * Takes over data, which is malloc()ed, when it is BTF of kinds that are known here; NULL: it is
 * not, or there is no memory, and the data is still the caller's. base: vmlinux's, for a module,
 * and has to outlive it; else NULL. Nothing that the data says is believed beyond its own end:
 * every id and every offset of a string is held against what is there when it is used.
 */
struct btf_blob *btf_blob_new(void *data, size_t size, const struct btf_blob *base);

void btf_blob_free(struct btf_blob *blob);

/* How many ids there are, with those of the base; the first is 1, and 0 is void. */
uint32_t btf_blob_ids(const struct btf_blob *blob);

/* NULL: there is no such type, or it is void. Its members or enumerators, as many as
 * btf_blob_count() says, lie behind it. */
const struct btf_type *btf_blob_type(const struct btf_blob *blob, uint32_t id);

/* NULL: no such offset. Has its end inside the data. */
const char *btf_blob_name(const struct btf_blob *blob, uint32_t offset);

/* Bytes that an object of the type takes; -1: it has no size, or too many types stand between. */
int64_t btf_blob_size(const struct btf_blob *blob, uint32_t id);

static inline unsigned btf_blob_kind(const struct btf_type *type)
{
	return type->info >> 24 & 0x1f;
}

static inline unsigned btf_blob_count(const struct btf_type *type)
{
	return type->info & 0xffff;
}

/* A struct or union. */
bool btf_blob_is_composite(const struct btf_type *type);

/* One that only says something of another type: const, volatile, a typedef, ... */
bool btf_blob_is_modifier(const struct btf_type *type);

bool btf_blob_is_enum(const struct btf_type *type);

/* The nth member of a struct or union, below its count. */
const struct btf_member *btf_blob_member(const struct btf_type *type, unsigned nth);

/* Where that member starts, in bits; and how many bits it has when it is a bit-field, else 0. */
uint32_t btf_blob_member_bit(const struct btf_type *type, unsigned nth);
unsigned btf_blob_member_bits(const struct btf_type *type, unsigned nth);

/* The nth enumerator of an enum, below its count. */
const struct btf_enum *btf_blob_enumerator(const struct btf_type *type, unsigned nth);

#endif
