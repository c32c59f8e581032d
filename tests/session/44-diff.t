#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What changed from before the hand-over to after it, by snapshots: exactly what the guest did, and nothing about any
# device that it left alone. A dump and itself do not differ.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP ();
use Session;
use Test::More;

Session::require_all('before', 'after');
my ($before, $after) = map { "$Session::scratch/$_.json" } qw(before after);
Session::run('before', "iommu snapshot $before");
Session::run('after', "iommu snapshot $after");

# The guest's own word: whose driver is another one.
my %driver;
for my $state ('before', 'after') {
	my @groups = Session::truth($state, 'groups');
	$driver{$state} = { map { $_->[1] => $_->[2] } @groups };
}
my @handed = sort grep { $driver{before}{$_} ne $driver{after}{$_} } keys %{ $driver{after} };
plan skip_all => 'this guest handed no device over' unless @handed;

my ($diff, $of_two) = Session::documents('after', "iommu diff -j $before", "iommu diff -j $before $after");
is_deeply($diff->{changes}, $of_two->{changes}, 'the dump at hand, and its snapshot: the same changes');
is_deeply($diff->{notes}, [], 'all was compared');

sub changes { my ($section, $member) = @_; grep { $_->{section} eq $section && ($_->{member} // '') eq $member } @{ $diff->{changes} } }

my %told = map { $_->{key} => [$_->{before}, $_->{after}] } changes('devices', 'driver');
my $name = sub { $_[0] eq '--' ? undef : $_[0] };
is_deeply(\%told, { map { $_ => [$name->($driver{before}{$_}), $name->($driver{after}{$_})] } @handed },
	'each device has another driver that the guest gave one, and no other');

# Which devices the changes are about: those, or none.
my $about = join '|', map { quotemeta } @handed;
# A domain that some of them left is told by all that it had; what is told of it is who left.
sub came_or_went {
	my ($change) = @_;
	my %side = map { $_ => { map { $_ => 1 } @{ $change->{$_} } } } qw(before after);
	return grep { !$side{before}{$_} != !$side{after}{$_} } sort keys %{ { %{ $side{before} }, %{ $side{after} } } };
}
my @of_users = grep { ($_->{member} // '') =~ /^(?:devices|users)$/ && ref $_->{before} && ref $_->{after} } @{ $diff->{changes} };
my %is_of_users = map { $_ => 1 } @of_users;
my @others = grep {
	my $whose = join ' ', $is_of_users{$_} ? came_or_went($_) : grep { defined } @$_{qw(key of)};
	my @devices = $whose =~ /\b([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])/g;
	@devices && grep { !/^(?:$about)$/ } @devices;
} @{ $diff->{changes} };
is_deeply(\@others, [], 'nothing about a device that was left alone');

# A domain that other devices keep is neither gone nor new: by the guest's groups, those that were left alone.
my @alone = grep { !/^(?:$about)$/ } keys %{ $driver{after} };
my @lost = grep { $_->{section} eq 'domains' && $_->{change} ne 'changed' && grep { my $d = $_; grep { $d eq $_ } @alone }
	@{ ($_->{before} // $_->{after})->{devices} // [] } } @{ $diff->{changes} };
is_deeply(\@lost, [], 'no domain of a device that was left alone is gone or new');
my ($domains) = Session::documents('before', 'iommu domains -j');
for my $domain (grep { my %has = map { $_ => 1 } @{ $_->{devices} }; (grep { $has{$_} } @handed) && grep { $has{$_} } @alone }
		@{ $domains->{domains} }) {
	my ($told) = grep { $_->{section} eq 'domains' && ($_->{key} // '') eq join ', ', @{ $domain->{devices} } } @of_users;
	is_deeply([$told ? came_or_went($told) : ()], \@handed, 'the devices that left the domain that they shared with others');
}

# Who holds it, by the guest's list of VFIO groups, and that this is new.
my %held = map { $_->[2] =~ /^vfio/ ? ($_->[0] => 1) : () } Session::truth('after', 'groups');
my @new_owners = grep { $_->{section} eq 'owner' && $_->{change} eq 'new' && !defined $_->{of} } @{ $diff->{changes} };
SKIP: {
	skip 'this kernel has no BTF of its modules', 1
		unless grep { $_->[0] eq 'vfio_iommu_type1' } Session::truth('after', 'btf');
	is_deeply([sort map { $_->{key} } @new_owners], [sort keys %held], 'the groups that have a new owner');
}

# What the process mapped, byte for byte: its own list of pages.
if (grep { $_->{section} eq 'map' } @{ $diff->{changes} }) {
	my ($map) = grep { $_->{section} eq 'map' && ($_->{change} eq 'new' || ($_->{member} // '') eq 'totals.bytes')
			   && $_->{key} =~ $about } @{ $diff->{changes} };
	my $bytes = $map->{change} eq 'new' ? $map->{after}{totals}{bytes} : $map->{after};
	my ($truth) = Session::documents('after', "iommu map -d $handed[-1] -j");
	is($bytes, $truth->{totals}{bytes}, 'as many bytes are mapped as the page table of the device has');
}

my @texts = Session::run('after', "iommu diff $before", "iommu diff $after", "iommu diff $after $after", "iommu diff -v $before",
	"iommu diff -j $before");
like($texts[0], qr/\Q$_\E: .*driver \Q$driver{before}{$_}\E, now \Q$driver{after}{$_}\E/, "in words: $_") for grep { $driver{before}{$_} ne '--' } @handed;
like($texts[$_], qr/^0 differences in [1-9]\d* rows/m, $_ == 1 ? 'a dump and its own snapshot' : 'a snapshot and itself') for 1, 2;
my ($few) = $texts[0] =~ /^(\d+) differences/m;
my ($many) = $texts[3] =~ /^(\d+) differences/m;
cmp_ok($many, '>', $few, '-v has what differs on every boot too');
is($few, scalar @{ $diff->{changes} }, 'text and JSON have the same number of changes');

# A program of its own, for machines without crash, finds the same.
my $program = "$ENV{BUILD}/iommu-diff";
SKIP: {
	skip "no $program", 4 unless -x $program;
	my $text = `$program $before $after`;
	is($? >> 8, 1, 'iommu-diff: files that differ');
	is($text =~ s/\Q$after\E/this dump/r, $texts[0], '... and in the same words');
	is(JSON::PP->new->canonical->encode(JSON::PP::decode_json(`$program -j $before $after`)),
		JSON::PP->new->canonical->encode($of_two), '... and as JSON');
	`$program $after $after`;
	is($? >> 8, 0, 'a file and itself');
}

# What is no snapshot.
my %bad = (empty => '', cut => substr(Session::slurp($after), 0, 5000), garbage => "\x7fELF\0\1", answer => '{"command":"status"}',
	deep => '[' x 5000, other => '[1,2]');
for my $name (sort keys %bad) {
	my $path = "$Session::scratch/$name";
	open my $file, '>', $path or die;
	print $file $bad{$name};
	close $file;
	my ($said) = Session::run('after', "iommu diff $path $after");
	like($said, qr/^iommu: cannot compare \Q$path\E: \S.*\n\z/, "$name: a line says what is wrong");
}
my ($missing) = Session::run('after', 'iommu diff /no/such/file');
like($missing, qr/cannot compare .*No such file/, 'a file that is not there');
done_testing;
