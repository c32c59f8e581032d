/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a VT-d unit does not take an entry of its tables: a sentence, and the reason that it would report with
 * each fault. The checks that several kinds of entries have in common.
 */
#ifndef IOMMU_FORMAT_INTEL_REFUSAL_H
#define IOMMU_FORMAT_INTEL_REFUSAL_H

#include "caps.h"

#define INTEL_BECAUSE_MAX 128

struct intel_refusal {
	bool refused;
	uint8_t reason; /* as in a fault record: see fault.h */
	char because[INTEL_BECAUSE_MAX];
};

/* Keeps the first refusal: units check in an order, and so do the callers. */
__attribute__((format(printf, 3, 4))) void intel_refuse(struct intel_refusal *ret, uint8_t reason,
							const char *format, ...);

/* Refuses a bit that must be zero in every revision at hand and is not. */
void intel_refuse_reserved(struct intel_refusal *ret, uint8_t reason, const struct record *record,
			   const uint64_t *words);

/* Refuses a field that is not zero and that units without that flag of ECAP treat as reserved. */
void intel_refuse_without(struct intel_refusal *ret, uint8_t reason, const struct intel_caps *caps,
			  const char *ecap_key, const struct record *record, const char *key,
			  const uint64_t *words);

/* Refuses an address beyond what the machine can name: its upper bits are reserved. */
void intel_refuse_wide_address(struct intel_refusal *ret, uint8_t reason,
			       const struct intel_caps *caps, const struct record *record,
			       const char *key, const uint64_t *words);

/* Refuses a domain id that has more bits than the unit's. */
void intel_refuse_domain_id(struct intel_refusal *ret, uint8_t reason, const struct intel_caps *caps,
			    uint32_t domain_id);

/* Refuses an AW that is reserved, or that stands for tables that the unit does not walk. */
void intel_refuse_width(struct intel_refusal *ret, uint8_t reason, const struct intel_caps *caps,
			unsigned aw);

#endif
