// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * KVM's virtual machines (virt/kvm/kvm_main.c: vm_list), their virtual CPUs, and what AVIC
 * (arch/x86/kvm/svm/avic.c) told the IOMMU about them:
 *
 *   vm_list -> kvm -> vcpu_array or vcpus -> kvm_vcpu -> arch.apic -> regs: the backing page
 *		kvm is the first part of kvm_svm -> avic_vm_id
 */
#include "iommu/kvm.h"

#include "module.h"
#include "tree.h"

#define MAX_VCPUS 4096 /* KVM_MAX_VCPUS at its largest */

/* How many low bits of a tag are the virtual CPU's: AVIC_VCPU_ID_BITS, and in later kernels the
 * width of AVIC_PHYSICAL_MAX_INDEX_MASK. */
static const unsigned vcpu_bits[] = { 8, 9, 12 };

struct vms {
	struct ptrs list; /* struct vm */
	enum status status;
	const char *missing;
	uint64_t failed_at;
};

/* ---- virtual CPUs ---- */

static void read_apic_page(struct kernel *k, struct vcpu *vcpu)
{
	struct kva apic, regs;

	if (kernel_read_pointer(k, vcpu->at, M_KVM_VCPU_APIC, &apic) != STATUS_OK ||
	    kva_is_null(apic) ||
	    kernel_read_pointer(k, apic, M_KVM_LAPIC_REGS, &regs) != STATUS_OK ||
	    kva_is_null(regs))
		return;
	vcpu->has_apic_page = target_to_pa(k->target, regs, &vcpu->apic_page) == STATUS_OK;
}

static enum status push_vcpu(struct kernel *k, struct kva at, struct ptrs *ret)
{
	struct vcpu *vcpu = arena_alloc(k->arena, sizeof(*vcpu));
	enum status status;

	vcpu->at = at;
	status = kernel_read_signed(k, at, M_KVM_VCPU_ID, &vcpu->id);
	if (status != STATUS_OK)
		return status;
	read_apic_page(k, vcpu);
	ptrs_push(k->arena, ret, vcpu);
	return STATUS_OK;
}

struct collect {
	struct kernel *k;
	struct ptrs *ret;
	enum status first;
};

static bool visit_vcpu(void *ctx, uint64_t index, uint64_t entry)
{
	struct collect *c = ctx;
	enum status status;

	if (index >= MAX_VCPUS)
		return false;
	status = xa_is_value(entry) ? STATUS_OK : push_vcpu(c->k, kva_of(entry), c->ret);
	if (c->first == STATUS_OK)
		c->first = status;
	return true;
}

static enum status vcpus_of_xarray(struct kernel *k, struct kva kvm, struct ptrs *ret)
{
	struct collect c = { .k = k, .ret = ret };
	uint64_t head;
	enum status status = kernel_read_member(k, kvm, M_KVM_VCPU_ARRAY, &head);

	if (status == STATUS_OK)
		status = kernel_xarray(k, head, visit_vcpu, &c);
	return status != STATUS_OK ? status : c.first;
}

static enum status vcpus_of_array(struct kernel *k, struct kva kvm, struct ptrs *ret)
{
	struct kva array, at;
	uint64_t online;
	enum status status = kernel_read_member(k, kvm, M_KVM_ONLINE_VCPUS, &online);

	if (status == STATUS_OK)
		status = kernel_member_at(k, kvm, M_KVM_VCPUS, &array);
	if (status == STATUS_OK && online > MAX_VCPUS) {
		k->failed_at = kvm.v;
		return STATUS_DAMAGED;
	}
	for (uint64_t i = 0; status == STATUS_OK && i < online; i++) {
		status = kernel_read_number(k, kva_plus(array, 8 * i), 8, &at.v);
		if (status == STATUS_OK && !kva_is_null(at))
			status = push_vcpu(k, at, ret);
	}
	return status;
}

/* ---- virtual machines ---- */

/* Who made it: KVM keeps the number, the name is its memory's owner's. */
static void read_process(struct kernel *k, struct vm *vm)
{
	struct kva mm, task;
	int64_t pid;

	if (kernel_read_signed(k, vm->at, M_KVM_USERSPACE_PID, &vm->pid) != STATUS_OK)
		vm->pid = -1;
	if (kernel_read_pointer(k, vm->at, M_KVM_MM, &mm) != STATUS_OK || kva_is_null(mm) ||
	    kernel_read_pointer(k, mm, M_MM_OWNER, &task) != STATUS_OK || kva_is_null(task) ||
	    kernel_read_task(k, task, &pid, &vm->comm) != STATUS_OK)
		return;
	if (vm->pid < 0)
		vm->pid = pid;
}

static void read_avic_id(struct kernel *k, struct vm *vm)
{
	struct kva svm;
	uint64_t id;

	if (kernel_container_of(k, vm->at, M_KVM_SVM_KVM, &svm) != STATUS_OK ||
	    kernel_read_member(k, svm, M_KVM_SVM_VM_ID, &id) != STATUS_OK)
		return;
	vm->has_avic_id = true;
	vm->avic_id = (uint32_t)id;
}

static struct vm *read_vm(struct kernel *k, struct kva at)
{
	struct vm *vm = arena_alloc(k->arena, sizeof(*vm));

	vm->at = at;
	read_process(k, vm);
	read_avic_id(k, vm);
	vm->vcpus_status = kernel_has_member(k, M_KVM_VCPU_ARRAY) ?
				   vcpus_of_xarray(k, at, &vm->vcpus) :
				   vcpus_of_array(k, at, &vm->vcpus);
	return vm;
}

static enum status read_vms(struct kernel *k, struct ptrs *ret)
{
	struct ptrs found = { 0 };
	struct kva head;
	enum status status = kernel_module_symbol(k, "kvm", "vm_list", &head);

	if (status == STATUS_OK)
		status = kernel_list(k, head, M_KVM_VM_LIST, &found);
	for (size_t i = 0; i < found.nr; i++)
		ptrs_push(k->arena, ret, read_vm(k, *(struct kva *)found.at[i]));
	return status;
}

static struct vms *vms_of(struct kernel *k)
{
	if (!k->vms) {
		k->vms = arena_alloc(k->arena, sizeof(*k->vms));
		k->vms->status = read_vms(k, &k->vms->list);
		k->vms->missing = k->missing;
		k->vms->failed_at = k->failed_at;
	}
	return k->vms;
}

enum status kernel_vms(struct kernel *k, struct ptrs *ret)
{
	const struct vms *vms = vms_of(k);

	*ret = vms->list;
	k->missing = vms->missing;
	k->failed_at = vms->failed_at;
	return vms->status;
}

const struct vm *kernel_vm_at(struct kernel *k, struct kva at)
{
	const struct ptrs *list = &vms_of(k)->list;

	for (size_t i = 0; i < list->nr; i++) {
		const struct vm *vm = list->at[i];

		if (vm->at.v == at.v)
			return vm;
	}
	return read_vm(k, at);
}

/* ---- whom an interrupt is posted to ---- */

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

static void try_width(const struct vm *vm, uint32_t ga_tag, unsigned bits, struct posted *ret)
{
	if (vm->avic_id != ga_tag >> bits)
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

static bool by_tag(const struct ptrs *vms, uint32_t ga_tag, struct posted *ret)
{
	ret->by_tag = true;
	for (size_t i = 0; i < vms->nr; i++) {
		const struct vm *vm = vms->at[i];

		if (!vm->has_avic_id || !vm->avic_id)
			continue;
		for (size_t w = 0; w < sizeof(vcpu_bits) / sizeof(vcpu_bits[0]); w++)
			try_width(vm, ga_tag, vcpu_bits[w], ret);
	}
	return ret->vm != NULL;
}

bool kernel_posted_to(struct kernel *k, uint32_t ga_tag, struct pa apic_page, struct posted *ret)
{
	const struct ptrs *vms = &vms_of(k)->list;

	*ret = (struct posted){ 0 };
	apic_page.v &= ~k->enc_mask;
	return (apic_page.v && by_page(vms, apic_page, ret)) || by_tag(vms, ga_tag, ret);
}
