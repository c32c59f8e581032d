#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Every document of the memory tier, and of the records of real dumps, against the JSON Schema of its verb: a member
# that the tables of src/cmd/shape_*.c do not have, or of another type, fails. The validator is Debian's JSON::Validator.
use strict;
use warnings;
use File::Basename qw(dirname);
use Test::More;

my $dir = dirname(__FILE__);
my $program = ($ENV{BUILD} // "$dir/../../build") . '/iommu-schema';
plan skip_all => 'libjson-validator-perl is not installed' unless eval { require JSON::Validator; require Cpanel::JSON::XS; 1 };
plan skip_all => "no $program" unless -x $program;

my $json = Cpanel::JSON::XS->new->allow_bignum;
my %validator;
chomp(my @verbs = `$program -l`);
for my $verb (@verbs) {
	my $schema = $json->decode(scalar `$program $verb`);
	is($schema->{properties}{command}{const}, $verb, "$verb: a schema that is JSON");
	$validator{$verb} = JSON::Validator->new->schema($schema);
}

# What has no schema: documents about other documents.
my %without = map { $_ => 1 } qw(help record snapshot diff graph report);

my (%nr, %bad);
sub hold {
	my ($where, $document) = @_;
	my $verb = $document->{command} // return; # a line that names no verb

	if ($verb eq 'record') {
		hold($where, $_) for @{ $document->{answers} // [] };
	} elsif ($validator{$verb}) {
		$nr{$verb}++;
		$document->{version} //= ''; # transcripts leave it out: run.t looks for it
		push @{ $bad{$verb} }, "$where: $_" for $validator{$verb}->validate($document);
	} elsif (!$without{$verb}) {
		$bad{$verb} //= ["$where: no schema"];
	}
}

sub documents {
	my ($where, $text) = @_;

	for my $step (split /^(?:iommu> |% )/m, $text) {
		my ($command, $output) = split /\n/, $step, 2;
		my $document = ($output // '') =~ /^\{/ ? eval { $json->decode($output) } : undef;
		hold("$where: $command", $document) if ref $document eq 'HASH';
	}
}

sub slurp {
	my ($command) = @_;
	open my $file, '-|', $command or die "$command: $!";
	local $/;
	return scalar <$file>;
}

documents($_ =~ s{.*/}{}r, slurp("cat '$_'")) for sort glob "$dir/*.expect";
documents($_ =~ s{.*/}{}r, slurp("xz -dc '$_'")) for sort glob "$dir/records/*.expect.xz";
for my $verb (@verbs) {
	cmp_ok($nr{$verb} // 0, '>', 0, "$verb: there are documents of it");
	is_deeply($bad{$verb} // [], [], "$verb: each is as its schema says") or diag(join "\n", (splice @{ $bad{$verb} }, 0, 8));
}
ok($validator{$_} || $without{$_}, "$_: described") for keys %bad;

# A schema that lets everything pass proves nothing.
my %wrong = (
	'a member that is in no table' => { schema => 1, command => 'status', version => '1', notes => [], vendor => undef, colour => 1 },
	'another type' => { schema => 1, command => 'status', version => '1', notes => [], vendor => 7 },
	'without notes' => { schema => 1, command => 'status', version => '1' },
	'another verb' => { schema => 1, command => 'units', version => '1', notes => [] },
	'an address that is a number' => { schema => 1, command => 'groups', version => '1', notes => [],
		groups => [{ id => 1, address => 12 }] },
);
for my $what (sort keys %wrong) {
	my $validator = $validator{ $what =~ /address/ ? 'groups' : 'status' };
	ok(scalar $validator->validate($wrong{$what}), "$what is refused");
}
done_testing;
