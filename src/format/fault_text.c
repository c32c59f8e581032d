// SPDX-License-Identifier: GPL-2.0-or-later
/* Taking apart what drivers print about faults, piece by piece. Nothing is assumed of what stands around. */
#include "fault_text.h"

#include "iommu/digits.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define DEVICE_MAX   0x1f
#define FUNCTION_MAX 7

bool fault_number(const char *at, unsigned base, uint64_t *ret, const char **end)
{
	uint64_t value = 0;
	const char *first;

	if (has_0x(at)) {
		base = 16;
		at += 2;
	}
	for (first = at; digit_value(*at) < base; at++) {
		if (value > (UINT64_MAX - digit_value(*at)) / base)
			return false;
		value = value * base + digit_value(*at);
	}
	*ret = value;
	if (end)
		*end = at;
	return at != first;
}

static bool is_inside_word(const char *text, const char *at)
{
	return at != text && (isalnum((unsigned char)at[-1]) || at[-1] == '_');
}

const char *fault_value(const char *text, const char *key)
{
	const char *at = text;

	while ((at = strstr(at, key)) && is_inside_word(text, at))
		at++;
	return at ? at + strlen(key) : NULL;
}

bool fault_number_of(const char *text, const char *key, unsigned base, uint64_t *ret)
{
	const char *at = fault_value(text, key);

	return at && fault_number(at, base, ret, NULL);
}

bool fault_not_legible(const char *key, struct fault *ret)
{
	*ret = (struct fault){ .kind = FAULT_NOT_LEGIBLE };
	snprintf(ret->words, sizeof(ret->words), "%s", key);
	return true;
}

/* A part of an address up to the character behind it. */
static bool part_of_bdf(const char **at, uint64_t max, char behind, uint64_t *ret)
{
	const char *end;

	if (!fault_number(*at, 16, ret, &end) || *ret > max || (behind && *end != behind))
		return false;
	*at = behind ? end + 1 : end;
	return true;
}

bool fault_bdf(const char *at, uint32_t *sbdf, bool *has_segment, const char **end)
{
	const char *start = at;
	uint64_t segment = 0, bus, device, function;

	*has_segment = part_of_bdf(&at, UINT16_MAX, ':', &segment) && part_of_bdf(&at, UINT8_MAX, ':', &bus) &&
		       part_of_bdf(&at, DEVICE_MAX, '.', &device);
	if (!*has_segment) {
		at = start;
		segment = 0;
		if (!part_of_bdf(&at, UINT8_MAX, ':', &bus) || !part_of_bdf(&at, DEVICE_MAX, '.', &device))
			return false;
	}
	if (!part_of_bdf(&at, FUNCTION_MAX, '\0', &function))
		return false;
	*sbdf = (uint32_t)(segment << 16 | bus << 8 | device << 3 | function);
	if (end)
		*end = at;
	return true;
}

bool fault_prefix_bdf(const char *text, const char *end, uint32_t *sbdf)
{
	bool found = false;

	for (const char *at = text; at < end; at++) {
		const char *behind;
		bool has_segment;
		uint32_t one;

		if ((at != text && !strchr(" \t\"(", at[-1])) || !isxdigit((unsigned char)*at))
			continue;
		if (fault_bdf(at, &one, &has_segment, &behind) && has_segment && behind <= end &&
		    (*behind == ':' || *behind == ' ')) {
			*sbdf = one;
			found = true;
		}
	}
	return found;
}

bool fault_suppressed(const char *text, const char *const *functions, struct fault *ret)
{
	for (; *functions; functions++) {
		const char *at = fault_value(text, *functions), *end;
		uint64_t nr;

		if (!at || at[0] != ':' || at[1] != ' ' || !fault_number(at + 2, 10, &nr, &end) ||
		    strncmp(end, " callbacks suppressed", strlen(" callbacks suppressed")) != 0)
			continue;
		*ret = (struct fault){ .kind = FAULT_NOT_TOLD, .nr_not_told = (uint32_t)nr };
		snprintf(ret->words, sizeof(ret->words), "faults that the kernel did not print");
		return true;
	}
	return false;
}
