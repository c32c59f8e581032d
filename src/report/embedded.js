// SPDX-License-Identifier: GPL-2.0-or-later
// The snapshot inside the page: how it is read, and how it is saved again.
//
// Whoever writes a page puts the snapshot's text into it with the five escapes below in place of the
// characters, so that no text of a dump can end the element it stands in. They occur in strings only,
// where JSON reads them as the characters that they stand for. The text of a snapshot never has these
// escapes itself: it has the characters, and what looks like an escape in a dump's text begins with a
// backslash, which JSON doubles.
const escaped = { u003c: "<", u003e: ">", u0026: "&", u2028: "\u2028", u2029: "\u2029" };

// An escape is taken as a whole, so that the second half of a doubled backslash begins none.
export function without_escapes(text) {
	return text.replace(/\\(u[0-9a-f]{4}|[^])/g, (whole, name) => escaped[name] ?? whole);
}

export function snapshot_text() {
	return without_escapes(document.getElementById("snapshot").textContent);
}

function file_name(snapshot) {
	const words = [snapshot.kernel?.host, snapshot.kernel?.release].filter(Boolean);
	return ["iommu", ...words].join("-").replace(/[^\w.-]/g, "_") + ".json";
}

export function save(snapshot) {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(new Blob([snapshot_text()], { type: "application/json" }));
	link.download = file_name(snapshot);
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
