// Monday morning: twelve things of eleven kinds wait, all nine of which people speak and two more. They are worked off without a mouse, and every key is counted: what a person
// does in QuickBooks, in Steelhead or at the Web Connector is done there, all else with fewer than 60 keys.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow } from "../browser.js";
import { root } from "../demo.js";
import { fixtures, startShop } from "../shop.js";

const most = 60;
let shop, browser, page, faults, devtools, keys = 0;
before(async () => {
  // Who of the two is right about a phone number, a person says here.
  const phone = '"=customer.phone ?? invoice_contact(customer.contacts).phone"';
  const asks = `object: customer\nexport:\n  fields:\n    Phone: { value: ${phone}, lead: ask, overflow: truncate }\n`;
  shop = await startShop((folder) => {
    mkdirSync(join(folder, "ask"));
    writeFileSync(join(folder, "ask/customer.yaml"), asks);
    // Terms that nobody looks for: what became of them cannot be found out when an answer is lost.
    writeFileSync(join(folder, "ask/invoice_terms.yaml"), "object: invoiceTerms\nexport:\n  match: null\n");
    return ["--rules", join(root, "rules"), "--rules", join(folder, "ask")];
  });
  browser = await openBrowser();
  ({ page, faults } = await openWindow(browser, shop.url));
});
after(async () => { await browser?.close(); await shop?.stop(); });

const documents = (file) => JSON.parse(readFileSync(join(fixtures, "documents", file), "utf8"));
const invoice = (id, change = () => {}) => {
  const found = documents("invoices.json").find((it) => it.id === id);
  change(found);
  return found;
};
const twin = (id, to) => invoice(id, (it) => { it.id = to; it.idInDomain = to - 1030000; });
const invoiced = (id) => invoice(id).lines.flatMap(({ items }) => items).reduce((sum, { subtotal }) => sum + subtotal, 0).toFixed(2);
const mended = (lines) => lines.map((line) => ({ ...line, items: line.items.map((item) => ({ ...item, quantity: item.quantity || 1, subtotal: (item.quantity || 1) * item.rate })) }));
// What somebody has typed into a field of a record.
const has = (field, value) => (node) => node.replace(new RegExp(`<${field}>[^<]*`), `<${field}>${value}`);
const rejected = [1031051], unset = [1031056, 1031057], lost = 1031061, closed = 1031062;
const dated = (invoice, day) => JSON.parse(JSON.stringify(invoice).replaceAll(/2026-\d\d-\d\d/g, day));
const customers = () => documents("customers.json").filter(({ id }) => [301, 302, 303, 304].includes(id));

// What a person does without a mouse.
const press = async (key) => { keys += 1; await page.keyboard.press(key); };
// An access key, as Chromium gets it from a keyboard: the letter goes with it, which `keyboard.press` leaves out.
async function access(key) {
  keys += 1;
  devtools ??= await page.context().newCDPSession(page);
  const what = { key, code: /\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`, windowsVirtualKeyCode: key.toUpperCase().charCodeAt(0), modifiers: 1 };
  for (const type of ["keyDown", "keyUp"]) await devtools.send("Input.dispatchKeyEvent", { type, ...what, unmodifiedText: key });
}
const type = async (text) => { for (const key of text) await press(key); };
const arrive = (path) => page.waitForURL(path);
const waits = async () => Number(await page.locator("#waits").innerText());
// The main button of what waits for a cause, by the key that stands for it.
async function open(cause, path) {
  const key = await page.locator(`section#${cause} .heap a.main`).first().getAttribute("accesskey");
  await access(key);
  await arrive(path);
}
const back = async () => { await access("t"); await arrive("**/todo"); };

test("twelve things of eleven kinds wait", async () => {
  const qwc = join(shop.folder, "shop.qwc");
  const made = await shop.command("qwc", "--domain", "lakeside", "--name", "Lakeside Plating", "--url", new URL("qbwc", shop.url).href, "--out", qwc, "--json");
  shop.come = (more = [], password = JSON.parse(made).password) => shop.visit(qwc, password, more);
  const told = await shop.command("user", "add", "ann@lakeside.test", "--role", "administrator", "--url", shop.url);
  await shop.come();
  await shop.load([...customers(), ...[1031042, 1031044].map((id) => invoice(id)), ...rejected.map((id) => twin(1031051, id)), ...unset.map((id) => twin(1031056, id)),
    { object: "customer", id: 7001, idInDomain: 7001, name: "Garrison  Fittings" },
    { ...dated(twin(1031042, closed), "2025-12-10"), invoiceTerms: null },
    { object: "invoiceTerms", id: 990, terms: "Net 41", days: 41 }, { ...twin(1031042, lost), invoiceTerms: { id: 990, terms: "Net 41", days: 41 } }]);
  await shop.command("settings", "export_invoice_terms=true");
  await shop.command("play", "customer", "302", "303", "304", "7001");
  // The books of last year are closed.
  shop.close("2025-12-31");
  await shop.command("play", "invoice", String(closed), "1031042", "1031044", ...rejected.map(String), ...unset.map(String));
  await shop.come();
  // The answer to an invoice is lost on Friday, and the company file is put back to what it was before.
  const before = shop.backup();
  await shop.command("play", "invoice", String(lost));
  await shop.come(["--lose-answer", "1"]).catch(() => {});
  before();
  await shop.come();
  // Over the weekend both sides have gone on.
  shop.edit("Brightwater Hydraulics", has("Email", "office@brightwater.test"));
  shop.edit("Eastlake Stamping", has("Phone", "440-555-9999"));
  shop.edit("SH:1044", has("Subtotal", "448.50"));
  shop.edit("Tri-County Chemical", has("Balance", "12,5O"));
  await shop.load([invoice(1031042, (it) => { it.voidedAt = "2026-08-01T10:00:00+00:00"; }),
    ...customers().filter(({ id }) => id === 304).map((it) => ({ ...it, phone: "440-555-1111" }))]);
  await shop.command("play", "customer", "304");
  await shop.command("read");
  await shop.come();
  await shop.come([], "a wrong password").catch(() => {});
  await accept(page, told.match(/http:\S+/)[0]);
  await page.waitForFunction(() => Number(document.querySelector("#waits").textContent) === 12);
  const kinds = await page.locator("section.todo").evaluateAll((all) => all.map(({ id }) => id));
  assert.deepEqual(kinds, ["sign-in-refused", "unknown-outcome", "differs", "to-be-done", "conflict", "which-record", "setting", "refused", "rejected", "update", "set-aside"]);
  await look(page, "monday");
});

test("they are worked off with the keyboard alone, in fewer than 60 keys", async () => {
  page.setDefaultTimeout(10_000);
  await page.goto(new URL("/c/1/todo", shop.url).href);
  const begun = keys;
  // What is mended elsewhere: she reads what to do, and does it there.
  await open("sign-in-refused", "**/integrations");
  await back();
  await open("differs", "**/invoicing/1031044");
  shop.edit("SH:1044", has("Subtotal", invoiced(1031044)));
  await back();
  await open("to-be-done", "**/invoicing/1031042");
  shop.edit("SH:1042", (node) => has("Subtotal", "0.00")(node).replace("<IsPaid>", "<Memo>VOID:</Memo><IsPaid>"));
  await back();
  // Its terms are not in QuickBooks: it goes again.
  await open("unknown-outcome", `**/invoicing/${lost}`);
  await access("m");
  await page.getByText(/queued/).first().waitFor();
  await back();
  // The accountant opens last year once more.
  await open("refused", `**/invoicing/${closed}`);
  shop.close(null);
  await access("m");
  await page.getByText(/queued/).first().waitFor();
  await back();
  // Both have changed the phone number: QuickBooks’ counts.
  await open("conflict", "**/customers/304");
  await page.getByRole("button", { name: "Decide" }).waitFor();
  await access("k");
  await access("m");
  await page.getByText("QuickBooks keeps 1 value.").waitFor();
  await back();
  // QuickBooks has the customer under nearly that name.
  await open("which-record", "**/customers/7001/connect");
  await access("m");
  await arrive("**/customers/7001");
  await back();
  await access("p");
  await page.getByText(/queued/).first().waitFor();
  // An account is chosen, and what waits for it goes.
  await open("setting", "**/integrations/settings#income_account");
  await page.waitForFunction(() => document.activeElement?.id === "income_account");
  await type("Plating Income");
  await access("m");
  await page.getByText(/saved/i).first().waitFor();
  await back();
  await access("p");
  await page.getByText(/2 .*queued/).first().waitFor();
  // The quantities are corrected in Steelhead.
  await shop.load(rejected.map((id) => ({ ...twin(1031051, id), lines: mended(twin(1031051, id).lines) })));
  await page.waitForFunction(() => !document.querySelector("section#rejected"));
  await open("update", "**/imports?object=customer&is=update");
  await access("m");
  await page.getByText("1 document updated").waitFor();
  await back();
  // A record of QuickBooks is typed anew.
  await open("set-aside", "**/errors#unreadable");
  shop.edit("Tri-County Chemical", has("Balance", "12.50"));
  await back();
  await shop.command("read");
  await shop.come();
  await page.getByText("Nothing waits").waitFor({ timeout: 15_000 });
  assert.equal(await waits(), 0);
  assert.ok(keys - begun < most, `${keys - begun} keys`);
  console.log(`# ${keys - begun} keys`);
  await look(page, "monday-done");
  assert.deepEqual(faults, []);
});
