// Inputs that make type checkers slow: name, size, and the text of that size.

const range = (size, item) => Array.from({ length: size }, (_, index) => item(index));

export const HARD = [
  ["a union of so many literals, each assigned", 300, (size) =>
    `type U = ${range(size, (i) => `"v${i}"`).join(" | ")};\nlet u: U = "v0";\n${range(size, (i) => `u = "v${i}";\n`).join("")}`],
  ["a union of so many literals, switched on", 300, (size) =>
    `type U = ${range(size, (i) => `"v${i}"`).join(" | ")};\nexport function f(u: U): number {\n  switch (u) {\n${range(size, (i) => `    case "v${i}": return ${i};\n`).join("")}  }\n}\n`],
  ["so many interfaces told apart by `kind`", 200, (size) =>
    `${range(size, (i) => `interface I${i} { kind: "k${i}"; value${i}: number }\n`).join("")}type U = ${range(size, (i) => `I${i}`).join(" | ")};\n` +
    `export function f(u: U): number {\n  switch (u.kind) {\n${range(size, (i) => `    case "k${i}": return u.value${i};\n`).join("")}  }\n}\n`],
  ["so many object types, a union assigned to itself", 100, (size) => {
    const union = range(size, (i) => `{ a${i}: number; b: string; c${i}?: boolean }`).join(" | ");
    return `type A = ${union};\ntype B = ${union};\nexport function f(a: A): B {\n  const list: B[] = [a, a];\n  return list[0]!;\n}\n`;
  }],
  ["types nested so deep", 40, (size) =>
    `interface Box<T> { value: T; next?: Box<Box<T>> }\nexport type Deep = ${"Box<".repeat(size)}number${">".repeat(size)};\nexport function f(a: Deep, b: Deep): Deep { return a.next ? b : a; }\n`],
  ["generic calls nested so deep", 20, (size) =>
    `function pair<T>(value: T): { left: T; right: T } { return { left: value, right: value }; }\nexport const deep = ${"pair(".repeat(size)}1${")".repeat(size)};\n`],
  ["a tuple doubled so many times", 10, (size) =>
    `type T0 = [number, string];\n${range(size, (i) => `type T${i + 1} = [T${i}, T${i}];\n`).join("")}export function f(a: T${size}, b: T${size}): T${size} { return a === b ? a : b; }\n`],
  ["so many arrows in one another", 20, (size) =>
    `export const f = ${range(size, (i) => `(a${i}: number) => `).join("")}a0${range(size - 1, (i) => ` + a${i + 1}`).join("")};\n`],
  ["`+` so many times", 500, (size) => `export const sum = ${range(size, (i) => `${i}`).join(" + ")};\n`],
  ["a list of so many objects", 1000, (size) =>
    `export const list = [\n${range(size, (i) => `  { id: ${i}, name: "n${i}", ${i % 3 ? "x: 1" : "y: [1]"} },\n`).join("")}];\nexport const ids = list.map((item) => item.id);\n`],
  ["so many different shapes in a list", 200, (size) =>
    `export const list = [\n${range(size, (i) => `  { id: ${i}, k${i}: "n${i}" },\n`).join("")}];\nexport const ids = list.map((item) => item.id);\n`],
  ["so many overloads, called 50 times", 100, (size) =>
    `${range(size, (i) => `export function f(kind: "k${i}", value: number): ${i};\n`).join("")}export function f(kind: string, value: number): number { return value; }\n${range(50, (i) => `export const r${i} = f("k${i}", ${i});\n`).join("")}`],
  ["a chain of so many `else if`", 300, (size) =>
    `export function f(x: string | number | null): number {\n  ${range(size, (i) => `if (x === ${i}) { return ${i}; }`).join("\n  else ")}\n  return x === null ? 0 : 1;\n}\n`],
  ["so many assignments in a loop", 300, (size) =>
    `export function f(n: number): void {\n  ${range(size, (i) => `let v${i}: number | string = ${i};`).join("\n  ")}\n  while (n > 0) {\n    n -= 1;\n    ${range(size, (i) => `v${i} = typeof v${(i + 1) % size} === "string" ? 1 : "s";`).join("\n    ")}\n  }\n}\n`],
  ["so many classes, each extending the last", 100, (size) =>
    `class C0 { v0 = 0; }\n${range(size, (i) => `class C${i + 1} extends C${i} { v${i + 1} = this.v${i} + 1; m${i + 1}(): this { return this; } }\n`).join("")}export const last: C0 = new C${size}().m1();\n`],
  ["so many functions that call the next, without a result type", 300, (size) =>
    `${range(size, (i) => `export function f${i}(n: number) { return n > 0 ? f${i + 1}(n - 1) : "s"; }\n`).join("")}export function f${size}(n: number) { return n; }\n`],
  ["so many members of a class, each used by the next", 300, (size) =>
    `export class W {\n${range(size, (i) => `  f${i} = ${i};\n  m${i}(): number { return this.f${i} + this.m${(i + 1) % size}(); }\n`).join("")}}\n`],
  ["so many members of two interfaces, one assigned to the other", 300, (size) => {
    const members = range(size, (i) => `f${i}: number;`).join(" ");
    return `interface V { ${members} }\ninterface W { ${members} }\nexport function f(w: W): V { return w; }\n`;
  }],
  ["so many interfaces, each extending the last", 25, (size) =>
    `interface I0 { a0: number }\n${range(size, (i) => `interface I${i + 1} extends I${i} { a${i + 1}: number }\n`).join("")}export function f(x: I${size}): I0 { return x; }\n`],
  ["so many diamonds of interfaces", 8, (size) =>
    `interface I0 { a: number }\n${range(size, (i) => `interface L${i} extends I${i} { l${i}: number }\ninterface R${i} extends I${i} { r${i}: number }\ninterface I${i + 1} extends L${i}, R${i} {}\n`).join("")}export function f(x: I${size}): I0 { return x; }\n`],
  ["so many objects, each spread into the next", 50, (size) =>
    `const o0 = { a: 1 };\n${range(size, (i) => `const o${i + 1} = { ...o${i}, b${i}: ${i} };\n`).join("")}export const last = o${size};\n`],
  ["so many members of an enum, switched on", 300, (size) =>
    `export enum E { ${range(size, (i) => `K${i}`).join(", ")} }\nexport function f(e: E): string {\n  switch (e) {\n${range(size, (i) => `    case E.K${i}: return "${i}";\n`).join("")}  }\n}\n`],
  ["so many generic calls in a chain", 300, (size) =>
    `class Box<T> {\n  constructor(readonly value: T) {}\n}\n`.replace("readonly value: T) {}", "value: T) { this.value = value; }\n  value: T;\n  map<U>(f: (value: T) => U): Box<U> { return new Box(f(this.value)); }") +
    `export const box = new Box(1)${range(size, () => ".map((value) => [value])").join("")};\n`],
  ["so many misspelt names, as many declared", 100, (size) =>
    `${range(size, (i) => `export const name${i} = ${i};\n`).join("")}${range(size, (i) => `nmae${i}x;\n`).join("")}`],
  ["so many wrong types", 300, (size) => range(size, (i) => `export const n${i}: string = ${i};\n`).join("")],
  ["so many wrong lines", 300, (size) => range(size, (i) => `const a${i} = [1 2];\n`).join("")],
];
