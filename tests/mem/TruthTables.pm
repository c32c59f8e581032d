# SPDX-License-Identifier: GPL-2.0-or-later
#
# Page tables, walked a second time: AMD's own (v1), the processor's (v2), the table of PASIDs, and
# guest tables whose every address goes through the host's. A table is {format, root, levels} and, for
# a guest, {host}: the table that its addresses go through.
#
# walk() follows one address and gives the steps; scan() visits every leaf of a range. Where a walk ended at an
# empty entry, {empty_lg2} says how much that entry leaves out.
package TruthTables;
use strict;
use warnings;
no warnings 'portable';
use Exporter qw(import);
use JSON::PP ();
use TruthBits qw(bits hex_of);

our @EXPORT_OK = qw(walk scan merge_rows limit_of);

sub level_lg2 { return 12 + 9 * ($_[0] - 1) }

# ---- one entry ----

# AMD specification, host page tables: PR 0, NextLevel 11:9, address 51:12, IR 61, IW 62. NextLevel 0
# is a page of the level's own size, 7 one whose size the ones above bit 12 give.
sub v1_entry {
	my ($raw, $level, $enc) = @_;
	return {kind => 'empty'} if !bits($raw, 0, 0);
	my $next = bits($raw, 11, 9);
	my $address = (bits($raw, 51, 12) << 12) & ~$enc;
	my %entry = (read => bits($raw, 61, 61), write => bits($raw, 62, 62), user => 1);
	if ($next >= 1 && $next <= 6) {
		return {kind => 'bad'} if $next >= $level || bits($raw, 60, 52);
		return {%entry, kind => 'table', address => $address, next => $next};
	}
	return {kind => 'bad'} if bits($raw, 56, 52);
	my $lg2 = level_lg2($level);
	if ($next == 7) {
		my $ones = 0;
		$ones++ while bits($raw, 12 + $ones, 12 + $ones);
		$lg2 = 12 + $ones + 1;
		return {kind => 'bad'} if $lg2 <= level_lg2($level) || $lg2 >= level_lg2($level + 1);
		$address = $address >> $lg2 << $lg2;
	}
	return {%entry, kind => 'page', address => $address, lg2 => $lg2};
}

# The processor's tables: P 0, RW 1, US 2, PS 7, address 51:12.
sub v2_entry {
	my ($raw, $level, $enc) = @_;
	return {kind => 'empty'} if !bits($raw, 0, 0);
	my $address = (bits($raw, 51, 12) << 12) & ~$enc;
	my %entry = (read => 1, write => bits($raw, 1, 1), user => bits($raw, 2, 2));
	if ($level > 1 && !bits($raw, 7, 7)) {
		return {%entry, kind => 'table', address => $address, next => $level - 1};
	}
	return {kind => 'bad'} if $level > 3;
	my $lg2 = level_lg2($level);
	return {%entry, kind => 'page', address => $address >> $lg2 << $lg2, lg2 => $lg2};
}

# A GCR3 table: V 0, address 51:12; what it is indexed by is a PASID.
sub gcr3_entry {
	my ($raw, $level, $enc) = @_;
	return {kind => 'empty'} if !bits($raw, 0, 0);
	my %entry = (read => 1, write => 1, user => 1, address => (bits($raw, 51, 12) << 12) & ~$enc);
	return {%entry, kind => 'table', next => $level - 1} if $level > 1;
	return {%entry, kind => 'page', lg2 => 12};
}

my %decode = (amdv1 => \&v1_entry, amdv2 => \&v2_entry, x86_64 => \&v2_entry, gcr3 => \&gcr3_entry);

# The last address that a table can translate, counted from 0.
sub limit_of {
	my ($table) = @_;
	my $lg2 = level_lg2($table->{levels} + 1);
	return $lg2 >= 64 ? ~0 : (1 << $lg2) - 1;
}

# ---- one address ----

# An address of the table's own space, as memory has it: (pa, steps of the host, mapped by it).
sub through_host {
	my ($image, $table, $at) = @_;
	return ($at, [], {state => 'mapped', read => 1, write => 1, lg2 => 63}) if !$table->{host};
	my $host = walk($image, $table->{host}, $at);
	return ($host->{pa}, $host->{steps}, $host);
}

sub index_of {
	my ($iova, $level) = @_;
	return bits($iova, level_lg2($level) + 8 > 63 ? 63 : level_lg2($level) + 8, level_lg2($level));
}

sub step_of {
	my ($table, $level, $index, $at, $pa) = @_;
	my %step = (level => $level, index => $index, entry_pa => hex_of($pa));
	$step{stage} = $table->{stage} if $table->{stage};
	$step{entry_gpa} = hex_of($at) if $table->{host};
	return \%step;
}

# What an entry that could not be read is called, and what that makes of the walk.
sub unreadable_step {
	my ($image, $step) = @_;
	my $lost = $image->{problem} eq 'not in the dump';
	$step->{entry} = undef;
	$step->{kind} = $lost ? 'not-in-dump' : 'unreadable';
	$step->{problem} = $image->{problem};
	return $lost ? 'not-in-dump' : 'bad-table';
}

sub behind_host_step {
	my ($step, $host) = @_;
	@{$step}{qw(entry kind)} = (undef, 'unreadable');
	my $last = $host->{steps}[-1] // {};
	$step->{problem} = $step->{entry_pa_problem} = $last->{problem} // "the host's table does not let it be read";
	return 'bad-table';
}

sub finish_page {
	my ($image, $table, $walk, $entry, $iova) = @_;
	my $offset = $iova & ((1 << $entry->{lg2}) - 1);
	my $out = $entry->{address} + $offset;
	my ($pa, $steps, $host) = through_host($image, $table, $out);
	$walk->{gpa} = $out if $table->{host};
	push @{$walk->{steps}}, @$steps if !$table->{of_pasids};
	return @{$walk}{qw(state pa lg2)} = ('mapped', $out, 12) if $table->{of_pasids};
	$walk->{state} = $host->{state};
	return if $host->{state} ne 'mapped';
	$walk->{pa} = $pa;
	$walk->{lg2} = $entry->{lg2} < $host->{lg2} ? $entry->{lg2} : $host->{lg2};
	$walk->{$_} &&= $host->{$_} for qw(read write);
}

sub walk {
	my ($image, $table, $iova) = @_;
	my %walk = (steps => [], read => 1, write => 1, user => 1, state => 'not-mapped');
	my ($at, $level) = ($table->{root}, $table->{levels});
	return \%walk if $iova > limit_of($table) && !$table->{signed};
	while (1) {
		my $index = index_of($iova, $level);
		my $entry_at = $at + 8 * $index;
		my ($pa, $host_steps, $host) = through_host($image, $table, $entry_at);
		push @{$walk{steps}}, @$host_steps;
		my $step = step_of($table, $level, $index, $entry_at, $pa);
		push @{$walk{steps}}, $step;
		if ($host->{state} ne 'mapped' || !$host->{read}) {
			$walk{state} = behind_host_step($step, $host);
			return \%walk;
		}
		my $raw = $image->pa_number($pa);
		if (!defined $raw) {
			$walk{state} = unreadable_step($image, $step);
			return \%walk;
		}
		my $entry = $decode{$table->{format}}->($raw, $level, $table->{enc} // 0);
		@{$step}{qw(entry kind)} = (hex_of($raw), $entry->{kind});
		$walk{state} = 'bad-table' if $entry->{kind} eq 'bad';
		$walk{empty_lg2} = level_lg2($level) if $entry->{kind} eq 'empty';
		return \%walk if $entry->{kind} =~ /empty|bad/;
		$walk{$_} &&= $entry->{$_} for qw(read write user);
		if ($entry->{kind} eq 'page') {
			finish_page($image, $table, \%walk, $entry, $iova);
			return \%walk;
		}
		# The index bits of levels that the entry skips must be zero.
		for my $skipped ($entry->{next} + 1 .. $level - 1) {
			return \%walk if index_of($iova, $skipped);
		}
		($at, $level) = ($entry->{address}, $entry->{next});
	}
}

# ---- every address ----

# Sign extension: tables of processes have their upper half at the top of the address space.
sub address_of {
	my ($table, $iova) = @_;
	my $lg2 = level_lg2($table->{levels} + 1);
	return $iova if !$table->{signed} || !bits($iova, $lg2 - 1, $lg2 - 1);
	return $iova | (~0 << $lg2);
}

sub add_leaf {
	my ($scan, $iova, $out, $bytes, $lg2, $entry) = @_;
	push @{$scan->{leaves}}, {iova => $iova, out => $out, bytes => $bytes, lg2 => $lg2,
				  map { $_ => $entry->{$_} ? 1 : 0 } qw(read write user)};
}

sub scan_table {
	my ($scan, $at, $level, $base, $perms, @path) = @_;
	my ($image, $table) = @{$scan}{qw(image table)};
	my ($pa, undef, $host) = through_host($image, $table, $at);
	if ($host->{state} ne 'mapped' || !$host->{read}) {
		$scan->{unreadable}++;
		return;
	}
	if ($scan->{max_tables} && $scan->{tables} >= $scan->{max_tables}) {
		$scan->{damaged}++ if !$scan->{ended}++;
		return;
	}
	my @words = $image->pa_words($pa, 512);
	if (!@words) {
		$scan->{$image->{problem} eq 'not in the dump' ? 'not_in_dump' : 'unreadable'}++;
		return;
	}
	$scan->{tables}++;
	my $lg2 = level_lg2($level);
	my $skip_to = 0;
	for my $index (0 .. 511) {
		return if $scan->{ended};
		my $iova = $base + ($index << $lg2);
		my $end = $iova + (1 << $lg2) - 1;
		next if !$words[$index] || $end < $scan->{first} || $iova > $scan->{last};
		my $entry = $decode{$table->{format}}->($words[$index], $level, $table->{enc} // 0);
		if ($entry->{kind} eq 'bad') {
			$scan->{damaged}++;
			next;
		}
		next if $entry->{kind} eq 'empty';
		$entry->{$_} &&= $perms->{$_} for qw(read write user);
		if ($entry->{kind} eq 'table') {
			if (grep { $_ == $entry->{address} } @path, $at) {
				$scan->{damaged}++;
				next;
			}
			scan_table($scan, $entry->{address}, $entry->{next}, $iova, $entry, @path, $at);
			next;
		}
		next if $iova < $skip_to;
		# A page of several entries: from this one to the end of the page, if they all say so.
		my $start = $iova >> $entry->{lg2} << $entry->{lg2};
		my $bytes = 1 << $lg2;
		my $nr = $entry->{lg2} > $lg2 ? 1 << ($entry->{lg2} - $lg2) : 1;
		my $run = 1;
		$run++ while $run < $nr && $index + $run < 512 && $words[$index + $run] == $words[$index]
			&& ($iova - $start >> $lg2) + $run < $nr;
		$skip_to = $iova + ($run << $lg2);
		add_leaf($scan, $iova, $entry->{address} + ($iova - $start), $run << $lg2, $entry->{lg2},
			 $entry);
	}
}

# One guest leaf, in the pieces that the host's table has of it.
sub through_host_pieces {
	my ($image, $table, $leaf) = @_;
	return ({%$leaf, pa => $leaf->{out}}) if !$table->{host} || $table->{of_pasids};
	my @pieces;
	my $done = 0;
	while ($done < $leaf->{bytes}) {
		my $host = walk($image, $table->{host}, $leaf->{out} + $done);
		my $lg2 = $host->{state} eq 'mapped' ? $host->{lg2} : $host->{empty_lg2} // 12;
		my $bytes = (1 << $lg2) - (($leaf->{out} + $done) & ((1 << $lg2) - 1));
		$bytes = $leaf->{bytes} - $done if $bytes > $leaf->{bytes} - $done;
		push @pieces, {%$leaf, iova => $leaf->{iova} + $done, gpa => $leaf->{out} + $done,
			       pa => $host->{pa}, bytes => $bytes,
			       lg2 => $lg2 < $leaf->{lg2} ? $lg2 : $leaf->{lg2},
			       read => $leaf->{read} && $host->{read},
			       write => $leaf->{write} && $host->{write}}
			if $host->{state} eq 'mapped';
		$done += $bytes;
	}
	return @pieces;
}

# Leaves of [first, last], cut to it by whole entries, and what was met on the way.
sub scan {
	my ($image, $table, $first, $last, $max_tables) = @_;
	my %scan = (image => $image, table => $table, first => $first // 0,
		    last => $last // ~0, leaves => [], tables => 0, damaged => 0, not_in_dump => 0,
		    unreadable => 0, max_tables => $max_tables);
	scan_table(\%scan, $table->{root}, $table->{levels}, 0, {read => 1, write => 1, user => 1});
	$scan{leaves} = [map { $_->{iova} = address_of($table, $_->{iova}); $_ }
			 map { through_host_pieces($image, $table, $_) } @{$scan{leaves}}];
	return \%scan;
}

# Neighbours that are alike and follow each other on both sides are one row.
sub merge_rows {
	my (@leaves) = @_;
	my @rows;
	for my $leaf (@leaves) {
		my $row = $rows[-1];
		if ($row && $row->{lg2} == $leaf->{lg2} && $row->{iova} + $row->{bytes} == $leaf->{iova}
		    && $row->{pa} + $row->{bytes} == $leaf->{pa}
		    && (!defined $leaf->{gpa} || $row->{gpa} + $row->{bytes} == $leaf->{gpa})
		    && !grep { !$row->{$_} != !$leaf->{$_} } qw(read write user)) {
			$row->{bytes} += $leaf->{bytes};
		} else {
			push @rows, {%$leaf};
		}
	}
	return @rows;
}

1;
