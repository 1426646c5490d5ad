//! The standard library's declarations, parsed one by one when a program first needs them, and kept for the whole process: an empty
//! file pays for a scan of line starts once and for nothing else.

use std::sync::{LazyLock, OnceLock};

use mosl_syntax::ast::Module;
use rustc_hash::FxHashMap;

/// A top-level declaration of a declaration file.
#[derive(Debug)]
struct Declaration {
    text: &'static str,
    /// Where it is written: index into [`mosl_stdlib::lib_sources`], and the text's start there.
    file: usize,
    offset: u32,
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
    for (file, (_, text)) in mosl_stdlib::lib_sources().iter().enumerate() {
        index_file(&mut index, file, text);
    }
    index
});

const HEADS: [(&str, bool); 4] =
    [("interface ", true), ("type ", true), ("declare const ", false), ("declare function ", false)];

/// A declaration begins at the start of a line and ends where the next begins (the files' tests hold them to it).
fn index_file(index: &mut Index, file: usize, text: &'static str) {
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
        let offset = u32::try_from(*start).expect("the library is small");
        let text = &text[*start..end];
        index.declarations.push(Declaration { text, file, offset, is_type: *is_type, tree: OnceLock::new() });
        index.by_name.entry(name).or_default().push(number);
    }
}

/// The trees of all declarations of a name, types or values; each a file of one statement.
pub(crate) fn declarations(name: &str, types: bool) -> Vec<&'static Module> {
    placed(name).filter(|declaration| declaration.is_type == types).map(|declaration| declaration.tree).collect()
}

/// A declaration of the library and where it is written.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// Index into [`mosl_stdlib::lib_sources`].
    pub file: usize,
    /// What to add to the tree's positions to get those in the file.
    pub offset: u32,
    pub is_type: bool,
    /// A file of one statement.
    pub tree: &'static Module,
}

/// All declarations of a name, types and values.
pub fn placed(name: &str) -> impl Iterator<Item = Placed> {
    let numbers = INDEX.by_name.get(name).into_iter().flatten();
    numbers.map(|number| {
        let declaration = &INDEX.declarations[*number as usize];
        let tree = declaration.tree.get_or_init(|| mosl_syntax::parse(declaration.text).module);
        Placed { file: declaration.file, offset: declaration.offset, is_type: declaration.is_type, tree }
    })
}

/// The names that the library declares, with whether the declaration is that of a type; a name may be there twice.
pub fn names() -> impl Iterator<Item = (&'static str, bool)> {
    let all = INDEX.by_name.iter();
    all.flat_map(|(name, numbers)| numbers.iter().map(|number| (*name, INDEX.declarations[*number as usize].is_type)))
}

/// Whether the library declares a type of that name (not only a value).
pub(crate) fn declares_type(name: &str) -> bool {
    INDEX
        .by_name
        .get(name)
        .is_some_and(|numbers| numbers.iter().any(|number| INDEX.declarations[*number as usize].is_type))
}
