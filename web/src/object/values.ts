// Plain data across the border to a program, both ways, through what it exports (`stdlib/wasm/embed.mosl`).

/** An amount of money: units of 10^-18 MRK, never a floating-point number. */
export class Amount {
  readonly units: bigint;

  constructor(units: bigint) {
    this.units = units;
  }

  /** Reads `5`, `0.25` or `5mrk`; null for anything else. */
  static parse(text: string): Amount | null {
    const found = /^(\d+)(?:\.(\d{1,18}))?\s*(?:mrk)?$/i.exec(text.trim());
    if (found === null) return null;
    const units = BigInt(found[1]! + (found[2] ?? "").padEnd(18, "0"));
    return units < 1n << 128n ? new Amount(units) : null;
  }

  /** `5 MRK`, `0.25 MRK`. */
  toString(): string {
    const digits = this.units.toString().padStart(19, "0");
    const fraction = digits.slice(-18).replace(/0+$/, "");
    return `${digits.slice(0, -18)}${fraction === "" ? "" : `.${fraction}`} MRK`;
  }
}

export type VectorKind = "vec2" | "vec3" | "quat" | "color";

/** A vector, quaternion or colour. */
export class Vector {
  readonly kind: VectorKind;
  readonly parts: readonly number[];

  constructor(kind: VectorKind, parts: readonly number[]) {
    this.kind = kind;
    this.parts = parts;
  }
}

/** Plain data: all that crosses. */
export type HostValue = undefined | null | boolean | number | string | Amount | Vector | HostValue[] | { [name: string]: HostValue };

/** A value of the program's, which only the program can look into. */
export type Opaque = unknown;

/** What a program exports for its embedder. Those that a program never needs it does not have. */
export interface Exports {
  start(): void;
  runMicrotasks?(): void;
  fireTimer?(id: number): void;
  errorText?(value: Opaque): string;
  /** What is left of the turn's fuel, in programs that count it. */
  fuel?: WebAssembly.Global<"i64">;
  failHost(name: string, message: string): void;
  makeError(name: string, message: string): Opaque;
  settleHost(id: number, ok: number, value: Opaque): void;
  valueKind(value: Opaque): number;
  valueNumber(value: Opaque): number;
  valueBoolean(value: Opaque): number;
  valueString(value: Opaque): string;
  valueBrief(value: Opaque): string;
  valuePart(value: Opaque, at: number): number;
  listLength(list: Opaque): number;
  listItem(list: Opaque, at: number): Opaque;
  recordKeys(record: Opaque): Opaque;
  recordEntry(record: Opaque, name: string): Opaque;
  makeNull(): Opaque;
  makeBoolean(value: number): Opaque;
  makeNumber(value: number): Opaque;
  makeString(value: string): Opaque;
  makeVec(kind: number, x: number, y: number, z: number, w: number): Opaque;
  makeMrk(w3: number, w2: number, w1: number, w0: number): Opaque;
  makeList(): Opaque;
  listPush(list: Opaque, value: Opaque): void;
  makeRecord(): Opaque;
  recordPut(record: Opaque, name: string, value: Opaque): void;
  exportedValue(name: string): Opaque;
  constructObject(constructor: Opaque, list: Opaque): Opaque;
  callMethod(object: Opaque, name: string, list: Opaque): number;
  callResult(): Opaque;
  promiseStateOf(promise: Opaque): number;
  promiseValueOf(promise: Opaque): Opaque;
}

/** Nesting past this is refused: cycles end here. */
const MAX_DEPTH = 64;

const VECTORS: readonly (readonly [VectorKind, number])[] = [["vec2", 2], ["vec3", 3], ["quat", 4], ["color", 4]];

/** Something that is no plain data. */
export class NotPlain extends Error {}

/** A program's value as plain data; throws `NotPlain`. */
export function readValue(from: Exports, value: Opaque, depth = 0): HostValue {
  if (value === null || value === undefined) return undefined;
  const kind = from.valueKind(value);
  switch (kind) {
    case 0:
      return undefined;
    case 1:
      return null;
    case 2:
      return from.valueBoolean(value) !== 0;
    case 3:
      return from.valueNumber(value);
    case 4:
      return from.valueString(value);
    case 7:
    case 8:
    case 9:
    case 10: {
      const [name, count] = VECTORS[kind - 7]!;
      return new Vector(name, Array.from({ length: count }, (_, at) => from.valuePart(value, at)));
    }
    case 11:
      return new Amount([0, 1, 2, 3].reduce((units, at) => (units << 32n) | BigInt(from.valuePart(value, at)), 0n));
  }
  if (depth < MAX_DEPTH && kind === 5) return items(from, value).map((item) => readValue(from, item, depth + 1));
  if (depth < MAX_DEPTH && kind === 6) {
    const names = items(from, from.recordKeys(value)).map((name) => from.valueString(name));
    return Object.fromEntries(names.map((name) => [name, readValue(from, from.recordEntry(value, name), depth + 1)]));
  }
  const what = from.valueBrief(value);
  throw new NotPlain(
    `${what} is not plain data: only numbers, strings, booleans, amounts, vectors, colours, and arrays and records of them go to the host`,
  );
}

function items(from: Exports, list: Opaque): Opaque[] {
  return Array.from({ length: from.listLength(list) }, (_, at) => from.listItem(list, at));
}

/** Plain data as a value of the program's. */
export function makeValue(into: Exports, value: HostValue): Opaque {
  if (value === undefined) return null;
  if (value === null) return into.makeNull();
  if (typeof value === "boolean") return into.makeBoolean(value ? 1 : 0);
  if (typeof value === "number") return into.makeNumber(value);
  if (typeof value === "string") return into.makeString(value);
  if (value instanceof Vector) {
    const [x = 0, y = 0, z = 0, w = 0] = value.parts;
    return into.makeVec(VECTORS.findIndex(([kind]) => kind === value.kind), x, y, z, w);
  }
  if (value instanceof Amount) {
    const word = (shift: bigint): number => Number((value.units >> shift) & 0xffffffffn);
    return into.makeMrk(word(96n), word(64n), word(32n), word(0n));
  }
  if (Array.isArray(value)) return makeList(into, value);
  const record = into.makeRecord();
  for (const [name, part] of Object.entries(value)) into.recordPut(record, name, makeValue(into, part));
  return record;
}

export function makeList(into: Exports, values: readonly HostValue[]): Opaque {
  const list = into.makeList();
  for (const value of values) into.listPush(list, makeValue(into, value));
  return list;
}
