// Paper: every page printed says what a person wants of paper, and no more. Nothing is cut off at the side of a Letter page,
// nothing is there to be pressed, and it is dark on white whatever the screen is.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accept, openBrowser, openWindow } from "../browser.js";
import { root, startDemo } from "../demo.js";
import { pages } from "../pages.js";

const folder = join(root, "target/screenshots/print");
// A Letter page, 8.5 inches wide, less its margins of 15 mm, at 96 pixels an inch.
const paper = { width: 8.5 * 96 - Math.ceil(2 * 15 / 25.4 * 96), height: 900 };

let demo, browser;
before(async () => { demo = await startDemo(); browser = await openBrowser(); mkdirSync(folder, { recursive: true }); });
after(async () => { await browser?.close(); await demo?.stop(); });

// What is wrong with a page on paper.
function faultsOnPaper() {
  const told = [];
  const name = (it) => `${it.tagName.toLowerCase()}${it.id && `#${it.id}`}${it.classList.length ? `.${[...it.classList].join(".")}` : ""} “${it.textContent.trim().slice(0, 30)}”`;
  const all = [...document.body.querySelectorAll("*")].filter((it) => it.checkVisibility({ visibilityProperty: true, opacityProperty: true }));
  // What only screen readers are told is a pixel large, and what stands in it is cut off on purpose.
  const isHidden = (it) => it.closest(".hidden") !== null;
  for (const it of all) {
    const box = it.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || isHidden(it)) continue;
    if (box.right > innerWidth + 1) told.push(`cut off at the right: ${name(it)}, ${Math.round(box.right - innerWidth)} px`);
    const style = getComputedStyle(it);
    if (style.overflowX !== "visible" && it.scrollWidth > it.clientWidth + 1) told.push(`cut off inside: ${name(it)}`);
    if (style.overflowY !== "visible" && it.scrollHeight > it.clientHeight + 1) told.push(`cut off below: ${name(it)}`);
    // Numbers to read stand in some; of a filter, what was chosen is told. A choice and a search that was made are words on paper.
    const isRead = it.matches(".tiles") || (it.matches(".chips") && ![...it.querySelectorAll("a:not([aria-current])")].some((a) => a.checkVisibility()));
    const isForm = it.matches("[type=checkbox]") && !it.closest(".settings, .kinds-choice") || it.matches("[type=search]") && it.value === "" || it.matches("select") && style.appearance !== "none";
    if (isForm || it.matches("nav, button, a.button, [type=submit], .pager, .tabs") && !isRead) told.push(`nothing to press on paper: ${name(it)}`);
    if (it.matches("[style*=fixed]") || style.position === "fixed" || style.position === "sticky") told.push(`stands over the text: ${name(it)}`);
    const light = (colour) => { const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number); return { light: (0.299 * r + 0.587 * g + 0.114 * b) / 255, a }; };
    const ground = light(style.backgroundColor);
    if (style.backgroundColor.startsWith("rgb") && ground.a > 0.5 && ground.light < 0.6) told.push(`dark ground: ${name(it)} ${style.backgroundColor}`);
    const ink = light(style.color);
    const says = [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (says && style.color.startsWith("rgb") && ink.light > 0.62) told.push(`too pale: ${name(it)} ${style.color}`);
  }
  // Nobody opens a fold on paper.
  for (const fold of document.querySelectorAll("details.fold:not(.unprinted, :has(form))")) {
    if (!fold.lastElementChild.checkVisibility()) told.push(`stays folded: ${name(fold)}`);
  }
  for (const party of document.querySelectorAll(".list.reconciled td.party")) {
    const { width } = party.getBoundingClientRect();
    if (width < 90) told.push(`too narrow for a name: ${name(party)}, ${Math.round(width)} px`);
  }
  if (document.querySelector("h1") && !document.querySelector("h1").checkVisibility()) told.push("no heading");
  return [...new Set(told)].slice(0, 12);
}

test("every page is fit for paper", async () => {
  const { page } = await openWindow(browser, demo.url, { viewport: paper });
  await accept(page, demo.links.administrator);
  const faults = {};
  for (const path of ["/sign-in", ...pages]) {
    await page.emulateMedia({ media: "screen", colorScheme: "dark" });
    await page.goto(new URL(path, demo.url).href);
    // Lists that are being put together come by themselves.
    await page.waitForFunction(() => !document.querySelector("[hx-trigger^='load delay']"), undefined, { timeout: 15_000 });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const found = await page.evaluate(faultsOnPaper);
    if (found.length > 0) faults[path] = found;
    await page.screenshot({ path: join(folder, `${path.replaceAll(/\W+/g, "-").slice(1)}.png`), fullPage: true });
  }
  assert.deepEqual(faults, {});
});
