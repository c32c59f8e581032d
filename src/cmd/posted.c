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

void put_vm_members(struct context *ctx, const struct vm *vm)
{
	struct sink *sink = ctx->sink;

	sink_hex(sink, "address", vm->at.v);
	if (vm->pid >= 0)
		sink_count(sink, "pid", (uint64_t)vm->pid);
	else
		sink_null(sink, "pid");
	sink_string(sink, "comm", vm->comm);
	sink_count(sink, "nr_vcpus", vm->vcpus.nr);
	if (vm->has_avic_id)
		sink_count(sink, "avic_vm_id", vm->avic_id);
	else
		sink_null(sink, "avic_vm_id");
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

	if (posted->nr_candidates > 1)
		return arena_printf(arena, "one of %u vCPUs: the tag alone does not tell",
				    posted->nr_candidates);
	return arena_printf(arena, "vCPU %" PRId64 " of the %s", posted->vcpu->id,
			    vm_words(ctx, posted->vm));
}

const char *put_posted(struct context *ctx, uint32_t ga_tag, struct pa apic_page)
{
	struct sink *sink = ctx->sink;
	struct posted posted;

	sink_hex(sink, "ga_tag", ga_tag);
	if (!kernel_posted_to(ctx->k, ga_tag, apic_page, &posted)) {
		sink_null(sink, "vcpu");
		sink_null(sink, "vm");
		return NULL;
	}
	if (posted.nr_candidates > 1) {
		sink_null(sink, "vcpu");
		sink_null(sink, "vm");
	} else {
		sink_count(sink, "vcpu", (uint64_t)posted.vcpu->id);
		put_vm(ctx, "vm", posted.vm);
	}
	return vcpu_words(ctx, &posted);
}

void tell_of_vms(struct context *ctx)
{
	struct ptrs vms;
	enum status status = kernel_vms(ctx->k, &vms);

	if (status == STATUS_ABSENT)
		sink_note(ctx->sink, NOTE_WARNING, "no-kvm",
			  "interrupts are posted to virtual CPUs, but KVM is not loaded");
	else if (status != STATUS_OK)
		not_all(ctx, "list virtual machines", status, ctx->k->missing);
	for (size_t i = 0; i < vms.nr; i++) {
		const struct vm *vm = vms.at[i];

		if (vm->vcpus_status != STATUS_OK)
			not_all(ctx, arena_printf(&ctx->session->arena, "list virtual CPUs of the %s",
						  vm_words(ctx, vm)),
				vm->vcpus_status, ctx->k->missing);
	}
}
