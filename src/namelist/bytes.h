/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A buffer of bytes that grows; numbers go in little endian. */
#ifndef NAMELIST_BYTES_H
#define NAMELIST_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *p;
	size_t size, room;
};

void bytes_release(struct bytes *bytes);

/* All append; they exit when memory runs out. bytes_put_uint() takes @width bytes of @value. */
void bytes_put(struct bytes *bytes, const void *p, size_t len);
void bytes_put_uint(struct bytes *bytes, uint64_t value, size_t width);

/* DWARF 4, 7.6: variable length numbers. */
void bytes_put_uleb128(struct bytes *bytes, uint64_t value);
void bytes_put_sleb128(struct bytes *bytes, int64_t value);

#endif
