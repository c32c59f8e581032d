// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Structs that share a name, in the BTF of a dump and in the namelist: which one is found, and who
 * is asked. The BTF is written by libbpf (and read by the plugin), so its layout is not this test's
 * word.
 */
#include "unit.h"

#include <bpf/btf.h>

#include "iommu/bare_target.h"
#include "iommu/btf_types.h"
#include "iommu/layout_rows.h"
#include "kernel/btf_names.h"

/* ---- a dump: BTF of vmlinux and of the modules vfio and vfio_iommu_type1 ---- */

#define MEMORY_KVA  0xffff888000000000ULL
#define MEMORY_SIZE 0x40000u

/* Where things are in the memory, from its start. */
enum {
	AT_LIST = 0x100,    /* struct list_head btf_modules */
	AT_ENTRIES = 0x200, /* struct btf_module, module and btf of each, ENTRY_BYTES apart */
	ENTRY_BYTES = 0x200,
	AT_BASE = 0x10000,
	AT_MODULE_BTF = 0x20000, /* 0x8000 apart */
};

enum {
	MAX_NAMELIST = 8,
	MAX_ENTRIES = 4,
};

struct known {
	const char *module; /* NULL: whoever asks */
	const char *type, *path;
	uint64_t offset;
};

struct dump {
	struct target target;
	unsigned char memory[MEMORY_SIZE];
	uint64_t base_size;
	struct btf *base;
	unsigned nr_entries;
	struct known namelist[MAX_NAMELIST];
	unsigned nr_known, nr_reads, nr_questions;
};

static struct dump *dump_of(struct target *target)
{
	return (struct dump *)target;
}

static enum status read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	struct dump *d = dump_of(target);

	d->nr_reads++;
	if (at.v < MEMORY_KVA || at.v + len > MEMORY_KVA + MEMORY_SIZE)
		return STATUS_BAD_ADDRESS;
	memcpy(buf, d->memory + (at.v - MEMORY_KVA), len);
	return STATUS_OK;
}

static enum status read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	(void)at;
	return bare_read_kva(target, kva_of(0), buf, len);
}

static enum status symbol(struct target *target, const char *name, unsigned nth, struct kva *ret)
{
	const struct dump *d = dump_of(target);

	if (nth)
		return STATUS_MISSING;
	if (strcmp(name, "__start_BTF") == 0 && d->base_size)
		*ret = kva_of(MEMORY_KVA + AT_BASE);
	else if (strcmp(name, "__stop_BTF") == 0)
		*ret = kva_of(MEMORY_KVA + AT_BASE + d->base_size);
	else if (strcmp(name, "btf_modules") == 0)
		*ret = kva_of(MEMORY_KVA + AT_LIST);
	else
		return STATUS_MISSING;
	return STATUS_OK;
}

static enum status namelist_says(struct dump *d, const char *module, const char *type,
				 const char *path, struct member *ret)
{
	d->nr_questions++;
	for (unsigned i = 0; i < d->nr_known; i++) {
		const struct known *k = &d->namelist[i];

		if (strcmp(k->type, type) != 0 || strcmp(k->path, path) != 0 ||
		    (module ? !k->module || strcmp(k->module, module) != 0 : k->module != NULL))
			continue;
		*ret = (struct member){ .offset = k->offset, .size = 8 };
		return STATUS_OK;
	}
	return STATUS_MISSING;
}

static enum status member(struct target *target, const char *type, const char *path,
			  struct member *ret)
{
	return namelist_says(dump_of(target), NULL, type, path, ret);
}

static enum status member_of_module(struct target *target, const char *module, const char *type,
				    const char *path, struct member *ret)
{
	return namelist_says(dump_of(target), module, type, path, ret);
}

/* The namelist has a type when it has a member of it. */
static enum status type_size(struct target *target, const char *type, uint64_t *ret)
{
	const struct dump *d = dump_of(target);

	for (unsigned i = 0; i < d->nr_known; i++) {
		if (strcmp(d->namelist[i].type, type) != 0)
			continue;
		*ret = 64;
		return STATUS_OK;
	}
	return STATUS_MISSING;
}

static const struct target_ops ops = {
	.read_pa = read_pa,
	.read_kva = read_kva,
	.to_pa = bare_to_pa,
	.symbol = symbol,
	.symbol_name = bare_symbol_name,
	.member = member,
	.member_of_module = member_of_module,
	.type_size = type_size,
	.enumerator = bare_enumerator,
	.interrupted = bare_no,
	.zeroes_missing = bare_no,
};

static void knows(struct dump *d, const char *module, const char *type, const char *path,
		  uint64_t offset)
{
	assert_true(d->nr_known < MAX_NAMELIST);
	d->namelist[d->nr_known++] = (struct known){ module, type, path, offset };
}

static void put_word(struct dump *d, size_t at, uint64_t value)
{
	memcpy(d->memory + at, &value, sizeof(value));
}

/* ---- types, as libbpf writes them ---- */

enum {
	ID_LONG = 1,
	ID_NAME, /* char[56] */
};

/* A struct of 64-bit numbers at these offsets; a NULL name ends it. */
struct field {
	const char *name;
	uint32_t offset;
};

static int add_type(struct btf *btf, bool is_union, const char *name, const struct field *fields)
{
	int id = is_union ? btf__add_union(btf, name, 256) : btf__add_struct(btf, name, 256);

	assert_true(id > 0);
	for (; fields->name; fields++)
		assert_int_equal(btf__add_field(btf, fields->name, ID_LONG, fields->offset * 8, 0),
				 0);
	return id;
}

#define FIELDS(...)                                                                                \
	(const struct field[])                                                                     \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			NULL, 0                                                                    \
		}                                                                                  \
	}

/* What the kernel's list of modules is made of (kernel/bpf/btf.c), with numbers for pointers. */
static void add_list_types(struct btf *btf)
{
	int chars;

	assert_int_equal(btf__add_int(btf, "long", 8, BTF_INT_SIGNED), ID_LONG);
	assert_int_equal(btf__add_array(btf, ID_LONG, ID_LONG, 7), ID_NAME); /* 56 bytes */
	add_type(btf, false, "btf_module", FIELDS({ "list", 0 }, { "module", 16 }, { "btf", 24 }));
	add_type(btf, false, "btf", FIELDS({ "data", 0 }, { "data_size", 8 }));
	chars = btf__add_struct(btf, "module", 128);
	assert_true(chars > 0);
	assert_int_equal(btf__add_field(btf, "name", ID_NAME, 24 * 8, 0), 0);
}

static void put_btf(struct dump *d, struct btf *btf, size_t at, uint64_t *ret_size)
{
	__u32 size;
	const void *bytes = btf__raw_data(btf, &size);

	assert_non_null(bytes);
	assert_true(at + size <= MEMORY_SIZE);
	memcpy(d->memory + at, bytes, size);
	*ret_size = size;
}

/* Before the modules, which refer to it. */
static void put_base(struct dump *d)
{
	put_btf(d, d->base, AT_BASE, &d->base_size);
}

static void link_entries(struct dump *d)
{
	size_t last = AT_LIST;

	for (unsigned i = 0; i < d->nr_entries; i++) {
		size_t node = AT_ENTRIES + i * ENTRY_BYTES;

		put_word(d, last, MEMORY_KVA + node);
		put_word(d, node + 8, MEMORY_KVA + last);
		last = node;
	}
	put_word(d, last, MEMORY_KVA + AT_LIST);
	put_word(d, AT_LIST + 8, MEMORY_KVA + last);
}

/* btf: written and freed. */
static void add_module(struct dump *d, const char *name, struct btf *btf)
{
	unsigned n = d->nr_entries++;
	size_t entry = AT_ENTRIES + n * ENTRY_BYTES, data = AT_MODULE_BTF + n * 0x8000;
	size_t module = entry + 0x40, kernel_btf = entry + 0x100;
	uint64_t size;

	assert_true(n < MAX_ENTRIES);
	put_btf(d, btf, data, &size);
	btf__free(btf);
	put_word(d, entry + 16, MEMORY_KVA + module);
	put_word(d, entry + 24, MEMORY_KVA + kernel_btf);
	put_word(d, kernel_btf, MEMORY_KVA + data);
	put_word(d, kernel_btf + 8, size);
	strcpy((char *)d->memory + module + 24, name);
	link_entries(d);
}

static struct dump *new_dump(void)
{
	struct dump *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	d->target.ops = &ops;
	d->base = btf__new_empty();
	assert_non_null(d->base);
	add_list_types(d->base);
	link_entries(d);
	return d;
}

static void free_dump(struct dump *d)
{
	btf__free(d->base);
	free(d);
}

/* ---- struct vfio_group, of vfio and of vfio_iommu_type1 ---- */

static void add_vfio_group(struct btf *btf)
{
	add_type(btf, false, "vfio_group",
		 FIELDS({ "iommu_group", 24 }, { "container", 32 }, { "nb", 120 }));
}

static void add_type1_group(struct btf *btf)
{
	add_type(btf, false, "vfio_group", FIELDS({ "iommu_group", 0 }, { "next", 8 }));
}

static void namelist_has_type1_group(struct dump *d)
{
	knows(d, NULL, "vfio_group", "iommu_group", 0);
	knows(d, NULL, "vfio_group", "next", 8);
}

static void namelist_has_vfio_group(struct dump *d, const char *module)
{
	knows(d, module, "vfio_group", "iommu_group", 24);
	knows(d, module, "vfio_group", "container", 32);
}

/* ---- BTF alone ---- */

static enum status ask(struct btf_types **types, struct dump *d, const struct btf_wanted *wanted,
		       uint64_t *ret_offset, const char **ret_module)
{
	struct member found = { .offset = 0 };
	enum status status = btf_types_member(types, &d->target, wanted, &found, ret_module).status;

	*ret_offset = found.offset;
	return status;
}

/* Of vmlinux; -1: there is none. */
static int offset_in_base(struct btf_types **types, struct dump *d, const char *type,
			  const char *path, const char *witness)
{
	const struct btf_wanted wanted = { .type = type, .path = path, .witness = witness };
	const char *module;
	uint64_t offset;

	return ask(types, d, &wanted, &offset, &module) == STATUS_OK ? (int)offset : -1;
}

static void test_vmlinux(void **state)
{
	struct dump *d = new_dump();
	struct btf_types *types = NULL;

	(void)state;
	/* AMD's union and Intel's struct have one name; arm64 has two drivers in one file. */
	add_type(d->base, true, "irte", FIELDS({ "val", 0 }, { "fields", 0 }));
	add_type(d->base, false, "irte", FIELDS({ "low", 0 }, { "high", 8 }, { "val", 16 }));
	add_type(d->base, false, "arm_smmu_device", FIELDS({ "base", 8 }, { "cbs", 16 }));
	add_type(d->base, false, "arm_smmu_device",
		 FIELDS({ "base", 24 }, { "cmdq", 32 }, { "strtab_cfg", 40 }));
	put_base(d);

	assert_int_equal(offset_in_base(&types, d, "irte", "val", NULL), 0);
	assert_int_equal(offset_in_base(&types, d, "irte", "high", NULL), 8);
	assert_int_equal(offset_in_base(&types, d, "irte", "val", "high"), 16);
	assert_int_equal(offset_in_base(&types, d, "irte", "val", "fields"), 0);
	assert_int_equal(offset_in_base(&types, d, "arm_smmu_device", "base", "strtab_cfg"), 24);
	assert_int_equal(offset_in_base(&types, d, "arm_smmu_device", "base", "cbs"), 8);
	assert_int_equal(offset_in_base(&types, d, "arm_smmu_device", "cmdq", NULL), 32);
	/* the witness is in one and the member in the other: that is no answer */
	assert_int_equal(offset_in_base(&types, d, "arm_smmu_device", "cmdq", "cbs"), -1);
	assert_int_equal(offset_in_base(&types, d, "arm_smmu_device", "base", "none"), -1);
	assert_int_equal(offset_in_base(&types, d, "nothing", "base", NULL), -1);
	btf_types_release(&types);
	free_dump(d);
}

static void test_modules(void **state)
{
	struct btf_wanted wanted = { "vfio", "vfio_group", "iommu_group", "container" };
	struct dump *d = new_dump();
	struct btf_types *types = NULL;
	struct btf *own;
	const char *module;
	uint64_t offset;

	(void)state;
	/* vmlinux has both, too, elsewhere */
	add_type(d->base, false, "vfio_group",
		 FIELDS({ "iommu_group", 100 }, { "container", 108 }));
	put_base(d);
	own = btf__new_empty_split(d->base);
	add_type1_group(own);
	add_vfio_group(own);
	add_module(d, "vfio", own);
	own = btf__new_empty_split(d->base);
	add_type1_group(own);
	add_module(d, "vfio_iommu_type1", own);

	assert_int_equal(ask(&types, d, &wanted, &offset, &module), STATUS_OK);
	assert_int_equal(offset, 24);
	assert_string_equal(module, "vfio");
	/* lacks it: vmlinux is asked, and says so */
	wanted.module = "vfio_iommu_type1";
	assert_int_equal(ask(&types, d, &wanted, &offset, &module), STATUS_OK);
	assert_int_equal(offset, 100);
	assert_null(module);
	/* built in: there is no such module */
	wanted.module = "vfio_pci";
	assert_int_equal(ask(&types, d, &wanted, &offset, &module), STATUS_OK);
	assert_int_equal(offset, 100);
	assert_null(module);
	/* without a witness the module's first one is meant, not vmlinux's */
	wanted = (struct btf_wanted){ "vfio", "vfio_group", "iommu_group", NULL };
	assert_int_equal(ask(&types, d, &wanted, &offset, &module), STATUS_OK);
	assert_int_equal(offset, 0);

	/* the first module has gone */
	put_word(d, AT_LIST, MEMORY_KVA + AT_ENTRIES + ENTRY_BYTES);
	assert_true(btf_types_changed(types, &d->target));
	assert_int_equal(ask(&types, d, &wanted, &offset, &module), STATUS_OK);
	assert_int_equal(offset, 100);
	btf_types_release(&types);
	free_dump(d);
}

/* The index against a search through all types: thousands of types, few names. */
static void test_names(void **state)
{
	struct btf *base = btf__new_empty();
	struct btf_names names = { .end = 0 };
	struct libbpf lib;
	struct rng rng = { 7 };
	char name[16];

	(void)state;
	assert_int_equal(libbpf_open(&lib), BTF_LIBRARY_FOUND);
	assert_int_equal(btf__add_int(base, "long", 8, 0), ID_LONG);
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "s%u", rng_below(&rng, 700));
		switch (rng_below(&rng, 4)) {
		case 0:
			assert_true(btf__add_struct(base, name, 8) > 0);
			break;
		case 1:
			assert_true(btf__add_union(base, name, 8) > 0);
			break;
		case 2: /* no definitions */
			assert_true(btf__add_fwd(base, name, BTF_FWD_STRUCT) > 0);
			break;
		default:
			assert_true(btf__add_typedef(base, name, ID_LONG) > 0);
			break;
		}
	}
	assert_true(btf_names_build(&names, &lib, base, 1));
	assert_int_equal(names.end, btf__type_cnt(base));
	for (unsigned n = 0; n < 710; n++) {
		__u32 found = 0;

		snprintf(name, sizeof(name), "s%u", n);
		for (__u32 id = 1; id < btf__type_cnt(base); id++) {
			const struct btf_type *type = btf__type_by_id(base, id);

			if (!btf_is_composite(type) ||
			    strcmp(btf__name_by_offset(base, type->name_off), name) != 0)
				continue;
			found = btf_names_next(&names, &lib, base, name, found);
			check(found == id, "%s: %u, not %u", name, found, id);
		}
		check(btf_names_next(&names, &lib, base, name, found) == 0, "%s: one more", name);
	}
	btf_names_release(&names);
	btf__free(base);
}

/* ---- the layout tables, over both sources ---- */

/* -1: not found. */
static int offset_of(struct layout *layout, struct dump *d, unsigned id)
{
	struct member found;

	if (layout_member(layout, &d->target, id, &found) != STATUS_OK)
		return -1;
	return (int)found.offset;
}

/* The two equal sources, each with the right struct, with another of its name only, or with none.
 */
enum has {
	RIGHT,
	WRONG,
	WRONG_FIRST, /* and then the right one: of the module's code, in the namelist */
	NONE
};

static struct dump *dump_with(enum has namelist, enum has btf)
{
	struct dump *d = new_dump();
	struct btf *own;

	if (namelist == WRONG || namelist == WRONG_FIRST)
		namelist_has_type1_group(d);
	if (namelist == WRONG_FIRST)
		namelist_has_vfio_group(d, "vfio");
	if (namelist == RIGHT)
		namelist_has_vfio_group(d, NULL);
	put_base(d);
	own = btf__new_empty_split(d->base);
	if (btf == WRONG || btf == WRONG_FIRST)
		add_type1_group(own);
	if (btf == RIGHT || btf == WRONG_FIRST)
		add_vfio_group(own);
	add_module(d, "vfio", own);
	return d;
}

static void test_every_pair(void **state)
{
	struct layout *layout = calloc(1, sizeof(*layout));

	(void)state;
	for (enum has namelist = RIGHT; namelist <= NONE; namelist++) {
		for (enum has btf = RIGHT; btf <= NONE; btf++) {
			struct dump *d = dump_with(namelist, btf);
			bool in_btf = btf == RIGHT || btf == WRONG_FIRST;
			bool known = in_btf || namelist == RIGHT || namelist == WRONG_FIRST;

			memset(layout, 0, sizeof(*layout));
			check(offset_of(layout, d, M_VFIO_GROUP_IOMMU_GROUP) == (known ? 24 : -1),
			      "namelist %d, BTF %d", namelist, btf);
			check(offset_of(layout, d, M_VFIO_GROUP_NB) == (in_btf ? 120 : -1),
			      "nb: namelist %d, BTF %d", namelist, btf);
			if (known)
				check(layout->member[M_VFIO_GROUP_IOMMU_GROUP].source ==
					      (in_btf ? FROM_BTF : FROM_NAMELIST),
				      "source: namelist %d, BTF %d", namelist, btf);
			check((layout->member[M_VFIO_GROUP_IOMMU_GROUP].module != NULL) == in_btf,
			      "module: namelist %d, BTF %d", namelist, btf);
			layout_release(layout);
			free_dump(d);
		}
	}
	free(layout);
}

/* What is missing costs crash's gdb memory: the witness is asked for once, not once for each row.
 */
static void test_questions(void **state)
{
	struct dump *d = dump_with(WRONG, NONE);
	struct layout *layout = calloc(1, sizeof(*layout));

	(void)state;
	assert_int_equal(offset_of(layout, d, M_VFIO_GROUP_NB), -1);
	assert_int_equal(d->nr_questions, 2); /* of any struct, and of the module's */
	assert_int_equal(offset_of(layout, d, M_VFIO_GROUP_IOMMU_GROUP), -1);
	assert_int_equal(offset_of(layout, d, M_VFIO_GROUP_CONTAINER), -1);
	assert_int_equal(offset_of(layout, d, M_VFIO_GROUP_KVM), -1);
	assert_int_equal(d->nr_questions, 2);
	layout_release(layout);
	free(layout);
	free_dump(d);
}

/* Two drivers in one vmlinux: the namelist has the one, the dump's BTF has both. */
static void test_vmlinux_rows(void **state)
{
	const struct alternative v3 = IN_ONE_WITH("strtab_cfg", "arm_smmu_device", "base");
	const struct alternative v2 = IN_ONE_WITH("cbs", "arm_smmu_device", "base");
	const struct alternative none = IN_ONE_WITH("rings", "arm_smmu_device", "base");
	const struct alternative cmdq = IN_ONE_WITH("strtab_cfg", "arm_smmu_device", "cmdq");
	const struct alternative gone = IN_ONE_WITH("cbs", "arm_smmu_device", "cmdq");
	struct dump *d = new_dump();
	struct layout *layout = calloc(1, sizeof(*layout));
	struct layout_answer answer;

	(void)state;
	knows(d, NULL, "arm_smmu_device", "base", 8);
	knows(d, NULL, "arm_smmu_device", "cbs", 16);
	add_type(d->base, false, "arm_smmu_device", FIELDS({ "base", 8 }, { "cbs", 16 }));
	add_type(d->base, false, "arm_smmu_device",
		 FIELDS({ "base", 24 }, { "cmdq", 32 }, { "strtab_cfg", 40 }));
	put_base(d);
	assert_int_equal(layout_resolve(layout, &d->target, &v2, &answer).status, STATUS_OK);
	assert_int_equal(answer.member.offset, 8);
	assert_int_equal(answer.source, FROM_NAMELIST);
	assert_int_equal(d->nr_reads, 0);
	assert_int_equal(layout_resolve(layout, &d->target, &v3, &answer).status, STATUS_OK);
	assert_int_equal(answer.member.offset, 24);
	assert_int_equal(answer.source, FROM_BTF);
	assert_null(answer.module);
	assert_int_equal(layout_resolve(layout, &d->target, &cmdq, &answer).status, STATUS_OK);
	assert_int_equal(answer.member.offset, 32);
	assert_int_equal(layout_resolve(layout, &d->target, &gone, &answer).status, STATUS_MISSING);
	assert_int_equal(layout_resolve(layout, &d->target, &none, &answer).status, STATUS_MISSING);
	layout_release(layout);
	free(layout);
	free_dump(d);
}

/* A row without a witness: what the namelist says of a type that it has is believed, and the dump
 * is not read for it. */
static void test_no_witness(void **state)
{
	struct dump *d = new_dump();
	struct layout *layout = calloc(1, sizeof(*layout));

	(void)state;
	knows(d, NULL, "iommu_group", "domain", 8);
	add_type(d->base, false, "iommu_group", FIELDS({ "domain", 80 }, { "owner", 88 }));
	put_base(d);
	assert_int_equal(offset_of(layout, d, M_GROUP_DOMAIN), 8);
	assert_int_equal(offset_of(layout, d, M_GROUP_OWNER), -1);
	assert_int_equal(d->nr_reads, 0);
	layout_release(layout);
	free(layout);
	free_dump(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	   cmocka_unit_test(test_vmlinux),
		cmocka_unit_test(test_modules),	   cmocka_unit_test(test_every_pair),
		cmocka_unit_test(test_questions),  cmocka_unit_test(test_vmlinux_rows),
		cmocka_unit_test(test_no_witness),
	};

	return cmocka_run_group_tests_name("structs that share a name", tests, NULL, NULL);
}
