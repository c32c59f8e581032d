// SPDX-License-Identifier: GPL-2.0-or-later
/* What -d, -g, -D or -r chose: a state of translation, and the page table if there is one. */
#include "cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FORMAT_DEFAULT "amdv1"
#define GUEST_LEVELS_DEFAULT 4

static const char *copy_of(struct context *ctx, const char *text)
{
	return arena_strdup(&ctx->session->arena, text);
}

static enum dma_state state_of_domain(const struct domain *domain)
{
	if (domain->has_table)
		return DMA_TRANSLATED;
	if (domain->type == DOMAIN_IDENTITY)
		return DMA_PASSTHROUGH;
	if (domain->type == DOMAIN_BLOCKED)
		return DMA_BLOCKED;
	return DMA_UNKNOWN;
}

static bool take_domain(struct context *ctx, struct domain *domain, struct selection *ret)
{
	ret->domain = domain;
	ret->has_domain_id = domain->has_id;
	ret->domain_id = domain->id;
	ret->state = state_of_domain(domain);
	ret->read = ret->write = ret->state != DMA_BLOCKED;
	ret->has_table = domain->has_table;
	ret->root = domain->root;
	if (ret->state != DMA_UNKNOWN)
		return true;
	if (domain->status != STATUS_OK)
		cannot(ctx, "find the domain's page table", domain->status, domain->missing);
	else
		complain(ctx, "no-table", "%s (%s) has no page table of the IOMMU driver", ret->what,
			 word_domain_type(domain));
	return false;
}

/* The driver's word on the device's table, where the way that the hardware takes cannot be read. A
 * guest's tables are not the driver's. */
static void use_driver_table(struct context *ctx, struct selection *ret)
{
	const struct pt_translation *t = &ret->pasid_walk;
	const char *name = ret->pasids.table.format->name;

	if (ret->guest || !ret->domain || !ret->domain->has_table)
		return;
	ret->via_pasid = false;
	ret->has_table = true;
	ret->root = ret->domain->root;
	sink_note(ctx->sink, NOTE_WARNING, "driver-table",
		  "the %s table of %s: %s; shown is the driver's table for requests without PASID",
		  name, ret->what, status_text(t->steps[t->nr_steps - 1].status));
}

/* Two facts that should agree: what the hardware walks and what the driver works on. */
static void compare_with_driver(struct context *ctx, const struct selection *sel)
{
	const struct domain *domain = sel->domain;

	if (!domain || !domain->has_table || !sel->has_table || sel->has_pasid || sel->guest)
		return;
	if (domain->root.table.v != sel->root.table.v)
		sink_note(ctx->sink, NOTE_WARNING, "root-differs",
			  "the hardware's table of %s is %" PRIx64 ", the driver's is %" PRIx64
			  ": shown is the hardware's",
			  sel->what, sel->root.table.v, domain->root.table.v);
	if (domain->has_id && domain->id != sel->domain_id && !sel->via_pasid)
		sink_note(ctx->sink, NOTE_WARNING, "domain-id-differs",
			  "the hardware's domain id of %s is 0x%x, the driver's is 0x%x", sel->what,
			  sel->domain_id, domain->id);
}

/* A process's table, as the hardware and as the kernel have it. */
static void compare_with_process(struct context *ctx, const struct selection *sel)
{
	const struct pasid_user *user = sel->pasid_user;

	if (user && user->has_table && sel->has_table && user->table.v != sel->root.table.v)
		sink_note(ctx->sink, NOTE_WARNING, "root-differs",
			  "the hardware's table of PASID 0x%x of %s is %" PRIx64
			  ", the process's is %" PRIx64 ": shown is the hardware's",
			  sel->pasid, sel->what, sel->root.table.v, user->table.v);
}

/* What the kernel has the table for that was found, when it is not that of the device's domain. */
static struct domain *domain_of_table(struct context *ctx, const struct selection *sel)
{
	struct inventory *inv = kernel_inventory(ctx->k);

	for (size_t i = 0; i < inv->domains.nr && sel->has_table && !sel->guest; i++) {
		struct domain *domain = inv->domains.at[i];

		if (domain->has_table && domain->root.table.v == sel->root.table.v)
			return domain;
	}
	return NULL;
}

/* -p, or a device whose requests without a PASID are taken for those of PASID 0. */
static bool select_device_pasid(struct context *ctx, const struct translation *t,
				struct selection *ret)
{
	uint64_t pasid = 0;

	ret->has_pasid = ctx->opt.pasid != NULL;
	if (!ret->has_pasid && ret->state != DMA_GUEST)
		return true;
	if (ret->has_pasid && !parse_pasid(ctx, ctx->opt.pasid, &pasid))
		return false;
	if (!t->pasids.valid) {
		complain(ctx, "no-pasids", "%s has no guest translation (GV=0): a request with a PASID "
			 "finds no table", ret->what);
		return false;
	}
	select_pasid(ctx, &t->pasids, &t->root, (uint32_t)pasid, ret);
	ret->pasid_user = group_pasid_user(ret->group, ret->pasid);
	compare_with_process(ctx, ret);
	if (ret->has_pasid)
		ret->domain = ret->pasid_user ? ret->pasid_user->domain : domain_of_table(ctx, ret);
	else if (ret->pasid_walk.result == PT_UNREADABLE)
		use_driver_table(ctx, ret);
	return true;
}

static bool select_device(struct context *ctx, struct selection *ret)
{
	struct translation translation;
	char bdf[WORD_MAX];
	enum status status;

	if (!parse_bdf(ctx, ctx->opt.device, &ret->sbdf))
		return false;
	ret->what = copy_of(ctx, word_bdf(bdf, ret->sbdf));
	ret->is_device = true;
	ret->device = kernel_find_device(ctx->k, ret->sbdf);
	status = ctx->k->vendor->device_translation(ctx->k, ret->sbdf, &translation);
	if (status == STATUS_ABSENT && translation.last_sbdf) {
		complain(ctx, "beyond-table", "no entry for %s: the last one of the device table is %s",
			 ret->what, word_bdf(bdf, translation.last_sbdf));
		return false;
	}
	if (status == STATUS_ABSENT) {
		complain(ctx, "no-segment", "no IOMMU serves the PCI segment of %s", ret->what);
		return false;
	}
	if (status != STATUS_OK) {
		cannot(ctx, "read the device's translation entry", status, ctx->k->missing);
		return false;
	}
	ret->state = translation.state;
	ret->read = translation.read;
	ret->write = translation.write;
	ret->has_domain_id = true;
	ret->domain_id = translation.domain_id;
	ret->has_table = translation.has_table;
	ret->root = translation.root;
	if (!ret->device) {
		sink_note(ctx->sink, NOTE_INFO, "no-such-device",
			  "the kernel has no device %s; this is what its id's entry says", ret->what);
		return select_device_pasid(ctx, &translation, ret);
	}
	ret->group = ret->device->group;
	ret->domain = ret->device->domain;
	if (!ret->device->unit)
		sink_note(ctx->sink, NOTE_WARNING, "no-unit",
			  "the driver knows no IOMMU that serves %s: its entry may mean nothing",
			  ret->what);
	if (ret->device->has_alias)
		sink_note(ctx->sink, NOTE_INFO, "alias", "requests of %s carry the id of %s",
			  ret->what, word_bdf(bdf, ret->device->alias_sbdf));
	if (!select_device_pasid(ctx, &translation, ret))
		return false;
	compare_with_driver(ctx, ret);
	return true;
}

static bool select_group(struct context *ctx, struct selection *ret)
{
	struct inventory *inv = kernel_inventory(ctx->k);
	uint64_t id;

	if (!parse_count(ctx, ctx->opt.group, "a group", &id))
		return false;
	ret->what = arena_printf(&ctx->session->arena, "group %" PRIu64, id);
	ret->group = id <= INT64_MAX ? kernel_find_group(ctx->k, (int64_t)id) : NULL;
	if (!ret->group && inv->groups_status != STATUS_OK) {
		cannot_at(ctx, "list groups", inv->groups_status, inv->groups_missing,
			  inv->groups_at);
		return false;
	}
	if (!ret->group) {
		complain(ctx, "no-such-group", "no group %s; there are %zu", ctx->opt.group,
			 inv->groups.nr);
		return false;
	}
	if (!ret->group->domain) {
		complain(ctx, "no-domain", "%s has no domain", ret->what);
		return false;
	}
	return take_domain(ctx, ret->group->domain, ret);
}

static bool select_domain(struct context *ctx, struct selection *ret)
{
	uint64_t wanted;
	struct domain *domain;

	if (!parse_id_or_address(ctx, ctx->opt.domain, &wanted))
		return false;
	domain = kernel_find_domain(ctx->k, wanted);
	if (!domain) {
		complain(ctx, "no-such-domain", "no domain with id or address 0x%" PRIx64
			 ": see 'iommu domains'", wanted);
		return false;
	}
	if (domain->has_id && domain->id != wanted && wanted <= UINT16_MAX)
		sink_note(ctx->sink, NOTE_INFO, "id-of-device",
			  "0x%" PRIx64 " is the id that the hardware has for a device of domain 0x%x",
			  wanted, domain->id);
	ret->what = domain->has_id ?
			    arena_printf(&ctx->session->arena, "domain 0x%x", domain->id) :
			    arena_printf(&ctx->session->arena, "domain %" PRIx64, domain->at.v);
	return take_domain(ctx, domain, ret);
}

static const char *format_names(struct context *ctx)
{
	const char *names = "";

	for (size_t i = 0; pt_formats[i]; i++)
		names = arena_printf(&ctx->session->arena, "%s%s%s", names, i ? ", " : "",
				     pt_formats[i]->name);
	return names;
}

/* The table of -p in a bare table of PASIDs. */
static bool select_root_pasid(struct context *ctx, uint64_t guest_levels, struct selection *ret)
{
	struct pasid_translation pasids = { .valid = true, .table = ret->root };
	const struct pt_format *below = ret->root.format->of_pasids;
	uint64_t pasid;

	if (!ctx->opt.pasid) {
		complain(ctx, "no-pasid", "%s holds the tables of PASIDs: -p says whose; there are: %s",
			 ret->what, word_pasids(ctx, &pasids, NULL));
		return false;
	}
	if (guest_levels < 1 || guest_levels > below->max_levels) {
		complain(ctx, "bad-levels", "%s tables have 1 to %u levels, not %" PRIu64, below->name,
			 below->max_levels, guest_levels);
		return false;
	}
	if (!parse_pasid(ctx, ctx->opt.pasid, &pasid))
		return false;
	pasids.levels = (uint8_t)guest_levels;
	ret->has_pasid = true;
	select_pasid(ctx, &pasids, NULL, (uint32_t)pasid, ret);
	return true;
}

/* Needs no kernel struct at all. */
static bool select_root(struct context *ctx, struct selection *ret)
{
	const char *name = ctx->opt.format ? ctx->opt.format : FORMAT_DEFAULT;
	const struct pt_format *format = pt_format_by_name(name);
	uint64_t table, levels, guest_levels = GUEST_LEVELS_DEFAULT;

	if (!format) {
		complain(ctx, "bad-format", "no page-table format '%s'; there are: %s", name,
			 format_names(ctx));
		return false;
	}
	if (!ctx->opt.levels) {
		complain(ctx, "no-levels", "-r needs the number of levels too: -l 1 to %u",
			 format->max_levels);
		return false;
	}
	if (!parse_address(ctx, ctx->opt.root, &table) ||
	    !parse_levels(ctx, ctx->opt.levels, &levels, format->of_pasids ? &guest_levels : NULL))
		return false;
	if (levels < 1 || levels > format->max_levels) {
		complain(ctx, "bad-levels", "%s tables have 1 to %u levels, not %" PRIu64,
			 format->name, format->max_levels, levels);
		return false;
	}
	if (table & ((1ULL << format->page_lg2) - 1)) {
		complain(ctx, "bad-root", "root %" PRIx64 " is not page-aligned", table);
		return false;
	}
	ret->what = arena_printf(&ctx->session->arena, "table %" PRIx64, table);
	ret->state = DMA_TRANSLATED;
	ret->read = ret->write = true;
	ret->has_table = true;
	ret->root = (struct pt_root){
		.format = format,
		.table = pa_of(table),
		.levels = (uint8_t)levels,
		.enc_mask = ctx->k->enc_mask,
		.max_tables = kernel_max_tables(ctx->k),
	};
	if (format->of_pasids)
		return select_root_pasid(ctx, guest_levels, ret);
	if (ctx->opt.pasid) {
		complain(ctx, "no-pasid", "%s tables know no PASID: -p goes with -d, or with -r and a "
			 "format that does", format->name);
		return false;
	}
	return true;
}

bool select_table(struct context *ctx, struct selection *ret)
{
	const struct options *opt = &ctx->opt;
	const char *const ways[] = { opt->device, opt->group, opt->domain, opt->root };
	unsigned chosen = 0;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		chosen += ways[i] != NULL;
	ret->memory = ctx->session->target;
	if (chosen != 1) {
		complain(ctx, "no-selection", "expected %sone of -d, -g, -D and -r to say whose table",
			 chosen ? "only " : "");
		sink_heading(ctx->sink, "usage: iommu %s %s", ctx->verb->name, ctx->verb->synopsis);
		return false;
	}
	if (opt->pasid && !opt->device && !opt->root) {
		complain(ctx, "no-pasid", "-p goes with -d or -r: PASIDs are a device's");
		return false;
	}
	if (opt->root)
		return select_root(ctx, ret);
	if (!ctx->k->vendor) {
		complain(ctx, "no-iommu", "no AMD IOMMU is active in this kernel: only -r works");
		return false;
	}
	if (opt->device)
		return select_device(ctx, ret);
	return opt->group ? select_group(ctx, ret) : select_domain(ctx, ret);
}
