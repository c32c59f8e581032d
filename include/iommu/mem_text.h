/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory as text, in the language of tests/mem/README.md: words, and what repeats or counts on only
 * once. What is written is what a reader finds there again, byte for byte, and nothing beside it.
 */
#ifndef IOMMU_MEM_TEXT_H
#define IOMMU_MEM_TEXT_H

#include "iommu/known_bytes.h"
#include "iommu/new_file.h"

/* space: "pa" or "kva". Brings the pages into order. */
void mem_text_write(struct new_file *file, const char *space, struct known_bytes *known);

#endif
