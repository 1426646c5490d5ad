// The easing curves that `animate` names, as functions of progress in 0..1: the same as host/src/scene/tween.rs computes.
import type { Easing } from "../deltas.generated.ts";

export type Curve = (t: number) => number;

/** Each family by its `in` form; `out` mirrors it, `in-out` is both halves. */
const shapes: Record<string, Curve> = {
  quad: (t) => t * t,
  cubic: (t) => t * t * t,
  quart: (t) => t * t * t * t,
  sine: (t) => 1 - Math.cos((t * Math.PI) / 2),
  back: (t) => t * t * (2.70158 * t - 1.70158),
  elastic: (t) => (t === 0 || t === 1 ? t : -(2 ** (10 * t - 10)) * Math.sin((t * 10 - 10.75) * ((2 * Math.PI) / 3))),
  bounce: (t) => 1 - bounceOut(1 - t),
};

function bounceOut(t: number): number {
  const n = 7.5625;
  if (t < 1 / 2.75) return n * t * t;
  if (t < 2 / 2.75) return n * (t - 1.5 / 2.75) ** 2 + 0.75;
  if (t < 2.5 / 2.75) return n * (t - 2.25 / 2.75) ** 2 + 0.9375;
  return n * (t - 2.625 / 2.75) ** 2 + 0.984375;
}

const out = (shape: Curve): Curve => (t) => 1 - shape(1 - t);
const inOut = (shape: Curve): Curve => (t) => (t < 0.5 ? shape(2 * t) / 2 : 1 - shape(2 - 2 * t) / 2);

/** The curve of a name such as `cubic-out`. */
export function easing(name: Easing): Curve {
  const [family = "", ...direction] = name.split("-");
  const shape = shapes[family];
  if (shape === undefined) return (t) => t;
  return { in: shape, out: out(shape), "in-out": inOut(shape) }[direction.join("-")] ?? shape;
}
