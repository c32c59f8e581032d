/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing debug information: DWARF Debugging Information Format, version 4 (June 2010). Version 4,
 * because the gdb of every crash reads it. One unit, which refers to nothing outside itself.
 */
#ifndef NAMELIST_DWARF_H
#define NAMELIST_DWARF_H

#include <stdbool.h>
#include <stdint.h>

#include "bytes.h"

/* Figure 18, Tag encodings. */
enum tag {
	TAG_array_type = 0x01,
	TAG_enumeration_type = 0x04,
	TAG_formal_parameter = 0x05,
	TAG_member = 0x0d,
	TAG_pointer_type = 0x0f,
	TAG_compile_unit = 0x11,
	TAG_structure_type = 0x13,
	TAG_subroutine_type = 0x15,
	TAG_typedef = 0x16,
	TAG_union_type = 0x17,
	TAG_unspecified_parameters = 0x18,
	TAG_subrange_type = 0x21,
	TAG_base_type = 0x24,
	TAG_const_type = 0x26,
	TAG_enumerator = 0x28,
	TAG_subprogram = 0x2e,
	TAG_variable = 0x34,
	TAG_volatile_type = 0x35,
	TAG_restrict_type = 0x37,
};

/* Figure 20, Attribute encodings. */
enum at {
	AT_end = 0, /* of a list of attributes */
	AT_location = 0x02,
	AT_name = 0x03,
	AT_byte_size = 0x0b,
	AT_bit_offset = 0x0c,
	AT_bit_size = 0x0d,
	AT_low_pc = 0x11,
	AT_high_pc = 0x12,
	AT_language = 0x13,
	AT_const_value = 0x1c,
	AT_producer = 0x25,
	AT_prototyped = 0x27,
	AT_count = 0x37,
	AT_data_member_location = 0x38,
	AT_declaration = 0x3c,
	AT_encoding = 0x3e,
	AT_external = 0x3f,
	AT_type = 0x49,
};

/* Figure 21, Attribute form encodings. */
enum form {
	FORM_absent = 0, /* leaves the attribute out */
	FORM_addr = 0x01,
	FORM_data4 = 0x06,
	FORM_data8 = 0x07,
	FORM_data1 = 0x0b,
	FORM_sdata = 0x0d,
	FORM_strp = 0x0e,
	FORM_udata = 0x0f,
	FORM_ref4 = 0x13,
	FORM_exprloc = 0x18, /* here always a constant address */
	FORM_flag_present = 0x19,
};

/* Section 7.8, Base Type Attribute Encodings. */
enum encoding {
	ATE_boolean = 0x02,
	ATE_float = 0x04,
	ATE_signed = 0x05,
	ATE_signed_char = 0x06,
	ATE_unsigned = 0x07,
	ATE_unsigned_char = 0x08,
};

struct attr {
	enum at at;
	enum form form;
	uint64_t value;
};

#define DWARF_MAX_ABBREVS 100

struct dwarf {
	struct bytes info, abbrev, str; /* the contents of .debug_info, .debug_abbrev, .debug_str */
	size_t abbrev_start[DWARF_MAX_ABBREVS + 1];
	size_t nr_abbrevs;
};

void dwarf_release(struct dwarf *dwarf);

/* Starts .debug_info anew with the header of a unit that is @length bytes long in all. */
void dwarf_start(struct dwarf *dwarf, size_t length);

/*
 * Appends an entry with @attrs, which end with AT_end, and returns its place for references. If it
 * may have @children, these are the entries up to the matching dwarf_end_children().
 */
uint32_t dwarf_put(struct dwarf *dwarf, enum tag tag, bool children, const struct attr *attrs);
void dwarf_end_children(struct dwarf *dwarf);

#define DWARF_PUT(dwarf, tag, children, ...)                                                       \
	dwarf_put(dwarf, tag, children, (const struct attr[]){ __VA_ARGS__, { .at = AT_end } })

/* Appends @s to .debug_str and returns its place. */
uint32_t dwarf_put_string(struct dwarf *dwarf, const char *s);

/* To be called once, after the last entry. */
void dwarf_finish(struct dwarf *dwarf);

#endif
