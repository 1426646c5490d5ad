//! What a name finally is: one identity for everything that go-to, references, hovers and renames talk about.

use mosl_compiler::analysis::{Analysis, Site, SourceId};
use mosl_compiler::library;
use mosl_compiler::program::{BindingId, FileId, Resolved};
use mosl_compiler::resolve::{TypeDeclId, TypeDeclKind, TypeName};
use mosl_compiler::types::{Type, TypeId, Types};
use mosl_syntax::Span;
use mosl_syntax::ast::{NodeId, SmolStr, StmtKind};

use super::occurrences::{Meaning, Occurrence, Role, occurrences, outer_binding};
use super::syntax::touches;

#[derive(Clone, PartialEq, Debug)]
pub enum Symbol {
    Binding(BindingId),
    TypeDecl(TypeDeclId),
    TypeParam(FileId, NodeId),
    /// A property, method or enum member: where it is declared (never empty), and the type that it is a member of.
    Member {
        name: SmolStr,
        sites: Vec<Site>,
        of: TypeId,
    },
    /// A value or type of the standard library.
    Library(SmolStr),
    Module(FileId),
    Label(FileId, Span),
}

impl Symbol {
    /// Whether both are the same thing; members are if they share a declaration.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Member { sites: a, .. }, Self::Member { sites: b, .. }) => a.iter().any(|site| b.contains(site)),
            _ => self == other,
        }
    }
}

/// A name at a place and what it is.
#[derive(Clone, Debug)]
pub struct Found {
    pub occurrence: Occurrence,
    pub symbol: Symbol,
}

/// The symbol of the name at a position. Of a shorthand's two, the variable; [`symbols_at`] gives both.
pub fn symbol_at(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Option<Found> {
    symbols_at(analysis, file, offset).into_iter().next()
}

pub fn symbols_at(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Vec<Found> {
    let mut here: Vec<Occurrence> = occurrences(analysis, file);
    here.retain(|occurrence| touches(occurrence.span, offset));
    // Between two names that meet, the one that starts here; variables before properties.
    here.sort_by_key(|of| (std::cmp::Reverse(of.span.start), of.shorthand));
    let found = here.into_iter().filter_map(|occurrence| {
        let symbol = symbol_of(analysis, file, &occurrence)?;
        Some(Found { occurrence, symbol })
    });
    found.collect()
}

/// What an occurrence stands for.
pub fn symbol_of(analysis: &Analysis<'_>, file: FileId, of: &Occurrence) -> Option<Symbol> {
    Some(match of.meaning {
        Meaning::Binding(id) => Symbol::Binding(id),
        Meaning::Global => Symbol::Library(of.name.clone()),
        Meaning::Type(name) => return symbol_of_type(analysis, file, name, &of.name),
        Meaning::TypeDecl(id) => Symbol::TypeDecl(id),
        Meaning::MemberOf(node) => return member_symbol(analysis, analysis.type_of(file, node), &of.name),
        Meaning::PropertyOf(node) => {
            let own = analysis.type_of(file, node);
            let wanted = analysis.context_of(file, node).filter(|ty| !analysis.member_sites(*ty, &of.name).is_empty());
            let of_place = Site { source: SourceId::File(file), name: of.span, whole: of.span };
            return member_symbol(analysis, wanted.unwrap_or(own), &of.name)
                .or_else(|| Some(Symbol::Member { name: of.name.clone(), sites: vec![of_place], of: own }));
        }
        Meaning::ClassMember(class, is_static) => {
            let ty = analysis.class_type(class, is_static);
            return member_symbol(analysis, ty, &of.name);
        }
        Meaning::DeclaredHere => declared_here(analysis, file, of),
        Meaning::KeyOf(ty) => return member_symbol(analysis, ty, &of.name),
        Meaning::EnumMember(binding) => return member_symbol(analysis, analysis.binding_type(binding), &of.name),
        Meaning::Module(file) => Symbol::Module(file),
        Meaning::Label(span) => Symbol::Label(file, span),
        Meaning::Unknown => return None,
    })
}

fn symbol_of_type(analysis: &Analysis<'_>, file: FileId, ty: TypeName, name: &SmolStr) -> Option<Symbol> {
    Some(match ty {
        TypeName::Decl(id) => Symbol::TypeDecl(id),
        TypeName::Class(class) => {
            let info = &analysis.names.classes[class.0 as usize];
            match analysis.resolved(info.file, info.node) {
                Some(Resolved::Binding(id)) => Symbol::Binding(outer_binding(analysis, id)),
                _ => return None,
            }
        }
        TypeName::Enum(binding) => Symbol::Binding(binding),
        TypeName::Param(node) => Symbol::TypeParam(file, node),
        TypeName::Library => Symbol::Library(name.clone()),
        TypeName::Namespace(file) => Symbol::Module(file),
        TypeName::Unresolved => return None,
    })
}

/// The member of a type, as a symbol; what a module exports is the exported thing itself.
pub fn member_symbol(analysis: &Analysis<'_>, ty: TypeId, name: &str) -> Option<Symbol> {
    let namespace = match &analysis.kind(ty) {
        Type::Namespace(file) => Some(*file),
        _ => None,
    };
    if let Some(file) = namespace {
        let export = analysis.names.exports[usize::from(file.0)].iter().find(|(export, _)| export == name);
        return export.map(|(_, id)| Symbol::Binding(outer_binding(analysis, *id)));
    }
    let of = analysis.without_nullish(ty);
    let sites = analysis.member_sites(of, name);
    (!sites.is_empty()).then(|| Symbol::Member { name: name.into(), sites, of })
}

/// A member that an interface or object type declares where it stands. An interface's other declarations of it belong to it.
fn declared_here(analysis: &Analysis<'_>, file: FileId, of: &Occurrence) -> Symbol {
    for (index, decl) in analysis.names.type_decls.of(file) {
        if let TypeDeclKind::Interface(parts) = &decl.kind
            && parts.iter().any(|part| part.span.start <= of.span.start && of.span.end <= part.span.end)
        {
            let ty = analysis.named_type(TypeName::Decl(TypeDeclId(index as u32)));
            let sites = analysis.member_sites(ty, &of.name);
            if sites.iter().any(|site| site.name == of.span) {
                return Symbol::Member { name: of.name.clone(), sites, of: ty };
            }
        }
    }
    let mut sites = analysis.sites_beside(file, of.span, &of.name);
    if sites.is_empty() {
        sites.push(Site { source: SourceId::File(file), name: of.span, whole: of.span });
    }
    Symbol::Member { name: of.name.clone(), sites, of: Types::ANY }
}

/// Where a symbol is declared.
pub fn sites_of(analysis: &Analysis<'_>, symbol: &Symbol) -> Vec<Site> {
    match symbol {
        Symbol::Binding(id) => vec![analysis.binding_site(*id)],
        Symbol::TypeDecl(id) => {
            let decl = analysis.names.type_decls.declared(id.0 as usize);
            let source = SourceId::File(decl.file);
            match &decl.kind {
                TypeDeclKind::Alias(alias) => vec![Site { source, name: alias.name.span, whole: alias.span }],
                TypeDeclKind::Interface(parts) => {
                    parts.iter().map(|part| Site { source, name: part.name.span, whole: part.span }).collect()
                }
            }
        }
        Symbol::TypeParam(file, node) => {
            let declared = occurrences(analysis, *file)
                .into_iter()
                .find(|of| of.role == Role::Declare && of.meaning == Meaning::Type(TypeName::Param(*node)));
            declared
                .map(|of| Site { source: SourceId::File(*file), name: of.span, whole: of.span })
                .into_iter()
                .collect()
        }
        Symbol::Member { sites, .. } => sites.clone(),
        Symbol::Library(name) => library_sites(name),
        Symbol::Module(file) => {
            vec![Site { source: SourceId::File(*file), name: Span::at(0), whole: Span::at(0) }]
        }
        Symbol::Label(file, span) => vec![Site { source: SourceId::File(*file), name: *span, whole: *span }],
    }
}

/// Where the library declares a value or type.
pub fn library_sites(name: &str) -> Vec<Site> {
    let placed = library::placed(name);
    let sites = placed.flat_map(|placed| {
        placed.tree.body.iter().filter_map(move |stmt| {
            let span = declared_name(stmt)?;
            let moved = |span: Span| Span::new(span.start + placed.offset, span.end + placed.offset);
            Some(Site { source: SourceId::Library(placed.file), name: moved(span), whole: moved(stmt.span) })
        })
    });
    sites.collect()
}

fn declared_name(stmt: &mosl_syntax::ast::Stmt) -> Option<Span> {
    match &stmt.kind {
        StmtKind::Declare(inner) => declared_name(inner),
        StmtKind::Interface(decl) => Some(decl.name.span),
        StmtKind::TypeAlias(alias) => Some(alias.name.span),
        StmtKind::Function(function) => function.name.as_ref().map(|name| name.span),
        StmtKind::Var(var) => var.declarators.first().map(|declarator| declarator.pat.span),
        _ => None,
    }
}
