// SPDX-License-Identifier: GPL-2.0-or-later
/* Which device table entries a unit takes: each rule of the specification with an entry that breaks it on one
 * unit and not on another, the entries of public bug reports, and what must hold of every entry. */
#include "unit.h"

#include "format/amd/dte_legal.h"

#define V	  0x1ULL
#define TV	  0x2ULL
#define HAD(n)	  ((uint64_t)(n) << 7)
#define MODE(n)	  ((uint64_t)(n) << 9)
#define PPR	  (1ULL << 52)
#define GPRP	  (1ULL << 53)
#define GIOV	  (1ULL << 54)
#define GV	  (1ULL << 55)
#define GLX(n)	  ((uint64_t)(n) << 56)
#define IR	  (1ULL << 61)
#define IW	  (1ULL << 62)
#define IO_CTL(n) ((uint64_t)(n) << 35) /* word 1: bits 100:99 */
#define SATS	  (1ULL << 42)		/* word 1: bit 106 */
#define IV	  0x1ULL		/* word 2 */
#define LEN(n)	  ((uint64_t)(n) << 1)	/* word 2 */
#define GPM(n)	  ((uint64_t)(n) << 54) /* word 2: bits 183:182 */
#define INTCTL(n) ((uint64_t)(n) << 60) /* word 2: bits 189:188 */
#define HPT_MODE  (1ULL << 59)		/* word 2: bit 187 */
#define VIMU_EN	  (1ULL << 15)		/* word 3: bit 207 */
#define ATTR_V	  (1ULL << 54)		/* word 3: bit 246 */

/* EFR: every bit by its number in the specification's table. */
#define EFR_GT	   (1ULL << 4)
#define EFR_HATS(n) ((uint64_t)(n) << 10)
#define EFR_GATS(n) ((uint64_t)(n) << 12)
#define EFR_GLX(n) ((uint64_t)(n) << 14)
#define EFR_SATS   (1ULL << 31)
#define EFR_GIO	   (1ULL << 48)
#define EFR_HA	   (1ULL << 49)
#define EFR_EPH	   (1ULL << 50)
#define EFR_ATTR   (1ULL << 51)
#define EFR_HD	   (1ULL << 52)
#define EFR_VIOMMU (1ULL << 55)
#define EFR2_NUM_INT(n) ((uint64_t)(n) << 8)
#define EFR2_MODE0 (1ULL << 13)

static struct arena arena; /* of the whole program: the sentences are looked at by the caller */

static struct amd_dte_reader unit_with(uint64_t efr, uint64_t efr2)
{
	return (struct amd_dte_reader){ .has_efr = true, .efr = efr, .has_efr2 = true, .efr2 = efr2 };
}

static struct amd_dte_reader unknown_unit(void)
{
	return (struct amd_dte_reader){ .unknown = "the unit is not known" };
}

static struct amd_dte_legality judge(uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3,
				     struct amd_dte_reader reader)
{
	const uint64_t words[AMD_DTE_WORDS] = { w0, w1, w2, w3 };
	struct amd_dte_legality ret;

	amd_dte_judge(words, &reader, &arena, &ret);
	return ret;
}

static bool is_clean(const struct amd_dte_legality *l)
{
	return !l->dma.illegal && !l->dma.doubt && !l->irqs.illegal && !l->irqs.doubt;
}

static void has(const char *text, const char *part)
{
	check(text && strstr(text, part), "'%s' has no '%s'", text ? text : "NULL", part);
}

/* What Linux writes on a machine of today and on one of the first. */
static void test_ordinary_entries_are_legal_everywhere(void **state)
{
	const uint64_t entries[][AMD_DTE_WORDS] = {
		{ 0x6000000000000003, 0x66, 0x2000000819256011, 0 },
		{ 0x6000000688294603, 0x79, 0x2000000819256011, 0 },
		{ 0x6000000003558803, 0x9, 0x200000000325e013, 0 }, /* 4 levels */
		{ V, 0, 0, 0 },
		{ 0, 0, 0, 0 },
	};
	const struct amd_dte_reader units[] = { unit_with(0, 0), unknown_unit(), { .has_efr = false } };

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		for (unsigned u = 0; u < 3; u++) {
			const uint64_t *w = entries[i];
			struct amd_dte_legality l = judge(w[0], w[1], w[2], w[3], units[u]);

			check(is_clean(&l), "entry %u, unit %u: %s", i, u,
			      l.dma.illegal ? l.dma.illegal : "");
		}
	}
}

/* One bit or field that only units with a feature take: illegal without it, legal with it, a doubt when the unit
 * is not known, and of no weight in a half that is not valid. */
struct feature_case {
	uint64_t words[AMD_DTE_WORDS];
	uint64_t efr;	   /* with that it is legal */
	uint64_t without;  /* and with that it is not */
	const char *field, *feature;
	bool of_irqs;
};

static const struct feature_case feature_cases[] = {
	{ { V | TV | IR | PPR }, EFR_EPH, ~EFR_EPH, "PPR (bit 52)", "EPHSup", false },
	{ { V | TV | IR | PPR | GPRP }, EFR_EPH, ~EFR_EPH, "GPRP (bit 53)", "EPHSup", false },
	{ { V | TV | IR | GV | GIOV }, EFR_GT | EFR_GIO, ~EFR_GIO, "GIoV (bit 54)", "GIoSup", false },
	{ { V | TV | IR | GV }, EFR_GT, ~EFR_GT, "GV (bit 55)", "GTSup", false },
	{ { V | TV | IR | GLX(1) }, EFR_GT, ~EFR_GT, "GLX (bits 57:56) is 1", "GTSup", false },
	{ { V | TV | IR, 1ULL << 16 }, EFR_GT, ~EFR_GT, "GCR3TRP", "GTSup", false },
	{ { V | TV | IR | HAD(1) }, EFR_HA, ~EFR_HA, "HAD (bits 8:7) is 1", "HASup", false },
	{ { V | TV | IR | HAD(3) }, EFR_HA | EFR_HD, ~EFR_HD, "HAD (bits 8:7) is 3", "HDSup", false },
	{ { V | TV | IR, SATS }, EFR_SATS, ~EFR_SATS, "SATS (bit 106)", "SATSup", false },
	{ { 0, 0, IV, VIMU_EN }, EFR_VIOMMU, ~EFR_VIOMMU, "vImuEn (bit 207)", "vIommuSup", true },
	{ { 0, 0, IV, 1ULL << 16 }, EFR_VIOMMU, ~EFR_VIOMMU, "GDeviceID", "vIommuSup", true },
	{ { 0, 0, IV, 1ULL << 32 }, EFR_VIOMMU, ~EFR_VIOMMU, "GuestID", "vIommuSup", true },
	{ { 0, 0, IV | GPM(1), 0 }, EFR_GT, ~EFR_GT, "GuestPagingMode", "GTSup", true },
};

static void test_features(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(feature_cases) / sizeof(feature_cases[0]); i++) {
		const struct feature_case *c = &feature_cases[i];
		const uint64_t *w = c->words;
		uint64_t efr2 = EFR2_MODE0 | EFR2_NUM_INT(1);
		struct amd_dte_legality l = judge(w[0], w[1], w[2], w[3], unit_with(c->efr, efr2));
		const struct amd_dte_verdict *here, *there;

		check(is_clean(&l), "%s with %s: %s", c->field, c->feature,
		      l.dma.illegal ? l.dma.illegal : l.irqs.illegal);
		l = judge(w[0], w[1], w[2], w[3], unit_with(c->without, efr2));
		here = c->of_irqs ? &l.irqs : &l.dma;
		there = c->of_irqs ? &l.dma : &l.irqs;
		has(here->illegal, c->field);
		has(here->illegal, c->feature);
		check(!here->doubt && !there->illegal && !there->doubt, "%s: one half", c->field);
		/* A unit without the register has no feature. */
		l = judge(w[0], w[1], w[2], w[3], (struct amd_dte_reader){ .has_efr = false });
		here = c->of_irqs ? &l.irqs : &l.dma;
		check(here->illegal, "%s on a unit without EFR", c->field);
		l = judge(w[0], w[1], w[2], w[3], unknown_unit());
		here = c->of_irqs ? &l.irqs : &l.dma;
		has(here->doubt, c->field);
		has(here->doubt, "the unit is not known");
		check(!here->illegal, "%s: no claim", c->field);
		l = judge(w[0] & ~V, w[1], w[2] & ~IV, w[3], unit_with(0, 0));
		check(is_clean(&l), "%s in a half that is not valid", c->field);
	}
}

static void test_levels(void **state)
{
	(void)state;
	for (unsigned mode = 0; mode <= 7; mode++) {
		for (unsigned hats = 0; hats < 4; hats++) {
			struct amd_dte_legality l =
				judge(V | TV | IR | MODE(mode), 0, 0, 0, unit_with(EFR_HATS(hats), 0));
			bool illegal = mode == 7 || (hats < 3 && mode > 4 + hats);

			check(!!l.dma.illegal == illegal, "Mode %u, HATS %u", mode, hats);
			check(!!l.dma.doubt == (!illegal && hats == 3 && mode), "Mode %u, HATS %u", mode,
			      hats);
			/* Nobody looks at it without TV. */
			l = judge(V | MODE(mode), 0, 0, 0, unit_with(EFR_HATS(hats), 0));
			check(is_clean(&l), "Mode %u, HATS %u without TV", mode, hats);
		}
	}
	has(judge(V | TV | MODE(6), 0, 0, 0, unknown_unit()).dma.doubt, "Mode is 6");
}

static void test_guest_levels(void **state)
{
	(void)state;
	for (unsigned glx = 0; glx < 4; glx++) {
		for (unsigned sup = 0; sup < 3; sup++) {
			struct amd_dte_legality l =
				judge(V | TV | GV | GLX(glx), 0, 0, 0, unit_with(EFR_GT | EFR_GLX(sup), 0));

			check(!!l.dma.illegal == (glx == 3 || glx > sup), "GLX %u, GLXSup %u", glx, sup);
		}
	}
	for (unsigned gpm = 0; gpm < 4; gpm++) {
		for (unsigned gats = 0; gats < 2; gats++) {
			struct amd_dte_legality l = judge(V | TV | GV, 0, GPM(gpm), 0,
							  unit_with(EFR_GT | EFR_GATS(gats), 0));

			check(!!l.dma.illegal == (gpm > gats), "GuestPagingMode %u, GATS %u", gpm, gats);
			check(!l.irqs.illegal && !l.irqs.doubt, "GuestPagingMode %u", gpm);
		}
	}
}

static void test_interrupt_half(void **state)
{
	(void)state;
	for (unsigned len = 0; len < 16; len++) {
		for (unsigned sup = 0; sup < 2; sup++) {
			struct amd_dte_legality l = judge(V | TV | IR, 0, IV | LEN(len) | INTCTL(2), 0,
							  unit_with(0, EFR2_NUM_INT(sup)));

			check(!!l.irqs.illegal == (len > 11 || (len > 9 && !sup)), "length %u", len);
			check(!l.dma.illegal && !l.dma.doubt, "length %u is nothing to DMA", len);
			check(l.needs_num_int_remap == (len > 9 && len < 12 && sup), "length %u", len);
			l = judge(V | TV | IR, 0, LEN(len), 0, unit_with(0, 0));
			check(is_clean(&l), "length %u without IV", len);
		}
	}
	for (unsigned ctl = 0; ctl < 4; ctl++)
		check(!!judge(0, 0, IV | INTCTL(ctl), 0, unit_with(0, 0)).irqs.illegal == (ctl == 3),
		      "IntCtl %u", ctl);
	has(judge(0, 0, IV | LEN(11), 0, unknown_unit()).irqs.doubt, "IntTabLen is 11");
	has(judge(0, 0, IV | HPT_MODE, 0, unit_with(~0ULL, ~0ULL)).irqs.doubt, "HPTMode (bit 187)");
	has(judge(0, 0, IV, ATTR_V, unit_with(0, 0)).irqs.doubt, "AttrFWSup");
	assert_null(judge(0, 0, IV, ATTR_V, unit_with(EFR_ATTR, 0)).irqs.doubt);
}

static void test_reserved_encodings(void **state)
{
	(void)state;
	for (unsigned value = 0; value < 4; value++) {
		check(!!judge(V | TV | HAD(value), 0, 0, 0, unit_with(EFR_HA | EFR_HD, 0)).dma.illegal ==
			      (value == 2), "HAD %u", value);
		check(!!judge(V, IO_CTL(value), 0, 0, unit_with(0, 0)).dma.illegal == (value == 3),
		      "IoCtl %u", value);
	}
}

/* A bit that is reserved in every revision: illegal in its half, on every unit. */
static void test_reserved_bits(void **state)
{
	static const unsigned reserved[] = { 2, 3, 4, 5, 6, 63, 180, 181, 192, 200, 206, 240, 244 };

	(void)state;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		uint64_t words[AMD_DTE_WORDS] = { V | TV | IR, 0, IV, 0 };
		char bit[16];
		struct amd_dte_legality l;

		words[reserved[i] / 64] |= 1ULL << reserved[i] % 64;
		snprintf(bit, sizeof(bit), "bit %u ", reserved[i]);
		for (unsigned known = 0; known < 2; known++) {
			l = judge(words[0], words[1], words[2], words[3],
				  known ? unit_with(~0ULL, ~0ULL) : unknown_unit());
			has(reserved[i] < 128 ? l.dma.illegal : l.irqs.illegal, bit);
			assert_null(reserved[i] < 128 ? l.irqs.illegal : l.dma.illegal);
		}
		l = judge(words[0] & ~V, words[1], words[2] & ~IV, words[3], unit_with(0, 0));
		check(is_clean(&l), "%sin a half that is not valid", bit);
	}
}

static void test_snp(void **state)
{
	struct amd_dte_reader reader = unit_with(EFR_GT, 0);
	struct amd_dte_reader without_efr2 = { .has_efr = true, .efr = EFR_GT, .snp = true };

	(void)state;
	reader.snp = true;
	/* A network card on an identity domain, and an entry that nobody touched since boot. */
	has(judge(0x6000000000000003, 1, 0x2000003088b3e013, 0, reader).dma.illegal, "SNP");
	has(judge(0x0000000000000003, 0, 0x2008000100258013, 0, reader).dma.illegal, "SNP");
	assert_null(judge(V | TV | MODE(3) | IR, 0, 0, 0, reader).dma.illegal);
	assert_null(judge(V, 0, 0, 0, reader).dma.illegal);
	/* Nothing says whether a guest's table is enough. */
	assert_null(judge(V | TV | GV | IR, 0, 0, 0, reader).dma.illegal);
	has(judge(V | TV | GV | IR, 0, 0, 0, reader).dma.doubt, "SNP");
	has(judge(V | TV | IR, 0, 0, 0, without_efr2).dma.doubt, "SnpPageMode0Sup");
	reader.efr2 = EFR2_MODE0;
	assert_null(judge(0x6000000000000003, 1, 0x2000003088b3e013, 0, reader).dma.illegal);
	reader = unit_with(EFR_GT, 0);
	assert_null(judge(0x6000000000000003, 1, 0x2000003088b3e013, 0, reader).dma.illegal);
}

/* Kernel bugzilla 218900: ILLEGAL_DEV_TABLE_ENTRY with RZ=1 on a unit without EPHSup. */
static void test_ppr_of_a_public_report(void **state)
{
	struct amd_dte_legality l = judge(0x7190000000000003, 0x00001001034f0002, 0x200000010022a013, 0,
					  unit_with(0x77ef22294ada, 0));

	(void)state;
	has(l.dma.illegal, "PPR (bit 52)");
	has(l.dma.illegal, "EPHSup");
	assert_null(l.irqs.illegal);
	assert_false(l.needs_eph_en);
	l = judge(0x7190000000000003, 0x00001001034f0002, 0x200000010022a013, 0,
		  unit_with(0x77ef22294ada | EFR_EPH, 0));
	assert_true(is_clean(&l));
	assert_true(l.needs_eph_en && l.needs_gt_en);
}

static void test_combinations_that_nobody_knows(void **state)
{
	(void)state;
	has(judge(V | TV | GIOV | IR, 0, 0, 0, unit_with(~0ULL, ~0ULL)).dma.doubt, "GIoV");
	has(judge(V | TV | GPRP | IR, 0, 0, 0, unit_with(~0ULL, ~0ULL)).dma.doubt, "GPRP");
}

/* Of any entry: what is illegal when nothing of the unit is known is illegal on every unit; a half has at most
 * one verdict; bits of a half that is not valid change nothing; and a unit that has everything doubts only what no
 * source knows. */
static void test_properties(void **state)
{
	struct rng rng = { 20260701 };

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t w[AMD_DTE_WORDS];
		struct amd_dte_legality unknown, some, other;
		struct amd_dte_reader reader = unit_with(rng_next(&rng), rng_next(&rng));

		arena_reset(&arena);
		for (unsigned j = 0; j < AMD_DTE_WORDS; j++)
			w[j] = rng_next(&rng) & rng_next(&rng) & rng_next(&rng);
		w[0] |= V;
		w[2] |= IV;
		unknown = judge(w[0], w[1], w[2], w[3], unknown_unit());
		some = judge(w[0], w[1], w[2], w[3], reader);
		check(!unknown.dma.illegal || some.dma.illegal, "entry %u: DMA", i);
		check(!unknown.irqs.illegal || some.irqs.illegal, "entry %u: interrupts", i);
		check(unknown.dma.illegal || unknown.dma.doubt || !some.dma.illegal,
		      "entry %u: the unit decides what was no doubt", i);
		check(unknown.irqs.illegal || unknown.irqs.doubt || !some.irqs.illegal,
		      "entry %u: the unit decides what was no doubt", i);
		check(!some.dma.illegal || !some.dma.doubt, "entry %u: two verdicts", i);
		other = judge(w[0], w[1], rng_next(&rng) & ~IV, rng_next(&rng), reader);
		check(!other.irqs.illegal && !other.irqs.doubt, "entry %u: without IV", i);
		other = judge(rng_next(&rng) & ~V, rng_next(&rng), w[2], w[3], reader);
		check(!other.dma.illegal && !other.dma.doubt, "entry %u: without V", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ordinary_entries_are_legal_everywhere),
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_guest_levels),
		cmocka_unit_test(test_interrupt_half),
		cmocka_unit_test(test_reserved_encodings),
		cmocka_unit_test(test_reserved_bits),
		cmocka_unit_test(test_snp),
		cmocka_unit_test(test_ppr_of_a_public_report),
		cmocka_unit_test(test_combinations_that_nobody_knows),
		cmocka_unit_test(test_properties),
	};

	int nr_failed = cmocka_run_group_tests_name("amd_dte_legal", tests, NULL, NULL);

	arena_release(&arena);
	return nr_failed;
}
