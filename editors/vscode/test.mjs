// What the package holds, and that every file that `package.json` names is in it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const listed = execFileSync("unzip", ["-Z1", "mosl.vsix"], { encoding: "utf8" }).split("\n");
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const { languages, grammars, snippets, jsonValidation } = manifest.contributes;
const named = [
  manifest.main,
  ...languages.map((one) => one.configuration),
  ...grammars.map((one) => one.path),
  ...snippets.map((one) => one.path),
  ...jsonValidation.map((one) => one.url),
];
for (const file of named) assert(listed.includes(`extension/${file.replace("./", "")}`), `${file} is not in the package`);
for (const file of named.filter((file) => file.endsWith(".json"))) JSON.parse(readFileSync(file, "utf8"));
assert(!listed.some((file) => file.includes("node_modules")), "the client is bundled");
console.log(`mosl.vsix holds ${listed.filter(Boolean).length} files`);
