// SPDX-License-Identifier: GPL-2.0-or-later
/* The firmware's table: a real one, one of every kind of block and entry, and every damage. */
#include "unit.h"

#include "format/amd/ivrs.h"
#include "kernel/amd/ivrs.h"

/* QEMU's, of a guest with an AMD-Vi and two functions behind a root port. */
static const uint8_t qemu_table[124] = {
	0x49, 0x56, 0x52, 0x53, 0x7c, 0x00, 0x00, 0x00, 0x01, 0xfd, 0x42, 0x4f, 0x43, 0x48, 0x53, 0x20,
	0x42, 0x58, 0x50, 0x43, 0x20, 0x20, 0x20, 0x20, 0x01, 0x00, 0x00, 0x00, 0x42, 0x58, 0x50, 0x43,
	0x01, 0x00, 0x00, 0x00, 0x00, 0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x10, 0xd1, 0x4c, 0x00, 0x08, 0x00, 0x40, 0x00, 0x00, 0x00, 0xd8, 0xfe, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x44, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x00, 0x00,
	0x02, 0x10, 0x00, 0x00, 0x02, 0x18, 0x00, 0x00, 0x02, 0x20, 0x00, 0x00, 0x02, 0xf8, 0x00, 0x00,
	0x02, 0xfa, 0x00, 0x00, 0x02, 0xfb, 0x00, 0x00, 0x02, 0x00, 0xa0, 0x00, 0x03, 0x00, 0xa1, 0x00,
	0x04, 0xff, 0xa1, 0x00, 0x48, 0x00, 0x00, 0x00, 0x00, 0xa0, 0x00, 0x01,
};

#define HEADER 48

/* ---- tables made by hand ---- */

struct made {
	uint8_t bytes[1024];
	uint32_t nr;
	uint32_t block; /* offset of the block being made */
};

static void put(struct made *m, uint64_t value, unsigned nr)
{
	assert_true(m->nr + nr <= sizeof(m->bytes));
	for (unsigned i = 0; i < nr; i++)
		m->bytes[m->nr++] = (uint8_t)(value >> (8 * i));
}

static void poke(struct made *m, uint32_t at, uint64_t value, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++)
		m->bytes[at + i] = (uint8_t)(value >> (8 * i));
}

static void start_table(struct made *m)
{
	memset(m, 0, sizeof(*m));
	memcpy(m->bytes, "IVRS", 4);
	m->bytes[8] = 2;
	memcpy(m->bytes + 10, "OEMOEMTABLE-ID", 14);
	m->nr = HEADER;
}

static void finish_block(struct made *m)
{
	poke(m, m->block + 2, m->nr - m->block, 2);
}

static void finish_table(struct made *m)
{
	uint8_t sum = 0;

	poke(m, 4, m->nr, 4);
	m->bytes[9] = 0;
	for (uint32_t i = 0; i < m->nr; i++)
		sum = (uint8_t)(sum + m->bytes[i]);
	m->bytes[9] = (uint8_t)-sum;
}

static void start_ivhd(struct made *m, uint8_t type, uint16_t segment)
{
	m->block = m->nr;
	put(m, type, 1);
	put(m, 0x30, 1); /* IotlbSup, Coherent */
	put(m, 0, 2);
	put(m, 0x0002, 2);
	put(m, 0x64, 2);
	put(m, 0xfeb80000, 8);
	put(m, segment, 2);
	put(m, 0, 2);
	put(m, 1, 4); /* HATDis in 11h and 40h, XTSup in 10h */
	if (type == IVHD_10)
		return;
	put(m, 0x58f77ef22294ade, 8);
	put(m, 0x10, 8);
}

static void put4(struct made *m, uint8_t type, uint16_t devid, uint8_t settings)
{
	put(m, type, 1);
	put(m, devid, 2);
	put(m, settings, 1);
}

static void put8(struct made *m, uint8_t type, uint16_t devid, uint8_t settings, uint32_t more)
{
	put4(m, type, devid, settings);
	put(m, more, 4);
}

static void open_made(struct made *m, struct ivrs_table *table)
{
	finish_table(m);
	assert_int_equal(amd_ivrs_open(m->bytes, m->nr, table), IVRS_OK);
}

static void only_block(const struct ivrs_table *table, struct ivrs_block *block)
{
	memset(block, 0, sizeof(*block));
	assert_true(amd_ivrs_next_block(table, block));
}

/* ---- the real one ---- */

static void test_qemu_header(void **state)
{
	struct ivrs_table table;

	(void)state;
	assert_int_equal(amd_ivrs_open(qemu_table, sizeof(qemu_table), &table), IVRS_OK);
	assert_true(table.acpi.checksum_ok);
	assert_int_equal(table.acpi.length, 124);
	assert_int_equal(table.acpi.revision, 1);
	assert_string_equal(table.acpi.oem_id, "BOCHS ");
	assert_string_equal(table.acpi.oem_table_id, "BXPC    ");
	assert_int_equal(field_get(record_field(&amd_ivinfo_record, "pa_size"), &table.ivinfo), 40);
}

static void test_qemu_block(void **state)
{
	struct ivrs_table table;
	struct ivrs_block block = { 0 };

	(void)state;
	amd_ivrs_open(qemu_table, sizeof(qemu_table), &table);
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_int_equal(block.type, IVHD_10);
	assert_true(block.is_ivhd && !block.has_efr);
	assert_int_equal(block.sbdf, 0x8);
	assert_true(block.mmio_pa == 0xfed80000);
	assert_int_equal(block.fault, IVRS_OK);
	assert_true(field_get(record_field(block.record, "ga_sup"), block.words));
	assert_true(field_get(record_field(block.record, "gt_sup"), block.words));
	assert_int_equal(field_get(record_field(block.record, "cap_offset"), block.words), 0x40);
	assert_false(amd_ivrs_next_block(&table, &block));
}

static void test_qemu_entries(void **state)
{
	static const uint16_t selected[] = { 0x0, 0x8, 0x10, 0x18, 0x20, 0xf8, 0xfa, 0xfb, 0xa000 };
	struct ivrs_entry entry = { 0 };
	struct ivrs_table table;
	struct ivrs_block block;

	(void)state;
	amd_ivrs_open(qemu_table, sizeof(qemu_table), &table);
	only_block(&table, &block);
	for (size_t i = 0; i < sizeof(selected) / sizeof(selected[0]); i++) {
		assert_true(amd_ivrs_next_entry(&block, &entry));
		check(entry.type == IVRS_SELECT && entry.first == selected[i] && !entry.fault,
		      "entry %zu", i);
	}
	assert_true(amd_ivrs_next_entry(&block, &entry));
	assert_int_equal(entry.type, IVRS_RANGE_START);
	assert_true(amd_ivrs_next_entry(&block, &entry));
	assert_int_equal(entry.type, IVRS_RANGE_END);
	assert_int_equal(entry.first, 0xa100);
	assert_int_equal(entry.last, 0xa1ff);
	assert_true(amd_ivrs_next_entry(&block, &entry));
	assert_string_equal(entry.name, "SPECIAL");
	assert_int_equal(entry.first, 0xa0);
	assert_int_equal(field_get(record_field(entry.record, "variety"), entry.words), 1);
	assert_false(amd_ivrs_next_entry(&block, &entry));
}

/* Whether the blocks of the first one's type serve the device, and the id that it is seen with. */
static bool covers(const struct ivrs_table *table, uint16_t devid, uint16_t *alias)
{
	struct ivrs_service service;
	struct ivrs_block block;

	only_block(table, &block);
	amd_ivrs_serve(table, block.type, devid, &service);
	*alias = service.alias;
	return service.covered;
}

static void test_qemu_coverage(void **state)
{
	struct ivrs_table table;
	uint16_t alias;

	(void)state;
	amd_ivrs_open(qemu_table, sizeof(qemu_table), &table);
	assert_true(covers(&table, 0xa101, &alias));
	assert_int_equal(alias, 0xa101);
	assert_true(covers(&table, 0xa1ff, &alias));
	assert_true(covers(&table, 0xa0, &alias));
	assert_false(covers(&table, 0xa200, &alias));
	assert_false(covers(&table, 0x28, &alias));
}

/* ---- one of each ---- */

static void put_hid(struct made *m, uint8_t format, const char *uid, uint8_t nr)
{
	put4(m, IVRS_ACPI_HID, 0x0098, 0x40);
	memcpy(m->bytes + m->nr, "AMDI0020", 8);
	memcpy(m->bytes + m->nr + 8, "PNP0D10", 7);
	m->nr += 16;
	put(m, format, 1);
	put(m, nr, 1);
	memcpy(m->bytes + m->nr, uid, nr);
	m->nr += nr;
}

static void put_every_entry(struct made *m)
{
	put4(m, IVRS_PAD4, 0, 0);
	put4(m, IVRS_ALL, 0, 0xf7);
	put4(m, IVRS_SELECT, 0x0100, 0x01);
	put4(m, IVRS_RANGE_START, 0x0200, 0);
	put4(m, IVRS_RANGE_END, 0x02ff, 0);
	put8(m, IVRS_PAD8, 0, 0, 0);
	put8(m, IVRS_ALIAS, 0x0300, 0, 0x0400 << 8);
	put8(m, IVRS_ALIAS_RANGE, 0x0500, 0, 0x0600 << 8);
	put4(m, IVRS_RANGE_END, 0x051f, 0);
	put8(m, IVRS_EXT_SELECT, 0x0700, 0, 1u << 31);
	put8(m, IVRS_EXT_RANGE, 0x0800, 0, 0);
	put4(m, IVRS_RANGE_END, 0x080f, 0);
	put8(m, IVRS_SPECIAL, 0, 0xd7, 2u << 24 | 0x00a0 << 8 | 0);
	put_hid(m, 2, "\\_SB.FUR0", 9);
	put_hid(m, 1, "\x2a\0\0\0\0\0\0\0", 8);
	put_hid(m, 0, "", 0);
}

static const uint8_t every_type[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x40, 0x42, 0x43,
				      0x04, 0x46, 0x47, 0x04, 0x48, 0xf0, 0xf0, 0xf0 };

static void test_every_entry(void **state)
{
	static const uint8_t types[] = { IVHD_10, IVHD_11, IVHD_40 };

	(void)state;
	for (size_t t = 0; t < 3; t++) {
		struct ivrs_entry entry = { 0 };
		struct ivrs_table table;
		struct ivrs_block block;
		struct made m;

		start_table(&m);
		start_ivhd(&m, types[t], 1);
		put_every_entry(&m);
		finish_block(&m);
		open_made(&m, &table);
		only_block(&table, &block);
		assert_int_equal(block.sbdf, 0x10002);
		for (size_t i = 0; i < sizeof(every_type); i++) {
			check(amd_ivrs_next_entry(&block, &entry), "block %zu entry %zu", t, i);
			check(entry.type == every_type[i] && entry.record && entry.name &&
				      !entry.fault, "block %zu entry %zu", t, i);
		}
		assert_false(amd_ivrs_next_entry(&block, &entry));
	}
}

static void nth_entry(const struct ivrs_block *block, unsigned nth, struct ivrs_entry *entry)
{
	memset(entry, 0, sizeof(*entry));
	for (unsigned i = 0; i <= nth; i++)
		assert_true(amd_ivrs_next_entry(block, entry));
}

static void test_entry_meanings(void **state)
{
	struct ivrs_entry entry;
	struct ivrs_table table;
	struct ivrs_block block;
	struct made m;

	(void)state;
	start_table(&m);
	start_ivhd(&m, IVHD_11, 0);
	put_every_entry(&m);
	finish_block(&m);
	open_made(&m, &table);
	only_block(&table, &block);
	assert_true(block.has_efr);
	assert_true(block.efr == 0x58f77ef22294ade && block.efr2 == 0x10);
	assert_true(field_get(record_field(block.record, "hat_dis"), block.words));

	nth_entry(&block, 1, &entry);
	assert_int_equal(entry.settings, 0xf7);
	assert_int_equal(record_reserved_bit(entry.record, entry.words), -1);
	assert_true(entry.first == 0 && entry.last == 0xffff && !entry.has_device);
	nth_entry(&block, 6, &entry);
	assert_true(entry.has_alias && entry.first == 0x300 && entry.alias == 0x400);
	nth_entry(&block, 8, &entry);
	assert_true(entry.has_alias && entry.alias == 0x600);
	assert_true(entry.first == 0x500 && entry.last == 0x51f);
	nth_entry(&block, 9, &entry);
	assert_true(field_get(record_field(entry.record, "ats_disabled"), entry.words));
	nth_entry(&block, 11, &entry);
	assert_true(!entry.has_alias && entry.first == 0x800 && entry.last == 0x80f);
	nth_entry(&block, 13, &entry);
	assert_string_equal(entry.hid, "AMDI0020");
	assert_string_equal(entry.cid, "PNP0D10");
	assert_string_equal(entry.uid, "\\_SB.FUR0");
	assert_int_equal(entry.first, 0x98);
	nth_entry(&block, 14, &entry);
	assert_true(entry.uid_format == 1 && entry.uid_number == 42);
}

static void test_alias_coverage(void **state)
{
	struct ivrs_table table;
	struct made m;
	uint16_t alias;

	(void)state;
	start_table(&m);
	start_ivhd(&m, IVHD_10, 0);
	put8(&m, IVRS_ALIAS, 0x0300, 0, 0x0400 << 8);
	put8(&m, IVRS_ALIAS_RANGE, 0x0500, 0, 0x0600 << 8);
	put4(&m, IVRS_RANGE_END, 0x051f, 0);
	finish_block(&m);
	open_made(&m, &table);
	assert_true(covers(&table, 0x300, &alias) && alias == 0x400);
	assert_true(covers(&table, 0x400, &alias) && alias == 0x400);
	assert_true(covers(&table, 0x510, &alias) && alias == 0x600);
	assert_true(covers(&table, 0x600, &alias) && alias == 0x600);
	assert_false(covers(&table, 0x520, &alias));
}

/* Only entries with an alias write the alias table of Linux, and every entry that names a device its unit. */
static void test_alias_is_sticky(void **state)
{
	struct ivrs_service service;
	struct ivrs_table table;
	struct made m;
	uint32_t first, second;

	(void)state;
	start_table(&m);
	start_ivhd(&m, IVHD_10, 0);
	first = m.block;
	put8(&m, IVRS_ALIAS, 0x0300, 0, 0x0400 << 8);
	put8(&m, IVRS_ALIAS, 0x0500, 0, 0x0600 << 8);
	put8(&m, IVRS_ALIAS, 0x0700, 0, 0x0800 << 8);
	put4(&m, IVRS_RANGE_START, 0x0200, 0); /* plain entries over it */
	put4(&m, IVRS_RANGE_END, 0x0aff, 0);
	put4(&m, IVRS_ALL, 0, 0);
	finish_block(&m);
	start_ivhd(&m, IVHD_11, 0); /* of a type that is not taken */
	put8(&m, IVRS_ALIAS, 0x0300, 0, 0x0900 << 8);
	put4(&m, IVRS_SELECT, 0x0500, 0);
	finish_block(&m);
	start_ivhd(&m, IVHD_10, 1); /* of another segment */
	put8(&m, IVRS_ALIAS, 0x0300, 0, 0x0900 << 8);
	finish_block(&m);
	start_ivhd(&m, IVHD_10, 0); /* a later unit that names some of them */
	second = m.block;
	put4(&m, IVRS_SELECT, 0x0300, 0);
	put8(&m, IVRS_ALIAS, 0x0500, 0, 0x0500 << 8); /* itself: takes the alias away */
	finish_block(&m);
	open_made(&m, &table);

	amd_ivrs_serve(&table, IVHD_10, 0x300, &service);
	assert_true(service.covered && service.block == second && service.alias == 0x400);
	amd_ivrs_serve(&table, IVHD_10, 0x500, &service);
	assert_true(service.covered && service.block == second && service.alias == 0x500);
	amd_ivrs_serve(&table, IVHD_10, 0x700, &service);
	assert_true(service.covered && service.block == first && service.alias == 0x800);
	amd_ivrs_serve(&table, IVHD_10, 0x10300, &service);
	assert_true(service.covered && service.alias == 0x900);
	amd_ivrs_serve(&table, IVHD_10, 0x20300, &service);
	assert_true(!service.covered && service.alias == 0x300);
}

/* What stands between the start and the end of a range, and an end without a start. */
static void test_open_ranges(void **state)
{
	struct ivrs_table table;
	struct made m;
	uint16_t alias;

	(void)state;
	start_table(&m);
	start_ivhd(&m, IVHD_10, 0);
	put8(&m, IVRS_ALIAS_RANGE, 0x0500, 0, 0x0600 << 8);
	put8(&m, IVRS_ALIAS, 0x0100, 0, 0x0700 << 8);
	put4(&m, IVRS_RANGE_END, 0x051f, 0);
	put4(&m, IVRS_RANGE_END, 0x052f, 0); /* from where the last one started */
	finish_block(&m);
	open_made(&m, &table);
	assert_true(covers(&table, 0x500, &alias) && alias == 0x700);
	assert_true(covers(&table, 0x52f, &alias) && alias == 0x700);
	assert_false(covers(&table, 0x600, &alias));
	assert_true(covers(&table, 0x700, &alias));
}

/* Linux takes ACPI devices from blocks of type 40h alone. */
static void test_acpi_device_coverage(void **state)
{
	static const uint8_t types[] = { IVHD_10, IVHD_11, IVHD_40 };

	(void)state;
	for (size_t i = 0; i < sizeof(types); i++) {
		struct ivrs_table table;
		struct made m;
		uint16_t alias;

		start_table(&m);
		start_ivhd(&m, types[i], 0);
		put_hid(&m, 0, "", 0);
		finish_block(&m);
		open_made(&m, &table);
		assert_int_equal(covers(&table, 0x98, &alias), types[i] == IVHD_40);
	}
}

static void put_ivmd(struct made *m, uint8_t type, uint8_t flags, uint16_t first, uint16_t last)
{
	m->block = m->nr;
	put(m, type, 1);
	put(m, flags, 1);
	put(m, 32, 2);
	put(m, first, 2);
	put(m, last, 2);
	put(m, 0, 8);
	put(m, 0x7e000000, 8);
	put(m, 0x20000, 8);
}

static void test_ivmd(void **state)
{
	struct ivrs_block block = { 0 };
	struct ivrs_table table;
	struct made m;

	(void)state;
	start_table(&m);
	put_ivmd(&m, IVMD_ALL, 0x07, 0x1234, 0x5678);
	put_ivmd(&m, IVMD_ONE, 0x03, 0x0100, 0x5678);
	put_ivmd(&m, IVMD_RANGE, 0x08, 0x0200, 0x02ff);
	open_made(&m, &table);
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_true(block.is_ivmd && block.unity && !block.exclusion);
	assert_true(block.first == 0 && block.last == 0xffff);
	assert_true(block.start == 0x7e000000 && block.bytes == 0x20000);
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_true(block.first == 0x100 && block.last == 0x100);
	assert_false(field_get(record_field(block.record, "iw"), block.words));
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_true(block.exclusion && !block.unity);
	assert_true(block.first == 0x200 && block.last == 0x2ff);
	assert_false(amd_ivrs_next_block(&table, &block));
}

/* Type 51h: read as an IVMD 21h, which it repeats; of another length, nobody knows what it is. */
static void test_ivmd_again(void **state)
{
	struct ivrs_block block = { 0 };
	struct ivrs_table table;
	struct made m;
	uint32_t first;

	(void)state;
	start_table(&m);
	first = m.nr;
	put_ivmd(&m, IVMD_ONE, 0x08, 0x0200, 0);
	put_ivmd(&m, IVMD_ONE_AGAIN, 0x08, 0x0200, 0);
	put_ivmd(&m, IVMD_ONE_AGAIN, 0x08, 0x0201, 0x5678);
	put_ivmd(&m, IVMD_ONE_AGAIN, 0x08, 0x0200, 0);
	put(&m, 0, 8);
	poke(&m, m.block + 2, 40, 2);
	open_made(&m, &table);
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_true(block.is_ivmd && block.exclusion && block.record && !block.fault);
	assert_true(block.first == 0x200 && block.last == 0x200);
	assert_true(block.start == 0x7e000000 && block.bytes == 0x20000);
	assert_int_equal(amd_ivmd_twin(&block), first);
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_true(block.is_ivmd && block.first == 0x201 && block.last == 0x201);
	assert_int_equal(amd_ivmd_twin(&block), 0);
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_true(!block.is_ivmd && !block.record && block.length == 40);
	assert_int_equal(block.fault, IVRS_UNKNOWN_TYPE);
	assert_false(ivrs_is_damage(block.fault));
	assert_int_equal(amd_ivmd_twin(&block), 0);
	assert_false(amd_ivrs_next_block(&table, &block));
}

/* A block that is cut off at the end of the table has no twin: its bytes are not looked for behind the end. */
static void test_ivmd_cut_off(void **state)
{
	struct ivrs_block block = { 0 };
	struct ivrs_table table;
	struct made m;
	uint32_t nr;
	uint8_t *exact;

	(void)state;
	start_table(&m);
	put_ivmd(&m, IVMD_ONE, 0x08, 0x0200, 0);
	put_ivmd(&m, IVMD_ONE, 0x08, 0x0200, 0);
	finish_table(&m);
	nr = m.nr - 20;
	exact = malloc(nr);
	assert_non_null(exact);
	memcpy(exact, m.bytes, nr);
	assert_int_equal(amd_ivrs_open(exact, nr, &table), IVRS_BAD_LENGTH);
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_true(block.is_ivmd && !block.record && block.fault);
	assert_int_equal(amd_ivmd_twin(&block), 0);
	free(exact);
}

/* ---- damage ---- */

static void test_header_damage(void **state)
{
	struct ivrs_table table;
	uint8_t bytes[sizeof(qemu_table)];

	(void)state;
	assert_int_equal(amd_ivrs_open(qemu_table, 47, &table), IVRS_NO_HEADER);
	assert_int_equal(amd_ivrs_open(qemu_table, 100, &table), IVRS_BAD_LENGTH);
	assert_int_equal(table.acpi.nr_bytes, 100);
	memcpy(bytes, qemu_table, sizeof(bytes));
	bytes[60] ^= 1;
	assert_int_equal(amd_ivrs_open(bytes, sizeof(bytes), &table), IVRS_BAD_CHECKSUM);
	assert_false(table.acpi.checksum_ok);
	bytes[0] = 'D';
	assert_int_equal(amd_ivrs_open(bytes, sizeof(bytes), &table), IVRS_NO_HEADER);
}

/* The first block of the real table after its length was changed. */
static enum ivrs_fault fault_with_length(uint16_t length, bool *more)
{
	static uint8_t bytes[sizeof(qemu_table)];
	struct ivrs_block block = { 0 };
	struct ivrs_table table;
	enum ivrs_fault fault;

	memcpy(bytes, qemu_table, sizeof(bytes));
	bytes[HEADER + 2] = (uint8_t)length;
	bytes[HEADER + 3] = (uint8_t)(length >> 8);
	amd_ivrs_open(bytes, sizeof(bytes), &table);
	assert_true(amd_ivrs_next_block(&table, &block));
	fault = block.fault;
	*more = amd_ivrs_next_block(&table, &block);
	return fault;
}

static void test_block_lengths(void **state)
{
	bool more;

	(void)state;
	assert_int_equal(fault_with_length(0, &more), IVRS_LENGTH_ZERO);
	assert_false(more);
	assert_int_equal(fault_with_length(3, &more), IVRS_LENGTH_ZERO);
	assert_int_equal(fault_with_length(8, &more), IVRS_TOO_SHORT);
	assert_true(more);
	assert_int_equal(fault_with_length(77, &more), IVRS_PAST_TABLE);
	assert_false(more);
	assert_int_equal(fault_with_length(0xffff, &more), IVRS_PAST_TABLE);
	assert_int_equal(fault_with_length(76, &more), IVRS_OK);
}

static void test_unknown_block(void **state)
{
	struct ivrs_block block = { 0 };
	struct ivrs_table table;
	struct made m;

	(void)state;
	start_table(&m);
	m.block = m.nr;
	put(&m, 0x55, 1);
	put(&m, 0, 1);
	put(&m, 12, 2);
	put(&m, 0, 8);
	put_ivmd(&m, IVMD_ALL, 1, 0, 0);
	open_made(&m, &table);
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_int_equal(block.fault, IVRS_UNKNOWN_TYPE);
	assert_null(block.record);
	assert_true(amd_ivrs_next_block(&table, &block));
	assert_true(block.is_ivmd);
}

/* The only entry of a block, whatever bytes it is made of. */
static void one_entry(struct made *m, struct ivrs_entry *entry)
{
	struct ivrs_table table;
	struct ivrs_block block;

	finish_block(m);
	open_made(m, &table);
	only_block(&table, &block);
	memset(entry, 0, sizeof(*entry));
	assert_true(amd_ivrs_next_entry(&block, entry));
}

static void test_entry_damage(void **state)
{
	struct ivrs_entry entry;
	struct made m;

	(void)state;
	start_table(&m); /* an alias of which half is there */
	start_ivhd(&m, IVHD_10, 0);
	put4(&m, IVRS_ALIAS, 0x100, 0);
	one_entry(&m, &entry);
	assert_int_equal(entry.fault, IVRS_PAST_BLOCK);
	assert_null(entry.record);

	start_table(&m); /* a UID that is longer than its block */
	start_ivhd(&m, IVHD_40, 0);
	put_hid(&m, 2, "ABCD", 4);
	m.bytes[m.nr - 5] = 200;
	one_entry(&m, &entry);
	assert_int_equal(entry.fault, IVRS_PAST_BLOCK);

	start_table(&m); /* F0h in the last byte of its block */
	start_ivhd(&m, IVHD_40, 0);
	put(&m, IVRS_ACPI_HID, 1);
	one_entry(&m, &entry);
	assert_int_equal(entry.fault, IVRS_PAST_BLOCK);

	start_table(&m); /* a type whose length is known, and one whose is not */
	start_ivhd(&m, IVHD_10, 0);
	put4(&m, 0x3f, 0x100, 0);
	put4(&m, 0x90, 0x100, 0);
	one_entry(&m, &entry);
	assert_int_equal(entry.fault, IVRS_UNKNOWN_TYPE);
	assert_true(entry.next != 0);

	start_table(&m);
	start_ivhd(&m, IVHD_10, 0);
	put4(&m, 0x90, 0x100, 0);
	one_entry(&m, &entry);
	assert_int_equal(entry.fault, IVRS_UNKNOWN_LENGTH);
	assert_int_equal(entry.next, 0);
}

static void test_range_damage(void **state)
{
	struct ivrs_entry entry;
	struct ivrs_table table;
	struct ivrs_block block;
	struct made m;
	uint16_t alias;

	(void)state;
	start_table(&m);
	start_ivhd(&m, IVHD_10, 0);
	put4(&m, IVRS_RANGE_END, 0x100, 0);
	put4(&m, IVRS_RANGE_START, 0x300, 0);
	put4(&m, IVRS_RANGE_START, 0x200, 0);
	put4(&m, IVRS_RANGE_END, 0x1ff, 0);
	finish_block(&m);
	open_made(&m, &table);
	only_block(&table, &block);
	nth_entry(&block, 0, &entry);
	assert_int_equal(entry.fault, IVRS_RANGE_NOT_OPEN);
	nth_entry(&block, 2, &entry);
	assert_int_equal(entry.fault, IVRS_RANGE_OPEN);
	nth_entry(&block, 3, &entry);
	assert_int_equal(entry.fault, IVRS_RANGE_OPEN);
	/* Linux starts a range that did not start at the id where the last one did, or at 0. */
	for (unsigned devid = 0; devid < 0x400; devid++)
		assert_int_equal(covers(&table, (uint16_t)devid, &alias), devid <= 0x100);
}

/* Goes through everything; returns how many things there were. */
static unsigned tour(const uint8_t *bytes, size_t nr)
{
	struct ivrs_block block = { 0 };
	struct ivrs_table table;
	unsigned things = 0;

	if (amd_ivrs_open(bytes, nr, &table) == IVRS_NO_HEADER)
		return 0;
	while (amd_ivrs_next_block(&table, &block)) {
		struct ivrs_entry entry = { 0 };

		things++;
		while (amd_ivrs_next_entry(&block, &entry))
			things++;
	}
	return things;
}

/* Every byte of a table changed to everything, in memory that ends where the table does. */
static void test_any_byte(void **state)
{
	struct made m;
	uint8_t *bytes;

	(void)state;
	start_table(&m);
	start_ivhd(&m, IVHD_40, 0);
	put_every_entry(&m);
	finish_block(&m);
	put_ivmd(&m, IVMD_RANGE, 3, 0x100, 0x200);
	finish_table(&m);
	bytes = malloc(m.nr);
	for (uint32_t at = 0; at < m.nr; at++) {
		for (unsigned value = 0; value < 256; value++) {
			memcpy(bytes, m.bytes, m.nr);
			bytes[at] = (uint8_t)value;
			check(tour(bytes, m.nr) <= m.nr, "byte %u is %u", at, value);
		}
	}
	free(bytes);
}

/* Cut off anywhere. */
static void test_any_length(void **state)
{
	(void)state;
	for (size_t nr = 0; nr <= sizeof(qemu_table); nr++) {
		uint8_t *bytes = malloc(nr ? nr : 1);

		memcpy(bytes, qemu_table, nr);
		check(tour(bytes, nr) <= nr, "%zu bytes", nr);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_qemu_header),
		cmocka_unit_test(test_qemu_block),
		cmocka_unit_test(test_qemu_entries),
		cmocka_unit_test(test_qemu_coverage),
		cmocka_unit_test(test_every_entry),
		cmocka_unit_test(test_entry_meanings),
		cmocka_unit_test(test_alias_coverage),
		cmocka_unit_test(test_alias_is_sticky),
		cmocka_unit_test(test_open_ranges),
		cmocka_unit_test(test_acpi_device_coverage),
		cmocka_unit_test(test_ivmd),
		cmocka_unit_test(test_ivmd_again),
		cmocka_unit_test(test_ivmd_cut_off),
		cmocka_unit_test(test_header_damage),
		cmocka_unit_test(test_block_lengths),
		cmocka_unit_test(test_unknown_block),
		cmocka_unit_test(test_entry_damage),
		cmocka_unit_test(test_range_damage),
		cmocka_unit_test(test_any_byte),
		cmocka_unit_test(test_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
