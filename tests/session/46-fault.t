#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Faults against what the guest told its device to do, what its own dmesg printed, and what crash reads
# of the log.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('after');

my @faults = Session::truth('after', 'faults'); # BDF IOVA DIRECTION of what edu was told
my ($all) = Session::documents('after', 'iommu fault -a -j');

# ---- the log: as many records as crash has, and the guest's own lines ----

SKIP: {
	skip 'no command log in this session', 1 if Session::minimal();
	my ($log) = Session::run('after', 'log');
	my @records = $log =~ /^\[ *\d+\.\d{6}\]/mg;
	# A record is a line with a time; an older crash leaves that out of some.
	my $lines = () = $log =~ /\n/g;
	ok($all->{log_records} >= @records && $all->{log_records} <= $lines, 'as many records as crash reads of the log')
		or diag("$all->{log_records}, by crash " . @records . " to $lines");
}
my $dmesg = Session::slurp("$ENV{VMCORE_DIR}/after/dmesg");
my @printed = grep { /Event logged \[|Request device \[/ } split /\n/, $dmesg;
my %times;
$times{ s/^\[ *\d+\.\d+\] //r }++ for @printed;
my @of_log = grep { $_->{source} eq 'log' } @{ $all->{faults} };
is_deeply({ map { $_->{raw} => $_->{count} } @of_log }, \%times, 'the lines of the guest\'s dmesg, each as often');

# ---- each fault of the device ----

sub page_of { return Session::number($_[0]) & ~0xfff }

my %told; # pages and directions
$told{"$_->[0] " . page_of($_->[1]) . " $_->[2]"}++ for @faults;
if (@printed) {
	is_deeply({ map { ("$_->{device} " . page_of($_->{iova}) . " $_->{access}" => $_->{count}) } @of_log }, \%told,
		  'device, page and direction are those that the guest chose');
	ok(!(grep { $_->{driver} } @of_log), 'no driver has it');
} elsif (@faults) {
	# The emulator writes neither address nor flags of an AMD event as the specification has them.
	my @of_queue = grep { $_->{source} eq 'queue' } @{ $all->{faults} };
	my $nr = 0;
	$nr += $_->{count} for @of_queue;
	cmp_ok($nr, '>=', scalar @faults, 'the queue has an event for each');
	is_deeply([grep { $_->{device} ne $faults[0][0] } @of_queue], [], 'all of that device');
} else {
	is_deeply($all->{faults}, [], 'none, where nothing faulted');
	ok((grep { $_->{code} eq 'registers' } @{ $all->{notes} }), '... and it is said what no dump has');
}

# Asked for by address: nothing is mapped for that device, and memory it is.
for (@faults) {
	my ($bdf, $iova, $direction) = @$_;
	my ($doc) = Session::documents('after', "iommu fault -j $bdf $iova " . substr $direction, 0, 1);
	my $fault = $doc->{faults}[0];
	is($fault->{state}, 'not-mapped', "$bdf $iova: not mapped");
	is($fault->{sure}, 'certain', "$bdf $iova: such a request would be refused");
	ok($fault->{as_physical}{ram}, "$bdf $iova: as a physical address it is RAM, as /proc/iomem said")
		if Session::slurp("$ENV{VMCORE_DIR}/after/iomem") =~ /^00100000-\w+ : System RAM/m;
}

# ---- a pasted line, in the spelling of two kernels: the device that was handed over ----

my ($held) = grep { $_->[1] eq '0000:a1:00.1' } Session::truth('after', 'groups');
my @rows = Session::truth('after', 'mappings');
SKIP: {
	skip 'no device was handed over', 3 if !$held || !@rows;
	my @lines = ('DMAR: [DMA Write] Request device [a1:00.1] PASID ffffffff fault addr dead000 [fault reason 05] x',
		     'vfio-pci 0000:a1:00.1: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0009 address=0xdead000 flags=0x0020]');
	for (map { Session::documents('after', "iommu fault -j $_") } @lines) {
		my $fault = $_->{faults}[0];
		is("$fault->{device} $fault->{iova} $fault->{access}", '0000:a1:00.1 0xdead000 write', 'what the line says');
	}
	my ($of_this) = map { $_->{faults}[0] } Session::documents('after', 'iommu fault -j a1:00.1 dead000 w');
	is($of_this->{state}, 'not-mapped', 'dead000 is in no mapping of the holder');
}
done_testing();
