/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual machines that KVM has, as far as an IOMMU's tables speak of them: whose they are, and
 * which virtual CPU an interrupt is posted to. KVM is a module: its types come from the BTF in the
 * dump, its symbols from the module itself where the host program does not know them.
 */
#ifndef IOMMU_KVM_H
#define IOMMU_KVM_H

#include "iommu/kernel.h"

struct vcpu {
	struct kva at;	       /* struct kvm_vcpu */
	int64_t id;	       /* KVM_CREATE_VCPU's number: the guest's APIC id */
	bool has_apic_page;
	struct pa apic_page;   /* its virtual APIC's registers: what AVIC calls the backing page */
};

struct vm {
	struct kva at;	       /* struct kvm */
	int64_t pid;	       /* of the process that made it; -1: not readable */
	const char *comm;      /* NULL: not readable, or the process is gone */
	bool has_avic_id;
	uint32_t avic_id;      /* kvm_svm.avic_vm_id; 0: made without AVIC */
	struct ptrs vcpus;     /* struct vcpu */
	enum status vcpus_status; /* why that list is not whole */
};

/* Every virtual machine: struct vm in ret. OK; ABSENT: KVM is not loaded; else why the list is not
 * whole. Read once per command. */
enum status kernel_vms(struct kernel *k, struct ptrs *ret);

/* One of them by address, or what can be told of a struct kvm that is on no list. */
const struct vm *kernel_vm_at(struct kernel *k, struct kva at);

/* Whom a posted interrupt is for. */
struct posted {
	const struct vm *vm;	 /* NULL: not found */
	const struct vcpu *vcpu; /* NULL: not found */
	bool by_tag;		 /* told by the tag alone */
	unsigned nr_candidates;	 /* how many the tag could mean; 1: certain */
};

/*
 * ga_tag: what KVM wrote, a VM's number over a virtual CPU's; how many bits the latter has differs
 * by release (arch/x86/kvm/svm/avic.c: 8, since 6.1 9, in 7.2 12) and stands in no type. So the backing
 * page decides where the entry has one (apic_page not 0), and the tag is looked up with each width
 * otherwise. False: nobody fits.
 */
bool kernel_posted_to(struct kernel *k, uint32_t ga_tag, struct pa apic_page, struct posted *ret);

#endif
