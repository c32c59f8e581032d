// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel itself has of mappings, where it was built to find mistakes of drivers: who mapped what for which
 * device, and whether the page table has it. */
#include "iova.h"

#include <inttypes.h>

/* ---- words ---- */

static const char *direction_word(const struct dma_mapping *m)
{
	static const char *const words[] = { "both", "to-device", "from-device", "none" };

	return m->has_direction && m->direction < sizeof(words) / sizeof(words[0]) ? words[m->direction] : NULL;
}

static const char *check_word(const struct dma_mapping *m)
{
	static const char *const words[] = { "not-needed", "not-checked", "checked" };

	return m->has_check && m->check < sizeof(words) / sizeof(words[0]) ? words[m->check] : NULL;
}

static const char *or_dash(const char *word)
{
	return word ? word : "-";
}

static const char *driver_words(const struct dma_mapping *m, const char *none, const char *unknown)
{
	return m->driver ? m->driver : m->has_no_driver ? none : unknown;
}

static const char *size_words(struct context *ctx, uint64_t bytes)
{
	char word[WORD_MAX];

	return arena_strdup(&ctx->session->arena, bytes ? word_size(word, bytes) : "-");
}

static const char *call_words(struct context *ctx, struct kva at)
{
	const char *name = kernel_code_name(ctx->k, at);

	return name ? name : arena_printf(&ctx->session->arena, "%" PRIx64, at.v);
}

/* The return addresses, the innermost first. */
static const char *stack_words(struct context *ctx, const struct dma_mapping *m)
{
	const char *line = m->nr_stack ? "" : "-";

	for (unsigned i = 0; i < m->nr_stack; i++)
		line = arena_printf(&ctx->session->arena, "%s%s%s", line, i ? " < " : "", call_words(ctx, m->stack[i]));
	return line;
}

/* None of them could be read: how many there are is not known. */
static bool knows_none(const struct dma_debug *debug)
{
	return failed(debug->failure) && !debug->mappings.nr;
}

/* ---- what the page tables have of each ---- */

struct use {
	uint64_t mapped; /* bytes */
	struct failure failure;
};

static struct use use_of(struct context *ctx, const struct dma_mapping *m)
{
	struct use use;

	use.failure = check_mapping_use(ctx->k, m, &use.mapped);
	return use;
}

/* ---- a mapping ---- */

static const struct column mapping_columns[] = {
	{ .key = "device", .head = "  DEVICE", .width = 14 },
	{ .key = "iova", .head = "IOVA", .width = 12 },
	{ .key = "bytes", .head = "SIZE", .right = true, .width = 6 },
	{ .key = "mapped_bytes", .head = "MAPPED", .right = true },
	{ .key = "direction", .head = "DIRECTION", .width = 11 },
	{ .key = "type", .head = "TYPE", .width = 14 },
	{ .key = "pa", .head = "PHYSICAL", .width = 12 },
	{ .key = "error_check", .head = "ERROR", .width = 11 },
	{ .key = "stack", .head = "CALLED FROM" },
};

static void put_mapped(struct context *ctx, const struct dma_mapping *m, const struct use *use)
{
	if (failed(use->failure)) {
		sink_null(ctx->sink, "mapped_bytes");
		sink_cell(ctx->sink, "mapped_bytes", use->failure.status == STATUS_ABSENT ? "" : "?");
		return;
	}
	sink_count(ctx->sink, "mapped_bytes", use->mapped);
	sink_cell(ctx->sink, "mapped_bytes", "%s", use->mapped == m->size ? "all" : size_words(ctx, use->mapped));
}

static void put_stack(struct context *ctx, const struct dma_mapping *m)
{
	sink_list(ctx->sink, "stack");
	for (unsigned i = 0; i < m->nr_stack; i++)
		sink_hex(ctx->sink, NULL, m->stack[i].v);
	sink_list_end(ctx->sink);
	sink_list(ctx->sink, "calls");
	for (unsigned i = 0; i < m->nr_stack; i++)
		sink_string(ctx->sink, NULL, call_words(ctx, m->stack[i]));
	sink_list_end(ctx->sink);
	sink_cell(ctx->sink, "stack", "%s", stack_words(ctx, m));
}

/* Members of an object that is open. */
static void put_members(struct context *ctx, const struct dma_mapping *m, const struct use *use)
{
	struct sink *sink = ctx->sink;

	sink_string(sink, "device", m->device_name);
	sink_cell(sink, "device", "  %s", m->device_name ? m->device_name : "?");
	sink_string(sink, "driver", m->driver);
	sink_hex(sink, "iova", m->iova);
	sink_count(sink, "bytes", m->size);
	sink_cell(sink, "bytes", "%s", size_words(ctx, m->size));
	put_mapped(ctx, m, use);
	sink_string(sink, "direction", direction_word(m));
	sink_string(sink, "type", m->type_name);
	if (!m->type_name && m->has_type)
		sink_cell(sink, "type", "%" PRIu64, m->type);
	if (m->has_pa)
		sink_hex(sink, "pa", m->pa.v);
	else
		sink_null(sink, "pa");
	sink_string(sink, "error_check", check_word(m));
	put_stack(ctx, m);
	sink_hex(sink, "address", m->at.v);
}

static bool is_of(const struct dma_mapping *m, const struct domain *domain)
{
	return !domain || (m->device && device_dma_domain(m->device) == domain);
}

static void put_mappings(struct context *ctx, const struct dma_debug *debug, const struct use *uses,
			 const struct domain *domain)
{
	if (!ctx->opt.json && !ctx->opt.verbose)
		return;
	if (knows_none(debug)) {
		sink_null(ctx->sink, "mappings");
		return;
	}
	sink_list(ctx->sink, "mappings");
	sink_table(ctx->sink, mapping_columns, sizeof(mapping_columns) / sizeof(mapping_columns[0]));
	for (size_t i = 0; i < debug->mappings.nr && !target_interrupted(ctx->session->target); i++) {
		if (!is_of(debug->mappings.at[i], domain))
			continue;
		sink_row(ctx->sink);
		put_members(ctx, debug->mappings.at[i], &uses[i]);
		sink_row_end(ctx->sink);
	}
	sink_list_end(ctx->sink);
}

/* ---- a device ---- */

struct device_sum {
	const struct dma_mapping *first;
	uint64_t nr, bytes, nr_unchecked, nr_gone, nr_unknown;
	const struct dma_mapping *gone; /* the first of those that the page table has not, or not all of */
	struct failure failure;
};

static const struct column device_columns[] = {
	{ .key = "device", .head = "  DEVICE", .width = 14 },
	{ .key = "driver", .head = "DRIVER", .width = 10 },
	{ .key = "mappings", .head = "MAPPINGS", .right = true },
	{ .key = "bytes", .head = "SIZE", .right = true, .width = 9 },
	{ .key = "not_checked", .head = "NOT CHECKED", .right = true },
	{ .key = "not_mapped", .head = "NOT MAPPED", .right = true },
};

static void add_to(struct device_sum *sum, const struct dma_mapping *m, const struct use *use)
{
	sum->first = sum->first ? sum->first : m;
	sum->nr++;
	sum->bytes += m->size;
	sum->nr_unchecked += m->has_check && m->check == DMA_NOT_CHECKED;
	if (failed(use->failure)) {
		sum->nr_unknown++;
		if (use->failure.status != STATUS_ABSENT)
			sum->failure = first_failure(sum->failure, use->failure);
	} else if (use->mapped != m->size) {
		sum->nr_gone++;
		sum->gone = sum->gone ? sum->gone : m;
	}
}

static void put_device(struct context *ctx, const struct device_sum *sum)
{
	struct sink *sink = ctx->sink;
	char word[WORD_MAX];

	sink_row(sink);
	sink_string(sink, "device", sum->first->device_name);
	sink_cell(sink, "device", "  %s", sum->first->device_name ? sum->first->device_name : "?");
	sink_string(sink, "driver", sum->first->driver);
	sink_cell(sink, "driver", "%s", driver_words(sum->first, "-", "?"));
	sink_count(sink, "mappings", sum->nr);
	sink_count(sink, "bytes", sum->bytes);
	sink_cell(sink, "bytes", "%s", sum->bytes ? word_amount(word, sum->bytes) : "-");
	sink_count(sink, "not_checked", sum->nr_unchecked);
	if (sum->nr_unknown) {
		sink_null(sink, "not_mapped");
		sink_cell(sink, "not_mapped", failed(sum->failure) ? "?" : "");
	} else {
		sink_count(sink, "not_mapped", sum->nr_gone);
	}
	sink_row_end(sink);
}

/* Mappings are sorted by device. uses: filled, of those that are shown. gone: of all, those that the page tables have
 * not. */
static void put_devices(struct context *ctx, const struct dma_debug *debug, const struct domain *domain,
			struct use *uses, struct device_sum *gone)
{
	struct device_sum sum = { 0 };
	struct failure failure = NO_FAILURE;
	size_t nr = debug->mappings.nr;

	if (knows_none(debug)) {
		sink_null(ctx->sink, "devices");
		return;
	}
	sink_list(ctx->sink, "devices");
	if (nr)
		sink_table(ctx->sink, device_columns, sizeof(device_columns) / sizeof(device_columns[0]));
	for (size_t i = 0; i < nr && !target_interrupted(ctx->session->target); i++) {
		const struct dma_mapping *m = debug->mappings.at[i];
		const struct dma_mapping *next = i + 1 < nr ? debug->mappings.at[i + 1] : NULL;

		if (!is_of(m, domain))
			continue;
		uses[i] = use_of(ctx, m);
		add_to(&sum, m, &uses[i]);
		if (next && next->device_at.v == m->device_at.v)
			continue;
		put_device(ctx, &sum);
		failure = first_failure(failure, sum.failure);
		gone->nr_gone += sum.nr_gone;
		gone->gone = gone->gone ? gone->gone : sum.gone;
		sum = (struct device_sum){ 0 };
	}
	sink_list_end(ctx->sink);
	say_if_not_all(ctx, "tell which mappings of drivers the page tables have", failure);
}

static void say_gone(struct context *ctx, const struct device_sum *gone)
{
	const struct dma_mapping *first = gone->gone;

	if (!first)
		return;
	sink_note(ctx->sink, NOTE_INFO, "dma-not-mapped",
		  "%" PRIu64 " mapping%s of drivers %s not in the page table, or not all of it, the first %" PRIx64
		  " of %s (struct dma_debug_entry %" PRIx64 "): in the middle of being unmapped, or lost", gone->nr_gone,
		  gone->nr_gone == 1 ? "" : "s", gone->nr_gone == 1 ? "is" : "are", first->iova,
		  first->device_name ? first->device_name : "a device", first->at.v);
}

/* ---- the state ---- */

const char *word_dma_debug(const struct dma_debug *debug)
{
	if (failed(debug->state_failure))
		return NULL;
	return debug->is_on ? "on" : debug->was_on ? "gave-up" : "off";
}

const char *words_dma_debug(const struct dma_debug *debug)
{
	if (failed(debug->state_failure))
		return "whether it is on is not known";
	return debug->is_on  ? "on" :
	       debug->was_on ? "it gave up, without memory for more: what it has is of before" :
	       debug->not_begun ? "off: the kernel stopped before it began with it" :
			       "off (dma_debug=off, or there was no memory for it)";
}

static void put_number(struct sink *sink, const char *key, bool has, uint64_t nr)
{
	if (has)
		sink_count(sink, key, nr);
	else
		sink_null(sink, key);
}

static const char *mapping_count(struct context *ctx, const struct dma_debug *debug, const struct domain *domain)
{
	struct arena *arena = &ctx->session->arena;
	const char *at_least = failed(debug->failure) ? ">=" : "", *s = debug->mappings.nr == 1 ? "" : "s";
	size_t nr_here = 0;

	if (knows_none(debug))
		return "; the mappings of drivers are not known";
	if (!domain)
		return arena_printf(arena, "; %s%zu mapping%s of drivers", at_least, debug->mappings.nr, s);
	for (size_t i = 0; i < debug->mappings.nr; i++)
		nr_here += is_of(debug->mappings.at[i], domain);
	return arena_printf(arena, "; %s%zu mapping%s of drivers, %s%zu of them in this domain", at_least,
			    debug->mappings.nr, s, at_least, nr_here);
}

static void put_state(struct context *ctx, const struct dma_debug *debug, const struct domain *domain)
{
	struct arena *arena = &ctx->session->arena;
	struct sink *sink = ctx->sink;
	bool known = !failed(debug->state_failure), any = debug->is_on || debug->was_on || !known;

	sink_string(sink, "state", word_dma_debug(debug));
	put_number(sink, "entries", !failed(debug->numbers_failure), debug->nr_entries);
	put_number(sink, "entries_free", !failed(debug->numbers_failure), debug->nr_free);
	put_number(sink, "errors", !failed(debug->errors_failure), debug->nr_errors);
	sink_heading(sink, "DMA API debugging: %s%s%s%s", words_dma_debug(debug),
		     any ? mapping_count(ctx, debug, domain) : "",
		     !any || failed(debug->numbers_failure) ? "" :
		     arena_printf(arena, ", %" PRIu64 " of %" PRIu64 " entries free", debug->nr_free, debug->nr_entries),
		     !any || failed(debug->errors_failure) ? "" :
		     arena_printf(arena, "; mistakes of drivers that it found: %" PRIu64, debug->nr_errors));
}

/* ---- the verb ---- */

bool read_dma_debug(struct context *ctx, struct dma_debug *ret)
{
	return kernel_dma_debug(ctx->k, ret).status != STATUS_ABSENT;
}

void put_dma_debug(struct context *ctx, const struct dma_debug *debug, const struct domain *domain)
{
	struct use *uses = arena_alloc(&ctx->session->arena, debug->mappings.nr * sizeof(*uses));
	struct device_sum gone = { 0 };

	sink_begin(ctx->sink, "dma_debug");
	put_state(ctx, debug, domain);
	put_devices(ctx, debug, domain, uses, &gone);
	put_mappings(ctx, debug, uses, domain);
	sink_end(ctx->sink);
	if (debug->is_on)
		say_gone(ctx, &gone);
	say_if_not_all(ctx, "tell whether DMA API debugging is on", debug->state_failure);
	if (debug->numbers_failure.status != STATUS_ABSENT)
		say_if_not_all(ctx, "read the counters of DMA API debugging", debug->numbers_failure);
	if (debug->errors_failure.status != STATUS_ABSENT)
		say_if_not_all(ctx, "read how many mistakes of drivers were found", debug->errors_failure);
	say_if_not_all(ctx, "read the mappings of drivers", debug->failure);
}

/* ---- an address ---- */

static bool has_address(const struct dma_mapping *m, const struct domain *domain, uint64_t iova)
{
	return is_of(m, domain) && m->iova <= iova && iova - m->iova < m->size;
}

void put_dma_mappings_at(struct context *ctx, const struct dma_debug *debug, const struct domain *domain,
			 uint64_t iova)
{
	bool any = false;

	sink_list(ctx->sink, "mapped_by");
	for (size_t i = 0; i < debug->mappings.nr; i++) {
		const struct dma_mapping *m = debug->mappings.at[i];
		struct use use;

		if (!has_address(m, domain, iova))
			continue;
		any = true;
		use = use_of(ctx, m);
		sink_begin(ctx->sink, NULL);
		put_members(ctx, m, &use);
		sink_end(ctx->sink);
		sink_say(ctx->sink, "  mapped by", "%s (%s): %" PRIx64 " to %" PRIx64 ", %s, %s, of %s, error %s, by %s",
			 m->device_name ? m->device_name : "a device",
			 driver_words(m, "no driver", "its driver is not known"), m->iova,
			 m->iova + (m->size - 1), or_dash(direction_word(m)),
			 m->type_name ? m->type_name : "?",
			 m->has_pa ? arena_printf(&ctx->session->arena, "%" PRIx64, m->pa.v) : "?",
			 or_dash(check_word(m)), stack_words(ctx, m));
	}
	sink_list_end(ctx->sink);
	if (!any && debug->is_on && !failed(debug->failure))
		sink_say(ctx->sink, "  mapped by", "no mapping of a driver, by the DMA API's account, has this byte");
}
