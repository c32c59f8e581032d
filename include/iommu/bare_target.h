/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a target answers that has memory and nothing else: no kernel addresses, symbols or types. For
 * a guest whose kernel nobody knows, and for targets of tests, which fill in what they do have.
 */
#ifndef IOMMU_BARE_TARGET_H
#define IOMMU_BARE_TARGET_H

#include "iommu/target.h"

static inline enum status bare_read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	(void)target;
	(void)at;
	(void)buf;
	(void)len;
	return STATUS_BAD_ADDRESS;
}

static inline enum status bare_to_pa(struct target *target, struct kva at, struct pa *ret)
{
	(void)target;
	(void)at;
	(void)ret;
	return STATUS_BAD_ADDRESS;
}

static inline enum status bare_symbol(struct target *target, const char *name, unsigned nth,
				      struct kva *ret)
{
	(void)target;
	(void)name;
	(void)nth;
	(void)ret;
	return STATUS_MISSING;
}

static inline const char *bare_symbol_name(struct target *target, struct kva at)
{
	(void)target;
	(void)at;
	return NULL;
}

static inline enum status bare_member(struct target *target, const char *type, const char *path,
				      struct member *ret)
{
	(void)target;
	(void)type;
	(void)path;
	(void)ret;
	return STATUS_MISSING;
}

static inline enum status bare_type_size(struct target *target, const char *type, uint64_t *ret)
{
	(void)target;
	(void)type;
	(void)ret;
	return STATUS_MISSING;
}

static inline enum status bare_enumerator(struct target *target, const char *name, int64_t *ret)
{
	(void)target;
	(void)name;
	(void)ret;
	return STATUS_MISSING;
}

static inline bool bare_no(struct target *target)
{
	(void)target;
	return false;
}

/* For a struct target_ops: nothing is known of a kernel. */
#define BARE_NO_KERNEL                                                                             \
	.to_pa = bare_to_pa, .symbol = bare_symbol, .symbol_name = bare_symbol_name,               \
	.member = bare_member, .type_size = bare_type_size, .enumerator = bare_enumerator

#endif
