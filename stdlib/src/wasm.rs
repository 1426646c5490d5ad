//! The library that goes into WebAssembly programs: built-ins written in MOSL, the files of `wasm/`, listed by `build.rs`.

static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/wasm.rs"));

/// The text of a module such as `wasm:array`.
pub(crate) fn source(specifier: &str) -> Option<&'static str> {
    FILES.iter().find(|(name, _)| *name == specifier).map(|(_, text)| *text)
}

/// All of its modules, sorted.
pub fn wasm_modules() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}
