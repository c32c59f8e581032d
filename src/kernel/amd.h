/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the amd_*.c files of this room. */
#ifndef IOMMU_KERNEL_AMD_H
#define IOMMU_KERNEL_AMD_H

#include "iommu/kernel.h"

/* amd_segment.c: the segment with that id, or NULL. */
struct amd_segment *amd_find_segment(struct kernel *k, uint16_t id, enum status *status);

/* amd_translation.c */
enum status amd_device_translation(struct kernel *k, uint32_t sbdf, struct translation *ret);

/* amd_domain.c */
void amd_domain_facts(struct kernel *k, struct domain *domain);
enum status amd_more_domains(struct kernel *k, struct ptrs *ret);

/* amd_mode.c */
bool amd_flushes_lazily(struct kernel *k);
void amd_mode_reasons(struct kernel *k, struct ptrs *ret);

/* idmap.c: allocators of ids that the kernel has used. Fill ret->bits. */
enum status idmap_read_bitmap(struct kernel *k, const char *symbol, struct id_allocator *ret);
enum status idmap_read_ida(struct kernel *k, const char *symbol, struct id_allocator *ret);

#endif
