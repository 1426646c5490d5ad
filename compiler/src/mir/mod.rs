//! MIR: the typed control-flow graph between the checked program and the back ends. Data only, with a printer, a verifier and
//! the passes beside it. It never looks at the syntax tree and knows nothing of registers.
//!
//! - A [`Function`] is a list of [`Block`]s in layout order; the first is the entry.
//! - *Temporaries* are SSA values, each with one [`Repr`]; blocks take parameters where paths meet.
//! - *Locals* are typed mutable variables, read and written by `get_local` and `set_local`.
//! - `await` and `yield` are ordinary instructions here: every back end keeps what is live across them.

mod function;
mod op;
pub mod passes;
mod plain;
mod print;
mod program;
mod verify;

pub use function::{Block, BlockId, FuncId, Function, Inst, Loc, Local, LocalId, Temp, Terminator};
pub use op::{CheckSite, Op};
pub use plain::Plain;
pub use print::{print_function, print_program};
pub use program::{ClassDef, FieldDef, HostTypes, Program, Strings, TemplateDef};
pub use verify::verify;

pub use crate::types::Repr;
pub use mosl_bytecode::StrId;
