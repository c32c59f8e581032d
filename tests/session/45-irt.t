#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Interrupt remapping against /proc/interrupts, the CPUs the guest named, and what its devices' own
# MSI-X tables send.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('before', 'after');
plan skip_all => 'this guest does not remap interrupts' unless Session::remaps_interrupts('after');

for my $state (qw(before after)) {
	my ($irt, $all) = Session::documents($state, 'iommu irt -j', 'iommu irt -a -j');
	my %entry = map { ($_->{irq} // 'none') => $_ } @{ $irt->{entries} };

	# IRQ CHIP HWIRQ TYPE ACTIONS AFFINITY: what goes through remapping is a chip called IR-*, and has
	# an enabled entry once somebody requested it.
	my @requested = grep { $_->[1] =~ /^IR-/ && $_->[4] ne '--' } Session::truth($state, 'irqs');
	cmp_ok(scalar @requested, '>=', 8, "$state: the guest has remapped interrupts");
	# A device whose alias is another device shares its table: both have the entries of both.
	my ($devices) = Session::documents($state, 'iommu devices -j');
	my %sharing = map { $_->{alias} ? ($_->{device} => 1, $_->{alias} => 1) : () } @{ $devices->{devices} };
	my %times;
	my @repeated = grep { $times{$_->{irq} // 'none'}++ } @{ $irt->{entries} };
	is(scalar keys %times, scalar @requested, "$state: an enabled entry for each, and no other");
	is_deeply([grep { !$sharing{$_->{device}} } @repeated], [], "$state: twice only where a table is shared");
	for my $row (@requested) {
		my ($irq, undef, undef, undef, @rest) = @$row;
		my $affinity = pop @rest;
		my ($action) = split /,/, join ' ', @rest;
		my $found = $entry{$irq};
		ok($found, "$state: irq $irq has an entry") or next;
		is($found->{mode}, 'remapped', "$state: irq $irq is remapped");
		is($found->{name}, $action, "$state: irq $irq is $action");
		my %cpus = map { $_ => 1 } $found->{cpus} =~ /(\d+)/g;
		is_deeply([sort keys %cpus], [grep { hex($affinity) >> $_ & 1 } 0 .. 31],
			  "$state: irq $irq goes to the CPU that the guest named");
	}

	# BDF VECTOR ADDRESS DATA: with remapping, the data of an AMD message is the index of its entry.
	my %irq_of;
	for my $row (Session::truth($state, 'msix')) {
		my ($bdf, undef, undef, $data) = @$row;
		my ($found) = grep { $_->{device} eq $bdf && $_->{index} == hex $data } @{ $irt->{entries} };
		ok($found, "$state: $bdf sends to entry " . hex $data);
		$irq_of{$bdf}{ $found->{irq} } = 1 if $found;
	}
	my %msix;
	$msix{ $_->[0] }{ $_->[1] } = 1 for grep { $_->[2] eq 'msix' } Session::truth($state, 'msi_irqs');
	for my $bdf (keys %irq_of) {
		my @foreign = grep { !$msix{$bdf}{$_} } keys %{ $irq_of{$bdf} };
		is_deeply(\@foreign, [], "$state: the entries of $bdf serve its own interrupts");
	}
	is_deeply($irt->{notes}, [], "$state: nothing wrong");
	my @disabled = grep { $_->{mode} eq 'disabled' } @{ $all->{entries} };
	cmp_ok(scalar @disabled, '>', 0, "$state: -a shows disabled slots");
}

my ($one, $none) = Session::documents('after', 'iommu irt -q 26 -j', 'iommu irt -q 24 -j');
is_deeply([map { $_->{irq} } @{ $one->{entries} }], [26], '-q: one entry');
is($none->{notes}[0]{code}, 'no-such-irq', '-q: the IOMMU\'s own interrupt is not remapped');
done_testing();
