// SPDX-License-Identifier: GPL-2.0-or-later
// Links between the things of the page: each is a hash, so that it can be kept and sent.
import { anchor } from "./host.js";
import { none } from "./words.js";

export function Link({ to, children }) {
	if (!to)
		return <span class="none">{children ?? none}</span>;
	return <a href={"#" + encodeURI(anchor(to))}>{children ?? to.key}</a>;
}

// The hash of the page's address as the anchor of a thing or the id of a section.
export function chosen() {
	try {
		return decodeURI(location.hash.slice(1));
	} catch {
		return "";
	}
}
