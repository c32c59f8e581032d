#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The plugin needs no library but the C library of the machine that has the dump, also an old one: it
# is loaded into Debian 11's crash too, which has glibc 2.31.
use strict;
use warnings;
use File::Temp;
use FindBin;
use lib $FindBin::Bin;
use Rules;
use Test::More;

my $build = $ENV{BUILD} || 'build';
my $dir = File::Temp->newdir;
my $newest = 31; # glibc 2.31

# Libraries that are loaded with it. The loader itself is the C library's.
sub needed {
	my ($program) = @_;
	return grep { !/^(?:libc\.so\.6|ld-linux\S*)$/ } map { /\(NEEDED\).*\[(.+)\]/ ? $1 : () } `readelf -W -d '$program'`;
}

# What glibc has made anew since.
sub too_new {
	my ($program) = @_;
	return grep { /\@+GLIBC_2\.(\d+)/ && $1 > $newest } map { /\sUND (\S+)/ ? $1 : () } `readelf -W --dyn-syms '$program'`;
}

# Another way to a library: at run time.
sub opens_libraries {
	my ($program) = @_;
	return grep { /^dl(?:m?open|sym)\b/ } map { /\sUND (\S+)/ ? $1 : () } `readelf -W --dyn-syms '$program'`;
}

# Under test-pure there is no plugin: only what follows.
if (-e "$build/iommu.so") {
	is_deeply([needed("$build/iommu.so")], [], 'iommu.so needs no library but libc');
	is_deeply([too_new("$build/iommu.so")], [], "iommu.so asks for nothing newer than glibc 2.$newest");
	is_deeply([opens_libraries("$build/iommu.so")], [], 'iommu.so opens no library when it runs');
}

open(my $c, '>', "$dir/x.c") or die;
print $c "#include <dlfcn.h>\n#include <math.h>\nvoid *f(const char *n, double *d) { *d = cos(*d); return dlopen(n, 1); }\n";
close($c);
my $cc = $ENV{CC} || 'gcc';
is(system("$cc -shared -fPIC -Wl,--no-as-needed -o $dir/x.so $dir/x.c -lm -ldl"), 0, 'a sample is built');
like(join(' ', needed("$dir/x.so")), qr/libm/, 'a library that is needed is seen');
is(scalar(opens_libraries("$dir/x.so")), 1, 'one that is opened is seen');
$newest = 1;
cmp_ok(scalar(too_new("$dir/x.so")), '>', 0, 'a function of a newer glibc is seen');

done_testing();
