#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Two modules that each have a struct vfio_group, as they do up to 5.10, and no BTF to tell them apart:
# crash's gdb answers with that of the module whose debuginfo was loaded first. The debuginfo is made
# here: the members of vfio's structs of Debian's 6.1 that matter, and 5.10's struct vfio_group of
# vfio_iommu_type1.c. Who holds the group is what the holder said.
use strict;
use warnings;
no warnings 'portable'; # addresses have 64 bits
use FindBin;
use lib $FindBin::Bin;
use Session;
use Test::More;

Session::require_all('after');
plan skip_all => 'the offsets below are those of 6.1'
	unless Session::slurp("$ENV{VMCORE_DIR}/after/uname") =~ /\b6\.1\.0-\d+-amd64\b/;
plan skip_all => 'a minimal session has no mod' if Session::minimal();

my $dir = "$Session::scratch/debuginfo";
my %source = (vfio => <<'END', vfio_iommu_type1 => <<'END');
struct vfio_group { char a[864]; void *iommu_group, *container; char b[120]; void *kvm; };
struct vfio_container { char a[72]; void *iommu_data; };
long code(struct vfio_group *g, struct vfio_container *c)
{
	return (long)g->container + (long)c->iommu_data;
}
END
struct rb_node { unsigned long parent; void *right, *left; };
struct vfio_group { void *iommu_group; struct { void *next, *prev; } next; _Bool mdev_group; };
struct vfio_iommu { char a[64]; struct { struct rb_node *rb_node; } dma_list; };
struct vfio_dma { struct rb_node node; unsigned long iova, vaddr, size; int prot; void *task; };
long code(struct vfio_group *g, struct vfio_iommu *i, struct vfio_dma *d)
{
	return (long)g->iommu_group + (long)i->dma_list.rb_node + d->prot;
}
END

mkdir $dir or die "$dir: $!";
for my $module (keys %source) {
	open(my $c, '>', "$dir/$module.c") or die "$dir/$module.c: $!";
	print $c $source{$module};
	close $c;
	system(($ENV{CC} // 'cc') . " -g -O1 -fno-pic -mcmodel=kernel -fno-asynchronous-unwind-tables " .
	       "-c -o $dir/$module.ko $dir/$module.c") == 0 or die "cannot compile $module.c";
}

# Without libbpf there is no BTF: what stands in its place is no library.
my $no_libbpf = "$Session::scratch/no-libbpf";
mkdir $no_libbpf or die "$no_libbpf: $!";
for my $name (qw(libbpf.so.1 libbpf.so.0)) {
	open(my $f, '>', "$no_libbpf/$name") or die "$no_libbpf/$name: $!";
}

my %said = map { $_->[0] => $_->[1] } Session::truth('after', 'vfio');
my @areas = sort { $a->[0] <=> $b->[0] }
	    map { [(map { Session::number($_) } @$_[1, 3])] }
	    grep { $_->[0] eq 'area' } Session::truth('after', 'vfio');

{
	local $ENV{LD_LIBRARY_PATH} = join ':', $no_libbpf, grep { defined } $ENV{LD_LIBRARY_PATH};
	my $session = Session::start(Session::dump_file('after'));
	my ($status, undef, $loaded) = Session::run_in($session, 'iommu status', "extend -u $ENV{IOMMU_SO}", "extend $ENV{IOMMU_SO}");

	SKIP: {
		skip 'this crash brings its own libbpf', 2 if ($ENV{CRASH} // 'crash') ne 'crash' && $status !~ /libbpf/;
		like($status, qr/^warning: libbpf \(libbpf\.so\.1\) is not installed on this machine: .*mod -s/m,
		     'status says that the library is missing, and what that costs');
		like($loaded, qr/^iommu: libbpf \(libbpf\.so\.1\) is not installed/m, 'and so does loading the plugin');
	}
	Session::finish($session);
}
# A libbpf that lacks a function: any other library by its name.
SKIP: {
	my $old = "$Session::scratch/old-libbpf";
	my ($other) = Session::slurp('/proc/self/maps') =~ m{(/\S+/lib(?:m|crypt)\.so\.\d+)$}m; # of this architecture
	skip 'no library that could stand for one', 2 unless $other;
	mkdir $old or die "$old: $!";
	system('cp', '-L', '--', $other, "$old/libbpf.so.1") == 0 or die "cp: $?";
	local $ENV{LD_LIBRARY_PATH} = join ':', $old, grep { defined } $ENV{LD_LIBRARY_PATH};
	my $session = Session::start(Session::dump_file('after'));
	my ($status, $owner) = Session::run_in($session, 'iommu status', 'iommu owner');

	Session::finish($session);
	skip 'this crash brings its own libbpf', 2 if ($ENV{CRASH} // 'crash') ne 'crash' && $status !~ /libbpf/;
	like($status, qr/^warning: libbpf on this machine is older than 0\.3, .*mod -s/m, 'status says that the library is too old');
	like($owner, qr/vfio_group\.\w+ not found.*libbpf is older than 0\.3/s, 'and so does what needs it');
}
{
	my $session = Session::start(Session::dump_file('after'));
	my ($status) = Session::run_in($session, 'iommu status');

	unlike($status, qr/libbpf/, 'where it is there, nothing is said of it');
	Session::finish($session);
}

for my $order ([qw(vfio_iommu_type1 vfio)], [qw(vfio vfio_iommu_type1)]) {
	local $ENV{LD_LIBRARY_PATH} = join ':', $no_libbpf, grep { defined } $ENV{LD_LIBRARY_PATH};
	my $session = Session::start(Session::dump_file('after'));
	my ($before) = Session::run_in($session, 'iommu owner');
	my @load = map { "mod -s $_ $dir/$_.ko" } @$order;
	my ($first, $second, $struct) = Session::run_in($session, @load, 'struct vfio_group');

	SKIP: {
		# One that is unpacked beside the machine's own has its folder of libraries first.
		skip 'this crash brings its own libbpf', 1 if ($ENV{CRASH} // 'crash') ne 'crash' && $before =~ /pid $said{pid}\b/;
		like($before, qr/vfio_group\.\w+ not found.*libbpf is not installed/s, "@$order: there is no BTF");
	}
	like($struct, $order->[0] eq 'vfio' ? qr/container/ : qr/mdev_group/,
	     "@$order: crash answers with the struct of the first");
	my ($document) = Session::documents_in($session, 'iommu owner -j');
	my $owner = $document->{owners}[0];
	is($owner->{pid}, $said{pid}, "@$order: the process");
	is_deeply([map { [Session::number($_->{iova}), Session::number($_->{vaddr})] }
		   @{ $owner->{areas} }], \@areas, "@$order: its areas");
	my ($again) = Session::run_in($session, 'struct vfio_group');
	is($again, $struct, "@$order: what crash answers to its user has not changed");
	Session::finish($session);
}

# Both files in one module, or in a kernel that has its modules built in (RHEL 8.1): what tells them apart is a
# function of the right file, which kernels up to 5.18 have; the namelist is given it here. The first function
# of all is in the wrong file, and gdb answers with what it has read already.
SKIP: {
	skip 'objcopy and ld are not here', 3
		if system('objcopy --version > /dev/null 2>&1 && ld --version > /dev/null 2>&1');
	local $ENV{LD_LIBRARY_PATH} = join ':', $no_libbpf, grep { defined } $ENV{LD_LIBRARY_PATH};
	my $function = 'vfio_iommu_group_notifier';
	my %file = (first => $source{vfio_iommu_type1} =~ s/\blong code\b/long first_code/r,
		    second => $source{vfio} =~ s/\blong code\b/long $function/r);
	mkdir "$dir/both" or die "$dir/both: $!";
	for my $name (keys %file) {
		open(my $c, '>', "$dir/both/$name.c") or die "$dir/both/$name.c: $!";
		print $c $file{$name};
		close $c;
		system(($ENV{CC} // 'cc') . " -g -O1 -fno-pic -mcmodel=kernel -fno-asynchronous-unwind-tables " .
		       "-c -o $dir/both/$name.o $dir/both/$name.c") == 0 or die "cannot compile $name.c";
	}
	system("ld -r -o $dir/both/vfio.ko $dir/both/first.o $dir/both/second.o") == 0 or die 'cannot link vfio.ko';
	my @load = ("mod -s vfio $dir/both/vfio.ko", 'gdb whatis first_code');
	my $session = Session::start(Session::dump_file('after'));
	my (undef, $where) = Session::run_in($session, $load[0], "gdb info address $function");
	Session::finish($session);
	my ($code) = $where =~ /at address 0x([0-9a-f]+)/ or die "no address of $function: $where";
	# crash moves the kernel's own symbols to where the kernel was loaded, and none that is as high as a module's.
	my ($text) = `nm $ENV{NAMELIST}` =~ /^([0-9a-f]+) T _text$/m or die 'no _text';
	my $namelist = "$Session::scratch/namelist";
	system('objcopy', '--add-symbol', sprintf('%s=.text:0x%x,global,function', $function, hex($code) - hex($text)),
	       $ENV{NAMELIST}, $namelist) == 0 or die 'objcopy';
	local $ENV{NAMELIST} = $namelist;
	$session = Session::start(Session::dump_file('after'));
	my $struct = (Session::run_in($session, @load, 'struct vfio_group'))[2];
	like($struct, qr/mdev_group/, 'two files: crash answers with the struct of the first');
	my ($document) = Session::documents_in($session, 'iommu owner -j');
	is($document->{owners}[0]{pid}, $said{pid}, 'two files: the process');
	is_deeply([map { [Session::number($_->{iova}), Session::number($_->{vaddr})] }
		   @{ $document->{owners}[0]{areas} }], \@areas, 'two files: its areas');
	Session::finish($session);
}

# What the user has set stays set: a place in vfio, while vfio_iommu_type1's debuginfo was first.
{
	local $ENV{LD_LIBRARY_PATH} = join ':', $no_libbpf, grep { defined } $ENV{LD_LIBRARY_PATH};
	my $session = Session::start(Session::dump_file('after'));
	my ($symbols) = Session::run_in($session, 'sym -m vfio');
	my ($code) = $symbols =~ /^([0-9a-f]+) \([tT]\)/m;
	my @texts = Session::run_in($session, "mod -s vfio_iommu_type1 $dir/vfio_iommu_type1.ko",
				    "mod -s vfio $dir/vfio.ko", "set scope $code", 'struct vfio_group',
				    'iommu owner', 'struct vfio_group', 'set scope 0', 'iommu owner',
				    'struct vfio_group');
	like($texts[3], qr/container/, 'set scope: crash answers with the struct of that place');
	like($texts[4], qr/pid $said{pid}\b/, 'set scope: the process');
	is($texts[5], $texts[3], 'set scope: it is still set after that');
	like($texts[7], qr/pid $said{pid}\b/, 'set scope 0: the process');
	like($texts[8], qr/mdev_group/, 'set scope 0: and it is not set after that');
	Session::finish($session);
}
done_testing();
