// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who keeps account of what a domain maps, against its table: the DMA layer's allocator, or VFIO by the areas that a
 * process gave it; and those areas against the process itself.
 */
#include "check.h"

#include "iommu/owner.h"
#include "iommu/task.h"

#include <inttypes.h>

struct account {
	const char *name;
	bool has_allocator;
	struct iova_allocator allocator;
	bool is_held;
	struct vfio_holder holder;
	const struct space *space;
	struct iova_use use;
	struct iova_comparison comparison;
};

/* ---- who keeps it ---- */

static void find_holder(struct kernel *k, struct checking *c, struct account *account)
{
	const struct ptrs *groups = &account->space->domain->groups;

	for (size_t i = 0; i < groups->nr && !account->is_held; i++) {
		struct failure failure = kernel_vfio_holder(k, groups->at[i], &account->holder);

		account->is_held = !failed(failure) && !kva_is_null(account->holder.iommu);
		if (failure.status == STATUS_ABSENT)
			continue;
		part_failed(c, CHECK_AREAS, failure);
		part_failed(c, CHECK_PROCESSES, failure);
	}
}

static bool find_allocator(struct kernel *k, struct checking *c, struct account *account)
{
	struct failure failure = kernel_iova_allocator(k, account->space->domain, &account->allocator);
	const struct iova_allocator *a = &account->allocator;

	if (failed(failure)) {
		if (failure.status != STATUS_ABSENT)
			part_failed(c, CHECK_IOVAS, failure);
		return false;
	}
	part_failed(c, CHECK_IOVAS, a->ranges_failure);
	part_failed(c, CHECK_IOVAS, a->cached_failure);
	part_failed(c, CHECK_IOVAS, a->queued_failure);
	part_failed(c, CHECK_IOVAS, a->reserved_failure);
	return a->is_set_up;
}

struct account *account_start(struct kernel *k, struct checking *c, const struct space *space)
{
	struct account *account = arena_alloc(k->arena, sizeof(*account));

	account->space = space;
	account->name = space_name(k, space);
	if (c->wanted[CHECK_IOVAS])
		account->has_allocator = find_allocator(k, c, account);
	if ((c->wanted[CHECK_AREAS] || c->wanted[CHECK_PROCESSES]) && space->domain->type == DOMAIN_UNMANAGED)
		find_holder(k, c, account);
	if (account->has_allocator)
		iova_comparison_start(k, allocator_spans(k, &account->allocator), account->allocator.nr_ranges,
				      &account->use, &account->comparison);
	else if (account->is_held)
		iova_comparison_start(k, area_spans(k, &account->holder.areas), account->holder.areas.nr, &account->use,
				      &account->comparison);
	else
		return NULL;
	return account;
}

void account_take(struct account *account, const struct pt_run *run)
{
	iova_comparison_take(&account->comparison, run);
}

/* ---- areas against the process ---- */

/* So many pages are looked at when nobody asked for all. */
#define PAGES_OF_AREAS 16384u

struct differing {
	uint64_t nr, iova, vaddr;
	struct pa device, process;
};

/* A page of an area that the process has elsewhere now. What either table does not have is none: the process may have
 * its page swapped in again when it asks for it, and what the device lacks is found by other rules. */
static bool differs_at(struct kernel *k, const struct account *account, const struct pt_root *process,
		       const struct vfio_area *area, uint64_t offset, struct differing *ret)
{
	struct pt_translation device, own;

	pt_translate(account->space->memory, &account->space->root, iova_of(area->iova + offset), &device);
	if (device.result != PT_MAPPED)
		return false;
	pt_translate(k->target, process, iova_of(area->vaddr + offset), &own);
	if (own.result != PT_MAPPED || own.pa.v == device.pa.v)
		return false;
	if (!ret->nr++)
		*ret = (struct differing){ 1, area->iova + offset, area->vaddr + offset, device.pa, own.pa };
	return true;
}

static void check_pages(struct kernel *k, struct checking *c, const struct account *account,
			const struct pt_root *process, const struct vfio_area *area)
{
	struct differing differing = { 0 };
	struct finding *finding;

	for (uint64_t offset = 0; offset < area->size && !target_interrupted(k->target);
	     offset += SMALLEST_PAGE_BYTES) {
		if (!c->in_full && c->pages_of_areas++ >= PAGES_OF_AREAS) {
			part_lacks(c, CHECK_PROCESSES, "only the first pages were held against the process; "
				   "iommu check area-page-differs looks at all");
			break;
		}
		differs_at(k, account, process, area, offset, &differing);
	}
	if (!differing.nr)
		return;
	finding = finding_add(k, &c->found, FINDING_WARNING, "area-page-differs",
			      "%s: %" PRIu64 " page%s of the area at %" PRIx64 " %s not the process's any more: pid %" PRId64
			      " \"%s\" has another one at %" PRIx64 " now than the device reaches at IOVA %" PRIx64,
			      account->name, differing.nr, differing.nr == 1 ? "" : "s", area->iova,
			      differing.nr == 1 ? "is" : "are", area->pid, area->comm ? area->comm : "?",
			      differing.vaddr, differing.iova);
	finding_rests_on(k, finding, "the device's page", place_pa(differing.device), "%" PRIx64, differing.device.v);
	finding_rests_on(k, finding, "the process's page", place_pa(differing.process), "%" PRIx64, differing.process.v);
}

static void find_gone(struct kernel *k, struct checking *c, const struct account *account,
		      const struct vfio_area *area, uint64_t nr, uint64_t bytes)
{
	struct finding *finding =
		finding_add(k, &c->found, FINDING_WARNING, "area-owner-gone",
			    "%s: %" PRIu64 " bytes in %" PRIu64 " area%s are mapped for pid %" PRId64 " \"%s\", which has exited: "
			    "the device reaches memory that is nobody's", account->name, bytes, nr, nr == 1 ? "" : "s",
			    area->pid, area->comm ? area->comm : "?");

	finding_rests_on(k, finding, "the process", place_kva(area->task), "pid %" PRId64, area->pid);
}

static void check_processes(struct kernel *k, struct checking *c, const struct account *account)
{
	const struct ptrs *areas = &account->holder.areas;
	const struct vfio_area *gone = NULL;
	uint64_t nr_gone = 0, bytes = 0;

	for (size_t i = 0; i < areas->nr && !target_interrupted(k->target); i++) {
		const struct vfio_area *area = areas->at[i];
		struct pt_root process;
		struct failure failure = area->task_failure;

		if (!failed(failure))
			failure = kernel_task_table(k, area->task, &process);
		if (!failed(failure)) {
			check_pages(k, c, account, &process, area);
		} else if (!failed(area->task_failure) && failure.status == STATUS_ABSENT) {
			gone = gone ? gone : area;
			nr_gone++;
			bytes += account->use.of_span[i];
		} else {
			part_failed(c, CHECK_PROCESSES, failure);
		}
	}
	part_looked(c, CHECK_PROCESSES, areas->nr);
	if (gone && bytes)
		find_gone(k, c, account, gone, nr_gone, bytes);
}

void account_end(struct kernel *k, struct checking *c, struct account *account, bool whole)
{
	account->use.known = whole;
	if (account->has_allocator) {
		part_looked(c, CHECK_IOVAS, 1);
		check_iova(k, account->name, &account->allocator, &account->use, &c->found);
		return;
	}
	part_looked(c, CHECK_AREAS, 1);
	part_failed(c, CHECK_AREAS, account->holder.areas_failure);
	check_areas(k, account->name, &account->holder, &account->use, &c->found);
	if (account->space->has_table && c->wanted[CHECK_PROCESSES])
		check_processes(k, c, account);
}
