// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bytes of the firmware's tables, IVRS and DMAR, block by block and entry by entry: every walk ends and goes
 * forward, nothing outside the bytes is looked at, every record is one of its list and every fault has words.
 */
#include "input.h"

#include "format/amd/ivrs.h"
#include "format/intel/dmar.h"

static void check_text(const char *text, size_t size)
{
	must(strnlen(text, size) < size, "a text does not end");
}

/* ---- IVRS ---- */

static void go_through_ivhd(const struct ivrs_block *block)
{
	struct ivrs_entry entry = { 0 };
	uint32_t before = 0;

	while (amd_ivrs_next_entry(block, &entry)) {
		must(entry.offset > before && entry.offset < block->end, "an entry at +%x", entry.offset);
		must(!entry.next || entry.next > entry.offset, "from +%x to +%x", entry.offset, entry.next);
		must(!entry.fault == !ivrs_fault_text(entry.fault), "fault %d", entry.fault);
		check_text(entry.hid, sizeof(entry.hid));
		check_text(entry.cid, sizeof(entry.cid));
		check_text(entry.uid, sizeof(entry.uid));
		before = entry.offset;
	}
}

static void go_through_ivrs(const uint8_t *bytes, size_t nr)
{
	struct ivrs_table table;
	struct ivrs_block block = { 0 };
	uint32_t before = 0;

	if (amd_ivrs_open(bytes, nr, &table) == IVRS_NO_HEADER)
		return;
	must(table.acpi.nr_bytes <= nr, "%u bytes of %zu", table.acpi.nr_bytes, nr);
	while (amd_ivrs_next_block(&table, &block)) {
		must(block.offset > before && block.end <= table.acpi.nr_bytes && block.end >= block.offset,
		     "a block from +%x to +%x", block.offset, block.end);
		must(!block.next || block.next > block.offset, "from +%x to +%x", block.offset, block.next);
		must(!ivrs_is_damage(block.fault) || ivrs_fault_text(block.fault), "fault %d", block.fault);
		if (block.is_ivhd && block.entries)
			go_through_ivhd(&block);
		if (block.is_ivmd)
			amd_ivmd_twin(&block);
		before = block.offset;
	}
}

/* ---- DMAR ---- */

static void go_through_scopes(const struct dmar_block *block)
{
	struct dmar_scope scope = { 0 };
	uint32_t before = 0;

	if (!block->scopes)
		return;
	while (intel_dmar_next_scope(block, &scope)) {
		must(scope.offset >= before && scope.offset < block->end, "a scope at +%x", scope.offset);
		must(!scope.next || scope.next > scope.offset, "from +%x to +%x", scope.offset, scope.next);
		must(!scope.fault == !dmar_fault_text(scope.fault), "fault %d", scope.fault);
		for (unsigned step = 0; step < scope.nr_path; step++)
			intel_dmar_path_devfn(&scope, step);
		before = scope.offset + 1;
	}
}

static void go_through_dmar(const uint8_t *bytes, size_t nr)
{
	struct dmar_table table;
	struct dmar_block block = { 0 };
	uint32_t before = 0;

	if (intel_dmar_open(bytes, nr, &table) == DMAR_NO_HEADER)
		return;
	must(table.acpi.nr_bytes <= nr, "%u bytes of %zu", table.acpi.nr_bytes, nr);
	while (intel_dmar_next_block(&table, &block)) {
		must(block.offset > before && block.end <= table.acpi.nr_bytes && block.end >= block.offset,
		     "a block from +%x to +%x", block.offset, block.end);
		must(!block.next || block.next > block.offset, "from +%x to +%x", block.offset, block.next);
		check_text(block.acpi_name, sizeof(block.acpi_name));
		go_through_scopes(&block);
		before = block.offset;
	}
}

/* As Linux keeps some of them: without the table around it. */
static void go_through_lone_block(const uint8_t *bytes, size_t nr)
{
	struct dmar_block block = { 0 };

	if (!intel_dmar_lone_block(bytes, nr, &block))
		return;
	must(block.end <= nr, "a block of %u bytes in %zu", block.end, nr);
	go_through_scopes(&block);
}

/* What a mutation breaks before all else is put right, or no input would come past it. */
static void mend_header(uint8_t *bytes, size_t nr, const char *signature)
{
	uint32_t length = (uint32_t)nr;

	if (nr < ACPI_HEADER_BYTES)
		return;
	memcpy(bytes, signature, 4);
	memcpy(bytes + 4, &length, 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t how = input_byte(&in);
	size_t nr;
	uint8_t *bytes = input_rest(&in, &nr);

	if (how & 0x80)
		mend_header(bytes, nr, how & 1 ? "DMAR" : "IVRS");
	if (how & 2)
		go_through_lone_block(bytes, nr);
	else if (how & 1)
		go_through_dmar(bytes, nr);
	else
		go_through_ivrs(bytes, nr);
	free(bytes);
	return 0;
}
