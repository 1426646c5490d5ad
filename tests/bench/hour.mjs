// Types at random into four files of a project of 20,000 lines, and asks at random, for as long as one says (in minutes; 60 unless told).
// Every minute it prints the server's memory and asks a server that has just started about the same texts: both must say the same.
// It fails where memory grows, where an answer is an internal error, and where the two servers differ.
//
//   cargo build --release -p mosl && MOSL=target/release/mosl node tests/bench/hour.mjs [MINUTES] [SEED]
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "./editing/client.mjs";
import { writeProject } from "./editing/project.mjs";

const MOSL = process.env.MOSL ?? fileURLToPath(new URL("../../target/release/mosl", import.meta.url));
const MINUTES = Number(process.argv[2] ?? 60);
const OPEN = [10, 11, 20, 50];
const SNIPPETS = [
  "x", " ", ";\n", "(", ")", "{\n", "}\n", "this.", "\"", "`${", "const fresh = 1;\n", "store.", "items.map((item) => item.", "=> ", "// note\n",
  "export function more(a: number): string { return String(a); }\n", "class Extra { size = 1; }\n", "import { total", ": number", "<", "[0]", "?.", "return ",
];

let state = BigInt(process.argv[3] ?? 1) * 0x9e3779b97f4a7c15n;
/** xorshift: the same edits from the same seed. */
function below(bound) {
  state = BigInt.asUintN(64, state ^ (state << 13n));
  state ^= state >> 7n;
  state = BigInt.asUintN(64, state ^ (state << 17n));
  return Number(state % BigInt(Math.max(bound, 1)));
}

const root = await mkdtemp(join(tmpdir(), "mosl-hour-"));
const { folders } = await writeProject(root);
const files = await Promise.all(OPEN.map(async (part) => {
  const path = join(folders.mosl, `part${part}.mosl`);
  return { path, original: await readFile(path, "utf8"), text: "", uri: "" };
}));

async function started() {
  const client = new Client(MOSL, ["lsp"]);
  await client.start(folders.mosl);
  return client;
}

/** Makes a file the one that the client's edits and questions are about. */
function turnTo(client, file) {
  client.uri = file.uri;
  client.text = file.text;
}

function open(client, file, text) {
  client.open(file.path, "mosl", text);
  Object.assign(file, { text, uri: client.uri });
}

function edit(client, file) {
  const length = file.text.length;
  const kind = below(40);
  if (kind === 0) client.type(0, length, file.original);
  else if (kind < 10) {
    const from = below(length);
    client.type(from, Math.min(length, from + below(12)), "");
  } else {
    const at = below(length);
    client.type(at, at, SNIPPETS[below(SNIPPETS.length)]);
  }
  file.text = client.text;
}

const range = (client, from, to) => ({ start: client.position(from), end: client.position(to) });
const QUESTIONS = {
  "textDocument/completion": (client, at) => ({ ...client.at(at), context: { triggerKind: 1 } }),
  "textDocument/hover": (client, at) => client.at(at),
  "textDocument/signatureHelp": (client, at) => client.at(at),
  "textDocument/definition": (client, at) => client.at(at),
  "textDocument/references": (client, at) => ({ ...client.at(at), context: { includeDeclaration: true } }),
  "textDocument/documentSymbol": (client) => client.document,
  "textDocument/semanticTokens/full": (client) => client.document,
  "textDocument/inlayHint": (client, at) => ({ ...client.document, range: range(client, 0, at) }),
  "textDocument/codeAction": (client, at) => ({ ...client.document, range: range(client, at, at), context: { diagnostics: [] } }),
  "textDocument/foldingRange": (client) => client.document,
  "textDocument/formatting": (client) => ({ ...client.document, options: { tabSize: 2, insertSpaces: true } }),
  "textDocument/diagnostic": (client) => client.document,
  "workspace/symbol": () => ({ query: "Part5" }),
};
const METHODS = Object.keys(QUESTIONS);

/** A question; one that an edit overtakes may be refused. */
async function ask(client, method, params) {
  try {
    return await client.request(method, params);
  } catch (error) {
    assert.match(error.message, /content was modified/, method);
    return null;
  }
}

async function complaints(client, file) {
  turnTo(client, file);
  const { items } = await client.request("textDocument/diagnostic", client.document);
  return items;
}

const client = await started();
files.forEach((file) => open(client, file, file.original));
const start = performance.now();
const samples = [];
let [edits, questions, minute] = [0, 0, 0];
while (performance.now() - start < MINUTES * 60_000) {
  const file = files[below(files.length)];
  turnTo(client, file);
  for (let more = below(4); more >= 0; more -= 1) {
    edit(client, file);
    edits += 1;
  }
  const method = METHODS[below(METHODS.length)];
  await ask(client, method, QUESTIONS[method](client, below(file.text.length)));
  questions += 1;
  if (performance.now() - start < minute * 60_000) continue;
  const fresh = await started();
  const copies = files.map((file) => ({ ...file }));
  copies.forEach((copy) => open(fresh, copy, copy.text));
  for (const [at, file] of files.entries()) assert.deepEqual(await complaints(client, file), await complaints(fresh, copies[at]), file.path);
  await fresh.stop();
  samples.push(await client.resident());
  console.log(`${minute} min: ${edits} edits, ${questions} questions, ${samples.at(-1).toFixed(1)} MB`);
  minute += 1;
}
await client.stop();
await rm(root, { recursive: true });
const third = Math.max(...samples.slice(1, Math.max(2, Math.ceil(samples.length / 3))));
assert.ok(samples.at(-1) < third * 1.1 + 8, `memory grew from ${third} MB to ${samples.at(-1)} MB`);
