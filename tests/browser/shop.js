// A shop from nothing: `ferrule serve` on an empty store, `ferrule connector` as the Web Connector, and commands.
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { binary, root } from "./demo.js";

const run = promisify(execFile);
export const fixtures = join(root, "fixtures/shop");

// `more` are arguments of the service besides, made of the shop's folder.
export async function startShop(more = () => []) {
  const folder = mkdtempSync(join(tmpdir(), "ferrule-shop-"));
  const database = join(folder, "ferrule.db");
  const serve = spawn(binary, ["serve", "--database", database, "--listen", "127.0.0.1:0", ...more(folder)], {
    cwd: root, stdio: ["ignore", "pipe", "ignore"],
  });
  let url;
  for await (const line of createInterface({ input: serve.stdout })) {
    url = line.match(/listening at (http:\S+\/)qbwc/)?.[1];
    if (url) break;
  }
  if (!url) throw new Error("the service does not listen");
  const books = join(folder, "books.json");
  const command = async (...args) => (await run(binary, [...args, "--database", database], { cwd: root })).stdout;
  return {
    url, folder, command,
    // The Web Connector comes once. Fails if the visit does not end as it should.
    // `more` are arguments of the Web Connector besides.
    async visit(qwc, password, more = []) {
      const first = existsSync(books) ? [] : ["--load", join(fixtures, "quickbooks")];
      const args = ["connector", "--qwc", qwc, "--company", books, "--once", ...first, ...more];
      await run(binary, args, { cwd: root, env: { ...process.env, FERRULE_PASSWORD: password } });
    },
    // Documents come from Steelhead.
    async load(documents) {
      const file = join(folder, "documents.json");
      writeFileSync(file, JSON.stringify(documents));
      await command("load", file);
    },
    // Somebody changes a record in QuickBooks, of that name or number.
    edit(name, change) {
      const all = JSON.parse(readFileSync(books, "utf8"));
      const record = all.table.find(({ node }) => node.includes(`<Name>${name}</Name>`) || node.includes(`<RefNumber>${name}</RefNumber>`));
      record.node = change(record.node).replace(/<EditSequence>(\d+)</, (_, number) => `<EditSequence>${Number(number) + 500}<`);
      record.modified = Math.floor(Date.now() / 1000);
      writeFileSync(books, JSON.stringify(all));
    },
    // The company file as it stands now; what this gives puts it back, as a backup is restored.
    backup() {
      const kept = readFileSync(books, "utf8");
      return () => writeFileSync(books, kept);
    },
    // Somebody closes the books up to a day, or opens them again.
    close(day) {
      const all = JSON.parse(readFileSync(books, "utf8"));
      all.settings.closing_date = day;
      writeFileSync(books, JSON.stringify(all));
    },
    // A record as QuickBooks has it.
    record: (name) => JSON.parse(readFileSync(books, "utf8")).table.find(({ node }) => node.includes(`<Name>${name}</Name>`)).node,
    stop: () => new Promise((ended) => { serve.on("exit", ended); serve.kill("SIGTERM"); }),
  };
}
