// A clerk works on several things at once: imports a selection, saves tables, plays steps of the plan, connects and archives; with the keyboard too.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { accept, look, openBrowser, openWindow } from "../browser.js";
import { binary, root, startDemo } from "../demo.js";

let demo, browser, page, faults;
before(async () => {
  demo = await startDemo();
  browser = await openBrowser();
  ({ page, faults } = await openWindow(browser, demo.url));
  await accept(page, demo.links.clerk);
});
after(async () => { await browser?.close(); await demo?.stop(); });

const at = (path) => new URL(path, demo.url).href;
const table = async (press) => {
  const download = page.waitForEvent("download");
  await press();
  return readFileSync(await (await download).path(), "utf8").replace(/^\uFEFF/, "").trim().split("\r\n");
};
const save = () => page.getByRole("button", { name: "Download CSV" }).click();

test("a selection is imported with the keyboard, and the list is saved", async () => {
  await page.goto(at("/c/1/imports?object=vendor"));
  const boxes = page.locator("tbody input[type=checkbox]");
  await boxes.first().waitFor();
  const count = await boxes.count();
  const [head, ...all] = await table(save);
  assert.match(head, /^Name,Type,State/);
  assert.ok(all.length >= count);
  await boxes.nth(0).focus();
  await page.keyboard.press("Space");
  await boxes.nth(1).focus();
  await page.keyboard.press("Space");
  await page.getByText("2 selected").waitFor();
  assert.equal((await table(save)).length, 3, "the head and what is selected");
  await look(page, "imports-selected");
  await page.getByRole("button", { name: "Import", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("2 records imported.").waitFor();
  assert.equal(await boxes.count(), count - 2);
  assert.deepEqual(faults, []);
});

test("steps of the plan are selected and played, and the plan is saved", async () => {
  await page.goto(at("/c/1/plan"));
  await page.locator(".step").first().waitFor({ timeout: 15_000 });
  assert.match((await table(save))[0], /^What is done,Object,Document/);
  const file = join(demo.folder, "new.json");
  const customer = (id, name) => ({ object: "customer", id, idInDomain: id, name });
  writeFileSync(file, JSON.stringify([customer(9001, "Quarry Road Plating"), customer(9002, "Sandusky Springs")]));
  await promisify(execFile)(binary, ["load", file, "--database", join(demo.folder, "ferrule.db")], { cwd: root });
  await page.goto(at("/c/1/plan?object=customer"));
  const pick = page.getByLabel('Select Customer “Sandusky Springs”');
  await pick.waitFor({ timeout: 15_000 });
  assert.equal(await page.getByRole("button", { name: "Play those selected" }).count(), 1);
  await pick.focus();
  await page.keyboard.press("Space");
  await page.getByText("1 selected").waitFor();
  await look(page, "plan-selected");
  await page.getByRole("button", { name: "Play those selected" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("The document queued.").waitFor();
  await page.goto(at("/c/1/activity?kind=visit"));
  const rows = await page.locator("table.events tbody tr").count();
  assert.equal((await table(save)).length, rows + 1);
  await page.getByLabel("Rows").selectOption("25");
  await page.getByRole("button", { name: "Go" }).click();
  await page.waitForURL("**per=25**");
  assert.deepEqual(faults, []);
});

test("connections are archived after a question, stand in the history, and are connected again together", async () => {
  await page.goto(at("/c/1/customers?is=Synced&sort=0"));
  const boxes = page.locator("tbody input[type=checkbox]");
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByRole("button", { name: "Archive connections…" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "2 documents" }).waitFor();
  await look(page, "archive-chosen");
  await page.getByRole("button", { name: "Archive the connections of 2 documents" }).click();
  await page.getByText("2 connections archived.").waitFor();
  const first = page.locator("tbody tr").first();
  await first.locator("a.tipped").click();
  await page.getByText("demo-clerk archived connections of it and 1 other").waitFor();
  await page.goto(at("/c/1/customers?is=Synced&sort=0"));
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByRole("button", { name: "Connect…" }).click();
  await page.getByRole("heading", { name: "Connect several" }).waitFor();
  await page.getByText("2 selected").waitFor();
  await look(page, "connect-chosen");
  await page.getByRole("button", { name: "Connect those selected" }).click();
  await page.getByText("2 documents connected.").waitFor();
  assert.deepEqual(faults, []);
});
