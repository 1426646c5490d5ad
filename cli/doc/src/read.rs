//! From trees to the model: what a file exports (of the library: what it declares), signatures as they are written, completed by
//! the types that the checker inferred.

use mosl_compiler::program::{File, Program};
use mosl_compiler::project::{join, parent};
use mosl_compiler::types::TypeId;
use mosl_syntax::Span;
use mosl_syntax::ast::{
    Access, Class, ClassMember, Declarator, DefaultExport, Export, Expr, ExprKind, Function, FunctionBody,
    FunctionKind, InterfaceDecl, InterfaceMember, InterfaceMemberKind, MemberKind, NodeId, PatKind, PropKey, Stmt,
    StmtKind, Type, TypeKind, VarKind,
};

use crate::Warning;
use crate::comment::{Comments, line_of};
use crate::model::{Family, Group, Item, Kind, Member, Module};

/// The modules of a checked program: the entry first, the others by name.
pub fn project(program: &Program, warnings: &mut Vec<Warning>) -> Vec<Module> {
    let own = program.files.iter().filter(|file| !file.is_library);
    let mut modules: Vec<Module> = own
        .map(|file| {
            let parsed = mosl_syntax::parse(&file.source);
            let comments = Comments { text: &file.source, file: &file.name, comments: &parsed.comments };
            let typed = Some(Typed { program, file });
            let mut reader = Reader { comments, typed, declares: false, warnings, items: Vec::new() };
            // The program's own tree: its nodes are those that the types belong to.
            reader.module(&file.ast.body);
            let items = std::mem::take(&mut reader.items);
            let doc = reader.comments.of_module(reader.warnings);
            let imports = imports(&file.ast.body, Some(parent(&file.name)));
            let (name, source) = (file.name.clone(), file.source.clone());
            Module { name: name.clone(), file: name, family: Family::Project, source, doc, items, imports }
        })
        .collect();
    modules[1..].sort_by(|a, b| a.name.cmp(&b.name));
    modules
}

/// A file of the library (`declares`: all that it declares counts), or a `mark:*` module.
pub(crate) fn library_module(
    name: &str,
    file: &str,
    family: Family,
    text: &'static str,
    warnings: &mut Vec<Warning>,
) -> Module {
    let parsed = mosl_syntax::parse(text);
    let comments = Comments { text, file, comments: &parsed.comments };
    let declares = family == Family::Language;
    let mut reader = Reader { comments, typed: None, declares, warnings, items: Vec::new() };
    reader.module(&parsed.module.body);
    let items = std::mem::take(&mut reader.items);
    let doc = reader.comments.of_module(reader.warnings);
    let imports = imports(&parsed.module.body, None);
    Module { name: name.to_owned(), file: file.to_owned(), family, source: text.into(), doc, items, imports }
}

/// Local names of what a file imports. In a project, relative paths are taken from `folder`.
fn imports(body: &[Stmt], folder: Option<&str>) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for stmt in body {
        let StmtKind::Import(import) = &stmt.kind else { continue };
        let from = import.from.text.to_utf8_lossy();
        let from = match folder {
            Some(folder) if from.starts_with('.') => join(folder, &from),
            _ => from,
        };
        for name in &import.named {
            all.push((name.local.text.to_string(), from.clone(), name.imported.text.to_utf8_lossy()));
        }
        all.extend(import.default.iter().map(|name| (name.text.to_string(), from.clone(), "default".to_owned())));
    }
    all
}

/// What the checker knows of a file.
#[derive(Clone, Copy)]
struct Typed<'a> {
    program: &'a Program,
    file: &'a File,
}

struct Reader<'a> {
    comments: Comments<'a>,
    typed: Option<Typed<'a>>,
    /// Everything counts as exported.
    declares: bool,
    warnings: &'a mut Vec<Warning>,
    items: Vec<Item>,
}

impl<'a> Reader<'a> {
    fn module(&mut self, body: &[Stmt]) {
        // Names that `export { a as b }` makes public.
        let mut named: Vec<(String, String)> = Vec::new();
        for stmt in body {
            if let StmtKind::Export(export) = &stmt.kind
                && let Export::Named { names, from: None, .. } = &**export
            {
                let pair = |name: &mosl_syntax::ast::ExportName| {
                    (self.text(name.local.span).to_owned(), name.exported.text.to_utf8_lossy())
                };
                named.extend(names.iter().map(pair));
            }
        }
        for stmt in body {
            match &stmt.kind {
                StmtKind::Export(export) => match &**export {
                    Export::Decl(inner) => self.declaration(stmt.span.start, inner, None),
                    Export::Default(default) => self.default(stmt, default),
                    Export::Named { .. } | Export::All { .. } => {}
                },
                _ if self.declares => self.declaration(stmt.span.start, stmt, None),
                _ => self.declaration(stmt.span.start, stmt, Some(&named)),
            }
        }
    }

    /// A declaration; of a module's own ones (`named`), those that are exported elsewhere.
    fn declaration(&mut self, start: u32, stmt: &Stmt, named: Option<&[(String, String)]>) {
        let before = self.items.len();
        match &stmt.kind {
            StmtKind::Declare(inner) => return self.declaration(start, inner, named),
            StmtKind::Function(function) => self.function(start, function),
            StmtKind::Class(class) => self.class(start, class),
            StmtKind::Interface(interface) => self.interface(start, interface),
            StmtKind::Var(decl) => {
                let kind = if decl.kind == VarKind::Const { "const" } else { "let" };
                decl.declarators.iter().for_each(|one| self.variable(start, kind, one));
            }
            StmtKind::TypeAlias(alias) => {
                let signature = self.text(alias.span).trim_end_matches(';').to_owned();
                self.item(&alias.name.text, Kind::Type, start, signature, Vec::new(), Vec::new());
            }
            StmtKind::Enum(decl) => {
                let signature = self.text(decl.span).to_owned();
                self.item(&decl.name.text, Kind::Enum, start, signature, Vec::new(), Vec::new());
            }
            _ => {}
        }
        if let Some(named) = named {
            let mut at = before;
            while at < self.items.len() {
                match named.iter().find(|(local, _)| *local == self.items[at].name) {
                    Some((_, exported)) => {
                        self.items[at].is_default = exported == "default";
                        if exported != "default" {
                            self.items[at].name.clone_from(exported);
                        }
                        at += 1;
                    }
                    None => drop(self.items.remove(at)),
                }
            }
        }
    }

    fn default(&mut self, stmt: &Stmt, default: &DefaultExport) {
        let start = stmt.span.start;
        let before = self.items.len();
        match default {
            DefaultExport::Function(function) => self.function(start, function),
            DefaultExport::Class(class) => self.class(start, class),
            DefaultExport::Interface(interface) => self.interface(start, interface),
            DefaultExport::Expr(expr) => {
                let ty =
                    self.typed.map_or_else(String::new, |typed| self.print(typed.file.facts.types[expr.id.0 as usize]));
                self.item("default", Kind::Constant, start, format!("default: {ty}"), Vec::new(), Vec::new());
            }
        }
        self.items[before..].iter_mut().for_each(|item| item.is_default = true);
    }

    fn item(
        &mut self,
        name: &str,
        kind: Kind,
        start: u32,
        signature: String,
        members: Vec<Member>,
        bases: Vec<String>,
    ) {
        let doc = self.comments.above(start, self.warnings);
        if doc.internal {
            return;
        }
        // An overload, or the body behind overloads, which is no signature of its own.
        if kind == Kind::Function
            && let Some(same) = self.items.iter_mut().rev().find(|item| item.name == name && item.kind == kind)
        {
            same.signatures.push(signature);
            if same.doc.is_empty() {
                same.doc = doc;
            }
            return;
        }
        let line = line_of(self.comments.text, start);
        let signatures = vec![tidy(&signature)];
        self.items.push(Item { name: name.to_owned(), kind, signatures, doc, line, members, bases, is_default: false });
    }

    fn function(&mut self, start: u32, function: &Function) {
        let name = function.name.as_ref().map_or("default", |name| name.text.as_str()).to_owned();
        let has_body = !matches!(function.body, FunctionBody::None);
        let is_overloaded = self.items.iter().any(|item| item.name == name && item.kind == Kind::Function);
        if has_body && is_overloaded {
            return;
        }
        let signature = self.signature(function, function.span.start);
        self.check_params(start, function);
        self.item(&name, Kind::Function, start, signature, Vec::new(), Vec::new());
    }

    /// From `start` to the body, with the type that is inferred where none is written.
    fn signature(&self, function: &Function, start: u32) -> String {
        let end = match &function.body {
            FunctionBody::Block(block) => block.span.start,
            FunctionBody::Expr(_) | FunctionBody::None => function.span.end,
        };
        let written = self.text(Span::new(start, end)).trim_end().trim_end_matches(';').to_owned();
        let takes_none = matches!(function.kind, FunctionKind::Constructor | FunctionKind::Setter);
        match self.typed.filter(|_| function.ret.is_none() && !takes_none) {
            Some(typed) => match typed.file.facts.functions.get(&function.id) {
                Some(info) => {
                    let ret = self.print(info.ret);
                    let ret = if function.is_async && !function.is_generator { format!("Promise<{ret}>") } else { ret };
                    format!("{written}: {ret}")
                }
                None => written,
            },
            None => written,
        }
    }

    /// `@param` must name what is there.
    fn check_params(&mut self, start: u32, function: &Function) {
        let doc = self.comments.above(start, &mut Vec::new());
        let names: Vec<&str> = function
            .params
            .iter()
            .chain(function.rest.as_deref())
            .filter_map(|param| match &param.pat.kind {
                PatKind::Ident(name) => Some(name.text.as_str()),
                _ => None,
            })
            .collect();
        let takes_apart = names.len() < function.params.len() + usize::from(function.rest.is_some());
        for (name, _) in &doc.params {
            let head = name.split('.').next().unwrap_or(name);
            if !takes_apart && !names.contains(&head) {
                let message = format!("there is no parameter `{name}`");
                self.warnings.push(Warning { file: self.comments.file.to_owned(), line: doc.line, message });
            }
        }
    }

    fn variable(&mut self, start: u32, keyword: &str, one: &Declarator) {
        let PatKind::Ident(name) = &one.pat.kind else { return };
        let ty = match &one.ty {
            Some(ty) => self.text(ty.span).to_owned(),
            None => self.binding_type(name.span),
        };
        let colon = if ty.is_empty() { "" } else { ": " };
        let signature = format!("{keyword} {}{colon}{ty}", name.text);
        self.item(&name.text, Kind::Constant, start, signature, Vec::new(), Vec::new());
    }

    fn binding_type(&self, place: Span) -> String {
        let Some(Typed { program, file }) = self.typed else { return String::new() };
        let binding = program.bindings.iter().find(|binding| binding.file == file.id && binding.span == place);
        binding.map_or_else(String::new, |binding| self.print(binding.ty))
    }

    fn print(&self, ty: TypeId) -> String {
        self.typed.map_or_else(String::new, |typed| typed.program.types.print(ty))
    }

    // ── Members ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    fn class(&mut self, start: u32, class: &Class) {
        let name = class.name.as_ref().map_or("default", |name| name.text.as_str());
        let head = self.text(Span::new(class.span.start, class.body_span.start)).trim_end().to_owned();
        let mut members = Vec::new();
        for member in &class.members {
            self.class_member(class.id, member, &mut members);
        }
        let bases = class.superclass.as_deref().and_then(name_of_expr).into_iter().collect();
        self.item(name, Kind::Class, start, head, members, bases);
    }

    fn class_member(&mut self, class: NodeId, member: &ClassMember, members: &mut Vec<Member>) {
        if member.modifiers.access == Some(Access::Private) {
            return;
        }
        let (key, group, signature) = match &member.kind {
            MemberKind::Field { key, ty, optional, .. } => {
                let is_handler = *optional && ty.as_ref().is_some_and(is_function_type);
                let group = if is_handler { Group::Handler } else { Group::Property };
                (key, group, self.field(class, member, key, ty.as_ref()))
            }
            MemberKind::Method { key, optional, function } => {
                let group = match function.kind {
                    FunctionKind::Constructor => Group::Constructor,
                    FunctionKind::Getter | FunctionKind::Setter => Group::Property,
                    _ if *optional && matches!(function.body, FunctionBody::None) => Group::Handler,
                    _ => Group::Method,
                };
                self.check_params(member.span.start, function);
                (key, group, self.signature(function, member.span.start))
            }
            _ => return,
        };
        let group = if member.modifiers.is_static { Group::Static } else { group };
        self.member(key, group, member.span.start, signature, members);
    }

    fn field(&self, class: NodeId, member: &ClassMember, key: &PropKey, ty: Option<&Type>) -> String {
        let end = ty.map_or(key.span().end, |ty| ty.span.end);
        let written = self.text(Span::new(member.span.start, end)).to_owned();
        if ty.is_some() {
            return written;
        }
        let Some(Typed { program, file }) = self.typed else { return written };
        let info = file.facts.classes.get(&class).map(|id| &program.classes[id.0 as usize]);
        let name = key_name(key, self.comments.text);
        let field = info.and_then(|info| info.fields.iter().find(|field| field.name == name.as_str()));
        field.map_or_else(|| written.clone(), |field| format!("{written}: {}", self.print(field.ty)))
    }

    fn member(&mut self, key: &PropKey, group: Group, start: u32, signature: String, members: &mut Vec<Member>) {
        if matches!(key, PropKey::Private(_)) {
            return;
        }
        let name = key_name(key, self.comments.text);
        self.named_member(name, group, start, &signature, members);
    }

    fn named_member(&mut self, name: String, group: Group, start: u32, signature: &str, members: &mut Vec<Member>) {
        let doc = self.comments.above(start, self.warnings);
        if doc.internal {
            return;
        }
        let signature = tidy(signature);
        // Overloads; a setter beside its getter.
        if let Some(same) = members.iter_mut().rev().find(|member| member.name == name && member.group == group) {
            same.signatures.push(signature);
            if same.doc.is_empty() {
                same.doc = doc;
            }
            return;
        }
        let line = line_of(self.comments.text, start);
        members.push(Member { name, group, signatures: vec![signature], doc, line });
    }

    fn interface(&mut self, start: u32, interface: &InterfaceDecl) {
        let whole = self.text(interface.span);
        let head_end = interface.members.first().map_or(whole.len(), |first| {
            let offset = (first.span.start - interface.span.start) as usize;
            whole[..offset].rfind('{').unwrap_or(offset)
        });
        let head = whole[..head_end].split('{').next().unwrap_or("").trim_end().to_owned();
        let mut members = Vec::new();
        for member in &interface.members {
            self.interface_member(member, &mut members);
        }
        let bases = interface.extends.iter().filter_map(name_of_type).collect();
        self.item(&interface.name.text, Kind::Interface, start, head, members, bases);
    }

    fn interface_member(&mut self, member: &InterfaceMember, members: &mut Vec<Member>) {
        let signature = self.text(member.span).trim_end_matches([';', ',']).to_owned();
        let start = member.span.start;
        match &member.kind {
            InterfaceMemberKind::Property { key, optional, ty, .. } => {
                let is_handler = *optional && ty.as_ref().is_some_and(is_function_type);
                let group = if is_handler { Group::Handler } else { Group::Property };
                self.member(key, group, start, signature, members);
            }
            InterfaceMemberKind::Getter { key, .. } | InterfaceMemberKind::Setter { key, .. } => {
                self.member(key, Group::Property, start, signature, members);
            }
            InterfaceMemberKind::Method { key, .. } => self.member(key, Group::Method, start, signature, members),
            InterfaceMemberKind::Construct(_) => {
                self.named_member("new".into(), Group::Constructor, start, &signature, members);
            }
            InterfaceMemberKind::Call(_) => {
                self.named_member("()".into(), Group::Method, start, &signature, members);
            }
            InterfaceMemberKind::Index(_) => {
                self.named_member("[]".into(), Group::Property, start, &signature, members);
            }
            InterfaceMemberKind::Error => {}
        }
    }

    fn text(&self, span: Span) -> &'a str {
        self.comments.text.get(span.range()).unwrap_or("")
    }
}

fn is_function_type(ty: &Type) -> bool {
    matches!(ty.kind, TypeKind::Function(_))
}

/// The name that a key gives, as one writes it behind a dot.
fn key_name(key: &PropKey, text: &str) -> String {
    match key {
        PropKey::Ident(name) | PropKey::Private(name) => name.text.to_string(),
        PropKey::Str(text, _) => text.to_utf8_lossy(),
        PropKey::Num(value, _) => value.to_string(),
        PropKey::Computed(expr) => format!("[{}]", &text[expr.span.range()]),
    }
}

fn name_of_expr(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Ident(name) => Some(name.text.to_string()),
        _ => None,
    }
}

fn name_of_type(ty: &Type) -> Option<String> {
    match &ty.kind {
        TypeKind::Ref { path, .. } => path.last().map(|name| name.text.to_string()),
        _ => None,
    }
}

/// A signature without `export` and `declare`, its lines moved to the left margin.
fn tidy(signature: &str) -> String {
    let mut text = signature.trim();
    while let Some(rest) = ["export ", "default ", "declare "].iter().find_map(|word| text.strip_prefix(word)) {
        text = rest.trim_start();
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let margin = text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let last_closes = text.lines().last().is_some_and(|line| line.trim_start().starts_with([')', '}', ']']));
    let margin = if last_closes { margin } else { margin.saturating_sub(2) };
    let mut lines = text.lines();
    let mut out = lines.next().unwrap_or("").to_owned();
    for line in lines {
        out.push('\n');
        out.push_str(line.get(margin..).unwrap_or(line.trim_start()));
    }
    out
}
