/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes that a fuzzer made, taken from the front: a control byte, a number, the rest as a text. Where they
 * have ended every number is 0.
 */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct input {
	const uint8_t *at;
	size_t left;
};

/* What libFuzzer calls: before the first input, and with each. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold whatever the input is: where it does not, the fuzzer keeps the input. */
#define must(condition, ...)                                                                       \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition);             \
			fprintf(stderr, __VA_ARGS__);                                              \
			fprintf(stderr, "\n");                                                     \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

static inline uint64_t input_number(struct input *in, unsigned nr_bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < nr_bytes && in->left; i++, in->left--)
		value |= (uint64_t)*in->at++ << (8 * i);
	return value;
}

static inline uint8_t input_byte(struct input *in)
{
	return (uint8_t)input_number(in, 1);
}

/* A number below `bound`, of as few bytes as it needs. */
static inline unsigned input_below(struct input *in, unsigned bound)
{
	return (unsigned)input_number(in, bound > 256 ? 2 : 1) % bound;
}

/* At most `max` bytes; what the input lacks is zeros. */
static inline void input_bytes(struct input *in, void *ret, size_t max)
{
	size_t nr = in->left < max ? in->left : max;

	memset(ret, 0, max);
	if (nr)
		memcpy(ret, in->at, nr);
	in->at += nr;
	in->left -= nr;
}

/* All that is left, for the caller to free(): of exactly that size, so that the sanitizer sees its end. */
static inline uint8_t *input_rest(struct input *in, size_t *nr)
{
	uint8_t *rest = malloc(in->left ? in->left : 1);

	*nr = in->left;
	if (!rest)
		abort();
	input_bytes(in, rest, in->left);
	return rest;
}

/* The same as a text: with a NUL behind it, and one for each NUL in it. */
static inline char *input_text(struct input *in)
{
	size_t nr = in->left;
	char *text = malloc(nr + 1);

	if (!text)
		abort();
	input_bytes(in, text, nr);
	text[nr] = '\0';
	return text;
}

#endif
