# SPDX-License-Identifier: GPL-2.0-or-later
#
# Numbers of an answer on screen, against the document that was worked out for the same command: each
# number that a reader sees has to be one of the document's, in one of the forms that the screen has
# (hex, decimal, 4K, 72.0 KiB), or follow from them: the address behind an end, the size of a row or of
# the hole before it, how many things a list has.
package TruthText;
use strict;
use warnings;
no warnings 'portable';
use Exporter qw(import);
use TruthAnswers ();
use TruthKernel ();

our @EXPORT_OK = qw(numbers_on_screen explained);

# Numbers in a text: names of devices, and what is no part of a word, as in amdv1. Sentences about what
# was met (note:, warning:, error:) are no part of the answer.
sub numbers_on_screen {
	my ($text) = @_;
	$text = join '', grep { !/^(?:iommu|note|warning|error): |^cannot / } split /^/, $text;
	$text =~ s/, \d+ more\b|\band \d+ more\b//g; # a list cut short: the document has all of it
	my @devices = $text =~ /(?<!\w)((?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?!\w)/g;
	$text =~ s/(?<!\w)(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7](?!\w)//g;
	return @devices, $text =~ /(?<![\w.])(?:0x)?([0-9a-f]*\d[0-9a-f]*(?:\.\d)?[KMGTPE]?)(?!\w)/g;
}

sub sizes {
	my ($bytes) = @_;
	my @forms;
	my ($value, $unit) = ($bytes, 0);
	push @forms, $value . substr ' KMGTPE', $unit, 1 while $value && $value % 1024 == 0
		&& ($value /= 1024) && ++$unit;
	my $rounded = $bytes;
	for my $letter (split //, 'KMGTPE') {
		last if $rounded < 1024;
		$rounded /= 1024;
		# A size that is no whole number of its unit is rounded, with a ~ before it.
		push @forms, sprintf('%.1f', $rounded), sprintf('%.0f', $rounded) . $letter;
	}
	return @forms;
}

sub forms {
	my ($n) = @_;
	return (sprintf('%x', $n), sprintf('%016x', $n), "$n", map { s/ //r } sizes($n));
}

# Everything in a document that is a number, and what follows from it.
sub collect {
	my ($value, $found, $words) = @_;
	if (ref $value eq 'HASH') {
		collect($value->{$_}, $found, $words) for keys %$value;
	} elsif (ref $value eq 'ARRAY') {
		$found->{scalar @$value}++;
		collect($_, $found, $words) for @$value;
	} elsif (defined $value && !ref $value) {
		if ($value =~ /^(?:0x[0-9a-f]+|\d+)$/) {
			my $n = $value =~ /^0x/ ? hex $value : $value;
			$found->{$_}++ for $n, $n + 1, $n ? $n - 1 : 0;
		}
		$words->{$_}++ for $value =~ /[0-9a-z]+/gi, $value, $value =~ /^0000:(.*)/, $value =~ /0x([0-9a-f]+)/g;
	}
}

# Rows of a map, and the holes between them.
sub add_rows {
	my ($document, $found) = @_;
	for my $area (map { @{$_->{areas} // []} } @{$document->{owners} // []}) {
		$found->{hex($area->{end}) - hex($area->{iova}) + 1}++;
	}
	my $before = 0;
	for my $row (@{$document->{mappings} // []}) {
		my ($first, $end) = map { hex $row->{$_} } qw(iova end);
		my $size = $end - $first + 1;
		$found->{$_}++ for $size, $first - $before, $size / hex $row->{page_size};
		$before = $end + 1;
	}
	my $pages = 0;
	$pages += $_ for values %{$document->{totals}{pages} // {}};
	$found->{$pages}++;
}

# What stands around an answer: the units, the domains, the entries that an address points to.
sub machine_numbers {
	my ($answers) = @_;
	my $kernel = $answers->{kernel};
	my @units = $kernel->units;
	return [map({ (TruthKernel::bdf_name($_->{sbdf}), TruthAnswers::hex_of($_->{mmio})) } @units),
		@units ? map({ $answers->domain_facts($_) } $kernel->all_domains) : (),
		@units ? map({ $answers->host_levels($_) } $kernel->devices) : (),
		65535, 512]; # the last domain id; entries of a ring
}

# The numbers of a text that nothing explains.
sub explained {
	my ($answers, $document, $text, @command) = @_;
	my (%found, %words, %forms);
	# Words of the plugin: the document has them under illegal_because.
	$text =~ s/(?:its entry is illegal|not legal for its unit)(?: \(.*\)|: .*)//g;
	collect([$document, machine_numbers($answers), [map { s/^(?:0x)?([0-9a-f]+)$/0x$1/r } @command]], \%found, \%words);
	add_rows($document, \%found);
	$found{$_}++ for $answers->roots(@command), "@command" =~ /\bdte\b/ ? 0 .. 255 : (); # -v: bits
	my @walks = (@{$document->{results} // []}, map { $_->{walk} // () } @{$document->{faults} // []});
	$found{(1 << 12 + 9 * $_) - 1}++ for map { $_->{levels} } @walks; # what the levels reach
	for my $entry (map { @{$_->{steps} // []} } @walks) {
		$found{hex($entry->{entry}) & 0x000ffffffffff000 & ~$answers->{kernel}->enc_mask}++ if defined $entry->{entry};
	}
	$forms{$_}++ for map { forms($_) } keys %found;
	return grep { !$forms{$_} && !$words{$_} } numbers_on_screen($text);
}

1;
