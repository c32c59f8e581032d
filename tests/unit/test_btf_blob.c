// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plugin's reader of BTF against libbpf: on BTF that libbpf wrote, of every kind and as a
 * module's over vmlinux's, and on that of the running kernel where it can be read. What is cut
 * short or has wrong bits is refused, or answers without a look beyond its end.
 */
#include "unit.h"

#include <bpf/btf.h>

#include "kernel/btf.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

static struct btf_blob *blob_of(const void *raw, size_t size, const struct btf_blob *base)
{
	void *copy = malloc(size ? size : 1); /* of just this size: a look behind it is seen */
	struct btf_blob *blob;

	assert_non_null(copy);
	memcpy(copy, raw, size);
	blob = btf_blob_new(copy, size, base);
	if (!blob)
		free(copy);
	return blob;
}

static struct btf_blob *blob_of_btf(const struct btf *btf, const struct btf_blob *base)
{
	__u32 size;
	const void *raw = btf__raw_data(btf, &size);
	struct btf_blob *blob = blob_of(raw, size, base);

	assert_non_null(blob);
	return blob;
}

static void same_members(const struct btf *btf, const struct btf_blob *blob, __u32 id)
{
	const struct btf_type *theirs = btf__type_by_id(btf, id), *ours = btf_blob_type(blob, id);

	for (__u32 i = 0; i < btf_vlen(theirs); i++) {
		const struct btf_member *m = &btf_members(theirs)[i];

		check(strcmp(btf__name_by_offset(btf, m->name_off),
			     btf_blob_name(blob, btf_blob_member(ours, i)->name_off)) == 0,
		      "%u.%u", id, i);
		check(btf_blob_member(ours, i)->type == m->type, "%u.%u", id, i);
		check(btf_blob_member_bit(ours, i) == btf_member_bit_offset(theirs, i), "%u.%u", id, i);
		check(btf_blob_member_bits(ours, i) == btf_member_bitfield_size(theirs, i), "%u.%u", id, i);
	}
}

static void same_enumerators(const struct btf *btf, const struct btf_blob *blob, __u32 id)
{
	const struct btf_type *theirs = btf__type_by_id(btf, id), *ours = btf_blob_type(blob, id);

	for (__u32 i = 0; i < btf_vlen(theirs); i++) {
		const struct btf_enum *e = btf_blob_enumerator(ours, i);

		check(strcmp(btf__name_by_offset(btf, btf_enum(theirs)[i].name_off),
			     btf_blob_name(blob, e->name_off)) == 0, "%u.%u", id, i);
		check(e->val == btf_enum(theirs)[i].val, "%u.%u", id, i);
	}
}

/* Every type: its kind, name, size, members and enumerators. */
static void same_answers(const struct btf *btf, const struct btf_blob *blob)
{
	assert_int_equal(btf_blob_ids(blob), btf__type_cnt(btf));
	assert_null(btf_blob_type(blob, 0));
	assert_null(btf_blob_type(blob, btf__type_cnt(btf)));
	assert_null(btf_blob_name(blob, UINT32_MAX));
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *theirs = btf__type_by_id(btf, id), *ours = btf_blob_type(blob, id);
		__s64 size = btf__resolve_size(btf, id);

		check(ours && btf_blob_kind(ours) == btf_kind(theirs), "%u", id);
		check(btf_blob_count(ours) == btf_vlen(theirs), "%u", id);
		check(strcmp(btf__name_by_offset(btf, theirs->name_off),
			     btf_blob_name(blob, ours->name_off)) == 0, "%u", id);
		check(btf_blob_is_composite(ours) == btf_is_composite(theirs), "%u", id);
		check(btf_blob_is_enum(ours) == btf_is_enum(theirs), "%u", id);
		check(btf_blob_is_modifier(ours) == (btf_is_mod(theirs) || btf_is_typedef(theirs)), "%u", id);
		/* libbpf finds no size of what ends at void; there is none. */
		check(btf_blob_size(blob, id) == (size < 0 ? -1 : size), "%u: %lld", id, (long long)size);
		if (btf_is_composite(theirs))
			same_members(btf, blob, id);
		if (btf_is_enum(theirs))
			same_enumerators(btf, blob, id);
	}
}

/* ---- as libbpf writes it ---- */

static void add_every_kind(struct btf *btf)
{
	int num = btf__add_int(btf, "long", 8, BTF_INT_SIGNED), proto, table, func, var;

	assert_true(num > 0);
	assert_true(btf__add_float(btf, "double", 8) > 0);
	assert_true(btf__add_ptr(btf, num) > 0);
	table = btf__add_array(btf, num, num, 6);
	assert_true(btf__add_array(btf, num, table, 18) > 0);
	assert_true(btf__add_array(btf, num, num, 0) > 0);
	assert_true(btf__add_struct(btf, "bits", 16) > 0);
	assert_int_equal(btf__add_field(btf, "a", num, 0, 5), 0);
	assert_int_equal(btf__add_field(btf, "b", num, 5, 33), 0);
	assert_true(btf__add_struct(btf, "plain", 104) > 0);
	assert_int_equal(btf__add_field(btf, "first", num, 0, 0), 0);
	assert_int_equal(btf__add_field(btf, "rows", table, 64, 0), 0);
	assert_true(btf__add_union(btf, "either", 8) > 0);
	assert_int_equal(btf__add_field(btf, "one", num, 0, 0), 0);
	assert_int_equal(btf__add_field(btf, "other", num, 0, 0), 0);
	assert_true(btf__add_enum(btf, "colour", 4) > 0);
	assert_int_equal(btf__add_enum_value(btf, "RED", 0), 0);
	assert_int_equal(btf__add_enum_value(btf, "GREEN", -3), 0);
	assert_true(btf__add_enum64(btf, "wide", 8, false) > 0);
	assert_int_equal(btf__add_enum64_value(btf, "FAR", 1ULL << 40), 0);
	assert_true(btf__add_fwd(btf, "opaque", BTF_FWD_STRUCT) > 0);
	assert_true(btf__add_typedef(btf, "number", num) > 0);
	assert_true(btf__add_volatile(btf, num) > 0);
	assert_true(btf__add_const(btf, 0) > 0);
	assert_true(btf__add_restrict(btf, num) > 0);
	proto = btf__add_func_proto(btf, num);
	assert_int_equal(btf__add_func_param(btf, "p", num), 0);
	func = btf__add_func(btf, "f", BTF_FUNC_GLOBAL, proto);
	var = btf__add_var(btf, "v", BTF_VAR_STATIC, num);
	assert_true(btf__add_datasec(btf, ".data", 8) > 0);
	assert_int_equal(btf__add_datasec_var_info(btf, var, 0, 8), 0);
	assert_true(btf__add_decl_tag(btf, "tag", func, -1) > 0);
	assert_true(btf__add_type_tag(btf, "rcu", num) > 0);
}

static void test_every_kind(void **state)
{
	struct btf *base = btf__new_empty(), *module;
	struct btf_blob *blob, *of_module;

	(void)state;
	add_every_kind(base);
	blob = blob_of_btf(base, NULL);
	same_answers(base, blob);
	module = btf__new_empty_split(base);
	add_every_kind(module);
	of_module = blob_of_btf(module, blob);
	same_answers(module, of_module);
	btf_blob_free(of_module);
	btf_blob_free(blob);
	btf__free(module);
	btf__free(base);
}

/* Typedefs of typedefs, without an end and with a far one; arrays larger than memory. */
static void test_long_ways(void **state)
{
	struct btf *btf = btf__new_empty();
	struct btf_blob *blob;
	int num = btf__add_int(btf, "long", 8, 0), loop = btf__add_typedef(btf, "loop", num + 1);
	int huge = btf__add_array(btf, num, num, UINT32_MAX), more = btf__add_array(btf, num, huge, UINT32_MAX);

	(void)state;
	blob = blob_of_btf(btf, NULL);
	assert_int_equal(btf_blob_size(blob, (uint32_t)loop), -1);
	assert_int_equal(btf_blob_size(blob, (uint32_t)huge), -1);
	assert_int_equal(btf_blob_size(blob, (uint32_t)more), -1);
	assert_int_equal(btf_blob_size(blob, (uint32_t)num), 8);
	btf_blob_free(blob);
	btf__free(btf);
}

/* ---- what is no BTF, or not whole ---- */

/* Asks for all there is. */
static uint64_t ask_everything(const struct btf_blob *blob)
{
	uint64_t sum = 0;

	for (uint32_t id = 0; id <= btf_blob_ids(blob); id++) {
		const struct btf_type *type = btf_blob_type(blob, id);

		if (!type)
			continue;
		sum += (uint64_t)btf_blob_size(blob, id);
		for (unsigned i = 0; i < btf_blob_count(type); i++) {
			uint32_t name = 0;

			if (btf_blob_is_composite(type))
				name = btf_blob_member(type, i)->name_off;
			else if (btf_blob_is_enum(type))
				name = btf_blob_enumerator(type, i)->name_off;
			sum += btf_blob_name(blob, name) ? strlen(btf_blob_name(blob, name)) : 0;
		}
	}
	return sum;
}

static void test_cut_short(void **state)
{
	struct btf *btf = btf__new_empty();
	const void *raw;
	__u32 size;

	(void)state;
	add_every_kind(btf);
	raw = btf__raw_data(btf, &size);
	for (__u32 len = 0; len < size; len++)
		check(!blob_of(raw, len, NULL), "%u bytes of %u", len, size);
	btf__free(btf);
}

static void test_wrong_bits(void **state)
{
	struct btf *btf = btf__new_empty();
	struct rng rng = { 14 };
	unsigned char *spoiled;
	unsigned nr_taken = 0;
	const void *raw;
	__u32 size;

	(void)state;
	add_every_kind(btf);
	raw = btf__raw_data(btf, &size);
	spoiled = malloc(size);
	for (unsigned turn = 0; turn < 100000; turn++) {
		struct btf_blob *blob;

		memcpy(spoiled, raw, size);
		for (unsigned bits = 1 + rng_below(&rng, 4); bits; bits--)
			spoiled[rng_below(&rng, size)] ^= (unsigned char)(1u << rng_below(&rng, 8));
		blob = blob_of(spoiled, size, NULL);
		if (!blob)
			continue;
		nr_taken++;
		ask_everything(blob);
		btf_blob_free(blob);
	}
	check(nr_taken > 1000 && nr_taken < 100000, "%u", nr_taken);
	free(spoiled);
	btf__free(btf);
}

/* ---- a real one ---- */

static void test_running_kernel(void **state)
{
	struct btf *btf = btf__parse(KERNEL_BTF, NULL);
	struct btf_blob *blob;

	(void)state;
	if (!btf) {
		print_message("# no BTF of this kernel in %s that libbpf reads\n", KERNEL_BTF);
		skip();
	}
	blob = blob_of_btf(btf, NULL);
	same_answers(btf, blob);
	check(btf_blob_ids(blob) > 1000, "%u", btf_blob_ids(blob));
	btf_blob_free(blob);
	btf__free(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind), cmocka_unit_test(test_long_ways),
		cmocka_unit_test(test_cut_short),  cmocka_unit_test(test_wrong_bits),
		cmocka_unit_test(test_running_kernel),
	};

	return cmocka_run_group_tests_name("BTF, beside libbpf", tests, NULL, NULL);
}
