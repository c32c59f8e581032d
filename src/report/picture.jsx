// SPDX-License-Identifier: GPL-2.0-or-later
// The picture: which unit serves which device, in which group and domain, on whose behalf.
import { anchor } from "./host.js";
import { boxes_of, columns, lanes_of } from "./lanes.js";
import { count } from "./words.js";

const width = [150, 230, 150, 250, 220], gap = 36, lane = 36, head = 24, letter = 7.1;
const left = width.map((_, column) => width.slice(0, column).reduce((sum, one) => sum + one + gap, 0));
const total = left.at(-1) + width.at(-1);

const middle = (box) => head + (box.at + box.height / 2) * lane;

function cut(words, room) {
	const most = Math.floor(room / letter);
	return words.length > most ? words.slice(0, most - 1) + "…" : words;
}

const classes = (box) => ["box", box.is_off && "off", box.is_wrong && "wrong", box.is_many && "many",
	box.type && `type-${box.type.toLowerCase()}`].filter(Boolean).join(" ");

function Box({ box, column, set_filter }) {
	const x = left[column], y = head + box.at * lane + 3, height = box.height * lane - 6;
	const room = width[column] - 16, all = [box.words, box.mark].filter(Boolean).join(", ");
	const [first, second] = box.mark ? [middle(box) - 7, middle(box) + 8] : [middle(box)];
	const shape = <>
		<title>{all}</title>
		<rect x={x + 1} y={y} width={width[column] - 2} height={height} rx="4" />
		<text x={x + 9} y={first} dominant-baseline="central">{cut(box.words, room)}</text>
		{box.mark && <text class="mark" x={x + 9} y={second} dominant-baseline="central">
			{cut(box.mark, room)}</text>}
	</>;

	if (box.filter)
		return <g class={classes(box)} role="button" tabindex="0" onClick={() => set_filter(box.filter)}
			onKeyDown={(event) => event.key === "Enter" && set_filter(box.filter)}>{shape}</g>;
	if (!box.thing)
		return <g class={classes(box)}>{shape}</g>;
	return <a class={classes(box)} href={"#" + encodeURI(anchor(box.thing))}>{shape}</a>;
}

// From each box to the one beside it, over what a lane lacks.
function Lines({ lanes, all }) {
	const lines = [];

	lanes.forEach((cells, at) => {
		const there = cells.map((cell, column) => cell && all[column].find((box) =>
			box.at <= at && at < box.at + box.height)).map((box, column) => box && { box, column })
			.filter(Boolean);
		there.slice(1).forEach(({ box, column }, before) => {
			const from = there[before], narrow = from.box.height < box.height ? from.box : box;
			lines.push({ y: middle(narrow), x1: left[from.column] + width[from.column] - 1,
				x2: left[column] + 1, type: column === 3 ? box.type : null });
		});
	});
	const keyed = new Map(lines.map((line) => [`${line.x1} ${line.x2} ${line.y}`, line]));
	return [...keyed.values()].map(({ x1, x2, y, type }) =>
		<line class={type ? `type-${type.toLowerCase()}` : null} x1={x1} x2={x2} y1={y} y2={y} />);
}

export function Picture({ host, devices, set_filter }) {
	const lanes = lanes_of(devices);
	const all = columns.map((_, column) => boxes_of(lanes, column));
	const off = new Set(devices.filter((device) => device.is_off).map((device) => device.group)).size;

	if (!devices.length)
		return <p class="none">no device {host.devices.length ? "that the filter lets through" : "in the snapshot"}</p>;
	return <figure class="picture">
		<svg viewBox={`0 0 ${total} ${head + lanes.length * lane}`} role="img" aria-label="Units, devices, groups, domains and owners">
			{columns.map((name, column) => <text class="head" x={left[column] + 9} y="10">{name}</text>)}
			<Lines lanes={lanes} all={all} />
			{all.map((boxes, column) => boxes.map((box) =>
				<Box box={box} column={column} set_filter={set_filter} />))}
		</svg>
		<figcaption>
			{count(devices.length, "device")}, {off ? `${count(off, "group")} not on the default domain type (bold frame, ≠)`
				: "every group on its default domain type"}.{" "}
			{lanes.length < devices.length && "Devices that are alike share a box; choose it to see them in the tables."}
		</figcaption>
	</figure>;
}
