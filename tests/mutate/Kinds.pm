# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the words are that the verbs read: by the tables that the answers name (addresses of entries, page tables, rings),
# by the kernel struct that they are a member of (Objects.pm), and by what they look like for the rest.
package Kinds;

use strict;
use warnings;
no warnings 'portable'; # addresses are 64 bits
use Objects;
use Session;

my %STRUCTS = (
	'unit'			=> [qw(amd_iommu amd_iommu_pci_seg dmar_drhd_unit dmar_rmrr_unit intel_iommu q_inval ir_table
				       iommu_device unity_map_entry)],
	'domain'		=> [qw(protection_domain dmar_domain iommu_domain iommu_domain_info)],
	'group'			=> [qw(iommu_group group_device kset)],
	'device'		=> [qw(device pci_dev pci_bus dev_iommu iommu_dev_data device_domain_info device_driver
				       pci_sysdata pci_host_bridge resource_entry)],
	'interrupt struct'	=> [qw(irq_desc irq_data irqaction devid_map)],
	'xarray node'		=> [qw(xa_node xarray)],
	'owner'			=> [qw(vfio_group vfio_container vfio_iommu vfio_domain vfio_dma)],
	'process'		=> [qw(task_struct mm_struct vm_area_struct anon_vma anon_vma_chain)],
	'IOVA allocator'	=> [qw(iommu_dma_cookie iova_domain iova iova_rcache)],
	'bounce buffers'	=> [qw(io_tlb_mem)],
	'resource'		=> [qw(resource)],
	'log'			=> [qw(printk_ringbuffer)],
	'module'		=> [qw(module)],
	'struct page'		=> [qw(page)],
);
my %kind_of;
for my $kind (keys %STRUCTS) {
	$kind_of{$_} = $kind for @{ $STRUCTS{$kind} };
}

sub is_kernel_address { return $_[0] >= 0xffff800000000000 }

# {kind: [{space, at, bytes, value, what, is_text, page}]}: the words of a record, with what the undamaged answers
# (the documents by their verb) say of tables. What has no value of its own to change is left out: words that no
# entry of a device, no table and no struct has.
sub sort_words {
	my ($record, $documents) = @_;
	my %value = map { $_->{at} => $_->{value} }
		    grep { $_->{space} eq 'kva' && $_->{bytes} == 8 } @{ $record->{words} };
	my $names = Objects::names_of($record, $value{$record->{symbols}{vmemmap_base} // 0});
	my %symbol_at = reverse %{ $record->{symbols} };
	my @regions = regions($documents, $record, \%value);
	my %kinds;

	for my $word (@{ $record->{words} }) {
		my ($kind, $what) = in_region($word, \@regions);
		($kind, $what) = of_kernel($word, \%value, $names, \%symbol_at)
			if !$kind && $word->{space} eq 'kva';
		($kind, $what) = ('table of a process', '') if !$kind && $word->{bytes} == 8 && ($word->{value} & 0x65) == 0x65;
		push @{ $kinds{$kind} }, { %$word, what => $what } if $kind;
	}
	return \%kinds;
}

sub of_kernel {
	my ($word, $value, $names, $symbol_at) = @_;
	my ($at, $is) = @$word{qw(at value)};
	my ($struct, $member, $bytes) = @{ $names->{$at} // [] };
	my $what = $struct ? "$struct.$member" : $symbol_at->{$at} // '';

	return ('name', $what) if $word->{is_text};
	return ('list', $what) if is_list($word, $value) || $struct && ($struct eq 'list_head' || $bytes == 16);
	return ('tree', $what) if $struct && ($struct eq 'rb_node' || $member =~ /\brb_node$/);
	return ($kind_of{$struct}, $what) if $struct && $kind_of{$struct};
	return ('kernel variable', $what) if $symbol_at->{$at};
	return ('other pointer', $what) if is_kernel_address($is);
	return ('other number', $what) if $is && $word->{bytes} < 8;
	return ();
}

# A pointer whose other end points back: next and prev of a list_head.
sub is_list {
	my ($word, $value) = @_;
	my ($at, $to) = @$word{qw(at value)};

	return $word->{bytes} == 8 && is_kernel_address($to) && $to % 8 == 0 &&
	       (($value->{$to + 8} // 0) == $at || ($value->{$to} // 0) == $at - 8);
}

# ---- tables ----

# [space, address, address behind it, kind, what].
sub regions {
	my ($documents, $record, $value) = @_;
	my @regions;

	for my $entry (@{ $documents->{dte}{entries} }) {
		push @regions, map {
			region($_->{address}, 8 * @{ $_->{raw} }, 'entry of a device', "$_->{record} of $entry->{device}")
		} @{ $entry->{records} };
	}
	for my $result (@{ $documents->{walk}{results} }) {
		push @regions, map {
			region(Session::word(Session::number($_->{entry_pa}) & ~0xfff), 4096, "page table, level $_->{level}", '')
		} @{ $result->{steps} };
	}
	push @regions, map { region($_->{address}, $_->{length} * $_->{entry_bytes}, 'interrupt table', '') }
		       @{ $documents->{irt}{tables} };
	for my $unit (@{ $documents->{units}{units} }) {
		push @regions, map { region($unit->{$_}{address}, $unit->{$_}{bytes}, 'ring', $_) }
			       grep { ref $unit->{$_} eq 'HASH' && exists $unit->{$_}{bytes} } sort keys %$unit;
	}
	push @regions, map { region($_->{address}, 4096, 'ring', '') } @{ $documents->{commands}{rings} };
	for my $table (grep { ref eq 'HASH' && exists $_->{length} } @{ $documents->{acpi} }{qw(ivrs dmar)}) {
		push @regions, region($table->{address}, $table->{length}, "the firmware's table", '');
	}
	push @regions, log_regions($record, $value);
	my %seen;
	return sort { $a->[1] <=> $b->[1] } grep { !$seen{"$_->[0] $_->[1] $_->[3]"}++ } @regions;
}

sub region {
	my ($address, $bytes, $kind, $what) = @_;
	my $at = Session::number($address // 0);

	return () unless $at;
	return [is_kernel_address($at) ? 'kva' : 'pa', $at, $at + $bytes, $kind, $what];
}

# The ring of the log, its descriptors and its texts.
sub log_regions {
	my ($record, $value) = @_;
	my $ring = $value->{$record->{symbols}{prb} // 0} or return ();
	my $of = $record->{members}{printk_ringbuffer};
	my %bytes = ('desc_ring.descs' => 24 << 14, 'desc_ring.infos' => 88 << 14, 'text_data_ring.data' => 1 << 17);

	return map { ['kva', $value->{$ring + $of->{$_}[0]}, $value->{$ring + $of->{$_}[0]} + $bytes{$_}, 'log', $_] }
	       grep { $value->{$ring + $of->{$_}[0]} } sort keys %bytes;
}

# Regions are in the order of their addresses; few, and each is a page or so.
sub in_region {
	my ($word, $regions) = @_;
	my ($low, $high) = (0, scalar @$regions);

	while ($low < $high) {
		my $middle = ($low + $high) >> 1;
		if ($regions->[$middle][1] <= $word->{at}) { $low = $middle + 1 } else { $high = $middle }
	}
	for my $region (reverse @$regions[($low > 4 ? $low - 4 : 0) .. $low - 1]) {
		my ($space, $first, $end, $kind, $what) = @$region;
		return ($kind, $what) if $space eq $word->{space} && $word->{at} >= $first && $word->{at} < $end;
	}
	return ();
}

1;
