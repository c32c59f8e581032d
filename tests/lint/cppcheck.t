#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cppcheck finds nothing in the sources and in the tests. What it is not asked, and why, is in
# cppcheck-suppressions.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lint;
use Test::More;

need_tool('cppcheck');
my $jobs = `nproc` + 0;
my $check = 'cppcheck --enable=warning,performance,portability --inline-suppr --std=c11 --library=posix --quiet '
	. "--suppressions-list=$FindBin::Bin/cppcheck-suppressions -D_GNU_SOURCE -Iinclude -Isrc "
	. "--template='{file}:{line}: {id}: {message}' --error-exitcode=1 -j$jobs";

for my $folder ('src', 'bench', glob('tests/*/')) {
	next unless (() = (glob("$folder/*.c"), glob("$folder/*/*.c")));
	my $said = `$check $folder 2>&1`;

	ok(!$? && $said eq '', $folder) or diag($said);
}
my $planted = planted('planted.c', "int main(void)\n{\n\tint a[2] = { 0 };\n\n\treturn a[2];\n}\n");
like(scalar `$check $planted 2>&1`, qr/arrayIndexOutOfBounds/, 'an index beyond an array is found');
done_testing();
