// The easing curves that `animate` names, as functions of progress in 0..1. The names are the ones stdlib/mark/scene.mosl declares.

export type Easing = (t: number) => number;

type Shape = (t: number) => number;

const shapes: Record<string, Shape> = {
  quad: (t) => t * t,
  cubic: (t) => t * t * t,
  quart: (t) => t * t * t * t,
  quint: (t) => t * t * t * t * t,
  sine: (t) => 1 - Math.cos((t * Math.PI) / 2),
  expo: (t) => (t === 0 ? 0 : 2 ** (10 * (t - 1))),
  circ: (t) => 1 - Math.sqrt(1 - t * t),
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

const out = (shape: Shape): Easing => (t) => 1 - shape(1 - t);
const inOut = (shape: Shape): Easing => (t) => (t < 0.5 ? shape(2 * t) / 2 : 1 - shape(2 - 2 * t) / 2);

const linear: Easing = (t) => t;

/** The curve of a name such as `cubic-out`; an unknown name is `linear`. */
export function easing(name: string): Easing {
  const [family = "", direction = "in-out"] = split(name);
  const shape = shapes[family];
  if (shape === undefined) return linear;
  return direction === "in" ? shape : direction === "out" ? out(shape) : inOut(shape);
}

function split(name: string): [string?, string?] {
  if (name === "ease") return ["cubic", "in-out"];
  if (name.startsWith("ease-")) return ["cubic", name.slice(5)];
  const dash = name.indexOf("-");
  return dash < 0 ? [name] : [name.slice(0, dash), name.slice(dash + 1)];
}
