// SPDX-License-Identifier: GPL-2.0-or-later
/* One kernel, and the questions that have one answer a machine. */
#include "iommu/arch.h"
#include "iommu/read.h"
#include "iommu/vendor.h"

#include "machine_size.h"

#include <string.h>

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
		 struct layout *layout, struct kept *kept, struct budget *budget)
{
	memset(k, 0, sizeof(*k));
	k->target = target;
	k->arena = arena;
	k->layout = layout;
	k->kept = kept;
	layout_refresh(layout, target);
	if (kernel_arch(k)->encryption_mask)
		k->enc_mask = kernel_arch(k)->encryption_mask(k);
	k->nr_frames = kernel_count_frames(target);
	kernel_set_budget(budget, k->nr_frames);
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
