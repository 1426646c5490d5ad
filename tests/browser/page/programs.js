// Runs compiled programs in a page, on virtual time, for the tests: served beside mark.js.
import { Amount, compile, defaultHost, Program, Runner } from "./mark.js";

const fetched = async (file) => compile(await (await fetch(file)).arrayBuffer());

/** What a plain program prints. */
export async function runProgram(file) {
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
    const program = new Program(await fetched(file), host);
    program.start();
    for (let rounds = 0; program.timers.next !== null && rounds < 10_000; rounds += 1) program.advanceTo(program.timers.next);
  } catch (error) {
    err += `${error.stack ?? error}\n`;
  }
  return { out, err };
}

/** SplitMix64 of 1, as the stage has it. */
function randomNumbers() {
  let state = 1n;
  const mask = (1n << 64n) - 1n;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let mixed = ((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & mask;
    mixed ^= mixed >> 31n;
    return Number(mixed >> 11n) / 2 ** 53;
  };
}

/** What an object makes of actions that are named as the options of `mosl play`: deltas, messages to the visitor, errors. */
export async function playObject(file, actions) {
  const batches = [];
  const messages = [];
  const errors = [];
  const prompts = [];
  const names = new Map();
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
  const runner = new Runner(await fetched(file), { host, deltas, random: randomNumbers(), fault: (text) => errors.push(text) });
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
}
