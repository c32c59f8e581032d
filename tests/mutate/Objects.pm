# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which member of which kernel struct a word is: from the symbols that the verbs asked for, along the pointers below,
# through nothing but the words and the offsets of members that a record has (Words.pm).
package Objects;

use strict;
use warnings;

# From a symbol or a member of a struct; by which way; to which struct: TYPE, or TYPE.MEMBER where that member is
# what is pointed to. What this kernel or this machine has not is passed over.
my $LEADS = <<'END';
amd_iommu_list                     list      amd_iommu.list
amd_iommu_pci_seg_list             list      amd_iommu_pci_seg.list
dmar_drhd_units                    list      dmar_drhd_unit.list
dmar_rmrr_units                    list      dmar_rmrr_unit.list
iommu_device_list                  list      iommu_device.list
pci_root_buses                     list      pci_bus.node
modules                            list      module.list
ioapic_map                         list      devid_map.list
hpet_map                           list      devid_map.list
iommu_group_kset                   pointer   kset
iomem_resource                     embedded  resource
irq_desc_tree                      xarray    irq_desc
io_tlb_default_mem                 embedded  io_tlb_mem
prb                                pointer   printk_ringbuffer
amd_iommu.pci_seg                  pointer   amd_iommu_pci_seg
amd_iommu_pci_seg.unity_map        list      unity_map_entry.list
dmar_drhd_unit.iommu               pointer   intel_iommu
intel_iommu.qi                     pointer   q_inval
intel_iommu.ir_table               pointer   ir_table
kset.list                          list      iommu_group.kobj+kobject.entry
iommu_group.devices                list      group_device.list
iommu_group.domain                 pointer   protection_domain.domain
iommu_group.default_domain         pointer   protection_domain.domain
iommu_group.domain                 pointer   dmar_domain.domain
iommu_group.default_domain         pointer   dmar_domain.domain
iommu_group.owner                  pointer   vfio_group
group_device.dev                   pointer   device
device.iommu                       pointer   dev_iommu
device.driver                      pointer   device_driver
dev_iommu.priv                     pointer   iommu_dev_data
dev_iommu.priv                     pointer   device_domain_info
pci_bus.children                   list      pci_bus.node
pci_bus.devices                    list      pci_dev.bus_list
pci_bus.sysdata                    pointer   pci_sysdata
pci_dev.dev                        embedded  device
pci_host_bridge.windows            list      resource_entry.node
resource_entry.res                 pointer   resource
resource.child                     pointer   resource
resource.sibling                   pointer   resource
irq_desc.irq_data                  embedded  irq_data
irq_desc.action                    pointer   irqaction
irqaction.next                     pointer   irqaction
irq_data.parent_data               pointer   irq_data
iommu_domain.iova_cookie           pointer   iommu_dma_cookie
protection_domain.domain           embedded  iommu_domain
dmar_domain.domain                 embedded  iommu_domain
iommu_dma_cookie.iovad             embedded  iova_domain
iova_domain.rbroot.rb_node         tree      iova.node
iova_domain.rcaches                pointer   iova_rcache
vfio_group.container               pointer   vfio_container
vfio_container.iommu_data          pointer   vfio_iommu
vfio_iommu.domain_list             list      vfio_domain.next
vfio_iommu.dma_list.rb_node        tree      vfio_dma.node
vfio_dma.task                      pointer   task_struct
task_struct.mm                     pointer   mm_struct
page.mapping                       pointer   anon_vma
anon_vma.rb_root.rb_root.rb_node   tree      anon_vma_chain.rb
anon_vma_chain.vma                 pointer   vm_area_struct
vm_area_struct.vm_mm               pointer   mm_struct
mm_struct.owner                    pointer   task_struct
END

my (%words, $members, %names, %seen, %leads);

# {address: [struct, member]} of every byte of every struct that is found. Vmemmap is where struct pages start.
sub names_of {
	my ($record, $vmemmap) = @_;

	$members = $record->{members};
	%words = map { $_->{at} => $_->{value} } grep { $_->{space} eq 'kva' && $_->{bytes} == 8 } @{ $record->{words} };
	%names = %seen = %leads = ();
	for (split /\n/, $LEADS) {
		my ($from, $way, $to) = split;
		push @{ $leads{$from} }, [$way, $to];
	}
	for my $symbol (sort grep { !/\./ } keys %leads) {
		my $at = $record->{symbols}{$symbol} // next;
		lead($at, @$_) for @{ $leads{$symbol} };
	}
	is_at('page', $_) for grep { is_page($_, $vmemmap) } sort { $a <=> $b } keys %words;
	return \%names;
}

# A struct page has 64 bytes.
sub is_page {
	my ($at, $vmemmap) = @_;
	return $vmemmap && $at >= $vmemmap && $at < $vmemmap + (1 << 32) && $at % 64 == 0;
}

# The offset of "TYPE.MEMBER" or "TYPE.MEMBER+TYPE.MEMBER"; undef: not known.
sub offset_of {
	my ($path) = @_;
	my $offset = 0;

	for (split /\+/, $path) {
		my ($type, $member) = split /\./, $_, 2;
		return undef unless $members->{$type} && $members->{$type}{$member};
		$offset += $members->{$type}{$member}[0];
	}
	return $offset;
}

# What one lead at this address leads to.
sub lead {
	my ($at, $way, $to) = @_;
	my ($type) = $to =~ /^(\w+)/;
	my $offset = $to =~ /\./ ? offset_of($to) : 0;
	my %reached;

	return unless $members->{$type} && defined $offset;
	if ($way eq 'embedded') {
		is_at($type, $at);
	} elsif ($way eq 'pointer') {
		is_at($type, ($words{$at} & ~7) - $offset) if $words{$at};
	} elsif ($way eq 'list') {
		name($at, 16, 'list_head', "of $type");
		for (my $node = $words{$at}; $node && $node != $at && !$reached{$node}++; $node = $words{$node}) {
			is_at($type, $node - $offset);
		}
	} elsif ($way eq 'tree') {
		my @nodes = $words{$at} // ();
		while (defined(my $node = shift @nodes)) {
			next if !$node || $reached{$node}++;
			name($node, 24, 'rb_node', "of $type");
			is_at($type, $node - $offset);
			push @nodes, map { $words{$node + $_} // () } 8, 16;
		}
	} elsif ($way eq 'xarray') {
		xarray($words{$at + $members->{xarray}{xa_head}[0]}, $type);
	}
}

# Pointers to nodes have the value 2 in their lowest bits.
sub xarray {
	my ($entry, $type) = @_;

	return unless $entry;
	return is_at($type, $entry) if ($entry & 3) != 2;
	my $node = $entry - 2;
	return if $seen{"xa_node $node"}++;
	name($node, 40, 'xa_node', 'head');
	my ($first, $bytes) = @{ $members->{xa_node}{slots} };
	name($node + $first, $bytes, 'xa_node', 'slots');
	xarray($words{$node + $first + 8 * $_}, $type) for 0 .. $bytes / 8 - 1;
}

sub is_at {
	my ($type, $at) = @_;

	return if $seen{"$type $at"}++;
	for my $path (sort keys %{ $members->{$type} }) {
		my ($offset, $bytes) = @{ $members->{$type}{$path} };
		name($at + $offset, $bytes, $type, $path) if $bytes <= 64;
		lead($at + $offset, @$_) for @{ $leads{"$type.$path"} // [] };
	}
}

# A member of a struct inside another one has its own name.
sub name {
	my ($at, $bytes, $type, $path) = @_;

	for my $byte (map { $at + $_ } 0 .. $bytes - 1) {
		$names{$byte} = [$type, $path, $bytes] unless $names{$byte} && $names{$byte}[2] <= $bytes;
	}
}

1;
