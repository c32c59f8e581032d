#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every fuzz target has a corpus, small enough to be in the repository, and a row in docs/TESTING.md; and there is no
# corpus without its target.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rules;
use Test::More;

my $max_each = 64 * 1024;
my $max_all = 400 * 1024;

my @targets = map { m{/fuzz_(\w+)\.c$} } sources('tests/fuzz/fuzz_*.c');
my %bytes; # of each corpus
for my $path (sources('tests/fuzz/corpus/*')) {
	my ($name) = $path =~ m{/([^/]+)$};
	$bytes{$name} = 0;
	$bytes{$name} += -s for sources("$path/*");
}

# What is wrong with targets and corpora of these names and sizes, and with the rows of this document.
sub wrong {
	my ($names, $sizes, $document) = @_;
	my %is_target = map { $_ => 1 } @$names;
	my @wrong;

	for my $name (@$names) {
		push @wrong, "$name has no corpus" unless $sizes->{$name};
		push @wrong, "docs/TESTING.md has no row for $name" unless $document =~ /^\| `$name` \|/m;
	}
	my $all = 0;
	for my $name (sort keys %$sizes) {
		push @wrong, "a corpus of no target: $name" unless $is_target{$name};
		push @wrong, "the corpus of $name has $sizes->{$name} bytes" if $sizes->{$name} > $max_each;
		$all += $sizes->{$name};
	}
	push @wrong, "all corpora have $all bytes" if $all > $max_all;
	return @wrong;
}

my @found = wrong(\@targets, \%bytes, slurp('docs/TESTING.md'));
ok(@targets && !@found, 'fuzz targets and their corpora (' . @targets . ')') or diag(join "\n", @found);

my $row = "| `a` | what it is fed |\n";
is_deeply([wrong(['a'], { a => 100 }, $row)], [], 'a target with all that it needs');
ok(wrong(['a'], {}, $row), 'one without a corpus');
ok(wrong(['a'], { a => 0 }, $row), 'one whose corpus is empty');
ok(wrong(['a'], { a => 100 }, ''), 'one that is not documented');
ok(wrong(['a'], { a => 100, b => 100 }, $row), 'a corpus of no target');
ok(wrong(['a'], { a => $max_each + 1 }, $row), 'a corpus that is too large');
ok(wrong(['a'], { map({ $_ => $max_each } 'a' .. 'g') }, $row), 'corpora that are too large together');
done_testing();
