//! The built-in functions, one file per family. Each family is a table of names and functions; `mosl-bytecode`'s native table
//! says which names there are.

pub mod function;
pub mod generator;
pub mod promise;
pub mod timers;

use crate::native::{Constant, NativeFn};

/// Every family of built-in functions.
pub static FAMILIES: &[&[(&str, NativeFn)]] =
    &[function::NATIVES, generator::NATIVES, promise::NATIVES, timers::NATIVES];

/// Built-in properties that are no functions, by family.
pub static CONSTANTS: &[&[(&str, Constant)]] = &[promise::CONSTANTS, generator::CONSTANTS];
