#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Lines that crash reads in its own way before the plugin does, and answers that find no reader: what is said
# is ours, and with -j it is one document.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('after');

Session::run('after', 'iommu'); # crash has said by then what it says when it starts

# ---- expressions: crash's eval() is not asked ----

my @bad = (
	['(1/0)', qr/'\(1\/0\)' is not an address: a division by zero/],
	['((1/0)+1)', qr/a division by zero/],
	['(1%0)', qr/a division by zero/],
	['(1<<64)', qr/a shift by more than 63 bits/],
	['()', qr/'\(\)' is not an address/],
	['(1-2)', qr/below zero/],
	['(no_such_symbol+1)', qr/no_such_symbol is no symbol and no number/],
	['0x', qr/'0x' is not an address: expected hex digits/],
);
for my $case (@bad) {
	my ($word, $said) = @$case;
	my ($text) = Session::run('after', "iommu walk -d a1:00.1 $word");
	like($text, $said, "walk $word");
	like($text, qr/\Aiommu: .*\nusage: iommu walk .*\n\z/, "walk $word: one line and the synopsis");
	is($Session::noise, '', "walk $word: crash says nothing of its own");
	my ($document) = Session::documents('after', "iommu walk -j -d a1:00.1 $word");
	ok($document && !$document->{results}, "walk -j $word: one document");
}
my ($range) = Session::documents('after', 'iommu map -j -d a1:00.1 100000-');
like($range->{notes}[0]{text}, qr/'100000-' is not a range/, 'map -j 100000-');
my ($good, $symbols) = Session::documents('after',
	'iommu walk -j -d a1:00.1 ((0x40000000 | 0x80000) + 2*8)',
	'iommu walk -j -d a1:00.1 (linux_banner-linux_banner)');
is($good->{results}[0]{iova}, '0x40080010', 'operators and blanks, in parentheses');
is($symbols->{results}[0]{iova}, '0x0', 'symbols');

# A parenthesis that stays open swallows the rest of its line, with the file where the answer was to go.
{
	my @lines = split /\n/, said_of('iommu walk -j -d a1:00.1 (1');
	is(scalar @lines, 1, 'an open parenthesis: one line');
	my ($document) = Session::decode(['walk (1'], $lines[0]);
	like($document->{notes}[0]{text}, qr/'\(1' is not an address: a '\)' is missing/, 'which says so');
}

# ---- long lines ----

my $long = '4' x 1200;
my ($text) = Session::run('after', "iommu walk -d a1:00.1 $long");
like($text, qr/\Aiommu: '$long' is not an address: expected hex digits.*\nusage: /, 'a word of 1,200 characters is named whole');
my ($document) = Session::documents('after', "iommu walk -j -d a1:00.1 $long");
like($document->{notes}[0]{text}, qr/'$long' is not an address: expected/, 'and in JSON');
my ($cut) = Session::run('after', "iommu walk -d a1:00.1 0 " . '4' x 1600);
# The answer stands on the screen: the name of the file was cut off, too.
like($Session::noise, qr/^iommu: the command line is as long as crash reads one: what stood behind/m,
     'a line that crash cuts is refused');

# ---- nobody to write to ----

for my $command ('iommu', 'iommu -j', 'iommu map -vv -d a1:00.1') {
	my $said = said_of("$command > /dev/full");
	is($said, "iommu: the answer could not be written, or not all of it: No space left on device\n",
	   "$command > /dev/full: the user is told");
}
SKIP: {
	my %hostile = map { $_->[0] => $_ } Session::truth('after', 'hostile');
	skip 'this guest built no broken tables', 2 unless $hostile{wide};
	skip 'the broken tables were filtered out', 2 if Session::filtered();

	# Millions of rows, unless somebody stops it.
	my $endless = "iommu map -vv -r $hostile{wide}[1] -l 4 -f amdv1";
	my ($whole, $head) = map { seconds_of("$endless $_") } "> $Session::scratch/whole", '| head -1';
	cmp_ok($head, '<', 0.5 + $whole / 4, "| head -1 ends the work: $head of $whole seconds");
	is(said_of("$endless | head -1"), "table @{[$hostile{wide}[1] =~ s/^0x//r]}  amdv1 4-level  root @{[$hostile{wide}[1] =~ s/^0x//r]}\n",
	   'the line is there, and nothing is said of a reader that had enough');
}
done_testing();

# What a session says, on the screen and on stderr, to one line: not what crash says of the dump before.
sub said_of {
	my ($line) = @_;
	my $file = "$Session::scratch/said-alone";
	my $crash = $ENV{CRASH} || 'crash';

	open(my $in, '|-', "exec $crash -s $ENV{NAMELIST} " . Session::dump_file('after') . " >$file 2>&1") or die;
	print $in "extend $ENV{IOMMU_SO}\n$line\nquit\n";
	close $in;
	return Session::slurp($file) =~ s/\A.*?: shared object loaded\n//sr;
}

# Of the processors, and without what a session takes that is asked nothing.
sub seconds_of {
	my ($line) = @_;
	my @took = map { my $before = children_seconds(); said_of($_); children_seconds() - $before } $line, '';

	return $took[0] - $took[1];
}

sub children_seconds {
	my (undef, undef, $user, $system) = times;

	return $user + $system;
}
