// SPDX-License-Identifier: GPL-2.0-or-later
/* The checks that the entries of a VT-d unit's tables have in common. */
#include "refusal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void intel_refuse(struct intel_refusal *ret, uint8_t reason, const char *format, ...)
{
	va_list args;

	if (ret->refused)
		return;
	ret->refused = true;
	ret->reason = reason;
	va_start(args, format);
	vsnprintf(ret->because, sizeof(ret->because), format, args);
	va_end(args);
}

void intel_refuse_reserved(struct intel_refusal *ret, uint8_t reason, const struct record *record,
			   const uint64_t *words)
{
	int bit = record_reserved_bit(record, words);

	if (bit >= 0)
		intel_refuse(ret, reason, "bit %d is set, which is reserved", bit);
}

void intel_refuse_without(struct intel_refusal *ret, uint8_t reason, const struct intel_caps *caps,
			  const char *ecap_key, const struct record *record, const char *key,
			  const uint64_t *words)
{
	const struct field *field = record_field(record, key);

	if (field_get(field, words) && intel_lacks(caps, ecap_key))
		intel_refuse(ret, reason, "%s is not 0, which is reserved on a unit with %s=0",
			     field->name, record_field(&intel_ecap_record, ecap_key)->name);
}

void intel_refuse_wide_address(struct intel_refusal *ret, uint8_t reason,
			       const struct intel_caps *caps, const struct record *record,
			       const char *key, const uint64_t *words)
{
	const struct field *field = record_field(record, key);
	uint64_t address = field_get(field, words);
	unsigned bits = caps->host_address_bits;

	if (bits && bits < 64 && address >> bits)
		intel_refuse(ret, reason,
			     "%s is %" PRIx64 ", beyond the machine's %u bits of address",
			     field->name, address, bits);
}

void intel_refuse_domain_id(struct intel_refusal *ret, uint8_t reason, const struct intel_caps *caps,
			    uint32_t domain_id)
{
	if (caps->known && domain_id >= intel_nr_domains(caps))
		intel_refuse(ret, reason, "DID is 0x%x, and the unit has %u domain ids", domain_id,
			     intel_nr_domains(caps));
}

void intel_refuse_width(struct intel_refusal *ret, uint8_t reason, const struct intel_caps *caps,
			unsigned aw)
{
	if (intel_width_is_reserved(aw))
		intel_refuse(ret, reason, "AW is %u, which is reserved", aw);
	else if (!intel_takes_width(caps, aw))
		intel_refuse(ret, reason, "AW is %u (%u bits), which is not in the unit's SAGAW (0x%x)",
			     aw, intel_width_bits(aw), (unsigned)intel_cap(caps, "sagaw"));
}
