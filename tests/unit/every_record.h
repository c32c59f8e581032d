/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every record that the plugin decodes, of whatever vendor, for the properties that each must have. */
#ifndef TESTS_EVERY_RECORD_H
#define TESTS_EVERY_RECORD_H

#include "iommu/records.h"
#include "iommu/vendor.h"

/* The nth one: those that are no vendor's own, then each vendor's. NULL past the last. */
const struct record *record_nth(unsigned nth);

#define FOR_EACH_RECORD(var)                                                                      \
	for (unsigned record_nth_ = 0; record_nth_ != UINT32_MAX; record_nth_ = UINT32_MAX)        \
		for (const struct record *var; (var = record_nth(record_nth_)); record_nth_++)

bool record_is_listed(const struct record *record);

#endif
