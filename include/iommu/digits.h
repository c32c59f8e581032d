/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as digits, for answers of millions of rows: printf() takes ten times as long. */
#ifndef IOMMU_DIGITS_H
#define IOMMU_DIGITS_H

#include <stddef.h>
#include <stdint.h>

#define DIGITS_MAX 20 /* of the longest number, without a NUL */

/* Each writes no prefix and no NUL, and returns how many characters. Hex is lower case. */
size_t digits_hex(char buf[DIGITS_MAX], uint64_t value);
size_t digits_decimal(char buf[DIGITS_MAX], uint64_t value);

#endif
