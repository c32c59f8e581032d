// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory of one command: blocks that are handed out from front to back and emptied all at
 * once.
 *
 * Under AddressSanitizer what was not handed out is poisoned, a gap behind each piece included: a write past
 * the end of one, or a read of what an arena had before it was reset, is reported as it would be of malloc().
 */
#include "iommu/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)256 * 1024)

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif

#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#define GAP_BYTES alignof(max_align_t)
#else
#define ASAN_POISON_MEMORY_REGION(at, size)   ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define GAP_BYTES 0
#endif

struct arena_block {
	struct arena_block *next;
	size_t size; /* of data[] */
	size_t used;
	size_t touched; /* the most that was used: what lies behind is still zero */
	alignas(max_align_t) unsigned char data[];
};

static void out_of_memory(void)
{
	fprintf(stderr, "iommu: out of memory\n");
	abort();
}

static struct arena_block *block_new(size_t size)
{
	struct arena_block *block = calloc(1, sizeof(*block) + size); /* of the system's own zeros, where it is large */

	if (!block)
		out_of_memory();
	block->size = size;
	ASAN_POISON_MEMORY_REGION(block->data, size);
	return block;
}

void arena_reset(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block && block->next) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
	if (block) {
		ASAN_POISON_MEMORY_REGION(block->data, block->used);
		block->used = 0;
	}
	arena->blocks = block;
	arena->used = 0;
}

void arena_release(struct arena *arena)
{
	arena_reset(arena);
	free(arena->blocks);
	arena->blocks = NULL;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;
	size_t need = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	unsigned char *memory;

	/* A size out of a damaged dump must not wrap around to a small one. */
	if (size > PTRDIFF_MAX / 2)
		out_of_memory();
	if (!block || block->size - block->used < need + GAP_BYTES) {
		block = block_new(need + GAP_BYTES > BLOCK_BYTES ? need + GAP_BYTES : BLOCK_BYTES);
		block->next = arena->blocks;
		arena->blocks = block;
	}
	memory = block->data + block->used;
	ASAN_UNPOISON_MEMORY_REGION(memory, size);
	if (block->used < block->touched)
		memset(memory, 0, size < block->touched - block->used ? size : block->touched - block->used);
	block->used += need + GAP_BYTES;
	if (block->touched < block->used)
		block->touched = block->used;
	arena->used += need;
	return memory;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(arena_alloc(arena, size), text, size);
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		return arena_strdup(arena, "");
	text = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, args);
	return text;
}

char *arena_join(struct arena *arena, const char *const *words, size_t nr, const char *separator)
{
	size_t len = 1;
	char *text, *at;

	for (size_t i = 0; i < nr; i++)
		len += strlen(words[i]) + strlen(separator);
	at = text = arena_alloc(arena, len);
	for (size_t i = 0; i < nr; i++)
		at = stpcpy(stpcpy(at, i ? separator : ""), words[i]);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

void ptrs_push(struct arena *arena, struct ptrs *ptrs, void *item)
{
	if (ptrs->nr == ptrs->cap) {
		size_t cap = ptrs->cap ? 2 * ptrs->cap : 2; /* most of a big host have one */
		void **at = arena_alloc(arena, cap * sizeof(*at));

		if (ptrs->nr)
			memcpy(at, ptrs->at, ptrs->nr * sizeof(*at));
		ptrs->at = at;
		ptrs->cap = cap;
	}
	ptrs->at[ptrs->nr++] = item;
}
