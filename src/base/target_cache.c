// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pages behind small reads, and what symbols there are, remembered for one command. Structs of a kernel are read a
 * member at a time, many lie in a page, and crash decompresses a page for each read but of its last few. For a symbol
 * that a kernel lacks crash goes through all that it has, and what asks for it may be each of thousands of devices.
 */
#include "iommu/target.h"

#include "iommu/arena.h"
#include "iommu/budget.h"
#include "iommu/u64map.h"

#include <string.h>

#define NR_SLOTS_LG2 8u
#define NR_SLOTS   (1u << NR_SLOTS_LG2) /* 1 MiB */

enum space { PHYSICAL = 1, VIRTUAL };

struct slot {
	uint64_t page_at;
	enum space space; /* 0: empty */
	unsigned char *bytes;
};

/* The first symbol of that name. */
struct symbol {
	const char *name;
	enum status status; /* OK, or MISSING */
	struct kva at;
};

struct cached_target {
	struct target target;
	struct target_ops ops; /* one of them is a fact of the target below */
	struct target *below;
	struct arena *arena;
	struct budget *budget; /* NULL: none */
	struct slot slots[NR_SLOTS];
	struct u64map symbols; /* struct symbol, by the hash of its name */
};

static struct cached_target *cache_of(struct target *target)
{
	return (struct cached_target *)target;
}

static enum status read_below(struct cached_target *c, enum space space, uint64_t at, void *buf,
			      size_t len)
{
	return space == PHYSICAL ? target_read_pa(c->below, pa_of(at), buf, len) :
				   target_read_kva(c->below, kva_of(at), buf, len);
}

/* Knuth's multiplicative hash: neighbours do not share a slot, nor do the two spaces' pages. */
static struct slot *slot_of(struct cached_target *c, enum space space, uint64_t page_at)
{
	uint64_t key = page_at / SMALLEST_PAGE_BYTES * 2 + (space == VIRTUAL);

	return &c->slots[key * 0x9e3779b97f4a7c15ULL >> (64 - NR_SLOTS_LG2)];
}

static enum status fill(struct cached_target *c, struct slot *slot, enum space space,
			uint64_t page_at)
{
	enum status status;

	if (!slot->bytes)
		slot->bytes = arena_alloc(c->arena, SMALLEST_PAGE_BYTES);
	slot->space = 0;
	status = read_below(c, space, page_at, slot->bytes, SMALLEST_PAGE_BYTES);
	if (status == STATUS_OK) {
		slot->space = space;
		slot->page_at = page_at;
	}
	return status;
}

/* Whole pages are tables or buffers, read once: they are not kept, for there may be millions. */
static enum status read_through(struct cached_target *c, enum space space, uint64_t at, void *buf,
				size_t len)
{
	uint64_t page_at = at & ~(uint64_t)(SMALLEST_PAGE_BYTES - 1);
	struct slot *slot = slot_of(c, space, page_at);
	enum status status;

	if (c->budget && !budget_take_read(c->budget, space == PHYSICAL, at, len))
		return STATUS_INTERRUPTED;
	if (len > SMALLEST_PAGE_BYTES - (at - page_at))
		return read_below(c, space, at, buf, len);
	if (slot->space != space || slot->page_at != page_at) {
		if (len == SMALLEST_PAGE_BYTES)
			return read_below(c, space, at, buf, len);
		status = fill(c, slot, space, page_at);
		/* A page may be there in part, at the end of memory. */
		if (status != STATUS_OK)
			return status == STATUS_BAD_ADDRESS ? read_below(c, space, at, buf, len) :
							      status;
	}
	memcpy(buf, slot->bytes + (at - page_at), len);
	return STATUS_OK;
}

static enum status cached_read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	return read_through(cache_of(target), PHYSICAL, at.v, buf, len);
}

static enum status cached_read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	return read_through(cache_of(target), VIRTUAL, at.v, buf, len);
}

static enum status below_to_pa(struct target *target, struct kva at, struct pa *ret)
{
	return target_to_pa(cache_of(target)->below, at, ret);
}

/* FNV-1a. */
static uint64_t hash_of(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 0x100000001b3ULL;
	return hash;
}

static enum status ask_symbol(struct cached_target *c, uint64_t hash, const char *name, struct kva *ret)
{
	enum status status = c->below->ops->symbol(c->below, name, 0, ret);
	struct symbol *symbol;

	if (status != STATUS_OK && status != STATUS_MISSING)
		return status;
	symbol = arena_alloc(c->arena, sizeof(*symbol));
	*symbol = (struct symbol){ arena_strdup(c->arena, name), status, status == STATUS_OK ? *ret : kva_of(0) };
	u64map_add(c->arena, &c->symbols, hash, symbol);
	return status;
}

/* Others of a name, and one whose hash is another one's, are asked for each time. */
static enum status cached_symbol(struct target *target, const char *name, unsigned nth, struct kva *ret)
{
	struct cached_target *c = cache_of(target);
	uint64_t hash = hash_of(name);
	const struct symbol *known = nth ? NULL : u64map_get(&c->symbols, hash);

	if (nth || (known && strcmp(known->name, name) != 0))
		return c->below->ops->symbol(c->below, name, nth, ret);
	if (!known)
		return ask_symbol(c, hash, name, ret);
	if (known->status == STATUS_OK)
		*ret = known->at;
	return known->status;
}

static const char *below_symbol_name(struct target *target, struct kva at)
{
	struct target *below = cache_of(target)->below;

	return below->ops->symbol_name(below, at);
}

static const char *below_symbol_around(struct target *target, struct kva at, uint64_t *offset)
{
	struct target *below = cache_of(target)->below;

	return below->ops->symbol_around ? below->ops->symbol_around(below, at, offset) : NULL;
}

static enum status below_member(struct target *target, const char *type, const char *path,
				struct member *ret)
{
	struct target *below = cache_of(target)->below;

	return below->ops->member(below, type, path, ret);
}

static enum status below_member_of_module(struct target *target, const char *module,
					  const char *type, const char *path, struct member *ret)
{
	return target_member_of_module(cache_of(target)->below, module, type, path, ret);
}

static enum status below_member_of_function(struct target *target, struct kva function, const char *type,
					    const char *path, struct member *ret)
{
	struct target *below = cache_of(target)->below;

	if (!below->ops->member_of_function)
		return STATUS_MISSING;
	return below->ops->member_of_function(below, function, type, path, ret);
}

static enum status below_type_size(struct target *target, const char *type, uint64_t *ret)
{
	struct target *below = cache_of(target)->below;

	return below->ops->type_size(below, type, ret);
}

static enum status below_enumerator(struct target *target, const char *name, int64_t *ret)
{
	struct target *below = cache_of(target)->below;

	return below->ops->enumerator(below, name, ret);
}

static bool cached_interrupted(struct target *target)
{
	struct cached_target *c = cache_of(target);

	return (c->budget && budget_is_spent(c->budget)) || target_interrupted(c->below);
}

static bool below_zeroes_missing(struct target *target)
{
	struct target *below = cache_of(target)->below;

	return below->ops->zeroes_missing(below);
}

static bool below_is_live(struct target *target)
{
	return target_is_live(cache_of(target)->below);
}

static uint64_t below_taken(struct target *target)
{
	return target_taken(cache_of(target)->below);
}

static uint64_t below_memory_bytes(struct target *target)
{
	return target_memory_bytes(cache_of(target)->below);
}

static unsigned below_types_generation(struct target *target)
{
	return target_types_generation(cache_of(target)->below);
}

static const struct target_ops ops = {
	.read_pa = cached_read_pa,
	.read_kva = cached_read_kva,
	.to_pa = below_to_pa,
	.symbol = cached_symbol,
	.symbol_name = below_symbol_name,
	.symbol_around = below_symbol_around,
	.member = below_member,
	.member_of_module = below_member_of_module,
	.member_of_function = below_member_of_function,
	.type_size = below_type_size,
	.enumerator = below_enumerator,
	.interrupted = cached_interrupted,
	.zeroes_missing = below_zeroes_missing,
	.types_generation = below_types_generation,
	.is_live = below_is_live,
	.memory_bytes = below_memory_bytes,
	.taken = below_taken,
};

struct target *target_cached(struct arena *arena, struct target *below, struct budget *budget)
{
	struct cached_target *c;

	if (below->ops->has_bytes_only)
		return below;
	c = arena_alloc(arena, sizeof(*c));
	c->ops = ops;
	c->ops.tells_bits = below->ops->tells_bits;
	c->target.ops = &c->ops;
	c->below = below;
	c->arena = arena;
	c->budget = budget;
	return &c->target;
}
