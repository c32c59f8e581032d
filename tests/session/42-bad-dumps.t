#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Dumps that are cut short or have holes, raw memory, and the namelist of another kernel: crash says
# what it does not open; where it does open, what is answered is true, and what is missing is said.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('after');

my $dump = Session::dump_file('after');
my $size = -s $dump;
my ($device) = map { $_->[1] } grep { $_->[0] eq 'device' } reverse Session::truth('after', 'vfio');
my %truth = map { Session::number($_->[0]) => Session::number($_->[1]) } Session::truth('after', 'mappings');
my %driver = map { $_->[0] => $_->[1] } Session::truth('after', 'drivers');
my @verbs = ('status', 'devices', 'groups', 'domains', 'dte', 'owner', 'irt', 'units', 'commands -a',
	     'acpi', "map -d $device", "walk -d $device " . join ' ', map { sprintf '%x', $_ }
							    (sort { $a <=> $b } keys %truth)[0, 17, -1]);
my @commands = map { "iommu $_ -j" } @verbs;

my @whole = Session::documents('after', @commands);
my ($owner) = map { $whole[$_] } grep { $verbs[$_] eq 'owner' } 0 .. $#verbs;

# A sparse copy of a file, or of its beginning.
sub copy {
	my ($name, $bytes) = @_;
	my $copy = "$Session::scratch/$name";

	system('cp', '--sparse=always', '--', $dump, $copy) == 0 or die "cp: $?";
	truncate($copy, $bytes) or die "$copy: $!" if defined $bytes;
	return $copy;
}

# ---- what a dump with holes may say ----

sub without_notes {
	my ($document) = @_;
	my %copy = %$document;

	delete $copy{notes};
	return JSON::PP->new->canonical->encode(\%copy);
}

sub admits {
	my ($document) = @_;
	return JSON::PP->new->encode($document) =~
		/"code":"(?:not-in-dump|bad-address|not-all|unreadable)"|not in (?:the )?dump|<unreadable>/;
}

# Each answer is a document; it is the whole dump's, or says that something was not to be had. And what
# it says of a page or a driver is what the guest said, whatever else is missing.
sub check_answers {
	my ($what, @documents) = @_;
	my (@no_document, @silent, @lies);

	for my $i (0 .. $#verbs) {
		my ($verb, $document) = ($verbs[$i], $documents[$i]);

		if (!$document) {
			push @no_document, $verb;
		} elsif (without_notes($document) ne without_notes($whole[$i]) && !admits($document)) {
			push @silent, $verb;
		}
	}
	is_deeply(\@no_document, [], "$what: every answer is a document");
	is_deeply(\@silent, [], "$what: what is missing is said");

	my %said = map { (split ' ', $verbs[$_])[0] => $documents[$_] || {} } 0 .. $#verbs;
	my $pages = Session::pages_of($said{map});
	push @lies, map { sprintf 'map %x', $_ }
		    grep { ($truth{$_} // -1) != $pages->{$_} } keys %$pages;
	push @lies, map { "walk $_->{iova}" }
		    grep { $_->{state} eq 'not-mapped' || ($_->{state} eq 'mapped' &&
			   Session::number($_->{pa}) != $truth{Session::number($_->{iova})}) }
		    @{ $said{walk}{results} };
	push @lies, map { "driver of $_->{device}" }
		    grep { my $is = $_->{driver} // '--';
			   $is ne $driver{$_->{device}} && $is !~ /^</ }
		    grep { exists $driver{$_->{device}} } @{ $said{devices}{devices} }; # of PCI devices
	push @lies, 'owner: nobody' if @{ $owner->{owners} } && !@{ $said{owner}{owners} || [] } &&
				       !admits($said{owner});
	is_deeply(\@lies, [], "$what: nothing is said that is not so");
	return scalar keys %$pages;
}

# The session that crash offers for this file, in the whole or at least as --minimal; undef: none.
sub open_somehow {
	my ($file) = @_;

	for my $minimal ([], ['--minimal']) {
		my $session = Session::try_start($file, @$minimal);
		return $session if $session;
	}
	return undef;
}

# ---- cut short, as by a full disk ----

my $nr_opened = 0;
for my $percent (95, 50) {
	my $cut = copy("cut$percent", int $size * $percent / 100);
	my $session = open_somehow($cut);
	my $what = "cut to $percent%";

	if ($session) {
		my @documents = Session::documents_in($session, @commands);

		$nr_opened++;
		check_answers($what, @documents);
		Session::finish($session);
	} else {
		# Nobody can ask anything then, and nothing of it counts as passed.
		my $why = Session::why_not_open($Session::noise);
		SKIP: { skip "$what: " . ($ENV{CRASH} || 'crash') . " does not open it: $why", 1 }
	}
	unlink $cut;
}
note("$nr_opened of the dumps cut short could be opened");

# ---- a hole: the page of one table was not saved ----

# An ELF dump whose largest segment is in two parts with a page missing between them; undef: this dump
# has no room for another program header.
sub dump_with_hole {
	my ($hole) = @_;
	my $file = copy('hole');

	open(my $f, '+<:raw', $file) or die "$file: $!";
	read $f, my $header, 64;
	my ($phoff, $phnum) = (unpack('Q<', substr $header, 32), unpack 'S<', substr $header, 56);
	seek $f, $phoff, 0;
	read $f, my $headers, 56 * $phnum;
	# type, flags, offset, vaddr, paddr, filesz, memsz, align
	my @loads = grep { $_->[1] == 1 }
		    map { [$_, unpack 'L<2Q<6', substr $headers, 56 * $_, 56] } 0 .. $phnum - 1;
	my ($whole) = grep { $hole >= $_->[5] && $hole < $_->[5] + $_->[6] } @loads;
	my ($spare) = grep { !$whole || $_ != $whole } @loads;

	return undef unless $whole && $spare;
	my (undef, $type, $flags, $offset, undef, $first, $bytes) = @$whole;
	my ($below, $above) = ($hole - $first, $hole + 4096 - $first);
	seek $f, $phoff + 56 * $whole->[0], 0;
	print $f pack 'L<2Q<6', $type, $flags, $offset, 0, $first, $below, $below, 0;
	seek $f, $phoff + 56 * $spare->[0], 0;
	print $f pack 'L<2Q<6', $type, $flags, $offset + $above, 0, $first + $above,
		$bytes - $above, $bytes - $above, 0;
	close $f;
	return $file;
}

sub table_of {
	my ($result) = @_;

	return Session::number($result->{steps}[-1]{entry_pa}) & ~0xfff;
}

my ($walked) = map { $whole[$_] } grep { $verbs[$_] =~ /^walk/ } 0 .. $#verbs;
my $result = $walked->{results}[1];
my $hole = $dump =~ /\.elf$/ ? dump_with_hole(table_of($result)) : undef;
SKIP: {
	skip 'a hole is made into ELF dumps that QEMU wrote', 6 unless $hole;
	my $session = Session::try_start($hole);

	ok($session, 'the dump with a hole opens') or last SKIP;
	my @documents = Session::documents_in($session, @commands);
	my $nr_pages = check_answers('a hole', @documents);
	my ($walk) = map { $documents[$_] } grep { $verbs[$_] =~ /^walk/ } 0 .. $#verbs;

	is($walk->{results}[1]{state}, 'not-in-dump', 'walk into the hole: not known, rather than not mapped');
	is($walk->{results}[0]{state}, 'mapped', 'walk beside it: as ever');
	my $covered = grep { $_ >> 21 == Session::number($result->{iova}) >> 21 } keys %truth;
	is($nr_pages, keys(%truth) - $covered, 'map has every page but those of the missing table');
	Session::finish($session);
}

# ---- raw memory: no headers, no notes ----

SKIP: {
	my $notes = Session::slurp($dump);
	my ($kaslr) = $notes =~ /^KERNELOFFSET=([0-9a-f]+)$/m;
	my ($phys_base) = $notes =~ /^NUMBER\(phys_base\)=(-?\d+)$/m;

	skip 'memory is taken out of ELF dumps that QEMU wrote', 4 unless $dump =~ /\.elf$/ && $kaslr;
	my ($offset, $bytes);
	my $raw = "$Session::scratch/raw";
	my ($phoff, $phnum) = (unpack('Q<', substr $notes, 32, 8), unpack 'S<', substr $notes, 56, 2);
	for my $i (0 .. $phnum - 1) {
		my ($type, undef, $at, undef, $pa, $size) = unpack 'L<2Q<4', substr $notes, $phoff + 56 * $i, 56;
		($offset, $bytes) = ($at, $size) if $type == 1 && $pa == 0;
	}
	open(my $f, '>:raw', $raw) or die "$raw: $!";
	print $f substr $notes, $offset, $bytes;
	close $f;
	my $session = Session::try_start("$raw\@0", "--kaslr=0x$kaslr", '-m', "phys_base=$phys_base");
	skip 'this crash does not take raw memory: ' . Session::why_not_open($Session::noise), 4
		unless $session;
	my @documents = Session::documents_in($session, @commands);
	check_answers('raw memory', @documents);
	is_deeply([grep { without_notes($documents[$_]) ne without_notes($whole[$_]) } 0 .. $#verbs], [],
		  'raw memory: the same answers as from the dump');
	Session::finish($session);
}

# ---- the namelist of another kernel ----

# Its symbols are elsewhere, its types may be the same.
{
	my $other = "$Session::scratch/other";
	my $said;

	system("objcopy --change-section-address '.data+0x4000' --change-section-address '.rodata+0x4000' " .
	       "$ENV{NAMELIST} $other 2>/dev/null") == 0 or die "objcopy: $?";
	local $ENV{NAMELIST} = $other;
	my $session = Session::try_start($dump);
	$said = $Session::noise;
	unless (Session::minimal()) { # that one does not look
		ok(!$session, 'crash does not take the namelist of another kernel');
		like(Session::why_not_open($said), qr/do not match|cannot|invalid/, 'and says why');
	}
	Session::finish($session) if $session;
	$session = Session::try_start($dump, '--minimal');
	SKIP: {
		skip 'not even as --minimal', 2 unless $session;
		my @documents = Session::documents_in($session, @commands);
		is_deeply([grep { !$documents[$_] } 0 .. $#verbs], [], 'answers are documents all the same');
		is_deeply([grep { !grep { $_->{code} eq 'wrong-namelist' } @{ $_->{notes} } } @documents], [],
			  'and each warns that the namelist does not fit');
		Session::finish($session);
	}
}
done_testing();
