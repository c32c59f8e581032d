#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Virtual machines by KVM's own list, against what the hypervisors of the guest said of themselves. KVM is a
# module: its types come from the BTF in the dump, its symbols from crash or from the module.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('before', 'after');
plan skip_all => 'no virtual machine in this guest' unless Session::truth('after', 'vms');
plan skip_all => 'this kernel has no BTF of its modules'
	unless grep { $_->[0] eq 'kvm' } Session::truth('after', 'btf');

# PID COMM NUMBER-OF-VIRTUAL-CPUS GROUP
my @said = Session::truth('after', 'vms');
my ($owner) = Session::documents('after', 'iommu owner -j');
my %found = map { $_->{pid} => $_ } @{ $owner->{vms} || [] };
is(scalar keys %found, scalar @said, 'every virtual machine, and no other');
for my $vm (@said) {
	my ($pid, $comm, $nr_vcpus, $group) = @$vm;
	my $found = $found{$pid} || {};
	is($found->{comm}, $comm, "pid $pid: $comm made it");
	is($found->{nr_vcpus}, $nr_vcpus, "pid $pid: its virtual CPUs");
	is_deeply($found->{groups}, [$group eq '--' ? () : $group + 0], "pid $pid: its groups");
}
my ($holder) = grep { $_->[3] ne '--' } @said;
my $held = $owner->{owners}[0]{vm};
is($held->{pid}, $holder->[0], 'the group belongs to that machine');
is($held->{address}, $found{ $holder->[0] }{address}, 'the one that is on the list');
is_deeply($owner->{notes}, [], 'nothing wrong');

my ($before) = Session::documents('before', 'iommu owner -j');
is_deeply($before->{vms}, [], 'before the hand-over there is none');
done_testing();
