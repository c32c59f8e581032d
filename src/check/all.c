// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of the whole host, part by part: what each verb looks at of what it shows, here of everything. */
#include "check.h"

#include "iommu/kernel.h"

static void take(struct part_result *result, struct failure failure)
{
	result->failure = first_failure(result->failure, failure);
}

static void look_at_entries(struct kernel *k, struct findings *ret, struct part_result *result)
{
	size_t nr;

	take(result, check_entries(k, ret, &nr));
	result->ran = nr > 0;
	if (!nr && !failed(result->failure))
		result->lacks = "no device has an entry";
}

static void look_at_mode(struct kernel *k, struct findings *ret, struct part_result *result)
{
	struct kernel_mode mode;
	struct failure failure = kernel_mode(k, &mode);

	take(result, failure);
	result->ran = !failed(failure);
	if (result->ran)
		check_mode(k, &mode, ret);
}

static void look_at_ids(struct kernel *k, struct findings *ret, struct part_result *result)
{
	struct ptrs accounts = { 0 };
	struct failure failure = check_id_accounts(k, &accounts);

	if (failure.status == STATUS_ABSENT)
		result->lacks = "no allocator of domain ids is read here";
	else
		take(result, failure);
	result->ran = accounts.nr > 0;
	for (size_t i = 0; i < accounts.nr; i++)
		check_ids(k, accounts.at[i], ret);
}

/* ---- firmware ---- */

static void ask_wanted_of(struct kernel *k, const struct firmware *firmware, const struct device *dev,
			  struct ptrs *rows)
{
	for (size_t i = 0; i < firmware->ranges.nr; i++) {
		const struct firmware_range *wanted = firmware->ranges.at[i];
		struct unity_row *row;

		if (!range_has_pages(wanted) || !firmware->has_range(firmware, wanted, dev))
			continue;
		row = arena_alloc(k->arena, sizeof(*row));
		row->dev = dev;
		row->range = (struct unity_range){
			wanted->first_page, wanted->last_page, wanted->read, wanted->write,
			arena_printf(k->arena, "%s +%x", wanted->block, wanted->offset),
		};
		check_unity(k, dev, &row->range, &row->answer);
		ptrs_push(k->arena, rows, row);
	}
}

static void look_at_table(struct kernel *k, const struct firmware *firmware, struct findings *ret,
			  struct part_result *result)
{
	const struct inventory *inv = kernel_inventory(k);
	struct ptrs rows = { 0 };

	take(result, firmware->places);
	check_firmware(k, firmware, ret);
	for (size_t i = 0; i < inv->devices.nr && !target_interrupted(k->target); i++) {
		if (device_unit(inv->devices.at[i]))
			ask_wanted_of(k, firmware, inv->devices.at[i], &rows);
	}
	for (size_t i = 0; i < rows.nr; i++) {
		const struct unity_answer *answer = &((const struct unity_row *)rows.at[i])->answer;

		take(result, first_failure(answer->failure, answer->unread));
	}
	check_unity_rows(k, &rows, ret);
}

static void look_at_firmware(struct kernel *k, struct findings *ret, struct part_result *result)
{
	const struct ptrs *vendors = &kernel_inventory(k)->vendors;
	struct ptrs tables = { 0 }; /* struct firmware */

	for (size_t i = 0; i < vendors->nr; i++) {
		const struct vendor *vendor = vendors->at[i];
		struct firmware *firmware = arena_alloc(k->arena, sizeof(*firmware));
		struct acpi_table acpi;
		struct failure failure;

		if (!vendor->firmware_signature || !vendor->read_firmware)
			continue;
		failure = kernel_acpi_table(k, vendor->firmware_signature, &acpi);
		if (!failed(failure))
			failure = acpi.failure;
		if (!failed(failure))
			failure = vendor->read_firmware(k, &acpi, firmware);
		take(result, failure);
		if (failed(failure))
			continue;
		result->ran = true;
		ptrs_push(k->arena, &tables, firmware);
		look_at_table(k, firmware, ret, result);
	}
	find_idle_firmware_rules(k, &tables, result);
	if (!result->ran && !failed(result->failure))
		result->lacks = "the table of firmware is not read here";
}

/* ---- any ---- */

void check_part(struct kernel *k, enum check_part part, struct findings *ret, struct part_result *result)
{
	const struct inventory *inv = kernel_inventory(k);

	*result = (struct part_result){ .failure = first_failure(inv->devices_failure, inv->groups_failure) };
	result->ran = true;
	find_idle_rules(k, part, result);
	switch (part) {
	case CHECK_ENTRIES:
		look_at_entries(k, ret, result);
		break;
	case CHECK_LINKS:
		check_links(k, ret);
		break;
	case CHECK_GROUPS:
		check_group_types(k, ret);
		break;
	case CHECK_MODE:
		look_at_mode(k, ret, result);
		break;
	case CHECK_IDS:
		look_at_ids(k, ret, result);
		break;
	case CHECK_INTERRUPTS:
		check_all_interrupts(k, ret, result);
		break;
	case CHECK_UNIT_SLOTS:
		result->ran = false;
		result->lacks = "looked at by iommu irt alone so far";
		break;
	case CHECK_IOVAS:
		result->ran = false;
		result->lacks = "looked at by iommu iova alone so far";
		break;
	case CHECK_FIRMWARE:
		result->ran = false;
		look_at_firmware(k, ret, result);
		break;
	case CHECK_KERNEL_TEXT:
		check_kernel_text(k, ret, result);
		break;
	case CHECK_IOMMU_TABLES:
		check_iommu_tables(k, ret, result);
		break;
	case NR_CHECK_PARTS:
		break;
	}
	for (size_t i = 0; i < ret->not_run.nr; i++)
		take(result, ((const struct not_run *)ret->not_run.at[i])->failure);
	if (target_interrupted(k->target))
		take(result, failure_of(STATUS_INTERRUPTED));
}
