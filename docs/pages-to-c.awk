# SPDX-License-Identifier: GPL-2.0-or-later
# The pages of docs/commands/ as a C array: file name without folder and ending is the verb.
# Markdown's fences are left out: on a terminal the indented or quoted text speaks for itself.

function page_ends() {
	if (open)
		print "\t},"
}

BEGIN {
	print "#include \"help_pages.h\"\n"
	print "const struct help_page help_pages[] = {"
}

FNR == 1 {
	page_ends()
	verb = FILENAME
	sub(/.*\//, "", verb)
	sub(/\.md$/, "", verb)
	printf "\t{ \"%s\",\n\t  \"\"\n", verb
	open = 1
}

/^```/ { next }

{
	line = $0
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	printf "\t  \"%s\\n\"\n", line
}

END {
	page_ends()
	print "\t{ 0, 0 },\n};"
}
