// SPDX-License-Identifier: GPL-2.0-or-later
// An IOVA space as lists of ranges {start, end, ...}, each sorted; end is the last byte.
import { bytes, count, permissions } from "./words.js";

const may = { rw: "read write", "r-": "read only", "-w": "write only", "--": "no access" };
const lg2 = (number) => number.toString(2).length - 1;

function page_words(pages) {
	return [...pages].sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([size, nr]) => `${bytes(size)} × ${nr}`).join(", ");
}

function as_stretch(row) {
	return {
		start: BigInt(row.iova),
		end: BigInt(row.end),
		pa_end: row.pa == null ? null : BigInt(row.pa) + BigInt(row.end) - BigInt(row.iova),
		may: permissions(row.read, row.write),
		sizes: new Map(row.pages ? Object.entries(row.pages).map(([size, nr]) => [BigInt(size), nr])
			: [[BigInt(row.page_size), Number((BigInt(row.end) - BigInt(row.iova) + 1n) / BigInt(row.page_size))]]),
		is_contiguous: row.contiguous ?? true,
	};
}

function joins(stretch, next, row) {
	if (next.start !== stretch.end + 1n || next.may !== stretch.may)
		return false;
	stretch.is_contiguous &&= row.pa != null && stretch.pa_end + 1n === BigInt(row.pa);
	stretch.end = next.end;
	stretch.pa_end = next.pa_end;
	for (const [size, nr] of next.sizes)
		stretch.sizes.set(size, (stretch.sizes.get(size) ?? 0) + nr);
	return true;
}

// IOVAs without a gap and with the same permissions are a stretch, wherever their memory lies.
function stretches_of({ stretches: told, mappings }) {
	const stretches = [];

	for (const row of told ?? mappings ?? []) {
		const next = as_stretch(row);
		if (!stretches.length || !joins(stretches.at(-1), next, row))
			stretches.push(next);
	}
	for (const stretch of stretches) {
		stretch.class = `may-${stretch.may.replaceAll("-", "n")}`;
		stretch.what = may[stretch.may];
		stretch.pages = page_words(stretch.sizes);
		stretch.memory = stretch.is_contiguous ? "contiguous" : "scattered";
		stretch.size_lg2 = Math.max(...[...stretch.sizes.keys()].map(lg2));
	}
	return stretches;
}

function with_holes(stretches) {
	return stretches.flatMap((stretch, index) => {
		const start = index ? stretches[index - 1].end + 1n : stretch.start;
		return start < stretch.start ? [{ start, end: stretch.start - 1n, what: "hole", is_hole: true }, stretch]
			: [stretch];
	});
}

const in_order = (ranges) => ranges.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));

function reserved_of({ domain, devices }) {
	const groups = new Set([...(domain?.groups ?? []), ...devices.map((device) => device.group).filter(Boolean)]);
	const regions = [...groups].flatMap((group) => group.row.reserved_regions ?? []);
	const once = new Map(regions.map((region) => [`${region.start} ${region.end} ${region.type}`, region]));

	return in_order([...once.values()].map((region) => ({ start: BigInt(region.start), end: BigInt(region.end),
		what: `reserved (${region.type})`, class: "reserved" })));
}

const classes = { reserved: "reserved", cached: "idle", pending: "idle" };

function allocated_of(allocator) {
	const ranges = Array.isArray(allocator?.allocated) ? allocator.allocated : [];

	return in_order(ranges.map((range) => ({ start: BigInt(range.iova), end: BigInt(range.end),
		what: `allocator: ${range.state ?? "allocated"}`,
		class: classes[range.state] ?? "allocated" })));
}

const last_of = (ranges) => ranges.reduce((last, range) => (range.end > last ? range.end : last), 0n);

// width: of the strip that shows all of it.
export function ranges_of(space, width) {
	const allocator = space.domain?.allocator;
	const mapped = stretches_of(space.row);
	const reserved = reserved_of(space), allocated = allocated_of(allocator);
	const last = [mapped, reserved, allocated].map(last_of)
		.concat(BigInt(allocator?.last ?? 0), 0xffffffffn).reduce((a, b) => (a > b ? a : b));
	const whole = { start: 0n, span: last + 1n };

	return {
		mapped,
		rows: with_holes(mapped),
		lanes: [["mapped", mapped], ["allocated", allocated], ["reserved", reserved]],
		whole,
		strip: bars_of(mapped, whole, width),
		words: words_of(space.row, mapped),
	};
}

function words_of({ format, levels, totals }, mapped) {
	const total = mapped.reduce((sum, stretch) => sum + stretch.end - stretch.start + 1n, 0n);
	const lost = (totals?.tables_not_in_dump ?? 0) + (totals?.tables_unreadable ?? 0);

	return [`${bytes(total)} mapped in ${count(mapped.length, "stretch", "stretches")}`,
		format && levels != null ? `${format}, ${count(levels, "level")}` : format,
		lost > 0 && `${count(lost, "page table")} could not be read: what they map is missing here`,
		totals?.damaged > 0 && `${count(totals.damaged, "damaged entry", "damaged entries")}`]
		.filter(Boolean).join("; ") + ".";
}

// A view that has the ranges in it, with some room at both ends.
export function view_of(ranges, whole) {
	if (!ranges.length)
		return whole;
	const start = ranges[0].start, room = (last_of(ranges) - start) / 20n + 1n;

	return fit({ start: start - room, span: last_of(ranges) - start + 2n * room }, whole);
}

// No view is outside the space, and none is narrower than an eighth of the smallest page. It begins at a
// round address.
export function fit({ start, span }, whole) {
	const most = span > whole.span ? whole.span : span < 512n ? 512n : span;
	const last = whole.span - most, round = 1n << BigInt(Math.max(0, lg2(most) - 10));
	const at = start < 0n ? 0n : start > last ? last : start;

	return { start: (at / round) * round, span: most };
}

export function zoomed(view, factor, at, whole) {
	const span = BigInt(Math.max(512, Math.round(Number(view.span) * factor)));
	const before = BigInt(Math.round(Number(span) * at)), held = BigInt(Math.round(Number(view.span) * at));

	return fit({ start: view.start + held - before, span }, whole);
}

function first_in(ranges, view) {
	let low = 0, high = ranges.length;

	while (low < high) {
		const half = (low + high) >> 1;
		if (ranges[half].end < view.start)
			low = half + 1;
		else
			high = half;
	}
	return low;
}

// Where the ranges in view stand between 0 and the width; what is narrower than a pixel shares one.
export function bars_of(ranges, view, width) {
	const end = view.start + view.span, bars = [];

	for (let i = first_in(ranges, view); i < ranges.length && ranges[i].start < end; i++) {
		const range = ranges[i];
		const from = Math.max(0, (Number(range.start - view.start) / Number(view.span)) * width);
		const to = Math.min(width, (Number(range.end + 1n - view.start) / Number(view.span)) * width);
		const last = bars.at(-1);

		if (last && to - last.x < 1.5) {
			last.nr++;
			last.class = last.class === range.class ? last.class : "mixed";
		} else {
			bars.push({ x: from, to: Math.max(to, from + 1.5), range, nr: 1, class: range.class });
		}
	}
	return bars;
}

// Marks at whole multiples of a power of two, six to twelve of them.
export function ticks_of(view) {
	const step = 1n << BigInt(Math.max(0, lg2(view.span / 6n || 1n)));
	const ticks = [];

	for (let at = ((view.start + step - 1n) / step) * step; at < view.start + view.span; at += step)
		ticks.push(at);
	return { step, ticks };
}

// Of the stretches, the one before or after the middle of the view; undefined where there is none.
export function neighbour(stretches, view, step) {
	const at = first_in(stretches, { start: view.start + view.span / 2n });
	const is_in = stretches[at] && stretches[at].start <= view.start + view.span / 2n;

	return step < 0 ? stretches[at - 1] : stretches[is_in ? at + 1 : at];
}

export function at_point(ranges, view, part) {
	const at = view.start + BigInt(Math.floor(Number(view.span) * part));
	const here = ranges.lanes.flatMap(([, lane]) => {
		const range = lane[first_in(lane, { start: at })];
		return range && range.start <= at ? [range] : [];
	});

	return { at, here };
}
