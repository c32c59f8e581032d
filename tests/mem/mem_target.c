// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The answers of a kernel made of text to each question of a target, and the ways in which a test
 * spoils them.
 */
#include "mem_target.h"

#include "iommu/btf_types.h"
#include "mem_files.h"

#include <stdarg.h>
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

/* ---- records ---- */

__attribute__((format(printf, 2, 3))) static void no_answer(struct mem_target *mem,
							    const char *format, ...)
{
	char *question;
	va_list args;

	va_start(args, format);
	if (vasprintf(&question, format, args) < 0)
		abort();
	va_end(args);
	for (size_t i = 0; i < mem->nr_unanswered; i++) {
		if (strcmp(mem->unanswered[i], question) == 0) {
			free(question);
			return;
		}
	}
	mem->unanswered =
		realloc(mem->unanswered, (mem->nr_unanswered + 1) * sizeof(*mem->unanswered));
	if (!mem->unanswered)
		abort();
	mem->unanswered[mem->nr_unanswered++] = question;
}

void mem_target_forget_unanswered(struct mem_target *mem)
{
	for (size_t i = 0; i < mem->nr_unanswered; i++)
		free(mem->unanswered[i]);
	free(mem->unanswered);
	mem->unanswered = NULL;
	mem->nr_unanswered = 0;
}

/* What the text does not have is not there; of a record only what it says of. */
__attribute__((format(printf, 2, 3))) static enum status missing(struct mem_target *mem,
								 const char *format, ...)
{
	char question[512];
	va_list args;

	va_start(args, format);
	vsnprintf(question, sizeof(question), format, args);
	va_end(args);
	if (mem->files->is_record && !mem_says_no(mem->files, question))
		no_answer(mem, "%s", question);
	return STATUS_MISSING;
}

static const struct gap *find_gap(const struct mem_files *files, bool physical, uint64_t at,
				  size_t len)
{
	for (size_t i = 0; i < files->nr_gaps; i++) {
		const struct gap *gap = &files->gaps[i];

		if (gap->physical == physical && at < gap->at + gap->size && gap->at < at + len)
			return gap;
	}
	return NULL;
}

/* Inside a page. A kernel address that the record translates has its bytes where that leads. */
static enum status read_recorded(struct mem_target *mem, bool physical, uint64_t at, void *buf,
				 size_t len)
{
	const struct mem_files *files = mem->files;
	const struct store *store = physical ? &files->physical : &files->virtual;
	const struct gap *gap = find_gap(files, physical, at, len);
	uint64_t pa = at;
	bool is_mapped = !physical && mem_kva_to_pa(files, at, &pa);

	if (is_mapped)
		store = &files->physical;
	if (store_knows(store, pa, len))
		return store_read(store, pa, buf, len);
	if (!gap && is_mapped)
		gap = find_gap(files, true, pa, len);
	if (gap)
		return gap->status;
	no_answer(mem, "%zu bytes at %s %llx", len, physical ? "pa" : "kva",
		  (unsigned long long)at);
	return STATUS_NOT_IN_DUMP;
}

static enum status read_record(struct mem_target *mem, bool physical, uint64_t at, void *buf,
			       size_t len)
{
	enum status status = STATUS_OK;
	unsigned char *to = buf;

	while (len && status == STATUS_OK) {
		size_t part = STORE_PAGE - (size_t)(at & (STORE_PAGE - 1));

		if (part > len)
			part = len;
		status = read_recorded(mem, physical, at, to, part);
		at += part;
		to += part;
		len -= part;
	}
	return status;
}

/* ---- memory ---- */

static enum status read_physical(struct mem_target *mem, uint64_t pa, void *buf, size_t len)
{
	if (mem->files->is_record)
		return read_record(mem, true, pa, buf, len);
	if (is_hidden(mem, pa, len))
		return STATUS_NOT_IN_DUMP;
	if (!is_missing(mem->files, pa, len))
		return store_read(&mem->files->physical, pa, buf, len);
	if (!mem->files->zeroes_missing)
		return STATUS_NOT_IN_DUMP;
	memset(buf, 0, len);
	return STATUS_OK;
}

static enum status read_virtual(struct mem_target *mem, uint64_t kva, unsigned char *buf, size_t len)
{
	enum status status = STATUS_OK;

	if (mem->files->is_record)
		return read_record(mem, false, kva, buf, len);

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

static enum status read_garbled(struct mem_target *mem, uint64_t real, void *buf, size_t len)
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
	struct mem_target *mem = mem_of(target);
	uint64_t page = at.v & ~(uint64_t)(STORE_PAGE - 1);

	if (mem_kva_to_pa(mem->files, at.v, &ret->v))
		return STATUS_OK;
	for (size_t i = 0; i < mem->files->nr_untranslated; i++) {
		if (mem->files->untranslated[i].at == page)
			return mem->files->untranslated[i].status;
	}
	if (mem->files->is_record)
		no_answer(mem, "map %llx", (unsigned long long)page);
	return STATUS_BAD_ADDRESS;
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
		return missing(mem, "symbol %s %u", name, nth);
	note_asked(mem, found);
	if (hides(mem, mem->knobs.hidden_symbol, name))
		return STATUS_MISSING;
	*ret = kva_of(found->value);
	return STATUS_OK;
}

static const char *mem_symbol_name(struct target *target, struct kva at)
{
	struct mem_target *mem = mem_of(target);
	/* A record has the one of several symbols there that crash named. */
	enum name_kind kind = mem->files->is_record ? NAME_AT : NAME_SYMBOL;

	for (size_t i = 0; i < mem->files->nr_names; i++) {
		const struct name *name = &mem->files->names[i];

		if (name->kind != kind || name->value != at.v)
			continue;
		note_asked(mem, name);
		if (!hides(mem, mem->knobs.hidden_symbol, name->text))
			return name->text;
	}
	missing(mem, "name %llx", (unsigned long long)at.v);
	return NULL;
}

/* In a text the nearest symbol before it, within what a function is long. */
static const char *mem_symbol_around(struct target *target, struct kva at, uint64_t *ret)
{
	const uint64_t longest = 0x10000;
	struct mem_target *mem = mem_of(target);
	const struct name *nearest = NULL;

	for (size_t i = 0; i < mem->files->nr_names; i++) {
		const struct name *name = &mem->files->names[i];

		if (mem->files->is_record && name->kind == NAME_AROUND && name->value == at.v) {
			*ret = name->size;
			note_asked(mem, name);
			return name->text;
		}
		if (!mem->files->is_record && name->kind == NAME_SYMBOL && name->value <= at.v &&
		    at.v - name->value < longest && (!nearest || name->value > nearest->value) &&
		    !hides(mem, mem->knobs.hidden_symbol, name->text))
			nearest = name;
	}
	if (!nearest) {
		missing(mem, "around %llx", (unsigned long long)at.v);
		return NULL;
	}
	note_asked(mem, nearest);
	*ret = at.v - nearest->value;
	return nearest->text;
}

static struct member place_of(const struct name *name)
{
	return (struct member){ .offset = name->value,
				.size = name->size,
				.bit = name->bit,
				.nr_bits = name->nr_bits };
}

static enum status mem_member(struct target *target, const char *type, const char *path,
			      struct member *ret)
{
	struct mem_target *mem = mem_of(target);
	const struct name *found = mem_find_name(mem->files, NAME_MEMBER, type, path, 0);
	char full[256];

	if (!found || found->untyped)
		return missing(mem, "member %s %s", type, path);
	note_asked(mem, found);
	snprintf(full, sizeof(full), "%s.%s", type, path);
	if (hides(mem, mem->knobs.hidden_member, full))
		return STATUS_MISSING;
	*ret = place_of(found);
	if (mem->knobs.garbled_member && strcmp(mem->knobs.garbled_member, full) == 0)
		ret->offset += GARBLED_BY;
	return STATUS_OK;
}

/* A record does not number structs of one name: it has what crash answered for each module. */
static enum status recorded_member_of(struct mem_target *mem, const char *module, const char *type,
				      const char *path, struct member *ret)
{
	const struct name *found;
	char owner[256];

	snprintf(owner, sizeof(owner), "%s %s", module, type);
	found = mem_find_name(mem->files, NAME_OF, owner, path, 0);
	if (!found)
		return missing(mem, "member-of %s %s %s", module, type, path);
	*ret = place_of(found);
	return STATUS_OK;
}

/* "vfio_group#2" is the second struct of that name; the first has the name alone. */
static enum status mem_member_of_module(struct target *target, const char *module, const char *type,
					const char *path, struct member *ret)
{
	const struct name *means =
		mem_find_name(mem_of(target)->files, NAME_MEANING, module, type, 0);
	char numbered[128];

	if (mem_of(target)->files->is_record)
		return recorded_member_of(mem_of(target), module, type, path, ret);
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
		return missing(mem_of(target), "type %s", type);
	*ret = found->value;
	return STATUS_OK;
}

static enum status mem_enumerator(struct target *target, const char *name, int64_t *ret)
{
	const struct name *found = mem_find_name(mem_of(target)->files, NAME_ENUM, NULL, name, 0);

	if (!found)
		return missing(mem_of(target), "enum %s", name);
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
	const struct mem_target *mem = mem_of(target);

	return mem->files->is_record ? mem->files->is_live : !mem->knobs.is_dump;
}

static uint64_t mem_taken(struct target *target)
{
	return mem_of(target)->files->taken;
}

/* ---- what BTF said, in a record ---- */

/* `wanted` is what the question is about: there is no such thing, or the record says how the question failed. */
__attribute__((format(printf, 3, 4))) static struct failure told_failure(struct mem_target *mem,
									 const char *wanted,
									 const char *format, ...)
{
	char question[512];
	const struct name *found;
	va_list args;

	va_start(args, format);
	vsnprintf(question, sizeof(question), format, args);
	va_end(args);
	found = mem_find_name(mem->files, NAME_FAILED, NULL, question, 0);
	if (found && found->size == STATUS_MISSING)
		return failure_missing(found->type);
	if (found)
		return failure_at((enum status)found->size, found->value);
	missing(mem, "%s", question);
	return failure_missing(wanted);
}

static struct failure told_member(struct target *target, const struct btf_wanted *wanted,
				  struct member *ret, const char **ret_module)
{
	struct mem_target *mem = mem_of(target);
	const char *module = wanted->module ? wanted->module : "-";
	const char *witness = wanted->witness ? wanted->witness : "-";
	const struct name *found;
	char owner[256], text[256];

	*ret_module = NULL;
	snprintf(owner, sizeof(owner), "%s %s", module, wanted->type);
	snprintf(text, sizeof(text), "%s %s", wanted->path, witness);
	found = mem_find_name(mem->files, NAME_BTF, owner, text, 0);
	if (!found)
		return told_failure(mem, wanted->path, "btf-member %s %s %s %s", module,
				    wanted->type, wanted->path, witness);
	*ret = place_of(found);
	*ret_module = found->of_module ? wanted->module : NULL;
	return NO_FAILURE;
}

static struct failure told_size(struct target *target, const char *type, uint64_t *ret)
{
	struct mem_target *mem = mem_of(target);
	const struct name *found = mem_find_name(mem->files, NAME_BTF_TYPE, NULL, type, 0);

	if (!found)
		return told_failure(mem, type, "btf-type %s", type);
	*ret = found->value;
	return NO_FAILURE;
}

static struct failure told_enumerator(struct target *target, const char *name, int64_t *ret)
{
	struct mem_target *mem = mem_of(target);
	const struct name *found = mem_find_name(mem->files, NAME_BTF_ENUM, NULL, name, 0);

	if (!found)
		return told_failure(mem, name, "btf-enum %s", name);
	*ret = (int64_t)found->value;
	return NO_FAILURE;
}

static const char *told_problem(struct target *target)
{
	return mem_of(target)->files->btf_problem;
}

static const struct told_btf told_btf = {
	.member = told_member,
	.size = told_size,
	.enumerator = told_enumerator,
	.problem = told_problem,
};

static const struct target_ops mem_ops = {
	.read_pa = mem_read_pa,
	.read_kva = mem_read_kva,
	.to_pa = mem_to_pa,
	.symbol = mem_symbol,
	.symbol_name = mem_symbol_name,
	.symbol_around = mem_symbol_around,
	.member = mem_member,
	.member_of_module = mem_member_of_module,
	.member_of_function = mem_member_of_function,
	.tells_bits = true,
	.type_size = mem_type_size,
	.enumerator = mem_enumerator,
	.interrupted = mem_interrupted,
	.zeroes_missing = mem_zeroes_missing,
	.is_live = mem_is_live,
	.taken = mem_taken,
};

struct mem_target *mem_target_open(const char *mem_path, const char *sym_path)
{
	struct mem_target *mem = calloc(1, sizeof(*mem));

	if (!mem)
		abort();
	mem->files = mem_files_read(mem_path, sym_path);
	mem->ops = mem_ops;
	if (mem->files->is_record) {
		mem->ops.btf = &told_btf;
		mem->ops.has_bytes_only = true;
		mem->ops.tells_bits = mem->files->tells_bits;
	}
	mem->target.ops = &mem->ops;
	mem->asked = calloc(mem->files->nr_names + 1, sizeof(*mem->asked));
	if (!mem->asked)
		abort();
	return mem;
}

void mem_target_close(struct mem_target *mem)
{
	mem_files_release(mem->files);
	mem_target_forget_unanswered(mem);
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
