//! The module that grows: functions and globals that something demanded, by symbol, and those that are still to be written. Symbols
//! below [`OWN`] are the runtime's own numbers; `assemble` turns all into final ones.

use std::collections::VecDeque;
use std::rc::Rc;

use mosl_bytecode::StrId;
use rustc_hash::{FxHashMap, FxHashSet};
use wasm_encoder::{HeapType, RefType, ValType};

use super::library::{LIBRARY, Library};
use super::link::{self, RUNTIME, Runtime};
use super::realm::Realm;
use super::source_map::Mark;
use crate::mir::{self, FuncId, Repr};
use crate::program::ClassId;

/// Symbols from here on are not the runtime's.
pub(super) const OWN: u32 = 1 << 19;
/// Types from here on are classes' ...
pub(super) const CLASS_TYPES: u32 = 1 << 16;
/// ... and from here on signatures.
pub(super) const FUNC_TYPES: u32 = 1 << 18;

/// A function of the module, or of an import.
pub(super) type Func = u32;
pub(super) type Global = u32;
pub(super) type Type = u32;

/// Whose MIR a function comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Unit {
    Program,
    Library,
}

/// What a function is made from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Key {
    /// A host function: module, name, and its type.
    Import(String, String, Type),
    /// The code of a function: as called directly, or as closures are.
    Body(Unit, FuncId),
    /// How closures of a function that is also called directly are called.
    Entry(Unit, FuncId),
    /// How code calls a closure's function that it knows: with typed parameters.
    Worker(Unit, FuncId),
    /// How a built-in function object is called; whether it is a constructor.
    Native(FuncId, bool),
    /// The code of a function that waits, from one wait to the next.
    Resume(Unit, FuncId),
    /// How instances of a class are made, and their fields reached by number.
    Alloc(Unit, ClassId),
    FieldGet(Unit, ClassId),
    FieldSet(Unit, ClassId),
    /// What an embedder calls.
    Export(FuncId),
    /// What a namespace object's properties are, by number.
    Namespace(Unit, u16),
    /// What the entry file exports, by name.
    ModuleExport,
    /// The code of what is never called.
    Idle,
    /// What runs first.
    Start,
}

/// A function's code, in symbols.
#[derive(Debug)]
pub(super) struct Code {
    pub ty: Type,
    pub locals: Vec<ValType>,
    /// The instructions, with the last `end`.
    pub bytes: Vec<u8>,
    /// Where instructions come from, in their order.
    pub marks: Vec<Mark>,
}

#[derive(Debug)]
pub(super) enum Made {
    Pending,
    Import { module: String, name: String, ty: Type },
    Code(Code),
}

#[derive(Debug)]
pub(super) struct Own {
    pub name: String,
    pub made: Made,
}

/// Which part of the globals it stands in: each may mention those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Stage {
    Text,
    Str,
    Symbol,
    /// Those of the runtime.
    Runtime,
    Layout,
    Info,
    Late,
}

#[derive(Debug)]
pub(super) enum Init {
    /// The imported string constant of that text.
    Text(String),
    /// Instructions without the last `end`.
    Value(Vec<u8>),
}

#[derive(Debug)]
pub(super) struct OwnGlobal {
    pub stage: Stage,
    pub ty: ValType,
    pub mutable: bool,
    pub init: Init,
}

/// A string constant of the module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    pub global: Global,
    /// It stands as a property key.
    is_key: bool,
}

pub(super) struct Builder<'a> {
    pub program: &'a mir::Program,
    /// The program's files, by number.
    pub files: &'a [super::SourceFile<'a>],
    pub options: super::Options,
    pub guesses: Rc<super::guess::Guesses>,
    pub library: &'static Library,
    pub runtime: &'static Runtime,
    keys: FxHashMap<Key, Func>,
    pub own: Vec<Own>,
    pub pending: VecDeque<(Func, Key)>,
    pub globals: Vec<OwnGlobal>,
    /// By the runtime's number: what it is once demanded. An import is what the program gives instead.
    pub runtime_functions: FxHashMap<u32, Func>,
    pub runtime_globals: FxHashMap<u32, Global>,
    texts: FxHashMap<Box<[u16]>, Text>,
    /// Texts that no name in a module can hold: made at the start.
    pub spelled: Vec<(Global, Box<[u16]>)>,
    /// Strings that stand as property keys, in the order of demand.
    pub key_globals: Vec<Global>,
    pub signatures: Vec<(Vec<ValType>, Vec<ValType>)>,
    signature_index: FxHashMap<(Vec<ValType>, Vec<ValType>), Type>,
    pub classes: Vec<(Unit, ClassId)>,
    class_index: FxHashMap<(Unit, ClassId), Type>,
    /// Functions by their place in the table.
    pub table: Vec<Func>,
    table_index: FxHashMap<Func, i32>,
    layouts: FxHashMap<(Unit, ClassId), Global>,
    infos: FxHashMap<Func, Global>,
    variables: FxHashMap<(Unit, u32), Global>,
    numbers: FxHashMap<u64, Global>,
    /// By function of the program: its calls by name lead to no cycle.
    ends: Vec<bool>,
    method_closures: FxHashMap<FuncId, Global>,
    /// Functions that are called by name: their code takes typed parameters and no closure.
    direct: FxHashSet<(Unit, FuncId)>,
    pub realm: Realm,
    pub caches: FxHashMap<super::realm::Cache, Global>,
    pub closed: super::gates::Closed,
    /// What was demanded and is nowhere: the tests prove that there is no such thing.
    pub missing: Vec<String>,
    /// The program throws something of its own.
    pub throws: bool,
    /// Module-level variables that something reads.
    pub read_slots: FxHashSet<(Unit, u32)>,
    /// How much there was of what the start depends on when it was written.
    pub started_with: [usize; 7],
}

impl<'a> Builder<'a> {
    pub fn new(program: &'a mir::Program, files: &'a [super::SourceFile<'a>], options: super::Options) -> Self {
        let library = &*LIBRARY;
        let mut direct = FxHashSet::default();
        for (unit, mir) in [(Unit::Program, program), (Unit::Library, &library.mir)] {
            for inst in mir.functions.iter().flat_map(|function| &function.blocks).flat_map(|block| &block.insts) {
                if let mir::Op::CallDirect(callee) = inst.op {
                    direct.insert((unit, callee));
                }
            }
        }
        Self {
            program,
            files,
            options,
            guesses: Rc::new(super::guess::Guesses::new(program)),
            library,
            runtime: &RUNTIME,
            keys: FxHashMap::default(),
            own: vec![],
            pending: VecDeque::new(),
            globals: vec![],
            runtime_functions: FxHashMap::default(),
            runtime_globals: FxHashMap::default(),
            texts: FxHashMap::default(),
            spelled: vec![],
            key_globals: vec![],
            signatures: vec![],
            signature_index: FxHashMap::default(),
            classes: vec![],
            class_index: FxHashMap::default(),
            table: vec![],
            table_index: FxHashMap::default(),
            layouts: FxHashMap::default(),
            infos: FxHashMap::default(),
            variables: FxHashMap::default(),
            numbers: FxHashMap::default(),
            ends: ends(program),
            method_closures: FxHashMap::default(),
            direct,
            realm: Realm::default(),
            caches: FxHashMap::default(),
            closed: super::gates::Closed::default(),
            missing: vec![],
            throws: false,
            read_slots: FxHashSet::default(),
            started_with: [0; 7],
        }
    }

    pub fn mir(&self, unit: Unit) -> &'a mir::Program {
        match unit {
            Unit::Program => self.program,
            Unit::Library => &self.library.mir,
        }
    }

    /// Whether a function's calls by name lead to no cycle.
    pub fn comes_to_an_end(&self, unit: Unit, func: FuncId) -> bool {
        let ends = match unit {
            Unit::Program => &self.ends,
            Unit::Library => &self.library.ends,
        };
        ends[func.0 as usize]
    }

    pub fn is_platform(&self, file: u16) -> bool {
        self.files.get(usize::from(file)).is_some_and(|file| file.is_platform)
    }

    pub fn function(&self, unit: Unit, func: FuncId) -> &'a mir::Function {
        self.mir(unit).function(func)
    }

    /// Whether a function's code is called by name, with typed parameters.
    pub fn is_direct(&self, unit: Unit, func: FuncId) -> bool {
        self.direct.contains(&(unit, func))
    }

    /// From now on code calls this function of the library by name.
    pub fn library_call(&mut self, func: FuncId) -> Func {
        self.direct.insert((Unit::Library, func));
        self.demand(Key::Body(Unit::Library, func))
    }

    /// The function made from a key.
    pub fn demand(&mut self, key: Key) -> Func {
        if let Some(&func) = self.keys.get(&key) {
            return func;
        }
        let func = OWN + self.own.len() as u32;
        self.keys.insert(key.clone(), func);
        let name = self.name_of(&key);
        if let Key::Import(module, name_there, ty) = key {
            self.own.push(Own { name, made: Made::Import { module, name: name_there, ty } });
        } else {
            self.own.push(Own { name, made: Made::Pending });
            self.pending.push_back((func, key));
        }
        func
    }

    pub fn is_demanded(&self, key: &Key) -> bool {
        self.keys.contains_key(key)
    }

    /// A function whose code is written last.
    pub fn reserve(&mut self, key: Key) -> Func {
        let func = OWN + self.own.len() as u32;
        let name = self.name_of(&key);
        self.keys.insert(key, func);
        self.own.push(Own { name, made: Made::Pending });
        func
    }

    fn name_of(&self, key: &Key) -> String {
        let named = |unit: Unit, func: FuncId, what: &str| {
            let name =
                self.function(unit, func).name.map_or_else(String::new, |name| self.mir(unit).strings.text(name));
            format!("{name}{what}")
        };
        match key {
            Key::Import(module, name, _) => format!("{module}.{name}"),
            Key::Body(unit, func) => named(*unit, *func, ""),
            Key::Entry(unit, func) => named(*unit, *func, " (as a closure)"),
            Key::Native(func, _) => named(Unit::Library, *func, " (built-in)"),
            Key::Worker(unit, func) => named(*unit, *func, " (typed)"),
            Key::Resume(unit, func) => named(*unit, *func, " (resumed)"),
            Key::Export(func) => named(Unit::Library, *func, " (exported)"),
            other => format!("{other:?}"),
        }
    }

    pub fn finish(&mut self, func: Func, code: Code) {
        self.own[(func - OWN) as usize].made = Made::Code(code);
    }

    /// A function that the runtime exports.
    pub fn runtime(&mut self, name: &str) -> Func {
        match self.runtime.function(name) {
            Some(number) => self.runtime_function(number),
            None => {
                self.lacks(format!("the runtime's `{name}`"));
                self.runtime_function(0)
            }
        }
    }

    pub fn lacks(&mut self, what: String) {
        if !self.missing.contains(&what) {
            self.missing.push(what);
        }
    }

    /// A function of the runtime by its number, with all that it mentions.
    pub fn runtime_function(&mut self, number: u32) -> Func {
        if let Some(&func) = self.runtime_functions.get(&number) {
            return func;
        }
        self.runtime_functions.insert(number, number);
        if let link::Function::Import((module, name)) = self.runtime.functions[number as usize].what {
            let func = self.runtime_import(number, module, name);
            self.runtime_functions.insert(number, func);
            return func;
        }
        if !self.close_runtime(number) {
            self.runtime_uses(number);
        }
        number
    }

    /// Demands what a function of the runtime mentions.
    pub fn runtime_uses(&mut self, number: u32) {
        let (functions, globals) = self.runtime.uses(number);
        for used in functions {
            self.runtime_function(used);
        }
        for used in globals {
            self.runtime_global(used);
        }
    }

    /// What stands for a function that the runtime imports: one of the library or of the host.
    fn runtime_import(&mut self, number: u32, module: &str, name: &str) -> Func {
        if module == "mosl:lib" {
            return match self.library.function(name).or_else(|| self.library.native(name)) {
                Some(func) => self.library_call(func),
                None => {
                    let ty = self.runtime.functions[number as usize].ty;
                    self.demand(Key::Import("mosl:missing".to_owned(), name.to_owned(), ty))
                }
            };
        }
        let ty = self.runtime.functions[number as usize].ty;
        self.demand(Key::Import(module.to_owned(), name.to_owned(), ty))
    }

    /// A global that the runtime names.
    pub fn global(&mut self, name: &str) -> Global {
        let number = self.runtime.global(name).unwrap_or_else(|| panic!("the runtime has no global ${name}"));
        self.runtime_global(number)
    }

    pub fn runtime_global(&mut self, number: u32) -> Global {
        if let Some(&global) = self.runtime_globals.get(&number) {
            return global;
        }
        let global = match self.runtime.globals[number as usize] {
            link::Global::Import(("mosl:str", text)) => {
                self.note_name(text);
                self.key(text)
            }
            link::Global::Import(("mosl:text", text)) => self.key(text),
            link::Global::Import(("mosl:sym", name)) => self.symbol(name),
            link::Global::Import(("mosl:intrinsic", path)) => self.mentioned_intrinsic(path),
            link::Global::Import((module, name)) => panic!("the runtime imports {module}.{name}"),
            link::Global::Own { .. } => number,
        };
        self.runtime_globals.insert(number, global);
        for used in self.runtime.global_uses(number) {
            self.runtime_global(used);
        }
        global
    }

    pub fn add_global(&mut self, stage: Stage, ty: ValType, mutable: bool, init: Init) -> Global {
        self.globals.push(OwnGlobal { stage, ty, mutable, init });
        OWN + self.globals.len() as u32 - 1
    }

    /// A string constant that stands as a property key.
    pub fn key(&mut self, text: &str) -> Global {
        let units: Vec<u16> = text.encode_utf16().collect();
        self.key_units(&units)
    }

    pub fn key_units(&mut self, units: &[u16]) -> Global {
        let global = self.text_units(units);
        let text = self.texts.get_mut(units).expect("it was just made");
        if !std::mem::replace(&mut text.is_key, true) {
            self.key_globals.push(global);
        }
        global
    }

    pub fn key_id(&mut self, unit: Unit, id: StrId) -> Global {
        let mir = self.mir(unit);
        self.key_units(mir.strings.units(id))
    }

    pub fn text(&mut self, text: &str) -> Global {
        let units: Vec<u16> = text.encode_utf16().collect();
        self.text_units(&units)
    }

    pub fn text_id(&mut self, unit: Unit, id: StrId) -> Global {
        let mir = self.mir(unit);
        self.text_units(mir.strings.units(id))
    }

    /// A string constant.
    pub fn text_units(&mut self, units: &[u16]) -> Global {
        if let Some(text) = self.texts.get(units) {
            return text.global;
        }
        const LONGEST: usize = 16_000;
        let str = self.ty("Str");
        let global = match String::from_utf16(units) {
            Ok(text) if units.len() <= LONGEST => {
                let external = self.add_global(Stage::Text, EXTERN, false, Init::Text(text));
                let mut init = vec![];
                let mut sink = wasm_encoder::InstructionSink::new(&mut init);
                sink.global_get(external).i32_const(0).ref_null(HeapType::Concrete(str)).struct_new(str);
                self.add_global(Stage::Str, reference(str, false), false, Init::Value(init))
            }
            _ => {
                let mut init = vec![];
                wasm_encoder::InstructionSink::new(&mut init).ref_null(HeapType::Concrete(str));
                let global = self.add_global(Stage::Late, reference(str, true), true, Init::Value(init));
                self.spelled.push((global, units.into()));
                global
            }
        };
        self.texts.insert(units.into(), Text { global, is_key: false });
        global
    }

    /// The type that the runtime's text calls so.
    pub fn ty(&self, name: &str) -> Type {
        self.runtime.ty(name)
    }

    /// The number of a field of one of the runtime's types.
    pub fn field(&self, ty: &str, field: &str) -> u32 {
        self.runtime.field(ty, field)
    }

    pub fn signature(&mut self, params: &[ValType], results: &[ValType]) -> Type {
        let key = (params.to_vec(), results.to_vec());
        if let Some(&ty) = self.signature_index.get(&key) {
            return ty;
        }
        let ty = FUNC_TYPES + self.signatures.len() as u32;
        self.signatures.push(key.clone());
        self.signature_index.insert(key, ty);
        ty
    }

    /// The type of a class's instances.
    pub fn class_type(&mut self, unit: Unit, class: ClassId) -> Type {
        if let Some(&ty) = self.class_index.get(&(unit, class)) {
            return ty;
        }
        if let Some(parent) = self.mir(unit).class(class).and_then(|def| def.superclass) {
            self.class_type(unit, parent);
        }
        let ty = CLASS_TYPES + self.classes.len() as u32;
        self.classes.push((unit, class));
        self.class_index.insert((unit, class), ty);
        for field in self.fields(unit, class) {
            self.val_type(unit, field.repr);
        }
        ty
    }

    /// All fields of a class, superclasses' first.
    pub fn fields(&self, unit: Unit, class: ClassId) -> Vec<&'a mir::FieldDef> {
        let mut chain = vec![];
        let mut next = self.mir(unit).class(class);
        while let Some(def) = next {
            chain.push(def);
            next = def.superclass.and_then(|id| self.mir(unit).class(id));
        }
        chain.iter().rev().flat_map(|def| &def.fields).collect()
    }

    pub fn val_type(&mut self, unit: Unit, repr: Repr) -> ValType {
        match repr {
            Repr::Any => ANY,
            Repr::F64 => ValType::F64,
            Repr::I32 | Repr::Bool => ValType::I32,
            Repr::Str => reference(self.ty("Str"), true),
            Repr::Obj(class) => reference(self.class_type(unit, class), true),
        }
    }

    /// A function's place in the table.
    pub fn place(&mut self, func: Func) -> i32 {
        if let Some(&place) = self.table_index.get(&func) {
            return place;
        }
        let place = self.table.len() as i32;
        self.table.push(func);
        self.table_index.insert(func, place);
        place
    }

    /// The global of a module-level variable that is read.
    pub fn read_variable(&mut self, unit: Unit, slot: u32) -> Global {
        self.read_slots.insert((unit, slot));
        self.variable(unit, slot)
    }

    /// The global of a module-level variable.
    pub fn variable(&mut self, unit: Unit, slot: u32) -> Global {
        if let Some(&global) = self.variables.get(&(unit, slot)) {
            return global;
        }
        let uninit = self.global("uninit");
        let mut init = vec![];
        wasm_encoder::InstructionSink::new(&mut init).global_get(uninit);
        let global = self.add_global(Stage::Late, ANY, true, Init::Value(init));
        self.variables.insert((unit, slot), global);
        global
    }

    /// A number that is no small whole one, as a dynamic value.
    pub fn number(&mut self, value: f64) -> Global {
        if let Some(&global) = self.numbers.get(&value.to_bits()) {
            return global;
        }
        let num = self.ty("Num");
        let mut init = vec![];
        wasm_encoder::InstructionSink::new(&mut init).f64_const(value.into()).struct_new(num);
        let global = self.add_global(Stage::Str, reference(num, false), false, Init::Value(init));
        self.numbers.insert(value.to_bits(), global);
        global
    }

    /// The fixed fields of a class, as a constant.
    pub fn layout(&mut self, unit: Unit, class: ClassId) -> Global {
        if let Some(&global) = self.layouts.get(&(unit, class)) {
            return global;
        }
        let parent = self.mir(unit).class(class).and_then(|def| def.superclass).map(|parent| self.layout(unit, parent));
        let names: Vec<StrId> = self.fields(unit, class).iter().map(|field| field.name).collect();
        let keys: Vec<Global> = names.into_iter().map(|name| self.key_id(unit, name)).collect();
        let places = [Key::Alloc(unit, class), Key::FieldGet(unit, class), Key::FieldSet(unit, class)].map(|key| {
            let func = self.demand(key);
            self.place(func)
        });
        let (any, layout) = (self.ty("Any"), self.ty("Layout"));
        let mut init = vec![];
        let mut sink = wasm_encoder::InstructionSink::new(&mut init);
        for &key in &keys {
            sink.global_get(key);
        }
        sink.array_new_fixed(any, keys.len() as u32);
        for place in places {
            sink.i32_const(place);
        }
        match parent {
            Some(parent) => sink.global_get(parent),
            None => sink.ref_null(HeapType::Concrete(layout)),
        };
        sink.struct_new(layout);
        let global = self.add_global(Stage::Layout, reference(layout, false), false, Init::Value(init));
        self.layouts.insert((unit, class), global);
        global
    }

    /// What the closures of a function share, as a constant; `func` is its code.
    pub fn info(
        &mut self,
        func: Func,
        name: Option<Global>,
        length: u32,
        arity: i32,
        flags: i32,
        layout: Option<Global>,
    ) -> Global {
        if let Some(&global) = self.infos.get(&func) {
            return global;
        }
        let global = self.new_info(func, name, length, arity, flags, layout);
        self.infos.insert(func, global);
        global
    }

    pub fn new_info(
        &mut self,
        func: Func,
        name: Option<Global>,
        length: u32,
        arity: i32,
        flags: i32,
        layout: Option<Global>,
    ) -> Global {
        let place = self.place(func);
        let (str, info, layout_type) = (self.ty("Str"), self.ty("Info"), self.ty("Layout"));
        let mut init = vec![];
        let mut sink = wasm_encoder::InstructionSink::new(&mut init);
        match name {
            Some(name) => sink.global_get(name),
            None => sink.ref_null(HeapType::Concrete(str)),
        };
        sink.i32_const(length as i32).i32_const(arity).i32_const(flags).i32_const(place);
        match layout {
            Some(layout) => sink.global_get(layout),
            None => sink.ref_null(HeapType::Concrete(layout_type)),
        };
        sink.struct_new(info);
        self.add_global(Stage::Info, reference(info, false), false, Init::Value(init))
    }

    /// Where the one closure of a method is kept.
    pub fn method_closure(&mut self, func: FuncId) -> Global {
        if let Some(&global) = self.method_closures.get(&func) {
            return global;
        }
        let function = self.ty("Function");
        let mut init = vec![];
        wasm_encoder::InstructionSink::new(&mut init).ref_null(HeapType::Concrete(function));
        let global = self.add_global(Stage::Late, reference(function, true), true, Init::Value(init));
        self.method_closures.insert(func, global);
        global
    }

    /// A new cache for a place that names a property.
    pub fn site(&mut self) -> Global {
        let site = self.ty("Site");
        let mut init = vec![];
        wasm_encoder::InstructionSink::new(&mut init).struct_new_default(site);
        self.add_global(Stage::Late, reference(site, false), false, Init::Value(init))
    }
}

pub(super) const EQ: HeapType = HeapType::Abstract { shared: false, ty: wasm_encoder::AbstractHeapType::Eq };
pub(super) const ANY: ValType = ValType::Ref(RefType::EQREF);
pub(super) const EXTERN: ValType = ValType::Ref(RefType::EXTERNREF);

pub(super) const fn reference(ty: Type, nullable: bool) -> ValType {
    ValType::Ref(RefType { nullable, heap_type: HeapType::Concrete(ty) })
}

/// By function: whether its calls by name lead to no cycle. What calls nothing is taken away until nothing more can be.
pub(super) fn ends(program: &mir::Program) -> Vec<bool> {
    let count = program.functions.len();
    let (mut callers, mut open): (Vec<Vec<usize>>, Vec<u32>) = (vec![vec![]; count], vec![0; count]);
    for (caller, function) in program.functions.iter().enumerate() {
        for inst in function.blocks.iter().flat_map(|block| &block.insts) {
            if let mir::Op::CallDirect(callee) = inst.op {
                callers[callee.0 as usize].push(caller);
                open[caller] += 1;
            }
        }
    }
    let mut ended: Vec<usize> = (0..count).filter(|&func| open[func] == 0).collect();
    let mut ends = vec![false; count];
    while let Some(func) = ended.pop() {
        ends[func] = true;
        for &caller in &callers[func] {
            open[caller] -= 1;
            if open[caller] == 0 {
                ended.push(caller);
            }
        }
    }
    ends
}
