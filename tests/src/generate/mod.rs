//! Random programs that always end, for comparing the engine with a JavaScript engine. The language that they are drawn from is data:
//! the rules under `grammar/`, one file per family (`grammar.rs` tells how they are written). Knows nothing of running or comparing.

mod expand;
mod grammar;
mod program;

pub use program::program;

/// What a program may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// JavaScript alone.
    Plain,
    /// With annotations, generics and the other notation that erasure takes away.
    Typed,
}
