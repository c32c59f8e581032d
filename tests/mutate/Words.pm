# SPDX-License-Identifier: GPL-2.0-or-later
#
# The words of memory that a record names (`iommu record`): each is one that some verb read, so that no mutant changes
# what nobody looks at. Of the language of records (tests/mem/README.md) only what says where things are.
package Words;

use strict;
use warnings;
no warnings 'portable'; # addresses are 64 bits

my %BYTES = (b => 1, h => 2, w => 4);

# words: [{space, at, bytes, value, is_text}] in the order of the file; symbols: {name => address};
# members: {type => {path => [offset, size]}}.
sub of_record {
	my ($file) = @_;
	my %record = (words => [], symbols => {}, members => {});
	my ($space, $at);

	open(my $f, '<', $file) or die "$file: $!";
	while (my $line = <$f>) {
		my ($first, @rest) = $line =~ /^#/ ? () : $line =~ /("[^"]*"|\S+)/g or next;

		if ($first eq 'symbol') {
			$record{symbols}{$rest[0]} //= hex $rest[1];
		} elsif ($first eq 'member') {
			$record{members}{$rest[0]}{$rest[1]} = [@rest[2, 3]];
		} elsif ($first eq 'btf-member') { # of which module, of what type
			$record{members}{$rest[1]}{$rest[2]} //= [@rest[5, 6]];
		} elsif ($first =~ /^@(pa|kva)$/) {
			($space, $at) = ($1, hex shift @rest);
			$at = add_words(\%record, $space, $at, $_) for @rest;
		} elsif ($first eq 'fill') {
			for (1 .. shift @rest) {
				$at = add_words(\%record, $space, $at, $_) for @rest;
			}
		} elsif ($first =~ /^(?:_\d+|".*"|(?:[bhw]:)?[0-9a-f]+(?:\*\S+)?)$/ && defined $at) {
			$at = add_words(\%record, $space, $at, $_) for $first, @rest;
		} else {
			undef $at;
		}
	}
	return \%record;
}

# One word of the language; returns the address behind it.
sub add_words {
	my ($record, $space, $at, $word) = @_;

	return $at + $1 if $word =~ /^_(\d+)$/;
	return add_text($record, $space, $at, $1) if $word =~ /^"(.*)"$/;
	my ($size, $value, $count, $step) = $word =~ /^(?:([bhw]):)?([0-9a-f]+)(?:\*(\d+)(?:\+([0-9a-f]+))?)?$/
		or die "no word of a record: $word\n";
	my $bytes = $size ? $BYTES{$size} : 8;

	for my $i (0 .. ($count // 1) - 1) {
		push @{ $record->{words} }, {
			space => $space, at => $at, bytes => $bytes,
			value => $step ? sum(hex $value, $i, hex $step) : hex $value,
		};
		$at += $bytes;
	}
	return $at;
}

# The first bytes of a text, as many as a number has; it ends with a zero byte.
sub add_text {
	my ($record, $space, $at, $text) = @_;
	my ($bytes) = grep { $_ <= length($text) + 1 } 8, 4, 2, 1;
	my $value = unpack 'Q<', pack 'a8', substr $text, 0, $bytes;

	push @{ $record->{words} }, { space => $space, at => $at, bytes => $bytes, value => $value, is_text => 1 };
	return $at + length($text) + 1;
}

# value + i * step as 64 bits wrap.
sub sum {
	use integer;
	my ($value, $i, $step) = @_;
	my $sum = $value + $i * $step;

	no integer;
	return $sum & ~0;
}

1;
