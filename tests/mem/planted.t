#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every rule of `iommu check` is broken once on purpose, and found by its name.
#
# Most plants change a few words of a machine that is sound as far as its text goes (a base): then the rule that they
# break is found, at what was planted, and nothing else is that was not found before. The others are machines that
# break many rules at once, by which the verbs' own transcripts are tested: there the rule must be among what is found.
# A rule of src/check/rules.c without a plant fails.
use strict;
use warnings;
use File::Basename qw(dirname);
use JSON::PP;
use Test::More;
use lib dirname(__FILE__);
use IommuMem;

my $dir = dirname(__FILE__);
my $iommu_mem = IommuMem->new($ENV{IOMMU_MEM} || "'$dir/../../build/san/iommu-mem'");
my $scratch = "$dir/.planted-$$"; # beside what it includes; no other test looks at such names
END { unlink "$scratch.mem" if $scratch }

# ---- machines ----

# Debian's 6.1 with a guest's memory on VFIO: aa55 is made a page in use, as it is on a sound machine.
my $guest = "include debian-6.1-after.mem\npage aa55 0 0 0 ffffffff 1\n";

# The same with VFIO's account of it: three areas of a process, one page of which the process has at 400000.
my $areas = $guest . <<'END';
heap ffff888008000000
let pgd ffff888003700000
@pa 3700000 3701067
@pa 3701000 3702067
@pa 3702010 3703067
@pa 3703000 aa54067
new mm
struct mm_struct &mm
.pgd &pgd
new qemu
struct task_struct &qemu
.pid b2
.comm "qemu-kvm"
.mm &mm
area low 0 1000 7f0000000000 3 &qemu
area middle 100000 10000 7f0000100000 1 &qemu
area high 40080000 1000 400000 3 &qemu
below middle &low &high
vfio-container box &middle
vfio-group holder g6 box 0
END

# 00:06.0 is to have 51fe000 to 5201fff, which end one page table (level 2 entry 28) and start the next, and has it.
my $unity = <<'END';
include unity.mem
@pa 9000009 b:83
@pa 900007c 51fe000 4000
@pa 3004ff0 70000000051fe001*2+1000
@pa 3001148 6000000003005201
@pa 3005000 7000000005200001*2+1000
END

# AMD's interrupts: 2^8 entries (IntTabLen 8), all of which the dump has.
my $amd_irqs = "include machines.mem\ndte seg0 10 6000000003000603 1 2000000003ff0011 0\n";

my %base = (
	'amd-irqs' => [$amd_irqs, 'v6.1-kvm.sym'],
	unity => [$unity, 'v6.1.sym'],
	guest => [$guest, 'v6.1.sym'],
	'own-ids' => ["include debian-6.12.mem\n", 'v6.12.sym'],
	areas => [$areas, 'v6.1-vfio.sym'],
	irqs => ["include vtd-irt.mem\n", 'vtd-irt.sym'],
	wide => ["$guest\@kva &amd_iommu_guest_ir w:1\n", 'v6.1-kvm.sym'], # with interrupt entries of 128 bits
	legacy => ["include vtd-legacy.mem\n", 'vtd-6.1.sym'],
	scalable => ["include vtd-scalable.mem\n", 'vtd-7.2.sym'],
	dmar => ["include acpi-dmar.mem\n", 'vtd-6.1.sym'],
	ivrs => ["include acpi.mem\n", 'v6.1.sym'],
	legacy => ["include vtd-legacy.mem\n", 'vtd-6.1.sym'],
	first => ["include vtd-6.12.mem\n", 'vtd-6.12.sym'],
	stuck => ["include waits-flag-open.mem\n", 'v4.18-rings.sym'],
	gcr3 => ["include guest.mem\n", 'guest.sym'],
	pasids => ["include vtd-pasids.mem\n", 'vtd-7.2.sym'],
);

# rule, base, what is planted, what the finding must say
my @plants = (
	['leaf-on-kernel-text', 'guest', "symbol _stext ffff888002000000\nsymbol _etext ffff888002200000\n"
		. '@pa 355c210 7000000002100001', qr/IOVA 42000 leads .* to 2100000, which is the kernel's code/],
	['leaf-on-iommu-table', 'guest', '@pa 355c218 700000000355b001',
		qr/IOVA 43000 leads .* to 355b000, which is a page table of domain 0x9/],
	['leaf-on-iommu-table', 'guest', '@pa 355c218 7000000003558001',
		qr/IOVA 43000 leads .* to 3558000, which is the top table of domain 0x9/],
	# Two tables side by side, reached side by side: each by its own name.
	['leaf-on-iommu-table', 'guest', '@pa 355c218 7000000003558001 7000000003559001',
		qr/2 ranges of 8192 bytes in all
IOVA 43000 to 43fff \(rw\): the top table of domain 0x9 at 0x3558000
IOVA 44000 to 44fff \(rw\): a page table of domain 0x9 at 0x3559000
table:/],
	# The device table, by AMD's 2.2.2 an entry of 32 bytes an id: a100's is 142000 from its start.
	['leaf-on-iommu-table', 'guest', '@pa 355c218 &dte_pages+7000778000142001',
		qr/IOVA 43000 .* which is in the device table of segment 0000/],
	# Ids 8000 to 807f, of which none is a device's, have a page of it too.
	['leaf-on-iommu-table', 'guest', '@pa 355c218 &dte_pages+7000778000100001',
		qr/IOVA 43000 .* which is in the device table of segment 0000/],
	# A GCR3 table of one level, by the host table that 00:06.0 is on.
	['leaf-on-iommu-table', 'gcr3', "\@pa 3100010 6000000003a00401\n\@pa 3a00000 6000000003a01201\n\@pa 3a01000 7000000003020001",
		qr/IOVA 80000000 .* to 3020000, which is in a GCR3 table of 0000:00:03.0/],
	['leaf-on-iommu-table', 'guest', '@pa 355c218 700000000325e001',
		qr/IOVA 43000 .* to 325e000, which is in the interrupt table of 0000:a1:00.0/],
	# 2^9 entries (IntTabLen 9) of 16 bytes are two pages.
	['leaf-on-iommu-table', 'wide', '@pa 355c218 700000000325f001',
		qr/IOVA 43000 .* to 325f000, which is in the interrupt table of 0000:a1:00.0/],
	# The PASIDs that the core has attached: 2 to a process, 6 to a domain whose table is 3000000 and id 2.
	['pasid-not-attached', 'pasids', '@pa 2119180 0', qr/^0000:00:0d.0 PASID 0x6: the core has it attached to the domain at /],
	['pasid-not-attached', 'pasids', '@pa 2000d00 2109401', # without PASIDE: also those of the process
		qr/^0000:00:0d.0 PASID 0x6: .* the entry of the device takes no requests with a PASID \(PASIDE=0\)\n.*\nScalable-Mode Context Entry, word 0: 0000000002109401/,
		'root-differs'],
	['root-differs', 'pasids', '@pa 2119180 49 2 3041000', qr/^0000:00:0d.0 PASID 0x6: the hardware's table is 3041000, the driver's 3000000/],
	['domain-id-differs', 'pasids', '@pa 2119180 49 5 3000000', qr/^0000:00:0d.0 PASID 0x6: the hardware's domain id is 0x5, the driver's 0x2/],
	['root-differs', 'pasids', '@pa 2119080 49 1 3041000', qr/^0000:00:0d.0 PASID 0x2: the hardware's table of PASID 0x2 is 3041000, the process's 3040000/],
	['leaf-on-iommu-table', 'legacy', '@pa 3002030 &unit0_roots+778000000003',
		qr/IOVA 6000 .* which is in the root table of dmar0/],
	['leaf-on-iommu-table', 'legacy', '@pa 3002030 2000003',
		qr/IOVA 6000 .* to 2000000, which is in the context table of dmar0 for bus 00 from 00.0 on/],
	# 65536 entries of 16 bytes: to e0fffff.
	['leaf-on-iommu-table', 'legacy', '@pa 3002030 e0ff003',
		qr/IOVA 6000 .* to e0ff000, which is in the interrupt table of dmar0/],
	['leaf-on-iommu-table', 'scalable', '@pa 300b008 &unit0_roots+778000000003',
		qr/IOVA 1000 .* which is in the root table of dmar0/],
	['leaf-on-iommu-table', 'scalable', '@pa 300b008 2001003', # that of devices 10 to 1f
		qr/IOVA 1000 .* to 2001000, which is in the context table of dmar0 for bus 00 from 10.0 on/],
	['leaf-on-iommu-table', 'scalable', '@pa 300b008 2102003',
		qr/IOVA 1000 .* to 2102000, which is in a PASID table of 0000:00:03.0/],
	['leaf-on-iommu-table', 'scalable', '@pa 300b008 2112003',
		qr/IOVA 1000 .* to 2112000, which is in a PASID table of 0000:00:03.0/],
	# 1536 page tables more: of those that were met, the first and the last are still known.
	['leaf-on-iommu-table', 'guest', "\@pa 3558010 6000000003700401*3+1000\n\@pa 3700000 6000000003710201*1536+1000\n"
		. "for n 0 1535\n\@pa 3710000+1000*&n 0\nend\n\@pa 355c218 7000000003d0f001 0 7000000003558001",
		qr/2 ranges of 8192 bytes in all
IOVA 43000 to 43fff \(rw\): a page table of domain 0x9 at 0x3d0f000
IOVA 45000 to 45fff \(rw\): the top table of domain 0x9 at 0x3558000
table:/],
	# Five ranges, of which four are named: what lies side by side is one, unless another permission cuts it.
	['leaf-on-kernel-text', 'guest', "symbol _stext ffff888002000000\nsymbol _etext ffff888002200000\n\@pa 355c210 "
		. '3000000002000001 5000000002001001 0 7000000002003001*2+1000 0 7000000002008001 0 700000000200a001*2+1000',
		qr/IOVA 42000 leads .* to 2000000, which is the kernel's code; .* 5 ranges of 28672 bytes in all
IOVA 42000 to 42fff \(r-\): the kernel's code at 0x2000000
IOVA 43000 to 43fff \(-w\): the kernel's code at 0x2001000
IOVA 45000 to 46fff \(rw\): the kernel's code at 0x2003000
IOVA 48000 to 48fff \(rw\): the kernel's code at 0x2008000
table:/],
	# A page of 2M and one of 4K behind it are one range.
	['leaf-on-kernel-text', 'guest', "symbol _stext ffff888002000000\nsymbol _etext ffff888002400000\n"
		. "\@pa 355b008 7000000002000001 6000000003720201\n\@pa 3720000 7000000002200001",
		qr/IOVA 200000 leads .* to 2000000, which is the kernel's code\nIOVA 200000 to 400fff \(rw\): the kernel's code/],
	# At its own address it is what some kernels map in place of passthrough.
	['leaf-on-kernel-text', 'guest', "symbol _stext ffff888000042000\nsymbol _etext ffff888000044000\n\@pa 355c210 "
		. '7000000000042001 7000000000042001', qr/IOVA 43000 leads .* to 42000, which is the kernel's code\nIOVA/],
	# By AMD's 2.2.5 bit 0 of an entry is RemapEn, bit 7 GuestMode; then 127:96 of it is the tag.
	['entry-of-two-irqs', 'amd-irqs', "struct amd_ir_data &irq6_ir\n.irq_2_irte.index 0",
		qr/entry 0 is that of irq 1 \(mlx5_comp0\) and of irq 6/, 'irq-without-entry'],
	['entry-without-irq', 'amd-irqs', '@pa 3ff0070 401 28', qr/entry 7 is enabled, and no interrupt of this kernel/],
	['entry-without-vcpu', 'amd-irqs', '@pa 3ff0030 00007abd00000085',
		qr/entry 3 is posted to GA tag 0x7abd, which no virtual CPU/],
	['irq-without-entry', 'amd-irqs', '@pa 3ff0000 0', qr/irq 1 \(mlx5_comp0\) should use .* entry 0, which is disabled/],
	['unity-partly-mapped', 'unity', '@pa 3004ff8 0',
		qr/^0000:00:06.0: IVMD \+6c asks for 51fe000 to 5201fff one to one, but 51ff000 is not mapped$/m],
	['unity-partly-mapped', 'unity', '@pa 3005008 0', qr/ 51fe000 to 5201fff .* but 5201000 is not mapped$/m],
	['unity-partly-mapped', 'unity', '@pa 3005000 3000000005200001', qr/but 5200000 lacks a permission$/m],
	['unity-partly-mapped', 'unity', '@pa 3005000 5000000005200001', qr/but 5200000 lacks a permission$/m],
	['unity-partly-mapped', 'unity', '@pa 3004ff0 7000000005100001', qr/but 51fe000 leads to another address$/m],
	# At level 2 an entry leads to level 1 or is a page; by AMD's 2.2.3 none leads up.
	['unity-partly-mapped', 'unity', '@pa 3001148 6000000003005601', qr/but 5200000 is behind a damaged entry$/m,
		'damaged-table'],
	['unity-not-known', 'unity', 'missing 3005000 1000', qr/but 5200000 is behind a table that could not be read$/m],
	# What is not there before a table that is not in the dump is not there.
	['unity-not-mapped', 'unity', "\@pa 3004ff0 0*2\nmissing 3005000 1000", qr/but 51fe000 is not mapped$/m],
	['unity-partly-mapped', 'unity', "\@pa 3004ff8 0\nmissing 3005000 1000", qr/but 51ff000 is not mapped$/m],
	['unity-not-mapped', 'unity', "\@pa 3004ff0 0*2\n\@pa 3001148 6000000003005601", qr/but 51fe000 is not mapped$/m,
		'damaged-table'],
	['leaf-on-free-page', 'guest', 'page aa54 0 0 0 ffffff7f 0', qr/aa54000, which is free: on the page allocator's/],
	['leaf-on-free-page', 'guest', 'page aa54 0 0 0 ffffffff 0', qr/aa54000, which is free: nobody holds it/],
	['leaf-on-slab', 'guest', 'page aa54 200 0 0 ffffffff 1', qr/aa54000, which is slab/],
	['leaf-on-slab', 'guest', "member page slab_cache 24 8\nmember kmem_cache name 96 8\ntype kmem_cache 256\n"
		. "page aa54 200 0 0 ffffffff 1\n\@kva &vmemmap+aa54*40+18 ffff888003900000\n"
		. "struct kmem_cache ffff888003900000\n.name \"task_struct\"", qr/objects of the cache "task_struct"/],
	['leaf-on-page-table', 'guest', "enum MEMCG_DATA_KMEM 2\npage aa54 0 0 0 fffffdff 1",
		qr/aa54000, which is a page table/],
	['leaf-on-page-table', 'guest', 'page aa54 0 0 0 fffffbff 1', qr/aa54000, which is a page table/], # as up to 5.10
	['reserved-mapped', 'guest', "\@pa 3558018 6000000003600401\n\@pa 3600fb8 6000000003601201\n"
		. "\@pa 3601000 700000000aa54001", qr/fee00000 to feefffff, which is no memory .* fee00000 to aa54000/],
	# Bit 52 of a leaf; a table of level 2 below one of level 2; one below itself; one where no memory is.
	['damaged-table', 'guest', '@pa 355c218 701000000aa60001', qr/^domain 0x9: .* at 1 place, first where IOVA 43000 is /],
	['damaged-table', 'guest', '@pa 355c218 701000000aa60001',
		qr/^entry 67 of the level-1 table 355c000, for IOVA 43000 to 43fff: 701000000aa60001: reserved bit 52 set/m],
	['damaged-table', 'guest', '@pa 355b008 6000000003600401',
		qr/entry 1 of the level-2 table 355b000, for IOVA 200000 to 3fffff: 6000000003600401: next level 2 is not lower/],
	['damaged-table', 'guest', '@pa 355b008 6000000003558201',
		qr/IOVA 200000 to 3fffff: 6000000003558201: loops to level 3/],
	['damaged-table', 'guest', '@pa 355b008 60000ff000000201',
		qr/^the level-1 table ff000000000, for IOVA 200000 to 3fffff: no memory there/m],
	# 16 KiB, which stands in one of its four entries.
	['damaged-table', 'guest', '@pa 355c218 700000000aa61e01',
		qr/entry 67 of the level-1 table 355c000, for IOVA 43000 to 43fff: 700000000aa61e01: large page fills only some of its entries/],
	['damaged-table', 'guest', '@pa 355b008 6000000003600401*6', qr/ damaged at 6 places, first where IOVA 200000 /],
	['damaged-table', 'legacy', '@pa 3001008 3001003',
		qr/^entry 1 of the level-2 table 3001000, .* 3001003: loops to level 2/m],
	['damaged-table', 'first', '@pa 3002008 ff000000027', qr/^the level-1 table ff000000000, .* no memory there/m],
	['id-of-two-domains', 'guest', "struct protection_domain &blocking\n.id 9\n\@kva &ids 2ff", qr/two domains have the id 0x9: /],
	['id-of-two-domains', 'legacy', "struct iommu_domain_info &identity_on_unit\n.did 3",
		qr/^dmar0: two domains have the id 0x3: /, 'unaccounted-ids', 'domain-id-differs'],
	['not-translated', 'own-ids', '@pa 3020000 0',
		qr/^0000:00:05.0: its entry leads every request without a PASID to a GCR3 table that has no table for it, but the driver/],
	# A host table (4 levels at 3030000, one to one) below the v2 table that the driver made for 00:05.0.
	['root-differs', 'own-ids', "dte seg0 28 60c0000003030803 0000000006040005 2040000003252013 0\n\@pa 3030000 7000000000000001",
		qr/^0000:00:05.0: the hardware's host table is 3030000, the driver's none/],
	# An id that a device has by itself, behind its GCR3 table: 5 is that of 00:05.0.
	['unallocated-ids', 'own-ids', '@kva &ids 1f', qr/^0000:00:05.0: the domain id that it has by itself is not allocated: 0x5/],
	['id-of-two-domains', 'own-ids', "struct iommu_dev_data &dev2_data\n.gcr3_info.domid 1",
		qr/^the domain at [0-9a-f]+ and 0000:00:05.0 by itself have the id 0x1: /, 'unaccounted-ids', 'domain-id-differs'],
	# The driver frees the id with the table, and leaves it where it was.
	['unaccounted-ids', 'own-ids', "struct iommu_dev_data &dev2_data\n.gcr3_info.gcr3_tbl 0",
		qr/^1 id is allocated that no domain found here has: 0x5/, 'pasids-differ', 'domain-id-differs'],
	['unallocated-ids', 'guest', '@kva &ids 1ff', qr/1 domain has an id that is not allocated: 0x9/],
	['unaccounted-ids', 'guest', '@kva &ids 7ff', qr/0xa/],
	['area-not-mapped', 'areas', '@pa 355a400 0', qr/4096 bytes of 1 of the process's areas .* at 40080000/],
	['mapped-outside-areas', 'areas', '@pa 355c800 700000000aa60001*17+1000', qr/4096 bytes .* first at 110000/],
	['area-page-differs', 'areas', '@pa 3703000 aa60067', qr/pid 178 "qemu-kvm" has another one at 400000 .* IOVA 40080000/],
	['area-owner-gone', 'areas', "struct task_struct &qemu\n.mm 0", qr/pid 178 "qemu-kvm", which has exited/],
	# A table of 2^15 entries is none: what lies behind its start is not read as one.
	['illegal-interrupts', 'amd-irqs', 'dte seg0 10 6000000003000603 1 2000000003ff001f 0',
		qr/00:02.0: what its entry says of interrupts is illegal \(IntTabLen is 15/, 'entry-without-irq', 'entry-without-vcpu',
		'irq-without-entry'], # those that its table has
	['unknown-unit', 'legacy', "struct device_domain_info &good_info\n.iommu &table",
		qr/0000:00:02.0: what the driver has as the unit that serves it is ffff888003000000, which is none of its units/],
	# The core's word of the unit, dev->iommu->iommu_dev: unit0's own is at +180 of it.
	['server-differs', 'scalable', "struct dev_iommu &first_dev_iommu\n.iommu_dev &unit0+180\nstruct dev_iommu &second_dev_iommu\n.iommu_dev &first",
		qr/^0000:00:03.0: the driver has it served by the unit at [0-9a-f]+, the core by what is at [0-9a-f]+, which is no unit that was found$/m],
	['entry-of-two-irqs', 'irqs', "struct intel_ir_data &irq9_ir\n.irq_2_iommu.irte_index 8",
		qr/entry 8 is that of irq 8 .* and of irq 9/, 'slot-without-irq', 'entry-without-irq', 'entry-takes-nobody'],
	# A function that no IVHD entry has, and whose group is one of others.
	['device-not-covered', 'ivrs', "device stray bus00 78 0\nin-group stray g1",
		qr/1 device that no IVHD entry covers, and that no IOMMU serves: 0000:00:0f.0/],
	# usb is 00:14.0: the driver does not know it.
	['device-not-served', 'dmar', "struct device &usb_dev\n.iommu 0",
		qr/1 device that firmware covers \(DRHD\), and that no IOMMU serves: 0000:00:14.0/],
	['device-left-out', 'dmar', "struct dmar_drhd_unit &unit2_drhd\n.ignored 1\nstruct device &usb_dev\n.iommu 0",
		qr/0000:00:14.0/],
);

# rule => machines that break many: .mem, .sym, and what the target is told before
my %cases = (
	'illegal-entry' => ['legal.mem', 'legal.sym'],
	'illegal-interrupts' => ['legal.mem', 'legal.sym'],
	'doubtful-entry' => ['legal.mem', 'legal.sym'],
	'alias-entry-differs' => ['legal.mem', 'legal.sym'],
	'refused-type' => ['snp.mem', 'legal.sym'],
	'reserved-bit' => ['vtd-irt.mem', 'vtd-irt.sym'],
	'root-differs' => ['compare-6.1.mem', 'v6.1.sym'],
	'format-differs' => ['compare.mem', 'v6.12.sym'],
	'levels-differ' => ['compare.mem', 'v6.12.sym'],
	'inherited-entry' => ['vtd-copied.mem', 'vtd-6.1.sym'],
	'pasids-differ' => ['compare.mem', 'v6.12.sym'],
	'not-translated' => ['compare-6.1.mem', 'v6.1.sym'],
	'not-passthrough' => ['compare.mem', 'v6.12.sym'],
	'not-blocked' => ['compare.mem', 'v6.12.sym'],
	'permissions-differ' => ['compare.mem', 'v6.12.sym'],
	'domain-id-differs' => ['compare.mem', 'v6.12.sym'],
	'group-differs' => ['links.mem', 'rhel-8.1.sym'],
	'unknown-unit' => ['links.mem', 'rhel-8.1.sym'],
	'server-differs' => ['links-server.mem', 'links-server.sym'],
	'domain-differs' => ['links.mem', 'rhel-8.1.sym'],
	'group-without-domain' => ['links.mem', 'rhel-8.1.sym'],
	'owner-without-driver' => ['links.mem', 'rhel-8.1.sym'],
	'domain-without-owner' => ['links-claim.mem', 'v6.1-vfio.sym'],
	'container-domain-differs' => ['links.mem', 'rhel-8.1.sym'],
	'mode-differs' => ['rhel-8.1-before.mem', 'rhel-8.1.sym', '% hide-symbol iommu_pass_through'],
	'iova-not-allocated' => ['iova.mem', 'iova.sym'],
	'iova-freed-mapped' => ['iova.mem', 'iova.sym'],
	'iova-freed-twice' => ['iova.mem', 'iova.sym'],
	'iova-freed-unknown' => ['iova.mem', 'iova.sym'],
	'iova-not-mapped' => ['iova.mem', 'iova.sym'],
	'queue-stuck' => ['waits-flag-open.mem', 'v4.18-rings.sym'],
	'entry-without-irq' => ['vtd-irt.mem', 'vtd-irt.sym'],
	'irq-without-entry' => ['vtd-irt.mem', 'vtd-irt.sym'],
	'entry-takes-nobody' => ['vtd-irt.mem', 'vtd-irt.sym'],
	'entry-refuses-irq' => ['vtd-irt.mem', 'vtd-irt.sym'],
	'entry-not-handed-out' => ['vtd-irt.mem', 'vtd-irt.sym'],
	'slot-without-irq' => ['vtd-irt.mem', 'vtd-irt.sym'],
	'entry-without-vcpu' => ['vtd-irt.mem', 'vtd-irt.sym'],
	'BLOCK-without-unit' => ['acpi.mem', 'v6.1.sym', '', 'ivhd-without-unit'],
	'unit-without-BLOCK' => ['acpi-shared.mem', 'v6.1.sym', '', 'unit-without-ivhd'],
	'registers-differ' => ['acpi.mem', 'v6.1.sym'],
	'alias-differs' => ['acpi.mem', 'v6.1.sym'],
	'unit-differs' => ['acpi.mem', 'v6.1.sym'],
	'served-uncovered' => ['acpi.mem', 'v6.1.sym'],
	'copy-differs' => ['acpi-dmar.mem', 'vtd-6.1.sym'],
	'block-not-kept' => ['acpi-dmar.mem', 'vtd-6.1.sym'],
	'scope-not-kept' => ['acpi-dmar.mem', 'vtd-6.1.sym'],
	'scope-without-block' => ['acpi-dmar.mem', 'vtd-6.1.sym'],
	'inherited-irq-entry' => ['vtd-copied-irt.mem', 'vtd-irt.sym'],
	'BLOCK-odd' => ['acpi-dmar.mem', 'vtd-6.1.sym', '', 'rmrr-odd'],
	'BLOCK-on-ram' => ['acpi-dmar.mem', 'vtd-6.1.sym', '', 'rmrr-on-ram'],
	'BLOCK-not-reserved' => ['acpi.mem', 'v6.1.sym', '', 'ivmd-not-reserved'],
	'unity-missing' => ['acpi.mem', 'v6.1.sym'],
	'unity-without-BLOCK' => ['acpi-dmar.mem', 'vtd-6.1.sym', '', 'unity-without-rmrr'],
	'unity-not-mapped' => ['acpi.mem', 'v6.1.sym'],
	'unity-not-known' => ['ivmd-on-ram.mem', 'v6.1.sym'],
	'unity-partly-mapped' => ['acpi-dmar.mem', 'vtd-6.1.sym'],
);

# ---- what is found ----

sub document {
	my ($files, $before, $command) = @_;

	my ($out, $status) = $iommu_mem->run($before ? "$before\n$command" : $command, @$files);
	my ($document) = $out =~ /^(\{.*\})$/m;
	return undef if $status || !$document;
	return decode_json($document);
}

sub findings {
	my ($files, $before, @rules) = @_;
	return document($files, $before, join ' ', 'iommu check -j', @rules);
}

sub of_plant {
	my ($base, $plant, @asked) = @_;
	my ($text, $sym) = @{ $base{$base} };

	open my $mem, '>', "$scratch.mem" or die "$scratch.mem: $!";
	print $mem $text, "$plant\n";
	close $mem;
	return findings(["$scratch.mem", "$dir/$sym"], @asked ? @asked : '');
}

# A finding with all that it rests on.
sub told {
	my ($finding) = @_;
	return join '', map { "$_\n" } $finding->{text},
		map { "$_->{what}: $_->{value}" . (defined $_->{address} ? " at $_->{address}" : '') } @{ $finding->{evidence} };
}

sub counted {
	my %nr;

	$nr{ $_->{code} }++ for @{ $_[0]{findings} };
	return \%nr;
}

my %before = map { $_ => of_plant($_, '') } keys %base;
for my $base (qw(guest areas)) {
	is_deeply($before{$base}{findings}, [], "nothing is found on $base itself");
}

my %planted;
for my $plant (@plants) {
	my ($rule, $base, $words, $says, @others) = @$plant;
	my $got = of_plant($base, $words);
	my ($was, $is) = map { counted($_) } $before{$base}, $got;
	my %more = map { $_ => 1 } grep { ($is->{$_} // 0) != ($was->{$_} // 0) } keys %$is, keys %$was;

	$planted{$rule} = 1;
	delete @more{@others};
	is_deeply([sort keys %more], [$rule], "$rule: found on $base, and nothing else");
	ok((grep { $_->{code} eq $rule && told($_) =~ $says } @{ $got->{findings} }), "$rule: it is named")
		or diag(map { "$_->{code}: " . told($_) } @{ $got->{findings} });
}

for my $rule (sort keys %cases) {
	my ($mem, $sym, $knob, $code) = @{ $cases{$rule} };
	my $got = findings(["$dir/$mem", "$dir/$sym"], $knob, $rule);

	$code ||= $rule;
	$planted{$rule} = 1;
	ok($got && (grep { $_->{code} eq $code } @{ $got->{findings} }), "$rule: found on $mem")
		or diag($got ? map { "$_->{code}: $_->{text}\n" } @{ $got->{findings} } : 'no answer');
	ok($got && !(grep { $_->{code} ne $code } @{ $got->{findings} }), "$rule: asked for alone, no other is shown");
}

# ---- what is no table ----

# TE=0 (bit 31 of GCMD): what tells it is the driver's own copy of a register, in its struct of the unit.
{
	my $got = of_plant('legacy', "struct intel_iommu &unit0\n.gcmd 6000000\n\@pa 3002030 &unit0+778000000003", '',
		'leaf-on-iommu-table');

	is_deeply($got && $got->{findings}, [], 'leaf-on-iommu-table: a struct of the driver is none');
}

# ---- ^C ----

# Whenever it comes, what is mapped one to one is not said to be otherwise.
{
	my ($text, $sym) = @{ $base{unity} };
	my ($nr, $cut) = (0, 0);
	my %said;

	open my $mem, '>', "$scratch.mem" or die "$scratch.mem: $!";
	print $mem $text;
	close $mem;
	do {
		my $got = document(["$scratch.mem", "$dir/$sym"], '% interrupt-after ' . ++$nr, 'iommu acpi -j');

		$cut = grep { $_->{code} eq 'interrupted' } @{ $got->{notes} };
		$said{ $_->{table} // 'null' } = 1 for grep { $_->{start} eq '0x51fe000' } @{ $got->{unity} // [] };
	} while ($cut && $nr < 100000);
	ok(!$cut, 'acpi: some ^C comes too late');
	is_deeply([sort keys %said], ['mapped', 'not-known'], 'acpi: a range that is mapped is mapped, or after a ^C not known');
}

# ---- what cannot be read does not hold ----

# rule => what is written over a base, or hidden: then nothing is found, and the rule did not see everything.
for my $case (
	['entry-without-vcpu', 'amd-irqs', '', '% hide kvm.vcpu_array.xa_head'],
	['entry-without-vcpu', 'irqs', '', '% hide kvm.vcpu_array.xa_head'],
	['irq-without-entry', 'amd-irqs', 'missing 3ff0000 1000', ''],
	# VFIO's struct of the group is where no memory is.
	['owner-without-driver', 'areas', "struct iommu_group &g6\n.owner ffff8880f0000000", ''],
	['container-domain-differs', 'areas', "struct iommu_group &g6\n.owner ffff8880f0000000", ''],
	# The list of unity maps ends in the middle, or leads back into itself.
	['reserved-mapped', 'unity', "\@kva &u1\@unity_map_entry.list 0", ''],
	['reserved-mapped', 'unity', "\@kva &u2\@unity_map_entry.list &u1\@unity_map_entry.list", ''],
	['reserved-mapped', 'dmar', "\@kva &r4\@dmar_rmrr_unit.list 0", ''],
	['queue-stuck', 'stuck', "struct amd_iommu &unit0\n.cmd_buf ffff8880f0000000", ''],
	['irq-without-entry', 'irqs', 'missing e000000 100000', ''],
	['leaf-on-iommu-table', 'scalable', 'missing 2001000 1000', ''],
	['leaf-on-free-page', 'guest', 'missing 355c000 1000', ''],
	['leaf-on-kernel-text', 'guest', "symbol _stext ffff888002000000\nsymbol _etext ffff888002200000\n\@pa 3558010 "
		. '6000000003558601', ''],
) {
	my ($rule, $base, $words, $knob) = @$case;
	my $got = of_plant($base, $words, $knob, $rule);

	is_deeply($got->{findings}, [], "$rule: nothing is found on $base with $words$knob");
	is_deeply([map { !!$_->{whole} } @{ $got->{rules} }], [!!0], '... and it is not said to hold');
}

{
	my $words = "symbol _stext ffff888002000000\nsymbol _etext ffff888002200000\n\@pa 355c210 7000000002100001";
	my ($cut, $wrong) = (0, 0);

	for (my $nr = 1; $nr < 10_000_000; $nr = int($nr * 1.5) + 1) {
		my $got = of_plant('guest', $words, "% interrupt-after $nr", 'leaf-on-kernel-text');
		my $rule = $got->{rules}[0];
		my $is_cut = grep { $_->{code} eq 'interrupted' } @{ $got->{notes} };

		$cut += $is_cut;
		$wrong += $is_cut ? $rule->{whole} || $rule->{why_not} ne 'interrupted' : !@{ $got->{findings} };
		last if !$is_cut;
	}
	ok($cut && !$wrong, 'check: after a ^C no rule is said to hold, and why is said');
}

# ---- what takes long ----

# 80 pages of 2M are 40960 pages, more than are looked at when nobody asks for it; then one that is free. The struct page
# of each frame: no flags, page_type ffffffff, one reference.
{
	my $words = "\@pa 355b008 7000000008000001*80\n\@kva &vmemmap+8000*40\nfill 512 0 0 0 0 0 0 1ffffffff 0\n"
		. 'page aa54 0 0 0 ffffff7f 0';
	my ($some, $all) = (of_plant('guest', $words), of_plant('guest', $words, '', 'leaf-on-free-page'));
	my ($rule) = grep { $_->{code} eq 'leaf-on-free-page' } @{ $some->{rules} };

	ok(!counted($some)->{'leaf-on-free-page'} && !$rule->{whole}, 'leaf-on-free-page: not found, and not said to hold');
	like($rule->{why_not}, qr/only the first pages of each space/, '... which is said');
	ok(counted($all)->{'leaf-on-free-page'}, '... and found when it is asked for');
}

# ---- no rule is without a plant ----

open my $source, '<', "$dir/../../src/check/rules.c" or die "rules.c: $!";
while (<$source>) {
	my ($rule) = /^\t\{ "([^"]+)"/ or next;
	ok($planted{$rule}, "$rule is planted");
}
$iommu_mem->ends_well;
done_testing();
