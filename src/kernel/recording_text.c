// SPDX-License-Identifier: GPL-2.0-or-later
/* A recording as text, and the words in it that are nobody else's business. */
#include "recording.h"

#include "iommu/kernel.h"
#include "iommu/mem_text.h"
#include "iommu/uts.h"
#include "iommu/vendor.h"

#include <stdlib.h>
#include <string.h>

const char *recording_release_of_kernel(struct recording *r)
{
	return kernel_banner_release(r->arena, r->below);
}

/* ---- what is hidden ---- */

/* The text as it is kept; shorter where a byte of it is not known. */
static char *text_at(struct recording *r, const struct text_place *place)
{
	char *text = arena_alloc(r->arena, place->len + 1);
	unsigned char byte;

	for (size_t i = 0; i < place->len && known_bytes_get(&r->virtual, place->at.v + i, &byte); i++)
		text[i] = (char)byte;
	return text;
}

static void hide(struct recording *r, uint64_t at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		known_bytes_replace(&r->virtual, at + i, 'x');
}

static void hide_words(struct recording *r, uint64_t at, const char *text)
{
	for (size_t i = 0; text[i];) {
		size_t len = strcspn(text + i, " \n");

		if (!kernel_is_iommu_option(text + i, len))
			hide(r, at + i, len);
		i += len;
		i += strspn(text + i, " \n");
	}
}

/* A driver of an IOMMU tells of a fault there. */
static bool is_about_fault(const char *line)
{
	const struct vendor *vendor;
	struct fault fault;

	for (unsigned nth = 0; (vendor = nth_vendor(nth)); nth++) {
		if (vendor->fault_line && vendor->fault_line(line, &fault))
			return true;
	}
	return false;
}

void recording_hide_texts(struct recording *r)
{
	for (size_t i = 0; i < r->texts.nr; i++) {
		const struct text_place *place = r->texts.at[i];
		const char *text = text_at(r, place);

		if (place->kind == TEXT_COMMAND_LINE)
			hide_words(r, place->at.v, text);
		else if (place->kind != TEXT_LOG || !is_about_fault(text))
			hide(r, place->at.v, strlen(text));
	}
}

/* ---- the text ---- */

static void put_line(struct new_file *file, const char *line)
{
	new_file_write(file, line, strlen(line));
	new_file_write(file, "\n", 1);
}

static int compare_facts(const void *a, const void *b)
{
	const struct fact *left = *(const struct fact *const *)a;
	const struct fact *right = *(const struct fact *const *)b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	if (left->kind == FACT_MAP)
		return (left->kva.v > right->kva.v) - (left->kva.v < right->kva.v);
	return strcmp(left->question, right->question);
}

/* Pages side by side on both sides are one map. Returns how many of the facts that were. */
static size_t put_map(struct recording *r, struct new_file *file, size_t from)
{
	const struct fact *first = r->facts.at[from];
	size_t nr = 1;

	for (; from + nr < r->facts.nr; nr++) {
		const struct fact *next = r->facts.at[from + nr];
		uint64_t bytes = nr * SMALLEST_PAGE_BYTES;

		if (next->kind != FACT_MAP || next->kva.v != first->kva.v + bytes ||
		    next->pa.v != first->pa.v + bytes)
			break;
	}
	put_line(file, arena_printf(r->arena, "map %llx %llx %llx", (unsigned long long)first->kva.v,
				    (unsigned long long)first->pa.v,
				    (unsigned long long)(nr * SMALLEST_PAGE_BYTES)));
	return nr;
}

static void put_facts(struct recording *r, struct new_file *file)
{
	if (r->facts.nr)
		qsort(r->facts.at, r->facts.nr, sizeof(*r->facts.at), compare_facts);
	for (size_t i = 0; i < r->facts.nr;) {
		const struct fact *fact = r->facts.at[i];

		if (fact->kind == FACT_MAP) {
			i += put_map(r, file, i);
			continue;
		}
		put_line(file, fact->line);
		i++;
	}
}

void recording_write(struct recording *r, struct new_file *file)
{
	const char *problem = btf_types_problem(r->btf);

	put_line(file, "recorded");
	if (r->ops.tells_bits)
		put_line(file, "tells-bits");
	if (target_is_live(r->below))
		put_line(file, "live");
	if (target_taken(r->below))
		put_line(file, arena_printf(r->arena, "taken %llu", (unsigned long long)target_taken(r->below)));
	if (r->below->ops->zeroes_missing(r->below))
		put_line(file, "zeroes-missing");
	if (problem)
		put_line(file, arena_printf(r->arena, "btf-problem \"%s\"", problem));
	put_facts(r, file);
	mem_text_write(file, "pa", &r->physical);
	mem_text_write(file, "kva", &r->virtual);
}
