#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# ^C at a terminal: the answer ends, says that it is not all, and the prompt is back within 100 ms.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Terminal;
use Test::More;
use Time::HiRes qw(time);

Session::require_all('after');
my %hostile = map { $_->[0] => $_ } Session::truth('after', 'hostile');
plan skip_all => 'this guest built no broken tables' unless $hostile{wide};
plan skip_all => 'the broken tables were filtered out' if Session::filtered();

# Four levels of 512 entries to one table each: millions of rows before it is cut.
my $endless = "iommu map -vv -r $hostile{wide}[1] -l 4";
my $terminal = Terminal->start(($ENV{CRASH} || 'crash') . " -s $ENV{NAMELIST} " . Session::dump_file('after'));

$terminal->wait_for(qr/crash> $/) or BAIL_OUT('no prompt');
$terminal->say_to('set scroll off', qr/crash> $/);
$terminal->say_to("extend $ENV{IOMMU_SO}", qr/crash> $/);

my @seconds;
for (1 .. 5) {
	$terminal->say_to($endless, qr/(^[0-9a-f]+ .*\n){200}/m);
	my $pressed = time;
	$terminal->type("\x03");
	my $said = $terminal->wait_for(qr/crash> $/);
	push @seconds, time - $pressed;
	like($said, qr/interrupted: what is above is not all/, 'an answer that was broken off says so');
	like($said, qr/^\d+ entries, .* table pages/m, 'with the totals so far');
}
@seconds = sort { $a <=> $b } @seconds;
# The median: what else this machine does is not ours.
cmp_ok($seconds[2], '<', 0.1, '^C: the prompt is back within 100 ms')
	or diag("took @seconds");
like($terminal->say_to('iommu dte a1:00.1', qr/^0000:a1:00\.1.*crash> $/ms), qr/^DEVICE/m, 'the session goes on');
$terminal->type("quit\n");

done_testing();
