// A client of a language server over standard input and output, on one processor core.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

export class Client {
  #child;
  #buffer = Buffer.alloc(0);
  #waiting = new Map();
  #next = 1;
  #version = 1;
  text = "";
  uri = "";

  constructor(command, args) {
    this.#child = spawn("taskset", ["-c", "0", command, ...args], { stdio: ["pipe", "pipe", "ignore"] });
    this.#child.stdout.on("data", (chunk) => this.#read(chunk));
  }

  #read(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const head = this.#buffer.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(this.#buffer.toString("latin1", 0, head))[1]);
      if (this.#buffer.length < head + 4 + length) return;
      const message = JSON.parse(this.#buffer.toString("utf8", head + 4, head + 4 + length));
      this.#buffer = this.#buffer.subarray(head + 4 + length);
      this.#receive(message);
    }
  }

  #receive(message) {
    if (message.method !== undefined) {
      // Requests of the server: settings, registrations, progress. All are granted.
      if (message.id !== undefined) this.#send({ id: message.id, result: message.method === "workspace/configuration" ? message.params.items.map(() => null) : null });
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`));
    else waiting?.resolve(message.result);
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.#child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#child.stdin.write(body);
  }

  request(method, params) {
    const id = this.#next++;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, method }));
    this.#send({ id, method, params });
    return answer;
  }

  notify(method, params) {
    this.#send({ method, params });
  }

  async start(folder) {
    const uri = pathToFileURL(folder).href;
    const textDocument = {
      diagnostic: {},
      completion: { completionItem: { snippetSupport: true }, contextSupport: true },
      hover: { contentFormat: ["markdown"] },
      rename: { prepareSupport: true },
    };
    const capabilities = { general: { positionEncodings: ["utf-16"] }, textDocument, workspace: { configuration: true, workspaceFolders: true } };
    await this.request("initialize", { processId: process.pid, rootUri: uri, capabilities, workspaceFolders: [{ uri, name: "large" }] });
    this.notify("initialized", {});
  }

  open(path, languageId, text) {
    this.uri = pathToFileURL(path).href;
    this.text = text;
    this.notify("textDocument/didOpen", { textDocument: { uri: this.uri, languageId, version: this.#version, text } });
  }

  position(offset) {
    const before = this.text.slice(0, offset);
    const line = before.split("\n").length - 1;
    return { line, character: offset - (before.lastIndexOf("\n") + 1) };
  }

  /** Replaces what stands between two offsets, as one keystroke does. */
  type(from, to, text) {
    const range = { start: this.position(from), end: this.position(to) };
    this.text = this.text.slice(0, from) + text + this.text.slice(to);
    this.#version += 1;
    this.notify("textDocument/didChange", { textDocument: { uri: this.uri, version: this.#version }, contentChanges: [{ range, text }] });
  }

  get document() {
    return { textDocument: { uri: this.uri } };
  }

  at(offset) {
    return { ...this.document, position: this.position(offset) };
  }

  /** The errors of the open file. */
  async diagnostics() {
    const report = await this.request("textDocument/diagnostic", this.document);
    return report.items.filter(({ severity }) => severity === 1);
  }

  /** A line of the process's status, in MB. */
  async #memory(line) {
    const status = await readFile(`/proc/${this.#child.pid}/status`, "utf8").catch(() => "");
    return Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  }

  /** Resident memory in MB. */
  resident() {
    return this.#memory("VmRSS");
  }

  /** Ends the server; yields the peak of its resident memory in MB. */
  async stop() {
    const peak = await this.#memory("VmHWM");
    await this.request("shutdown", undefined).catch(() => {});
    this.notify("exit");
    this.#child.kill();
    return peak;
  }
}
