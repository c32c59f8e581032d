# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the checks of the architecture's laws have in common. A check is a function of a path and a
# text that returns what is wrong; follows_law() applies it to the tree, and to samples that it has
# to catch or let pass, so that no check can be one that never fails.
package Rules;
use strict;
use warnings;
use Cwd 'abs_path';
use Digest::SHA 'sha256_hex';
use Exporter 'import';
use File::Basename;
use Test::More;

our @EXPORT = qw(slurp sources code_of follows_law in_parallel compile_in_parallel have_compiler @WARNINGS);

# The root of the project, wherever the test was started.
chdir abs_path(dirname(__FILE__) . '/../..') or die "chdir: $!";

our @WARNINGS = qw(-Wall -Wextra -Wshadow -Wmissing-prototypes -Wconversion);

sub slurp {
	my ($path) = @_;
	open(my $file, '<', $path) or die "$path: $!";
	local $/;
	return scalar <$file>;
}

sub sources {
	return sort map { glob } @_;
}

# The text without comments (strings kept, or emptied when $no_strings), line for line.
sub code_of {
	my ($text, $no_strings) = @_;
	$text =~ s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')}{
		my ($comment, $string) = ($1, $2);
		defined $comment ? $comment =~ s/[^\n]//gr
			: $no_strings && $string =~ /^"/ ? '""' : $string;
	}gse;
	return $text;
}

# bad: [path, text] that the check must complain about; good: that it must not.
sub follows_law {
	my ($law, $check, %arg) = @_;
	my @wrong = map { my $path = $_; map { "$path: $_" } $check->($path, slurp($path)) } @{ $arg{files} };

	ok(@{ $arg{files} } && !@wrong, "$law (" . @{ $arg{files} } . ' files)')
		or diag(join("\n", @wrong));
	for my $sample (@{ $arg{bad} }) {
		ok(scalar $check->(@$sample), "$law: catches '" . short($sample->[1]) . "'");
	}
	for my $sample (@{ $arg{good} || [] }) {
		my @found = $check->(@$sample);
		ok(!@found, "$law: lets '" . short($sample->[1]) . "' pass") or diag(@found);
	}
}

sub short {
	my ($text) = @_;
	$text =~ s/\s+/ /g;
	$text =~ s/#/ /g; # a directive in TAP
	$text =~ s/^\s+|\s+$//g;
	return length $text > 60 ? substr($text, 0, 57) . '...' : $text;
}

# Runs a command line for each item, as many at a time as there are processors. Returns, in the
# order of the items, the output of each that failed, and '' of the others.
sub in_parallel {
	my ($command, @items) = @_;
	my $jobs = `nproc` || 1;
	my @output = ('') x @items;

	while (my ($first) = grep { !defined $items[$_]{started} } 0 .. $#items) {
		my @batch = grep { $_ <= $#items } $first .. $first + $jobs - 1;
		my %pipe;
		for my $i (@batch) {
			$items[$i]{started} = 1;
			open($pipe{$i}, '-|', $command->($items[$i]) . ' 2>&1') or die "fork: $!";
		}
		for my $i (@batch) {
			local $/;
			my $text = readline($pipe{$i}) // '';
			$output[$i] = $text || 'failed' if !close($pipe{$i});
		}
	}
	return @output;
}

# As in_parallel(), for command lines that compile one file (the item's path) and say nothing if it is good. What was
# good and is the same since, the file, every header of the tree, the command line and the compiler, is not compiled
# again: the folder of the build remembers it by a digest.
sub compile_in_parallel {
	my ($command, @items) = @_;
	my $memory = ($ENV{BUILD} || 'build') . '/compiles';
	my %good = map { $_ => 1 } -e $memory ? split /\n/, slurp($memory) : ();
	my $headers = sha256_hex(map { ($_, slurp($_)) } sources('include/iommu/*.h', 'src/*/*.h', 'src/*/*/*.h', 'tests/*/*.h',
		'bench/*.h'));
	my %version = map { $_ => `$_ --version` } map { $_->{compiler} } @items;
	my @defs = map { @$_ ? "@{$_}[7, 9]" : '' } [stat(($ENV{CRASH_INCLUDE} || '/usr/include/crash') . '/defs.h')];
	my @key = map { sha256_hex($command->($_), slurp($_->{path}), $headers, $version{ $_->{compiler} }, @defs) } @items;
	my @new = grep { !$good{ $key[$_] } } 0 .. $#items;
	my @output = ('') x @items;

	@output[@new] = in_parallel($command, @items[@new]);
	# Of so many trees none is needed again.
	open(my $file, -s $memory && -s _ > 1_000_000 ? '>' : '>>', $memory) or return @output;
	print $file map { "$key[$_]\n" } grep { $output[$_] eq '' } @new;
	close $file;
	return @output;
}

sub have_compiler {
	my ($name) = @_;
	return system("command -v $name >/dev/null 2>&1") == 0;
}

1;
