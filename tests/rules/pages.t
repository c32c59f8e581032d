#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every verb has its page, which opens with what the verb is for, and tells every option that it takes.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rules;
use Test::More;

# verb => letters, in getopt's language
my (%letters, %purpose);
my $verbs = code_of(slurp('src/cmd/verbs.c'));
my ($table) = $verbs =~ /const struct verb verbs\[\] = \{(.*?)\n\};/s;
while ($table =~ /\{((?:\s*"(?:\\.|[^"\\])*",?)+)\s*cmd_(\w+)/g) {
	my ($strings, $function) = ($1, $2);
	my @fields = map { join '', /"((?:\\.|[^"\\])*)"/g } split /,\s*(?=")/, $strings =~ s/"\s*\n\s*"//gr;
	$letters{$fields[0]} = $fields[-1];
	$purpose{$fields[0]} = $fields[1];
	is(scalar @fields, 4, "the row of $fields[0] was understood");
}
my $rows = () = $table =~ /\bcmd_\w+/g;
is(scalar keys %letters, $rows, 'all verbs were found');

sub untold {
	my ($page, $letters) = @_;
	return grep { $page !~ /(?<![\w-])-\Q$_\E(?!\w)/ && !($_ eq 'v' && $page =~ /(?<![\w-])-vv\b/) }
		$letters =~ /[A-Za-z]/g;
}

for my $verb (sort keys %letters) {
	my $path = "docs/commands/$verb.md";
	ok(-e $path, "$verb has a page") or next;
	my $page = slurp($path);
	is($page =~ s/\n.*//sr, "# iommu $verb - $purpose{$verb}", "$path opens with what $verb is for");
	is(join(' ', untold($page, $letters{$verb})), '', "$path tells the options of $verb");
}
my @strangers = grep { !m{/(\w+)\.md$} || !exists $letters{$1} } sources('docs/commands/*.md');
is("@strangers", '', 'every page is of a verb');

is(join(' ', untold("`-j` and -d BDF, -vv; this-a is no option", 'jvad:l:')), 'a l',
	'an option that a page does not tell is seen');

done_testing();
