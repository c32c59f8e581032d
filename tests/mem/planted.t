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

my $dir = dirname(__FILE__);
my $iommu_mem = $ENV{IOMMU_MEM} || "$dir/../../build/san/iommu-mem";
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

my %base = (
	guest => [$guest, 'v6.1.sym'],
	areas => [$areas, 'v6.1-vfio.sym'],
	irqs => ["include vtd-irt.mem\n", 'vtd-irt.sym'],
	dmar => ["include acpi-dmar.mem\n", 'vtd-6.1.sym'],
	ivrs => ["include acpi.mem\n", 'v6.1.sym'],
);

# rule, base, what is planted, what the finding must say
my @plants = (
	['leaf-on-kernel-text', 'guest', "symbol _stext ffff888002000000\nsymbol _etext ffff888002200000\n"
		. '@pa 355c210 7000000002100001', qr/IOVA 42000 leads .* to 2100000, which is the kernel's code/],
	['leaf-on-iommu-table', 'guest', '@pa 355c218 700000000355b001',
		qr/IOVA 43000 leads .* to 355b000, which is a page table of domain 0x9/],
	['leaf-on-iommu-table', 'guest', '@pa 355c218 7000000003558001',
		qr/IOVA 43000 leads .* to 3558000, which is the top table of domain 0x9/],
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
	['unallocated-ids', 'guest', '@kva &ids 1ff', qr/1 domain has an id that is not allocated: 0x9/],
	['unaccounted-ids', 'guest', '@kva &ids 7ff', qr/0xa/],
	['area-not-mapped', 'areas', '@pa 355a400 0', qr/4096 bytes of 1 of the process's areas .* at 40080000/],
	['mapped-outside-areas', 'areas', '@pa 355c800 700000000aa60001*17+1000', qr/4096 bytes .* first at 110000/],
	['area-page-differs', 'areas', '@pa 3703000 aa60067', qr/pid 178 "qemu-kvm" has another one at 400000 .* IOVA 40080000/],
	['area-owner-gone', 'areas', "struct task_struct &qemu\n.mm 0", qr/pid 178 "qemu-kvm", which has exited/],
	['entry-of-two-irqs', 'irqs', "struct intel_ir_data &irq9_ir\n.irq_2_iommu.irte_index 8",
		qr/entry 8 is that of irq 8 .* and of irq 9/, 'slot-without-irq', 'entry-without-irq', 'entry-takes-nobody'],
	# A function that no IVHD entry has, and whose group is one of others.
	['device-not-covered', 'ivrs', "device stray bus00 78 0\nin-group stray g1",
		qr/1 device that no IVHD entry covers, and that no IOMMU serves: 0000:00:0f.0/],
	# usb is 00:14.0: the driver does not know it.
	['device-not-served', 'dmar', "struct device &usb_dev\n.iommu 0",
		qr/1 device that an DRHD entry covers, and that no IOMMU serves: 0000:00:14.0/],
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

sub findings {
	my ($files, $before, @rules) = @_;
	my $command = join ' ', 'iommu check -j', @rules;

	open my $in, '>', "$scratch.in" or die "$scratch.in: $!";
	print $in $before ? "$before\n" : '', "$command\n";
	close $in;
	my $out = `'$iommu_mem' $files < '$scratch.in' 2>&1`;
	my $status = $?;
	unlink "$scratch.in";
	my ($document) = $out =~ /^(\{.*\})$/m;
	return undef if $status || !$document;
	return decode_json($document);
}

sub of_plant {
	my ($base, $plant) = @_;
	my ($text, $sym) = @{ $base{$base} };

	open my $mem, '>', "$scratch.mem" or die "$scratch.mem: $!";
	print $mem $text, "$plant\n";
	close $mem;
	return findings("'$scratch.mem' '$dir/$sym'", '');
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
	ok((grep { $_->{code} eq $rule && $_->{text} =~ $says } @{ $got->{findings} }), "$rule: it is named")
		or diag(map { "$_->{code}: $_->{text}\n" } @{ $got->{findings} });
}

for my $rule (sort keys %cases) {
	my ($mem, $sym, $knob, $code) = @{ $cases{$rule} };
	my $got = findings("'$dir/$mem' '$dir/$sym'", $knob, $rule);

	$code ||= $rule;
	$planted{$rule} = 1;
	ok($got && (grep { $_->{code} eq $code } @{ $got->{findings} }), "$rule: found on $mem")
		or diag($got ? map { "$_->{code}: $_->{text}\n" } @{ $got->{findings} } : 'no answer');
	ok($got && !(grep { $_->{code} ne $code } @{ $got->{findings} }), "$rule: asked for alone, no other is shown");
}

# ---- no rule is without a plant ----

open my $source, '<', "$dir/../../src/check/rules.c" or die "rules.c: $!";
while (<$source>) {
	my ($rule) = /^\t\{ "([^"]+)"/ or next;
	ok($planted{$rule}, "$rule is planted");
}
done_testing();
