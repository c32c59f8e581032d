// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Groups, devices, domains, units and owners know each other from both sides: whether the two sides agree. Where they do
 * not, one of them was damaged, and which is for the reader to judge by the evidence.
 */
#include "check.h"

#include "iommu/owner.h"

#include <inttypes.h>

/* ---- a device and its group ---- */

/* "group 4", "no group", "ffff888000000000, where no group is known" */
static const char *pointed_to(struct kernel *k, const struct device *dev)
{
	const struct ptrs *groups = &kernel_inventory(k)->groups;

	if (kva_is_null(dev->group_at))
		return "no group";
	for (size_t i = 0; i < groups->nr; i++) {
		const struct group *group = groups->at[i];

		if (group->at.v == dev->group_at.v)
			return arena_printf(k->arena, "group %" PRId64, group->id);
	}
	return arena_printf(k->arena, "%" PRIx64 ", where no group is known", dev->group_at.v);
}

static bool points_elsewhere(const struct device *dev, const struct group *listed)
{
	return dev->knows_group && dev->group_at.v != (listed ? listed->at.v : 0);
}

/* A list that leads to another one has all its devices wrong: one finding says so, and names some. False: they are few,
 * and each has its own. */
static bool check_members_together(struct kernel *k, const struct group *group, struct findings *ret)
{
	struct finding *finding;
	struct named named = { 0 };

	if (u64map_get(&ret->groups, group->at.v))
		return true;
	for (size_t i = 0; i < group->devices.nr; i++) {
		const struct device *dev = group->devices.at[i];

		if (dev->listed_in == group && points_elsewhere(dev, group))
			name_device(k, &named, dev);
	}
	if (!named_are_more(&named))
		return false;
	u64map_add(k->arena, &ret->groups, group->at.v, (void *)(size_t)group);
	finding = finding_add(k, ret, FINDING_WARNING, "group-differs",
			      "group %" PRId64 " has %zu devices, and %zu of them do not point to it: %s", group->id,
			      group->devices.nr, named.nr, named_words(k, &named));
	finding_rests_on(k, finding, "the group that has them", place_kva(group->at), "%" PRId64, group->id);
	return true;
}

static void check_group_of_device(struct kernel *k, const struct device *dev, struct findings *ret)
{
	const struct inventory *inv = kernel_inventory(k);
	const struct group *listed = dev->listed_in;
	struct finding *finding;

	if (!points_elsewhere(dev, listed) || (listed && check_members_together(k, listed, ret)))
		return;
	/* The list of the group that it points to may have the device where it was not read to its end. */
	if (!listed && (failed(inv->groups_failure) || (dev->group && failed(dev->group->failure))))
		return;
	finding = listed ?
			  finding_add(k, ret, FINDING_WARNING, "group-differs",
				      "%s: group %" PRId64 " has it among its devices, and the device points to %s",
				      dev->name, listed->id, pointed_to(k, dev)) :
			  finding_add(k, ret, FINDING_WARNING, "group-differs",
				      "%s: it points to %s%s", dev->name, pointed_to(k, dev),
				      dev->group ? ", which does not have it among its devices" : "");
	finding->device = dev->name;
	finding_rests_on(k, finding, "the device's group", place_kva(dev->at),
			 "%" PRIx64, dev->group_at.v);
	if (listed)
		finding_rests_on(k, finding, "the group that has it", place_kva(listed->at), "%" PRId64,
				 listed->id);
}

/* ---- a device and its unit ---- */

/* "that at ffff888004349000"; one that is none of the units is known by what the core has of it. */
static const char *core_unit_words(struct kernel *k, const struct device *dev)
{
	const struct ptrs *units = &kernel_inventory(k)->units;

	for (size_t i = 0; i < units->nr; i++) {
		const struct unit *unit = units->at[i];
		struct kva at = kva_is_null(unit->at) ? unit->core_at : unit->at;

		if (unit->core_at.v == dev->core_unit.v)
			return arena_printf(k->arena, "that at %" PRIx64, at.v);
	}
	return arena_printf(k->arena, "what is at %" PRIx64 ", which is no unit that was found", dev->core_unit.v);
}

/* The core and the driver, each by its own pointer. */
static bool is_served_by_other(const struct device *dev, const struct unit *unit)
{
	return !kva_is_null(dev->core_unit) && !kva_is_null(unit->core_at) && dev->core_unit.v != unit->core_at.v;
}

static void check_unit_of_device(struct kernel *k, const struct device *dev, struct findings *ret)
{
	const struct inventory *inv = kernel_inventory(k);
	const struct unit *unit = device_unit(dev);
	struct finding *finding;

	if (!kva_is_null(dev->unknown_unit)) {
		finding = finding_add(k, ret, FINDING_WARNING, "unknown-unit",
				      "%s: what the driver has as the unit that serves it is %" PRIx64
				      ", which is none of its units", dev->name, dev->unknown_unit.v);
		finding->device = dev->name;
		if (failed(inv->units_failure))
			finding_unsure(ret, finding);
	} else if (unit && is_served_by_other(dev, unit)) {
		finding = finding_add(k, ret, FINDING_WARNING, "server-differs",
				      "%s: the driver has it served by the unit at %" PRIx64
				      ", the core by %s", dev->name, unit->at.v, core_unit_words(k, dev));
		finding->device = dev->name;
		if (failed(inv->units_failure))
			finding_unsure(ret, finding);
	}
}

/* ---- a device, its group and their domain ---- */

/* What a device is attached to can be compared: some domains stand for others (nested ones for their parent, a static
 * one that blocks for none). */
static bool is_comparable(const struct domain *domain)
{
	return domain->shape == DOMAIN_IN_DRIVER_STRUCT && domain->type != DOMAIN_SVA &&
	       domain->type != DOMAIN_BLOCKED;
}

static void check_domain_of_device(struct kernel *k, const struct device *dev, struct findings *ret)
{
	const struct group *group = dev->group;
	struct finding *finding;

	if (!dev->domain || !group || failed(group->domain_failure) || group->domain == dev->domain)
		return;
	if (group->domain && (!is_comparable(group->domain) || !is_comparable(dev->domain)))
		return;
	finding = group->domain ?
			  finding_add(k, ret, FINDING_WARNING, "domain-differs",
				      "%s: the driver has attached it to the domain at %" PRIx64
				      ", and its group %" PRId64 " is on that at %" PRIx64, dev->name,
				      dev->domain->at.v, group->id, group->domain->at.v) :
			  finding_add(k, ret, FINDING_WARNING, "group-without-domain",
				      "%s: the driver has attached it to the domain at %" PRIx64
				      ", and its group %" PRId64 " is on none", dev->name, dev->domain->at.v,
				      group->id);
	finding->device = dev->name;
	finding_rests_on(k, finding, "the group's domain", place_kva(group->at),
			 "%" PRIx64, group->domain ? group->domain->at.v : 0);
	finding_rests_on(k, finding, "the device's domain", place_kva(dev->at), "%" PRIx64,
			 dev->domain->at.v);
}

void check_device_links(struct kernel *k, const struct device *dev, struct findings *ret)
{
	check_group_of_device(k, dev, ret);
	check_unit_of_device(k, dev, ret);
	check_domain_of_device(k, dev, ret);
}

/* ---- who holds a group ---- */

/* "vfio-pci, none" */
static const char *drivers_of(struct kernel *k, const struct group *group)
{
	const char *line = "";

	for (size_t i = 0; i < group->devices.nr; i++) {
		const struct device *dev = group->devices.at[i];

		line = arena_printf(k->arena, "%s%s%s", line, i ? ", " : "",
				    dev->driver ? dev->driver : "none");
	}
	return line;
}

static void check_drivers(struct kernel *k, const struct group *group, struct kva vfio_group,
			  struct findings *ret)
{
	struct finding *finding;

	if (group_has_vfio_driver(group) || failed(group->failure))
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "owner-without-driver",
			      "group %" PRId64 ": VFIO holds it, and no device of it has a driver of VFIO's: %s",
			      group->id, drivers_of(k, group));
	finding_rests_on(k, finding, "VFIO's group", place_kva(vfio_group), "%" PRId64, group->id);
	for (size_t i = 0; i < group->devices.nr; i++) {
		if (!device_driver_known(group->devices.at[i]))
			finding_unsure(ret, finding);
	}
}

/* Its domain is one that somebody made for user space, and nobody has claimed it. */
static void check_claim(struct kernel *k, const struct group *group, struct findings *ret)
{
	const struct domain *domain = group->domain;
	struct finding *finding;

	if (!group->tells_owner || group->is_claimed || !domain || domain->type != DOMAIN_UNMANAGED ||
	    !group_has_vfio_driver(group))
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "domain-without-owner",
			      "group %" PRId64 ": it is on a domain that was made for user space and has a driver "
			      "of VFIO's, and the core knows no owner of it", group->id);
	finding_rests_on(k, finding, "the group's domain", place_kva(group->at),
			 "%" PRIx64, domain->at.v);
}

static void check_container(struct kernel *k, const struct group *group, struct kva vfio_group,
			    struct findings *ret)
{
	struct ptrs domains = { 0 };
	struct failure failure = kernel_vfio_domains(k, vfio_group, &domains);
	struct finding *finding;

	if (failure.status == STATUS_ABSENT || failed(group->domain_failure))
		return;
	if (failed(failure))
		findings_not_run(k, ret, "compare the domains of VFIO's containers", failure);
	for (size_t i = 0; i < domains.nr; i++) {
		if (group->domain && group->domain->at.v == ((struct kva *)domains.at[i])->v)
			return;
	}
	if (!domains.nr)
		return;
	finding = finding_add(k, ret, FINDING_WARNING, "container-domain-differs",
			      "group %" PRId64 ": it is on %s, which is none that its VFIO container has", group->id,
			      group->domain ? arena_printf(k->arena, "the domain at %" PRIx64,
							   group->domain->at.v) : "no domain");
	finding_rests_on(k, finding, "the container's domain", place_kva(vfio_group), "%" PRIx64,
			 ((struct kva *)domains.at[0])->v);
	if (failed(failure))
		finding_unsure(ret, finding);
}

/* What VFIO has of a group that it holds. */
static void check_held(struct kernel *k, const struct group *group, struct findings *ret)
{
	struct kva vfio_group;
	struct failure failure;

	/* That VFIO's types are not known is said by those who show its objects. */
	if (!group->is_claimed || !kernel_knows_vfio_groups(k, group))
		return;
	failure = kernel_vfio_group(k, group, &vfio_group);
	if (failed(failure))
		findings_not_run(k, ret, arena_printf(k->arena, "tell whether VFIO holds group %" PRId64, group->id), failure);
	if (failed(failure) || kva_is_null(vfio_group))
		return;
	check_drivers(k, group, vfio_group, ret);
	check_container(k, group, vfio_group, ret);
}

void check_owner(struct kernel *k, const struct group *group, struct findings *ret)
{
	check_claim(k, group, ret);
	check_held(k, group, ret);
}

void check_links(struct kernel *k, struct findings *ret)
{
	const struct inventory *inv = kernel_inventory(k);

	for (size_t i = 0; i < inv->devices.nr && !target_interrupted(k->target); i++)
		check_device_links(k, inv->devices.at[i], ret);
	for (size_t i = 0; i < inv->groups.nr && !target_interrupted(k->target); i++)
		check_claim(k, inv->groups.at[i], ret);
}

void check_owners(struct kernel *k, struct findings *ret)
{
	const struct inventory *inv = kernel_inventory(k);

	for (size_t i = 0; i < inv->groups.nr && !target_interrupted(k->target); i++)
		check_held(k, inv->groups.at[i], ret);
}
