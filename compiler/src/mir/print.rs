//! MIR as text, for `mosl debug mir` and snapshots.

use std::fmt::{self, Write as _};

use super::{Block, Function, Inst, LocalId, Op, Program, Repr, Strings, Temp, Terminator};

/// The functions one after the other, in the order of their ids.
pub fn print_program(program: &Program) -> String {
    let mut out = String::new();
    for (index, function) in program.functions.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.push_str(&print_function(program, function));
    }
    out
}

pub fn print_function(program: &Program, function: &Function) -> String {
    let mut out = String::new();
    Printer { program, function, out: &mut out }.function().expect("writing to a string never fails");
    out
}

struct Printer<'a> {
    program: &'a Program,
    function: &'a Function,
    out: &'a mut String,
}

impl Printer<'_> {
    fn strings(&self) -> &Strings {
        &self.program.strings
    }

    fn function(&mut self) -> fmt::Result {
        let function = self.function;
        let name = function.name.map_or_else(|| "(anonymous)".into(), |name| self.strings().text(name));
        write!(self.out, "{:?} {:?} {name}(", function.kind, function.role)?;
        for index in 0..function.params {
            let rest = function.rest && index + 1 == function.params;
            write!(self.out, "{}{}", if index > 0 { ", " } else { "" }, if rest { "..." } else { "" })?;
            self.local(LocalId(index))?;
            write!(self.out, ": {}", repr_text(function.local(LocalId(index)).repr))?;
        }
        write!(self.out, ") -> {}", repr_text(function.result_repr()))?;
        if function.captures > 0 {
            write!(self.out, " captures {}", function.captures)?;
        }
        self.out.push_str(" {\n");
        for (index, block) in function.blocks.iter().enumerate() {
            self.block(index, block)?;
        }
        self.out.push_str("}\n");
        Ok(())
    }

    fn block(&mut self, index: usize, block: &Block) -> fmt::Result {
        write!(self.out, "  b{index}")?;
        if !block.params.is_empty() {
            self.out.push('(');
            self.typed_temps(&block.params)?;
            self.out.push(')');
        }
        if let Some(handler) = block.handler {
            write!(self.out, " handler b{}", handler.0)?;
        }
        self.out.push_str(":\n");
        for inst in &block.insts {
            self.inst(inst)?;
        }
        self.end(&block.end)
    }

    fn inst(&mut self, inst: &Inst) -> fmt::Result {
        self.out.push_str("    ");
        if !inst.results.is_empty() {
            self.typed_temps(&inst.results)?;
            self.out.push_str(" = ");
        }
        self.op(inst.op)?;
        for (index, temp) in inst.args.iter().enumerate() {
            write!(self.out, "{}{temp}", if index > 0 { ", " } else { " " })?;
        }
        self.out.push('\n');
        Ok(())
    }

    fn typed_temps(&mut self, temps: &[Temp]) -> fmt::Result {
        for (index, &temp) in temps.iter().enumerate() {
            let repr = repr_text(self.function.repr(temp));
            write!(self.out, "{}{temp}: {repr}", if index > 0 { ", " } else { "" })?;
        }
        Ok(())
    }

    fn local(&mut self, local: LocalId) -> fmt::Result {
        let name = self.strings().text(self.function.local(local).name);
        write!(self.out, "${name}.{}", local.0)
    }

    fn op(&mut self, op: Op) -> fmt::Result {
        let quoted = |id| format!("{:?}", self.program.strings.text(id));
        match op {
            Op::Plain(plain) => self.out.write_str(plain.text()),
            Op::F64(value) => write!(self.out, "f64 {value}"),
            Op::I32(value) => write!(self.out, "i32 {value}"),
            Op::Bool(value) => write!(self.out, "bool {value}"),
            Op::Str(text) => write!(self.out, "str {}", quoted(text)),
            Op::Undefined => self.out.write_str("undefined"),
            Op::Null => self.out.write_str("null"),
            Op::Uninit => self.out.write_str("uninit"),
            Op::Mrk(value) => write!(self.out, "mrk {value}"),
            Op::Intrinsic(index) => write!(self.out, "intrinsic {index}"),
            Op::RegExp { pattern, flags } => write!(self.out, "regexp {} {}", quoted(pattern), quoted(flags)),
            Op::Template(index) => write!(self.out, "template {index}"),
            Op::Namespace(index) => write!(self.out, "namespace {index}"),
            Op::GetLocal(local) => self.out.write_str("get_local ").and_then(|()| self.local(local)),
            Op::SetLocal(local) => self.out.write_str("set_local ").and_then(|()| self.local(local)),
            Op::GetCapture(index) => write!(self.out, "capture {index}"),
            Op::GetGlobal(slot) => write!(self.out, "global.get {}", self.global(slot)),
            Op::SetGlobal(slot) => write!(self.out, "global.set {}", self.global(slot)),
            Op::CheckInit(name) => write!(self.out, "check.init {}", quoted(name)),
            Op::Box => self.out.write_str("box"),
            Op::Check(repr, site) => write!(self.out, "check.{} {}", repr_text(repr), quoted(site.expr)),
            Op::Unbox(repr, _) => write!(self.out, "unbox.{}", repr_text(repr)),
            Op::CheckKind(kind, site) => write!(self.out, "check.kind {kind:?} {}", quoted(site.expr)),
            Op::GetProp(name) => write!(self.out, "get {}", quoted(name)),
            Op::SetProp(name) => write!(self.out, "set {}", quoted(name)),
            Op::GetField(class, slot) => write!(self.out, "get_field {}.{slot}", self.class_name(class)),
            Op::SetField(class, slot) => write!(self.out, "set_field {}.{slot}", self.class_name(class)),
            Op::DefineMethod(kind) => write!(self.out, "define_method {kind}"),
            Op::ObjectRest => self.out.write_str("object_rest"),
            Op::SuperGet => self.out.write_str("super_get"),
            Op::SuperSet => self.out.write_str("super_set"),
            Op::NewPrivateName(name) => write!(self.out, "private.name {}", quoted(name)),
            Op::DefinePrivate(kind) => write!(self.out, "private.define {kind}"),
            Op::NewArray => self.out.write_str("array"),
            Op::IterCall => self.out.write_str("iter.call"),
            Op::NewClosure(func) => write!(self.out, "closure {}", self.function_name(func)),
            Op::SetFunctionName(flag) => write!(self.out, "function.name {flag}"),
            Op::Call => self.out.write_str("call"),
            Op::CallMethod(name) => write!(self.out, "call_method {}", quoted(name)),
            Op::CallDirect(func) => write!(self.out, "call_direct {}", self.function_name(func)),
            Op::CallNative(index) => write!(self.out, "call_native {index}"),
            Op::CallHost(index) => {
                let import = &self.program.imports[usize::from(index)];
                write!(self.out, "call_host {}.{}", import.module, import.name)
            }
            Op::CallSpread => self.out.write_str("call_spread"),
            Op::New => self.out.write_str("new"),
            Op::SuperCall => self.out.write_str("super_call"),
            Op::SuperCallSpread => self.out.write_str("super_call_spread"),
        }
    }

    fn global(&self, slot: u32) -> String {
        self.program
            .globals
            .get(slot as usize)
            .map_or_else(|| "?".into(), |&name| format!("@{}", self.strings().text(name)))
    }

    fn function_name(&self, func: super::FuncId) -> String {
        let name = self.program.function(func).name.map_or_else(String::new, |name| self.strings().text(name));
        format!("f{}:{name}", func.0)
    }

    fn class_name(&self, class: crate::program::ClassId) -> String {
        self.program.class(class).map_or_else(|| "?".into(), |def| self.strings().text(def.name))
    }

    fn end(&mut self, end: &Terminator) -> fmt::Result {
        self.out.push_str("    ");
        match end {
            Terminator::Jump { target, args } => {
                write!(self.out, "jump b{}", target.0)?;
                for (index, temp) in args.iter().enumerate() {
                    write!(self.out, "{}{temp}", if index > 0 { ", " } else { " " })?;
                }
            }
            Terminator::Branch { cond, then, otherwise } => {
                write!(self.out, "branch {cond} b{} b{}", then.0, otherwise.0)?;
            }
            Terminator::Return(value) => write!(self.out, "return {value}")?,
            Terminator::Throw(value) => write!(self.out, "throw {value}")?,
            Terminator::ThrowError(kind, message) => {
                write!(self.out, "throw_error {kind:?} {:?}", self.strings().text(*message))?;
            }
            Terminator::Unreachable => self.out.push_str("unreachable"),
        }
        self.out.push('\n');
        Ok(())
    }
}

fn repr_text(repr: Repr) -> String {
    match repr {
        Repr::Any => "any".into(),
        Repr::F64 => "f64".into(),
        Repr::I32 => "i32".into(),
        Repr::Bool => "bool".into(),
        Repr::Str => "str".into(),
        Repr::Obj(class) => format!("obj{}", class.0),
    }
}
