// SPDX-License-Identifier: GPL-2.0-or-later
// The box that filters everything: a row stays when each word of the box stands somewhere in it.

// Cuts a text in the words that all have to be found.
export function words_of(text) {
	return text.toLowerCase().split(/\s+/).filter(Boolean);
}

// The text of a row, made once: that of its columns.
const texts = new WeakMap();

export function text_of(columns, row) {
	let text = texts.get(row);
	if (text == null) {
		text = columns.map((column) => column.value(row) ?? "").join("\n").toLowerCase();
		texts.set(row, text);
	}
	return text;
}

export function filtered(rows, columns, words) {
	if (!words.length)
		return rows;
	return rows.filter((row) => {
		const text = text_of(columns, row);
		return words.every((word) => text.includes(word));
	});
}
