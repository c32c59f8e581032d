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

/* Options of those who use an IOMMU have its name in theirs (vfio_iommu_type1.allow_unsafe_interrupts) and no say in what
 * its driver does. The kernel takes '-' in such a name for '_'. */
static bool is_of_user(const char *word)
{
	static const char *const users[] = { "vfio_", "vfio-", "iommufd.", NULL };

	return has_prefix(word, users);
}

/* It makes a driver say more, or the kernel keep account of mappings, and decides nothing. */
static bool is_of_log(const char *word)
{
	static const char *const accounts[] = { "iommu.debug_pagealloc", NULL };
	const struct vendor *vendor;

	if (has_prefix(word, accounts))
		return true;
	for (unsigned i = 0; (vendor = nth_vendor(i)); i++) {
		if (has_prefix(word, vendor->log_words))
			return true;
	}
	return false;
}

/* The words of the command line that ask something of the driver of an IOMMU, in their order, or NULL. */
static const char *iommu_options(struct kernel *k, const char *line)
{
	const char *found = NULL;

	while (*line) {
		size_t len = strcspn(line, " \n");

		if (kernel_is_iommu_option(line, len) && !is_of_user(line) && !is_of_log(line))
			found = arena_printf(k->arena, "%s%s%.*s", found ? found : "",
					     found ? " " : "", (int)len, line);
		line += len;
		line += strspn(line, " \n");
	}
	return found;
}

/* ABSENT: this kernel has no command line where it is looked for. */
static struct failure read_options(struct kernel *k, const char **ret)
{
	struct kva line;
	const char *text;
	const char *all = "";
	size_t len;
	struct failure failure = kernel_read_variable(k, "saved_command_line", 8, &line.v);

	*ret = NULL;
	if (failed(failure))
		return failure;
	/* COMMAND_LINE_SIZE is 2048 on x86; strings come in pieces of 255. */
	do {
		failure = kernel_read_text(k, TEXT_COMMAND_LINE, line, &text);
		if (failed(failure))
			break;
		len = strlen(text);
		all = arena_printf(k->arena, "%s%s", all, text);
		line.v += len;
	} while (len == 255 && strlen(all) < 4096);
	*ret = iommu_options(k, all);
	return failure;
}

/* Linux include/linux/crash_dump.h: ELFCORE_ADDR_MAX, when nobody left a core to be read. */
#define NO_ELF_CORE UINT64_MAX

bool kernel_is_kdump(struct kernel *k)
{
	uint64_t core;

	return !failed(kernel_read_variable(k, "elfcorehdr_addr", 8, &core)) &&
	       core != NO_ELF_CORE;
}

/* Linux drivers/iommu/irq_remapping.c, of every x86 vendor. */
enum irq_remapping kernel_irq_remapping(struct kernel *k)
{
	uint64_t enabled;

	if (failed(kernel_read_variable(k, "irq_remapping_enabled", 4, &enabled)))
		return IRQ_REMAPPING_UNKNOWN;
	return enabled ? IRQ_REMAPPING_ON : IRQ_REMAPPING_OFF;
}

/* ---- which mode, by which variable ---- */

/* x86 up to 5.3, and RHEL 8 up to 8.2: set by iommu=pt or CONFIG_IOMMU_DEFAULT_PASSTHROUGH, it decides for AMD and
 * Intel alike and leaves iommu_def_domain_type as it was (arch/x86/kernel/pci-dma.c). */
#define PASS_THROUGH "iommu_pass_through"
#define DEFAULT_TYPE "iommu_def_domain_type"

static struct failure read_type(struct kernel *k, struct kernel_mode *ret)
{
	uint64_t pass_through = 0, type = DOMAIN_DMA;
	struct failure failure = kernel_read_variable(k, PASS_THROUGH, 4, &pass_through);
	bool has_pass_through = failure.status != STATUS_MISSING;

	if (has_pass_through && failed(failure))
		return failure;
	ret->variable = pass_through ? PASS_THROUGH : DEFAULT_TYPE;
	failure = pass_through ? NO_FAILURE : kernel_read_variable(k, DEFAULT_TYPE, 4, &type);
	/* Kernels before 4.12 have the one alone. */
	if (has_pass_through && failure.status == STATUS_MISSING) {
		ret->variable = PASS_THROUGH;
		failure = NO_FAILURE;
	}
	if (failed(failure))
		return failure;
	ret->default_type = pass_through ? DOMAIN_IDENTITY : (int64_t)type;
	ret->known = true;
	return kernel_symbol(k, ret->variable, &ret->variable_at);
}

/* ---- by whose word ---- */

/* "noagp,pt": iommu_setup() takes a list and looks at the beginning of each word. */
static bool list_has(const char *list, const char *word)
{
	while (strncmp(list, word, strlen(word)) != 0) {
		list += strcspn(list, ", ");
		if (*list++ != ',')
			return false;
	}
	return true;
}

/* Kernels without a variable that says so: the words that set the one that decides. */
static bool asked_by_words(const struct kernel_mode *mode)
{
	const char *wanted = mode->default_type == DOMAIN_IDENTITY ? "pt" : "nopt";

	for (const char *at = mode->options; at && *at; at += strspn(at, " ")) {
		if (strncmp(at, "iommu.passthrough=", strlen("iommu.passthrough=")) == 0 ||
		    (strncmp(at, "iommu=", strlen("iommu=")) == 0 &&
		     list_has(at + strlen("iommu="), wanted)))
			return true;
		at += strcspn(at, " ");
	}
	return false;
}

static enum mode_decider read_decider(struct kernel *k, const struct kernel_mode *mode)
{
	uint64_t cmd_line;
	struct failure failure = kernel_read_variable(k, "iommu_cmd_line", 4, &cmd_line);

	if (!failed(failure))
		return cmd_line & CMD_LINE_DMA_API ? DECIDED_BY_COMMAND_LINE : DECIDED_BY_DEFAULT;
	if (failure.status != STATUS_MISSING)
		return DECIDER_UNKNOWN;
	if (asked_by_words(mode))
		return DECIDED_BY_COMMAND_LINE;
	return failed(mode->options_failure) ? DECIDER_UNKNOWN : DECIDED_BY_DEFAULT;
}

struct failure kernel_mode(struct kernel *k, struct kernel_mode *ret)
{
	struct failure failure;

	memset(ret, 0, sizeof(*ret));
	ret->options_failure = read_options(k, &ret->options);
	failure = read_type(k, ret);
	if (!failed(failure))
		ret->decider = read_decider(k, ret);
	return failure;
}
