#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Records of real dumps (records/, made by `vmcores/lab/lab records`): what every verb asked of each
# kernel of the lab, and what crash printed then. Without crash and without the dump the same text and
# the same JSON must come, command by command; a question that the record has no answer to fails, with
# its words. One TAP test per command.
#
#   IOMMU_MEM=build/san/iommu-mem prove tests/mem/records.t [:: NAME...]
#   perl tests/mem/records.t --renew [NAME...]
#
# --renew shows how what is expected differs from what comes now, and keeps what comes now: to be run
# when the wording of the plugin has changed, and to be read before it is committed. It keeps nothing of a
# record that has no answer to a question: such a one has to be made anew, from the dump.
use strict;
use warnings;
use File::Basename qw(dirname basename);
use File::Temp qw(tempdir);
use JSON::PP ();
use Test::More;

my $dir = dirname(__FILE__);
my $records = "$dir/records";
my $iommu_mem = $ENV{IOMMU_MEM} || "'$dir/../../build/san/iommu-mem'";
my $json = JSON::PP->new->canonical->pretty->allow_nonref->allow_bignum;
my $scratch = tempdir(CLEANUP => 1);
my $no_answer = qr/^! the record does not say: (.*)/m;

chomp(my $version = slurp("$dir/../../VERSION"));

sub slurp {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!";
	local $/;
	return scalar <$file>;
}

sub unpacked {
	my ($path) = @_;
	my $text = `xz -dc '$path'`;
	die "xz does not unpack $path" if $?;
	return $text;
}

# [command, output], in their order.
sub steps {
	my ($text) = @_;
	my @steps;
	for my $line (split /^/, $text) {
		if ($line =~ /^iommu> (.*)/) {
			push @steps, [$1, ''];
		} elsif (@steps) {
			$steps[-1][1] .= $line;
		}
	}
	return @steps;
}

# The version that answers is not the one that was recorded.
sub of_this_version {
	my ($text, $recorded) = @_;
	return $text =~ s/(iommu\.so |"version":\s*")\Q$recorded\E\b/$1$version/gr;
}

sub normal {
	my ($command, $text) = @_;
	return $text unless $command =~ /(^| )-j( |$)/;
	my $document = eval { $json->decode($text) };
	return defined $document ? $json->encode($document) : "not one JSON document:\n$text";
}

sub replay {
	my ($name) = @_;
	my $mem = "$scratch/$name.mem";
	open my $file, '>', $mem or die "$mem: $!";
	print $file unpacked("$records/$name.mem.xz");
	close $file;
	my ($recorded) = slurp($mem) =~ /^# What commands of iommu\.so (\S+) asked/ or die "$name: no version in its head";
	my $out = `$iommu_mem --recorded '$mem' 2>&1`;
	return ($mem, $recorded, $out, $? >> 8);
}

sub check {
	my ($name) = @_;
	my ($mem, $recorded, $out, $exit) = replay($name);
	my @expected = steps(unpacked("$records/$name.expect.xz"));
	my @got = steps($out);
	cmp_ok(scalar @expected, '>', 50, "$name: has commands");
	is(join("\n", map { $_->[0] } @got), join("\n", map { $_->[0] } @expected), "$name: the commands that were recorded");
	for my $i (0 .. $#expected) {
		my ($command, $text) = @{ $expected[$i] };
		my $now = $got[$i] ? $got[$i][1] : 'no output';
		my @unknown = $now =~ /$no_answer/g;
		is(join(', ', @unknown), '', "$name: $command: every question has its answer in the record"), next if @unknown;
		my $then = of_this_version($text, $recorded);
		pass("$name: $command"), next if $now eq $then; # what is alike byte by byte need not be taken apart
		is(normal($command, $now), normal($command, $then), "$name: $command");
	}
	is($exit, 0, "$name: ends well") or diag(substr $out, -2000);
	return $mem;
}

sub renew {
	my ($name) = @_;
	my (undef, $recorded, $out, $exit) = replay($name);
	if ($exit) {
		print "$name: not renewed, exit $exit:\n", map { "$_\n" } $out =~ /($no_answer.*)/g;
		return;
	}
	# The head of the record names the version; both files do then.
	$out =~ s/(iommu\.so |"version":\s*")\Q$version\E\b/$1$recorded/g;
	my %file = (before => unpacked("$records/$name.expect.xz"), now => $out);
	for my $which (keys %file) {
		open my $file, '>', "$scratch/$which" or die $!;
		print $file $file{$which};
		close $file;
	}
	system("diff -U2 --label '$name' --label now '$scratch/before' '$scratch/now'") == 0 and return;
	system("xz -9e -T1 -c '$scratch/now' > '$records/$name.expect.xz'") == 0 or die "xz";
}

# A question that nobody recorded an answer to is no MISSING: it is named, and the program fails.
sub check_unknown {
	my ($mem) = @_;
	open my $file, '>', "$scratch/commands" or die $!;
	print $file "iommu walk -r 7654321000 -l 3 1000\niommu walk -d a1:00.1 never_asked\n";
	close $file;
	my $out = `$iommu_mem '$mem' < '$scratch/commands' 2>&1`;
	is($? >> 8, 98, 'a question without an answer in the record fails');
	is(join("\n", $out =~ /$no_answer/g), "8 bytes at pa 7654321000\nsymbol never_asked 0", 'and is named');

	my $less = slurp($mem) =~ s/^symbol max_pfn .*\n//mr =~ s/^member iommu_group id .*\n//mr;
	open $file, '>', "$scratch/less.mem" or die $!;
	print $file $less;
	close $file;
	$out = `$iommu_mem --recorded '$scratch/less.mem' 2>&1`;
	is($? >> 8, 98, 'without a symbol and a member that were recorded it fails');
	like($out, qr/^! the record does not say: member iommu_group id$/m, 'a member is named');
	like($out, qr/^! the record does not say: symbol max_pfn 0$/m, 'and so is a symbol');
}

my $renew = @ARGV && $ARGV[0] eq '--renew' && shift @ARGV;
my @names = @ARGV ? @ARGV : map { basename($_, '.mem.xz') } glob "$records/*.mem.xz";
if ($renew) {
	renew($_) for @names;
	exit 0;
}
plan skip_all => 'xz is not there: make deps' if system('command -v xz >/dev/null 2>&1');
cmp_ok(scalar @names, '>', 0, 'there are records');
my $last;
$last = check($_) for @names;
check_unknown($last);
done_testing();
