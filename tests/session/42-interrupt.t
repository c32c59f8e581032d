#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# ^C at a terminal: the answer ends, says that it is not all, and the prompt is back within 100 ms.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use POSIX qw(setsid);
use Session;
use Test::More;
use Time::HiRes qw(sleep time);

# Linux asm-generic/ioctls.h
use constant { TIOCSCTTY => 0x540e, TIOCSPTLCK => 0x40045431, TIOCGPTN => 0x80045430 };

Session::require_all('after');
my %hostile = map { $_->[0] => $_ } Session::truth('after', 'hostile');
plan skip_all => 'this guest built no broken tables' unless $hostile{wide};
plan skip_all => 'the broken tables were filtered out' if Session::filtered();

# Four levels of 512 entries to one table each: millions of rows before it is cut.
my $endless = "iommu map -vv -r $hostile{wide}[1] -l 4";
my $terminal = open_crash();

wait_for(qr/crash> $/) or BAIL_OUT('no prompt');
say_to('set scroll off', qr/crash> $/);
say_to("extend $ENV{IOMMU_SO}", qr/crash> $/);

my @seconds;
for (1 .. 5) {
	say_to($endless, qr/(^[0-9a-f]+ .*\n){200}/m);
	my $pressed = time;
	syswrite $terminal, "\x03";
	my $said = wait_for(qr/crash> $/);
	push @seconds, time - $pressed;
	like($said, qr/interrupted: what is above is not all/, 'an answer that was broken off says so');
	like($said, qr/^\d+ entries, .* table pages/m, 'with the totals so far');
}
@seconds = sort { $a <=> $b } @seconds;
# The median: what else this machine does is not ours.
cmp_ok($seconds[2], '<', 0.1, '^C: the prompt is back within 100 ms')
	or diag("took @seconds");
like(say_to('iommu dte a1:00.1', qr/^0000:a1:00\.1.*crash> $/ms), qr/^DEVICE/m, 'the session goes on');
syswrite $terminal, "quit\n";

done_testing();

# crash with a terminal of its own; returns the other end of it.
sub open_crash {
	my $command = ($ENV{CRASH} || 'crash') . " -s $ENV{NAMELIST} " . Session::dump_file('after');
	my $packed = pack 'i', 0;

	open(my $master, '+<', '/dev/ptmx') or plan skip_all => "/dev/ptmx: $!";
	ioctl($master, TIOCSPTLCK, $packed) or die "TIOCSPTLCK: $!";
	ioctl($master, TIOCGPTN, $packed) or die "TIOCGPTN: $!";
	my $slave = '/dev/pts/' . unpack('i', $packed);
	my $pid = fork;
	die "fork: $!" unless defined $pid;
	return $master if $pid;

	setsid();
	open(STDIN, '+<', $slave) or die "$slave: $!";
	ioctl(STDIN, TIOCSCTTY, 0);
	open(STDOUT, '>&', \*STDIN) or die;
	open(STDERR, '>&', \*STDIN) or die;
	$ENV{TERM} = 'xterm';
	exec $command;
}

sub say_to {
	my ($line, $until) = @_;

	syswrite $terminal, "$line\n";
	return wait_for($until);
}

# Everything up to there, or undef after a minute without it.
sub wait_for {
	my ($until) = @_;
	my ($text, $end) = ('', time + 60);

	while (time < $end) {
		my $readable = '';
		vec($readable, fileno $terminal, 1) = 1;
		next unless select($readable, undef, undef, 0.5);
		sysread($terminal, my $bytes, 65536) or last;
		# crash 9 marks where its prompt takes pasted text
		$text = substr($text . $bytes, -200_000) =~ s/\r|\e\[\?2004[hl]//gr;
		return $text if $text =~ $until;
	}
	return undef;
}
