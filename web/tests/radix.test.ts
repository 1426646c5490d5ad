// The tests' own engine is V8, whose digits are the ones wanted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { toRadix } from "../src/object/radix.ts";

/** Doubles of all sizes, from xorshift32 bits. */
function* doubles(count: number): Generator<number> {
  const view = new DataView(new ArrayBuffer(8));
  let state = 2463534242;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let i = 0; i < count; i += 1) {
    view.setUint32(0, next());
    view.setUint32(4, next());
    yield view.getFloat64(0);
    yield (next() - 2 ** 31) / (1 + (next() % 1000));
    yield Math.floor(next() * 2 ** (next() % 60));
  }
}

test("numbers in other bases have V8's digits", () => {
  const edges = [0, -0, 0.1, -255.5, 1 / 3, 0.5, 2 ** 53, 2 ** 70, 5e-324, Number.MAX_VALUE, NaN, Infinity, 6.496921493012412e18];
  for (const x of [...edges, ...doubles(2000)]) {
    for (const radix of [2, 3, 7, 10, 16, 29, 36]) assert.equal(toRadix(x, radix), x.toString(radix), `${x} in base ${radix}`);
  }
});
