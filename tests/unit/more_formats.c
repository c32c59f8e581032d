// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The words of these formats come from the Arm Architecture Reference Manual (VMSAv8-64 descriptor
 * formats) and the RISC-V privileged architecture (Sv57x4). What the walks do not ask for (memory
 * attributes, execution) is left out.
 */
#include "more_formats.h"

#include "format/leaf_run.h"

/* ---- ARM: bit 0 valid, bit 1 table (or page at level 1), address 47:12 ---- */

#define LPAE_VALID    (1ULL << 0)
#define LPAE_TABLE    (1ULL << 1)
#define LPAE_AP1      (1ULL << 6)  /* unprivileged; at stage 2 read */
#define LPAE_AP2      (1ULL << 7)  /* read-only; at stage 2 write */
#define LPAE_NO_USER  (1ULL << 61) /* APTable: below this table nothing is unprivileged */
#define LPAE_NO_WRITE (1ULL << 62) /* APTable: below this table nothing is writable */
#define LPAE_ADDRESS  0x0000fffffffff000ULL

static uint64_t lpae_address(const struct pt_format *format, uint64_t raw)
{
	uint64_t address = raw & LPAE_ADDRESS & ~((1ULL << format->page_lg2) - 1);

	/* Bits 15:12 of an entry are no address when pages have 64 KiB: they are 51:48 of it. */
	return format->page_lg2 == 16 ? address | (raw >> 12 & 15) << 48 : address;
}

/* Blocks: 2 MiB and 1 GiB, 32 MiB, 512 MiB and (with 52 bits) 4 TiB. */
static bool lpae_has_pages(const struct pt_format *format, uint64_t raw, unsigned level)
{
	if (level == 1)
		return raw & LPAE_TABLE;
	return level <= (format->page_lg2 == 14 ? 2 : 3);
}

static void lpae_decode(const struct pt_format *format, uint64_t raw, unsigned level,
			uint64_t enc_mask, struct pt_entry *ret)
{
	bool stage2 = format == &lpae4s2_format;

	*ret = (struct pt_entry){ .kind = PT_EMPTY };
	if (!(raw & LPAE_VALID))
		return;
	ret->address = lpae_address(format, raw) & ~enc_mask;
	ret->read = ret->write = ret->user = true;
	if (level > 1 && raw & LPAE_TABLE) {
		ret->kind = PT_TABLE;
		ret->next_level = (uint8_t)(level - 1);
		ret->write = stage2 || !(raw & LPAE_NO_WRITE);
		ret->user = stage2 || !(raw & LPAE_NO_USER);
		return;
	}
	if (!lpae_has_pages(format, raw, level)) {
		ret->kind = PT_BAD;
		ret->fault = PT_FAULT_SIZE;
		return;
	}
	ret->kind = PT_LEAF;
	ret->size_lg2 = (uint8_t)pt_span_lg2(format, level);
	ret->address &= ~((1ULL << ret->size_lg2) - 1);
	ret->read = !stage2 || raw & LPAE_AP1;
	ret->write = stage2 ? raw & LPAE_AP2 : !(raw & LPAE_AP2);
	ret->user = stage2 || raw & LPAE_AP1;
}

static unsigned lpae_plain_leaves(const struct pt_format *format, const uint64_t *raw, unsigned nr,
				  unsigned level, uint64_t enc_mask, bool *contiguous)
{
	const uint64_t step = 1ULL << pt_span_lg2(format, level);
	struct leaf_run run = {
		.same = LPAE_VALID | LPAE_TABLE | LPAE_AP1 | LPAE_AP2,
		.address = LPAE_ADDRESS & ~(step - 1) & ~enc_mask,
		.step = step,
	};
	struct pt_entry first;

	if (format->page_lg2 == 16)
		run.same |= 0xf000;
	lpae_decode(format, raw[0], level, enc_mask, &first);
	return first.kind == PT_LEAF ? leaf_run_length(&run, raw, nr, contiguous) : 0;
}

const struct pt_format lpae4_format = {
	.name = "lpae4",
	.page_lg2 = 12,
	.index_lg2 = 9,
	.max_levels = 4,
	.address_bits = 48,
	.has_user = true,
	.decode = lpae_decode,
	.plain_leaves = lpae_plain_leaves,
};

const struct pt_format lpae16_format = {
	.name = "lpae16",
	.page_lg2 = 14,
	.index_lg2 = 11,
	.max_levels = 4,
	.address_bits = 48,
	.has_user = true,
	.decode = lpae_decode,
	.plain_leaves = lpae_plain_leaves,
};

const struct pt_format lpae64_format = {
	.name = "lpae64",
	.page_lg2 = 16,
	.index_lg2 = 13,
	.max_levels = 3,
	.address_bits = 52,
	.has_user = true,
	.decode = lpae_decode,
	.plain_leaves = lpae_plain_leaves,
};

const struct pt_format lpae4s2_format = {
	.name = "lpae4s2",
	.page_lg2 = 12,
	.index_lg2 = 9,
	.max_levels = 4,
	.address_bits = 48,
	.decode = lpae_decode,
	.plain_leaves = lpae_plain_leaves,
};

/* ---- RISC-V: V 0, R 1, W 2, X 3, U 4, PPN from bit 10 ---- */

#define SV_VALID    (1ULL << 0)
#define SV_READ	    (1ULL << 1)
#define SV_WRITE    (1ULL << 2)
#define SV_PAGE	    (7ULL << 1) /* one of R, W, X: a page */
#define SV_ADDRESS  (0xffffffffffULL << 10)
#define SV_RESERVED (~0ULL << 50)

static void svx4_decode(const struct pt_format *format, uint64_t raw, unsigned level,
			uint64_t enc_mask, struct pt_entry *ret)
{
	*ret = (struct pt_entry){ .kind = PT_EMPTY };
	if (!(raw & SV_VALID))
		return;
	ret->address = (raw & SV_ADDRESS) << 2 & ~enc_mask;
	ret->read = ret->write = ret->user = true;
	if (raw & SV_RESERVED) {
		ret->kind = PT_BAD;
		ret->fault = PT_FAULT_RESERVED_BIT;
		ret->fault_bit = (uint8_t)__builtin_ctzll(raw & SV_RESERVED);
	} else if (raw & SV_PAGE) {
		ret->kind = PT_LEAF;
		ret->size_lg2 = (uint8_t)pt_span_lg2(format, level);
		ret->read = raw & SV_READ;
		ret->write = raw & SV_WRITE;
		if (ret->address & ((1ULL << ret->size_lg2) - 1)) {
			ret->kind = PT_BAD;
			ret->fault = PT_FAULT_SIZE;
		}
	} else {
		ret->kind = level > 1 ? PT_TABLE : PT_BAD;
		ret->fault = level > 1 ? PT_FAULT_NONE : PT_FAULT_LEVEL;
		ret->next_level = (uint8_t)(level - 1);
	}
}

static unsigned svx4_plain_leaves(const struct pt_format *format, const uint64_t *raw, unsigned nr,
				  unsigned level, uint64_t enc_mask, bool *contiguous)
{
	const uint64_t step = 1ULL << (pt_span_lg2(format, level) - 2);
	const uint64_t address = SV_ADDRESS & ~(enc_mask >> 2);
	const struct leaf_run run = {
		.same = SV_VALID | SV_PAGE | SV_RESERVED | (address & (step - 1)),
		.address = address & ~(step - 1),
		.step = step,
	};
	struct pt_entry first;

	svx4_decode(format, raw[0], level, enc_mask, &first);
	return first.kind == PT_LEAF ? leaf_run_length(&run, raw, nr, contiguous) : 0;
}

const struct pt_format svx4_format = {
	.name = "svx4",
	.page_lg2 = 12,
	.index_lg2 = 9,
	.top_index_lg2 = 11,
	.max_levels = 5,
	.address_bits = 59,
	.decode = svx4_decode,
	.plain_leaves = svx4_plain_leaves,
};

/* ---- shapes ---- */

static const struct pt_format *const more[] = { &gcr3_format, &lpae4_format,	 &lpae16_format, &lpae64_format,
						&lpae4s2_format, &svx4_format,	 NULL };

const struct pt_format *format_nth(unsigned nth)
{
	unsigned nr = 0;

	while (kernel_nth_format(nr))
		nr++;
	if (nth < nr)
		return kernel_nth_format(nth);
	return nth - nr < sizeof(more) / sizeof(more[0]) ? more[nth - nr] : NULL;
}

static const struct shape special[] = {
	/* Less than a table. */
	{ &lpae4_format, 1, 3, 0 },
	{ &lpae4_format, 3, 6, 0 },
	{ &lpae4_format, 4, 1, 0 },
	{ &lpae16_format, 3, 5, 0 },
	{ &lpae64_format, 2, 9, 0 },
	{ &lpae64_format, 3, 6, 0 },
	{ &amdv1_format, 3, 2, 0 },
	{ &amdv1_format, 1, 1, 0 },
	{ &x86_64_format, 4, 8, 0 },
	/* 2, 8 and 16 tables side by side. */
	{ &lpae4s2_format, 2, 13, 0 },
	{ &lpae4s2_format, 3, 10, 0 },
	{ &lpae4s2_format, 3, 13, 0 },
	{ &lpae16_format, 2, 15, 0 },
	{ &lpae64_format, 1, 14, 0 },
	{ &lpae64_format, 2, 17, 0 },
	/* Not what the format itself says. */
	{ &svx4_format, 3, 9, 0 },
};

bool shape_next(struct shape *shape)
{
	unsigned left = shape->nth, nth = shape->nth + 1;

	FOR_EACH_FORMAT(format)
	{
		if (left < format->max_levels) {
			*shape = (struct shape){ format, left + 1, 0, nth };
			return true;
		}
		left -= format->max_levels;
	}
	if (left >= sizeof(special) / sizeof(special[0]))
		return false;
	*shape = special[left];
	shape->nth = nth;
	return true;
}
