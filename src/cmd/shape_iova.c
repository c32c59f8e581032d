// SPDX-License-Identifier: GPL-2.0-or-later
/* The document of `iommu iova`: its members, what identifies its rows, and what differs on every boot. */
#include "iommu/shape.h"

static const struct member_shape domains_devices_members[] = {
	MEMBER(NAME, TEXT, "device"),
	MAYBE(FACT, HEX, "dma_mask"),
	MEMBER(FACT, HEX, "bus_dma_limit"),
	MAYBE(FACT, HEX, "last"),
};
static const struct shape domains_devices = {
	.noun = "device",
	MEMBERS(domains_devices_members),
};

static const struct member_shape domains_largest_hole_members[] = {
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
};
static const struct shape domains_largest_hole = {
	MEMBERS(domains_largest_hole_members),
};

static const struct member_shape largest_hole_members[] = {
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
};
static const struct shape largest_hole = {
	MEMBERS(largest_hole_members),
};

static const struct member_shape zones_members[] = {
	MEMBER(FACT, TEXT, "zone"),
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
	MEMBER(FACT, TEXT, "whom"),
	MEMBER(LOOSE, HEX, "last"),
	MEMBER(FACT, COUNT, "pages"),
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(FACT, COUNT, "pages_emptied"),
};
static const struct shape fits = {
	MEMBERS(fits_members),
};

static const struct member_shape caches_members[] = {
	MEMBER(FACT, COUNT, "pages"),
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
	MEMBER(FACT, COUNT, "flushes_started"),
	MEMBER(FACT, COUNT, "flushes_finished"),
};
static const struct shape queue = {
	MEMBERS(queue_members),
};

static const struct member_shape allocated_members[] = {
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
	MEMBER(FACT, TEXT, "state"),
	MEMBER(FACT, BYTES, "mapped_bytes"),
	MEMBER(LOOSE, HEX, "address"),
};
static const struct shape allocated = {
	MEMBERS(allocated_members),
};

static const struct member_shape vfio_members[] = {
	MEMBER(NAME, COUNT, "group"),
	MEMBER(FACT, COUNT, "dma_avail"),
	MEMBER(FACT, COUNT, "dma_entry_limit"),
	MEMBER(TOLD, COUNT, "areas"),
	MEMBER(TOLD, BYTES, "area_bytes"),
	MEMBER(TOLD, BYTES, "mapped_bytes"),
	MEMBER(TOLD, FLAG, "mapped_bytes_complete"),
	MEMBER(FACT, BYTES, "outside_bytes"),
};
static const struct shape vfio = {
	MEMBERS(vfio_members),
};

static const struct member_shape domains_members[] = {
	MAYBE(TOLD, ID, "domain_id"),
	MEMBER(LOOSE, HEX, "address"),
	MEMBER(TOLD, TEXT, "type"),
	MEMBER(TOLD, NUMBERS, "groups"),
	MAYBE(LOOSE, HEX, "allocator"),
	MAYBE(LOOSE, HEX, "cookie"),
	MEMBER(FACT, FLAG, "is_set_up"),
	MEMBER(FACT, COUNT, "granule"),
	MEMBER(FACT, HEX, "first"),
	MAYBE(FACT, HEX, "last"),
	MEMBER_OF(NAME, LIST, "devices", domains_devices),
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
	MEMBER(TOLD, BYTES, "mapped_bytes"),
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
	.in_use_by = "type",
	MEMBERS(domains_members),
};

static const struct member_shape range_members[] = {
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(LOOSE, HEX, "end"),
	MEMBER(LOOSE, HEX, "address"),
};
static const struct shape range = {
	MEMBERS(range_members),
};

static const struct member_shape addresses_members[] = {
	MEMBER(LOOSE, HEX, "iova"),
	MEMBER(FACT, TEXT, "state"),
	MAYBE_OF(FACT, OBJECT, "range", range),
	MEMBER(FACT, TEXT, "shelf"),
	MAYBE(FACT, COUNT, "cpu"),
	MEMBER(LOOSE, HEX, "magazine"),
	MEMBER(FACT, FLAG, "mapped"),
	MEMBER(LOOSE, HEX, "pa"),
	MEMBER(LOOSE, HEX, "entry"),
	MEMBER(FACT, COUNT, "counter"),
};
static const struct shape addresses = {
	MEMBERS(addresses_members),
};

static const struct member_shape areas_members[] = {
	MEMBER(FACT, BYTES, "bytes"),
	MEMBER(FACT, BYTES, "used_bytes"),
};
static const struct shape areas = {
	MEMBERS(areas_members),
};

static const struct member_shape pools_members[] = {
	MEMBER(LOOSE, HEX, "address"),
	MEMBER(LOOSE, HEX, "start_pa"),
	MEMBER(LOOSE, HEX, "end_pa"),
	MEMBER(NAME, BYTES, "bytes"),
	MAYBE(LOOSE, BYTES, "used_bytes"),
	MAYBE(LOOSE, BYTES, "longest_free_bytes"),
	MEMBER_OF(LOOSE, LIST, "areas", areas),
};
static const struct shape pools = {
	.noun = "pool of",
	MEMBERS(pools_members),
};

static const struct member_shape devices_members[] = {
	MEMBER(NAME, TEXT, "device"),
	MEMBER(FACT, TEXT, "why"),
};
static const struct shape devices = {
	.noun = "bounce buffers of",
	MEMBERS(devices_members),
};

static const struct member_shape swiotlb_members[] = {
	MAYBE(LOOSE, HEX, "address"),
	MEMBER(FACT, FLAG, "forced"),
	MAYBE(LOOSE, BYTES, "used_bytes"),
	MAYBE(LOOSE, BYTES, "high_water_bytes"),
	MAYBE(LOOSE, BYTES, "transient_bytes"),
	MEMBER_OF(FACT, LIST, "pools", pools),
	MEMBER_OF(FACT, LIST, "devices", devices),
};
static const struct shape swiotlb = {
	MEMBERS(swiotlb_members),
};

static const struct member_shape iova_members[] = {
	MEMBER_OF(FACT, LIST, "domains", domains),
	MEMBER_OF(LOOSE, LIST, "addresses", addresses),
	MEMBER_OF(FACT, OBJECT, "swiotlb", swiotlb),
};
const struct shape iova_shape = {
	MEMBERS(iova_members),
};
