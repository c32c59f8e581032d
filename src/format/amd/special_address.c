// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, publication 48882, table "Special Address Controls
 * (GPA)": the last 12 GiB of 40 address bits, which HyperTransport gave meanings of their own. The fields are those
 * of the device table entry. The specification's text was not at hand; the table is quoted by QEMU.
 */
#include "special_address.h"

#include <stddef.h>

/* In ascending order. */
static const struct special_range ranges[] = {
	{ 0xfd00000000, 0xfdf7ffffff, false, "reserved for interrupts by HyperTransport", NULL },
	{ 0xfdf8000000, 0xfdf8ffffff, true, "HyperTransport's interrupts and ends of interrupts", "IntCtl" },
	{ 0xfdf9000000, 0xfdf90fffff, false, "HyperTransport's acknowledgement of legacy interrupts", NULL },
	{ 0xfdf9100000, 0xfdf91fffff, false, "HyperTransport's system management", "SysMgt" },
	{ 0xfdf9200000, 0xfdfaffffff, false, "reserved by HyperTransport", NULL },
	{ 0xfdfb000000, 0xfdfbffffff, false, "HyperTransport's address translation (ATS)", NULL },
	{ 0xfdfc000000, 0xfdfdffffff, false, "HyperTransport's port I/O", "IoCtl" },
	{ 0xfdfe000000, 0xfdffffffff, false, "HyperTransport's configuration space", NULL },
	{ 0xfe00000000, 0xfe1fffffff, false,
	  "HyperTransport's extended configuration space and device messages", NULL },
	{ 0xfe20000000, 0xffffffffff, false, "reserved by HyperTransport", NULL },
};

const struct special_range *amd_special_address(uint64_t address)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (address <= ranges[i].last)
			return &ranges[i];
	}
	return NULL;
}
