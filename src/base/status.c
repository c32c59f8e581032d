// SPDX-License-Identifier: GPL-2.0-or-later
/* The words for each kind of trouble that a question to the dump can have. */
#include "iommu/status.h"

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
