# SPDX-License-Identifier: GPL-2.0-or-later
#
# Words of memory as crash itself prints them, and the reader of this guest's hardware (RawAmd.pm, RawVtd.pm).
package Raw;

use strict;
use warnings;
use RawAmd;
use RawVtd;
use Session;

# The functions of the IOMMU that this guest has, by name: start, chains, meaning, names, nr_present.
sub reader {
	my $package = Session::vendor() eq 'VT-d' ? 'RawVtd' : 'RawAmd';

	return { map { $_ => $package->can($_) } qw(start chains meaning names nr_present) };
}

# The id of a PCI function within its segment.
sub devid {
	my ($bus, $slot, $function) = $_[0] =~ /:(\w+):(\w+)\.(\w)$/;

	return hex($bus) << 8 | hex($slot) << 3 | $function;
}

# So many 64-bit words at each address, as numbers; how: -p for physical addresses.
sub words {
	my ($state, $how, $nr, @at) = @_;
	my @texts = Session::run($state, map { sprintf 'rd -64 %s 0x%x %d', $how, $_, $nr } @at);

	return map { [map { Session::number($_) } /(?<=\s)([0-9a-f]{16})(?=\s)/g] } @texts;
}

1;
