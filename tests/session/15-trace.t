#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# walk and map of a domain of the kernel's own, against the trace that the guest's kernel kept of all
# that was mapped and unmapped since it started (trace_event=iommu:map,iommu:unmap).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('before', 'after');
plan skip_all => 'this guest kept no trace of mappings' unless Session::truth('before', 'iommu_trace');

# What is left of map IOVA PA SIZE and unmap IOVA SIZE: a page's IOVA to its physical address. Unity
# maps are other devices', and were made before the kernel traced or after: told by their addresses.
sub replay {
	my ($state) = @_;
	my %pages;

	for my $row (Session::truth($state, 'iommu_trace')) {
		my ($what, $iova, @rest) = @$row;
		my $size = pop @rest;
		my $at = Session::number($iova);

		for (my $i = 0; $i < $size; $i += 4096) {
			if ($what eq 'unmap') {
				delete $pages{$at + $i};
			} elsif ($iova ne $rest[0]) {
				$pages{$at + $i} = Session::number($rest[0]) + $i;
			}
		}
	}
	return \%pages;
}

# The card is the only device whose driver maps anything here: the disk is not behind the IOMMU. Both
# of its functions are on one domain, its group's; after the hand-over that is VFIO's.
my @nic = ('0000:a1:00.0', '0000:a1:00.1');
my $boot = Session::slurp("$ENV{VMCORE_DIR}/before/dmesg");
my $v2 = $boot =~ /AMD-Vi: V2 page table enabled/;

for my $state (qw(before after)) {
	my $truth = replay($state);
	my @pages = sort { $a <=> $b } keys %$truth;

	cmp_ok(scalar @pages, '>', 256, "$state: the card's driver, or VFIO, has mapped pages");
	my @map = Session::documents($state, map { "iommu map -j -d $_" } @nic);
	is_deeply(Session::pages_of($map[$_]), $truth, "$state: map -d $nic[$_]: what the trace left, and no more")
		for 0 .. $#nic;

	my $step = int(@pages / 50) + 1; # as many addresses as a command of crash takes
	my @some = grep { defined } @pages[map { $_ * $step } 0 .. @pages / $step];
	my ($walk) = Session::documents($state, "iommu walk -j -d $nic[1] " .
					join ' ', map { Session::word($_ + 0x234) } @some);
	my @wrong = grep { my $iova = Session::number($_->{iova});
			   !$_->{mapped} || Session::number($_->{pa}) != $truth->{$iova - 0x234} + 0x234 }
		    @{ $walk->{results} };
	is(scalar @{ $walk->{results} }, scalar @some, "$state: walk answers for every page asked");
	is_deeply([map { $_->{iova} } @wrong], [], "$state: walk: the trace's physical address");

	my ($gone) = grep { !$truth->{$_} } map { $_ + 4096 } $pages[-1];
	my ($none) = Session::documents($state, "iommu walk -j -d $nic[1] " . Session::word($gone));
	is($none->{results}[0]{state}, 'not-mapped', "$state: beyond the last page nothing is mapped");
}

# ---- the tables are what the kernel said it would use ----

my ($dte, $domains) = Session::documents('before', 'iommu dte -j', 'iommu domains -j');
my @default = grep { ($_->{type} // '') =~ /^DMA/ && @{ $_->{devices} } } @{ $domains->{domains} };
my %format = map { $_->{format} => 1 } @default;
cmp_ok(scalar @default, '>=', 5, 'domains of the kernel\'s own');
is_deeply([keys %format], [$v2 ? 'amdv2' : 'amdv1'], 'of the format that the boot messages name');
my ($levels) = $boot =~ /V2 page table enabled \(Paging mode : (\d) level\)/;
is_deeply([grep { $_->{levels} != ($levels // 4) } @default], [], 'and of the levels') if $v2;
is_deeply([grep { my $fields = $_->{fields};
		  !!$fields->{gv} != !!$v2 || $v2 && (!$fields->{giov} || $fields->{mode} || !$fields->{gcr3_root}) }
	   @{ $dte->{entries} }], [], 'each entry has a GCR3 table, or none has');

# ---- unity maps: to themselves, with the permissions of the firmware's table ----

for my $region (grep { $_->[3] =~ /^direct/ } Session::truth('before', 'reserved_regions')) {
	my ($group, $start, $end) = @$region;
	my ($first, $last) = map { Session::number($_) } $start, $end;
	my ($map) = Session::documents('before', "iommu map -j -g $group");
	is_deeply(Session::pages_of($map), { map { my $at = $first + 4096 * $_; $at => $at } 0 .. ($last - $first) / 4096 },
		  "group $group: its unity map, one to one, and nothing else");
	is_deeply([grep { !$_->{read} || !$_->{write} } @{ $map->{mappings} }], [],
		  "group $group: to be read and written");
}
done_testing();
