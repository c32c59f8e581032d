// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The answers of a kernel made of text to each question of a target, and the ways in which a test
 * spoils them.
 */
#include "mem_target.h"

#include "mem_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct mem_target *mem_of(struct target *target)
{
	return (struct mem_target *)target;
}

static bool is_missing(const struct mem_files *files, uint64_t pa, size_t len)
{
	for (size_t i = 0; i < files->nr_missing; i++) {
		const struct range *range = &files->missing[i];

		if (pa < range->pa + range->size && pa + len > range->pa)
			return true;
	}
	return false;
}

static bool is_hidden(const struct mem_target *mem, uint64_t at, size_t len)
{
	uint64_t page = mem->knobs.hidden_page;

	return mem->knobs.hides_page && at < page + STORE_PAGE && at + len > page;
}

static enum status read_physical(const struct mem_target *mem, uint64_t pa, void *buf, size_t len)
{
	if (is_hidden(mem, pa, len))
		return STATUS_NOT_IN_DUMP;
	if (!is_missing(mem->files, pa, len))
		return store_read(&mem->files->physical, pa, buf, len);
	if (!mem->files->zeroes_missing)
		return STATUS_NOT_IN_DUMP;
	memset(buf, 0, len);
	return STATUS_OK;
}

static enum status read_virtual(const struct mem_target *mem, uint64_t kva, unsigned char *buf,
				size_t len)
{
	enum status status = STATUS_OK;

	/* Page by page: the next one may belong to another map. */
	while (len && status == STATUS_OK) {
		size_t part = STORE_PAGE - (size_t)(kva & (STORE_PAGE - 1));
		uint64_t pa;

		if (part > len)
			part = len;
		if (mem_kva_to_pa(mem->files, kva, &pa))
			status = read_physical(mem, pa, buf, part);
		else if (is_hidden(mem, kva, part))
			status = STATUS_NOT_IN_DUMP;
		else
			status = store_read(&mem->files->virtual, kva, buf, part);
		kva += part;
		buf += part;
		len -= part;
	}
	return status;
}

/* What the knobs make of a read before it happens. */
static enum status before_read(struct mem_target *mem)
{
	struct mem_knobs *knobs = &mem->knobs;

	knobs->nr_reads++;
	if (knobs->nr_reads == knobs->fail_read)
		return knobs->fail_status;
	if (knobs->max_reads && knobs->nr_reads > knobs->max_reads) {
		knobs->over_max_reads = true;
		return STATUS_INTERRUPTED;
	}
	return STATUS_OK;
}

static void after_read(struct mem_target *mem, unsigned char *buf, size_t len)
{
	struct mem_knobs *knobs = &mem->knobs;

	if (knobs->nr_reads == knobs->flip_read && len)
		buf[knobs->flip_bit / 8 % len] ^= (unsigned char)(1u << knobs->flip_bit % 8);
}

static enum status mem_read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	struct mem_target *mem = mem_of(target);
	enum status status = before_read(mem);

	if (status == STATUS_OK)
		status = read_physical(mem, at.v, buf, len);
	if (status == STATUS_OK)
		after_read(mem, buf, len);
	return status;
}

/* A garbled member is said to be this far away from where it is. No kernel address is so by itself,
 * so what is read through it is known by its address; and so is what is taken for the object around
 * it. */
#define GARBLED_BY (1ULL << 52)

static bool is_garbled(uint64_t kva, uint64_t *real)
{
	if (kva >> 48 == 0x000f)
		*real = kva - GARBLED_BY;
	else if (kva >> 48 == 0xffef)
		*real = kva + GARBLED_BY;
	else
		return false;
	return true;
}

static enum status read_garbled(const struct mem_target *mem, uint64_t real, void *buf, size_t len)
{
	enum status status = read_virtual(mem, real, buf, len);

	memset(buf, mem->knobs.garbage == GARBAGE_ONES ? 0xff : 0, len);
	return status;
}

static enum status mem_read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	struct mem_target *mem = mem_of(target);
	enum status status = before_read(mem);
	uint64_t real;

	if (mem->knobs.on_read_kva && len == STORE_PAGE)
		return STATUS_BAD_ADDRESS;
	if (mem->knobs.on_read_kva)
		mem->knobs.on_read_kva(mem->knobs.ctx, at.v, len);
	if (status == STATUS_OK && mem->knobs.garbled_member && is_garbled(at.v, &real))
		return read_garbled(mem, real, buf, len);
	mem->knobs.nr_watched += mem->knobs.watched_kva && at.v == mem->knobs.watched_kva;
	if (status == STATUS_OK)
		status = read_virtual(mem, at.v, buf, len);
	if (status == STATUS_OK)
		after_read(mem, buf, len);
	return status;
}

static enum status mem_to_pa(struct target *target, struct kva at, struct pa *ret)
{
	return mem_kva_to_pa(mem_of(target)->files, at.v, &ret->v) ? STATUS_OK : STATUS_BAD_ADDRESS;
}

static void note_asked(struct mem_target *mem, const struct name *name)
{
	mem->asked[name - mem->files->names] = true;
}

void mem_target_forget_asked(struct mem_target *mem)
{
	memset(mem->asked, 0, mem->files->nr_names * sizeof(*mem->asked));
}

bool *mem_target_copy_asked(const struct mem_target *mem)
{
	size_t bytes = (mem->files->nr_names + 1) * sizeof(*mem->asked);
	bool *copy = malloc(bytes);

	if (!copy)
		abort();
	return memcpy(copy, mem->asked, bytes);
}

static bool hides(struct mem_target *mem, const char *hidden, const char *name)
{
	if (!hidden || strcmp(hidden, name) != 0)
		return false;
	mem->knobs.asked_for_hidden = true;
	return true;
}

static enum status mem_symbol(struct target *target, const char *name, unsigned nth,
			      struct kva *ret)
{
	struct mem_target *mem = mem_of(target);
	const struct name *found = mem_find_name(mem->files, NAME_SYMBOL, NULL, name, nth);

	if (!found)
		return STATUS_MISSING;
	note_asked(mem, found);
	if (hides(mem, mem->knobs.hidden_symbol, name))
		return STATUS_MISSING;
	*ret = kva_of(found->value);
	return STATUS_OK;
}

static const char *mem_symbol_name(struct target *target, struct kva at)
{
	struct mem_target *mem = mem_of(target);

	for (size_t i = 0; i < mem->files->nr_names; i++) {
		const struct name *name = &mem->files->names[i];

		if (name->kind != NAME_SYMBOL || name->value != at.v)
			continue;
		note_asked(mem, name);
		if (!hides(mem, mem->knobs.hidden_symbol, name->text))
			return name->text;
	}
	return NULL;
}

static enum status mem_member(struct target *target, const char *type, const char *path,
			      struct member *ret)
{
	struct mem_target *mem = mem_of(target);
	const struct name *found = mem_find_name(mem->files, NAME_MEMBER, type, path, 0);
	char full[256];

	if (!found || found->untyped)
		return STATUS_MISSING;
	note_asked(mem, found);
	snprintf(full, sizeof(full), "%s.%s", type, path);
	if (hides(mem, mem->knobs.hidden_member, full))
		return STATUS_MISSING;
	*ret = (struct member){ .offset = found->value,
				.size = found->size,
				.bit = found->bit,
				.nr_bits = found->nr_bits };
	if (mem->knobs.garbled_member && strcmp(mem->knobs.garbled_member, full) == 0)
		ret->offset += GARBLED_BY;
	return STATUS_OK;
}

/* "vfio_group#2" is the second struct of that name; the first has the name alone. */
static enum status mem_member_of_module(struct target *target, const char *module, const char *type,
					const char *path, struct member *ret)
{
	const struct name *means =
		mem_find_name(mem_of(target)->files, NAME_MEANING, module, type, 0);
	char numbered[128];

	if (!means)
		return STATUS_MISSING;
	if (means->value > 1)
		snprintf(numbered, sizeof(numbered), "%s#%u", type, (unsigned)means->value);
	else
		snprintf(numbered, sizeof(numbered), "%s", type);
	return mem_member(target, numbered, path, ret);
}

/* The meaning of names in a file stands under the function's name in the namelist. */
static enum status mem_member_of_function(struct target *target, struct kva function, const char *type,
					  const char *path, struct member *ret)
{
	const char *name = mem_symbol_name(target, function);

	return name ? mem_member_of_module(target, name, type, path, ret) : STATUS_MISSING;
}

static enum status mem_type_size(struct target *target, const char *type, uint64_t *ret)
{
	const struct name *found = mem_find_name(mem_of(target)->files, NAME_TYPE, NULL, type, 0);

	if (!found)
		return STATUS_MISSING;
	*ret = found->value;
	return STATUS_OK;
}

static enum status mem_enumerator(struct target *target, const char *name, int64_t *ret)
{
	const struct name *found = mem_find_name(mem_of(target)->files, NAME_ENUM, NULL, name, 0);

	if (!found)
		return STATUS_MISSING;
	*ret = (int64_t)found->value;
	return STATUS_OK;
}

static bool mem_interrupted(struct target *target)
{
	struct mem_knobs *knobs = &mem_of(target)->knobs;

	knobs->nr_polls++;
	if (knobs->nr_reads - knobs->reads_at_poll > knobs->max_reads_between_polls)
		knobs->max_reads_between_polls = knobs->nr_reads - knobs->reads_at_poll;
	knobs->reads_at_poll = knobs->nr_reads;
	return knobs->over_max_reads ||
	       (knobs->interrupt_after && knobs->nr_polls > knobs->interrupt_after);
}

static bool mem_zeroes_missing(struct target *target)
{
	return mem_of(target)->files->zeroes_missing;
}

/* Each command of a transcript has its own knobs, so what one has read says nothing about the next. */
static bool mem_is_live(struct target *target)
{
	return !mem_of(target)->knobs.is_dump;
}

static const struct target_ops mem_ops = {
	.read_pa = mem_read_pa,
	.read_kva = mem_read_kva,
	.to_pa = mem_to_pa,
	.symbol = mem_symbol,
	.symbol_name = mem_symbol_name,
	.member = mem_member,
	.member_of_module = mem_member_of_module,
	.member_of_function = mem_member_of_function,
	.tells_bits = true,
	.type_size = mem_type_size,
	.enumerator = mem_enumerator,
	.interrupted = mem_interrupted,
	.zeroes_missing = mem_zeroes_missing,
	.is_live = mem_is_live,
};

struct mem_target *mem_target_open(const char *mem_path, const char *sym_path)
{
	struct mem_target *mem = calloc(1, sizeof(*mem));

	if (!mem)
		abort();
	mem->target.ops = &mem_ops;
	mem->files = mem_files_read(mem_path, sym_path);
	mem->asked = calloc(mem->files->nr_names + 1, sizeof(*mem->asked));
	if (!mem->asked)
		abort();
	return mem;
}

void mem_target_close(struct mem_target *mem)
{
	mem_files_release(mem->files);
	free(mem->asked);
	free(mem);
}

uint64_t mem_target_poke(struct mem_target *mem, uint64_t kva, uint64_t word)
{
	uint64_t pa;

	return mem_kva_to_pa(mem->files, kva, &pa) ? store_poke(&mem->files->physical, pa, word) :
						     store_poke(&mem->files->virtual, kva, word);
}

uint64_t mem_target_page_of(const struct mem_target *mem, uint64_t kva)
{
	uint64_t pa;

	return (mem_kva_to_pa(mem->files, kva, &pa) ? pa : kva) & ~(uint64_t)(STORE_PAGE - 1);
}

/* Writes are numbered through both stores. */
size_t mem_target_nr_writes(const struct mem_target *mem)
{
	return mem->files->physical.nr_writes + mem->files->virtual.nr_writes;
}

void mem_target_flip(struct mem_target *mem, size_t nth, uint64_t bit)
{
	struct store *store = &mem->files->physical;
	const struct store_write *write;

	if (nth >= store->nr_writes) {
		nth -= store->nr_writes;
		store = &mem->files->virtual;
	}
	write = &store->writes[nth];
	bit %= 8 * write->len;
	store_flip(store, write->at + bit / 8, (unsigned)(bit % 8));
}
