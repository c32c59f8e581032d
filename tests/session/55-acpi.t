#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The firmware's IVRS against iasl's reading of the table that the guest gave, and against what the
# driver said of it when it started (amd_iommu_dump=1).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Iasl;
use Session;
use Test::More;

Session::require_all('after');
plan skip_all => 'the firmware of this guest gives no IVRS' if Session::vendor() ne 'AMD-Vi';

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

# Blocks with their fields by name, entries with theirs. Newer releases of iasl call an entry's type
# a subtable's too; older ones do not know the block 40h and leave its entries out.
sub blocks_of_fields {
	my (@fields) = @_;
	my (@blocks, $into);

	for my $field (@fields) {
		my ($name, $value, $what) = @$field{qw(name value what)};
		my $is_entry = $name eq 'Entry Type' || $what =~ /Device Entry/;

		if ($is_entry && @blocks) {
			$into = { type => hex $value, offset => $field->{at} };
			push @{ $blocks[-1]{entries} }, $into;
		} elsif ($name eq 'Subtable Type') {
			push @blocks, $into = { type => hex $value, offset => $field->{at}, entries => [],
						unknown => scalar($what =~ /Unknown/) };
		} elsif ($into) {
			$into->{$name} //= $value;
		}
	}
	return @blocks;
}

# What iasl says of the UID: a text, or a number of eight bytes in hex.
sub uid_by_iasl {
	my ($entry) = @_;
	my $format = hex($entry->{'UID Format'} // 0);

	return $format == 1 ? hex $entry->{UID} : $format == 2 ? $entry->{UID} : '-';
}

sub entry_by_iasl {
	my ($entry) = @_;
	my %special = (0 => undef, 1 => 'IOAPIC', 2 => 'HPET');
	my $type = $entry->{type};
	my $device = $type == 0x48 ? $entry->{'Source Used Device ID'} : $entry->{'Device ID'};
	my $source = $entry->{'Source Used Device ID'};
	my ($hid, $cid) = @$entry{'ACPI HID', 'ACPI CID'};

	return join ' ', $type, $entry->{offset}, $type > 1 ? bdf(hex $device) : '-',
		hex $entry->{'Data Setting'},
		$type == 0x48 ? (hex $entry->{Handle}, $special{hex $entry->{Variety}}) : (),
		$type == 0x42 || $type == 0x43 ? bdf(hex $source) : (),
		$type == 0x46 || $type == 0x47 ? hex($entry->{'Extended Data'}) >> 31 : (),
		$type == 0xf0 ? ($hid, $cid =~ /^0+$/ ? '-' : $cid, uid_by_iasl($entry)) : ();
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
	my ($type, $fields) = @$entry{qw(type fields)};

	return join ' ', $type, $entry->{offset}, $entry->{device} // '-', settings($fields),
		$type == 0x48 ? ($fields->{handle}, $fields->{variety_name}) : (),
		$type == 0x42 || $type == 0x43 ? $entry->{alias} : (),
		$type == 0x46 || $type == 0x47 ? ($fields->{ats_disabled} ? 1 : 0) : (),
		$type == 0xf0 ? ($entry->{hid}, $entry->{cid} || '-', $entry->{uid} // '-') : ();
}

sub memory_by_iasl {
	my ($block) = @_;

	return join ' ', $block->{type}, $block->{offset}, hex $block->{Flags}, hex $block->{DeviceId},
		hex $block->{'Auxiliary Data'},
		map { Session::word(Session::number($block->{$_})) } 'Start Address', 'Memory Length';
}

sub memory_flags {
	my ($fields) = @_;
	return ($fields->{unity} ? 1 : 0) | ($fields->{ir} ? 2 : 0) | ($fields->{iw} ? 4 : 0) |
		($fields->{exclusion_range} ? 8 : 0);
}

sub memory_by_plugin {
	my ($block) = @_;
	my $fields = $block->{fields};

	return join ' ', $block->{type}, $block->{offset}, memory_flags($fields),
		@$fields{qw(device_id aux_data start_address block_length)};
}

my @ivmd = grep { $_->{type_name} eq 'IVMD' } @{ $ivrs->{blocks} };

SKIP: {
	my $iasl = Iasl::program();
	skip 'iasl is not here (acpica-tools): the table is compared with the boot messages alone', 10
		unless $iasl;
	skip 'the guest gave no IVRS', 10 unless -s $table;

	my @fields = Iasl::fields($iasl, $table);
	my %header = map { $_->{name} => $_->{value} } grep { $_->{at} < 48 } @fields;
	my @blocks = blocks_of_fields(@fields);
	my @hardware = grep { $_->{type} =~ /^(16|17|64)$/ && !$_->{unknown} } @blocks;
	my @memory = grep { $_->{type} >= 0x20 && $_->{type} < 0x40 } @blocks;
	my %known = map { $_->{offset} => 1 } @hardware;
	my @compared = grep { $known{$_->{offset}} } @ivhd;

	is($ivrs->{revision}, hex $header{Revision}, 'revision');
	is($ivrs->{length}, hex $header{'Table Length'}, 'length');
	is($ivrs->{oem_table_id} =~ s/\s+$//r, $header{'Oem Table ID'} =~ s/\s+$//r, 'OEM table id');
	is_deeply([map { "$_->{type} $_->{offset}" } @{ $ivrs->{blocks} }],
		  [map { "$_->{type} $_->{offset}" } @blocks], 'the same blocks');
	is_deeply([map { join ' ', $_->{type}, $_->{offset}, $_->{fields}{device_id},
				   $_->{fields}{cap_offset}, $_->{fields}{base_address},
				   $_->{fields}{segment} } @compared],
		  [map { join ' ', $_->{type}, $_->{offset}, hex $_->{DeviceId},
				   hex $_->{'Capability Offset'},
				   Session::word(Session::number($_->{'Base Address'})),
				   hex $_->{'PCI Segment Group'} } @hardware], 'what the blocks are about');
	my @names = qw(ht_tun_en pass_pw res_pass_pw isoc iotlb_sup coherent);
	is_deeply([map { my $fields = $_->{fields}; map { $fields->{$_} ? 1 : 0 } @names } @compared],
		  [map { my $flags = hex $_->{Flags}; map { $flags >> $_ & 1 } 0 .. 5 } @hardware],
		  'their flags');
	my %bit = (pref_sup => 0, ppr_sup => 1, xt_sup => 2, nx_sup => 3, gt_sup => 4, ia_sup => 6, ga_sup => 7,
		   he_sup => 8, pc_sup => 9, sats_sup => 31, us_sup => 37, gio_sup => 48, ha_sup => 49,
		   eph_sup => 50, hd_sup => 52);
	my @flags_of_efr = sort keys %bit;
	is_deeply([map { my $efr = $_->{efr}; $efr ? map { $efr->{$_} ? 1 : 0 } @flags_of_efr : () } @compared],
		  [map { my $efr = Session::number($_->{'EFR Image'});
			 map { $efr >> $bit{$_} & 1 } @flags_of_efr } grep { $_->{'EFR Image'} } @hardware],
		  'their features');
	cmp_ok(scalar @entries, '>=', 2, 'there are device entries');
	is_deeply([map { entry_by_plugin($_) } map { @{ $_->{entries} } } @compared],
		  [map { entry_by_iasl($_) } map { @{ $_->{entries} } } @hardware],
		  'every device entry of ' . @hardware . ' blocks of ' . @ivhd);
	is_deeply([map { memory_by_plugin($_) } @ivmd], [map { memory_by_iasl($_) } @memory],
		  'every memory block');
}

# ---- against the driver's words when it started ----

my @dmesg = grep { /AMD-Vi/ } split /\n/, Session::slurp("$ENV{VMCORE_DIR}/after/dmesg");

sub full {
	my ($bdf) = @_;
	return $bdf =~ /^\w{4}:/ ? $bdf : "0000:$bdf";
}

# DEV_ALIAS devid: 0000:00:03.0 flags: 00 devid_to: a0:1f.7; not every release prints every flag.
sub entry_of_dmesg {
	my ($line) = @_;
	my ($what, $handle) = $line =~ /\b(DEV_\w+)(?:\(([^)]*)\))?\s/ or return ();
	my ($device) = $line =~ /devid: ([0-9a-f:.]+)/;
	my ($alias) = $line =~ /devid_to: ([0-9a-f:.]+)/;
	my ($setting) = $line =~ /(?:flags|setting): (?:0x)?(\w+)/;

	return { words => join(' ', $what, $handle // '-', $device ? full($device) : '-',
			       $alias ? full($alias) : '-'),
		 setting => $setting };
}

my ($unit) = map { /device: (\S+) cap: (\w+)/ ? [full($1), hex $2] : () } @dmesg;
my ($mmio) = map { /mmio-addr: 0*(\w+)/ ? "0x$1" : () } @dmesg;
my @said = map { entry_of_dmesg($_) } @dmesg;

SKIP: {
	my %word = (SELECT => 'DEV_SELECT', RANGE_START => 'DEV_SELECT_RANGE_START', ALL => 'DEV_ALL',
		    RANGE_END => 'DEV_RANGE_END', SPECIAL => 'DEV_SPECIAL', ALIAS => 'DEV_ALIAS',
		    ALIAS_RANGE => 'DEV_ALIAS_RANGE', ACPI_HID => 'DEV_ACPI_HID',
		    EXT_SELECT => 'DEV_EXT_SELECT', EXT_RANGE => 'DEV_EXT_SELECT_RANGE');
	my $handle = sub {
		my ($entry) = @_;
		my $fields = $entry->{fields};
		return "$fields->{variety_name}\[$fields->{handle}]" if $entry->{type_name} eq 'SPECIAL';
		return "$entry->{hid}\[" . ($entry->{uid} // '') . ']' if $entry->{type_name} eq 'ACPI_HID';
		return '-';
	};

	skip 'the boot messages have no table (no amd_iommu_dump)', 6 unless @said && $unit;
	my ($used) = grep { $_->{used} } @ivhd;
	# The driver passes over pads without a word, and says the alias of a range at its start.
	my @taken = grep { $_->{type_name} ne 'PAD' } @{ $used->{entries} };
	my @mine = map { join ' ', $word{$_->{type_name}} || $_->{type_name}, $handle->($_),
			 $_->{device} // '-', $_->{type_name} =~ /ALIAS/ ? $_->{alias} : '-' } @taken;
	is(bdf($used->{fields}{device_id}), $unit->[0], 'the IOMMU');
	is("$used->{fields}{cap_offset} $used->{fields}{base_address}", "$unit->[1] $mmio",
	   'its capability and registers');
	is_deeply(\@mine, [map { $_->{words} } @said], 'the entries, in the order that the driver took them');
	my @with_setting = grep { defined $said[$_]{setting} } 0 .. $#said;
	is_deeply([map { settings($taken[$_]{fields}) } @with_setting],
		  [map { hex $said[$_]{setting} } @with_setting], 'their settings');
	my ($type) = map { /Using IVHD type 0x(\w+)/ ? hex $1 : () } @dmesg;
	is($used->{type}, $type, 'the kind of block that the driver took') if defined $type;

	my @memory = map { /IVMD_TYPE\S*\s.*devid_start: (\S+) devid_end: (\S+) range_start: (\w+) range_end: (\w+) flags: (\w+)/ ?
			   join(' ', full($1), full($2), map { Session::word(Session::number($_)) } $3, $4, $5) : () } @dmesg;
	is_deeply([map { my $fields = $_->{fields};
			 my $last = $_->{type} == 0x22 ? $fields->{aux_data} : $fields->{device_id};
			 my ($start, $bytes) = map { Session::number($_) } @$fields{qw(start_address block_length)};
			 join ' ', bdf($fields->{device_id}), bdf($last), Session::word($start),
				   Session::word($start + $bytes), Session::word(memory_flags($fields)) } @ivmd],
		  \@memory, 'the memory blocks');
}

# ---- what the table did to the devices ----

my %alias = map { $_->{device} => $_->{alias} } @{ $devices->{devices} };
my %alias_said = map { my @words = split ' ', $_->{words};
		       $words[0] eq 'DEV_ALIAS' ? ($words[2] => $words[3]) : () } @said;
is($alias{$_}, $alias_said{$_}, "the alias of $_ is $alias_said{$_}") for sort keys %alias_said;

# The driver copies a device's entry to its alias, whether a device is there or not.
my @pairs = grep { defined $alias{$_} } sort keys %alias;
my ($dte) = Session::documents('after', 'iommu dte -j ' . join ' ', map { ($_, $alias{$_}) } @pairs) if @pairs;
my %dte = map { $_->{device} => $_ } @{ $dte->{entries} || [] };
is_deeply([@{ $dte{$alias{$_}}{raw} }[0, 1]], [@{ $dte{$_}{raw} }[0, 1]],
	  "$alias{$_} has the translation of $_") for @pairs;

# Unity maps are in the page tables, one to one, with the permissions that firmware gave (an exclusion
# range allows all); those of a group that was handed over belong to its default domain.
for my $block (@ivmd) {
	my $fields = $block->{fields};
	my ($start, $bytes) = map { Session::number($_) } @$fields{qw(start_address block_length)};
	my $excluded = $fields->{exclusion_range};
	my ($r, $w) = map { $excluded || $_ ? 1 : 0 } @$fields{qw(ir iw)};
	my $device = bdf($fields->{device_id});
	my ($map) = Session::documents('after', "iommu map -j -d $device " .
				       join '-', map { sprintf '%x', $_ } $start, $start + $bytes - 1);
	my $mapped = 0;

	next if Session::default_type('after', $device) eq 'identity';
	$mapped += Session::number($_->{end}) + 1 - Session::number($_->{iova}) for @{ $map->{mappings} };
	is($mapped, $bytes, sprintf '%s: all of %x to %x is mapped', $device, $start, $start + $bytes - 1);
	my @wrong = grep { $_->{iova} ne $_->{pa} || !!$_->{read} != $r || !!$_->{write} != $w }
		    @{ $map->{mappings} };
	is_deeply(\@wrong, [], "$device: one to one, with the permissions of the block");
}

# ---- the comparison with run time finds nothing here, but memory blocks of ordinary memory ----

my @ram = map { /^\s*(\w+)-(\w+) : System RAM$/ ? [hex $1, hex $2] : () } map { join ' ', @$_ } Session::truth('after', 'iomem');
my @on_ram = grep { my $fields = $_->{fields};
		    my ($start, $bytes) = map { Session::number($_) } @$fields{qw(start_address block_length)};
		    grep { $start <= $_->[1] && $start + $bytes - 1 >= $_->[0] } @ram } @ivmd;

ok($ivrs->{checksum_ok}, 'the checksum is right');
is_deeply([grep { exists $_->{damage} } @{ $ivrs->{blocks} }, @entries], [], 'nothing is damaged');
is($document->{findings}, scalar @on_ram, 'firmware and run time agree');
is_deeply([map { $_->{code} } grep { $_->{severity} ne 'info' } @{ $document->{notes} }], [map { 'ivmd-on-ram' } @on_ram],
	  'nothing to warn of');

# The bytes, as crash reads them.
my ($bytes) = Session::run('after', "rd -p -8 $ivrs->{address} $ivrs->{length}");
my $read = pack 'C*', map { hex } map { /^\s*\w+:((?:\s+[0-9a-f]{2})+)/ ? split(' ', $1) : () } split /\n/,
	$bytes =~ s/\s{3}\S.*$//mgr;
ok($read eq Session::slurp($table), 'the table in the dump is the one that the guest had')
	if -s $table && length $read == -s $table;
done_testing();
