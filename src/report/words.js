// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers and times of a snapshot as words. Addresses have up to 64 bits, so they are BigInt here.
const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

export const none = "–";

export function hex(number) {
	return "0x" + number.toString(16);
}

// Full precision below 1 KiB, then three or four digits.
export function bytes(number) {
	let size = Number(number), unit = 0;
	while (size >= 1024 && unit < units.length - 1) {
		size /= 1024;
		unit++;
	}
	return `${unit && size < 100 ? Number(size.toFixed(1)) : Math.round(size)} ${units[unit]}`;
}

export function count(number, singular, plural = singular + "s") {
	return `${number} ${number === 1 ? singular : plural}`;
}

export function permissions(read, write) {
	return (read ? "r" : "-") + (write ? "w" : "-");
}

export function time(seconds) {
	return new Date(seconds * 1000).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}

// A key of JSON as a name: interrupt_table is "interrupt table".
export function name_of(key) {
	return key.replaceAll("_", " ");
}

// How two values of a column are ordered: what is not known stands last, numbers go by value in
// whatever base they are written, and text goes by value of the numbers in it.
const collator = new Intl.Collator("en", { numeric: true });
const is_number = /^(0x[0-9a-f]+|\d+)$/;

export function compare(a, b) {
	const missing = (a == null) - (b == null);
	if (missing || a == null)
		return missing;
	if (is_number.test(a) && is_number.test(b)) {
		const difference = BigInt(a) - BigInt(b);
		return difference < 0n ? -1 : difference > 0n ? 1 : 0;
	}
	return collator.compare(a, b);
}
