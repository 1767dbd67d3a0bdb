// Charts: what they show is what Reconcile shows; each has its figures, with a key and on paper; nothing is lost without a script.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow, signIn } from "../browser.js";
import { startDemo } from "../demo.js";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const number = (text) => Number(text.replaceAll(",", ""));

test("the money of the year is that of Reconcile, as bars and as figures", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await accept(page, demo.links.viewer);
  await page.goto(new URL("/c/1/charts?weeks=52", demo.url).href);
  const told = await page.locator("figcaption").filter({ hasText: "Invoicing: Steelhead billed" }).innerText({ timeout: 15_000 });
  const [, billed, held] = told.match(/^Invoicing: Steelhead billed ([\d,.]+), QuickBooks holds ([\d,.]+)\./);
  const card = page.locator("section", { has: page.locator("#money") });
  assert.ok(await card.locator("rect.c-busy title").count() > 5);
  await look(page, "charts");
  // The figures open with a key, and add up to the same.
  await card.locator("summary").focus();
  await page.keyboard.press("Enter");
  const rows = await card.locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  const sum = (column) => rows.reduce((sum, row) => sum + Math.round(number(row[column]) * 100), 0) / 100;
  assert.deepEqual([sum(1), sum(2)], [number(billed), number(held)]);
  await look(page, "charts-figures");
  const day = (name) => rows.map(([week]) => new Date(`${week.replace("Week of ", "")} UTC`)).sort((a, b) => a - b).at(name === "first" ? 0 : -1);
  const last = new Date(day("last").getTime() + 6 * 86_400_000);
  const iso = (at) => at.toISOString().slice(0, 10);
  await page.goto(new URL(`/c/1/reconcile?from=${iso(day("first"))}&to=${iso(last)}`, demo.url).href);
  await page.getByText(billed).first().waitFor({ timeout: 15_000 });
  await page.getByText(held).first().waitFor();
  assert.deepEqual(faults, []);
});

test("on paper the figures are there, and without a script all is", async () => {
  const { page } = await openWindow(browser, demo.url, { javaScriptEnabled: false });
  await signIn(page, demo.url, "demo-viewer").catch(() => {});
  await page.goto(new URL("/c/1/charts?weeks=52", demo.url).href);
  await page.getByText("Invoicing: Steelhead billed").first().waitFor();
  const figures = page.locator(".figures td").first();
  assert.equal(await figures.isVisible(), false);
  await page.emulateMedia({ media: "print" });
  assert.equal(await figures.isVisible(), true);
});
