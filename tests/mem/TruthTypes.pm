# SPDX-License-Identifier: GPL-2.0-or-later
#
# Structs of modules, which a namelist often does not have, or has several of by one name. Which module
# means which struct is from the kernel's source. learn() puts what is known of each into the image's
# members, so that whoever reads them need not ask where the knowledge is from: the namelist, with the
# struct that the module means; or the BTF that the kernel keeps of the module, when memory still has it.
package TruthTypes;
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(learn);

# drivers/vfio/vfio.h, drivers/vfio/vfio_iommu_type1.c, include/linux/kvm_host.h, arch/x86/kvm/lapic.h,
# arch/x86/kvm/svm/svm.h: the module, the members that are read.
my %structs = (
	vfio_group => ['vfio', qw(iommu_group container kvm nb)],
	vfio_container => ['vfio', qw(iommu_data)],
	vfio_iommu => ['vfio_iommu_type1', qw(dma_list.rb_node)],
	vfio_dma => ['vfio_iommu_type1', qw(node iova vaddr size prot task)],
	kvm => ['kvm', qw(mm vcpu_array.xa_head vcpus online_vcpus vm_list userspace_pid)],
	kvm_vcpu => ['kvm', qw(vcpu_id arch.apic)],
	kvm_lapic => ['kvm', qw(regs)],
	kvm_svm => ['kvm_amd', qw(avic_vm_id)],
);

# A member that tells the struct from others of its name: vfio_iommu_type1 has a struct vfio_group of its own.
my %told_by = (vfio_group => 'container');

use constant {BTF_MAGIC => 0xeb9f, BTF_MAX => 64 << 20};

# A function of the file that means the right one, where a kernel has both (drivers/vfio/vfio.c, up to 5.18).
my %file_of = (vfio_group => 'vfio_iommu_group_notifier');

# The description of the BTF at an address, when memory says that it is one.
sub btf_at {
	my ($image, $at) = @_;
	return undef if ($image->kva_number($at, 2) // 0) != BTF_MAGIC;
	return $image->{btf_at}{$at};
}

# Nodes of a list that may not come back to where it started.
sub nodes {
	my ($image, $head) = @_;
	my (@found, %seen);
	my $at = $image->kva_number($head);
	while ($at && $at != $head && !$seen{$at}++) {
		push @found, $at;
		$at = $image->kva_number($at);
	}
	return @found;
}

# kernel/bpf/btf.c: struct btf_module of each module that has any. vmlinux' own BTF says how it is laid out.
sub btf_of_module {
	my ($image, $name) = @_;
	my ($base_at, $head) = @{$image->{symbol}}{qw(__start_BTF btf_modules)};
	return undef if !defined $base_at || !defined $head;
	my $base = btf_at($image, $base_at) or return undef;
	my $get = sub {
		my ($struct, $path, $kva) = @_;
		my $member = $image->btf_member($base, $base->{structs}{$struct}[0], $path);
		return $image->kva_number($kva + $member->{offset}, $member->{size});
	};
	my $name_at = $image->btf_member($base, $base->{structs}{module}[0], 'name')->{offset};
	for my $node (nodes($image, $head)) {
		my $module = $get->('btf_module', 'module', $node) or next;
		next if ($image->text($module + $name_at, 56) // '') ne $name;
		my $btf = $get->('btf_module', 'btf', $node);
		my $bytes = $get->('btf', 'data_size', $btf);
		return undef if !$bytes || $bytes > BTF_MAX;
		return btf_at($image, $get->('btf', 'data', $btf));
	}
	return undef;
}

# {path: member} of a struct by the namelist.
sub by_namelist {
	my ($image, $module, $type, @paths) = @_;
	my $file = $file_of{$type} // '';
	my $meant = $image->{means}{$module}{$type}
		// ($image->{symbol}{$file} ? $image->{means}{$file}{$type} : undef) // $type;
	return {map { $_ => $image->{member}{"$meant.$_"} } grep { $image->has($meant, $_) } @paths};
}

# ... and by BTF: all structs of that name.
sub by_btf {
	my ($image, $module, $type, @paths) = @_;
	my $btf = btf_of_module($image, $module) or return ();
	return map {
		my $struct = $_;
		my %known = map { $_ => $image->btf_member($btf, $struct, $_) } @paths;
		delete @known{grep { !$known{$_} } keys %known};
		\%known;
	} @{$btf->{structs}{$type} // []};
}

sub learn {
	my ($image) = @_;
	my %learned;
	for my $type (sort keys %structs) {
		my ($module, @paths) = @{$structs{$type}};
		my ($known) = grep { defined $told_by{$type} ? $_->{$told_by{$type}} : %$_ }
			by_namelist($image, $module, $type, @paths), by_btf($image, $module, $type, @paths);
		$learned{"$type.$_"} = $known ? $known->{$_} : undef for @paths;
	}
	for my $member (keys %learned) {
		delete $image->{member}{$member};
		$image->{member}{$member} = $learned{$member} if $learned{$member};
	}
}

1;
