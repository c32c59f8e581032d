// SPDX-License-Identifier: GPL-2.0-or-later
/* Which architecture the kernel is of, by a symbol that no other has. */
#include "arch_list.h"

/* The one without a witness comes last. */
static const struct arch *const arches[] = { &arch_arm64, &arch_x86 };

static bool is_of(struct kernel *k, const struct arch *arch)
{
	struct kva at;

	return !arch->witness || !failed(kernel_symbol(k, arch->witness, &at));
}

const struct arch *kernel_arch(struct kernel *k)
{
	for (size_t i = 0; !k->arch; i++) {
		if (is_of(k, arches[i]))
			k->arch = arches[i];
	}
	return k->arch;
}
