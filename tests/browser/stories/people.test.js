// An administrator invites somebody, gives another role, unlocks, and withdraws; and lets a program in by a token of the API.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accept, look, openBrowser, openWindow, signIn } from "../browser.js";
import { startDemo } from "../demo.js";

let demo, browser;
before(async () => { demo = await startDemo(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await demo?.stop(); });

const row = (page, name) => page.locator("tr", { hasText: name });

test("people come, change, and go", async () => {
  const { page, faults } = await openWindow(browser, demo.url);
  await accept(page, demo.links.administrator);
  await page.getByRole("link", { name: "People" }).click();
  await row(page, "demo-viewer").getByText("Invited").waitFor();
  await page.getByLabel("Name or e-mail").fill("demo-clerk");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByText("This name is taken").waitFor();
  faults.length = 0; // The browser logs the answer's status, 422.
  await look(page, "people-wrong");
  await page.getByLabel("Name or e-mail").fill("Kim");
  await page.getByLabel("Role", { exact: true }).selectOption("clerk");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("heading", { name: "Kim is invited" }).waitFor();
  const link = await page.locator(".secret code").innerText();
  await look(page, "people-link");
  const kim = await openWindow(browser, demo.url);
  await accept(kim.page, link);
  await kim.page.getByRole("link", { name: "Integrations" }).first().click();
  await kim.page.getByRole("button", { name: "Read now" }).waitFor();

  await page.getByRole("link", { name: "Done" }).click();
  await row(page, "Kim").getByText("Signed in").waitFor();
  await page.getByLabel("Role of Kim").selectOption("viewer");
  await page.getByRole("button", { name: "Change the role of Kim" }).click();
  await page.getByText("The role of Kim is now viewer.").waitFor();
  await kim.page.reload();
  assert.equal(await kim.page.getByRole("button", { name: "Read now" }).count(), 0);

  // Somebody guesses Kim's password elsewhere, until nobody listens any more.
  const guesser = await openWindow(browser, demo.url);
  await guesser.page.goto(new URL("/sign-in", demo.url).href);
  for (let times = 1; times <= 6; times += 1) {
    await guesser.page.getByLabel("Name or e-mail").fill("kim");
    await guesser.page.getByLabel("Password").fill(`guess ${times}`);
    const answered = guesser.page.waitForResponse("**/sign-in");
    await guesser.page.getByRole("button", { name: "Sign in" }).click();
    await answered;
    await guesser.page.getByText(times < 6 ? "is not right" : "Too many attempts").waitFor();
  }
  await page.reload();
  await row(page, "Kim").getByText("Locked out").waitFor();
  await look(page, "people");
  await page.getByRole("button", { name: "Unlock Kim" }).click();
  await page.getByText("Kim can try the password again.").waitFor();

  await page.locator("summary", { hasText: "access of Kim" }).click();
  await look(page, "people-withdraw");
  await page.getByRole("button", { name: "Withdraw access of Kim" }).click();
  await page.getByText("Kim can no longer sign in.").waitFor();
  await kim.page.waitForURL("**/sign-in**", { timeout: 10_000 });
  assert.equal(await page.getByRole("button", { name: /access of demo-administrator/ }).count(), 0);
  assert.deepEqual(faults, []);
});

// What the API answers to a program with that token.
const asked = (token) => fetch(new URL("/api/v1/company-files", demo.url), { headers: { Authorization: `Bearer ${token}` } });

test("a program is let in by a token, and no more", async () => {
  const { page, faults } = await openWindow(browser, demo.url, { permissions: ["clipboard-read", "clipboard-write"] });
  await signIn(page, demo.url, "demo-administrator");
  await page.getByRole("link", { name: "Integrations" }).first().click();
  await page.getByRole("link", { name: "API tokens" }).click();
  await page.getByText("No program has a token yet.").waitFor();
  await look(page, "tokens-none");
  await page.getByLabel("Name of the program").fill("ERP");
  await page.getByRole("button", { name: "Make the token" }).click();
  await page.getByText("Choose what the program may do.").waitFor();
  faults.length = 0; // The browser logs the answer's status, 422.
  await look(page, "tokens-wrong");
  assert.equal(await page.getByLabel("Name of the program").inputValue(), "ERP");
  // By keyboard alone.
  await page.getByLabel("See how company files are doing").focus();
  await page.keyboard.press("Space");
  await page.getByLabel("Good for").selectOption("90 days");
  await page.getByRole("button", { name: "Make the token" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "The token ERP has been made" }).waitFor();
  await page.getByRole("button", { name: "Copy the token" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const token = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(token, /^ferrule_[0-9a-f]{16}_/);
  await look(page, "tokens-made");
  const answer = await asked(token);
  assert.equal(answer.status, 200);
  assert.equal((await answer.json())[0].company, "Lakeside Plating");

  await page.getByRole("link", { name: "Integrations" }).first().click();
  await page.getByRole("link", { name: "API tokens" }).click();
  await row(page, "ERP").getByText("just now").last().waitFor();
  assert.equal(await page.getByText(token).count(), 0);
  await page.locator("summary", { hasText: "the token ERP" }).click();
  await look(page, "tokens");
  await page.getByRole("button", { name: "Withdraw the token ERP" }).click();
  await page.getByText("The token ERP is good for nothing from now on.").waitFor();
  assert.equal((await asked(token)).status, 401);
  assert.deepEqual(faults, []);
});
