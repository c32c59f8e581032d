// SPDX-License-Identifier: GPL-2.0-or-later
// The map of an IOVA space: all of it in a strip, and a part of it at any zoom.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Link } from "./link.jsx";
import * as columns from "./columns.js";
import { Table } from "./table.jsx";
import { at_point, bars_of, fit, neighbour, ranges_of, ticks_of, view_of, zoomed } from "./iova.js";
import { bytes, count, hex } from "./words.js";

const left = 84, width = 1060, right = 1150, lane_height = 30, ruler = 20, strip = 16;
const no_words = [];

// A larger page is a higher bar: 4 KiB fills half of the lane, 1 GiB all of it.
const height_of = (range) => (range.size_lg2 == null ? lane_height - 8
	: Math.min(lane_height - 6, 12 + Math.max(0, range.size_lg2 - 12) * 0.7));

function Patterns() {
	const stripes = (id, path) => <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse">
		<path d={path} />
	</pattern>;

	return <defs>
		{stripes("rising", "M-1,7 L7,-1 M-1,1 L1,-1 M5,7 L7,5")}
		{stripes("falling", "M-1,-1 L7,7 M5,-1 L7,1 M-1,5 L1,7")}
	</defs>;
}

const striped = new Set(["may-rn", "reserved", "mixed"]);

function Bars({ ranges, view, y }) {
	return bars_of(ranges, view, width).map(({ x, to, range, nr, class: kind }) => {
		const height = height_of(range), wide = to - x > 60;

		return <g class={`bar ${kind}`}>
			<rect x={left + x} y={y + lane_height - 4 - height} width={to - x} height={height} />
			{striped.has(kind) ?
				<rect class="stripes" x={left + x} y={y + lane_height - 4 - height} width={to - x} height={height} />
				: null}
			{wide && nr === 1 && <text x={left + Math.max(x, 0) + 6} y={y + lane_height - 4 - height / 2}
				dominant-baseline="central">{label(range, to - x)}</text>}
		</g>;
	});
}

function label(range, room) {
	const words = `${range.may ?? range.what.replace(/^.*[:(] ?|\)$/g, "")} ${bytes(range.end - range.start + 1n)}`;
	return words.length * 7 < room ? words : "";
}

function Ruler({ view }) {
	const { ticks } = ticks_of(view);

	return ticks.map((at) => {
		const x = left + (Number(at - view.start) / Number(view.span)) * width;
		return <g class="tick">
			<line x1={x} x2={x} y1={strip + 10} y2={strip + 16 + 3 * lane_height} />
			{x < left + width - 90 && <text x={x + 3} y={strip + 26 + 3 * lane_height}>{hex(at)}</text>}
		</g>;
	});
}

// All of the space, and where in it the view is.
function Strip({ ranges, view, set_view }) {
	const part = (at) => (Number(at) / Number(ranges.whole.span)) * width;
	const x = part(view.start), wide = Math.max(3, part(view.span));

	return <g class="strip" onClick={(event) => {
		const box = event.currentTarget.ownerSVGElement.getBoundingClientRect();
		const at = ((event.clientX - box.left) / box.width) * right - left;
		const middle = BigInt(Math.round((Math.max(0, Math.min(width, at)) / width) * Number(ranges.whole.span)));
		set_view(fit({ start: middle - view.span / 2n, span: view.span }, ranges.whole));
		event.stopPropagation();
	}}>
		<text x="0" y="9">all</text>
		<rect class="back" x={left} y="0" width={width} height={strip - 4} />
		{ranges.strip.map((bar) =>
			<rect class="ink" x={left + bar.x} y="2" width={bar.to - bar.x} height={strip - 8} />)}
		<rect class="window" x={left + x} y="-1" width={wide} height={strip - 2} />
	</g>;
}

function Lanes({ ranges, view }) {
	return ranges.lanes.map(([name, lane], index) => {
		const y = strip + 10 + index * lane_height;
		return <>
			<text x="0" y={y + lane_height / 2 + 2} dominant-baseline="central">{name}</text>
			<rect class="back" x={left} y={y + 2} width={width} height={lane_height - 4} />
			<Bars ranges={lane} view={view} y={y} />
		</>;
	});
}

function words_at({ at, here }) {
	if (!here.length)
		return `${hex(at)}: nothing mapped, allocated or reserved`;
	return `${hex(at)}: ` + here.map((range) => `${hex(range.start)} to ${hex(range.end)} ${range.what}`
		+ (range.pages ? `, ${range.pages}, ${range.memory}` : "")).join("; ");
}

const keys = {
	"+": (view, whole) => zoomed(view, 0.5, 0.5, whole),
	"=": (view, whole) => zoomed(view, 0.5, 0.5, whole),
	"-": (view, whole) => zoomed(view, 2, 0.5, whole),
	ArrowLeft: (view, whole) => fit({ ...view, start: view.start - view.span / 8n }, whole),
	ArrowRight: (view, whole) => fit({ ...view, start: view.start + view.span / 8n }, whole),
	0: (_, whole) => whole,
};

function Buttons({ ranges, view, set_view }) {
	const to = (words, title, next) => <button title={title} disabled={!next}
		onClick={() => set_view(next)}>{words}</button>;
	const beside = (step) => {
		const stretch = neighbour(ranges.mapped, view, step);
		return stretch && view_of([stretch], ranges.whole);
	};

	return <p class="buttons">
		{to("−", "out (-)", zoomed(view, 2, 0.5, ranges.whole))}
		{to("+", "in (+)", zoomed(view, 0.5, 0.5, ranges.whole))}
		{to("all", "the whole space (0)", ranges.whole)}
		{to("mapped", "from the first stretch to the last", view_of(ranges.mapped, ranges.whole))}
		{to("‹ stretch", "the stretch before", beside(-1))}
		{to("stretch ›", "the next stretch", beside(1))}
		<span class="view">{hex(view.start)} to {hex(view.start + view.span - 1n)}, {bytes(view.span)}</span>
	</p>;
}

// The map listens itself: a wheel with Ctrl zooms, and dragging moves, wherever the pointer is.
function use_pointer(svg, ranges, view, set_view, set_point) {
	const now = useRef();

	now.current = { ranges, view };
	useEffect(() => {
		const part = (event) => {
			const box = svg.current.getBoundingClientRect();
			return Math.max(0, Math.min(1, (((event.clientX - box.left) / box.width) * right - left) / width));
		};
		const wheel = (event) => {
			if (!event.ctrlKey && !event.metaKey)
				return;
			event.preventDefault();
			set_view(zoomed(now.current.view, event.deltaY > 0 ? 1.25 : 0.8, part(event), now.current.ranges.whole));
		};
		let held = null;
		const move = (event) => {
			const { ranges, view } = now.current;
			set_point(at_point(ranges, view, part(event)));
			if (held) {
				const moved = BigInt(Math.round((held.part - part(event)) * Number(held.view.span)));
				set_view(fit({ ...held.view, start: held.view.start + moved }, ranges.whole));
			}
		};
		const listeners = { wheel, pointermove: move,
			pointerdown: (event) => { held = { part: part(event), view: now.current.view }; },
			pointerup: () => { held = null; }, pointerleave: () => { held = null; } };

		for (const [name, listener] of Object.entries(listeners))
			svg.current.addEventListener(name, listener, { passive: false });
		return () => Object.entries(listeners).forEach(([name, listener]) =>
			svg.current?.removeEventListener(name, listener));
	}, []);
	return (event) => set_view(zoomed(view, 0.25,
		(((event.clientX - svg.current.getBoundingClientRect().left) / svg.current.getBoundingClientRect().width)
			* right - left) / width, ranges.whole));
}

function Map_of({ space, ranges }) {
	const [view, set_view] = useState(() => view_of(ranges.mapped, ranges.whole));
	const [point, set_point] = useState(null);
	const svg = useRef();
	const zoom_at = use_pointer(svg, ranges, view, set_view, set_point);
	const key = (event) => {
		const next = keys[event.key]?.(view, ranges.whole);
		if (next) {
			event.preventDefault();
			set_view(next);
		}
	};

	return <>
		<p>{ranges.words}</p>
		<Buttons ranges={ranges} view={view} set_view={set_view} />
		<svg class="space" ref={svg} viewBox={`0 -2 ${right} ${strip + 3 * lane_height + ruler + 16}`} tabindex="0"
			role="img" aria-label={`IOVA space ${space.key}; plus and minus zoom, arrows move`}
			onKeyDown={key} onDblClick={zoom_at}>
			<Patterns />
			<Strip ranges={ranges} view={view} set_view={set_view} />
			<Lanes ranges={ranges} view={view} />
			<Ruler view={view} />
		</svg>
		<p class="point"><output>{point ? words_at(point)
			: "Point at the map to read it; drag moves it, a double click and Ctrl with the wheel zoom."}</output></p>
		<p class="key">
			<span class="may-rw">read write</span> <span class="may-rn">read only</span>
			<span class="may-nw">write only</span> <span class="mixed">several, too close to draw</span>
			<span class="allocated">allocated</span>
			<span class="idle">freed, not yet given out again</span> <span class="reserved">reserved</span> higher bars: larger pages
		</p>
		<Table columns={columns.stretches} rows={ranges.rows} words={no_words}
			pick={(range) => set_view(view_of([range], ranges.whole))} />
	</>;
}

// What is physically contiguous, which a snapshot has only where it was asked for.
function Physical({ space: { row: { mappings, stretches } } }) {
	return stretches && mappings?.length > 0 && <details>
		<summary>{count(mappings.length, "range")} with their physical memory</summary>
		<Table columns={columns.ranges} rows={mappings} words={no_words} />
	</details>;
}

const mapped = ({ row }) => row.totals?.bytes ?? 0;

function words_for(space) {
	const users = (space.row.users ?? []).map(({ device, pasid }) =>
		[device, pasid != null && `PASID ${hex(pasid)}`].filter(Boolean).join(" "));

	return [space.domain ? `domain ${space.domain.key}` : `table at ${space.row.root}`, space.row.type,
		bytes(mapped(space)), users.slice(0, 3).join(", "), users.length > 3 && `and ${users.length - 3} more`]
		.filter(Boolean).join("  ");
}

// All spaces to choose from, the fullest first; and the map of the chosen one.
export function Spaces({ host, current }) {
	const spaces = useMemo(() => host.spaces.toSorted((a, b) => mapped(b) - mapped(a)), [host]);
	const [key, set_key] = useState(spaces[0]?.key);
	const space = spaces.find((one) => one.key === key);
	const ranges = useMemo(() => space && ranges_of(space, width), [space]);

	useEffect(() => {
		const wanted = current.startsWith("space-") && current.slice(6);
		if (wanted && spaces.some((one) => one.key === wanted)) {
			set_key(wanted);
			document.getElementById("spaces").scrollIntoView();
		}
	}, [current]);
	if (!space)
		return <p class="none">no page table of any domain in the snapshot</p>;
	return <>
		<p><label>Space <select value={key} onChange={(event) => set_key(event.currentTarget.value)}>
			{spaces.map((one) => <option value={one.key}>{words_for(one)}</option>)}
		</select></label>{" "}{space.domain && <Link to={space.domain}>all of domain {space.domain.key}</Link>}</p>
		<Map_of key={key} space={space} ranges={ranges} />
		<Physical space={space} />
	</>;
}
