// SPDX-License-Identifier: GPL-2.0-or-later
/* What only x86 kernels have: pci_sysdata, vmemmap_base, memory encryption, and APICs (apic.c). */
#include "apic.h"
#include "arch_list.h"

/* Linux arch/x86/include/asm/pci.h: pci_bus.sysdata points to it. */
static struct failure pci_segment(struct kernel *k, struct kva bus, uint64_t *ret)
{
	struct kva sysdata;
	struct failure failure = kernel_read_pointer(k, bus, M_PCI_BUS_SYSDATA, &sysdata);

	*ret = 0;
	if (!failed(failure) && !kva_is_null(sysdata))
		failure = kernel_read_member(k, sysdata, M_PCI_SYSDATA_DOMAIN, ret);
	return failure;
}

static struct failure page_struct(struct kernel *k, uint64_t pfn, struct kva *ret)
{
	uint64_t vmemmap, size;
	struct failure failure = kernel_read_variable(k, "vmemmap_base", 8, &vmemmap);

	if (failure.status == STATUS_MISSING)
		kernel_leave_unreported(k, failure);
	if (!failed(failure))
		failure = kernel_type_size(k, T_PAGE, &size);
	if (!failed(failure))
		*ret = kva_of(vmemmap + pfn * size);
	return failure;
}

/* Linux arch/x86/include/asm/pgtable_64_types.h: pgdir_shift is 48 with 5 levels, 39 with 4. */
static struct failure process_table(struct kernel *k, struct kva pgd, struct pt_root *ret)
{
	uint64_t pgdir_shift;
	bool five = !failed(kernel_read_variable(k, "pgdir_shift", 4, &pgdir_shift)) &&
		    pgdir_shift == 48;
	struct pa table;
	struct failure failure = kernel_to_pa(k, pgd, &table);

	if (!failed(failure))
		*ret = kernel_root(k, &x86_64_format, table, five ? 5 : 4);
	return failure;
}

/* Memory encryption puts a bit into every physical address that hardware follows. */
static uint64_t encryption_mask(struct kernel *k)
{
	uint64_t mask;

	return failed(kernel_read_variable(k, "sme_me_mask", 8, &mask)) ? 0 : mask;
}

static const uint8_t page_lg2[] = { 12, 21, 30, 0 };

/* Intel SDM volume 3, "Message Address Register Format"; AMD's APICs decode the same. */
static const struct special_range interrupts = {
	.first = 0xfee00000, .last = 0xfeefffff, .interrupt = true, .what = "the range of interrupt messages",
};

const struct arch arch_x86 = {
	.name = "x86-64",
	.page_lg2 = page_lg2,
	.pci_segment = pci_segment,
	.page_struct = page_struct,
	.process_table = process_table,
	.kernel_table = "init_top_pgt", /* arch/x86/kernel/head_64.S; init_mm.pgd */
	.cpu_of_id = apic_cpu_of_id,
	.cpus_of_set = apic_cpus_of_set,
	.interrupts = &interrupts,
	.encryption_mask = encryption_mask,
};
