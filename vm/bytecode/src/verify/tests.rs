//! Forged modules: each breaks one rule, and must be refused for it. Random and mutated bytes: never a panic.

use super::{block_fuel, verify};
use crate::module::*;
use crate::table::{Instr, Reg};
use crate::{decode, encode};

const R0: Reg = Reg(0);
const R1: Reg = Reg(1);

/// A module whose entry runs `code` in one block with these registers.
fn module(registers: &[RegType], code: &[Instr]) -> Module {
    let function = Function {
        registers: registers.to_vec(),
        code: code.to_vec(),
        blocks: vec![Block { start: 0, fuel: block_fuel(code), handler: None }],
        lists: vec![Box::new([]), Box::new([R0])],
        ..Function::default()
    };
    Module {
        strings: vec![Box::new([104, 105])],
        consts: vec![Const::Str(StrId(0)), Const::F64(1.5)],
        functions: vec![function],
        ..Module::default()
    }
}

/// A module that is right, to break.
fn sound() -> Module {
    module(
        &[RegType::Any, RegType::F64],
        &[Instr::LoadInt { dst: R1, value: 7 }, Instr::Box { dst: R0, src: R1 }, Instr::Return { value: R0 }],
    )
}

#[track_caller]
fn refused(module: Module, what: &str) {
    let error = verify(module).expect_err("the module breaks a rule");
    assert!(error.to_string().contains(what), "refused for another reason: {error}");
}

#[track_caller]
fn breaks(change: impl FnOnce(&mut Module), what: &str) {
    let mut module = sound();
    change(&mut module);
    refused(module, what);
}

#[test]
fn accepts_what_is_sound() {
    verify(sound()).expect("the module is sound");
}

#[test]
fn refuses_registers_that_do_not_fit() {
    let any = &[RegType::Any, RegType::Any];
    refused(module(any, &[Instr::LoadInt { dst: R1, value: 1 }, Instr::Return { value: R0 }]), "another type");
    refused(module(any, &[Instr::Move { dst: R0, src: Reg(9) }, Instr::Return { value: R0 }]), "out of range");
    let mixed = &[RegType::Any, RegType::F64];
    refused(module(mixed, &[Instr::Move { dst: R1, src: R0 }, Instr::Return { value: R0 }]), "type of its place");
    refused(module(&[RegType::Any, RegType::Bool], &[Instr::Return { value: R1 }]), "type of its place");
    refused(module(&[RegType::Obj(0)], &[Instr::Unreachable {}]), "class is out of range");
}

#[test]
fn sources_are_parts_of_a_text() {
    let at = |file, start, end| {
        move |module: &mut Module| {
            let text = Some("é()".to_owned());
            module.files = vec![SourceFile { name: "a".into(), line_starts: vec![0], text }];
            module.functions[0].source = Some(SourceRange { file, start, end });
        }
    };
    let what = "no part of a file's text";
    for (file, start, end) in [(1, 0, 0), (0, 0, 9), (0, 3, 2), (0, 1, 2), (0, 0, u32::MAX)] {
        breaks(at(file, start, end), what);
    }
    let mut module = sound();
    at(0, 0, 4)(&mut module);
    assert_eq!(decode(&encode(&module)), Ok(module.clone()));
    verify(module.clone()).expect("the range fits");
    module.files[0].text = None;
    refused(module, what);
}

#[test]
fn refuses_indices_out_of_range() {
    let any = &[RegType::Any];
    let end = Instr::Return { value: R0 };
    refused(module(any, &[Instr::LoadConst { dst: R0, value: 9 }, end]), "constant is out of range");
    refused(module(any, &[Instr::GetProp { dst: R0, object: R0, site: 0 }, end]), "site is out of range");
    refused(module(any, &[Instr::NewArray { dst: R0, items: 5 }, end]), "list is out of range");
    refused(module(any, &[Instr::GetGlobal { dst: R0, global: 0 }, end]), "global slot is out of range");
    refused(module(any, &[Instr::GetCapture { dst: R0, index: 0 }, end]), "capture is out of range");
    refused(module(any, &[Instr::NewClosure { dst: R0, func: 3, captures: 0 }, end]), "function is out of range");
    refused(module(any, &[Instr::CallHost { dst: R0, host: 0, args: 0 }, end]), "import is out of range");
    refused(module(any, &[Instr::CallNative { dst: R0, native: u16::MAX, args: 1 }, end]), "built-in is out of range");
    refused(module(any, &[Instr::Call { dst: R0, callee: R0, args: 0 }, end]), "wrong length");
}

#[test]
fn refuses_broken_blocks() {
    breaks(|m| m.functions[0].blocks.clear(), "first block");
    breaks(|m| m.functions[0].blocks[0].fuel += 1, "fuel");
    breaks(|m| m.functions[0].code.truncate(2), "terminator");
    breaks(|m| m.functions[0].blocks[0].handler = Some(0), "first block is a handler");
    breaks(|m| m.functions[0].blocks[0].handler = Some(4), "handler is no block");
    breaks(|m| m.functions[0].code[0] = Instr::Catch { dst: R0 }, "`catch`");
    breaks(|m| m.functions[0].code[2] = Instr::Jump { target: 3 }, "no block");
}

#[test]
fn refuses_what_functions_must_not_do() {
    let any = &[RegType::Any];
    let end = Instr::Return { value: R0 };
    refused(module(any, &[Instr::Await { dst: R0, value: R0 }, end]), "async function awaits");
    refused(module(any, &[Instr::GeneratorStart {}, end]), "generator starts");
    breaks(|m| m.functions[0].params = vec![RegType::Any], "entry takes something");
    breaks(
        |m| {
            let mut other = m.functions[0].clone();
            other.params = vec![RegType::F64];
            m.functions.push(other);
        },
        "not the parameters",
    );
    breaks(|m| m.entry = 7, "entry is no function");
    let mut forged = sound();
    let mut typed = forged.functions[0].clone();
    typed.params = vec![RegType::F64];
    typed.registers = vec![RegType::F64, RegType::Any];
    typed.code = vec![Instr::Return { value: R1 }];
    typed.blocks = vec![Block { start: 0, fuel: block_fuel(&typed.code), handler: None }];
    forged.functions.push(typed);
    forged.functions[0].code[0] = Instr::NewClosure { dst: R0, func: 1, captures: 0 };
    refused(forged, "typed parameter");
}

#[test]
fn refuses_class_tables_that_lie() {
    let class =
        |superclass| Class { name: StrId(0), superclass, fields: vec![Field { name: StrId(0), ty: RegType::F64 }] };
    breaks(|m| m.classes = vec![class(Some(0))], "before its superclass");
    let mut forged = module(
        &[RegType::Any, RegType::Obj(0)],
        &[Instr::GetField { dst: R0, object: R1, slot: 0 }, Instr::Return { value: R0 }],
    );
    forged.classes = vec![class(None)];
    refused(forged.clone(), "another type than the register");
    forged.functions[0].code[0] = Instr::GetField { dst: R0, object: R1, slot: 1 };
    refused(forged, "slot is out of range");
}

#[test]
fn bytes_round_trip() {
    assert_eq!(decode(&encode(&sound())), Ok(sound()));
}

#[test]
fn any_bytes_decode_to_a_module_or_an_error() {
    let good = encode(&sound());
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..20_000 {
        let mut bytes = good.clone();
        for _ in 0..1 + random() % 4 {
            let at = random() as usize % bytes.len();
            match random() % 3 {
                0 => bytes[at] = random() as u8,
                1 => bytes.truncate(at.max(5)),
                _ => bytes.insert(at, random() as u8),
            }
        }
        if let Ok(module) = decode(&bytes) {
            let _accepted = verify(module.clone()).is_ok();
            crate::disassemble(&module);
        }
    }
}
