// Somebody new sets a company file up on one page: each step ticks by itself, and leads to the first plan.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { look, openBrowser, openWindow } from "../browser.js";
import { fixtures, startShop } from "../shop.js";

let shop, browser, page, faults, qwc, password;
before(async () => {
  shop = await startShop();
  browser = await openBrowser();
  ({ page, faults } = await openWindow(browser, shop.url, { permissions: ["clipboard-read", "clipboard-write"] }));
});
after(async () => { await browser?.close(); await shop?.stop(); });

const step = (name) => page.locator("li.card", { has: page.getByRole("heading", { name }) });
const done = (name) => step(name).getByText("Done:").waitFor({ state: "attached", timeout: 15_000 });

test("whoever signs up is led from step to step", async () => {
  const told = await shop.command("user", "add", "ann@lakeside.test", "--role", "administrator", "--domain", "lakeside", "--url", shop.url);
  await page.goto(told.match(/http:\S+/)[0]);
  await page.getByLabel("Password").fill("a long enough secret");
  await page.getByLabel("Type it again").fill("a long enough secret");
  await page.getByRole("button", { name: "Set password and sign in" }).click();
  await page.getByRole("link", { name: "Set up the first one" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Lakeside Plating");
  await page.getByRole("button", { name: "Add the company file" }).click();
  await page.getByRole("button", { name: "Copy the password" }).click();
  await page.getByRole("button", { name: "Copied the password" }).waitFor();
  password = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(password, /^\w{6}(-\w{6}){3}$/);
  await look(page, "company-file-copied");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download .qwc" }).click();
  qwc = join(shop.folder, "lakeside.qwc");
  await (await saved).saveAs(qwc);
  await page.getByRole("link", { name: "Next: connect QuickBooks" }).click();
  await page.getByText("2 of 8 steps done").waitFor();
  await look(page, "set-up-begun");
  await shop.visit(qwc, password);
  await done("First visit");
});

test("accounts, filters and documents are chosen there", async () => {
  const account = page.getByLabel("Income Account for New Part Numbers");
  await account.selectOption("Plating Income");
  await page.getByRole("button", { name: "Save accounts" }).click();
  await done("Accounts");
  assert.equal(await account.inputValue(), "Plating Income");
  await page.getByLabel("Items into Part Numbers Filter").fill("Service");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText(/^\d+ of \d+ records pass\.$/).waitFor();
  assert.equal(await step("What is imported").getByText("Done:").count(), 0, "a preview keeps nothing");
  await page.getByRole("button", { name: "Save filters" }).click();
  await done("What is imported");

  const broken = join(shop.folder, "broken.json");
  writeFileSync(broken, '[{"object": "vendor", "id": 1');
  await page.getByLabel("File of documents").setInputFiles(broken);
  await page.getByRole("button", { name: "Upload documents" }).click();
  await page.getByText("Nothing was kept.").waitFor();
  faults.length = 0; // The browser logs the answer's status, 422.
  await look(page, "set-up-wrong-file");
  await page.getByLabel("File of documents").setInputFiles(join(fixtures, "documents/invoices.json"));
  await page.getByRole("button", { name: "Upload documents" }).click();
  await page.getByText(/^invoices\.json \d+ new, 0 changed/).waitFor();
  await done("Documents of Steelhead");
  await page.getByText("6 of 8 steps done").waitFor();
  await look(page, "set-up-loaded");
  await page.getByRole("link", { name: "Open the plan" }).click();
  await page.getByRole("heading", { name: "Plan", exact: true }).waitFor();
  assert.deepEqual(faults, []);
});

test("without JavaScript all of it works as well", async () => {
  const plain = await openWindow(browser, shop.url, { javaScriptEnabled: false });
  await plain.page.goto(new URL("/sign-in", shop.url).href);
  await plain.page.getByLabel("Name or e-mail").fill("ann@lakeside.test");
  await plain.page.getByLabel("Password").fill("a long enough secret");
  await plain.page.getByRole("button", { name: "Sign in" }).click();
  await plain.page.goto(new URL("/c/1/set-up", shop.url).href);
  assert.equal(await plain.page.getByRole("button", { name: /^Copy/ }).count(), 0, "nothing that does not work is shown");
  await plain.page.getByLabel("File of documents").setInputFiles(join(fixtures, "documents/vendors.json"));
  await plain.page.getByRole("button", { name: "Upload documents" }).click();
  await plain.page.getByText(/^vendors\.json \d+ new, 0 changed/).waitFor();
  await plain.page.goto(new URL("/c/1/integrations/settings", shop.url).href);
  await plain.page.getByRole("link", { name: "Accounts" }).click();
  await plain.page.getByRole("group", { name: "Accounts" }).waitFor();
});
