# SPDX-License-Identifier: GPL-2.0-or-later
# ACPI tables as iasl (acpica-tools) reads them: a second opinion on what the guest's firmware gave.
package Iasl;

use strict;
use warnings;
use Session;

# The program, or nothing where it is not installed.
sub program {
	return $ENV{IASL} || (map { "$_/iasl" } grep { -x "$_/iasl" } split /:/, $ENV{PATH})[0];
}

# Every field of a table in a file, in its order: where it is, its name and value, and what iasl says it is.
# "[036h 0054   2]   Capability Offset : 0040 [what it is]"
sub fields {
	my ($program, $table) = @_;
	my $copy = "$Session::scratch/table.aml";

	open(my $f, '>:raw', $copy) or die "$copy: $!";
	print $f Session::slurp($table);
	close $f;
	`$program -p $Session::scratch/table -d $copy 2>&1`;
	return fields_of_dsl(Session::slurp("$Session::scratch/table.dsl"));
}

sub fields_of_dsl {
	my ($text) = @_;
	my @fields;

	for (split /\n/, $text) {
		my ($at, $name, $value, $what) =
			/^\[([0-9A-F]+)h [^\]]*\]\s+(.*?) : "?([^"\[]*)(.*)/ or next;
		push @fields, { at => hex $at, name => $name =~ s/ \(decoded below\)//r,
				value => $value =~ s/\s+$//r, what => $what };
	}
	return @fields;
}

1;
