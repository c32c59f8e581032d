# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a Linux kernel says in its own structs, read a second time: units, PCI devices, groups, domains,
# id allocators, interrupts, virtual machines, what a page is. Which member means what is from the
# kernel's source; where releases differ, the members that the namelist has tell which it is.
package TruthKernel;
use strict;
use warnings;
no warnings 'portable';
use TruthBits qw(bits);
use TruthTypes qw(learn);

sub new {
	my ($class, $image) = @_;
	learn($image);
	return bless {image => $image}, $class;
}

sub symbol { return $_[0]{image}{symbol}{$_[1]} }
sub has { return $_[0]{image}->has($_[1], $_[2]) }
sub get { return $_[0]{image}->get($_[1], $_[2], $_[3]) }

sub variable {
	my ($self, $name, $size) = @_;
	my $at = $self->symbol($name);
	return defined $at ? $self->{image}->kva_number($at, $size) : undef;
}

sub enc_mask { return $_[0]->variable('sme_me_mask', 8) // 0 }

sub bdf_name {
	my ($sbdf) = @_;
	return sprintf '%04x:%02x:%02x.%x', $sbdf >> 16, $sbdf >> 8 & 255, $sbdf >> 3 & 31, $sbdf & 7;
}

# ---- the driver's tables ----

my %globals = (dev_table => 'amd_iommu_dev_table', alias_table => 'amd_iommu_alias_table',
	       rlookup_table => 'amd_iommu_rlookup_table');

# {segment number: its tables}; kernels up to 5.10 have those of segment 0 alone.
sub segments {
	my ($self) = @_;
	return $self->{segments} if $self->{segments};
	if (!$self->has('amd_iommu_pci_seg', 'dev_table')) {
		my %tables = map { $_ => $self->variable($globals{$_}, 8) } keys %globals;
		$tables{last_bdf} = $self->variable('amd_iommu_last_bdf', 2);
		$tables{unity_map} = $self->symbol('amd_iommu_unity_map');
		return $self->{segments} = {0 => \%tables};
	}
	my %found;
	for my $at ($self->{image}->list($self->symbol('amd_iommu_pci_seg_list'), 'amd_iommu_pci_seg', 'list')) {
		my %tables = map { $_ => $self->get('amd_iommu_pci_seg', $_, $at) } keys %globals, 'last_bdf';
		$tables{unity_map} = $at + $self->{image}->offset('amd_iommu_pci_seg', 'unity_map');
		$found{$self->get('amd_iommu_pci_seg', 'id', $at)} = \%tables;
	}
	return $self->{segments} = \%found;
}

sub tables_of { return $_[0]->segments->{$_[1] >> 16} }

sub units {
	my ($self) = @_;
	my $head = $self->symbol('amd_iommu_list');
	return () if !defined $head;
	return map { $self->unit($_) } $self->{image}->list($head, 'amd_iommu', 'list');
}

sub unit {
	my ($self, $at) = @_;
	my $segment = $self->get('amd_iommu', 'pci_seg', $at);
	$segment = $self->get('amd_iommu_pci_seg', 'id', $segment)
		if $self->{image}{member}{'amd_iommu.pci_seg'}{size} == 8;
	return {at => $at, sbdf => $segment << 16 | $self->get('amd_iommu', 'devid', $at),
		mmio => $self->get('amd_iommu', 'mmio_phys', $at),
		index => $self->get('amd_iommu', 'index', $at)};
}

sub unit_of {
	my ($self, $sbdf) = @_;
	my $tables = $self->tables_of($sbdf) or return undef;
	my $at = $self->{image}->kva_number($tables->{rlookup_table} + 8 * ($sbdf & 0xffff)) or return undef;
	my ($unit) = grep { $_->{at} == $at } $self->units;
	return $unit // $self->unit_by_core($sbdf);
}

# What the driver has as the unit of an id is none of its units.
sub has_unknown_unit {
	my ($self, $sbdf) = @_;
	my $tables = $self->tables_of($sbdf) or return 0;
	my $at = $self->{image}->kva_number($tables->{rlookup_table} + 8 * ($sbdf & 0xffff));
	return $at && !grep { $_->{at} == $at } $self->units;
}

# dev->iommu->iommu_dev is inside the driver's struct of the unit: v5.10 and later.
sub unit_by_core {
	my ($self, $sbdf) = @_;
	return undef if grep { !$self->has(@$_) } ['device', 'iommu'], ['dev_iommu', 'iommu_dev'], ['amd_iommu', 'iommu'];
	my ($device) = grep { $_->{sbdf} == $sbdf } $self->devices or return undef;
	my $iommu = $self->get('device', 'iommu', $device->{dev}) or return undef;
	my $core = $self->get('dev_iommu', 'iommu_dev', $iommu) or return undef;
	my ($unit) = grep { $_->{at} == $core - $self->{image}->offset('amd_iommu', 'iommu') } $self->units;
	return $unit;
}

# The id that requests carry, by the firmware.
sub alias_of {
	my ($self, $sbdf) = @_;
	my $tables = $self->tables_of($sbdf) or return undef;
	my $alias = $self->{image}->kva_number($tables->{alias_table} + 2 * ($sbdf & 0xffff), 2);
	return !defined $alias || $alias == ($sbdf & 0xffff) ? undef : ($sbdf & ~0xffff) | $alias;
}

sub entry_address {
	my ($self, $sbdf) = @_;
	return $self->tables_of($sbdf)->{dev_table} + 32 * ($sbdf & 0xffff);
}

# ---- devices ----

sub devices_of_bus {
	my ($self, $bus, $seen) = @_;
	my $image = $self->{image};
	return () if $seen->{$bus}++;
	my $host = $self->get('pci_bus', 'sysdata', $bus);
	my $segment = $self->get('pci_sysdata', 'domain', $host);
	my $number = $self->get('pci_bus', 'number', $bus);
	my @found = map { $self->device($_, $segment << 16 | $number << 8) }
		$image->list($bus + $image->offset('pci_bus', 'devices'), 'pci_dev', 'bus_list');
	for my $below ($image->list($bus + $image->offset('pci_bus', 'children'), 'pci_bus', 'node')) {
		push @found, $self->devices_of_bus($below, $seen);
	}
	return @found;
}

sub device {
	my ($self, $pci, $bus) = @_;
	my $image = $self->{image};
	my $dev = $pci + $image->offset('pci_dev', 'dev');
	my $sbdf = $bus | $self->get('pci_dev', 'devfn', $pci);
	my $driver = $self->get('device', 'driver', $dev);
	return {pci => $pci, dev => $dev, sbdf => $sbdf, name => bdf_name($sbdf),
		driver => $driver ? $image->text($self->get('device_driver', 'name', $driver)) : undef,
		group_at => $self->get('device', 'iommu_group', $dev), data => $self->data_of($dev)};
}

# struct iommu_dev_data
sub data_of {
	my ($self, $dev) = @_;
	return $self->get('device', 'archdata.iommu', $dev) if $self->has('device', 'archdata.iommu');
	my $iommu = $self->get('device', 'iommu', $dev) or return undef;
	return $self->get('dev_iommu', 'priv', $iommu);
}

sub devices {
	my ($self) = @_;
	return @{$self->{devices}} if $self->{devices};
	my %seen;
	my @found = map { $self->devices_of_bus($_, \%seen) }
		$self->{image}->list($self->symbol('pci_root_buses'), 'pci_bus', 'node');
	$self->{devices} = [sort { $a->{sbdf} <=> $b->{sbdf} } @found];
	return @{$self->{devices}};
}

# What the driver attached a device to: the struct iommu_domain, or undef.
sub attached {
	my ($self, $device) = @_;
	my $data = $device->{data} or return undef;
	my $domain = $self->get('iommu_dev_data', 'domain', $data) or return undef;
	return $domain + $self->{image}->offset('protection_domain', 'domain');
}

# ---- groups ----

sub groups {
	my ($self) = @_;
	return @{$self->{groups}} if $self->{groups};
	my $image = $self->{image};
	my $kset = $self->variable('iommu_group_kset', 8);
	return () if !$kset;
	my @found = grep { defined } map { $self->group($_) }
		map { $_ - $image->offset('iommu_group', 'kobj') }
		$image->list($kset + $image->offset('kset', 'list'), 'kobject', 'entry');
	$self->{groups} = [sort { $a->{id} <=> $b->{id} } @found];
	return @{$self->{groups}};
}

sub group {
	my ($self, $at) = @_;
	my $image = $self->{image};
	my $list = $at + $image->offset('iommu_group', 'devices');
	my $id = $self->get('iommu_group', 'id', $at);
	return undef if !defined $id || !$image->kva_number($list);
	my %in = map { $_ => 1 } map { $self->get('group_device', 'dev', $_) }
		$image->list($list, 'group_device', 'list');
	my $name = $self->get('iommu_group', 'name', $at);
	return {at => $at, id => $id, name => $name ? $image->text($name) : undef, damaged => $image->{damaged}{$list},
		default => $self->get('iommu_group', 'default_domain', $at),
		now => $self->get('iommu_group', 'domain', $at),
		blocking => $self->has('iommu_group', 'blocking_domain')
			? $self->get('iommu_group', 'blocking_domain', $at) : 0,
		$self->owner_of($at),
		devices => [grep { $in{$_->{dev}} } $self->devices]};
}

# From 5.19 the core counts owners; before, VFIO alone hangs a notifier into a group, and that block is inside
# its own group: whose it is stays known where its place in there is not.
sub owner_of {
	my ($self, $at) = @_;
	if ($self->has('iommu_group', 'owner_cnt') && $self->has('iommu_group', 'owner')) {
		my $owner = $self->get('iommu_group', 'owner_cnt', $at) ? $self->get('iommu_group', 'owner', $at) : 0;
		return (claimed => $owner ? 1 : 0, owner => $owner || undef);
	}
	my $notifier = $self->has('iommu_group', 'notifier.head') ? $self->get('iommu_group', 'notifier.head', $at) : 0;
	return (claimed => 0, owner => undef) if !$notifier;
	return (claimed => 1, owner => $self->has('vfio_group', 'nb')
		? $notifier - $self->{image}->offset('vfio_group', 'nb') : undef);
}

sub group_that_lists {
	my ($self, $device) = @_;
	my ($group) = grep { grep { $_->{dev} == $device->{dev} } @{$_->{devices}} } $self->groups;
	return $group;
}

# The group whose list has the device, or else the one that it points to.
sub group_of {
	my ($self, $device) = @_;
	my $listed = $self->group_that_lists($device);
	return $listed if $listed;
	my $at = $device->{group_at} or return undef;
	my ($group) = grep { $_->{at} == $at } $self->groups;
	# One whose list cannot be read has its own number all the same.
	return $group // {at => $at, id => $self->get('iommu_group', 'id', $at), devices => [],
			  now => $self->get('iommu_group', 'domain', $at), default => $self->get('iommu_group', 'default_domain', $at)};
}

# ---- domains ----

# include/linux/iommu.h: paging 1, DMA API 2, passthrough 4, flush queue 8, SVA 10h.
my %types = (0 => 'blocked', 1 => 'unmanaged', 3 => 'DMA', 4 => 'identity', 11 => 'DMA-FQ', 16 => 'sva');

sub type_name { return $types{$_[0]} }

sub type_of {
	my ($self, $domain) = @_;
	return undef if !$domain;
	return $types{$self->get('iommu_domain', 'type', $domain) // -1};
}

# What stands around a struct iommu_domain; a static one of the driver has nothing around it.
sub domain {
	my ($self, $at) = @_;
	my %domain = (at => $at, type => $self->type_of($at), levels => 0);
	return {%domain, static => 1} if $at == ($self->symbol('blocked_domain') // 0);
	my $around = $at - $self->{image}->offset('protection_domain', 'domain');
	return {%domain, around => $around, id => $self->get('protection_domain', 'id', $around),
		$self->table_of($around)};
}

# Levels and root, in the four shapes that releases have.
sub table_of {
	my ($self, $around) = @_;
	my $get = sub { $self->get('protection_domain', $_[0], $around) };
	my $mode = $self->has('protection_domain', 'pd_mode') ? $get->('pd_mode') : 1;
	my ($root, $levels);
	if ($mode == 2) {
		return $self->v2_table_of($around);
	} elsif ($self->has('protection_domain', 'amdv1.amdpt.common.top_of_table')) {
		return () if !$mode;
		my $top = $get->('amdv1.amdpt.common.top_of_table');
		($root, $levels) = ($top & ~0xfff, ($top & 0xfff) + 1);
	} elsif ($self->has('protection_domain', 'iop.root')) {
		($root, $levels) = ($get->('iop.root'), $get->('iop.mode'));
	} elsif ($self->has('protection_domain', 'mode')) {
		($root, $levels) = ($get->('pt_root'), $get->('mode'));
	} else {
		my $packed = $get->('pt_root');
		($root, $levels) = ($packed & ~0xfff, $packed & 7);
	}
	return () if !$root || !$levels;
	return (format => 'amdv1', levels => $levels, root => $self->{image}->pa_of($root));
}

sub v2_table_of {
	my ($self, $around) = @_;
	my $top = $self->has('protection_domain', 'iop.pgd')
		? $self->get('protection_domain', 'iop.pgd', $around)
		: $self->get('protection_domain', 'amdv2.x86_64_pt.common.top_of_table', $around) & ~0xfff;
	return (format => 'amdv2', levels => $self->variable('amd_iommu_gpt_level', 4),
		root => $self->{image}->pa_of($top));
}

# The table of a domain as TruthTables takes it.
sub walkable {
	my ($self, $domain) = @_;
	return {format => $domain->{format}, root => $domain->{root}, levels => $domain->{levels},
		enc => $self->enc_mask};
}

# {PASID: struct iommu_domain} of a group
sub pasids {
	my ($self, $group) = @_;
	return {} if !$self->has('iommu_group', 'pasid_array.xa_head');
	my $head = $self->get('iommu_group', 'pasid_array.xa_head', $group->{at});
	my %found = $self->xarray($head, 0);
	my %domains;
	for my $pasid (keys %found) {
		my $handle = $found{$pasid} & ~3;
		$domains{$pasid} = $self->get('iommu_attach_handle', 'domain', $handle);
	}
	return \%domains;
}

sub all_domains {
	my ($self) = @_;
	return @{$self->{domains}} if $self->{domains};
	my %at;
	for my $group ($self->groups) {
		$at{$_}++ for grep { $_ } @{$group}{qw(default now blocking)}, values %{$self->pasids($group)};
	}
	$at{$_}++ for grep { $_ } map { $self->attached($_) } $self->devices;
	my @found = map { $self->domain($_) } sort { $a <=> $b } keys %at;
	for my $domain (@found) {
		$domain->{groups} = [map { $_->{id} } grep { ($_->{now} // 0) == $domain->{at} } $self->groups];
		$domain->{devices} = [grep { ($self->attached($_) // 0) == $domain->{at} } $self->devices];
	}
	$self->{domains} = [sort { ($a->{id} // 1 << 40) <=> ($b->{id} // 1 << 40) } @found];
	return @{$self->{domains}};
}

# ---- id allocators ----

# struct xarray: a pointer whose low bits are 2 is a node of as many slots as that member is long, any other an
# entry.
sub xarray {
	my ($self, $head, $base, $above) = @_;
	return () if !$head;
	return ($base => $head) if ($head & 3) != 2;
	my $node = $head - 2;
	my $shift = $self->get('xa_node', 'shift', $node) // return ();
	my $slots = $self->{image}{member}{'xa_node.slots'} or return ();
	return () if $shift >= ($above // 64); # damaged: a child has lower bits of the index than its parent
	my @slots = $self->{image}->kva_words($node + $slots->{offset}, $slots->{size} / 8);
	return map { $self->xarray($slots[$_], $base + ($_ << $shift), $shift) } 0 .. $#slots;
}

sub bits_of_words {
	my ($first, @words) = @_;
	return map { my $w = $_; map { $words[$w] >> $_ & 1 ? $first + 64 * $w + $_ : () } 0 .. 63 } 0 .. $#words;
}

# lib/idr.c: of every 1024 ids a struct ida_bitmap, or, of the first 62, the bits themselves in a
# tagged value.
sub ida_ids {
	my ($self, $at) = @_;
	my %entries = $self->xarray($self->get('ida', 'xa.xa_head', $at), 0);
	my @ids;
	for my $nth (sort { $a <=> $b } keys %entries) {
		my $entry = $entries{$nth};
		push @ids, bits_of_words($nth * 1024, $entry & 1 ? $entry >> 1 : $self->{image}->kva_words($entry, 16));
	}
	return @ids;
}

# (symbol, kind, every bit that is set)
sub allocated {
	my ($self) = @_;
	my $ida = $self->symbol('pdom_ids');
	return ('pdom_ids', 'ida', $self->ida_ids($ida)) if defined $ida;
	my $bitmap = $self->variable('amd_iommu_pd_alloc_bitmap', 8) // return ();
	return ('amd_iommu_pd_alloc_bitmap', 'bitmap', bits_of_words(0, $self->{image}->kva_words($bitmap, 1024)));
}

# Ids that something has: domains, and devices behind a GCR3 table with an id of their own.
sub used_ids {
	my ($self) = @_;
	my %used = map { $_->{id} => 1 } grep { defined $_->{id} } $self->all_domains;
	if ($self->has('iommu_dev_data', 'gcr3_info.domid')) {
		$used{$self->get('iommu_dev_data', 'gcr3_info.domid', $_->{data})} = 1
			for grep { $_->{data} } $self->devices;
	}
	return \%used;
}

# ---- memory of the machine ----

# Whether the address is ordinary memory: RAM, and nothing in it is reserved there.
my %reserved = map { $_ => 1 } 'Reserved', 'reserved', 'ACPI Tables', 'ACPI Non-volatile Storage', 'Unusable memory',
	'Soft Reserved';

sub is_ordinary {
	my ($self, $pa, $at) = @_;
	my $child = $self->get('resource', 'child', $at // $self->symbol('iomem_resource'));
	while ($child) {
		my ($start, $end) = map { $self->get('resource', $_, $child) } qw(start end);
		if ($pa >= $start && $pa <= $end) {
			my $name = $self->{image}->text($self->get('resource', 'name', $child));
			return 0 if $reserved{$name};
			my $inside = $self->is_ordinary($pa, $child);
			return $inside // ($name eq 'System RAM' ? 1 : undef);
		}
		$child = $self->get('resource', 'sibling', $child);
	}
	return undef;
}

# The innermost resource with the address, and whether any around it is RAM.
sub resource_of {
	my ($self, $pa) = @_;
	my $at = $self->symbol('iomem_resource');
	my ($name, $ram) = (undef, 0);
	my $child = defined $at ? $self->get('resource', 'child', $at) : 0;
	while ($child) {
		my ($start, $end) = map { $self->get('resource', $_, $child) } qw(start end);
		if ($pa < $start || $pa > $end) {
			$child = $self->get('resource', 'sibling', $child);
			next;
		}
		$name = $self->{image}->text($self->get('resource', 'name', $child));
		$ram ||= $name eq 'System RAM';
		$child = $self->get('resource', 'child', $child);
	}
	return ($name, $ram);
}

# struct page of an address, its head, and what use it is put to; undef and the image's problem.
sub page_use {
	my ($self, $pa) = @_;
	my $image = $self->{image};
	my $page = $self->variable('vmemmap_base', 8) + ($pa >> 12) * $image->{type}{page};
	my $head = $self->get('page', 'compound_head', $page) // return undef;
	$head = $head & 1 ? $head - 1 : $page;
	my $flags_member = $self->has('page', 'flags.f') ? 'flags.f' : 'flags';
	my ($flags, $count, $type, $mapping) = map { $self->get('page', $_, $head) }
		$flags_member, qw(_refcount page_type mapping);
	return undef if !defined $mapping;
	my $enum = $image->{enum};
	my $buddy = exists $enum->{PGTY_buddy} ? $type >> 24 == $enum->{PGTY_buddy}
		: ($type & 0xf0000080) == 0xf0000000; # the flag is inverted
	my $slab = exists $enum->{PGTY_slab} && $type >> 24 == $enum->{PGTY_slab};
	return ('reserved', $page, $head) if $flags >> $enum->{PG_reserved} & 1;
	return ('free', $page, $head) if $buddy || !$count;
	return ('in use, slab', $page, $head) if $slab || $flags >> $enum->{PG_slab} & 1;
	return ('in use, anonymous memory shared by KSM', $page, $head) if ($mapping & 3) == 3;
	return ('in use, anonymous memory', $page, $head) if $mapping & 1;
	return ($mapping ? 'in use, page cache' : 'in use', $page, $head);
}

# Of anonymous memory: the process and its address. One area is enough for the cases here.
sub process_of {
	my ($self, $pa, $page, $head) = @_;
	my $image = $self->{image};
	my $anon = $self->get('page', 'mapping', $head) & ~3;
	my $node = $self->get('anon_vma', 'rb_root.rb_root.rb_node', $anon) or return ();
	my $vma = $self->get('anon_vma_chain', 'vma', $node - $image->offset('anon_vma_chain', 'rb'));
	my $pages = $self->get('page', 'index', $head) - $self->get('vm_area_struct', 'vm_pgoff', $vma);
	my $vaddr = $self->get('vm_area_struct', 'vm_start', $vma) + ($pages << 12)
		+ (($page - $head) / $image->{type}{page} << 12) + ($pa & 0xfff);
	my $task = $self->get('mm_struct', 'owner', $self->get('vm_area_struct', 'vm_mm', $vma));
	return ($vaddr, $self->task($task));
}

# A pid_t: undef for what no task can have (include/linux/threads.h, PID_MAX_LIMIT).
sub possible_pid { return defined $_[0] && $_[0] > 0 && $_[0] < 4 << 20 ? $_[0] : undef }

sub task {
	my ($self, $task) = @_;
	my $comm = $self->{image}->text($task + $self->{image}->offset('task_struct', 'comm'), 16);
	return {pid => possible_pid($self->get('task_struct', 'pid', $task)), comm => $comm};
}

# ---- VFIO ----

# What VFIO's own objects say of a group: {group, container, iommu, kvm, areas}, undef where nothing says it.
# Whatever owns the group is a struct vfio_group only when it points back to it.
sub vfio_holder {
	my ($self, $group) = @_;
	my $at = $group->{owner};
	return undef if !$group->{claimed} || !defined $at || !$self->has('vfio_group', 'iommu_group');
	return undef if ($self->get('vfio_group', 'iommu_group', $at) // 0) != $group->{at};
	my $of = sub {
		my ($type, $path, $kva) = @_;
		return $kva && $self->has($type, $path) ? $self->get($type, $path, $kva) || undef : undef;
	};
	my $container = $of->('vfio_group', 'container', $at);
	my $iommu = $of->('vfio_container', 'iommu_data', $container);
	my @areas;
	$self->areas_below($of->('vfio_iommu', 'dma_list.rb_node', $iommu), \@areas, {});
	my $unknown = !$self->has('vfio_group', 'container')
		|| $container && !$self->has('vfio_container', 'iommu_data')
		|| $iommu && !$self->has('vfio_iommu', 'dma_list.rb_node');
	return {group => $at, container => $container, iommu => $iommu,
		kvm => $of->('vfio_group', 'kvm', $at), areas => \@areas, areas_unknown => $unknown && !@areas};
}

# Areas of a tree in order. What leads to a node that was met before leads nowhere.
sub areas_below {
	my ($self, $node, $areas, $seen) = @_;
	return if !$node || $seen->{$node}++; # a node is one area, however many ways lead to it
	my ($left, $right) = map { $self->get('rb_node', $_, $node) } qw(rb_left rb_right);
	return if !defined $left; # not in the dump: what is around it is told
	$self->areas_below($left, $areas, $seen);
	push @$areas, $self->area($node - $self->{image}->offset('vfio_dma', 'node'));
	$self->areas_below($right, $areas, $seen);
}

# include/linux/iommu.h: IOMMU_READ 1, IOMMU_WRITE 2.
sub area {
	my ($self, $at) = @_;
	my ($iova, $size, $vaddr, $prot, $task) = map { $self->get('vfio_dma', $_, $at) } qw(iova size vaddr prot task);
	my $process = $task ? $self->task($task) : {};
	return {iova => $iova, end => $iova + $size - 1, vaddr => $vaddr, read => $prot & 1, write => $prot & 2,
		pid => $process->{pid}, comm => $process->{comm}};
}

# ---- interrupts and virtual machines ----

# include/linux/maple_tree.h: a pointer to a node has 2 in its lowest bits and the node's type in bits 6:3; a
# node is 256 bytes, of its parent, pivots and slots. {type: (pivots, slots)}
my %maple_nodes = (1 => [15, 16], 2 => [15, 16], 3 => [9, 10]);
use constant MAPLE_LEAF => 1;

# (index => entry, ...); where a slot is said to end outside of its node, what follows is not to be believed.
sub maple_node {
	my ($self, $pointer, $first, $last) = @_;
	my $type = $pointer >> 3 & 15;
	my ($nr_pivots, $nr_slots) = @{$maple_nodes{$type} // return ()};
	my ($parent, @words) = $self->{image}->kva_words($pointer & ~0xff, 1 + $nr_pivots + $nr_slots);
	return () if !@words;
	my @found;
	for my $nth (0 .. $nr_slots - 1) {
		my $end = $nth < $nr_pivots && ($words[$nth] || !$nth) ? $words[$nth] : $last;
		return @found if $end < $first || $end > $last;
		my $slot = $words[$nr_pivots + $nth];
		push @found, $type == MAPLE_LEAF ? ($first => $slot) : $self->maple_node($slot, $first, $end) if $slot;
		last if $end >= $last;
		$first = $end + 1;
	}
	return @found;
}

sub maple_tree {
	my ($self, $tree) = @_;
	my $root = $self->get('maple_tree', 'ma_root', $tree) or return ();
	return ($root & 3) == 2 ? $self->maple_node($root, 0, ~0) : (0 => $root);
}

# A maple tree from 6.5 on, before that a radix tree, which has been an xarray since 4.20.
# An interrupt goes through a hierarchy of domains, each with an irq_data: the one of a unit's own. None where no
# unit remaps it.
sub remapped_level {
	my ($self, $data) = @_;
	my %remaps = map { $_ => 1 } grep { $_ } map { $self->get('amd_iommu', 'ir_domain', $_->{at}) } $self->units;
	for (my $nr = 0; $data && $nr < 16; $nr++) {
		return $data if $remaps{$self->get('irq_data', 'domain', $data) // 0};
		$data = $self->get('irq_data', 'parent_data', $data);
	}
	return undef;
}

sub irqs {
	my ($self) = @_;
	my $tree = $self->symbol('sparse_irqs');
	my %descriptors = defined $tree ? $self->maple_tree($tree)
		: $self->xarray($self->{image}->kva_number($self->symbol('irq_desc_tree') + 8), 0);
	my @found;
	for my $irq (sort { $a <=> $b } keys %descriptors) {
		my $at = $descriptors{$irq};
		my $outermost = $at + $self->{image}->offset('irq_desc', 'irq_data');
		my $data = $self->remapped_level($outermost) or next;
		my $chip = $self->get('irq_data', 'chip_data', $data) or next;
		my (@names, %seen);
		for (my $action = $self->get('irq_desc', 'action', $at); $action && !$seen{$action}++;
		     $action = $self->get('irqaction', 'next', $action)) {
			push @names, $self->{image}->text($self->get('irqaction', 'name', $action));
		}
		push @found, {irq => $self->get('irq_data', 'irq', $outermost),
			      devid => $self->get('amd_ir_data', 'irq_2_irte.devid', $chip),
			      index => $self->get('amd_ir_data', 'irq_2_irte.index', $chip),
			      names => \@names};
	}
	return @found;
}

# What else than a PCI function has an id: the driver's lists of struct devid_map.
sub special_name {
	my ($self, $id) = @_;
	my %heads = (ioapic_map => 'IO-APIC', hpet_map => 'HPET');
	my @names;
	for my $symbol (grep { $self->symbol($_) } qw(ioapic_map hpet_map)) {
		push @names, map { $heads{$symbol} . ' ' . $self->get('devid_map', 'id', $_) }
			grep { $self->get('devid_map', 'devid', $_) == $id }
			$self->{image}->list($self->symbol($symbol), 'devid_map', 'list');
	}
	return @names ? join ', ', @names : undef;
}

# arch/x86/kernel/apic: cpuid_to_apicid[] or, where there is none, a variable of each CPU of 16 bits.
sub cpu_of_apic {
	my ($self, $apic) = @_;
	for my $cpu (0 .. $self->variable('nr_cpu_ids', 4) - 1) {
		my $offset = $self->{image}->kva_number($self->symbol('__per_cpu_offset') + 8 * $cpu);
		my $id = $self->symbol('cpuid_to_apicid')
			? $self->{image}->kva_number($self->symbol('cpuid_to_apicid') + 4 * $cpu, 4)
			: $self->{image}->kva_number($self->symbol('x86_cpu_to_apicid') + $offset, 2);
		return $cpu if $id == $apic;
	}
	return undef;
}

# The members of a logical destination: CPU numbers in the flat mode of the xAPIC; in x2APIC mode the cluster in
# the upper half, an APIC for each bit of the lower (Intel SDM volume 3). Members without a CPU are undef.
sub cpus_of_set {
	my ($self, $set) = @_;
	return grep { $set >> $_ & 1 } 0 .. 7 if !$self->variable('x2apic_mode', 4);
	return map { $self->cpu_of_apic(($set >> 16) * 16 + $_) } grep { $set >> $_ & 1 } 0 .. 15;
}

# A symbol of a module, out of the module's own symbol table: st_name 4 bytes, ..., st_value at 8.
sub module_symbol {
	my ($self, $module_name, $name) = @_;
	my $image = $self->{image};
	for my $module ($image->list($self->symbol('modules'), 'module', 'list')) {
		next if $image->text($module + $image->offset('module', 'name'), 56) ne $module_name;
		my $tables = $self->get('module', 'kallsyms', $module);
		my ($symbols, $nr, $names) = map { $self->get('mod_kallsyms', $_, $tables) }
			qw(symtab num_symtab strtab);
		for my $nth (0 .. $nr - 1) {
			my $at = $symbols + 24 * $nth;
			return $image->kva_number($at + 8)
				if $image->text($names + $image->kva_number($at, 4)) eq $name;
		}
	}
	return undef;
}

# Where the list of virtual machines starts; undef: there is no KVM, or nothing says how to follow it.
sub vm_list {
	my ($self) = @_;
	return undef if !$self->has('kvm', 'vm_list') || !defined $self->symbol('modules');
	return $self->module_symbol('kvm', 'vm_list');
}

sub vms {
	my ($self) = @_;
	my $head = $self->vm_list;
	return () if !defined $head;
	return map { $self->vm($_) } $self->{image}->list($head, 'kvm', 'vm_list');
}

use constant {MAX_VCPUS => 4096, MAX_VCPU_IDS => 4 * 4096}; # KVM_MAX_VCPUS where it is largest, KVM_MAX_VCPU_IDS of x86

# Addresses of the struct kvm_vcpu, up to 5.15 from an array whose slots may be empty; undef: not known.
sub vcpus_of {
	my ($self, $at) = @_;
	if ($self->has('kvm', 'vcpu_array.xa_head')) {
		my %vcpus = $self->xarray($self->get('kvm', 'vcpu_array.xa_head', $at), 0);
		return [values %vcpus];
	}
	return undef if grep { !$self->has('kvm', $_) } qw(online_vcpus vcpus);
	my $nr = $self->get('kvm', 'online_vcpus', $at);
	return undef if $nr > MAX_VCPUS;
	return [grep { $_ } $self->{image}->kva_words($at + $self->{image}->offset('kvm', 'vcpus'), $nr)];
}

sub vm {
	my ($self, $at) = @_;
	my $vcpus = $self->vcpus_of($at);
	my $task = $self->task($self->get('mm_struct', 'owner', $self->get('kvm', 'mm', $at)));
	my %pages = map {
		my $regs = $self->get('kvm_lapic', 'regs', $self->get('kvm_vcpu', 'arch.apic', $_));
		($self->{image}->pa_of($regs) => $self->get('kvm_vcpu', 'vcpu_id', $_))
	} grep { $self->get('kvm_vcpu', 'vcpu_id', $_) < MAX_VCPU_IDS } @{$vcpus // []};
	$vcpus = undef if grep { $self->get('kvm_vcpu', 'vcpu_id', $_) >= MAX_VCPU_IDS } @{$vcpus // []};
	return {at => $at, comm => $task->{comm},
		pid => possible_pid($self->get('kvm', 'userspace_pid', $at)) // $task->{pid},
		avic => $self->get('kvm_svm', 'avic_vm_id', $at),
		nr_vcpus => $vcpus ? scalar @$vcpus : undef, vcpu_of_page => \%pages};
}

# Which virtual CPU a GA tag means: its APIC page tells; without one, the widths that releases give the
# vCPU's part (8, 9, 12 bits) are tried.
sub posted_to {
	my ($self, $tag, $page) = @_;
	my @vms = $self->vms;
	$page &= ~$self->enc_mask;
	for my $vm (@vms) {
		return ($vm, $vm->{vcpu_of_page}{$page}) if $page && exists $vm->{vcpu_of_page}{$page};
	}
	for my $width (8, 9, 12) {
		my $vcpu = $tag & ((1 << $width) - 1);
		for my $vm (@vms) {
			return ($vm, $vcpu) if $vm->{avic} == $tag >> $width
				&& grep { $_ == $vcpu } values %{$vm->{vcpu_of_page}};
		}
	}
	return ();
}

1;
