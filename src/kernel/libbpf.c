// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libbpf, opened when BTF is first needed: the plugin then loads on machines that do not have it.
 */
#include "libbpf.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* glibc 2.34 moved these functions from libdl to libc and gave them a new version. The version that
 * they had before is the oldest of each architecture and in every glibc for it, and crash links
 * libdl. With that version a plugin that was built here also loads into the crash of an older
 * distribution. An architecture that is not listed takes what the linker finds. */
#if defined(__x86_64__)
#define OLDEST_GLIBC "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define OLDEST_GLIBC "GLIBC_2.17"
#endif

#ifdef OLDEST_GLIBC
__asm__(".symver dlopen,dlopen@" OLDEST_GLIBC);
__asm__(".symver dlsym,dlsym@" OLDEST_GLIBC);
__asm__(".symver dlclose,dlclose@" OLDEST_GLIBC);
#endif

/* Stable names of 1.x and 0.x; both have what is used here. */
static const char *const names[] = { "libbpf.so.1", "libbpf.so.0" };

static void *open_any(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		void *handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);

		if (handle)
			return handle;
	}
	return NULL;
}

/* ISO C knows no cast from an object pointer to a function pointer; POSIX promises the bytes. */
static bool take(void *handle, const char *name, void *function)
{
	void *found = dlsym(handle, name);

	memcpy(function, &found, sizeof(found));
	return found != NULL;
}

/* libbpf prints its opinion of broken input to stderr: ours is the place for words. */
static void be_quiet(void *handle)
{
	typedef int (*print_fn)(int level, const char *format, va_list args);
	print_fn (*set_print)(print_fn) = NULL;

	if (take(handle, "libbpf_set_print", &set_print))
		set_print(NULL);
}

enum btf_library libbpf_open(struct libbpf *ret)
{
	void *h = open_any();

	memset(ret, 0, sizeof(*ret));
	if (!h)
		return BTF_LIBRARY_ABSENT;
	if (!take(h, "btf__new", &ret->new_base) ||
	    !take(h, "btf__parse_raw_split", &ret->parse_raw_split) ||
	    !take(h, "btf__free", &ret->free) || !take(h, "btf__type_by_id", &ret->type_by_id) ||
	    !take(h, "btf__name_by_offset", &ret->name_by_offset) ||
	    !take(h, "btf__resolve_size", &ret->resolve_size)) {
		dlclose(h);
		return BTF_LIBRARY_TOO_OLD;
	}
	take(h, "libbpf_get_error", &ret->get_error);
	be_quiet(h);
	ret->handle = h;
	return BTF_LIBRARY_FOUND;
}

void libbpf_close(struct libbpf *lib)
{
	dlclose(lib->handle);
	lib->handle = NULL;
}

bool libbpf_is_error(const struct libbpf *lib, const struct btf *btf)
{
	return !btf || (lib->get_error && lib->get_error(btf));
}

struct btf *libbpf_new_split(const struct libbpf *lib, const void *data, __u32 size,
			     struct btf *base)
{
	int fd = memfd_create("btf", MFD_CLOEXEC);
	struct btf *btf = NULL;
	char path[32];

	if (fd < 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, data, size) == (ssize_t)size)
		btf = lib->parse_raw_split(path, base);
	close(fd);
	return libbpf_is_error(lib, btf) ? NULL : btf;
}
