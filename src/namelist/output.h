/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The namelist file. */
#ifndef NAMELIST_OUTPUT_H
#define NAMELIST_OUTPUT_H

#include "dwarf.h"
#include "symbols.h"
#include "vmlinux.h"

/*
 * Writes the namelist @path: the sections of @vmlinux where they were, zeroed but for the little
 * that crash reads of them, then a symbol table of @symbols and the debug information @dwarf.
 * Zeroes the image behind @vmlinux on the way. An old @path is replaced only when the new one is
 * whole. Exits with a message on errors.
 */
void output_write(const char *path, struct vmlinux *vmlinux, const struct symbols *symbols,
		  const struct dwarf *dwarf);

#endif
