// SPDX-License-Identifier: GPL-2.0-or-later
/* A buffer of bytes that grows as numbers, strings and other buffers are appended to it. */
#include "bytes.h"

#include <endian.h>
#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void bytes_release(struct bytes *bytes)
{
	free(bytes->p);
	*bytes = (struct bytes){ 0 };
}

void bytes_put(struct bytes *bytes, const void *p, size_t len)
{
	if (len > bytes->room - bytes->size) {
		bytes->room = bytes->room * 2 + len + 4096;
		bytes->p = realloc(bytes->p, bytes->room);
		if (!bytes->p)
			err(EXIT_FAILURE, "out of memory");
	}
	memcpy(bytes->p + bytes->size, p, len);
	bytes->size += len;
}

void bytes_put_uint(struct bytes *bytes, uint64_t value, size_t width)
{
	uint64_t le = htole64(value);

	bytes_put(bytes, &le, width);
}

void bytes_put_uleb128(struct bytes *bytes, uint64_t value)
{
	do {
		uint8_t more = value > 0x7f ? 0x80 : 0, low = value & 0x7f;

		bytes_put_uint(bytes, low | more, 1);
		value >>= 7;
	} while (value);
}

void bytes_put_sleb128(struct bytes *bytes, int64_t value)
{
	bool more = true;

	while (more) {
		uint8_t low = value & 0x7f;

		value >>= 7;
		more = value != ((low & 0x40) ? -1 : 0);
		bytes_put_uint(bytes, low | (more ? 0x80 : 0), 1);
	}
}
