// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * BTF in kernel memory: vmlinux's between __start_BTF and __stop_BTF, each module's split BTF on
 * the list btf_modules (Linux kernel/bpf/btf.c, struct btf_module and struct btf). The layout of
 * those two structs comes from vmlinux's BTF itself.
 */
#include "iommu/btf_types.h"

#include "btf_names.h"
#include "libbpf.h"

#include "iommu/list.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BTF_BYTES (64u << 20) /* vmlinux's has 4 to 8 MiB */
#define MAX_MODULES   4096u
#define MAX_DEPTH     16      /* of anonymous structs in structs */
#define MAX_STEPS     100000u /* members looked at for one path: broken BTF can branch */
#define NAME_BYTES    56      /* MODULE_NAME_LEN on 64 bits */

/* What no types are for, where it is that. */
static const char *const library_problems[] = {
	[BTF_LIBRARY_FOUND] = NULL,
	[BTF_LIBRARY_ABSENT] = "libbpf is not installed",
	[BTF_LIBRARY_TOO_OLD] = "libbpf is older than 0.3",
};

struct module_btf {
	char name[NAME_BYTES + 1];
	struct kva data;
	uint32_t size;
	bool tried;
	struct failure failure; /* tried: why there is no btf */
	struct btf *btf;
	struct btf_names names; /* of its own types, without vmlinux's */
};

/* BTF does not change, and to look through all enums takes a millisecond: what was asked once is
 * remembered, above all what is not there. */
struct answer {
	struct answer *next;
	bool found;
	int64_t value;
	char name[];
};

/* Each step of preparation is done when its result is here: a read may not return, and the next
 * question then takes up where this one was left. */
struct btf_types {
	struct libbpf lib;
	const char *problem; /* there will never be any types */
	struct failure base_failure; /* why there is no base, when it is in the dump or should be */
	struct failure list_failure; /* why modules may be missing from the list */
	void *scratch;	     /* raw BTF while it is read */
	struct btf *base;
	struct btf_names names; /* of base */
	bool listed;
	uint64_t first_module; /* on the list when it was read: a new one comes before it */
	uint64_t last_module;
	struct module_btf *modules;
	size_t nr_modules;
	struct answer *answers;
};

/* ---- enumerators that were asked for before ---- */

static const struct answer *recall(const struct btf_types *t, const char *name)
{
	const struct answer *a = t->answers;

	while (a && strcmp(a->name, name) != 0)
		a = a->next;
	return a;
}

static void remember(struct btf_types *t, const char *name, bool found, int64_t value)
{
	size_t len = strlen(name) + 1;
	struct answer *a = malloc(sizeof(*a) + len);

	if (!a)
		return;
	*a = (struct answer){ t->answers, found, value };
	memcpy(a->name, name, len);
	t->answers = a;
}

/* ---- members of one BTF ---- */

struct search {
	const struct btf_types *t;
	const struct btf *btf;
	unsigned steps;
	uint64_t bit;	  /* found: from the start of the struct */
	unsigned nr_bits; /* found: of a bit-field, else 0 */
	__u32 type;	  /* found: of the member */
};

static const struct btf_type *skip_modifiers(const struct search *s, __u32 id)
{
	const struct btf_type *type = s->t->lib.type_by_id(s->btf, id);

	for (unsigned i = 0; type && i < MAX_DEPTH; i++) {
		if (!btf_is_mod(type) && !btf_is_typedef(type))
			return type;
		type = s->t->lib.type_by_id(s->btf, type->type);
	}
	return type;
}

static bool same_name(const char *name, const char *path, size_t len)
{
	return name && strlen(name) == len && memcmp(name, path, len) == 0;
}

static bool find_member(struct search *s, __u32 id, const char *path, unsigned depth);

/* The member m of a struct is the path's first step, or holds it anonymously. */
static bool try_member(struct search *s, const struct btf_type *type, unsigned nth,
		       const char *path, unsigned depth)
{
	const struct btf_member *m = &btf_members(type)[nth];
	const char *name = s->t->lib.name_by_offset(s->btf, m->name_off);
	size_t len = strcspn(path, ".");

	if (name && !*name) {
		if (!find_member(s, m->type, path, depth + 1))
			return false;
	} else if (!same_name(name, path, len)) {
		return false;
	} else if (path[len] == '.') {
		if (!find_member(s, m->type, path + len + 1, depth + 1))
			return false;
	} else {
		s->bit = 0;
		s->nr_bits = btf_member_bitfield_size(type, nth);
		s->type = m->type;
	}
	s->bit += btf_member_bit_offset(type, nth);
	return true;
}

static bool find_member(struct search *s, __u32 id, const char *path, unsigned depth)
{
	const struct btf_type *type = skip_modifiers(s, id);

	if (!type || !btf_is_composite(type) || depth > MAX_DEPTH)
		return false;
	for (unsigned i = 0; i < btf_vlen(type) && s->steps < MAX_STEPS; i++) {
		s->steps++;
		if (try_member(s, type, i, path, depth))
			return true;
	}
	return false;
}

static enum status place_bytes(const struct search *s, uint64_t size, struct member *ret)
{
	if (s->bit % 8)
		return STATUS_MISSING;
	*ret = (struct member){ .offset = s->bit / 8, .size = size };
	return STATUS_OK;
}

/* A bit-field lies in one number of its type, aligned as that is. */
static enum status place_bits(const struct search *s, uint64_t size, struct member *ret)
{
	uint64_t unit = size * 8, bit = s->bit % unit;

	if (bit + s->nr_bits > unit)
		return STATUS_MISSING;
	*ret = (struct member){ .offset = s->bit / unit * size,
				.size = size,
				.bit = (uint8_t)bit,
				.nr_bits = (uint8_t)s->nr_bits };
	return STATUS_OK;
}

static bool has_member(const struct btf_types *t, const struct btf *btf, __u32 id, const char *path)
{
	struct search s = { .t = t, .btf = btf };

	return find_member(&s, id, path, 0);
}

/* The member of the struct with this id. */
static enum status member_of(const struct btf_types *t, const struct btf *btf, __u32 id,
			     const char *path, struct member *ret)
{
	struct search s = { .t = t, .btf = btf };
	__s64 size;

	if (!find_member(&s, id, path, 0))
		return STATUS_MISSING;
	size = t->lib.resolve_size(btf, s.type);
	if (size <= 0)
		return STATUS_MISSING;
	return s.nr_bits ? place_bits(&s, (uint64_t)size, ret)
			 : place_bytes(&s, (uint64_t)size, ret);
}

/* Of all structs that have the name, the first that has the witness and the member. */
static enum status member_in(const struct btf_types *t, const struct btf *btf,
			     const struct btf_names *names, const struct btf_wanted *wanted,
			     struct member *ret)
{
	__u32 id = 0;

	while ((id = btf_names_next(names, &t->lib, btf, wanted->type, id))) {
		if (wanted->witness && !has_member(t, btf, id, wanted->witness))
			continue;
		if (member_of(t, btf, id, wanted->path, ret) == STATUS_OK)
			return STATUS_OK;
	}
	return STATUS_MISSING;
}

static enum status member_in_base(const struct btf_types *t, const struct btf_wanted *wanted,
				  struct member *ret)
{
	return member_in(t, t->base, &t->names, wanted, ret);
}

/* ---- reading it from the dump ---- */

/* Of a stretch that could not be read as a whole, the first page that cannot: a sentence names it. */
static struct failure first_unreadable(struct target *target, struct kva at, uint64_t size,
				       enum status status)
{
	uint64_t page = SMALLEST_PAGE_BYTES;
	char byte;

	for (uint64_t v = at.v; v < at.v + size; v = (v & ~(page - 1)) + page) {
		enum status one = target_read_kva(target, kva_of(v), &byte, 1);

		if (one != STATUS_OK)
			return failure_at(one, v);
	}
	return failure_at(status, at.v);
}

/* OK; DAMAGED: it is no BTF; or why it cannot be read. */
static struct failure parse_at(struct btf_types *t, struct target *target, struct kva at,
			    uint64_t size, struct btf *base, struct btf **ret)
{
	enum status status = STATUS_DAMAGED;
	struct btf *btf = NULL;

	*ret = NULL;
	if (!size || size > MAX_BTF_BYTES)
		return failure_at(STATUS_DAMAGED, at.v);
	free(t->scratch);
	t->scratch = malloc(size);
	if (t->scratch)
		status = target_read_kva(target, at, t->scratch, size);
	if (t->scratch && status == STATUS_OK)
		btf = base ? libbpf_new_split(&t->lib, t->scratch, (__u32)size, base)
			   : t->lib.new_base(t->scratch, (__u32)size);
	free(t->scratch);
	t->scratch = NULL;
	if (status != STATUS_OK)
		return first_unreadable(target, at, size, status);
	if (libbpf_is_error(&t->lib, btf))
		return failure_at(STATUS_DAMAGED, at.v);
	*ret = btf;
	return NO_FAILURE;
}

static void load_base(struct btf_types *t, struct target *target)
{
	struct kva start, stop;

	if (target_symbol(target, "__start_BTF", &start) != STATUS_OK ||
	    target_symbol(target, "__stop_BTF", &stop) != STATUS_OK || stop.v <= start.v) {
		t->problem = "this kernel keeps no BTF";
		return;
	}
	t->base_failure = parse_at(t, target, start, stop.v - start.v, NULL, &t->base);
	switch (t->base_failure.status) {
	case STATUS_OK:
	case STATUS_INTERRUPTED: /* the next question asks again */
		break;
	case STATUS_NOT_IN_DUMP:
		t->problem = "the kernel's BTF is not in the dump";
		break;
	case STATUS_DAMAGED:
		t->problem = "the kernel's BTF is damaged";
		break;
	case STATUS_BAD_ADDRESS:
	case STATUS_UNMAPPED:
	case STATUS_MISSING:
	case STATUS_ABSENT:
		t->problem = "the kernel's BTF cannot be read";
		break;
	}
}

struct list_layout {
	struct member list, module, btf, data, data_size, name;
};

static bool learn(const struct btf_types *t, const char *type, const char *path, struct member *ret)
{
	const struct btf_wanted wanted = { .type = type, .path = path };

	return member_in_base(t, &wanted, ret) == STATUS_OK;
}

static bool learn_list(const struct btf_types *t, struct list_layout *ret)
{
	return learn(t, "btf_module", "list", &ret->list) &&
	       learn(t, "btf_module", "module", &ret->module) &&
	       learn(t, "btf_module", "btf", &ret->btf) && learn(t, "btf", "data", &ret->data) &&
	       learn(t, "btf", "data_size", &ret->data_size) &&
	       learn(t, "module", "name", &ret->name);
}

static struct failure read_bytes(struct target *target, uint64_t at, void *ret, size_t len)
{
	return failure_at(target_read_kva(target, kva_of(at), ret, len), at);
}

static struct failure read_word(struct target *target, uint64_t at, uint64_t *ret)
{
	return read_bytes(target, at, ret, sizeof(*ret));
}

static struct failure read_module(struct target *target, const struct list_layout *l, uint64_t entry,
			struct module_btf *ret)
{
	uint64_t module, btf, data;
	uint32_t size;
	struct failure failure;

	memset(ret, 0, sizeof(*ret));
	failure = read_word(target, entry + l->module.offset, &module);
	if (!failed(failure))
		failure = read_bytes(target, module + l->name.offset, ret->name, NAME_BYTES);
	if (failed(failure))
		return failure;
	/* From here on it is known whose BTF cannot be had. */
	failure = read_word(target, entry + l->btf.offset, &btf);
	if (!failed(failure))
		failure = read_word(target, btf + l->data.offset, &data);
	if (!failed(failure))
		failure = read_bytes(target, btf + l->data_size.offset, &size, sizeof(size));
	ret->tried = failed(failure);
	ret->failure = failure;
	if (failed(failure))
		return NO_FAILURE;
	ret->data = kva_of(data);
	ret->size = size;
	return NO_FAILURE;
}

/* A list of more than MAX_MODULES is none, however few of its nodes can be read. What it leads to is BTF or it
 * is not, so every node is looked at. */
static void walk_list(struct btf_types *t, struct target *target, const struct list_layout *l,
		      struct kva head)
{
	struct list_walk walk = list_walk_of(target, LIST_LOOSE, head, MAX_MODULES);
	struct kva node;

	while (t->nr_modules < MAX_MODULES && list_walk_next(&walk, &node)) {
		struct failure one = read_module(target, l, node.v - l->list.offset,
						 &t->modules[t->nr_modules]);

		t->list_failure = first_failure(t->list_failure, one);
		t->nr_modules += !failed(one);
	}
	t->list_failure = first_failure(walk.failure, t->list_failure);
}

/* The list's first and last node: a module that comes or goes changes one of them, or is between.
 */
static void read_list_ends(struct target *target, uint64_t *first, uint64_t *last)
{
	struct kva head;

	*first = *last = 0;
	if (target_symbol(target, "btf_modules", &head) != STATUS_OK)
		return;
	if (failed(read_word(target, head.v, first)))
		*first = 0;
	if (failed(read_word(target, head.v + sizeof(*first), last)))
		*last = 0;
}

/* Only where each module's BTF is; it is read when it is asked for. */
static void list_modules(struct btf_types *t, struct target *target)
{
	struct list_layout l;
	struct kva head;

	t->nr_modules = 0;
	t->list_failure = NO_FAILURE;
	if (learn_list(t, &l) && target_symbol(target, "btf_modules", &head) == STATUS_OK) {
		if (!t->modules)
			t->modules = calloc(MAX_MODULES, sizeof(*t->modules));
		if (t->modules)
			walk_list(t, target, &l, head);
	}
	t->listed = !target_interrupted(target);
	read_list_ends(target, &t->first_module, &t->last_module);
}

/* The target knows the answers and has nothing to read. Whoever asks for the problem has no target. */
static bool is_told(struct btf_types **types, struct target *target)
{
	if (!target->ops->btf)
		return false;
	if (!*types)
		*types = calloc(1, sizeof(**types));
	if (*types)
		(*types)->problem = target->ops->btf->problem(target);
	return true;
}

/* NULL: no memory. */
static struct btf_types *with_library(struct btf_types **types)
{
	struct btf_types *t = *types;

	if (!t)
		t = *types = calloc(1, sizeof(*t));
	if (t && !t->lib.handle && !t->problem)
		t->problem = library_problems[libbpf_open(&t->lib)];
	return t;
}

static struct btf_types *prepare(struct btf_types **types, struct target *target)
{
	struct btf_types *t = with_library(types);

	if (!t)
		return NULL;
	if (!t->base && !t->problem)
		load_base(t, target);
	if (t->base)
		btf_names_build(&t->names, &t->lib, t->base, 1);
	if (t->base && !t->listed)
		list_modules(t, target);
	return t;
}

/* Whether its BTF is there, or why it cannot be had. */
static struct failure load_module(struct btf_types *t, struct target *target, struct module_btf *m)
{
	if (!m->tried) {
		m->failure = parse_at(t, target, m->data, m->size, t->base, &m->btf);
		m->tried = m->failure.status != STATUS_INTERRUPTED;
	}
	if (m->btf)
		btf_names_build(&m->names, &t->lib, m->btf, t->names.end);
	return m->failure;
}

/* NULL in *ret: no such module is loaded, or, with a failure, that is not known or its BTF cannot be had. */
static struct failure find_module(struct btf_types *t, struct target *target, const char *name,
				  const struct module_btf **ret)
{
	struct failure failure;

	*ret = NULL;
	for (size_t i = 0; t->listed && i < t->nr_modules; i++) {
		struct module_btf *m = &t->modules[i];

		if (strcmp(m->name, name) != 0)
			continue;
		failure = load_module(t, target, m);
		*ret = failed(failure) ? NULL : m;
		return failure;
	}
	return t->list_failure;
}

/* Without a base there are no types: that it has none, or why it cannot be read. */
static struct failure no_types(const struct btf_types *t, const char *wanted)
{
	return t && failed(t->base_failure) ? t->base_failure : failure_missing(wanted);
}

struct failure btf_types_member(struct btf_types **types, struct target *target,
			     const struct btf_wanted *wanted, struct member *ret,
			     const char **ret_module)
{
	struct btf_types *t;
	const struct module_btf *m = NULL;
	struct failure failure = NO_FAILURE;

	if (is_told(types, target))
		return target->ops->btf->member(target, wanted, ret, ret_module);
	t = prepare(types, target);
	*ret_module = NULL;
	if (!t || !t->base)
		return no_types(t, wanted->path);
	if (wanted->module)
		failure = find_module(t, target, wanted->module, &m);
	if (m && member_in(t, m->btf, &m->names, wanted, ret) == STATUS_OK) {
		*ret_module = wanted->module;
		return NO_FAILURE;
	}
	if (member_in_base(t, wanted, ret) == STATUS_OK)
		return NO_FAILURE;
	return failed(failure) ? failure : failure_missing(wanted->path);
}

struct failure btf_types_size(struct btf_types **types, struct target *target, const char *type,
			   uint64_t *ret)
{
	struct btf_types *t;
	__u32 id;
	__s64 size;

	if (is_told(types, target))
		return target->ops->btf->size(target, type, ret);
	t = prepare(types, target);
	if (!t || !t->base)
		return no_types(t, type);
	id = btf_names_next(&t->names, &t->lib, t->base, type, 0);
	size = id ? t->lib.resolve_size(t->base, id) : -1;
	if (size < 0)
		return failure_missing(type);
	*ret = (uint64_t)size;
	return NO_FAILURE;
}

static bool enum_has(const struct btf_types *t, const struct btf_type *type, const char *name,
		     int64_t *ret)
{
	for (unsigned i = 0; i < btf_vlen(type); i++) {
		const struct btf_enum *e = &btf_enum(type)[i];
		const char *found = t->lib.name_by_offset(t->base, e->name_off);

		if (!found || strcmp(found, name) != 0)
			continue;
		*ret = e->val;
		return true;
	}
	return false;
}

static bool find_enumerator(const struct btf_types *t, const char *name, int64_t *ret)
{
	const struct btf_type *type;

	for (__u32 id = 1; (type = t->lib.type_by_id(t->base, id)); id++) {
		if (btf_kind(type) == BTF_KIND_ENUM && enum_has(t, type, name, ret))
			return true;
	}
	return false;
}

struct failure btf_types_enumerator(struct btf_types **types, struct target *target, const char *name,
				 int64_t *ret)
{
	struct btf_types *t;
	const struct answer *known;
	int64_t value = 0;
	bool found;

	if (is_told(types, target))
		return target->ops->btf->enumerator(target, name, ret);
	t = prepare(types, target);
	if (!t || !t->base)
		return no_types(t, name);
	known = recall(t, name);
	if (known) {
		found = known->found;
		value = known->value;
	} else {
		found = find_enumerator(t, name, &value);
		remember(t, name, found, value);
	}
	if (found)
		*ret = value;
	return found ? NO_FAILURE : failure_missing(name);
}

static void forget_answers(struct btf_types *t)
{
	while (t->answers) {
		struct answer *next = t->answers->next;

		free(t->answers);
		t->answers = next;
	}
}

static void free_modules(struct btf_types *t)
{
	for (size_t i = 0; i < t->nr_modules; i++) {
		btf_names_release(&t->modules[i].names);
		if (t->modules[i].btf)
			t->lib.free(t->modules[i].btf);
	}
	t->nr_modules = 0;
}

bool btf_types_changed(struct btf_types *t, struct target *target)
{
	uint64_t first, last;

	if (!t || !t->listed)
		return false;
	read_list_ends(target, &first, &last);
	if (first == t->first_module && last == t->last_module)
		return false;
	free_modules(t);
	list_modules(t, target);
	return true;
}

const char *btf_types_problem(const struct btf_types *types)
{
	return types ? types->problem : NULL;
}

enum btf_library btf_types_library_here(void)
{
	struct libbpf lib;
	enum btf_library library = libbpf_open(&lib);

	if (library == BTF_LIBRARY_FOUND)
		libbpf_close(&lib);
	return library;
}

enum btf_library btf_types_library(struct btf_types **types, struct target *target)
{
	const struct btf_types *t = is_told(types, target) ? *types : with_library(types);

	for (unsigned i = BTF_LIBRARY_ABSENT; t && t->problem && i <= BTF_LIBRARY_TOO_OLD; i++) {
		if (strcmp(t->problem, library_problems[i]) == 0)
			return (enum btf_library)i;
	}
	return BTF_LIBRARY_FOUND;
}

void btf_types_release(struct btf_types **types)
{
	struct btf_types *t = *types;

	if (!t)
		return;
	free_modules(t);
	forget_answers(t);
	btf_names_release(&t->names);
	if (t->base)
		t->lib.free(t->base);
	free(t->modules);
	free(t->scratch);
	free(t);
	*types = NULL;
}
