// Lighthouse: every page has 100 for accessibility, for best practices and for search engines. Two browsers share the pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accept, openBrowser } from "../browser.js";
import { startDemo } from "../demo.js";
import { judgeAll } from "../lighthouse.js";
import { pages } from "../pages.js";

const ports = [9341, 9342];

let demo, browsers = [], cookies;
before(async () => {
  demo = await startDemo();
  browsers = await Promise.all(ports.map((port) => openBrowser([`--remote-debugging-port=${port}`])));
  const context = await browsers[0].newContext();
  await accept(await context.newPage(), demo.links.administrator);
  cookies = await context.cookies();
  await context.close();
});
after(async () => { await Promise.all(browsers.map((browser) => browser.close())); await demo?.stop(); });

test("every page has a hundred in each", async () => {
  const all = [["/sign-in", []], ...pages.map((path) => [path, cookies])].map(([path, those]) => [new URL(path, demo.url).href, those]);
  const began = Date.now();
  const faults = await judgeAll(all, ports);
  console.log(`# ${all.length} pages in ${Math.round((Date.now() - began) / 1000)} s`);
  assert.deepEqual(faults, []);
});
