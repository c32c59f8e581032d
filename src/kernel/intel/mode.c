// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the VT-d driver, the firmware and the kernel's configuration decided: whether DMA is remapped at all, and what
 * differs from what was asked for. Told by the driver's variables (drivers/iommu/intel/iommu.c, intel_iommu_setup(),
 * intel_iommu_init(), init_dmars()), never by what a release is known to do.
 */
#include "intel.h"

#include "format/intel/records.h"

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

static void add(struct kernel *k, struct ptrs *ret, const char *code, const char *text)
{
	struct mode_reason *reason = arena_alloc(k->arena, sizeof(*reason));

	*reason = (struct mode_reason){ code, text };
	ptrs_push(k->arena, ret, reason);
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

static bool caches_absence(const struct intel_unit *unit)
{
	return unit->caps.known && intel_cap(&unit->caps, "cm") &&
	       !(unit->scalable && intel_ecap(&unit->caps, "fsts"));
}

/* ---- what was decided, one unit after the other ---- */

static const char *name_of(const struct intel_unit *unit)
{
	return unit->unit->name ? unit->unit->name : "a unit";
}

static void add_units(struct kernel *k, struct ptrs *ret)
{
	const struct intel_machine *machine = intel_machine(kernel_inventory(k));
	struct dma_off all_off;
	bool emulated = false, untold = !intel_dma_is_off(k, &all_off) || !all_off.words;
	unsigned nr;

	for (size_t i = 0; i < machine->units.nr; i++) {
		const struct intel_unit *unit = machine->units.at[i];

		emulated |= caches_absence(unit);
		if (untold && off_words(unit))
			add(k, ret, "unit-off", arena_printf(k->arena, "driver: %s remaps no DMA: %s",
							     name_of(unit), off_words(unit)));
		if (unit->caps.known && !intel_ecap(&unit->caps, "pt"))
			add(k, ret, "no-pass-through",
			    arena_printf(k->arena, "hardware: %s cannot pass requests through (PT is 0 in "
					 "ECAP)", name_of(unit)));
		if (intel_nr_copied(k, unit->unit, &nr) && nr)
			add(k, ret, "copied-tables",
			    arena_printf(k->arena, "driver: %u context entr%s of %s %s still of the kernel "
					 "that crashed", nr, nr == 1 ? "y" : "ies", name_of(unit),
					 nr == 1 ? "is" : "are"));
	}
	if (machine->nr_without)
		add(k, ret, "no-unit",
		    arena_printf(k->arena, "driver: it made no unit of %u block%s of the firmware's table",
				 machine->nr_without, machine->nr_without == 1 ? "" : "s"));
	if (emulated && is_strict(k))
		add(k, ret, "caching-mode",
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
		add(k, ret, "forced-on", "firmware: tboot, or an opt-in for external ports, requires the IOMMU");
	else if (tboot)
		add(k, ret, "tboot", "firmware: the kernel was started by tboot, which requires the IOMMU");
	else
		add(k, ret, "platform-optin", "firmware: it opts in to DMA protection, and the machine has an "
		    "external port: the IOMMU is on even when it was not asked for");
}

/* Linux drivers/iommu/intel/iommu.c: IDENTMAP_GFX (up to 6.1), IDENTMAP_AZALIA, and IDENTMAP_INTGPU of Debian. */
#define IDENTITY_GRAPHICS   2
#define IDENTITY_AUDIO	    4
#define IDENTITY_INTEGRATED 8

static void add_quirks(struct kernel *k, struct ptrs *ret)
{
	int devices;

	if (!read_int(k, "iommu_identity_mapping", &devices))
		devices = 0;
	if (devices & IDENTITY_GRAPHICS)
		add(k, ret, "graphics-identity", "driver: graphics devices are passed through "
		    "(intel_iommu=igfx_off, or a quirk of the chipset)");
	if (devices & IDENTITY_AUDIO)
		add(k, ret, "audio-identity", "driver: the audio device 8086:3a3e is passed through (a quirk of "
		    "its unit)");
	if (devices & IDENTITY_INTEGRATED)
		add(k, ret, "integrated-graphics-identity", "driver: Intel's integrated graphics devices are "
		    "passed through (the kernel's configuration, or intel_iommu=intgpu_off)");
	if (is_set(k, "disable_igfx_iommu"))
		add(k, ret, "graphics-off", "driver: a unit that serves graphics devices alone is left out "
		    "(intel_iommu=igfx_off, or a quirk of the chipset)");
	if (is_zero(k, "intel_iommu_superpage"))
		add(k, ret, "small-pages", "driver: tables have pages of 4K alone (intel_iommu=sp_off)");
}

void intel_mode_reasons(struct kernel *k, struct ptrs *ret)
{
	add_force(k, ret);
	add_units(k, ret);
	add_quirks(k, ret);
}
