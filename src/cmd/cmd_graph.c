// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu graph: who is behind which IOMMU, in which group, on which domain, and on whose behalf, as a picture in the DOT
 * language (graphviz.org, "The DOT Language"), or with -j as lists of nodes and edges. Devices of a group stand in a
 * box; what is not as it is by default has a thick border and says so.
 */
#include "cmd.h"
#include "owners.h"

#include "iommu/u64map.h"

#include <inttypes.h>
#include <string.h>

/* What one node is, for programs; for DOT it chooses the form. */
enum node_kind { NODE_UNIT, NODE_DEVICE, NODE_DOMAIN, NODE_OWNER };

static const struct {
	const char *word, *form;
} node_kinds[] = {
	[NODE_UNIT] = { "unit", "component" },
	[NODE_DEVICE] = { "device", "box" },
	[NODE_DOMAIN] = { "domain", "ellipse" },
	[NODE_OWNER] = { "owner", "octagon" },
};

struct picture {
	struct context *ctx;
	const struct group *group;   /* only its devices; NULL: all */
	const struct device *device; /* only this one; NULL: all */
	const struct ptrs *domains;  /* only those on one of these; NULL: all */
	struct u64map units, on_domains; /* struct unit, struct domain that a device of the picture has */
	struct ptrs unit_list, domain_list, group_list;
};

/* ---- DOT ---- */

/* Inside quotation marks: a quotation mark, and a backslash, which could begin an escape of DOT's own. */
static const char *quoted(struct context *ctx, const char *text)
{
	char *copy = arena_alloc(&ctx->session->arena, 2 * strlen(text) + 1), *to = copy;

	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	return copy;
}

/* first, second, third: the lines of the label; the last two may be NULL. indent: blanks before the line. */
static void put_node(struct context *ctx, enum node_kind kind, const char *id, const char *first, const char *second,
		     const char *third, bool marked, const char *indent)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, NULL);
	sink_string(sink, "id", id);
	sink_string(sink, "kind", node_kinds[kind].word);
	sink_string(sink, "name", first);
	sink_string(sink, "about", second);
	sink_string(sink, "more", third);
	sink_bool(sink, "marked", marked);
	sink_end(sink);
	sink_heading(sink, "%s\"%s\" [label=\"%s%s%s%s%s\", shape=%s%s];", indent, quoted(ctx, id), quoted(ctx, first),
		     second ? "\\n" : "", second ? quoted(ctx, second) : "", third ? "\\n" : "",
		     third ? quoted(ctx, third) : "", node_kinds[kind].form, marked ? ", penwidth=3" : "");
}

static void put_edge(struct context *ctx, const char *from, const char *to, const char *about)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, NULL);
	sink_string(sink, "from", from);
	sink_string(sink, "to", to);
	sink_string(sink, "about", about);
	sink_end(sink);
	if (about)
		sink_heading(sink, "  \"%s\" -> \"%s\" [label=\"%s\"];", quoted(ctx, from), quoted(ctx, to),
			     quoted(ctx, about));
	else
		sink_heading(sink, "  \"%s\" -> \"%s\";", quoted(ctx, from), quoted(ctx, to));
}

/* ---- names of nodes ---- */

static const char *unit_id(struct context *ctx, const struct unit *unit)
{
	char word[WORD_MAX];

	return arena_printf(&ctx->session->arena, "unit %s", unit->name ? unit->name : word_unit(word, unit));
}

static const char *domain_id_word(struct context *ctx, const struct domain *domain)
{
	return arena_printf(&ctx->session->arena, "domain %" PRIx64, domain->at.v);
}

static const char *owner_id(struct context *ctx, const struct group *group)
{
	return arena_printf(&ctx->session->arena, "owner of group %" PRId64, group->id);
}

/* ---- what is in the picture ---- */

static bool is_in(const struct picture *p, const struct device *dev)
{
	if (p->device && p->device != dev)
		return false;
	if (p->group && p->group != dev->group)
		return false;
	for (size_t i = 0; p->domains && i < p->domains->nr; i++) {
		if (p->domains->at[i] == device_domain(dev))
			return true;
	}
	return !p->domains;
}

static void note(struct picture *p, struct u64map *seen, struct ptrs *list, void *object)
{
	uint64_t key = (uint64_t)(uintptr_t)object;

	if (!object || u64map_get(seen, key))
		return;
	u64map_add(&p->ctx->session->arena, seen, key, object);
	ptrs_push(&p->ctx->session->arena, list, object);
}

static void gather(struct picture *p)
{
	const struct inventory *inv = kernel_inventory(p->ctx->k);

	for (size_t i = 0; i < inv->devices.nr; i++) {
		struct device *dev = inv->devices.at[i];

		if (!is_in(p, dev))
			continue;
		note(p, &p->units, &p->unit_list, device_server(dev));
		note(p, &p->on_domains, &p->domain_list, device_domain(dev));
		note(p, &p->on_domains, &p->group_list, dev->group);
	}
}

/* ---- nodes ---- */

static void put_unit_node(struct context *ctx, const struct unit *unit)
{
	struct arena *arena = &ctx->session->arena;
	char word[WORD_MAX];

	put_node(ctx, NODE_UNIT, unit_id(ctx, unit), unit->name ? unit->name : word_unit(word, unit),
		 unit->vendor ? unit->vendor->name : unit->driver,
		 unit->has_mmio ? arena_printf(arena, "at %" PRIx64, unit->mmio.v) : NULL, false, "  ");
}

static void put_device_node(struct context *ctx, const struct device *dev, const char *indent)
{
	put_node(ctx, NODE_DEVICE, dev->name, dev->name, dev->driver ? dev->driver : "no driver", NULL, false, indent);
}

static void put_domain_node(struct context *ctx, const struct domain *domain)
{
	struct arena *arena = &ctx->session->arena;
	char word[WORD_MAX];
	uint32_t id;
	bool off = false;
	const char *name = domain_id_on(domain, NULL, &id) ? arena_printf(arena, "domain 0x%x", id) :
							      arena_printf(arena, "domain %" PRIx64, domain->at.v);

	for (size_t i = 0; i < domain->groups.nr; i++)
		off |= group_is_off_default(domain->groups.at[i]);
	put_node(ctx, NODE_DOMAIN, domain_id_word(ctx, domain), name, word_domain_type(domain),
		 domain->has_table ? arena_strdup(arena, word_table(word, &domain->root)) : NULL, off, "  ");
}

static const char *group_label(struct context *ctx, const struct group *group)
{
	const char *label = arena_printf(&ctx->session->arena, "group %" PRId64, group->id);

	if (group->default_domain)
		label = arena_printf(&ctx->session->arena, "%s, %s by default%s", label,
				     word_domain_type(group->default_domain),
				     group_is_off_default(group) ? ", and not now" : "");
	return label;
}

static void put_group_box(struct picture *p, const struct group *group)
{
	sink_heading(p->ctx->sink, "  subgraph \"cluster group %" PRId64 "\" {", group->id);
	sink_heading(p->ctx->sink, "    label=\"%s\"; style=\"rounded%s\";", quoted(p->ctx, group_label(p->ctx, group)),
		     group_is_off_default(group) ? ",bold" : "");
	for (size_t i = 0; i < group->devices.nr; i++) {
		if (is_in(p, group->devices.at[i]))
			put_device_node(p->ctx, group->devices.at[i], "    ");
	}
	sink_heading(p->ctx->sink, "  }");
}

static void put_nodes(struct picture *p)
{
	const struct inventory *inv = kernel_inventory(p->ctx->k);
	struct context *ctx = p->ctx;

	sink_list(ctx->sink, "nodes");
	for (size_t i = 0; i < p->unit_list.nr; i++)
		put_unit_node(ctx, p->unit_list.at[i]);
	for (size_t i = 0; i < p->group_list.nr; i++)
		put_group_box(p, p->group_list.at[i]);
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];

		/* One that its group does not list, or that has no group. */
		if (is_in(p, dev) && (!dev->group || dev->listed_in != dev->group))
			put_device_node(ctx, dev, "  ");
	}
	for (size_t i = 0; i < p->domain_list.nr; i++)
		put_domain_node(ctx, p->domain_list.at[i]);
	for (size_t i = 0; i < p->group_list.nr; i++) {
		const struct group *group = p->group_list.at[i];

		if (group->is_claimed)
			put_node(ctx, NODE_OWNER, owner_id(ctx, group), owner_words(ctx, group), NULL, NULL, false, "  ");
	}
	sink_list_end(ctx->sink);
}

/* ---- edges ---- */

static void put_groups(struct picture *p)
{
	struct sink *sink = p->ctx->sink;

	sink_list(sink, "groups");
	for (size_t i = 0; i < p->group_list.nr; i++) {
		const struct group *group = p->group_list.at[i];

		sink_begin(sink, NULL);
		sink_count(sink, "id", (uint64_t)group->id);
		sink_bool(sink, "marked", group_is_off_default(group));
		sink_list(sink, "devices");
		for (size_t d = 0; d < group->devices.nr; d++) {
			const struct device *dev = group->devices.at[d];

			if (is_in(p, dev))
				sink_string(sink, NULL, dev->name);
		}
		sink_list_end(sink);
		sink_end(sink);
	}
	sink_list_end(sink);
}

static void put_edges(struct picture *p)
{
	const struct inventory *inv = kernel_inventory(p->ctx->k);
	struct context *ctx = p->ctx;

	sink_list(ctx->sink, "edges");
	for (size_t i = 0; i < inv->devices.nr; i++) {
		const struct device *dev = inv->devices.at[i];
		const struct domain *domain = device_domain(dev);

		if (!is_in(p, dev))
			continue;
		if (device_server(dev))
			put_edge(ctx, unit_id(ctx, device_server(dev)), dev->name, NULL);
		if (domain)
			put_edge(ctx, dev->name, domain_id_word(ctx, domain), NULL);
	}
	for (size_t i = 0; i < p->group_list.nr; i++) {
		const struct group *group = p->group_list.at[i];

		if (group->is_claimed && group->domain && u64map_get(&p->on_domains, (uint64_t)(uintptr_t)group->domain))
			put_edge(ctx, domain_id_word(ctx, group->domain), owner_id(ctx, group), "held by");
	}
	sink_list_end(ctx->sink);
}

/* ---- the verb ---- */

/* False, after a sentence. */
static bool choose(struct context *ctx, struct picture *p, struct ptrs *domains)
{
	uint32_t sbdf;
	uint64_t wanted;

	if (ctx->opt.device) {
		if (!parse_bdf(ctx, ctx->opt.device, &sbdf))
			return false;
		p->device = kernel_find_device(ctx->k, sbdf);
		if (!p->device)
			complain_no_device(ctx, sbdf);
		return p->device != NULL;
	}
	if (ctx->opt.group) {
		p->group = find_group(ctx, ctx->opt.group);
		return p->group != NULL;
	}
	if (!ctx->opt.domain)
		return true;
	if (!parse_id_or_address(ctx, ctx->opt.domain, &wanted))
		return false;
	kernel_find_domains(ctx->k, wanted, domains);
	p->domains = domains;
	if (!domains->nr)
		complain(ctx, "no-such-domain", "no domain with id or address 0x%" PRIx64, wanted);
	return domains->nr != 0;
}

void cmd_graph(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	struct picture picture = { .ctx = ctx };
	struct ptrs domains = { 0 };

	if (!choose(ctx, &picture, &domains))
		return;
	ctx->sink->comment = "// ";
	gather(&picture);
	sink_heading(ctx->sink, "digraph iommu {");
	sink_heading(ctx->sink, "  rankdir=LR; node [fontname=\"sans-serif\"]; edge [fontname=\"sans-serif\"]; graph [fontname=\"sans-serif\"];");
	put_nodes(&picture);
	put_groups(&picture);
	put_edges(&picture);
	sink_heading(ctx->sink, "}");
	say_if_not_all(ctx, "draw every unit", inv->units_failure);
	say_if_not_all(ctx, "draw every device", inv->devices_failure);
	say_if_not_all(ctx, "draw every group", inv->groups_failure);
	say_if_not_all(ctx, "draw every domain", inv->domains_failure);
}
