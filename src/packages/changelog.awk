# SPDX-License-Identifier: GPL-2.0-or-later
#
# The section of CHANGELOG.md of one version: "## VERSION (DATE)", then entries "- words". Set with -v: version,
# and form:
#
#	check   nothing, and a failure where there is no such section
#	date    its date, when it has one: 2027-01-31
#	list    its entries, each in one line that begins with "- "

/^## / {
	inside = $2 == version
	if (inside) {
		found = 1
		if (match($0, /[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]/))
			date = substr($0, RSTART, RLENGTH)
	}
	next
}

!inside { next }
/^- / { entry[++nr] = $0; open = 1; next }
/^ +[^ ]/ && open { sub(/^ +/, ""); entry[nr] = entry[nr] " " $0; next }
{ open = 0 }

END {
	if (!found && form != "date") {
		print "CHANGELOG.md has no section of " version > "/dev/stderr"
		exit 1
	}
	if (form == "date" && date != "")
		print date
	for (i = 1; form == "list" && i <= nr; i++) {
		gsub(/[`*]/, "", entry[i])
		print entry[i]
	}
}
