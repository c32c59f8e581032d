// SPDX-License-Identifier: GPL-2.0-or-later
// The host that a snapshot describes: the answers of the verbs, joined to things that know each other.
//
// A thing is {kind, key, ...}; its anchor is "kind-key", which is also the hash of a link to it. Nothing
// is concluded here: what no verb said is null.
import { hex } from "./words.js";

export const anchor = (thing) => `${thing.kind}-${thing.key}`;

const list = (section, name) => (Array.isArray(section?.[name]) ? section[name] : []);

function by(things, key) {
	const map = new Map();
	for (const thing of things) {
		if (!map.has(thing[key]))
			map.set(thing[key], []);
		map.get(thing[key]).push(thing);
	}
	return map;
}

// An id names a domain where only one has it; hardware with several units may give it to several.
function read_domains(section) {
	const rows = list(section, "domains");
	const ids = by(rows, "id");

	return rows.map((row) => ({
		kind: "domain",
		key: row.id != null && ids.get(row.id).length === 1 ? hex(row.id) : row.address,
		row,
		id: row.id == null ? null : hex(row.id),
		type: row.type,
		groups: [],
		devices: [],
	}));
}

function read_groups(section) {
	return list(section, "groups").map((row) => ({
		kind: "group",
		key: row.id,
		row,
		type: row.type,
		default_type: row.default_type,
		is_off: row.type != null && row.default_type != null && row.type !== row.default_type,
		devices: [],
		domain: null,
		owner: null,
	}));
}

function read_devices(section) {
	return list(section, "devices").map((row) => ({
		kind: "device",
		key: row.device,
		row,
		group: null,
		domain: null,
		unit: null,
		owner: null,
		entries: [],
		interrupts: [],
		faults: [],
		findings: [],
	}));
}

function read_units(section) {
	return list(section, "units").map((row, index) => ({
		kind: "unit",
		key: row.name ?? row.device ?? index,
		row,
		devices: [],
	}));
}

function read_owners(section) {
	return list(section, "owners").map((row, index) => ({ kind: "owner", key: row.group ?? index, row }));
}

const numbered = (kind, rows) => rows.map((row, index) => ({ kind, key: index + 1, row }));

function read_interrupts(section) {
	return list(section, "entries").map((row) => ({
		kind: "interrupt",
		key: `${row.unit ?? row.device}-${row.index}`,
		row,
	}));
}

function read_queue(section) {
	const rows = Object.entries(section ?? {}).find(([key, value]) =>
		Array.isArray(value) && key !== "rings" && key !== "notes")?.[1] ?? [];
	return rows.map((row) => ({ kind: section.command, key: `${row.unit}-${row.index}`, row }));
}

// Notes of every section: what is not in the answer, and how to read it.
function read_notes(snapshot) {
	const notes = list(snapshot, "notes").map((note) => ({ section: "snapshot", ...note }));
	for (const [section, answer] of Object.entries(snapshot.sections ?? {})) {
		notes.push(...list(answer, "notes").map((note) => ({ section, ...note })));
	}
	return notes;
}

const queues = ["commands", "events", "ppr", "galog"];

export function read_host(snapshot) {
	const sections = snapshot.sections ?? {};
	const host = {
		snapshot,
		sections,
		devices: read_devices(sections.devices),
		groups: read_groups(sections.groups),
		domains: read_domains(sections.domains),
		spaces: list(sections.map, "spaces").map((row) => ({ kind: "space", row, domain: null, devices: [] })),
		units: read_units(sections.units),
		owners: read_owners(sections.owner),
		entries: list(sections.dte, "entries").map((row, index) =>
			({ kind: "entry", key: row.device ?? index, row })),
		interrupts: read_interrupts(sections.irt),
		findings: numbered("finding", list(sections.check, "findings")),
		rules: list(sections.check, "rules").map((row) => ({ kind: "rule", key: row.code, row })),
		faults: numbered("fault", list(sections.fault, "faults")),
		queues: queues.map((name) => ({ name, rows: read_queue(sections[name]) })),
		notes: read_notes(snapshot),
	};
	join(host);
	host.by_anchor = new Map(all_things(host).map((thing) => [anchor(thing), thing]));
	return host;
}

function all_things(host) {
	return [host.devices, host.groups, host.domains, host.spaces, host.units, host.owners, host.entries,
		host.interrupts, host.findings, host.rules, host.faults, ...host.queues.map((queue) => queue.rows)].flat();
}

const one = (map, key) => (key == null ? null : map.get(key)?.[0] ?? null);

function join(host) {
	const groups = by(host.groups, "key"), devices = by(host.devices, "key");

	join_domains(host, groups);
	for (const device of host.devices) {
		device.unit = host.units.find(({ row }) =>
			device.row.unit != null && [row.name, row.device].includes(device.row.unit)) ?? null;
		device.unit?.devices.push(device);
	}
	for (const owner of host.owners) {
		owner.group = one(groups, owner.row.group);
		owner.domain = owner.group?.domain ?? null;
		owner.devices = list(owner.row, "devices").map((name) => one(devices, name)).filter(Boolean);
		if (owner.group)
			owner.group.owner = owner;
	}
	for (const device of host.devices) {
		device.group = one(groups, device.row.group);
		device.group?.devices.push(device);
		device.domain ??= device.group?.domain ?? null;
		device.owner = device.group?.owner ?? null;
		device.is_off = device.group?.is_off ?? false;
	}
	for (const [name, things] of [["entries", host.entries], ["interrupts", host.interrupts],
		["faults", host.faults], ["findings", host.findings]]) {
		for (const thing of things) {
			thing.device = one(devices, thing.row.device);
			thing.device?.[name].push(thing);
		}
	}
	join_spaces(host);
}

// The verb domains says which groups and devices a domain has.
function join_domains(host, groups) {
	const devices = by(host.devices, "key");

	for (const domain of host.domains) {
		for (const id of list(domain.row, "groups")) {
			const group = one(groups, id);
			if (group) {
				group.domain = domain;
				domain.groups.push(group);
			}
		}
		for (const name of list(domain.row, "devices")) {
			const device = one(devices, name);
			if (device) {
				device.domain = domain;
				domain.devices.push(device);
			}
		}
	}
}

// By the address of the kernel's struct, and by that of the driver's around it.
function by_address(domains) {
	return new Map(domains.flatMap((domain) => [domain.row.driver_address, domain.row.address]
		.filter((address) => address != null).map((address) => [address, domain])));
}

// A space has the key of its domain; one of a process or a guest, that of its root.
function join_spaces(host) {
	const domains = by_address(host.domains), devices = by(host.devices, "key"), keys = new Set();

	host.spaces.forEach((space, index) => {
		const { domain_address, root, users } = space.row;
		space.domain = domains.get(domain_address) ?? null;
		space.devices = (users ?? []).map((user) => one(devices, user.device)).filter(Boolean);
		space.key = space.domain?.key ?? root ?? "table";
		if (keys.has(space.key))
			space.key += `-${index}`;
		keys.add(space.key);
		if (space.domain)
			space.domain.space ??= space;
	});
	for (const allocator of list(host.sections.iova, "domains")) {
		const domain = domains.get(allocator.address);
		if (domain)
			domain.allocator = allocator;
	}
}
