//! Imports and exports.

use super::{Span, Tok};
use crate::ast::*;
use crate::context::Context;
use crate::errors::{ErrorCode, SyntaxError};

/// What stands between `import` and `from`.
#[derive(Default)]
pub struct ImportClause {
    pub default: Option<Name>,
    pub namespace: Option<Name>,
    pub named: Vec<ImportName>,
}

pub fn import_same_name(type_only: bool, local: Name, span: Span) -> ImportName {
    let imported = ModuleName { text: Text::from(local.text.as_str()), span: local.span };
    ImportName { type_only, imported, local, span }
}

impl Context<'_> {
    pub fn module_name(&self, token: Tok) -> ModuleName {
        let name = self.name(token);
        ModuleName { text: Text::from(name.text.as_str()), span: name.span }
    }

    /// A name in quotes, which other programs must be able to spell.
    pub fn string_name(&self, text: Text, span: Span) -> ModuleName {
        if text.to_utf8().is_none() {
            self.error(ErrorCode::InvalidEscape, span, "an exported name cannot hold half of a surrogate pair");
        }
        ModuleName { text, span }
    }

    pub fn import(&self, type_only: bool, clause: ImportClause, from: Specifier) -> Import {
        let ImportClause { default, namespace, named } = clause;
        Import { type_only, default, namespace, named, from }
    }

    /// ECMAScript 16.2.1.1: no key of `with { … }` comes twice. True: attributes were written.
    pub fn attributes(&self, keys: Vec<ModuleName>) -> bool {
        for (at, key) in keys.iter().enumerate() {
            if keys[..at].iter().any(|before| before.text == key.text) {
                self.error(ErrorCode::UnexpectedToken, key.span, "this import attribute is given twice");
            }
        }
        true
    }

    /// Without `from`, the names are this module's variables: no strings, no reserved words.
    pub fn export_names(&self, type_only: bool, names: Vec<ExportName>, from: Option<Specifier>) -> Export {
        if from.is_none() {
            for name in &names {
                let text = self.text(name.local.span);
                let reserved = crate::literal::name(text).is_none_or(|text| is_reserved(&text));
                if text.starts_with(['"', '\'']) || reserved && !text.is_empty() {
                    self.report(
                        SyntaxError::new(
                            ErrorCode::ReservedWord,
                            name.local.span,
                            format!("{text} is not a variable of this module"),
                        )
                        .help("export a variable: `export { name as other }`, or add `from \"module\"`"),
                    );
                }
            }
        }
        Export::Named { type_only, names, from }
    }
}

fn is_reserved(text: &str) -> bool {
    crate::TokenKind::ALL.iter().any(|kind| kind.is_reserved() && kind.text() == Some(text))
}
