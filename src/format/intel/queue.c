// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intel Virtualization Technology for Directed I/O, Architecture Specification, section 6.5.2 "Queued
 * Invalidation Interface" (revision 4.0 numbering) and 7.7 "Page Group Response Descriptor": the descriptors
 * of the invalidation queue, each of 128 bits and, padded with zeros, of 256.
 *
 * Checked against Linux, Xen, FreeBSD, QEMU and VirtualBox; page group responses against Linux and QEMU. The
 * private data of a response is of revisions before 3.3.
 */
#include "queue.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const cc_g_names[] = { "reserved", "all", "domain", "device" };
static const char *const iotlb_g_names[] = { "reserved", "all", "domain", "pages" };
static const char *const iec_g_names[] = { "all", "indices" };
static const char *const piotlb_g_names[] = { "reserved", "reserved", "PASID", "pages" };
static const char *const pc_g_names[] = { "domain", "PASID", "reserved", "all" };
static const char *const fm_names[] = { "function", "functions that differ in bit 2",
					"functions that differ in bits 2:1", "device" };
static const char *const rc_names[] = {
	"success",  "invalid",	"reserved", "reserved", "reserved", "reserved", "reserved", "reserved",
	"reserved", "reserved", "reserved", "reserved", "reserved", "reserved", "reserved", "failure",
};

#define TYPE                                                                                       \
	{                                                                                          \
		"Type", "type", FIELD_ID, { PIECE(3, 0, 0), PIECE(11, 9, 4) },                     \
			.help = "of the descriptor"                                                \
	}
#define GRANULARITY(hi, lo, values)                                                                \
	{                                                                                          \
		"G", "g", FIELD_NUMBER, BITS_AT(hi, lo), NAMES(values), .help = "how much"         \
	}
#define DOMAIN                                                                                     \
	{                                                                                          \
		"DID", "domain_id", FIELD_ID, BITS_AT(31, 16), .help = "domain"                    \
	}
#define SOURCE                                                                                     \
	{                                                                                          \
		"SID", "source_id", FIELD_ID, BITS_AT(47, 32), .help = "device"                    \
	}
#define PASID                                                                                      \
	{                                                                                          \
		"PASID", "pasid", FIELD_ID, BITS_AT(51, 32), .help = "process address space"       \
	}
#define PAGES                                                                                      \
	{ "AM", "am", FIELD_NUMBER, BITS_AT(69, 64), .help = "log2 of how many pages" },           \
		{ "IH", "ih", FIELD_FLAG, BIT_AT(70), .help = "pages alone, not the tables above" }, \
		RESERVED_BITS(75, 71), ADDRESS
#define ADDRESS                                                                                    \
	{                                                                                          \
		"ADDR", "address", FIELD_ADDRESS, { PIECE(127, 76, 12) }, .help = "first page"     \
	}

#define CONTEXT_FIELDS                                                                             \
	TYPE, GRANULARITY(5, 4, cc_g_names), RESERVED_BITS(8, 6), RESERVED_BITS(15, 12), DOMAIN,   \
		SOURCE,                                                                            \
		{ "FM", "fm", FIELD_NUMBER, BITS_AT(49, 48), NAMES(fm_names),                      \
		  .help = "which functions beside that one" },                                     \
		RESERVED_BITS(63, 50), RESERVED_BITS(127, 64)

#define IOTLB_FIELDS                                                                               \
	TYPE, GRANULARITY(5, 4, iotlb_g_names),                                                    \
		{ "DW", "dw", FIELD_FLAG, BIT_AT(6), .help = "writes under way are drained" },     \
		{ "DR", "dr", FIELD_FLAG, BIT_AT(7), .help = "reads under way are drained" },      \
		RESERVED_BITS(8, 8), RESERVED_BITS(15, 12), DOMAIN, RESERVED_BITS(63, 32), PAGES

#define DEVICE_TLB_FIELDS                                                                          \
	TYPE, RESERVED_BITS(8, 4),                                                                 \
		{ "PFSID", "pfsid", FIELD_ID, { PIECE(15, 12, 0), PIECE(63, 52, 4) },              \
		  .help = "physical function of a virtual one" },                                  \
		{ "MIP", "mip", FIELD_NUMBER, BITS_AT(20, 16),                                     \
		  .help = "invalidations that the device can have pending; 0: 32" },               \
		RESERVED_BITS(31, 21), SOURCE, RESERVED_BITS(51, 48),                              \
		{ "S", "s", FIELD_FLAG, BIT_AT(64), .help = "more than a page: ADDR has the size" }, \
		RESERVED_BITS(75, 65), ADDRESS

#define INTERRUPT_FIELDS                                                                           \
	TYPE, GRANULARITY(4, 4, iec_g_names), RESERVED_BITS(8, 5), RESERVED_BITS(26, 12),          \
		{ "IM", "im", FIELD_NUMBER, BITS_AT(31, 27), .help = "log2 of how many indices" }, \
		{ "IIDX", "iidx", FIELD_ID, BITS_AT(47, 32), .help = "first index" },              \
		RESERVED_BITS(63, 48), RESERVED_BITS(127, 64)

#define WAIT_FIELDS                                                                                \
	TYPE, { "IF", "if", FIELD_FLAG, BIT_AT(4), .help = "an interrupt when done" },             \
		{ "SW", "sw", FIELD_FLAG, BIT_AT(5), .help = "STDATA is stored when done" },       \
		{ "FN", "fn", FIELD_FLAG, BIT_AT(6), .help = "what follows waits too" },           \
		{ "PD", "pd", FIELD_FLAG, BIT_AT(7), .help = "page requests are drained" },        \
		RESERVED_BITS(8, 8), RESERVED_BITS(31, 12),                                        \
		{ "STDATA", "stdata", FIELD_ID, BITS_AT(63, 32), .help = "to be stored" },         \
		RESERVED_BITS(65, 64),                                                             \
		{ "STADDR", "staddr", FIELD_ADDRESS, { PIECE(127, 66, 2) }, .help = "where" }

#define PASID_IOTLB_FIELDS                                                                         \
	TYPE, GRANULARITY(5, 4, piotlb_g_names), RESERVED_BITS(8, 6), RESERVED_BITS(15, 12),       \
		DOMAIN, PASID, RESERVED_BITS(63, 52), PAGES

#define PASID_CACHE_FIELDS                                                                         \
	TYPE, GRANULARITY(5, 4, pc_g_names), RESERVED_BITS(8, 6), RESERVED_BITS(15, 12), DOMAIN,   \
		PASID, RESERVED_BITS(63, 52), RESERVED_BITS(127, 64)

#define PASID_DEVICE_TLB_FIELDS                                                                    \
	TYPE,                                                                                      \
		{ "MIP", "mip", FIELD_NUMBER, BITS_AT(8, 4),                                       \
		  .help = "invalidations that the device can have pending; 0: 32" },               \
		{ "PFSID", "pfsid", FIELD_ID, { PIECE(15, 12, 0), PIECE(63, 52, 4) },              \
		  .help = "physical function of a virtual one" },                                  \
		{ "SID", "source_id", FIELD_ID, BITS_AT(31, 16), .help = "device" }, PASID,        \
		{ "G", "g", FIELD_FLAG, BIT_AT(64), .help = "of all PASIDs" },                     \
		RESERVED_BITS(74, 65),                                                             \
		{ "S", "s", FIELD_FLAG, BIT_AT(75), .help = "more than a page: ADDR has the size" }, \
		ADDRESS

#define RESPONSE_FIELDS                                                                            \
	TYPE, { "PP", "pp", FIELD_FLAG, BIT_AT(4), .help = "the request had a PASID" },            \
		{ "PDP", "pdp", FIELD_FLAG, BIT_AT(5), .help = "private data; reserved later" },   \
		RESERVED_BITS(8, 6),                                                               \
		{ "RC", "rc", FIELD_NUMBER, BITS_AT(15, 12), NAMES(rc_names), .help = "answer" },  \
		{ "RID", "source_id", FIELD_ID, BITS_AT(31, 16), .help = "device" }, PASID,        \
		RESERVED_BITS(63, 52), RESERVED_BITS(65, 64),                                      \
		{ "LPIG", "lpig", FIELD_FLAG, BIT_AT(66), .help = "last of its group; reserved later" }, \
		{ "PRGI", "prgi", FIELD_ID, BITS_AT(75, 67), .help = "group of page requests" },   \
		RESERVED_BITS(127, 76)

#define DESCRIPTOR(word, spelled, body, upper)                                                     \
	static const struct field word##_fields[] = { body };                                      \
	static const struct field word##_wide_fields[] = { body, upper };                          \
	const struct record intel_qi_##word##_record = {                                           \
		.name = spelled,                                                                   \
		.source = "Intel VT-d specification, section 6.5.2",                               \
		.nr_bits = 128,                                                                    \
		FIELDS(word##_fields),                                                             \
	};                                                                                         \
	const struct record intel_qi_##word##_wide_record = {                                      \
		.name = spelled,                                                                   \
		.source = "Intel VT-d specification, section 6.5.2",                               \
		.nr_bits = 256,                                                                    \
		FIELDS(word##_wide_fields),                                                        \
	}

#define NOTHING	     RESERVED_BITS(191, 128), RESERVED_BITS(255, 192)
#define PRIVATE_DATA IGNORED_BITS(191, 128), IGNORED_BITS(255, 192)

DESCRIPTOR(context, "Context-cache Invalidate", CONTEXT_FIELDS, NOTHING);
DESCRIPTOR(iotlb, "IOTLB Invalidate", IOTLB_FIELDS, NOTHING);
DESCRIPTOR(device_tlb, "Device-TLB Invalidate", DEVICE_TLB_FIELDS, NOTHING);
DESCRIPTOR(interrupt, "Interrupt Entry Cache Invalidate", INTERRUPT_FIELDS, NOTHING);
DESCRIPTOR(wait, "Invalidation Wait", WAIT_FIELDS, NOTHING);
DESCRIPTOR(pasid_iotlb, "PASID-based-IOTLB Invalidate", PASID_IOTLB_FIELDS, NOTHING);
DESCRIPTOR(pasid_cache, "PASID-cache Invalidate", PASID_CACHE_FIELDS, NOTHING);
DESCRIPTOR(pasid_device_tlb, "PASID-based-Device-TLB Invalidate", PASID_DEVICE_TLB_FIELDS, NOTHING);
DESCRIPTOR(response, "Page Group Response", RESPONSE_FIELDS, PRIVATE_DATA);

#define NR_TYPES 10

static const struct record *const by_type[NR_TYPES][2] = {
	[INTEL_QI_CONTEXT] = { &intel_qi_context_record, &intel_qi_context_wide_record },
	[INTEL_QI_IOTLB] = { &intel_qi_iotlb_record, &intel_qi_iotlb_wide_record },
	[INTEL_QI_DEVICE_TLB] = { &intel_qi_device_tlb_record, &intel_qi_device_tlb_wide_record },
	[INTEL_QI_INTERRUPT] = { &intel_qi_interrupt_record, &intel_qi_interrupt_wide_record },
	[INTEL_QI_WAIT] = { &intel_qi_wait_record, &intel_qi_wait_wide_record },
	[INTEL_QI_PASID_IOTLB] = { &intel_qi_pasid_iotlb_record, &intel_qi_pasid_iotlb_wide_record },
	[INTEL_QI_PASID] = { &intel_qi_pasid_cache_record, &intel_qi_pasid_cache_wide_record },
	[INTEL_QI_PASID_DEVICE_TLB] = { &intel_qi_pasid_device_tlb_record,
					&intel_qi_pasid_device_tlb_wide_record },
	[INTEL_QI_PAGE_GROUP_RESPONSE] = { &intel_qi_response_record, &intel_qi_response_wide_record },
};

unsigned intel_qi_type(const uint64_t *words)
{
	return (unsigned)record_get(&intel_qi_wait_record, "type", words);
}

const struct record *intel_qi_record(const uint64_t *words, bool wide)
{
	unsigned type = intel_qi_type(words);

	return type < NR_TYPES ? by_type[type][wide] : NULL;
}

bool intel_qi_is_wait(const uint64_t *words)
{
	return intel_qi_type(words) == INTEL_QI_WAIT &&
	       record_get(&intel_qi_wait_record, "sw", words);
}

bool intel_qi_needs_device(const uint64_t *words, uint16_t *source_id)
{
	unsigned type = intel_qi_type(words);

	if (type != INTEL_QI_DEVICE_TLB && type != INTEL_QI_PASID_DEVICE_TLB)
		return false;
	*source_id = (uint16_t)record_get(intel_qi_record(words, false), "source_id", words);
	return true;
}

/* The granularity of a context-cache invalidation of one device's entry. */
#define G_DEVICE 3

bool intel_qi_device(const uint64_t *words, uint16_t *source_id)
{
	unsigned type = intel_qi_type(words);

	if (intel_qi_needs_device(words, source_id))
		return true;
	if (type != INTEL_QI_PAGE_GROUP_RESPONSE &&
	    (type != INTEL_QI_CONTEXT || record_get(&intel_qi_context_record, "g", words) != G_DEVICE))
		return false;
	*source_id = (uint16_t)record_get(intel_qi_record(words, false), "source_id", words);
	return true;
}

/* ---- in words ---- */

struct summary {
	const struct record *record;
	const uint64_t *words;
	char *buf;
	unsigned size;
};

static uint64_t get(const struct summary *s, const char *key)
{
	return record_get(s->record, key, s->words);
}

#define DEVICE_WORDS_MAX 16

static const char *device_words(uint64_t source_id, char buf[DEVICE_WORDS_MAX])
{
	unsigned id = (unsigned)source_id & 0xffff;

	snprintf(buf, DEVICE_WORDS_MAX, "%02x:%02x.%x", id >> 8, id >> 3 & 0x1f, id & 7);
	return buf;
}

/* "2^3 pages at 1000". AM low bits of the page's number are not looked at. */
static void pages_words(const struct summary *s, char *buf, unsigned size)
{
	unsigned am = (unsigned)get(s, "am");
	uint64_t first = am < 52 ? get(s, "address") >> (12 + am) << (12 + am) : 0;

	if (am)
		snprintf(buf, size, "2^%u pages at %" PRIx64, am, first);
	else
		snprintf(buf, size, "the page at %" PRIx64, first);
}

/* S=1: one more than the run of ones from bit 12 up is the size; all ones is everything. */
static void device_range_words(const struct summary *s, char *buf, unsigned size)
{
	uint64_t address = get(s, "address") | 0xfff;
	unsigned lg2;

	if (!get(s, "s")) {
		snprintf(buf, size, "the page at %" PRIx64, get(s, "address"));
		return;
	}
	lg2 = ~address & (UINT64_MAX >> 1) ? 1 + (unsigned)__builtin_ctzll(~address) : 64;
	if (lg2 >= 63)
		snprintf(buf, size, "all pages");
	else
		snprintf(buf, size, "2^%u pages at %" PRIx64, lg2 - 12,
			 (uint64_t)(address & ~((1ULL << lg2) - 1)));
}

static void context_summary(const struct summary *s)
{
	char device[DEVICE_WORDS_MAX];
	const char *name = fm_names[get(s, "fm")];

	switch (get(s, "g")) {
	case 1:
		snprintf(s->buf, s->size, "all context entries");
		break;
	case 2:
		snprintf(s->buf, s->size, "context entries of domain 0x%x", (unsigned)get(s, "domain_id"));
		break;
	case 3:
		snprintf(s->buf, s->size, "context entry of %s%s%s, domain 0x%x",
			 device_words(get(s, "source_id"), device), get(s, "fm") ? " and its " : "",
			 get(s, "fm") ? name : "", (unsigned)get(s, "domain_id"));
		break;
	default:
		snprintf(s->buf, s->size, "G is 0, which is reserved");
	}
}

static void iotlb_summary(const struct summary *s)
{
	unsigned domain = (unsigned)get(s, "domain_id");
	char pages[64];

	pages_words(s, pages, sizeof(pages));
	switch (get(s, "g")) {
	case 1:
		snprintf(s->buf, s->size, "all pages of all domains");
		break;
	case 2:
		snprintf(s->buf, s->size, "all pages of domain 0x%x", domain);
		break;
	case 3:
		snprintf(s->buf, s->size, "%s of domain 0x%x", pages, domain);
		break;
	default:
		snprintf(s->buf, s->size, "G is 0, which is reserved");
	}
}

static void device_tlb_summary(const struct summary *s)
{
	char device[DEVICE_WORDS_MAX], range[64], pasid[32] = "";

	device_range_words(s, range, sizeof(range));
	if (record_field(s->record, "pasid"))
		snprintf(pasid, sizeof(pasid), get(s, "g") ? ", all PASIDs" : ", PASID 0x%x",
			 (unsigned)get(s, "pasid"));
	snprintf(s->buf, s->size, "%s%s in the TLB of %s", range, pasid,
		 device_words(get(s, "source_id"), device));
}

static void interrupt_summary(const struct summary *s)
{
	unsigned index = (unsigned)get(s, "iidx"), im = (unsigned)get(s, "im");

	if (!get(s, "g"))
		snprintf(s->buf, s->size, "all interrupt entries");
	else if (im)
		snprintf(s->buf, s->size, "2^%u interrupt entries from %u", im, index);
	else
		snprintf(s->buf, s->size, "interrupt entry %u", index);
}

static void wait_summary(const struct summary *s)
{
	static const struct {
		const char *key, *words;
	} more[] = { { "if", "interrupt" }, { "fn", "fence" }, { "pd", "page requests drained" } };
	unsigned at = 0;

	snprintf(s->buf, s->size, "nothing");
	if (get(s, "sw"))
		at = (unsigned)snprintf(s->buf, s->size, "store %" PRIx64 " at %" PRIx64,
					get(s, "stdata"), get(s, "staddr"));
	for (unsigned i = 0; i < sizeof(more) / sizeof(more[0]) && at < s->size; i++) {
		if (get(s, more[i].key))
			at += (unsigned)snprintf(s->buf + at, s->size - at, "%s%s", at ? ", " : "",
						 more[i].words);
	}
}

static void pasid_iotlb_summary(const struct summary *s)
{
	unsigned domain = (unsigned)get(s, "domain_id"), pasid = (unsigned)get(s, "pasid");
	char pages[64];

	pages_words(s, pages, sizeof(pages));
	if (get(s, "g") < 2)
		snprintf(s->buf, s->size, "G is %u, which is reserved", (unsigned)get(s, "g"));
	else
		snprintf(s->buf, s->size, "%s of PASID 0x%x, domain 0x%x",
			 get(s, "g") == 2 ? "all pages" : pages, pasid, domain);
}

static void pasid_cache_summary(const struct summary *s)
{
	unsigned domain = (unsigned)get(s, "domain_id"), pasid = (unsigned)get(s, "pasid");

	switch (get(s, "g")) {
	case 0:
		snprintf(s->buf, s->size, "PASID entries of domain 0x%x", domain);
		break;
	case 1:
		snprintf(s->buf, s->size, "entry of PASID 0x%x, domain 0x%x", pasid, domain);
		break;
	case 3:
		snprintf(s->buf, s->size, "all PASID entries");
		break;
	default:
		snprintf(s->buf, s->size, "G is 2, which is reserved");
	}
}

static void response_summary(const struct summary *s)
{
	char device[DEVICE_WORDS_MAX], pasid[32] = "";

	if (get(s, "pp"))
		snprintf(pasid, sizeof(pasid), ", PASID 0x%x", (unsigned)get(s, "pasid"));
	snprintf(s->buf, s->size, "%s to %s%s, group 0x%x", rc_names[get(s, "rc")],
		 device_words(get(s, "source_id"), device), pasid, (unsigned)get(s, "prgi"));
}

const char *intel_qi_summary(const uint64_t *words, char *buf, unsigned size)
{
	static void (*const summaries[NR_TYPES])(const struct summary *s) = {
		[INTEL_QI_CONTEXT] = context_summary,
		[INTEL_QI_IOTLB] = iotlb_summary,
		[INTEL_QI_DEVICE_TLB] = device_tlb_summary,
		[INTEL_QI_INTERRUPT] = interrupt_summary,
		[INTEL_QI_WAIT] = wait_summary,
		[INTEL_QI_PASID_IOTLB] = pasid_iotlb_summary,
		[INTEL_QI_PASID] = pasid_cache_summary,
		[INTEL_QI_PASID_DEVICE_TLB] = device_tlb_summary,
		[INTEL_QI_PAGE_GROUP_RESPONSE] = response_summary,
	};
	const struct summary s = { intel_qi_record(words, false), words, buf, size };

	if (s.record)
		summaries[intel_qi_type(words)](&s);
	else
		snprintf(buf, size, "a type that no specification at hand has");
	return buf;
}
