#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Which mode and who decided it, against what the kernel said when it booted.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('before');

my ($status) = Session::documents('before', 'iommu status -j');
my @dmesg = split /\n/, Session::slurp("$ENV{VMCORE_DIR}/before/dmesg");
my ($type, $by) = map { /Default domain type: (\w+)\s*(\(set via kernel command line\))?/ ? ($1, $2) : () } @dmesg;
plan skip_all => 'the kernel did not say its default' unless $type;

is($status->{default_type} eq 'identity' ? 'Passthrough' : 'Translated', $type, 'the mode');
is($status->{decided_by}, $by ? 'command line' : 'kernel default', 'who decided it');
my ($line) = map { s/\s+$//r } Session::slurp("$ENV{VMCORE_DIR}/before/cmdline");
is(scalar(grep { my $o = $_; grep { $_ eq $o } split ' ', $status->{options} }
	  grep { /^(iommu|amd_iommu|intel_iommu)=/ } split ' ', $line),
   scalar(grep { /^(iommu|amd_iommu|intel_iommu)=/ } split ' ', $line), 'the options of the command line');
my %override = map { $_->{code} => 1 } @{ $status->{overrides} };
# AMD's driver, and Intel's as it says it since 6.1 and before.
my $strict = grep { /(?:strict mode|batching disallowed|batched IOTLB flush) due to virtualization/ } @dmesg;
my $code = $status->{vendor} eq 'VT-d' ? 'caching-mode' : 'np-cache';
is($override{$code} || 0, $strict ? 1 : 0, 'strict because the IOMMU is emulated');
if ($status->{vendor} eq 'VT-d') {
	my $translated = $type eq 'Translated';
	like($status->{meaning}, $strict ? qr/nothing once it is unmapped/ : qr/just unmapped/,
	     'flushed at once where the driver said so, in batches where it did not') if $translated;
	is_deeply([grep { !/^(?:caching-mode|other-default)$/ } sort keys %override], [],
		  'the emulator has no firmware, unit or quirk that overrides anything');
}
like($status->{meaning}, qr/just unmapped/, 'flushed in batches, as the driver said (a kernel before 5.14)')
	if $status->{default_type} eq 'DMA' && grep { /Lazy IO\/TLB flushing enabled/ } @dmesg;
ok(!$override{kdump}, 'no crash kernel');
ok($status->{meaning}, 'what it means');
done_testing();
