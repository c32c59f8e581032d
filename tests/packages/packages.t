#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make packages-test: the packages of Debian and of RPM are made, their linters have no complaint, they have what
# they are to have, and the plugin that was in each is loaded into crash.
use strict;
use warnings;
use File::Temp;
use FindBin;
use Test::More;

chdir "$FindBin::Bin/../.." or die "chdir: $!";
my $build = $ENV{BUILD} || 'build';
my $make = ($ENV{MAKE} || 'make') . " --no-print-directory BUILD=$build";
delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL)};
my $dir = File::Temp->newdir;
my $crash = $ENV{CRASH} || 'crash';

sub missing {
	return grep { system("command -v $_ >/dev/null 2>&1") } @_;
}

# The plugin of a package, in a session on the embedded vmcore.
sub loads {
	my ($plugin, $what) = @_;
	open(my $script, '>', "$dir/script") or die;
	print $script "extend $plugin\niommu\nquit\n";
	close($script);
	my $said = `$crash -s -i $dir/script $ENV{NAMELIST} $ENV{VMCORE_DIR}/after.elf </dev/null 2>&1`;
	like($said, qr/^IOMMU +AMD-Vi, 1 unit/m, "$what: crash loads the plugin, and it answers");
}

# extensions: where that distribution's crash looks.
sub check_files {
	my ($what, $extensions, @files) = @_;
	my $all = join ' ', sort @files;
	for my $file ("$extensions/iommu.so", (map { "/usr/bin/iommu-$_" } qw(diff namelist report schema)),
		'/usr/share/man/man8/iommu.8.gz', '/usr/share/man/man1/iommu-diff.1.gz',
		'/usr/share/doc/crash-iommu/docs/NAMELIST.md') {
		ok(scalar(grep { s/\.gz$//r eq $file =~ s/\.gz$//r } @files), "$what has $file") or diag($all);
	}
}

SKIP: {
	my @lack = missing(qw(git dh lintian dpkg-buildpackage));
	skip "Debian package: no @lack (make deps-packages)", 1 if @lack;
	my $log = `$make deb 2>&1`;
	is($?, 0, 'make deb, and lintian has no error and no warning') or diag(substr($log, -3000)), skip('no package', 1);
	my ($deb) = grep { !/dbgsym/ } glob("$build/deb/*.deb");
	check_files('the .deb', '/usr/lib/crash/extensions', map { /(\S+)$/ ? substr($1, 1) : () } `dpkg-deb -c $deb`);
	like(`dpkg-deb -f $deb Depends`, qr/\bcrash \(>= [\d.]+\), crash \(<< [\d.]+~\)/, 'the .deb asks for the crash that it was built for');
	is(system("dpkg-deb -x $deb $dir/deb"), 0, 'the .deb is unpacked');
	loads("$dir/deb/usr/lib/crash/extensions/iommu.so", 'the .deb');
}

SKIP: {
	my @lack = missing(qw(git rpmbuild rpmlint rpm2cpio cpio));
	skip "RPM package: no @lack (make deps-packages)", 1 if @lack;
	my $log = `$make rpm 2>&1`;
	is($?, 0, 'make rpm, and rpmlint has no error and no warning') or diag(substr($log, -3000)), skip('no package', 1);
	my ($rpm) = grep { !/debug/ } glob("$build/rpm/RPMS/*/*.rpm");
	chomp(my @files = `rpm -qlp $rpm`);
	my ($extensions) = map { m{^(.*)/iommu\.so$} } @files;
	like($extensions, qr{^/usr/lib(?:64)?/crash/extensions$}, 'the plugin is where crash looks');
	check_files('the .rpm', $extensions, @files);
	mkdir "$dir/rpm";
	is(system("rpm2cpio $rpm | (cd $dir/rpm && cpio -idm --quiet)"), 0, 'the .rpm is unpacked');
	loads("$dir/rpm$extensions/iommu.so", 'the .rpm');
}

done_testing();
