// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu iova`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape domains_devices_members[] = {
	MAYBE(NAME, TEXT, "device"),
	MAYBE(FACT, HEX, "dma_mask"),
	MEMBER(FACT, HEX, "bus_dma_limit"),
	MAYBE(FACT, HEX, "last"),
};
static const struct shape domains_devices = {
	.noun = "device",
	MEMBERS(domains_devices_members),
};

static const struct member_shape domains_largest_hole_members[] = {
	MAYBE(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
};
static const struct shape domains_largest_hole = {
	MEMBERS(domains_largest_hole_members),
};

static const struct member_shape largest_hole_members[] = {
	MAYBE(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
};
static const struct shape largest_hole = {
	MEMBERS(largest_hole_members),
};

static const struct member_shape zones_members[] = {
	MAYBE(FACT, TEXT, "zone"),
	MEMBER(LOOSE, HEX, "first"),
	MAYBE(LOOSE, HEX, "last"),
	MAYBE(FACT, BYTES, "in_use_bytes"),
	MAYBE(FACT, BYTES, "reserved_bytes"),
	MAYBE(FACT, BYTES, "cached_bytes"),
	MAYBE(FACT, BYTES, "pending_bytes"),
	MAYBE(FACT, BYTES, "free_bytes"),
	MAYBE_OF(FACT, OBJECT, "largest_hole", largest_hole),
};
static const struct shape zones = {
	MEMBERS(zones_members),
};

static const struct member_shape fits_members[] = {
	MAYBE(FACT, TEXT, "whom"),
	MAYBE(LOOSE, HEX, "last"),
	MAYBE(FACT, COUNT, "pages"),
	MAYBE(LOOSE, HEX, "iova"),
	MEMBER(FACT, COUNT, "pages_emptied"),
};
static const struct shape fits = {
	MEMBERS(fits_members),
};

static const struct member_shape caches_members[] = {
	MAYBE(FACT, COUNT, "pages"),
	MEMBER(FACT, COUNT, "on_cpus"),
	MEMBER(FACT, COUNT, "in_depot"),
};
static const struct shape caches = {
	MEMBERS(caches_members),
};

static const struct member_shape queue_members[] = {
	MEMBER(FACT, FLAG, "single"),
	MEMBER(FACT, COUNT, "queues"),
	MEMBER(FACT, COUNT, "slots"),
	MAYBE(FACT, COUNT, "entries"),
	MAYBE(FACT, COUNT, "flushes_started"),
	MAYBE(FACT, COUNT, "flushes_finished"),
};
static const struct shape queue = {
	MEMBERS(queue_members),
};

static const struct member_shape allocated_members[] = {
	MAYBE(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
	MAYBE(FACT, TEXT, "state"),
	MAYBE(FACT, BYTES, "mapped_bytes"),
	MAYBE(LOOSE, HEX, "address"),
};
static const struct shape allocated = {
	MEMBERS(allocated_members),
};

static const struct member_shape vfio_members[] = {
	MAYBE(NAME, COUNT, "group"),
	MAYBE(FACT, COUNT, "dma_avail"),
	MAYBE(FACT, COUNT, "dma_entry_limit"),
	MAYBE(TOLD, COUNT, "areas"),
	MEMBER(TOLD, BYTES, "area_bytes"),
	MAYBE(TOLD, BYTES, "mapped_bytes"),
	MEMBER(TOLD, FLAG, "mapped_bytes_complete"),
	MAYBE(FACT, BYTES, "outside_bytes"),
};
static const struct shape vfio = {
	MEMBERS(vfio_members),
};

static const struct member_shape domains_members[] = {
	MAYBE(TOLD, ID, "domain_id"),
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(TOLD, TEXT, "type"),
	MEMBER(TOLD, NUMBERS, "groups"),
	MAYBE(LOOSE, HEX, "allocator"),
	MAYBE(LOOSE, HEX, "cookie"),
	MEMBER(FACT, FLAG, "is_set_up"),
	MEMBER(FACT, COUNT, "granule"),
	MEMBER(FACT, HEX, "first"),
	MAYBE(FACT, HEX, "last"),
	MAYBE_OF(NAME, LIST, "devices", domains_devices),
	MAYBE(LOOSE, BYTES, "allocated_bytes"),
	MAYBE(LOOSE, BYTES, "in_use_bytes"),
	MAYBE(LOOSE, BYTES, "reserved_bytes"),
	MAYBE(LOOSE, BYTES, "cached_bytes"),
	MAYBE(LOOSE, BYTES, "pending_bytes"),
	MAYBE(LOOSE, BYTES, "free_bytes"),
	MAYBE_OF(LOOSE, OBJECT, "largest_hole", domains_largest_hole),
	MEMBER_OF(LOOSE, LIST, "zones", zones),
	MAYBE_OF(LOOSE, LIST, "fits", fits),
	MAYBE(FACT, COUNT, "refused_from_pages"),
	MEMBER_OF(LOOSE, LIST, "caches", caches),
	MAYBE_OF(LOOSE, OBJECT, "queue", queue),
	MAYBE(TOLD, BYTES, "mapped_bytes"),
	MEMBER(TOLD, FLAG, "mapped_bytes_complete"),
	MAYBE(IN_USE, BYTES, "outside_bytes"),
	MAYBE(LOOSE, COUNT, "unmapped_ranges"),
	MAYBE(LOOSE, BYTES, "unmapped_bytes"),
	MEMBER_OF(LOOSE, LIST, "allocated", allocated),
	MEMBER_OF(FACT, OBJECT, "vfio", vfio),
};
static const struct shape domains = {
	.noun = "allocator of",
	.says = "type first last",
	.nameless = "no device",
	.follows = "type",
	.in_use_by = "type",
	MEMBERS(domains_members),
};

static const struct member_shape range_members[] = {
	MAYBE(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
	MAYBE(LOOSE, HEX, "address"),
};
static const struct shape range = {
	MEMBERS(range_members),
};

static const struct member_shape mappings_members[] = {
	MAYBE(NAME, TEXT, "device"),
	MAYBE(FACT, TEXT, "driver"),
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, BYTES, "bytes"),
	MAYBE(LOOSE, BYTES, "mapped_bytes"),
	MAYBE(LOOSE, TEXT, "direction"),
	MAYBE(LOOSE, TEXT, "type"),
	MAYBE(LOOSE, HEX, "pa"),
	MAYBE(LOOSE, TEXT, "error_check"),
	MEMBER(LOOSE, HEXES, "stack"),
	MEMBER(LOOSE, TEXTS, "calls"),
	MEMBER(LOOSE, HEX, "address"),
};
static const struct shape mappings = {
	.noun = "mapping of",
	MEMBERS(mappings_members),
};

static const struct member_shape addresses_members[] = {
	MAYBE(LOOSE, HEX, "iova"),
	MAYBE(FACT, TEXT, "state"),
	MAYBE_OF(FACT, OBJECT, "range", range),
	MAYBE(FACT, TEXT, "shelf"),
	MAYBE(FACT, COUNT, "cpu"),
	MEMBER(LOOSE, HEX, "magazine"),
	MAYBE(FACT, FLAG, "mapped"),
	MAYBE(LOOSE, HEX, "pa"),
	MAYBE(LOOSE, COUNT, "iommu_mappings"),
	MAYBE(LOOSE, HEX, "entry"),
	MAYBE(FACT, COUNT, "counter"),
	MEMBER_OF(LOOSE, LIST, "mapped_by", mappings),
};
static const struct shape addresses = {
	MEMBERS(addresses_members),
};

static const struct member_shape areas_members[] = {
	MAYBE(FACT, BYTES, "bytes"),
	MAYBE(FACT, BYTES, "used_bytes"),
};
static const struct shape areas = {
	MEMBERS(areas_members),
};

static const struct member_shape pools_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(LOOSE, HEX, "start_pa"),
	MAYBE(LOOSE, HEX, "end_pa"),
	MAYBE(NAME, BYTES, "bytes"),
	MAYBE(LOOSE, BYTES, "used_bytes"),
	MAYBE(LOOSE, BYTES, "longest_free_bytes"),
	MAYBE_OF(LOOSE, LIST, "areas", areas),
};
static const struct shape pools = {
	.noun = "pool of",
	MEMBERS(pools_members),
};

static const struct member_shape devices_members[] = {
	MAYBE(NAME, TEXT, "device"),
	MAYBE(FACT, TEXT, "why"),
};
static const struct shape devices = {
	.noun = "bounce buffers of",
	MEMBERS(devices_members),
};

static const struct member_shape swiotlb_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MAYBE(FACT, FLAG, "forced"),
	MAYBE(LOOSE, BYTES, "used_bytes"),
	MAYBE(LOOSE, BYTES, "high_water_bytes"),
	MAYBE(LOOSE, BYTES, "transient_bytes"),
	MEMBER_OF(FACT, LIST, "pools", pools),
	MAYBE_OF(FACT, LIST, "devices", devices),
};
static const struct shape swiotlb = {
	MEMBERS(swiotlb_members),
};

static const struct member_shape debug_devices_members[] = {
	MAYBE(NAME, TEXT, "device"),
	MAYBE(FACT, TEXT, "driver"),
	MEMBER(LOOSE, COUNT, "mappings"),
	MEMBER(LOOSE, BYTES, "bytes"),
	MEMBER(LOOSE, COUNT, "not_checked"),
	MAYBE(LOOSE, COUNT, "not_mapped"),
};
static const struct shape debug_devices = {
	.noun = "mappings of",
	MEMBERS(debug_devices_members),
};

static const struct member_shape dma_debug_members[] = {
	MAYBE(FACT, TEXT, "state"),
	MAYBE(LOOSE, COUNT, "entries"),
	MAYBE(LOOSE, COUNT, "entries_free"),
	MAYBE(FACT, COUNT, "errors"),
	MAYBE_OF(FACT, LIST, "devices", debug_devices),
	MAYBE_OF(LOOSE, LIST, "mappings", mappings),
};
static const struct shape dma_debug = {
	MEMBERS(dma_debug_members),
};

static const struct member_shape iova_members[] = {
	MEMBER_OF(FACT, LIST, "domains", domains),
	MEMBER_OF(LOOSE, LIST, "addresses", addresses),
	MAYBE_OF(FACT, OBJECT, "swiotlb", swiotlb),
	MEMBER_OF(FACT, OBJECT, "dma_debug", dma_debug),
};
const struct shape iova_shape = {
	MEMBERS(iova_members),
};
