# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `iommu fault -j` has to answer on a machine of AMD-Vi: the log's ring and the event log are read here a
# second time, lines are taken apart by other means than the plugin's, and where an address leads now is
# worked out by TruthAnswers. The verdict is a sentence; how sure it is, is worked out where one fact decides it.
package TruthFault;
use strict;
use warnings;
no warnings 'portable';
use JSON::PP ();
use TruthAnswers qw(WORDS);
use TruthBits qw(hex_of bits field event_record);
use TruthKernel ();

use constant EXPLAINED => 8;

my %code_of = (ILLEGAL_DEV_TABLE_ENTRY => 1, IO_PAGE_FAULT => 2, DEV_TAB_HARDWARE_ERROR => 3,
	PAGE_TAB_HARDWARE_ERROR => 4, ILLEGAL_COMMAND_ERROR => 5, COMMAND_HARDWARE_ERROR => 6,
	IOTLB_INV_TIMEOUT => 7, INVALID_DEVICE_REQUEST => 8);

sub flag { return $_[0] ? JSON::PP::true : JSON::PP::false }

# ---- the log ----

# [seq, ns, text] of every record that is whole, oldest first, and how many were there and are not.
sub records {
	my ($self) = @_;
	my ($kernel, $image) = @{$self}{qw(kernel image)};
	return ([], 0) if !defined $kernel->symbol('prb');
	my $prb = $kernel->variable('prb', 8);
	my $of = sub { $kernel->get('printk_ringbuffer', $_[0], $prb) };
	my ($bits, $size) = (1 << $of->('desc_ring.count_bits'), 1 << $of->('text_data_ring.size_bits'));
	my $ids = (1 << 62) - 1;
	my (@records, $lost);
	for my $id (($of->('desc_ring.tail_id') & $ids) .. ($of->('desc_ring.head_id') & $ids)) {
		my $desc = $of->('desc_ring.descs') + 24 * ($id % $bits);
		my $info = $of->('desc_ring.infos') + 88 * ($id % $bits);
		my $state = $kernel->get('prb_desc', 'state_var', $desc);
		next if ($state & $ids) != $id || ($state >> 62) !~ /^[12]$/;
		my ($seq, $ns, $len) = map { $kernel->get('printk_info', $_, $info) } qw(seq ts_nsec text_len);
		my ($begin, $next) = map { $kernel->get('prb_desc', "text_blk_lpos.$_", $desc) } qw(begin next);
		my $text = '';
		if (!($begin & 1)) {
			my $start = int($begin / $size) == int($next / $size) ? $begin % $size : 0;
			my $block = $of->('text_data_ring.data') + $start;
			if ($image->kva_number($block) != $id) {
				$lost++;
				next;
			}
			$text = $image->read_bytes(0, $block + 8, $len);
		}
		push @records, [$seq, $ns, $text];
	}
	return (\@records, $lost // 0);
}

# ---- faults ----

sub seconds { return defined $_[0] ? sprintf '%d.%06d', $_[0] / 1e9, $_[0] % 1e9 / 1000 : undef }

# An event's words as a fault.
sub fault_of_words {
	my (@words) = @_;
	my ($record, $name) = event_record(@words);
	my $f = sub { my $value = eval { field($record, $_[0], @words) }; return $value };
	my ($device, $i, $rw) = map { $f->($_) } qw(device_id i rw);
	my $code = bits($words[0], 63, 60);
	my $physical = $code =~ /^(?:3|4|5|6|7)$/;
	my $execute = $f->('gn') && $f->('nx');
	my $has_ht = ($f->('address') // 0) =~ /./ && sprintf('%016x', $f->('address') // 0) =~ /^(?:ffffff|000000)fdf8(..)....$/;
	my $low = $has_ht ? hex $1 : undef;
	my $is_irq = $i || ($code == 8 && !$f->('tr') && defined $low);
	return {event => $name, code => bits($words[0], 59, 48), id => $device,
		domain_id => $f->('domain_id'), pasid => $f->('gn') ? $f->('pasid') : undef,
		access => !defined $rw ? undef : $execute ? 'execute' : $rw ? 'write' : 'read',
		address => $f->('address'), physical => $physical, words => [@words],
		kind => $is_irq ? 'interrupt' : !defined $device || $code == 7 ? 'unit' : 'request', low => $is_irq ? $low : undef};
}

# A line as its words, by keyword; undef: it is none.
sub fault_of_line {
	my ($line) = @_;
	my ($before, $name, $rest) = $line =~ /^(.*)Event logged \[(\w+) (.*)/ or return undef;
	my $code = $code_of{$name} // return undef;
	my %v = map { /^(\w+)=0x([0-9a-f]+)$/ ? ($1 => hex $2) : () } split /[ \],]+/, $rest;
	my ($device) = $rest =~ /device=(\S+)/;
	my ($owner) = $before =~ /((?:[0-9a-f]{4}:)[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]): AMD-Vi/;
	my $id = TruthAnswers::sbdf_of($device // $owner // '');
	my $number = ($v{domain} // 0) | ($v{pasid} // 0);
	my $low = $code << 60 | ($v{flags} // 0) << 48 | ($number & 0xffff) << 32 | ($number >> 16 & 15) << 16
		| (($id // 0) & 0xffff);
	my $fault = fault_of_words($low, $v{address} // 0);
	# The owner of a line about no device is the IOMMU.
	$fault = fault_of_words($low & ~0xffff, $v{address} // 0) if !defined $fault->{id};
	$fault->{id} = defined $fault->{id} ? $id : undef;
	$fault->{unit} = $device ? TruthAnswers::sbdf_of($owner // '') : undef;
	$fault->{unit} //= TruthAnswers::sbdf_of($owner // '') if !defined $fault->{id};
	if (!exists $v{flags}) {
		$fault->{code} = $fault->{access} = undef;
	}
	return {%$fault, raw => $line};
}

sub key_of {
	my ($f) = @_;
	return join '/', map { $_ // '-' } @{$f}{qw(source event id domain_id pasid access code low)}, ($f->{address} // 0) >> 12;
}

# Those that say the same, once: the newest of them, with how many.
sub counted {
	my (@faults) = @_;
	my (%known, @kept);
	for my $f (@faults) {
		my $before = $known{key_of($f)};
		$f = {%$f, count => ($before ? $before->{count} : 0) + 1, first => $before ? $before->{first} : $f->{ns},
		      then => {%{$before ? $before->{then} : {}}, %{$f->{then}}}};
		@kept = grep { $_ != $before } @kept if $before;
		push @kept, $known{key_of($f)} = $f;
	}
	return reverse @kept;
}

sub of_log {
	my ($records) = @_;
	my (@faults, $suppressed);
	for (@$records) {
		my (undef, $ns, $line) = @$_;
		if ($line =~ /^amd_iommu_report_\w+: (\d+) callbacks suppressed/) {
			$suppressed += $1;
		} elsif ($line =~ /AMD-Vi: DTE\[(\d)\]: ([0-9a-f]+)$/ && @faults) {
			$faults[-1]{then}{$1} = hex $2;
		} elsif ($line =~ /AMD-Vi: CMD\[(\d)\]: ([0-9a-f]+)$/ && @faults) {
			$faults[-1]{half}{$1} = hex $2;
		} elsif (my $fault = fault_of_line($line)) {
			push @faults, {%$fault, source => 'log', ns => $ns, then => {}};
		}
	}
	return ($suppressed // 0, @faults);
}

sub of_queue {
	my ($self) = @_;
	return () if !$self->{kernel}->has('amd_iommu', 'evt_buf');
	my ($unit, $at) = $self->ring('evt_buf');
	return map {
		my @words = $self->{image}->kva_words($at + 16 * $_, 2);
		my $f = fault_of_words(@words);
		+{%$f, source => 'queue', then => {}, unit => $unit->{sbdf},
		  raw => sprintf('%016x %016x', @words)}
	} $self->ring_entries($at, 2, 512);
}

# ---- documents ----

sub where {
	my ($f) = @_;
	my $address = hex_of($f->{address});
	return (iova => $f->{physical} ? undef : $address, $f->{physical} ? (address_pa => $address) : ());
}

sub TruthAnswers::reported {
	my ($self, $f) = @_;
	my $device = defined $f->{id} ? $self->device_of(TruthAnswers::devname($f->{id})) : undef;
	my $group = $device && $device->{dev} ? $self->{kernel}->group_of($device) : undef;
	return (source => $f->{source}, time => seconds($f->{ns}), first_time => seconds($f->{first}), count => $f->{count},
		vendor => $f->{words} ? 'AMD-Vi' : undef, event => $f->{event}, unit => defined $f->{unit} ? TruthAnswers::devname($f->{unit}) : undef,
		device => $device ? $device->{name} : undef, driver => $device ? $device->{driver} : undef,
		$device ? $self->special_of($f->{id}) : (),
		group => $group ? $group->{id} : undef, domain_id => $f->{domain_id}, pasid => $f->{pasid}, where($f),
		access => $f->{access}, reason => WORDS, code => $f->{code}, raw => $f->{raw},
		$f->{words} ? (words => [map { hex_of($_) } @{$f->{words}}]) : ());
}

# All of a device's TLB: opcode 4, S with an address of ones but for the highest bit. Of others the text is the
# plugin's.
sub command_text {
	my (@words) = @_;
	return WORDS if $words[0] >> 60 != 4 || $words[1] >> 12 != 0x7ffffffffffff || !($words[1] & 1);
	return sprintf 'INVALIDATE_IOTLB_PAGES: all pages of device %02x:%02x.%x', $words[0] >> 8 & 0xff, $words[0] >> 3 & 31,
		$words[0] & 7;
}

# Four halves of words.
sub command_then {
	my ($half) = @_;
	return () if !%$half;
	return {where => undef, words => undef, text => WORDS} if keys %$half != 4;
	my @words = map { $half->{2 * $_ + 1} << 32 | $half->{2 * $_} } 0, 1;
	return {where => undef, words => [map { hex_of($_) } @words], text => command_text(@words)};
}

# The device's entry and the command behind a fault, as the log has them. entry: as it is now, or undef.
sub then_and_now {
	my ($f, $entry) = @_;
	my ($then, $half) = ($f->{then} // {}, $f->{half} // {});
	return () if !%$then && !%$half;
	my $last = (sort { $b <=> $a } keys %$then)[0] // -1;
	my @words = map { defined $then->{$_} ? hex_of($then->{$_}) : undef } 0 .. $last;
	my $changed = $entry ? flag(scalar grep { $then->{$_} != $entry->{words}[$_] } keys %$then) : undef;
	return (then => {entries => [@words ? {entry => undef, words => \@words, changed => $changed} : ()],
			 levels => [], ends => flag(0), commands => [command_then($half)]},
		@words ? (entry_then => \@words, entry_changed => $changed) : ());
}

# The process that holds the device for user space, and its area.
sub held {
	my ($self, $device, $address) = @_;
	my $group = $device->{dev} ? $self->{kernel}->group_of($device) : undef;
	my $holder = $group && $self->{kernel}->has('vfio_group', 'iommu_group') && $self->{kernel}->vfio_holder($group);
	return () if !$holder;
	my ($area) = grep { $_->{iova} <= $address && $address <= $_->{end} } @{$holder->{areas}};
	return (held => {comm => $holder->{areas}[0] ? WORDS : undef, state => $area ? 'area' : 'free',
			 range => $area ? {iova => hex_of($area->{iova}), end => hex_of($area->{end})} : undef});
}

# What the plugin must be sure of, and what it must not be: another domain leaves everything open.
sub sureness {
	my ($f, $entry, $walk) = @_;
	my $other = $f->{kind} eq 'request' && defined $f->{domain_id} && $entry->{v} && $f->{domain_id} != $entry->{domain_id};
	return 'open' if $other;
	return WORDS if !$walk || $f->{kind} ne 'request';
	my $allowed = $walk->{mapped} && ($f->{access} // '') ne '' && $walk->{$f->{access} eq 'write' ? 'write' : 'read'};
	return 'open' if $walk->{mapped} && $allowed;
	return 'certain' if $walk->{mapped} && $f->{access} && ($f->{code} // 0) & 0x40;
	return WORDS;
}

sub explained {
	my ($self, $f) = @_;
	my %document = ($self->reported($f), verdict => WORDS, sure => WORDS, state => undef, then_and_now($f));
	return \%document if !defined $f->{id};
	my $device = $self->device_of(TruthAnswers::devname($f->{id}));
	my $entry = $self->entry_of($device) or return \%document;
	%document = (%document, translation => $entry->{state}, domain_id_now => $entry->{v} ? $entry->{domain_id} : undef,
		     TruthAnswers::refusal_of($entry), then_and_now($f, $entry));
	if ($f->{kind} eq 'interrupt' && defined $f->{low}) {
		$document{interrupts} = [$self->candidates($device, $f->{low})];
	}
	$document{sure} = sureness($f, $entry);
	return \%document if $f->{kind} ne 'request' || $f->{physical};
	my $place = $self->place({d => $device->{name}, p => $f->{pasid}});
	my $special = !defined $f->{pasid} && $place->{state} ne 'bad-table';
	my $walk = $self->walk_document($place, $f->{address}, $special);
	die "no second reader of allocators\n" if $self->{kernel}->has('iommu_domain', 'iova_cookie');
	%document = (%document, allocator => undef, defined $f->{pasid} ? () : held($self, $device, $f->{address}));
	$document{walk} = $walk;
	$document{state} = $walk->{state};
	$document{sure} = sureness($f, $entry, $walk);
	$document{as_physical} = $self->target_document($f->{address})
		if $entry->{state} ne 'passthrough' && !$walk->{special_range};
	return \%document;
}

sub other {
	my ($f) = @_;
	return {source => $f->{source}, time => seconds($f->{ns}), count => $f->{count}, event => $f->{event},
		device => defined $f->{id} ? TruthAnswers::devname($f->{id}) : undef, where($f), reason => WORDS};
}

# One that was typed: a device and an address, or a line.
sub typed {
	my (@words) = @_;
	my $line = join ' ', @words;
	if (my ($bdf, $address, $access) = $line =~ /^([0-9a-f:.]+) ([0-9a-f]+)(?: ([rwx]))?$/) {
		return {event => 'request', id => TruthAnswers::sbdf_of($bdf), address => hex $address, raw => $line,
			access => {r => 'read', w => 'write', x => 'execute'}->{$access // ''}, kind => 'request'};
	}
	$line =~ s/^['"]|['"]$//g;
	my ($seconds, $micro) = $line =~ /\[ *(\d+)\.(\d{6})\]/;
	return {%{fault_of_line($line)}, ns => defined $seconds ? $seconds * 1e9 + $micro * 1000 : undef};
}

sub TruthAnswers::answer_fault {
	my ($self, $options) = @_;
	my @words = @{$options->{arguments}};
	if (@words) {
		my $f = {%{typed(@words)}, source => 'argument', count => 1, then => {}};
		return {faults => [explained($self, {%$f, first => $f->{ns}})], others => []};
	}
	my ($records) = records($self);
	my ($suppressed, @faults) = of_log($records);
	my @all = (counted(of_queue($self)), counted(@faults));
	my $nr = $options->{a} || @all < EXPLAINED ? @all : EXPLAINED;
	return {log_records => scalar @$records, queues => scalar(my @units = $self->{kernel}->units), suppressed => $suppressed,
		faults => [map { explained($self, $_) } @all[0 .. $nr - 1]],
		others => [map { other($_) } @all[$nr .. $#all]]};
}

1;
