#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# who against what the guest said about every page it mapped through VFIO, and of the types of its groups.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Raw;
use Session;
use Test::More;

Session::require_all('before', 'after');

my (%iovas_of, %said, @devices, $pid);
for my $line (Session::truth('after', 'mappings')) {
	my ($iova, $pa, $perm) = @$line;
	$said{Session::number($iova)} = [Session::number($pa), $perm];
}
push @{$iovas_of{$said{$_}[0]}}, $_ for keys %said;
for my $line (Session::truth('after', 'vfio')) {
	push @devices, $line->[1] if $line->[0] eq 'device';
	$pid = $line->[1] if $line->[0] eq 'pid';
}
my %is_held = map { $_ => 1 } @devices;
cmp_ok(scalar keys %iovas_of, '>', 2500, 'the guest reported its pages');

# No bit of the processor's format forbids reading, and the VT-d driver up to 6.18 sets the bit that allows it in
# entries of its own format too. Whether it is set here is in the entry's word, as crash reads it: R is bit 0 and W
# bit 1 of VT-d's, Present and Writable of the processor's.
for my $iova (grep { $said{$_}[1] eq '-w' } keys %said) {
	my ($walk) = Session::documents('after', "iommu walk -j -d $devices[0] " . Session::word($iova));
	my ($found) = @{ $walk->{results} };
	next if $found->{format} eq 'amdv1' || !$found->{steps};
	my ($word) = Raw::words('after', '-p', 1, Session::number($found->{steps}[-1]{entry_pa}));

	$said{$iova}[1] = 'rw' if ($word->[0] & 3) == 3;
}

sub perm { return ($_[0]{read} ? 'r' : '-') . ($_[0]{write} ? 'w' : '-') }

sub mapped { return grep { $_->{via} eq 'mapped' } @{$_[0]{reach}} }

# ---- each page, at an odd offset ----

my @pages = sort { $a <=> $b } keys %iovas_of;
my (@commands, @left);
@left = @pages;
while (my @batch = splice @left, 0, 50) {
	push @commands, 'iommu who -j ' . join ' ', map { Session::word($_ + 0x123) } @batch;
}
my @answers = map { $_->{answers} ? @{$_->{answers}} : $_ } grep { defined } Session::documents('after', @commands);
is(scalar @answers, scalar @pages, 'who answers for every page');

# What firmware has mapped one to one for a device of another group, as that device's sysfs says, may be memory of the holder.
my %type_of = map { $_->[0] => $_->[1] } Session::truth('after', 'group_types');
my @direct = map { my ($group, $first, $last, $type) = @$_;
		   $type =~ /^direct/ ? { group => $group, first => Session::number($first), last => Session::number($last) } : () }
	     Session::truth('after', 'reserved_regions');

sub regions_with {
	my ($page) = @_;
	return grep { $page >= $_->{first} && $page <= $_->{last} } @direct;
}

sub is_one_to_one {
	my ($row, $page) = @_;
	return !$is_held{$row->{device}} && Session::number($row->{iova}) - 0x123 == $page &&
	       grep { $_->{group} == ($row->{group} // -1) } regions_with($page);
}

my (@wrong, @wrong_task, @missing);
for my $answer (@answers) {
	my $page = Session::number($answer->{pa}) - 0x123;
	my @expected = sort map { my $iova = $_; map { "$_ $iova $said{$iova}[1]" } @devices } @{$iovas_of{$page} // []};
	my @one_to_one = grep { is_one_to_one($_, $page) } mapped($answer);
	my %seen; # some reach it as PASID 0 too
	my @found = sort grep { !$seen{$_}++ } map { join ' ', $_->{device}, Session::number($_->{iova}) - 0x123, perm($_) }
		    grep { !is_one_to_one($_, $page) } mapped($answer);
	for my $region (grep { $type_of{$_->{group}} !~ /identity|blocked/ } regions_with($page)) {
		push @missing, $answer->{pa} unless grep { $_->{group} == $region->{group} } @one_to_one;
	}
	push @wrong, $answer->{pa} if "@expected" ne "@found";
	push @wrong_task, $answer->{pa} if ($answer->{page}{pid} // 0) != $pid;
}
is_deeply(\@wrong, [], 'every page is reached by the devices of the holder at its IOVAs, and by nobody else');
is_deeply(\@missing, [], 'but by those for which firmware has it mapped one to one');
is_deeply(\@wrong_task, [], 'and is memory of the holder');

# ---- all memory at once ----

my ($all) = Session::documents('after', 'iommu who -j 0-ffffffffffffffff');
my %found;
for my $row (grep { $_->{device} eq $devices[0] } mapped($all)) {
	my ($iova, $end, $pa) = map { Session::number($_) } @{$row}{qw(iova end pa)};
	for (my $at = $iova; $at < $end; $at += 0x1000) {
		$found{$at} = [$pa + $at - $iova, perm($row)];
	}
}
is_deeply(\%found, \%said, 'all memory: the pages of the holder with their IOVAs, no more and no fewer');
is($all->{scanned}{missing} + $all->{scanned}{unreadable} + $all->{scanned}{damaged}, 0, 'every table was read');

# ---- those in passthrough ----

my %passes = map { $_->{device} => $_->{group} } grep { $_->{via} ne 'mapped' } @{$all->{reach}};
my @held = grep { $passes{$_} } @devices;
is_deeply(\@held, [], 'no device of the holder reaches memory without a table');
my @not_identity = grep { defined $passes{$_} && ($type_of{$passes{$_}} // 'identity') ne 'identity' } sort keys %passes;
is_deeply(\@not_identity, [], 'those that pass are in groups that sysfs calls identity');

done_testing();
