// SPDX-License-Identifier: GPL-2.0-or-later
/* Every row of the layout tables looked up in one source and printed as a line. */
#include "rows.h"

#include "iommu/layout.h"

#include <inttypes.h>

static void print_row(FILE *out, const char *type, const char *path, const char *module,
		      const char *witness, rows_lookup *look_up, void *ctx)
{
	struct member member;

	if (module)
		fprintf(out, "%s %s module %s\n", type, path, module);
	else if (look_up(ctx, type, path, witness, &member))
		fprintf(out, "%s %s %" PRIu64 " %" PRIu64 "\n", type, path, member.offset,
			member.size);
	else
		fprintf(out, "%s %s -\n", type, path);
}

void rows_print(FILE *out, rows_lookup *look_up, void *ctx)
{
	const char *type, *path, *module;

	for (unsigned id = 0; id < LAYOUT_IDS; id++) {
		for (unsigned nth = 0; layout_alternative(id, nth, &type, &path, &module); nth++) {
			/* Neither crash nor the reader of DWARF here tells where bits are. */
			if (!layout_is_bits(id, nth))
				print_row(out, type, path, module, layout_witness(id, nth), look_up,
					  ctx);
		}
	}
}
