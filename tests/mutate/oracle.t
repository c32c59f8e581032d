#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What mutate.t judges by: that silence about damage is found, that words about it are, and that a seed makes the same
# mutants every time.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../session";
use Answers;
use JSON::PP;
use Manners;
use Test::More;
no warnings 'portable'; # addresses are 64 bits

sub document { return { schema => 1, command => 'groups', groups => $_[0], notes => $_[1] // [], $_[2] ? %{ $_[2] } : () } }

my ($a, $b) = ({ id => 1, driver => 'nvme' }, { id => 2, driver => 'vfio-pci' });
my $note = { severity => 'warning', code => 'unreadable', text => 'a node of a list cannot be read' };
my $whole = document([$a, $b]);

is(Answers::complaint($whole, document([$a, $b])), undef, 'the same answer');
like(Answers::complaint($whole, document([$a])), qr/rows are gone.*\.groups/, 'a row that is gone without a word');
is(Answers::complaint($whole, document([$a], [$note])), undef, 'a row that is gone with a note');
like(Answers::complaint(document([$a, $b], [$note]), document([$a], [$note])), qr/rows are gone/,
     'a note that the undamaged answer has too is none');
like(Answers::complaint($whole, document([{ %$a, driver => undef }])), qr/rows are gone/, 'a null for a row that is gone');
is(Answers::complaint($whole, document([$a, { %$b, driver => undef }])), undef, 'a null in the place of a value');
is(Answers::complaint($whole, document([$a, { %$b, driver => '<unreadable>' }])), undef, 'angle brackets');
like(Answers::complaint($whole, document([$a, { %$b, driver => 'nvme' }])), qr/another answer.*"vfio-pci" -> "nvme"/,
     'another value without a word');
is(Answers::complaint($whole, document([$b, $a])), undef, 'the rows in another order');
is(Answers::complaint($whole, document(undef)), undef, 'a list that is not known');
like(Answers::complaint($whole, document([$a, $b, $a])), qr/another answer/, 'a row too many');
is(Answers::complaint(document([$a], [], { unreadable => 0 }), document([], [], { unreadable => 1 })), undef,
   'a count of what could not be read');
is(Answers::complaint($whole, document([$a, $b], [{ severity => 'info', code => 'type-sources', text => 'x' }])), undef,
   'whose types were taken is no part of an answer');

my %word = (space => 'kva', at => 0xffff888001234560, bytes => 8, value => 0xffff888001234000, what => '');
for my $manner (Manners::manners_of(\%word, 'list')) {
	my @new = map { Manners::changed(\%word, $manner, Manners::dice('1/7'), \%word, 0x8000000) } 1, 2;
	is($new[0], $new[1], "$manner: the same word for the same seed");
	isnt($new[0], $word{value}, "$manner: another word than before") unless $manner eq 'other';
	ok(Manners::must_show(\%word, 'list', $manner), "$manner: shows in a list");
}
is(Manners::changed({ %word, bytes => 2, value => 3 }, 'ones', Manners::dice(1), \%word, 0), 0xffff, 'as wide as the word');
ok(!Manners::must_show(\%word, 'device', 'zero'), 'a null pointer is a value');
ok(Manners::must_show(\%word, 'device', 'user'), 'a pointer to user space is damage');
done_testing();
