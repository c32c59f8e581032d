#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The firmware's DMAR tables of real machines, which are not part of this repository: DMAR_TABLES names a
# folder with *.bin. Each is decoded by the plugin's reader (in the unit test's program, which describes the
# table that it is given), by a reader in this file that shares nothing with it, and by `iasl -d` where that is
# installed; all have to agree, and no table may be called damaged. What iasl does not list has to be of a type that
# it says it does not know. The verb is asked for each table too, on a host as text that has it.
#
#   DMAR_TABLES=DIR prove tests/mem/real-dmar.t
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Temp qw(tempdir);
use JSON::PP ();
use Test::More;

my $dir = dirname(__FILE__);
my $reader = $ENV{DMAR_READER} || "$dir/../../build/san/tests/unit/test_intel_dmar";
my $tables = $ENV{DMAR_TABLES};
plan skip_all => 'DMAR_TABLES names no folder with tables of real machines' if !$tables;
plan skip_all => "$reader is not built" if !-x $reader;

my $has_iasl = system('command -v iasl >/dev/null 2>&1') == 0;
my $work = tempdir(CLEANUP => 1);

sub slurp {
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!\n";
	return do { local $/; <$file> };
}

sub line { return join ' ', @_ }

# ---- the reader here: unpack() by the layout of each structure ----

# Field name, template, and the value's bits where it has fewer than the template.
my %layout = (
	0 => [qw(type v length v flags C size C segment v register_base Q<)],
	1 => [qw(type v length v - v segment v base Q< limit Q<)],
	2 => [qw(type v length v flags C - C segment v)],
	3 => [qw(type v length v - V register_base Q< proximity_domain V)],
	4 => [qw(type v length v - v - C acpi_device_number C)],
	5 => [qw(type v length v flags C - C segment v)],
	6 => [qw(type v length v - v segment v)],
);
my %flag = (0 => 'include_pci_all', 2 => 'all_ports', 5 => 'atc_required');
my %has_scopes = map { $_ => 1 } 0, 1, 2, 5, 6;

# Values in order, and how many bytes they take.
sub take {
	my ($bytes, @layout) = @_;
	my @templates = @layout[grep { $_ % 2 } 0 .. $#layout];
	my @names = @layout[grep { !($_ % 2) } 0 .. $#layout];
	my @values = unpack join(' ', @templates), $bytes;
	my %value = map { $names[$_] => $values[$_] } grep { $names[$_] ne '-' } 0 .. $#names;
	return (length pack(join(' ', @templates), @values), %value);
}

sub block_line {
	my ($offset, $type, %value) = @_;
	my $flags = delete $value{flags};
	my @fields = map { sprintf '%s=%x', $_, $_ eq 'size' ? $value{$_} & 15 : $value{$_} } keys %value;
	push @fields, sprintf '%s=%x', $flag{$type}, $flags & 1 if defined $flags;
	return line('block', sprintf('offset=%x', $offset), sort @fields);
}

sub scope_line {
	my ($offset, $bytes) = @_;
	my ($type, $length, $flags, undef, $id, $bus, @path) = unpack 'C*', $bytes;
	my @steps = map { sprintf '%02x.%x', @path[2 * $_, 2 * $_ + 1] } 0 .. @path / 2 - 1;
	return line('scope', sprintf('offset=%x type=%x length=%x id=%x bus=%x flags=%x', $offset, $type, $length,
		$id, $bus, $flags), 'path=' . join ',', @steps);
}

sub read_table {
	my ($bytes) = @_;
	my ($at, @lines) = (48);
	my ($length, $revision, $width, $flags) = unpack 'x4 V C x27 C C', $bytes;
	push @lines, sprintf 'table length=%x revision=%x width=%x flags=%x', $length, $revision, $width, $flags;
	while ($at < length $bytes) {
		my ($type, $block_length) = unpack 'v v', substr $bytes, $at;
		my ($fixed, %value) = take(substr($bytes, $at), @{$layout{$type}});
		push @lines, block_line($at, $type, %value);
		$lines[-1] .= ' name=' . unpack 'Z*', substr $bytes, $at + 8 if $type == 4;
		for (my $scope = $at + $fixed; $has_scopes{$type} && $scope < $at + $block_length;) {
			my $scope_length = ord substr $bytes, $scope + 1, 1;
			push @lines, scope_line($scope, substr $bytes, $scope, $scope_length);
			$scope += $scope_length;
		}
		$at += $block_length;
	}
	return @lines;
}

# ---- the plugin's, in the same words ----

sub plugin_block {
	my ($offset, $words) = @_;
	my ($name) = $words =~ / name=(\S*)/;
	my %value = map { /(\w+)=(\w+)/ } grep { !/^(?:name|reserved|fault)=/ } split ' ', $words;
	my $line = line('block', "offset=$offset", map { "$_=$value{$_}" } sort keys %value);
	return hex $value{type} == 4 ? "$line name=$name" : $line;
}

my @flags = qw(nested_notallowed pwsnp_notallowed pgsnp_notallowed atc_hardened atc_required);

sub plugin_scope {
	my ($offset, $words) = @_;
	my %value = map { /(\w+)=(\S*)/ } split ' ', $words;
	my $flags = 0;
	$flags |= $value{$flags[$_]} << $_ for 0 .. $#flags;
	return sprintf 'scope offset=%s type=%s length=%s id=%s bus=%s flags=%x path=%s', $offset,
		@value{qw(type length enumeration_id start_bus)}, $flags, $value{path};
}

sub plugin_table {
	my ($words) = @_;
	my %value = map { /(\w+)=(\S*)/ } split ' ', $words;
	my $flags = 0;
	my @bits = qw(intr_remap x2apic_opt_out dma_ctrl_platform_opt_in dma_remap_opt_out);
	$flags |= $value{$bits[$_]} << $_ for 0 .. $#bits;
	return sprintf 'table length=%s revision=%s width=%s flags=%x', @value{qw(length revision
		host_address_width)}, $flags;
}

sub plugin_lines {
	my ($path) = @_;
	my (@lines, @damage);
	for (split /\n/, `'$reader' '$path'`) {
		push @damage, $_ if !/ fault=0$/;
		push @lines, /^table (.*)/ ? plugin_table($1) : /^block offset=(\w+) (.*)/ ? plugin_block($1, $2) :
			/^scope offset=(\w+) (.*)/ ? plugin_scope($1, $2) : $_;
	}
	return (\@lines, \@damage);
}

# ---- iasl's ----

# Each value with its offset: "[038h 0056   8]  Register Base Address : 00000000FED90000".
my %iasl_key = (
	'Subtable Type' => 'type', 'Length' => 'length', 'PCI Segment Number' => 'segment',
	'Register Base Address' => 'register_base', 'Base Address' => 'base', 'End Address (limit)' => 'limit',
	'Proximity Domain' => 'proximity_domain', 'Device Number' => 'acpi_device_number',
);
my %iasl_scope_key = ('Device Scope Type' => 'type', 'Entry Length' => 'length', 'Enumeration ID' => 'id',
	'PCI Bus Number' => 'bus');

sub iasl_pieces {
	my ($bytes) = @_;
	my ($current, @pieces);
	open my $file, '>:raw', "$work/table.dat" or die $!;
	print $file $bytes;
	close $file;
	system("cd '$work' && iasl -d table.dat >/dev/null 2>&1");
	for (split /\n/, slurp("$work/table.dsl")) {
		my ($offset, $key, $value) = /^\[([0-9A-F]+)h [^\]]*\]\s+(.*?) : (\S+)/ or next;
		push @pieces, $current = {kind => 'block', offset => hex $offset} if $key eq 'Subtable Type';
		push @pieces, $current = {kind => 'scope', offset => hex $offset} if $key eq 'Device Scope Type';
		next if !$current;
		push @{$current->{path}}, map { hex } split /,/, $value if $key eq 'PCI Path';
		my $word = $current->{kind} eq 'block' ? $iasl_key{$key} : $iasl_scope_key{$key};
		# What the other structures call the register base.
		$word = 'register_base' if ($word // '') eq 'base' && $current->{type} == 3;
		no warnings 'portable';
		$current->{$word} = hex $value if $word;
	}
	return @pieces;
}

# What iasl says and the plugin does not. Structures that an old iasl does not know end its listing.
sub iasl_differs {
	my ($bytes, @lines) = @_;
	my (%by_offset, @wrong);
	/^\w+ offset=(\w+)/ and $by_offset{hex $1} = $_ for @lines;
	for my $piece (iasl_pieces($bytes)) {
		my $line = $by_offset{$piece->{offset}} // '';
		push @wrong, sprintf '%s at %x', $piece->{kind}, $piece->{offset} if $line !~ /^$piece->{kind} /;
		for my $key (grep { !/^(?:kind|offset|path)$/ } keys %$piece) {
			my $expected = sprintf '%s=%x', $key, $piece->{$key};
			push @wrong, "$expected at " . sprintf '%x', $piece->{offset} if $line !~ /\b\Q$expected\E\b/;
		}
		next if !$piece->{path};
		my @path = @{$piece->{path}};
		my $path = join ',', map { sprintf '%02x.%x', @path[2 * $_, 2 * $_ + 1] } 0 .. @path / 2 - 1;
		push @wrong, "path $path at " . sprintf '%x', $piece->{offset} if $line !~ /path=\Q$path\E$/;
	}
	return @wrong;
}

# SATC and SIDP came after the iasl of some distributions: it says so and lists what it knows of them, the block at most.
my %young = map { $_ => 1 } 5, 6;

# What the plugin says and iasl does not: nothing, but within blocks of those types.
sub iasl_lacks {
	my ($bytes, @lines) = @_;
	my %listed = map { $_->{offset} => 1 } iasl_pieces($bytes);
	my ($type, @lacking) = (0);

	for my $line (@lines) {
		$type = hex $1 if $line =~ /^block .* type=(\w+)/;
		push @lacking, $line if $line =~ /^\w+ offset=(\w+)/ && !$listed{hex $1} && !$young{$type};
	}
	return @lacking;
}

# ---- the verb ----

my $iommu_mem = $ENV{IOMMU_MEM} || "$dir/../../build/san/iommu-mem";

# The host of acpi-dmar.mem, whose firmware gave this table.
sub document_of {
	my ($bytes) = @_;
	my $words = join ' ', map { sprintf '%x', $_ } unpack 'Q<*', $bytes . "\0" x (-length($bytes) & 7);

	open my $mem, '>', "$work/table.mem" or die $!;
	print $mem slurp("$dir/acpi-dmar.mem");
	printf $mem "\@kva ffff888009200000 9000000 0 w:%x w:52414d44\n\@pa 9000000 %s\n", length $bytes, $words;
	close $mem;
	my (undef, $document) = split /^iommu> .*\n/m,
		`echo 'iommu acpi -j' | $iommu_mem '$work/table.mem' '$dir/vtd-6.1.sym'`;
	return JSON::PP->new->decode($document);
}

sub verb_lines {
	my ($document) = @_;
	my @lines;

	for my $block (@{$document->{dmar}{blocks}}) {
		push @lines, "block $block->{offset} $block->{type}";
		push @lines, map { "scope $_->{offset} $_->{type} " . $_->{path} =~ tr{/}{,}r } @{$block->{scope}};
	}
	return @lines;
}

# The same of the lines of the reader here.
sub short_lines {
	my @short;

	for (@_) {
		my ($kind, $offset) = /^(block|scope) offset=(\w+)/ or next;
		my ($type) = /\btype=(\w+)/;
		my ($path) = /path=(\S+)/;
		push @short, join ' ', $kind, hex $offset, hex $type, $path // ();
	}
	return @short;
}

# ---- the run ----

my ($nr_blocks, $nr_scopes, $nr_iasl) = (0, 0, 0);
my @files = sort glob "$tables/*.bin";
cmp_ok(scalar @files, '>', 0, 'there are tables');
for my $path (@files) {
	my $name = basename($path);
	my $bytes = slurp($path);
	my ($lines, $damage) = plugin_lines($path);
	is_deeply($lines, [read_table($bytes)], "$name: every field of both readers");
	is(join("\n", @$damage), '', "$name: nothing is called damaged");
	is(join(', ', iasl_differs($bytes, @$lines)), '', "$name: iasl agrees") if $has_iasl;
	is(join("\n", iasl_lacks($bytes, @$lines)), '', "$name: iasl lists everything that it knows") if $has_iasl;
	if (-x $iommu_mem) {
		my $document = document_of($bytes);
		is_deeply([verb_lines($document)], [short_lines(read_table($bytes))], "$name: every block and scope in acpi");
		is_deeply([grep { $_->{code} =~ /^dmar-/ } @{$document->{notes}}], [], "$name: acpi has no complaint of it");
	}
	$nr_blocks += grep { /^block/ } @$lines;
	$nr_scopes += grep { /^scope/ } @$lines;
	$nr_iasl += iasl_pieces($bytes) if $has_iasl;
}
diag(@files . " tables, $nr_blocks blocks, $nr_scopes scopes; iasl: $nr_iasl of them");
done_testing();
