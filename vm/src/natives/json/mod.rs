//! `JSON`. Parsing and writing use explicit stacks: nesting costs heap, which has a limit, and no native stack.

mod decode;
mod mismatch;
mod parse;
mod stringify;

pub(crate) use decode::Schemas;
pub(crate) use stringify::to_json;

use super::Family;
use crate::native::Constant;

pub static FAMILY: Family =
    &[("JSON.parse", parse::parse), ("JSON.stringify", stringify::stringify), ("JSONDecoder.parse", decode::decode)];

pub static CONSTANTS: &[(&str, Constant)] = &[("JSON[Symbol.toStringTag]", Constant::Str("JSON"))];
