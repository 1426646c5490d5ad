//! Between the members of a class: methods to override, event handlers, members to implement, and the words that begin a member.

use mosl_compiler::analysis::Member;
use mosl_compiler::types::{Signature, TypeId};
use mosl_syntax::ast::{Class, MemberKind, PropKey};

use super::{Cursor, Item, ItemKind, names, rank};
use crate::ide::hover::signature_text;
use crate::ide::syntax::Node;

const WORDS: [&str; 12] = [
    "abstract",
    "async",
    "constructor",
    "declare",
    "get",
    "override",
    "private",
    "protected",
    "public",
    "readonly",
    "set",
    "static",
];

pub fn decorators() -> Vec<Item> {
    let mut persist = Item::new("persist", ItemKind::Keyword, rank::WANTED);
    persist.docs = Some("The field's value survives restarts: it is committed at the end of each turn.");
    let mut synced = Item::new("synced", ItemKind::Keyword, rank::WANTED);
    synced.docs = Some("Visitors' clients see the field's value.");
    vec![persist, synced]
}

/// Proposals where a member of a class begins.
pub fn in_body(cursor: &Cursor<'_, '_>) -> Option<Vec<Item>> {
    let class = enclosing(cursor)?;
    let mut items: Vec<Item> = WORDS.iter().map(|word| Item::new(*word, ItemKind::Keyword, rank::KEYWORD)).collect();
    items.push(Item::new("constructor…", ItemKind::Snippet, rank::SNIPPET).insert("constructor($1) {\n\t$0\n}", true));
    let taken: Vec<&str> = class.members.iter().filter_map(|member| key_of(member, cursor)).collect();
    let facts = &cursor.analysis.names.facts[usize::from(cursor.file.0)];
    let Some(id) = facts.classes.get(&class.id).copied() else { return Some(items) };
    let mut bases: Vec<TypeId> = cursor.analysis.class_base(id).into_iter().collect();
    bases.extend(class.implements.iter().map(|ty| cursor.analysis.notation(cursor.file, ty)));
    for base in bases {
        for (name, member) in cursor.analysis.members(base) {
            let private = member.hidden.is_some_and(|(_, private)| private);
            if !name.starts_with('#') && !private && !taken.contains(&name.as_str()) && name != "constructor" {
                items.extend(stub(cursor, base, &name, &member));
            }
        }
    }
    Some(items)
}

/// The class in whose body, and in no member's inside, the cursor stands.
fn enclosing<'a>(cursor: &Cursor<'_, 'a>) -> Option<&'a Class> {
    let at = cursor.path.iter().rposition(|node| matches!(node, Node::Class(_)))?;
    let Node::Class(class) = cursor.path[at] else { return None };
    let inside = class.body_span.start < cursor.offset && cursor.offset <= class.body_span.end;
    let rest = &cursor.path[at + 1..];
    // A half-typed member: its name is the word.
    let of_key = |node: &Node<'_>| match node {
        Node::Member(member) => match &member.kind {
            MemberKind::Field { key: PropKey::Ident(name), ty: None, init: None, .. } => name.span == cursor.word,
            MemberKind::Method { key: PropKey::Ident(name), .. } => name.span == cursor.word,
            MemberKind::Error => true,
            _ => false,
        },
        _ => false,
    };
    let ends = matches!(cursor.text_before(0), "{" | "}" | ";") || WORDS.contains(&cursor.text_before(0));
    let fresh_line = cursor.before.is_some_and(|before| {
        let end = cursor.tokens()[before].span.end as usize;
        cursor.source().get(end..cursor.word.start as usize).is_some_and(|gap| gap.contains('\n'))
    });
    let free = rest.is_empty() || of_key(&rest[0]) || rest.iter().all(|node| node.span().end <= cursor.word.start);
    (inside && free && (ends || fresh_line)).then_some(class)
}

fn key_of<'a>(member: &mosl_syntax::ast::ClassMember, cursor: &Cursor<'_, 'a>) -> Option<&'a str> {
    let key = member.key().filter(|key| key.span() != cursor.word)?;
    cursor.source().get(key.span().range())
}

/// A method as it is overridden; a field as it is declared.
fn stub(cursor: &Cursor<'_, '_>, base: TypeId, name: &str, member: &Member) -> Option<Item> {
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$') {
        return None;
    }
    let analysis = cursor.analysis;
    let signatures = analysis.call_signatures(member.ty);
    let handler = name.starts_with("on") && name[2..].starts_with(char::is_uppercase);
    let own = analysis.own_names(base).iter().any(|of| of == name);
    if !own {
        return None;
    }
    let rank = if handler { rank::WANTED } else { rank::NEAR };
    let mut item = match signatures.first() {
        Some(signature) if member.is_method || handler => {
            let code = format!("{name}{} {{\n\t$0\n}}", head(cursor, signature));
            Item::new(name, ItemKind::Method, rank)
                .detail(names::shorten(&signature_text(analysis, signature)))
                .insert(code, true)
        }
        _ => {
            let ty = analysis.print(member.ty);
            Item::new(name, ItemKind::Field, rank::LOCAL)
                .detail(format!(": {ty}"))
                .insert(format!("{name} = $0;"), true)
        }
    };
    item.sites = analysis.member_sites(base, name);
    Some(item)
}

/// Parameters with their types; a written result where the base writes one that is no `void`.
fn head(cursor: &Cursor<'_, '_>, signature: &Signature) -> String {
    let text = signature_text(cursor.analysis, signature);
    let cut = text.rfind("): ").map_or(text.len(), |at| at + 1);
    text[..cut].replace('$', "\\$").replace('}', "\\}")
}
