// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How large the machine is, and how much a command can have to do on it: what it reads lies in the machine's
 * memory. No limit is to be met by the largest of hosts, so each is a multiple of what was measured
 * (bench/bench_hosts.c, 65,536 devices: 33 reads and 3,200 bytes a device; bench/bench_tables.c, a guest of
 * 1 TiB: a read for each table page), and none is so large that a user takes the plugin for dead.
 */
#include "machine_size.h"

/* A machine whose size nobody knows: 16 TiB of memory in pages of 4 KiB. */
#define FRAMES_UNKNOWN (1ULL << 32)
/* More than any: x86 has physical addresses of 52 bits. */
#define FRAMES_MAX (1ULL << 40)

/* What a frame holds of objects that hang in a list or a tree: 64 bytes each, or more. */
#define NODES_A_FRAME 64
#define NODES_MAX     (1ULL << 20)

/* Reads of kernel objects: of a host with few devices much memory, and with many of them more. */
#define OBJECT_READS_LEAST   (8ULL << 20)
#define OBJECT_READS_A_FRAME 4
#define OBJECT_READS_MOST    (128ULL << 20)

/* Reads of page tables. Each is read once, but for those of the host under a guest's: a lookup of four or
 * five tables for each page of the guest's. */
#define TABLE_READS_LEAST   (1ULL << 20)
#define TABLE_READS_A_FRAME 8

/* What is remembered: a sixteenth of the machine's memory. */
#define BYTES_LEAST   ((size_t)128 << 20)
#define BYTES_A_FRAME 256
#define BYTES_MOST    ((size_t)2 << 30)

static uint64_t at_most(uint64_t value, uint64_t most)
{
	return value < most ? value : most;
}

/* Linux mm/memblock.c: the last frame of memory, plus one. */
static uint64_t read_max_pfn(struct target *target)
{
	uint64_t frames = 0;
	struct kva at;

	if (target_symbol(target, "max_pfn", &at) != STATUS_OK ||
	    target_read_kva(target, at, &frames, sizeof(frames)) != STATUS_OK)
		return 0;
	return frames;
}

/* The host program's word comes first: max_pfn is one word of the dump, which may be damaged. */
uint64_t kernel_count_frames(struct target *target)
{
	uint64_t frames = target_memory_bytes(target) / SMALLEST_PAGE_BYTES;

	if (!frames)
		frames = read_max_pfn(target);
	return frames ? at_most(frames, FRAMES_MAX) : FRAMES_UNKNOWN;
}

uint64_t kernel_max_tables(const struct kernel *k)
{
	return k->nr_frames;
}

uint64_t kernel_max_nodes(const struct kernel *k)
{
	return at_most(k->nr_frames * NODES_A_FRAME, NODES_MAX);
}

void kernel_set_budget(struct budget *budget, uint64_t nr_frames)
{
	budget->max_object_reads = OBJECT_READS_LEAST +
				   at_most(nr_frames * OBJECT_READS_A_FRAME, OBJECT_READS_MOST);
	budget->max_table_reads = TABLE_READS_LEAST + nr_frames * TABLE_READS_A_FRAME;
	budget->max_bytes = BYTES_LEAST + (size_t)at_most(nr_frames * BYTES_A_FRAME, BYTES_MOST);
}
