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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_segments_are_read_once),
	};

	return cmocka_run_group_tests_name("costs", tests, NULL, NULL);
}
