/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All memory of one command. Any crash call and any print may longjmp() back to crash's prompt
 * (error(FATAL), a pager that is quit, repeated ^C), so nothing is freed piece by piece: the arena
 * hangs on the session and the next command empties it before it starts.
 */
#ifndef IOMMU_ARENA_H
#define IOMMU_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t used; /* bytes handed out since the last reset: what a command needed */
};

/* Gives back everything that was handed out; keeps one block for the next command. */
void arena_reset(struct arena *arena);

/* As arena_reset(), and gives the last block back too. */
void arena_release(struct arena *arena);

/* Zeroed memory, aligned for any type. Never NULL: without memory the process ends, as malloc()
 * of crash itself would end it. Owned by the arena. */
void *arena_alloc(struct arena *arena, size_t size);

char *arena_strdup(struct arena *arena, const char *text);
/* The words with the separator between them, in one piece however many they are; "" for none. */
char *arena_join(struct arena *arena, const char *const *words, size_t nr, const char *separator);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* A growing array of pointers in an arena. Start from { 0 }. */
struct ptrs {
	void **at;
	size_t nr;
	size_t cap;
};

void ptrs_push(struct arena *arena, struct ptrs *ptrs, void *item);

#endif
