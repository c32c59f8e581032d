// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names out of a pci.ids text: against a reader that goes through all lines for each question, on a text in which
 * bytes are changed, cut out and doubled.
 */
#include "unit.h"

#include "iommu/pci_ids.h"
#include "rng.h"

static const char text[] = "# a comment\n"
			   "\n"
			   "0001  SafeNet (wrong ID)\n"
			   "001c  PEAK-System Technik GmbH\n"
			   "\t0001  PCAN-PCI CAN-Bus controller\n"
			   "\t\t001c 0004  2 Channel CAN Bus SJC1000\n"
			   "# a comment in the middle\n"
			   "\t0002  another\n"
			   "8086  Intel Corporation\n"
			   "\t10d3  82574L Gigabit Network Connection\n"
			   "\t10D4  upper case\n"
			   "8086  a second time\n"
			   "\t10d3  a second time\n"
			   "C 02  Network controller\n"
			   "\t00  Ethernet controller\n"
			   "\t\t01  an interface\n"
			   "C 0c  Serial bus controller\n"
			   "\t03  USB controller\n"
			   "T 02  something else\n"
			   "\t07  not of a class\n"
			   "ffff  Illegal Vendor ID";

static void assert_name(const char *name, const char *expected)
{
	const char *is = name ? name : "(none)", *should_be = expected ? expected : "(none)";

	check(strcmp(is, should_be) == 0, "'%s', not '%s'", is, should_be);
}

static void test_names(void **state)
{
	struct arena arena = { 0 };
	struct pci_ids ids;

	(void)state;
	pci_ids_open(&arena, text, sizeof(text) - 1, &ids);
	assert_name(pci_ids_vendor(&arena, &ids, 0x0001), "SafeNet (wrong ID)");
	assert_name(pci_ids_vendor(&arena, &ids, 0x8086), "Intel Corporation");
	assert_name(pci_ids_vendor(&arena, &ids, 0xffff), "Illegal Vendor ID");
	assert_name(pci_ids_vendor(&arena, &ids, 0x0002), NULL);
	assert_name(pci_ids_device(&arena, &ids, 0x001c, 1), "PCAN-PCI CAN-Bus controller");
	assert_name(pci_ids_device(&arena, &ids, 0x001c, 2), "another");
	assert_name(pci_ids_device(&arena, &ids, 0x001c, 0x1c), NULL); /* a subsystem's number */
	assert_name(pci_ids_device(&arena, &ids, 0x0001, 1), NULL);
	assert_name(pci_ids_device(&arena, &ids, 0x8086, 0x10d3), "82574L Gigabit Network Connection");
	assert_name(pci_ids_device(&arena, &ids, 0x8086, 0x10d4), "upper case");
	assert_name(pci_ids_class(&arena, &ids, 0x020000), "Ethernet controller");
	assert_name(pci_ids_class(&arena, &ids, 0x020001), "Ethernet controller");
	assert_name(pci_ids_class(&arena, &ids, 0x020700), "Network controller");
	assert_name(pci_ids_class(&arena, &ids, 0x0c0330), "USB controller");
	assert_name(pci_ids_class(&arena, &ids, 0x0b0000), NULL);
	arena_release(&arena);
}

/* A line with some megabytes, one without an end, no line at all. */
static void test_odd_texts(void **state)
{
	size_t nr = 4 << 20;
	char *big = malloc(nr);
	struct arena arena = { 0 };
	struct pci_ids ids;

	(void)state;
	pci_ids_open(&arena, "", 0, &ids);
	assert_name(pci_ids_vendor(&arena, &ids, 0), NULL);
	assert_name(pci_ids_class(&arena, &ids, 0), NULL);
	memset(big, 'x', nr);
	memcpy(big, "1234  ", 6);
	pci_ids_open(&arena, big, nr, &ids);
	assert_true(strlen(pci_ids_vendor(&arena, &ids, 0x1234)) < 300);
	assert_name(pci_ids_device(&arena, &ids, 0x1234, 0), NULL);
	memset(big, '\n', nr);
	memcpy(big, "1234  x", 7);
	pci_ids_open(&arena, big, nr, &ids);
	assert_name(pci_ids_vendor(&arena, &ids, 0x1234), "x");
	assert_name(pci_ids_device(&arena, &ids, 0x1234, 0), NULL);
	arena_release(&arena);
	free(big);
}

/* ---- another reader ---- */

/* The rest of the line when it starts with the prefix, in either case, and has more behind it. */
static bool starts(const char *line, size_t len, const char *prefix, char name[512])
{
	size_t nr = strlen(prefix);

	if (len <= nr || strncasecmp(line, prefix, nr) != 0)
		return false;
	snprintf(name, 512, "%.*s", (int)(len - nr), line + nr);
	return true;
}

/* The name of a member in the first block that the head starts; of the head itself when member is NULL. Empty: none. */
static void slow_name(const char *bytes, size_t len, const char *head, const char *member,
		      char name[512])
{
	bool inside = false;

	name[0] = '\0';
	for (size_t at = 0, nr; at < len; at += nr + 1) {
		const char *end = memchr(bytes + at, '\n', len - at);
		char ignored[512];

		nr = end ? (size_t)(end - (bytes + at)) : len - at;
		if (!inside && starts(bytes + at, nr, head, member ? ignored : name)) {
			inside = true;
			if (!member)
				return;
			continue;
		}
		if (!inside || !nr || bytes[at] == '#')
			continue;
		if (bytes[at] != '\t' || starts(bytes + at, nr, member, name))
			return;
	}
}

static void change(struct rng *rng, char *bytes, size_t *len)
{
	size_t at = rng_below(rng, (unsigned)*len);

	switch (rng_below(rng, 3)) {
	case 0:
		bytes[at] = "\t\n #0123C cf\r"[rng_below(rng, 14)];
		break;
	case 1:
		memmove(bytes + at, bytes + at + 1, --*len - at);
		break;
	case 2:
		memmove(bytes + at + 1, bytes + at, (*len)++ - at);
		break;
	}
}

static void test_changed_texts(void **state)
{
	static const struct {
		uint16_t vendor, device;
		const char *head, *member;
	} asked[] = {
		{ 0x001c, 0x0001, "001c  ", "\t0001  " },
		{ 0x001c, 0x0002, "001c  ", "\t0002  " },
		{ 0x8086, 0x10d3, "8086  ", "\t10d3  " },
		{ 0xffff, 0x0001, "ffff  ", "\t0001  " },
	};
	struct rng rng = { 7 };

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		struct arena arena = { 0 };
		size_t len = sizeof(text) - 1;
		char *bytes = malloc(len + 8), *shrunk, name[512];
		struct pci_ids ids;

		memcpy(bytes, text, len);
		for (unsigned i = 0; i < 8 && len > 1; i++)
			change(&rng, bytes, &len);
		shrunk = realloc(bytes, len); /* so that a read behind it is seen */
		assert_non_null(shrunk);
		bytes = shrunk;
		pci_ids_open(&arena, bytes, len, &ids);
		for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
			slow_name(bytes, len, asked[i].head, NULL, name);
			assert_name(pci_ids_vendor(&arena, &ids, asked[i].vendor), *name ? name : NULL);
			slow_name(bytes, len, asked[i].head, asked[i].member, name);
			assert_name(pci_ids_device(&arena, &ids, asked[i].vendor, asked[i].device),
				    *name ? name : NULL);
		}
		arena_release(&arena);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_odd_texts),
		cmocka_unit_test(test_changed_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
