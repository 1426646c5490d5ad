//! Moves, constants, checks, variables, jumps.

use mosl_bytecode::Instr;

use super::{enter_block, handlers, leave, next, otherwise};
use crate::interp::box_value;
use crate::object::data::FunctionData;
use crate::value::Value;

/// A boolean is there; where the next instruction branches on it, the branch is taken at once.
#[inline(always)]
pub(super) unsafe fn decide(mut m: super::Machine, dst: mosl_bytecode::Reg, result: bool) -> *const Instr {
    // SAFETY: as for the handlers; an instruction that yields a boolean does not end a block.
    unsafe {
        m.set(dst, Value::from_bits(u64::from(result)));
        m.pc = m.pc.add(1);
        match *m.pc {
            Instr::Branch { cond, then, otherwise } if cond == dst => {
                enter_block(m, if result { then } else { otherwise })
            }
            _ => super::dispatch(m),
        }
    }
}

handlers! {
    move_: Instr::Move { dst, src }, m => {
        m.set(dst, m.reg(src));
        next(m)
    };
    load_const: Instr::LoadConst { dst, value }, m => {
        let known = *m.vm.pool.consts.get_unchecked(value as usize);
        if known.is_absent() {
            return leave(m);
        }
        m.set(dst, known);
        next(m)
    };
    load_int: Instr::LoadInt { dst, value }, m => {
        m.set(dst, Value::from_bits(f64::from(value).to_bits()));
        next(m)
    };
    load_i32: Instr::LoadI32 { dst, value }, m => {
        m.set(dst, Value::from_bits(u64::from(value.cast_unsigned())));
        next(m)
    };
    load_bool: Instr::LoadBool { dst, value }, m => {
        m.set(dst, Value::from_bits(u64::from(value != 0)));
        next(m)
    };
    load_undefined: Instr::LoadUndefined { dst }, m => {
        m.set(dst, Value::UNDEFINED);
        next(m)
    };
    load_null: Instr::LoadNull { dst }, m => {
        m.set(dst, Value::NULL);
        next(m)
    };
    load_uninit: Instr::LoadUninit { dst }, m => {
        m.set(dst, Value::UNINIT);
        next(m)
    };
    load_this: Instr::LoadThis { dst }, m => {
        m.set(dst, (*m.frame).this);
        next(m)
    };
    box_: Instr::Box { dst, src }, m => {
        let ty = *(*m.rt).types.add(usize::from(src.0));
        m.set(dst, box_value(m.reg(src), ty));
        next(m)
    };
    check_f64: Instr::CheckF64 { dst, src, .. }, m => {
        let value = m.reg(src);
        if !value.is_number() {
            return leave(m);
        }
        m.set(dst, value);
        next(m)
    };
    check_bool: Instr::CheckBool { dst, src, .. }, m => {
        let value = m.reg(src);
        if !value.is_bool() {
            return leave(m);
        }
        decide(m, dst, value.is_true())
    };
    check_str: Instr::CheckStr { dst, src, .. }, m => {
        let value = m.reg(src);
        if !value.is_string() {
            return leave(m);
        }
        m.set(dst, value);
        next(m)
    };
    check_init: Instr::CheckInit { src, .. }, m => {
        if m.reg(src) == Value::UNINIT {
            return leave(m);
        }
        next(m)
    };
    to_numeric: Instr::ToNumeric { dst, src }, m => {
        let value = m.reg(src);
        if !value.is_number() {
            return leave(m);
        }
        m.set(dst, value);
        next(m)
    };
    to_key: Instr::ToKey { dst, src }, m => {
        let value = m.reg(src);
        if !value.is_number() && !value.is_string() {
            return leave(m);
        }
        m.set(dst, value);
        next(m)
    };
    truthy: Instr::Truthy { dst, src }, m => {
        let value = m.reg(src);
        if !value.is_bool() {
            otherwise!(m, truthy_of_any);
        }
        decide(m, dst, value.is_true())
    };
    bool_not: Instr::BoolNot { dst, src }, m => {
        let result = m.reg(src).bits() == 0;
        decide(m, dst, result)
    };
    bool_eq: Instr::BoolEq { dst, a, b }, m => {
        let result = (m.reg(a).bits() != 0) == (m.reg(b).bits() != 0);
        decide(m, dst, result)
    };
    strict_eq: Instr::StrictEq { dst, a, b }, m => {
        let (x, y) = (m.reg(a), m.reg(b));
        // As doubles, equal numbers alone are equal.
        let same = x.to_f64() == y.to_f64() || (x == y && !x.is_number());
        // Strings and value types may be equal without being the same.
        if !same && ((x.is_string() && y.is_string()) || (x.is_object() && y.is_object())) {
            otherwise!(m, equal_contents);
        }
        decide(m, dst, same)
    };
    equal_contents: Instr::StrictEq { dst, a, b }, m => {
        let (x, y) = (m.reg(a), m.reg(b));
        // Long texts are paid for, which the loop does.
        if x.as_string().is_some_and(|text| text.len() >= crate::vm::LONG_TEXT) {
            return leave(m);
        }
        let result = m.vm.strict_equals(x, y);
        decide(m, dst, result)
    };
    truthy_of_any: Instr::Truthy { dst, src }, m => {
        let result = m.vm.truthy(m.reg(src));
        decide(m, dst, result)
    };
    str_len: Instr::StrLen { dst, src }, m => {
        let length = m.reg(src).as_string().unwrap_unchecked().len() as f64;
        m.set(dst, Value::from_bits(length.to_bits()));
        next(m)
    };
    get_cell: Instr::GetCell { dst, cell }, m => {
        let Some(cell) = m.reg(cell).as_var() else { return leave(m) };
        m.set(dst, cell.value);
        next(m)
    };
    set_cell: Instr::SetCell { cell, value }, m => {
        let Some(mut cell) = m.reg(cell).as_var() else { return leave(m) };
        if cell.is_black() {
            otherwise!(m, set_black_cell);
        }
        cell.unbarriered().value = m.reg(value);
        next(m)
    };
    set_black_cell: Instr::SetCell { cell, value }, m => {
        let Some(mut cell) = m.reg(cell).as_var() else { return leave(m) };
        cell.value = m.reg(value);
        next(m)
    };
    get_capture: Instr::GetCapture { dst, index }, m => {
        let closure = (*m.frame).callee.of::<FunctionData>().unwrap_unchecked();
        m.set(dst, *closure.data.captures.get_unchecked(usize::from(index)));
        next(m)
    };
    get_global: Instr::GetGlobal { dst, global }, m => {
        m.set(dst, *m.vm.globals.get_unchecked(global as usize));
        next(m)
    };
    set_global: Instr::SetGlobal { src, global }, m => {
        let value = m.reg(src);
        *m.vm.globals.get_unchecked_mut(global as usize) = value;
        next(m)
    };
    jump: Instr::Jump { target }, m => enter_block(m, target);
    branch: Instr::Branch { cond, then, otherwise }, m => {
        let block = if m.reg(cond).bits() != 0 { then } else { otherwise };
        enter_block(m, block)
    };
}
