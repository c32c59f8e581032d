#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The pages of `iommu help VERB` as they are shown: the headings of crash's own help, every line of their
# source that keeps its shape, and of Markdown no mark.
use strict;
use warnings;
use File::Basename qw(dirname);
use Test::More;

my $dir = dirname(__FILE__);
my $iommu_mem = $ENV{IOMMU_MEM} || "'$dir/../../build/san/iommu-mem'";
my $widest = 80; # of prose; an example is as wide as what it shows

my @verbs = map { m{(\w+)\.md$} } glob("$dir/../../docs/commands/*.md");
cmp_ok(scalar @verbs, '>', 20, 'there are pages');

sub source_of {
	my ($verb) = @_;
	open(my $file, '<', "$dir/../../docs/commands/$verb.md") or die "$verb: $!";
	local $/;
	return scalar <$file>;
}

sub shown {
	my ($verb) = @_;
	my $text = `echo 'iommu help $verb' | $iommu_mem '$dir/states.mem' '$dir/v6.1.sym'`;
	$text =~ s/\Aiommu> .*\n//;
	return $text;
}

# The lines that keep their shape: indented ones and those between fences.
sub kept_lines {
	my ($source) = @_;
	my @fenced = map { split /\n/ } $source =~ /^```[^\n]*\n(.*?)^```$/msg;
	my $rest = $source =~ s/^```.*?^```$//msgr;
	return (@fenced, $rest =~ /^    (.*)$/mg);
}

sub marks_in {
	my ($text) = @_;
	return grep { /`|\]\(|^\s*\||^\s*#+ |\*\*|\*\w[^*]*\*/ } split /\n/, $text;
}

# What is shown without the lines that keep their shape.
sub prose {
	my ($text, @kept) = @_;
	my %kept = map { s/^\s+//r => 1 } @kept;
	return join '', map { "$_\n" } grep { !$kept{s/^\s+//r} } split /\n/, $text;
}

for my $verb (@verbs) {
	my $source = source_of($verb);
	my $text = shown($verb);
	my @kept = kept_lines($source);
	my $prose = prose($text, @kept);
	my %shown = map { s/^\s+//r => 1 } split /\n/, $text;

	like($text, qr/\ANAME\n  iommu \Q$verb\E - \S.*\n(?:    .*\n)?\nSYNOPSIS\n  iommu .*\n(?:  .*\n)*\nDESCRIPTION\n  \S/, "$verb: name, synopsis, description");
	is(($text =~ /^EXAMPLES$/m ? 1 : 0), ($source =~ /^crash> /m ? 1 : 0), "$verb: its examples have a heading");
	is(join("\n", marks_in($prose)), '', "$verb: no mark of Markdown");
	is(join("\n", grep { /`/ } $source =~ s/^```.*?^```$//msgr =~ /^    (.*)$/mg), '', "$verb: nor among the options");
	is(join("\n", grep { length > $widest } split /\n/, $prose), '', "$verb: no line of prose is too long");
	is(join("\n", grep { !$shown{s/^\s+//r} } grep { /\S/ } @kept), '', "$verb: what keeps its shape is whole");
}

# The checks see what they are to see.
is(scalar(marks_in("say `x`\n[a](b)\n| a | b |\n## A\n**b**\nnow *this*\n")), 6, 'each mark is seen');
is(scalar(marks_in("NAME\n  a - b\n  no marks * here, a[0] (b)\n")), 0, 'and nothing else');

done_testing();
