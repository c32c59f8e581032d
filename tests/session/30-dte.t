#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The hardware's entries of devices: the words as crash itself reads the raw tables, and what they must say.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Raw;
use Test::More;

Session::require_all('before', 'after');
my $reader = Raw::reader();
my $amd = Session::vendor() eq 'AMD-Vi';
my $v2 = Session::has_v2_tables();
my %chain_of;

sub hex_words {
	return [map { Session::word($_) } @{ $_[0] }];
}

for my $state (qw(before after)) {
	my $table = $reader->{start}->($state);
	ok($table || Session::minimal(), "$state: crash finds the hardware's table") or next;
	my ($dte) = Session::documents($state, 'iommu dte -j');
	my @entries = @{ $dte->{entries} };
	cmp_ok(scalar @entries, '>=', 8, "$state: entries of all devices");

	# crash --minimal has no command that finds the table.
	my @chains = $table ? $reader->{chains}->($state, $table, map { $_->{device} } @entries) : ();
	for my $i (0 .. $#chains) {
		my ($entry, $chain, $device) = ($entries[$i], $chains[$i], $entries[$i]{device});
		my $means = $reader->{meaning}->($chain);

		$chain_of{$state}{$device} = $chain;
		is_deeply([map { $_->{raw} } @{ $entry->{records} }[0 .. $#$chain]], [map { hex_words($_) } @$chain],
			  "$state: words of $device as crash reads them");
		is_deeply($entry->{raw}, hex_words($chain->[0]), "$state: raw of $device: its first record");
		is($entry->{translation}, $means->{translation}, "$state: what the words make of requests of $device");
		is($entry->{domain_id}, $means->{domain_id}, "$state: and the id that they have");
		is($entry->{root}, Session::word($means->{root}), "$state: and the root of its table") if $means->{root};
	}

	# What the hardware tags and reports leads to the domain of the device, whoever has the id.
	my ($inventory) = Session::documents($state, 'iommu devices -j');
	my %domain_of = map { $_->{device} => $_->{domain_id} } @{ $inventory->{devices} };
	my @tagged = grep { defined $_->{domain_id} && defined $domain_of{$_->{device}} } @entries;
	my @found = Session::documents($state, map { sprintf 'iommu domains -j -D 0x%x', $_->{domain_id} } @tagged);
	cmp_ok(scalar @tagged, '>', 5, "$state: entries with an id");
	is_deeply([map { $_->{domains}[0]{id} } @found], [map { $domain_of{$_->{device}} } @tagged],
		  "$state: the id in each entry leads to the domain of its device");

	# The story of the reference case, whatever the addresses of this boot.
	my ($entry) = grep { $_->{device} eq '0000:a1:00.1' } @entries;
	my $held = $state eq 'after';
	my $type = $held ? 'unmanaged' : Session::default_type($state, '0000:a1:00.1');
	my $translated = $type ne 'identity';
	# By which of the two kinds of tables, the words say above.
	like($entry->{translation}, $translated ? qr/^(guest-)?translated$/ : qr/^passthrough$/, "$state: as its domain wants it");
	my $chain = $amd ? undef : $chain_of{$state}{'0000:a1:00.1'};
	is($entry->{legal}, $chain && RawVtd::is_doubtful($chain) ? undef : JSON::PP::true, "$state: and the unit takes it");
	is($entry->{driver}, $held ? 'vfio-pci' : 'e1000e', "$state: driver");
	is($entry->{domain_type}, $type, "$state: the domain of its id");
	check_amd($state, $entry->{fields}, $held, $translated) if $amd;

	# Every entry that is there is shown, and no other.
	my $nr = $table ? $reader->{nr_present}->($state, $table) : undef;
	if (defined $nr) {
		my ($all) = Session::documents($state, 'iommu dte -a -j');
		is(scalar @{ $all->{entries} }, $nr, "$state: dte -a has every entry that is present");
	}
}

# Mode, guest tables and IntCtl of the reference case.
sub check_amd {
	my ($state, $fields, $held, $translated) = @_;

	ok($fields->{v} && $fields->{tv} && $fields->{ir} && $fields->{iw}, "$state: V TV IR IW");
	# The kernel's own domains have guest tables where it was told so; VFIO's always had host tables, until
	# a kernel (7.2 does) gives them the same as its own.
	my ($walk) = Session::documents($state, 'iommu walk -j -d a1:00.1 0');
	my $guest = $translated && $v2 && (!$held || $walk->{results}[0]{format} eq 'amdv2');
	is(!!$fields->{gv}, !!$guest, "$state: " . ($guest ? 'translated by guest tables' : 'no guest tables'));
	is($fields->{mode} != 0, $translated && !$guest,
	   "$state: " . ($translated && !$guest ? 'translated by a host table' : 'no host table'));
	is($fields->{mode_name}, $fields->{mode} ? "$fields->{mode}-level" : 'no host table', "$state: name of Mode");
	my $remapped = Session::remaps_interrupts($state);
	is($fields->{int_ctl}, $remapped ? 2 : 0, "$state: IntCtl: interrupts are remapped, or not");
	# With IV 0 the hardware ignores the field: the bits have no meaning that could be named.
	is($fields->{int_ctl_name}, $remapped ? 'remap' : undef, "$state: name of IntCtl");
}

# Text agrees with JSON; -v names the fields, -vv has the words and their address.
my ($text) = Session::run('after', 'iommu dte -vv a1:00.1');
my ($json) = Session::documents('after', 'iommu dte -j a1:00.1');
my $entry = $json->{entries}[0];
like($text, qr/^\s*entry at\s+\Q@{[substr $entry->{address}, 2]}\E$/m, '-vv: where the entry is');
for my $record (@{ $entry->{records} }) {
	for my $word (@{ $record->{raw} }) {
		my $digits = sprintf '%016s', substr $word, 2;
		like($text, qr/\b$digits\b/, "-vv: word $digits of its $record->{record}");
	}
}
if (my $chain = $chain_of{after}{'0000:a1:00.1'}) {
	my $means = $reader->{meaning}->($chain);
	my ($id, $root) = $reader->{names}->($chain);
	my ($number, $at) = map { sprintf '%x', $_ } $means->{domain_id}, $means->{root} // 0;

	like($text, qr/^\s+$id->[0]\s+0x$number\s+$id->[1]/m, "-v: $id->[0]");
	like($text, qr/^\s+$root->[0]\s+$at\s+$root->[1]/m, "-v: $root->[0]");
}

# An entry can be shown for an id that has no device, and not beyond the table.
my ($all) = Session::documents('after', 'iommu dte -a -j');
my %all = map { $_->{device} => 1 } @{ $all->{entries} };
ok($all{'0000:a1:00.1'}, 'dte -a has the device');
if ($amd) {
	my ($same) = grep { $_->{code} eq 'same-entries' } @{ $all->{notes} };
	ok($same, 'dte -a says what the untouched entries hold');
}
done_testing();
