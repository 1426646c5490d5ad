//! Go to the definition, the type's definition, and implementations.

use mosl_compiler::analysis::{Analysis, Named, Site, SourceId};
use mosl_compiler::program::FileId;
use mosl_compiler::resolve::TypeName;
use mosl_compiler::types::{Type, TypeId};
use mosl_syntax::Span;

use super::symbol::{Found, Symbol, library_sites, sites_of, symbols_at};
use super::syntax::{Node, path_at};
use super::{Place, references};

/// Where a jump starts, and where it may end.
#[derive(Clone, PartialEq, Debug)]
pub struct Jump {
    /// The name that was pointed at.
    pub from: Span,
    pub to: Vec<Site>,
}

/// Of a shorthand property both the variable and the property are meant.
pub fn definition(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Option<Jump> {
    let found = symbols_at(analysis, file, offset);
    let from = found.first()?.occurrence.span;
    let to: Vec<Site> = found.iter().flat_map(|found| sites_of(analysis, &found.symbol)).collect();
    (!to.is_empty()).then_some(Jump { from, to })
}

/// Where the type of the thing at a position is declared.
pub fn type_definition(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Option<Jump> {
    let found = symbols_at(analysis, file, offset).into_iter().next()?;
    let ty = type_at(analysis, file, &found, offset)?;
    let to = sites_of_type(analysis, ty);
    (!to.is_empty()).then_some(Jump { from: found.occurrence.span, to })
}

/// The type that the name at a position has there.
pub fn type_at(analysis: &Analysis<'_>, file: FileId, found: &Found, offset: u32) -> Option<TypeId> {
    let module = &analysis.loaded.files[usize::from(file.0)].ast;
    let span = found.occurrence.span;
    let node = path_at(module, offset).into_iter().rev().find_map(|node| match node {
        Node::Expr(expr) if expr.span.end == span.end => Some(expr.id),
        Node::Pat(pat) if pat.span == span => Some(pat.id),
        _ => None,
    });
    let of_node = node.map(|node| analysis.type_of(file, node)).filter(|ty| analysis.kind(*ty) != Type::Any);
    of_node.or_else(|| match &found.symbol {
        Symbol::Binding(id) => Some(analysis.binding_type(*id)),
        Symbol::Member { name, of, .. } => analysis.member(*of, name).map(|member| member.ty),
        Symbol::Library(name) => Some(analysis.global_type(name)),
        _ => None,
    })
}

pub fn sites_of_type(analysis: &Analysis<'_>, ty: TypeId) -> Vec<Site> {
    let ty = analysis.awaited(ty);
    let mut sites = Vec::new();
    for named in analysis.declarations_of(ty) {
        match named {
            Named::Library(name) => sites.extend(library_sites(&name)),
            Named::Type(name) => {
                sites.extend(symbol_of_named(analysis, name).iter().flat_map(|s| sites_of(analysis, s)))
            }
        }
    }
    sites
}

pub fn symbol_of_named(analysis: &Analysis<'_>, name: TypeName) -> Option<Symbol> {
    use mosl_compiler::program::Resolved;
    match name {
        TypeName::Decl(id) => Some(Symbol::TypeDecl(id)),
        TypeName::Enum(binding) => Some(Symbol::Binding(binding)),
        TypeName::Class(class) => {
            let info = &analysis.names.classes[class.0 as usize];
            match analysis.resolved(info.file, info.node) {
                Some(Resolved::Binding(id)) => Some(Symbol::Binding(id)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The classes that implement an interface or extend a class, the methods that override one; where there are none, the definition.
pub fn implementation(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Option<Jump> {
    let found = symbols_at(analysis, file, offset).into_iter().next()?;
    let own = sites_of(analysis, &found.symbol);
    let mut to = match &found.symbol {
        Symbol::Member { name, sites, .. } => {
            let family = references::family(analysis, name, sites);
            family.into_iter().filter(|site| has_body(analysis, site) && !own.contains(site)).collect()
        }
        Symbol::Binding(_) | Symbol::TypeDecl(_) => subtypes(analysis, &found.symbol),
        _ => Vec::new(),
    };
    if to.is_empty() {
        to = own;
    }
    (!to.is_empty()).then_some(Jump { from: found.occurrence.span, to })
}

fn has_body(analysis: &Analysis<'_>, site: &Site) -> bool {
    super::text::source_text(analysis, site.source).get(site.whole.range()).is_some_and(|text| text.ends_with('}'))
}

/// The classes that directly extend or implement a type.
pub fn subtypes(analysis: &Analysis<'_>, of: &Symbol) -> Vec<Site> {
    let mut sites = Vec::new();
    for (index, node) in analysis.names.class_nodes.iter().enumerate() {
        let class = mosl_compiler::program::ClassId(u32::try_from(index).unwrap_or(u32::MAX));
        let Some(symbol) = symbol_of_named(analysis, TypeName::Class(class)) else { continue };
        let supers = supertypes_of_class(analysis, class, node);
        if symbol != *of && supers.iter().any(|parent| parent.is(of)) {
            sites.extend(sites_of(analysis, &symbol));
        }
    }
    sites
}

/// What a class extends and implements, as symbols.
pub fn supertypes_of_class(
    analysis: &Analysis<'_>,
    class: mosl_compiler::program::ClassId,
    node: &mosl_syntax::ast::Class,
) -> Vec<Symbol> {
    let info = &analysis.names.classes[class.0 as usize];
    let parent = info.superclass.and_then(|parent| symbol_of_named(analysis, TypeName::Class(parent)));
    let implemented = node.implements.iter().filter_map(|ty| {
        let name = analysis.names.type_names[usize::from(info.file.0)].get(&ty.id)?;
        symbol_of_named(analysis, *name)
    });
    parent.into_iter().chain(implemented).collect()
}

/// A site as a place: the name's.
pub fn place_of(site: &Site) -> Place {
    Place { source: site.source, span: site.name }
}

/// Whether a site is in a file that the creator can change.
pub fn is_own(analysis: &Analysis<'_>, source: SourceId) -> bool {
    match source {
        SourceId::File(file) => !analysis.loaded.files[usize::from(file.0)].is_library,
        SourceId::Library(_) => false,
    }
}
