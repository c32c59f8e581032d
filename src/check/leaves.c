// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What page tables lead devices to, and should not: the kernel's code, and the tables of the IOMMU themselves. A
 * mapping at its own address is left out: some kernels map all memory so in place of passthrough.
 */
#include "check.h"

#include "iommu/page.h"
#include "iommu/reach.h"

#include <inttypes.h>

/* A range that no device should reach, and the rule that says so. */
struct forbidden {
	const char *code, *what;
};

struct search {
	struct kernel *k;
	struct findings *ret;
	const struct forbidden *of; /* in the order of the ranges */
	size_t nr_found;	    /* in this space */
};

static const char *space_name(struct kernel *k, const struct space *space)
{
	uint32_t id;

	if (space->domain && domain_id_on(space->domain, NULL, &id))
		return arena_printf(k->arena, "domain 0x%x", id);
	return arena_printf(k->arena, "table %" PRIx64, space->root.table.v);
}

static const char *who(const struct reach_space *of)
{
	const struct space_user *user = of->users.nr ? of->users.at[0] : NULL;

	return user && user->device ? user->device->name : NULL;
}

/* One finding for a space: the first stretch of it. */
static bool take_hit(void *ctx, const struct reach_hit *hit)
{
	struct search *s = ctx;
	const struct forbidden *of = &s->of[hit->range];
	const struct pt_run *run = &hit->run;
	const char *device = who(hit->of);
	struct finding *finding;

	if (run->iova.v == run->pa.v || s->nr_found++)
		return true;
	finding = finding_add(s->k, s->ret, FINDING_WARNING, of->code,
			      "%s: IOVA %" PRIx64 " leads%s%s to %" PRIx64 ", which is %s",
			      space_name(s->k, hit->of->space), run->iova.v, device ? " " : "",
			      device ? device : "", run->pa.v, of->what);
	finding->device = device;
	if (hit->of->space->domain)
		finding->has_domain_id = domain_id_on(hit->of->space->domain, NULL, &finding->domain_id);
	finding_rests_on(s->k, finding, "table", (struct place){ .space = SPACE_PA, .at = hit->of->space->root.table.v },
			 "root %" PRIx64, hit->of->space->root.table.v);
	return true;
}

static bool pass_damage(void *ctx, const struct reach_space *of, const struct pt_damage *damage)
{
	(void)ctx;
	(void)of;
	(void)damage;
	return true;
}

/* The top table of each space: ranges, and beside each what it is. */
static size_t collect_tables(struct kernel *k, const struct ptrs *spaces, struct pa_range *ranges,
			     struct forbidden *of)
{
	size_t nr = 0;

	for (size_t i = 0; i < spaces->nr; i++) {
		const struct space *space = ((const struct reach_space *)spaces->at[i])->space;

		if (!space->has_table || space->guest)
			continue;
		ranges[nr] = (struct pa_range){ space->root.table,
						pa_of(space->root.table.v + SMALLEST_PAGE_BYTES - 1) };
		of[nr++] = (struct forbidden){ "leaf-on-iommu-table",
					       arena_printf(k->arena, "the top table of %s", space_name(k, space)) };
	}
	return nr;
}

/* A process's own table, and a guest's, lead to what they like. */
static bool is_of_kernel(const struct space *space)
{
	return space->has_table && !space->guest && space->is_of_domain;
}

static void search_spaces(struct search *s, const struct ptrs *spaces, const struct pt_wanted *wanted,
			  struct part_result *result)
{
	const struct reach_visitor visitor = { s, take_hit, NULL, pass_damage };

	for (size_t i = 0; i < spaces->nr && wanted->nr; i++) {
		const struct reach_space *space = spaces->at[i];
		struct pt_totals totals;

		s->nr_found = 0;
		if (!is_of_kernel(space->space))
			continue;
		if (reach_scan(s->k, space, wanted, &visitor, &totals) == STATUS_INTERRUPTED)
			return;
		if (totals.tables_missing || totals.tables_lost)
			result->failure = first_failure(result->failure,
							failure_at(totals.tables_missing ? STATUS_NOT_IN_DUMP :
											   STATUS_BAD_ADDRESS,
								   space->space->root.table.v));
	}
}

void check_kernel_text(struct kernel *k, struct findings *ret, struct part_result *result)
{
	const struct forbidden of = { "leaf-on-kernel-text", "the kernel's code" };
	struct search s = { .k = k, .ret = ret, .of = &of };
	struct pa_range text;
	struct reach reach;
	struct failure failure = kernel_text_range(k, &text);

	result->ran = !failed(failure);
	result->failure = first_failure(failure, result->failure);
	if (!result->ran)
		return;
	kernel_reach(k, &reach);
	result->failure = first_failure(result->failure, reach.failure);
	search_spaces(&s, &reach.spaces, &(struct pt_wanted){ &text, 1 }, result);
}

void check_iommu_tables(struct kernel *k, struct findings *ret, struct part_result *result)
{
	struct search s = { .k = k, .ret = ret };
	struct pa_range *ranges;
	struct forbidden *of;
	struct reach reach;
	struct pt_wanted wanted;

	kernel_reach(k, &reach);
	result->failure = first_failure(result->failure, reach.failure);
	ranges = arena_alloc(k->arena, (reach.spaces.nr + 1) * sizeof(*ranges));
	s.of = of = arena_alloc(k->arena, (reach.spaces.nr + 1) * sizeof(*of));
	wanted = (struct pt_wanted){ ranges, collect_tables(k, &reach.spaces, ranges, of) };
	search_spaces(&s, &reach.spaces, &wanted, result);
}
