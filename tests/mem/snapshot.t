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

# One device of a domain that six share is on that of eight: both are the domains that they were.
my $port = 'port glx 78 g1 identity unit1';
my $moved = slurp("$dir/legal.mem");
is($moved =~ s/^\Q$port\E/port glx 78 g1 dom1 unit1/mg, 1, 'legal.mem has that device');
{
	open my $f, '>', "$scratch/moved.mem" or die;
	print $f $moved;
	close $f;
	open $f, '>', "$scratch/moved.commands" or die;
	print $f "iommu diff $scratch/six.json\n";
	close $f;
}
my ($six) = outputs('legal', "iommu snapshot $scratch/six.json");
like($six, qr/^SNAPSHOT /m, 'the domain of six');
my $five = `$iommu_mem '$scratch/moved.mem' '$dir/legal.sym' < '$scratch/moved.commands' 2>&1`;
my @told = $five =~ /^(?:DOMAINS)? +domain of ([0-9a-f:., ]+): (.*)/mg;
is_deeply({ @told }, {
	join(', ', map { "0000:00:$_.0" } qw(01 02 07 0c 0d 0f)) => 'devices 0000:00:0f.0 went',
	join(', ', map { "0000:00:$_.0" } qw(03 04 05 06 08 09 0a 0e)) => 'devices 0000:00:0f.0 came',
}, 'a device that changed its domain: the domains stay, and who came and went is told');

# What cannot be.
my @bad = outputs('debian-6.1-after', 'iommu snapshot', 'iommu diff', 'iommu diff /no/such', "iommu snapshot $scratch/no/such",
	"iommu diff $dir/pci.ids", "iommu report", "iommu diff $before /no/such");
like($bad[0], qr/^iommu: expected a file to write\nusage: iommu snapshot/, 'no file');
like($bad[1], qr/^iommu: expected the file of a snapshot\nusage: iommu diff/, 'nothing to compare');
like($bad[$_], qr/^iommu: cannot compare \/no\/such: No such file/, 'a file that is not there') for 2, 6;
like($bad[3], qr/^iommu: cannot write .*: No such file/, 'a folder that is not there');
like($bad[4], qr/^iommu: cannot compare .*pci\.ids: .*at byte \d/, 'no JSON');
like($bad[5], qr/^iommu: /, 'a report without a file');

my %wrong = (empty => '', cut => substr(slurp($before), 0, 3000), deep => '[' x 1000, other => '{"command":"status"}', list => '[]',
	long => '{"a":"' . ('x' x 200_000) . '"');
for my $name (sort keys %wrong) {
	open my $file, '>', "$scratch/$name" or die;
	print $file $wrong{$name};
	close $file;
}
my @wrong = outputs('debian-6.1-after', (map { "iommu diff $scratch/$_" } sort keys %wrong), "iommu diff $scratch");
like($_, qr/^iommu: cannot compare \S+: \S.*\n\z/, 'what is no snapshot: a line says why') for @wrong;

# What ^C breaks off leaves nothing.
my ($broken, $other) = map { join '', outputs('debian-6.1-after', "% interrupt-after 30\n$_") }
	"iommu snapshot $scratch/broken.json", "iommu diff $before";
like($broken, qr/interrupted: no snapshot was written/, '^C: no snapshot');
like($other, qr/interrupted: nothing was compared/, '^C: nothing was compared');
is_deeply([glob "$scratch/broken.json*"], [], '... and no file');

# The picture of a part.
my @graphs = outputs('debian-6.1-after', 'iommu graph -D 0x9', 'iommu graph -g 6', 'iommu graph -d a1:00.1', 'iommu graph -D 0x9999',
	'iommu graph -g 99', 'iommu graph -d ff:1f.7', 'iommu graph -d x', 'iommu graph -D y', 'iommu graph');
is($graphs[0], $graphs[1], 'the devices on the domain are those of the group');
like($graphs[2], qr/^digraph iommu \{\n.*"0000:a1:00\.1" -> "domain [0-9a-f]+";.*^\}$/ms, 'of one device');
unlike($graphs[2], qr/a1:00\.0/, '... and no other');
like($graphs[$_], qr/^iommu: /, 'what is not there') for 3 .. 7;
cmp_ok(scalar(() = $graphs[8] =~ /shape=box/g), '>', 5, 'of all');

# The page, where this build has one.
my ($report) = outputs('debian-6.1-after', "iommu report $scratch/page.html");
SKIP: {
	skip 'built without the page', 2 if $report =~ /built without the page/;
	like($report, qr/^REPORT .*page\.html/m, 'a page is written');
	like(slurp("$scratch/page.html"), qr/\Q0000:a1:00.1\E/, '... with the dump in it');
}
done_testing;
