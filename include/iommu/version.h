/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin's version: the file VERSION at the top of the tree, by way of the Makefile. */
#ifndef IOMMU_VERSION_H
#define IOMMU_VERSION_H

/* "0.9" */
extern const char iommu_version[];
/* "iommu.so 0.9": what strings(1) finds in the plugin. */
extern const char iommu_release[];

#endif
