// SPDX-License-Identifier: GPL-2.0-or-later
// many.mjs REPORT OUT: a host of 10,000 devices, and an IOVA space of 200,000 stretches, in the page of REPORT. It is
// written to OUT. The bounds are in milliseconds of the page's own thread, and several times what it needs: they
// tell a page that lost its virtual rows, or goes through all pairs of something.
import { writeFileSync } from "node:fs";
import { close, column, done, is, ok, open, with_snapshot } from "./page.mjs";

const [, , report, out] = process.argv;
const nr = 10000, hex = (number) => "0x" + number.toString(16);
const name = (i) => `${(i >> 16).toString(16).padStart(4, "0")}:${((i >> 8) & 255).toString(16).padStart(2, "0")}:`
	+ `${((i >> 3) & 31).toString(16).padStart(2, "0")}.${i & 7}`;
const all = Array.from({ length: nr }, (_, i) => i);
const is_held = (i) => i % 1000 === 7;
const type = (i) => (is_held(i) ? "unmanaged" : "DMA");
const driver = (i) => (is_held(i) ? "vfio-pci" : ["mlx5_core", "nvme", "ice"][i % 3]);

const sections = {
	status: { vendor: "a vendor", default_type: "DMA", counts: { units: 8, groups: nr, devices: nr, domains: nr } },
	check: { findings: [], rules: [], counts: { held: 0 } },
	fault: { faults: [] },
	units: { units: Array.from({ length: 8 }, (_, i) => ({ name: `unit${i}`, nr_devices: nr / 8 })) },
	devices: { devices: all.map((i) => ({ device: name(i), group: i, driver: driver(i), domain_id: i + 1, type: type(i),
		state: "translated", unit: `unit${i % 8}`, alias: null })) },
	groups: { groups: all.map((i) => ({ id: i, default_type: "DMA", type: type(i), domain_id: i + 1,
		devices: [{ device: name(i), driver: driver(i) }], reserved_regions: [] })) },
	domains: { domains: all.map((i) => ({ id: i + 1, address: hex(0xffff0000 + 64 * i), type: type(i), format: "a format", levels: 4,
		root: hex(i * 4096), mapped_bytes: 4096 * i, groups: [i], devices: [name(i)] })) },
	owner: { owners: all.filter(is_held).map((i) => ({ group: i, devices: [name(i)], kind: "VFIO", pid: 1000 + i, comm: "qemu" })) },
	dte: { entries: all.map((i) => ({ device: name(i), translation: "translated", domain_id: i + 1, records: [{ raw: ["0x3", "0x1"] }] })) },
	irt: { entries: Array.from({ length: 3 * nr }, (_, i) => ({ device: name(i % nr), index: Math.floor(i / nr), irq: i + 30,
		names: [`irq-${i}`], mode: "remapped", vector: 32 + (i % 200), cpus: `cpu ${i % 64}` })) },
	map: { spaces: all.slice(0, 2000).map((i) => ({ domain_id: i + 1, domain_address: hex(0xffff0000 + 64 * i), type: type(i),
		root: hex(i * 4096), users: [{ device: name(i), pasid: null }], totals: { bytes: 4096 * i },
		stretches: i !== 1999 ? [] : Array.from({ length: 200000 }, (_, s) => ({ iova: hex(s * 12288), end: hex(s * 12288 + 4095),
			bytes: 4096, pages: { "0x1000": 1 }, contiguous: true, read: true, write: s % 2 === 0 })) })) },
};
const text = with_snapshot(report, { schema: 1, command: "snapshot", version: "0", kernel: { host: "many" }, taken: null, sections, notes: [] });
writeFileSync(out, text);

const { page, said, cpu } = await open(out);
await page.locator("#devices tbody tr").first().waitFor();
const opened = await cpu();
ok(opened < 6000, `it opens (${Math.round(opened)} ms, ${Math.round(text.length / 1048576)} MiB)`);
ok(await page.locator("#devices tbody tr").count() < 100, "of a long table only what is in view is there");
ok(await page.locator("*").count() < 10000, "the page is small", await page.locator("*").count());
ok(await page.locator(".picture .box").count() < 400, "the picture stays a picture");
is(await page.locator(".picture a[href^='#device-']").count(), all.filter(is_held).length, "... and has those off the default alone");

// From the letter in the box to the page as it is then.
const took = async (action) => {
	const began = await cpu();
	await action();
	return Math.round(await cpu() - began);
};
const letter = (words) => took(() => page.evaluate((words) => new Promise((resolve) => {
	const box = document.querySelector("input[type=search]");
	box.value = words;
	box.dispatchEvent(new Event("input", { bubbles: true }));
	requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
}), words));

await page.waitForTimeout(500); // a reader has looked at it
const times = [];
for (const words of ["v", "vf", "vfio", "vfio-pci", "nvme unit3", name(4711), ""])
	times.push(await letter(words));
ok(Math.max(...times) < 1000, `a letter in the box is answered at once (${times.join(", ")} ms)`);
await letter("vfio-pci");
is(await page.locator("#devices .count").innerText(), `${all.filter(is_held).length} of ${nr} rows`, "it leaves those that it should");
await letter("");

const head = page.locator("#devices thead button", { hasText: "Group" });
const sorted = await took(async () => (await head.click(), await head.click()));
is((await column(page, "devices", "Group"))[0], String(nr - 1), "sorted, the last is the first");
ok(sorted < 2000, `it sorts (${sorted} ms twice)`);
await page.locator("#devices .long").evaluate((box) => { box.scrollTop = box.scrollHeight; });
await page.waitForTimeout(300);
is((await column(page, "devices", "Group")).at(-1), "0", "and the end of the table can be scrolled to");

const zoomed = await took(async () => {
	for (const button of ["+", "+", "−", "all"])
		await page.locator(".buttons button", { hasText: button }).first().click();
});
ok(zoomed < 4000, `200,000 stretches zoom (${zoomed / 4} ms each)`);
ok(await page.locator("svg.space .bar").count() < 3000, "... in no more bars than there are pixels");
await page.evaluate(() => { location.hash = "#device-0000:12:0c.3"; });
ok(await page.locator(".details").isVisible(), "a link to one of them opens it");
is(said, [], "the browser complained of nothing");
await close();
done();
