// SPDX-License-Identifier: GPL-2.0-or-later
/* What was reported of a fault, by the log, a queue or the user, and about which device: nothing here looks into the
 * IOMMU's tables. */
#include "fault.h"

#include <inttypes.h>

#define NS_PER_SECOND ((uint64_t)1000000000)
#define NS_PER_MICROSECOND ((uint64_t)1000)

/* ---- words ---- */

const char *fault_source_word(enum fault_source source)
{
	static const char *const words[] = {
		[FAULT_FROM_LOG] = "log",
		[FAULT_FROM_QUEUE] = "queue",
		[FAULT_FROM_ARGUMENT] = "argument",
	};

	return words[source];
}

const char *fault_access_word(enum fault_access access)
{
	static const char *const words[] = {
		[FAULT_ACCESS_UNKNOWN] = NULL,
		[FAULT_READ] = "read",
		[FAULT_WRITE] = "write",
		[FAULT_EXECUTE] = "execute",
	};

	return words[access];
}

const char *fault_time_word(struct context *ctx, uint64_t ns)
{
	return arena_printf(&ctx->session->arena, "%" PRIu64 ".%06" PRIu64, ns / NS_PER_SECOND,
			    ns % NS_PER_SECOND / NS_PER_MICROSECOND);
}

/* As it stood there: the line, or the words of the event. */
static const char *raw_text(struct context *ctx, const struct told_fault *told)
{
	if (told->line)
		return told->line;
	return arena_printf(&ctx->session->arena, "%016" PRIx64 " %016" PRIx64, told->fault.raw[0],
			    told->fault.raw[1]);
}

const char *fault_address_words(struct context *ctx, const struct fault *fault)
{
	static const char *const spaces[] = {
		[FAULT_NO_ADDRESS] = "",
		[FAULT_AT_IOVA] = "IOVA",
		[FAULT_AT_PHYSICAL] = "physical",
		[FAULT_AT_GUEST] = "guest physical",
	};

	if (fault->space == FAULT_NO_ADDRESS)
		return "";
	return arena_printf(&ctx->session->arena, "%s %" PRIx64, spaces[fault->space], fault->address);
}

/* ---- whose ---- */

/* A log of a kernel that names no segment: the only device with that bus, device and function is meant. */
static uint32_t id_with_segment(struct context *ctx, const struct fault *fault, unsigned *nr)
{
	const struct ptrs *devices = &kernel_inventory(ctx->k)->devices;
	uint32_t id = fault->stream_id;

	*nr = 0;
	for (size_t i = 0; !fault->has_segment && i < devices->nr; i++) {
		const struct device *dev = devices->at[i];

		if ((uint16_t)dev->sbdf != (uint16_t)fault->stream_id)
			continue;
		if (!(*nr)++)
			id = dev->sbdf;
	}
	return id;
}

void fault_find_device(struct explained *e)
{
	struct context *ctx = e->ctx;
	const struct fault *fault = &e->told->fault;
	unsigned nr;
	char bdf[WORD_MAX];

	if (!fault->has_stream)
		return;
	e->sel.is_device = true;
	e->sel.sbdf = id_with_segment(ctx, fault, &nr);
	e->sel.what = arena_strdup(&ctx->session->arena, word_bdf(bdf, e->sel.sbdf));
	e->sel.device = kernel_find_device(ctx->k, e->sel.sbdf);
	if (nr > 1)
		sink_note(ctx->sink, NOTE_WARNING, "which-segment", "%u devices of this machine have that bus, device "
			  "and function, and the line does not name the segment: taken for %s", nr, e->sel.what);
}

static void put_device(struct explained *e)
{
	const struct device *dev = e->sel.device;
	struct sink *sink = e->ctx->sink;

	sink_string(sink, "device", e->sel.is_device ? e->sel.what : NULL);
	if (e->sel.is_device)
		put_special(e->ctx, e->sel.sbdf);
	sink_string(sink, "driver", dev ? dev->driver : NULL);
	put_group_of(e->ctx, dev);
}

/* "0000:a1:00.1 (vfio-pci, group 6)" */
static const char *device_words(struct explained *e)
{
	struct arena *arena = &e->ctx->session->arena;
	const struct device *dev = e->sel.device;
	const char *special, *group = "no group";

	if (!e->sel.is_device)
		return "";
	special = word_special(e->ctx, e->sel.sbdf);
	if (!dev)
		return arena_printf(arena, "  %s%s", e->sel.what, *special ? special : " (no device of the kernel)");
	if (dev->group)
		group = arena_printf(arena, "group %" PRId64, dev->group->id);
	return arena_printf(arena, "  %s%s (%s, %s)", e->sel.what, special,
			    dev->driver ? dev->driver : device_driver_known(dev) ? "no driver" : "driver not known", group);
}

/* ---- what was reported ---- */

void fault_put_number(struct sink *sink, const char *key, bool has, uint64_t value)
{
	if (has)
		sink_count(sink, key, value);
	else
		sink_null(sink, key);
}

void fault_put_address(struct sink *sink, const struct fault *fault)
{
	if (fault->space == FAULT_AT_IOVA)
		sink_hex(sink, "iova", fault->address);
	else
		sink_null(sink, "iova");
	if (fault->space == FAULT_AT_PHYSICAL)
		sink_hex(sink, "address_pa", fault->address);
	else if (fault->space == FAULT_AT_GUEST)
		sink_hex(sink, "gpa", fault->address);
}

static void put_times(struct explained *e)
{
	const struct told_fault *told = e->told;
	struct sink *sink = e->ctx->sink;

	sink_string(sink, "source", fault_source_word(told->source));
	sink_string(sink, "time", told->has_time ? fault_time_word(e->ctx, told->last_ns) : NULL);
	sink_string(sink, "first_time", told->has_time ? fault_time_word(e->ctx, told->first_ns) : NULL);
	sink_count(sink, "count", told->count);
}

static void say_source(struct explained *e)
{
	const struct told_fault *told = e->told;
	struct arena *arena = &e->ctx->session->arena;
	const char *times = "";

	if (told->count > 1 && told->has_time)
		times = arena_printf(arena, "  (%" PRIu64 " times in that page, first at %s)", told->count,
				     fault_time_word(e->ctx, told->first_ns));
	else if (told->count > 1)
		times = arena_printf(arena, "  (%" PRIu64 " times in that page)", told->count);
	if (told->source == FAULT_FROM_LOG && told->has_time)
		sink_say(e->ctx->sink, "LOG", "[%s] %s%s", fault_time_word(e->ctx, told->last_ns), told->line, times);
	else if (told->source == FAULT_FROM_LOG)
		sink_say(e->ctx->sink, "LOG", "%s%s", told->line, times);
	else if (told->source == FAULT_FROM_QUEUE)
		sink_say(e->ctx->sink, "QUEUE", "%s%s", raw_text(e->ctx, told), times);
}

void fault_put_report(struct explained *e)
{
	const struct told_fault *told = e->told;
	const struct fault *fault = &told->fault;
	struct sink *sink = e->ctx->sink;
	const char *address = fault_address_words(e->ctx, fault);
	char bdf[WORD_MAX];

	put_times(e);
	sink_string(sink, "vendor", told->vendor ? told->vendor->name : NULL);
	sink_string(sink, "event", fault->name);
	sink_string(sink, "unit", fault->has_unit ? word_bdf(bdf, fault->unit_id) : NULL);
	put_device(e);
	fault_put_number(sink, "domain_id", fault->has_domain_id, fault->domain_id);
	fault_put_number(sink, "pasid", fault->has_pasid, fault->pasid);
	fault_put_address(sink, fault);
	sink_string(sink, "access", fault_access_word(fault->access));
	sink_string(sink, "reason", fault->words);
	fault_put_number(sink, "code", fault->has_code, fault->code);
	sink_string(sink, "raw", raw_text(e->ctx, told));
	if (fault->has_raw)
		sink_words(sink, "words", fault->raw, 2, false);
	sink_heading(sink, "%s%s%s%s", fault->name, device_words(e), *address ? "  " : "", address);
	say_source(e);
	sink_say(sink, "REASON", "%s", fault->words);
}
