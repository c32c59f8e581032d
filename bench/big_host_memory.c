// SPDX-License-Identifier: GPL-2.0-or-later
/* The memory of a big host: the target that reads it, and how structs are written into it by their members' names. */
#include "big_host_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MEM "tests/mem/long.mem" /* for its .sym alone */

#define DIRECT_MAP	0xffff888000000000ULL
#define SYMBOLS		0xffffffff82a00000ULL /* of the .sym files */
#define SYMBOL_BYTES	0x110000ULL	      /* the first of the memory */
#define BYTES_EACH	12288ULL	      /* of structs and of a table, for every device */
#define BYTES_EACH_IRQ	1024ULL
#define TABLES_BYTES	(24ULL << 20)
#define PAGE_BYTES	4096ULL
#define STRUCT_ALIGN	64ULL

/* ---- the target ---- */

static struct big_host *host_of(struct target *target)
{
	return (struct big_host *)target;
}

static enum status to_pa(struct target *target, struct kva at, struct pa *ret)
{
	struct big_host *host = host_of(target);

	if (at.v >= SYMBOLS && at.v < SYMBOLS + SYMBOL_BYTES)
		ret->v = at.v - SYMBOLS;
	else if (at.v >= DIRECT_MAP && at.v < DIRECT_MAP + host->ram.size)
		ret->v = at.v - DIRECT_MAP;
	else
		return STATUS_BAD_ADDRESS;
	return STATUS_OK;
}

static enum status read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	host_of(target)->nr_reads++;
	return target_read_pa(&host_of(target)->ram.target, at, buf, len);
}

static enum status read_kva(struct target *target, struct kva at, void *buf, size_t len)
{
	struct pa pa;

	return to_pa(target, at, &pa) == STATUS_OK ? read_pa(target, pa, buf, len) :
						     STATUS_BAD_ADDRESS;
}

static enum status symbol(struct target *target, const char *name, unsigned nth, struct kva *ret)
{
	struct target *names = &host_of(target)->names->target;

	return names->ops->symbol(names, name, nth, ret);
}

static const char *symbol_name(struct target *target, struct kva at)
{
	struct target *names = &host_of(target)->names->target;

	return names->ops->symbol_name(names, at);
}

static enum status member(struct target *target, const char *type, const char *path,
			  struct member *ret)
{
	struct target *names = &host_of(target)->names->target;

	return names->ops->member(names, type, path, ret);
}

static enum status type_size(struct target *target, const char *type, uint64_t *ret)
{
	struct target *names = &host_of(target)->names->target;

	return names->ops->type_size(names, type, ret);
}

static enum status enumerator(struct target *target, const char *name, int64_t *ret)
{
	struct target *names = &host_of(target)->names->target;

	return names->ops->enumerator(names, name, ret);
}

static bool no(struct target *target)
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
	.interrupted = no,
	.zeroes_missing = no,
};

/* ---- room ---- */

void host_memory_init(struct big_host *host, const char *names_sym, unsigned nr_devices, unsigned nr_irqs)
{
	host->target.ops = &ops;
	host->names = mem_target_open(NAMES_MEM, names_sym);
	ram_init(&host->ram, SYMBOL_BYTES + TABLES_BYTES + nr_devices * BYTES_EACH + nr_irqs * BYTES_EACH_IRQ);
	host->next_struct = SYMBOL_BYTES;
	host->next_page = host->ram.size & ~(PAGE_BYTES - 1);
}

static void see_that_it_fits(const struct big_host *host)
{
	if (host->next_struct <= host->next_page)
		return;
	fprintf(stderr, "bench: the host needs more memory than it has\n");
	exit(1);
}

uint64_t host_alloc(struct big_host *host, uint64_t bytes)
{
	uint64_t at = DIRECT_MAP + host->next_struct;

	host->next_struct += (bytes + STRUCT_ALIGN - 1) & ~(STRUCT_ALIGN - 1);
	see_that_it_fits(host);
	return at;
}

uint64_t host_alloc_pages(struct big_host *host, uint64_t nr)
{
	host->next_page -= nr * PAGE_BYTES;
	see_that_it_fits(host);
	return DIRECT_MAP + host->next_page;
}

uint64_t host_pa(uint64_t at)
{
	return at - DIRECT_MAP;
}

/* ---- words ---- */

static unsigned char *bytes_at(struct big_host *host, uint64_t at)
{
	struct pa pa;

	if (to_pa(&host->target, kva_of(at), &pa) != STATUS_OK)
		abort();
	return host->ram.bytes + pa.v;
}

void host_put(struct big_host *host, uint64_t at, uint64_t value, size_t bytes)
{
	memcpy(bytes_at(host, at), &value, bytes);
}

uint64_t host_get(struct big_host *host, uint64_t at)
{
	uint64_t value;

	memcpy(&value, bytes_at(host, at), sizeof(value));
	return value;
}

uint64_t host_text(struct big_host *host, const char *text)
{
	uint64_t at = host_alloc(host, strlen(text) + 1);

	memcpy(bytes_at(host, at), text, strlen(text) + 1);
	return at;
}

/* ---- by names ---- */

uint64_t host_symbol(struct big_host *host, const char *name)
{
	struct kva at;

	if (symbol(&host->target, name, 0, &at) != STATUS_OK) {
		fprintf(stderr, "bench: no symbol %s in the namelist\n", name);
		exit(1);
	}
	return at.v;
}

static struct member place(struct big_host *host, const char *type, const char *path)
{
	struct member m;

	if (member(&host->target, type, path, &m) != STATUS_OK) {
		fprintf(stderr, "bench: no %s.%s in the namelist\n", type, path);
		exit(1);
	}
	return m;
}

uint64_t host_member(struct big_host *host, uint64_t at, const char *type, const char *path)
{
	return at + place(host, type, path).offset;
}

void host_set(struct big_host *host, uint64_t at, const char *type, const char *path, uint64_t value)
{
	struct member m = place(host, type, path);

	host_put(host, at + m.offset, value, m.size < 8 ? m.size : 8);
}

/* ---- lists ---- */

void host_empty_list(struct big_host *host, uint64_t head)
{
	host_put(host, head, head, 8);
	host_put(host, head + 8, head, 8);
}

void host_add_tail(struct big_host *host, uint64_t head, uint64_t node)
{
	uint64_t last = host_get(host, head + 8);

	host_put(host, node, head, 8);
	host_put(host, node + 8, last, 8);
	host_put(host, last, node, 8);
	host_put(host, head + 8, node, 8);
}
