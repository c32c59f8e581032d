#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every rule of `iommu check` that words of this dump can break is broken, one after the other, in a copy of the dump:
# the finding is there, at what was planted, and nothing else is that the sound dump does not say too. What follows from
# the same words by necessity is named beside the plant. Rules that no word of this dump can break are named with the
# reason.
#
# Where things are is what `iommu -j` says (others of these tests hold it against crash and the guest); what is planted
# there is worked out here, from the bits of the specifications: AMD 48882, VT-d chapter 9.
use strict;
use warnings;
no warnings 'portable'; # addresses are 64 bits
use FindBin;
use lib $FindBin::Bin;
use JSON::PP;
use Plant;
use Session;
use Test::More;

Session::require_all('after');
Plant::start() or plan skip_all => 'the words of this dump do not stand in it one by one, or crash has too few commands';

my $amd = Session::vendor() eq 'AMD-Vi';
my ($dte, $groups, $domains, $devices, $irt, $units, $acpi, $iova, $owner, $commands) =
	Plant::documents(map { "iommu $_ -j" } qw(dte groups domains devices irt units acpi iova owner commands));
my ($pci) = Plant::run('dev -p');
my $sound = decode_json(Plant::check_with());

sub number { return Session::number($_[0]) }
sub word { return Plant::word(@_) }
sub get { return Plant::get(@_) }

# ---- the devices that are planted on ----

my %entry_of = map { $_->{device} => $_ } @{ $dte->{entries} };
my %device = map { $_->{device} => $_ } @{ $devices->{devices} };
my %group = map { $_->{id} => $_ } @{ $groups->{groups} };
my %domain = map { $_->{address} => $_ } @{ $domains->{domains} };
# The group that a process holds: by VFIO's objects, or, where the types of its module are not known (5.10), by its domain.
my ($held) = ((map { $group{ $_->{group} } } grep { @{ $_->{areas} || [] } } @{ $owner->{owners} }),
	      grep { ($_->{type} // '') eq 'unmanaged' } @{ $groups->{groups} });
my @held = !$held ? () : map { $_->{device} } @{ $held->{devices} };

# The entry of another id that a device's requests carry is not as its own any more, where that was changed.
sub differs_from_alias {
	return map { ['alias-entry-differs', 'it has an alias, whose entry is as before'] } grep { defined $_ && $device{$_}{alias} } @_;
}

# Two devices that are alone in their groups, without a driver, on their default domain; and one with interrupts.
my ($plain, $other) = map { $_->{device} }
	grep { my $d = $_;
	       defined $d->{group} && !$d->{driver} && @{ $group{ $d->{group} }{devices} } == 1 && $d->{device} ne '0000:00:00.0' &&
	       ($d->{type} // '') eq ($group{ $d->{group} }{default_type} // '') && $entry_of{ $d->{device} } }
	@{ $devices->{devices} };
my %irqs; # device, index
for (@{ $irt->{entries} }) {
	$irqs{ $_->{device} }{ $_->{index} } = $_ if defined $_->{irq};
}
my ($busy) = map { $_->{device} }
	grep { defined $_->{driver} && $_->{driver} ne 'vfio-pci' && keys %{ $irqs{ $_->{device} } // {} } > 2 } @{ $devices->{devices} };
my ($one_irq, $next_irq) = map { $irqs{$busy}{$_} } $busy ? (sort { $a <=> $b } keys %{ $irqs{$busy} })[1, 2] : ();
ok($plain && $other && $busy && $one_irq && $next_irq, 'there are devices to plant on') or BAIL_OUT('no device');
# One whose entry is not as that of the plain one: newer kernels have one identity domain for all.
my ($unlike) = grep { "@{ $entry_of{$_}{raw} }" ne "@{ $entry_of{$plain}{raw} }" } $other, @held;
diag("plain $plain other $other busy $busy held @held") if $ENV{PLANT_TELL};

# ---- where their structs and records are ----

sub held {
	my ($nth) = @_;

	return $held[$nth] // die "no group is on a domain of user space\n";
}

sub need_holder { @{ $owner->{owners} } or die "who holds a group is not known here\n" }

sub struct_device {
	my ($name) = @_;
	my ($at) = $pci =~ /([0-9a-f]{16})\s+\Q$name\E/ or die "crash does not list $name\n";

	return number($at) + Plant::need('pci_dev.dev');
}

# What the driver keeps of a device: AMD's iommu_dev_data, VT-d's device_domain_info.
sub of_driver {
	my ($name) = @_;
	my $iommu = get(struct_device($name) + Plant::need('device.iommu'));

	return get($iommu + Plant::need('dev_iommu.priv'));
}

sub group_of { return number($group{ $device{ $_[0] }{group} }{address}) }

# The struct iommu_domain that a group is on.
sub core_domain {
	return get(group_of($_[0]) + Plant::need('iommu_group.domain'));
}

# The same as domains -j has it.
sub domain_row {
	my ($core) = @_;

	return $domain{ sprintf '0x%x', $core } // die "domains does not have it\n";
}

# The last record that the hardware reads for a device, and its name.
sub record_of {
	my $records = $entry_of{ $_[0] }{records};

	return (number($records->[-1]{address}), $records->[-1]{record});
}

sub is_legacy { return (record_of($_[0]))[1] eq 'Context Entry' }

# AMD: requests go through the first page table of a table of PASIDs (GV, bit 55), whose entry for PASID 0 is there.
sub is_by_pasid { return $amd && $_[0] && $entry_of{ $_[0] }{fields}{gv} }

# Later drivers (6.12) give a device behind such a table an id of its own.
sub has_own_id { return $_[0] && is_by_pasid($_[0]) && $entry_of{ $_[0] }{domain_id} != $device{ $_[0] }{domain_id} }

# What follows where that table is taken away.
sub without_pasids {
	my ($name) = @_;

	return (is_by_pasid($name) ? ['pasids-differ', 'such an entry leads to no table of PASIDs'] : (),
		has_own_id($name) ? ['domain-id-differs', 'it has the id that the device had with that table'] : ());
}
sub gcr3_table { return number($entry_of{ $_[0] }{fields}{gcr3_root}) }

# Word $nr of that record, with the bits of a mask replaced.
sub with_bits {
	my ($name, $nr, $high, $low, $value) = @_;
	my ($at) = record_of($name);
	my $mask = ($high - $low == 63 ? ~0 : (1 << $high - $low + 1) - 1) << $low;

	return word($at + 8 * $nr, get($at + 8 * $nr) & ~$mask | $value << $low);
}

# What makes the entry of a device let everything through: Mode 0 without GV, TT 2, PGTT 4.
sub passes {
	my ($name) = @_;

	return is_by_pasid($name) ? with_bits($name, 0, 55, 54, 0) : with_bits($name, 0, 11, 9, 0) if $amd;
	return is_legacy($name) ? with_bits($name, 0, 3, 2, 2) : with_bits($name, 0, 8, 6, 4);
}

# Newer drivers have one domain that blocks, a variable of theirs, where older ones make one for each group: its address
# is then of the kernel's image, not of the map of all memory.
my $blocks_statically = $held && eval { get(group_of($held[0]) + Plant::need('iommu_group.blocking_domain')) >> 31 == 0x1ffffffff };

# The core has PASID 1 of a device's group attached to the group's own domain: struct xa_node in a page that was free, with one
# of its slots taken. Up to 6.12 an entry is a handle, which leads to the domain (linux/xarray.h: bit 1 marks a node).
sub attach_pasid {
	my ($name) = @_;
	my $head = group_of($name) + Plant::need('iommu_group.pasid_array') + Plant::need('xarray.xa_head');
	my $node = free_page_va();
	my $slot = $node + Plant::need('xa_node.slots') + 8;
	my $tagged = (Plant::run('p IOMMU_PASID_ARRAY_HANDLE'))[0] =~ /=/;
	my $handle = $node + 0x800;

	get($head) and die "the core has PASIDs attached already\n";
	return (word($head, $node | 2), word($node + Plant::need('xa_node.count'), 1, 1),
		word($node + Plant::need('xa_node.array'), $head - Plant::need('xarray.xa_head')),
		$tagged ? word($slot, core_domain($name)) :
			(word($slot, $handle), word($handle + Plant::need('iommu_attach_handle.domain'), core_domain($name))));
}

# A unit that the core alone has, and the device served by it: struct iommu_device in a page that was free, whose own device is
# any other.
sub serve_by_other {
	my ($name) = @_;
	my $head = Plant::symbol('iommu_device_list') // die "no iommu_device_list\n";
	my $list = Plant::need('iommu_device.list');
	my $at = free_page_va();
	my $first = get($head);

	return (word($at + $list, $first), word($at + $list + 8, $head), word($head, $at + $list), word($first + 8, $at + $list),
		word($at + Plant::need('iommu_device.dev'), struct_device($other)),
		word(get(struct_device($name) + Plant::need('device.iommu')) + Plant::need('dev_iommu.iommu_dev'), $at));
}

# ---- page tables ----

# Whether an entry of a domain's table leads anywhere, and whether that is a page. VT-d's second stage has R and W, the
# others P; AMD's own format says in 11:9 what is below, the others' bit 7 is that of a large page.
sub leads { my ($domain, $entry) = @_; return $entry & ($domain->{format} eq 'vtdss' ? 3 : 1) }

sub leads_to_page {
	my ($domain, $entry) = @_;

	return $entry >> 7 & 1 unless $domain->{format} eq 'amdv1';
	return !($entry >> 9 & 7) || ($entry >> 9 & 7) == 7;
}

# The entries on the way of an IOVA, by level, that of the lowest last: [level, address, entry].
sub way {
	my ($domain, $iova) = @_; # a row of domains
	my ($table, @way) = number($domain->{root});

	for (my $level = $domain->{levels}; $level; $level--) {
		my $at = $table + 8 * ($iova >> 12 + 9 * ($level - 1) & 511);
		my $entry = get($at);

		push @way, [$level, $at, $entry];
		last if !leads($domain, $entry) || leads_to_page($domain, $entry);
		$table = $entry & 0xffffffffff000;
	}
	return @way;
}

# A page of 4K in the format of the domain: readable and writable.
sub leaf {
	my ($domain, $pa) = @_;
	my $format = $domain->{format};

	return $format eq 'amdv1' ? $pa | 3 << 61 | 1 << 60 | 1 : # IW IR FC PR
	       $format eq 'vtdss' ? $pa | 3 : $pa | 7;            # W R; U/S R/W P
}

# The same of a table.
sub branch {
	my ($domain, $pa, $level) = @_; # the level that the table has

	return $domain->{format} eq 'amdv1' ? $pa | 3 << 61 | $level << 9 | 1 : leaf($domain, $pa);
}

sub leaf_pa { return $_[0] & 0xffffffffff000 }

my $held_domain = $held ? domain_row(core_domain($held[0])) : undef;
sub held_domain { held(0); return $held_domain }
my @areas = map { @{ $_->{areas} || [] } } @{ $owner->{owners} };
# Where the process mapped something, by the guest itself where VFIO's objects do not tell.
my @spans = @areas ? map { [number($_->{iova}), number($_->{end})] } @areas :
	map { [number($_->[1]), number($_->[1]) + number($_->[2]) - 1] } grep { $_->[0] eq 'area' } Session::truth('after', 'vfio');

# An area of a process with pages of 4K, by its first IOVA, and the address of the entry of its first page.
sub small_area {
	need_holder();
	for (@areas) {
		my $iova = number($_->{iova});
		my $leaf = (way(held_domain(), $iova))[-1];
		next if held_domain()->{format} eq 'amdv1' && ($leaf->[2] >> 9 & 7) == 7; # of a larger page, which several entries make
		return ($iova, $leaf->[1], $leaf->[2]) if $leaf->[0] == 1 && number($_->{end}) - $iova >= 0xffff;
	}
	die "no area has pages of 4K\n";
}

# An entry of a lowest table that is empty, beside one of an area: its IOVA and address, and the other's page.
sub empty_beside_area {
	held(0);
	for (@spans) {
		my $end = $_->[1];
		my $last = (way(held_domain(), $end))[-1];
		my $next = (way(held_domain(), $end + 1))[-1];
		return ($end + 1, $next->[1], leaf_pa($last->[2]))
			if $last->[0] == 1 && $next->[0] == 1 && !$next->[2] && ($end + 1) % 0x200000;
	}
	die "behind each area another table begins\n";
}

# A page of 4K there that leads to another address.
sub lead_to {
	my ($pa) = @_;
	my (undef, $at) = empty_beside_area();

	return word($at, leaf(held_domain(), $pa));
}

my @outside = @areas ? ['mapped-outside-areas', 'what is planted is in no area of the process'] : ();

# ---- allocators of IOVAs ----

# A domain whose allocator has ranges in use that are mapped.
my ($allocating) = grep { $_->{in_use_bytes} && $_->{mapped_bytes} } @{ $iova->{domains} };

sub allocator_domain { return domain_row(number(($allocating // die "no domain of the DMA layer maps anything here\n")->{address})) }

sub range_of_state {
	my ($state) = @_;

	allocator_domain();
	my ($range) = grep { $_->{state} eq $state } @{ $allocating->{allocated} };
	return $range // die "no address is $state\n";
}

# Any page that the domain has mapped.
sub mapped_page {
	my ($last) = (way(allocator_domain(), number(range_of_state('in use')->{iova})))[-1];
	return leaf_pa($last->[2]);
}

# As a processor adds: a sum of 64 bits, where perl would go over to floating point. In 7.2 a variable of each CPU has
# an address of the kernel's, and the way to its copy is a negative number.
sub plus {
	my ($one, $other) = @_;
	my $low = ($one & 0xffffffff) + ($other & 0xffffffff);

	return (($one >> 32) + ($other >> 32) + ($low >> 32) & 0xffffffff) << 32 | $low & 0xffffffff;
}

# A CPU's store of freed addresses of this allocator, with one address more in it.
sub freed_too {
	my ($pfn) = @_; # undef: one that is there
	my $rcaches = number((allocator_domain(), $allocating)[1]{allocator}) + Plant::need('iova_domain.rcaches');
	my ($text) = Plant::run('struct iova_domain.rcaches -o');
	my ($size) = (Plant::run('struct iova_rcache -o'))[0] =~ /^SIZE: (\d+)/m or die "no struct iova_rcache\n";
	my $offsets = Plant::symbol('__per_cpu_offset') // die "no __per_cpu_offset\n";

	$rcaches = get($rcaches) if $text =~ /struct iova_rcache \*rcaches/; # 6.0 and later
	my $possible = get(Plant::symbol('__cpu_possible_mask') // die "no __cpu_possible_mask\n");
	for my $order (0 .. 5) {
		my $percpu = get($rcaches + $order * $size + Plant::need('iova_rcache.cpu_rcaches'));
		for my $cpu (grep { $possible >> $_ & 1 } 0 .. 63) {
			my $own = plus($percpu, get($offsets + 8 * $cpu));
			for my $magazine (map { get($own + Plant::need("iova_cpu_rcache.$_")) } qw(loaded prev)) {
				my ($count, $pfns) = map { $magazine + Plant::need("iova_magazine.$_") } qw(size pfns);
				my $nr = $magazine && get($count);
				return (word($count, $nr + 1), word($pfns + 8 * $nr, $pfn // get($pfns))) if $nr > 0 && $nr < 100;
			}
		}
	}
	die "no CPU keeps an address\n";
}

# ---- interrupts ----

# Where the table is that has the entries of a device, and the bytes of an entry.
sub irq_table {
	if ($amd) {
		my ($at) = record_of($busy);
		return (get($at + 16) & 0xfffffffffffc0, wide_irqs() ? 16 : 4);
	}
	my $unit = number($units->{units}[0]{address});
	my $table = get($unit + Plant::need('intel_iommu.ir_table'));
	return (get($table + Plant::need('ir_table.base')), 16, $table);
}

sub irq_entry {
	my ($index) = @_;
	my ($table, $bytes) = irq_table();

	return $table + $bytes * $index;
}

# The driver's data of an interrupt: in the data below that which the descriptor has.
sub irq_data {
	my ($irq) = @_;
	my ($text) = Plant::run("irq $irq->{irq}");
	my ($desc) = $text =~ /^\s*\d+\s+([0-9a-f]{16})/m or die "crash does not list irq $irq->{irq}\n";
	my $below = get(number($desc) + Plant::need('irq_desc.irq_data') + Plant::need('irq_data.parent_data'));

	return get($below + Plant::need('irq_data.chip_data'));
}

sub irq_index_at {
	my ($irq) = @_;

	return $amd ? irq_data($irq) + Plant::need('amd_ir_data.irq_2_irte') + Plant::need('irq_2_irte.index') :
		      irq_data($irq) + Plant::need('intel_ir_data.irq_2_iommu') + Plant::need('irq_2_iommu.irte_index');
}

# AMD's entries of 128 bits.
my $knows_vms = @{ $owner->{vms} || [] };
sub wide_irqs { return $amd && @{ $one_irq->{raw} } > 1 }

# An entry that is not in use: far behind those that are.
my $free_index = 100;

# ---- processes ----

# By the list of all of them: crash leaves some dumps' tasks out.
sub task_of {
	my ($pid) = @_;
	my $first = Plant::symbol('init_task') // die "no init_task\n";
	my ($list, $own) = (Plant::need('task_struct.tasks'), Plant::need('task_struct.pid'));

	for (my ($at, $nr) = ($first, 0); $nr < 10000; $nr++) {
		$at = get($at + $list) - $list;
		return undef if $at == $first;
		return $at if get($at + $own, 4) == $pid;
	}
	return undef;
}

# The threads of the process that gave VFIO memory: of them those that have its memory. The first may have exited.
sub holders {
	my $task = task_of($areas[0]{pid} // die "nobody gave VFIO memory\n") // die "no such task\n";
	my ($node, $mm) = (Plant::need('task_struct.thread_node'), Plant::need('task_struct.mm'));
	my $head = get($task + Plant::need('task_struct.signal')) + Plant::need('signal_struct.thread_head');
	my @threads;

	for (my $at = get($head); $at != $head && @threads < 10000; $at = get($at)) {
		push @threads, $at - $node;
	}
	return grep { get($_ + $mm) } @threads;
}

# The lowest table on the way of an address of that process.
sub process_table {
	my ($task) = holders() or die "nobody has the memory of the process\n";
	my $at = Plant::pa_of(get(get($task + Plant::need('task_struct.mm')) + Plant::need('mm_struct.pgd')));
	my $address = number($areas[0]{vaddr});

	for my $shift (39, 30, 21) {
		my $entry = get($at + 8 * ($address >> $shift & 511));
		$entry & 1 && !($entry >> 7 & 1) or die "the process has a large page there\n";
		$at = leaf_pa($entry);
	}
	return $at;
}

sub size_of {
	my ($struct) = @_;

	return (Plant::run("struct $struct -o"))[0] =~ /^SIZE: (\d+)/m ? $1 : die "no struct $struct\n";
}

# A page on the page allocator's lists: the first of a block of any size, and of any use.
sub free_page {
	my $node = Plant::symbol('contig_page_data') // get(Plant::symbol('node_data') // die "no node_data\n");
	my ($zone, $area) = map { size_of($_) } qw(zone free_area);
	my $heads = $node + Plant::need('pglist_data.node_zones') + Plant::need('zone.free_area') + Plant::need('free_area.free_list');

	for my $at (map { my $order = $_; map { $heads + $_ * $zone + $order * $area } 1, 2 } 0 .. 9) {
		for my $head (map { $at + 16 * $_ } 0 .. 2) {
			my $next = get($head);
			next if !$next || $next == $head;
			my $pages = get(Plant::symbol('vmemmap_base') // die "no vmemmap_base\n");
			return ($next - Plant::need('page.lru') - $pages) / 64 << 12;
		}
	}
	die "no page is free\n";
}

sub free_page_va { return get(Plant::symbol('page_offset_base') // die "no page_offset_base\n") + free_page() }

# ---- ids ----

# The word of the allocator of domain ids that has the bit of an id, with that bit changed: of a bitmap, or of an IDA, which
# keeps ids below 63 as the value of the one entry of its xarray (7.2 on both vendors; bit 0 marks a value).
sub flip_id {
	my ($id) = @_;
	my $unit = $amd ? 0 : number($units->{units}[0]{address});
	my ($ida, $map);

	if ($amd) {
		$ida = Plant::symbol('pdom_ids');
		$map = $ida ? undef : get(Plant::symbol('amd_iommu_pd_alloc_bitmap') // die "where ids are allocated is not known\n");
	} else {
		my $member = Plant::member('intel_iommu.domain_ida');
		$ida = defined $member ? $unit + $member : undef;
		$map = $ida ? undef : get($unit + Plant::need('intel_iommu.domain_ids'));
	}
	if ($ida) {
		my $head = $ida + Plant::need('ida.xa') + Plant::need('xarray.xa_head');
		my $value = get($head);
		$value & 1 && $id < 63 or die "the IDA of ids has more than one entry\n";
		return word($head, $value ^ 1 << $id + 1);
	}
	return word($map + ($id >> 3), get($map + ($id >> 3), 1) ^ 1 << ($id & 7), 1);
}

# An id that nobody has, and the last that somebody has.
my @ids = sort { $a <=> $b } @{ ($domains->{allocator} // {})->{ids} || [] };
my $no_id = ($ids[-1] // 0) + 5;

# A domain that may have the first id as well: one without devices rather than one with.
my ($given_twice) = sort { @{ $a->{devices} } <=> @{ $b->{devices} } }
	grep { $_->{driver_address} && $_->{id} && $_->{id} != $ids[0] } @{ $domains->{domains} };

# What makes the driver's own table of a device's domain one of the other format, as the driver reads it.
sub other_format {
	my ($name) = @_;
	my $row = domain_row(core_domain($name));
	my $at = number($row->{driver_address} // die "the domain is none of the driver's own\n");

	$row->{levels} && !$row->{mapped_bytes} or die "no device is on an empty table\n";
	return other_amd_format($row, $at) if $amd;
	is_legacy($name) and die "in legacy mode there is one format\n";
	# 7.2 and later: which operations the domain has.
	if (defined Plant::member('dmar_domain.sspt')) {
		my $ops = 'intel_' . ($row->{format} eq 'vtdss' ? 'fs' : 'ss') . '_paging_domain_ops';
		return word(number($row->{address}) + Plant::need('iommu_domain.ops'), Plant::symbol($ops) // die "no $ops\n");
	}
	my ($text) = Plant::run('struct dmar_domain -o');
	# 5.10, 6.1: DOMAIN_FLAG_USE_FIRST_LEVEL is bit 1 of its flags.
	my ($byte) = $text =~ /^\s+\[(\d+)\] \w+ use_first_level : 1;/m
		or return word($at + Plant::need('dmar_domain.flags'), get($at + Plant::need('dmar_domain.flags'), 4) ^ 2, 4);
	my @bits = $text =~ /^\s+\[$byte\] \w+ (\w+) : 1;/mg;
	my ($bit) = grep { $bits[$_] eq 'use_first_level' } 0 .. $#bits;
	return word($at + $byte, get($at + $byte, 1) ^ 1 << $bit, 1);
}

# AMD's driver up to 6.18 has a root for each format, and takes the table that has one; later it has pd_mode (V1 is 1, V2 is
# 2), and the two tables at one place. A table of 4 levels is one of either format.
sub other_amd_format {
	my ($row, $at) = @_;
	my $iop = Plant::member('protection_domain.iop');

	if (!defined $iop) {
		defined Plant::member('protection_domain.pt_root') and die "this driver has one format\n";
		return word($at + Plant::need('protection_domain.pd_mode'), $row->{format} eq 'amdv1' ? 2 : 1, 4);
	}
	my ($root, $pgd, $mode) = map { $at + $iop + Plant::need("amd_io_pgtable.$_") } qw(root pgd mode);
	my ($is, $other) = $row->{format} eq 'amdv1' ? ($root, $pgd) : ($pgd, $root);
	return (word($other, get($is)), word($is, 0), word($mode, $row->{levels}, 4));
}

# The id that a domain of VT-d has on the first unit: in an array, or in a struct that an xarray leads to, which has an
# entry of index 0 alone as its head.
sub vtd_id {
	my ($row, $id) = @_;
	my $domain = number($row->{driver_address});
	my $array = Plant::member('dmar_domain.iommu_did');

	return word($domain + $array, $id, 2) if defined $array;
	my $info = get($domain + Plant::need('dmar_domain.iommu_array') + Plant::need('xarray.xa_head'));
	$info & 3 and die "the domain has more than one unit\n";
	return word($info + Plant::need('iommu_domain_info.did'), $id, 2);
}

# ---- AMD's tables of the driver ----

sub amd_table {
	my ($name) = @_; # "alias_table"
	my ($text) = Plant::run("list -H amd_iommu_pci_seg_list -s amd_iommu_pci_seg.$name");

	return number($1) if $text =~ /$name = (0x[0-9a-f]+)/;
	my $symbol = Plant::symbol("amd_iommu_$name") // die "where $name is, is not known\n";
	return get($symbol);
}

sub devid {
	my ($bus, $slot, $function) = $_[0] =~ /:(\w+):(\w+)\.(\w)$/;
	return hex($bus) << 8 | hex($slot) << 3 | $function;
}

# ---- firmware ----

my $table = $acpi->{ $amd ? 'ivrs' : 'dmar' };
my ($block) = $table ? grep { $_->{used} } @{ $table->{blocks} } : ();

sub block_at { return number($table->{address}) + $block->{offset} }

# The entry or scope of the first block that names a device is made one that names nobody: AMD's type is 0 then, a
# scope's device one that there is none of.
sub uncover {
	my ($name) = @_;
	my ($entry) = grep { ($_->{device} // '') eq $name } @{ $block->{ $amd ? 'entries' : 'scope' } };

	$entry or die "firmware names the device nowhere by itself\n";
	grep { ($_->{type_name} // '') eq 'ALL' } @{ $block->{entries} } and die "firmware names all devices at once\n";
	my $at = number($table->{address}) + $entry->{offset};
	return $amd ? word($at, 0, 1) : word($at + 6, 0x1e, 1);
}

# An IVMD (type 21, one device, unity) or an RMRR of a page for the plain device, behind the last block.
my ($ram, $hole) = (0x2000000, 0xfec80000);
sub more_memory {
	my ($first) = @_;
	my $start = number($table->{address});
	my $at = $start + $table->{length};
	my $id = devid($plain);
	my $more = $amd ? pack('CCS<S<S<Q<Q<Q<', 0x21, 1, 32, $id, 0, 0, $first, 0x1000) :
		pack('S<S<S<S<Q<Q<CCS<CCCC', 1, 32, 0, 0, $first, $first + 0xfff, 1, 8, 0, 0, $id >> 8, $id >> 3 & 31, $id & 7);

	$amd or $id >> 8 == 0 or die "the path to the device is longer\n";
	return (word($start + 4, $table->{length} + 32, 4), word(table_length_at($start), $table->{length} + 32, 4), [$at, $more]);
}

# Where the kernel keeps the length of a firmware table.
sub table_length_at {
	my ($start) = @_;
	my $list = Plant::symbol('acpi_gbl_root_table_list') // die "no acpi_gbl_root_table_list\n";
	my $tables = get($list + Plant::need('acpi_table_list.tables'));
	my ($size) = (Plant::run('struct acpi_table_desc -o'))[0] =~ /^SIZE: (\d+)/m or die "no struct acpi_table_desc\n";

	for my $nr (0 .. get($list + Plant::need('acpi_table_list.current_table_count'), 4) - 1) {
		my $at = $tables + $nr * $size;
		return $at + Plant::need('acpi_table_desc.length')
			if get($at + Plant::need('acpi_table_desc.address')) == $start;
	}
	die "the kernel does not have that table\n";
}

# What else is so of memory that the driver has never heard of.
my @of_memory = (['unity-missing', 'the driver has not kept it'],
		 $device{$plain}{type} eq 'identity' ? () : ['unity-not-mapped', 'it is mapped nowhere'],
		 $amd ? ['ivmd-not-reserved', 'it is not reserved'] :
			(['block-not-kept', 'the driver has not kept it'], ['rmrr-not-reserved', 'it is not reserved']));

sub drhd { return number($units->{units}[0]{blocks}[0]{address}) }

sub bytes_of { return number($_[0]{end}) - number($_[0]{start}) + 1 }

# A range that is mapped one to one (what VT-d's driver does for the ISA bridge, or firmware asks for), and the domain: the
# largest.
sub unity_region {
	my ($largest, $of);

	for my $group (grep { ($_->{type} // 'identity') ne 'identity' } @{ $groups->{groups} }) {
		for my $region (grep { $_->{type} =~ /^direct/ } @{ $group->{reserved_regions} }) {
			($largest, $of) = ($region, $group) if !$largest || bytes_of($region) > bytes_of($largest);
		}
	}
	$largest or die "nothing is to be mapped one to one here\n";
	return ($largest, domain_row(get(number($of->{address}) + Plant::need('iommu_group.domain'))));
}

# The addresses of the entries of all pages of that range, by its addresses. AMD's own format may have several of one page.
sub unity_leaves {
	my ($region, $row) = unity_region();
	my (@leaves, %seen);

	for (my $at = number($region->{start}); $at < number($region->{end}); $at += 4096) {
		my $leaf = (way($row, $at))[-1][1];
		push @leaves, $leaf unless $seen{$leaf}++;
	}
	return @leaves;
}

# Those of the last page.
sub last_unity_leaves {
	my @leaves = unity_leaves();
	my @last = grep { get($_) == get($leaves[-1]) } @leaves;

	@last < @leaves or die "one page has the whole range\n";
	return @last;
}

# What the driver has beside what firmware asks for: a range for the plain device, in a page that was free. AMD: the last of
# the list has the one member more, struct unity_map_entry.
sub kept_too {
	$amd or die "VT-d's driver has a copy of the block for each range\n";
	my $segments = Plant::symbol('amd_iommu_pci_seg_list');
	my $member = Plant::member('amd_iommu_pci_seg.unity_map');
	my $head = Plant::symbol('amd_iommu_unity_map') // get($segments // die("no amd_iommu_pci_seg_list\n")) -
		Plant::need('amd_iommu_pci_seg.list') + ($member // die "no amd_iommu_pci_seg.unity_map\n");
	my $last = get($head + 8);
	my $at = free_page_va();
	my $id = devid($plain);

	return (word($at, $head), word($at + 8, $last), word($head + 8, $at), word($last, $at),
		(map { word($at + Plant::need("unity_map_entry.devid_$_"), $id, 2) } qw(start end)),
		word($at + Plant::need('unity_map_entry.address_start'), $hole),
		word($at + Plant::need('unity_map_entry.address_end'), $hole + 0x1000),
		word($at + Plant::need('unity_map_entry.prot'), 3, 4));
}

# ---- the plants ----

# What is planted; at whom the finding must be and what it must say; what follows, and why. `words` dies with the
# reason where this dump has nothing to plant on.
my @plants = (
	# -- entries of devices --
	{
		rule => 'illegal-entry', # Mode 7, TT 3 and PGTT 6 are reserved
		words => sub { $amd ? with_bits($plain, 0, 11, 9, 7) :
			       is_legacy($plain) ? with_bits($plain, 0, 3, 2, 3) : with_bits($plain, 0, 8, 6, 6) },
		device => sub { $plain },
		says => qr/illegal/,
	},
	{
		rule => 'illegal-interrupts', # IntTabLen 15 is reserved
		words => sub { $amd or die "the entries of VT-d say nothing of interrupts\n"; with_bits($busy, 2, 4, 1, 15) },
		device => sub { $busy },
		says => qr/interrupts is illegal/,
	},
	{
		rule => 'root-differs',
		words => sub {
			my ($table) = grep { $_->{root} && $_->{address} ne held_domain()->{address} &&
					     $_->{format} eq held_domain()->{format} } @{ $domains->{domains} };
			my $root = $table ? number($table->{root}) : free_page(); # of zeroes: an empty table
			if (is_by_pasid(held(1))) {
				my $at = gcr3_table(held(1));
				$entry_of{ held(1) }{fields}{glx} == 0 or die "its GCR3 table has more than one level\n";
				return word($at, get($at) & 0xfff | $root);
			}
			return $amd || is_legacy(held(1)) || held_domain()->{format} eq 'vtdss' ?
				with_bits(held(1), 0, 51, 12, $root >> 12) : with_bits(held(1), 2, 51, 12, $root >> 12);
		},
		device => sub { held(1) },
		says => qr/the hardware's table is \w+, the driver's/,
		also => [differs_from_alias($held[1])],
	},
	{
		rule => 'root-differs', # Mode 4 and a host table, one to one in pages of 512 GiB, below the table that the driver made
		words => sub {
			is_by_pasid($plain) or die "no entry leads to a guest's tables by itself\n";
			my ($at) = record_of($plain);
			my $host = free_page();
			my %row = (format => 'amdv1');
			return (word($at, get($at) & ~(0xfffffffff << 12 | 7 << 9) | $host | 4 << 9), word($host, leaf(\%row, 0)));
		},
		device => sub { $plain },
		says => qr/the hardware's host table is \w+, the driver's none/,
	},
	{
		rule => 'levels-differ',
		words => sub {
			return with_bits(held(1), 0, 11, 9, 4) if $amd && !is_by_pasid(held(1));
			# The driver's, of a table that is empty: agaw is 1 of 3 levels, 2 of 4; since 7.2 the top level, from 0
			# on, is in the low bits of the pointer to the table.
			my $row = domain_row(core_domain($plain));
			$row->{levels} && !$row->{mapped_bytes} or die "no device is on an empty table\n";
			my $levels = $row->{levels} == 3 ? 4 : 3;
			if ($amd) {
				my $at = Plant::member('protection_domain.amdv2') // die "the levels of such tables are no word of a domain\n";
				$at += number($row->{driver_address}) + Plant::need('pt_iommu_x86_64.x86_64_pt') +
				       Plant::need('pt_x86_64.common') + Plant::need('pt_common.top_of_table');
				return word($at, get($at) & ~7 | $levels - 1);
			}
			my $agaw = Plant::member('dmar_domain.agaw');
			return word(number($row->{driver_address}) + $agaw, $levels - 2, 4) if defined $agaw;
			my $at = number($row->{driver_address}) + ($row->{format} eq 'vtdss' ?
				Plant::need('dmar_domain.sspt') + Plant::need('pt_iommu_vtdss.vtdss_pt') + Plant::need('pt_vtdss.common') :
				Plant::need('dmar_domain.fspt') + Plant::need('pt_iommu_x86_64.x86_64_pt') +
				Plant::need('pt_x86_64.common')) + Plant::need('pt_common.top_of_table');
			return word($at, get($at) & ~7 | $levels - 1);
		},
		device => sub { $amd && !is_by_pasid(held(1)) ? held(1) : $plain },
		says => qr/has [345] levels, the driver's [34] levels/,
		also => [$amd && !is_by_pasid($held[1]) ? differs_from_alias($held[1]) : ()],
	},
	{
		rule => 'not-translated',
		words => sub { passes(held(1)) },
		device => sub { held(1) },
		says => qr/lets every request through/,
		also => [without_pasids($held[1]), differs_from_alias($held[1])],
	},
	{
		rule => 'not-translated', # the GCR3 table is empty
		words => sub {
			is_by_pasid($plain) or die "no entry leads to a table of PASIDs for requests without one\n";
			return word(gcr3_table($plain), 0);
		},
		device => sub { $plain },
		says => qr/leads every request without a PASID to a GCR3 table that has no table for it/,
	},
	{
		rule => 'not-passthrough',
		words => sub {
			($device{$plain}{type} // '') eq 'identity' or die "no device is on an identity domain\n";
			my $root = number(held_domain()->{root});
			return with_bits($plain, 0, 51, 9, $root >> 9 | 3) if $amd;
			is_legacy($plain) or die "written for legacy mode\n";
			return (with_bits($plain, 0, 63, 0, $root | 1), with_bits($plain, 1, 2, 0, held_domain()->{levels} - 2));
		},
		device => sub { $plain },
		says => qr/translates requests, but the driver has it on an identity domain/,
	},
	{
		rule => 'not-blocked', # the type of a domain that blocks is 0
		words => sub {
			core_domain($plain) != core_domain($other) or die "all devices share the one identity domain\n";
			return (word(core_domain($plain) + Plant::need('iommu_domain.type'), 0, 4), passes($plain));
		},
		device => sub { $plain },
		says => qr/lets every request through/,
		also => [without_pasids($plain)],
	},
	{
		rule => 'permissions-differ', # bit 62: IW
		words => sub { $amd or die "the entries of VT-d have no permissions\n"; with_bits(held(1), 0, 62, 62, 0) },
		device => sub { held(1) },
		says => qr/allows no writes/,
		also => [differs_from_alias($held[1])],
	},
	{
		rule => 'domain-id-differs',
		words => sub { $amd ? with_bits($busy, 1, 15, 0, $no_id) :
			       is_legacy($busy) ? with_bits($busy, 1, 23, 8, $no_id) : with_bits($busy, 1, 15, 0, $no_id) },
		device => sub { $busy },
		says => sub { sprintf '0x%x', $no_id },
		also => [differs_from_alias($busy)],
	},
	{
		rule => 'alias-entry-differs',
		words => sub {
			$amd or die "aliases of VT-d are by the topology of PCI, not by a word\n";
			word(amd_table('alias_table') + 2 * devid($plain), devid($unlike // die "the entries of all devices are alike\n"), 2);
		},
		device => sub { $plain },
		says => sub { $unlike },
		also => [['alias-differs', 'firmware gives it no alias']],
	},
	{
		rule => 'doubtful-entry', # PGSNP of a unit without SC
		words => sub {
			$amd and die "all that these units take is known\n";
			is_legacy($plain) and die "in legacy mode nothing of an entry is in doubt\n";
			$units->{units}[0]{ecap}{sc} and die "the unit has snoop control\n";
			return with_bits($plain, 1, 24, 24, 1);
		},
		device => sub { $plain },
		says => qr/whether the unit takes its entry is not known/,
	},
	{
		rule => 'inherited-entry',
		words => sub {
			$amd and die "AMD's driver does not mark what a crashed kernel left\n";
			my $member = Plant::need('intel_iommu.copied_tables');
			my %words = map { $_ >> 6 => 0 } map { devid($_) } keys %entry_of;
			my $at = Plant::symbol('_stext'); # of which nothing is read here
			$words{ devid($plain) >> 6 } = 1 << (devid($plain) & 63);
			return (word(number($units->{units}[0]{address}) + $member, $at), map { word($at + 8 * $_, $words{$_}) } keys %words);
		},
		device => sub { $plain },
		says => qr/the one that the crashed kernel left/,
	},
	{
		rule => 'pasids-differ',
		words => sub {
			if (is_by_pasid($plain)) { # a copy of the table, to which bits 95:80 of the entry lead
				my $copy = free_page();
				$copy >> 31 == gcr3_table($plain) >> 31 or die "no page near the GCR3 table is free\n";
				return (word($copy, get(gcr3_table($plain))), with_bits($plain, 0, 60, 58, $copy >> 12 & 7),
					with_bits($plain, 1, 31, 16, $copy >> 15 & 0xffff));
			}
			$amd || is_legacy($plain) and die "no device has a table of PASIDs\n";
			my $pasids = get(of_driver($plain) + Plant::need('device_domain_info.pasid_table'));
			return word($pasids + Plant::need('pasid_table.table'), group_of($plain) & ~0xfff);
		},
		device => sub { $plain },
		says => qr/table is/,
	},
	{
		rule => 'pasid-not-attached',
		words => sub { attach_pasid($plain) },
		device => sub { $plain },
		says => is_by_pasid($plain) ? qr/PASID 0x1: the core has it attached to the domain at [0-9a-f]+, and the hardware's GCR3 table has/ :
			qr/PASID 0x1: the core has it attached to the domain at [0-9a-f]+, and the entry of the device takes no requests/,
	},
	{
		rule => 'root-differs', # of a PASID: that of another domain
		words => sub {
			is_by_pasid($plain) or die "no device has a table of PASIDs\n";
			return (attach_pasid($plain), word(gcr3_table($plain) + 8, get(gcr3_table($other))));
		},
		device => sub { $plain },
		says => qr/PASID 0x1: the hardware's table is [0-9a-f]+, the driver's/,
	},
	{
		rule => 'refused-type',
		words => sub {
			$amd or die "no type of domain is known that VT-d refuses\n";
			($device{$plain}{type} // '') eq 'identity' or die "no group is on an identity domain\n";
			return word(Plant::symbol('amd_iommu_snp_en') // die("no amd_iommu_snp_en\n"), 1, 1);
		},
		says => qr/on domains of type identity: SNP is on/,
		also => [['illegal-entry', 'a unit with SNP refuses Mode 0 in each of them']],
	},
	# -- groups, devices, domains and owners --
	{
		rule => 'group-differs',
		words => sub { word(struct_device($plain) + Plant::need('device.iommu_group'), group_of($other)) },
		device => sub { $plain },
		says => sub { "group $device{$plain}{group} has it .* points to group $device{$other}{group}" },
	},
	{
		rule => 'unknown-unit',
		words => sub { $amd ? word(amd_table('rlookup_table') + 8 * devid($plain), group_of($plain)) :
			       word(of_driver($plain) + Plant::need('device_domain_info.iommu'), group_of($plain)) },
		device => sub { $plain },
		says => sub { sprintf '%x, which is none of its units', group_of($plain) },
	},
	{
		rule => 'server-differs',
		words => sub { serve_by_other($plain) },
		device => sub { $plain },
		says => qr/the driver has it served by the unit at [0-9a-f]+, the core by that at [0-9a-f]+/,
	},
	{
		rule => 'domain-differs',
		words => sub {
			core_domain($plain) != core_domain($other) or die "all devices share the one identity domain\n";
			return word(group_of($plain) + Plant::need('iommu_group.domain'), core_domain($other));
		},
		device => sub { $plain },
		says => sub { sprintf 'its group %d is on that at %x', $device{$plain}{group}, core_domain($other) },
	},
	{
		rule => 'group-without-domain',
		words => sub { word(group_of($plain) + Plant::need('iommu_group.domain'), 0) },
		device => sub { $plain },
		says => sub { "its group $device{$plain}{group} is on none" },
	},
	{
		rule => 'owner-without-driver',
		words => sub {
			need_holder();
			my $driver = get(struct_device($busy) + Plant::need('device.driver'));
			return map { word(struct_device($_) + Plant::need('device.driver'), $driver) } held(0), @held[1 .. $#held];
		},
		says => sub { "group $held->{id}: VFIO holds it, and no device of it has a driver of VFIO's: $device{$busy}{driver}" },
	},
	{
		rule => 'domain-without-owner',
		words => sub {
			my $at = group_of(held(0));
			return (word($at + Plant::need('iommu_group.owner_cnt'), 0, 4), word($at + Plant::need('iommu_group.owner'), 0));
		},
		says => sub { "group $held->{id}: it is on a domain that was made for user space" },
	},
	{
		rule => 'container-domain-differs',
		words => sub {
			my $blocking = get(group_of(held(0)) + Plant::need('iommu_group.blocking_domain'));
			return word(group_of(held(0)) + Plant::need('iommu_group.domain'), $blocking);
		},
		says => sub { "group $held->{id}: it is on the domain at .*, which is none that its VFIO container has" },
		# of a static one it is not known what it stands for
		also => [$amd || $blocks_statically ? () :
			 (['domain-differs', 'the driver still has both devices on the other'],
			  ['area-not-mapped', 'nothing is mapped on the domain that the group is on now'])],
	},
	{
		rule => 'mode-differs', # 4: identity, 3: DMA
		words => sub {
			my $at = Plant::symbol('iommu_def_domain_type') // die "no iommu_def_domain_type\n";
			return word($at, get($at, 4) == 4 ? 3 : 4, 4);
		},
		says => qr/iommu_def_domain_type says that the default type is/,
	},
	# -- ids --
	{
		rule => 'unaccounted-ids',
		words => sub { flip_id($no_id) },
		says => sub { sprintf '1 id is allocated that no domain found here has: 0x%x$', $no_id },
	},
	{
		rule => 'unallocated-ids',
		words => sub { flip_id($ids[-1]) },
		says => sub { my $id = sprintf '0x%x', $ids[-1];
			      qr/1 domain has an id that is not allocated: $id$|the domain id that it has by itself is not allocated: $id$/ },
	},
	{
		rule => 'id-of-two-domains',
		words => sub {
			my $row = $given_twice // die "one domain has an id\n";
			return vtd_id($row, $ids[0]) unless $amd;
			return word(number($row->{driver_address}) + Plant::need('protection_domain.id'), $ids[0], 2);
		},
		says => sub { sprintf 'two domains have the id 0x%x', $ids[0] },
		also => [['unaccounted-ids', 'the id that the domain had is nobody\'s now'],
			 $given_twice && @{ $given_twice->{devices} } ? ['domain-id-differs', 'the entries still have that'] : ()],
	},
	# -- allocators of IOVAs against tables --
	{
		rule => 'iova-not-allocated',
		words => sub {
			my $range = range_of_state('in use');
			my @taken = map { [number($_->{iova}), number($_->{end})] } @{ $allocating->{allocated} };
			my $table = number($range->{iova}) & ~0x1fffff;
			for (my $at = $table; $at < $table + 0x200000; $at += 4096) {
				next if grep { $at >= $_->[0] && $at <= $_->[1] } @taken;
				return word((way(allocator_domain(), $at))[-1][1], leaf(allocator_domain(), mapped_page()));
			}
			die "all that the table has is taken\n";
		},
		says => qr/4096 bytes are mapped that its allocator has not given out/,
	},
	{
		rule => 'iova-freed-mapped',
		words => sub { word((way(allocator_domain(), number(range_of_state('cached')->{iova})))[-1][1], leaf(allocator_domain(), mapped_page())) },
		says => sub { sprintf '1 range is freed and still mapped, the first at %x ', number(range_of_state('cached')->{iova}) },
	},
	{
		rule => 'iova-freed-twice',
		words => sub { freed_too() },
		says => qr/1 address was freed twice/,
	},
	{
		rule => 'iova-freed-unknown',
		words => sub { freed_too(0x12345) },
		says => qr/1 address was freed that is not allocated, the first 12345000/,
	},
	{
		rule => 'iova-not-mapped',
		words => sub {
			my ($range) = grep { $_->{state} eq 'in use' && $_->{iova} && number($_->{end}) - number($_->{iova}) == 4095 &&
					     $_->{mapped_bytes} } @{ (allocator_domain(), $allocating)[1]{allocated} };
			return word((way(allocator_domain(), number($range->{iova})))[-1][1], 0);
		},
		says => qr/1 range is allocated, not mapped and not freed/,
	},
	# -- what a process gave VFIO --
	{
		rule => 'area-not-mapped',
		words => sub { my (undef, $at) = small_area(); word($at, 0) },
		says => sub { sprintf '4096 bytes of 1 of the process\'s areas are not mapped, .* at %x', (small_area())[0] },
	},
	{
		rule => 'mapped-outside-areas',
		words => sub { need_holder(); my (undef, undef, $pa) = empty_beside_area(); lead_to($pa) },
		says => sub { sprintf '4096 bytes are mapped that are in none .* at %x$', (empty_beside_area())[0] },
	},
	{
		rule => 'area-page-differs',
		words => sub { my (undef, $at, $entry) = small_area(); (word($at, get($at + 8)), word($at + 8, $entry)) },
		says => sub { sprintf '2 pages of the area at %x are not the process\'s any more', (small_area())[0] },
	},
	{
		rule => 'area-owner-gone',
		words => sub {
			return map { word($_ + Plant::need('task_struct.mm'), 0) } holders();
		},
		says => sub { "mapped for pid $areas[0]{pid} .*, which has exited" },
	},
	{
		rule => 'reserved-mapped', # fee00000 in a page of 1 GiB, at its own address
		words => sub {
			my $last = (way(held_domain(), 0xc0000000))[-1];
			$last->[0] == 3 && !$last->[2] or die "another table is there\n";
			return word($last->[1], leaf(held_domain(), 0xc0000000) | (held_domain()->{format} eq 'amdv1' ? 0 : 1 << 7));
		},
		says => qr/1048576 bytes are mapped in fee00000 to feefffff, which is no memory/,
		also => [@outside],
	},
	# -- queues --
	{
		rule => 'queue-stuck',
		words => sub {
			my $semaphore = $commands->{rings}[0]{semaphore};

			# AMD: a store that did not come. VT-d: the mark of a wait is 1 (in use), and its slot is not taken back.
			return word(number($semaphore->{address}), number($semaphore->{value}) - 1) if $amd;
			my $qi = get(number($units->{units}[0]{address}) + Plant::need('intel_iommu.qi'));
			my $marks = get($qi + Plant::need('q_inval.desc_status'));
			my $tail = get($qi + Plant::need('q_inval.free_tail'), 4);
			return (word($qi + Plant::need('q_inval.free_tail'), $tail - 2 & 255, 4),
				word($qi + Plant::need('q_inval.free_cnt'), get($qi + Plant::need('q_inval.free_cnt'), 4) - 2, 4),
				word($marks + 4 * ($tail - 1 & 255), 1, 4), word($marks + 4 * ($tail - 2 & 255), 1, 4));
		},
		says => qr/the driver waits for 1 answer/,
	},
	# -- interrupts --
	{
		rule => 'reserved-bit', # AMD, 128 bits: only an entry of a virtual CPU (bit 7) has bits that Linux keeps zero
		words => sub {
			my $at = irq_entry($one_irq->{index});
			return $amd ? wide_irqs() ? word($at, get($at) & ~0x7f | 0x89) : word($at, get($at, 4) | 1 << 30, 4) :
			       word($at, get($at) | 1 << 13);
		},
		says => sub { sprintf "entry $one_irq->{index}: bit %d must be zero", $amd ? wide_irqs() ? 3 : 30 : 13 },
		also => [$amd && wide_irqs() && $knows_vms ? ['entry-without-vcpu', 'there is no virtual CPU that it could be for'] : ()],
	},
	{
		rule => 'entry-without-vcpu', # AMD: RemapEn, GuestMode; VT-d: P, IM, and where the vector and the descriptor are
		words => sub {
			$knows_vms or die "this guest has no virtual machine: the list of them is not known\n";
			my $at = irq_entry($one_irq->{index});
			if ($amd) {
				wide_irqs() or die "entries of 32 bits name no virtual CPU\n";
				return word($at, get($at) & ~0x7f | 0x81);
			}
			return (word($at, 0x12340000000 & ~0x3fffffffff | 0x24 << 16 | 1 << 15 | 1), word($at + 12, 0, 4));
		},
		says => sub { "entry $one_irq->{index} is posted to " },
	},
	{
		rule => 'entry-of-two-irqs',
		words => sub { word(irq_index_at($one_irq), $next_irq->{index}, 2) },
		says => sub { "entry $next_irq->{index} is that of irq $one_irq->{irq} .* and of irq $next_irq->{irq} " },
		also => [['entry-without-irq', 'the entry that the interrupt had is nobody\'s now']],
	},
	{
		rule => 'entry-without-irq',
		words => sub {
			my (undef, $bytes, $table) = irq_table();
			my $from = irq_entry($one_irq->{index});
			my @words = map { word(irq_entry($free_index) + $_, get($from + $_, 4), 4) } grep { $_ < $bytes } 0, 4, 8, 12;
			return @words if $amd;
			my $slots = get($table + Plant::need('ir_table.bitmap')) + ($free_index >> 3);
			return (@words, word($slots, get($slots, 1) | 1 << ($free_index & 7), 1));
		},
		says => sub { "entry $free_index is enabled, and no interrupt" },
	},
	{
		rule => 'inherited-irq-entry',
		words => sub {
			$amd and die "AMD's driver copies no interrupt table\n";
			my $flags = number($units->{units}[0]{address}) + Plant::need('intel_iommu.flags');
			my $from = irq_entry($one_irq->{index});
			my $slots = get((irq_table())[2] + Plant::need('ir_table.bitmap')) + ($free_index >> 3);
			return (word($flags, get($flags, 4) | 2, 4), word($slots, get($slots, 1) | 1 << ($free_index & 7), 1),
				map { word(irq_entry($free_index) + $_, get($from + $_)) } 0, 8);
		},
		says => sub { "entry $free_index is enabled, and no interrupt of this kernel uses it: in all likelihood" },
	},
	{
		rule => 'irq-without-entry', # bit 0: RemapEn, P
		words => sub { my $at = irq_entry($one_irq->{index}); word($at, get($at, 4) & ~1, 4) },
		says => sub { "irq $one_irq->{irq} .* entry $one_irq->{index}, which is disabled" },
	},
	{
		rule => 'entry-takes-nobody', # SVT 3 is reserved
		words => sub {
			$amd and die "AMD's entries of interrupts say nothing of it\n";
			my $at = irq_entry($one_irq->{index});
			return word($at + 8, get($at + 8) | 3 << 18);
		},
		says => sub { "entry $one_irq->{index}: whose interrupts it takes is reserved" },
	},
	{
		rule => 'entry-refuses-irq', # SID is 15:0 of the second word
		words => sub {
			$amd and die "AMD's entries of interrupts say nothing of it\n";
			return word(irq_entry($one_irq->{index}) + 8, devid($plain), 2);
		},
		says => sub { "so the unit blocks irq $one_irq->{irq} " },
	},
	{
		rule => 'entry-not-handed-out',
		words => sub {
			$amd and die "AMD's driver marks in the entries which are handed out\n";
			my $slots = get((irq_table())[2] + Plant::need('ir_table.bitmap')) + ($one_irq->{index} >> 3);
			return word($slots, get($slots, 1) & ~(1 << ($one_irq->{index} & 7)), 1);
		},
		says => sub { "entry $one_irq->{index} is enabled, and free by the driver's bitmap" },
	},
	{
		rule => 'slot-without-irq',
		words => sub {
			$amd and die "AMD's driver marks in the entries which are handed out\n";
			my $slots = get((irq_table())[2] + Plant::need('ir_table.bitmap')) + ($free_index >> 3);
			return word($slots, get($slots, 1) | 1 << ($free_index & 7), 1);
		},
		says => sub { "entry $free_index is handed out" },
	},
	# -- firmware --
	{
		rule => $amd ? 'ivhd-without-unit' : 'drhd-without-unit', # DeviceID of the IVHD; base address of the DRHD
		row => 'BLOCK-without-unit',
		words => sub { $amd ? word(block_at() + 4, 0xff00, 2) : word(block_at() + 8, 0xfedc0000) },
		says => $amd ? qr/describes an IOMMU 0000:ff:00\.0 that the driver does not run/ :
			       qr/describes an IOMMU at fedc0000 that the driver does not run/,
		also => [[$amd ? 'unit-without-ivhd' : 'unit-without-drhd', 'the unit that runs is not described any more'],
			 ['unit-differs', 'the entries of its devices stand in that block'],
			 $amd ? () : (['copy-differs', 'the driver has a copy of the block'])],
	},
	{
		rule => $amd ? 'unit-without-ivhd' : 'unit-without-drhd', # a type of block that is none
		row => 'unit-without-BLOCK',
		words => sub { word(block_at(), $amd ? 0xee : 0xeeee, $amd ? 1 : 2) },
		says => qr/the driver runs unit .*, which no (?:IVHD|DRHD) describes/,
		also => [['served-uncovered', 'the entries of its devices stood in that block'],
			 (grep { $_->{alias} } values %device) ? ['alias-differs', 'so did their aliases'] : (),
			 $amd ? () : (['copy-differs', 'the driver has a copy of the block'])],
	},
	{
		rule => 'registers-differ',
		words => sub {
			$amd or die "a unit of VT-d is known by where its registers are\n";
			return word(block_at() + 8, 0xfedc0000);
		},
		says => qr/registers at fedc0000 by the IVHD/,
	},
	{
		rule => 'alias-differs',
		words => sub {
			$amd or die "firmware gives no aliases on VT-d\n";
			return word(amd_table('alias_table') + 2 * devid($plain), devid($unlike // die "the entries of all devices are alike\n"), 2);
		},
		device => sub { $plain },
		says => sub { "its alias is none by the firmware, \Q$unlike\E by the driver" },
		also => [['alias-entry-differs', 'the other device is on another domain']],
	},
	{
		rule => 'device-not-served', # it has no struct of the driver's, and is in no table of it
		words => sub {
			return (word(struct_device($plain) + Plant::need('device.iommu'), 0),
				$amd ? word(amd_table('rlookup_table') + 8 * devid($plain), 0) : ());
		},
		says => sub { "1 device .* no IOMMU serves: \Q$plain\E" },
		also => [has_own_id($plain) ? ['unaccounted-ids', 'it had an id of its own'] : ()],
	},
	{
		rule => 'device-not-covered',
		words => sub {
			return (word(struct_device($plain) + Plant::need('device.iommu'), 0),
				$amd ? word(amd_table('rlookup_table') + 8 * devid($plain), 0) : (), uncover($plain));
		},
		says => sub { "1 device .* no IOMMU serves: \Q$plain\E" },
		also => [$amd ? () : ['copy-differs', 'the driver has a copy of the block']],
	},
	{
		rule => 'served-uncovered',
		words => sub { uncover($plain) },
		says => sub { "1 device .* an IOMMU serves all the same: \Q$plain\E" },
		also => [$amd ? () : ['copy-differs', 'the driver has a copy of the block']],
	},
	{
		rule => 'copy-differs', # Flags of the DRHD as the driver copied it
		words => sub {
			$amd and die "AMD's driver keeps no copy of the blocks\n";
			my $copy = get(drhd() + Plant::need('dmar_drhd_unit.hdr'));
			return word($copy + 5, 0x55, 1);
		},
		says => qr/DRHD/,
	},
	{
		rule => 'scope-not-kept',
		words => sub {
			$amd and die "AMD's driver keeps no copy of the blocks\n";
			my $at = drhd() + Plant::need('dmar_drhd_unit.devices_cnt');
			return word($at, get($at, 4) - 1, 4);
		},
		says => qr/./,
	},
	{
		rule => 'device-left-out',
		words => sub {
			$amd and die "AMD's driver leaves no unit out\n";
			my $at = drhd() + Plant::need('dmar_drhd_unit.ignored');
			return (word($at, get($at, 1) | 1, 1), word(struct_device($plain) + Plant::need('device.iommu'), 0));
		},
		says => sub { "\Q$plain\E" },
	},
	{
		rule => 'format-differs',
		words => sub { other_format($plain) },
		device => sub { $plain },
		says => qr/the hardware's table is \w+, the driver's \w+/,
	},
	{
		rule => 'scope-without-block', # the same word in firmware and in the copy
		words => sub {
			$amd and die "AMD's driver keeps no copy of the blocks\n";
			my $copy = get(drhd() + Plant::need('dmar_drhd_unit.hdr'));
			my $word = uncover($plain);
			return ($word, [$copy + $word->[0] - block_at(), $word->[1]]);
		},
		says => sub { qr/\Q$plain\E/ },
		also => [['served-uncovered', 'it is that device']],
	},
	# A block behind the last: memory that the device is to have at its own addresses.
	{
		rule => $amd ? 'ivmd-on-ram' : 'rmrr-on-ram',
		row => 'BLOCK-on-ram',
		words => sub { more_memory($ram) },
		says => qr/names 2000000 to 2000fff, which is not reserved memory/,
		also => [grep { $_->[0] !~ /reserved/ } @of_memory],
	},
	{
		rule => 'rmrr-odd',
		row => 'BLOCK-odd',
		words => sub { $amd and die "the form of an IVMD is not judged\n"; more_memory($hole + 0x800) },
		says => qr/fec80800/,
		also => [@of_memory],
	},
	{
		rule => $amd ? 'ivmd-not-reserved' : 'rmrr-not-reserved',
		row => 'BLOCK-not-reserved',
		words => sub { more_memory($hole) },
		says => qr/fec80000 to fec80fff/,
		also => [@of_memory],
	},
	{
		rule => 'unity-missing',
		words => sub { more_memory($hole) },
		says => qr/fec80000 to fec80fff/,
		also => [@of_memory],
	},
	{
		rule => 'block-not-kept',
		words => sub { $amd and die "AMD's driver keeps no copy of the blocks\n"; more_memory($hole) },
		says => qr/RMRR/,
		also => [@of_memory],
	},
	{
		rule => 'unity-without-ivmd',
		row => 'unity-without-BLOCK',
		words => sub { kept_too() },
		device => sub { $plain },
		says => qr/the driver keeps fec80000 to fec80fff mapped one to one, and no IVMD asks for it/,
	},
	# -- memory that firmware or the driver wants mapped one to one: VT-d's ISA bridge has the first 16 MiB --
	{
		rule => 'unity-not-mapped',
		words => sub { map { word($_, 0) } unity_leaves() },
		says => qr/is not mapped/,
	},
	{
		rule => 'unity-partly-mapped',
		words => sub { map { word($_, 0) } last_unity_leaves() },
		says => qr/is not mapped/,
	},
	{
		rule => 'unity-not-known', # the lowest table of the range's first page in a hole of memory
		words => sub {
			my ($region, $row) = unity_region();
			my @way = way($row, number($region->{start}));
			@way > 1 or die "the range is mapped by the top table\n";
			return word($way[-2][1], branch($row, $hole, $way[-1][0]));
		},
		says => qr/is behind a table that could not be read/,
		also => [['damaged-table', 'that table']],
	},
	# -- tables --
	{
		rule => 'damaged-table', # AMD's own format: bit 52 is reserved; the others: a table that leads to itself
		words => sub {
			my ($iova, $at) = empty_beside_area();
			my ($table) = map { $_->[1] & ~0xfff } (way(held_domain(), $iova))[-1];
			my $upper = (way(held_domain(), $iova))[-2];
			return word($at, leaf(held_domain(), $table) | 1 << 52) if held_domain()->{format} eq 'amdv1';
			return word($upper->[1] + 8, branch(held_domain(), $upper->[1] & ~0xfff, 1));
		},
		says => qr/damaged at 1 place/,
	},
	{
		rule => 'leaf-on-kernel-text',
		words => sub { lead_to(Plant::pa_of(Plant::symbol('_stext'))) },
		says => qr/which is the kernel's code/,
		also => [@outside],
	},
	{
		rule => 'leaf-on-free-page',
		words => sub { lead_to(free_page()) },
		says => qr/which is free: on the page allocator's lists/,
		also => [@outside],
	},
	{
		rule => 'leaf-on-slab',
		words => sub { lead_to(Plant::pa_of(group_of($plain)) & ~0xfff) },
		says => qr/which is slab/,
		also => [@outside],
	},
	{
		rule => 'leaf-on-page-table',
		words => sub { lead_to(process_table()) },
		says => qr/which is a page table of a process/,
		also => [@outside],
	},
	{
		rule => 'leaf-on-iommu-table',
		words => sub { lead_to(number(held_domain()->{root})) },
		says => qr/which is the top table of/,
		also => [@outside],
	},
	{
		rule => 'leaf-on-iommu-table',
		words => sub { lead_to(Plant::pa_of((record_of($plain))[0]) & ~0xfff) },
		says => qr/which is in (?:the device table of segment 0000|the context table of dmar0|a PASID table of)/,
		also => [@outside],
	},
	{
		rule => 'leaf-on-iommu-table', # ids 8000 to 807f, of which none is a device's
		words => sub { $amd or die "tables of VT-d are pages\n"; lead_to(Plant::pa_of(amd_table('dev_table')) + 0x100000) },
		says => qr/which is in the device table of segment 0000/,
		also => [@outside],
	},
	{
		rule => 'leaf-on-iommu-table', # IntTabRoot of the IO-APIC, which is no device
		words => sub {
			my ($special) = map { $_->{device} } grep { $_->{special} } @{ $irt->{entries} };
			$amd && $special or die "no id of its own has a table of interrupts\n";
			lead_to(get(amd_table('dev_table') + 32 * devid($special) + 16) & 0xffffffffff000);
		},
		says => qr/which is in the interrupt table of IO-APIC/,
		also => [@outside],
	},
	{
		rule => 'leaf-on-iommu-table',
		words => sub { lead_to((irq_table())[0] < 0xffff800000000000 ? (irq_table())[0] : Plant::pa_of((irq_table())[0])) },
		says => qr/in the interrupt table of/,
		also => [@outside],
	},
);

# ---- planting ----

sub text_of {
	my ($finding) = @_;
	return "$finding->{code}: $finding->{text}";
}

my %sound = map { text_of($_) => 1 } @{ $sound->{findings} };
my (%planted, %why_not);

for my $plant (@plants) {
	my ($rule, $also) = ($plant->{rule}, $plant->{also} // []);
	my @words = eval { $plant->{words}->() };

	# A reason is a line; what perl says of a mistake in a plant names the place, and excuses nothing.
	if ($@ =~ / at \S+ line \d+[.,]/) {
		fail("$rule: the plant can be made: $@");
		next;
	}
	if ($@) {
		chomp($why_not{ $plant->{row} // $rule } = $@);
		note("$rule: not planted: $@");
		next;
	}
	my $document = eval { decode_json(Plant::check_with(@words)) } or do { fail("$rule: an answer: $@"); next };
	my @new = grep { !$sound{ text_of($_) } } @{ $document->{findings} };
	my %told = map { text_of($_) => 1 } @{ $document->{findings} };
	my @lost = grep { !$told{$_} } keys %sound;
	my $device = $plant->{device} && $plant->{device}->();
	my $says = ref $plant->{says} eq 'CODE' ? do { my $re = $plant->{says}->(); qr/$re/ } : $plant->{says};
	my @named = grep { $_->{code} eq $rule && $_->{text} =~ $says && (!$device || ($_->{device} // '') eq $device) } @new;
	my %follows = map { $_->[0] => 1 } @$also;
	my @others = grep { my $is = $_; !(grep { $_ == $is } @named) && !$follows{ $is->{code} } } @new;

	$planted{ $plant->{row} // $rule } = 1;
	is(scalar @named, 1, "$rule: found, once, where it was planted") or diag(map { text_of($_) . "\n" } @new);
	is_deeply([map { text_of($_) } @others], [], "$rule: ... and nothing else is");
	is_deeply(\@lost, [], "$rule: ... and what the sound dump says is still said");
	for my $code (sort keys %follows) {
		$planted{$code} = 1;
		ok((grep { $_->{code} eq $code } @new), "$rule: $code follows from it");
	}
}
for my $rule (map { $_->{code} } @{ $sound->{rules} }) {
	next if $planted{$rule};
	ok(defined $why_not{$rule}, "$rule: planted, or it is said why not");
	diag("$rule: not planted: $why_not{$rule}") if $ENV{PLANT_TELL};
}
is_deeply([map { text_of($_) } @{ decode_json(Plant::check_with())->{findings} }], [map { text_of($_) } @{ $sound->{findings} }],
	  'with every word put back, the dump is as sound as before');
Plant::finish();
done_testing();
