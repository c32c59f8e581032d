#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# walk and map against what the guest said about every page it mapped through VFIO.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Raw;
use Session;
use Test::More;

Session::require_all('before', 'after');

my %truth = map { $_->[0] = Session::number($_->[0]);
		  $_->[0] => [Session::number($_->[1]), $_->[2]] } Session::truth('after', 'mappings');
my @unmapped = map { Session::number($_->[0]) } Session::truth('after', 'unmapped');
my ($device) = map { $_->[1] } grep { $_->[0] eq 'device' } reverse Session::truth('after', 'vfio');
my ($pid) = map { $_->[1] } grep { $_->[0] eq 'pid' } Session::truth('after', 'vfio');
my @areas = map { [map { Session::number($_) } @$_[1 .. 3]] }
	    grep { $_->[0] eq 'area' } Session::truth('after', 'vfio');

cmp_ok(scalar keys %truth, '>', 2500, 'the guest reported its pages');

sub perm {
	my ($row) = @_;

	return ($row->{read} ? 'r' : '-') . ($row->{write} ? 'w' : '-');
}

sub vaddr_of {
	my ($iova) = @_;

	for my $area (@areas) {
		my ($start, $size, $vaddr) = @$area;
		return $vaddr + $iova - $start if $iova >= $start && $iova < $start + $size;
	}
	return 0;
}

# VFIO's domains have v1 tables, and from 7.x on v2 tables where the kernel's own have them (pgtbl_v2):
# those have no bit that forbids reading.
my ($first_walk) = Session::documents('after', "iommu walk -j -d $device 0");
my ($root, $levels, $format) = @{ $first_walk->{results}[0] }{qw(root levels format)};
if (Session::has_v2_tables() && $format eq 'amdv2') {
	$_->[1] =~ s/^-w$/rw/ for values %truth;
}
allow_what_vtd_adds() if Session::vendor() eq 'VT-d';

# A first-stage table has no bit that forbids reading; and the VT-d driver of 6.1, for one, sets bit 0 of every
# entry, which is Present in a first-stage table and Read in a second-stage one. Whether it did so here is
# in the entry's word, as crash reads it: R is bit 0, W is bit 1.
sub allow_what_vtd_adds {
	for my $iova (grep { $truth{$_}[1] eq '-w' } keys %truth) {
		my ($walk) = Session::documents('after', "iommu walk -j -d $device " . Session::word($iova));
		my ($word) = Raw::words('after', '-p', 1, Session::number($walk->{results}[0]{steps}[-1]{entry_pa}));

		$truth{$iova}[1] = 'rw' if ($word->[0] & 3) == 3;
	}
}

# ---- walk: each page, at an odd offset ----

my @iovas = sort { $a <=> $b } keys %truth;
my @commands;
my @left = @iovas;
while (my @batch = splice @left, 0, 50) {
	push @commands, "iommu walk -j -d $device " . join ' ', map { Session::word($_ + 0x123) } @batch;
}
my @results = map { @{ $_->{results} } } grep { defined } Session::documents('after', @commands);
is(scalar @results, scalar @iovas, 'walk answers for every page');

my (@wrong, @wrong_task);
for my $result (@results) {
	my $iova = Session::number($result->{iova}) - 0x123;
	my ($pa, $perm) = @{ $truth{$iova} };
	my $task = $result->{target} || {};

	push @wrong, $result->{iova}
		unless $result->{state} eq 'mapped' && $result->{mapped}
		    && Session::number($result->{pa}) == $pa + 0x123 && perm($result) eq $perm;
	push @wrong_task, $result->{iova}
		unless $task->{ram} && ($task->{pid} // 0) == $pid
		    && Session::number($task->{vaddr} // '0') == vaddr_of($iova) + 0x123;
}
is_deeply(\@wrong, [], 'walk: physical address and permissions of every page as the guest said');
is_deeply(\@wrong_task, [], 'walk: the process and its address of every page as the guest said');

# ---- walk: neighbours ----

my ($near) = Session::documents('after', "iommu walk -j -d $device " .
				join ' ', map { Session::word($_) } @unmapped);
my @mapped_neighbours = grep { $_->{state} ne 'not-mapped' || $_->{mapped} } @{ $near->{results} };
is(scalar @{ $near->{results} }, scalar @unmapped, 'walk answers for every neighbour');
is_deeply(\@mapped_neighbours, [], 'unmapped neighbours are not mapped');

# ---- map: exactly the same set, through device, group, domain and bare root ----

sub pages_with_perm {
	my ($document) = @_;

	return Session::pages_of($document, sub { my ($pa, $row) = @_; [$pa, perm($row)] });
}

my ($whole) = Session::documents('after', "iommu map -j -d $device");
is_deeply(pages_with_perm($whole), \%truth, 'map -d: every page as the guest said, and no other');
is($whole->{totals}{bytes}, 4096 * keys %truth, 'map: total of bytes');
my $histogram = 0;
$histogram += Session::number($_) * $whole->{totals}{pages}{$_} for keys %{ $whole->{totals}{pages} };
is($histogram, $whole->{totals}{bytes}, 'map: the histogram adds up to the total');

my ($group) = map { $_->[1] } grep { $_->[0] eq 'group' } Session::truth('after', 'vfio');
my @ways = ("-g $group", "-D " . Session::word($whole->{domain_id}), "-r $root -l $levels -f $format");
my @same = Session::documents('after', map { "iommu map -j $_" } @ways);
is_deeply(pages_with_perm($same[$_]), \%truth, "map $ways[$_]: the same") for 0 .. $#ways;

# ---- a range ----

my ($range) = Session::documents('after', "iommu map -j -d $device 104000-105fff");
is_deeply([sort keys %{ pages_with_perm($range) }], [sort(0x104000, 0x105000)], 'map of a range is cut to it');

# ---- before: as the command line wanted it ----

my ($before) = Session::documents('before', "iommu walk -j -d $device 1234567");
my $result = $before->{results}[0];
if (Session::default_type('before', $device) eq 'identity') {
	is($result->{state}, 'passthrough', 'before the hand-over: passthrough');
	is($result->{pa}, '0x1234567', 'in passthrough the address is the physical one');
} else {
	# The driver had asked for nothing at that address; what it has is not known outside.
	is($result->{state}, 'not-mapped', 'before the hand-over: translated');
	ok($result->{steps} && @{ $result->{steps} }, 'by a table of its own');
}

done_testing();
