// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers written as hex and decimal digits without printf(), for answers of millions of rows; one digit read. */
#include "iommu/digits.h"

#include <ctype.h>

size_t digits_hex(char buf[DIGITS_MAX], uint64_t value)
{
	size_t len = value ? (67 - (size_t)__builtin_clzll(value)) / 4 : 1;

	for (size_t i = len; i-- > 0; value >>= 4)
		buf[i] = "0123456789abcdef"[value & 15];
	return len;
}

size_t digits_decimal(char buf[DIGITS_MAX], uint64_t value)
{
	char reversed[DIGITS_MAX];
	size_t len = 0;

	do {
		reversed[len++] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	for (size_t i = 0; i < len; i++)
		buf[i] = reversed[len - 1 - i];
	return len;
}

unsigned digit_value(char c)
{
	if (isdigit((unsigned char)c))
		return (unsigned)(c - '0');
	if (isxdigit((unsigned char)c))
		return (unsigned)(tolower((unsigned char)c) - 'a') + 10;
	return NO_DIGIT;
}

bool has_0x(const char *word)
{
	return word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
}
