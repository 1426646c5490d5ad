// `mosl dev --in-browser`: the object runs as WebAssembly in the page, and everything else is as when it runs on the server.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { clickContainer, colors, copyExample, differingPixels, parts, picture, sceneWith, startBrowser, startServer, until } from "./harness.mjs";

const MACHINE = "VendingMachine";
/** Pixels that must differ for a door to count as moved: about a thousandth of an 800 x 600 picture. */
const VISIBLE = 500;

let project;
let server;
let page;
let browser;
let problems;

const main = () => join(project.folder, "main.mosl");
const { balance, balanceBecomes, prompt, overlay, consoleText } = parts(() => page);

/** Buys, and waits until the machine has taken the money. */
async function buy(left) {
  await clickContainer(page, MACHINE);
  await prompt().waitFor({ state: "visible" });
  await page.getByTestId("payment-accept").click();
  await balanceBecomes(left);
}

/** Waits until a sale is over and stored in the browser. */
const sold = (count) =>
  until(`${count} sold`, () => page.evaluate((count) => JSON.parse(localStorage.getItem("mosl.object.vending-machine") ?? "{}").fields?.[" sold"] === String(count), count));

before(async () => {
  project = await copyExample("vending-machine");
  server = await startServer(project.folder, 0, ["--in-browser"]);
  ({ browser, page, problems } = await startBrowser());
  await page.goto(server.url);
  await sceneWith(page, MACHINE);
});

after(async () => {
  await browser?.close();
  await server?.stop("SIGKILL");
  await project?.remove();
});

test("the object is shown, and it runs in the page", async () => {
  assert.ok(colors(await picture(page)) > 20);
  const fetched = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname));
  assert.ok(fetched.includes("/object.wasm"), fetched.join());
  await balanceBecomes("100 MRK");
});

test("a click asks for money, and declining moves nothing", async () => {
  await clickContainer(page, MACHINE);
  await prompt().waitFor({ state: "visible" });
  const text = await prompt().textContent();
  for (const part of ["5", "MRK", MACHINE, "module"]) assert.ok(text.includes(part), `${part} in: ${text}`);
  await page.getByTestId("payment-decline").click();
  await prompt().waitFor({ state: "hidden" });
  assert.equal(await balance(), "100 MRK");
});

test("accepting moves the door and takes 5 MRK", async () => {
  const before = await picture(page);
  await buy("95 MRK");
  await until("the door to move", async () => differingPixels(before, await picture(page)) > VISIBLE);
});

test("a saved change is seen, and the object keeps its state", async () => {
  await sold(1); // The sale of the test before comes to its end.
  const source = await readFile(main(), "utf8");
  const withLog = source.replace(/onStart\(\)[^{]*\{/, (head) => `${head}\n    console.log(\`sold so far: \${this.sold}\`);`);
  assert.notEqual(withLog, source);
  const times = [];
  for (const color of ["#22aa55", "#2255cc", "#ddaa22"]) {
    const before = await picture(page);
    const start = performance.now();
    await writeFile(main(), withLog.replace(/color: "#[0-9a-fA-F]{3,6}"/g, `color: "${color}"`));
    await until("the new colour", async () => differingPixels(before, await picture(page)) > VISIBLE);
    times.push(performance.now() - start);
  }
  console.log(`save to pixels: ${times.map((time) => `${Math.round(time)} ms`).join(", ")}`);
  await until("the log", async () => (await consoleText()).includes("sold so far: 1"));
  await until("the log in the terminal", async () => server.output().includes("sold so far: 1"));
});

test("a debugger stops at a line of the program", async () => {
  const source = (await readFile(main(), "utf8")).split("\n");
  const line = source.findIndex((text) => text.includes("if (this.#busy) return;"));
  const session = await page.context().newCDPSession(page);
  const scripts = [];
  session.on("Debugger.scriptParsed", (script) => scripts.push(script));
  await session.send("Debugger.enable");
  await until("the object's file", () => scripts.some((script) => script.scriptLanguage === "WebAssembly"));
  const script = scripts.findLast((script) => script.scriptLanguage === "WebAssembly");
  const url = new URL(script.sourceMapURL, script.url);
  const map = new SourceMap(await page.evaluate(async (url) => (await fetch(url)).json(), url.href));
  const lineOf = (byte) => {
    const found = map.findEntry(0, byte);
    return found.originalSource === "main.mosl" ? found.originalLine : undefined;
  };
  const byte = Array.from({ length: script.endColumn }, (_, at) => at).find((at) => lineOf(at) === line);
  await session.send("Debugger.setBreakpoint", { location: { scriptId: script.scriptId, lineNumber: 0, columnNumber: byte } });
  const paused = new Promise((resolve) => session.once("Debugger.paused", resolve));
  const clicked = clickContainer(page, MACHINE);
  const { callFrames } = await paused;
  assert.equal(lineOf(callFrames[0].location.columnNumber), line);
  await session.send("Debugger.disable");
  await clicked;
  await prompt().waitFor({ state: "visible" });
  await page.getByTestId("payment-decline").click();
  await prompt().waitFor({ state: "hidden" });
});

test("a syntax error is shown, and the old object still answers", async () => {
  const source = await readFile(main(), "utf8");
  await writeFile(main(), source.replace("export default class", "export default clas"));
  await overlay().waitFor({ state: "visible" });
  await clickContainer(page, MACHINE);
  await prompt().waitFor({ state: "visible" });
  await page.getByTestId("payment-decline").click();
  await writeFile(main(), source);
  await overlay().waitFor({ state: "hidden" });
});

test("a reload of the page finds state and money again, and what was held comes back", async () => {
  await sceneWith(page, MACHINE);
  await clickContainer(page, MACHINE);
  await prompt().waitFor({ state: "visible" });
  await page.getByTestId("payment-accept").click();
  await balanceBecomes("90 MRK");
  await page.reload();
  await sceneWith(page, MACHINE);
  await balanceBecomes("95 MRK");
  await until("the log", async () => (await consoleText()).includes("sold so far: 1"));
});

test("an object that fails starts again, and the console says why", async () => {
  const source = await readFile(main(), "utf8");
  await writeFile(main(), source.replace(/onStart\(\)[^{]*\{/, (head) => `${head}\n    const deep = (n: number): number => deep(n + 1) + 1;\n    if (this.sold >= 0) deep(0);`));
  await until("the fault", async () => /stack|exhausted|deep/i.test(await consoleText()));
  await writeFile(main(), source);
  await sceneWith(page, MACHINE);
});

test("a browser that lacks a feature is told so, and sees the object of the server", async () => {
  const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
  const old = await context.newPage();
  await old.addInitScript(() => (WebAssembly.validate = () => false));
  await old.goto(server.url);
  await sceneWith(old, MACHINE);
  const toast = await old.locator("body").textContent();
  assert.match(toast, /lacks WebAssembly's garbage-collected objects: the object runs on the server instead/);
  await clickContainer(old, MACHINE);
  await old.getByTestId("payment-prompt").waitFor({ state: "visible" });
  await context.close();
});

test("the page had no error of its own", () => assert.deepEqual(problems, []));
