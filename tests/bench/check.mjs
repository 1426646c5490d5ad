// Parse and check, beside TypeScript 7 on the same text: CPU time on one core and peak memory, start included; and how the cost grows
// with the size of inputs that are made to hurt. Prints two tables; a program that one of them refuses ends it.
//
//   cargo build --release -p mosl && npm ci --prefix tests/oracle && MOSL=target/release/mosl node tests/bench/check.mjs [rounds]
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { program, project } from "./check/generate.mjs";
import { HARD } from "./check/hard.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const MOSL = process.env.MOSL ?? join(HERE, "../../target/release/mosl");
// The program itself: its wrapper starts Node.js first.
const TSC = process.env.TSC ?? join(HERE, "../oracle/node_modules/@typescript/typescript-linux-x64/lib/tsc");
const rounds = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), "mosl-check-"));

const CONFIG = {
  compilerOptions: { strict: true, noEmit: true, target: "esnext", module: "esnext", moduleDetection: "force", lib: ["esnext"],
    types: [], moduleResolution: "bundler", allowImportingTsExtensions: true },
  files: ["main.ts"],
};

/** Writes a program for both; where they are. */
function prepare(name, texts) {
  const paths = {};
  for (const [which, extension] of [["mosl", "mosl"], ["tsc", "ts"]]) {
    paths[which] = join(folder, `${name}-${which}`);
    mkdirSync(paths[which]);
    for (const [file, text] of texts(extension)) writeFileSync(join(paths[which], file), text);
  }
  writeFileSync(join(paths.mosl, "mosl.json"), '{ "strict": true }');
  writeFileSync(join(paths.tsc, "tsconfig.json"), JSON.stringify(CONFIG));
  return paths;
}

/** Seconds of CPU and mebibytes at most of one run on one core. */
function run(args, refusable) {
  const command = ["-c", "1", "/usr/bin/time", "-f", "%U %S %M", ...args];
  const { stderr, stdout, status } = spawnSync("taskset", command, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0 && !refusable) throw new Error(`${args.join(" ")} ends with ${status}:\n${stdout}${stderr}`.slice(0, 3000));
  const [user, system, memory] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { seconds: user + system, memory: memory / 1024, refused: status !== 0 };
}

const mosl = (path) => [MOSL, "check", path];
const tsc = (path) => [TSC, "-p", path, "--singleThreaded"];

/** The least of several runs, both alternating. */
function measure(paths, refusable = false) {
  const best = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [which, args] of [["mosl", mosl(paths.mosl)], ["tsc", tsc(paths.tsc)]]) {
      const one = run(args, refusable);
      const known = (best[which] ??= one);
      known.seconds = Math.min(known.seconds, one.seconds);
      known.memory = Math.min(known.memory, one.memory);
    }
  }
  return best;
}

const SIZES = [
  ["1,000 files of 200 lines", (extension) => project(1000, 200, extension)],
  ["one file of 20,000 lines", (extension) => [[`main.${extension}`, program(1, 20_000).text]]],
  ["nothing", (extension) => [[`main.${extension}`, "export {};\n"]]],
];

console.log("| program | lines | MOSL | TypeScript 7 | times as fast | lines a second | memory | TypeScript 7 | share |");
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
for (const [name, texts] of SIZES) {
  const lines = [...texts("mosl")].reduce((sum, [, text]) => sum + text.split("\n").length - 1, 0);
  const best = measure(prepare(name.replaceAll(/\W/g, "-"), texts));
  const ms = ({ seconds }) => `${Math.round(seconds * 1000)} ms`;
  const [a, b] = [best.mosl, best.tsc];
  const figures = [lines.toLocaleString("en"), ms(a), ms(b), lines < 100 ? "" : (b.seconds / a.seconds).toFixed(1),
    lines < 100 ? "" : Math.round(lines / a.seconds).toLocaleString("en"), `${a.memory.toFixed(0)} MiB`, `${b.memory.toFixed(0)} MiB`,
    (a.memory / b.memory).toFixed(2)];
  console.log(`| ${name} | ${figures.join(" | ")} |`);
}

console.log("\n| made to hurt | size | MOSL | ten times the size | growth | TypeScript 7 | ten times the size |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const [name, size, text] of HARD) {
  const at = (scale) => measure(prepare(`${name.replaceAll(/\W/g, "-")}-${scale}`, (extension) => [[`main.${extension}`, text(size * scale)]]), true);
  const [small, large] = [at(1), at(10)];
  const shown = ({ seconds, refused }) => `${Math.round(seconds * 1000)} ms${refused ? " (refused)" : ""}`;
  const growth = (large.mosl.seconds / Math.max(small.mosl.seconds, 0.01)).toFixed(1);
  console.log(`| ${name} | ${size} | ${shown(small.mosl)} | ${shown(large.mosl)} | ${growth} | ${shown(small.tsc)} | ${shown(large.tsc)} |`);
}
rmSync(folder, { recursive: true });
