// Makes the pictures of the README anew: `npm run pictures`. pngquant makes them small: `apt-get install pngquant`.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { accept, openBrowser } from "./browser.js";
import { root, startDemo } from "./demo.js";
import { fixtures, startShop } from "./shop.js";

const missing = spawnSync("pngquant", ["--version"]).error;
if (missing) throw new Error(`pngquant is not there (apt-get install pngquant): ${missing.message}`);
const folder = join(root, "tests/browser/pictures");
mkdirSync(folder, { recursive: true });
const demo = await startDemo();
const shop = await startShop();
const browser = await openBrowser();
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
const page = await context.newPage();

const picture = async (name, address, shows) => {
  await page.goto(address.href);
  await page.locator(shows).first().waitFor();
  const file = join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  execFileSync("pngquant", ["--force", "--output", file, "--speed", "1", "--strip", "64", file]);
};

try {
  // A shop whose books were read, and nothing sent yet.
  const qwc = join(shop.folder, "shop.qwc");
  const made = await shop.command("qwc", "--domain", "lakeside", "--name", "Lakeside Plating", "--url", new URL("qbwc", shop.url).href, "--out", qwc, "--json");
  const told = await shop.command("user", "add", "ann@lakeside.test", "--role", "administrator", "--url", shop.url);
  await shop.visit(qwc, JSON.parse(made).password);
  await accept(page, told.match(/http:\S+/)[0]);
  await page.emulateMedia({ colorScheme: "dark" });
  await picture("imports-dark", new URL("/c/1/imports?object=customer", shop.url), "table.records");
  await page.emulateMedia({ colorScheme: "light" });
  await shop.command("load", join(fixtures, "documents"));
  await picture("plan", new URL("/c/1/plan?object=customer", shop.url), ".plan .step");
  // The demo's shop, where some were rejected.
  await accept(page, demo.links.administrator);
  await picture("rejected", new URL("/c/1/invoicing/1031050", demo.url), "#preview .step");
  await page.setViewportSize({ width: 390, height: 800 });
  await picture("invoicing-narrow", new URL("/c/1/invoicing?is=rejected", demo.url), "table.list");
} finally {
  await browser.close();
  await demo.stop();
  await shop.stop();
}
