#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# VFIO's own objects, from module types that only the dump has, against what the holder said.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('before', 'after');
plan skip_all => 'this kernel has no BTF of its modules'
	unless grep { $_->[0] eq 'vfio_iommu_type1' } Session::truth('after', 'btf');

my %said = map { $_->[0] => $_->[1] } Session::truth('after', 'vfio');
my @devices = sort map { $_->[1] } grep { $_->[0] eq 'device' } Session::truth('after', 'vfio');
my @areas = sort { $a->[0] <=> $b->[0] }
	    map { [(map { Session::number($_) } @$_[1 .. 3]), $_->[4]] }
	    grep { $_->[0] eq 'area' } Session::truth('after', 'vfio');

my (undef, $text, $log) = Session::run('after', 'iommu owner', 'iommu status -vv', 'mod');
my ($document, $status) = Session::documents('after', 'iommu owner -j', 'iommu status -j');
my $owner = $document->{owners}[0];

is(scalar @{ $document->{owners} }, 1, 'one group is held');
is($owner->{group}, $said{group}, 'the group');
is($owner->{pid}, $said{pid}, 'the process');
is($owner->{comm}, $said{comm}, 'its name');
is_deeply([sort @{ $owner->{devices} }], \@devices, 'the devices');
my @found = map { [Session::number($_->{iova}), Session::number($_->{end}) + 1 - Session::number($_->{iova}),
		   Session::number($_->{vaddr}), ($_->{read} ? 'r' : '-') . ($_->{write} ? 'w' : '-')] }
	    @{ $owner->{areas} };
is_deeply(\@found, \@areas, 'every area with its address in the process and its permissions');

is($status->{owners}[0]{pid}, $said{pid}, 'status names the process');
like($log, qr/vfio_iommu_type1.*\(not loaded\)|mod: (?:cannot access|command not available)/, "crash has no debuginfo of the module");
like($text, qr/, [1-9]\d* from that of modules/, 'the types came from the BTF in the dump');

my ($before) = Session::documents('before', 'iommu owner -j');
is_deeply($before->{owners}, [], 'before the hand-over nobody holds anything');
done_testing();
