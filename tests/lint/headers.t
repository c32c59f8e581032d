#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every header compiles alone: it includes what it needs.
use strict;
use warnings;
use File::Basename;
use File::Temp;
use FindBin;
use lib "$FindBin::Bin/../rules";
use Rules;
use Test::More;

my $crash = $ENV{CRASH_INCLUDE} || '/usr/include/crash';
my $dir = File::Temp->newdir;

sub command {
	my ($item) = @_;
	my $own = dirname($item->{path});
	return join ' ', $item->{compiler}, '-x c -std=gnu11 -D_GNU_SOURCE -Iinclude -Isrc',
		"-Itests/mem -I$own -isystem $crash", @WARNINGS,
		'-Wno-unused-function -Wno-unused-const-variable -Werror -fsyntax-only', $item->{path};
}

sub check_headers {
	my (@items) = @_;
	my @output = compile_in_parallel(\&command, @items);
	return map { [$items[$_], $output[$_]] } 0 .. $#items;
}

my @compilers = grep { have_compiler($_) } qw(gcc clang);
my @headers = grep { !m{/defs\.h$} } sources('include/iommu/*.h', 'src/*/*.h', 'src/*/*/*.h', 'tests/*/*.h', 'bench/*.h');

for (check_headers(map { my $c = $_; map { { compiler => $c, path => $_ } } @headers } @compilers)) {
	my ($item, $output) = @$_;
	is($output, '', "$item->{path} alone, $item->{compiler}");
}
for my $missing (grep { !have_compiler($_) } qw(gcc clang)) {
	SKIP: { skip "no $missing here", 1 }
}

# A header that leans on another one does not pass.
open(my $file, '>', "$dir/leans.h") or die;
print $file "static inline uint64_t f(uint64_t v)\n{\n\treturn v;\n}\n";
close($file);
for (check_headers(map { { compiler => $_, path => "$dir/leans.h" } } @compilers)) {
	like($_->[1], qr/uint64_t/, "$_->[0]{compiler} catches a header that needs another");
}

done_testing();
