# SPDX-License-Identifier: GPL-2.0-or-later
# The page as C: what stands before the snapshot, and after it. Without a page, both are NULL.

function put(text, end) {
	gsub(/\\/, "&&", text)
	gsub(/"/, "\\\"", text)
	gsub(/\?/, "\\?", text) # two of them may begin a trigraph
	printf "\n\t\"%s%s\"", text, end
}

BEGIN {
	print "#include \"iommu/report_page.h\"\n"
	printf "const char *const report_page_before ="
}

/@SNAPSHOT@/ {
	split($0, parts, "@SNAPSHOT@")
	put(parts[1])
	printf ";\nconst char *const report_page_after ="
	put(parts[2], "\\n")
	next
}

{ put($0, "\\n") }

END {
	print NR ? ";" : " 0, *const report_page_after = 0;"
}
