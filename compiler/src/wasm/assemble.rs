//! From symbols to the binary: numbers for types, functions and globals in the order that the format wants, and every body with
//! them put in.

use rustc_hash::{FxHashMap, FxHashSet};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, CompositeInnerType, CompositeType, ConstExpr, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, FieldType, FuncType, FunctionSection, GlobalSection, GlobalType, ImportSection, Module, NameMap,
    NameSection, RefType, StorageType, StructType, SubType, TableSection, TableType, TagKind, TagSection, TagType,
    TypeSection, ValType,
};
use wasmparser::{BinaryReader, FunctionBody};

use super::build::{Builder, CLASS_TYPES, Code, FUNC_TYPES, Func, Global, Init, Made, OWN, Stage};
use super::link::{self, RUNTIME};

/// The module under whose name string constants are imported.
const TEXTS: &str = "_";

/// Final numbers by symbol.
#[derive(Default)]
struct Numbers {
    functions: FxHashMap<Func, u32>,
    globals: FxHashMap<Global, u32>,
    /// By the runtime's number: the module's, of those types that it uses.
    runtime_types: Vec<Option<u32>>,
    kept_types: u32,
    classes: u32,
    metered: bool,
}

/// Notes which types and globals are mentioned.
#[derive(Default)]
struct Mentions {
    types: FxHashSet<u32>,
    globals: FxHashSet<Global>,
}

impl Reencode for Mentions {
    type Error = std::convert::Infallible;

    fn global_index(&mut self, global: u32) -> Result<u32, reencode::Error<Self::Error>> {
        self.globals.insert(global);
        Ok(global)
    }

    fn type_index(&mut self, ty: u32) -> Result<u32, reencode::Error<Self::Error>> {
        self.types.insert(ty);
        Ok(ty)
    }

    fn type_index_unpacked(&mut self, ty: wasmparser::UnpackedIndex) -> Result<u32, reencode::Error<Self::Error>> {
        match ty {
            wasmparser::UnpackedIndex::Module(index) => self.type_index(index),
            other => unreachable!("a type of a module is no {other:?}"),
        }
    }
}

impl Reencode for Numbers {
    type Error = std::convert::Infallible;

    fn instruction<'a>(
        &mut self,
        op: wasmparser::Operator<'a>,
    ) -> Result<wasm_encoder::Instruction<'a>, reencode::Error<Self::Error>> {
        match op {
            // Where nobody counts nothing is paid for.
            wasmparser::Operator::Call { function_index } if !self.metered && RUNTIME.is_pay(function_index) => {
                Ok(wasm_encoder::Instruction::Drop)
            }
            op => reencode::utils::instruction(self, op),
        }
    }

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

impl Mentions {
    fn note(&mut self, value: ValType) {
        if let ValType::Ref(RefType { heap_type: wasm_encoder::HeapType::Concrete(ty), .. }) = value {
            self.types.insert(ty);
        }
    }
}

impl Code {
    /// The body as it stands in a module: with its locals.
    pub fn whole(&self) -> Vec<u8> {
        let mut bytes = wasm_encoder::Function::new_with_locals_types(self.locals.iter().copied()).into_raw_body();
        bytes.extend_from_slice(&self.bytes);
        bytes
    }
}

/// An initial value with its last `end`.
fn ended(init: &[u8]) -> Vec<u8> {
    let mut bytes = init.to_vec();
    bytes.push(0x0b);
    bytes
}

impl Numbers {
    fn ty(&self, ty: u32) -> u32 {
        if ty >= FUNC_TYPES {
            self.kept_types + self.classes + ty - FUNC_TYPES
        } else if ty >= CLASS_TYPES {
            self.kept_types + ty - CLASS_TYPES
        } else {
            self.runtime_types[ty as usize].unwrap_or_else(|| panic!("type {ty} was not mentioned"))
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
    pub fn assemble(&mut self, exports: &[(String, Func)]) -> Vec<u8> {
        // The tag's signature is one of the module's.
        self.signature(&[super::build::ANY], &[]);
        let mut numbers =
            Numbers { classes: self.classes.len() as u32, metered: self.bytecode.is_some(), ..Numbers::default() };
        let used = self.mentioned();
        self.number_types(&mut numbers, &used.types);
        let thrown = self.signature_number(&numbers);
        let mut module = Module::new();
        let mut imports = ImportSection::new();
        self.number_functions(&mut numbers, &mut imports);
        let globals = self.number_globals(&mut numbers, &mut imports, &used.globals);
        let types = self.types(&mut numbers);
        module.section(&types).section(&imports);
        let mut functions = FunctionSection::new();
        for &number in &self.runtime_order() {
            functions.function(numbers.ty(self.runtime.functions[number as usize].ty));
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
        if self.bytecode.is_some() {
            let fuel = self.global("fuel");
            out.export("fuel", ExportKind::Global, numbers.globals[&fuel]);
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

    /// Numbers those of the runtime's types that the module uses.
    fn number_types(&self, numbers: &mut Numbers, used: &FxHashSet<u32>) {
        let mut next = 0;
        for number in 0..self.runtime.types.len() as u32 {
            let kept = used.contains(&number).then_some(next);
            next += u32::from(kept.is_some());
            numbers.runtime_types.push(kept);
        }
        numbers.kept_types = next;
    }

    /// The globals that code mentions, and the runtime's types that these, code, classes and signatures do, with what these are made of.
    fn mentioned(&mut self) -> Mentions {
        let mut mentions = self.mentioned_by_code();
        self.add_globals(&mut mentions);
        let signatures = self.signatures.iter().flat_map(|(params, results)| params.iter().chain(results));
        let mut values: Vec<ValType> = signatures.copied().collect();
        if !self.classes.is_empty() {
            mentions.types.extend(["Object", "Shape", "Any"].map(|name| self.ty(name)));
        }
        for (unit, class) in self.classes.clone() {
            let reprs: Vec<_> = self.fields(unit, class).iter().map(|field| field.repr).collect();
            values.extend(reprs.into_iter().map(|repr| self.val_type(unit, repr)));
        }
        values.into_iter().for_each(|value| mentions.note(value));
        let mut todo: Vec<u32> = mentions.types.drain().collect();
        while let Some(ty) = todo.pop() {
            if ty < CLASS_TYPES && mentions.types.insert(ty) {
                let mut parts = Mentions::default();
                parts.sub_type(self.runtime.types[ty as usize].clone()).expect(OURS);
                todo.extend(parts.types);
            }
        }
        mentions
    }

    fn mentioned_by_code(&self) -> Mentions {
        let mut mentions = Mentions::default();
        let mut unused = CodeSection::new();
        for number in self.runtime_order() {
            mentions.types.insert(self.runtime.functions[number as usize].ty);
            if let Some(body) = self.runtime_body(number) {
                mentions.parse_function_body(&mut unused, body).expect(OURS);
            }
        }
        for own in &self.own {
            match &own.made {
                Made::Code(code) => {
                    let bytes = code.whole();
                    mentions.types.insert(code.ty);
                    let body = FunctionBody::new(BinaryReader::new(&bytes, 0));
                    mentions.parse_function_body(&mut unused, body).expect(OURS);
                }
                Made::Import { ty, .. } => {
                    mentions.types.insert(*ty);
                }
                Made::Pending => {}
            }
        }
        mentions
    }

    /// Adds what the initial values of globals mention, and their types.
    fn add_globals(&self, mentions: &mut Mentions) {
        let mut todo: Vec<Global> = mentions.globals.drain().collect();
        while let Some(symbol) = todo.pop() {
            if !mentions.globals.insert(symbol) {
                continue;
            }
            let mut parts = Mentions::default();
            if symbol >= OWN {
                let global = &self.globals[(symbol - OWN) as usize];
                parts.note(global.ty);
                if let Init::Value(init) = &global.init {
                    parts.const_expr(wasmparser::ConstExpr::new(BinaryReader::new(&ended(init), 0))).expect(OURS);
                }
            } else if self.runtime_globals[&symbol] != symbol {
                todo.push(self.runtime_globals[&symbol]);
            } else if let link::Global::Own { ty, init } = &self.runtime.globals[symbol as usize] {
                parts.global_type(*ty).expect(OURS);
                parts.const_expr(init.clone()).expect(OURS);
            }
            todo.extend(parts.globals);
            mentions.types.extend(parts.types);
        }
    }

    /// The runtime's own functions that were demanded, in its order.
    fn runtime_order(&self) -> Vec<u32> {
        let mut own: Vec<u32> =
            self.runtime_functions.iter().filter(|(number, func)| number == func).map(|(&number, _)| number).collect();
        own.sort_unstable();
        own
    }

    pub fn codes(&self) -> impl Iterator<Item = &Code> {
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

    fn number_globals(
        &mut self,
        numbers: &mut Numbers,
        imports: &mut ImportSection,
        used: &FxHashSet<Global>,
    ) -> GlobalSection {
        let mut next = 0;
        for (index, global) in self.globals.iter().enumerate() {
            if let Init::Text(text) = &global.init
                && used.contains(&(OWN + index as u32))
            {
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
        order.retain(|(_, symbol)| used.contains(symbol));
        order.sort_by_key(|&(stage, symbol)| (stage, symbol));
        for &(_, symbol) in &order {
            numbers.globals.insert(symbol, next);
            next += 1;
        }
        for (&number, &global) in &self.runtime_globals {
            if let Some(&place) = numbers.globals.get(&global) {
                numbers.globals.insert(number, place);
            }
        }
        for (_, symbol) in order {
            if symbol >= OWN {
                let global = &self.globals[(symbol - OWN) as usize];
                let Init::Value(init) = &global.init else { continue };
                let init =
                    numbers.const_expr(wasmparser::ConstExpr::new(BinaryReader::new(&ended(init), 0))).expect(OURS);
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
        let mut first = 0;
        for group in &self.runtime.groups {
            let numbered = (first..).zip(group.types());
            let kept: Vec<_> =
                numbered.filter(|(number, _)| numbers.runtime_types[*number as usize].is_some()).collect();
            first += group.types().len() as u32;
            let kept = kept.into_iter().map(|(_, ty)| numbers.sub_type(ty.clone()).expect(OURS));
            let kept: Vec<SubType> = kept.collect();
            if group.is_explicit_rec_group() && !kept.is_empty() {
                section.ty().rec(kept);
            } else if let Some(only) = kept.first() {
                section.ty().subtype(only);
            }
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

    /// The code of one of the runtime's own functions; of a stub, that it is never reached.
    fn runtime_body(&self, number: u32) -> Option<FunctionBody<'static>> {
        // No locals; `unreachable`; `end`.
        static STUB: [u8; 3] = [0, 0, 0x0b];
        if self.closed.is_closed(number) {
            return Some(FunctionBody::new(BinaryReader::new(&STUB, 0)));
        }
        match &self.runtime.functions[number as usize].what {
            link::Function::Body(body) => Some(body.clone()),
            link::Function::Import(_) => None,
        }
    }

    fn code(&self, numbers: &mut Numbers) -> CodeSection {
        let mut section = CodeSection::new();
        for number in self.runtime_order() {
            if let Some(body) = self.runtime_body(number) {
                numbers.parse_function_body(&mut section, body).expect(OURS);
            }
        }
        for code in self.codes() {
            let bytes = code.whole();
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

pub(super) const OURS: &str = "it was encoded here, or by the build";

const EXTERN_HEAP: wasm_encoder::HeapType =
    wasm_encoder::HeapType::Abstract { shared: false, ty: wasm_encoder::AbstractHeapType::Extern };

fn field(ty: ValType) -> FieldType {
    FieldType { element_type: StorageType::Val(ty), mutable: true }
}
