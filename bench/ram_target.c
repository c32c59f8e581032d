// SPDX-License-Identifier: GPL-2.0-or-later
#include "ram_target.h"

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

static enum status read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	(void)target;
	(void)at;
	(void)buf;
	(void)len;
	return STATUS_BAD_ADDRESS;
}

static enum status to_pa(struct target *target, struct kva at, struct pa *ret)
{
	(void)target;
	(void)at;
	(void)ret;
	return STATUS_BAD_ADDRESS;
}

static enum status symbol(struct target *target, const char *name, unsigned nth, struct kva *ret)
{
	(void)target;
	(void)name;
	(void)nth;
	(void)ret;
	return STATUS_MISSING;
}

static const char *symbol_name(struct target *target, struct kva at)
{
	(void)target;
	(void)at;
	return NULL;
}

static enum status member(struct target *target, const char *type, const char *path,
			  struct member *ret)
{
	(void)target;
	(void)type;
	(void)path;
	(void)ret;
	return STATUS_MISSING;
}

static enum status type_size(struct target *target, const char *type, uint64_t *ret)
{
	(void)target;
	(void)type;
	(void)ret;
	return STATUS_MISSING;
}

static enum status enumerator(struct target *target, const char *name, int64_t *ret)
{
	(void)target;
	(void)name;
	(void)ret;
	return STATUS_MISSING;
}

static enum status evaluate(struct target *target, const char *word, uint64_t *ret)
{
	(void)target;
	(void)word;
	(void)ret;
	return STATUS_MISSING;
}

static bool never(struct target *target)
{
	(void)target;
	return false;
}

static const struct target_ops ops = {
	.read_pa = read_pa,
	.read_kva = read_kva,
	.to_pa = to_pa,
	.symbol = symbol,
	.symbol_name = symbol_name,
	.member = member,
	.type_size = type_size,
	.enumerator = enumerator,
	.evaluate = evaluate,
	.interrupted = never,
	.zeroes_missing = never,
};

void ram_init(struct ram *ram, size_t size)
{
	ram->target.ops = &ops;
	ram->size = size;
	ram->bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ram->bytes == MAP_FAILED) {
		perror("bench-map: mmap");
		exit(1);
	}
}

void ram_release(struct ram *ram)
{
	munmap(ram->bytes, ram->size);
}
