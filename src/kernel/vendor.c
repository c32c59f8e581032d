// SPDX-License-Identifier: GPL-2.0-or-later
/* What the registry of vendors is asked: page-table formats, tables of members, what a vendor keeps. */
#include "vendors.h"

#include "iommu/layout_rows.h"
#include "iommu/read.h"

#include <string.h>

const struct vendor *nth_vendor(unsigned nth)
{
	for (unsigned i = 0; i < nth; i++) {
		if (!vendors[i])
			return NULL;
	}
	return vendors[nth];
}

bool kernel_has_driver(struct kernel *k, const struct vendor *vendor)
{
	struct kva at;

	return vendor->driver_symbol && !failed(kernel_symbol(k, vendor->driver_symbol, &at));
}

const struct layout_table *nth_layout_table(unsigned nth)
{
	const struct vendor *vendor = nth ? nth_vendor(nth - 1) : NULL;

	if (!nth)
		return &common_layout;
	return vendor ? vendor->layout : NULL;
}

const struct pt_format *kernel_nth_format(unsigned nth)
{
	for (const struct pt_format *const *f = pt_formats; *f; f++) {
		if (!nth--)
			return *f;
	}
	for (const struct vendor *const *v = vendors; *v; v++) {
		for (const struct pt_format *const *f = (*v)->formats; f && *f; f++) {
			if (!nth--)
				return *f;
		}
	}
	return NULL;
}

const struct pt_format *kernel_format(const char *name)
{
	const struct pt_format *format;

	for (unsigned nth = 0; (format = kernel_nth_format(nth)); nth++) {
		if (strcmp(format->name, name) == 0)
			return format;
	}
	return NULL;
}

const struct pasid_format *kernel_nth_pasid_format(unsigned nth)
{
	for (const struct vendor *const *v = vendors; *v; v++) {
		for (const struct pasid_format *const *f = (*v)->pasid_formats; f && *f; f++) {
			if (!nth--)
				return *f;
		}
	}
	return NULL;
}

const struct pasid_format *kernel_pasid_format(const char *name)
{
	const struct pasid_format *format;

	for (unsigned nth = 0; (format = kernel_nth_pasid_format(nth)); nth++) {
		if (strcmp(format->name, name) == 0)
			return format;
	}
	return NULL;
}

/* ---- what a vendor keeps beside the inventory ---- */

struct vendor_data {
	const struct vendor *vendor;
	void *data;
};

void inventory_keep(struct kernel *k, struct inventory *inv, const struct vendor *vendor,
		    void *data)
{
	struct vendor_data *item = arena_alloc(k->arena, sizeof(*item));

	*item = (struct vendor_data){ vendor, data };
	ptrs_push(k->arena, &inv->vendor_data, item);
}

void *inventory_kept(const struct inventory *inv, const struct vendor *vendor)
{
	for (size_t i = 0; i < inv->vendor_data.nr; i++) {
		const struct vendor_data *item = inv->vendor_data.at[i];

		if (item->vendor == vendor)
			return item->data;
	}
	return NULL;
}

static void find_specials(struct kernel *k)
{
	const struct inventory *inv = kernel_inventory(k);

	k->asked_for_specials = true;
	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct vendor *vendor = inv->vendors.at[i];

		if (vendor->special_streams)
			vendor->special_streams(k, &k->special_streams);
	}
}

const char *kernel_special_name(struct kernel *k, uint32_t id)
{
	const char *name = NULL;

	if (!k->asked_for_specials)
		find_specials(k);
	for (size_t i = 0; i < k->special_streams.nr; i++) {
		const struct special_stream *special = k->special_streams.at[i];

		if (special->id == id)
			name = name ? arena_printf(k->arena, "%s, %s", name, special->name) :
				      special->name;
	}
	return name;
}
