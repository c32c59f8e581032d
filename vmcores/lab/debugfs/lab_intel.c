// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own drivers/iommu/intel/debugfs.c, which distributions leave out of their kernels, as a
 * module for one of these: its files show what that code reads in the tables of the running kernel.
 *
 * kernel-debugfs.c is that file, but for its own headers, which are here, and for the members of structs
 * which only a kernel that has it built in has: a variable stands for them.
 */
#include <linux/debugfs.h>
#include <linux/dmar.h>
#include <linux/pci.h>
#include <asm/irq_remapping.h>
#include "iommu.h"
#include "pasid.h"
#include "perf.h"
#include "addresses.h"

ADDRESS_OF(dmar_drhd_units);
ADDRESS_OF(dmar_global_lock);
ADDRESS_OF(irq_2_ir_lock);
ADDRESS_OF(iommu_context_addr);

#define dmar_drhd_units	   (*(struct list_head *)address_of_dmar_drhd_units)
#define dmar_global_lock   (*(struct rw_semaphore *)address_of_dmar_global_lock)
#define irq_2_ir_lock	   (*(raw_spinlock_t *)address_of_irq_2_ir_lock)
#define iommu_context_addr (*(typeof(&iommu_context_addr))address_of_iommu_context_addr)

static struct dentry *iommu_debugfs_dir;
static struct dentry *lab_dentry __maybe_unused;

/* The header has empty functions of these names for a kernel without them. */
#define intel_iommu_debugfs_init	     kernel_debugfs_init
#define intel_iommu_debugfs_create_dev	     kernel_debugfs_create_dev
#define intel_iommu_debugfs_remove_dev	     kernel_debugfs_remove_dev
#define intel_iommu_debugfs_create_dev_pasid kernel_debugfs_create_dev_pasid
#define intel_iommu_debugfs_remove_dev_pasid kernel_debugfs_remove_dev_pasid

#include "kernel-debugfs.c"

/* Since 6.6 the page tables have a file for each device, made when the driver takes it on. */
static void add_devices(void)
{
#ifdef FILE_PER_DEVICE
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev)
		if (pdev->dev.iommu && dev_iommu_priv_get(&pdev->dev))
			kernel_debugfs_create_dev(dev_iommu_priv_get(&pdev->dev));
#endif
}

static int __init lab_init(void)
{
	if (!address_of_dmar_drhd_units || !address_of_irq_2_ir_lock || !address_of_iommu_context_addr)
		return -EINVAL;
	iommu_debugfs_dir = debugfs_create_dir("iommu", NULL);
	kernel_debugfs_init();
	add_devices();
	return 0;
}
module_init(lab_init);
MODULE_LICENSE("GPL");
