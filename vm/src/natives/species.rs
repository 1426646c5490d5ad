//! `get [Symbol.species]` of the constructors that have it: the class it is read from.

use super::Family;
use crate::native::{Args, Completion};
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("get Array[Symbol.species]", this),
    ("get ArrayBuffer[Symbol.species]", this),
    ("get Map[Symbol.species]", this),
    ("get Promise[Symbol.species]", this),
    ("get RegExp[Symbol.species]", this),
    ("get Set[Symbol.species]", this),
    ("get TypedArray[Symbol.species]", this),
];

fn this(_: &mut Vm, args: Args) -> Completion {
    Ok(args.this)
}
