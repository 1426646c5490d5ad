import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeDeltas } from "../src/deltas.generated.ts";
import { Batch } from "./encode.ts";

test("a batch of several deltas", () => {
  const { bytes } = new Batch().byte(2).leb(300).byte(2).byte(6).leb(300).byte(5).text("Türe").byte(6).leb(300).byte(32, 255, 0, 51, 255);
  assert.deepEqual(decodeDeltas(bytes), [
    { op: "create", node: 300, kind: "box" },
    { op: "set", node: 300, property: "name", value: "Türe" },
    { op: "set", node: 300, property: "color", value: [1, 0, 0.2, 1] },
  ]);
});

test("an animation carries both ends, its age and its curve", () => {
  const { bytes } = new Batch().byte(7).leb(4).byte(36).f32(0.5, 1, 2, 0.25).byte(5, 2);
  assert.deepEqual(decodeDeltas(bytes), [
    { op: "animate", node: 4, property: "roughness", from: 0.5, to: 1, duration: 2, elapsed: 0.25, easing: "cubic-out", repeat: "alternate" },
  ]);
});

test("what is no batch throws, at any cut", () => {
  const whole = new Batch().byte(2).leb(300).byte(2).byte(6).leb(300).byte(5).text("name").bytes;
  for (let length = 0; length < whole.length; length += 1) {
    const cut = whole.subarray(0, length);
    if (length === 1 || length === 5) assert.doesNotThrow(() => decodeDeltas(cut)); // Between two deltas.
    else assert.throws(() => decodeDeltas(cut), `cut at ${length}`);
  }
  assert.throws(() => decodeDeltas(Uint8Array.of(9)), /version 9/);
  assert.throws(() => decodeDeltas(Uint8Array.of(1, 250)), /unknown delta 250/);
  assert.throws(() => decodeDeltas(Uint8Array.of(1, 2, 1, 99)), /unknown kind/);
});

test("arbitrary bytes end in deltas or an error, never in a hang", () => {
  let seed = 7;
  const next = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648);
  for (let round = 0; round < 2000; round += 1) {
    const bytes = Uint8Array.from({ length: next() % 40 }, (_, i) => (i === 0 ? 1 : next() % 256));
    try {
      decodeDeltas(bytes);
    } catch (error) {
      assert.ok(error instanceof Error);
    }
  }
});
