// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu-namelist: a small kernel image with bytes of it changed, or cut off; a text in the place of its kallsyms; any
 * bytes as the file of an image. It ends with a namelist or with a message, holds no more memory than such an image
 * can need, and the namelist is an ELF file again.
 */
#define HOST_ITSELF
#include "namelist_host.h"

#include "input.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include "../../src/namelist/output.h"
#include "../../src/namelist/run.h"
#include "../../src/namelist/types.h"

#define MAX_HELD   20000u
#define MAX_IMAGE  65536u
#define NR_SYMBOLS 1000u
#define TEXT	   0xffffffff81000000ULL
#define RODATA	   0xffffffff82000000ULL

/* ---- the end of the program ---- */

enum held_kind { HELD_MEMORY, HELD_FILE, HELD_MAP, HELD_ELF, HELD_BTF };

static struct held {
	enum held_kind kind;
	void *at;
	size_t len;
} held[MAX_HELD];
static unsigned nr_held;
static jmp_buf the_end;

static void *hold(enum held_kind kind, void *at, size_t len)
{
	if (at) {
		must(nr_held < MAX_HELD, "more than %u things", MAX_HELD);
		held[nr_held++] = (struct held){ kind, at, len };
	}
	return at;
}

static void let_go(void *at)
{
	for (unsigned i = nr_held; at && i-- > 0;) {
		if (held[i].at == at) {
			held[i] = held[--nr_held];
			return;
		}
	}
}

/* Those that lead to others first. */
static void take_back(void)
{
	while (nr_held) {
		const struct held *h = &held[--nr_held];

		switch (h->kind) {
		case HELD_MEMORY:
			free(h->at);
			break;
		case HELD_FILE:
			fclose(h->at);
			break;
		case HELD_MAP:
			munmap(h->at, h->len);
			break;
		case HELD_ELF:
			elf_end(h->at);
			break;
		case HELD_BTF:
			btf__free(h->at);
		}
	}
}

void host_end(int status, const char *format, ...)
{
	char text[1000];
	va_list args;

	va_start(args, format);
	must(status && vsnprintf(text, sizeof(text), format, args) > 0, "it ends without a message");
	va_end(args);
	longjmp(the_end, 1);
}

static void (*at_end)(void);

int host_at_end(void (*function)(void))
{
	at_end = function;
	return 0;
}

int host_asprintf(char **ret, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(ret, format, args);
	va_end(args);
	if (len >= 0)
		hold(HELD_MEMORY, *ret, 0);
	return len;
}

void *host_calloc(size_t nr, size_t size)
{
	return hold(HELD_MEMORY, calloc(nr, size), 0);
}

void *host_realloc(void *at, size_t size)
{
	let_go(at);
	return hold(HELD_MEMORY, realloc(at, size), 0);
}

void *host_reallocarray(void *at, size_t nr, size_t size)
{
	let_go(at);
	return hold(HELD_MEMORY, reallocarray(at, nr, size), 0);
}

void host_free(void *at)
{
	let_go(at);
	free(at);
}

ssize_t host_getline(char **line, size_t *room, FILE *file)
{
	ssize_t len;

	let_go(*line);
	len = getline(line, room, file);
	hold(HELD_MEMORY, *line, 0);
	return len;
}

FILE *host_fopen(const char *path, const char *mode)
{
	return hold(HELD_FILE, fopen(path, mode), 0);
}

int host_fclose(FILE *file)
{
	let_go(file);
	return fclose(file);
}

void *host_mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
	void *map = mmap(at, len, prot, flags, fd, offset);

	return map == MAP_FAILED ? map : hold(HELD_MAP, map, len);
}

int host_munmap(void *at, size_t len)
{
	let_go(at);
	return munmap(at, len);
}

Elf *host_elf_memory(char *image, size_t size)
{
	return hold(HELD_ELF, elf_memory(image, size), 0);
}

Elf *host_elf_begin(int fd, Elf_Cmd cmd, Elf *ref)
{
	return hold(HELD_ELF, elf_begin(fd, cmd, ref), 0);
}

int host_elf_end(Elf *elf)
{
	let_go(elf);
	return elf_end(elf);
}

struct btf *host_btf_new(const void *data, __u32 size)
{
	return hold(HELD_BTF, btf__new(data, size), 0);
}

void host_btf_free(struct btf *btf)
{
	let_go(btf);
	btf__free(btf);
}

/* In place of src/namelist/run.c: no other program is started, and none could unpack. */
int run(char *const argv[], const char *dir, int in, int out, int err_fd)
{
	(void)argv;
	(void)dir;
	(void)in;
	(void)out;
	(void)err_fd;
	return 1;
}

int scratch_file(const char *name)
{
	return memfd_create(name, MFD_CLOEXEC);
}

/* ---- the kernel that is changed ---- */

static struct made {
	uint8_t bytes[MAX_IMAGE];
	size_t nr;
} kernels[2]; /* with the tables of kallsyms in the order of 6.4, and in that before it */

static void put(struct made *m, const void *bytes, size_t nr)
{
	must(m->nr + nr <= MAX_IMAGE, "the kernel is too large");
	if (bytes)
		memcpy(m->bytes + m->nr, bytes, nr);
	m->nr += nr;
}

static void align(struct made *m, size_t to)
{
	put(m, NULL, (to - m->nr % to) % to);
}

static void put_offsets(struct made *m)
{
	const uint64_t base = TEXT;

	for (uint32_t i = 0; i < NR_SYMBOLS - 1; i++)
		put(m, &(uint32_t){ 16 * i }, 4);
	put(m, &(uint32_t){ (uint32_t)(RODATA - TEXT) }, 4);
	align(m, 8);
	put(m, &base, 8);
}

/* The first is _text, the last linux_banner, the others are sym000 and so on: one token for the letter and the
 * beginning, three for digits. */
static void put_names(struct made *m)
{
	uint32_t markers[NR_SYMBOLS / 256 + 1];
	size_t start;

	align(m, 8);
	put(m, &(uint64_t){ NR_SYMBOLS }, 8);
	start = m->nr;
	for (unsigned i = 0; i < NR_SYMBOLS; i++) {
		const uint8_t name[] = { 4, 2, (uint8_t)('0' + i / 100), (uint8_t)('0' + i / 10 % 10), (uint8_t)('0' + i % 10) };

		if (i % 256 == 0)
			markers[i / 256] = (uint32_t)(m->nr - start);
		if (i && i < NR_SYMBOLS - 1)
			put(m, name, sizeof(name));
		else
			put(m, (const uint8_t[]){ 1, i ? 3 : 1 }, 2);
	}
	align(m, 8);
	put(m, markers, sizeof(markers));
	align(m, 8);
}

static void put_tokens(struct made *m)
{
	uint16_t index[256], at = 0;

	for (unsigned i = 0; i < 256; i++) {
		char token[16] = { i >= ' ' && i < 0x7f ? (char)i : 'x' };
		size_t len;

		if (i >= 1 && i <= 3)
			strcpy(token, i == 1 ? "T_text" : i == 2 ? "Tsym" : "Dlinux_banner");
		len = strlen(token) + 1;
		index[i] = at;
		at = (uint16_t)(at + len);
		put(m, token, len);
	}
	align(m, 8);
	put(m, index, sizeof(index));
}

static void put_types(struct made *m)
{
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED), pointer, list, proto;
	const void *raw;
	__u32 size;

	list = btf__add_struct(btf, "list_head", 16);
	pointer = btf__add_ptr(btf, list);
	btf__add_field(btf, "next", pointer, 0, 0);
	list = btf__add_union(btf, "both", 8);
	btf__add_field(btf, "low", number, 0, 3);
	btf__add_field(btf, "high", number, 3, 29);
	btf__add_array(btf, number, list, 7);
	btf__add_enum(btf, "colour", 4);
	btf__add_enum_value(btf, "RED", -1);
	btf__add_typedef(btf, "u32", number);
	btf__add_const(btf, btf__add_volatile(btf, pointer));
	btf__add_fwd(btf, "somewhere", BTF_FWD_STRUCT);
	proto = btf__add_func_proto(btf, number);
	btf__add_func_param(btf, "a", pointer);
	btf__add_func(btf, "sym007", BTF_FUNC_GLOBAL, proto);
	number = btf__add_var(btf, "sym500", BTF_VAR_GLOBAL_ALLOCATED, number);
	btf__add_datasec(btf, ".data..percpu", 64);
	btf__add_datasec_var_info(btf, number, 0, 4);
	raw = btf__raw_data(btf, &size);
	put(m, raw, size);
	btf__free(btf);
}

static void make_kernel(struct made *m, bool old_order)
{
	static const char names[] = "\0.text\0.rodata\0.BTF\0.shstrtab\0.data";
	Elf64_Ehdr header = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT }, .e_type = ET_EXEC,
			      .e_machine = EM_X86_64, .e_version = EV_CURRENT, .e_ehsize = sizeof(header),
			      .e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 6, .e_shstrndx = 4 };
	Elf64_Shdr s[6] = { { 0 } };
	size_t start[7];

	m->nr = sizeof(header);
	start[1] = m->nr;
	put(m, NULL, 64);
	align(m, 8);
	start[2] = m->nr;
	put(m, "Linux version 6", 16);
	if (old_order)
		put_offsets(m);
	put_names(m);
	put_tokens(m);
	if (!old_order)
		put_offsets(m);
	start[3] = m->nr;
	put_types(m);
	start[4] = m->nr;
	put(m, names, sizeof(names));
	align(m, 8);
	start[5] = m->nr;
	put(m, NULL, 64);
	start[6] = m->nr;
	for (unsigned i = 1; i < 6; i++)
		s[i] = (Elf64_Shdr){ .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC, .sh_addr = RODATA + start[i] - start[2],
				     .sh_offset = start[i], .sh_size = start[i + 1] - start[i], .sh_addralign = 8 };
	s[1].sh_addr = TEXT;
	s[1].sh_flags |= SHF_EXECINSTR;
	s[4].sh_type = SHT_STRTAB;
	s[4].sh_flags = 0;
	s[1].sh_name = 1;
	s[2].sh_name = 7;
	s[3].sh_name = 15;
	s[4].sh_name = 20;
	s[5].sh_name = 30;
	header.e_shoff = m->nr;
	put(m, s, sizeof(s));
	memcpy(m->bytes, &header, sizeof(header));
}

/* ---- one input ---- */

static char folder[] = "/dev/shm/fuzz-namelist-XXXXXX";
static char out_path[64], text_path[64], image_path[64];
static int first_fd;
static bool is_whole; /* the last input gave a namelist */

/* What is asked of a good namelist: that it can be opened again. */
static void check_namelist(void)
{
	Elf *elf;
	FILE *file = fopen(out_path, "re");

	must(file, "no namelist");
	elf = elf_begin(fileno(file), ELF_C_READ, NULL);
	must(elf && elf_kind(elf) == ELF_K_ELF, "no ELF file: %s", elf_errmsg(-1));
	elf_end(elf);
	fclose(file);
	is_whole = true;
}

static void make_namelist(struct image *image, bool has_text, bool writes)
{
	static struct vmlinux vmlinux;
	static struct symbols symbols;
	static struct types types;

	memset(&vmlinux, 0, sizeof(vmlinux));
	memset(&symbols, 0, sizeof(symbols));
	memset(&types, 0, sizeof(types));
	vmlinux_open("kernel", image, &vmlinux);
	if (has_text)
		symbols_from_text(&vmlinux, text_path, &symbols);
	else
		symbols_from_image(&vmlinux, &symbols);
	types_from_btf(&vmlinux, &symbols, &types);
	if (writes) {
		output_write(out_path, &vmlinux, &symbols, &types.dwarf);
		check_namelist();
	}
	types_release(&types);
	symbols_release(&symbols);
	vmlinux_release(&vmlinux);
}

/* Places in the image and bytes for them. The headers, the tables' edges and the types stand in its last bytes or
 * first ones: so half of the places count from the end. */
static void change(uint8_t *bytes, size_t nr, struct input *in)
{
	while (in->left > 3) {
		size_t at = (size_t)input_number(in, 2);
		uint8_t how = input_byte(in);

		at = (how & 0x80 ? nr - 1 - at % nr : at % nr);
		for (unsigned i = 0; i <= (how & 7u) && at < nr; i++, at++)
			bytes[at] = how & 0x40 ? (uint8_t)(bytes[at] ^ input_byte(in)) : input_byte(in);
	}
}

static void write_file(const char *path, const void *bytes, size_t nr)
{
	FILE *file = fopen(path, "we");

	must(file && fwrite(bytes, 1, nr, file) == nr && !fclose(file), "%s cannot be written", path);
}

static void of_any_file(struct input *in)
{
	struct image image = { 0 };
	size_t nr;
	uint8_t *bytes = input_rest(in, &nr);

	write_file(image_path, bytes, nr);
	free(bytes);
	if (!setjmp(the_end)) {
		image_load(image_path, &image);
		make_namelist(&image, false, false);
		image_release(&image);
	}
}

static void of_a_kernel(struct input *in, uint8_t how)
{
	static uint8_t bytes[MAX_IMAGE];
	const struct made *kernel = &kernels[how & 1];
	size_t nr = how & 8 ? 1 + (size_t)input_number(in, 2) % kernel->nr : kernel->nr;
	uint8_t *exact = malloc(nr);
	struct image image = { exact, nr };

	if (!exact)
		abort();
	memcpy(exact, kernel->bytes, nr);
	if (how & 2) {
		size_t len = in->left;

		input_bytes(in, bytes, sizeof(bytes));
		write_file(text_path, bytes, len < sizeof(bytes) ? len : sizeof(bytes));
	} else {
		change(exact, nr, in);
	}
	if (!setjmp(the_end))
		make_namelist(&image, how & 2, how & 0x10);
	free(exact);
}

/* Descriptors from this one on are the program's, and closed with it. */
static void begin(void)
{
	first_fd = dup(0);
	must(first_fd > 0, "no descriptor");
	close(first_fd);
}

static void clean_up(void)
{
	if (at_end)
		at_end();
	at_end = NULL;
	take_back();
	unlink(out_path);
	for (int fd = first_fd; fd < first_fd + 16; fd++)
		close(fd);
}

static void remove_folder(void)
{
	unlink(out_path);
	unlink(text_path);
	unlink(image_path);
	rmdir(folder);
}

/* What the program leaves when it ends is no leak. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0:quarantine_size_mb=32";
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(mkdtemp(folder), "no folder in /dev/shm");
	atexit(remove_folder);
	snprintf(out_path, sizeof(out_path), "%s/namelist", folder);
	snprintf(text_path, sizeof(text_path), "%s/text", folder);
	snprintf(image_path, sizeof(image_path), "%s/image", folder);
	make_kernel(&kernels[0], false);
	make_kernel(&kernels[1], true);
	for (uint8_t which = 0; which < 2; which++) {
		struct input none = { NULL, 0 };

		is_whole = false;
		begin();
		of_a_kernel(&none, 0x10 | which);
		must(is_whole, "the kernel that is to be changed is none");
		clean_up();
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t how = input_byte(&in);

	begin();
	if ((how & 0xc0) == 0xc0)
		of_any_file(&in);
	else
		of_a_kernel(&in, how);
	clean_up();
	return 0;
}
