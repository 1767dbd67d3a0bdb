// The month's end: is what QuickBooks holds what was billed? A price per thousand, a bill number that was used again,
// an invoice that is held, and a number that both sides have changed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow } from "../browser.js";
import { startDemo } from "../demo.js";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

test("the bookkeeper reconciles a month, and a clerk decides what both sides have changed", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await accept(page, demo.links.clerk);
  const reconcile = (from, to) => page.goto(new URL(`/c/1/reconcile?from=${from}&to=${to}`, demo.url).href);

  await page.getByRole("link", { name: "Reconcile", exact: true }).click();
  await page.getByRole("heading", { name: "Reconcile" }).waitFor();
  await reconcile("2026-04-01", "2026-04-30");
  await page.getByText(/^\d+ transactions: \d+ differ\.$/).waitFor({ timeout: 15_000 });
  await look(page, "reconcile");

  // 12,500 pieces at 38.50 per thousand are booked as 481.25, and both sides agree.
  await page.getByLabel("Search").fill("1143");
  await page.getByRole("button", { name: "Show" }).click();
  const invoice = page.locator("tr", { has: page.getByRole("link", { name: "Invoice 1143" }) });
  await invoice.getByText("Agrees").waitFor();
  await invoice.getByRole("link").click();
  await page.getByRole("cell", { name: "481.25" }).waitFor();
  await page.getByText("Open", { exact: true }).waitFor();
  await look(page, "reconcile-invoice");

  // The vendor's new bill has the number of the one of March: both are in QuickBooks.
  await reconcile("2026-03-01", "2026-04-30");
  await page.getByLabel("Search").fill("262034");
  await page.getByRole("button", { name: "Show" }).click();
  for (const [bill, amount] of [["Bill 1801", "1,192.00"], ["Bill 1912", "88.25"]]) {
    const row = page.locator("tr", { has: page.getByRole("link", { name: bill }) });
    await row.getByText("Agrees").waitFor();
    assert.equal(await row.getByRole("cell", { name: amount, exact: true }).count() >= 2, true, bill);
  }

  // Another invoice has the number of 1043, with another amount: it is held, and not green.
  await page.getByLabel("Search").fill("SH:1043");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("QuickBooks already has an invoice SH:1043 (2026-03-05, 448.50").waitFor();
  await page.getByRole("link", { name: "Invoice 1043", exact: true }).click();
  await page.locator(".card.fault").getByText("2026-03-05, 448.50").waitFor();

  const [file] = await Promise.all([
    page.waitForEvent("download"),
    reconcile("2026-04-01", "2026-04-30").then(() => page.getByRole("button", { name: "Download CSV" }).click()),
  ]);
  const rows = readFileSync(await file.path(), "utf8").split("\r\n");
  assert.ok(rows.some((row) => row.startsWith("invoice,1032043,Invoice 1143,SH:1143,Versailles Wire Co,,Agrees,")), rows[1]);

  // Both sides have changed a phone number: the clerk sees both, and takes QuickBooks'.
  await page.goto(new URL("/c/1/customers/341", demo.url).href);
  const news = page.locator("#update");
  await news.getByText("937-555-0277").waitFor();
  await news.getByText("937-555-0299").waitFor();
  await look(page, "conflict");
  await news.getByRole("button", { name: /Update/ }).first().click();
  await news.getByText("937-555-0299").waitFor({ state: "detached" });
  await page.reload();
  assert.equal(await page.getByText("937-555-0299").count(), 0, "the page shows what was taken over");
  assert.deepEqual(faults, []);
});
