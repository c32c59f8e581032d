/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as digits, for answers of millions of rows: printf() takes ten times as long. And digits as numbers. */
#ifndef IOMMU_DIGITS_H
#define IOMMU_DIGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGITS_MAX 20 /* of the longest number, without a NUL */

/* Each writes no prefix and no NUL, and returns how many characters. Hex is lower case. */
size_t digits_hex(char buf[DIGITS_MAX], uint64_t value);
size_t digits_decimal(char buf[DIGITS_MAX], uint64_t value);

#define NO_DIGIT 99u

/* 0 to 15 of a hex digit in either case; NO_DIGIT, which is in no base, of anything else. */
unsigned digit_value(char c);
/* "0x" or "0X" stands at its start. */
bool has_0x(const char *word);

#endif
