// SPDX-License-Identifier: GPL-2.0-or-later
// A table that is sorted by its heads and filtered by the box at the top. Of a long one only the rows in
// view stand in the document, so that ten thousand rows cost what fifty do.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { filtered, text_of } from "./filter.js";
import { Link } from "./link.jsx";
import { use_print } from "./print.js";
import { anchor } from "./host.js";
import { bytes, compare, count, none } from "./words.js";

const row_height = 28;		// of a long table, in pixels, as in style.css
const rows_in_view = 20;
const short_table = 60;		// up to so many rows, all of them are there
const most_printed = 2000;
const most_measured = 3000;

function Cell({ column, row }) {
	const value = column.value(row), mark = column.mark?.(row);
	const text = value == null ? none : column.is_size ? bytes(value) : String(value);

	return <td class={value == null ? "none" : column.is_text ? "text" : null} title={text}>
		{column.to && value != null ? <Link to={column.to(row)}>{text}</Link> : text}
		{mark && <strong class="mark">{mark}</strong>}
	</td>;
}

function Row({ columns, row, current, pick }) {
	const is_current = current && row.kind && anchor(row) === current;

	return <tr aria-current={is_current || null} onDblClick={pick && (() => pick(row))}
		class={row.is_hole ? "hole" : null}>
		{columns.map((column) => <Cell column={column} row={row} />)}
		{pick && <td><button onClick={() => pick(row)}>show</button></td>}
	</tr>;
}

function Head({ columns, order, set_order, pick }) {
	return <thead><tr>
		{columns.map((column, index) => {
			const is_ordered = order.column === index;
			return <th scope="col" aria-sort={is_ordered ? (order.down ? "descending" : "ascending") : null}>
				<button onClick={() => set_order({ column: index, down: is_ordered && !order.down })}>
					{column.label}<span class="arrow" aria-hidden="true">
						{is_ordered ? (order.down ? "▾" : "▴") : ""}</span>
				</button>
			</th>;
		})}
		{pick && <th />}
	</tr></thead>;
}

function sorted(rows, columns, { column, down }) {
	if (column == null)
		return rows;
	const keyed = rows.map((row) => [columns[column].value(row), row]);
	keyed.sort(([a], [b]) => (down && a != null && b != null ? compare(b, a) : compare(a, b)));
	return keyed.map(([, row]) => row);
}

// The width of each column of a long table, from the longest of many texts, so that scrolling moves none.
function widths(columns, rows) {
	const step = Math.ceil(rows.length / most_measured);

	return columns.map((column) => {
		let most = column.label.length + 2;
		for (let i = 0; i < rows.length; i += step) {
			const row = rows[i];
			const mark = column.mark?.(row)?.length ?? -2;
			most = Math.max(most, String(column.is_size ? "1000.5 MiB" : column.value(row) ?? "").length
				+ mark + 2);
		}
		return Math.min(most, 44);
	});
}

function Long({ columns, rows, all, ...rest }) {
	const [first, set_first] = useState(0);
	const box = useRef();
	const width = useMemo(() => widths(columns, all), [columns, all]);
	const start = Math.max(0, Math.min(first, rows.length - rows_in_view) - rows_in_view);
	const shown = rows.slice(start, start + 3 * rows_in_view);
	const spacer = (nr) => nr > 0 && <tr class="spacer" style={{ height: `${nr * row_height}px` }} />;

	useEffect(() => {
		box.current.scrollTop = 0;
		set_first(0);
	}, [rows]);
	return <div class="long" ref={box} tabindex="0"
		onScroll={(event) => set_first(Math.floor(event.currentTarget.scrollTop / row_height))}>
		<table aria-rowcount={rows.length}>
			<colgroup>{width.map((letters) => <col style={{ width: `${letters + 2}ch` }} />)}</colgroup>
			<Head columns={columns} {...rest} />
			<tbody>
				{spacer(start)}
				{shown.map((row) => <Row columns={columns} row={row} {...rest} />)}
				{spacer(rows.length - start - shown.length)}
			</tbody>
		</table>
	</div>;
}

function Short({ columns, rows, ...rest }) {
	return <div class="short"><table>
		<Head columns={columns} {...rest} />
		<tbody>{rows.map((row) => <Row columns={columns} row={row} {...rest} />)}</tbody>
	</table></div>;
}

// How many of the rows there are, and how many of them are shown.
function Count({ rows, found, printed }) {
	const words = [found.length < rows.length ? `${found.length} of ${count(rows.length, "row")}`
		: count(rows.length, "row")];

	if (printed < found.length)
		words.push(`the first ${printed} are printed; the file has all`);
	return <p class="count" role="status">{words.join("; ")}</p>;
}

export function Table({ columns, rows, words, current, pick }) {
	const [order, set_order] = useState({ column: null, down: false });
	const is_printed = use_print();
	const found = useMemo(() => filtered(rows, columns, words), [rows, columns, words]);
	const ordered = useMemo(() => sorted(found, columns, order), [found, columns, order]);
	const is_long = rows.length > short_table && !is_printed;
	const printed = is_printed ? Math.min(most_printed, found.length) : found.length;
	const rest = { order, set_order, current, pick };

	return <>
		<Count rows={rows} found={found} printed={printed} />
		{!found.length ? null : is_long ? <Long columns={columns} rows={ordered} all={rows} {...rest} />
			: <Short columns={columns} rows={ordered.slice(0, printed)} {...rest} />}
	</>;
}

// While nobody waits, so that the first letter in the box finds the texts made.
export function prepare(columns, rows) {
	rows.forEach((row) => text_of(columns, row));
}
