#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The firmware's DMAR against iasl's reading of the table that the guest gave, against what the driver said of it when
# it started, and against whom sysfs has each unit serve.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Iasl;
use Session;
use Test::More;

Session::require_all('after');
plan skip_all => 'the firmware of this guest gives no DMAR' if Session::vendor() ne 'VT-d';

my ($document, $devices) = Session::documents('after', 'iommu acpi -j', 'iommu devices -j');
my $table = "$ENV{VMCORE_DIR}/after/DMAR";

if (!$document || !$devices) { # that has been said
	done_testing();
	exit;
}

# A filtered dump may leave out the page: then that is said.
if (!$document->{dmar}) {
	ok(Session::filtered(), 'the table is missing in filtered dumps alone');
	ok((grep { $_->{code} =~ /^not-in-dump|bad-address$/ } @{ $document->{notes} }),
	   'it is said that it is not in the dump');
	done_testing();
	exit;
}

my $dmar = $document->{dmar};
my @blocks = @{ $dmar->{blocks} };
my @scopes = map { @{ $_->{scope} || [] } } @blocks;

# ---- against iasl ----

# Blocks with their fields by name, and the scopes of each with theirs.
sub blocks_of_fields {
	my (@blocks, $into);

	for my $field (@_) {
		my ($name, $value) = @$field{qw(name value)};

		if ($name eq 'Subtable Type') {
			push @blocks, $into = { type => hex $value, offset => $field->{at}, scope => [] };
		} elsif ($name eq 'Device Scope Type' && @blocks) {
			push @{ $blocks[-1]{scope} }, $into = { type => hex $value, offset => $field->{at} };
		} elsif ($into && $name eq 'PCI Path') {
			push @{ $into->{path} }, join '.', map { lc } split /,/, $value;
		} elsif ($into) {
			$into->{$name} //= $value;
		}
	}
	return @blocks;
}

sub path_by_iasl {
	return join '/', map { sprintf '%02x.%x', map { hex } split /\./ } @{ $_[0]{path} };
}

SKIP: {
	my $iasl = Iasl::program();
	skip 'iasl is not here (acpica-tools): the table is compared with the guest alone', 6 unless $iasl;
	skip 'the guest gave no DMAR', 6 unless -s $table;

	my @fields = Iasl::fields($iasl, $table);
	my %header = map { $_->{name} => $_->{value} } grep { $_->{at} < 48 } @fields;
	my @theirs = blocks_of_fields(@fields);

	is($dmar->{length}, hex $header{'Table Length'}, 'length');
	is($dmar->{fields}{host_address_width}, hex $header{'Host Address Width'}, 'host address width');
	is($dmar->{flags}, hex $header{Flags}, 'flags');
	is_deeply([map { "$_->{type} $_->{offset}" } @blocks], [map { "$_->{type} $_->{offset}" } @theirs],
		  'the same blocks');
	is_deeply([map { join ' ', @{ $_->{fields} }{qw(segment register_base)}, $_->{fields}{include_pci_all} ? 1 : 0 }
		   grep { $_->{type_name} eq 'DRHD' } @blocks],
		  [map { join ' ', hex $_->{'PCI Segment Number'},
				   Session::word(Session::number($_->{'Register Base Address'})), hex($_->{Flags}) & 1 }
		   grep { $_->{type} == 0 } @theirs], 'what the units are');
	is_deeply([map { join ' ', $_->{type}, $_->{offset}, @{ $_->{fields} }{qw(enumeration_id start_bus)}, $_->{path} }
		   @scopes],
		  [map { join ' ', $_->{type}, $_->{offset}, hex $_->{'Enumeration ID'}, hex $_->{'PCI Bus Number'},
				   path_by_iasl($_) } map { @{ $_->{scope} } } @theirs],
		  'every scope of ' . @theirs . ' blocks');
}

# ---- against the driver's words when it started ----

my $dmesg = Session::slurp("$ENV{VMCORE_DIR}/after/dmesg");
my @drhd = grep { $_->{type_name} eq 'DRHD' } @blocks;

is_deeply([map { join ' ', Session::number($_->{fields}{register_base}), $_->{fields}{include_pci_all} ? 1 : 0 } @drhd],
	  [map { join ' ', hex $_->[0], hex($_->[1]) & 1 } map { /DRHD base: 0x(\w+) flags: 0x(\w+)/ ? [$1, $2] : () }
	   split /\n/, $dmesg], 'the units that the driver found');
my ($width) = $dmesg =~ /DMAR: Host address width (\d+)/;
is($dmar->{host_address_width}, $width, 'the host address width that it printed');
is_deeply([map { $_->{fields}{enumeration_id} } grep { $_->{type_name} eq 'IOAPIC' } @scopes],
	  [$dmesg =~ /DMAR-IR: IOAPIC id (\d+) under DRHD/g], 'the IO-APICs');
is((grep { $_->{type_name} eq 'RMRR' } @blocks) ? 1 : 0, $dmesg =~ /No RMRR found/ ? 0 : 1, 'whether there are RMRR')
	if $dmesg =~ /RMRR/;

# ---- who serves whom ----

my @served = map { $_->[2] } grep { $_->[1] eq 'device' } Session::truth('after', 'iommu_sysfs');
my %named = map { $_->{device} => 1 } grep { $_->{type_name} =~ /^(endpoint|bridge)$/ && $_->{found} } @scopes;
my $all = grep { $_->{fields}{include_pci_all} } @drhd;

cmp_ok(scalar @served, '>=', 8, 'sysfs has devices of the units');
is_deeply([grep { !$named{$_} } grep { !$all } @served], [grep { /^0000:a1:/ } grep { !$all } @served],
	  'a scope names each device but those behind the bridge');
is_deeply([grep { !$_->{found} } grep { exists $_->{found} } @scopes], [], 'every function that a scope names is there');

# ---- what the driver keeps of it ----

# Whom a DRHD's scopes name, by the driver's own list of devices: those of the table that sysfs has.
my ($units) = Session::documents('after', 'iommu units -j');
my %kept = map { $_ => 1 } map { @{ $_->{devices} } } grep { $_->{type} eq 'DRHD' } map { @{ $_->{blocks} } }
	@{ $units->{units} };
my %there = map { $_ => 1 } @served;
is_deeply([sort grep { $there{$_} } keys %kept], [sort grep { $there{$_} } keys %named],
	  'the driver has found the devices that the table names');

# ---- the comparison with run time finds nothing here ----

ok($dmar->{checksum_ok}, 'the checksum is right');
is_deeply([grep { exists $_->{damage} } @blocks, @scopes], [], 'nothing is damaged');
is($document->{findings}, 0, 'firmware and run time agree');
is_deeply([grep { $_->{severity} ne 'info' } @{ $document->{notes} }], [], 'nothing to warn of');

# The bytes, as crash reads them.
my ($bytes) = Session::run('after', "rd -p -8 $dmar->{address} $dmar->{length}");
my $read = pack 'C*', map { hex } map { /^\s*\w+:((?:\s+[0-9a-f]{2})+)/ ? split(' ', $1) : () } split /\n/,
	$bytes =~ s/\s{3}\S.*$//mgr;
ok($read eq Session::slurp($table), 'the table in the dump is the one that the guest had')
	if -s $table && length $read == -s $table;
done_testing();
