// The client: starts `mosl lsp`, and gives the server's commands their meaning in this editor.

import { commands, env, Position, Range, Location, Uri, ViewColumn, window, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import { spawn } from "node:child_process";
import * as path from "node:path";

let client;
/** Development servers by project folder. */
const previews = new Map();

const command = () => workspace.getConfiguration("mosl").get("path", "mosl");

export async function activate(context) {
  const run = { command: command(), args: ["lsp"] };
  client = new LanguageClient(
    "mosl",
    "MOSL",
    { run, debug: run },
    {
      documentSelector: [{ language: "mosl" }, { scheme: "file", pattern: "**/mosl.json" }],
      initializationOptions: { commands: ["mosl.run", "mosl.test", "mosl.preview", "mosl.showReferences"] },
      synchronize: { configurationSection: "mosl" },
    },
  );
  context.subscriptions.push(
    commands.registerCommand("mosl.run", runFile),
    commands.registerCommand("mosl.test", testProject),
    commands.registerCommand("mosl.preview", preview),
    commands.registerCommand("mosl.restart", () => client.restart()),
    commands.registerCommand("mosl.showReferences", showReferences),
    { dispose: () => previews.forEach((preview) => preview.server.kill()) },
  );
  try {
    await client.start();
  } catch {
    const choice = await window.showErrorMessage(
      `The command \`${command()}\` cannot be started. Install MOSL, or say where it is in the settings.`,
      "Open settings",
    );
    if (choice) commands.executeCommand("workbench.action.openSettings", "mosl.path");
  }
}

export function deactivate() {
  return client?.stop();
}

const target = (uri) => (uri ? Uri.parse(String(uri)) : window.activeTextEditor?.document.uri);

async function runFile(uri) {
  const file = target(uri);
  if (!file) return;
  await workspace.openTextDocument(file).then((document) => document.save());
  inTerminal("run", file.fsPath);
}

/** Runs the programs in the comments of a file's project. */
async function testProject(uri) {
  const file = target(uri);
  if (!file) return;
  await workspace.saveAll(false);
  inTerminal("doc", "--test", await projectOf(file));
}

function inTerminal(...words) {
  const terminal = window.terminals.find((one) => one.name === "MOSL") ?? window.createTerminal("MOSL");
  terminal.show(true);
  terminal.sendText([command(), ...words].map(quote).join(" "));
}

const quote = (text) => (/^[\w./:\\-]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`);

function showReferences(uri, position, locations) {
  const range = ({ start, end }) => new Range(start.line, start.character, end.line, end.character);
  return commands.executeCommand(
    "editor.action.showReferences",
    Uri.parse(uri),
    new Position(position.line, position.character),
    locations.map((one) => new Location(Uri.parse(one.uri), range(one.range))),
  );
}

/** The page of `mosl dev`, beside the text; it follows the saved files by itself. */
async function preview(uri) {
  const file = target(uri);
  if (!file) return;
  const folder = await projectOf(file);
  const open = previews.get(folder);
  if (open) return open.panel.reveal(ViewColumn.Beside, true);
  const server = spawn(command(), ["dev", folder], { stdio: ["ignore", "pipe", "pipe"] });
  const panel = window.createWebviewPanel("mosl.preview", `Preview: ${path.basename(folder)}`, {
    viewColumn: ViewColumn.Beside,
    preserveFocus: true,
  }, { enableScripts: true, retainContextWhenHidden: true });
  previews.set(folder, { server, panel });
  panel.onDidDispose(() => {
    previews.delete(folder);
    server.kill();
  });
  let said = "";
  const listen = async (data) => {
    said += data;
    const address = said.match(/https?:\/\/[^\s]+/)?.[0];
    if (address && previews.has(folder) && !panel.webview.html) {
      const outside = await env.asExternalUri(Uri.parse(address));
      panel.webview.html = page(outside.toString());
    }
  };
  server.stdout.on("data", listen);
  server.stderr.on("data", listen);
  server.on("error", (error) => window.showErrorMessage(`The preview cannot start: ${error.message}`));
  server.on("exit", (code) => {
    if (code && previews.has(folder)) window.showErrorMessage(`The preview ended: ${said.trim().slice(-500)}`);
  });
}

/** The nearest folder with a `mosl.json`, or the file's own. */
async function projectOf(file) {
  let folder = path.dirname(file.fsPath);
  for (;;) {
    try {
      await workspace.fs.stat(Uri.file(path.join(folder, "mosl.json")));
      return folder;
    } catch {
      const parent = path.dirname(folder);
      if (parent === folder) return path.dirname(file.fsPath);
      folder = parent;
    }
  }
}

const page = (address) => {
  const origin = new URL(address).origin;
  return `<!doctype html>
<html>
<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; frame-src ${origin}; style-src 'unsafe-inline'"></head>
<body style="margin:0;padding:0"><iframe src="${address}" style="border:0;width:100vw;height:100vh"></iframe></body>
</html>`;
};
