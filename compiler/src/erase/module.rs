//! Imports and exports: what is a type goes, `./door.mosl` becomes `./door.js`.

use mosl_syntax::Span;
use mosl_syntax::ast::visit::Visit;
use mosl_syntax::ast::{
    DefaultExport, Export, ExportName, FunctionBody, Import, ModuleName, Specifier, Stmt, StmtKind,
};

use super::Eraser;
use crate::program::File;
use crate::project::{join, parent};

impl Eraser<'_> {
    pub(super) fn import(&mut self, stmt: &Stmt, import: &Import) {
        if import.type_only {
            return self.text.take_whole(stmt.span);
        }
        let target = self.target(&import.from);
        let is_type = |name: &ModuleName| target.is_some_and(|target| !exports(target, name));
        let types: Vec<(Span, bool)> =
            import.named.iter().map(|name| (name.span, name.type_only || is_type(&name.imported))).collect();
        self.take_items(&types);
        self.specifier(&import.from);
    }

    pub(super) fn export(&mut self, stmt: &Stmt, export: &Export) {
        match export {
            Export::Named { type_only: true, .. } | Export::All { type_only: true, .. } => {
                self.text.take_whole(stmt.span)
            }
            Export::Default(DefaultExport::Interface(_)) => self.text.take_whole(stmt.span),
            Export::Default(DefaultExport::Function(function)) if function.body == FunctionBody::None => {
                self.text.take_whole(stmt.span);
            }
            Export::Decl(inner) => self.exported_declaration(stmt, inner),
            Export::Named { names, from, .. } => self.named_exports(names, from.as_ref()),
            Export::All { from, .. } => self.specifier(from),
            Export::Default(DefaultExport::Expr(expr)) => {
                self.visit_expr(expr);
                self.text.end_after_taken(stmt.span);
            }
            Export::Default(DefaultExport::Function(function)) => self.visit_function(function),
            Export::Default(DefaultExport::Class(class)) => self.visit_class(class),
        }
    }

    fn exported_declaration(&mut self, stmt: &Stmt, inner: &Stmt) {
        let only_declares = match &inner.kind {
            StmtKind::TypeAlias(_) | StmtKind::Interface(_) | StmtKind::Declare(_) => true,
            StmtKind::Function(function) => function.body == FunctionBody::None,
            _ => false,
        };
        if only_declares {
            self.text.take_whole(stmt.span);
        } else {
            self.visit_stmt(inner);
        }
    }

    fn named_exports(&mut self, names: &[ExportName], from: Option<&Specifier>) {
        let holder = match from {
            Some(from) => self.target(from),
            None => Some(self.file),
        };
        let is_type = |name: &ExportName| {
            let seen = if from.is_some() { &name.local } else { &name.exported };
            name.type_only || holder.is_some_and(|holder| !exports(holder, seen))
        };
        let items: Vec<(Span, bool)> = names.iter().map(|name| (name.span, is_type(name))).collect();
        self.take_items(&items);
        from.iter().for_each(|from| self.specifier(from));
    }

    /// Takes items out of a list, each with the comma behind it.
    fn take_items(&mut self, items: &[(Span, bool)]) {
        for (span, _) in items.iter().filter(|(_, goes)| *goes) {
            self.text.take(span.start, self.text.past(span.end, ","));
        }
    }

    fn specifier(&mut self, specifier: &Specifier) {
        let name = specifier.text.to_utf8_lossy();
        if name.starts_with("mark:") {
            self.refuse(specifier.span, &format!("the module `{name}`"));
        } else if name.ends_with(".mosl") {
            let quote = specifier.span.end - 1;
            let mark = &self.text.at(specifier.span)[..1];
            let text = format!(".js{mark}  ");
            self.text.replace(Span::new(quote - 5, quote + 1), text);
        }
    }

    /// The file that an import names.
    fn target(&self, specifier: &Specifier) -> Option<&File> {
        let name = join(parent(&self.file.name), &specifier.text.to_utf8_lossy());
        self.program.files.iter().find(|file| file.name == name)
    }
}

/// Whether the file exports a value of that name.
fn exports(file: &File, name: &ModuleName) -> bool {
    let name = name.text.to_utf8_lossy();
    file.exports.iter().any(|(exported, _)| *exported == name)
}
