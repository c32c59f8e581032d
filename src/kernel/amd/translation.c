// SPDX-License-Identifier: GPL-2.0-or-later
/* A device's own entry in the device table, as what its requests go through. */
#include "amd.h"

#include "format/amd/records.h"

static struct pt_root root_at(struct kernel *k, const struct pt_format *format, struct pa table,
			      uint8_t levels)
{
	return (struct pt_root){
		.format = format,
		.table = table,
		.levels = levels,
		.enc_mask = k->enc_mask,
		.max_tables = kernel_max_tables(k),
	};
}

/* With GCR3TRPMode the pointer in the device's entry is guest physical. The mode itself is a bit of a
 * register, which no dump has: Linux sets it on every unit that can (drivers/iommu/amd/init.c,
 * iommu_enable_gt()), and nests on no other (amd_iommu_alloc_domain_nested()). */
static bool pointer_is_guest_physical(struct kernel *k, uint32_t sbdf)
{
	const struct device *dev = kernel_find_device(k, sbdf);
	struct amd_unit unit;

	if (!dev || !dev->unit)
		return true;
	amd_read_features(k, dev->unit, &unit);
	return !unit.has_features2 ||
	       field_get(record_field(&amd_efr2_record, "gcr3_trp_mode_sup"), &unit.features2);
}

static void read_pasids(struct kernel *k, uint32_t sbdf, const struct amd_dte *dte,
			struct pasid_translation *ret)
{
	ret->valid = true;
	ret->without_pasid = dte->guest_io;
	ret->table = root_at(k, &gcr3_format, dte->gcr3_root, dte->gcr3_levels);
	ret->levels = dte->guest_levels;
	if (!dte->levels)
		return;
	/* What a guest writes has no encryption bit of the host in it. */
	ret->behind_host = true;
	ret->table_behind_host = pointer_is_guest_physical(k, sbdf);
	ret->table.enc_mask = 0;
}

enum status amd_device_translation(struct kernel *k, uint32_t sbdf, struct translation *ret)
{
	struct amd_dte_place place;
	const struct amd_dte *dte = &place.dte;
	uint32_t last;
	enum status status = amd_read_dte(k, sbdf, &place, &last);

	*ret = (struct translation){
		.state = status == STATUS_OK ? dte->state : DMA_UNKNOWN,
		.entry_at = place.at,
		.domain_id = dte->domain_id,
		.read = dte->read,
		.write = dte->write,
		.remaps_irqs = dte->irq_valid,
		.irq_table = dte->irq_table,
		.irq_entries = dte->irq_entries,
		.last_sbdf = last ? (sbdf & 0xffff0000) | last : 0,
	};
	if (status != STATUS_OK || dte->state == DMA_ILLEGAL)
		return status;
	if (dte->levels && (dte->state == DMA_TRANSLATED || dte->guest)) {
		ret->has_table = true;
		ret->root = root_at(k, &amdv1_format, dte->root, dte->levels);
	}
	if (dte->guest)
		read_pasids(k, sbdf, dte, &ret->pasids);
	return STATUS_OK;
}
