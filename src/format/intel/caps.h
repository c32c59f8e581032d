/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a VT-d unit can do, as its registers CAP and ECAP say, for all that depends on it. */
#ifndef IOMMU_FORMAT_INTEL_CAPS_H
#define IOMMU_FORMAT_INTEL_CAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "records.h"

struct intel_caps {
	bool known;		   /* false: neither register could be read, nothing is said of the unit */
	uint64_t cap, ecap;
	uint8_t host_address_bits; /* of the machine, as its DMAR table says; 0: not known */
};

/* The value of a field of CAP or of ECAP. */
uint64_t intel_cap(const struct intel_caps *caps, const char *key);
uint64_t intel_ecap(const struct intel_caps *caps, const char *key);

/* Whether it is known that the unit lacks a feature, a flag of ECAP. */
bool intel_lacks(const struct intel_caps *caps, const char *ecap_key);

/* The width of the addresses that an AW or a bit of SAGAW stands for, and the levels of such a table; 0 when
 * it is reserved. */
bool intel_width_is_reserved(unsigned aw);
unsigned intel_width_bits(unsigned aw);
unsigned intel_width_levels(unsigned aw);

/* Whether the unit takes second-stage tables of that AW; when its registers are not known, whether any
 * does. */
bool intel_takes_width(const struct intel_caps *caps, unsigned aw);

/* The AW of the widest tables that it takes. False: not known, or none. */
bool intel_widest(const struct intel_caps *caps, unsigned *aw);

/* The bits of address that requests through a second stage reach, or that pass: the unit blocks those above. 0:
 * not known. */
unsigned intel_reach_bits(const struct intel_caps *caps);

/* How many domain ids there are. */
uint32_t intel_nr_domains(const struct intel_caps *caps);

/* The features that the unit has, in the specification's short words, CAP's before ECAP's. Returns how
 * many. */
#define INTEL_MAX_FEATURE_NAMES 64
size_t intel_feature_names(const struct intel_caps *caps, const char *ret[INTEL_MAX_FEATURE_NAMES]);

#endif
