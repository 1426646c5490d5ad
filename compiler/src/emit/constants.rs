//! Constants that have registers of their own: a frame begins with them in place, so that no instruction loads them. Only
//! those of blocks that may run often enough: what is said while something is thrown is loaded there.

use mosl_bytecode::RegType;
use rustc_hash::FxHashMap;

use super::share::{Place, Places};
use crate::mir::{Block, Function, Op, Terminator};

/// The most constants of one function that have registers: each is copied into every frame.
const MOST: usize = 24;

/// The constant that each of these places holds from the start.
pub(super) fn constant_places(func: &Function, places: &Places) -> FxHashMap<Place, Op> {
    let mut found = FxHashMap::default();
    let mut kinds = FxHashMap::default();
    for block in func.blocks.iter().filter(|block| !only_throws(block)) {
        for inst in &block.insts {
            let &[result] = &inst.results[..] else { continue };
            let op = places.boxed.get(&result).copied().unwrap_or(inst.op);
            let Some(key) = key(op) else { continue };
            // A boolean as such has no dynamic form.
            let is_raw = matches!(op, Op::Bool(_)) && !places.boxed.contains_key(&result);
            let has_place = !is_raw && places.get(result) == Place::Temp(result) && !places.skipped[result.0 as usize];
            if !has_place || (kinds.len() >= MOST && !kinds.contains_key(&key)) {
                continue;
            }
            kinds.insert(key, ());
            found.insert(Place::Temp(result), op);
        }
    }
    found
}

fn only_throws(block: &Block) -> bool {
    matches!(block.end, Terminator::Throw(_) | Terminator::ThrowError(..) | Terminator::Unreachable)
}

/// What tells one constant from another; `None` for what is none, or has no dynamic form.
pub(super) fn key(op: Op) -> Option<(RegType, u64)> {
    match op {
        Op::F64(value) => Some((RegType::F64, value.to_bits())),
        Op::Str(id) => Some((RegType::Str, id.0.into())),
        Op::Bool(value) => Some((RegType::Any, value.into())),
        Op::Undefined => Some((RegType::Any, 2)),
        Op::Null => Some((RegType::Any, 3)),
        _ => None,
    }
}
