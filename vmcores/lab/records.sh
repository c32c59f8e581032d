# shellcheck shell=bash
# Part of lab: what the verbs ask of real dumps, and what crash then printed, for tests/mem/records.t.
#
#	tests/mem/records/KERNEL-SCENARIO-STATE.mem.xz		what `iommu record -a` wrote
#	tests/mem/records/KERNEL-SCENARIO-STATE.expect.xz	what stood on the screen

RECORDS=$TOP/tests/mem/records

# [NAME...]: of all kernels in the list of records, or of those named.
records()
{
	local name scenario state suite wanted=" $* "

	mkdir -p "$RECORDS"
	make_namelist_tool
	while read -r name scenario state suite; do
		if [ $# -eq 0 ] || [[ $wanted = *" $name "* ]]; then
			record_one "$name" "$scenario" "$state" "$suite"
		fi
	done < <(table records)
}

record_one()
{
	local name=$1 scenario=$2 state=$3 suite=$4 dir=$CACHE/$1/$2 scratch dump options

	[ -e "$dir/MANIFEST" ] || make_dumps "$name" "$scenario" </dev/null
	make_namelist "$name"
	build_plugin "$suite" </dev/null
	dump=$(find "$dir" -maxdepth 1 \( -name "$state.elf" -o -name "$state.kdump" \))
	[ -n "$dump" ] || die "no dump of $state in $dir"
	scratch=$(mktemp -d)
	options=$(options_to_open "$name" "$dir" "$suite" "$scratch/log" </dev/null) ||
		die "crash of $suite does not open $dump: $(why_not_open "$scratch/log")"
	record_commands "$dir/$state" >"$scratch/commands"
	run_record "$name" "$dump" "$suite" "$options" "$scratch" </dev/null
	keep_record "$scratch" "$RECORDS/$name-$scenario-$state"
	rm -r "$scratch"
}

# With what this guest said of itself in place of the words in @.
record_commands()
{
	local truth=$1 root='' levels='' irq=''

	if [ -e "$truth/hostile" ]; then
		read -r root levels < <(awk '$1 == "reserved" { print $2, $3 }' "$truth/hostile") || true
	fi
	irq=$(awk '{ print $2; exit }' "$truth/msi_irqs")
	table record-commands |
		sed ${root:+-e "s/@ROOT@/$root/; s/@LEVELS@/$levels/"} \
		    ${irq:+-e "s/@IRQ@/$irq/"} -e '/@/d'
}

run_record()
{
	local name=$1 dump=$2 suite=$3 options=$4 scratch=$5

	say "recording $(wc -l <"$scratch/commands") commands on $dump in crash $(crash_version "$suite")"
	cat >"$scratch/start" <<-END
	set scroll off
	extend $(plugin_of "$suite")
	iommu record -a -i $scratch/commands $scratch/mem > $scratch/said
	quit
	END
	# shellcheck disable=SC2086 # words
	timeout -k 5 "$COMBINATION_PATIENCE" "$CACHE/crash/$suite/crash" -s $options \
		-i "$scratch/start" "$CACHE/$name/namelist" "$dump" >"$scratch/log" 2>&1 || true
	[ -s "$scratch/mem" ] || die "no record: $(tail -n 1 "$scratch/said" "$scratch/log")"
}

# The last line is about the record, and no answer.
keep_record()
{
	local scratch=$1 out=$2

	xz -9e -T1 -c "$scratch/mem" >"$out.mem.xz"
	grep -v '^RECORD ' "$scratch/said" | xz -9e -T1 -c >"$out.expect.xz"
	say "$(du -cb "$out.mem.xz" "$out.expect.xz" | tail -n 1 | cut -f1) bytes in $out.*"
}
