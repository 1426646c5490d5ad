//! The bytes of a `.mvm` file: a magic, a version, then the module's parts in order, all numbers as LEB128.
//!
//! | part | form |
//! | --- | --- |
//! | number | LEB128; signed ones zigzag |
//! | list | number of items, items |
//! | text | number of bytes, UTF-8 |
//! | string | number of units × 2 (+ 1 if all fit a byte), then units as bytes or as numbers |
//! | option | 0, or the value + 1 |
//! | instruction | opcode byte, operands as numbers |

use crate::module::*;
use crate::table::{Instr, Operand};

/// What every module begins with.
pub const MAGIC: [u8; 4] = *b"\0mvm";

/// The version of the format and of the instruction table.
pub const VERSION: u64 = 2;

/// The module as bytes.
pub fn encode(module: &Module) -> Vec<u8> {
    let mut w = Writer { out: MAGIC.to_vec() };
    w.num(VERSION);
    w.list(&module.files, |w, file| {
        w.text(&file.name);
        w.ascending(file.line_starts.iter().copied());
        w.flag(file.text.is_some());
        if let Some(text) = &file.text {
            w.text(text);
        }
    });
    w.list(&module.strings, |w, units| w.string(units));
    w.list(&module.consts, Writer::constant);
    w.list(&module.imports, |w, import| {
        w.text(&import.module);
        w.text(&import.name);
        w.flag(import.is_async);
    });
    w.list(&module.classes, |w, class| {
        w.id(class.name);
        w.option(class.superclass.map(u64::from));
        w.list(&class.fields, |w, field| {
            w.id(field.name);
            w.ty(field.ty);
        });
    });
    w.list(&module.functions, Writer::function);
    w.list(&module.globals, |w, name| w.id(*name));
    w.list(&module.namespaces, |w, namespace| w.list(&namespace.entries, Writer::export));
    w.num(module.entry.into());
    w.list(&module.exports, Writer::export);
    w.list(&module.persisted, |w, field| {
        w.id(field.class);
        w.id(field.field);
        w.flag(field.persist);
        w.flag(field.synced);
    });
    w.list(&module.capabilities, |w, name| w.id(*name));
    w.out
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn num(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.out.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.out.push(n as u8);
    }

    fn flag(&mut self, flag: bool) {
        self.out.push(flag.into());
    }

    fn id(&mut self, id: StrId) {
        self.num(id.0.into());
    }

    fn option(&mut self, n: Option<u64>) {
        self.num(n.map_or(0, |n| n + 1));
    }

    fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.num(items.len() as u64);
        for one in items {
            item(self, one);
        }
    }

    fn ascending(&mut self, numbers: impl ExactSizeIterator<Item = u32>) {
        self.num(numbers.len() as u64);
        let mut last = 0;
        for n in numbers {
            self.num(u64::from(n.wrapping_sub(last)));
            last = n;
        }
    }

    fn text(&mut self, text: &str) {
        self.num(text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn string(&mut self, units: &[u16]) {
        let narrow = units.iter().all(|&u| u < 256);
        self.num((units.len() as u64) << 1 | u64::from(narrow));
        for &unit in units {
            if narrow { self.out.push(unit as u8) } else { self.num(unit.into()) }
        }
    }

    fn ty(&mut self, ty: RegType) {
        self.num(match ty {
            RegType::Any => 0,
            RegType::F64 => 1,
            RegType::I32 => 2,
            RegType::Bool => 3,
            RegType::Str => 4,
            RegType::Obj(class) => 5 + u64::from(class),
        });
    }

    fn export(&mut self, (name, slot): &(StrId, u32)) {
        self.id(*name);
        self.num((*slot).into());
    }

    fn constant(&mut self, constant: &Const) {
        match constant {
            Const::F64(n) => {
                self.out.push(0);
                self.out.extend_from_slice(&n.to_bits().to_le_bytes());
            }
            Const::Str(id) => {
                self.out.push(1);
                self.id(*id);
            }
            Const::Mrk(amount) => {
                self.out.push(2);
                self.out.extend_from_slice(&amount.to_le_bytes());
            }
            Const::Bool(value) => self.out.push(5 + u8::from(*value)),
            Const::Undefined => self.out.push(7),
            Const::Null => self.out.push(8),
            Const::RegExp { pattern, flags } => {
                self.out.push(3);
                self.id(*pattern);
                self.id(*flags);
            }
            Const::Template { cooked, raw } => {
                self.out.push(4);
                self.list(cooked, |w, id| w.option(id.map(|id| id.0.into())));
                self.list(raw, |w, id| w.id(*id));
            }
        }
    }

    fn function(&mut self, function: &Function) {
        self.option(function.name.map(|id| id.0.into()));
        self.out.push(function.kind as u8);
        self.out.push(function.role as u8);
        self.num(function.length.into());
        self.list(&function.params, |w, ty| w.ty(*ty));
        self.flag(function.rest);
        self.flag(function.result.is_some());
        if let Some(ty) = function.result {
            self.ty(ty);
        }
        self.num(function.captures.into());
        self.option(function.class.map(u64::from));
        self.option(function.source.map(|source| source.file.into()));
        if let Some(source) = function.source {
            self.num(source.start.into());
            self.num(source.end.into());
        }
        self.list(&function.registers, |w, ty| w.ty(*ty));
        self.list(&function.constants, |w, (reg, value)| {
            w.num(reg.0.into());
            w.num((*value).into());
        });
        self.list(&function.code, |w, instr| w.instr(*instr));
        self.list(&function.blocks, |w, block| {
            w.num(block.start.into());
            w.num(block.fuel.into());
            w.option(block.handler.map(u64::from));
        });
        self.list(&function.lists, |w, list| w.list(list, |w, reg| w.num(reg.0.into())));
        self.list(&function.sites, |w, id| w.id(*id));
        self.list(&function.checks, |w, check| {
            w.id(check.expr);
            w.id(check.expected);
        });
        self.ascending(function.locs.iter().map(|loc| loc.pc));
        for loc in &function.locs {
            self.num(loc.file.into());
            self.num(loc.start.into());
            self.num(u64::from(loc.end.wrapping_sub(loc.start)));
        }
    }

    fn instr(&mut self, instr: Instr) {
        self.out.push(instr.opcode() as u8);
        instr.for_each_operand(|kind, word| match kind {
            Operand::int => {
                let n = word.cast_signed();
                self.num(u64::from(((n << 1) ^ (n >> 31)).cast_unsigned()));
            }
            _ => self.num(word.into()),
        });
    }
}
