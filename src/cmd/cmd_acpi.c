// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu acpi: the firmware's description (IVRS), and where run time differs from it.
 *
 * The table is where the firmware put it: memory that a filtered dump may leave out. What the driver
 * made of it is then all there is.
 */
#include "ivrs.h"

#include "kernel/amd/amd.h"
#include "unity.h"

/* ---- without the table ---- */

static bool is_parsed(const struct device *dev)
{
	return dev->unit != NULL;
}

static size_t count_parsed(const struct inventory *inv)
{
	size_t nr = 0;

	for (size_t i = 0; i < inv->devices.nr; i++)
		nr += is_parsed(inv->devices.at[i]);
	return nr;
}

static void put_parsed_device(struct context *ctx, const struct device *dev)
{
	char bdf[WORD_MAX], unit[WORD_MAX];

	sink_row(ctx->sink);
	sink_string(ctx->sink, "device", dev->name);
	sink_string(ctx->sink, "unit",
		    dev->unit->has_bdf ? word_bdf(unit, dev->unit->sbdf) : NULL);
	sink_string(ctx->sink, "alias", dev->has_alias ? word_bdf(bdf, dev->alias_sbdf) : NULL);
	sink_row_end(ctx->sink);
}

/* The driver keeps what it took out of each IVMD. False: it could not be read; that is said. */
static bool kept_ranges(struct context *ctx, const struct device *dev, struct ptrs *ret)
{
	enum status status = ctx->k->vendor->reserved_regions(ctx->k, dev, ret);

	if (status != STATUS_OK)
		not_all(ctx, "read the unity maps that the driver kept", status, ctx->k->missing);
	return status == STATUS_OK;
}

static void put_kept_unity(struct context *ctx)
{
	struct inventory *inv = kernel_inventory(ctx->k);
	bool any = false;

	sink_list(ctx->sink, "unity");
	for (size_t i = 0; i < inv->devices.nr && !target_interrupted(ctx->k->target); i++) {
		const struct device *dev = inv->devices.at[i];
		struct ptrs regions = { 0 };

		if (!is_parsed(dev))
			continue;
		if (!kept_ranges(ctx, dev, &regions))
			break;
		for (size_t j = 0; j < regions.nr; j++) {
			const struct reserved_region *region = regions.at[j];
			struct unity_range range = { region->start, region->last, region->read,
						     region->write, "the driver" };

			if (!region->unity)
				continue;
			if (!any)
				unity_table(ctx);
			any = true;
			put_unity(ctx, dev, &range);
		}
	}
	sink_list_end(ctx->sink);
}

/* The driver's tables are what it took out of the IVRS when it started. */
static void put_parsed(struct context *ctx)
{
	static const struct column parsed_columns[] = {
		{ .key = "device", .head = "DEVICE", .width = 12 },
		{ .key = "unit", .head = "UNIT", .width = 12 },
		{ .key = "alias", .head = "ALIAS" },
	};
	struct inventory *inv = kernel_inventory(ctx->k);

	sink_heading(ctx->sink, "what the driver took out of it: %zu unit%s, %zu devices served",
		     inv->units.nr, inv->units.nr == 1 ? "" : "s", count_parsed(inv));
	sink_begin(ctx->sink, "driver");
	sink_count(ctx->sink, "units", inv->units.nr);
	sink_list(ctx->sink, "devices");
	sink_table(ctx->sink, parsed_columns, sizeof(parsed_columns) / sizeof(parsed_columns[0]));
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		if (is_parsed(dev))
			put_parsed_device(ctx, dev);
	}
	sink_list_end(ctx->sink);
	put_kept_unity(ctx);
	sink_end(ctx->sink);
}

static void no_table(struct context *ctx, enum status status)
{
	sink_null(ctx->sink, "ivrs");
	if (status == STATUS_ABSENT)
		sink_heading(ctx->sink, "the firmware gave no IVRS: it describes no AMD IOMMU");
	else if (ctx->k->vendor)
		not_all(ctx, "read the IVRS", status, ctx->k->missing);
	else
		cannot(ctx, "read the IVRS", status, ctx->k->missing);
	if (ctx->k->vendor)
		put_parsed(ctx);
}

void cmd_acpi(struct context *ctx)
{
	struct acpi_table acpi;
	struct ivrs_table table;
	enum status status = kernel_acpi_table(ctx->k, "IVRS", &acpi);
	uint8_t used;

	if (status == STATUS_OK && acpi.status != STATUS_OK) {
		ctx->k->failed_at = acpi.at.v;
		status = acpi.status;
	}
	if (status == STATUS_OK && amd_ivrs_open(acpi.bytes, acpi.length, &table) == IVRS_NO_HEADER) {
		ctx->k->failed_at = acpi.at.v;
		status = STATUS_DAMAGED;
	}
	if (status != STATUS_OK) {
		no_table(ctx, status);
		return;
	}
	used = amd_ivhd_type_used(ctx->k, &table);
	put_ivrs(ctx, &acpi, &table, used);
	if (ctx->k->vendor)
		compare_ivrs(ctx, &table, used);
	else
		sink_heading(ctx->sink, "no IOMMU driver runs: nothing to compare with");
}
