/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One kernel: the dump as src/kernel/ sees it during one command, what is kept of it between commands, and
 * the questions that have one answer a machine. Nothing here prints. What is returned lives in the
 * command's arena or, the inventory and what hangs on it, as long as the inventory is kept.
 */
#ifndef IOMMU_KERNEL_H
#define IOMMU_KERNEL_H

#include "iommu/budget.h"
#include "iommu/kept.h"
#include "iommu/layout.h"
#include "iommu/model.h"
#include "iommu/target.h"

#define MAX_VENDORS 8

struct kernel {
	struct target *target;
	struct arena *arena;	/* of the command; of the inventory while that is built */
	struct layout *layout;	/* of the session */
	struct kept *kept;	/* of the session */
	const struct inventory *inventory; /* see kernel_inventory() */
	bool builds_inventory;
	const struct vendor *active[MAX_VENDORS]; /* whose driver runs an IOMMU here, NULL at the end */
	const struct arch *arch;     /* see iommu/arch.h */
	struct vms *vms;	     /* see iommu/kvm.h */
	struct ptrs special_streams; /* struct special_stream, see kernel_special_name() */
	bool asked_for_specials;
	struct apic_ids *apic_ids;   /* of x86, see src/kernel/apic.c; NULL: not asked yet */
	struct u64map notes;	     /* what one file alone asks for, often: by the address of its key */
	uint64_t enc_mask;	     /* address bits that mark encrypted memory */
	uint64_t nr_frames;	     /* page frames of the machine, at most */
	struct unreported unreported;
};

/* Prepares k for a command: finds which vendors' drivers run, and gives the command a budget that fits the
 * machine. layout and kept outlive the command. */
void kernel_init(struct kernel *k, struct target *target, struct arena *arena,
		 struct layout *layout, struct kept *kept, struct budget *budget);

/* Keeps a failure until kernel_reported() is called for the same. */
void kernel_leave_unreported(struct kernel *k, struct failure failure);
/* A sentence spoke of it. */
void kernel_reported(struct kernel *k, struct failure failure);

/* False when the kernel's banner (Linux init/version-timestamp.c) is not where the namelist has it:
 * then no symbol is where it says. True also when it cannot be read. crash looks for itself, but not
 * in a session with --minimal. */
bool kernel_fits_namelist(struct kernel *k);

/* The address of a symbol that the user named; false: there is none. */
bool kernel_find_symbol(struct kernel *k, const char *name, uint64_t *ret);

/* An address of code as a stack trace has it, "nvme_alloc_queue+0x52", or NULL where no symbol is known to have it. */
const char *kernel_code_name(struct kernel *k, struct kva at);

/* The inventory, built at the first call of a command, or kept from an earlier one. Never NULL: what could
 * not be read is said in it. Never called while it is being built: what builds it is given it. */
const struct inventory *kernel_inventory(struct kernel *k);

/* By PCI address, or by the id of that form that firmware gave; NULL: no such device. */
struct device *kernel_find_device(struct kernel *k, uint32_t sbdf);
struct group *kernel_find_group(struct kernel *k, int64_t id);
/* By hardware id, or by address of the struct iommu_domain or of the driver's struct. An id that the
 * hardware has for one device alone leads to that device's domain. struct domain in ret: none, or several that
 * units know by that id. */
void kernel_find_domains(struct kernel *k, uint64_t id_or_address, struct ptrs *ret);

/* The id by which that PCI address is known to the IOMMU that serves it, whether or not the kernel has such
 * a device. ABSENT: no vendor that runs here knows ids of that form. */
struct failure kernel_find_stream(struct kernel *k, uint32_t sbdf, struct stream *ret);

/* "0000:a1:00.1": an id of that form in words, in the arena of k. */
const char *sbdf_word(struct kernel *k, uint32_t sbdf);

/* What else than a PCI function has that id: "IO-APIC 34", "IO-APIC 33, HPET 0"; NULL: nothing that is known. */
const char *kernel_special_name(struct kernel *k, uint32_t id);

/* How many tables a page table can have at most: the page frames of the machine. */
uint64_t kernel_max_tables(const struct kernel *k);

/* How many nodes a list, or a tree, of kernel objects can have at most. */
uint64_t kernel_max_nodes(const struct kernel *k);

/* A page table of that format in the memory of this machine. */
struct pt_root kernel_root(struct kernel *k, const struct pt_format *format, struct pa table,
			   uint8_t levels);

/* ---- mode ---- */

enum mode_decider {
	DECIDER_UNKNOWN,
	DECIDED_BY_COMMAND_LINE, /* the user asked for it */
	DECIDED_BY_DEFAULT,	 /* the kernel's own choice, by its configuration */
	DECIDED_BY_FIRMWARE,
};

/* Why a driver remaps no DMA, where it could. */
struct dma_off {
	enum mode_decider decider;
	const char *words; /* "the command line (iommu=off)"; NULL: not known */
};

struct kernel_mode {
	bool known;
	int64_t default_type;	    /* enum domain_type for devices without a rule of their own */
	const char *variable;	    /* of the kernel, which says so */
	struct kva variable_at;
	enum mode_decider decider;
	const char *options;	    /* the IOMMU options on the command line, or NULL */
	struct failure options_failure; /* why they are not known */
};

struct mode_reason {
	const char *code; /* a stable word for programs */
	const char *text;
};

/* A word of the kernel's command line whose name speaks of an IOMMU ("iommu=pt", "vfio_iommu_type1.x=1"),
 * or one that changes what an IOMMU does under another name. */
bool kernel_is_iommu_option(const char *word, size_t len);

/* Whether interrupts are remapped; UNKNOWN where the kernel does not say. */
enum irq_remapping { IRQ_REMAPPING_UNKNOWN, IRQ_REMAPPING_OFF, IRQ_REMAPPING_ON };
enum irq_remapping kernel_irq_remapping(struct kernel *k);

/* A crash kernel, started by kexec after a panic (kdump). */
bool kernel_is_kdump(struct kernel *k);

/* ret->options is filled in any case. */
struct failure kernel_mode(struct kernel *k, struct kernel_mode *ret);

#endif
