//! Every place that names the same thing, and the highlights of one file.

use mosl_compiler::analysis::{Analysis, Site};
use mosl_compiler::program::{BindingId, ClassId, FileId};
use mosl_compiler::types::Type;
use mosl_syntax::ast::SmolStr;

use super::occurrences::{Meaning, Occurrence, Role, occurrences, outer_binding};
use super::symbol::{Symbol, symbol_of, symbols_at};

/// An occurrence and its file.
#[derive(Clone, PartialEq, Debug)]
pub struct Reference {
    pub file: FileId,
    pub occurrence: Occurrence,
}

/// All references to what is named at a position, by file and place; declarations among them if wanted.
pub fn references(analysis: &Analysis<'_>, file: FileId, offset: u32, declarations: bool) -> Vec<Reference> {
    let Some(found) = symbols_at(analysis, file, offset).into_iter().next() else { return Vec::new() };
    let mut all = references_to(analysis, &found.symbol);
    all.retain(|reference| declarations || reference.occurrence.role != Role::Declare);
    all
}

/// The same within one file.
pub fn highlights(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Vec<Occurrence> {
    let Some(found) = symbols_at(analysis, file, offset).into_iter().next() else { return Vec::new() };
    let symbol = with_family(analysis, found.symbol);
    in_file(analysis, file, &symbol)
}

pub fn references_to(analysis: &Analysis<'_>, symbol: &Symbol) -> Vec<Reference> {
    let symbol = with_family(analysis, symbol.clone());
    let known = names_of(analysis, &symbol);
    let mut all = Vec::new();
    for file in &analysis.loaded.files {
        // A file that holds none of the names' texts has no reference.
        if known.as_ref().is_some_and(|names| names.iter().all(|name| !file.source.contains(name.as_str()))) {
            continue;
        }
        let here = in_file(analysis, file.id, &symbol);
        all.extend(here.into_iter().map(|occurrence| Reference { file: file.id, occurrence }));
    }
    all
}

fn in_file(analysis: &Analysis<'_>, file: FileId, symbol: &Symbol) -> Vec<Occurrence> {
    let member = match symbol {
        Symbol::Member { name, .. } => Some(name),
        _ => None,
    };
    // A member of a namespace is an export, by its name there.
    let exported = match symbol {
        Symbol::Binding(id) => export_names(analysis, *id),
        _ => Vec::new(),
    };
    let may_be = |of: &Occurrence| match (&of.meaning, member) {
        (
            Meaning::MemberOf(_)
            | Meaning::PropertyOf(_)
            | Meaning::ClassMember(..)
            | Meaning::DeclaredHere
            | Meaning::EnumMember(_)
            | Meaning::KeyOf(_),
            Some(name),
        ) => of.name == *name,
        (Meaning::MemberOf(_), None) => exported.contains(&of.name),
        (
            Meaning::PropertyOf(_)
            | Meaning::ClassMember(..)
            | Meaning::DeclaredHere
            | Meaning::EnumMember(_)
            | Meaning::KeyOf(_),
            None,
        ) => false,
        (_, member) => member.is_none(),
    };
    let mut found = occurrences(analysis, file);
    found.retain(|of| may_be(of) && symbol_of(analysis, file, of).is_some_and(|other| other.is(symbol)));
    found.dedup_by_key(|of| of.span);
    found
}

/// The names one of which every file that refers to a symbol must hold; `None` if it may go by any name.
fn names_of(analysis: &Analysis<'_>, symbol: &Symbol) -> Option<Vec<SmolStr>> {
    let names = match symbol {
        Symbol::Member { name, .. } | Symbol::Library(name) => vec![name.clone()],
        Symbol::TypeDecl(id) => vec![analysis.names.type_decls[id.0 as usize].name.clone()],
        Symbol::Binding(id) => {
            let mut names = export_names(analysis, *id);
            names.push(analysis.names.bindings[id.0 as usize].name.clone());
            names
        }
        Symbol::TypeParam(..) | Symbol::Module(_) | Symbol::Label(..) => return None,
    };
    // A default export is imported under any name.
    let nameless = |name: &SmolStr| name == "default";
    let renamed = matches!(symbol, Symbol::TypeDecl(_))
        && analysis.names.exported_types.iter().any(|types| types.contains_key("default"));
    (!renamed && !names.iter().any(nameless)).then_some(names)
}

/// The names under which files export a binding, their own or another's.
fn export_names(analysis: &Analysis<'_>, id: BindingId) -> Vec<SmolStr> {
    let all = analysis.names.exports.iter().flatten();
    let mut names: Vec<SmolStr> = Vec::new();
    for (name, _) in all.filter(|(_, of)| *of == id || outer_binding(analysis, *of) == id) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// A member with all declarations that override it, that it overrides or implements.
fn with_family(analysis: &Analysis<'_>, symbol: Symbol) -> Symbol {
    match symbol {
        Symbol::Member { name, sites, of } => {
            let sites = family(analysis, &name, &sites);
            Symbol::Member { name, sites, of }
        }
        other => other,
    }
}

/// The declarations of a member that belong together because classes inherit from each other or implement interfaces.
pub fn family(analysis: &Analysis<'_>, name: &str, sites: &[Site]) -> Vec<Site> {
    let mut all: Vec<Site> = sites.to_vec();
    if name.starts_with('#') {
        return all;
    }
    let groups = groups(analysis, name);
    loop {
        let before = all.len();
        for group in &groups {
            if group.iter().any(|site| all.contains(site)) {
                all.extend(group.iter().filter(|site| !all.contains(site)).copied().collect::<Vec<_>>());
            }
        }
        if all.len() == before {
            all.sort_unstable();
            return all;
        }
    }
}

/// For each class its own declaration of a member together with those of what it extends and implements.
fn groups(analysis: &Analysis<'_>, name: &str) -> Vec<Vec<Site>> {
    let mut groups = Vec::new();
    for (index, node) in analysis.names.class_nodes.iter().enumerate() {
        let class = ClassId(u32::try_from(index).unwrap_or(u32::MAX));
        let file = analysis.names.classes[index].file;
        let own = analysis.member_sites(analysis.class_type(class, false), name);
        if own.is_empty() {
            continue;
        }
        let mut group = own;
        if let Some(base) = analysis.class_base(class) {
            group.extend(analysis.member_sites(base, name));
        }
        for implemented in &node.implements {
            let ty = analysis.notation(file, implemented);
            if !matches!(analysis.kind(ty), Type::Any) {
                group.extend(analysis.member_sites(ty, name));
            }
        }
        groups.push(group);
    }
    groups
}
