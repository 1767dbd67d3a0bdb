// An administrator switches payments on, a payment goes to QuickBooks with its invoice, and she switches them off again.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow } from "../browser.js";
import { fixtures, startShop } from "../shop.js";

let shop, browser, page, faults;
const secret = "a long enough secret of QuickBooks";
before(async () => {
  shop = await startShop();
  browser = await openBrowser();
  ({ page, faults } = await openWindow(browser, shop.url));
});
after(async () => { await browser?.close(); await shop?.stop(); });

const go = (path) => page.goto(new URL(path, shop.url).href);
const menu = (name) => page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name });
const settings = "/c/1/integrations/settings#layers";
const layer = (name) => page.getByRole("group", { name: "Optional layers" }).getByLabel(name, { exact: true });
const switchLayers = () => page.getByRole("button", { name: "Switch layers" }).click();
let qwc;
const visit = () => shop.visit(qwc.path, qwc.password);

test("a shop that sends invoices only", async () => {
  const path = join(shop.folder, "lakeside.qwc");
  const made = await shop.command("qwc", "--domain", "lakeside", "--name", "Lakeside Plating", "--url", `${shop.url}qbwc`, "--out", path);
  qwc = { path, password: made.match(/password\S*\s+(\S+)/i)[1] };
  await shop.command("load", join(fixtures, "documents"));
  await visit();
  const told = await shop.command("user", "add", "ann@lakeside.test", "--role", "administrator", "--domain", "lakeside", "--url", shop.url);
  await accept(page, told.match(/http:\S+/)[0]);
  assert.equal(await menu("Payments").count(), 0);
});

test("a layer without what it needs is refused, and says so", async () => {
  await go(settings);
  await layer("Item receipts").check();
  await switchLayers();
  await page.getByText("Nothing was switched: Item receipts needs Purchase orders.").waitFor();
  faults.length = 0; // The browser logs the answer's status, 422.
  await look(page, "layers-refused");
  assert.equal(await menu("Item receipts").count(), 0);
});

test("payments are switched on, and one goes to QuickBooks", async () => {
  await go(settings);
  await layer("Payments").check();
  await switchLayers();
  await page.getByText("Switched: payment: on.").waitFor();
  await look(page, "layers-switched");
  await shop.load([{
    object: "payment", id: 1, idInDomain: 1, receivedAtAsDate: "2026-03-20", finalizedAt: "2026-03-20T10:00:00+00:00",
    amount: 100, reference: "CK1", customer: { id: 303, name: "Kestrel Motion" },
    applied: [{ invoice: { id: 1031042, idInDomain: 1042 }, amount: 100 }],
  }]);
  await menu("Payments").click();
  await page.getByRole("link", { name: "1", exact: true }).click();
  await page.locator("#preview .step, #preview .notice").first().waitFor();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.locator("h1 .pill", { hasText: "Queued" }).waitFor({ timeout: 15_000 });
  await visit();
  await page.locator("h1 .pill", { hasText: "Synced" }).waitFor({ timeout: 15_000 });
  await look(page, "payment");
});

test("they are switched off; what was sent stays, and who did it is kept", async () => {
  await go(settings);
  await page.getByText("Documents of it with a record in QuickBooks: 1.").waitFor();
  await layer("Payments").uncheck();
  await switchLayers();
  await page.getByText("Switched: payment: off.").waitFor();
  assert.equal(await menu("Payments").count(), 0);
  await go("/c/1/activity");
  await page.getByText("payment: off").waitFor();
  assert.deepEqual(faults, []);
});
