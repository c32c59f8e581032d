# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a word is changed into, and for which kinds and manners a reader can tell that it is damage at all.
#
# Whether an answer that became another one must say that something is wrong:
#
#   kind                                zero  other, middle, a bit  self  ones, random, user, non-canonical, hole
#   list                                yes   yes                   yes   yes
#   a slot of an xarray node            no    yes                   yes   yes
#   tree                                no    no                    yes   yes
#   pointer in a struct of the kernel   no    no                    no    yes
#   head of BTF                         no    no                    no    yes: ones, random
#   entry of a device, page table,      no    no                    no    no
#   ring, interrupt table, number,
#   name, log, struct page, other BTF
#
# The links of a list point back at each other, so that every change of one shows. A zero in a tree or in an xarray is a
# place that holds nothing. A tree that leads elsewhere leads to words that may be a node: the pointers to parents, which
# would tell, are not read. A null pointer is a value ("no driver", "no owner"); one to a wrong place where there is
# memory leads to words that may be anything; one to where there can be no kernel memory shows. In a table that the
# hardware reads every word means something, another word something else, and what it means now is the right answer;
# the same goes for numbers and names. The pointer by which a struct
# vfio_group is known for one (its group) is excepted: without it the owner is somebody in user space, and that is
# said; so is the pool of a device's bounce buffers, whose address is shown and not followed. BTF has no checksum: a head that leads out of it shows, another type does not.
package Manners;

use strict;
use warnings;
use Digest::SHA qw(sha256);
no warnings 'portable'; # addresses are 64 bits

my $ADDRESS_BITS = 0x000ffffffffff000; # of an entry of a page table

# ---- numbers out of a seed ----

# A function that gives a number below its argument, the same ones for the same seed.
sub dice {
	my ($seed) = @_;
	my $nr = 0;

	return sub {
		my ($sides) = @_;
		my $number = unpack 'Q<', sha256("$seed/" . $nr++);
		return $sides ? $number % $sides : $number;
	};
}

# ---- what there is to do to a word ----

my @OF_NUMBER  = qw(zero ones bit other random);
my @OF_POINTER = qw(zero ones bit other random self user non-canonical hole middle);
my @OF_ENTRY   = qw(zero ones bit other random self hole middle);

sub is_pointer { return $_[0]{bytes} == 8 && !$_[0]{is_text} && $_[0]{value} >= 0xffff800000000000 }

sub manners_of {
	my ($word, $kind) = @_;

	return @OF_POINTER if is_pointer($word);
	return @OF_ENTRY if $kind =~ /^page table|^table of a process|^entry of a device/ && $word->{bytes} == 8;
	return @OF_NUMBER;
}

# What stands there then. Other: another word of that kind. Beyond: a physical address behind the end of memory.
sub changed {
	my ($word, $manner, $roll, $other, $beyond) = @_;
	my ($at, $old) = @$word{qw(at value)};
	my $is_pointer = is_pointer($word);
	my $direct_map = $is_pointer ? $old & 0xfffffffffff00000 : 0;
	my %new = (
		'zero'		=> sub { 0 },
		'ones'		=> sub { ~0 },
		'bit'		=> sub { $old ^ 1 << $roll->(8 * $word->{bytes}) },
		'other'		=> sub { $other->{value} },
		'random'	=> sub { $roll->(0) },
		'self'		=> sub { $is_pointer ? $at : with_address($old, $at) },
		'user'		=> sub { 0x00007f5500000000 + 8 * $roll->(1 << 20) },
		'non-canonical'	=> sub { 0x4141000000000000 + 8 * $roll->(1 << 40) },
		'hole'		=> sub { $is_pointer ? ($old & ~0xfffffff) - (2 << 40) + 8 * $roll->(1 << 20)
					 : with_address($old, $beyond + 4096 * $roll->(1 << 10)) },
		'middle'	=> sub { $is_pointer ? ($other->{value} & ~0xfff) + 8 * $roll->(512)
					 : with_address($old, $other->{at} + 4096 * $roll->(16)) },
	);
	my $new = $new{$manner}->();

	return $word->{bytes} == 8 ? $new : $new & (1 << 8 * $word->{bytes}) - 1;
}

sub with_address {
	my ($entry, $at) = @_;
	return $entry & ~$ADDRESS_BITS | $at & $ADDRESS_BITS;
}

# ---- what shows ----

my %NOWHERE = map { $_ => 1 } qw(ones random user non-canonical hole);
my $OF_STRUCTS = qr/^(?:unit|domain|group|device|interrupt struct|owner|process|IOVA allocator|resource|module|log)$/;

sub must_show {
	my ($word, $kind, $manner) = @_;

	return 1 if $kind eq 'list';
	return $manner eq 'self' || $NOWHERE{$manner} if $kind eq 'tree' && is_pointer($word);
	return $manner ne 'zero' if $kind eq 'xarray node' && $word->{what} =~ /slots$/;
	return $manner eq 'ones' || $manner eq 'random' if $kind eq 'BTF head';
	return 0 if $word->{what} =~ /^(?:vfio_group\.iommu_group|device\.dma_io_tlb_mem)$/;
	return $kind =~ $OF_STRUCTS && is_pointer($word) && $NOWHERE{$manner};
}

1;
