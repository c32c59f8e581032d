# SPDX-License-Identifier: GPL-2.0-or-later
#
# Words of the types that a dump carries (BTF): a record has what they say, and not the bytes. Which structs lead to
# them is by crash.
package Btf;

use strict;
use warnings;
use Plant;

my $HEAD_BYTES = 24;
my @NAMES = ('magic', 'hdr_len', 'type_off', 'type_len', 'str_off', 'str_len');

# {kind: [words]}, as Kinds::sort_words() gives them.
sub words {
	my @words = blob('vmlinux', Plant::symbol('__start_BTF'), 0);
	my $head = Plant::symbol('btf_modules');
	my $link = Plant::need('btf_module.list');
	my %nodes;

	for (my $node = Plant::get($head); $node != $head && !$nodes{$node}++; $node = Plant::get($node)) {
		my ($module, $btf) = map { Plant::get($node - $link + Plant::need("btf_module.$_")) } qw(module btf);
		my ($name) = unpack 'Z*', pack 'Q<*', map { Plant::get($module + Plant::need('module.name') + 8 * $_) } 0 .. 6;

		next if $name !~ /^vfio/;
		push @words, field('list of modules', "btf_module of $name", $node + $_) for 0, 8;
		push @words, field('struct btf', "btf_module.$_ of $name", $node - $link + Plant::need("btf_module.$_"))
			for qw(btf module);
		push @words, field('struct btf', "btf.$_ of $name", $btf + Plant::need("btf.$_")) for qw(data);
		push @words, field('struct btf', "btf.$_ of $name", $btf + Plant::need("btf.$_"), 4) for qw(data_size);
		push @words, blob($name, Plant::get($btf + Plant::need('btf.data')),
				  Plant::get($btf + Plant::need('btf.data_size'), 4));
	}
	my %kinds;
	push @{ $kinds{$_->{kind}} }, $_ for @words;
	return \%kinds;
}

sub field {
	my ($of, $what, $at, $bytes) = @_;

	$bytes //= 8;
	return { kind => $of eq 'list of modules' ? 'list' : 'BTF', space => 'kva', at => $at, bytes => $bytes,
		 value => Plant::get($at, $bytes), what => $what };
}

# Its head word by word, and of what follows every 64th byte.
sub blob {
	my ($name, $at, $bytes) = @_;
	my @head = map { field('head', "$NAMES[$_] of the BTF of $name", $at + 4 * $_, 4) } 0 .. $#NAMES;

	$_->{kind} = 'BTF head' for @head;
	return @head, map { field('body', "the BTF of $name", $at + 64 * $_) } 1 .. ($bytes - 8) / 64;
}

1;
