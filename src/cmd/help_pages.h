/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of docs/commands/<verb>.md, made into C by the Makefile. */
#ifndef IOMMU_CMD_HELP_PAGES_H
#define IOMMU_CMD_HELP_PAGES_H

struct help_page {
	const char *verb;
	const char *text;
};

extern const struct help_page help_pages[]; /* verb NULL at the end */

#endif
