#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# iommu-namelist on small kernels made here: every layout of the kallsyms tables, with symbols and types
# that the test has chosen itself; and one line for everything that is no kernel.
use strict;
use warnings;
no warnings 'portable';
use File::Temp qw(tempdir);
use Test::More;

my $tool = ($ENV{BUILD} || 'build') . '/iommu-namelist';
my $cc = $ENV{CC} || 'cc';
my $dir = tempdir(CLEANUP => !$ENV{KEEP});
my $text = 0xffffffff81000000;
my $rodata = 0xffffffff82000000;
my $data = 0xffffffff82a00000;

plan skip_all => "no $tool (make it first)" unless -x $tool;
plan skip_all => 'needs clang for BTF' unless `clang --version 2>/dev/null`;

sub spew {
	my ($name, $bytes) = @_;

	open my $f, '>:raw', "$dir/$name" or die;
	print $f $bytes;
	close $f or die;
	return "$dir/$name";
}

sub slurp {
	open my $f, '<:raw', $_[0] or die "$_[0]: $!";
	local $/;
	return <$f>;
}

# Exit status and everything it printed.
sub tool {
	my $said = `'$tool' @_ 2>&1`;

	return ($? >> 8, $said);
}

# ---- the kernel: types, symbols, tables ----

my $types = <<'END';
enum colour { RED = -1, GREEN = 5 };
struct __attribute__((packed)) odd { char a; unsigned long b; unsigned int c : 3, d : 13; long e : 40; };
union irte { unsigned int val; struct { unsigned int valid : 1, rest : 31; } fields; };
struct node {
	struct node *next;
	union irte u;
	const volatile char *name;
	int (*call)(struct node *, int, ...);
	enum colour colour;
	struct odd odd;
	unsigned char tail[];
};
struct node node;
void *of_one_name(void)
{
	struct irte { unsigned long low, high; };
	static struct irte irte;

	return &irte;
}
END

sub make_btf {
	my ($more) = @_;

	spew('types.c', $types . ($more // ''));
	system("clang -target bpf -g -c -o $dir/types.o $dir/types.c") and die;
	my ($offset, $size) = `readelf -SW $dir/types.o` =~ / \.BTF\s+PROGBITS\s+\S+ (\S+) (\S+)/ or die;
	spew('btf', substr slurp("$dir/types.o"), hex $offset, hex $size);
}

my $long_name = 'a_name_of_more_than_127_letters_' . 'x' x 200;

# Address, letter, name; sorted by address. Sizes of sections are made to fit.
sub kernel_symbols {
	my ($percpu) = @_;
	my @s = $percpu ? ([0, 'A', '__per_cpu_start'], [0x40, 'A', 'runqueues']) : ();

	push @s, [$text, 'T', '_text'], [$text, 'T', 'startup_64'];
	push @s, [$text + 16 * $_, $_ % 3 ? 't' : 'T', "function_$_"] for 1 .. 1500;
	push @s, [$text + 0x5ff0, 't', '__pfx_function_1501']; # a mark of the build: left out
	push @s, [$text + 0x6000, 't', $long_name], [$text + 0x7000, 'T', '_etext'];
	push @s, [$rodata + 0x10, 'D', 'linux_banner'];
	push @s, [$data, 'D', 'jiffies_64'], [$data + 0x10, 'd', 'amd_iommu_list'];
	push @s, [$data + 0x20, '?', '__nosave_begin']; # of an empty section: nm has no letter for it
	return @s;
}

sub pad { return $_[0] . "\0" x (-length($_[0]) % 8) }

# The tables as scripts/kallsyms.c lays them out at address $at: order, then coding of addresses.
sub kallsyms {
	my ($order, $coding, $at, @symbols) = @_;
	my ($names, @markers) = ('');
	my ($tokens, @index) = ('');

	for my $code (0 .. 255) {
		push @index, length $tokens;
		$tokens .= ($code > 32 && $code < 127 ? chr $code : "tok$code") . "\0";
	}
	for my $i (0 .. $#symbols) {
		my $s = $symbols[$i][1] . $symbols[$i][2];
		my $len = length $s;

		push @markers, length $names if $i % 256 == 0;
		$names .= $len < 128 ? chr $len : chr($len & 0x7f | 0x80) . chr($len >> 7);
		$names .= $s;
	}
	my $head = pad(pack 'L<', scalar @symbols) . pad($names) . pad(pack 'L<*', @markers);
	my $tail = pad($tokens) . pack 'S<*', @index;
	my $place = $at + ($order eq 'old' ? 0 : length("$head$tail"));
	my $addresses = '';
	for my $i (0 .. $#symbols) {
		my $addr = $symbols[$i][0];

		$addresses .= pack 'L<', 0xffffffff & (
			$coding eq 'percpu' ? ($addr < $text ? $addr : ~($addr - $text)) :
			$coding eq 'base' ? $addr - $text : $addr - ($place + 4 * $i));
	}
	$addresses = pad($addresses);
	$addresses .= pack 'Q<', $text if $coding ne 'entry';
	return $order eq 'old' ? "$addresses$head$tail" : "$head$tail$addresses";
}

sub make_kernel {
	my ($order, $coding, $name) = @_;
	my @symbols = kernel_symbols($coding eq 'percpu');
	my $banner = pad("\0" x 16 . "Linux version 6.6.6-test #1 SMP\n\0");

	# Something in front that is not a table, but a run of rising numbers.
	$banner .= pack 'S<*', 0, map { 7 * $_ } 1 .. 255;
	spew('rodata', $banner . kallsyms($order, $coding, $rodata + length $banner, @symbols) . "\0" x 64);
	spew('kernel.s', <<"END");
	.section .text
	.fill 0x7000, 1, 0x90
	.section .rodata
	.incbin "$dir/rodata"
	.section .BTF, "a"
	.incbin "$dir/btf"
	.section .data
	.quad 0x100000000 - 300 * 250
	.fill 24, 1, 0xee
	.section .data..percpu, "aw"
	.fill 0x100, 1, 0xee
END
	my $percpu = $coding eq 'percpu' ? 0 : 0xffffffff83000000;
	spew('kernel.lds', sprintf <<'END', $text, $rodata, $data, $percpu);
SECTIONS {
	.text %#x : { *(.text) }
	.rodata %#x : { *(.rodata) }
	.BTF : { *(.BTF) }
	.data %#x : { *(.data) }
	.data..percpu %#x : { *(.data..percpu) }
	/DISCARD/ : { *(.note*) }
}
END
	system("$cc -nostdlib -static -no-pie -Wl,--build-id=none,-e,0 -Wl,-T,$dir/kernel.lds -s " .
	       "-o $dir/$name $dir/kernel.s 2>$dir/cc.log") and die slurp("$dir/cc.log");
	return @symbols;
}

# ---- what is in a namelist ----

sub symbols_of {
	my ($file) = @_;

	return [sort map { /^(\w+) \w ([^.]\S*)$/ ? "$1 $2" : () } `nm -a $file`];
}

sub expected { return [sort map { sprintf '%016x %s', @$_[0, 2] } grep { $_->[2] !~ /^__pfx_/ } @_] }

# {struct}{member} = "bit offset, bits" and {enumerators}{name} = value, from readelf.
sub types_of {
	my ($file) = @_;
	my (%types, $in, $tag, %die);
	my $flush = sub {
		return unless $tag;
		$in = "$1 " . ($die{name} // '') if $tag =~ /^DW_TAG_(struct|union)/;
		$types{$in}{size} = $die{byte_size} if $tag =~ /^DW_TAG_(struct|union)/;
		if ($tag eq 'DW_TAG_member' && $die{name}) {
			my $bit = 8 * $die{data_member_location};

			$bit += 8 * $die{byte_size} - $die{bit_offset} - $die{bit_size} if $die{bit_size};
			$types{$in}{$die{name}} = $bit . ($die{bit_size} ? ":$die{bit_size}" : '');
		}
		$types{enumerators}{$die{name}} = $die{const_value} if $tag eq 'DW_TAG_enumerator';
	};

	for (`readelf --debug-dump=info $file 2>/dev/null`) {
		if (/\((DW_TAG_\w+)\)/) {
			my $next = $1;
			$flush->();
			($tag, %die) = ($next);
		} elsif (/DW_AT_(\w+)\s*:\s*(?:\(indirect string.*\): )?(\S+)/) {
			$die{$1} = $2;
		}
	}
	$flush->();
	return \%types;
}

# What the compiler says of the same types.
sub compiled_types {
	my @members = qw(next u name call colour odd tail);
	my %t;

	spew('offsets.c', $types . '#include <stdio.h>' . "\n#include <stddef.h>\nint main(void) {" .
	     join('', map { "printf(\"$_ %zu\\n\", 8 * offsetof(struct node, $_));" } @members) .
	     'printf("size %zu\n", sizeof(struct node)); }');
	system("clang -o $dir/offsets $dir/offsets.c") and die;
	%t = map { split } `$dir/offsets`;
	return \%t;
}

# ---- tests ----

make_btf();
my $truth = compiled_types();
for (['old', 'percpu'], ['new', 'percpu'], ['new', 'base'], ['new', 'entry'], ['old', 'base']) {
	my ($order, $coding) = @$_;
	my @symbols = make_kernel($order, $coding, 'vmlinux');
	my ($status, $said) = tool("-o $dir/namelist $dir/vmlinux");

	is($status, 0, "$order tables, $coding addresses: made") or diag($said);
	is_deeply(symbols_of("$dir/namelist"), expected(@symbols), "$order, $coding: every symbol");
}

my $made = types_of("$dir/namelist");
is_deeply($made->{'struct node'}, $truth, 'members where the compiler has them');
is_deeply($made->{'struct odd'}, { size => 16, a => 0, b => 8, c => '72:3', d => '75:13', e => '88:40' },
	  'bit fields of a packed struct');
is_deeply([$made->{'union irte'}{size}, $made->{'struct irte'}{size}], [4, 16],
	  'a struct and a union of one name');
is_deeply($made->{enumerators}, { RED => -1, GREEN => 5 }, 'enumerators');
like(slurp("$dir/namelist"), qr/Linux version 6\.6\.6-test #1 SMP\n\0/, 'the banner is kept');
unlike(slurp("$dir/namelist"), qr/\x90{64}|\xee{8}/, 'code and data are not');
my ($data_type) = `readelf -SW $dir/namelist` =~ /\.text\s+(\S+)/;
is($data_type, 'PROGBITS', '.text has contents, as crash wants it');

# With KASLR; modules in between; per-cpu symbols stay where they are.
my @symbols = make_kernel('old', 'percpu', 'vmlinux');
my $shift = 0x1e400000;
spew('kallsyms', join '', map { sprintf "%016x %s %s\n", $_->[0] + ($_->[0] >= $text ? $shift : 0), @$_[1, 2] }
     @symbols, [0xffffffffc0000000, 't', "module_function\t[module]"]);
tool("-o $dir/from-image $dir/vmlinux");
my ($status, $said) = tool("-s $dir/kallsyms -o $dir/namelist $dir/vmlinux");
ok($status == 0 && slurp("$dir/from-image") eq slurp("$dir/namelist"), '-s gives the same file') or diag($said);

# As many symbols and variables in the BTF as no kernel has: linear in both, or at most sorted. The two smaller
# ones show what 200,000 symbols and 20,000 variables cost without each other.
my @many = map { sprintf "%016x d variable_%d\n", $data + $_ % 32, $_ } 0 .. 19_999;
my @functions = map { sprintf "%016x t function_%d\n", $text + 0x100 + $_ % 0x6000, $_ } 0 .. 199_999;
sub seconds {
	my ($kallsyms, $name) = @_;
	my $before = times_of_children();
	my ($status, $said) = tool("-s $kallsyms -o $dir/many $dir/vmlinux");

	is($status, 0, "$name: made") or diag($said);
	return times_of_children() - $before;
}

sub times_of_children {
	my (undef, undef, $user, $system) = times;

	return $user + $system;
}

my @few = map { sprintf "%016x %s %s\n", @$_ } @symbols;
my $all = spew('all', join '', @few, @many, @functions);
my $without = spew('without', join '', @few, @functions);
my $functions = seconds($without, '200,000 symbols');
make_btf(join '', map { "int variable_$_;\n" } 0 .. 19_999);
make_kernel('old', 'percpu', 'vmlinux');
my $both = seconds($all, '200,000 symbols and 20,000 variables');
my ($variables) = `readelf --debug-dump=info $dir/many 2>/dev/null | grep -c DW_TAG_variable` =~ /(\d+)/;
cmp_ok($variables, '>=', 20_000, 'each variable is there');
cmp_ok($both, '<', 1 + 10 * $functions, "variables do not multiply with symbols: $both and $functions seconds");
make_btf();
@symbols = make_kernel('old', 'percpu', 'vmlinux');

# Packed, as a bzImage.
sub bzimage {
	my ($packed, $length) = @_;
	my $image = "\0" x 1024;

	substr($image, 0x1f1, 1) = "\x01";
	substr($image, 0x202, 6) = 'HdrS' . pack 'S<', 0x20f;
	substr($image, 0x248, 8) = pack 'L<2', 16, $length // length $packed;
	return spew('vmlinuz', $image . "\0" x 16 . $packed);
}

my $size = pack 'L<', -s "$dir/vmlinux";
for (['xz', 'xz --check=crc32'], ['gzip', 'gzip'], ['bzip2', 'bzip2'], ['zstd', 'zstd -q'],
     ['lz4', 'lz4 -q -l'], ['lzma', 'xz --format=lzma'], ['lzop', 'lzop']) {
	my ($name, $command) = @$_;
	my ($program) = split ' ', $command;

	SKIP: {
		skip "$program is not installed", 1 unless grep { -x "$_/$program" } split /:/, $ENV{PATH};
		my $packed = `$command -c < $dir/vmlinux`;

		bzimage($packed . ($name eq 'gzip' ? '' : $size));
		my ($status, $said) = tool("-o $dir/namelist $dir/vmlinuz");
		ok($status == 0 && slurp("$dir/from-image") eq slurp("$dir/namelist"), "unpacks $name") or diag($said);
	}
}

# ---- what is wrong, in one line ----

sub fails {
	my ($args, $pattern, $name, $expected) = @_;
	my ($status, $said) = tool("-o $dir/never $args");

	ok($status == ($expected // 1) && $said =~ $pattern && ($expected || $said =~ /^[^\n]+\n$/) &&
	   !glob("$dir/never*"), $name) or diag("exit $status: $said");
}

my $packed = `xz -c --check=crc32 < $dir/vmlinux`;
fails('', qr/^usage: /, 'no image', 2);
fails('-z x', qr/usage: /, 'an unknown option', 2);
fails("$dir/nothing", qr/nothing: No such file/, 'no such file');
fails($dir, qr/not a file/, 'a directory');
fails(spew('empty', ''), qr/not a kernel image \(empty file\)/, 'an empty file');
fails(spew('text', 'hello ' x 200), qr/not a kernel image \(neither/, 'a text');
fails(bzimage($packed . $size, 1 << 20), qr/truncated: the packed kernel ends at byte/, 'a truncated bzImage');
fails(bzimage(substr($packed, 0, 2000) . $size), qr/damaged: xz cannot unpack/, 'damaged packing');
fails(bzimage('?' x 100), qr/packed in an unknown format \(magic 3f 3f 3f 3f\)/, 'unknown packing');
fails(bzimage(`echo hello | xz -c` . $size), qr/not an ELF kernel/, 'something else packed');
fails('/bin/true', qr/no .*in it|no kallsyms/, 'a program');
fails(spew('cut', substr slurp("$dir/vmlinux"), 0, 8192), qr/damaged|truncated|no section headers|not a kernel/, 'a cut vmlinux');
fails("-s $dir/text $dir/vmlinux", qr/text:1: not a line of/, '-s with something else');
fails('-s ' . spew('zero', "0000000000000000 T _text\n") . " $dir/vmlinux", qr/all zero/, '-s with hidden addresses');
fails('-s ' . spew('none', "ffffffff81000000 T x\n") . " $dir/vmlinux", qr/_text is missing/, '-s without the kernel');

my $kernel = slurp("$dir/vmlinux");
my $at = index $kernel, pack('S<*', 0, map { 7 * $_ } 1 .. 255);
spew('bad', substr($kernel, 0, $at) . "\xff" x 20000 . substr $kernel, $at + 20000);
fails("$dir/bad", qr/no kallsyms tables found in it \(give its symbols with -s\)/, 'kallsyms wiped out');
my $btf = slurp("$dir/btf");
$at = index $kernel, $btf;
spew('bad', substr($kernel, 0, $at) . "\0" x length($btf) . substr $kernel, $at + length $btf);
fails("$dir/bad", qr/BTF damaged/, 'BTF wiped out');
# A section that says that it lies where the headers are: a namelist with it in its place would be no ELF file.
my $headers = unpack 'Q<', substr $kernel, 0x28, 8;
my $over = $kernel;
substr($over, $headers + 64 + 0x18, 8) = pack 'Q<', 0;
spew('bad', $over);
fails("$dir/bad", qr/damaged section headers: section \S+ lies over the headers/, 'a section over the headers');
system("objcopy -R .BTF $dir/vmlinux $dir/bad 2>/dev/null");
fails("$dir/bad", qr/no BTF in it \(kernel built without CONFIG_DEBUG_INFO_BTF\)/, 'no BTF');

done_testing();
