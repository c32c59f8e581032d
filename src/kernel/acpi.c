// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The firmware's tables: ACPICA keeps a list of them, acpi_gbl_root_table_list (drivers/acpi/acpica),
 * with the physical address of each. Its pointer to the mapped table is set only while somebody uses
 * the table, which the IOMMU driver has stopped to do by the time there is a dump.
 */
#include "iommu/kernel.h"

#include <string.h>

#define MAX_TABLES	4096u	   /* a large server has some 50 */
#define MAX_TABLE_BYTES (1u << 20) /* an IVRS has some KiB */

struct table_list {
	struct kva tables;
	uint32_t nr;
	uint64_t stride; /* sizeof(struct acpi_table_desc) */
};

static enum status damaged_at(struct kernel *k, struct kva at)
{
	k->failed_at = at.v;
	return STATUS_DAMAGED;
}

static enum status read_list(struct kernel *k, struct table_list *ret)
{
	struct kva list;
	uint64_t nr;
	enum status status = kernel_symbol(k, "acpi_gbl_root_table_list", &list);

	if (status == STATUS_OK)
		status = kernel_read_pointer(k, list, M_ACPI_LIST_TABLES, &ret->tables);
	if (status == STATUS_OK)
		status = kernel_read_member(k, list, M_ACPI_LIST_COUNT, &nr);
	if (status != STATUS_OK)
		return status;
	if (nr > MAX_TABLES || (nr && kva_is_null(ret->tables)))
		return damaged_at(k, list);
	ret->nr = (uint32_t)nr;
	status = layout_type(k->layout, k->target, T_ACPI_DESC, &ret->stride);
	if (status != STATUS_OK)
		k->missing = layout_type_name(T_ACPI_DESC);
	return status;
}

static enum status has_signature(struct kernel *k, struct kva desc, const char *signature,
				 bool *ret)
{
	char found[4];
	struct kva at;
	enum status status = kernel_member_at(k, desc, M_ACPI_DESC_SIGNATURE, &at);

	if (status == STATUS_OK)
		status = kernel_read(k, at, found, sizeof(found));
	*ret = status == STATUS_OK && memcmp(found, signature, sizeof(found)) == 0;
	return status;
}

static void read_table(struct kernel *k, struct acpi_table *table)
{
	uint8_t *bytes;

	if (!table->length || table->length > MAX_TABLE_BYTES) {
		table->status = STATUS_DAMAGED;
		return;
	}
	bytes = arena_alloc(k->arena, table->length);
	table->status = target_read_pa(k->target, table->at, bytes, table->length);
	if (table->status == STATUS_OK)
		table->bytes = bytes;
}

static enum status read_desc(struct kernel *k, struct kva desc, struct acpi_table *ret)
{
	uint64_t length;
	enum status status = kernel_read_member(k, desc, M_ACPI_DESC_ADDRESS, &ret->at.v);

	if (status == STATUS_OK)
		status = kernel_read_member(k, desc, M_ACPI_DESC_LENGTH, &length);
	if (status != STATUS_OK)
		return status;
	ret->length = (uint32_t)length;
	read_table(k, ret);
	return STATUS_OK;
}

enum status kernel_acpi_table(struct kernel *k, const char *signature, struct acpi_table *ret)
{
	struct table_list list;
	enum status status;

	memset(ret, 0, sizeof(*ret));
	status = read_list(k, &list);
	if (status != STATUS_OK)
		return status;
	for (uint32_t i = 0; i < list.nr; i++) {
		struct kva desc = kva_plus(list.tables, i * list.stride);
		bool is_it;

		if (target_interrupted(k->target))
			return STATUS_INTERRUPTED;
		status = has_signature(k, desc, signature, &is_it);
		if (status != STATUS_OK)
			return status;
		if (is_it)
			return read_desc(k, desc, ret);
	}
	return STATUS_ABSENT;
}
