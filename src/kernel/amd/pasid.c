// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GCR3 tables: from a PASID to the page table that its requests go through. A table of PASIDs is walked as
 * a page table whose addresses are PASIDs (see format/amd/pt.h).
 */
#include "amd.h"

#include "format/amd/pt.h"
#include "format/amd/records.h"

static struct pt_root root_of(const struct pasid_table *table)
{
	return (struct pt_root){
		.format = &gcr3_format,
		.table = pa_of(table->table),
		.levels = table->levels,
		.enc_mask = table->enc_mask,
		.max_tables = table->max_tables,
	};
}

static void take_step(const struct pt_step *from, uint64_t enc_mask, struct pasid_step *ret)
{
	*ret = (struct pasid_step){
		.level = from->level,
		.table = from->table.v,
		.index = from->index,
		.view = {
			.record = &amd_gcr3_record,
			.place = place_pa(from->entry_pa),
			.words = { from->raw },
			.nr_words = 1,
			.enc_mask = enc_mask,
			.failure = failure_at(from->status, from->entry_pa.v),
		},
		.kind = from->entry.kind,
		.address = from->entry.address,
	};
}

static void find(struct kernel *k, struct target *memory, const struct pasid_table *table,
		 uint32_t pasid, struct pasid_answer *ret)
{
	struct pt_root root = root_of(table);
	struct pt_translation t;

	(void)k;
	pt_translate(memory, &root, pasid_to_iova(pasid), &t);
	*ret = (struct pasid_answer){ .result = t.result };
	for (; ret->nr_steps < t.nr_steps && ret->nr_steps < MAX_PASID_STEPS; ret->nr_steps++)
		take_step(&t.steps[ret->nr_steps], table->enc_mask, &ret->steps[ret->nr_steps]);
	if (t.result != PT_MAPPED)
		return;
	ret->state = DMA_TRANSLATED;
	ret->root = root;
	ret->root.format = &amdv2_format;
	ret->root.table = t.pa;
	ret->root.levels = table->page_levels;
	/* Linux drivers/iommu/amd/iommu.c, amd_iommu_domain_alloc_paging_v2(): "On PASID 0 it has no
	 * sign extension and the full 57/48 bits decode the lower addresses." */
	ret->root.sign_extended = pasid != 0;
}

static uint32_t last(const struct pasid_table *table)
{
	struct pt_root root = root_of(table);

	return pasid_of_iova(pt_last_iova(&root));
}

struct listing {
	bool (*visit)(void *ctx, uint32_t pasid);
	void *ctx;
};

static bool visit_leaf(void *ctx, const struct pt_leaf *leaf)
{
	const struct listing *l = ctx;

	return l->visit(l->ctx, pasid_of_iova(leaf->iova));
}

static struct failure list(struct target *memory, const struct pasid_table *table,
			   bool (*visit)(void *ctx, uint32_t pasid), void *ctx)
{
	struct listing listing = { visit, ctx };
	struct pt_visitor visitor = { .ctx = &listing, .leaf = visit_leaf };
	struct pt_root root = root_of(table);
	struct pt_totals totals;
	enum status status = pt_scan(memory, &root, iova_of(0), iova_of(UINT64_MAX), &visitor,
				     &totals);

	if (status != STATUS_OK)
		return failure_of(status);
	return totals.tables_missing || totals.tables_lost ? totals.failure : NO_FAILURE;
}

/* ---- what it consists of ---- */

struct tour {
	void (*visit)(void *ctx, struct pa at, uint64_t bytes);
	void *ctx;
};

static void visit_table(void *ctx, struct pa table)
{
	const struct tour *tour = ctx;

	tour->visit(tour->ctx, table, SMALLEST_PAGE_BYTES);
}

static struct failure tables(struct target *memory, const struct pasid_table *table,
			     void (*visit)(void *ctx, struct pa at, uint64_t bytes), void *ctx)
{
	struct tour tour = { visit, ctx };
	const struct pt_visitor visitor = { .ctx = &tour, .table = visit_table };
	struct pt_root root = root_of(table);
	struct pt_totals totals;
	enum status status = pt_scan(memory, &root, iova_of(0), iova_of(UINT64_MAX), &visitor, &totals);

	return status == STATUS_OK ? totals.failure : failure_of(status);
}

const struct pasid_format amd_gcr3_tables = {
	.name = "gcr3",
	.label = "GCR3",
	.max_levels = 3,
	.pages = &amdv2_format,
	.page_levels = 4,
	.page_stage = "guest",
	.lacks = "table",
	.find = find,
	.last = last,
	.list = list,
	.tables = tables,
};
