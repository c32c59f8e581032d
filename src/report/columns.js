// SPDX-License-Identifier: GPL-2.0-or-later
// What the tables show, a list of columns each, in the order of reading.
//
//   label  the head of the column
//   value  of a row: a text or number, or null where nothing was said
//   to     the thing that the value is a link to
//   mark   a sign and words that are put behind a value which is not as one expects it
//   is_text   of sentences, which are no names to be copied
import { permissions, hex, count } from "./words.js";

// A value that the answer of the verb has under the key.
const row = (label, key = label.toLowerCase()) => ({ label, value: (thing) => thing.row[key] ?? null });
const sentence = (label, key) => ({ ...row(label, key), is_text: true });
const self = (label) => ({ label, value: (thing) => thing.key, to: (thing) => thing });
const other = (label, name) =>
	({ label, value: (thing) => thing[name]?.key ?? null, to: (thing) => thing[name] });
const device = { label: "Device", value: (thing) => thing.row.device ?? null, to: (thing) => thing.device };
const id = (key) => (thing) => (thing.row[key] == null ? null : hex(thing.row[key]));
const join = (values) => (values?.length ? values.join(" ") : null);

const type = {
	label: "Type",
	value: (thing) => thing.row.type ?? null,
	mark: (thing) => {
		const group = thing.kind === "device" ? thing.group : thing;
		return group?.is_off ? `≠ default ${group.default_type}` : null;
	},
};

function owner_words(owner) {
	if (!owner)
		return null;
	const { kind, pid, comm } = owner.row;
	return [kind, pid != null && `pid ${pid}`, comm != null && `"${comm}"`].filter(Boolean).join(" ");
}

export const owner = {
	label: "Owner",
	value: (thing) => owner_words(thing.kind === "owner" ? thing : thing.owner),
	to: (thing) => (thing.kind === "owner" ? thing : thing.owner),
};

// The IOMMU's entry of a device, as the verb devices says it.
const state = {
	label: "DMA",
	value: (thing) => thing.row.state ?? null,
	mark: (thing) => (thing.row.entry_illegal ? "✖ illegal entry" : null),
};

const named = {
	label: "What it is",
	value: ({ row: { details } }) => join([details?.vendor_name, details?.device_name ?? details?.class_name]
		.filter(Boolean)) ?? join([details?.vendor_id, details?.device_id].filter(Boolean)),
};

export const devices = [self("Device"), other("Group", "group"), row("Driver"), other("Domain", "domain"), type,
	state, other("Unit", "unit"), row("Alias"), owner, named];

export const groups = [self("Group"), type, row("Default", "default_type"), other("Domain", "domain"),
	{ label: "Devices", value: (thing) => join(thing.row.devices?.map((one) => one.device)) },
	{ label: "Drivers", value: (thing) => join([...new Set(thing.row.devices?.map((one) => one.driver))]
		.filter(Boolean)) },
	owner];

export const domains = [self("Domain"), row("Type"), row("Format"), row("Levels"), row("Root"),
	{ label: "Mapped", value: (thing) => thing.row.mapped_bytes ?? null, is_size: true },
	{ label: "Groups", value: (thing) => join(thing.row.groups) },
	{ label: "Devices", value: (thing) => join(thing.row.devices) },
	row("Struct", "address")];

const features = { label: "Features", value: (thing) => join(thing.row.features?.names) };

export const units = [self("Unit"), row("Vendor"), row("Registers at", "mmio_pa"),
	{ label: "Serves", value: (thing) => (thing.row.nr_devices == null ? null
		: count(thing.row.nr_devices, "device")) },
	row("Interrupts", "irq_mode"), features];

export const owners = [owner, other("Group", "group"), { label: "Devices", value: (thing) => join(thing.row.devices) },
	{ label: "Virtual machine", value: (thing) => (thing.row.vm == null ? null
		: typeof thing.row.vm === "object" ? thing.row.vm.comm ?? thing.row.vm.address ?? "yes" : thing.row.vm) },
	{ label: "Areas", value: (thing) => thing.row.areas?.length ?? null }];

// A chain, from what raises the interrupt to the CPU that gets it.
export const interrupts = [device, { label: "IRQ", value: (thing) => thing.row.irq ?? null },
	{ label: "Name", value: (thing) => join(thing.row.names) ?? thing.row.name ?? null },
	{ label: "→ Entry", value: (thing) => thing.row.index ?? null, to: (thing) => thing },
	row("Mode"), { label: "→ Vector", value: (thing) => thing.row.vector ?? null },
	{ label: "→ CPU", value: (thing) => thing.row.cpus ?? null }, row("Table of", "special")];

export const entries = [{ ...self("Device") }, row("Translation"), { label: "Domain", value: id("domain_id"),
	to: (thing) => thing.device?.domain }, row("Root"), row("Levels"),
	{ label: "Legal", value: (thing) => (thing.row.legal == null ? null : thing.row.legal ? "yes" : "no"),
		mark: (thing) => (thing.row.illegal_because ? `✖ ${thing.row.illegal_because}` : null) },
	{ label: "Words", value: (thing) => join((thing.row.records ?? [thing.row]).flatMap((one) => one.raw ?? [])) }];

export const faults = [self("Fault"), { label: "Times", value: (thing) => thing.row.count ?? null },
	row("Last at", "time"), device, row("IOVA", "iova"), row("Access"),
	sentence("What", "reason"), sentence("Verdict")];

export const rules = [self("Rule"), sentence("What must hold", "holds"),
	{ label: "Answer", value: (thing) => answer_of(thing.row) },
	{ label: "Looked at", value: (thing) => thing.row.looked_at ?? null },
	sentence("Why not", "why_not")];

// What a rule answered; broken is told by the findings with its code.
export function answer_of(rule) {
	if (!rule.applies)
		return "does not apply";
	if (!rule.ran)
		return "did not run";
	return rule.whole ? "looked" : "looked in part";
}

export const ring = [self("Entry"), row("Unit"), { label: "Done", value: (thing) => (thing.row.done == null ? null
	: thing.row.done ? "yes" : "no") }, row("Name"), row("Device"), row("What", "summary"),
	{ label: "Words", value: (thing) => join([thing.row.raw ?? []].flat()) }];

export const stretches = [
	{ label: "IOVA", value: (one) => hex(one.start) },
	{ label: "To", value: (one) => hex(one.end) },
	{ label: "Size", value: (one) => String(one.end - one.start + 1n), is_size: true },
	{ label: "What", value: (one) => one.what },
	{ label: "Pages", value: (one) => one.pages },
	{ label: "Memory", value: (one) => one.memory },
];

export const ranges = [
	{ label: "IOVA", value: (one) => one.iova },
	{ label: "To", value: (one) => one.end },
	{ label: "Physical", value: (one) => one.pa },
	{ label: "Page size", value: (one) => one.page_size },
	{ label: "May", value: (one) => permissions(one.read, one.write) },
];
