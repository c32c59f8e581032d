#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is built here loads beside an older glibc: the functions that glibc 2.34 gave a new version are
# asked for in the version that they have had from the first glibc of the processor on. Those versions
# are glibc's own, in its sysdeps/*/shlib-versions.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rules;
use Test::More;

my $build = $ENV{BUILD} || 'build';
my %first_glibc = ('Advanced Micro Devices X86-64' => 'GLIBC_2.2.5', AArch64 => 'GLIBC_2.17');

sub processor_of {
	my ($program) = @_;
	return `readelf -h '$program'` =~ /^\s*Machine:\s+(.*\S)/m ? $1 : '';
}

# The versions of each function that are asked for.
sub versions_of {
	my ($program) = @_;
	my %versions;
	for (`readelf -W --dyn-syms '$program'`) {
		push @{ $versions{$1} }, $2 if /\sUND (dl(?:open|sym|close))\@+(\S+)/;
	}
	# The runtime of a sanitizer that is linked into a test program asks for those of this glibc.
	return \%versions if $program =~ /\.so$/;
	return { map { $_ => [ @{ $versions{$_} } > 1 ? grep { !/GLIBC_2\.34/ } @{ $versions{$_} } : @{ $versions{$_} } ] }
		keys %versions };
}

my @programs = grep { -e } "$build/iommu.so", "$build/san/iommu-mem";
cmp_ok(scalar @programs, '>', 0, "something is built in $build");
for my $program (@programs) {
	my $first = $first_glibc{processor_of($program)};
	SKIP: {
		skip 'no version is known for ' . processor_of($program), 1 if !$first;
		is_deeply(versions_of($program), { map { $_ => [$first] } qw(dlopen dlsym dlclose) },
			"$program asks for the first version of dlopen, dlsym and dlclose");
	}
}

# What glibc made anew later than that of Debian 11, whose crash the plugin is loaded into too.
sub too_new {
	my ($program) = @_;
	return grep { /\@+GLIBC_2\.(\d+)/ && $1 > 31 && !/\bdl(?:open|sym|close)\@/ }
		map { /\sUND (\S+)/ ? $1 : () } `readelf -W --dyn-syms '$program'`;
}

is_deeply([too_new($_)], [], "$_ asks for nothing newer than glibc 2.31") for grep { /\.so$/ } @programs;

done_testing();
