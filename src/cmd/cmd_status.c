// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu status: the first question. Is there an IOMMU, in which mode, who decided, who owns what. */
#include "cmd.h"

#include "kernel/amd/amd.h"

#include "accounting.h"
#include "device_details.h"
#include "mode.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Such as amd_iommu=off. */
static void say_options(struct context *ctx)
{
	struct kernel_mode mode;

	kernel_mode(ctx->k, &mode);
	sink_string(ctx->sink, "options", mode.options);
	if (mode.options)
		sink_say(ctx->sink, "OPTIONS", "%s", mode.options);
}

static void say_no_iommu(struct context *ctx)
{
	struct sink *sink = ctx->sink;
	bool amd = kernel_has_amd_driver(ctx->k), intel = kernel_has_intel_driver(ctx->k);

	sink_null(sink, "vendor");
	if (kernel_intel_is_active(ctx->k)) {
		sink_say(sink, "IOMMU", "Intel VT-d is active; this plugin decodes AMD-Vi only, so far");
		sink_note(sink, NOTE_ERROR, "intel", "Intel VT-d is not decoded yet");
		ctx->failed = true;
	} else if (amd || intel) {
		sink_say(sink, "IOMMU", "none active: the kernel has a driver for%s%s%s, but it found "
			 "no unit (or was told not to use it)",
			 amd ? " AMD-Vi" : "", amd && intel ? " and" : "",
			 intel ? " Intel VT-d" : "");
		say_options(ctx);
	} else {
		sink_say(sink, "IOMMU", "none: this kernel was built without an x86 IOMMU driver, or "
			 "its namelist has no symbols of one (amd_iommu_list, intel_iommu_enabled)");
	}
}

static void put_units(struct context *ctx, const struct inventory *inv)
{
	const char *line = "";

	for (size_t i = 0; i < inv->units.nr && i < 4; i++) {
		const struct unit *unit = inv->units.at[i];
		const char *features = ctx->k->vendor->unit_features(ctx->k, unit);
		char bdf[WORD_MAX];

		line = arena_printf(&ctx->session->arena, "%s%s%s", line, i ? ", " : ": ",
				    unit->has_bdf ? word_bdf(bdf, unit->sbdf) : "?");
		if (unit->has_mmio)
			line = arena_printf(&ctx->session->arena, "%s at %" PRIx64, line,
					    unit->mmio.v);
		if (features && *features)
			line = arena_printf(&ctx->session->arena, "%s (%s)", line, features);
	}
	sink_string(ctx->sink, "vendor", ctx->k->vendor->name);
	sink_say(ctx->sink, "IOMMU", "%s, %zu unit%s%s%s", ctx->k->vendor->name, inv->units.nr,
		 inv->units.nr == 1 ? "" : "s", line, inv->units.nr > 4 ? ", ..." : "");
}

struct type_count {
	int64_t type;
	unsigned nr;
};

/* "8 identity, 2 unmanaged": by the domain that each device is attached to. */
static const char *types_of_devices(struct context *ctx, const struct inventory *inv)
{
	struct type_count counts[16];
	size_t nr = 0;
	const char *line = "";

	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];
		const struct domain *domain = dev->domain ? dev->domain :
					      dev->group  ? dev->group->domain :
							    NULL;
		size_t at = 0;

		if (!domain)
			continue;
		while (at < nr && counts[at].type != domain->type)
			at++;
		if (at == nr && nr == sizeof(counts) / sizeof(counts[0]))
			continue;
		if (at == nr)
			counts[nr++] = (struct type_count){ domain->type, 0 };
		counts[at].nr++;
	}
	for (size_t i = 0; i < nr; i++)
		line = arena_printf(&ctx->session->arena, "%s%s%u %s", line, i ? ", " : ": ",
				    counts[i].nr, domain_type_name(counts[i].type));
	return line;
}

static unsigned nr_covered(const struct inventory *inv)
{
	unsigned nr = 0;

	for (size_t i = 0; i < inv->devices.nr; i++)
		nr += ((const struct device *)inv->devices.at[i])->group != NULL;
	return nr;
}

static void put_counts(struct context *ctx, const struct inventory *inv)
{
	struct sink *sink = ctx->sink;
	unsigned covered = nr_covered(inv);

	sink_begin(sink, "counts");
	sink_count(sink, "units", inv->units.nr);
	sink_count(sink, "groups", inv->groups.nr);
	sink_count(sink, "devices", covered);
	sink_count(sink, "devices_without_group", inv->devices.nr - covered);
	sink_count(sink, "domains", inv->domains.nr);
	sink_end(sink);
	if (inv->groups_status != STATUS_OK && !inv->groups.nr)
		sink_say(sink, "DEVICES", "%zu found; their groups could not be read",
			 inv->devices.nr);
	else
		sink_say(sink, "DEVICES", "%u in %zu groups%s", covered, inv->groups.nr,
			 types_of_devices(ctx, inv));
	if (inv->devices.nr != covered && inv->groups.nr)
		sink_say(sink, "", "%zu more in no group%s", inv->devices.nr - covered,
			 inv->groups_status == STATUS_OK ? ", served by no IOMMU" :
							   " that could be read");
}

static void put_domains(struct context *ctx, const struct inventory *inv, unsigned *findings)
{
	struct sink *sink = ctx->sink;
	struct accounting acc;

	if (accounting_make(ctx, &acc) != STATUS_OK) {
		sink_say(sink, "DOMAINS", "%zu found", inv->domains.nr);
		not_all(ctx, "read the allocator of domain ids", acc.status, acc.missing);
		return;
	}
	/* With lists that are not whole, an id without a domain proves nothing. */
	*findings += acc.nr_unaccounted && !acc.unsure ? 1 : 0;
	*findings += acc.nr_unallocated ? 1 : 0;
	sink_say(sink, "DOMAINS", "%zu found; %" PRIu64 " ids allocated of %u (%s)%s",
		 inv->domains.nr, acc.ids.nr_allocated, acc.ids.nr_ids - acc.ids.reserved,
		 acc.ids.symbol,
		 acc.nr_unaccounted || acc.nr_unallocated ? "" : ", all accounted for");
	accounting_note(ctx, &acc);
}

/* ---- owners ---- */

/* Runs to look at before giving up: a guest's first pages may be firmware or a BAR. */
#define RUNS_TO_TRY 16

struct holder {
	struct context *ctx;
	unsigned tries;
	struct page_fact fact; /* has_task when a process was found */
};

static bool look_at_run(void *ctx, const struct pt_run *run)
{
	struct holder *holder = ctx;

	kernel_describe_page(holder->ctx->k, run->pa, &holder->fact);
	return !holder->fact.has_task && ++holder->tries < RUNS_TO_TRY;
}

/* Whose memory the domain maps. */
static bool find_holder(struct context *ctx, const struct domain *domain, struct page_fact *ret)
{
	struct holder holder = { .ctx = ctx };
	struct pt_visitor visitor = { .ctx = &holder, .run = look_at_run };
	struct pt_totals totals;

	if (!domain || !domain->has_table)
		return false;
	pt_scan(ctx->session->target, &domain->root, iova_of(0), iova_of(UINT64_MAX), &visitor,
		&totals);
	*ret = holder.fact;
	return holder.fact.has_task;
}

static const char *claiming_driver(const struct group *group)
{
	const struct device *dev = group->devices.nr ? group->devices.at[0] : NULL;

	return dev && dev->driver ? dev->driver : "?";
}

/* By VFIO's own objects where their types are known, else by the memory that is mapped. */
static void put_owner(struct context *ctx, const struct group *group, bool first)
{
	struct sink *sink = ctx->sink;
	struct vfio_holder vfio;
	struct page_fact fact = { 0 };
	bool is_vfio = kernel_vfio_holder(ctx->k, group, &vfio) == STATUS_OK;
	const struct vfio_area *area = is_vfio && vfio.areas.nr ? vfio.areas.at[0] : NULL;

	sink_row(sink);
	sink_count(sink, "group", (uint64_t)group->id);
	sink_hex(sink, "owner", group->owner.v);
	sink_string(sink, "driver", claiming_driver(group));
	if (area && area->pid >= 0) {
		sink_count(sink, "pid", (uint64_t)area->pid);
		sink_string(sink, "comm", area->comm);
		sink_say(sink, first ? "OWNERS" : "", "group %" PRId64 ": VFIO, pid %" PRId64
			 " \"%s\"", group->id, area->pid, area->comm ? area->comm : "?");
	} else if (find_holder(ctx, group->domain, &fact)) {
		sink_count(sink, "pid", (uint64_t)fact.pid);
		sink_string(sink, "comm", fact.comm);
		sink_say(sink, first ? "OWNERS" : "",
			 "group %" PRId64 ": user space, by %s; maps memory of pid %" PRId64
			 " \"%s\"",
			 group->id, claiming_driver(group), fact.pid, fact.comm ? fact.comm : "?");
	} else {
		sink_say(sink, first ? "OWNERS" : "", "group %" PRId64 ": user space, by %s",
			 group->id, claiming_driver(group));
	}
	sink_row_end(sink);
}

static void put_owners(struct context *ctx, const struct inventory *inv)
{
	struct sink *sink = ctx->sink;
	unsigned nr = 0;
	bool known = false;

	sink_list(sink, "owners");
	for (size_t i = 0; i < inv->groups.nr; i++) {
		const struct group *group = inv->groups.at[i];

		known |= group->has_owner;
		if (!kva_is_null(group->owner))
			put_owner(ctx, group, nr++ == 0);
	}
	sink_list_end(sink);
	if (nr || !inv->groups.nr)
		return;
	if (!known) {
		sink_say(sink, "OWNERS", "not known");
		note_owner_unknown(ctx);
	} else if (inv->groups_status != STATUS_OK) {
		sink_say(sink, "OWNERS", "none among the groups that could be read");
	} else {
		sink_say(sink, "OWNERS", "none: no group is claimed for user space");
	}
}

/* The table that requests without a PASID go through, where the driver too has one for them: a guest's
 * is not its. False: there is none, or it could not be read; that is told in the end. */
static bool hardware_table(struct context *ctx, const struct translation *t, struct pa *ret)
{
	struct selection sel = { 0 };
	const struct pt_step *last;

	if (t->state == DMA_TRANSLATED) {
		*ret = t->root.table;
		return true;
	}
	if (t->state != DMA_GUEST || t->pasids.behind_host)
		return false;
	select_pasid(ctx, &t->pasids, &t->root, 0, &sel);
	last = &sel.pasid_walk.steps[sel.pasid_walk.nr_steps - 1];
	if (sel.pasid_walk.result == PT_UNREADABLE)
		kernel_remember(ctx->k, last->status, NULL, last->entry_pa.v);
	*ret = sel.root.table;
	return sel.has_table;
}

/* Devices whose own entry in the hardware's table disagrees with the driver, or is damaged. */
static void check_entries(struct context *ctx, const struct inventory *inv, unsigned *findings)
{
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];
		struct translation t;
		const struct domain *domain = dev->domain;
		struct pa table;
		char bdf[WORD_MAX];

		if (!dev->unit ||
		    ctx->k->vendor->device_translation(ctx->k, dev->sbdf, &t) != STATUS_OK)
			continue;
		if (t.state == DMA_ILLEGAL) {
			sink_note(ctx->sink, NOTE_WARNING, "illegal-entry",
				  "%s: its translation entry is illegal", dev->name);
			++*findings;
		}
		if (dev->has_alias && alias_entry_differs(ctx, dev->sbdf, dev->alias_sbdf)) {
			sink_note(ctx->sink, NOTE_WARNING, "alias-entry-differs",
				  "%s: its requests carry the id %s, whose entry is not as its own",
				  dev->name, word_bdf(bdf, dev->alias_sbdf));
			++*findings;
		}
		if (domain && domain->has_table && hardware_table(ctx, &t, &table) &&
		    domain->root.table.v != table.v) {
			sink_note(ctx->sink, NOTE_WARNING, "root-differs",
				  "%s: the hardware's table is %" PRIx64 ", the driver's %" PRIx64,
				  dev->name, table.v, domain->root.table.v);
			++*findings;
		}
		if (domain && domain->has_id && t.state != DMA_GUEST && domain->id != t.domain_id) {
			sink_note(ctx->sink, NOTE_WARNING, "domain-id-differs",
				  "%s: the hardware's domain id is 0x%x, the driver's 0x%x",
				  dev->name, t.domain_id, domain->id);
			++*findings;
		}
	}
}

static bool inventory_is_whole(const struct inventory *inv)
{
	return inv->units_status == STATUS_OK && inv->devices_status == STATUS_OK &&
	       inv->groups_status == STATUS_OK && inv->domains_status == STATUS_OK;
}

void cmd_status(struct context *ctx)
{
	struct inventory *inv;
	unsigned findings = 0;

	if (!ctx->k->vendor) {
		say_no_iommu(ctx);
		return;
	}
	inv = kernel_inventory(ctx->k);
	put_units(ctx, inv);
	put_mode(ctx, inv);
	put_counts(ctx, inv);
	put_domains(ctx, inv, &findings);
	put_owners(ctx, inv);
	check_entries(ctx, inv, &findings);
	sink_count(ctx->sink, "findings", findings);
	if (findings)
		sink_say(ctx->sink, "CHECK", "%u finding%s: see the warnings", findings,
			 findings == 1 ? "" : "s");
	else if (inventory_is_whole(inv))
		sink_say(ctx->sink, "CHECK", "no findings");
	else
		sink_say(ctx->sink, "CHECK", "no findings in what could be read; not all could");
	if (inv->groups_status != STATUS_OK)
		not_all_at(ctx, "list groups", inv->groups_status, inv->groups_missing,
			   inv->groups_at);
	if (inv->devices_status != STATUS_OK)
		not_all_at(ctx, "list devices", inv->devices_status, inv->devices_missing,
			   inv->devices_at);
	if (inv->domains_status != STATUS_OK)
		not_all_at(ctx, "list domains", inv->domains_status, inv->domains_missing,
			   inv->domains_at);
}
