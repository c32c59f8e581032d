// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that are seen whole or not at all, by the calls of the system that fail without a trace. */
#include "iommu/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELD_BYTES ((size_t)64 * 1024)
#define PART	   ".XXXXXX" /* mkstemp(3) fills it in, and lets nobody but the owner read the file */

static int remember_error(struct new_file *file)
{
	if (!file->error)
		file->error = errno ? errno : EIO;
	return file->error;
}

int new_file_create(struct new_file *file, const char *path)
{
	size_t len = strlen(path);

	*file = (struct new_file){ .fd = -1 };
	if (access(path, F_OK) == 0)
		return EEXIST;
	file->path = strdup(path);
	file->part_path = malloc(len + sizeof(PART));
	file->held = malloc(HELD_BYTES);
	if (!file->path || !file->part_path || !file->held) {
		new_file_drop(file);
		return ENOMEM;
	}
	memcpy(file->part_path, path, len);
	memcpy(file->part_path + len, PART, sizeof(PART));
	file->fd = mkostemp(file->part_path, O_CLOEXEC);
	if (file->fd < 0) {
		int error = errno;

		free(file->part_path); /* it names nothing of ours */
		file->part_path = NULL;
		new_file_drop(file);
		return error;
	}
	return 0;
}

static void write_all(struct new_file *file, const char *bytes, size_t len)
{
	while (len && !file->error) {
		ssize_t nr = write(file->fd, bytes, len);

		if (nr < 0 && errno == EINTR)
			continue;
		if (nr <= 0) {
			remember_error(file);
			return;
		}
		bytes += nr;
		len -= (size_t)nr;
	}
}

static void flush(struct new_file *file)
{
	write_all(file, file->held, file->nr_held);
	file->nr_held = 0;
}

void new_file_write(struct new_file *file, const char *bytes, size_t len)
{
	file->nr_bytes += len;
	if (len > HELD_BYTES - file->nr_held)
		flush(file);
	if (len > HELD_BYTES) {
		write_all(file, bytes, len);
		return;
	}
	memcpy(file->held + file->nr_held, bytes, len);
	file->nr_held += len;
}

/* A second name, and then the first one goes: fails where something has the name by now. Some file systems
 * have no second names. */
static void take_name(struct new_file *file)
{
	bool is_taken;

	if (link(file->part_path, file->path) == 0)
		return;
	is_taken = errno == EEXIST || access(file->path, F_OK) == 0;
	if (is_taken)
		errno = EEXIST;
	if (is_taken || rename(file->part_path, file->path) < 0)
		remember_error(file);
}

int new_file_finish(struct new_file *file)
{
	int error;

	flush(file);
	/* A full disk of another machine may be told only now. */
	if (close(file->fd) < 0)
		remember_error(file);
	file->fd = -1;
	if (!file->error)
		take_name(file);
	error = file->error;
	new_file_drop(file);
	return error;
}

void new_file_drop(struct new_file *file)
{
	if (file->part_path && file->fd >= 0)
		close(file->fd);
	if (file->part_path)
		unlink(file->part_path);
	free(file->path);
	free(file->part_path);
	free(file->held);
	memset(file, 0, sizeof(*file));
	file->fd = -1;
}
