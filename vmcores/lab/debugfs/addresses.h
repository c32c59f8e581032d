/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel does not export to modules. Its address is a parameter of the module, which the guest
 * fills in from /proc/kallsyms; the names of the parameters are those of the symbols.
 */
#ifndef LAB_ADDRESSES_H
#define LAB_ADDRESSES_H

#include <linux/module.h>

#define ADDRESS_OF(symbol)                                                                         \
	static unsigned long address_of_##symbol;                                                  \
	module_param_named(symbol, address_of_##symbol, ulong, 0400)

#endif
