// A clerk works in a list: selects rows, plays and takes back, and stays where she was.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow, signIn } from "../browser.js";
import { startDemo } from "../demo.js";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const at = (path) => new URL(path, demo.url).href;

test("after a click she is where she was, sees what it did, and takes it back", async () => {
  const { page, faults } = await openWindow(browser, demo.url, { viewport: { width: 1280, height: 500 } });
  await accept(page, demo.links.clerk);
  await page.goto(at("/c/1/bills?sort=0"));
  const play = page.getByRole("button", { name: "Play Bill 1805" });
  await play.scrollIntoViewIfNeeded();
  const scroll = await page.evaluate(() => scrollY);
  assert.ok(scroll > 200, "the bill is far down the page");
  await play.focus();
  await page.keyboard.press("Enter");
  const said = page.getByRole("status").filter({ hasText: "Bill 1805 queued." });
  await said.waitFor();
  await page.locator("tr.flash", { hasText: "1805" }).waitFor();
  assert.equal(await page.evaluate(() => scrollY), scroll);
  const row = await page.evaluate(() => document.activeElement.closest("tr")?.id);
  assert.equal(row, await page.locator("tr", { hasText: "1805" }).getAttribute("id"), "the focus is in its row");
  assert.equal(await said.getByRole("link", { name: "View" }).getAttribute("href"), `/c/1/bills/${row.replace("row-", "")}`);
  await look(page, "list-after-click");
  await page.setViewportSize({ width: 1280, height: 500 });
  await said.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Bill 1805 was taken out of the queue.").waitFor();
  assert.equal(new URL(page.url()).search, "?sort=0", "the list is as it was");
  // A row that leaves the list makes way for the next one, which has the focus.
  await page.goto(at("/c/1/bills?is=Rejected&sort=0"));
  const rows = await page.locator("tbody tr").count();
  await page.locator("button.tool.play").first().focus();
  await page.keyboard.press("Enter");
  await page.getByText("queued.").waitFor();
  assert.equal(await page.locator("tbody tr").count(), rows - 1);
  assert.ok(await page.evaluate(() => document.activeElement.closest("tbody tr") !== null));
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("was taken out of the queue").waitFor();
  assert.deepEqual(faults, []);
});

test("rows are selected, played and settled; all with one reason, too", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, "demo-clerk");
  await page.goto(at("/c/1/invoicing?is=Rejected"));
  assert.equal(await page.getByRole("button", { name: "Play", exact: true }).count(), 0, "nothing is selected yet");
  await page.getByLabel("Select all on this page").check();
  const rows = await page.locator("tbody tr").count();
  await page.getByText(`${rows} selected`).waitFor();
  await page.locator("tbody input[type=checkbox]").first().uncheck();
  await page.getByText(`${rows - 1} selected`).waitFor();
  await look(page, "list-selected");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.getByText(`${rows - 1} documents queued.`).waitFor();
  assert.ok(await page.evaluate(() => location.search === "?is=Rejected"));
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText(`${rows - 1} documents were taken out of the queue.`).waitFor();

  // What was rejected is rejected again.
  assert.equal(await page.locator("tbody tr").count(), rows);
  await page.getByText("Why, by reason").click();
  const reason = page.getByRole("link", { name: /^The quantity of/ });
  const count = Number(await reason.locator("span").textContent());
  await reason.click();
  await page.waitForURL("**why=**");
  assert.equal(await page.locator("tbody tr").count(), count);
  await look(page, "list-reason");
  await page.getByLabel("With which documents").selectOption("page");
  await page.getByRole("button", { name: "Settle…" }).click();
  await page.getByRole("heading", { name: new RegExp(`^${count} documents`) }).waitFor();
  await look(page, "settle-chosen");
  await page.getByLabel("Why, for whoever asks later").fill("Booked by hand in March");
  await page.getByRole("button", { name: `Settle ${count} documents` }).click();
  await page.getByText(`${count} documents settled by hand.`).waitFor();

  const download = page.waitForEvent("download");
  await page.goto(at("/c/1/invoicing?is=Settled+by+hand"));
  await page.getByRole("button", { name: "Download CSV" }).click();
  const text = readFileSync(await (await download).path(), "utf8");
  assert.equal(text.trim().split("\r\n").length, count + 1);
  assert.match(text, /Booked by hand in March/);
  await page.getByLabel("Select all on this page").check();
  await page.getByRole("button", { name: "Settle no longer" }).click();
  await page.getByText(`${count} documents taken back.`).waitFor();
  assert.deepEqual(faults, []);
});

test("pages are jumped to, days chosen, and all of it works without a script", async () => {
  const { page } = await openWindow(browser, demo.url, { javaScriptEnabled: false });
  await signIn(page, demo.url, "demo-clerk");
  await page.goto(at("/c/1/invoicing?sort=0"));
  await page.getByLabel("Rows").selectOption("25");
  await page.getByRole("button", { name: "Go" }).click();
  await page.getByLabel("Page", { exact: true }).fill("3");
  await page.getByRole("button", { name: "Go" }).click();
  await page.waitForURL("**page=3**");
  assert.match(page.url(), /sort=0/);
  assert.ok(await page.locator("tbody tr").count() <= 25);
  await page.getByLabel("From").fill("2026-03-03");
  await page.getByLabel("to", { exact: true }).fill("2026-03-05");
  await page.getByRole("button", { name: "Search" }).click();
  await page.waitForURL("**to=2026-03-05**");
  assert.match(page.url(), /sort=0.*per=25|per=25.*sort=0/);
  const days = await page.locator("td.date").allTextContents();
  assert.ok(days.length > 0 && days.every((day) => day >= "2026-03-03" && day <= "2026-03-05"), days.join());
  await page.getByLabel("Select Invoice 1043").check();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.getByText("Invoice 1043 queued.").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Invoice 1043 was taken out of the queue.").waitFor();
  await page.goto(at("/c/1/invoicing?from=2026-03-05&to=2026-03-01"));
  await page.getByText("The first day is after the last one.").waitFor();
});

test("anything is found from anywhere by the keyboard, and without a script", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, "demo-clerk");
  await page.goto(at("/c/1/plan"));
  await page.keyboard.press("/");
  await page.keyboard.type("sh:1042");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/search?q=sh%3A1042");
  await page.getByRole("heading", { name: /^QuickBooks: Invoice/ }).waitFor();
  await look(page, "search");
  await page.getByLabel("What to look for").focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Invoice 1042");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "SH:1042");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Invoice 1042" }).waitFor();
  await page.getByLabel("Find anything").fill("no such thing");
  await page.keyboard.press("Enter");
  await page.getByText("Nothing matches").waitFor();
  await look(page, "search-nothing");
  assert.deepEqual(faults, []);
  const plain = await openWindow(browser, demo.url, { javaScriptEnabled: false });
  await signIn(plain.page, demo.url, "demo-clerk");
  await plain.page.getByLabel("Find anything").fill("2026-04");
  await plain.page.getByLabel("Find anything").press("Enter");
  await plain.page.getByRole("link", { name: /^All \d+ in Invoicing/ }).click();
  await plain.page.waitForURL("**/invoicing?q=2026-04");
});

test("a list is kept under a name, and forgotten", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, "demo-clerk");
  await page.goto(at("/c/1/invoicing?q=dunmore&is=Rejected"));
  await page.getByText("Kept lists").click();
  await page.getByLabel("Name", { exact: true }).fill("Dunmore, rejected");
  await page.getByRole("button", { name: "Keep this list in this browser" }).click();
  await look(page, "list-kept");
  await page.goto(at("/c/1/invoicing"));
  await page.getByText("Kept lists").click();
  await page.getByRole("link", { name: "Dunmore, rejected" }).click();
  await page.waitForURL("**/invoicing?q=dunmore&is=Rejected");
  await page.getByText("Kept lists").click();
  await page.getByRole("button", { name: "Forget Dunmore, rejected" }).click();
  assert.equal(await page.getByRole("link", { name: "Dunmore, rejected" }).count(), 0);
  assert.deepEqual(faults, []);
});

test("the search names its key where there are keys, and none on a phone", async () => {
  // One sign-in for both: attempts are counted.
  const { page, context } = await openWindow(browser, demo.url);
  await accept(page, demo.links.viewer);
  const storageState = await context.storageState();
  const hint = async (options) => {
    const window = await openWindow(browser, demo.url, { storageState, ...options });
    await window.page.goto(at("/c/1/todo"));
    return window.page.locator("#find").getAttribute("placeholder");
  };
  assert.equal(await hint({}), "Find anything: press /");
  assert.equal(await hint({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } }), "Find anything");
});
