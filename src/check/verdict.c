// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The verdict on a fault. Each function below knows one kind of cause and returns NULL where it is
 * not that; they are asked in the order in which the hardware would meet the causes: the entry of
 * the device, the PASID, the address, the tables, the permission.
 *
 * Memory is of the moment when the kernel stopped, and a fault in the log may be old. So what is
 * wrong now explains a fault only if that is what the hardware reported; where it reported
 * something else, both are said and the verdict is open.
 */
#include "verdict.h"

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
bool verdict_is_denied(const struct fault_facts *f)
{
	if (f->fault->access == FAULT_WRITE)
		return !f->write;
	return f->fault->access != FAULT_ACCESS_UNKNOWN && !f->read;
}

const char *verdict_allowed_words(const struct fault_facts *f)
{
	return f->read ? "only read" : f->write ? "only write" : "neither read nor write";
}

/* ---- no request for memory ---- */

static const char *of_hypervisor(struct arena *arena, const struct fault_facts *f,
				 enum sureness *ret)
{
	if (!f->fault->of_hypervisor)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "a hypervisor below this kernel reported it, by its own tables, which are not read "
		"here";
}

static const char *of_unit(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->fault->kind != FAULT_OF_UNIT)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	if (f->fault->claim == FAULT_NOT_UNDERSTOOD)
		return "what happened, and to whom, is not known";
	*ret = VERDICT_LIKELY;
	if (f->fault->claim == FAULT_NO_ANSWER)
		return "no mapping is at fault: the device, or a bridge on the way to it, does not answer the IOMMU "
		       "(removed, reset, in a low power state, or broken)";
	return "no mapping is at fault: the IOMMU itself had trouble; iommu commands shows what it "
		"was told to do";
}

/* That the entry is disabled now is not why the interrupt was refused. */
static bool claims_other_entry(const struct fault *fault)
{
	return fault->claim == FAULT_INTERRUPT_OF_OTHERS || fault->claim == FAULT_INTERRUPT_REFUSED;
}

static const char *of_interrupt(struct arena *arena, const struct fault_facts *f,
				enum sureness *ret)
{
	if (f->fault->kind != FAULT_OF_INTERRUPT)
		return NULL;
	if (f->irq_illegal) {
		*ret = VERDICT_LIKELY;
		return arena_printf(arena, "the IOMMU refuses every interrupt of the device: %s",
				    f->irq_illegal);
	}
	*ret = VERDICT_OPEN;
	if (f->fault->claim == FAULT_OLD_INTERRUPT)
		return "an interrupt in the old format is looked up in no entry: the device was told to send it by "
		       "firmware, by an earlier kernel, or before interrupts were remapped";
	if (f->no_irq_table && !f->nr_interrupts) {
		*ret = claims_other_entry(f->fault) ? VERDICT_OPEN : VERDICT_LIKELY;
		return "the device has no table of interrupt entries now: no interrupt of it was set up by this kernel, or "
		       "all were given back";
	}
	if (!f->has_irq_entry)
		return "which interrupt entry it was, or what that entry holds now, is not known";
	if (f->irq_is_others) {
		if (f->fault->claim != FAULT_INTERRUPT_OF_OTHERS)
			return "its entry is for another device now, and was refused for another reason: it was given to "
			       "that one since, or this one sends interrupts that are not its own";
		*ret = VERDICT_LIKELY;
		return "its entry is for another device: this one sends interrupts that are not "
		       "its own, or sends its own with "
		       "another id than the kernel knows it by";
	}
	if (!f->irq_enabled && claims_other_entry(f->fault))
		return f->fault->claim == FAULT_INTERRUPT_OF_OTHERS
			       ? "its entry is disabled now; by the fault it was enabled when it happened, and for another device: "
				 "this one sends interrupts that are not its own, or sends its own with another id than the kernel "
				 "knows it by"
			       : "its entry is disabled now, which is not what the fault tells: it held something else when it "
				 "happened, or the request was at fault";
	if (!f->irq_enabled && !f->interrupts_known)
		return "its entry is disabled now; which interrupt of this kernel uses it, if any, "
		       "is not known";
	if (!f->irq_enabled && !f->nr_interrupts) {
		*ret = VERDICT_LIKELY;
		return "the device sends an interrupt that no driver has set up: its entry is "
		       "disabled and no interrupt "
		       "of this kernel uses it, so it was given back, or never was one";
	}
	if (!f->irq_enabled)
		return "its entry is disabled now, though an interrupt of this kernel has it: it "
		       "was masked or shut "
		       "down, or not set up yet";
	return "its entry is enabled now: what was wrong with it, or with the entry of the device, has been put right "
	       "since, or the request was one that it does not serve";
}

static const char *of_bad_request(struct arena *arena, const struct fault_facts *f,
				  enum sureness *ret)
{
	if (f->fault->claim != FAULT_BAD_REQUEST)
		return NULL;
	*ret = VERDICT_LIKELY;
	return arena_printf(
		arena,
		"no mapping would have helped: the device sent a request that is not allowed (%s)",
		f->fault->words);
}

static const char *of_other_machine(struct arena *arena, const struct fault_facts *f,
				    enum sureness *ret)
{
	if (!f->other_machine)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "no IOMMU of this machine reports faults so: it happened on another machine";
}

static const char *of_guest_address(struct arena *arena, const struct fault_facts *f,
				    enum sureness *ret)
{
	if (f->fault->space != FAULT_AT_GUEST)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "by the table that says which guest owns a page, it is not one that the device may reach; that table is "
	       "in no dump";
}

static const char *of_nobody(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->fault->has_stream)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "the report does not say whose request it was, so there is no table to look it up in";
}

/* ---- memory that the IOMMU could not read ---- */

static const char *of_unread_table(struct arena *arena, const struct fault_facts *f,
				   enum sureness *ret)
{
	if (f->fault->claim != FAULT_TABLE_UNREADABLE && f->fault->claim != FAULT_ENTRY_UNREADABLE)
		return NULL;
	*ret = VERDICT_OPEN;
	return arena_printf(arena,
			    "the IOMMU could not read %s: there was no memory at its address when it happened, "
			    	"or reading memory failed, which no table shows",
			    f->fault->claim == FAULT_ENTRY_UNREADABLE
				    ? "an entry of the device"
				    : "a page table of the device");
}

/* ---- the entry of the device ---- */

static bool claims_entry(const struct fault *fault)
{
	return fault->claim == FAULT_NO_ENTRY || fault->claim == FAULT_BAD_ENTRY ||
	       fault->claim == FAULT_ENTRY_UNREADABLE;
}

/* It tells of a page table that was read, so the entry led to one when it happened. An entry without a domain can
 * refuse a permission itself: AMD's has IR and IW. */
static bool claims_table(const struct fault *fault)
{
	return (fault->claim == FAULT_NOT_ALLOWED && !fault->no_domain) || fault->claim == FAULT_BAD_TABLE;
}

/* One that says no more than that a page was not mapped or not allowed had a table too, in which it was looked up. */
static bool led_to_table(const struct fault *fault)
{
	return claims_table(fault) || fault->claim == FAULT_NOT_MAPPED_OR_ALLOWED;
}

const char *verdict_of_unknown_entry(struct arena *arena, const struct fault_facts *f,
				     enum sureness *ret)
{
	if (f->has_entry && f->state != DMA_UNKNOWN)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "what the IOMMU makes of the device's requests now is not known";
}

static const char *of_illegal_entry(struct arena *arena, const struct fault_facts *f,
				    enum sureness *ret)
{
	const char *why = f->illegal_because ? f->illegal_because : "see iommu dte";

	if (f->is_legal)
		return NULL;
	*ret = f->fault->claim == FAULT_BAD_ENTRY && !f->changed_since		   ? VERDICT_CERTAIN
	       : claims_entry(f->fault) || f->fault->claim == FAULT_CLAIMS_NOTHING ? VERDICT_LIKELY
										   : VERDICT_OPEN;
	return arena_printf(
		arena,
		"the IOMMU refuses every request of the device, whatever the address: the device's "
			"entry is not legal for its unit (%s)%s",
		why,
		*ret == VERDICT_OPEN ? "; the fault gives another reason, so the entry may have been a different one then"
				     : "");
}

static const char *of_mended_entry(struct arena *arena, const struct fault_facts *f,
				   enum sureness *ret)
{
	bool is_blocked = f->state == DMA_BLOCKED;

	/* One that blocks may be why there was none. */
	if (!claims_entry(f->fault) || (is_blocked && f->fault->claim != FAULT_BAD_ENTRY))
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	if (f->changed_since) {
		*ret = VERDICT_LIKELY;
		return "by the log the device's entry was a different one when it happened, and it is "
			"legal in memory now: it was written after the fault";
	}
	if (f->same_since)
		return "the device's entry is still the one that the log shows, and nothing in it is known "
			"to be refused: the unit lacks a feature that is not known here, or used an older "
			"copy";
	if (is_blocked)
		return "the device's entry blocks every request now, and by the fault it was one that the unit does not take: "
		       "it was written after the fault, or the unit used an older copy";
	return "the device's entry is there and legal in memory now: it was written after the "
		"fault, or the unit used an older copy";
}

static const char *of_blocked(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->state != DMA_BLOCKED)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	if (led_to_table(f->fault))
		return "the device's entry blocks every request now; by the fault it led to a page table "
			"when it happened, and which one is not known any more";
	*ret = VERDICT_LIKELY;
	if (f->is_no_device)
		return "the device's entry blocks every request, and this kernel has no device of that id: it was "
		       "removed, or a device sends requests with an id that is not its own";
	return "the device's entry blocks every request: it was never attached to a domain, or was detached or shut "
	       "off, and still sends requests";
}

static const char *of_beyond_unit(struct arena *arena, const struct fault_facts *f,
				  enum sureness *ret)
{
	if (f->walk != PT_BEYOND || !f->unit_bits)
		return NULL;
	*ret = led_to_table(f->fault) ? VERDICT_OPEN : VERDICT_CERTAIN;
	return arena_printf(arena,
			    "the address is wider than the %u bits that the unit accepts from the device, "
			    	"whatever is mapped: the device was given a wrong address, or corrupted it",
			    f->unit_bits);
}

static const char *of_passthrough(struct arena *arena, const struct fault_facts *f,
				  enum sureness *ret)
{
	if (f->state != DMA_PASSTHROUGH && f->state != DMA_PASSTHROUGH_UNCHECKED)
		return NULL;
	if (verdict_is_denied(f)) {
		*ret = claims_table(f->fault) && f->fault->claim != FAULT_NOT_ALLOWED
			       ? VERDICT_OPEN
			       : VERDICT_LIKELY;
		return arena_printf(
			arena,
			"the device's entry passes requests untranslated, but does not allow it to %s",
			f->fault->access == FAULT_WRITE ? "write" : "read");
	}
	*ret = VERDICT_OPEN;
	if (f->other_domain || f->fault->no_domain) /* which is said in front of it */
		return "the device's requests pass untranslated";
	return "the device's requests pass untranslated now: it was attached to another domain "
		"when it happened, or the unit used an older copy of its entry";
}

static const char *of_pasid(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (!f->no_pasid_table)
		return NULL;
	(void)arena;
	*ret = led_to_table(f->fault) ? VERDICT_OPEN : VERDICT_LIKELY;
	return "the PASID has no page table now: it was given up while the device still used it, "
		"or it never had one";
}

/* ---- the address ---- */

static const char *of_special(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (!f->special)
		return NULL;
	*ret = VERDICT_LIKELY;
	return arena_printf(arena,
			    "the address is no memory: %" PRIx64 " to %" PRIx64
			    " is %s, so no mapping would have "
			    "helped",
			    f->special->first, f->special->last, f->special->what);
}

/* A domain's tables only grow more levels; which domain it was, not every fault tells. */
static const char *of_beyond(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	bool was_within = led_to_table(f->fault); /* it had a table that reached it */
	bool is_same = f->fault->has_domain_id || f->fault->claim == FAULT_TOO_WIDE;

	if (f->walk != PT_BEYOND)
		return NULL;
	*ret = was_within ? VERDICT_OPEN : is_same ? VERDICT_CERTAIN : VERDICT_LIKELY;
	if (f->sign_extended)
		return arena_printf(arena,
				    "the address is not canonical: the %u levels of the device's "
				    "table repeat their "
				    "highest bit above it, so it was never mapped there",
				    f->levels);
	return arena_printf(
		arena,
		"the address is beyond what the %u levels of the device's table translate (up to %" PRIx64
		"): the device was given an address that was never mapped, or corrupted it",
		f->levels, f->last_iova);
}

/* ---- the tables ---- */

const char *verdict_of_unknown_walk(struct arena *arena, const struct fault_facts *f,
				    enum sureness *ret)
{
	if (f->has_walk && f->walk != PT_UNREADABLE)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "where the address leads now could not be read";
}

static const char *of_bad_table(struct arena *arena, const struct fault_facts *f,
				enum sureness *ret)
{
	if (f->walk != PT_BAD_TABLE)
		return NULL;
	(void)arena;
	*ret = f->fault->claim == FAULT_BAD_TABLE || f->fault->claim == FAULT_BAD_TABLE_OR_TOO_WIDE
		       ? VERDICT_CERTAIN
		       : VERDICT_LIKELY;
	return "the page table is damaged: on the way to the address is an entry that the IOMMU "
		"does not accept";
}

/* Whether a permission that is missing can be what the hardware reported. */
static bool can_be_permission(const struct fault *fault)
{
	return fault->claim == FAULT_NOT_ALLOWED || fault->claim == FAULT_NOT_MAPPED_OR_ALLOWED ||
	       fault->claim == FAULT_CLAIMS_NOTHING;
}

static const char *of_denied(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	/* Where it says no more than that one of two things was wrong, it may have been the other one. */
	bool says_so = f->fault->claim == FAULT_NOT_ALLOWED;

	if (f->walk != PT_MAPPED || !verdict_is_denied(f) || f->ended_then)
		return NULL;
	*ret = says_so ? VERDICT_CERTAIN : can_be_permission(f->fault) ? VERDICT_LIKELY : VERDICT_OPEN;
	if (*ret == VERDICT_OPEN)
		return arena_printf(arena, "by the fault %s when it happened; it is mapped now, and the device may %s there: "
				    "it was mapped after the fault, or the unit used an older copy of the table",
				    f->fault->claim == FAULT_NOT_MAPPED ? "the address was not mapped" :
				    "something else than a permission was wrong", verdict_allowed_words(f));
	if (!f->read && !f->write)
		return arena_printf(arena, "the device %s where it may neither read nor write: the address is mapped "
				    "without any permission", access_word(f->fault->access));
	return arena_printf(arena, "the device %s where it may %s: %s",
			    access_word(f->fault->access), verdict_allowed_words(f),
			    f->is_held ? "the process that holds the device mapped the memory that way"
				       : "the driver mapped the buffer for the other direction, or "
					 "gave the device the "
					 "address of another one");
}

static bool claims_bad_table(const struct fault *fault)
{
	return fault->claim == FAULT_BAD_TABLE || fault->claim == FAULT_BAD_TABLE_OR_TOO_WIDE;
}

/* Nothing that is mapped, or not, in a table that reaches the address is what the hardware reported. */
static const char *of_wider_now(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->fault->claim != FAULT_TOO_WIDE || (f->walk != PT_MAPPED && f->walk != PT_NOT_MAPPED))
		return NULL;
	*ret = VERDICT_OPEN;
	return arena_printf(arena, "by the fault the address was too wide to be translated when it happened; the device's table "
			    "reaches it now, and it is %s: the device had another table then, or one of fewer levels",
			    f->walk == PT_MAPPED ? "mapped" : "not mapped");
}

static const char *of_mapped(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->walk != PT_MAPPED)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	if (f->ended_then) {
		*ret = VERDICT_LIKELY;
		return "mapped now, but by the log not when the driver looked: the device used the address "
			"too early, or used one that had been unmapped and has been given out again since";
	}
	if (claims_bad_table(f->fault))
		return "by the fault an entry of a table on the way was one that the IOMMU does not accept; the address is mapped "
		       "now: the table was changed since, or the IOMMU read something else";
	return "mapped now, with the permission that was asked for: it was mapped after the fault, "
		"or the unit used an older copy of the table";
}

static const char *of_missing_region(struct arena *arena, const struct fault_facts *f,
				     enum sureness *ret)
{
	if (!f->region)
		return NULL;
	*ret = f->fault->claim == FAULT_NOT_MAPPED || f->fault->claim == FAULT_NOT_MAPPED_OR_ALLOWED
		       ? VERDICT_CERTAIN
		       : VERDICT_LIKELY;
	return arena_printf(arena,
			    "%s %" PRIx64 " to %" PRIx64 " mapped one to one for the device, and it is not: see iommu acpi",
			    f->region->by_driver ? "the driver of the IOMMU keeps" : "firmware wants", f->region->start,
			    f->region->last);
}

/* A range is rounded up to a power of two, and its last pages may never be mapped. */
static const char *of_range_end(struct arena *arena, const struct fault_facts *f,
				enum sureness *ret)
{
	if (f->allocator != ADDRESS_ALLOCATED || !f->has_near || !f->near.below ||
	    f->near.below_last.v < f->range_first)
		return NULL;
	*ret = VERDICT_LIKELY;
	return arena_printf(arena,
			    "the device %s past the end of its buffer: the address is in a range that was given "
			    "out, of which only the part up to %" PRIx64 " is mapped",
			    access_word(f->fault->access), f->near.below_last.v);
}

static const char *of_freed(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (f->allocator != ADDRESS_PENDING && f->allocator != ADDRESS_CACHED)
		return NULL;
	(void)arena;
	/* What is in the log may be older than that use of the address. */
	*ret = f->is_recent ? VERDICT_LIKELY : VERDICT_OPEN;
	if (f->allocator == ADDRESS_PENDING)
		return "not mapped now, freed and waiting in the flush queue: the driver unmapped "
		       "it while the device "
		       "still used it, unless the fault is from before that";
	return "not mapped now, freed and cached for the next allocation: the driver unmapped it "
		"while the device still used it, unless the fault is from before that";
}

static const char *of_allocator(struct arena *arena, const struct fault_facts *f,
				enum sureness *ret)
{
	(void)arena;
	*ret = VERDICT_OPEN;
	if (f->allocator == ADDRESS_ALLOCATED)
		return "the address is given out and not mapped: its mapping failed halfway, is "
		       "just being made or undone, "
		       "or it was given out after the fault";
	if (f->allocator != ADDRESS_KEPT_BACK && f->allocator != ADDRESS_BEYOND)
		return NULL;
	*ret = VERDICT_LIKELY;
	if (f->allocator == ADDRESS_BEYOND)
		return "not mapped now, and beyond what the allocator gives to the devices, by their DMA masks of now: the "
		       "device has an address that nobody gave it, or corrupted it";
	return "not mapped now, and kept back from every driver: the device has an address that "
		"nobody gave it, or corrupted it";
}

static const char *of_lost_mapping(struct arena *arena, const struct fault_facts *f,
				   enum sureness *ret)
{
	if (f->fault->claim != FAULT_NOT_ALLOWED || f->fault->no_domain)
		return NULL;
	(void)arena;
	*ret = VERDICT_LIKELY;
	return "it was mapped when it happened, without the permission that was asked for, and has "
	       "been unmapped since";
}

static const char *of_mended_table(struct arena *arena, const struct fault_facts *f,
				   enum sureness *ret)
{
	if (!claims_bad_table(f->fault))
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	return "the IOMMU met an entry of a table that it did not accept, and nothing is on the "
		"way to the address now: the table was changed since, or the IOMMU read something "
		"else";
}

/* ---- of what is not mapped ---- */

static const char *of_held(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (!f->is_held)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	switch (f->area) {
	case AREA_NONE:
		return "not mapped now, and in no area of the process that holds the device: the process, "
			"or its guest, gave the device an address outside its memory, or unmapped it while "
			"the device still used it";
	case AREA_INSIDE:
		return "not mapped now, though it is in an area of the process that holds the device: the "
			"area is just being mapped or unmapped, was mapped after the fault, or the table is "
			"damaged";
	case AREA_NOT_KNOWN:
		break;
	}
	return "not mapped now: the process that holds the device unmapped it while the device "
		"still used it, or never mapped it";
}

/* Buffers lie side by side, so the one above may just have been unmapped. */
static const char *of_run_over(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	uint64_t behind;

	if (!f->has_near || !f->near.below)
		return NULL;
	behind = f->fault->address - f->near.below_last.v - 1;
	if (behind >= RUN_OVER_BYTES)
		return NULL;
	*ret = VERDICT_OPEN;
	return arena_printf(arena,
			    "not mapped now, right behind a mapping that ends at %" PRIx64 ": the device runs past the "
			    "end of its buffer, or the page was another buffer's, which was unmapped while the device "
			    "still used it",
			    f->near.below_last.v);
}

/* A driver that expected passthrough gives the device physical addresses. Where other things are
 * mapped, an IOVA of the same number may be meant. */
static const char *of_physical(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	if (!f->is_ram || !f->has_near || f->near.uncertain)
		return NULL;
	(void)arena;
	*ret = VERDICT_OPEN;
	if (!f->near.below && !f->near.above)
		return "nothing at all is mapped for the device, and the address is RAM: it was "
		       "given a physical address, as "
		       "if its requests passed untranslated, or its mappings are gone";
	return "not mapped now: it was unmapped while the device still used it, or it never was "
	       "mapped; as a physical "
	       "address it is RAM, so the device may have been given that where passthrough was "
	       "expected";
}

static const char *of_unmapped(struct arena *arena, const struct fault_facts *f, enum sureness *ret)
{
	(void)arena;
	*ret = VERDICT_OPEN;
	if (f->allocator == ADDRESS_FREE)
		return "not mapped now, and free by the allocator: it was unmapped and given back while "
			"the device still used it, or it never was mapped";
	return "not mapped now: it was unmapped while the device still used it, or it never was "
	       "mapped";
}

static verdict_cause *const causes[] = {
	of_other_machine,
	of_hypervisor,
	of_unit,
	of_interrupt,
	of_nobody,
	of_guest_address,
	verdict_of_unknown_entry,
	of_illegal_entry,
	of_unread_table,
	of_bad_request,
	of_mended_entry,
	of_blocked,
	of_special,
	of_beyond_unit,
	of_passthrough,
	of_pasid,
	verdict_of_unknown_walk,
	of_beyond,
	of_bad_table,
	of_wider_now,
	of_denied,
	of_mapped,
	of_missing_region,
	of_lost_mapping,
	of_mended_table,
	of_range_end,
	of_freed,
	of_allocator,
	of_held,
	of_run_over,
	of_physical,
	of_unmapped,
};

/* Whether it is said in front of the verdict that the report names no domain: what tells of the entry, or of memory that
 * could not be read, is so whatever domain it was; and an entry that blocks is in none. */
static bool tells_no_domain(const struct fault_facts *facts)
{
	const struct fault *fault = facts->fault;

	return fault->no_domain && fault->kind == FAULT_OF_REQUEST && fault->claim <= FAULT_BAD_TABLE_OR_TOO_WIDE &&
	       facts->has_entry && facts->state != DMA_BLOCKED;
}

static const char *without_domain(struct arena *arena, const struct fault_facts *facts, const char *words)
{
	if (facts->is_recent)
		return arena_printf(arena, "the device was attached to no domain when it happened (domain 0 is none); by what "
				    "it has now: %s", words);
	return arena_printf(arena, "domain 0 is no domain: the device was attached to none when it happened, or the kernel that "
			    "printed the line took wrong bits for it (4.18 to 5.3 do); by what the device has now: %s", words);
}

const char *fault_verdict(struct arena *arena, const struct fault_facts *facts, enum sureness *ret)
{
	const char *words = NULL;

	if (facts->is_question)
		return verdict_of_question(arena, facts, ret);
	for (size_t i = 0; !words; i++)
		words = causes[i](arena, facts, ret);
	if (tells_no_domain(facts)) {
		*ret = VERDICT_OPEN;
		return without_domain(arena, facts, words);
	}
	if (facts->other_domain) {
		*ret = VERDICT_OPEN;
		return arena_printf(
			arena,
			"the device was in another domain when it happened; by what it has now: %s",
			words);
	}
	if (!facts->changed_since || facts->fault->kind != FAULT_OF_REQUEST ||
	    claims_entry(facts->fault))
		return words;
	*ret = VERDICT_OPEN;
	return arena_printf(arena,
			    "by the log the device's entry was a different one when it happened; by what it is "
			    	"now: %s",
			    words);
}
