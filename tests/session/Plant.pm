# SPDX-License-Identifier: GPL-2.0-or-later
#
# A copy of an ELF dump of the lab in which words can be changed while crash has it open: crash reads the file anew for
# each question, and a plugin that was unloaded and loaded again has kept nothing. Where a word stands is found by crash
# (structs, vtop) and by the headers of the file; the words themselves are read from the file.
package Plant;

use strict;
use warnings;
no warnings 'portable'; # addresses are 64 bits
use Session;

my ($file, $session, $copy, @loads, %pages, %offsets, %symbols);

# False: this is no dump whose words stand in the file one by one, or crash has too few commands here.
sub start {
	my $dump = Session::dump_file('after');

	return 0 if $dump !~ /\.elf$/ || Session::minimal();
	$copy = "$Session::scratch/planted";
	system('cp', '--sparse=always', '--', $dump, $copy) == 0 or die "cp: $?";
	open($file, '+<:raw', $copy) or die "$copy: $!";
	my $header = bytes_at(0, 64);
	my ($phoff, $phnum) = (unpack('Q<', substr $header, 32), unpack 'S<', substr $header, 56);
	for my $i (0 .. $phnum - 1) { # type, flags, offset, vaddr, paddr, filesz
		my ($type, undef, $offset, undef, $pa, $size) = unpack 'L<2Q<4', bytes_at($phoff + 56 * $i, 48);
		push @loads, [$pa, $size, $offset] if $type == 1;
	}
	open_session();
	return 1;
}

# Also a new one, where crash has ended.
sub open_session {
	$session = Session::try_start($copy) or die "crash does not open the copy: $Session::noise";
}

sub pid { return $session->{pid} }
sub is_alive { return $session->{alive} }

sub finish {
	Session::finish($session);
}

sub run { return Session::run_in($session, @_) }
sub documents { return Session::documents_in($session, @_) }

# ---- where things are ----

sub bytes_at {
	my ($offset, $nr) = @_;

	sysseek($file, $offset, 0) // die "seek: $!";
	sysread($file, my $bytes, $nr) == $nr or die "the dump ends before $offset + $nr";
	return $bytes;
}

# Kernel addresses are those above the hole of the canonical ones.
sub pa_of {
	my ($at) = @_;
	my $page = $at & ~0xfff;

	return $at if $at < 0xffff800000000000;
	unless (exists $pages{$page}) {
		my ($text) = run(sprintf 'vtop %x', $page);
		$pages{$page} = $text =~ /^[0-9a-f]{16}\s+([0-9a-f]+)/m ? Session::number($1) : undef;
	}
	die sprintf "%x is not mapped\n", $at unless defined $pages{$page};
	return $pages{$page} + ($at & 0xfff);
}

# The same for thousands of pages: through the kernel's own page table, which has four levels on the machines of the
# repository (vtop takes milliseconds for each). Those that are not mapped are none for pa_of() either.
sub know_pages {
	my $root = pa_of(symbol('init_top_pgt'));

	for my $page (map { $_ & ~0xfff } grep { $_ >= 0xffff800000000000 } @_) {
		$pages{$page} = through_tables($root, $page) unless exists $pages{$page};
	}
}

sub through_tables {
	my ($table, $at) = @_;

	for my $shift (39, 30, 21, 12) {
		my $entry = get($table + 8 * ($at >> $shift & 511));
		my $is_page = $shift == 12 || $entry & 1 << 7;
		my $pa = $entry & 0xffffffffff000;

		return undef unless $entry & 1;
		return ($pa & ~((1 << $shift) - 1)) + ($at & (1 << $shift) - 1) if $is_page;
		$table = $pa;
	}
}

# In the file; undef: the dump does not have that memory.
sub offset_of_pa {
	my ($pa) = @_;

	for (@loads) {
		my ($first, $size, $offset) = @$_;
		return $offset + $pa - $first if $pa >= $first && $pa < $first + $size;
	}
	return undef;
}

# Behind the last byte of memory that the dump has.
sub end_of_memory {
	my ($end) = sort { $b <=> $a } map { $_->[0] + $_->[1] } @loads;
	return $end;
}

# The number at an address: of so many bytes, 8 unless told.
sub get {
	my ($at, $bytes) = @_;
	my $offset = offset_of_pa(pa_of($at)) // die sprintf "%x is not in the dump\n", $at;

	return unpack {1 => 'C', 2 => 'S<', 4 => 'L<', 8 => 'Q<'}->{$bytes // 8}, bytes_at($offset, $bytes // 8);
}

# What is to be written: [address, bytes].
sub word {
	my ($at, $value, $bytes) = @_;

	return [$at, pack {1 => 'C', 2 => 'S<', 4 => 'L<', 8 => 'Q<'}->{$bytes // 8}, $value];
}

# Where a member stands in its struct; undef: this kernel has none.
sub member {
	my ($name) = @_; # "struct.member"

	unless (exists $offsets{$name}) {
		my ($text) = run("struct $name -o");
		$offsets{$name} = $text =~ /^\s+\[(\d+)\]/m ? $1 : undef;
	}
	return $offsets{$name};
}

# The same, where there must be one: the plant that asks ends with the reason.
sub need {
	my ($name) = @_;

	return member($name) // die "this kernel has no $name\n";
}

sub symbol {
	my ($name) = @_;

	unless (exists $symbols{$name}) {
		my ($text) = run("sym $name");
		$symbols{$name} = $text =~ /^([0-9a-f]{16}) /m ? Session::number($1) : undef;
	}
	return $symbols{$name};
}

# ---- one plant ----

sub write_bytes {
	my ($offset, $bytes) = @_;

	sysseek($file, $offset, 0) // die "seek: $!";
	syswrite($file, $bytes) == length $bytes or die "write: $!";
}

my @before;

# These words stand in the dump until put_back().
sub put {
	for (@_) {
		my ($at, $bytes) = @$_;
		my $offset = offset_of_pa(pa_of($at)) // die sprintf "%x is not in the dump\n", $at;
		push @before, [$offset, bytes_at($offset, length $bytes)];
		write_bytes($offset, $bytes);
	}
}

sub put_back {
	write_bytes(@$_) while $_ = pop @before;
}

# A plugin that has kept nothing of an earlier command.
sub fresh_plugin {
	return ("extend -u $ENV{IOMMU_SO}", "extend $ENV{IOMMU_SO}");
}

# What `check` says while these words stand in the dump.
sub check_with {
	put(@_);
	my (undef, undef, $text) = run(fresh_plugin(), 'iommu check -j');
	put_back();
	return $text;
}

1;
