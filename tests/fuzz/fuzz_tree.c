// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's trees in memory of any words: xarrays, maple trees, the red-black tree of IOVAs, an allocator of
 * ids. Whatever the words are, a walk ends, gives entries in ascending order and each once.
 */
#include "memory.h"

#include "kernel/idmap.h"
#include "kernel/iova.h"
#include "kernel/tree.h"

/* Of 6.1. */
static const struct memory_member members[] = {
	{ "xa_node", "shift", { .offset = 0, .size = 1 } },
	{ "xa_node", "slots", { .offset = 8, .size = 512 } },
	{ "ida", "xa.xa_head", { .offset = 8, .size = 8 } },
	{ "rb_node", "rb_right", { .offset = 8, .size = 8 } },
	{ "rb_node", "rb_left", { .offset = 16, .size = 8 } },
	{ "iova_domain", "rbroot.rb_node", { .offset = 8, .size = 8 } },
	{ "iova", "node", { .offset = 0, .size = 24 } },
	{ "iova", "pfn_hi", { .offset = 24, .size = 8 } },
	{ "iova", "pfn_lo", { .offset = 32, .size = 8 } },
	{ 0 },
};

static struct memory memory;
static struct arena arena;

struct visits {
	uint64_t nr, before;
};

static bool visit(void *ctx, uint64_t index, uint64_t entry)
{
	struct visits *visits = ctx;

	must(entry, "an empty entry at index %lx", (unsigned long)index);
	must(!visits->nr || index > visits->before, "index %lx after %lx", (unsigned long)index,
	     (unsigned long)visits->before);
	visits->before = index;
	return ++visits->nr < 100000;
}

static void check_ranges(struct kernel *k, struct kva at)
{
	struct iova_range *ranges;
	size_t nr;

	iova_read_tree(k, at, &ranges, &nr);
	must(nr <= MEMORY_WORDS, "%zu ranges", nr);
	for (size_t i = 0; i < nr; i++)
		must(ranges[i].first <= ranges[i].last && (!i || ranges[i].first > ranges[i - 1].last), "range %zu", i);
}

static void check_ids(struct kernel *k, struct kva at, bool is_ida, uint32_t nr_ids)
{
	struct id_allocator ids;
	uint64_t nr = 0;

	if (is_ida)
		idmap_read_ida(k, at, "ids", nr_ids, &ids);
	else
		idmap_read_bitmap(k, at, "ids", nr_ids, &ids);
	for (uint32_t id = 0; id < nr_ids; id++)
		nr += id_is_allocated(&ids, id);
	must(nr == ids.nr_set && ids.nr_allocated <= nr, "%lu ids and %lu", (unsigned long)nr, (unsigned long)ids.nr_set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t what = input_byte(&in);
	struct visits visits = { 0 };
	struct kva at = memory_at(input_byte(&in));
	uint64_t root = at.v + (what >> 3);
	struct kernel *k;

	arena_reset(&arena);
	memory_init(&memory, members);
	memory.missing = input_byte(&in) * 2u;
	memory_fill(&memory, &in);
	k = memory_kernel(&memory, &arena);
	switch (what % 5) {
	case 0:
		kernel_xarray(k, (root & ~3ULL) | 2, visit, &visits);
		break;
	case 1:
		kernel_maple_tree(k, root | 2, visit, &visits);
		break;
	case 2:
		check_ranges(k, at);
		break;
	case 3:
		check_ids(k, at, true, 1 + 64u * (what >> 3));
		break;
	default:
		check_ids(k, at, false, 1 + 64u * (what >> 3));
	}
	must(arena.used < (size_t)4 << 20, "%zu bytes", arena.used);
	return 0;
}
