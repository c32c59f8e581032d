#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Interrupt remapping against /proc/interrupts, the CPUs the guest named, what its devices' own MSI-X tables send,
# and what its boot log says of IO-APICs.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('before', 'after');
plan skip_all => 'this guest does not remap interrupts' unless Session::remaps_interrupts('after');

# The index of the entry that a message names: VT-d's remappable format (bit 4 of the address) has it in the address
# and, with SHV, adds the data (specification, section 5.1.2.2); AMD's has it in the data.
sub index_of {
	my ($address, $data) = map { hex } @_;

	return $data unless $address & 1 << 4;
	return ($address >> 5 & 0x7fff | ($address >> 2 & 1) << 15) + ($address & 1 << 3 ? $data : 0);
}

sub numbers { return [sort { $a <=> $b } @_] }

for my $state (qw(before after)) {
	my ($irt, $all) = Session::documents($state, 'iommu irt -j', 'iommu irt -a -j');
	my %entry = map { ($_->{irq} // 'none') => $_ } @{ $irt->{entries} };

	# IRQ CHIP HWIRQ TYPE ACTIONS AFFINITY: what goes through remapping is a chip called IR-*, and has
	# an enabled entry once somebody requested it.
	my @remapped = grep { $_->[1] =~ /^IR-/ } Session::truth($state, 'irqs');
	my @requested = grep { $_->[4] ne '--' } @remapped;
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

	my %irq_of;
	for my $row (Session::truth($state, 'msix')) {
		my ($bdf, undef, @message) = @$row;
		my $index = index_of(@message);
		my ($found) = grep { $_->{device} eq $bdf && $_->{index} == $index } @{ $irt->{entries} };
		ok($found, "$state: $bdf sends to entry $index");
		$irq_of{$bdf}{ $found->{irq} } = 1 if $found;
	}
	my %msix;
	$msix{ $_->[0] }{ $_->[1] } = 1 for grep { $_->[2] eq 'msix' } Session::truth($state, 'msi_irqs');
	for my $bdf (keys %irq_of) {
		my @foreign = grep { !$msix{$bdf}{$_} } keys %{ $irq_of{$bdf} };
		is_deeply(\@foreign, [], "$state: the entries of $bdf serve its own interrupts");
	}

	# Of one device: its own, whether it has a table of its own or one with others.
	my @own = grep { !$sharing{$_} } sort keys %irq_of;
	my @of_device = Session::documents($state, map { "iommu irt $_ -j" } @own);
	for my $bdf (@own) {
		my $of = shift @of_device;
		is_deeply(numbers(map { $_->{irq} } @{ $of->{entries} }), numbers(keys %{ $irq_of{$bdf} }),
			  "$state: irt $bdf has the entries that it sends to");
	}

	is_deeply($irt->{notes}, [], "$state: nothing wrong");
	my @disabled = grep { $_->{mode} eq 'disabled' } @{ $all->{entries} };
	cmp_ok(scalar @disabled, '>', 0, "$state: -a shows disabled slots");
	is_deeply(numbers(grep { defined } map { $_->{irq} } @disabled),
		  numbers(map { $_->[0] } grep { $_->[4] eq '--' } @remapped),
		  "$state: ... of every interrupt that nobody requested");

	# What only VT-d's driver logs: which IO-APIC, in which mode, and with apic=verbose the entry of each pin.
	my $log = Session::slurp("$ENV{VMCORE_DIR}/$state/dmesg");
	my %pins = map { ("IO-APIC $_" => 1) } $log =~ /DMAR-IR: IOAPIC id (\d+) under DRHD/g;
	next unless %pins;
	my @of_pins = map { $entry{$_->[0]} } grep { $_->[1] eq 'IR-IO-APIC' } @requested;
	is_deeply([grep { !$pins{ $_->{special} // '' } } @of_pins], [], "$state: pins are of an IO-APIC of the log");
	my %sid = map { hex() => 1 } $log =~ /IOAPIC\[\d+\]: Set IRTE entry .*SID:([0-9A-F]+)/g;
	is_deeply([grep { !$sid{ $_->{fields}{source_id} } } @of_pins], [], "$state: ... with its id") if %sid;
	my ($mode) = $log =~ /Enabled IRQ remapping in (x2?apic) mode/;
	my ($units) = Session::documents($state, 'iommu units -j');
	is_deeply([map { lc($_->{irq_mode}) } @{ $units->{units} }], [map { "128-bit $mode" } @{ $units->{units} }],
		  "$state: entries are of the $mode kind");
	is_deeply([map { $_->{disabled_without_irq} } @{ $irt->{tables} }], [map { 0 } @{ $irt->{tables} }],
		  "$state: the bitmap has no slot that no interrupt has");
}

my ($remapped) = map { $_->[0] } grep { $_->[1] =~ /^IR-PCI/ && $_->[4] ne '--' } Session::truth('after', 'irqs');
my ($direct) = map { $_->[0] } grep { $_->[1] !~ /^IR-/ && $_->[0] > 15 } Session::truth('after', 'irqs');
my ($one, $none) = Session::documents('after', "iommu irt -q $remapped -j", "iommu irt -q $direct -j");
is_deeply([map { $_->{irq} } @{ $one->{entries} }], [$remapped], '-q: one entry');
is($none->{notes}[0]{code}, 'no-such-irq', '-q: the IOMMU\'s own interrupt is not remapped');
done_testing();
