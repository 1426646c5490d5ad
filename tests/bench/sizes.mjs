// How large programs are as WebAssembly, whole and compressed: an empty file, one line of output, every example.
//
//   MOSL=target/debug/mosl node tests/bench/sizes.mjs
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { MOSL = join(ROOT, "target/debug/mosl") } = process.env;
const folder = mkdtempSync(join(tmpdir(), "mosl-sizes-"));
const source = (name, text) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const programs = [
  ["an empty file", source("empty.mosl", "")],
  ['console.log("hello")', source("hello.mosl", 'console.log("hello");\n')],
  ["console.log({ a: [1] })", source("print.mosl", "console.log({ a: [1] });\n")],
  ...readdirSync(join(ROOT, "examples")).map((name) => [name, join(ROOT, "examples", name)]),
];
console.log("| program | bytes | gzip | brotli |\n| --- | ---: | ---: | ---: |");
for (const [name, path] of programs) {
  const out = join(folder, "out.wasm");
  const { status, stderr } = spawnSync(MOSL, ["build", "--target", "wasm", path, "--out", out], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const bytes = readFileSync(out);
  console.log(`| ${name} | ${bytes.length} | ${gzipSync(bytes, { level: 9 }).length} | ${brotliCompressSync(bytes).length} |`);
}
rmSync(folder, { recursive: true });
