//! What a class or an object literal still lacks of what it is meant to be.

use mosl_compiler::analysis::Member;
use mosl_compiler::types::{Type, TypeId, ValueType};
use mosl_syntax::ast::{Class, ExprKind, SmolStr};

use super::{Action, ActionKind, Selection};
use crate::ide::hover::signature_text;
use crate::ide::syntax::Node;
use crate::text::TextEdit;

pub fn add_missing(selection: &Selection<'_, '_>) -> Vec<Action> {
    let mut all: Vec<Action> = Vec::new();
    for node in selection.path.iter().rev() {
        match node {
            Node::Expr(expr) if matches!(expr.kind, ExprKind::Object(_)) => {
                all.extend(properties(selection, expr));
                break;
            }
            Node::Class(class) => {
                if selection.span.start <= class.body_span.start {
                    all.extend(methods(selection, class));
                }
                break;
            }
            _ => {}
        }
    }
    all
}

fn methods(selection: &Selection<'_, '_>, class: &Class) -> Option<Action> {
    let analysis = selection.analysis;
    let facts = &analysis.names.facts[usize::from(selection.file.0)];
    let id = *facts.classes.get(&class.id)?;
    let own = analysis.class_type(id, false);
    let mut missing: Vec<(SmolStr, Member)> = Vec::new();
    for (index, _) in class.implements.iter().enumerate() {
        let wanted = analysis.implemented_type(id, index)?;
        missing.extend(analysis.missing_members(own, wanted));
    }
    missing.extend(analysis.abstract_members(id));
    if missing.is_empty() || class.is_abstract {
        return None;
    }
    let indent = selection.indent_at(class.span.start);
    let unit = selection.indent_unit();
    let mut text = String::new();
    for (name, member) in &missing {
        let line = match analysis.call_signatures(member.ty).first() {
            Some(signature) if member.is_method => {
                let head = signature_text(analysis, signature);
                format!(
                    "{indent}{unit}{name}{head} {{\n{indent}{unit}{unit}throw new Error(\"not written yet\");\n{indent}{unit}}}\n"
                )
            }
            _ => format!("{indent}{unit}{name}: {} = {};\n", analysis.print(member.ty), default(selection, member.ty)),
        };
        text.push_str(&line);
    }
    let body = selection.text(class.body_span);
    let at = class.body_span.end - 1;
    let gap = if body[..body.len() - 1].trim_end_matches([' ', '\t']).ends_with('\n') { "" } else { "\n" };
    let start = if gap.is_empty() {
        at - (body.len() - 1 - body[..body.len() - 1].trim_end_matches([' ', '\t']).len()) as u32
    } else {
        at
    };
    let edit = TextEdit::insert(start, format!("{gap}{text}{}", if gap.is_empty() { "" } else { indent }));
    let mut action = Action::new(title(&missing), ActionKind::QuickFix, vec![edit]);
    action.preferred = true;
    Some(action)
}

fn properties(selection: &Selection<'_, '_>, expr: &mosl_syntax::ast::Expr) -> Option<Action> {
    let analysis = selection.analysis;
    let ExprKind::Object(props) = &expr.kind else { return None };
    let wanted = analysis.context_of(selection.file, expr.id)?;
    if !matches!(analysis.kind(wanted), Type::Object(_) | Type::Interface { .. }) {
        return None;
    }
    let missing = analysis.missing_members(analysis.type_of(selection.file, expr.id), wanted);
    if missing.is_empty() {
        return None;
    }
    let written: Vec<String> =
        missing.iter().map(|(name, member)| format!("{name}: {}", default(selection, member.ty))).collect();
    let edit = match props.last() {
        None => TextEdit::new(expr.span, format!("{{ {} }}", written.join(", "))),
        Some(last) => {
            let between = selection.text(mosl_syntax::Span::new(last.span.end, expr.span.end));
            let comma = between.find(',').map_or(0, |at| at + 1);
            let lead = if comma > 0 { " " } else { ", " };
            TextEdit::insert(last.span.end + comma as u32, format!("{lead}{}", written.join(", ")))
        }
    };
    let mut action = Action::new(title(&missing), ActionKind::QuickFix, vec![edit]);
    action.preferred = true;
    Some(action)
}

fn title(missing: &[(SmolStr, Member)]) -> String {
    match missing {
        [(only, _)] => format!("Add the missing `{only}`"),
        many => format!("Add the {} missing members", many.len()),
    }
}

/// A value of a type, to begin with.
fn default(selection: &Selection<'_, '_>, ty: TypeId) -> String {
    let analysis = selection.analysis;
    match analysis.kind(ty) {
        Type::Number | Type::Enum(_) => "0".into(),
        Type::String => "\"\"".into(),
        Type::Boolean => "false".into(),
        Type::NumLit(_) | Type::StrLit(_) | Type::BoolLit(_) | Type::Null => analysis.print(ty),
        Type::Array { .. } | Type::Tuple(_) => "[]".into(),
        Type::Object(_) => "{}".into(),
        Type::Value(ValueType::Mrk) => "0mrk".into(),
        Type::Value(ValueType::Vec2) => "vec2(0, 0)".into(),
        Type::Value(ValueType::Vec3) => "vec3(0, 0, 0)".into(),
        Type::Value(ValueType::Color) => "color(0, 0, 0)".into(),
        Type::Function(_) => "() => {}".into(),
        Type::Union(parts) => parts.first().map_or_else(|| "undefined".into(), |part| default(selection, *part)),
        _ => "undefined!".into(),
    }
}
