// The project's files as Monaco's models: opened when needed, told to the language server, saved to the disk, and followed when
// something else changes them there.
import type * as Lsp from "vscode-languageserver-types";
import { fromEdit, toRange } from "./convert.ts";
import type { Monaco, MonacoApi } from "./monaco.ts";
import type { Rpc } from "./rpc.ts";

type Model = Monaco.editor.ITextModel;

export interface Project {
  /** The folder's absolute path. */
  root: string;
  /** The texts in it that can be edited. */
  files: string[];
}

export async function fetchProject(): Promise<Project> {
  const answer = await fetch("/files");
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Project;
}

export class Documents {
  readonly #monaco: MonacoApi;
  readonly #rpc: Rpc;
  readonly #root: string;
  /** The text that the disk has, as far as is known, by address. */
  readonly #onDisk = new Map<string, string>();
  readonly #opening = new Map<string, Promise<Model | null>>();
  /** Something was saved, changed or marked. */
  changed: () => void = () => {};

  constructor(monaco: MonacoApi, rpc: Rpc, root: string) {
    this.#monaco = monaco;
    this.#rpc = rpc;
    this.#root = root.endsWith("/") ? root : `${root}/`;
  }

  uri(path: string): Monaco.Uri {
    return this.#monaco.Uri.file(this.#root + path);
  }

  /** The path in the project, or null for what is outside. */
  path(uri: Monaco.Uri): string | null {
    return uri.path.startsWith(this.#root) ? uri.path.slice(this.#root.length) : null;
  }

  /** The model of a file of the project or of the library; null if there is none. */
  open(uri: Monaco.Uri): Promise<Model | null> {
    const known = this.#monaco.editor.getModel(uri);
    if (known) return Promise.resolve(known);
    const key = uri.toString();
    const opening = this.#opening.get(key) ?? this.#load(uri).finally(() => this.#opening.delete(key));
    this.#opening.set(key, opening);
    return opening;
  }

  async #load(uri: Monaco.Uri): Promise<Model | null> {
    const path = this.path(uri);
    const text = path === null ? await this.#library(uri) : await fetchText(path);
    if (text === null) return null;
    const language = uri.path.endsWith(".mosl") ? "mosl" : uri.path.endsWith(".json") ? "json" : "plaintext";
    const model = this.#monaco.editor.createModel(text, language, uri);
    if (path !== null) this.#onDisk.set(uri.toString(), text);
    if (language !== "plaintext") this.#tell(model);
    return model;
  }

  async #library(uri: Monaco.Uri): Promise<string | null> {
    const answer = this.#rpc.request<{ text: string }>("workspace/textDocumentContent", { uri: uri.toString() });
    return answer.then(({ text }) => text, () => null);
  }

  #tell(model: Model): void {
    const uri = model.uri.toString();
    const version = (): number => model.getVersionId();
    const textDocument = { uri, languageId: model.getLanguageId(), version: version(), text: model.getValue() };
    this.#rpc.notify("textDocument/didOpen", { textDocument });
    model.onDidChangeContent(({ changes }) => {
      const contentChanges = changes.map(({ range, text }) => ({ range: toRange(range), text }));
      this.#rpc.notify("textDocument/didChange", { textDocument: { uri, version: version() }, contentChanges });
      this.changed();
    });
  }

  isDirty(model: Model): boolean {
    const saved = this.#onDisk.get(model.uri.toString());
    return saved !== undefined && saved !== model.getValue();
  }

  dirty(): Model[] {
    return this.#monaco.editor.getModels().filter((model) => this.isDirty(model));
  }

  /** Writes a model to the disk; the reason as an error if that cannot be. */
  async save(model: Model): Promise<void> {
    const path = this.path(model.uri);
    if (path === null) return;
    const text = model.getValue();
    await put(path, text, this.#onDisk.get(model.uri.toString()) ?? null);
    this.#onDisk.set(model.uri.toString(), text);
    this.changed();
  }

  /** Makes a new file. */
  async create(path: string, text: string): Promise<void> {
    await put(path, text, null);
    this.#rpc.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: this.uri(path).toString(), type: 1 }] });
  }

  /** Takes over what another editor has written, unless there are changes here. */
  async follow(): Promise<void> {
    for (const model of this.#monaco.editor.getModels()) {
      const path = this.path(model.uri);
      if (path === null || this.isDirty(model)) continue;
      const text = await fetchText(path);
      if (text === null || text === model.getValue() || this.isDirty(model)) continue;
      this.#onDisk.set(model.uri.toString(), text);
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    }
  }

  async load(uris: string[]): Promise<void> {
    await Promise.all([...new Set(uris)].map((uri) => this.open(this.#monaco.Uri.parse(uri))));
  }

  /** The protocol's edit as Monaco's, with all that it changes loaded. */
  async edit(edit: Lsp.WorkspaceEdit): Promise<Monaco.languages.WorkspaceEdit> {
    const changes = Object.entries(edit.changes ?? {});
    await this.load(changes.map(([uri]) => uri));
    const edits = changes.flatMap(([uri, list]) => {
      const resource = this.#monaco.Uri.parse(uri);
      return list.map((one) => ({ resource, textEdit: fromEdit(one), versionId: undefined }));
    });
    return { edits };
  }
}

const address = (path: string): string => `/project/${path.split("/").map(encodeURIComponent).join("/")}`;

async function fetchText(path: string): Promise<string | null> {
  const answer = await fetch(address(path));
  return answer.ok ? answer.text() : null;
}

async function put(path: string, text: string, was: string | null): Promise<void> {
  const body = JSON.stringify({ text, was });
  const answer = await fetch(address(path), { method: "PUT", body, headers: { "content-type": "application/json" } });
  if (!answer.ok) throw new Error(await answer.text());
}
