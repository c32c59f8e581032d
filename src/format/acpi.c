// SPDX-License-Identifier: GPL-2.0-or-later
/* The header of ACPI's tables and the numbers in them: see acpi.h for the source. */
#include "iommu/acpi.h"

#include <string.h>

#define LENGTH_AT	4
#define REVISION_AT	8
#define OEM_ID_AT	10
#define OEM_ID_BYTES	6
#define OEM_TABLE_AT	16
#define OEM_TABLE_BYTES 8
#define OEM_REVISION_AT 24

uint64_t acpi_get(const uint8_t *bytes, unsigned nr)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < nr; i++)
		value |= (uint64_t)bytes[i] << (8 * i);
	return value;
}

void acpi_get_words(const uint8_t *bytes, unsigned nr_bytes, uint64_t *ret)
{
	for (unsigned i = 0; i < nr_bytes; i += 8)
		ret[i / 8] = acpi_get(bytes + i, nr_bytes - i < 8 ? nr_bytes - i : 8);
}

void acpi_get_text(const uint8_t *bytes, size_t nr, char *ret)
{
	memcpy(ret, bytes, nr);
	ret[nr] = '\0';
}

/* All bytes of a table, with the checksum that is one of them, add up to zero. */
static bool adds_up(const uint8_t *bytes, uint32_t nr)
{
	uint8_t sum = 0;

	for (uint32_t i = 0; i < nr; i++)
		sum = (uint8_t)(sum + bytes[i]);
	return sum == 0;
}

bool acpi_get_header(const uint8_t *bytes, size_t nr_bytes, const char *signature, size_t min_bytes,
		 struct acpi_header *ret)
{
	if (nr_bytes < min_bytes || memcmp(bytes, signature, 4) != 0)
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->length = (uint32_t)acpi_get(bytes + LENGTH_AT, 4);
	ret->nr_bytes = nr_bytes < ret->length ? (uint32_t)nr_bytes : ret->length;
	ret->revision = bytes[REVISION_AT];
	acpi_get_text(bytes + OEM_ID_AT, OEM_ID_BYTES, ret->oem_id);
	acpi_get_text(bytes + OEM_TABLE_AT, OEM_TABLE_BYTES, ret->oem_table_id);
	ret->oem_revision = (uint32_t)acpi_get(bytes + OEM_REVISION_AT, 4);
	ret->length_ok = ret->length == nr_bytes;
	ret->checksum_ok = ret->length == ret->nr_bytes && adds_up(bytes, ret->nr_bytes);
	return true;
}
