#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Every struct member of the layout tables, as four readers have it: libdwarf on the namelist,
# crash through the plugin's own target, the BTF in the dump, libdwarf on the debug vmlinux.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('after');
my ($dwarf, $crash_rows, $elf) = map { $_ // '' } @ENV{qw(IOMMU_DWARF CRASH_ROWS IOMMU_ELF)};
plan skip_all => 'IOMMU_DWARF is not built: run this through make' unless -x $dwarf;
# libdwarf is not sanitized, and what it frees needs no watching: keep little of it.
$ENV{ASAN_OPTIONS} = join ':', grep { defined } $ENV{ASAN_OPTIONS}, 'quarantine_size_mb=16';

# "TYPE.PATH" => "OFFSET SIZE", or "-" where the reader has no such member.
sub rows {
	return { map { /^(\S+) (\S+) (-|\d+ \d+|module \S+)$/ ? ("$1.$2" => $3) : () } split /\n/, $_[0] };
}

sub build_id {
	my ($file) = @_;

	return `readelf -n '$file' 2>/dev/null` =~ /Build ID: (\w+)/ ? $1 : '';
}

sub debug_vmlinux {
	my $id = build_id($ENV{NAMELIST});
	my $lab = "$FindBin::Bin/../../vmcores/lab/lab";
	my ($cached) = `$lab where '*' 2>/dev/null` =~ /^(.*)$/m;
	my @files = $ENV{DEBUG_VMLINUX} // glob(($cached // '/nowhere') . '/vmlinux-dbg');
	my ($same) = grep { -e $_ && $id && build_id($_) eq $id } @files;

	return $same;
}

my $small = rows(scalar `$dwarf '$ENV{NAMELIST}' 2>/dev/null`);
my @modules = grep { $small->{$_} =~ /^module / } sort keys %$small;
my @found = grep { $small->{$_} =~ /^\d/ } sort keys %$small;
plan skip_all => 'this namelist has no DWARF' unless @found;

cmp_ok(scalar @found, '>', 80, scalar(@found) . ' members are in the namelist');
note(scalar(keys %$small) - @found - @modules, ' spellings of other kernels are not');
note(scalar(@modules), " members of modules are not asked here, vmlinux has none of them: @modules");

SKIP: {
	skip "no $crash_rows for this crash", 1 unless -e $crash_rows;
	my ($loaded, $text) = Session::run('after', "extend $crash_rows", 'iommu_rows');
	is_deeply(rows($text), $small, 'what the plugin gets from crash is what libdwarf reads');
}

SKIP: {
	my $dump = Session::dump_file('after');
	skip 'the dump is not an ELF vmcore', 1 unless -x $elf && $dump =~ /\.elf$/;
	my $text = `$elf -l $dump '$ENV{NAMELIST}' 2>&1`;
	skip $text =~ s/\n.*//sr, 1 if $text =~ /libbpf is not installed|keeps no BTF/;
	is_deeply(rows($text), $small, 'what the BTF in the dump says is what libdwarf reads');
}

SKIP: {
	my $debug = debug_vmlinux();
	skip 'no debug vmlinux of this kernel (DEBUG_VMLINUX; vmcores/lab/lab fetch-dbg)', 2
		unless $debug;
	my $text = `$dwarf '$debug' 2>&1`;
	is_deeply([$text =~ /^(\S+ \S+) differs$/mg], [],
		  'no two structs of one name differ in all of the debug vmlinux');
	is_deeply(rows($text =~ s/^.* differs\n//mgr), $small,
		  'what libdwarf reads in the debug vmlinux is what it reads in the namelist');
	note($text =~ /^(\d+ units, .*)$/m);
}
done_testing();
