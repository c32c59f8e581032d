/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's own log, as it lies in memory: what dmesg would show. */
#ifndef IOMMU_LOG_H
#define IOMMU_LOG_H

#include "iommu/kernel.h"

#define LOG_TEXT_MAX 1024 /* Linux kernel/printk/printk.c: no record is longer */

struct log_record {
	bool has_seq;	  /* its number since boot is known */
	uint64_t seq;
	bool has_time;
	uint64_t time_ns; /* since boot */
	const char *text; /* without level and time, good until the visitor returns */
};

/* Returning false ends it. */
typedef bool visit_log(void *ctx, const struct log_record *record);

struct log_facts {
	uint64_t nr;		 /* records that were visited */
	uint64_t nr_unread;	 /* records that are there and could not be read */
	struct failure unread;	 /* why, of the first of these */
	uint64_t nr_overwritten; /* records that were there before the oldest one */
};

/*
 * Every record that is still there, oldest first. MISSING: this kernel's log is of no form that is known here, or the
 * namelist lacks what it is told by; other failures: it could not be read, or its oldest part alone could.
 */
struct failure kernel_visit_log(struct kernel *k, visit_log *visit, void *ctx, struct log_facts *ret);

#endif
