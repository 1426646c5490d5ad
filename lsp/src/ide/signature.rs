//! The signatures of the call around a position, and which parameter is being written. Works on tokens, so that it also works in calls
//! that are half typed.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use mosl_compiler::types::Type;
use mosl_syntax::ast::{Expr, ExprKind};
use mosl_syntax::{Token, TokenKind};

use super::hover::signature_parts;
use super::symbol::{sites_of, symbol_at};
use super::syntax::{Node, path_at};
use super::text::docs_of;

#[derive(Clone, PartialEq, Debug)]
pub struct SignatureHelp {
    pub signatures: Vec<SignatureInfo>,
    /// The first that can take the arguments written so far.
    pub active: usize,
    pub active_parameter: usize,
}

#[derive(Clone, PartialEq, Debug)]
pub struct SignatureInfo {
    pub label: String,
    /// Byte ranges of the parameters in the label.
    pub parameters: Vec<std::ops::Range<usize>>,
    pub docs: Option<String>,
    pub has_rest: bool,
}

/// The call whose parentheses hold a position.
pub struct CallAt<'a> {
    pub callee: &'a Expr,
    pub is_new: bool,
    /// How many commas stand before the position.
    pub argument: usize,
}

pub fn call_at<'a>(analysis: &Analysis<'a>, file: FileId, offset: u32) -> Option<CallAt<'a>> {
    let loaded = &analysis.loaded.files[usize::from(file.0)];
    let tokens = &loaded.parsed.tokens;
    let mut index = tokens.partition_point(|token| token.span.end <= offset);
    let (mut depth, mut argument) = (0usize, 0);
    while index > 0 {
        index -= 1;
        match text(&loaded.source, &tokens[index]) {
            ")" | "]" | "}" => depth += 1,
            "(" if depth == 0 => return callee_of(loaded, index, argument),
            "[" | "{" if depth == 0 => return None,
            "(" | "[" | "{" => depth -= 1,
            "," if depth == 0 => argument += 1,
            ";" if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn text<'s>(source: &'s str, token: &Token) -> &'s str {
    source.get(token.span.range()).unwrap_or("")
}

fn callee_of(loaded: &mosl_compiler::project::LoadedFile, paren: usize, argument: usize) -> Option<CallAt<'_>> {
    let tokens = &loaded.parsed.tokens;
    let mut before = paren.checked_sub(1)?;
    // Over type arguments.
    if text(&loaded.source, &tokens[before]) == ">" {
        let mut depth = 0;
        loop {
            match text(&loaded.source, &tokens[before]) {
                ">" => depth += 1,
                "<" => depth -= 1,
                _ => {}
            }
            before = before.checked_sub(1)?;
            if depth == 0 {
                break;
            }
        }
    }
    let end = tokens[before].span.end;
    let path = path_at(&loaded.ast, end);
    let callee = path.iter().find_map(|node| match node {
        Node::Expr(expr) if expr.span.end == end && is_callee(expr) => Some(*expr),
        _ => None,
    })?;
    let first = tokens.partition_point(|token| token.span.start < callee.span.start);
    let is_new = first > 0 && tokens[first - 1].kind == TokenKind::New;
    Some(CallAt { callee, is_new, argument })
}

fn is_callee(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Ident(_)
            | ExprKind::Member { .. }
            | ExprKind::PrivateMember { .. }
            | ExprKind::Index { .. }
            | ExprKind::Call { .. }
            | ExprKind::OptionalChain(_)
            | ExprKind::NonNull(_)
            | ExprKind::Super
            | ExprKind::Paren(_)
    )
}

/// What the class around a position extends.
fn base_around(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Option<mosl_compiler::types::TypeId> {
    let facts = &analysis.names.facts[usize::from(file.0)];
    let path = path_at(&analysis.loaded.files[usize::from(file.0)].ast, offset);
    let class = path.iter().rev().find_map(|node| match node {
        Node::Class(class) => facts.classes.get(&class.id).copied(),
        _ => None,
    })?;
    analysis.class_base(class)
}

pub fn signature_help(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Option<SignatureHelp> {
    let call = call_at(analysis, file, offset)?;
    let ty = analysis.type_of(file, call.callee.id);
    let is_super = matches!(call.callee.kind, ExprKind::Super);
    let base = is_super.then(|| base_around(analysis, file, offset)).flatten();
    let class = match &analysis.kind(base.unwrap_or(ty)) {
        Type::ClassValue(class) | Type::Class { class, .. } if call.is_new || is_super => Some(*class),
        _ => None,
    };
    let signatures = match class {
        Some(class) => analysis.class_constructors(class),
        None if call.is_new => analysis.new_signatures(ty),
        None => analysis.call_signatures(ty),
    };
    let name = match &call.callee.kind {
        ExprKind::Ident(name) | ExprKind::Member { name, .. } => name.text.to_string(),
        ExprKind::Super => "super".to_owned(),
        _ => String::new(),
    };
    let symbol = symbol_at(analysis, file, call.callee.span.end);
    let docs =
        symbol.and_then(|found| sites_of(analysis, &found.symbol).iter().find_map(|site| docs_of(analysis, site)));
    let infos: Vec<SignatureInfo> = signatures
        .iter()
        .map(|signature| {
            let (text, places) = signature_parts(analysis, signature);
            let parameters = places.into_iter().map(|place| place.start + name.len()..place.end + name.len()).collect();
            let has_rest = signature.rest.is_some();
            SignatureInfo { label: format!("{name}{text}"), parameters, docs: docs.clone(), has_rest }
        })
        .collect();
    if infos.is_empty() {
        return None;
    }
    let fits = |info: &SignatureInfo| call.argument < info.parameters.len() || info.has_rest;
    let active = infos.iter().position(fits).unwrap_or(0);
    let last = infos[active].parameters.len().saturating_sub(1);
    let active_parameter = if infos[active].has_rest { call.argument.min(last) } else { call.argument };
    Some(SignatureHelp { signatures: infos, active, active_parameter })
}
