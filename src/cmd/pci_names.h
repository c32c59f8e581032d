/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of PCI devices, from a pci.ids file of the machine that the user sits at. */
#ifndef IOMMU_CMD_PCI_NAMES_H
#define IOMMU_CMD_PCI_NAMES_H

#include "cmd.h"

#include "iommu/pci_ids.h"

/* The file's text, read once a command; NULL: the machine has none that can be read. */
const struct pci_ids *pci_names(struct context *ctx);

#endif
