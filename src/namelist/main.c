// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iommu-namelist: makes a small namelist for crash out of a kernel as its package carries it, with
 * no debug information around. See docs/NAMELIST.md.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "image.h"
#include "output.h"
#include "symbols.h"
#include "types.h"
#include "vmlinux.h"

static const char usage_text[] =
	"usage: iommu-namelist [-s KALLSYMS] [-o OUT] VMLINUZ|VMLINUX\n"
	"Makes a small namelist for crash out of an x86-64 kernel that has BTF.\n"
	"  -s KALLSYMS  symbols from a copy of /proc/kallsyms or from a System.map, not from the "
	"kernel\n"
	"  -o OUT       the namelist to write (default: namelist)\n";

struct options {
	const char *image, *kallsyms, *out;
};

static void usage(void)
{
	fputs(usage_text, stderr);
	exit(2);
}

static void parse_options(int argc, char **argv, struct options *ret)
{
	int c;

	*ret = (struct options){ .out = "namelist" };
	while ((c = getopt(argc, argv, "hs:o:")) != -1) {
		switch (c) {
		case 's':
			ret->kallsyms = optarg;
			break;
		case 'o':
			ret->out = optarg;
			break;
		case 'h':
			fputs(usage_text, stdout);
			exit(0);
		default:
			usage();
		}
	}
	if (optind != argc - 1)
		usage();
	ret->image = argv[optind];
}

int main(int argc, char **argv)
{
	struct options options;
	struct vmlinux vmlinux;
	struct symbols symbols;
	struct image image;
	struct types types;

	parse_options(argc, argv, &options);
	image_load(options.image, &image);
	vmlinux_open(options.image, &image, &vmlinux);
	if (options.kallsyms)
		symbols_from_text(&vmlinux, options.kallsyms, &symbols);
	else
		symbols_from_image(&vmlinux, &symbols);
	types_from_btf(&vmlinux, &symbols, &types);
	output_write(options.out, &vmlinux, &symbols, &types.dwarf);
	printf("%s: %zu symbols, %u types\n", options.out, symbols.nr, types.nr - 1);
	types_release(&types);
	symbols_release(&symbols);
	vmlinux_release(&vmlinux);
	image_release(&image);
	return 0;
}
