# SPDX-License-Identifier: GPL-2.0-or-later
#
# Pages, as docs/pages.awk takes them apart, as a C array of what `iommu help VERB` shows: the headings and
# the indentation of crash's own help, and no mark of Markdown. Prose is filled to the width of a screen;
# examples are kept as they are.

BEGIN {
	FS = "\t"
	WIDTH = 78
	print "#include \"help_pages.h\"\n"
	print "const struct help_page help_pages[] = {"
}

function put(line) {
	sub(/ +$/, "", line)
	if (line == "" && last == "")
		return
	last = line
	gsub(/\\/, "&&", line) # in a replacement, "\\\\" would be one
	gsub(/"/, "\\\"", line)
	printf "\t  \"%s\\n\"\n", line
}

# Without the marks. Code of more than a word, or of signs alone, is quoted.
function plain(text,    result, inside, before) {
	result = ""
	while (match(text, /`[^`]*`/)) {
		inside = substr(text, RSTART + 1, RLENGTH - 2)
		if (inside ~ / / || inside !~ /[A-Za-z0-9]/)
			inside = "'" inside "'"
		before = substr(text, 1, RSTART - 1)
		text = substr(text, RSTART + RLENGTH)
		result = result emphasised(before) inside
	}
	return result emphasised(text)
}

function emphasised(text) {
	while (match(text, /\*[A-Za-z][^*]*\*/))
		text = substr(text, 1, RSTART - 1) substr(text, RSTART + 1, RLENGTH - 2) substr(text, RSTART + RLENGTH)
	return text
}

# The words in lines: the first begins with `first`, the others are indented by so much.
function fill(first, indent, text,    words, nr, i, line, empty) {
	nr = split(text, words, " ")
	line = first
	empty = 1
	for (i = 1; i <= nr; i++) {
		if (!empty && length(line) + 1 + length(words[i]) > WIDTH) {
			put(line)
			line = sprintf("%" indent "s", "")
			empty = 1
		}
		line = line (empty ? "" : " ") words[i]
		empty = 0
	}
	put(line)
}

function page_ends() {
	if (open)
		print "\t},"
}

$1 == "page" {
	page_ends()
	printf "\t{ \"%s\",\n\t  \"\"\n", $2
	open = 1
	last = ""
	next
}

{ words = substr($0, length($1) + 2) }

$1 == "name" {
	put("NAME")
	fill("  ", 4, plain(words))
	put("")
	put("SYNOPSIS")
}
$1 == "synopsis" { put("  " words) }
$1 == "head" {
	put("")
	put(toupper(plain(words)))
}
$1 == "text" {
	fill("  ", 2, plain(words))
	put("")
}
$1 == "item" { fill("  - ", 4, plain(words)) }
$1 == "row" {
	first = sprintf("  %-13s  ", plain($2))
	if (length(first) > 17) {
		put("  " plain($2))
		first = sprintf("%17s", "")
	}
	fill(first, 17, plain($3))
}
$1 == "keep" || $1 == "example" { put(words == "" ? "" : "    " words) }
$1 == "end" { put("") }

END {
	page_ends()
	print "\t{ 0, 0 },\n};"
}
