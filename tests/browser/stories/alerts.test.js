// Somebody chooses of what to be told, and an administrator adds a webhook and tries it.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow } from "../browser.js";
import { startDemo } from "../demo.js";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const menu = (page) => page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Alerts" }).click();
const mine = (page) => page.locator("section", { has: page.getByRole("heading", { name: "To you, by e-mail" }) });

test("a viewer chooses for herself", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await accept(page, demo.links.viewer);
  await menu(page);
  await page.getByText("No e-mail leaves yet").waitFor();
  await look(page, "alerts");
  await mine(page).getByLabel("Something waits for somebody").check();
  await mine(page).getByLabel("After").fill("8");
  await mine(page).getByLabel("E-mail address").fill("kim at home");
  await page.getByRole("button", { name: "Save alerts" }).click();
  await page.getByText("That is no e-mail address.").waitFor();
  faults.length = 0; // The browser logs the answer's status, 422.
  await look(page, "alerts-wrong");
  assert.equal(await mine(page).getByLabel("After").inputValue(), "8");
  await mine(page).getByLabel("E-mail address").fill("kim@shop.example");
  await page.getByRole("button", { name: "Save alerts" }).click();
  await page.getByText("Saved. From now on you are told.").waitFor();
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("The test did not reach kim@shop.example: this server knows no mail server").waitFor();
  assert.equal(await page.getByRole("heading", { name: "To other programs, by webhook" }).count(), 0);
  assert.deepEqual(faults, []);
});

test("an administrator adds a webhook, by keyboard, and this machine is not called", async () => {
  let calls = 0;
  const server = createServer((_, answer) => { calls += 1; answer.end(); }).listen(0, "127.0.0.1");
  const { page, faults } = await openWindow(browser, demo.url);
  await accept(page, demo.links.administrator);
  await menu(page);
  await page.locator("summary", { hasText: "Add a webhook" }).focus();
  await page.keyboard.press("Enter");
  const added = page.locator("#webhooks details", { hasText: "Add a webhook" });
  await added.getByLabel("QuickBooks holds another amount than Steelhead").check();
  await added.getByLabel("Address of the webhook").fill(`https://127.0.0.1:${server.address().port}/`);
  await added.getByRole("button", { name: "Add the webhook" }).click();
  await page.getByText("Its address is not of the open internet.").waitFor();
  faults.length = 0;
  await look(page, "alerts-webhook-wrong");
  // A name that stands for this machine is found out when it is called.
  await added.getByLabel("Address of the webhook").fill(`https://localhost:${server.address().port}/hook`);
  await added.getByRole("button", { name: "Add the webhook" }).click();
  await page.getByText("This page shows it only once.").waitFor();
  assert.match(await page.locator("#webhook-secret").innerText(), /^whsec_/);
  await look(page, "alerts-webhook-added");
  await page.getByRole("button", { name: "Send a test to https" }).click();
  await page.getByText("The test did not reach localhost: its address is not of the open internet.").waitFor();
  await page.getByRole("button", { name: "Remove https" }).click();
  await page.getByText("The webhook is removed.").waitFor();
  assert.equal(calls, 0);
  server.close();
  assert.deepEqual(faults, []);
});
