#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# crash is linked -rdynamic and exports some 12,000 names: a name that the plugin exports could be
# replaced by one of them, or replace one. crash needs none of ours, it runs constructors.
use strict;
use warnings;
use File::Temp;
use FindBin;
use lib $FindBin::Bin;
use Rules;
use Test::More;

my $build = $ENV{BUILD} || 'build';
my $dir = File::Temp->newdir;

sub exports {
	my ($path) = @_;
	my @lines = `nm -D --defined-only '$path' 2>&1`;
	die "nm: @lines" if $?;
	return map { (split)[-1] } @lines;
}

my @wrong = exports("$build/iommu.so");
is("@wrong", '', 'iommu.so exports nothing');

open(my $file, '>', "$dir/x.c") or die;
print $file "int exported;\n__attribute__((visibility(\"hidden\"))) int hidden;\n";
close($file);
is(system('gcc', '-shared', '-fPIC', '-o', "$dir/x.so", "$dir/x.c"), 0, 'a sample is built');
is(join(' ', exports("$dir/x.so")), 'exported', 'an exported name is seen, a hidden one is not');

# Whoever has a plugin and no crash to load it into learns its version all the same.
chomp(my $version = slurp('VERSION'));
ok(scalar(grep { $_ eq "iommu.so $version\n" } `strings '$build/iommu.so'`), 'strings shows the version of iommu.so');

# A name that nobody defines would only be missed when the function is called.
my @undefined = grep { !/\@GLIBC|^w / } map { s/^\s+//r } `nm -D --undefined-only '$build/iommu.so'`;
my %ours = map { $_ => 1 } map { /^(?:const )?(?:struct |enum )?\w+ \*?(\w+)\(/mg } map { slurp($_) }
	sources('include/iommu/*.h');
my @missing = grep { $ours{(split)[-1]} } @undefined;
is("@missing", '', 'iommu.so defines all functions of its own that it calls');
cmp_ok(scalar keys %ours, '>', 50, 'the functions of the headers were understood');

done_testing();
