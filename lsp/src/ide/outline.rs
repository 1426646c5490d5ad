//! The symbols of a file as a tree, and those of a whole program by name.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use mosl_compiler::project::LoadedFile;
use mosl_syntax::Span;
use mosl_syntax::ast::{
    Class, DefaultExport, Export, Expr, ExprKind, Function, FunctionBody, FunctionKind, InterfaceMemberKind,
    MemberKind, PatKind, PropKey, PropKind, Stmt, StmtKind, VarDecl, VarKind,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolKind {
    Function,
    Class,
    Interface,
    TypeAlias,
    Enum,
    EnumMember,
    Constant,
    Variable,
    Field,
    Property,
    Method,
    Constructor,
}

#[derive(Clone, PartialEq, Debug)]
pub struct OutlineItem {
    pub name: String,
    pub kind: SymbolKind,
    /// The name.
    pub name_span: Span,
    pub whole: Span,
    pub children: Vec<OutlineItem>,
}

/// The declarations of a file; functions within functions as their children.
pub fn outline(file: &LoadedFile) -> Vec<OutlineItem> {
    let mut out = Vec::new();
    file.ast.body.iter().for_each(|stmt| of_stmt(stmt, true, &mut out));
    out
}

/// A symbol of a program.
#[derive(Clone, PartialEq, Debug)]
pub struct ProgramSymbol {
    pub file: FileId,
    pub item: OutlineItem,
    /// The class, interface or function that holds it.
    pub container: Option<String>,
}

/// How many symbols a search gives at most.
const MAX_FOUND: usize = 400;

/// The symbols of a program's own files whose names hold the letters of the query in order; the best matches first.
pub fn workspace_symbols(analysis: &Analysis<'_>, query: &str) -> Vec<ProgramSymbol> {
    let mut found: Vec<(u32, ProgramSymbol)> = Vec::new();
    for file in analysis.loaded.files.iter().filter(|file| !file.is_library) {
        flatten(file.id, outline(file), None, &mut |symbol| {
            if let Some(rank) = rank(&symbol.item.name, query) {
                found.push((rank, symbol));
            }
        });
    }
    found.sort_by(|a, b| (a.0, &a.1.item.name).cmp(&(b.0, &b.1.item.name)));
    found.truncate(MAX_FOUND);
    found.into_iter().map(|(_, symbol)| symbol).collect()
}

fn flatten(file: FileId, items: Vec<OutlineItem>, container: Option<&str>, visit: &mut dyn FnMut(ProgramSymbol)) {
    for mut item in items {
        let children = std::mem::take(&mut item.children);
        let name = item.name.clone();
        visit(ProgramSymbol { file, item, container: container.map(str::to_owned) });
        flatten(file, children, Some(&name), visit);
    }
}

/// Lower is better: equal, then a prefix, then a substring, then scattered letters.
pub fn rank(name: &str, query: &str) -> Option<u32> {
    let (name, query) = (name.to_lowercase(), query.to_lowercase());
    if name == query {
        return Some(0);
    }
    if name.starts_with(&query) {
        return Some(1);
    }
    if name.contains(&query) {
        return Some(2);
    }
    let mut rest = name.chars();
    query.chars().all(|wanted| rest.any(|c| c == wanted)).then_some(3)
}

fn item(name: impl Into<String>, kind: SymbolKind, name_span: Span, whole: Span) -> OutlineItem {
    OutlineItem { name: name.into(), kind, name_span, whole, children: Vec::new() }
}

fn of_stmt(stmt: &Stmt, top: bool, out: &mut Vec<OutlineItem>) {
    match &stmt.kind {
        StmtKind::Function(function) => out.extend(of_function(function, stmt.span)),
        StmtKind::Class(class) => out.push(of_class(class, "class", stmt.span)),
        StmtKind::Var(var) => of_var(var, top, out),
        StmtKind::Interface(decl) => {
            let mut this = item(decl.name.text.as_str(), SymbolKind::Interface, decl.name.span, stmt.span);
            for member in &decl.members {
                let (key, kind) = match &member.kind {
                    InterfaceMemberKind::Property { key, .. } | InterfaceMemberKind::Getter { key, .. } => {
                        (key, SymbolKind::Property)
                    }
                    InterfaceMemberKind::Method { key, .. } => (key, SymbolKind::Method),
                    _ => continue,
                };
                this.children.extend(key_text(key).map(|name| item(name, kind, key.span(), member.span)));
            }
            out.push(this);
        }
        StmtKind::TypeAlias(alias) => {
            out.push(item(alias.name.text.as_str(), SymbolKind::TypeAlias, alias.name.span, stmt.span));
        }
        StmtKind::Enum(decl) => {
            let mut this = item(decl.name.text.as_str(), SymbolKind::Enum, decl.name.span, stmt.span);
            let members = decl.members.iter().map(|member| {
                item(member.name.text.to_utf8_lossy(), SymbolKind::EnumMember, member.name.span, member.span)
            });
            this.children.extend(members);
            out.push(this);
        }
        StmtKind::Declare(inner) => of_stmt(inner, top, out),
        StmtKind::Export(export) => match &**export {
            Export::Decl(inner) => of_stmt(inner, top, out),
            Export::Default(DefaultExport::Function(function)) => out.extend(of_function(function, stmt.span)),
            Export::Default(DefaultExport::Class(class)) => out.push(of_class(class, "default", stmt.span)),
            Export::Default(DefaultExport::Expr(expr)) => {
                let mut this = item("default", SymbolKind::Constant, Span::at(expr.span.start), stmt.span);
                of_value(expr, &mut this.children);
                out.push(this);
            }
            _ => {}
        },
        _ => {}
    }
    out.retain(|item| !item.name.is_empty());
}

fn of_function(function: &Function, whole: Span) -> Option<OutlineItem> {
    let (name, span) = match &function.name {
        Some(name) => (name.text.to_string(), name.span),
        None => ("default".to_owned(), Span::at(function.span.start)),
    };
    let mut this = item(name, SymbolKind::Function, span, whole);
    of_body(function, &mut this.children);
    Some(this)
}

/// Functions and classes within a function.
fn of_body(function: &Function, out: &mut Vec<OutlineItem>) {
    match &function.body {
        FunctionBody::Block(block) => {
            for stmt in &block.body {
                of_stmt(stmt, false, out);
            }
        }
        FunctionBody::Expr(_) | FunctionBody::None => {}
    }
}

fn of_class(class: &Class, unnamed: &str, whole: Span) -> OutlineItem {
    let (name, span) = match &class.name {
        Some(name) => (name.text.to_string(), name.span),
        None => (unnamed.to_owned(), Span::at(class.span.start)),
    };
    let mut this = item(name, SymbolKind::Class, span, whole);
    for member in &class.members {
        match &member.kind {
            MemberKind::Field { key, init, .. } => {
                let Some(name) = key_text(key) else { continue };
                let mut field = item(name, SymbolKind::Field, key.span(), member.span);
                init.iter().for_each(|init| of_value(init, &mut field.children));
                this.children.push(field);
            }
            MemberKind::Method { key, function, .. } => {
                let kind = match function.kind {
                    FunctionKind::Constructor => SymbolKind::Constructor,
                    FunctionKind::Getter | FunctionKind::Setter => SymbolKind::Property,
                    _ => SymbolKind::Method,
                };
                let Some(name) = key_text(key) else { continue };
                let mut method = item(name, kind, key.span(), member.span);
                of_body(function, &mut method.children);
                this.children.push(method);
            }
            _ => {}
        }
    }
    this
}

fn of_var(var: &VarDecl, top: bool, out: &mut Vec<OutlineItem>) {
    for declarator in &var.declarators {
        let PatKind::Ident(name) = &declarator.pat.kind else { continue };
        let is_function = declarator.init.as_ref().is_some_and(|init| matches!(init.kind, ExprKind::Function(_)));
        let kind = match var.kind {
            _ if is_function => SymbolKind::Function,
            VarKind::Const | VarKind::Using | VarKind::AwaitUsing => SymbolKind::Constant,
            VarKind::Let | VarKind::Var => SymbolKind::Variable,
        };
        // Inside of functions, plain variables would drown the rest.
        if !top && !is_function {
            continue;
        }
        let mut this = item(name.text.as_str(), kind, name.span, declarator.span);
        declarator.init.iter().for_each(|init| of_value(init, &mut this.children));
        out.push(this);
    }
}

/// What stands in a function, class or object literal that is a value.
fn of_value(expr: &Expr, out: &mut Vec<OutlineItem>) {
    match &expr.kind {
        ExprKind::Function(function) => of_body(function, out),
        ExprKind::Class(class) => out.extend(of_class(class, "class", expr.span).children),
        ExprKind::Object(props) => {
            for prop in props {
                match &prop.kind {
                    PropKind::Value { key, value } => {
                        let Some(name) = key_text(key) else { continue };
                        let is_function = matches!(value.kind, ExprKind::Function(_));
                        let kind = if is_function { SymbolKind::Method } else { SymbolKind::Property };
                        let mut this = item(name, kind, key.span(), prop.span);
                        of_value(value, &mut this.children);
                        out.push(this);
                    }
                    PropKind::Method { key, function } => {
                        let Some(name) = key_text(key) else { continue };
                        let mut this = item(name, SymbolKind::Method, key.span(), prop.span);
                        of_body(function, &mut this.children);
                        out.push(this);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn key_text(key: &PropKey) -> Option<String> {
    Some(match key {
        PropKey::Ident(name) => name.text.to_string(),
        PropKey::Private(name) => format!("#{}", name.text.trim_start_matches('#')),
        PropKey::Str(text, _) => text.to_utf8_lossy(),
        PropKey::Num(value, _) => format!("{value}"),
        PropKey::Computed(_) => return None,
    })
}
