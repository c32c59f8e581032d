/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernels and commands that every test of this tier goes through. */
#ifndef IOMMU_TESTS_FAULT_H
#define IOMMU_TESTS_FAULT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "mem_run.h"

/* Relative to the top of the tree, from where make runs the tests. */
#define MEM_DIR "tests/mem/"

struct fault_case {
	const char *mem, *sym;
	const char *device; /* one with a page table */
	const char *iova;   /* mapped there */
	unsigned stride;    /* every read (1), or every nth where there are many */
	/* Types of modules come out of this memory: where they cannot be read the answer says which
	 * member it misses. */
	bool has_btf;
};

static const struct fault_case fault_cases[] = {
	{ MEM_DIR "machines.mem", MEM_DIR "v6.1-kvm.sym", "00:02.0", "1000", 3, false },
	{ MEM_DIR "devices.mem", MEM_DIR "v6.12-devices.sym", "00:03.0", "200000", 3, false },
	{ MEM_DIR "debian-6.12.mem", MEM_DIR "v6.12.sym", "00:03.0", "200000", 1, false },
	{ MEM_DIR "debian-7.3-node.mem", MEM_DIR "v7.2.sym", "00:05.0", "200000", 1, false },
	{ MEM_DIR "packed.mem", MEM_DIR "v5.10-stub.sym", "02:00.0", "200000", 1, false },
	{ MEM_DIR "debian-6.1-after.mem", MEM_DIR "v6.1.sym", "a1:00.1", "40080010", 7, false },
	{ MEM_DIR "guest.mem", MEM_DIR "guest.sym", "00:06.0", "1008", 1, false },
	{ MEM_DIR "guest.mem", MEM_DIR "guest.sym", "00:05.0", "1010", 3, false },
	{ MEM_DIR "compare.mem", MEM_DIR "v6.12.sym", "00:02.0", "1000", 5, false },
	{ MEM_DIR "compare-6.1.mem", MEM_DIR "v6.1.sym", "00:0b.0", "1000", 5, false },
	{ MEM_DIR "legal.mem", MEM_DIR "legal.sym", "00:08.0", "1000", 5, false },
	{ MEM_DIR "unity.mem", MEM_DIR "v6.1.sym", "00:06.0", "5000000", 2, false },
	{ MEM_DIR "fault-log.mem", MEM_DIR "fault-log.sym", "00:06.0", "5003010", 2, false },
	{ MEM_DIR "fault-old.mem", MEM_DIR "fault-old.sym", "00:06.0", "5003010", 5, false },
	{ MEM_DIR "acpi.mem", MEM_DIR "v6.1.sym", "00:06.0", "1000", 1, false },
	{ MEM_DIR "maple.mem", MEM_DIR "v6.12-irq.sym", "00:02.0", "1000", 3, false },
	{ MEM_DIR "maple-range.mem", MEM_DIR "v6.12-irq.sym", "00:02.0", "1000", 9, false },
	{ MEM_DIR "vfio.mem", MEM_DIR "v6.1-vfio.sym", "00:02.0", "1000", 3, false },
	{ MEM_DIR "vfio-notifier.mem", MEM_DIR "v5.10-vfio.sym", "00:02.0", "1000", 5, false },
	{ MEM_DIR "btf.mem", MEM_DIR "v6.1-vfio.sym", "00:02.0", "1000", 5, true },
	{ MEM_DIR "mixed.mem", MEM_DIR "mixed.sym", "00:03.0", "1ff000", 1, false },
	/* no table of it is decoded */
	{ MEM_DIR "arm-smmu.mem", MEM_DIR "arm-smmu.sym", "00:02.0", "1000", 1, false },
	{ MEM_DIR "vtd-5.10.mem", MEM_DIR "vtd-5.10.sym", "00:02.0", "123", 1, false },
	{ MEM_DIR "vtd-legacy.mem", MEM_DIR "vtd-6.1.sym", "00:02.0", "212345", 3, false },
	{ MEM_DIR "vtd-6.12.mem", MEM_DIR "vtd-6.12.sym", "00:02.0", "123", 1, false },
	{ MEM_DIR "dma-debug.mem", MEM_DIR "dma-debug.sym", "00:02.0", "8000", 3, false },
	{ MEM_DIR "vtd-scalable.mem", MEM_DIR "vtd-7.2.sym", "00:02.0", "1123", 3, false },
	{ MEM_DIR "vtd-irt.mem", MEM_DIR "vtd-irt.sym", "00:02.0", "1000", 1, false },
	{ MEM_DIR "vtd-queue.mem", MEM_DIR "vtd-6.1.sym", "01:01.0", "123", 1, false },
	{ MEM_DIR "dmar-kept.mem", MEM_DIR "vtd-6.1.sym", "00:14.0", "7c000000", 5, false },
	{ MEM_DIR "rhel-8.1-after.mem", MEM_DIR "rhel-8.1.sym", "a1:00.1", "40080010", 37, false },
	{ MEM_DIR "reference-after.mem", MEM_DIR "rhel8.2.sym", "a1:00.1", "40080010", 211, false },
};

#define NR_FAULT_CASES (sizeof(fault_cases) / sizeof(fault_cases[0]))

/* %1$s: the device, %2$s: the address. Every one is run as it is and with -j. */
static const char *const fault_commands[] = {
	"iommu status",	     "iommu devices",
	"iommu dte -v %1$s", "iommu groups",
	"iommu domains",     "iommu walk -d %1$s %2$s",
	"iommu map -d %1$s", "iommu owner",
	"iommu units",	     "iommu commands -a",
	"iommu events",	     "iommu irt -a",
	"iommu acpi",	     "iommu ppr",
	"iommu galog",	     "iommu devices -v %1$s",
	"iommu fault",	     "iommu fault %1$s %2$s w",
	"iommu iova",	     "iommu iova -d %1$s %2$s",
};

#define NR_FAULT_COMMANDS (sizeof(fault_commands) / sizeof(fault_commands[0]))

static inline const char *fault_command(char buf[128], const struct fault_case *c, size_t nth)
{
	snprintf(buf, 128, fault_commands[nth / 2], c->device, c->iova);
	if (nth % 2)
		strcat(buf, " -j");
	return buf;
}

static inline bool contains_any(const char *text, const char *const *words)
{
	for (; *words; words++) {
		if (strstr(text, *words))
			return true;
	}
	return false;
}

/* ---- what is left out by default ---- */

/* FAULT=ALL in the environment: each program tries all that it can, for many minutes. */
static inline bool tries_all(void)
{
	const char *words = getenv("FAULT");

	return words && strcmp(words, "ALL") == 0;
}

/* One in so many of the `nr` things of a kind that a kernel has, and at least one: the same ones in every run. Which
 * they are differs from kernel to kernel and from thing to thing, so that the kernels together try many. */
static inline bool is_in_sample(const struct fault_case *c, size_t kind, size_t nth, size_t nr, size_t one_in)
{
	size_t first = nr ? (7 * kind + 5 * (size_t)(c - fault_cases)) % (nr < one_in ? nr : one_in) : 0;

	return tries_all() || nth % one_in == first;
}

/* One test per kernel, and one more (NULL: none); test_case takes its fault_case as the state. A
 * program is one group: TAP has one plan. KERNEL='*acpi*' in the environment runs those kernels alone. */
static inline int run_fault_cases_and(const char *name, CMUnitTestFunction test_case,
				      const struct CMUnitTest *more)
{
	struct CMUnitTest tests[NR_FAULT_CASES + 1] = { 0 };

	for (size_t i = 0; i < NR_FAULT_CASES; i++)
		tests[i] = (struct CMUnitTest){ fault_cases[i].mem, test_case, NULL, NULL,
						(void *)(uintptr_t)&fault_cases[i] };
	if (more)
		tests[NR_FAULT_CASES] = *more;
	cmocka_set_test_filter(getenv("KERNEL"));
	return _cmocka_run_group_tests(name, tests, NR_FAULT_CASES + (more != NULL), NULL, NULL);
}

static inline int run_fault_cases(const char *name, CMUnitTestFunction test_case)
{
	return run_fault_cases_and(name, test_case, NULL);
}

#endif
