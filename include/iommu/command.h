/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The `iommu` command: the one entry from a host program (crash, or a test) into src/cmd/. */
#ifndef IOMMU_COMMAND_H
#define IOMMU_COMMAND_H

#include "iommu/arena.h"
#include "iommu/budget.h"
#include "iommu/kept.h"
#include "iommu/layout.h"
#include "iommu/progress.h"
#include "iommu/sink.h"
#include "iommu/target.h"

struct session;

/* What a command holds besides memory, until it has ended: a print may not return. */
struct unfinished {
	void (*drop)(struct session *session); /* NULL: nothing is held */
	void *work;
};

/* What outlives a command. Zero it, then set target and out, progress where somebody
 * watches, and host. */
struct session {
	struct target *target; /* set before every command: one may be left by a longjmp() */
	struct target *below;  /* during a command, the one that was set; `target` then remembers pages of it */
	struct output out;
	struct progress progress;
	const char *line_is_cut; /* words behind this one are missing, or may be; NULL: they are all there */
	struct arena arena;   /* of the current command: emptied when the next one starts */
	struct budget budget; /* of the current command */
	struct layout layout; /* what was found stays found */
	struct kept kept;     /* what a dump need not be asked twice */
	const char *host;     /* "crash 8.0.2", or NULL */
	struct unfinished unfinished;
};

void session_release(struct session *session);

/* Runs one command line; argv[0] is "iommu". 0: it was answered, perhaps with warnings; 1: there is
 * no answer, and a line said why. Never leaves the process. */
int iommu_command(struct session *session, int argc, char **argv);

/* The verbs, for a host's own help: name and purpose, NULL past the end. */
const char *iommu_verb_name(unsigned nth);
const char *iommu_verb_purpose(unsigned nth);

/* What this machine lacks and what that costs, a sentence for when the plugin is loaded; NULL: nothing. */
const char *iommu_lacks(void);

/* The manual page of a verb (the text of docs/commands/<verb>.md), or NULL. */
const char *iommu_verb_page(const char *verb);

#endif
