// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a session keeps of a dump between its commands: it is read once, a command that was broken off leaves
 * nothing half built, and every answer is that of a first command.
 */
#include "fault.h"

#include <stdlib.h>

#include "mem_files.h"

/* Where the inventory of every text begins: nothing but its building reads there. */
static const char *const heads[] = { "pci_root_buses", "iommu_group_kset" };

static const struct fault_case *const texts[] = { &fault_cases[1], &fault_cases[5], &fault_cases[8] };

#define NR_TEXTS (sizeof(texts) / sizeof(texts[0]))

struct kept_session {
	struct mem_target *mem;
	struct mem_run run;
};

static void begin(struct kept_session *s, const struct fault_case *c)
{
	s->mem = mem_target_open(c->mem, c->sym);
	s->mem->knobs.is_dump = true;
	mem_run_init(&s->run, s->mem);
}

static void end(struct kept_session *s)
{
	mem_run_release(&s->run);
	mem_target_close(s->mem);
}

/* ---- read once ---- */

static uint64_t nr_at(struct kept_session *s, const char *line, const char *symbol)
{
	struct kva at;

	assert_int_equal(target_symbol(&s->mem->target, symbol, &at), STATUS_OK);
	s->mem->knobs.watched_kva = at.v;
	s->mem->knobs.nr_watched = 0;
	mem_run(&s->run, line);
	return s->mem->knobs.nr_watched;
}

/* The pages that hold them are read for each command on a live system, and for the first on a dump. */
static void look(const struct fault_case *c, bool is_dump)
{
	char line[128];

	snprintf(line, sizeof(line), "iommu walk -d %s %s", c->device, c->iova);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct kept_session s;
		uint64_t first, nr_first, again;

		begin(&s, c);
		s.mem->knobs.is_dump = is_dump;
		/* The first command of all also learns the layout. */
		mem_run(&s.run, "iommu help");
		first = nr_at(&s, line, heads[i]);
		nr_first = s.mem->knobs.nr_reads;
		again = nr_at(&s, line, heads[i]);
		assert_true(first > 0);
		assert_int_equal(again, is_dump ? 0 : first);
		if (is_dump)
			assert_true(s.mem->knobs.nr_reads < nr_first);
		else
			assert_int_equal(s.mem->knobs.nr_reads, nr_first);
		end(&s);
	}
}

static void test_read_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_TEXTS; i++) {
		look(texts[i], true);
		look(texts[i], false);
	}
}

/* ---- broken off ---- */

#define NR_LINES (2 * NR_FAULT_COMMANDS)

static void assert_answer(struct kept_session *s, const char *line, const char *good, const char *after)
{
	if (strcmp(mem_run(&s->run, line), good) != 0)
		fail_msg("%s after %s: another answer:\n%s\nthan afresh:\n%s", line, after, s->run.out,
			 good);
}

/* ^C at every poll of the first command of a session. */
static void test_interrupted(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_TEXTS; i++) {
		static const unsigned lines[] = { 0, 2, 10, 12, 15 };
		struct kept_session s;

		begin(&s, texts[i]);
		for (size_t l = 0; l < sizeof(lines) / sizeof(lines[0]); l++) {
			char line[128], *good, after[64];
			uint64_t nr_polls;

			fault_command(line, texts[i], lines[l]);
			good = strdup(mem_run_afresh(&s.run, line));
			nr_polls = s.mem->knobs.nr_polls;
			for (uint64_t nth = 1; nth <= nr_polls; nth += 1 + nr_polls / 150) {
				s.mem->knobs.interrupt_after = nth;
				mem_run_afresh(&s.run, line);
				s.mem->knobs.interrupt_after = 0;
				snprintf(after, sizeof(after), "^C at poll %lu", (unsigned long)nth);
				assert_answer(&s, line, good, after);
			}
			free(good);
		}
		end(&s);
	}
}

/* A target that leaves the command for good at one of its reads, as crash does when the user insists. */
static struct leaving {
	const struct target_ops *real;
	struct target_ops ops;
	jmp_buf back;
	uint64_t at; /* this read; 0: none */
	uint64_t nr_reads;
	unsigned generation;
} leaving;

static void leave_at_read(void)
{
	if (++leaving.nr_reads == leaving.at)
		longjmp(leaving.back, 1);
}

static enum status leaving_read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	leave_at_read();
	return leaving.real->read_pa(target, at, buf, len);
}

static enum status leaving_read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	leave_at_read();
	return leaving.real->read_kva(target, at, buf, len);
}

static unsigned leaving_generation(struct target *target)
{
	(void)target;
	return leaving.generation;
}

static void begin_leaving(struct kept_session *s)
{
	leaving = (struct leaving){ .real = s->mem->target.ops, .ops = *s->mem->target.ops };
	leaving.ops.read_pa = leaving_read_pa;
	leaving.ops.read_kva = leaving_read_kva;
	leaving.ops.types_generation = leaving_generation;
	s->mem->target.ops = &leaving.ops;
}

/* True: the command was left. The session is a new one, but for the memory of its arenas. */
static bool leave(struct kept_session *s, const char *line, uint64_t at)
{
	bool left = true;

	leaving.nr_reads = 0;
	leaving.at = at;
	if (!setjmp(leaving.back)) {
		mem_run_afresh(&s->run, line);
		left = false;
	}
	leaving.at = 0;
	/* The host sets these before every command. */
	s->run.session.target = &s->mem->target;
	return left;
}

static void test_left(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_TEXTS; i++) {
		static const unsigned lines[] = { 2, 10 };
		struct kept_session s;

		begin(&s, texts[i]);
		begin_leaving(&s);
		for (size_t l = 0; l < sizeof(lines) / sizeof(lines[0]); l++) {
			char line[128], *good, after[64];
			unsigned nr_unbuilt = 0;

			fault_command(line, texts[i], lines[l]);
			good = strdup(mem_run_afresh(&s.run, line));
			for (uint64_t nth = 1; leave(&s, line, nth); nth++) {
				nr_unbuilt += !s.run.session.kept.inventory;
				snprintf(after, sizeof(after), "leaving at read %lu", (unsigned long)nth);
				assert_answer(&s, line, good, after);
				assert_answer(&s, line, good, "what was kept after that");
			}
			assert_true(nr_unbuilt > 10); /* in the middle of the building */
			free(good);
		}
		end(&s);
	}
}

/* ---- changed ---- */

/* Types come with a module's debuginfo: the kept inventory was built without them. */
static void test_types_come(void **state)
{
	const struct fault_case *c = texts[0];
	struct kept_session s;
	char *good, *without;

	(void)state;
	begin(&s, c);
	begin_leaving(&s);
	good = strdup(mem_run_afresh(&s.run, "iommu groups"));
	s.mem->knobs.hidden_member = "iommu_group.domain";
	without = strdup(mem_run_afresh(&s.run, "iommu groups"));
	assert_string_not_equal(good, without);
	assert_answer(&s, "iommu groups", without, "the same without a member");
	s.mem->knobs.hidden_member = NULL;
	leaving.generation++;
	assert_answer(&s, "iommu groups", good, "the member's type came");
	free(good);
	free(without);
	end(&s);
}

/* The user sets zero_excluded on, and off again. */
static void test_zero_excluded(void **state)
{
	static const char *const lines[] = { "iommu devices", "iommu status", "iommu domains -j" };
	static const struct fault_case c = { MEM_DIR "partial-dump.mem", MEM_DIR "v6.1.sym", NULL, NULL, 1,
					     false };
	struct kept_session s;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char *good[2];

		begin(&s, &c);
		for (int zeroes = 0; zeroes < 2; zeroes++) {
			s.mem->files->zeroes_missing = zeroes;
			good[zeroes] = strdup(mem_run_afresh(&s.run, lines[i]));
		}
		assert_string_not_equal(good[0], good[1]);
		for (int turn = 0; turn < 4; turn++) {
			s.mem->files->zeroes_missing = turn % 2;
			assert_answer(&s, lines[i], good[turn % 2], "zero_excluded was set");
		}
		free(good[0]);
		free(good[1]);
		end(&s);
	}
}

/* ---- all pairs ---- */

static void test_pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_TEXTS; i++) {
		char line[128], before[128], *good[NR_LINES];
		struct kept_session s;

		begin(&s, texts[i]);
		for (size_t l = 0; l < NR_LINES; l++)
			good[l] = strdup(mem_run_afresh(&s.run, fault_command(line, texts[i], l)));
		for (size_t b = 0; b < NR_LINES; b++) {
			for (size_t l = 0; l < NR_LINES; l++) {
				mem_run_afresh(&s.run, fault_command(before, texts[i], b));
				assert_answer(&s, fault_command(line, texts[i], l), good[l], before);
			}
		}
		for (size_t l = 0; l < NR_LINES; l++)
			free(good[l]);
		end(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_once),  cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_left),	   cmocka_unit_test(test_types_come),
		cmocka_unit_test(test_zero_excluded), cmocka_unit_test(test_pairs),
	};

	return _cmocka_run_group_tests("what is kept of a dump", tests, 6, NULL, NULL);
}
