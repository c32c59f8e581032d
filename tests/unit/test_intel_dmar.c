// SPDX-License-Identifier: GPL-2.0-or-later
/* The firmware's table: one of every kind of block and scope, the way over bridges, and every damage. */
#include "unit.h"

#include "format/intel/dmar.h"

#define HEADER 48

/* ---- tables made by hand ---- */

struct made {
	uint8_t bytes[2048];
	uint32_t nr;
	uint32_t block, scope; /* offsets of those being made */
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
	memcpy(m->bytes, "DMAR", 4);
	m->bytes[8] = 1;
	memcpy(m->bytes + 10, "OEMOEMTABLE-ID", 14);
	m->bytes[36] = 0x26;
	m->bytes[37] = 0x05; /* INTR_REMAP, DMA_CTRL_PLATFORM_OPT_IN */
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

static void open_made(struct made *m, struct dmar_table *table)
{
	finish_table(m);
	assert_int_equal(intel_dmar_open(m->bytes, m->nr, table), DMAR_OK);
}

static void start_block(struct made *m, uint16_t type)
{
	m->block = m->nr;
	put(m, type, 2);
	put(m, 0, 2);
}

/* Flags, a byte, the segment. */
static void put_segment(struct made *m, uint8_t flags, uint8_t second, uint16_t segment)
{
	put(m, flags, 1);
	put(m, second, 1);
	put(m, segment, 2);
}

static void put_scope(struct made *m, uint8_t type, uint8_t flags, uint8_t id, uint8_t bus)
{
	m->scope = m->nr;
	put(m, type, 1);
	put(m, 6, 1);
	put(m, flags, 1);
	put(m, 0, 1);
	put(m, id, 1);
	put(m, bus, 1);
}

static void put_step(struct made *m, uint8_t device, uint8_t function)
{
	put(m, device, 1);
	put(m, function, 1);
	poke(m, m->scope + 1, m->nr - m->scope, 1);
}

static void put_drhd(struct made *m, uint8_t flags, uint16_t segment, uint64_t base)
{
	start_block(m, DMAR_DRHD);
	put_segment(m, flags, 0, segment);
	put(m, base, 8);
}

/* ---- one of each ---- */

static void put_every_block(struct made *m)
{
	put_drhd(m, 0, 2, 0xfed90000);
	put_scope(m, 1, 0, 0, 0);
	put_step(m, 2, 0);
	put_scope(m, 2, 0, 0, 0x80);
	put_step(m, 1, 0);
	put_step(m, 3, 1);
	put_scope(m, 3, 0, 2, 0xf0);
	put_step(m, 0x1f, 0);
	put_scope(m, 4, 0, 1, 0xf0);
	put_step(m, 0x0f, 0);
	put_scope(m, 5, 0, 7, 0xf0);
	put_step(m, 0x15, 3);
	finish_block(m);
	start_block(m, DMAR_RMRR);
	put_segment(m, 0, 0, 2);
	put(m, 0xaae8c000, 8);
	put(m, 0xaaeabfff, 8);
	put_scope(m, 1, 0, 0, 0);
	put_step(m, 0x1d, 0);
	finish_block(m);
	start_block(m, DMAR_ATSR);
	put_segment(m, 1, 0, 2);
	finish_block(m);
	start_block(m, DMAR_RHSA);
	put(m, 0, 4);
	put(m, 0xfed90000, 8);
	put(m, 3, 4);
	finish_block(m);
	start_block(m, DMAR_ANDD);
	put(m, 0, 3);
	put(m, 7, 1);
	memcpy(m->bytes + m->nr, "\\_SB.PCI0.I2C0", 15);
	m->nr += 15;
	finish_block(m);
	start_block(m, DMAR_SATC);
	put_segment(m, 1, 0, 2);
	put_scope(m, 1, 0, 0, 0);
	put_step(m, 5, 0);
	finish_block(m);
	start_block(m, DMAR_SIDP);
	put_segment(m, 0, 0, 2);
	put_scope(m, 1, 0x1c, 0, 0);
	put_step(m, 2, 0);
	finish_block(m);
}

static void test_header(void **state)
{
	struct dmar_table table;
	struct made m;

	(void)state;
	start_table(&m);
	open_made(&m, &table);
	assert_true(table.acpi.checksum_ok);
	assert_int_equal(table.acpi.length, HEADER);
	assert_int_equal(table.acpi.revision, 1);
	assert_string_equal(table.acpi.oem_id, "OEMOEM");
	assert_string_equal(table.acpi.oem_table_id, "TABLE-ID");
	assert_int_equal(table.host_address_bits, 39);
	assert_true(record_get(&intel_dmar_record, "intr_remap", &table.header));
	assert_false(record_get(&intel_dmar_record, "x2apic_opt_out", &table.header));
	assert_true(record_get(&intel_dmar_record, "dma_ctrl_platform_opt_in", &table.header));
	assert_false(record_get(&intel_dmar_record, "dma_remap_opt_out", &table.header));
}

static void next_block(const struct dmar_table *table, struct dmar_block *block, const char *name)
{
	assert_true(intel_dmar_next_block(table, block));
	assert_int_equal(block->fault, DMAR_OK);
	assert_string_equal(block->name, name);
	assert_non_null(block->record);
	assert_int_equal(record_reserved_bit(block->record, block->words), -1);
}

static void test_every_block(void **state)
{
	struct dmar_block block = { 0 };
	struct dmar_scope scope = { 0 };
	struct dmar_table table;
	struct made m;

	(void)state;
	start_table(&m);
	put_every_block(&m);
	open_made(&m, &table);
	next_block(&table, &block, "DRHD");
	assert_true(block.mmio_pa == 0xfed90000 && block.segment == 2 && !block.all);
	next_block(&table, &block, "RMRR");
	assert_true(block.start == 0xaae8c000 && block.last == 0xaaeabfff && block.segment == 2);
	next_block(&table, &block, "ATSR");
	assert_true(block.all && block.segment == 2);
	assert_false(intel_dmar_next_scope(&block, &scope));
	next_block(&table, &block, "RHSA");
	assert_true(block.mmio_pa == 0xfed90000 && block.proximity_domain == 3 && !block.scopes);
	assert_false(intel_dmar_next_scope(&block, &scope));
	next_block(&table, &block, "ANDD");
	assert_int_equal(block.acpi_device, 7);
	assert_string_equal(block.acpi_name, "\\_SB.PCI0.I2C0");
	assert_false(intel_dmar_next_scope(&block, &scope));
	next_block(&table, &block, "SATC");
	assert_true(record_get(block.record, "atc_required", block.words));
	next_block(&table, &block, "SIDP");
	assert_true(intel_dmar_next_scope(&block, &scope));
	assert_true(record_get(scope.record, "atc_hardened", scope.words));
	assert_true(record_get(scope.record, "atc_required", scope.words));
	assert_false(record_get(scope.record, "nested_notallowed", scope.words));
	assert_false(intel_dmar_next_block(&table, &block));
}

static void test_every_scope(void **state)
{
	static const struct {
		uint8_t type;
		const char *name;
		uint8_t id, bus, nr_path, devfn[2];
	} expected[] = {
		{ 1, "endpoint", 0, 0, 1, { 0x10 } },	     { 2, "bridge", 0, 0x80, 2, { 0x08, 0x19 } },
		{ 3, "IOAPIC", 2, 0xf0, 1, { 0xf8 } },	     { 4, "HPET", 1, 0xf0, 1, { 0x78 } },
		{ 5, "ACPI device", 7, 0xf0, 1, { 0xab } },
	};
	struct dmar_block block = { 0 };
	struct dmar_scope scope = { 0 };
	struct dmar_table table;
	struct made m;

	(void)state;
	start_table(&m);
	put_every_block(&m);
	open_made(&m, &table);
	next_block(&table, &block, "DRHD");
	for (size_t i = 0; i < 5; i++) {
		assert_true(intel_dmar_next_scope(&block, &scope));
		check(scope.type == expected[i].type && !scope.fault && scope.record, "%zu", i);
		check(strcmp(scope.name, expected[i].name) == 0, "%zu", i);
		check(scope.enumeration_id == expected[i].id && scope.start_bus == expected[i].bus, "%zu",
		      i);
		check(scope.nr_path == expected[i].nr_path, "%zu", i);
		for (unsigned step = 0; step < scope.nr_path; step++)
			check(intel_dmar_path_devfn(&scope, step) == expected[i].devfn[step], "%zu", i);
		check(record_get(scope.record, "start_bus", scope.words) == expected[i].bus, "%zu", i);
		check(record_get(scope.record, "device", scope.words) == expected[i].devfn[0] >> 3, "%zu",
		      i);
	}
	assert_false(intel_dmar_next_scope(&block, &scope));
}

/* As Linux keeps it: the DRHD alone, in memory of its own. */
static void test_a_block_without_its_table(void **state)
{
	struct dmar_block block = { 0 };
	struct dmar_scope scope = { 0 };
	struct made m = { 0 };

	(void)state;
	put_drhd(&m, 1, 0, 0xfed91000);
	put_scope(&m, 3, 0, 2, 0xf0);
	put_step(&m, 0x1f, 0);
	finish_block(&m);
	assert_true(intel_dmar_lone_block(m.bytes, m.nr, &block));
	assert_true(block.mmio_pa == 0xfed91000 && block.all);
	assert_true(intel_dmar_next_scope(&block, &scope));
	assert_int_equal(scope.enumeration_id, 2);
	assert_false(intel_dmar_next_scope(&block, &scope));
	assert_false(intel_dmar_lone_block(m.bytes, 3, &block));
	/* Less of it than it says. */
	assert_true(intel_dmar_lone_block(m.bytes, 20, &block));
	assert_int_equal(block.fault, DMAR_PAST_TABLE);
	assert_true(block.mmio_pa == 0xfed91000);
}

/* ---- damage ---- */

static void test_header_damage(void **state)
{
	struct dmar_table table;
	struct made m;

	(void)state;
	start_table(&m);
	put_every_block(&m);
	finish_table(&m);
	assert_int_equal(intel_dmar_open(m.bytes, HEADER - 1, &table), DMAR_NO_HEADER);
	assert_int_equal(intel_dmar_open(m.bytes, 100, &table), DMAR_BAD_LENGTH);
	assert_int_equal(table.acpi.nr_bytes, 100);
	assert_false(table.acpi.checksum_ok);
	m.bytes[60] ^= 1;
	assert_int_equal(intel_dmar_open(m.bytes, m.nr, &table), DMAR_BAD_CHECKSUM);
	m.bytes[0] = 'I';
	assert_int_equal(intel_dmar_open(m.bytes, m.nr, &table), DMAR_NO_HEADER);
}

/* The DRHD of 24 bytes at the start, and a RMRR behind it, after the DRHD's length was changed. */
static enum dmar_fault fault_with_length(uint16_t length, bool *more)
{
	struct dmar_block block = { 0 };
	struct dmar_table table;
	enum dmar_fault fault;
	struct made m;

	start_table(&m);
	put_drhd(&m, 0, 0, 0xfed90000);
	put_scope(&m, 1, 0, 0, 0);
	put_step(&m, 2, 0);
	poke(&m, HEADER + 2, length, 2);
	finish_table(&m);
	intel_dmar_open(m.bytes, m.nr, &table);
	assert_true(intel_dmar_next_block(&table, &block));
	fault = block.fault;
	*more = intel_dmar_next_block(&table, &block);
	return fault;
}

static void test_block_lengths(void **state)
{
	bool more;

	(void)state;
	assert_int_equal(fault_with_length(24, &more), DMAR_OK);
	assert_false(more);
	assert_int_equal(fault_with_length(0, &more), DMAR_LENGTH_ZERO);
	assert_false(more);
	assert_int_equal(fault_with_length(3, &more), DMAR_LENGTH_ZERO);
	assert_int_equal(fault_with_length(8, &more), DMAR_TOO_SHORT);
	assert_true(more);
	assert_int_equal(fault_with_length(16, &more), DMAR_OK);
	assert_true(more);
	assert_int_equal(fault_with_length(25, &more), DMAR_PAST_TABLE);
	assert_false(more);
	assert_int_equal(fault_with_length(0xffff, &more), DMAR_PAST_TABLE);
}

static void test_unknown_block(void **state)
{
	struct dmar_block block = { 0 };
	struct dmar_scope scope = { 0 };
	struct dmar_table table;
	struct made m;

	(void)state;
	start_table(&m);
	start_block(&m, 7);
	put(&m, 0x11223344, 8);
	finish_block(&m);
	put_drhd(&m, 1, 0, 0xfed90000);
	finish_block(&m);
	open_made(&m, &table);
	assert_true(intel_dmar_next_block(&table, &block));
	assert_int_equal(block.fault, DMAR_UNKNOWN_TYPE);
	assert_null(block.record);
	assert_null(block.name);
	assert_false(intel_dmar_next_scope(&block, &scope));
	next_block(&table, &block, "DRHD");
}

static void test_names(void **state)
{
	struct dmar_block block = { 0 };
	struct dmar_table table;
	struct made m;

	(void)state;
	start_table(&m); /* a name up to the end of its block, without its zero */
	start_block(&m, DMAR_ANDD);
	put(&m, 1ULL << 24, 4);
	put(&m, 0x44434241, 4);
	finish_block(&m);
	start_block(&m, DMAR_ANDD); /* no name at all */
	put(&m, 2ULL << 24, 4);
	finish_block(&m);
	start_block(&m, DMAR_ANDD); /* one that is longer than what is kept of it */
	put(&m, 3ULL << 24, 4);
	memset(m.bytes + m.nr, 'x', 300);
	m.nr += 301;
	finish_block(&m);
	open_made(&m, &table);
	assert_true(intel_dmar_next_block(&table, &block));
	assert_int_equal(block.fault, DMAR_OPEN_NAME);
	assert_string_equal(block.acpi_name, "ABCD");
	assert_true(intel_dmar_next_block(&table, &block));
	assert_int_equal(block.fault, DMAR_OPEN_NAME);
	assert_string_equal(block.acpi_name, "");
	assert_true(intel_dmar_next_block(&table, &block));
	assert_int_equal(block.fault, DMAR_OK);
	assert_int_equal(strlen(block.acpi_name), DMAR_NAME_MAX);
}

/* The only scope of a block, with another length than its 8 bytes. */
static void one_scope(uint8_t type, uint8_t length, struct dmar_scope *scope, bool *more)
{
	static struct made m;
	struct dmar_block block = { 0 };
	struct dmar_table table;

	start_table(&m);
	put_drhd(&m, 0, 0, 0xfed90000);
	put_scope(&m, type, 0, 0, 0);
	put_step(&m, 2, 0);
	finish_block(&m);
	put_drhd(&m, 1, 0, 0xfed91000);
	finish_block(&m);
	m.bytes[m.scope + 1] = length;
	open_made(&m, &table);
	assert_true(intel_dmar_next_block(&table, &block));
	memset(scope, 0, sizeof(*scope));
	assert_true(intel_dmar_next_scope(&block, scope));
	*more = intel_dmar_next_scope(&block, &(struct dmar_scope){ .offset = scope->offset,
								      .next = scope->next });
}

static void test_scope_damage(void **state)
{
	struct dmar_scope scope;
	bool more;

	(void)state;
	one_scope(1, 8, &scope, &more);
	assert_int_equal(scope.fault, DMAR_OK);
	assert_false(more);
	one_scope(1, 0, &scope, &more);
	assert_int_equal(scope.fault, DMAR_LENGTH_ZERO);
	assert_null(scope.record);
	assert_false(more);
	one_scope(1, 5, &scope, &more);
	assert_int_equal(scope.fault, DMAR_LENGTH_ZERO);
	assert_false(more);
	one_scope(1, 6, &scope, &more);
	assert_int_equal(scope.fault, DMAR_NO_PATH);
	assert_true(more);
	one_scope(1, 7, &scope, &more);
	assert_int_equal(scope.fault, DMAR_NO_PATH);
	/* It must not reach into the next block. */
	one_scope(1, 9, &scope, &more);
	assert_int_equal(scope.fault, DMAR_PAST_BLOCK);
	assert_null(scope.record);
	assert_false(more);
	one_scope(1, 255, &scope, &more);
	assert_int_equal(scope.fault, DMAR_PAST_BLOCK);
	one_scope(6, 8, &scope, &more);
	assert_int_equal(scope.fault, DMAR_UNKNOWN_TYPE);
	assert_null(scope.name);
	assert_int_equal(scope.nr_path, 1);
	one_scope(0, 8, &scope, &more);
	assert_int_equal(scope.fault, DMAR_UNKNOWN_TYPE);
}

static void test_half_a_step(void **state)
{
	struct dmar_block block = { 0 };
	struct dmar_scope scope = { 0 };
	struct dmar_table table;
	struct made m;

	(void)state;
	start_table(&m);
	put_drhd(&m, 0, 0, 0xfed90000);
	put_scope(&m, 2, 0, 0, 0);
	put_step(&m, 1, 0);
	put(&m, 3, 1);
	poke(&m, m.scope + 1, m.nr - m.scope, 1);
	finish_block(&m);
	open_made(&m, &table);
	assert_true(intel_dmar_next_block(&table, &block));
	assert_true(intel_dmar_next_scope(&block, &scope));
	assert_int_equal(scope.fault, DMAR_ODD_PATH);
	assert_int_equal(scope.nr_path, 1);
}

static void test_every_fault_has_words(void **state)
{
	(void)state;
	assert_null(dmar_fault_text(DMAR_OK));
	for (enum dmar_fault fault = DMAR_NO_HEADER; fault <= DMAR_OPEN_NAME; fault++)
		check(dmar_fault_text(fault), "%d", fault);
}

/* ---- anything ---- */

/* Goes through all of a table that lies in memory of its own size: the sanitizer sees each byte too far. What is
 * returned is inside, and each step goes on. */
static void go_through(const uint8_t *bytes, size_t nr)
{
	uint8_t *copy = malloc(nr ? nr : 1);
	struct dmar_block block = { 0 };
	struct dmar_table table;
	unsigned steps = 0;

	memcpy(copy, bytes, nr);
	if (intel_dmar_open(copy, nr, &table) != DMAR_NO_HEADER) {
		while (intel_dmar_next_block(&table, &block)) {
			struct dmar_scope scope = { 0 };

			check(block.offset < nr && block.end <= nr && ++steps <= nr, "%u", block.offset);
			while (intel_dmar_next_scope(&block, &scope)) {
				check(scope.offset < block.end && ++steps <= 2 * nr, "%u", scope.offset);
				for (unsigned i = 0; i < scope.nr_path; i++)
					intel_dmar_path_devfn(&scope, i);
			}
		}
	}
	free(copy);
}

static void test_any_bytes(void **state)
{
	struct rng rng = { 9 };
	struct made whole;

	(void)state;
	start_table(&whole);
	put_every_block(&whole);
	finish_table(&whole);
	for (unsigned round = 0; round < 20000; round++) {
		struct made m = whole;
		size_t nr = rng_below(&rng, 4) ? m.nr : rng_below(&rng, m.nr + 1);

		for (unsigned i = rng_below(&rng, 6); i; i--)
			m.bytes[4 + rng_below(&rng, m.nr - 4)] = (uint8_t)rng_next(&rng);
		go_through(m.bytes, nr);
	}
}

/* ---- a table out of a file, for tests/mem/real-dmar.t ---- */

static void describe_fields(const struct record *record, const uint64_t *words)
{
	for (unsigned i = 0; record && i < record->nr_fields; i++) {
		const struct field *field = &record->fields[i];

		if (field->key)
			printf(" %s=%llx", field->key, (unsigned long long)field_get(field, words));
	}
	printf(" reserved=%d", record ? record_reserved_bit(record, words) : -1);
}

static void describe_scopes(const struct dmar_block *block)
{
	struct dmar_scope scope = { 0 };

	while (intel_dmar_next_scope(block, &scope)) {
		printf("scope offset=%x", scope.offset);
		describe_fields(scope.record, scope.words);
		printf(" path=");
		for (unsigned i = 0; i < scope.nr_path; i++)
			printf("%s%02x.%x", i ? "," : "", intel_dmar_path_devfn(&scope, i) >> 3,
			       intel_dmar_path_devfn(&scope, i) & 7);
		printf(" fault=%d\n", scope.fault);
	}
}

/* A line a block and scope: what was decoded, in hex. */
static int describe(const char *path)
{
	static uint8_t bytes[1 << 20];
	struct dmar_table table;
	struct dmar_block block = { 0 };
	FILE *file = fopen(path, "rb");
	size_t nr;

	if (!file)
		return 1;
	nr = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	intel_dmar_open(bytes, nr, &table);
	printf("table length=%x revision=%x", table.acpi.length, table.acpi.revision);
	describe_fields(&intel_dmar_record, &table.header);
	printf(" fault=%d\n", table.fault);
	while (table.fault != DMAR_NO_HEADER && intel_dmar_next_block(&table, &block)) {
		printf("block offset=%x", block.offset);
		describe_fields(block.record, block.words);
		printf(" name=%s fault=%d\n", block.acpi_name, block.fault);
		describe_scopes(&block);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_every_block),
		cmocka_unit_test(test_every_scope),
		cmocka_unit_test(test_a_block_without_its_table),
		cmocka_unit_test(test_header_damage),
		cmocka_unit_test(test_block_lengths),
		cmocka_unit_test(test_unknown_block),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_scope_damage),
		cmocka_unit_test(test_half_a_step),
		cmocka_unit_test(test_every_fault_has_words),
		cmocka_unit_test(test_any_bytes),
	};

	if (argc == 2)
		return describe(argv[1]);
	return cmocka_run_group_tests_name("intel_dmar", tests, NULL, NULL);
}
