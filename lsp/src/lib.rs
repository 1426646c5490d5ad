//! The language server. Holds nothing yet: a creator's road to the browser does not pass through it. Its features will be pure
//! functions over a checked program (`mosl_compiler::check`), behind a thin server that alone knows LSP.
