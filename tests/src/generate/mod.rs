//! Random programs that always end, for comparing the engine with a JavaScript engine. The language that they are drawn from is data:
//! the rules under `grammar/`, one file per family (`grammar.rs` tells how they are written). Knows nothing of running or comparing.

mod expand;
mod grammar;
mod program;
mod sound;

pub use program::program;
pub use sound::sound_program;

/// What a program may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// JavaScript alone.
    Plain,
    /// With annotations, generics and the other notation that erasure takes away.
    Typed,
    /// Well typed throughout and without `any`, for a strict file: no check may fail.
    Sound,
    /// The same with `any` sprinkled in, and wrong values behind it.
    Blurred,
}

impl Mode {
    /// Whether its programs are for strict files.
    pub fn is_strict(self) -> bool {
        matches!(self, Self::Sound | Self::Blurred)
    }
}

/// The program of a seed.
pub fn generate(seed: u64, mode: Mode) -> String {
    match mode {
        Mode::Plain | Mode::Typed => program(seed, mode),
        Mode::Sound => sound_program(seed, false),
        Mode::Blurred => sound_program(seed, true),
    }
}
