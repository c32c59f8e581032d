// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Debug information written entry by entry: each shape of an entry gets its abbreviation when it
 * is first used.
 */
#include "dwarf.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

enum {
	VERSION = 4,
	ADDRESS_SIZE = 8,
	OP_addr = 0x03, /* section 7.7.1 */
};

void dwarf_release(struct dwarf *dwarf)
{
	bytes_release(&dwarf->info);
	bytes_release(&dwarf->abbrev);
	bytes_release(&dwarf->str);
}

/* Section 7.5.1.1, Compilation Unit Header. */
void dwarf_start(struct dwarf *dwarf, size_t length)
{
	dwarf->info.size = 0;
	bytes_put_uint(&dwarf->info, length > 4 ? length - 4 : 0, 4);
	bytes_put_uint(&dwarf->info, VERSION, 2);
	bytes_put_uint(&dwarf->info, 0, 4);
	bytes_put_uint(&dwarf->info, ADDRESS_SIZE, 1);
}

/* What .debug_abbrev says of an entry's shape, behind its code: section 7.5.3. */
static void put_shape(struct bytes *shape, enum tag tag, bool children, const struct attr *attrs)
{
	bytes_put_uleb128(shape, tag);
	bytes_put_uint(shape, children, 1);
	for (; attrs->at != AT_end; attrs++) {
		if (attrs->form == FORM_absent)
			continue;
		bytes_put_uleb128(shape, attrs->at);
		bytes_put_uleb128(shape, attrs->form);
	}
	bytes_put_uint(shape, 0, 2);
}

/* Returns the code of the abbreviation for @shape, the same as for an earlier entry of this shape.
 */
static size_t abbrev_code(struct dwarf *dwarf, const struct bytes *shape)
{
	struct bytes *abbrev = &dwarf->abbrev;
	size_t *start = dwarf->abbrev_start, nr = dwarf->nr_abbrevs;

	for (size_t i = 0; i < nr; i++)
		if (start[i + 1] - start[i] - 1 == shape->size &&
		    !memcmp(abbrev->p + start[i] + 1, shape->p, shape->size))
			return i + 1;
	if (nr == DWARF_MAX_ABBREVS)
		errx(EXIT_FAILURE, "too many shapes of debug information");
	bytes_put_uleb128(abbrev, nr + 1); /* one byte, up to DWARF_MAX_ABBREVS */
	bytes_put(abbrev, shape->p, shape->size);
	start[nr + 1] = abbrev->size;
	dwarf->nr_abbrevs++;
	return nr + 1;
}

static void put_value(struct bytes *info, const struct attr *attr)
{
	switch (attr->form) {
	case FORM_absent:
	case FORM_flag_present:
		return;
	case FORM_data1:
		bytes_put_uint(info, attr->value, 1);
		return;
	case FORM_data4:
	case FORM_ref4:
	case FORM_strp:
		bytes_put_uint(info, attr->value, 4);
		return;
	case FORM_addr:
	case FORM_data8:
		bytes_put_uint(info, attr->value, 8);
		return;
	case FORM_udata:
		bytes_put_uleb128(info, attr->value);
		return;
	case FORM_sdata:
		bytes_put_sleb128(info, (int64_t)attr->value);
		return;
	case FORM_exprloc:
		bytes_put_uleb128(info, 1 + ADDRESS_SIZE);
		bytes_put_uint(info, OP_addr, 1);
		bytes_put_uint(info, attr->value, ADDRESS_SIZE);
		return;
	}
}

uint32_t dwarf_put(struct dwarf *dwarf, enum tag tag, bool children, const struct attr *attrs)
{
	size_t at = dwarf->info.size;
	struct bytes shape = { 0 };

	if (at > INT32_MAX)
		errx(EXIT_FAILURE, "too many types");
	put_shape(&shape, tag, children, attrs);
	bytes_put_uleb128(&dwarf->info, abbrev_code(dwarf, &shape));
	for (; attrs->at != AT_end; attrs++)
		put_value(&dwarf->info, attrs);
	bytes_release(&shape);
	return (uint32_t)at;
}

void dwarf_end_children(struct dwarf *dwarf)
{
	bytes_put_uint(&dwarf->info, 0, 1);
}

uint32_t dwarf_put_string(struct dwarf *dwarf, const char *s)
{
	size_t at = dwarf->str.size;

	bytes_put(&dwarf->str, s, strlen(s) + 1);
	return (uint32_t)at;
}

void dwarf_finish(struct dwarf *dwarf)
{
	bytes_put_uint(&dwarf->abbrev, 0, 1);
}
