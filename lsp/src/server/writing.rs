//! Completion.

use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::*;

use super::Server;
use crate::ide::completion::{self, ItemKind};

impl Server {
    pub(super) async fn on_completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let snippets = self.abilities().snippets;
        let uri = text_document.uri.clone();
        let found = self.ask(&text_document.uri, move |context| {
            let found = completion::complete(context.analysis, context.file, context.offset(position))?;
            let range = context.lines.range(found.replace);
            let data = json!({"uri": uri, "position": position});
            let items: Vec<CompletionItem> =
                found.items.iter().map(|item| convert(item, range, snippets, &data, context)).collect();
            // Imports depend on the first letters.
            let is_incomplete = context.lines.range(found.replace).start == position;
            Some(CompletionResponse::List(CompletionList { is_incomplete, items }))
        });
        Ok(found.await?.flatten())
    }

    /// Documentation and details of the one item that is looked at.
    pub(super) async fn on_completion_resolve(&self, mut item: CompletionItem) -> Result<CompletionItem> {
        let Some((uri, position)) = item.data.as_ref().and_then(address) else { return Ok(item) };
        let label = item.label.clone();
        let docs = self.ask(&uri, move |context| {
            let found = completion::complete(context.analysis, context.file, context.offset(position))?;
            let item = found.items.into_iter().find(|item| item.label == label)?;
            item.documentation(context.analysis)
        });
        if let Some(value) = docs.await.ok().flatten().flatten() {
            let content = MarkupContent { kind: MarkupKind::Markdown, value };
            item.documentation = Some(Documentation::MarkupContent(content));
        }
        Ok(item)
    }
}

/// The place that an item carries, so that it can be asked about again.
pub(super) fn address(data: &serde_json::Value) -> Option<(Url, Position)> {
    let uri = serde_json::from_value::<Url>(data.get("uri")?.clone()).ok()?;
    Some((uri, serde_json::from_value::<Position>(data.get("position")?.clone()).ok()?))
}

fn convert(
    item: &completion::Item,
    range: Range,
    snippets: bool,
    data: &serde_json::Value,
    context: &super::context::Context<'_, '_>,
) -> CompletionItem {
    let snippet = item.snippet && snippets;
    let text = if item.snippet && !snippets { plain(&item.insert) } else { item.insert.clone() };
    let additional: Vec<TextEdit> = item.additional.iter().map(|edit| context.lines.edit(edit)).collect();
    CompletionItem {
        label: item.label.clone(),
        kind: Some(kind(item.kind)),
        detail: item.detail.clone(),
        sort_text: Some(format!("{:02}{}", item.rank, item.label)),
        filter_text: item.label.ends_with('…').then(|| item.label.trim_end_matches('…').to_owned()),
        insert_text_format: snippet.then_some(InsertTextFormat::SNIPPET),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
        additional_text_edits: (!additional.is_empty()).then_some(additional),
        data: Some(data.clone()),
        ..CompletionItem::default()
    }
}

/// A snippet without its tab stops, for clients that do not know them.
fn plain(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(inner) = rest.strip_prefix('{') {
            let end = inner.find('}').unwrap_or(inner.len());
            out.push_str(inner[..end].split_once(':').map_or("", |(_, text)| text));
            rest = inner.get(end + 1..).unwrap_or("");
        } else {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out.push_str(rest);
    out.replace('\t', "  ")
}

fn kind(kind: ItemKind) -> CompletionItemKind {
    match kind {
        ItemKind::Variable => CompletionItemKind::VARIABLE,
        ItemKind::Constant => CompletionItemKind::CONSTANT,
        ItemKind::Function => CompletionItemKind::FUNCTION,
        ItemKind::Class => CompletionItemKind::CLASS,
        ItemKind::Interface => CompletionItemKind::INTERFACE,
        ItemKind::TypeParameter => CompletionItemKind::TYPE_PARAMETER,
        ItemKind::Enum => CompletionItemKind::ENUM,
        ItemKind::EnumMember => CompletionItemKind::ENUM_MEMBER,
        ItemKind::Field => CompletionItemKind::FIELD,
        ItemKind::Property => CompletionItemKind::PROPERTY,
        ItemKind::Method => CompletionItemKind::METHOD,
        ItemKind::Module => CompletionItemKind::MODULE,
        ItemKind::File => CompletionItemKind::FILE,
        ItemKind::Keyword => CompletionItemKind::KEYWORD,
        ItemKind::Snippet => CompletionItemKind::SNIPPET,
        ItemKind::Value => CompletionItemKind::VALUE,
    }
}
