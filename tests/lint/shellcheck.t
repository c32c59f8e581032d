#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# shellcheck finds nothing in the shell scripts, a point a script.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lint;
use Rules;
use Test::More;

need_tool('shellcheck');

# A script says by its first line that it is one; a file that others read in has its ending.
sub is_script {
	my ($path) = @_;

	open(my $file, '<', $path) or return 0;
	my $line = <$file> // '';
	return $path =~ /\.sh$/ || $line =~ m{^#!.*\b(?:ba|da)?sh\b};
}

my @scripts = files_of(\&is_script, '.ci', 'src', 'bench', 'docs', 'tests', 'vmcores');
cmp_ok(scalar @scripts, '>', 5, 'the scripts are found');
for (@scripts) {
	my $said = `shellcheck -x -P SCRIPTDIR $_ 2>&1`;

	is($said, '', $_);
}
my $planted = planted('planted.sh', "#!/bin/sh\nrm \$1/*\n");
like(scalar `shellcheck $planted 2>&1`, qr/SC2086/, 'a word that is not quoted is found');
done_testing();
