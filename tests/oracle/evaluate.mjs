// Runs programs for a comparison, one after the other, in one process: a line of JSON (the program's text) in, a line out (what it
// printed, and how many errors nothing caught). Timers run on virtual time, so that no program waits.
//
//   node --experimental-vm-modules evaluate.mjs
import { Console } from "node:console";
import { createInterface } from "node:readline";
import vm from "node:vm";

const immediate = setImmediate;
let printed = "";
let uncaught = 0;
let timers = [];
let now = 0;
let count = 0;

const stream = (write) => ({ write, on() {}, once() {}, removeListener() {}, listenerCount: () => 0 });
const stdout = stream((text) => (printed += text));
const stderr = stream(() => {});

// As HTML's timers: at least a millisecond, equal times in the order of their setting.
globalThis.setTimeout = (callback, delay = 0, ...args) => {
  if (typeof callback !== "function") throw new TypeError("a timer needs a function");
  const due = now + (delay >= 1 ? Math.floor(delay) : 1);
  timers.push({ due, id: ++count, callback, args });
  return count;
};
globalThis.clearTimeout = (id) => { timers = timers.filter((timer) => timer.id !== id); };
process.on("uncaughtException", () => uncaught++);
process.on("unhandledRejection", () => uncaught++);

// All microtasks have run when the next macrotask begins.
const settled = () => new Promise((resolve) => immediate(resolve));

async function run(source) {
  [printed, uncaught, timers, now] = ["", 0, [], 0];
  globalThis.console = new Console({ stdout, stderr, colorMode: false });
  let broken;
  try {
    const module = new vm.SourceTextModule(source);
    await module.link(() => { throw new Error("programs import nothing"); });
    module.evaluate().catch(() => uncaught++);
  } catch (error) {
    broken = String(error);
  }
  await settled();
  for (let ran = 0; timers.length > 0 && ran < 10_000; ran++) {
    timers.sort((a, b) => a.due - b.due || a.id - b.id);
    const timer = timers.shift();
    now = Math.max(now, timer.due);
    try {
      timer.callback(...timer.args);
    } catch {
      uncaught++;
    }
    await settled();
  }
  return { out: printed.toWellFormed(), uncaught, broken };
}

const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");
for await (const line of createInterface({ input: process.stdin })) say(await run(JSON.parse(line)));
