// SPDX-License-Identifier: GPL-2.0-or-later
/* What -d, -g, -D or -r chose: a state of translation, and the page table if there is one. */
#include "cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FORMAT_DEFAULT "amdv1"

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

/* The driver's word on the device's table, where the hardware's own entry is not the last word. */
static void use_driver_table(struct context *ctx, struct selection *ret)
{
	if (!ret->domain || !ret->domain->has_table)
		return;
	ret->has_table = true;
	ret->root = ret->domain->root;
	sink_note(ctx->sink, NOTE_INFO, "driver-table",
		  "%s uses guest translation (GCR3): this is the driver's table for requests "
		  "without PASID; the GCR3 table itself is not followed",
		  ret->what);
}

/* Two facts that should agree: what the hardware walks and what the driver works on. */
static void compare_with_driver(struct context *ctx, const struct selection *sel)
{
	const struct domain *domain = sel->domain;

	if (!domain || !domain->has_table || sel->state != DMA_TRANSLATED || !sel->has_table)
		return;
	if (domain->root.table.v != sel->root.table.v)
		sink_note(ctx->sink, NOTE_WARNING, "root-differs",
			  "the hardware's table of %s is %" PRIx64 ", the driver's is %" PRIx64
			  ": shown is the hardware's",
			  sel->what, sel->root.table.v, domain->root.table.v);
	if (domain->has_id && domain->id != sel->domain_id)
		sink_note(ctx->sink, NOTE_WARNING, "domain-id-differs",
			  "the hardware's domain id of %s is 0x%x, the driver's is 0x%x", sel->what,
			  sel->domain_id, domain->id);
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
		return true;
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
	if (ret->state == DMA_GUEST)
		use_driver_table(ctx, ret);
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

/* Needs no kernel struct at all. */
static bool select_root(struct context *ctx, struct selection *ret)
{
	const char *name = ctx->opt.format ? ctx->opt.format : FORMAT_DEFAULT;
	const struct pt_format *format = pt_format_by_name(name);
	uint64_t table, levels;

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
	    !parse_count(ctx, ctx->opt.levels, "a number of levels", &levels))
		return false;
	if (levels < 1 || levels > format->max_levels) {
		complain(ctx, "bad-levels", "%s tables have 1 to %u levels, not %" PRIu64,
			 format->name, format->max_levels, levels);
		return false;
	}
	if (table % PT_PAGE_SIZE) {
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
	if (opt->pasid) {
		complain(ctx, "no-pasid", "-p: tables of a PASID are not decoded yet");
		return false;
	}
	if (chosen != 1) {
		complain(ctx, "no-selection", "expected %sone of -d, -g, -D and -r to say whose table",
			 chosen ? "only " : "");
		sink_heading(ctx->sink, "usage: iommu %s %s", ctx->verb->name, ctx->verb->synopsis);
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
