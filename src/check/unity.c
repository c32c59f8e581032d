// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that firmware wants a device to reach at its own address, against the page table that the device is
 * on now. Linux maps such ranges in default domains; a domain of user space (VFIO) does not have them.
 */
#include "check.h"

#include <inttypes.h>
#include <string.h>

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

static void unknown_at(struct unity_answer *answer, uint64_t at, const char *what)
{
	answer->not_known |= !answer->has_trouble;
	trouble_at(answer, at, what);
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

	if (damage->first.v > look->next)
		trouble_at(look->answer, look->next, "is not mapped");
	if (damage->status == STATUS_OK) {
		trouble_at(look->answer, damage->first.v, "is behind a damaged entry");
		return true;
	}
	look->answer->unread = first_failure(look->answer->unread,
					     failure_at(damage->status, damage->table.v));
	unknown_at(look->answer, damage->first.v, "is behind a table that could not be read");
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
		unknown_at(look->answer, look->next, "was not looked at: interrupted");
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
	} else if (t->state != DMA_BY_PASID && !t->is_nested) {
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

void check_unity(struct kernel *k, const struct device *dev, const struct unity_range *range,
		 struct unity_answer *answer)
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
	if ((answer->state == DMA_BY_PASID || entry.translation.is_nested) && !answer->has_table) {
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
}

/* ---- what is wrong, for all devices of a range together ---- */

/* The devices of a range with one kind of trouble. */
struct trouble {
	const struct unity_row *first;
	bool not_known, partly, expected;
	bool default_unknown; /* whether they should have it cannot be told */
	size_t nr_asked; /* devices for which the range is asked for */
	struct named devices;
};

bool is_same_unity_range(const struct unity_range *a, const struct unity_range *b)
{
	return a->first == b->first && a->last == b->last && a->read == b->read &&
	       a->write == b->write && strcmp(a->by, b->by) == 0;
}

static struct trouble *trouble_of(struct kernel *k, struct ptrs *list, const struct unity_row *row)
{
	bool not_known = row->answer.not_known, partly = !not_known && row->answer.good;
	bool expected = is_expected(row->dev);
	bool default_unknown = row->dev->group && !group_knows_default(row->dev->group);
	struct trouble *item;

	for (size_t i = 0; i < list->nr; i++) {
		item = list->at[i];
		if (item->not_known == not_known && item->partly == partly && item->expected == expected &&
		    item->default_unknown == default_unknown &&
		    is_same_unity_range(&item->first->range, &row->range))
			return item;
	}
	item = arena_alloc(k->arena, sizeof(*item));
	*item = (struct trouble){
		.first = row,
		.not_known = not_known,
		.partly = partly,
		.expected = expected,
		.default_unknown = default_unknown,
	};
	ptrs_push(k->arena, list, item);
	return item;
}

static const char *aside_of(const struct trouble *trouble)
{
	if (trouble->expected)
		return "";
	return trouble->devices.nr == 1 ?
		       " (it is not on its default domain: user space decides what is mapped)" :
		       " (they are not on their default domain: user space decides what is mapped)";
}

static const char *extent_of(const struct trouble *trouble)
{
	return trouble->not_known ? "have a table that could not all be read" :
	       trouble->partly	  ? "have only a part of it" :
				    "have nothing of it";
}

static void tell(struct kernel *k, const struct trouble *trouble, struct findings *ret)
{
	const struct unity_range *range = &trouble->first->range;
	const struct unity_answer *answer = &trouble->first->answer;
	enum finding_severity severity = trouble->expected ? FINDING_WARNING : FINDING_INFO;
	const char *code = trouble->not_known ? "unity-not-known" :
			   trouble->partly    ? "unity-partly-mapped" : "unity-not-mapped";
	struct finding *finding;

	if (trouble->devices.nr == 1)
		finding = finding_add(k, ret, severity, code,
				      "%s: %s asks for %" PRIx64 " to %" PRIx64 " one to one, but %"
				      PRIx64 " %s%s", trouble->devices.first, range->by, range->first,
				      range->last, answer->trouble, answer->what, aside_of(trouble));
	else
		finding = finding_add(k, ret, severity, code,
				      "%s asks for %" PRIx64 " to %" PRIx64 " one to one, but %zu of %zu "
				      "devices %s: %s%s", range->by, range->first, range->last,
				      trouble->devices.nr, trouble->nr_asked, extent_of(trouble),
				      named_words(k, &trouble->devices), aside_of(trouble));
	if (trouble->devices.nr == 1)
		finding->device = trouble->devices.first;
	if (trouble->not_known || trouble->default_unknown)
		finding_unsure(ret, finding);
}

static size_t nr_asked(const struct ptrs *rows, const struct unity_range *range)
{
	size_t nr = 0;

	for (size_t i = 0; i < rows->nr; i++)
		nr += is_same_unity_range(&((const struct unity_row *)rows->at[i])->range, range);
	return nr;
}

void check_unity_rows(struct kernel *k, const struct ptrs *rows, struct findings *ret)
{
	struct ptrs troubles = { 0 };

	for (size_t i = 0; i < rows->nr; i++) {
		const struct unity_row *row = rows->at[i];

		if (row->answer.has_trouble)
			name_device(k, &trouble_of(k, &troubles, row)->devices, row->dev);
	}
	for (size_t i = 0; i < troubles.nr; i++) {
		struct trouble *trouble = troubles.at[i];

		trouble->nr_asked = nr_asked(rows, &trouble->first->range);
		tell(k, trouble, ret);
	}
}
