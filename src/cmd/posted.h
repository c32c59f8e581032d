/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual machines and their virtual CPUs, where interrupts are posted to them. */
#ifndef IOMMU_CMD_POSTED_H
#define IOMMU_CMD_POSTED_H

#include "cmd.h"
#include "iommu/kvm.h"

/* "VM of pid 811 "qemu-kvm"" */
const char *vm_words(struct context *ctx, const struct vm *vm);

/* A virtual machine as members of the object that is open, or as an object. */
void put_vm_members(struct context *ctx, const struct vm *vm);
void put_vm(struct context *ctx, const char *key, const struct vm *vm);

/* The key, vcpu and vm as members of the object that is open, and what the key leads to; whose it is in words, NULL
 * when nobody fits. */
const char *put_posted(struct context *ctx, const struct vendor *vendor,
		       const struct posted_key *to, struct posted *ret);

/* Once, where something was posted: why virtual machines are not all known. */
void say_unread_vms(struct context *ctx);

#endif
