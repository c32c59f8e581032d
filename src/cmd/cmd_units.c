// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu units: the hardware, what it can do, which tables and rings it has, whom it serves. */
#include "cmd.h"

#include "format/amd/records.h"
#include "kernel/amd/amd.h"

#include "format/amd/features.h"
#include "format/amd/ivrs.h"

#include <inttypes.h>

static const struct column columns[] = {
	{ .key = "device", .head = "UNIT", .width = 12 },
	{ .key = "mmio_pa", .head = "REGISTERS", .width = 9 },
	{ .key = "irq_mode", .head = "INTERRUPTS", .width = 12 },
	{ .key = "nr_devices", .head = "SERVES", .right = true },
	{ .key = "names", .head = "FEATURES" },
};

static void put_features(struct context *ctx, const struct unit *unit,
			 const struct amd_unit *facts)
{
	const char *names[AMD_MAX_FEATURE_NAMES];
	struct sink *sink = ctx->sink;
	size_t nr;

	if (!facts->has_features) {
		sink_null(sink, "features");
		sink_cell(sink, "names", "<not known in this kernel>");
		return;
	}
	nr = amd_feature_names(facts->features, names);
	sink_begin(sink, "features");
	sink_hex(sink, "raw", facts->features);
	sink_bool(sink, "common", facts->common_features);
	if (facts->has_features2)
		sink_hex(sink, "raw2", facts->features2);
	sink_list(sink, "names");
	for (size_t i = 0; i < nr; i++)
		sink_string(sink, NULL, names[i]);
	sink_list_end(sink);
	sink_end(sink);
	sink_cell(sink, "names", "%s", ctx->k->vendor->unit_features(ctx->k, unit));
}

static const char *irq_mode(const struct amd_unit *facts)
{
	if (!facts->has_irq_mode)
		return NULL;
	if (!facts->wide_irte)
		return "32-bit";
	if (facts->vapic)
		return facts->x2apic ? "vAPIC x2APIC" : "vAPIC";
	return facts->x2apic ? "128-bit x2APIC" : "128-bit";
}

/* ---- rings ---- */

static const char *const ring_names[] = {
	[AMD_RING_COMMANDS] = "command_buffer",
	[AMD_RING_EVENTS] = "event_log",
	[AMD_RING_PPR] = "ppr_log",
	[AMD_RING_GA] = "ga_log",
};

static void put_ring(struct context *ctx, const struct unit *unit, enum amd_ring_kind kind)
{
	struct sink *sink = ctx->sink;
	struct amd_ring ring;
	enum status status = amd_read_ring(ctx->k, unit, kind, &ring);

	if (status != STATUS_OK || kva_is_null(ring.at)) {
		sink_null(sink, ring_names[kind]);
		if (ctx->opt.verbose)
			sink_say(sink, "  ring", "%-14s  %s", ring_names[kind],
				 status == STATUS_OK ? "not set up" : in_place(status));
		return;
	}
	sink_begin(sink, ring_names[kind]);
	sink_hex(sink, "address", ring.at.v);
	sink_count(sink, "bytes", ring.bytes);
	sink_end(sink);
	if (ctx->opt.verbose)
		sink_say(sink, "  ring", "%-14s  %" PRIx64 ", %u entries of %u bytes",
			 ring_names[kind], ring.at.v, ring.bytes / ring.entry_bytes,
			 ring.entry_bytes);
}

/* ---- whom it serves ---- */

static size_t count_served(struct context *ctx, const struct unit *unit)
{
	struct ptrs *devices = &kernel_inventory(ctx->k)->devices;
	size_t nr = 0;

	for (size_t i = 0; i < devices->nr; i++)
		nr += ((const struct device *)devices->at[i])->unit == unit;
	return nr;
}

static void put_served(struct context *ctx, const struct unit *unit)
{
	struct ptrs *devices = &kernel_inventory(ctx->k)->devices;

	sink_count(ctx->sink, "nr_devices", count_served(ctx, unit));
	sink_list(ctx->sink, "devices");
	for (size_t i = 0; i < devices->nr; i++) {
		const struct device *dev = devices->at[i];

		if (dev->unit != unit)
			continue;
		sink_string(ctx->sink, NULL, dev->name);
		if (ctx->opt.verbose)
			sink_say(ctx->sink, "  serves", "%s  driver %s", dev->name,
				 dev->driver ? dev->driver : "-");
	}
	sink_list_end(ctx->sink);
}

static void put_registers(struct context *ctx, const struct amd_unit *facts)
{
	bool shown = ctx->opt.verbose > 0;

	if (facts->has_features) {
		if (shown)
			sink_say(ctx->sink, "  EFR", "%" PRIx64 "%s", facts->features,
				 facts->common_features ? "  (what all units have in common)" : "");
		sink_record(ctx->sink, "efr", &amd_efr_record, &facts->features, shown);
	}
	if (facts->has_features2) {
		if (shown)
			sink_say(ctx->sink, "  EFR2", "%" PRIx64, facts->features2);
		sink_record(ctx->sink, "efr2", &amd_efr2_record, &facts->features2, shown);
	}
	if (facts->has_cap) {
		if (shown)
			sink_say(ctx->sink, "  CAP", "%" PRIx64, facts->cap);
		sink_record(ctx->sink, "capability", &amd_cap_record, &facts->cap, shown);
	}
}

/* The flags of the IVHD, which the driver keeps: the second byte of that block. */
static const char *ivhd_flag_words(struct context *ctx, uint64_t flags)
{
	static const char *const keys[] = { "ht_tun_en", "pass_pw",  "res_pass_pw", "isoc",
					    "iotlb_sup", "coherent", "pref_sup",    "ppr_sup" };
	const uint64_t words[3] = { amd_ivhd_flags_word(flags) };
	const char *line = "";

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct field *field = record_field(&amd_ivhd10_record, keys[i]);

		if (field && field_get(field, words))
			line = arena_printf(&ctx->session->arena, "%s %s", line, field->name);
	}
	return line;
}

static void say_verbose(struct context *ctx, const struct unit *unit, const struct amd_unit *facts)
{
	struct sink *sink = ctx->sink;

	if (!ctx->opt.verbose)
		return;
	if (unit->has_bdf)
		sink_say(sink, "  segment", "%04x", unit->sbdf >> 16);
	if (unit->has_mmio)
		sink_say(sink, "  MMIO", "registers at %" PRIx64, unit->mmio.v);
	sink_say(sink, "  irqs", "%s entries", irq_mode(facts) ? irq_mode(facts) : "unknown");
	if (facts->has_acpi_flags)
		sink_say(sink, "  IVHD", "flags %" PRIx64 ":%s", facts->acpi_flags,
			 ivhd_flag_words(ctx, facts->acpi_flags));
	if (facts->has_cap_ptr)
		sink_say(sink, "  PCI", "capability at 0x%" PRIx64 " of configuration space",
			 facts->cap_ptr);
}

static void put_unit(struct context *ctx, const struct unit *unit)
{
	struct sink *sink = ctx->sink;
	struct amd_unit facts;
	char bdf[WORD_MAX];

	amd_read_unit(ctx->k, unit, &facts);
	if (ctx->opt.verbose)
		sink_heading(sink, "unit %s  struct amd_iommu at %" PRIx64,
			     unit->has_bdf ? word_bdf(bdf, unit->sbdf) : "?", unit->at.v);
	sink_row(sink);
	sink_string(sink, "vendor", ctx->k->vendor->name);
	sink_string(sink, "device", unit->has_bdf ? word_bdf(bdf, unit->sbdf) : NULL);
	sink_hex(sink, "address", unit->at.v);
	if (unit->has_mmio)
		sink_hex(sink, "mmio_pa", unit->mmio.v);
	else
		sink_null(sink, "mmio_pa");
	put_features(ctx, unit, &facts);
	sink_string(sink, "irq_mode", irq_mode(&facts));
	if (facts.has_acpi_flags)
		sink_hex(sink, "ivhd_flags", facts.acpi_flags);
	if (facts.has_cap_ptr)
		sink_hex(sink, "cap_offset", facts.cap_ptr);
	say_verbose(ctx, unit, &facts);
	put_registers(ctx, &facts);
	for (enum amd_ring_kind kind = AMD_RING_COMMANDS; kind <= AMD_RING_GA; kind++)
		put_ring(ctx, unit, kind);
	put_served(ctx, unit);
	sink_row_end(sink);
}

void cmd_units(struct context *ctx)
{
	struct inventory *inv = kernel_inventory(ctx->k);

	sink_list(ctx->sink, "units");
	if (!ctx->opt.verbose)
		sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < inv->units.nr; i++)
		put_unit(ctx, inv->units.at[i]);
	sink_list_end(ctx->sink);
	if (inv->units_status != STATUS_OK)
		not_all_at(ctx, "list units", inv->units_status, inv->units_missing,
			   inv->units_at);
}
