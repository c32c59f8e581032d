/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual machines that KVM has, as far as an IOMMU's tables speak of them: whose they are, and
 * which virtual CPU an interrupt is posted to. KVM is a module: its types come from the BTF in the
 * dump, its symbols from the module itself where the host program does not know them.
 */
#ifndef IOMMU_KVM_H
#define IOMMU_KVM_H

#include "iommu/kernel.h"
#include "iommu/record_view.h"

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
	struct ptrs vcpus;     /* struct vcpu */
	struct failure vcpus_failure; /* why the list of virtual CPUs is not whole */
};

/* Every virtual machine: struct vm in ret. OK; ABSENT: KVM is not loaded; else why the list is not
 * whole. Read once per command. */
struct failure kernel_vms(struct kernel *k, struct ptrs *ret);

/* Why not all of them could be read, with all their virtual CPUs. When they could, one that is none of theirs is
 * nobody's. */
struct failure kernel_all_vcpus(struct kernel *k);

/* One of them by address, or what can be told of a struct kvm that is on no list. */
const struct vm *kernel_vm_at(struct kernel *k, struct kva at);

/* What an interrupt entry says of the virtual CPU that it is posted to. */
struct posted_key {
	const char *name;  /* in its specification's words: "GA tag" */
	const char *word;  /* in short: "tag" */
	const char *key;   /* in JSON: "ga_tag" */
	uint64_t value;
	struct pa page;	   /* the virtual CPU's page that the entry names; 0: none */
};

/* Whom a posted interrupt is for. */
struct posted {
	const struct vm *vm;	 /* NULL: not found */
	const struct vcpu *vcpu; /* NULL: not found */
	unsigned nr_candidates;	 /* how many the key could mean; 1: certain */
	struct failure failure;	 /* nobody was found: why not all could be looked at */
	bool of_cpu;		 /* no virtual CPU's: one that takes interrupts in batches */
	uint32_t cpu;
	/* What the key leads to and posted interrupts wait in; NULL: this hardware has none. */
	const struct record_view *descriptor;
	bool notifies;		 /* it was read, and an interrupt that is posted now sends one to a CPU: */
	uint32_t destination;	 /* by its id */
	uint8_t vector;
	bool destination_unknown; /* nothing tells how it names CPUs */
};

#endif
