// Lighthouse: every page has 100 for accessibility, for best practices and for search engines. Two browsers share the pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accept, openBrowser } from "../browser.js";
import { startDemo } from "../demo.js";
import { judgeAll } from "../lighthouse.js";

const ports = [9341, 9342];
const company = (paths) => paths.map((path) => `/c/1/${path}`);
const pages = [
  "/company-files/new", "/password", "/errors/3140",
  ...company([
    "todo", "integrations", "integrations/settings", "integrations/tokens", "integrations/visits/1", "integrations/visits/1/found", "search?q=10", "errors", "plan", "plan?open=1&per=25",
    "plan?object=invoice&id=1031050", "reconcile?from=2026-04-01&to=2026-04-30", "imports?object=customer", "imports/taken",
    "invoicing", "invoicing/1031050", "invoicing/1031042/history", "invoicing/1031050/connect", "invoicing/play-all",
    "invoicing/settle?id=1031050", "customers/304", "charts?weeks=52", "activity", "rules", "rules/try", "domain", "people",
  ]),
];

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
