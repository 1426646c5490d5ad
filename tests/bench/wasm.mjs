// Runs a program as WebAssembly with the page's own loader: node --experimental-wasm-exnref tests/bench/wasm.mjs FILE.wasm
// Node.js 24 or later: it reads the loader's TypeScript as it is.
import { readFileSync } from "node:fs";
import { compile, Program } from "../../web/src/object/program.ts";

const module = await compile(readFileSync(process.argv[2]));
const program = new Program(module, {
  print: (stream, text) => (stream === "err" ? process.stderr : process.stdout).write(`${text}\n`),
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: Math.random,
  uncaught: (text) => console.error(text),
  call: (from, name) => { throw new Error(`${from} has no ${name} here`); },
});
program.start();
