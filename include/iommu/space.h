/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address spaces: what a device reaches at an IOVA. A space has one source of mappings (a page table, one
 * over another, or a driver's own list of ranges) and users, each a stream with or without a PASID. The way
 * that the requests of one user take to it is a route.
 *
 * Nothing here prints. What was met besides the answer is in the route: a table that could not be read, or
 * that the driver's table stands in for the hardware's.
 */
#ifndef IOMMU_SPACE_H
#define IOMMU_SPACE_H

#include "iommu/kernel.h"
#include "iommu/pt_nested.h"
#include "iommu/translation.h"

/* Mappings that a driver keeps without any table that hardware could read (virtio-iommu). */
struct range_source {
	const char *name; /* whose they are, in words */
	/* Visits what lies in [first, last], in ascending order, not cut; visit() returns false to end it. */
	struct failure (*each)(struct kernel *k, const struct range_source *source,
			       struct iova first, struct iova last,
			       bool (*visit)(void *ctx, const struct pt_run *run), void *ctx);
};

struct space {
	const struct domain *domain; /* to which the driver has attached its users; NULL: none */
	bool is_of_domain;	     /* its mappings are those that the driver keeps for that domain */
	bool has_table;		     /* its mappings are in a page table: */
	struct pt_root root;
	struct target *memory;	     /* where that table lies */
	struct pt_guest *guest;	     /* not NULL: the table is this guest's, and the addresses in it are guest
				      * physical: they go through the host's table */
	const struct range_source *ranges; /* not NULL: its mappings are there, and has_table is false */
	struct ptrs users;	     /* struct space_user */
};

struct space_user {
	const struct device *device;
	const struct stream *stream;
	bool has_pasid; /* its requests with that PASID; else those without any */
	uint32_t pasid;
	const struct pasid_user *pasid_user; /* whose PASID it is, as the core knows it, or NULL */
	bool has_domain_id;
	uint32_t domain_id; /* by which the hardware tags what it caches for it */
	bool read, write;   /* allowed before the table is asked */
	bool by_driver;	    /* the hardware's entry could not be read: so the driver has it */
};

/* Visits everything that is mapped in [first, last], run by run; where a guest's table is over the host's,
 * what both map together. OK or INTERRUPTED; damage and totals are as pt_scan() gives them. */
enum status space_scan(struct kernel *k, const struct space *space, struct iova first,
		       struct iova last, const struct pt_visitor *visitor, struct pt_totals *ret);

/* Every address space that has mappings, once: struct space in ret, those of domains first, in the order of
 * kernel_inventory()'s domains, then those that only the hardware's tables lead to. OK, or why not all. */
struct failure kernel_spaces(struct kernel *k, struct ptrs *ret);

struct route {
	enum dma_state state;
	const char *why;	/* see struct translation */
	const char *doubt;	/* see struct entry */
	bool has_domain_id;
	uint32_t domain_id;
	bool read, write;	/* allowed before any table is asked */
	uint8_t address_bits;	/* see struct translation */
	struct space space;
	/* The way to the table led through a table of PASIDs: */
	bool by_pasid;
	bool has_pasid;		/* of requests with a PASID; else of those without, taken for PASID 0's */
	uint32_t pasid;
	const struct pasid_user *pasid_user; /* NULL: not known */
	struct pasid_table pasids;
	struct target *pasid_memory; /* where that table lies */
	struct pasid_answer way;
	bool driver_table;	/* tables on the hardware's way could not be read, so the space is the one that
				 * the driver's domain has */
	struct failure failure; /* why they could not be read; see also `way` */
};

/* What an entry makes of the requests of its stream: those with that PASID (NULL: without any). dev: whose
 * stream it is, NULL when the kernel has no such device. */
void route_of_entry(struct kernel *k, const struct entry *entry, const struct device *dev,
		    const uint32_t *pasid, struct route *ret);

/* The same chain of records for the requests with a PASID. entry.translation.pasids must be there. ret may not be
 * entry. */
void entry_of_pasid(struct kernel *k, const struct entry *entry, const struct device *dev,
		    uint32_t pasid, struct entry *ret);

/* What the driver's domain makes of them. */
void route_of_domain(struct kernel *k, struct domain *domain, struct route *ret);

/* From a page table alone, and from a PASID in a table of PASIDs alone: no device is needed. */
void route_of_root(struct kernel *k, const struct pt_root *root, struct route *ret);
void route_of_pasid_table(struct kernel *k, const struct pasid_table *table, uint32_t pasid,
			  struct route *ret);

/* Every PASID that has a page table there, in ascending order: at most max in ret, *nr in all. host: the
 * table below, when table->behind_host. OK, or why some could not be told. */
struct failure route_list_pasids(struct kernel *k, const struct pasid_table *table,
				 const struct pt_root *host, uint32_t *ret, size_t max,
				 uint64_t *nr);

#endif
