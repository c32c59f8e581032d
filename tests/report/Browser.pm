# SPDX-License-Identifier: GPL-2.0-or-later
#
# The scripts of this folder, which open a report in Chromium: their test points become those of the caller.
package Browser;

use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use Test::More;

my $folder = abs_path(dirname(__FILE__));
my $modules = "$folder/../../build/report/node_modules";
my ($chromium) = grep { -x } $ENV{CHROMIUM} // (), map { "/usr/bin/$_" } qw(chromium chromium-browser);

# What is not there that a browser test needs, or nothing.
sub missing {
	return 'no modules (make deps-browser)' unless -e "$modules/.ready";
	return 'no chromium (make deps-browser)' unless $chromium;
	return 'no node (make deps-browser)' if system('command -v node >/dev/null 2>&1');
	return;
}

# Runs a script with its arguments, and takes its points over.
sub points {
	my ($script, @arguments) = @_;
	local $ENV{CHROMIUM} = $chromium;
	my $nr = 0;
	my $planned;

	open(my $said, '-|', 'timeout', 300, 'node', "$folder/$script", @arguments) or die "node: $!";
	while (my $line = <$said>) {
		if ($line =~ /^(not )?ok \d+ - (.*)/) {
			ok(!$1, "$script: $2");
			$nr++;
		} elsif ($line =~ /^1\.\.(\d+)/) {
			$planned = $1;
		} else {
			diag($line);
		}
	}
	close($said);
	is($nr, $planned, "$script: came to its end");
}

1;
