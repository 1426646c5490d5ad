// What visitors see is what the MVM showed: each example, run by `mosl play` and in Chromium with the same script of clicks, steps and answers,
// makes the same stream of scene deltas and the same messages.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { MOSL, serveFolder, startBrowser } from "./harness.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What is done to each example, as options of `mosl play`. */
const SCRIPTS = {
  lamp: "--hover Lamp --ticks 20 --click Lamp --ticks 40 --move 0,0,2 --ticks 40 --leave Lamp --click Lamp --move 0,0,9 --ticks 60",
  "vending-machine": "--click VendingMachine --accept --ticks 300 --click VendingMachine --decline --ticks 30 --click VendingMachine --accept --ticks 300",
  "kinetic-sculpture": "--ticks 90 --click KineticSculpture --ticks 90",
  "prize-wheel": "--click PrizeWheel --accept --ticks 400 --click PrizeWheel --decline --ticks 10",
  "photo-wall": "--ticks 30 --click PhotoWall --ticks 60 --move 0,0,1.5 --ticks 30",
  greeter: "--ticks 30 --move 0,0,1 --ticks 60 --click Greeter --move 0,0,9 --ticks 60",
  gallery: "--ticks 60 --move 1,0,1 --ticks 60",
};

const OPERATIONS = /^(?:reset|create|remove|attach|detach|set|animate|play|stop|camera|turn) ?/;

let folder;
let server;
let browser;
let page;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "mosl-deltas-"));
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

/** The deltas that the server's object makes, as text, without the whole scene that a visitor gets on coming in; and its messages. */
function onServer(example, script) {
  const text = execFileSync(MOSL, ["play", join(ROOT, "examples", example), "--deltas", ...script], { encoding: "utf8", maxBuffer: 1 << 28 });
  const lines = text.split("\n");
  const messages = lines.filter((line) => line.startsWith("notify ")).map((line) => JSON.parse(line.slice(7)));
  const deltas = lines.filter((line) => OPERATIONS.test(line));
  const snapshot = deltas.indexOf("reset");
  const end = deltas.findIndex((line, at) => at > snapshot && line.startsWith("turn "));
  deltas.splice(snapshot, end - snapshot + 1);
  assert.equal(deltas.pop(), "reset"); // The end of the play.
  return { deltas, messages };
}

/** The same in the page. */
const inPage = (actions) => page.evaluate(async (actions) => {
  const { Amount, compile, defaultHost, Runner } = await import("./mark.js");
  const batches = [];
  const messages = [];
  const errors = [];
  const prompts = [];
  const names = new Map();
  // SplitMix64 of 1, as the stage has it.
  let state = 1n;
  const mask = (1n << 64n) - 1n;
  const random = () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let mixed = ((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & mask;
    mixed ^= mixed >> 31n;
    return Number(mixed >> 11n) / 2 ** 53;
  };
  const host = {
    ...defaultHost(),
    visitorName: "Visitor",
    balance: () => new Amount(100n * 10n ** 18n),
    budget: () => new Amount(25n * 10n ** 18n),
    send: () => "",
    log: (level, text) => level === "error" && errors.push(text),
    notify: (text) => messages.push(text),
    requestPayment: () => new Promise((answer) => prompts.push(answer)),
  };
  const deltas = (batch) => {
    for (const delta of batch) if (delta.property === "name" && !names.has(delta.value)) names.set(delta.value, delta.node);
    batches.push(...batch.map((delta) => structuredClone(delta)));
  };
  const runner = new Runner(await compile(await (await fetch("object.wasm")).arrayBuffer()), { host, deltas, random, fault: (text) => errors.push(text) });
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  runner.start();
  runner.handle({ type: "move", position: [0, 0, 5] });
  const at = (name) => names.get(name) ?? errors.push(`no ${name}`);
  for (const [action, value] of actions) {
    if (action === "ticks") for (let left = Number(value); left > 0; left -= 1) runner.step(1 / 60);
    else if (action === "click") runner.handle({ type: "click", node: at(value) });
    else if (action === "hover") runner.handle({ type: "hover-start", node: at(value) });
    else if (action === "leave") runner.handle({ type: "hover-end", node: at(value) });
    else if (action === "move") runner.handle({ type: "move", position: value.split(",").map(Number) });
    else if (action === "accept") prompts.shift()({ accept() {}, refund() {} });
    else prompts.shift()({ declined: "the visitor declined" });
    await settled();
  }
  runner.stop();
  return { batches, messages, errors };
}, actions);

const number = (value) => String(Math.round(Math.fround(value) * 1e4) / 1e4 + 0);
const byte = (part) => Math.round(Math.min(Math.max(part, 0), 1) * 255).toString(16).padStart(2, "0");

/** A value as `mosl play --deltas` prints it. */
function printed(property, value) {
  if (/color|emissive$|sky|ground|fog$|background/i.test(property) && Array.isArray(value) && value.length === 4) {
    const text = `#${value.map(byte).join("")}`;
    return text.endsWith("ff") && text.length === 9 ? text.slice(0, 7) : text;
  }
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return number(value);
  if (typeof value === "boolean") return String(value);
  const items = Object.values(value);
  return items.map((item) => (typeof item === "number" ? number(item) : JSON.stringify(item))).join(" ");
}

function line(delta) {
  switch (delta.op) {
    case "create":
      return `create #${delta.node} ${delta.kind}`;
    case "attach":
      return `attach #${delta.node} parent #${delta.parent}`;
    case "remove":
    case "detach":
    case "stop":
      return `${delta.op} #${delta.node}`;
    case "play":
      return `play #${delta.node} elapsed ${number(delta.elapsed)}`;
    case "set":
      return `set #${delta.node} ${delta.property} ${printed(delta.property, delta.value)}`;
    case "animate": {
      const [from, to] = [printed(delta.property, delta.from), printed(delta.property, delta.to)];
      const repeat = delta.repeat === "once" ? "" : ` repeat ${delta.repeat}`;
      return `animate #${delta.node} ${delta.property} from ${from} to ${to} duration ${number(delta.duration)}s elapsed ${number(delta.elapsed)} ${delta.easing}${repeat}`;
    }
    case "camera":
      return `camera position ${delta.position.map(number).join(" ")} target ${delta.target.map(number).join(" ")}`;
    case "turn":
      return `turn ${delta.number} time ${number(delta.time)}s`;
    default:
      return delta.op;
  }
}

for (const [example, options] of Object.entries(SCRIPTS)) {
  test(`${example}: the same deltas and messages`, async () => {
    const words = options.split(" ");
    const actions = [];
    for (let at = 0; at < words.length; at += 1) {
      if (!words[at].startsWith("--")) continue;
      actions.push([words[at].slice(2), words[at + 1]?.startsWith("--") ? undefined : words[at + 1]]);
    }
    const expected = onServer(example, words);
    execFileSync(MOSL, ["build", "--target", "wasm", join(ROOT, "examples", example), "--out", join(folder, "object.wasm")], { stdio: "pipe" });
    const { batches, messages, errors } = await inPage(actions);
    assert.deepEqual(errors, []);
    assert.ok(expected.deltas.length > 10);
    assert.deepEqual(batches.map(line), expected.deltas);
    assert.deepEqual(messages, expected.messages);
  });
}
