//! Requests about a whole document: colours of names, folds, hints, lenses, links.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::*;

use super::Server;
use super::context::Context;
use crate::ide::folding::{self, FoldKind};
use crate::ide::inlay::HintKind;
use crate::ide::lens::{self, Lens};
use crate::ide::{colors, hover, inlay, links, semantic, signature};

/// The tokens that were last sent for each document, so that a change can be sent as a change.
#[derive(Default)]
pub struct SentTokens(Mutex<HashMap<Url, (u64, Vec<SemanticToken>)>>);

impl SentTokens {
    /// Remembers tokens under a new name.
    fn remember(&self, uri: &Url, tokens: Vec<SemanticToken>) -> String {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = sent.get(uri).map_or(1, |(id, _)| id + 1);
        sent.insert(uri.clone(), (id, tokens));
        id.to_string()
    }

    fn recall(&self, uri: &Url, id: &str) -> Option<Vec<SemanticToken>> {
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sent.get(uri).filter(|(known, _)| known.to_string() == id).map(|(_, tokens)| tokens.clone())
    }

    pub fn forget(&self, uri: &Url) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(uri);
    }
}

/// Tokens as differences from one to the next.
fn encode(context: &Context<'_, '_>, tokens: &[semantic::SemanticToken]) -> Vec<SemanticToken> {
    let mut last = Position::default();
    let mut out = Vec::with_capacity(tokens.len());
    for token in tokens {
        let range = context.lines.range(token.span);
        // A name stands on one line.
        if range.start.line != range.end.line {
            continue;
        }
        let delta_line = range.start.line - last.line;
        let delta_start = if delta_line == 0 { range.start.character - last.character } else { range.start.character };
        out.push(SemanticToken {
            delta_line,
            delta_start,
            length: range.end.character - range.start.character,
            token_type: token.kind,
            token_modifiers_bitset: token.modifiers,
        });
        last = range.start;
    }
    out
}

/// The one stretch in which two lists differ.
fn difference(old: &[SemanticToken], new: Vec<SemanticToken>) -> Vec<SemanticTokensEdit> {
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let behind = old[before..].iter().rev().zip(new[before..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (removed, added) = (old.len() - before - behind, new.len() - before - behind);
    if removed == 0 && added == 0 {
        return Vec::new();
    }
    let data: Vec<SemanticToken> = new.into_iter().skip(before).take(added).collect();
    // Counted in numbers, five to a token.
    vec![SemanticTokensEdit {
        start: 5 * before as u32,
        delete_count: 5 * removed as u32,
        data: (!data.is_empty()).then_some(data),
    }]
}

impl Server {
    async fn tokens(&self, uri: &Url, range: Option<Range>) -> Result<Option<Vec<SemanticToken>>> {
        let found = self.ask(uri, move |context| {
            let part = range.map(|range| context.lines.span(range));
            encode(context, &semantic::semantic_tokens(context.analysis, context.file, part))
        });
        found.await
    }

    pub(super) async fn on_tokens_full(&self, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
        let uri = params.text_document.uri;
        let Some(data) = self.tokens(&uri, None).await? else { return Ok(None) };
        let result_id = Some(self.sent_tokens.remember(&uri, data.clone()));
        Ok(Some(SemanticTokensResult::Tokens(SemanticTokens { result_id, data })))
    }

    pub(super) async fn on_tokens_delta(
        &self,
        params: SemanticTokensDeltaParams,
    ) -> Result<Option<SemanticTokensFullDeltaResult>> {
        let uri = params.text_document.uri;
        let Some(data) = self.tokens(&uri, None).await? else { return Ok(None) };
        let old = self.sent_tokens.recall(&uri, &params.previous_result_id);
        let result_id = Some(self.sent_tokens.remember(&uri, data.clone()));
        Ok(Some(match old {
            Some(old) => {
                let edits = difference(&old, data);
                SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta { result_id, edits })
            }
            None => SemanticTokensFullDeltaResult::Tokens(SemanticTokens { result_id, data }),
        }))
    }

    pub(super) async fn on_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        let data = self.tokens(&params.text_document.uri, Some(params.range)).await?;
        Ok(data.map(|data| SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data })))
    }

    pub(super) async fn on_folding(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        let found = self.ask(&params.text_document.uri, |context| {
            let fold = |fold: folding::Fold| {
                let range = context.lines.range(fold.span);
                let kind = match fold.kind {
                    FoldKind::Code => None,
                    FoldKind::Comment => Some(FoldingRangeKind::Comment),
                    FoldKind::Imports => Some(FoldingRangeKind::Imports),
                    FoldKind::Region => Some(FoldingRangeKind::Region),
                };
                // A closing bracket's line stays visible.
                let closes = fold.kind == FoldKind::Code && range.end.line > range.start.line;
                FoldingRange {
                    start_line: range.start.line,
                    start_character: Some(range.start.character),
                    end_line: range.end.line - u32::from(closes),
                    end_character: (!closes).then_some(range.end.character),
                    kind,
                    collapsed_text: None,
                }
            };
            let folds = folding::folds(&context.analysis.loaded.files[usize::from(context.file.0)]);
            folds.into_iter().map(fold).filter(|fold| fold.start_line < fold.end_line).collect()
        });
        found.await
    }

    pub(super) async fn on_selection(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        let found = self.ask(&params.text_document.uri, move |context| {
            let file = &context.analysis.loaded.files[usize::from(context.file.0)];
            let grow = |position: &Position| {
                let spans = folding::selections(file, context.offset(*position));
                let nest = |parent: Option<Box<SelectionRange>>, span: &mosl_syntax::Span| {
                    Some(Box::new(SelectionRange { range: context.lines.range(*span), parent }))
                };
                let all = spans.iter().rev().fold(None, nest);
                all.map_or_else(|| SelectionRange { range: Range::new(*position, *position), parent: None }, |all| *all)
            };
            params.positions.iter().map(grow).collect()
        });
        found.await
    }

    pub(super) async fn on_inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let options = self.settings().hints;
        let uri = params.text_document.uri.clone();
        let found = self.ask(&params.text_document.uri, move |context| {
            let part = context.lines.span(params.range);
            let hint = |hint: inlay::Hint| InlayHint {
                position: context.lines.position(hint.at),
                label: InlayHintLabel::String(hint.text),
                kind: Some(match hint.kind {
                    HintKind::Type => InlayHintKind::TYPE,
                    HintKind::Parameter => InlayHintKind::PARAMETER,
                }),
                text_edits: hint.edit.map(|edit| vec![context.lines.edit(&edit)]),
                tooltip: None,
                padding_left: None,
                padding_right: Some(hint.kind == HintKind::Parameter),
                data: Some(json!({"uri": uri, "position": context.lines.position(hint.at)})),
            };
            inlay::hints(context.analysis, context.file, part, options).into_iter().map(hint).collect()
        });
        found.await
    }

    /// What the name says when one points at it, or the function whose parameter it is.
    pub(super) async fn on_inlay_hint_resolve(&self, mut hint: InlayHint) -> Result<InlayHint> {
        let Some((uri, position)) = hint.data.as_ref().and_then(super::writing::address) else { return Ok(hint) };
        let is_type = hint.kind == Some(InlayHintKind::TYPE);
        let found = self.ask(&uri, move |context| {
            let at = context.offset(position);
            if is_type {
                let hover = hover::hover(context.analysis, context.file, at)?;
                return Some(super::convert::markdown(&hover.code, hover.docs.as_deref()));
            }
            let help = signature::signature_help(context.analysis, context.file, at)?;
            let signature = help.signatures.get(help.active)?;
            Some(super::convert::markdown(&signature.label, signature.docs.as_deref()))
        });
        hint.tooltip = found.await?.flatten().map(InlayHintTooltip::MarkupContent);
        Ok(hint)
    }

    pub(super) async fn on_code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        if !self.settings().lenses {
            return Ok(None);
        }
        let uri = params.text_document.uri;
        let of = uri.clone();
        let commands = self.abilities().commands;
        let found = self.ask(&of, move |context| {
            let convert = |lens: Lens| {
                let range = context.lines.range(lens.span());
                let range = Range::new(range.start, range.start);
                let (title, command) = match lens {
                    Lens::Run(_) => ("▶ Run", "mosl.run"),
                    Lens::Test(_) => ("▶ Test the examples", "mosl.test"),
                    Lens::Preview(_) => ("▶ Preview", "mosl.preview"),
                    Lens::References(_) => {
                        let data = Some(json!({"uri": uri, "position": range.start}));
                        return Some(CodeLens { range, command: None, data });
                    }
                };
                let known = commands.iter().any(|known| known == command);
                let command = Command::new(title.into(), command.into(), Some(vec![json!(uri)]));
                known.then_some(CodeLens { range, command: Some(command), data: None })
            };
            lens::lenses(context.analysis, context.file).into_iter().filter_map(convert).collect()
        });
        found.await
    }

    pub(super) async fn on_code_lens_resolve(&self, mut lens: CodeLens) -> Result<CodeLens> {
        let Some((uri, position)) = lens.data.as_ref().and_then(super::writing::address) else { return Ok(lens) };
        let shows = self.abilities().commands.iter().any(|command| command == "mosl.showReferences");
        let of = uri.clone();
        let found = self.ask(&of, move |context| {
            let at = mosl_syntax::Span::at(context.offset(position));
            let uses = lens::uses(context.analysis, context.file, at);
            let mut places = context.places();
            let locations: Vec<Location> = uses.into_iter().filter_map(|place| places.location(place)).collect();
            let title = if locations.len() == 1 { "1 use".to_owned() } else { format!("{} uses", locations.len()) };
            let command = if shows { "mosl.showReferences" } else { "" };
            let arguments = shows.then(|| vec![json!(uri), json!(position), json!(locations)]);
            Command::new(title, command.to_owned(), arguments)
        });
        lens.command = found.await?;
        Ok(lens)
    }

    pub(super) async fn on_document_color(&self, params: DocumentColorParams) -> Result<Vec<ColorInformation>> {
        let found = self.ask(&params.text_document.uri, |context| {
            let convert = |at: colors::ColorAt| ColorInformation {
                range: context.lines.range(at.span),
                color: Color {
                    red: at.color.red as f32,
                    green: at.color.green as f32,
                    blue: at.color.blue as f32,
                    alpha: at.color.alpha as f32,
                },
            };
            colors::colors(context.analysis, context.file).into_iter().map(convert).collect()
        });
        Ok(found.await?.unwrap_or_default())
    }

    pub(super) async fn on_color_presentation(
        &self,
        params: ColorPresentationParams,
    ) -> Result<Vec<ColorPresentation>> {
        let found = self.ask(&params.text_document.uri, move |context| {
            let Color { red, green, blue, alpha } = params.color;
            let color = colors::Rgba { red: red.into(), green: green.into(), blue: blue.into(), alpha: alpha.into() };
            let span = context.lines.span(params.range);
            let convert = |text: String| ColorPresentation {
                text_edit: Some(TextEdit::new(params.range, text.clone())),
                label: text,
                additional_text_edits: None,
            };
            colors::presentations(context.lines.text, span, color).into_iter().map(convert).collect()
        });
        Ok(found.await?.unwrap_or_default())
    }

    pub(super) async fn on_document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        let found = self.ask(&params.text_document.uri, |context| {
            let convert = |link: links::Link| {
                let target = super::convert::uri_of(&context.analysis.loaded.files[usize::from(link.target.0)].name);
                DocumentLink { range: context.lines.range(link.span), target, tooltip: None, data: None }
            };
            links::links(context.analysis, context.file).into_iter().map(convert).collect()
        });
        found.await
    }

    pub(super) async fn on_linked_editing(
        &self,
        params: LinkedEditingRangeParams,
    ) -> Result<Option<LinkedEditingRanges>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let found = self.ask(&text_document.uri, move |context| {
            let spans = links::linked(context.analysis, context.file, context.offset(position));
            let ranges: Vec<Range> = spans.into_iter().map(|span| context.lines.range(span)).collect();
            (!ranges.is_empty()).then_some(LinkedEditingRanges { ranges, word_pattern: None })
        });
        Ok(found.await?.flatten())
    }
}
