/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of a question to the dump. Low rooms return one of these; only src/cmd turns them
 * into sentences. They are different facts and get different words on screen: a page that
 * makedumpfile left out is never reported as "not mapped".
 */
#ifndef IOMMU_STATUS_H
#define IOMMU_STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_NOT_IN_DUMP, /* memory of the crashed system, but its page was not saved */
	STATUS_BAD_ADDRESS, /* the crashed system had no memory there */
	STATUS_UNMAPPED,    /* a guest physical address that the host's table does not let be read */
	STATUS_INTERRUPTED, /* the user pressed ^C, or the command's budget is spent (iommu/budget.h) */
	STATUS_MISSING,	    /* a symbol, type or member that this kernel or its namelist lacks */
	STATUS_ABSENT,	    /* the thing asked for does not exist in this system */
	STATUS_DAMAGED,	    /* what was read contradicts itself: a list that loops, a wild id */
};

/* A few words for a status, lower case, for use after a colon. */
const char *status_text(enum status status);

#endif
