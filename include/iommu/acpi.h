/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every ACPI table that describes IOMMUs has: the header of 36 bytes, its checksum, little-endian numbers.
 *
 * Source: ACPI Specification 6.5, section 5.2.6 "System Description Table Header".
 */
#ifndef IOMMU_ACPI_H
#define IOMMU_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACPI_HEADER_BYTES 36

struct acpi_header {
	uint32_t length;	/* as the table says */
	uint32_t nr_bytes;	/* of the table that are at hand; the rest was cut off, or is not the table's */
	uint8_t revision;
	char oem_id[7], oem_table_id[9];
	uint32_t oem_revision;
	bool length_ok;		/* the bytes at hand are as many as the table says */
	bool checksum_ok;	/* never for a table whose length is not ok */
};

/* A number of nr bytes, 8 at the most, wherever it stands. */
uint64_t acpi_get(const uint8_t *bytes, unsigned nr);

/* The same bytes as 64-bit words; what the last one lacks is 0. ret: (nr_bytes + 7) / 8 words. */
void acpi_get_words(const uint8_t *bytes, unsigned nr_bytes, uint64_t *ret);

/* ret: nr + 1 characters. */
void acpi_get_text(const uint8_t *bytes, size_t nr, char *ret);

/* bytes: nr_bytes of them. False, and ret is not filled: not such a table, by its signature, or fewer bytes than
 * the header of its kind has (min_bytes, at least ACPI_HEADER_BYTES). */
bool acpi_get_header(const uint8_t *bytes, size_t nr_bytes, const char *signature, size_t min_bytes,
		 struct acpi_header *ret);

#endif
