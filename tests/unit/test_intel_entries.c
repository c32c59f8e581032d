// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The entries that lead from a device's id to its translation on VT-d: words that Linux had written on real and
 * on emulated units, one entry for every state, and each thing that a unit refuses, with units that have a
 * feature and units that lack it.
 */
#include "unit.h"

#include "format/intel/context.h"
#include "format/intel/fault.h"
#include "format/intel/pasid.h"

/* QEMU's unit of 39 bits in legacy mode, with caching mode; and of 48 bits. As their boot logs print them. */
#define QEMU_CAP_39 0xd2008c22260286
#define QEMU_CAP_48 0xd2008c222f0686
#define QEMU_ECAP   0xf00f5a

/* A graphics device's unit on a real machine: see test_intel_spec.c. */
#define REAL_CAP  0xc9de008cee690462
#define REAL_ECAP 0x0012ca9a00f0ef5e

static const struct intel_caps unknown = { 0 };
static const struct intel_caps qemu_39 = { true, QEMU_CAP_39, QEMU_ECAP, 0 };
static const struct intel_caps qemu_48 = { true, QEMU_CAP_48, QEMU_ECAP, 0 };
static const struct intel_caps real = { true, REAL_CAP, REAL_ECAP, 39 };

/* A unit whose ECAP has these bits set, or cleared, beside the real one's. */
static struct intel_caps with_ecap(uint64_t set, uint64_t cleared)
{
	return (struct intel_caps){ true, REAL_CAP, (REAL_ECAP | set) & ~cleared, 0 };
}

#define ECAP(bit) (1ULL << (bit))
#define ECAP_DT	  ECAP(2)
#define ECAP_PT	  ECAP(6)
#define ECAP_SC	  ECAP(7)
#define ECAP_MTS  ECAP(25)
#define ECAP_NEST ECAP(26)
#define ECAP_SRS  ECAP(31)
#define ECAP_SSTS ECAP(46)
#define ECAP_FSTS ECAP(47)
#define ECAP_RPS  ECAP(49)

static void assert_refused(const struct intel_refusal *refusal, uint8_t reason, const char *because)
{
	check(refusal->refused, "not refused: %s", because);
	check(strcmp(refusal->because, because) == 0, "'%s', not '%s'", refusal->because, because);
	check(refusal->reason == reason, "reason 0x%x", refusal->reason);
	check(intel_fault_reason(reason), "0x%x is no reason", reason);
}

static void assert_taken(const struct intel_refusal *refusal)
{
	check(!refusal->refused, "%s", refusal->because);
}

/* ---- root entries ---- */

static struct intel_root root_of(uint64_t lo, uint64_t hi, const struct intel_caps *caps)
{
	const uint64_t words[INTEL_ROOT_WORDS] = { lo, hi };
	struct intel_root root;

	intel_root_decode(words, caps, &root);
	return root;
}

static void test_root(void **state)
{
	struct intel_root root = root_of(0x105e34001, 0, &real);

	(void)state;
	assert_true(root.present && root.table.v == 0x105e34000);
	assert_taken(&root.refusal);
	root = root_of(0x105e34000, ~0ULL, &real);
	assert_false(root.present);
	assert_int_equal(root.reason, 0x01);
	assert_taken(&root.refusal);
	root = root_of(0x105e34003, 0, &real);
	assert_refused(&root.refusal, 0x0a, "bit 1 is set, which is reserved");
	root = root_of(0x105e34001, 1, &real);
	assert_refused(&root.refusal, 0x0a, "bit 64 is set, which is reserved");
	root = root_of(0x8000000001, 0, &real);
	assert_refused(&root.refusal, 0x0a, "CTP is 8000000000, beyond the machine's 39 bits of address");
	root = root_of(0x8000000001, 0, &unknown);
	assert_taken(&root.refusal);
}

static struct intel_root sm_root_of(uint64_t lo, uint64_t hi, uint8_t devfn)
{
	const uint64_t words[INTEL_ROOT_WORDS] = { lo, hi };
	struct intel_root root;

	intel_sm_root_decode(words, devfn, &real, &root);
	return root;
}

static void test_scalable_root(void **state)
{
	struct intel_root root = sm_root_of(0x1001, 0x2001, 0x7f);

	(void)state;
	assert_true(root.present && root.table.v == 0x1000);
	root = sm_root_of(0x1001, 0x2001, 0x80);
	assert_true(root.present && root.table.v == 0x2000);
	/* 00:1f.x is found through the upper half alone. */
	root = sm_root_of(0, 0x2001, 0xf8);
	assert_true(root.present && root.table.v == 0x2000);
	root = sm_root_of(0, 0x2001, 0x08);
	assert_false(root.present);
	assert_int_equal(root.reason, 0x39);
	/* What is wrong with one half is no harm to devices of the other. */
	root = sm_root_of(0x1003, 0x2001, 0xf8);
	assert_taken(&root.refusal);
	root = sm_root_of(0x1003, 0x2001, 0);
	assert_refused(&root.refusal, 0x3a, "bit 1 is set, which is reserved");
	root = sm_root_of(0x1001, 0x2003, 0xff);
	assert_refused(&root.refusal, 0x3a, "bit 65 is set, which is reserved");
	assert_int_equal(intel_sm_context_index(0x7f), 0x7f);
	assert_int_equal(intel_sm_context_index(0xf8), 0x78);
	assert_int_equal(intel_context_index(0xf8), 0xf8);
}

/* ---- context entries ---- */

#define P	1ULL
#define FPD	2ULL
#define TT(n)	((uint64_t)(n) << 2)
#define AW(n)	((uint64_t)(n))
#define DID(n)	((uint64_t)(n) << 8)
#define TABLE	0x3932000ULL

static struct intel_context context_of(uint64_t lo, uint64_t hi, const struct intel_caps *caps)
{
	const uint64_t words[INTEL_CONTEXT_WORDS] = { lo, hi };
	struct intel_context context;

	intel_context_decode(words, caps, &context);
	return context;
}

/* Linux 7.2 on QEMU's 39 bits: a device before and after it was handed to VFIO. */
static void test_a_hand_over(void **state)
{
	struct intel_context context = context_of(0x9, 0x101, &qemu_39);

	(void)state;
	assert_int_equal(context.state, DMA_PASSTHROUGH);
	assert_int_equal(context.domain_id, 1);
	assert_int_equal(context.address_bits, 39);
	assert_int_equal(context.levels, 0);
	context = context_of(0x3932001, 0x201, &qemu_39);
	assert_int_equal(context.state, DMA_TRANSLATED);
	assert_int_equal(context.levels, 3);
	assert_int_equal(context.address_bits, 39);
	assert_true(context.root.v == 0x3932000);
	assert_int_equal(context.domain_id, 2);
	assert_false(context.ats || context.silent);
}

static void test_not_present(void **state)
{
	struct intel_context context = context_of(0, 0, &qemu_39);

	(void)state;
	assert_int_equal(context.state, DMA_BLOCKED);
	assert_string_equal(context.why, "P=0");
	assert_int_equal(context.reason, 0x02);
	assert_false(context.silent);
	/* Nobody looks at the rest, but FPD counts. */
	context = context_of(~P, ~0ULL, &qemu_39);
	assert_int_equal(context.state, DMA_BLOCKED);
	assert_true(context.silent);
	assert_taken(&context.refusal);
}

static void test_types(void **state)
{
	struct intel_caps ats = with_ecap(ECAP_DT, 0), none = with_ecap(0, ECAP_DT | ECAP_PT);
	struct intel_context context;

	(void)state;
	context = context_of(TABLE | TT(1) | P, DID(5) | AW(2), &ats);
	assert_int_equal(context.state, DMA_TRANSLATED);
	assert_true(context.ats);
	context = context_of(TABLE | TT(1) | P, DID(5) | AW(2), &none);
	assert_int_equal(context.state, DMA_ILLEGAL);
	assert_refused(&context.refusal, 0x03, "TT is 1, which is reserved on a unit with DT=0");
	assert_int_equal(context.reason, 0x03);
	context = context_of(TT(2) | P, DID(5) | AW(2), &none);
	assert_refused(&context.refusal, 0x03, "TT is 2, which is reserved on a unit with PT=0");
	context = context_of(TABLE | TT(3) | P, DID(5) | AW(2), &ats);
	assert_refused(&context.refusal, 0x03, "TT is 3, which is reserved");
	/* Of a unit that is not known nothing is said but what holds for all. */
	context = context_of(TABLE | TT(1) | P, DID(5) | AW(2), &unknown);
	assert_taken(&context.refusal);
	context = context_of(TT(2) | P, DID(5) | AW(2), &unknown);
	assert_taken(&context.refusal);
	context = context_of(TABLE | TT(3) | P, DID(5) | AW(2), &unknown);
	assert_refused(&context.refusal, 0x03, "TT is 3, which is reserved");
}

/* Every AW, on a unit of 39 and 48 bits and on one of which nothing is known. */
static void test_widths(void **state)
{
	static const uint8_t levels[8] = { 0, 3, 4, 5, 0, 0, 0, 0 };
	static const char *const refusals[8] = {
		"AW is 0, which is reserved",
		NULL,
		NULL,
		"AW is 3 (57 bits), which is not in the unit's SAGAW (0x6)",
		"AW is 4, which is reserved",
		"AW is 5, which is reserved",
		"AW is 6, which is reserved",
		"AW is 7, which is reserved",
	};

	(void)state;
	for (unsigned aw = 0; aw < 8; aw++) {
		struct intel_context context = context_of(TABLE | P, DID(5) | AW(aw), &qemu_48);

		if (refusals[aw])
			assert_refused(&context.refusal, 0x03, refusals[aw]);
		else
			check(context.levels == levels[aw], "AW %u", aw);
		context = context_of(TABLE | P, DID(5) | AW(aw), &unknown);
		check(context.refusal.refused == !levels[aw], "AW %u", aw);
		check(context.levels == levels[aw], "AW %u", aw);
	}
}

static void test_passed_requests_have_a_width(void **state)
{
	struct intel_context context = context_of(TT(2) | P, DID(5) | AW(1), &qemu_48);

	(void)state;
	assert_refused(&context.refusal, 0x04,
		       "AW is 1 in a pass-through entry, where it must be the unit's widest, 2");
	context = context_of(TT(2) | P, DID(5) | AW(2), &qemu_48);
	assert_int_equal(context.state, DMA_PASSTHROUGH);
	assert_int_equal(context.address_bits, 48);
	/* The pointer is ignored, also one that the machine cannot name. */
	context = context_of(0xffff000000000000 | TT(2) | P, DID(5) | AW(2), &real);
	assert_int_equal(context.state, DMA_PASSTHROUGH);
}

static void test_reserved_bits_of_a_context(void **state)
{
	static const uint8_t reserved[] = { 4, 5, 6, 7, 8, 9, 10, 11, 71, 88, 100, 127 };

	(void)state;
	for (size_t i = 0; i < sizeof(reserved); i++) {
		uint64_t lo = reserved[i] < 64 ? 1ULL << reserved[i] : 0;
		uint64_t hi = reserved[i] < 64 ? 0 : 1ULL << (reserved[i] - 64);
		struct intel_context context =
			context_of(TABLE | P | lo, DID(5) | AW(2) | hi, &qemu_48);
		char because[64];

		snprintf(because, sizeof(because), "bit %u is set, which is reserved", reserved[i]);
		assert_refused(&context.refusal, 0x0b, because);
		assert_int_equal(context.state, DMA_ILLEGAL);
	}
	/* 70:67 are software's: Linux up to 5.10 marks entries that it took over in a kdump kernel. */
	for (unsigned bit = 67; bit <= 70; bit++) {
		struct intel_context context =
			context_of(TABLE | P, DID(5) | AW(2) | 1ULL << (bit - 64), &qemu_48);

		check(context.state == DMA_TRANSLATED, "bit %u", bit);
	}
}

/* ND 2 is 256 domain ids: the upper half of the field is reserved. */
static void test_domain_ids(void **state)
{
	struct intel_context context = context_of(TABLE | P, DID(0xff) | AW(2), &real);

	(void)state;
	assert_int_equal(context.state, DMA_TRANSLATED);
	context = context_of(TABLE | P, DID(0x100) | AW(2), &real);
	assert_refused(&context.refusal, 0x0b, "DID is 0x100, and the unit has 256 domain ids");
	context = context_of(TABLE | P, DID(0xffff) | AW(2), &qemu_48);
	assert_int_equal(context.state, DMA_TRANSLATED);
}

static void test_addresses_beyond_the_machine(void **state)
{
	struct intel_context context = context_of(0x7ffffff000 | P, DID(5) | AW(2), &real);

	(void)state;
	assert_int_equal(context.state, DMA_TRANSLATED);
	context = context_of(0x8000000000 | P, DID(5) | AW(2), &real);
	assert_refused(&context.refusal, 0x0b,
		       "SSPTPTR is 8000000000, beyond the machine's 39 bits of address");
}

/* A unit says the first thing that it meets: reserved bits come before types. */
static void test_the_first_refusal_stays(void **state)
{
	struct intel_context context = context_of(TABLE | TT(3) | 0x10 | P, AW(7), &qemu_48);

	(void)state;
	assert_refused(&context.refusal, 0x0b, "bit 4 is set, which is reserved");
}

/* ---- scalable-mode context entries ---- */

static struct intel_sm_context sm_context_of(uint64_t lo, uint64_t hi, const struct intel_caps *caps)
{
	const uint64_t words[INTEL_SM_CONTEXT_WORDS] = { lo, hi, 0, 0 };
	struct intel_sm_context context;

	intel_sm_context_decode(words, caps, &context);
	return context;
}

#define PDTS(n) ((uint64_t)(n) << 9)

static void test_scalable_context(void **state)
{
	/* As Linux writes it for a device without ATS, PRI and PASID: 2^15 PASIDs, RID_PASID 0. */
	struct intel_sm_context context = sm_context_of(0x105e36000 | PDTS(2) | P, 0, &real);

	(void)state;
	assert_true(context.present && context.directory.v == 0x105e36000);
	assert_int_equal(context.nr_pasids, 0x8000);
	assert_int_equal(context.plain_pasid, 0);
	assert_false(context.ats || context.pasids || context.page_requests || context.silent);
	assert_taken(&context.refusal);
	assert_taken(&context.plain_refusal);
	context = sm_context_of(0x1000 | PDTS(7) | 0x1c | FPD | P, 0, &unknown);
	assert_true(context.ats && context.pasids && context.page_requests && context.silent);
	assert_int_equal(context.nr_pasids, 1 << 20);
	context = sm_context_of(~P, ~0ULL, &real);
	assert_false(context.present || context.ats);
	assert_true(context.silent);
	assert_taken(&context.refusal);
	context = sm_context_of(0x1000 | 0x20 | P, 0, &real);
	assert_refused(&context.refusal, 0x42, "bit 5 is set, which is reserved");
	context = sm_context_of(0x1000 | P, 1ULL << 21, &real);
	assert_refused(&context.refusal, 0x42, "bit 85 is set, which is reserved");
	context = sm_context_of(1ULL << 39 | P, 0, &real);
	assert_refused(&context.refusal, 0x42,
		       "PASIDDIRPTR is 8000000000, beyond the machine's 39 bits of address");
}

static void test_pasid_of_requests_without_one(void **state)
{
	struct intel_caps without = with_ecap(0, ECAP_RPS);
	struct intel_sm_context context = sm_context_of(0x1000 | P, 0x41, &real);

	(void)state;
	assert_int_equal(context.plain_pasid, 0x41);
	/* A unit without RPS takes 0, whatever the field says. */
	context = sm_context_of(0x1000 | P, 0x41, &without);
	assert_int_equal(context.plain_pasid, 0);
	context = sm_context_of(0x1000 | P, 0x1fff, &real);
	assert_taken(&context.plain_refusal);
	context = sm_context_of(0x1000 | P, 0x2000, &real);
	assert_taken(&context.refusal);
	assert_refused(&context.plain_refusal, 0x48, "RID_PASID is 0x2000, and the directory ends at 0x1fff");
	context = sm_context_of(0x1000 | P, 0x2000, &without);
	assert_taken(&context.plain_refusal);
}

/* ---- PASID directory ---- */

static void test_pasid_directory(void **state)
{
	struct intel_pasid_dir dir;

	(void)state;
	assert_int_equal(intel_pasid_dir_index(0xfffff), 0x3fff);
	assert_int_equal(intel_pasid_dir_index(0x3f), 0);
	assert_int_equal(intel_pasid_dir_index(0x40), 1);
	assert_int_equal(intel_pasid_index(0x41), 1);
	intel_pasid_dir_decode(0x105e37001, &real, &dir);
	assert_true(dir.present && !dir.silent && dir.table.v == 0x105e37000);
	assert_taken(&dir.refusal);
	intel_pasid_dir_decode(0x105e37002, &real, &dir);
	assert_true(!dir.present && dir.silent);
	intel_pasid_dir_decode(0x105e37005, &real, &dir);
	assert_refused(&dir.refusal, 0x52, "bit 2 is set, which is reserved");
	intel_pasid_dir_decode(0x8000000001, &real, &dir);
	assert_refused(&dir.refusal, 0x52, "SMPTBLPTR is 8000000000, beyond the machine's 39 bits of address");
}

/* ---- PASID table entries ---- */

static struct intel_pasid pasid_of(uint64_t w0, uint64_t w1, uint64_t w2, const struct intel_caps *caps)
{
	const uint64_t words[INTEL_PASID_WORDS] = { w0, w1, w2 };
	struct intel_pasid pasid;

	intel_pasid_decode(words, caps, &pasid);
	return pasid;
}

#define PGTT(n) ((uint64_t)(n) << 6)
#define PAW(n)	((uint64_t)(n) << 2)
#define FSPM(n) ((uint64_t)(n) << 2)

/* Words that Linux had written: 6.18 on a real machine; 6.1 and 6.12 on emulated units. */
static void test_real_pasid_entries(void **state)
{
	struct intel_caps qemu = with_ecap(ECAP_SRS | ECAP_SSTS | ECAP_FSTS | ECAP_PT, 0);
	struct intel_pasid pasid = pasid_of(0x49, 2, 0x1067fc000, &real);

	(void)state;
	assert_int_equal(pasid.state, DMA_TRANSLATED);
	assert_int_equal(pasid.type, INTEL_FIRST_STAGE);
	assert_int_equal(pasid.first_levels, 4);
	assert_true(pasid.first_root == 0x1067fc000);
	assert_int_equal(pasid.second_levels, 0);
	assert_int_equal(pasid.domain_id, 2);
	pasid = pasid_of(0x3932000 | 0x85, 4, 0, &(struct intel_caps){ true, QEMU_CAP_39, qemu.ecap, 0 });
	assert_int_equal(pasid.state, DMA_TRANSLATED);
	assert_int_equal(pasid.type, INTEL_SECOND_STAGE);
	assert_int_equal(pasid.second_levels, 3);
	assert_true(pasid.second_root.v == 0x3932000);
	assert_int_equal(pasid.first_levels, 0);
	assert_int_equal(pasid.domain_id, 4);
	pasid = pasid_of(0x105, 1, 1, &qemu);
	assert_int_equal(pasid.state, DMA_PASSTHROUGH);
	assert_int_equal(pasid.type, INTEL_PASS_THROUGH);
	assert_true(pasid.supervisor);
}

/* Linux 6.1 sets SRE in every pass-through entry. A unit without SRS faults on it with reason 5A, which was
 * seen on real machines and mended in Linux (7fc961cf7ffc). */
static void test_supervisor_requests_on_a_unit_without_them(void **state)
{
	struct intel_caps without = with_ecap(ECAP_PT, ECAP_SRS);
	struct intel_pasid pasid = pasid_of(0x105, 1, 1, &without);

	(void)state;
	assert_int_equal(pasid.state, DMA_ILLEGAL);
	assert_refused(&pasid.refusal, 0x5a, "SRE is not 0, which is reserved on a unit with SRS=0");
	assert_int_equal(pasid.reason, 0x5a);
	pasid = pasid_of(0x105, 1, 1, &unknown);
	assert_int_equal(pasid.state, DMA_PASSTHROUGH);
}

static void test_pasid_not_present(void **state)
{
	struct intel_pasid pasid = pasid_of(0, 0, 0, &real);

	(void)state;
	assert_int_equal(pasid.state, DMA_BLOCKED);
	assert_string_equal(pasid.why, "P=0");
	assert_int_equal(pasid.reason, 0x59);
	/* Linux leaves FPD behind for a while when a process goes away. */
	pasid = pasid_of(FPD, 0, 0, &real);
	assert_int_equal(pasid.state, DMA_BLOCKED);
	assert_true(pasid.silent);
	assert_taken(&pasid.refusal);
}

static void test_every_pgtt(void **state)
{
	static const struct {
		uint64_t needs;
		const char *without;
	} types[8] = {
		{ 0, "PGTT is 0, which is reserved" },
		{ ECAP_FSTS, "PGTT is first-stage, and the unit has FSTS=0" },
		{ ECAP_SSTS, "PGTT is second-stage, and the unit has SSTS=0" },
		{ ECAP_NEST, "PGTT is nested, and the unit has NEST=0" },
		{ ECAP_PT, "PGTT is pass-through, and the unit has PT=0" },
		{ 0, "PGTT is 5, which is reserved" },
		{ 0, "PGTT is 6, which is reserved" },
		{ 0, "PGTT is 7, which is reserved" },
	};

	(void)state;
	for (unsigned pgtt = 0; pgtt < 8; pgtt++) {
		struct intel_caps with = with_ecap(types[pgtt].needs, 0);
		struct intel_caps without = with_ecap(0, types[pgtt].needs);
		struct intel_pasid pasid = pasid_of(TABLE | PGTT(pgtt) | PAW(2) | P, 3, 0x5000, &without);

		assert_refused(&pasid.refusal, 0x5b, types[pgtt].without);
		pasid = pasid_of(TABLE | PGTT(pgtt) | PAW(2) | P, 3, 0x5000, &with);
		check(pasid.refusal.refused == !types[pgtt].needs, "PGTT %u", pgtt);
	}
}

static void test_nested(void **state)
{
	struct intel_caps nesting = with_ecap(ECAP_NEST | ECAP_SSTS | ECAP_FSTS, 0);
	struct intel_pasid pasid = pasid_of(TABLE | PGTT(3) | PAW(2) | P, 3, 0x5000, &nesting);

	(void)state;
	assert_int_equal(pasid.state, DMA_TRANSLATED);
	assert_int_equal(pasid.type, INTEL_NESTED);
	assert_true(pasid.first_levels == 4 && pasid.first_root == 0x5000);
	assert_true(pasid.second_levels == 4 && pasid.second_root.v == TABLE);
}

static void test_widths_of_the_second_stage(void **state)
{
	struct intel_caps caps = with_ecap(ECAP_SSTS | ECAP_FSTS | ECAP_PT, 0);
	struct intel_pasid pasid = pasid_of(TABLE | PGTT(2) | PAW(0) | P, 3, 0, &caps);

	(void)state;
	assert_refused(&pasid.refusal, 0x5b, "AW is 0, which is reserved");
	pasid = pasid_of(TABLE | PGTT(2) | PAW(4) | P, 3, 0, &caps);
	assert_refused(&pasid.refusal, 0x5b, "AW is 4, which is reserved");
	pasid = pasid_of(TABLE | PGTT(2) | PAW(1) | P, 3, 0, &caps);
	assert_refused(&pasid.refusal, 0x5b, "AW is 1 (39 bits), which is not in the unit's SAGAW (0x4)");
	/* Without a second stage nobody looks at its width. */
	pasid = pasid_of(PGTT(1) | PAW(7) | P, 3, 0x5000, &caps);
	assert_int_equal(pasid.state, DMA_TRANSLATED);
	pasid = pasid_of(PGTT(4) | PAW(0) | P, 3, 0, &caps);
	assert_int_equal(pasid.state, DMA_PASSTHROUGH);
}

static void test_levels_of_the_first_stage(void **state)
{
	struct intel_caps five = with_ecap(ECAP_FSTS, 0);
	struct intel_pasid pasid = pasid_of(PGTT(1) | P, 3, 0x5000 | FSPM(1), &five);

	(void)state;
	assert_refused(&pasid.refusal, 0x5b, "FSPM is 5-level, and the unit has FS5LP=0");
	five.cap |= 1ULL << 60;
	pasid = pasid_of(PGTT(1) | P, 3, 0x5000 | FSPM(1), &five);
	assert_int_equal(pasid.first_levels, 5);
	assert_true(pasid.first_root == 0x5000);
	for (unsigned fspm = 2; fspm < 4; fspm++) {
		pasid = pasid_of(PGTT(1) | P, 3, 0x5000 | FSPM(fspm), &five);
		check(pasid.refusal.refused && pasid.refusal.reason == 0x5b, "FSPM %u", fspm);
		pasid = pasid_of(PGTT(1) | P, 3, 0x5000 | FSPM(fspm), &unknown);
		check(pasid.refusal.refused, "FSPM %u", fspm);
	}
}

static void test_features_of_a_pasid_entry(void **state)
{
	static const struct {
		unsigned bit; /* of the second word */
		uint64_t feature;
		const char *because;
	} rows[] = {
		{ 25, ECAP_MTS, "CD is not 0, which is reserved on a unit with MTS=0" },
		{ 26, ECAP_MTS, "EMTE is not 0, which is reserved on a unit with MTS=0" },
		{ 29, ECAP_MTS, "EMT is not 0, which is reserved on a unit with MTS=0" },
		{ 30, ECAP_MTS, "PWT is not 0, which is reserved on a unit with MTS=0" },
		{ 31, ECAP_MTS, "PCD is not 0, which is reserved on a unit with MTS=0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct intel_caps with = with_ecap(rows[i].feature, 0);
		struct intel_caps without = with_ecap(0, rows[i].feature);
		struct intel_pasid pasid =
			pasid_of(PGTT(1) | P, 3 | 1ULL << rows[i].bit, 0x5000, &without);

		assert_refused(&pasid.refusal, 0x5a, rows[i].because);
		pasid = pasid_of(PGTT(1) | P, 3 | 1ULL << rows[i].bit, 0x5000, &with);
		assert_taken(&pasid.refusal);
	}
}

/*
 * The specification reserves PGSNP on units without snoop control, and 5.10 sets it there all the same; QEMU's
 * unit, which is one of these, translates with it. So it is taken, with a doubt.
 */
static void test_doubt_of_a_pasid_entry(void **state)
{
	struct intel_caps with = with_ecap(ECAP_SC, 0), without = with_ecap(0, ECAP_SC);
	struct intel_pasid pasid = pasid_of(PGTT(1) | P, 3 | 1ULL << 24, 0x5000, &without);

	(void)state;
	assert_taken(&pasid.refusal);
	assert_string_equal(pasid.doubt, "PGSNP is 1, which is reserved on a unit with SC=0, and not all look at it");
	pasid = pasid_of(PGTT(1) | P, 3, 0x5000, &without);
	assert_null(pasid.doubt);
	pasid = pasid_of(PGTT(1) | P, 3 | 1ULL << 24, 0x5000, &with);
	assert_null(pasid.doubt);
	/* What is refused for something else is not in doubt. */
	pasid = pasid_of(PGTT(0) | P, 3 | 1ULL << 24, 0x5000, &without);
	assert_true(pasid.refusal.refused);
	assert_null(pasid.doubt);
	/* AW of an entry that passes requests: 0 and 4 are reserved, 2 is a width. */
	for (uint64_t aw = 0; aw < 8; aw++) {
		pasid = pasid_of(PGTT(4) | aw << 2 | P, 3, 0, &with);
		assert_taken(&pasid.refusal);
		assert_int_equal(pasid.state, DMA_PASSTHROUGH);
		assert_int_equal(!!pasid.doubt, aw < 1 || aw > 3);
	}
}

static void test_reserved_bits_of_a_pasid_entry(void **state)
{
	static const unsigned reserved[] = { 10, 11, 80, 86, 136, 139, 192, 255, 256, 320, 400, 511 };

	(void)state;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		uint64_t words[INTEL_PASID_WORDS] = { PGTT(1) | P, 3, 0x5000 };
		struct intel_pasid pasid;
		char because[64];

		words[reserved[i] / 64] |= 1ULL << reserved[i] % 64;
		intel_pasid_decode(words, &real, &pasid);
		snprintf(because, sizeof(because), "bit %u is set, which is reserved", reserved[i]);
		assert_refused(&pasid.refusal, 0x5a, because);
		check(pasid.state == DMA_ILLEGAL, "bit %u", reserved[i]);
	}
}

/* ---- properties ---- */

/* Whatever the words and the unit: a state that needs a table has one that can be walked, an illegal entry says
 * why and what the unit reports, and a unit that is better known refuses no less. */
static void check_context(const uint64_t *words, const struct intel_caps *caps)
{
	struct intel_context context, blind;

	intel_context_decode(words, caps, &context);
	intel_context_decode(words, &unknown, &blind);
	check((context.state == DMA_ILLEGAL) == context.refusal.refused, "%d", context.state);
	check(!context.refusal.refused || (*context.refusal.because && context.reason), "says nothing");
	check((context.state == DMA_TRANSLATED) == (context.levels != 0), "%d", context.state);
	check(context.levels <= 5, "%u", context.levels);
	check((context.state == DMA_BLOCKED) == !(words[0] & P), "%d", context.state);
	check(!blind.refusal.refused || context.refusal.refused, "%s", blind.refusal.because);
}

static void check_pasid(const uint64_t *words, const struct intel_caps *caps)
{
	struct intel_pasid pasid, blind;

	intel_pasid_decode(words, caps, &pasid);
	intel_pasid_decode(words, &unknown, &blind);
	check((pasid.state == DMA_ILLEGAL) == pasid.refusal.refused, "%d", pasid.state);
	check(!pasid.refusal.refused || (*pasid.refusal.because && pasid.reason), "says nothing");
	check((pasid.state == DMA_TRANSLATED) == (pasid.first_levels || pasid.second_levels), "%d",
	      pasid.state);
	check(!blind.refusal.refused || pasid.refusal.refused, "%s", blind.refusal.because);
}

static void test_any_words(void **state)
{
	struct rng rng = { 1 };

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		struct intel_caps caps = { true, rng_next(&rng), rng_next(&rng),
					   (uint8_t)rng_below(&rng, 65) };
		uint64_t words[INTEL_PASID_WORDS] = { 0 };

		/* Few bits, so that some entries are legal. */
		for (unsigned i = 0; i < 6; i++)
			words[rng_below(&rng, 3)] |= 1ULL << rng_below(&rng, 64);
		words[0] |= round % 2;
		check_context(words, &caps);
		check_pasid(words, &caps);
		for (unsigned i = 0; i < INTEL_PASID_WORDS; i++)
			words[i] = rng_next(&rng);
		check_context(words, &caps);
		check_pasid(words, &caps);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_scalable_root),
		cmocka_unit_test(test_a_hand_over),
		cmocka_unit_test(test_not_present),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_passed_requests_have_a_width),
		cmocka_unit_test(test_reserved_bits_of_a_context),
		cmocka_unit_test(test_domain_ids),
		cmocka_unit_test(test_addresses_beyond_the_machine),
		cmocka_unit_test(test_the_first_refusal_stays),
		cmocka_unit_test(test_scalable_context),
		cmocka_unit_test(test_pasid_of_requests_without_one),
		cmocka_unit_test(test_pasid_directory),
		cmocka_unit_test(test_real_pasid_entries),
		cmocka_unit_test(test_supervisor_requests_on_a_unit_without_them),
		cmocka_unit_test(test_pasid_not_present),
		cmocka_unit_test(test_every_pgtt),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_widths_of_the_second_stage),
		cmocka_unit_test(test_levels_of_the_first_stage),
		cmocka_unit_test(test_features_of_a_pasid_entry),
		cmocka_unit_test(test_doubt_of_a_pasid_entry),
		cmocka_unit_test(test_reserved_bits_of_a_pasid_entry),
		cmocka_unit_test(test_any_words),
	};

	return cmocka_run_group_tests_name("intel_entries", tests, NULL, NULL);
}
