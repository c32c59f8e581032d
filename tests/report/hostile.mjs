// SPDX-License-Identifier: GPL-2.0-or-later
// hostile.mjs REPORT SNAPSHOT TEXT...: the report of a dump whose names are markup and script. They are text.
import { readFileSync } from "node:fs";
import { close, done, filter, is, ok, open } from "./page.mjs";

const [, , report, file, ...hostile] = process.argv;
const snapshot = readFileSync(file);
const { page, asked, said } = await open(report);

await page.evaluate(() => { window.hit = () => { window.was_hit = true; }; });
// All that is folded and all that can be chosen is made once.
for (const summary of await page.locator("summary").all())
	await summary.click().catch(() => {});
const links = new Set(await page.locator("a[href^='#']").evaluateAll((all) => all.map((link) => link.getAttribute("href"))));
let seen = await page.locator("body").innerText();
for (const link of links) {
	await page.evaluate((hash) => { location.hash = hash; }, link);
	seen += await page.locator("body").innerText();
}
await filter(page, hostile[0]);
ok(await page.locator("#devices tbody tr").count() > 0, "the box finds such a name");
for (const text of hostile) {
	ok(snapshot.includes(text), `the snapshot has ${text}`);
	ok(seen.includes(text), "... and the page shows it as it is");
}
is(await page.locator("script").count(), 2, "the page has its own elements of script and no other");
is(await page.locator("img, iframe, object, embed, link, base, form, [onerror], [onload], [onclick]").count(), 0, "no markup came of them");
is(await page.evaluate(() => window.was_hit ?? false), false, "no script of them ran");

// The page's own law, were there a hole: script that is put into it does not run.
said.length = 0;
const ran = await page.evaluate(() => {
	const script = document.createElement("script");
	script.textContent = "window.ran = true";
	document.body.append(script);
	document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = true'>");
	return new Promise((resolve) => setTimeout(() => resolve(window.ran ?? false), 300));
});
is(ran, false, "and the page's policy runs no other script");
ok(said.length > 0, "... which the browser says", ...said);

await page.keyboard.press("Escape");
const [download] = await Promise.all([page.waitForEvent("download"), page.locator("text=Save the snapshot").click()]);
ok(snapshot.equals(readFileSync(await download.path())), "the snapshot is saved byte for byte");
is(asked.filter((url) => !url.endsWith("/x")), [], "nothing was fetched");
await close();
done();
