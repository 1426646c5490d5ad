//! `JSON`. Parsing and writing use explicit stacks: nesting costs heap, which has a limit, and no native stack.

mod parse;
mod stringify;

pub(crate) use stringify::to_json;

use super::Family;
use crate::native::Constant;

pub static FAMILY: Family = &[("JSON.parse", parse::parse), ("JSON.stringify", stringify::stringify)];

pub static CONSTANTS: &[(&str, Constant)] = &[("JSON[Symbol.toStringTag]", Constant::Str("JSON"))];
