#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The firmware's IVRS against iasl's reading of the table that the guest gave, and against what the
# driver said of it when it started (amd_iommu_dump=1).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('after');

my ($document, $devices) = Session::documents('after', 'iommu acpi -j', 'iommu devices -j');
my $table = "$ENV{VMCORE_DIR}/after/IVRS";

if (!$document || !$devices) { # that has been said
	done_testing();
	exit;
}

sub bdf {
	my ($devid) = @_;
	return sprintf '0000:%02x:%02x.%x', $devid >> 8, $devid >> 3 & 0x1f, $devid & 7;
}

# A filtered dump may leave out the page: then that is said, and the driver's own copies answer.
if (!$document->{ivrs}) {
	my @served = grep { defined $_->{unit} } @{ $devices->{devices} };

	ok(Session::filtered(), 'the table is missing in filtered dumps alone');
	ok((grep { $_->{code} =~ /^not-in-dump|bad-address$/ } @{ $document->{notes} }),
	   'it is said that it is not in the dump');
	is_deeply([map { $_->{device} } @{ $document->{driver}{devices} }],
		  [map { $_->{device} } @served], 'the devices that the driver serves');
	done_testing();
	exit;
}

my $ivrs = $document->{ivrs};
my @ivhd = grep { $_->{type_name} eq 'IVHD' } @{ $ivrs->{blocks} };
my @entries = map { @{ $_->{entries} } } @ivhd;

# ---- against iasl ----

# "[036h 0054   2]   Capability Offset : 0040": every field in its order.
sub fields_of_dsl {
	my ($text) = @_;
	my @fields;

	for (split /\n/, $text) {
		my ($at, $name, $value) = /^\[([0-9A-F]+)h [^\]]*\]\s+(.*?) : "?([^"\[]*)/ or next;
		push @fields, { at => hex $at, name => $name, value => $value =~ s/\s+$//r };
	}
	return @fields;
}

# Blocks with their fields by name, entries with theirs.
sub blocks_of_fields {
	my (@fields) = @_;
	my (@blocks, $into);

	for my $field (@fields) {
		my ($name, $value) = @$field{qw(name value)};

		if ($name eq 'Subtable Type') {
			push @blocks, $into = { type => hex $value, offset => $field->{at}, entries => [] };
		} elsif ($name eq 'Entry Type' && @blocks) {
			$into = { type => hex $value, offset => $field->{at} };
			push @{ $blocks[-1]{entries} }, $into;
		} elsif ($into) {
			$into->{$name} = $value;
		}
	}
	return @blocks;
}

sub entry_by_iasl {
	my ($entry) = @_;
	my %special = (0 => undef, 1 => 'IOAPIC', 2 => 'HPET');
	my $device = $entry->{type} == 0x48 ? $entry->{'Source Used Device ID'} : $entry->{'Device ID'};

	return join ' ', $entry->{type}, $entry->{offset}, bdf(hex $device), hex $entry->{'Data Setting'},
		$entry->{type} == 0x48 ? (hex $entry->{Handle}, $special{hex $entry->{Variety}}) : ();
}

sub settings {
	my ($fields) = @_;
	my $byte = 0;
	my %at = (init_pass => 0, eint_pass => 1, nmi_pass => 2, lint0_pass => 6, lint1_pass => 7);

	$byte |= ($fields->{$_} ? 1 : 0) << $at{$_} for keys %at;
	return $byte | ($fields->{sys_mgt} || 0) << 4;
}

sub entry_by_plugin {
	my ($entry) = @_;
	my $fields = $entry->{fields};

	return join ' ', $entry->{type}, $entry->{offset}, $entry->{device}, settings($fields),
		$entry->{type} == 0x48 ? ($fields->{handle}, $fields->{variety_name}) : ();
}

SKIP: {
	my $iasl = (grep { -x "$_/iasl" } split /:/, $ENV{PATH})[0];
	skip 'iasl is not here (acpica-tools): the table is compared with the boot messages alone', 8
		unless $iasl;
	skip 'the guest gave no IVRS', 8 unless -s $table;

	my $copy = "$Session::scratch/ivrs.aml";
	open(my $f, '>:raw', $copy) or die "$copy: $!";
	print $f Session::slurp($table);
	close $f;
	`$iasl/iasl -p $Session::scratch/ivrs -d $copy 2>&1`;
	my @fields = fields_of_dsl(Session::slurp("$Session::scratch/ivrs.dsl"));
	my %header = map { $_->{name} => $_->{value} } grep { $_->{at} < 48 } @fields;
	my @blocks = blocks_of_fields(@fields);

	is($ivrs->{revision}, hex $header{Revision}, 'revision');
	is($ivrs->{length}, hex $header{'Table Length'}, 'length');
	is($ivrs->{oem_table_id} =~ s/\s+$//r, $header{'Oem Table ID'} =~ s/\s+$//r, 'OEM table id');
	is(scalar @{ $ivrs->{blocks} }, scalar @blocks, 'as many blocks');
	is_deeply([map { join ' ', $_->{type}, $_->{offset}, $_->{fields}{device_id},
				   $_->{fields}{cap_offset}, $_->{fields}{base_address},
				   $_->{fields}{segment} } @ivhd],
		  [map { join ' ', $_->{type}, $_->{offset}, hex $_->{DeviceId},
				   hex $_->{'Capability Offset'},
				   Session::word(Session::number($_->{'Base Address'})),
				   hex $_->{'PCI Segment Group'} } @blocks], 'what the blocks are about');
	my $flags = hex $blocks[0]{Flags};
	my @names = qw(ht_tun_en pass_pw res_pass_pw isoc iotlb_sup coherent pref_sup ppr_sup);
	is_deeply([map { $ivhd[0]{fields}{$names[$_]} ? 1 : 0 } 0 .. 5], [map { $flags >> $_ & 1 } 0 .. 5],
		  'flags of the first block');
	cmp_ok(scalar @entries, '>=', 2, 'there are device entries');
	is_deeply([map { entry_by_plugin($_) } @entries],
		  [map { entry_by_iasl($_) } map { @{ $_->{entries} } } @blocks], 'every device entry');
}

# ---- against the driver's words when it started ----

my @dmesg = grep { /AMD-Vi/ } split /\n/, Session::slurp("$ENV{VMCORE_DIR}/after/dmesg");

sub full {
	my ($bdf) = @_;
	return $bdf =~ /^\w{4}:/ ? $bdf : "0000:$bdf";
}

my ($unit) = map { /device: (\S+) cap: (\w+)/ ? [full($1), hex $2] : () } @dmesg;
my ($mmio) = map { /mmio-addr: 0*(\w+)/ ? "0x$1" : () } @dmesg;
my @said = map { /\b(DEV_\w+)(?:\((\w+)\[(\d+)\]\))?\s.*?devid: ([0-9a-f:.]+)/ ?
		 join(' ', $1, full($4), $2 ? ($2, $3) : ()) : () } @dmesg;

SKIP: {
	my %word = (SELECT => 'DEV_SELECT', RANGE_START => 'DEV_SELECT_RANGE_START',
		    RANGE_END => 'DEV_RANGE_END', SPECIAL => 'DEV_SPECIAL', ALIAS => 'DEV_ALIAS',
		    ALIAS_RANGE => 'DEV_ALIAS_RANGE', ACPI_HID => 'DEV_ACPI_HID');
	my @mine = map { join ' ', $word{$_->{type_name}} || $_->{type_name}, $_->{device},
			 $_->{type_name} eq 'SPECIAL' ? ($_->{fields}{variety_name},
							 $_->{fields}{handle}) : () } @entries;

	skip 'the boot messages have no table (no amd_iommu_dump)', 3 unless @said && $unit;
	my ($used) = grep { $_->{used} } @ivhd;
	is(bdf($used->{fields}{device_id}), $unit->[0], 'the IOMMU');
	is("$used->{fields}{cap_offset} $used->{fields}{base_address}", "$unit->[1] $mmio",
	   'its capability and registers');
	is_deeply(\@mine, \@said, 'the entries, in the order that the driver took them');
}

# ---- the comparison with run time finds nothing here ----

ok($ivrs->{checksum_ok}, 'the checksum is right');
is_deeply([grep { exists $_->{damage} } @{ $ivrs->{blocks} }, @entries], [], 'nothing is damaged');
is($document->{findings}, 0, 'firmware and run time agree');
is_deeply([grep { $_->{severity} ne 'info' } @{ $document->{notes} }], [], 'nothing to warn of');

# The bytes, as crash reads them.
my ($bytes) = Session::run('after', "rd -p -8 $ivrs->{address} $ivrs->{length}");
my $read = pack 'C*', map { hex } map { /^\s*\w+:((?:\s+[0-9a-f]{2})+)/ ? split(' ', $1) : () } split /\n/,
	$bytes =~ s/\s{3}\S.*$//mgr;
ok($read eq Session::slurp($table), 'the table in the dump is the one that the guest had')
	if -s $table && length $read == -s $table;
done_testing();
