// SPDX-License-Identifier: GPL-2.0-or-later
// A report in Chromium, and test points in TAP. Whatever a page asks for beside itself is counted and not given.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { chromium } = createRequire(new URL("../../build/report/", import.meta.url))("playwright-core");
let nr_points = 0;

export function ok(is_good, name, ...words) {
	nr_points++;
	console.log(`${is_good ? "ok" : "not ok"} ${nr_points} - ${name.replaceAll("#", "\\#")}`);
	if (!is_good)
		words.forEach((word) => console.log(`# ${String(word).replaceAll("\n", "\n# ")}`));
	return is_good;
}

export function is(got, wanted, name) {
	const [a, b] = [got, wanted].map((value) => JSON.stringify(value));

	return ok(a === b, name, `got    ${a}`, `wanted ${b}`);
}

export function done() {
	console.log(`1..${nr_points}`);
}

const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: ["--headless", "--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run"],
});

export const close = () => browser.close();

// Milliseconds that the page's own thread has run: what a busy machine does beside it is not in them.
async function cpu_time(meter) {
	const { metrics } = await meter.send("Performance.getMetrics");

	return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
}

// The page, and what it asked for and complained of so far.
export async function open(path, hash = "", options = {}) {
	const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, acceptDownloads: true, ...options });
	const page = await context.newPage();
	const self = pathToFileURL(path).href, asked = [], said = [];

	await context.route("**/*", (route) => (route.request().url().split("#")[0] === self ? route.continue() : route.abort()));
	page.on("request", (request) => request.url().split("#")[0] === self || request.url().startsWith("blob:")
		|| asked.push(request.url()));
	page.on("console", (message) => said.push(message.text()));
	page.on("pageerror", (error) => said.push(error.stack));
	page.on("dialog", (dialog) => (said.push(`dialog ${dialog.message()}`), dialog.dismiss()));
	const meter = await context.newCDPSession(page);
	await meter.send("Performance.enable", { timeDomain: "threadTicks" });
	await page.goto(self + hash, { timeout: 120000 });
	return { page, asked, said, context, cpu: () => cpu_time(meter) };
}

export const texts = (page, selector) => page.locator(selector).allInnerTexts();

// The column of a section's table that has the head, as it stands on the page.
export async function column(page, section, head) {
	const heads = (await texts(page, `#${section} thead th`)).map((text) => text.replace(/[▴▾]/, "").trim());
	const nth = heads.indexOf(head) + 1;

	return nth ? texts(page, `#${section} tbody tr:not(.spacer) td:nth-child(${nth})`) : null;
}

export const filter = (page, words) => page.locator("input[type=search]").fill(words);

// A report around another snapshot: what stands before and after the one in it is the same in every report.
export function with_snapshot(report, snapshot) {
	const [, before, after] = readFileSync(report, "utf8")
		.match(/^([^]*<script type="application\/json" id="snapshot">)[^]*?(<\/script>[^]*)$/);

	return before + JSON.stringify(snapshot).replaceAll("<", "\\u003c") + after;
}
