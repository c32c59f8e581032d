// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The firmware's tables: ACPICA keeps a list of them, acpi_gbl_root_table_list (drivers/acpi/acpica),
 * with the physical address of each. Its pointer to the mapped table is set only while somebody uses
 * the table, which an IOMMU driver has stopped to do by the time there is a dump.
 */
#include "iommu/acpi.h"
#include "iommu/firmware.h"
#include "iommu/read.h"

#include <string.h>

#define MAX_TABLES	4096u	   /* a large server has some 50 */
#define MAX_TABLE_BYTES (1u << 20) /* an IVRS has some KiB */

struct table_list {
	struct kva tables;
	uint32_t nr;
	uint64_t stride; /* sizeof(struct acpi_table_desc) */
};

static struct failure read_list(struct kernel *k, struct table_list *ret)
{
	struct kva list;
	uint64_t nr;
	struct failure failure = kernel_symbol(k, "acpi_gbl_root_table_list", &list);

	if (!failed(failure))
		failure = kernel_read_pointer(k, list, M_ACPI_LIST_TABLES, &ret->tables);
	if (!failed(failure))
		failure = kernel_read_member(k, list, M_ACPI_LIST_COUNT, &nr);
	if (failed(failure))
		return failure;
	if (nr > MAX_TABLES || (nr && kva_is_null(ret->tables)))
		return failure_at(STATUS_DAMAGED, list.v);
	ret->nr = (uint32_t)nr;
	failure = kernel_type_size(k, T_ACPI_DESC, &ret->stride);
	return failure;
}

static struct failure has_signature(struct kernel *k, struct kva desc, const char *signature,
				 bool *ret)
{
	char found[4];
	struct kva at;
	struct failure failure = kernel_member_at(k, desc, M_ACPI_DESC_SIGNATURE, &at);

	if (!failed(failure))
		failure = kernel_read(k, at, found, sizeof(found));
	*ret = !failed(failure) && memcmp(found, signature, sizeof(found)) == 0;
	return failure;
}

static void read_table(struct kernel *k, struct acpi_table *table)
{
	uint8_t *bytes;

	if (!table->length || table->length > MAX_TABLE_BYTES) {
		table->failure = failure_at(STATUS_DAMAGED, table->at.v);
		return;
	}
	bytes = arena_alloc(k->arena, table->length);
	table->failure = failure_at(target_read_pa(k->target, table->at, bytes, table->length), table->at.v);
	if (!failed(table->failure))
		table->bytes = bytes;
}

static struct failure read_desc(struct kernel *k, struct kva desc, struct acpi_table *ret)
{
	uint64_t length;
	struct failure failure = kernel_read_member(k, desc, M_ACPI_DESC_ADDRESS, &ret->at.v);

	if (!failed(failure))
		failure = kernel_read_member(k, desc, M_ACPI_DESC_LENGTH, &length);
	if (failed(failure))
		return failure;
	ret->length = (uint32_t)length;
	read_table(k, ret);
	return NO_FAILURE;
}

struct failure kernel_acpi_table(struct kernel *k, const char *signature, struct acpi_table *ret)
{
	struct table_list list;
	struct failure failure;

	memset(ret, 0, sizeof(*ret));
	failure = read_list(k, &list);
	if (failed(failure))
		return failure;
	for (uint32_t i = 0; i < list.nr; i++) {
		struct kva desc = kva_plus(list.tables, i * list.stride);
		bool is_it;

		if (target_interrupted(k->target))
			return failure_of(STATUS_INTERRUPTED);
		failure = has_signature(k, desc, signature, &is_it);
		if (failed(failure))
			return failure;
		if (is_it)
			return read_desc(k, desc, ret);
	}
	return failure_of(STATUS_ABSENT);
}

void firmware_header(struct kernel *k, const struct acpi_header *header, struct firmware *ret)
{
	ret->revision = header->revision;
	ret->length = header->length;
	ret->length_differs = !header->length_ok;
	ret->checksum_ok = header->checksum_ok;
	ret->oem_id = arena_strdup(k->arena, header->oem_id);
	ret->oem_table_id = arena_strdup(k->arena, header->oem_table_id);
	ret->oem_revision = header->oem_revision;
}

const struct firmware_unit *firmware_unit_at(const struct firmware *firmware, uint32_t offset)
{
	for (size_t i = 0; i < firmware->units.nr; i++) {
		const struct firmware_unit *unit = firmware->units.at[i];

		if (unit->offset == offset)
			return unit;
	}
	return NULL;
}
