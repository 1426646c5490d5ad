//! Inside of strings and object literals.

use mosl_compiler::types::{Type, TypeId};
use mosl_syntax::ast::{BinaryOp, Expr, ExprKind, PropKind, StmtKind};
use mosl_syntax::{Span, Token, TokenKind};

use super::{Completions, Cursor, Item, ItemKind, imports, members, rank};
use crate::ide::syntax::Node;

/// Texts that can stand in a string: module names, members of a union of texts, keys.
pub fn in_string(cursor: &Cursor<'_, '_>, token: &Token) -> Option<Completions> {
    if token.kind != TokenKind::Str {
        return None;
    }
    let text = cursor.token_text(token);
    let closed = text.len() > 1 && text.ends_with(&text[..1]);
    let replace = Span::new(token.span.start + 1, token.span.end - u32::from(closed));
    let items = if let Some(items) = module_names(cursor, token.span) {
        items
    } else {
        let wanted = wanted_texts(cursor)?;
        wanted.into_iter().map(|text| Item::new(text, ItemKind::Value, rank::WANTED)).collect()
    };
    Some(Completions { replace, items })
}

fn module_names(cursor: &Cursor<'_, '_>, span: Span) -> Option<Vec<Item>> {
    let in_import = cursor.path.iter().any(|node| match node {
        Node::Stmt(stmt) => match &stmt.kind {
            StmtKind::Import(import) => import.from.span == span,
            StmtKind::Export(_) => cursor.text_before(0) == "from",
            _ => false,
        },
        _ => false,
    });
    if !in_import && cursor.text_before(0) != "from" {
        return None;
    }
    let mut items: Vec<Item> =
        mosl_stdlib::module_names().map(|name| Item::new(name, ItemKind::Module, rank::NEAR)).collect();
    for file in cursor.analysis.loaded.files.iter().filter(|file| file.id != cursor.file && !file.is_library) {
        items.push(Item::new(imports::relative(&cursor.loaded.name, &file.name), ItemKind::File, rank::WANTED));
    }
    Some(items)
}

/// The texts that the place of a string literal admits.
fn wanted_texts(cursor: &Cursor<'_, '_>) -> Option<Vec<String>> {
    let exprs: Vec<&Expr> = cursor
        .path
        .iter()
        .rev()
        .filter_map(|node| match node {
            Node::Expr(expr) => Some(*expr),
            _ => None,
        })
        .collect();
    if let Some(Node::Type(_)) = cursor.path.last() {
        return None;
    }
    let this = exprs.first().filter(|expr| matches!(expr.kind, ExprKind::Str(_)));
    let of = |ty: TypeId| texts_of(cursor, ty);
    if let Some(context) = this.and_then(|expr| cursor.analysis.context_of(cursor.file, expr.id)) {
        let texts = of(context);
        if !texts.is_empty() {
            return Some(texts);
        }
    }
    match exprs.get(1).map(|expr| &expr.kind) {
        Some(ExprKind::Binary {
            op: BinaryOp::StrictEq | BinaryOp::StrictNe | BinaryOp::Eq | BinaryOp::Ne,
            left,
            right,
        }) => {
            let other = if this.is_some_and(|this| std::ptr::eq(*this, &**left)) { right } else { left };
            Some(of(cursor.analysis.type_of(cursor.file, other.id)))
        }
        Some(ExprKind::Index { object, .. }) => {
            let ty = cursor.analysis.type_of(cursor.file, object.id);
            Some(cursor.analysis.own_names(ty).iter().map(ToString::to_string).collect())
        }
        _ => cursor.path.iter().rev().find_map(|node| match node {
            Node::Stmt(stmt) => match &stmt.kind {
                StmtKind::Switch { subject, .. } if cursor.text_before(0) == "case" => {
                    Some(of(cursor.analysis.type_of(cursor.file, subject.id)))
                }
                _ => None,
            },
            _ => None,
        }),
    }
}

fn texts_of(cursor: &Cursor<'_, '_>, ty: TypeId) -> Vec<String> {
    let parts = cursor.analysis.parts(ty);
    let text = |part: &TypeId| match cursor.analysis.kind(*part) {
        Type::StrLit(text) => Some(text.to_string()),
        _ => None,
    };
    parts.iter().filter_map(text).collect()
}

/// The properties that an object literal's place wants and it does not have yet.
pub fn object_keys(cursor: &Cursor<'_, '_>) -> Option<Vec<Item>> {
    if !matches!(cursor.text_before(0), "{" | ",") {
        return None;
    }
    let (expr, props) = cursor.path.iter().rev().find_map(|node| match node {
        Node::Expr(expr) => match &expr.kind {
            ExprKind::Object(props) => Some((*expr, props)),
            _ => None,
        },
        _ => None,
    })?;
    // A key stands directly in the literal: the token in front is the literal's own.
    let nested =
        cursor.path.iter().rev().take_while(|node| !matches!(node, Node::Expr(of) if of.id == expr.id)).any(
            |node| !matches!(node, Node::Expr(of) if of.span == cursor.word || matches!(of.kind, ExprKind::Missing)),
        );
    if nested {
        return None;
    }
    let context = cursor.analysis.context_of(cursor.file, expr.id)?;
    let name_of = |prop: &mosl_syntax::ast::Prop| match &prop.kind {
        PropKind::Value { key, .. } | PropKind::Method { key, .. } => cursor.source().get(key.span().range()),
        PropKind::Shorthand(value) if value.span != cursor.word => cursor.source().get(value.span.range()),
        _ => None,
    };
    let taken: Vec<&str> = props.iter().filter_map(name_of).collect();
    let mut items = Vec::new();
    for part in cursor.analysis.parts(context) {
        if matches!(cursor.analysis.kind(part), Type::Object(_) | Type::Interface { .. }) {
            items.extend(members::of_type(cursor, part, rank::WANTED));
        }
    }
    items.retain(|item| !taken.contains(&item.label.as_str()) && item.rank == rank::WANTED);
    for item in &mut items {
        let method = item.kind == ItemKind::Method;
        item.kind = if method { ItemKind::Method } else { ItemKind::Field };
        let text = if method { format!("{}($1) {{\n\t$0\n}}", item.label) } else { format!("{}: $0", item.label) };
        (item.insert, item.snippet) = (text, true);
    }
    Some(items)
}
