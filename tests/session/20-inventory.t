#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# groups, devices, domains and status against the guest's own sysfs.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('before', 'after');

sub driver {
	return $_[0] eq '--' ? undef : $_[0];
}

# [FIRST, LAST, ALIAS] by the boot messages (amd_iommu_dump), by device.
sub aliases_of_firmware {
	my ($state) = @_;
	my (@aliases, $range);
	my $full = sub { my ($bdf) = @_; $bdf =~ /^\w{4}:/ ? $bdf : "0000:$bdf" };

	for (split /\n/, Session::slurp("$ENV{VMCORE_DIR}/$state/dmesg")) {
		if (/DEV_ALIAS(_RANGE)?\s.*devid: (\S+) .*devid_to: (\S+)/) {
			my $alias = [$full->($2), $full->($2), $full->($3)];
			push @aliases, $alias;
			$range = $1 ? $alias : undef;
		} elsif (/DEV_RANGE_END\s.*devid: (\S+)/ && $range) {
			$range->[1] = $full->($1);
			undef $range;
		}
	}
	return sort { $a->[0] cmp $b->[0] } @aliases;
}

# Ids that the VT-d driver sets aside and that no domain, or every such domain, has: 0, and 1 in scalable mode.
my %is_shared = Session::vendor() eq 'VT-d' ? (0 => 1, 1 => 1) : ();

for my $state (qw(before after)) {
	my ($groups, $devices, $domains, $status, $details) =
		Session::documents($state, 'iommu groups -j', 'iommu devices -j', 'iommu domains -j',
				   'iommu status -j', 'iommu devices -v -j');
	my %vfio = map { $_->[0] => $_->[1] } Session::truth($state, 'vfio');

	my @members = map { my $id = $_->{id};
			    map { [$id, $_->{device}, $_->{driver}] } @{ $_->{devices} } }
		      @{ $groups->{groups} };
	my @truth = map { [$_->[0], $_->[1], driver($_->[2])] } Session::truth($state, 'groups');
	my $order = sub { $_[0][0] <=> $_[1][0] || $_[0][1] cmp $_[1][1] };
	is_deeply([sort { $order->($a, $b) } @members], [sort { $order->($a, $b) } @truth],
		  "$state: groups, their devices and drivers");

	is_deeply([map { [$_->{id}, $_->{default_type}] } @{ $groups->{groups} }],
		  [Session::truth($state, 'group_types')], "$state: default domain types");

	my @regions = map { my $id = $_->{id};
			    map { [$id, Session::number($_->{start}), Session::number($_->{end}), $_->{type}] }
			    @{ $_->{reserved_regions} } } @{ $groups->{groups} };
	is_deeply(\@regions, [map { [$_->[0], Session::number($_->[1]), Session::number($_->[2]), $_->[3]] }
			      Session::truth($state, 'reserved_regions')], "$state: reserved regions");

	my $is_pci = sub { $_[0] =~ /^\w{4}:\w\w:\w\w\.\w$/ };
	is_deeply([map { [$_->{device}, $_->{driver}] } grep { $is_pci->($_->{device}) } @{ $devices->{devices} }],
		  [map { [$_->[0], driver($_->[1])] } Session::truth($state, 'drivers')],
		  "$state: every PCI device of the machine and its driver");
	is_deeply([sort map { "$_->{device} $_->{group}" } grep { !$is_pci->($_->{device}) } @{ $devices->{devices} }],
		  [sort map { "$_->[1] $_->[0]" } grep { !$is_pci->($_->[1]) } @truth],
		  "$state: the devices of groups that are not PCI");

	# BDF VENDOR DEVICE CLASS; none of the lab's devices has ATS, PRI or PASID.
	is_deeply([map { my $d = $_->{details};
			 [$_->{device}, map { Session::number($_) } @$d{qw(vendor_id device_id class)}] }
		   grep { $is_pci->($_->{device}) } @{ $details->{devices} }],
		  [map { [$_->[0], map { Session::number($_) } @$_[1 .. 3]] } Session::truth($state, 'pci')],
		  "$state: what each device is");
	is_deeply([grep { $_->{details}{ats}{enabled} || $_->{details}{pasid}{enabled} }
		   @{ $details->{devices} }], [], "$state: no device with ATS or PASID on");
	is_deeply([map { my $d = $_;
			 map { $_->{entry_differs} ? "$d->{device} $_->{device} differs" : "$d->{device} $_->{device}" }
			 @{ $d->{details}{aliases} // [] } } @{ $details->{devices} }],
		  [map { my ($first, $last, $alias) = @$_;
			 map { "$_->{device} $alias" }
			 grep { $is_pci->($_->{device}) && $_->{device} ge $first && $_->{device} le $last }
			 @{ $devices->{devices} } } aliases_of_firmware($state)],
		  "$state: the aliases that the driver read in the firmware's table, and no other");

	my %served = map { $_->[2] => 1 } grep { $_->[1] eq 'device' } Session::truth($state, 'iommu_sysfs');
	is_deeply({ map { $_->{device} => 1 } grep { $_->{unit} } @{ $devices->{devices} } }, \%served,
		  "$state: the devices that the IOMMU serves");

	# What a group is on now: sysfs does not say; VFIO's group is translated, others on their default.
	for my $group (@{ $groups->{groups} }) {
		my $held = defined $vfio{group} && $vfio{group} == $group->{id};
		is($group->{type}, $held ? 'unmanaged' : $group->{default_type},
		   "$state: group $group->{id} is on " . ($held ? "VFIO's domain" : 'its default domain'));
		if ($group->{owner} || $held) {
			is($group->{owner}{kind}, 'VFIO', "$state: VFIO owns group $group->{id}");
		}
	}

	# Behind a GCR3 table a device may have an id of its own (6.12 and later): its entry has it.
	my @ids = map { $_->{id} } grep { defined $_->{id} } @{ $domains->{domains} };
	my ($entries) = Session::documents($state, 'iommu dte -j');
	my %of_domain = map { $_ => 1 } @ids;
	my %of_device = map { $_ => 1 } grep { !$of_domain{$_} } map { $_->{fields}{domain_id} }
			grep { $_->{fields}{gv} } @{ $entries->{entries} };
	is_deeply([sort { $a <=> $b } grep { !$is_shared{$_} } @ids, keys %of_device],
		  [grep { !$is_shared{$_} } @{ $domains->{allocator}{ids} }],
		  "$state: every allocated id has one domain, or one device");
	is_deeply($domains->{unaccounted_ids}, [], "$state: no id is unaccounted for");
	my %sum = map { defined $_->{id} ? ($_->{id} => $_->{mapped_bytes}) : () } @{ $domains->{domains} };
	my ($held) = grep { ($_->{type} // '') eq 'unmanaged' && @{ $_->{devices} } } @{ $domains->{domains} };
	is($held ? $held->{mapped_bytes} : 0, 4096 * (() = Session::truth($state, 'mappings')),
	   "$state: mapped bytes of VFIO's domain");

	is($status->{vendor}, Session::vendor(), "$state: vendor");
	my @types = Session::truth($state, 'group_types');
	is($status->{default_type}, $types[0][1], "$state: default type");
	is($status->{decided_by}, 'command line', "$state: the command line decided");
	is($status->{counts}{groups}, scalar @types, "$state: count of groups");
	is($status->{findings}, 0, "$state: nothing wrong");
	is(scalar @{ $status->{owners} }, defined $vfio{group} ? 1 : 0, "$state: owners");
	# A kernel without BTF of its modules (Debian's 5.10) has VFIO's types nowhere: that is said, and
	# nothing else is to be said.
	my $has_vfio_types = grep { $_->[0] eq 'vfio' } Session::truth('after', 'btf');
	for my $document ($devices, $domains, $status) {
		my @notes = grep { $_->{code} ne 'doubtful-entry' || $_->{text} !~ /PGSNP/ } # 5.10: see RawVtd.pm
			    grep { $has_vfio_types || $_->{text} !~ /: vfio_\w+\.\w+ not found$/ }
			    @{ $document->{notes} };
		is_deeply(\@notes, [], "$state: no notes of $document->{command}");
	}
}
done_testing();
