#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The page of `iommu report` on hosts that are no dump of the lab: one on which the names of tasks and drivers are
# markup and script, and one of 10,000 devices.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Browser;
use File::Temp 'tempdir';
use Test::More;

my $mem = $ENV{IOMMU_MEM} or plan skip_all => 'IOMMU_MEM is not set: run this through make';
my $missing = Browser::missing();
plan skip_all => "the page of a report in a browser: $missing" if $missing;

my $dir = tempdir(CLEANUP => 1);
my ($task, $driver) = ('<img src=x o=1>', '</script><img src=x onerror=hit()>');

# A copy of a memory text, with a name in it replaced.
sub with_name {
	my ($file, $name, $other) = @_;
	open(my $in, '<', "$FindBin::Bin/../mem/$file") or die "$file: $!";
	open(my $out, '>', "$dir/$file") or die "$file: $!";
	my $nr = 0;
	while (<$in>) {
		$nr += s/"\Q$name\E"/"$other"/g;
		print $out $_;
	}
	close($out);
	ok($nr, "$file has a $name");
}

with_name('vfio.mem', 'vfio-pci', $driver);
with_name('machines.mem', 'qemu-kvm', $task);
open(my $iommu, '|-', "$mem $dir/vfio.mem $FindBin::Bin/../mem/v6.1-vfio.sym >$dir/said") or die "$mem: $!";
print $iommu "iommu report $dir/report.html\niommu snapshot $dir/snapshot.json\n";
close($iommu);
ok(-s "$dir/report.html" && -s "$dir/snapshot.json", 'a report and a snapshot were written')
	or BAIL_OUT(`cat $dir/said`);

Browser::points('hostile.mjs', "$dir/report.html", "$dir/snapshot.json", $driver, $task);
Browser::points('many.mjs', "$dir/report.html", "$dir/many.html");
done_testing;
