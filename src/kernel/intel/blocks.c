// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which of the firmware's blocks concern a unit, by what the driver keeps of them: the DRHD that describes it, memory
 * that its devices want one to one (RMRR), ports and devices whose own TLB may be used (ATSR, SATC).
 */
#include "dmar.h"

#include "format/intel/records.h"
#include "kernel/pieces.h"

struct asked {
	struct kernel *k;
	const struct intel_unit *unit;
	const struct dmar_list *list;
	struct unit_facts *ret;
};

static const struct device *device_at(struct kernel *k, struct kva at)
{
	return u64map_get(&kernel_inventory(k)->device_at, at.v);
}

/* The devices of the copy; of blocks that are for several units those that this unit serves. */
static void add_devices(const struct asked *ask, const struct dmar_copy *copy, struct unit_block *ret)
{
	struct ptrs found = { 0 };
	struct failure failure = intel_scope_devices(ask->k, ask->list, copy->at, &found);

	if (failed(failure))
		kernel_leave_unreported(ask->k, failure);
	for (size_t i = 0; i < found.nr; i++) {
		const struct device *dev = device_at(ask->k, *(const struct kva *)found.at[i]);

		if (dev && (ask->list->type == DMAR_DRHD || device_unit(dev) == ask->unit->unit))
			ptrs_push(ask->k->arena, &ret->devices, (void *)dev);
	}
}

static bool is_atc_required(const struct dmar_copy *copy)
{
	return copy->has_block && copy->block.record == &intel_satc_record &&
	       record_get(copy->block.record, "atc_required", copy->block.words);
}

static bool is_about_all(const struct asked *ask, const struct dmar_copy *copy)
{
	return copy->has_block && copy->block.all && copy->block.segment == ask->unit->segment;
}

/* The block itself is not at hand. */
static const char *say_unknown(const struct asked *ask, struct unit_block *ret, const char *key)
{
	add_value(ask->k, &ret->values, (struct named_value){ key, VALUE_TEXT, 0, NULL });
	return "its block could not be read";
}

/* What it says beside the devices. */
static const char *say(const struct asked *ask, const struct dmar_copy *copy, struct unit_block *ret)
{
	struct kernel *k = ask->k;
	bool all = is_about_all(ask, copy), required = is_atc_required(copy);

	switch (ask->list->type) {
	case DMAR_DRHD:
		if (!copy->has_block)
			return say_unknown(ask, ret, "include_pci_all");
		add_value(k, &ret->values, (struct named_value){ "include_pci_all", VALUE_FLAG, all, NULL });
		return all ? arena_printf(k->arena, "all devices of segment %04x that no other unit names",
					  ask->unit->segment) : "";
	case DMAR_RMRR:
		if (!copy->has_range)
			return "its addresses could not be read";
		add_value(k, &ret->values, (struct named_value){ "start", VALUE_HEX, copy->base, NULL });
		add_value(k, &ret->values, (struct named_value){ "last", VALUE_HEX, copy->last, NULL });
		return arena_printf(k->arena, "%llx to %llx", (unsigned long long)copy->base,
				    (unsigned long long)copy->last);
	case DMAR_ATSR:
		if (!copy->has_block)
			return say_unknown(ask, ret, "all_ports");
		add_value(k, &ret->values, (struct named_value){ "all_ports", VALUE_FLAG, all, NULL });
		return all ? arena_printf(k->arena, "all ports of segment %04x", ask->unit->segment) : "";
	default:
		if (!copy->has_block)
			return say_unknown(ask, ret, "atc_required");
		add_value(k, &ret->values, (struct named_value){ "atc_required", VALUE_FLAG, required, NULL });
		return required ? "ATC_REQUIRED" : "";
	}
}

static bool is_of_unit(const struct asked *ask, const struct dmar_copy *copy, const struct unit_block *block)
{
	if (ask->list->type == DMAR_DRHD)
		return copy->at.v == ask->unit->drhd.v;
	return block->devices.nr || (ask->list->type == DMAR_ATSR && is_about_all(ask, copy));
}

static void add_copy(const struct asked *ask, const struct dmar_copy *copy)
{
	struct unit_block *block = arena_alloc(ask->k->arena, sizeof(*block));

	block->type = ask->list->name;
	block->at = copy->at;
	block->words = say(ask, copy, block);
	add_devices(ask, copy, block);
	if (is_of_unit(ask, copy, block))
		ptrs_push(ask->k->arena, &ask->ret->blocks, block);
}

static void add_list(const struct asked *ask)
{
	struct ptrs copies = { 0 };
	struct failure failure = intel_copies(ask->k, ask->list, &copies);

	if (failed(failure))
		kernel_leave_unreported(ask->k, failure);
	for (size_t i = 0; i < copies.nr; i++)
		add_copy(ask, copies.at[i]);
}

void intel_unit_blocks(struct kernel *k, const struct intel_unit *unit, struct unit_facts *ret)
{
	struct asked ask = { .k = k, .unit = unit, .ret = ret };

	ret->has_blocks = true;
	for (ask.list = intel_dmar_lists; ask.list->symbol && !target_interrupted(k->target); ask.list++) {
		if (intel_reads_type(k, ask.list->type))
			add_list(&ask);
	}
}
