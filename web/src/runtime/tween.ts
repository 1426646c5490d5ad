// Interpolation of properties between two values, in the page: the server sends one delta for a whole movement.
import * as THREE from "three";
import type { Color, Delta, Property, PropertyValue, Quat } from "../deltas.generated.ts";
import { type Curve, easing } from "./easing.ts";

type Animate = Extract<Delta, { op: "animate" }>;

export class Tween {
  readonly property: Property;
  readonly #from: PropertyValue;
  readonly #to: PropertyValue;
  readonly #duration: number;
  readonly #repeat: Animate["repeat"];
  readonly #ease: Curve;
  #elapsed: number;

  constructor(delta: Animate) {
    this.property = delta.property;
    this.#from = delta.from;
    this.#to = delta.to;
    this.#duration = Math.max(delta.duration, 1e-6);
    this.#repeat = delta.repeat;
    this.#ease = easing(delta.easing);
    this.#elapsed = delta.elapsed;
  }

  get done(): boolean {
    return this.#repeat === "once" && this.#elapsed >= this.#duration;
  }

  advance(seconds: number): void {
    this.#elapsed += seconds;
  }

  value(): PropertyValue {
    return interpolate(this.property, this.#from, this.#to, this.#ease(this.#progress()));
  }

  #progress(): number {
    const turns = this.#elapsed / this.#duration;
    if (this.#repeat === "once") return Math.min(1, turns);
    const within = turns - Math.floor(turns);
    return this.#repeat === "alternate" && Math.floor(turns) % 2 === 1 ? 1 - within : within;
  }
}

const a = new THREE.Quaternion();
const b = new THREE.Quaternion();

/** The value at `k` between two of the same property; what cannot be mixed jumps at the end. Rotations take the shorter arc. */
export function interpolate(property: Property, from: PropertyValue, to: PropertyValue, k: number): PropertyValue {
  if (property === "rotation") {
    a.fromArray(from as Quat).slerp(b.fromArray(to as Quat), k);
    return [a.x, a.y, a.z, a.w];
  }
  if (typeof from === "number" && typeof to === "number") return from + (to - from) * k;
  if (Array.isArray(from) && Array.isArray(to) && typeof from[0] === "number") {
    return (from as number[]).map((part, i) => part + ((to as number[])[i]! - part) * k) as Color;
  }
  return k < 1 ? from : to;
}
