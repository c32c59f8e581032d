// SPDX-License-Identifier: GPL-2.0-or-later
/* In which mode the kernel wanted its IOMMUs, and by whose word. */
#include "iommu/read.h"
#include "iommu/vendor.h"

#include <string.h>

/* Linux drivers/iommu/iommu.c, IOMMU_CMD_LINE_DMA_API. */
#define CMD_LINE_DMA_API 1

static bool has_prefix(const char *word, const char *const *prefixes)
{
	for (; prefixes && *prefixes; prefixes++) {
		if (strncmp(word, *prefixes, strlen(*prefixes)) == 0)
			return true;
	}
	return false;
}

bool kernel_is_iommu_option(const char *word, size_t len)
{
	static const char *const others[] = { "intremap=", "nox2apic", "mem_encrypt=", NULL };
	size_t name = strcspn(word, "= \n");
	const struct vendor *vendor;

	if (memmem(word, name < len ? name : len, "iommu", strlen("iommu")) || has_prefix(word, others))
		return true;
	for (unsigned i = 0; (vendor = nth_vendor(i)); i++) {
		if (has_prefix(word, vendor->command_line_words))
			return true;
	}
	return false;
}

/* The words of the command line that speak of an IOMMU, in their order, or NULL. */
static const char *iommu_options(struct kernel *k, const char *line)
{
	const char *found = NULL;

	while (*line) {
		size_t len = strcspn(line, " \n");

		if (kernel_is_iommu_option(line, len))
			found = arena_printf(k->arena, "%s%s%.*s", found ? found : "",
					     found ? " " : "", (int)len, line);
		line += len;
		line += strspn(line, " \n");
	}
	return found;
}

static const char *command_line_options(struct kernel *k)
{
	struct kva line;
	const char *text;
	const char *all = "";
	size_t len;

	if (failed(kernel_read_variable(k, "saved_command_line", 8, &line.v)))
		return NULL;
	/* COMMAND_LINE_SIZE is 2048 on x86; strings come in pieces of 255. */
	do {
		if (failed(kernel_read_text(k, TEXT_COMMAND_LINE, line, &text)))
			break;
		len = strlen(text);
		all = arena_printf(k->arena, "%s%s", all, text);
		line.v += len;
	} while (len == 255 && strlen(all) < 4096);
	return iommu_options(k, all);
}

/* Linux include/linux/crash_dump.h: ELFCORE_ADDR_MAX, when nobody left a core to be read. */
#define NO_ELF_CORE UINT64_MAX

bool kernel_is_kdump(struct kernel *k)
{
	uint64_t core;

	return !failed(kernel_read_variable(k, "elfcorehdr_addr", 8, &core)) &&
	       core != NO_ELF_CORE;
}

struct failure kernel_mode(struct kernel *k, struct kernel_mode *ret)
{
	uint64_t type, cmd_line = 0;
	struct failure failure;

	memset(ret, 0, sizeof(*ret));
	ret->options = command_line_options(k);
	if (!failed(kernel_read_variable(k, "iommu_cmd_line", 4, &cmd_line)))
		ret->by_command_line = cmd_line & CMD_LINE_DMA_API;
	failure = kernel_read_variable(k, "iommu_def_domain_type", 4, &type);
	if (failed(failure))
		return failure;
	ret->default_type = (int64_t)type;
	ret->known = true;
	return NO_FAILURE;
}
