/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a table of struct members is written: for the files that hold one (see iommu/layout.h).
 *
 * Where a kernel has two structs of one name, a row says which it means by a witness: a member that
 * the right struct has in every kernel, and no other struct of that name in any.
 */
#ifndef IOMMU_LAYOUT_ROWS_H
#define IOMMU_LAYOUT_ROWS_H

#include "iommu/layout.h"

enum need {
	OPTIONAL, /* some kernels do not have it */
	REQUIRED, /* an answer depends on it in every kernel */
};

#define MAX_ALTERNATIVES 3

struct member_row {
	enum need need;
	struct alternative {
		const char *type, *path;
		const char *module;  /* NULL: part of vmlinux */
		const char *witness; /* NULL: no other struct has this name */
		const char *function; /* one of the file that has the right struct; NULL: none is known */
		bool bits;	     /* a bit-field, where it is in this struct at all */
	} at[MAX_ALTERNATIVES];
};

#define IN(type_, path_)                                                                           \
	{                                                                                          \
		.type = type_, .path = path_                                                       \
	}
#define BITS_IN(type_, path_)                                                                      \
	{                                                                                          \
		.type = type_, .path = path_, .bits = true                                         \
	}
#define IN_MODULE(module_, type_, path_)                                                           \
	{                                                                                          \
		.type = type_, .path = path_, .module = module_                                    \
	}
/* In that one of several structs which has the member witness_. */
#define IN_ONE_WITH(witness_, type_, path_)                                                        \
	{                                                                                          \
		.type = type_, .path = path_, .witness = witness_                                  \
	}
#define IN_MODULE_ONE_WITH(witness_, module_, type_, path_)                                        \
	{                                                                                          \
		.type = type_, .path = path_, .module = module_, .witness = witness_               \
	}

/* The same, in the file of that function: two files of one module, or of a kernel that has the modules built in. */
#define IN_FILE_ONE_WITH(witness_, function_, module_, type_, path_)                              \
	{                                                                                          \
		.type = type_, .path = path_, .module = module_, .witness = witness_,              \
		.function = function_                                                              \
	}

/* Where a member is, and who says so. */
struct layout_answer {
	struct member member;
	enum layout_source source;
	const char *module; /* FROM_BTF: whose; NULL: vmlinux's */
};

/* Which source knows a spelling: OK; MISSING; or BTF that may know it could not be read. Behind layout_member(), which remembers; alone it
 * is for tests of how the sources are asked. */
struct failure layout_resolve(struct layout *layout, struct target *target,
			   const struct alternative *at, struct layout_answer *ret);

/* The rows of one owner: of what every kernel has, or of one vendor's driver. */
struct layout_table {
	unsigned first; /* id of rows[0]: a multiple of LAYOUT_RANGE that no other table has */
	unsigned nr;	/* at most LAYOUT_RANGE */
	const struct member_row *rows;
};

extern const struct layout_table common_layout;

#endif
