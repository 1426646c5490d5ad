// A program as WebAssembly: compiled, linked with what a host offers, and run in turns. It knows no scene and no page.
import { type PlatformHost, platform } from "./platform.ts";
import { COMPILE_OPTIONS, missingFeature, UnsupportedBrowser } from "./support.ts";
import { TimerQueue } from "./timers.ts";
import type { Exports, Opaque } from "./values.ts";

type Compile<From> = (from: From, options: typeof COMPILE_OPTIONS) => Promise<WebAssembly.Module>;

/** A file, or the answer to a request for it. */
export type Source = BufferSource | Response;

/** Compiles a file that anyone may have written; throws `UnsupportedBrowser`, or an error that says what is wrong with it. */
export async function compile(source: Source): Promise<WebAssembly.Module> {
  const missing = missingFeature();
  if (missing !== null) throw new UnsupportedBrowser(missing);
  const module = await compiled(source);
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const known = kind === "function" && (from === "mosl:host" || from.startsWith("mark:"));
    if (!known) throw new Error(`the object imports \`${name}\` from \`${from}\`, which is not offered here`);
  }
  return module;
}

/** Of an answer the compiler knows the address, relative to which debuggers look for the source map. */
async function compiled(source: Source): Promise<WebAssembly.Module> {
  if (!(source instanceof Response)) return (WebAssembly.compile as Compile<BufferSource>)(source, COMPILE_OPTIONS);
  if (source.headers.get("content-type") !== "application/wasm") return compiled(await source.arrayBuffer());
  return (WebAssembly.compileStreaming as Compile<Response>)(source, COMPILE_OPTIONS);
}

/** What a running program is given. */
export interface ProgramHost {
  print(stream: "out" | "err", text: string): void;
  now(): number;
  monotonic(): number;
  random(): number;
  /** Nobody caught this. */
  uncaught(text: string): void;
  refused?(code: number, message: string): void;
  /** A function of `mark:*`, with its arguments as they come from the program; what it returns goes back as it is. */
  call(module: string, name: string, args: readonly unknown[], program: Program): unknown;
}

/** Timers that wait at one time. */
const MOST_TIMERS = 10_000;
const LONGEST_DELAY = 2_147_483_647;

/** A running program. After a trap it is dead: what it holds may be half done. */
export class Program {
  readonly exports: Exports;
  readonly timers = new TimerQueue();
  readonly #throw: WebAssembly.Tag | undefined;
  readonly #host: ProgramHost;

  constructor(module: WebAssembly.Module, host: ProgramHost) {
    this.#host = host;
    const imports: WebAssembly.Imports = { "mosl:host": platform(this.#platformHost(host)) };
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      if (!from.startsWith("mark:")) continue;
      const functions = (imports[from] ??= {});
      functions[name] = (...args: unknown[]) => host.call(from, name, args, this);
    }
    const { exports } = new WebAssembly.Instance(module, imports);
    this.exports = exports as unknown as Exports;
    const tag: unknown = exports["throw"];
    this.#throw = typeof WebAssembly.Tag === "function" && tag instanceof WebAssembly.Tag ? tag : undefined;
    if (typeof this.exports.start !== "function") throw new Error("the file is no MOSL program: it has no `start`");
  }

  #platformHost(host: ProgramHost): PlatformHost {
    return {
      print: (stream, text) => host.print(stream, text),
      now: () => host.now(),
      monotonic: () => host.monotonic(),
      random: () => host.random(),
      timerStart: (id, delay) => {
        if (this.timers.size >= MOST_TIMERS) throw new Error(`more than ${MOST_TIMERS} timers wait`);
        this.timers.start(id, delay >= 1 && delay <= LONGEST_DELAY ? Math.trunc(delay) : 1);
      },
      timerStop: (id) => this.timers.stop(id),
      reportUncaught: (text) => host.uncaught(text),
      recordRefusal: (code, message) => host.refused?.(code, message),
    };
  }

  /** One macrotask, then all microtasks. What the program throws it reports; what this throws is a trap. */
  turn(macrotask: (exports: Exports) => void): void {
    this.#caught(() => macrotask(this.exports));
    this.#caught(() => this.exports.runMicrotasks?.());
  }

  #caught(run: () => void): void {
    try {
      run();
    } catch (error) {
      const tag = this.#throw;
      if (tag === undefined || !(error instanceof WebAssembly.Exception) || !error.is(tag)) throw error;
      // A module that has no words for its errors can still throw.
      this.#host.uncaught(this.exports.errorText?.(error.getArg(tag, 0) as Opaque) ?? "Uncaught exception");
    }
  }

  start(): void {
    this.turn((exports) => exports.start());
  }

  /** Lets time pass; each timer that comes due is a turn of its own. */
  advanceTo(milliseconds: number, ended: () => void = () => {}): void {
    for (let id = this.timers.take(milliseconds); id !== null; id = this.timers.take(milliseconds)) {
      const due = id;
      this.turn((exports) => exports.fireTimer?.(due));
      ended();
    }
    this.timers.now = Math.max(this.timers.now, milliseconds);
  }
}
