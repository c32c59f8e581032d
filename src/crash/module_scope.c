// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gdb's scope, set to the code of a module or of a file. Why it is used stands in module_scope.h. The request is
 * made here and not by crash's gdb_set_crash_scope(), which prints when gdb knows no such code.
 */
#include <defs.h>

#include "module_scope.h"

#include "interrupt.h"

#include <string.h>

/* Functions of assembly files have no debuginfo. */
#define MAX_FUNCTIONS_TRIED 16

/* A call into gdb may not return: then the next member that is asked for finds this set. */
static bool entered;

static bool set_scope(ulong code)
{
	struct gnu_request request;

	memset(&request, 0, sizeof(request));
	request.command = GNU_SET_CRASH_BLOCK;
	request.addr = code;
	request.flags = GNU_RETURN_ON_ERROR;
	request.fp = pc->nullfp;
	interrupt_hold();
	gdb_interface(&request);
	interrupt_release();
	return !(request.flags & GNU_COMMAND_FAILED);
}

static struct load_module *find_loaded(const char *name)
{
	for (int i = 0; i < st->mods_installed; i++) {
		struct load_module *lm = &st->load_modules[i];

		if (strcmp(lm->mod_name, name) == 0)
			return lm->mod_flags & MOD_LOAD_SYMS ? lm : NULL;
	}
	return NULL;
}

bool module_scope_enter(const char *module)
{
	struct load_module *lm = find_loaded(module);
	unsigned nr_tried = 0;

	if (!lm || !lm->mod_symtable)
		return false;
	entered = true;
	for (struct syment *sym = lm->mod_symtable;
	     sym <= lm->mod_symend && nr_tried < MAX_FUNCTIONS_TRIED; sym++) {
		if (sym->type != 't' && sym->type != 'T')
			continue;
		if (set_scope(sym->value))
			return true;
		nr_tried++;
	}
	module_scope_leave();
	return false;
}

bool module_scope_enter_file(ulong code)
{
	entered = true;
	if (set_scope(code))
		return true;
	module_scope_leave();
	return false;
}

void module_scope_leave(void)
{
	if (!entered)
		return;
	set_scope(pc->scope);
	entered = false;
}
