#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The crash session stays usable: bad input, broken tables, ^C, unloading, a thousand commands.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use IPC::Open3;
use Session;
use Test::More;
use Time::HiRes qw(sleep time);

Session::require_all('after');

# ---- bad input: one line that names the thing ----

my @bad = (
	['iommu frobnicate', qr/no verb 'frobnicate'; there are: status, /],
	['iommu d', qr/'d' could be: devices, dte, domains/],
	['iommu dte a1:00', qr/'a1:00' is not a device: expected \[SSSS:\]BB:DD\.F/],
	['iommu dte a1:20.0', qr/'a1:20\.0' is not a device/],
	['iommu dte -d 1:a1:00.1', qr/no IOMMU serves the PCI segment of 0001:a1:00\.1/],
	['iommu walk -d a1:00.1', qr/expected an IOVA/],
	['iommu walk 1000', qr/expected one of -d, -g, -D and -r.*\nusage: iommu walk /s],
	['iommu walk -d a1:00.1 -g 6 1000', qr/'-d a1:00\.1' and '-g 6' do not go together/],
	['iommu walk -d a1:00.1 no_such_symbol', qr/'no_such_symbol' is not an address/],
	['iommu walk -d a1:00.1 1000000000000', qr/NOT MAPPED\s+(?:beyond the table: [34] levels reach (?:7f|ffff)ffffffff|not canonical: [45] levels repeat .*)\n/],
	['iommu walk -r 1000 5', qr/-r needs the number of levels/],
	['iommu walk -r 1000 -l 9 5', Session::vendor() eq 'VT-d' ? qr/vtdss tables have 1 to 5 levels, not 9/
							     : qr/amdv1 tables have 1 to 6 levels, not 9/],
	['iommu walk -r 1008 -l 3 5', qr/root 1008 is not page-aligned/],
	['iommu walk -r 1000 -l 3 -f arm 5', qr/no page-table format 'arm'; there are: x86_64, amdv1/],
	['iommu map -d a1:00.1 5000-', qr/'5000-' is not a range/],
	['iommu map -d a1:00.1 5000-4000', qr/range '5000-4000' ends before it starts/],
	['iommu map -x', qr/no option -x here\nusage: iommu map /],
	['iommu map -d', qr/option -d needs a value/],
	['iommu groups 99', qr/no group 99/],
	['iommu domains 0xfff', qr/no domain with id or address 0xfff/],
	['iommu walk -g 99 0', qr/no group 99/],
	['iommu walk -D 4000 0', qr/no domain with id or address 0xfa0/],
	['iommu help nonsense', qr/no verb 'nonsense'; there are: status/],
	['iommu status foo', qr/expected no word after 'iommu status', found 'foo'\nusage: iommu status /],
	['iommu help walk map', qr/expected one word, found 'map' after 'walk'\nusage: /],
	['iommu walk -d a1:00.1 -f bogus 0', qr/'-f bogus' goes with -r, which is not there\nusage: /],
	['iommu walk -d a1:00.1 -l 3 0', qr/'-l 3' goes with -r, which is not there\nusage: /],
	['iommu walk -d a1:00.0 -d a1:00.1 0', qr/option -d is there twice: -d a1:00\.0 and -d a1:00\.1\nusage: /],
	['iommu irt -q 26 a1:00.0', qr/'-q 26' and 'a1:00\.0' do not go together.*\nusage: /],
	['iommu owner -g 99', qr/no group 99; there are \d+/],
	['iommu owner -d ff:00.0', qr/the kernel has no device 0000:ff:00\.0/],
);
my @said = Session::run('after', map { $_->[0] } @bad);
like($said[$_], $bad[$_][1], $bad[$_][0]) for 0 .. $#bad;
my @documents = Session::documents('after', map { "$_->[0] -j" } @bad);
is(scalar(grep { defined } @documents), scalar @bad, 'in JSON, bad input is a document too');

# ---- unusual, not wrong ----

my ($symbol, $expression, $prefix, $outside) = Session::run('after',
	'iommu walk -d a1:00.1 linux_banner', 'iommu walk -d a1:00.1 (0x40000000+0x80010)',
	'iommu gro', 'iommu walk -r 7fff00000000 -l 3 1000');
like($symbol, qr/IOVA ffffffff[0-9a-f]{8} .*\nNOT MAPPED/s, 'a symbol as an address');
like($expression, qr/IOVA 40080010 .*PHYSICAL/s, 'an expression as an address');
like($prefix, qr/^GROUP /, 'a unique prefix of a verb');
like($outside, qr/<no memory there>.*NOT KNOWN .*no memory at that address/s, 'a root outside memory');

# ---- broken page tables, built by the guest in AMD's format, whichever IOMMU it has ----

my %hostile = map { $_->[0] => $_ } Session::truth('after', 'hostile');
SKIP: {
	skip 'this guest built no broken tables', 8 unless %hostile;
	if (Session::filtered()) {
		# They are in a process's memory, which makedumpfile -d 31 leaves out.
		my ($gone) = Session::run('after', "iommu map -r $hostile{self}[1] -l $hostile{self}[2] -f amdv1");
		like($gone, qr/<not in dump>/, 'a table that was filtered out is said to be');
		skip 'the broken tables were filtered out', 7;
	}
	my ($self, $upwards, $reserved, $walk) = Session::run('after',
		(map { "iommu map -r $hostile{$_}[1] -l $hostile{$_}[2] -f amdv1" } qw(self upwards reserved)),
		"iommu walk -r $hostile{upwards}[1] -l 2 -f amdv1 600000");
	like($self, qr/<loops to level 2>/, 'a table that points to itself');
	like($upwards, qr/<next level 5 is not lower>/, 'a next level above the present one');
	like($reserved, qr/<reserved bit 52 set>/, 'a reserved bit');
	like($reserved, qr/^200000\s+3fffff\s+2M\s+rw/m, 'and the good entry beside it');
	like($walk, qr/<next level 5 is not lower>\nBAD TABLE /, 'walk says what the IOMMU would');

	# Four levels of 512 entries to one table each: 2^36 pages, unless somebody stops it.
	my ($wide) = Session::run('after', "iommu map -r $hostile{wide}[1] -l 4 -f amdv1");
	like($wide, qr/<more tables than the machine has pages>/, 'a table graph without end is cut');

	my ($out, $interrupted_after) = interrupt("iommu map -vv -r $hostile{wide}[1] -l 4 -f amdv1");
	# (What it says then: 42-interrupt.t.)
	cmp_ok($interrupted_after, '<', 5, '^C: back at the prompt at once');
	like($out, qr/^still here: .*0000:a1:00\.1/m, '^C: the session goes on');
}

# Presses ^C while a command runs; returns what came and the seconds until the next answer.
sub interrupt {
	my ($command) = @_;
	my $crash = $ENV{CRASH} || 'crash';
	my $dir = $Session::scratch;
	my $dump = Session::dump_file('after');
	# A process group of its own, as a terminal would have it.
	my $pid = open3(my $in, my $out, undef,
			"exec setsid $crash -s $ENV{NAMELIST} $dump >$dir/interrupted 2>&1");

	print $in "extend $ENV{IOMMU_SO}\n$command\n";
	print $in "iommu dte -d a1:00.1 > $dir/after-interrupt\n";
	$in->flush;
	wait_for(sub { -s "$dir/interrupted" && -s "$dir/interrupted" > 100_000 });
	my $pressed = time;
	kill 'INT', -getpgrp_of($pid);
	wait_for(sub { -s "$dir/after-interrupt" });
	my $seconds = time - $pressed;
	print $in "quit\n";
	close $in;
	waitpid $pid, 0;
	my $text = Session::slurp("$dir/interrupted");
	my ($again) = Session::slurp("$dir/after-interrupt") =~ /^(0000:a1:00\.1.*)$/m;
	return (substr($text, -4000) . "\nstill here: " . ($again // '') . "\n", $seconds);
}

sub wait_for {
	my ($there) = @_;

	for (1 .. 600) {
		return if $there->();
		sleep 0.1;
	}
}

sub getpgrp_of {
	my ($pid) = @_;
	my ($group) = Session::slurp("/proc/$pid/stat") =~ /\) \S \d+ (\d+)/;

	return $group;
}

# ---- unload and load again ----

my ($first) = Session::run('after', 'iommu dte a1:00.1');
my @reloaded = Session::run('after', "extend -u $ENV{IOMMU_SO}", "extend $ENV{IOMMU_SO}",
			    'iommu dte a1:00.1');
is($reloaded[2], $first, 'the same answer after unloading and loading again');

# ---- a thousand commands ----

my @verbs = ('iommu', 'iommu devices -j', 'iommu dte -v a1:00.1', 'iommu groups -v -j', 'iommu domains',
	     'iommu walk -d a1:00.1 40080010 dead000', 'iommu map -d a1:00.1', 'iommu map -j -d a1:00.1',
	     'iommu walk -d a1:00', 'iommu nonsense');
my @script;
for my $round (0 .. 100) {
	push @script, @verbs;
	push @script, '!grep VmRSS /proc/$PPID/status' if $round == 20 || $round == 100;
}
my @outputs = Session::run('after', @script);
my @kib = map { /VmRSS:\s+(\d+)/ ? $1 : () } @outputs, $Session::noise;
SKIP: {
	skip 'crash does not tell its memory', 1 unless @kib >= 2;
	cmp_ok($kib[-1] - $kib[0], '<', 512, 'no memory is lost over 800 commands (KiB)');
}
done_testing();
