// A typed project of about 20,000 lines that means the same to MOSL and to TypeScript.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const MODULES = 64;

/** One module of some 200 lines; it uses the three before it. */
function module(number, extension) {
  const before = [1, 2, 3].map((back) => number - back).filter((other) => other >= 0);
  const imports = before.map((other) => `import { Store${other}, type Item${other}, total${other} } from "./part${other}${extension}";`);
  const blocks = [];
  for (let block = 0; block < 8; block += 1) {
    const id = `${number}_${block}`;
    blocks.push(`
interface Shape${id} {
  readonly kind: "box" | "ball" | "line";
  width: number;
  label?: string;
  tags: string[];
}

class Part${id} {
  readonly shape: Shape${id};
  #count = 0;
  constructor(shape: Shape${id}) {
    this.shape = shape;
  }
  get count(): number {
    return this.#count;
  }
  grow(by: number): number {
    this.#count += by;
    return this.shape.width * this.#count;
  }
  describe(): string {
    const { kind, label } = this.shape;
    return label === undefined ? kind : \`\${kind} \${label}\`;
  }
}

function measure${id}(parts: Part${id}[], limit: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const part of parts.filter((one) => one.count < limit)) {
    const known = found.get(part.shape.kind) ?? 0;
    found.set(part.describe(), known + part.grow(${block + 1}));
  }
  return found;
}`);
  }
  const uses = before.map((other) => `  const other${other}: Item${other} = { name: "part", amount: total${other}([]) };\n  sum += other${other}.amount + new Store${other}().size;`);
  return `${imports.join("\n")}
export interface Item${number} {
  name: string;
  amount: number;
}

export class Store${number} {
  items: Item${number}[] = [];
  get size(): number {
    return this.items.length;
  }
  add(item: Item${number}): this {
    this.items.push(item);
    return this;
  }
}

export function total${number}(items: Item${number}[]): number {
  return items.reduce((sum, item) => sum + item.amount, 0);
}
${blocks.join("\n")}

export function run${number}(): number {
  let sum = 0;
  const store = new Store${number}().add({ name: "first", amount: 1 });
${uses.join("\n")}
  for (const [name, amount] of measure${number}_0([new Part${number}_0({ kind: "box", width: 1, tags: [] })], 3)) sum += name.length + amount;
  return sum + store.size;
}
`;
}

/** Writes the project in both languages; yields the folders, the lines, and the module in the middle. */
export async function writeProject(root) {
  const folders = { mosl: join(root, "mosl"), ts: join(root, "ts") };
  let lines = 0;
  for (const [language, folder] of Object.entries(folders)) {
    await mkdir(folder, { recursive: true });
    const main = Array.from({ length: MODULES }, (_, at) => `import { run${at} } from "./part${at}.${language}";`);
    main.push("let sum = 0;", ...Array.from({ length: MODULES }, (_, at) => `sum += run${at}();`), "console.log(sum);", "export {};", "");
    await writeFile(join(folder, `main.${language}`), main.join("\n"));
    for (let number = 0; number < MODULES; number += 1) {
      const text = module(number, `.${language}`);
      if (language === "mosl") lines += text.split("\n").length - 1;
      await writeFile(join(folder, `part${number}.${language}`), text);
    }
  }
  await writeFile(join(folders.mosl, "mosl.json"), JSON.stringify({ name: "large", strict: true }));
  const compilerOptions = { strict: true, target: "es2023", lib: ["es2023", "dom"], module: "esnext", moduleResolution: "bundler", allowImportingTsExtensions: true, noEmit: true };
  await writeFile(join(folders.ts, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  return { folders, lines, middle: (language) => ({ path: join(folders[language], `part50.${language}`), text: module(50, `.${language}`) }) };
}
