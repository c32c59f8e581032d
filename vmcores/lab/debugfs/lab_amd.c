// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own drivers/iommu/amd/debugfs.c, which distributions leave out of their kernels, as a
 * module for one of these (see lab_intel.c).
 */
#include <linux/debugfs.h>
#include <linux/pci.h>
#include "amd_iommu.h"
#include "../irq_remapping.h"
#include "addresses.h"

ADDRESS_OF(amd_iommu_list);
ADDRESS_OF(amd_iommu_pci_seg_list);
ADDRESS_OF(amd_iommu_guest_ir);
ADDRESS_OF(irq_remapping_enabled);
ADDRESS_OF(get_dev_table);

#define amd_iommu_list	       (*(struct list_head *)address_of_amd_iommu_list)
#define amd_iommu_pci_seg_list (*(struct list_head *)address_of_amd_iommu_pci_seg_list)
#define amd_iommu_guest_ir     (*(int *)address_of_amd_iommu_guest_ir)
#define irq_remapping_enabled  (*(int *)address_of_irq_remapping_enabled)
#define get_dev_table	       (*(typeof(&get_dev_table))address_of_get_dev_table)

static struct dentry *iommu_debugfs_dir;
static struct dentry *lab_dentry;
static int lab_mmio_offset;
static int lab_cap_offset;

/* The header has an empty function of this name for a kernel without it. */
#define amd_iommu_debugfs_setup kernel_debugfs_init

#include "kernel-debugfs.c"

static int __init lab_init(void)
{
	if (!address_of_amd_iommu_list || !address_of_amd_iommu_pci_seg_list || !address_of_amd_iommu_guest_ir ||
	    !address_of_irq_remapping_enabled || !address_of_get_dev_table)
		return -EINVAL;
	iommu_debugfs_dir = debugfs_create_dir("iommu", NULL);
	kernel_debugfs_init();
	return 0;
}
module_init(lab_init);
MODULE_LICENSE("GPL");
