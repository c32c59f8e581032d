// SPDX-License-Identifier: GPL-2.0-or-later
/* A target that is page frames at physical addresses, made as a test writes them. */
#include "pages_target.h"

#include "iommu/bare_target.h"

#include <stdlib.h>
#include <string.h>

#define NR_SLOTS   8192u
#define PAGE_BYTES 4096u

struct page_frame {
	uint64_t pa;
	enum status status;
	uint64_t words[PAGES_WORDS];
};

static size_t slot_of(const struct pages *pages, uint64_t pa)
{
	size_t slot = (size_t)(pa / PAGE_BYTES * 0x9e3779b97f4a7c15ULL >> 40) % NR_SLOTS;

	while (pages->slots[slot] && pages->slots[slot]->pa != pa)
		slot = (slot + 1) % NR_SLOTS;
	return slot;
}

static struct page_frame *find(const struct pages *pages, uint64_t pa)
{
	return pages->slots[slot_of(pages, pa & ~(uint64_t)(PAGE_BYTES - 1))];
}

/* Reads of these tests never cross a page. */
static enum status read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	struct pages *pages = (struct pages *)target;
	struct page_frame *frame = find(pages, at.v);

	pages->nr_reads++;
	if (pages->interrupt_at && pages->nr_reads >= pages->interrupt_at)
		return STATUS_INTERRUPTED;
	if (!frame || at.v % PAGE_BYTES + len > PAGE_BYTES)
		return STATUS_BAD_ADDRESS;
	if (frame->status == STATUS_OK)
		memcpy(buf, (char *)frame->words + at.v % PAGE_BYTES, len);
	return frame->status;
}

static const struct target_ops ops = {
	.read_pa = read_pa,
	.read_kva = bare_read_kva,
	BARE_NO_KERNEL,
	.interrupted = bare_no,
	.zeroes_missing = bare_no,
};

static void *zeroed(size_t nr, size_t size)
{
	void *memory = calloc(nr, size);

	if (!memory)
		abort();
	return memory;
}

struct pages *pages_new(void)
{
	struct pages *pages = zeroed(1, sizeof(*pages));

	pages->target.ops = &ops;
	pages->slots = zeroed(NR_SLOTS, sizeof(*pages->slots));
	return pages;
}

void pages_free(struct pages *pages)
{
	for (size_t slot = 0; slot < NR_SLOTS; slot++)
		free(pages->slots[slot]);
	free(pages->slots);
	free(pages);
}

uint64_t *pages_add_at(struct pages *pages, uint64_t pa)
{
	size_t slot = slot_of(pages, pa);

	if (pages->slots[slot] || pages->nr_frames >= NR_SLOTS / 2)
		abort();
	pages->slots[slot] = zeroed(1, sizeof(struct page_frame));
	pages->slots[slot]->pa = pa;
	pages->nr_frames++;
	return pages->slots[slot]->words;
}

uint64_t pages_add(struct pages *pages)
{
	/* An odd factor permutes the frame numbers: no two are the same, few are neighbours. */
	uint64_t frame = (pages->nr_frames + 1) * 0x2545f491dULL & ((1ULL << 34) - 1);

	pages_add_at(pages, frame * PAGE_BYTES);
	return frame * PAGE_BYTES;
}

static bool are_free(const struct pages *pages, uint64_t pa, uint64_t nr_bytes)
{
	for (uint64_t at = 0; at < nr_bytes; at += PAGE_BYTES) {
		if (find(pages, pa + at))
			return false;
	}
	return true;
}

uint64_t pages_add_bytes(struct pages *pages, uint64_t nr_bytes)
{
	uint64_t pa;

	if (nr_bytes < PAGE_BYTES) {
		pa = pages_add(pages);
		memset(pages_words(pages, pa), 0xff, PAGE_BYTES - nr_bytes);
		return pa + PAGE_BYTES - nr_bytes;
	}
	/* Above those that pages_add() gives out. */
	pa = (1ULL << 46) + pages->nr_frames * 0x2545f4000ULL % (1ULL << 45);
	pa &= ~(nr_bytes - 1);
	while (!are_free(pages, pa, nr_bytes))
		pa += nr_bytes;
	for (uint64_t at = 0; at < nr_bytes; at += PAGE_BYTES)
		pages_add_at(pages, pa + at);
	return pa;
}

uint64_t pages_nth(const struct pages *pages, size_t nth)
{
	for (size_t slot = 0; slot < NR_SLOTS; slot++) {
		if (pages->slots[slot] && nth-- == 0)
			return pages->slots[slot]->pa;
	}
	abort();
}

uint64_t *pages_words(struct pages *pages, uint64_t pa)
{
	struct page_frame *frame = find(pages, pa);

	if (!frame)
		abort();
	return frame->words + pa % PAGE_BYTES / 8;
}

void pages_fail(struct pages *pages, uint64_t pa, enum status status)
{
	struct page_frame *frame = find(pages, pa);

	if (!frame)
		abort();
	frame->status = status;
}
