// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The target on crash: readmem(), the symbol table, the types that its embedded gdb knows.
 *
 * defs.h of crash describes one build of crash. Its OFFSET(), SIZE() and LINUX() bind to tables
 * that move between releases, so everything here is asked for by name. Any call into crash may
 * longjmp() to its prompt: nothing is held across one, but ^C where gdb is asked (interrupt.c).
 */
#include <defs.h>

#include "crash_minimal.h"
#include "crash_target.h"
#include "interrupt.h"
#include "module_scope.h"
#include "screen.h"

#include <string.h>

/* crash.h's own macro for "may not be saved": the value of readmem()'s method, since crash 6.0. */
#ifndef PAGE_EXCLUDED
#define PAGE_EXCLUDED (-4)
#endif

#define QUIETLY (RETURN_ON_ERROR | QUIET)

/* Inside the span of physical memory of some NUMA node: memory that the system had, so that a
 * read that fails means a page that was not saved. */
static bool is_memory(uint64_t pa)
{
	if (vt->numnodes == 0)
		return minimal_is_memory(pa);
	for (int i = 0; i < vt->numnodes; i++) {
		const struct node_table *node = &vt->node_table[i];
		uint64_t first = node->start_paddr;

		if (pa >= first && (pa - first) / PAGESIZE() < node->size)
			return true;
	}
	return false;
}

static int dump_fd(void)
{
	if (REMOTE_MEMSRC())
		return pc->sockfd;
	return ACTIVE() ? pc->mfd : pc->dfd;
}

/* readmem() says only that it failed; the method under it says why. */
static enum status why_unreadable(uint64_t pa)
{
	char byte;
	int code = pc->readmem(dump_fd(), &byte, 1, 0, pa);

	if (code == PAGE_EXCLUDED)
		return STATUS_NOT_IN_DUMP;
	return is_memory(pa) ? STATUS_NOT_IN_DUMP : STATUS_BAD_ADDRESS;
}

/* Why a read failed is told by its first byte that cannot be read. */
static enum status classify(uint64_t pa, size_t len)
{
	char byte;

	for (uint64_t at = pa; at < pa + len; at = (at | (PAGESIZE() - 1)) + 1) {
		if (!readmem(at, PHYSADDR, &byte, 1, "iommu", QUIETLY))
			return why_unreadable(at);
	}
	return STATUS_BAD_ADDRESS;
}

static bool crash_interrupted(struct target *target)
{
	(void)target;
	return interrupt_seen() || screen_is_lost();
}

static enum status crash_read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	if (at.v + len < at.v)
		return STATUS_BAD_ADDRESS;
	if (readmem(at.v, PHYSADDR, buf, (long)len, "iommu", QUIETLY))
		return STATUS_OK;
	return crash_interrupted(target) ? STATUS_INTERRUPTED : classify(at.v, len);
}

static enum status crash_to_pa(struct target *target, struct kva at, struct pa *ret)
{
	physaddr_t pa;

	if (crash_is_minimal())
		return minimal_to_pa(target, at, ret);
	if (!IS_KVADDR(at.v) || !kvtop(NULL, at.v, &pa, 0))
		return STATUS_BAD_ADDRESS;
	ret->v = pa;
	return STATUS_OK;
}

static enum status crash_symbol(struct target *target, const char *name, unsigned nth,
				struct kva *ret)
{
	struct syment *sym;

	(void)target;
	if (nth == 0) {
		sym = symbol_search((char *)name);
		if (!sym)
			return STATUS_MISSING;
		ret->v = sym->value;
		return STATUS_OK;
	}
	for (sym = st->symtable; sym < st->symend; sym++) {
		if (strcmp(sym->name, name) == 0 && nth-- == 0) {
			ret->v = sym->value;
			return STATUS_OK;
		}
	}
	return STATUS_MISSING;
}

static const char *crash_symbol_name(struct target *target, struct kva at)
{
	ulong offset;
	struct syment *sym = value_search(at.v, &offset);

	(void)target;
	return sym && offset == 0 ? sym->name : NULL;
}

static const char *crash_symbol_around(struct target *target, struct kva at, uint64_t *ret)
{
	ulong offset = 0;
	struct syment *sym = value_search(at.v, &offset);

	(void)target;
	*ret = offset;
	return sym ? sym->name : NULL;
}

/* MEMBER_OFFSET() knows direct members; paths and members of anonymous unions are expressions. */
static enum status ask_for_member(const char *type, const char *path, struct member *ret)
{
	char *t = (char *)type, *p = (char *)path;
	bool direct = !strchr(path, '.');
	long offset = direct ? MEMBER_OFFSET(t, p) : -1;
	long size = direct && offset >= 0 ? MEMBER_SIZE(t, p) : -1;

	if (offset < 0 || size < 0) {
		if (!STRUCT_EXISTS(t))
			return STATUS_MISSING;
		offset = ANON_MEMBER_OFFSET(t, p);
		size = offset >= 0 ? ANON_MEMBER_SIZE(t, p) : -1;
	}
	if (offset < 0 || size < 0)
		return STATUS_MISSING;
	*ret = (struct member){ .offset = (uint64_t)offset, .size = (uint64_t)size };
	return STATUS_OK;
}

static enum status find_member(const char *type, const char *path, struct member *ret)
{
	enum status status;

	interrupt_hold();
	status = ask_for_member(type, path, ret);
	interrupt_release();
	return status;
}

static enum status crash_member(struct target *target, const char *type, const char *path,
				struct member *ret)
{
	(void)target;
	module_scope_leave(); /* one that a longjmp() left behind */
	return find_member(type, path, ret);
}

static enum status crash_member_of_module(struct target *target, const char *module,
					  const char *type, const char *path, struct member *ret)
{
	enum status status;

	(void)target;
	if (!module_scope_enter(module))
		return STATUS_MISSING;
	status = find_member(type, path, ret);
	module_scope_leave();
	return status;
}

static enum status crash_member_of_function(struct target *target, struct kva function, const char *type,
					    const char *path, struct member *ret)
{
	enum status status;

	(void)target;
	if (!module_scope_enter_file(function.v))
		return STATUS_MISSING;
	status = find_member(type, path, ret);
	module_scope_leave();
	return status;
}

static enum status crash_type_size(struct target *target, const char *type, uint64_t *ret)
{
	long size;

	(void)target;
	interrupt_hold();
	size = STRUCT_SIZE((char *)type);
	interrupt_release();
	if (size < 0)
		return STATUS_MISSING;
	*ret = (uint64_t)size;
	return STATUS_OK;
}

static enum status crash_enumerator(struct target *target, const char *name, int64_t *ret)
{
	long value;
	int known;

	(void)target;
	interrupt_hold();
	known = enumerator_value((char *)name, &value);
	interrupt_release();
	if (!known)
		return STATUS_MISSING;
	*ret = value;
	return STATUS_OK;
}

static bool crash_zeroes_missing(struct target *target)
{
	(void)target;
	return DUMPFILE() && ((diskdump_flags && (*diskdump_flags & ZERO_EXCLUDED)) ||
			      sadump_is_zero_excluded());
}

static bool crash_is_live(struct target *target)
{
	(void)target;
	return ACTIVE();
}

/* What its NUMA nodes span, which crash has looked up and believes since the session began. */
static uint64_t crash_memory_bytes(struct target *target)
{
	uint64_t frames = 0;

	(void)target;
	for (int i = 0; i < vt->numnodes; i++)
		frames += vt->node_table[i].size;
	return frames * PAGESIZE();
}

/* Of a dump, what crash shows as DATE. */
static uint64_t crash_taken(struct target *target)
{
	(void)target;
	return kt->date.tv_sec > 0 ? (uint64_t)kt->date.tv_sec : 0;
}

/* How many modules have their debuginfo loaded (mod -s, mod -S), and from where gdb looks at names
 * that stand for several types (set scope). */
static unsigned crash_types_generation(struct target *target)
{
	unsigned nr = 0;

	(void)target;
	for (int i = 0; i < st->mods_installed; i++)
		nr += (st->load_modules[i].mod_flags & MOD_LOAD_SYMS) != 0;
	return nr + (unsigned)pc->scope;
}

static const struct target_ops crash_ops = {
	.read_pa = crash_read_pa,
	.read_kva = target_read_page_by_page,
	.to_pa = crash_to_pa,
	.symbol = crash_symbol,
	.symbol_name = crash_symbol_name,
	.symbol_around = crash_symbol_around,
	.member = crash_member,
	.member_of_module = crash_member_of_module,
	.member_of_function = crash_member_of_function,
	.type_size = crash_type_size,
	.enumerator = crash_enumerator,
	.interrupted = crash_interrupted,
	.zeroes_missing = crash_zeroes_missing,
	.types_generation = crash_types_generation,
	.is_live = crash_is_live,
	.memory_bytes = crash_memory_bytes,
	.taken = crash_taken,
};

struct target *crash_target(void)
{
	static struct target target = { .ops = &crash_ops };

	return &target;
}
