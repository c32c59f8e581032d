// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's linked lists in memory of any words: a walk ends within what it may take, gives no node of a
 * list_head twice, and none that does not stand in the memory that is there.
 */
#include "input.h"

#include "iommu/bare_target.h"
#include "iommu/list.h"

#define BASE	 0xffff888000000000ULL
#define NR_WORDS 64u
#define MAX_NODES 40u

struct memory {
	struct target target;
	uint64_t word[NR_WORDS];
	unsigned nr_reads, hidden; /* the word with this number is not in the dump */
};

static enum status read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	struct memory *m = (struct memory *)target;
	uint64_t first = (at.v - BASE) / 8, last = (at.v + len - 1 - BASE) / 8;

	m->nr_reads++;
	if (at.v < BASE || at.v % 8 || at.v + len < at.v || last >= NR_WORDS)
		return STATUS_BAD_ADDRESS;
	if (m->hidden >= first && m->hidden <= last)
		return STATUS_NOT_IN_DUMP;
	memcpy(buf, &m->word[first], len);
	return STATUS_OK;
}

static enum status read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	(void)target;
	(void)at;
	(void)buf;
	(void)len;
	return STATUS_BAD_ADDRESS;
}

static const struct target_ops ops = {
	.read_pa = read_pa,
	.read_kva = read_kva,
	BARE_NO_KERNEL,
	.interrupted = bare_no,
	.zeroes_missing = bare_no,
};

/* A word of a byte: most lead into the memory. Then those that the input spells out. */
static void fill(struct memory *m, struct input *in)
{
	unsigned nr_whole = input_byte(in) % 8;

	for (unsigned i = 0; i < NR_WORDS; i++) {
		uint8_t byte = input_byte(in);

		m->word[i] = byte >= 0xf0 ? byte & 7 : BASE + 8ULL * (byte % NR_WORDS) + (byte >= 0xe0);
	}
	for (; nr_whole && in->left; nr_whole--) {
		unsigned at = input_below(in, NR_WORDS);

		m->word[at] = input_number(in, 8);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct memory m = { .target.ops = &ops };
	uint8_t how = input_byte(&in);
	enum list_kind kind = (enum list_kind)(how % 3);
	uint64_t max = 1 + (how >> 2) % MAX_NODES;
	struct kva head = kva_of(BASE + 8ULL * input_below(&in, NR_WORDS)), node;
	struct list_walk walk;
	unsigned nr = 0;
	bool seen[NR_WORDS] = { false };

	m.hidden = input_byte(&in);
	fill(&m, &in);
	walk = list_walk_of(&m.target, kind, head, max);
	while (list_walk_next(&walk, &node)) {
		uint64_t at = (node.v - BASE) / 8;

		/* A list_head whose way forward ends early is gone through from both ends. */
		must(++nr <= 2 * max + 2, "%u nodes of %lu", nr, (unsigned long)max);
		if (kind != LIST_HEAD)
			continue;
		must(node.v >= BASE && at < NR_WORDS && node.v % 8 == 0, "a node at %lx", (unsigned long)node.v);
		must(!seen[at] && node.v != head.v, "node %lu twice", (unsigned long)at);
		seen[at] = true;
	}
	must(m.nr_reads <= 16 * (max + 4), "%u reads for %lu nodes", m.nr_reads, (unsigned long)max);
	must(!list_walk_next(&walk, &node), "it goes on after its end");
	return 0;
}
