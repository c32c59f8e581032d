/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the processor's architecture decides, whichever IOMMU stands beside it: how CPUs are numbered to
 * interrupts, where the array of struct page is, how a process's page table is written, where a PCI bus
 * keeps its segment. Chosen once a command by what the kernel has.
 *
 * A function that is NULL: this plugin cannot tell on that architecture.
 */
#ifndef IOMMU_ARCH_H
#define IOMMU_ARCH_H

#include "iommu/kernel.h"
#include "iommu/special_range.h"

struct arch {
	const char *name;
	/* A symbol that only kernels of this architecture have. NULL: this architecture is taken when no
	 * other one's symbol is found. */
	const char *witness;
	/* log2 of the bytes of a page frame and of the larger pages that a process can have, 0 at the end.
	 * NULL: the kernel's configuration decides, and this plugin cannot tell. */
	const uint8_t *page_lg2;

	/* The PCI segment of the bus at that address of a struct pci_bus. */
	struct failure (*pci_segment)(struct kernel *k, struct kva bus, uint64_t *ret);
	/* The struct page of a page frame; page_lg2 is known where this is. */
	struct failure (*page_struct)(struct kernel *k, uint64_t pfn, struct kva *ret);
	/* The page table that a process runs with: its format and levels. pgd: mm_struct.pgd. */
	struct failure (*process_table)(struct kernel *k, struct kva pgd, struct pt_root *ret);
	/* The symbol of the kernel's own page table, of the form of a process's; NULL: it is not known here. */
	const char *kernel_table;
	/* The CPU that the interrupt controller knows by that id: ABSENT when it knows none by it. */
	struct failure (*cpu_of_id)(struct kernel *k, uint32_t id, uint32_t *ret);
	/* The CPUs that a logical destination names, in words: "cpu 0,3", or why that is not known. */
	const char *(*cpus_of_set)(struct kernel *k, uint32_t set);
	/* Where a device's write is an interrupt, whichever IOMMU it passes; NULL: nowhere. */
	const struct special_range *interrupts;
	/* Bits of a physical address that mark encrypted memory. */
	uint64_t (*encryption_mask)(struct kernel *k);
};

/* Never NULL. */
const struct arch *kernel_arch(struct kernel *k);

#endif
