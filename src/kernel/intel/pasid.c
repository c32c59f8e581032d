// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PASID directories and PASID tables of scalable mode: from a PASID to its own entry, which says by itself what
 * becomes of the PASID's requests, through which table and with which domain id. The entry of RID_PASID says it of
 * requests without a PASID.
 */
#include "intel.h"

#include "format/intel/pasid.h"
#include "format/intel/pt.h"
#include "format/intel/records.h"

#define DIRECTORY_LEVEL 2
#define TABLE_LEVEL	1

#define PASID_BITS 20

/* Of a unit that is not known nothing is refused for what it lacks. */
static const struct intel_caps *caps_of(const struct pasid_table *table)
{
	static const struct intel_caps none;

	return table->features ? table->features : &none;
}

static uint32_t nr_pasids(const struct pasid_table *table)
{
	if (table->nr_pasids)
		return table->nr_pasids;
	return table->levels == TABLE_LEVEL ? INTEL_PASIDS_A_TABLE : 1u << PASID_BITS;
}

/* ---- one PASID ---- */

static void refuse(struct kernel *k, const struct intel_refusal *refusal, struct pasid_answer *ret)
{
	ret->result = PT_MAPPED;
	ret->state = DMA_ILLEGAL;
	ret->why = arena_strdup(k->arena, refusal->because);
}

/* Reads the entry of that index in a table of either level: NULL when it cannot be read. */
static struct pasid_step *read_step(struct kernel *k, struct target *memory, const struct record *record,
				    uint8_t level, uint64_t table, uint32_t index,
				    struct pasid_answer *ret)
{
	struct pasid_step *step = &ret->steps[ret->nr_steps++];
	size_t bytes = record->nr_bits / 8u;
	struct pa at = pa_of(table + index * bytes);
	enum status status;

	*step = (struct pasid_step){
		.level = level,
		.table = table,
		.index = index,
		.view = { .record = record, .place = place_pa(at), .nr_words = (uint8_t)(bytes / 8) },
	};
	status = target_read_pa(memory, at, step->view.words, bytes);
	if (status == STATUS_OK)
		return step;
	ret->result = PT_UNREADABLE;
	step->view.failure = failure_at(status, at.v);
	kernel_leave_unreported(k, step->view.failure);
	return NULL;
}

static struct pt_root first_stage(struct kernel *k, uint64_t table, uint8_t levels)
{
	struct pt_root root = kernel_root(k, &x86_64_format, pa_of(table), levels);

	root.sign_extended = true;
	return root;
}

static void take_tables(struct kernel *k, const struct intel_caps *caps,
			const struct intel_pasid *pasid, struct pasid_answer *ret)
{
	const struct pt_root second = kernel_root(k, intel_second_stage(caps), pasid->second_root,
						  pasid->second_levels);

	ret->is_nested = pasid->type == INTEL_NESTED;
	if (pasid->type == INTEL_SECOND_STAGE) {
		ret->root = second;
		ret->address_bits = (uint8_t)intel_reach_bits(caps);
		return;
	}
	ret->root = first_stage(k, pasid->first_root, pasid->first_levels);
	if (ret->is_nested) {
		ret->host = second;
		ret->root.enc_mask = 0; /* what a guest writes has no bit of the host in it */
	}
}

/* The page table of a process, or none, has the shared id; a table of the driver's own never has. */
static bool is_shared(const struct intel_pasid *pasid)
{
	return pasid->domain_id == SHARED_DID &&
	       (pasid->type == INTEL_PASS_THROUGH || pasid->type == INTEL_FIRST_STAGE);
}

static void take_entry(struct kernel *k, const struct intel_caps *caps, struct pasid_step *step,
		       struct pasid_answer *ret)
{
	struct intel_pasid pasid;

	intel_pasid_decode(step->view.words, caps, &pasid);
	if (pasid.state == DMA_BLOCKED) {
		ret->result = PT_NOT_MAPPED;
		return;
	}
	step->kind = PT_LEAF;
	ret->has_domain_id = true;
	ret->domain_id = pasid.domain_id;
	if (pasid.refusal.refused) {
		step->kind = PT_BAD;
		refuse(k, &pasid.refusal, ret);
		return;
	}
	ret->result = PT_MAPPED;
	ret->state = pasid.state;
	ret->doubt = pasid.doubt;
	ret->shared_id = is_shared(&pasid);
	if (pasid.state == DMA_TRANSLATED)
		take_tables(k, caps, &pasid, ret);
	step->address = pasid.state == DMA_TRANSLATED ? ret->root.table.v : 0;
}

/* False: the way ended at the directory. */
static bool find_table(struct kernel *k, struct target *memory, const struct pasid_table *table,
		       uint32_t pasid, struct pasid_answer *ret, uint64_t *ret_table)
{
	struct intel_pasid_dir dir;
	struct pasid_step *step;

	*ret_table = table->table;
	if (table->levels == TABLE_LEVEL)
		return true;
	step = read_step(k, memory, &intel_pasid_dir_record, DIRECTORY_LEVEL, table->table,
			 intel_pasid_dir_index(pasid), ret);
	if (!step)
		return false;
	intel_pasid_dir_decode(step->view.words[0], caps_of(table), &dir);
	if (!dir.present) {
		ret->result = PT_NOT_MAPPED;
		return false;
	}
	step->address = *ret_table = dir.table.v;
	step->kind = dir.refusal.refused ? PT_BAD : PT_TABLE;
	if (dir.refusal.refused)
		refuse(k, &dir.refusal, ret);
	return !dir.refusal.refused;
}

static void find(struct kernel *k, struct target *memory, const struct pasid_table *table,
		 uint32_t pasid, struct pasid_answer *ret)
{
	struct pasid_step *step;
	uint64_t entries;

	*ret = (struct pasid_answer){ .result = PT_BEYOND };
	if (pasid >= nr_pasids(table) || !find_table(k, memory, table, pasid, ret, &entries))
		return;
	step = read_step(k, memory, &intel_pasid_record, TABLE_LEVEL, entries, intel_pasid_index(pasid),
			 ret);
	if (step)
		take_entry(k, caps_of(table), step, ret);
}

static uint32_t last(const struct pasid_table *table)
{
	return nr_pasids(table) - 1;
}

/* ---- all of them ---- */

struct listing {
	struct target *memory;
	bool (*visit)(void *ctx, uint32_t pasid);
	void (*visit_table)(void *ctx, struct pa at, uint64_t bytes); /* in its place: tables, not PASIDs */
	void *ctx;
	struct failure failure; /* of the first table that could not be read */
	bool ended;
};

static void missed(struct listing *l, enum status status, uint64_t at)
{
	l->failure = first_failure(l->failure, failure_at(status, at));
}

static void list_table(struct listing *l, uint32_t first, uint64_t table)
{
	uint64_t words[INTEL_PASIDS_A_TABLE][INTEL_PASID_WORDS];
	enum status status;

	if (l->visit_table) {
		l->visit_table(l->ctx, pa_of(table), sizeof(words));
		return;
	}
	status = target_read_pa(l->memory, pa_of(table), words, sizeof(words));
	if (status != STATUS_OK) {
		missed(l, status, table);
		return;
	}
	for (uint32_t i = 0; i < INTEL_PASIDS_A_TABLE && !l->ended; i++) {
		if (record_get(&intel_pasid_record, "p", words[i]))
			l->ended = !l->visit(l->ctx, first + i);
	}
}

#define WORDS_A_PAGE 512

/* A directory that points to itself: what stands there is entries of the directory. It has a page at least, and how
 * much more a bare one has is not known. */
static bool is_in_directory(const struct pasid_table *table, uint64_t at)
{
	const uint64_t bytes = table->nr_pasids / INTEL_PASIDS_A_TABLE * INTEL_PASID_DIR_BYTES;

	return at >= table->table && at - table->table < bytes;
}

/* A page of directory entries. A table that the unit refuses is none, and the directory itself is damage. */
static void list_directory(struct listing *l, const struct pasid_table *table, uint32_t first,
			   uint64_t at)
{
	uint64_t words[WORDS_A_PAGE];
	enum status status = target_read_pa(l->memory, pa_of(at), words, sizeof(words));

	if (status != STATUS_OK) {
		missed(l, status, at);
		return;
	}
	for (uint32_t i = 0; i < WORDS_A_PAGE && !l->ended; i++) {
		uint32_t pasid = first + i * INTEL_PASIDS_A_TABLE;
		struct intel_pasid_dir dir;

		intel_pasid_dir_decode(words[i], caps_of(table), &dir);
		if (pasid >= nr_pasids(table) || !dir.present || dir.refusal.refused)
			continue;
		if (is_in_directory(table, dir.table.v))
			missed(l, STATUS_DAMAGED, at + i * INTEL_PASID_DIR_BYTES);
		else
			list_table(l, pasid, dir.table.v);
	}
}

static struct failure list_all(struct listing *l, const struct pasid_table *table)
{
	const uint32_t pasids_a_page = WORDS_A_PAGE * INTEL_PASIDS_A_TABLE;
	uint64_t at = table->table;

	if (table->levels == TABLE_LEVEL)
		list_table(l, 0, at);
	for (uint32_t first = 0; table->levels != TABLE_LEVEL && first < nr_pasids(table) && !l->ended;
	     first += pasids_a_page, at += sizeof(uint64_t[WORDS_A_PAGE])) {
		if (target_interrupted(l->memory))
			return failure_of(STATUS_INTERRUPTED);
		list_directory(l, table, first, at);
	}
	return l->failure;
}

static struct failure list(struct target *memory, const struct pasid_table *table,
			   bool (*visit)(void *ctx, uint32_t pasid), void *ctx)
{
	struct listing l = { .memory = memory, .visit = visit, .ctx = ctx };

	return list_all(&l, table);
}

static struct failure tables(struct target *memory, const struct pasid_table *table,
			     void (*visit)(void *ctx, struct pa at, uint64_t bytes), void *ctx)
{
	struct listing l = { .memory = memory, .visit_table = visit, .ctx = ctx };

	if (table->levels != TABLE_LEVEL)
		visit(ctx, pa_of(table->table), nr_pasids(table) / INTEL_PASIDS_A_TABLE * INTEL_PASID_DIR_BYTES);
	return list_all(&l, table);
}

const struct pasid_format intel_pasid_tables = {
	.name = "pasid",
	.label = "PASID",
	.max_levels = DIRECTORY_LEVEL,
	.page_stage = "table",
	.own_ids = true,
	.lacks = "entry",
	.find = find,
	.last = last,
	.list = list,
	.tables = tables,
};

/* ---- the driver's ---- */

struct failure intel_driver_pasids(struct kernel *k, const struct device *dev,
				   struct pasid_table *ret, struct kva *at)
{
	struct kva table, directory;
	struct pa pa;
	struct failure failure = intel_device_data(k, dev, at);

	*ret = (struct pasid_table){ 0 };
	if (failed(failure) || kva_is_null(*at))
		return failure;
	failure = kernel_read_pointer(k, *at, M_INTEL_INFO_PASID_TABLE, &table);
	if (failed(failure) || kva_is_null(table))
		return failure;
	*at = table;
	failure = kernel_read_pointer(k, table, M_INTEL_PASID_TABLE_TABLE, &directory);
	if (!failed(failure))
		failure = kernel_to_pa(k, directory, &pa);
	if (failed(failure))
		return failure;
	ret->format = &intel_pasid_tables;
	ret->table = pa.v;
	ret->levels = DIRECTORY_LEVEL;
	return NO_FAILURE;
}
