// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A member that is missing takes the answers with it that need it, and no other.
 *
 * What needs a member is found without asking the plugin's tables: whatever an answer says that
 * stays the same when the member of every object holds other bytes (all zeros, all ones) does not
 * come from it. That must still be there, and the same, when the member is missing. What does need
 * it may be gone or said to be unknown, but not be told otherwise.
 *
 * By default a member is tried with some of the commands that ask for it, other ones on each kernel; with FAULT=ALL in
 * the environment with all of them.
 */
#include "fault.h"

#include <stdlib.h>

#include "iommu/layout.h"
#include "json_leaves.h"
#include "mem_files.h"

static const enum mem_garbage garbage[] = { GARBAGE_ZEROS, GARBAGE_ONES };

/*
 * What garbage does not show. Where a member says which thing a row is about, garbage leaves the
 * row and its other columns, about a thing with another name; without the member there is no name,
 * and so no row. Links between things are the same. The last group decides how others are to be
 * read, or rules out what else it could be, and garbage happens to decide as the good value does.
 * With FAULT=ALL a path that excuses nothing on any kernel fails.
 */
static const struct needed {
	const char *member;
	const char *for_what; /* beginnings of paths, and ends of paths behind a star */
} needed[] = {
	{ "protection_domain.id", "/domains/" },
	{ "protection_domain.domain", "/domains/" },
	{ "amd_iommu_pci_seg.id", "/entries/ /tables/ /findings" },
	/* an area is told whole or not at all, and by the first one the process that holds a group
	 */
	{ "rb_node.rb_left", "/owners/ /devices/ /domains/ /addresses/ /faults/" },
	{ "dma_debug_entry.dev", "/dma_debug/" },
	{ "rb_node.rb_right", "/domains/" },
	{ "vfio_dma.vaddr", "/owners/ /devices/ /domains/ /addresses/ /faults/0/held /faults/" },
	/* the driver of a device says that VFIO has its group, and one without a name may be VFIO's
	 */
	{ "group_device.list", "/groups/" },
	{ "group_device.dev", "/groups/" },
	/* bus, device and function say which IOMMU serves a device, and so what it keeps out */
	{ "pci_bus.number", "/groups/ /overrides/untrusted /devices/ /units/ /driver/ /dma_debug/" },
	{ "pci_bus.domain_nr", "/devices/" },
	/* a device in no group is known by its bus alone */
	{ "pci_dev.bus_list", "/devices/" },
	{ "pci_dev.dev", "/devices/" },
	/* ... and where a segment has several units, which entries are the device's */
	{ "device_domain_info.bus", "/devices/ /units/ /entries/ /results/ /device /entry_illegal "
				    "/illegal_because /driver/ /dmar/ /unity/ /faults/" },
	{ "device_domain_info.devfn", "/devices/ /units/ /entries/ /results/ /device /entry_illegal "
				      "/illegal_because /driver/ /dmar/ /unity/ /faults/ /domain_id /mappings/ "
				      "/state /totals/" },
	{ "dmar_domain.domain", "/domains/ /dmar/ /unity/" },

	{ "amd_iommu.list", "/units/ /rings/ /driver/ /head /tail /counts/ /findings" },
	{ "unity_map_entry.list", "/findings" },
	{ "resource.sibling", "/results/ /owners/" },

	/* a table per segment, or one for all */
	{ "amd_iommu_pci_seg.dev_table", "/driver/ /devices/ /units/ /groups/ /unity/ /findings" },
	{ "amd_iommu_pci_seg.last_bdf", "/driver/ /devices/ /units/ /groups/ /findings" },
	/* which of the shapes of a domain's root */
	{ "protection_domain.iop.mode", "/findings /domains/ /overrides/v2-tables /other_tables/ /addresses/0/mapped" },
	{ "protection_domain.pd_mode", "/domains/ /addresses/" },
	{ "protection_domain.pt_root.counter", "/domains/ /addresses/" },
	{ "dmar_domain.sspt.vtdss_pt.common.top_of_table", "/findings /domains/ /addresses/0/mapped /addresses/0/pa" },
	{ "iommu_domain.ops", "/domains/ /addresses/0/mapped /addresses/0/pa" },
	/* of which stage a table is: garbage calls it one or the other */
	{ "dmar_domain.flags", "/domains/ /addresses/" },
	{ "dmar_domain.use_first_level", "/domains/ /addresses/ /dma_debug/" },
	/* which of its modes a unit of VT-d is in, and so how all of its tables are read */
	{ "intel_iommu.ecap", "/" },
	/* what it refuses: other bits are refused for garbage too */
	{ "intel_iommu.cap", "/units/0/features /units/1/features /units/2/features /units/3/features "
			     "/units/4/features /devices/ /allocator/" },
	/* how large the queue is that has page requests in it: the kernel says so by what else it has */
	{ "intel_iommu.prq_seq_number", "/units/1/page_request_queue/bytes" },
	{ "dmar_domain.iommu_array.xa_head", "/units/1/page_request_queue/bytes" },
	/* of the unit, or of all units */
	{ "amd_iommu.features", "/units/" },
	/* whether the unit takes an entry: a doubt where the register is not known */
	{ "amd_iommu.features2", "/entries/" },
	{ "amd_iommu.mmio_phys", "/findings" },
	/* which of the structs of that name: without it none is taken for VFIO's, nor its nb */
	{ "vfio_group.container", "/owners/ /groups/ /devices/ /vms/ /domains/ /faults/" },
	{ "vfio_group#2.container", "/owners/ /groups/ /devices/ /domains/" },
	/* an owner that does not point back, as garbage does not, is somebody else, and is shown */
	{ "vfio_group.iommu_group", "/owners/" },
	{ "vfio_group#2.iommu_group", "/owners/" },
	{ "vfio_group.nb", "/owners/" },
	{ "vfio_group#2.nb", "/owners/" },
	/* the table of an IO-APIC, which is no PCI function, is known by the interrupts that use it */
	{ "amd_ir_data.irq_2_irte.index", "/entries/ /tables/" },
	/* a bitmap, a value or a tree */
	{ "ida.xa.xa_head", "/allocator/ /findings" },
	{ "xa_node.slots", "/allocator/ /findings" },
	/* what is done, told by it */
	{ "amd_iommu.cmd_sem_val", "/rings/" },
	/* not a slab, not free, not a tail */
	{ "page.compound_head", "/results/ /owners/" },
	{ "page.page_type", "/results/ /owners/" },
	{ "iommu_domain.type", "/domains/" },
	/* a freed range is known by where it is kept: without that nobody tells whether one is in use. What of the
	 * rest stays the same for garbage is what garbage frees too: nothing */
	{ "iova_fq.entries", "/domains/" },
	{ "iova_fq_entry.iova_pfn", "/domains/" },
	{ "iova_rcache.depot", "/domains/ /addresses/ /faults/" },
	/* what is reserved is known by all that reserves: garbage reserves nothing, or what is reserved besides */
	{ "resource_entry.offset", "/domains/" },
	{ "resource.start", "/domains/" },
	{ "resource.end", "/domains/" },
	{ "resource.flags", "/domains/" },
	/* garbage is no memory either, which is not to be known without them */
	{ "resource.start", "*/ram" },
	{ "resource.end", "*/ram" },
	{ "pci_dev.class", "/domains/" },
	{ "pci_bus.number", "/domains/" },
	{ "dmar_rmrr_unit.list", "/domains/" },
	{ "iommu_domain.geometry.force_aperture", "/domains/" },
	/* zero says that it was not set up, anything else that it was */
	{ "iova_domain.start_pfn", "/domains/" },
	/* a pool's slots are told whole or not at all */
	{ "io_tlb_pool.slots", "/swiotlb/" },
	{ "io_tlb_pool.start", "/swiotlb/" },
	{ "io_tlb_area.used", "/swiotlb/" },
	/* where the faults are that a row is about, and whose entry it shows */
	{ "amd_iommu.list", "/queues" },
	{ "amd_iommu_pci_seg.id", "/faults/" },
	{ "page.compound_head", "/faults/" },
	{ "page.mapping", "/faults/ /results/" },
	{ "page.page_type", "/faults/" },
	{ "resource.sibling", "/faults/" },
	/* of another length, a text is no line about a fault; without one there is no text */
	{ "printk_info.text_len", "/log_records" },
	/* what stands in a pair, an area or a pool is told whole or not at all */
	{ "intel_iommu.domain_ida", "/allocator/" },
	{ "dmar_domain.iommu_did", "/domains/" },
	{ "iommu_domain_info.did", "/domains/" },
	{ "iommu_domain_info.iommu", "/findings" },
	{ "iommu_dma_cookie.fq_flush_start_cnt", "/domains/" },
	{ "iommu_dma_cookie.fq_flush_finish_cnt", "/domains/" },
	{ "io_tlb_pool.end", "/swiotlb/" },
	{ "device_domain_info.iommu", "/dmar/" },
	{ "device_domain_info.domain", "/dmar/ /unity/" },
	{ "dmar_rmrr_unit.base_address", "/units/" },
	{ "dmar_rmrr_unit.end_address", "/groups/ /units/" },
	{ "dmar_dev_scope.devfn", "/groups/ /units/ /overrides/" },
	{ "dev_iommu.priv", "/dmar/" },
};

#define NR_NEEDED (sizeof(needed) / sizeof(needed[0]))

/* By row, a bit for each of its paths that excused something. */
static uint32_t has_excused[NR_NEEDED];

static bool is_meant(const char *path, const char *word, size_t len)
{
	size_t path_len = strlen(path);

	if (*word != '*')
		return strncmp(path, word, len) == 0;
	return path_len >= len - 1 && strncmp(path + path_len - (len - 1), word + 1, len - 1) == 0;
}

/* The first path of a row that the given one is meant by; -1: none. */
static int path_meant(const char *for_what, const char *path)
{
	const char *at = for_what;
	int nth = 0;

	for (size_t len = strcspn(at, " "); len; len = strcspn(at, " "), nth++) {
		if (is_meant(path, at, len))
			return nth;
		at += len + strspn(at + len, " ");
	}
	return -1;
}

static bool is_needed(const char *member, const char *path)
{
	for (size_t i = 0; i < NR_NEEDED; i++) {
		int nth = strcmp(needed[i].member, member) == 0 ? path_meant(needed[i].for_what, path) : -1;

		if (nth < 0)
			continue;
		has_excused[i] |= 1u << nth;
		return true;
	}
	return false;
}

#define NR_GARBAGE (sizeof(garbage) / sizeof(garbage[0]))

/* A command that follows garbage around needs more reads than a good one. */
#define ENOUGH_READS 200000u

struct comparison {
	struct mem_run *run;
	const char *line;
	char member[128];
	struct json_leaves good, hidden, garbled[NR_GARBAGE];
};

static bool asked(struct comparison *c, struct json_leaves *ret)
{
	const char *out = mem_run_afresh(c->run, c->line);

	if (!json_leaves_of(out, ret))
		fail_msg("%s: %s: not JSON:\n%s", c->member, c->line, out);
	return c->run->mem->knobs.asked_for_hidden;
}

static bool is_independent(const struct comparison *c, const struct json_leaf *leaf)
{
	for (size_t i = 0; i < NR_GARBAGE; i++) {
		const char *value = json_leaves_value(&c->garbled[i], leaf->path);

		if (!value || strcmp(value, leaf->value) != 0)
			return false;
	}
	return !is_needed(c->member, leaf->path);
}

static unsigned check(const struct comparison *c)
{
	unsigned nr_wrong = 0;

	for (size_t i = 0; i < c->good.nr; i++) {
		const struct json_leaf *leaf = &c->good.v[i];
		const char *value = json_leaves_value(&c->hidden, leaf->path);

		if ((value && strcmp(value, leaf->value) == 0) || !is_independent(c, leaf))
			continue;
		print_error("%s: without %s: %s is %s, was %s, and does not need it\n", c->line,
			    c->member, leaf->path, value ? value : "gone", leaf->value);
		nr_wrong++;
	}
	return nr_wrong;
}

/* c->good is there already; a member that the command did not ask for is not compared. */
static unsigned compare(struct comparison *c)
{
	struct mem_knobs *knobs = &c->run->mem->knobs;
	unsigned nr_wrong;

	knobs->hidden_member = c->member;
	if (!asked(c, &c->hidden))
		fail_msg("%s: %s was asked for before, and is not now", c->line, c->member);
	knobs->hidden_member = NULL;
	knobs->garbled_member = c->member;
	for (size_t i = 0; i < NR_GARBAGE; i++) {
		knobs->garbage = garbage[i];
		asked(c, &c->garbled[i]);
	}
	nr_wrong = check(c);
	knobs->garbled_member = NULL;
	json_leaves_release(&c->hidden);
	for (size_t i = 0; i < NR_GARBAGE; i++)
		json_leaves_release(&c->garbled[i]);
	return nr_wrong;
}

/* Of the commands that ask for a member one in so many is run without it, and at least one. */
#define SAMPLE 11

/* What each command says, and what it asks for. */
struct baseline {
	struct json_leaves good[NR_FAULT_COMMANDS];
	bool *asked[NR_FAULT_COMMANDS];
};

static void learn(struct comparison *c, const struct fault_case *of, struct baseline *ret)
{
	char line[128];

	for (size_t nth = 0; nth < NR_FAULT_COMMANDS; nth++) {
		c->line = fault_command(line, of, 2 * nth + 1);
		asked(c, &ret->good[nth]);
		ret->asked[nth] = mem_target_copy_asked(c->run->mem);
	}
}

static void forget(struct baseline *base)
{
	for (size_t nth = 0; nth < NR_FAULT_COMMANDS; nth++) {
		json_leaves_release(&base->good[nth]);
		free(base->asked[nth]);
	}
}

static size_t nr_that_ask(const struct baseline *base, size_t member)
{
	size_t nr = 0;

	for (size_t nth = 0; nth < NR_FAULT_COMMANDS; nth++)
		nr += base->asked[nth][member];
	return nr;
}

/* The commands that ask for the member: without one that it does not ask for a command says the same, which
 * test_hidden.c samples. */
static unsigned compare_member(struct comparison *c, const struct fault_case *of, const struct baseline *base,
			       size_t member)
{
	size_t nr = nr_that_ask(base, member), seen = 0;
	unsigned nr_wrong = 0;
	char line[128];

	for (size_t nth = 0; nth < NR_FAULT_COMMANDS; nth++) {
		if (!base->asked[nth][member] || !is_in_sample(of, member, seen++, nr, SAMPLE))
			continue;
		c->line = fault_command(line, of, 2 * nth + 1);
		c->good = base->good[nth];
		nr_wrong += compare(c);
	}
	return nr_wrong;
}

/* Every member that the namelist of this kernel has: a new row of the layout table that is in a
 * .sym file is tried without a word here. */
static void test_case(void **state)
{
	const struct fault_case *of = *state;
	struct mem_target *mem = mem_target_open(of->mem, of->sym);
	unsigned nr_wrong = 0, nr_members = 0;
	struct baseline base;
	struct mem_run run;
	struct comparison c = { .run = &run };

	mem_run_init(&run, mem);
	mem->knobs.max_reads = ENOUGH_READS;
	learn(&c, of, &base);
	for (size_t i = 0; i < mem->files->nr_names; i++) {
		const struct name *name = &mem->files->names[i];

		if (name->kind != NAME_MEMBER || !nr_that_ask(&base, i))
			continue;
		nr_members++;
		snprintf(c.member, sizeof(c.member), "%s.%s", name->type, name->text);
		nr_wrong += compare_member(&c, of, &base, i);
	}
	assert_true(nr_members > 50);
	assert_int_equal(nr_wrong, 0);
	forget(&base);
	mem_run_release(&run);
	mem_target_close(mem);
}

/* Rows that no kernel in text has: real dumps alone try them (the session tier, and tests/elf with
 * no type in the namelist). */
static const char *const not_in_text[] = {
	"vm_area_struct.__vm_anon_pgoff_lo",
	"vm_area_struct.__vm_anon_pgoff_hi",
	/* of older and newer kernels, and of trust domains: their texts are transcripts alone so far */
	"page.private",
	"slab.slab_cache",
	"kmem_cache.name",
	"iommu_domain.cookie_type",
	"uts_namespace.name", /* of snapshots alone */
	"new_utsname.nodename",
	"new_utsname.release",
	"new_utsname.machine",
	"iova_domain.fq",
	"iova_domain.fq_flush_start_cnt",
	"iova_domain.fq_flush_finish_cnt",
	"vfio_iommu.dma_avail",
	"io_tlb_mem.pools",
	"io_tlb_pool.node",
	"dma_debug_entry.pfn",
	"dma_debug_entry.offset",
	"dma_ops_domain.domain",
	"dma_ops_domain.iovad",
	"dmar_domain.iovad",
	"kvm.arch.vm_type",
	"vcpu_tdx.vcpu",
	"vcpu_tdx.vt.pi_desc",
};

static bool is_in_no_text(const char *type, const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s.%s", type, path);
	for (size_t i = 0; i < sizeof(not_in_text) / sizeof(not_in_text[0]); i++) {
		if (strcmp(not_in_text[i], full) == 0)
			return true;
	}
	return false;
}

/* After all kernels were gone through, with all commands. */
static unsigned idle_excuses(void)
{
	unsigned nr = 0;

	for (size_t i = 0; i < NR_NEEDED; i++) {
		int nth = 0;

		for (const char *at = needed[i].for_what; *at; at += strspn(at, " "), nth++) {
			size_t len = strcspn(at, " ");

			if (!(has_excused[i] & 1u << nth)) {
				print_error("%s excuses nothing of %.*s\n", needed[i].member, (int)len, at);
				nr++;
			}
			at += len;
		}
	}
	return nr;
}

/* Every row of the layout table is in the .sym file of some kernel, so that it is tried here and in
 * test_hidden.c; a new row that is in none has to be added to one. */
static void test_rows(void **state)
{
	const char *type, *path, *module;
	unsigned nr_wrong = 0;
	bool *tried = calloc(LAYOUT_IDS, sizeof(*tried));

	(void)state;
	for (size_t i = 0; i < NR_FAULT_CASES; i++) {
		struct mem_target *mem = mem_target_open(fault_cases[i].mem, fault_cases[i].sym);

		for (unsigned id = 0; id < LAYOUT_IDS; id++) {
			for (unsigned nth = 0; layout_alternative(id, nth, &type, &path, &module);
			     nth++)
				tried[id] |= mem_find_name(mem->files, NAME_MEMBER, type, path,
							   0) != NULL;
		}
		mem_target_close(mem);
	}
	for (unsigned id = 0; id < LAYOUT_IDS; id++) {
		if (!layout_alternative(id, 0, &type, &path, &module))
			continue;
		if (tried[id] != is_in_no_text(type, path))
			continue;
		print_error("%s.%s: %s\n", type, path,
			    tried[id] ? "not_in_text, and yet it is"
				      : "in no .sym file of a fault case");
		nr_wrong++;
	}
	free(tried);
	if (tries_all())
		nr_wrong += idle_excuses();
	assert_int_equal(nr_wrong, 0);
}

int main(void)
{
	const struct CMUnitTest rows = cmocka_unit_test(test_rows);

	return run_fault_cases_and("what needs a member, and every row", test_case, &rows);
}
