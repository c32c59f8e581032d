// SPDX-License-Identifier: GPL-2.0-or-later
/* Sentences about trouble: a warning in the same words is given once in a command, and never for another one. */
#include "unit.h"

#include "cmd/cmd.h"

struct fixture {
	struct session session;
	struct context ctx;
	char text[4096];
	size_t len;
};

static void keep(void *ptr, const char *bytes, size_t len)
{
	struct fixture *f = ptr;

	assert_true(f->len + len < sizeof(f->text));
	memcpy(f->text + f->len, bytes, len);
	f->len += len;
	f->text[f->len] = '\0';
}

static void begin(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->ctx.session = &f->session;
	f->ctx.sink = sink_new_text(&f->session.arena, (struct output){ keep, f });
	sink_open(f->ctx.sink, "test");
}

static const char *end(struct fixture *f)
{
	sink_close(f->ctx.sink);
	arena_release(&f->session.arena);
	return f->text;
}

static void same_warning_comes_once(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	for (unsigned i = 0; i < 3; i++)
		could_not_fully(&f.ctx, "read the table", failure_at(STATUS_NOT_IN_DUMP, 0x3000));
	assert_int_equal(f.ctx.nr_unread, 1);
	assert_string_equal(end(&f), "warning: could not fully read the table: not in the dump, at 3000\n");
}

/* Another address, status, name or thing that was done: each is told, in whichever order they come. */
static void others_are_all_told(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	for (unsigned i = 0; i < 2; i++) {
		could_not_fully(&f.ctx, "read the table", failure_at(STATUS_NOT_IN_DUMP, 0x3000));
		could_not_fully(&f.ctx, "read the table", failure_at(STATUS_NOT_IN_DUMP, 0x4000));
		could_not_fully(&f.ctx, "read the table", failure_at(STATUS_DAMAGED, 0x4000));
		could_not_fully(&f.ctx, "find the table", failure_missing("a.b"));
		could_not_fully(&f.ctx, "find the table", failure_missing("a.c"));
	}
	assert_int_equal(f.ctx.nr_unread, 5);
	assert_string_equal(end(&f), "warning: could not fully read the table: not in the dump, at 3000\n"
				     "warning: could not fully read the table: not in the dump, at 4000\n"
				     "warning: could not fully read the table: damaged, at 4000\n"
				     "warning: could not fully find the table: a.b not found\n"
				     "warning: could not fully find the table: a.c not found\n");
}

/* That there is no answer is said for each thing that was asked. */
static void errors_are_all_told(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	for (unsigned i = 0; i < 2; i++)
		cannot(&f.ctx, "read the table", failure_at(STATUS_NOT_IN_DUMP, 0x3000));
	assert_true(f.ctx.failed);
	assert_string_equal(end(&f), "iommu: cannot read the table: not in the dump, at 3000\n"
				     "iommu: cannot read the table: not in the dump, at 3000\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_warning_comes_once),
		cmocka_unit_test(others_are_all_told),
		cmocka_unit_test(errors_are_all_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
