import assert from "node:assert/strict";
import { test } from "node:test";
import type { Easing } from "../src/deltas.generated.ts";
import { easing } from "../src/runtime/easing.ts";
import { interpolate } from "../src/runtime/tween.ts";

const FAMILIES = ["quad", "cubic", "quart", "back", "bounce", "sine"] as const;
const NAMES = FAMILIES.flatMap((family) => (["in", "out", "in-out"] as const).map((side): Easing => `${family}-${side}`));

for (const name of ["linear", "elastic-out", ...NAMES] as const) {
  test(`${name} runs from 0 to 1`, () => {
    assert.ok(Math.abs(easing(name)(0)) < 1e-12);
    assert.ok(Math.abs(easing(name)(1) - 1) < 1e-12);
  });
}

test("curves as the host computes them", () => {
  const near = (name: Easing, t: number, expect: number): void => assert.ok(Math.abs(easing(name)(t) - expect) < 1e-6, `${name}(${t}) = ${easing(name)(t)}`);
  near("cubic-out", 0.5, 0.875);
  near("quad-in-out", 0.25, 0.125);
  near("back-in", 0.5, -0.0876975);
  near("back-in-out", 0.25, -0.0438488);
  near("bounce-out", 0.5, 0.765625);
  near("elastic-out", 0.25, 0.9116117);
});

test("rotations take the shorter arc", () => {
  const half = Math.SQRT1_2;
  const [, y, , w] = interpolate("rotation", [0, 0, 0, 1], [0, -half, 0, -half], 0.5) as number[];
  assert.ok(Math.abs(Math.abs(y!) - Math.sin(Math.PI / 8)) < 1e-6 && Math.abs(Math.abs(w!) - Math.cos(Math.PI / 8)) < 1e-6);
});
