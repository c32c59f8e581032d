# SPDX-License-Identifier: GPL-2.0-or-later
#
# VT-d's records of a device as crash alone reads them, from the root table on, and what their bits say by
# the specification (chapter 9): nothing here comes from the plugin. Whether the unit is in scalable
# mode is by its capabilities in sysfs and the boot log.
package RawVtd;

use strict;
use warnings;
use Raw;
use Session;

my $PAGE = ~0xfff;

# Bit 43 of ECAP is SMTS; the kernel says that it was told to use it (5.10: that it does).
sub is_scalable {
	my ($ecap) = map { Session::number($_->[2]) } grep { $_->[1] eq 'ecap' } Session::truth('before', 'iommu_sysfs');

	return ($ecap >> 43 & 1) && Session::slurp("$ENV{VMCORE_DIR}/before/dmesg") =~ /DMAR: .*[Ss]calable mode/;
}

# Bit 7 of ECAP is SC. 5.10 sets PGSNP (bit 88 of a PASID Table Entry), which is reserved without it, for domains
# of user space: whether a unit takes that is in doubt.
sub is_doubtful {
	my ($chain) = @_;
	my $words = $chain->[-1];
	my ($ecap) = map { Session::number($_->[2]) } grep { $_->[1] eq 'ecap' } Session::truth('before', 'iommu_sysfs');

	return @$words == 8 && ($words->[1] >> 24 & 1) && !($ecap >> 7 & 1);
}

# The lab's machines have one unit; its root table is known by a kernel address.
sub start {
	my ($state) = @_;
	my ($units) = Session::run($state, 'list -H dmar_drhd_units -s dmar_drhd_unit.iommu');
	my ($unit) = $units =~ /iommu = (0x[0-9a-f]+)/ or return undef;
	my ($root) = Session::run($state, "struct intel_iommu.root_entry $unit");

	return $root =~ /root_entry = (0x[0-9a-f]+)/ ? Session::number($1) : undef;
}

sub chains {
	my ($state, $table, @devices) = @_;
	my @devids = map { Raw::devid($_) } @devices;
	my @roots = Raw::words($state, '', 2, map { $table + 16 * ($_ >> 8) } @devids);

	return legacy_chains($state, \@devids, \@roots) unless is_scalable();

	my @contexts = Raw::words($state, '-p', 4,
		map { ($roots[$_][$devids[$_] >> 7 & 1] & $PAGE) + 32 * ($devids[$_] & 0x7f) } 0 .. $#devids);
	my @pasids = map { $_->[1] & 0xfffff } @contexts;
	my @directories = Raw::words($state, '-p', 1,
		map { ($contexts[$_][0] & $PAGE) + 8 * ($pasids[$_] >> 6) } 0 .. $#devids);
	my @entries = Raw::words($state, '-p', 8,
		map { ($directories[$_][0] & $PAGE) + 64 * ($pasids[$_] & 63) } 0 .. $#devids);
	return map { [$roots[$_], $contexts[$_], $directories[$_], $entries[$_]] } 0 .. $#devids;
}

sub legacy_chains {
	my ($state, $devids, $roots) = @_;
	my @contexts = Raw::words($state, '-p', 2,
		map { ($roots->[$_][0] & $PAGE) + 16 * ($devids->[$_] & 0xff) } 0 .. $#$devids);

	return map { [$roots->[$_], $contexts[$_]] } 0 .. $#$devids;
}

# Context Entry: P 0, TT 3:2 (0 translated, 2 pass-through), SSPTPTR 63:12, DID 87:72.
# PASID Table Entry: P 0, PGTT 8:6 (1 first stage, 2 second, 4 pass-through), SSPTPTR 63:12, DID 79:64,
# FSPTPTR 191:140.
sub meaning {
	my ($chain) = @_;
	my $words = $chain->[-1];
	my $scalable = @$words == 8;
	my $type = $scalable ? $words->[0] >> 6 & 7 : $words->[0] >> 2 & 3;
	my %named = $scalable ? (1 => 'translated', 2 => 'translated', 4 => 'passthrough')
			      : (0 => 'translated', 2 => 'passthrough');
	my $translation = grep({ !($_->[0] & 1) } @$chain) ? 'other' : $named{$type} // 'other';

	return {
		domain_id => $words->[1] >> ($scalable ? 0 : 8) & 0xffff,
		translation => $translation,
		root => $translation ne 'translated' ? undef : $words->[$scalable && $type == 1 ? 2 : 0] & $PAGE,
	};
}

sub names {
	my ($chain) = @_;
	my $words = $chain->[-1];

	return (['DID', '87:72'], ['SSPTPTR', '63:12']) if @$words == 2;
	return (['DID', '79:64'], ($words->[0] >> 6 & 7) == 1 ? ['FSPTPTR', '191:140'] : ['SSPTPTR', '63:12']);
}

# Context entries with P set, of every bus: legacy, two tables a bus in scalable mode.
sub nr_present {
	my ($state, $table) = @_;
	my $words = is_scalable() ? 4 : 2;
	my ($roots) = Raw::words($state, '', 512, $table);
	my @tables = map { $_ & $PAGE } grep { $_ & 1 } @$roots;

	return scalar grep { $_ & 1 } map { my $all = $_; map { $all->[$_ * $words] } 0 .. 511 / $words }
	       Raw::words($state, '-p', 512, @tables);
}

1;
