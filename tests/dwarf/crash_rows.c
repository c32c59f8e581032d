// SPDX-License-Identifier: GPL-2.0-or-later
/* A crash extension for a test: `iommu_rows` prints what the plugin's target in crash answers. */
#include <defs.h>

#include "../../src/crash/crash_target.h"
#include "rows.h"

static bool look_up(void *ctx, const char *type, const char *path, const char *witness,
		    struct member *ret)
{
	struct target *target = ctx;

	if (witness && target->ops->member(target, type, witness, ret) != STATUS_OK)
		return false;
	return target->ops->member(target, type, path, ret) == STATUS_OK;
}

static void cmd_iommu_rows(void)
{
	rows_print(fp, look_up, crash_target());
}

static char *help[] = {
	(char *)"iommu_rows",
	(char *)"struct members as the iommu plugin gets them",
	(char *)"",
	NULL,
};

static struct command_table_entry command_table[] = {
	{ (char *)"iommu_rows", cmd_iommu_rows, help, 0 },
	{ NULL, NULL, NULL, 0 },
};

static void __attribute__((constructor)) iommu_rows_init(void)
{
	register_extension(command_table);
}
