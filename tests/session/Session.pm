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
use IO::Handle;
use JSON::PP;
use POSIX qw(WNOHANG);
use Test::More;
use Time::HiRes qw(sleep time);

our $scratch = tempdir(CLEANUP => 1);
$ENV{IOMMU_PCI_IDS} = ''; # whether the machine of the test has names of devices is not asked
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

# A session in which crash has few commands, and the plugin all of its own.
sub minimal {
	return ($ENV{CRASH} // '') =~ /--minimal/;
}

# Whether this guest remaps interrupts, by the chips of /proc/irq: 7.3 does not on QEMU 7.2.
sub remaps_interrupts {
	my ($state) = @_;

	return scalar grep { $_->[1] =~ /^IR-/ } truth($state, 'irqs');
}

# Whose IOMMU this guest has, by what its kernel calls the units in /sys/class/iommu.
sub vendor {
	my ($state) = @_;
	my ($unit) = map { $_->[0] } truth($state // 'after', 'iommu_sysfs');

	return ($unit // '') =~ /^dmar/ ? 'VT-d' : 'AMD-Vi';
}

# The type of the default domain of a device's group, as sysfs said it: identity, DMA, DMA-FQ.
sub default_type {
	my ($state, $device) = @_;
	my ($group) = map { $_->[0] } grep { $_->[1] eq $device } truth($state, 'groups');
	my ($type) = map { $_->[1] } grep { defined $group && $_->[0] == $group }
				     truth($state, 'group_types');

	return $type // '';
}

# ---- crash: one session for each state, for as long as the test runs ----

# Seconds until a session that says nothing is given up.
my $patience = $ENV{SESSION_PATIENCE} || 300;
my %sessions;

# The words of crash itself during the last run: errors outside a command, what `!` printed.
our $noise = '';

# Starts crash on a dump and waits until it takes commands; undef, and its words in $noise, if it
# cannot open it.
sub try_start {
	my ($dump, @options) = @_;
	my $dir = "$scratch/" . $nr_sessions++;
	my $crash = $ENV{CRASH} || 'crash';
	my $namelist = $ENV{NAMELIST};
	my %session = (dir => $dir, nr_runs => 0, said => 0);

	mkdir $dir or die "$dir: $!";
	$session{pid} = open($session{in}, '|-', "exec $crash -s @options $namelist $dump >$dir/said 2>&1")
		or die "$crash: $!";
	$session{in}->autoflush(1);
	local $SIG{PIPE} = 'IGNORE';
	print { $session{in} } "extend $ENV{IOMMU_SO}\neval 1 > $dir/open\n";
	return \%session if wait_for(\%session, "$dir/open");
	finish(\%session);
	$noise = slurp("$dir/said");
	return undef;
}

# One that cannot open its dump is a failure that says which crash, which dump and why, and ends the
# test: nothing of it counts as passed.
sub start {
	my ($dump) = @_;
	my $session = try_start($dump);

	return $session if $session;
	fail(($ENV{CRASH} || 'crash') . " opens $dump");
	diag('cannot open: ' . why_not_open($noise));
	done_testing();
	exit 1;
}

# The first thing that crash complained about.
sub why_not_open {
	my ($said) = @_;
	my ($why) = grep { /^crash: |cannot|invalid|not a supported|do not match/ } split /\n/, $said;

	return ($why // 'crash ended without a word') =~ s/^crash: //r;
}

# Until the file has something in it; false: crash has ended, or does not end.
sub wait_for {
	my ($session, $file) = @_;
	my $deadline = time + $patience;

	until (-s $file) {
		return -s $file if waitpid($session->{pid}, WNOHANG) != 0;
		return 0 if time > $deadline;
		sleep 0.01;
	}
	return 1;
}

sub finish {
	my ($session) = @_;
	my $deadline = time + 10;

	local $SIG{PIPE} = 'IGNORE';
	print { $session->{in} } "quit\n";
	until (waitpid($session->{pid}, WNOHANG) != 0) {
		kill 'KILL', $session->{pid} if time > $deadline;
		sleep 0.01;
	}
	close $session->{in};
}

END {
	local $?;
	finish($_) for values %sessions;
}

# Runs these commands in the session of a state; returns what each one printed, in their order.
sub run {
	my ($state, @commands) = @_;

	$sessions{$state} //= start(dump_file($state));
	my @texts = run_in($sessions{$state}, @commands);
	delete $sessions{$state} unless $sessions{$state}{alive};
	return @texts;
}

# The same in one that start() returned.
sub run_in {
	my ($session, @commands) = @_;
	my $dir = "$session->{dir}/" . $session->{nr_runs}++;
	my $n = 0;

	mkdir $dir or die "$dir: $!";
	local $SIG{PIPE} = 'IGNORE';
	print { $session->{in} } "$_ > $dir/" . $n++ . "\n" for @commands;
	print { $session->{in} } "eval 1 > $dir/done\n";
	$session->{alive} = wait_for($session, "$dir/done");
	my $said = slurp("$session->{dir}/said");
	$noise = substr $said, $session->{said};
	$session->{said} = length $said;
	unless ($session->{alive}) {
		finish($session);
		fail("crash lives through: @commands[0 .. ($n > 3 ? 2 : $n - 1)]");
		diag($noise);
	}
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

	return decode(\@commands, run($state, @commands));
}

sub documents_in {
	my ($session, @commands) = @_;

	return decode(\@commands, run_in($session, @commands));
}

sub decode {
	my ($commands, @texts) = @_;

	return map {
		my $document = eval { decode_json($texts[$_]) };
		fail("valid JSON of '$commands->[$_]': $@ $texts[$_] $noise") unless $document;
		$document;
	} 0 .. $#texts;
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

# Page by page what an answer of map has: IOVA to physical address, or to what a function of that and
# the row makes of it.
sub pages_of {
	my ($document, $value) = @_;
	my %pages;

	for my $row (@{ $document->{mappings} }) {
		my $first = number($row->{iova});
		for (my $at = $first; $at <= number($row->{end}); $at += 4096) {
			my $pa = number($row->{pa}) + $at - $first;
			$pages{$at} = $value ? $value->($pa, $row) : $pa;
		}
	}
	return \%pages;
}

# Whether the guest's boot messages say that the kernel's own domains have v2 tables (pgtbl_v2).
sub has_v2_tables {
	return slurp("$ENV{VMCORE_DIR}/before/dmesg") =~ /AMD-Vi: V2 page table enabled/;
}

1;
