// SPDX-License-Identifier: GPL-2.0-or-later
/* What follows from the model alone, without another look at the dump. */
#include "iommu/model.h"

#include <string.h>

struct unit *device_unit(const struct device *dev)
{
	const struct stream *own = dev->streams.nr ? dev->streams.at[0] : NULL;

	return own ? own->unit : NULL;
}

struct unit *device_server(const struct device *dev)
{
	struct unit *unit = device_unit(dev);

	return unit ? unit : dev->server;
}

const struct stream *device_alias(const struct device *dev)
{
	for (size_t i = 0; i < dev->streams.nr; i++) {
		const struct stream *stream = dev->streams.at[i];

		if (stream->given_by)
			return stream;
	}
	return NULL;
}

static bool is_type_known(const struct domain *domain)
{
	return !domain || domain->type >= 0;
}

bool group_default_is_read(const struct group *group)
{
	return !failed(group->default_failure) && is_type_known(group->default_domain);
}

bool group_knows_default(const struct group *group)
{
	return group_default_is_read(group) && !failed(group->domain_failure) && is_type_known(group->domain);
}

bool group_is_off_default(const struct group *group)
{
	return group_knows_default(group) && group->domain && group->default_domain &&
	       group->domain->type != group->default_domain->type;
}

bool group_has_vfio_driver(const struct group *group)
{
	for (size_t i = 0; i < group->devices.nr; i++) {
		const struct device *dev = group->devices.at[i];

		if (dev->driver && strstr(dev->driver, "vfio"))
			return true;
	}
	return false;
}

const struct pasid_user *group_pasid_user(const struct group *group, uint32_t pasid)
{
	for (size_t i = 0; group && i < group->pasids.nr; i++) {
		const struct pasid_user *user = group->pasids.at[i];

		if (user->pasid == pasid)
			return user;
	}
	return NULL;
}

bool domain_id_on(const struct domain *domain, const struct unit *unit, uint32_t *ret)
{
	for (size_t i = 0; i < domain->ids.nr; i++) {
		const struct domain_id *id = domain->ids.at[i];

		if (unit && id->unit && id->unit != unit)
			continue;
		*ret = id->id;
		return true;
	}
	return false;
}

bool domain_has_id(const struct domain *domain, uint32_t id)
{
	for (size_t i = 0; i < domain->ids.nr; i++) {
		if (((const struct domain_id *)domain->ids.at[i])->id == id)
			return true;
	}
	return false;
}

bool id_is_allocated(const struct id_allocator *ids, uint32_t id)
{
	return id < ids->nr_ids && (ids->bits[id / 64] >> (id % 64) & 1);
}

uint32_t id_next_allocated(const struct id_allocator *ids, uint32_t from)
{
	while (from < ids->nr_ids) {
		uint64_t rest = ids->bits[from / 64] >> from % 64;

		if (rest) {
			from += (uint32_t)__builtin_ctzll(rest);
			return from < ids->nr_ids ? from : ids->nr_ids;
		}
		from += 64 - from % 64;
	}
	return ids->nr_ids;
}

const char *domain_type_name(int64_t type)
{
	switch (type) {
	case DOMAIN_BLOCKED:
		return "blocked";
	case DOMAIN_UNMANAGED:
		return "unmanaged";
	case DOMAIN_DMA:
		return "DMA";
	case DOMAIN_IDENTITY:
		return "identity";
	case DOMAIN_DMA_FQ:
		return "DMA-FQ";
	case DOMAIN_SVA:
		return "sva";
	case DOMAIN_PLATFORM:
		return "platform";
	case DOMAIN_NESTED:
		return "nested";
	default:
		return "?";
	}
}
