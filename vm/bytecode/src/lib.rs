//! The bytecode of the MVM: where the compiler and the virtual machine meet, and the only thing that both know.
//!
//! - [`table`]: the instructions, declared once; everything that walks them is derived from that table.
//! - [`module`]: what a module holds besides instructions.
//! - [`natives`]: the built-in functions' numbers and names.
//! - [`schema`]: what `JSON.parse<T>` asks of a value.
//! - [`pattern`]: how regular expressions are read.
//! - [`encode`], [`decode`]: the bytes of a `.mvm` file.
//! - [`verify`]: what must hold before anything runs.
//! - [`disasm`]: a module as text.

pub mod builtins;
pub mod decode;
pub mod disasm;
pub mod encode;
pub mod module;
pub mod natives;
pub mod schema;
pub mod table;
pub mod verify;

pub use decode::{DecodeError, decode};
pub use disasm::disassemble;
pub use encode::encode;
pub use module::*;
pub use table::{Instr, OpInfo, Operand};
pub use verify::{VerifiedModule, VerifyError, verify};
