// Programs of tests/conformance print in Chromium what stands beside them. One in eight as a rule; all with MOSL_ALL=1. Those that do not pass
// as WebAssembly yet stand in tests/wasm.txt.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { MOSL, serveFolder, startBrowser } from "./harness.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CORPUS = join(ROOT, "tests/conformance");

/** Names as the Rust tests have them, with paths. */
async function programs(folder = CORPUS) {
  const entries = await readdir(folder, { withFileTypes: true });
  const name = (path) => relative(CORPUS, path).replaceAll("/", "::");
  if (entries.some((entry) => entry.name === "main.mosl")) return [{ name: name(folder), path: join(folder, "main.mosl") }];
  const found = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await programs(path)));
    else if (path.endsWith(".mosl")) found.push({ name: name(path.slice(0, -5)), path });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

let folder;
let server;
let browser;
let page;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "mosl-corpus-"));
  await copyFile(join(ROOT, "web/dist/mark-page.js"), join(folder, "mark.js"));
  await writeFile(join(folder, "index.html"), "<!doctype html>");
  server = await serveFolder(folder);
  ({ browser, page } = await startBrowser());
  await page.goto(`${server.url}/`);
});

after(async () => {
  await browser?.close();
  server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** What a program prints, in the page, on virtual time. */
const run = (file) => page.evaluate(async (file) => {
  const { compile, Program } = await import("./mark.js");
  let out = "";
  let err = "";
  const host = {
    print: (stream, text) => (stream === "out" ? (out += `${text}\n`) : (err += `${text}\n`)),
    now: () => 1_767_225_600_000,
    monotonic: () => 0,
    random: () => 0.5,
    uncaught: (text) => (err += `${text}\n`),
    call: () => "",
  };
  try {
    const program = new Program(await compile(await (await fetch(file)).arrayBuffer()), host);
    program.start();
    for (let rounds = 0; program.timers.next !== null && rounds < 10_000; rounds += 1) program.advanceTo(program.timers.next);
  } catch (error) {
    err += `${error.stack ?? error}\n`;
  }
  return { out, err };
}, file);

test("programs of the corpus print the same in the browser", async () => {
  const listed = new Set((await readFile(join(ROOT, "tests/wasm.txt"), "utf8")).split("\n").map((line) => line.split(": ")[0]));
  const all = (await programs()).filter(({ name }) => !listed.has(name));
  const chosen = process.env.MOSL_ALL ? all : all.filter((_, at) => at % 8 === 0);
  const failures = [];
  for (const { name, path } of chosen) {
    execFileSync(MOSL, ["build", "--target", "wasm", path, "--out", join(folder, "program.wasm")], { stdio: "pipe" });
    const { out, err } = await run("program.wasm");
    if (out !== (await readFile(path.replace(/\.mosl$/, ".out"), "utf8")) || err.includes("Error")) failures.push(`${name}: ${err.slice(0, 300)}`);
  }
  assert.deepEqual(failures, [], `of ${chosen.length}`);
});
