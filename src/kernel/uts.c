// SPDX-License-Identifier: GPL-2.0-or-later
/* Which kernel this is, and on which host. */
#include "iommu/uts.h"

#include "iommu/read.h"

#include <string.h>

#define BANNER_BYTES 80

const char *kernel_banner_release(struct arena *arena, struct target *target)
{
	static const char before[] = "Linux version ";
	char banner[BANNER_BYTES + 1] = "";
	struct kva at;

	if (target_symbol(target, "linux_banner", &at) != STATUS_OK ||
	    target_read_kva(target, at, banner, BANNER_BYTES) != STATUS_OK ||
	    strncmp(banner, before, strlen(before)) != 0)
		return NULL;
	return arena_printf(arena, "%.*s", (int)strcspn(banner + strlen(before), " \n"), banner + strlen(before));
}

static struct failure read_name(struct kernel *k, struct kva uts, unsigned id, enum text_kind kind, const char **ret)
{
	struct kva at;
	struct failure failure = kernel_member_at(k, uts, id, &at);

	return failed(failure) ? failure : kernel_read_text(k, kind, at, ret);
}

struct failure kernel_uts(struct kernel *k, struct uts *ret)
{
	struct kva space, uts;
	struct failure failure = kernel_symbol(k, "init_uts_ns", &space);

	*ret = (struct uts){ 0 };
	if (!failed(failure))
		failure = kernel_member_at(k, space, M_UTS_NAME, &uts);
	if (!failed(failure)) {
		failure = read_name(k, uts, M_UTS_NODE, TEXT_NAME, &ret->host);
		failure = first_failure(failure, read_name(k, uts, M_UTS_RELEASE, TEXT_NAME, &ret->release));
		failure = first_failure(failure, read_name(k, uts, M_UTS_MACHINE, TEXT_NAME, &ret->machine));
	}
	if (!ret->release)
		ret->release = kernel_banner_release(k->arena, k->target);
	return failure;
}
