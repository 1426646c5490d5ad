//! The host modules by specifier. A new module is one file in `mark/` and one line here.

static MODULES: &[(&str, &str)] = &[
    ("mark:mrk", include_str!("../mark/mrk.mosl")),
    ("mark:scene", include_str!("../mark/scene.mosl")),
    ("mark:space", include_str!("../mark/space.mosl")),
    ("mark:test", include_str!("../mark/test.mosl")),
];

/// The text of a host module such as `mark:scene`, or of a part of the library such as `wasm:array`, which only the library imports.
pub fn module_source(specifier: &str) -> Option<&'static str> {
    let host = MODULES.iter().find(|(name, _)| *name == specifier).map(|(_, text)| *text);
    host.or_else(|| crate::wasm::source(specifier))
}

/// All host modules, sorted.
pub fn module_names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|(name, _)| *name)
}
