// SPDX-License-Identifier: GPL-2.0-or-later
/* One kernel: which driver runs its IOMMUs, and in which mode the kernel wanted them. */
#include "vendors.h"

#include "iommu/layout_rows.h"

#include <stdio.h>
#include <string.h>

/* A machine whose max_pfn is not readable: 16 TiB of memory in pages of 4 KiB. */
#define MAX_TABLES_UNKNOWN (1ULL << 32)

/* Linux drivers/iommu/iommu.c, IOMMU_CMD_LINE_DMA_API. */
#define CMD_LINE_DMA_API 1

const struct layout_table *nth_layout_table(unsigned nth)
{
	if (!nth)
		return &common_layout;
	for (unsigned i = 0; i < nth; i++) {
		if (!vendors[i])
			return NULL;
	}
	return vendors[nth - 1]->layout;
}

void kernel_init(struct kernel *k, struct target *target, struct arena *arena,
		 struct layout *layout)
{
	memset(k, 0, sizeof(*k));
	k->target = target;
	k->arena = arena;
	k->layout = layout;
	layout_refresh(layout, target);
	/* Memory encryption puts a bit into every physical address that hardware follows. */
	if (kernel_read_variable(k, "sme_me_mask", 8, &k->enc_mask) != STATUS_OK)
		k->enc_mask = 0;
	for (size_t i = 0; vendors[i]; i++) {
		if (vendors[i]->is_active(k)) {
			k->vendor = vendors[i];
			break;
		}
	}
}

bool kernel_fits_namelist(struct kernel *k)
{
	static const char banner[] = "Linux version ";
	char found[sizeof(banner) - 1];
	struct kva at;

	return target_symbol(k->target, "linux_banner", &at) != STATUS_OK ||
	       target_read_kva(k->target, at, found, sizeof(found)) != STATUS_OK ||
	       memcmp(found, banner, sizeof(found)) == 0;
}

uint64_t kernel_max_tables(struct kernel *k)
{
	uint64_t max_pfn;

	/* Every domain asks. */
	if (!k->max_tables) {
		if (kernel_read_variable(k, "max_pfn", 8, &max_pfn) != STATUS_OK || !max_pfn)
			max_pfn = MAX_TABLES_UNKNOWN;
		k->max_tables = max_pfn;
	}
	return k->max_tables;
}

bool kernel_has_amd_driver(struct kernel *k)
{
	struct kva at;

	return kernel_symbol(k, "amd_iommu_list", &at) == STATUS_OK;
}

bool kernel_has_intel_driver(struct kernel *k)
{
	struct kva at;

	return kernel_symbol(k, "intel_iommu_enabled", &at) == STATUS_OK;
}

bool kernel_intel_is_active(struct kernel *k)
{
	uint64_t enabled;

	return kernel_read_variable(k, "intel_iommu_enabled", 4, &enabled) == STATUS_OK && enabled;
}

/* The words of the command line that speak of an IOMMU, in their order, or NULL. */
static const char *iommu_options(struct kernel *k, const char *line)
{
	static const char *const prefixes[] = { "iommu=",	"iommu.",	"amd_iommu",
						"intel_iommu",	"ivrs_",	"intremap=",
						"vfio_iommu",	"nox2apic",	"mem_encrypt=" };
	const char *found = NULL;

	while (*line) {
		size_t len = strcspn(line, " \n");

		for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
			if (strncmp(line, prefixes[i], strlen(prefixes[i])) != 0)
				continue;
			found = arena_printf(k->arena, "%s%s%.*s", found ? found : "",
					     found ? " " : "", (int)len, line);
			break;
		}
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

	if (kernel_read_variable(k, "saved_command_line", 8, &line.v) != STATUS_OK)
		return NULL;
	/* COMMAND_LINE_SIZE is 2048 on x86; strings come in pieces of 255. */
	do {
		if (kernel_read_string(k, line, &text) != STATUS_OK)
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

	return kernel_read_variable(k, "elfcorehdr_addr", 8, &core) == STATUS_OK &&
	       core != NO_ELF_CORE;
}

enum status kernel_mode(struct kernel *k, struct kernel_mode *ret)
{
	uint64_t type, cmd_line = 0;
	enum status status;

	memset(ret, 0, sizeof(*ret));
	ret->options = command_line_options(k);
	if (kernel_read_variable(k, "iommu_cmd_line", 4, &cmd_line) == STATUS_OK)
		ret->by_command_line = cmd_line & CMD_LINE_DMA_API;
	status = kernel_read_variable(k, "iommu_def_domain_type", 4, &type);
	if (status != STATUS_OK)
		return status;
	ret->default_type = (int64_t)type;
	ret->known = true;
	return STATUS_OK;
}
