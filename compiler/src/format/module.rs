//! Imports, exports and the declarations that only types see.

use mosl_syntax::ast::*;

use super::Formatter;
use super::doc::{Doc, docs, line};
use super::literal;
use super::nodes::Node;
use super::parens::Place;

impl Formatter<'_> {
    pub(super) fn import(&self, stmt: &Stmt, import: &Import) -> Doc {
        if import.from.attributes {
            return Doc::literal(self.slice(stmt.span));
        }
        let from = docs![literal::quoted(self.slice(import.from.span)), ";"];
        let text = self.slice(stmt.span);
        let named = text.contains('{');
        let mut bindings = Vec::new();
        bindings.extend(import.default.iter().map(|name| Doc::from(self.slice(name.span))));
        bindings.extend(import.namespace.iter().map(|name| docs!["* as ", self.slice(name.span)]));
        let alone = bindings.is_empty();
        if named {
            let names = import.named.iter().map(|name| (Node::ImportName(name), self.import_name(name))).collect();
            bindings.push(self.names(names, alone));
        }
        if bindings.is_empty() {
            return docs!["import ", from];
        }
        let word = if import.type_only { "import type " } else { "import " };
        docs![word, Doc::join(&", ".into(), bindings), " from ", from]
    }

    fn import_name(&self, name: &ImportName) -> Doc {
        let imported = self.module_name(&name.imported);
        let local = self.slice(name.local.span);
        let ty = if name.type_only { "type " } else { "" };
        if name.imported.span == name.local.span { docs![ty, imported] } else { docs![ty, imported, " as ", local] }
    }

    fn module_name(&self, name: &ModuleName) -> String {
        let text = self.slice(name.span);
        if text.starts_with(['"', '\'']) { literal::quoted(text) } else { text.to_owned() }
    }

    /// `{ a, b as c }`; a single name that stands alone never breaks.
    fn names(&self, names: Vec<(Node<'_>, Doc)>, alone: bool) -> Doc {
        if names.is_empty() {
            return "{}".into();
        }
        let single = names.len() == 1 && alone && !self.comments.has_any(names[0].0);
        let docs: Vec<Doc> = names.into_iter().map(|(node, doc)| self.with_comments(node, doc)).collect();
        if single {
            return docs!["{ ", Doc::concat(docs), " }"];
        }
        let inside = docs![line(), Doc::join(&docs![",", line()], docs)];
        docs!["{", inside.indent(), Doc::if_broken(",", "", None), line(), "}"].group()
    }

    pub(super) fn export(&self, stmt: &Stmt, export: &Export) -> Doc {
        match export {
            Export::Named { from: Some(from), .. } | Export::All { from, .. } if from.attributes => {
                Doc::literal(self.slice(stmt.span))
            }
            Export::Decl(inner) => docs!["export ", self.stmt(inner)],
            Export::Named { type_only, names, from } => {
                let word = if *type_only { "export type " } else { "export " };
                let names = names.iter().map(|name| (Node::ExportName(name), self.export_name(name))).collect();
                docs![word, self.names(names, true), self.from(from.as_ref()), ";"]
            }
            Export::All { type_only, alias, from } => {
                let word = if *type_only { "export type *" } else { "export *" };
                let alias = alias.as_ref().map_or_else(String::new, |alias| format!(" as {}", self.module_name(alias)));
                docs![word, alias, self.from(Some(from)), ";"]
            }
            Export::Default(default) => docs!["export default ", self.default_export(stmt, default)],
        }
    }

    fn from(&self, specifier: Option<&Specifier>) -> String {
        specifier.map_or_else(String::new, |from| format!(" from {}", literal::quoted(self.slice(from.span))))
    }

    fn export_name(&self, name: &ExportName) -> Doc {
        let ty = if name.type_only { "type " } else { "" };
        let (local, exported) = (self.module_name(&name.local), self.module_name(&name.exported));
        if name.local.span == name.exported.span { docs![ty, local] } else { docs![ty, local, " as ", exported] }
    }

    fn default_export(&self, stmt: &Stmt, default: &DefaultExport) -> Doc {
        match default {
            DefaultExport::Expr(expr) => docs![self.head(expr, Place::ExportDefault), ";"],
            DefaultExport::Function(function) => self.function(function),
            DefaultExport::Class(class) => self.class(class, Node::Stmt(stmt)),
            DefaultExport::Interface(interface) => self.interface(interface, Node::Stmt(stmt)),
        }
    }

    pub(super) fn enum_decl(&self, node: &EnumDecl, owner: Node<'_>) -> Doc {
        let word = if node.is_const { "const enum " } else { "enum " };
        let members = node.members.iter().map(|member| {
            let name = self.module_name(&member.name);
            let doc = match &member.init {
                Some(init) => docs![name, " = ", self.expr(init, Place::Item), ","],
                None => docs![name, ","],
            };
            (Node::EnumMember(member), self.with_comments(Node::EnumMember(member), doc))
        });
        let inside = self.stacked(members);
        let body = match self.comments.inside(self.source, owner) {
            Some(comments) => self.braced(docs![inside, comments]),
            None if node.members.is_empty() => "{}".into(),
            None => self.braced(inside),
        };
        docs![word, self.slice(node.name.span), " ", body]
    }
}
