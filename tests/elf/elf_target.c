// SPDX-License-Identifier: GPL-2.0-or-later
/* A target over an ELF vmcore that walks the kernel's own page table to find kernel addresses. */
#include "elf_target.h"

#include "iommu/bare_target.h"

#include "iommu/pt_format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct elf_target *of(struct target *target)
{
	return (struct elf_target *)target; /* its first member */
}

static enum status elf_read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	return elf_dump_read(&of(target)->dump, at, buf, len);
}

/* The upper half, sign-extended: what the processor would accept as a kernel address. */
static bool is_kernel_address(const struct elf_target *t, uint64_t va)
{
	unsigned lg2 = pt_reach_lg2(&t->kernel);

	return va >> (lg2 - 1) == UINT64_MAX >> (lg2 - 1);
}

static enum status elf_to_pa(struct target *target, struct kva at, struct pa *ret)
{
	struct elf_target *t = of(target);
	struct pt_translation found;
	uint64_t reach;

	if (!is_kernel_address(t, at.v))
		return STATUS_BAD_ADDRESS;
	reach = (1ULL << pt_reach_lg2(&t->kernel)) - 1;
	pt_translate(target, &t->kernel, iova_of(at.v & reach), &found);
	if (found.result == PT_UNREADABLE)
		return found.steps[found.nr_steps - 1].status;
	if (found.result != PT_MAPPED)
		return STATUS_BAD_ADDRESS;
	*ret = found.pa;
	return STATUS_OK;
}

static enum status elf_symbol(struct target *target, const char *name, unsigned nth,
			      struct kva *ret)
{
	const struct elf_symbol *found = elf_symbols_find(&of(target)->symbols, name, nth);

	if (!found)
		return STATUS_MISSING;
	ret->v = found->value;
	return STATUS_OK;
}

static const char *elf_symbol_name(struct target *target, struct kva at)
{
	const struct elf_symbol *found = elf_symbols_at(&of(target)->symbols, at.v);

	return found ? found->name : NULL;
}

static const struct target_ops elf_ops = {
	.read_pa = elf_read_pa,
	.read_kva = target_read_page_by_page,
	.to_pa = elf_to_pa,
	.symbol = elf_symbol,
	.symbol_name = elf_symbol_name,
	.member = bare_member,
	.type_size = bare_type_size,
	.enumerator = bare_enumerator,
	.interrupted = bare_no,
	.zeroes_missing = bare_no,
};

/* ---- opening ---- */

/* arch/x86/kernel/machine_kexec_64.c, arch_crash_save_vmcoreinfo(): what a reader of the dump has
 * to know before it knows any address. */
static bool find_page_table(struct elf_target *t)
{
	const struct elf_symbol *top = elf_symbols_find(&t->symbols, "init_top_pgt", 0);
	int64_t phys_base, five_levels = 0, sme_mask = 0;

	if (!top || !elf_dump_number(&t->dump, "NUMBER(phys_base)", 10, &phys_base)) {
		fprintf(stderr, "no init_top_pgt, or no phys_base in VMCOREINFO\n");
		return false;
	}
	elf_dump_number(&t->dump, "NUMBER(pgtable_l5_enabled)", 10, &five_levels);
	elf_dump_number(&t->dump, "NUMBER(sme_mask)", 10, &sme_mask);
	t->kernel = (struct pt_root){
		.format = &x86_64_format,
		.table = pa_of(top->value - START_KERNEL_MAP + (uint64_t)phys_base),
		.levels = five_levels ? 5 : 4,
		.enc_mask = (uint64_t)sme_mask,
	};
	return true;
}

bool elf_target_open(struct elf_target *t, const char *vmcore, const char *namelist)
{
	int64_t kaslr = 0;

	memset(t, 0, sizeof(*t));
	t->target.ops = &elf_ops;
	if (!elf_dump_open(&t->dump, vmcore))
		return false;
	elf_dump_number(&t->dump, "KERNELOFFSET", 16, &kaslr);
	return elf_symbols_open(&t->symbols, namelist, (uint64_t)kaslr) && find_page_table(t);
}

void elf_target_close(struct elf_target *t)
{
	elf_symbols_close(&t->symbols);
	elf_dump_close(&t->dump);
}

bool elf_target_address(struct elf_target *t, const char *word, struct kva *ret)
{
	const char *plus = strchr(word, '+');
	char name[256], *end;
	const struct elf_symbol *found;

	snprintf(name, sizeof(name), "%.*s", (int)(plus ? plus - word : 255), word);
	found = elf_symbols_find(&t->symbols, name, 0);
	ret->v = found ? found->value : strtoull(name, &end, 16);
	if (!found && (end == name || *end))
		return false;
	if (plus)
		ret->v += strtoull(plus + 1, NULL, 0);
	return true;
}

bool elf_target_drop(struct elf_target *t, struct kva at, uint64_t nr_bytes)
{
	uint64_t first = at.v & ~(uint64_t)(SMALLEST_PAGE_BYTES - 1);

	for (uint64_t page = first; page < at.v + nr_bytes; page += SMALLEST_PAGE_BYTES) {
		size_t n = t->dump.nr_dropped;
		struct pa pa;

		if (n == MAX_DROPPED || elf_to_pa(&t->target, kva_of(page), &pa) != STATUS_OK)
			return false;
		if (n && t->dump.dropped[n - 1].last + 1 == pa.v) {
			t->dump.dropped[n - 1].last = pa.v + SMALLEST_PAGE_BYTES - 1;
			continue;
		}
		t->dump.dropped[n].first = pa.v;
		t->dump.dropped[n].last = pa.v + SMALLEST_PAGE_BYTES - 1;
		t->dump.nr_dropped++;
	}
	return true;
}

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

bool elf_target_flip(struct elf_target *t, struct kva at, uint64_t nr_bytes, unsigned nr,
		     uint64_t seed)
{
	for (unsigned i = 0; nr_bytes && i < nr; i++) {
		uint64_t bit = next_random(&seed) % (8 * nr_bytes);
		unsigned char *byte;
		struct pa pa;

		if (elf_to_pa(&t->target, kva_of(at.v + bit / 8), &pa) != STATUS_OK)
			return false;
		byte = elf_dump_at(&t->dump, pa);
		if (!byte)
			return false;
		*byte ^= (unsigned char)(1u << bit % 8);
	}
	return nr_bytes > 0;
}

/* ---- lists (Linux include/linux/list.h: next, then prev) ---- */

static uint64_t *word_at(struct elf_target *t, uint64_t kva)
{
	struct pa pa;

	if (elf_to_pa(&t->target, kva_of(kva), &pa) != STATUS_OK)
		return NULL;
	return (uint64_t *)(void *)elf_dump_at(&t->dump, pa);
}

static bool get(struct elf_target *t, uint64_t kva, uint64_t *ret)
{
	uint64_t *at = word_at(t, kva);

	if (at)
		memcpy(ret, at, sizeof(*ret));
	return at != NULL;
}

static bool put(struct elf_target *t, uint64_t kva, uint64_t value)
{
	uint64_t *at = word_at(t, kva);

	if (at)
		memcpy(at, &value, sizeof(value));
	return at != NULL;
}

bool elf_target_unlist(struct elf_target *t, struct kva head, struct kva *ret)
{
	uint64_t first, second;

	if (!get(t, head.v, &first) || first == head.v || !get(t, first, &second))
		return false;
	*ret = kva_of(first);
	return put(t, head.v, second) && put(t, second + 8, head.v);
}

bool elf_target_relist(struct elf_target *t, struct kva head, struct kva node)
{
	uint64_t first;

	return get(t, head.v, &first) && put(t, first + 8, node.v) && put(t, node.v, first) &&
	       put(t, node.v + 8, head.v) && put(t, head.v, node.v);
}
