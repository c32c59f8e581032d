# SPDX-License-Identifier: GPL-2.0-or-later
#
# A kernel made of text, read a second time: the language of README.md in Perl, sharing no line with
# the reader in C. The result answers what a dump and its namelist answer: bytes at an address,
# symbols, members, enumerators.
#
# A read gives the bytes, or undef; then `problem` says why: 'not in the dump' or 'no memory at that
# address'.
package TruthImage;
use strict;
use warnings;
no warnings 'portable'; # numbers of 64 bits are what this is about
use File::Basename qw(dirname);

use constant PAGE => 4096;

sub load {
	my ($class, $dir, $mem, $sym) = @_;
	my $self = bless {dir => $dir, name => {}, symbol => {}, member => {}, type => {}, enum => {},
			  macro => {}, physical => {}, virtual => {}, maps => [], missing => [],
			  means => {}, without => {}, btf => {}, btf_at => {},
			  zeroes => 0, heap => 0, texts => 0xffffeeee00000000, problem => ''}, $class;
	$self->run_file("$dir/$sym");
	$self->run_file("$dir/$mem");
	# The text was laid out with them; who reads the dump has a namelist without them.
	delete @{$self->{member}}{keys %{$self->{without}}};
	return $self;
}

# Text that is no file: for cases that a test makes.
sub add_text {
	my ($self, $text) = @_;
	$self->run_lines(split /\n/, $text);
	return $self;
}

# ---- reading ----

sub pa_of {
	my ($self, $kva) = @_;
	for my $map (@{$self->{maps}}) {
		my ($from, $to, $size) = @$map;
		return $to + ($kva - $from) if $kva >= $from && $kva - $from < $size;
	}
	return undef;
}

sub is_missing {
	my ($self, $pa) = @_;
	return scalar grep { $pa >= $_->[0] && $pa - $_->[0] < $_->[1] } @{$self->{missing}};
}

sub fail {
	my ($self, $problem, $at) = @_;
	$self->{problem} = $problem;
	$self->{problem_at} = $at;
	return undef;
}

sub read_page_part {
	my ($self, $pages, $at, $len) = @_;
	my $page = $pages->{$at - $at % PAGE};
	return $self->fail('no memory at that address', $at) if !defined $page;
	return substr $page, $at % PAGE, $len;
}

sub read_part {
	my ($self, $physical, $at, $len) = @_;
	my $pa = $physical ? $at : $self->pa_of($at);
	return $self->read_page_part($self->{virtual}, $at, $len) if !defined $pa;
	if ($self->is_missing($pa)) {
		return "\0" x $len if $self->{zeroes};
		return $self->fail('not in the dump', $at);
	}
	return $self->read_page_part($self->{physical}, $pa, $len);
}

sub read_bytes {
	my ($self, $physical, $at, $len) = @_;
	my $bytes = '';
	while ($len > 0) {
		my $part = PAGE - $at % PAGE;
		$part = $len if $part > $len;
		my $piece = $self->read_part($physical, $at, $part);
		return undef if !defined $piece;
		$bytes .= $piece;
		$at += $part;
		$len -= $part;
	}
	return $bytes;
}

sub number {
	my ($bytes) = @_;
	return undef if !defined $bytes;
	return unpack 'Q<', $bytes . "\0" x (8 - length $bytes);
}

# Numbers of up to 8 bytes, and runs of 64-bit words.
sub pa_number  { return number($_[0]->read_bytes(1, $_[1], $_[2] // 8)) }
sub kva_number { return number($_[0]->read_bytes(0, $_[1], $_[2] // 8)) }

sub pa_words {
	my ($self, $at, $nr) = @_;
	my $bytes = $self->read_bytes(1, $at, 8 * $nr);
	return defined $bytes ? unpack('Q<*', $bytes) : ();
}

sub kva_words {
	my ($self, $at, $nr) = @_;
	my $bytes = $self->read_bytes(0, $at, 8 * $nr);
	return defined $bytes ? unpack('Q<*', $bytes) : ();
}

sub text {
	my ($self, $kva, $max) = @_;
	my $text = '';
	while (length $text < ($max // 4096)) {
		my $byte = $self->read_bytes(0, $kva++, 1);
		return undef if !defined $byte;
		last if $byte eq "\0";
		$text .= $byte;
	}
	return $text;
}

# ---- the namelist ----

sub has { return exists $_[0]{member}{"$_[1].$_[2]"} }

sub offset {
	my ($self, $type, $path) = @_;
	my $member = $self->{member}{"$type.$path"} or die "no member $type.$path\n";
	return $member->{offset};
}

# The value of a member of the struct at an address.
sub get {
	my ($self, $type, $path, $kva) = @_;
	my $member = $self->{member}{"$type.$path"} or die "no member $type.$path\n";
	my $value = $self->kva_number($kva + $member->{offset}, $member->{size});
	return $value if !defined $value || !$member->{bits};
	return ($value >> $member->{bit}) & ((1 << $member->{bits}) - 1);
}

# Addresses of the structs on a list_head; a list that does not come back ends where it is seen.
sub list {
	my ($self, $head, $type, $path) = @_;
	my (@found, %seen);
	my ($at, $before) = ($self->kva_number($head), $head);
	while ($at && $at != $head && !$seen{$at}++) {
		push @found, $at - $self->offset($type, $path);
		$self->{damaged}{$head} = 1 if $before != ($self->kva_number($at + 8) // -1);
		($at, $before) = ($self->kva_number($at), $at);
	}
	$self->{list_ended} = defined $at && $at == $head;
	$self->{damaged}{$head} = 1 if $before != ($self->kva_number($head + 8) // -1);
	return @found;
}

sub llist {
	my ($self, $head, $type, $path) = @_;
	my (@found, %seen);
	my $at = $self->kva_number($head);
	while ($at && !$seen{$at}++) {
		push @found, $at - $self->offset($type, $path);
		$at = $self->kva_number($at);
	}
	return @found;
}

# ---- the language: numbers ----

sub name_value {
	my ($self, $name) = @_;
	return $self->{name}{$name} // $self->{symbol}{$name} // die "no symbol or let '$name'\n";
}

sub term {
	my ($self, $text) = @_;
	if ($$text =~ s/^\(//) {
		my $value = $self->sum($text);
		$$text =~ s/^\)// or die "a ( without its )\n";
		return $value;
	}
	if ($$text =~ s/^&(\w+)(?:\@([a-z0-9_]+(?:#\d)?)\.([\w.]+))?//) {
		my ($name, $type, $path) = ($1, $2, $3);
		return $self->name_value($name) + (defined $type ? $self->offset($type, $path) : 0);
	}
	$$text =~ s/^(?:0x)?([0-9a-fA-F]+)// or die "expected a number at '$$text'\n";
	return hex $1;
}

sub product {
	my ($self, $text) = @_;
	my $value = $self->term($text);
	$value *= $self->term($text) while $$text =~ s/^\*//;
	return $value;
}

sub sum {
	my ($self, $text) = @_;
	my $value = $self->product($text);
	while ($$text =~ s/^([+-])//) {
		my $sign = $1;
		my $next = $self->product($text);
		$value = $sign eq '+' ? $value + $next : $value - $next;
	}
	return $value;
}

sub expression {
	my ($self, $text) = @_;
	my $rest = $text;
	my $value = $self->sum(\$rest);
	die "cannot read '$text'\n" if $rest ne '';
	return $value;
}

sub count { return $_[0] =~ /^0x/ ? hex $_[0] : $_[0] + 0 }

# ---- the language: memory ----

sub write_at {
	my ($self, $physical, $at, $bytes) = @_;
	while (length $bytes) {
		my $part = PAGE - $at % PAGE;
		$part = length $bytes if $part > length $bytes;
		my $pa = $physical ? $at : $self->pa_of($at);
		my $pages = defined $pa ? $self->{physical} : $self->{virtual};
		my $to = $pa // $at;
		my $page = \($pages->{$to - $to % PAGE} //= "\0" x PAGE);
		substr $$page, $to % PAGE, $part, substr $bytes, 0, $part, '';
		$at += $part;
	}
}

my %packing = (1 => 'C', 2 => 'S<', 4 => 'L<', 8 => 'Q<');

sub bytes_of {
	my ($value, $size) = @_;
	return substr pack('Q<', $value), 0, $size;
}

sub word_bytes {
	my ($self, $word) = @_;
	return substr($word, 1) . "\0" if $word =~ /^"/;
	my $size = $word =~ s/^([bhw])://  ? {b => 1, h => 2, w => 4}->{$1} : 8;
	return bytes_of($self->expression($word), $size) if $word =~ /^[&(]/;
	$word =~ /^(?:0x)?([0-9a-fA-F]+)(?:\*(\d+))?(?:\+([0-9a-fA-F]+))?$/
		or die "expected a word of memory, found '$word'\n";
	my ($value, $times, $step) = (hex $1, $2 // 1, hex($3 // '0'));
	return bytes_of($value, $size) x $times if !$step;
	my $mask = $size == 8 ? ~0 : (1 << 8 * $size) - 1;
	return pack "$packing{$size}*", map { $value + $_ * $step & $mask } 0 .. $times - 1;
}

sub put_words {
	my ($self, @words) = @_;
	my $bytes = join '', map { $self->word_bytes($_) } @words;
	$self->write_at($self->{to_physical}, $self->{at}, $bytes);
	$self->{at} += length $bytes;
}

sub put_member {
	my ($self, $path, $word) = @_;
	my $member = $self->{member}{"$self->{struct}.$path"} or die "no member $self->{struct}.$path\n";
	my $at = $self->{base} + $member->{offset};
	if ($word =~ /^"(.*)/s && $member->{size} != 8) {
		my $len = $member->{size} < 64 ? $member->{size} : 64;
		return $self->write_at(0, $at, substr $1 . "\0" x 64, 0, $len);
	}
	if ($word =~ /^"(.*)/s) {
		my $text = "$1\0";
		my $placed = $self->{texts};
		$self->write_at(0, $placed, $text);
		$self->{texts} += length $text;
		return $self->write_at(0, $at, bytes_of($placed, 8));
	}
	$self->write_at(0, $at, bytes_of($self->expression($word), $member->{size}));
}

sub member_address {
	my ($self, $spec, $at) = @_;
	return $at if $spec eq '-';
	my ($type, $path) = $spec =~ /^([^.]+)\.(.+)$/ or die "expected TYPE.MEMBER or -\n";
	return $at + $self->offset($type, $path);
}

# ---- the language: statements ----

sub link_nodes {
	my ($self, $node, $next) = @_;
	$self->write_at(0, $node, pack 'Q<', $next);
	$self->write_at(0, $next + 8, pack 'Q<', $node);
}

sub two_addresses {
	my ($self, @words) = @_;
	return ($self->member_address($words[0], $self->expression($words[1])),
		$self->member_address($words[2], $self->expression($words[3])));
}

sub add_to_list {
	my ($self, @words) = @_;
	my ($head, $node) = $self->two_addresses(@words);
	my $last = $self->kva_number($head + 8) or die "add before list\n";
	$self->link_nodes($last, $node);
	$self->link_nodes($node, $head);
}

sub push_on_llist {
	my ($self, @words) = @_;
	my ($head, $node) = $self->two_addresses(@words);
	$self->write_at(0, $node, pack 'Q<', $self->kva_number($head) // 0);
	$self->write_at(0, $head, pack 'Q<', $node);
}

sub new_object {
	my ($self, $name, $size) = @_;
	my $bytes = defined $size ? $self->expression($size) : PAGE;
	$self->{name}{$name} = $self->{heap};
	$self->{heap} += ($bytes + PAGE - 1) & ~(PAGE - 1);
}

sub set_member {
	my ($self, $type, $path, $offset, $size, $bit, $bits) = @_;
	$self->{member}{"$type.$path"} = {offset => count($offset), size => count($size),
					  bit => count($bit // 0), bits => count($bits // 0)};
}

# Members that the text knows and the namelist does not.
sub forget_members {
	my ($self, $type, $path) = @_;
	my @found = grep { defined $path ? $_ eq "$type.$path" : /^\Q$type\E\./ } keys %{$self->{member}};
	die "no member of $type to be without\n" if !@found;
	$self->{without}{$_} = 1 for @found;
}

# To the code of a module, TYPE is TYPE#N: the first of that name is called without a number.
sub set_meaning {
	my ($self, $module, $numbered) = @_;
	my ($type, $nth) = $numbered =~ /^(\w+)#(\d+)$/ or die "expected TYPE#N, found '$numbered'\n";
	$self->{means}{$module}{$type} = $nth == 1 ? $type : $numbered;
}

my %statements = (
	without => \&forget_members,
	means => \&set_meaning,
	symbol => sub { $_[0]{symbol}{$_[1]} //= $_[0]->expression($_[2]) },
	member => \&set_member,
	type => sub { $_[0]{type}{$_[1]} = count($_[2]) },
	enum => sub { $_[0]{enum}{$_[1]} = count($_[2]) },
	let => sub { $_[0]{name}{$_[1]} = $_[0]->expression($_[2]) },
	map => sub { my $s = shift; push @{$s->{maps}}, [map { $s->expression($_) } @_] },
	missing => sub { my $s = shift; push @{$s->{missing}}, [map { $s->expression($_) } @_] },
	'zeroes-missing' => sub { $_[0]{zeroes} = 1 },
	struct => sub { @{$_[0]}{qw(struct base)} = ($_[1], $_[0]->expression($_[2])) },
	list => sub { my $head = $_[0]->member_address($_[1], $_[0]->expression($_[2]));
		      $_[0]->link_nodes($head, $head) },
	add => \&add_to_list,
	push => \&push_on_llist,
	heap => sub { $_[0]{heap} = $_[0]->expression($_[1]) },
	new => \&new_object,
	include => sub { $_[0]->run_file("$_[0]{dir}/$_[1]") },
	fill => sub { my ($s, $times, @words) = @_;
		      my $bytes = join('', map { $s->word_bytes($_) } @words) x count($times);
		      $s->write_at($s->{to_physical}, $s->{at}, $bytes);
		      $s->{at} += length $bytes },
);

# ---- the language: BTF ----

# Where an array of sizes and a named type end: in bytes.
sub btf_size_of {
	my ($self, $btf, $type) = @_;
	return $type if $type =~ /^\d+$/;
	my $described = $self->btf_type($btf, $type);
	return ref $described ? $described->{size} : defined $described ? $self->btf_size_of($btf, $described) : 0;
}

# The struct, or the word behind a typedef; a module's BTF continues that of vmlinux.
sub btf_type {
	my ($self, $btf, $name) = @_;
	for (; $btf; $btf = $self->{btf}{$btf->{base} // ''}) {
		return $btf->{structs}{$name}[-1] if $btf->{structs}{$name};
		return $btf->{typedefs}{$name} if defined $btf->{typedefs}{$name};
	}
	return undef;
}

# {offset, size, bit, bits} of a path in a described struct; what stands in an anonymous struct counts as
# standing in the one around it. undef: it has no such member.
sub btf_member {
	my ($self, $btf, $struct, $path) = @_;
	my ($first, $rest) = split /\./, $path, 2;
	for my $member (@{$struct->{members}}) {
		my ($name, $offset, $type, $bit, $bits) = @$member;
		my $inner = $self->btf_type($btf, $type);
		$inner = $self->btf_type($btf, $inner) while defined $inner && !ref $inner;
		my $deeper = $name =~ /^-/ ? $path : $name eq $first ? $rest : next;
		if (!defined $deeper) {
			return {offset => $offset, size => $self->btf_size_of($btf, $type), bit => $bit // 0, bits => $bits // 0};
		}
		my $found = ref $inner ? $self->btf_member($btf, $inner, $deeper) : undef;
		return {%$found, offset => $offset + $found->{offset}} if $found;
	}
	return undef;
}

sub describe_btf {
	my ($btf, @words) = @_;
	if ($words[0] eq 'struct' || $words[0] eq 'union') {
		$btf->{open} = {size => count($words[2]), members => []};
		push @{$btf->{structs}{$words[1]}}, $btf->{open};
	} elsif ($words[0] eq 'typedef') {
		$btf->{typedefs}{$words[1]} = $words[2];
	} elsif ($words[0] ne 'enum') { # an enum is no layout: the cases here have theirs in the namelist too
		push @{$btf->{open}{members}}, [@words];
	}
}

# The types are taken from the lines; of the bytes there is the magic number alone, which a case may
# damage. So NAME_size is not the true one: no document shows it, and what reads BTF asks no more than
# that it is a size.
sub add_btf {
	my ($self, $name, $base, @lines) = @_;
	my $at = $self->{heap};
	my $btf = $self->{btf}{$name} = {base => $base, structs => {}, typedefs => {}};
	describe_btf($btf, @$_) for grep { @$_ } map { [split_line($_)] } @lines;
	$self->new_object($name);
	$self->{name}{"${name}_size"} = PAGE;
	$self->{btf_at}{$at} = $btf;
	$self->write_at(0, $at, pack 'S<', 0xeb9f);
}

sub place {
	my ($self, $physical, $at, @words) = @_;
	$self->{to_physical} = $physical;
	$self->{at} = $self->expression($at);
	$self->put_words(@words);
}

sub run_macro {
	my ($self, $name, @args) = @_;
	my @lines = @{$self->{macro}{$name}};
	# A text keeps its opening quote while it is a word; in a line it has both.
	my @words = ($name, map { /^"/ ? qq($_") : $_ } @args);
	s/\$(\d)/$words[$1] \/\/ die "$name: too few words\n"/ge for @lines;
	my ($struct, $base, $physical, $at) = @{$self}{qw(struct base to_physical at)};
	$self->run_lines(@lines);
	@{$self}{qw(struct base to_physical at)} = ($struct, $base, $physical, $at);
}

sub split_line {
	my ($line) = @_;
	my @words;
	while ($line =~ s/^\s*(?:"([^"]*)"|([^\s#"]\S*))//) {
		push @words, defined $1 ? qq("$1) : $2;
	}
	return @words;
}

# Up to the line with the `end` that belongs to the opened block.
sub take_block {
	my ($lines) = @_;
	my ($open, @body) = (0);
	while (@$lines) {
		my $line = shift @$lines;
		my ($word) = $line =~ /^\s*(\S+)/;
		return @body if ($word // '') eq 'end' && !$open--;
		$open++ if ($word // '') eq 'for';
		push @body, $line;
	}
	die "for, macro or btf without end\n";
}

sub run_lines {
	my ($self, @lines) = @_;
	while (@lines) {
		my ($verb, @args) = split_line(shift @lines);
		next if !defined $verb;
		if ($verb eq 'macro') {
			$self->{macro}{$args[0]} = [take_block(\@lines)];
		} elsif ($verb eq 'for') {
			my @body = take_block(\@lines);
			for my $i (count($args[1]) .. count($args[2])) {
				$self->{name}{$args[0]} = $i;
				$self->run_lines(@body);
			}
		} elsif ($verb eq 'btf') {
			$self->add_btf($args[0], $args[1], take_block(\@lines));
		} elsif ($verb eq '@pa' || $verb eq '@kva') {
			$self->place($verb eq '@pa', @args);
		} elsif ($verb =~ /^\.(.+)/) {
			$self->put_member($1, @args);
		} elsif ($statements{$verb}) {
			$statements{$verb}->($self, @args);
		} elsif ($self->{macro}{$verb}) {
			$self->run_macro($verb, @args);
		} else {
			$self->put_words($verb, @args);
		}
	}
}

sub run_file {
	my ($self, $path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	chomp(my @lines = <$file>);
	close $file;
	$self->run_lines(@lines);
}

1;
