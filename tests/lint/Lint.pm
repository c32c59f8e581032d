# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the checks by programs of others have in common: which files there are, whether the program is
# here, and a planted sample that it has to find, so that no check can be one that never fails.
package Lint;
use strict;
use warnings;
use Exporter 'import';
use File::Temp;
use FindBin;
use lib "$FindBin::Bin/../rules";
use Rules;
use Test::More;

our @EXPORT = qw(need_tool files_of planted rooms);

sub need_tool {
	my ($tool) = @_;

	return if grep { -x "$_/$tool" } split /:/, $ENV{PATH};
	plan skip_all => "no $tool here: make deps-lint installs it";
}

# Files of the tree that match, without what is built and what npm brought.
sub files_of {
	my ($pattern, @folders) = @_;
	my @found;

	for my $folder (@folders) {
		push @found, glob("$folder/*"), glob("$folder/*/*"), glob("$folder/*/*/*"), glob("$folder/*/*/*/*");
	}
	return sort grep { -f $_ && !m{(^|/)(build|node_modules)/} && $pattern->($_) } @found;
}

# The sources in lists, each with its folder's name.
sub rooms {
	my %room;

	for (files_of(sub { /\.c$/ }, 'src')) {
		push @{ $room{ m{^(.*)/} ? $1 : '' } }, $_;
	}
	return %room;
}

# A file of that name with that text, for as long as the program runs.
sub planted {
	my ($name, $text) = @_;
	our $dir //= File::Temp->newdir;

	open(my $file, '>', "$dir/$name") or die "$dir/$name: $!";
	print $file $text;
	close($file);
	return "$dir/$name";
}

1;
