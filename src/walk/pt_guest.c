// SPDX-License-Identifier: GPL-2.0-or-later
/* A guest as a machine: its physical addresses go through the host's table. */
#include "iommu/pt_nested.h"

#include "iommu/bare_target.h"

static struct pt_guest *guest_of(struct target *target)
{
	return (struct pt_guest *)target; /* its first member */
}

void pt_guest_translate(const struct pt_guest *guest, struct gpa gpa, struct pt_translation *ret)
{
	pt_translate(guest->machine, &guest->host, iova_of(gpa.v), ret);
}

/* What a walk of the host's table says about a read that the IOMMU itself makes. */
static enum status status_of(const struct pt_translation *t)
{
	switch (t->result) {
	case PT_MAPPED:
		return t->read ? STATUS_OK : STATUS_UNMAPPED;
	case PT_UNREADABLE:
		return t->steps[t->nr_steps - 1].status;
	case PT_BAD_TABLE:
	case PT_NOT_MAPPED:
	case PT_BEYOND:
		break;
	}
	return STATUS_UNMAPPED;
}

/* Reads page by page: guest pages that follow each other need not do so in the machine's memory. */
static enum status guest_read_pa(struct target *target, struct pa at, void *buf, size_t len)
{
	struct pt_guest *guest = guest_of(target);
	char *to = buf;

	while (len) {
		size_t part = SMALLEST_PAGE_BYTES - (at.v & (SMALLEST_PAGE_BYTES - 1));
		struct pt_translation t;
		enum status status;

		if (part > len)
			part = len;
		pt_guest_translate(guest, pt_guest_address(at), &t);
		status = status_of(&t);
		if (status == STATUS_OK)
			status = target_read_pa(guest->machine, t.pa, to, part);
		if (status != STATUS_OK)
			return status;
		at.v += part;
		to += part;
		len -= part;
	}
	return STATUS_OK;
}

static bool guest_interrupted(struct target *target)
{
	return target_interrupted(guest_of(target)->machine);
}

static bool guest_zeroes_missing(struct target *target)
{
	struct target *machine = guest_of(target)->machine;

	return machine->ops->zeroes_missing(machine);
}

static const struct target_ops guest_ops = {
	.read_pa = guest_read_pa,
	.read_kva = bare_read_kva,
	BARE_NO_KERNEL,
	.interrupted = guest_interrupted,
	.zeroes_missing = guest_zeroes_missing,
};

void pt_guest_init(struct pt_guest *guest, struct target *machine, const struct pt_root *host)
{
	*guest = (struct pt_guest){
		.target = { .ops = &guest_ops },
		.machine = machine,
		.host = *host,
	};
}
