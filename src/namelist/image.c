// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel image as its package has it: the packed kernel inside a bzImage is found, and unpacked
 * with the program for its kind of compression.
 */
#include "image.h"

#include <elf.h>
#include <endian.h>
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run.h"

/*
 * No kernel comes near this: distribution kernels unpack to 50 to 70 MB, debug vmlinux files take
 * 700 MB.
 */
#define MAX_IMAGE_SIZE ((size_t)2 << 30)

/*
 * The boot protocol header at the start of a bzImage: Linux Documentation/arch/x86/boot.rst,
 * "Details of Header Fields". payload_offset counts from the protected-mode code, which follows
 * setup_sects sectors and the boot sector; it exists since protocol 2.08.
 */
enum {
	SECTOR = 512,
	SETUP_SECTS = 0x1f1,
	HEADER_MAGIC = 0x202,
	PROTOCOL_VERSION = 0x206,
	PAYLOAD_OFFSET = 0x248,
	PAYLOAD_LENGTH = 0x24c,
	HEADER_END = 0x250,
	DEFAULT_SETUP_SECTS = 4,
	PROTOCOL_2_08 = 0x208,
};

/*
 * The formats of Linux lib/decompress.c, by their magic. The kernel's build appends the unpacked
 * size (4 bytes, little endian; scripts/Makefile.lib, size_append) to all but gzip, whose own
 * trailer ends with it.
 */
static const struct packing {
	const char *magic;
	size_t magic_len;
	bool size_appended;
	char *argv[4];
} packings[] = {
	{ "\xfd"
	  "7zXZ\0",
	  6,
	  true,
	  { "xz", "-dc", NULL } },
	{ "\x28\xb5\x2f\xfd", 4, true, { "zstd", "-dc", "--long=31", NULL } },
	{ "\x1f\x8b", 2, false, { "gzip", "-dc", NULL } },
	{ "\x02\x21\x4c\x18", 4, true, { "lz4", "-dc", NULL } },
	{ "BZh", 3, true, { "bzip2", "-dc", NULL } },
	{ "\x89LZO", 4, true, { "lzop", "-dc", NULL } },
	{ "\x5d\0\0", 3, true, { "xz", "-dc", "--format=lzma", NULL } },
};

static bool is_elf(const uint8_t *data, size_t size)
{
	return size >= sizeof(Elf64_Ehdr) && !memcmp(data, ELFMAG, SELFMAG);
}

static uint32_t get_u32(const uint8_t *p)
{
	uint32_t le;

	memcpy(&le, p, sizeof(le));
	return le32toh(le);
}

static void map_private(int fd, const char *name, struct image *ret)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st))
		err(EXIT_FAILURE, "%s", name);
	if (!S_ISREG(st.st_mode))
		errx(EXIT_FAILURE, "%s: not a file", name);
	if (!st.st_size)
		errx(EXIT_FAILURE, "%s: not a kernel image (empty file)", name);
	if ((uint64_t)st.st_size > MAX_IMAGE_SIZE)
		errx(EXIT_FAILURE, "%s: not a kernel image (larger than 2 GiB)", name);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		err(EXIT_FAILURE, "%s", name);
	*ret = (struct image){ .data = p, .size = (size_t)st.st_size };
}

static void write_all(int fd, const uint8_t *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0)
			err(EXIT_FAILURE, "cannot write a scratch file");
		p += n;
		len -= (size_t)n;
	}
}

static void copy_private(const struct image *from, const char *name, struct image *ret)
{
	int fd = scratch_file("copy");

	write_all(fd, from->data, from->size);
	map_private(fd, name, ret);
	close(fd);
}

/* Finds the packed kernel of a bzImage: @ret points into @file. */
static void find_payload(const char *path, const struct image *file, struct image *ret)
{
	const uint8_t *p = file->data;
	uint64_t start, offset, length;

	if (file->size < HEADER_END || memcmp(p + HEADER_MAGIC, "HdrS", 4))
		errx(EXIT_FAILURE,
		     "%s: not a kernel image (neither an x86 bzImage nor an ELF file)", path);
	if ((p[PROTOCOL_VERSION] | p[PROTOCOL_VERSION + 1] << 8) < PROTOCOL_2_08)
		errx(EXIT_FAILURE,
		     "%s: boot protocol older than 2.08, which does not tell where the kernel is",
		     path);
	start = p[SETUP_SECTS] ? p[SETUP_SECTS] : DEFAULT_SETUP_SECTS;
	start = (start + 1) * SECTOR;
	offset = get_u32(p + PAYLOAD_OFFSET);
	length = get_u32(p + PAYLOAD_LENGTH);
	if (start + offset + length > file->size || length < 8)
		errx(EXIT_FAILURE,
		     "%s: truncated: the packed kernel ends at byte %llu, the file at %zu", path,
		     (unsigned long long)(start + offset + length), file->size);
	*ret = (struct image){ .data = file->data + start + offset, .size = (size_t)length };
}

/* The child inherits this: a bomb ends at the limit instead of filling the memory. */
static void limit_file_size(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit))
		return;
	if (limit.rlim_cur > MAX_IMAGE_SIZE) {
		limit.rlim_cur = MAX_IMAGE_SIZE;
		setrlimit(RLIMIT_FSIZE, &limit);
	}
}

static void unpack_with(const struct packing *packing, const char *path,
			const struct image *payload, struct image *ret)
{
	int in = scratch_file("packed"), out = scratch_file("unpacked");
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int status;

	limit_file_size();
	write_all(in, payload->data, payload->size - (packing->size_appended ? 4 : 0));
	lseek(in, 0, SEEK_SET);
	status = run(packing->argv, NULL, in, out, null);
	if (status == 127)
		errx(EXIT_FAILURE, "%s: packed with %s, which is not installed here", path,
		     packing->argv[0]);
	if (status)
		errx(EXIT_FAILURE, "%s: damaged: %s cannot unpack the kernel in it", path,
		     packing->argv[0]);
	map_private(out, path, ret);
	close(in);
	close(out);
	close(null);
}

static void unpack(const char *path, const struct image *payload, struct image *ret)
{
	for (size_t i = 0; i < sizeof(packings) / sizeof(packings[0]); i++) {
		const struct packing *packing = &packings[i];

		if (memcmp(payload->data, packing->magic, packing->magic_len))
			continue;
		unpack_with(packing, path, payload, ret);
		return;
	}
	errx(EXIT_FAILURE,
	     "%s: the kernel in it is packed in an unknown format (magic %02x %02x %02x %02x)",
	     path, payload->data[0], payload->data[1], payload->data[2], payload->data[3]);
}

void image_load(const char *path, struct image *ret)
{
	struct image file, payload;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(EXIT_FAILURE, "%s", path);
	map_private(fd, path, &file);
	close(fd);
	if (is_elf(file.data, file.size)) {
		*ret = file;
		return;
	}
	find_payload(path, &file, &payload);
	if (is_elf(payload.data, payload.size)) {
		copy_private(&payload, path, ret);
	} else {
		unpack(path, &payload, ret);
	}
	image_release(&file);
	if (!is_elf(ret->data, ret->size))
		errx(EXIT_FAILURE, "%s: what is packed in it is not an ELF kernel", path);
}

void image_release(struct image *image)
{
	munmap(image->data, image->size);
	*image = (struct image){ 0 };
}
