// SPDX-License-Identifier: GPL-2.0-or-later
/* Struct members as libdwarf finds them: a second opinion on what crash's gdb and the BTF say. */
#include "dwarf_types.h"

#include <assert.h>
#include <fcntl.h>
#include <libdwarf/dwarf.h>
#include <libdwarf/libdwarf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_DEPTH 16 /* of structs in structs, and of typedefs of typedefs */

/* ---- one DIE ---- */

static Dwarf_Half tag_of(Dwarf_Die die)
{
	Dwarf_Half tag = 0;

	return dwarf_tag(die, &tag, NULL) == DW_DLV_OK ? tag : 0;
}

/* libdwarf has a function for each way to write a number (DW_FORM_implicit_const is signed). */
static bool number_in(Dwarf_Debug dbg, Dwarf_Attribute attribute, uint64_t *ret)
{
	Dwarf_Error unsuitable = NULL;
	Dwarf_Unsigned value;
	Dwarf_Signed number;

	if (dwarf_formudata(attribute, &value, &unsuitable) == DW_DLV_OK) {
		*ret = value;
		return true;
	}
	dwarf_dealloc_error(dbg, unsuitable);
	if (dwarf_formsdata(attribute, &number, NULL) != DW_DLV_OK)
		return false;
	*ret = (uint64_t)number;
	return true;
}

static bool number_of(Dwarf_Debug dbg, Dwarf_Die die, Dwarf_Half name, uint64_t *ret)
{
	Dwarf_Attribute attribute;
	bool good;

	if (dwarf_attr(die, name, &attribute, NULL) != DW_DLV_OK)
		return false;
	good = number_in(dbg, attribute, ret);
	dwarf_dealloc(dbg, attribute, DW_DLA_ATTR);
	return good;
}

static bool has(Dwarf_Die die, Dwarf_Half name)
{
	Dwarf_Bool there = 0;

	return dwarf_hasattr(die, name, &there, NULL) == DW_DLV_OK && there;
}

static bool is_named(Dwarf_Die die, const char *name, size_t len)
{
	char *found;

	return dwarf_diename(die, &found, NULL) == DW_DLV_OK && strlen(found) == len &&
	       memcmp(found, name, len) == 0;
}

static void drop(Dwarf_Debug dbg, Dwarf_Die *die)
{
	if (*die)
		dwarf_dealloc(dbg, *die, DW_DLA_DIE);
	*die = NULL;
}

/* Steps to the next child of a parent: NULL first. The one before is given back. */
static bool next_child(Dwarf_Debug dbg, Dwarf_Die parent, Dwarf_Die *child)
{
	Dwarf_Die next = NULL;
	int result = *child ? dwarf_siblingof_b(dbg, *child, 1, &next, NULL)
			    : dwarf_child(parent, &next, NULL);

	drop(dbg, child);
	*child = result == DW_DLV_OK ? next : NULL;
	return *child != NULL;
}

/* What a DIE's DW_AT_type says; NULL: nothing, which is void. */
static Dwarf_Die type_of(Dwarf_Debug dbg, Dwarf_Die die)
{
	Dwarf_Off at;
	Dwarf_Die type;

	if (dwarf_dietype_offset(die, &at, NULL) != DW_DLV_OK ||
	    dwarf_offdie_b(dbg, at, 1, &type, NULL) != DW_DLV_OK)
		return NULL;
	return type;
}

static bool is_modifier(Dwarf_Half tag)
{
	return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

static Dwarf_Die bare_type_of(Dwarf_Debug dbg, Dwarf_Die die)
{
	Dwarf_Die type = type_of(dbg, die);

	for (unsigned i = 0; type && i < MAX_DEPTH && is_modifier(tag_of(type)); i++) {
		Dwarf_Die next = type_of(dbg, type);

		drop(dbg, &type);
		type = next;
	}
	return type;
}

/* ---- sizes ---- */

/* Elements of all dimensions; 0 for an array without an end. */
static uint64_t array_length(Dwarf_Debug dbg, Dwarf_Die array)
{
	Dwarf_Die dimension = NULL;
	uint64_t product = 1;

	while (next_child(dbg, array, &dimension)) {
		uint64_t n;

		if (tag_of(dimension) != DW_TAG_subrange_type)
			continue;
		if (number_of(dbg, dimension, DW_AT_count, &n))
			product *= n;
		else if (number_of(dbg, dimension, DW_AT_upper_bound, &n))
			product *= n + 1;
		else
			product = 0;
	}
	return product;
}

/* Of what a DIE's DW_AT_type names. */
static bool size_of_type(Dwarf_Debug dbg, Dwarf_Die die, unsigned depth, uint64_t *ret)
{
	Dwarf_Die type = depth < MAX_DEPTH ? bare_type_of(dbg, die) : NULL;
	bool good = false;

	if (!type)
		return false;
	if (number_of(dbg, type, DW_AT_byte_size, ret)) {
		good = true;
	} else if (tag_of(type) == DW_TAG_array_type && size_of_type(dbg, type, depth + 1, ret)) {
		*ret *= array_length(dbg, type);
		good = true;
	}
	drop(dbg, &type);
	return good;
}

/* ---- members ---- */

static bool find_member(Dwarf_Debug dbg, Dwarf_Die type, const char *path, unsigned depth,
			struct member *ret);

static bool is_bitfield(Dwarf_Die member)
{
	return has(member, DW_AT_bit_size) || has(member, DW_AT_data_bit_offset);
}

/* The member is the path's first step, or holds it anonymously. */
static bool try_member(Dwarf_Debug dbg, Dwarf_Die member, const char *path, unsigned depth,
		       struct member *ret)
{
	size_t len = strcspn(path, ".");
	const char *rest = NULL;
	uint64_t offset = 0; /* none in a union */
	Dwarf_Die type;
	bool good;

	number_of(dbg, member, DW_AT_data_member_location, &offset);
	if (!has(member, DW_AT_name))
		rest = path;
	else if (!is_named(member, path, len) || is_bitfield(member))
		return false;
	else if (path[len] == '.')
		rest = path + len + 1;
	if (rest) {
		type = bare_type_of(dbg, member);
		good = type && find_member(dbg, type, rest, depth + 1, ret);
		drop(dbg, &type);
	} else {
		ret->offset = 0;
		good = size_of_type(dbg, member, 0, &ret->size);
	}
	ret->offset += offset;
	return good;
}

static bool find_member(Dwarf_Debug dbg, Dwarf_Die type, const char *path, unsigned depth,
			struct member *ret)
{
	Dwarf_Die member = NULL;

	if (depth > MAX_DEPTH)
		return false;
	while (next_child(dbg, type, &member)) {
		if (tag_of(member) == DW_TAG_member && try_member(dbg, member, path, depth, ret)) {
			drop(dbg, &member);
			return true;
		}
	}
	return false;
}

/* ---- all structs ---- */

static void read_struct(struct dwarf_rows *rows, Dwarf_Debug dbg, Dwarf_Die die, const char *name)
{
	bool wanted = false;

	for (size_t i = 0; i < rows->nr; i++) {
		struct dwarf_row *row = &rows->row[i];
		struct member member;
		bool found;

		if (strcmp(row->type, name) != 0 ||
		    (row->witness && !find_member(dbg, die, row->witness, 0, &member)))
			continue;
		member = (struct member){ 0 };
		wanted = true;
		found = find_member(dbg, die, row->path, 0, &member);
		if (!row->defined) {
			row->member = member;
			row->found = found;
		} else if (found != row->found || (found && (member.offset != row->member.offset ||
							     member.size != row->member.size))) {
			row->differs = true;
		}
		row->defined = true;
	}
	rows->nr_definitions += wanted;
}

static void read_unit(struct dwarf_rows *rows, Dwarf_Debug dbg, Dwarf_Die unit)
{
	Dwarf_Die die = NULL;

	rows->nr_units++;
	while (next_child(dbg, unit, &die)) {
		Dwarf_Half tag = tag_of(die);
		char *name;

		if ((tag == DW_TAG_structure_type || tag == DW_TAG_union_type) &&
		    !has(die, DW_AT_declaration) && dwarf_diename(die, &name, NULL) == DW_DLV_OK)
			read_struct(rows, dbg, die, name);
	}
}

static bool next_unit(Dwarf_Debug dbg, Dwarf_Die *ret)
{
	Dwarf_Unsigned length, type_offset, next;
	Dwarf_Half version, address_size, offset_size, extension, kind;
	Dwarf_Off abbrev;
	Dwarf_Sig8 signature;

	return dwarf_next_cu_header_d(dbg, 1, &length, &version, &abbrev, &address_size,
				      &offset_size, &extension, &signature, &type_offset, &next,
				      &kind, NULL) == DW_DLV_OK &&
	       dwarf_siblingof_b(dbg, NULL, 1, ret, NULL) == DW_DLV_OK;
}

/* Called instead of abort() for every error, wherever no error is asked for. The first is kept: a
 * damaged unit must not pass for one without structs. */
static void remember_error(Dwarf_Error error, Dwarf_Ptr arg)
{
	struct dwarf_rows *rows = arg;

	if (!rows->error[0])
		snprintf(rows->error, sizeof(rows->error), "%s", dwarf_errmsg(error));
}

const char *dwarf_rows_read(struct dwarf_rows *rows, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Dwarf_Debug dbg;
	Dwarf_Die unit;

	if (fd < 0)
		return "cannot be opened";
	if (dwarf_init_b(fd, DW_DLC_READ, DW_GROUPNUMBER_ANY, remember_error, rows, &dbg, NULL) !=
	    DW_DLV_OK) {
		close(fd);
		return rows->error[0] ? rows->error : "no DWARF";
	}
	while (next_unit(dbg, &unit)) {
		read_unit(rows, dbg, unit);
		drop(dbg, &unit);
	}
	dwarf_finish(dbg, NULL);
	close(fd);
	if (rows->error[0])
		return rows->error;
	return rows->nr_units ? NULL : "no DWARF";
}

void dwarf_rows_init(struct dwarf_rows *rows)
{
	const char *type, *path, *module;

	memset(rows, 0, sizeof(*rows));
	for (unsigned id = 0; id < LAYOUT_IDS; id++) {
		for (unsigned n = 0; layout_alternative(id, n, &type, &path, &module); n++) {
			if (module)
				continue;
			assert(rows->nr < MAX_ROWS);
			rows->row[rows->nr++] = (struct dwarf_row){
				.type = type, .path = path, .witness = layout_witness(id, n)
			};
		}
	}
}
