// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the VT-d driver keeps of the firmware's DMAR against the table: blocks that one side alone has, and devices that
 * a block names and the driver has not found, or the other way round.
 *
 * Linux drivers/iommu/intel/dmar.c (dmar_parse_one_drhd(), dmar_insert_dev_scope()) and iommu.c (dmar_parse_one_rmrr(),
 * dmar_parse_one_atsr(), dmar_parse_one_satc(), dmar_iommu_notify_scope_dev()).
 */
#include "dmar.h"

#include <string.h>

struct comparison {
	struct kernel *k;
	const struct dmar_table *table;
	const struct dmar_places *places;
	struct firmware *firmware;
	const struct dmar_list *list; /* of the driver's, with its copies: */
	struct ptrs copies;
	struct ptrs *devices;	      /* of each copy: struct kva of struct device; NULL: not known */
};

/* ---- how a difference is told ---- */

static struct firmware_difference *add_difference(const struct comparison *cmp, const char *code, const char *text)
{
	struct firmware_difference *item = arena_alloc(cmp->k->arena, sizeof(*item));

	*item = (struct firmware_difference){ .code = code, .text = text };
	ptrs_push(cmp->k->arena, &cmp->firmware->differs, item);
	return item;
}

static void add_side(const struct comparison *cmp, struct firmware_difference *difference, const char *what,
		     struct place place, const char *value)
{
	struct firmware_side *side = arena_alloc(cmp->k->arena, sizeof(*side));

	*side = (struct firmware_side){ what, place, value };
	ptrs_push(cmp->k->arena, &difference->sides, side);
}

static void add_copy_side(const struct comparison *cmp, struct firmware_difference *difference,
			  const struct dmar_copy *copy, const char *value)
{
	add_side(cmp, difference, arena_printf(cmp->k->arena, "the driver's %s", cmp->list->name),
		 place_kva(copy->at), value);
}

static void add_table_side(const struct comparison *cmp, struct firmware_difference *difference,
			   const struct dmar_block *block, const char *value)
{
	add_side(cmp, difference, arena_printf(cmp->k->arena, "the %s of the table", block->name),
		 (struct place){ SPACE_FILE, block->offset }, value);
}

static const char *range_words(struct kernel *k, uint64_t start, uint64_t last)
{
	return arena_printf(k->arena, "%llx to %llx", (unsigned long long)start, (unsigned long long)last);
}

/* What tells a block from others of its type; "": nothing in a word. */
static const char *block_words(const struct comparison *cmp, const struct dmar_block *block)
{
	struct kernel *k = cmp->k;

	if (block->type == DMAR_RMRR)
		return range_words(k, block->start, block->last);
	return block->type == DMAR_DRHD ?
		       arena_printf(k->arena, "registers %llx", (unsigned long long)block->mmio_pa) : "";
}

static const char *copy_words(const struct comparison *cmp, const struct dmar_copy *copy)
{
	return cmp->list->type == DMAR_RMRR ? range_words(cmp->k, copy->base, copy->last) :
					      block_words(cmp, &copy->block);
}

/* ---- the blocks ---- */

static bool is_copy_of(const struct comparison *cmp, const struct dmar_copy *copy, const struct dmar_block *block)
{
	if (block->type == DMAR_RMRR)
		return copy->has_range && copy->base == block->start && copy->last == block->last;
	return copy->has_block && copy->block.length == block->length && block->next &&
	       memcmp(copy->bytes, cmp->table->bytes + block->offset, block->length) == 0;
}

/* Something to compare with was read of it. */
static bool is_known(const struct comparison *cmp, const struct dmar_copy *copy)
{
	return cmp->list->type == DMAR_RMRR ? copy->has_range : copy->has_block;
}

/* The next block of the table that is of the list's type and whose fixed part is whole. */
static bool next_block(const struct comparison *cmp, struct dmar_block *block)
{
	while (intel_dmar_next_block(cmp->table, block)) {
		if (block->type == cmp->list->type && block->record)
			return true;
	}
	return false;
}

/* Some block of the table is what the driver copied. */
static bool is_in_table(const struct comparison *cmp, const struct dmar_copy *copy)
{
	struct dmar_block block = { 0 };

	while (next_block(cmp, &block)) {
		if (is_copy_of(cmp, copy, &block))
			return true;
	}
	return false;
}

static void tell_not_in_table(const struct comparison *cmp, const struct dmar_copy *copy)
{
	static const char *const articles[] = { [DMAR_DRHD] = "a DRHD of ", [DMAR_RMRR] = "an RMRR of ",
						[DMAR_ATSR] = "an ATSR", [DMAR_SATC] = "a SATC" };
	const char *words = copy_words(cmp, copy);
	struct firmware_difference *difference =
		add_difference(cmp, "copy-differs",
			       arena_printf(cmp->k->arena, "the driver has %s%s (at %llx) that is not in the table",
					    articles[cmp->list->type], words, (unsigned long long)copy->at.v));

	add_copy_side(cmp, difference, copy, *words ? words : "not in the table");
}

static void compare_copies(const struct comparison *cmp)
{
	for (size_t i = 0; i < cmp->copies.nr; i++) {
		const struct dmar_copy *copy = cmp->copies.at[i];

		if (is_known(cmp, copy) && !is_in_table(cmp, copy))
			tell_not_in_table(cmp, copy);
	}
}

static bool is_kept(const struct comparison *cmp, const struct dmar_block *block)
{
	for (size_t i = 0; i < cmp->copies.nr; i++) {
		if (!is_known(cmp, cmp->copies.at[i]) || is_copy_of(cmp, cmp->copies.at[i], block))
			return true;
	}
	return false;
}

/* A driver that was told to leave DMA alone empties its lists of all but units (intel_iommu_free_dmars()). */
static bool remaps_dma(struct kernel *k)
{
	uint64_t enabled;

	return !failed(kernel_read_variable(k, "intel_iommu_enabled", 4, &enabled)) && enabled;
}

static void tell_not_kept(const struct comparison *cmp, const struct dmar_block *block)
{
	const char *words = block_words(cmp, block);
	struct firmware_difference *difference = add_difference(
		cmp, "block-not-kept",
		arena_printf(cmp->k->arena, "the %s at +%x%s%s%s is not in the driver's list of them (%s)",
			     block->name, block->offset, *words ? " (" : "", words, *words ? ")" : "",
			     cmp->list->symbol));

	add_table_side(cmp, difference, block, *words ? words : "not kept");
}

/* That the driver runs no unit for a DRHD is told by the comparison of units. */
static void compare_blocks(const struct comparison *cmp)
{
	struct dmar_block block = { 0 };

	if (cmp->list->type == DMAR_DRHD || !remaps_dma(cmp->k))
		return;
	while (next_block(cmp, &block)) {
		if (!block.fault && !is_kept(cmp, &block))
			tell_not_kept(cmp, &block);
	}
}

/* ---- the devices that a block names ---- */

/* The first failure is that of the whole comparison. */
static bool is_read(const struct comparison *cmp, struct failure failure)
{
	cmp->firmware->kept = first_failure(cmp->firmware->kept, failure);
	return !failed(failure);
}

static bool read_devices(struct comparison *cmp)
{
	struct kernel *k = cmp->k;

	cmp->devices = arena_alloc(k->arena, (cmp->copies.nr + 1) * sizeof(*cmp->devices));
	for (size_t i = 0; i < cmp->copies.nr; i++) {
		const struct dmar_copy *copy = cmp->copies.at[i];

		if (!is_read(cmp, intel_scope_devices(k, cmp->list, copy->at, &cmp->devices[i])))
			return false;
	}
	return true;
}

static bool has_device(const struct ptrs *devices, struct kva dev)
{
	for (size_t i = 0; i < devices->nr; i++) {
		if (((const struct kva *)devices->at[i])->v == dev.v)
			return true;
	}
	return false;
}

/* Of a unit or a port that stands for all that is left the driver looks for no device. */
static bool names_devices(const struct dmar_block *block)
{
	return !block->fault && !block->all;
}

static bool is_place_scope(const struct dmar_scope *scope)
{
	return scope->record && (scope->type == DMAR_SCOPE_ENDPOINT || scope->type == DMAR_SCOPE_BRIDGE);
}

/* The driver takes a device for the first block that names it, but for memory, of which a device may have several
 * ranges. Virtual functions are found by their physical one. */
static bool is_found(const struct comparison *cmp, const struct dmar_block *block, const struct dmar_place *place)
{
	for (size_t i = 0; i < cmp->copies.nr; i++) {
		if (block->type == DMAR_RMRR && !is_copy_of(cmp, cmp->copies.at[i], block))
			continue;
		if (has_device(&cmp->devices[i], place->dev->at))
			return true;
	}
	return place->physical;
}

static const struct dmar_copy *copy_of(const struct comparison *cmp, const struct dmar_block *block)
{
	for (size_t i = 0; i < cmp->copies.nr; i++) {
		if (is_copy_of(cmp, cmp->copies.at[i], block))
			return cmp->copies.at[i];
	}
	return NULL;
}

static void tell_not_found(const struct comparison *cmp, const struct dmar_block *block,
			   const struct dmar_scope *scope, const struct dmar_copy *copy, const char *name)
{
	struct firmware_difference *difference = add_difference(
		cmp, "scope-not-kept",
		arena_printf(cmp->k->arena, "the %s at +%x names %s, which is not among the devices that the driver "
			     "has for it", block->name, block->offset, name));

	difference->device = name;
	add_side(cmp, difference, "the scope in the table", (struct place){ SPACE_FILE, scope->offset }, name);
	add_copy_side(cmp, difference, copy, "not among its devices");
}

static void compare_scopes(const struct comparison *cmp, const struct dmar_block *block,
			   const struct dmar_copy *copy)
{
	struct dmar_scope scope = { 0 };

	while (intel_dmar_next_scope(block, &scope)) {
		const struct dmar_place *place =
			is_place_scope(&scope) ? intel_place_of_scope(cmp->places, block->segment, &scope) : NULL;

		if (place && !is_found(cmp, block, place))
			tell_not_found(cmp, block, &scope, copy, place->dev->name);
	}
}

static bool names(const struct comparison *cmp, const struct dmar_block *block, struct kva dev)
{
	struct dmar_scope scope = { 0 };

	while (intel_dmar_next_scope(block, &scope)) {
		const struct dmar_place *place =
			is_place_scope(&scope) ? intel_place_of_scope(cmp->places, block->segment, &scope) : NULL;

		if (place && place->dev->at.v == dev.v)
			return true;
	}
	return false;
}

/* Some block of the table that is what the driver copied names the device. */
static bool is_named(const struct comparison *cmp, const struct dmar_copy *copy, struct kva dev)
{
	struct dmar_block block = { 0 };

	while (next_block(cmp, &block)) {
		if (is_copy_of(cmp, copy, &block) && names(cmp, &block, dev))
			return true;
	}
	return false;
}

static void tell_unnamed(const struct comparison *cmp, const struct dmar_copy *copy, const char *name)
{
	const char *words = copy_words(cmp, copy);
	struct firmware_difference *difference = add_difference(
		cmp, "scope-without-block",
		arena_printf(cmp->k->arena, "the driver has %s for its %s%s%s (at %llx), and no scope of that block "
			     "names it", name, cmp->list->name, *words ? " of " : "", words,
			     (unsigned long long)copy->at.v));

	difference->device = name;
	add_copy_side(cmp, difference, copy, name);
}

/* Devices that are no PCI functions are named by numbers of the ANDD: which they are is not known here. */
static void compare_devices(const struct comparison *cmp, const struct dmar_copy *copy, const struct ptrs *devices)
{
	const struct inventory *inv = kernel_inventory(cmp->k);

	for (size_t i = 0; i < devices->nr; i++) {
		struct kva at = *(const struct kva *)devices->at[i];
		const struct device *dev = u64map_get(&inv->device_at, at.v);

		if (dev && dev->is_pci && !is_named(cmp, copy, at))
			tell_unnamed(cmp, copy, dev->name);
	}
}

static void compare_named(struct comparison *cmp)
{
	struct dmar_block block = { 0 };

	if (failed(cmp->firmware->places) || !read_devices(cmp))
		return;
	while (next_block(cmp, &block)) {
		const struct dmar_copy *copy = names_devices(&block) ? copy_of(cmp, &block) : NULL;

		if (copy)
			compare_scopes(cmp, &block, copy);
	}
	for (size_t i = 0; i < cmp->copies.nr; i++) {
		if (is_known(cmp, cmp->copies.at[i]) && is_in_table(cmp, cmp->copies.at[i]))
			compare_devices(cmp, cmp->copies.at[i], &cmp->devices[i]);
	}
}

/* ---- all lists ---- */

static void compare_list(struct comparison *cmp)
{
	struct failure failure = intel_copies(cmp->k, cmp->list, &cmp->copies);

	compare_copies(cmp);
	if (!is_read(cmp, failure))
		return;
	compare_blocks(cmp);
	compare_named(cmp);
}

void intel_compare_copies(struct kernel *k, const struct dmar_table *table, const struct dmar_places *places,
			  struct firmware *ret)
{
	for (const struct dmar_list *list = intel_dmar_lists; list->symbol; list++) {
		struct comparison cmp = { .k = k, .table = table, .places = places, .firmware = ret, .list = list };

		if (target_interrupted(k->target))
			return;
		if (intel_reads_type(k, list->type))
			compare_list(&cmp);
	}
}
