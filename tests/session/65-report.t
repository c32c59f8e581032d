#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A report is the snapshot of the same dump in a page: nothing of it is lost on the way, nothing of it can end the
# element that it stands in, and the browser runs the page's own script alone. On the embedded dumps a browser
# opens it.
use strict;
use warnings;
use Digest::SHA 'sha256_base64';
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../report";
use Browser;
use JSON::PP ();
use Session;
use Test::More;

my $most_bytes = 600 * 1024;

Session::require_all('after');
my $dir = $Session::scratch;

sub slurp_raw {
	my ($path) = @_;
	open(my $file, '<:raw', $path) or return '';
	local $/;
	return scalar <$file>;
}

my @said = Session::run('after', "iommu report $dir/report.html", "iommu snapshot $dir/snapshot.json",
	"iommu report $dir/report.html", 'iommu report');
if ($said[0] =~ /built without the page/) {
	ok(!-e "$dir/report.html", 'a plugin without the page writes none');
	like($said[0], qr/'make deps-report'.*'iommu snapshot FILE'/, '... and says what to do') or diag($said[0]);
	done_testing;
	exit;
}
like($said[0], qr/^REPORT .*report\.html: .* the answers of \d+ verbs/m, 'it says what it wrote');
like($said[2], qr/is there already: a report replaces nothing/, 'what is there stays there');
like($said[3], qr/expected a file to write\n.*iommu report/, 'no file was named');

my ($page, $snapshot) = map { slurp_raw("$dir/$_") } qw(report.html snapshot.json);
my ($element) = $page =~ m{<script type="application/json" id="snapshot">(.*?)</script>}s;
unlike($element, qr/[<>&]|\xe2\x80[\xa8\xa9]/, 'nothing of the snapshot can end its element');
my $plain = $element =~ s{\\(u003c|u003e|u0026|.)}{ { u003c => '<', u003e => '>', u0026 => '&' }->{$1} // "\\$1" }gser;
ok($plain eq $snapshot, 'it is the snapshot, byte for byte');
is_deeply(JSON::PP->new->decode($element), JSON::PP->new->decode($snapshot), 'and JSON without that, too');

my ($policy) = $page =~ /http-equiv="Content-Security-Policy" content="([^"]*)"/;
my @scripts = $page =~ m{<script>(.*?)</script>}gs;
is(scalar @scripts, 1, 'the page has one script');
my ($hash) = $policy =~ /script-src '(sha256-\S+)'/;
is($hash, 'sha256-' . sha256_base64($scripts[0]) . '=', 'which is the one that the policy lets run');
like($policy, qr/^default-src 'none';/, '... and nothing else');
unlike($page =~ s{<script.*}{}sr, qr{<[a-z]+[^>]*\b(?:src|href)=}i, 'the page names nothing to be fetched');
like($page, qr/MIT License.*Permission is hereby granted/s, 'the licence of what is bundled in it stands in it');

# The same page from the snapshot alone, without crash.
SKIP: {
	my $program = "$ENV{BUILD}/iommu-report";
	skip 'iommu-report is not built', 1 unless -x $program;
	my $run = sub { my $said = `$program $_[0] 2>&1`; return ($? >> 8) . " $said" };
	is($run->("$dir/snapshot.json $dir/alone.html"), '0 ', 'iommu-report writes a page');
	ok(slurp_raw("$dir/alone.html") eq $page, '... which is that of iommu report, byte for byte');
	like($run->("$dir/snapshot.json $dir/alone.html"), qr/^2 .*exists/, 'it replaces nothing');
	like($run->("$dir/report.html $dir/other.html"), qr/^2 iommu-report: cannot show/, 'it takes nothing that is no snapshot');
	like($run->("$dir/snapshot.json $dir/no/such.html"), qr/^2 .*No such file/, 'a folder that is not there');
	like($run->('x'), qr/^2 usage/, 'too few words');
	is(join(' ', grep { !/(?:report|alone)\.html$|snapshot\.json$/ } glob "$dir/*.{html,json}*"), '', 'nothing half written stays');
}

SKIP: {
	skip 'a browser opens the embedded dumps', 1 unless $ENV{VMCORE_DIR} =~ m{/vmcores/debian-6\.1};
	cmp_ok(length $page, '<=', $most_bytes, 'it is no more than 600 KiB');
	my $missing = Browser::missing();
	skip "the page of a report in a browser: $missing", 1 if $missing;
	my ($name) = $ENV{VMCORE_DIR} =~ m{([^/]+)$};
	Browser::points('dump.mjs', "$dir/report.html", "$dir/snapshot.json", "$FindBin::Bin/../../build/report/shots/$name");
}
done_testing;
