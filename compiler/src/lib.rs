//! The MOSL compiler: text in, a bytecode module and diagnostics out. It does no IO: files come in through [`project::FileSystem`].

mod check;
mod compile;
pub mod diagnostics;
pub mod emit;
pub mod erase;
pub mod fix;
pub mod format;
mod front;
pub mod library;
pub mod lower;
pub mod mir;
pub mod program;
pub mod project;
pub mod resolve;
pub mod types;
pub mod wasm;

pub use check::analysis;
pub use compile::{Compiled, CompiledWasm, compile, compile_checked, compile_project, compile_wasm, to_wasm};
pub use front::{Checked, Options, STACK_BYTES, check, check_project, read_manifest};

/// Whether a name is a built-in global value.
pub fn is_global(name: &str) -> bool {
    mosl_bytecode::natives::GLOBALS.contains(&name)
}
