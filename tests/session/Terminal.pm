# SPDX-License-Identifier: GPL-2.0-or-later
# A program with a terminal of its own: what a user types, and what is on the screen.
#
#	my $terminal = Terminal->start($command, CRASHPAGER => undef);
#	$terminal->wait_for(qr/crash> $/) or BAIL_OUT('no prompt');
#	$terminal->type("iommu\n");
package Terminal;

use strict;
use warnings;
use POSIX qw(setsid);
use Test::More;
use Time::HiRes qw(time);

# Linux asm-generic/ioctls.h
use constant { TIOCSCTTY => 0x540e, TIOCSPTLCK => 0x40045431, TIOCGPTN => 0x80045430 };

# Why no program can have a terminal here, as in a chroot without /dev/pts; undef: one can.
sub why_none {
	my $packed = pack 'i', 0;

	open(my $master, '+<', '/dev/ptmx') or return "no pseudo terminal: /dev/ptmx: $!";
	ioctl($master, TIOCSPTLCK, $packed) && ioctl($master, TIOCGPTN, $packed) or return "no pseudo terminal: /dev/ptmx: $!";
	my $slave = '/dev/pts/' . unpack('i', $packed);
	open(my $there, '+<', $slave) or return "no pseudo terminal: $slave: $! (is devpts mounted there?)";
	return undef;
}

# The environment is this one with the changes; undef takes a variable out of it.
sub start {
	my ($class, $command, %environment) = @_;
	my $packed = pack 'i', 0;

	open(my $master, '+<', '/dev/ptmx') or die "/dev/ptmx: $!";
	ioctl($master, TIOCSPTLCK, $packed) or die "TIOCSPTLCK: $!";
	ioctl($master, TIOCGPTN, $packed) or die "TIOCGPTN: $!";
	my $slave = '/dev/pts/' . unpack('i', $packed);
	my $pid = fork;
	die "fork: $!" unless defined $pid;
	return bless { master => $master }, $class if $pid;

	setsid();
	open(STDIN, '+<', $slave) or die "$slave: $!";
	ioctl(STDIN, TIOCSCTTY, 0);
	open(STDOUT, '>&', \*STDIN) or die;
	open(STDERR, '>&', \*STDIN) or die;
	$ENV{TERM} = 'xterm';
	defined $environment{$_} ? $ENV{$_} = $environment{$_} : delete $ENV{$_} for keys %environment;
	exec $command;
}

sub type {
	my ($self, $text) = @_;

	syswrite $self->{master}, $text;
}

# A line, and everything up to there.
sub say_to {
	my ($self, $line, $until) = @_;

	$self->type("$line\n");
	return $self->wait_for($until);
}

# Everything up to there, or undef after a minute without it.
sub wait_for {
	my ($self, $until) = @_;
	my ($text, $end) = ('', time + 60);

	while (time < $end) {
		my $readable = '';
		vec($readable, fileno $self->{master}, 1) = 1;
		next unless select($readable, undef, undef, 0.5);
		sysread($self->{master}, my $bytes, 65536) or last;
		# crash 9 marks where its prompt takes pasted text
		$text = substr($text . $bytes, -200_000) =~ s/\r|\e\[\?2004[hl]//gr;
		return $text if $text =~ $until;
	}
	return undef;
}

# Until nothing came for so many seconds: a prompt may be shown again with what was typed before it stood.
sub settle {
	my ($self, $seconds) = @_;
	my $readable = '';

	vec($readable, fileno $self->{master}, 1) = 1;
	while (select(my $ready = $readable, undef, undef, $seconds)) {
		sysread($self->{master}, my $bytes, 65536) or last;
	}
}

1;
