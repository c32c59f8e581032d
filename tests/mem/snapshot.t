#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Snapshots of the kernels of this folder: the same bytes twice, each section as its verb prints it, nothing that
# differs from itself, and what differs between the reference machine before and after the hand-over.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use JSON::PP ();
use Test::More;

my $dir = dirname(__FILE__);
my $iommu_mem = $ENV{IOMMU_MEM} || "'$dir/../../build/san/iommu-mem'";
my $scratch = tempdir(CLEANUP => 1);
my $json = JSON::PP->new->canonical->allow_bignum;

# What each command printed.
sub outputs {
	my ($case, @commands) = @_;
	my $input = "$scratch/commands";
	my ($files) = do { open my $f, '<', "$dir/$case.expect" or die; <$f> =~ /^# files: (.*)/ };

	$files = join ' ', map { "'$dir/$_'" } split ' ', $files;
	open my $out, '>', $input or die;
	print $out "$_\n" for @commands;
	close $out;
	my $text = `$iommu_mem $files < '$input' 2>&1`;
	return map { s/^[^\n]*\n//r } grep { length } split /^iommu> /m, $text;
}

sub slurp {
	my ($path) = @_;
	open my $file, '<', $path or return;
	local $/;
	return scalar <$file>;
}

my %in = (devices => ' -v', dte => ' -a', map => ' -a');
for my $case (qw(debian-6.1-before debian-6.1-after guest vtd-scalable arm-smmu absent vtd-irt rhel-8.1-after)) {
	my $file = "$scratch/$case.json";
	my ($said, $again, $there) = outputs($case, "iommu snapshot $file", "iommu snapshot $file.2", "iommu snapshot $file");
	like($said, qr/^SNAPSHOT .* the answers of 17 verbs$/m, "$case: written");
	is(slurp($file), slurp("$file.2"), "$case: the same bytes twice");
	like($there, qr/is there already/, "$case: never in the place of another");
	my $snapshot = eval { $json->decode(slurp($file)) };
	my @verbs = sort keys %{ $snapshot->{sections} };
	my @texts = outputs($case, map { "iommu $_" . ($in{$_} // '') . ' -j' } @verbs);
	for my $i (0 .. $#verbs) {
		is($json->encode($snapshot->{sections}{ $verbs[$i] }), $json->encode($json->decode($texts[$i])), "$case: $verbs[$i]");
	}
	my ($same, $now) = outputs($case, "iommu diff $file $file.2", "iommu diff $file");
	like($_, qr/^0 differences in \d+ rows/m, "$case: does not differ from itself") for $same, $now;
}

my ($before, $after) = map { "$scratch/debian-6.1-$_.json" } qw(before after);
my ($text, $document, $all) = outputs('debian-6.1-after', "iommu diff $before", "iommu diff -j $before $after", "iommu diff -v $before $after");
my $diff = $json->decode($document);
my %driver = map { $_->{key} => "$_->{before} $_->{after}" } grep { ($_->{member} // '') eq 'driver' } @{ $diff->{changes} };
# The guest's own sysfs had these drivers (vmcores, before/ and after/).
is_deeply(\%driver, { map { ("0000:a1:00.$_" => 'e1000e vfio-pci') } 0, 1 }, 'the devices that were handed over');
like($text, qr/0000:a1:00\.1: .*driver e1000e, now vfio-pci/, 'in words');
cmp_ok(($all =~ /^(\d+) differences/m)[0], '>', scalar @{ $diff->{changes} }, '-v: what differs on every boot too');

# What cannot be.
my @bad = outputs('debian-6.1-after', 'iommu snapshot', 'iommu diff', 'iommu diff /no/such', "iommu snapshot $scratch/no/such",
	"iommu diff $dir/pci.ids", "iommu report", "iommu diff $before /no/such");
like($bad[0], qr/^iommu: expected a file to write\nusage: iommu snapshot/, 'no file');
like($bad[1], qr/^iommu: expected the file of a snapshot\nusage: iommu diff/, 'nothing to compare');
like($bad[$_], qr/^iommu: cannot compare \/no\/such: No such file/, 'a file that is not there') for 2, 6;
like($bad[3], qr/^iommu: cannot write .*: No such file/, 'a folder that is not there');
like($bad[4], qr/^iommu: cannot compare .*pci\.ids: .*at byte \d/, 'no JSON');
like($bad[5], qr/^iommu: /, 'a report without a file');

# The page, where this build has one.
my ($report) = outputs('debian-6.1-after', "iommu report $scratch/page.html");
SKIP: {
	skip 'built without the page', 2 if $report =~ /built without the page/;
	like($report, qr/^REPORT .*page\.html/m, 'a page is written');
	like(slurp("$scratch/page.html"), qr/\Q0000:a1:00.1\E/, '... with the dump in it');
}
done_testing;
