#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Tables and queues word for word against what the driver's own debugfs showed of them right after the dump
# (the lab's scenarios named debugfs): nothing of this text comes from the plugin or from crash.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('after');
my $from = "$ENV{VMCORE_DIR}/after/debugfs";
plan skip_all => 'this guest has no debugfs of its IOMMU' unless -e $from;

my %text = map { ($_ => Session::slurp("$from/$_")) }
	qw(dmar_translation_struct ir_translation_struct domain_translation_struct device_translation_struct
	   invalidation_queue iommu_regset devtbl irqtbl cmdbuf);

sub words {
	return join ' ', map { sprintf '%016x', Session::number($_) } @_;
}

sub by_key {
	my ($key, $list) = @_;

	return { map { ($key->($_) => words(@{ $_->{raw} })) } @$list };
}

# ---- entries of devices ----

# Each record of a chain as far as the driver shows its words, the lowest first.
sub shown_of {
	my ($entry) = @_;
	my ($root, $context, @of_pasid) = @{ $entry->{records} };
	my $pasid = @of_pasid ? words(@{ $of_pasid[-1]{raw} }[0 .. 2]) : words(0, 0, 0);

	return join ' | ', words(@{ $root->{raw} }[0, 1]), words(@{ $context->{raw} }[0, 1]), $pasid;
}

sub chains_of_driver {
	my %chain;

	for (split /\n/, $text{dmar_translation_struct}) {
		my ($device, $root, $context, $pasid, $entry) = /^(\w\w:\w\w\.\w)\t(\S+)\t(\S+)\t(-?\d+)\s+(\S+)$/ or next;

		next if $pasid > 0;
		$chain{"0000:$device"} = join ' | ', map { words(reverse split /:/, $_) } $root, $context, $entry;
	}
	return \%chain;
}

sub check_intel_entries {
	my ($dte) = Session::documents('after', 'iommu dte -a -j');
	my $theirs = chains_of_driver();

	cmp_ok(scalar keys %$theirs, '>=', 8, 'the driver shows entries of devices');
	is_deeply({ map { ($_->{device} => shown_of($_)) } @{ $dte->{entries} } }, $theirs,
		  'every entry of every device, root, context and PASID, word for word');
}

sub check_amd_entries {
	my ($dte) = Session::documents('after', 'iommu dte -j');
	my %theirs = map { /^(\w{4}:\S+) (.*) iommu\d+$/ ? ($1 => words(reverse split ' ', $2)) : () }
		split /\n/, $text{devtbl};

	cmp_ok(scalar keys %theirs, '>=', 8, 'the driver shows entries of devices');
	is_deeply(by_key(sub { $_[0]{device} }, $dte->{entries}), \%theirs, 'the entry of every device, word for word');
}

# ---- interrupts ----

sub check_intel_interrupts {
	my ($irt) = Session::documents('after', 'iommu irt -j');
	my (%theirs, %sent);

	for (split /\n/, $text{ir_translation_struct}) {
		my ($index, $source, $to, $vector, $high, $low) =
			/^ (\d+)\s+(\w\w:\w\w\.\w) (\w{8}) (\w\w)  (\w{16})\t(\w{16})$/ or next;

		$theirs{$index} = words($low, $high);
		$sent{$index} = join ' ', "0000:$source", hex $to, hex $vector;
	}
	cmp_ok(scalar keys %theirs, '>=', 8, 'the driver shows interrupt entries');
	is_deeply(by_key(sub { $_[0]{index} }, $irt->{entries}), \%theirs, 'every interrupt entry, word for word');
	is_deeply({ map { ($_->{index} => join ' ', $_->{device}, $_->{fields}{dst}, $_->{vector}) } @{ $irt->{entries} } },
		  \%sent, 'whose it is, where it goes, and its vector');
	my ($at) = $text{ir_translation_struct} =~ /IR table address:(\w+)/;
	is($irt->{tables}[0]{address}, "0x$at", 'where the table is');
}

sub check_amd_interrupts {
	my ($irt) = Session::documents('after', 'iommu irt -j');
	my ($device, %theirs);

	for (split /\n/, $text{irqtbl}) {
		$device = $1 if /^DeviceId (\S+)/;
		$theirs{"$device $1"} = words(reverse split ' ', $2) if /^IRT\[0*(\d+)\] (.*)/;
	}
	# The IO-APIC's has no device to ask by.
	my @ours = grep { /^0000:(00|a0|a1):/ } map { "$_->{device} $_->{index}" } grep { !$_->{special} } @{ $irt->{entries} };
	my $ours = by_key(sub { "$_[0]{device} $_[0]{index}" }, $irt->{entries});
	cmp_ok(scalar keys %theirs, '>=', 5, 'the driver shows interrupt entries');
	is_deeply({ map { ($_ => $ours->{$_}) } @ours }, \%theirs, 'every interrupt entry of every device, word for word');
}

# ---- page tables ----

# Device -> { IOVA -> entries from the top level to the leaf }.
sub paths_of_driver {
	my ($device, %paths);

	for (split /\n/, "$text{domain_translation_struct}\n$text{device_translation_struct}") {
		$device = $1 if /^Device (\S+) .*@/;
		my ($page, $entries) = /^0x(\w+) \|\t(.*)/ or next;
		my @entries = map { Session::number($_) } split /\t/, $entries;

		shift @entries while @entries && !$entries[0];
		pop @entries while @entries && !$entries[-1];
		$paths{$device}{ Session::number($page) << 12 } = \@entries;
	}
	return \%paths;
}

# A table of this many levels whose path has one entry less ends in a page 512 times as large.
sub pages_of_paths {
	my ($paths, $levels) = @_;
	my %pages;

	for my $iova (keys %$paths) {
		my @entries = @{ $paths->{$iova} };
		my $size = 4096 << 9 * ($levels - @entries);

		$pages{ $iova + $_ } = ($entries[-1] & ((1 << 52) - 1) & ~($size - 1)) + $_
			for map { 4096 * $_ } 0 .. $size / 4096 - 1;
	}
	return \%pages;
}

sub check_page_tables {
	my $paths = paths_of_driver();

	cmp_ok(scalar keys %$paths, '>=', 3, 'the driver shows page tables');
	for my $device (sort keys %$paths) {
		my @iovas = sort { $a <=> $b } keys %{ $paths->{$device} };
		my @some = grep { defined } map { $iovas[$_ * @iovas / 40] } 0 .. 39;
		my ($walk, $map) = Session::documents('after',
			"iommu walk -j -d $device " . join(' ', map { sprintf '%x', $_ } @some), "iommu map -j -d $device");

		is_deeply(Session::pages_of($map), pages_of_paths($paths->{$device}, $walk->{results}[0]{levels}),
			  "$device: every page of " . @iovas . ' leaves');
		is_deeply([map { words(map { $_->{entry} } @{ $_->{steps} }) } @{ $walk->{results} }],
			  [map { words(map { Session::word($_) } @{ $paths->{$device}{$_} }) } @some],
			  "$device: the entries on the way to " . @some . ' of them, word for word');
	}
}

# ---- queues ----

sub check_intel_queue {
	my ($commands) = Session::documents('after', 'iommu commands -a -j');
	my @marks = ('free', 'in use', 'done', 'aborted');
	my (%theirs, %mark);

	for (split /\n/, $text{invalidation_queue}) {
		my ($index, $words, $status) = /^\s*(\d+)\t((?:\w{16}\t)+)(\w{16})$/ or next;

		$theirs{$index} = words(split ' ', $words);
		$mark{$index} = $marks[hex $status];
	}
	is(scalar keys %theirs, 256, 'the driver shows every descriptor of the queue');
	my ($tail) = $text{invalidation_queue} =~ /Tail: (\d+)/;
	is($commands->{tail}, $tail, 'where it adds the next');
	# A slot that was never used is no command.
	delete @theirs{ grep { $theirs{$_} !~ /[1-9a-f]/ } keys %theirs };
	is_deeply(by_key(sub { $_[0]{index} }, $commands->{commands}), \%theirs, 'every descriptor, word for word');
	is_deeply({ map { ($_->{index} => $_->{mark}) } @{ $commands->{commands} } },
		  { map { ($_ => $mark{$_}) } keys %theirs }, 'and as what the driver has each');
}

sub check_amd_queue {
	my ($commands) = Session::documents('after', 'iommu commands -a -j');
	my %theirs = map { /^\s*(\d+): (\w{8}) (\w{8}) (\w{8}) (\w{8})$/ ? ($1 => words("$3$2", "$5$4")) : () }
		split /\n/, $text{cmdbuf};

	is(scalar keys %theirs, 512, 'the driver shows every command of the ring');
	delete @theirs{ grep { $theirs{$_} !~ /[1-9a-f]/ } keys %theirs };
	is_deeply(by_key(sub { $_[0]{index} }, $commands->{commands}), \%theirs, 'every command, word for word');
}

# ---- registers ----

sub check_registers {
	my ($units) = Session::documents('after', 'iommu units -j');
	my ($unit) = @{ $units->{units} };
	my %register = $text{iommu_regset} =~ /^(\w+)\s+0x\w+\s+0x(\w+)$/mg;
	my $status = Session::number($register{GSTS});

	is(words($unit->{features}{raw}), words($register{CAP}), 'CAP');
	is(words($unit->{features}{raw2}), words($register{ECAP}), 'ECAP');
	# TES, QIES and IRES of the specification's section 11.4.4.2.
	is_deeply([map { $unit->{$_} ? 1 : 0 } qw(translation queued_invalidation interrupt_remapping)],
		  [map { $status >> $_ & 1 } 31, 26, 25], 'what the hardware says that it does');
	is($unit->{scalable} ? 1 : 0, Session::number($register{RTADDR}) >> 10 & 1, 'legacy or scalable, by RTADDR');
}

if (Session::vendor() eq 'VT-d') {
	check_intel_entries();
	check_intel_interrupts();
	check_page_tables();
	check_intel_queue();
	check_registers();
} else {
	check_amd_entries();
	check_amd_interrupts();
	check_amd_queue();
}
done_testing();
