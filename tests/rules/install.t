#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `make install` puts where, that `make uninstall` takes just that away, and that what is in a tarball of
# `make dist` needs no git. Built is in build/ what `make` builds; nothing is built again for this.
use strict;
use warnings;
use File::Find;
use File::Temp;
use FindBin;
use lib $FindBin::Bin;
use Rules;
use Test::More;

my $build = $ENV{BUILD} || 'build';
my $make = ($ENV{MAKE} || 'make') . " --no-print-directory BUILD=$build";
delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL)};
my $dir = File::Temp->newdir;

sub files_in {
	my ($folder) = @_;
	my @files;
	return () if !-d $folder;
	find({ wanted => sub { push @files, substr($_, length $folder) if -f $_ }, no_chdir => 1 }, $folder);
	return sort @files;
}

system("$make all man >$dir/log 2>&1") == 0 or BAIL_OUT('make: ' . slurp("$dir/log"));
my $dry = `$make -n install 2>&1`;
unlike($dry, qr/^(?:cc|gcc|clang|awk|\S*gcc) /m, 'make install builds nothing again');

for my $case (['', '/usr', '/usr/lib(?:64)?/crash/extensions'], ['PREFIX=/opt/x', '/opt/x', '/opt/x/lib/crash/extensions'],
	['EXTENSIONS=/srv/crash', '/usr', '/srv/crash'], ['PREFIX=/opt/x EXTENSIONS=/srv/crash', '/opt/x', '/srv/crash']) {
	my ($variables, $prefix, $extensions) = @$case;
	my $what = $variables || 'no variable';
	my $root = "$dir/" . ($variables =~ s/\W+/-/gr || 'plain');

	is(system("$make install DESTDIR=$root $variables >$dir/log 2>&1"), 0, "$what: installs") or diag(slurp("$dir/log"));
	my @files = files_in($root);
	is(scalar(grep { m{^$extensions/iommu\.so$} } @files), 1, "$what: the plugin is where it was asked for");
	is(join(' ', map { m{^\Q$prefix\E/bin/(.*)} } @files), 'iommu-diff iommu-namelist iommu-report iommu-schema', "$what: programs");
	is(join(' ', map { m{^\Q$prefix\E/share/man/(.*)} } @files),
		'man1/iommu-diff.1 man1/iommu-namelist.1 man1/iommu-report.1 man1/iommu-schema.1 man8/iommu.8', "$what: manual pages");
	ok(scalar(grep { m{^\Q$prefix\E/share/doc/crash-iommu/docs/NAMELIST\.md$} } @files), "$what: documents");
	is(join(' ', grep { !m{^(?:\Q$prefix\E/(?:bin|share/man|share/doc/crash-iommu)|$extensions)/} } @files), '', "$what: nothing elsewhere");
	if ($variables eq '') {
		open(my $other, '>', "$root/usr/bin/other") or die;
	}
	is(system("$make uninstall DESTDIR=$root $variables >$dir/log 2>&1"), 0, "$what: uninstalls");
	is(join(' ', files_in($root)), $variables eq '' ? '/usr/bin/other' : '', "$what: of what was installed nothing is left");
	ok(!-d "$root$prefix/share/doc/crash-iommu", "$what: nor its folder");
}

SKIP: {
	skip 'no git, or no checkout', 4 if system('git rev-parse --git-dir >/dev/null 2>&1');
	chomp(my $version = slurp('VERSION'));
	is(system("$make dist DIST_DIR=$dir/dist DIST_XZ=-0 >$dir/log 2>&1"), 0, 'make dist') or diag(slurp("$dir/log"));
	is(system("tar -xJf $dir/dist/iommu-$version.tar.xz -C $dir --exclude='*.xz'"), 0, 'the tarball has a folder of its name');
	# A git that says when it is asked.
	mkdir "$dir/bin";
	open(my $git, '>', "$dir/bin/git") or die;
	print $git "#!/bin/sh\ntouch $dir/asked\nexit 1\n";
	close($git);
	chmod 0755, "$dir/bin/git";
	is(system("cd $dir/iommu-$version && PATH=$dir/bin:\$PATH make -s man build/version.o build/help_pages.o build/src/kernel/btf_types.o " .
		">$dir/log 2>&1"), 0, 'what it has builds') or diag(slurp("$dir/log"));
	ok(!-e "$dir/asked", 'and asks no git');
}

# The changelog has what is to be released, and a version that it does not have is seen.
is(system("awk -v version=\$(cat VERSION) -v form=check -f src/packages/changelog.awk CHANGELOG.md"), 0, 'the changelog has this version');
isnt(system("awk -v version=0.0.0 -v form=check -f src/packages/changelog.awk CHANGELOG.md 2>/dev/null"), 0, 'and not every one');

# Everything that can be made by its name is told by `make help`, and the other way round.
my $help = `$make help`;
like($help, qr/^  $_ +\S/m, "make help tells of $_") for qw(all test demo install uninstall dist deb rpm clean);

done_testing();
