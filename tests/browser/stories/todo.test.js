// Monday morning: what waits is there, by cause and with its money; somebody gets it, some is put off, and the rest is
// worked off. All of it by keyboard or without a script, too.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow, signIn } from "../browser.js";
import { startDemo } from "../demo.js";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const waits = async (page) => Number(await page.locator("#waits").innerText());

test("what waits is counted, has its button, and somebody looks after it", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await accept(page, demo.links.clerk);
  await page.getByRole("heading", { name: "To do" }).waitFor();
  await page.getByText(/^\d+ things wait for somebody, [\d,]+\.\d\d in all$/).waitFor();
  const before = await waits(page);
  assert.ok(before > 10, `${before} wait`);
  assert.equal(await page.title(), `(${before}) To do · Ferrule`);
  await look(page, "todo");
  await page.getByRole("link", { name: /^Rejected by the rules/ }).click();
  assert.equal(new URL(page.url()).hash, "#rejected");

  // Two invoices with the same fault lie together. They are the clerk's, with a note, and put off.
  const heap = page.locator(".heap", { hasText: "The quantity of" });
  await heap.locator("summary").click();
  await heap.getByLabel("Who looks after it").selectOption("demo-clerk");
  await heap.getByLabel("Note").fill("asked the shop");
  await look(page, "todo-open");
  await heap.getByRole("button", { name: "Note it" }).click();
  await page.getByText("Noted: 2 things for demo-clerk.").waitFor();
  await heap.getByText("“asked the shop”").waitFor();
  await page.getByRole("link", { name: "Mine" }).click();
  await page.getByText(/^2 things wait for somebody/).waitFor();
  await page.getByRole("link", { name: "Everybody’s" }).click();
  await heap.locator("summary").click();
  await heap.getByLabel("Put off").selectOption("For a week");
  await heap.getByRole("button", { name: "Note it" }).click();
  await page.getByText("Put off until").waitFor();
  assert.equal(await waits(page), before - 2);
  await look(page, "todo-put-off");
  await page.getByRole("button", { name: /^Bring back/ }).first().click();
  await page.getByText("Noted: 1 thing").waitFor();
  assert.equal(await waits(page), before - 1);
  assert.deepEqual(faults, []);
});

test("one thing is worked off with the keyboard alone, and another window counts down by itself", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, "demo-clerk");
  const other = await openWindow(browser, demo.url);
  await signIn(other.page, demo.url, "demo-clerk");
  await other.page.goto(new URL("/c/1/customers", demo.url).href);
  const before = await waits(page);
  await page.getByRole("link", { name: /^See the updates/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Imports" }).waitFor();
  await page.getByRole("button", { name: /^Update / }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByText("1 document updated").waitFor();
  await page.goto(new URL("/c/1/todo", demo.url).href);
  await page.waitForFunction((expected) => Number(document.querySelector("#waits").textContent) === expected, before - 1);
  await other.page.waitForFunction((expected) => Number(document.querySelector("#waits").textContent) === expected && document.title.startsWith(`(${expected}) `), before - 1);
  assert.deepEqual([faults, other.faults], [[], []]);
});

test("without JavaScript all is there, and a viewer presses nothing", async () => {
  const { page } = await openWindow(browser, demo.url, { javaScriptEnabled: false });
  await accept(page, demo.links.viewer);
  await page.getByRole("heading", { name: "To do" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /Play|Note it|Bring back/ }).count(), 0);
  await page.getByRole("link", { name: /^Choose it here/ }).click();
  assert.equal(new URL(page.url()).hash, "#income_account");
});
