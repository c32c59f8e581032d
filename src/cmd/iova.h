/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the verb `iova`. */
#ifndef IOMMU_CMD_IOVA_H
#define IOMMU_CMD_IOVA_H

#include "cmd.h"

#include "iommu/dma_debug.h"
#include "iommu/iova.h"

/* A domain with what keeps account of its IOVAs. */
struct iova_subject {
	struct domain *domain;
	const char *what;	/* "domain 0x9" */
	struct iova_allocator allocator; /* has_allocator */
	bool has_allocator;
	struct failure failure;	/* why it is not known whether, or what it holds */
	const struct group *held; /* VFIO holds this group, which is on the domain; NULL: it does not */
	struct failure holder_failure; /* why it is not known whether it does */
	struct vfio_holder holder;
	struct iova_use use;	/* of the allocator's ranges, or of the holder's areas */
	const struct dma_debug *debug; /* what drivers mapped; NULL: this kernel keeps no account of it */
};

/* iova_domain.c */
void put_iova_domain(struct context *ctx, struct iova_subject *subject);
/* Says what of it could not be read. */
void say_allocator_failures(struct context *ctx, const struct iova_allocator *allocator);

/* iova_address.c: what became of an address. */
void put_iova_address(struct context *ctx, const struct iova_subject *subject, uint64_t iova);
/* What the allocator, or the process that holds the device for user space, has of it: fields of an object that is open,
 * and words. ret: the range or area, or NULL. */
const char *put_iova_state(struct context *ctx, const struct iova_allocator *allocator, uint64_t iova,
			   const struct iova_range **ret);
const char *put_iova_area(struct context *ctx, const struct vfio_holder *holder, uint64_t iova,
			  const struct vfio_area **ret);
/* "CPU 1 (loaded magazine ffff88...)" */
const char *iova_shelf_words(struct context *ctx, const struct iova_cached *cached);

/* iova_vfio.c */
void put_iova_vfio(struct context *ctx, struct iova_subject *subject);

/* dma_debug.c: its state, for programs (NULL: not known) and for people. */
const char *word_dma_debug(const struct dma_debug *debug);
const char *words_dma_debug(const struct dma_debug *debug);
/* What drivers mapped, by the kernel's own account. False: it keeps none. */
bool read_dma_debug(struct context *ctx, struct dma_debug *ret);
/* All of it, or that of the devices of a domain. */
void put_dma_debug(struct context *ctx, const struct dma_debug *debug, const struct domain *domain);
/* Those that have an address of the domain, in an object that is open. */
void put_dma_mappings_at(struct context *ctx, const struct dma_debug *debug, const struct domain *domain,
			 uint64_t iova);

/* bounce.c: the pools of bounce buffers, and who is sent through them. */
void put_bounce_buffers(struct context *ctx);

#endif
