// SPDX-License-Identifier: GPL-2.0-or-later
/* Sentences for what went wrong: each names the thing. */
#include "cmd.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void complain(struct context *ctx, const char *code, const char *format, ...)
{
	va_list args;
	const char *text;

	va_start(args, format);
	text = arena_vprintf(&ctx->session->arena, format, args);
	va_end(args);
	ctx->failed = true;
	sink_note(ctx->sink, NOTE_ERROR, code, "%s", text);
}

static void say(struct context *ctx, enum severity severity, const char *start, const char *doing,
		enum status status, const char *missing)
{
	static const char *const codes[] = {
		[STATUS_OK] = "ok",
		[STATUS_NOT_IN_DUMP] = "not-in-dump",
		[STATUS_BAD_ADDRESS] = "bad-address",
		[STATUS_UNMAPPED] = "unmapped",
		[STATUS_INTERRUPTED] = "interrupted",
		[STATUS_MISSING] = "missing",
		[STATUS_ABSENT] = "absent",
		[STATUS_DAMAGED] = "damaged",
	};

	if (ctx->k)
		kernel_told(ctx->k, status, missing, ctx->k->failed_at);
	switch (status) {
	case STATUS_MISSING:
		sink_note(ctx->sink, severity, codes[status], "%s %s: %s not found", start, doing,
			  missing ? missing : "a symbol or member");
		break;
	case STATUS_NOT_IN_DUMP:
	case STATUS_BAD_ADDRESS:
	case STATUS_UNMAPPED:
	case STATUS_DAMAGED:
		sink_note(ctx->sink, severity, codes[status], "%s %s: %s, at %" PRIx64, start, doing,
			  status_text(status), ctx->k ? ctx->k->failed_at : 0);
		break;
	case STATUS_OK:
	case STATUS_INTERRUPTED:
	case STATUS_ABSENT:
		sink_note(ctx->sink, severity, codes[status], "%s %s: %s", start, doing,
			  status_text(status));
		break;
	}
}

void cannot(struct context *ctx, const char *doing, enum status status, const char *missing)
{
	ctx->failed = true;
	say(ctx, NOTE_ERROR, "cannot", doing, status, missing);
}

void not_all(struct context *ctx, const char *doing, enum status status, const char *missing)
{
	say(ctx, NOTE_WARNING, "could not fully", doing, status, missing);
}

void cannot_at(struct context *ctx, const char *doing, enum status status, const char *missing,
	       uint64_t at)
{
	ctx->k->failed_at = at;
	cannot(ctx, doing, status, missing);
}

void not_all_at(struct context *ctx, const char *doing, enum status status, const char *missing,
		uint64_t at)
{
	ctx->k->failed_at = at;
	not_all(ctx, doing, status, missing);
}

void tell_the_rest(struct context *ctx)
{
	struct kernel *k = ctx->k;
	unsigned nr = k->nr_untold, kept = nr < MAX_UNTOLD ? nr : MAX_UNTOLD;
	struct untold untold[MAX_UNTOLD];

	memcpy(untold, k->untold, sizeof(untold));
	for (unsigned i = 0; i < kept; i++) {
		not_all_at(ctx, "read what this answer is made of", untold[i].status,
			   untold[i].missing, untold[i].at);
	}
	if (nr > kept)
		sink_note(ctx->sink, NOTE_WARNING, "more-failures",
			  "%u more reads failed or found their member missing", nr - kept);
	if (ctx->interrupted || target_interrupted(ctx->session->target))
		sink_note(ctx->sink, NOTE_WARNING, "interrupted",
			  "interrupted: what is above is not all");
}

void note_owner_unknown(struct context *ctx)
{
	sink_note(ctx->sink, NOTE_INFO, "owner-not-known",
		  "whether user space owns a group is not known: %s not found",
		  kernel_owner_member(ctx->k));
}

const char *in_place(enum status status)
{
	switch (status) {
	case STATUS_NOT_IN_DUMP:
		return "<not in dump>";
	case STATUS_BAD_ADDRESS:
		return "<no memory there>";
	case STATUS_UNMAPPED:
		return "<not readable through the host's table>";
	case STATUS_INTERRUPTED:
		return "<interrupted>";
	case STATUS_MISSING:
		return "<not known in this kernel>";
	case STATUS_DAMAGED:
		return "<damaged>";
	case STATUS_ABSENT:
	case STATUS_OK:
		break;
	}
	return "-";
}

const char *in_place_fault(char buf[WORD_MAX], const struct pt_entry *entry)
{
	switch (entry->fault) {
	case PT_FAULT_RESERVED_BIT:
		snprintf(buf, WORD_MAX, "<reserved bit %u set>", entry->fault_bit);
		break;
	case PT_FAULT_LEVEL:
		snprintf(buf, WORD_MAX, "<next level %u is not lower>", entry->next_level);
		break;
	case PT_FAULT_SIZE:
		snprintf(buf, WORD_MAX, "<page size does not fit this level>");
		break;
	case PT_FAULT_NONE:
		buf[0] = '\0';
		break;
	}
	return buf;
}

void put_domain_id(struct context *ctx, const char *key, bool has_id, uint32_t id)
{
	if (!has_id) {
		sink_null(ctx->sink, key);
		return;
	}
	sink_count(ctx->sink, key, id);
	sink_cell(ctx->sink, key, "0x%x", id);
}
