// SPDX-License-Identifier: GPL-2.0-or-later
/* The DMA API's own account of mappings, where the kernel keeps one: what it has of a domain's devices, which of that is
 * mapped, and who mapped it. */
#include "iova.h"

#include <inttypes.h>

/* ---- words ---- */

static const char *size_words(struct context *ctx, uint64_t bytes)
{
	char word[WORD_MAX];

	return arena_strdup(&ctx->session->arena, word_size(word, bytes));
}

static const char *amount_words(struct context *ctx, uint64_t bytes)
{
	char word[WORD_MAX];

	return arena_strdup(&ctx->session->arena, word_amount(word, bytes));
}

static const char *type_word(const struct dma_mapping *mapping)
{
	return mapping->type ? mapping->type : "?";
}

static const char *direction_word(const struct dma_mapping *mapping)
{
	return mapping->direction ? mapping->direction : "?";
}

static const char *error_word(const struct dma_mapping *mapping)
{
	switch (mapping->error_check) {
	case DMA_ERROR_NOT_ASKED_FOR:
		return "-";
	case DMA_ERROR_NOT_CHECKED:
		return "not checked";
	case DMA_ERROR_CHECKED:
		return "checked";
	case DMA_ERROR_CHECK_UNKNOWN:
		break;
	}
	return "?";
}

static const char *device_word(struct context *ctx, const struct dma_mapping *mapping)
{
	return mapping->device ? mapping->device->name :
				 arena_printf(&ctx->session->arena, "device %" PRIx64, mapping->device_at.v);
}

/* The innermost caller first. */
static const char *caller_words(struct context *ctx, const struct dma_mapping *mapping)
{
	const char *line = "";

	for (unsigned i = 0; i < mapping->nr_callers; i++)
		line = arena_printf(&ctx->session->arena, "%s%s%s", line, i ? " < " : "",
				    kernel_code_name(ctx->k, mapping->callers[i]));
	return *line ? line : "-";
}

static void put_word(struct sink *sink, const char *key, const char *word)
{
	if (word)
		sink_string(sink, key, word);
	else
		sink_null(sink, key);
}

/* ---- a mapping ---- */

static void put_error_check(struct sink *sink, const struct dma_mapping *mapping)
{
	if (mapping->error_check == DMA_ERROR_NOT_CHECKED || mapping->error_check == DMA_ERROR_CHECKED)
		sink_bool(sink, "error_checked", mapping->error_check == DMA_ERROR_CHECKED);
	else
		sink_null(sink, "error_checked");
}

static void put_callers(struct context *ctx, const struct dma_mapping *mapping)
{
	sink_list(ctx->sink, "callers");
	for (unsigned i = 0; i < mapping->nr_callers; i++)
		sink_string(ctx->sink, NULL, kernel_code_name(ctx->k, mapping->callers[i]));
	sink_list_end(ctx->sink);
}

/* Members of an object, or of a row, that is open. */
static void put_mapping(struct context *ctx, const struct dma_mapping *mapping)
{
	struct sink *sink = ctx->sink;

	sink_hex(sink, "iova", mapping->iova);
	sink_hex(sink, "end", dma_mapping_last(mapping));
	sink_count(sink, "bytes", mapping->size);
	put_word(sink, "device", mapping->device ? mapping->device->name : NULL);
	put_word(sink, "type", mapping->type);
	put_word(sink, "direction", mapping->direction);
	if (mapping->has_pa)
		sink_hex(sink, "pa", mapping->pa.v);
	else
		sink_null(sink, "pa");
	put_error_check(sink, mapping);
	put_address(ctx, "address", mapping->at);
	put_callers(ctx, mapping);
}

static const struct column columns[] = {
	{ .key = "iova", .head = "  DMA_DEBUG", .width = 14 },
	{ .key = "bytes", .head = "SIZE", .right = true, .width = 6 },
	{ .key = "type", .head = "TYPE", .width = 14 },
	{ .key = "direction", .head = "DIRECTION", .width = 11 },
	{ .key = "error_checked", .head = "ERROR", .width = 11 },
	{ .key = "mapped", .head = "MAPPED", .right = true },
	{ .key = "device", .head = "DEVICE", .width = 12 },
	{ .key = "callers", .head = "BY" },
};

static bool is_compared(const struct iova_subject *subject)
{
	return subject->has_allocator && subject->allocator.is_set_up;
}

static const char *mapped_word(const struct iova_subject *subject, size_t nth)
{
	const struct dma_debug_use *use = &subject->debug_use;

	if (!is_compared(subject))
		return "?";
	if (dma_mapping_is_mapped(use, nth))
		return "all";
	if (!use->use.known)
		return "?";
	return dma_mapping_mapped(use, nth) ? "partly" : "-";
}

static void put_row(struct context *ctx, const struct iova_subject *subject, size_t nth)
{
	struct sink *sink = ctx->sink;
	const struct dma_debug_use *use = &subject->debug_use;
	const struct dma_mapping *mapping = &use->mappings[nth];

	sink_row(sink);
	put_mapping(ctx, mapping);
	if (is_compared(subject) && (use->use.known || dma_mapping_is_mapped(use, nth)))
		sink_bool(sink, "mapped", dma_mapping_is_mapped(use, nth));
	else
		sink_null(sink, "mapped");
	sink_cell(sink, "iova", "  %" PRIx64, mapping->iova);
	sink_cell(sink, "bytes", "%s", size_words(ctx, mapping->size));
	sink_cell(sink, "type", "%s", type_word(mapping));
	sink_cell(sink, "direction", "%s", direction_word(mapping));
	sink_cell(sink, "error_checked", "%s", error_word(mapping));
	sink_cell(sink, "mapped", "%s", mapped_word(subject, nth));
	sink_cell(sink, "device", "%s", device_word(ctx, mapping));
	sink_cell(sink, "callers", "%s", caller_words(ctx, mapping));
	sink_row_end(sink);
}

/* ---- of a domain ---- */

static void compare(struct context *ctx, struct iova_subject *subject)
{
	struct dma_debug_use *use = &subject->debug_use;

	dma_debug_use_start(ctx->k, subject->debug, subject->domain,
			    is_compared(subject) ? subject->allocator.granule : 1, use);
	if (!is_compared(subject))
		return;
	check_iova_use(ctx->k, subject->domain, use->spans, use->nr_spans, &use->use);
	ctx->interrupted |= use->use.interrupted;
}

static void put_totals(struct context *ctx, const struct iova_subject *subject)
{
	struct sink *sink = ctx->sink;
	const struct dma_debug_use *use = &subject->debug_use;
	uint64_t bytes = 0, unchecked = 0;
	bool is_whole = !failed(subject->debug->failure);

	for (size_t i = 0; i < use->nr; i++) {
		bytes += use->mappings[i].size;
		unchecked += use->mappings[i].error_check == DMA_ERROR_NOT_CHECKED;
	}
	sink_count(sink, "nr_mappings", use->nr);
	sink_count(sink, "bytes", bytes);
	sink_count(sink, "nr_not_checked", unchecked);
	sink_bool(sink, "complete", is_whole);
	if (!is_whole && !use->nr) {
		sink_say(sink, "  dma_debug", "no mapping of its devices that could be read");
		return;
	}
	sink_say(sink, "  dma_debug", "%s%zu mapping%s of its devices, %s%s", is_whole ? "" : "at least ", use->nr,
		 use->nr == 1 ? "" : "s", bytes ? amount_words(ctx, bytes) : "nothing",
		 unchecked ? arena_printf(&ctx->session->arena, "; of %" PRIu64 " nobody asked whether it failed",
					  unchecked) : "");
}

static void put_mappings(struct context *ctx, const struct iova_subject *subject)
{
	if (!ctx->opt.json && !ctx->opt.verbose)
		return;
	sink_list(ctx->sink, "mappings");
	if (subject->debug_use.nr)
		sink_table(ctx->sink, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < subject->debug_use.nr && !target_interrupted(ctx->session->target); i++)
		put_row(ctx, subject, i);
	sink_list_end(ctx->sink);
}

static bool is_off(const struct dma_debug *debug)
{
	return debug->state_known && !debug->is_on;
}

void put_domain_dma_debug(struct context *ctx, struct iova_subject *subject)
{
	if (!subject->debug || is_off(subject->debug)) {
		sink_null(ctx->sink, "dma_debug");
		return;
	}
	compare(ctx, subject);
	sink_begin(ctx->sink, "dma_debug");
	put_totals(ctx, subject);
	put_mappings(ctx, subject);
	sink_end(ctx->sink);
}

void find_dma_debug(struct context *ctx, const struct iova_subject *subject, struct findings *ret)
{
	if (subject->debug && !is_off(subject->debug))
		check_dma_debug(ctx->k, subject->what, &subject->allocator, &subject->use, &subject->debug_use, ret);
}

/* ---- of an address ---- */

static const struct dma_mapping *mapping_at(const struct dma_debug_use *use, uint64_t iova)
{
	for (size_t i = 0; i < use->nr && use->mappings[i].iova <= iova; i++) {
		if (dma_mapping_last(&use->mappings[i]) >= iova)
			return &use->mappings[i];
	}
	return NULL;
}

void put_address_dma_debug(struct context *ctx, const struct iova_subject *subject, uint64_t iova)
{
	struct sink *sink = ctx->sink;
	const struct dma_mapping *mapping;

	mapping = subject->debug && !is_off(subject->debug) ? mapping_at(&subject->debug_use, iova) : NULL;
	if (!mapping) {
		sink_null(sink, "dma_debug");
		return;
	}
	sink_begin(sink, "dma_debug");
	put_mapping(ctx, mapping);
	sink_end(sink);
	sink_say(sink, "  dma_debug", "%" PRIx64 " to %" PRIx64 ", %s, %s, of %s, memory at %" PRIx64 "; mapped by %s",
		 mapping->iova, dma_mapping_last(mapping), type_word(mapping), direction_word(mapping),
		 device_word(ctx, mapping), mapping->pa.v, caller_words(ctx, mapping));
}

/* ---- of the kernel ---- */

const struct dma_debug *learn_dma_debug(struct context *ctx)
{
	struct dma_debug *debug = arena_alloc(&ctx->session->arena, sizeof(*debug));
	struct failure failure = kernel_dma_debug(ctx->k, debug);

	if (failure.status == STATUS_ABSENT)
		return NULL;
	debug->failure = failure;
	say_if_not_all(ctx, "read what dma_debug keeps account of", failure);
	return debug;
}

void put_dma_debug(struct context *ctx, const struct dma_debug *debug)
{
	struct sink *sink = ctx->sink;
	const char *pool = "";

	if (!debug) {
		sink_null(sink, "dma_debug");
		return;
	}
	sink_begin(sink, "dma_debug");
	if (debug->state_known)
		sink_bool(sink, "enabled", debug->is_on);
	else
		sink_null(sink, "enabled");
	sink_count(sink, "nr_mappings", debug->nr);
	sink_bool(sink, "complete", !failed(debug->failure));
	if (debug->has_pool) {
		sink_count(sink, "pool_entries", debug->pool);
		sink_count(sink, "pool_free", debug->pool_free);
		pool = arena_printf(&ctx->session->arena, "; of its %" PRIu64 " entries %" PRIu64 " are free",
				    debug->pool, debug->pool_free);
	} else {
		sink_null(sink, "pool_entries");
		sink_null(sink, "pool_free");
	}
	sink_end(sink);
	if (is_off(debug))
		sink_heading(sink, "dma_debug: switched off by the command line, or by itself after an error%s", pool);
	else
		sink_heading(sink, "dma_debug: %s%zu mapping%s of all devices%s%s", failed(debug->failure) ? "at least " : "",
			     debug->nr, debug->nr == 1 ? "" : "s", debug->state_known ? "" : "; whether it is switched on is not known", pool);
}
