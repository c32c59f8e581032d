// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Symbols of modules. A host program may have none of them (crash --no_modules, which is the only way
 * to open the newest kernels with some of its releases), but the kernel does: struct module keeps
 * the symbol table of the file, for kallsyms (kernel/module/kallsyms.c).
 */
#include "module.h"

#include <string.h>

#define NAME_BYTES  56	       /* MODULE_NAME_LEN on 64 bits: 64 - sizeof(long) */
#define MAX_SYMBOLS (1u << 17) /* the largest drivers have some 20,000 */
#define SYMBOL_MAX  64

struct symtab_entry { /* Elf64_Sym */
	uint32_t name;
	uint8_t info, other;
	uint16_t section;
	uint64_t value, size;
};

static bool is_called(struct kernel *k, struct kva module, const char *name)
{
	char found[NAME_BYTES + 1] = "";
	struct kva at;

	return !failed(kernel_member_at(k, module, M_MODULE_NAME, &at)) &&
	       !failed(kernel_read(k, at, found, NAME_BYTES)) && strcmp(found, name) == 0;
}

static struct failure find_module(struct kernel *k, const char *name, struct kva *ret)
{
	struct ptrs modules = { 0 };
	struct kva head;
	struct failure failure = kernel_symbol(k, "modules", &head);

	if (!failed(failure))
		failure = kernel_list(k, head, M_MODULE_LIST, &modules);
	for (size_t i = 0; i < modules.nr; i++) {
		*ret = *(struct kva *)modules.at[i];
		if (is_called(k, *ret, name))
			return NO_FAILURE;
	}
	return failed(failure) ? failure : failure_of(STATUS_ABSENT);
}

static struct failure read_symtab(struct kernel *k, struct kva kallsyms, struct symtab_entry **ret,
			       uint64_t *nr)
{
	struct kva at;
	struct failure failure = kernel_read_pointer(k, kallsyms, M_MOD_KALLSYMS_SYMTAB, &at);

	if (!failed(failure))
		failure = kernel_read_member(k, kallsyms, M_MOD_KALLSYMS_NUM_SYMTAB, nr);
	if (failed(failure))
		return failure;
	if (*nr > MAX_SYMBOLS)
		return failure_at(STATUS_DAMAGED, kallsyms.v);
	*ret = arena_alloc(k->arena, (*nr + 1) * sizeof(**ret));
	if (*nr)
		failure = kernel_read(k, at, *ret, *nr * sizeof(**ret));
	/* The first symbol of every ELF file is none, and the kernel keeps it (add_kallsyms()). */
	if (!failed(failure) && ((*ret)->name || (*ret)->value || (*ret)->size))
		failure = failure_at(STATUS_DAMAGED, at.v);
	return failure;
}

static struct failure find_in_symtab(struct kernel *k, struct kva kallsyms, const char *symbol,
				  struct kva *ret)
{
	char name[SYMBOL_MAX];
	size_t len = strlen(symbol) + 1;
	struct symtab_entry *entries;
	struct kva strings;
	uint64_t nr;
	struct failure failure = read_symtab(k, kallsyms, &entries, &nr);

	if (!failed(failure))
		failure = kernel_read_pointer(k, kallsyms, M_MOD_KALLSYMS_STRTAB, &strings);
	for (uint64_t i = 0; !failed(failure) && i < nr; i++) {
		if (target_interrupted(k->target))
			return failure_of(STATUS_INTERRUPTED);
		if (!entries[i].name)
			continue;
		/* What cannot be read is another name at the end of the table. */
		if (target_read_kva(k->target, kva_plus(strings, entries[i].name), name, len) !=
			    STATUS_OK ||
		    memcmp(name, symbol, len) != 0)
			continue;
		*ret = kva_of(entries[i].value);
		return NO_FAILURE;
	}
	return failed(failure) ? failure : failure_missing(symbol);
}

struct failure kernel_module_symbol(struct kernel *k, const char *module, const char *symbol,
				 struct kva *ret)
{
	struct kva at, kallsyms;
	struct failure failure;

	if (strlen(symbol) >= SYMBOL_MAX)
		return failure_missing(symbol);
	if (target_symbol(k->target, symbol, ret) == STATUS_OK)
		return NO_FAILURE;
	failure = find_module(k, module, &at);
	if (!failed(failure))
		failure = kernel_read_pointer(k, at, M_MODULE_KALLSYMS, &kallsyms);
	if (!failed(failure))
		failure = find_in_symtab(k, kallsyms, symbol, ret);
	return failure;
}
