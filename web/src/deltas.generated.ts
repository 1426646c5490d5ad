// Generated from host/src/delta/table.rs by `UPDATE_GENERATED=1 cargo test -p mosl-host`. Do not edit.

export type Vec2 = [x: number, y: number];
export type Vec3 = [x: number, y: number, z: number];
export type Quat = [x: number, y: number, z: number, w: number];
/** sRGB and alpha, each 0 to 1. */
export type Color = [r: number, g: number, b: number, a: number];

export const DELTA_VERSION = 1;

/** What a node is. */
export type NodeKind =
  | "group" // nothing of its own: it holds other nodes
  | "box" // a box of `size`
  | "sphere" // a ball of `radius`
  | "cylinder" // an upright cylinder: `radius`, `radiusTop`, `height`
  | "cone" // an upright cone: `radius`, `height`
  | "plane" // a flat rectangle facing +z: `size` (x, y)
  | "torus" // a ring around the z axis: `radius`, `thickness` of the tube
  | "text" // lettering facing +z: `text`, `fontSize`, `align`, `maxWidth`
  | "line" // a line through `points`
  | "points" // a dot at each of `points`, `thickness` metres wide
  | "model" // a glTF model: `source`
  | "image" // a picture facing +z: `source`, `size`
  | "video" // a screen facing +z: `source`, `size`; started by `play`
  | "sound" // a sound at a place: `source`, `volume`, `loop`; started by `play`
  | "panel" // a page facing +z: `source` (an address) or `html`, `size`
  | "sprite" // a picture that always faces the visitor: `source`, `size`
  | "point-light" // light in all directions: `color`, `intensity`, `range`
  | "spot-light" // a cone of light along `direction`: `color`, `intensity`, `range`, `angle`, `penumbra`
  | "directional-light" // parallel light along `direction`: `color`, `intensity`
  | "ambient-light" // light from everywhere: `color`, `intensity`
  ;

/** How a tween moves. */
export type Easing =
  | "linear"
  | "quad-in"
  | "quad-out"
  | "quad-in-out"
  | "cubic-in"
  | "cubic-out"
  | "cubic-in-out"
  | "quart-in"
  | "quart-out"
  | "quart-in-out"
  | "back-in"
  | "back-out"
  | "back-in-out"
  | "bounce-in"
  | "bounce-out"
  | "bounce-in-out"
  | "sine-in"
  | "sine-out"
  | "sine-in-out"
  | "elastic-out"
  ;

/** What a tween does at its end. */
export type Repeat =
  | "once"
  | "restart"
  | "alternate"
  ;

/** Each property and the type of its values. */
export interface PropertyValues {
  /** metres, relative to the parent */
  position: Vec3;
  /** relative to the parent */
  rotation: Quat;
  /** factor along each axis */
  scale: Vec3;
  /** false hides the node and all under it; true at first */
  visible: boolean;
  /** for look-up and tests; empty at first */
  name: string;
  /** a click on it or anything under it is for it */
  clickable: boolean;
  /** the pointer's coming and going is for it */
  hoverable: boolean;
  /** metres within which a visitor is near; 0 is off */
  nearRadius: number;
  /** width, height, depth in metres; 1 1 1 at first */
  size: Vec3;
  /** metres; 0.5 at first */
  radius: number;
  /** of a cylinder, metres; like `radius` until it is set */
  radiusTop: number;
  /** metres; 1 at first */
  height: number;
  /** of a tube, line or point, metres; 0.1 for a torus, 0.02 for lines and points at first */
  thickness: number;
  /** metres, relative to the node */
  points: Float32Array;
  /** surface, lettering or light; white at first */
  color: Color;
  /** a picture's address; empty is none */
  texture: string;
  /** how often it repeats across and up; 1 1 at first */
  textureRepeat: Vec2;
  /** 0 to 1; 0 at first */
  metalness: number;
  /** 0 to 1; 0.6 at first */
  roughness: number;
  /** light given off by the surface; black at first */
  emissive: Color;
  /** factor; 1 at first */
  emissiveIntensity: number;
  /** 0 to 1; 1 at first */
  opacity: number;
  /** both faces are drawn; false at first */
  doubleSided: boolean;
  /** edges only; false at first */
  wireframe: boolean;
  /** what the lettering says */
  text: string;
  /** height of a line, metres; 0.2 at first */
  fontSize: number;
  /** `left`, `center` (at first) or `right` */
  align: string;
  /** metres after which lines wrap; 0 is never */
  maxWidth: number;
  /** address of a picture, video, sound, model or page, relative to the project */
  source: string;
  /** what a panel shows when it has no `source` */
  html: string;
  /** 0 to 1; 1 at first */
  volume: number;
  /** starts again at its end; false at first */
  loop: boolean;
  /** factor; 1 at first */
  intensity: number;
  /** metres after which the light is gone; 0 is never */
  range: number;
  /** half the opening of a cone of light, radians; 0.5 at first */
  angle: number;
  /** how soft the edge of a cone of light is, 0 to 1; 0.3 at first */
  penumbra: number;
  /** where the light goes, relative to the node; 0 -1 0 at first */
  direction: Vec3;
  /** the light casts shadows; false at first */
  castShadow: boolean;
  /** six pictures in the order of a WebGL cube map (px nx py ny pz nz: what is seen towards -x +x +y -y +z -z); none is no panorama */
  panorama: string[];
  /** hours, 0 to 24; 12 at first */
  timeOfDay: number;
  /** white at first */
  fogColor: Color;
  /** metres at which fog begins */
  fogNear: number;
  /** metres at which fog hides all; 0 (at first) is no fog */
  fogFar: number;
  /** white at first */
  ambientColor: Color;
  /** factor; 1 at first */
  ambientIntensity: number;
  /** seen where no panorama is; transparent (at first) is the client's own */
  background: Color;
  /** the floor; transparent is none; the client's own until it is set */
  ground: Color;
  /** address of a sound that plays everywhere; empty is none */
  ambientSound: string;
}
export type Property = keyof PropertyValues;
export type PropertyValue = PropertyValues[Property];

/** One change of the scene. */
export type Delta =
  /** forget everything: a whole scene follows */
  | { op: "reset" }
  /** a new node, in no tree yet, with the kind's properties at first */
  | { op: "create"; node: number; kind: NodeKind }
  /** the node and all under it are gone; its number is not used again */
  | { op: "remove"; node: number }
  /** the node becomes the last child of parent; 0 is the scene */
  | { op: "attach"; node: number; parent: number }
  /** the node leaves its parent, and is not seen until it is attached again */
  | { op: "detach"; node: number }
  /** also ends a tween of this property */
  | { op: "set"; node: number; property: Property; value: PropertyValue }
  /** from `from` at `elapsed` seconds ago to `to`; rotations take the shorter arc; at the end `to` stays */
  | { op: "animate"; node: number; property: Property; from: PropertyValue; to: PropertyValue; duration: number; elapsed: number; easing: Easing; repeat: Repeat }
  /** start a video or sound, `elapsed` seconds into it */
  | { op: "play"; node: number; elapsed: number }
  /** stop a video or sound and return to its start */
  | { op: "stop"; node: number }
  /** a good view: where to stand and what to look at */
  | { op: "camera"; position: Vec3; target: Vec3 }
  /** another visitor is here, or moved */
  | { op: "avatar"; visitor: number; name: string; position: Vec3 }
  /** another visitor left */
  | { op: "avatar-left"; visitor: number }
  /** show a message to this visitor */
  | { op: "notify"; text: string }
  /** the end of a turn, and the scene's time in seconds */
  | { op: "turn"; number: number; time: number }
  ;

export const KINDS: Record<number, NodeKind> = {
  1: "group",
  2: "box",
  3: "sphere",
  4: "cylinder",
  5: "cone",
  6: "plane",
  7: "torus",
  8: "text",
  9: "line",
  10: "points",
  11: "model",
  12: "image",
  13: "video",
  14: "sound",
  15: "panel",
  16: "sprite",
  17: "point-light",
  18: "spot-light",
  19: "directional-light",
  20: "ambient-light",
};

export const EASINGS: Record<number, Easing> = {
  0: "linear",
  1: "quad-in",
  2: "quad-out",
  3: "quad-in-out",
  4: "cubic-in",
  5: "cubic-out",
  6: "cubic-in-out",
  7: "quart-in",
  8: "quart-out",
  9: "quart-in-out",
  10: "back-in",
  11: "back-out",
  12: "back-in-out",
  13: "bounce-in",
  14: "bounce-out",
  15: "bounce-in-out",
  16: "sine-in",
  17: "sine-out",
  18: "sine-in-out",
  19: "elastic-out",
};

export const REPEATS: Record<number, Repeat> = {
  0: "once",
  1: "restart",
  2: "alternate",
};

const PROPERTIES: Record<number, { name: Property; read: (from: Reader) => PropertyValue }> = {
  1: { name: "position", read: (from) => from.vec3() },
  2: { name: "rotation", read: (from) => from.quat() },
  3: { name: "scale", read: (from) => from.vec3() },
  4: { name: "visible", read: (from) => from.flag() },
  5: { name: "name", read: (from) => from.text() },
  6: { name: "clickable", read: (from) => from.flag() },
  7: { name: "hoverable", read: (from) => from.flag() },
  8: { name: "nearRadius", read: (from) => from.number() },
  16: { name: "size", read: (from) => from.vec3() },
  17: { name: "radius", read: (from) => from.number() },
  18: { name: "radiusTop", read: (from) => from.number() },
  19: { name: "height", read: (from) => from.number() },
  20: { name: "thickness", read: (from) => from.number() },
  21: { name: "points", read: (from) => from.points() },
  32: { name: "color", read: (from) => from.color() },
  33: { name: "texture", read: (from) => from.text() },
  34: { name: "textureRepeat", read: (from) => from.vec2() },
  35: { name: "metalness", read: (from) => from.number() },
  36: { name: "roughness", read: (from) => from.number() },
  37: { name: "emissive", read: (from) => from.color() },
  38: { name: "emissiveIntensity", read: (from) => from.number() },
  39: { name: "opacity", read: (from) => from.number() },
  40: { name: "doubleSided", read: (from) => from.flag() },
  41: { name: "wireframe", read: (from) => from.flag() },
  48: { name: "text", read: (from) => from.text() },
  49: { name: "fontSize", read: (from) => from.number() },
  50: { name: "align", read: (from) => from.text() },
  51: { name: "maxWidth", read: (from) => from.number() },
  52: { name: "source", read: (from) => from.text() },
  53: { name: "html", read: (from) => from.text() },
  54: { name: "volume", read: (from) => from.number() },
  55: { name: "loop", read: (from) => from.flag() },
  64: { name: "intensity", read: (from) => from.number() },
  65: { name: "range", read: (from) => from.number() },
  66: { name: "angle", read: (from) => from.number() },
  67: { name: "penumbra", read: (from) => from.number() },
  68: { name: "direction", read: (from) => from.vec3() },
  69: { name: "castShadow", read: (from) => from.flag() },
  80: { name: "panorama", read: (from) => from.texts() },
  81: { name: "timeOfDay", read: (from) => from.number() },
  82: { name: "fogColor", read: (from) => from.color() },
  83: { name: "fogNear", read: (from) => from.number() },
  84: { name: "fogFar", read: (from) => from.number() },
  85: { name: "ambientColor", read: (from) => from.color() },
  86: { name: "ambientIntensity", read: (from) => from.number() },
  87: { name: "background", read: (from) => from.color() },
  88: { name: "ground", read: (from) => from.color() },
  89: { name: "ambientSound", read: (from) => from.text() },
};

/** What a property's values are. */
export type ValueType = "flag" | "number" | "vec2" | "vec3" | "quat" | "color" | "text" | "texts" | "points";

export const VALUE_TYPES: Record<Property, ValueType> = {
  position: "vec3",
  rotation: "quat",
  scale: "vec3",
  visible: "flag",
  name: "text",
  clickable: "flag",
  hoverable: "flag",
  nearRadius: "number",
  size: "vec3",
  radius: "number",
  radiusTop: "number",
  height: "number",
  thickness: "number",
  points: "points",
  color: "color",
  texture: "text",
  textureRepeat: "vec2",
  metalness: "number",
  roughness: "number",
  emissive: "color",
  emissiveIntensity: "number",
  opacity: "number",
  doubleSided: "flag",
  wireframe: "flag",
  text: "text",
  fontSize: "number",
  align: "text",
  maxWidth: "number",
  source: "text",
  html: "text",
  volume: "number",
  loop: "flag",
  intensity: "number",
  range: "number",
  angle: "number",
  penumbra: "number",
  direction: "vec3",
  castShadow: "flag",
  panorama: "texts",
  timeOfDay: "number",
  fogColor: "color",
  fogNear: "number",
  fogFar: "number",
  ambientColor: "color",
  ambientIntensity: "number",
  background: "color",
  ground: "color",
  ambientSound: "text",
};

/** The names that colours have: 0xrrggbb. */
export const COLOR_NAMES: Record<string, number> = {
  aqua: 0x00ffff,
  beige: 0xf5f5dc,
  black: 0x000000,
  blue: 0x0000ff,
  brown: 0xa52a2a,
  coral: 0xff7f50,
  crimson: 0xdc143c,
  cyan: 0x00ffff,
  fuchsia: 0xff00ff,
  gold: 0xffd700,
  gray: 0x808080,
  green: 0x008000,
  grey: 0x808080,
  indigo: 0x4b0082,
  ivory: 0xfffff0,
  khaki: 0xf0e68c,
  lavender: 0xe6e6fa,
  lime: 0x00ff00,
  magenta: 0xff00ff,
  maroon: 0x800000,
  navy: 0x000080,
  olive: 0x808000,
  orange: 0xffa500,
  orchid: 0xda70d6,
  pink: 0xffc0cb,
  plum: 0xdda0dd,
  purple: 0x800080,
  red: 0xff0000,
  salmon: 0xfa8072,
  silver: 0xc0c0c0,
  skyblue: 0x87ceeb,
  tan: 0xd2b48c,
  teal: 0x008080,
  tomato: 0xff6347,
  turquoise: 0x40e0d0,
  violet: 0xee82ee,
  wheat: 0xf5deb3,
  white: 0xffffff,
  yellow: 0xffff00,
};

function readDelta(from: Reader): Delta {
  const code = from.byte();
  switch (code) {
    case 1:
      return { op: "reset" };
    case 2:
      return { op: "create", node: from.node(), kind: from.kind() };
    case 3:
      return { op: "remove", node: from.node() };
    case 4:
      return { op: "attach", node: from.node(), parent: from.node() };
    case 5:
      return { op: "detach", node: from.node() };
    case 6:
      return { op: "set", node: from.node(), property: from.property(), value: from.value() };
    case 7:
      return { op: "animate", node: from.node(), property: from.property(), from: from.value(), to: from.value(), duration: from.number(), elapsed: from.number(), easing: from.easing(), repeat: from.repeat() };
    case 8:
      return { op: "play", node: from.node(), elapsed: from.number() };
    case 9:
      return { op: "stop", node: from.node() };
    case 10:
      return { op: "camera", position: from.vec3(), target: from.vec3() };
    case 11:
      return { op: "avatar", visitor: from.count(), name: from.text(), position: from.vec3() };
    case 12:
      return { op: "avatar-left", visitor: from.count() };
    case 13:
      return { op: "notify", text: from.text() };
    case 14:
      return { op: "turn", number: from.count(), time: from.time() };
    default:
      throw new Error(`unknown delta ${code}`);
  }
}

/** Decodes one batch of scene deltas; throws where the bytes are none. */
export function decodeDeltas(bytes: Uint8Array): Delta[] {
  const from = new Reader(bytes);
  const version = from.byte();
  if (version !== DELTA_VERSION) throw new Error(`scene deltas of version ${version}, expected ${DELTA_VERSION}`);
  const deltas: Delta[] = [];
  while (!from.atEnd()) deltas.push(readDelta(from));
  return deltas;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #utf8 = new TextDecoder();
  #at = 0;
  #read: ((from: Reader) => PropertyValue) | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#view.getUint8(this.#at);
    this.#at += 1;
    return value;
  }

  count(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  node(): number {
    return this.count();
  }

  kind(): NodeKind {
    return known(KINDS[this.byte()], "kind of node");
  }

  easing(): Easing {
    return known(EASINGS[this.byte()], "easing");
  }

  repeat(): Repeat {
    return known(REPEATS[this.byte()], "repeat");
  }

  property(): Property {
    const property = known(PROPERTIES[this.byte()], "property");
    this.#read = property.read;
    return property.name;
  }

  value(): PropertyValue {
    return known(this.#read, "value")(this);
  }

  flag(): boolean {
    return this.byte() !== 0;
  }

  number(): number {
    const value = this.#view.getFloat32(this.#at, true);
    this.#at += 4;
    return value;
  }

  time(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  vec2(): Vec2 {
    return [this.number(), this.number()];
  }

  vec3(): Vec3 {
    return [this.number(), this.number(), this.number()];
  }

  quat(): Quat {
    return [this.number(), this.number(), this.number(), this.number()];
  }

  color(): Color {
    return [this.byte() / 255, this.byte() / 255, this.byte() / 255, this.byte() / 255];
  }

  text(): string {
    const length = this.count();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error("scene deltas end early");
    const text = this.#utf8.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return text;
  }

  texts(): string[] {
    const texts: string[] = [];
    for (let left = this.count(); left > 0; left -= 1) texts.push(this.text());
    return texts;
  }

  /** x, y, z of each point in turn. */
  points(): Float32Array {
    const count = this.count() * 3;
    if (this.#at + count * 4 > this.#bytes.length) throw new Error("scene deltas end early");
    const points = new Float32Array(count);
    for (let index = 0; index < count; index += 1) points[index] = this.number();
    return points;
  }
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`scene deltas with an unknown ${what}`);
  return value;
}
