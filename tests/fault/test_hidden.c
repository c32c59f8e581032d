// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each member and each symbol that a namelist has is taken out of it, in turn. By default it is tried with some of the
 * commands that ask for it, other ones on each kernel; with FAULT=ALL in the environment with all of them.
 */
#include "fault.h"

#include <stdlib.h>

#include "iommu/layout.h"
#include "mem_files.h"

/* Kernels lack these by nature, and the plugin cannot tell: what it shows is what it shows there.
 */
static const char *const by_nature[] = {
	"iommu_group.name",
	"iommu_group.blocking_domain",
	"iommu_group.owner",
	"iommu_group.owner_cnt",
	"iommu_group.pasid_array.xa_head",
	"unity_map_entry.prot",
	"iommu_dev_data.gcr3_info.domid",
	"protection_domain.pt_root.counter",
	"amd_iommu.features2",
	"amd_iommu.cmd_sem_val",
	"pci_dev.ats_cap",
	"pci_dev.pri_cap",
	"pci_dev.pasid_cap",
	"pci_dev.ats_enabled",
	"pci_dev.pri_enabled",
	"pci_dev.pasid_enabled",
	"pci_dev.untrusted",
	"iommu_dev_data.ats_enabled",
	"iommu_dev_data.ats.enabled",
	"iommu_dev_data.ats_qdep",
	"iommu_dev_data.ats.qdep",
	"iommu_dev_data.pri_enabled",
	"iommu_dev_data.pasid_enabled",
	"iommu_dev_data.max_pasids",
	"device_domain_info.ats_enabled",
	"device_domain_info.ats_qdep",
	"device_domain_info.pri_enabled",
	"device_domain_info.pasid_enabled",
	"device_domain_info.domain_attached",
	"intel_iommu.vccap",
	"intel_iommu.ecmdcap",
	"iova_domain.max32_alloc_size",
	"iommu_dma_cookie.options.qt",
	"device.bus_dma_limit",
	"dma_debug_entry.stack_len", /* without STACKTRACE */
	"io_tlb_mem.force_bounce",
	"io_tlb_mem.total_used",
	"io_tlb_mem.used_hiwater",
	"io_tlb_mem.transient_nslabs",
	"io_tlb_pool.nareas",
	"intel_iommu.flags",
	"intel_iommu.node",
	"intel_iommu.copied_tables",
	"intel_iommu.prq_seq_number",
	/* a bit, which a namelist without BTF does not tell; and an array that 5.18 did away with */
	"dmar_drhd_unit.ignored",
	"intel_iommu.domains",
	"iommu_ops.identity_domain",
	"iommu_ops.blocked_domain",
};

/* Neither do all kernels have these symbols: not built with encryption or another driver, or older.
 */
static const char *const symbols_by_nature[] = {
	"dma_map_phys", "some_driver_send", /* names of code alone: a call without one is its address */
	"sme_me_mask",	      "intel_iommu_enabled", "amd_iommu_list", "iommu_cmd_line",
	"saved_command_line", "amd_iommu_gpt_level", "blocked_domain", "amd_iommu_pci_seg_list",
	"amd_iommu_unmap_flush", "iommu_pass_through",
	/* whether a kernel has them is the driver's age, or how it was built */
	"intel_iommu_strict", "iommu_dma_strict", "dmar_policy", "dmar_disabled", "no_platform_optin",
	"no_iommu", "force_on", "tboot", "iommu_identity_mapping", "disable_igfx_iommu",
	"intel_iommu_superpage", "irq_remapping_enabled", "rwbf_quirk", "dmar_map_gfx", "dmar_satc_units",
	"posted_msi_pi_desc",
	/* a vendor's own list stands for it; and by the other the architecture is known */
	"iommu_device_list",  "kimage_voffset",
};

static bool is_among(const char *word, const char *const *words, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		if (strcmp(words[i], word) == 0)
			return true;
	}
	return false;
}

#define IS_AMONG(word, array) is_among(word, array, sizeof(array) / sizeof((array)[0]))

/* Without it none of the structs of a name is the one that is meant: what is named then is the
 * member of that struct that was asked for. */
static bool is_witness(const char *member, struct arena *arena)
{
	const char *type, *path, *module;

	for (unsigned id = 0; id < LAYOUT_IDS; id++) {
		for (unsigned nth = 0; layout_alternative(id, nth, &type, &path, &module); nth++) {
			const char *witness = layout_witness(id, nth);

			if (witness &&
			    strcmp(arena_printf(arena, "%s.%s", type, witness), member) == 0)
				return true;
		}
	}
	return false;
}

/* A REQUIRED row of that very name. */
static bool is_required(const char *member, struct arena *arena)
{
	if (is_witness(member, arena))
		return false;
	for (unsigned id = 0; id < LAYOUT_IDS; id++) {
		if (layout_member_required(id) &&
		    strcmp(layout_member_name(id, arena), member) == 0)
			return true;
	}
	return false;
}

/* Why it may differ is said, unless that is what the plugin shows where there is none. */
static void check(struct mem_run *run, const char *line, const char *good, const char *hidden,
		  bool required, bool by_nature_absent)
{
	const struct mem_knobs *knobs = &run->mem->knobs;
	const char *out = mem_run_afresh(run, line);
	bool same = strcmp(good, out) == 0;

	if (strstr(line, " -j") && !mem_run_is_json(run))
		fail_msg("%s without %s: not one JSON document:\n%s", line, hidden, out);
	if (knobs->asked_for_hidden && required && !strstr(out, hidden))
		fail_msg("%s without %s: it is not named:\n%s", line, hidden, out);
	if (!knobs->asked_for_hidden && !same)
		fail_msg("%s without %s: nobody asked, yet it differs:\n%s", line, hidden, out);
	if (!same && !by_nature_absent && !strstr(out, "not found"))
		fail_msg("%s without %s: differs and does not say why:\n%s", line, hidden, out);
}

/* What is known of a name before it is hidden. */
struct hidden_name {
	const char *full; /* TYPE.MEMBER, or the symbol; NULL: neither */
	bool is_required, by_nature;
};

static struct hidden_name *look_up_names(const struct mem_files *files, struct arena *names)
{
	struct hidden_name *ret = arena_alloc(names, files->nr_names * sizeof(*ret));
	struct arena arena = { 0 };

	for (size_t i = 0; i < files->nr_names; i++) {
		const struct name *name = &files->names[i];

		if (name->kind == NAME_SYMBOL) {
			ret[i].full = name->text;
			ret[i].by_nature = IS_AMONG(name->text, symbols_by_nature);
		} else if (name->kind == NAME_MEMBER) {
			ret[i].full = arena_printf(names, "%s.%s", name->type, name->text);
			ret[i].is_required = is_required(ret[i].full, &arena);
			ret[i].by_nature = IS_AMONG(ret[i].full, by_nature);
		}
		arena_reset(&arena);
	}
	arena_release(&arena);
	return ret;
}

static void hide(struct mem_run *run, const char *line, const char *good, enum name_kind kind,
		 const struct hidden_name *name)
{
	struct mem_knobs *knobs = &run->mem->knobs;

	if (kind == NAME_SYMBOL)
		knobs->hidden_symbol = name->full;
	else
		knobs->hidden_member = name->full;
	check(run, line, good, name->full, name->is_required, name->by_nature);
	knobs->hidden_symbol = knobs->hidden_member = NULL;
}

/* Of the names that a command does not ask for, one in so many is hidden all the same. */
#define UNASKED_STRIDE 61

/* Of the commands that ask for a name one in so many is run without it, and at least one. */
#define ASKED_SAMPLE   13
#define UNASKED_SAMPLE 5

#define NR_LINES (2 * NR_FAULT_COMMANDS)

/* What each command says, and what it asks for. */
struct baseline {
	char *good[NR_LINES];
	bool *asked[NR_LINES];
};

static void learn(struct mem_run *run, const struct fault_case *c, struct baseline *ret)
{
	char line[128];

	for (size_t nth = 0; nth < NR_LINES; nth++) {
		ret->good[nth] = strdup(mem_run_afresh(run, fault_command(line, c, nth)));
		ret->asked[nth] = mem_target_copy_asked(run->mem);
	}
}

static void forget(struct baseline *base)
{
	for (size_t nth = 0; nth < NR_LINES; nth++) {
		free(base->good[nth]);
		free(base->asked[nth]);
	}
}

static size_t nr_that_ask(const struct baseline *base, size_t name)
{
	size_t nr = 0;

	for (size_t nth = 0; nth < NR_LINES; nth++)
		nr += base->asked[nth][name];
	return nr;
}

/* Counted through all commands: which of those that do not ask for it is tried without it. */
struct unasked {
	unsigned nr[NR_LINES];
};

static void hide_from_each(struct mem_run *run, const struct fault_case *c, const struct baseline *base, size_t name,
			   const struct hidden_name *hidden, struct unasked *unasked)
{
	size_t nr = nr_that_ask(base, name), seen = 0;
	char line[128];

	for (size_t nth = 0; nth < NR_LINES; nth++) {
		if (base->asked[nth][name] ?
			    !is_in_sample(c, name, seen++, nr, ASKED_SAMPLE) :
			    unasked->nr[nth]++ % UNASKED_STRIDE != 0 ||
				    !is_in_sample(c, name, nth, NR_LINES, UNASKED_SAMPLE))
			continue;
		hide(run, fault_command(line, c, nth), base->good[nth], run->mem->files->names[name].kind, hidden);
	}
}

static void test_case(void **state)
{
	const struct fault_case *c = *state;
	struct mem_target *mem = mem_target_open(c->mem, c->sym);
	struct arena arena = { 0 };
	const struct hidden_name *names = look_up_names(mem->files, &arena);
	struct unasked unasked = { 0 };
	struct baseline base;
	struct mem_run run;
	unsigned nr_asked = 0;

	mem_run_init(&run, mem);
	learn(&run, c, &base);
	for (size_t i = 0; i < mem->files->nr_names; i++) {
		if (!names[i].full)
			continue;
		nr_asked += nr_that_ask(&base, i) != 0;
		hide_from_each(&run, c, &base, i, &names[i], &unasked);
	}
	assert_true(nr_asked > 40);
	forget(&base);
	arena_release(&arena);
	mem_run_release(&run);
	mem_target_close(mem);
}

int main(void)
{
	return run_fault_cases("missing members", test_case);
}
