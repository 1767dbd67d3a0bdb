// A clerk imports what the bookkeeper entered: finds it, ignores some, takes newer data over.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow } from "../browser.js";
import { startDemo } from "../demo.js";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const rows = (page) => page.locator("table.records tbody tr");

// Chooses an object, and waits until its records are there.
const choose = async (page, object) => {
  await page.getByLabel("Object", { exact: true }).selectOption(object);
  await page.locator(`.tabs a[href*="object=${object}"]`).first().waitFor();
};

test("a clerk imports in bulk, ignores, and takes newer data over", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await accept(page, demo.links.administrator);
  await page.getByRole("link", { name: "Integrations" }).first().click();
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Imports" }).click();
  await page.getByLabel("Items into Part Numbers Filter").fill("Service");
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("Saved: 1 setting changed.").waitFor();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Imports", exact: true }).click();
  await page.getByRole("heading", { name: "Imports" }).waitFor();

  await choose(page, "customer");
  await choose(page, "partNumber");
  await page.locator("caption", { hasText: "Part numbers" }).waitFor({ state: "attached" });
  const count = await rows(page).count();
  assert.ok(count > 2);
  await look(page, "imports");

  const name = await rows(page).nth(1).getByRole("link").innerText();
  await page.getByLabel("Search", { exact: true }).fill(name.slice(0, 6).toUpperCase());
  await page.waitForURL(/q=/);
  await rows(page).nth(count - 1).waitFor({ state: "detached" });
  await page.getByRole("button", { name: `Ignore ${name}` }).click();
  await page.getByText("1 record ignored").waitFor();
  await page.getByLabel("Search", { exact: true }).fill("");
  await rows(page).nth(count - 2).waitFor();
  assert.equal(await rows(page).count(), count - 1);

  await page.getByRole("link", { name: /^Ignored/ }).click();
  await page.getByRole("button", { name: `Un-ignore ${name}` }).click();
  await page.getByText("Nothing is ignored").waitFor();
  await look(page, "imports-empty");
  await page.getByRole("link", { name: /^Importable/ }).click();
  assert.equal(await rows(page).count(), count);

  const importButton = page.locator(".bulk").getByRole("button", { name: "Import", exact: true });
  assert.ok(await importButton.isDisabled(), "nothing is selected");
  await page.getByLabel("Select all on this page").check();
  await page.getByText(`${count} selected`).waitFor();
  await page.getByLabel(`Select ${name}`).uncheck();
  await page.getByText(`${count - 1} selected`).waitFor();
  await page.locator("summary", { hasText: "Bulk Import" }).click();
  await page.getByText(`This will import ${count} records`).waitFor();
  await look(page, "imports-bulk");
  await page.locator("summary", { hasText: "Bulk Import" }).click();
  await importButton.click();
  await page.getByText(`${count - 1} records imported.`).waitFor();
  await page.locator("summary", { hasText: "Bulk Import" }).click();
  await page.getByRole("button", { name: "Import all 1" }).click();
  await page.getByText("Everything is imported").waitFor();

  await page.getByRole("link", { name: "For Steelhead" }).click();
  await look(page, "taken");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Download what/ }).last().click();
  assert.match((await saved).suggestedFilename(), /^lakeside-imported-.*\.json$/);

  // The bookkeeper changed a customer's address.
  await page.getByRole("link", { name: "Imports", exact: true }).first().click();
  await choose(page, "customer");
  await page.getByRole("link", { name: /^Updates/ }).click();
  await rows(page).first().waitFor();
  await look(page, "imports-updates");
  const updates = await rows(page).count();
  const first = rows(page).first();
  assert.ok(await first.locator("del").count() > 0 && await first.locator("ins").count() > 0);
  await first.getByRole("link").first().click();
  await page.getByText("The document has").waitFor();
  await look(page, "record-update");
  await page.getByRole("button", { name: "Update", exact: true }).click();
  await page.getByText("1 document updated.").waitFor();
  await page.getByText("the same on both sides").waitFor();
  await page.getByRole("button", { name: /^Archive/ }).click();
  await page.getByText("The connection is archived").waitFor();
  await page.getByRole("button", { name: /^Restore/ }).click();
  await page.getByText("The connection is restored.").waitFor();

  await page.getByRole("link", { name: "Imports", exact: true }).first().click();
  await choose(page, "customer");
  await page.getByRole("link", { name: /^All/ }).click();
  await look(page, "imports-all");
  await page.getByRole("link", { name: /^Updates/ }).click();
  assert.equal(await rows(page).count(), updates - 1);
  assert.deepEqual(faults, []);
});

test("why something is not importable, and what an import would make", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await accept(page, demo.links.viewer);
  await page.goto(new URL("/c/1/imports?object=customer&is=filtered", demo.url).href);
  await page.getByText("is inactive in QuickBooks").first().waitFor();
  assert.equal(await page.getByRole("button", { name: /Import|Ignore/ }).count(), 0);
  await look(page, "imports-filtered");
  await page.goto(new URL("/c/1/imports?object=customer", demo.url).href);
  await rows(page).first().getByRole("link").click();
  await page.getByText("The document that an import makes").waitFor();
  await page.locator("summary", { hasText: /^Technical$/ }).click();
  await look(page, "record");
  assert.deepEqual(faults, []);
});

test("without JavaScript everything is there", async () => {
  const { page } = await openWindow(browser, demo.url, { javaScriptEnabled: false });
  await accept(page, demo.links.clerk);
  await page.goto(new URL("/c/1/imports?object=customer", demo.url).href);
  await page.getByLabel("Object", { exact: true }).selectOption("invoiceTerms");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/object=invoiceTerms/);
  const name = await rows(page).first().getByRole("link").innerText();
  await page.getByLabel(`Select ${name}`).check();
  await page.locator(".bulk").getByRole("button", { name: "Ignore", exact: true }).click();
  await page.getByText("1 record ignored").waitFor();
});
