# shellcheck shell=bash
# Part of lab: the session tests on every combination of kernel, dump and crash.
#
#	$CACHE/NAME/namelist			made from the kernel alone
#	$CACHE/NAME/SCENARIO.KIND/		the dumps of a scenario as another kind
#	$CACHE/results/NAME/SCENARIO/KIND/SUITE	what came of it: date, words
#	$CACHE/results/...log			what the tests said

# Options that a crash may need to open a kernel newer than itself; the first
# line that works is used.
CRASH_OPTIONS="
--no_modules
--no_modules --no_kmem_cache"

# One shows examples of one embedded dump, the other compares debuginfo.
NOT_IN_MATRIX='50-docs.t 60-second-opinion.t'

SUPPORT=$TOP/docs/SUPPORT.md

# All kernels, or those named.
matrix()
{
	local name suite

	# shellcheck disable=SC2046 # one word for each kernel
	[ $# -gt 0 ] || set -- $(table kernels | cut -f1)
	make_test_programs
	for suite in $(table crashes | cut -f1); do
		build_plugin "$suite"
	done
	for name in "$@"; do
		matrix_of_kernel "$name"
	done
	write_support
}

# One combination, whether the table has it or not.
run_one()
{
	local name=$1 scenario=$2 kind=$3 suite=$4

	make_test_programs
	build_plugin "$suite"
	make_namelist "$name"
	make_kind "$name" "$scenario" "$kind"
	run_combination "$name" "$scenario" "$kind" "$suite"
}

matrix_of_kernel()
{
	local name=$1 scenario kind crashes suite own

	own=$(row kernels "$name" | cut -f3)
	make_namelist "$name"
	while read -r -u 3 scenario kind crashes; do
		make_kind "$name" "$scenario" "$kind"
		case $crashes in
		all)	crashes=$(table crashes | cut -f1) ;;
		own)	crashes=$own ;;
		esac
		for suite in $crashes; do
			run_combination "$name" "$scenario" "$kind" "$suite"
		done
	done 3< <(table matrix)
}

# --- what the tests are given ------------------------------------------------

make_test_programs()
{
	make_namelist_tool
	make -s -C "$TOP" "$CACHE/tools/san/iommu-elf" BUILD="$CACHE/tools"
}

make_namelist_tool()
{
	make -s -C "$TOP" "$CACHE/tools/iommu-namelist" BUILD="$CACHE/tools"
}

# No debuginfo anywhere: the kernel that boots is all that this needs.
make_namelist()
{
	fetch "$1"
	[ ! "$CACHE/$1/namelist" -nt "$CACHE/tools/iommu-namelist" ] || return 0
	"$CACHE/tools/iommu-namelist" -o "$CACHE/$1/namelist.new" \
		"$(image_of "$1")"
	mv "$CACHE/$1/namelist.new" "$CACHE/$1/namelist"
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

run_combination()
{
	local name=$1 scenario=$2 kind=$3 suite=$4 dir result log options
	dir=$(kind_dir "$name" "$scenario" "$kind")
	result=$CACHE/results/$name/$scenario/$kind/$suite
	mkdir -p "${result%/*}"
	log=$result.log

	if options=$(options_to_open "$name" "$dir" "$suite" "$log"); then
		run_tests "$name" "$dir" "$suite" "$options" >"$log" 2>&1 || true
		outcome "$options" "$log" >"$result.new"
	else
		echo "cannot open: $(why_not_open "$log")" >"$result.new"
	fi
	{ date -u +%F; cat "$result.new"; } | paste -s >"$result"
	rm "$result.new"
	say "$name $scenario $kind, crash $(crash_version "$suite"): $(cut -f2 "$result")"
}

# The options with which this crash opens the dumps of a folder; fails if none.
options_to_open()
{
	local name=$1 dir=$2 suite=$3 log=$4 options

	while read -r options; do
		if opens "$name" "$dir" "$suite" "$options" >"$log" 2>&1; then
			echo "$options"
			return
		fi
	done <<<"$CRASH_OPTIONS"
	# what it says without any option is the reason
	opens "$name" "$dir" "$suite" "" >"$log" 2>&1
}

opens()
{
	local name=$1 dir=$2 suite=$3 options=$4 dump script=$CACHE/opens.$$

	dump=$(find "$dir"/ -maxdepth 1 \( -name 'after.elf' -o -name 'after.kdump' \))
	printf '!echo session: open\nquit\n' >"$script"
	# shellcheck disable=SC2086 # words
	timeout "$PATIENCE" "$CACHE/crash/$suite/crash" -s $options -i "$script" \
		"$CACHE/$name/namelist" "$dump" </dev/null >"$script.out" 2>&1 ||
		true
	cat "$script.out"
	if grep -q '^session: open' "$script.out"; then
		rm "$script" "$script.out"
		return 0
	fi
	rm "$script" "$script.out"
	return 1
}

# The first thing that crash complained about.
why_not_open()
{
	grep -m 1 -E '^crash: |cannot|invalid|not a supported' "$1" |
		sed 's/^crash: //; s/"//g' || echo "crash ended without a word"
}

run_tests()
{
	local name=$1 dir=$2 suite=$3 options=$4 tests=()

	mapfile -t tests < <(find "$TOP/tests/session" -name '*.t' | sort |
			     grep -v -F "${NOT_IN_MATRIX// /$'\n'}")
	CRASH="$CACHE/crash/$suite/crash $options" VMCORE_DIR=$dir \
	IOMMU_SO=$CACHE/crash/$suite/iommu.so NAMELIST=$CACHE/$name/namelist \
	IOMMU_ELF=$CACHE/tools/san/iommu-elf \
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

write_support()
{
	local new=$SUPPORT.new

	matrix_as_markdown >"$CACHE/matrix.md"
	sed -e '/<!-- matrix begins -->/,/<!-- matrix ends -->/{
		/<!-- matrix begins -->/r '"$CACHE/matrix.md"'
		/<!-- matrix \(begins\|ends\) -->/!d
	}' "$SUPPORT" >"$new"
	cat "$new" >"$SUPPORT"
	rm "$new"
}

# A row for each kernel and crash, a column for each scenario and kind.
matrix_as_markdown()
{
	local name suite

	echo
	echo "Written by \`lab matrix\` on $(date -u +%F). A cell: test points of the session"
	echo "tier on dumps before and after the hand-over; the day, if it was another one."
	echo
	markdown_row kernel crash "$(table matrix | tr -s '\t' ' ' | cut -d' ' -f1,2)"
	markdown_row --- --- "$(table matrix | sed 's/.*/---/')"
	for name in $(table kernels | cut -f1); do
		for suite in $(table crashes | cut -f1); do
			markdown_row "$(kernel_title "$name")" \
				"$(crash_title "$suite")" \
				"$(cells "$name" "$suite")"
		done
	done
	echo
}

# Columns after the first two come one per line.
markdown_row()
{
	local cell

	printf '| %s | %s |' "$1" "$2"
	while read -r cell; do
		printf ' %s |' "$cell"
	done <<<"$3"
	echo
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

cells()
{
	local name=$1 suite=$2 scenario kind result

	while read -r scenario kind _; do
		result=$CACHE/results/$name/$scenario/$kind/$suite
		if [ -e "$result" ]; then
			sed "s/^$(date -u +%F)\t//; s/^\([0-9-]*\)\t\(.*\)/\2 (\1)/" "$result"
		else
			echo "not run"
		fi
	done < <(table matrix)
}
