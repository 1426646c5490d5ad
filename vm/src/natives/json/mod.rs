//! `JSON`. Parsing and writing use explicit stacks: nesting costs heap, which has a limit, and no native stack.

mod decode;
mod mismatch;
mod parse;
mod stringify;

pub(crate) use decode::Schemas;
pub(crate) use stringify::to_json;

use super::Family;
use crate::heap::Gc;
use crate::native::Constant;
use crate::object::Object;
use crate::object::property::PropKey;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("JSON.isRawJSON", |vm, args| Ok(args.get(0).as_object().is_some_and(|object| is_raw(vm, object)).into())),
    ("JSON.parse", parse::parse),
    ("JSON.rawJSON", parse::raw_json),
    ("JSON.stringify", stringify::stringify),
    ("JSONDecoder.parse", decode::decode),
];

pub static CONSTANTS: &[(&str, Constant)] = &[("JSON[Symbol.toStringTag]", Constant::Str("JSON"))];

/// The private name that only what `JSON.rawJSON` makes has.
fn raw_mark(vm: &mut Vm) -> PropKey {
    if vm.pool.raw_mark.is_absent() {
        let description = vm.str("raw JSON");
        vm.pool.raw_mark = vm.heap.private_name(description);
    }
    PropKey::Name(vm.pool.raw_mark)
}

fn is_raw(vm: &mut Vm, object: Gc<Object>) -> bool {
    let mark = raw_mark(vm);
    vm.get_own(object, mark).is_some()
}
