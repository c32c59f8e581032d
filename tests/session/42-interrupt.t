#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# ^C at a terminal: the answer ends, says that it is not all, and the prompt is back within 100 ms; in the
# first command of a session too, which asks gdb for struct members.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Terminal;
use Test::More;
use Time::HiRes qw(sleep time);

Session::require_all('after');
my $no_terminal = Terminal::why_none();
plan skip_all => $no_terminal if $no_terminal;
my %hostile = map { $_->[0] => $_ } Session::truth('after', 'hostile');
plan skip_all => 'this guest built no broken tables' unless $hostile{wide};
plan skip_all => 'the broken tables were filtered out' if Session::filtered();

# Four levels of 512 entries to one table each, in AMD's format: millions of rows before it is cut.
my $endless = "iommu map -vv -r $hostile{wide}[1] -l 4 -f amdv1";
my $terminal = open_session(Session::dump_file('after'));
my @seconds;
for (1 .. 5) {
	my ($said, $took) = break_off($terminal, $endless);
	push @seconds, $took;
	like($said, qr/interrupted: what is above is not all/, 'an answer that was broken off says so');
	like($said, qr/^\d+ entries, .* table pages/m, 'with the totals so far');
}
@seconds = sort { $a <=> $b } @seconds;
# The median: what else this machine does is not ours.
cmp_ok($seconds[2], '<', 0.1, '^C: the prompt is back within 100 ms')
	or diag("took @seconds");

# While the answer waits for a terminal that takes no more: no row is cut, and the end is said all the same.
# A write fails only where the terminal was full just between two, so once proves little.
my (@cut, @silent);
for my $time (1 .. 12) {
	my ($said) = break_off($terminal, $endless, 0.1 + 0.01 * $time);
	push @cut, $time if $said =~ /could not be written/;
	push @silent, $time unless $said =~ /interrupted: what is above is not all/;
}
is_deeply(\@cut, [], 'an answer that waits for the terminal is not cut');
is_deeply(\@silent, [], 'and says that it was broken off');

like($terminal->say_to('iommu dte a1:00.1', qr/^0000:a1:00\.1.*crash> $/ms), qr/^DEVICE/m, 'the session goes on');
$terminal->type("quit\n");

# ---- the first command ----

my $device = 'a1:00.1';
my $endless_device = device_with_table($device, Session::number($hostile{wide}[1]));

SKIP: {
	skip 'this dump cannot be changed in place, or its entries are of scalable mode', 2 unless $endless_device;
	$terminal = open_session($endless_device);
	my ($said) = break_off($terminal, "iommu map -vv -d $device");
	like($said, qr/interrupted: what is above is not all/, 'the first command, broken off, says so');
	like($said, qr/^\d+ entries, .* table pages/m, 'with the totals so far');
	$terminal->type("quit\n");
}

# While it still learns the kernel's structs: the answer is whole, or says that it is not.
my $whole;
for my $delay (undef, 0.01, 0.03, 0.06, 0.1, 0.15) {
	$terminal = open_session(Session::dump_file('after'));
	$terminal->type("iommu status\n");
	if (defined $delay) {
		sleep $delay;
		$terminal->type("\x03");
	}
	# the terminal's own echo may stand anywhere
	my $said = $terminal->wait_for(qr/crash> $/) =~ s/\^C|crash> |iommu status\n//gr =~ s/\s*\n\s*/\n/gr;
	$whole //= $said;
	# On a busy machine crash may take ^C before it has begun with the command: then nothing is said at all.
	ok($said eq $whole || $said =~ /interrupted: what is above is not all/ || (defined $delay && $said !~ /\S/),
		defined $delay ? "^C after $delay s: the answer is whole or says that it is not"
			       : 'the answer that nobody broke off') or diag($said);
	$terminal->type("quit\n");
}

done_testing();

# ^C in the middle of that command's rows, which nobody reads for so many seconds before: what was said from
# there to the prompt, and how long that took.
sub break_off {
	my ($terminal, $command, $unread) = @_;

	$terminal->say_to($command, qr/(^[0-9a-f]+ .*\n){200}/m);
	sleep $unread if $unread;
	my $pressed = time;
	$terminal->type("\x03");
	my $said = $terminal->wait_for(qr/crash> $/);
	return ($said, time - $pressed);
}

# A copy of the dump in which the device's entry leads to that table of four levels: the path, or undef where
# memory is not as it is in the file.
sub device_with_table {
	my ($device, $root) = @_;
	my $dump = Session::dump_file('after');
	return undef unless $dump =~ /\.elf$/;

	my ($dte) = Session::documents('after', "iommu dte -j $device");
	my $changes = Session::vendor() eq 'VT-d' ? of_context_entry($dte->{entries}[0], $root)
						  : of_device_entry($dte->{entries}[0], $root);
	return undef unless $changes;
	my $copy = "$Session::scratch/endless.elf";

	system('cp', '--sparse=always', '--', $dump, $copy) == 0 or die "cp: $?";
	open(my $f, '+<:raw', $copy) or die "$copy: $!";
	for my $pa (keys %$changes) {
		my $at = offset_of($dump, $pa) // return undef;
		sysseek($f, $at, 0);
		syswrite($f, pack('Q<*', @{ $changes->{$pa} })) or die "$copy: $!";
	}
	return $copy;
}

# AMD 48882, device table entry: the root in bits 51:12, the mode in 11:9. Below a guest's table (GV, bit 55) it would be walked for
# that one's tables alone.
sub of_device_entry {
	my ($entry, $root) = @_;
	my ($text) = Session::run('after', "vtop " . $entry->{address} =~ s/^0x//r);
	my ($pa) = $text =~ /^VIRTUAL.*\n[0-9a-f]+ +([0-9a-f]+)/m or return undef;
	my $word = Session::number($entry->{raw}[0]) & ~(1 << 55 | 0xfffff << 32 | 0xfffffe00);

	return { Session::number($pa) => [$word | $root | 4 << 9] };
}

# VT-d, context entry of legacy mode: P in bit 0, the root in 63:12; the width stays: three levels. The
# guest's tables are in AMD's format, so those below the first are filled anew: R and W are bits 0 and 1.
sub of_context_entry {
	my ($entry, $root) = @_;
	my $context = $entry->{records}[-1];
	return undef unless @{ $context->{raw} } == 2 && $entry->{levels} == 3;
	my @tables = map { $root + 4096 * $_ } 1 .. 3;

	return { Session::number($context->{address}) => [$tables[0] | 1],
		 map { $tables[$_] => [(($tables[$_ + 1] // $root) | 3) x 512] } 0 .. 2 };
}

# Where an ELF file has that physical address.
sub offset_of {
	my ($file, $pa) = @_;

	open(my $f, '<:raw', $file) or die "$file: $!";
	sysread($f, my $header, 64);
	my ($phoff, $size, $nr) = (unpack('x32Q<', $header), unpack('x54S<S<', $header));
	for my $i (0 .. $nr - 1) {
		sysseek($f, $phoff + $i * $size, 0);
		sysread($f, my $segment, 56);
		my ($type, undef, $offset, undef, $start, $bytes) = unpack('L<L<Q<Q<Q<Q<', $segment);
		return $offset + $pa - $start if $type == 1 && $pa >= $start && $pa - $start < $bytes;
	}
	return undef;
}

# crash on that dump at a terminal of its own, with the plugin loaded and nothing asked yet.
sub open_session {
	my ($dump) = @_;
	my $terminal = Terminal->start(($ENV{CRASH} || 'crash') . " -s $ENV{NAMELIST} $dump");

	$terminal->wait_for(qr/crash> $/) or BAIL_OUT('no prompt');
	$terminal->settle(0.2);
	$terminal->say_to("extend $ENV{IOMMU_SO}", qr/shared object loaded\n/);
	$terminal->settle(0.2);
	$terminal->say_to('set scroll off', qr/crash> $/);
	$terminal->settle(0.2);
	return $terminal;
}
