//! The standard library's declarations, parsed one by one when a program first needs them, and kept for the whole process: an empty
//! file pays for a scan of line starts once and for nothing else.

use std::sync::{LazyLock, OnceLock};

use mosl_syntax::ast::Module;
use rustc_hash::FxHashMap;

/// A top-level declaration of a declaration file.
#[derive(Debug)]
struct Declaration {
    text: &'static str,
    is_type: bool,
    tree: OnceLock<Module>,
}

#[derive(Debug, Default)]
struct Index {
    declarations: Vec<Declaration>,
    /// All declarations of a name: an interface, and the constant of that name; overloads.
    by_name: FxHashMap<&'static str, Vec<u32>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::default();
    for (_, text) in mosl_stdlib::lib_sources() {
        index_file(&mut index, text);
    }
    index
});

const HEADS: [(&str, bool); 4] =
    [("interface ", true), ("type ", true), ("declare const ", false), ("declare function ", false)];

/// A declaration begins at the start of a line and ends where the next begins (the files' tests hold them to it).
fn index_file(index: &mut Index, text: &'static str) {
    let mut starts: Vec<(usize, &'static str, bool)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        for (head, is_type) in HEADS {
            if let Some(rest) = line.strip_prefix(head) {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len());
                starts.push((at, &rest[..end], is_type));
            }
        }
        at += line.len();
    }
    for (place, (start, name, is_type)) in starts.iter().enumerate() {
        let end = starts.get(place + 1).map_or(text.len(), |next| next.0);
        let number = u32::try_from(index.declarations.len()).expect("fewer than 2^32 declarations");
        index.declarations.push(Declaration { text: &text[*start..end], is_type: *is_type, tree: OnceLock::new() });
        index.by_name.entry(name).or_default().push(number);
    }
}

/// The trees of all declarations of a name, types or values; each a file of one statement.
pub(crate) fn declarations(name: &str, types: bool) -> Vec<&'static Module> {
    let numbers = INDEX.by_name.get(name).into_iter().flatten();
    let declarations = numbers.map(|number| &INDEX.declarations[*number as usize]);
    declarations
        .filter(|declaration| declaration.is_type == types)
        .map(|declaration| declaration.tree.get_or_init(|| mosl_syntax::parse(declaration.text).module))
        .collect()
}

/// Whether the library declares a type of that name (not only a value).
pub(crate) fn declares_type(name: &str) -> bool {
    INDEX
        .by_name
        .get(name)
        .is_some_and(|numbers| numbers.iter().any(|number| INDEX.declarations[*number as usize].is_type))
}
