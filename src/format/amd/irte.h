/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of AMD interrupt remapping tables. */
#ifndef IOMMU_FORMAT_AMD_IRTE_H
#define IOMMU_FORMAT_AMD_IRTE_H

#include <stdbool.h>
#include <stdint.h>

#include "iommu/addr.h"
#include "records.h"

struct amd_irte {
	const struct record *record; /* the meaning that this entry has */
	bool used;		     /* the driver handed the slot out, or hardware would use it */
	bool only_allocated;	     /* handed out, but nothing is delivered through it */
	bool enabled;		     /* RemapEn */
	bool guest;		     /* GuestMode: to a virtual CPU */
	bool logical;		     /* destination mode; false: physical */
	uint8_t vector;
	uint32_t destination;
	bool running;		     /* guest: the virtual CPU runs, on `destination` */
	uint32_t ga_tag;	     /* guest */
	struct pa ga_root;	     /* guest: the virtual CPU's APIC backing page */
	int bad_bit;		     /* one that must be zero and is not, or -1 */
};

/* words: one (wide: two) 64-bit words; of the 32-bit form only the low half counts. */
const struct record *amd_irte_record(const uint64_t *words, bool wide);
void amd_irte_decode(const uint64_t *words, bool wide, struct amd_irte *ret);

#endif
