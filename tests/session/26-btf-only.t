#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The same answers without crash and without any types in the namelist: memory through the kernel's
# own page tables, every struct from the BTF in the dump (tests/elf/).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('before', 'after');
my $program = $ENV{IOMMU_ELF} // '';
plan skip_all => 'IOMMU_ELF is not built: run this through make' unless -x $program;
plan skip_all => 'the dumps are not ELF vmcores' if grep { !/\.elf$/ } map { Session::dump_file($_) }
						     qw(before after);

# What each command prints; $said: what the program itself said.
my ($said, $nr_runs) = ('', 0);

sub run_on {
	my ($state, $options, @commands) = @_;
	my $dir = "$Session::scratch/elf" . $nr_runs++;
	my $n = 0;

	mkdir $dir or die "$dir: $!";
	open(my $script, '>', "$dir/script") or die "$dir/script: $!";
	print $script "$_ > $dir/" . $n++ . "\n" for @commands;
	close $script;
	$said = `$program $options @{[Session::dump_file($state)]} $ENV{NAMELIST} < $dir/script 2>&1`;
	fail("$program $options ended with $?: $said") if $?;
	return map { Session::slurp("$dir/$_") } 0 .. $n - 1;
}

my ($problem) = run_on('after', '', 'iommu owner');
plan skip_all => "no types to be had: $1"
	if $problem =~ /(libbpf is not installed|this kernel keeps no BTF)/;

# ---- equal to crash with a namelist ----

my @devices = sort map { $_->[1] } grep { $_->[0] eq 'device' } Session::truth('after', 'vfio');
my @pages = sort { $a <=> $b } map { Session::number($_->[0]) } Session::truth('after', 'mappings');
my @iovas = map { $pages[$_ * $#pages / 399] + 0x40 } 0 .. 399;
push @iovas, map { Session::number($_->[0]) } Session::truth('after', 'unmapped');
my @commands = map { "iommu $_" } 'status -j', 'devices -j', 'groups -j', 'domains -j', 'dte -a -j',
				  'dte -j', 'owner -j', map { "map -j -d $_" } @devices;
while (my @batch = splice @iovas, 0, 50) {
	push @commands, "iommu walk -j -d $devices[0] " . join ' ', map { Session::word($_) } @batch;
}

for my $state (qw(before after)) {
	my @expected = Session::documents($state, @commands);
	my @texts = run_on($state, '', @commands, 'iommu status -vv');

	for my $i (0 .. $#commands) {
		my $document = eval { JSON::PP::decode_json($texts[$i]) };
		my $what = substr $commands[$i], 0, 40;
		is_deeply($document, $expected[$i], "$state: $what: as with crash and its namelist");
	}
	like($texts[-1], qr/: 0 from the namelist, [1-9]\d* from the dump's BTF of vmlinux/,
	     "$state: no member from the namelist");
}

# ---- modules that go and come between two commands ----

# The first on the list came last, with the hand-over: VFIO's. Each answer is of the list as it is then.
SKIP: {
	skip 'this kernel has no BTF of its modules', 3
		unless grep { $_->[0] eq 'vfio_iommu_type1' } Session::truth('after', 'btf');
	my $nr_modules = () = Session::truth('after', 'btf');
	my $nr = $nr_modules - 2 < 8 ? $nr_modules - 2 : 8; # one is vmlinux
	my @script = ('iommu owner -j');

	push @script, 'unlist btf_modules', 'iommu owner -j' for 1 .. $nr;
	push @script, 'relist btf_modules', 'iommu owner -j' for 1 .. $nr;
	my @texts = run_on('after', '', @script);
	my @said = map { eval { JSON::PP::decode_json($texts[2 * $_]) } } 0 .. 2 * $nr;
	my @gone = grep { $said[$_] && grep { $_->{text} =~ /: vfio_\w+\.\w+ not found$/ }
					  @{ $said[$_]{notes} } } 0 .. $#said;

	is_deeply([grep { !$said[$_] } 0 .. $#said], [], 'modules go and come: every answer is a document');
	ok(@gone && $gone[-1] >= $nr, "without VFIO's modules its types are said to be missing") or
		diag("@gone of 0 .. @{[2 * $nr]}");
	is_deeply($said[-1], $said[0], 'when all are back, the answer is the first again');
}

# ---- types that are not in the dump, or broken ----

my @some = map { "iommu $_" } 'status -j', 'devices -j', 'groups -j', 'domains -j', 'dte -j', 'owner -j',
			      map { ("map -j -d $_", "walk -j -d $_ 40080010") } $devices[0];

sub not_json {
	return grep { !eval { JSON::PP::decode_json($_) } } @_;
}

for my $case (['not its first page', '-d __start_BTF:1', "the kernel's BTF is not in the dump"],
	      ['not its last page', '-d __stop_BTF:1', "the kernel's BTF is not in the dump"],
	      ['a wrong magic number', '-f __start_BTF:2:1:1', "the kernel's BTF is damaged"],
	      ['garbage in its header', '-f __start_BTF:24:40:7', "the kernel's BTF is damaged"]) {
	my ($what, $options, $why) = @$case;
	my $dump = Session::dump_file('after');
	my @texts = run_on('after', $options, @some);

	is_deeply([not_json(@texts)], [], "BTF: $what: every answer is a document");
	my ($code, $words) = $why =~ /damaged/ ? ('damaged', 'damaged') : ('not-in-dump', 'not in the dump');
	like($texts[2], qr/"code":"$code","text":"cannot list groups: $words, at [0-9a-f]+".*"code":"no-types","text":"[^"]*\Q$why\E"/,
	     "BTF: $what: the answer says why it has none");
	like(`$program -l $options $dump $ENV{NAMELIST} 2>&1`, qr/^\Q$why\E$/m, "BTF: $what: and it is said");
}

# A few wrong bits among the types, few enough for libbpf to take them: the answers are worth nothing,
# but they come, and the dump is read within its bounds.
my @bad;
for my $seed (1 .. $ENV{NR_FLIPS} // 8) {
	my $options = sprintf '-f __start_BTF+24:0x200000:%d:%d', 1 + $seed % 4, $seed;
	my @texts = run_on('after', $options, grep { !/map/ } @some);

	push @bad, $options if not_json(@texts);
}
is_deeply(\@bad, [], 'BTF with flipped bits: every answer is a document');
done_testing();
