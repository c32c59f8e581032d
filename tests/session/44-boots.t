#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Two boots of one kernel with one command line on one machine, and what differs in their snapshots: nothing but what
# is explained here and in docs/commands/diff.md. The other boot is a folder of dumps ($OTHER_BOOT: lab twice), or one
# of the records of real dumps in tests/mem/records, which answer every verb without crash.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP ();
use Session;
use Test::More;

Session::require_all();
my @states = grep { Session::dump_file($_) } qw(before after) or plan skip_all => 'no dumps';
my $records = "$FindBin::Bin/../mem/records";

sub snapshot { my ($path) = @_; return JSON::PP::decode_json(Session::slurp($path)) }

# The other boot's snapshot; undef: there is none.
sub of_other_boot {
	my ($state, $mine) = @_;
	my $to = "$Session::scratch/$state-other.json";

	if ($ENV{OTHER_BOOT}) {
		my ($dump) = grep { -e } map { "$ENV{OTHER_BOOT}/$state.$_" } qw(elf kdump) or return undef;
		my $session = Session::start($dump);
		Session::run_in($session, "iommu snapshot $to");
		Session::finish($session);
		return $to;
	}
	return undef unless $ENV{IOMMU_MEM};
	for my $packed (glob "$records/*-$state.mem.xz") {
		my $mem = "$Session::scratch/other.mem";
		system("xz -dc '$packed' > '$mem'") == 0 or die $packed;
		unlink $to;
		system("echo 'iommu snapshot $to' | $ENV{IOMMU_MEM} '$mem' > '$mem.said' 2>&1");
		my $other = eval { snapshot($to) } or next;
		return $to if $other->{kernel}{release} eq $mine->{kernel}{release}
			&& $other->{sections}{status}{options} eq $mine->{sections}{status}{options}
			&& $other->{sections}{status}{vendor} eq $mine->{sections}{status}{vendor};
	}
	return undef;
}

sub bytes_of { my ($pages) = @_; my $sum = 0; $sum += Session::number($_) * $pages->{$_} for keys %{ $pages // {} }; return $sum }

# Why a difference is there; undef: it is not explained.
my %reasons = (
	'the page sizes follow from what memory lay together' => sub {
		my ($change) = @_;
		return $change->{section} eq 'map' && ($change->{member} // '') =~ /^(?:totals\.)?pages$/
			&& bytes_of($change->{before}) == bytes_of($change->{after});
	},
);
sub reason { my ($change) = @_; return (grep { $reasons{$_}->($change) } sort keys %reasons)[0] }

my $nr_compared = 0;
for my $state (@states) {
	my $path = "$Session::scratch/$state.json";
	Session::run($state, "iommu snapshot $path");
	my $other = of_other_boot($state, snapshot($path));
SKIP: {
	skip "no other boot of this kernel and command line ('$state')", 1 unless $other;
	my ($diff, $all) = Session::documents($state, "iommu diff -j $other $path", "iommu diff -v -j $other $path");
	my %moved = map { $_->{member} => 1 } grep { ($_->{member} // '') =~ /address$/ } @{ $all->{changes} };
	skip "the other is the same boot ('$state')", 1 unless $moved{address} || $moved{'details.address'};
	$nr_compared++;
	is_deeply([grep { !reason($_) } @{ $diff->{changes} }], [], "$state: what differs between two boots is explained")
		or diag Session::run($state, "iommu diff $other $path");
	is_deeply($diff->{notes}, [], "$state: all was compared");
	cmp_ok($diff->{left_out}, '>', 0, "$state: what differs on every boot was left out");
	cmp_ok(scalar @{ $all->{changes} }, '>', @{ $diff->{changes} } + 20, "$state: ... of which there is much");
}
}
fail('OTHER_BOOT: it was compared') if $ENV{OTHER_BOOT} && !$nr_compared;
done_testing;
