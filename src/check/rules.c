// SPDX-License-Identifier: GPL-2.0-or-later
/* Every rule: its code, and what must hold. The sentences stand beside the functions that look. BLOCK in a
 * code is what the vendor calls that part of its firmware table, in lower case ("ivhd"). */
#include "iommu/finding.h"

const struct rule rules[] = {
	{ "illegal-entry", "the hardware takes the entry of every device" },
	{ "reserved-bit", "bits that must be zero are zero, in entries of devices and of interrupts" },
	{ "alias-entry-differs", "the entries of all ids of a device translate alike" },
	{ "root-differs", "the hardware and the driver, or the process, have the same page table" },
	{ "not-translated", "a device whose domain has a page table is translated" },
	{ "domain-id-differs", "the hardware and the driver have the same domain id" },
	{ "mode-differs", "the default type of the kernel is that of some group's default domain" },
	{ "unaccounted-ids", "every domain id that is allocated is some domain's" },
	{ "unallocated-ids", "every domain's id is allocated" },
	{ "entry-without-irq", "every interrupt entry that is enabled is some interrupt's" },
	{ "irq-without-entry", "every interrupt that was requested has an entry that is enabled" },
	{ "entry-without-vcpu", "every posted entry names a virtual CPU that there is" },
	{ "BLOCK-without-unit", "the driver runs every unit that firmware describes" },
	{ "unit-without-BLOCK", "firmware describes every unit that the driver runs" },
	{ "registers-differ", "firmware and driver have a unit's registers at the same address" },
	{ "alias-differs", "firmware and driver give a device the same alias" },
	{ "unit-differs", "firmware and driver have a device served by the same unit" },
	{ "device-not-covered", "every device is covered by firmware" },
	{ "device-not-served", "every device that firmware covers is served" },
	{ "served-uncovered", "a device that is served is covered by firmware" },
	{ "unity-missing", "the driver keeps every range that firmware wants mapped one to one" },
	{ "unity-without-BLOCK", "firmware asks for every range that the driver keeps one to one" },
	{ "unity-not-mapped", "the page table has what firmware wants mapped one to one" },
	{ "unity-partly-mapped", "the page table has all of it, with its permissions" },
	{ 0 },
};
