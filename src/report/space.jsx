// SPDX-License-Identifier: GPL-2.0-or-later
// The map of a domain's IOVA space: all of it in a strip, and a part of it at any zoom.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Link } from "./link.jsx";
import { ranges, stretches } from "./columns.js";
import { Table } from "./table.jsx";
import { at_point, bars_of, fit, space_of, ticks_of, view_of, zoomed } from "./iova.js";
import { bytes, count, hex } from "./words.js";

const left = 84, width = 1060, right = 1150, lane = 30, ruler = 20, strip = 16;
const no_words = [];

// A larger page is a higher bar: 4 KiB fills half of the lane, 1 GiB all of it.
const height_of = (range) => (range.size_lg2 == null ? lane - 8
	: Math.min(lane - 6, 12 + Math.max(0, range.size_lg2 - 12) * 0.7));

function Patterns() {
	const stripes = (id, path) => <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse">
		<path d={path} />
	</pattern>;

	return <defs>
		{stripes("rising", "M-1,7 L7,-1 M-1,1 L1,-1 M5,7 L7,5")}
		{stripes("falling", "M-1,-1 L7,7 M5,-1 L7,1 M-1,5 L1,7")}
	</defs>;
}

function Bars({ ranges, view, y }) {
	return bars_of(ranges, view, width).map(({ x, to, range, nr }) => {
		const height = height_of(range), wide = to - x > 60;

		return <g class={`bar ${range.class}`}>
			<rect x={left + x} y={y + lane - 4 - height} width={to - x} height={height} />
			{range.class === "may-rn" || range.class === "reserved" ?
				<rect class="stripes" x={left + x} y={y + lane - 4 - height} width={to - x} height={height} />
				: null}
			{wide && nr === 1 && <text x={left + Math.max(x, 0) + 6} y={y + lane - 4 - height / 2}
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
			<line x1={x} x2={x} y1={strip + 10} y2={strip + 16 + 3 * lane} />
			{x < left + width - 30 && <text x={x + 3} y={strip + 26 + 3 * lane}>{hex(at)}</text>}
		</g>;
	});
}

// All of the space, and where in it the view is.
function Strip({ space, view, set_view }) {
	const part = (at) => (Number(at) / Number(space.whole.span)) * width;
	const x = part(view.start), wide = Math.max(3, part(view.span));

	return <g class="strip" onClick={(event) => {
		const box = event.currentTarget.ownerSVGElement.getBoundingClientRect();
		const at = ((event.clientX - box.left) / box.width) * right - left;
		const middle = BigInt(Math.round((Math.max(0, Math.min(width, at)) / width) * Number(space.whole.span)));
		set_view(fit({ start: middle - view.span / 2n, span: view.span }, space.whole));
		event.stopPropagation();
	}}>
		<text x="0" y="9">all</text>
		<rect class="back" x={left} y="0" width={width} height={strip - 4} />
		{bars_of(space.mapped, space.whole, width).map((bar) =>
			<rect class="ink" x={left + bar.x} y="2" width={bar.to - bar.x} height={strip - 8} />)}
		<rect class="window" x={left + x} y="-1" width={wide} height={strip - 2} />
	</g>;
}

function Lanes({ space, view }) {
	return space.lanes.map(([name, ranges], index) => {
		const y = strip + 10 + index * lane;
		return <>
			<text x="0" y={y + lane / 2 + 2} dominant-baseline="central">{name}</text>
			<rect class="back" x={left} y={y + 2} width={width} height={lane - 4} />
			<Bars ranges={ranges} view={view} y={y} />
		</>;
	});
}

function words_at({ at, here }) {
	if (!here.length)
		return `${hex(at)}: nothing mapped, allocated or reserved`;
	return `${hex(at)}: ` + here.map((range) => `${hex(range.start)} to ${hex(range.end)} ${range.what}`
		+ (range.pages ? `, ${range.pages}, ${range.memory}` : "")).join("; ");
}

// Of the stretches around the middle of the view, the one before or after it.
function neighbour(space, view, step) {
	const middle = view.start + view.span / 2n;
	const all = space.mapped;
	const found = step > 0 ? all.find(({ start, end }) => (start + end) / 2n > middle + view.span / 50n)
		: all.findLast(({ start, end }) => (start + end) / 2n < middle - view.span / 50n);
	return found && view_of([found], space.whole);
}

const keys = {
	"+": (view, whole) => zoomed(view, 0.5, 0.5, whole),
	"=": (view, whole) => zoomed(view, 0.5, 0.5, whole),
	"-": (view, whole) => zoomed(view, 2, 0.5, whole),
	ArrowLeft: (view, whole) => fit({ ...view, start: view.start - view.span / 8n }, whole),
	ArrowRight: (view, whole) => fit({ ...view, start: view.start + view.span / 8n }, whole),
	0: (_, whole) => whole,
};

function Buttons({ space, view, set_view }) {
	const to = (words, title, next) => <button title={title} disabled={!next}
		onClick={() => next && set_view(next)}>{words}</button>;

	return <p class="buttons">
		{to("−", "out (-)", zoomed(view, 2, 0.5, space.whole))}
		{to("+", "in (+)", zoomed(view, 0.5, 0.5, space.whole))}
		{to("all", "the whole space (0)", space.whole)}
		{to("mapped", "from the first stretch to the last", view_of(space.mapped, space.whole))}
		{to("‹ stretch", "the stretch before", neighbour(space, view, -1))}
		{to("stretch ›", "the next stretch", neighbour(space, view, 1))}
		<span class="view">{hex(view.start)} to {hex(view.start + view.span - 1n)}, {bytes(view.span)}</span>
	</p>;
}

// The map listens itself: a wheel with Ctrl zooms, and dragging moves, wherever the pointer is.
function use_pointer(svg, space, view, set_view, set_point) {
	const now = useRef();

	now.current = { space, view };
	useEffect(() => {
		const part = (event) => {
			const box = svg.current.getBoundingClientRect();
			return Math.max(0, Math.min(1, (((event.clientX - box.left) / box.width) * right - left) / width));
		};
		const wheel = (event) => {
			if (!event.ctrlKey && !event.metaKey)
				return;
			event.preventDefault();
			set_view(zoomed(now.current.view, event.deltaY > 0 ? 1.25 : 0.8, part(event), now.current.space.whole));
		};
		let held = null;
		const move = (event) => {
			const { space, view } = now.current;
			set_point(at_point(space, view, part(event)));
			if (held) {
				const moved = BigInt(Math.round((held.part - part(event)) * Number(held.view.span)));
				set_view(fit({ ...held.view, start: held.view.start + moved }, space.whole));
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
			* right - left) / width, space.whole));
}

function Map_of({ space }) {
	const [view, set_view] = useState(() => view_of(space.mapped, space.whole));
	const [point, set_point] = useState(null);
	const svg = useRef();
	const zoom_at = use_pointer(svg, space, view, set_view, set_point);
	const key = (event) => {
		const next = keys[event.key]?.(view, space.whole);
		if (next) {
			event.preventDefault();
			set_view(next);
		}
	};

	return <>
		<p>{space.words}</p>
		<Buttons space={space} view={view} set_view={set_view} />
		<svg class="space" ref={svg} viewBox={`0 -2 ${right} ${strip + 3 * lane + ruler + 16}`} tabindex="0" role="img"
			aria-label={`IOVA space of domain ${space.domain.key}; plus and minus zoom, arrows move`}
			onKeyDown={key} onDblClick={zoom_at}>
			<Patterns />
			<Strip space={space} view={view} set_view={set_view} />
			<Lanes space={space} view={view} />
			<Ruler view={view} />
		</svg>
		<p class="point"><output>{point ? words_at(point)
			: "Point at the map to read it; drag moves it, a double click and Ctrl with the wheel zoom."}</output></p>
		<p class="key">
			<span class="may-rw">read write</span> <span class="may-rn">read only</span>
			<span class="may-nw">write only</span> <span class="allocated">allocated</span>
			<span class="reserved">reserved</span> higher bars: larger pages
		</p>
		<Table columns={stretches} rows={space.rows} words={no_words}
			pick={(range) => set_view(view_of([range], space.whole))} />
		{space.domain.map?.mappings?.length > space.mapped.length && <details>
			<summary>{count(space.domain.map.mappings.length, "range")} with their physical memory</summary>
			<Table columns={ranges} rows={space.domain.map.mappings} words={no_words} />
		</details>}
	</>;
}

const mapped = (domain) => domain.row.mapped_bytes ?? domain.map?.totals?.bytes ?? 0;

// The domains that have a space, the fullest first; of one that is chosen, its map.
export function Spaces({ host, current }) {
	const domains = useMemo(() => host.domains.filter((domain) => domain.map || domain.row.root != null)
		.sort((a, b) => mapped(b) - mapped(a)), [host]);
	const [key, set_key] = useState(domains[0]?.key);
	const space = useMemo(() => {
		const domain = domains.find((one) => one.key === key);
		return domain && space_of(domain);
	}, [domains, key]);

	useEffect(() => {
		const wanted = current.startsWith("space-") && current.slice(6);
		if (wanted && domains.some((domain) => domain.key === wanted)) {
			set_key(wanted);
			document.getElementById("spaces").scrollIntoView();
		}
	}, [current]);
	if (!domains.length)
		return <p class="none">no domain with page tables in the snapshot</p>;
	return <>
		<p><label>Domain <select value={key} onChange={(event) => set_key(event.currentTarget.value)}>
			{domains.map((domain) => <option value={domain.key}>
				{domain.key} {domain.type} {bytes(mapped(domain))} {domain.row.devices?.slice(0, 3).join(" ")}
			</option>)}
		</select></label>{" "}<Link to={space?.domain}>all of the domain</Link></p>
		{space && <Map_of key={key} space={space} />}
	</>;
}
