//! Private names: each is declared once in its class (a getter and a setter may share one) and used within it
//! (ECMAScript 2025, 15.7.1).

use super::Checker;
use crate::ast::*;
use crate::errors::{ErrorCode, SyntaxError};
use rustc_hash::FxHashMap;

/// The private names that a class declares.
pub type PrivateScope = FxHashMap<SmolStr, Declared>;

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    kind: Kind,
    is_static: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Getter,
    Setter,
    Both,
    Other,
}

impl Checker {
    pub(super) fn declare_privates(&mut self, class: &Class) -> PrivateScope {
        let mut scope = PrivateScope::default();
        for member in &class.members {
            let (key, kind) = match &member.kind {
                MemberKind::Field { key, .. } => (key, Kind::Other),
                MemberKind::Method { function, .. } if matches!(function.body, FunctionBody::None) => continue,
                MemberKind::Method { key, function, .. } => (
                    key,
                    match function.kind {
                        FunctionKind::Getter => Kind::Getter,
                        FunctionKind::Setter => Kind::Setter,
                        _ => Kind::Other,
                    },
                ),
                _ => continue,
            };
            let PropKey::Private(name) = key else { continue };
            let declared = Declared { kind, is_static: member.modifiers.is_static };
            match scope.get_mut(&name.text) {
                None => {
                    scope.insert(name.text.clone(), declared);
                }
                Some(first) if is_pair(*first, declared) => first.kind = Kind::Both,
                Some(_) => {
                    let message = format!("the private name `{}` is declared twice in this class", name.text);
                    self.error(ErrorCode::DuplicatePrivateName, name.span, message);
                }
            }
        }
        scope
    }

    pub(super) fn check_private_use(&mut self, name: &Name) {
        if self.classes.iter().any(|scope| scope.contains_key(&name.text)) {
            return;
        }
        let mut error = SyntaxError::new(
            ErrorCode::UndeclaredPrivateName,
            name.span,
            format!("the private name `{}` is not declared in a class around it", name.text),
        );
        let mut known: Vec<&str> = self.classes.iter().flatten().map(|(known, _)| known.as_str()).collect();
        known.sort_unstable();
        if known.is_empty() && !self.classes.is_empty() {
            error = error.help(format!("declare it in the class: `{};`", name.text));
        } else if !known.is_empty() {
            error = error.help(format!("declare it in the class, which has `{}`", known.join("`, `")));
        }
        self.errors.push(error);
    }
}

fn is_pair(first: Declared, second: Declared) -> bool {
    let kinds = matches!((first.kind, second.kind), (Kind::Getter, Kind::Setter) | (Kind::Setter, Kind::Getter));
    kinds && first.is_static == second.is_static
}
