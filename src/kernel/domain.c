// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Domains, each once. No kernel keeps a list of all: they are found through groups, through what
 * the driver attached devices to, and through the driver's static ones.
 */
#include "inventory.h"

/* Without a vendor a domain is its type and nothing more. */
static void read_domain(struct kernel *k, const struct inventory *inv, struct domain *domain)
{
	domain->shape = DOMAIN_OF_OTHERS;
	domain->failure = kernel_read_signed(k, domain->at, M_DOMAIN_TYPE, &domain->type);
	domain->ids_failure = domain->failure;
	if (!failed(domain->failure) && domain->vendor && domain->vendor->domain_facts)
		domain->vendor->domain_facts(k, inv, domain);
}

struct domain *inventory_domain(struct kernel *k, struct inventory *inv,
				const struct vendor *vendor, struct kva at)
{
	struct domain *domain;

	if (kva_is_null(at))
		return NULL;
	domain = u64map_get(&inv->domain_at, at.v);
	if (domain)
		return domain;
	domain = arena_alloc(k->arena, sizeof(*domain));
	domain->at = at;
	domain->type = -1;
	domain->vendor = vendor;
	read_domain(k, inv, domain);
	ptrs_push(k->arena, &inv->domains, domain);
	u64map_add(k->arena, &inv->domain_at, at.v, domain);
	return domain;
}
