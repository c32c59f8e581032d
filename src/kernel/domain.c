// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Domains, each once. No kernel keeps a list of all: they are found through groups, through what
 * the driver attached devices to, and through the driver's static ones.
 */
#include "inventory.h"

#include <string.h>

const char *domain_type_name(int64_t type)
{
	switch (type) {
	case DOMAIN_BLOCKED:
		return "blocked";
	case DOMAIN_UNMANAGED:
		return "unmanaged";
	case DOMAIN_DMA:
		return "DMA";
	case DOMAIN_IDENTITY:
		return "identity";
	case DOMAIN_DMA_FQ:
		return "DMA-FQ";
	case DOMAIN_SVA:
		return "sva";
	case DOMAIN_PLATFORM:
		return "platform";
	case DOMAIN_NESTED:
		return "nested";
	default:
		return "?";
	}
}

struct domain *kernel_domain_at(struct kernel *k, struct kva at)
{
	struct ptrs *domains = &k->inventory->domains; /* being filled, or filled */
	struct domain *domain;

	if (kva_is_null(at))
		return NULL;
	domain = u64map_get(&k->inventory->domain_at, at.v);
	if (domain)
		return domain;
	domain = arena_alloc(k->arena, sizeof(*domain));
	domain->at = at;
	domain->type = -1;
	domain->status = kernel_read_signed(k, at, M_DOMAIN_TYPE, &domain->type);
	domain->missing = k->missing;
	if (domain->status == STATUS_OK && k->vendor)
		k->vendor->domain_facts(k, domain);
	ptrs_push(k->arena, domains, domain);
	u64map_add(k->arena, &k->inventory->domain_at, at.v, domain);
	return domain;
}
