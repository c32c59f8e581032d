// SPDX-License-Identifier: GPL-2.0-or-later
/* Sentences for what went wrong. Each names what could not be done, and the symbol, member or address that
 * failed. */
#include "cmd.h"

#include "iommu/owner.h"

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

void misuse(struct context *ctx, const char *code, const char *format, ...)
{
	va_list args;
	const char *text;

	va_start(args, format);
	text = arena_vprintf(&ctx->session->arena, format, args);
	va_end(args);
	complain(ctx, code, "%s", text);
	if (!ctx->usage_shown)
		sink_heading(ctx->sink, "usage: iommu %s %s", ctx->verb->name, ctx->verb->synopsis);
	ctx->usage_shown = true;
}

/* The work was broken off because there was more than there can be, and not by the user. */
static bool is_too_much(const struct context *ctx, enum status status)
{
	return status == STATUS_INTERRUPTED && ctx->session->budget.is_spent;
}

/* A warning that was given in this command. */
struct said {
	const char *text;
	const struct said *next; /* with the same key */
};

/* A number that few other texts have (FNV-1a). */
static uint64_t key_of(const char *text)
{
	uint64_t key = 0xcbf29ce484222325ULL;

	for (; *text; text++)
		key = (key ^ (unsigned char)*text) * 0x100000001b3ULL;
	return key;
}

/* Remembers it, too. */
static bool was_said(struct context *ctx, const char *text)
{
	struct arena *arena = &ctx->session->arena;
	struct said *first = u64map_get(&ctx->said, key_of(text)), *one;

	for (const struct said *said = first; said; said = said->next) {
		if (strcmp(said->text, text) == 0)
			return true;
	}
	one = arena_alloc(arena, sizeof(*one));
	*one = (struct said){ text, first ? first->next : NULL };
	if (first)
		first->next = one;
	else
		u64map_add(arena, &ctx->said, key_of(text), one);
	return false;
}

/* A warning in the same words is given once in a command: whoever asks for many things need not remember what failed. */
static void say(struct context *ctx, enum severity severity, const char *start, const char *doing,
		struct failure failure)
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
	bool too_much = is_too_much(ctx, failure.status);
	const char *text = arena_printf(&ctx->session->arena, "%s %s: %s", start, doing,
					too_much ? "more than can be true, so something is damaged" :
						   failure_words(&ctx->session->arena, failure));

	if (ctx->k)
		kernel_reported(ctx->k, failure);
	if (severity == NOTE_WARNING && was_said(ctx, text))
		return;
	ctx->nr_unread++;
	sink_note(ctx->sink, severity, too_much ? "too-much" : codes[failure.status], "%s", text);
}

void cannot(struct context *ctx, const char *doing, struct failure failure)
{
	ctx->failed = true;
	say(ctx, NOTE_ERROR, "cannot", doing, failure);
}

void could_not_fully(struct context *ctx, const char *doing, struct failure failure)
{
	say(ctx, NOTE_WARNING, "could not fully", doing, failure);
}

void say_if_not_all(struct context *ctx, const char *doing, struct failure failure)
{
	if (failed(failure))
		could_not_fully(ctx, doing, failure);
}

unsigned nr_not_read(const struct context *ctx)
{
	return ctx->nr_unread + ctx->k->unreported.nr;
}

static void say_broken_off(struct context *ctx)
{
	const struct budget *budget = &ctx->session->budget;
	char kept[WORD_MAX];

	if (!ctx->interrupted && !target_interrupted(ctx->session->target))
		return;
	if (!budget->is_spent) {
		sink_note(ctx->sink, NOTE_WARNING, "interrupted",
			  "interrupted: what is above is not all");
		return;
	}
	sink_note(ctx->sink, NOTE_WARNING, "too-much",
		  "given up after %" PRIu64 " reads, the last at %" PRIx64 ", with %s to remember: more than "
		  "can be true of this machine, so a list or a table is damaged; what is above is not all",
		  budget->object_reads + budget->table_reads, budget->last_read,
		  word_amount(kept, budget->of_command->used + budget->of_inventory->used));
}

void say_unreported(struct context *ctx)
{
	const struct unreported list = ctx->k->unreported; /* each sentence takes one off */

	for (unsigned i = 0; i < list.nr && i < MAX_UNREPORTED; i++)
		could_not_fully(ctx, "read what this answer is made of", list.at[i]);
	if (list.nr > MAX_UNREPORTED)
		sink_note(ctx->sink, NOTE_WARNING, "more-failures",
			  "%u more reads failed or found their member missing",
			  list.nr - MAX_UNREPORTED);
	say_broken_off(ctx);
}

void note_owner_unknown(struct context *ctx)
{
	sink_note(ctx->sink, NOTE_INFO, "owner-not-known",
		  "whether user space owns a group is not known: %s not found",
		  kernel_owner_member(ctx->k));
}

bool need_iommu(struct context *ctx, const char *instead)
{
	const struct inventory *inv = kernel_inventory(ctx->k);

	if (inv->units.nr || inv->vendors.nr)
		return true;
	if (failed(inv->units_failure))
		cannot(ctx, "tell whether the machine has an IOMMU", inv->units_failure);
	else
		complain(ctx, "no-iommu", "no IOMMU is active in this kernel: %s", instead);
	return false;
}

void complain_of_vendor(struct context *ctx, const struct vendor *vendor, const char *lacks)
{
	complain(ctx, "not-of-this-hardware", "%s has no %s, or this plugin does not read them yet",
		 vendor->name, lacks);
}

void complain_of_vendors(struct context *ctx, const char *lacks)
{
	const struct inventory *inv = kernel_inventory(ctx->k);

	for (size_t i = 0; i < inv->vendors.nr; i++)
		complain_of_vendor(ctx, inv->vendors.at[i], lacks);
}

const char *word_undecoded(struct context *ctx, const struct unit *unit)
{
	char word[WORD_MAX];

	return arena_printf(&ctx->session->arena, "%s (%s%s)", word_unit(word, unit),
			    unit->driver ? "driver " : "its driver is not known",
			    unit->driver ? unit->driver : "");
}

const char *words_undecoded(struct context *ctx)
{
	const struct ptrs *units = &kernel_inventory(ctx->k)->units;
	const char *line = "";

	for (size_t i = 0; i < units->nr; i++) {
		const struct unit *unit = units->at[i];

		if (!unit->vendor)
			line = arena_printf(&ctx->session->arena, "%s%s%s", line, *line ? ", " : "",
					    word_undecoded(ctx, unit));
	}
	return line;
}

void complain_not_decoded(struct context *ctx, const struct unit *unit)
{
	complain(ctx, "not-decoded", "'%s' looks into the tables of the hardware, and this plugin does not "
		 "decode those of %s", ctx->verb->name,
		 unit ? word_undecoded(ctx, unit) : words_undecoded(ctx));
}

void complain_no_unit(struct context *ctx, const struct vendor *vendor)
{
	complain(ctx, "no-unit", "the driver of %s runs, and no unit of it is known", vendor->name);
}

bool decodes_entries(struct context *ctx)
{
	const struct ptrs *vendors = &kernel_inventory(ctx->k)->vendors;

	for (size_t i = 0; i < vendors->nr; i++) {
		if (((const struct vendor *)vendors->at[i])->read_entry)
			return true;
	}
	return false;
}

const struct vendor *unread_vendor(struct context *ctx)
{
	const struct ptrs *vendors = &kernel_inventory(ctx->k)->vendors;

	for (size_t i = 0; i < vendors->nr; i++) {
		const struct vendor *vendor = vendors->at[i];

		if (!vendor->read_entry)
			return vendor;
	}
	return NULL;
}

bool complained_of_undecoded(struct context *ctx, uint32_t sbdf, const struct stream *stream)
{
	const struct device *dev = kernel_find_device(ctx->k, sbdf);
	const struct unit *unit = dev ? device_server(dev) : NULL;
	const struct vendor *vendor = stream->vendor ? stream->vendor : unit ? unit->vendor : NULL;

	if (vendor && vendor->read_entry)
		return false;
	if (vendor)
		complain_of_vendor(ctx, vendor, "entries of devices in memory");
	else if (unit || *words_undecoded(ctx))
		complain_not_decoded(ctx, unit);
	else if (unread_vendor(ctx))
		complain_of_vendor(ctx, unread_vendor(ctx), "entries of devices in memory");
	else
		return false;
	return true;
}

void complain_no_device(struct context *ctx, uint32_t sbdf)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	char bdf[WORD_MAX];

	if (failed(inv->devices_failure))
		cannot(ctx, arena_printf(&ctx->session->arena, "tell whether there is a device %s",
					 word_bdf(bdf, sbdf)), inv->devices_failure);
	else
		complain(ctx, "no-such-device", "the kernel has no device %s", word_bdf(bdf, sbdf));
}

void complain_no_segment(struct context *ctx, const char *what)
{
	const char *others = words_undecoded(ctx);

	complain(ctx, "no-segment", "no IOMMU %sserves the PCI segment of %s%s%s",
		 *others ? "that this plugin decodes " : "", what,
		 *others ? "; not decoded: " : "", others);
}

#define WITHOUT_BTF ": types of modules are not read from the dump. Where VFIO and KVM are modules, who holds a device and " \
		    "which virtual machines there are is known only after 'mod -s' with their debuginfo"

const char *words_btf_library(enum btf_library library)
{
	switch (library) {
	case BTF_LIBRARY_ABSENT:
		return "libbpf (libbpf.so.1) is not installed on this machine" WITHOUT_BTF;
	case BTF_LIBRARY_TOO_OLD:
		return "libbpf on this machine is older than 0.3, and functions that are needed are not in it" WITHOUT_BTF;
	case BTF_LIBRARY_FOUND:
		break;
	}
	return NULL;
}

void note_not_decoded(struct context *ctx)
{
	const char *units = words_undecoded(ctx);

	if (*units)
		sink_note(ctx->sink, NOTE_WARNING, "not-decoded", "nothing is said of %s: this plugin does "
			  "not decode its tables", units);
}

const char *word_no_value(enum status status)
{
	switch (status) {
	case STATUS_NOT_IN_DUMP:
		return "<not in dump>";
	case STATUS_BAD_ADDRESS:
		return "<no memory there>";
	case STATUS_UNMAPPED:
		return "<not readable through the host's table>";
	case STATUS_INTERRUPTED:
		return "<broken off>";
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

const char *word_fault(char buf[WORD_MAX], const struct pt_entry *entry)
{
	char words[PT_WORDS_MAX];

	pt_fault_words(words, entry);
	snprintf(buf, WORD_MAX, *words ? "<%s>" : "%s", words);
	return buf;
}

void put_domain_id(struct context *ctx, const char *key, const struct domain *domain,
		   const struct unit *unit)
{
	uint32_t id;

	if (!domain || !domain_id_on(domain, unit, &id)) {
		sink_null(ctx->sink, key);
		if (domain && failed(domain->ids_failure))
			sink_cell(ctx->sink, key, "?");
		return;
	}
	sink_count(ctx->sink, key, id);
	sink_cell(ctx->sink, key, "0x%x", id);
}
