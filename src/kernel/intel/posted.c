// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Posted interrupts: an entry names a descriptor in which its interrupt waits, and whoever owns
 * that is notified. It is a virtual CPU's (kvm_intel: struct vcpu_vmx), or a CPU's own that takes
 * its interrupts in batches (arch/x86/kernel/irq.c: posted_msi_pi_desc).
 */
#include "intel.h"

#include "format/intel/irte.h"

/* The most CPUs that an x86 kernel can be built for. */
#define MAX_CPUS 8192

struct posted_key intel_posted_key(struct pa descriptor)
{
	return (struct posted_key){
		.name = "descriptor",
		.word = "descriptor",
		.key = "descriptor",
		.value = descriptor.v,
		.page = { 0 },
	};
}

/* ---- the descriptor ---- */

static void read_descriptor(struct kernel *k, struct pa at, struct posted *ret)
{
	struct record_view *view = arena_alloc(k->arena, sizeof(*view));
	enum irq_ids ids = intel_irq_ids(k);
	enum status status;
	struct intel_pid pid;

	*view = (struct record_view){
		.label = "descriptor",
		.key = "descriptor_fields",
		.record = &intel_pid_record,
		.place = place_pa(at),
		.nr_words = INTEL_PID_WORDS,
	};
	ret->descriptor = view;
	status = target_read_pa(k->target, at, view->words, INTEL_PID_BYTES);
	if (status != STATUS_OK) {
		view->failure = failure_at(status, at.v);
		return;
	}
	intel_pid_decode(view->words, ids != IRQ_IDS_OF_8_BITS, &pid);
	ret->notifies = !pid.suppressed;
	ret->destination = pid.destination;
	ret->destination_unknown = ids == IRQ_IDS_UNKNOWN;
	ret->vector = pid.vector;
}

/* ---- whose it is ---- */

static bool is_at(struct kernel *k, struct kva at, struct pa pa)
{
	struct pa own;

	return !failed(kernel_to_pa(k, at, &own)) && own.v == pa.v;
}

/* Linux arch/x86/include/uapi/asm/kvm.h, KVM_X86_TDX_VM: a trust domain. */
#define TYPE_TDX 5

/* Kernels whose struct kvm has no type have no trust domains. */
static struct failure is_trust_domain(struct kernel *k, const struct vm *vm, bool *ret)
{
	uint64_t type;
	struct failure failure;

	*ret = false;
	if (!kernel_has_member(k, M_INTEL_VM_TYPE))
		return NO_FAILURE;
	failure = kernel_read_member(k, vm->at, M_INTEL_VM_TYPE, &type);
	*ret = !failed(failure) && type == TYPE_TDX;
	return failure;
}

/* The struct kvm_vcpu is the first part of kvm_intel's, and has the descriptor behind it. */
static bool is_of_vcpu(struct kernel *k, const struct vcpu *vcpu, bool tdx, struct pa pa, struct posted *ret)
{
	struct kva own, at;
	struct failure failure = kernel_container_of(k, vcpu->at, tdx ? M_INTEL_TDX_VCPU : M_INTEL_VCPU_VCPU, &own);

	if (!failed(failure))
		failure = kernel_member_at(k, own, tdx ? M_INTEL_TDX_DESCRIPTOR : M_INTEL_VCPU_DESCRIPTOR, &at);
	ret->failure = first_failure(ret->failure, failure);
	return !failed(failure) && is_at(k, at, pa);
}

static bool find_vcpu(struct kernel *k, struct pa pa, struct posted *ret)
{
	struct ptrs vms;

	kernel_vms(k, &vms);
	for (size_t i = 0; i < vms.nr; i++) {
		const struct vm *vm = vms.at[i];
		bool tdx;

		ret->failure = first_failure(ret->failure, is_trust_domain(k, vm, &tdx));
		for (size_t j = 0; j < vm->vcpus.nr; j++) {
			if (!is_of_vcpu(k, vm->vcpus.at[j], tdx, pa, ret))
				continue;
			ret->vm = vm;
			ret->vcpu = vm->vcpus.at[j];
			ret->nr_candidates = 1;
			return true;
		}
	}
	return false;
}

/* A variable of each CPU lies at its symbol plus the offset of the CPU. Kernels that post no
 * interrupts of their own (before 6.10, and those built without it) have no such variable. */
static bool find_cpu(struct kernel *k, struct pa pa, struct posted *ret)
{
	struct kva variable, offsets;
	uint64_t nr_cpus, offset;

	struct failure failure;

	if (failed(kernel_symbol(k, "posted_msi_pi_desc", &variable)))
		return false;
	failure = kernel_symbol(k, "__per_cpu_offset", &offsets);
	if (!failed(failure))
		failure = kernel_read_variable(k, "nr_cpu_ids", 4, &nr_cpus);
	for (uint32_t cpu = 0; !failed(failure) && cpu < nr_cpus && cpu < MAX_CPUS; cpu++) {
		failure = kernel_read_number(k, kva_plus(offsets, 8ULL * cpu), 8, &offset);
		if (failed(failure) || !is_at(k, kva_plus(variable, offset), pa))
			continue;
		ret->of_cpu = true;
		ret->cpu = cpu;
		ret->nr_candidates = 1;
		return true;
	}
	ret->failure = first_failure(ret->failure, failure);
	return false;
}

bool intel_posted_to(struct kernel *k, const struct posted_key *to, struct posted *ret)
{
	struct pa pa = pa_of(to->value);

	*ret = (struct posted){ 0 };
	read_descriptor(k, pa, ret);
	return find_cpu(k, pa, ret) || find_vcpu(k, pa, ret);
}
