# SPDX-License-Identifier: GPL-2.0-or-later
#
# Hardware records as tests/spec/amd.def has them: which words mean which fields. That file was typed
# from other people's reading of AMD's specification and not from the plugin.
package TruthBits;
use strict;
use warnings;
use Exporter qw(import);
use File::Basename qw(dirname);
use JSON::PP ();

our @EXPORT_OK = qw(bits hex_of fields_of fields_with field keys_of place_field event_record command_record nr_of_records);

my (%records, %is_given);

sub piece {
	my ($text) = @_;
	$text =~ /^(\d+)(?::(\d+))?(?:@(\d+))?$/ or die "cannot read bits '$text'\n";
	return {low => $2 // $1, width => $1 - ($2 // $1) + 1, to => $3 // 0, placed => defined $3};
}

sub read_row {
	my ($record, $kind, $text) = @_;
	my @words = map { $_ eq 'NULL' ? undef : s/^"|"$//gr } $text =~ /("[^"]*"|NULL)/g;
	my @named = $kind eq 'FIELD' ? splice @words, 0, 2 : ();
	my @pieces = map { piece($_) } split ' ', shift @words;
	push @$record, {kind => $kind, key => $named[1], pieces => \@pieces,
			names => $kind eq 'FIELD' ? \@words : []};
}

sub load {
	my $path = dirname(__FILE__) . '/../spec/amd.def';
	open my $file, '<', $path or die "$path: $!\n";
	my $text = do { local $/; <$file> };
	my $record;
	$text =~ s{/\*.*?\*/}{}gs;
	while ($text =~ /((?:GIVEN_)?RECORD|FIELD|RESERVED|IGNORED|UNKNOWN|PHYSICAL|WHEN)\(((?:"[^"]*"|[^()"])*)\)/g) {
		my ($kind, $inside) = ($1, $2);
		if ($kind =~ /RECORD/) {
			$inside =~ /^amd_(\w+)_record|^(\w+)_record/ or die "RECORD($inside)\n";
			$record = $records{$1 // $2} = [];
			$is_given{$1 // $2} = $kind eq 'GIVEN_RECORD';
		} elsif ($kind eq 'PHYSICAL' || $kind eq 'WHEN') {
			my ($key, $flag) = $inside =~ /"(\w+)"/g;
			my ($row) = grep { ($_->{key} // '') eq $key } @$record;
			$row->{lc $kind} = $flag // 1;
		} else {
			read_row($record, $kind, $inside);
		}
	}
}
load();

sub nr_of_records { return scalar keys %records }

# Bits high:low of one word.
sub bits {
	my ($word, $high, $low) = @_;
	return $word >> $low if $high - $low == 63;
	return ($word >> $low) & ((1 << ($high - $low + 1)) - 1);
}

sub hex_of { return defined $_[0] ? sprintf '0x%x', $_[0] : undef }

# Bits that may cross words.
sub piece_value {
	my ($piece, @words) = @_;
	my $value = 0;
	for my $bit (0 .. $piece->{width} - 1) {
		my $at = $piece->{low} + $bit;
		$value |= 1 << ($piece->{to} + $bit) if ($words[int $at / 64] // 0) >> ($at % 64) & 1;
	}
	return $value;
}

sub row_value {
	my ($row, @words) = @_;
	my $value = 0;
	$value |= piece_value($_, @words) for @{$row->{pieces}};
	return $value;
}

sub field {
	my ($name, $key, @words) = @_;
	my ($row) = grep { ($_->{key} // '') eq $key } @{$records{$name}};
	return row_value($row, @words) if $row;
	die "no field $name.$key\n";
}

sub keys_of { return map { $_->{key} // () } @{$records{$_[0]}} }

# The words with a field set; the other way round than field().
sub place_field {
	my ($name, $key, $value, @words) = @_;
	my ($row) = grep { ($_->{key} // '') eq $key } @{$records{$name}};
	for my $piece (@{$row->{pieces}}) {
		for my $bit (0 .. $piece->{width} - 1) {
			my $at = $piece->{low} + $bit;
			$words[int $at / 64] |= ($value >> ($piece->{to} + $bit) & 1) << ($at % 64);
		}
	}
	return @words;
}

# How JSON shows it: an address is hex, one bit without names a truth value.
sub shown {
	my ($row, $value) = @_;
	my $first = $row->{pieces}[0];
	my $is_address = $first->{placed} && (@{$row->{pieces}} == 1 || $first->{to});
	return hex_of($value) if $is_address;
	my $is_flag = @{$row->{pieces}} == 1 && $first->{width} == 1 && !@{$row->{names}};
	return $is_flag ? ($value ? JSON::PP::true : JSON::PP::false) : $value;
}

# Lowest first.
sub reserved_bits {
	my ($rows, @words) = @_;
	my @set;
	for my $row (grep { $_->{kind} =~ /RESERVED|UNKNOWN/ } @$rows) {
		for my $piece (@{$row->{pieces}}) {
			push @set, grep { ($words[int $_ / 64] // 0) >> ($_ % 64) & 1 }
				$piece->{low} .. $piece->{low} + $piece->{width} - 1;
		}
	}
	return sort { $a <=> $b } @set;
}

# The value means something: the flag that it goes with is set, and so that one's.
sub is_used {
	my ($rows, $row, @words) = @_;
	my ($flag) = grep { ($_->{key} // '') eq ($row->{when} // '-') } @$rows;
	return !$flag || row_value($flag, @words) && is_used($rows, $flag, @words);
}

sub fields_of { return fields_with(0, @_) }

# enc: the bit that marks encrypted memory, which is no part of an address; 0: the machine has none.
sub fields_with {
	my ($enc, $name, @words) = @_;
	my $rows = $records{$name} or die "no record $name\n";
	my %fields;
	for my $row (grep { $_->{kind} eq 'FIELD' } @$rows) {
		my $value = row_value($row, @words);
		if ($row->{physical} && $enc) {
			$fields{"$row->{key}_encrypted"} = $value & $enc ? JSON::PP::true : JSON::PP::false;
			$value &= ~$enc;
		}
		$fields{$row->{key}} = shown($row, $value);
		my $named = $row->{names}[$value];
		$fields{"$row->{key}_name"} = $named if defined $named && is_used($rows, $row, @words);
	}
	my @unnamed = reserved_bits($rows, @words);
	$fields{unnamed_bits_set} = \@unnamed if @unnamed && $is_given{$name};
	$fields{reserved_bit_set} = $unnamed[0] if @unnamed && !$is_given{$name};
	return \%fields;
}

# By the code of an event and the opcode of a command: the record and the specification's name.
my %events = (
	1 => ['event_illegal_dte', 'ILLEGAL_DEV_TABLE_ENTRY'],
	2 => ['event_page_fault', 'IO_PAGE_FAULT'],
	3 => ['event_dev_tab_error', 'DEV_TAB_HARDWARE_ERROR'],
	4 => ['event_page_tab_error', 'PAGE_TAB_HARDWARE_ERROR'],
	5 => ['event_illegal_command', 'ILLEGAL_COMMAND_ERROR'],
	6 => ['event_command_error', 'COMMAND_HARDWARE_ERROR'],
	7 => ['event_iotlb_timeout', 'IOTLB_INV_TIMEOUT'],
	8 => ['event_invalid_device', 'INVALID_DEVICE_REQUEST'],
	9 => ['event_invalid_ppr', 'INVALID_PPR_REQUEST'],
	10 => ['event_counter_zero', 'EVENT_COUNTER_ZERO'],
	11 => ['event_guest_event', 'GUEST_EVENT_FAULT'],
	12 => ['event_viommu_error', 'VIOMMU_HARDWARE_ERROR'],
	13 => ['event_rmp_fault', 'RMP_PAGE_FAULT'],
	14 => ['event_rmp_error', 'RMP_HARDWARE_ERROR'],
);
my %commands = (
	1 => ['command_completion_wait', 'COMPLETION_WAIT'],
	2 => ['command_invalidate_dte', 'INVALIDATE_DEVTAB_ENTRY'],
	3 => ['command_invalidate_pages', 'INVALIDATE_IOMMU_PAGES'],
	4 => ['command_invalidate_iotlb', 'INVALIDATE_IOTLB_PAGES'],
	5 => ['command_invalidate_irt', 'INVALIDATE_INTERRUPT_TABLE'],
	6 => ['command_prefetch', 'PREFETCH_IOMMU_PAGES'],
	7 => ['command_complete_ppr', 'COMPLETE_PPR_REQUEST'],
	8 => ['command_invalidate_all', 'INVALIDATE_IOMMU_ALL'],
	9 => ['command_guest_event', 'INSERT_GUEST_EVENT'],
	10 => ['command_reset_vmmio', 'RESET_VMMIO'],
);

sub event_record {
	my (@words) = @_;
	my $found = $events{bits($words[0], 63, 60)} or return ();
	my $of_guest = $found->[1] eq 'IO_PAGE_FAULT' && bits($words[0], 48, 48);
	my $of_ats = $found->[1] eq 'INVALID_DEVICE_REQUEST' && bits($words[0], 56, 56);
	return ($of_guest ? 'event_guest_page_fault' : $of_ats ? 'event_invalid_translation' : $found->[0],
		$found->[1]);
}

sub command_record {
	my (@words) = @_;
	return @{$commands{bits($words[0], 63, 60)} // []};
}

1;
