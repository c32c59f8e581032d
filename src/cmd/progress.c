// SPDX-License-Identifier: GPL-2.0-or-later
/* The line that tells somebody who waits how far a walk through tables has come. */
#include "cmd.h"

#include <stdio.h>

void show_progress(struct context *ctx, const char *what, const struct pt_along *along,
		   uint64_t mapped)
{
	const struct progress *progress = &ctx->session->progress;
	char line[160], amount[WORD_MAX];

	if (!progress_due(progress))
		return;
	snprintf(line, sizeof(line), "%s: %u%% of the table pages, %s mapped so far, ^C ends it",
		 what, along->per_mille / 10, word_amount(amount, mapped));
	progress->show(progress->ctx, line);
}
