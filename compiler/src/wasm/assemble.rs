//! From symbols to the binary: numbers for types, functions and globals in the order that the format wants, and every body with
//! them put in.

use rustc_hash::FxHashMap;
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, CompositeInnerType, CompositeType, ConstExpr, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, FieldType, FuncType, FunctionSection, GlobalSection, GlobalType, ImportSection, Module, NameMap,
    NameSection, RefType, StorageType, StructType, SubType, TableSection, TableType, TagKind, TagSection, TagType,
    TypeSection, ValType,
};
use wasmparser::{BinaryReader, FunctionBody};

use super::build::{Builder, CLASS_TYPES, Code, FUNC_TYPES, Func, Global, Init, Made, OWN, Stage};
use super::link;

/// The module under whose name string constants are imported.
const TEXTS: &str = "_";

/// Final numbers by symbol.
#[derive(Default)]
struct Numbers {
    functions: FxHashMap<Func, u32>,
    globals: FxHashMap<Global, u32>,
    runtime_types: u32,
    classes: u32,
}

impl Reencode for Numbers {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, func: u32) -> Result<u32, reencode::Error<Self::Error>> {
        Ok(*self.functions.get(&func).unwrap_or_else(|| panic!("function {func} was not demanded")))
    }

    fn global_index(&mut self, global: u32) -> Result<u32, reencode::Error<Self::Error>> {
        Ok(*self.globals.get(&global).unwrap_or_else(|| panic!("global {global} was not demanded")))
    }

    fn type_index(&mut self, ty: u32) -> Result<u32, reencode::Error<Self::Error>> {
        Ok(self.ty(ty))
    }

    fn type_index_unpacked(&mut self, ty: wasmparser::UnpackedIndex) -> Result<u32, reencode::Error<Self::Error>> {
        match ty {
            wasmparser::UnpackedIndex::Module(index) => Ok(self.ty(index)),
            other => unreachable!("a type of a module is no {other:?}"),
        }
    }
}

impl Numbers {
    fn ty(&self, ty: u32) -> u32 {
        if ty >= FUNC_TYPES {
            self.runtime_types + self.classes + ty - FUNC_TYPES
        } else if ty >= CLASS_TYPES {
            self.runtime_types + ty - CLASS_TYPES
        } else {
            ty
        }
    }

    fn val(&self, ty: ValType) -> ValType {
        match ty {
            ValType::Ref(RefType { nullable, heap_type: wasm_encoder::HeapType::Concrete(index) }) => {
                ValType::Ref(RefType { nullable, heap_type: wasm_encoder::HeapType::Concrete(self.ty(index)) })
            }
            other => other,
        }
    }
}

impl Builder<'_> {
    /// The binary; `exports` are functions by the names that embedders use.
    pub fn assemble(mut self, exports: &[(String, Func)]) -> Vec<u8> {
        let mut numbers = Numbers {
            runtime_types: self.runtime.types.len() as u32,
            classes: self.classes.len() as u32,
            ..Numbers::default()
        };
        let thrown = self.signature_number(&numbers);
        let mut module = Module::new();
        let mut imports = ImportSection::new();
        self.number_functions(&mut numbers, &mut imports);
        let globals = self.number_globals(&mut numbers, &mut imports);
        let types = self.types(&mut numbers);
        module.section(&types).section(&imports);
        let mut functions = FunctionSection::new();
        for &number in &self.runtime_order() {
            functions.function(self.runtime.functions[number as usize].ty);
        }
        for code in self.codes() {
            functions.function(numbers.ty(code.ty));
        }
        module.section(&functions);
        let mut tables = TableSection::new();
        let size = self.table.len() as u64;
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: size,
            maximum: Some(size),
            shared: false,
        });
        module.section(&tables);
        let mut tags = TagSection::new();
        tags.tag(TagType { kind: TagKind::Exception, func_type_idx: thrown });
        module.section(&tags).section(&globals);
        let mut out = ExportSection::new();
        out.export("throw", ExportKind::Tag, 0);
        for (name, func) in exports {
            out.export(name, ExportKind::Func, numbers.functions[func]);
        }
        module.section(&out);
        let mut elements = ElementSection::new();
        let table: Vec<u32> = self.table.iter().map(|func| numbers.functions[func]).collect();
        elements.active(None, &ConstExpr::i32_const(0), Elements::Functions(table.into()));
        module.section(&elements);
        let code = self.code(&mut numbers);
        module.section(&code);
        module.section(&self.names(&numbers));
        module.finish()
    }

    /// The runtime's own functions that were demanded, in its order.
    fn runtime_order(&self) -> Vec<u32> {
        let mut own: Vec<u32> =
            self.runtime_functions.iter().filter(|(number, func)| number == func).map(|(&number, _)| number).collect();
        own.sort_unstable();
        own
    }

    fn codes(&self) -> impl Iterator<Item = &Code> {
        self.own.iter().filter_map(|own| match &own.made {
            Made::Code(code) => Some(code),
            _ => None,
        })
    }

    fn number_functions(&self, numbers: &mut Numbers, imports: &mut ImportSection) {
        let mut next = 0;
        let mut number = |symbol: Func, numbers: &mut Numbers| {
            numbers.functions.insert(symbol, next);
            next += 1;
        };
        for (index, own) in self.own.iter().enumerate() {
            if let Made::Import { module, name, ty } = &own.made {
                imports.import(module, name, EntityType::Function(numbers.ty(*ty)));
                number(OWN + index as u32, numbers);
            }
        }
        for symbol in self.runtime_order() {
            number(symbol, numbers);
        }
        for (index, own) in self.own.iter().enumerate() {
            if matches!(own.made, Made::Code(_)) {
                number(OWN + index as u32, numbers);
            }
        }
        // The runtime calls what it imports by its own numbers.
        for (&symbol, func) in &self.runtime_functions {
            if symbol != *func {
                numbers.functions.insert(symbol, numbers.functions[func]);
            }
        }
    }

    fn number_globals(&mut self, numbers: &mut Numbers, imports: &mut ImportSection) -> GlobalSection {
        let mut next = 0;
        for (index, global) in self.globals.iter().enumerate() {
            if let Init::Text(text) = &global.init {
                let ty = GlobalType {
                    val_type: ValType::Ref(RefType { nullable: false, heap_type: EXTERN_HEAP }),
                    mutable: false,
                    shared: false,
                };
                imports.import(TEXTS, text, EntityType::Global(ty));
                numbers.globals.insert(OWN + index as u32, next);
                next += 1;
            }
        }
        let mut section = GlobalSection::new();
        let mut order: Vec<(Stage, u32)> = vec![];
        order.extend(
            self.globals
                .iter()
                .enumerate()
                .filter(|(_, global)| global.stage != Stage::Text)
                .map(|(index, global)| (global.stage, OWN + index as u32)),
        );
        let mut own: Vec<u32> = self
            .runtime_globals
            .iter()
            .filter(|(number, global)| number == global)
            .map(|(&number, _)| number)
            .collect();
        own.sort_unstable();
        // The runtime's own stand behind the symbols.
        order.extend(own.into_iter().map(|number| (Stage::Runtime, number)));
        order.sort_by_key(|&(stage, symbol)| (stage, symbol));
        for &(_, symbol) in &order {
            numbers.globals.insert(symbol, next);
            next += 1;
        }
        for (&number, &global) in &self.runtime_globals {
            if number != global {
                numbers.globals.insert(number, numbers.globals[&global]);
            }
        }
        for (_, symbol) in order {
            if symbol >= OWN {
                let global = &self.globals[(symbol - OWN) as usize];
                let Init::Value(init) = &global.init else { continue };
                let mut bytes = init.clone();
                bytes.push(0x0b);
                let init = numbers.const_expr(wasmparser::ConstExpr::new(BinaryReader::new(&bytes, 0))).expect(OURS);
                let ty = GlobalType { val_type: numbers.val(global.ty), mutable: global.mutable, shared: false };
                section.global(ty, &init);
            } else if let link::Global::Own { ty, init } = &self.runtime.globals[symbol as usize] {
                let ty = numbers.global_type(*ty).expect(OURS);
                let init = numbers.const_expr(init.clone()).expect(OURS);
                section.global(ty, &init);
            }
        }
        section
    }

    fn types(&mut self, numbers: &mut Numbers) -> TypeSection {
        let mut section = TypeSection::new();
        for group in &self.runtime.groups {
            numbers.parse_recursive_type_group(section.ty(), group.clone()).expect(OURS);
        }
        let classes = self.class_types(numbers);
        if !classes.is_empty() {
            section.ty().rec(classes);
        }
        for (params, results) in &self.signatures {
            let [params, results] =
                [params, results].map(|types| types.iter().map(|&ty| numbers.val(ty)).collect::<Vec<_>>());
            section.ty().func_type(&FuncType::new(params, results));
        }
        section
    }

    fn class_types(&mut self, numbers: &Numbers) -> Vec<SubType> {
        let mut types = vec![];
        for (unit, class) in self.classes.clone() {
            let parent = self.mir(unit).class(class).and_then(|def| def.superclass);
            let supertype = match parent {
                Some(parent) => self.class_type(unit, parent),
                None => self.ty("Object"),
            };
            let is_final = !self.mir(unit).classes.iter().any(|def| def.superclass == Some(class));
            let mut fields: Vec<FieldType> = ["Shape", "Any"]
                .iter()
                .map(|name| field(numbers.val(super::build::reference(self.ty(name), true))))
                .collect();
            for def in self.fields(unit, class) {
                let ty = self.val_type(unit, def.repr);
                fields.push(field(numbers.val(ty)));
            }
            let inner = CompositeInnerType::Struct(StructType { fields: fields.into() });
            let composite_type = CompositeType { inner, shared: false, descriptor: None, describes: None };
            types.push(SubType { is_final, supertype_idx: Some(numbers.ty(supertype)), composite_type });
        }
        types
    }

    /// The type of the tag: one dynamic value.
    fn signature_number(&mut self, numbers: &Numbers) -> u32 {
        let ty = self.signature(&[super::build::ANY], &[]);
        numbers.ty(ty)
    }

    fn code(&self, numbers: &mut Numbers) -> CodeSection {
        let mut section = CodeSection::new();
        for number in self.runtime_order() {
            if let link::Function::Body(body) = &self.runtime.functions[number as usize].what {
                numbers.parse_function_body(&mut section, body.clone()).expect(OURS);
            }
        }
        for code in self.codes() {
            let mut bytes = vec![];
            let function = wasm_encoder::Function::new_with_locals_types(code.locals.iter().copied());
            let mut head = function.into_raw_body();
            bytes.append(&mut head);
            bytes.extend_from_slice(&code.bytes);
            let body = FunctionBody::new(BinaryReader::new(&bytes, 0));
            numbers.parse_function_body(&mut section, body).expect(OURS);
        }
        section
    }

    /// Names for stack traces and for whoever looks into the file.
    fn names(&self, numbers: &Numbers) -> NameSection {
        let mut named: Vec<(u32, &str)> = vec![];
        for (index, own) in self.own.iter().enumerate() {
            if let Some(&number) = numbers.functions.get(&(OWN + index as u32)) {
                named.push((number, &own.name));
            }
        }
        for number in self.runtime_order() {
            named.extend(self.runtime.name(number).map(|name| (numbers.functions[&number], name)));
        }
        named.sort_unstable();
        let mut map = NameMap::new();
        for (number, name) in named {
            map.append(number, name);
        }
        let mut section = NameSection::new();
        section.functions(&map);
        section
    }
}

const OURS: &str = "it was encoded here, or by the build";

const EXTERN_HEAP: wasm_encoder::HeapType =
    wasm_encoder::HeapType::Abstract { shared: false, ty: wasm_encoder::AbstractHeapType::Extern };

fn field(ty: ValType) -> FieldType {
    FieldType { element_type: StorageType::Val(ty), mutable: true }
}
