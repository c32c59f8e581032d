// SPDX-License-Identifier: GPL-2.0-or-later
// All that the snapshot says of one thing, beside the page: what it is linked to, then every field.
import { useEffect, useRef } from "preact/hooks";
import { Link } from "./link.jsx";
import { owner } from "./columns.js";
import { name_of, none } from "./words.js";

const is_object = (value) => value !== null && typeof value === "object";
const is_plain_list = (value) => Array.isArray(value) && !value.some(is_object);
const raw_keys = new Set(["raw", "words"]);

// Words as the hardware has them, one a line, for whoever asks.
function Raw({ name, words }) {
	return <details class="raw"><summary>{name === "raw" ? "raw words" : name}</summary>
		<pre>{[words].flat().map((word, index) => `${index}  ${word}`).join("\n")}</pre>
	</details>;
}

function Plain({ value }) {
	if (value == null)
		return <span class="none">{none}</span>;
	if (Array.isArray(value))
		return value.length ? value.join(" ") : <span class="none">none</span>;
	return String(value);
}

// Flags in two lines, set and clear, since most records have many and few are set.
function Flags({ flags }) {
	const set = flags.filter(([, value]) => value), clear = flags.filter(([, value]) => !value);
	const names = (some) => some.map(([key]) => name_of(key)).join(", ");

	return <>
		{set.length > 0 && <><dt>yes</dt><dd>{names(set)}</dd></>}
		{clear.length > 0 && <><dt>no</dt><dd class="quiet">{names(clear)}</dd></>}
	</>;
}

// What stands in its own paragraph below the plain fields.
function Part({ name, value }) {
	const rows = [value].flat();

	return <details open={rows.length <= 4}>
		<summary>{name_of(name)}{Array.isArray(value) && ` (${value.length})`}</summary>
		{rows.map((row) => (is_object(row) ? <Fields of={row} /> : <p><Plain value={row} /></p>))}
	</details>;
}

export function Fields({ of }) {
	const all = Object.entries(of);
	const names = new Set(all.map(([key]) => key));
	const flags = all.filter(([, value]) => typeof value === "boolean");
	const raw = all.filter(([key]) => raw_keys.has(key));
	const plain = all.filter(([key, value]) => typeof value !== "boolean" && !raw_keys.has(key)
		&& (!is_object(value) || is_plain_list(value)) && !(key.endsWith("_name") && names.has(key.slice(0, -5))));
	const parts = all.filter(([key, value]) => is_object(value) && !is_plain_list(value) && !raw_keys.has(key));

	return <div class="fields">
		<dl>
			{plain.map(([key, value]) => <><dt>{name_of(key)}</dt><dd>
				<Plain value={value} />{of[key + "_name"] != null && ` (${of[key + "_name"]})`}
			</dd></>)}
			<Flags flags={flags} />
		</dl>
		{raw.map(([key, words]) => <Raw name={key} words={words} />)}
		{parts.map(([key, value]) => <Part name={key} value={value} />)}
	</div>;
}

// The things that this one is linked to, by the words for them.
function neighbours(thing) {
	const some = (name) => thing[name] ?? [];

	return [["device", [thing.device]], ["group", [thing.group]], ["groups", some("groups")],
		["domain", [thing.domain ?? thing.device?.domain]], ["unit", [thing.unit]], ["owner", [thing.owner]],
		["devices", some("devices")], ["table entry", some("entries")], ["interrupts", some("interrupts")],
		["faults", some("faults")], ["findings", some("findings")]]
		.map(([name, things]) => [name, things.filter(Boolean)]).filter(([, things]) => things.length);
}

function words_for(thing) {
	if (thing.kind === "owner")
		return owner.value(thing);
	if (thing.kind === "interrupt")
		return thing.row.names?.join(" ") || `entry ${thing.row.index}`;
	return thing.kind === "finding" ? thing.row.text : thing.key;
}

const most_links = 200;

function Neighbours({ thing }) {
	return <dl>
		{neighbours(thing).map(([name, things]) => <><dt>{name}</dt><dd>
			{things.slice(0, most_links).map((one) => <><Link to={one}>{words_for(one)}</Link> </>)}
			{things.length > most_links && `and ${things.length - most_links} more`}
		</dd></>)}
		{thing.space && <><dt>IOVA space</dt><dd>
			<Link to={thing.space}>the map</Link></dd></>}
	</dl>;
}

export function Details({ thing }) {
	const head = useRef();

	useEffect(() => head.current.focus({ preventScroll: true }), [thing]);
	return <aside class="details" aria-labelledby="details-head">
		<h2 id="details-head" tabindex="-1" ref={head}>{thing.kind} {thing.kind === "owner"
			? owner.value(thing) : thing.key}</h2>
		<a class="close" href="#all" title="close (Escape)">close</a>
		<Neighbours thing={thing} />
		<h3>what the dump says</h3>
		<Fields of={thing.row} />
	</aside>;
}
