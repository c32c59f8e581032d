#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Mutated dumps through the real crash: one word of a dump is damaged, every verb answers, the word is put back, and
# the next one is damaged. Each is a mutant with a number; a seed and a number make the same mutant every time.
#
# The words are those that the verbs read on this dump, by a record of them (Words.pm), sorted into kinds (Kinds.pm);
# BTF apart (Btf.pm). The kinds take turns, so that there are as many mutants of the few list heads as of the many
# page-table entries. What a word becomes is in Manners.pm.
#
# For each mutant, with a plugin that was loaded anew, each verb as -j, and as text where the document is not the undamaged dump's:
#
#   - the prompt returns after each command, within SECONDS of the processor for all of them; crash lives, and
#     gdb says nothing of a segmentation violation;
#   - every answer with -j is one JSON document with the schema's number and the verb's name; the page of `report` and
#     the file of `snapshot` are there; every text has something in it, and no byte that a terminal takes for a command;
#   - the most memory that crash ever had is at most MEBIBYTES above what it had on the undamaged dump;
#   - where the table in Manners.pm says that damage of this kind and manner can be seen: an answer that is not the
#     undamaged dump's says so itself, by a note, a finding, words in angle brackets, a count of what could not be read,
#     or a null in the place of a value. For rows that are gone a null is not enough (Answers.pm). For other
#     damage, another answer is what the words now say.
#
#   MUTANTS	how many, of both machines together (1000): odd numbers on an AMD IOMMU, even ones on VT-d
#   MUTANT	only the one of that number; prints what was changed
#   SEED		(1)
#   MUTATE_DIR	where to leave a table of the kinds and what became of them
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../session";
BEGIN { $ENV{SESSION_PATIENCE} //= 120 }
use Answers;
use Btf;
use Kinds;
use Manners;
use Plant;
use Session;
use Test::More;
use Words;

my ($SECONDS, $MEBIBYTES) = (20, 64);
my $seed = $ENV{SEED} || 1;
my $vendor = Session::vendor();
my @numbers = grep { $_ % 2 == ($vendor eq 'VT-d' ? 0 : 1) } $ENV{MUTANT} ? $ENV{MUTANT} : 1 .. $ENV{MUTANTS} || 1000;

Session::require_all('after');
plan skip_all => "mutant $ENV{MUTANT} is of the other machine" unless @numbers;
Plant::start() or plan skip_all => 'no dump whose words stand in the file one by one, or crash has too few commands';

# ---- what is asked ----

my $home = "$Session::scratch/mutate";
mkdir $home or die "$home: $!";
my ($device) = map { $_->[1] } grep { $_->[0] eq 'device' } reverse Session::truth('after', 'vfio');
my @mapped = Session::truth('after', 'mappings');
my @iovas = map { $_->[0] =~ s/^0x//r } @mapped[map { int $_ * $#mapped / 9 } 0 .. 9];
my @verbs = ('status', 'check', 'devices -v', 'dte -a -v', 'groups', 'domains -v', 'owner', "walk -d $device @iovas",
	     "map -d $device", 'irt -a -v', 'units -v', 'commands -a', 'events', 'ppr', 'galog', 'acpi', 'iova -v', 'fault',
	     "fault $device dead000 w", "who $mapped[-1][1]", 'graph');
my $list = "$home/verbs";
open(my $f, '>', $list) or die "$list: $!";
print $f map { "$_\n" } @verbs;
close $f;

# A plugin may have been built without the page of a report; it says so.
my ($of_report) = Plant::run("iommu report -j $home/try.html");
my $has_page = $of_report !~ /"code":"no-page"/;
SKIP: { skip 'this plugin was built without the page of a report: it is not asked for one', 1 unless $has_page }

# The commands that answer with a document, and the files that they write.
sub commands {
	my ($name) = @_;
	my %file = map { $_ => "$home/$name.$_" } qw(snapshot record), $has_page ? 'html' : ();
	my $before = "$home/undamaged.snapshot";

	unlink values %file;
	return ([(map { "iommu $_ -j" } @verbs), "iommu snapshot -j $file{snapshot}",
		 $has_page ? "iommu report -j $file{html}" : (), "iommu record -j $file{record} status",
		 $name ne 'undamaged' && -e $before ? "iommu diff -j $before" : ()],
		[values %file]);
}

# The resources of the process that runs crash.
sub peak_kib { return Session::slurp('/proc/' . Plant::pid() . '/status') =~ /^VmHWM:\s+(\d+)/m ? $1 : 0 }

sub seconds {
	my @fields = split ' ', Session::slurp('/proc/' . Plant::pid() . '/stat') =~ s/^.*\)//sr;
	return @fields ? ($fields[11] + $fields[12]) / 100 : 0; # utime, stime
}

# What a plugin that was just loaded answers: every verb as a document, and those as text whose document is another one
# than before (the same calls make both).
sub answers {
	my ($name, $before) = @_;
	my ($commands, $files) = commands($name);
	my @fresh = Plant::fresh_plugin();
	my $start = seconds();
	my @said = Plant::run(@fresh, @$commands);
	my %answers = (commands => $commands, files => $files, noise => $Session::noise);

	splice @said, 0, @fresh;
	my @other = map { "iommu $verbs[$_]" } grep { !$before || $said[$_] ne $before->{said}[$_] } 0 .. $#verbs;
	my @texts = @other && Plant::is_alive() ? Plant::run(@other) : ();
	return {
		%answers, said => \@said, texts => { map { $other[$_] => $texts[$_] } 0 .. $#texts },
		seconds => seconds() - $start, peak => peak_kib(), is_alive => Plant::is_alive(),
		noise => $answers{noise} . (@other ? $Session::noise : ''),
	};
}

# ---- the undamaged dump ----

answers('warm');
my $undamaged = answers('undamaged');
$undamaged->{peak} || die 'crash is not there';
my %whole; # the documents by their commands, and what Answers::complaint() compares them by
for my $i (0 .. $#{ $undamaged->{commands} }) {
	my ($command, $said) = ($undamaged->{commands}[$i], $undamaged->{said}[$i]);
	my $document = eval { JSON::PP::decode_json($said) } // die "$command: $@ $said";

	$whole{$command} = { document => $document, text => Answers::text_of($document) };
}

# The words by their kinds, and in each kind by what they are, so that one member of many structs counts once.
sub all_words {
	my $file = "$home/all.mem";
	my %documents = map { $_->{command} => $_ } map { $whole{$_}{document} } reverse sort keys %whole;

	my ($said) = Plant::run("iommu record -i $list $file");

	die "no record: $said $Session::noise\n" unless -s $file;
	my $record = Words::of_record($file);
	my $kinds = Kinds::sort_words($record, \%documents);
	my $btf = Btf::words();
	push @{ $kinds->{$_} }, @{ $btf->{$_} } for keys %$btf;
	Plant::know_pages(map { $_->{at} } map { @$_ } values %$kinds);
	for my $kind (keys %$kinds) {
		my %of_what;
		push @{ $of_what{$_->{what}} }, $_ for @{ $kinds->{$kind} };
		$kinds->{$kind} = [map { $of_what{$_} } sort keys %of_what];
	}
	return $kinds;
}

my $kinds = all_words();
my @kinds = sort keys %$kinds;
if ($ENV{MUTANT}) {
	note sprintf '%5d words of %d places: %s', scalar(map { @$_ } @{ $kinds->{$_} }), scalar @{ $kinds->{$_} }, $_ for @kinds;
}

# ---- one mutant ----

sub pick {
	my ($roll, $list) = @_;
	return $list->[$roll->(scalar @$list)];
}

sub mutant {
	my ($number) = @_;
	my $roll = Manners::dice("$seed/$number");
	my $kind = $kinds[($number - 1) / 2 % @kinds];
	my ($word, $other) = map { pick($roll, pick($roll, $kinds->{$kind})) } 1, 2;
	my $manner = pick($roll, [Manners::manners_of($word, $kind)]);
	my $new = Manners::changed($word, $manner, $roll, $other, Plant::end_of_memory());

	if ($new == $word->{value}) {
		$manner = 'bit';
		$new = Manners::changed($word, $manner, $roll, $other, 0);
	}
	return {
		word => $word, new => $new, must_show => Manners::must_show($word, $kind, $new ? $manner : 'zero'),
		kind => $kind, manner => $manner,
		says => sprintf('mutant %d: %s%s at %s %x, %d bytes: %x -> %x (%s)', $number, $kind,
				$word->{what} eq '' ? '' : " $word->{what}", @$word{qw(space at bytes value)}, $new, $manner),
	};
}

# What became of the mutants of each kind: same, told, as-it-says.
my %nr;
my ($most_seconds, $most_kib) = (0, $undamaged->{peak});

# What is wrong with how a mutant was answered: sentences.
sub complaints {
	my ($mutant, $answers) = @_;
	my @wrong;

	return "crash ended, or gave no prompt for $ENV{SESSION_PATIENCE} s: $answers->{noise}" unless $answers->{is_alive};
	push @wrong, "gdb complains: $answers->{noise}" if $answers->{noise} =~ /segmentation|SIGSEGV/i;
	push @wrong, "$answers->{seconds} s of the processor" if $answers->{seconds} > $SECONDS;
	push @wrong, "$answers->{peak} KiB of memory, $undamaged->{peak} on the undamaged dump"
		if $answers->{peak} > $undamaged->{peak} + 1024 * $MEBIBYTES;
	push @wrong, map { "no file $_" } grep { !-s } @{ $answers->{files} };
	for my $command (sort keys %{ $answers->{texts} }) {
		my $text = $answers->{texts}{$command};

		push @wrong, "$command: nothing" if $text !~ /\S/;
		push @wrong, sprintf '%s: the byte %02x', $command, ord $1 if $text =~ /([^\n\x20-\x7e])/;
	}
	my $is_other = 0;
	for my $i (0 .. $#{ $answers->{commands} }) {
		my ($command, $said) = ($answers->{commands}[$i], $answers->{said}[$i]);
		my $whole = $whole{$command};
		my ($verb) = $command =~ /^iommu (\w+)/;

		next if $said eq ($undamaged->{said}[$i] // '');
		my $document = eval { JSON::PP::decode_json($said) };
		if (!$document || ($document->{schema} // '') ne '1' || ($document->{command} // '') ne $verb) {
			push @wrong, "$command: no document: " . substr $said, 0, 300;
			next;
		}
		next unless $whole && $verb !~ /^(?:snapshot|report|record)$/; # of these the file is the answer
		$is_other ||= $whole->{text} ne Answers::text_of($document);
		next unless $mutant->{must_show} || $ENV{MUTANT};
		my $wrong = Answers::complaint($whole->{document}, $document, $whole->{text}) // next;
		push @wrong, "$command: $wrong" if $mutant->{must_show};
		note "$command: $wrong";
	}
	$nr{$mutant->{kind}}{!$is_other ? 'same' : $mutant->{must_show} ? 'told' : 'as-it-says'}++;
	return @wrong;
}

for my $number (@numbers) {
	my $mutant = mutant($number);
	my $word = $mutant->{word};

	note $mutant->{says} if $ENV{MUTANT};
	Plant::put(Plant::word($word->{at}, $mutant->{new}, $word->{bytes}));
	my $answers = answers("mutant$number", $undamaged);
	Plant::put_back();
	my @wrong = complaints($mutant, $answers);
	ok(!@wrong, $mutant->{says}) or diag(map { "$_\n" } @wrong);
	unlink @{ $answers->{files} };
	$most_seconds = $answers->{seconds} if $answers->{seconds} > $most_seconds;
	$most_kib = $answers->{peak} if $answers->{peak} > $most_kib;
	Plant::open_session() unless $answers->{is_alive};
}

my $summary = sprintf "%s, seed %s: mutants, answered as the undamaged dump, told damage that can be seen, as the words now say\n",
		      $vendor, $seed;
for my $kind (sort keys %nr) {
	my @of_kind = map { $nr{$kind}{$_} // 0 } qw(same told as-it-says);
	$summary .= sprintf "%-24s %4d %4d %4d %4d\n", $kind, $of_kind[0] + $of_kind[1] + $of_kind[2], @of_kind;
}
$summary .= sprintf "at most %.1f s of the processor, %d KiB of memory (undamaged: %.1f s, %d KiB)\n",
		    $most_seconds, $most_kib, @$undamaged{qw(seconds peak)};
note $summary;
if (-d ($ENV{MUTATE_DIR} // '')) {
	open(my $table, '>', "$ENV{MUTATE_DIR}/$vendor") or die "$ENV{MUTATE_DIR}: $!";
	print $table $summary;
	close $table;
}
Plant::finish();
done_testing();
