//! Requests that lead from place to place.

use mosl_compiler::analysis::{Analysis, SourceId};
use mosl_compiler::program::FileId;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::*;

use super::Server;
use super::context::refused;
use super::convert::{Lines, Places, markdown, symbol_kind};
use crate::ide::definition::Jump;
use crate::ide::occurrences::Role;
use crate::ide::outline::OutlineItem;
use crate::ide::{Place, hover, outline, references, rename, signature};

/// A function that leads from a position to sites.
type Find = fn(&Analysis<'_>, FileId, u32) -> Option<Jump>;

impl Server {
    pub(super) async fn on_hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let found = self.ask(&text_document.uri, move |context| {
            let found = hover::hover(context.analysis, context.file, context.offset(position))?;
            let contents = HoverContents::Markup(markdown(&found.code, found.docs.as_deref()));
            Some(Hover { contents, range: Some(context.lines.range(found.span)) })
        });
        Ok(found.await?.flatten())
    }

    pub(super) async fn on_signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let offsets = self.abilities().label_offsets;
        let found = self.ask(&text_document.uri, move |context| {
            let help = signature::signature_help(context.analysis, context.file, context.offset(position))?;
            let count = |text: &str| text.encode_utf16().count() as u32;
            let signatures = help.signatures.into_iter().map(|info| {
                let parameters = info.parameters.iter().map(|range| {
                    let label = if offsets {
                        ParameterLabel::LabelOffsets([
                            count(&info.label[..range.start]),
                            count(&info.label[..range.end]),
                        ])
                    } else {
                        ParameterLabel::Simple(info.label[range.clone()].to_owned())
                    };
                    ParameterInformation { label, documentation: None }
                });
                let parameters = Some(parameters.collect());
                let docs = |value| Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value });
                let documentation = info.docs.clone().map(docs);
                SignatureInformation { label: info.label, documentation, parameters, active_parameter: None }
            });
            Some(SignatureHelp {
                signatures: signatures.collect(),
                active_signature: u32::try_from(help.active).ok(),
                active_parameter: u32::try_from(help.active_parameter).ok(),
            })
        });
        Ok(found.await?.flatten())
    }

    pub(super) async fn go_to(
        &self,
        params: GotoDefinitionParams,
        find: Find,
    ) -> Result<Option<GotoDefinitionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let links = self.abilities().definition_links;
        let found = self.ask(&text_document.uri, move |context| {
            let jump = find(context.analysis, context.file, context.offset(position))?;
            let mut places = context.places();
            if !links {
                let to = jump.to.iter().map(|site| Place { source: site.source, span: site.name });
                return Some(GotoDefinitionResponse::Array(to.filter_map(|place| places.location(place)).collect()));
            }
            let origin = context.lines.range(jump.from);
            let links = jump.to.iter().filter_map(|site| {
                let (target_uri, target_selection_range) = places.uri_and_range(site.source, site.name)?;
                let (_, target_range) = places.uri_and_range(site.source, site.whole)?;
                Some(LocationLink {
                    origin_selection_range: Some(origin),
                    target_uri,
                    target_range,
                    target_selection_range,
                })
            });
            Some(GotoDefinitionResponse::Link(links.collect()))
        });
        Ok(found.await?.flatten())
    }

    pub(super) async fn on_references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let declarations = params.context.include_declaration;
        let found = self.ask(&text_document.uri, move |context| {
            let all = references::references(context.analysis, context.file, context.offset(position), declarations);
            let mut places = context.places();
            let place = |of: references::Reference| Place { source: SourceId::File(of.file), span: of.occurrence.span };
            all.into_iter().filter_map(|reference| places.location(place(reference))).collect()
        });
        found.await
    }

    pub(super) async fn on_highlight(&self, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let found = self.ask(&text_document.uri, move |context| {
            let all = references::highlights(context.analysis, context.file, context.offset(position));
            let highlight = |of: &crate::ide::occurrences::Occurrence| DocumentHighlight {
                range: context.lines.range(of.span),
                kind: Some(match of.role {
                    Role::Read => DocumentHighlightKind::READ,
                    Role::Write | Role::Declare => DocumentHighlightKind::WRITE,
                }),
            };
            all.iter().map(highlight).collect()
        });
        found.await
    }

    pub(super) async fn on_document_symbol(
        &self,
        params: DocumentSymbolParams,
    ) -> Result<Option<DocumentSymbolResponse>> {
        let tree = self.abilities().hierarchical_symbols;
        let uri = params.text_document.uri;
        let of = uri.clone();
        let found = self.ask(&of, move |context| {
            let items = outline::outline(&context.analysis.loaded.files[usize::from(context.file.0)]);
            if tree {
                let symbols = items.into_iter().map(|item| document_symbol(item, &context.lines));
                return DocumentSymbolResponse::Nested(symbols.collect());
            }
            let mut flat = Vec::new();
            flatten(items, None, &uri, &context.lines, &mut flat);
            DocumentSymbolResponse::Flat(flat)
        });
        found.await
    }

    pub(super) async fn on_workspace_symbol(
        &self,
        params: WorkspaceSymbolParams,
    ) -> Result<Option<Vec<SymbolInformation>>> {
        let encoding = self.workspace.encoding();
        let found = self.ask_all(move |analysis| {
            let mut places = Places::new(analysis, encoding);
            let symbols = outline::workspace_symbols(analysis, &params.query).into_iter().filter_map(|found| {
                let place = Place { source: SourceId::File(found.file), span: found.item.name_span };
                Some(information(&found.item, places.location(place)?, found.container))
            });
            symbols.collect::<Vec<_>>()
        });
        let mut all: Vec<SymbolInformation> = found.await.into_iter().flatten().collect();
        let mut seen = std::collections::HashSet::new();
        all.retain(|symbol| {
            seen.insert((symbol.location.uri.clone(), symbol.location.range.start.line, symbol.name.clone()))
        });
        Ok(Some(all))
    }

    /// Where a symbol stands by now: the nearest of its name to where it was.
    pub(super) async fn on_symbol_resolve(&self, mut symbol: WorkspaceSymbol) -> Result<WorkspaceSymbol> {
        let (uri, line) = match &symbol.location {
            OneOf::Left(location) => (location.uri.clone(), location.range.start.line),
            OneOf::Right(location) => (location.uri.clone(), 0),
        };
        let (name, kind) = (symbol.name.clone(), symbol.kind);
        let of = uri.clone();
        let found = self.ask(&of, move |context| {
            let file = &context.analysis.loaded.files[usize::from(context.file.0)];
            let mut all = Vec::new();
            flatten(outline::outline(file), None, &uri, &context.lines, &mut all);
            all.retain(|symbol| symbol.name == name && symbol.kind == kind);
            all.into_iter().min_by_key(|symbol| symbol.location.range.start.line.abs_diff(line))
        });
        let found = found.await?.flatten().ok_or_else(super::context::outdated)?;
        symbol.container_name = found.container_name;
        symbol.location = OneOf::Left(found.location);
        Ok(symbol)
    }

    pub(super) async fn on_prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        let position = params.position;
        let found = self.ask(&params.text_document.uri, move |context| {
            let (span, placeholder) = rename::prepare(context.analysis, context.file, context.offset(position))?;
            Ok(PrepareRenameResponse::RangeWithPlaceholder { range: context.lines.range(span), placeholder })
        });
        found.await?.transpose().map_err(refused)
    }

    pub(super) async fn on_rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let found = self.ask(&text_document.uri, move |context| {
            let offset = context.offset(position);
            let edits = rename::rename(context.analysis, context.file, offset, &params.new_name)?;
            Ok(context.places().workspace_edit(&edits))
        });
        found.await?.transpose().map_err(refused)
    }
}

fn document_symbol(item: OutlineItem, lines: &Lines<'_>) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> = item.children.into_iter().map(|child| document_symbol(child, lines)).collect();
    #[expect(deprecated, reason = "the protocol's type has the field all the same")]
    DocumentSymbol {
        name: item.name,
        detail: None,
        kind: symbol_kind(item.kind),
        tags: None,
        deprecated: None,
        range: lines.range(item.whole),
        selection_range: lines.range(item.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

fn flatten(
    items: Vec<OutlineItem>,
    container: Option<&str>,
    uri: &Url,
    lines: &Lines<'_>,
    out: &mut Vec<SymbolInformation>,
) {
    for mut item in items {
        let children = std::mem::take(&mut item.children);
        let location = Location::new(uri.clone(), lines.range(item.whole));
        out.push(information(&item, location, container.map(str::to_owned)));
        flatten(children, Some(&item.name), uri, lines, out);
    }
}

fn information(item: &OutlineItem, location: Location, container_name: Option<String>) -> SymbolInformation {
    #[expect(deprecated, reason = "the protocol's type has the field all the same")]
    SymbolInformation {
        name: item.name.clone(),
        kind: symbol_kind(item.kind),
        tags: None,
        deprecated: None,
        location,
        container_name,
    }
}
