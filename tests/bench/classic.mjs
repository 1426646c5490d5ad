// The classic object-oriented programs on MOSL and its peers, alternating in one session: prints a table of CPU time
// relative to one of them, MOSL's interpreter or what BASE names (more than 1: slower than that). Every program checks its own
// result. What is not there is left out.
//
// "WebAssembly" is the program as `mosl build --target wasm` writes it, run by the page's own loader in Node.js, on V8 as in Chromium;
// "optimized" is built with `--optimize`; "annotated" is `classic/NAME.typed.mosl`: the same program with the types of fields,
// parameters and results written down.
//
//   MOSL=target/release/mosl QUICKJS=… LUAU=… NODE=… BASE=Node.js node tests/bench/classic.mjs [rounds] [program…]
//
// The programs of `memory/` run when they are named: trees objects maps strings.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const { MOSL = join(HERE, "../../target/release/mosl"), NODE = process.execPath, QUICKJS, LUAU } = process.env;

// How often each program runs: about half a second on an interpreter.
const COUNTS = {
  bounce: 300, list: 300, permute: 200, queens: 300, sieve: 600, storage: 200, towers: 150, nbody: 80, mandelbrot: 300,
  richards: 10, deltablue: 80, json: 40, havlak: 2, cd: 60,
};
const MEMORY = { trees: 13, objects: 600, maps: 120, strings: 900 };
// A compiler gets more to do, so that its start does not count for much.
const WANTED = (process.env.ENGINES ?? "").split(",").filter(Boolean);
const ENGINES = [
  { name: "MOSL", program: MOSL, args: ["run", "--jit=off"], ending: "mosl", more: 1 },
  { name: "MOSL --jit=lazy", program: MOSL, args: ["run", "--jit=lazy"], ending: "mosl", more: 4 },
  { name: "MOSL --jit=eager", program: MOSL, args: ["run", "--jit=eager"], ending: "mosl", more: 4 },
  { name: "WebAssembly", program: NODE, args: ["--experimental-wasm-exnref", join(HERE, "wasm.mjs")], ending: "wasm", more: 10 },
  {
    name: "WebAssembly annotated", program: NODE, args: ["--experimental-wasm-exnref", join(HERE, "wasm.mjs")], ending: "wasm", more: 10,
    typed: ".typed",
  },
  {
    name: "WebAssembly optimized", program: NODE, args: ["--experimental-wasm-exnref", join(HERE, "wasm.mjs")], ending: "wasm", more: 10,
    form: ["--optimize"],
  },
  { name: "Luau", program: LUAU, args: [], ending: "luau", more: 1 },
  { name: "QuickJS-ng", program: QUICKJS, args: [], ending: "mjs", more: 1 },
  { name: "Node.js --jitless", program: NODE, args: ["--jitless"], ending: "mjs", more: 1 },
  { name: "Node.js", program: NODE, args: [], ending: "mjs", more: 10 },
].filter(({ name, program }) => program && existsSync(program) && (WANTED.length === 0 || WANTED.includes(name)));

const folder = mkdtempSync(join(tmpdir(), "mosl-classic-"));
const own = (text) => text.replace(/^import .*\n/gm, "").replace(/^export /gm, "");
const read = (name) => readFileSync(join(HERE, name), "utf8");

// One file of the shared part, the program and its call; null where there is no such translation.
function file(engine, program) {
  const isLuau = engine.ending === "luau";
  const typed = engine.typed ?? "";
  const form = engine.form ?? [];
  const path = join(folder, `${program}${typed}${form.join("")}-${engine.more}.${engine.ending}`);
  const place = program in MEMORY ? "memory" : "classic";
  const count = MEMORY[program] ?? COUNTS[program];
  if (program === "empty") {
    const source = engine.ending === "wasm" ? path.replace(/wasm$/, "build.mosl") : path;
    writeFileSync(source, "");
    if (source !== path) build(source, path, form);
  } else if (isLuau) {
    const translation = place === "memory" ? `memory/${program}.luau` : `classic/luau/${program}.luau`;
    if (!existsSync(join(HERE, translation))) return null;
    writeFileSync(path, `${read("classic/luau/som.luau")}${read(translation)}run(${count})\n`);
  } else {
    if (!existsSync(join(HERE, `${place}/${program}${typed}.mosl`))) return null;
    const text = own(read(`classic/som${typed}.mosl`)) + own(read(`${place}/${program}${typed}.mosl`));
    const isWasm = engine.ending === "wasm";
    const source = isWasm ? path.replace(/wasm$/, "build.mosl") : path;
    writeFileSync(source, `${text}for (let i = 0; i < ${engine.more}; i += 1) run(${count});\n`);
    if (isWasm) build(source, path, form);
  }
  return path;
}

function build(source, path, form) {
  const { status, stderr } = spawnSync(MOSL, ["build", "--target", "wasm", ...form, source, "--out", path], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

// Seconds of CPU, of the whole process.
function seconds(engine, path) {
  const script = 'TIMEFORMAT="%3U %3S"; time "$0" "$@" >&2';
  const { stderr } = spawnSync("bash", ["-c", script, engine.program, ...engine.args, path], { encoding: "utf8" });
  const [user, system] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
  if (/Error|expected/.test(stderr) || Number.isNaN(user)) throw new Error(`${engine.name} on ${path}: ${stderr}`);
  return user + system;
}

const [rounds = "3", ...only] = process.argv.slice(2);
const programs = only.length > 0 ? only : Object.keys(COUNTS);
const best = (paths) => paths.map((path) => (path === null ? null : Infinity));
const all = ["empty", ...programs];
const paths = ENGINES.map((engine) => all.map((program) => file(engine, program)));
const times = ENGINES.map((_, e) => best(paths[e]));
for (let round = 0; round < Number(rounds); round += 1) {
  all.forEach((_, p) => {
    ENGINES.forEach((engine, e) => {
      if (paths[e][p] !== null) times[e][p] = Math.min(times[e][p], seconds(engine, paths[e][p]));
    });
  });
}
rmSync(folder, { recursive: true });

// Of one run of the program's work, start-up excepted.
const work = (e, p) => (times[e][p] === null ? null : (times[e][p] - times[e][0]) / ENGINES[e].more);
const base = Math.max(ENGINES.findIndex(({ name }) => name === process.env.BASE), 0);
const shown = (ratio) => (ratio === null ? "" : ratio.toFixed(2));
console.log(`| program | ${ENGINES.map(({ name }) => name).join(" | ")} |`);
console.log(`| --- |${" --- |".repeat(ENGINES.length)}`);
const ratios = ENGINES.map(() => []);
programs.forEach((program, index) => {
  const cells = ENGINES.map((_, e) => {
    const time = work(e, index + 1);
    const ratio = time === null ? null : time / work(base, index + 1);
    if (ratio !== null) ratios[e].push(Math.max(ratio, 0.001));
    return shown(ratio);
  });
  console.log(`| ${program} | ${cells.join(" | ")} |`);
});
const mean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
console.log(`| geometric mean | ${ratios.map((values) => shown(mean(values))).join(" | ")} |`);
