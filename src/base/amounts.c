// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers of bytes as people read them, the same in every verb and in the programs. */
#include "iommu/amounts.h"

#include <inttypes.h>
#include <stdio.h>

#include "iommu/digits.h"

static const char units[] = { 'K', 'M', 'G', 'T', 'P', 'E' };

/* Exact while it is short: 268435455K says less to a reader than ~256G. */
const char *word_size(char buf[WORD_MAX], uint64_t bytes)
{
	unsigned unit = 0;
	double rounded;

	if (!bytes || bytes % 1024) {
		buf[digits_decimal(buf, bytes)] = '\0';
		return buf;
	}
	for (bytes /= 1024; bytes % 1024 == 0 && unit + 1 < sizeof(units); unit++)
		bytes /= 1024;
	if (bytes < 100000) {
		size_t len = digits_decimal(buf, bytes);

		buf[len++] = units[unit];
		buf[len] = '\0';
		return buf;
	}
	for (rounded = (double)bytes; rounded >= 1024 && unit + 1 < sizeof(units); unit++)
		rounded /= 1024;
	snprintf(buf, WORD_MAX, "~%.0f%c", rounded, units[unit]);
	return buf;
}

const char *word_amount(char buf[WORD_MAX], uint64_t bytes)
{
	double amount = (double)bytes;
	unsigned unit = 0;

	if (bytes < 1024) {
		snprintf(buf, WORD_MAX, "%" PRIu64 " bytes", bytes);
		return buf;
	}
	for (amount /= 1024; amount >= 1024 && unit + 1 < sizeof(units); unit++)
		amount /= 1024;
	snprintf(buf, WORD_MAX, "%.1f %ciB", amount, units[unit]);
	return buf;
}
