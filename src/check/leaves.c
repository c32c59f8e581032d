// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What page tables lead devices to, and should not: the kernel's code, tables of the IOMMU itself, pages that are free
 * or are the kernel's own. A mapping at its own address is left out: some kernels map all memory so in place of
 * passthrough.
 *
 * Every table is gone through once, for all of these rules and for those of domains.c. That pass marks which blocks of
 * memory are reached at all, notes where the tables are, and takes the first pages of each space to be looked at one
 * by one. Only where something forbidden may be reached a second pass looks who reaches it, and at which address.
 */
#include "check.h"

#include "iommu/page.h"
#include "iommu/reach.h"
#include "iommu/read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* So many pages in all are looked at one by one when nobody asked for all, and so many of a space at least. */
#define PAGES_LOOKED_AT 32768u
#define PAGES_OF_SPACE	4u

/* Memory has holes below its end: those of the platform, 4 GiB at most, and as much as there is memory. */
#define PLATFORM_HOLES 4294967296u

/* Pages that were found in any order, and are looked at in theirs: neighbours have their struct pages side by side. */
#define MOST_WAITING 16384u

/* A page that no device should reach, by which rule, and what it is. */
struct forbidden {
	struct pa_range range;
	const char *code, *what;
	bool for_user_space; /* only where a process decides what is mapped */
};

/* A table that was read in the pass. */
struct table {
	uint64_t at;
	const struct space *space;
};

/* What the resource tree says of a stretch of memory: asked once, as long as it is among the last ones. Memory on both
 * sides of the kernel's code is in two. */
#define NR_STRETCHES 8u

struct stretch {
	uint64_t first, last;
	bool is_ram;
};

struct pass {
	struct kernel *k;
	struct checking *c;
	struct reach reach;
	struct pt_touched touched;
	struct forbidden *forbidden;
	size_t nr_forbidden, room;
	struct table *tables;
	size_t nr_tables, tables_room;
	struct stretch stretches[NR_STRETCHES];
	unsigned nr_stretches; /* that were asked for in all */
	uint64_t pages_left;  /* that may still be looked at one by one */
	struct u64map judged; /* page frames that were looked at one by one, or wait for it: */
	uint64_t waiting[MOST_WAITING];
	size_t nr_waiting;
	/* In this space: */
	const struct space *space;
	struct account *account;
	uint64_t left;	/* pages that are still looked at one by one */
	bool apart;	/* left != 0 */
	struct table_damage damage;
};

const char *space_name(struct kernel *k, const struct space *space)
{
	uint32_t id;

	if (domain_id_on(space->domain, NULL, &id))
		return arena_printf(k->arena, "domain 0x%x", id);
	return arena_printf(k->arena, "domain %" PRIx64, space->domain->at.v);
}

bool needs_tables(enum check_part part)
{
	return part == CHECK_IOVAS || part == CHECK_AREAS || part == CHECK_PROCESSES || part == CHECK_KERNEL_TEXT ||
	       part == CHECK_IOMMU_TABLES || part == CHECK_PAGES || part == CHECK_TABLES;
}

/* ---- what is forbidden ---- */

static void forbid(struct pass *p, struct pa first, struct pa last, const char *code, const char *what,
		   bool for_user_space)
{
	if (p->nr_forbidden == p->room) {
		size_t room = p->room ? 2 * p->room : 64;
		struct forbidden *more = arena_alloc(p->k->arena, room * sizeof(*more));

		for (size_t i = 0; i < p->nr_forbidden; i++)
			more[i] = p->forbidden[i];
		p->forbidden = more;
		p->room = room;
	}
	p->forbidden[p->nr_forbidden++] = (struct forbidden){ { first, last }, code, what, for_user_space };
}

static struct pa page_of(uint64_t at)
{
	return pa_of(at - at % SMALLEST_PAGE_BYTES);
}

static struct pa page_end(uint64_t at)
{
	return pa_of(page_of(at).v + (SMALLEST_PAGE_BYTES - 1));
}

static void forbid_text(struct pass *p)
{
	struct pa_range text;
	struct failure failure;

	if (!p->c->wanted[CHECK_KERNEL_TEXT])
		return;
	failure = kernel_text_range(p->k, &text);
	part_failed(p->c, CHECK_KERNEL_TEXT, failure);
	if (failed(failure))
		return;
	part_ran(p->c, CHECK_KERNEL_TEXT);
	forbid(p, text.first, text.last, "leaf-on-kernel-text", "the kernel's code", false);
}

static void forbid_hardware_table(void *ctx, struct pa first, struct pa last, const char *what)
{
	forbid(ctx, first, last, "leaf-on-iommu-table", what, false);
}

/* Tables that were read in the pass, where something is reached nearby. */
static void forbid_tables(struct pass *p)
{
	for (size_t i = 0; i < p->nr_tables; i++) {
		const struct table *table = &p->tables[i];
		bool is_top = table->at == table->space->root.table.v;

		if (!pt_is_touched(&p->touched, pa_of(table->at), page_end(table->at)))
			continue;
		forbid(p, pa_of(table->at), page_end(table->at), "leaf-on-iommu-table",
		       arena_printf(p->k->arena, is_top ? "the top table of %s" : "a page table of %s",
				    space_name(p->k, table->space)), false);
	}
}

/* ---- pages, one by one ---- */

static bool is_ram(struct pass *p, struct pa at)
{
	struct iomem_fact fact;
	struct failure failure;

	for (unsigned i = 0; i < NR_STRETCHES && i < p->nr_stretches; i++) {
		const struct stretch *s = &p->stretches[i];

		if (at.v >= s->first && at.v <= s->last)
			return s->is_ram;
	}
	failure = kernel_iomem(p->k, at, &fact);
	part_failed(p->c, CHECK_PAGES, failure);
	kernel_reported(p->k, failure);
	if (failed(failure))
		return false;
	p->stretches[p->nr_stretches++ % NR_STRETCHES] = (struct stretch){ fact.first, fact.last, fact.is_ram };
	return fact.is_ram;
}

static void judge(struct pass *p, struct pa at)
{
	struct page_use use;
	struct failure failure = kernel_page_use(p->k, at, &use);
	bool by_process = p->space->domain->type == DOMAIN_UNMANAGED;

	part_failed(p->c, CHECK_PAGES, failure);
	kernel_reported(p->k, failure);
	if (failed(failure))
		return;
	part_looked(p->c, CHECK_PAGES, 1);
	if (use.kind == PAGE_FREE || (use.kind == PAGE_UNHELD && by_process))
		forbid(p, at, page_end(at.v), "leaf-on-free-page",
		       use.kind == PAGE_FREE ? "free: on the page allocator's lists" : "free: nobody holds it", false);
	else if (use.kind == PAGE_TABLE)
		forbid(p, at, page_end(at.v), "leaf-on-page-table", "a page table of a process", false);
	else if (use.kind == PAGE_SLAB && by_process)
		forbid(p, at, page_end(at.v), "leaf-on-slab",
		       use.cache ? arena_printf(p->k->arena, "slab: objects of the cache \"%s\"", use.cache) :
				   "slab: objects of the kernel's own", true);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* All of them are of this space. */
static void judge_waiting(struct pass *p)
{
	qsort(p->waiting, p->nr_waiting, sizeof(p->waiting[0]), by_number);
	for (size_t i = 0; i < p->nr_waiting && !target_interrupted(p->k->target); i++)
		judge(p, pa_of(p->waiting[i]));
	p->nr_waiting = 0;
}

/* What is said of a page depends on whether a process decides what is mapped: each of both is asked once. */
static void judge_later(struct pass *p, struct pa at)
{
	uint64_t key = at.v + (p->space->domain->type == DOMAIN_UNMANAGED ? 2 : 1);

	if (u64map_get(&p->judged, key) || !is_ram(p, at))
		return;
	u64map_add(p->k->arena, &p->judged, key, p);
	p->waiting[p->nr_waiting++] = at.v;
	if (p->nr_waiting == MOST_WAITING)
		judge_waiting(p);
}

/* ---- the pass ---- */

static void note_table(void *ctx, struct pa table)
{
	struct pass *p = ctx;

	if (p->nr_tables == p->tables_room) {
		size_t room = p->tables_room ? 2 * p->tables_room : 1024;
		struct table *more = arena_alloc(p->k->arena, room * sizeof(*more));

		for (size_t i = 0; i < p->nr_tables; i++)
			more[i] = p->tables[i];
		p->tables = more;
		p->tables_room = room;
	}
	p->tables[p->nr_tables++] = (struct table){ table.v, p->space };
}

static void judge_run(struct pass *p, const struct pt_run *run)
{
	for (uint64_t offset = 0; offset < run->bytes && p->left && run->iova.v != run->pa.v;
	     offset += SMALLEST_PAGE_BYTES) {
		if (!p->c->in_full)
			p->left--;
		judge_later(p, page_of(run->pa.v + offset));
	}
	p->apart = p->left != 0;
	if (!p->left)
		part_lacks(p->c, CHECK_PAGES, "only the first pages of each space were looked at; iommu check "
			   "leaf-on-free-page looks at all");
}

static bool take_run(void *ctx, const struct pt_run *run)
{
	struct pass *p = ctx;

	if (p->account)
		account_take(p->account, run);
	if (p->apart)
		judge_run(p, run);
	return true;
}

static bool take_damage(void *ctx, const struct pt_damage *damage)
{
	struct pass *p = ctx;

	damage_take(&p->damage, damage);
	return true;
}

static void tell_along(void *ctx, const struct pt_along *along)
{
	struct pass *p = ctx;

	if (p->c->along)
		p->c->along(p->c->ctx, p->space, along);
}

/* A process's own table, and a guest's, lead to what they like. */
static bool is_of_kernel(const struct space *space)
{
	return (space->has_table || space->ranges) && !space->guest && space->is_of_domain;
}

static void fail_parts(struct pass *p, struct failure failure)
{
	for (unsigned part = 0; part < NR_CHECK_PARTS; part++) {
		if (needs_tables((enum check_part)part))
			part_failed(p->c, (enum check_part)part, failure);
	}
}

/* How many pages of a space are looked at one by one: what those before it left over, in equal parts. */
static uint64_t share(const struct pass *p, size_t nr_left)
{
	uint64_t each = p->pages_left / nr_left; /* NOLINT(clang-analyzer-core.DivideZero): this space is one of them */

	if (!p->c->wanted[CHECK_PAGES])
		return 0;
	return each > PAGES_OF_SPACE ? each : PAGES_OF_SPACE;
}

static enum status look_at_space(struct pass *p, const struct space *space, uint64_t nr_pages)
{
	struct pt_visitor visitor = {
		.ctx = p,
		.touched = &p->touched,
		.apart = &p->apart,
		.table = note_table,
		.run = take_run,
		.damage = take_damage,
		.along = tell_along,
	};
	struct pt_totals totals;
	enum status status;

	p->space = space;
	p->account = account_start(p->k, p->c, space);
	p->left = nr_pages;
	p->apart = nr_pages != 0;
	p->damage = (struct table_damage){ 0 };
	/* Without runs no entry of the lowest level is taken apart. */
	if (!p->account && !nr_pages && !p->c->wanted[CHECK_TABLES])
		visitor.run = NULL;
	status = space_scan(p->k, space, iova_of(0), iova_of(UINT64_MAX), &visitor, &totals);
	judge_waiting(p);
	fail_parts(p, totals.failure);
	if (status != STATUS_OK)
		return status;
	if (p->c->wanted[CHECK_TABLES])
		damage_tell(p->k, space, &p->damage, &p->c->found);
	part_looked(p->c, CHECK_TABLES, 1);
	part_looked(p->c, CHECK_KERNEL_TEXT, 1);
	part_looked(p->c, CHECK_IOMMU_TABLES, 1);
	if (p->account)
		account_end(p->k, p->c, p->account, pt_totals_are_whole(&totals));
	return STATUS_OK;
}

static enum status look_at_all(struct pass *p)
{
	const struct ptrs *spaces = &p->reach.spaces;
	enum status status = STATUS_OK;
	uint64_t pages;
	size_t nr = 0;

	p->pages_left = PAGES_LOOKED_AT;
	for (size_t i = 0; i < spaces->nr; i++)
		nr += is_of_kernel(((const struct reach_space *)spaces->at[i])->space);
	for (size_t i = 0; i < spaces->nr && status == STATUS_OK; i++) {
		const struct space *space = ((const struct reach_space *)spaces->at[i])->space;

		if (!is_of_kernel(space))
			continue;
		pages = share(p, nr--);
		status = look_at_space(p, space, pages);
		p->pages_left -= p->pages_left < pages - p->left ? p->pages_left : pages - p->left;
	}
	return status;
}

/* ---- who reaches it ---- */

/* Ranges of a finding that are its evidence. */
#define NAMED_RANGES 4u

/* What one space has of one rule. */
struct group_of_hits {
	const char *code;
	uint64_t nr_ranges, bytes;
	struct named_range {
		const struct forbidden *of;
		struct pt_run run;
	} ranges[NAMED_RANGES]; /* the first of them; what lies side by side and is alike is one */
	struct named_range last; /* of what was found so far */
};

struct second_pass {
	struct pass *p;
	const struct reach_space *in;
	struct ptrs found; /* struct group_of_hits, of this space */
};

static const char *device_of(const struct reach_space *of)
{
	const struct space_user *user = of->users.nr ? of->users.at[0] : NULL;

	return user && user->device ? user->device->name : NULL;
}

static struct group_of_hits *hits_of(struct second_pass *s, const char *code)
{
	struct group_of_hits *hits;

	for (size_t i = 0; i < s->found.nr; i++) {
		hits = s->found.at[i];
		if (hits->code == code)
			return hits;
	}
	hits = arena_alloc(s->p->k->arena, sizeof(*hits));
	hits->code = code;
	ptrs_push(s->p->k->arena, &s->found, hits);
	return hits;
}

static bool goes_on(const struct named_range *before, const struct forbidden *of, const struct pt_run *run)
{
	const struct pt_run *last = &before->run;

	return before->of == of && last->iova.v + last->bytes == run->iova.v && last->pa.v + last->bytes == run->pa.v &&
	       last->read == run->read && last->write == run->write;
}

static void add_hit(struct group_of_hits *hits, const struct forbidden *of, const struct pt_run *run)
{
	bool more = goes_on(&hits->last, of, run);

	hits->bytes += run->bytes;
	hits->last = (struct named_range){ of, *run };
	if (more && hits->nr_ranges <= NAMED_RANGES)
		hits->ranges[hits->nr_ranges - 1].run.bytes += run->bytes;
	else if (!more && hits->nr_ranges++ < NAMED_RANGES)
		hits->ranges[hits->nr_ranges - 1] = (struct named_range){ of, *run };
}

static bool take_hit(void *ctx, const struct reach_hit *hit)
{
	struct second_pass *s = ctx;
	const struct forbidden *of = &s->p->forbidden[hit->range];
	const struct domain *domain = hit->of->space->domain;
	const struct pt_run *run = &hit->run;

	if (run->iova.v != run->pa.v && (!of->for_user_space || domain->type == DOMAIN_UNMANAGED))
		add_hit(hits_of(s, of->code), of, run);
	return true;
}

static bool pass_damage(void *ctx, const struct reach_space *of, const struct pt_damage *damage)
{
	(void)ctx;
	(void)of;
	(void)damage;
	return true;
}

static void put_ranges(struct kernel *k, const struct group_of_hits *hits, struct finding *finding)
{
	for (size_t i = 0; i < hits->nr_ranges && i < NAMED_RANGES; i++) {
		const struct pt_run *run = &hits->ranges[i].run;

		finding_rests_on(k, finding,
				 arena_printf(k->arena, "IOVA %" PRIx64 " to %" PRIx64 " (%s)", run->iova.v,
					      run->iova.v + (run->bytes - 1), run->write ? run->read ? "rw" : "-w" : "r-"),
				 place_pa(run->pa), "%s", hits->ranges[i].of->what);
	}
}

static void tell(struct second_pass *s, const struct group_of_hits *hits)
{
	struct kernel *k = s->p->k;
	const struct space *space = s->in->space;
	const struct named_range *first = &hits->ranges[0];
	const char *device = device_of(s->in);
	struct finding *finding =
		finding_add(k, &s->p->c->found, FINDING_WARNING, hits->code,
			    "%s: IOVA %" PRIx64 " leads%s%s to %" PRIx64 ", which is %s%s", space_name(k, space),
			    first->run.iova.v, device ? " " : "", device ? device : "", first->run.pa.v, first->of->what,
			    hits->nr_ranges == 1 ? "" :
			    arena_printf(k->arena, "; so do others to such memory, %" PRIu64 " ranges of %" PRIu64
					 " bytes in all", hits->nr_ranges, hits->bytes));

	finding->device = device;
	finding->has_domain_id = domain_id_on(space->domain, NULL, &finding->domain_id);
	put_ranges(k, hits, finding);
	finding_rests_on(k, finding, "table", place_pa(space->root.table), "root %" PRIx64, space->root.table.v);
}

static int by_address(const void *a, const void *b)
{
	const struct forbidden *x = a, *y = b;

	return (x->range.first.v > y->range.first.v) - (x->range.first.v < y->range.first.v);
}

static bool is_one_piece(const struct forbidden *a, const struct forbidden *b)
{
	return a->range.last.v + 1 == b->range.first.v && a->code == b->code &&
	       a->for_user_space == b->for_user_space && strcmp(a->what, b->what) == 0;
}

/* In order and apart: of two that overlap the first keeps what both have. */
static void sort_forbidden(struct pass *p)
{
	size_t nr = 0;

	if (p->nr_forbidden)
		qsort(p->forbidden, p->nr_forbidden, sizeof(*p->forbidden), by_address);
	for (size_t i = 0; i < p->nr_forbidden; i++) {
		struct forbidden *next = &p->forbidden[i];
		uint64_t end = nr ? p->forbidden[nr - 1].range.last.v : 0;

		if (nr && next->range.last.v <= end)
			continue;
		if (nr && next->range.first.v <= end)
			next->range.first.v = end + 1;
		if (nr && is_one_piece(&p->forbidden[nr - 1], next))
			p->forbidden[nr - 1].range.last = next->range.last;
		else
			p->forbidden[nr++] = *next;
	}
	p->nr_forbidden = nr;
}

/* What no block that is reached has is not reached. */
static void leave_out_unreached(struct pass *p)
{
	size_t nr = 0;

	for (size_t i = 0; i < p->nr_forbidden; i++) {
		if (pt_is_touched(&p->touched, p->forbidden[i].range.first, p->forbidden[i].range.last))
			p->forbidden[nr++] = p->forbidden[i];
	}
	p->nr_forbidden = nr;
}

static void find_who(struct pass *p)
{
	struct second_pass s = { .p = p };
	const struct reach_visitor visitor = { &s, take_hit, NULL, pass_damage };
	struct pa_range *ranges = arena_alloc(p->k->arena, (p->nr_forbidden + 1) * sizeof(*ranges));
	const struct pt_wanted wanted = { ranges, p->nr_forbidden, true };

	for (size_t i = 0; i < p->nr_forbidden; i++)
		ranges[i] = p->forbidden[i].range;
	for (size_t i = 0; i < p->reach.spaces.nr; i++) {
		struct pt_totals totals;

		s.in = p->reach.spaces.at[i];
		s.found = (struct ptrs){ 0 };
		if (!is_of_kernel(s.in->space))
			continue;
		if (reach_scan(p->k, s.in, &wanted, &visitor, &totals) != STATUS_OK) {
			fail_parts(p, failure_of(STATUS_INTERRUPTED));
			return;
		}
		for (size_t j = 0; j < s.found.nr; j++)
			tell(&s, s.found.at[j]);
	}
}

/* ---- all of it ---- */

static void start(struct pass *p)
{
	pt_touched_fit(&p->touched, 2 * p->k->nr_frames * SMALLEST_PAGE_BYTES + PLATFORM_HOLES);
	p->touched.blocks = arena_alloc(p->k->arena, pt_touched_bytes(p->touched.nr));
	kernel_reach(p->k, &p->reach);
	fail_parts(p, p->reach.failure);
	fail_parts(p, kernel_inventory(p->k)->domains_failure);
	part_ran(p->c, CHECK_IOVAS);
	part_ran(p->c, CHECK_AREAS);
	part_ran(p->c, CHECK_PROCESSES);
	part_ran(p->c, CHECK_TABLES);
	part_ran(p->c, CHECK_IOMMU_TABLES);
	part_ran(p->c, CHECK_PAGES);
	forbid_text(p);
	if (p->c->wanted[CHECK_IOMMU_TABLES])
		find_hardware_tables(p->k, p->c, forbid_hardware_table, p);
}

void check_tables(struct kernel *k, struct checking *c)
{
	struct pass *p = arena_alloc(k->arena, sizeof(*p));

	p->k = k;
	p->c = c;
	start(p);
	if (look_at_all(p) != STATUS_OK || target_interrupted(k->target)) {
		fail_parts(p, failure_of(STATUS_INTERRUPTED));
		return;
	}
	if (c->wanted[CHECK_IOMMU_TABLES])
		forbid_tables(p);
	leave_out_unreached(p);
	sort_forbidden(p);
	if (p->nr_forbidden)
		find_who(p);
}
