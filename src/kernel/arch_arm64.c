// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What only arm64 kernels have. The IOMMU core is the same everywhere; what a page is, or which CPU an
 * interrupt goes to, this plugin does not tell there yet.
 */
#include "arch_list.h"

/* Linux include/linux/pci.h: with CONFIG_PCI_DOMAINS_GENERIC the bus knows its segment itself. */
static struct failure pci_segment(struct kernel *k, struct kva bus, uint64_t *ret)
{
	struct failure failure;

	*ret = 0;
	failure = kernel_read_member(k, bus, M_PCI_BUS_DOMAIN_NR, ret);
	*ret &= 0xffff;
	return failure;
}

const struct arch arch_arm64 = {
	.name = "arm64",
	.witness = "kimage_voffset",
	.pci_segment = pci_segment,
};
