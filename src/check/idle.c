// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules that could not look, and rules that find nothing to look at on this host, since its hardware, its drivers or
 * its firmware have no such thing: that nothing was found says nothing then. */
#include "check.h"

#include <string.h>

static void add_rule(struct kernel *k, struct ptrs *list, const char *code, const char *why)
{
	struct idle_rule *idle = arena_alloc(k->arena, sizeof(*idle));

	*idle = (struct idle_rule){ code, why };
	ptrs_push(k->arena, list, idle);
}

static const char *why_of(const struct ptrs *list, const struct rule *rule)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct idle_rule *idle = list->at[i];

		if (strcmp(idle->code, rule->code) == 0)
			return idle->why;
	}
	return NULL;
}

void rule_is_idle(struct kernel *k, struct part_result *result, const char *code, const char *why)
{
	add_rule(k, &result->idle, code, why);
}

const char *why_rule_is_idle(const struct part_result *result, const struct rule *rule)
{
	return why_of(&result->idle, rule);
}

void rule_is_blind(struct kernel *k, struct part_result *result, const char *code, struct failure failure)
{
	add_rule(k, &result->blind, code, failure_words(k->arena, failure));
	kernel_reported(k, failure); /* whoever lists the rules says it */
}

const char *why_rule_is_blind(const struct part_result *result, const struct rule *rule)
{
	return why_of(&result->blind, rule);
}

/* ---- by what the hardware and the drivers have ---- */

static bool says_irqs(const struct vendor *vendor)
{
	return vendor->entries_say_irqs;
}

static bool says_permissions(const struct vendor *vendor)
{
	return vendor->entries_say_permissions;
}

static bool tells_inherited(const struct vendor *vendor)
{
	return vendor->tells_inherited;
}

static bool tells_inherited_irqs(const struct vendor *vendor)
{
	return vendor->irq_table_of_unit && vendor->tells_inherited;
}

static bool refuses_types(const struct vendor *vendor)
{
	return vendor->refuses_type;
}

static bool has_tables_of_units(const struct vendor *vendor)
{
	return vendor->irq_table_of_unit;
}

static bool posts(const struct vendor *vendor)
{
	return vendor->posted_to;
}

static const char own_tables[] = "here each device has an interrupt table of its own, whose entries say nothing of it";

/* What a vendor must have for a rule to mean something. */
static const struct {
	const char *code;
	bool (*has)(const struct vendor *vendor);
	const char *why; /* it means nothing where no vendor has that */
} needs[] = {
	{ "illegal-interrupts", says_irqs, "here the entries of devices say nothing of interrupts" },
	{ "permissions-differ", says_permissions, "here the entries of devices have no permissions of their own" },
	{ "inherited-entry", tells_inherited, "this driver does not mark the entries that a crashed kernel left" },
	{ "inherited-irq-entry", tells_inherited_irqs, "this driver copies no interrupt table of a crashed kernel" },
	{ "refused-type", refuses_types, "no type of domain is known that this hardware refuses" },
	{ "entry-takes-nobody", has_tables_of_units, own_tables },
	{ "entry-refuses-irq", has_tables_of_units, own_tables },
	{ "entry-not-handed-out", has_tables_of_units, own_tables },
	{ "slot-without-irq", has_tables_of_units, own_tables },
	{ "entry-without-vcpu", posts, "here no interrupts are posted to virtual CPUs" },
	{ 0 },
};

static bool any_vendor_has(const struct ptrs *vendors, bool (*has)(const struct vendor *vendor))
{
	for (size_t i = 0; i < vendors->nr; i++) {
		if (has(vendors->at[i]))
			return true;
	}
	return false;
}

static bool is_of_part(const char *code, enum check_part part)
{
	for (const struct rule *rule = rules; rule->code; rule++) {
		if (strcmp(rule->code, code) == 0)
			return rule->part == part;
	}
	return false;
}

/* Rules about what stands in entries that no unit reads where none remaps DMA. */
static const char *const of_read_entries[] = {
	"illegal-entry", "doubtful-entry", "alias-entry-differs", "root-differs", "format-differs",
	"levels-differ", "inherited-entry", "pasids-differ", "pasid-not-attached", "domain-id-differs", NULL,
};

static bool is_dma_off(struct kernel *k)
{
	const struct ptrs *vendors = &kernel_inventory(k)->vendors;

	for (size_t i = 0; i < vendors->nr; i++) {
		const struct vendor *vendor = vendors->at[i];
		struct dma_off off;

		if (!vendor->dma_is_off || !vendor->dma_is_off(k, &off))
			return false;
	}
	return vendors->nr > 0;
}

static void find_unread_entries(struct kernel *k, struct part_result *result)
{
	for (unsigned i = 0; of_read_entries[i]; i++)
		rule_is_idle(k, result, of_read_entries[i], "no unit remaps DMA: none reads the entries of devices");
}

void find_idle_rules(struct kernel *k, enum check_part part, struct part_result *result)
{
	const struct inventory *inv = kernel_inventory(k);
	const struct ptrs *vendors = &inv->vendors;

	if (part == CHECK_ENTRIES && is_dma_off(k))
		find_unread_entries(k, result);
	if (part == CHECK_LINKS && !inv->units.nr && !failed(inv->units_failure))
		rule_is_idle(k, result, "server-differs", "there is no unit");
	else if (part == CHECK_LINKS && inv->units.nr && !inv->core_tells_units)
		rule_is_idle(k, result, "server-differs", "here the core does not say which unit serves a device");
	for (unsigned i = 0; needs[i].code; i++) {
		if (is_of_part(needs[i].code, part) && !any_vendor_has(vendors, needs[i].has))
			rule_is_idle(k, result, needs[i].code, needs[i].why);
	}
}

/* ---- by what firmware's tables have ---- */

static bool leaves_out(const struct firmware *firmware, const char *code)
{
	for (size_t i = 0; i < firmware->idle.nr; i++) {
		if (strcmp(((const struct firmware_difference *)firmware->idle.at[i])->code, code) == 0)
			return true;
	}
	return false;
}

/* Rules about the ranges that firmware names. */
static const char *const of_ranges[] = { "BLOCK-odd", "BLOCK-on-ram", "BLOCK-not-reserved", "unity-missing", NULL };

/* Rules about whether a page table has what firmware, or the driver, wants one to one. */
static const char *const of_rows[] = { "unity-not-mapped", "unity-not-known", "unity-partly-mapped", NULL };

static void rules_are_idle(struct kernel *k, struct part_result *result, const char *const codes[], const char *why)
{
	for (unsigned i = 0; codes[i]; i++)
		rule_is_idle(k, result, codes[i], why);
}

/* A block that is damaged may be one of a range. */
static bool may_have_ranges(const struct firmware *firmware)
{
	for (size_t i = 0; i < firmware->blocks.nr; i++) {
		if (((const struct firmware_block *)firmware->blocks.at[i])->damage)
			return true;
	}
	return firmware->ranges.nr;
}

static bool any_may_have_ranges(const struct ptrs *tables)
{
	for (size_t i = 0; i < tables->nr; i++) {
		if (may_have_ranges(tables->at[i]))
			return true;
	}
	return false;
}

/* All of them, and what serves them. */
static bool knows_devices(struct kernel *k)
{
	const struct inventory *inv = kernel_inventory(k);

	return !failed(inv->devices_failure) && !failed(inv->groups_failure) && !failed(inv->units_failure) &&
	       !failed(inv->facts_failure) && !target_interrupted(k->target);
}

/* Where several tables were read, one that has such a thing is enough. */
void find_idle_firmware_rules(struct kernel *k, const struct ptrs *tables, size_t nr_rows, size_t nr_unsure,
			      struct part_result *result)
{
	const struct firmware *first = tables->nr ? tables->at[0] : NULL;
	bool no_ranges = first && !failed(result->failure) && knows_devices(k) && !any_may_have_ranges(tables);

	for (size_t i = 0; first && i < first->idle.nr; i++) {
		const struct firmware_difference *item = first->idle.at[i];
		size_t nr = 1;

		while (nr < tables->nr && leaves_out(tables->at[nr], item->code))
			nr++;
		if (nr == tables->nr)
			rule_is_idle(k, result, item->code, item->text);
	}
	if (no_ranges)
		rules_are_idle(k, result, of_ranges, "firmware wants no memory one to one");
	if (no_ranges && !nr_rows)
		rules_are_idle(k, result, of_rows,
			       nr_unsure ? "for no device is it known that memory is wanted one to one" :
					   "for no device is memory wanted one to one");
}
