// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a file piece by piece: only the tree is kept. */
#include "iommu/json_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PIECE ((size_t)64 * 1024)

const struct json *json_file_read(struct arena *arena, const char *path, const char **ret_problem)
{
	struct json_reader *reader = json_reader_new(arena);
	char *piece = arena_alloc(arena, PIECE);
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = 0;
	ssize_t nr;

	if (fd < 0) {
		*ret_problem = strerror(errno);
		return NULL;
	}
	do {
		nr = read(fd, piece, PIECE);
		error = nr < 0 ? errno : 0;
	} while ((nr < 0 && error == EINTR) || (nr > 0 && json_reader_feed(reader, piece, (size_t)nr)));
	close(fd);
	if (nr < 0) {
		*ret_problem = strerror(error);
		return NULL;
	}
	return json_reader_finish(reader, ret_problem);
}
