// Measures the road: time from save to changed pixel, scene deltas a second that the page keeps up with, start-up of `mosl run` on
// an empty file beside Node.js and QuickJS. Prints one table; asserts nothing. Run it on a quiet machine:
//
//   cargo build --release -p mosl && MOSL=target/release/mosl node tests/bench/road.mjs
import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { copyExample, differingPixels, MOSL, picture, sceneWith, startBrowser, startServer, until } from "../browser/harness.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const rows = [];
const row = (what, value) => rows.push([what, value]);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function startUp() {
  const folder = await mkdtemp(join(tmpdir(), "mosl-empty-"));
  const quickjs = process.env.QUICKJS ?? join(HERE, "peers/quickjs/target/release/quickjs");
  const peers = [
    ["mosl run", MOSL, ["run", join(folder, "empty.mosl")]],
    ["node " + process.version, process.execPath, [join(folder, "empty.js")]],
    ["quickjs", quickjs, [join(folder, "empty.js")]],
  ].filter(([, program]) => existsSync(program));
  for (const name of ["empty.mosl", "empty.js"]) await writeFile(join(folder, name), "");
  const times = peers.map(() => []);
  for (let round = 0; round < 25; round += 1) {
    peers.forEach(([, program, args], i) => {
      const start = performance.now();
      const { status } = spawnSync(program, args);
      if (status === 0) times[i].push(performance.now() - start);
    });
  }
  peers.forEach(([name], i) => row(`start-up, empty file: ${name}`, times[i].length ? `${median(times[i]).toFixed(1)} ms` : "failed"));
  await rm(folder, { recursive: true });
}

async function saveToPixels() {
  const project = await copyExample("vending-machine");
  const server = await startServer(project.folder);
  const { browser, page } = await startBrowser();
  await page.goto(server.url);
  await sceneWith(page, "VendingMachine");
  const main = join(project.folder, "main.mosl");
  const source = await readFile(main, "utf8");
  const times = [];
  for (let round = 0; round < 7; round += 1) {
    const before = await picture(page);
    const drawn = await page.evaluate(() => window.__mosl.counters.drawnDeltas);
    const start = performance.now();
    await writeFile(main, source.replaceAll(/#c3272b/g, ["#1f7a4d", "#2750c3"][round % 2]));
    await page.waitForFunction((drawn) => window.__mosl.counters.drawnDeltas > drawn, drawn);
    times.push(performance.now() - start);
    await until("the new colour", async () => differingPixels(before, await picture(page)) > 500);
  }
  row("save to changed pixel, median", `${Math.round(median(times))} ms`);
  row("save to changed pixel, best", `${Math.round(Math.min(...times))} ms`);
  await browser.close();
  await server.stop();
  await project.remove();
}

async function deltas(count) {
  const folder = await mkdtemp(join(tmpdir(), "mosl-deltas-"));
  await cp(join(HERE, "deltas"), folder, { recursive: true });
  const main = join(folder, "main.mosl");
  await writeFile(main, (await readFile(main, "utf8")).replace("COUNT = 1000", `COUNT = ${count}`));
  const server = await startServer(folder);
  const { browser, page } = await startBrowser();
  await page.goto(server.url);
  await sceneWith(page, "Swarm");
  await page.waitForTimeout(1500);
  const read = () => page.evaluate(() => ({ ...window.__mosl.counters, at: performance.now() }));
  const a = await read();
  await page.waitForTimeout(4000);
  const b = await read();
  const seconds = (b.at - a.at) / 1000;
  const rate = (b.deltas - a.deltas) / seconds;
  row(`${count} moving boxes`, `${Math.round(rate).toLocaleString("en")} deltas/s, ${((b.batches - a.batches) / seconds).toFixed(0)} batches/s, ${((b.frames - a.frames) / seconds).toFixed(1)} frames/s drawn in software`);
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

row("size of the command", `${((await stat(MOSL)).size / 1e6).toFixed(1)} MB`);
await startUp();
await saveToPixels();
for (const count of [250, 1000, 4000]) await deltas(count);
const width = Math.max(...rows.map(([what]) => what.length));
for (const [what, value] of rows) console.log(`${what.padEnd(width)}  ${value}`);
