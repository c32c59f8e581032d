#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# units and rings against the kernel's boot line, sysfs, and what the guest is known to have done.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('before', 'after');

my ($units, $commands, $events, $ppr) = Session::documents('after', 'iommu units -j',
	'iommu commands -a -j', 'iommu events -j', 'iommu ppr -j');
my @dmesg = split /\n/, Session::slurp("$ENV{VMCORE_DIR}/after/dmesg");
my %sysfs = map { $_->[1] => $_->[2] } grep { $_->[1] ne 'device' } Session::truth('after', 'iommu_sysfs');
my @served = map { $_->[2] } grep { $_->[1] eq 'device' } Session::truth('after', 'iommu_sysfs');

# ---- units ----

my $unit = $units->{units}[0];
my $is_amd = $unit->{vendor} eq 'AMD-Vi';
is(scalar @{ $units->{units} }, 1, 'one unit');
is_deeply([sort @{ $unit->{devices} }], [sort @served], 'the devices it serves');

sub check_amd_unit {
	my ($line) = grep { /Extended features/ } @dmesg;
	my ($raw, $names) = $line =~ /\((0x[0-9a-f]+).*?\): (.*)$/;
	is($unit->{features}{raw}, $raw, 'EFR as the boot line has it');
	is(join(' ', @{ $unit->{features}{names} }), $names =~ s/\s+$//r, 'its words as the boot line has them');
	my ($bdf) = map { /pci 0000:(\S+): AMD-Vi: Found|device: (?:0000:)?(\S+) cap:/ ? $1 // $2 : () } @dmesg;
	is($unit->{device}, "0000:$bdf", 'its PCI function');
	my ($mmio) = map { /mmio-addr: 0*([0-9a-f]+)/ ? $1 : () } @dmesg;
	is($unit->{mmio_pa}, "0x$mmio", 'its registers');
	my ($flags) = map { /cap: \w+ (?:seg: \d+ )?flags: (\w+)/ ? $1 : () } @dmesg;
	is($unit->{ivhd_flags}, "0x$flags", 'flags of its IVHD');
	is(Session::number($unit->{cap_offset}), hex((map { /cap: (\w+)/ ? $1 : () } @dmesg)[0]), 'its capability');
	is($unit->{capability}{efr_sup}, JSON::PP::true(), 'the capability header says that it has an EFR');
	# The lab's firmware "no-ga" denies what larger entries need.
	my $size = Session::slurp("$ENV{VMCORE_DIR}/after/cmdline") =~ /lab\.ivrs=no-ga/ ? 32 : 128;
	like($unit->{irq_mode}, qr/^$size-bit/, "interrupt entries of $size bits");
	is($unit->{command_buffer}{bytes}, 8192, 'size of the command buffer');
}

# "DMAR: dmar0: reg_base_addr fed90000 ver 1:0 cap d2008c22260286 ecap f00f4a"
sub check_intel_unit {
	my ($name, $at, $cap, $ecap) = map { /DMAR: (dmar\d+): reg_base_addr (\w+) ver \S+ cap (\w+) ecap (\w+)/
						? ($1, $2, $3, $4) : () } @dmesg;
	my %named = map { $_ => 1 } @{ $unit->{features}{names} };
	my ($apic) = map { /DMAR-IR: Enabled IRQ remapping in (x2?apic) mode/ ? $1 : () } @dmesg;
	my $smts = hex(length $ecap > 8 ? substr $ecap, 0, -8 : 0) >> 11 & 1;
	my $scalable = $smts && Session::slurp("$ENV{VMCORE_DIR}/after/cmdline") =~ /sm_on/;

	is($unit->{name}, $name, 'its name as the boot line has it');
	is($unit->{mmio_pa}, "0x$at", 'its registers');
	is($unit->{features}{raw}, "0x$cap", 'CAP as the boot line has it');
	is($unit->{features}{raw2}, "0x$ecap", 'ECAP as the boot line has it');
	is($named{QI} // 0, hex(substr $ecap, -8) >> 1 & 1, 'QI, bit 1 of ECAP');
	is($named{PT} // 0, hex(substr $ecap, -8) >> 6 & 1, 'PT, bit 6 of ECAP');
	is($named{CM} // 0, hex(substr $cap, -8) >> 7 & 1, 'CM, bit 7 of CAP');
	is($sysfs{cap}, $cap, 'CAP in sysfs');
	is($sysfs{ecap}, $ecap, 'ECAP in sysfs');
	is(!!$unit->{scalable}, !!$scalable, 'scalable mode where the unit has it and the command line asks for it');
	ok($unit->{translation}, 'DMA translation is on');
	is(!!$unit->{queued_invalidation}, !!(grep { /Using Queued invalidation/ } @dmesg), 'queued invalidation');
	is(!!$unit->{interrupt_remapping}, !!$apic, 'interrupt remapping');
	is(lc($unit->{irq_mode} // ''), "128-bit $apic", 'the kind of interrupt entries') if $apic;
	is($unit->{invalidation_queue}{bytes}, 256 * ($smts ? 32 : 16),
	   'size of the invalidation queue: by SMTS, bit 43 of ECAP');
	ok(!exists $unit->{copied_contexts}, 'no tables of another kernel');
}

$is_amd ? check_amd_unit() : check_intel_unit();

# ---- commands: the mapping of each area was followed by an invalidation in its domain ----

is($commands->{rings}[0]{semaphore}{value}, $commands->{rings}[0]{semaphore}{expected},
   'no wait is open') if exists $commands->{rings}[0]{semaphore}{expected};
my @all = @{ $commands->{commands} };
my @unknown = grep { !defined $_->{name} } @all;
is_deeply(\@unknown, [], 'every command has a name');
my @open = grep { !$_->{done} } @all;
is_deeply(\@open, [], 'every command is done');

my ($domains) = Session::documents('after', 'iommu domains -j');
my ($held) = map { $_->{id} } grep { $_->{type} eq 'unmanaged' && @{ $_->{devices} } } @{ $domains->{domains} };
my ($last) = grep { $_->[0] eq 'area' && $_->[1] eq '0x0000000140000000' } Session::truth('after', 'vfio');
my @of_area = grep { $_->{name} eq 'INVALIDATE_IOMMU_PAGES' && $_->{fields}{domain_id} == $held
			&& $_->{fields}{address} eq '0x140000000' } @all;

# VT-d: each wait of the driver stores into the mark of its own slot, so that all lead to the same first mark.
sub check_intel_waits {
	my @waits = grep { $_->{name} eq 'Invalidation Wait' && $_->{fields}{sw} } @all;
	my %first = map { (hex($_->{fields}{staddr}) - 4 * $_->{index}) => 1 } @waits;

	cmp_ok(scalar @waits, '>', 8, 'waits of the driver');
	is(scalar keys %first, 1, 'each stores into the mark of its slot');
	is_deeply([grep { $_->{mark} ne 'free' } @all], [], 'every slot was taken back');
	is($commands->{rings}[0]{free_count}, 256, 'all slots are free');
}
check_intel_waits() if !$is_amd;

SKIP: {
	my ($first) = map { $_->[1] } grep { $_->[0] eq 'device' } Session::truth('after', 'vfio');
	# A translated disk has written the truth since: its invalidations went round the ring.
	skip 'the ring has gone round since', 1
		unless $is_amd && $last && Session::default_type('after', $first) eq 'identity';
	cmp_ok(scalar @of_area, '>=', 1, 'the page at 140000000 was invalidated in its domain');
}

# The words, as crash reads the ring.
my $ring = $commands->{rings}[0]{address};
my $nr_words = @all ? @{ $all[0]{raw} } : 2;
my ($dump) = Session::run('after', "rd -64 $ring " . ($is_amd ? 1024 : 256 * $nr_words));
my @words = map { /:\s+([0-9a-f]{16})\s+([0-9a-f]{16})/ ? ("0x" . $1, "0x" . $2) : () } split /\n/, $dump;
s/^0x0+(?=.)/0x/ for @words;
my @differ = grep { my $i = $nr_words * $_->{index};
		    "@{ $_->{raw} }" ne "@words[$i .. $i + $nr_words - 1]" } @all;
is_deeply(\@differ, [], 'raw words of every command as crash reads them');

# ---- logs: nothing faulted in this guest, or what it says, while its driver heard of nothing ----

if (!$is_amd) {
	is($events->{events}, undef, 'VT-d has no events in memory');
	ok((grep { $_->{code} eq 'not-in-memory' } @{ $events->{notes} }), 'and it is said where they are');
	is_deeply($ppr->{requests}, [], 'no page request');
	done_testing();
	exit;
}
my @faults = Session::truth('after', 'faults');
is_deeply($events->{events}, [], 'no event that the driver had not consumed') unless @faults;
if (@faults) {
	# An access of 16 bytes is several of the emulator's; it logs neither address nor flags as the
	# specification has them: the device, the code and the order are what it gets right.
	my $each = @{ $events->{events} } / @faults;
	my ($log) = Session::run('after', "rd -64 $events->{rings}[0]{address} " . 2 * @{ $events->{events} });
	my @log = map { /:\s+([0-9a-f]{16})\s+([0-9a-f]{16})/ ? ($1, $2) : () } split /\n/, $log;

	cmp_ok($each, '>=', 1, 'an event for each fault');
	is_deeply([map { "$_->{device} $_->{name}" } @{ $events->{events} }],
		  [map { ("$_->[0] IO_PAGE_FAULT") x $each } @faults], 'of the device, and a page fault');
	is_deeply([map { $_->{index} } @{ $events->{events} }], [0 .. $each * @faults - 1], 'in their order');
	is_deeply([map { map { sprintf '%016s', substr $_, 2 } @{ $_->{raw} } } @{ $events->{events} }],
		  [map { sprintf '%016s', $_ } @log], 'their words as crash reads the log');
	ok((grep { $_->{code} eq 'not-consumed' } @{ $events->{notes} }), 'it is said that the driver had not read them');
}
is_deeply($ppr->{requests}, [], 'no page request');
done_testing();
