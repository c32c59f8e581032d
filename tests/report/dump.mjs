// SPDX-License-Identifier: GPL-2.0-or-later
// dump.mjs REPORT SNAPSHOT PICTURES: the report of a dump shows what its snapshot says, and does what its words
// promise. Pictures of it go into the folder PICTURES.
import { readFileSync, mkdirSync } from "node:fs";
import { close, column, done, filter, is, ok, open, texts } from "./page.mjs";

const [, , report, file, pictures] = process.argv;
const text = readFileSync(file), snapshot = JSON.parse(text), { sections } = snapshot;
const { page, asked, said, context } = await open(report);

// ---- what is wrong, first ----

const verdict = await page.locator(".verdict").innerText();
const { findings } = sections.check, { faults } = sections.fault;
ok(verdict.includes(findings.length ? `${findings.length} finding` : "No findings"), "the headline counts the findings", verdict);
ok(verdict.includes(`${sections.check.counts.held} rule`), "... and the rules that held", verdict);
is((await texts(page, ".findings > li")).length, findings.length, "each finding is there");
is((await texts(page, "#faults tbody tr")).length, faults.length, "each fault is there");

// ---- the tables ----

const devices = sections.devices.devices.map((row) => row.device);
is(await column(page, "devices", "Device"), devices, "each device is there, in the order of the snapshot");
is((await column(page, "groups", "Group")).map(Number), sections.groups.groups.map((row) => row.id), "each group");
is((await column(page, "domains", "Domain")).length, sections.domains.domains.length, "each domain");
const off = sections.groups.groups.filter((row) => row.type !== row.default_type);
is(await texts(page, "#groups .mark"), off.map((row) => `≠ default ${row.default_type}`),
	"what is off its default is marked");

const irqs = sections.irt.entries.map((row) => row.irq).filter((irq) => irq != null);
const head = page.locator("#interrupts thead button", { hasText: "IRQ" });
const shown = async () => (await column(page, "interrupts", "IRQ")).filter((irq) => irq !== "–").map(Number);
is(await shown(), irqs, "interrupts as the snapshot has them");
await head.click();
is(await shown(), [...irqs].sort((a, b) => a - b), "a click on a head sorts, numbers by value");
is(await page.locator("#interrupts th[aria-sort]").getAttribute("aria-sort"), "ascending", "... and is told to who cannot see it");
await head.click();
is(await shown(), [...irqs].sort((a, b) => b - a), "another one turns it round");

// ---- the box ----

const held = sections.devices.devices.filter((row) => row.driver === "vfio-pci").map((row) => row.device);
await filter(page, "VFIO-pci");
is(await column(page, "devices", "Device"), held, "the box leaves the devices of a driver");
is(await page.locator(".picture a[href^='#device-']").count(), held.length, "... in the picture too");
await filter(page, `vfio-pci ${held[0]}`);
is(await column(page, "devices", "Device"), held.slice(0, 1), "... and each of its words has to be found");
await filter(page, "no such word");
is((await texts(page, "#devices tbody tr")).length, 0, "a word that is nowhere leaves nothing");
ok(/0 of/.test(await page.locator("#devices .count").innerText()), "... and that is said");
await filter(page, "");
is(await column(page, "devices", "Device"), devices, "an empty box leaves all");

// ---- the picture ----

const boxes = (kind) => page.locator(`.picture a[href^='#${kind}-']`);
is(await boxes("device").count(), devices.length, "the picture has each device");
is(await boxes("group").count(), sections.groups.groups.length, "... and each group");
is(await page.locator(".picture a.off[href^='#group-']").count(), off.length, "... with those off the default marked");
is(await boxes("owner").count(), sections.owner.owners.length, "... and who holds them");

// ---- from thing to thing ----

await boxes("owner").first().click();
ok((await page.locator(".details").innerText()).includes(String(sections.owner.owners[0].pid)), "an owner's process");
await page.locator(".details a", { hasText: held[1] }).first().click();
is(await page.evaluate(() => decodeURI(location.hash)), `#device-${held[1]}`, "links are hashes with the name of the thing");
await page.locator(".details dt:text-is('domain') + dd a").click();
const domain = sections.domains.domains.find((row) => row.devices.includes(held[1]));
ok((await page.locator(".details").innerText()).includes(domain.root), "the domain of a device, with its root");
await page.keyboard.press("Escape");
is(await page.locator(".details").count(), 0, "Escape closes what is beside the page");

const entry = sections.dte.entries.find((row) => row.device === held[1]);
await page.goto(`${page.url().split("#")[0]}#entry-${held[1]}`);
await page.locator(".details .raw summary").first().waitFor();
const words = entry.records.flatMap((record) => record.raw);
ok(!await page.locator(".details .raw pre").first().isVisible(), "raw words are not shown");
for (const summary of await page.locator(".details .raw summary").all())
	await summary.click();
const raw = (await texts(page, ".details .raw pre")).join("\n");
ok(words.every((word) => raw.includes(word)), "... but for whoever asks", raw);
await page.keyboard.press("Escape");

// ---- the map ----

const space = sections.map.spaces.find((row) => row.domain_address === domain.driver_address
	|| row.domain_address === domain.address);
await page.locator(".top a", { hasText: "IOVA space" }).click();
await page.locator("#spaces select").selectOption({ label: (await texts(page, "#spaces option"))
	.find((label) => label.includes(held[1])) });
const view = async () => {
	const [first, last] = (await page.locator(".view").innerText()).match(/0x[0-9a-f]+/g).map(BigInt);
	return { first, last, span: last - first + 1n };
};
const is_half = (some, all) => [0n, 1n].includes(2n * some.span - all.span);
const stretches = space.stretches.map((row) => [row.iova, row.end]);
const rows = await column(page, "spaces", "IOVA");
ok(stretches.every(([iova]) => rows.includes(iova)), "each stretch has its row");
const gaps = stretches.slice(1).filter(([iova], index) => BigInt(iova) > BigInt(stretches[index][1]) + 1n).length;
is(await page.locator("#spaces tr.hole").count(), gaps, "... and each hole between them");
const start = await view();
ok(start.first <= BigInt(stretches[0][0]) && start.last >= BigInt(stretches.at(-1)[1]), "at first all that is mapped is in view");
const button = (name) => page.locator(".buttons button", { hasText: name });
await button("+").click();
const closer = await view();
ok(is_half(closer, start), "+ halves what is in view");
await button("all").first().click();
ok((await view()).first === 0n && (await view()).last >= start.last, "the whole space can be seen");

// On each stretch in turn the map says what the snapshot says.
const map = page.locator("svg.space");
const nr_rows = await page.locator("#spaces tbody tr").count();
let right = 0;
for (let nth = 0; nth < nr_rows; nth++) {
	const row = page.locator("#spaces tbody tr").nth(nth);
	const [iova, end] = await row.locator("td").allInnerTexts();
	await row.locator("button").click();
	const seen = await view(), box = await map.boundingBox();
	const middle = Number((BigInt(iova) + BigInt(end)) / 2n - seen.first) / Number(seen.span);
	await page.mouse.move(box.x + ((84 + middle * 1060) / 1150) * box.width, box.y + box.height * 0.4);
	const words = await page.locator(".point").innerText();
	const is_hole = await row.evaluate((element) => element.classList.contains("hole"));
	right += is_hole ? !words.includes(`${iova} to ${end}`) : words.includes(`${iova} to ${end}`);
}
is(right, nr_rows, "pointing at a stretch reads its first and last byte, and a hole reads as none");
await page.locator("#spaces tbody tr button").first().click();
const small = await view();
const place = await map.boundingBox();
await page.mouse.move(place.x + place.width / 2, place.y + place.height / 2);
await page.keyboard.down("Control");
await page.mouse.wheel(0, 100);
await page.keyboard.up("Control");
await page.waitForTimeout(100);
ok((await view()).span > small.span, "Ctrl and the wheel zoom", String(small.span), String((await view()).span));
await map.focus();
const before = await view();
await page.keyboard.press("+");
ok(is_half(await view(), before), "and so do the keys", before.span, (await view()).span);

// ---- saved again ----

const [download] = await Promise.all([page.waitForEvent("download"), page.locator("text=Save the snapshot").click()]);
ok(text.equals(readFileSync(await download.path())), "the snapshot that is saved from the page is the one in it, byte for byte");

// ---- on paper, and pictures for people ----

mkdirSync(pictures, { recursive: true });
await page.goto("about:blank");
for (const scheme of ["light", "dark"]) {
	const shot = await open(report, "", { colorScheme: scheme });
	await shot.page.screenshot({ path: `${pictures}/${scheme}.png`, fullPage: true });
	await shot.page.emulateMedia({ media: "print" });
	ok(!await shot.page.locator(".top").isVisible() && (await column(shot.page, "devices", "Device")).length === devices.length,
		`${scheme}: paper has the rows and no buttons`);
	await shot.page.emulateMedia({ media: null });
	await shot.page.pdf({ path: `${pictures}/${scheme}.pdf`, format: "A4", landscape: true });
	await shot.context.close();
}

is(asked, [], "nothing was fetched");
is(said, [], "and the browser complained of nothing");
await context.close();
await close();
done();
