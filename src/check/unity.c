// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that firmware wants a device to reach at its own address, against the page table that the device is
 * on now. Linux maps such ranges in default domains; a domain of user space (VFIO) does not have them.
 */
#include "check.h"

#include <inttypes.h>

struct look {
	const struct unity_range *range;
	struct unity_answer *answer;
	uint64_t next; /* first byte not looked at yet */
};

static void trouble_at(struct unity_answer *answer, uint64_t at, const char *what)
{
	if (answer->has_trouble)
		return;
	answer->has_trouble = true;
	answer->trouble = at;
	answer->what = what;
}

static bool visit_run(void *ctx, const struct pt_run *run)
{
	struct look *look = ctx;
	const struct unity_range *range = look->range;

	if (run->iova.v > look->next)
		trouble_at(look->answer, look->next, "is not mapped");
	if (run->pa.v != run->iova.v || (!run->contiguous && run->nr_pages > 1))
		trouble_at(look->answer, run->iova.v, "leads to another address");
	else if ((range->read && !run->read) || (range->write && !run->write))
		trouble_at(look->answer, run->iova.v, "lacks a permission");
	else
		look->answer->good += run->bytes;
	look->next = run->iova.v + run->bytes;
	return true;
}

static bool visit_damage(void *ctx, const struct pt_damage *damage)
{
	struct look *look = ctx;

	if (damage->status != STATUS_OK)
		look->answer->unread = first_failure(look->answer->unread,
						     failure_at(damage->status, damage->table.v));
	trouble_at(look->answer, damage->first.v, damage->status == STATUS_OK ?
							  "is behind a damaged entry" :
							  "is behind a table that could not be read");
	return true;
}

static void look_at_table(struct kernel *k, const struct space *space, struct look *look)
{
	struct pt_visitor visitor = { .ctx = look, .run = visit_run, .damage = visit_damage };
	const struct unity_range *range = look->range;
	struct pt_totals totals;

	look->next = range->first;
	if (space_scan(k, space, iova_of(range->first), iova_of(range->last), &visitor, &totals) !=
	    STATUS_OK) {
		look->answer->interrupted = true;
		trouble_at(look->answer, look->next, "was not looked at: interrupted");
	}
	if (look->next <= range->last && look->next >= range->first)
		trouble_at(look->answer, look->next, "is not mapped");
}

/* The table that the device's requests without a PASID go through. Where they are taken for requests of PASID 0,
 * it is the table of the driver's domain. */
static bool find_space(struct kernel *k, const struct device *dev, const struct entry *entry,
		       struct space *ret)
{
	const struct translation *t = &entry->translation;

	*ret = (struct space){ .memory = k->target };
	if (t->state == DMA_BY_PASID && dev->domain) {
		ret->has_table = dev->domain->has_table;
		ret->root = dev->domain->root;
	} else if (t->state != DMA_BY_PASID) {
		ret->has_table = t->has_table;
		ret->root = t->root;
	}
	return ret->has_table;
}

/* On its default domain a device should have the range. */
static bool is_expected(const struct device *dev)
{
	return !dev->group || !group_is_off_default(dev->group);
}

static void tell(struct kernel *k, const struct device *dev, const struct unity_range *range,
		 const struct unity_answer *answer, struct findings *ret)
{
	bool expected = is_expected(dev);
	struct finding *finding;

	finding = finding_add(k, ret, expected ? FINDING_WARNING : FINDING_INFO,
		    answer->good ? "unity-partly-mapped" : "unity-not-mapped",
		    "%s: %s asks for %" PRIx64 " to %" PRIx64 " one to one, but %" PRIx64 " %s%s",
		    dev->name, range->by, range->first, range->last, answer->trouble, answer->what,
		    expected ? "" : " (it is not on its default domain: user space decides what is "
				    "mapped)");
	finding->device = dev->name;
	if (dev->group && !group_knows_default(dev->group))
		finding_unsure(ret, finding);
}

void check_unity(struct kernel *k, const struct device *dev, const struct unity_range *range,
		 struct unity_answer *answer, struct findings *ret)
{
	const struct stream *stream = dev->streams.at[0];
	struct look look = { .range = range, .answer = answer };
	struct entry entry = { 0 };
	struct space space;

	*answer = (struct unity_answer){ 0 };
	answer->failure = stream->vendor->read_entry ?
				  stream->vendor->read_entry(k, stream, &entry) :
				  failure_of(STATUS_ABSENT);
	if (failed(answer->failure))
		return;
	answer->state = entry.translation.state;
	answer->has_table = find_space(k, dev, &entry, &space);
	if (answer->state == DMA_BY_PASID && !answer->has_table) {
		answer->failure = failure_of(STATUS_ABSENT); /* a guest made the tables, Linux maps nothing there */
		return;
	}
	if (answer->has_table) {
		if ((range->read && !entry.translation.read) ||
		    (range->write && !entry.translation.write))
			trouble_at(answer, range->first, "lacks a permission in the device's entry");
		look_at_table(k, &space, &look);
	} else if (answer->state != DMA_PASSTHROUGH &&
		   answer->state != DMA_PASSTHROUGH_UNCHECKED) {
		trouble_at(answer, range->first,
			   "cannot be reached: the device's entry lets nothing through");
	}
	if (answer->has_trouble)
		tell(k, dev, range, answer, ret);
}
