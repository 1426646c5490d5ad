// The functions of `mark:*` for an object that runs in the page, over the scene and an injectable host: the counterpart of
// host/src/stage/functions.
import { type Easing, EASINGS, type Property, type PropertyValue, type Repeat, REPEATS, VALUE_TYPES } from "../deltas.generated.ts";
import { parseColor } from "./color.ts";
import { CAN_ANIMATE, Scene, SceneError, WORDS } from "./scene.ts";
import { Amount, type HostValue, Vector } from "./values.ts";

/** What the page offers an object besides the scene. All but `log` have quiet defaults: see `defaultHost`. */
export interface ObjectHost {
  /** Of the one who looks. */
  visitorName: string;
  /** `console.log` and errors that nobody caught. */
  log(level: "log" | "error", text: string): void;
  /** Shows a message to the visitor. */
  notify(text: string): void;
  /** Asks the visitor to pay; what it yields is held by the wallet until it is accepted or refunded. */
  requestPayment(request: PaymentRequest): Promise<HeldPayment | { declined: string }>;
  /**
   * Sends from the object's owner to the visitor, when the turn has ended well that asked for it and `balance` and `budget` had room for it;
   * the text says why not, empty is done.
   */
  send(amount: Amount, memo: string): string;
  /** Of the object's owner. */
  balance(): Amount;
  /** What the object may still send today. */
  budget(): Amount;
  /** Persisted fields, committed after each turn that ends well. */
  stored(): Readonly<Record<string, string>>;
  save(key: string, value: string): void;
}

export interface PaymentRequest {
  amount: Amount;
  memo: string;
  /** The name of the object that asks. */
  object: string;
}

/** Money that waits. Exactly one of the two is called, once. */
export interface HeldPayment {
  accept(): void;
  refund(): void;
}

/** A host that has no wallet and keeps what is stored as long as the page is open. */
export function defaultHost(): ObjectHost {
  const kept = new Map<string, string>();
  return {
    visitorName: "visitor",
    log: (level, text) => console[level](text),
    notify: () => {},
    requestPayment: () => Promise.resolve({ declined: "this page has no wallet" }),
    send: () => "this page has no wallet",
    balance: () => new Amount(0n),
    budget: () => new Amount(0n),
    stored: () => Object.fromEntries(kept),
    save: (key, value) => void kept.set(key, value),
  };
}

/** An answer that comes later. */
export class Pending {}

/** A payment by its number: who asked for it, and how it stands. */
interface Payment {
  held: HeldPayment;
  state: "open" | "accepted" | "refunded";
  kept: boolean;
  /** Settled when the turn commits. */
  wanted: "accepted" | "refunded" | null;
}

/** Of an object's class: its persisted fields. */
export type PersistedFields = Readonly<Record<string, readonly string[]>>;

/** Tells the object the answer to a call. */
export type Answer = (call: number, answer: { value: HostValue } | { error: SceneError }) => void;

const NAMES_OF_EASINGS: ReadonlySet<string> = new Set(Object.values(EASINGS));
const NAMES_OF_REPEATS: ReadonlySet<string> = new Set(Object.values(REPEATS));

/** The visitor in a page has this number. */
export const VISITOR = 1;

export class World {
  readonly scene = new Scene();
  /** Seconds. */
  time = 0;
  wantsTicks = false;
  visitorPosition: [number, number, number] = [0, 1.6, 4];
  readonly #host: ObjectHost;
  readonly #fields: PersistedFields;
  readonly #answer: Answer;
  /** How many tweens an `animate` call waits for. */
  readonly #tweens = new Map<number, number>();
  readonly #payments = new Map<string, Payment>();
  #lastPayment = 0;
  readonly #committed: Map<string, string>;
  #messages: string[] = [];
  /** Wait for the turn's end. */
  #sends: { amount: Amount; memo: string }[] = [];
  #closed = false;

  constructor(host: ObjectHost, fields: PersistedFields, answer: Answer) {
    this.#host = host;
    this.#committed = new Map(Object.entries(host.stored()));
    this.#fields = fields;
    this.#answer = answer;
  }

  get persists(): boolean {
    return Object.keys(this.#fields).length > 0;
  }

  /** Calls a function by module and name; `call` is the number of an answer that comes later. */
  call(module: string, name: string, args: readonly HostValue[], call: number): HostValue | Pending {
    const known = Object.hasOwn(FUNCTIONS, `${module} ${name}`) ? FUNCTIONS[`${module} ${name}`] : undefined;
    if (known === undefined) throw new SceneError("Error", `this host has no ${name} in ${module}`);
    return known(this, new Arguments(args), call);
  }

  /** What happens when a turn has ended well: money moves. */
  commit(): void {
    for (const payment of this.#payments.values()) this.#settle(payment, payment.wanted);
    for (const { amount, memo } of this.#sends.splice(0)) {
      const problem = this.#host.send(amount, memo);
      if (problem !== "") this.#host.log("error", `${amount} could not be sent: ${problem}`);
    }
    for (const text of this.#messages.splice(0)) this.#host.notify(text);
  }

  /** Lets tweens end; those that wait learn of it. */
  advance(time: number): void {
    this.time = time;
    this.scene.advance(time);
    this.collect();
  }

  collect(): void {
    for (const token of this.scene.takeFinished()) {
      const left = (this.#tweens.get(token) ?? 1) - 1;
      if (left > 0) {
        this.#tweens.set(token, left);
        continue;
      }
      if (this.#tweens.delete(token)) this.#answer(token, { value: undefined });
    }
  }

  /** The object has ended: what is open goes back, now and later, and what its last turn wanted to send stays. */
  close(): void {
    this.#closed = true;
    this.#sends = [];
    for (const payment of this.#payments.values()) this.#settle(payment, "refunded");
  }

  get closed(): boolean {
    return this.#closed;
  }

  #settle(payment: Payment, how: Payment["wanted"]): void {
    if (payment.state !== "open" || how === null) return;
    payment.state = how;
    if (how === "accepted") payment.held.accept();
    else payment.held.refund();
  }

  animate(args: Arguments, call: number): Pending {
    const [node, names, targets] = [args.number(0), args.list(1), args.list(2)];
    const [duration, ease, repeat] = [args.number(3), args.text(4), args.text(5)];
    if (!(duration >= 0 && duration <= 1e9)) throw new SceneError("RangeError", "a duration is a number of seconds, 0 or more");
    if (!NAMES_OF_EASINGS.has(ease)) throw new SceneError("TypeError", `there is no easing "${ease}"`);
    if (!NAMES_OF_REPEATS.has(repeat)) throw new SceneError("TypeError", `there is no loop "${repeat}"`);
    const moves = names.map((name, at): [Property, PropertyValue] => {
      const property = propertyNamed(String(name));
      if (!CAN_ANIMATE.has(VALUE_TYPES[property])) throw new SceneError("TypeError", `\`${property}\` cannot be animated`);
      return [property, propertyValue(property, targets[at])];
    });
    this.#tweens.set(call, moves.length);
    if (moves.length === 0) {
      this.#tweens.delete(call);
      this.#answer(call, { value: undefined });
    }
    for (const [property, to] of moves) this.scene.animate(node, property, to, this.time, duration, ease as Easing, repeat as Repeat, call);
    return new Pending();
  }

  pay(args: Arguments, call: number): Pending {
    const request = { amount: args.amount(1), memo: args.text(2), object: this.scene.nameOfFirst() };
    const reply = (id: string, declined: string): void => this.#answer(call, { value: { id, declined } });
    const held = (payment: HeldPayment | { declined: string }): void => {
      if ("declined" in payment) return reply("", payment.declined);
      // The object that asked is gone.
      if (this.#closed) return payment.refund();
      this.#lastPayment += 1;
      const id = `payment-${this.#lastPayment}`;
      this.#payments.set(id, { held: payment, state: "open", kept: false, wanted: null });
      reply(id, "");
    };
    // A host that fails has moved nothing.
    const failed = (error: unknown): void => {
      this.#host.log("error", `the wallet failed: ${String(error)}`);
      reply("", "the wallet failed");
    };
    try {
      this.#host.requestPayment(request).then(held, failed);
    } catch (error) {
      queueMicrotask(() => failed(error));
    }
    return new Pending();
  }

  settlePayment(id: string, how: "accepted" | "refunded"): string {
    const payment = this.#payments.get(id);
    if (payment === undefined) return `there is no payment ${id}`;
    const state = payment.wanted ?? payment.state;
    if (state !== "open") return `the payment was already ${state}`;
    payment.wanted = how;
    return "";
  }

  paymentState(id: string): string {
    const payment = this.#payments.get(id);
    return payment === undefined ? "unknown" : (payment.wanted ?? payment.state);
  }

  keepPayment(id: string): void {
    const payment = this.#payments.get(id);
    if (payment !== undefined) payment.kept = true;
  }

  /** What is left of something, once the turn's sends are done. */
  unsent(from: Amount): Amount {
    const left = this.#sends.reduce((units, { amount }) => units - amount.units, from.units);
    return new Amount(left > 0n ? left : 0n);
  }

  /** Sends with the turn; the text says why not. */
  send(amount: Amount, memo: string): string {
    const [budget, balance] = [this.unsent(this.#host.budget()), this.unsent(this.#host.balance())];
    if (amount.units > budget.units) return `${amount} is beyond what is left of today's budget, ${budget}`;
    if (amount.units > balance.units) return `there is not enough money: ${amount} are needed, ${balance} are there`;
    this.#sends.push({ amount, memo });
    return "";
  }

  say(text: string): void {
    this.#messages.push(text);
  }

  get host(): ObjectHost {
    return this.#host;
  }

  fieldsOf(name: string): string[] {
    return Object.hasOwn(this.#fields, name) ? [...this.#fields[name]!] : [];
  }

  persistedValue(path: string, field: string): HostValue {
    const key = `${path} ${field}`;
    const text = this.#committed.get(key);
    return text === undefined ? undefined : decode(text);
  }

  /** Stores what has changed of the values after a turn: path, field and value in turn. */
  persist(values: readonly HostValue[]): void {
    for (let at = 0; at + 2 < values.length; at += 3) {
      const key = `${String(values[at])} ${String(values[at + 1])}`;
      const text = encode(values[at + 2]);
      if (this.#committed.get(key) === text) continue;
      this.#committed.set(key, text);
      this.#host.save(key, text);
    }
  }
}

/** Arguments as the declarations in MOSL promise them; nothing is taken for granted. */
class Arguments {
  readonly #given: readonly HostValue[];

  constructor(given: readonly HostValue[]) {
    this.#given = given;
  }

  any(index: number): HostValue {
    return this.#given[index];
  }

  number(index: number): number {
    const found = this.#given[index];
    return typeof found === "number" ? found : this.#wrong(index, "a number");
  }

  text(index: number): string {
    const found = this.#given[index];
    return typeof found === "string" ? found : this.#wrong(index, "a string");
  }

  list(index: number): HostValue[] {
    const found = this.#given[index];
    return Array.isArray(found) ? found : this.#wrong(index, "an array");
  }

  amount(index: number): Amount {
    const found = this.#given[index];
    return found instanceof Amount ? found : this.#wrong(index, "an amount of Mrk");
  }

  vec3(index: number): [number, number, number] {
    const found = this.#given[index];
    if (!(found instanceof Vector) || found.kind !== "vec3") return this.#wrong(index, "a Vec3");
    if (!found.parts.every(Number.isFinite)) throw new SceneError("RangeError", "a view takes finite numbers only");
    return found.parts as unknown as [number, number, number];
  }

  #wrong(index: number, expected: string): never {
    throw new SceneError("TypeError", `argument ${index + 1} should be ${expected}, but is ${kindOf(this.#given[index])}`);
  }
}

type HostFunction = (world: World, args: Arguments, call: number) => HostValue | Pending;

/** Every function, by module and name. */
export const FUNCTIONS: Readonly<Record<string, HostFunction>> = {
  "mark:scene createNode": (world, args) => world.scene.create(args.text(0)),
  "mark:scene removeNode": (world, args) => world.scene.remove(args.number(0)) as undefined,
  "mark:scene attachNode": (world, args) => world.scene.attach(args.number(0), args.number(1)) as undefined,
  "mark:scene detachNode": (world, args) => world.scene.detach(args.number(0)) as undefined,
  "mark:scene setPosition": (world, args) => set(world, args, "position", args.any(1)),
  "mark:scene setRotation": (world, args) => set(world, args, "rotation", args.any(1)),
  "mark:scene setScale": (world, args) => set(world, args, "scale", args.any(1)),
  "mark:scene setProperty": (world, args) => set(world, args, propertyNamed(args.text(1)), args.any(2)),
  "mark:scene getProperty": (world, args) => read(world, args.number(0), propertyNamed(args.text(1))),
  "mark:scene animateProperties": (world, args, call) => world.animate(args, call),
  "mark:scene playMedia": (world, args) => world.scene.play(args.number(0)) as undefined,
  "mark:scene stopMedia": (world, args) => world.scene.stop(args.number(0)) as undefined,
  "mark:scene setCamera": (world, args) => world.scene.look(args.vec3(0), args.vec3(1)) as undefined,
  "mark:scene visitorName": (world, args) => (args.number(0) === VISITOR ? world.host.visitorName : ""),
  "mark:scene visitorPosition": (world) => new Vector("vec3", [...world.visitorPosition]),
  "mark:scene notifyVisitor": (world, args) => world.say(args.text(1)) as undefined,
  "mark:scene needTicks": (world, args) => {
    // A boolean crosses as 0 or 1.
    world.wantsTicks = args.any(0) === true || args.any(0) === 1;
    return undefined;
  },
  "mark:scene persistedFields": (world, args) => world.fieldsOf(args.text(0)),
  "mark:scene persistedValue": (world, args) => world.persistedValue(args.text(0), args.text(1)),
  "mark:mrk requestPayment": (world, args, call) => world.pay(args, call),
  "mark:mrk acceptPayment": (world, args) => world.settlePayment(args.text(0), "accepted"),
  "mark:mrk refundPayment": (world, args) => world.settlePayment(args.text(0), "refunded"),
  "mark:mrk paymentState": (world, args) => world.paymentState(args.text(0)),
  "mark:mrk keepPayment": (world, args) => world.keepPayment(args.text(0)) as undefined,
  "mark:mrk walletBalance": (world) => world.unsent(world.host.balance()),
  "mark:mrk walletBudget": (world) => world.unsent(world.host.budget()),
  "mark:mrk walletSend": (world, args) => world.send(args.amount(1), args.text(2)),
  "mark:space setSurroundings": (world, args) => {
    const property = propertyNamed(args.text(0));
    const value = propertyValue(property, args.any(1));
    if (property === "panorama" && ![0, 6].includes((value as string[]).length)) throw new SceneError("TypeError", "a panorama has six pictures");
    world.scene.set(0, property, value);
    return undefined;
  },
  "mark:space getSurroundings": (world, args) => read(world, 0, propertyNamed(args.text(0))),
};

/** Functions whose answer comes later: those that are declared to yield a promise. */
export const ANSWERED_LATER: ReadonlySet<string> = new Set(["mark:scene animateProperties", "mark:mrk requestPayment"]);

function set(world: World, args: Arguments, property: Property, given: HostValue): undefined {
  world.scene.set(args.number(0), property, propertyValue(property, given));
}

function read(world: World, node: number, property: Property): HostValue {
  const value = world.scene.get(node, property, world.time);
  const type = VALUE_TYPES[property];
  if (type === "vec2" || type === "vec3" || type === "quat" || type === "color") return new Vector(type, value as number[]);
  if (value instanceof Float32Array) {
    return Array.from({ length: value.length / 3 }, (_, at) => new Vector("vec3", [...value.subarray(at * 3, at * 3 + 3)]));
  }
  return value as HostValue;
}

function propertyNamed(name: string): Property {
  if (!Object.hasOwn(VALUE_TYPES, name)) throw new SceneError("TypeError", `there is no property "${name}"`);
  return name as Property;
}

/** A property's value as a script gives it: a colour may be a string, a size flat, a scale one number. */
function propertyValue(property: Property, given: HostValue): PropertyValue {
  const type = VALUE_TYPES[property];
  if (type === "flag" && typeof given === "boolean") return given;
  if (type === "number" && typeof given === "number") return given;
  if (type === "text" && typeof given === "string") return given;
  if (given instanceof Vector) {
    if (given.kind === type) return [...given.parts] as unknown as PropertyValue;
    if (property === "size" && given.kind === "vec2") return [given.parts[0]!, given.parts[1]!, 1];
  }
  if (property === "scale" && typeof given === "number") return [given, given, given];
  if (type === "color" && typeof given === "string") {
    const color = parseColor(given);
    if (color !== null) return color;
    throw new SceneError("TypeError", `${JSON.stringify(given)} is no colour: write "#rrggbb" or a name such as "orange"`);
  }
  if (type === "texts" && Array.isArray(given) && given.every((item) => typeof item === "string")) return given as string[];
  if (type === "points" && Array.isArray(given) && given.every((item) => item instanceof Vector && item.kind === "vec3")) {
    return Float32Array.from(given.flatMap((item) => [...(item as Vector).parts]));
  }
  throw new SceneError("TypeError", `\`${property}\` takes ${WORDS[type]}, not ${kindOf(given)}`);
}

function kindOf(value: HostValue): string {
  if (value === undefined) return "undefined";
  if (value === null) return "null";
  if (value instanceof Amount) return "an amount of Mrk";
  if (value instanceof Vector) return { vec2: "a Vec2", vec3: "a Vec3", quat: "a Quat", color: "a Color" }[value.kind];
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Plain data as text that `decode` reads back. */
function encode(value: HostValue): string {
  const plain = (_: string, part: unknown): unknown => {
    if (part === undefined) return { $: "undefined" };
    if (typeof part === "number" && (!Number.isFinite(part) || Object.is(part, -0))) return { $: "number", value: Object.is(part, -0) ? "-0" : String(part) };
    if (part instanceof Amount) return { $: "amount", value: part.units.toString() };
    if (part instanceof Vector) return { $: part.kind, value: part.parts };
    return part;
  };
  return JSON.stringify(wrap(value), plain);
}

/** An object's own `$` is not ours. */
function wrap(value: HostValue): unknown {
  if (Array.isArray(value)) return value.map(wrap);
  if (typeof value !== "object" || value === null || value instanceof Amount || value instanceof Vector) return value;
  return { $: "record", value: Object.entries(value).map(([name, part]) => [name, wrap(part)]) };
}

/** What cannot be read counts as absent: anyone may have written it. */
function decode(text: string): HostValue {
  try {
    return unwrap(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function unwrap(value: unknown): HostValue {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value as HostValue;
  const { $: tag, value: inner } = value as { $: string; value: unknown };
  switch (tag) {
    case "undefined":
      return undefined;
    case "number":
      return Number(inner);
    case "amount":
      return new Amount(BigInt(inner as string));
    case "record":
      return Object.fromEntries((inner as [string, unknown][]).map(([name, part]) => [name, unwrap(part)]));
    default:
      return new Vector(tag as Vector["kind"], inner as number[]);
  }
}
