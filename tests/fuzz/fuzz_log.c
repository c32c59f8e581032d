// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's log as `iommu fault` reads it: any line as the words of the command, or any bytes in the memory of the
 * log: the ring of 5.10 and later, the buffer of records before it, on machines with AMD units and with VT-d.
 */
#include "command.h"
#include "input.h"
#include "mem_files.h"

#define MAX_PARTS 48u
#define MAX_PART  160u

static struct machine {
	const char *mem, *sym;
	struct text_kernel kernel;
	struct part {
		uint64_t at; /* physical */
		size_t len;
		uint8_t bytes[MAX_PART];
	} part[MAX_PARTS];
	unsigned nr_parts;
} machines[] = {
	{ .mem = "fault-log.mem", .sym = "fault-log.sym" },
	{ .mem = "fault-old.mem", .sym = "fault-old.sym" },
	{ .mem = "fault-vtd-log.mem", .sym = "fault-vtd-log.sym" },
};

#define NR_MACHINES (sizeof(machines) / sizeof(machines[0]))

/* What the text of the log wrote into memory: it stands behind the text of the machine around it. */
static void find_parts(struct machine *m)
{
	const struct store *store = &m->kernel.mem->files->physical;

	for (size_t i = store->nr_writes; i-- > 0 && m->nr_parts < MAX_PARTS; m->nr_parts++) {
		struct part *part = &m->part[m->nr_parts];

		part->at = store->writes[i].at;
		part->len = store->writes[i].len < MAX_PART ? store->writes[i].len : MAX_PART;
		must(store_read(store, part->at, part->bytes, part->len) == STATUS_OK, "%s", m->mem);
	}
	must(m->nr_parts == MAX_PARTS, "%s writes too little", m->mem);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	for (unsigned i = 0; i < NR_MACHINES; i++) {
		text_kernel_open(&machines[i].kernel, machines[i].mem, machines[i].sym);
		find_parts(&machines[i]);
		machines[i].kernel.mem->knobs.is_dump = true;
	}
	return 0;
}

/* Bytes of the input over the beginnings of parts: each a part, how many bytes, and those. */
static void spoil(struct machine *m, struct input *in)
{
	struct store *store = &m->kernel.mem->files->physical;
	size_t nr_writes = store->nr_writes;
	uint8_t bytes[MAX_PART];

	while (in->left > 2) {
		const struct part *part = &m->part[input_below(in, MAX_PARTS)];
		size_t skip = input_byte(in), len = skip >> 4;

		skip = part->len > 15 ? 8 * (skip & 1) : 0;
		len = len == 15 || len > part->len - skip ? part->len - skip : len;
		len = len < in->left ? len : in->left;
		input_bytes(in, bytes, len);
		store_write(store, part->at + skip, bytes, len);
	}
	store->nr_writes = nr_writes; /* a list for other tests, which would grow without end */
}

static void mend(struct machine *m)
{
	struct store *store = &m->kernel.mem->files->physical;
	size_t nr_writes = store->nr_writes;

	/* Later writes may lie over earlier ones, and come first in the list. */
	for (unsigned i = m->nr_parts; i-- > 0;)
		store_write(store, m->part[i].at, m->part[i].bytes, m->part[i].len);
	store->nr_writes = nr_writes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const commands[] = { "iommu fault", "iommu fault -j", "iommu fault -a -v", "iommu fault -a -j" };
	struct input in = { data, size };
	uint8_t how = input_byte(&in);
	struct machine *m = &machines[how % NR_MACHINES];
	const char *command = commands[how >> 3 & 3];
	char line[4096], *text;

	if (how & 0x80) {
		spoil(m, &in);
		text_kernel_run_line(&m->kernel, command);
		mend(m);
		return 0;
	}
	text = input_text(&in);
	snprintf(line, sizeof(line), "%s %s", command, text);
	text_kernel_run_line(&m->kernel, line);
	free(text);
	return 0;
}
