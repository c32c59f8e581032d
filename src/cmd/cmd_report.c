// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu report: the document of iommu snapshot in a page that shows it, in one file. The page is made of
 * src/report/ when the plugin is built.
 */
#include "snapshot.h"

#include "iommu/new_file.h"
#include "iommu/report_page.h"

#include <string.h>

static void write_to_page(void *ctx, const char *bytes, size_t len)
{
	report_text_put(ctx, bytes, len);
}

static bool put_in_page(struct context *ctx, struct snapshot *snapshot, struct new_file *file)
{
	struct report_text *text = arena_alloc(&ctx->session->arena, sizeof(*text));
	bool is_whole;

	text->file = file;
	new_file_write(file, report_page_before, strlen(report_page_before));
	is_whole = snapshot_write(ctx, snapshot, (struct output){ write_to_page, text });
	report_text_end(text);
	new_file_write(file, report_page_after, strlen(report_page_after));
	return is_whole;
}

void cmd_report(struct context *ctx)
{
	if (report_page_before)
		snapshot_to_file(ctx, &(struct snapshot_kind){ "report", "REPORT", "no-report", put_in_page });
	else
		complain(ctx, "no-page", "this plugin was built without the page of a report ('make deps-report' before "
			 "'make' builds it in); 'iommu snapshot FILE' writes all that it would show");
}
