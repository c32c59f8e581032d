// SPDX-License-Identifier: GPL-2.0-or-later
/* iommu owner: who holds a device for user space, by VFIO's own objects, and what it was given. */
#include "cmd.h"
#include "posted.h"

#include <inttypes.h>

static const struct column columns[] = {
	{ .key = "iova", .head = "  IOVA", .width = 14 },
	{ .key = "end", .head = "END", .width = 12 },
	{ .key = "bytes", .head = "SIZE", .right = true, .width = 6 },
	{ .key = "perm", .head = "PERM" },
	{ .key = "vaddr", .head = "PROCESS ADDRESS", .width = 15 },
	{ .key = "pid", .head = "PID" },
};

static void put_area(struct context *ctx, const struct vfio_area *area)
{
	struct sink *sink = ctx->sink;
	char size[WORD_MAX];

	sink_row(sink);
	sink_hex(sink, "iova", area->iova);
	sink_cell(sink, "iova", "  %" PRIx64, area->iova);
	sink_hex(sink, "end", area->iova + area->size - 1);
	sink_cell(sink, "bytes", "%s", word_size(size, area->size));
	sink_bool(sink, "read", area->read);
	sink_bool(sink, "write", area->write);
	sink_cell(sink, "perm", "%s", word_perm(area->read, area->write));
	sink_hex(sink, "vaddr", area->vaddr);
	if (area->pid >= 0)
		sink_count(sink, "pid", (uint64_t)area->pid);
	else
		sink_null(sink, "pid");
	if (failed(area->task_failure))
		sink_cell(sink, "pid", "%s", word_no_value(area->task_failure.status));
	sink_row_end(sink);
}

static const char *why_no_process(const struct vfio_holder *holder)
{
	if (holder->areas.nr)
		return word_no_value(((const struct vfio_area *)holder->areas.at[0])->task_failure.status);
	if (failed(holder->areas_failure))
		return "not known: what is mapped could not be listed";
	return "not known: nothing is mapped, and VFIO keeps no other trace of it";
}

static void put_process(struct context *ctx, const struct vfio_holder *holder)
{
	const struct vfio_area *area = vfio_process(holder);
	struct sink *sink = ctx->sink;

	if (!area) {
		sink_null(sink, "pid");
		sink_null(sink, "comm");
		sink_say(sink, "  process", "%s", why_no_process(holder));
		return;
	}
	sink_count(sink, "pid", (uint64_t)area->pid);
	sink_string(sink, "comm", area->comm);
	sink_say(sink, "  process", "pid %" PRId64 " \"%s\"", area->pid,
		 area->comm ? area->comm : "?");
}

static void put_holder_vm(struct context *ctx, struct kva kvm)
{
	const struct vm *vm;

	if (kva_is_null(kvm)) {
		sink_null(ctx->sink, "vm");
		return;
	}
	vm = kernel_vm_at(ctx->k, kvm);
	put_vm(ctx, "vm", vm);
	if (failed(vm->vcpus_failure))
		sink_say(ctx->sink, "  KVM", "%" PRIx64 ": %s, its vCPUs are not all known", kvm.v,
			 vm_words(ctx, vm));
	else
		sink_say(ctx->sink, "  KVM", "%" PRIx64 ": %s, %zu vCPU%s", kvm.v, vm_words(ctx, vm),
			 vm->vcpus.nr, vm->vcpus.nr == 1 ? "" : "s");
}

/* "no container", "container <not in dump>": one of VFIO's objects, or why there is none. */
static const char *object_words(struct context *ctx, const char *what, struct kva at,
				struct failure failure)
{
	struct arena *arena = &ctx->session->arena;

	if (!kva_is_null(at))
		return arena_printf(arena, "%s %" PRIx64, what, at.v);
	return failed(failure) ?
		       arena_printf(arena, "%s %s", what, word_no_value(failure.status)) :
		       arena_printf(arena, "no %s", what);
}

static const char *machine_words(const struct vfio_holder *holder)
{
	if (failed(holder->kvm_failure))
		return "; whether it is in a virtual machine is not known";
	return kva_is_null(holder->kvm) ? "; no virtual machine" : "";
}

static void put_objects(struct context *ctx, const struct vfio_holder *holder)
{
	struct sink *sink = ctx->sink;

	sink_hex(sink, "vfio_group", holder->group.v);
	put_address(ctx, "container", holder->container);
	put_address(ctx, "vfio_iommu", holder->iommu);
	put_address(ctx, "kvm", holder->kvm);
	sink_say(sink, "  VFIO", "group %" PRIx64 ", %s, %s%s", holder->group.v,
		 object_words(ctx, "container", holder->container, holder->areas_failure),
		 object_words(ctx, "iommu", holder->iommu, holder->areas_failure),
		 machine_words(holder));
	put_holder_vm(ctx, holder->kvm);
}

/* None that could be read is not the same as none. */
static void put_areas(struct context *ctx, const struct vfio_holder *holder)
{
	struct sink *sink = ctx->sink;

	if (failed(holder->areas_failure) && !holder->areas.nr) {
		sink_null(sink, "areas");
		return;
	}
	sink_list(sink, "areas");
	sink_table(sink, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < holder->areas.nr; i++)
		put_area(ctx, holder->areas.at[i]);
	sink_list_end(sink);
}

/* "0000:a1:00.0", "0000:a1:00.0 and others": the device that was asked for, or the first. */
static const char *device_words(struct context *ctx, const struct group *group,
				const struct device *asked)
{
	const struct device *first = asked		 ? asked :
				     group->devices.nr ? group->devices.at[0] :
							 NULL;

	if (!first)
		return failed(group->failure) ? "its devices could not be read" : "no devices";
	return arena_printf(&ctx->session->arena, "%s%s", first->name,
			    group->devices.nr > 1 ? " and others" : "");
}

static void put_group_devices(struct context *ctx, const struct group *group,
			      const struct device *asked)
{
	struct sink *sink = ctx->sink;

	sink_count(sink, "group", (uint64_t)group->id);
	sink_list(sink, "devices");
	for (size_t i = 0; i < group->devices.nr; i++)
		sink_string(sink, NULL, ((const struct device *)group->devices.at[i])->name);
	sink_list_end(sink);
	sink_heading(sink, "group %" PRId64 ": %s", group->id, device_words(ctx, group, asked));
}

static void put_holder(struct context *ctx, const struct group *group, const struct device *asked,
		       const struct vfio_holder *holder)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, NULL);
	put_group_devices(ctx, group, asked);
	sink_string(sink, "kind", "VFIO");
	put_process(ctx, holder);
	put_objects(ctx, holder);
	put_areas(ctx, holder);
	sink_end(sink);
	say_refused(ctx, &group->devices);
	say_if_not_all(ctx, "list the areas", holder->areas_failure);
	say_if_not_all(ctx, "tell the virtual machine", holder->kvm_failure);
}

/* ---- virtual machines ---- */

static const struct column vm_columns[] = {
	{ .key = "pid", .head = "  PID", .right = true, .width = 5 },
	{ .key = "comm", .head = "NAME", .width = 15 },
	{ .key = "nr_vcpus", .head = "VCPUS", .right = true },
	{ .key = "groups", .head = "GROUPS" },
};

/* The groups that a virtual machine was given. */
struct held {
	struct kva kvm;
	int64_t group;
};

static void remember_vm(struct context *ctx, const struct group *group,
			const struct vfio_holder *holder, struct ptrs *ret)
{
	struct held *held;

	if (kva_is_null(holder->kvm))
		return;
	held = arena_alloc(&ctx->session->arena, sizeof(*held));
	*held = (struct held){ holder->kvm, group->id };
	ptrs_push(&ctx->session->arena, ret, held);
}

static void put_vm_row(struct context *ctx, const struct vm *vm, const struct ptrs *held)
{
	struct sink *sink = ctx->sink;
	const char *groups = "";

	sink_row(sink);
	put_vm_members(ctx, vm);
	sink_list(sink, "groups");
	for (size_t i = 0; i < held->nr; i++) {
		const struct held *one = held->at[i];

		if (one->kvm.v != vm->at.v)
			continue;
		sink_count(sink, NULL, (uint64_t)one->group);
		groups = arena_printf(&ctx->session->arena, "%s%s%" PRId64, groups,
				      *groups ? " " : "", one->group);
	}
	sink_list_end(sink);
	sink_cell(sink, "groups", "%s", *groups ? groups : "-");
	sink_row_end(sink);
}

/* Nothing is said where there is no KVM. */
static void put_vms(struct context *ctx, const struct ptrs *held)
{
	struct sink *sink = ctx->sink;
	struct ptrs vms;
	struct failure failure = kernel_vms(ctx->k, &vms);

	if (failure.status == STATUS_ABSENT || failure.status == STATUS_MISSING) {
		sink_null(sink, "vms");
		if (failure.status == STATUS_MISSING)
			could_not_fully(ctx, "list virtual machines", failure);
		return;
	}
	if (vms.nr)
		sink_heading(sink, "virtual machines: %zu", vms.nr);
	sink_list(sink, "vms");
	if (vms.nr)
		sink_table(sink, vm_columns, sizeof(vm_columns) / sizeof(vm_columns[0]));
	for (size_t i = 0; i < vms.nr; i++)
		put_vm_row(ctx, vms.at[i], held);
	sink_list_end(sink);
	say_unread_vms(ctx);
}

static void cannot_tell(struct context *ctx, const struct group *group, struct failure failure)
{
	const char *problem = layout_btf_problem(ctx->k->layout);
	bool unread = layout_lacks_by(ctx->k->layout, failure);

	cannot(ctx, arena_printf(&ctx->session->arena, "tell who holds group %" PRId64, group->id),
	       failure);
	if (failure.status == STATUS_MISSING || unread)
		sink_note(ctx->sink, NOTE_INFO, "module-types",
			  "VFIO is a module: its types come from the BTF in the dump (%s) or from "
			  "mod -s", problem ? problem : unread ? "which could not be read there" :
								 "which does not have them");
}

/* Which groups were asked for. */
struct choice {
	const struct group *group;
	const struct device *device;
};

static bool is_chosen(const struct choice *choice, const struct group *group)
{
	if (choice->group)
		return group == choice->group;
	return !choice->device || choice->device->group == group;
}

/* Claimed by an object that is not VFIO's: iommufd, or another driver that hands devices to user space. */
static void put_stranger(struct context *ctx, const struct group *group,
			 const struct device *asked)
{
	struct sink *sink = ctx->sink;

	sink_begin(sink, NULL);
	put_group_devices(ctx, group, asked);
	sink_string(sink, "kind", "user");
	put_owner_address(ctx, "owner", group);
	sink_say(sink, "  owner", "claimed for user space by %s, which is not a group of VFIO's: iommufd, or another "
		 "user of the IOMMU", word_address(ctx, group->owner));
	sink_end(sink);
}

/* Shows who holds the group; false: nobody. */
static bool show_group(struct context *ctx, const struct group *group, const struct device *asked,
		       struct ptrs *given, struct findings *findings)
{
	struct vfio_holder holder;
	struct failure failure = kernel_vfio_holder(ctx->k, group, &holder);

	check_owner(ctx->k, group, findings);
	if (failure.status == STATUS_ABSENT && group->is_claimed)
		put_stranger(ctx, group, asked);
	if (failure.status == STATUS_ABSENT)
		return group->is_claimed;
	if (failed(failure)) {
		cannot_tell(ctx, group, failure);
		return true;
	}
	put_holder(ctx, group, asked, &holder);
	remember_vm(ctx, group, &holder, given);
	return true;
}

static bool choose(struct context *ctx, struct choice *ret)
{
	uint32_t sbdf;

	*ret = (struct choice){ 0 };
	if (ctx->opt.group && !(ret->group = find_group(ctx, ctx->opt.group)))
		return false;
	if (!ctx->opt.device)
		return true;
	if (!parse_bdf(ctx, ctx->opt.device, &sbdf))
		return false;
	ret->device = kernel_find_device(ctx->k, sbdf);
	if (!ret->device)
		complain_no_device(ctx, sbdf);
	return ret->device != NULL;
}

/* Why it is not known of each group which devices are in it. */
static struct failure members_failure(const struct inventory *inv)
{
	struct failure failure = NO_FAILURE;

	for (size_t i = 0; i < inv->groups.nr; i++)
		failure = first_failure(failure, ((const struct group *)inv->groups.at[i])->failure);
	return failure;
}

/* That there is no holder is said only where every group was looked at and each says whether it is claimed; that a
 * device is in no group, where the members of each were read. */
static void say_if_nobody(struct context *ctx, const struct choice *choice, bool held, bool unknown)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	bool is_outside = choice->device && !choice->device->group;
	struct failure failure = members_failure(inv);

	if (failed(inv->groups_failure))
		return;
	if (is_outside && failed(failure))
		cannot(ctx, arena_printf(&ctx->session->arena, "tell which group %s is in",
					 choice->device->name), failure);
	else if (is_outside)
		sink_heading(ctx->sink, "%s is in no group: VFIO cannot have it", choice->device->name);
	else if (!held && unknown)
		note_owner_unknown(ctx);
	else if (!held && !failed(inv->devices_failure))
		sink_heading(ctx->sink, "held by nobody: VFIO has %s",
			     choice->group || choice->device ? "no such group" : "no group");
}

void cmd_owner(struct context *ctx)
{
	const struct inventory *inv = kernel_inventory(ctx->k);
	struct ptrs given = { 0 }; /* struct held */
	struct findings findings = { 0 };
	struct choice choice;
	bool held = false, unknown = false;

	if (!choose(ctx, &choice))
		return;
	sink_list(ctx->sink, "owners");
	for (size_t i = 0; i < inv->groups.nr; i++) {
		if (!is_chosen(&choice, inv->groups.at[i]))
			continue;
		unknown |= !((const struct group *)inv->groups.at[i])->tells_owner;
		held |= show_group(ctx, inv->groups.at[i], choice.device, &given, &findings);
	}
	sink_list_end(ctx->sink);
	put_findings(ctx, &findings);
	if (!choice.group && !choice.device)
		put_vms(ctx, &given);
	say_if_nobody(ctx, &choice, held || findings.list.nr, unknown);
	if (failed(inv->groups_failure))
		cannot(ctx, "list groups", inv->groups_failure);
}
