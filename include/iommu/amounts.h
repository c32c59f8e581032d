/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of bytes in words. The buffer is filled and returned. */
#ifndef IOMMU_AMOUNTS_H
#define IOMMU_AMOUNTS_H

#include <stdint.h>

#define WORD_MAX 64

const char *word_size(char buf[WORD_MAX], uint64_t bytes);   /* 4K, 960K, 2M: exact */
const char *word_amount(char buf[WORD_MAX], uint64_t bytes); /* 10.1 MiB: rounded */

#endif
