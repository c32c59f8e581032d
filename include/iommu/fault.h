/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One fault, as it was reported: by a line of the kernel log, by an entry of a queue, or by a user's words.
 * A format fills it and reads no memory for that; what the tables of the machine make of the same request now
 * is another question.
 *
 * Adding a vendor: a function that knows the lines of its driver, and one that knows its queue's entries (see
 * iommu/vendor.h).
 */
#ifndef IOMMU_FAULT_H
#define IOMMU_FAULT_H

#include <stdbool.h>
#include <stdint.h>

struct record;

enum fault_kind {
	FAULT_OF_REQUEST,   /* a request of a device was refused */
	FAULT_OF_INTERRUPT, /* an interrupt was */
	FAULT_OF_UNIT,	    /* the unit had trouble of its own: with a command, or with a structure in memory */
	/* Lines that are no fault themselves: */
	FAULT_NOT_TOLD,	    /* others happened and were not printed */
	FAULT_NOT_LEGIBLE,  /* the line of a fault, damaged: the value behind .words is none that the hardware has */
	FAULT_DETAIL,	    /* more about the fault before it */
};

/* What the hardware says was wrong. */
enum fault_claim {
	FAULT_CLAIMS_NOTHING,	    /* it does not say */
	FAULT_NOT_MAPPED,
	FAULT_NOT_ALLOWED,	    /* mapped, without the permission that was asked for */
	FAULT_NOT_MAPPED_OR_ALLOWED, /* one of the two */
	FAULT_TOO_WIDE,		    /* the address is beyond what can be translated */
	FAULT_BAD_TABLE,	    /* an entry of the page table is not valid */
	FAULT_BAD_TABLE_OR_TOO_WIDE, /* one of the two */
	FAULT_TABLE_UNREADABLE,	    /* the memory of a page table could not be read */
	FAULT_NO_ENTRY,		    /* the device, or its PASID, has no entry */
	FAULT_BAD_ENTRY,	    /* that entry is not valid, or does not take such a request */
	FAULT_ENTRY_UNREADABLE,	    /* its memory could not be read */
	FAULT_BAD_REQUEST,	    /* the request is of a kind that is not allowed */
	FAULT_BAD_INTERRUPT,	    /* the interrupt has no entry that is enabled */
	FAULT_INTERRUPT_REFUSED,    /* something else is wrong with it, or with its entry */
	FAULT_OLD_INTERRUPT,	    /* it was in the format that has no entry */
	FAULT_INTERRUPT_OF_OTHERS,  /* its entry is for another device */
	FAULT_NOT_UNDERSTOOD,	    /* an event that no specification at hand describes, or of which nothing is told */
	FAULT_NO_ANSWER,	    /* the device did not answer the unit */
};

enum fault_access {
	FAULT_ACCESS_UNKNOWN,
	FAULT_READ,
	FAULT_WRITE,
	FAULT_EXECUTE,
};

enum fault_address {
	FAULT_NO_ADDRESS,
	FAULT_AT_IOVA,	   /* that the device asked for */
	FAULT_AT_PHYSICAL, /* of a structure or a command that the unit read */
	FAULT_AT_GUEST,	   /* guest physical, of an encrypted guest */
};

/* A fact that a line behind the fault tells. */
enum fault_detail {
	FAULT_DETAIL_OTHER,
	FAULT_DETAIL_ENTRY,	/* words of an entry that the device's requests go by, as it was then */
	FAULT_DETAIL_TABLE,	/* an entry of the page table, as it was then */
	FAULT_DETAIL_NOT_PRESENT, /* the driver found the way of the address to end then */
	FAULT_DETAIL_COMMAND,	/* a command that was refused, or is next to it */
	FAULT_DETAIL_COMMAND_HALF, /* half a word of one */
	FAULT_DETAIL_REASON,	/* why it was: what the fault itself left out */
};

#define FAULT_WORDS_MAX	 256
#define FAULT_NAME_MAX	 64
#define FAULT_ENTRY_WORDS 8

struct fault {
	enum fault_kind kind;
	char name[FAULT_NAME_MAX];   /* of its kind, as the hardware's or the driver's documents spell it */
	char words[FAULT_WORDS_MAX]; /* what happened, in plain words: "read of an address that is not mapped";
				      * FAULT_NOT_LEGIBLE: "address=", as the line spells it */
	enum fault_claim claim;
	enum fault_access access;

	bool has_stream;	/* whose request it was */
	bool has_segment;	/* the PCI segment was told; else it is taken for 0 */
	uint32_t stream_id;	/* of the form of a PCI address */
	bool has_unit;		/* the PCI function of the IOMMU that reported it */
	uint32_t unit_id;
	bool has_domain_id;
	uint32_t domain_id;
	bool no_domain; /* has_domain_id: it is the one that no domain has */
	bool has_pasid;
	uint32_t pasid;
	enum fault_address space;
	uint64_t address;

	bool has_code;		/* the number of the reason, or the flags, as they were reported */
	uint32_t code;
	bool has_index;		/* FAULT_OF_INTERRUPT: the index of the remapping entry, */
	uint8_t index_bits;	/* ... so many low bits of it; 0: all */
	uint16_t index;

	bool has_raw;		/* the event as the hardware writes it into memory */
	uint64_t raw[2];

	uint32_t nr_not_told;	/* FAULT_NOT_TOLD: how many; 0: not known */
	bool of_hypervisor;	/* one printed it that is no part of this kernel, by tables of its own */
	bool reason_follows;	/* the line does not say why: the next one may */

	enum fault_detail detail; /* FAULT_DETAIL */
	const char *detail_name; /* ENTRY: what the driver calls it, "" for the device's only one; COMMAND: which one */
	const struct record *detail_records[2]; /* ENTRY: it is one of these; NULL behind the last */
	uint32_t detail_index;	/* ENTRY: of the first word; TABLE: the level; COMMAND_HALF: which half */
	uint32_t nr_detail;	/* words */
	uint64_t detail_words[2];
};

/* The entry at that index can be the one that the fault tells of. */
static inline bool fault_may_be_at(const struct fault *fault, uint32_t index)
{
	uint32_t told = fault->index;

	if (!fault->index_bits)
		return index == told;
	return index % (1u << fault->index_bits) == told % (1u << fault->index_bits);
}

/* Of a table with nr entries no other one can be. */
static inline bool fault_tells_index(const struct fault *fault, uint32_t nr)
{
	return !fault->index_bits || nr <= 1u << fault->index_bits;
}

#endif
