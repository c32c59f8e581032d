// SPDX-License-Identifier: GPL-2.0-or-later
// What is said before all else: which host, what is wrong or that nothing was found, and what could not
// be looked at. No more is said than the answers of the verbs say.
import { Link } from "./link.jsx";
import { count, time } from "./words.js";

const part_missing = (note) => note.severity === "warning" || note.severity === "error";

// What is not of this hardware is no gap in the answer, and a finding that a verb repeats is none either.
function gaps_of(host) {
	const gaps = host.notes.filter((note) => part_missing(note) && note.code !== "not-of-this-hardware"
		&& !host.by_anchor.has(`rule-${note.code}`));
	const sections = new Map();

	for (const { text, section } of gaps)
		sections.set(text, [...(sections.get(text) ?? []), section]);
	return [...sections];
}

function verdict(host) {
	const { check } = host.sections, { findings, faults } = host;
	const gaps = gaps_of(host).length;

	if (!Array.isArray(check?.findings))
		return { class: "open", words: check ? "check gave no answer." : "The snapshot has no answer of check." };
	if (findings.length) {
		const wrong = findings.filter(({ row }) => row.severity !== "info" && !row.unsure).length;
		return { class: wrong ? "wrong" : "open", words: `${count(findings.length, "finding")}.` };
	}
	if (faults.length)
		return { class: "open", words: "No findings, but there were faults." };
	return gaps ? { class: "open", words: "No findings in what could be read." }
		: { class: "sound", words: "No findings." };
}

function rules_words({ sections: { check } }) {
	const counts = check?.counts;

	if (!counts)
		return null;
	return [`${count(counts.held, "rule")} held`,
		counts.partly > 0 && `${counts.partly} looked only at a part`,
		counts.not_run > 0 && `${counts.not_run} could not run`,
		counts.not_applicable > 0 && `${counts.not_applicable} do not apply to this host`]
		.filter(Boolean).join(", ") + ".";
}

function mode_words({ sections: { status } }) {
	if (!status)
		return null;
	const { vendor, default_type, decided_by, meaning } = status;
	return [vendor, default_type && `${default_type} by default`, decided_by && `decided by the ${decided_by}`]
		.filter(Boolean).join(", ") + (meaning ? `: ${meaning}.` : ".");
}

function counts_words({ sections: { status } }) {
	const counts = status?.counts;
	const names = { units: "unit", groups: "group", devices: "device", domains: "domain" };

	return counts && Object.entries(names).filter(([key]) => counts[key] != null)
		.map(([key, name]) => count(counts[key], name)).join(", ") + ".";
}

function Kernel({ snapshot: { kernel, taken, version } }) {
	const words = [kernel?.release && `Linux ${kernel.release}`, kernel?.machine,
		taken == null ? "the time of the dump is not known" : typeof taken === "number" ? time(taken) : taken,
		version && `iommu.so ${version}`];

	return <p class="kernel">{words.filter(Boolean).join(" · ")}</p>;
}

function Faults({ host }) {
	const { faults } = host, times = faults.reduce((sum, { row }) => sum + (row.count ?? 1), 0);

	if (!faults.length)
		return host.sections.fault && <p>No faults in the kernel log or the queues.</p>;
	return <>
		<p><strong>{count(faults.length, "kind of fault", "kinds of faults")}, {count(times, "time")} in all</strong></p>
		<ul>{faults.slice(0, 4).map((fault) => <li>
			<Link to={fault}>{fault.row.device ?? "no device is named"} {fault.row.iova}</Link>{" "}
			{[fault.row.count > 1 && `${fault.row.count} times`, fault.row.reason].filter(Boolean).join(", ")}
			{fault.row.verdict && <>. <strong>{fault.row.verdict}</strong></>}
		</li>)}{faults.length > 4 && <li><a href="#faults">all of them</a></li>}</ul>
	</>;
}

function Off({ host }) {
	const off = host.groups.filter((group) => group.is_off);

	return off.length > 0 && <p>{count(off.length, "group")} not on the default domain type:{" "}
		{off.slice(0, 8).map((group, index) => <>
			{index > 0 && ", "}<Link to={group}>group {group.key}</Link> is {group.type}, not {group.default_type}
			{group.owner && <> (<Link to={group.owner}>{group.owner.row.comm ?? group.owner.row.kind}</Link>)</>}
		</>)}{off.length > 8 && ", …"}.</p>;
}

// What is missing or damaged in the answers, so that silence elsewhere means something.
function Gaps({ host }) {
	const gaps = gaps_of(host);

	if (!gaps.length)
		return <p>No verb tells of a part that it could not read.</p>;
	return <details class="gaps" open={gaps.length <= 5}>
		<summary><strong>{count(gaps.length, "part")} of the answers {gaps.length === 1 ? "is" : "are"} missing</strong></summary>
		<ul>{gaps.slice(0, 200).map(([text, sections]) =>
			<li>{text} <span class="quiet">({[...new Set(sections)].join(", ")})</span></li>)}</ul>
	</details>;
}

const signs = { wrong: "✖", open: "?", sound: "✔" };

export function Headline({ host }) {
	const { class: kind, words } = verdict(host);

	return <header class={`headline ${kind}`} id="top">
		<h1>{host.snapshot.kernel?.host ?? "host not known"}</h1>
		<Kernel snapshot={host.snapshot} />
		<p class="verdict"><span aria-hidden="true">{signs[kind]}</span> {words} <small>{rules_words(host)}</small></p>
		<p>{mode_words(host)} {counts_words(host)}</p>
		<Off host={host} />
		<Faults host={host} />
		<Gaps host={host} />
	</header>;
}
