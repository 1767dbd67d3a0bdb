// Before anything is sent: the plan, the exact qbXML, where an element comes from, and what another rule would change.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow, signIn } from "../browser.js";
import { binary, root, startDemo } from "../demo.js";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

test("an administrator reads the plan, follows an element to its rule, and tries another rule", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await accept(page, demo.links.administrator);

  await page.getByRole("link", { name: "Plan", exact: true }).click();
  await page.getByText(/^Plan: \d+ to create/).waitFor({ timeout: 15_000 });
  await look(page, "plan");
  await page.getByRole("link", { name: "Unchanged" }).click();
  await page.getByLabel("Object").selectOption("invoice");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("link", { name: "Rejected" }).click();
  await page.getByText("There are no line items on the Invoice.").first().waitFor();
  await look(page, "plan-rejected");
  await page.getByRole("link", { name: "Next visit: the queue" }).click();
  await page.getByRole("heading", { name: /queue is empty/ }).waitFor();
  await look(page, "plan-queue");

  // A customer that was sent gets another phone number in Steelhead.
  const customers = JSON.parse(readFileSync(join(root, "fixtures/shop/documents/customers.json"), "utf8"));
  const customer = customers.find((it) => it.name === "Fenwick Aerostructures");
  const file = join(demo.folder, "changed.json");
  writeFileSync(file, JSON.stringify([{ ...customer, phone: "614-555-0199" }]));
  execFileSync(binary, ["load", "--database", join(demo.folder, "ferrule.db"), file], { cwd: root });
  await page.getByRole("link", { name: "Double play: everything" }).click();
  await page.getByRole("link", { name: "To change" }).click();
  await page.getByRole("link", { name: /^Details of/ }).first().click();
  await page.getByRole("heading", { name: "The request, exactly as it is sent" }).waitFor();
  const why = page.locator("details.origin summary").first();
  if (await why.count()) await why.click();
  await look(page, "plan-document");
  if (await why.count()) {
    await page.locator("details.origin a").first().click();
    await page.locator("li.marked").waitFor();
  } else {
    await page.getByRole("link", { name: "Rules", exact: true }).click();
  }
  await look(page, "rules");

  await page.getByRole("link", { name: "Rules", exact: true }).click();
  await page.getByRole("link", { name: "invoice.yaml" }).first().click();
  await page.getByRole("link", { name: "Try a change" }).click();
  const editor = page.getByLabel(/^Text of/);
  const text = await editor.inputValue();
  await editor.fill(text.replace("TxnDate:", "TxnDat:"));
  await page.getByText(/did you mean/).first().waitFor({ timeout: 15_000 });
  await look(page, "rules-wrong");
  const memo = text.split("\n").find((line) => line.trim().startsWith("Memo:"));
  await editor.fill(text.replace(memo, `${memo.slice(0, memo.indexOf("Memo:"))}Memo: Thank you`));
  await page.getByText("The rules are in order").or(page.getByText("can be used, with warnings")).waitFor({ timeout: 15_000 });
  await page.getByRole("button", { name: "Compare all documents" }).click();
  await page.getByText(/If all of them were new to QuickBooks, \d+ would be/).waitFor({ timeout: 30_000 });
  await look(page, "rules-try");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the patch" }).click();
  const patch = await saved;
  assert.equal(patch.suggestedFilename(), "invoice.yaml.patch");
  assert.match(readFileSync(await patch.path(), "utf8"), /^\+ +Memo: Thank you$/m);

  await page.getByRole("link", { name: "Activity" }).click();
  await page.getByRole("img", { name: /^Syncs/ }).waitFor();
  await look(page, "activity");
  await page.getByLabel("Kind").selectOption("job");
  await page.getByLabel("Search").fill("line items");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("There are no line items on the Invoice.").first().waitFor();
  await page.getByRole("link", { name: "Domain" }).click();
  await page.getByLabel("Include Part Number Name On Invoice By Default").check();
  await look(page, "domain");
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("Saved for 1 company file.").waitFor();
  assert.deepEqual(faults, []);
});

test("a change can be tried without JavaScript, and a viewer only reads", async () => {
  const plain = await openWindow(browser, demo.url, { javaScriptEnabled: false });
  await signIn(plain.page, demo.url, "demo-administrator");
  await plain.page.getByRole("link", { name: "Rules", exact: true }).click();
  await plain.page.getByRole("link", { name: "Try a change" }).click();
  const editor = plain.page.getByLabel(/^Text of/);
  await editor.fill((await editor.inputValue()).replace("TxnDate:", "TxnDat:"));
  await plain.page.getByRole("button", { name: "Check", exact: true }).click();
  await plain.page.getByText(/did you mean/).first().waitFor();
  const viewer = await openWindow(browser, demo.url);
  await accept(viewer.page, demo.links.viewer);
  await viewer.page.getByRole("link", { name: "Rules", exact: true }).click();
  assert.equal(await viewer.page.getByRole("link", { name: "Try a change" }).count(), 0);
  await viewer.page.getByRole("link", { name: "Domain", exact: true }).click();
  await viewer.page.getByText("Only an administrator can change settings.").waitFor();
  assert.deepEqual(viewer.faults, []);
});
