//! A file and its imports and exports.

use super::{Class, Expr, Function, Name, Stmt, Text};
use crate::Span;

#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    pub body: Vec<Stmt>,
    pub span: Span,
    /// One more than the largest [`super::NodeId`] in this file.
    pub node_count: u32,
}

impl Drop for Module {
    fn drop(&mut self) {
        // What is nested in a statement is dropped with it, by recursion.
        let body = std::mem::take(&mut self.body);
        crate::deep::deepest(|| drop(body));
    }
}

/// A module specifier: the string after `from`.
#[derive(Clone, Debug, PartialEq)]
pub struct Specifier {
    pub text: Text,
    pub span: Span,
    /// `with { type: "json" }` was written behind it (refused later).
    pub attributes: bool,
}

/// `import d, { a as b } from "m"`, `import * as ns from "m"`, `import "m"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// `import type …`
    pub type_only: bool,
    pub default: Option<Name>,
    pub namespace: Option<Name>,
    pub named: Vec<ImportName>,
    pub from: Specifier,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ImportName {
    /// `{ type T }`
    pub type_only: bool,
    pub imported: ModuleName,
    pub local: Name,
    pub span: Span,
}

/// A name in an import or export list: an identifier or a string.
#[derive(Clone, Debug, PartialEq)]
pub struct ModuleName {
    pub text: Text,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Export {
    /// `export const x = 1`, `export class C {}`, `export type T = …`
    Decl(Box<Stmt>),
    /// `export { a as b }` or, with `from`, `export { a as b } from "m"`
    Named {
        type_only: bool,
        names: Vec<ExportName>,
        from: Option<Specifier>,
    },
    /// `export * from "m"`, `export * as ns from "m"`
    All {
        type_only: bool,
        alias: Option<ModuleName>,
        from: Specifier,
    },
    Default(DefaultExport),
}

#[derive(Clone, Debug, PartialEq)]
pub struct ExportName {
    pub type_only: bool,
    pub local: ModuleName,
    pub exported: ModuleName,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum DefaultExport {
    Expr(Expr),
    Function(Box<Function>),
    Class(Box<Class>),
    /// `export default interface I {}`
    Interface(Box<super::InterfaceDecl>),
}
