// Objects that run in the page: `mosl build --target web` writes a folder, any static server serves it, and the object does there what it does
// on a node. Old browsers, hostile files, hosts that fail: the page lives on and says why.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { MOSL, serveFolder, startBrowser, until } from "./harness.mjs";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));

let folder;
let server;
let base;
let browser;
let page;
let problems;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "mosl-objects-"));
  for (const name of ["lamp", "vending-machine", "kinetic-sculpture"]) {
    execFileSync(MOSL, ["build", "--target", "web", join(EXAMPLES, name), "--out", join(folder, name)], { stdio: "pipe" });
  }
  server = await serveFolder(folder);
  base = server.url;
  ({ browser, page, problems } = await startBrowser());
});

after(async () => {
  await browser?.close();
  server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Opens a page of the folder and waits until its object runs. */
async function open(path) {
  await page.goto(`${base}/${path}`);
  await until(`the object of ${path}`, () => page.evaluate(() => document.querySelector("mark-object")?.object != null || document.querySelector("[role=alert]") !== null));
}

/** Names of the nodes that are seen. */
const names = () => page.evaluate(() => [...document.querySelector("mark-object").object.mirror.nodes.values()].map((node) => node.name).filter((name) => name !== ""));
const alertText = () => page.evaluate(() => document.querySelector("[role=alert]")?.textContent ?? "");

test("examples run in the page, from a static server", async () => {
  for (const [path, name] of [["lamp/", "Lamp"], ["vending-machine/", "VendingMachine"], ["kinetic-sculpture/", "KineticSculpture"]]) {
    await open(path);
    assert.equal(await alertText(), "", path);
    assert.ok((await names()).includes(name), `${name} in ${await names()}`);
  }
  assert.deepEqual(problems, []);
});

test("a folder of projects becomes a folder of pages, and one that leads to them", async () => {
  execFileSync(MOSL, ["build", "--target", "web", EXAMPLES, "--out", join(folder, "all")], { stdio: "pipe" });
  await page.goto(`${base}/all/`);
  const links = await page.evaluate(() => [...document.querySelectorAll("a")].map((link) => link.getAttribute("href")));
  assert.ok(links.includes("lamp/") && links.includes("gallery/"), links.join());
  for (const link of links) {
    await open(`all/${link}`);
    assert.equal(await alertText(), "", link);
    assert.ok((await names()).length > 0, link);
  }
  assert.deepEqual(problems, []);
});

/** How many objects come and go in the test of leaks. */
const COMING_AND_GOING = process.env.MOSL_ALL ? 10_000 : 1000;

test("objects that are removed leave nothing behind", async () => {
  await page.goto(`${base}/lamp/?empty`);
  const devtools = await page.context().newCDPSession(page);
  const come = (count) => page.evaluate(async (count) => {
    const { Amount, show } = await import("./mark.js");
    window.bytes ??= await (await fetch("lamp.wasm")).arrayBuffer();
    const children = [];
    const container = { add: (child) => children.push(child) };
    for (let i = 0; i < count; i += 1) {
      const object = await show(window.bytes, location.href, { container });
      object.step(0.02);
      object.remove();
      children.length = 0;
    }
  }, count);
  const heap = async () => {
    for (let i = 0; i < 3; i += 1) await devtools.send("HeapProfiler.collectGarbage");
    return (await devtools.send("Runtime.getHeapUsage")).usedSize;
  };
  await come(500); // What the browser learns of the code stays.
  const before = await heap();
  await come(COMING_AND_GOING);
  const grown = ((await heap()) - before) / COMING_AND_GOING;
  console.log(`${COMING_AND_GOING} objects: ${grown.toFixed(1)} bytes left of each, ${(before / 2 ** 20).toFixed(1)} MiB before`);
  // What the browser goes on learning comes to some 140 bytes for each of a thousand; one object holds 300,000.
  assert.ok(grown < 400, `${grown} bytes of each object stay`);
});

test("a metered object ends where its fuel does, and starts again", async () => {
  const source = join(folder, "spinner.mosl");
  await writeFile(source, `import { Container } from "mark:scene";
export default class Spinner extends Container {
  onStart() { for (let i = 0; i < 100_000; i++); console.log("started"); }
}\n`);
  execFileSync(MOSL, ["build", "--target", "wasm", "--metered", source, "--out", join(folder, "spinner.wasm")]);
  await page.goto(`${base}/lamp/?empty`);
  const run = (fuel) => page.evaluate(async (fuel) => {
    const { load } = await import("./mark.js");
    const said = [];
    const container = { add() {} };
    const host = { log: (level, text) => said.push(text) };
    const object = await load("../spinner.wasm", { container, host, ...(fuel > 0 ? { fuel: BigInt(fuel) } : {}) });
    object.remove();
    return said.join("\n");
  }, fuel);
  assert.equal(await run(0), "started");
  assert.match(await run(20_000), /^limit reached: fuel \(2000\d of 20000\)\nThe object starts again/);
});

test("an object that moves goes on moving", async () => {
  await open("kinetic-sculpture/");
  const turn = () => page.evaluate(() => document.querySelector("mark-object").object.mirror.counters.turn);
  const before = await turn();
  await until("more turns", async () => (await turn()) > before + 5);
});

/** A page with a vending machine and a wallet that says yes or no. */
const SHOP = `<!doctype html><meta charset="utf-8"><style>mark-object { height: 600px }</style>
<mark-object></mark-object><script type="module">
import { Amount } from "./vending-machine/mark.js";
window.told = [];
const element = document.querySelector("mark-object");
element.host = {
  visitorName: "Ada",
  balance: () => new Amount(0n),
  log: (level, text) => window.told.push(level + ": " + text),
  notify: (text) => window.told.push("notify: " + text),
  requestPayment: ({ amount, memo, object }) => {
    window.told.push("asked for " + amount + ", " + memo + ", by " + object);
    if (window.wallet === "throws") throw new Error("offline");
    if (window.wallet === "no") return Promise.resolve({ declined: "the visitor said no" });
    return Promise.resolve({ accept: () => window.told.push("accepted"), refund: () => window.told.push("refunded") });
  },
};
WORKER
element.setAttribute("src", "./vending-machine/vending-machine.wasm");
</script>`;

const told = () => page.evaluate(() => window.told);
const clickMachine = () => page.evaluate(() => {
  const { object } = document.querySelector("mark-object");
  const node = [...object.mirror.nodes.values()].find((node) => node.name === "VendingMachine");
  object.handle({ type: "click", node: [...node.children][0].id });
});

for (const mode of ["page", "worker"]) {
  test(`a sale in the ${mode}: asked, paid, accepted`, async () => {
    const worker = mode === "worker" ? `element.setAttribute("worker", "");` : "";
    await writeFile(join(folder, `shop-${mode}.html`), SHOP.replace("WORKER", worker));
    await open(`shop-${mode}.html`);
    assert.equal(await alertText(), "");
    await page.evaluate(() => (window.wallet = "no"));
    await clickMachine();
    await until("the question", async () => (await told()).some((line) => line.startsWith("asked for 5 MRK")));
    await page.evaluate(() => (window.wallet = "yes"));
    await clickMachine();
    await until("the sale", async () => (await told()).includes("accepted"));
    assert.ok(!(await told()).includes("refunded"));
  });
}

test("a wallet that fails leaves the object alive", async () => {
  await open("shop-page.html");
  await page.evaluate(() => (window.wallet = "throws"));
  await clickMachine();
  await until("the report", async () => (await told()).some((line) => line.includes("the wallet failed")));
  await page.evaluate(() => (window.wallet = "yes"));
  await clickMachine();
  await until("the sale", async () => (await told()).includes("accepted"));
});

test("what is no object is told, and the page lives on", async () => {
  await writeFile(join(folder, "bad.wasm"), "hello");
  await writeFile(join(folder, "foreign.wasm"), Buffer.from([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 9, 1, 3, 101, 110, 118, 1, 102, 0, 0]));
  for (const [file, expect] of [["bad.wasm", /WebAssembly/], ["foreign.wasm", /imports `f` from `env`/], ["missing.wasm", /404/]]) {
    await writeFile(join(folder, "one.html"), `<!doctype html><script type="module" src="lamp/mark.js"></script><mark-object src="${file}"></mark-object>`);
    await open("one.html");
    assert.match(await alertText(), expect, file);
  }
});

test("the ten lines of docs/web-pages.md put an object into a page's own scene", async () => {
  const text = await readFile(fileURLToPath(new URL("../../docs/web-pages.md", import.meta.url)), "utf8");
  const snippet = /```html\n(<!doctype html>[^]*?)```/.exec(text)[1];
  const imports = { three: "/three/build/three.module.js", "three/addons/": "/three/examples/jsm/", "mark.js": "/mark.js" };
  const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
  await copyFile(fileURLToPath(new URL("../../web/dist/mark.js", import.meta.url)), join(folder, "mark.js"));
  await copyFile(join(folder, "lamp/lamp.wasm"), join(folder, "my-object.wasm"));
  await writeFile(join(folder, "ten.html"), snippet.replace("<script", `${map}<script`).replace("const object", "const object = window.shown"));
  await page.goto(`${base}/ten.html`);
  await until("the object", () => page.evaluate(() => [...(window.shown?.mirror.nodes.values() ?? [])].some((node) => node.name === "Lamp")));
  assert.equal(await page.locator("canvas").count(), 1);
});

test("an old browser is told what it lacks", async () => {
  await page.addInitScript(() => {
    if (location.search === "?old") WebAssembly.validate = () => false;
  });
  await open("lamp/?old");
  assert.match(await alertText(), /needs a newer browser: yours lacks WebAssembly's garbage-collected objects/);
});

test("an object that hangs in a worker is ended, and the page goes on", async () => {
  await writeFile(join(folder, "hang.mosl"), `import { Box, Container } from "mark:scene";
export default class Hang extends Container {
  onStart() { this.add(new Box()); }
  onTick(dt: number) { if (this.count++ > 5) { while (true) {} } }
  count = 0;
}
`);
  execFileSync(MOSL, ["build", "--target", "wasm", join(folder, "hang.mosl"), "--out", join(folder, "hang.wasm")], { stdio: "pipe" });
  await writeFile(join(folder, "hang.html"), `<!doctype html><script type="module">
import { load } from "./lamp/mark.js";
window.faults = [];
const container = { add() {}, };
const object = await load("./hang.wasm", { container, worker: new URL("./lamp/mark-worker.js", location.href), patience: 0.5, fault: (text) => window.faults.push(text) });
setInterval(() => object.step(0.02), 20);
</script>`);
  await page.goto(`${base}/hang.html`);
  await until("the end of it", async () => (await page.evaluate(() => window.faults ?? [])).some((text) => text.includes("did not answer")));
  assert.equal(await page.evaluate(() => 1 + 1), 2);
});
