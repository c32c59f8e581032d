#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Names of devices come from a file of the machine on which crash runs, and that may be anything: `devices -v` is
# asked with each of them, and answers the same but for the names.
#
#   IOMMU_MEM=build/san/iommu-mem prove tests/mem/pci-ids.t
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use JSON::PP ();
use POSIX qw(mkfifo);
use Test::More;

my $dir = dirname(__FILE__);
my $iommu_mem = $ENV{IOMMU_MEM} || "'$dir/../../build/san/iommu-mem'";
my $work = tempdir(CLEANUP => 1);

sub ask {
	my ($file, $command) = @_;
	local $ENV{IOMMU_PCI_IDS} = $file;
	alarm 60; # a pipe that nobody writes to must not be waited for
	my $out = `echo '$command' | $iommu_mem '$dir/devices.mem' '$dir/v6.12-devices.sym' 2>&1`;
	alarm 0;
	return (split /^iommu> .*\n/m, $out)[1];
}

sub write_file {
	my ($name, $text) = @_;
	open my $file, '>', "$work/$name" or die $!;
	print $file $text;
	close $file;
	return "$work/$name";
}

my $command = 'iommu devices -v 00:03.0';
my $without = ask('', $command);
like($without, qr/^  identity  15b3:1019, class 020000/m, 'without a file the numbers stand there');
unlike($without, qr/^  named/m, 'without a file there are no names');

my $with = ask("$dir/pci.ids", $command);
is($with =~ s/^  named .*\n//mr, $without, 'names are all that a file adds');
like($with, qr/^  named     Ethernet controller: Mellanox Tech\?\[31mnologies MT28800 Family$/m,
	'class, vendor and device; a control character does not reach the terminal');
like(ask("$dir/pci.ids", 'iommu devices -v 00:05.0'),
	qr/^  named     Display controller: Advanced Micro Devices, Inc\. \[AMD\/ATI\] \(pci\.ids does not have the device\)$/m,
	'a vendor without the device, a base class without the sub class');
is(ask("$dir/pci.ids", 'iommu devices -v 00:04.0'), ask('', 'iommu devices -v 00:04.0'), 'numbers that the list does not have');

my $document = JSON::PP->new->decode(ask("$dir/pci.ids", 'iommu devices -v -j 00:03.0'))->{devices}[0]{details};
is_deeply([map { $document->{$_} } qw(vendor_name device_name class_name)],
	['Mellanox Tech?[31mnologies', 'MT28800 Family', 'Ethernet controller'], 'JSON');

mkfifo("$work/pipe", 0600) or die $!;
my $sparse = write_file('sparse', '');
truncate $sparse, 17 << 20 or die $!;
my %odd = (
	'a file that is not there' => "$work/none",
	'a folder' => $work,
	'a pipe' => "$work/pipe",
	'a device without an end' => '/dev/zero',
	'an empty file' => write_file('empty', ''),
	'a file of more than 16 MiB' => $sparse,
	'a file of zeros' => write_file('zeros', "\0" x 100000),
	'a file of one line' => write_file('line', 'x' x (1 << 20)),
	'a file of tabs' => write_file('tabs', "\t" x 100000 . "\n" x 100000),
	'a compressed file' => write_file('noise', join '', map { chr(($_ * 7919 + $_ * $_) % 256) } 1 .. 100000),
);
is(ask($odd{$_}, $command), $without, "$_ has no names") for sort keys %odd;

my $long = ask(write_file('long', '15b3  ' . 'N' x 5000 . "\n\t1019  device\n"), $command);
like($long, qr/^  named     N{200}\.\.\. device$/m, 'a name without an end is cut, with a mark');
done_testing();
