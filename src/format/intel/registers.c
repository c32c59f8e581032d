// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel Virtualization Technology for Directed I/O, Architecture Specification, section 11.4.4 "Global
 * Command and Status" (revision 4.0 numbering), and the registers whose value Linux keeps or prints: the
 * root table address, the fault status, the queue's error record.
 *
 * Checked against Linux, Xen, FreeBSD, QEMU, VirtualBox and NoirVisor. Bits 28 and 29 of the command
 * register and 2, 3 and 7 of the fault status are reserved from revision 4.0 on.
 */
#include "records.h"

#define FLAG(bit, spelled, word, meaning)                                                          \
	{                                                                                          \
		spelled, word, FIELD_FLAG, BIT_AT(bit), .help = meaning                            \
	}

static const char *const ttm_names[] = { "legacy", "scalable", "reserved", "abort DMA" };
static const char *const iqerc_names[] = {
	"none",
	"the tail is beyond the queue",
	"a descriptor could not be fetched",
	"a descriptor of a type that the unit does not take",
	"a descriptor with a reserved field that is not zero",
	"descriptors of a width that the mode does not take",
	"the tail is not aligned to the descriptors",
	"the translation table mode is not one that the unit takes",
};

static const struct field gcmd_fields[] = {
	RESERVED_BITS(22, 0),
	FLAG(23, "CFI", "cfi", "interrupts in the old format pass"),
	FLAG(24, "SIRTP", "sirtp", "set the interrupt table's address"),
	FLAG(25, "IRE", "ire", "interrupt remapping"),
	FLAG(26, "QIE", "qie", "queued invalidation"),
	FLAG(27, "WBF", "wbf", "flush the write buffer"),
	FLAG(28, "EAFL", "eafl", "advanced fault log"),
	FLAG(29, "SFL", "sfl", "set the fault log's address"),
	FLAG(30, "SRTP", "srtp", "set the root table's address"),
	FLAG(31, "TE", "te", "DMA translation"),
};

const struct record intel_gcmd_record = {
	.name = "Global Command Register",
	.source = "Intel VT-d specification, register offset 18h",
	.nr_bits = 32,
	FIELDS(gcmd_fields),
};

static const struct field gsts_fields[] = {
	RESERVED_BITS(22, 0),
	FLAG(23, "CFIS", "cfis", "interrupts in the old format pass"),
	FLAG(24, "IRTPS", "irtps", "the interrupt table's address is set"),
	FLAG(25, "IRES", "ires", "interrupts are remapped"),
	FLAG(26, "QIES", "qies", "invalidation is queued"),
	FLAG(27, "WBFS", "wbfs", "the write buffer is being flushed"),
	FLAG(28, "AFLS", "afls", "faults go to the log in memory"),
	FLAG(29, "FLS", "fls", "the fault log's address is set"),
	FLAG(30, "RTPS", "rtps", "the root table's address is set"),
	FLAG(31, "TES", "tes", "DMA is translated"),
};

const struct record intel_gsts_record = {
	.name = "Global Status Register",
	.source = "Intel VT-d specification, register offset 1Ch",
	.nr_bits = 32,
	FIELDS(gsts_fields),
};

static const struct field rtaddr_fields[] = {
	RESERVED_BITS(9, 0),
	{ "TTM", "ttm", FIELD_NUMBER, BITS_AT(11, 10), NAMES(ttm_names), .help = "how tables are read" },
	{ "RTA", "rta", FIELD_ADDRESS, { PIECE(63, 12, 12) }, .help = "of the root table" },
};

const struct record intel_rtaddr_record = {
	.name = "Root Table Address Register",
	.source = "Intel VT-d specification, register offset 20h",
	.nr_bits = 64,
	FIELDS(rtaddr_fields),
};

static const struct field fsts_fields[] = {
	FLAG(0, "PFO", "pfo", "faults were lost: the records were full"),
	FLAG(1, "PPF", "ppf", "a fault record is waiting"),
	FLAG(2, "AFO", "afo", "faults were lost: the log in memory was full"),
	FLAG(3, "APF", "apf", "a fault is waiting in the log in memory"),
	FLAG(4, "IQE", "iqe", "the invalidation queue stopped at an error"),
	FLAG(5, "ICE", "ice", "a device answered an invalidation of its TLB that nobody sent"),
	FLAG(6, "ITE", "ite", "a device did not answer an invalidation of its TLB"),
	FLAG(7, "PRO", "pro", "page requests were lost: their queue was full"),
	{ "FRI", "fri", FIELD_NUMBER, BITS_AT(15, 8), .help = "index of the oldest fault record" },
	RESERVED_BITS(31, 16),
};

const struct record intel_fsts_record = {
	.name = "Fault Status Register",
	.source = "Intel VT-d specification, register offset 34h",
	.nr_bits = 32,
	FIELDS(fsts_fields),
};

static const struct field iqercd_fields[] = {
	{ "IQEI", "iqei", FIELD_NUMBER, BITS_AT(3, 0), NAMES(iqerc_names),
	  .help = "why the invalidation queue stopped" },
	RESERVED_BITS(31, 4),
	{ "ITESID", "itesid", FIELD_ID, BITS_AT(47, 32), .help = "the device that did not answer" },
	{ "ICESID", "icesid", FIELD_ID, BITS_AT(63, 48), .help = "the device that answered unasked" },
};

const struct record intel_iqercd_record = {
	.name = "Invalidation Queue Error Record Register",
	.source = "Intel VT-d specification, register offset B0h",
	.nr_bits = 64,
	FIELDS(iqercd_fields),
};
