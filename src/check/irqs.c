// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries of interrupt remapping tables against the interrupts of Linux and the virtual CPUs of KVM. */
#include "check.h"

#include <inttypes.h>

/* What only entries of a unit's table have: whose interrupts they take, and a bit that says who has them. */
static void check_unit_entry(struct kernel *k, const struct irq_subject *s, struct findings *ret)
{
	const struct irq_entry *entry = s->entry;

	if (!entry->enabled)
		return;
	if (entry->takes_nobody)
		finding_add(k, ret, FINDING_WARNING, "entry-takes-nobody",
			    "%s entry %u: whose interrupts it takes is reserved: the unit delivers nothing "
			    "through it", s->name, s->index)->device = s->name;
	else if (s->irq && s->refuses_irq)
		finding_add(k, ret, FINDING_WARNING, "entry-refuses-irq",
			    "%s entry %u takes interrupts of: %s; so the unit blocks irq %u (%s) of %s",
			    s->name, s->index, s->takers, s->irq->irq,
			    s->irq->name ? s->irq->name : "-",
			    sbdf_word(k, s->irq->stream_id))->device = s->name;
	if (s->slot_free)
		finding_add(k, ret, FINDING_WARNING, "entry-not-handed-out",
			    "%s entry %u is enabled, and free by the driver's bitmap: it can be handed out a "
			    "second time", s->name, s->index)->device = s->name;
}

void irq_subject_of_unit(struct kernel *k, const struct vendor *vendor, const struct irq_table *table,
			 const uint64_t *slots, const uint64_t words[2], struct irq_subject *ret)
{
	ret->takers = vendor->irq_entry_takers(k, words);
	ret->slot_free = slots && !irq_slot_is_taken(slots, ret->index);
	ret->refuses_irq = ret->irq && ret->irq->has_stream &&
			   !vendor->irq_entry_takes(table, words, ret->irq->stream_id);
}

bool is_inherited_irq_entry(const struct irq_subject *s)
{
	return s->keeps_old && s->irqs_known && s->entry->enabled && !s->irq;
}

void check_inherited_irq_entries(struct kernel *k, const char *name, uint32_t nr, uint32_t first,
				 struct findings *ret)
{
	const char *which = nr == 1 ? arena_printf(k->arena, "%s entry %u is", name, first) :
				      arena_printf(k->arena, "%u entries of %s, the first is %u, are", nr, name,
						   first);

	if (nr)
		finding_add(k, ret, FINDING_INFO, "inherited-irq-entry",
			    "%s enabled, and no interrupt of this kernel uses %s: in all likelihood the crashed "
			    "kernel left %s, whose table this one copied", which, nr == 1 ? "it" : "them",
			    nr == 1 ? "it" : "them")->device = name;
}

void check_irq_entry(struct kernel *k, const struct irq_subject *s, struct findings *ret)
{
	const struct irq_entry *entry = s->entry;

	if (is_inherited_irq_entry(s))
		return;
	if (entry->enabled && entry->posted && s->vms_known && !s->vcpu_found)
		finding_add(k, ret, FINDING_WARNING, "entry-without-vcpu",
			    "%s entry %u is posted to %s 0x%" PRIx64 ", which no virtual CPU found here has",
			    s->name, s->index, entry->to.name, entry->to.value)->device = s->name;
	if (s->irqs_known && entry->enabled && !s->irq)
		finding_add(k, ret, FINDING_WARNING, "entry-without-irq",
			    "%s entry %u is enabled, and no interrupt of this kernel uses it", s->name,
			    s->index)->device = s->name;
	if (entry->enabled && entry->bad_bit >= 0)
		finding_add(k, ret, FINDING_WARNING, "reserved-bit",
			    "%s entry %u: bit %d must be zero and is set: the IOMMU delivers nothing "
			    "through it", s->name, s->index, entry->bad_bit)->device = s->name;
	check_unit_entry(k, s, ret);
}

void check_lost_slots(struct kernel *k, const char *name, uint32_t nr, uint32_t first,
		      struct findings *ret)
{
	const char *which = nr == 1 ? arena_printf(k->arena, "%s entry %u is", name, first) :
				      arena_printf(k->arena, "%u entries of %s, the first is %u, are", nr, name,
						   first);

	finding_add(k, ret, FINDING_WARNING, "slot-without-irq",
		    "%s handed out, and no interrupt of this kernel has %s", which,
		    nr == 1 ? "it" : "them")->device = name;
}

void check_irq(struct kernel *k, const char *name, const struct remapped_irq *irq,
	       const struct irq_entry *entry, struct findings *ret)
{
	/* A descriptor that nobody requested may have a disabled entry. */
	if (entry && (entry->enabled || !irq->requested))
		return;
	finding_add(k, ret, FINDING_WARNING, "irq-without-entry",
		    "irq %u (%s) should use %s entry %u, which is %s", irq->irq,
		    irq->name ? irq->name : "-", name, irq->index,
		    entry ? "disabled" : "beyond the table")->device = name;
}

void check_shared_entry(struct kernel *k, const char *name, const struct remapped_irq *a,
			const struct remapped_irq *b, struct findings *ret)
{
	if (a->irq == b->irq)
		return;
	finding_add(k, ret, FINDING_WARNING, "entry-of-two-irqs",
		    "%s entry %u is that of irq %u (%s) and of irq %u (%s): each is delivered as the other",
		    name, a->index, a->irq, a->name ? a->name : "-", b->irq, b->name ? b->name : "-")->device = name;
}
