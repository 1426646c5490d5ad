//! From MIR to bytecode: places for values ([`share`], [`allocate`]), instructions ([`body`], [`instr`]), the module's pools.
//!
//! What does not fit the format (65,536 registers, blocks, sites or functions) is an [`EmitError`], never a panic.

mod allocate;
mod body;
mod constants;
mod instr;
mod moves;
mod pools;
mod share;

use mosl_bytecode::{Class, Field, Module, RegType, SourceFile, SourceRange, StrId};
use rustc_hash::FxHashMap;

use crate::mir;
use crate::program::{ClassId, FileId, Program};
use pools::Consts;

/// The program, or a part of it, is too large for the bytecode.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmitError {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
    pub message: String,
}

/// Lowers, optimises and emits a checked program.
pub fn emit_module(program: &Program) -> Result<Module, Vec<EmitError>> {
    emit_mir(program, &lower_to_mir(program))
}

/// The final MIR of a program that becomes bytecode.
pub fn lower_to_mir(program: &Program) -> mir::Program {
    let mut lowered = crate::lower::lower_program(program);
    mir::passes::run(&mut lowered);
    lowered
}

/// The same without what whole-program inference adds: what is called from elsewhere, or goes to WebAssembly.
pub fn lower_open(program: &Program) -> mir::Program {
    let mut lowered = crate::lower::lower_program(program);
    mir::passes::run_open(&mut lowered);
    lowered
}

/// What stays dynamic in a program although inference looked at all of it.
pub fn dynamic_places(program: &Program) -> Vec<mir::passes::Dynamic> {
    mir::passes::dynamic_places(&mut crate::lower::lower_program(program))
}

/// Emits the final MIR of a program.
pub fn emit_mir(program: &Program, lowered: &mir::Program) -> Result<Module, Vec<EmitError>> {
    let texts: Vec<bool> = program.files.iter().map(|file| !program.strip_source && !file.is_library).collect();
    let mut emitter = Emitter {
        program: lowered,
        texts: &texts,
        classes: lowered.classes.iter().enumerate().map(|(index, class)| (class.id, index as u16)).collect(),
        consts: Consts::default(),
    };
    let mut errors = vec![];
    let mut module = Module {
        files: program.files.iter().map(|file| source_file(file, texts[usize::from(file.id.0)])).collect(),
        imports: lowered.imports.clone(),
        globals: lowered.globals.clone(),
        namespaces: lowered.namespaces.clone(),
        exports: lowered.exports.clone(),
        persisted: lowered.persisted.clone(),
        entry: u16::try_from(lowered.entry.0).unwrap_or(u16::MAX),
        ..Module::default()
    };
    for function in &lowered.functions {
        match emitter.function(function) {
            Ok(function) => module.functions.push(function),
            Err(error) => errors.push(error),
        }
    }
    let sizes = [
        ("functions", lowered.functions.len()),
        ("classes", lowered.classes.len()),
        ("host functions", lowered.imports.len()),
        ("namespaces", lowered.namespaces.len()),
    ];
    for (what, count) in sizes {
        if count >= usize::from(u16::MAX) {
            let message = format!("this program has too many {what} ({count}); at most 65534 fit");
            errors.push(EmitError { file: program.entry, start: 0, end: 0, message });
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    module.classes = emitter.classes();
    module.consts = emitter.consts.finish();
    let mut strings = lowered.strings.clone();
    module.capabilities = program.capabilities.iter().map(|name| strings.intern(name)).collect();
    module.strings = strings.all().to_vec();
    Ok(module)
}

fn source_file(file: &crate::program::File, with_text: bool) -> SourceFile {
    let text = with_text.then(|| file.source.to_string());
    SourceFile { name: file.name.clone(), line_starts: file.line_starts.clone(), text }
}

/// What the functions of a module share while they are emitted.
struct Emitter<'a> {
    program: &'a mir::Program,
    /// By file: whether the module carries its text.
    texts: &'a [bool],
    classes: FxHashMap<ClassId, u16>,
    consts: Consts,
}

impl Emitter<'_> {
    fn reg_type(&self, repr: mir::Repr) -> RegType {
        match repr {
            mir::Repr::Any => RegType::Any,
            mir::Repr::F64 => RegType::F64,
            mir::Repr::I32 => RegType::I32,
            mir::Repr::Bool => RegType::Bool,
            mir::Repr::Str => RegType::Str,
            mir::Repr::Obj(class) => self.classes.get(&class).map_or(RegType::Any, |&index| RegType::Obj(index)),
        }
    }

    /// Where a function's text is, of files that carry theirs.
    fn source(&self, func: &mir::Function) -> Option<SourceRange> {
        let source = func.source.filter(|source| self.texts[usize::from(source.file)])?;
        Some(SourceRange { file: source.file, start: source.start, end: source.end })
    }

    fn classes(&self) -> Vec<Class> {
        let field = |field: &mir::FieldDef| Field { name: field.name, ty: self.reg_type(field.repr) };
        let class = |class: &mir::ClassDef| Class {
            name: class.name,
            superclass: class.superclass.and_then(|id| self.classes.get(&id).copied()),
            fields: class.fields.iter().map(field).collect(),
        };
        self.program.classes.iter().map(class).collect()
    }

    fn template(&self, index: u32) -> (Vec<Option<StrId>>, Vec<StrId>) {
        let template = &self.program.templates[index as usize];
        (template.cooked.clone(), template.raw.clone())
    }
}
