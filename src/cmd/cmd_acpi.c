// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu acpi: the firmware's description of the IOMMUs, and where run time differs from it.
 *
 * The table is where the firmware put it: memory that a filtered dump may leave out. What the driver
 * made of it is then all there is.
 */
#include "firmware.h"

/* ---- without the table ---- */

static void put_parsed_device(struct context *ctx, const struct device *dev)
{
	const struct stream *alias = device_alias(dev);
	const struct unit *unit = device_unit(dev);
	char bdf[WORD_MAX], word[WORD_MAX];

	sink_row(ctx->sink);
	sink_string(ctx->sink, "device", dev->name);
	sink_string(ctx->sink, "unit", unit->has_bdf || unit->name ? word_unit(word, unit) : NULL);
	sink_string(ctx->sink, "alias", alias ? word_bdf(bdf, alias->id) : NULL);
	sink_row_end(ctx->sink);
}

/* Asks for the ranges that the driver keeps for one device. False, after a sentence: they could not be read. */
static bool ask_kept_of(struct context *ctx, const struct device *dev, struct ptrs *rows)
{
	const struct vendor *vendor = device_unit(dev)->vendor;
	struct ptrs regions = { 0 };
	struct failure failure = vendor->reserved_regions ?
					 vendor->reserved_regions(ctx->k, dev, &regions) : NO_FAILURE;

	if (failed(failure)) {
		could_not_fully(ctx, "read which memory the driver keeps mapped one to one", failure);
		return false;
	}
	for (size_t i = 0; i < regions.nr; i++) {
		const struct reserved_region *region = regions.at[i];
		struct unity_range range = { region->first_page, region->last_page, region->read,
					     region->write, "the driver" };

		if (region->unity && !region->unsure && region->first_page <= region->last_page)
			ask_unity(ctx, dev, &range, rows);
	}
	return true;
}

/* Shows what the driver kept of the ranges that firmware describes, in place of the table that is missing. */
static void put_kept_ranges(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	struct ptrs rows = { 0 };

	for (size_t i = 0; i < inv->devices.nr && !target_interrupted(ctx->k->target); i++) {
		if (device_unit(inv->devices.at[i]) && !ask_kept_of(ctx, inv->devices.at[i], &rows))
			break;
	}
	put_unity_rows(ctx, &rows);
}

/* Shows the blocks that the driver keeps. */
static void put_kept(struct context *ctx, const struct vendor *vendor)
{
	struct firmware firmware;

	if (!vendor->kept_firmware)
		return;
	vendor->kept_firmware(ctx->k, &firmware);
	sink_heading(ctx->sink, "what it keeps of the table: %zu block%s; the table may have had more",
		     firmware.blocks.nr, firmware.blocks.nr == 1 ? "" : "s");
	put_kept_blocks(ctx, &firmware);
}

/* Shows what the driver took out of the firmware's table when it started: it is in the driver's structs. */
static void put_parsed(struct context *ctx, const struct vendor *vendor)
{
	static const struct column parsed_columns[] = {
		{ .key = "device", .head = "DEVICE", .width = 12 },
		{ .key = "unit", .head = "UNIT", .width = 12 },
		{ .key = "alias", .head = "ALIAS" },
	};
	const struct inventory *inv = kernel_inventory(ctx->k);
	size_t nr_served = 0, nr_units = 0;

	for (size_t i = 0; i < inv->units.nr; i++)
		nr_units += ((const struct unit *)inv->units.at[i])->vendor == vendor;
	for (size_t i = 0; i < inv->devices.nr; i++)
		nr_served += device_unit(inv->devices.at[i]) != NULL;
	sink_heading(ctx->sink, "what the driver took out of it: %zu unit%s, %zu devices served",
		     nr_units, nr_units == 1 ? "" : "s", nr_served);
	sink_begin(ctx->sink, "driver");
	sink_count(ctx->sink, "units", nr_units);
	sink_list(ctx->sink, "devices");
	sink_table(ctx->sink, parsed_columns, sizeof(parsed_columns) / sizeof(parsed_columns[0]));
	for (size_t i = 0; i < inv->devices.nr; i++) {
		if (device_unit(inv->devices.at[i]))
			put_parsed_device(ctx, inv->devices.at[i]);
	}
	sink_list_end(ctx->sink);
	put_kept(ctx, vendor);
	put_kept_ranges(ctx);
	sink_end(ctx->sink);
}

/* ---- the tables ---- */

static bool is_active(const struct context *ctx, const struct vendor *vendor)
{
	const struct ptrs *active = &kernel_inventory(ctx->k)->vendors;

	for (size_t i = 0; i < active->nr; i++) {
		if (active->at[i] == vendor)
			return true;
	}
	return false;
}

static const char *key_of(struct context *ctx, const struct vendor *vendor)
{
	char *key = arena_strdup(&ctx->session->arena, vendor->firmware_signature);

	for (char *c = key; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
	return key;
}

static void no_table(struct context *ctx, const struct vendor *vendor, struct failure failure)
{
	const char *doing = arena_printf(&ctx->session->arena, "read the %s",
					 vendor->firmware_signature);
	bool active = is_active(ctx, vendor);

	sink_null(ctx->sink, key_of(ctx, vendor));
	if (failure.status == STATUS_ABSENT)
		sink_heading(ctx->sink, "the firmware gave no %s: it describes no %s unit",
			     vendor->firmware_signature, vendor->name);
	else if (active)
		could_not_fully(ctx, doing, failure);
	else
		cannot(ctx, doing, failure);
	if (active)
		put_parsed(ctx, vendor);
}

static void compare(struct context *ctx, const struct firmware *firmware)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	struct findings findings = { 0 };
	struct unity_result unity;
	unsigned nr;

	check_firmware(ctx->k, firmware, &findings);
	put_findings(ctx, &findings);
	unity = put_wanted_ranges(ctx, firmware);
	nr = findings.nr_wrong + unity.nr_wrong;
	sink_count(ctx->sink, "findings", nr);
	if (nr)
		sink_say(ctx->sink, "RUN TIME", "%u finding%s: see the warnings", nr,
			 nr == 1 ? "" : "s");
	else
		sink_say(ctx->sink, "RUN TIME", "%s",
			 findings_none(&findings) && unity.whole && !nr_not_read(ctx) &&
					 !failed(inv->units_failure) &&
					 !failed(inv->devices_failure) ?
				 arena_printf(&ctx->session->arena,
					      "agrees: units, who serves whom, %s%s and their pages",
					      firmware->gives_ids ? "aliases, " : "", firmware->range_word) :
				 "agrees in what could be read; not all could");
}

static void show_table_of(struct context *ctx, const struct vendor *vendor)
{
	struct acpi_table acpi;
	struct firmware firmware;
	struct failure failure = kernel_acpi_table(ctx->k, vendor->firmware_signature, &acpi);

	if (!failed(failure))
		failure = acpi.failure;
	if (!failed(failure))
		failure = vendor->read_firmware(ctx->k, &acpi, &firmware);
	if (failed(failure)) {
		no_table(ctx, vendor, failure);
		return;
	}
	put_firmware(ctx, &acpi, &firmware);
	if (is_active(ctx, vendor))
		compare(ctx, &firmware);
	else
		sink_heading(ctx->sink, "no IOMMU driver runs: nothing to compare with");
}

/* Shows the tables of the vendors whose driver runs, or, when none does, of every vendor of this tree. */
void cmd_acpi(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	const struct vendor *vendor;

	if (inv->units.nr && !inv->vendors.nr) {
		complain(ctx, "not-decoded", "this plugin does not read what firmware tells of %s",
			 words_undecoded(ctx));
		return;
	}
	for (unsigned nth = 0; (vendor = nth_vendor(nth)); nth++) {
		if (inv->vendors.nr && !is_active(ctx, vendor))
			continue;
		if (vendor->firmware_signature && vendor->read_firmware)
			show_table_of(ctx, vendor);
		else
			complain_of_vendor(ctx, vendor, "firmware table");
	}
	note_not_decoded(ctx);
}
