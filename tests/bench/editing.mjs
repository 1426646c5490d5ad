// Measures what a keystroke costs in a project of 20,000 lines: our language server beside TypeScript 7's own, on the same code, on one
// core, taking turns. Prints one table; asserts only that both answer what was asked.
//
//   cargo build --release -p mosl && npm ci --prefix web && MOSL=target/release/mosl node tests/bench/editing.mjs [ROUNDS]
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "./editing/client.mjs";
import { writeProject } from "./editing/project.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MOSL = process.env.MOSL ?? join(ROOT, "target/release/mosl");
const TSC = process.env.TSC ?? join(ROOT, "web/node_modules/@typescript/typescript-linux-x64/lib/tsc");
const ROUNDS = Number(process.argv[2] ?? 100);
const OPENINGS = 5;

const SERVERS = {
  mosl: { command: MOSL, args: ["lsp"] },
  ts: { command: TSC, args: ["--lsp", "--stdio"] },
};

const times = {};
async function timed(what, language, work) {
  const start = performance.now();
  const result = await work();
  ((times[what] ??= {})[language] ??= []).push(performance.now() - start);
  return result;
}

const root = await mkdtemp(join(tmpdir(), "mosl-editing-"));
const project = await writeProject(root);
const clients = {};

/** From nothing to the first file's diagnostics. */
async function openCold(language) {
  const { command, args } = SERVERS[language];
  const client = new Client(command, args);
  await timed("cold open to diagnostics", language, async () => {
    await client.start(project.folders[language]);
    const { path, text } = project.middle(language);
    client.open(path, language === "ts" ? "typescript" : "mosl", text);
    assert.deepEqual(await client.diagnostics(), []);
  });
  return client;
}

for (let opening = 0; opening < OPENINGS; opening += 1) {
  for (const language of ["mosl", "ts"]) {
    await clients[language]?.stop();
    clients[language] = await openCold(language);
  }
}

/** A mistake is typed, seen, taken back, and seen to be gone. */
async function keystroke(client, language) {
  const at = client.text.indexOf("return sum + store.size") + "return sum + store.siz".length;
  await timed("keystroke to diagnostics", language, async () => {
    client.type(at, at + 1, "");
    assert.ok((await client.diagnostics()).some(({ message }) => message.includes("siz")));
  });
  await timed("keystroke to diagnostics", language, async () => {
    client.type(at, at, "e");
    assert.deepEqual(await client.diagnostics(), []);
  });
}

/** A dot is typed behind a variable, and the list is asked for. */
async function complete(client, language) {
  const at = client.text.indexOf("  return sum + store.size");
  client.type(at, at, "store\n");
  await client.diagnostics(); // The next key comes when the server is at rest.
  await timed("completion behind a dot", language, async () => {
    client.type(at + 5, at + 5, ".");
    const list = await client.request("textDocument/completion", { ...client.at(at + 6), context: { triggerKind: 2, triggerCharacter: "." } });
    const labels = (list.items ?? list).map(({ label }) => label);
    assert.ok(labels.includes("add") && labels.includes("items"), String(labels));
  });
  client.type(at, at + 7, "");
  // A word: names in scope, and what could be imported.
  client.type(at, at, "tot\n");
  await client.diagnostics();
  await timed("completion of a word", language, async () => {
    client.type(at + 3, at + 3, "a");
    const list = await client.request("textDocument/completion", { ...client.at(at + 4), context: { triggerKind: 1 } });
    const labels = (list.items ?? list).map(({ label }) => label);
    assert.ok(labels.includes("total50"), String(labels.slice(0, 20)));
  });
  client.type(at, at + 5, "");
  assert.equal(client.text, project.middle(language).text);
}

async function hover(client, language) {
  // Behind an edit, so that nothing is remembered.
  const at = client.text.indexOf("  return sum + store.size");
  client.type(at, at, " ");
  const place = client.text.indexOf("measure50_0([") + 2;
  const found = await timed("hover behind a keystroke", language, () => client.request("textDocument/hover", client.at(place)));
  assert.match(JSON.stringify(found), /Map<string, number>/);
  client.type(at, at + 1, "");
}

async function rename(client, language) {
  const place = client.text.indexOf("export function total50") + "export function ".length + 1;
  const edit = await timed("rename over four modules", language, () => client.request("textDocument/rename", { ...client.at(place), newName: "sumOf50" }));
  const files = Object.keys(edit.changes ?? {}).length || edit.documentChanges.length;
  assert.equal(files, 4);
}

for (let round = 0; round < ROUNDS; round += 1) {
  for (const work of [keystroke, complete, hover, rename]) {
    for (const language of ["mosl", "ts"]) await work(clients[language], language);
  }
}

const memory = { mosl: await clients.mosl.stop(), ts: await clients.ts.stop() };
await rm(root, { recursive: true });

const at = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const show = (values) => `${at(values, 0.5).toFixed(1)} / ${at(values, 0.95).toFixed(1)}`;
console.log(`${project.lines} lines, ${ROUNDS} rounds; milliseconds, p50 / p95\n`);
console.log("| what | MOSL | TypeScript 7 | p95, MOSL to TypeScript |\n| --- | --- | --- | --- |");
for (const [what, { mosl, ts }] of Object.entries(times)) console.log(`| ${what} | ${show(mosl)} | ${show(ts)} | ${(at(mosl, 0.95) / at(ts, 0.95)).toFixed(2)} |`);
console.log(`| peak memory | ${memory.mosl.toFixed(0)} MB | ${memory.ts.toFixed(0)} MB | ${(memory.mosl / memory.ts).toFixed(2)} |`);
