// Lighthouse on every page: accessibility, best practices and how search engines find it, each without a fault. How fast a
// page is cannot be judged on a machine that does something else too: tests/it and benches hold that.
import assert from "node:assert/strict";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
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

// What is less than perfect in pages, each an address and the cookies of who is signed in. Lighthouse looks at one page at a
// time, so each browser, known by its port, has a thread of its own.
export async function judgeAll(pages, ports) {
  const share = (nth) => pages.filter((_, place) => place % ports.length === nth);
  const work = (port, nth) => new Promise((done, failed) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { port, pages: share(nth) } });
    worker.once("message", done).once("error", failed);
  });
  return (await Promise.all(ports.map(work))).flat();
}

// The scores of a page, and what takes away from them.
async function judge(url, port, cookies) {
  const extraHeaders = cookies.length ? { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") } : {};
  const { lhr } = await lighthouse(url, { port, logLevel: "silent", extraHeaders }, config);
  assert.equal(lhr.runtimeError, undefined, `${url}: ${lhr.runtimeError?.message}`);
  const scores = Object.fromEntries(categories.map((name) => [name, lhr.categories[name].score]));
  const faults = categories.flatMap((name) => lhr.categories[name].auditRefs)
    .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
    .map(({ id }) => `${id}: ${(lhr.audits[id].details?.items ?? []).map((it) => it.node?.snippet ?? it.description ?? it.source).join(" | ")}`);
  return { scores, faults };
}

if (!isMainThread && workerData?.pages) {
  const told = [];
  for (const [url, cookies] of workerData.pages) {
    const { scores, faults } = await judge(url, workerData.port, cookies);
    if (Object.values(scores).some((score) => score < 1)) told.push(`${url}: ${JSON.stringify(scores)} ${faults.join("; ")}`);
  }
  parentPort.postMessage(told);
}
