// Writes programs in the notation that MOSL and TypeScript share: what a careful person writes, with all names different. The same seed
// gives the same text. Both check it without an error, or the benchmark ends.

/** Park and Miller's generator: numbers from 0 to below 1. */
function random(seed) {
  let state = (seed % 2147483646) + 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const NOUNS = "order item visitor lamp door ticket price garden robot planet letter song wheel tower bridge engine market parcel".split(" ");
const VERBS = "collect update measure render sort count filter load move paint".split(" ");
const FIELDS = "width height weight total score level speed angle depth size".split(" ");
const upper = (word) => word[0].toUpperCase() + word.slice(1);

/** Each writes one part of a file; `n` makes its names unique, `pick` chooses words. */
const PARTS = [
  function union(n, pick) {
    const [a, b, c] = [pick(NOUNS), pick(VERBS), pick(FIELDS)];
    const T = `${upper(a)}Event${n}`;
    return `
interface ${T}Start { kind: "start"; name: string; ${c}: number }
interface ${T}Step { kind: "step"; by: number; tags: string[] }
interface ${T}Stop { kind: "stop"; reason?: string; at: { x: number; y: number } }
export type ${T} = ${T}Start | ${T}Step | ${T}Stop;

/** Says what happened. */
export function ${b}${T}(event: ${T}, depth: number = 0): string {
  switch (event.kind) {
    case "start":
      return \`\${event.name} \${event.${c}.toFixed(2)}\`;
    case "step": {
      const tags = event.tags.filter((tag) => tag.length > depth).map((tag) => tag.toUpperCase());
      return event.by > 0 ? tags.join(", ") : "nothing";
    }
    case "stop": {
      const { x, y } = event.at;
      if (event.reason !== undefined) return event.reason + ":" + Math.hypot(x, y);
      return "stopped";
    }
  }
}

const events${n}: ${T}[] = [
  { kind: "start", name: "${a}", ${c}: ${n % 97} },
  { kind: "step", by: 2, tags: ["${b}", "${c}"] },
  { kind: "stop", at: { x: 1, y: ${n % 13} } },
];
export const told${n} = events${n}.map((event) => ${b}${T}(event)).join("\\n");`;
  },
  function classes(n, pick) {
    const [a, b, f, g] = [upper(pick(NOUNS)), pick(VERBS), pick(FIELDS), pick(NOUNS)];
    return `
export abstract class ${a}Base${n} {
  readonly name: string;
  protected ${f}: number = 0;
  private history: number[] = [];
  static made = 0;

  constructor(name: string) {
    this.name = name;
    ${a}Base${n}.made += 1;
  }

  abstract area(): number;

  get label(): string {
    return \`\${this.name} (\${this.${f}})\`;
  }

  ${b}(amount: number): this {
    this.${f} += amount;
    this.history.push(this.${f});
    if (this.history.length > 10) this.history.shift();
    return this;
  }

  average(): number {
    if (this.history.length === 0) return 0;
    let sum = 0;
    for (const value of this.history) sum += value;
    return sum / this.history.length;
  }
}

export class ${a}${n} extends ${a}Base${n} {
  #${g} = new Map<string, number>();

  constructor(name: string, known: boolean, value: number) {
    super(name);
    if (known) this.#${g}.set(name, value);
  }

  area(): number {
    return this.average() * 2 + this.#${g}.size;
  }

  find(key: string): number {
    const found = this.#${g}.get(key);
    return found === undefined ? -1 : found;
  }
}
export const ${a.toLowerCase()}${n} = new ${a}${n}("${g}", true, ${n % 31}).${b}(3).${b}(4);
export const area${n}: number = ${a.toLowerCase()}${n}.area() + ${a.toLowerCase()}${n}.label.length;`;
  },
  function generics(n, pick) {
    const [a, b] = [upper(pick(NOUNS)), pick(FIELDS)];
    return `
export class ${a}Cache${n}<K, V> {
  private readonly entries = new Map<K, { value: V; used: number }>();
  private clock = 0;

  private limit: number;
  private make: (key: K) => V;

  constructor(limit: number, make: (key: K) => V) {
    this.limit = limit;
    this.make = make;
  }

  get(key: K): V {
    this.clock += 1;
    const known = this.entries.get(key);
    if (known) {
      known.used = this.clock;
      return known.value;
    }
    const value = this.make(key);
    this.entries.set(key, { value, used: this.clock });
    if (this.entries.size > this.limit) this.forget();
    return value;
  }

  private forget(): void {
    let oldest: K | undefined;
    let least = Infinity;
    for (const [key, entry] of this.entries) {
      if (entry.used < least) {
        least = entry.used;
        oldest = key;
      }
    }
    if (oldest !== undefined) this.entries.delete(oldest);
  }
}
export function group${n}<T, K extends string | number>(items: readonly T[], by: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = by(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
export const ${b}${n} = group${n}([1, 2, 3, ${n % 19}], (value) => (value % 2 === 0 ? "even" : "odd"));
export const sizes${n} = [...${b}${n}.entries()].map(([name, list]) => ({ name, count: list.length }));`;
  },
  function pipelines(n, pick) {
    const [a, f, g, v] = [pick(NOUNS), pick(FIELDS), pick(NOUNS), pick(VERBS)];
    const T = `${upper(a)}Row${n}`;
    return `
export interface ${T} {
  id: number;
  ${f}: number;
  owner: { name: string; age?: number } | null;
  labels: string[];
}

export function ${v}Rows${n}(rows: ${T}[], least: number): { names: string[]; sum: number; oldest: number } {
  const kept = rows.filter((row) => row.${f} >= least && row.labels.some((label) => label.startsWith("${g[0]}")));
  const names = kept
    .map((row) => row.owner?.name ?? "nobody")
    .toSorted((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const sum = kept.reduce((total, row) => total + row.${f} * row.labels.length, 0);
  const oldest = Math.max(0, ...kept.map((row) => row.owner?.age ?? 0));
  return { names, sum, oldest };
}

export const rows${n}: ${T}[] = Array.from({ length: ${2 + (n % 5)} }, (_, index) => ({
  id: index,
  ${f}: index * 1.5,
  owner: index % 2 === 0 ? { name: \`n\${index}\`, age: index + 20 } : null,
  labels: ["${g}", String(index)],
}));
const { names: names${n}, ...rest${n} } = ${v}Rows${n}(rows${n}, 1);
export const report${n} = { first: names${n}.at(0), ...rest${n} };`;
  },
  function parsing(n, pick) {
    const [a, f] = [upper(pick(NOUNS)), pick(FIELDS)];
    return `
type ${a}Token${n} = { type: "number"; value: number } | { type: "word"; text: string } | { type: "sign"; sign: "+" | "-" | "*" };

export function read${a}${n}(source: string): ${a}Token${n}[] {
  const tokens: ${a}Token${n}[] = [];
  let at = 0;
  while (at < source.length) {
    const letter = source.charAt(at);
    if (letter === " ") {
      at += 1;
    } else if (letter === "+" || letter === "-" || letter === "*") {
      tokens.push({ type: "sign", sign: letter });
      at += 1;
    } else if (letter >= "0" && letter <= "9") {
      const start = at;
      while (at < source.length && source.charAt(at) >= "0" && source.charAt(at) <= "9") at += 1;
      tokens.push({ type: "number", value: Number.parseInt(source.slice(start, at), 10) });
    } else {
      const end = source.indexOf(" ", at);
      tokens.push({ type: "word", text: source.slice(at, end < 0 ? undefined : end) });
      at = end < 0 ? source.length : end;
    }
  }
  return tokens;
}

export function sum${a}${n}(source: string, ${f}: Record<string, number>): number {
  let [result, sign] = [0, 1];
  for (const token of read${a}${n}(source)) {
    if (token.type === "sign") {
      sign = token.sign === "-" ? -1 : 1;
      continue;
    }
    const value = token.type === "number" ? token.value : (${f}[token.text] ?? 0);
    result += sign * value;
  }
  return result;
}
export const value${n}: number = sum${a}${n}("1 + two - ${n}", { two: 2 });`;
  },
  function waiting(n, pick) {
    const [a, v, f] = [upper(pick(NOUNS)), pick(VERBS), pick(FIELDS)];
    return `
export class ${a}Error${n} extends Error {
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.name = "${a}Error${n}";
    this.code = code;
  }
}

async function ${v}Later${n}(name: string, times: number): Promise<number> {
  if (times < 0) throw new ${a}Error${n}(\`\${name} cannot be done \${times} times\`, ${n % 900});
  let ${f} = 0;
  for (let round = 0; round < times; round++) {
    ${f} += await Promise.resolve(round * 2);
  }
  return ${f};
}

export async function ${v}All${n}(names: string[]): Promise<Map<string, number>> {
  const results = new Map<string, number>();
  for (const name of names) {
    try {
      results.set(name, await ${v}Later${n}(name, name.length - 3));
    } catch (error) {
      if (error instanceof ${a}Error${n} && error.code > 10) results.set(name, -error.code);
      else if (error instanceof Error) results.set(error.message, 0);
      else throw error;
    }
  }
  const [least, most] = await Promise.all([${v}Later${n}("a", 1), ${v}Later${n}("b", 2)]);
  return results.set("least", least).set("most", most);
}`;
  },
  function settings(n, pick) {
    const [a, f, g, v] = [upper(pick(NOUNS)), pick(FIELDS), pick(NOUNS), pick(VERBS)];
    return `
export interface ${a}Settings${n} {
  ${f}: number;
  title: string;
  colors: [string, string?];
  onChange?: (name: keyof ${a}Settings${n}) => void;
}
enum ${a}Mode${n} { Off, Slow = 5, Fast }
const modes${n} = { [${a}Mode${n}.Off]: "off", [${a}Mode${n}.Slow]: "slow", [${a}Mode${n}.Fast]: "fast" };

const standard${n}: Readonly<Required<Omit<${a}Settings${n}, "onChange">>> = { ${f}: 10, title: "${g}", colors: ["red", "blue"] };

export function ${v}Settings${n}(given: Partial<${a}Settings${n}> = {}, mode: ${a}Mode${n} = ${a}Mode${n}.Slow): ${a}Settings${n} {
  const all = { ...standard${n}, ...given };
  const [first, second = "none"] = all.colors;
  given.onChange?.("${f}");
  return { ${f}: all.${f} * mode, title: \`\${modes${n}[mode]} \${first}/\${second}\`, colors: [first] };
}

export const pairs${n} = Object.entries(${v}Settings${n}({ ${f}: ${n % 7} })).flatMap(([key, value]) =>
  typeof value === "number" ? [\`\${key}=\${value}\`] : typeof value === "string" ? [key, value] : [key],
);`;
  },
];

/** About `lines` lines; `imports` are files written before by this function. */
export function program(seed, lines, imports = []) {
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  let number = seed * 100;
  const text = [];
  const values = [];
  let count = imports.length;
  for (const { name, exported } of imports) {
    const wanted = pick(exported);
    text.push(`import { ${wanted} as from${count} } from "./${name}";\n`);
    values.push(`from${count--}`);
  }
  const exported = [];
  for (let written = text.length; written < lines; ) {
    number += 1;
    const part = pick(PARTS)(number, pick) + "\n";
    text.push(part);
    written += part.split("\n").length - 1;
    for (const [, name] of part.matchAll(/^export (?:async )?(?:const|function) (\w+)/gm)) exported.push(name);
  }
  text.push(`\nexport const used${seed} = [${values.join(", ")}].length;\n`);
  return { text: text.join(""), exported };
}

/** A program of `files` files of about `lines` lines each; the first name is the entry. */
export function project(files, lines, extension) {
  const texts = new Map();
  const written = [];
  for (let at = 1; at <= files; at += 1) {
    const name = `m${at}`;
    const imports = [1, 7, 40].map((back) => written[at - 1 - back]).filter((one) => one !== undefined);
    const { text, exported } = program(at, lines, imports);
    texts.set(`${name}.${extension}`, text);
    written.push({ name: `${name}.${extension}`, exported });
  }
  const all = written.map(({ name }) => `import "./${name}";\n`).join("");
  return new Map([[`main.${extension}`, all], ...texts]);
}
