// SPDX-License-Identifier: GPL-2.0-or-later
/* What would become of a request that the user names: an answer by what memory has now. Nothing is
 * said of what a device did, which nobody reported. */
#include "verdict.h"

#include <inttypes.h>

static const char *refused(struct arena *arena, enum sureness *ret, const char *why)
{
	*ret = VERDICT_CERTAIN;
	return arena_printf(arena, "such a request would be refused: %s", why);
}

/* ---- the entry of the device ---- */

static const char *of_illegal_entry(struct arena *arena, const struct fault_facts *f,
				    enum sureness *ret)
{
	return f->is_legal
		       ? NULL
		       : refused(arena, ret,
				 arena_printf(arena,
					      "the device's entry is not legal for its unit (%s)",
					      f->illegal_because ? f->illegal_because
								 : "see iommu dte"));
}

static const char *of_blocked(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	return f->state != DMA_BLOCKED
		       ? NULL
		       : refused(arena, ret, "the device's entry blocks every request");
}

static const char *of_passthrough(struct arena *arena, const struct fault_facts *f,
				  enum sureness *ret)
{
	if (f->state != DMA_PASSTHROUGH && f->state != DMA_PASSTHROUGH_UNCHECKED)
		return NULL;
	if (verdict_is_denied(f))
		return refused(arena, ret,
			       arena_printf(arena,
					    "the device's entry passes requests untranslated, but does not allow it to %s",
					    f->fault->access == FAULT_WRITE ? "write" : "read"));
	*ret = VERDICT_LIKELY;
	return "such a request would pass untranslated now, to that physical address";
}

static const char *of_pasid(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	return !f->no_pasid_table ? NULL : refused(arena, ret, "the PASID has no page table now");
}

/* ---- the address ---- */

static const char *of_special(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (!f->special)
		return NULL;
	*ret = VERDICT_LIKELY;
	return arena_printf(arena,
			    "the address is no memory: %" PRIx64 " to %" PRIx64
			    " is %s, so no mapping is asked",
			    f->special->first, f->special->last, f->special->what);
}

static const char *of_beyond(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->walk != PT_BEYOND)
		return NULL;
	if (f->unit_bits)
		return refused(
			arena, ret,
			arena_printf(
				arena,
				"the address is wider than the %u bits that the unit accepts from the device",
				f->unit_bits));
	if (f->sign_extended)
		return refused(arena, ret, "the address is not canonical");
	return refused(arena, ret,
		       arena_printf(arena,
				    "the %u levels of the device's table translate up to %" PRIx64,
				    f->levels, f->last_iova));
}

/* ---- the tables ---- */

static const char *of_bad_table(struct arena *arena, const struct fault_facts *f,
				enum sureness *ret)
{
	return f->walk != PT_BAD_TABLE ? NULL
				       : refused(arena, ret,
						 "on the way to the address is an entry of the page table that the IOMMU does not "
						 	"accept");
}

static const char *of_mapped(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->walk != PT_MAPPED)
		return NULL;
	if (verdict_is_denied(f))
		return refused(arena, ret,
			       arena_printf(arena, "the device may %s there",
					    verdict_allowed_words(f)));
	*ret = VERDICT_CERTAIN;
	return f->fault->access ? "mapped now, with the permission that was asked for: such a "
				  "request would pass"
				: "mapped now";
}

/* What the allocator has of an address that is not mapped, behind "not mapped now". */
static const char *allocator_words(enum address_state state)
{
	switch (state) {
	case ADDRESS_PENDING:
		return ", freed and waiting in the flush queue";
	case ADDRESS_CACHED:
		return ", freed and cached for the next allocation";
	case ADDRESS_ALLOCATED:
		return ", though it is given out";
	case ADDRESS_FREE:
		return ", and free by the allocator";
	case ADDRESS_KEPT_BACK:
		return ", and kept back from every driver";
	case ADDRESS_BEYOND:
		return ", and beyond what the allocator gives to the device";
	case ADDRESS_NOT_KNOWN:
	case ADDRESS_NO_ALLOCATOR:
		break;
	}
	return "";
}

static const char *of_unmapped(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	*ret = VERDICT_CERTAIN;
	return arena_printf(arena, "not mapped now%s: such a request would be refused",
			    allocator_words(f->allocator));
}

static verdict_cause *const causes[] = {
	verdict_of_unknown_entry,
	of_illegal_entry,
	of_blocked,
	of_special,
	of_passthrough,
	of_pasid,
	verdict_of_unknown_walk,
	of_beyond,
	of_bad_table,
	of_mapped,
	of_unmapped,
};

const char *verdict_of_question(struct arena *arena, const struct fault_facts *f,
				enum sureness *ret)
{
	const char *words = NULL;

	for (size_t i = 0; !words; i++)
		words = causes[i](arena, f, ret);
	return words;
}
