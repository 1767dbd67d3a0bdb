// `ferrule demo`, running: its address, and a one-time link for each role.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export const root = resolve(import.meta.dirname, "../..");
export const binary = process.env.FERRULE ?? join(root, "target/debug/ferrule");

export async function startDemo() {
  const folder = join(mkdtempSync(join(tmpdir(), "ferrule-")), "demo");
  const process = spawn(binary, ["demo", "--folder", folder], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const links = {};
  for await (const line of createInterface({ input: process.stdout })) {
    const link = line.match(/^ {2}(\w+) +(http:\S+\/invite\/\w+)$/);
    if (link) links[link[1]] = link[2];
    if (line.includes("The service goes on")) break;
  }
  if (!links.administrator) throw new Error("the demo gave no links");
  const stop = () => new Promise((ended) => { process.on("exit", ended); process.kill("SIGTERM"); });
  return { links, url: new URL("/", links.administrator).href, folder, stop };
}
