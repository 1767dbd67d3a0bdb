// A browser, and what every page is looked at for.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";
import { root } from "./demo.js";

const folder = join(root, "target/screenshots");
const widths = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } };

export async function openBrowser(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", ...more],
  });
}

// A person's own window. What goes wrong in it, and whatever it asks of another host, fails the test.
export async function openWindow(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: widths.wide, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`script: ${error}`));
  page.on("console", (message) => { if (message.type() === "error") faults.push(message.text()); });
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) faults.push(`request to ${request.url()}`);
  });
  return { context, page, faults };
}

const password = "a long enough secret";

// Signs somebody in who has a password.
export async function signIn(page, url, name) {
  await page.goto(new URL("/sign-in", url).href);
  await page.getByLabel("Name or e-mail").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/todo");
}

// Sets the password of a one-time link, which signs in.
export async function accept(page, link) {
  const answer = await page.goto(link);
  assert.equal(answer.status(), 200, await page.locator("body").innerText());
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("Type it again").fill(password);
  await page.getByRole("button", { name: "Set password and sign in" }).click();
  await page.waitForURL("**/todo");
}

// Looks at a page at both widths, light and dark: nothing to complain about for axe, nothing that sticks out at
// the side; leaves screenshots in target/screenshots.
export async function look(page, name) {
  mkdirSync(folder, { recursive: true });
  for (const [width, viewport] of Object.entries(widths)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const told = violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(" | ")}`);
      assert.deepEqual(told, [], `${name}, ${width}, ${colorScheme}`);
    }
    const sticksOut = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(sticksOut <= 0, `${name}, ${width}: ${sticksOut} pixels wider than the window`);
  }
  await page.setViewportSize(widths.wide);
  await page.emulateMedia({ colorScheme: "light" });
}
