#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The allocators of IOVAs against crash's own reading of their trees, and against the page tables.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('after');
plan skip_all => 'crash has no command tree here' if Session::minimal();

my ($document) = Session::documents('after', 'iommu iova -j');
my @domains = grep { $_->{is_set_up} } @{ $document->{domains} };
plan skip_all => 'no domain of type DMA in this dump' unless @domains;

# crash's own: every struct iova of the tree, but for the anchor, whose bounds are all ones
sub tree {
	my ($allocator) = @_;
	my ($out) = Session::run('after', "tree -t rbtree -r iova_domain.rbroot -o iova.node -s iova.pfn_lo,pfn_hi -x $allocator");
	my @lo = map { Session::number($_) } $out =~ /pfn_lo = (0x[0-9a-f]+)/g;
	my @hi = map { Session::number($_) } $out =~ /pfn_hi = (0x[0-9a-f]+)/g;

	return sort { $a->[0] <=> $b->[0] } grep { $_->[0] != Session::number('0xffffffffffffffff') }
	       map { [$lo[$_], $hi[$_]] } 0 .. $#lo;
}

# The regions of a group's first device alone are reserved in the allocator (Linux drivers/iommu/dma-iommu.c,
# iommu_dma_init_domain()); what firmware has mapped one to one for another one is given out by nobody.
sub is_direct {
	my ($domain, $at) = @_;
	my %of = map { $_ => 1 } @{ $domain->{groups} };

	return grep { $of{$_->[0]} && $_->[3] =~ /^direct/ && $at >= Session::number($_->[1]) && $at <= Session::number($_->[2]) }
		    Session::truth('after', 'reserved_regions');
}

my $nr_with_direct = 0;
for my $domain (@domains) {
	my $granule = $domain->{granule};
	my @tree = map { [$_->[0] * $granule, ($_->[1] + 1) * $granule - 1] } tree($domain->{allocator});
	my @ranges = map { [Session::number($_->{iova}), Session::number($_->{end})] } @{ $domain->{allocated} };
	my $name = "domain at $domain->{address}";
	my ($map) = Session::documents('after', "iommu map -j -D $domain->{address}");
	my ($mapped, $outside, $freed, $direct) = (0, 0, 0, 0);

	ok(scalar @tree, "$name: crash finds its tree");
	is_deeply(\@ranges, \@tree, "$name: the ranges of its tree");
	for my $row (@{ $map->{mappings} || [] }) {
		my ($first, $last) = map { Session::number($_) } @$row{qw(iova end)};

		$mapped += $last - $first + 1;
		for (my $at = $first; $at < $last; $at += $granule) {
			my ($in) = grep { $_->[0] <= $at && $at <= $_->[1] } @tree;
			my ($range) = grep { Session::number($_->{iova}) <= $at && $at <= Session::number($_->{end}) }
				      @{ $domain->{allocated} };

			$direct++ if !$in && is_direct($domain, $at);
			$outside++ if !$in && !is_direct($domain, $at);
			$freed++ if $range && $range->{state} =~ /^(?:cached|pending)$/;
		}
	}
	is($domain->{mapped_bytes}, $mapped, "$name: what is mapped");
	is($outside, 0, "$name: every page that is mapped is in a range of crash's tree");
	is($freed, 0, "$name: none was freed");
	is($domain->{outside_bytes}, $direct * $granule, "$name: and none is outside by the verb's own word");
	$nr_with_direct += $direct > 0;
}

is_deeply([map { $_->{code} } grep { $_->{code} =~ /^iova-(?!not-mapped)/ } @{ $document->{notes} }],
	  [('iova-not-allocated') x $nr_with_direct], 'nothing disagrees');
for my $held (grep { $_->{vfio} } @{ $document->{domains} }) {
	my @areas = grep { $_->[0] eq 'area' } Session::truth('after', 'vfio');
	my $bytes = 0;

	$bytes += Session::number($_->[2]) for @areas;
	is($held->{vfio}{areas}, scalar @areas, 'the areas of the holder');
	is($held->{vfio}{mapped_bytes}, $bytes, 'all of them mapped, and nothing else');
	is($held->{vfio}{dma_avail} + @areas, $held->{vfio}{dma_entry_limit}, 'what it may still map');
}
done_testing();
