/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page of `iommu report`, made of src/report/ by the Makefile: what stands before the snapshot, and
 * after it. Both are NULL in a plugin that was built without npm (`make deps-report`).
 */
#ifndef IOMMU_CMD_REPORT_PAGE_H
#define IOMMU_CMD_REPORT_PAGE_H

extern const char *const report_page_before, *const report_page_after;

#endif
