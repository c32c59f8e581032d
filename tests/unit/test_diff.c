// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What changed between two snapshots, on documents written by hand: rows are found by their names wherever they stand,
 * what differs on every boot is left out, what is not known is no empty list, and what only one of two plugins tells
 * is no change.
 */
#include "unit.h"

#include <string.h>

#include "iommu/diff.h"

static struct arena arena;

static const struct json *snapshot(const char *version, const char *sections)
{
	const char *text = arena_printf(&arena, "{\"schema\":1,\"command\":\"snapshot\",\"version\":\"%s\",\"sections\":{%s}}", version,
					sections);
	struct json_reader *reader = json_reader_new(&arena);
	const char *problem;
	const struct json *root;

	json_reader_feed(reader, text, strlen(text));
	root = json_reader_finish(reader, &problem);
	check(root != NULL, "%s: %s", sections, problem);
	return root;
}

/* "SECTION KIND NAMES MEMBER", one a line. */
static const char *changes_of(const struct json *a, const struct json *b, bool all)
{
	static const char *const kinds[] = { [IS_NEW] = "new", [IS_GONE] = "gone", [IS_OTHER] = "other" };
	struct diff diff = { .arena = &arena, .all = all };
	const char *words = "";

	diff_compare(&diff, a, b);
	for (size_t i = 0; i < diff.changes.nr; i++) {
		const struct change *c = diff.changes.at[i];

		words = arena_printf(&arena, "%s%s %s %s %s\n", words, c->section, kinds[c->kind], c->row ? c->row->names : "-",
				     c->member ? c->member : "-");
	}
	if (diff.unknown)
		words = arena_printf(&arena, "%sunknown %s\n", words, diff.unknown);
	return words;
}

static void expect(const char *before, const char *after, const char *changes)
{
	assert_string_equal(changes_of(snapshot("1", before), snapshot("1", after), false), changes);
	arena_reset(&arena);
}

#define DEVICE(bdf, driver) "{\"device\":\"" bdf "\",\"driver\":\"" driver "\",\"details\":{\"address\":\"0x1\"}}"
#define DEVICES(rows)	    "\"devices\":{\"devices\":[" rows "]}"

static void test_rows_by_name(void **state)
{
	(void)state;
	expect(DEVICES(DEVICE("a", "x") "," DEVICE("b", "y")), DEVICES(DEVICE("b", "y") "," DEVICE("a", "x")), "");
	expect(DEVICES(DEVICE("a", "x") "," DEVICE("b", "y")), DEVICES(DEVICE("b", "z") "," DEVICE("a", "x")),
	       "devices other b driver\n");
	expect(DEVICES(DEVICE("a", "x") "," DEVICE("b", "y")), DEVICES(DEVICE("c", "y") "," DEVICE("b", "y")),
	       "devices gone a -\ndevices new c -\n");
	/* Of several with one name the first is compared with the first. */
	expect(DEVICES(DEVICE("a", "x") "," DEVICE("a", "y")), DEVICES(DEVICE("a", "x") "," DEVICE("a", "z")),
	       "devices other a driver\n");
	expect(DEVICES(DEVICE("a", "x") "," DEVICE("a", "y")), DEVICES(DEVICE("a", "x")), "devices gone a -\n");
}

static void test_domains_by_their_users(void **state)
{
	(void)state;
	expect("\"domains\":{\"domains\":[{\"id\":7,\"address\":\"0x1\",\"devices\":[\"a\",\"b\"],\"type\":\"identity\"}]}",
	       "\"domains\":{\"domains\":[{\"id\":9,\"address\":\"0x2\",\"devices\":[\"a\",\"b\"],\"type\":\"unmanaged\"}]}",
	       "domains other a, b type\ndomains other a, b id\n");
	expect("\"domains\":{\"domains\":[]}", "\"domains\":{\"domains\":[{\"id\":9,\"devices\":[],\"type\":\"blocked\"}]}",
	       "domains new no device -\n");
}

#define DOMAIN(id, type, devices) "{\"id\":" id ",\"type\":\"" type "\",\"devices\":[" devices "]}"
#define DOMAINS(rows)		  "\"domains\":{\"domains\":[" rows "]}"

/* A domain that a device left or came to is the same domain; one of another type is another one. */
static void test_domains_whose_users_changed(void **state)
{
	(void)state;
	expect(DOMAINS(DOMAIN("7", "identity", "\"a\",\"b\",\"c\"")),
	       DOMAINS(DOMAIN("7", "identity", "\"a\",\"b\"") "," DOMAIN("9", "unmanaged", "\"c\"")),
	       "domains other a, b, c devices\ndomains new c -\n");
	/* And back again, whatever the order and the ids. */
	expect(DOMAINS(DOMAIN("9", "unmanaged", "\"c\"") "," DOMAIN("7", "identity", "\"a\",\"b\"")),
	       DOMAINS(DOMAIN("8", "identity", "\"a\",\"b\",\"c\"")),
	       "domains gone c -\ndomains other a, b devices\ndomains other a, b id\n");
	/* Most of its devices went to a domain of another type: that is a new one. */
	expect(DOMAINS(DOMAIN("7", "identity", "\"a\",\"b\",\"c\"")),
	       DOMAINS(DOMAIN("9", "unmanaged", "\"a\",\"b\"") "," DOMAIN("7", "identity", "\"c\"")),
	       "domains other a, b, c devices\ndomains new a, b -\n");
	/* A type that is not known is no reason to call two domains one. */
	expect("\"domains\":{\"domains\":[{\"type\":null,\"devices\":[\"a\",\"b\"]}]}",
	       "\"domains\":{\"domains\":[{\"type\":null,\"devices\":[\"a\"]}]}",
	       "domains gone a, b -\ndomains new a -\n");
	/* Of those that nobody uses there is one more or one less of a type. */
	expect(DOMAINS(DOMAIN("1", "DMA", "") "," DOMAIN("2", "unmanaged", "")), DOMAINS(DOMAIN("2", "unmanaged", "")),
	       "domains gone no device -\n");
	expect(DOMAINS(DOMAIN("1", "DMA", "")), DOMAINS(DOMAIN("1", "unmanaged", "")),
	       "domains gone no device -\ndomains new no device -\n");
	/* Nothing in common. */
	expect(DOMAINS(DOMAIN("7", "DMA", "\"a\"")), DOMAINS(DOMAIN("7", "DMA", "\"b\"")),
	       "domains gone a -\ndomains new b -\n");
}

static void test_the_most_in_common(void **state)
{
	(void)state;
	/* a, b, c stay together; d joins e. */
	expect(DOMAINS(DOMAIN("1", "DMA", "\"a\",\"b\",\"c\",\"d\"") "," DOMAIN("2", "DMA", "\"e\"")),
	       DOMAINS(DOMAIN("2", "DMA", "\"d\",\"e\"") "," DOMAIN("1", "DMA", "\"a\",\"b\",\"c\"")),
	       "domains other a, b, c, d devices\ndomains other e devices\n");
	/* Who has the very same names is the twin, whoever else has some of them. */
	expect(DOMAINS(DOMAIN("1", "DMA", "\"a\",\"b\"") "," DOMAIN("2", "DMA", "\"a\"")),
	       DOMAINS(DOMAIN("2", "DMA", "\"a\"")), "domains gone a, b -\n");
	/* A device that a file has in two domains tells nothing about either. */
	expect(DOMAINS(DOMAIN("1", "DMA", "\"a\",\"b\"") "," DOMAIN("2", "DMA", "\"a\",\"c\"")),
	       DOMAINS(DOMAIN("2", "DMA", "\"a\",\"d\"")),
	       "domains gone a, b -\ndomains gone a, c -\ndomains new a, d -\n");
}

#define USER(device)		"{\"device\":\"" device "\",\"pasid\":null}"
#define USED(users, first, end) "\"map\":{\"spaces\":[{\"type\":\"unmanaged\",\"users\":[" users "],\"stretches\":[" \
				"{\"iova\":\"" first "\",\"end\":\"" end "\",\"read\":true,\"write\":true}]}]}"

/* What is in a space that is followed is compared, and not told as gone and new. */
static void test_spaces_whose_users_changed(void **state)
{
	(void)state;
	expect(USED(USER("a") "," USER("b"), "0x1000", "0x1fff"), USED(USER("a"), "0x1000", "0x1fff"),
	       "map other a, b users\n");
	expect(USED(USER("a") "," USER("b"), "0x1000", "0x1fff"), USED(USER("a"), "0x1000", "0x2fff"),
	       "map other a, b users\nmap gone 1000-1fff -\nmap new 1000-2fff -\n");
}

static void test_what_differs_on_every_boot(void **state)
{
	static const char a[] = "\"owner\":{\"owners\":[{\"group\":6,\"pid\":817,\"comm\":\"x\",\"container\":\"0x1\"}]}";
	static const char b[] = "\"owner\":{\"owners\":[{\"group\":6,\"pid\":900,\"comm\":\"x\",\"container\":\"0x2\"}]}";

	(void)state;
	expect(a, b, "");
	assert_string_equal(changes_of(snapshot("1", a), snapshot("1", b), true),
			    "owner other 6 container\nowner other 6 pid\n");
	arena_reset(&arena);
}

#define SPACE(type, first, last)                                                                   \
	"\"map\":{\"spaces\":[{\"type\":\"" type "\",\"users\":[{\"device\":\"a\",\"pasid\":null}],\"stretches\":["     \
	"{\"iova\":\"" first "\",\"end\":\"" last "\",\"read\":true,\"write\":true}]}]}"

/* What a driver maps comes and goes; what somebody mapped for a guest is a fact. */
static void test_mappings_that_drivers_make(void **state)
{
	(void)state;
	expect(SPACE("DMA-FQ", "0x1000", "0x1fff"), SPACE("DMA-FQ", "0x2000", "0x2fff"), "");
	expect(SPACE("unmanaged", "0x1000", "0x1fff"), SPACE("unmanaged", "0x2000", "0x2fff"),
	       "map gone 1000-1fff -\nmap new 2000-2fff -\n");
	expect(SPACE("DMA", "0x1000", "0x1fff"), SPACE("unmanaged", "0x2000", "0x2fff"),
	       "map gone 1000-1fff -\nmap new 2000-2fff -\n");
}

static void test_not_known_is_not_empty(void **state)
{
	(void)state;
	expect("\"owner\":{\"owners\":[],\"vms\":null}", "\"owner\":{\"owners\":[],\"vms\":[]}", "owner other - vms\n");
	expect("\"owner\":{\"owners\":[],\"vms\":null}", "\"owner\":{\"owners\":[],\"vms\":null}", "");
}

#define ENTRY(fields) "\"dte\":{\"entries\":[{\"device\":\"a\",\"records\":[{\"record\":\"R\",\"fields\":{" fields "}}]}]}"

static void test_fields_of_records(void **state)
{
	(void)state;
	expect(ENTRY("\"v\":true,\"mode\":3,\"mode_name\":\"x\",\"root\":\"0x1000\""),
	       ENTRY("\"v\":false,\"mode\":3,\"mode_name\":\"y\",\"root\":\"0x2000\""), "dte other R fields.v\n");
}

static void test_other_plugins(void **state)
{
	static const char old[] = DEVICES("{\"device\":\"a\",\"driver\":\"x\"}");
	static const char new[] = DEVICES("{\"device\":\"a\",\"driver\":\"y\",\"state\":\"mapped\",\"colour\":\"blue\"}") ",\"moon\":{}";

	(void)state;
	/* One plugin writes all that it knows: what is not there has no value. */
	assert_string_equal(changes_of(snapshot("1", old), snapshot("1", new), false),
			    "devices other a driver\ndevices other a state\nunknown moon, devices.colour\n");
	assert_string_equal(changes_of(snapshot("1", old), snapshot("2", new), false),
			    "devices other a driver\nunknown moon, devices.colour\n");
	arena_reset(&arena);
}

static void test_what_is_no_snapshot(void **state)
{
	static const char *const texts[] = { "1", "[]", "{}", "{\"command\":\"status\"}", "{\"command\":\"snapshot\",\"sections\":[]}" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct json_reader *reader = json_reader_new(&arena);
		const char *problem;

		json_reader_feed(reader, texts[i], strlen(texts[i]));
		assert_non_null(diff_why_no_snapshot(&arena, json_reader_finish(reader, &problem)));
	}
	assert_null(diff_why_no_snapshot(&arena, snapshot("1", "")));
	arena_reset(&arena);
}

static void drop(void *ctx, const char *bytes, size_t len)
{
	/* Whatever the file had: nothing that a terminal obeys. */
	for (size_t i = 0; i < len; i++)
		check(bytes[i] == '\n' || (bytes[i] >= ' ' && bytes[i] <= '~'), "byte %02x", (unsigned char)bytes[i]);
	*(size_t *)ctx += len;
}

/* In both languages: there must be words for whatever differs. */
static void tell(const struct json *a, const struct json *b)
{
	size_t nr_bytes = 0;
	const struct output out = { drop, &nr_bytes };
	struct diff diff = { .arena = &arena };

	diff_compare(&diff, a, b);
	for (unsigned is_json = 0; is_json < 2; is_json++) {
		struct sink *sink = is_json ? sink_new_json(&arena, out) : sink_new_text(&arena, out);

		sink_open(sink, "diff");
		diff_tell(sink, &diff, &(struct diff_side){ "a", a }, &(struct diff_side){ "b", b });
		sink_close(sink);
	}
	assert_true(nr_bytes > 0);
}

struct kept_text {
	char bytes[4096];
	size_t nr;
};

static void keep(void *ctx, const char *bytes, size_t len)
{
	struct kept_text *kept = ctx;

	assert_true(kept->nr + len < sizeof(kept->bytes));
	memcpy(kept->bytes + kept->nr, bytes, len);
	kept->nr += len;
}

/* A section that could not be read whole is named: a row that is missing there may not have been read. */
static void test_what_was_not_read(void **state)
{
	static const char whole[] = "\"owner\":{\"owners\":[],\"notes\":[{\"severity\":\"info\",\"code\":\"x\",\"text\":\"y\"}]}";
	static const char part[] = "\"owner\":{\"owners\":[],\"notes\":[{\"severity\":\"warning\",\"code\":\"not-in-dump\",\"text\":\"y\"}]}";
	static const char *const texts[2] = { whole, part };

	(void)state;
	for (unsigned side = 0; side < 4; side++) {
		const struct json *a = snapshot("1", texts[side & 1]), *b = snapshot("1", texts[side >> 1]);
		struct kept_text kept = { .nr = 0 };
		struct diff diff = { .arena = &arena };
		struct sink *sink = sink_new_text(&arena, (struct output){ keep, &kept });
		const char *at = kept.bytes;
		unsigned nr = 0;

		diff_compare(&diff, a, b);
		sink_open(sink, "diff");
		diff_tell(sink, &diff, &(struct diff_side){ "a", a }, &(struct diff_side){ "b", b });
		sink_close(sink);
		while ((at = strstr(at, "not all could be read of owner"))) {
			nr++;
			at++;
		}
		assert_int_equal(nr, (side & 1) + (side >> 1));
		arena_reset(&arena);
	}
}

/* Which device it was, in words and as JSON: the domain keeps the name that it had. */
static void test_words_of_users(void **state)
{
	static const char *const words[2] = { "DOMAINS     domain of a, b, c: devices d came, b, c went\n",
					      "\"key\":\"a, b, c\",\"of\":null,\"change\":\"changed\",\"member\":\"devices\","
					      "\"before\":[\"a\",\"b\",\"c\"],\"after\":[\"a\",\"d\"]" };
	const struct json *a = snapshot("1", DOMAINS(DOMAIN("7", "identity", "\"a\",\"b\",\"c\"")));
	const struct json *b = snapshot("1", DOMAINS(DOMAIN("7", "identity", "\"a\",\"d\"")));

	(void)state;
	for (unsigned is_json = 0; is_json < 2; is_json++) {
		struct kept_text kept = { .nr = 0 };
		const struct output out = { keep, &kept };
		struct sink *sink = is_json ? sink_new_json(&arena, out) : sink_new_text(&arena, out);
		struct diff diff = { .arena = &arena };

		diff_compare(&diff, a, b);
		sink_open(sink, "diff");
		diff_tell(sink, &diff, &(struct diff_side){ "a", a }, &(struct diff_side){ "b", b });
		sink_close(sink);
		check(strstr(kept.bytes, words[is_json]) != NULL, "%s", kept.bytes);
	}
	arena_reset(&arena);
}

/* A file may say anything where a table says what ought to be there. */
static void test_other_kinds_of_values(void **state)
{
	static const char *const values[] = { "null", "true", "7", "\"x\"", "[]", "[1]", "[null,{}]", "{}", "{\"a\":[]}" };

	(void)state;
	for (const struct verb_shape *v = verb_shapes; v->verb; v++) {
		for (size_t m = 0; m < v->shape->nr_members; m++) {
			for (size_t i = 0; i < 81; i++) {
				const char *form = "\"%s\":{\"%s\":%s}";
				const char *key = v->shape->members[m].key;
				const struct json *a = snapshot("1", arena_printf(&arena, form, v->verb, key, values[i / 9]));
				const struct json *b = snapshot("1", arena_printf(&arena, form, v->verb, key, values[i % 9]));
				const char *changes = changes_of(a, b, true);

				tell(a, b);
				check(i / 9 != i % 9 || !*changes || strncmp(changes, "unknown", 7) == 0, "%s.%s: %s differs from itself", v->verb, key, values[i / 9]);
				arena_reset(&arena);
			}
		}
	}
}

/* A file with a field that stands twice in a record, which no plugin writes, does not differ from itself. */
static void test_a_field_twice(void **state)
{
	const char *twice = "\"dte\":{\"entries\":[{\"device\":\"a\",\"records\":[{\"record\":\"r\",\"fields\":{\"x\":4,\"x\":3}}]}]}";

	(void)state;
	expect(twice, twice, "");
}

/* Keys of a record that a file has and no plugin knows. */
static void test_keys_from_a_file(void **state)
{
	(void)state;
	tell(snapshot("1", "\"units\":{\"units\":[]}"),
	     snapshot("1", "\"units\":{\"units\":[{\"device\":\"a\x7f\",\"efr\":{\"k\x7f\xc2\x9b\\u0007\":true}}]}"));
	arena_reset(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_by_name),
		cmocka_unit_test(test_domains_by_their_users),
		cmocka_unit_test(test_domains_whose_users_changed),
		cmocka_unit_test(test_the_most_in_common),
		cmocka_unit_test(test_spaces_whose_users_changed),
		cmocka_unit_test(test_words_of_users),
		cmocka_unit_test(test_what_differs_on_every_boot),
		cmocka_unit_test(test_mappings_that_drivers_make),
		cmocka_unit_test(test_not_known_is_not_empty),
		cmocka_unit_test(test_fields_of_records),
		cmocka_unit_test(test_other_plugins),
		cmocka_unit_test(test_what_is_no_snapshot),
		cmocka_unit_test(test_what_was_not_read),
		cmocka_unit_test(test_other_kinds_of_values),
		cmocka_unit_test(test_keys_from_a_file),
		cmocka_unit_test(test_a_field_twice),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_release(&arena);
	return failed;
}
