// SPDX-License-Identifier: GPL-2.0-or-later
/* Shows findings as notes in the answer of a verb. Each verb hands over those about what it shows. */
#include "cmd.h"

static enum severity severity_of(const struct finding *finding)
{
	return finding->severity == FINDING_INFO ? NOTE_INFO : NOTE_WARNING;
}

void put_entry_legality(struct context *ctx, enum dma_state state, const char *why,
			const char *doubt)
{
	bool illegal = state == DMA_ILLEGAL;

	if (state == DMA_UNKNOWN || doubt)
		sink_null(ctx->sink, "entry_illegal");
	else
		sink_bool(ctx->sink, "entry_illegal", illegal);
	sink_string(ctx->sink, "illegal_because", illegal ? why : NULL);
}

void say_refused(struct context *ctx, const struct ptrs *devices)
{
	struct findings findings = { 0 };

	for (size_t i = 0; i < devices->nr && !target_interrupted(ctx->session->target); i++)
		check_device_legality(ctx->k, devices->at[i], &findings);
	put_findings(ctx, &findings);
}

void put_findings(struct context *ctx, const struct findings *findings)
{
	for (size_t i = 0; i < findings->list.nr; i++) {
		const struct finding *finding = findings->list.at[i];

		ctx->nr_unsure += finding->unsure;
		sink_note(ctx->sink, severity_of(finding), finding->code, "%s", finding->text);
	}
	for (size_t i = 0; i < findings->not_run.nr; i++) {
		const struct not_run *item = findings->not_run.at[i];

		could_not_fully(ctx, item->doing, item->failure);
	}
}
