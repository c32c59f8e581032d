# SPDX-License-Identifier: GPL-2.0-or-later
#
# Pages, as docs/pages.awk takes them apart, as a manual page in the language man(7). The first is the page
# itself; each that follows is a section of it, as the verbs are of iommu(8). Set with -v: section, date,
# release.

BEGIN { FS = "\t" }

# Signs that troff takes for its own.
function safe(text) {
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	gsub(/'/, "\\(aq", text)
	gsub(/`/, "\\(ga", text)
	gsub(/\^/, "\\(ha", text)
	gsub(/~/, "\\(ti", text)
	return text
}

# A line of text: code is bold, what is stressed is in italics.
function line(text,    result, inside, before) {
	result = ""
	while (match(text, /`[^`]*`/)) {
		inside = substr(text, RSTART + 1, RLENGTH - 2)
		before = substr(text, 1, RSTART - 1)
		text = substr(text, RSTART + RLENGTH)
		result = result stressed(before) "\\fB" safe(inside) "\\fR"
	}
	result = result stressed(text)
	return result ~ /^[.']/ ? "\\&" result : result
}

function stressed(text,    result) {
	result = ""
	while (match(text, /\*[A-Za-z][^*]*\*/)) {
		result = result safe(substr(text, 1, RSTART - 1)) "\\fI" safe(substr(text, RSTART + 1, RLENGTH - 2)) "\\fR"
		text = substr(text, RSTART + RLENGTH)
	}
	return result safe(text)
}

# Files and what to see also come last.
function put(text) {
	if (late)
		at_end = at_end text "\n"
	else
		print text
}

# A paragraph: none is begun right behind a heading.
function paragraph(macro) {
	if (!headed || macro !~ /^\.PP/)
		put(macro)
	headed = 0
}

function heading(macro, words) {
	keep_ends()
	put(macro " \"" words "\"")
	headed = 1
}

function keep_ends() {
	if (kept) {
		put(".EE")
		put(".RE")
	}
	kept = 0
}

function keep(text) {
	if (!kept) {
		paragraph(".PP")
		put(".RS 4")
		put(".EX")
	}
	kept = 1
	text = safe(text)
	put(text ~ /^\./ ? "\\&" text : text)
}

{ words = substr($0, length($1) + 2) }

$1 == "page" { nr_pages++ }
$1 == "name" {
	title = words
	sub(/ - .*/, "", title)
	purpose = substr(words, length(title) + 4)
	keep_ends()
	late = 0
	if (nr_pages == 1) {
		# groff and mandoc want the date as year, month, day.
		printf ".\\\" Made from the pages of its source: do not change it here.\n"
		printf ".TH %s %s \"%s\" \"%s\"\n", toupper(safe(title)), section, date, release
		heading(".SH", "NAME")
		put(safe(title) " \\- " line(purpose))
		heading(".SH", "SYNOPSIS")
		headed = 1
	} else {
		heading(".SH", toupper(safe(title)))
		put(line(purpose))
	}
	next
}
$1 == "synopsis" { keep(words); next }
$1 == "keep" || $1 == "example" { keep(words); next }
$1 == "head" {
	if (nr_pages == 1) {
		late = words ~ /^(Files|See also|Exit status)$/
		heading(".SH", toupper(safe(words)))
	} else if (words == "Description") {
		keep_ends()
	} else {
		heading(".SS", safe(words))
	}
	next
}
{ keep_ends() }
$1 == "text" {
	paragraph(".PP")
	put(line(words))
}
$1 == "item" {
	put(".IP \\(bu 2")
	headed = 0
	put(line(words))
}
$1 == "row" {
	put(".TP")
	headed = 0
	put(line($2))
	put($3 == "" ? "\\&" : line($3))
}

END {
	keep_ends()
	printf "%s", at_end
}
