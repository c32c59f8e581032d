#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `iommu diff` says of a verb that its rows may differ only since not all could be read, and tells that by the codes of
# its notes: a list in src/cmd/diff_words.c. Here every code of a note in the sources is told to be of the one kind or of
# the other, so that a new one is not forgotten there.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rules;
use Test::More;

# Rows are missing, or may be.
my @not_whole = qw(not-in-dump bad-address unmapped interrupted missing damaged too-much more-failures table-not-in-dump
	table-damaged no-types wrong-namelist zero-excluded no-library not-mapped-by-host entry-not-read owner-not-known illegible
	suppressed overflow log-begins-late);
# Every row is there; what is said is about a value, about the request, or about what no dump has.
my @whole = qw(alias changed dma-avail-differs dma-not-mapped decimal driver-table hardware-shown head-is-old id-of-device
	module-types no-allocator no-entry no-groups no-kvm no-order no-such-device no-table no-unit not-cleared not-compared not-consumed
	not-decoded not-default not-in-memory other-machine range-open reach-unknown registers rests-on-register
	type-sources unknown-command unknown-unit which-segment absent ok);

# The arguments of a call that starts behind its bracket.
sub arguments {
	my ($text) = @_;
	my ($depth, @args) = (0, '');

	while ($text =~ /\G("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|.)/gs) {
		my $token = $1;

		return @args if $token eq ')' && !$depth;
		$depth += $token =~ /^[(\[{]$/ ? 1 : $token =~ /^[)\]}]$/ ? -1 : 0;
		if ($token eq ',' && !$depth) {
			push @args, '';
		} else {
			$args[-1] .= $token;
		}
	}
	die "a call does not end: $text";
}

# [codes, calls whose code is no word of the call]
sub codes_of {
	my ($text) = @_;
	my (@codes, @others);

	while ($text =~ /\bsink_note\(/g) {
		my $code = (arguments(substr $text, pos $text))[2];
		my @words = $code =~ /"([a-z][a-z-]*)"/g;

		push @codes, @words;
		push @others, $code =~ s/\s+/ /gr unless @words;
	}
	return (\@codes, \@others);
}

is_deeply([codes_of('sink_note(s, NOTE_INFO, a ? "one, (" : c ? "two" : "three", "%s", f("x"));')], [['two', 'three'], []],
	  'a choice of codes is all of them');
is_deeply([codes_of('sink_note(s, NOTE_INFO, f(code, "%s-x"), "words");')], [[], [' f(code, "%s-x")']], 'what is no word');

my %class = ((map { $_ => 'not whole' } @not_whole), (map { $_ => 'whole' } @whole));
my (%codes, %others);
for my $file (sources('src/*/*.c', 'src/*/*/*.c')) {
	my ($codes, $others) = codes_of(code_of(slurp($file)));

	$codes{$_} = $file for @$codes;
	$others{$_} = 1 for grep { !/^ (?:const char \*)?code$/ } @$others;
}
my ($statuses) = slurp('src/cmd/trouble.c') =~ /(\[STATUS_OK\] = .*?)\};/s;
$codes{$_} = 'a status' for $statuses =~ /= "([a-z-]+)"/g;
cmp_ok(scalar keys %codes, '>', 40, 'the codes are found');

is(join("\n", map { "$_ of $codes{$_}" } grep { !$class{$_} } sort keys %codes), '',
   'of every code it is said here whether rows may be missing');
is(join(' ', grep { !$codes{$_} } sort keys %class), '', 'and each of them is printed');
my ($list) = slurp('src/cmd/diff_words.c') =~ /is_not_whole\(.*?codes\[\] = \{(.*?)\}/s;
is(join(' ', sort $list =~ /"([a-z-]+)"/g), join(' ', sort @not_whole), 'diff knows those after which rows may be missing');
# Findings lose no rows. Of a table of firmware's that is damaged diff says nothing yet.
is(join("\n", sort keys %others), join("\n", (map { " arena_printf(arena, \"%s-$_\", firmware->key)" }
	qw(checksum damage length unknown)), ' finding->code'), 'no other code is made up of pieces');
done_testing();
