// A clerk opens Invoicing, understands what was rejected, mends it, plays, double plays, and reads the history.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow, signIn } from "../browser.js";
import { startDemo } from "../demo.js";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

// The preview comes by itself after the page.
const preview = (page) => page.locator("#preview .step, #preview .notice").first().waitFor();

test("a rejection is understood, mended and played again", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await accept(page, demo.links.clerk);
  await page.getByRole("link", { name: "Invoicing" }).click();
  await page.getByRole("heading", { name: "Invoicing" }).waitFor();
  await look(page, "invoicing");
  await page.getByRole("link", { name: /^Rejected/ }).click();
  await page.waitForURL("**is=Rejected**");
  const number = await page.locator("td.first a").first().textContent();
  await look(page, "invoicing-rejected");

  await page.locator("td.first a").first().click();
  await page.getByRole("heading", { level: 1, name: `Invoice ${number}` }).waitFor();
  await preview(page);
  await look(page, "invoice-rejected");
  const invoice = page.url();
  await page.getByRole("link", { name: /^About/ }).click();
  await page.getByText(/What to do|Holds when/).first().waitFor();
  await look(page, "error-code");
  await page.goto(invoice);
  await page.getByRole("link", { name: "Connect to a record…" }).first().click();
  await page.getByRole("heading", { name: `Connect Invoice ${number}` }).waitFor();
  await look(page, "connect");
  await page.goto(invoice);
  await page.getByRole("button", { name: "Play again" }).click();
  await page.getByText(`Invoice ${number} queued.`).waitFor();
  await page.getByText("But as things stand it will be rejected").waitFor();
  await page.locator("h1 .pill", { hasText: "Will be rejected" }).waitFor();
  await look(page, "invoice-doubtful");
  await page.getByRole("button", { name: "Take back from the queue" }).click();
  await page.getByText("was taken out of the queue").waitFor();
  assert.deepEqual(faults, []);
});

test("double play says what it takes, and takes it once", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, "demo-clerk");
  await page.getByRole("link", { name: "Bills" }).click();
  await page.getByRole("link", { name: /^Play all that are not done/ }).click();
  const button = page.getByRole("button", { name: /^Play \d+ documents all the same$/ });
  await button.waitFor();
  await look(page, "double-play");
  const other = await openWindow(browser, demo.url);
  await signIn(other.page, demo.url, "demo-clerk");
  await other.page.goto(page.url());
  await button.click();
  await page.getByText(/\d+ documents queued\./).waitFor();
  await look(page, "bills");
  // Somebody who looked at it before changes nothing.
  await other.page.getByRole("button", { name: /^Play \d+ documents all the same$/ }).click();
  await other.page.getByText("nothing was queued").waitFor();
  assert.deepEqual(faults, []);
});

test("an invoice that is synced shows its record and its history", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, "demo-clerk");
  await page.goto(new URL("/c/1/invoicing?is=Synced&sort=0&down=1", demo.url).href);
  await page.locator("td.first a").first().click();
  await preview(page);
  await page.locator("details.fold summary").click();
  await look(page, "invoice");
  await page.getByRole("link", { name: "History" }).click();
  await page.locator("summary").first().click();
  await page.locator(".qbxml").first().waitFor();
  await look(page, "history");
  await page.getByRole("button", { name: "Archive" }).first().click();
  await page.getByText("Archived. You find it").waitFor();
  await page.getByRole("link", { name: "Archived" }).click();
  await page.locator("summary").first().click();
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByText("It is in the history again.").waitFor();
  assert.deepEqual(faults, []);
});

test("newer data of QuickBooks is a red dot, and is taken over", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, "demo-clerk");
  await page.getByRole("link", { name: "Customers" }).click();
  await page.getByRole("link", { name: /newer data for Apex/ }).waitFor();
  await look(page, "customers");
  await page.getByRole("link", { name: /newer data for Apex/ }).click();
  await preview(page);
  await look(page, "customer-update");
  await page.getByRole("button", { name: "Update from QuickBooks" }).click();
  await page.getByText("now has QuickBooks’ data").waitFor();
  await page.getByRole("button", { name: "Archive connection" }).click();
  await page.getByText("The connection is archived").waitFor();
  await page.getByRole("button", { name: "Restore connection" }).click();
  await page.getByText("The connection is restored").waitFor();
  assert.deepEqual(faults, []);
});

test("a create is shown element by element, with its rules", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await signIn(page, demo.url, "demo-clerk");
  await page.goto(new URL("/c/1/customers?is=Rejected", demo.url).href);
  await page.locator("td.first a").first().click();
  await preview(page);
  for (const list of ["vendors", "part-numbers", "products", "terms"]) {
    await page.goto(new URL(`/c/1/${list}`, demo.url).href);
    await page.locator("h1").waitFor();
    await look(page, list);
  }
  assert.deepEqual(faults, []);
});

test("a viewer looks and presses nothing; without JavaScript all is there", async () => {
  const viewer = await openWindow(browser, demo.url);
  await accept(viewer.page, demo.links.viewer);
  await viewer.page.goto(new URL("/c/1/invoicing", demo.url).href);
  assert.equal(await viewer.page.getByRole("button", { name: /Play|Archive/ }).count(), 0);
  const { page } = await openWindow(browser, demo.url, { javaScriptEnabled: false });
  await signIn(page, demo.url, "demo-clerk");
  await page.goto(new URL("/c/1/invoicing?is=Rejected", demo.url).href);
  await page.getByLabel("Search Invoicing").fill("kestrel");
  await page.getByRole("button", { name: "Search" }).click();
  await page.waitForURL("**q=kestrel**");
  await page.goto(new URL("/c/1/invoicing?is=Rejected", demo.url).href);
  await page.locator("td.first a").first().click();
  await page.getByRole("link", { name: "See it before it is sent" }).click();
  await page.locator(".step").first().waitFor();
});
