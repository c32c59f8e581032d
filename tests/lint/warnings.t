#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every source compiles without a warning, with gcc and with clang. The command lines are make's own.
use strict;
use warnings;
use File::Temp;
use FindBin;
use lib "$FindBin::Bin/../rules";
use Rules;
use Test::More;

my $build = $ENV{BUILD} || 'build';
my $dir = File::Temp->newdir;

# What make would run to build everything, one command line for each source.
sub compilations {
	delete local @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES)};
	my $said = `make -n -B BUILD=$build all test-programs $build/bench_tables $build/bench_hosts 2>&1`;
	my %command;

	for (split /\n/, $said =~ s/\\\n//gr) {
		next unless /^\S*(?:cc|gcc|clang)\S* (.*) -c -o \S+ (\S+\.c)\s*$/;
		$command{$2} //= $1 if -e $2; # a generated one may not be there yet
	}
	diag($said) if $?;
	return \%command;
}

sub command {
	my ($item) = @_;
	# Analyses of a sanitized or optimized build are noise that differs between compilers. Lists of
	# headers (-MMD) would be written into the current folder.
	my $flags = $item->{flags} =~ s/\s-(fsanitize=|fno-sanitize|fno-omit|O|g|MMD|MP)\S*//gr;
	return "$item->{compiler} $flags -Werror -fsyntax-only $item->{path}";
}

sub outputs {
	my (@items) = @_;
	my @output = compile_in_parallel(\&command, @items);
	return map { [$items[$_], $output[$_]] } 0 .. $#items;
}

my $commands = compilations();
my @files = sort keys %$commands;
my @compilers = grep { have_compiler($_) } qw(gcc clang);

my %built = map { $_ => 1 } @files;
my @forgotten = grep { !$built{$_} } sources('src/*/*.c', 'src/*/*/*.c', 'tests/unit/*.c', 'tests/mem/*.c',
	'tests/fault/*.c', 'bench/*.c');
is("@forgotten", '', 'make builds every source');

for my $file (@files) {
	my @lacks = grep { my $flag = $_; $commands->{$file} !~ /(^|\s)\Q$flag\E(\s|$)/ } @WARNINGS;
	is("@lacks", '', "$file is built with all warnings");
}
for (outputs(map { my $c = $_; map { { compiler => $c, flags => $commands->{$_}, path => $_ } } @files }
		@compilers)) {
	my ($item, $output) = @$_;
	is($output, '', "$item->{path}, $item->{compiler}");
}
for my $missing (grep { !have_compiler($_) } qw(gcc clang)) {
	SKIP: { skip "no $missing here", 1 }
}

# One sample for each warning.
my %bad = (
	'-Wall' => "static int f(void)\n{\n\tint unused;\n\n\treturn 0;\n}\nint (*g)(void) = f;",
	'-Wextra' => "int f(unsigned a, int b);\nint f(unsigned a, int b)\n{\n\treturn b;\n}",
	'-Wshadow' => "int f(int a);\nint f(int a)\n{\n\t{\n\t\tint a = 1;\n\n\t\treturn a;\n\t}\n}",
	'-Wmissing-prototypes' => "int f(void)\n{\n\treturn 0;\n}",
	'-Wconversion' => "char f(int a);\nchar f(int a)\n{\n\treturn a;\n}",
);
my $n = 0;
for my $warning (sort keys %bad) {
	my $path = "$dir/" . $n++ . '.c';
	open(my $file, '>', $path) or die;
	print $file "$bad{$warning}\n";
	close($file);
	for (outputs(map { { compiler => $_, flags => $commands->{$files[0]}, path => $path } } @compilers)) {
		isnt($_->[1], '', "$_->[0]{compiler} catches what $warning is for");
	}
}

done_testing();
