// What the browser tests share: a project in a temporary folder, a `mosl dev` process, a Chromium page, and pictures to compare.
import { chromium } from "playwright-core";
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
export const MOSL = process.env.MOSL ?? join(TARGET, "debug/mosl");

/** Debian's Chromium, drawing WebGL in software so that pictures repeat. */
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
];

/** A copy of an example that a test may edit, without the state of earlier runs. */
export async function copyExample(name) {
  const folder = await mkdtemp(join(tmpdir(), `mosl-${name}-`));
  await cp(join(ROOT, "examples", name), folder, { recursive: true, filter: (path) => !path.endsWith(".mosl/") && !/\/\.mosl($|\/)/.test(path) });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Starts `mosl dev` and waits until it says where it serves. Port 0 lets the system choose. */
export async function startServer(folder, port = 0, options = []) {
  const child = spawn(MOSL, ["dev", folder, "--port", String(port), ...options], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const url = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      const found = /http:\/\/\S+/.exec(output);
      if (found) resolve(found[0]);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`mosl dev ended with ${code}:\n${output}`)));
  });
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  return {
    url,
    port: Number(new URL(url).port),
    output: () => output,
    stop: async (signal = "SIGINT") => {
      child.kill(signal);
      return ended;
    },
  };
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json", ".png": "image/png" };

/** A static server of a folder, as simple as they come; below `/three/` it has three.js as npm installs it. What is posted goes to `receive`. */
export async function serveFolder(folder, receive = () => {}) {
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      let text = "";
      for await (const part of request.setEncoding("utf8")) text += part;
      receive(text);
      return response.end();
    }
    const { pathname } = new URL(request.url, "http://x");
    const path = decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    try {
      const bytes = await readFile(path.startsWith("/three/") ? join(ROOT, "web/node_modules", path) : join(folder, path));
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(bytes);
    } catch {
      response.writeHead(404).end("no such file");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

export async function startBrowser(viewport = { width: 800, height: 600 }) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  const page = await (await browser.newContext({ viewport })).newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  return { browser, page, problems };
}

/** What the development page shows beside the scene; `page` yields the page, which may come later. */
export const parts = (page) => {
  const balance = () => page().getByTestId("balance").textContent();
  return {
    balance,
    balanceBecomes: (amount) => until(`a balance of ${amount}`, async () => (await balance()) === amount),
    prompt: () => page().getByTestId("payment-prompt"),
    overlay: () => page().getByTestId("diagnostics"),
    consoleText: () => page().getByTestId("console").textContent(),
  };
};

/** Waits until the scene holds a container of that name and has been drawn. */
export async function sceneWith(page, name) {
  await page.waitForFunction((name) => window.__mosl?.names().includes(name) && window.__mosl.counters.drawnDeltas > 0, name, { timeout: 20_000 });
}

export async function clickContainer(page, name) {
  const at = await page.evaluate((name) => window.__mosl.screenPosition(name), name);
  if (at === null) throw new Error(`no container ${name} in the scene`);
  await page.mouse.click(at.x, at.y);
  await page.mouse.move(2, 2); // No outline in the pictures that follow.
  return at;
}

/** The scene as raw pixels: width, height, and red, green, blue, alpha of each. */
export async function picture(page) {
  const { width, height, base64 } = await page.evaluate(async () => {
    const image = new Image();
    image.src = window.__mosl.capture();
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let text = "";
    for (let i = 0; i < data.length; i += 32768) text += String.fromCharCode(...data.subarray(i, i + 32768));
    return { width: image.width, height: image.height, base64: btoa(text) };
  });
  return { width, height, data: Buffer.from(base64, "base64") };
}

/** How many pixels differ visibly between two pictures. */
export function differingPixels(a, b) {
  let count = 0;
  for (let i = 0; i < a.data.length; i += 4) {
    const far = Math.max(Math.abs(a.data[i] - b.data[i]), Math.abs(a.data[i + 1] - b.data[i + 1]), Math.abs(a.data[i + 2] - b.data[i + 2]));
    if (far > 24) count += 1;
  }
  return count;
}

/** How many clearly different colours a picture has, counted coarsely. */
export function colors({ data }) {
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) seen.add(((data[i] >> 4) << 8) | ((data[i + 1] >> 4) << 4) | (data[i + 2] >> 4));
  return seen.size;
}

/** Repeats `look` until it yields something, and says after how many milliseconds; fails after `limit`. */
export async function until(what, look, limit = 15_000) {
  const start = performance.now();
  for (;;) {
    const value = await look();
    if (value) return { value, milliseconds: performance.now() - start };
    if (performance.now() - start > limit) throw new Error(`waited ${limit} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
