// SPDX-License-Identifier: GPL-2.0-or-later
/* Device table entries with known meaning: two machines, before and after a device is handed to
 * VFIO, and one entry for every state that an entry can put its device in. */
#include "unit.h"

#include "format/amd/dte.h"

#define V	  0x1ULL
#define TV	  0x2ULL
#define MODE(n)	  ((uint64_t)(n) << 9)
#define GIOV	  (1ULL << 54)
#define GV	  (1ULL << 55)
#define GLX(n)	  ((uint64_t)(n) << 56)
#define IR	  (1ULL << 61)
#define IW	  (1ULL << 62)
#define IV	  0x1ULL		/* word 2 */
#define LEN(n)	  ((uint64_t)(n) << 1)	/* word 2 */
#define GPM(n)	  ((uint64_t)(n) << 54) /* word 2: bits 183:182 */
#define INTCTL(n) ((uint64_t)(n) << 60) /* word 2: bits 189:188 */

static struct amd_dte decode(uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3)
{
	const uint64_t words[AMD_DTE_WORDS] = { w0, w1, w2, w3 };
	struct amd_dte dte;

	amd_dte_decode(words, 0, &dte);
	return dte;
}

static void assert_remapped_interrupts(const struct amd_dte *dte, uint64_t table, uint32_t entries)
{
	assert_true(dte->irq_valid);
	assert_true(dte->irq_remapped);
	assert_int_equal(dte->irq_entries, entries);
	assert_true(dte->irq_table.v == table);
}

/* Lenovo ThinkSystem SR665, EPYC 7002, RHEL 8.2: port a1:00.1 of an I350. */
static void test_sr665_before(void **state)
{
	struct amd_dte dte = decode(0x6000000000000003, 0x66, 0x2000000819256011, 0);

	(void)state;
	assert_int_equal(dte.state, DMA_PASSTHROUGH);
	assert_int_equal(dte.levels, 0);
	assert_true(dte.root.v == 0);
	assert_true(dte.read && dte.write);
	assert_int_equal(dte.domain_id, 0x66);
	assert_remapped_interrupts(&dte, 0x819256000, 256);
}

static void test_sr665_after(void **state)
{
	struct amd_dte dte = decode(0x6000000688294603, 0x79, 0x2000000819256011, 0);

	(void)state;
	assert_int_equal(dte.state, DMA_TRANSLATED);
	assert_int_equal(dte.levels, 3);
	assert_true(dte.root.v == 0x688294000);
	assert_true(dte.read && dte.write);
	assert_int_equal(dte.domain_id, 121);
	assert_remapped_interrupts(&dte, 0x819256000, 256);
}

/* Debian 6.1 on an emulated AMD-Vi. */
static void test_debian_before(void **state)
{
	struct amd_dte dte = decode(0x6000000000000003, 0x7, 0x200000000325e013, 0);

	(void)state;
	assert_int_equal(dte.state, DMA_PASSTHROUGH);
	assert_int_equal(dte.domain_id, 7);
	assert_remapped_interrupts(&dte, 0x325e000, 512);
}

static void test_debian_after(void **state)
{
	struct amd_dte dte = decode(0x6000000003558603, 0x9, 0x200000000325e013, 0);

	(void)state;
	assert_int_equal(dte.state, DMA_TRANSLATED);
	assert_int_equal(dte.levels, 3);
	assert_true(dte.root.v == 0x3558000);
	assert_int_equal(dte.domain_id, 9);
	assert_remapped_interrupts(&dte, 0x325e000, 512);
}

static void test_not_valid_lets_everything_pass(void **state)
{
	(void)state;
	assert_int_equal(decode(0, 0, 0, 0).state, DMA_PASSTHROUGH_UNCHECKED);
	/* V = 0 wins over whatever else the entry says. */
	assert_int_equal(decode(TV | MODE(7) | IR | IW, 0, 0, 0).state, DMA_PASSTHROUGH_UNCHECKED);
	assert_int_equal(decode(TV | GV | GLX(3), 0, 0, 0).state, DMA_PASSTHROUGH_UNCHECKED);
	assert_int_equal(decode(~V, ~0ULL, ~0ULL, ~0ULL).state, DMA_PASSTHROUGH_UNCHECKED);
}

static void test_blocked(void **state)
{
	(void)state;
	assert_int_equal(decode(V, 0, 0, 0).state, DMA_BLOCKED);
	assert_int_equal(decode(V | IR | IW | MODE(3), 0, 0, 0).state, DMA_BLOCKED);
	assert_int_equal(decode(V | MODE(7), 0, 0, 0).state, DMA_BLOCKED);
	/* Linux blocks with TV = 1, Mode = 0 and no permission. */
	assert_int_equal(decode(V | TV, 0, 0, 0).state, DMA_BLOCKED);
}

static void test_passthrough_keeps_permissions(void **state)
{
	struct amd_dte dte = decode(V | TV | IR, 0, 0, 0);

	(void)state;
	assert_int_equal(dte.state, DMA_PASSTHROUGH);
	assert_true(dte.read && !dte.write);
	dte = decode(V | TV | IW, 0, 0, 0);
	assert_int_equal(dte.state, DMA_PASSTHROUGH);
	assert_true(!dte.read && dte.write);
}

static void test_every_mode(void **state)
{
	(void)state;
	for (unsigned mode = 1; mode <= 6; mode++) {
		struct amd_dte dte = decode(V | TV | MODE(mode) | IR | 0xabcde000, 0, 0, 0);

		check(dte.state == DMA_TRANSLATED, "mode %u", mode);
		check(dte.levels == mode && dte.root.v == 0xabcde000, "mode %u", mode);
	}
}

static void test_guest(void **state)
{
	uint64_t address = 0x000123456789a000ULL;
	struct amd_dte dte;

	(void)state;
	for (unsigned glx = 0; glx < 3; glx++) {
		uint64_t w0 = V | TV | GV | GIOV | GLX(glx) | (address >> 12 & 7) << 58;
		uint64_t w1 = 5 | (address >> 15 & 0xffff) << 16 | (address >> 31) << 43;

		dte = decode(w0, w1, 0, 0);
		check(dte.state == DMA_BY_PASID, "GLX %u", glx);
		check(dte.guest && dte.guest_io && dte.guest_levels == 4, "GLX %u", glx);
		check(dte.gcr3_levels == glx + 1, "GLX %u", glx);
		check(dte.gcr3_root.v == address && dte.domain_id == 5, "GLX %u", glx);
	}
	/* A host table below the guest's. */
	dte = decode(V | TV | GV | GIOV | MODE(4) | 0x7000, 0, 0, 0);
	assert_int_equal(dte.state, DMA_BY_PASID);
	assert_int_equal(dte.levels, 4);
	assert_true(dte.root.v == 0x7000);
}

/* Without GIoV the GCR3 table is for requests with a PASID alone: the others go the host's way. */
static void test_guest_for_pasids_alone(void **state)
{
	struct amd_dte dte = decode(V | TV | GV | IR | IW, 0, 0, 0);

	(void)state;
	assert_int_equal(dte.state, DMA_PASSTHROUGH);
	assert_true(dte.guest && !dte.guest_io);
	dte = decode(V | TV | GV | IR | MODE(3) | 0x7000, 0, 0, 0);
	assert_int_equal(dte.state, DMA_TRANSLATED);
	assert_true(dte.guest && !dte.guest_io);
	/* GV means nothing in an entry that is not valid. */
	dte = decode(TV | GV | GIOV, 0, 0, 0);
	assert_true(dte.state == DMA_PASSTHROUGH_UNCHECKED && !dte.guest);
	dte = decode(V | GV | GIOV, 0, 0, 0);
	assert_true(dte.state == DMA_BLOCKED && !dte.guest);
	/* GIoV without GV is nothing either. */
	dte = decode(V | TV | GIOV | IR, 0, 0, 0);
	assert_true(dte.state == DMA_PASSTHROUGH && !dte.guest && !dte.guest_io);
}

static void test_guest_paging_mode(void **state)
{
	(void)state;
	assert_int_equal(decode(V | TV | GV | GIOV, 0, 0, 0).guest_levels, 4);
	assert_int_equal(decode(V | TV | GV | GIOV, 0, GPM(1), 0).guest_levels, 5);
	for (unsigned mode = 2; mode < 4; mode++) {
		/* Nobody looks at it without GV. */
		assert_int_equal(decode(V | TV | IR, 0, GPM(mode), 0).state, DMA_PASSTHROUGH);
	}
}

static void test_interrupts(void **state)
{
	struct amd_dte dte;

	(void)state;
	for (unsigned len = 0; len <= 15; len++) {
		dte = decode(V | TV | IR, 0, IV | LEN(len) | INTCTL(2), 0);
		check(dte.state == DMA_PASSTHROUGH, "length %u", len);
		check(dte.irq_entries == 1u << len, "length %u", len);
	}
	/* Without IV nobody looks at the length. */
	assert_int_equal(decode(V | TV | IR, 0, LEN(15), 0).state, DMA_PASSTHROUGH);
	for (unsigned ctl = 0; ctl < 4; ctl++) {
		dte = decode(V | TV, 0, IV | INTCTL(ctl), 0);
		check(dte.irq_valid && dte.irq_remapped == (ctl == 2), "IntCtl %u", ctl);
		dte = decode(V | TV, 0, INTCTL(ctl), 0);
		check(!dte.irq_valid && !dte.irq_remapped, "IntCtl %u", ctl);
	}
}

/* sme_me_mask marks encrypted memory in every address that Linux writes. */
static void test_encryption_bit_is_no_address(void **state)
{
	const uint64_t sme = 1ULL << 47;
	const uint64_t words[AMD_DTE_WORDS] = { 0x6000000688294603 | sme, 0x79,
						0x2000000819256011 | sme, 0 };
	const uint64_t guest[AMD_DTE_WORDS] = { V | TV | GV, (sme >> 31) << 43, 0, 0 };
	struct amd_dte dte;

	(void)state;
	amd_dte_decode(words, sme, &dte);
	assert_true(dte.root.v == 0x688294000);
	assert_true(dte.irq_table.v == 0x819256000);
	amd_dte_decode(guest, sme, &dte);
	assert_true(dte.gcr3_root.v == 0);
	amd_dte_decode(words, 0, &dte);
	assert_true(dte.root.v == (0x688294000 | sme));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sr665_before),
		cmocka_unit_test(test_sr665_after),
		cmocka_unit_test(test_debian_before),
		cmocka_unit_test(test_debian_after),
		cmocka_unit_test(test_not_valid_lets_everything_pass),
		cmocka_unit_test(test_blocked),
		cmocka_unit_test(test_passthrough_keeps_permissions),
		cmocka_unit_test(test_every_mode),
		cmocka_unit_test(test_guest),
		cmocka_unit_test(test_guest_for_pasids_alone),
		cmocka_unit_test(test_guest_paging_mode),
		cmocka_unit_test(test_interrupts),
		cmocka_unit_test(test_encryption_bit_is_no_address),
	};

	return cmocka_run_group_tests_name("amd_dte", tests, NULL, NULL);
}
