// A clerk compares both sides of a document, reads what ever happened to it, and sees what a visit did and found.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow, signIn } from "../browser.js";
import { startDemo } from "../demo.js";

let demo, browser;
before(async () => {
  demo = await startDemo();
  browser = await openBrowser();
  const { page, context } = await openWindow(browser, demo.url);
  await accept(page, demo.links.clerk);
  await context.close();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const clerk = async (options) => {
  const window = await openWindow(browser, demo.url, options);
  await signIn(window.page, demo.url, "demo-clerk");
  return { ...window, go: (path) => window.page.goto(new URL(path, demo.url).href) };
};

test("an invoice stands beside its record, line by line, in a bookkeeper's words", async () => {
  const { page, faults, go } = await clerk();
  await go("/c/1/invoicing/1031042");
  const sides = page.getByRole("table", { name: "Steelhead and QuickBooks, field by field" });
  assert.deepEqual(await sides.getByRole("columnheader").allInnerTexts(), ["Field", "Steelhead", "Both had", "QuickBooks"]);
  const open = sides.getByRole("row", { name: /^Balance remaining/ });
  assert.match(await open.innerText(), /308\.40/);
  const lines = page.getByRole("region", { name: "Lines", exact: true });
  await lines.getByRole("cell", { name: "KM-80", exact: true }).waitFor();
  await lines.getByRole("columnheader", { name: "Account" }).waitFor();
  await look(page, "sides-invoice");
  // A customer whose terms differ from the first is marked by a word.
  await go("/c/1/customers/303");
  await page.getByRole("row", { name: /^Terms\s+Differs/ }).waitFor();
  await look(page, "sides-customer");
  await page.getByRole("link", { name: "Customer Kestrel Motion" }).click();
  await page.getByRole("heading", { name: "As it was last read" }).waitFor();
  assert.equal(await page.getByText("EditSequence").first().isVisible(), false);
  await look(page, "record");
  await page.getByText("Technical", { exact: true }).last().click();
  await page.getByText("EditSequence").first().waitFor();
  assert.deepEqual(faults, []);
});

test("a document's history is one line of time", async () => {
  const { page, faults, go } = await clerk();
  await go("/c/1/invoicing/1031042/history");
  await page.getByText("Created in QuickBooks as SH:1042").first().waitFor();
  await page.getByText("This version of it came from Steelhead").waitFor();
  await look(page, "history-line");
  await page.getByText("Created in QuickBooks as SH:1042").first().click();
  await page.getByRole("link", { name: "The whole visit" }).first().click();
  await page.getByText(/lists; found .*created/).waitFor();
  await page.getByRole("link", { name: "Invoice 1042", exact: true }).first().waitFor();
  await look(page, "visit");
  assert.deepEqual(faults, []);
});

test("the clock icon opens what a read found, with import and ignore beside each", async () => {
  const { page, faults, go } = await clerk();
  await go("/c/1/integrations");
  await page.getByRole("link", { name: /^What visit \d+ found$/ }).last().click();
  await page.getByRole("heading", { name: "What the visit found" }).waitFor();
  await look(page, "found");
  await page.getByRole("link", { name: /^Importable/ }).click();
  const ignore = page.getByRole("button", { name: /^Ignore/ }).first();
  const name = (await ignore.innerText()).replace("Ignore", "").trim();
  await ignore.click();
  await page.getByText("1 record ignored.").waitFor();
  await page.getByRole("link", { name: /^Ignored/ }).click();
  await page.getByRole("link", { name, exact: true }).first().waitFor();
  assert.deepEqual(faults, []);
});

test("activity says what happened, and leads to it", async () => {
  const { page, faults, go } = await clerk();
  await go("/c/1/activity?kind=job&q=1042");
  await page.getByText("created in QuickBooks as SH:1042").waitFor();
  await look(page, "activity-words");
  await page.getByRole("link", { name: "Invoice 1042", exact: true }).click();
  await page.getByRole("heading", { name: /^Invoice 1042/ }).waitFor();
  assert.deepEqual(faults, []);
});

test("connect offers only what is free", async () => {
  const { page, faults, go } = await clerk();
  await go("/c/1/invoicing/1031050/connect?q=1042");
  await page.getByText("SH:1042 belongs to Invoice 1042").waitFor();
  assert.equal(await page.getByRole("button", { name: /^Connect/ }).count(), 0);
  await look(page, "connect");
  assert.deepEqual(faults, []);
});

test("what the building icon says is told to the keyboard and to a finger", async () => {
  const { page, go, faults } = await clerk();
  await go("/c/1/customers");
  const icon = page.getByRole("link", { name: /^History of Kestrel Motion/ });
  const shown = (of) => of.locator(".tip").evaluate((it) => getComputedStyle(it).opacity);
  assert.equal(await shown(icon), "0");
  await icon.focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  assert.equal(await shown(icon), "1", "with the focus of the keyboard");
  const storageState = await page.context().storageState();
  const touch = await openWindow(browser, demo.url, {
    hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 }, storageState,
  });
  await touch.page.goto(new URL("/c/1/customers", demo.url).href);
  const finger = touch.page.getByRole("link", { name: /^History of Kestrel Motion/ });
  assert.equal(await shown(finger), "1", "where nothing hovers");
  assert.match(await finger.innerText(), /last update/);
  assert.deepEqual([...faults, ...touch.faults], []);
});
