#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Tables of PASIDs that the guest's holder built in its memory: of one, two and three levels, page
# tables of four and five levels below, with the same IOVA at another place for each PASID.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('after');
my @truth = Session::truth('after', 'gcr3');
plan skip_all => 'this guest built no tables of PASIDs' unless @truth;
plan skip_all => 'they are in the memory of a process, which was filtered out' if Session::filtered();

# ROOT LEVELS TABLE-LEVELS PASID IOVA SIZE PA PERM
my (%pages, %options);
for my $row (@truth) {
	my ($root, $levels, $below, $pasid, @page) = @$row;
	my $name = sprintf 'GCR3 of %d level%s, tables of %d', $levels, $levels > 1 ? 's' : '', $below;

	push @{ $pages{$name}{$pasid} }, \@page;
	$options{$name} = "-r $root -l $levels,$below -f gcr3";
}

sub perm {
	my ($row) = @_;
	return ($row->{read} ? 'r' : '-') . ($row->{write} ? 'w' : '-');
}

sub line {
	return join ' ', map { /^0x/ ? Session::word(Session::number($_)) : $_ } @_;
}


cmp_ok(scalar keys %pages, '>=', 6, 'six tables of PASIDs');
for my $name (sort keys %pages) {
	my @pasids = sort { hex $a <=> hex $b } keys %{ $pages{$name} };
	my @commands = map { my $pasid = $_;
			     ("iommu map -j $options{$name} -p $pasid",
			      "iommu walk -j $options{$name} -p $pasid " . join ' ',
			      map { Session::word(Session::number($_->[0]) + 0x123) } @{ $pages{$name}{$pasid} }) } @pasids;
	my @documents = Session::documents('after', @commands);

	for my $pasid (@pasids) {
		my ($map, $walk) = splice @documents, 0, 2;
		my @expected = @{ $pages{$name}{$pasid} };

		is_deeply([map { line($_->{iova}, $_->{page_size}, $_->{pa}, perm($_)) } @{ $map->{mappings} }],
			  [map { line(@$_) } @expected], "$name: map of PASID $pasid");
		is_deeply([map { line(Session::word(Session::number($_->{iova}) - 0x123), $_->{page_size},
				      Session::word(Session::number($_->{pa}) - 0x123), perm($_)) } @{ $walk->{results} }],
			  [map { line(@$_) } @expected], "$name: walk of PASID $pasid");
	}
}

# ---- what is not there ----

my ($one) = grep { /of 1 level, tables of 4/ } keys %pages;
my ($three) = grep { /of 3 levels, tables of 4/ } keys %pages;
my ($unused, $beyond, $unmapped, $upper) = Session::documents('after',
	"iommu walk -j $options{$one} -p 2 12345000", "iommu walk -j $options{$one} -p 0x200 12345000",
	"iommu walk -j $options{$one} -p 1 12346000", "iommu walk -j $options{$three} -p 0x80000 12345000");
is($unused->{results}[0]{state}, 'not-mapped', 'a PASID without an entry');
ok(!($beyond->{results} && grep { $_->{mapped} } @{ $beyond->{results} }), 'a PASID that a table of one level does not reach');
is($unmapped->{results}[0]{state}, 'not-mapped', 'another PASID\'s page');
is($upper->{results}[0]{state}, 'not-mapped', 'a PASID whose table of the second level is not there');
done_testing();
