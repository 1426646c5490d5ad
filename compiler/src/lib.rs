//! The MOSL compiler: text in, a bytecode module and diagnostics out. It does no IO: files come in through [`project::FileSystem`].

pub mod diagnostics;
pub mod program;
pub mod project;
pub mod types;
