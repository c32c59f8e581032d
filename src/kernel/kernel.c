// SPDX-License-Identifier: GPL-2.0-or-later
/* One kernel, and the questions that have one answer a machine. */
#include "iommu/arch.h"
#include "iommu/read.h"
#include "iommu/vendor.h"

#include <string.h>

/* A machine whose max_pfn is not readable: 16 TiB of memory in pages of 4 KiB. */
#define MAX_TABLES_UNKNOWN (1ULL << 32)

static void find_active_vendors(struct kernel *k)
{
	const struct vendor *vendor;
	unsigned nr = 0;

	for (unsigned i = 0; (vendor = nth_vendor(i)) && nr + 1 < MAX_VENDORS; i++) {
		if (vendor->is_active && vendor->is_active(k))
			k->active[nr++] = vendor;
	}
}

void kernel_init(struct kernel *k, struct target *target, struct arena *arena,
		 struct layout *layout, struct kept *kept)
{
	memset(k, 0, sizeof(*k));
	k->target = target;
	k->arena = arena;
	k->layout = layout;
	k->kept = kept;
	layout_refresh(layout, target);
	if (kernel_arch(k)->encryption_mask)
		k->enc_mask = kernel_arch(k)->encryption_mask(k);
	find_active_vendors(k);
}

bool kernel_fits_namelist(struct kernel *k)
{
	static const char banner[] = "Linux version ";
	char found[sizeof(banner) - 1];
	struct kva at;

	return target_symbol(k->target, "linux_banner", &at) != STATUS_OK ||
	       target_read_kva(k->target, at, found, sizeof(found)) != STATUS_OK ||
	       memcmp(found, banner, sizeof(found)) == 0;
}

bool kernel_find_symbol(struct kernel *k, const char *name, uint64_t *ret)
{
	struct kva at;

	if (target_symbol(k->target, name, &at) != STATUS_OK)
		return false;
	*ret = at.v;
	return true;
}

uint64_t kernel_max_tables(struct kernel *k)
{
	uint64_t max_pfn;

	/* Asked for each domain, so it is read once. */
	if (!k->max_tables) {
		if (failed(kernel_read_variable(k, "max_pfn", 8, &max_pfn)) || !max_pfn)
			max_pfn = MAX_TABLES_UNKNOWN;
		k->max_tables = max_pfn;
	}
	return k->max_tables;
}

struct pt_root kernel_root(struct kernel *k, const struct pt_format *format, struct pa table,
			   uint8_t levels)
{
	return (struct pt_root){
		.format = format,
		.table = table,
		.levels = levels,
		.enc_mask = k->enc_mask,
		.max_tables = kernel_max_tables(k),
	};
}
