# SPDX-License-Identifier: GPL-2.0-or-later
#
# A crash session on a vmcore of the lab, and the truth that was taken inside its guest.
#
# What is tested against what comes from the environment (make test sets it for the embedded
# vmcores, `make lab` for every other combination):
#
#   VMCORE_DIR   before.elf, after.elf and the truth folders before/, after/
#   NAMELIST     what crash is given for the kernel
#   IOMMU_SO     the plugin, built for this crash
#   CRASH        the crash binary, with arguments if it needs some
package Session;

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

our $scratch = tempdir(CLEANUP => 1);
my $nr_sessions = 0;

# The file of a state, or a loud skip of the whole test when something is missing.
sub require_all {
	my @states = @_;

	for my $name (qw(VMCORE_DIR NAMELIST IOMMU_SO)) {
		plan skip_all => "$name is not set: run this through make" unless $ENV{$name};
		plan skip_all => "$name: no $ENV{$name}" unless -e $ENV{$name};
	}
	for my $state (@states) {
		plan skip_all => "no dump of '$state'" unless dump_file($state);
	}
}

sub dump_file {
	my ($state) = @_;

	for my $suffix (qw(elf kdump)) {
		my $file = "$ENV{VMCORE_DIR}/$state.$suffix";
		return $file if -e $file;
	}
	return undef;
}

# makedumpfile left out what no kernel needs (-d 31); the lab says so beside the dumps.
sub filtered {
	return -e "$ENV{VMCORE_DIR}/filter";
}

# Whether this guest remaps interrupts, by the chips of /proc/irq: 7.3 does not on QEMU 7.2.
sub remaps_interrupts {
	my ($state) = @_;

	return scalar grep { $_->[1] =~ /^IR-/ } truth($state, 'irqs');
}

# The type of the default domain of a device's group, as sysfs said it: identity, DMA, DMA-FQ.
sub default_type {
	my ($state, $device) = @_;
	my ($group) = map { $_->[0] } grep { $_->[1] eq $device } truth($state, 'groups');
	my ($type) = map { $_->[1] } grep { defined $group && $_->[0] == $group }
				     truth($state, 'group_types');

	return $type // '';
}

# Runs crash on a state with these commands; returns what each one printed, in their order. The
# words of crash itself (errors outside a command) are in $Session::noise.
our $noise = '';

sub run {
	my ($state, @commands) = @_;
	my $dir = "$scratch/" . $nr_sessions++;
	my $crash = $ENV{CRASH} || 'crash';
	my $dump = dump_file($state);
	my $n = 0;

	mkdir $dir or die "$dir: $!";
	open(my $script, '>', "$dir/script") or die "$dir/script: $!";
	print $script "extend $ENV{IOMMU_SO}\n";
	print $script "$_ > $dir/" . $n++ . "\n" for @commands;
	print $script "quit\n";
	close $script;
	$noise = `$crash -s -i $dir/script $ENV{NAMELIST} $dump 2>&1 </dev/null`;
	return map { slurp("$dir/$_") } 0 .. $n - 1;
}

sub slurp {
	my ($file) = @_;

	open(my $f, '<', $file) or return '';
	local $/;
	my $text = <$f>;
	return defined $text ? $text : '';
}

# The documents that these commands print; undef, with a failed test, where one is not JSON.
sub documents {
	my ($state, @commands) = @_;
	my @texts = run($state, @commands);

	return map {
		my $document = eval { decode_json($texts[$_]) };
		fail("valid JSON of '$commands[$_]': $@ $texts[$_] $noise") unless $document;
		$document;
	} 0 .. $#commands;
}

# ---- truth: lines of words ----

sub truth {
	my ($state, $name) = @_;
	my @rows;

	open(my $f, '<', "$ENV{VMCORE_DIR}/$state/$name") or return ();
	while (<$f>) {
		chomp;
		push @rows, [split ' '];
	}
	return @rows;
}

# Addresses are 64 bits: numbers of perl hold them, hex() warns about nothing below 2^64 here.
sub number {
	no warnings 'portable';
	return hex $_[0];
}

sub word {
	return sprintf '0x%x', $_[0];
}

1;
