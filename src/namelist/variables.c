// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of variables whose type BTF does not tell, with the types that crash expects of them.
 */
#include "variables.h"

#include <bpf/btf.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "types.h"

/*
 * What crash 8 decides by the type of a variable (get_symbol_type() and get_array_length() in its
 * sources), in kernels since 4.18 with the options that every distribution's x86-64 kernel has. A
 * variable that is neither here nor in the BTF has an address, but no type.
 */
static const struct known {
	const char *name;
	uint32_t kind; /* of the BTF type, and its name */
	const char *type;
	unsigned int stars;
	const char *count; /* of an array: an enumerator, or FILL */
} known_variables[] = {
#define FILL "" /* as many as lie between this symbol and the next */
	/* Pages, nodes, swap. mem_section is a pointer since v4.15 (CONFIG_SPARSEMEM_EXTREME). */
	{ "mem_section", BTF_KIND_STRUCT, "mem_section", 2, NULL },
	{ "node_data", BTF_KIND_STRUCT, "pglist_data", 1, FILL },
	{ "node_states", BTF_KIND_TYPEDEF, "nodemask_t", 0, "NR_NODE_STATES" },
	{ "vm_zone_stat", BTF_KIND_TYPEDEF, "atomic_long_t", 0, "NR_VM_ZONE_STAT_ITEMS" },
	{ "vm_node_stat", BTF_KIND_TYPEDEF, "atomic_long_t", 0, "NR_VM_NODE_STAT_ITEMS" },
	{ "hstates", BTF_KIND_STRUCT, "hstate", 0, FILL },
	{ "pageflag_names", BTF_KIND_STRUCT, "trace_print_flags", 0, FILL },
	{ "swap_info", BTF_KIND_STRUCT, "swap_info_struct", 1, FILL },
	{ "nr_swapper_spaces", BTF_KIND_INT, "unsigned int", 0, FILL },
	{ "swapper_spaces", BTF_KIND_STRUCT, "address_space", 1, FILL },
	/* Processors, interrupts, tasks and their maple trees. */
	{ "__per_cpu_offset", BTF_KIND_INT, "long unsigned int", 0, FILL },
	{ "irq_desc_tree", BTF_KIND_STRUCT, "xarray", 0, NULL },
	{ "softirq_vec", BTF_KIND_STRUCT, "softirq_action", 0, "NR_SOFTIRQS" },
	{ "sys_call_table", BTF_KIND_TYPEDEF, "sys_call_ptr_t", 0, FILL },
	{ "mt_slots", BTF_KIND_INT, "unsigned char", 0, FILL },
	{ "mt_pivots", BTF_KIND_INT, "unsigned char", 0, FILL },
	{ "task_state_array", BTF_KIND_INT, "char", 1, FILL },
	/* The rest of the kernel. */
	{ "linux_banner", BTF_KIND_INT, "char", 0, FILL },
	{ "vmcoreinfo_data", BTF_KIND_INT, "unsigned char", 1, NULL },
	{ "log_buf", BTF_KIND_INT, "char", 1, NULL },
	{ "taint_flags", BTF_KIND_STRUCT, "taint_flag", 0, FILL },
	{ "dmi_ident", BTF_KIND_INT, "char", 1, "DMI_STRING_MAX" },
	{ "major_names", BTF_KIND_STRUCT, "blk_major_name", 1, FILL },
	/* Not for crash, but for whoever asks gdb: the usual starts, and the lists of IOMMUs. */
	{ "jiffies", BTF_KIND_INT, "long unsigned int", 0, NULL },
	{ "init_task", BTF_KIND_STRUCT, "task_struct", 0, NULL },
	{ "init_mm", BTF_KIND_STRUCT, "mm_struct", 0, NULL },
	{ "init_uts_ns", BTF_KIND_STRUCT, "uts_namespace", 0, NULL },
	{ "modules", BTF_KIND_STRUCT, "list_head", 0, NULL },
	{ "amd_iommu_list", BTF_KIND_STRUCT, "list_head", 0, NULL },
	{ "amd_iommu_pci_seg_list", BTF_KIND_STRUCT, "list_head", 0, NULL },
	{ "dmar_drhd_units", BTF_KIND_STRUCT, "list_head", 0, NULL },
};

/*
 * crash 8 learns HZ from write_expire, 5 * HZ, as seen inside one of these functions; without it,
 * it assumes 1000 and tells wrong times (task.c, task_init()).
 */
static const char *const hz_scopes[] = { "dd_init_sched", "dd_init_queue" };
#define HZ_NAME	  "write_expire"
#define HZ_FACTOR 5

static void add(struct variables *variables, const struct variable *v)
{
	variables->v = reallocarray(variables->v, variables->nr + 1, sizeof(*variables->v));
	if (!variables->v)
		err(EXIT_FAILURE, "variables");
	variables->v[variables->nr++] = *v;
}

static void add_btf_variables(struct variables *variables, const struct symbols *symbols,
			      const struct btf *btf)
{
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *name = btf__name_by_offset(btf, t->name_off);
		const struct symbol *symbol;

		if (!btf_is_var(t) || !name)
			continue;
		symbol = symbols_find(symbols, name);
		if (symbol)
			add(variables, &(struct variable){ .symbol = symbol,
							   .name = t->name_off,
							   .type = t->type });
	}
}

/* Returns the value of an enumerator if it can be an array's length, else 0. */
static uint32_t enumerator(const struct btf *btf, const char *name)
{
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (!btf_is_enum(t))
			continue;
		for (uint32_t i = 0; i < btf_vlen(t); i++) {
			const char *found = btf__name_by_offset(btf, btf_enum(t)[i].name_off);

			if (found && !strcmp(found, name) && btf_enum(t)[i].val > 0)
				return (uint32_t)btf_enum(t)[i].val;
		}
	}
	return 0;
}

static uint32_t count_elements(const struct known *known, const struct symbol *symbol,
			       const struct btf *btf, uint32_t type)
{
	int64_t size = known->stars ? 8 : btf__resolve_size(btf, type);
	uint32_t count = 0;

	if (!known->count)
		return 0;
	if (*known->count)
		count = enumerator(btf, known->count);
	if (!count && size > 0)
		count = (uint32_t)(symbol->size / (uint64_t)size);
	return count;
}

static void add_known_variables(struct variables *variables, const struct symbols *symbols,
				struct types *types)
{
	for (size_t i = 0; i < sizeof(known_variables) / sizeof(known_variables[0]); i++) {
		const struct known *known = &known_variables[i];
		const struct symbol *symbol = symbols_find(symbols, known->name);
		int type = btf__find_by_name_kind(types->btf, known->type, known->kind);
		struct variable v = { .symbol = symbol,
				      .stars = known->stars,
				      .type = (uint32_t)type };

		if (!symbol || type <= 0 ||
		    btf__find_by_name_kind(types->btf, known->name, BTF_KIND_VAR) > 0)
			continue;
		v.name = dwarf_put_string(&types->dwarf, known->name);
		v.count = count_elements(known, symbol, types->btf, v.type);
		add(variables, &v);
	}
}

/* Linux include/linux/jiffies.h: the kernel starts five minutes before the 32-bit jiffies wrap. */
static uint64_t find_hz(const struct vmlinux *vmlinux, const struct symbols *symbols)
{
	const struct symbol *jiffies = symbols_find(symbols, "jiffies_64");
	uint64_t initial;

	if (!jiffies || !vmlinux_read_u64(vmlinux, jiffies->addr, &initial) || initial > UINT32_MAX)
		return 0;
	return (UINT32_MAX + UINT64_C(1) - initial) / 300;
}

static void find_hz_scope(struct variables *variables, const struct vmlinux *vmlinux,
			  const struct symbols *symbols, struct types *types)
{
	int type = btf__find_by_name_kind(types->btf, "int", BTF_KIND_INT);
	uint64_t hz = find_hz(vmlinux, symbols);

	if (!hz || hz > 10000 || type <= 0)
		return;
	for (size_t i = 0; i < sizeof(hz_scopes) / sizeof(hz_scopes[0]) && !variables->scope_size;
	     i++) {
		const struct symbol *symbol = symbols_find(symbols, hz_scopes[i]);

		if (!symbol)
			continue;
		variables->hz = (unsigned int)hz;
		variables->hz_type = (uint32_t)type;
		variables->hz_name = dwarf_put_string(&types->dwarf, HZ_NAME);
		variables->scope_name = dwarf_put_string(&types->dwarf, hz_scopes[i]);
		variables->scope_va = symbol->addr;
		variables->scope_size = symbol->size;
	}
}

void variables_init(struct variables *ret, const struct vmlinux *vmlinux,
		    const struct symbols *symbols, struct types *types)
{
	*ret = (struct variables){ 0 };
	add_btf_variables(ret, symbols, types->btf);
	add_known_variables(ret, symbols, types);
	find_hz_scope(ret, vmlinux, symbols, types);
}

void variables_release(struct variables *variables)
{
	free(variables->v);
	*variables = (struct variables){ 0 };
}

/*
 * Appends what makes "T **[count]" of the type T, innermost first. Returns a reference to the
 * whole.
 */
static struct attr put_declarator(const struct variable *v, struct types *types)
{
	struct attr type = types_ref(types, v->type);

	for (unsigned int i = 0; i < v->stars; i++)
		type = (struct attr){ AT_type, FORM_ref4,
				      DWARF_PUT(&types->dwarf, TAG_pointer_type, false,
						{ AT_byte_size, FORM_data1, 8 }, type) };
	if (v->count) {
		type = (struct attr){ AT_type, FORM_ref4,
				      DWARF_PUT(&types->dwarf, TAG_array_type, true, type) };
		DWARF_PUT(&types->dwarf, TAG_subrange_type, false,
			  { AT_count, FORM_data4, v->count });
		dwarf_end_children(&types->dwarf);
	}
	return type;
}

static void put_hz_scope(const struct variables *variables, struct types *types)
{
	DWARF_PUT(&types->dwarf, TAG_subprogram, true,
		  { AT_name, FORM_strp, variables->scope_name },
		  { AT_low_pc, FORM_addr, variables->scope_va },
		  { AT_high_pc, FORM_data8, variables->scope_size });
	DWARF_PUT(&types->dwarf, TAG_variable, false, { AT_name, FORM_strp, variables->hz_name },
		  types_ref(types, variables->hz_type),
		  { AT_const_value, FORM_udata, HZ_FACTOR * variables->hz });
	dwarf_end_children(&types->dwarf);
}

void variables_put(const struct variables *variables, struct types *types)
{
	for (size_t i = 0; i < variables->nr; i++) {
		const struct variable *v = &variables->v[i];
		struct attr type = put_declarator(v, types);

		DWARF_PUT(&types->dwarf, TAG_variable, false, { AT_name, FORM_strp, v->name }, type,
			  { AT_external, FORM_flag_present, 0 },
			  { AT_location, FORM_exprloc, v->symbol->addr });
	}
	if (variables->scope_size)
		put_hz_scope(variables, types);
}
