#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tables of docs/SUPPORT.md say what vmcores/lab/results has, and the first of them fits a screen.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rules;
use Test::More;

sub document_with {
	my ($line) = @_;
	my $escaped = $line =~ s/\t/\\t/gr;

	return scalar `printf '$escaped' | vmcores/lab/support -n 2>&1`;
}

sub summary_of {
	my ($document) = @_;

	return $document =~ /<!-- summary begins -->\n(.*?)<!-- summary ends -->/s ? $1 : '';
}

is(document_with(''), slurp('docs/SUPPORT.md'), 'docs/SUPPORT.md has the results of the lab');
my @rows = split /\n/, summary_of(slurp('docs/SUPPORT.md'));
cmp_ok(scalar @rows, '>', 3, 'the first table is there');
cmp_ok(scalar @rows, '<', 24, 'and no longer than a screen');
is(join("\n", grep { length > 80 } @rows), '', 'nor wider');

# What came of a combination, in one word.
my @cases = (
	['12 passed, 1 skipped', 'works, 1'],
	['12 passed, 1 failed, 1 skipped', 'partly, 0 of 1'],
	['no whole dump, why: 12 passed, 3 not, 1 skipped (--minimal)', 'partly, 0 of 1'],
	['cannot open: crash ended without a word', 'not'],
);
for (@cases) {
	my ($words, $cell) = @$_;
	my $summary = summary_of(document_with("9.9.9-planted\t1.2.3\treference\telf\t2026-01-01\t0123456789\t$words\n"));

	like($summary, qr/^\| kernel \| crash 1\.2\.3 \|/m, "a crash of its own: $words");
	like($summary, qr/^\| 9\.9\.9-planted \| \Q$cell\E \|/m, "  $cell");
}
my $newer = document_with("6.12.117+deb12-amd64\t8.0.6\treference\telf\t2099-01-01\t0123456789\t1 passed, 1 failed\n");
like($newer, qr/^\| 8\.0\.6 \| reference \| elf \| 1 passed, 1 failed \| 2099-01-01, 0123456789 \|$/m, 'the latest counts');
my $older = document_with("6.12.117+deb12-amd64\t8.0.6\treference\telf\t2000-01-01\t0123456789\t1 passed, 1 failed\n");
is($older, slurp('docs/SUPPORT.md'), 'and no older one');
like(document_with("a line without tabs\n"), qr/not a result: a line without tabs/, 'a line that is no result is refused');
done_testing();
