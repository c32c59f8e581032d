# SPDX-License-Identifier: GPL-2.0-or-later
#
# AMD's device table entries as crash alone reads them, and what their bits say by the specification
# (48882, "Device Table"): nothing here comes from the plugin.
package RawAmd;

use strict;
use warnings;
use Raw;
use Session;

# Where the tables start, for chains(); undef: crash does not find it. A global pointer up to 5.10, then
# one in each segment.
sub start {
	my ($state) = @_;
	my ($segment, $global) = Session::run($state,
		'list -H amd_iommu_pci_seg_list -s amd_iommu_pci_seg.dev_table',
		'rd -64 amd_iommu_dev_table');

	return Session::number($1) if $segment =~ /dev_table = (0x[0-9a-f]+)/;
	return Session::number($1) if $global =~ /:\s+([0-9a-f]{16})/;
	return undef;
}

# The words of each device's records, in the order of the devices: one record each.
sub chains {
	my ($state, $table, @devices) = @_;

	return map { [$_] } Raw::words($state, '', 4, map { $table + 32 * Raw::devid($_) } @devices);
}

# What the last record of a chain makes of requests.
sub meaning {
	my ($words) = @{ $_[0] }[0];
	my ($mode, $gv, $giov) = ($words->[0] >> 9 & 7, $words->[0] >> 55 & 1, $words->[0] >> 54 & 1);

	return {
		domain_id => $words->[1] & 0xffff,
		translation => !($words->[0] & 1) || !($words->[0] >> 1 & 1) ? 'other' :
			       $gv && $giov && !$mode ? 'guest-translated' : $mode || $gv ? 'translated' : 'passthrough',
		root => $mode ? $words->[0] & ((1 << 52) - 1) & ~0xfff : undef,
	};
}

# Names on the screen and bits of the id and of the root of a host table.
sub names {
	return (['DomainID', '79:64'], ['HostPTRoot', '51:12']);
}

# Every id has an entry: how many the hardware finds cannot be counted.
sub nr_present {
	return undef;
}

1;
