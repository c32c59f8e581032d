// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of the whole host, part by part: what each verb looks at of what it shows, here of everything. */
#include "check.h"

#include "iommu/kernel.h"

/* ---- how far a part came ---- */

void part_ran(struct checking *c, enum check_part part)
{
	c->of[part].ran = true;
}

void part_looked(struct checking *c, enum check_part part, uint64_t nr)
{
	c->of[part].looked += nr;
}

void part_failed(struct checking *c, enum check_part part, struct failure failure)
{
	c->of[part].failure = first_failure(c->of[part].failure, failure);
}

void part_lacks(struct checking *c, enum check_part part, const char *why)
{
	if (!c->of[part].lacks)
		c->of[part].lacks = why;
}

void part_nothing(struct checking *c, enum check_part part, const char *why)
{
	part_lacks(c, part, why);
	c->of[part].nothing = true;
}

/* ---- what is small ---- */

static void look_at_entries(struct kernel *k, struct checking *c)
{
	size_t nr;
	struct failure failure = check_entries(k, &c->found, &nr);

	part_failed(c, CHECK_ENTRIES, failure);
	part_looked(c, CHECK_ENTRIES, nr);
	if (nr)
		part_ran(c, CHECK_ENTRIES);
	else if (!failed(failure))
		part_lacks(c, CHECK_ENTRIES, "no device has an entry");
}

/* Who has claimed a group is not told by this kernel, or it is not known whether VFIO has. */
static void find_blind_owner_rules(struct kernel *k, struct checking *c)
{
	const struct ptrs *groups = &kernel_inventory(k)->groups;
	struct failure claims = NO_FAILURE, vfio = NO_FAILURE;
	struct kva at;

	for (size_t i = 0; i < groups->nr; i++) {
		const struct group *group = groups->at[i];

		if (!group->tells_owner)
			claims = failure_missing(kernel_owner_member(k));
		else if (group->is_claimed && !kernel_knows_vfio_groups(k, group))
			vfio = first_failure(vfio, kernel_vfio_group(k, group, &at));
	}
	if (failed(claims))
		rule_is_blind(k, &c->of[CHECK_LINKS], "domain-without-owner", claims);
	vfio = first_failure(vfio, claims);
	if (!failed(vfio))
		return;
	rule_is_blind(k, &c->of[CHECK_OWNERS], "owner-without-driver", vfio);
	rule_is_blind(k, &c->of[CHECK_OWNERS], "container-domain-differs", vfio);
}

static void look_at_links(struct kernel *k, struct checking *c)
{
	const struct inventory *inv = kernel_inventory(k);

	part_ran(c, CHECK_LINKS);
	part_looked(c, CHECK_LINKS, inv->devices.nr + inv->groups.nr);
	check_links(k, &c->found);
}

static void look_at_owners(struct kernel *k, struct checking *c)
{
	part_ran(c, CHECK_OWNERS);
	part_looked(c, CHECK_OWNERS, kernel_inventory(k)->groups.nr);
	check_owners(k, &c->found);
}

static void look_at_groups(struct kernel *k, struct checking *c)
{
	part_ran(c, CHECK_GROUPS);
	part_looked(c, CHECK_GROUPS, kernel_inventory(k)->groups.nr);
	check_group_types(k, &c->found);
}

static void look_at_mode(struct kernel *k, struct checking *c)
{
	struct kernel_mode mode;
	struct failure failure = kernel_mode(k, &mode);

	part_failed(c, CHECK_MODE, failure);
	if (failed(failure))
		return;
	part_ran(c, CHECK_MODE);
	part_looked(c, CHECK_MODE, kernel_inventory(k)->groups.nr);
	check_mode(k, &mode, &c->found);
}

static void look_at_ids(struct kernel *k, struct checking *c)
{
	struct ptrs accounts = { 0 };
	struct failure failure = check_id_accounts(k, &accounts);

	if (failure.status == STATUS_ABSENT)
		part_lacks(c, CHECK_IDS, "no allocator of domain ids is read here");
	else
		part_failed(c, CHECK_IDS, failure);
	if (accounts.nr)
		part_ran(c, CHECK_IDS);
	part_looked(c, CHECK_IDS, accounts.nr);
	for (size_t i = 0; i < accounts.nr; i++)
		check_ids(k, accounts.at[i], &c->found);
}

/* ---- firmware ---- */

static void ask_wanted(struct kernel *k, const struct device *dev, const struct unity_range *range, struct ptrs *rows)
{
	struct unity_row *row = arena_alloc(k->arena, sizeof(*row));

	row->dev = dev;
	row->range = *range;
	check_unity(k, dev, &row->range, &row->answer);
	ptrs_push(k->arena, rows, row);
}

static void ask_wanted_of(struct kernel *k, const struct firmware *firmware, const struct device *dev,
			  struct ptrs *rows)
{
	for (size_t i = 0; i < firmware->ranges.nr; i++) {
		const struct firmware_range *wanted = firmware->ranges.at[i];

		if (!range_has_pages(wanted) || !firmware->has_range(firmware, wanted, dev))
			continue;
		ask_wanted(k, dev,
			   &(struct unity_range){ wanted->first_page, wanted->last_page, wanted->read, wanted->write,
						  arena_printf(k->arena, "%s +%x", wanted->block, wanted->offset) },
			   rows);
	}
}

/* Ranges that the driver maps of its own accord. */
static struct failure ask_drivers_own(struct kernel *k, const struct device *dev, struct ptrs *rows, size_t *nr_unsure)
{
	const struct vendor *vendor = device_unit(dev)->vendor;
	struct ptrs regions = { 0 };
	struct failure failure = vendor && vendor->reserved_regions ? vendor->reserved_regions(k, dev, &regions) :
								      NO_FAILURE;

	for (size_t i = 0; i < regions.nr; i++) {
		const struct reserved_region *region = regions.at[i];

		if (!region->unity || !region->by_driver)
			continue;
		if (region->unsure)
			++*nr_unsure;
		else
			ask_wanted(k, dev,
				   &(struct unity_range){ region->first_page, region->last_page, region->read,
							  region->write, "the driver" },
				   rows);
	}
	return failure;
}

/* Adds for how many devices, range by range, memory is wanted one to one, and for how many that is not known. */
static void look_at_table(struct kernel *k, const struct firmware *firmware, struct checking *c, size_t *nr_rows,
			  size_t *nr_unsure)
{
	const struct inventory *inv = kernel_inventory(k);
	struct ptrs rows = { 0 };

	part_failed(c, CHECK_FIRMWARE, firmware->places);
	check_firmware(k, firmware, &c->found);
	for (size_t i = 0; i < inv->devices.nr && !target_interrupted(k->target); i++) {
		if (!device_unit(inv->devices.at[i]))
			continue;
		ask_wanted_of(k, firmware, inv->devices.at[i], &rows);
		part_failed(c, CHECK_FIRMWARE, ask_drivers_own(k, inv->devices.at[i], &rows, nr_unsure));
	}
	for (size_t i = 0; i < rows.nr; i++) {
		const struct unity_answer *answer = &((const struct unity_row *)rows.at[i])->answer;

		if (answer->failure.status != STATUS_ABSENT)
			part_failed(c, CHECK_FIRMWARE, first_failure(answer->failure, answer->unread));
	}
	check_unity_rows(k, &rows, &c->found);
	*nr_rows += rows.nr;
}

static void look_at_firmware(struct kernel *k, struct checking *c)
{
	const struct ptrs *vendors = &kernel_inventory(k)->vendors;
	struct ptrs tables = { 0 }; /* struct firmware */
	size_t nr_rows = 0, nr_unsure = 0;

	for (size_t i = 0; i < vendors->nr; i++) {
		const struct vendor *vendor = vendors->at[i];
		struct firmware *firmware = arena_alloc(k->arena, sizeof(*firmware));
		struct acpi_table acpi;
		struct failure failure;

		if (!vendor->firmware_signature || !vendor->read_firmware)
			continue;
		failure = kernel_acpi_table(k, vendor->firmware_signature, &acpi);
		if (!failed(failure))
			failure = acpi.failure;
		if (!failed(failure))
			failure = vendor->read_firmware(k, &acpi, firmware);
		part_failed(c, CHECK_FIRMWARE, failure);
		if (failed(failure))
			continue;
		part_ran(c, CHECK_FIRMWARE);
		part_looked(c, CHECK_FIRMWARE, 1);
		ptrs_push(k->arena, &tables, firmware);
		look_at_table(k, firmware, c, &nr_rows, &nr_unsure);
	}
	find_idle_firmware_rules(k, &tables, nr_rows, nr_unsure, &c->of[CHECK_FIRMWARE]);
	if (!c->of[CHECK_FIRMWARE].ran && !failed(c->of[CHECK_FIRMWARE].failure))
		part_lacks(c, CHECK_FIRMWARE, "the table of firmware is not read here");
}

/* ---- any ---- */

/* Functions that look, in the order in which they do; one may look for several parts. */
static const struct {
	void (*look)(struct kernel *k, struct checking *c);
	enum check_part parts[4];
	unsigned nr;
} looks[] = {
	{ look_at_entries, { CHECK_ENTRIES }, 1 },
	{ look_at_links, { CHECK_LINKS }, 1 },
	{ look_at_owners, { CHECK_OWNERS }, 1 },
	{ look_at_groups, { CHECK_GROUPS }, 1 },
	{ look_at_mode, { CHECK_MODE }, 1 },
	{ look_at_ids, { CHECK_IDS }, 1 },
	{ check_all_interrupts, { CHECK_INTERRUPTS, CHECK_POSTED, CHECK_UNIT_SLOTS }, 3 },
	{ check_queues, { CHECK_QUEUES }, 1 },
	{ check_regions, { CHECK_REGIONS }, 1 },
	{ look_at_firmware, { CHECK_FIRMWARE }, 1 },
};

/* What one look could not do is so of all its parts. */
static void run_look(struct kernel *k, struct checking *c, size_t nth)
{
	const struct inventory *inv = kernel_inventory(k);
	size_t before = c->found.not_run.nr;
	bool wanted = false;

	for (unsigned i = 0; i < looks[nth].nr; i++)
		wanted |= c->wanted[looks[nth].parts[i]];
	if (!wanted)
		return;
	looks[nth].look(k, c);
	for (unsigned i = 0; i < looks[nth].nr; i++) {
		enum check_part part = looks[nth].parts[i];

		part_failed(c, part, first_failure(inv->devices_failure, inv->groups_failure));
		for (size_t j = before; j < c->found.not_run.nr; j++)
			part_failed(c, part, ((const struct not_run *)c->found.not_run.at[j])->failure);
		if (target_interrupted(k->target))
			part_failed(c, part, failure_of(STATUS_INTERRUPTED));
	}
}

void check_host(struct kernel *k, struct checking *c)
{
	bool tables = false;

	for (unsigned part = 0; part < NR_CHECK_PARTS; part++)
		find_idle_rules(k, (enum check_part)part, &c->of[part]);
	for (unsigned part = 0; part < NR_CHECK_PARTS; part++)
		tables |= c->wanted[part] && needs_tables((enum check_part)part);
	if (c->wanted[CHECK_LINKS] || c->wanted[CHECK_OWNERS])
		find_blind_owner_rules(k, c);
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		run_look(k, c, i);
	if (tables)
		check_tables(k, c);
}
