#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The page of `iommu report`, src/report/: text of a dump stays text, nothing is fetched, no vendor is known.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rules;
use Test::More;

my @modules = sources('src/report/*.js', 'src/report/*.jsx');

# Comments out; a // within a string is no comment, and none of ours has one.
sub js_code {
	my ($text) = @_;
	return $text =~ s{/\*.*?\*/}{}gsr =~ s{(?<!:)//[^\n]*}{}gr;
}

# The ways in which a text becomes markup or script.
sub makes_markup {
	my ($path, $text) = @_;
	return grep { /\b(?:inner|outer)HTML\b|insertAdjacentHTML|dangerouslySet|createContextualFragment|DOMParser|srcdoc/
		|| /\bdocument\.write|\beval\s*\(|\bFunction\s*\(|setTimeout\s*\(\s*["'`]|javascript:/
		|| /setAttribute\s*\(/ } split /\n/, js_code($text);
}

follows_law('the page makes no markup of text', \&makes_markup,
	files => [@modules],
	bad => [
		['src/report/x.jsx', 'box.innerHTML = name;'],
		['src/report/x.jsx', '<td dangerouslySetInnerHTML={{ __html: name }} />'],
		['src/report/x.js', 'eval (text)'],
		['src/report/x.js', 'document.write(name)'],
		['src/report/x.js', 'setTimeout("hit()", 1)'],
		['src/report/x.js', 'link.setAttribute("href", text)'],
	],
	good => [['src/report/x.js', "// no innerHTML\nbox.textContent = name;"]]);

# A link goes to a thing of the page, or is the snapshot that is saved.
sub leaves_page {
	my ($path, $text) = @_;
	my $code = js_code($text);
	my @asks = grep { /\bfetch\s*\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bimport\s*\(|https?:|\bsrc=|localStorage/ }
		split /\n/, $code;
	push @asks, grep { !/^(?:"#|\{"#")/ } $code =~ /\bhref=(\S+)/g;
	return @asks;
}

follows_law('the page asks for nothing', \&leaves_page,
	files => [@modules],
	bad => [
		['src/report/x.js', 'await fetch(url)'],
		['src/report/x.jsx', '<img src={name} />'],
		['src/report/x.jsx', '<a href={name}>'],
		['src/report/x.jsx', '<a href="https://example.org">'],
	],
	good => [['src/report/x.jsx', '<a href={"#" + encodeURI(name)}>']]);

sub names_vendor {
	my ($path, $text) = @_;
	return grep { /amd|intel|smmu|vt_?-?d\b|dmar|ivrs|ivhd|gcr3|irte|virtio/i } split /\n/, $text;
}

follows_law('the page knows no vendor', \&names_vendor,
	files => [@modules, sources('src/report/*.css', 'src/report/*.html')],
	bad => [['src/report/x.js', 'if (unit.vendor === "AMD-Vi")'], ['src/report/x.js', 'sections.acpi.dmar']],
	good => [['src/report/x.js', 'unit.row.vendor']]);

sub opens_badly {
	my ($path, $text) = @_;
	return $text =~ m{\A// SPDX-License-Identifier: GPL-2\.0-or-later\n// [A-Z].*[.:]} ? () : 'does not say what it holds';
}

follows_law('each file says what it holds', \&opens_badly,
	files => [@modules],
	bad => [['src/report/x.js', 'import { h } from "preact";'], ['src/report/x.js', "// SPDX-License-Identifier: GPL-2.0-or-later\n\nlet a;"]],
	good => [['src/report/x.js', "// SPDX-License-Identifier: GPL-2.0-or-later\n// What a row is.\n"]]);

# Every package is the one that was looked at.
my $lock = slurp('src/report/package-lock.json');
my @packages = $lock =~ m{^\s+"node_modules/[^"]+": \{}mg;
my @hashes = $lock =~ /"integrity": "sha512-[A-Za-z0-9+\/]{86}=="/g;
ok(@packages && @packages == @hashes, 'each package of the lock file has its hash');

done_testing;
