//! Making strings: the constructor, from codes, raw templates.

use super::super::coerce::{element, length_of, prototype_of_new, rooted_string};
use crate::native::{Args, Completion};
use crate::object::data::WrapperData;
use crate::object::property::PropKey;
use crate::realm::Intrinsic;
use crate::string::StrBuilder;
use crate::vm::Vm;

pub fn construct(vm: &mut Vm, args: Args) -> Completion {
    let called = args.new_target.is_undefined();
    let value = match args.get(0) {
        _ if args.is_empty() => vm.empty_string(),
        symbol if called && symbol.is_symbol() => return super::super::symbol::descriptive_string(vm, symbol),
        value => vm.to_string(value)?.into(),
    };
    if called {
        return Ok(value);
    }
    vm.root(value);
    let proto = prototype_of_new(vm, args, Intrinsic::StringPrototype)?;
    let shape = vm.shapes.of_proto(Some(proto));
    Ok(vm.heap.object(shape, WrapperData { value }).into())
}

pub fn from_char_code(vm: &mut Vm, args: Args) -> Completion {
    let mut text = StrBuilder::default();
    for &value in args.all() {
        let code = vm.to_number(value)?;
        text.push_unit(super::super::math::to_u32(code) as u16);
    }
    vm.finish(text)
}

pub fn from_code_point(vm: &mut Vm, args: Args) -> Completion {
    let mut text = StrBuilder::default();
    for &value in args.all() {
        let n = vm.to_number(value)?;
        if n.trunc() != n || !(0.0..=1_114_111.0).contains(&n) {
            let shown = super::super::inspect::shown_in_message(vm, value);
            return Err(vm.range_error(&format!("Invalid code point {shown}")));
        }
        push_code_point(&mut text, n as u32);
    }
    vm.finish(text)
}

/// Appends a code point, a lone surrogate among them.
pub fn push_code_point(text: &mut StrBuilder, code: u32) {
    if code < 0x10000 {
        text.push_unit(code as u16);
    } else {
        let offset = code - 0x10000;
        text.push_unit(0xD800 + (offset >> 10) as u16);
        text.push_unit(0xDC00 + (offset & 0x3FF) as u16);
    }
}

pub fn raw(vm: &mut Vm, args: Args) -> Completion {
    let template = vm.to_object(args.get(0))?;
    vm.root(template.into());
    let key = PropKey::Name(vm.common().raw);
    let strings = vm.get(template.into(), key)?;
    let strings = vm.to_object(strings)?;
    vm.root(strings.into());
    let length = length_of(vm, strings)?;
    let mut text = StrBuilder::default();
    let mut index = 0.0;
    while index < length {
        let part = element(vm, strings, index)?;
        text.push(rooted_string(vm, part)?);
        index += 1.0;
        if index < length && (index as usize) < args.len() {
            let part = vm.to_string(args.get(index as usize))?;
            text.push(part);
        }
        if text.is_too_long() {
            break;
        }
    }
    vm.finish(text)
}
