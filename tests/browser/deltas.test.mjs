// What visitors see is what the MVM showed: each example, run by `mosl play` and in Chromium with the same script of clicks, steps and answers,
// makes the same stream of scene deltas and the same messages.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compileTo, line, onServer, PLAYS, openPrograms } from "./corpus.mjs";

let opened;

before(async () => {
  opened = await openPrograms();
});

after(() => opened?.stop());

for (const play of PLAYS) {
  test(`${play.name}: the same deltas and messages`, async () => {
    const expected = onServer(play);
    compileTo(play.path, join(opened.folder, "object.wasm"));
    const shown = await opened.page.evaluate(async (actions) => (await import("./programs.js")).playObject("object.wasm", actions), play.actions);
    assert.deepEqual(shown.errors, []);
    assert.ok(expected.deltas.length > 10);
    assert.deepEqual(shown.batches.map(line), expected.deltas);
    assert.deepEqual(shown.messages, expected.messages);
  });
}
