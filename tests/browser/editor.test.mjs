// The page's own editor: Monaco in a real browser, the language server behind it, the object beside it.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { copyExample, differingPixels, picture, sceneWith, startBrowser, startServer, until } from "./harness.mjs";

const MACHINE = "VendingMachine";
const VISIBLE = 500;
/** Where pictures for the documentation go, if they are wanted. */
const SHOTS = process.env.MOSL_SHOTS;

let project;
let server;
let page;
let browser;
let problems;
let original;

const main = () => join(project.folder, "main.mosl");
const onDisk = () => readFile(main(), "utf8");
const text = () => page.evaluate(() => monaco.editor.getModels().find((model) => model.uri.path.endsWith("/main.mosl")).getValue());
const problemCount = () => page.locator("#editor-problems").textContent();
const suggestions = () => page.locator(".suggest-widget.visible .monaco-list-row .label-name").allTextContents();

/** Puts the cursor behind the first place where a text stands. */
async function goTo(what, back = 0) {
  await page.evaluate(([what, back]) => {
    const [editor] = monaco.editor.getEditors();
    const found = editor.getModel().findMatches(what, false, false, true, null, false)[0];
    editor.setPosition({ lineNumber: found.range.endLineNumber, column: found.range.endColumn - back });
    editor.revealLineInCenter(found.range.endLineNumber, monaco.editor.ScrollType.Immediate);
    editor.focus();
  }, [what, back]);
  await page.waitForTimeout(300); // A text that still moves hides what hovers over it.
}

/** Runs one of the editor's own commands, as its menu would. */
const run = (action) => page.evaluate((action) => monaco.editor.getEditors()[0].getAction(action).run(), action);

async function shot(name) {
  if (!SHOTS) return;
  await mkdir(SHOTS, { recursive: true });
  await page.waitForTimeout(700); // Until everything has faded in.
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

/** The text as it was, here and on the disk. */
async function restore() {
  await page.keyboard.press("Escape");
  await page.evaluate((text) => {
    const [editor] = monaco.editor.getEditors();
    editor.executeEdits("test", [{ range: editor.getModel().getFullModelRange(), text }]);
  }, original);
  await page.locator("#editor-save").click();
  await until("the file to be as it was", async () => (await onDisk()) === original);
  await until("no problems", async () => (await problemCount()) === "No problems");
}

before(async () => {
  project = await copyExample("vending-machine");
  original = await onDisk();
  server = await startServer(project.folder);
  ({ browser, page, problems } = await startBrowser({ width: 1360, height: 820 }));
  await page.goto(server.url);
  await sceneWith(page, MACHINE);
});

after(async () => {
  await browser?.close();
  await server?.stop("SIGKILL");
  await project?.remove();
});

test("a visitor's page fetches nothing of the editor", async () => {
  const fetched = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname));
  assert.deepEqual(fetched.filter((path) => /monaco|editor|lsp/.test(path)), []);
});

test("the button opens the project's entry beside the object", async () => {
  await page.locator("#edit").click();
  await page.locator("#editor-text .view-line").first().waitFor({ timeout: 120_000 });
  await until("the text", async () => (await text()) === original);
  const tabs = await page.locator("#editor-files .file").allTextContents();
  assert.ok(tabs.includes("main.mosl") && tabs.includes("mosl.json"), String(tabs));
  const canvas = await page.getByTestId("scene-canvas").boundingBox();
  const panel = await page.getByTestId("editor").boundingBox();
  assert.ok(canvas.x >= panel.x + panel.width - 1 && canvas.width > 300, JSON.stringify({ canvas, panel }));
  await until("the grammar's colours", async () => (await page.locator("#editor-text .view-line span[class*=mtk]").count()) > 20);
  await shot("editor");
});

test("typing a dot completes, with documentation", async () => {
  await goTo("this.sold += 1;");
  await page.keyboard.press("Enter");
  await page.keyboard.type("payment.");
  await until("accept and refund", async () => {
    const offered = await suggestions();
    return offered.includes("accept") && offered.includes("refund");
  });
  await shot("editor-completion");
  await page.keyboard.type("ref");
  await page.locator(".suggest-widget .monaco-list-row.focused .label-name", { hasText: "refund" }).waitFor();
  await page.keyboard.press("Enter");
  assert.match(await text(), /this\.sold \+= 1;\n\s+payment\.refund/);
  await restore();
});

test("a name of another module comes with its import", async () => {
  await goTo("this.sold += 1;");
  await page.keyboard.press("Enter");
  await page.keyboard.type("new Spher");
  await run("editor.action.triggerSuggest");
  await until("Sphere", async () => (await suggestions()).includes("Sphere"));
  await page.keyboard.press("Enter");
  await until("the import", async () => /Sphere[^]*from "mark:scene"/.test(await text()));
  await restore();
});

test("a hover tells the type and the documentation", async () => {
  await goTo("visitor.pay", 1);
  await run("editor.action.showHover");
  const hover = page.locator(".monaco-hover .hover-contents:visible").first();
  await hover.waitFor();
  assert.match((await hover.textContent()).replaceAll("\u00a0", " "), /pay\(/);
  await shot("editor-hover");
  await page.keyboard.press("Escape");
});

test("an open parenthesis shows the signature", async () => {
  await goTo("this.sold += 1;");
  await page.keyboard.press("Enter");
  await page.keyboard.type("visitor.pay(");
  const help = page.locator(".parameter-hints-widget.visible");
  await help.waitFor();
  assert.match((await help.textContent()).replaceAll("\u00a0", " "), /amount: Mrk/);
  await restore();
});

test("a mistake is marked as it is typed, and its fix mends it", async () => {
  await goTo("this.sold");
  await page.keyboard.type("d");
  await until("the mark", async () => (await problemCount()) === "1 problem");
  await page.locator(".squiggly-error").first().waitFor();
  await page.locator("#editor-problems").click();
  await page.locator(".monaco-editor .marker-widget, .zone-widget").first().waitFor();
  await shot("editor-diagnostic");
  await page.keyboard.press("Escape");
  await goTo("this.soldd", 2);
  await page.keyboard.press("Control+.");
  const action = page.locator(".action-widget .monaco-list-row", { hasText: "sold" }).first();
  await action.waitFor();
  await page.keyboard.press("Enter");
  await until("the fix", async () => (await text()) === original);
  await until("no problems", async () => (await problemCount()) === "No problems");
});

test("renaming changes every use", async () => {
  const uses = original.split("#door").length;
  await goTo("this.#door", 1);
  await page.keyboard.press("F2");
  const box = page.locator(".rename-box input");
  await box.waitFor();
  await box.fill("gate");
  await page.keyboard.press("Enter");
  await until("the new name", async () => (await text()).split("#gate").length === uses && !(await text()).includes("#door"));
  assert.equal(await problemCount(), "No problems");
  await restore();
});

test("going to a definition opens the library's text, which is for reading", async () => {
  await goTo("extends Container", 1);
  await page.keyboard.press("F12");
  await until("the library", async () => (await page.locator("#editor-files .file[aria-selected=true]").textContent()) === "scene.mosl");
  assert.ok(await page.evaluate(() => monaco.editor.getEditors()[0].getOption(monaco.editor.EditorOption.readOnly)));
  await page.locator("#editor-files .file", { hasText: "main.mosl" }).click();
  await until("back", async () => (await page.evaluate(() => monaco.editor.getEditors()[0].getModel().uri.path)).endsWith("main.mosl"));
});

test("formatting writes the one style, and saving changes the object while it runs", async () => {
  await page.waitForTimeout(500);
  const before = await picture(page);
  await page.evaluate(() => {
    const [editor] = monaco.editor.getEditors();
    const colors = editor.getModel().findMatches('color: "#[0-9a-fA-F]+"', false, true, true, null, false);
    editor.executeEdits("test", colors.map(({ range }) => ({ range, text: 'color:   "#22cc66"' })));
  });
  await page.locator("#editor-format").click();
  await until("one space", async () => (await text()).includes('color: "#22cc66"'));
  assert.equal(await onDisk(), original, "nothing is written before it is saved");
  await page.keyboard.press("Control+s");
  await until("the file", async () => (await onDisk()).includes('color: "#22cc66"'));
  await until("the new colour", async () => differingPixels(before, await picture(page)) > VISIBLE);
  await restore();
});

test("what another editor saves shows here, and is not written over", async () => {
  await writeFile(main(), `${original}// From elsewhere.\n`);
  await until("the new text", async () => (await text()).endsWith("// From elsewhere.\n"));
  await goTo("// From elsewhere.");
  await page.keyboard.type(" And here.");
  await writeFile(main(), `${original}// From a third place.\n`);
  await page.waitForTimeout(400);
  await page.keyboard.press("Control+s");
  await page.locator(".toast", { hasText: "was changed elsewhere" }).waitFor();
  assert.ok((await onDisk()).endsWith("// From a third place.\n"));
  // Who takes the change back follows again.
  for (let key = 0; key < " And here.".length; key += 1) await page.keyboard.press("Backspace");
  await writeFile(main(), `${original}// From a fourth place.\n`);
  await until("the fourth text", async () => (await text()).endsWith("// From a fourth place.\n"));
  await writeFile(main(), original);
  await until("the first text", async () => (await text()) === original);
});

/** What a request gets that no page of the server makes. */
function status(path, method, headers) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: server.port, path, method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("upgrade", (answer, socket) => {
      socket.destroy();
      resolve(answer.statusCode);
    });
    asked.on("error", reject);
    asked.end(method === "PUT" ? JSON.stringify({ text: "", was: original }) : undefined);
  });
}

test("no other site's page can read, write or speak to the language server", async () => {
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
  const own = `localhost:${server.port}`;
  const foreign = `evil.example:${server.port}`;
  for (const headers of [{ host: own, origin: "https://evil.example" }, { host: foreign, origin: `http://${foreign}` }]) {
    assert.equal(await status("/files", "GET", headers), 403);
    assert.equal(await status("/project/main.mosl", "PUT", { ...headers, "content-type": "application/json" }), 403);
    assert.equal(await status("/lsp", "GET", { ...headers, ...upgrade }), 403);
    assert.equal(await status("/monaco", "POST", headers), 403);
  }
  assert.equal(await status("/lsp", "GET", { host: own, origin: `http://${own}`, ...upgrade }), 101);
  assert.equal(await status("/project/../secret.mosl", "PUT", { host: own }), 403);
  assert.equal(await onDisk(), original);
});

test("nothing went wrong in the page", () => assert.deepEqual(problems, []));
