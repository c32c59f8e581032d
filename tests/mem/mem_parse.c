// SPDX-License-Identifier: GPL-2.0-or-later
/* Both files are one language (README.md): a statement a line. */
#include "mem_files.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORDS    128
#define MAX_LOOPS    4
#define MAX_INCLUDES 8

#define MAX_ARGS 10
#define MAX_LINE 1024

struct loop {
	size_t body; /* index of the first line inside */
	char name[32];
	uint64_t last;
};

struct parser {
	struct mem_files *files;
	const char *path;
	size_t line, first_line; /* for messages: line counts from 1 */
	char **lines;
	size_t nr_lines, next;
	struct loop loops[MAX_LOOPS];
	unsigned nr_loops, depth;
	struct macro *recording; /* lines go there until "end" */
	unsigned nr_open;	 /* for loops inside it */
	struct mem_btf *btf;	 /* lines describe its types until "end" */
	bool physical;		 /* where words go */
	uint64_t at;
	const char *type; /* of the current struct */
	uint64_t base;
};

__attribute__((noreturn, format(printf, 2, 3))) static void fail(const struct parser *p,
								 const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%zu: ", p->path, p->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(99);
}

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* The array with room for one more than nr; it doubles, since a thousand blocks of growing size cost the address
 * sanitizer, which keeps each for a while, more than what is done with them. */
static void *with_room(void *array, size_t nr, size_t size)
{
	return nr & (nr - 1) ? array : must(realloc(array, 2 * (nr ? nr : 1) * size));
}

/* ---- names ---- */

/* FNV-1a. */
static uint32_t hash_of(const char *text)
{
	uint32_t hash = 2166136261u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

const struct name *mem_find_name(const struct mem_files *files, enum name_kind kind,
				 const char *type, const char *text, unsigned nth)
{
	uint32_t hash = hash_of(text);
	const struct name *name;

	for (size_t next = files->bucket[hash % NAME_BUCKETS].first; next; next = name->next) {
		name = &files->names[next - 1];
		if (name->hash == hash && name->kind == kind && strcmp(name->text, text) == 0 &&
		    (!type || strcmp(name->type, type) == 0) && !nth--)
			return name;
	}
	return NULL;
}

static void add_name(struct parser *p, enum name_kind kind, const char *type, const char *text,
		     uint64_t value, uint64_t size)
{
	struct mem_files *files = p->files;
	struct name_bucket *bucket = &files->bucket[hash_of(text) % NAME_BUCKETS];
	struct name *name;

	files->names = with_room(files->names, files->nr_names, sizeof(*name));
	name = &files->names[files->nr_names++];
	/* Behind those that were there: the first of a name is found first. */
	if (bucket->last)
		files->names[bucket->last - 1].next = files->nr_names;
	else
		bucket->first = files->nr_names;
	bucket->last = files->nr_names;
	*name = (struct name){ .kind = kind, .value = value, .size = size };
	name->text = must(strdup(text));
	name->hash = hash_of(text);
	name->type = type ? must(strdup(type)) : NULL;
}

/* The same name again: the later line wins, so that a case can vary what it includes. */
static void set_name(struct parser *p, enum name_kind kind, const char *type, const char *text,
		     uint64_t value, uint64_t size)
{
	const struct name *found = mem_find_name(p->files, kind, type, text, 0);

	if (found) {
		struct name *old = &p->files->names[found - p->files->names];

		old->value = value;
		old->size = size;
	} else {
		add_name(p, kind, type, text, value, size);
	}
}

static const struct name *member_of(const struct parser *p, const char *type, const char *path)
{
	const struct name *member = mem_find_name(p->files, NAME_MEMBER, type, path, 0);

	if (!member)
		fail(p, "no member %s.%s", type, path);
	return member;
}

bool mem_kva_to_pa(const struct mem_files *files, uint64_t kva, uint64_t *ret)
{
	for (size_t i = 0; i < files->nr_maps; i++) {
		const struct range *map = &files->maps[i];

		if (kva >= map->kva && kva - map->kva < map->size) {
			*ret = map->pa + (kva - map->kva);
			return true;
		}
	}
	return false;
}

/* ---- numbers ---- */

/* "@TYPE.PATH" behind an address: the offset of that member; 0 when there is none. */
static uint64_t take_member(const struct parser *p, const char **text)
{
	char type[128], path[128];
	int len = 0;

	if (**text != '@')
		return 0;
	if (sscanf(*text, "@%127[a-z0-9_#].%127[A-Za-z0-9_.]%n", type, path, &len) != 2)
		fail(p, "expected @TYPE.MEMBER at '%s'", *text);
	*text += len;
	return member_of(p, type, path)->value;
}

static uint64_t take_sum(const struct parser *p, const char **text);

/* A term: (SUM), hex digits, or &NAME of a symbol or a let, or &NAME@TYPE.MEMBER. Moves *text
 * behind it.
 */
static uint64_t take_term(const struct parser *p, const char **text)
{
	char name[128];
	size_t len = 0;
	const struct name *found;
	char *end;
	uint64_t value;

	if (**text == '(') {
		++*text;
		value = take_sum(p, text);
		if (*(*text)++ != ')')
			fail(p, "a ( without its )");
		return value;
	}
	if (**text != '&') {
		value = strtoull(*text, &end, 16);
		if (end == *text || **text == '-')
			fail(p, "expected hex digits or &NAME at '%s'", *text);
		*text = end;
		return value;
	}
	++*text;
	while ((isalnum((unsigned char)**text) || **text == '_') && len < sizeof(name) - 1)
		name[len++] = *(*text)++;
	name[len] = '\0';
	found = mem_find_name(p->files, NAME_LET, NULL, name, 0);
	if (!found)
		found = mem_find_name(p->files, NAME_SYMBOL, NULL, name, 0);
	if (!found)
		fail(p, "no symbol or let '%s'", name);
	return found->value + take_member(p, text);
}

static uint64_t take_product(const struct parser *p, const char **text)
{
	uint64_t value = take_term(p, text);

	while (**text == '*') {
		++*text;
		value *= take_term(p, text);
	}
	return value;
}

static uint64_t take_sum(const struct parser *p, const char **text)
{
	uint64_t value = take_product(p, text);

	while (**text == '+' || **text == '-') {
		char sign = *(*text)++;
		uint64_t next = take_product(p, text);

		value = sign == '+' ? value + next : value - next;
	}
	return value;
}

static uint64_t expression(const struct parser *p, const char *text)
{
	uint64_t value = take_sum(p, &text);

	if (*text)
		fail(p, "cannot read '%s'", text);
	return value;
}

/* Offsets, sizes and counts: decimal, or 0x. */
static uint64_t count(const struct parser *p, const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);

	if (end == text || *end)
		fail(p, "expected a number, found '%s'", text);
	return value;
}

/* ---- memory ---- */

static void write_at(struct parser *p, bool physical, uint64_t at, const void *bytes, size_t len)
{
	uint64_t pa;

	if (physical)
		store_write(&p->files->physical, at, bytes, len);
	else if (mem_kva_to_pa(p->files, at, &pa))
		store_write(&p->files->physical, pa, bytes, len);
	else
		store_write(&p->files->virtual, at, bytes, len);
}

static void write_word(struct parser *p, uint64_t value, size_t len)
{
	write_at(p, p->physical, p->at, &value, len); /* little-endian, as x86 is */
	p->at += len;
}

/* Numbers in a row, a page at a time: what is contiguous here may lie in memory page by page. */
static void write_run(struct parser *p, uint64_t value, uint64_t step, uint64_t times, size_t len)
{
	unsigned char page[STORE_PAGE + sizeof(value)];

	while (times) {
		size_t room = STORE_PAGE - p->at % STORE_PAGE, nr = 0;

		for (; times && nr < room; times--, nr += len, value += step)
			memcpy(page + nr, &value, len);
		write_at(p, p->physical, p->at, page, nr);
		p->at += nr;
	}
}

/* HEX, HEX*COUNT, HEX*COUNT+STEP; &NAME and sums only without a count. */
static void put_words(struct parser *p, const char *word, size_t len)
{
	uint64_t value, times = 1, step = 0;
	char *end;

	if (*word == '&' || *word == '(') {
		write_word(p, expression(p, word), len);
		return;
	}
	value = strtoull(word, &end, 16);
	if (end == word)
		fail(p, "expected a word of memory, found '%s'", word);
	if (*end == '*')
		times = strtoull(end + 1, &end, 10);
	if (*end == '+')
		step = strtoull(end + 1, &end, 16);
	if (*end)
		fail(p, "cannot read '%s'", word);
	write_run(p, value, step, times, len);
}

static void put_memory(struct parser *p, const char *word)
{
	if (*word == '"') { /* with its NUL */
		write_at(p, p->physical, p->at, word + 1, strlen(word + 1) + 1);
		p->at += strlen(word + 1) + 1;
	} else if (*word == '_') { /* what stands there is not told */
		p->at += count(p, word + 1);
	} else if (strncmp(word, "b:", 2) == 0) {
		put_words(p, word + 2, 1);
	} else if (strncmp(word, "h:", 2) == 0) {
		put_words(p, word + 2, 2);
	} else if (strncmp(word, "w:", 2) == 0) {
		put_words(p, word + 2, 4);
	} else {
		put_words(p, word, 8);
	}
}

static uint64_t place_text(struct parser *p, const char *text)
{
	uint64_t at = p->files->texts_at;

	store_write(&p->files->virtual, at, text, strlen(text) + 1);
	p->files->texts_at += strlen(text) + 1;
	return at;
}

/* ".PATH VALUE" of the current struct. */
static void put_member(struct parser *p, const char *path, const char *word)
{
	const struct name *member;
	uint64_t value;

	if (!p->type)
		fail(p, "no struct before .%s", path);
	member = member_of(p, p->type, path);
	if (*word == '"' && member->size != 8) {
		char text[64] = "";

		snprintf(text, sizeof(text), "%s", word + 1);
		write_at(p, false, p->base + member->value, text,
			 member->size < sizeof(text) ? member->size : sizeof(text));
		return;
	}
	value = *word == '"' ? place_text(p, word + 1) : expression(p, word);
	if (member->size > sizeof(value))
		fail(p, "%s.%s has %llu bytes", p->type, path, (unsigned long long)member->size);
	write_at(p, false, p->base + member->value, &value, member->size);
}

/* TYPE.PATH of a struct at an address; "-" for the address itself. */
static uint64_t member_address(const struct parser *p, const char *spec, uint64_t at)
{
	char type[128];
	const char *dot = strchr(spec, '.');

	if (strcmp(spec, "-") == 0)
		return at;
	if (!dot || (size_t)(dot - spec) >= sizeof(type))
		fail(p, "expected TYPE.MEMBER or -, found '%s'", spec);
	snprintf(type, sizeof(type), "%.*s", (int)(dot - spec), spec);
	return at + member_of(p, type, dot + 1)->value;
}

static uint64_t read_word(const struct parser *p, uint64_t at)
{
	uint64_t value = 0, pa;

	if (mem_kva_to_pa(p->files, at, &pa))
		store_read(&p->files->physical, pa, &value, sizeof(value));
	else
		store_read(&p->files->virtual, at, &value, sizeof(value));
	return value;
}

static void link_words(struct parser *p, uint64_t node, uint64_t next)
{
	write_at(p, false, node, &next, 8);	/* node->next */
	write_at(p, false, next + 8, &node, 8); /* next->prev */
}

/* struct list_head, at its end: words are HEAD-MEMBER HEAD LINK-MEMBER STRUCT. */
static void add_to_list(struct parser *p, char **words)
{
	uint64_t head = member_address(p, words[0], expression(p, words[1]));
	uint64_t node = member_address(p, words[2], expression(p, words[3]));
	uint64_t last = read_word(p, head + 8);

	if (!last)
		fail(p, "add before list");
	link_words(p, last, node);
	link_words(p, node, head);
}

/* struct llist_head, at its front. */
static void push_on_llist(struct parser *p, char **words)
{
	uint64_t head = member_address(p, words[0], expression(p, words[1]));
	uint64_t node = member_address(p, words[2], expression(p, words[3]));
	uint64_t first = read_word(p, head);

	write_at(p, false, node, &first, 8);
	write_at(p, false, head, &node, 8);
}

static void fill(struct parser *p, char **words, size_t nr)
{
	uint64_t times = count(p, words[1]);

	while (times--) {
		for (size_t i = 2; i < nr; i++)
			put_memory(p, words[i]);
	}
}

/* ---- statements ---- */

static void read_file(struct mem_files *files, const char *path, unsigned depth);

static void include(struct parser *p, const char *name)
{
	const char *slash = strrchr(p->path, '/');
	char path[1024];

	if (p->depth == MAX_INCLUDES)
		fail(p, "includes are nested too deep");
	snprintf(path, sizeof(path), "%.*s%s", slash ? (int)(slash + 1 - p->path) : 0, p->path,
		 name);
	read_file(p->files, path, p->depth + 1);
}

static void add_range(struct range **ranges, size_t *nr, struct range range)
{
	*ranges = with_room(*ranges, *nr, sizeof(range));
	(*ranges)[(*nr)++] = range;
}

static void start_loop(struct parser *p, char **words)
{
	struct loop *loop;

	if (p->nr_loops == MAX_LOOPS)
		fail(p, "loops are nested too deep");
	loop = &p->loops[p->nr_loops++];
	loop->body = p->next;
	loop->last = count(p, words[3]);
	snprintf(loop->name, sizeof(loop->name), "%s", words[1]);
	set_name(p, NAME_LET, NULL, loop->name, count(p, words[2]), 0);
}

static void end_loop(struct parser *p)
{
	struct loop *loop;
	uint64_t value;

	if (!p->nr_loops)
		fail(p, "end without for");
	loop = &p->loops[p->nr_loops - 1];
	value = mem_find_name(p->files, NAME_LET, NULL, loop->name, 0)->value;
	if (value == loop->last) {
		p->nr_loops--;
		return;
	}
	set_name(p, NAME_LET, NULL, loop->name, value + 1, 0);
	p->next = loop->body;
}

/* "member TYPE PATH OFFSET SIZE BIT BITS": a bit-field. */
static void set_bits(struct parser *p, char **words)
{
	struct name *member;

	set_name(p, NAME_MEMBER, words[1], words[2], count(p, words[3]), count(p, words[4]));
	member = (struct name *)member_of(p, words[1], words[2]);
	member->bit = (uint8_t)count(p, words[5]);
	member->nr_bits = (uint8_t)count(p, words[6]);
}

/* "means MODULE TYPE#N": to the code of that module, TYPE is the Nth struct of that name. */
static void set_meaning(struct parser *p, const char *module, const char *numbered)
{
	const char *hash = strchr(numbered, '#');
	char type[128];

	if (!hash || (size_t)(hash - numbered) >= sizeof(type))
		fail(p, "expected TYPE#N, found '%s'", numbered);
	snprintf(type, sizeof(type), "%.*s", (int)(hash - numbered), numbered);
	set_name(p, NAME_MEANING, module, type, count(p, hash + 1), 0);
}

/* "without TYPE" or "without TYPE PATH": the text may go on to use the members of the struct, or that
 * one; the namelist has them not. */
static void forget_members(struct parser *p, const char *type, const char *path)
{
	bool found = false;

	for (size_t i = 0; i < p->files->nr_names; i++) {
		struct name *name = &p->files->names[i];

		if (name->kind != NAME_MEMBER || strcmp(name->type, type) != 0 ||
		    (path && strcmp(name->text, path) != 0))
			continue;
		name->untyped = found = true;
	}
	if (!found)
		fail(p, "no member %s.%s", type, path ? path : "*");
}

/* What the namelist says. False: not such a statement. */
static bool namelist_statement(struct parser *p, char **words, size_t nr)
{
	if (strcmp(words[0], "symbol") == 0 && nr == 3)
		add_name(p, NAME_SYMBOL, NULL, words[1], expression(p, words[2]), 0);
	else if (strcmp(words[0], "member") == 0 && nr == 5)
		set_name(p, NAME_MEMBER, words[1], words[2], count(p, words[3]),
			 count(p, words[4]));
	else if (strcmp(words[0], "member") == 0 && nr == 7)
		set_bits(p, words);
	else if (strcmp(words[0], "without") == 0 && (nr == 2 || nr == 3))
		forget_members(p, words[1], nr == 3 ? words[2] : NULL);
	else if (strcmp(words[0], "type") == 0 && nr == 3)
		set_name(p, NAME_TYPE, NULL, words[1], count(p, words[2]), 0);
	else if (strcmp(words[0], "means") == 0 && nr == 3)
		set_meaning(p, words[1], words[2]);
	else if (strcmp(words[0], "enum") == 0 && nr == 3)
		set_name(p, NAME_ENUM, NULL, words[1], count(p, words[2]), 0);
	else if (strcmp(words[0], "let") == 0 && nr == 3)
		set_name(p, NAME_LET, NULL, words[1], expression(p, words[2]), 0);
	else
		return false;
	return true;
}

/* ---- records: what was asked, and nothing else ---- */

static void join(const struct parser *p, char **words, size_t nr, char ret[MAX_LINE])
{
	size_t at = 0;

	for (size_t i = 0; i < nr; i++) {
		int len = snprintf(ret + at, MAX_LINE - at, "%s%s", i ? " " : "", words[i]);

		if (len < 0 || (size_t)len >= MAX_LINE - at)
			fail(p, "the line becomes too long");
		at += (size_t)len;
	}
}

bool mem_says_no(const struct mem_files *files, const char *question)
{
	return mem_find_name(files, NAME_NO, NULL, question, 0) != NULL;
}

static void forget(struct parser *p, enum name_kind kind, const char *type, const char *text,
		   unsigned nth)
{
	const struct name *found = mem_find_name(p->files, kind, type, text, nth);

	if (found)
		p->files->names[found - p->files->names].kind = NAME_GONE;
}

/* "no QUESTION": whatever a line before said of it. The number behind a symbol's name may be left out. */
static void add_no(struct parser *p, char **words, size_t nr)
{
	char question[MAX_LINE];

	if (strcmp(words[0], "symbol") == 0 && nr == 2)
		snprintf(question, sizeof(question), "symbol %s 0", words[1]);
	else
		join(p, words, nr, question);
	if (strcmp(words[0], "symbol") == 0)
		forget(p, NAME_SYMBOL, NULL, words[1], nr == 3 ? (unsigned)count(p, words[2]) : 0);
	else if (strcmp(words[0], "member") == 0 && nr == 3)
		forget(p, NAME_MEMBER, words[1], words[2], 0);
	else if (strcmp(words[0], "type") == 0)
		forget(p, NAME_TYPE, NULL, words[1], 0);
	else if (strcmp(words[0], "enum") == 0)
		forget(p, NAME_ENUM, NULL, words[1], 0);
	add_name(p, NAME_NO, NULL, question, 0, 0);
}

static enum status status_of_word(const struct parser *p, const char *word)
{
	if (strcmp(word, "not-in-dump") == 0)
		return STATUS_NOT_IN_DUMP;
	if (strcmp(word, "bad-address") == 0)
		return STATUS_BAD_ADDRESS;
	if (strcmp(word, "unmapped") == 0)
		return STATUS_UNMAPPED;
	if (strcmp(word, "damaged") == 0)
		return STATUS_DAMAGED;
	if (strcmp(word, "absent") == 0)
		return STATUS_ABSENT;
	fail(p, "expected not-in-dump, bad-address, unmapped, damaged or absent, found '%s'", word);
}

/* "failed STATUS ADDRESS QUESTION", "failed missing NAME QUESTION": the answer is why there is none. */
static void add_failed(struct parser *p, char **words, size_t nr)
{
	char question[MAX_LINE];

	join(p, words + 2, nr - 2, question);
	if (strcmp(words[0], "missing") == 0)
		add_name(p, NAME_FAILED, words[1], question, 0, STATUS_MISSING);
	else
		add_name(p, NAME_FAILED, NULL, question, expression(p, words[1]),
			 status_of_word(p, words[0]));
}

static void add_gap(struct gap **gaps, size_t *nr, struct gap gap)
{
	*gaps = with_room(*gaps, *nr, sizeof(gap));
	(*gaps)[(*nr)++] = gap;
}

static void add_command(struct parser *p, const char *text)
{
	struct mem_files *files = p->files;

	if (*text != '"')
		fail(p, "expected \"iommu VERB ...\"");
	files->commands = with_room(files->commands, files->nr_commands, sizeof(char *));
	files->commands[files->nr_commands++] = must(strdup(text + 1));
}

/* "OFFSET SIZE" or "OFFSET SIZE BIT BITS" */
static struct name *add_place(struct parser *p, enum name_kind kind, const char *module,
			      const char *type, const char *text, char **place, size_t nr)
{
	char owner[256];
	struct name *name;

	snprintf(owner, sizeof(owner), "%s %s", module, type);
	add_name(p, kind, owner, text, count(p, place[0]), count(p, place[1]));
	name = &p->files->names[p->files->nr_names - 1];
	if (nr == 4) {
		name->bit = (uint8_t)count(p, place[2]);
		name->nr_bits = (uint8_t)count(p, place[3]);
	}
	return name;
}

/* "btf-member MODULE TYPE PATH WITNESS vmlinux|module OFFSET SIZE [BIT BITS]" */
static void add_btf_member(struct parser *p, char **words, size_t nr)
{
	char text[256];

	snprintf(text, sizeof(text), "%s %s", words[3], words[4]);
	add_place(p, NAME_BTF, words[1], words[2], text, words + 6, nr - 6)->of_module =
		strcmp(words[5], "module") == 0;
}

static bool record_statement(struct parser *p, char **words, size_t nr)
{
	struct mem_files *files = p->files;

	if (strcmp(words[0], "recorded") == 0 && nr == 1)
		files->is_record = true;
	else if (strcmp(words[0], "live") == 0 && nr == 1)
		files->is_live = true;
	else if (strcmp(words[0], "taken") == 0 && nr == 2)
		files->taken = strtoull(words[1], NULL, 10);
	else if (strcmp(words[0], "tells-bits") == 0 && nr == 1)
		files->tells_bits = true;
	else if (strcmp(words[0], "command") == 0 && nr == 2)
		add_command(p, words[1]);
	else if (strcmp(words[0], "no") == 0 && nr >= 3)
		add_no(p, words + 1, nr - 1);
	else if (strcmp(words[0], "failed") == 0 && nr >= 5)
		add_failed(p, words + 1, nr - 1);
	else if (strcmp(words[0], "unreadable") == 0 && nr == 5)
		add_gap(&files->gaps, &files->nr_gaps,
			(struct gap){ strcmp(words[1], "pa") == 0, expression(p, words[2]),
				      count(p, words[3]), status_of_word(p, words[4]) });
	else if (strcmp(words[0], "untranslated") == 0 && nr == 3)
		add_gap(&files->untranslated, &files->nr_untranslated,
			(struct gap){ false, expression(p, words[1]), STORE_PAGE,
				      status_of_word(p, words[2]) });
	else
		return false;
	return true;
}

/* Names that only a record has: answers of crash's that a text would not make up. */
static bool recorded_name(struct parser *p, char **words, size_t nr)
{
	if (strcmp(words[0], "name") == 0 && nr == 3)
		add_name(p, NAME_AT, NULL, words[2], expression(p, words[1]), 0);
	else if (strcmp(words[0], "around") == 0 && nr == 4)
		add_name(p, NAME_AROUND, NULL, words[2], expression(p, words[1]), count(p, words[3]));
	else if (strcmp(words[0], "member-of") == 0 && (nr == 6 || nr == 8))
		add_place(p, NAME_OF, words[1], words[2], words[3], words + 4, nr - 4);
	else if (strcmp(words[0], "value") == 0 && nr == 3 && *words[1] == '"')
		add_name(p, NAME_VALUE, NULL, words[1] + 1, expression(p, words[2]), 0);
	else if (strcmp(words[0], "btf-member") == 0 && (nr == 8 || nr == 10))
		add_btf_member(p, words, nr);
	else if (strcmp(words[0], "btf-type") == 0 && nr == 3)
		add_name(p, NAME_BTF_TYPE, NULL, words[1], count(p, words[2]), 0);
	else if (strcmp(words[0], "btf-enum") == 0 && nr == 3)
		add_name(p, NAME_BTF_ENUM, NULL, words[1], count(p, words[2]), 0);
	else if (strcmp(words[0], "btf-problem") == 0 && nr == 2 && *words[1] == '"')
		p->files->btf_problem = must(strdup(words[1] + 1));
	else
		return false;
	return true;
}

static bool dump_statement(struct parser *p, char **words, size_t nr)
{
	struct mem_files *files = p->files;

	if (strcmp(words[0], "map") == 0 && nr == 4)
		add_range(&files->maps, &files->nr_maps,
			  (struct range){ expression(p, words[1]), expression(p, words[2]),
					  expression(p, words[3]) });
	else if (strcmp(words[0], "missing") == 0 && nr == 3)
		add_range(&files->missing, &files->nr_missing,
			  (struct range){ 0, expression(p, words[1]), expression(p, words[2]) });
	else if (strcmp(words[0], "zeroes-missing") == 0 && nr == 1)
		files->zeroes_missing = true;
	else
		return false;
	return true;
}

static bool memory_statement(struct parser *p, char **words, size_t nr)
{
	if ((strcmp(words[0], "@pa") == 0 || strcmp(words[0], "@kva") == 0) && nr >= 2) {
		p->physical = words[0][1] == 'p';
		p->at = expression(p, words[1]);
		for (size_t i = 2; i < nr; i++)
			put_memory(p, words[i]);
	} else if (strcmp(words[0], "struct") == 0 && nr == 3) {
		p->type = words[1];
		p->base = expression(p, words[2]);
	} else if (strcmp(words[0], "list") == 0 && nr == 3) {
		uint64_t head = member_address(p, words[1], expression(p, words[2]));

		link_words(p, head, head);
	} else if (strcmp(words[0], "add") == 0 && nr == 5) {
		add_to_list(p, words + 1);
	} else if (strcmp(words[0], "push") == 0 && nr == 5) {
		push_on_llist(p, words + 1);
	} else if (strcmp(words[0], "fill") == 0 && nr > 2) {
		fill(p, words, nr);
	} else if (words[0][0] == '.' && nr == 2) {
		put_member(p, words[0] + 1, words[1]);
	} else {
		return false;
	}
	return true;
}

/* A fresh page for an object, behind those before it. */
static void new_object(struct parser *p, char **words, size_t nr)
{
	uint64_t size = nr == 3 ? expression(p, words[2]) : STORE_PAGE;

	if (!p->files->heap_at)
		fail(p, "new before heap");
	set_name(p, NAME_LET, NULL, words[1], p->files->heap_at, 0);
	p->files->heap_at += (size + STORE_PAGE - 1) & ~(uint64_t)(STORE_PAGE - 1);
}

/* ---- BTF: see mem_btf.h ---- */

static void start_btf(struct parser *p, char **words, size_t nr)
{
	struct mem_files *files = p->files;
	const struct mem_btf *base = nr == 3 ? mem_btf_find(files->btfs, words[2]) : NULL;

	if (nr == 3 && !base)
		fail(p, "no btf '%s'", words[2]);
	files->btfs = mem_btf_new(words[1], base, files->btfs);
	p->btf = files->btfs;
}

/* At its end it gets pages of its own; NAME and NAME_size say where and how much. */
static void end_btf(struct parser *p)
{
	char size_name[128], *words[] = { NULL, (char *)(size_t)mem_btf_name(p->btf), NULL };
	size_t len;
	unsigned char *bytes = mem_btf_bytes(p->btf, &len);
	uint64_t at = p->files->heap_at;

	new_object(p, words, 2);
	p->files->heap_at += len & ~(size_t)(STORE_PAGE - 1);
	write_at(p, false, at, bytes, len);
	snprintf(size_name, sizeof(size_name), "%s_size", words[1]);
	set_name(p, NAME_LET, NULL, size_name, len, 0);
	free(bytes);
	p->btf = NULL;
}

static void btf_statement(struct parser *p, char **words, size_t nr)
{
	const char *wrong;

	if (strcmp(words[0], "end") == 0 && nr == 1) {
		end_btf(p);
		return;
	}
	wrong = mem_btf_line(p->btf, words, nr);
	if (wrong)
		fail(p, "%s", wrong);
}

/* ---- macros: lines with $1 ... $9 in them ---- */

static void start_macro(struct parser *p, const char *name)
{
	struct mem_files *files = p->files;
	struct macro *macro;

	files->macros = with_room(files->macros, files->nr_macros, sizeof(*macro));
	macro = &files->macros[files->nr_macros++];
	*macro = (struct macro){ .name = must(strdup(name)), .line = p->line };
	snprintf(macro->path, sizeof(macro->path), "%s", p->path);
	p->recording = macro;
	p->nr_open = 0;
}

/* Every line until the macro's own "end", which may follow those of its loops. */
static void record_line(struct parser *p, const char *line)
{
	struct macro *macro = p->recording;
	char word[8] = "";

	sscanf(line, "%7s", word);
	if (strcmp(word, "end") == 0 && !p->nr_open--) {
		p->recording = NULL;
		return;
	}
	p->nr_open += strcmp(word, "for") == 0;
	macro->lines = with_room(macro->lines, macro->nr_lines, sizeof(*macro->lines));
	macro->lines[macro->nr_lines++] = must(strdup(line));
}

static size_t append(const struct parser *p, char ret[MAX_LINE], size_t at, const char *text,
		     size_t len)
{
	if (at + len >= MAX_LINE)
		fail(p, "the line becomes too long");
	memcpy(ret + at, text, len);
	return at + len;
}

static void substitute(const struct parser *p, const char *line, char **words, size_t nr,
		       char ret[MAX_LINE])
{
	size_t at = 0;

	for (; *line; line++) {
		size_t arg = (size_t)(line[1] - '0');

		if (line[0] != '$' || !isdigit((unsigned char)line[1])) {
			at = append(p, ret, at, line, 1);
			continue;
		}
		if (arg >= nr)
			fail(p, "%s: too few words", words[0]);
		at = append(p, ret, at, words[arg], strlen(words[arg]));
		if (*words[arg] == '"') /* split() took the other one off */
			at = append(p, ret, at, "\"", 1);
		line++;
	}
	ret[at] = '\0';
}

static void run_lines(struct parser *p);

/* False: there is no macro of that name. The one defined last wins. */
static bool run_macro(struct parser *p, char **words, size_t nr)
{
	const struct mem_files *files = p->files;
	const struct macro *macro = NULL;
	struct parser body = { .files = p->files, .depth = p->depth + 1 };

	for (size_t i = 0; i < files->nr_macros; i++) {
		if (strcmp(files->macros[i].name, words[0]) == 0)
			macro = &files->macros[i];
	}
	if (!macro)
		return false;
	if (body.depth > MAX_INCLUDES || nr > MAX_ARGS)
		fail(p, "%s: too many words, or macros nested too deep", words[0]);
	body.path = macro->path;
	body.first_line = macro->line;
	body.nr_lines = macro->nr_lines;
	body.lines = must(calloc(macro->nr_lines + 1, sizeof(*body.lines)));
	for (size_t i = 0; i < macro->nr_lines; i++) {
		char line[MAX_LINE];

		body.line = macro->line + i + 1;
		substitute(&body, macro->lines[i], words, nr, line);
		body.lines[i] = must(strdup(line));
	}
	run_lines(&body);
	for (size_t i = 0; i < body.nr_lines; i++)
		free(body.lines[i]);
	free(body.lines);
	return true;
}

static void statement(struct parser *p, char **words, size_t nr)
{
	if (p->btf) {
		btf_statement(p, words, nr);
		return;
	}
	if (namelist_statement(p, words, nr) || dump_statement(p, words, nr) ||
	    memory_statement(p, words, nr) || record_statement(p, words, nr) ||
	    recorded_name(p, words, nr))
		return;
	if (strcmp(words[0], "include") == 0 && nr == 2) {
		include(p, words[1]);
	} else if (strcmp(words[0], "heap") == 0 && nr == 2) {
		p->files->heap_at = expression(p, words[1]);
	} else if (strcmp(words[0], "new") == 0 && (nr == 2 || nr == 3)) {
		new_object(p, words, nr);
	} else if (strcmp(words[0], "btf") == 0 && (nr == 2 || nr == 3)) {
		start_btf(p, words, nr);
	} else if (strcmp(words[0], "macro") == 0 && nr == 2) {
		start_macro(p, words[1]);
	} else if (strcmp(words[0], "for") == 0 && nr == 4) {
		start_loop(p, words);
	} else if (strcmp(words[0], "end") == 0 && nr == 1) {
		end_loop(p);
	} else if (!run_macro(p, words, nr)) {
		for (size_t i = 0; i < nr; i++)
			put_memory(p, words[i]);
	}
}

/* Splits a line in place: blanks, "texts" (which keep their opening quote), # comments. */
static size_t split(const struct parser *p, char *line, char *words[MAX_WORDS])
{
	size_t nr = 0;

	for (;;) {
		line += strspn(line, " \t");
		if (!*line || *line == '#')
			return nr;
		if (nr == MAX_WORDS)
			fail(p, "too many words");
		words[nr++] = line;
		if (*line == '"') {
			line = strchr(line + 1, '"');
			if (!line)
				fail(p, "a text without its end");
		} else {
			line += strcspn(line, " \t");
		}
		if (!*line)
			return nr;
		*line++ = '\0';
	}
}

/* ---- files ---- */

static char *slurp(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file || (getdelim(&text, &size, '\0', file) < 0 && ferror(file))) {
		fprintf(stderr, "%s: cannot read\n", path);
		exit(99);
	}
	fclose(file);
	return text ? text : must(strdup(""));
}

static void split_lines(struct parser *p, char *text)
{
	while (text && *text) {
		char *end = strchr(text, '\n');

		p->lines = with_room(p->lines, p->nr_lines, sizeof(*p->lines));
		p->lines[p->nr_lines++] = text;
		if (end)
			*end++ = '\0';
		text = end;
	}
}

static void run_lines(struct parser *p)
{
	char type[128] = "";

	while (p->next < p->nr_lines) {
		char *words[MAX_WORDS], *line = must(strdup(p->lines[p->next]));
		size_t nr;

		p->line = p->first_line + ++p->next;
		if (p->recording) {
			record_line(p, line);
		} else {
			nr = split(p, line, words);
			if (nr)
				statement(p, words, nr);
		}
		if (p->type && p->type != type) { /* the line that named it is freed below */
			snprintf(type, sizeof(type), "%s", p->type);
			p->type = type;
		}
		free(line);
	}
	if (p->nr_loops || p->recording || p->btf)
		fail(p, "for, macro or btf without end");
}

static void read_file(struct mem_files *files, const char *path, unsigned depth)
{
	struct parser p = { .files = files, .path = path, .depth = depth };
	char *text = slurp(path);

	split_lines(&p, text);
	run_lines(&p);
	free(p.lines);
	free(text);
}

struct mem_files *mem_files_read(const char *mem_path, const char *sym_path)
{
	struct mem_files *files = must(calloc(1, sizeof(*files)));

	store_init(&files->physical);
	store_init(&files->virtual);
	files->texts_at = 0xffffeeee00000000ULL; /* no kernel has anything there */
	if (sym_path)
		read_file(files, sym_path, 0);
	read_file(files, mem_path, 0);
	return files;
}

void mem_files_release(struct mem_files *files)
{
	for (size_t i = 0; i < files->nr_names; i++) {
		free(files->names[i].text);
		free(files->names[i].type);
	}
	free(files->names);
	for (size_t i = 0; i < files->nr_macros; i++) {
		for (size_t line = 0; line < files->macros[i].nr_lines; line++)
			free(files->macros[i].lines[line]);
		free(files->macros[i].lines);
		free(files->macros[i].name);
	}
	free(files->macros);
	mem_btf_release_all(files->btfs);
	for (size_t i = 0; i < files->nr_commands; i++)
		free(files->commands[i]);
	free(files->commands);
	free(files->btf_problem);
	free(files->gaps);
	free(files->untranslated);
	free(files->maps);
	free(files->missing);
	store_release(&files->physical);
	store_release(&files->virtual);
	free(files);
}
