/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only door to the dump. Two implementations: crash (src/crash/) and a text file of memory and
 * symbols (tests and benchmarks). Everything else in the project reaches memory, symbols and types
 * through the functions below.
 *
 * A new implementation fills struct target_ops; every function is required that is not said to be
 * NULL somewhere. None of them prints.
 */
#ifndef IOMMU_TARGET_H
#define IOMMU_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iommu/addr.h"
#include "iommu/failure.h"
#include "iommu/status.h"

/* The smallest page that a machine's memory and its dump are made of. What follows in an address
 * space but lies in another such page can be anywhere in memory, or not be in the dump. */
#define SMALLEST_PAGE_BYTES 4096u

struct member {
	uint64_t offset; /* bytes from the start of the type */
	uint64_t size;	 /* bytes */
	uint8_t bit;	 /* of a bit-field: where it starts in the number of `size` bytes there */
	uint8_t nr_bits; /* of a bit-field; 0: it is none */
};

struct target;
struct btf_wanted; /* iommu/btf_types.h */

/* What the types in the dump itself say, for a target that was told the answers and has not the megabytes
 * that they stand in. Each as the function of that name in iommu/btf_types.h. */
struct told_btf {
	struct failure (*member)(struct target *target, const struct btf_wanted *wanted,
				 struct member *ret, const char **ret_module);
	struct failure (*size)(struct target *target, const char *type, uint64_t *ret);
	struct failure (*enumerator)(struct target *target, const char *name, int64_t *ret);
	const char *(*problem)(struct target *target);
};

/* What a text is about: one that is shown to strangers may have to leave some out. */
enum text_kind {
	TEXT_NAME,	   /* of a device, a driver, a module */
	TEXT_TASK,	   /* the name of a process */
	TEXT_COMMAND_LINE, /* the kernel's, or a part of it */
	TEXT_LOG,	   /* a line of the kernel's log */
};

struct target_ops {
	/* Copies len bytes. OK, NOT_IN_DUMP, BAD_ADDRESS or INTERRUPTED; on anything but OK the
	 * contents of buf mean nothing. A read may cross pages. */
	enum status (*read_pa)(struct target *target, struct pa at, void *buf, size_t len);
	enum status (*read_kva)(struct target *target, struct kva at, void *buf, size_t len);

	/* As read_kva(), of a text that ends at its first NUL: what lies behind that is read with it and means
	 * nothing to the caller. NULL: read_kva() does. */
	enum status (*read_text)(struct target *target, enum text_kind kind, struct kva at,
				 char *buf, size_t len);

	/* Where the kernel's page tables (or its direct map) put a kernel address. */
	enum status (*to_pa)(struct target *target, struct kva at, struct pa *ret);

	/* The address of the nth symbol (0, 1, ...) of that name; static symbols of different
	 * files may share one. OK or MISSING. */
	enum status (*symbol)(struct target *target, const char *name, unsigned nth,
			      struct kva *ret);

	/* The name of the symbol that starts exactly at an address, or NULL. Owned by the target,
	 * good until the next call. */
	const char *(*symbol_name)(struct target *target, struct kva at);

	/* The name of the symbol that an address lies in, which is the last one that starts at it or before, and how
	 * many bytes behind its start; or NULL. Owned as that of symbol_name(). NULL: it does not know. */
	const char *(*symbol_around)(struct target *target, struct kva at, uint64_t *offset);

	/* A member by path: "id", "iop.root", also through anonymous structs and unions.
	 * OK or MISSING. Only asked for bit-fields when tells_bits. */
	enum status (*member)(struct target *target, const char *type, const char *path,
			      struct member *ret);

	/* The same, of the struct that this module's code means, where the target knows several of
	 * one name: member() then answers with any of them. It may still answer with any when the
	 * module has no such struct. NULL: it does not know modules. */
	enum status (*member_of_module)(struct target *target, const char *module, const char *type,
					const char *path, struct member *ret);

	/* The same, of the struct that the function at this address means, by the file that it stands in: two
	 * files of one kernel or module may each have a struct of that name. NULL: it does not know files. */
	enum status (*member_of_function)(struct target *target, struct kva function, const char *type,
					  const char *path, struct member *ret);

	/* sizeof(struct type) or sizeof(union type), bytes. OK or MISSING. */
	enum status (*type_size)(struct target *target, const char *type, uint64_t *ret);

	/* The value of an enumerator, whatever its enum. OK or MISSING. */
	enum status (*enumerator)(struct target *target, const char *name, int64_t *ret);

	/* The user pressed ^C during this command. Cheap; polled in every loop over dump data. */
	bool (*interrupted)(struct target *target);

	/* True when pages that are not in the dump read as zeros (crash's zero_excluded): an empty
	 * table may then be one that was not saved. */
	bool (*zeroes_missing)(struct target *target);

	/* The kernel runs on while it is read: two answers to one question may differ. NULL: it is a dump. */
	bool (*is_live)(struct target *target);

	/* How many bytes of memory the machine had, at most, by what the host program knows of the dump; it
	 * need not believe a variable of the kernel for it. NULL, or 0: it does not know. */
	uint64_t (*memory_bytes)(struct target *target);

	/* When the memory was as it is here, seconds since 1970. NULL, or 0: it is not known. */
	uint64_t (*taken)(struct target *target);

	/* member() knows where bit-fields are. crash's does not: it rounds to bytes and does not say
	 * that it did. */
	bool tells_bits;

	/* NULL: the dump's own types are read from its memory, as everything else. */
	const struct told_btf *btf;

	/* It has bytes and not pages: more than was asked for may not be there, and gains nothing. */
	bool has_bytes_only;

	/* Changes when types may have become known that were not (crash's mod -s). NULL: never. */
	unsigned (*types_generation)(struct target *target);
};

struct target {
	const struct target_ops *ops;
};

/* A read_kva() for implementations that have to_pa() and read_pa(): what is contiguous in the
 * kernel's address space need not be in memory. */
enum status target_read_page_by_page(struct target *target, struct kva at, void *buf, size_t len);

/*
 * The same target, with the pages behind reads of less than a page remembered: at most 1 MiB, in the
 * arena, and gone with it. Made for one command: on a live system the next one reads memory anew. A
 * target that has_bytes_only keeps no pages. Reads are counted, and end when the budget is spent
 * (iommu/budget.h). NULL: there is none.
 */
struct arena;
struct budget;
struct target *target_cached(struct arena *arena, struct target *below, struct budget *budget);

static inline enum status target_read_pa(struct target *t, struct pa at, void *buf, size_t len)
{
	return t->ops->read_pa(t, at, buf, len);
}

static inline enum status target_read_kva(struct target *t, struct kva at, void *buf, size_t len)
{
	return t->ops->read_kva(t, at, buf, len);
}

static inline enum status target_read_text(struct target *t, enum text_kind kind, struct kva at,
					   char *buf, size_t len)
{
	return t->ops->read_text ? t->ops->read_text(t, kind, at, buf, len) :
				   target_read_kva(t, at, buf, len);
}

static inline enum status target_to_pa(struct target *t, struct kva at, struct pa *ret)
{
	return t->ops->to_pa(t, at, ret);
}

static inline enum status target_symbol(struct target *t, const char *name, struct kva *ret)
{
	return t->ops->symbol(t, name, 0, ret);
}

static inline enum status target_member_of_module(struct target *t, const char *module,
						  const char *type, const char *path,
						  struct member *ret)
{
	if (!t->ops->member_of_module)
		return STATUS_MISSING;
	return t->ops->member_of_module(t, module, type, path, ret);
}

static inline enum status target_member_of_function(struct target *t, const char *name,
						    const char *type, const char *path,
						    struct member *ret)
{
	struct kva function;

	if (!t->ops->member_of_function || target_symbol(t, name, &function) != STATUS_OK)
		return STATUS_MISSING;
	return t->ops->member_of_function(t, function, type, path, ret);
}

static inline unsigned target_types_generation(struct target *t)
{
	return t->ops->types_generation ? t->ops->types_generation(t) : 0;
}

static inline bool target_is_live(struct target *t)
{
	return t->ops->is_live && t->ops->is_live(t);
}

static inline uint64_t target_taken(struct target *t)
{
	return t->ops->taken ? t->ops->taken(t) : 0;
}

static inline uint64_t target_memory_bytes(struct target *t)
{
	return t->ops->memory_bytes ? t->ops->memory_bytes(t) : 0;
}

/* The work has to end: the user pressed ^C, or the command's budget is spent. */
static inline bool target_interrupted(struct target *t)
{
	return t->ops->interrupted(t);
}

#endif
