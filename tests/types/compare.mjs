// Runs TypeScript over the cases beside this file and compares the lines of its errors with the marks.
// Usage: node tests/types/compare.mjs [TOPIC…]; needs `npm ci --prefix tests/oracle`. Prints what differs; exit code 1 where something does.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const compiler = process.env.TSC ?? join(here, "../oracle/node_modules/.bin/tsc");
if (!existsSync(compiler)) {
  console.error("TypeScript is not installed: npm ci --prefix tests/oracle");
  process.exit(2);
}

/** The cases of a topic: name, text, and the lines that TypeScript must report. */
function read(topic) {
  const cases = [];
  for (const line of readFileSync(join(here, topic), "utf8").split("\n")) {
    if (line.startsWith("//// ")) cases.push({ topic, name: line.slice(5).trim(), lines: [], marked: [] });
    else if (cases.length > 0) {
      const current = cases.at(-1);
      current.lines.push(line);
      // `// error`: both report it; `// error here (row)`: MOSL alone; `// error in TypeScript (row)`: TypeScript alone.
      const mark = /\/\/ error( in TypeScript)?( \([\w-]+\))?$/.exec(line);
      const mine = /\/\/ error here \([\w-]+\)$/.test(line);
      if (mark && !mine) current.marked.push(current.lines.length);
    }
  }
  return cases;
}

const wanted = process.argv.slice(2);
const topics = readdirSync(here).filter((name) => name.endsWith(".mosl"));
const chosen = wanted.length > 0 ? topics.filter((name) => wanted.some((part) => name.includes(part))) : topics;
const cases = chosen.flatMap(read);
const folder = mkdtempSync(join(tmpdir(), "mosl-types-"));
writeFileSync(
  join(folder, "ambient.d.ts"),
  `interface Console { log(...args: unknown[]): void; error(...args: unknown[]): void; warn(...args: unknown[]): void }
declare const console: Console;
declare function setTimeout(callback: (...args: any[]) => void, ms?: number, ...args: any[]): number;
declare function clearTimeout(id: number | undefined): void;
declare function queueMicrotask(callback: () => void): void;
declare function structuredClone<T>(value: T): T;
`,
);
const options = {
  strict: true,
  noEmit: true,
  target: "esnext",
  module: "esnext",
  moduleDetection: "force",
  noImplicitOverride: false,
  lib: ["esnext"],
  types: [],
};
writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
cases.forEach((one, index) => writeFileSync(join(folder, `${index}.ts`), one.lines.join("\n")));

let output = "";
try {
  output = execFileSync(compiler, ["-p", folder, "--pretty", "false"], { encoding: "utf8", maxBuffer: 1 << 28 });
} catch (error) {
  output = error.stdout;
}
const found = new Map();
for (const line of output.split("\n")) {
  const match = /^(?:.*\/)?(\d+)\.ts\((\d+),\d+\): error (TS\d+: .*)$/.exec(line);
  if (!match) continue;
  const list = found.get(Number(match[1])) ?? [];
  list.push({ line: Number(match[2]), text: match[3] });
  found.set(Number(match[1]), list);
}
rmSync(folder, { recursive: true });

let differing = 0;
cases.forEach((one, index) => {
  const errors = found.get(index) ?? [];
  const lines = [...new Set(errors.map((error) => error.line))].sort((a, b) => a - b);
  if (lines.join() === one.marked.join()) return;
  differing += 1;
  console.log(`${one.topic}: ${one.name}: marked ${one.marked.join(" ") || "nothing"}, TypeScript reports`);
  for (const error of errors) console.log(`    ${error.line}: ${error.text}\n        ${one.lines[error.line - 1].trim()}`);
});
console.log(`${cases.length} cases, ${cases.length - differing} as marked`);
process.exit(differing > 0 ? 1 : 0);
