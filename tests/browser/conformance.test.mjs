// Programs of tests/conformance print in Chromium what stands beside them. One in eight as a rule; all with MOSL_ALL=1.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chosenPrograms, compileTo, difference, openPrograms } from "./corpus.mjs";

let opened;

before(async () => {
  opened = await openPrograms();
});

after(() => opened?.stop());

test("programs of the corpus print the same in the browser", async () => {
  const chosen = await chosenPrograms(process.env.MOSL_ALL ? 1 : 8);
  const failures = [];
  for (const program of chosen) {
    compileTo(program.path, join(opened.folder, "program.wasm"));
    const printed = await opened.page.evaluate(async () => (await import("./programs.js")).runProgram("program.wasm"));
    failures.push(difference(program, printed));
  }
  assert.deepEqual(failures.filter((failure) => failure !== null), [], `of ${chosen.length}`);
});
