// Lighthouse on every page: accessibility, best practices and how search engines find it, each without a fault. How fast a
// page is cannot be judged on a machine that does something else too: tests/it and benches hold that.
import assert from "node:assert/strict";
import lighthouse from "lighthouse";

const categories = ["accessibility", "best-practices", "seo"];
const config = {
  extends: "lighthouse:default",
  settings: {
    onlyCategories: categories, formFactor: "desktop", throttlingMethod: "provided", disableStorageReset: true,
    screenEmulation: { disabled: true }, maxWaitForLoad: 1500, pauseAfterLoadMs: 0, networkQuietThresholdMs: 0, cpuQuietThresholdMs: 0,
    disableFullPageScreenshot: true, skipAudits: ["screenshot-thumbnails", "final-screenshot"],
  },
};

// The scores of a page, and what takes away from them. `cookies` are those of somebody who is signed in.
export async function judge(url, port, cookies) {
  const extraHeaders = cookies.length ? { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") } : {};
  const { lhr } = await lighthouse(url, { port, logLevel: "silent", extraHeaders }, config);
  assert.equal(lhr.runtimeError, undefined, `${url}: ${lhr.runtimeError?.message}`);
  const scores = Object.fromEntries(categories.map((name) => [name, lhr.categories[name].score]));
  const faults = categories.flatMap((name) => lhr.categories[name].auditRefs)
    .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
    .map(({ id }) => `${id}: ${(lhr.audits[id].details?.items ?? []).map((it) => it.node?.snippet ?? it.description ?? it.source).join(" | ")}`);
  return { scores, faults, took: lhr.timing.total };
}
