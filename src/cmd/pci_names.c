// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where names of PCI devices come from: pci.ids, a file that distributions install for lspci. It is no part of the
 * dump, and nothing rests on it: names stand beside the numbers that the dump has. Which file it is, is a matter of
 * this program's manual, and so it is looked for in this room; what its lines mean is known to src/format.
 */
#include "pci_names.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* Debian's place, and that of the others. */
static const char *const places[] = { "/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids" };

/* All of the file in the arena, NULL when it is no file that can be such a list. It may shrink while it is read. */
static char *read_all(struct arena *arena, int file, size_t *len)
{
	off_t size = lseek(file, 0, SEEK_END); /* fails on a pipe, and is 0 on a device */
	char *text;
	size_t nr = 0;

	if (size <= 0 || (uint64_t)size > PCI_IDS_MAX_BYTES || lseek(file, 0, SEEK_SET) != 0)
		return NULL;
	text = arena_alloc(arena, (size_t)size);
	while (nr < (size_t)size) {
		ssize_t got = read(file, text + nr, (size_t)size - nr);

		if (got <= 0)
			break;
		nr += (size_t)got;
	}
	*len = nr;
	return nr ? text : NULL;
}

/* Neither waits for the other end of a pipe nor leaves anything open. */
static char *read_file(struct arena *arena, const char *path, size_t *len)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *text;

	if (file < 0)
		return NULL;
	text = read_all(arena, file, len);
	close(file);
	return text;
}

const struct pci_ids *pci_names(struct context *ctx)
{
	struct arena *arena = &ctx->session->arena;
	const char *named = getenv("IOMMU_PCI_IDS");
	char *text = NULL;
	size_t len = 0;

	if (ctx->pci_ids_read)
		return ctx->pci_ids;
	ctx->pci_ids_read = true;
	if (named)
		text = read_file(arena, named, &len);
	for (size_t i = 0; !named && !text && i < sizeof(places) / sizeof(places[0]); i++)
		text = read_file(arena, places[i], &len);
	if (text) {
		ctx->pci_ids = arena_alloc(arena, sizeof(*ctx->pci_ids));
		pci_ids_open(arena, text, len, ctx->pci_ids);
	}
	return ctx->pci_ids;
}
