// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which CPUs have a copy of a per-CPU variable, and where (Linux include/linux/percpu-defs.h): the copy of a CPU lies
 * at the variable's address plus __per_cpu_offset[cpu]. Every possible CPU has one, whether or not it ever ran.
 */
#include "percpu.h"

#define MAX_CPUS 8192u /* NR_CPUS of the largest configuration */
#define WORD_BITS 64u

static struct failure read_possible(struct kernel *k, struct percpu *ret)
{
	uint64_t mask[MAX_CPUS / WORD_BITS];
	struct kva at;
	struct failure failure = kernel_symbol(k, "__cpu_possible_mask", &at);

	if (!failed(failure))
		failure = kernel_read(k, at, mask, (ret->nr + WORD_BITS - 1) / WORD_BITS * sizeof(mask[0]));
	for (uint32_t cpu = 0; cpu < ret->nr && !failed(failure); cpu++)
		ret->possible[cpu] = mask[cpu / WORD_BITS] >> (cpu % WORD_BITS) & 1;
	return failure;
}

struct failure kernel_percpu(struct kernel *k, struct percpu *ret)
{
	struct kva offsets = { 0 };
	uint64_t nr = 0;
	struct failure failure = kernel_read_variable(k, "nr_cpu_ids", 4, &nr);

	*ret = (struct percpu){ 0 };
	if (!failed(failure))
		failure = kernel_symbol(k, "__per_cpu_offset", &offsets);
	if (!failed(failure) && (!nr || nr > MAX_CPUS)) {
		struct kva at;

		failure = kernel_symbol(k, "nr_cpu_ids", &at);
		failure = first_failure(failure, failure_at(STATUS_DAMAGED, at.v));
	}
	if (failed(failure))
		return failure;
	ret->nr = (uint32_t)nr;
	ret->possible = arena_alloc(k->arena, nr * sizeof(*ret->possible));
	ret->offset = arena_alloc(k->arena, nr * sizeof(*ret->offset));
	failure = read_possible(k, ret);
	for (uint32_t cpu = 0; cpu < ret->nr && !failed(failure); cpu++) {
		if (ret->possible[cpu])
			failure = kernel_read_number(k, kva_plus(offsets, 8ULL * cpu), 8,
						     &ret->offset[cpu]);
	}
	return failure;
}
