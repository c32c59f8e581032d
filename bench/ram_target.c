// SPDX-License-Identifier: GPL-2.0-or-later
/* A target whose reads are copies out of one stretch of memory. */
#include "ram_target.h"

#include "iommu/bare_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static enum status read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	const struct ram *ram = (const struct ram *)target;

	if (at.v >= ram->size || len > ram->size - at.v)
		return STATUS_BAD_ADDRESS;
	memcpy(buf, ram->bytes + at.v, len);
	return STATUS_OK;
}

static const struct target_ops ops = {
	.read_pa = read_pa,
	.read_kva = bare_read_kva,
	BARE_NO_KERNEL,
	.interrupted = bare_no,
	.zeroes_missing = bare_no,
};

void ram_init(struct ram *ram, size_t size)
{
	ram->target.ops = &ops;
	ram->size = size;
	ram->bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ram->bytes == MAP_FAILED) {
		perror("bench: mmap");
		exit(1);
	}
}

void ram_release(struct ram *ram)
{
	munmap(ram->bytes, ram->size);
}
