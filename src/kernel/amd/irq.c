// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which entry of which interrupt remapping table serves which Linux interrupt: every descriptor has
 * a chain of struct irq_data, one per interrupt domain it passes; the one in a unit's ir_domain has
 * a struct amd_ir_data (drivers/iommu/amd/iommu.c) with the table's device and the index.
 */
#include "amd.h"
#include "kernel/tree.h"

#include <string.h>

#define MAX_CHAIN 8 /* domains above one another */

struct collect {
	struct kernel *k;
	struct ptrs units; /* struct ir_unit */
	struct ptrs *ret;
	enum status status;
};

struct ir_unit {
	uint64_t domain; /* struct irq_domain */
	uint32_t segment;
};

static void note_status(struct collect *c, enum status status)
{
	if (c->status == STATUS_OK)
		c->status = status;
}

static enum status collect_units(struct collect *c)
{
	struct ptrs *units = &kernel_inventory(c->k)->units;

	for (size_t i = 0; i < units->nr; i++) {
		const struct unit *unit = units->at[i];
		struct ir_unit *ir = arena_alloc(c->k->arena, sizeof(*ir));
		enum status status =
			kernel_read_member(c->k, unit->at, M_AMD_IOMMU_IR_DOMAIN, &ir->domain);

		if (status != STATUS_OK)
			return status;
		ir->segment = unit->sbdf >> 16;
		if (ir->domain)
			ptrs_push(c->k->arena, &c->units, ir);
	}
	return STATUS_OK;
}

static const struct ir_unit *unit_of_domain(const struct collect *c, uint64_t domain)
{
	for (size_t i = 0; i < c->units.nr; i++) {
		const struct ir_unit *ir = c->units.at[i];

		if (ir->domain == domain)
			return ir;
	}
	return NULL;
}

/* The irq_data of the chain that stands in a unit's domain; ABSENT: this interrupt has none. */
static enum status find_ir_data(struct collect *c, struct kva data, struct kva *ret,
				const struct ir_unit **unit)
{
	for (unsigned i = 0; i < MAX_CHAIN && !kva_is_null(data); i++) {
		uint64_t domain;
		enum status status = kernel_read_member(c->k, data, M_IRQ_DATA_DOMAIN, &domain);

		if (status != STATUS_OK)
			return status;
		*unit = unit_of_domain(c, domain);
		if (*unit)
			return kernel_read_pointer(c->k, data, M_IRQ_DATA_CHIP_DATA, ret);
		status = kernel_read_pointer(c->k, data, M_IRQ_DATA_PARENT, &data);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_ABSENT;
}

static const char *action_name(struct kernel *k, struct kva desc)
{
	struct kva action, name_at;
	const char *name;

	if (kernel_read_pointer(k, desc, M_IRQ_DESC_ACTION, &action) != STATUS_OK ||
	    kva_is_null(action) ||
	    kernel_read_pointer(k, action, M_IRQACTION_NAME, &name_at) != STATUS_OK ||
	    kernel_read_string(k, name_at, &name) != STATUS_OK)
		return NULL;
	return name;
}

static enum status read_desc(struct collect *c, struct kva desc)
{
	struct amd_irq *irq;
	struct kva data, ir_data = { 0 };
	const struct ir_unit *unit;
	uint64_t number, devid, index;
	enum status status = kernel_member_at(c->k, desc, M_IRQ_DESC_DATA, &data);

	if (status == STATUS_OK)
		status = kernel_read_member(c->k, data, M_IRQ_DATA_IRQ, &number);
	if (status == STATUS_OK)
		status = find_ir_data(c, data, &ir_data, &unit);
	if (status != STATUS_OK || kva_is_null(ir_data))
		return status == STATUS_ABSENT ? STATUS_OK : status;
	status = kernel_read_member(c->k, ir_data, M_AMD_IR_DATA_DEVID, &devid);
	if (status == STATUS_OK)
		status = kernel_read_member(c->k, ir_data, M_AMD_IR_DATA_INDEX, &index);
	if (status != STATUS_OK)
		return status;
	irq = arena_alloc(c->k->arena, sizeof(*irq));
	*irq = (struct amd_irq){
		.irq = (uint32_t)number,
		.name = action_name(c->k, desc),
		.sbdf = unit->segment << 16 | (uint32_t)devid,
		.index = (uint32_t)index,
	};
	ptrs_push(c->k->arena, c->ret, irq);
	return STATUS_OK;
}

static bool visit_desc(void *ctx, uint64_t index, uint64_t entry)
{
	struct collect *c = ctx;

	(void)index;
	if (!xa_is_value(entry))
		note_status(c, read_desc(c, kva_of(entry)));
	return true;
}

static enum status visit_descs(struct kernel *k, struct collect *c)
{
	struct kva tree;
	uint64_t root;
	enum status status;

	if (kernel_symbol(k, "sparse_irqs", &tree) == STATUS_OK) {
		status = kernel_read_member(k, tree, M_MAPLE_ROOT, &root);
		return status == STATUS_OK ? kernel_maple_tree(k, root, visit_desc, c) : status;
	}
	status = kernel_symbol(k, "irq_desc_tree", &tree);
	if (status == STATUS_OK)
		status = kernel_read_member(k, tree, M_XARRAY_HEAD, &root);
	return status == STATUS_OK ? kernel_xarray(k, root, visit_desc, c) : status;
}

enum status amd_irqs(struct kernel *k, struct ptrs *ret)
{
	struct collect c = { .k = k, .ret = ret };
	enum status status = collect_units(&c);

	if (status == STATUS_OK)
		status = visit_descs(k, &c);
	return status != STATUS_OK ? status : c.status;
}
