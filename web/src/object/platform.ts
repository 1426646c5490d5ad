// The functions of `mosl:host` in a browser: printing, numbers and texts converted as JavaScript converts them, regular expressions, clocks,
// timers. What they answer is what the nodes' engines answer.
import { compareWords } from "./collation.ts";
import { toRadix } from "./radix.ts";

/** What a program needs of the one who runs it. */
export interface PlatformHost {
  print(stream: "out" | "err", text: string): void;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some fixed point. */
  monotonic(): number;
  /** From 0 up to but not including 1. */
  random(): number;
  timerStart(id: number, delay: number): void;
  timerStop(id: number): void;
  reportUncaught(text: string): void;
  recordRefusal?(code: number, message: string): void;
}

/** Regular expressions by number, and the last match. */
class Expressions {
  readonly #made: (RegExp | null)[] = [];
  readonly #free: number[] = [];
  #groups: readonly ([number, number] | undefined)[] = [];
  error = "";

  make(pattern: string, flags: string): number {
    let made: RegExp;
    try {
      void new RegExp(pattern, flags);
      // Places of groups, and a match from a place on.
      const wanted = new Set([...flags, "d", flags.includes("y") ? "y" : "g"]);
      made = new RegExp(pattern, [...wanted].join(""));
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
      return -1;
    }
    const place = this.#free.pop() ?? this.#made.length;
    this.#made[place] = made;
    return place;
  }

  free(handle: number): void {
    if (this.#made[handle] === undefined || this.#made[handle] === null) return;
    this.#made[handle] = null;
    this.#free.push(handle);
  }

  exec(handle: number, text: string, at: number): number {
    this.#groups = [];
    const expression = this.#made[handle];
    if (expression === undefined || expression === null) return 0;
    expression.lastIndex = at;
    const found = expression.exec(text);
    if (found === null) return 0;
    this.#groups = found.indices as unknown as readonly ([number, number] | undefined)[];
    return this.#groups.length;
  }

  edge(group: number, end: 0 | 1): number {
    return this.#groups[group]?.[end] ?? -1;
  }

  /** `name=1,other=2` */
  names(handle: number): string {
    const source = this.#made[handle]?.source ?? "";
    return groupNames(source).map(([name, number]) => `${name}=${number}`).join(",");
  }
}

/** The named groups of a pattern that is valid, with their numbers. */
export function groupNames(source: string): [string, number][] {
  const names: [string, number][] = [];
  let count = 0;
  let depth = 0;
  for (let at = 0; at < source.length; at += 1) {
    const c = source[at];
    if (c === "\\") at += 1;
    else if (c === "[") depth += 1;
    else if (c === "]") depth = Math.max(0, depth - 1);
    else if (c === "(" && depth === 0) {
      const name = /^\(\?<([^=!>][^>]*)>/.exec(source.slice(at));
      if (name !== null || source[at + 1] !== "?") count += 1;
      if (name !== null) names.push([unescaped(name[1]!), count]);
    }
  }
  return names;
}

/** A group's name may be written with escapes. */
function unescaped(name: string): string {
  return name.replace(/\\u(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))/g, (_, long: string | undefined, short: string) =>
    long === undefined ? String.fromCharCode(parseInt(short, 16)) : String.fromCodePoint(parseInt(long, 16)));
}

/** The imports of the module `mosl:host`. */
export function platform(host: PlatformHost): WebAssembly.ModuleImports {
  const expressions = new Expressions();
  return {
    print: (stream: number, text: string) => host.print(stream === 0 ? "out" : "err", text),
    reportUncaught: (text: string) => host.reportUncaught(text),
    recordRefusal: (code: number, message: string) => host.recordRefusal?.(code, message),
    now: () => host.now(),
    monotonic: () => host.monotonic(),
    random: () => host.random(),
    timerStart: (id: number, delay: number) => host.timerStart(id, delay),
    timerStop: (id: number) => host.timerStop(id),
    // Dates are in UTC everywhere.
    zoneOffset: () => 0,
    zoneName: () => "UTC",
    numberToString: (n: number) => String(n),
    numberToRadix: toRadix,
    numberToFixed: (n: number, digits: number) => n.toFixed(digits),
    numberToExponential: (n: number, digits: number) => (digits < 0 ? n.toExponential() : n.toExponential(digits)),
    numberToPrecision: (n: number, digits: number) => n.toPrecision(digits),
    stringToNumber: (text: string) => Number(text),
    toLower: (text: string) => text.toLowerCase(),
    toUpper: (text: string) => text.toUpperCase(),
    normalize: (text: string, form: string) => text.normalize(form),
    localeCompare: (a: string, b: string) => compareWords(a, b),
    regexNew: (pattern: string, flags: string) => expressions.make(pattern, flags),
    regexError: () => expressions.error,
    regexFree: (handle: number) => expressions.free(handle),
    regexExec: (handle: number, text: string, at: number) => expressions.exec(handle, text, at),
    regexStart: (group: number) => expressions.edge(group, 0),
    regexEnd: (group: number) => expressions.edge(group, 1),
    regexNames: (handle: number) => expressions.names(handle),
  };
}
