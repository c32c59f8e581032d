#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every number that a transcript shows, worked out a second time from the words of its case alone: no
# line of the plugin takes part. The modules Truth*.pm read the .mem and .sym text, know the bits from
# tests/spec/amd.def and the kernel's structs from its source, and make up the whole document that a
# command with -j has to answer. It is then compared with the document in the transcript, key by key.
#
# At the end the check checks itself: each number of each document is changed, and the change has to be seen.
use strict;
use warnings;
use File::Basename qw(dirname basename);
use File::Temp ();
use JSON::PP ();
use Test::More;
use lib dirname(__FILE__);
use IommuMem;
use TruthAnswers qw(WORDS);
use TruthFault ();
use TruthImage ();
use TruthBits qw(keys_of place_field);
use TruthText qw(explained numbers_on_screen);

my $dir = dirname(__FILE__);
$ENV{IOMMU_PCI_IDS} = "$dir/pci.ids"; # names of devices: not those of this machine
my $json = JSON::PP->new->canonical->allow_nonref;

# ---- what is not worked out, and why ----

# Keys, wherever they stand. A key that is neither here nor worked out fails the test.
my %not_worked_out = (
	notes => 'sentences of the plugin about what it met; run.t holds their wording. The findings '
		. 'among them are counted a second time where a document counts them',
	not_read => 'of status: how many of those sentences say that something could not be read',
	findings_unsure => 'of status: how many of those sentences do not count as findings, since they rest on '
		. 'such a thing',
);

# Documents, by the transcript and the command.
my %no_second_answer = (
	'bad-input: iommu map -j -d 00:06.0 [interrupt-after 1]' => 'the user stops it before it has anything',
	'check: iommu check -j leaf-on-iommu-table leaf-on-kernel-text' => 'the two faults that check.mem plants, by hand',
	'partial-dump-zeroes: iommu dte -j a1:00.1' => 'its group is among what reads as zeros, its number, too',
	(map { ("rhel-8.1-before: iommu irt -j $_" => 'what was taken of that kernel has no chain of handlers',
		"rhel-8.1-before: iommu irt $_ -j" => 'the same') } '00:04.0', '-q 28'),
);

# Transcripts of machines that the second reader does not know: it reads x86 kernels whose every unit is
# AMD-Vi's.
my %no_second_reader = map { $_ => 'units of a driver that is not AMD\'s: the numbers were worked out by hand' }
	qw(vtd-ecs vtd-ecs-off arm-smmu arm-smmu-loop arm-smmu-lost fault-vtd fault-vtd-irt fault-vtd-log fault-vtd-log-sm who-pasids dma-debug dma-debug-damaged dma-debug-held dma-debug-old iova iova-damaged mixed mixed-acpi vtd-5.10
	vtd-5.10-strict vtd-6.12 vtd-floppy vtd-legacy
	acpi-dmar acpi-dmar-damaged acpi-dmar-missing dmar-kept
	vtd-copied vtd-copied-irt vtd-tdx vtd-default-off vtd-irt vtd-irt-xapic vtd-modes vtd-nested vtd-none vtd-off vtd-pasids vtd-queue
	vtd-bare vtd-irt-lost vtd-none-blocks vtd-planted vtd-planted-pgtt vtd-planted-queue vtd-planted-root vtd-planted-sm
	vtd-scalable vtd-units vtd-units-lost who-vtd who-arm);

# Asked besides: what no transcript shows, neither as a document nor as text. tables.mem has a page of each size
# that an entry can encode, that of 2^n at IOVA 2^n.
my %also_asked = (machines => ['iommu dte -j'], 'vfio-vcpus' => ['iommu owner -j'], vfio => ['iommu status -j'], tables => [map {
	my $first = 1 << $_;
	sprintf 'iommu walk -j -r 1000 -l 3 %x %x %x %x', $first, $first + 0x123, $first * 3 / 2 + 5, 2 * $first - 1
} 13 .. 38]);

# ---- transcripts ----

# (files, [[knobs], command, document]...) of one transcript
sub transcript {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	my ($files, @steps, @knobs);
	while (my $line = <$file>) {
		if ($line =~ /^# files: (\S+) (\S+)$/) {
			$files = [$1, $2];
		} elsif ($line =~ /^% (.*)/) {
			push @knobs, $1;
		} elsif ($line =~ /^iommu> (.*)/) {
			push @steps, [[@knobs], $1, ''];
			@knobs = ();
		} elsif (@steps) {
			$steps[-1][2] .= $line;
		}
	}
	return ($files, @steps);
}

my $has_twin = qr/^iommu (?:devices|groups|domains|dte|units|ppr|owner(?: -[dg] \S+)?|irt (?:-q \d+|\S+:\S+))$/;

sub has_document { return $_[0][1] =~ /(^| )-j( |$)/ }

my $iommu_mem = IommuMem->new($ENV{IOMMU_MEM} || "'$dir/../../build/san/iommu-mem'");

# What the plugin answers to the commands.
sub ask {
	my ($mem, $sym, @commands) = @_;
	my ($said) = $iommu_mem->run(join("\n", @commands), $mem, $sym);
	my (undef, @documents) = split /^iommu> .*\n/m, $said;
	return @documents;
}

# What a transcript shows as text alone and has a document of its own: the plugin is asked for it. run.t sees that text and document agree.
sub asked_for {
	my ($name, $files, @steps) = @_;
	my %shown = map { $_->[1] => 1 } grep { has_document($_) } @steps;
	my @commands = grep { !$shown{$_} } map { $_->[1] =~ s/$/ -j/r } grep {
		!@{$_->[0]} && $_->[1] =~ $has_twin } @steps;
	push @commands, @{$also_asked{$name} // []};
	return () if !@commands;
	my @documents = ask("$dir/$files->[0]", "$dir/$files->[1]", @commands);
	return map { [[], $commands[$_], $documents[$_], 'whole'] } 0 .. $#commands;
}

# A case whose namelist is said not to have some things.
sub with_hidden {
	my ($files, @knobs) = @_;
	my $image = TruthImage->load($dir, @$files);
	for my $knob (@knobs) {
		delete $image->{symbol}{$1} if $knob =~ /^hide-symbol (\S+)/;
		delete $image->{member}{$1} if $knob =~ /^hide (\S+)/;
	}
	return TruthAnswers->new($image);
}

# ---- comparing ----

sub is_truth { return ref $_[0] eq 'JSON::PP::Boolean' }

# Numbers, addresses, names of devices and truth values: what a flipped bit can change.
sub is_number {
	my ($value) = @_;
	return 0 if !defined $value;
	return 1 if is_truth($value);
	return $value =~ /^(?:0x[0-9a-f]+|-?\d+|[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/;
}

sub as_text {
	my ($value) = @_;
	return !defined $value ? 'null' : is_truth($value) ? ($value ? 'true' : 'false') : "$value";
}

# What each value of a document was compared with, by the place of the value; kept while this is a hash.
my $compared;

# Differences between what must be and what is there, as lines.
sub differences {
	my ($expected, $got, $path) = @_;
	if (ref $expected eq 'SCALAR') {
		return defined $got && !ref $got && length $got ? () : "$path: no words";
	}
	if (ref $expected eq 'HASH' && ref $got eq 'HASH') {
		my %keys = map { $_ => 1 } keys %$expected, keys %$got;
		return map {
			!exists $expected->{$_} ? "$path.$_ is not worked out" :
			!exists $got->{$_} ? "$path.$_ is missing" :
			differences($expected->{$_}, $got->{$_}, "$path.$_")
		} grep { !exists $not_worked_out{$_} } sort keys %keys;
	}
	if (ref $expected eq 'ARRAY' && ref $got eq 'ARRAY') {
		return "$path has " . @$got . ', not ' . @$expected if @$got != @$expected;
		return map { differences($expected->[$_], $got->[$_], "$path\[$_]") } 0 .. $#$expected;
	}
	$compared->{\$_[1]} = $expected if $compared;
	return () if is_same($expected, $got);
	return "$path is " . as_text($got) . ', not ' . as_text($expected);
}

sub is_same {
	my ($expected, $got) = @_;
	return as_text($expected) eq as_text($got) && is_truth($expected) == is_truth($got);
}

# A transcript leaves out what run.t looks at in every document: the version, and the record that an entry
# begins with, which stands in the entry too. What the plugin is asked for has both.
sub as_in_transcripts {
	my ($document) = @_;
	my %shown = %$document;
	delete $shown{version};
	return \%shown if !grep { $_->{records} } @{$shown{entries} // []};
	$shown{entries} = [map { my %entry = %$_; shift @{$entry{records}};
				 delete $entry{records} if !@{$entry{records}}; \%entry } @{$shown{entries}}];
	return \%shown;
}

# ---- the check of the check ----

# References to every number of a document.
sub numbers_of {
	my ($value) = @_;
	return map { numbers_of($_) } ref $$value eq 'HASH'
		? map { \$$value->{$_} } grep { !exists $not_worked_out{$_} } sort keys %{$$value}
		: map { \$_ } @{$$value} if ref $$value && !is_truth($$value);
	return is_number($$value) ? $value : ();
}

# Another value of the same kind: one bit of it flipped.
sub flipped {
	my ($value) = @_;
	no warnings 'portable';
	return $value ? JSON::PP::false : JSON::PP::true if is_truth($value);
	return sprintf '0x%x', hex($value) ^ 1 << int rand 48 if $value =~ /^0x/;
	return $value ^ 1 << int rand 12 if $value =~ /^\d+$/;
	my ($before, $function) = $value =~ /^(.*\.)(\d)$/;
	return $before . ($function ^ 1 << int rand 3);
}

# How many of a document's numbers were changed, and those whose change nobody noticed: of each number it is known
# whether the comparison of the whole document came to it and what it had to be there.
sub unseen {
	my ($expected, $got) = @_;
	my @numbers = numbers_of(\$got);
	$compared = {};
	differences($expected, $got, '');
	my @unseen = grep { !exists $compared->{$_} || is_same($compared->{$_}, flipped($$_)) } @numbers;
	undef $compared;
	return (scalar @numbers, map { as_text($$_) } @unseen);
}

# ---- the text of the same commands ----

# Text that has more than the document of the same command, or stands for several.
my $more_than_the_document = qr/^iommu (?:map -vv|acpi|status)\b|^iommu$/;

# The command without its depth and form, for finding its twin.
sub plain { return join ' ', sort grep { !/^-(?:j|v|vv)$/ } split ' ', $_[0] }

my $nr_on_screen = 0;

sub check_text {
	my ($name, $answers, @steps) = @_;
	my %twin = map { plain($_->[1]) => $_->[1] } grep { has_document($_) && !@{$_->[0]} } @steps;
	for my $step (grep { !has_document($_) && !@{$_->[0]} && $_->[1] !~ $more_than_the_document } @steps) {
		my $twin = $twin{plain($step->[1])} or next;
		my @command = split ' ', $twin;
		# A command in words is one string in the document, and was compared as such.
		my $text = $step->[2] =~ s/^COMMAND .*\n//gmr;
		my @lost = explained($answers, $answers->answer($twin), $text, @command);
		$nr_on_screen += () = numbers_on_screen($step->[2]);
		is("@lost", '', "$name: $step->[1]: every number of the text follows from the document");
	}
}

# ---- the run ----

my ($nr_documents, $nr_numbers, $nr_covered, $nr_changed, @unseen) = (0, 0, 0, 0);
srand 20260701;

sub check_document {
	my ($name, $answers, $step) = @_;
	my ($knobs, $command, $text, $whole, $only_compared) = @$step;
	my $got = $json->decode($text);
	my $title = join ' ', "$name:", $command, map { "[$_]" } @$knobs;
	$nr_numbers += () = numbers_of(\$got);
	return pass("$title: not worked out: $no_second_answer{$title}") if $no_second_answer{$title};
	my $expected = eval { $answers->answer($command) };
	return fail("$title: cannot be worked out: $@") if !$expected;
	$expected = as_in_transcripts($expected) if !$whole;
	my @wrong = differences($expected, $got, '');
	ok(!@wrong, $title) or diag(join "\n", @wrong[0 .. ($#wrong < 12 ? $#wrong : 12)]);
	$nr_documents++;
	return $nr_covered += numbers_of(\$got) if $only_compared;
	my ($nr, @lost) = unseen($expected, $got);
	$nr_covered += numbers_of(\$got) - @lost;
	$nr_changed += $nr;
	push @unseen, map { "$title: $_" } @lost;
}

sub check_transcript {
	my ($path) = @_;
	my $name = basename($path, '.expect');
	my ($files, @steps) = transcript($path);
	return pass("$name: not worked out: $no_second_reader{$name}") if $no_second_reader{$name};
	my $whole = TruthAnswers->new(TruthImage->load($dir, @$files));
	for my $step ((grep { has_document($_) } @steps), asked_for($name, $files, @steps)) {
		check_document($name, @{$step->[0]} ? with_hidden($files, @{$step->[0]}) : $whole, $step);
	}
	check_text($name, $whole, @steps);
}

# ---- entries of every kind ----

# The machine of states.mem with device table entries that nobody chose: legal ones of every state and
# illegal ones. Tables are where there is memory and where there is none; behind the GCR3 pointer, taken as it
# is or through the host's table, are two PASIDs.
my $around_entries = <<'END';
member amd_iommu features2 80 8
member amd_iommu cap 104 4
symbol amd_iommu_snp_en ffff888004fff000
@pa 6000000 5001001 0 0 5002001
@pa 5000000 5001001 0 0 0 5002001
@pa 5001000 5002001
@pa 5002000 0
END

my %values_of = (v => [0, (1) x 7], tv => [0, (1) x 5], mode => [0 .. 7, 3, 3, 3], root => [0x3000000, 0x3001000, 0x20000000],
		 gcr3_root => [0x6000000, 0x1000, 0xc000], glx => [0, 0, 0, 1, 2, 3], domain_id => [1, 1, 2, 0xffff],
		 guest_paging_mode => [0, 0, 1, 1, 2, 3], int_tab_len => [0 .. 15], int_tab_root => [0x3ff0000]);

# EFR, EFR2, the capability header, SNP: of a unit that has every feature, of public boot logs, of one that has
# none, of one whose registers are not known, and what lies between.
my @unit_features = (
	[0x25bf732fa2299afe, 8, 0x190b640f, 0], [0x77ef22294ada, 0, 0x190b640f, 0],
	[0x25bf732fa2295afe, 0x108, 0x190b640f, 1], [0, 0, 0x0103000f, 0], [0, 0, 0x190b640f, 0],
	[0x25bf732fa2299efe, 0x2008, 0x190b640f, 1], [0x25bf732fa22992fe, 0, 0x190b640f, 1],
	[0x246577efa2254afa, 0x100, 0x190b640f, 0], [0x0005000000000010, 0, 0, 0],
);

sub some_entry {
	my @words = (0, 0, 0, 0);
	for my $key (keys_of('dte')) {
		my $values = $values_of{$key} // [0, 0, 1];
		@words = place_field('dte', $key, $values->[rand @$values], @words);
	}
	$words[0] |= 1 << 63 if !int rand 12; # reserved
	return @words;
}

sub check_entries {
	my ($nth) = @_;
	srand 20260701 + $nth;
	my ($efr, $efr2, $cap, $snp) = @{$unit_features[$nth % @unit_features]};
	my $lines = sprintf "${around_entries}struct amd_iommu &unit0\n.features %x\n.features2 %x\n.cap %x\n"
		. "\@kva &amd_iommu_snp_en b:%x\n", $efr, $efr2, $cap, $snp;
	$lines .= sprintf "dte seg0 %x %x %x %x %x\n", 8 * $_, some_entry() for 1 .. 11;
	my $mem = File::Temp->new;
	open my $file, '<', "$dir/states.mem" or die "states.mem: $!\n";
	print {$mem} <$file>, $lines;
	close $mem;
	my $answers = TruthAnswers->new(TruthImage->load($dir, 'states.mem', 'v6.1.sym')->add_text($lines));
	my @commands = ('iommu dte -j', 'iommu devices -j', 'iommu status -j',
			map { "iommu walk -j -d $_->{name} 0 1008" } $answers->{kernel}->devices);
	my @documents = ask($mem, "$dir/v6.1.sym", @commands);
	check_document("entries $nth", $answers, [[], $commands[$_], $documents[$_], 'whole', $nth > 1])
		for 0 .. $#commands;
}

check_transcript($_) for @ARGV ? map { "$dir/$_.expect" } @ARGV : glob "$dir/*.expect";
check_entries($_) for @ARGV ? () : 1 .. 36;
$iommu_mem->ends_well;
is_deeply(\@unseen, [], 'a number that is changed is seen');
cmp_ok($nr_changed, '>', $nr_documents, 'numbers were changed');
diag("$nr_documents documents; $nr_covered of $nr_numbers numbers are worked out a second time; $nr_changed were changed");
diag("$nr_on_screen numbers of texts follow from them");
done_testing();
