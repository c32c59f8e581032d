// SPDX-License-Identifier: GPL-2.0-or-later
// The findings of check, the worst first, each with what disagrees and where that was read.
import { anchor } from "./host.js";
import { Link } from "./link.jsx";
import { filtered } from "./filter.js";
import { none } from "./words.js";

const severities = ["error", "warning", "info"];
const signs = { error: "✖", warning: "▲", info: "ℹ" };
const all_of_it = [{ value: (finding) => JSON.stringify(finding.row) }];

function Evidence({ evidence }) {
	return <table class="evidence"><tbody>
		{evidence.map(({ what, value, address }) => <tr>
			<th scope="row">{what}</th><td>{value ?? none}</td><td class="address">{address ?? none}</td>
		</tr>)}
	</tbody></table>;
}

function Finding({ finding, host, current }) {
	const { code, severity, text, unsure, domain_id, evidence } = finding.row;
	const domain = finding.device?.domain ?? (domain_id != null && host.domains.find((one) => one.row.id === domain_id));
	const rule = host.by_anchor.get(`rule-${code}`);

	return <li class={`finding ${severity}`} aria-current={current === anchor(finding) || null}>
		<p><span class="severity">{signs[severity]} {severity}{unsure && ", unsure"}</span> {text}</p>
		<p class="links">
			<Link to={finding}>finding {finding.key}</Link>
			{rule ? <Link to={rule}>{code}</Link> : code}
			{finding.device && <Link to={finding.device} />}
			{domain && <Link to={domain}>domain {domain.key}</Link>}
		</p>
		{evidence?.length > 0 && <details><summary>evidence</summary><Evidence evidence={evidence} /></details>}
	</li>;
}

export function Findings({ host, words, current }) {
	const found = filtered(host.findings, all_of_it, words);
	const rank = (finding) => severities.indexOf(finding.row.severity) * 2 + (finding.row.unsure ? 1 : 0);

	if (!found.length)
		return <p class="none">{host.findings.length ? `none of ${host.findings.length} with these words` : "none"}</p>;
	return <ol class="findings">{found.toSorted((a, b) => rank(a) - rank(b)).map((finding) =>
		<Finding finding={finding} host={host} current={current} />)}</ol>;
}
