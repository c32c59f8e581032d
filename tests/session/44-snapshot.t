#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A snapshot is what the verbs answer, word for word; the same dump gives the same bytes; and nothing that is there
# already is lost. `map -a` in it is held to `map` of each domain, and what it says of the kernel to the guest.
use strict;
use warnings;
no warnings 'portable'; # addresses have 64 bits
use FindBin;
use lib $FindBin::Bin;
use JSON::PP ();
use Session;
use Test::More;

Session::require_all('after');
my $dir = $Session::scratch;
my $json = JSON::PP->new->canonical;
my @verbs = ('status', 'units', 'devices -v', 'dte -a', 'groups', 'domains', 'owner', 'map -a', 'iova', 'irt', 'commands',
	'events', 'ppr', 'galog', 'acpi', 'fault', 'check');

sub slurp_raw {
	my ($path) = @_;
	open my $file, '<', $path or return;
	local $/;
	return <$file>;
}

my @said = Session::run('after', "iommu snapshot $dir/one.json", "iommu snapshot $dir/two.json",
	"iommu snapshot $dir/one.json", "iommu snapshot $dir/no-such-folder/x.json", "iommu snapshot",
	"iommu snapshot -v $dir/three.json");
my $one = slurp_raw("$dir/one.json");
like($said[0], qr/^SNAPSHOT .*one\.json: .* the answers of 17 verbs/m, 'it says what it wrote');
is($one, slurp_raw("$dir/two.json"), 'the same dump gives the same bytes');
like($said[2], qr/is there already/, 'what is there stays there');
is(slurp_raw("$dir/one.json"), $one, '... as it was');
like($said[3], qr/cannot write .*No such file/, 'a folder that is not there');
like($said[4], qr/expected a file to write\n.*iommu snapshot/, 'no file was named');
is_deeply([glob "$dir/*.json.*"], [], 'nothing half written stays behind');
is((stat "$dir/one.json")[2] & 077, 0, 'only its owner may read it');

my $snapshot = $json->decode($one);
is_deeply([sort keys %{ $snapshot->{sections} }], [sort map { (split)[0] } @verbs], 'a section for each verb');
my @documents = Session::documents('after', map { "iommu $_ -j" } @verbs);
for my $i (0 .. $#verbs) {
	my ($verb) = split ' ', $verbs[$i];

	is($json->encode($snapshot->{sections}{$verb}), $json->encode($documents[$i]), "$verb: as iommu $verbs[$i] -j");
}

# Each as the JSON Schema of its verb says.
my $schema_of = "$ENV{BUILD}/iommu-schema";
SKIP: {
	skip 'no iommu-schema, or libjson-validator-perl is not installed', scalar @verbs
		unless -x $schema_of && eval { require JSON::Validator; 1 };
	for my $verb (map { (split)[0] } @verbs) {
		my $schema = JSON::Validator->new->schema($json->decode(scalar `$schema_of $verb`));

		is(join("\n", $schema->validate($snapshot->{sections}{$verb})), '', "$verb: as its schema says");
	}
}

# What the guest's boot log begins with.
my ($release) = Session::slurp("$ENV{VMCORE_DIR}/console.log") =~ /Linux version (\S+)/;
is($snapshot->{kernel}{release}, $release, 'the release of the kernel') if $release;
# A crash that is started without modules does not tell it.
ok(!defined $snapshot->{taken} || $snapshot->{taken} > 1_500_000_000, 'the time of the dump');

# Each space against map of its domain.
my $fat = $json->decode(slurp_raw("$dir/three.json"));
my @spaces = grep { defined $_->{domain_id} } @{ $fat->{sections}{map}{spaces} };
for my $space (@spaces) {
	next if 1 < grep { $_->{domain_id} == $space->{domain_id} } @spaces;
	my $at = $space->{domain_address};
	my ($map) = Session::documents('after', "iommu map -D $at -j");
	is($json->encode($space->{mappings}), $json->encode($map->{mappings}), "domain $at: the contiguous ranges of map -D");
	is_deeply($space->{totals}, $map->{totals}, "domain $at: its totals");
	my ($bytes, %pages) = (0);
	for my $stretch (@{ $space->{stretches} }) {
		is(hex($stretch->{end}) - hex($stretch->{iova}) + 1, $stretch->{bytes}, "the bytes of $stretch->{iova}");
		$bytes += $stretch->{bytes};
		$pages{$_} += $stretch->{pages}{$_} for keys %{ $stretch->{pages} };
	}
	is($bytes, $map->{totals}{bytes}, "domain $at: stretches have every byte");
	is_deeply(\%pages, $map->{totals}{pages}, "domain $at: and every page");
}
done_testing;
