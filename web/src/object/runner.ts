// An object that runs here: its program, its scene, its time, and what visitors do to it. The counterpart of host/src/stage: what a turn did
// to the scene and to money happens when the turn ends well; one that traps leaves nothing, and the object starts again from what it
// persisted. It knows no page, so that it runs in a worker too.
import type { Delta } from "../deltas.generated.ts";
import { Program } from "./program.ts";
import { SceneError } from "./scene.ts";
import { type HostValue, makeList, makeValue, NotPlain, type Opaque, readValue } from "./values.ts";
import { ANSWERED_LATER, type ObjectHost, Pending, type PersistedFields, VISITOR, World } from "./world.ts";

/** What the compiler says of an object: a custom section `mosl` of its file. */
export interface Manifest {
  name?: string;
  persisted?: PersistedFields;
}

export interface RunnerOptions {
  host: ObjectHost;
  /** What is to be seen, after each turn that changed something. */
  deltas(deltas: Delta[]): void;
  /** The object ended by a trap; it starts again after so many seconds. */
  fault?(text: string, restartIn: number): void;
  /** Milliseconds since 1970. */
  now?(): number;
  random?(): number;
  /** What a turn may burn, in programs that count it (`mosl build --metered`); without it as much as on a server. */
  fuel?: bigint | undefined;
}

/** Something that the visitor did. */
export type ObjectEvent =
  | { type: "click" | "hover-start" | "hover-end"; node: number }
  | { type: "message" | "voice"; node: number; text: string }
  | { type: "move"; position: [number, number, number] };

/** As on the stage of a server. */
const TURN_FUEL = 200_000_000n;
const FIRST_RESTART = 1;
const LAST_RESTART = 60;
/** Seconds that pass at once at most; what a page slept through is lost. */
const MOST_SECONDS = 0.25;
const TICK_SECONDS = 1 / 60;
/** Moments that a step stops at; an object with more than that loses time, not the page. */
const MOST_MOMENTS = 10_000;
/** Metres up or down beyond which a visitor is on another floor. */
const FLOOR_HEIGHT = 4;
/** Functions that yield something else than a number, a text or nothing. */
const OPAQUE: ReadonlySet<string> = new Set([
  "visitorPosition", "getProperty", "getSurroundings", "persistedFields", "persistedValue", "walletBalance", "walletBudget",
]);

const HANDLERS = { click: "onClick", "hover-start": "onHoverStart", "hover-end": "onHoverEnd", message: "onMessage", voice: "onVoice" } as const;

export class Runner {
  readonly #module: WebAssembly.Module;
  readonly #options: RunnerOptions;
  readonly #manifest: Manifest;
  #world: World;
  #program: Program | null = null;
  #root: Opaque = null;
  /** Answers to host calls that the program has not got yet. */
  #answers: [number, { value: HostValue } | { error: SceneError }][] = [];
  /** Seconds. */
  #time = 0;
  /** When the program was started. */
  #born = 0;
  #nextTick = 0;
  #turns = 0;
  #faults = 0;
  #restartAt: number | null = null;
  #near = new Set<number>();
  #settling = false;
  #ended = false;

  constructor(module: WebAssembly.Module, options: RunnerOptions) {
    this.#module = module;
    this.#options = options;
    this.#manifest = readManifest(module);
    this.#world = this.#newWorld();
  }

  get name(): string {
    return this.#manifest.name ?? "";
  }

  /** Makes the object and starts it. */
  start(): void {
    this.#guard(() => {
      const program = new Program(this.#module, {
        print: (stream, text) => this.#options.host.log(stream === "out" ? "log" : "error", text),
        now: () => this.#options.now?.() ?? Date.now(),
        monotonic: () => this.#time * 1000,
        random: () => this.#options.random?.() ?? Math.random(),
        uncaught: (text) => {
          // A visitor's no is an answer, not an error.
          if (!text.startsWith("PaymentDeclined")) this.#options.host.log("error", text);
        },
        fuel: this.#options.fuel ?? TURN_FUEL,
        call: (module, name, args, on) => this.#call(module, name, args, on),
      });
      this.#program = program;
      this.#born = this.#nextTick = this.#time;
      this.#turn(() => program.start());
      this.#turn(() => program.turn((exports) => {
        const constructor = exports.exportedValue("default");
        this.#root = constructor === null ? null : exports.constructObject(constructor, exports.makeList());
      }));
      if (this.#root === null) {
        this.#options.host.log("error", "nothing to run: the entry file should `export default` a class that extends Container or Space");
        return;
      }
      this.#callRoot("$start", []);
    });
    this.#settle();
  }

  /** Lets time pass: ticks, timers, ends of tweens and restarts happen at their moments, in order. */
  step(seconds: number): void {
    const target = this.#time + Math.min(Math.max(seconds, 0), MOST_SECONDS);
    for (let moments = 0; moments < MOST_MOMENTS && !this.#ended; moments += 1) {
      const next = this.#nextMoment();
      this.#time = Math.max(Math.min(next, target), this.#time);
      this.#happen();
      if (next > target) break;
    }
    this.#time = target;
  }

  #nextMoment(): number {
    const timer = this.#program?.timers.next ?? Number.POSITIVE_INFINITY;
    const tick = this.#program !== null && this.#world.wantsTicks ? this.#nextTick : Number.POSITIVE_INFINITY;
    return Math.min(this.#restartAt ?? Number.POSITIVE_INFINITY, this.#born + timer / 1000, tick, this.#world.scene.nextEnd);
  }

  /** Does what is due now. */
  #happen(): void {
    if (this.#restartAt !== null && this.#restartAt <= this.#time) {
      this.#restartAt = null;
      this.start();
    }
    this.#guard(() => {
      this.#world.advance(this.#time);
      this.#settle();
      this.#runTimers();
      this.#tick();
      this.#settle();
      this.#watchDistance();
    });
  }

  #runTimers(): void {
    const next = this.#program?.timers.next ?? null;
    if (next === null || this.#born + next / 1000 > this.#time) return;
    // Rounding must not leave a due timer just ahead for ever.
    this.#program?.advanceTo(Math.max((this.#time - this.#born) * 1000, next), () => this.#finish());
  }

  #tick(): void {
    if (!this.#world.wantsTicks || this.#nextTick > this.#time) return;
    // After a pause ticking goes on from now, it does not catch up.
    const late = this.#time - this.#nextTick > TICK_SECONDS;
    this.#nextTick = (late ? this.#time : this.#nextTick) + TICK_SECONDS;
    this.#callRoot("$tick", [TICK_SECONDS]);
  }

  handle(event: ObjectEvent): void {
    if (this.#ended) return;
    this.#guard(() => {
      if (event.type === "move") {
        if (event.position.every(Number.isFinite)) this.#world.visitorPosition = event.position;
        return this.#watchDistance();
      }
      const scene = this.#world.scene;
      const flag = event.type === "click" ? "clickable" : "hoverable";
      const wanted = "text" in event ? scene.isAttached(event.node) : scene.wants(event.node, flag);
      if (wanted) this.#deliver(HANDLERS[event.type], event.node, "text" in event ? event.text : undefined);
    });
    this.#settle();
  }

  /** Ends the object in order: `onStop`, refunds. */
  stop(): void {
    if (this.#ended) return;
    this.#guard(() => this.#callRoot("$stop", []));
    this.#ended = true;
    this.#world.close();
    this.#program = null;
  }

  #newWorld(): World {
    const world = new World(this.#options.host, this.#manifest.persisted ?? {}, (call, answer) => {
      if (world.closed) return;
      this.#answers.push([call, answer]);
      // What comes from outside of a turn, such as a wallet's answer, is delivered at once.
      queueMicrotask(() => this.#settle());
    });
    return world;
  }

  #call(module: string, name: string, args: readonly unknown[], program: Program): unknown {
    const exports = program.exports;
    const later = ANSWERED_LATER.has(`${module} ${name}`);
    const number = later ? (args[0] as number) : 0;
    try {
      const plain = (later ? args.slice(1) : args).map((arg) => (typeof arg === "object" ? readValue(exports, arg) : (arg as HostValue)));
      const answer = this.#world.call(module, name, plain, number);
      if (answer instanceof Pending) return "";
      return OPAQUE.has(name) ? makeValue(exports, answer) : answer;
    } catch (error) {
      const [kind, message] = errorParts(error);
      if (later) exports.settleHost(number, 0, exports.makeError(kind, message));
      else exports.failHost(kind, message);
      return OPAQUE.has(name) ? null : "";
    }
  }

  /** Gives the program the answers that have come in, each in a turn of its own. */
  #settle(): void {
    if (this.#settling || this.#program === null) return;
    this.#settling = true;
    try {
      this.#guard(() => {
        for (let next = this.#answers.shift(); next !== undefined; next = this.#answers.shift()) {
          const [call, answer] = next;
          this.#turn(() => this.#program?.turn((exports) => {
            if ("value" in answer) exports.settleHost(call, 1, makeValue(exports, answer.value));
            else exports.settleHost(call, 0, exports.makeError(answer.error.name, answer.error.message));
          }));
          this.#world.collect();
        }
      });
    } finally {
      this.#settling = false;
    }
  }

  #turn(run: () => void): void {
    run();
    this.#finish();
  }

  /** What follows a turn that has ended well. */
  #finish(): void {
    this.#world.collect();
    this.#persist();
    this.#world.commit();
    const deltas = this.#world.scene.takeDeltas();
    if (deltas.length === 0) return;
    this.#turns += 1;
    deltas.push({ op: "turn", number: this.#turns, time: this.#time });
    this.#options.deltas(deltas);
  }

  #persist(): void {
    const program = this.#program;
    if (!this.#world.persists || this.#root === null || program === null) return;
    program.turn((exports) => {
      if (exports.callMethod(this.#root, "$persisted", exports.makeList()) !== 1) return;
      try {
        const values = readValue(exports, exports.callResult());
        if (Array.isArray(values)) this.#world.persist(values);
      } catch (error) {
        if (!(error instanceof NotPlain)) throw error;
        this.#options.host.log("error", "a field marked @persist holds more than plain data: none of them is stored");
      }
    });
  }

  /** Calls a method of the root object, as a turn. */
  #callRoot(method: string, args: readonly HostValue[]): void {
    const program = this.#program;
    if (program === null || this.#root === null) return;
    this.#turn(() => program.turn((exports) => {
      exports.callMethod(this.#root, method, makeList(exports, args));
    }));
  }

  #deliver(handler: string, node: number, detail: HostValue): void {
    this.#callRoot("$deliver", [handler, node, VISITOR, detail]);
  }

  #watchDistance(): void {
    const [x, y, z] = this.#world.visitorPosition;
    const now = new Set<number>();
    for (const { node, radius, position } of this.#world.scene.nearNodes(this.#time)) {
      if (Math.hypot(x - position[0], z - position[2]) <= radius && Math.abs(y - position[1]) <= FLOOR_HEIGHT) now.add(node);
    }
    const before = this.#near;
    this.#near = now;
    for (const node of now) if (!before.has(node)) this.#deliver("onNear", node, undefined);
    for (const node of before) if (!now.has(node) && this.#world.scene.isAttached(node)) this.#deliver("onFar", node, undefined);
  }

  /** A trap ends the object; it starts again after a while. */
  #guard(run: () => void): void {
    if (this.#ended) return;
    try {
      run();
    } catch (error) {
      const restartIn = Math.min(FIRST_RESTART * 2 ** Math.min(this.#faults, 10), LAST_RESTART);
      this.#faults += 1;
      this.#program = null;
      this.#root = null;
      this.#answers = [];
      this.#near.clear();
      this.#world.scene.takeDeltas();
      this.#world.close();
      this.#world = this.#newWorld();
      this.#restartAt = this.#time + restartIn;
      this.#options.deltas([{ op: "reset" }, { op: "turn", number: this.#turns, time: this.#time }]);
      this.#options.fault?.(error instanceof Error ? error.message : String(error), restartIn);
    }
  }
}

function errorParts(error: unknown): [string, string] {
  if (error instanceof NotPlain) return ["TypeError", error.message];
  if (error instanceof SceneError) return [error.name, error.message];
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) throw error;
  return ["Error", error instanceof Error ? error.message : String(error)];
}

/** What stands in a file's custom section; nothing where it is not ours. */
export function readManifest(module: WebAssembly.Module): Manifest {
  const [section] = WebAssembly.Module.customSections(module, "mosl");
  if (section === undefined) return {};
  try {
    const read: unknown = JSON.parse(new TextDecoder().decode(section));
    return typeof read === "object" && read !== null ? (read as Manifest) : {};
  } catch {
    return {};
  }
}
