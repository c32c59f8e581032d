#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# clang-tidy (.clang-tidy at the top says which checks) finds nothing in the sources, a point a room.
# What it let pass before is kept by the sum of what it read, in the build folder: the next run looks
# only at what changed.
use strict;
use warnings;
use Digest::SHA 'sha256_hex';
use File::Path 'make_path';
use FindBin;
use lib $FindBin::Bin;
use Lint;
use Rules;
use Test::More;

need_tool('clang-tidy');
my $flags = '-std=gnu11 -D_GNU_SOURCE -Iinclude -Isrc -Isrc/cmd -isystem /usr/include/crash';
my $kept = ($ENV{BUILD} || 'build') . '/tidy';
make_path($kept);

sub command { return "clang-tidy --quiet $_[0]{path} -- $flags 2>/dev/null" }

# Any header may have changed what a file means.
my $headers = join '', map { slurp($_) } '.clang-tidy', files_of(sub { /\.h$/ }, 'src', 'include');

sub note_of {
	my ($path) = @_;

	return "$kept/" . sha256_hex($headers . slurp($path));
}

my %room = rooms();
for my $folder (sort keys %room) {
	my @todo = map { { path => $_ } } grep { !-e note_of($_) } @{ $room{$folder} };
	my @said = in_parallel(\&command, @todo);

	for my $i (0 .. $#todo) {
		next if $said[$i] ne '';
		open(my $note, '>', note_of($todo[$i]{path})) or die;
		close($note);
	}
	is(join("\n", grep { $_ ne '' } @said), '', "$folder (" . @{ $room{$folder} } . ' files)');
}

my $planted = planted('planted.c', "int main(int nr, char **words)\n{\n\tchar *word = nr ? 0 : words[0];\n\n"
	. "\treturn *word;\n}\n");
like(scalar `clang-tidy --quiet --config-file=.clang-tidy $planted -- $flags 2>/dev/null`,
	qr/clang-analyzer-core.NullDereference/, 'a null pointer that is read is found');
done_testing();
