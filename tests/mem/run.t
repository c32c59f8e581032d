#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The memory tier: every *.expect of this directory is a transcript of commands on a kernel made of
# text, and what must come out. README.md has the format. One TAP test per command, and one more per
# command that has a -j twin: whatever the JSON says, the text says too.
#
#   IOMMU_MEM=build/san/iommu-mem prove tests/mem/run.t [:: NAME...]
#
# IOMMU_MEM is a command line, so that an emulator can stand in front of the program.
use strict;
use warnings;
use File::Basename qw(dirname basename);
use JSON::PP ();
use Test::More;
use lib dirname(__FILE__);
use IommuMem;

my $dir = dirname(__FILE__);
$ENV{IOMMU_PCI_IDS} = "$dir/pci.ids"; # names of devices: not those of this machine
my $iommu_mem = IommuMem->new($ENV{IOMMU_MEM} || "'$dir/../../build/san/iommu-mem'");
my $json = JSON::PP->new->canonical->pretty->allow_nonref->allow_bignum;

# A transcript as a list of [knob lines, command, output].
sub steps {
	my ($text) = @_;
	my (@steps, @knobs);
	for my $line (split /^/, $text) {
		if ($line =~ /^% /) {
			push @knobs, $line;
		} elsif ($line =~ /^iommu> (.*)/) {
			push @steps, [[@knobs], $1, ''];
			@knobs = ();
		} elsif (@steps) {
			$steps[-1][2] .= $line;
		}
	}
	return @steps;
}

sub run_commands {
	my ($mem, $sym, @steps) = @_;
	return $iommu_mem->run(join('', map { @{ $_->[0] }, "$_->[1]\n" } @steps), map { "$dir/$_" } grep { defined } $mem, $sym);
}

chomp(my $version = do { open my $file, '<', "$dir/../../VERSION" or die; <$file> });

sub normal {
	my ($text) = @_;
	my $document = eval { $json->decode($text) };
	return defined $document ? $json->encode($document) : "not one JSON document:\n$text";
}

# What every document says of itself, and what it says twice, is checked here and not in each transcript: the
# version, and the first of an entry's records, which stands in the entry too.
sub told_once {
	my ($text) = @_;
	my $document = eval { $json->decode($text) } or return "not one JSON document:\n$text";
	my $of = delete $document->{version};
	return "no version in the document:\n$text" if !defined $of || $of ne $version;
	for my $entry (grep { ref eq 'HASH' && $_->{records} } @{ $document->{entries} || [] }) {
		my $first = $entry->{records}[0];
		next if grep { $json->encode($first->{$_}) ne $json->encode($entry->{$_}) } qw(address raw fields);
		shift @{ $entry->{records} };
		delete $entry->{records} unless @{ $entry->{records} };
	}
	return ($json->encode($document), $document);
}

# Flags, and the words that only programs need, have other forms on screen. bits_set counts bit 0,
# which is never handed out: a reader is told the ids.
my $other_forms = qr/^(schema|command|kind|severity|code|notes|state|fields|pasid|bits_set)$/;

# The scalars of a document that a reader must find on screen.
sub facts {
	my ($value, $key) = @_;
	return map { facts($value->{$_}, $_) } grep { !/$other_forms/ } sort keys %$value
		if ref $value eq 'HASH';
	return map { facts($_, $key) } @$value if ref $value eq 'ARRAY';
	return () if ref $value || !defined $value;
	return [$key, $value];
}

# 0x1f is on screen as 1f, 31 as 31 or 0x1f, 4096 as 4K, 72 KiB as 73728 bytes.
sub on_screen {
	my ($fact, $screen) = @_;
	my ($key, $value) = @$fact;
	return 1 if $key eq 'devices' && $screen =~ /and \d+ more/; # a line holds two names
	my @forms = ($value);
	if ($value =~ /^0x([0-9a-f]+)$/) {
		push @forms, $1, sprintf('%016s', $1) =~ tr/ /0/r, size_word(hex $1);
	} elsif ($value =~ /^\d+$/) {
		push @forms, sprintf('0x%x', $value), amount_word($value);
	}
	return grep { $screen =~ /(?<![0-9a-zA-Z])\Q$_\E(?![0-9a-zA-Z])/ } @forms;
}

sub size_word {
	my ($bytes) = @_;
	my @units = ('', qw(K M G T P E));
	shift @units, $bytes /= 1024 while @units > 1 && $bytes && $bytes % 1024 == 0;
	return "$bytes$units[0]";
}

sub amount_word {
	my ($bytes) = @_;
	my @units = ('', qw(KiB MiB GiB TiB PiB EiB));
	shift @units, $bytes /= 1024 while @units > 1 && $bytes >= 1024;
	return sprintf '%.1f %s', $bytes, $units[0];
}

sub without_j {
	return join ' ', grep { $_ ne '-j' } split / /, $_[0];
}

# Text of the same command, at every depth, as the plugin prints it now.
sub check_agreement {
	my ($name, $mem, $sym, $step, $document) = @_;
	my $plain = without_j($step->[1]);
	return unless $plain =~ /^iommu (dte|walk|groups|domains|devices) /x || $plain =~ /^iommu (dte|groups|domains|devices)$/;
	my @depths = map { my $c = $plain; $c =~ s/^(iommu \w+)/$1$_/; [$step->[0], $c] } '', ' -v', ' -vv';
	my ($screen) = run_commands($mem, $sym, @depths);
	my @lost = grep { !on_screen($_, $screen) } facts($document);
	is(join(', ', map { "$_->[0] $_->[1]" } @lost), '', "$name: $step->[1]: text says all that JSON says");
}

sub check_file {
	my ($path) = @_;
	my $name = basename($path, '.expect');
	open my $file, '<', $path or die "$path: $!";
	my $text = do { local $/; <$file> };
	my ($mem, $sym) = $text =~ /^# files: (\S+)(?: (\S+))?$/m or die "$path: no '# files:' line";
	my @expected = steps($text);
	my ($transcript, $exit) = run_commands($mem, $sym, @expected);
	my @got = steps($transcript);
	is($exit, 0, "$name: runs without a complaint of the sanitizers") or diag($transcript);
	for my $i (0 .. $#expected) {
		my ($step, $got) = ($expected[$i], $got[$i] ? $got[$i][2] : 'no output');
		my $is_json = $step->[1] =~ /(^| )-j( |$)/;
		my ($now, $document) = $is_json ? told_once($got) : $got;
		is($now, $is_json ? normal($step->[2]) : $step->[2],
		   join ' ', "$name:", $step->[1], map { chomp(my $k = $_); "[$k]" } @{$step->[0]});
		check_agreement($name, $mem, $sym, $step, $document) if $document;
	}
}

# MEM_NAMES: where no argument can be given (make check-quick).
@ARGV = split ' ', $ENV{MEM_NAMES} // '' unless @ARGV;
my @names = @ARGV ? map { "$dir/$_.expect" } @ARGV : glob "$dir/*.expect";
check_file($_) for @names;
$iommu_mem->ends_well;
done_testing();
