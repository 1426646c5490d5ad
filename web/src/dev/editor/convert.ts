// Between the protocol's data (lines and columns from 0) and Monaco's (from 1).
import type * as Lsp from "vscode-languageserver-types";
import type { Monaco, MonacoApi } from "./monaco.ts";

export const toPosition = ({ lineNumber, column }: Monaco.IPosition): Lsp.Position => ({ line: lineNumber - 1, character: column - 1 });

export const toRange = (range: Monaco.IRange): Lsp.Range => ({
  start: { line: range.startLineNumber - 1, character: range.startColumn - 1 },
  end: { line: range.endLineNumber - 1, character: range.endColumn - 1 },
});

export const fromRange = ({ start, end }: Lsp.Range): Monaco.IRange => ({
  startLineNumber: start.line + 1,
  startColumn: start.character + 1,
  endLineNumber: end.line + 1,
  endColumn: end.character + 1,
});

export const fromEdit = (edit: Lsp.TextEdit): Monaco.languages.TextEdit => ({ range: fromRange(edit.range), text: edit.newText });

/** The two enums count the same kinds in different orders; both name them alike. */
const COMPLETION_KINDS = [
  "Text", "Method", "Function", "Constructor", "Field", "Variable", "Class", "Interface", "Module", "Property", "Unit", "Value", "Enum",
  "Keyword", "Snippet", "Color", "File", "Reference", "Folder", "EnumMember", "Constant", "Struct", "Event", "Operator", "TypeParameter",
] as const;

export function fromCompletion(monaco: MonacoApi, item: Lsp.CompletionItem, at: Monaco.IRange): Monaco.languages.CompletionItem {
  const { CompletionItemKind, CompletionItemInsertTextRule } = monaco.languages;
  const edit = item.textEdit as Lsp.TextEdit | undefined;
  const converted: Monaco.languages.CompletionItem = {
    label: item.detail === undefined ? item.label : { label: item.label, description: item.detail },
    kind: CompletionItemKind[COMPLETION_KINDS[(item.kind ?? 1) - 1] ?? "Text"],
    insertText: edit?.newText ?? item.insertText ?? item.label,
    range: edit ? fromRange(edit.range) : at,
  };
  if (item.insertTextFormat === 2) converted.insertTextRules = CompletionItemInsertTextRule.InsertAsSnippet;
  if (item.sortText !== undefined) converted.sortText = item.sortText;
  if (item.filterText !== undefined) converted.filterText = item.filterText;
  if (item.additionalTextEdits) converted.additionalTextEdits = item.additionalTextEdits.map(fromEdit);
  return converted;
}

export const fromMarkup = (value: Lsp.MarkupContent | string): Monaco.IMarkdownString => ({ value: typeof value === "string" ? value : value.value });

export function fromDiagnostic(monaco: MonacoApi, found: Lsp.Diagnostic): Monaco.editor.IMarkerData {
  const { Error: error, Warning, Info, Hint } = monaco.MarkerSeverity;
  const marker: Monaco.editor.IMarkerData = {
    ...fromRange(found.range),
    severity: [error, error, Warning, Info, Hint][found.severity ?? 1] ?? error,
    message: found.message,
    source: found.source ?? "mosl",
    code: String(found.code ?? ""),
    tags: (found.tags ?? []) as number[],
  };
  if (found.relatedInformation) {
    marker.relatedInformation = found.relatedInformation.map(({ location, message }) => ({
      resource: monaco.Uri.parse(location.uri),
      message,
      ...fromRange(location.range),
    }));
  }
  return marker;
}

export function toDiagnostic(marker: Monaco.editor.IMarkerData): Lsp.Diagnostic {
  return { range: toRange(marker), message: marker.message, code: String(marker.code ?? ""), source: "mosl" };
}

export function fromSymbol(monaco: MonacoApi, symbol: Lsp.DocumentSymbol): Monaco.languages.DocumentSymbol {
  return {
    name: symbol.name,
    detail: symbol.detail ?? "",
    kind: (symbol.kind - 1) as Monaco.languages.SymbolKind, // The same list, counted from 0.
    tags: [],
    range: fromRange(symbol.range),
    selectionRange: fromRange(symbol.selectionRange),
    children: (symbol.children ?? []).map((child) => fromSymbol(monaco, child)),
  };
}
