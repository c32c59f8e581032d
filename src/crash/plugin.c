// SPDX-License-Identifier: GPL-2.0-or-later
/* What crash sees: one command, `iommu`, and its help. */
#include <defs.h>

#include "crash_target.h"
#include "interrupt.h"
#include "screen.h"
#include "iommu/command.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MAX_HELP_LINES 48

static struct session session;
static char help_lines[MAX_HELP_LINES][160];
static char *help_data[MAX_HELP_LINES + 4];

/* crash reads a line of a file or a pipe with fgets(BUFSIZE - 1) and takes what is left for another
 * command; then it takes off the blanks at both ends. The last word that it has, or NULL. */
static const char *where_line_is_cut(void)
{
	bool typed = (pc->flags & TTY) && !pc->ifile_in_progress;

	return !typed && argcnt && strlen(pc->orig_line) >= BUFSIZE - 10 ? args[argcnt - 1] : NULL;
}

/* "crash 8.0.2" */
static const char *this_crash(void)
{
	static char text[64];

	snprintf(text, sizeof(text), "crash %s", pc->program_version);
	return text;
}

static void cmd_iommu(void)
{
	screen_begin();
	interrupt_begin();
	session.line_is_cut = where_line_is_cut();
	session.target = crash_target();
	session.out = screen_stream();
	session.progress = screen_progress();
	session.host = this_crash();
	iommu_command(&session, argcnt, args);
	screen_end();
	interrupt_end();
}

/* crash wants: name, purpose, synopsis, text lines, NULL. The verbs come from their own table. */
static void make_help(void)
{
	unsigned at = 0, line = 0;
	const char *name;

	help_data[at++] = (char *)"iommu";
	help_data[at++] = (char *)"what the IOMMU was doing";
	help_data[at++] = (char *)"[VERB [options] [what]]";
	help_data[at++] = (char *)"  Which device could reach which memory, through which tables.";
	help_data[at++] = (char *)"  Without a verb: status. Verbs match by unique prefix:\n";
	for (unsigned nth = 0; (name = iommu_verb_name(nth)) && line < MAX_HELP_LINES - 8; nth++) {
		snprintf(help_lines[line], sizeof(help_lines[line]), "    %-9s  %s", name,
			 iommu_verb_purpose(nth));
		help_data[at++] = help_lines[line++];
	}
	help_data[at++] = (char *)"\n  The same letters mean the same in every verb:\n\n"
				  "    -d [SSSS:]BB:DD.F   a device\n"
				  "    -g N                an IOMMU group\n"
				  "    -D ID|ADDRESS       a domain\n"
				  "    -r ROOT -l LEVELS   a bare page table, by physical address\n"
				  "    -v, -vv             fields; raw words and where they were read\n"
				  "    -j                  JSON\n\n"
				  "  'iommu help VERB' has the page of a verb, with real output.";
	help_data[at] = NULL;
}

static struct command_table_entry command_table[] = {
	/* MINIMAL: also in the session that crash offers for a dump it cannot open as a whole. */
	{ (char *)"iommu", cmd_iommu, help_data, MINIMAL },
	{ NULL, NULL, NULL, 0 },
};

static void __attribute__((constructor)) iommu_init(void)
{
	const char *lacks = iommu_lacks();

	make_help();
	register_extension(command_table);
	if (lacks)
		fprintf(fp, "iommu: %s.\n", lacks);
}

static void __attribute__((destructor)) iommu_fini(void)
{
	session_release(&session);
}
