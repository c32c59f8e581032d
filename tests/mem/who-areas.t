#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Where VFIO has a page of a process, by its tree of areas: on a record of a real dump (who-areas.mem: `iommu record
# FILE who 1e15010`), as it is and with words of it damaged. Areas that cannot be read are not areas that are not there.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use JSON::PP ();
use Test::More;

my $dir = dirname(__FILE__);
my $iommu_mem = $ENV{IOMMU_MEM} || "'$dir/../../build/san/iommu-mem'";
my $scratch = tempdir(CLEANUP => 1);

# What `who` says of the page with these lines behind the record.
sub document_with {
	my (@lines) = @_;
	my $mem = "$scratch/case.mem";

	open my $out, '>', $mem or die "$mem: $!";
	open my $record, '<', "$dir/who-areas.mem" or die "who-areas.mem: $!";
	print $out (<$record>, map { "$_\n" } @lines);
	close $out;
	my $text = `echo 'iommu who -j 1e15010' | $iommu_mem '$mem'`;
	return JSON::PP::decode_json($text =~ s/^iommu> .*\n//r);
}

my $whole = document_with();
is_deeply([map { $_->{iova} } @{ $whole->{vfio_areas} }], ['0x40080010'], 'the area that the guest mapped');
is_deeply($whole->{notes}, [], 'and nothing is wrong');

# The node of the area at 7ffff000 has the one at 40000000 as its left child, and now itself.
my $loop = document_with('@kva ffff8b268723c550 ffff8b268723c540');
is_deeply($loop->{vfio_areas}, [], 'behind a loop in the tree the area is not found');
is_deeply([map { "$_->{code}: $_->{text}" } @{ $loop->{notes} }],
	  ['damaged: could not fully list the areas of group 6: damaged, at ffff8b268723c540'], 'and a note says why');

# The tree of resources leads to user space.
my $unknown = document_with('@kva ffff8b2685561c50 7f5500000000', 'unreadable kva 7f5500000000 8 bad-address');
is($unknown->{page}{use}, undef, 'what the page is, is not known');
is($unknown->{vfio_areas}, undef, 'nor is whose areas it is in');

# The page table of the process is where no memory is: whose the page is cannot be told.
my $lost = document_with('@kva ffff8b26857104c8 ffff892680000000', 'untranslated ffff892680000000 bad-address',
			 '@kva ffff8b26870356e8 0 0'); # no other area to ask then
ok(!exists $lost->{page}{pid}, 'without its page table it is no page of that process');
is_deeply([map { "$_->{code}: $_->{text}" } @{ $lost->{notes} }],
	  ['bad-address: could not fully read what this answer is made of: no memory at that address, at ffff892680000000'],
	  'and a note says why');
done_testing();
