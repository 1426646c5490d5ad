// Monaco's providers, each answered by a request to the language server.
import type * as Lsp from "vscode-languageserver-types";
import {
  fromCompletion, fromEdit, fromMarkup, fromRange, fromSymbol, toDiagnostic, toPosition, toRange,
} from "./convert.ts";
import type { Monaco, MonacoApi } from "./monaco.ts";
import type { Rpc } from "./rpc.ts";

type Model = Monaco.editor.ITextModel;
type At = Monaco.IPosition;
type Stop = Monaco.CancellationToken;

/** What the server said that it can, as far as it has lists to give. */
export interface Capabilities {
  completionProvider: { triggerCharacters: string[] };
  signatureHelpProvider: { triggerCharacters: string[]; retriggerCharacters?: string[] };
  documentOnTypeFormattingProvider: { firstTriggerCharacter: string; moreTriggerCharacter?: string[] };
  semanticTokensProvider: { legend: Monaco.languages.SemanticTokensLegend };
}

export interface Workspace {
  readonly monaco: MonacoApi;
  readonly rpc: Rpc;
  readonly capabilities: Capabilities;
  /** Loads the texts that a list of places points into, so that Monaco can show them. */
  load(uris: string[]): Promise<void>;
  /** Loads what an edit changes, and makes the edit Monaco's. */
  edit(edit: Lsp.WorkspaceEdit): Promise<Monaco.languages.WorkspaceEdit>;
}

const document = (model: Model): { uri: string } => ({ uri: model.uri.toString() });
const place = (model: Model, at: At): { textDocument: { uri: string }; position: Lsp.Position } => ({ textDocument: document(model), position: toPosition(at) });

const dispose = (): void => {};

export function registerProviders(workspace: Workspace): void {
  reading(workspace);
  going(workspace);
  completion(workspace);
  changing(workspace);
  looking(workspace);
}

function reading({ monaco, rpc, capabilities }: Workspace): void {
  const { languages } = monaco;
  languages.registerHoverProvider("mosl", {
    async provideHover(model, at, stop) {
      const found = await rpc.ask<Lsp.Hover>("textDocument/hover", place(model, at), stop);
      if (found === null) return null;
      const contents = [fromMarkup(found.contents as Lsp.MarkupContent)];
      return found.range ? { contents, range: fromRange(found.range) } : { contents };
    },
  });
  const { triggerCharacters, retriggerCharacters } = capabilities.signatureHelpProvider;
  languages.registerSignatureHelpProvider("mosl", {
    signatureHelpTriggerCharacters: triggerCharacters,
    signatureHelpRetriggerCharacters: retriggerCharacters ?? [],
    async provideSignatureHelp(model, at, stop) {
      const help = await rpc.ask<Lsp.SignatureHelp>("textDocument/signatureHelp", place(model, at), stop);
      if (help === null || help.signatures.length === 0) return null;
      const signatures = help.signatures.map((signature): Monaco.languages.SignatureInformation => ({
        label: signature.label,
        parameters: (signature.parameters ?? []).map(({ label }) => ({ label })),
        ...(signature.documentation ? { documentation: fromMarkup(signature.documentation) } : {}),
      }));
      return { value: { signatures, activeSignature: help.activeSignature ?? 0, activeParameter: help.activeParameter ?? 0 }, dispose };
    },
  });
  languages.registerDocumentHighlightProvider("mosl", {
    async provideDocumentHighlights(model, at, stop) {
      const found = await rpc.ask<Lsp.DocumentHighlight[]>("textDocument/documentHighlight", place(model, at), stop);
      return (found ?? []).map(({ range, kind }) => ({ range: fromRange(range), kind: (kind ?? 1) - 1 }));
    },
  });
  languages.registerDocumentSymbolProvider("mosl", {
    async provideDocumentSymbols(model, stop) {
      const found = await rpc.ask<Lsp.DocumentSymbol[]>("textDocument/documentSymbol", { textDocument: document(model) }, stop);
      return (found ?? []).map((symbol) => fromSymbol(monaco, symbol));
    },
  });
}

function going({ monaco, rpc, load }: Workspace): void {
  const { languages } = monaco;
  const to = (method: string, more: object = {}) => async (model: Model, at: At, stop: Stop): Promise<Monaco.languages.Location[]> => {
    const found = (await rpc.ask<Lsp.Location[]>(method, { ...place(model, at), ...more }, stop)) ?? [];
    await load(found.map(({ uri }) => uri));
    return found.map(({ uri, range }) => ({ uri: monaco.Uri.parse(uri), range: fromRange(range) }));
  };
  languages.registerDefinitionProvider("mosl", { provideDefinition: to("textDocument/definition") });
  languages.registerDeclarationProvider("mosl", { provideDeclaration: to("textDocument/declaration") });
  languages.registerTypeDefinitionProvider("mosl", { provideTypeDefinition: to("textDocument/typeDefinition") });
  languages.registerImplementationProvider("mosl", { provideImplementation: to("textDocument/implementation") });
  const references = to("textDocument/references", { context: { includeDeclaration: true } });
  languages.registerReferenceProvider("mosl", { provideReferences: (model, at, _, stop) => references(model, at, stop) });
}

function completion({ monaco, rpc, capabilities }: Workspace): void {
  /** What the server called each item that is shown. */
  const origins = new WeakMap<object, Lsp.CompletionItem>();
  monaco.languages.registerCompletionItemProvider("mosl", {
    triggerCharacters: capabilities.completionProvider.triggerCharacters,
    async provideCompletionItems(model, at, _, stop) {
      const word = model.getWordUntilPosition(at);
      const range = { startLineNumber: at.lineNumber, endLineNumber: at.lineNumber, startColumn: word.startColumn, endColumn: word.endColumn };
      const list = await rpc.ask<Lsp.CompletionList>("textDocument/completion", place(model, at), stop);
      const suggestions = (list?.items ?? []).map((item) => {
        const converted = fromCompletion(monaco, item, range);
        origins.set(converted, item);
        return converted;
      });
      return { suggestions, incomplete: list?.isIncomplete ?? true };
    },
    async resolveCompletionItem(item, stop) {
      const origin = origins.get(item);
      const full = origin && (await rpc.ask<Lsp.CompletionItem>("completionItem/resolve", origin, stop));
      if (full?.documentation) item.documentation = fromMarkup(full.documentation);
      if (full?.detail) item.detail = full.detail;
      return item;
    },
  });
}

function changing({ monaco, rpc, capabilities, edit }: Workspace): void {
  const { languages } = monaco;
  languages.registerRenameProvider("mosl", {
    async provideRenameEdits(model, at, newName, stop) {
      try {
        const found = await rpc.ask<Lsp.WorkspaceEdit>("textDocument/rename", { ...place(model, at), newName }, stop);
        return found === null ? null : await edit(found);
      } catch (error) {
        return { edits: [], rejectReason: (error as Error).message };
      }
    },
    async resolveRenameLocation(model, at, stop) {
      const none = { range: new monaco.Range(at.lineNumber, at.column, at.lineNumber, at.column), text: "" };
      try {
        const found = await rpc.ask<{ range: Lsp.Range; placeholder: string }>("textDocument/prepareRename", place(model, at), stop);
        return found === null ? none : { range: fromRange(found.range), text: found.placeholder };
      } catch (error) {
        return { ...none, rejectReason: (error as Error).message };
      }
    },
  });
  const origins = new WeakMap<object, Lsp.CodeAction>();
  languages.registerCodeActionProvider("mosl", {
    async provideCodeActions(model, range, { markers, only }, stop) {
      const context = { diagnostics: markers.map(toDiagnostic), ...(only === undefined ? {} : { only: [only] }) };
      const params = { textDocument: document(model), range: toRange(range), context };
      const found = (await rpc.ask<Lsp.CodeAction[]>("textDocument/codeAction", params, stop)) ?? [];
      const actions = found.map((action): Monaco.languages.CodeAction => {
        const answers = new Set((action.diagnostics ?? []).map(({ code }) => String(code)));
        const converted = {
          title: action.title,
          kind: action.kind ?? "",
          isPreferred: action.isPreferred ?? false,
          diagnostics: markers.filter(({ code }) => answers.has(String(code))),
        };
        origins.set(converted, action);
        return converted;
      });
      return { actions, dispose };
    },
    async resolveCodeAction(action, stop) {
      const origin = origins.get(action);
      const full = origin && (await rpc.ask<Lsp.CodeAction>("codeAction/resolve", origin, stop));
      if (full?.edit) action.edit = await edit(full.edit);
      return action;
    },
  });
  const edits = async (method: string, params: object, stop: Stop): Promise<Monaco.languages.TextEdit[]> =>
    ((await rpc.ask<Lsp.TextEdit[]>(method, params, stop)) ?? []).map(fromEdit);
  languages.registerDocumentFormattingEditProvider("mosl", {
    provideDocumentFormattingEdits: (model, options, stop) => edits("textDocument/formatting", { textDocument: document(model), options }, stop),
  });
  languages.registerDocumentRangeFormattingEditProvider("mosl", {
    provideDocumentRangeFormattingEdits: (model, range, options, stop) =>
      edits("textDocument/rangeFormatting", { textDocument: document(model), range: toRange(range), options }, stop),
  });
  const { firstTriggerCharacter, moreTriggerCharacter } = capabilities.documentOnTypeFormattingProvider;
  languages.registerOnTypeFormattingEditProvider("mosl", {
    autoFormatTriggerCharacters: [firstTriggerCharacter, ...(moreTriggerCharacter ?? [])],
    provideOnTypeFormattingEdits: (model, at, ch, options, stop) => edits("textDocument/onTypeFormatting", { ...place(model, at), ch, options }, stop),
  });
  languages.registerLinkedEditingRangeProvider("mosl", {
    async provideLinkedEditingRanges(model, at, stop) {
      const found = await rpc.ask<{ ranges: Lsp.Range[] }>("textDocument/linkedEditingRange", place(model, at), stop);
      return found === null ? null : { ranges: found.ranges.map(fromRange) };
    },
  });
}

function looking({ monaco, rpc, capabilities }: Workspace): void {
  const { languages } = monaco;
  languages.registerDocumentSemanticTokensProvider("mosl", {
    getLegend: () => capabilities.semanticTokensProvider.legend,
    async provideDocumentSemanticTokens(model, _, stop) {
      const found = await rpc.ask<Lsp.SemanticTokens>("textDocument/semanticTokens/full", { textDocument: document(model) }, stop);
      // Without an answer Monaco keeps the colours that it has, and asks again.
      if (found === null) throw new Error("busy");
      return { data: new Uint32Array(found.data) };
    },
    releaseDocumentSemanticTokens: dispose,
  });
  languages.registerInlayHintsProvider("mosl", {
    async provideInlayHints(model, range, stop) {
      const found = await rpc.ask<Lsp.InlayHint[]>("textDocument/inlayHint", { textDocument: document(model), range: toRange(range) }, stop);
      const hints = (found ?? []).map((hint): Monaco.languages.InlayHint => ({
        label: hint.label as string,
        position: { lineNumber: hint.position.line + 1, column: hint.position.character + 1 },
        kind: (hint.kind ?? 1) as Monaco.languages.InlayHintKind,
        paddingRight: hint.paddingRight ?? false,
        ...(hint.textEdits ? { textEdits: hint.textEdits.map(fromEdit) } : {}),
      }));
      return { hints, dispose };
    },
  });
  languages.registerColorProvider("mosl", {
    async provideDocumentColors(model, stop) {
      const found = await rpc.ask<Lsp.ColorInformation[]>("textDocument/documentColor", { textDocument: document(model) }, stop);
      return (found ?? []).map(({ color, range }) => ({ color, range: fromRange(range) }));
    },
    async provideColorPresentations(model, { color, range }, stop) {
      const params = { textDocument: document(model), color, range: toRange(range) };
      const found = await rpc.ask<Lsp.ColorPresentation[]>("textDocument/colorPresentation", params, stop);
      return (found ?? []).map(({ label, textEdit }) => ({ label, ...(textEdit ? { textEdit: fromEdit(textEdit) } : {}) }));
    },
  });
  languages.registerFoldingRangeProvider("mosl", {
    async provideFoldingRanges(model, _, stop) {
      const found = await rpc.ask<Lsp.FoldingRange[]>("textDocument/foldingRange", { textDocument: document(model) }, stop);
      return (found ?? []).map(({ startLine, endLine }) => ({ start: startLine + 1, end: endLine + 1 }));
    },
  });
  languages.registerSelectionRangeProvider("mosl", {
    async provideSelectionRanges(model, positions, stop) {
      const params = { textDocument: document(model), positions: positions.map(toPosition) };
      const found = await rpc.ask<Lsp.SelectionRange[]>("textDocument/selectionRange", params, stop);
      return (found ?? []).map((inner) => {
        const all = [];
        for (let at: Lsp.SelectionRange | undefined = inner; at; at = at.parent) all.push({ range: fromRange(at.range) });
        return all;
      });
    },
  });
}
