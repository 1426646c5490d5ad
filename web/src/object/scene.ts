// The authoritative scene of an object that runs in the page: the counterpart of host/src/scene. Every change is written down as a delta.
// It knows neither three.js nor money, so that it runs in a worker too.
import { type Delta, type Easing, KINDS, type NodeKind, type Property, type PropertyValue, type Quat, type Repeat, VALUE_TYPES, type ValueType, type Vec3 } from "../deltas.generated.ts";
import { defaultOf } from "../runtime/defaults.ts";
import { easing as curve } from "../runtime/easing.ts";

/** What `mark:*` functions throw: the name of an error class, and its message. */
export class SceneError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

interface Tween {
  from: PropertyValue;
  to: PropertyValue;
  start: number;
  duration: number;
  easing: Easing;
  repeat: Repeat;
  token: number;
}

interface Node {
  kind: NodeKind;
  parent: number | null;
  children: number[];
  playing: boolean;
  values: Map<Property, PropertyValue>;
  tweens: Map<Property, Tween>;
}

/** How a message to a creator calls values of a type. */
export const WORDS: Record<ValueType, string> = {
  flag: "true or false", number: "a number", vec2: "a Vec2", vec3: "a Vec3", quat: "a Quat", color: "a Color", text: "a string",
  texts: "an array of strings", points: "an array of Vec3",
};

const NODE_LIMIT = 20_000;
const FIRST_OF_SCENE: readonly Property[] = [
  "panorama", "timeOfDay", "fogColor", "fogNear", "fogFar", "ambientColor", "ambientIntensity", "background", "ground", "ambientSound",
];
const OF_SCENE: ReadonlySet<Property> = new Set(FIRST_OF_SCENE);
const KNOWN: ReadonlySet<string> = new Set(Object.values(KINDS));
const gone = (): SceneError => new SceneError("Error", "this node has been removed");

export class Scene {
  readonly #nodes = new Map<number, Node>([[0, newNode("group")]]);
  #next = 1;
  #deltas: Delta[] = [];
  /** Tokens of animations that have ended. */
  #finished: number[] = [];
  #nextEnd = Number.POSITIVE_INFINITY;

  create(kind: string): number {
    if (!KNOWN.has(kind)) throw new SceneError("TypeError", `there is no kind of node "${kind}"`);
    if (this.#nodes.size > NODE_LIMIT) throw new SceneError("RangeError", `there are more than ${NODE_LIMIT} nodes`);
    const node = this.#next;
    this.#next += 1;
    this.#nodes.set(node, newNode(kind as NodeKind));
    this.#deltas.push({ op: "create", node, kind: kind as NodeKind });
    return node;
  }

  remove(node: number): void {
    this.#unlink(node);
    const doomed = [node];
    for (let id = doomed.pop(); id !== undefined; id = doomed.pop()) {
      const found = this.#nodes.get(id);
      if (found === undefined) continue;
      doomed.push(...found.children);
      for (const { token } of found.tweens.values()) this.#finished.push(token);
      this.#nodes.delete(id);
    }
    this.#deltas.push({ op: "remove", node });
  }

  attach(node: number, parent: number): void {
    for (let at: number | null = parent; at !== null; at = this.#get(at).parent) {
      if (at === node) throw new SceneError("Error", "a node cannot be put into itself");
    }
    this.#unlink(node);
    this.#get(node).parent = parent;
    this.#get(parent).children.push(node);
    this.#deltas.push({ op: "attach", node, parent });
  }

  detach(node: number): void {
    this.#unlink(node);
    this.#deltas.push({ op: "detach", node });
  }

  set(node: number, property: Property, value: PropertyValue): void {
    check(node, property, value);
    const target = this.#get(node);
    const tween = target.tweens.get(property);
    if (tween === undefined && same(this.#value(target, property), value)) return;
    if (tween !== undefined) this.#finished.push(tween.token);
    target.tweens.delete(property);
    target.values.set(property, value);
    this.#deltas.push({ op: "set", node, property, value });
  }

  /** As it is at this moment, in seconds. */
  get(node: number, property: Property, time: number): PropertyValue {
    const target = this.#get(node);
    const tween = target.tweens.get(property);
    return tween === undefined ? this.#value(target, property) : valueAt(property, tween, time);
  }

  animate(node: number, property: Property, to: PropertyValue, now: number, duration: number, easing: Easing, repeat: Repeat, token: number): void {
    check(node, property, to);
    const target = this.#get(node);
    const from = this.get(node, property, now);
    if (duration <= 0) {
      this.set(node, property, to);
      this.#finished.push(token);
      return;
    }
    const before = target.tweens.get(property);
    if (before !== undefined) this.#finished.push(before.token);
    target.tweens.set(property, { from, to, start: now, duration, easing, repeat, token });
    if (repeat === "once") this.#nextEnd = Math.min(this.#nextEnd, now + duration);
    // What it comes to is what it is once nothing moves it.
    target.values.set(property, to);
    this.#deltas.push({ op: "animate", node, property, from, to, duration, elapsed: 0, easing, repeat });
  }

  /** No tween ends before; it may be that none ends then. */
  get nextEnd(): number {
    return this.#nextEnd;
  }

  /** Ends the tweens whose time is over. */
  advance(now: number): void {
    if (now < this.#nextEnd) return;
    this.#nextEnd = Number.POSITIVE_INFINITY;
    for (const node of this.#nodes.values()) {
      for (const [property, tween] of node.tweens) {
        if (tween.repeat !== "once") continue;
        const end = tween.start + tween.duration;
        if (end > now) {
          this.#nextEnd = Math.min(this.#nextEnd, end);
          continue;
        }
        node.tweens.delete(property);
        this.#finished.push(tween.token);
      }
    }
  }

  play(node: number): void {
    this.#get(node).playing = true;
    this.#deltas.push({ op: "play", node, elapsed: 0 });
  }

  stop(node: number): void {
    const target = this.#get(node);
    if (target.playing) this.#deltas.push({ op: "stop", node });
    target.playing = false;
  }

  look(position: Vec3, target: Vec3): void {
    this.#deltas.push({ op: "camera", position, target });
  }

  /** Whether a node is in the tree and it, or something around it, has a flag set. */
  wants(node: number, flag: "clickable" | "hoverable"): boolean {
    let wanted = false;
    let at: number | null = this.#nodes.has(node) ? node : null;
    let last = -1;
    for (; at !== null; at = this.#get(at).parent) {
      wanted ||= this.#value(this.#get(at), flag) === true;
      last = at;
    }
    return wanted && last === 0;
  }

  /** Nodes in the tree that want to know who is near, with their distance and place. */
  nearNodes(time: number): { node: number; radius: number; position: Vec3 }[] {
    const found: { node: number; radius: number; position: Vec3 }[] = [];
    for (const [node, target] of this.#nodes) {
      const radius = target.values.get("nearRadius");
      if (typeof radius === "number" && radius > 0 && this.isAttached(node)) found.push({ node, radius, position: this.worldPosition(node, time) });
    }
    return found;
  }

  isAttached(node: number): boolean {
    let at: number | null = node;
    while (at !== null && at !== 0) at = this.#nodes.get(at)?.parent ?? null;
    return at === 0;
  }

  worldPosition(node: number, time: number): Vec3 {
    let point: Vec3 = [0, 0, 0];
    for (let at: number | null = node; at !== null && at !== 0; at = this.#get(at).parent) {
      const scale = this.get(at, "scale", time) as Vec3;
      const turned = rotate(this.get(at, "rotation", time) as Quat, [point[0] * scale[0], point[1] * scale[1], point[2] * scale[2]]);
      const position = this.get(at, "position", time) as Vec3;
      point = [turned[0] + position[0], turned[1] + position[1], turned[2] + position[2]];
    }
    return point;
  }

  nameOfFirst(): string {
    const first = this.#get(0).children[0];
    return first === undefined ? "" : (this.#value(this.#get(first), "name") as string);
  }

  notify(text: string): void {
    this.#deltas.push({ op: "notify", text });
  }

  clear(): void {
    this.#nodes.clear();
    this.#nodes.set(0, newNode("group"));
    this.#finished = [];
    this.#nextEnd = Number.POSITIVE_INFINITY;
    this.#deltas.push({ op: "reset" });
  }

  takeDeltas(): Delta[] {
    return this.#deltas.splice(0);
  }

  takeFinished(): number[] {
    return this.#finished.splice(0);
  }

  #get(node: number): Node {
    const found = this.#nodes.get(node);
    if (found === undefined) throw gone();
    return found;
  }

  #unlink(node: number): void {
    if (node === 0) throw gone();
    const target = this.#get(node);
    if (target.parent === null) return;
    const siblings = this.#get(target.parent).children;
    siblings.splice(siblings.indexOf(node), 1);
    target.parent = null;
  }

  #value(node: Node, property: Property): PropertyValue {
    const value = node.values.get(property);
    if (value !== undefined) return value;
    // A cylinder's top is like its bottom until it is set.
    return property === "radiusTop" ? this.#value(node, "radius") : defaultOf(node.kind, property);
  }
}

function newNode(kind: NodeKind): Node {
  return { kind, parent: null, children: [], playing: false, values: new Map(), tweens: new Map() };
}

function check(node: number, property: Property, value: PropertyValue): void {
  const numbers = typeof value === "number" ? [value] : value instanceof Float32Array || Array.isArray(value) ? (value as ArrayLike<unknown>) : [];
  for (let at = 0; at < numbers.length; at += 1) {
    if (typeof numbers[at] === "number" && !Number.isFinite(numbers[at])) {
      throw new SceneError("RangeError", `\`${property}\` takes finite numbers only`);
    }
  }
  if (OF_SCENE.has(property) !== (node === 0)) throw new SceneError("TypeError", `\`${property}\` cannot be set here`);
}

function same(a: PropertyValue, b: PropertyValue): boolean {
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  const [left, right] = [a as ArrayLike<unknown>, b as ArrayLike<unknown>];
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}

/** Values that lie between others. */
export const CAN_ANIMATE: ReadonlySet<ValueType> = new Set<ValueType>(["number", "vec2", "vec3", "quat", "color"]);

export function typeOf(property: Property): ValueType {
  return VALUE_TYPES[property];
}

function valueAt(property: Property, { from, to, start, duration, easing, repeat }: Tween, time: number): PropertyValue {
  const turns = Math.max(0, time - start) / duration;
  const within = turns - Math.floor(turns);
  const back = repeat === "alternate" && Math.floor(turns) % 2 === 1;
  const progress = repeat === "once" ? Math.min(1, turns) : back ? 1 - within : within;
  return mixed(property, from, to, curve(easing)(progress));
}

/** The shorter way between two rotations (Shoemake 1985). */
function slerp(a: readonly number[], to: readonly number[], k: number): number[] {
  const product = a.reduce((sum, part, at) => sum + part * to[at]!, 0);
  const [b, dot] = product < 0 ? [to.map((part) => -part), -product] : [to, product];
  const angle = Math.acos(Math.min(1, dot));
  const [u, v] = dot > 0.9995 ? [1 - k, k] : [Math.sin((1 - k) * angle) / Math.sin(angle), Math.sin(k * angle) / Math.sin(angle)];
  const blend = a.map((part, at) => part * u + b[at]! * v);
  const length = Math.hypot(...blend);
  return blend.map((part) => part / length);
}

function mixed(property: Property, from: PropertyValue, to: PropertyValue, k: number): PropertyValue {
  if (typeof from === "number" && typeof to === "number") return from + (to - from) * k;
  if (!Array.isArray(from) || !Array.isArray(to)) return k < 1 ? from : to;
  const [a, b] = [from as number[], to as number[]];
  if (property === "rotation") return slerp(a, b, k) as Quat;
  return a.map((part, at) => part + (b[at]! - part) * k) as Vec3;
}

function rotate([x, y, z, w]: Quat, v: Vec3): Vec3 {
  const cross = (a: Vec3, b: Vec3): Vec3 => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const q: Vec3 = [x, y, z];
  const twice = cross(q, v).map((part) => 2 * part) as Vec3;
  const again = cross(q, twice);
  return [v[0] + w * twice[0] + again[0], v[1] + w * twice[1] + again[1], v[2] + w * twice[2] + again[2]];
}
