// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * BTF (Linux Documentation/bpf/btf.rst) was made from DWARF, and every kind of it is a tag of
 * DWARF; so each type becomes one entry, and the strings are taken over as they are.
 */
#include "types.h"

#include <bpf/libbpf.h>
#include <err.h>
#include <linux/btf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "variables.h"

enum {
	LANG_C99 = 0x0c, /* DWARF 4, figure 31 */
	POINTER_SIZE = 8,
};

static _Noreturn void damaged(const struct types *types)
{
	errx(EXIT_FAILURE, "%s: BTF damaged, or too new for libbpf %s", types->path,
	     libbpf_version_string());
}

static int print_nothing(enum libbpf_print_level level __attribute__((unused)),
			 const char *format __attribute__((unused)),
			 va_list args __attribute__((unused)))
{
	return 0;
}

static const struct btf_type *type_at(const struct types *types, uint32_t id)
{
	const struct btf_type *t = btf__type_by_id(types->btf, id);

	if (!t)
		damaged(types);
	return t;
}

/* Type tags (__user, __rcu) are no types of C: stands for what they are put on. */
static uint32_t skip_tags(const struct types *types, uint32_t id)
{
	for (uint32_t i = 0; i < types->nr; i++) {
		if (!id || !btf_is_type_tag(type_at(types, id)))
			return id;
		id = type_at(types, id)->type;
	}
	damaged(types);
}

struct attr types_ref(const struct types *types, uint32_t id)
{
	id = skip_tags(types, id);
	if (!id)
		return (struct attr){ AT_type, FORM_absent, 0 };
	return (struct attr){ AT_type, FORM_ref4, types->place[id] };
}

struct attr types_name(const struct types *types, uint32_t offset)
{
	const char *name = btf__name_by_offset(types->btf, offset);

	if (!name)
		damaged(types);
	return (struct attr){ AT_name, *name ? FORM_strp : FORM_absent, offset };
}

/*
 * gdb prints arrays of one-byte characters as strings, so a one-byte integer is one, as compilers
 * have it.
 */
static enum encoding int_encoding(const struct btf_type *t)
{
	bool is_signed = btf_int_encoding(t) & BTF_INT_SIGNED;

	if (btf_int_encoding(t) & BTF_INT_BOOL)
		return ATE_boolean;
	if (t->size == 1)
		return is_signed ? ATE_signed_char : ATE_unsigned_char;
	return is_signed ? ATE_signed : ATE_unsigned;
}

static uint32_t put_base(struct types *types, const struct btf_type *t, enum encoding encoding)
{
	return DWARF_PUT(&types->dwarf, TAG_base_type, false, types_name(types, t->name_off),
			 { AT_byte_size, FORM_data1, t->size },
			 { AT_encoding, FORM_data1, encoding });
}

static uint32_t put_array(struct types *types, const struct btf_type *t)
{
	const struct btf_array *a = btf_array(t);
	uint32_t at = DWARF_PUT(&types->dwarf, TAG_array_type, true, types_ref(types, a->type));

	/* No count: a flexible array. BTF does not tell [0] from []. */
	DWARF_PUT(&types->dwarf, TAG_subrange_type, false, types_ref(types, a->index_type),
		  { AT_count, a->nelems ? FORM_data4 : FORM_absent, a->nelems });
	dwarf_end_children(&types->dwarf);
	return at;
}

/* Size of what a bit field is declared as: its storage unit. */
static uint64_t unit_size(const struct types *types, uint32_t id)
{
	int64_t size = btf__resolve_size(types->btf, id);

	if (size <= 0 || size > 16)
		damaged(types);
	return (uint64_t)size;
}

/*
 * A bit field, in the old style of DWARF 2 (section 5.5.6 of version 3) that the gdb 7.6 of crash 7
 * needs: counted from the most significant bit of its storage unit. Packed ones may start outside
 * of that.
 */
static void put_bit_field(struct types *types, const struct btf_member *m, uint32_t bit,
			  uint32_t bit_size)
{
	uint64_t size = unit_size(types, m->type), start = bit / 8 / size * size;
	int64_t offset = (int64_t)(start * 8 + size * 8) - (int64_t)bit - (int64_t)bit_size;

	DWARF_PUT(&types->dwarf, TAG_member, false, types_name(types, m->name_off),
		  types_ref(types, m->type), { AT_data_member_location, FORM_udata, start },
		  { AT_byte_size, FORM_udata, size }, { AT_bit_size, FORM_udata, bit_size },
		  { AT_bit_offset, FORM_sdata, (uint64_t)offset });
}

static void put_member(struct types *types, const struct btf_type *t, uint32_t i)
{
	const struct btf_member *m = btf_members(t) + i;
	uint32_t bit = btf_member_bit_offset(t, i), bit_size = btf_member_bitfield_size(t, i);

	if (bit_size) {
		put_bit_field(types, m, bit, bit_size);
		return;
	}
	DWARF_PUT(&types->dwarf, TAG_member, false, types_name(types, m->name_off),
		  types_ref(types, m->type), { AT_data_member_location, FORM_udata, bit / 8 });
}

static uint32_t put_struct(struct types *types, const struct btf_type *t)
{
	enum tag tag = btf_is_union(t) ? TAG_union_type : TAG_structure_type;
	uint32_t at = DWARF_PUT(&types->dwarf, tag, btf_vlen(t), types_name(types, t->name_off),
				{ AT_byte_size, FORM_udata, t->size });

	for (uint32_t i = 0; i < btf_vlen(t); i++)
		put_member(types, t, i);
	if (btf_vlen(t))
		dwarf_end_children(&types->dwarf);
	return at;
}

static uint32_t put_declaration(struct types *types, const struct btf_type *t, enum tag tag)
{
	return DWARF_PUT(&types->dwarf, tag, false, types_name(types, t->name_off),
			 { AT_declaration, FORM_flag_present, 0 });
}

static void put_enumerator(struct types *types, uint32_t name, bool is_signed, uint64_t value)
{
	DWARF_PUT(&types->dwarf, TAG_enumerator, false, types_name(types, name),
		  { AT_const_value, is_signed ? FORM_sdata : FORM_udata, value });
}

static uint32_t put_enum(struct types *types, const struct btf_type *t)
{
	bool is_signed = types->signed_enums || btf_kflag(t);
	uint32_t at;

	if (!btf_vlen(t))
		return put_declaration(types, t, TAG_enumeration_type);
	at = DWARF_PUT(&types->dwarf, TAG_enumeration_type, true, types_name(types, t->name_off),
		       { AT_byte_size, FORM_data1, t->size });
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		if (btf_is_enum64(t)) {
			const struct btf_enum64 *e = btf_enum64(t) + i;

			put_enumerator(types, e->name_off, btf_kflag(t), btf_enum64_value(e));
		} else {
			const struct btf_enum *e = btf_enum(t) + i;

			put_enumerator(types, e->name_off, is_signed,
				       is_signed ? (uint64_t)e->val : (uint32_t)e->val);
		}
	}
	dwarf_end_children(&types->dwarf);
	return at;
}

static uint32_t put_prototype(struct types *types, const struct btf_type *t)
{
	uint32_t at = DWARF_PUT(&types->dwarf, TAG_subroutine_type, btf_vlen(t),
				{ AT_prototyped, FORM_flag_present, 0 }, types_ref(types, t->type));

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		uint32_t id = btf_params(t)[i].type;

		/* A last parameter of type void is the "...". */
		if (id)
			DWARF_PUT(&types->dwarf, TAG_formal_parameter, false, types_ref(types, id));
		else
			DWARF_PUT(&types->dwarf, TAG_unspecified_parameters, false,
				  { AT_type, FORM_absent, 0 });
	}
	if (btf_vlen(t))
		dwarf_end_children(&types->dwarf);
	return at;
}

/* const, volatile and restrict, and typedef: a word about another type. */
static uint32_t put_modifier(struct types *types, const struct btf_type *t, enum tag tag)
{
	return DWARF_PUT(&types->dwarf, tag, false, types_name(types, t->name_off),
			 types_ref(types, t->type));
}

/* Returns the place of the entry; 0 for the kinds that are no types. */
static uint32_t put_type(struct types *types, const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		return put_base(types, t, int_encoding(t));
	case BTF_KIND_FLOAT:
		return put_base(types, t, ATE_float);
	case BTF_KIND_PTR:
		return DWARF_PUT(&types->dwarf, TAG_pointer_type, false,
				 { AT_byte_size, FORM_data1, POINTER_SIZE },
				 types_ref(types, t->type));
	case BTF_KIND_ARRAY:
		return put_array(types, t);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return put_struct(types, t);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return put_enum(types, t);
	case BTF_KIND_FWD:
		return put_declaration(types, t,
				       btf_kflag(t) ? TAG_union_type : TAG_structure_type);
	case BTF_KIND_TYPEDEF:
		return put_modifier(types, t, TAG_typedef);
	case BTF_KIND_VOLATILE:
		return put_modifier(types, t, TAG_volatile_type);
	case BTF_KIND_CONST:
		return put_modifier(types, t, TAG_const_type);
	case BTF_KIND_RESTRICT:
		return put_modifier(types, t, TAG_restrict_type);
	case BTF_KIND_FUNC_PROTO:
		return put_prototype(types, t);
	default:
		return 0;
	}
}

static void open_btf(const struct vmlinux *vmlinux, struct types *types)
{
	const struct section *section = vmlinux_section(vmlinux, ".BTF");

	if (!section)
		errx(EXIT_FAILURE, "%s: no BTF in it (kernel built without CONFIG_DEBUG_INFO_BTF)",
		     vmlinux->path);
	libbpf_set_print(print_nothing);
	if (section->header.sh_size <= INT32_MAX)
		types->btf = btf__new(section->data, (uint32_t)section->header.sh_size);
	if (!types->btf)
		damaged(types);
	types->nr = btf__type_cnt(types->btf);
	types->place = calloc(types->nr, sizeof(*types->place));
	if (!types->place)
		err(EXIT_FAILURE, "types");
}

/* The strings start .debug_str, so that an offset into the one is an offset into the other. */
static void copy_strings(struct types *types)
{
	const struct btf_header *header;
	const char *strings;
	uint32_t size;

	header = btf__raw_data(types->btf, &size);
	if (!header)
		damaged(types);
	strings = (const char *)header + header->hdr_len + header->str_off;
	if ((uint64_t)header->hdr_len + header->str_off + header->str_len > size ||
	    !header->str_len || strings[header->str_len - 1])
		damaged(types);
	bytes_put(&types->dwarf.str, strings, header->str_len);
}

/*
 * Enums say whether they are signed since kernels are built with pahole 1.24 (2022). In BTF where
 * none is, the values are what they were before: signed.
 */
static bool has_signed_enum(const struct types *types)
{
	for (uint32_t id = 1; id < types->nr; id++)
		if (btf_is_any_enum(type_at(types, id)) && btf_kflag(type_at(types, id)))
			return true;
	return false;
}

struct unit_strings {
	uint32_t producer, name;
};

static void put_unit(struct types *types, const struct unit_strings *strings,
		     struct variables *variables, size_t length)
{
	struct dwarf *dwarf = &types->dwarf;
	enum form pc = variables->scope_size ? FORM_addr : FORM_absent;
	enum form pc_size = variables->scope_size ? FORM_data8 : FORM_absent;

	dwarf_start(dwarf, length);
	DWARF_PUT(dwarf, TAG_compile_unit, true, { AT_producer, FORM_strp, strings->producer },
		  { AT_language, FORM_data1, LANG_C99 }, { AT_name, FORM_strp, strings->name },
		  { AT_low_pc, pc, variables->scope_va },
		  { AT_high_pc, pc_size, variables->scope_size });
	for (uint32_t id = 1; id < types->nr; id++)
		types->place[id] = put_type(types, type_at(types, id));
	variables_put(variables, types);
	dwarf_end_children(dwarf);
}

/*
 * Writes everything twice: the second time, all places are known. No entry's length depends on
 * them.
 */
void types_from_btf(const struct vmlinux *vmlinux, const struct symbols *symbols, struct types *ret)
{
	struct unit_strings strings;
	struct variables variables;

	*ret = (struct types){ .path = vmlinux->path };
	open_btf(vmlinux, ret);
	copy_strings(ret);
	strings.producer = dwarf_put_string(&ret->dwarf, "iommu-namelist");
	strings.name = dwarf_put_string(&ret->dwarf, "types of the kernel's BTF");
	ret->signed_enums = !has_signed_enum(ret);
	variables_init(&variables, vmlinux, symbols, ret);
	put_unit(ret, &strings, &variables, 0);
	put_unit(ret, &strings, &variables, ret->dwarf.info.size);
	dwarf_finish(&ret->dwarf);
	variables_release(&variables);
}

void types_release(struct types *types)
{
	dwarf_release(&types->dwarf);
	free(types->place);
	btf__free(types->btf);
}
