#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# `map -a` on the kernels of this folder: every space once; each has the rows that `map -r` has of its table; its
# stretches have the bytes and pages of its ranges, and no two that touch say the same.
use strict;
use warnings;
no warnings 'portable'; # addresses have 64 bits
use File::Basename qw(dirname);
use File::Temp ();
use JSON::PP ();
use Test::More;

my $dir = dirname(__FILE__);
my $iommu_mem = $ENV{IOMMU_MEM} || "'$dir/../../build/san/iommu-mem'";
my $json = JSON::PP->new->canonical->allow_bignum;

sub documents {
	my ($files, @commands) = @_;
	my $input = File::Temp->new;

	print $input "$_\n" for @commands;
	close $input;
	my $out = `$iommu_mem $files < '$input' 2>&1`;
	return map { my (undef, $text) = split /\n/, $_, 2; eval { $json->decode($text) } } grep { length } split /^iommu> /m, $out;
}

# What -f, -l and -r make of the same table; a guest's needs the host's beside it.
sub of_table {
	my ($space) = @_;
	return "iommu map -r $space->{root} -l $space->{levels} -f $space->{format} -v -j";
}

my $nr_spaces = 0;
for my $case (qw(guest who-pasids vtd-pasids who debian-6.12 vtd-nested)) {
	my ($files) = -e "$dir/$case.expect" ? do { open my $f, '<', "$dir/$case.expect" or die; <$f> =~ /^# files: (.*)/ } : ();
	next unless $files;
	$files = join ' ', map { "'$dir/$_'" } split ' ', $files;
	my ($all, $fat) = documents($files, 'iommu map -a -j', 'iommu map -a -v -j');
	my @spaces = @{ $fat->{spaces} };
	my %times;
	for my $space (grep { $_->{levels} } @spaces) {
		$times{ join ' ', map { $space->{$_} // '-' } qw(root format levels host_root) }++;
	}
	is_deeply([grep { $times{$_} > 1 } keys %times], [], "$case: no table twice");
	my $without = sub { my %copy = %{ $_[0] }; delete $copy{mappings}; delete $copy{totals}{tables}; return \%copy };
	is_deeply([map { $without->($_) } @spaces], [map { $without->($_) } @{ $all->{spaces} }], "$case: -v only adds ranges");

	my @plain = grep { $_->{levels} && !$_->{of_guest} } @spaces;
	my @maps = documents($files, map { of_table($_) } @plain);
	for my $i (0 .. $#plain) {
		# Addresses of a process are sign-extended; of a bare table nobody knows whose it is.
		my $mask = (1 << 12 + 9 * $plain[$i]{levels}) - 1;
		my @ranges = map { my %copy = %$_; $copy{$_} = sprintf '0x%x', hex($copy{$_}) & $mask for qw(iova end); \%copy }
			     @{ $plain[$i]{mappings} };
		is($json->encode(\@ranges), $json->encode($maps[$i]{mappings}), "$case: $plain[$i]{root} as map -r has it");
	}
	for my $space (@spaces) {
		my ($bytes, %pages, $last) = (0);
		my @touching;

		for my $s (@{ $space->{stretches} }) {
			my $perm = join ' ', map { $s->{$_} ? 1 : 0 } qw(read write user);
			push @touching, $s->{iova} if $last && hex($s->{iova}) - 1 == $last->[0] && $perm eq $last->[1];
			$last = [hex $s->{end}, $perm];
			$bytes += hex($s->{end}) - hex($s->{iova}) + 1;
			$pages{$_} += $s->{pages}{$_} for keys %{ $s->{pages} };
		}
		is_deeply(\@touching, [], "$case: $space->{root}: stretches that touch differ");
		is("$bytes", "$space->{totals}{bytes}", "$case: $space->{root}: their bytes are all");
		is_deeply(\%pages, $space->{totals}{pages}, "$case: $space->{root}: and their pages");
		$nr_spaces++;
	}
}
cmp_ok($nr_spaces, '>', 15, 'spaces of guests, of processes, of domains');
done_testing;
