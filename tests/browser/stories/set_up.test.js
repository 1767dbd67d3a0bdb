// Somebody new opens a one-time link, sets a password, and finds the way to the settings.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow, signIn } from "../browser.js";
import { startDemo } from "../demo.js";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

test("an administrator is let in, changes a setting, and comes back", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await page.goto(demo.links.administrator);
  await look(page, "invite");
  await accept(page, demo.links.administrator);
  await page.getByRole("heading", { name: "To do" }).waitFor();
  await page.getByRole("link", { name: "Integrations" }).first().click();
  await page.getByRole("heading", { name: "Integrations" }).waitFor();
  await look(page, "integrations");

  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("Import Every").fill("0");
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("0 is less than 1").waitFor();
  faults.length = 0; // The browser logs the answer's status, 422.
  await look(page, "settings-wrong");
  await page.getByLabel("Import Every").fill("15");
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("Saved: 1 setting changed.").waitFor();
  assert.equal(await page.getByLabel("Import Every").inputValue(), "15");
  await look(page, "settings");
  // One section at a time, chosen by the keyboard as well; what was chosen stays when it is saved.
  const sections = page.getByRole("navigation", { name: "Sections" });
  assert.equal(await page.getByRole("group", { name: "Accounts" }).isVisible(), false);
  await sections.getByRole("link", { name: "Accounts" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("group", { name: "Accounts" }).waitFor();
  assert.equal(await page.getByLabel("Import Every").isVisible(), false);
  assert.equal(await sections.getByRole("link", { name: "Accounts" }).getAttribute("aria-current"), "true");
  await page.getByLabel("Cost Account for New Part Numbers", { exact: true }).fill("Suplies");
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("QuickBooks has no active account named “Suplies”").waitFor();
  faults.length = 0;
  await look(page, "settings-accounts-wrong");
  await page.getByLabel("Cost Account for New Part Numbers", { exact: true }).fill("");
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("Nothing was different, so nothing was saved.").waitFor();
  await page.getByRole("group", { name: "Accounts" }).waitFor();
  await look(page, "settings-accounts");
  await sections.getByRole("link", { name: "All settings" }).click();
  await page.getByLabel("Import Every").waitFor();
  await page.getByRole("button", { name: "Switch layers" }).waitFor();

  await page.getByRole("link", { name: "Integrations" }).first().click();
  await page.getByRole("button", { name: "Read now" }).click();
  await page.getByText("The Web Connector’s next visit reads everything.").waitFor();
  await page.getByRole("link", { name: /^Details/ }).first().click();
  await page.locator("summary").first().click();
  await look(page, "visit");

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Name or e-mail").waitFor();
  await look(page, "sign-in");
  await signIn(page, demo.url, "Demo-Administrator");
  assert.deepEqual(faults, []);
});

test("a page learns of what another window did", async () => {
  const viewer = await openWindow(browser, demo.url);
  await accept(viewer.page, demo.links.viewer);
  await viewer.page.getByRole("link", { name: "Integrations" }).first().click();
  assert.equal(await viewer.page.getByRole("button", { name: "Pause" }).count(), 0);
  const administrator = await openWindow(browser, demo.url);
  await signIn(administrator.page, demo.url, "demo-administrator");
  await administrator.page.getByRole("link", { name: "Integrations" }).first().click();
  await administrator.page.getByRole("button", { name: "Pause" }).click();
  await viewer.page.getByText("Nothing is read or sent until somebody resumes.").waitFor({ timeout: 5_000 });
  await administrator.page.getByRole("button", { name: "Resume" }).click();
  await viewer.page.getByText("Expected every 15 minutes.").waitFor({ timeout: 5_000 });
  assert.deepEqual([...administrator.faults, ...viewer.faults], []);
});

test("without JavaScript everything is there", async () => {
  const { page } = await openWindow(browser, demo.url, { javaScriptEnabled: false });
  await page.goto(demo.links.administrator);
  await page.getByText("This link no longer works").waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, demo.url, "demo-administrator");
  await page.getByRole("link", { name: "Integrations" }).first().click();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("Paused. Nothing is read or sent until you resume.").waitFor();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByText("Resumed. The next visit carries on.").waitFor();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download .qwc" }).click();
  assert.equal((await saved).suggestedFilename(), "lakeside.qwc");
});
