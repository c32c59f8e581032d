#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `iommu record`: what it writes replays to the same answer, holds what was asked for and no more, hides what
# it is told to, and is there whole or not at all.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Spec ();
use File::Temp qw(tempdir);
use JSON::PP ();
use Test::More;
use lib dirname(__FILE__);
use IommuMem;

my $dir = abs_path(dirname(__FILE__));
my $iommu_mem = $ENV{IOMMU_MEM} || "'$dir/../../build/san/iommu-mem'";
my $served = IommuMem->new($iommu_mem);
my $scratch = tempdir(CLEANUP => 1);

sub slurp {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!";
	local $/;
	return scalar <$file>;
}

sub spew {
	my ($path, $text) = @_;
	open my $file, '>', $path or die "$path: $!";
	print $file $text;
	close $file or die "$path: $!";
}

# The transcript of lines on a kernel (one name: of a record); before: words of the shell, to a process of its own.
sub run {
	my ($files, $lines, $before) = @_;
	my @names = map { m{^/} ? $_ : "$dir/$_" } split / /, $files;
	return ($served->run($lines, @names))[0] unless $before;
	spew("$scratch/input", $lines);
	return scalar `$before $iommu_mem @names < '$scratch/input' 2>&1`;
}

sub without_summary {
	return $_[0] =~ s/^RECORD .*\n//mr;
}

sub left_over {
	my @known = @_;
	opendir my $all, "$scratch/files" or die $!;
	return join ' ', sort grep { my $name = $_; !/^\.\.?$/ && !grep { $_ eq $name } @known } readdir $all;
}

mkdir "$scratch/files" or die $!;

# ---- it replays ----

my @verbs = ('status', 'status -vv', 'devices -v', 'dte -a -vv', 'dte -j', 'groups -v', 'groups -j', 'domains -v',
	'owner', 'owner -j', 'units -v', 'irt -a -v', 'commands -a', 'events -v', 'ppr', 'galog', 'acpi -vv', 'acpi -j',
	'walk -d 00:02.0 1000 linux_banner nonsense', 'walk -d a1:00.1 -vv 40080010', 'map -g 0 -v', 'map -d a1:00.1 -j');
my @cases = ('debian-6.1-after.mem v6.1.sym', 'vfio.mem v6.1-vfio.sym', 'btf.mem v6.1-vfio.sym', 'guest.mem guest.sym',
	'mixed.mem mixed.sym', 'arm-smmu.mem arm-smmu.sym', 'partial-dump.mem v6.1.sym', 'partial-dump-zeroes.mem v6.1.sym',
	'two-structs.mem two-structs.sym', 'vfio-notifier.mem v5.10-vfio.sym', 'machines.mem v6.1-kvm.sym', 'maple.mem v6.12-irq.sym',
	'hostile.mem v6.1.sym', 'btf-damaged.mem v6.1-vfio.sym');
my $nr = 0;
for my $case (grep { -e "$dir/" . (split)[0] && -e "$dir/" . (split)[1] } @cases) {
	for my $option ('', '-a ') {
		my $record = "$scratch/files/" . $nr++ . '.mem';
		my $out = run($case, "iommu record $option$record " . join(', ', @verbs) . "\n");
		my $expected = without_summary($out) =~ s/^iommu> iommu record .*\n//r;
		my $again = `$iommu_mem --recorded '$record' 2>&1`;
		is($? >> 8, 0, "$case $option: the record has an answer to every question");
		is($again, $expected, "$case $option: and they are the same");
	}
}
cmp_ok($nr, '>=', 2 * 10, 'cases were found');

# ---- what is in it ----

my $one = "$scratch/files/one.mem";
my $out = run('vfio.mem v6.1-vfio.sym', "iommu record $one owner\n");
like($out, qr/pid \d+ "qemu-kvm"/, 'the answer is on the screen');
like($out, qr/^RECORD      \S+one\.mem: \d+ bytes of memory in \d+ reads, \d+ other answers\n\z/m, 'and then what was written');
unlike($out, qr/^iommu> iommu owner$/m, 'one answer needs no line above it');
my $text = slurp($one);
is((stat $one)[2] & 07777, 0600, 'only the owner may read it');
like($text, qr/\A# What commands of iommu\.so \S+ asked of the memory of Linux \S+/, 'its head says what made it');
like($text, qr/^# It may contain: .*processes, and the kernel's command line\.$/ms, 'and what it may contain');
like($text, qr/^command "iommu owner"$/m, 'the command');
like($text, qr/^no symbol \w+ 0$/m, 'a symbol that there is not');
like($text, qr/"qemu-kvm"/, 'the name of a process');

# Of a page only what was asked for, and of a text nothing behind its end.
my $secrets = "$scratch/secrets.mem";
my ($task) = $text =~ /^\@kva ([0-9a-f]+) "qemu-kvm"/m;
ok($task, 'the name of the process has a line of its own') or BAIL_OUT($text);
my $base = "include " . File::Spec->abs2rel("$dir/vfio.mem", $scratch) . "\n";
spew($secrets, $base . sprintf("\@kva %s+9 \"SECRET\"\n\@kva %s-40 \"SECRET beside it\"\n", $task, $task));
my $two = "$scratch/files/two.mem";
run("$secrets v6.1-vfio.sym", "iommu record $two owner\n");
like(slurp($two), qr/"qemu-kvm"/, 'the same name, with other bytes around it');
unlike(slurp($two), qr/SECRET|544552434553/, 'bytes around what was asked for are not in the file');
my $three = "$scratch/files/three.mem";
run("$secrets v6.1-vfio.sym", "iommu record -a $three owner\n");
like(slurp($three), qr/SECRET beside it/, 'with -a they are');

# ---- what is hidden ----

my $words = 'root=/dev/vg0/root iommu=pt password=hunter2 amd_iommu=fullflush quiet';
spew("$scratch/line.mem", $base . "\@kva &saved_command_line ffff8881f0000100\n"
	. "\@kva ffff8881f0000100 \"$words\"\n");
my ($plain, $hidden) = map { "$scratch/files/$_.mem" } qw(plain hidden);
my $shown = run("$scratch/line.mem v6.1-vfio.sym", "iommu record -s $hidden status -v, owner\n");
run("$scratch/line.mem v6.1-vfio.sym", "iommu record $plain status -v, owner\n");
like($shown, qr/"qemu-kvm"/, 'on the screen nothing is hidden');
like(slurp($plain), qr/hunter2/, 'without -s the command line is in the file');
unlike(slurp($hidden), qr/hunter2|vg0|password|quiet|qemu/, 'with -s it is not, nor is the name of a process');
like(slurp($hidden), qr/^# Names of processes are replaced by x/m, 'and the head says so');
my $replayed = `$iommu_mem --recorded '$hidden' 2>&1`;
is($?, 0, 'it replays');
is($replayed, without_summary($shown) =~ s/^iommu> iommu record .*\n//r =~ s/(qemu-\w+)/'x' x length $1/ger,
	'to the same answer, but for the name; the words about the IOMMU stand');
like($replayed, qr/iommu=pt amd_iommu=fullflush/, 'those words');

# ---- several verbs, JSON, a list ----

spew("$scratch/list", "# what is asked\nstatus\n\niommu owner -j # the owner\n");
my $list = "$scratch/files/list.mem";
$out = run('vfio.mem v6.1-vfio.sym', "iommu record -i $scratch/list $list groups\n");
is(join('|', $out =~ /^iommu> (iommu .*)/mg), "iommu record -i $scratch/list $list groups|iommu groups|iommu status|iommu owner -j",
	'-i LIST: each answer has its command above it');

for my $line ('status -j', 'status -j, groups -j', '-j') {
	my $file = "$scratch/files/json" . length($line) . '.mem';
	my $command = $line eq '-j' ? "iommu record -j $file status, groups" : "iommu record $file $line";
	my $json = run('vfio.mem v6.1-vfio.sym', "$command\n") =~ s/^iommu> .*\n//r;
	my $document = eval { JSON::PP->new->decode($json) } || {};
	is($document->{command}, 'record', "$command: one document");
	is(join(' ', map { $_->{command} } @{ $document->{answers} }), $line =~ /groups|^-j/ ? 'status groups' : 'status', "$line: with the answers in it");
	is($document->{file_bytes}, -s $file, "$line: and what was written");
	my ($alone) = run('vfio.mem v6.1-vfio.sym', "iommu status -j\n") =~ /^(\{.*)/m;
	is_deeply($document->{answers}[0], JSON::PP->new->decode($alone), "$line: an answer is the document that it is by itself");
}

# ---- whole or not at all ----

my @known = map { s{.*/}{}r } glob "$scratch/files/*";
my $before = slurp($one);
my %bad = (
	"iommu record $one status" => qr/^iommu: \S+one\.mem is there already: a record replaces nothing$/m,
	"iommu record $scratch/nowhere/x status" => qr{^iommu: cannot write \S+/nowhere/x: No such file or directory$}m,
	"iommu record" => qr/^iommu: expected a file to write, and a verb$/m,
	"iommu record $scratch/files/x" => qr/^iommu: expected a verb behind the file '\S+'$/m,
	"iommu record $scratch/files/x frobnicate" => qr/^iommu: no verb 'frobnicate'; there are: /m,
	"iommu record $scratch/files/x status, d" => qr/^iommu: 'd' could be: /m,
	"iommu record $scratch/files/x record y status" => qr/^iommu: a record of 'record' would hold nothing$/m,
	"iommu record -i $scratch/nowhere $scratch/files/x" => qr/^iommu: cannot read \S+: No such file/m,
	"iommu record -x $scratch/files/x status" => qr/^iommu: no option -x here/m,
);
for my $command (sort keys %bad) {
	my $said = run('vfio.mem v6.1-vfio.sym', "$command\n");
	like($said, $bad{$command}, $command);
	is(() = $said =~ /^iommu: /mg, 1, "$command: one line");
}
is(slurp($one), $before, 'a file that exists stays as it is');

$out = run('vfio.mem v6.1-vfio.sym', "% interrupt-after 3\niommu record $scratch/files/x owner\n");
like($out, qr/^iommu: interrupted: no record was written$/m, '^C');
$out = run('vfio.mem v6.1-vfio.sym', "iommu record $scratch/files/x dte -a -vv, owner\n", "trap '' XFSZ; ulimit -f 1; ");
like($out, qr/^iommu: no record: cannot write \S+: File too large$/m, 'a file that cannot become as large');
is(left_over(@known), '', 'nothing half written is left');
$served->ends_well;

done_testing();
