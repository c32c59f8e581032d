/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the files of src/namelist/ in a fuzz target, in front of each: they are a program that ends with a message when
 * its input is damaged, and leaves it to the system to take back what it has. Here the end of the program is the
 * next input, and what it had is counted and taken back (fuzz_namelist.c).
 */
#ifndef TESTS_FUZZ_NAMELIST_HOST_H
#define TESTS_FUZZ_NAMELIST_HOST_H

#include <bpf/btf.h>
#include <err.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

__attribute__((noreturn)) void host_end(int status, const char *format, ...);
int host_at_end(void (*function)(void));
int host_asprintf(char **ret, const char *format, ...);
void *host_calloc(size_t nr, size_t size);
void *host_realloc(void *at, size_t size);
void *host_reallocarray(void *at, size_t nr, size_t size);
void host_free(void *at);
ssize_t host_getline(char **line, size_t *room, FILE *file);
FILE *host_fopen(const char *path, const char *mode);
int host_fclose(FILE *file);
void *host_mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset);
int host_munmap(void *at, size_t len);
Elf *host_elf_memory(char *image, size_t size);
Elf *host_elf_begin(int fd, Elf_Cmd cmd, Elf *ref);
int host_elf_end(Elf *elf);
struct btf *host_btf_new(const void *data, __u32 size);
void host_btf_free(struct btf *btf);

#ifndef HOST_ITSELF
#define err(status, ...)		  host_end(status, __VA_ARGS__)
#define errx(status, ...)		  host_end(status, __VA_ARGS__)
#define atexit(function)		  host_at_end(function)
#define asprintf(ret, ...)		  host_asprintf(ret, __VA_ARGS__)
#define calloc(nr, size)		  host_calloc(nr, size)
#define realloc(at, size)		  host_realloc(at, size)
#define reallocarray(at, nr, size)	  host_reallocarray(at, nr, size)
#define free(at)			  host_free(at)
#define getline(line, room, file)	  host_getline(line, room, file)
#define fopen(path, mode)		  host_fopen(path, mode)
#define fclose(file)			  host_fclose(file)
#define mmap(at, len, prot, flags, fd, o) host_mmap(at, len, prot, flags, fd, o)
#define munmap(at, len)			  host_munmap(at, len)
#define elf_memory(image, size)		  host_elf_memory(image, size)
#define elf_begin(fd, cmd, ref)		  host_elf_begin(fd, cmd, ref)
#define elf_end(elf)			  host_elf_end(elf)
#define btf__new(data, size)		  host_btf_new(data, size)
#define btf__free(btf)			  host_btf_free(btf)
#endif

#endif
