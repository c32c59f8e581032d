// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AVIC, AMD's side of KVM (arch/x86/kvm/svm/avic.c): by which tag and which page interrupt entries name a
 * virtual CPU.
 */
#include "amd.h"

#include "kernel/pieces.h"

/* How many low bits of a tag are the virtual CPU's: AVIC_VCPU_ID_BITS, and in later kernels the
 * width of AVIC_PHYSICAL_MAX_INDEX_MASK. */
static const unsigned vcpu_bits[] = { 8, 9, 12 };

struct posted_key amd_posted_key(uint32_t ga_tag, struct pa page)
{
	return (struct posted_key){
		.name = "GA tag", .word = "tag", .key = "ga_tag", .value = ga_tag, .page = page,
	};
}

/* kvm_svm.avic_vm_id, the number of a VM in tags; 0: made without AVIC. The struct kvm is its first part. */
static struct failure read_vm_id(struct kernel *k, const struct vm *vm, uint32_t *ret)
{
	struct kva svm;
	uint64_t id = 0;
	struct failure failure = kernel_container_of(k, vm->at, M_AMD_KVM_SVM_KVM, &svm);

	if (!failed(failure))
		failure = kernel_read_member(k, svm, M_AMD_KVM_SVM_VM_ID, &id);
	*ret = (uint32_t)id;
	return failure;
}

void amd_vm_facts(struct kernel *k, const struct vm *vm, struct ptrs *ret)
{
	struct named_value value = { .key = "avic_vm_id" };
	uint32_t id;

	if (!failed(read_vm_id(k, vm, &id))) {
		value.kind = VALUE_COUNT;
		value.value = id;
	}
	add_value(k, ret, value);
}

static bool by_page(const struct ptrs *vms, struct pa page, struct posted *ret)
{
	for (size_t i = 0; i < vms->nr; i++) {
		const struct vm *vm = vms->at[i];

		for (size_t j = 0; j < vm->vcpus.nr; j++) {
			const struct vcpu *vcpu = vm->vcpus.at[j];

			if (!vcpu->has_apic_page || vcpu->apic_page.v != page.v)
				continue;
			*ret = (struct posted){ .vm = vm, .vcpu = vcpu, .nr_candidates = 1 };
			return true;
		}
	}
	return false;
}

static void try_width(const struct vm *vm, uint32_t vm_id, uint32_t ga_tag, unsigned bits,
		      struct posted *ret)
{
	if (vm_id != ga_tag >> bits)
		return;
	for (size_t i = 0; i < vm->vcpus.nr; i++) {
		const struct vcpu *vcpu = vm->vcpus.at[i];

		if (vcpu->id != (int64_t)(ga_tag & ((1u << bits) - 1)))
			continue;
		if (ret->vcpu != vcpu)
			ret->nr_candidates++;
		ret->vm = vm;
		ret->vcpu = vcpu;
	}
}

static bool by_tag(struct kernel *k, const struct ptrs *vms, uint32_t ga_tag, struct posted *ret)
{
	for (size_t i = 0; i < vms->nr; i++) {
		const struct vm *vm = vms->at[i];
		uint32_t id;
		struct failure failure = read_vm_id(k, vm, &id);

		ret->failure = first_failure(ret->failure, failure);
		if (failed(failure) || !id)
			continue;
		for (size_t w = 0; w < sizeof(vcpu_bits) / sizeof(vcpu_bits[0]); w++)
			try_width(vm, id, ga_tag, vcpu_bits[w], ret);
	}
	return ret->vm != NULL;
}

/*
 * The tag is what KVM wrote, a VM's number over a virtual CPU's; how many bits the latter has differs by
 * release (8, since 6.1 9, in 7.2 12) and stands in no type. So the virtual CPU's APIC page decides where the
 * entry has one, and the tag is looked up with each width otherwise.
 */
bool amd_posted_to(struct kernel *k, const struct posted_key *to, struct posted *ret)
{
	struct pa page = pa_of(to->page.v & ~k->enc_mask);
	struct ptrs vms;

	*ret = (struct posted){ 0 };
	kernel_vms(k, &vms);
	return (page.v && by_page(&vms, page, ret)) || by_tag(k, &vms, (uint32_t)to->value, ret);
}
