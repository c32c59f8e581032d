// SPDX-License-Identifier: GPL-2.0-or-later
/* A target that is fuzzed words and a table of members. */
#include "memory.h"

#include "iommu/bare_target.h"

static struct memory *memory_of(struct target *target)
{
	return (struct memory *)target;
}

static enum status read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	struct memory *m = memory_of(target);
	uint64_t offset = at.v - MEMORY_BASE;

	must(++m->nr_reads <= m->max_reads, "more than %u reads", m->max_reads);
	if (at.v < MEMORY_BASE || offset >= MEMORY_BYTES || len > MEMORY_BYTES - offset)
		return STATUS_BAD_ADDRESS;
	if (m->missing >= offset / 8 && m->missing <= (offset + len - 1) / 8)
		return STATUS_NOT_IN_DUMP;
	memcpy(buf, (const char *)m->word + offset, len);
	return STATUS_OK;
}

static enum status read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	return read_kva(target, kva_of(at.v + MEMORY_BASE), buf, len);
}

static enum status to_pa(struct target *target, struct kva at, struct pa *ret)
{
	(void)target;
	if (at.v < MEMORY_BASE)
		return STATUS_BAD_ADDRESS;
	*ret = pa_of(at.v - MEMORY_BASE);
	return STATUS_OK;
}

static enum status member(struct target *target, const char *type, const char *path, struct member *ret)
{
	const struct memory_member *m = memory_of(target)->members;

	for (; m && m->type; m++) {
		if (strcmp(m->type, type) == 0 && strcmp(m->path, path) == 0) {
			*ret = m->member;
			return STATUS_OK;
		}
	}
	return STATUS_MISSING;
}

static uint64_t memory_bytes(struct target *target)
{
	(void)target;
	return 1ULL << 30;
}

static const struct target_ops ops = {
	.read_pa = read_pa,
	.read_kva = read_kva,
	.to_pa = to_pa,
	.symbol = bare_symbol,
	.symbol_name = bare_symbol_name,
	.member = member,
	.type_size = bare_type_size,
	.enumerator = bare_enumerator,
	.interrupted = bare_no,
	.zeroes_missing = bare_no,
	.memory_bytes = memory_bytes,
};

void memory_init(struct memory *memory, const struct memory_member *members)
{
	memory->target.ops = &ops;
	memory->members = members;
	memory->nr_reads = 0;
	memory->max_reads = 100000;
	memory->missing = UINT32_MAX;
}

/* A byte that says what the word is, and what that needs: an address in the memory with some low bits (a tree's
 * tags), a small number, any number; or some words that stay zero. */
void memory_fill(struct memory *memory, struct input *in)
{
	memset(memory->word, 0, sizeof(memory->word));
	for (unsigned i = 0; i < MEMORY_WORDS && in->left; i++) {
		uint8_t how = input_byte(in);

		switch (how >> 6) {
		case 0:
			i += how & 63; /* zeros */
			break;
		case 1:
			memory->word[i] = memory_at(8 * (input_byte(in) % (MEMORY_WORDS / 8))).v + (how & 63);
			break;
		case 2:
			memory->word[i] = how & 63;
			break;
		default:
			memory->word[i] = input_number(in, 1 + how % 8);
		}
	}
}

struct kernel *memory_kernel(struct memory *memory, struct arena *arena)
{
	static struct layout layout;
	static struct kept kept;
	static struct budget budget;
	static struct kernel kernel;

	kernel_init(&kernel, &memory->target, arena, &layout, &kept, &budget);
	return &kernel;
}
