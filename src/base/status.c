// SPDX-License-Identifier: GPL-2.0-or-later
/* The words for each kind of trouble that a question to the dump can have. */
#include "iommu/arena.h"
#include "iommu/failure.h"

#include <inttypes.h>

const char *status_text(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return "ok";
	case STATUS_NOT_IN_DUMP:
		return "not in the dump";
	case STATUS_BAD_ADDRESS:
		return "no memory at that address";
	case STATUS_UNMAPPED:
		return "the host's table does not let it be read";
	case STATUS_INTERRUPTED:
		return "interrupted";
	case STATUS_MISSING:
		return "not found in this kernel's namelist";
	case STATUS_ABSENT:
		return "not present";
	case STATUS_DAMAGED:
		return "damaged";
	}
	return "unknown status";
}

const char *failure_words(struct arena *arena, struct failure failure)
{
	switch (failure.status) {
	case STATUS_MISSING:
		return arena_printf(arena, "%s not found", failure.missing ? failure.missing : "a symbol or member");
	case STATUS_NOT_IN_DUMP:
	case STATUS_BAD_ADDRESS:
	case STATUS_UNMAPPED:
	case STATUS_DAMAGED:
		return arena_printf(arena, "%s, at %" PRIx64, status_text(failure.status), failure.at);
	case STATUS_OK:
	case STATUS_INTERRUPTED:
	case STATUS_ABSENT:
		break;
	}
	return status_text(failure.status);
}
