// SPDX-License-Identifier: GPL-2.0-or-later
/* What only x86 kernels have. */
#include "iommu/kernel.h"

#define MAX_CPUS 8192

/* Per-CPU variables lie at their symbol's value plus the CPU's offset. */
bool kernel_cpu_of_apic(struct kernel *k, uint32_t apic_id, uint32_t *ret)
{
	struct kva variable, offsets, count;
	uint64_t nr_cpus, offset, id;

	if (kernel_symbol(k, "x86_cpu_to_apicid", &variable) != STATUS_OK ||
	    kernel_symbol(k, "__per_cpu_offset", &offsets) != STATUS_OK ||
	    kernel_symbol(k, "nr_cpu_ids", &count) != STATUS_OK) {
		kernel_remember(k, STATUS_MISSING, k->missing, 0);
		return false;
	}
	if (kernel_read_number(k, count, 4, &nr_cpus) != STATUS_OK)
		return false;
	for (uint32_t cpu = 0; cpu < nr_cpus && cpu < MAX_CPUS; cpu++) {
		if (kernel_read_number(k, kva_plus(offsets, 8ULL * cpu), 8, &offset) != STATUS_OK ||
		    kernel_read_number(k, kva_plus(variable, offset), 4, &id) != STATUS_OK)
			return false;
		/* 16 bits up to 6.x, 32 later: the low half says it for all but the largest. */
		if ((id & 0xffff) == apic_id) {
			*ret = cpu;
			return true;
		}
	}
	return false;
}
