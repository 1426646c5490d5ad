// Re-derives the expected output of every plain-JavaScript conformance program from the pinned engine in `tests/oracle`.
//
//   node derive.mjs [--check] [NAME…]     NAME: a part of a program's path
//
// Without `--check` it writes `<point>.out` beside each program; with it, it compares, names what differs and exits 1.
// Programs are run as ES modules from a temporary copy in which `.mosl` is spelled `.mjs`. A directory that holds a
// `main.mosl` is one program. What MOSL adds to JavaScript (`typed/`) has expectations written by hand and is left alone.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const engine = join(root, "../oracle/node_modules/.bin/node");
const byHand = new Set(["typed"]);

function programsIn(folder) {
  if (existsSync(join(folder, "main.mosl"))) return [join(folder, "main.mosl")];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !(folder === root && byHand.has(entry.name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return programsIn(path);
      return entry.name.endsWith(".mosl") ? [path] : [];
    });
}

function renameToMjs(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.name.endsWith(".mosl")) continue;
    const path = join(entry.parentPath, entry.name);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll('.mosl"', '.mjs"'));
    renameSync(path, path.replace(/\.mosl$/, ".mjs"));
  }
}

function run(file) {
  return new Promise((resolve) => {
    const child = spawn(engine, [file], { env: { PATH: process.env.PATH, TZ: "UTC", NO_COLOR: "1" }, timeout: 20_000 });
    let out = "";
    let err = "";
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => (err += data));
    child.on("close", (code) => resolve({ out, err, code }));
  });
}

const args = process.argv.slice(2);
const check = args.includes("--check");
const wanted = args.filter((arg) => arg !== "--check");
const programs = programsIn(root).filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)));

const copy = mkdtempSync(join(tmpdir(), "mosl-oracle-"));
cpSync(root, copy, { recursive: true });
renameToMjs(copy);

let bad = 0;
const queue = [...programs];
async function worker() {
  for (let program = queue.shift(); program !== undefined; program = queue.shift()) {
    const name = relative(root, program);
    const expectation = program.replace(/\.mosl$/, ".out");
    const agrees = (out) => existsSync(expectation) && readFileSync(expectation, "utf8") === out;
    let { out, err, code } = await run(join(copy, name.replace(/\.mosl$/, ".mjs")));
    // The engine's timers follow the real clock: on a busy machine a program with timers may need another try.
    for (let tries = 1; check && tries < 5 && !agrees(out); tries++) {
      ({ out, err, code } = await run(join(copy, name.replace(/\.mosl$/, ".mjs"))));
    }
    if (code !== 0) {
      bad++;
      console.error(`${name}: exit ${code}\n${err}`);
    } else if (!check) {
      writeFileSync(expectation, out);
    } else if (!agrees(out)) {
      bad++;
      console.error(`${name}: the expectation differs from what the engine prints`);
    }
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, worker));
rmSync(copy, { recursive: true });
console.log(`${programs.length} programs, ${bad} bad`);
process.exitCode = bad > 0 ? 1 : 0;
