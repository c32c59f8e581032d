#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rooms of src/: who may include whom, and what is not done in which room.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rules;
use Test::More;

# ---- includes ----

# The room that each public header belongs to. A new header is classified here.
my %room_of = (
	(map { $_ => 'base' } qw(status failure addr arena digits expression progress record record_view sink target bare_target
		u64map version budget steps known_bytes new_file mem_text json_tree json_file amounts)),
	(map { $_ => 'format' } qw(acpi pt_format pt_geometry records dma_state special_range pci_ids fault)),
	(map { $_ => 'walk' } qw(pt_walk pt_nested translation)),
	(map { $_ => 'kernel' } qw(layout layout_rows btf_types kernel kept list model read arch vendor device_facts irq kvm
		queue firmware space reach owner page task recording log iova swiotlb dma_debug uts)),
	(map { $_ => 'check' } qw(finding verdict)),
	(map { $_ => 'cmd' } qw(report_page command shape diff)),
);

# What each room may include; less the doors it has no business with: a format reads no memory, and
# nothing below cmd prints.
my %may = (
	base => [qw(base)],
	format => [qw(base format)],
	walk => [qw(base format walk)],
	kernel => [qw(base format walk kernel)],
	check => [qw(base format walk kernel check)],
	cmd => [qw(base format walk kernel check cmd)],
	crash => [qw(base)],
	namelist => [],
	case => [qw(base)],
);
my %may_not = (
	format => [qw(target sink)],
	walk => [qw(sink)],
	kernel => [qw(sink)],
	check => [qw(sink)],
);
# A session of crash that cannot translate has the kernel's own page tables walked.
# Programs for the files of a case share what compares and shows them, and ask no dump.
my %may_also = (crash => [qw(command pt_format pt_walk)], case => [qw(shape diff report_page)]);

# A vendor is a folder inside its layer. Who may look into it from outside: the vendor's own other
# layer, and the registry.
my @vendors = grep { -d "src/kernel/$_" } map { m{^src/kernel/(\w+)/} ? $1 : () } sources('src/kernel/*/*.c');
my $registry = 'src/kernel/vendors.c';

sub room {
	my ($path) = @_;
	return $1 if $path =~ m{^src/(\w+)/};
	return $room_of{$1} if $path =~ m{^include/iommu/(\w+)\.h$};
	return;
}

# The vendor in whose folder a path (or a private header as it is included) stands, or ''.
sub vendor {
	my ($path) = @_;
	return $path =~ m{^(?:src/|(?!src/|include/))\w+/(\w+)/\w+\.[ch]$} ? $1 : '';
}

sub may_include {
	my ($room, $header) = @_;
	return 1 if grep { $_ eq $header } @{ $may_also{$room} || [] };
	return 0 if grep { $_ eq $header } @{ $may_not{$room} || [] };
	return scalar grep { $_ eq ($room_of{$header} || '') } @{ $may{$room} };
}

# A private header of another folder: from a vendor's folder that of the layer around it; the vendor's
# own headers of a lower layer; and the registry's way to each vendor.
sub may_include_private {
	my ($path, $header) = @_;
	my ($from, $to) = (room($path), $header =~ m{^(\w+)/});
	return 1 if $path eq $registry && $from eq $to && vendor($header);
	return 0 unless vendor($path);
	return $from eq $to unless vendor($header);
	return vendor($path) eq vendor($header) && $from ne $to && grep { $_ eq $to } @{ $may{$from} };
}

sub wrong_includes {
	my ($path, $text) = @_;
	my $room = room($path) or return 'belongs to no room: classify it in tests/rules/rooms.t';
	my @wrong;

	for ($text =~ /^\s*#\s*include\s+("[^"]+"|<[^>]+>)/mg) {
		if (m{^"iommu/(\w+)\.h"$}) {
			push @wrong, "$room may not include $_" unless may_include($room, $1);
		} elsif (m{^"((?:\w+/)+\w+\.h)"$}) {
			push @wrong, "$_ is no header of $path" unless may_include_private($path, $1);
		} elsif (/^"/) {
			# Private headers stay in their folder.
			push @wrong, "$_ is no header of $room" if m{/} || $path =~ /^include/;
		} elsif (/^<defs\.h>$/) {
			push @wrong, "defs.h in $room" if $room ne 'crash';
		} elsif (/^<yajl/) {
			push @wrong, "the JSON library in $room" unless $room =~ /^(base|case)$/;
		} elsif (/^<(elf|gelf|libelf|bpf)/) {
			push @wrong, "$_ in $room" unless $room =~ /^(kernel|namelist)$/;
		}
	}
	return @wrong;
}

follows_law('rooms include what they may', \&wrong_includes,
	files => [sources('src/*/*.[ch]', 'src/*/*/*.[ch]', 'include/iommu/*.h')],
	bad => [
		['src/cmd/x.c', '#include <defs.h>'],
		['src/kernel/x.c', "int a;\n# include <defs.h>\n"],
		['src/base/x.c', '#include "iommu/pt_format.h"'],
		['src/format/x.c', '#include "iommu/target.h"'],
		['src/format/x.c', '#include "iommu/sink.h"'],
		['src/format/x.c', '#include "iommu/pt_walk.h"'],
		['src/walk/x.c', '#include "iommu/kernel.h"'],
		['src/walk/x.c', '#include "iommu/sink.h"'],
		['src/kernel/x.c', '#include "iommu/sink.h"'],
		['src/kernel/x.c', '#include "iommu/command.h"'],
		['src/crash/x.c', '#include "iommu/kernel.h"'],
		['src/cmd/x.c', '#include "../kernel/amd.h"'],
		['src/cmd/x.c', '#include "kernel/amd/amd.h"'],
		['src/cmd/x.c', '#include "kernel/tree.h"'],
		['src/check/x.c', '#include "kernel/amd/amd.h"'],
		['src/check/x.c', '#include "iommu/sink.h"'],
		['src/kernel/x.c', '#include "kernel/amd/amd.h"'],
		['src/kernel/x.c', '#include "format/amd/dte.h"'],
		['src/kernel/intel/x.c', '#include "kernel/amd/amd.h"'],
		['src/kernel/intel/x.c', '#include "format/amd/dte.h"'],
		['src/format/amd/x.c', '#include "kernel/amd/amd.h"'],
		['src/walk/x.c', '#include "format/amd/dte.h"'],
		['src/cmd/x.c', '#include <yajl/yajl_gen.h>'],
		['include/iommu/sink.h', '#include "iommu/pt_walk.h"'],
		['include/iommu/pt_walk.h', '#include "iommu/kernel.h"'],
		['include/iommu/new.h', ''],
		['src/nowhere/x.c', '#include "iommu/kernel.h"'],
	],
	good => [
		['src/crash/x.c', '#include <defs.h>'],
		['src/cmd/x.c', '#include "cmd.h"'],
		['src/walk/x.c', '#include "iommu/pt_format.h"'],
		['src/kernel/amd/x.c', '#include "format/amd/dte.h"'],
		['src/kernel/amd/x.c', '#include "kernel/tree.h"'],
		['src/kernel/vendors.c', '#include "kernel/amd/amd.h"'],
		['src/format/amd/x.c', '#include "format/leaf_run.h"'],
	]);

# ---- vendors ----

# Words of a vendor's specification or driver. 'dte' is the name of a verb, whatever the hardware calls its
# entries.
sub names_vendor {
	my ($path, $text) = @_;
	return if vendor($path) || $path eq $registry;
	return grep { /amd|intel|smmu|vt_?-?d\b|dmar|ivrs|ivhd|ivmd|gcr3|irte|virtio/i } split /\n/, code_of($text);
}

follows_law('no vendor is named outside its folders', \&names_vendor,
	files => [sources('src/{base,walk,kernel,check,cmd,crash}/*.[ch]', 'src/*/*/*.[ch]', 'include/iommu/*.h')],
	bad => [
		['src/cmd/x.c', 'if (vendor == &amd_vendor)'],
		['src/cmd/x.c', 'sink_say(sink, "UNIT", "an AMD-Vi unit");'],
		['src/kernel/x.c', 'kernel_symbol(k, "intel_iommu_enabled", &at);'],
		['src/kernel/x.c', 'kernel_read_member(k, at, M_AMD_IOMMU_CAP, &cap);'],
		['src/check/x.c', 'finding_add(k, ret, 0, "x", "the VT-d unit");'],
		['include/iommu/x.h', 'struct arm_smmu_unit { int a; };'],
		['include/iommu/x.h', 'bool has_gcr3;'],
	],
	good => [
		['src/kernel/x.c', 'int a; /* one for all units on AMD, one a unit on VT-d */'],
		['src/kernel/amd/x.c', 'kernel_read_member(k, at, M_AMD_IOMMU_CAP, &cap);'],
		['src/kernel/vendors.c', '&amd_vendor,'],
		['src/cmd/x.c', '{ "dte", "what the hardware\'s tables hold"'],
	]);

sub private_headers {
	my ($path, $text) = @_;
	my ($folder) = $path =~ m{^(.*)/};
	return map { "$_ is not in $folder" } grep { !-e (m{/} ? "src/$_" : "$folder/$_") }
		$text =~ /^\s*#\s*include\s+"(?!iommu\/)([^"]+)"/mg;
}

follows_law('private headers are those of the same room', \&private_headers,
	files => [sources('src/*/*.[ch]', 'src/*/*/*.[ch]')],
	bad => [['src/walk/x.c', '#include "cmd.h"'], ['src/cmd/x.c', '#include "amd.h"']],
	good => [['src/cmd/x.c', '#include "cmd.h"']]);

# ---- printing ----

sub prints {
	my ($path, $text) = @_;
	my @wrong;
	for (split /\n/, code_of($text, 1)) {
		push @wrong, $_ if /\b(printf|vprintf|puts|putchar|perror|fputs|fputc|putc)\s*\(/
			|| /\b(stdout|STDOUT_FILENO)\b/ || /\bwrite\s*\(\s*1\b/;
	}
	return @wrong;
}

follows_law('only a sink\'s stream prints', \&prints,
	files => [sources('src/{base,format,walk,kernel,check,cmd}/*.[ch]', 'src/*/*/*.[ch]', 'include/iommu/*.h')],
	bad => [
		['src/cmd/x.c', 'printf("%d\n", 1);'],
		['src/cmd/x.c', 'fprintf(stdout, "x");'],
		['src/walk/x.c', "\tputs (\"x\");"],
		['src/walk/x.c', 'write(1, "x", 1);'],
	],
	good => [
		['src/cmd/x.c', 'snprintf(buf, size, "printf(");'],
		['src/cmd/x.c', 'arena_printf(arena, "x"); /* not printf() */'],
		['src/cmd/x.c', '__attribute__((format(printf, 2, 3)))'],
	]);

# ---- kernel versions ----

# One file reads what the kernel calls itself, to be shown; who may include its header is few.
sub compares_versions {
	my ($path, $text) = @_;
	return if $path eq 'src/kernel/uts.c';
	return 'the name of the kernel is for the head of a file' if $text =~ m{"iommu/uts\.h"}
		&& $path !~ m{^src/(?:cmd/cmd_snapshot|kernel/recording_text)\.c$};
	return grep { /\b(LINUX|KERNEL_VERSION|LINUX_VERSION_CODE|THIS_KERNEL_VERSION|kernel_version)\b/
		|| /\b(uname|utsname|UTS_\w+|init_uts_ns)\b/ } split /\n/, code_of($text);
}

follows_law('kernel versions are never compared', \&compares_versions,
	files => [sources('src/{base,format,walk,kernel,check,cmd,crash}/*.[ch]', 'src/*/*/*.[ch]', 'include/iommu/*.h')],
	bad => [
		['src/crash/x.c', 'if (THIS_KERNEL_VERSION >= LINUX(6,1,0))'],
		['src/kernel/x.c', 'kernel_symbol(k, "init_uts_ns", &at);'],
		['src/kernel/x.c', 'uname(&u);'],
		['src/kernel/x.c', '#include "iommu/uts.h"'],
	],
	good => [['src/kernel/x.c', '/* Linux commit 0123456789ab (in v6.1), not by KERNEL_VERSION */']]);

# ---- formats cite their document ----

sub lacks_source {
	my ($path, $text) = @_;
	return if code_of($text, 1) !~ /\bstruct (field|record|pt_format) \w+(\[\])? =/;
	my ($comment) = $text =~ m{\A(?://[^\n]*\n)?/\*(.*?)\*/}s;
	return 'does not open with a comment' if !defined $comment;
	return 'names no specification' if $comment !~ /specification|manual|standard/i;
	return 'names no section' if $comment !~ /section|chapter|table|figure/i;
	return;
}

follows_law('files with bits of a specification open with its title and section', \&lacks_source,
	files => [sources('src/format/*.c', 'src/format/*/*.c')],
	bad => [
		['src/format/x.c', "// SPDX\nconst struct record x = { 0 };"],
		['src/format/x.c', "// SPDX\n/* Bits. */\nstatic const struct field x[] = { 0 };"],
		['src/format/x.c', "// SPDX\n/* Manual. */\nconst struct pt_format x = { 0 };"],
	],
	good => [
		['src/format/x.c', "// SPDX\n/* Manual, section 1 */\nconst struct pt_format x = { 0 };"],
		['src/format/x.c', 'int only_code;'],
	]);

# ---- structs, symbols and members are named in kernel alone ----

my $layout = join('', map { code_of(slurp($_)) } sources('src/kernel/layout.c', 'src/kernel/*/layout.c'));
my @members;
push @members, [$1, $2] while $layout =~ /"(\w+)",\s*"([\w.]+)"\s*[)}]/g;
cmp_ok(scalar @members, '>', 50, 'the layout table was understood');

sub names_members {
	my ($path, $text) = @_;
	my $code = code_of($text);
	my @strings = $code =~ /"((?:\\.|[^"\\])*)"/g;
	my @wrong;

	for my $member (@members) {
		my $name = quotemeta("$member->[0].$member->[1]");
		push @wrong, "$member->[0].$member->[1]" if grep { /\b$name\b/ } @strings;
	}
	push @wrong, $code =~ /\b([MT]_[A-Z][A-Z0-9_]+)\b/g;
	push @wrong, $code =~ /\b((?:layout_(?:member|type)|kernel_(?:symbol|read_\w+|list|member_at|container_of|has_member)|target_symbol)\s*\(|ops->(?:member|type_size|symbol|enumerator)\b)/g;
	return @wrong;
}

# A target that stands before another hands every question on, also those of the kernel room.
follows_law('no struct member is named or read', \&names_members,
	files => [grep { $_ ne 'src/base/target_cache.c' } sources('src/{base,format,walk,check,cmd}/*.[ch]', 'src/format/*/*.[ch]')],
	bad => [
		['src/cmd/x.c', '"cannot: protection_domain.id not found"'],
		['src/cmd/x.c', 'kernel_read_member(k, at, M_GROUP_ID, &id);'],
		['src/cmd/x.c', 'target_symbol(t, "amd_iommu_list", &at);'],
		['src/walk/x.c', 't->ops->member(t, "page", "flags", &m);'],
	],
	good => [['src/cmd/x.c', 'sink_count(sink, "id", group->id); /* iommu_group.id */']]);

# ---- no bits in cmd ----

# A device id is composed and taken apart, a size is made from its log2, and an address is rounded to
# its page: none of them is a bit of the dump.
sub masks_bits {
	my ($path, $text) = @_;
	my @wrong;
	for (split /\n/, code_of($text, 1)) {
		next if /\bs?bdf\b|\bsegment\b/;
		s/~\(uint64_t\)\(PT_PAGE_SIZE - 1\)//;
		push @wrong, $_ if />>/
			|| /<<\s*\d/
			|| (/<</ && !/(1ULL|\(uint64_t\)1) <</)
			|| /[\w)\]] &=? (~|\(?(0x[0-9a-fA-F]+|\d+|[A-Z][A-Z0-9_]{2,})\b)/
			|| /\|= (0x|\d)/
			|| /\b(BIT|BIT_ULL|GENMASK|GENMASK_ULL)\s*\(/;
	}
	return @wrong;
}

follows_law('src/cmd and src/check have no bit masks', \&masks_bits,
	files => [sources('src/{check,cmd}/*.[ch]')],
	bad => [
		['src/cmd/x.c', 'if (raw & 0x3)'],
		['src/cmd/x.c', 'mode = words[0] >> 9;'],
		['src/cmd/x.c', 'mode = (words[0] & 7);'],
		['src/cmd/x.c', 'if (words[1] & MODE_MASK)'],
		['src/cmd/x.c', 'root = words[0] & ~enc;'],
		['src/cmd/x.c', 'if (raw & (1ULL << 61))'],
		['src/cmd/x.c', 'GENMASK_ULL(51, 12)'],
	],
	good => [
		['src/cmd/x.c', 'size = 1ULL << entry->size_lg2;'],
		['src/cmd/x.c', 'if (a && B_CONSTANT) f(&x, &y);'],
		['src/cmd/x.c', 'bus = sbdf >> 8 & 0xff;'],
		['src/cmd/x.c', 'text = " & 0x3"; /* raw & 7 */'],
	]);

done_testing();
