#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# codespell finds no misspelled word in sources, tests and documents. Words of specifications that it
# takes for misspelled ones are in codespell-words.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lint;
use Test::More;

need_tool('codespell');
my $check = "codespell --ignore-words=$FindBin::Bin/codespell-words --skip="
	. "'*/records/*,*/node_modules/*,package-lock.json,codespell-words,*.xz,*.mem,*.expected,*/corpus/*'";

for (qw(README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md .ci src include bench docs tests vmcores)) {
	is(scalar `$check $_ 2>&1`, '', $_);
}
my $planted = planted('planted.txt', "It is " . "recie" . "ved.\n");
like(scalar `$check $planted 2>&1`, qr/received/, 'a misspelled word is found');
done_testing();
