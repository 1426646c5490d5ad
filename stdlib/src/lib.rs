//! The standard library's declarations, as MOSL text: the ECMAScript built-ins and MOSL's own values (`lib/`), and the host
//! modules (`mark/`). The only place where a built-in or a host function is declared; the checker, the VM's native table,
//! hovers and the reference are derived from it. It reads no files and knows nothing of the compiler.
//!
//! - [`lib_sources`], [`source_of`]: the built-ins, by file and by declared name.
//! - [`module_source`], [`module_names`]: the host modules.
//! - [`natives`]: which functions the VM has to provide, read out of the declarations.

#![forbid(unsafe_code)]

mod modules;
pub mod natives;
mod scan;
mod wasm;

pub use modules::{module_names, module_source};
pub use wasm::wasm_modules;

macro_rules! lib_files {
    ($($name:literal)*) => {
        static LIB: &[(&str, &str)] = &[$((concat!($name, ".mosl"), include_str!(concat!("../lib/", $name, ".mosl"))),)*];
    };
}

lib_files! {
    "array" "collections" "console" "date" "error" "globals" "iterator" "json" "number" "object" "promise" "regexp"
    "string" "typedarray" "utility" "values"
}

/// The files that declare the built-ins: name and text, sorted by name.
pub fn lib_sources() -> &'static [(&'static str, &'static str)] {
    LIB
}

/// The file of [`lib_sources`] that declares a global, interface or type: an index into it. So that a user of the
/// declarations can parse only the files that a program needs.
pub fn source_of(name: &str) -> Option<usize> {
    let index = index();
    index.binary_search_by_key(&name, |(name, _)| name).ok().map(|at| index[at].1)
}

/// Every declared name with the index of its file, sorted by name. A name that is both an interface and a constant
/// is there once; both are in one file.
pub fn index() -> &'static [(&'static str, usize)] {
    static INDEX: std::sync::LazyLock<Vec<(&'static str, usize)>> = std::sync::LazyLock::new(|| {
        let mut names: Vec<_> = LIB
            .iter()
            .enumerate()
            .flat_map(|(file, (_, text))| scan::declared_names(text).map(move |name| (name, file)))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    });
    &INDEX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_sorted_and_end_with_a_line_break() {
        assert!(LIB.is_sorted_by_key(|(name, _)| name));
        for (name, text) in LIB {
            assert!(text.ends_with('\n'), "{name}");
        }
    }

    #[test]
    fn a_name_is_declared_in_one_file() {
        for pair in index().windows(2) {
            assert_ne!(pair[0].0, pair[1].0, "declared in two files");
        }
    }

    #[test]
    fn finds_the_file_of_a_name() {
        let file = |name| source_of(name).map(|at| LIB[at].0);
        assert_eq!(file("Array"), Some("array.mosl"));
        assert_eq!(file("ReadonlyMap"), Some("collections.mosl"));
        assert_eq!(file("vec3"), Some("values.mosl"));
        assert_eq!(file("Partial"), Some("utility.mosl"));
        assert_eq!(file("NoSuchThing"), None);
    }

    #[test]
    fn modules_are_found_by_specifier() {
        for name in module_names() {
            assert!(name.starts_with("mark:"));
            assert!(module_source(name).is_some(), "{name}");
        }
        assert_eq!(module_source("mark:nothing"), None);
    }
}
