// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The target that keeps what it was asked. Each answer that is not memory becomes a line of text at
 * once; memory becomes known bytes.
 */
#include "recording.h"

#include <string.h>

static struct recording *recording_of(struct target *target)
{
	return (struct recording *)target;
}

/* ---- answers ---- */

/* FNV-1a, 64 bits. */
static uint64_t hash_of(enum fact_kind kind, const char *question)
{
	uint64_t hash = 0xcbf29ce484222325ULL ^ kind;

	for (; *question; question++)
		hash = (hash ^ (unsigned char)*question) * 0x100000001b3ULL;
	return hash;
}

static bool is_known(const struct ptrs *facts, enum fact_kind kind, const char *question)
{
	for (size_t i = 0; i < facts->nr; i++) {
		const struct fact *fact = facts->at[i];

		if (fact->kind == kind && strcmp(fact->question, question) == 0)
			return true;
	}
	return false;
}

/* NULL: it was kept before. */
static struct fact *keep(struct recording *r, enum fact_kind kind, const char *question)
{
	uint64_t hash = hash_of(kind, question);
	struct ptrs *same = u64map_get(&r->by_hash, hash);
	struct fact *fact;

	if (same && is_known(same, kind, question))
		return NULL;
	if (!same) {
		same = arena_alloc(r->arena, sizeof(*same));
		u64map_add(r->arena, &r->by_hash, hash, same);
	}
	fact = arena_alloc(r->arena, sizeof(*fact));
	fact->kind = kind;
	fact->question = arena_strdup(r->arena, question);
	ptrs_push(r->arena, same, fact);
	ptrs_push(r->arena, &r->facts, fact);
	return fact;
}

/* Only OK and MISSING are answers: a question that ^C broke off has none. */
static bool is_answer(enum status status)
{
	return status == STATUS_OK || status == STATUS_MISSING;
}

/* "symbol NAME ..." or "no symbol NAME"; answer: what follows when it is there. */
__attribute__((format(printf, 5, 6))) static void keep_answer(struct recording *r,
							      enum fact_kind kind,
							      const char *question,
							      enum status status,
							      const char *answer, ...)
{
	struct fact *fact = is_answer(status) ? keep(r, kind, question) : NULL;
	va_list args;

	if (!fact)
		return;
	if (status == STATUS_OK) {
		va_start(args, answer);
		fact->line = arena_printf(r->arena, "%s %s", question,
					  arena_vprintf(r->arena, answer, args));
		va_end(args);
	} else {
		fact->line = arena_printf(r->arena, "no %s", question);
	}
}

static const char *word_of(const char *name)
{
	return name ? name : "-";
}

static const char *status_word(enum status status)
{
	switch (status) {
	case STATUS_NOT_IN_DUMP:
		return "not-in-dump";
	case STATUS_UNMAPPED:
		return "unmapped";
	case STATUS_DAMAGED:
		return "damaged";
	case STATUS_MISSING:
		return "missing";
	case STATUS_ABSENT:
		return "absent";
	case STATUS_OK:
	case STATUS_BAD_ADDRESS:
	case STATUS_INTERRUPTED:
		break;
	}
	return "bad-address";
}

/* ---- memory ---- */

static enum status recording_to_pa(struct target *target, struct kva at, struct pa *ret);

enum space { PHYSICAL, VIRTUAL };

static enum status read_below(struct recording *r, enum space space, uint64_t at, void *buf,
			      size_t len)
{
	return space == PHYSICAL ? target_read_pa(r->below, pa_of(at), buf, len) :
				   target_read_kva(r->below, kva_of(at), buf, len);
}

static struct known_bytes *known_of(struct recording *r, enum space space)
{
	return space == PHYSICAL ? &r->physical : &r->virtual;
}

static void keep_failure(struct recording *r, enum space space, uint64_t at, size_t len,
			 enum status status)
{
	struct fact *fact;
	char *question = arena_printf(r->arena, "unreadable %s %llx %zu",
				      space == PHYSICAL ? "pa" : "kva", (unsigned long long)at, len);

	if (status == STATUS_INTERRUPTED)
		return;
	fact = keep(r, FACT_UNREADABLE, question);
	if (fact)
		fact->line = arena_printf(r->arena, "%s %s", question, status_word(status));
}

static size_t part_of_page(uint64_t at, size_t len)
{
	size_t rest = SMALLEST_PAGE_BYTES - (size_t)(at % SMALLEST_PAGE_BYTES);

	return len < rest ? len : rest;
}

/* What stands around it, where that can be read, and where in memory it is. */
static void keep_pages_around(struct recording *r, enum space space, uint64_t at, size_t len)
{
	unsigned char page[SMALLEST_PAGE_BYTES];
	uint64_t from = at - at % SMALLEST_PAGE_BYTES;
	struct pa pa;

	for (; from < at + len; from += sizeof(page)) {
		if (known_bytes_has_page(known_of(r, space), from))
			continue;
		if (read_below(r, space, from, page, sizeof(page)) == STATUS_OK)
			known_bytes_put(known_of(r, space), from, page, sizeof(page));
		if (space == VIRTUAL)
			recording_to_pa(&r->target, kva_of(from), &pa);
	}
}

/* Of a read that failed, the pages are asked one by one: each has its own answer. */
static void keep_parts(struct recording *r, enum space space, uint64_t at, unsigned char *buf,
		       size_t len)
{
	while (len) {
		size_t part = part_of_page(at, len);
		enum status status = read_below(r, space, at, buf, part);

		if (status == STATUS_OK)
			known_bytes_put(known_of(r, space), at, buf, part);
		else
			keep_failure(r, space, at, part, status);
		if (status == STATUS_INTERRUPTED)
			return;
		at += part;
		buf += part;
		len -= part;
	}
}

static enum status read_and_keep(struct recording *r, enum space space, uint64_t at, void *buf,
				 size_t len)
{
	enum status status = read_below(r, space, at, buf, len);

	r->nr_reads++;
	if (status == STATUS_OK) {
		known_bytes_put(known_of(r, space), at, buf, len);
		if (r->with_pages)
			keep_pages_around(r, space, at, len);
		return STATUS_OK;
	}
	r->nr_failed++;
	if (part_of_page(at, len) == len || at + len < at)
		keep_failure(r, space, at, len, status);
	else if (status != STATUS_INTERRUPTED)
		keep_parts(r, space, at, buf, len); /* buf means nothing to the caller now */
	return status;
}

static enum status recording_read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	return read_and_keep(recording_of(target), PHYSICAL, at.v, buf, len);
}

static enum status recording_read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	return read_and_keep(recording_of(target), VIRTUAL, at.v, buf, len);
}

/* The next piece of a text that was read in pieces makes it longer. */
static void note_text(struct recording *r, enum text_kind kind, struct kva at, size_t len)
{
	struct text_place *text = r->texts.nr ? r->texts.at[r->texts.nr - 1] : NULL;

	if (kind == TEXT_NAME)
		return;
	if (text && text->kind == kind && text->at.v + text->len == at.v) {
		text->len += len;
		return;
	}
	text = arena_alloc(r->arena, sizeof(*text));
	*text = (struct text_place){ kind, at, len };
	ptrs_push(r->arena, &r->texts, text);
}

static enum status recording_read_text(struct target *target, enum text_kind kind, struct kva at,
				       char *buf, size_t len)
{
	struct recording *r = recording_of(target);
	enum status status = target_read_text(r->below, kind, at, buf, len);
	size_t letters;

	if (status != STATUS_OK)
		return read_and_keep(r, VIRTUAL, at.v, buf, len);
	r->nr_reads++;
	letters = strnlen(buf, len);
	if (letters < len)
		letters++; /* its NUL */
	known_bytes_put(&r->virtual, at.v, buf, letters);
	known_bytes_put_padding(&r->virtual, at.v + letters, len - letters);
	note_text(r, kind, at, letters);
	if (r->with_pages)
		keep_pages_around(r, VIRTUAL, at.v, len);
	return STATUS_OK;
}

static enum status recording_to_pa(struct target *target, struct kva at, struct pa *ret)
{
	struct recording *r = recording_of(target);
	enum status status = target_to_pa(r->below, at, ret);
	uint64_t offset = at.v % SMALLEST_PAGE_BYTES;
	struct fact *fact;
	char *question = arena_printf(r->arena, "untranslated %llx",
				      (unsigned long long)(at.v - offset));

	if (status == STATUS_INTERRUPTED)
		return status;
	fact = keep(r, status == STATUS_OK ? FACT_MAP : FACT_UNMAPPED, question);
	if (fact && status == STATUS_OK) {
		fact->kva = kva_of(at.v - offset);
		fact->pa = pa_of(ret->v - offset);
	} else if (fact) {
		fact->line = arena_printf(r->arena, "%s %s", question, status_word(status));
	}
	return status;
}

/* ---- names ---- */

static enum status ask_symbol(struct recording *r, const char *name, unsigned nth, struct kva *ret)
{
	enum status status = r->below->ops->symbol(r->below, name, nth, ret);
	struct fact *fact;

	if (!is_answer(status))
		return status;
	fact = keep(r, FACT_SYMBOL, arena_printf(r->arena, "%s %06u", name, nth));
	if (fact && status == STATUS_OK)
		fact->line = arena_printf(r->arena, "symbol %s %llx", name,
					  (unsigned long long)ret->v);
	else if (fact)
		fact->line = arena_printf(r->arena, "no symbol %s %u", name, nth);
	return status;
}

/* The text numbers them in their order: those before it are told, too. */
static enum status recording_symbol(struct target *target, const char *name, unsigned nth,
				    struct kva *ret)
{
	enum status status = STATUS_OK;

	for (unsigned i = 0; i <= nth && status == STATUS_OK; i++)
		status = ask_symbol(recording_of(target), name, i, ret);
	return status;
}

static const char *recording_symbol_name(struct target *target, struct kva at)
{
	struct recording *r = recording_of(target);
	const char *name = r->below->ops->symbol_name(r->below, at);

	keep_answer(r, FACT_NAME, arena_printf(r->arena, "name %llx", (unsigned long long)at.v),
		    name ? STATUS_OK : STATUS_MISSING, "%s", word_of(name));
	return name;
}

static const char *recording_symbol_around(struct target *target, struct kva at, uint64_t *offset)
{
	struct recording *r = recording_of(target);
	const char *name = r->below->ops->symbol_around ? r->below->ops->symbol_around(r->below, at, offset) : NULL;

	keep_answer(r, FACT_NAME, arena_printf(r->arena, "around %llx", (unsigned long long)at.v),
		    name ? STATUS_OK : STATUS_MISSING, "%s %llu", word_of(name),
		    name ? (unsigned long long)*offset : 0);
	return name;
}

static void keep_member(struct recording *r, enum fact_kind kind, const char *question,
			enum status status, const struct member *member, const char *from)
{
	unsigned long long offset = 0, size = 0;
	unsigned bit = 0, nr_bits = 0;

	if (status == STATUS_OK) {
		offset = member->offset;
		size = member->size;
		bit = member->bit;
		nr_bits = member->nr_bits;
	}
	if (nr_bits)
		keep_answer(r, kind, question, status, "%s%llu %llu %u %u", from, offset, size, bit,
			    nr_bits);
	else
		keep_answer(r, kind, question, status, "%s%llu %llu", from, offset, size);
}

static enum status recording_member(struct target *target, const char *type, const char *path,
				    struct member *ret)
{
	struct recording *r = recording_of(target);
	enum status status = r->below->ops->member(r->below, type, path, ret);

	keep_member(r, FACT_MEMBER, arena_printf(r->arena, "member %s %s", type, path), status, ret,
		    "");
	return status;
}

static enum status recording_member_of_module(struct target *target, const char *module,
					      const char *type, const char *path,
					      struct member *ret)
{
	struct recording *r = recording_of(target);
	enum status status = target_member_of_module(r->below, module, type, path, ret);

	keep_member(r, FACT_MEMBER,
		    arena_printf(r->arena, "member-of %s %s %s", module, type, path), status, ret,
		    "");
	return status;
}

/* The function stands in the text by the name of its symbol, as crash says it. */
static enum status recording_member_of_function(struct target *target, struct kva function,
						const char *type, const char *path,
						struct member *ret)
{
	struct recording *r = recording_of(target);
	enum status status = r->below->ops->member_of_function ?
				     r->below->ops->member_of_function(r->below, function, type, path, ret) :
				     STATUS_MISSING;
	const char *name = recording_symbol_name(target, function);

	if (name)
		keep_member(r, FACT_MEMBER,
			    arena_printf(r->arena, "member-of %s %s %s", name, type, path), status,
			    ret, "");
	return status;
}

static enum status recording_type_size(struct target *target, const char *type, uint64_t *ret)
{
	struct recording *r = recording_of(target);
	enum status status = r->below->ops->type_size(r->below, type, ret);

	keep_answer(r, FACT_TYPE, arena_printf(r->arena, "type %s", type), status, "%llu",
		    status == STATUS_OK ? (unsigned long long)*ret : 0);
	return status;
}

static enum status recording_enumerator(struct target *target, const char *name, int64_t *ret)
{
	struct recording *r = recording_of(target);
	enum status status = r->below->ops->enumerator(r->below, name, ret);

	keep_answer(r, FACT_ENUM, arena_printf(r->arena, "enum %s", name), status, "0x%llx",
		    status == STATUS_OK ? (unsigned long long)*ret : 0);
	return status;
}

/* ---- the dump's own types: asked below, so that their bytes are not kept ---- */

/* The question about `name` was not answered, and not because there is no such thing: the answer will be why.
 * False: it was answered. */
static bool keep_btf_failure(struct recording *r, const char *question, const char *name,
			     struct failure failure)
{
	struct fact *fact;

	if (!failed(failure) ||
	    (failure.status == STATUS_MISSING && strcmp(failure.missing, name) == 0))
		return false;
	fact = failure.status == STATUS_INTERRUPTED ? NULL : keep(r, FACT_BTF, question);
	if (fact && failure.status == STATUS_MISSING)
		fact->line = arena_printf(r->arena, "failed missing %s %s", failure.missing, question);
	else if (fact)
		fact->line = arena_printf(r->arena, "failed %s %llx %s", status_word(failure.status),
					  (unsigned long long)failure.at, question);
	return true;
}

static struct failure recording_btf_member(struct target *target, const struct btf_wanted *wanted,
					   struct member *ret, const char **ret_module)
{
	struct recording *r = recording_of(target);
	struct failure failure = btf_types_member(&r->btf, r->below, wanted, ret, ret_module);
	char *question = arena_printf(r->arena, "btf-member %s %s %s %s", word_of(wanted->module),
				      wanted->type, wanted->path, word_of(wanted->witness));

	if (!keep_btf_failure(r, question, wanted->path, failure))
		keep_member(r, FACT_BTF, question, failure.status, ret,
			    *ret_module ? "module " : "vmlinux ");
	return failure;
}

static struct failure recording_btf_size(struct target *target, const char *type, uint64_t *ret)
{
	struct recording *r = recording_of(target);
	struct failure failure = btf_types_size(&r->btf, r->below, type, ret);
	char *question = arena_printf(r->arena, "btf-type %s", type);

	if (!keep_btf_failure(r, question, type, failure))
		keep_answer(r, FACT_BTF, question, failure.status, "%llu",
			    failed(failure) ? 0 : (unsigned long long)*ret);
	return failure;
}

static struct failure recording_btf_enumerator(struct target *target, const char *name, int64_t *ret)
{
	struct recording *r = recording_of(target);
	struct failure failure = btf_types_enumerator(&r->btf, r->below, name, ret);
	char *question = arena_printf(r->arena, "btf-enum %s", name);

	if (!keep_btf_failure(r, question, name, failure))
		keep_answer(r, FACT_BTF, question, failure.status, "0x%llx",
			    failed(failure) ? 0 : (unsigned long long)*ret);
	return failure;
}

static const char *recording_btf_problem(struct target *target)
{
	struct recording *r = recording_of(target);

	btf_types_library(&r->btf, r->below); /* is a problem before anybody asked for a type */
	return btf_types_problem(r->btf);
}

static const struct told_btf told_btf = {
	.member = recording_btf_member,
	.size = recording_btf_size,
	.enumerator = recording_btf_enumerator,
	.problem = recording_btf_problem,
};

/* ---- the rest is told once, when the text is written ---- */

static bool recording_interrupted(struct target *target)
{
	return target_interrupted(recording_of(target)->below);
}

static bool recording_zeroes_missing(struct target *target)
{
	struct target *below = recording_of(target)->below;

	return below->ops->zeroes_missing(below);
}

static bool recording_is_live(struct target *target)
{
	return target_is_live(recording_of(target)->below);
}

static uint64_t recording_taken(struct target *target)
{
	return target_taken(recording_of(target)->below);
}

static unsigned recording_types_generation(struct target *target)
{
	return target_types_generation(recording_of(target)->below);
}

static const struct target_ops ops = {
	.read_pa = recording_read_pa,
	.read_kva = recording_read_kva,
	.read_text = recording_read_text,
	.to_pa = recording_to_pa,
	.symbol = recording_symbol,
	.symbol_name = recording_symbol_name,
	.symbol_around = recording_symbol_around,
	.member = recording_member,
	.member_of_module = recording_member_of_module,
	.member_of_function = recording_member_of_function,
	.type_size = recording_type_size,
	.enumerator = recording_enumerator,
	.interrupted = recording_interrupted,
	.zeroes_missing = recording_zeroes_missing,
	.is_live = recording_is_live,
	.taken = recording_taken,
	.btf = &told_btf,
	.types_generation = recording_types_generation,
};

struct recording *recording_new(struct arena *arena, struct target *below, size_t max_pages,
				bool with_pages)
{
	struct recording *r = arena_alloc(arena, sizeof(*r));

	r->ops = ops;
	r->ops.tells_bits = below->ops->tells_bits;
	r->target.ops = &r->ops;
	r->below = below;
	r->arena = arena;
	r->with_pages = with_pages;
	known_bytes_init(&r->physical, arena, max_pages);
	known_bytes_init(&r->virtual, arena, max_pages);
	return r;
}

void recording_release(struct recording *recording)
{
	btf_types_release(&recording->btf);
}

struct target *recording_target(struct recording *recording)
{
	return &recording->target;
}

bool recording_is_whole(const struct recording *recording)
{
	return !recording->physical.is_full && !recording->virtual.is_full;
}

void recording_count(const struct recording *recording, struct recording_counts *ret)
{
	*ret = (struct recording_counts){
		.bytes = known_bytes_count(&recording->physical) +
			 known_bytes_count(&recording->virtual),
		.reads = recording->nr_reads,
		.failed = recording->nr_failed,
		.changed = recording->physical.nr_changed + recording->virtual.nr_changed,
		.answers = recording->facts.nr,
	};
}
