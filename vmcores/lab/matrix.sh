# shellcheck shell=bash
# Part of lab: the session tests on every combination of kernel, dump and crash.
#
#	$CACHE/NAME/namelist			made from the kernel alone
#	$CACHE/NAME/SCENARIO.KIND/		the dumps of a scenario as another kind
#	$CACHE/results/NAME/SCENARIO/KIND/SUITE	what came of it: date, commit, words
#	$CACHE/results/...log			what the tests said
#
# What is built from this tree stays in it (build/), so that two trees can use one
# cache, and all results of one run come from one state of the source.

# Options that a crash may need to open a kernel newer than itself; the first
# line that works is used. The last leaves little of crash, but the plugin.
CRASH_OPTIONS="
--no_modules
--no_modules --no_kmem_cache
--minimal"

# One shows examples of one embedded dump, the other compares debuginfo.
NOT_IN_MATRIX='50-docs.t 60-second-opinion.t'

# Seconds: for crash to come up, and for one combination from its dumps on.
OPEN_PATIENCE=${IOMMU_LAB_OPEN_PATIENCE:-240}
COMBINATION_PATIENCE=${IOMMU_LAB_COMBINATION_PATIENCE:-1500}

# [-j JOBS] [-n] [-t SECONDS] [NAME...]: all kernels, or those named. Each combination is
# a process of its own: one that fails or hangs takes nothing with it. -n leaves the tree as it is.
matrix()
{
	local jobs option OPTIND=1 seconds='' publishes=yes

	jobs=$(nproc)
	while getopts j:nt: option; do
		case $option in
		j)	jobs=$OPTARG ;;
		n)	publishes= ;;
		t)	seconds=$OPTARG ;;
		*)	usage >&2; exit 2 ;;
		esac
	done
	shift $((OPTIND - 1))
	# shellcheck disable=SC2046 # one word for each kernel
	[ $# -gt 0 ] || set -- $(table kernels | cut -f1)

	IOMMU_LAB_RUN=$(mktemp)
	export IOMMU_LAB_RUN IOMMU_LAB_TEST_JOBS=$(((jobs + $(nproc) - 1) / jobs))
	[ -z "$seconds" ] || export IOMMU_LAB_UNTIL=$(($(date +%s) + seconds))
	build_for_matrix
	combinations "$@" | xargs -r -P "$jobs" -L 1 "$HERE/lab" combination || true
	[ -z "$publishes" ] || write_support
	close_matrix
}

# What the matrix asks for, the most telling first: each kernel in the crash that is
# its own, then in the others.
combinations()
{
	local scenario kind crashes name suite own others

	others=$(mktemp)
	while read -r scenario kind crashes; do
		for name in "$@"; do
			own=$(own_crash "$name" "$scenario")
			echo "$name $scenario $kind $own"
			[ "$crashes" = all ] || continue
			for suite in $(table crashes | cut -f1); do
				[ "$suite" = "$own" ] ||
					echo "$name $scenario $kind $suite" >>"$others"
			done
		done
	done < <(table matrix)
	cat "$others"
	rm "$others"
}

# A scenario in whose guest crash runs.
is_live()
{
	[[ $1 = live || $1 = *-live ]]
}

# On the running system another one may be needed than for a dump.
own_crash()
{
	local line crash live

	line=$(kernel_row "$1")
	read -r _ _ crash live <<<"$line"
	if is_live "$2" && [ -n "$live" ]; then
		echo "$live"
	else
		echo "$crash"
	fi
}

# Sums up this run, and fails if a test did.
close_matrix()
{
	local nr_failed

	sort "$IOMMU_LAB_RUN"
	nr_failed=$(awk '{ f += $2 } END { print f + 0 }' "$IOMMU_LAB_RUN")
	awk '{ p += $1; f += $2; s += $3 }
	     END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' "$IOMMU_LAB_RUN"
	rm "$IOMMU_LAB_RUN"
	[ "$nr_failed" = 0 ]
}

# One combination, whether the table has it or not.
run_one()
{
	IOMMU_LAB_RUN=$(mktemp)
	export IOMMU_LAB_RUN
	build_for_matrix
	"$HERE/lab" combination "$@" || true
	tail -n 40 "$(result_of "$@").log"
	rm "$IOMMU_LAB_RUN"
}

# --- what is built from this tree ----------------------------------------------

build_for_matrix()
{
	local suite

	make_namelist_tool
	make -s -C "$TOP" -j2 "$BUILD/san/iommu-elf" BUILD="$BUILD"
	for suite in $(table crashes | cut -f1); do
		build_plugin "$suite" || say "no plugin for the crash of $suite"
	done
}

make_namelist_tool()
{
	make -s -C "$TOP" -j2 "$BUILD/iommu-namelist" BUILD="$BUILD"
}

# The state of the source, as results name it.
commit()
{
	local id

	id=$(git -C "$TOP" rev-parse --short=10 HEAD 2>/dev/null) || id=unknown
	git -C "$TOP" diff --quiet HEAD -- . ':!docs/SUPPORT.md' ':!vmcores/lab/results' 2>/dev/null || id=$id+
	echo "$id"
}

# --- what the tests are given ------------------------------------------------

# No debuginfo anywhere: the kernel that boots is all that this needs.
make_namelist()
{
	local dir=$CACHE/$1 maker

	fetch "$1"
	maker=$(cat "$dir/version" "$TOP"/src/namelist/*.[ch] | sha256sum)
	[ ! -e "$dir/namelist" ] || [ "$maker" != "$(cat "$dir/namelist.maker" 2>/dev/null)" ] ||
		return 0
	"$BUILD/iommu-namelist" -o "$dir/namelist.new" "$(image_of "$1")"
	mv "$dir/namelist.new" "$dir/namelist"
	echo "$maker" >"$dir/namelist.maker"
}

# The folder of a kind of dump: what `make` leaves, or one beside it.
kind_dir()
{
	case $3 in
	elf|kdump)	echo "$CACHE/$1/$2" ;;
	*)		echo "$CACHE/$1/$2.$3" ;;
	esac
}

make_kind()
{
	local name=$1 scenario=$2 kind=$3 from=$CACHE/$1/$2 dir state
	dir=$(kind_dir "$@")

	[ -e "$from/MANIFEST" ] || make_dumps "$name" "$scenario"
	if [ "$dir" = "$from" ] || [ "$dir/made" -nt "$from/MANIFEST" ]; then
		return 0
	fi
	rm -rf "$dir"
	mkdir "$dir"
	for state in before after; do
		ln -s "$from/$state" "$dir/$state"
		make_kind_of_state "$from" "$dir" "$state" "$kind"
	done
	touch "$dir/made"
}

# There is no kdump of the state before: the guest lived on.
make_kind_of_state()
{
	local from=$1 dir=$2 state=$3 kind=$4 program

	program=$(row kinds "$kind")
	if [ "$program" = qemu ]; then
		ln -s "$from/$state.$kind" "$dir/$state.kdump"
	elif [ -e "$from/$state.kdump" ]; then
		refilter "$from/$state.kdump" "$dir/$state.kdump" "$program"
		echo "$program" >"$dir/filter"
	else
		ln -s "$from/$state.elf" "$dir/$state.elf"
	fi
}

# The newest makedumpfile that the lab has: it must know the newest kernel.
refilter()
{
	local from=$1 to=$2 options=$3

	fetch_crash "$TOOLS_SUITE"
	say "makedumpfile $options: $to"
	# shellcheck disable=SC2086 # words
	"$CACHE/crash/$TOOLS_SUITE/makedumpfile" $options "$from" "$to" \
		>"$to.log" 2>&1 || say "makedumpfile: $(tail -n 1 "$to.log")"
}

# --- one combination ---------------------------------------------------------

result_of()
{
	echo "$CACHE/results/$1/$2/$3/$4"
}

# Whatever happens to it, it leaves a result.
combination()
{
	local result log scratch commit code=0
	result=$(result_of "$@")
	log=$result.log

	if [ "$(date +%s)" -ge "${IOMMU_LAB_UNTIL:-9999999999}" ]; then
		say "$*: no time left"
		return
	fi
	mkdir -p "${result%/*}"
	rm -f "$result" "$log"
	commit=$(commit)
	scratch=$(mktemp -d)
	if ! "$HERE/lab" prepare "$@" >"$log" 2>&1; then
		echo "cannot be made: $(tail -n 1 "$log" | sed 's/^lab: //')" >"$scratch/words"
	else
		TMPDIR=$scratch timeout -k 10 "$COMBINATION_PATIENCE" \
			"$HERE/lab" try "$@" "$scratch/words" || code=$?
		case $code in
		0)	;;
		124|137) echo "1 failed: no end in $COMBINATION_PATIENCE seconds" >"$scratch/words" ;;
		*)	echo "1 failed: broke off with $code" >"$scratch/words" ;;
		esac
	fi
	printf '%s\t%s\t%s\n' "$(date -u +%F)" "$commit" "$(cat "$scratch/words")" >"$result"
	rm -rf "$scratch"
	count_result "$@"
	say "$*: $(cut -f3 "$result")"
}

# PASSED FAILED SKIPPED COMBINATION: what did not open does not count as passed.
count_result()
{
	awk -v what="$*" -F '\t' '
	function count(word) { return match($3, "[0-9]+ " word) ? substr($3, RSTART) + 0 : 0 }
	{ p = count("passed"); f = count("failed"); s = count("skipped")
	  print p, f, p + f ? s : 1, what ": " $3 }' "$(result_of "$@")" >>"$IOMMU_LAB_RUN"
}

# Dumps and namelist of a combination; of two that want the same, one makes it.
prepare()
{
	local name=$1 scenario=$2 kind=$3

	mkdir -p "$CACHE/$name"
	exec {lock}>"$CACHE/$name/lock"
	flock "$lock"
	make_namelist "$name"
	# crash runs inside that guest: it is made when it is tried
	is_live "$scenario" || make_kind "$name" "$scenario" "$kind"
}

try()
{
	local name=$1 scenario=$2 kind=$3 suite=$4 words=$5 dir log options
	log=$(result_of "$name" "$scenario" "$kind" "$suite").log

	if is_live "$scenario"; then
		live "$name" "$suite" "$scenario" >"$log" 2>&1 || true
		outcome "$(cat "$CACHE/$name/$scenario/quiet/live/options" 2>/dev/null)" "$log" >"$words"
		return
	fi
	dir=$(kind_dir "$name" "$scenario" "$kind")
	if options=$(options_to_open "$name" "$dir" "$suite" "$log"); then
		run_tests "$name" "$dir" "$suite" "$options" >"$log" 2>&1 || true
		outcome "$options" "$log" >"$words"
		case $scenario in
		*kdump)	excuse "$name" "$scenario" "$words" ;;
		esac
	else
		echo "cannot open: $(why_not_open "$log")" >"$words"
	fi
}

# A makedumpfile that does not know a kernel's pages leaves out what it should not: then
# the dump does not have what the tests ask for, whoever reads it.
excuse()
{
	local name=$1 scenario=$2 words=$3 why="The kernel version is not supported"

	if grep -q failed "$words" && grep -q "$why" "$CACHE/$name/$scenario/console.log"; then
		sed -i "s/failed/not/; s/^/no whole dump, makedumpfile: $why; /" "$words"
	fi
}

# The options with which this crash opens the dumps of a folder; fails if none, and
# then the log has what crash says without any.
options_to_open()
{
	local name=$1 dir=$2 suite=$3 log=$4 options

	while read -r options; do
		if opens "$name" "$dir" "$suite" "$options" >"$log.open" 2>&1; then
			rm "$log.open"
			echo "$options"
			return
		fi
		[ -n "$options" ] || mv "$log.open" "$log"
	done <<<"$CRASH_OPTIONS"
	rm -f "$log.open"
	return 1
}

opens()
{
	local name=$1 dir=$2 suite=$3 options=$4 dump script code=0

	script=$(mktemp)
	dump=$(find "$dir"/ -maxdepth 1 \( -name 'after.elf' -o -name 'after.kdump' \))
	printf '!echo session: open\nrd -a linux_banner\nquit\n' >"$script"
	# shellcheck disable=SC2086 # words
	timeout -k 5 "$OPEN_PATIENCE" "$CACHE/crash/$suite/crash" -s $options -i "$script" \
		"$CACHE/$name/namelist" "$dump" </dev/null >"$script.out" 2>&1 || code=$?
	cat "$script.out"
	[ "$code" != 124 ] || echo "crash: did not come up in $OPEN_PATIENCE seconds"
	# as --minimal it also opens what it cannot uncompress
	grep -q '^session: open' "$script.out" && grep -a -q ': *Linux version ' "$script.out"
}

# The first thing that crash complained about.
why_not_open()
{
	grep -m 1 -E '^crash: |cannot|invalid|not a supported' "$1" |
		sed "s/^crash: //; s/\"//g; s,$CACHE/,,g" || echo "crash ended without a word"
}

run_tests()
{
	local name=$1 dir=$2 suite=$3 options=$4 tests=()

	mapfile -t tests < <(find "$TOP/tests/session" -name '*.t' | sort |
			     grep -v -F "${NOT_IN_MATRIX// /$'\n'}")
	CRASH="$CACHE/crash/$suite/crash $options" VMCORE_DIR=$dir \
	IOMMU_SO=$(plugin_of "$suite") NAMELIST=$CACHE/$name/namelist \
	IOMMU_ELF=$BUILD/san/iommu-elf TEST_JOBS=${IOMMU_LAB_TEST_JOBS:-} \
		"$TOP/tests/run" "${tests[@]}"
}

# "N passed, N failed, N skipped" without what is zero.
outcome()
{
	local options=$1 log=$2

	tail -n 1 "$log" | sed 's/, 0 failed//; s/, 0 skipped//' |
		sed "s/\$/${options:+ ($options)}/"
}

# --- what is published -------------------------------------------------------

# Results of this cache join those of other machines, and the document's tables are made from all.
write_support()
{
	results_of_cache | "$HERE/support"
}

results_of_cache()
{
	local result name scenario kind suite

	(cd "$CACHE/results" 2>/dev/null && find . -mindepth 4 -type f ! -name '*.log' -printf '%P\n' | sort) |
	while IFS=/ read -r name scenario kind suite; do
		result=$(result_of "$name" "$scenario" "$kind" "$suite")
		awk -F '\t' -v OFS='\t' -v kernel="$(kernel_title "$name")" -v crash="$(crash_title "$suite")" \
			-v scenario="$scenario" -v kind="$kind" \
			'NF == 3 && $3 != "" { print kernel, crash, scenario, kind, $1, $2, $3 }' "$result"
	done
}

kernel_title()
{
	if [ -e "$CACHE/$1/root" ]; then
		release_of "$1"
	else
		echo "$1"
	fi
}

crash_title()
{
	if [ -e "$CACHE/crash/$1/version" ]; then
		crash_version "$1"
	else
		echo "of $1"
	fi
}
