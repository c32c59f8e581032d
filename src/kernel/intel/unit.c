// SPDX-License-Identifier: GPL-2.0-or-later
/* struct dmar_drhd_unit and struct intel_iommu: where a unit is, what it can do and how it is used. */
#include "intel.h"

#include "format/intel/records.h"
#include "kernel/pieces.h"

#include <stdlib.h>
#include <string.h>

/* Linux drivers/iommu/intel/dmar.h, DMAR_UNITS_SUPPORTED: the most that any kernel takes. */
#define MAX_UNITS 1024

const struct intel_machine *intel_machine(const struct inventory *inv)
{
	static const struct intel_machine none;
	const struct intel_machine *machine = inventory_kept(inv, &intel_vendor);

	return machine ? machine : &none;
}

const struct intel_unit *intel_unit_at(const struct inventory *inv, uint64_t at)
{
	const struct ptrs *units = &intel_machine(inv)->units;

	for (size_t i = 0; i < units->nr; i++) {
		const struct intel_unit *unit = units->at[i];

		if (unit->unit->at.v == at)
			return unit;
	}
	return NULL;
}

const struct intel_unit *intel_unit_of(const struct inventory *inv, const struct unit *unit)
{
	return unit ? intel_unit_at(inv, unit->at.v) : NULL;
}

/* The list is of units that the driver uses, for DMA or for interrupts alone: it is empty on a machine without
 * them, and on one where both are off. An entry without a struct intel_iommu is a block that the driver could
 * make nothing of. */
bool intel_is_active(struct kernel *k)
{
	struct kva head, node, drhd;
	uint64_t next, iommu;

	if (failed(kernel_symbol(k, "dmar_drhd_units", &head)) ||
	    failed(kernel_read_number(k, head, 8, &next)))
		return false;
	node = kva_of(next);
	for (unsigned i = 0; i < MAX_UNITS && node.v && node.v != head.v; i++) {
		if (failed(kernel_container_of(k, node, M_INTEL_DRHD_LIST, &drhd)) ||
		    failed(kernel_read_member(k, drhd, M_INTEL_DRHD_IOMMU, &iommu)))
			return true; /* there is one, and what it is cannot be told */
		if (iommu)
			return true;
		if (failed(kernel_read_number(k, node, 8, &node.v)))
			return true;
	}
	return false;
}

/* ---- the list of units ---- */

/* Such a kernel has both the variable and tables of PASIDs (v5.0). */
bool intel_knows_scalable(struct kernel *k)
{
	struct kva at;

	return !failed(kernel_symbol(k, "intel_iommu_sm", &at)) ||
	       kernel_has_member(k, M_INTEL_INFO_PASID_TABLE);
}

/* Linux drivers/iommu/intel/iommu.h, sm_supported(): the unit knows the mode, and it is wanted. */
static struct failure read_mode(struct kernel *k, struct kva at, bool *scalable)
{
	uint64_t wanted = 0, ecap;
	struct failure failure = kernel_read_member(k, at, M_INTEL_IOMMU_ECAP, &ecap);

	*scalable = false;
	if (failed(failure) || !record_get(&intel_ecap_record, "smts", &ecap))
		return failure;
	if (!intel_knows_scalable(k))
		return NO_FAILURE;
	failure = kernel_read_variable(k, "intel_iommu_sm", 4, &wanted);
	*scalable = !failed(failure) && wanted;
	if (failed(failure))
		kernel_leave_unreported(k, failure);
	return failure;
}

/* Linux drivers/iommu/intel-iommu.c of some releases before 5.0, ecs_enabled(): root and context entries of twice the size for a
 * unit that has them and PASIDs. Scalable mode took their place; no kernel that has it has the variable. */
static struct failure read_extended(struct kernel *k, const struct intel_caps *caps, bool *extended)
{
	uint64_t wanted;
	struct kva at;
	struct failure failure;

	*extended = false;
	if (!caps->known || !intel_ecap(caps, "ecs") || !intel_ecap(caps, "pasid") ||
	    failed(kernel_symbol(k, "intel_iommu_ecs", &at)))
		return NO_FAILURE;
	failure = kernel_read_variable(k, "intel_iommu_ecs", 4, &wanted);
	*extended = !failed(failure) && wanted;
	if (*extended)
		failure = failure_missing("a decoder of extended root and context entries (ECS)");
	if (failed(failure))
		kernel_leave_unreported(k, failure);
	return failure;
}

static void read_caps(struct kernel *k, struct kva at, struct intel_caps *ret)
{
	struct failure failure = kernel_read_member(k, at, M_INTEL_IOMMU_CAP, &ret->cap);

	if (!failed(failure))
		failure = kernel_read_member(k, at, M_INTEL_IOMMU_ECAP, &ret->ecap);
	ret->known = !failed(failure);
	if (failed(failure))
		kernel_leave_unreported(k, failure); /* what it refuses is not known */
}

static const char *read_name(struct kernel *k, struct kva at)
{
	struct kva name_at;
	const char *name = NULL;
	struct failure failure = kernel_member_at(k, at, M_INTEL_IOMMU_NAME, &name_at);

	if (!failed(failure))
		failure = kernel_read_string(k, name_at, &name);
	if (failed(failure))
		kernel_leave_unreported(k, failure);
	return failed(failure) ? NULL : name;
}

static struct unit *new_unit(struct kernel *k, struct kva at)
{
	struct unit *unit = arena_alloc(k->arena, sizeof(*unit));

	unit->vendor = &intel_vendor;
	unit->at = at;
	unit->name = read_name(k, at);
	if (failed(kernel_read_signed(k, at, M_INTEL_IOMMU_SEQ_ID, &unit->index)))
		unit->index = -1;
	unit->has_mmio = !failed(kernel_read_member(k, at, M_INTEL_IOMMU_REG_PHYS, &unit->mmio.v));
	return unit;
}

static struct intel_unit *read_unit(struct kernel *k, struct kva drhd, struct kva at)
{
	struct intel_unit *ret = arena_alloc(k->arena, sizeof(*ret));
	uint64_t ignored = 0, segment, gcmd = 0;
	struct failure failure;

	ret->drhd = drhd;
	failure = kernel_read_member(k, drhd, M_INTEL_DRHD_SEGMENT, &segment);
	if (failed(failure))
		kernel_leave_unreported(k, failure); /* nearly every machine has segment 0 alone */
	else
		ret->segment = (uint16_t)segment;
	ret->unit = new_unit(k, at);
	read_caps(k, at, &ret->caps);
	ret->failure = read_mode(k, at, &ret->scalable);
	if (!ret->scalable)
		ret->failure = first_failure(ret->failure, read_extended(k, &ret->caps, &ret->extended));
	if (kernel_has_member(k, M_INTEL_DRHD_IGNORED) &&
	    !failed(kernel_read_member(k, drhd, M_INTEL_DRHD_IGNORED, &ignored)))
		ret->ignored = ignored;
	failure = kernel_read_member(k, at, M_INTEL_IOMMU_GCMD, &gcmd);
	ret->has_gcmd = !failed(failure);
	ret->gcmd = (uint32_t)gcmd;
	if (failed(failure))
		kernel_leave_unreported(k, failure); /* that it translates is believed */
	else
		ret->off = !record_get(&intel_gcmd_record, "te", &gcmd);
	failure = kernel_read_pointer(k, at, M_INTEL_IOMMU_ROOT, &ret->root);
	ret->failure = first_failure(ret->failure, failure);
	if (kernel_has_member(k, M_INTEL_IOMMU_COPIED) &&
	    failed(kernel_read_pointer(k, at, M_INTEL_IOMMU_COPIED, &ret->copied)))
		ret->copied = kva_of(0);
	return ret;
}

static int by_index(const void *a, const void *b)
{
	const struct intel_unit *ua = *(const struct intel_unit *const *)a;
	const struct intel_unit *ub = *(const struct intel_unit *const *)b;

	return (ua->unit->index > ub->unit->index) - (ua->unit->index < ub->unit->index);
}

/* The list has units in the order of the firmware's table reversed, those that serve the rest last: they are
 * taken by their numbers. */
struct failure intel_collect_units(struct kernel *k, struct inventory *inv, struct ptrs *ret)
{
	struct intel_machine *machine = arena_alloc(k->arena, sizeof(*machine));
	struct ptrs found = { 0 };
	struct kva head, at;
	struct failure failure = kernel_symbol(k, "dmar_drhd_units", &head);

	if (!failed(failure))
		failure = kernel_list(k, head, M_INTEL_DRHD_LIST, &found);
	for (size_t i = 0; i < found.nr; i++) {
		struct kva drhd = *(struct kva *)found.at[i];
		struct failure unit_failure = kernel_read_pointer(k, drhd, M_INTEL_DRHD_IOMMU, &at);

		failure = first_failure(failure, unit_failure);
		if (!failed(unit_failure) && !kva_is_null(at))
			ptrs_push(k->arena, &machine->units, read_unit(k, drhd, at));
		else if (!failed(unit_failure))
			machine->nr_without++;
	}
	if (machine->units.nr)
		qsort(machine->units.at, machine->units.nr, sizeof(*machine->units.at), by_index);
	for (size_t i = 0; i < machine->units.nr; i++)
		ptrs_push(k->arena, ret, ((struct intel_unit *)machine->units.at[i])->unit);
	inventory_keep(k, inv, &intel_vendor, machine);
	return failure;
}

struct failure intel_core_of_unit(struct kernel *k, const struct unit *unit, struct kva *ret)
{
	if (!kernel_has_member(k, M_INTEL_IOMMU_CORE))
		return failure_missing(layout_member_name(M_INTEL_IOMMU_CORE, k->arena));
	return kernel_member_at(k, unit->at, M_INTEL_IOMMU_CORE, ret);
}

/* ---- features ---- */

const char *intel_unit_features(struct kernel *k, const struct unit *unit)
{
	const char *names[INTEL_MAX_FEATURE_NAMES], *words = "";
	struct intel_caps caps = { 0 };
	size_t nr;

	read_caps(k, unit->at, &caps);
	if (!caps.known)
		return NULL;
	nr = intel_feature_names(&caps, names);
	for (size_t i = 0; i < nr; i++)
		words = joined(k, words, names[i]);
	return words;
}

static void add_enhanced_commands(struct kernel *k, const struct unit *unit, struct unit_facts *ret)
{
	uint64_t words[4];
	struct record_view *view;
	struct kva at;

	if (!kernel_has_member(k, M_INTEL_IOMMU_ECMDCAP) ||
	    failed(kernel_member_at(k, unit->at, M_INTEL_IOMMU_ECMDCAP, &at)) ||
	    failed(kernel_read(k, at, words, sizeof(words))))
		return;
	view = add_register(k, &ret->registers, "ECMDCAP", "ecmdcap", &intel_ecmdcap_record, 0);
	memcpy(view->words, words, sizeof(words));
	view->nr_words = 4;
}

static void add_member(struct kernel *k, const struct unit *unit, unsigned member, const char *label,
		       const char *key, const struct record *record, struct unit_facts *ret)
{
	uint64_t value;

	if (kernel_has_member(k, member) && !failed(kernel_read_member(k, unit->at, member, &value)))
		add_register(k, &ret->registers, label, key, record, value);
}

static void add_registers(struct kernel *k, const struct unit *unit, struct unit_facts *ret)
{
	add_member(k, unit, M_INTEL_IOMMU_CAP, "CAP", "cap", &intel_cap_record, ret);
	add_member(k, unit, M_INTEL_IOMMU_ECAP, "ECAP", "ecap", &intel_ecap_record, ret);
	add_member(k, unit, M_INTEL_IOMMU_VCCAP, "VCCAP", "vccap", &intel_vccap_record, ret);
	add_enhanced_commands(k, unit, ret);
	/* What the driver wrote last: commands that take effect once are not kept in it. */
	add_member(k, unit, M_INTEL_IOMMU_GCMD, "GCMD", "gcmd", &intel_gcmd_record, ret);
}

/* ---- how it is used ---- */

/* By what: SMTS of the unit and intel_iommu_sm of the kernel. */
static const char *scalable_words(struct kernel *k, const struct intel_unit *unit)
{
	if (unit->scalable)
		return "scalable";
	if (!unit->caps.known || !intel_ecap(&unit->caps, "smts"))
		return "legacy";
	return intel_knows_scalable(k) ? "legacy: the unit knows scalable mode, and intel_iommu_sm is 0" :
					 "legacy: the unit knows scalable mode, and this kernel does not";
}

static const char *mode_words(struct kernel *k, const struct intel_unit *unit)
{
	if (unit->ignored)
		return "remaps no DMA: the driver leaves it out";
	if (unit->extended)
		return "extended: root and context entries of twice the size (ECS), which are not decoded here";
	if (failed(unit->failure))
		return "its root table, or the mode that it is read in, is not known";
	if (kva_is_null(unit->root))
		return "remaps no DMA: it has no root table";
	if (unit->off)
		return "remaps no DMA: TE is 0";
	return scalable_words(k, unit);
}

static bool is_on(const struct intel_unit *unit, const char *key)
{
	const uint64_t gcmd = unit->gcmd;

	return record_get(&intel_gcmd_record, key, &gcmd);
}

static void add_switch(struct kernel *k, const struct intel_unit *unit, const char *name,
		       const char *key, struct unit_facts *ret)
{
	struct named_value value = { name, VALUE_TEXT, 0, NULL };

	if (unit->has_gcmd)
		value = (struct named_value){ name, VALUE_FLAG, is_on(unit, key), NULL };
	add_value(k, &ret->more, value);
}

/* What the driver wrote last; whether the unit obeyed is a register. */
static void add_switches(struct kernel *k, const struct intel_unit *unit, struct unit_facts *ret)
{
	add_switch(k, unit, "translation", "te", ret);
	add_switch(k, unit, "queued_invalidation", "qie", ret);
	add_switch(k, unit, "interrupt_remapping", "ire", ret);
	if (!unit->has_gcmd)
		return;
	add_line(k, &ret->lines, "switches",
		 arena_printf(k->arena, "DMA translation %s, queued invalidation %s, interrupt remapping %s",
			      is_on(unit, "te") ? "on" : "off", is_on(unit, "qie") ? "on" : "off",
			      is_on(unit, "ire") ? "on" : "off"));
}

/* ---- a crash kernel ---- */

/* Linux drivers/iommu/intel/iommu.h: VTD_FLAG_TRANS_PRE_ENABLED, VTD_FLAG_IRQ_REMAP_PRE_ENABLED. */
#define FLAG_TRANSLATED_BEFORE 1
#define FLAG_REMAPPED_BEFORE   2

/* A bit for each source id (copy_translation_tables()). */
#define NR_SOURCE_IDS 65536

bool intel_nr_copied(struct kernel *k, const struct unit *unit, unsigned *ret)
{
	static const struct kva none;
	struct kva at = none;
	uint64_t *bits;

	*ret = 0;
	if (!kernel_has_member(k, M_INTEL_IOMMU_COPIED) ||
	    failed(kernel_read_pointer(k, unit->at, M_INTEL_IOMMU_COPIED, &at)) || kva_is_null(at))
		return false;
	bits = arena_alloc(k->arena, NR_SOURCE_IDS / 8);
	if (failed(kernel_read(k, at, bits, NR_SOURCE_IDS / 8)))
		return false;
	for (unsigned i = 0; i < NR_SOURCE_IDS / 64; i++)
		*ret += (unsigned)__builtin_popcountll(bits[i]);
	return true;
}

static void add_what_was_before(struct kernel *k, const struct unit *unit, struct unit_facts *ret)
{
	uint64_t flags;
	unsigned nr;

	if (kernel_has_member(k, M_INTEL_IOMMU_FLAGS) &&
	    !failed(kernel_read_member(k, unit->at, M_INTEL_IOMMU_FLAGS, &flags))) {
		add_value(k, &ret->more, (struct named_value){ "translation_pre_enabled", VALUE_FLAG,
							       flags & FLAG_TRANSLATED_BEFORE, NULL });
		add_value(k, &ret->more, (struct named_value){ "interrupt_remapping_pre_enabled", VALUE_FLAG,
							       flags & FLAG_REMAPPED_BEFORE, NULL });
		if (flags & FLAG_TRANSLATED_BEFORE)
			add_line(k, &ret->lines, "before", "it translated DMA when this kernel started");
		if (flags & FLAG_REMAPPED_BEFORE)
			add_line(k, &ret->lines, "before", "it remapped interrupts when this kernel started");
	}
	if (!intel_nr_copied(k, unit, &nr))
		return;
	add_value(k, &ret->more, (struct named_value){ "copied_contexts", VALUE_COUNT, nr, NULL });
	add_line(k, &ret->lines, "copied", arena_printf(k->arena, "%u context entr%s of the kernel that crashed", nr,
						nr == 1 ? "y is" : "ies are"));
}

/* ---- all of it ---- */

#define NO_NODE -1 /* Linux include/linux/numa.h, NUMA_NO_NODE */

/* What is left of an RHSA. */
static void add_node(struct kernel *k, const struct unit *unit, struct unit_facts *ret)
{
	int64_t node;

	if (!kernel_has_member(k, M_INTEL_IOMMU_NODE))
		return;
	if (failed(kernel_read_signed(k, unit->at, M_INTEL_IOMMU_NODE, &node)) || node == NO_NODE) {
		add_value(k, &ret->more, (struct named_value){ "node", VALUE_TEXT, 0, NULL });
		return;
	}
	add_value(k, &ret->more, (struct named_value){ "node", VALUE_COUNT, (uint64_t)node, NULL });
	add_line(k, &ret->lines, "node", arena_printf(k->arena, "%lld: memory that is near to it", (long long)node));
}

static void add_features(struct kernel *k, const struct intel_caps *caps, struct unit_facts *ret)
{
	const char *names[INTEL_MAX_FEATURE_NAMES];
	size_t nr;

	ret->has_features = caps->known;
	if (!caps->known)
		return;
	nr = intel_feature_names(caps, names);
	for (size_t i = 0; i < nr; i++)
		ptrs_push(k->arena, &ret->features, arena_strdup(k->arena, names[i]));
	add_value(k, &ret->values, (struct named_value){ "raw", VALUE_HEX, caps->cap, NULL });
	add_value(k, &ret->values, (struct named_value){ "raw2", VALUE_HEX, caps->ecap, NULL });
}

void intel_unit_facts(struct kernel *k, const struct unit *unit, struct unit_facts *ret)
{
	const struct intel_unit *known = intel_unit_of(kernel_inventory(k), unit);
	struct named_value root = { "root_table", VALUE_TEXT, 0, NULL };

	memset(ret, 0, sizeof(*ret));
	if (!known)
		return;
	if (!failed(known->failure))
		root = (struct named_value){ "root_table", VALUE_HEX, known->root.v, NULL };
	add_features(k, &known->caps, ret);
	intel_irq_facts(k, unit, ret);
	add_registers(k, unit, ret);
	add_value(k, &ret->more, (struct named_value){ "segment", VALUE_COUNT, known->segment, NULL });
	add_value(k, &ret->more, (struct named_value){ "scalable", VALUE_FLAG, known->scalable, NULL });
	add_value(k, &ret->more, (struct named_value){ "ignored", VALUE_FLAG, known->ignored, NULL });
	add_value(k, &ret->more, root);
	add_line(k, &ret->lines, "segment", arena_printf(k->arena, "%04x", known->segment));
	add_node(k, unit, ret);
	add_line(k, &ret->lines, "MODE", mode_words(k, known));
	add_switches(k, known, ret);
	if (!failed(known->failure) && !kva_is_null(known->root))
		add_line(k, &ret->lines, "root", arena_printf(k->arena, "table at %llx",
						      (unsigned long long)known->root.v));
	add_what_was_before(k, unit, ret);
	intel_unit_blocks(k, known, ret);
}
