#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Snapshots of many dumps as tables: the commands of docs/FLEET.md run, and print what stands there (--renew writes
# it there: read the difference). What the tables have is held to what the guests said of themselves, and to the
# JSON as Perl reads it; a dump, snapshot or comparison that went wrong has a row that says so.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Cwd qw(abs_path);
use File::Find ();
use File::Path qw(make_path);
use IPC::Open3 ();
use JSON::PP ();
use Session;
use Test::More;

my $renew = grep { $_ eq '--renew' } @ARGV;
my $top = abs_path("$FindBin::Bin/../..");
my $fleet = "$Session::scratch/fleet";
my %machine = (amd => $ENV{VMCORE_DIR} // '', intel => ($ENV{VMCORE_DIR} // '') . '-intel');

Session::require_all('before', 'after');
plan skip_all => 'the page shows the embedded vmcores' unless $ENV{VMCORE_DIR} =~ m,/vmcores/debian-6\.1$,;
plan skip_all => 'no sqlite3: make deps installs it' if system 'sqlite3 -version >/dev/null 2>&1';
plan skip_all => "no $machine{intel}" unless -e "$machine{intel}/after.elf";
my $diff = abs_path("$ENV{BUILD}/iommu-diff");
plan skip_all => "no $ENV{BUILD}/iommu-diff" unless $diff && -x $diff;
my ($mem) = split ' ', $ENV{IOMMU_MEM} // '';
plan skip_all => 'no iommu-mem, which makes some of the snapshots' unless $mem && -x $mem;
my $iommu_mem = join ' ', map { -e $_ ? abs_path($_) : $_ } split ' ', $ENV{IOMMU_MEM};

sub write_file {
	my ($path, $text) = @_;

	open my $file, '>', $path or die "$path: $!";
	print $file $text;
	close $file or die "$path: $!";
}

# ---- the fleet of the page ----

sub place_dumps {
	my %week = ('last-week' => 'before', 'this-week' => 'after');

	for my $week (sort keys %week) {
		for my $host (sort keys %machine) {
			make_path("$fleet/cores/$week/$host");
			symlink "$machine{$host}/$week{$week}.elf", "$fleet/cores/$week/$host/vmcore" or die $!;
		}
	}
	make_path(map { "$fleet/cores/this-week/$_" } 'broken-off', 'no-dump');
	open my $whole, '<:raw', "$machine{amd}/after.elf" or die $!;
	read $whole, my $begin, 3_000_000;
	write_file("$fleet/cores/this-week/broken-off/vmcore", $begin);
	write_file("$fleet/cores/this-week/no-dump/vmcore", "x\n");
	make_path("$fleet/names");
	symlink abs_path($ENV{NAMELIST}), "$fleet/names/vmlinux-6.1.0-56-amd64" or die $!;
}

# What the page says was added before the tables were made.
sub add_made_ones {
	my $made = "$fleet/snapshots/made";

	make_path($made);
	for my $host ('fault-log', 'vtd-units') {
		my ($files) = Session::slurp("$top/tests/mem/$host.expect") =~ /^# files: (.*)/;
		system "cd $top/tests/mem && echo iommu snapshot $made/$host.json | $iommu_mem $files >/dev/null 2>&1";
	}
	my $text = Session::slurp("$fleet/snapshots/cores/this-week/amd/vmcore.json");
	write_file("$made/cut.json", substr $text, 0, length($text) / 2);
	my $old = JSON::PP::decode_json($text);
	delete @{ $old->{sections} }{qw(fault iova)};
	$old->{plugin} = 'iommu.so 0.8';
	write_file("$made/old-plugin.json", JSON::PP::encode_json($old));
	open my $list, '>>', "$fleet/dumps" or die $!;
	print $list "cores/this-week/new/vmcore\n";
	close $list;
}

# ---- the page: commands and what stands below them ----

my @page = split /\n/, Session::slurp("$top/docs/FLEET.md"), -1;

sub commands_of_page {
	my (@commands, $in);

	for my $i (0 .. $#page) {
		if ($page[$i] =~ /^```/) {
			$in = $page[$i] eq '```console';
		} elsif (!$in) {
			next;
		} elsif ($page[$i] =~ /^\$ (.*)/) {
			push @commands, { text => $1, last => $i, shown => [] };
		} elsif ($page[$i] =~ /^>  (.*)/) {
			$commands[-1]{text} .= "\n $1";
			$commands[-1]{last} = $i;
		} else {
			push @{ $commands[-1]{shown} }, $page[$i];
		}
	}
	return @commands;
}

sub job_of_page {
	my ($job) = join("\n", @page) =~ /^```sh\n(#!\/bin\/sh\n#SBATCH.*?)^```$/ms;
	return $job;
}

my @commands = commands_of_page();
my $has_parallel = !system 'parallel --version >/dev/null 2>&1';

# One shell for all, as the reader has; each command's words go into files of their own.
sub run_all {
	my $sh = '';

	for my $n (0 .. $#commands) {
		my $text = $commands[$n]{text};
		$commands[$n]{skipped} = $text =~ /^parallel/ && !$has_parallel;
		next if $commands[$n]{skipped};
		$sh .= "touch ready; while [ -e ready ]; do sleep 0.1; done\n" if $text =~ /tables\.sql/;
		$sh .= "{ $text\n} >out.$n 2>err.$n\n";
	}
	write_file("$fleet/session.sh", $sh);
	my $pid = fork // die $!;
	if (!$pid) {
		chdir $fleet or die;
		open STDIN, '<', '/dev/null';
		exec 'sh', 'session.sh';
	}
	until (-e "$fleet/ready") {
		BAIL_OUT('the shell of the page ended early') if waitpid $pid, 1;
		select undef, undef, undef, 0.1;
	}
	add_made_ones();
	unlink "$fleet/ready";
	waitpid $pid, 0;
}

place_dumps();
local $ENV{IOMMU} = $top;
local $ENV{IOMMU_SO} = abs_path($ENV{IOMMU_SO});
local $ENV{IOMMU_DIFF} = $diff;
local $ENV{NAMELISTS} = "$fleet/names";
local $ENV{TZ} = 'UTC';
local $ENV{LC_ALL} = 'C';
run_all();

for my $n (0 .. $#commands) {
	my $command = $commands[$n];
	my ($name) = split /\n/, $command->{text};

	SKIP: {
		skip "no GNU parallel: $name", 1 if $command->{skipped};
		my @lines = map { s/\s+$//r } split /\n/, Session::slurp("$fleet/out.$n");
		is_deeply(\@lines, $command->{shown}, "the page: $name") unless $renew;
		is(Session::slurp("$fleet/err.$n"), '', '... without complaint') if $name =~ /^(ask|cat|sqlite3|find)/;
		$command->{printed} = \@lines;
	}
}
if ($renew) {
	for my $command (reverse @commands) {
		splice @page, $command->{last} + 1, scalar @{ $command->{shown} }, @{ $command->{printed} // $command->{shown} };
	}
	write_file("$top/docs/FLEET.md", join "\n", @page);
}

# ---- one task of a job array does what xargs did ----

my @dumps = split /\n/, Session::slurp("$fleet/dumps");
my ($task) = grep { $dumps[$_ - 1] eq 'cores/this-week/amd/vmcore' } 1 .. @dumps;
make_path("$fleet/array");
symlink "$fleet/cores", "$fleet/array/cores";
write_file("$fleet/array/dumps", Session::slurp("$fleet/dumps"));
write_file("$fleet/array/job", job_of_page() // die 'no job script in docs/FLEET.md');
is(system("cd $fleet/array && SLURM_ARRAY_TASK_ID=$task sh job"), 0, 'a task of the job array');
ok(Session::slurp("$fleet/array/snapshots/$dumps[$task - 1].json") eq
   Session::slurp("$fleet/snapshots/$dumps[$task - 1].json"), '... writes the same bytes');
for my $bad ('', '../x', 'a/../b', 'a//b', './a') {
	isnt(system("cd $fleet/array && $top/docs/fleet/one-dump '$bad' 2>/dev/null"), 0, "one-dump takes no '$bad'");
}
isnt(system("cd $fleet/array && $top/docs/fleet/one-dump cores/gone"), 0, 'a dump that is not there');
like(Session::slurp("$fleet/array/snapshots/cores/gone.said"), qr/^vmcore: .*No such file/m, '... crash says so, and it is kept');
is(system("cd $fleet/array && IOMMU_SO=no.so $top/docs/fleet/one-dump cores/this-week/intel/vmcore") >> 8, 1, 'no plugin');
like(Session::slurp("$fleet/array/snapshots/cores/this-week/intel/vmcore.said"), qr/no\.so/, '... is told as well');
make_path("$fleet/slow");
symlink "$fleet/cores", "$fleet/slow/cores";
write_file("$fleet/slow/dumps", "$dumps[0]\n");
isnt(system("cd $fleet/slow && PATIENCE=0.1 $top/docs/fleet/one-dump $dumps[0]"), 0, 'a crash that takes too long');
my @left;
File::Find::find(sub { push @left, $File::Find::name if -d && /vmcore\./ }, "$fleet/snapshots", "$fleet/array/snapshots");
is_deeply(\@left, [], 'no folder of a job stays behind');

# ---- the tables ----

sub rows {
	my ($query, $db) = @_;
	open my $answer, '-|', 'sqlite3', '-json', $db // "$fleet/fleet.db", $query or die;
	local $/;
	my $text = <$answer>;
	return $text && $text =~ /\S/ ? @{ JSON::PP->new->allow_nonref->decode($text) } : ();
}

sub sorted { return [sort map { join '|', map { $_ // '-' } @$_ } @_] }
sub is_rows {
	my ($query, $expected, $name) = @_;
	my @keys = $query =~ /^SELECT (.*?) FROM/s ? split(/,\s*/, $1 =~ s/"//gr) : ();
	is_deeply(sorted(map { my $row = $_; [map { $row->{$_} } @keys] } rows($query)), sorted(@$expected), $name);
}

# Every dump has its row, and what became of it.
my %state = map { $_->{dump} => $_->{state} } rows('SELECT dump, state FROM dump');
my @good = map { ("cores/last-week/$_/vmcore", "cores/this-week/$_/vmcore") } sort keys %machine;
my %expected = map { $_ => 'read' } @good, map { "made/$_" } qw(fault-log vtd-units old-plugin);
$expected{"cores/this-week/$_/vmcore"} = 'no snapshot' for 'broken-off', 'no-dump';
$expected{'made/cut'} = 'unreadable';
$expected{'cores/this-week/new/vmcore'} = 'not tried';
is_deeply(\%state, \%expected, 'a row for each dump: read, or what went wrong');
for my $dump (sort grep { $expected{$_} ne 'read' } keys %expected) {
	ok((rows("SELECT 1 FROM not_told WHERE dump = '$dump' AND why LIKE '$expected{$dump}: _%'"))[0], "$dump: why");
}
is_rows("SELECT verb FROM not_told WHERE dump = 'made/old-plugin' AND why LIKE 'no such section%'",
	[['fault'], ['iova']], 'what an older plugin did not tell');

# Against the JSON as it is read here.
my %snapshot = map { $_ => JSON::PP::decode_json(Session::slurp("$fleet/snapshots/$_.json")) }
	grep { $expected{$_} eq 'read' } keys %expected;

sub each_of { # rows of a list of a section, over all snapshots
	my ($verb, $list, $row) = @_;
	return map {
		my $dump = $_;
		map { $row->($dump, $_) } @{ $snapshot{$dump}{sections}{$verb}{$list} // [] };
	} sort keys %snapshot;
}

my $bit = sub { defined $_[0] ? $_[0] ? 1 : 0 : undef };
is_rows('SELECT dump, code, severity, device, domain_id, text FROM finding',
	[each_of('check', 'findings', sub { [$_[0], @{ $_[1] }{qw(code severity device domain_id text)}] })], 'findings');
is_rows('SELECT dump, code, applies, ran, whole, why_not FROM rule',
	[each_of('check', 'rules', sub { [$_[0], $_[1]{code}, (map { $bit->($_) } @{ $_[1] }{qw(applies ran whole)}),
		$_[1]{why_not}] })], 'rules');
is_rows('SELECT dump, device, group, driver, domain_id, type, state, unit FROM device' =~ s/group/"group"/r,
	[each_of('devices', 'devices', sub { [$_[0], @{ $_[1] }{qw(device group driver domain_id type state unit)}] })],
	'devices');
is_rows('SELECT dump, source, time, count, device, iova, access, state, verdict FROM fault',
	[each_of('fault', 'faults', sub { [$_[0], @{ $_[1] }{qw(source time count device iova access state verdict)}] })],
	'faults');
is_rows('SELECT dump, address, type, mapped_bytes, nr_devices FROM domain',
	[each_of('domains', 'domains', sub { [$_[0], @{ $_[1] }{qw(address type mapped_bytes)},
		scalar @{ $_[1]{devices} // [] }] })], 'domains');
is_rows('SELECT dump, comm, pid, kind, group, device FROM holders' =~ s/group/"group"/r,
	[each_of('owner', 'owners', sub { my ($dump, $owner) = @_;
		map { [$dump, @$owner{qw(comm pid kind group)}, $_] } @{ $owner->{devices} } })], 'who holds what');

my @leaked = map {
	my ($dump, $domains) = ($_, $snapshot{$_}{sections}{domains});
	map { my $alloc = $_; map { [$dump, $alloc->{unit}, $_] } @{ $alloc->{unaccounted_ids} // [] } }
		{ unit => $domains->{allocator}{unit}, unaccounted_ids => $domains->{unaccounted_ids} },
		@{ $domains->{allocators} // [] };
} sort keys %snapshot;
is_rows('SELECT dump, unit, id FROM unaccounted_id', \@leaked, 'ids that no domain accounts for');
cmp_ok(scalar @leaked, '>', 1, '... of which there are some, in both shapes');

my %by_release;
for my $dump (keys %expected) {
	my $counted = $by_release{ ($snapshot{$dump} // {})->{kernel}{release} // 'unknown' } //= [0, 0, 0];
	my $ids = grep { $_->[0] eq $dump } @leaked;
	$counted->[0]++;
	$counted->[1] += $ids > 0;
	$counted->[2] += $ids;
}
is_rows('SELECT release, dumps, dumps_that_leak, ids FROM leaks', [map { [$_, @{ $by_release{$_} }] } keys %by_release],
	'kernels that leak ids');

my %sources;
each_of('fault', 'faults', sub { $sources{$_[0]}{ $_[1]{device} // '-' } += $_[1]{count} });
is_rows('SELECT dump, device, faults FROM fault_sources',
	[map { my $dump = $_; map { [$dump, $_, $sources{$dump}{$_}] } keys %{ $sources{$dump} } } keys %sources],
	'who faults most');

my %verbs;
$verbs{$_}++ for keys %{ $snapshot{ $good[0] }{sections} };
my ($list) = Session::slurp("$top/docs/fleet/tables.sql") =~ /json_each\('(\["status".*?\])'\)/s;
is_deeply([sort @{ JSON::PP::decode_json($list) }], [sort keys %verbs], 'tables.sql knows every verb of a snapshot');

# ---- the guests' own words ----

for my $host (sort keys %machine) {
	for my $week (['last-week', 'before'], ['this-week', 'after']) {
		local $ENV{VMCORE_DIR} = $machine{$host};
		my $dump = "cores/$week->[0]/$host/vmcore";
		my @groups = Session::truth($week->[1], 'groups'); # group, device, driver
		my %held = map { $_->[0] => 1 } grep { $_->[2] =~ /^vfio/ } @groups;
		my ($uname) = map { $_->[-1] =~ /^\d/ ? $_->[-1] : grep { /^\d+\.\d+\./ } @$_ } Session::truth($week->[1], 'uname');
		my $identity = grep { $_->[1] eq 'identity' } Session::truth($week->[1], 'group_types');

		is_rows("SELECT device, group, driver FROM device WHERE dump = '$dump' AND \"group\" IS NOT NULL"
			=~ s/ group,/ "group",/r,
			[map { [$_->[1], $_->[0], $_->[2] eq '--' ? undef : $_->[2]] } @groups], "$dump: the guest's drivers");
		is_rows("SELECT device FROM holders WHERE dump = '$dump'",
			[map { [$_->[1]] } grep { $held{ $_->[0] } && $_->[2] =~ /^vfio/ } @groups], "$dump: what was handed over");
		my ($row) = rows("SELECT * FROM dump WHERE dump = '$dump'");
		is($row->{release}, $uname, "$dump: its kernel") if $uname;
		my $passes = (rows("SELECT 1 FROM passthrough WHERE dump = '$dump' AND default_type = 'identity'"))[0];
		is(!!$passes, $identity > 1, "$dump: in passthrough, or not");
	}
	my %driver;
	for my $state ('before', 'after') {
		local $ENV{VMCORE_DIR} = $machine{$host};
		$driver{$state} = { map { $_->[1] => $_->[2] } Session::truth($state, 'groups') };
	}
	my @other = grep { $driver{before}{$_} ne $driver{after}{$_} } keys %{ $driver{after} };
	is_rows("SELECT key, before, after FROM change WHERE dump = 'cores/this-week/$host/vmcore'
			AND section = 'devices' AND member = 'driver'",
		[map { [$_, $driver{before}{$_}, $driver{after}{$_}] } @other], "$host: what changed its driver since last week");
	cmp_ok(scalar @other, '>', 0, '... something did');
}

# ---- comparisons that cannot be made, another schema, a broken list ----

system "cd $fleet && $top/docs/fleet/one-pair cores/last-week/amd/vmcore made/cut && false";
system "cd $fleet && $top/docs/fleet/one-pair cores/last-week/amd/vmcore made/old-plugin";
is(system("cd $fleet && sqlite3 fleet.db < $top/docs/fleet/changes.sql"), 0, 'loading again');
my %compared = map { $_->{dump} => $_ } rows('SELECT * FROM comparison');
like($compared{'made/cut'}{why}, qr/^iommu-diff: cannot compare/, 'a pair that cannot be compared has a row that says why');
is($compared{'made/cut'}{changes}, undef, '... and no number');
like($compared{'made/old-plugin'}{not_compared}, qr/\w/, 'what an older plugin does not tell was not compared');

# A key that is typed wrong in the SQL is NULL in every row, and says nothing.
my %has_none = map { $_ => 1 } 'fault.driver'; # no device of the hosts made of words that faults has a driver
for my $table (map { $_->{name} } rows("SELECT name FROM sqlite_master WHERE type = 'table'")) {
	for my $column (map { $_->{name} } rows("SELECT name FROM pragma_table_info('$table')")) {
		ok((rows("SELECT 1 FROM \"$table\" WHERE \"$column\" IS NOT NULL LIMIT 1"))[0], "$table.$column has values")
			unless $has_none{"$table.$column"};
	}
}

my $other = JSON::PP::decode_json(Session::slurp("$fleet/snapshots/made/fault-log.json"));
$other->{schema} = 2;
make_path("$fleet/more/snapshots/x y");
write_file("$fleet/more/snapshots/x y/it's, \"100%\".json", JSON::PP::encode_json($other));
write_file("$fleet/more/snapshots/empty.json", '');
write_file("$fleet/more/snapshots/answer.json", '{"command":"status"}');
write_file("$fleet/more/snapshots/list.json", '[1]');
write_file("$fleet/more/snapshots/bytes.json", "\x00\xff\x7fELF");
write_file("$fleet/more/snapshots/silent.said", '');
write_file("$fleet/more/dumps", qq(x y/it's, "100%"\n/abs/path\n\nsilent\nx y/it's, "100%"\n));
is(system("cd $fleet/more && cat $top/docs/fleet/tables.sql $top/docs/fleet/questions.sql | sqlite3 fleet.db"), 0,
	'odd names, files that are no snapshots');
my %more = map { $_->{dump} => $_->{state} } rows('SELECT dump, state FROM dump', "$fleet/more/fleet.db");
is_deeply(\%more, { qq(x y/it's, "100%") => 'read', 'abs/path' => 'not tried', silent => 'no snapshot',
		map { $_ => 'unreadable' } qw(empty answer list bytes) }, '... have their rows');
my @schemas = rows("SELECT why FROM not_told WHERE why LIKE 'schema %'", "$fleet/more/fleet.db");
is_deeply(\@schemas, [{ why => 'schema 2, where these tables know 1' }], 'another schema is told');
system "cd $fleet/slow && sqlite3 fleet.db < $top/docs/fleet/tables.sql";
is_deeply([rows('SELECT state, why FROM dump', "$fleet/slow/fleet.db")], [{ state => 'no snapshot',
	why => 'one-dump: crash was ended after 0.1 seconds' }], 'a crash that was ended is told');
# ---- another engine ----

# The tables and the views of both engines, row by row; the order of rows, and of words in a list, is nobody's promise.
sub is_alike_in_duckdb {
	my ($folder, $name) = @_;
	my $duckdb = "node $top/docs/fleet/duckdb.mjs fleet.duckdb";
	my @tables = map { $_->{name} } rows("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')
		AND name NOT IN ('comparison', 'change')", "$folder/fleet.db");
	my $flat = sub { [sort map { my $row = $_; join '|', map {
		my $value = $row->{$_} // '-';
		$_ eq 'document' ? JSON::PP->new->canonical->encode(JSON::PP->new->allow_nonref->decode($value)) :
		$_ eq 'now' ? join(',', sort split /,/, $value) : $value } sort keys %$row } @_] };

	is(system("cd $folder && cat $top/docs/fleet/tables-duckdb.sql $top/docs/fleet/questions.sql | $duckdb"), 0,
		"DuckDB: loading $name");
	for my $table (@tables) {
		my $text = `cd $folder && echo 'SELECT * FROM "$table"' | $duckdb`;
		my $answer = eval { JSON::PP::decode_json($text) } // [{ 'no JSON' => $text }];
		is_deeply($flat->(@$answer), $flat->(rows("SELECT * FROM \"$table\"", "$folder/fleet.db")),
			"DuckDB: $table of $name, as SQLite has it");
	}
}

$ENV{DUCKDB_MODULES} //= "$top/build/duckdb/node_modules";
SKIP: {
	skip 'no @duckdb/node-api: make deps-duckdb', 1
		if system("echo 'SELECT 1' | node $top/docs/fleet/duckdb.mjs :memory: >/dev/null 2>&1");
	is_alike_in_duckdb($fleet, 'the page');
	my ($shown) = join("\n", @page) =~ /^```json\n(.*?)^```$/ms;
	is(`cd $fleet && echo 'SELECT * FROM kinds_of_findings LIMIT 4' | node $top/docs/fleet/duckdb.mjs fleet.duckdb`,
		$shown =~ s/,\n\{/,{/gr, '... and prints what stands there');
	is_alike_in_duckdb("$fleet/more", 'odd names, files that are no snapshots');
}

# ---- a fleet fifty times as large takes a question fifty times as long, and not the square of it ----

sub steps_of { # of SQLite's machine, which are the same on every computer
	my ($db, $view) = @_;
	my ($steps) = `sqlite3 -cmd '.stats vmstep' $db 'SELECT * FROM $view' 2>&1` =~ /^VM-steps: (\d+)/m;
	return $steps;
}

sub times_fifty {
	my ($db) = @_;
	my $sql = '';
	for my $table (map { $_->{name} } rows("SELECT name FROM sqlite_master WHERE type = 'table'", $db)) {
		my $others = join ', ', map { "\"$_->{name}\"" } rows("SELECT name FROM pragma_table_info('$table') WHERE name <> 'dump'", $db);
		$sql .= "INSERT INTO \"$table\" (dump, $others) SELECT dump || '-' || value, $others FROM \"$table\", generate_series(1, 49);\n";
	}
	write_file("$db.sql", "BEGIN;\n${sql}COMMIT;\n");
	return system("sqlite3 $db < $db.sql");
}

system "cp $fleet/fleet.db $fleet/large.db";
is(times_fifty("$fleet/large.db"), 0, 'fifty of each dump');
for my $view (map { $_->{name} } rows("SELECT name FROM sqlite_master WHERE type = 'view'")) {
	my ($few, $many) = map { steps_of("$fleet/$_.db", $view) } 'fleet', 'large';
	ok($few && $many && $many < 100 * $few, "$view: does not take the square") or diag "$few steps, then $many";
}

unlink "$fleet/more/dumps";
isnt(system("cd $fleet/more && cat $top/docs/fleet/tables.sql | sqlite3 fleet.db 2>/dev/null"), 0, 'without a list: trouble');
is_deeply({ map { $_->{dump} => $_->{state} } rows('SELECT dump, state FROM dump', "$fleet/more/fleet.db") }, \%more,
	'... and the tables are what they were');
done_testing;
