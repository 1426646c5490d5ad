//! The bytecode of the MVM: where the compiler and the virtual machine meet, and the only thing that both know.
//!
//! - [`table`]: the instructions, declared once; everything that walks them is derived from that table.
//! - [`module`]: what a module holds besides instructions.

pub mod module;
pub mod table;

pub use module::*;
pub use table::{Instr, OpInfo, Operand};
