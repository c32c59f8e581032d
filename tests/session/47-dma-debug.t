#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The two accounts of mappings that a kernel keeps where it was built to (CONFIG_DMA_API_DEBUG,
# CONFIG_IOMMU_DEBUG_PAGEALLOC): what drivers mapped, against the text that the same kernel showed in debugfs right
# after the dump; and how often it counts a page as mapped, against the process that mapped it, and against all tables.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('before', 'after');
plan skip_all => 'this kernel keeps no account of what drivers mapped'
	unless -e "$ENV{VMCORE_DIR}/before/debugfs/dma_api_dump";

my %DIRECTION = (DMA_BIDIRECTIONAL => 'both', DMA_TO_DEVICE => 'to-device', DMA_FROM_DEVICE => 'from-device',
		 DMA_NONE => 'none');
my %CHECK = ('check not applicable' => 'not-needed', 'not checked' => 'not-checked', checked => 'checked');

# What a mapping is, in one line: driver, device, how it was made, IOVA, bytes, physical address, ...
sub shown_by_kernel {
	my ($state) = @_;
	my @lines;

	for (split /\n/, Session::slurp("$ENV{VMCORE_DIR}/$state/debugfs/dma_api_dump")) {
		my ($driver, $device, $type, $pa, $iova, $bytes, $direction, $check) =
			/^(\S+) (\S+) (\S+) idx \d+ P=(\S+) D=(\S+) L=(\S+) cln=\S+ (\S+) dma map error (\D+?) attrs=\S+$/ or
			die "not a line of dma-api/dump: $_\n";

		push @lines, join ' ', $driver, $device, $type, map({ sprintf '%x', Session::number($_) } $pa, $iova, $bytes),
			     $DIRECTION{$direction}, $CHECK{$check};
	}
	return [sort @lines];
}

# A device without a driver is told there by the name of its bus.
sub shown_by_us {
	my ($document) = @_;

	return [sort map { join ' ', $_->{driver} // 'pci', @$_{qw(device type)},
				map({ sprintf '%x', Session::number($_) } @$_{qw(pa iova)}), sprintf('%x', $_->{bytes}),
				@$_{qw(direction error_check)} }
		@{ $document->{dma_debug}{mappings} }];
}

sub number_in {
	my ($state, $file) = @_;

	return Session::slurp("$ENV{VMCORE_DIR}/$state/debugfs/dma_api_$file") =~ s/\s+$//r;
}

# ---- what drivers mapped ----

my %iova;
for my $state (qw(before after)) {
	my $theirs = shown_by_kernel($state);

	($iova{$state}) = Session::documents($state, 'iommu iova -j');
	my $debug = $iova{$state}{dma_debug} // {};
	cmp_ok(scalar @$theirs, '>=', $state eq 'before' ? 256 : 4, "$state: drivers have mapped something");
	is_deeply(shown_by_us($iova{$state}), $theirs, "$state: every mapping that the kernel shows, and no more");
	is($debug->{state}, number_in($state, 'disabled') eq 'N' ? 'on' : 'off', "$state: it is on");
	is($debug->{entries}, number_in($state, 'nr_total_entries'), "$state: how many entries there are");
	is($debug->{entries_free}, number_in($state, 'num_free_entries'), "$state: how many of them are free");
	is($debug->{errors}, number_in($state, 'error_count'), "$state: how many mistakes it found");
	is_deeply([grep { ($_->{mapped_bytes} // -1) != $_->{bytes} } @{ $debug->{mappings} }], [],
		  "$state: the page tables have all of each");
	is_deeply([grep { !@{ $_->{stack} } } @{ $debug->{mappings} }], [], "$state: each has the call that made it");
}

# ---- the calls, as crash itself names these addresses ----

my @nic = grep { ($_->{driver} // '') eq 'e1000e' } @{ $iova{before}{dma_debug}{mappings} };
my %ours; # name and offset by address
for my $mapping (@nic) {
	$ours{ $mapping->{stack}[$_] } = $mapping->{calls}[$_] for 0 .. $#{ $mapping->{stack} };
}
my @addresses = sort keys %ours;
my %theirs;
for my $i (0 .. $#addresses) {
	my ($said) = Session::run('before', "sym $addresses[$i]");
	my ($name, $offset) = $said =~ /^[0-9a-f]+ \(\w\) (\S+?)(?:\+(\d+))?\s/;

	$theirs{ $addresses[$i] } = $name ? sprintf('%s+0x%x', $name, $offset // 0) :
		sprintf '%x', Session::number($addresses[$i]);
}
is_deeply(\%ours, \%theirs, 'calls: the names that crash has for them');
ok(scalar(grep { /^dma_/ } values %ours), 'some of them of the DMA API');

# ---- an address of one mapping ----

my ($one) = grep { $_->{bytes} > 64 } @nic;
my $inside = Session::word(Session::number($one->{iova}) + 33);
my ($at) = Session::documents('before', "iommu iova -j $one->{device} $inside");
is_deeply([map { $_->{address} } @{ $at->{addresses}[0]{mapped_by} }], [$one->{address}], 'who mapped an address');

# ---- how often a page is mapped ----

# Of the process: its own page map says which page is behind which IOVA.
my (%times, %iova_of);
for (Session::truth('after', 'mappings')) {
	$times{ $_->[1] }++;
	$iova_of{ $_->[1] } //= $_->[0];
}
my %several = map { my $nr = $_; $nr => [(grep { $times{$_} == $nr } sort keys %times)[0 .. 7]] } 1 .. 3;
is(scalar(grep { defined } map { @$_ } values %several), 24, 'pages that the process mapped once, twice, three times');

my ($group) = map { $_->[1] } grep { $_->[0] eq 'group' } Session::truth('after', 'vfio');
my @asked = map { @{ $several{$_} } } 1 .. 3;
my ($document, $walk) = Session::documents('after', "iommu iova -j -g $group " . join(' ', map { $iova_of{$_} } @asked),
					   "iommu walk -j -g $group " . join(' ', map { $iova_of{$_} } @asked));
is_deeply([map { $_->{iommu_mappings} } @{ $document->{addresses} }], [map { $times{$_} } @asked],
	  'iova: as often as the process mapped it');
is_deeply([map { $_->{target}{iommu_mappings} } @{ $walk->{results} }], [map { $times{$_} } @asked], 'walk: the same');

# Of all: the tables that who finds the page in, once each.
my @pages = (map({ $several{$_}[0] } 1 .. 3), map { sprintf '0x%x', Session::number($_->{pa}) & ~0xfff }
	     @{ $iova{after}{dma_debug}{mappings} }[0 .. 2]);
my @who = Session::documents('after', map { "iommu who -j $_" } @pages);
for my $i (0 .. $#pages) {
	my %places = map { ("$_->{domain_id} $_->{iova}" => 1) } grep { $_->{via} eq 'mapped' } @{ $who[$i]{reach} };

	is($who[$i]{page}{iommu_mappings}, scalar keys %places, "who $pages[$i]: as often as there are ways to it");
}
done_testing();
