//! From the checked tree to MIR: ECMAScript's evaluation order, one file per family of syntax. It reports nothing to the
//! creator: what is refused was refused by the checker.

mod assign;
mod binary;
mod build;
mod call;
mod class;
mod coerce;
mod control;
mod convert;
mod declare;
mod enums;
mod expr;
mod function;
mod generator;
mod iterate;
mod literal;
mod loops;
mod member;
mod module;
mod names;
mod object;
mod pattern;
mod stmt;
mod switch;
mod try_;
mod unary;
mod using;

use mosl_syntax::ast::SmolStr;
use mosl_syntax::{Span, ast};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::mir::{self, FuncId};
use crate::program::{BindingId, Facts, File, FileId, Program};
use build::FuncCtx;
use class::ClassScope;

/// The whole program as MIR, before any pass has run over it.
pub fn lower_program(program: &Program) -> mir::Program {
    let mut lowerer = Lowerer::new(program);
    lowerer.program_entry();
    lowerer.out
}

struct Lowerer<'p> {
    program: &'p Program,
    /// The file that is being lowered.
    file: &'p File,
    out: mir::Program,
    /// The functions that enclose the current place; the last is being filled.
    funcs: Vec<FuncCtx>,
    /// The classes whose bodies enclose the current place.
    classes: Vec<ClassScope>,
    /// How many superclasses and computed keys enclose the current place.
    keys_of_classes: u32,
    /// Numbers homes and classes, so that their hidden variables have distinct keys.
    next_serial: u32,
    globals: FxHashMap<BindingId, u32>,
    /// Functions that calls may name directly.
    direct: FxHashMap<BindingId, function::DirectFunction>,
    host: FxHashMap<BindingId, u16>,
    namespaces: FxHashMap<FileId, u16>,
    natives: FxHashMap<&'static str, u16>,
    intrinsics: FxHashMap<&'static str, u16>,
    /// Module-level bindings that other files or the host can see.
    exported: FxHashSet<BindingId>,
}

impl<'p> Lowerer<'p> {
    fn new(program: &'p Program) -> Self {
        use mosl_bytecode::natives::{GLOBALS, NATIVES};
        let number = |index: usize| u16::try_from(index).expect("the native table is small");
        let out = mir::Program {
            strings: mir::Strings::default(),
            functions: Vec::new(),
            globals: Vec::new(),
            imports: Vec::new(),
            host_types: Vec::new(),
            classes: Vec::new(),
            templates: Vec::new(),
            namespaces: Vec::new(),
            entry: FuncId(0),
            exports: Vec::new(),
            persisted: Vec::new(),
        };
        Self {
            program,
            file: &program.files[usize::from(program.entry.0)],
            out,
            funcs: Vec::new(),
            classes: Vec::new(),
            keys_of_classes: 0,
            next_serial: 0,
            globals: FxHashMap::default(),
            direct: FxHashMap::default(),
            host: FxHashMap::default(),
            namespaces: FxHashMap::default(),
            natives: NATIVES.iter().enumerate().map(|(index, native)| (native.name, number(index))).collect(),
            intrinsics: GLOBALS.iter().enumerate().map(|(index, &name)| (name, number(index))).collect(),
            exported: FxHashSet::default(),
        }
    }

    fn facts(&self) -> &'p Facts {
        &self.file.facts
    }

    fn set_file(&mut self, file: FileId) {
        self.file = &self.program.files[usize::from(file.0)];
    }

    fn serial(&mut self) -> u32 {
        self.next_serial += 1;
        self.next_serial
    }

    fn str(&mut self, text: &str) -> mir::StrId {
        self.out.strings.intern(text)
    }

    fn text(&mut self, text: &ast::Text) -> mir::StrId {
        self.out.strings.intern_units(&text.0)
    }

    /// The source text of a span on one line, shortened: what a failed check calls the expression.
    fn snippet(&mut self, span: Span) -> mir::StrId {
        const MAX: usize = 40;
        let source = self.file.source.get(span.range()).unwrap_or("");
        let mut words = source.split_whitespace();
        let mut text = String::from(words.next().unwrap_or(""));
        for word in words {
            if text.len() > MAX {
                break;
            }
            text.push(' ');
            text.push_str(word);
        }
        if let Some((cut, _)) = text.char_indices().nth(MAX) {
            text.truncate(cut);
            text.push('…');
        }
        self.str(&text)
    }

    /// The number of the built-in global of that name.
    fn intrinsic(&self, name: &str) -> Option<u16> {
        self.intrinsics.get(name).copied()
    }

    fn binding(&self, id: BindingId) -> &'p crate::program::Binding {
        &self.program.bindings[id.0 as usize]
    }

    fn binding_name(&self, id: BindingId) -> SmolStr {
        self.binding(id).name.clone()
    }
}
