#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# `make session` at a terminal: a long answer stands in crash's pager, and the session goes on when it is left.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use POSIX qw(setsid);
use Session;
use Test::More;
use Time::HiRes qw(time);

# Linux asm-generic/ioctls.h
use constant { TIOCSCTTY => 0x540e, TIOCSPTLCK => 0x40045431, TIOCGPTN => 0x80045430 };

Session::require_all('after');
plan skip_all => 'make session is on the embedded vmcore' if $ENV{VMCORE_DIR} !~ m{/debian-6\.1$};
plan skip_all => 'no less, which crash asks for' unless -x '/usr/bin/less';

my $terminal = open_session();
wait_for(qr/crash> $/) or BAIL_OUT('no prompt');
type("iommu map -vv -d a1:00.1\n");
my $page = wait_for(qr/MORE/);
ok($page, 'a long answer stops at the end of the screen');
my $rows = () = ($page // '') =~ /^[0-9a-f]+ .*  rw?/mg;
cmp_ok($rows, '<', 200, 'and is not all on it');
type('q');
ok(wait_for(qr/crash> $/), 'q leaves the pager');
type("iommu help\n");
ok(wait_for(qr/a page of a verb|the page of a verb/), 'the session goes on');
type("q\nquit\n");
done_testing();

sub type { syswrite $terminal, $_[0] }

# make session with a terminal of its own; returns the other end of it.
sub open_session {
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
	delete $ENV{CRASHPAGER};
	exec $ENV{MAKE} || 'make', '--no-print-directory', 'session';
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
		$text = substr($text . $bytes, -200_000) =~ s/\r|\e\[\?2004[hl]//gr;
		return $text if $text =~ $until;
	}
	return undef;
}
