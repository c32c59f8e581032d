// SPDX-License-Identifier: GPL-2.0-or-later
/* struct amd_iommu: what a unit can do, its rings, its semaphore. */
#include "amd.h"

#include "format/amd/log.h"

#include <string.h>

/* Linux amd_iommu_types.h: sizes of rings that have no variable of their own. */
#define CMD_BUFFER_SIZE 8192
#define LOG_SIZE_FIXED	8192 /* event and PPR log up to 6.6; later the variables below */
#define GA_LOG_ENTRIES	512
#define LOG_SIZE_MAX	(1u << 19) /* 15 in the size field of the base register: 32768 entries */

/* enum amd_iommu_intr_mode_type, and IRQ_REMAP_X2APIC_MODE */
#define GUEST_IR_LEGACY_GA 1
#define GUEST_IR_VAPIC	   2
#define X2APIC_MODE	   1

static bool read_if_there(struct kernel *k, struct kva at, unsigned id, uint64_t *ret)
{
	return kernel_has_member(k, id) && kernel_read_member(k, at, id, ret) == STATUS_OK;
}

/* Some kernels keep a unit's own registers only when they differ from what firmware said (seen on
 * 6.12 and 7.2: zero); what all units have in common is in two variables then. */
void amd_read_features(struct kernel *k, const struct unit *unit, struct amd_unit *ret)
{
	uint64_t common;

	memset(ret, 0, sizeof(*ret));
	ret->has_features = kernel_read_member(k, unit->at, M_AMD_IOMMU_FEATURES,
					       &ret->features) == STATUS_OK;
	ret->has_features2 = read_if_there(k, unit->at, M_AMD_IOMMU_FEATURES2, &ret->features2);
	if (ret->features || kernel_read_variable(k, "amd_iommu_efr", 8, &common) != STATUS_OK)
		return;
	ret->features = common;
	ret->has_features = ret->common_features = true;
	if (kernel_read_variable(k, "amd_iommu_efr2", 8, &common) == STATUS_OK) {
		ret->features2 = common;
		ret->has_features2 = true;
	}
}

void amd_read_unit(struct kernel *k, const struct unit *unit, struct amd_unit *ret)
{
	uint64_t guest_ir, xt_mode;
	enum status status;

	amd_read_features(k, unit, ret);
	ret->has_cap = kernel_read_member(k, unit->at, M_AMD_IOMMU_CAP, &ret->cap) == STATUS_OK;
	ret->has_cap_ptr = kernel_read_member(k, unit->at, M_AMD_IOMMU_CAP_PTR, &ret->cap_ptr) == STATUS_OK;
	ret->has_acpi_flags = kernel_read_member(k, unit->at, M_AMD_IOMMU_ACPI_FLAGS, &ret->acpi_flags) == STATUS_OK;
	status = kernel_read_variable(k, "amd_iommu_guest_ir", 4, &guest_ir);
	if (status == STATUS_MISSING)
		kernel_remember(k, status, "amd_iommu_guest_ir", 0);
	ret->has_irq_mode = status == STATUS_OK;
	if (ret->has_irq_mode) {
		ret->wide_irte = guest_ir >= GUEST_IR_LEGACY_GA;
		ret->vapic = guest_ir == GUEST_IR_VAPIC;
	}
	ret->x2apic = kernel_read_variable(k, "amd_iommu_xt_mode", 4, &xt_mode) == STATUS_OK &&
		      xt_mode == X2APIC_MODE;
}

static uint32_t log_size(struct kernel *k, const char *variable)
{
	uint64_t size;

	if (kernel_read_variable(k, variable, 4, &size) == STATUS_OK && size >= LOG_SIZE_FIXED &&
	    size <= LOG_SIZE_MAX && size % AMD_LOG_ENTRY_BYTES == 0)
		return (uint32_t)size;
	return LOG_SIZE_FIXED;
}

static enum amd_member_id place_of(enum amd_ring_kind kind)
{
	static const enum amd_member_id place[] = {
		[AMD_RING_COMMANDS] = M_AMD_IOMMU_CMD_BUF,
		[AMD_RING_EVENTS] = M_AMD_IOMMU_EVT_BUF,
		[AMD_RING_PPR] = M_AMD_IOMMU_PPR_LOG,
		[AMD_RING_GA] = M_AMD_IOMMU_GA_LOG,
	};

	return place[kind];
}

static void set_size(struct kernel *k, enum amd_ring_kind kind, struct amd_ring *ret)
{
	ret->entry_bytes = AMD_LOG_ENTRY_BYTES;
	switch (kind) {
	case AMD_RING_COMMANDS:
		ret->bytes = CMD_BUFFER_SIZE;
		break;
	case AMD_RING_EVENTS:
		ret->bytes = log_size(k, "amd_iommu_evtlog_size");
		break;
	case AMD_RING_PPR:
		ret->bytes = log_size(k, "amd_iommu_pprlog_size");
		break;
	case AMD_RING_GA:
		ret->entry_bytes = AMD_GA_LOG_ENTRY_BYTES;
		ret->bytes = GA_LOG_ENTRIES * AMD_GA_LOG_ENTRY_BYTES;
		break;
	}
}

static void read_pointers(struct kernel *k, const struct unit *unit, struct amd_ring *ret)
{
	uint64_t head, tail;

	if (kernel_read_member(k, unit->at, M_AMD_IOMMU_CMD_BUF_HEAD, &head) != STATUS_OK ||
	    kernel_read_member(k, unit->at, M_AMD_IOMMU_CMD_BUF_TAIL, &tail) != STATUS_OK)
		return;
	if (head >= ret->bytes || tail >= ret->bytes || head % ret->entry_bytes ||
	    tail % ret->entry_bytes)
		return; /* not offsets into this ring */
	ret->has_pointers = true;
	ret->head = (uint32_t)head;
	ret->tail = (uint32_t)tail;
}

enum status amd_read_ring(struct kernel *k, const struct unit *unit, enum amd_ring_kind kind,
			  struct amd_ring *ret)
{
	enum status status;

	memset(ret, 0, sizeof(*ret));
	status = kernel_read_pointer(k, unit->at, place_of(kind), &ret->at);
	if (status != STATUS_OK || kva_is_null(ret->at))
		return status;
	set_size(k, kind, ret);
	if (kind == AMD_RING_COMMANDS)
		read_pointers(k, unit, ret);
	ret->words = arena_alloc(k->arena, ret->bytes);
	ret->status = target_read_kva(k->target, ret->at, ret->words, ret->bytes);
	if (ret->status != STATUS_OK) {
		k->failed_at = ret->at.v;
		ret->words = NULL;
	}
	return STATUS_OK;
}

void amd_read_semaphore(struct kernel *k, const struct unit *unit, struct amd_semaphore *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->has_expected = read_if_there(k, unit->at, M_AMD_IOMMU_CMD_SEM_VAL, &ret->expected);
	/* A kernel that counts waits has a page for the semaphore; the older ones embed it. */
	if (ret->has_expected) {
		if (kernel_read_pointer(k, unit->at, M_AMD_IOMMU_CMD_SEM, &ret->at) != STATUS_OK ||
		    kva_is_null(ret->at))
			return;
	} else if (kernel_member_at(k, unit->at, M_AMD_IOMMU_CMD_SEM, &ret->at) != STATUS_OK) {
		return;
	}
	ret->has_value = kernel_read_number(k, ret->at, 8, &ret->value) == STATUS_OK;
	ret->has_pa = target_to_pa(k->target, ret->at, &ret->pa) == STATUS_OK;
}
