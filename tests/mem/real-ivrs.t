#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The firmware's tables of real machines, which are not part of this repository: IVRS_TABLES names a
# folder with ivrs/*.bin and ivrs-truth.json, what an independent reader makes of each of them. The
# reader of truth.t is held against that reading, and the plugin against both: each table is put into a
# machine made of text, and `acpi -j` asked for it.
#
#   IVRS_TABLES=DIR IOMMU_MEM=build/san/iommu-mem prove tests/mem/real-ivrs.t
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use JSON::PP ();
use Test::More;
use lib dirname(__FILE__);
use TruthIvrs qw(parse_ivrs);

my $dir = dirname(__FILE__);
my $iommu_mem = $ENV{IOMMU_MEM} || "'$dir/../../build/san/iommu-mem'";
my $tables = $ENV{IVRS_TABLES};
plan skip_all => 'IVRS_TABLES names no folder with tables of real machines' if !$tables;

my $work = tempdir(CLEANUP => 1);
my $json = JSON::PP->new->canonical->allow_nonref;

sub slurp {
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!\n";
	return do { local $/; <$file> };
}

# A machine whose ACPI list has the table.
sub ask {
	my ($bytes) = @_;
	my @words = unpack 'Q<*', $bytes . "\0" x (-length($bytes) % 8);
	open my $mem, '>', "$work/table.mem" or die $!;
	print $mem slurp("$dir/states.mem"), "\n",
		"\@kva &acpi_gbl_root_table_list ffff888009100000 w:1\n",
		sprintf("\@kva ffff888009100000 9000000 0 w:%x w:53525649\n\@pa 9000000\n", length $bytes),
		map { sprintf "%x\n", $_ } @words;
	close $mem;
	return $json->decode((split /^iommu> .*\n/m, `echo 'iommu acpi -j' | $iommu_mem '$work/table.mem' '$dir/v6.1.sym'`)[1]);
}

# The words of a value in either reading: a number, whatever it is written as.
sub number {
	my ($value) = @_;
	no warnings 'portable';
	return $value ? 1 : 0 if ref $value;
	return defined $value && $value =~ /^0x/ ? hex $value : $value;
}

# Keys of the independent reading that a block or entry has other values for.
sub fields_differ {
	my ($fields, $expected) = @_;
	return grep { exists $fields->{$_} ? number($fields->{$_}) != $expected->{$_} : 1 } sort keys %$expected;
}

sub entry_differs {
	my ($got, $expected) = @_;
	my @wrong = grep { ($got->{$_} // '') ne ($expected->{$_} // '') } qw(type offset);
	push @wrong, 'device' if exists $expected->{device} && ($got->{device} // '') ne $expected->{device};
	push @wrong, 'alias' if exists $expected->{alias} && ($got->{alias} // '') ne $expected->{alias};
	push @wrong, 'type_name' if ($expected->{type_name} // '') ne ($got->{type_name} // '');
	return map { "entry +$expected->{offset} $_" } @wrong;
}

sub block_differs {
	my ($got, $expected) = @_;
	my @wrong = grep { $got->{$_} != $expected->{$_} } qw(type offset length);
	push @wrong, fields_differ($got->{fields}, $expected->{fields}) if $expected->{fields} && $got->{fields};
	my ($some, $all) = map { $_->{entries} // [] } $got, $expected;
	push @wrong, @$some . ' entries, not ' . @$all if @$some != @$all;
	push @wrong, map { entry_differs($some->[$_], $all->[$_]) } 0 .. (@$some < @$all ? $#$some : $#$all);
	return map { "block +$expected->{offset}: $_" } @wrong;
}

sub table_differs {
	my ($blocks, $expected) = @_;
	return @$blocks . ' blocks, not ' . @{$expected->{blocks}} if @$blocks != @{$expected->{blocks}};
	return map { block_differs($blocks->[$_], $expected->{blocks}[$_]) } 0 .. $#$blocks;
}

# What the two readers here say of a table, without words.
sub same_blocks {
	my ($plugin, $reader) = @_;
	for my $piece (map { ($_, @{$_->{entries}}) } @$plugin, @$reader) {
		$piece->{damage} = 'damage' if $piece->{damage};
	}
	return $json->encode($plugin) eq $json->encode($reader);
}

my $truth = $json->decode(slurp("$tables/ivrs-truth.json"));
for my $name (sort keys %$truth) {
	my $bytes = slurp("$tables/ivrs/$name");
	my $reader = parse_ivrs($bytes);
	my @blocks = map { $_->{document} } @{$reader->{blocks}};
	my $plugin = ask($bytes)->{ivrs};
	is(join(', ', table_differs(\@blocks, $truth->{$name})), '', "$name: the reader here");
	is(join(', ', table_differs($plugin->{blocks}, $truth->{$name})), '', "$name: the plugin");
	ok(same_blocks($plugin->{blocks}, \@blocks), "$name: every field of both");
	is(number($plugin->{checksum_ok}), number($truth->{$name}{checksum_ok}), "$name: checksum");
	is(join(' ', fields_differ($plugin->{ivinfo}, $truth->{$name}{ivinfo})), '', "$name: IVinfo");
}
done_testing();
