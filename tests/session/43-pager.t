#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# `make session` at a terminal: a long answer stands in crash's pager, and the session goes on when it is left.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Session;
use Terminal;
use Test::More;

Session::require_all('after');
my $no_terminal = Terminal::why_none();
plan skip_all => $no_terminal if $no_terminal;
plan skip_all => 'make session is on the embedded vmcore' if $ENV{VMCORE_DIR} !~ m{/debian-6\.1$};
plan skip_all => 'no less, which crash asks for' unless -x '/usr/bin/less';

my $terminal = Terminal->start(($ENV{MAKE} || 'make') . ' --no-print-directory session', CRASHPAGER => undef);
$terminal->wait_for(qr/crash> $/) or BAIL_OUT('no prompt');
$terminal->type("iommu map -vv -d a1:00.1\n");
my $page = $terminal->wait_for(qr/MORE/);
ok($page, 'a long answer stops at the end of the screen');
my $rows = () = ($page // '') =~ /^[0-9a-f]+ .*  rw?/mg;
cmp_ok($rows, '<', 200, 'and is not all on it');
$terminal->type('q');
ok($terminal->wait_for(qr/crash> $/), 'q leaves the pager');
$terminal->type("iommu help\n");
my $help = $terminal->wait_for(qr/MORE|has the page of a verb/) // '';
if ($help =~ /MORE/) { # there are more verbs than the screen has lines
	$terminal->type(' ');
	$help .= $terminal->wait_for(qr/has the page of a verb/) // '';
}
like($help, qr/has the page of a verb/, 'the session goes on');
# crash's own line about its pager is longer.
$help =~ s{^.*MORE.*$}{}mg;
unlike($help, qr/^[^\r\n]{80}/m, 'no purpose of a verb is too long for a line of the screen');
$terminal->type("q\nquit\n");
done_testing();
