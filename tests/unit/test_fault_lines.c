// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines about faults as kernels of every age print them. Lines marked "public" stood in somebody's log; the
 * others follow the format strings of drivers/iommu/amd/iommu.c and drivers/iommu/intel/dmar.c of the release
 * that is named. What each means is worked out from the specification's bits, by hand.
 */
#include "unit.h"

#include "format/amd/fault_line.h"
#include "format/intel/fault_line.h"

#define NO_SEGMENT false
#define SEGMENT	   true

static struct fault amd(const char *line)
{
	struct fault fault;

	if (!amd_fault_line(line, &fault))
		fail_msg("not taken: %s", line);
	return fault;
}

static struct fault intel(const char *line)
{
	struct fault fault;

	if (!intel_fault_line(line, &fault))
		fail_msg("not taken: %s", line);
	return fault;
}

static void assert_stream(const struct fault *fault, uint32_t id, bool has_segment)
{
	assert_true(fault->has_stream);
	assert_int_equal(fault->stream_id, id);
	assert_int_equal(fault->has_segment, has_segment);
}

static void assert_iova(const struct fault *fault, uint64_t address)
{
	assert_int_equal(fault->space, FAULT_AT_IOVA);
	assert_int_equal(fault->address, address);
}

/* ---- AMD ---- */

/* Public; the device is the owner of the line. 0x70: PR, RW, PE. */
static void test_amd_owner_is_the_device(void **state)
{
	struct fault fault = amd("[   40.182570] ath10k_pci 0000:01:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT "
				 "domain=0x000d address=0xcff49550 flags=0x0070]");

	(void)state;
	assert_string_equal(fault.name, "IO_PAGE_FAULT");
	assert_int_equal(fault.kind, FAULT_OF_REQUEST);
	assert_stream(&fault, 0x100, SEGMENT);
	assert_false(fault.has_unit);
	assert_true(fault.has_domain_id && !fault.has_pasid);
	assert_int_equal(fault.domain_id, 0xd);
	assert_iova(&fault, 0xcff49550);
	assert_int_equal(fault.access, FAULT_WRITE);
	assert_int_equal(fault.claim, FAULT_NOT_ALLOWED);
	assert_int_equal(fault.code, 0x70);
	assert_string_equal(fault.words, "write without permission");
	assert_int_equal(fault.raw[0], 0x2070000d00000100);
	assert_int_equal(fault.raw[1], 0xcff49550);
}

/* Of a translation request (0x100: TR) RW says nothing; of a page that is not present it does. Domain 0 is none. */
static void test_amd_what_flags_say(void **state)
{
	static const char start[] = "AMD-Vi: Event logged [IO_PAGE_FAULT device=00:02.0 domain=0x0000 address=0x1000 flags=0x0";
	static const struct {
		const char *flags;
		enum fault_access access;
	} cases[] = { { "150]", FAULT_ACCESS_UNKNOWN }, { "100]", FAULT_ACCESS_UNKNOWN }, { "120]", FAULT_ACCESS_UNKNOWN },
		      { "020]", FAULT_WRITE },		{ "000]", FAULT_READ },		  { "050]", FAULT_READ } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[160];
		struct fault fault;

		snprintf(line, sizeof(line), "%s%s", start, cases[i].flags);
		fault = amd(line);
		assert_int_equal(fault.access, cases[i].access);
		assert_true(fault.has_domain_id && fault.no_domain);
	}
	/* An interrupt whose entry is enabled (0x10: PR) was refused for something else. */
	assert_int_equal(amd("AMD-Vi: Event logged [IO_PAGE_FAULT device=00:02.0 domain=0x0000 address=0xfffffffdf8010000 "
			     "flags=0x0018]").claim, FAULT_INTERRUPT_REFUSED);
}

/* Public, of a kernel of 2018 that prints a line in two pieces. */
static void test_amd_line_in_two_pieces(void **state)
{
	struct fault first = amd("kernel: [  221.562629] AMD-Vi: Event logged [");
	struct fault fault = amd("kernel: [  221.565929] IO_PAGE_FAULT device=05:00.0 domain=0x0012 "
				 "address=0x00000000ff6101b0 flags=0x0070]");

	(void)state;
	assert_int_equal(first.kind, FAULT_DETAIL);
	assert_stream(&fault, 0x500, NO_SEGMENT);
	assert_int_equal(fault.domain_id, 0x12);
	assert_iova(&fault, 0xff6101b0);
	assert_int_equal(fault.access, FAULT_WRITE);
}

/* Public (00:00.1 is an IO-APIC): 0xa00 is Type 5. The address is that of an interrupt; its bits 23:16 are 0. */
static void test_amd_invalid_interrupt(void **state)
{
	struct fault fault = amd("INVALID_DEVICE_REQUEST device=00:00.1 address=0x000000fdf8000020 flags=0x0a00]");

	(void)state;
	assert_int_equal(fault.kind, FAULT_OF_INTERRUPT);
	assert_int_equal(fault.claim, FAULT_BAD_REQUEST);
	assert_stream(&fault, 0x1, NO_SEGMENT);
	assert_true(fault.has_index && fault.index_bits == 8);
	assert_int_equal(fault.index, 0);
	assert_string_equal(fault.words, "posted write to the interrupt range while IntCtl is abort");
	assert_int_equal(fault.raw[0], 0x8a00000000000001);
}

/* The events of public reports, as 5.10 and as 6.1 and later print them for a device that is not known: the words
 * that the hardware wrote are those again. */
static void test_amd_words_come_back(void **state)
{
	static const struct {
		const char *line;
		uint64_t words[2];
		enum fault_claim claim;
	} cases[] = {
		{ "AMD-Vi: Event logged [IO_PAGE_FAULT device=23:00.0 domain=0x0027 address=0xfffffffffffc0000 "
		  "flags=0x0010]",
		  { 0x2010002700002300, 0xfffffffffffc0000 }, FAULT_BAD_TABLE_OR_TOO_WIDE },
		{ "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:42:00.0 domain=0x005e "
		  "address=0xfffffffdf8030000 flags=0x0008]",
		  { 0x2008005e00004200, 0xfffffffdf8030000 }, FAULT_BAD_INTERRUPT },
		{ "pci 0000:00:00.2: AMD-Vi: Event logged [INVALID_DEVICE_REQUEST device=0000:00:00.1 "
		  "pasid=0x00000 address=0xfffffffdf8140200 flags=0x0a00]",
		  { 0x8a00000000000001, 0xfffffffdf8140200 }, FAULT_BAD_REQUEST },
		{ "AMD-Vi: Event logged [IO_PAGE_FAULT device=00:14.0 domain=0x0000 "
		  "address=0x000000fdf8020200 flags=0x0008]",
		  { 0x20080000000000a0, 0xfdf8020200 }, FAULT_BAD_INTERRUPT },
		/* flags 0x80 of ILLEGAL_DEV_TABLE_ENTRY: RZ */
		{ "pci 0000:00:00.2: AMD-Vi: Event logged [ILLEGAL_DEV_TABLE_ENTRY device=0000:a1:00.1 "
		  "pasid=0x10005 address=0xdead0004 flags=0x0080]",
		  { 0x108000050001a101, 0xdead0004 }, FAULT_BAD_ENTRY },
		{ "pci 0000:00:00.2: AMD-Vi: Event logged [DEV_TAB_HARDWARE_ERROR device=0000:a1:00.1 "
		  "address=0x1234560 flags=0x0420]",
		  { 0x342000000000a101, 0x1234560 }, FAULT_ENTRY_UNREADABLE },
		{ "pci 0000:00:00.2: AMD-Vi: Event logged [PAGE_TAB_HARDWARE_ERROR device=0000:a1:00.1 "
		  "pasid=0x0009 address=0x3558008 flags=0x0600]",
		  { 0x460000090000a101, 0x3558008 }, FAULT_TABLE_UNREADABLE },
		{ "pci 0000:00:00.2: AMD-Vi: Event logged [INVALID_PPR_REQUEST device=0000:a1:00.1 "
		  "pasid=0x30005 address=0x7f0000001000 flags=0x0220 tag=0x123]",
		  { 0x92200d230005a101, 0x7f0000001000 }, FAULT_BAD_REQUEST },
		{ "0000:a1:00.1: AMD-Vi: Event logged [RMP_PAGE_FAULT vmg_tag=0x0021, gpa=0x12345000, "
		  "flags_rmp=0x0003, flags=0x0020]",
		  { 0xd02000210003a101, 0x12345000 }, FAULT_CLAIMS_NOTHING },
		{ "AMD-Vi: Event logged [RMP_HW_ERROR device=0000:a1:00.1, vmg_tag=0x0021, spa=0x12345008, "
		  "flags=0x0020]",
		  { 0xe02000210000a101, 0x12345008 }, FAULT_CLAIMS_NOTHING },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fault fault = amd(cases[i].line);

		if (fault.raw[0] != cases[i].words[0] || fault.raw[1] != cases[i].words[1])
			fail_msg("%s: %lx %lx", cases[i].line, fault.raw[0], fault.raw[1]);
		assert_int_equal(fault.claim, cases[i].claim);
		assert_true(fault.has_raw && fault.has_stream);
	}
}

/* The IOMMU owns the line, and the device stands in it. */
static void test_amd_owner_is_the_unit(void **state)
{
	struct fault fault = amd("pci 0000:00:00.2: AMD-Vi: Event logged [ILLEGAL_DEV_TABLE_ENTRY "
				 "device=0000:a1:00.1 pasid=0x00000 address=0xfffffffdf8000000 flags=0x0a00]");

	(void)state;
	assert_stream(&fault, 0xa101, SEGMENT);
	assert_true(fault.has_unit);
	assert_int_equal(fault.unit_id, 0x2);
	assert_false(fault.has_pasid);
}

/* With GN (flags bit 0) the number behind domain= is a PASID: 20 bits of it. 0x27: GN, NX, US, RW, no PR. */
static void test_amd_pasid_behind_domain(void **state)
{
	struct fault fault = amd("nvme 0001:41:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x30005 "
				 "address=0x7f0000001000 flags=0x0027]");

	(void)state;
	assert_stream(&fault, 0x14100, SEGMENT);
	assert_true(fault.has_pasid && !fault.has_domain_id);
	assert_int_equal(fault.pasid, 0x30005);
	assert_int_equal(fault.access, FAULT_EXECUTE);
	assert_int_equal(fault.claim, FAULT_NOT_MAPPED);
	assert_string_equal(fault.words,
			    "write for execution to an address that is not mapped, or whose PASID has no table");
}

static void test_amd_trouble_of_the_unit(void **state)
{
	struct fault command = amd("pci 0000:00:00.2: AMD-Vi: Event logged [ILLEGAL_COMMAND_ERROR "
				   "address=0x100a0b0c0]");
	struct fault hardware = amd("pci 0000:00:00.2: AMD-Vi: Event logged [COMMAND_HARDWARE_ERROR "
				    "address=0x100a0b0c0 flags=0x0400]");
	struct fault tlb = amd("pci 0000:00:00.2: AMD-Vi: Event logged [IOTLB_INV_TIMEOUT device=0000:a1:00.1 "
			       "address=0x100a0b0c0]");
	/* Public. */
	struct fault wait = amd("Dec 8 10:02:17 kernel: AMD-Vi: Completion-Wait loop timed out");

	(void)state;
	assert_int_equal(command.kind, FAULT_OF_UNIT);
	assert_false(command.has_stream);
	assert_int_equal(command.space, FAULT_AT_PHYSICAL);
	assert_int_equal(command.address, 0x100a0b0c0);
	assert_false(command.has_code);
	assert_int_equal(hardware.kind, FAULT_OF_UNIT);
	assert_non_null(strstr(hardware.words, "target abort"));
	assert_int_equal(tlb.kind, FAULT_OF_UNIT);
	assert_stream(&tlb, 0xa101, SEGMENT);
	assert_int_equal(wait.kind, FAULT_OF_UNIT);
}

static void test_amd_lines_around_an_event(void **state)
{
	struct fault entry = amd("AMD-Vi: DTE[1]: 000000000355e401");
	struct fault command = amd("AMD-Vi: CMD[3]: 0000dead");
	struct fault lost = amd("amd_iommu_report_page_fault: 1234 callbacks suppressed");
	struct fault unknown = amd("pci 0000:00:00.2: AMD-Vi: Event logged [UNKNOWN event[0]=0x0000a101 "
				   "event[1]=0xf0000000 event[2]=0x00001000 event[3]=0x00000001");
	struct fault other;

	(void)state;
	assert_int_equal(entry.kind, FAULT_DETAIL);
	assert_int_equal(entry.detail, FAULT_DETAIL_ENTRY);
	assert_int_equal(entry.detail_index, 1);
	assert_int_equal(entry.detail_words[0], 0x355e401);
	assert_int_equal(command.detail, FAULT_DETAIL_COMMAND_HALF);
	assert_int_equal(lost.kind, FAULT_NOT_TOLD);
	assert_int_equal(lost.nr_not_told, 1234);
	assert_string_equal(unknown.name, "UNKNOWN");
	assert_int_equal(unknown.raw[0], 0xf00000000000a101);
	assert_int_equal(unknown.raw[1], 0x100001000);
	assert_false(amd_fault_line("dmar_fault: 893 callbacks suppressed", &other));
	assert_false(amd_fault_line("AMD-Vi: Using global IVHD EFR:0x29d3, EFR2:0x0", &other));
	assert_false(amd_fault_line("AMD-Vi: DTE[7]: 0", &other));
	assert_false(amd_fault_line("AMD-Vi: Event logged [IO_PAGE_FAULTS device=00:00.1]", &other));
	assert_false(amd_fault_line("", &other));
}

/* ---- Intel ---- */

static void test_intel_every_age(void **state)
{
	static const struct {
		const char *line;
		bool has_segment;
		uint32_t id;
		uint64_t address;
		unsigned reason;
		enum fault_access access;
		uint32_t pasid; /* 0: none */
		enum fault_claim claim;
	} cases[] = {
		/* public, 2022: an old kernel */
		{ "[10672.868940] DMAR: [DMA Write] Request device [00:12.0] fault addr 0 [fault reason 05] PTE "
		  "Write access is not set",
		  NO_SEGMENT, 0x90, 0, 5, FAULT_WRITE, 0, FAULT_NOT_MAPPED_OR_ALLOWED },
		/* public: a kernel of 5.x */
		{ "[  144.480641] DMAR: [DMA Read] Request device [00:02.0] PASID ffffffff fault addr 9c000000 "
		  "[fault reason 06] PTE Read access is not set",
		  NO_SEGMENT, 0x10, 0x9c000000, 6, FAULT_READ, 0, FAULT_NOT_MAPPED_OR_ALLOWED },
		{ "[  228.845965] DMAR: [DMA Write] Request device [00:02.0] PASID ffffffff fault addr 0 [fault "
		  "reason 02] Present bit in context entry is clear",
		  NO_SEGMENT, 0x10, 0, 2, FAULT_WRITE, 0, FAULT_NO_ENTRY },
		/* decimal: 12 is Ch */
		{ "DMAR: [DMA Read] Request device [00:02.0] PASID ffffffff fault addr 9c000000 [fault reason 12] "
		  "non-zero reserved fields in PTE",
		  NO_SEGMENT, 0x10, 0x9c000000, 0xc, FAULT_READ, 0, FAULT_BAD_TABLE },
		/* public: 5.14 as it was released */
		{ "[    0.938401] kernel: DMAR: [DMA Read NO_PASID] Request device [0x00:0x02.0] fault addr "
		  "0x70ad5000 [fault reason 0x07] Next page table ptr is invalid",
		  NO_SEGMENT, 0x10, 0x70ad5000, 7, FAULT_READ, 0, FAULT_TABLE_UNREADABLE },
		{ "[    0.941083] kernel: DMAR: [DMA Read NO_PASID] Request device [0x00:0x02.0] fault addr "
		  "0x70a28000 [fault reason 0x0c] non-zero reserved fields in PTE",
		  NO_SEGMENT, 0x10, 0x70a28000, 0xc, FAULT_READ, 0, FAULT_BAD_TABLE },
		/* public: 6.x */
		{ "[    0.361089] DMAR: [DMA Read NO_PASID] Request device [00:02.0] fault addr 0x7cd80000 [fault "
		  "reason 0x01] Present bit in root entry is clear",
		  NO_SEGMENT, 0x10, 0x7cd80000, 1, FAULT_READ, 0, FAULT_NO_ENTRY },
		/* 6.12 with a PASID; 0x71 of the first stage */
		{ "DMAR: [DMA Write PASID 0x5] Request device [a1:00.1] fault addr 0xdead000 [fault reason 0x71] "
		  "SM: Present bit in first-level paging entry is clear",
		  NO_SEGMENT, 0xa101, 0xdead000, 0x71, FAULT_WRITE, 5, FAULT_NOT_MAPPED },
		/* 7.2, a request without PASID that the first stage translates */
		{ "DMAR: [DMA Read PASID 0x0] Request device [0001:a1:00.1] fault addr 0xdead000 [fault reason "
		  "0x71] SM: Present bit in first-level paging entry is clear",
		  SEGMENT, 0x1a101, 0xdead000, 0x71, FAULT_READ, 0, FAULT_NOT_MAPPED },
		{ "DMAR: [DMA Read NO_PASID] Request device [0000:a1:00.1] fault addr 0xffffffffff000 [fault reason "
		  "0x04] Access beyond MGAW",
		  SEGMENT, 0xa101, 0xffffffffff000, 4, FAULT_READ, 0, FAULT_TOO_WIDE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fault fault = intel(cases[i].line);

		assert_int_equal(fault.kind, FAULT_OF_REQUEST);
		assert_stream(&fault, cases[i].id, cases[i].has_segment);
		assert_iova(&fault, cases[i].address);
		assert_true(fault.has_code);
		assert_int_equal(fault.code, cases[i].reason);
		assert_int_equal(fault.access, cases[i].access);
		assert_int_equal(fault.has_pasid, cases[i].pasid != 0);
		assert_int_equal(fault.pasid, cases[i].pasid);
		assert_int_equal(fault.claim, cases[i].claim);
		assert_false(fault.has_raw);
	}
}

static void test_intel_interrupts(void **state)
{
	/* 38 is decimal in the old form: 26h. The index is hex in both. */
	struct fault old = intel("DMAR: [INTR-REMAP] Request device [f0:1f.0] fault index 1f [fault reason 38] "
				 "Blocked an interrupt request due to source-id verification failure");
	/* public */
	struct fault new = intel("DMAR: [INTR-REMAP] Request device [01:05.0] fault index 0x2f [fault reason 0x26] "
				 "Blocked an interrupt request due to source-id verification failure");

	(void)state;
	assert_int_equal(old.kind, FAULT_OF_INTERRUPT);
	assert_stream(&old, 0xf0f8, NO_SEGMENT);
	assert_true(old.has_index && !old.index_bits);
	assert_int_equal(old.index, 0x1f);
	assert_int_equal(old.code, 0x26);
	assert_int_equal(old.claim, FAULT_INTERRUPT_OF_OTHERS);
	assert_string_equal(old.words, "interrupt: the interrupt entry is not for that device");
	assert_int_equal(new.index, 0x2f);
	assert_int_equal(new.code, 0x26);
	assert_stream(&new, 0x128, NO_SEGMENT);
	assert_int_equal(new.space, FAULT_NO_ADDRESS);
}

/* A request in the compatibility format has no index: section 5.1.4 of the specification. */
static void test_intel_interrupt_without_index(void **state)
{
	struct fault fault = intel("DMAR: [INTR-REMAP] Request device [00:02.0] fault index 0x0 [fault reason 0x25] "
				   "Blocked a compatibility format interrupt request");

	(void)state;
	assert_int_equal(fault.kind, FAULT_OF_INTERRUPT);
	assert_false(fault.has_index);
}

static void test_index_fits(void **state)
{
	const struct fault whole = { .has_index = true, .index = 0x102 };
	const struct fault low = { .has_index = true, .index = 0x02, .index_bits = 8 };

	(void)state;
	assert_true(fault_may_be_at(&whole, 0x102));
	assert_false(fault_may_be_at(&whole, 0x2));
	assert_false(fault_may_be_at(&whole, 0x10102));
	assert_true(fault_may_be_at(&low, 0x102));
	assert_true(fault_may_be_at(&low, 0x2));
	assert_false(fault_may_be_at(&low, 0x103));
}

static void test_intel_without_reason(void **state)
{
	/* 3.x broke the line before the reason. */
	struct fault fault = intel("dmar: DMAR:[DMA Read] Request device [02:00.0] fault addr fffff000 ");
	struct fault whole = intel("DMAR:[DMA Read] Request device [02:00.0] fault addr fffff000  DMAR:[fault "
				   "reason 06] PTE Read access is not set");

	(void)state;
	assert_false(fault.has_code);
	assert_int_equal(fault.claim, FAULT_CLAIMS_NOTHING);
	assert_string_equal(fault.words, "read: the line does not say why");
	assert_int_equal(whole.code, 6);
}

/* Public: a unit that waits for a device that does not answer. */
static void test_intel_queue_errors(void **state)
{
	struct fault completion = intel("[  893.004144] DMAR: VT-d detected Invalidation Completion Error: SID 0");
	struct fault timeout = intel("DMAR: VT-d detected Invalidation Time-out Error: SID a101");
	struct fault queue = intel("DMAR: VT-d detected Invalidation Queue Error: Reason 3");
	struct fault old = intel("DMAR: VT-d detected invalid descriptor: low=2, high=dead000");
	struct fault head = intel("[  893.004146] DMAR: QI HEAD: UNKNOWN qw0 = 0x0, qw1 = 0x0");

	(void)state;
	assert_int_equal(completion.kind, FAULT_OF_UNIT);
	assert_string_equal(completion.name, "Invalidation Completion Error");
	assert_false(completion.has_stream);
	assert_stream(&timeout, 0xa101, NO_SEGMENT);
	assert_true(queue.has_code);
	assert_int_equal(queue.code, 3);
	assert_true(old.has_raw);
	assert_int_equal(old.raw[1], 0xdead000);
	assert_int_equal(head.kind, FAULT_DETAIL);
	assert_int_equal(intel("DMAR: Invalidation Completion Error (ICE) cleared").kind, FAULT_DETAIL);
}

/* FSTS: bit 0 PFO, bit 1 PPF, bit 4 IQE, bit 6 ITE. */
static void test_intel_status_register(void **state)
{
	struct fault other;

	(void)state;
	assert_int_equal(intel("DMAR: DRHD: handling fault status reg 2").kind, FAULT_DETAIL);
	assert_int_equal(intel("[144.48] DMAR: DRHD: handling fault status reg 3").kind, FAULT_NOT_TOLD);
	assert_int_equal(intel("DMAR: DRHD: handling fault status reg 40").kind, FAULT_OF_UNIT);
	assert_string_equal(intel("DMAR: DRHD: handling fault status reg 40").name, "Invalidation Time-out Error");
	assert_int_equal(intel("dmar_fault: 7702 callbacks suppressed").nr_not_told, 7702);
	assert_false(intel_fault_line("DMAR: Intel(R) Virtualization Technology for Directed I/O", &other));
	assert_false(intel_fault_line("", &other));
}

/* A line of a fault in which a value is none that the hardware has: it is not taken for another value, and that there
 * was a fault is not forgotten. */
static void test_values_that_are_none(void **state)
{
	static const struct {
		const char *line, *words;
	} lines[] = {
		/* A PASID has 20 bits, and so has the field of a domain. */
		{ "AMD-Vi: Event logged [INVALID_DEVICE_REQUEST device=0000:a1:00.1 pasid=0x100001 address=0x1000 flags=0x0a00]",
		  "pasid=" },
		{ "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:a1:00.1 domain=0x100009 address=0x1000 flags=0x0050]",
		  "domain=" },
		{ "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:a1:00.1 domain=0x0009 address=0x14000000000000000000 "
		  "flags=0x0050]", "address=" },
		{ "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:a1:00.1 domain=0x0009 address=0x flags=0x0050]", "address=" },
		{ "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:a1:00.1 domain=0x0009", "address=" },
		{ "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:a1:00.1 domain=0x0009 address=0x1000 flags=0x10050]",
		  "flags=" },
		{ "AMD-Vi: Event logged [INVALID_PPR_REQUEST device=0000:a1:00.1 pasid=0x1 address=0x1000 flags=0x0050 "
		  "tag=0x400]", "tag=" },
		{ "AMD-Vi: Event logged [RMP_PAGE_FAULT device=0000:a1:00.1 vmg_tag=0x10000, gpa=0x1000, flags_rmp=0x0, "
		  "flags=0x0]", "vmg_tag=" },
		{ "AMD-Vi: Event logged [RMP_PAGE_FAULT device=0000:a1:00.1 vmg_tag=0x1, gpa=0x1000, flags_rmp=0x100, "
		  "flags=0x0]", "flags_rmp=" },
		{ "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:a1:40.1 domain=0x0009 address=0x1000 flags=0x0050]",
		  "device=" },
		{ "AMD-Vi: Event logged [UNKNOWN event[0]=0x0000a101 event[1]=0x1f0000000 event[2]=0x1000 event[3]=0x0]",
		  "event[1]=" },
		{ "DMAR: [DMA Write PASID 0x100000] Request device [a1:00.1] fault addr 0x1000 [fault reason 0x71]", "PASID" },
		{ "DMAR: [DMA Write] Request device [00:02.0] PASID fffffff2f fault addr 0 [fault reason 01]", "PASID" },
		{ "DMAR: [DMA Write NO_PASID] Request device [a1:00.1] fault addr 0x14000000000000000000 [fault reason 0x05]",
		  "fault addr" },
		{ "DMAR: [DMA Write NO_PASID] Request device [a1:00.1] fault addr 0x [fault reason 0x05]", "fault addr" },
		{ "DMAR: [DMA Read] Request device [00:02.0] fault", "fault addr" },
		{ "DMAR: [INTR-REMAP] Request device [a1:00.1] fault index 0x10000 [fault reason 0x22]", "fault index" },
		{ "DMAR: [DMA Write NO_PASID] Request device [a1:20.1] fault addr 0x1000 [fault reason 0x05]",
		  "Request device" },
		{ "DMAR: [DMA Write NO_PASID] Request device [a1:00.1] fault addr 0x1000 [fault reason 0x105]",
		  "fault reason" },
	};
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		bool is_amd = strncmp(lines[i].line, "AMD-Vi", 6) == 0;

		fault = is_amd ? amd(lines[i].line) : intel(lines[i].line);
		if (fault.kind != FAULT_NOT_LEGIBLE || strcmp(fault.words, lines[i].words) != 0)
			fail_msg("%s: kind %d, '%s'", lines[i].line, (int)fault.kind, fault.words);
	}
	/* The largest that there are. */
	fault = intel("DMAR: [DMA Write PASID 0xfffff] Request device [a1:00.1] fault addr 0x1000 [fault reason 0x71]");
	assert_true(fault.has_pasid && fault.pasid == 0xfffff);
	fault = amd("AMD-Vi: Event logged [INVALID_DEVICE_REQUEST device=0000:a1:00.1 pasid=0xfffff "
		    "address=0xffffffffffffffff flags=0x0a01]");
	assert_int_equal(fault.kind, FAULT_OF_REQUEST);
	assert_iova(&fault, UINT64_MAX);
}

/* What a line does not say is not made up: no domain is not domain 0, no flags are not those of a read. */
static void test_amd_lines_that_say_less(void **state)
{
	struct fault fault = amd("AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:a1:00.1 address=0x1000 flags=0x0020]");

	(void)state;
	assert_false(fault.has_domain_id);
	fault = amd("AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:a1:00.1 domain=0x0009 address=0x1000");
	assert_int_equal(fault.access, FAULT_ACCESS_UNKNOWN);
	assert_int_equal(fault.claim, FAULT_CLAIMS_NOTHING);
	assert_string_equal(fault.words, "the line has no flags: what was asked for, and why it was refused, is not told");
}

/* Every line, cut anywhere, and with any of its characters replaced, is taken or not, and nothing else happens: the
 * sanitizers see reads outside of it. */
static void test_damaged_lines(void **state)
{
	static const char *const lines[] = {
		"ath10k_pci 0000:01:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000d address=0xcff49550 "
		"flags=0x0070]",
		"pci 0000:00:00.2: AMD-Vi: Event logged [UNKNOWN event[0]=0x0000a101 event[1]=0xf0000000 "
		"event[2]=0x00001000 event[3]=0x00000001",
		"AMD-Vi: DTE[1]: 000000000355e401",
		"DMAR: [DMA Write PASID 0x5] Request device [a1:00.1] fault addr 0xdead000 [fault reason 0x71] SM",
		"DMAR: VT-d detected invalid descriptor: qw0 = 2, qw1 = dead000",
		"dmar_fault: 7702 callbacks suppressed",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		size_t len = strlen(lines[i]);

		for (size_t at = 0; at < len; at++) {
			char *line = strdup(lines[i]);
			struct fault fault;

			for (const char *with = "\x01\xff[]=:.0f"; *with; with++) {
				line[at] = *with;
				amd_fault_line(line, &fault);
				intel_fault_line(line, &fault);
			}
			line[at] = '\0';
			amd_fault_line(line, &fault);
			intel_fault_line(line, &fault);
			free(line);
		}
	}
}

/* Behind a fault, with CONFIG_DMAR_DEBUG. */
static void test_intel_dump_lines(void **state)
{
	struct fault root = intel("[    0.556348] DMAR: scalable mode root entry: hi 0x0000000102448001, low 0x0000000101b3e001");
	struct fault context = intel("DMAR: context entry: hi 0x0000000000000301, low 0x0000000003000001");
	struct fault pasid = intel("DMAR: pasid table entry[2]: 0x0000000003000000");
	struct fault level = intel("DMAR: pte level: 4, pte value: 0x0000000103402403");

	(void)state;
	assert_int_equal(root.detail, FAULT_DETAIL_ENTRY);
	assert_int_equal(root.nr_detail, 2);
	assert_int_equal(root.detail_words[0], 0x101b3e001);
	assert_int_equal(root.detail_words[1], 0x102448001);
	assert_int_equal(intel("DMAR: root entry: 0x00000001032b5001").detail_words[0], 0x1032b5001);
	assert_int_equal(context.detail_words[1], 0x301);
	assert_string_equal(context.detail_name, "context entry");
	assert_int_equal(pasid.detail_index, 2);
	assert_int_equal(pasid.detail_words[0], 0x3000000);
	assert_int_equal(level.detail, FAULT_DETAIL_TABLE);
	assert_int_equal(level.detail_index, 4);
	assert_int_equal(level.detail_words[0], 0x103402403);
	assert_int_equal(intel("DMAR: page table not present at level 2").detail, FAULT_DETAIL_NOT_PRESENT);
	assert_int_equal(intel("DMAR: context table is not present").detail, FAULT_DETAIL_NOT_PRESENT);
	/* Before 6.12 a large page is told so too. */
	assert_int_equal(intel("DMAR: PTE not present at level 2").detail, FAULT_DETAIL_OTHER);
	assert_int_equal(intel("DMAR: Dump dmar5 table entries for IOVA 0xffffd000").kind, FAULT_DETAIL);
}

/* Public: descriptor type 3 is a Device-TLB invalidation, of the function whose id stands in its bits 47:32. */
static void test_intel_descriptor_lines(void **state)
{
	struct fault prior = intel("DMAR: QI PRIOR: Device-TLB Invalidation qw0 = 0x5300530000000003, qw1 = 0x7ffffffffffff001");
	char words[FAULT_WORDS_MAX];

	(void)state;
	assert_int_equal(prior.detail, FAULT_DETAIL_COMMAND);
	assert_int_equal(prior.detail_words[0], 0x5300530000000003);
	assert_int_equal(prior.detail_words[1], 0x7ffffffffffff001);
	assert_string_equal(prior.detail_name, "before it");
	assert_non_null(strstr(intel_command_words(prior.detail_words, words, sizeof(words)), "53:00.0"));
}

/* Public: lines of the Xen hypervisor. Its reasons are hex, and stand in a line of their own. */
static void test_xen_lines(void **state)
{
	struct fault dma = intel("(XEN) [VT-D]DMAR:[DMA Read] Request device [0000:00:02.0] fault addr 76c615d000, iommu "
				 "reg = ffff82c000a0c000");
	struct fault both = intel("(XEN) [VT-D]DMAR:[DMA Write] Request device [0000:65:00.0] fault addr 1200000000 "
				  "(XEN) [VT-D]DMAR: reason 05 - PTE Write access is not set");
	struct fault interrupt = intel("(XEN) [VT-D]INTR-REMAP: Request device [0000:f0:1f.0] fault index 0, iommu reg = "
				       "ffff82c00021f000 (XEN) [VT-D]INTR-REMAP: reason 22 - Present field in the IRTE "
				       "entry is clear");
	struct fault amd_now = amd("(XEN) AMD-Vi: IO_PAGE_FAULT: 0000:00:13.1 d0 addr 00000000000eb380 flags 0x20 RW");
	struct fault amd_old = amd("(XEN) AMD-Vi: IO_PAGE_FAULT: domain = 0, device id = 0x2600, fault address = "
				   "0xfffffffdf8000000, flags = 0x8");

	(void)state;
	assert_true(dma.of_hypervisor && dma.reason_follows);
	assert_int_equal(dma.address, 0x76c615d000);
	assert_stream(&dma, 0x10, SEGMENT);
	assert_int_equal(intel("(XEN) [VT-D]DMAR: reason 06 - PTE Read access is not set").detail, FAULT_DETAIL_REASON);
	assert_int_equal(both.code, 5);
	assert_false(both.reason_follows);
	assert_int_equal(interrupt.kind, FAULT_OF_INTERRUPT);
	assert_int_equal(interrupt.code, 0x22);
	assert_true(amd_now.of_hypervisor);
	assert_false(amd_now.has_domain_id); /* d0 is Xen's number */
	assert_int_equal(amd_now.access, FAULT_WRITE);
	assert_int_equal(amd_now.claim, FAULT_NOT_MAPPED);
	assert_int_equal(amd_now.address, 0xeb380);
	assert_stream(&amd_now, 0x99, SEGMENT);
	assert_int_equal(amd_old.kind, FAULT_OF_INTERRUPT);
	assert_stream(&amd_old, 0x2600, NO_SEGMENT);
}

/* The kernel's log lost nothing but what the event log had no room for. */
static void test_amd_overflow(void **state)
{
	(void)state;
	assert_int_equal(amd("AMD-Vi: IOMMU event log overflow").kind, FAULT_NOT_TOLD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_amd_owner_is_the_device),
		cmocka_unit_test(test_amd_what_flags_say),
		cmocka_unit_test(test_amd_line_in_two_pieces),
		cmocka_unit_test(test_amd_invalid_interrupt),
		cmocka_unit_test(test_amd_words_come_back),
		cmocka_unit_test(test_amd_owner_is_the_unit),
		cmocka_unit_test(test_amd_pasid_behind_domain),
		cmocka_unit_test(test_amd_trouble_of_the_unit),
		cmocka_unit_test(test_amd_lines_around_an_event),
		cmocka_unit_test(test_intel_every_age),
		cmocka_unit_test(test_intel_interrupts),
		cmocka_unit_test(test_intel_interrupt_without_index),
		cmocka_unit_test(test_index_fits),
		cmocka_unit_test(test_intel_without_reason),
		cmocka_unit_test(test_intel_queue_errors),
		cmocka_unit_test(test_intel_status_register),
		cmocka_unit_test(test_values_that_are_none),
		cmocka_unit_test(test_amd_lines_that_say_less),
		cmocka_unit_test(test_damaged_lines),
		cmocka_unit_test(test_intel_dump_lines),
		cmocka_unit_test(test_intel_descriptor_lines),
		cmocka_unit_test(test_xen_lines),
		cmocka_unit_test(test_amd_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
