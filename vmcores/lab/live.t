#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the plugin said on the running kernel inside a guest (lab live), against what the guest said
# of itself. LIVE_DIR has a folder for each time crash was asked: the truth, and in live/ what each
# command of guest/commands printed.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../../tests/session";
use JSON::PP;
use Session;
use Test::More;

plan skip_all => 'LIVE_DIR is not set: run this as lab live' unless $ENV{LIVE_DIR};
$ENV{VMCORE_DIR} = $ENV{LIVE_DIR};

# The page that the device may only write (vfio-map.c).
my $write_only = 0x140000000;

# Where vfio-map maps and unmaps for as long as the guest runs: nothing is promised there.
my $churned = 0x4000000000;

sub answer {
	my ($state, $name) = @_;
	my $document = eval { decode_json(Session::slurp("$ENV{LIVE_DIR}/$state/live/$name")) };

	ok($document, "$state: $name is valid JSON") or diag $@;
	return $document;
}

sub perm {
	my ($row) = @_;

	return ($row->{read} ? 'r' : '-') . ($row->{write} ? 'w' : '-');
}

# Two snapshots, one behind the other: whole, of the system that the other answers are of, and diff tells what
# was mapped and unmapped between them, and nothing of what nobody touched.
sub compare_snapshots {
	my ($state, %said) = @_;
	my @two = map { answer($state, "$_.json") } qw(first second);
	my $diff = answer($state, 'diff');
	my (%at, @came, @went);

	return unless $two[0] && $two[1] && $diff;
	for my $n (0, 1) {
		my $sections = $two[$n]{sections};
		my @notes = map { @{ $_->{notes} } } values %$sections;

		is($two[$n]{command}, 'snapshot', "$state: a snapshot");
		is_deeply([sort keys %$sections], [sort keys %{ $two[!$n]{sections} }], "$state: with the verbs that the other has");
		is_deeply([grep { $_->{code} eq 'interrupted' } @notes], [], "$state: whole");
		is_deeply([map { "$_->{device} " . ($_->{driver} // '--') } @{ $sections->{devices}{devices} }],
			  [map { "$_->{device} " . ($_->{driver} // '--') } @{ $said{devices}{devices} }], "$state: its devices");
		for my $space (@{ $sections->{map}{spaces} }) {
			my $users = join ', ', map { $_->{device} } @{ $space->{users} };
			$at{$n}{"$users $_->{iova} $_->{end}"} = 1 for @{ $space->{stretches} };
		}
	}
	cmp_ok($two[1]{taken}, '>=', $two[0]{taken}, "$state: the second is not older") if $two[0]{taken};

	@went = sort grep { !$at{1}{$_} } keys %{ $at{0} };
	@came = sort grep { !$at{0}{$_} } keys %{ $at{1} };
	my $told = sub {
		my ($change, $side) = @_;
		return [sort map { ($_->{of} =~ s/^space of //r) . " $_->{$side}{iova} $_->{$side}{end}" }
			grep { $_->{section} eq 'map' && $_->{change} eq $change && ($_->{what} // '') eq 'stretch' } @{ $diff->{changes} }];
	};
	is_deeply($told->('gone', 'before'), \@went, "$state: diff tells the stretches that went");
	is_deeply($told->('new', 'after'), \@came, "$state: ... and those that came");
	is_deeply([grep { my ($iova) = (split ' ')[-2]; Session::number($iova) < $churned } @went, @came], [],
		  "$state: ... all where the holder works");

	# Beside its mappings and what follows from them nothing may be told.
	my @other = grep {
		my $from = (ref $_->{after} eq 'HASH' ? $_->{after} : ref $_->{before} eq 'HASH' ? $_->{before} : {})->{iova};
		!($state eq 'churning' && ($_->{member} // '') =~ /(?:bytes|pages)$/)
			&& !(defined $from && Session::number($from) >= $churned);
	} @{ $diff->{changes} };
	is_deeply(\@other, [], "$state: nothing else differs") or diag Session::slurp("$ENV{LIVE_DIR}/$state/live/diff-text");
}

for my $state (qw(quiet churning)) {
	my $session = Session::slurp("$ENV{LIVE_DIR}/$state/live/session");
	my %said = map { $_ => answer($state, $_) } qw(status groups devices units dte irt map walk);
	my %truth = map { Session::number($_->[0]) => [Session::number($_->[1]), $_->[2]] }
		    Session::truth($state, 'mappings');

	is(Session::slurp("$ENV{LIVE_DIR}/$state/live/exit-code"), "0\n", "$state: crash ended well");
	like($session, qr/shared object loaded/, "$state: the plugin loaded");
	unlike($session, qr/segmentation|error trace/i, "$state: and the session held");

	my %groups = map { my $id = $_->{id}; map { ("$id $_->{device}" => $_->{driver} // '--') }
						  @{ $_->{devices} } } @{ $said{groups}{groups} };
	is_deeply(\%groups, { map { ("$_->[0] $_->[1]" => $_->[2]) } Session::truth($state, 'groups') },
		  "$state: groups, their devices and drivers");
	is_deeply([map { [$_->{device}, $_->{driver} // '--'] } @{ $said{devices}{devices} }],
		  [Session::truth($state, 'drivers')], "$state: every PCI device and its driver");
	is($said{status}{vendor}, Session::vendor($state), "$state: vendor");

	my %unit = map { ($_->[1] => $_->[2]) } Session::truth($state, 'iommu_sysfs');
	is(Session::number($said{units}{units}[0]{features}{raw}),
	   Session::number('0x' . $unit{ Session::vendor($state) eq 'VT-d' ? 'cap' : 'features' } =~ s/.*://r),
	   "$state: what the unit can do");
	is_deeply([map { $_->{device} } @{ $said{dte}{entries} }],
		  [map { $_->[2] } sort { $a->[2] cmp $b->[2] } grep { $_->[1] eq 'device' && $_->[2] =~ /^\w{4}:/ }
		   Session::truth($state, 'iommu_sysfs')], "$state: an entry for each device of the unit");

	my %irq = map { ($_->{irq} => $_->{name}) } @{ $said{irt}{entries} };
	# IRQ CHIP HWIRQ TYPE ACTIONS AFFINITY
	my %remapped = map { my @actions = @$_[4 .. $#$_ - 1]; ($_->[0] => (split /,/, "@actions")[0]) }
		       grep { $_->[1] =~ /^IR-/ && $_->[4] ne '--' } Session::truth($state, 'irqs');
	is_deeply(\%irq, \%remapped, "$state: an interrupt entry for each interrupt that is remapped");

	# VT-d's driver of some kernels gives reading with writing (tests/session/10-translate.t): bits 0 and 1 of
	# the entry say it.
	my ($walk) = grep { Session::number($_->{iova}) == $write_only } @{ $said{walk}{results} };
	$truth{$write_only}[1] = 'rw'
		if Session::vendor($state) eq 'VT-d' && (Session::number($walk->{steps}[-1]{entry}) & 3) == 3;

	my %pages;
	for my $row (grep { Session::number($_->{iova}) < $churned } @{ $said{map}{mappings} }) {
		my $first = Session::number($row->{iova});
		for (my $at = $first; $at <= Session::number($row->{end}); $at += 4096) {
			$pages{$at} = [Session::number($row->{pa}) + $at - $first, perm($row)];
		}
	}
	is_deeply(\%pages, \%truth, "$state: map has every page that stays, and no other");

	my $wrong = grep {
		my $at = Session::number($_->{iova});
		my $page = $truth{$at & ~0xfff};
		$page ? $_->{state} ne 'mapped' || Session::number($_->{pa}) != $page->[0] + ($at & 0xfff)
		      : $_->{state} ne 'not-mapped';
	} @{ $said{walk}{results} };
	is($wrong, 0, "$state: walk");
	compare_snapshots($state, %said);
}
done_testing();
