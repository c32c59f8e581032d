// SPDX-License-Identifier: GPL-2.0-or-later
// The picture as lanes: one for each device, from its unit to its owner. They are in such an order that
// what several lanes have in common (a unit, a group, a domain) is one box beside all of them, so that no
// line crosses another. Of many devices, those that are alike share a lane.
import { anchor } from "./host.js";
import { owner } from "./columns.js";
import { bytes, compare, count } from "./words.js";

export const columns = ["Unit", "Device", "Group", "Domain", "Owner"];
const most_lanes = 48;		// more than that are no picture
const most_alone = 24;		// of those that are not as the default says

// What is drawn of a thing: the words, the link, and what marks it.
const box = (thing, words, rest) => thing && ({ key: anchor(thing), thing, words, ...rest });

function domain_words({ row, id }) {
	return [id ?? row.address, row.type, row.mapped_bytes != null && row.root != null
		&& bytes(row.mapped_bytes)].filter((word) => word != null && word !== false).join(" ");
}

function lane_of(device) {
	const { group, domain, unit, row } = device;

	return [
		box(unit, unit?.key),
		box(device, [row.device, row.driver].filter(Boolean).join(" "), { is_wrong: row.entry_illegal,
			mark: row.entry_illegal ? "✖ illegal entry" : null }),
		box(group, `group ${group?.key}`, { is_off: group?.is_off,
			mark: group?.is_off ? `≠ default ${group.default_type}` : null }),
		box(domain, domain && domain_words(domain), { type: domain?.type, is_off: group?.is_off }),
		box(device.owner, device.owner && owner.value(device.owner)),
	];
}

function order_of(device) {
	return [device.unit?.key, device.row.entry_illegal || device.is_off ? 0 : 1, device.owner?.key,
		device.domain?.key, device.group?.key, device.key];
}

function in_order(devices) {
	return devices.map((device) => [order_of(device), device]).sort(([a], [b]) => {
		for (let i = 0; i < a.length; i++) {
			const order = compare(a[i], b[i]);
			if (order)
				return order;
		}
		return 0;
	}).map(([, device]) => device);
}

// What devices have to have in common to share a lane, in the words that filter for them.
function likeness(device) {
	return [device.unit?.key, device.row.driver, device.row.type, device.is_off, device.row.entry_illegal,
		owner.value(device)].join("\n");
}

function shared_lane(devices) {
	const [first] = devices, key = likeness(first);
	const nr = (name) => new Set(devices.map((device) => device[name]).filter(Boolean)).size;
	const about = (name, words) => nr(name) > 0 && { key: name + key, words: `${count(nr(name), name)}${words}` };

	return [
		box(first.unit, first.unit?.key),
		{ key, words: `${devices.length} × ${first.row.driver ?? "no driver"}`, is_many: true,
			filter: [first.unit?.key, first.row.driver, first.row.type].filter(Boolean).join(" "),
			mark: first.row.entry_illegal ? "✖ illegal entry" : null, is_wrong: first.row.entry_illegal },
		about("group", first.is_off ? ", not default" : "") && { ...about("group", ""), is_many: true,
			is_off: first.is_off, mark: first.is_off ? `≠ default ${first.group.default_type}` : null },
		about("domain", "") && { ...about("domain", first.row.type ? `, ${first.row.type}` : ""),
			is_many: true, type: first.row.type, is_off: first.is_off },
		box(first.owner, first.owner && owner.value(first.owner)),
	];
}

// Those that differ from the default are drawn alone as far as they are few.
function many_lanes(devices) {
	const special = devices.filter((device) => device.is_off || device.row.entry_illegal);
	const alone = new Set(special.length <= most_alone ? special : []);
	const alike = new Map();

	for (const device of devices) {
		const key = alone.has(device) ? device.key : likeness(device);
		if (!alike.has(key))
			alike.set(key, []);
		alike.get(key).push(device);
	}
	const sharing = new Map([...alike.values()].map((some) => [some[0], some]));
	return in_order([...sharing.keys()]).slice(0, 2 * most_lanes).map((first) => {
		const some = sharing.get(first);
		return some.length === 1 ? lane_of(first) : shared_lane(some);
	});
}

export function lanes_of(devices) {
	return devices.length > most_lanes ? many_lanes(devices) : in_order(devices).map(lane_of);
}

// The boxes of a column: what consecutive lanes have in common is one, over all of them.
export function boxes_of(lanes, column) {
	const boxes = [];

	lanes.forEach((lane, at) => {
		const cell = lane[column], last = boxes.at(-1);
		if (!cell)
			return;
		if (last && last.key === cell.key && last.at + last.height === at)
			last.height++;
		else
			boxes.push({ ...cell, at, height: 1 });
	});
	return boxes;
}
