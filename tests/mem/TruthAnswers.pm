# SPDX-License-Identifier: GPL-2.0-or-later
#
# What each command has to answer with -j, made up from the words of a case alone: TruthImage (memory),
# TruthKernel (structs), TruthTables (page tables), TruthBits (records), TruthIvrs (firmware).
#
# answer() gives the expected document. Where the answer is a sentence, the document has WORDS there:
# the place is compared, the wording is the plugin's own.
package TruthAnswers;
use strict;
use warnings;
no warnings 'portable';
use Exporter qw(import);
use File::Basename qw(dirname);
use JSON::PP ();
use TruthLegal qw(legality);
use TruthBits qw(bits hex_of fields_of fields_with field event_record command_record);
use TruthIvrs qw(parse_ivrs served);
use TruthKernel ();
use TruthTables qw(walk scan merge_rows limit_of);

our @EXPORT_OK = qw(new WORDS);

use constant WORDS => \'words';

sub flag { return $_[0] ? JSON::PP::true : JSON::PP::false }
sub devname { return TruthKernel::bdf_name($_[0]) }

sub new {
	my ($class, $image) = @_;
	return bless {image => $image, kernel => TruthKernel->new($image)}, $class;
}

# ---- the command line ----

# Options with a value, and what is left: the arguments.
sub parse {
	my (@words) = @_;
	my %options = (arguments => []);
	while (@words) {
		my $word = shift @words;
		if ($word =~ /^-([dDgrlfpqu])$/) {
			$options{$1} = shift @words;
		} elsif ($word =~ /^-(\w+)$/) {
			$options{$_} = 1 for split //, $1;
		} else {
			push @{$options{arguments}}, $word;
		}
	}
	return \%options;
}

# In verbs that take one device a word of its form is it.
sub one_device {
	my ($verb, $options) = @_;
	return $options if $verb !~ /^(?:walk|map|owner)$/;
	my ($device) = grep { /^[^(]*:/ } @{$options->{arguments}};
	$options->{d} //= $device if defined $device;
	@{$options->{arguments}} = grep { !/^[^(]*:/ } @{$options->{arguments}};
	return $options;
}

sub sbdf_of {
	my ($text) = @_;
	$text =~ /^(?:([0-9a-f]{4}):)?([0-9a-f]{1,2}):([0-9a-f]{1,2})\.([0-7])$/ or return undef;
	return hex($1 // 0) << 16 | hex($2) << 8 | hex($3) << 3 | hex $4;
}

sub device_of {
	my ($self, $text) = @_;
	my $sbdf = sbdf_of($text) // return undef;
	my ($device) = grep { $_->{sbdf} == $sbdf } $self->{kernel}->devices;
	return $device // {sbdf => $sbdf, name => devname($sbdf)};
}

# Every document names the release that made it.
sub version {
	my $path = dirname(__FILE__) . '/../../VERSION';
	open my $file, '<', $path or die "$path: $!\n";
	chomp(my $version = <$file>);
	return $version;
}

# Without an IOMMU there is no more to say than that, but for what started the kernel.
sub answer {
	my ($self, $command) = @_;
	my (undef, $verb, @words) = split ' ', $command;
	my $options = one_device($verb, parse(@words));
	my $bare = defined $options->{r} || $verb eq 'status';
	my %every = (command => $verb, schema => 1, version => version());
	return \%every if !$bare && !$self->{kernel}->units;
	my $method = $self->can("answer_$verb") or return undef;
	my $document = $method->($self, $options) or return undef;
	return {%every, %$document};
}

# ---- the device table entry ----

# What the unit that reads the device's entry can do. Some kernels keep its registers in variables alone; a
# register of zeros is none, unless the capability header says that the unit has none.
sub reader_of {
	my ($self, $device) = @_;
	my $kernel = $self->{kernel};
	my $unit = $kernel->unit_of($device->{sbdf});
	my %reader = (snp => $kernel->variable('amd_iommu_snp_en', 1) ? 1 : 0);
	return {%reader, unknown => 1} if !$unit;
	my %of = map { $_ => $kernel->has('amd_iommu', $_) ? $kernel->get('amd_iommu', $_, $unit->{at}) : undef }
		qw(features features2 cap);
	my ($efr, $efr2) = @of{qw(features features2)};
	($efr, $efr2) = ($kernel->variable('amd_iommu_efr', 8), $kernel->variable('amd_iommu_efr2', 8)) if !$efr;
	my $has_none = ($of{cap} // 0) && ($of{cap} & 0xff) == 0xf && !($of{cap} >> 27 & 1);
	return {%reader, unknown => !$efr && !$has_none, efr => $efr, efr2 => $efr ? $efr2 : undef};
}

# What the hardware does with the DMA of a device, by its entry.
# The unit that reads it is that of the device whose requests carry the id, where that is another.
sub entry_of {
	my ($self, $device, $carrier) = @_;
	my $kernel = $self->{kernel};
	my @words = $self->{image}->kva_words($kernel->entry_address($device->{sbdf}), 4);
	return undef if !@words;
	my %f = map { $_ => field('dte', $_, @words) } qw(v tv mode root gv giov glx gcr3_root
		guest_paging_mode domain_id ir iw iv int_tab_len int_tab_root);
	my $enc = $kernel->enc_mask;
	$f{$_} &= ~$enc for qw(root gcr3_root int_tab_root);
	my $legality = legality($self->reader_of($carrier // $device), @words);
	my $illegal = $legality->{dma_illegal};
	my $host = $f{mode} >= 1 && $f{mode} <= 6
		? {format => 'amdv1', root => $f{root}, levels => $f{mode}, enc => $enc} : undef;
	my $state = !$f{v} ? 'passthrough' : $illegal ? 'bad-table' : !$f{tv} ? 'blocked'
		: $f{gv} && $f{giov} ? 'guest-translated' : $host ? 'translated'
		: $f{ir} || $f{iw} ? 'passthrough' : 'blocked';
	my $passes = !$f{v};
	return {words => \@words, %f, legality => $legality, state => $state, host => $host,
		read => $passes || $f{ir}, write => $passes || $f{iw}};
}

# The GCR3 table of an entry. Its pointer goes through the host's table when the unit can do that.
sub gcr3_of {
	my ($self, $device, $entry) = @_;
	my %table = (format => 'gcr3', root => $entry->{gcr3_root}, levels => $entry->{glx} + 1,
		     of_pasids => 1, stage => 'gcr3', enc => $self->{kernel}->enc_mask);
	return {%table} if !$entry->{host};
	my $unit = $self->{kernel}->unit_of($device->{sbdf});
	my $guest_pointer = field('efr2', 'gcr3_trp_mode_sup',
				  $self->{kernel}->get('amd_iommu', 'features2', $unit->{at}));
	return {%table, host => $guest_pointer ? {%{$entry->{host}}, stage => 'host'} : undef};
}

sub guest_table {
	my ($self, $entry, $cr3, $pasid) = @_;
	return {format => 'amdv2', root => $cr3, levels => $entry->{guest_paging_mode} ? 5 : 4,
		stage => 'guest', enc => $self->{kernel}->enc_mask, signed => defined $pasid,
		host => $entry->{host} ? {%{$entry->{host}}, stage => 'host'} : undef};
}

sub answer_dte {
	my ($self, $options) = @_;
	my $kernel = $self->{kernel};
	my @named = (@{$options->{arguments}}, $options->{d} // ());
	my @devices = @named ? map { $self->device_of($_) } @named : $kernel->devices;
	return {entries => []} if grep { !defined } @devices;
	my @entries = grep { defined } map { $self->dte_document($_) } @devices;
	return {entries => \@entries};
}

# A half is legal, or not, or nothing at hand decides it.
sub verdict { my ($illegal, $doubt) = @_; return $illegal ? flag(0) : $doubt ? undef : flag(1) }

sub legality_of {
	my ($l) = @_;
	my $illegal = $l->{dma_illegal} || $l->{irqs_illegal};
	my $doubt = $l->{dma_doubt} || $l->{irqs_doubt};
	return (legal => verdict($illegal, $doubt), illegal_because => $illegal ? WORDS : undef,
		dma_legal => verdict(@{$l}{qw(dma_illegal dma_doubt)}),
		interrupts_legal => verdict(@{$l}{qw(irqs_illegal irqs_doubt)}),
		doubt => $doubt ? WORDS : undef, rests_on => [(WORDS) x $l->{conditions}]);
}

# In a document that shows what becomes of the DMA.
sub refusal_of {
	my ($entry) = @_;
	my $l = $entry ? $entry->{legality} : undef;
	return (entry_illegal => !$l || $l->{dma_doubt} ? undef : flag($l->{dma_illegal}),
		illegal_because => $l && $l->{dma_illegal} ? WORDS : undef);
}

sub fields {
	my ($self, $record, @words) = @_;
	return fields_with($self->{kernel}->enc_mask, $record, @words);
}

sub dte_document {
	my ($self, $device) = @_;
	my $kernel = $self->{kernel};
	my $entry = $self->entry_of($device) or return undef;
	my $alias = $kernel->alias_of($device->{sbdf});
	my $group = $kernel->group_of($device);
	my %record = (address => hex_of($kernel->entry_address($device->{sbdf})),
		      raw => [map { hex_of($_) } @{$entry->{words}}], fields => $self->fields('dte', @{$entry->{words}}));
	# V, TV and Mode say together whether there is a table of the host; an illegal entry leads nowhere.
	my $host = $entry->{v} && $entry->{tv} && $entry->{state} ne 'bad-table' ? $entry->{host} : undef;
	my $legal = $entry->{state} ne 'bad-table';
	my %document = (%record, $self->special_of($device->{sbdf}), device => $device->{name}, translation => $entry->{state},
			domain_id => $entry->{v} ? $entry->{domain_id} : undef, root => $host ? hex_of($host->{root}) : undef,
			levels => $host ? $host->{levels} : 0, legality_of($entry->{legality}), records => [{%record, record => WORDS}],
			alias => defined $alias ? devname($alias) : undef, driver => $device->{driver},
			group => $group ? $group->{id} : undef, domain_type => $kernel->type_of($kernel->attached($device)));
	# GV counts where translation is valid at all.
	return \%document if !$entry->{v} || !$entry->{tv} || !$entry->{gv} || !$legal;
	my $found = scan($self->{image}, $self->gcr3_of($device, $entry));
	$document{pasids} = [map { $_->{iova} >> 12 } @{$found->{leaves}}];
	$document{nr_pasids} = scalar @{$document{pasids}};
	$document{pasids_problem} = WORDS if $found->{unreadable} || $found->{not_in_dump};
	return \%document;
}

# ---- devices, groups, domains ----

sub answer_devices {
	my ($self, $options) = @_;
	my @wanted = map { sbdf_of($_) } @{$options->{arguments}}, $options->{d} // ();
	my @devices = grep { my $d = $_; !@wanted || grep { $_ == $d->{sbdf} } @wanted } $self->{kernel}->devices;
	return {devices => [map { $self->device_document($_, $options->{v}) } @devices]};
}

sub device_document {
	my ($self, $device, $verbose) = @_;
	my $kernel = $self->{kernel};
	my $group = $kernel->group_of($device);
	my $alias = $kernel->alias_of($device->{sbdf});
	my $unit = $kernel->unit_of($device->{sbdf});
	my $attached = $kernel->attached($device);
	my $entry = $self->entry_of($device);
	my %document = (device => $device->{name}, group => $group ? $group->{id} : undef,
			driver => $device->{driver}, unit => $unit ? devname($unit->{sbdf}) : undef,
			alias => defined $alias ? devname($alias) : undef,
			state => !$unit ? undef : $entry ? $entry->{state} : 'unknown', refusal_of($unit ? $entry : undef),
			type => $kernel->type_of($attached // ($group ? $group->{now} : undef)),
			domain_id => $attached ? $kernel->domain($attached)->{id} : undef);
	$document{details} = $self->details($device, $group, $entry, $attached) if $verbose;
	return \%document;
}

sub details {
	my ($self, $device, $group, $entry, $attached) = @_;
	my $kernel = $self->{kernel};
	my ($pci, $data) = @{$device}{qw(pci data)};
	my $of_pci = sub { $kernel->get('pci_dev', $_[0], $pci) };
	my $of_data = sub { $kernel->get('iommu_dev_data', $_[0], $data) };
	my %feature = map { $_ => {by_driver => flag($of_data->("${_}_enabled")),
				   enabled => flag($of_pci->("${_}_enabled")),
				   capability => $of_pci->("${_}_cap")} } qw(ats pri pasid);
	return {%feature, address => hex_of($device->{dev}), ats_queue_depth => $of_data->('ats_qdep'),
		max_pasids => $of_data->('max_pasids'), untrusted => flag($of_pci->('untrusted')),
		vendor_id => hex_of($of_pci->('vendor')), device_id => hex_of($of_pci->('device')),
		class => hex_of($of_pci->('class')), names_of(map { $of_pci->($_) } qw(vendor device class)),
		default_type => $kernel->type_of($group->{default}),
		domain_address => hex_of($kernel->domain($attached)->{around}),
		owner => $group->{claimed} ? {address => hex_of($group->{owner})} : undef,
		aliases => $self->aliases($device),
		interrupt_table => {address => hex_of($entry->{int_tab_root}), length => 1 << $entry->{int_tab_len}},
		entry => {address => hex_of($kernel->entry_address($device->{sbdf})), refusal_of($entry),
			  domain_id => $entry->{domain_id}, read => flag($entry->{read}),
			  write => flag($entry->{write}),
			  root => $entry->{host} ? hex_of($entry->{host}{root}) : undef}};
}

# What pci.ids, here the one of the cases, has for the numbers.
sub names_of {
	my ($vendor, $device, $class) = @_;
	open my $file, '<', dirname(__FILE__) . '/pci.ids' or die $!;
	my (%names, $head);
	while (my $line = <$file>) {
		$line =~ s/[^\x20-\x7e\t\n]/?/g;
		$head = $1, $names{$1} //= $2 if $line =~ /^((?:C )?[0-9a-f]+|T ..)  (.+)/;
		$names{"$head $1"} //= $2 if $line =~ /^\t([0-9a-f]+)  (.+)/;
	}
	my ($base, $sub) = map { sprintf '%02x', $_ } $class >> 16, $class >> 8 & 0xff;
	return (vendor_name => $names{sprintf '%04x', $vendor},
		device_name => $names{sprintf '%04x %04x', $vendor, $device},
		class_name => $names{"C $base $sub"} // $names{"C $base"});
}

# By the firmware, and by the bits of a mask of device numbers on the same bus.
sub aliases {
	my ($self, $device) = @_;
	my $kernel = $self->{kernel};
	my $alias = $kernel->alias_of($device->{sbdf});
	my @found = defined $alias ? ['firmware', $alias] : ();
	my $mask = $kernel->get('pci_dev', 'dma_alias_mask', $device->{pci});
	my @words = $mask ? $self->{image}->kva_words($mask, 4) : ();
	push @found, map { ['a quirk of the device', ($device->{sbdf} & ~0xff) | $_] }
		grep { $words[$_ >> 6] >> ($_ & 63) & 1 } 0 .. 64 * @words - 1;
	my $own = join ' ', @{$self->entry_of($device)->{words}}[0, 1];
	return [map { my ($by, $sbdf) = @$_;
		      my $other = join ' ', @{$self->entry_of({sbdf => $sbdf})->{words}}[0, 1];
		      {by => $by, device => devname($sbdf), entry_differs => flag($own ne $other)} } @found];
}

my @always_reserved = (
	{start => '0xfee00000', end => '0xfeefffff', type => 'msi'},
	{start => '0xfd00000000', end => '0xffffffffff', type => 'reserved'},
);

sub answer_groups {
	my ($self, $options) = @_;
	my @wanted = @{$options->{arguments}};
	my @groups = grep { my $g = $_; !@wanted || grep { $_ == $g->{id} } @wanted } $self->{kernel}->groups;
	return {groups => [map { $self->group_document($_) } @groups]};
}

sub group_document {
	my ($self, $group) = @_;
	my $kernel = $self->{kernel};
	my @devices = map { {device => $_->{name}, driver => $_->{driver}} } @{$group->{devices}};
	my $now = $group->{now} ? $kernel->domain($group->{now}) : {};
	my $vfio = $kernel->has('vfio_group', 'iommu_group') && defined $group->{owner}
		? $kernel->vfio_holder($group) : grep { ($_->{driver} // '') =~ /vfio/ } @{$group->{devices}};
	return {address => hex_of($group->{at}), id => $group->{id}, name => $group->{name},
		default_type => $kernel->type_of($group->{default}), type => $now->{type},
		domain_id => $now->{id}, devices => \@devices,
		owner => $group->{claimed}
			? {address => hex_of($group->{owner}), kind => $vfio ? 'VFIO' : WORDS} : undef,
		reserved_regions => $group->{damaged} ? undef : \@always_reserved};
}

sub scan_of_domain {
	my ($self, $domain) = @_;
	my $kernel = $self->{kernel};
	return scan($self->{image}, $kernel->walkable($domain), undef, undef, $kernel->variable('max_pfn', 8));
}

sub bytes_of { my $sum = 0; $sum += $_->{bytes} for @{$_[0]{leaves}}; return $sum }
sub is_whole { return !grep { $_[0]{$_} } qw(damaged unreadable not_in_dump ended) }

sub domain_document {
	my ($self, $domain) = @_;
	my %document = (address => hex_of($domain->{at}), driver_address => hex_of($domain->{around} || undef),
			id => $domain->{id}, type => $domain->{type}, format => $domain->{format},
			levels => $domain->{levels}, root => hex_of($domain->{root}),
			kind => $domain->{static} ? 'static' : 'protection_domain', groups => $domain->{groups},
			devices => [map { $_->{name} } @{$domain->{devices}}], mapped_bytes => undef);
	if ($domain->{format}) {
		my $scan = $self->scan_of_domain($domain);
		$document{mapped_bytes} = bytes_of($scan);
		$document{mapped_bytes_complete} = flag(is_whole($scan));
	}
	return \%document;
}

# Where the tables of a map or walk begin: what their first line says.
sub roots {
	my ($self, undef, $verb, @words) = @_;
	return () if $verb !~ /^(?:map|walk)$/;
	my $table = $self->place(one_device($verb, parse(@words)))->{table} or return ();
	return map { $_->{root} } $table, $table->{host} // ();
}

# What other answers say of a domain in passing.
sub domain_facts {
	my ($self, $domain) = @_;
	return (hex_of($domain->{at}), hex_of($domain->{around}), hex_of($domain->{root}), $domain->{id}, $domain->{levels});
}

sub unaccounted {
	my ($self) = @_;
	my (undef, undef, @set) = $self->{kernel}->allocated;
	my $used = $self->{kernel}->used_ids;
	return grep { $_ && !$used->{$_} } @set;
}

sub answer_domains {
	my ($self, $options) = @_;
	my @wanted = map { /^0x/ ? hex : $_ + 0 } @{$options->{arguments}};
	my @domains = grep { my $d = $_; !@wanted || grep { $_ == ($d->{id} // -1) } @wanted } $self->{kernel}->all_domains;
	my %document = (domains => [map { $self->domain_document($_) } @domains]);
	$document{other_tables} = $self->other_tables if !@wanted;
	my ($symbol, $kind, @set) = $self->{kernel}->allocated;
	return \%document if !@set || @wanted; # of single domains, the allocator is not asked
	my @ids = grep { $_ } @set;
	return {%document, unaccounted_ids => [$self->unaccounted],
		allocator => {symbol => $symbol, kind => $kind, bits_set => scalar @set,
			      allocated => scalar @ids, ids => \@ids}};
}

# The ways that a device's requests take, without a PASID and with each that has a table: [PASID, place].
sub ways_of {
	my ($self, $device) = @_;
	my $entry = $self->entry_of($device) or return ();
	return () if $entry->{state} eq 'bad-table';
	my @ways;
	push @ways, [undef, {table => $entry->{host}}] if $entry->{state} eq 'translated';
	push @ways, [undef, $self->guest_place({}, $device, $entry, undef)] if $entry->{state} eq 'guest-translated';
	if ($entry->{v} && $entry->{tv} && $entry->{gv}) {
		my $found = scan($self->{image}, $self->gcr3_of($device, $entry));
		push @ways, map { [$_, $self->guest_place({}, $device, $entry, $_)] } map { $_->{iova} >> 12 } @{$found->{leaves}};
	}
	# Where hardware's table cannot be read the driver's stands in for it: nobody was seen to use that.
	return grep { my $place = $_->[1]; $place->{table} && ($place->{before} || $entry->{state} eq 'translated') } @ways;
}

sub table_key {
	my ($table) = @_;
	return join ' ', @{$table}{qw(format levels root)}, $table->{host} ? $table->{host}{root} : 'machine';
}

# Page tables that hardware uses and that are no domain's.
sub other_tables {
	my ($self) = @_;
	my $kernel = $self->{kernel};
	my %seen = map { table_key($kernel->walkable($_)) => {} } grep { $_->{format} } $kernel->all_domains;
	my @others;
	for my $device ($kernel->devices) {
		my $alias = $kernel->alias_of($device->{sbdf});
		next if !defined $alias && !$kernel->unit_of($device->{sbdf});
		for my $sbdf ($device->{sbdf}, $alias // ()) {
			for my $way ($self->ways_of({%$device, sbdf => $sbdf})) {
				my ($pasid, $place) = @$way;
				my $table = $place->{table};
				my $other = $seen{table_key($table)};
				push @others, $seen{table_key($table)} = $other = table_document($table) if !$other;
				push @{$other->{users}}, {device => $device->{name}, pasid => $pasid,
							  $place->{task} ? map { $_ => $place->{task}{$_} } qw(pid comm) : ()};
			}
		}
	}
	return \@others;
}

sub table_document {
	my ($table) = @_;
	my %document = (format => $table->{format}, levels => $table->{levels}, root => hex_of($table->{root}), users => []);
	my $host = $table->{host} or return \%document;
	return {%document, host_format => $host->{format}, host_levels => $host->{levels}, host_root => hex_of($host->{root})};
}

# ---- status ----

my %meanings = (identity => WORDS, DMA => WORDS, 'DMA-FQ' => WORDS);

sub iommu_options {
	my ($self) = @_;
	my $line = $self->{kernel}->variable('saved_command_line', 8) or return undef;
	# amd_iommu_dump prints tables and decides nothing (Linux Documentation/admin-guide/kernel-parameters.txt).
	my @words = grep { /^(iommu|amd_iommu\w*|intel_iommu)[=.]/ && !/^amd_iommu_dump=/ } split ' ', $self->{image}->text($line) // '';
	return @words ? join ' ', @words : undef;
}

# Each disagreement that the hardware's entry shows with the driver.
sub entry_findings {
	my ($self, $device) = @_;
	my $kernel = $self->{kernel};
	my $entry = $self->entry_of($device) or return ();
	my @found;
	push @found, 'illegal-entry' if $entry->{legality}{dma_illegal};
	push @found, 'illegal-interrupts' if $entry->{legality}{irqs_illegal};
	push @found, $self->alias_findings($device, $entry);
	return @found if $entry->{legality}{dma_illegal};
	# Newer kernels attach a device to nothing where its group is blocked.
	my $attached = $kernel->attached($device);
	my $of_group = $kernel->group_of($device);
	push @found, 'not-blocked' if !$attached && $of_group && ($kernel->type_of($of_group->{now}) // '') eq 'blocked'
		&& $entry->{state} ne 'blocked';
	return @found if !$attached;
	my $domain = $kernel->domain($attached);
	push @found, $self->table_findings($device, $entry, $domain);
	my $root = $self->root_without_pasid($device, $entry);
	push @found, 'root-differs' if defined $root && $domain->{format} && $domain->{root} != $root;
	my $own_id = $kernel->has('iommu_dev_data', 'gcr3_info.domid') && $entry->{gv}
		? $kernel->get('iommu_dev_data', 'gcr3_info.domid', $device->{data}) : 0;
	# A domain that blocks may have a table, an empty one.
	my $passes = $entry->{state} eq 'passthrough';
	push @found, 'not-translated' if $domain->{format} && $domain->{type} ne 'blocked'
		&& $entry->{state} =~ /^(passthrough|blocked)$/;
	# A GCR3 table without a page table for requests without a PASID: they are aborted.
	push @found, 'not-translated' if ($domain->{format} // '') eq 'amdv2' && $domain->{type} ne 'blocked'
		&& $entry->{state} eq 'guest-translated' && !$entry->{host} && !defined $root;
	push @found, 'not-passthrough' if $domain->{type} eq 'identity' && !$passes;
	push @found, 'not-blocked' if $domain->{type} eq 'blocked' && $entry->{state} ne 'blocked'
		&& ($passes || !$domain->{format});
	# Every kernel lets a device read and write, but where its domain blocks.
	push @found, 'permissions-differ' if $domain->{type} ne 'blocked' && $entry->{v}
		&& $entry->{state} ne 'blocked' && !($entry->{ir} && $entry->{iw});
	# V=0 has no id; over a host's table a guest's entry has one that its hypervisor gave.
	my $is_guest = $entry->{tv} && $entry->{gv} && $entry->{host};
	push @found, 'domain-id-differs' if defined $domain->{id} && $entry->{v} && !$is_guest
		&& $entry->{domain_id} != ($entry->{tv} && $own_id || $domain->{id});
	return @found;
}

# Each disagreement between a device and its group, unit and domain.
sub link_findings {
	my ($self, $device) = @_;
	my $kernel = $self->{kernel};
	my ($listed, $group) = ($kernel->group_that_lists($device), $kernel->group_of($device));
	my ($attached, $unit) = ($kernel->attached($device), $kernel->unit_of($device->{sbdf}));
	my $by_core = $kernel->unit_by_core($device->{sbdf});
	my @found;
	push @found, 'group-differs' if ($device->{group_at} // 0) != ($listed ? $listed->{at} : 0);
	push @found, $kernel->has_unknown_unit($device->{sbdf}) ? 'unknown-unit' :
		$unit && $by_core && $unit->{at} != $by_core->{at} ? 'server-differs' : ();
	return @found if !$attached || !$group || ($group->{now} // 0) == $attached;
	return (@found, 'group-without-domain') if !$group->{now};
	# Some domains stand for others.
	return @found if grep { ($kernel->type_of($_) // '') !~ /^(?:unmanaged|DMA|DMA-FQ|identity)$/ } $attached, $group->{now};
	return (@found, 'domain-differs');
}

# Each disagreement about who holds a group.
sub owner_findings {
	my ($self, $group) = @_;
	my $kernel = $self->{kernel};
	my $driver = grep { ($_->{driver} // '') =~ /vfio/ } @{$group->{devices}};
	return 'domain-without-owner' if !$group->{claimed} && $driver && ($kernel->type_of($group->{now}) // '') eq 'unmanaged';
	my $holder = $kernel->vfio_holder($group) or return ();
	my @found = $driver ? () : 'owner-without-driver';
	return @found if !$holder->{iommu} || grep { !$kernel->has(@$_) } ['vfio_iommu', 'domain_list'], ['vfio_domain', 'next'];
	my @domains = map { $kernel->get('vfio_domain', 'domain', $_) } $self->{image}->list(
		$holder->{iommu} + $self->{image}->offset('vfio_iommu', 'domain_list'), 'vfio_domain', 'next');
	push @found, 'container-domain-differs' if @domains && !grep { $_ == ($group->{now} // 0) } @domains;
	return @found;
}

# On another kind of domain than its default one.
sub is_off_default {
	my ($self, $group) = @_;
	my ($now, $default) = map { $self->{kernel}->type_of($_) } @$group{qw(now default)};
	return defined $now && defined $default && $now ne $default;
}

# The format and levels of the page table, and the table of PASIDs.
sub table_findings {
	my ($self, $device, $entry, $domain) = @_;
	my $kernel = $self->{kernel};
	my @found;
	my $v2 = $entry->{state} eq 'guest-translated' && !$entry->{host}
		&& defined $self->root_without_pasid($device, $entry);
	if ($domain->{format} && ($entry->{state} eq 'translated' || $v2)) {
		my $levels = $v2 ? 4 + ($entry->{guest_paging_mode} ? 1 : 0) : $entry->{host}{levels};
		my $same = $domain->{format} eq ($v2 ? 'amdv2' : 'amdv1');
		push @found, 'format-differs' if !$same;
		push @found, 'levels-differ' if $same && $domain->{levels} != $levels;
	}
	return @found if !$entry->{v} || $entry->{tv} && $entry->{gv} && $entry->{host};
	my ($type, $at, $path) = $kernel->has('iommu_dev_data', 'gcr3_info.gcr3_tbl')
		? ('iommu_dev_data', $device->{data}, 'gcr3_info.')
		: ('protection_domain', $domain->{around}, '');
	return @found if !$kernel->has($type, "${path}gcr3_tbl");
	my $table = $kernel->get($type, "${path}gcr3_tbl", $at);
	my $has = $entry->{tv} && $entry->{gv};
	my $differs = !$has != !$table || $has && ($self->{image}->pa_of($table) != $entry->{gcr3_root}
		|| $kernel->has($type, "${path}glx") && $kernel->get($type, "${path}glx", $at) != $entry->{glx});
	return (@found, $differs ? 'pasids-differ' : ());
}

sub host_levels {
	my ($self, $device) = @_;
	my $entry = $self->entry_of($device);
	return $entry && $entry->{host} ? $entry->{host}{levels} : ();
}

# The entry of the id that requests carry: whether the device's unit takes it, and whether it says the same.
sub alias_findings {
	my ($self, $device, $entry) = @_;
	my $alias = $self->{kernel}->alias_of($device->{sbdf});
	return () if !defined $alias;
	my $other = $self->entry_of({sbdf => $alias}, $device) or return ();
	my $says = sub {
		my ($e) = @_;
		my $host = $e->{v} && $e->{tv} && $e->{state} ne 'bad-table' ? $e->{host} : undef;
		return join ' ', $e->{state}, $e->{v}, @{$e}{qw(ir iw domain_id)}, $host ? @{$host}{qw(root levels)} : ();
	};
	my $l = $other->{legality};
	return (($l->{dma_illegal} ? 'illegal-entry' : ()), ($l->{irqs_illegal} ? 'illegal-interrupts' : ()),
		($says->($entry) ne $says->($other) ? 'alias-entry-differs' : ()));
}

# The table that requests without a PASID go through: the host's, or that of PASID 0 when no host stands below it.
sub root_without_pasid {
	my ($self, $device, $entry) = @_;
	return $entry->{host}{root} if $entry->{state} eq 'translated';
	return undef if $entry->{state} ne 'guest-translated' || $entry->{host};
	return walk($self->{image}, $self->gcr3_of($device, $entry), 0)->{pa};
}

# Up to 5.3, iommu_pass_through says that devices are not translated, whatever the default type is.
sub default_type {
	my ($self) = @_;
	my $kernel = $self->{kernel};
	return 'identity' if $kernel->variable('iommu_pass_through', 4);
	return TruthKernel::type_name($kernel->variable('iommu_def_domain_type', 4));
}

# Who said so: a variable, and where there is none the words of the command line that set it.
sub decided_by {
	my ($self, $default) = @_;
	my $flags = $self->{kernel}->variable('iommu_cmd_line', 4);
	my $word = $default eq 'identity' ? qr/pt/ : qr/nopt/;
	my $asked = defined $flags ? $flags & 1 : grep { /^iommu(?:\.passthrough=|=(?:\S*,)?$word)/ }
		split ' ', $self->iommu_options // '';
	return $asked ? 'command line' : 'kernel default';
}

# Of several groups not one has the default type.
sub mode_differs {
	my ($self, $default) = @_;
	my @types = map { $_ eq 'DMA-FQ' ? 'DMA' : $_ } grep { defined } map { $self->{kernel}->type_of($_->{default}) }
		$self->{kernel}->groups;
	return @types > 1 && !grep { $_ eq ($default =~ s/-FQ//r) } @types;
}

sub overrides {
	my ($self, $default) = @_;
	my $kernel = $self->{kernel};
	my @found;
	push @found, 'memory-encryption' if $kernel->enc_mask && $default =~ /^DMA/;
	push @found, 'snp' if $kernel->variable('amd_iommu_snp_en', 1);
	push @found, 'v2-tables' if grep { ($_->{format} // '') eq 'amdv2' } $kernel->all_domains;
	push @found, 'other-default' if !$self->mode_differs($default)
		&& grep { ($kernel->type_of($_->{default}) // '') ne $default } $kernel->groups;
	return [map { {code => $_, text => WORDS} } @found];
}

sub owner_document {
	my ($self, $group) = @_;
	my ($driver) = map { $_->{driver} // () } @{$group->{devices}};
	my %document = (group => $group->{id}, owner => hex_of($group->{owner}), driver => $driver);
	my $holder = $self->{kernel}->vfio_holder($group);
	my $first = $holder ? $holder->{areas}[0] : undef;
	return {%document, pid => $first->{pid}, comm => $first->{comm}} if $first && defined $first->{pid};
	my ($domain) = grep { $_->{at} == ($group->{now} // 0) } $self->{kernel}->all_domains;
	return \%document if !$domain || !$domain->{format};
	# The process is the one that has the first pages of what is mapped.
	for my $row (merge_rows(@{$self->scan_of_domain($domain)->{leaves}})) {
		my $target = $self->target_document($row->{pa});
		next if !defined $target->{pid};
		@document{qw(pid comm)} = @{$target}{qw(pid comm)};
		last;
	}
	return \%document;
}

sub answer_status {
	my ($self) = @_;
	my $kernel = $self->{kernel};
	return {vendor => undef} if !defined $kernel->symbol('saved_command_line');
	my %document = (options => $self->iommu_options);
	return {%document, vendor => undef} if !$kernel->units;
	my @groups = $kernel->groups;
	my $default = $self->default_type;
	my $differs = $self->mode_differs($default);
	my $findings = ($self->unaccounted ? 1 : 0) + ($differs ? 1 : 0);
	$findings += () = map { $self->entry_findings($_) } $kernel->devices;
	$findings += () = map { $self->link_findings($_) } $kernel->devices;
	$findings += () = map { $self->owner_findings($_) } @groups;
	my @devices = $kernel->devices;
	# Beside SNP no unit without SnpPageMode0Sup lets a device pass: one finding for all identity groups.
	$findings++ if grep { my ($first) = @{$_->{devices}}; my $unit = $first ? $self->reader_of($first) : {};
			      $unit->{snp} && defined $unit->{efr2} && !field('efr2', 'snp_page_mode0_sup', $unit->{efr2})
			      && ($kernel->type_of($_->{now}) // '') eq 'identity' } @groups;
	return {%document, vendor => 'AMD-Vi', default_type => $default, findings => $findings,
		decided_by => $self->decided_by($default),
		meaning => $differs ? undef : $meanings{$default}, overrides => $self->overrides($default),
		owners => [map { $self->owner_document($_) } grep { $_->{claimed} } @groups],
		groups_not_default => scalar(grep { $self->is_off_default($_) } @groups),
		counts => {devices => scalar(grep { $_->{group_at} } @devices), groups => scalar @groups,
			   devices_without_group => scalar(grep { !$_->{group_at} } @devices),
			   domains => scalar(my @x = $kernel->all_domains), units => scalar(my @u = $kernel->units)}};
}

# ---- walk ----

sub target_document {
	my ($self, $pa) = @_;
	my $kernel = $self->{kernel};
	return {ram => undef, resource => undef, use => undef, problem => WORDS}
		if !defined $kernel->symbol('iomem_resource');
	my ($name, $ram) = $kernel->resource_of($pa);
	my %target = (ram => flag($ram), resource => $name, use => undef);
	return \%target if !$ram;
	my ($use, $page, $head) = $kernel->page_use($pa);
	return {%target, problem => WORDS} if !defined $use;
	$target{use} = $use;
	if ($use eq 'in use, anonymous memory' && (my ($vaddr, $task) = $kernel->process_of($pa, $page, $head))) {
		@target{qw(vaddr pid comm)} = (hex_of($vaddr), $task->{pid}, $task->{comm});
	}
	return \%target;
}

# What stands where for all answers of walk and map: {device, domain_id, table, entry, pasid, ...}
sub place {
	my ($self, $options) = @_;
	my $kernel = $self->{kernel};
	if (defined $options->{r}) {
		my $format = {amdv1 => 'amdv1', amdv2 => 'amdv2', x86_64 => 'x86_64'}->{$options->{f} // 'amdv1'};
		return {state => 'translated', read => 1, write => 1,
			table => {format => $format, root => hex $options->{r}, levels => $options->{l}}};
	}
	if (defined $options->{D}) {
		my $id = $options->{D} =~ /^0x/ ? hex $options->{D} : $options->{D};
		my ($domain) = grep { defined $_->{id} && $_->{id} == $id } $kernel->all_domains;
		return {domain_id => $domain->{id}, state => 'translated', read => 1, write => 1,
			table => $kernel->walkable($domain)};
	}
	my $device = $self->device_of($options->{d});
	my $entry = $self->entry_of($device);
	my %place = (device => $device->{name}, domain_id => $entry->{v} ? $entry->{domain_id} : undef, entry => $entry,
		     state => $entry->{state}, read => $entry->{read}, write => $entry->{write});
	my $pasid = defined $options->{p} ? ($options->{p} =~ /^0x/ ? hex $options->{p} : $options->{p}) : undef;
	if (defined $pasid || $entry->{state} eq 'guest-translated') {
		return $self->guest_place(\%place, $device, $entry, $pasid);
	}
	$place{table} = $entry->{host} if $entry->{state} eq 'translated';
	return \%place;
}

sub guest_place {
	my ($self, $place, $device, $entry, $pasid) = @_;
	my $found = walk($self->{image}, $self->gcr3_of($device, $entry), ($pasid // 0) << 12);
	my $attached = $self->{kernel}->attached($device);
	my $domain_of_driver = $attached ? $self->{kernel}->domain($attached) : {};
	$place->{pasid} = $pasid;
	# What hardware would use cannot be read: a warning says so, and the driver's own table is shown.
	if (!defined $pasid && !$entry->{host} && grep({ $_->{problem} } @{$found->{steps}}) && ($domain_of_driver->{format} // '') eq 'amdv2') {
		return {%$place, state => 'translated', table => $self->{kernel}->walkable($domain_of_driver)};
	}
	$place->{before} = $found->{steps};
	$place->{host} = $entry->{host};
	$place->{state} = $found->{state};
	return $place if $found->{state} ne 'mapped'; # the PASID has no table
	$place->{state} = 'translated';
	$place->{table} = $self->guest_table($entry, $found->{pa}, $pasid);
	my $group = $self->{kernel}->group_of($device);
	my $domain = defined $pasid && $group ? $self->{kernel}->pasids($group)->{$pasid} : undef;
	if ($domain && $self->{kernel}->type_of($domain) eq 'sva') {
		my $mm = $self->{kernel}->get('iommu_domain', 'mm', $domain);
		$place->{task} = $self->{kernel}->task($self->{kernel}->get('mm_struct', 'owner', $mm));
	}
	return $place;
}

sub answer_walk {
	my ($self, $options) = @_;
	my @iovas = map { hex s/^0x//r } @{$options->{arguments}};
	my $place = $self->place($options);
	my $special = !defined $options->{r} && !defined $options->{p} && $place->{state} ne 'bad-table';
	return {results => [map { $self->walk_document($place, $_, $special) } @iovas]};
}

# What is no memory to a request without a PASID: first and last address, state, and whether a field of the entry
# decides. The APICs' window of x86; the table "Special Address Controls" of AMD's specification, unless bit 11 of
# the unit's second features says that it takes those for memory.
my @special_ranges = ([0xfee00000, 0xfeefffff, 'interrupt'], [0xfd00000000, 0xfdf7ffffff, 'special'],
	[0xfdf8000000, 0xfdf8ffffff, 'interrupt', 'IntCtl'], [0xfdf9000000, 0xfdf90fffff, 'special'],
	[0xfdf9100000, 0xfdf91fffff, 'special', 'SysMgt'], [0xfdf9200000, 0xfdfaffffff, 'special'],
	[0xfdfb000000, 0xfdfbffffff, 'special'], [0xfdfc000000, 0xfdfdffffff, 'special', 'IoCtl'],
	[0xfdfe000000, 0xfdffffffff, 'special'], [0xfe00000000, 0xfe1fffffff, 'special'],
	[0xfe20000000, 0xffffffffff, 'special']);

sub special_range {
	my ($self, $iova) = @_;
	my ($unit) = $self->{kernel}->units;
	my $ignored = $self->{kernel}->has('amd_iommu', 'features2')
		&& $self->{kernel}->get('amd_iommu', 'features2', $unit->{at}) >> 11 & 1;
	my ($range) = grep { $iova >= $_->[0] && $iova <= $_->[1] && !($ignored && $_->[0] > 0xffffffff) }
		@special_ranges;
	return $range;
}

sub walk_document {
	my ($self, $place, $iova, $may_be_special) = @_;
	my $table = $place->{table};
	my $range = $may_be_special ? $self->special_range($iova) : undef;
	my %document = (refusal_of($place->{entry}),
			$place->{device} ? $self->special_of(sbdf_of($place->{device})) : (),
			device => $place->{device}, domain_id => $place->{domain_id}, pasid => $place->{pasid},
			iova => hex_of($iova), format => $table ? $table->{format} : undef,
			levels => $table ? $table->{levels} : 0, root => $table ? hex_of($table->{root}) : undef,
			steps => $place->{before} // [], mapped => flag(0), pa => undef, page_size => undef, state => $place->{state});
	if ($place->{task}) {
		@document{qw(pid comm)} = @{$place->{task}}{qw(pid comm)};
	}
	my $host = $table ? $table->{host} : $place->{host};
	if ($host) {
		@document{qw(host_format host_levels)} = @{$host}{qw(format levels)};
		$document{host_root} = hex_of($host->{root});
	}
	if ($range) {
		return {%document, steps => [], state => 'not-mapped',
			special_range => {first => hex_of($range->[0]), last => hex_of($range->[1]), what => WORDS, interrupt => flag($range->[2] eq 'interrupt'),
					  decided_by => $range->[3]}};
	}
	if (!$table) {
		return \%document if $place->{state} ne 'passthrough';
		return {%document, mapped => flag(1), pa => hex_of($iova), read => flag($place->{read}),
			write => flag($place->{write}), target => $self->target_document($iova)};
	}
	my $walk = walk($self->{image}, $table, $iova);
	$document{state} = $walk->{state};
	$document{steps} = [@{$place->{before} // []}, @{$walk->{steps}}];
	$document{gpa} = hex_of($walk->{gpa}) if defined $walk->{gpa};
	$self->add_neighbours(\%document, $table, $iova) if $walk->{state} eq 'not-mapped' && !$table->{host};
	return \%document if $walk->{state} ne 'mapped';
	$document{user} = flag($walk->{user}) if $table->{format} eq 'amdv2';
	return {%document, mapped => flag(1), pa => hex_of($walk->{pa}), page_size => hex_of(1 << $walk->{lg2}),
		read => flag($walk->{read} && $place->{read}), write => flag($walk->{write} && $place->{write}),
		target => $self->target_document($walk->{pa})};
}

# The last byte mapped below a hole and the first above it.
sub add_neighbours {
	my ($self, $document, $table, $iova) = @_;
	return if $iova > limit_of($table);
	my @leaves = @{scan($self->{image}, $table)->{leaves}};
	my ($below) = grep { $_->{iova} < $iova } reverse @leaves;
	my ($above) = grep { $_->{iova} > $iova } @leaves;
	$document->{nearest_below} = hex_of($below->{iova} + $below->{bytes} - 1) if $below;
	$document->{nearest_above} = hex_of($above->{iova}) if $above;
}

# ---- map ----

sub answer_map {
	my ($self, $options) = @_;
	my $place = $self->place($options);
	my ($first, $last) = map { /^(?:0x)?([0-9a-f]+)-(?:0x)?([0-9a-f]+)$/ ? (hex $1, hex $2) : () }
		@{$options->{arguments}};
	my %document = (device => $place->{device}, domain_id => $place->{domain_id}, state => $place->{state},
			mappings => [], refusal_of($place->{entry}));
	$document{pasid} = $place->{pasid} if exists $place->{pasid};
	my $table = $place->{table} or return \%document;
	my $scan = scan($self->{image}, $table, $first, $last, $self->{kernel}->variable('max_pfn', 8));
	my %pages;
	my @rows = merge_rows(@{$scan->{leaves}});
	my @leaves = @{$scan->{leaves}};
	my ($asked) = map { /^(?:0x)?([0-9a-f]+)$/ ? hex $1 : () } @{$options->{arguments}};
	if (defined $asked) { # the row around it, whatever else there is
		@rows = grep { $asked >= $_->{iova} && $asked - $_->{iova} < $_->{bytes} } @rows;
		@leaves = grep { my $leaf = $_; grep { $leaf->{iova} >= $_->{iova} && $leaf->{iova} - $_->{iova} < $_->{bytes} } @rows } @leaves;
		$document{asked} = {iova => hex_of($asked), pa => @rows ? hex_of($rows[0]{pa} + $asked - $rows[0]{iova}) : undef};
	}
	$pages{hex_of(1 << $_->{lg2})} += $_->{bytes} >> $_->{lg2} || 1 for @leaves;
	$document{mappings} = [map { $self->row_document($place, $table, $_) } @rows];
	my $bytes = bytes_of($scan);
	$bytes = @rows ? $rows[0]{bytes} : 0 if defined $asked;
	$document{totals} = {bytes => $bytes, pages => \%pages, damaged => $scan->{damaged},
			     tables => $scan->{tables}, tables_not_in_dump => $scan->{not_in_dump},
			     tables_unreadable => $scan->{unreadable}};
	return \%document;
}

sub row_document {
	my ($self, $place, $table, $row) = @_;
	my %document = (iova => hex_of($row->{iova}), end => hex_of($row->{iova} + ($row->{bytes} - 1)),
			pa => hex_of($row->{pa}), page_size => hex_of(1 << $row->{lg2}),
			read => flag($row->{read} && $place->{read}), write => flag($row->{write} && $place->{write}));
	$document{user} = flag($row->{user}) if $table->{format} eq 'amdv2';
	$document{gpa} = hex_of($row->{gpa}) if defined $row->{gpa};
	return \%document;
}

# ---- who ----

# Where the words of who lead: [first, last], and the keys that name what was asked.
sub memory_asked {
	my ($self, $options) = @_;
	my $kernel = $self->{kernel};
	return map {
		my ($word, %named) = ($_);
		my ($first, $last) = map { hex } split /-/, $word;
		if ($options->{s}) {
			my $array = $kernel->variable('vmemmap_base', 8);
			%named = (struct_page => hex_of($first));
			$first = ($first - $array) / $self->{image}{type}{page} << 12;
			$last = $first + 0xfff;
		} elsif ($options->{k}) {
			%named = (kernel_address => hex_of($first));
			$first = $self->{image}->pa_of($first);
		} elsif (defined $options->{u}) {
			%named = (user_address => hex_of($first), pid => $options->{u} + 0);
			my $head = $kernel->symbol('init_task') + $self->{image}->offset('task_struct', 'tasks');
			my ($task) = grep { $kernel->get('task_struct', 'pid', $_) == $options->{u} }
				$self->{image}->list($head, 'task_struct', 'tasks');
			my $pgd = $kernel->get('mm_struct', 'pgd', $kernel->get('task_struct', 'mm', $task));
			$first = walk($self->{image}, {format => 'x86_64', root => $self->{image}->pa_of($pgd), levels => 4},
				      $first)->{pa};
		}
		{first => $first, last => $last // $first, range => defined $last, named => \%named};
	} @{$options->{arguments}};
}

sub ids_of {
	my ($self, $device) = @_;
	my $alias = $self->{kernel}->alias_of($device->{sbdf});
	return ($device->{sbdf}, $alias // ());
}

# Who a row is about, by the entry of one of its ids.
sub user_document {
	my ($self, $device, $entry, $pasid, $task) = @_;
	my $group = $self->{kernel}->group_of($device);
	return {device => $device->{name}, group => $group ? $group->{id} : undef, driver => $device->{driver},
		domain_id => $entry->{v} ? $entry->{domain_id} : undef, pasid => $pasid, by => 'hardware',
		$task ? map { $_ => $task->{$_} } qw(pid comm) : ()};
}

# Every table, those of domains first, with who uses it: {table, name, users: [[document, read, write]]}
sub spaces_of_machine {
	my ($self) = @_;
	my $kernel = $self->{kernel};
	my (@spaces, %by_key);
	for my $domain (grep { $_->{format} } $kernel->all_domains) {
		my $table = $kernel->walkable($domain);
		push @spaces, $by_key{table_key($table)} = {table => $table, users => [],
			name => sprintf('domain 0x%x (%s)', $domain->{id}, $domain->{type})};
	}
	for my $device ($kernel->devices) {
		my %said;
		for my $sbdf ($self->ids_of($device)) {
			my $named = {%$device, sbdf => $sbdf};
			my $entry = $self->entry_of($named) or next;
			for my $way ($self->ways_of($named)) {
				my ($pasid, $place) = @$way;
				my $key = table_key($place->{table});
				push @spaces, $by_key{$key} = {table => $place->{table}, users => []} if !$by_key{$key};
				my $user = $self->user_document($device, $entry, $pasid, $place->{task});
				next if $said{join ' ', $key, map { $_ // '-' } $pasid, $entry->{read}, $entry->{write},
					      $user->{domain_id}}++;
				push @{$by_key{$key}{users}}, [$user, $entry->{read}, $entry->{write}];
			}
		}
	}
	$self->add_by_driver($_, \%by_key) for grep { $self->is_unread($_) } $kernel->devices;
	return @spaces;
}

# Whether the way of its requests without a PASID ends at a table that cannot be read.
sub is_unread {
	my ($self, $device) = @_;
	my $entry = $self->entry_of($device) or return 1;
	return 0 if $entry->{state} ne 'guest-translated';
	my $found = walk($self->{image}, $self->gcr3_of($device, $entry), 0);
	return scalar grep { $_->{problem} } @{$found->{steps}};
}

# What the driver has of such a device stands in for it.
sub add_by_driver {
	my ($self, $device, $by_key) = @_;
	my $attached = $self->{kernel}->attached($device) or return;
	my $domain = $self->{kernel}->domain($attached);
	my $space = $domain->{format} && $by_key->{table_key($self->{kernel}->walkable($domain))} or return;
	my $user = $self->user_document($device, {v => 1, domain_id => $domain->{id}});
	push @{$space->{users}}, [{%$user, by => 'driver'}, 1, 1];
}

sub cut_row {
	my ($row, $asked) = @_;
	my ($first, $last) = ($row->{pa}, $row->{pa} + $row->{bytes} - 1);
	return () if $first > $asked->{last} || $last < $asked->{first};
	$first = $asked->{first} if $first < $asked->{first};
	$last = $asked->{last} if $last > $asked->{last};
	return {%$row, pa => $first, iova => $row->{iova} + $first - $row->{pa}, bytes => $last - $first + 1};
}

sub stretch_document {
	my ($asked, $row) = @_;
	return (iova => hex_of($row->{iova}),
		$asked->{range} ? (end => hex_of($row->{iova} + ($row->{bytes} - 1)), pa => hex_of($row->{pa})) : ());
}

# What of a stretch is memory to requests without a PASID: the rest of it lies between the special ranges.
sub memory_parts {
	my ($self, $row) = @_;
	my ($at, $last, @parts) = ($row->{iova}, $row->{iova} + $row->{bytes} - 1);
	while ($at <= $last) {
		if (my $special = $self->special_range($at)) {
			$at = $special->[1] + 1;
			next;
		}
		my ($next) = grep { $_ > $at && $self->special_range($_) } map { $_->[0] } @special_ranges;
		my $end = defined $next && $next <= $last ? $next - 1 : $last;
		push @parts, {%$row, iova => $at, pa => $row->{pa} + $at - $row->{iova}, bytes => $end - $at + 1};
		$at = $end + 1;
	}
	return @parts;
}

# Those whose requests pass: of devices, and of ids that no device has, as they stand in the device table.
sub open_documents {
	my ($self, $asked) = @_;
	my $row = {iova => $asked->{first}, pa => $asked->{first}, bytes => $asked->{last} - $asked->{first} + 1};
	my @parts = $self->memory_parts($row);
	return map {
		my $device = $_;
		my $entry = $self->entry_of($device);
		!$entry || $entry->{state} ne 'passthrough' || !($entry->{read} || $entry->{write}) ? () : map {
			{%{$self->user_document($device, $entry)}, stretch_document($asked, $_), page_size => undef,
			 read => flag($entry->{read}), write => flag($entry->{write}),
			 via => $entry->{v} ? 'passthrough' : 'unfiltered'}
		} @parts;
	} $self->{kernel}->devices;
}

sub reach_document {
	my ($self, $asked, @spaces) = @_;
	my (@reach, @unused);
	for my $space (@spaces) {
		for my $row (map { cut_row($_, $asked) } merge_rows(@{$space->{scan}{leaves}})) {
			push @unused, {space => $space->{name}, iova => hex_of($row->{iova}),
				       end => hex_of($row->{iova} + $row->{bytes} - 1), read => flag($row->{read}),
				       write => flag($row->{write})} if !@{$space->{users}};
			for my $user (@{$space->{users}}) {
				my ($document, $read, $write) = @$user;
				push @reach, {%$document, stretch_document($asked, $_), via => 'mapped',
					page_size => hex_of(1 << $row->{lg2}), read => flag($row->{read} && $read),
					write => flag($row->{write} && $write),
					$space->{table}{format} eq 'amdv2' ? (user => flag($row->{user})) : ()}
					for defined $document->{pasid} ? $row : $self->memory_parts($row);
			}
		}
	}
	my $page = $self->target_document($asked->{first});
	return {%{$asked->{named}}, pa => hex_of($asked->{first}), $asked->{range} ? (last => hex_of($asked->{last})) : (),
		page => $page, vfio_areas => exists $page->{problem} ? undef : [],
		reach => [@reach, $self->open_documents($asked)], unused => \@unused};
}

sub answer_who {
	my ($self, $options) = @_;
	my @asked = $self->memory_asked($options);
	my @spaces = $self->spaces_of_machine;
	my %sum = map { $_ => 0 } qw(tables damaged unreadable not_in_dump);
	for my $space (@spaces) {
		$space->{scan} = scan($self->{image}, $space->{table}, undef, undef, $self->{kernel}->variable('max_pfn', 8));
		$sum{$_} += $space->{scan}{$_} for keys %sum;
	}
	my @answers = map { $self->reach_document($_, @spaces) } @asked;
	my @unknown = map { $_->{name} } grep { $self->is_unread($_) } $self->{kernel}->devices;
	return {@answers == 1 ? %{$answers[0]} : (answers => \@answers), unknown => \@unknown,
		scanned => {spaces => scalar @spaces, tables => $sum{tables}, missing => $sum{not_in_dump},
			    unreadable => $sum{unreadable}, damaged => $sum{damaged}}};
}

# ---- interrupts ----

sub vm_document {
	my ($vm) = @_;
	return undef if !$vm;
	return {address => hex_of($vm->{at}), avic_vm_id => $vm->{avic}, comm => $vm->{comm},
		nr_vcpus => $vm->{nr_vcpus}, pid => $vm->{pid}};
}

sub cpu_text {
	my ($self, $logical, $destination) = @_;
	my @cpus = $logical ? $self->{kernel}->cpus_of_set($destination) : $self->{kernel}->cpu_of_apic($destination);
	return @cpus && !grep({ !defined } @cpus) ? 'cpu ' . join(',', @cpus) : WORDS;
}

sub answer_irt {
	my ($self, $options) = @_;
	return {tables => [], entries => [$self->entry_of_irq($options->{q})]} if defined $options->{q};
	my @tables = map { $self->interrupt_table($self->device_of($_), $options->{a}) }
		@{$options->{arguments}}, $options->{d} // ();
	return {tables => [map { @{$_->{documents}} } @tables], entries => [map { @{$_->{entries}} } @tables]};
}

sub interrupt_table {
	my ($self, $device, $all) = @_;
	my $entry = $self->entry_of($device);
	return {entries => [], documents => []} if !$entry->{iv};
	my $wide = $self->{kernel}->variable('amd_iommu_guest_ir', 4);
	my $nr_words = $wide ? 2 : 0.5;
	my %irq_of = map { $_->{index} => $_ } grep { $_->{devid} == ($device->{sbdf} & 0xffff) } $self->{kernel}->irqs;
	my %counts = map { $_ => 0 } qw(enabled disabled disabled_without_irq unread);
	my @entries;
	for my $index (0 .. (1 << $entry->{int_tab_len}) - 1) {
		my $at = $entry->{int_tab_root} + $index * 8 * $nr_words;
		my @words = $wide ? $self->{image}->pa_words($at, 2) : $self->{image}->pa_number($at, 4);
		if (!defined $words[0]) {
			$counts{unread}++;
			next;
		}
		my $enabled = bits($words[0], 0, 0);
		my $used = $enabled || ($wide ? bits($words[1], 7, 0) : $words[0]);
		next if !$used;
		$counts{$enabled ? 'enabled' : 'disabled'}++;
		$counts{disabled_without_irq}++ if !$enabled && !$irq_of{$index};
		push @entries, $self->interrupt_document($device, $index, $wide, $irq_of{$index}, @words)
			if $enabled || $all;
	}
	return {entries => \@entries,
		documents => [{%counts, $self->special_of($device->{sbdf}), device => $device->{name}, address => hex_of($entry->{int_tab_root}),
			     length => 1 << $entry->{int_tab_len}, entry_bytes => $wide ? 16 : 4}]};
}

# A number of an interrupt leads to one entry.
sub entry_of_irq {
	my ($self, $number) = @_;
	my ($irq) = grep { $_->{irq} == $number } $self->{kernel}->irqs or return ();
	my ($device) = grep { ($_->{sbdf} & 0xffff) == $irq->{devid} } $self->{kernel}->devices;
	my ($entry) = grep { $_->{index} == $irq->{index} } @{$self->interrupt_table($device, 1)->{entries}};
	return $entry // ();
}

sub interrupt_document {
	my ($self, $device, $index, $wide, $irq, @words) = @_;
	my $posted = $wide && bits($words[0], 7, 7);
	my $record = !$wide ? 'irte32' : $posted ? 'irte_vapic' : 'irte128';
	my $get = sub { field($record, $_[0], @words) };
	my %document = ($self->special_of($device->{sbdf}),
			device => $device->{name}, index => $index, irq => $irq ? $irq->{irq} : undef,
			name => $irq ? $irq->{names}[0] : undef, names => $irq ? $irq->{names} : [], raw => [map { hex_of($_) } @words],
			fields => $self->fields($record, @words), vector => $get->('vector'),
			destination => $get->('destination'),
			mode => !bits($words[0], 0, 0) ? 'disabled' : $posted ? 'vapic' : 'remapped');
	return \%document if $document{mode} eq 'disabled';
	if (!$posted) {
		$document{cpus} = $self->cpu_text($get->('dm'), $document{destination});
		return \%document;
	}
	my ($vm, $vcpu) = $self->{kernel}->posted_to($get->('ga_tag'), $get->('ga_root'));
	return {%document, ga_tag => hex_of($get->('ga_tag')), running => flag($get->('is_run')),
		cpus => $get->('is_run') ? $self->cpu_text(0, $document{destination}) : undef,
		vm => vm_document($vm), vcpu => $vcpu};
}

sub answer_owner {
	my ($self, $options) = @_;
	my $kernel = $self->{kernel};
	my $some = defined $options->{g} || defined $options->{d};
	my $sbdf = sbdf_of($options->{d} // '');
	my @groups = grep {
		!$some || defined $options->{g} && $_->{id} == $options->{g}
			|| defined $sbdf && grep { $_->{sbdf} == $sbdf } @{$_->{devices}}
	} $kernel->groups;
	return {} if defined $options->{g} && !@groups; # no such group: a note says so
	my @held = grep { $_->[1] } map { [$_, $kernel->vfio_holder($_)] } @groups;
	my %document = (owners => [map { $self->owner_of_group($_) } @groups]);
	return \%document if $some;
	return {%document, vms => undef} if !defined $kernel->vm_list;
	return {%document, vms => [map { my $vm = $_; +{%{vm_document($vm)},
		groups => [map { $_->[0]{id} } grep { ($_->[1]{kvm} // 0) == $vm->{at} } @held]} } $kernel->vms]};
}

# VFIO, or somebody who is not: an owner that does not point back to the group.
sub owner_of_group {
	my ($self, $group) = @_;
	my $holder = $self->{kernel}->vfio_holder($group);
	return $self->holder_document($group, $holder) if $holder;
	return () if !defined $group->{owner} || !$self->{kernel}->has('vfio_group', 'iommu_group');
	return {group => $group->{id}, devices => [map { $_->{name} } @{$group->{devices}}], kind => 'user',
		owner => hex_of($group->{owner})};
}

# The process is the one that mapped the first area.
sub holder_document {
	my ($self, $group, $holder) = @_;
	my @areas = map { my $area = $_; +{map({ $_ => hex_of($area->{$_}) } qw(iova end vaddr)),
		map({ $_ => flag($area->{$_}) } qw(read write)), pid => $area->{pid}} } @{$holder->{areas}};
	my $first = $holder->{areas}[0] // {};
	return {group => $group->{id}, devices => [map { $_->{name} } @{$group->{devices}}], kind => 'VFIO',
		pid => $first->{pid}, comm => defined $first->{pid} ? $first->{comm} : undef, areas => $holder->{areas_unknown} ? undef : \@areas,
		vfio_group => hex_of($holder->{group}), vfio_iommu => hex_of($holder->{iommu}),
		container => hex_of($holder->{container}), kvm => hex_of($holder->{kvm}),
		vm => defined $holder->{kvm} ? vm_document($self->{kernel}->vm($holder->{kvm})) : undef};
}

# ---- rings ----

sub ring {
	my ($self, $member) = @_;
	my ($unit) = $self->{kernel}->units;
	return ($unit, $self->{kernel}->get('amd_iommu', $member, $unit->{at}));
}

sub ring_entries {
	my ($self, $at, $nr_words, $nr) = @_;
	my @all = map { [$self->{image}->kva_words($at + 8 * $nr_words * $_, $nr_words)] } 0 .. $nr - 1;
	return grep { grep { $_ } @{$all[$_]}[0 .. $nr_words - 1] } 0 .. $nr - 1;
}

sub log_document {
	my ($self, $unit, $at, $index, $nr_words, $record, $name) = @_;
	my @words = $self->{image}->kva_words($at + 8 * $nr_words * $index, $nr_words);
	my $fields = $record ? $self->fields($record, @words) : undef;
	my %document = (index => $index, name => $name, unit => devname($unit->{sbdf}), summary => WORDS,
			raw => [map { hex_of($_) } @words], device => undef);
	$document{fields} = $fields if $fields;
	if ($fields && exists $fields->{device_id}) {
		$document{device} = devname($fields->{device_id});
		%document = (%document, $self->special_of($fields->{device_id}));
	}
	return \%document;
}

sub special_of {
	my ($self, $id) = @_;
	my $name = $self->{kernel}->special_name($id) // return ();
	return (special => $name);
}

# A log of which nothing says how far it was read: every entry that is not zero.
sub log_answer {
	my ($self, $key, $member, $nr_words, $record_of) = @_;
	my ($unit, $at) = $self->ring($member);
	my @entries;
	for my $index ($self->ring_entries($at, $nr_words, 512)) {
		my @words = $self->{image}->kva_words($at + 8 * $nr_words * $index, $nr_words);
		my ($record, $name) = $record_of->(@words);
		my $document = $self->log_document($unit, $at, $index, $nr_words, $record, $name);
		$document->{code} = bits($words[0], 63, 60);
		push @entries, $document;
	}
	my %ends = (head => undef, tail => undef);
	return {%ends, $key => \@entries,
		rings => [{%ends, address => hex_of($at), unit => devname($unit->{sbdf})}]};
}

# Bits 23:16 of the address of an interrupt in HyperTransport's range are the low eight of its index.
sub index_of_event {
	my ($event) = @_;
	my %f = %{$event->{fields}};
	return undef if !(exists $f{i} ? $f{i} : $event->{code} == 8 && !$f{tr});
	return $f{address} =~ /^0x(?:f{6})?fdf8([0-9a-f]{2})[0-9a-f]{4}$/ ? hex $1 : undef;
}

# The entries that it can be: those of this kernel's interrupts, else the first of that index.
sub candidates {
	my ($self, $device, $low) = @_;
	my @irqs = grep { $_->{devid} == $device->{sbdf} && ($_->{index} & 0xff) == $low } $self->{kernel}->irqs;
	my $dte = $self->entry_of($device);
	return map {
		my ($index, $irq) = @$_;
		my %document = (index => $index, irq => $irq && $irq->{irq}, name => $irq && $irq->{names}[0],
				mode => undef, problem => WORDS);
		my @words = $dte->{iv} && $index < 1 << $dte->{int_tab_len}
			? $self->{image}->pa_words($dte->{int_tab_root} + 16 * $index, 2) : ();
		if (defined $words[0]) {
			my $entry = $self->interrupt_document($device, $index, 1, $irq, @words);
			delete $document{problem};
			$document{$_} = $entry->{$_} for grep { exists $entry->{$_} } qw(mode vm vcpu ga_tag);
			@document{qw(cpus vector)} = @{$entry}{qw(cpus vector)} if $entry->{mode} eq 'remapped';
		}
		\%document;
	} @irqs ? map { [$_->{index}, $_] } @irqs : [$low, undef];
}

sub answer_events {
	my ($self) = @_;
	my $answer = $self->log_answer('events', 'evt_buf', 2, \&event_record);
	for my $event (grep { $_->{fields} } @{$answer->{events}}) {
		my $low = index_of_event($event) // next;
		$event->{interrupts} = [$self->candidates($self->device_of($event->{device}), $low)];
	}
	return $answer;
}

sub answer_galog {
	my ($self) = @_;
	my $answer = $self->log_answer('entries', 'ga_log', 1, sub {
		return bits($_[0], 63, 60) == 1 ? ('ga_log_not_running', 'GUEST_NR') : ();
	});
	for my $entry (grep { $_->{fields} } @{$answer->{entries}}) {
		my ($vm, $vcpu) = $self->{kernel}->posted_to($entry->{fields}{ga_tag}, 0);
		$entry->{ga_tag} = hex_of($entry->{fields}{ga_tag});
		@{$entry}{qw(vm vcpu)} = (vm_document($vm), $vcpu);
	}
	return $answer;
}

sub answer_ppr {
	my ($self) = @_;
	return $self->log_answer('requests', 'ppr_log', 2, sub {
		return bits($_[0], 63, 60) == 1 ? ('ppr_page_request', 'PAGE_SERVICE_REQUEST') : ();
	});
}

# The semaphore of COMPLETION_WAIT commands, and how many waits are open by it (undef: it does not say). Kernels
# with cmd_sem_val count them and point to it; others have it in struct amd_iommu, 0 before a wait and 1 after.
sub semaphore_of {
	my ($self, $unit, @waits) = @_;
	my ($kernel, $image) = ($self->{kernel}, $self->{image});
	my $counts = $kernel->has('amd_iommu', 'cmd_sem_val');
	my $at = $counts ? $kernel->get('amd_iommu', 'cmd_sem', $unit->{at})
		: $unit->{at} + $image->offset('amd_iommu', 'cmd_sem');
	my $value = $image->kva_number($at);
	my $expected = $counts ? $kernel->get('amd_iommu', 'cmd_sem_val', $unit->{at}) : undef;
	my %document = (address => hex_of($at), value => hex_of($value));
	$document{expected} = hex_of($expected) if $counts;
	my $stores_at = @waits ? $waits[-1]{stores_at} : $image->pa_of($at);
	my $open = $counts ? $expected - $value : $value == 1 ? 0 : $value == 0 && @waits ? 1 : undef;
	$open = undef if defined $open && ($open < 0 || $open > 512);
	if ($stores_at != $image->pa_of($at)) {
		$document{waits_store_at} = hex_of($stores_at);
		$open = undef;
	}
	$document{open} = $open;
	my @answered = !defined $open ? () : $counts ? grep { $_->{data} == $value } @waits
		: @waits[0 .. $#waits - $open];
	return (\%document, $open, @answered ? $answered[-1]{position} + 1 : undef);
}

# Commands from the oldest, which stands at the tail. What is behind the last wait that is answered is open, or,
# where that is not told, what is behind the head; up to the next wait the unit waits for device TLBs.
sub answer_commands {
	my ($self) = @_;
	my $kernel = $self->{kernel};
	my ($unit, $at) = $self->ring('cmd_buf');
	my ($head, $tail) = map { $kernel->get('amd_iommu', $_, $unit->{at}) / 16 } qw(cmd_buf_head cmd_buf_tail);
	my (@commands, @waits);
	for my $position (0 .. 511) {
		my $index = ($tail + $position) % 512;
		my @words = $self->{image}->kva_words($at + 16 * $index, 2);
		next if !grep { $_ } @words;
		my ($record, $name) = command_record(@words);
		my $document = $self->log_document($unit, $at, $index, 2, $record, $name);
		$document->{opcode} = bits($words[0], 63, 60);
		delete $document->{summary} if grep { $_ == $document->{opcode} } 8, 9, 10;
		push @commands, [$position, $document];
		push @waits, {position => $position, data => $words[1],
			      stores_at => bits($words[0], 51, 3) << 3 & ~$kernel->enc_mask} if $document->{opcode} == 1;
	}
	my ($semaphore, $open, $first_open) = $self->semaphore_of($unit, @waits);
	$first_open //= 512 - ($tail - $head) % 512;
	$_->[1]{done} = flag($_->[0] < $first_open) for @commands;
	my %ends = (head => $head, tail => $tail);
	my %ring = (%ends, address => hex_of($at), unit => devname($unit->{sbdf}), semaphore => $semaphore);
	if ($open && $first_open < 512) {
		my ($wait) = grep { $_->{position} >= $first_open } @waits;
		my %devices = map { $_->[1]{device} => 1 } grep { $_->[1]{opcode} == 4 && $_->[0] >= $first_open
			&& $_->[0] < ($wait ? $wait->{position} : 512) } @commands;
		$ring{waits_for} = ($tail + $first_open) % 512;
		$ring{waits_for_devices} = [sort keys %devices];
	}
	my @shown = map { $_->[1] } grep { $_->[0] >= $first_open - 16 } @commands;
	return {%ends, commands => \@shown, rings => [\%ring]};
}

# ---- units ----

# drivers/iommu/amd/init.c: the names that the driver prints of bits 0 to 9 of the extended features; of guest
# vAPIC (bit 21); amd_iommu_types.h has the sizes of the rings.
my @feature_names = qw(PreF PPR X2APIC NX GT [5] IA GA HE PC);
my %ring_bytes = (cmd_buf => 8192, evt_buf => 8192, ppr_log => 512 * 16, ga_log => 512 * 8);
my %ring_keys = (cmd_buf => 'command_buffer', evt_buf => 'event_log', ppr_log => 'ppr_log', ga_log => 'ga_log');

sub features_of {
	my ($self, $unit) = @_;
	my $kernel = $self->{kernel};
	my $of_all = $kernel->variable('amd_iommu_efr', 8);
	return (undef) if !defined $of_all && !$kernel->has('amd_iommu', 'features');
	my $raw = $of_all // $kernel->get('amd_iommu', 'features', $unit->{at});
	my @names = map { $raw >> $_ & 1 ? $feature_names[$_] : () } 0 .. $#feature_names;
	push @names, 'GA_vAPIC' if $raw >> 21 & 1;
	return ({raw => hex_of($raw), common => flag(defined $of_all), names => \@names}, $raw);
}

sub unit_document {
	my ($self, $unit) = @_;
	my $kernel = $self->{kernel};
	my %of = map { $_ => $kernel->has('amd_iommu', $_) ? $kernel->get('amd_iommu', $_, $unit->{at}) : undef }
		qw(features2 cap cap_ptr acpi_flags), keys %ring_keys;
	my ($features, $raw) = $self->features_of($unit);
	my @served = grep { ($kernel->unit_of($_->{sbdf}) // {at => 0})->{at} == $unit->{at} } $kernel->devices;
	my %document = (vendor => 'AMD-Vi', device => devname($unit->{sbdf}), address => hex_of($unit->{at}),
			mmio_pa => hex_of($unit->{mmio}), features => $features,
			irq_mode => WORDS, nr_devices => scalar @served,
			devices => [map { $_->{name} } @served]);
	if ($features) {
		$document{efr} = fields_of('efr', $raw);
		$features->{raw2} = hex_of($of{features2}) if defined $of{features2};
	}
	$document{efr2} = fields_of('efr2', $of{features2}) if defined $of{features2};
	$document{capability} = fields_of('cap', $of{cap}) if defined $of{cap};
	$document{ivhd_flags} = hex_of($of{acpi_flags}) if defined $of{acpi_flags};
	$document{cap_offset} = hex_of($of{cap_ptr}) if defined $of{cap_ptr};
	$document{$ring_keys{$_}} = $of{$_} ? {address => hex_of($of{$_}), bytes => $ring_bytes{$_}} : undef
		for keys %ring_keys;
	return \%document;
}

sub answer_units {
	my ($self) = @_;
	return {units => [map { $self->unit_document($_) } $self->{kernel}->units]};
}

# ---- firmware ----

# ACPI's list of tables: address 8, length 4 bytes at 16, signature at 20, 32 bytes each.
sub ivrs_place {
	my ($self) = @_;
	my $kernel = $self->{kernel};
	my $list = $kernel->symbol('acpi_gbl_root_table_list') // return ();
	my $tables = $kernel->get('acpi_table_list', 'tables', $list) or return ();
	for my $nth (0 .. $kernel->get('acpi_table_list', 'current_table_count', $list) - 1) {
		my $at = $tables + $self->{image}{type}{acpi_table_desc} * $nth;
		my ($pa, $length, $signature) = map { $kernel->get('acpi_table_desc', $_, $at) }
			qw(address length signature);
		return ($pa, $length) if pack('L<', $signature) eq 'IVRS';
	}
	return ();
}

sub answer_acpi {
	my ($self) = @_;
	my ($pa, $length) = $self->ivrs_place or return undef;
	my $bytes = $self->{image}->read_bytes(1, $pa, $length);
	return {ivrs => undef, driver => $self->driver_side} if !defined $bytes;
	my $table = parse_ivrs($bytes);
	my $n = \&TruthIvrs::number;
	my @blocks = map { $_->{document} } @{$table->{blocks}};
	for my $piece (@blocks, map { @{$_->{entries}} } @blocks) {
		$piece->{damage} = WORDS if $piece->{damage};
	}
	my ($findings, $unity) = $self->compare_firmware($table);
	return {findings => $findings, unity => $unity,
		ivrs => {address => hex_of($pa), length => $table->{length}, revision => $n->($bytes, 8, 1),
			 oem_id => substr($bytes, 10, 6) =~ s/\0.*//sr, oem_table_id => substr($bytes, 16, 8) =~ s/\0.*//sr,
			 oem_revision => $n->($bytes, 24, 4), checksum_ok => flag($table->{checksum_ok}),
			 ivinfo => fields_of('ivinfo', $n->($bytes, 36, 4)), blocks => \@blocks}};
}

sub driver_side {
	my ($self) = @_;
	my $kernel = $self->{kernel};
	my @devices = map {
		my ($alias, $unit) = ($kernel->alias_of($_->{sbdf}), $kernel->unit_of($_->{sbdf}));
		{device => $_->{name}, alias => defined $alias ? devname($alias) : undef,
		 unit => $unit ? devname($unit->{sbdf}) : undef}
	} $kernel->devices;
	return {units => scalar(my @u = $kernel->units), devices => \@devices, unity => []};
}

# What the driver keeps of unity maps: [first, last, start, end] with the end exclusive.
sub unity_maps {
	my ($self, $segment) = @_;
	my $kernel = $self->{kernel};
	return map { my $at = $_; [map { $kernel->get('unity_map_entry', $_, $at) }
				    qw(devid_start devid_end address_start address_end)] }
		$self->{image}->list($kernel->tables_of($segment << 16)->{unity_map}, 'unity_map_entry', 'list');
}

sub firmware_view {
	my ($table, $device) = @_;
	my $of = $table->{served}{$device->{sbdf} >> 16} //= served($table, $device->{sbdf} >> 16);
	my $id = $device->{sbdf} & 0xffff;
	return {unit => $of->{unit}{$id}, alias => $of->{alias}{$id}};
}

sub unit_findings {
	my ($self, $table) = @_;
	my %unit = map { $_->{sbdf} => $_ } $self->{kernel}->units;
	my @used = grep { $_->{used} } @{$table->{blocks}};
	my $findings = grep { !$unit{$_->{sbdf}} || $unit{$_->{sbdf}}{mmio} != $_->{mmio} } @used;
	return $findings + grep { my $u = $_; !grep { $_->{sbdf} == $u } @used } keys %unit;
}

sub device_findings {
	my ($self, $table) = @_;
	my $kernel = $self->{kernel};
	my %lists;
	for my $device ($kernel->devices) {
		next if grep { $_->{sbdf} == $device->{sbdf} } $kernel->units;
		my $view = firmware_view($table, $device);
		my $unit = $kernel->unit_of($device->{sbdf});
		my $alias = $kernel->alias_of($device->{sbdf}) // $device->{sbdf};
		my $by_firmware = defined $view->{alias} ? ($device->{sbdf} & ~0xffff) | $view->{alias} : $device->{sbdf};
		my ($one, $other) = map { $_ == $device->{sbdf} ? 'none' : $_ } $by_firmware, $alias;
		$lists{"alias $one $other"}++ if $by_firmware != $alias;
		$lists{"unit $view->{unit} $unit->{sbdf}"}++ if $unit && $view->{unit} && $view->{unit} != $unit->{sbdf};
		$lists{$view->{unit} ? 'unserved' : 'uncovered'}++ if !$unit;
	}
	return scalar keys %lists; # devices that are alike share one
}

sub memory_blocks {
	my ($table, $device) = @_;
	return grep { asks_for_memory($_) && $device->{sbdf} >= $_->{first} && $device->{sbdf} <= $_->{last} } @{$table->{blocks}};
}

sub pages_of {
	my ($block) = @_;
	return ($block->{start} & ~0xfff, ($block->{start} + $block->{bytes} - 1) | 0xfff);
}

# Pages that lead to themselves, with the permissions that are asked for.
sub unity_document {
	my ($self, $device, $block) = @_;
	my ($first, $last) = pages_of($block);
	my $entry = $self->entry_of($device);
	my ($read, $write) = map { $block->{exclusion_range} || $block->{$_} } qw(ir iw);
	my %document = (device => $device->{name}, by => sprintf('IVMD +%x', $block->{offset}),
			start => hex_of($first), end => hex_of($last), read => flag($read), write => flag($write));
	return {%document, table => $entry->{state}} if $entry->{state} ne 'translated';
	my ($same, $allowed) = (0, 0);
	my $unread; # the first page that is not as it should be: because nobody can tell
	for (my $at = $first; $at < $last; $at += 4096) {
		my $walk = walk($self->{image}, $entry->{host}, $at);
		my $step = $walk->{steps}[-1];
		$unread //= $step && !defined $step->{entry} ? 1 : 0 if $walk->{state} ne 'mapped' || $walk->{pa} != $at;
		next if $walk->{state} ne 'mapped' || $walk->{pa} != $at
			|| $read && !$walk->{read} || $write && !$walk->{write};
		$same += 4096;
		$allowed += 4096 if (!$read || $entry->{read}) && (!$write || $entry->{write});
	}
	return {%document, mapped_bytes => $same,
		table => $unread ? 'not-known' : !$same ? 'missing' : $allowed == $last - $first + 1 ? 'mapped' : 'partly'};
}

sub asks_for_memory {
	my ($block) = @_;
	return defined $block->{start} && $block->{type} != 0x51 && $block->{bytes}
		&& ($block->{unity} || $block->{exclusion_range});
}

# IVMDs over memory that the kernel uses like any other.
sub memory_findings {
	my ($self, $table) = @_;
	return scalar grep {
		my ($first, $last) = pages_of($_);
		grep { $self->{kernel}->is_ordinary(4096 * $_) } $first / 4096 .. $last / 4096
	} grep { asks_for_memory($_) } @{$table->{blocks}};
}

# Devices for which the same is wrong with the same block share one finding.
sub compare_firmware {
	my ($self, $table) = @_;
	my (@unity, %lists);
	for my $device (grep { $self->{kernel}->unit_of($_->{sbdf}) } $self->{kernel}->devices) {
		my @kept = grep { ($device->{sbdf} & 0xffff) >= $_->[0] && ($device->{sbdf} & 0xffff) <= $_->[1] }
			$self->unity_maps($device->{sbdf} >> 16);
		my @asked = memory_blocks($table, $device);
		for my $block (@asked) {
			my ($first, $last) = pages_of($block);
			$lists{"missing $block->{offset}"}++ if !grep { $_->[2] <= $first && $_->[3] - 1 >= $last } @kept;
			my $document = $self->unity_document($device, $block);
			my $nothing = $document->{table} =~ /blocked|missing|bad-table/;
			$lists{"nothing of $block->{offset}"}++ if $nothing;
			$lists{"part of $block->{offset}"}++ if $document->{table} eq 'partly';
			push @unity, $document;
		}
		for my $map (@kept) {
			$lists{"unasked $map->[2] $map->[3]"}++ if !grep { my ($first, $last) = pages_of($_);
					       $first <= $map->[2] && $last >= $map->[3] - 1 } @asked;
		}
	}
	my $findings = $self->unit_findings($table) + $self->device_findings($table)
		+ $self->memory_findings($table) + keys %lists;
	return ($findings, \@unity);
}

1;
