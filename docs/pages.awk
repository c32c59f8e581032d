# SPDX-License-Identifier: GPL-2.0-or-later
#
# Takes the pages of docs/commands/ and docs/programs/ apart, for what writes them as text (docs/pages-to-c.awk)
# and as manual pages (docs/pages-to-man.awk). A page is the Markdown that these folders need: a title
# "# NAME - PURPOSE", the synopsis as the first indented block, headings, paragraphs, lists, tables of two
# columns, indented words that keep their shape, and examples between fences.
#
# Each line of the result is a tag, a tab and words; of the marks only those of code and of stress are left:
#
#	page      the name of the file, without folder and ending
#	name      the title
#	head      a heading
#	synopsis  a line of it
#	text      a paragraph, in one line
#	item      an entry of a list, in one line
#	row       a row of a table: two cells, with a tab between them
#	keep      a line that keeps its shape, without its indentation
#	example   a line between fences
#	end       of a table, a list, or a block of lines that keep their shape

# A link is its words, and nothing is bold.
function unlinked(text,    inside) {
	gsub(/\*\*/, "", text)
	while (match(text, /\[[^]]*\]\([^)]*\)/)) {
		inside = substr(text, RSTART + 1, RLENGTH - 1)
		sub(/\].*/, "", inside)
		text = substr(text, 1, RSTART - 1) inside substr(text, RSTART + RLENGTH)
	}
	return text
}

function say(tag, words) {
	print tag "\t" (tag ~ /^(name|head|text|item|row)$/ ? unlinked(words) : words)
}

# What was gathered so far is whole.
function flush() {
	if (words != "")
		say(kind, words)
	if (block != "")
		say("end", block)
	words = block = ""
}

function begin(tag) {
	flush()
	kind = tag
}

function cell(n,    parts) {
	split($0, parts, / *\| */)
	return parts[n]
}

FNR == 1 {
	flush()
	page = FILENAME
	sub(/.*\//, "", page)
	sub(/\.md$/, "", page)
	say("page", page)
	fenced = described = has_synopsis = 0
}

/^```/ {
	if (!fenced)
		flush()
	else
		say("end", "example")
	fenced = !fenced
	next
}

fenced { say("example", $0); next }

/^# / { flush(); say("name", substr($0, 3)); next }

/^##+ / {
	flush()
	sub(/^##+ /, "")
	say("head", $0)
	described = 1
	next
}

/^$/ { blank = 1; if (block != "keep") flush(); else kept_blank = 1; next }

# The first indented block is the synopsis, others keep their shape; more of an entry of a list is neither.
/^    / && !(kind == "item" && words != "") {
	if (block != "keep") {
		begin("keep")
		block = "keep"
		if (!described && has_synopsis) {
			say("head", "Description")
			described = 1
		}
	} else if (kept_blank) {
		say("keep", "")
	}
	kept_blank = 0
	say(has_synopsis || described ? "keep" : "synopsis", substr($0, 5))
	next
}

{
	if (block == "keep") {
		flush()
		has_synopsis = 1
	}
	kept_blank = 0
	if (!described) {
		say("head", "Description")
		described = 1
	}
}

/^\|---/ { next }
/^\|/ {
	if (block != "table")
		begin("table")
	block = "table"
	say("row", cell(2) "\t" cell(3))
	next
}

/^- / {
	if (words != "" && kind == "item") {
		say("item", words)
		words = ""
	} else {
		begin("item")
	}
	kind = "item"
	block = "list"
	words = substr($0, 3)
	next
}

{
	line = $0
	sub(/^ +/, "", line)
	if (words == "") {
		begin("text")
		words = line
	} else {
		words = words " " line
	}
}

END { flush() }
