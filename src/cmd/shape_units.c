// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu units`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape blocks_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(NAME, TEXTS, "devices"),
	MAYBE(FACT, FLAG, "include_pci_all"),
	MAYBE(NAME, TEXT, "type"),
	MEMBER(NAME, HEX, "start"),
	MAYBE(NAME, HEX, "last"),
	MEMBER(FACT, FLAG, "all_ports"),
	MEMBER(FACT, FLAG, "atc_required"),
};
static const struct shape blocks = {
	.noun = "block",
	MEMBERS(blocks_members),
};

static const struct member_shape features_members[] = {
	MEMBER(FACT, TEXTS, "names"),
	MAYBE(TOLD, HEX, "raw"),
	MEMBER(TOLD, HEX, "raw2"),
	MEMBER(FACT, FLAG, "common"),
};
static const struct shape features = {
	MEMBERS(features_members),
};

static const struct member_shape invalidation_queue_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, BYTES, "bytes"),
};
static const struct shape invalidation_queue = {
	MEMBERS(invalidation_queue_members),
};

static const struct member_shape command_buffer_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, BYTES, "bytes"),
};
static const struct shape command_buffer = {
	MEMBERS(command_buffer_members),
};

static const struct member_shape event_log_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, BYTES, "bytes"),
};
static const struct shape event_log = {
	MEMBERS(event_log_members),
};

static const struct member_shape ppr_log_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, BYTES, "bytes"),
};
static const struct shape ppr_log = {
	MEMBERS(ppr_log_members),
};

static const struct member_shape capability_members[] = {
	MEMBER(FACT, COUNT, "cap_id"),
	MEMBER(FACT, COUNT, "cap_ptr"),
	MEMBER(FACT, COUNT, "cap_type"),
	MAYBE(FACT, TEXT, "cap_type_name"),
	MEMBER(FACT, COUNT, "cap_rev"),
	MEMBER(FACT, FLAG, "iotlb_sup"),
	MEMBER(FACT, FLAG, "ht_tunnel"),
	MEMBER(FACT, FLAG, "np_cache"),
	MEMBER(FACT, FLAG, "efr_sup"),
	MEMBER(FACT, FLAG, "cap_ext"),
};
static const struct shape capability = {
	MEMBERS(capability_members),
};

static const struct member_shape units_units_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE_OF(FACT, LIST, "blocks", blocks),
	MEMBER(FACT, RECORD, "cap"),
	MAYBE(FACT, TEXT, "device"),
	MAYBE(FACT, TEXTS, "devices"),
	MEMBER(FACT, RECORD, "ecap"),
	MAYBE_OF(FACT, OBJECT, "features", features),
	MEMBER(FACT, RECORD, "gcmd"),
	MEMBER(FACT, FLAG, "ignored"),
	MEMBER(FACT, FLAG, "interrupt_remapping"),
	MEMBER(FACT, FLAG, "interrupt_remapping_pre_enabled"),
	MAYBE_OF(FACT, OBJECT, "invalidation_queue", invalidation_queue),
	MAYBE(FACT, TEXT, "irq_mode"),
	MAYBE(FACT, HEX, "mmio_pa"),
	MAYBE(NAME, TEXT, "name"),
	MAYBE(FACT, COUNT, "node"),
	MAYBE(TOLD, COUNT, "nr_devices"),
	MAYBE_OF(FACT, OBJECT, "page_request_queue", command_buffer),
	MEMBER(FACT, FLAG, "queued_invalidation"),
	MEMBER(LOOSE, HEX, "root_table"),
	MEMBER(FACT, FLAG, "scalable"),
	MEMBER(FACT, COUNT, "segment"),
	MEMBER(FACT, FLAG, "translation"),
	MEMBER(FACT, FLAG, "translation_pre_enabled"),
	MEMBER(FACT, RECORD, "vccap"),
	MAYBE(FACT, TEXT, "vendor"),
	MAYBE_OF(FACT, OBJECT, "command_buffer", command_buffer),
	MEMBER(FACT, RECORD, "efr"),
	MAYBE_OF(FACT, OBJECT, "event_log", event_log),
	MAYBE_OF(FACT, OBJECT, "ga_log", command_buffer),
	MAYBE_OF(FACT, OBJECT, "ppr_log", ppr_log),
	MAYBE(FACT, TEXT, "driver"),
	MEMBER(FACT, RECORD, "ecmdcap"),
	MEMBER(LOOSE, HEX, "cap_offset"),
	MEMBER(FACT, RECORD, "efr2"),
	MAYBE_OF(FACT, OBJECT, "capability", capability),
};
/* Values of the driver of one vendor, under its own words. */
static const struct member_shape other_value = MAYBE(FACT, HEX, "value");

static const struct shape units_units = {
	.noun = "unit",
	.others = &other_value,
	MEMBERS(units_units_members),
};

static const struct member_shape units_members[] = {
	MEMBER_OF(FACT, LIST, "units", units_units),
};
const struct shape units_shape = {
	MEMBERS(units_members),
};
