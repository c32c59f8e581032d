#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Device table entries: the words as crash itself reads the raw table, and what they must say.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('before', 'after');

sub devid {
	my ($bus, $slot, $function) = $_[0] =~ /:(\w+):(\w+)\.(\w)$/;
	return hex($bus) << 8 | hex($slot) << 3 | $function;
}

# The table's address without the plugin: a global pointer up to 5.10, then in each segment.
sub device_table {
	my ($state) = @_;
	my ($segment, $global) = Session::run($state,
		'list -H amd_iommu_pci_seg_list -s amd_iommu_pci_seg.dev_table',
		'rd -64 amd_iommu_dev_table');

	return $1 if $segment =~ /dev_table = (0x[0-9a-f]+)/;
	return "0x$1" if $global =~ /:\s+([0-9a-f]{16})/;
	return undef;
}

my $v2 = Session::has_v2_tables();

for my $state (qw(before after)) {
	my $table = device_table($state);
	ok($table || Session::minimal(), "$state: crash finds the device table") or next;
	my ($dte) = Session::documents($state, 'iommu dte -j');
	my @entries = @{ $dte->{entries} };
	cmp_ok(scalar @entries, '>=', 8, "$state: entries of all devices");

	no warnings 'portable';
	# crash --minimal has no command that finds it
	my @raw = $table ? Session::run($state, map { sprintf 'rd -64 0x%x 4', hex($table) + 32 * devid($_->{device}) }
						    @entries) : ();
	for my $i (0 .. $#raw) {
		my @words = map { "0x" . s/^0+(?=.)//r } $raw[$i] =~ /(?<=\s)([0-9a-f]{16})(?=\s)/g;
		is_deeply($entries[$i]{raw}, [@words[0 .. 3]],
			  "$state: words of $entries[$i]{device} as crash reads them");
	}

	# What the hardware tags and reports leads to the domain of the device, whoever has the id.
	my ($inventory) = Session::documents($state, 'iommu devices -j');
	my %domain_of = map { $_->{device} => $_->{domain_id} } @{ $inventory->{devices} };
	my @tagged = grep { $_->{fields}{tv} && defined $domain_of{$_->{device}} } @entries;
	my @found = Session::documents($state, map { sprintf 'iommu domains -j -D 0x%x', $_->{fields}{domain_id} } @tagged);
	cmp_ok(scalar @tagged, '>', 5, "$state: entries with an id");
	is_deeply([map { $_->{domains}[0]{id} } @found], [map { $domain_of{$_->{device}} } @tagged],
		  "$state: the id in each entry leads to the domain of its device");

	# The story of the reference case, whatever the addresses of this boot.
	my ($entry) = grep { $_->{device} eq '0000:a1:00.1' } @entries;
	my $fields = $entry->{fields};
	my $held = $state eq 'after';
	my $type = $held ? 'unmanaged' : Session::default_type($state, '0000:a1:00.1');
	my $translated = $type ne 'identity';
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
	is($entry->{driver}, $held ? 'vfio-pci' : 'e1000e', "$state: driver");
	is($entry->{domain_type}, $type, "$state: the domain of its id");
}

# Text agrees with JSON; -v names the fields, -vv has the words and their address.
my ($text) = Session::run('after', 'iommu dte -vv a1:00.1');
my ($json) = Session::documents('after', 'iommu dte -j a1:00.1');
my $entry = $json->{entries}[0];
like($text, qr/^\s*entry at\s+\Q@{[substr $entry->{address}, 2]}\E$/m, '-vv: where the entry is');
for my $word (@{ $entry->{raw} }) {
	my $digits = sprintf '%016s', substr $word, 2;
	like($text, qr/\b$digits\b/, "-vv: word $digits");
}
like($text, qr/^\s+DomainID\s+0x\Q@{[sprintf '%x', $entry->{fields}{domain_id}]}\E\s+79:64/m, '-v: DomainID');
like($text, qr/^\s+HostPTRoot\s+\Q@{[substr $entry->{fields}{root}, 2]}\E\s+51:12/m, '-v: HostPTRoot');

# An entry can be shown for an id that has no device, and not beyond the table.
my ($all) = Session::documents('after', 'iommu dte -a -j');
my %all = map { $_->{device} => 1 } @{ $all->{entries} };
ok($all{'0000:a1:00.1'}, 'dte -a has the device');
my ($same) = grep { $_->{code} eq 'same-entries' } @{ $all->{notes} };
ok($same, 'dte -a says what the untouched entries hold');
done_testing();
