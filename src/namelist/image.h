/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel image file, unpacked to the ELF file (vmlinux) inside it. */
#ifndef NAMELIST_IMAGE_H
#define NAMELIST_IMAGE_H

#include <stddef.h>
#include <stdint.h>

struct image {
	uint8_t *data; /* private, writable memory */
	size_t size;
};

/*
 * Reads @path, a bzImage (vmlinuz) or an ELF file, and gives the ELF file in @ret. The packed
 * kernel is unpacked by the command-line tool of its format, found in $PATH. The caller releases
 * @ret. Exits with a message when the file is neither, or cannot be unpacked.
 */
void image_load(const char *path, struct image *ret);
void image_release(struct image *image);

#endif
