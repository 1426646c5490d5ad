// The road, end to end: a creator's vending machine in a real browser, as README's first paragraph tells it.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
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

before(async () => {
  project = await copyExample("vending-machine");
  server = await startServer(project.folder);
  ({ browser, page, problems } = await startBrowser());
  await page.goto(server.url);
  await sceneWith(page, MACHINE);
});

after(async () => {
  await browser?.close();
  await server?.stop("SIGKILL");
  await project?.remove();
});

test("the scene is not blank", async () => {
  assert.ok(colors(await picture(page)) > 20);
  assert.equal(await page.getByTestId("scene-canvas").count(), 1);
  await balanceBecomes("100 MRK");
});

test("a click asks for money and says how much, what for, and who asks", async () => {
  await clickContainer(page, MACHINE);
  await prompt().waitFor({ state: "visible" });
  const text = await prompt().textContent();
  for (const part of ["5", "MRK", MACHINE, "module"]) assert.ok(text.includes(part), `${part} in: ${text}`);
});

test("declining moves nothing", async () => {
  const before = await picture(page);
  await page.getByTestId("payment-decline").click();
  await prompt().waitFor({ state: "hidden" });
  await page.waitForTimeout(700); // Time in which a door would have moved.
  assert.ok(differingPixels(before, await picture(page)) < VISIBLE);
  assert.equal(await balance(), "100 MRK");
});

test("Esc declines too", async () => {
  await clickContainer(page, MACHINE);
  await prompt().waitFor({ state: "visible" });
  await page.keyboard.press("Escape");
  await prompt().waitFor({ state: "hidden" });
  assert.equal(await balance(), "100 MRK");
});

test("accepting moves the door and takes 5 MRK", async () => {
  const before = await picture(page);
  await clickContainer(page, MACHINE);
  await prompt().waitFor({ state: "visible" });
  await page.getByTestId("payment-accept").click();
  await until("the door to move", async () => differingPixels(before, await picture(page)) > VISIBLE);
  await balanceBecomes("95 MRK");
});

test("a saved change is seen within a second, and the object keeps its state", async () => {
  // Let the sale of the test before come to its end.
  await page.waitForTimeout(2500);
  const source = await readFile(main(), "utf8");
  const withLog = source.replace(/onStart\(\)[^{]*\{/, (head) => `${head}\n    console.log(\`sold so far: \${this.sold}\`);`);
  assert.notEqual(withLog, source);
  const times = [];
  for (const color of ["#22aa55", "#2255cc", "#ddaa22"]) {
    const before = await picture(page);
    const drawn = await page.evaluate(() => window.__mosl.counters.drawnDeltas);
    const start = performance.now();
    await writeFile(main(), withLog.replace(/color: "#[0-9a-fA-F]{3,6}"/g, `color: "${color}"`));
    await page.waitForFunction((drawn) => window.__mosl.counters.drawnDeltas > drawn, drawn);
    times.push(performance.now() - start);
    await until("the new colour", async () => differingPixels(before, await picture(page)) > VISIBLE);
  }
  console.log(`save to pixels: ${times.map((time) => `${Math.round(time)} ms`).join(", ")}`);
  assert.ok(Math.min(...times) < 1000, `the fastest of ${times}`);
  await until("the log", async () => (await consoleText()).includes("sold so far: 1"));
});

test("a syntax error is shown, and the old object still answers", async () => {
  const source = await readFile(main(), "utf8");
  await writeFile(main(), source.replace("export default class", "export default clas"));
  await overlay().waitFor({ state: "visible" });
  assert.match(await overlay().textContent(), /main\.mosl/);
  await clickContainer(page, MACHINE);
  await prompt().waitFor({ state: "visible" });
  await page.getByTestId("payment-decline").click();
  await writeFile(main(), source);
  await overlay().waitFor({ state: "hidden" });
});

test("kill -9 between prompt and accept: the visitor has all their money", async () => {
  await sceneWith(page, MACHINE);
  await clickContainer(page, MACHINE);
  await prompt().waitFor({ state: "visible" });
  await server.stop("SIGKILL");
  await prompt().waitFor({ state: "hidden" });
  server = await startServer(project.folder, server.port);
  await until("the page to be back", async () => (await page.getByTestId("status").textContent()) === "Live");
  await balanceBecomes("95 MRK");
});

test("kill -9 while the money is in escrow: it comes back", async () => {
  await sceneWith(page, MACHINE);
  await clickContainer(page, MACHINE);
  await prompt().waitFor({ state: "visible" });
  await page.getByTestId("payment-accept").click();
  await balanceBecomes("90 MRK");
  await server.stop("SIGKILL");
  server = await startServer(project.folder, server.port);
  await until("the page to be back", async () => (await page.getByTestId("status").textContent()) === "Live");
  await balanceBecomes("95 MRK");
});

test("a browser that leaves in the middle of a payment gets its money back", async () => {
  await sceneWith(page, MACHINE);
  await clickContainer(page, MACHINE);
  await prompt().waitFor({ state: "visible" });
  await page.getByTestId("payment-accept").click();
  await balanceBecomes("90 MRK");
  await page.reload();
  await sceneWith(page, MACHINE);
  await balanceBecomes("95 MRK");
});

test("the page had no error of its own, and the server stops cleanly", async () => {
  assert.deepEqual(problems, []);
  const { code } = await server.stop("SIGINT");
  assert.equal(code, 0);
});
