#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the transcripts show, worked out a second time from the words alone, by arithmetic that shares
# nothing with the plugin: device table entries cut out of the raw words, and every page size.
use strict;
use warnings;
use bigint;
use File::Basename qw(dirname);
use JSON::PP ();
use Test::More;

my $dir = dirname(__FILE__);
my $iommu_mem = $ENV{IOMMU_MEM} || "$dir/../../build/san/iommu-mem";

sub ask {
	my ($mem, $sym, $command) = @_;
	my $out = `echo 'iommu $command' | '$iommu_mem' '$dir/$mem.mem' '$dir/$sym.sym'`;
	$out =~ s/^iommu>.*\n//;
	return JSON::PP::decode_json($out);
}

sub bits {
	my ($word, $high, $low) = @_;
	return ($word >> $low) & ((1 << ($high - $low + 1)) - 1);
}

# AMD IOMMU specification, Device Table Entry.
sub check_entry {
	my ($mem, $sym, $device, @hex) = @_;
	my $entry = ask($mem, $sym, "dte -j $device")->{entries}[0];
	my @word = map { hex } @hex;
	is_deeply([map { hex } @{$entry->{raw}}], \@word, "$mem $device: the words of the sheet");
	my $fields = $entry->{fields};
	my %is = (v => bits($word[0], 0, 0), tv => bits($word[0], 1, 1), mode => bits($word[0], 11, 9),
		  ir => bits($word[0], 61, 61), iw => bits($word[0], 62, 62), gv => bits($word[0], 55, 55),
		  domain_id => bits($word[1], 15, 0), iv => bits($word[2], 0, 0),
		  int_tab_len => bits($word[2], 4, 1), int_ctl => bits($word[2], 61, 60));
	is(0 + $fields->{$_}, $is{$_}, "$mem $device: $_") for sort keys %is;
	is(hex $fields->{root}, bits($word[0], 51, 12) << 12, "$mem $device: root");
	is(hex $fields->{int_tab_root}, bits($word[2], 51, 6) << 6, "$mem $device: interrupt table");
}

# tables.mem, root 1000: the page of 2^n bytes stands at IOVA 2^n.
sub check_page_size {
	my ($lg2) = @_;
	my $first = 1 << $lg2;
	my $pa = $lg2 < 21 ? 0x10000000 + $first : $lg2 < 30 ? 0x20000000 + $first : 2 * $first;
	for my $offset (0, 0x123, $first / 2 + 5, $first - 1) {
		my $iova = sprintf '%s', ($first + $offset)->as_hex;
		my $result = ask('tables', 'no-driver', "walk -j -r 1000 -l 3 $iova")->{results}[0];
		is(hex $result->{pa}, $pa + $offset, "page of 2^$lg2: $iova");
		is(hex $result->{page_size}, $first, "page of 2^$lg2: its size");
	}
}

# Bits that are set, from bit 1 on: bit 0 is never handed out.
sub check_ids {
	my ($mem, $sym, @hex) = @_;
	my $nr = 0;
	$nr += () = sprintf('%b', hex) =~ /1/g for @hex;
	my $answer = ask($mem, $sym, 'domains -j');
	is($answer->{allocator}{allocated}, $nr - 1, "$mem: ids");
	is(scalar @{$answer->{domains}}, $nr - 1, "$mem: a domain for each");
	is_deeply($answer->{unaccounted_ids}, [], "$mem: none unaccounted for");
}

{
	no warnings 'portable';
	check_entry('reference-before', 'rhel8.2', 'a1:00.1',
		    qw(6000000000000003 66 2000000819256011 0));
	check_entry('reference-after', 'rhel8.2', 'a1:00.1',
		    qw(6000000688294603 79 2000000819256011 0));
	check_entry('debian-6.1-before', 'v6.1', 'a1:00.1', qw(6000000000000003 7 200000000325e013 0));
	check_entry('debian-6.1-after', 'v6.1', 'a1:00.1', qw(6000000003558603 9 200000000325e013 0));
	check_ids('reference-before', 'rhel8.2', qw(ffffffffffffffff 01ffffffffffffff));
	check_ids('reference-after', 'rhel8.2', qw(ffffffffffffffff 03ffffffffffffff));
	check_ids('debian-6.1-before', 'v6.1', 'ff');
	check_ids('debian-6.1-after', 'v6.1', '3ff');
	check_page_size($_) for map { "$_" } 13 .. 38;
}
is(scalar @{ask('reference-before', 'rhel8.2', 'groups -j')->{groups}}, 120, 'reference: 120 groups');
is(ask('reference-after', 'rhel8.2', 'groups -j 119')->{groups}[0]{id}, 119, 'reference: group 119');
done_testing();
