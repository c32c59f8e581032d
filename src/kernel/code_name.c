// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of addresses in code. The same few callers stand in thousands of entries, and crash looks through all symbols for
 * each: a name is asked for once a command. */
#include "iommu/kernel.h"

#include <inttypes.h>

struct named_code {
	const char *name; /* NULL: no symbol has it */
};

static struct named_code *name_of(struct kernel *k, struct kva at)
{
	struct named_code *ret = arena_alloc(k->arena, sizeof(*ret));
	const struct target_ops *ops = k->target->ops;
	uint64_t offset = 0;
	const char *symbol = ops->symbol_around ? ops->symbol_around(k->target, at, &offset) : NULL;

	ret->name = symbol ? arena_printf(k->arena, "%s+0x%" PRIx64, symbol, offset) : NULL;
	return ret;
}

const char *kernel_code_name(struct kernel *k, struct kva at)
{
	static const char key;
	struct u64map *names = u64map_get(&k->notes, (uintptr_t)&key);
	struct named_code *known;

	if (!names) {
		names = arena_alloc(k->arena, sizeof(*names));
		u64map_add(k->arena, &k->notes, (uintptr_t)&key, names);
	}
	known = u64map_get(names, at.v);
	if (!known) {
		known = name_of(k, at);
		u64map_add(k->arena, names, at.v, known);
	}
	return known->name;
}
