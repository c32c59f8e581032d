// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types out of BTF in memory: what is found is what tests/mem/btf-types.mem describes, what is
 * damaged is said to be missing, and a question that was interrupted is asked again.
 */
#include "fault.h"

#include "iommu/btf_types.h"
#include "mem_files.h"

#define SYM MEM_DIR "btf-types.sym"

struct asked {
	struct mem_target *mem;
	struct btf_types *types;
};

static struct asked open_text(const char *name)
{
	return (struct asked){ .mem = mem_target_open(name, SYM) };
}

static void release(struct asked *a)
{
	btf_types_release(&a->types);
	mem_target_close(a->mem);
}

static void assert_member(struct asked *a, const char *module, const char *type, const char *path,
			  struct member expected)
{
	const struct btf_wanted wanted = { .module = module, .type = type, .path = path };
	struct member found = { 0 };
	const char *whose;

	if (failed(btf_types_member(&a->types, &a->mem->target, &wanted, &found, &whose)))
		fail_msg("%s.%s: not found", type, path);
	assert_int_equal(found.offset, expected.offset);
	assert_int_equal(found.size, expected.size);
	assert_int_equal(found.bit, expected.bit);
	assert_int_equal(found.nr_bits, expected.nr_bits);
}

static void assert_fails(struct asked *a, const char *module, const char *type, const char *path,
			 enum status status)
{
	const struct btf_wanted wanted = { .module = module, .type = type, .path = path };
	struct member found;
	const char *whose;
	struct failure failure =
		btf_types_member(&a->types, &a->mem->target, &wanted, &found, &whose);

	if (failure.status != status)
		fail_msg("%s.%s: %s, not %s", type, path, status_text(failure.status),
			 status_text(status));
}

static void assert_none(struct asked *a, const char *module, const char *type, const char *path)
{
	assert_fails(a, module, type, path, STATUS_MISSING);
}

static void test_members(void **state)
{
	struct asked a = open_text(MEM_DIR "btf-types.mem");

	(void)state;
	assert_member(&a, NULL, "bits", "plain", (struct member){ 0, 4, 0, 0 });
	assert_member(&a, NULL, "outer", "bits", (struct member){ 0, 16, 0, 0 });
	assert_member(&a, NULL, "outer", "bits.plain", (struct member){ 0, 4, 0, 0 });
	assert_member(&a, NULL, "outer", "whole", (struct member){ 16, 8, 0, 0 });
	assert_member(&a, NULL, "outer", "inner", (struct member){ 28, 4, 0, 0 });
	assert_member(&a, NULL, "outer", "name", (struct member){ 32, 16, 0, 0 });
	assert_member(&a, NULL, "number", "word", (struct member){ 0, 8, 0, 0 });
	assert_none(&a, NULL, "outer", "nam");
	assert_none(&a, NULL, "outer", "names");
	assert_none(&a, NULL, "outer", "name.first");
	assert_none(&a, NULL, "outer", "bits.none");
	assert_none(&a, NULL, "no_such", "name");
	assert_null(btf_types_problem(a.types));
	release(&a);
}

static void test_bit_fields(void **state)
{
	struct asked a = open_text(MEM_DIR "btf-types.mem");

	(void)state;
	assert_member(&a, NULL, "bits", "low", (struct member){ 4, 4, 0, 3 });
	assert_member(&a, NULL, "bits", "high", (struct member){ 4, 4, 3, 29 });
	assert_member(&a, NULL, "bits", "last", (struct member){ 8, 2, 15, 1 });
	assert_none(&a, NULL, "bits", "crossing");
	release(&a);
}

static void test_modules(void **state)
{
	struct asked a = open_text(MEM_DIR "btf-types.mem");

	(void)state;
	assert_member(&a, "a", "outer", "name", (struct member){ 4, 4, 0, 0 });
	assert_member(&a, "a", "only_here", "of_vmlinux.low", (struct member){ 12, 4, 0, 3 });
	/* what a module does not define itself it has of vmlinux */
	assert_member(&a, "a", "bits", "plain", (struct member){ 0, 4, 0, 0 });
	assert_none(&a, NULL, "only_here", "of_vmlinux");
	assert_none(&a, "b", "holds_nothing", "gone");
	/* a module that is not loaded may be built in */
	assert_member(&a, "c", "outer", "name", (struct member){ 32, 16, 0, 0 });
	assert_none(&a, "c", "only_here", "of_vmlinux");
	release(&a);
}

static void test_sizes_and_enumerators(void **state)
{
	struct asked a = open_text(MEM_DIR "btf-types.mem");
	struct target *target = &a.mem->target;
	uint64_t size;
	int64_t value;

	(void)state;
	assert_false(failed(btf_types_size(&a.types, target, "outer", &size)));
	assert_int_equal(size, 48);
	assert_int_equal(btf_types_size(&a.types, target, "no_such", &size).status,
			 STATUS_MISSING);
	for (unsigned twice = 0; twice < 2; twice++) { /* found, and remembered */
		assert_int_equal(btf_types_enumerator(&a.types, target, "PG_slab", &value).status,
				 STATUS_OK);
		assert_int_equal(value, 9);
		assert_int_equal(btf_types_enumerator(&a.types, target, "PGTY_buddy", &value).status,
				 STATUS_OK);
		assert_int_equal(value, 240);
		assert_int_equal(btf_types_enumerator(&a.types, target, "PG_negative", &value).status,
				 STATUS_OK);
		assert_int_equal(value, -3);
		assert_int_equal(btf_types_enumerator(&a.types, target, "PG_none", &value).status,
				 STATUS_MISSING);
	}
	release(&a);
}

static void test_struct_in_itself(void **state)
{
	struct asked a = open_text(MEM_DIR "btf-tree.mem");

	(void)state;
	assert_none(&a, NULL, "tree", "no_such_leaf");
	assert_none(&a, "a", "tree", "no_such_leaf"); /* there is no list of modules at all */
	release(&a);
}

/* ^C while the list of modules is read, or vmlinux's BTF: the next command has all of it. */
static void test_interrupted(void **state)
{
	struct asked a = open_text(MEM_DIR "btf-types.mem");

	(void)state;
	a.mem->knobs.fail_read = 1;
	a.mem->knobs.fail_status = STATUS_INTERRUPTED;
	assert_fails(&a, NULL, "bits", "plain", STATUS_INTERRUPTED);
	assert_null(btf_types_problem(a.types));
	a.mem->knobs.fail_read = 0;
	a.mem->knobs.nr_polls = 0;
	a.mem->knobs.interrupt_after = 1;
	/* vmlinux's, until the module's own can be looked for */
	assert_member(&a, "a", "outer", "name", (struct member){ 32, 16, 0, 0 });
	assert_fails(&a, "a", "only_here", "of_vmlinux.low", STATUS_INTERRUPTED);
	a.mem->knobs.interrupt_after = 0;
	assert_member(&a, "a", "outer", "name", (struct member){ 4, 4, 0, 0 });
	assert_member(&a, "a", "only_here", "of_vmlinux.low", (struct member){ 12, 4, 0, 3 });
	release(&a);
}

/* On a live system a module goes: the list's head points to what was behind it. */
static void test_module_goes(void **state)
{
	struct asked a = open_text(MEM_DIR "btf-types.mem");
	struct target *target = &a.mem->target;
	struct kva head;
	uint64_t first, second, prev_pa;

	(void)state;
	assert_false(btf_types_changed(a.types, target));
	assert_member(&a, "a", "only_here", "of_vmlinux.low", (struct member){ 12, 4, 0, 3 });
	assert_false(btf_types_changed(a.types, target));
	assert_int_equal(target_symbol(target, "btf_modules", &head), STATUS_OK);
	assert_int_equal(target_read_kva(target, head, &first, 8), STATUS_OK);
	assert_int_equal(target_read_kva(target, kva_of(first), &second, 8), STATUS_OK);
	/* list_del(): both neighbours know */
	store_write(&a.mem->files->virtual, head.v, &second, 8);
	assert_true(mem_kva_to_pa(a.mem->files, second + 8, &prev_pa));
	store_write(&a.mem->files->physical, prev_pa, &head.v, 8);
	assert_true(btf_types_changed(a.types, target));
	assert_member(&a, "a", "outer", "name", (struct member){ 32, 16, 0, 0 });
	assert_none(&a, "a", "only_here", "of_vmlinux.low");
	assert_member(&a, "b", "bits", "plain", (struct member){ 0, 4, 0, 0 });
	assert_false(btf_types_changed(a.types, target));
	release(&a);
}

/* Every read that the first question needs fails once: an answer or none, and the next is right. */
static void test_failing_reads(void **state)
{
	static const enum status how[] = { STATUS_NOT_IN_DUMP, STATUS_BAD_ADDRESS,
					   STATUS_INTERRUPTED };
	static const struct btf_wanted wanted = { .module = "b", .type = "bits", .path = "last" };
	struct member found;
	const char *whose;

	(void)state;
	for (uint64_t nth = 1; nth < 40; nth++) {
		for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
			struct asked a = open_text(MEM_DIR "btf-types.mem");

			a.mem->knobs.fail_read = nth;
			a.mem->knobs.fail_status = how[i];
			if (!failed(btf_types_member(&a.types, &a.mem->target, &wanted, &found, &whose)))
				assert_int_equal(found.offset, 8);
			release(&a);
		}
	}
}

/* A member that the module alone has: when a read fails, that is what is said, with its address, and not that
 * there is no such member. */
static void test_failing_reads_are_told(void **state)
{
	static const enum status how[] = { STATUS_NOT_IN_DUMP, STATUS_BAD_ADDRESS, STATUS_DAMAGED };
	static const struct btf_wanted wanted = {
		.module = "a", .type = "only_here", .path = "of_vmlinux.low"
	};
	struct member found;
	const char *whose;
	unsigned nr_failed = 0;

	(void)state;
	for (uint64_t nth = 1; nth < 40; nth++) {
		for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
			struct asked a = open_text(MEM_DIR "btf-types.mem");
			struct failure failure;

			a.mem->knobs.fail_read = nth;
			a.mem->knobs.fail_status = how[i];
			failure = btf_types_member(&a.types, &a.mem->target, &wanted, &found, &whose);
			nr_failed += failed(failure);
			if (failed(failure) && (failure.status != how[i] || !failure.at))
				fail_msg("read %u fails, and it is said: %s, at %llx", (unsigned)nth,
					 status_text(failure.status), (unsigned long long)failure.at);
			release(&a);
		}
	}
	assert_true(nr_failed >= 8 * sizeof(how) / sizeof(how[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_bit_fields),
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_sizes_and_enumerators),
		cmocka_unit_test(test_struct_in_itself),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_module_goes),
		cmocka_unit_test(test_failing_reads),
		cmocka_unit_test(test_failing_reads_are_told),
	};

	return cmocka_run_group_tests_name("BTF in memory", tests, NULL, NULL);
}
