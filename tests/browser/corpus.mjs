// What the browsers are given to run: programs of the corpus and scripts for the examples, with what the MVM makes of them.
import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { MOSL, serveFolder, startBrowser } from "./harness.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CORPUS = join(ROOT, "tests/conformance");

/** A served folder with mark.js and what the pages run programs with. */
export async function servePrograms(receive) {
  const folder = await mkdtemp(join(tmpdir(), "mosl-programs-"));
  await copyFile(join(ROOT, "web/dist/mark-page.js"), join(folder, "mark.js"));
  await copyFile(join(ROOT, "tests/browser/page/programs.js"), join(folder, "programs.js"));
  await writeFile(join(folder, "index.html"), "<!doctype html>");
  const server = await serveFolder(folder, receive);
  const stop = async () => {
    server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, url: server.url, stop };
}

/** The same with a page in Chromium that is on it; `stop` ends both. */
export async function openPrograms() {
  const served = await servePrograms();
  const { browser, page } = await startBrowser().catch(async (error) => {
    await served.stop();
    throw error;
  });
  await page.goto(`${served.url}/`);
  const stop = async () => {
    await browser.close();
    await served.stop();
  };
  return { folder: served.folder, page, stop };
}

/** Compiles a program or a project to WebAssembly. */
export function compileTo(path, out) {
  execFileSync(MOSL, ["build", "--target", "wasm", path, "--out", out], { stdio: "pipe" });
}

/** Names as the Rust tests have them, with paths. */
async function programs(folder = CORPUS) {
  const entries = await readdir(folder, { withFileTypes: true });
  const name = (path) => relative(CORPUS, path).replaceAll("/", "::");
  if (entries.some((entry) => entry.name === "main.mosl")) return [{ name: name(folder), path: join(folder, "main.mosl") }];
  const found = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await programs(path)));
    else if (path.endsWith(".mosl")) found.push({ name: name(path.slice(0, -5)), path });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Of the programs that pass as WebAssembly (tests/wasm.txt has the others) each one in `step`, with what it prints. */
export async function chosenPrograms(step) {
  const listed = new Set((await readFile(join(ROOT, "tests/wasm.txt"), "utf8")).split("\n").map((line) => line.split(": ")[0]));
  const all = (await programs()).filter(({ name }) => !listed.has(name));
  const chosen = all.filter((_, at) => at % step === 0);
  return Promise.all(chosen.map(async ({ name, path }) => ({ name, path, expected: await readFile(path.replace(/\.mosl$/, ".out"), "utf8") })));
}

/** What is wrong with what a program printed; null where nothing is. */
export function difference({ name, expected }, { out, err }) {
  return out === expected && !err.includes("Error") ? null : `${name}: ${err.slice(0, 300)}`;
}

/** What is done to each example, as options of `mosl play`. */
const SCRIPTS = {
  lamp: "--hover Lamp --ticks 20 --click Lamp --ticks 40 --move 0,0,2 --ticks 40 --leave Lamp --click Lamp --move 0,0,9 --ticks 60",
  "vending-machine": "--click VendingMachine --accept --ticks 300 --click VendingMachine --decline --ticks 30 --click VendingMachine --accept --ticks 300",
  "kinetic-sculpture": "--ticks 90 --click KineticSculpture --ticks 90",
  "prize-wheel": "--click PrizeWheel --accept --ticks 400 --click PrizeWheel --decline --ticks 10",
  "photo-wall": "--ticks 30 --click PhotoWall --ticks 60 --move 0,0,1.5 --ticks 30",
  greeter: "--ticks 30 --move 0,0,1 --ticks 60 --click Greeter --move 0,0,9 --ticks 60",
  gallery: "--ticks 60 --move 1,0,1 --ticks 60",
};

const OPERATIONS = /^(?:reset|create|remove|attach|detach|set|animate|play|stop|camera|turn) ?/;

/** Each example with its script: as words for `mosl play`, as actions for the page. */
export const PLAYS = Object.entries(SCRIPTS).map(([name, options]) => {
  const words = options.split(" ");
  const actions = [];
  for (let at = 0; at < words.length; at += 1) {
    if (!words[at].startsWith("--")) continue;
    actions.push([words[at].slice(2), words[at + 1]?.startsWith("--") ? undefined : words[at + 1]]);
  }
  return { name, path: join(ROOT, "examples", name), words, actions };
});

/** The deltas that the server's object makes, as text, without the whole scene that a visitor gets on coming in; and its messages. */
export function onServer({ path, words }) {
  const text = execFileSync(MOSL, ["play", path, "--deltas", ...words], { encoding: "utf8", maxBuffer: 1 << 28 });
  const lines = text.split("\n");
  const messages = lines.filter((line) => line.startsWith("notify ")).map((line) => JSON.parse(line.slice(7)));
  const deltas = lines.filter((line) => OPERATIONS.test(line));
  const snapshot = deltas.indexOf("reset");
  const end = deltas.findIndex((line, at) => at > snapshot && line.startsWith("turn "));
  deltas.splice(snapshot, end - snapshot + 1);
  if (deltas.pop() !== "reset") throw new Error("a play ends with a reset");
  return { deltas, messages };
}

const number = (value) => String(Math.round(Math.fround(value) * 1e4) / 1e4 + 0);
const byte = (part) => Math.round(Math.min(Math.max(part, 0), 1) * 255).toString(16).padStart(2, "0");

/** A value as `mosl play --deltas` prints it. */
function printed(property, value) {
  if (/color|emissive$|sky|ground|fog$|background/i.test(property) && Array.isArray(value) && value.length === 4) {
    const text = `#${value.map(byte).join("")}`;
    return text.endsWith("ff") && text.length === 9 ? text.slice(0, 7) : text;
  }
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return number(value);
  if (typeof value === "boolean") return String(value);
  const items = Object.values(value);
  return items.map((item) => (typeof item === "number" ? number(item) : JSON.stringify(item))).join(" ");
}

/** A delta as `mosl play --deltas` prints it. */
export function line(delta) {
  switch (delta.op) {
    case "create":
      return `create #${delta.node} ${delta.kind}`;
    case "attach":
      return `attach #${delta.node} parent #${delta.parent}`;
    case "remove":
    case "detach":
    case "stop":
      return `${delta.op} #${delta.node}`;
    case "play":
      return `play #${delta.node} elapsed ${number(delta.elapsed)}`;
    case "set":
      return `set #${delta.node} ${delta.property} ${printed(delta.property, delta.value)}`;
    case "animate": {
      const [from, to] = [printed(delta.property, delta.from), printed(delta.property, delta.to)];
      const repeat = delta.repeat === "once" ? "" : ` repeat ${delta.repeat}`;
      return `animate #${delta.node} ${delta.property} from ${from} to ${to} duration ${number(delta.duration)}s elapsed ${number(delta.elapsed)} ${delta.easing}${repeat}`;
    }
    case "camera":
      return `camera position ${delta.position.map(number).join(" ")} target ${delta.target.map(number).join(" ")}`;
    case "turn":
      return `turn ${delta.number} time ${number(delta.time)}s`;
    default:
      return delta.op;
  }
}

