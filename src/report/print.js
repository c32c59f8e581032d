// SPDX-License-Identifier: GPL-2.0-or-later
// Whether the page is being printed: on paper there is nothing to scroll, so all rows have to be there.
import { options } from "preact";
import { useEffect, useState } from "preact/hooks";

const paper = matchMedia("print");

// The browser takes the page as it is when the listeners have returned, so nothing may be put off.
function at_once(change) {
	const usual = options.debounceRendering;

	options.debounceRendering = (render) => render();
	change();
	options.debounceRendering = usual;
}

export function use_print() {
	const [is_printed, set_printed] = useState(paper.matches);

	useEffect(() => {
		const listen = () => at_once(() => set_printed(paper.matches));
		paper.addEventListener("change", listen);
		return () => paper.removeEventListener("change", listen);
	}, []);
	return is_printed;
}
