// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every verb with everything that it does not take: each misuse is one line that names the word and what
 * was expected, then the synopsis, and in JSON one document; and the dump was not asked for anything before.
 * What each verb takes stands here a second time, as the manual has it.
 */
#include "unit.h"

#include "mem_run.h"

#define MEM "tests/mem/states.mem"
#define SYM "tests/mem/v6.1.sym"

static const struct takes {
	const char *verb;
	const char *flags;    /* options without a value, beside -j */
	const char *values;   /* options with one */
	int most_words;	      /* -1: as many as the line has */
	const char *apart[9]; /* pairs that exclude each other; '.' is a word */
	const char *needs[4]; /* the first needs one of the others */
} verbs[] = {
	{ "status", "v", "", 0, { NULL }, { NULL } },
	{ "devices", "v", "dg", -1, { "dg", "g." }, { NULL } },
	{ "dte", "va", "d", -1, { "ad", "a." }, { NULL } },
	{ "groups", "v", "g", -1, { NULL }, { NULL } },
	{ "domains", "v", "D", -1, { NULL }, { NULL } },
	{ "owner", "", "dg", 0, { "dg" }, { NULL } },
	{ "walk", "v", "dgDrlfp", -1, { "dg", "dD", "dr", "gD", "gr", "Dr" }, { "lr", "fr", "pdr" } },
	{ "map", "va", "dgDrlfp", 1, { "dg", "dD", "dr", "gD", "gr", "Dr", "ad", "a." }, { "lr", "fr", "pdr" } },
	/* A word that needs one of its options: iova.expect. */
	{ "iova", "v", "dgD", -1, { "dg", "dD", "gD" }, { NULL } },
	{ "who", "vsk", "u", -1, { "sk", "su", "ku" }, { NULL } },
	{ "irt", "va", "dq", -1, { "qd", "q.", "qa" }, { NULL } },
	{ "units", "v", "", 0, { NULL }, { NULL } },
	{ "commands", "va", "", 0, { NULL }, { NULL } },
	{ "events", "v", "", 0, { NULL }, { NULL } },
	{ "ppr", "v", "", 0, { NULL }, { NULL } },
	{ "galog", "v", "", 0, { NULL }, { NULL } },
	{ "fault", "va", "p", -1, { NULL }, { NULL } },
	{ "acpi", "v", "", 0, { NULL }, { NULL } },
	{ "check", "v", "", -1, { NULL }, { NULL } },
	{ "snapshot", "v", "", 1, { NULL }, { NULL } },
	{ "report", "v", "", 1, { NULL }, { NULL } },
	{ "diff", "v", "", 2, { NULL }, { NULL } },
	{ "graph", "", "dgD", 0, { "dg", "dD", "gD" }, { NULL } },
	{ "help", "", "", 1, { NULL }, { NULL } },
};

#define NR_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static struct mem_run run;

/* A value that fits. */
static const char *value_of(char letter)
{
	switch (letter) {
	case 'd':
		return "00:06.0";
	case 'D':
		return "0x1";
	case 'r':
		return "3000000";
	case 'l':
		return "3";
	case 'f':
		return "amdv1";
	default:
		return "0";
	}
}

static void append(char line[256], const char *word)
{
	size_t len = strlen(line);

	snprintf(line + len, 256 - len, " %s", word);
}

/* With a value where the verb has one for it. */
static void append_option(char line[256], const struct takes *takes, char letter)
{
	char option[3] = { '-', letter, '\0' };

	if (letter == '.') {
		append(line, "word");
		return;
	}
	append(line, option);
	if (strchr(takes->values, letter))
		append(line, value_of(letter));
}

static void expect_usage(const struct takes *takes, const char *after)
{
	char usage[64];

	snprintf(usage, sizeof(usage), "usage: iommu %s ", takes->verb);
	check(after && strncmp(after + 1, usage, strlen(usage)) == 0, "no synopsis: %s", run.out);
	check(strchr(after + 1, '\n') && !strchr(after + 1, '\n')[1], "more than that: %s", run.out);
}

/* named: the word that must stand in the first line. asks: it needs no look into the dump. */
static void expect_refusal(const struct takes *takes, const char *line, const char *named, bool asks)
{
	char with_j[300], *end;

	mem_run_afresh(&run, line);
	end = strchr(run.out, '\n');
	check(strncmp(run.out, "iommu: ", 7) == 0, "%s: %s", line, run.out);
	check(strstr(run.out, named) && strstr(run.out, named) < end, "%s: %s is not named: %s", line, named,
	      run.out);
	check(run.failed, "%s", line);
	check(asks || run.mem->knobs.nr_reads == 0, "%s: reads", line);
	expect_usage(takes, end);

	snprintf(with_j, sizeof(with_j), "%s -j", line);
	mem_run_afresh(&run, with_j);
	check(mem_run_is_json(&run), "%s: %s", with_j, run.out);
	check(strstr(run.out, "\"severity\":\"error\""), "%s: %s", with_j, run.out);
	check(run.failed, "%s", with_j);
}

static void start(char line[256], const struct takes *takes)
{
	snprintf(line, 256, "iommu %s", takes->verb);
}

static void test_all_verbs_are_here(void **state)
{
	unsigned nth = 0;

	(void)state;
	for (size_t i = 0; i < NR_VERBS; i++, nth++) {
		/* Its words are those of other verbs, and a file: tests/mem/record.t has its misuses. */
		if (strcmp(iommu_verb_name(nth), "record") == 0)
			nth++;
		assert_string_equal(iommu_verb_name(nth), verbs[i].verb);
	}
	assert_null(iommu_verb_name(nth));
}

static void test_unknown_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_VERBS; i++) {
		const struct takes *takes = &verbs[i];
		char line[256], option[4] = "-?";

		for (char letter = '!'; letter <= '~'; letter++) {
			option[1] = letter;
			if (letter == 'j' || letter == '-' || strchr(takes->flags, letter) ||
			    strchr(takes->values, letter))
				continue;
			start(line, takes);
			append(line, option);
			if (letter != 'h') /* test_calls_for_help() */
				expect_refusal(takes, line, option, false);
			if (!*takes->flags)
				continue;
			start(line, takes); /* the same inside a group */
			snprintf(line + strlen(line), 8, " -%c%c", takes->flags[0], letter);
			expect_refusal(takes, line, option, false);
		}
		start(line, takes);
		append(line, "--json");
		expect_refusal(takes, line, "--json", false);
	}
}

/* -h and --help are the page of the verb, and without a verb the list of them; alone, as a first option. */
static void test_calls_for_help(void **state)
{
	static const char *const words[] = { "-h", "--help" };
	char line[64], page[32], *list;

	(void)state;
	mem_run_afresh(&run, "iommu help");
	list = strdup(run.out);
	for (size_t w = 0; w < 2; w++) {
		snprintf(line, sizeof(line), "iommu %s", words[w]);
		mem_run_afresh(&run, line);
		check(strcmp(run.out, list) == 0, "%s: %s", line, run.out);
		for (size_t i = 0; i < NR_VERBS; i++) {
			snprintf(line, sizeof(line), "iommu %s %s", verbs[i].verb, words[w]);
			snprintf(page, sizeof(page), "NAME\n  iommu %s - ", verbs[i].verb);
			mem_run_afresh(&run, line);
			check(strncmp(run.out, page, strlen(page)) == 0 && !run.failed, "%s: %s", line, run.out);
		}
	}
	free(list);
	mem_run_afresh(&run, "iommu walk -h -j");
	assert_true(mem_run_is_json(&run));
	expect_refusal(&verbs[NR_VERBS - 1], "iommu walk -h -x", "-x", false);
	expect_refusal(&verbs[0], "iommu status -v -h", "-h", false);
}

static void test_missing_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_VERBS; i++) {
		for (const char *letter = verbs[i].values; *letter; letter++) {
			char line[256], option[] = { '-', *letter, '\0' };

			start(line, &verbs[i]);
			append(line, option);
			expect_refusal(&verbs[i], line, option, false);
		}
	}
}

static void test_options_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_VERBS; i++) {
		for (const char *letter = verbs[i].values; *letter; letter++) {
			char line[256], named[32];

			start(line, &verbs[i]);
			append_option(line, &verbs[i], *letter);
			append_option(line, &verbs[i], *letter);
			snprintf(named, sizeof(named), "-%c is there twice", *letter);
			expect_refusal(&verbs[i], line, named, false);
		}
	}
}

static void test_extra_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_VERBS; i++) {
		char line[256];

		if (verbs[i].most_words < 0)
			continue;
		start(line, &verbs[i]);
		for (int nr = 0; nr < verbs[i].most_words; nr++)
			append(line, "0-1");
		append(line, "surplus");
		expect_refusal(&verbs[i], line, "'surplus'", false);
	}
}

static void test_what_excludes_each_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_VERBS; i++) {
		for (const char *const *pair = verbs[i].apart; *pair; pair++) {
			for (int turn = 0; turn < 2; turn++) {
				char line[256];

				start(line, &verbs[i]);
				append_option(line, &verbs[i], (*pair)[turn]);
				append_option(line, &verbs[i], (*pair)[1 - turn]);
				expect_refusal(&verbs[i], line, "do not go together", false);
			}
		}
	}
}

static void test_what_needs_another(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_VERBS; i++) {
		for (const char *const *set = verbs[i].needs; *set; set++) {
			char line[256], named[32];

			start(line, &verbs[i]);
			append_option(line, &verbs[i], (*set)[0]);
			snprintf(named, sizeof(named), "'-%c %s'", (*set)[0], value_of((*set)[0]));
			expect_refusal(&verbs[i], line, named, false);
			append_option(line, &verbs[i], 'g'); /* which is not among them */
			expect_refusal(&verbs[i], line, named, false);
		}
	}
}

/* ---- words that are there and are not what they should be ---- */

static const char *const bad_devices[] = { "a1:00", "a1:20.0", "a1:00.8", "12345:a1:00.1", "1:2:3:4.5", "x", ":", "." };
static const char *const bad_groups[] = { "x", "0x1", "1.5", "99999999999999999999" };
static const char *const bad_addresses[] = { "0x", "zzz", "11112222333344445", "(", "()", "(1", "((1)", "(1/0)",
	"(1%(2-2))", "(1<<64)", "(zzz)", "(1-2)", "1+2", "~0", ")" };
static const char *const bad_levels[] = { "x", "0", "7", "0x3", "3,4" };
static const char *const bad_pasids[] = { "x", "0x", "0x100000", "1048576", "(1)" };
static const char *const bad_irqs[] = { "x", "0x1a", "2.5" };
static const char *const bad_ranges[] = { "5000x", "5000-", "5000-4000", "(0-1" };

static void try_words(const char *const *words, size_t nr, const char *verb, const char *format)
{
	const struct takes *takes = verbs;

	while (strcmp(takes->verb, verb) != 0)
		takes++;
	for (size_t i = 0; i < nr; i++) {
		char line[256], rest[200];

		snprintf(rest, sizeof(rest), format, words[i]);
		snprintf(line, sizeof(line), "iommu %s %s", verb, rest);
		expect_refusal(takes, line, words[i], true);
	}
}

#define TRY(words, verb, format) try_words(words, sizeof(words) / sizeof(words[0]), verb, format)

static void test_bad_words(void **state)
{
	(void)state;
	TRY(bad_devices, "devices", "%s");
	TRY(bad_devices, "devices", "-d %s");
	TRY(bad_devices, "dte", "00:06.0 %s");
	TRY(bad_devices, "dte", "-d %s");
	TRY(bad_devices, "owner", "-d %s");
	TRY(bad_devices, "walk", "-d %s 0");
	TRY(bad_devices, "map", "-d %s");
	TRY(bad_devices, "irt", "%s");
	TRY(bad_groups, "groups", "%s");
	TRY(bad_groups, "groups", "0 -g %s");
	TRY(bad_groups, "devices", "-g %s");
	TRY(bad_groups, "owner", "-g %s");
	TRY(bad_groups, "walk", "-g %s 0");
	TRY(bad_groups, "map", "-g %s");
	TRY(bad_addresses, "domains", "%s");
	TRY(bad_addresses, "walk", "-D %s 0");
	TRY(bad_addresses, "walk", "-d 00:06.0 0 %s");
	TRY(bad_addresses, "walk", "-r %s -l 3 0");
	TRY(bad_addresses, "map", "-r %s -l 3");
	TRY(bad_levels, "walk", "-r 3000000 -l %s 0");
	TRY(bad_levels, "map", "-r 3000000 -l %s");
	TRY(bad_pasids, "walk", "-r 3000000 -l 1 -f gcr3 -p %s 0");
	TRY(bad_irqs, "irt", "-q %s");
	TRY(bad_ranges, "map", "-r 3000000 -l 3 %s");
}

/* What is missing and has no word to be named. */
static void test_nothing_to_name(void **state)
{
	(void)state;
	expect_refusal(&verbs[6], "iommu walk -d 00:06.0", "expected an IOVA", true);
	expect_refusal(&verbs[6], "iommu walk 0", "expected one of -d, -g, -D and -r", true);
	expect_refusal(&verbs[7], "iommu map", "expected one of -d, -g, -D and -r", true);
	expect_refusal(&verbs[6], "iommu walk -r 3000000 0", "-r needs the number of levels too", true);
	expect_refusal(&verbs[6], "iommu walk -r 3000001 -l 3 0", "root 3000001 is not page-aligned", true);
	expect_refusal(&verbs[6], "iommu walk -r 3000000 -l 3 -f arm 0", "'arm'", true);
	expect_refusal(&verbs[6], "iommu walk -r 3000000 -l 3 -p 1 0", "know no PASID", true);
	expect_refusal(&verbs[7], "iommu map -r 3000000 -l 3 0x-1", "'0x' is not an address", true);
	expect_refusal(&verbs[7], "iommu map -r 3000000 -l 3 0-(1/0)", "'(1/0)' is not an address", true);
	expect_refusal(&verbs[7], "iommu map -r 3000000 -l 3 zzz-1", "'zzz' is not an address", true);
	expect_refusal(&verbs[0], "iommu -x", "no option -x here", false);
	expect_refusal(&verbs[0], "iommu -v devices", "'devices'", false);
}

/* -j is a letter of its own, not one that stands in a value. */
static void test_json_is_an_option(void **state)
{
	(void)state;
	mem_run_afresh(&run, "iommu walk -r 3000000 -l 3 -fjunk 0");
	assert_false(mem_run_is_json(&run));
	mem_run_afresh(&run, "iommu frobnicate -vj");
	assert_true(mem_run_is_json(&run));
	mem_run_afresh(&run, "iommu d -j"); /* several verbs start so */
	assert_true(mem_run_is_json(&run));
	mem_run_afresh(&run, "iommu devices -d -j");
	assert_true(mem_run_is_json(&run));
	assert_non_null(strstr(run.out, "option -d needs a value"));
}

/* Groups and devices that there are not. */
static void test_strangers(void **state)
{
	static const char *const lines[][2] = {
		{ "iommu owner -g 99", "iommu: no group 99; there are 2\n" },
		{ "iommu groups 99", "iommu: no group 99; there are 2\n" },
		{ "iommu devices -g 99", "iommu: no group 99; there are 2\n" },
		{ "iommu walk -g 99 0", "iommu: no group 99; there are 2\n" },
		{ "iommu groups 18446744073709551615",
		  "iommu: no group 18446744073709551615; there are 2\n" },
		{ "iommu owner -d 00:1e.0", "iommu: the kernel has no device 0000:00:1e.0\n" },
		{ "iommu devices 00:1e.0", "iommu: the kernel has no device 0000:00:1e.0\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		mem_run_afresh(&run, lines[i][0]);
		check(strstr(run.out, lines[i][1]), "%s: %s", lines[i][0], run.out);
		check(!strstr(run.out, "held by nobody"), "%s: %s", lines[i][0], run.out);
		check(run.failed, "%s", lines[i][0]);
	}
	/* -g and a word are both groups. */
	mem_run_afresh(&run, "iommu groups -j -g 0 1");
	assert_non_null(strstr(run.out, "\"id\":0"));
	assert_non_null(strstr(run.out, "\"id\":1"));
}

static void test_pages(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_VERBS; i++) {
		char line[64], title[64];

		snprintf(line, sizeof(line), "iommu help %s", verbs[i].verb);
		snprintf(title, sizeof(title), "NAME\n  iommu %s - ", verbs[i].verb);
		mem_run_afresh(&run, line);
		check(strncmp(run.out, title, strlen(title)) == 0, "%s: %s", line, run.out);
		assert_false(run.failed);
		snprintf(line, sizeof(line), "iommu help %s -j", verbs[i].verb);
		mem_run_afresh(&run, line);
		check(mem_run_is_json(&run) && strstr(run.out, title + strlen("NAME\n")), "%s: %s", line, run.out);
	}
}

/* A host that knows that words are missing says so in place of an answer to the rest. */
static void test_cut_line(void **state)
{
	(void)state;
	mem_run_afresh(&run, "iommu status");
	run.session.line_is_cut = "1000";
	mem_run(&run, "iommu walk -d 00:06.0 1000");
	assert_non_null(strstr(run.out, "what stood behind '1000' is missing"));
	assert_true(run.failed);
	mem_run(&run, "iommu walk -j -d 00:06.0 1000");
	assert_true(mem_run_is_json(&run));
	assert_non_null(strstr(run.out, "\"code\":\"line-cut\""));
	run.session.line_is_cut = NULL;
}

/* Where nothing is asked of a session that depends on what it has run before, nothing is said of it. */
static void test_no_history(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_VERBS; i++) {
		char line[256];

		if (!strchr(verbs[i].flags, 'v'))
			continue;
		snprintf(line, sizeof(line), "iommu %s -vv%s", verbs[i].verb,
			 strchr(verbs[i].values, 'r') ? " -r 3000000 -l 3 0" : "");
		mem_run_afresh(&run, line);
		check(!strstr(run.out, "struct members known") == (i != 0), "%s: %s", line, run.out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_verbs_are_here),
		cmocka_unit_test(test_calls_for_help),
		cmocka_unit_test(test_unknown_options),
		cmocka_unit_test(test_missing_values),
		cmocka_unit_test(test_options_twice),
		cmocka_unit_test(test_extra_words),
		cmocka_unit_test(test_what_excludes_each_other),
		cmocka_unit_test(test_what_needs_another),
		cmocka_unit_test(test_bad_words),
		cmocka_unit_test(test_nothing_to_name),
		cmocka_unit_test(test_json_is_an_option),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_cut_line),
		cmocka_unit_test(test_no_history),
	};
	struct mem_target *mem = mem_target_open(MEM, SYM);
	int failed;

	mem_run_init(&run, mem);
	failed = cmocka_run_group_tests_name("words", tests, NULL, NULL);
	mem_run_release(&run);
	mem_target_close(mem);
	return failed;
}
