// SPDX-License-Identifier: GPL-2.0-or-later
/* Virtual machines and their virtual CPUs, where interrupts are posted to them. */
#include "posted.h"

#include <inttypes.h>

const char *vm_words(struct context *ctx, const struct vm *vm)
{
	struct arena *arena = &ctx->session->arena;
	const char *comm = vm->comm ? arena_printf(arena, " \"%s\"", vm->comm) : "";

	if (vm->pid < 0)
		return arena_printf(arena, "VM %" PRIx64 "%s", vm->at.v, comm);
	return arena_printf(arena, "VM of pid %" PRId64 "%s", vm->pid, comm);
}

/* What each vendor knows of the virtual machine beside KVM, such as the number that interrupt entries have
 * for it. */
static void put_vendor_facts(struct context *ctx, const struct vm *vm)
{
	const struct inventory *inv = kernel_inventory(ctx->k);

	for (size_t i = 0; i < inv->vendors.nr; i++) {
		const struct vendor *vendor = inv->vendors.at[i];
		struct ptrs facts = { 0 };

		if (!vendor->vm_facts)
			continue;
		vendor->vm_facts(ctx->k, vm, &facts);
		put_values(ctx, &facts);
	}
}

void put_vm_members(struct context *ctx, const struct vm *vm)
{
	struct sink *sink = ctx->sink;

	sink_hex(sink, "address", vm->at.v);
	if (vm->pid >= 0)
		sink_count(sink, "pid", (uint64_t)vm->pid);
	else
		sink_null(sink, "pid");
	sink_string(sink, "comm", vm->comm);
	if (failed(vm->vcpus_failure)) {
		sink_null(sink, "nr_vcpus");
		sink_cell(sink, "nr_vcpus", "?");
	} else {
		sink_count(sink, "nr_vcpus", vm->vcpus.nr);
	}
	put_vendor_facts(ctx, vm);
}

void put_vm(struct context *ctx, const char *key, const struct vm *vm)
{
	sink_begin(ctx->sink, key);
	put_vm_members(ctx, vm);
	sink_end(ctx->sink);
}

static const char *vcpu_words(struct context *ctx, const struct posted *posted)
{
	struct arena *arena = &ctx->session->arena;

	if (posted->of_cpu)
		return arena_printf(arena, "cpu %u itself", posted->cpu);
	if (posted->nr_candidates > 1)
		return arena_printf(arena, "one of %u vCPUs: the tag alone does not tell",
				    posted->nr_candidates);
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): its machine is known by it */
	return arena_printf(arena, "vCPU %" PRId64 " of the %s", posted->vcpu->id,
			    vm_words(ctx, posted->vm));
}

/* What the key leads to, where this hardware has such a thing. */
static void put_descriptor(struct context *ctx, const struct record_view *view)
{
	struct sink *sink = ctx->sink;

	if (!view)
		return;
	if (failed(view->failure)) {
		sink_null(sink, view->key);
		if (ctx->opt.verbose)
			sink_say(sink, "POSTED TO", "%s at %" PRIx64 " %s", view->record->name,
				 view->place.at, word_no_value(view->failure.status));
		return;
	}
	if (ctx->opt.verbose)
		sink_say(sink, "POSTED TO", "%s at %" PRIx64, view->record->name, view->place.at);
	put_record(ctx, view, "descriptor_raw");
}

const char *put_posted(struct context *ctx, const struct vendor *vendor,
		       const struct posted_key *to, struct posted *ret)
{
	struct sink *sink = ctx->sink;
	bool found;

	*ret = (struct posted){ 0 };
	sink_hex(sink, to->key, to->value);
	found = vendor->posted_to && vendor->posted_to(ctx->k, to, ret);
	if (found && ret->vcpu && ret->nr_candidates == 1) {
		sink_count(sink, "vcpu", (uint64_t)ret->vcpu->id);
		put_vm(ctx, "vm", ret->vm);
	} else {
		sink_null(sink, "vcpu");
		sink_null(sink, "vm");
	}
	if (ret->of_cpu)
		sink_count(sink, "cpu", ret->cpu);
	put_descriptor(ctx, ret->descriptor);
	return found ? vcpu_words(ctx, ret) : NULL;
}

void say_unread_vms(struct context *ctx)
{
	struct ptrs vms;
	struct failure failure = kernel_vms(ctx->k, &vms);

	if (failure.status == STATUS_ABSENT)
		sink_note(ctx->sink, NOTE_WARNING, "no-kvm",
			  "interrupts are posted to virtual CPUs, but KVM is not loaded");
	else
		say_if_not_all(ctx, "list virtual machines", failure);
	for (size_t i = 0; i < vms.nr; i++) {
		const struct vm *vm = vms.at[i];

		if (failed(vm->vcpus_failure))
			could_not_fully(ctx, arena_printf(&ctx->session->arena,
							  "list virtual CPUs of the %s",
							  vm_words(ctx, vm)),
					vm->vcpus_failure);
	}
}
