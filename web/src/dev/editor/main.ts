// The page's own editor: the project's files in Monaco, served by the same language server as every editor, beside the moving object.
// It is loaded when somebody edits.
import type * as Lsp from "vscode-languageserver-types";
import { byId, make } from "../ui/element.ts";
import { toast } from "../ui/toast.ts";
import { fromDiagnostic } from "./convert.ts";
import { Documents, type Project, fetchProject } from "./documents.ts";
import { tokensProvider } from "./grammar.ts";
import { type Monaco, type MonacoApi, loadMonaco } from "./monaco.ts";
import { type Capabilities, registerProviders } from "./providers.ts";
import { Rpc } from "./rpc.ts";
import { defineTheme } from "./theme.ts";

/** What the client can, as the protocol wants it said. */
const ABILITIES = {
  general: { positionEncodings: ["utf-16"] },
  textDocument: {
    completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } },
    signatureHelp: { signatureInformation: { parameterInformation: { labelOffsetSupport: true } } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    codeAction: { resolveSupport: { properties: ["edit"] } },
    publishDiagnostics: { relatedInformation: true, tagSupport: { valueSet: [1] } },
  },
};

/** What the page gets of an open editor. */
export interface Editor {
  /** Files on the disk changed. */
  follow(): void;
  focus(): void;
}

export async function openEditor(): Promise<Editor> {
  const project = await fetchProject();
  const monaco = await loadMonaco();
  setUp(monaco);
  const { rpc, closed } = await Rpc.connect(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/lsp`);
  const documents = new Documents(monaco, rpc, project.root);
  const capabilities = await initialize(rpc, monaco, project);
  registerProviders({
    monaco, rpc, capabilities, load: (uris) => documents.load(uris), edit: (edit) => documents.edit(edit),
  });
  const panel = new Panel(monaco, documents, project);
  void closed.then(() => panel.state("The language server is gone: reload the page."));
  await panel.show(project.files.find((path) => path === "main.mosl") ?? project.files[0] ?? "main.mosl");
  return { follow: () => void documents.follow().then(() => panel.refresh()), focus: () => panel.focus() };
}

function setUp(monaco: MonacoApi): void {
  monaco.languages.register({ id: "mosl", extensions: [".mosl"] });
  monaco.languages.setTokensProvider("mosl", tokensProvider);
  monaco.languages.setLanguageConfiguration("mosl", {
    comments: { lineComment: "//", blockComment: ["/*", "*/"] },
    brackets: [["{", "}"], ["[", "]"], ["(", ")"]],
    autoClosingPairs: [
      ...["{}", "[]", "()"].map(([open = "", close = ""]) => ({ open, close })),
      ...['"', "'", "`"].map((quote) => ({ open: quote, close: quote, notIn: ["string", "comment"] })),
    ],
    surroundingPairs: ["{}", "[]", "()", '""', "''", "``"].map(([open = "", close = ""]) => ({ open, close })),
    wordPattern: /#?[\p{L}_$][\p{L}\p{N}_$]*|\d+[a-z]*/u,
  });
  defineTheme(monaco);
}

async function initialize(rpc: Rpc, monaco: MonacoApi, project: Project): Promise<Capabilities> {
  rpc.onNotification<{ uri: string; diagnostics: Lsp.Diagnostic[] }>("textDocument/publishDiagnostics", ({ uri, diagnostics }) => {
    const model = monaco.editor.getModel(monaco.Uri.parse(uri));
    if (model) monaco.editor.setModelMarkers(model, "mosl", diagnostics.map((found) => fromDiagnostic(monaco, found)));
  });
  const uri = monaco.Uri.file(project.root).toString();
  const workspaceFolders = [{ uri, name: project.root.split("/").pop() ?? "project" }];
  const params = { processId: null, rootUri: uri, capabilities: ABILITIES, workspaceFolders };
  const { capabilities } = await rpc.request<{ capabilities: Capabilities }>("initialize", params);
  rpc.notify("initialized", {});
  return capabilities;
}

/** The files' tabs, the text and the line below it. */
class Panel {
  readonly #monaco: MonacoApi;
  readonly #documents: Documents;
  readonly #editor: Monaco.editor.IStandaloneCodeEditor;
  readonly #tabs = byId("editor-files");
  readonly #status = byId("editor-status");
  readonly #problems = byId<HTMLButtonElement>("editor-problems");
  /** Where the cursor stood in each file. */
  readonly #views = new Map<string, Monaco.editor.ICodeEditorViewState | null>();
  #files: string[];

  constructor(monaco: MonacoApi, documents: Documents, project: Project) {
    this.#monaco = monaco;
    this.#documents = documents;
    this.#files = project.files;
    this.#editor = monaco.editor.create(byId("editor-text"), {
      theme: "mosl",
      automaticLayout: true,
      model: null,
      fontSize: 13.5,
      lineHeight: 21,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
      minimap: { enabled: false },
      padding: { top: 12, bottom: 12 },
      scrollBeyondLastLine: false,
      smoothScrolling: true,
      tabSize: 2,
      fixedOverflowWidgets: true,
      formatOnType: true,
      linkedEditing: true,
      renderLineHighlight: "all",
      stickyScroll: { enabled: false },
      bracketPairColorization: { enabled: false },
      "semanticHighlighting.enabled": true,
      wordBasedSuggestions: "off",
      suggest: { showWords: false, preview: false },
      inlayHints: { enabled: "on", fontSize: 12 },
      quickSuggestions: { other: true, strings: true, comments: false },
    });
    documents.changed = () => this.refresh();
    this.#keys();
    monaco.editor.onDidChangeMarkers(() => this.refresh());
    monaco.editor.registerEditorOpener({
      openCodeEditor: async (_, resource, at) => (await this.#open(resource, at)) !== null,
    });
    byId("editor-save").onclick = () => void this.save();
    byId("editor-format").onclick = () => void this.#editor.getAction("editor.action.formatDocument")?.run();
    byId("editor-new").onclick = () => void this.#create();
    this.#problems.onclick = () => void this.#editor.getAction("editor.action.marker.nextInFiles")?.run();
  }

  #keys(): void {
    const panel = byId("editor");
    const saves = (event: KeyboardEvent): boolean => (event.ctrlKey || event.metaKey) && !event.shiftKey && event.code === "KeyS";
    panel.addEventListener("keydown", (event) => {
      if (!saves(event)) return;
      event.preventDefault();
      void this.save();
    }, { capture: true });
    // What is typed here is no walk through the scene.
    for (const type of ["keydown", "keyup"]) panel.addEventListener(type, (event) => event.stopPropagation());
    addEventListener("beforeunload", (event) => {
      if (this.#documents.dirty().length > 0) event.preventDefault();
    });
  }

  focus(): void {
    this.#editor.focus();
  }

  state(text: string): void {
    this.#status.textContent = text;
  }

  async show(path: string): Promise<void> {
    await this.#open(this.#documents.uri(path));
    this.focus();
  }

  async #open(uri: Monaco.Uri, at?: Monaco.IRange | Monaco.IPosition): Promise<Monaco.editor.ITextModel | null> {
    const model = await this.#documents.open(uri);
    if (model === null) return null;
    const before = this.#editor.getModel();
    if (before !== model) {
      if (before) this.#views.set(before.uri.toString(), this.#editor.saveViewState());
      this.#editor.setModel(model);
      this.#editor.updateOptions({ readOnly: this.#documents.path(uri) === null });
      this.#editor.restoreViewState(this.#views.get(uri.toString()) ?? null);
    }
    if (at) {
      const range = "lineNumber" in at ? this.#monaco.Range.fromPositions(at) : at;
      this.#editor.setSelection(range);
      this.#editor.revealRangeInCenterIfOutsideViewport(range);
    }
    this.refresh();
    return model;
  }

  /** Saves all that has changed. */
  async save(): Promise<void> {
    try {
      for (const model of this.#documents.dirty()) await this.#documents.save(model);
      this.state("Saved");
    } catch (error) {
      this.state("Not saved");
      toast((error as Error).message, "fault");
    }
  }

  async #create(): Promise<void> {
    const name = prompt("The new file's name", "part.mosl")?.trim();
    if (!name) return;
    try {
      await this.#documents.create(name, "");
      this.#files = (await fetchProject()).files;
      await this.show(name);
    } catch (error) {
      toast((error as Error).message, "fault");
    }
  }

  refresh(): void {
    const current = this.#editor.getModel();
    const dirty = new Set(this.#documents.dirty().map((model) => this.#documents.path(model.uri)));
    const markers = this.#monaco.editor.getModelMarkers({ owner: "mosl" });
    const wrong = new Set(markers.filter(({ severity }) => severity === 8).map(({ resource }) => this.#documents.path(resource)));
    const path = current && this.#documents.path(current.uri);
    const library = current && path === null ? (current.uri.path.split("/").pop() ?? "") : null;
    const tabs = [...this.#files, ...(library === null ? [] : [library])].map((name) => {
      const tab = make("button", "file", name);
      tab.dataset["dirty"] = String(dirty.has(name));
      tab.dataset["wrong"] = String(wrong.has(name));
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(name === (library ?? path)));
      if (name !== library) tab.onclick = () => void this.show(name);
      return tab;
    });
    this.#tabs.replaceChildren(...tabs);
    const count = markers.length;
    this.#problems.textContent = count === 0 ? "No problems" : count === 1 ? "1 problem" : `${count} problems`;
    this.#problems.dataset["count"] = String(count);
    if (dirty.size > 0) this.state("Not saved yet: Ctrl S");
    else if (this.#status.textContent?.startsWith("Not saved yet")) this.state("Saved");
  }
}
