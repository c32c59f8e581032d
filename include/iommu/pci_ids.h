/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of PCI vendors, devices and classes by their numbers, as the text of a pci.ids file has them: the list that
 * lspci prints from. The text is somebody's file and may be anything: what does not look like a line of such a list is
 * passed over.
 */
#ifndef IOMMU_PCI_IDS_H
#define IOMMU_PCI_IDS_H

#include "iommu/arena.h"

#include <stddef.h>
#include <stdint.h>

struct pci_ids {
	const char *text;
	size_t len;
	uint32_t *vendors; /* by id: 1 + the offset of the vendor's line; 0: it has none */
	uint32_t *classes; /* the same of a base class */
};

/* The longest file that is read: the list of 2023 has 1.3 MiB. */
#define PCI_IDS_MAX_BYTES ((size_t)16 << 20)

/* text: len bytes, at most PCI_IDS_MAX_BYTES, which stay the caller's. The first line of an id counts. */
void pci_ids_open(struct arena *arena, const char *text, size_t len, struct pci_ids *ret);

/* In the arena, cut where it is longer than any real name; NULL: the list does not have it. */
const char *pci_ids_vendor(struct arena *arena, const struct pci_ids *ids, uint16_t vendor);
const char *pci_ids_device(struct arena *arena, const struct pci_ids *ids, uint16_t vendor,
			   uint16_t device);
/* code: base class, sub class and interface, 24 bits. The name of the sub class, or of the base class where the list
 * has no such sub class. */
const char *pci_ids_class(struct arena *arena, const struct pci_ids *ids, uint32_t code);

#endif
