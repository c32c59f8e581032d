#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The picture has every device, group and owner that the guest's sysfs has, each once, and graphviz takes it.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('after');
my ($json, $of_group) = Session::documents('after', 'iommu graph -j', 'iommu graph -j -g 6');
my ($dot) = Session::run('after', 'iommu graph');
my @groups = Session::truth('after', 'groups');
my %node = map { $_->{id} => $_ } @{ $json->{nodes} };
is(scalar keys %node, scalar @{ $json->{nodes} }, 'no node twice');

my %group_of = map { my $id = $_->{id}; map { $_ => $id } @{ $_->{devices} } } @{ $json->{groups} };
is_deeply(\%group_of, { map { $_->[1] => $_->[0] } @groups }, 'the groups and their devices');
my %driver = map { $_->[1] => $_->[2] eq '--' ? 'no driver' : $_->[2] } @groups;
is_deeply({ map { $_ => $node{$_}{about} } keys %driver }, \%driver, 'and their drivers');

my @held = sort map { /group (\d+)/ } grep { $node{$_}{kind} eq 'owner' } keys %node;
my %claimed = map { $_->[2] =~ /^vfio/ ? ($_->[0] => 1) : () } @groups;
is_deeply(\@held, [sort keys %claimed], 'an owner for each group that somebody holds');
is_deeply([grep { !$node{ $_->{from} } || !$node{ $_->{to} } } @{ $json->{edges} }], [], 'edges lead from a node to a node');
for my $device (sort keys %driver) {
	my %from = map { $node{ $_->{from} }{kind} => 1 } grep { $_->{to} eq $device } @{ $json->{edges} };
	my %to = map { $node{ $_->{to} }{kind} => 1 } grep { $_->{from} eq $device } @{ $json->{edges} };
	is_deeply([\%from, \%to], [{ unit => 1 }, { domain => 1 }], "$device: behind a unit, on a domain");
}
is_deeply([sort map { $_->{id} } grep { $_->{kind} eq 'device' } @{ $of_group->{nodes} }],
	[sort map { $_->[1] } grep { $_->[0] == 6 } @groups], '-g 6: its devices alone');

my @ids = $dot =~ /^ *"([^"]+)" \[label="/mg;
is_deeply([sort @ids], [sort keys %node], 'DOT has the same nodes');
is(scalar(() = $dot =~ /^  "[^"]+" -> "[^"]+"/mg), scalar @{ $json->{edges} }, 'and as many edges');
SKIP: {
	skip 'graphviz is not installed', 1 if system('command -v dot >/dev/null');
	open my $file, '>', "$Session::scratch/host.dot" or die;
	print $file $dot;
	close $file;
	my $svg = `dot -Tsvg $Session::scratch/host.dot 2>&1`;
	is(scalar(() = $svg =~ /class="node"/g), scalar keys %node, 'graphviz draws every node');
}
done_testing;
