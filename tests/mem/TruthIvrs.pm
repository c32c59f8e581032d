# SPDX-License-Identifier: GPL-2.0-or-later
#
# The firmware's IVRS, read a second time: header, blocks, device entries, whom they cover. Offsets,
# types and lengths are those of tests/spec/amd.def and the sheet it was typed from.
package TruthIvrs;
use strict;
use warnings;
no warnings 'portable';
use Exporter qw(import);
use JSON::PP ();
use TruthBits qw(bits hex_of fields_of field);
use TruthKernel ();

our @EXPORT_OK = qw(parse_ivrs served);

my %entry_types = (
	0 => ['PAD', 'ivrs_pad4'], 1 => ['ALL', 'ivrs_device4'], 2 => ['SELECT', 'ivrs_device4'],
	3 => ['RANGE_START', 'ivrs_device4'], 4 => ['RANGE_END', 'ivrs_range_end'],
	0x40 => ['PAD', 'ivrs_pad8'], 0x42 => ['ALIAS', 'ivrs_alias'],
	0x43 => ['ALIAS_RANGE', 'ivrs_alias'], 0x46 => ['EXT_SELECT', 'ivrs_extended'],
	0x47 => ['EXT_RANGE', 'ivrs_extended'], 0x48 => ['SPECIAL', 'ivrs_special'],
	0xf0 => ['ACPI_HID', 'ivrs_device4'],
);
my %record_of_block = (0x10 => 'ivhd10', 0x11 => 'ivhd11', 0x40 => 'ivhd11', 0x20 => 'ivmd',
		       0x21 => 'ivmd', 0x22 => 'ivmd');

# Numbers of a table, little-endian.
sub number {
	my ($bytes, $at, $size) = @_;
	return unpack 'Q<', substr($bytes, $at, $size) . "\0" x (8 - $size);
}

sub words {
	my ($bytes) = @_;
	$bytes .= "\0" x (-length($bytes) % 8);
	return unpack 'Q<*', $bytes;
}

# ---- device entries ----

# 4 bytes below 40h, then 8, 16, ... by the two upper bits; F0h says its own; others nobody knows.
sub entry_length {
	my ($bytes, $at, $end) = @_;
	my $type = number($bytes, $at, 1);
	return 4 << ($type >> 6) if $type < 0x80;
	return undef if $type != 0xf0;
	return 22 + ($end - $at > 21 ? number($bytes, $at + 21, 1) : 0);
}

sub describe_hid {
	my ($entry, $bytes) = @_;
	$entry->{hid} = substr($bytes, 4, 8) =~ s/\0.*//sr;
	$entry->{cid} = substr($bytes, 12, 8) =~ s/\0.*//sr;
	$entry->{uid_format} = number($bytes, 20, 1);
	$entry->{uid} = undef;
	my $uid = substr $bytes, 22, number($bytes, 21, 1);
	$entry->{uid} = $uid =~ s/\0.*//sr if $entry->{uid_format} == 2;
	$entry->{uid} = number($uid . "\0" x 8, 0, 8) if $entry->{uid_format} == 1;
}

# {document: what JSON has of it, first, last, alias: whom it speaks of}
sub read_entry {
	my ($bytes, $at, $end, $range, $segment) = @_;
	my $type = number($bytes, $at, 1);
	my ($name, $record) = @{$entry_types{$type} // []};
	my $length = entry_length($bytes, $at, $end);
	my %document = (type => $type, type_name => $name, offset => $at, device => undef, alias => undef);
	my $stopped = !defined $length || $length > $end - $at;
	$document{unknown} = JSON::PP::true if !$record;
	$document{damage} = 1 if $stopped;
	return {document => {%document, fields => undef}, stopped => $stopped,
		next => $at + ($length // 0)} if $stopped || !$record;
	my $part = substr $bytes, $at, $length;
	my @words = words(substr $part, 0, $record =~ /4$|range_end/ ? 4 : 8);
	$document{fields} = fields_of($record, @words);
	$document{raw} = [map { hex_of($_) } @words];
	describe_hid(\%document, $part) if $type == 0xf0;
	my %entry = (document => \%document, next => $at + $length);
	my $id = $type == 0x48 ? bits($words[0], 55, 40) : bits($words[0], 23, 8);
	my $alias = $type == 0x42 || $type == 0x43 ? bits($words[0], 55, 40) : undef;
	$document{device} = TruthKernel::bdf_name($segment << 16 | $id)
		if $name ne 'PAD' && $type != 1;
	$document{alias} = TruthKernel::bdf_name($segment << 16 | $alias) if defined $alias;
	if ($type == 1) {
		@entry{qw(first last)} = (0, 0xffff);
	} elsif ($type == 3 || $type == 0x43 || $type == 0x47) {
		$document{damage} = 1 if $range->{open};
		%$range = (open => 1, first => $id, alias => $alias);
	} elsif ($type == 4) {
		if ($range->{open} && $range->{first} <= $id) {
			@entry{qw(first last alias)} = ($range->{first}, $id, $range->{alias});
			$document{alias} = TruthKernel::bdf_name($segment << 16 | $range->{alias})
				if defined $range->{alias};
		} else {
			$document{damage} = 1;
		}
		%$range = ();
	} elsif ($name ne 'PAD') {
		@entry{qw(first last alias)} = ($id, $id, $alias);
	}
	return \%entry;
}

# ---- blocks ----

# A 51h is in no specification. In tables of real machines it repeats the IVMD 21h of the table, and has its length.
sub record_of_block {
	my ($bytes, $at) = @_;
	my $type = number($bytes, $at, 1);
	return 'ivmd' if $type == 0x51 && length($bytes) - $at >= 4 && number($bytes, $at + 2, 2) == 32;
	return $record_of_block{$type};
}

sub read_entries {
	my ($bytes, $at, $end, $segment) = @_;
	my (@entries, %range);
	while ($at < $end) {
		my $entry = read_entry($bytes, $at, $end, \%range, $segment);
		push @entries, $entry;
		last if $entry->{stopped};
		$at = $entry->{next};
	}
	return @entries;
}

sub describe_block {
	my ($block, $bytes, $at, $end) = @_;
	my $record = record_of_block($bytes, $at);
	my $fixed = $record eq 'ivmd' ? 32 : $record eq 'ivhd10' ? 24 : 40;
	my @words = words(substr $bytes, $at, $record eq 'ivmd' ? 32 : 24);
	@{$block}{qw(record end words)} = ($record, $end, \@words);
	return $block->{damage} = 1 if $end - $at < $fixed;
	my $document = $block->{document};
	$document->{fields} = fields_of($record, @words);
	$document->{raw} = [map { hex_of($_) } @words];
	$block->{segment} = field($record, 'segment', @words);
	return if $record eq 'ivmd';
	if ($fixed == 40) {
		$document->{efr} = fields_of('efr', number($bytes, $at + 24, 8));
		$document->{efr2} = fields_of('efr2', number($bytes, $at + 32, 8));
	}
	$block->{sbdf} = $block->{segment} << 16 | field($record, 'device_id', @words);
	$block->{mmio} = field($record, 'base_address', @words);
	$block->{entries} = [read_entries($bytes, $at + $fixed, $end, $block->{segment})];
	$document->{entries} = [map { $_->{document} } @{$block->{entries}}];
}

sub read_block {
	my ($bytes, $at) = @_;
	my $type = number($bytes, $at, 1);
	my $record = record_of_block($bytes, $at);
	my %block = (type => $type, offset => $at, entries => [], next => length $bytes);
	$block{document} = {type => $type, offset => $at, fields => undef, entries => [],
			    type_name => !$record ? undef : $record eq 'ivmd' ? 'IVMD' : 'IVHD'};
	my $left = length($bytes) - $at;
	my $length = $left >= 4 ? number($bytes, $at + 2, 2) : 0;
	$block{document}{length} = $length;
	$block{document}{type_name} = undef if $length < 4;
	my $cut = $length < 4 || $length > $left;
	$block{document}{damage} = 1 if $cut;
	$block{document}{unknown} = JSON::PP::true if !$record && !$cut;
	return \%block if $length < 4;
	$block{next} = $at + $length if !$cut;
	describe_block(\%block, $bytes, $at, $cut ? length $bytes : $at + $length) if $record;
	$block{document}{damage} = 1 if $block{damage};
	return \%block;
}

# Linux reads the IVHD blocks of the highest type that the table has, and of that alone.
sub used_type { return (sort { $b <=> $a } grep { $_ == 0x10 || $_ == 0x11 || $_ == 0x40 } @_)[0] // 0 }

# IVMD: from, to (exclusive) for devices first to last.
sub describe_memory {
	my ($block) = @_;
	my @words = @{$block->{words}};
	my $segment = $block->{segment} << 16;
	my ($id, $aux) = map { field('ivmd', $_, @words) } qw(device_id aux_data);
	@{$block}{qw(first last)} = $block->{type} == 0x20 ? (0, 0xffff)
		: $block->{type} == 0x21 ? ($id, $id) : ($id, $aux);
	$_ |= $segment for @{$block}{qw(first last)};
	($block->{start}, $block->{bytes}) = map { field('ivmd', $_, @words) } qw(start_address block_length);
	$block->{$_} = field('ivmd', $_, @words) for qw(unity exclusion_range ir iw);
	$block->{document}{used} = JSON::PP::false if $block->{type} == 0x51; # Linux reads 20h to 22h
}

sub parse_ivrs {
	my ($bytes) = @_;
	my %table = (length => number($bytes, 4, 4), blocks => []);
	for (my $at = 48; $at < length $bytes;) {
		my $block = read_block($bytes, $at);
		push @{$table{blocks}}, $block;
		$at = $block->{next};
	}
	my @readable = grep { $_->{document}{fields} } @{$table{blocks}};
	describe_memory($_) for grep { $_->{record} eq 'ivmd' } @readable;
	$table{used} = used_type(map { $_->{type} } grep { $_->{record} ne 'ivmd' } @readable);
	for my $block (grep { $_->{record} ne 'ivmd' } @readable) {
		$block->{used} = $block->{type} == $table{used};
		$block->{document}{used} = $block->{used} ? JSON::PP::true : JSON::PP::false;
	}
	my $sum = 0;
	$sum += $_ for unpack 'C*', $bytes;
	$table{checksum_ok} = $sum % 256 == 0 && $table{length} == length $bytes;
	return \%table;
}

# What Linux's two tables have of a PCI segment after init_iommu_from_acpi() went over the blocks that it takes:
# {unit: id => function of the IOMMU, alias: id => id}. Only entries that give an alias write the second.
sub served {
	my ($table, $segment) = @_;
	my (%unit, %alias);
	for my $block (grep { $_->{used} && $_->{segment} == $segment } @{$table->{blocks}}) {
		my ($start, $to, $aliased) = (0, 0, 0);
		my $name = sub { $unit{$_} = $block->{sbdf} for @_ };
		for my $entry (map { $_->{document} } @{$block->{entries}}) {
			my $fields = $entry->{fields} or next;
			my ($type, $id) = ($entry->{type}, $fields->{device_id});
			$to = $fields->{source_id} if $type == 0x42 || $type == 0x43;
			($start, $aliased) = ($id, $type == 0x43) if $type == 3 || $type == 0x43 || $type == 0x47;
			$name->(0 .. 0xffff) if $type == 1;
			$name->($id) if $type == 2 || $type == 0x46 || $type == 0x42;
			$name->($fields->{source_id}) if $type == 0x42 || $type == 0x48;
			$name->($id) if $type == 0xf0 && $block->{type} == 0x40 && length $entry->{hid};
			$alias{$id} = $to if $type == 0x42;
			next if $type != 4 || $start > $id;
			$name->($start .. $id);
			$name->($to) if $aliased;
			$alias{$_} = $to for $aliased ? $start .. $id : ();
		}
	}
	return {unit => \%unit, alias => \%alias};
}

1;
