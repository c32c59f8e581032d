// SPDX-License-Identifier: GPL-2.0-or-later
/* How things are spelled, the same in every verb. */
#include "cmd.h"

#include <inttypes.h>
#include <stdio.h>

const char *word_bdf(char buf[WORD_MAX], uint32_t sbdf)
{
	snprintf(buf, WORD_MAX, "%04x:%02x:%02x.%x", sbdf >> 16, sbdf >> 8 & 0xff,
		 sbdf >> 3 & 0x1f, sbdf & 7);
	return buf;
}

const char *word_special(struct context *ctx, uint32_t id)
{
	const char *special = kernel_special_name(ctx->k, id);

	return special ? arena_printf(&ctx->session->arena, " (%s%s)",
				      kernel_find_device(ctx->k, id) ? "also " : "", special) : "";
}

const char *word_stream(struct context *ctx, uint32_t id)
{
	char bdf[WORD_MAX];

	return arena_printf(&ctx->session->arena, "%s%s", word_bdf(bdf, id), word_special(ctx, id));
}

void put_special(struct context *ctx, uint32_t id)
{
	const char *special = kernel_special_name(ctx->k, id);

	if (special)
		sink_string(ctx->sink, "special", special);
}

void put_group_of(struct context *ctx, const struct device *dev)
{
	if (dev && dev->group)
		sink_count(ctx->sink, "group", (uint64_t)dev->group->id);
	else
		sink_null(ctx->sink, "group");
}

const char *word_perm(bool read, bool write)
{
	static const char *const words[] = { "--", "-w", "r-", "rw" };

	return words[2 * read + write];
}

const char *word_access(bool read, bool write, bool user)
{
	static const char *const words[] = { "-- supervisor", "-w supervisor", "r- supervisor",
					     "rw supervisor" };

	return user ? word_perm(read, write) : words[2 * read + write];
}

const char *word_domain_type(const struct domain *domain)
{
	return domain ? domain_type_name(domain->type) : "-";
}

const char *word_table(char buf[WORD_MAX], const struct pt_root *root)
{
	snprintf(buf, WORD_MAX, "%s %u-level", root->format->name, root->levels);
	return buf;
}

const char *word_tables(struct context *ctx, const struct translation *t)
{
	char table[WORD_MAX], host[WORD_MAX];

	return arena_printf(&ctx->session->arena, "%s%s%s", word_table(table, &t->root),
			    t->is_nested ? " over " : "", t->is_nested ? word_table(host, &t->host) : "");
}

const char *word_root(struct context *ctx, const struct pt_root *root, const struct pt_root *host)
{
	struct arena *arena = &ctx->session->arena;

	return host ? arena_printf(arena, "guest %" PRIx64 " over %" PRIx64, root->table.v, host->table.v) :
		      arena_printf(arena, "%" PRIx64, root->table.v);
}

const char *word_dma_state(enum dma_state state)
{
	switch (state) {
	case DMA_UNKNOWN:
		return "unknown";
	case DMA_PASSTHROUGH:
	case DMA_PASSTHROUGH_UNCHECKED:
		return "passthrough";
	case DMA_BLOCKED:
		return "blocked";
	case DMA_TRANSLATED:
		return "translated";
	case DMA_BY_PASID:
		return "guest-translated";
	case DMA_ILLEGAL:
		return "bad-table";
	}
	return "unknown";
}

const char *word_driver(const struct device *dev)
{
	return dev && dev->driver ? dev->driver : "-";
}

const char *word_unit(char buf[WORD_MAX], const struct unit *unit)
{
	if (unit->has_bdf)
		return word_bdf(buf, unit->sbdf);
	return unit->name ? unit->name : "?";
}

struct kva domain_address(const struct domain *domain)
{
	return kva_is_null(domain->driver_at) ? domain->at : domain->driver_at;
}

const char *word_domain(struct context *ctx, const struct domain *domain, struct kva at)
{
	struct arena *arena = &ctx->session->arena;
	char table[WORD_MAX];
	uint32_t id;

	if (!domain)
		return "none";
	return arena_printf(arena, "%s%s at %" PRIx64 "%s%s",
			    domain_id_on(domain, NULL, &id) ? arena_printf(arena, "0x%x ", id) : "",
			    word_domain_type(domain), at.v, domain->has_table ? ", " : "",
			    domain->has_table ? word_table(table, &domain->root) : "");
}

const char *word_process(struct context *ctx, const struct pasid_user *user)
{
	if (!user || !user->has_task)
		return "";
	return arena_printf(&ctx->session->arena, " of pid %" PRId64 " \"%s\"", user->pid,
			    user->comm ? user->comm : "?");
}

void put_address(struct context *ctx, const char *key, struct kva at)
{
	if (kva_is_null(at))
		sink_null(ctx->sink, key);
	else
		sink_hex(ctx->sink, key, at.v);
}

const char *word_address(struct context *ctx, struct kva at)
{
	return kva_is_null(at) ? "<not known in this kernel>" :
				 arena_printf(&ctx->session->arena, "%" PRIx64, at.v);
}

void put_owner_address(struct context *ctx, const char *key, const struct group *group)
{
	if (failed(group->owner_failure))
		kernel_leave_unreported(ctx->k, group->owner_failure);
	put_address(ctx, key, group->owner);
}
