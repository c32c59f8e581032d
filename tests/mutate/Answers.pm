# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whether an answer of a damaged dump says that something is wrong, when it is not the answer of the undamaged one.
package Answers;

use strict;
use warnings;
use JSON::PP;

my $json = JSON::PP->new->canonical->utf8;

# What differs between two runs on the same dump is no part of an answer: a plugin that has just been loaded says
# whose types it took.
my %IS_OF_SESSION = map { $_ => 1 } qw(type-sources);

# Members that count what could not be had, or say that something was not.
my $COUNTS_LOSS = qr/^(?:unread|not_read|unreadable|missing|damaged|tables_(?:not_in_dump|unreadable)|not_run|partly|
		     warnings|unsure|findings_unsure|failed_reads)$/x;
my $SAYS_WHOLE = qr/^(?:ran|whole|complete|mapped_bytes_complete|checksum_ok|legal|dma_legal|interrupts_legal)$/;
my $SAYS_ILL = qr/^(?:entry_illegal)$/;
my $OF_TROUBLE = qr/^(?:illegal_because|doubt|why_not|problem)$/;

# Told and nothing else is a sign: {sign: how often}.
sub signs {
	my ($document) = @_;
	my %signs;

	gather($document, '', \%signs);
	return \%signs;
}

sub gather {
	my ($value, $key, $signs) = @_;

	if (ref $value eq 'HASH') {
		if (exists $value->{code} && exists $value->{severity}) {
			$signs->{$json->encode($value)}++ unless $IS_OF_SESSION{$value->{code} // ''};
			return;
		}
		gather($value->{$_}, $_, $signs) for keys %$value;
	} elsif (ref $value eq 'ARRAY') {
		gather($_, $key, $signs) for @$value;
	} elsif (ref $value) { # a flag
		$signs->{"$key is false"}++ if $key =~ $SAYS_WHOLE && !$value;
		$signs->{"$key is true"}++ if $key =~ $SAYS_ILL && $value;
	} elsif (!defined $value) {
		$signs->{"null $key"}++;
	} elsif ($key =~ $COUNTS_LOSS) {
		$signs->{$key} += $value if $value =~ /^\d+$/;
	} elsif ($value =~ /<[a-z][^<>]*>/ || $key =~ $OF_TROUBLE || $value =~ /^(?:damaged|unreadable|not-in-dump|unknown|not-known)$/) {
		$signs->{"$key: $value"}++;
	}
}

# Something is said that the undamaged answer does not say. A null stands in the place of a value, and says
# nothing of rows that are gone.
sub says_so {
	my ($before, $after, $rows_gone) = @_;
	my ($was, $is) = (signs($before), signs($after));

	return scalar grep { $is->{$_} > ($was->{$_} // 0) } grep { !$rows_gone || !/^null / } keys %$is;
}

# ---- what changed ----

# Of every list of the document the rows: {path: number}; of every null its path, too.
sub rows {
	my ($value, $path, $rows, $nulls) = @_;

	if (ref $value eq 'HASH') {
		rows($value->{$_}, "$path.$_", $rows, $nulls) for grep { "$path.$_" ne '.notes' } keys %$value;
	} elsif (ref $value eq 'ARRAY') {
		$rows->{$path} += @$value;
		rows($_, $path, $rows, $nulls) for @$value;
	} elsif (!defined $value) {
		$nulls->{$path}++;
	}
	return $rows;
}

# The lists that have fewer rows. One that became a null is not known, and has no rows that are gone.
sub lists_shrunk {
	my ($before, $after) = @_;
	my ($were_null, $are_null) = ({}, {});
	my ($was, $is) = (rows($before, '', {}, $were_null), rows($after, '', {}, $are_null));
	my @unknown = grep { $are_null->{$_} > ($were_null->{$_} // 0) } keys %$are_null;

	return grep { my $list = $_; ($is->{$list} // 0) < $was->{$list} &&
		      !grep { $list eq $_ || index($list, "$_.") == 0 } @unknown } sort keys %$was;
}

# A document as one text: without what is of the session, and with the rows of every list in one order, since a list
# that was taken up from its other end has them in another.
sub text_of {
	my ($document) = @_;
	my %copy = %$document;

	$copy{notes} = [grep { !$IS_OF_SESSION{$_->{code} // ''} } @{ $copy{notes} // [] }];
	return $json->encode(in_order(\%copy));
}

sub in_order {
	my ($value) = @_;

	return { map { $_ => in_order($value->{$_}) } keys %$value } if ref $value eq 'HASH';
	return $value unless ref $value eq 'ARRAY';
	my @rows = map { in_order($_) } @$value;
	return [map { $_->[1] } sort { $a->[0] cmp $b->[0] }
		map { [ref $_ ? $json->encode($_) : defined $_ ? "$_" : '', $_] } @rows];
}

# What is wrong with the answer to damage that can be seen: undef, or a sentence. The undamaged answer comes with its
# text_of().
sub complaint {
	my ($before, $after, $text_before) = @_;

	return undef if ($text_before // text_of($before)) eq text_of($after);
	my @shrunk = lists_shrunk($before, $after);
	return undef if says_so($before, $after, scalar @shrunk);
	return 'rows are gone and nothing says so: ' . join ' ', @shrunk if @shrunk;
	return 'it is another answer and nothing says why: ' . (difference(in_order($before), in_order($after), '') // '?');
}

# The first place at which two values differ.
sub difference {
	my ($a, $b, $path) = @_;

	if (ref $a eq 'HASH' && ref $b eq 'HASH') {
		for my $key (sort keys %{ { %$a, %$b } }) {
			my $found = difference($a->{$key}, $b->{$key}, "$path.$key");
			return $found if $found;
		}
		return undef;
	}
	if (ref $a eq 'ARRAY' && ref $b eq 'ARRAY') {
		for my $i (0 .. ($#$a > $#$b ? $#$a : $#$b)) {
			my $found = difference($a->[$i], $b->[$i], $path . "[$i]");
			return $found if $found;
		}
		return undef;
	}
	my @said = map { defined $_ ? $json->allow_nonref->encode($_) : 'null' } $a, $b;
	return $said[0] eq $said[1] ? undef : substr "$path: $said[0] -> $said[1]", 0, 300;
}

1;
