// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The verdict on a fault. Each function below knows one kind of cause and returns NULL where it is not that; they are
 * asked in the order in which the hardware would meet the causes: the entry of the device, the PASID, the
 * address, the tables, the permission.
 */
#include "iommu/verdict.h"

#include "iommu/arena.h"

#include <inttypes.h>

/* So close behind the end of a mapping that the device may have run over it. */
#define RUN_OVER_BYTES SMALLEST_PAGE_BYTES

const char *sureness_word(enum sureness sureness)
{
	static const char *const words[] = {
		[VERDICT_OPEN] = "open",
		[VERDICT_LIKELY] = "likely",
		[VERDICT_CERTAIN] = "certain",
	};

	return words[sureness];
}

static const char *access_word(enum fault_access access)
{
	static const char *const words[] = {
		[FAULT_ACCESS_UNKNOWN] = "reaches",
		[FAULT_READ] = "reads",
		[FAULT_WRITE] = "writes",
		[FAULT_EXECUTE] = "executes",
	};

	return words[access];
}

/* What the tables allow now is less than what was asked for. */
static bool is_denied(const struct fault_facts *f)
{
	if (f->fault->access == FAULT_WRITE)
		return !f->write;
	return f->fault->access != FAULT_ACCESS_UNKNOWN && !f->read;
}

static const char *allowed_word(const struct fault_facts *f)
{
	return f->read ? "read" : f->write ? "write" : "do nothing";
}

/* ---- no request for memory ---- */

static const char *of_unit(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->fault->kind != FAULT_OF_UNIT)
		return NULL;
	*ret = VERDICT_LIKELY;
	if (f->fault->claim == FAULT_NO_ANSWER)
		return "no mapping is at fault: the device, or the way to it, does not answer the IOMMU (removed, reset, "
		       "in a low power state, or broken)";
	(void)arena;
	return "no mapping is at fault: the IOMMU itself had trouble; its commands are in 'iommu commands'";
}

static const char *of_interrupt(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->fault->kind != FAULT_OF_INTERRUPT)
		return NULL;
	if (f->irq_illegal) {
		*ret = VERDICT_LIKELY;
		return arena_printf(arena, "the IOMMU refuses every interrupt of the device: %s", f->irq_illegal);
	}
	*ret = VERDICT_OPEN;
	if (!f->has_irq_entry)
		return "which entry it was, or what that holds now, is not known";
	if (f->irq_is_others) {
		*ret = VERDICT_LIKELY;
		return "its entry is for another device: this one sends interrupts that are not its own, or sends its own with "
		       "another id than the kernel knows it by";
	}
	if (!f->irq_enabled && !f->nr_interrupts) {
		*ret = VERDICT_LIKELY;
		return "the device sends an interrupt that no driver has set up: its entry is disabled and no interrupt "
		       "of this kernel uses it, so it was given back, or never was one";
	}
	if (!f->irq_enabled)
		return "its entry is disabled now, though an interrupt of this kernel has it: it was masked or shut "
		       "down, or not set up yet";
	return "its entry is enabled now: what was wrong with it then no longer is, or the request was not one that it is for";
}

static const char *of_bad_request(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->fault->claim != FAULT_BAD_REQUEST)
		return NULL;
	*ret = VERDICT_LIKELY;
	return arena_printf(arena, "no mapping would have helped: the device sent a request that is not allowed (%s)",
			    f->fault->words);
}

static const char *of_other_machine(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (!f->other_machine)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "no IOMMU of this machine reports faults so: it happened on another machine";
}

static const char *of_guest_address(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->fault->space != FAULT_AT_GUEST)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "the address is an encrypted guest's, and who owns the page is in a table that no dump tells";
}

static const char *of_nobody(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->fault->has_stream)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "it is not told whose request it was, so no table can be asked";
}

/* ---- the entry of the device ---- */

static bool claims_entry(const struct fault *fault)
{
	return fault->claim == FAULT_NO_ENTRY || fault->claim == FAULT_BAD_ENTRY ||
	       fault->claim == FAULT_ENTRY_UNREADABLE;
}

static const char *of_unknown_entry(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->has_entry && f->state != DMA_UNKNOWN)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "what the IOMMU makes of the device's requests now is not known";
}

static const char *of_illegal_entry(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->is_legal)
		return NULL;
	*ret = claims_entry(f->fault) && !f->changed_since ? VERDICT_CERTAIN : VERDICT_LIKELY;
	return arena_printf(arena, "the IOMMU refuses every request of the device, whatever the address: its entry is "
			    "not legal for its unit (%s)", f->illegal_because ? f->illegal_because : "see iommu dte");
}

static const char *of_mended_entry(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (!claims_entry(f->fault) || f->state == DMA_BLOCKED)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	if (f->changed_since) {
		*ret = VERDICT_LIKELY;
		return "the device's entry was another when it happened, by the log, and is legal in memory now: it was "
		       "written after the fault";
	}
	if (f->same_since)
		return "the device's entry is the same now as the log has it, and memory shows nothing that its unit "
		       "would refuse: the unit lacks a feature that is not known here, or had an older copy";
	return "the device's entry is there and legal in memory now: it was written after the fault, or the unit had an "
	       "older copy";
}

static const char *of_blocked(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->state != DMA_BLOCKED)
		return NULL;
	(void)arena;
	*ret = VERDICT_LIKELY;
	return "the device's entry blocks every request: it is attached to nothing, or was shut off, while it still "
	       "works";
}

static const char *of_beyond_unit(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->walk != PT_BEYOND || !f->unit_bits)
		return NULL;
	*ret = VERDICT_CERTAIN;
	return arena_printf(arena, "the address is wider than the %u bits that the unit takes of the device's requests, whatever "
			    "is mapped: the device was given a wrong address, or has damaged it", f->unit_bits);
}

static const char *of_passthrough(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->state != DMA_PASSTHROUGH && f->state != DMA_PASSTHROUGH_UNCHECKED)
		return NULL;
	*ret = VERDICT_LIKELY;
	if (is_denied(f))
		return arena_printf(arena, "the device's entry passes requests untranslated and does not let it %s",
				    f->fault->access == FAULT_WRITE ? "write" : "read");
	if (f->is_question)
		return "such a request would pass untranslated now, to that physical address";
	*ret = VERDICT_OPEN;
	return "the device's requests pass untranslated now: it was attached to another domain when it happened, or the "
	       "unit had an older copy of its entry";
}

static const char *of_pasid(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (!f->no_pasid_table)
		return NULL;
	(void)arena;
	*ret = VERDICT_LIKELY;
	return "the PASID has no page table now: its process or its user gave it up while the device still works for "
	       "it, or never had it";
}

/* ---- the address ---- */

static const char *of_special(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (!f->special)
		return NULL;
	*ret = VERDICT_LIKELY;
	return arena_printf(arena, "the address is no memory: %" PRIx64 " to %" PRIx64 " is %s, so no mapping would have "
			    "helped", f->special->first, f->special->last, f->special->what);
}

/* Tables only grow more levels. */
static const char *of_beyond(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->walk != PT_BEYOND)
		return NULL;
	/* What was mapped then, is told by the fault to have had a table that reached it. */
	*ret = f->fault->claim == FAULT_NOT_ALLOWED ? VERDICT_OPEN : VERDICT_CERTAIN;
	if (f->sign_extended)
		return arena_printf(arena, "the address is not canonical: the %u levels of the device's table repeat their "
				    "highest bit above it, so it was never mapped", f->levels);
	return arena_printf(arena, "the address is beyond what the %u levels of the device's table translate (up to "
			    "%" PRIx64 "): the device was given an address that was never mapped, or has damaged it",
			    f->levels, f->last_iova);
}

/* ---- the tables ---- */

static const char *of_unknown_walk(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->has_walk && f->walk != PT_UNREADABLE)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "where the address leads now could not be read";
}

static const char *of_bad_table(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->walk != PT_BAD_TABLE)
		return NULL;
	(void)arena;
	*ret = f->fault->claim == FAULT_BAD_TABLE || f->fault->claim == FAULT_BAD_TABLE_OR_TOO_WIDE ?
		       VERDICT_CERTAIN : VERDICT_LIKELY;
	return "an entry of the page table on the way is one that the IOMMU does not take: the table is damaged";
}

static const char *of_mapped(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->walk != PT_MAPPED)
		return NULL;
	if (is_denied(f)) {
		bool says_so = f->fault->claim == FAULT_NOT_ALLOWED ||
			       f->fault->claim == FAULT_NOT_MAPPED_OR_ALLOWED;

		if (f->is_question) {
			*ret = VERDICT_CERTAIN;
			return arena_printf(arena, "such a request would be refused: the device may only %s there",
					    allowed_word(f));
		}
		*ret = says_so ? VERDICT_CERTAIN : VERDICT_LIKELY;
		return arena_printf(arena, "the device %s where it may only %s: the driver mapped the buffer for the "
				    "other direction", access_word(f->fault->access), allowed_word(f));
	}
	*ret = f->is_question ? VERDICT_CERTAIN : VERDICT_OPEN;
	if (f->is_question)
		return f->fault->access ? "mapped now, with the permission that was asked for: such a request would pass" :
					  "mapped now";
	return "mapped now, with the permission that was asked for: it was mapped after the fault, or the unit had an "
	       "older copy of the table";
}

static const char *of_missing_region(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (!f->region)
		return NULL;
	*ret = VERDICT_CERTAIN;
	return arena_printf(arena, "firmware wants %" PRIx64 " to %" PRIx64 " mapped one to one for the device, and it is "
			    "not: see iommu acpi", f->region->start, f->region->last);
}

static const char *of_allocator(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	(void)arena;
	if (f->is_question)
		return NULL; /* no device is known to have used it */
	*ret = VERDICT_LIKELY;
	switch (f->allocator) {
	case ADDRESS_PENDING:
		return "the driver unmapped it while the device still used it: not mapped now, freed and waiting in the "
		       "flush queue";
	case ADDRESS_CACHED:
		return "the driver unmapped it while the device still used it: not mapped now, freed and kept for the "
		       "next who asks";
	case ADDRESS_ALLOCATED:
		return "the address is given out and not mapped: the driver's mapping failed halfway, or is just being "
		       "made or undone";
	case ADDRESS_NOT_KNOWN:
	case ADDRESS_NO_ALLOCATOR:
	case ADDRESS_FREE:
		break;
	}
	return NULL;
}

static const char *of_lost_mapping(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->fault->claim != FAULT_NOT_ALLOWED)
		return NULL;
	(void)arena;
	*ret = VERDICT_LIKELY;
	return "it was mapped when it happened, without the permission that was asked for, and has been unmapped since";
}

static const char *of_mended_table(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->fault->claim != FAULT_BAD_TABLE && f->fault->claim != FAULT_BAD_TABLE_OR_TOO_WIDE &&
	    f->fault->claim != FAULT_TABLE_UNREADABLE)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "the IOMMU met a table that it did not take, or could not read; the way of the address is empty now: "
	       "it was changed since, or was never what the IOMMU read";
}

static const char *of_run_over(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	uint64_t behind;

	if (f->is_question || !f->has_near || !f->near.below)
		return NULL;
	behind = f->fault->address - f->near.below_last.v - 1;
	if (behind >= RUN_OVER_BYTES)
		return NULL;
	*ret = VERDICT_LIKELY;
	return arena_printf(arena, "the device %s on past the end of a mapping, which ends at %" PRIx64 ": its buffer is "
			    "shorter than it was told", access_word(f->fault->access), f->near.below_last.v);
}

/* A driver that expected passthrough gives the device physical addresses. Where other things are mapped, an IOVA of
 * the same number may be meant. */
static const char *of_physical(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (!f->is_ram || !f->has_near || f->near.uncertain || f->is_question)
		return NULL;
	if (!f->near.below && !f->near.above) {
		*ret = VERDICT_LIKELY;
		return "nothing at all is mapped for the device, and the address is RAM: it was given a physical address, as "
		       "if its requests passed untranslated, or its mappings are gone";
	}
	(void)arena;
	*ret = VERDICT_OPEN;
	return "not mapped now: it was unmapped while the device still used it, or it never was mapped; as a physical "
	       "address it is RAM, so the device may have been given that where passthrough was expected";
}

/* What the allocator has of an address that is not mapped, behind "not mapped now". */
static const char *allocator_words(enum address_state state)
{
	switch (state) {
	case ADDRESS_PENDING:
		return ", freed and waiting in the flush queue";
	case ADDRESS_CACHED:
		return ", freed and kept for the next who asks";
	case ADDRESS_ALLOCATED:
		return ", though it is given out";
	case ADDRESS_FREE:
		return ", and the allocator does not have it";
	case ADDRESS_NOT_KNOWN:
	case ADDRESS_NO_ALLOCATOR:
		break;
	}
	return "";
}

static const char *of_unmapped(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->is_question) {
		*ret = VERDICT_CERTAIN;
		return arena_printf(arena, "not mapped now%s: such a request would be refused",
				    allocator_words(f->allocator));
	}
	*ret = VERDICT_OPEN;
	if (f->allocator == ADDRESS_FREE)
		return "not mapped now, and the allocator does not have it: it was unmapped and given back while the device "
		       "still used it, or it never was mapped";
	return "not mapped now: it was unmapped while the device still used it, or it never was mapped";
}

typedef const char *cause(struct arena *arena, const struct fault_facts *f, enum sureness *ret);

static cause *const causes[] = {
	of_other_machine, of_unit, of_interrupt, of_nobody, of_guest_address, of_unknown_entry, of_illegal_entry, of_bad_request,
	of_mended_entry, of_blocked, of_special, of_beyond_unit, of_passthrough, of_pasid, of_unknown_walk, of_beyond, of_bad_table,
	of_mapped, of_missing_region, of_allocator, of_lost_mapping, of_mended_table, of_run_over, of_physical,
	of_unmapped,
};

const char *fault_verdict(struct arena *arena, const struct fault_facts *facts, enum sureness *ret)
{
	const char *words = NULL;

	for (size_t i = 0; !words; i++)
		words = causes[i](arena, facts, ret);
	if (!facts->other_domain)
		return words;
	*ret = VERDICT_OPEN;
	return arena_printf(arena, "the device was in another domain when it happened; by what it has now: %s", words);
}
