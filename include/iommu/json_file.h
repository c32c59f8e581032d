/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A JSON document out of a file. */
#ifndef IOMMU_JSON_FILE_H
#define IOMMU_JSON_FILE_H

#include "iommu/json_tree.h"

/* The tree, in the arena. NULL when the file cannot be read or holds no document, with the reason in words. */
const struct json *json_file_read(struct arena *arena, const char *path, const char **ret_problem);

#endif
