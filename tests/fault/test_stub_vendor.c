// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A vendor of which only the name is written: every verb, at every depth, answers by a sentence or by what
 * the core of the kernel keeps, and says nothing that is another vendor's. Then a vendor that has one
 * function, and one that lacks one: nothing breaks.
 *
 * This program has a registry of its own: `vendors` below is taken instead of the one in libpure.a, whose
 * object the linker then has no need of.
 */
#include "fault.h"

#include <stdlib.h>

#include "kernel/amd/amd.h"
#include "kernel/vendors.h"

static bool always_active(struct kernel *k)
{
	(void)k;
	return true;
}

static const char *const claimed_names[] = { "smmu3.", "ivhd", NULL };

static struct vendor stub;

const struct vendor *const vendors[] = { &stub, NULL };

/* ---- the members of a vendor ---- */

/* What every vendor has. */
static const char *const always_set[] = { "name", "unit_names", "is_active" };

#define MEMBER(member) { #member, offsetof(struct vendor, member) }

static const struct vendor_member {
	const char *name;
	size_t offset;
} members[] = {
	MEMBER(name),
	MEMBER(unit_struct),
	MEMBER(domain_struct),
	MEMBER(unit_names),
	MEMBER(command_line_words),
	MEMBER(log_words),
	MEMBER(driver_symbol),
	MEMBER(layout),
	MEMBER(records),
	MEMBER(formats),
	MEMBER(pasid_formats),
	MEMBER(is_active),
	MEMBER(collect_units),
	MEMBER(core_of_unit),
	MEMBER(unit_facts),
	MEMBER(unit_features),
	MEMBER(device_facts),
	MEMBER(stream_of_pci),
	MEMBER(special_streams),
	MEMBER(driver_facts),
	MEMBER(driver_pasids),
	MEMBER(read_entry),
	MEMBER(entry_tables),
	MEMBER(scan_entries),
	MEMBER(entry_columns),
	MEMBER(domain_facts),
	MEMBER(more_domains),
	MEMBER(iova_domain),
	MEMBER(reserved_iovas),
	MEMBER(id_allocators),
	MEMBER(reserved_regions),
	MEMBER(special_range),
	MEMBER(irq_domain),
	MEMBER(irq_use),
	MEMBER(irq_entry_bytes),
	MEMBER(irq_table),
	MEMBER(irq_table_of_unit),
	MEMBER(decode_irq_entry),
	MEMBER(irq_entry_takes),
	MEMBER(irq_entry_takers),
	MEMBER(posted_to),
	MEMBER(vm_facts),
	MEMBER(queues),
	MEMBER(firmware_signature),
	MEMBER(read_firmware),
	MEMBER(kept_firmware),
	MEMBER(flushes_lazily),
	MEMBER(refuses_type),
	MEMBER(mode_reasons),
	MEMBER(dma_is_off),
	MEMBER(fault_line),
	MEMBER(command_words),
};

#define NR_MEMBERS (sizeof(members) / sizeof(members[0]))

/* Each is a pointer, and what is none stands behind them, in less than another: a member of struct vendor that
 * is not in the list above does not compile. */
_Static_assert(offsetof(struct vendor, entries_say_irqs) == NR_MEMBERS * sizeof(void *) &&
		       sizeof(struct vendor) == (NR_MEMBERS + 1) * sizeof(void *),
	       "struct vendor has a member that this test does not know");

static bool is_always_set(const struct vendor_member *member)
{
	for (size_t i = 0; i < sizeof(always_set) / sizeof(always_set[0]); i++) {
		if (strcmp(always_set[i], member->name) == 0)
			return true;
	}
	return false;
}

static void make_stub(void)
{
	stub = (struct vendor){ .name = "Stub", .unit_names = claimed_names, .is_active = always_active };
}

static void take_over(const struct vendor_member *member)
{
	memcpy((char *)&stub + member->offset, (const char *)&amd_vendor + member->offset, sizeof(void *));
}

static void leave_out(const struct vendor_member *member)
{
	memset((char *)&stub + member->offset, 0, sizeof(void *));
}

/* ---- kernels and commands ---- */

static const struct machine {
	const char *mem, *sym, *device, *domain;
} machines[] = {
	{ MEM_DIR "arm-smmu.mem", MEM_DIR "arm-smmu.sym", "0000:00:02.0", "ffff00000400e000" },
	{ MEM_DIR "mixed.mem", MEM_DIR "mixed.sym", "0000:00:03.0", "1" },
	{ MEM_DIR "machines.mem", MEM_DIR "v6.1-kvm.sym", "0000:00:02.0", "1" },
	{ MEM_DIR "acpi.mem", MEM_DIR "v6.1.sym", "0000:00:06.0", "1" },
};

#define NR_MACHINES (sizeof(machines) / sizeof(machines[0]))

/* After a verb and its depth. %1$s: a device, %2$s: a domain. */
static const struct {
	const char *verb, *words;
} lines[] = {
	{ "status", "" },	   { "devices", "" },	       { "devices", "%1$s" },
	{ "dte", "" },		   { "dte", "%1$s" },	       { "dte", "-a" },
	{ "dte", "%1$s %1$s" },	   { "groups", "" },	       { "domains", "" },
	{ "domains", "%2$s" },	   { "owner", "" },	       { "owner", "-g 0" },
	{ "owner", "-d %1$s" },	   { "walk", "-d %1$s 1000" }, { "walk", "-g 0 1000" },
	{ "walk", "-D %2$s 1000" }, { "walk", "-d %1$s -p 1 1000" },
	{ "walk", "-r 3000000 -l 3 1000" },
	{ "walk", "-r 3000000 -l 3 -f x86_64 1000" },
	{ "map", "-d %1$s" },	   { "map", "-g 0" },	       { "map", "-D %2$s" },
	{ "map", "-r 3000000 -l 3" }, { "irt", "" },	       { "irt", "-a" },
	{ "irt", "%1$s" },	   { "irt", "-q 1" },	       { "units", "" },
	{ "commands", "" },	   { "commands", "-a" },       { "events", "" },
	{ "ppr", "" },		   { "galog", "" },	       { "acpi", "" },
	{ "who", "1000" },	   { "who", "-v 1000" },       { "check", "" },
	{ "fault", "" },	   { "fault", "%1$s 1000 r" }, { "check", "-v" },
	{ "iova", "" },		   { "iova", "-d %1$s 1000" }, { "iova", "-D %2$s" },
	{ "map", "-a" },	   { "graph", "" },	       { "graph", "-d %1$s" },
	{ "help", "" }, /* its pages are the same whatever the machine has */
};

#define NR_LINES (sizeof(lines) / sizeof(lines[0]))

static const char *const depths[] = { "", "-v", "-vv", "-j" };

static bool takes_depth(size_t line, const char *depth)
{
	static const char *const without_vv[] = { "groups", "domains", "units", "owner" };

	if ((strcmp(lines[line].verb, "owner") == 0 || strcmp(lines[line].verb, "graph") == 0) && depth[0] && depth[1] == 'v')
		return false;
	if (strcmp(lines[line].verb, "help") == 0)
		return depth[0] == '\0';
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(lines[line].verb, without_vv[i]) == 0)
			return strcmp(depth, "-vv") != 0;
	}
	return true;
}

/* The member that this vendor alone has, or lacks. */
static const char *different = "nothing";

static const char *run_line(struct mem_run *run, const struct machine *m, size_t line, const char *depth)
{
	static char text[256];
	char words[128];

	snprintf(words, sizeof(words), lines[line].words, m->device, m->domain);
	snprintf(text, sizeof(text), "iommu %s %s %s", lines[line].verb, depth, words);
	mem_run_afresh(run, text);
	if (!run->len)
		fail_msg("%s: %s: no answer at all (with or without %s)", m->mem, text, different);
	if (strcmp(depth, "-j") == 0 && !mem_run_is_json(run))
		fail_msg("%s: %s: not JSON:\n%s", m->mem, text, run->out);
	return text;
}

typedef void (*look_fn)(const struct mem_run *run, const struct machine *m, const char *text);

static void run_all(const struct machine *m, look_fn look)
{
	struct mem_target *mem = mem_target_open(m->mem, m->sym);
	struct mem_run run;

	mem_run_init(&run, mem);
	for (size_t line = 0; line < NR_LINES; line++) {
		for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
			const char *text;

			if (!takes_depth(line, depths[i]))
				continue;
			text = run_line(&run, m, line, depths[i]);
			if (look && strcmp(lines[line].verb, "help") != 0)
				look(&run, m, text);
		}
	}
	mem_run_release(&run);
	mem_target_close(mem);
}

/* ---- the tests ---- */

/* They run the others, into a file, or read one. */
static bool is_of_files(const char *verb)
{
	static const char *const of_files[] = { "record", "snapshot", "report", "diff" };

	for (size_t i = 0; i < sizeof(of_files) / sizeof(of_files[0]); i++) {
		if (strcmp(verb, of_files[i]) == 0)
			return true;
	}
	return false;
}

static void test_every_verb(void **state)
{
	(void)state;
	for (unsigned nth = 0; iommu_verb_name(nth); nth++) {
		bool found = is_of_files(iommu_verb_name(nth));

		for (size_t line = 0; line < NR_LINES; line++)
			found |= strcmp(lines[line].verb, iommu_verb_name(nth)) == 0;
		if (!found)
			fail_msg("no line of this test runs '%s'", iommu_verb_name(nth));
	}
}

/* Words of a vendor that is not there; and what would only be said of a machine that translates nothing. */
static void look_for_others(const struct mem_run *run, const struct machine *m, const char *text)
{
	static const char *const words[] = {
		"AMD",	"amd",	"IVRS", "ivrs", "IVHD",	 "IVMD",    "DTE",     "GCR3",
		"gcr3", "GA log", "vAPIC", "DMAR", "SMMU_", "not remapped", "no IOMMU is active",
		"no findings", "no IOMMU serves the", "no such CPU", "is known to be served",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *at = strstr(run->out, words[i]);

		if (at)
			fail_msg("%s: %s: says '%s':\n%s", m->mem, text, words[i], run->out);
	}
}

static void test_stub(void **state)
{
	(void)state;
	make_stub();
	run_all(&machines[0], look_for_others);
	/* The text has AMD's structs and symbols: nobody looks at them. */
	for (size_t i = 1; i < NR_MACHINES; i++)
		run_all(&machines[i], NULL);
}

/* Each member with one machine, by turns, and with the first, where the unit is a stub's; with FAULT=ALL with each. */
static bool takes_turn(size_t member, size_t machine)
{
	return tries_all() || machine == 0 || machine == 1 + member % (NR_MACHINES - 1);
}

static void test_one_function(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_MEMBERS; i++) {
		if (is_always_set(&members[i]))
			continue;
		different = members[i].name;
		for (size_t m = 0; m < NR_MACHINES; m++) {
			if (!takes_turn(i, m))
				continue;
			make_stub();
			take_over(&members[i]);
			run_all(&machines[m], NULL);
		}
	}
}

/* Units and struct members it has: what is missing is missed in the middle of an answer. */
static void test_one_missing(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_MEMBERS; i++) {
		if (is_always_set(&members[i]))
			continue;
		different = members[i].name;
		for (size_t m = 1; m < NR_MACHINES; m++) {
			if (!takes_turn(i, m))
				continue;
			stub = amd_vendor;
			leave_out(&members[i]);
			run_all(&machines[m], NULL);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_verb),
		cmocka_unit_test(test_stub),
		cmocka_unit_test(test_one_function),
		cmocka_unit_test(test_one_missing),
	};

	return _cmocka_run_group_tests("vendors that are written in part", tests, 4, NULL, NULL);
}
