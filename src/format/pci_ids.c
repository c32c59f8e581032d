// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The format of pci.ids, by the comment at the top of that file: "vvvv  Name" starts a vendor, "<tab>dddd  Name" is
 * one of its devices, two tabs a subsystem; "C cc  Name" starts a base class, "<tab>ss  Name" is one of its sub
 * classes, two tabs an interface; other letters start other lists; '#' starts a comment.
 *
 * A library reads it too (libpci of pciutils). It brings a decompressor, a resolver and the hardware database of
 * systemd with it, and ends the process on an error: too much for a plugin that is loaded into crash.
 */
#include "iommu/pci_ids.h"

#include "iommu/digits.h"

#include <stdbool.h>
#include <string.h>

#define NR_VENDORS 65536
#define NR_CLASSES 256

/* The longest name of the list of 2023 has some 150 bytes. */
#define MAX_NAME 200

struct line {
	const char *start;
	size_t len;
};

/* The line at an offset; *next is that of the one behind it. */
static struct line line_at(const struct pci_ids *ids, size_t at, size_t *next)
{
	const char *start = ids->text + at;
	const char *end = memchr(start, '\n', ids->len - at);
	size_t len = end ? (size_t)(end - start) : ids->len - at;

	*next = at + len + 1;
	return (struct line){ start, len };
}

/* Takes a number of that many hex digits and the two spaces behind it off the line. False, with the line as it was:
 * there is none. */
static bool take_id(struct line *line, unsigned nr_digits, uint32_t *ret)
{
	uint32_t value = 0;

	if (line->len < nr_digits + 3 || line->start[nr_digits] != ' ' ||
	    line->start[nr_digits + 1] != ' ')
		return false;
	for (unsigned i = 0; i < nr_digits; i++) {
		unsigned digit = digit_value(line->start[i]);

		if (digit == NO_DIGIT)
			return false;
		value = value << 4 | digit;
	}
	line->start += nr_digits + 2;
	line->len -= nr_digits + 2;
	*ret = value;
	return true;
}

static void drop(struct line *line, size_t nr)
{
	line->start += nr;
	line->len -= nr;
}

/* "vvvv  Name" or "C cc  Name". */
static bool take_head(struct line *line, bool of_class, uint32_t *ret)
{
	if (!of_class)
		return take_id(line, 4, ret);
	if (line->len < 2 || line->start[0] != 'C' || line->start[1] != ' ')
		return false;
	drop(line, 2);
	return take_id(line, 2, ret);
}

void pci_ids_open(struct arena *arena, const char *text, size_t len, struct pci_ids *ret)
{
	size_t next;

	*ret = (struct pci_ids){ text, len, arena_alloc(arena, NR_VENDORS * sizeof(uint32_t)),
				 arena_alloc(arena, NR_CLASSES * sizeof(uint32_t)) };
	for (size_t at = 0; at < len; at = next) {
		struct line line = line_at(ret, at, &next);
		uint32_t id, *slot = NULL;

		if (take_head(&line, false, &id))
			slot = &ret->vendors[id];
		else if (take_head(&line, true, &id))
			slot = &ret->classes[id];
		if (slot && !*slot)
			*slot = (uint32_t)at + 1;
	}
}

static const char *copy_name(struct arena *arena, struct line name)
{
	bool cut = name.len > MAX_NAME;
	int len = cut ? MAX_NAME : (int)name.len;

	if (!name.len || !name.start[0])
		return NULL;
	return arena_printf(arena, "%.*s%s", len, name.start, cut ? "..." : "");
}

/* The name in the line that starts a vendor or a class. */
static const char *head_name(struct arena *arena, const struct pci_ids *ids, uint32_t slot,
			     bool of_class)
{
	struct line line;
	uint32_t id;
	size_t next;

	if (!slot)
		return NULL;
	line = line_at(ids, slot - 1, &next);
	return take_head(&line, of_class, &id) ? copy_name(arena, line) : NULL;
}

/* The name in one of the lines with a tab behind it; they end where a line without a tab starts something else. */
static const char *member_name(struct arena *arena, const struct pci_ids *ids, uint32_t slot,
			       unsigned nr_digits, uint32_t wanted)
{
	size_t next;

	if (!slot)
		return NULL;
	line_at(ids, slot - 1, &next);
	while (next < ids->len) {
		struct line line = line_at(ids, next, &next);
		uint32_t id;

		if (!line.len || line.start[0] == '#')
			continue;
		if (line.start[0] != '\t')
			return NULL;
		drop(&line, 1);
		if (take_id(&line, nr_digits, &id) && id == wanted)
			return copy_name(arena, line);
	}
	return NULL;
}

const char *pci_ids_vendor(struct arena *arena, const struct pci_ids *ids, uint16_t vendor)
{
	return head_name(arena, ids, ids->vendors[vendor], false);
}

const char *pci_ids_device(struct arena *arena, const struct pci_ids *ids, uint16_t vendor,
			   uint16_t device)
{
	return member_name(arena, ids, ids->vendors[vendor], 4, device);
}

const char *pci_ids_class(struct arena *arena, const struct pci_ids *ids, uint32_t code)
{
	uint32_t slot = ids->classes[code >> 16 & 0xff];
	const char *name = member_name(arena, ids, slot, 2, code >> 8 & 0xff);

	return name ? name : head_name(arena, ids, slot, true);
}
