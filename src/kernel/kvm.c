// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * KVM's virtual machines (virt/kvm/kvm_main.c: vm_list) and their virtual CPUs:
 *
 *   vm_list -> kvm -> vcpu_array or vcpus -> kvm_vcpu -> arch.apic -> regs: the virtual APIC's page
 */
#include "iommu/kvm.h"

#include "iommu/read.h"
#include "iommu/steps.h"
#include "iommu/task.h"
#include "module.h"
#include "tree.h"

#define MAX_VCPUS    4096		/* KVM_MAX_VCPUS at its largest */
#define MAX_VCPU_IDS (4 * MAX_VCPUS)	/* KVM_MAX_VCPU_IDS on x86 */

struct vms {
	struct ptrs list; /* struct vm */
	struct failure failure;
};

/* ---- virtual CPUs ---- */

static void read_apic_page(struct kernel *k, struct vcpu *vcpu)
{
	struct kva apic, regs;

	if (failed(kernel_read_pointer(k, vcpu->at, M_KVM_VCPU_APIC, &apic)) ||
	    kva_is_null(apic) ||
	    failed(kernel_read_pointer(k, apic, M_KVM_LAPIC_REGS, &regs)) ||
	    kva_is_null(regs))
		return;
	vcpu->has_apic_page = !failed(kernel_to_pa(k, regs, &vcpu->apic_page));
}

static struct failure push_vcpu(struct kernel *k, struct kva at, struct ptrs *ret)
{
	struct vcpu *vcpu = arena_alloc(k->arena, sizeof(*vcpu));
	struct failure failure;

	vcpu->at = at;
	failure = kernel_read_signed(k, at, M_KVM_VCPU_ID, &vcpu->id);
	if (!failed(failure) && (vcpu->id < 0 || vcpu->id >= MAX_VCPU_IDS))
		failure = failure_at(STATUS_DAMAGED, at.v);
	if (failed(failure))
		return failure;
	read_apic_page(k, vcpu);
	ptrs_push(k->arena, ret, vcpu);
	return NO_FAILURE;
}

struct collect {
	struct kernel *k;
	struct ptrs *ret;
	struct failure first;
};

static bool visit_vcpu(void *ctx, uint64_t index, uint64_t entry)
{
	struct collect *c = ctx;
	struct failure failure;

	if (index >= MAX_VCPUS) {
		c->first = first_failure(c->first, failure_at(STATUS_DAMAGED, entry));
		return false;
	}
	failure = xa_is_value(entry) ? NO_FAILURE : push_vcpu(c->k, kva_of(entry), c->ret);
	c->first = first_failure(c->first, failure);
	return true;
}

static struct failure vcpus_of_xarray(struct kernel *k, struct kva kvm, struct ptrs *ret)
{
	struct collect c = { .k = k, .ret = ret };
	uint64_t head;
	struct failure failure = kernel_read_member(k, kvm, M_KVM_VCPU_ARRAY, &head);

	if (!failed(failure))
		failure = kernel_xarray(k, head, visit_vcpu, &c);
	return first_failure(failure, c.first);
}

static struct failure vcpus_of_array(struct kernel *k, struct kva kvm, struct ptrs *ret)
{
	struct steps steps = steps_of(k->target, MAX_VCPUS);
	struct kva array, at;
	uint64_t online;
	struct failure failure = kernel_read_member(k, kvm, M_KVM_ONLINE_VCPUS, &online);

	if (!failed(failure))
		failure = kernel_member_at(k, kvm, M_KVM_VCPUS, &array);
	if (!failed(failure) && online > MAX_VCPUS)
		return failure_at(STATUS_DAMAGED, kvm.v);
	for (uint64_t i = 0; !failed(failure) && i < online; i++) {
		failure = steps_take(&steps, kva_plus(array, 8 * i).v);
		if (!failed(failure))
			failure = kernel_read_number(k, kva_plus(array, 8 * i), 8, &at.v);
		if (!failed(failure) && !kva_is_null(at))
			failure = push_vcpu(k, at, ret);
	}
	return failure;
}

/* ---- virtual machines ---- */

/* The process that made the virtual machine: KVM keeps its number, and its name is that of the task that owns
 * the memory. */
static void read_process(struct kernel *k, struct vm *vm)
{
	struct kva mm, task;
	int64_t pid;

	if (failed(kernel_read_pid(k, vm->at, M_KVM_USERSPACE_PID, &vm->pid)))
		vm->pid = -1;
	if (failed(kernel_read_pointer(k, vm->at, M_KVM_MM, &mm)) || kva_is_null(mm) ||
	    failed(kernel_mm_owner(k, mm, &task)) || failed(kernel_read_task(k, task, &pid, &vm->comm)))
		return;
	if (vm->pid < 0)
		vm->pid = pid;
}

static struct vm *read_vm(struct kernel *k, struct kva at)
{
	struct vm *vm = arena_alloc(k->arena, sizeof(*vm));

	vm->at = at;
	read_process(k, vm);
	vm->vcpus_failure = kernel_has_member(k, M_KVM_VCPU_ARRAY) ?
				   vcpus_of_xarray(k, at, &vm->vcpus) :
				   vcpus_of_array(k, at, &vm->vcpus);
	return vm;
}

static struct failure read_vms(struct kernel *k, struct ptrs *ret)
{
	struct ptrs found = { 0 };
	struct kva head;
	struct failure failure = kernel_module_symbol(k, "kvm", "vm_list", &head);

	if (!failed(failure))
		failure = kernel_list(k, head, M_KVM_VM_LIST, &found);
	for (size_t i = 0; i < found.nr; i++) {
		if (target_interrupted(k->target))
			return failure_of(STATUS_INTERRUPTED);
		ptrs_push(k->arena, ret, read_vm(k, *(struct kva *)found.at[i]));
	}
	return failure;
}

static struct vms *vms_of(struct kernel *k)
{
	if (!k->vms) {
		k->vms = arena_alloc(k->arena, sizeof(*k->vms));
		k->vms->failure = read_vms(k, &k->vms->list);
	}
	return k->vms;
}

struct failure kernel_vms(struct kernel *k, struct ptrs *ret)
{
	const struct vms *vms = vms_of(k);

	*ret = vms->list;
	return vms->failure;
}

struct failure kernel_all_vcpus(struct kernel *k)
{
	const struct vms *vms = vms_of(k);
	struct failure failure = vms->failure;

	for (size_t i = 0; i < vms->list.nr; i++)
		failure = first_failure(failure, ((const struct vm *)vms->list.at[i])->vcpus_failure);
	return failure;
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
