// SPDX-License-Identifier: GPL-2.0-or-later
/* What a command must not read again for every device. */
#include "fault.h"

static void test_segments_are_read_once(void **state)
{
	static const char *const lines[] = { "iommu status", "iommu devices", "iommu dte",
					     "iommu dte -a", "iommu groups -v", "iommu domains",
					     "iommu irt -a", "iommu map -d a1:00.1" };
	struct mem_target *mem =
		mem_target_open(MEM_DIR "debian-6.1-after.mem", MEM_DIR "v6.1.sym");
	struct mem_run run;
	struct kva head;

	(void)state;
	mem_run_init(&run, mem);
	assert_int_equal(target_symbol(&mem->target, "amd_iommu_pci_seg_list", &head), STATUS_OK);
	mem->knobs.watched_kva = head.v;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		mem->knobs.nr_watched = 0;
		mem_run_afresh(&run, lines[i]);
		if (mem->knobs.nr_watched != 1)
			fail_msg("%s: reads the list of segments %lu times", lines[i],
				 (unsigned long)mem->knobs.nr_watched);
		/* the next command reads anew */
		mem_run(&run, lines[i]);
		assert_int_equal(mem->knobs.nr_watched, 2);
	}
	mem_run_release(&run);
	mem_target_close(mem);
}

/* Set, it has the target refuse whole pages: what is read is what was asked for. */
static void see_read(void *ctx, uint64_t kva, size_t len)
{
	(void)ctx;
	(void)kva;
	(void)len;
}

/* Times that a line reads the head of the list of RMRRs, which is not to be once for each device. */
struct rmrr_cost {
	const char *line;
	uint64_t most;
};

static void test_rmrrs_are_read_once(void **state)
{
	static const struct rmrr_cost costs[] = {
		{ "iommu status", 1 },
		{ "iommu groups -v", 1 },
		/* the regions of the devices, and the driver's copies of the firmware's blocks */
		{ "iommu acpi", 2 },
		{ "iommu check", 2 },
	};
	struct mem_target *mem = mem_target_open(MEM_DIR "dmar-kept.mem", MEM_DIR "vtd-6.1.sym");
	struct mem_run run;
	struct kva head;

	(void)state;
	mem_run_init(&run, mem);
	assert_int_equal(target_symbol(&mem->target, "dmar_rmrr_units", &head), STATUS_OK);
	mem->knobs.watched_kva = head.v;
	mem->knobs.on_read_kva = see_read;
	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
		mem->knobs.nr_watched = 0;
		mem_run_afresh(&run, costs[i].line);
		if (!mem->knobs.nr_watched || mem->knobs.nr_watched > costs[i].most)
			fail_msg("%s: reads the list of RMRRs %lu times", costs[i].line,
				 (unsigned long)mem->knobs.nr_watched);
		/* the next command reads anew */
		mem_run(&run, costs[i].line);
		assert_in_range(mem->knobs.nr_watched, 2, 2 * costs[i].most);
	}
	mem_run_release(&run);
	mem_target_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_segments_are_read_once),
		cmocka_unit_test(test_rmrrs_are_read_once),
	};

	return cmocka_run_group_tests_name("costs", tests, NULL, NULL);
}
