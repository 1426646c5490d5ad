//! A module as text, with source lines: what `mosl debug bytecode` prints. Never fails, verified or not.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::module::*;
use crate::natives::{GLOBALS, NATIVES};
use crate::table::{Instr, Operand};

/// The whole module.
pub fn disassemble(module: &Module) -> String {
    let mut d = Disassembler { module, out: String::new() };
    d.header();
    for (index, function) in module.functions.iter().enumerate() {
        d.function(index, function);
    }
    d.out
}

struct Disassembler<'a> {
    module: &'a Module,
    out: String,
}

impl Disassembler<'_> {
    /// Writing to a string does not fail.
    fn line(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
        self.out.push('\n');
    }

    fn text(&self, id: StrId) -> String {
        match self.module.strings.get(id.0 as usize) {
            Some(units) => String::from_utf16_lossy(units),
            None => format!("<string {}>", id.0),
        }
    }

    fn quoted(&self, id: StrId) -> String {
        format!("{:?}", self.text(id))
    }

    fn header(&mut self) {
        let module = self.module;
        for (index, import) in module.imports.iter().enumerate() {
            let kind = if import.is_async { " async" } else { "" };
            self.line(format!("import {index} {}.{}{kind}", import.module, import.name));
        }
        for (index, class) in module.classes.iter().enumerate() {
            let mut line = format!("class {index} {}", self.text(class.name));
            if let Some(superclass) = class.superclass {
                let _ = write!(line, " extends {superclass}");
            }
            for field in &class.fields {
                let _ = write!(line, " {}: {}", self.text(field.name), type_text(field.ty));
            }
            self.line(line);
        }
        for (name, slot) in &module.exports {
            self.line(format!("export {} = global {slot}", self.text(*name)));
        }
        for field in &module.persisted {
            let marks = [(field.persist, "persist"), (field.synced, "synced")];
            let marks: Vec<_> = marks.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
            self.line(format!("{} {}.{}", marks.join(" "), self.text(field.class), self.text(field.field)));
        }
        self.line(format!("entry function {}", module.entry));
    }

    fn function(&mut self, index: usize, function: &Function) {
        let name = function.name.map_or_else(|| "<anonymous>".into(), |id| self.text(id));
        let params: Vec<_> = function.params.iter().map(|ty| type_text(*ty)).collect();
        let mut head = format!("\nfunction {index} {name}({})", params.join(", "));
        if function.rest {
            head.push_str(" rest");
        }
        let _ = write!(head, " -> {}", type_text(function.result_type()));
        if function.kind != FunctionKind::Normal {
            let _ = write!(head, " {:?}", function.kind);
        }
        if function.role != FunctionRole::Plain {
            let _ = write!(head, " {:?}", function.role);
        }
        if function.captures > 0 {
            let _ = write!(head, " captures {}", function.captures);
        }
        self.line(head);
        let registers: Vec<_> = function.registers.iter().map(|ty| type_text(*ty)).collect();
        self.line(format!("  registers {}", registers.join(" ")));
        if !function.constants.is_empty() {
            let held = |(reg, value): &(Reg, u32)| format!("r{} = {}", reg.0, self.constant(*value as usize));
            let held: Vec<_> = function.constants.iter().map(held).collect();
            self.line(format!("  constants {}", held.join(", ")));
        }
        let mut last_line = None;
        let mut heads: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, block) in function.blocks.iter().enumerate() {
            heads.entry(block.start as usize).or_default().push(number);
        }
        for (pc, instr) in function.code.iter().enumerate() {
            for number in heads.remove(&pc).unwrap_or_default() {
                self.block_head(number, function.blocks[number]);
            }
            let place = self.module.place(function, pc);
            let note = if place == last_line { String::new() } else { place.clone().unwrap_or_default() };
            last_line = place;
            let text = self.instr(function, *instr);
            let line =
                if note.is_empty() { format!("  {pc:4}  {text}") } else { format!("  {pc:4}  {text:<50} ; {note}") };
            self.line(line);
        }
    }

    fn block_head(&mut self, number: usize, block: Block) {
        let handler = block.handler.map_or_else(String::new, |handler| format!(" handler b{handler}"));
        self.line(format!(" b{number}: fuel {}{handler}", block.fuel));
    }

    fn instr(&self, function: &Function, instr: Instr) -> String {
        let mut text = instr.info().name.to_owned();
        let mut first = true;
        instr.for_each_operand(|kind, word| {
            text.push_str(if first { " " } else { ", " });
            first = false;
            text.push_str(&self.operand(function, kind, word));
        });
        text
    }

    fn operand(&self, function: &Function, kind: Operand, word: u32) -> String {
        use Operand::*;
        let at = word as usize;
        match kind {
            def_any | def_f64 | def_i32 | def_bool | def_str | def_dep | use_any | use_f64 | use_i32 | use_bool
            | use_str | use_dep => format!("r{word}"),
            konst => self.constant(at),
            site => function.sites.get(at).map_or_else(|| format!("site {at}"), |id| self.quoted(*id)),
            check => function.checks.get(at).map_or_else(
                || format!("check {at}"),
                |place| format!("{} as {}", self.quoted(place.expr), self.quoted(place.expected)),
            ),
            list => function.lists.get(at).map_or_else(
                || format!("list {at}"),
                |regs| format!("[{}]", regs.iter().map(|r| format!("r{}", r.0)).collect::<Vec<_>>().join(" ")),
            ),
            block => format!("b{word}"),
            func => format!("function {word}"),
            class => format!("class {word}"),
            native => NATIVES.get(at).map_or_else(|| format!("native {word}"), |decl| decl.name.to_owned()),
            intrinsic => GLOBALS.get(at).map_or_else(|| format!("intrinsic {word}"), |name| (*name).to_owned()),
            host => self
                .module
                .imports
                .get(at)
                .map_or_else(|| format!("host {word}"), |import| format!("{}.{}", import.module, import.name)),
            global => self
                .module
                .globals
                .get(at)
                .map_or_else(|| format!("global {word}"), |name| format!("global {word} {}", self.text(*name))),
            index | flag => word.to_string(),
            int => word.cast_signed().to_string(),
        }
    }

    fn constant(&self, at: usize) -> String {
        match self.module.consts.get(at) {
            Some(Const::F64(n)) => n.to_string(),
            Some(Const::Str(id)) => self.quoted(*id),
            Some(Const::Bool(value)) => value.to_string(),
            Some(Const::Undefined) => "undefined".into(),
            Some(Const::Null) => "null".into(),
            Some(Const::Mrk(amount)) => format!("{amount}e-18 MRK"),
            Some(Const::RegExp { pattern, flags }) => format!("/{}/{}", self.text(*pattern), self.text(*flags)),
            Some(Const::Template { raw, .. }) => {
                format!("template [{}]", raw.iter().map(|id| self.quoted(*id)).collect::<Vec<_>>().join(" "))
            }
            None => format!("<constant {at}>"),
        }
    }
}

fn type_text(ty: RegType) -> String {
    match ty {
        RegType::Any => "any".into(),
        RegType::F64 => "f64".into(),
        RegType::I32 => "i32".into(),
        RegType::Bool => "bool".into(),
        RegType::Str => "str".into(),
        RegType::Obj(class) => format!("obj({class})"),
    }
}
