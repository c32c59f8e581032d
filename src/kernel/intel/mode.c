// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the VT-d driver, the firmware and the kernel's configuration decided: whether DMA is remapped at all, and what
 * differs from what was asked for. Told by the driver's variables (drivers/iommu/intel/iommu.c, intel_iommu_setup(),
 * intel_iommu_init(), init_dmars()), never by what a release is known to do.
 */
#include "dmar.h"

#include "format/intel/records.h"
#include "iommu/device_facts.h"
#include "kernel/pieces.h"

static bool read_int(struct kernel *k, const char *variable, int *ret)
{
	uint64_t value;

	if (failed(kernel_read_variable(k, variable, 4, &value)))
		return false;
	*ret = (int)value;
	return true;
}

static bool is_set(struct kernel *k, const char *variable)
{
	int value;

	return read_int(k, variable, &value) && value;
}

static bool is_zero(struct kernel *k, const char *variable)
{
	int value;

	return read_int(k, variable, &value) && !value;
}

/* ---- devices that a decision is about ---- */

#define MAX_NAMED 6

struct named {
	unsigned nr;
	const char *line;
};

static void name(struct kernel *k, struct named *list, const struct device *dev)
{
	if (list->nr++ < MAX_NAMED)
		list->line = arena_printf(k->arena, "%s%s%s", list->nr > 1 ? list->line : "",
					  list->nr > 1 ? " " : "", dev->name);
}

static const char *named_words(struct kernel *k, const struct named *list)
{
	if (!list->nr)
		return "none is here";
	return list->nr > MAX_NAMED ? arena_printf(k->arena, "%s ...", list->line) : list->line;
}

/* ---- whether DMA is remapped ---- */

/* Values of dmar_policy (7.3). */
enum policy { POLICY_FORCED = 2, POLICY_DEFAULT_OFF = -1, POLICY_USER_OFF = -2, POLICY_FIRMWARE_OFF = -3 };

#define NOT_ASKED_FOR "the kernel default: nothing asked for intel_iommu=on"

static void read_policy(int policy, struct dma_off *ret)
{
	if (policy == POLICY_USER_OFF)
		*ret = (struct dma_off){ DECIDED_BY_COMMAND_LINE,
					 "the command line (intel_iommu=off or iommu=off)" };
	else if (policy == POLICY_DEFAULT_OFF)
		*ret = (struct dma_off){ DECIDED_BY_DEFAULT, NOT_ASKED_FOR };
	else if (policy == POLICY_FIRMWARE_OFF)
		*ret = (struct dma_off){ DECIDED_BY_FIRMWARE, "the firmware (a flag of its DMAR table)" };
}

/* Up to 7.2: variables of which each word sets one. intel_iommu=off sets two, and nothing else sets the second. */
static void read_switches(struct kernel *k, struct dma_off *ret)
{
	if (is_set(k, "no_iommu"))
		*ret = (struct dma_off){ DECIDED_BY_COMMAND_LINE, "the command line (iommu=off)" };
	else if (is_set(k, "dmar_disabled") && is_set(k, "no_platform_optin"))
		*ret = (struct dma_off){ DECIDED_BY_COMMAND_LINE, "the command line (intel_iommu=off)" };
	else if (is_set(k, "dmar_disabled") && is_zero(k, "no_platform_optin"))
		*ret = (struct dma_off){ DECIDED_BY_DEFAULT, NOT_ASKED_FOR };
}

/* NULL: it remaps DMA, or that is not known. */
static const char *off_words(const struct intel_unit *unit)
{
	if (unit->ignored)
		return "the driver leaves it out";
	if (!failed(unit->failure) && kva_is_null(unit->root))
		return "it has no root table";
	return unit->off ? "TE is 0 in what the driver wrote last" : NULL;
}

/* Whatever the driver says of itself: it switches its units off before another kernel is started, too. */
static bool all_units_are_off(struct kernel *k)
{
	const struct ptrs *units = &intel_machine(kernel_inventory(k))->units;

	for (size_t i = 0; i < units->nr; i++) {
		if (!off_words(units->at[i]))
			return false;
	}
	return units->nr;
}

/* Blocks of the firmware's table in the driver's list, when it made no unit of any. */
static unsigned nr_blocks_alone(struct kernel *k)
{
	struct ptrs found = { 0 };
	struct kva head;

	if (intel_is_active(k) || failed(kernel_symbol(k, "dmar_drhd_units", &head)) ||
	    failed(kernel_list(k, head, M_INTEL_DRHD_LIST, &found)))
		return 0;
	return (unsigned)found.nr;
}

/* Nobody switched it off, and it has not one unit. */
static const char *no_unit_words(struct kernel *k)
{
	unsigned nr = nr_blocks_alone(k);

	if (!nr)
		return NULL;
	return arena_printf(k->arena, "the driver: it made no unit of %u block%s of the firmware's table", nr,
			    nr == 1 ? "" : "s");
}

bool intel_dma_is_off(struct kernel *k, struct dma_off *ret)
{
	int policy;

	*ret = (struct dma_off){ 0 };
	if (!is_zero(k, "intel_iommu_enabled"))
		return all_units_are_off(k);
	if (read_int(k, "dmar_policy", &policy))
		read_policy(policy, ret);
	else
		read_switches(k, ret);
	if (!ret->words)
		ret->words = no_unit_words(k);
	return true;
}

/* ---- how domains are flushed ---- */

/* Up to 5.13 the driver had a variable of its own for that, and the type of the domain did not say it. */
#define STRICT_OF_DRIVER "intel_iommu_strict"

bool intel_flushes_lazily(struct kernel *k)
{
	return is_zero(k, STRICT_OF_DRIVER);
}

static bool is_strict(struct kernel *k)
{
	uint64_t strict;
	int of_driver;

	if (read_int(k, STRICT_OF_DRIVER, &of_driver))
		return of_driver;
	return !failed(kernel_read_variable(k, "iommu_dma_strict", 1, &strict)) && strict;
}

/* One that caches what is not mapped: later drivers make an exception of domains with first-stage tables. */
static bool forces_strict(struct kernel *k, const struct intel_unit *unit)
{
	int of_driver;

	return unit->caps.known && intel_cap(&unit->caps, "cm") &&
	       (read_int(k, STRICT_OF_DRIVER, &of_driver) || !(unit->scalable && intel_ecap(&unit->caps, "fsts")));
}

/* ---- what was decided, one unit after the other ---- */

static const char *name_of(const struct intel_unit *unit)
{
	return unit->unit->name ? unit->unit->name : "a unit";
}

/* "; firmware has it serve 0000:00:02.0": the devices that its DRHD names. One that serves the rest names none. */
static const char *served_words(struct kernel *k, const struct intel_unit *unit)
{
	struct named named = { 0 };
	struct ptrs found = { 0 };
	struct failure failure = intel_scope_devices(k, intel_dmar_list(DMAR_DRHD), unit->drhd, &found);

	if (failed(failure))
		kernel_leave_unreported(k, failure);
	for (size_t i = 0; i < found.nr; i++) {
		const struct device *dev =
			u64map_get(&kernel_inventory(k)->device_at, ((const struct kva *)found.at[i])->v);

		if (dev)
			name(k, &named, dev);
	}
	if (named.nr)
		return arena_printf(k->arena, "; firmware has it serve %s", named_words(k, &named));
	return unit->ignored && !failed(failure) ? "; no device that firmware names for it is there" : "";
}

static void add_units(struct kernel *k, struct ptrs *ret)
{
	const struct intel_machine *machine = intel_machine(kernel_inventory(k));
	struct dma_off all_off;
	bool emulated = false, untold = !intel_dma_is_off(k, &all_off) || !all_off.words;
	unsigned nr;

	for (size_t i = 0; i < machine->units.nr; i++) {
		const struct intel_unit *unit = machine->units.at[i];

		emulated |= forces_strict(k, unit);
		if (untold && off_words(unit))
			add_reason(k, ret, "unit-off", arena_printf(k->arena, "driver: %s remaps no DMA: %s%s",
							     name_of(unit), off_words(unit),
							     served_words(k, unit)));
		if (unit->caps.known && !intel_ecap(&unit->caps, "pt"))
			add_reason(k, ret, "no-pass-through",
			    arena_printf(k->arena, "hardware: %s cannot pass requests through (PT is 0 in "
					 "ECAP)", name_of(unit)));
		if (intel_nr_copied(k, unit->unit, &nr) && nr)
			add_reason(k, ret, "copied-tables",
			    arena_printf(k->arena, "driver: %u context entr%s of %s %s still of the kernel "
					 "that crashed", nr, nr == 1 ? "y" : "ies", name_of(unit),
					 nr == 1 ? "is" : "are"));
	}
	if (machine->nr_without)
		add_reason(k, ret, "no-unit",
		    arena_printf(k->arena, "driver: it made no unit of %u block%s of the firmware's table",
				 machine->nr_without, machine->nr_without == 1 ? "" : "s"));
	if (emulated && is_strict(k))
		add_reason(k, ret, "caching-mode",
		    "driver: translated domains are strict, since the IOMMU is an emulated one (CM)");
}

/* ---- who forced it on, and devices with a rule of their own ---- */

static void add_force(struct kernel *k, struct ptrs *ret)
{
	uint64_t tboot;
	int policy;

	if (!is_set(k, "force_on") && !(read_int(k, "dmar_policy", &policy) && policy == POLICY_FORCED))
		return;
	if (failed(kernel_read_variable(k, "tboot", 8, &tboot)))
		add_reason(k, ret, "forced-on", "firmware: tboot, or an opt-in for external ports, requires the IOMMU");
	else if (tboot)
		add_reason(k, ret, "tboot", "firmware: the kernel was started by tboot, which requires the IOMMU");
	else
		add_reason(k, ret, "platform-optin", "firmware: it opts in to DMA protection, and the machine has an "
		    "external port: the IOMMU is on even when it was not asked for");
}

/* Linux drivers/iommu/intel/iommu.c: IDENTMAP_GFX (up to 6.1), IDENTMAP_AZALIA, and IDENTMAP_INTGPU of Debian. */
#define IDENTITY_GRAPHICS   2
#define IDENTITY_AUDIO	    4
#define IDENTITY_INTEGRATED 8

#define VENDOR_INTEL  0x8086
#define DEVICE_AUDIO  0x3a3e
#define CLASS_DISPLAY 0x03 /* the base class */

/* What a PCI function says that it is. */
struct identity {
	uint64_t vendor, device, class_code;
};

static bool read_identity(struct kernel *k, const struct device *dev, struct identity *ret)
{
	struct kva pci_dev;

	return dev->is_pci && !failed(kernel_container_of(k, dev->at, M_PCI_DEV_DEV, &pci_dev)) &&
	       !failed(kernel_read_member(k, pci_dev, M_PCI_DEV_VENDOR, &ret->vendor)) &&
	       !failed(kernel_read_member(k, pci_dev, M_PCI_DEV_DEVICE, &ret->device)) &&
	       !failed(kernel_read_member(k, pci_dev, M_PCI_DEV_CLASS, &ret->class_code));
}

static bool is_graphics(struct kernel *k, const struct device *dev)
{
	struct identity identity;

	return read_identity(k, dev, &identity) && identity.class_code >> 16 == CLASS_DISPLAY;
}

/* IS_AZALIA() there. */
static bool is_audio(struct kernel *k, const struct device *dev)
{
	struct identity identity;

	return read_identity(k, dev, &identity) && identity.vendor == VENDOR_INTEL && identity.device == DEVICE_AUDIO;
}

/* IS_INTGPU_DEVICE() there. */
static bool is_intels_graphics(struct kernel *k, const struct device *dev)
{
	struct identity identity;
	struct kva bridge;

	return is_graphics(k, dev) && read_identity(k, dev, &identity) && identity.vendor == VENDOR_INTEL &&
	       !failed(kernel_pci_bridge(k, dev->at, &bridge)) && kva_is_null(bridge);
}

static const char *devices_words(struct kernel *k, bool (*is)(struct kernel *k, const struct device *dev))
{
	const struct inventory *inv = kernel_inventory(k);
	struct named named = { 0 };

	for (size_t i = 0; i < inv->devices.nr && !target_interrupted(k->target); i++) {
		if (is(k, inv->devices.at[i]))
			name(k, &named, inv->devices.at[i]);
	}
	return named_words(k, &named);
}

/* Devices that get identity domains by default, whatever was asked for. */
static void add_identity(struct kernel *k, struct ptrs *ret)
{
	int devices;

	if (!read_int(k, "iommu_identity_mapping", &devices))
		devices = 0;
	if (devices & IDENTITY_GRAPHICS)
		add_reason(k, ret, "graphics-identity",
		    arena_printf(k->arena, "driver: graphics devices get passthrough by default "
				 "(intel_iommu=igfx_off, or a quirk of the chipset): %s",
				 devices_words(k, is_graphics)));
	if (devices & IDENTITY_AUDIO)
		add_reason(k, ret, "audio-identity",
		    arena_printf(k->arena, "driver: the audio device 8086:3a3e gets passthrough by default (a quirk "
				 "of its unit): %s", devices_words(k, is_audio)));
	if (devices & IDENTITY_INTEGRATED)
		add_reason(k, ret, "integrated-graphics-identity",
		    arena_printf(k->arena, "driver: Intel's integrated graphics devices get passthrough by default "
				 "(the kernel's configuration, or intel_iommu=intgpu_off): %s",
				 devices_words(k, is_intels_graphics)));
}

/* Linux drivers/iommu/intel/iommu.c: quirk_iommu_igfx() and its like, quirk_iommu_rwbf(), intel_iommu_setup(). */
static void add_quirks(struct kernel *k, struct ptrs *ret)
{
	add_identity(k, ret);
	if (is_set(k, "disable_igfx_iommu") || is_zero(k, "dmar_map_gfx"))
		add_reason(k, ret, "graphics-off", "driver: a unit that serves graphics devices alone, if there is one, "
		    "is left out (intel_iommu=igfx_off, or a quirk of the chipset)");
	if (is_set(k, "rwbf_quirk"))
		add_reason(k, ret, "write-buffer", "driver: the write buffer of every unit is flushed, whether or not it "
		    "asks for that (RWBF in CAP), by a quirk of the chipset");
	if (is_zero(k, "intel_iommu_superpage"))
		add_reason(k, ret, "small-pages", "driver: tables have pages of 4K alone (intel_iommu=sp_off)");
}

/* ---- devices that nobody in user space may have ---- */

static void add_locked(struct kernel *k, struct ptrs *ret)
{
	const struct inventory *inv = kernel_inventory(k);
	struct named named = { 0 };

	for (size_t i = 0; i < inv->devices.nr && !target_interrupted(k->target); i++) {
		const struct device *dev = inv->devices.at[i];
		const struct unit *unit = device_unit(dev);

		if (unit && unit->vendor == &intel_vendor && intel_is_locked(k, dev))
			name(k, &named, dev);
	}
	if (named.nr)
		add_reason(k, ret, "not-for-user-space",
		    arena_printf(k->arena, "firmware: %u device%s must keep memory one to one (RMRR), so that the kernel "
				 "does not give %s to user space (VFIO): %s", named.nr, named.nr == 1 ? "" : "s",
				 named.nr == 1 ? "it" : "them", named_words(k, &named)));
}

void intel_mode_reasons(struct kernel *k, struct ptrs *ret)
{
	add_force(k, ret);
	add_units(k, ret);
	add_quirks(k, ret);
	add_locked(k, ret);
}
