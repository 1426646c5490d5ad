//! The rules of single instructions: what the operand kinds of the table do not say.

use super::function::Context;
use super::{Check, fail, require};
use crate::module::*;
use crate::table::{Instr, Reg};

/// Every register, table entry and block that the instruction names exists, and has the kind that its line says.
pub(super) fn check_rule(cx: &Context, instr: Instr) -> Check {
    let f = cx.function;
    match instr {
        Instr::Move { dst, src } => assign(cx, src, cx.register(dst)?),
        Instr::LoadConst { dst, value } => constant_fits(cx, dst, value),
        Instr::CheckClass { dst, .. } => match cx.register(dst)? {
            RegType::Obj(_) => Ok(()),
            _ => fail("a class check writes no object register"),
        },
        Instr::CheckKind { kind, .. } => require(ValueKind::from_code(kind).is_some(), "an unknown kind of value"),
        Instr::GetField { dst, object, slot } => {
            require(cx.register(dst)? == field(cx, object, slot)?, "a field has another type than the register")
        }
        Instr::SetField { object, value, slot } => assign(cx, value, field(cx, object, slot)?),
        Instr::CheckInit { name, .. } => string_constant(cx, name),
        Instr::NewPrivateName { description, .. } => string_constant(cx, description),
        Instr::ThrowError { kind, message } => {
            require(ErrorKind::from_code(kind).is_some(), "an unknown kind of error")?;
            string_constant(cx, message)
        }
        Instr::TemplateObject { template, .. } => {
            require(matches!(constant(cx, template), Const::Template { .. }), "a constant is no template")
        }
        Instr::NewRegExp { regexp, .. } => {
            require(matches!(constant(cx, regexp), Const::RegExp { .. }), "a constant is no regular expression")
        }
        Instr::DefineMethod { kind, .. } => require(kind & 3 != 3 && kind < 8, "an unknown kind of method"),
        Instr::DefinePrivate { kind, .. } => require(kind < 4, "an unknown kind of private element"),
        Instr::SetFunctionName { flag, .. } => require(flag < 3, "an unknown prefix of a name"),
        Instr::GetCapture { index, .. } => require(index < f.captures, "a capture is out of range"),
        Instr::ModuleNamespace { index, .. } => {
            require(usize::from(index) < cx.facts.module.namespaces.len(), "a namespace is out of range")
        }
        Instr::NewClosure { func, captures, .. } => closure(cx, func, captures),
        Instr::CallDirect { dst, func, args } => call_direct(cx, dst, func, args),
        Instr::ObjectRest { except: list, .. } => any_list(cx, list, 0, usize::MAX),
        Instr::SuperGet { args, .. } => any_list(cx, args, 3, 3),
        Instr::SuperSet { args } => any_list(cx, args, 4, 4),
        Instr::IterCall { args, .. } => any_list(cx, args, 3, 3),
        Instr::CallSpread { args, .. } => any_list(cx, args, 2, 2),
        Instr::SuperCallSpread { args, .. } => any_list(cx, args, 3, 3),
        Instr::NewArray { items: list, .. } => any_list(cx, list, 0, usize::MAX),
        Instr::Call { args, .. } | Instr::CallMethod { args, .. } | Instr::CallNative { args, .. } => {
            any_list(cx, args, 1, usize::MAX)
        }
        Instr::SuperCall { args, .. } => any_list(cx, args, 1, usize::MAX),
        Instr::CallHost { args, .. } | Instr::New { args, .. } => any_list(cx, args, 0, usize::MAX),
        Instr::GeneratorStart {} => {
            let generates = matches!(f.kind, FunctionKind::Generator | FunctionKind::AsyncGenerator);
            require(generates, "only a generator starts")
        }
        Instr::Yield { .. } | Instr::YieldResult { .. } => {
            let generates = matches!(f.kind, FunctionKind::Generator | FunctionKind::AsyncGenerator);
            require(generates, "only a generator yields")
        }
        Instr::Await { .. } => {
            let awaits = matches!(f.kind, FunctionKind::Async | FunctionKind::AsyncGenerator);
            require(awaits, "only an async function awaits")
        }
        Instr::Return { value } => assign(cx, value, f.result_type()),
        _ => Ok(()),
    }
}

/// A register may hold a constant of that index, which exists.
pub(super) fn constant_fits(cx: &Context, dst: Reg, value: u32) -> Check {
    let fits = match constant(cx, value) {
        Const::F64(_) => [RegType::F64, RegType::Any].contains(&cx.register(dst)?),
        Const::Str(_) => [RegType::Str, RegType::Any].contains(&cx.register(dst)?),
        Const::Mrk(_) | Const::Bool(_) | Const::Undefined | Const::Null => cx.register(dst)? == RegType::Any,
        Const::RegExp { .. } | Const::Template { .. } => false,
    };
    require(fits, "a constant does not fit its register")
}

fn constant<'a>(cx: &'a Context, index: u32) -> &'a Const {
    &cx.facts.module.consts[index as usize]
}

fn string_constant(cx: &Context, index: u32) -> Check {
    require(matches!(constant(cx, index), Const::Str(_)), "a constant is no string")
}

fn assign(cx: &Context, from: Reg, to: RegType) -> Check {
    require(cx.facts.assignable(cx.register(from)?, to), "a value does not have the type of its place")
}

fn any_list(cx: &Context, list: u16, least: usize, most: usize) -> Check {
    let list = cx.list(list)?;
    require((least..=most).contains(&list.len()), "a list has the wrong length")?;
    cx.all_any(list)
}

fn field(cx: &Context, object: Reg, slot: u16) -> Result<RegType, super::VerifyError> {
    let RegType::Obj(class) = cx.register(object)? else { return fail("a field is read from no object register") };
    match cx.facts.field(class, slot.into()) {
        Some(ty) => Ok(ty),
        None => fail("a field's slot is out of range"),
    }
}

/// Closures are called with dynamic values, and what they yield is read as a dynamic value.
fn closure(cx: &Context, func: u16, captures: u16) -> Check {
    let callee = &cx.facts.module.functions[usize::from(func)];
    require(callee.params.iter().all(|ty| *ty == RegType::Any), "a closure takes a typed parameter")?;
    let raw = matches!(callee.result_type(), RegType::I32 | RegType::Bool);
    require(!raw, "a closure's result is not a dynamic value")?;
    let count = usize::from(callee.captures);
    any_list(cx, captures, count, count)
}

fn call_direct(cx: &Context, dst: Reg, func: u16, args: u16) -> Check {
    let callee = &cx.facts.module.functions[usize::from(func)];
    require(callee.captures == 0, "a directly called function captures something")?;
    let constructs = matches!(callee.role, FunctionRole::BaseConstructor | FunctionRole::DerivedConstructor);
    require(!constructs, "a constructor is called directly")?;
    let args = cx.list(args)?;
    require(args.len() == callee.params.len(), "a direct call passes another number of arguments")?;
    for (arg, ty) in args.iter().zip(&callee.params) {
        assign(cx, *arg, *ty)?;
    }
    let result = callee.result_type();
    require(cx.facts.assignable(result, cx.register(dst)?), "a direct call's result has another type")
}
