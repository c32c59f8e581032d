# SPDX-License-Identifier: GPL-2.0-or-later
# The pages of docs/commands/ as a C array: file name without folder and ending is the verb.
# On a terminal Markdown's fences are left out, and the rows of a table are folded under its second
# column.

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

function put(line) {
	gsub(/\\/, "&&", line) # in a replacement, "\\\\" would be one
	gsub(/"/, "\\\"", line)
	printf "\t  \"%s\\n\"\n", line
}

# "| name | text |": the name, then the text in lines that a terminal holds.
function put_row(row,    cells, words, nr, line, i) {
	split(row, cells, / *\| */)
	nr = split(cells[3], words, " ")
	line = sprintf("  %-14s", cells[2])
	for (i = 1; i <= nr; i++) {
		if (length(line) + length(words[i]) > 78) {
			put(line)
			line = sprintf("  %-14s", "")
		}
		line = line " " words[i]
	}
	put(line)
}

/^```/ { next }
/^\|---/ { next }
/^\|/ { put_row($0); next }
{ put($0) }

END {
	page_ends()
	print "\t{ 0, 0 },\n};"
}
