// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How interrupts name CPUs on x86: by the id of a local APIC (a physical destination), or by a set of CPUs (a
 * logical one) which means something else in each mode of the APICs:
 *
 *   xAPIC	Linux programs the flat model alone: bit n of eight is CPU n (arch/x86/kernel/apic/apic_flat_64.c).
 *   x2APIC	bits 31:16 name a cluster, bits 15:0 are a bit for each APIC in it: the ids cluster * 16 + bit
 *		(Intel SDM volume 3, "Logical Destination Mode in x2APIC Mode"). Nothing can change that.
 *
 * Which CPU has which id is in a table of the kernel.
 */
#include "apic.h"

#include "iommu/read.h"

#include <string.h>

#define MAX_CPUS 8192
#define BITS_OF_FLAT_SET 8
#define BITS_OF_CLUSTER	 16
#define NARROW_IDS	 0x10000u /* ids below this fit into 16 bits */

/* The ids of the CPUs, as one of the kernel's tables has them. */
struct apic_ids {
	struct failure failure; /* why there is no table */
	bool maybe_narrow;	/* only the low 16 bits of each are known to belong to it */
	uint32_t nr;		/* CPUs */
	uint32_t *id;		/* of each */
};

/* ---- the table ---- */

/* cpuid_to_apicid[], 32 bits each since v4.9; -1 where there is no CPU. */
static struct failure read_array(struct kernel *k, struct kva array, struct apic_ids *ids)
{
	return kernel_read(k, array, ids->id, ids->nr * sizeof(*ids->id));
}

/* x86_cpu_to_apicid, a variable of each CPU: it lies at its symbol plus the offset of the CPU. It has 16 bits
 * up to v6.7 and 32 later. */
static struct failure read_per_cpu(struct kernel *k, struct apic_ids *ids)
{
	struct kva variable, offsets;
	struct failure failure = kernel_symbol(k, "x86_cpu_to_apicid", &variable);

	ids->maybe_narrow = true;
	if (!failed(failure))
		failure = kernel_symbol(k, "__per_cpu_offset", &offsets);
	for (uint32_t cpu = 0; cpu < ids->nr && !failed(failure); cpu++) {
		uint64_t offset, id = 0;

		failure = kernel_read_number(k, kva_plus(offsets, 8ULL * cpu), 8, &offset);
		if (!failed(failure))
			failure = kernel_read_number(k, kva_plus(variable, offset), 4, &id);
		ids->id[cpu] = (uint32_t)id;
	}
	return failure;
}

static struct failure read_ids(struct kernel *k, struct apic_ids *ids)
{
	struct kva array;
	uint64_t nr_cpus;
	struct failure failure = kernel_read_variable(k, "nr_cpu_ids", 4, &nr_cpus);

	if (failed(failure))
		return failure;
	ids->nr = nr_cpus < MAX_CPUS ? (uint32_t)nr_cpus : MAX_CPUS;
	ids->id = arena_alloc(k->arena, (ids->nr + 1) * sizeof(*ids->id));
	if (!failed(kernel_symbol(k, "cpuid_to_apicid", &array)))
		return read_array(k, array, ids);
	return read_per_cpu(k, ids);
}

static const struct apic_ids *apic_ids(struct kernel *k)
{
	if (k->apic_ids)
		return k->apic_ids;
	k->apic_ids = arena_alloc(k->arena, sizeof(*k->apic_ids));
	k->apic_ids->failure = read_ids(k, k->apic_ids);
	if (failed(k->apic_ids->failure))
		kernel_leave_unreported(k, k->apic_ids->failure);
	return k->apic_ids;
}

static bool is_id(const struct apic_ids *ids, uint32_t cpu, uint32_t id)
{
	uint32_t known = ids->id[cpu];

	if (ids->maybe_narrow && id < NARROW_IDS)
		return (uint16_t)known == id && id != UINT16_MAX;
	return known == id && id != UINT32_MAX;
}

struct failure apic_cpu_of_id(struct kernel *k, uint32_t id, uint32_t *ret)
{
	const struct apic_ids *ids = apic_ids(k);

	if (failed(ids->failure))
		return ids->failure;
	for (*ret = 0; *ret < ids->nr; (*ret)++) {
		if (is_id(ids, *ret, id))
			return NO_FAILURE;
	}
	return failure_of(STATUS_ABSENT);
}

/* ---- sets ---- */

enum apic_mode { APIC_MODE_UNKNOWN, APIC_FLAT, APIC_X2APIC };

/* By the driver of the APICs: "flat", "physical flat", "cluster x2apic", "physical x2apic", "UV large system". */
static enum apic_mode mode_of_driver(struct kernel *k)
{
	struct kva variable, name_at;
	uint64_t driver;
	const char *name;

	if (failed(kernel_symbol(k, "apic", &variable)) || !kernel_has_member(k, M_APIC_NAME) ||
	    failed(kernel_read_number(k, variable, 8, &driver)) || !driver ||
	    failed(kernel_read_pointer(k, kva_of(driver), M_APIC_NAME, &name_at)) ||
	    failed(kernel_read_string(k, name_at, &name)))
		return APIC_MODE_UNKNOWN;
	if (strstr(name, "x2apic") || strncmp(name, "UV ", 3) == 0)
		return APIC_X2APIC;
	return strstr(name, "flat") ? APIC_FLAT : APIC_MODE_UNKNOWN;
}

/* x2apic_mode is there in kernels that know the mode (CONFIG_X86_X2APIC). */
static enum apic_mode apic_mode(struct kernel *k)
{
	struct kva at;
	uint64_t on;

	if (failed(kernel_symbol(k, "x2apic_mode", &at)))
		return mode_of_driver(k);
	if (failed(kernel_read_number(k, at, 4, &on)))
		return APIC_MODE_UNKNOWN;
	return on ? APIC_X2APIC : APIC_FLAT;
}

/* A list in the making: "cpu 0,3, no CPU with APIC id 0x11". */
struct cpu_list {
	struct arena *arena;
	const char *cpus, *others;
	bool unknown; /* the kernel's table could not be read */
};

static void add_cpu(struct cpu_list *list, uint32_t cpu)
{
	list->cpus = arena_printf(list->arena, "%s%s%u", list->cpus, *list->cpus ? "," : "cpu ", cpu);
}

static void add_other(struct cpu_list *list, const char *what, uint32_t id)
{
	list->others = arena_printf(list->arena, "%s%s0x%x", list->others, *list->others ? "," : what, id);
}

static const char *words_of(const struct cpu_list *list)
{
	if (list->unknown)
		return "CPUs not known";
	if (!*list->cpus && !*list->others)
		return "no CPU";
	return arena_printf(list->arena, "%s%s%s", list->cpus, *list->cpus && *list->others ? ", " : "",
			    list->others);
}

static const char *flat_set(struct kernel *k, uint32_t set)
{
	struct cpu_list list = { k->arena, "", "", false };
	uint64_t nr_cpus;
	bool has_nr = !failed(kernel_read_variable(k, "nr_cpu_ids", 4, &nr_cpus));

	for (uint32_t cpu = 0; cpu < BITS_OF_FLAT_SET; cpu++) {
		if (!(set >> cpu & 1))
			continue;
		if (!has_nr || cpu < nr_cpus)
			add_cpu(&list, cpu);
		else
			add_other(&list, "no CPU ", cpu);
	}
	if (set >> BITS_OF_FLAT_SET)
		add_other(&list, "no CPU for bits ", set >> BITS_OF_FLAT_SET << BITS_OF_FLAT_SET);
	return words_of(&list);
}

static const char *cluster_set(struct kernel *k, uint32_t set)
{
	struct cpu_list list = { k->arena, "", "", false };
	uint32_t first = (set >> BITS_OF_CLUSTER) * BITS_OF_CLUSTER;

	for (uint32_t bit = 0; bit < BITS_OF_CLUSTER; bit++) {
		uint32_t cpu;
		struct failure failure;

		if (!(set >> bit & 1))
			continue;
		failure = apic_cpu_of_id(k, first + bit, &cpu);
		list.unknown |= failed(failure) && failure.status != STATUS_ABSENT;
		if (failed(failure))
			add_other(&list, "no CPU with APIC id ", first + bit);
		else
			add_cpu(&list, cpu);
	}
	return words_of(&list);
}

const char *apic_cpus_of_set(struct kernel *k, uint32_t set)
{
	const char *flat, *cluster;

	switch (apic_mode(k)) {
	case APIC_FLAT:
		return flat_set(k, set);
	case APIC_X2APIC:
		return cluster_set(k, set);
	case APIC_MODE_UNKNOWN:
		break;
	}
	flat = flat_set(k, set);
	cluster = cluster_set(k, set);
	if (strcmp(flat, cluster) == 0)
		return flat;
	kernel_leave_unreported(k, failure_missing("x2apic_mode"));
	return arena_printf(k->arena, "%s in the xAPIC's flat mode, %s in x2APIC mode: which of them holds "
			    "is not known", flat, cluster);
}
