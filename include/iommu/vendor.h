/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seam between what every Linux has and what differs by hardware. A vendor is a folder in src/format/
 * and one in src/kernel/, and a line in src/kernel/vendors.c; nothing else names it.
 *
 * A function that is NULL says that this hardware has no such thing, or that this plugin does not read it
 * yet: the verb that needs it answers with a sentence. What a function fills when it fails is said beside
 * it; where nothing is said, *ret holds what could be read before the failure, and otherwise zeros.
 *
 * Adding a vendor: the steps are in docs/ARCHITECTURE.md. In short: src/format/VENDOR/ with its records and
 * page-table formats, src/kernel/VENDOR/ with a struct of this kind and its table of struct members, a line in
 * src/kernel/vendors.c, a sheet of its bits in tests/spec, kernels as text in tests/mem.
 */
#ifndef IOMMU_VENDOR_H
#define IOMMU_VENDOR_H

#include "iommu/device_facts.h"
#include "iommu/fault.h"
#include "iommu/firmware.h"
#include "iommu/irq.h"
#include "iommu/kernel.h"
#include "iommu/kvm.h"
#include "iommu/queue.h"
#include "iommu/special_range.h"
#include "iommu/translation.h"

struct layout_table;

/* A block of the firmware's table that concerns a unit, as the driver keeps it. */
struct unit_block {
	const char *type;	/* as the table calls it: "RMRR" */
	struct kva at;		/* of the driver's struct */
	const char *words;	/* what it says beside the devices; "": nothing */
	struct ptrs values;	/* struct named_value: the same for programs */
	struct ptrs devices;	/* const struct device: those of the unit that it names and that are there */
};

/* What a unit can do, and what the kernel keeps of its registers. */
struct unit_facts {
	bool has_features;
	struct ptrs features;	/* const char: in the short words of the kernel's boot line */
	struct ptrs values;	/* struct named_value: of the features, for programs ("raw") */
	const char *irq_mode;	/* the kind of interrupt entries: "128-bit x2APIC"; NULL: not known, or: */
	bool irqs_pass;		/* interrupts are not remapped */
	struct ptrs registers;	/* struct record_view */
	struct ptrs more;	/* struct named_value: further facts, for programs */
	struct ptrs lines;	/* struct named_line: the same for people */
	bool has_blocks;	/* the driver keeps the firmware's blocks: */
	struct ptrs blocks;	/* struct unit_block */
};

/* Tables that the hardware reads: where one starts, its size, and its name in words ("the device table of segment
 * 0000"). */
struct table_visitor {
	void *ctx;
	void (*table)(void *ctx, struct pa at, uint64_t bytes, const char *what);
};

/* Every entry of the hardware's tables that says something, devices or not. Returning false ends it. */
struct entry_visitor {
	void *ctx;
	bool (*entry)(void *ctx, const struct stream *stream, const struct entry *entry);
	/* A remark on entries that were not visited: code for programs, text for people. */
	void (*remark)(void *ctx, const char *code, const char *text);
	/* NULL, or called where remark() is: so many ids that no device has share this entry. */
	void (*rest)(void *ctx, const struct stream *first, size_t nr, const struct entry *entry);
	/* The table of the ids from first to last could not be read as a whole: what was being done, and why.
	 * unit: whose table alone it is, NULL: that of every unit. */
	void (*unreadable)(void *ctx, const char *doing, struct failure failure,
			   const struct unit *unit, uint32_t first, uint32_t last);
};

/* A column of `dte` that shows one field of the first record. */
struct entry_column {
	const char *key, *head;
};

struct vendor {
	const char *name;	 /* as its documents spell it: "AMD-Vi" */
	const char *unit_struct; /* the driver's struct of a unit: "amd_iommu" */
	const char *domain_struct; /* the driver's struct of a domain: "protection_domain" */
	/* How the core names the units of this driver: the beginnings of names in /sys/class/iommu, NULL at
	 * the end. */
	const char *const *unit_names;
	/* The beginnings of words of the kernel's command line that are about this driver and have no "iommu"
	 * in their name; NULL, or NULL at the end. */
	const char *const *command_line_words;
	/* The beginnings of those that make it say more and decide nothing; NULL, or NULL at the end. */
	const char *const *log_words;
	/* A symbol that every kernel has that was built with this driver, active or not. */
	const char *driver_symbol;

	const struct layout_table *layout;	    /* members of its driver's structs; NULL: none */
	const struct record *const *records;	    /* NULL at the end */
	const struct pt_format *const *formats;	    /* page tables of its own, NULL at the end */
	const struct pasid_format *const *pasid_formats; /* NULL at the end */

	/* ---- is it there ---- */

	/* Whether this driver runs IOMMUs of the machine, by the driver's own word. Asked by every command:
	 * at most a few reads. */
	bool (*is_active)(struct kernel *k);

	/* ---- units ---- */

	/* The driver's own list of units: struct unit in ret, with `vendor` and `at` set. May leave in inv what
	 * the other functions need again (inventory_keep()). */
	struct failure (*collect_units)(struct kernel *k, struct inventory *inv, struct ptrs *ret);
	/* Where the struct iommu_device of the core is in the driver's struct of a unit. */
	struct failure (*core_of_unit)(struct kernel *k, const struct unit *unit, struct kva *ret);
	void (*unit_facts)(struct kernel *k, const struct unit *unit, struct unit_facts *ret);
	/* Its features alone, in one line; NULL: not known. */
	const char *(*unit_features)(struct kernel *k, const struct unit *unit);

	/* ---- devices ---- */

	/* Fills dev->streams, dev->device_domain_id and, for a device that is not PCI, its id; sets *domain to
	 * the struct iommu_domain that the driver has it attached to (null: none). Called while the inventory
	 * is built: inv has the units. */
	struct failure (*device_facts)(struct kernel *k, const struct inventory *inv,
				       struct device *dev, struct kva *domain);
	/* The id by which a PCI function is known, whether or not there is one. ABSENT: no such id. */
	struct failure (*stream_of_pci)(struct kernel *k, uint32_t sbdf, struct stream *ret);
	/* Ids whose requests are of no PCI function, though one may have the same: struct special_stream in
	 * ret. Called once a command at most. */
	struct failure (*special_streams)(struct kernel *k, struct ptrs *ret);
	/* Whether ATS, PRI and PASID are on, as the driver remembers it. */
	void (*driver_facts)(struct kernel *k, const struct device *dev, struct driver_facts *ret);

	/* The table of PASIDs that the driver made for the device: format NULL when it made none, levels 0 when
	 * it does not say how many. *at: where it keeps that. MISSING: this kernel does not tell. */
	struct failure (*driver_pasids)(struct kernel *k, const struct device *dev,
					struct pasid_table *ret, struct kva *at);

	/* ---- the hardware's entries ---- */

	/* ABSENT: the tables have no entry for that id (see entry.beyond). On any failure state is UNKNOWN. */
	struct failure (*read_entry)(struct kernel *k, const struct stream *stream,
				     struct entry *ret);
	/* Every table that such entries stand in, whole, with or without a device's. The failure is of the first that
	 * could not be told. */
	struct failure (*entry_tables)(struct kernel *k, const struct table_visitor *visitor);
	/* Every entry that says something: see struct entry_visitor. The failure is of finding the tables. */
	struct failure (*scan_entries)(struct kernel *k, const struct entry_visitor *visitor);
	/* The range that has an address of a request without a PASID, and that this hardware takes for no memory, beside
	 * what the architecture has; or else the first one above the address. NULL: there is none. unit: that serves
	 * the device, NULL: not known. */
	const struct special_range *(*special_range)(struct kernel *k, const struct unit *unit,
						     struct iova iova);
	const struct entry_column *entry_columns; /* of the default depth; key NULL at the end */

	/* ---- domains ---- */

	/* What stands around a struct iommu_domain: fills shape, driver_at, ids and root, and the two failures. */
	void (*domain_facts)(struct kernel *k, const struct inventory *inv, struct domain *domain);
	/* Domains that no group has: addresses of struct iommu_domain, in ret as struct kva *. */
	struct failure (*more_domains)(struct kernel *k, const struct inventory *inv,
				       struct ptrs *ret);
	/* Where the driver itself has the allocator of a domain's IOVAs (struct iova_domain): a kernel in which it does
	 * not use the core's. ABSENT: it has none. */
	struct failure (*iova_domain)(struct kernel *k, const struct domain *domain, struct kva *ret);
	/* A variable of that driver, a struct iova_domain whose ranges every such allocator has reserved; NULL: none. */
	const char *reserved_iovas;
	/* struct id_allocator in ret: one, or one a unit. */
	struct failure (*id_allocators)(struct kernel *k, struct ptrs *ret);
	/* Regions that the driver keeps out of DMA for this device: struct reserved_region. */
	struct failure (*reserved_regions)(struct kernel *k, const struct device *dev,
					   struct ptrs *ret);

	/* ---- interrupts ---- */

	/* The address of the unit's struct irq_domain; 0: it has none. */
	struct failure (*irq_domain)(struct kernel *k, const struct unit *unit, uint64_t *ret);
	/* Which entry an interrupt uses, by the chip_data of its irq_data in that domain: fills has_stream,
	 * stream_id, index, block and nr_block. */
	struct failure (*irq_use)(struct kernel *k, const struct unit *unit, struct kva chip_data,
				  struct remapped_irq *ret);
	/* Bytes of an entry on this machine; 0 on failure. */
	struct failure (*irq_entry_bytes)(struct kernel *k, uint8_t *ret);
	/* The table that a stream's interrupts go through; that the size of its entries is not known is no
	 * failure. ABSENT: they are not remapped. */
	struct failure (*irq_table)(struct kernel *k, const struct stream *stream,
				    struct irq_table *ret);
	/* The same by the unit, where one table serves all its streams; NULL: each stream has one. */
	struct failure (*irq_table_of_unit)(struct kernel *k, const struct unit *unit,
					    struct irq_table *ret);
	/* words: one entry, zeros behind it up to 16 bytes. */
	void (*decode_irq_entry)(const struct irq_table *table, const uint64_t words[2],
				 struct irq_entry *ret);
	/* In a unit's table: whether the unit takes the entry for an interrupt of that id, and whose it takes it
	 * for, in words ("only 00:1f.3"). */
	bool (*irq_entry_takes)(const struct irq_table *table, const uint64_t words[2], uint32_t id);
	const char *(*irq_entry_takers)(struct kernel *k, const uint64_t words[2]);
	/* Whom something is posted to: fills ret. False: nobody fits. */
	bool (*posted_to)(struct kernel *k, const struct posted_key *to, struct posted *ret);
	/* Facts that this vendor's side of KVM has of a virtual machine: struct named_value. */
	void (*vm_facts)(struct kernel *k, const struct vm *vm, struct ptrs *ret);

	/* ---- queues ---- */

	const struct queue_kind *queues; /* verb NULL at the end */

	/* ---- faults ---- */

	/* A line of the kernel's log that this driver prints about a fault. False: it is none. Reads no memory, and
	 * knows the spelling of every kernel. */
	bool (*fault_line)(const char *line, struct fault *ret);
	/* Everything that the first 16 bytes of a command say, in a line, as lines about faults have them. */
	const char *(*command_words)(const uint64_t words[2], char *buf, unsigned size);

	/* ---- firmware ---- */

	const char *firmware_signature;	/* "IVRS"; NULL: none */
	/* Reads the table. DAMAGED: its header is none. */
	struct failure (*read_firmware)(struct kernel *k, const struct acpi_table *table,
					struct firmware *ret);
	/* The blocks of the table that the driver keeps, whole or in part: name, key, entries_key and blocks of ret,
	 * each `kept`. For a dump that has no table. */
	void (*kept_firmware)(struct kernel *k, struct firmware *ret);

	/* ---- mode ---- */

	/* None of its units remaps DMA: interrupts alone, or, where the driver does not run, nothing. Asked of every
	 * driver that the kernel was built with. False: they do, or it is not known. */
	bool (*dma_is_off)(struct kernel *k, struct dma_off *ret);

	/* Domains of type DMA are flushed in batches all the same: a kernel whose types do not say it. */
	bool (*flushes_lazily)(struct kernel *k);
	/* Why no device reaches anything on a domain of that type on this machine; NULL: it does. */
	const char *(*refuses_type)(struct kernel *k, int64_t type);
	/* What the driver or firmware decided by itself: struct mode_reason in ret. */
	void (*mode_reasons)(struct kernel *k, struct ptrs *ret);

	/* ---- which rules mean something ---- */

	/* What the entries of devices speak of besides where DMA goes: interrupts; what DMA may do before any page
	 * table is asked; whether a crashed kernel left it, by the hardware's or the driver's word. */
	bool entries_say_irqs, entries_say_permissions, tells_inherited;
};

/* Page-table formats: those of every vendor and those that are no vendor's own. NULL: no such name, or past
 * the last. */
const struct pt_format *kernel_format(const char *name);
const struct pt_format *kernel_nth_format(unsigned nth);
const struct pasid_format *kernel_pasid_format(const char *name);
const struct pasid_format *kernel_nth_pasid_format(unsigned nth);

/* The vendors of this tree, active or not; NULL past the last. */
const struct vendor *nth_vendor(unsigned nth);

/* This kernel was built with that vendor's driver, active or not. */
bool kernel_has_driver(struct kernel *k, const struct vendor *vendor);

/* The vendor whose unit serves the device, by its driver's word or the core's; the only active one when
 * neither tells; else NULL. */
const struct vendor *kernel_vendor_of_device(struct kernel *k, const struct device *dev);

/* Keeps what a vendor found while the inventory was built, as long as that is kept. One for each vendor. */
void inventory_keep(struct kernel *k, struct inventory *inv, const struct vendor *vendor,
		    void *data);
/* NULL: nothing was kept. */
void *inventory_kept(const struct inventory *inv, const struct vendor *vendor);

#endif
