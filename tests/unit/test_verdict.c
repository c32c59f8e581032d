// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verdicts on faults: each cause is found from the facts that make it, is said with no more certainty than they
 * allow, and a fact that is not known never decides.
 */
#include "unit.h"

#include "iommu/arena.h"
#include "iommu/verdict.h"

static struct arena arena;

/* A read that was refused since nothing was mapped, of a device whose entry translates. */
static const struct fault no_mapping = { .kind = FAULT_OF_REQUEST, .claim = FAULT_NOT_MAPPED, .access = FAULT_READ,
					 .has_stream = true, .space = FAULT_AT_IOVA, .address = 0x5002010 };

static struct fault_facts facts_of(const struct fault *fault)
{
	return (struct fault_facts){ .fault = fault, .has_entry = true, .is_legal = true, .state = DMA_TRANSLATED,
				     .has_walk = true, .walk = PT_NOT_MAPPED, .levels = 3, .last_iova = 0x7fffffffff };
}

static void expect(const struct fault_facts *facts, enum sureness sureness, const char *words)
{
	enum sureness got = VERDICT_CERTAIN;
	const char *verdict = fault_verdict(&arena, facts, &got);

	if (!strstr(verdict, words) || got != sureness)
		fail_msg("%s: %s (expected %s: ...%s...)", sureness_word(got), verdict, sureness_word(sureness), words);
}

/* What nobody knows stays open, whatever was reported. */
static void test_unknown_is_open(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	for (unsigned claim = FAULT_CLAIMS_NOTHING; claim <= FAULT_BAD_TABLE_OR_TOO_WIDE; claim++) {
		fault.claim = (enum fault_claim)claim;
		facts = (struct fault_facts){ .fault = &fault };
		expect(&facts, VERDICT_OPEN, "not known");
		facts = facts_of(&fault);
		facts.has_walk = false;
		expect(&facts, VERDICT_OPEN, "could not be read");
		facts = facts_of(&fault);
		facts.walk = PT_UNREADABLE;
		expect(&facts, VERDICT_OPEN, "could not be read");
		facts = facts_of(&fault);
		facts.state = DMA_UNKNOWN;
		expect(&facts, VERDICT_OPEN, "not known");
	}
	facts = facts_of(&fault);
	fault.has_stream = false;
	expect(&facts, VERDICT_OPEN, "does not say whose");
}

static void test_permission(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	fault.access = FAULT_WRITE;
	fault.claim = FAULT_NOT_ALLOWED;
	facts.walk = PT_MAPPED;
	facts.read = true;
	expect(&facts, VERDICT_CERTAIN, "writes where it may only read");
	facts.read = false;
	expect(&facts, VERDICT_CERTAIN, "writes where it may neither read nor write: the address is mapped without any permission");
	facts.read = true;
	facts.other_domain = true;
	expect(&facts, VERDICT_OPEN, "another domain");
	facts.other_domain = false;
	fault.claim = FAULT_NOT_MAPPED; /* then it was none of these permissions */
	expect(&facts, VERDICT_OPEN, "by the fault the address was not mapped when it happened; it is mapped now, and the device "
	       "may only read there");
	fault.claim = FAULT_BAD_TABLE;
	expect(&facts, VERDICT_OPEN, "by the fault something else than a permission was wrong when it happened");
	fault.claim = FAULT_CLAIMS_NOTHING;
	expect(&facts, VERDICT_LIKELY, "writes where it may only read");
	fault.claim = FAULT_NOT_MAPPED_OR_ALLOWED; /* VT-d: it may have been unmapped then (fault-vtd-log.expect) */
	expect(&facts, VERDICT_LIKELY, "writes where it may only read");
	facts.write = true;
	expect(&facts, VERDICT_OPEN, "mapped now");
	fault.access = FAULT_ACCESS_UNKNOWN;
	facts.read = facts.write = false;
	expect(&facts, VERDICT_OPEN, "mapped now");
	fault.claim = FAULT_NOT_ALLOWED;
	facts.walk = PT_NOT_MAPPED;
	expect(&facts, VERDICT_LIKELY, "unmapped since");
}

static void test_entry(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	fault.claim = FAULT_BAD_ENTRY;
	facts.is_legal = false;
	facts.illegal_because = "Mode is 7";
	expect(&facts, VERDICT_CERTAIN, "Mode is 7");
	facts.changed_since = true;
	expect(&facts, VERDICT_LIKELY, "Mode is 7");
	facts.is_legal = true;
	expect(&facts, VERDICT_LIKELY, "written after the fault");
	facts.changed_since = false;
	facts.same_since = true;
	expect(&facts, VERDICT_OPEN, "a feature that is not known here");
	facts.same_since = false;
	expect(&facts, VERDICT_OPEN, "legal in memory now");
	fault.claim = FAULT_NOT_MAPPED;
	facts.state = DMA_BLOCKED;
	expect(&facts, VERDICT_LIKELY, "blocks every request: it was never attached");
	facts.is_no_device = true; /* nothing was ever detached */
	expect(&facts, VERDICT_LIKELY, "this kernel has no device of that id");
	facts.is_no_device = false;
	facts.state = DMA_PASSTHROUGH;
	facts.read = facts.write = true;
	expect(&facts, VERDICT_OPEN, "untranslated now");
	facts.read = false;
	expect(&facts, VERDICT_LIKELY, "does not allow it to read");
}

static void test_address(void **state)
{
	static const struct special_range interrupts = { 0xfee00000, 0xfeefffff, true, "interrupts", NULL };
	static const struct reserved_region region = { .start = 0x5002000, .last = 0x5002fff, .unity = true };
	static const struct reserved_region of_driver = { .last = 0xffffff, .unity = true, .by_driver = true };
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	facts.walk = PT_BEYOND;
	expect(&facts, VERDICT_LIKELY, "beyond what the 3 levels"); /* it may have been another table */
	fault.claim = FAULT_TOO_WIDE;
	expect(&facts, VERDICT_CERTAIN, "beyond what the 3 levels");
	fault.claim = FAULT_NOT_MAPPED;
	fault.has_domain_id = true; /* not another one, or facts.other_domain were set */
	expect(&facts, VERDICT_CERTAIN, "beyond what the 3 levels");
	facts.unit_bits = 39;
	expect(&facts, VERDICT_CERTAIN, "39 bits that the unit accepts");
	facts.unit_bits = 0;
	facts.sign_extended = true;
	expect(&facts, VERDICT_CERTAIN, "not canonical");
	fault.claim = FAULT_NOT_ALLOWED; /* it was within a table then */
	expect(&facts, VERDICT_OPEN, "not canonical");
	facts = facts_of(&fault);
	facts.special = &interrupts;
	expect(&facts, VERDICT_LIKELY, "is no memory");
	fault.claim = FAULT_NOT_MAPPED;
	facts = facts_of(&fault);
	facts.region = &region;
	expect(&facts, VERDICT_CERTAIN, "firmware wants 5002000 to 5002fff");
	facts.region = &of_driver;
	expect(&facts, VERDICT_CERTAIN, "the driver of the IOMMU keeps 0 to ffffff");
	facts = facts_of(&fault);
	facts.no_pasid_table = true;
	facts.has_walk = false;
	expect(&facts, VERDICT_LIKELY, "PASID has no page table");
}

/* The nearest mapping ends at 5001fff: the next page is its end run over, the one behind it is not. */
static void test_neighbours(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	facts.has_near = facts.near.below = true;
	facts.near.below_last = (struct iova){ 0x5001fff };
	/* Buffers lie side by side: what was unmapped there looks the same. */
	expect(&facts, VERDICT_OPEN, "right behind a mapping that ends at 5001fff");
	fault.address = 0x5002fff;
	expect(&facts, VERDICT_OPEN, "past the end");
	facts.is_held = true;
	expect(&facts, VERDICT_OPEN, "the process that holds the device");
	facts.is_held = false;
	fault.address = 0x5003000;
	expect(&facts, VERDICT_OPEN, "not mapped now");
	facts.is_ram = true;
	expect(&facts, VERDICT_OPEN, "as a physical address it is RAM");
	facts.near.below = false;
	expect(&facts, VERDICT_OPEN, "nothing at all is mapped");
	facts.near.uncertain = true; /* a table could not be read: something may be mapped */
	expect(&facts, VERDICT_OPEN, "not mapped now: it was unmapped while");
}

static void test_allocator(void **state)
{
	struct fault_facts facts = facts_of(&no_mapping);

	(void)state;
	/* The log may be older than that use of the address; what the driver had not read is not. */
	facts.allocator = ADDRESS_PENDING;
	expect(&facts, VERDICT_OPEN, "waiting in the flush queue");
	facts.allocator = ADDRESS_CACHED;
	expect(&facts, VERDICT_OPEN, "cached for the next");
	facts.is_recent = true;
	expect(&facts, VERDICT_LIKELY, "cached for the next");
	facts.allocator = ADDRESS_PENDING;
	expect(&facts, VERDICT_LIKELY, "waiting in the flush queue");
	facts.allocator = ADDRESS_KEPT_BACK;
	expect(&facts, VERDICT_LIKELY, "kept back from every driver");
	facts.allocator = ADDRESS_ALLOCATED;
	expect(&facts, VERDICT_OPEN, "given out and not mapped");
	/* The mapping below is of the same range, which was rounded up; then it is of another one. */
	facts.has_near = facts.near.below = true;
	facts.near.below_last = (struct iova){ 0x5000fff };
	facts.range_first = 0x5000000;
	expect(&facts, VERDICT_LIKELY, "past the end of its buffer");
	facts.range_first = 0x5001000;
	expect(&facts, VERDICT_OPEN, "given out and not mapped");
	facts.has_near = facts.near.below = false;
	facts.allocator = ADDRESS_FREE;
	expect(&facts, VERDICT_OPEN, "free by the allocator");
	facts.allocator = ADDRESS_NOT_KNOWN;
	expect(&facts, VERDICT_OPEN, "not mapped now");
}

/* Nothing is said of what a device did that nobody reported. */
static void test_question_about_no_mapping(void **state)
{
	struct fault_facts facts = facts_of(&no_mapping);

	(void)state;
	facts.is_question = true;
	expect(&facts, VERDICT_CERTAIN, "not mapped now: such a request would be refused");
	facts.allocator = ADDRESS_PENDING;
	expect(&facts, VERDICT_CERTAIN, "waiting in the flush queue: such a request would be refused");
	facts.allocator = ADDRESS_ALLOCATED;
	expect(&facts, VERDICT_CERTAIN, "though it is given out: such a request would be refused");
	facts.has_near = facts.near.below = true;
	facts.near.below_last = (struct iova){ no_mapping.address - 1 };
	expect(&facts, VERDICT_CERTAIN, "not mapped now");
}

static void test_interrupts_and_units(void **state)
{
	struct fault fault = { .kind = FAULT_OF_INTERRUPT, .claim = FAULT_BAD_INTERRUPT, .has_stream = true };
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	expect(&facts, VERDICT_OPEN, "not known");
	facts.has_irq_entry = true;
	expect(&facts, VERDICT_OPEN, "which interrupt of this kernel uses it, if any, is not known");
	facts.interrupts_known = true;
	expect(&facts, VERDICT_LIKELY, "no driver has set up");
	fault.claim = FAULT_INTERRUPT_OF_OTHERS; /* it was enabled then */
	expect(&facts, VERDICT_OPEN, "by the fault it was enabled when it happened, and for another device");
	fault.claim = FAULT_INTERRUPT_REFUSED;
	expect(&facts, VERDICT_OPEN, "its entry is disabled now, which is not what the fault tells");
	fault.claim = FAULT_BAD_INTERRUPT;
	facts.nr_interrupts = 1;
	expect(&facts, VERDICT_OPEN, "disabled now");
	facts.irq_enabled = true;
	expect(&facts, VERDICT_OPEN, "enabled now");
	facts.irq_is_others = true;
	expect(&facts, VERDICT_OPEN, "refused for another reason: it was given to that one since");
	fault.claim = FAULT_INTERRUPT_OF_OTHERS;
	expect(&facts, VERDICT_LIKELY, "another device");
	fault.claim = FAULT_OLD_INTERRUPT;
	expect(&facts, VERDICT_OPEN, "looked up in no entry");
	facts.irq_illegal = "IntTabLen is 12";
	expect(&facts, VERDICT_LIKELY, "IntTabLen is 12");
	fault.kind = FAULT_OF_UNIT;
	fault.claim = FAULT_CLAIMS_NOTHING;
	expect(&facts, VERDICT_LIKELY, "the IOMMU itself");
	fault.claim = FAULT_NOT_UNDERSTOOD;
	expect(&facts, VERDICT_OPEN, "what happened, and to whom, is not known");
	fault.claim = FAULT_NO_ANSWER;
	expect(&facts, VERDICT_LIKELY, "does not answer");
	facts.other_machine = true;
	expect(&facts, VERDICT_OPEN, "another machine");
}

/* What is wrong now is no cause of a fault that tells of something else. */
static void test_another_claim(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	facts.is_legal = false;
	facts.illegal_because = "Mode is 7";
	expect(&facts, VERDICT_OPEN, "the fault gives another reason");
	fault.claim = FAULT_NO_ENTRY; /* it was not there, and is now */
	expect(&facts, VERDICT_LIKELY, "Mode is 7");
	facts = facts_of(&fault);
	facts.state = DMA_BLOCKED;
	expect(&facts, VERDICT_LIKELY, "blocks every request");
	fault.claim = FAULT_NOT_ALLOWED;
	expect(&facts, VERDICT_OPEN, "it led to a page table");
	facts = facts_of(&fault);
	facts.allocator = ADDRESS_PENDING; /* of a later use: then it was mapped */
	expect(&facts, VERDICT_LIKELY, "has been unmapped since");
}

/* An entry that blocks is in no domain and refuses each permission itself: public logs have domain=0x0000 flags=0x0050
 * of devices between two drivers. */
static void test_no_domain(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	fault.has_domain_id = fault.no_domain = true;
	fault.claim = FAULT_NOT_ALLOWED;
	expect(&facts, VERDICT_OPEN, "domain 0 is no domain: the device was attached to none when it happened, or the kernel "
	       "that printed the line took wrong bits for it (4.18 to 5.3 do); by what the device has now: not mapped now");
	facts.is_recent = true; /* the hardware's own words */
	expect(&facts, VERDICT_OPEN, "the device was attached to no domain when it happened (domain 0 is none); by what it has "
	       "now: not mapped now");
	facts.state = DMA_PASSTHROUGH;
	facts.read = facts.write = true;
	expect(&facts, VERDICT_OPEN, "by what it has now: the device's requests pass untranslated");
	facts.state = DMA_BLOCKED;
	expect(&facts, VERDICT_LIKELY, "the device's entry blocks every request: it was never attached");
	fault.claim = FAULT_BAD_TABLE; /* there was one */
	expect(&facts, VERDICT_OPEN, "it led to a page table");
	fault.claim = FAULT_TABLE_UNREADABLE;
	expect(&facts, VERDICT_OPEN, "the IOMMU could not read a page table");
}

/* The entry blocks now, which is not what the hardware reported. */
static void test_blocked_since(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	facts.state = DMA_BLOCKED;
	fault.claim = FAULT_NO_ENTRY;
	expect(&facts, VERDICT_LIKELY, "the device's entry blocks every request: it was never attached");
	fault.claim = FAULT_BAD_ENTRY;
	expect(&facts, VERDICT_OPEN, "blocks every request now, and by the fault it was one that the unit does not take");
	facts.changed_since = true;
	expect(&facts, VERDICT_LIKELY, "it was written after the fault");
	facts.changed_since = false;
	fault.claim = FAULT_NOT_MAPPED_OR_ALLOWED; /* VT-d's 05 and 06: of an entry that is not present it tells 02 */
	expect(&facts, VERDICT_OPEN, "by the fault it led to a page table when it happened");
	facts.state = DMA_TRANSLATED;
	facts.no_pasid_table = true;
	expect(&facts, VERDICT_OPEN, "the PASID has no page table now");
}

/* VT-d's 04: no hole in a table that reaches the address is that. */
static void test_wider_now(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	fault.claim = FAULT_TOO_WIDE;
	facts.has_near = facts.near.below = true;
	facts.near.below_last = iova_of(0x5001fff);
	expect(&facts, VERDICT_OPEN, "by the fault the address was too wide to be translated when it happened; the device's "
	       "table reaches it now, and it is not mapped");
	facts.walk = PT_MAPPED;
	facts.read = true;
	expect(&facts, VERDICT_OPEN, "and it is mapped: the device had another table then, or one of fewer levels");
	facts.walk = PT_BEYOND;
	facts.unit_bits = 39;
	expect(&facts, VERDICT_CERTAIN, "wider than the 39 bits");
	fault.claim = FAULT_NOT_MAPPED_OR_ALLOWED; /* a table was asked for it */
	expect(&facts, VERDICT_OPEN, "wider than the 39 bits");
	facts.unit_bits = 0;
	expect(&facts, VERDICT_OPEN, "beyond what the 3 levels");
}

/* The memory of a table, or the way to it, is at fault, whatever the table holds. */
static void test_unreadable(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	fault.space = FAULT_AT_PHYSICAL;
	facts.has_walk = false;
	fault.claim = FAULT_TABLE_UNREADABLE;
	expect(&facts, VERDICT_OPEN, "could not read a page table");
	fault.claim = FAULT_ENTRY_UNREADABLE;
	expect(&facts, VERDICT_OPEN, "could not read an entry");
}

/* The log has what the driver found when it looked. */
static void test_then(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	facts.walk = PT_MAPPED;
	facts.read = true;
	facts.ended_then = true;
	expect(&facts, VERDICT_LIKELY, "not when the driver looked");
	facts.read = false; /* not what refused it */
	expect(&facts, VERDICT_LIKELY, "not when the driver looked");
	facts.changed_since = true;
	expect(&facts, VERDICT_OPEN, "entry was a different one when it happened");
}

/* User space has the device: no driver maps anything for it. */
static void test_held(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	facts.is_held = facts.is_ram = facts.has_near = true;
	expect(&facts, VERDICT_OPEN, "unmapped it while the device still used it, or never mapped it");
	facts.area = AREA_NONE;
	expect(&facts, VERDICT_OPEN, "an address outside its memory");
	facts.area = AREA_INSIDE;
	expect(&facts, VERDICT_OPEN, "in an area of the process");
	facts.walk = PT_MAPPED;
	fault.access = FAULT_WRITE;
	fault.claim = FAULT_NOT_ALLOWED;
	facts.read = true;
	expect(&facts, VERDICT_CERTAIN, "the process that holds the device mapped the memory that way");
}

/* A damaged table is certain where the hardware told of one. */
static void test_bad_table(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	facts.walk = PT_BAD_TABLE;
	expect(&facts, VERDICT_LIKELY, "page table is damaged");
	fault.claim = FAULT_BAD_TABLE;
	expect(&facts, VERDICT_CERTAIN, "page table is damaged");
	fault.claim = FAULT_BAD_TABLE_OR_TOO_WIDE;
	expect(&facts, VERDICT_CERTAIN, "page table is damaged");
	facts.walk = PT_NOT_MAPPED;
	expect(&facts, VERDICT_OPEN, "an entry of a table that it did not accept");
	fault.claim = FAULT_BAD_TABLE;
	expect(&facts, VERDICT_OPEN, "an entry of a table that it did not accept");
	facts.walk = PT_MAPPED; /* what was not mapped has no bit set */
	facts.read = facts.write = true;
	expect(&facts, VERDICT_OPEN, "by the fault an entry of a table on the way was one that the IOMMU does not accept; the address "
	       "is mapped now");
	facts.walk = PT_NOT_MAPPED;
	facts.state = DMA_BLOCKED;
	expect(&facts, VERDICT_OPEN, "it led to a page table");
	facts.state = DMA_TRANSLATED;
	facts.no_pasid_table = true;
	expect(&facts, VERDICT_OPEN, "PASID has no page table");
}

/* What an entry that passes does not allow explains a fault that tells of a permission, or of no table. */
static void test_passthrough_denied(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	fault.access = FAULT_WRITE;
	facts.read = true;
	facts.state = DMA_PASSTHROUGH_UNCHECKED;
	expect(&facts, VERDICT_LIKELY, "does not allow it to write");
	facts.state = DMA_PASSTHROUGH;
	expect(&facts, VERDICT_LIKELY, "does not allow it to write");
	fault.claim = FAULT_NOT_ALLOWED;
	expect(&facts, VERDICT_LIKELY, "does not allow it to write");
	fault.claim = FAULT_BAD_TABLE;
	expect(&facts, VERDICT_OPEN, "does not allow it to write");
}

/* Facts that several claims fit, or another one than the rest: how sure the verdict is. */
static void test_how_sure(void **state)
{
	static const struct reserved_region region = { .start = 0x5002000, .last = 0x5002fff, .unity = true };
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	facts.is_legal = false;
	fault.claim = FAULT_CLAIMS_NOTHING;
	expect(&facts, VERDICT_LIKELY, "not legal for its unit (see iommu dte)");
	fault.claim = FAULT_ENTRY_UNREADABLE;
	expect(&facts, VERDICT_LIKELY, "not legal for its unit");
	fault.claim = FAULT_BAD_REQUEST;
	expect(&facts, VERDICT_OPEN, "not legal for its unit");
	facts = facts_of(&fault);
	fault.claim = FAULT_NOT_ALLOWED; /* a table reached it */
	facts.walk = PT_BEYOND;
	facts.unit_bits = 39;
	expect(&facts, VERDICT_OPEN, "39 bits that the unit accepts");
	facts = facts_of(&fault);
	facts.region = &region;
	fault.claim = FAULT_NOT_MAPPED_OR_ALLOWED;
	expect(&facts, VERDICT_CERTAIN, "firmware wants 5002000 to 5002fff");
	fault.claim = FAULT_CLAIMS_NOTHING;
	expect(&facts, VERDICT_LIKELY, "firmware wants 5002000 to 5002fff");
	facts = facts_of(&fault);
	facts.walk = PT_MAPPED;
	facts.write = true;
	expect(&facts, VERDICT_LIKELY, "reads where it may only write");
	facts.changed_since = true;
	expect(&facts, VERDICT_OPEN, "entry was a different one when it happened");
	fault.kind = FAULT_OF_UNIT; /* of no entry */
	expect(&facts, VERDICT_LIKELY, "the IOMMU itself");
}

static void test_question(void **state)
{
	static const struct special_range interrupts = { 0xfee00000, 0xfeefffff, true, "interrupts", NULL };
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	facts.is_question = true;
	facts.allocator = ADDRESS_CACHED;
	expect(&facts, VERDICT_CERTAIN, "freed and cached for the next allocation: such a request would be refused");
	facts.allocator = ADDRESS_FREE;
	expect(&facts, VERDICT_CERTAIN, "free by the allocator: such a request would be refused");
	facts.allocator = ADDRESS_KEPT_BACK;
	expect(&facts, VERDICT_CERTAIN, "kept back from every driver: such a request would be refused");
	facts.walk = PT_BEYOND;
	expect(&facts, VERDICT_CERTAIN, "refused: the 3 levels of the device's table translate up to 7fffffffff");
	facts.sign_extended = true;
	expect(&facts, VERDICT_CERTAIN, "refused: the address is not canonical");
	facts.unit_bits = 39;
	expect(&facts, VERDICT_CERTAIN, "refused: the address is wider than the 39 bits");
	facts.walk = PT_BAD_TABLE;
	expect(&facts, VERDICT_CERTAIN, "page table that the IOMMU does not accept");
	facts.walk = PT_MAPPED;
	expect(&facts, VERDICT_CERTAIN, "the device may neither read nor write there");
	facts.read = true;
	expect(&facts, VERDICT_CERTAIN, "such a request would pass");
	fault.access = FAULT_WRITE;
	expect(&facts, VERDICT_CERTAIN, "the device may only read there");
	facts.state = DMA_PASSTHROUGH;
	expect(&facts, VERDICT_CERTAIN, "does not allow it to write");
	fault.access = FAULT_READ;
	expect(&facts, VERDICT_LIKELY, "would pass untranslated now");
	facts.read = false;
	expect(&facts, VERDICT_CERTAIN, "does not allow it to read");
	facts.special = &interrupts; /* before any table is asked */
	expect(&facts, VERDICT_LIKELY, "fee00000 to feefffff is interrupts, so no mapping is asked");
	facts.state = DMA_BLOCKED;
	expect(&facts, VERDICT_CERTAIN, "refused: the device's entry blocks every request");
	facts.is_legal = false;
	expect(&facts, VERDICT_CERTAIN, "refused: the device's entry is not legal for its unit (see iommu dte)");
	facts.illegal_because = "Mode is 7";
	expect(&facts, VERDICT_CERTAIN, "not legal for its unit (Mode is 7)");
}

static void test_no_irq_table(void **state)
{
	struct fault fault = { .kind = FAULT_OF_INTERRUPT, .claim = FAULT_BAD_INTERRUPT, .has_stream = true };
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	expect(&facts, VERDICT_OPEN, "is not known");
	facts.no_irq_table = true;
	expect(&facts, VERDICT_LIKELY, "the device has no table of interrupt entries now");
	fault.claim = FAULT_OLD_INTERRUPT;
	expect(&facts, VERDICT_OPEN, "an interrupt in the old format");
}

static void test_hypervisor(void **state)
{
	struct fault fault = no_mapping;
	struct fault_facts facts = facts_of(&fault);

	(void)state;
	fault.of_hypervisor = true;
	expect(&facts, VERDICT_OPEN, "by its own tables");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown_is_open),	   cmocka_unit_test(test_permission),
		cmocka_unit_test(test_entry),		   cmocka_unit_test(test_address),
		cmocka_unit_test(test_neighbours),	   cmocka_unit_test(test_allocator), cmocka_unit_test(test_question_about_no_mapping),
		cmocka_unit_test(test_interrupts_and_units), cmocka_unit_test(test_another_claim),
		cmocka_unit_test(test_no_domain),	   cmocka_unit_test(test_blocked_since), cmocka_unit_test(test_wider_now), cmocka_unit_test(test_no_irq_table),
		cmocka_unit_test(test_unreadable),	   cmocka_unit_test(test_then),
		cmocka_unit_test(test_held),		   cmocka_unit_test(test_hypervisor),
		cmocka_unit_test(test_bad_table),	   cmocka_unit_test(test_passthrough_denied),
		cmocka_unit_test(test_how_sure),	   cmocka_unit_test(test_question),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_release(&arena);
	return failed;
}
