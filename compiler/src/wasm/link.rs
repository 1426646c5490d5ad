//! The runtime, taken apart: what each of its functions and globals is, so that a program gets only those that it reaches. The text
//! is `runtime/*.wat`, one module; `build.rs` assembles it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use wasmparser::{CompositeInnerType, ExternalKind, FunctionBody, Operator, Payload, TypeRef};

static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/runtime.wasm"));

/// The runtime of every program.
pub(super) static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::parse(BYTES).expect("the runtime was assembled by the build"));

/// Something that the runtime takes from the program: module and name of an import.
pub(super) type Import = (&'static str, &'static str);

#[derive(Debug)]
pub(super) enum Function {
    Import(Import),
    Body(FunctionBody<'static>),
}

#[derive(Debug)]
pub(super) enum Global {
    Import(Import),
    Own { ty: wasmparser::GlobalType, init: wasmparser::ConstExpr<'static> },
}

/// A function with the number of its type.
#[derive(Debug)]
pub(super) struct Typed {
    pub ty: u32,
    pub what: Function,
}

#[derive(Debug, Default)]
pub(super) struct Runtime {
    pub groups: Vec<wasmparser::RecGroup>,
    /// Every type by its number; functions' parameters and results are looked up here.
    pub types: Vec<wasmparser::SubType>,
    pub functions: Vec<Typed>,
    pub globals: Vec<Global>,
    /// See [`Self::is_pay`].
    pay: Option<u32>,
    functions_by_name: FxHashMap<&'static str, u32>,
    globals_by_name: FxHashMap<&'static str, u32>,
    types_by_name: FxHashMap<&'static str, u32>,
    names: FxHashMap<u32, &'static str>,
    fields: FxHashMap<(u32, &'static str), u32>,
}

impl Runtime {
    fn parse(bytes: &'static [u8]) -> wasmparser::Result<Self> {
        let mut runtime = Self::default();
        let (mut declared, mut bodies) = (vec![], 0);
        for payload in wasmparser::Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section {
                        let group = group?;
                        runtime.types.extend(group.types().cloned());
                        runtime.groups.push(group);
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        let from = (import.module, import.name);
                        match import.ty {
                            TypeRef::Func(ty) => runtime.functions.push(Typed { ty, what: Function::Import(from) }),
                            TypeRef::Global(_) => runtime.globals.push(Global::Import(from)),
                            _ => {}
                        }
                    }
                }
                Payload::FunctionSection(section) => declared = section.into_iter().collect::<Result<Vec<_>, _>>()?,
                Payload::GlobalSection(section) => {
                    for global in section {
                        let global = global?;
                        runtime.globals.push(Global::Own { ty: global.ty, init: global.init_expr });
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        match export.kind {
                            ExternalKind::Func => runtime.functions_by_name.insert(export.name, export.index),
                            ExternalKind::Global => runtime.globals_by_name.insert(export.name, export.index),
                            _ => None,
                        };
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    runtime.functions.push(Typed { ty: declared[bodies], what: Function::Body(body) });
                    bodies += 1;
                }
                Payload::CustomSection(section) => {
                    if let wasmparser::KnownCustom::Name(names) = section.as_known() {
                        runtime.read_names(names)?;
                    }
                }
                _ => {}
            }
        }
        runtime.pay = runtime.function("pay");
        Ok(runtime)
    }

    /// Types and globals are found by the names that the text gives them.
    fn read_names(&mut self, names: wasmparser::NameSectionReader<'static>) -> wasmparser::Result<()> {
        for part in names {
            match part? {
                wasmparser::Name::Function(map) => {
                    for naming in map {
                        let naming = naming?;
                        self.names.insert(naming.index, naming.name);
                    }
                }
                wasmparser::Name::Type(map) => {
                    for naming in map {
                        let naming = naming?;
                        self.types_by_name.insert(naming.name, naming.index);
                    }
                }
                wasmparser::Name::Global(map) => {
                    for naming in map {
                        let naming = naming?;
                        self.globals_by_name.insert(naming.name, naming.index);
                    }
                }
                wasmparser::Name::Field(types) => {
                    for ty in types {
                        let ty = ty?;
                        for naming in ty.names {
                            let naming = naming?;
                            self.fields.insert((ty.index, naming.name), naming.index);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The number of a field that the text names.
    pub fn field(&self, ty: &str, field: &str) -> u32 {
        let found = self.fields.get(&(self.ty(ty), field));
        *found.unwrap_or_else(|| panic!("the runtime's type ${ty} has no field ${field}"))
    }

    /// The function that is exported by that name.
    pub fn function(&self, name: &str) -> Option<u32> {
        self.functions_by_name.get(name).copied()
    }

    pub fn global(&self, name: &str) -> Option<u32> {
        self.globals_by_name.get(name).copied()
    }

    /// The type that the text calls `$name`.
    pub fn ty(&self, name: &str) -> u32 {
        *self.types_by_name.get(name).unwrap_or_else(|| panic!("the runtime has no type ${name}"))
    }

    /// Whether it only burns fuel, for what its operand counts: calls of it are left out where nobody counts.
    pub fn is_pay(&self, function: u32) -> bool {
        self.pay == Some(function)
    }

    /// What the text calls a function, for stack traces.
    pub fn name(&self, function: u32) -> Option<&'static str> {
        self.names.get(&function).copied()
    }

    pub fn signature(&self, function: u32) -> &wasmparser::FuncType {
        let ty = self.functions[function as usize].ty;
        match &self.types[ty as usize].composite_type.inner {
            CompositeInnerType::Func(signature) => signature,
            other => unreachable!("a function has the type {other:?}"),
        }
    }

    /// What a body mentions.
    pub fn uses(&self, function: u32) -> (Vec<u32>, Vec<u32>) {
        let Function::Body(body) = &self.functions[function as usize].what else { return Default::default() };
        let (mut functions, mut globals) = (vec![], vec![]);
        let operators = body.get_operators_reader().expect("the runtime was assembled by the build");
        for operator in operators {
            match operator.expect("the runtime was assembled by the build") {
                Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } => functions.push(function_index),
                Operator::GlobalGet { global_index } | Operator::GlobalSet { global_index } => {
                    globals.push(global_index);
                }
                _ => {}
            }
        }
        (functions, globals)
    }

    /// The globals that a global's first value mentions.
    pub fn global_uses(&self, global: u32) -> Vec<u32> {
        let Global::Own { init, .. } = &self.globals[global as usize] else { return vec![] };
        let operators = init.get_operators_reader().into_iter();
        operators
            .filter_map(|operator| match operator {
                Ok(Operator::GlobalGet { global_index }) => Some(global_index),
                _ => None,
            })
            .collect()
    }
}
