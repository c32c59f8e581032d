// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `iommu acpi` at every depth, as text and as JSON, with any bytes as the firmware's table: an IVRS beside AMD units
 * that run, a DMAR beside VT-d units, so that each table is compared with what the drivers have.
 */
#include "command.h"
#include "input.h"
#include "mem_files.h"

#define TABLE_PA   0x7000000ULL
#define TABLE_MAX  2048u
#define LENGTH_AT  4
#define SUM_AT	   9

static struct machine {
	const char *mem, *sym, *signature;
	struct text_kernel kernel;
	uint64_t desc_address, desc_length; /* where the list of tables keeps both */
} machines[] = {
	{ .mem = "unity.mem", .sym = "v6.1.sym", .signature = "IVRS" },
	{ .mem = "acpi-dmar.mem", .sym = "vtd-6.1.sym", .signature = "DMAR" },
};

#define NR_MACHINES (sizeof(machines) / sizeof(machines[0]))

static const char *const lines[] = {
	"iommu acpi", "iommu acpi -j", "iommu acpi -vv", "iommu acpi -j", "iommu acpi -v", "iommu acpi -j", "iommu acpi",
	"iommu acpi -vv -j",
};

static uint64_t member_at(struct machine *m, const char *type, const char *path, uint64_t base)
{
	struct member member;
	struct target *target = &m->kernel.mem->target;

	must(target->ops->member(target, type, path, &member) == STATUS_OK, "%s has no %s.%s", m->mem, type, path);
	return base + member.offset;
}

/* The descriptor of the table in the list that the machine has. */
static void find_desc(struct machine *m)
{
	struct target *target = &m->kernel.mem->target;
	uint64_t tables, size;
	struct kva list;

	must(target_symbol(target, "acpi_gbl_root_table_list", &list) == STATUS_OK, "%s: no list", m->mem);
	must(text_kernel_word(&m->kernel, member_at(m, "acpi_table_list", "tables", list.v), &tables), "no tables");
	must(target->ops->type_size(target, "acpi_table_desc", &size) == STATUS_OK, "no size");
	for (unsigned i = 0; i < 8; i++, tables += size) {
		char signature[4];

		must(target_read_kva(target, kva_of(member_at(m, "acpi_table_desc", "signature", tables)), signature, 4) ==
			     STATUS_OK, "%s: no %s", m->mem, m->signature);
		if (memcmp(signature, m->signature, 4) == 0)
			break;
	}
	m->desc_address = member_at(m, "acpi_table_desc", "address", tables);
	m->desc_length = member_at(m, "acpi_table_desc", "length", tables);
}

static void write_kva(struct machine *m, uint64_t kva, const void *bytes, size_t len)
{
	struct pa pa;

	must(target_to_pa(&m->kernel.mem->target, kva_of(kva), &pa) == STATUS_OK, "%lx is nowhere", (unsigned long)kva);
	store_write(&m->kernel.mem->files->physical, pa.v, bytes, len);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const uint64_t table = TABLE_PA;

	(void)argc;
	(void)argv;
	for (unsigned i = 0; i < NR_MACHINES; i++) {
		struct machine *m = &machines[i];

		text_kernel_open(&m->kernel, m->mem, m->sym);
		find_desc(m);
		write_kva(m, m->desc_address, &table, sizeof(table));
		m->kernel.mem->knobs.is_dump = true; /* the inventory does not depend on the table */
	}
	return 0;
}

static void mend_header(struct machine *m, uint8_t *bytes, uint32_t nr, bool adds_up)
{
	uint8_t sum = 0;

	if (nr < 48)
		return;
	memcpy(bytes, m->signature, 4);
	memcpy(bytes + LENGTH_AT, &nr, 4);
	bytes[SUM_AT] = 0;
	for (uint32_t i = 0; i < nr && adds_up; i++)
		sum = (uint8_t)(sum + bytes[i]);
	bytes[SUM_AT] = (uint8_t)-sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t bytes[TABLE_MAX];
	struct input in = { data, size };
	uint8_t how = input_byte(&in);
	struct machine *m = &machines[how % NR_MACHINES];
	uint32_t nr = (uint32_t)(in.left < TABLE_MAX ? in.left : TABLE_MAX), said = nr;
	/* One machine writes the same place again and again: the store keeps a list of writes for other tests. */
	struct store *store = &m->kernel.mem->files->physical;
	size_t nr_writes = store->nr_writes;

	input_bytes(&in, bytes, sizeof(bytes));
	if (how & 0x40)
		mend_header(m, bytes, nr, how & 0x20);
	if (!(how & 0x80))
		said += how >> 5; /* the list of tables and the table disagree */
	store_write(store, TABLE_PA, bytes, sizeof(bytes));
	write_kva(m, m->desc_length, &said, sizeof(said));
	store->nr_writes = nr_writes;
	text_kernel_run_line(&m->kernel, lines[how >> 1 & 7]);
	return 0;
}
