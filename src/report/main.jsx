// SPDX-License-Identifier: GPL-2.0-or-later
// The page of a snapshot: the box that filters, the sections in the order in which one wants to know them,
// and beside them the thing that the page's address names.
import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { save, snapshot_text } from "./embedded.js";
import { read_host } from "./host.js";
import * as columns from "./columns.js";
import { Details, Fields } from "./details.jsx";
import { filtered, words_of } from "./filter.js";
import { Findings } from "./findings.jsx";
import { Headline } from "./headline.jsx";
import { chosen } from "./link.jsx";
import { Picture } from "./picture.jsx";
import { Spaces } from "./space.jsx";
import { prepare, Table } from "./table.jsx";

// The tables: which things of the host, in which columns, and the section of the snapshot they are from.
function tables_of(host) {
	const queue_names = { commands: "Commands", events: "Events", ppr: "Page requests", galog: "Guest interrupt log" };

	return [
		{ id: "faults", title: "Faults", from: "fault", rows: host.faults, columns: columns.faults },
		{ id: "devices", title: "Devices", from: "devices", rows: host.devices, columns: columns.devices },
		{ id: "groups", title: "Groups", from: "groups", rows: host.groups, columns: columns.groups },
		{ id: "domains", title: "Domains", from: "domains", rows: host.domains, columns: columns.domains },
		{ id: "owners", title: "Owners", from: "owner", rows: host.owners, columns: columns.owners },
		{ id: "interrupts", title: "Interrupts", from: "irt", rows: host.interrupts, columns: columns.interrupts },
		{ id: "entries", title: "Device table entries", short: "Entries", from: "dte", rows: host.entries, columns: columns.entries },
		{ id: "units", title: "Units", from: "units", rows: host.units, columns: columns.units },
		{ id: "rules", title: "Rules", from: "check", rows: host.rules, columns: columns.rules },
		...host.queues.map(({ name, rows }) =>
			({ id: name, title: queue_names[name], from: name, rows, columns: columns.ring })),
	];
}

// Tables that a reader opens when he needs them.
const closed = new Set(["entries", "units", "rules", "commands", "events", "ppr", "galog"]);
// The answers that are shown by something else than their fields.
const shown = new Set(["devices", "groups", "domains", "owner", "irt", "dte", "units", "check", "fault", "map",
	"commands", "events", "ppr", "galog"]);

function Notes({ host, from }) {
	const notes = host.notes.filter((note) => note.section === from);

	return notes.length > 0 && <ul class="notes">{notes.slice(0, 50).map((note) =>
		<li class={note.severity}>{note.severity !== "info" && <b>{note.severity}: </b>}{note.text}</li>)}</ul>;
}

function Section({ id, title, children }) {
	return <section id={id}><h2><a href={"#" + id}>{title}</a></h2>{children}</section>;
}

function Folded({ id, title, is_open, children }) {
	return <section id={id} class="folded"><details open={is_open}>
		<summary><h2>{title}</h2></summary>{children}
	</details></section>;
}

function Body({ host, table, words, current }) {
	if (!host.sections[table.from])
		return <p class="none">the snapshot has no answer of {table.from}</p>;
	return <>
		<Table columns={table.columns} rows={table.rows} words={words} current={current} />
		<Notes host={host} from={table.from} />
	</>;
}

// One that is opened only on demand is made only then.
function Table_section({ host, table, words, current }) {
	const holds = closed.has(table.id);
	const has_current = holds && table.rows.some((row) => current === `${row.kind}-${row.key}`);
	const [is_open, set_open] = useState(false);
	const open = is_open || has_current || current === table.id;

	if (!holds)
		return <Section id={table.id} title={table.title}>
			<Body host={host} table={table} words={words} current={current} /></Section>;
	return <section id={table.id} class="folded">
		<details open={open} onToggle={(event) => set_open(event.currentTarget.open)}>
			<summary><h2>{table.title}</h2> <span class="count">{table.rows.length}</span></summary>
			{open && <Body host={host} table={table} words={words} current={current} />}
		</details>
	</section>;
}

function Bar({ host, filter, set_filter, tables }) {
	const links = [["findings", "Findings"], ["picture", "Picture"], ["spaces", "IOVA space"],
		...tables.map(({ id, title, short }) => [id, short ?? title])];

	return <nav class="top">
		<label class="filter">Filter <input type="search" value={filter} placeholder="device, driver, domain, pid …"
			onInput={(event) => set_filter(event.currentTarget.value)} /></label>
		<div class="links">{links.map(([id, title]) => <a href={"#" + id}>{title}</a>)}</div>
		<button onClick={() => save(host.snapshot)}>Save the snapshot</button>
	</nav>;
}

// The page's address, and the keys: / goes to the box, Escape closes what is open.
function use_address() {
	const [current, set_current] = useState(chosen());

	useEffect(() => {
		const go = () => {
			set_current(chosen());
			document.getElementById(chosen())?.scrollIntoView();
		};
		const key = (event) => {
			if (event.key === "Escape" && location.hash)
				history.replaceState(null, "", " "), go();
			if (event.key === "/" && event.target.tagName !== "INPUT") {
				event.preventDefault();
				document.querySelector("input[type=search]").focus();
			}
		};
		addEventListener("hashchange", go);
		addEventListener("keydown", key);
		return () => (removeEventListener("hashchange", go), removeEventListener("keydown", key));
	}, []);
	return current;
}

function Page({ host }) {
	const [filter, set_filter] = useState("");
	const words = useMemo(() => words_of(filter), [filter]);
	const tables = useMemo(() => tables_of(host), [host]);
	const current = use_address();
	const named = host.by_anchor.get(current);
	const thing = named?.kind === "space" ? null : named;
	const devices = useMemo(() => filtered(host.devices, columns.devices, words), [host, words]);
	const rest = Object.keys(host.sections).filter((name) => !shown.has(name));

	useEffect(() => {
		setTimeout(() => tables.forEach((table) => prepare(table.columns, table.rows)), 50);
	}, [tables]);
	return <div class={thing ? "with-details" : null}>
		<Bar host={host} filter={filter} set_filter={set_filter} tables={tables} />
		<main>
			<Headline host={host} />
			<Section id="findings" title="Findings">
				<Findings host={host} words={words} current={current} />
				<Notes host={host} from="check" /></Section>
			<Section id="picture" title="Picture"><Picture host={host} devices={devices} set_filter={set_filter} /></Section>
			{tables.slice(0, 1).map((table) => <Table_section host={host} table={table} words={words} current={current} />)}
			<Section id="spaces" title="IOVA space"><Spaces host={host} current={current} />
				<Notes host={host} from="map" /></Section>
			{tables.slice(1).map((table) => <Table_section host={host} table={table} words={words} current={current} />)}
			{rest.map((name) => <Folded id={"section-" + name} title={`All of ${name}`}>
				<Fields of={host.sections[name]} /></Folded>)}
		</main>
		{thing && <Details thing={thing} />}
	</div>;
}

const page = document.getElementById("page");

try {
	const host = read_host(JSON.parse(snapshot_text()));
	document.title = `IOMMU of ${host.snapshot.kernel?.host ?? "a host"}`;
	page.textContent = "";
	render(<Page host={host} />, page);
} catch (error) {
	page.textContent = `The snapshot in this page cannot be shown: ${error}`;
}
