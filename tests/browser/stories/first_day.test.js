// From nothing: an administrator lets herself in, connects a company file, reads, imports, plays, mends what is
// rejected, decides a conflict, and lets somebody else look.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { look, openBrowser, openWindow } from "../browser.js";
import { fixtures, startShop } from "../shop.js";

let shop, browser, page, faults, qwc, password;
before(async () => {
  shop = await startShop();
  browser = await openBrowser();
  ({ page, faults } = await openWindow(browser, shop.url));
});
after(async () => { await browser?.close(); await shop?.stop(); });

const documents = (file) => JSON.parse(readFileSync(join(fixtures, "documents", file), "utf8"));
const go = (path) => page.goto(new URL(path, shop.url).href);
const visit = () => shop.visit(qwc, password);
const main = () => page.locator("main");
const menu = (name) => page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
const pill = (word) => page.locator("h1 .pill", { hasText: word }).waitFor({ timeout: 15_000 });
const preview = () => page.locator("#preview .step, #preview .notice").first().waitFor();

async function setPassword(window, link) {
  await window.goto(link);
  await window.getByLabel("Password").fill("a long enough secret");
  await window.getByLabel("Type it again").fill("a long enough secret");
  await window.getByRole("button", { name: "Set password and sign in" }).click();
}

test("the first person, the first company file, the connection", async () => {
  const told = await shop.command("user", "add", "ann@lakeside.test", "--role", "administrator", "--domain", "lakeside", "--url", shop.url);
  await setPassword(page, told.match(/http:\S+/)[0]);
  await page.getByRole("heading", { name: "No company file yet" }).waitFor();
  await look(page, "home-empty");
  await page.getByRole("link", { name: "Set up the first one" }).click();
  await page.getByRole("button", { name: "Add the company file" }).click();
  await page.getByText("The name must have 1 to 100 characters").waitFor();
  faults.length = 0; // The browser logs the answer's status, 422.
  await look(page, "company-file-wrong");
  await page.getByLabel("Name", { exact: true }).fill("Lakeside Plating");
  await page.getByRole("button", { name: "Add the company file" }).click();
  await page.getByRole("heading", { name: "Lakeside Plating has been added" }).waitFor();
  password = await page.locator(".secret code").innerText();
  await look(page, "company-file-made");
  await page.getByRole("link", { name: "Next: connect QuickBooks" }).click();
  await page.getByRole("heading", { name: "Set up Lakeside Plating" }).waitFor();
  await page.getByRole("link", { name: "See the connection" }).click();
  await page.getByRole("heading", { name: "Set up the connection" }).waitFor();
  await look(page, "integrations-new");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download .qwc" }).click();
  qwc = join(shop.folder, (await saved).suggestedFilename());
  await (await saved).saveAs(qwc);
  assert.equal((await saved).suggestedFilename(), "lakeside.qwc");
  // The page learns of the first visit by itself.
  await visit();
  await main().locator(".pill", { hasText: "Connected" }).waitFor({ timeout: 15_000 });
  assert.equal(await page.getByRole("heading", { name: "Set up the connection" }).count(), 0);
});

test("what was read is imported in bulk, and one record ignored", async () => {
  await go("/c/1/imports?object=invoiceTerms&q=%25+10+net");
  const rows = page.locator("table.records tbody tr");
  await rows.first().waitFor();
  assert.equal(await rows.count(), 2);
  const name = await rows.first().getByRole("link").innerText();
  await page.getByRole("button", { name: `Ignore ${name}` }).click();
  await page.getByText("1 record ignored").waitFor();
  await page.locator("summary", { hasText: "Bulk Import" }).click();
  await page.getByRole("button", { name: "Import all 1" }).click();
  await page.getByText("1 record imported.").waitFor();
  await menu("Domain");
  await page.getByLabel("Time Zone").fill("America/New_York");
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("Saved for 1 company file.").waitFor();
});

test("the plan is looked at, an invoice played, then all of them", async () => {
  await shop.command("load", join(fixtures, "documents"));
  await go("/c/1/plan");
  await page.getByText(/^Plan: \d+ to create/).waitFor({ timeout: 15_000 });
  await page.getByLabel("Search the plan").fill("1042");
  await page.getByRole("button", { name: "Show" }).click();
  await page.locator("summary", { hasText: "Invoice 1042" }).click();
  await page.getByRole("link", { name: "Details of Invoice 1042" }).click();
  await page.getByRole("heading", { name: "The request, exactly as it is sent" }).waitFor();
  // The dimension `class` is the Class of that very name.
  await page.locator("tr", { hasText: "Class" }).filter({ hasText: "Zinc Rack" }).first().waitFor();
  await menu("Invoicing");
  await page.getByRole("link", { name: "1042", exact: true }).click();
  await preview();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await pill("Queued");
  await visit();
  await pill("Synced");
  await menu("Invoicing");
  await page.getByRole("link", { name: /^Play all that are not done/ }).click();
  await page.getByRole("button", { name: /^Play \d+ documents$/ }).click();
  await page.getByText(/\d+ documents queued\./).waitFor();
  await visit();
  await page.getByRole("link", { name: /^Rejected [1-9]/ }).waitFor({ timeout: 15_000 });
});

test("a rejection is understood, and mended by its button", async () => {
  await go("/c/1/invoicing/1031056");
  await page.getByText("has no income account").first().waitFor();
  await look(page, "rejection-of-settings");
  await page.getByRole("link", { name: "Open the settings" }).click();
  const account = page.getByLabel("Income Account for New Part Numbers", { exact: true });
  const offered = await page.locator("#accounts option").evaluateAll((all) => all.map((it) => it.value));
  assert.ok(offered.includes("Plating Income"), offered.join());
  await account.fill("Plating Income"); // Its type comes along.
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("Saved: 2 settings changed.").waitFor();
  await go("/c/1/invoicing/1031056");
  await page.getByRole("button", { name: "Play again" }).click();
  await pill("Queued");
  await visit();
  await pill("Synced");
});

test("a class that is not quite one is corrected in Steelhead", async () => {
  await go("/c/1/invoicing/1031050");
  await page.getByText("did you mean “Zinc Rack”").first().waitFor();
  const invoice = documents("invoices.json").find((it) => it.id === 1031050);
  await shop.load([JSON.parse(JSON.stringify(invoice).replaceAll("Zinc rack", "Zinc Rack"))]);
  await page.getByText("The document has changed since it was played.").waitFor({ timeout: 15_000 });
  await page.getByRole("button", { name: "Play again" }).click();
  await pill("Queued");
  await visit();
  await pill("Synced");
});

test("what both sides changed stays as QuickBooks has it, until it is decided field by field", async () => {
  const customer = documents("customers.json").find((it) => it.name === "Dunmore Tool & Die");
  customer.billToAddress.address = customer.billToAddress.address.replace("PO Box 2210", "PO Box 4400");
  const before = customer.phone;
  customer.phone = "937-555-4242";
  await shop.load([customer]);
  shop.edit("Dunmore Tool &amp; Die", (node) => node.replace("PO Box 2210", "PO Box 999").replace(/<Phone>[^<]*/, "<Phone>937-555-7777"));
  await go(`/c/1/customers/${customer.id}`);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await pill("Queued");
  await visit();
  await pill("Synced");
  assert.match(shop.record("Dunmore Tool &amp; Die"), /PO Box 999.*937-555-7777/);
  // All three values are there. The rules let QuickBooks lead; the clerk decides otherwise for the phone.
  const decide = page.locator("form.decide");
  const phone = decide.locator("tr", { has: page.getByRole("rowheader", { name: "Phone", exact: true }) });
  for (const value of [before, "937-555-4242", "937-555-7777"]) await phone.getByText(value).waitFor();
  assert.ok(await phone.getByLabel("Keep QuickBooks’ Phone").isChecked());
  await phone.getByLabel("Send Steelhead’s Phone").check();
  await look(page, "conflict");
  await decide.getByRole("button", { name: "Decide" }).click();
  await page.getByText("QuickBooks keeps 1 value. 1 value of Steelhead’s will be sent with the next visit.").waitFor();
  await pill("Queued");
  await visit();
  await pill("Synced");
  assert.match(shop.record("Dunmore Tool &amp; Die"), /PO Box 999.*937-555-4242/);
  await preview();
  assert.equal(await decide.count(), 0, "it is decided");
});

test("what differed from the first is sent once somebody says so", async () => {
  await go("/c/1/customers/302");
  await preview();
  assert.doesNotMatch(shop.record("Brightwater Hydraulics"), /513-555-0147/);
  await page.getByText("2 values differ from the first, and QuickBooks keeps its own.").waitFor();
  await look(page, "adopt");
  await page.getByRole("button", { name: /^Send Steelhead’s instead/ }).click();
  await page.getByText("2 values of Steelhead’s will be sent with the next visit.").waitFor();
  await pill("Queued");
  await visit();
  await pill("Synced");
  assert.match(shop.record("Brightwater Hydraulics"), /4100 Commerce Dr, Suite 12.*513-555-0147/);
});

test("Steelhead’s own document takes the place of the imported one", async () => {
  await go("/c/1/imports?object=vendor");
  const row = page.locator("table.records tbody tr").first();
  const name = await row.getByRole("link").innerText();
  await row.getByRole("button", { name: `Import ${name}` }).click();
  await page.getByText("1 record imported.").waitFor();
  await menu("Vendors");
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { name }).waitFor();
  const old = new URL(page.url()).pathname;
  assert.match(old, /\/vendors\/qb-/);
  await shop.load([{ object: "vendor", id: 9001, name }]);
  await go(old);
  assert.equal(new URL(page.url()).pathname, "/c/1/vendors/9001", "the old page leads to the new one");
  await page.getByRole("definition").getByText("Connected", { exact: true }).waitFor();
  await menu("Vendors");
  assert.equal(await page.getByRole("link", { name, exact: true }).count(), 1, "one row");
});

test("what is voided in Steelhead has to be voided in QuickBooks", async () => {
  const invoice = documents("invoices.json").find((it) => it.id === 1031042);
  await shop.load([{ ...invoice, voidedAt: "2026-08-01T12:00:00+00:00" }]);
  await go("/c/1/invoicing/1031042");
  await pill("Voided");
  await page.getByText("does not void it in QuickBooks").first().waitFor();
  await look(page, "invoice-voided");
  // The building icon leads to everything that was said about it.
  await menu("Invoicing");
  await page.getByRole("link", { name: "History of Invoice 1042" }).click();
  await page.locator("summary", { hasText: "Created in QuickBooks as" }).first().click();
  await page.locator(".qbxml", { hasText: "InvoiceAddRq" }).first().waitFor();
});

test("a viewer is invited, looks at everything, and is refused to act", async () => {
  await menu("People");
  await page.getByLabel("Name or e-mail").fill("bo@lakeside.test");
  await page.getByRole("button", { name: "Invite" }).click();
  const link = await page.locator(".secret code").innerText();
  assert.ok(link.startsWith(shop.url), link);
  const viewer = await openWindow(browser, shop.url);
  await setPassword(viewer.page, link);
  await viewer.page.waitForURL("**/todo");
  assert.equal(await viewer.page.getByRole("button", { name: /Read now|Pause|Download/ }).count(), 0);
  assert.equal(await viewer.page.getByRole("link", { name: "People" }).count(), 0);
  const refused = await viewer.page.evaluate(async () => {
    const body = new URLSearchParams({ token: document.querySelector("[name=token]").value, id: "1031042" });
    const answer = await fetch("/c/1/invoicing/play", { method: "POST", body });
    return { status: answer.status, text: await answer.text() };
  });
  assert.equal(refused.status, 403);
  assert.match(refused.text, /You need the role clerk for this\./);
  assert.deepEqual(faults, []);
});
