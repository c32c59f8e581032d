// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the units make of the entries of their tables and queues, by both vendors' rules: any words, any registers.
 * A verdict has its reason, an entry that translates has a table, a line of words ends inside its buffer.
 */
#include "input.h"

#include "format/amd/dte.h"
#include "format/amd/dte_legal.h"
#include "format/amd/efr.h"
#include "format/amd/fault_line.h"
#include "format/amd/irte.h"
#include "format/amd/log.h"
#include "format/amd/special_address.h"
#include "format/intel/context.h"
#include "format/intel/fault.h"
#include "format/intel/fault_line.h"
#include "format/intel/irte.h"
#include "format/intel/pasid.h"
#include "format/intel/pt.h"
#include "format/intel/queue.h"

#define MAX_WORDS 8u

static struct arena arena;

struct given {
	uint64_t *words; /* MAX_WORDS of them */
	uint64_t more[3];
	uint8_t how;
	unsigned size; /* of a buffer */
};

static void check_line(const char *line, unsigned size)
{
	must(line && strnlen(line, size) < size, "a line does not end in %u bytes", size);
}

/* ---- AMD-Vi ---- */

static void amd_device(const struct given *g)
{
	const struct amd_dte_reader reader = {
		.unknown = g->how & 1 ? "nobody knows" : NULL,
		.has_efr = g->how & 2,
		.efr = g->more[0],
		.has_efr2 = g->how & 4,
		.efr2 = g->more[1],
		.snp = g->how & 8,
	};
	struct amd_dte dte;
	struct amd_dte_legality legality;
	uint64_t enc = g->how & 16 ? 1ULL << 47 : 0;

	arena_reset(&arena);
	amd_dte_decode(g->words, enc, &dte);
	must(dte.levels <= 7 && !(dte.root.v & enc), "%u levels", dte.levels);
	must(!dte.guest || (dte.gcr3_levels >= 1 && dte.gcr3_levels <= 4), "%u levels of GCR3", dte.gcr3_levels);
	must(!dte.irq_remapped || dte.irq_valid, "interrupts are remapped by an entry that is not valid");
	amd_dte_judge(g->words, &reader, &arena, &legality);
	must(!(legality.dma.illegal && legality.dma.doubt), "both illegal and doubtful");
	must(!(legality.irqs.illegal && legality.irqs.doubt), "both illegal and doubtful");
}

static void amd_interrupt(const struct given *g)
{
	struct amd_irte irte;
	bool wide = g->how & 1;

	amd_irte_decode(g->words, wide, &irte);
	must(irte.record && irte.record == amd_irte_record(g->words, wide), "another record");
	must(irte.bad_bit >= -1 && irte.bad_bit < 128, "bit %d", irte.bad_bit);
}

static void amd_queues(const struct given *g, char *buf)
{
	const struct amd_event_now now = { g->how & 1, (uint8_t)(g->how >> 1 & 7), g->more[0] };
	struct fault fault;
	uint8_t index;

	check_line(amd_command_summary(g->words, buf, g->size), g->size);
	check_line(amd_command_words(g->words, buf, g->size), g->size);
	check_line(amd_event_summary(g->words, g->how & 8 ? NULL : &now, buf, g->size), g->size);
	check_line(amd_ppr_summary(g->words, buf, g->size), g->size);
	check_line(amd_ga_log_summary(g->words, buf, g->size), g->size);
	must(amd_log_code(g->words) < 16, "code %u", amd_log_code(g->words));
	amd_event_record(g->words);
	amd_command_record(g->words);
	amd_ppr_record(g->words);
	amd_ga_log_record(g->words);
	amd_event_irq_index(g->words, &index);
	memset(&fault, 0xa5, sizeof(fault));
	if (amd_event_fault(g->words, &fault))
		must(strnlen(fault.words, FAULT_WORDS_MAX) < FAULT_WORDS_MAX && fault.kind <= FAULT_DETAIL,
		     "a fault of kind %d", fault.kind);
}

static void amd_registers(const struct given *g)
{
	const char *names[AMD_MAX_FEATURE_NAMES];
	size_t nr = amd_feature_names(g->words[0], names);

	must(nr <= AMD_MAX_FEATURE_NAMES, "%zu features", nr);
	amd_ht_range_is_ignored(g->words[0]);
	amd_supports_snp(g->words[0]);
	amd_special_address(g->words[1]);
}

/* ---- VT-d ---- */

static void check_refusal(const struct intel_refusal *refusal)
{
	must(strnlen(refusal->because, sizeof(refusal->because)) < sizeof(refusal->because), "a reason does not end");
	must(!refusal->refused || *refusal->because, "refused without a reason");
}

static void intel_tables(const struct given *g, const struct intel_caps *caps)
{
	struct intel_root root;
	struct intel_context context;
	struct intel_sm_context sm_context;
	struct intel_pasid_dir dir;
	struct intel_pasid pasid;

	memset(&root, 0xa5, sizeof(root));
	intel_root_decode(g->words, caps, &root);
	check_refusal(&root.refusal);
	memset(&root, 0xa5, sizeof(root));
	intel_sm_root_decode(g->words, g->how, caps, &root);
	check_refusal(&root.refusal);
	memset(&context, 0xa5, sizeof(context));
	intel_context_decode(g->words, caps, &context);
	check_refusal(&context.refusal);
	must(context.state != DMA_TRANSLATED || (context.levels >= 2 && context.levels <= PT_MAX_LEVELS),
	     "%u levels", context.levels);
	must((context.state == DMA_ILLEGAL) == context.refusal.refused, "state %d", context.state);
	memset(&sm_context, 0xa5, sizeof(sm_context));
	intel_sm_context_decode(g->words, caps, &sm_context);
	check_refusal(&sm_context.refusal);
	check_refusal(&sm_context.plain_refusal);
	memset(&dir, 0xa5, sizeof(dir));
	intel_pasid_dir_decode(g->words[0], caps, &dir);
	check_refusal(&dir.refusal);
	memset(&pasid, 0xa5, sizeof(pasid));
	intel_pasid_decode(g->words, caps, &pasid);
	check_refusal(&pasid.refusal);
	must(pasid.first_levels <= 5 && pasid.second_levels <= PT_MAX_LEVELS, "%u and %u levels", pasid.first_levels,
	     pasid.second_levels);
}

static void intel_interrupt(const struct given *g, char *buf)
{
	struct intel_irte irte;
	struct intel_pid pid;
	uint32_t index;

	memset(&irte, 0xa5, sizeof(irte));
	intel_irte_decode(g->words, g->how & 1, &irte);
	must(irte.record, "no record");
	must(irte.bad_bit >= -1 && irte.bad_bit < 128, "bit %d", irte.bad_bit);
	check_line(intel_irte_source_words(g->words, buf, g->size), g->size);
	intel_irte_accepts(g->words, (uint16_t)g->more[0]);
	if (intel_msi_index(g->more[1], (uint32_t)g->more[2], &index))
		must(index <= 0x1ffff, "index %x", index);
	memset(&pid, 0xa5, sizeof(pid));
	intel_pid_decode(g->words, g->how & 1, &pid);
	must(pid.nr_pending <= 256, "%u pending", pid.nr_pending);
}

static void intel_queues(const struct given *g, char *buf)
{
	struct intel_fault fault;
	uint16_t source;

	intel_qi_record(g->words, g->how & 1);
	check_line(intel_qi_summary(g->words, buf, g->size), g->size);
	check_line(intel_command_words(g->words, buf, g->size), g->size);
	intel_qi_needs_device(g->words, &source);
	intel_qi_device(g->words, &source);
	intel_qi_is_wait(g->words);
	intel_prq_record(g->words);
	intel_prq_is_stop_marker(g->words);
	check_line(intel_prq_summary(g->words, buf, g->size), g->size);
	memset(&fault, 0xa5, sizeof(fault));
	intel_fault_decode(g->words, &fault);
	must(!fault.has_pasid || fault.pasid < 1u << 20, "PASID %x", fault.pasid);
	must(!intel_fault_reason(g->how) || intel_fault_reason(g->how)->code == g->how, "another reason");
	intel_fault_claim(fault.reason);
}

static void intel_registers(const struct intel_caps *caps)
{
	const char *names[INTEL_MAX_FEATURE_NAMES];
	unsigned aw;

	must(intel_feature_names(caps, names) <= INTEL_MAX_FEATURE_NAMES, "too many features");
	must(intel_reach_bits(caps) <= 64, "%u bits", intel_reach_bits(caps));
	must(intel_second_stage(caps), "no second stage");
	intel_nr_domains(caps);
	if (intel_widest(caps, &aw))
		must(intel_takes_width(caps, aw) && intel_width_bits(aw), "AW %u", aw);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t what = input_byte(&in);
	struct given given = { .how = input_byte(&in), .words = malloc(MAX_WORDS * 8) };
	struct intel_caps caps;
	char *buf;

	given.size = what & 0x40 ? 256 : 1 + input_byte(&in) % 100u;
	buf = malloc(given.size);
	if (!buf || !given.words)
		abort();
	input_bytes(&in, given.more, sizeof(given.more));
	input_bytes(&in, given.words, MAX_WORDS * 8);
	caps = (struct intel_caps){ what & 0x80, given.more[0], given.more[1], given.how % 53 };
	switch (what % 8) {
	case 0:
		amd_device(&given);
		break;
	case 1:
		amd_interrupt(&given);
		break;
	case 2:
		amd_queues(&given, buf);
		break;
	case 3:
		amd_registers(&given);
		intel_registers(&caps);
		break;
	case 4:
		intel_interrupt(&given, buf);
		break;
	case 5:
		intel_queues(&given, buf);
		break;
	default:
		intel_tables(&given, &caps);
		break;
	}
	free(buf);
	free(given.words);
	return 0;
}
