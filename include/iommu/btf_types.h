/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types from the dump itself: a kernel with BTF keeps that of vmlinux and of every loaded module in
 * its own memory. With them the structs of modules (vfio, kvm) resolve although nobody has their
 * debuginfo at hand, and the structs of vmlinux when the namelist has no types.
 *
 * libbpf parses. It is opened when it is first needed, so that the plugin loads where there is
 * none: then this source has nothing, and says so.
 */
#ifndef IOMMU_BTF_TYPES_H
#define IOMMU_BTF_TYPES_H

#include "iommu/failure.h"
#include "iommu/target.h"

/* What was read from one dump. NULL until the first question; malloc()ed, since it is kept for the
 * session; never half filled when a read does not return. */
struct btf_types;

/* A member of a struct or union. */
struct btf_wanted {
	const char *module; /* whose struct; NULL: vmlinux's */
	const char *type, *path;
	const char *witness; /* a member that only the right one of several structs of that name
			      * has; NULL: the path itself */
};

/*
 * Looks through all structs of the name: those of the module first, then those of vmlinux (what is
 * a module in one kernel is built in in another). OK, or MISSING: no such type or member, no BTF in
 * the dump, or no libbpf (see btf_types_problem()). Any other failure: BTF that may have it could
 * not be read, and where. *ret_module: whose BTF had it, wanted->module or NULL. *types is created
 * as needed.
 */
struct failure btf_types_member(struct btf_types **types, struct target *target,
			     const struct btf_wanted *wanted, struct member *ret,
			     const char **ret_module);

/* sizeof a struct or union of vmlinux, bytes: of the first, where several have the name. Fails as
 * btf_types_member() does. */
struct failure btf_types_size(struct btf_types **types, struct target *target, const char *type,
			   uint64_t *ret);

/* The value of an enumerator of vmlinux. Fails as btf_types_member() does. */
struct failure btf_types_enumerator(struct btf_types **types, struct target *target, const char *name,
				 int64_t *ret);

/* Whether modules came or went since their list was read (a live system); it is read again then.
 * Costs one read. */
bool btf_types_changed(struct btf_types *types, struct target *target);

/* Why there are no types at all, or NULL: words for a sentence. */
const char *btf_types_problem(const struct btf_types *types);

/* The library that parses BTF, libbpf. */
enum btf_library {
	BTF_LIBRARY_FOUND,
	BTF_LIBRARY_ABSENT,
	BTF_LIBRARY_TOO_OLD, /* a function that is needed is not in it: btf__parse_raw_split() came with 0.3 */
};

/* Of this machine: looks for it, and keeps it not. */
enum btf_library btf_types_library_here(void);

/* Of the machine on which the target was asked: what a record tells of another one counts. */
enum btf_library btf_types_library(struct btf_types **types, struct target *target);

void btf_types_release(struct btf_types **types);

#endif
