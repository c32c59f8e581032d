/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings: facts that should agree and do not. A rule says what must hold and looks at the facts; each
 * disagreement is one finding with one sentence, whichever verb shows it. The verbs show the findings about
 * what they show.
 *
 * Adding a rule: a row in rules[] (src/check/rules.c), its function in the file of src/check/ that speaks of
 * the same things, a case in tests/mem that breaks it and one that does not.
 */
#ifndef IOMMU_FINDING_H
#define IOMMU_FINDING_H

#include "iommu/dma_debug.h"
#include "iommu/iova.h"
#include "iommu/owner.h"
#include "iommu/space.h"
#include "iommu/u64map.h"
#include "iommu/vendor.h"

enum finding_severity {
	FINDING_INFO,	 /* worth knowing; nothing is wrong */
	FINDING_WARNING, /* two sources disagree, or something is damaged */
};

/* A fact that a finding rests on: what it is, its value, where it was read. */
struct evidence {
	const char *what;
	const char *value;
	struct place place; /* SPACE_NONE: it was computed */
};

struct finding {
	const char *code;	/* a stable word for programs: "root-differs" */
	enum finding_severity severity;
	const char *text;	/* the sentence: starts lower case, has no full stop */
	bool unsure;		/* not everything that it rests on could be read: it does not count */
	const char *device;	/* whom it is about, as people name it; NULL: no device */
	bool has_domain_id;
	uint32_t domain_id;
	struct ptrs evidence;	/* struct evidence */
};

struct findings {
	struct ptrs list;	/* struct finding, in the order in which they were found */
	unsigned nr_wrong;	/* those that are no mere information and not unsure */
	struct ptrs not_run;	/* struct not_run: what could not be looked at */
	struct u64map groups;	/* by address: groups of which one finding says what is so of many devices */
};

/* A rule, or a part of its work, that could not be done. */
struct not_run {
	const char *doing; /* "compare unity maps" */
	struct failure failure;
};

/* What is looked at together. */
enum check_part {
	CHECK_ENTRIES,
	CHECK_LINKS,
	CHECK_OWNERS,	  /* what VFIO has of the groups that it holds */
	CHECK_GROUPS,
	CHECK_MODE,
	CHECK_IDS,
	CHECK_INTERRUPTS,
	CHECK_POSTED,	  /* interrupt entries that name a virtual CPU */
	CHECK_UNIT_SLOTS, /* of interrupt tables that serve a whole unit */
	CHECK_IOVAS,	  /* the DMA layer's allocator, against the table */
	CHECK_AREAS,	  /* VFIO's areas, against the table */
	CHECK_PROCESSES,  /* ... and against the processes that gave them */
	CHECK_REGIONS,	  /* addresses that are no memory to a device */
	CHECK_QUEUES,
	CHECK_FIRMWARE,
	CHECK_TABLES,	  /* whether page tables are whole */
	CHECK_KERNEL_TEXT,
	CHECK_IOMMU_TABLES,
	CHECK_PAGES,	  /* what the kernel has the pages for that tables lead to */
	NR_CHECK_PARTS,
};

/* A rule, for those who list them. */
struct rule {
	const char *code;
	const char *holds;	/* what must be so: "the entry and the driver have the same table" */
	enum check_part part;	/* what looks whether it is */
};

extern const struct rule rules[]; /* code NULL at the end */

/* ---- the hardware's entries (src/check/entries.c) ---- */

/* One entry: whether hardware takes it, whether it, its aliases' entries and the driver agree. dev: NULL
 * when the kernel has no such device. */
void check_entry(struct kernel *k, const struct stream *stream, const struct entry *entry,
		 const struct device *dev, struct findings *ret);

/* The same of the requests with a PASID: entry is that of entry_of_pasid(). device_name: whose it is. */
void check_pasid_entry(struct kernel *k, const struct entry *entry, const struct device *dev,
		       const char *device_name, uint32_t pasid, struct findings *ret);

/* Only whether it is one that a crashed kernel left. Of such an entry nothing is compared with the driver. */
void check_inherited(struct kernel *k, const char *name, const struct entry *entry,
		     struct findings *ret);

/* Only whether it passes, translates or blocks as the driver's domain does. */
void check_passes_as_type(struct kernel *k, const struct entry *entry, const struct device *dev,
		struct findings *ret);

/* Only what is not known of whether the unit takes what it says of DMA. name: whose it is. */
void check_doubt(struct kernel *k, const char *name, const struct entry *entry,
		 struct findings *ret);

/* Only whether the unit takes what the entry of a stream says of interrupts. */
void check_interrupts_taken(struct kernel *k, const char *name, const struct stream *stream,
			    struct findings *ret);

/* Only whether it takes the entries of the other ids that the device's requests carry. */
void check_alias_legality(struct kernel *k, const struct device *dev, struct findings *ret);

/* Only whether the unit takes the entries of all ids that the device's requests carry. */
void check_device_legality(struct kernel *k, const struct device *dev, struct findings *ret);

/* Only whether the hardware and the driver have the same domain id. */
void check_domain_id(struct kernel *k, const struct stream *stream, const struct entry *entry,
		     const struct device *dev, struct findings *ret);

/* The same for the entries of every device. nr: how many could be read; the failure is of the first that could not. */
struct failure check_entries(struct kernel *k, struct findings *ret, size_t *nr);

/* The table that a route leads to, against the table that the driver, or the process, has. name: whose. */
void check_route(struct kernel *k, const char *name, const struct route *route,
		 struct findings *ret);

/* Whether the entry of another id translates as the device's own does. False too when one of them cannot
 * be read. */
bool check_alias_differs(struct kernel *k, const struct device *dev, const struct stream *alias);

/* ---- whether both sides agree (src/check/links.c) ---- */

/* A device with its group, its unit and its domain. */
void check_device_links(struct kernel *k, const struct device *dev, struct findings *ret);

/* Who holds a group: by its owner, its domain, the names of its drivers and VFIO's own objects. */
void check_owner(struct kernel *k, const struct group *group, struct findings *ret);

/* The first, and what the core itself knows of owners, of all devices and groups; and what VFIO has of every group. */
void check_links(struct kernel *k, struct findings *ret);
void check_owners(struct kernel *k, struct findings *ret);

/* ---- groups (src/check/groups.c) ---- */

/* Groups that are on a domain of a type that their hardware refuses. */
void check_group_types(struct kernel *k, struct findings *ret);

/* ---- domain ids (src/check/ids.c) ---- */

/* Who has an id: a domain, or a device that has one of its own (struct device, device_domain_id). The other is
 * NULL; both are: nobody. */
struct id_holder {
	const struct domain *domain;
	const struct device *device;
};

/* Two that have one id of an allocator. */
struct id_clash {
	uint32_t id;
	struct id_holder one, other;
};

/* What an allocator handed out against what domains, and devices with an id of their own, have. */
struct id_accounts {
	struct id_allocator ids;
	uint32_t *unaccounted; /* allocated, but nobody that was found has them */
	size_t nr_unaccounted;
	uint32_t *unallocated; /* a domain has them, but they are not allocated */
	size_t nr_unallocated;
	struct ptrs unallocated_devices; /* const struct device: its own id is not allocated */
	struct ptrs clashes;   /* struct id_clash */
	bool unsure;	       /* a domain, or its id, could not be read */
};

/* struct id_accounts in ret, one for each allocator. The failure is of an allocator that cannot be read;
 * ABSENT: no vendor here has one. */
struct failure check_id_accounts(struct kernel *k, struct ptrs *ret);
/* Every id that is allocated is somebody's, and everybody's is allocated. */
bool id_accounts_balance(const struct id_accounts *accounts);
void check_ids(struct kernel *k, const struct id_accounts *accounts, struct findings *ret);

/* ---- allocators of IOVAs (src/check/iova.c) ---- */

/* A stretch of addresses that somebody keeps account of. */
struct iova_span {
	uint64_t first, last; /* bytes */
};

/* What the page table of a domain has of such stretches, which are sorted and apart. */
struct iova_use {
	bool known;		/* the table was read, all of it */
	bool interrupted;
	struct failure failure; /* why not, where that is known */
	uint64_t mapped;	/* bytes, */
	uint64_t *of_span;	/* and those of each stretch */
	uint64_t outside;	/* bytes that are mapped and in no stretch, */
	struct iova first_outside; /* the first of them */
};

/* The same run by run, for those who go through the table anyway: `ret` is filled when the last run was taken and
 * `known` was set. */
struct iova_comparison {
	const struct iova_span *spans;
	size_t nr;
	struct iova_use *use;
	size_t nth; /* the first stretch that does not end below what comes */
};

void iova_comparison_start(struct kernel *k, const struct iova_span *spans, size_t nr, struct iova_use *use,
			   struct iova_comparison *ret);
void iova_comparison_take(struct iova_comparison *c, const struct pt_run *run);

void check_iova_use(struct kernel *k, struct domain *domain, const struct iova_span *spans, size_t nr,
		    struct iova_use *ret);
/* The same of an allocator's ranges. */
void check_allocator_use(struct kernel *k, struct domain *domain, const struct iova_allocator *allocator,
			 struct iova_use *ret);

/* The same of what a process gave to VFIO: areas has struct vfio_area. */
void check_area_use(struct kernel *k, struct domain *domain, const struct ptrs *areas, struct iova_use *ret);

/* Ranges in use of which nothing is mapped. */
struct iova_unmapped {
	uint64_t nr, granules;
	const struct iova_range *first;
};

void check_unmapped(const struct iova_allocator *allocator, const struct iova_use *use, struct iova_unmapped *ret);

/* How many bytes of what a driver mapped its device's page table has. ABSENT: the device has none of its own (its
 * addresses are physical ones), or it is not known. (src/check/dma_debug.c) */
struct failure check_mapping_use(struct kernel *k, const struct dma_mapping *mapping, uint64_t *ret);

/* What disagrees in the two, and in what was freed. name: the domain as people say it. */
void check_iova(struct kernel *k, const char *name, const struct iova_allocator *allocator,
		const struct iova_use *use, struct findings *ret);

/* VFIO's areas against the table of the domain. areas: struct vfio_area, one for each stretch of `use`. */
void check_areas(struct kernel *k, const char *name, const struct vfio_holder *holder,
		 const struct iova_use *use, struct findings *ret);

/* ---- the mode (src/check/mode.c) ---- */

/* The default type that the kernel has in a variable, against the default domains of the groups. False: not one
 * of several groups has it, so that it does not say in which mode they are. */
bool check_mode(struct kernel *k, const struct kernel_mode *mode, struct findings *ret);

/* Domains of both types are translated, or none is. */
bool is_same_mode(int64_t type, int64_t other);

/* ---- interrupts (src/check/irqs.c) ---- */

/* An entry of a remapping table and what Linux has for it. name: of the device or unit that has the table.
 * irq: NULL when no interrupt of this kernel uses the entry; irqs_known: every interrupt could be read, so
 * that this means something. */
struct irq_subject {
	const char *name;
	uint32_t index;
	const struct irq_entry *entry;
	const struct remapped_irq *irq;
	bool irqs_known;
	bool vms_known;	      /* every virtual machine could be read */
	bool vcpu_found;      /* posted: the virtual CPU is one of theirs */
	const char *takers;   /* in a unit's table: whose interrupts it takes, in words */
	bool slot_free;	      /* the driver has it among those that it may hand out */
	bool keeps_old;	      /* the table was copied from a crashed kernel, whose interrupts may have the entry */
	bool refuses_irq;     /* the id of its interrupt is not one that it takes */
};

/* Of an entry in a unit's table: fills takers, slot_free and refuses_irq. slots: which of its entries are handed out;
 * NULL: not known. */
void irq_subject_of_unit(struct kernel *k, const struct vendor *vendor, const struct irq_table *table,
			 const uint64_t *slots, const uint64_t words[2], struct irq_subject *ret);

void check_irq_entry(struct kernel *k, const struct irq_subject *subject, struct findings *ret);

/* The entry is in all likelihood one that a crashed kernel left: nobody of this kernel uses it, and nothing of what it
 * says is compared with this kernel. */
bool is_inherited_irq_entry(const struct irq_subject *subject);

/* Such entries of a table: how many, and the first. */
void check_inherited_irq_entries(struct kernel *k, const char *name, uint32_t nr, uint32_t first,
				 struct findings *ret);

/* Slots of a unit's table that are handed out to no interrupt: how many, and the first. */
void check_lost_slots(struct kernel *k, const char *name, uint32_t nr, uint32_t first,
		      struct findings *ret);

/* Two interrupts that have one entry. */
void check_shared_entry(struct kernel *k, const char *name, const struct remapped_irq *a,
			const struct remapped_irq *b, struct findings *ret);

/* An interrupt whose entry is beyond its table (entry NULL), or not enabled though somebody requested it. */
void check_irq(struct kernel *k, const char *name, const struct remapped_irq *irq,
	       const struct irq_entry *entry, struct findings *ret);

/* ---- firmware against run time (src/check/firmware.c, unity.c) ---- */

/* Units, who serves whom, aliases, and the ranges that the driver kept. */
void check_firmware(struct kernel *k, const struct firmware *firmware, struct findings *ret);

/* A range that a device should reach at its own addresses, and how the table that it is on now has it. */
struct unity_range {
	uint64_t first, last;
	bool read, write;
	const char *by; /* who asks for it: "IVMD +df", "the driver" */
};

bool is_same_unity_range(const struct unity_range *a, const struct unity_range *b);

struct unity_answer {
	struct failure failure;	   /* the device's entry could not be read: nothing else means anything */
	bool has_table;
	enum dma_state state;	   /* without a table */
	uint64_t good;		   /* bytes as they should be */
	bool has_trouble;
	uint64_t trouble;	   /* the first byte that is not */
	const char *what;	   /* what is wrong there: "is not mapped" */
	bool not_known;		   /* ... which is only that it could not be looked at */
	struct failure unread;	   /* of the first table that could not be read */
	bool interrupted;
};

void check_unity(struct kernel *k, const struct device *dev, const struct unity_range *range,
		 struct unity_answer *answer);

/* One device, one range, and the answer. */
struct unity_row {
	const struct device *dev;
	struct unity_range range;
	struct unity_answer answer;
};

/* What is wrong in rows (struct unity_row): one finding for a range, however many devices it is about. */
void check_unity_rows(struct kernel *k, const struct ptrs *rows, struct findings *ret);

/* ---- the whole host (src/check/all.c) ---- */

/* How far one part came. */
struct part_result {
	bool ran;
	uint64_t looked;	/* at so many things; 0: there was nothing of that kind */
	bool nothing;		/* nothing was looked at, since this machine has no such thing, as `lacks` says */
	struct failure failure; /* why it did not look at all it should have */
	const char *lacks;	/* the same, where no read failed; NULL: failure says it */
	struct ptrs idle;	/* struct idle_rule: those of its rules that mean nothing on this host */
	struct ptrs blind;	/* struct idle_rule: those that could not look, whatever the others of the part saw */
};

struct idle_rule {
	const char *code;
	const char *why; /* in words: "here the entries of devices say nothing of interrupts" */
};

/* NULL: the rule has something to look at. */
const char *why_rule_is_idle(const struct part_result *result, const struct rule *rule);
/* NULL: it could look as far as its part did. */
const char *why_rule_is_blind(const struct part_result *result, const struct rule *rule);

struct checking {
	bool wanted[NR_CHECK_PARTS];
	bool in_full;		/* leave nothing out that would take long */
	uint64_t pages_of_areas; /* that were held against processes so far */
	struct findings found;
	struct part_result of[NR_CHECK_PARTS];
	/* How far the pass through the tables has come, that of `space`; may be NULL. */
	void (*along)(void *ctx, const struct space *space, const struct pt_along *along);
	void *ctx;
};

/* Looks at what is wanted. */
void check_host(struct kernel *k, struct checking *c);

/* ---- for those who show them ---- */

/* Nothing was found to be wrong, and everything was looked at. */
bool findings_none(const struct findings *findings);
/* One with that code is among them. */
bool findings_have(const struct findings *findings, const char *code);

#endif
