//! The functions around the program's own: how closures and built-in functions are called, how instances are made, what starts a
//! program, and what embedders call.

use mosl_bytecode::{FunctionKind, FunctionRole};
use rustc_hash::FxHashSet;
use wasm_encoder::{AbstractHeapType, BlockType, Encode, HeapType, Instruction, InstructionSink, ValType};

use super::body::{Body, Call, MAX_ARITY, arity, is_constructor};
use super::build::{ANY, Builder, Code, EQ, Func, Global, Key, Type, Unit};
use super::guess::{Worker, checked_param, checks_first};
use super::members::What;
use super::op::{ABSENT_BOOL, ABSENT_NUMBER, border_type};
use crate::mir::{FuncId, Function, Repr};
use crate::program::ClassId;

/// Code that is put together instruction by instruction.
#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    locals: Vec<ValType>,
}

impl Writer {
    fn sink(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(&mut self.bytes)
    }

    fn call(&mut self, func: Func) {
        self.sink().call(func);
    }

    fn finish(mut self, ty: Type) -> Code {
        Instruction::End.encode(&mut self.bytes);
        Code { ty, locals: self.locals, bytes: self.bytes, marks: vec![] }
    }
}

impl<'a> Builder<'a> {
    /// The code of a function.
    pub fn make(&mut self, key: &Key) -> Code {
        match *key {
            Key::Body(unit, func) => self.body(unit, func, Call::Direct),
            Key::Entry(unit, func) => self.entry(unit, func),
            Key::Worker(unit, func) => {
                let worker = self.guesses.worker(self.program, func).expect("it is called so");
                let function = self.function(unit, func);
                Body::new(self, unit, function, Call::Worker).of(func).with_worker(worker).emit()
            }
            Key::Resume(unit, func) => {
                let function = self.function(unit, func);
                Body::new(self, unit, function, Call::Resume).of(func).emit()
            }
            Key::Native(func, constructs) => self.native_entry(func, constructs),
            Key::Alloc(unit, class) => self.alloc(unit, class),
            Key::FieldGet(unit, class) => self.field_get(unit, class),
            Key::FieldSet(unit, class) => self.field_set(unit, class),
            Key::Export(func) => self.export(func),
            Key::Namespace(unit, index) => self.namespace_getter(unit, index),
            Key::ModuleExport => self.module_export(),
            Key::Idle => {
                let mut out = Writer::default();
                out.sink().unreachable();
                out.finish(self.ty("codev"))
            }
            Key::Start | Key::Import(..) => unreachable!("written last"),
        }
    }

    /// Code that calls another function of the library instead of this one, or nothing.
    pub fn stub_code(&mut self, func: FuncId, instead: Option<&str>) -> Code {
        let function = self.library.mir.function(func);
        let mut out = Writer::default();
        match instead.and_then(|name| self.library.function(name)) {
            Some(other) => {
                for index in 0..function.params {
                    out.sink().local_get(index);
                }
                let other = self.library_call(other);
                out.call(other);
            }
            None => {
                out.sink().unreachable();
            }
        }
        let ty = self.direct_type(Unit::Library, function);
        out.finish(ty)
    }

    fn body(&mut self, unit: Unit, func: FuncId, call: Call) -> Code {
        let function = self.function(unit, func);
        if function.kind == FunctionKind::Normal {
            return Body::new(self, unit, function, call).of(func).emit();
        }
        self.starter(unit, func, call)
    }

    /// The code that closures of a function run.
    fn entry(&mut self, unit: Unit, func: FuncId) -> Code {
        let function = self.function(unit, func);
        if !self.is_direct(unit, func) {
            if unit == Unit::Program
                && self.guesses.home(func).is_some()
                && checks_first(function)
                && arity(function).is_some()
                && let Some(worker) = self.guesses.worker(self.program, func)
                && !worker.is_untyped()
            {
                return self.checked_entry(func, &worker);
            }
            return self.body(unit, func, Call::Closure);
        }
        let mut out = Writer::default();
        self.parameters(&mut out, function, 0);
        let code = self.demand(Key::Body(unit, func));
        out.call(code);
        self.box_result(&mut out, function.result_repr());
        let ty = self.closure_type(function);
        out.finish(ty)
    }

    /// A closure's arguments as the worker wants them, its result as closures yield it.
    fn checked_entry(&mut self, func: FuncId, worker: &Worker) -> Code {
        let (unit, function) = (Unit::Program, self.function(Unit::Program, func));
        let mut out = Writer::default();
        out.sink().local_get(0).local_get(1);
        for (index, &repr) in worker.params.iter().enumerate() {
            out.sink().local_get(2 + index as u32);
            let check = checked_param(function, index as u32).map(|(check, _)| check.op);
            let Some(crate::mir::Op::Check(_, site)) = check else { continue };
            if let Repr::Obj(class) = repr {
                let layout = self.layout(unit, class);
                out.sink().global_get(layout);
            }
            for text in [site.expr, site.expected] {
                let text = self.text_id(unit, text);
                out.sink().global_get(text);
            }
            let check = self.runtime(match repr {
                Repr::F64 => "check_f64",
                Repr::Bool => "check_bool",
                Repr::Str => "check_str",
                _ => "check_class",
            });
            out.call(check);
            if let Repr::Obj(class) = repr {
                let ty = self.class_type(unit, class);
                out.sink().ref_cast_nullable(HeapType::Concrete(ty));
            }
        }
        let code = self.worker(unit, func, worker);
        out.call(code);
        self.box_result(&mut out, worker.result);
        let ty = self.closure_type(function);
        out.finish(ty)
    }

    /// The code that a function known at the place of the call is called by.
    pub fn worker(&mut self, unit: Unit, func: FuncId, worker: &Worker) -> Func {
        let is_entry = worker.is_untyped() && arity(self.function(unit, func)).is_some();
        self.demand(if is_entry { Key::Entry(unit, func) } else { Key::Worker(unit, func) })
    }

    pub fn worker_type(&mut self, unit: Unit, worker: &Worker) -> Type {
        let closure = self.ty("Function");
        let mut params = vec![super::build::reference(closure, true), ANY];
        params.extend(worker.params.iter().map(|&repr| self.val_type(unit, repr)));
        let result = self.val_type(unit, worker.result);
        self.signature(&params, &[result])
    }

    fn closure_type(&self, function: &Function) -> Type {
        match arity(function) {
            Some(count) => self.ty(&format!("code{count}")),
            None => self.ty("codev"),
        }
    }

    /// A closure's arguments as the function's parameters from the `from`th on.
    fn parameters(&mut self, out: &mut Writer, function: &Function, from: usize) {
        let count = function.params as usize - from;
        let by_row = function.rest || count as u32 > MAX_ARITY;
        for index in 0..count {
            if by_row {
                let is_rest = function.rest && index + 1 == count;
                let load = self.runtime(if is_rest { "argument_rest" } else { "argument" });
                out.sink().local_get(2).i32_const(index as i32);
                out.call(load);
            } else {
                out.sink().local_get(2 + index as u32);
            }
            let unbox = match function.locals[from + index].repr {
                Repr::F64 => "to_number",
                Repr::Bool => "truthy",
                Repr::Str => "to_str",
                _ => continue,
            };
            let unbox = self.runtime(unbox);
            out.call(unbox);
        }
    }

    fn box_result(&mut self, out: &mut Writer, repr: Repr) {
        let name = match repr {
            Repr::F64 => "box_f64",
            Repr::Bool => "box_bool",
            Repr::I32 => {
                out.sink().f64_convert_i32_s();
                "box_f64"
            }
            _ => return,
        };
        let func = self.runtime(name);
        out.call(func);
    }

    /// How a function that waits begins: its frame, which the library makes a generator or a promise of.
    fn starter(&mut self, unit: Unit, func: FuncId, call: Call) -> Code {
        let function = self.function(unit, func);
        let (any, frame, nums) = (self.ty("Any"), self.ty("Frame"), self.ty("Nums"));
        let resume = self.demand(Key::Resume(unit, func));
        let place = self.place(resume);
        let mut out = Writer::default();
        out.sink().i32_const(0).i32_const(place);
        match call {
            Call::Closure => {
                out.sink().local_get(0).local_get(1);
            }
            _ => {
                let closure = self.ty("Function");
                out.sink().ref_null(HeapType::Concrete(closure)).ref_null(EQ);
            }
        }
        out.sink().ref_null(EQ);
        if call == Call::Closure {
            self.parameters(&mut out, function, 0);
        } else {
            for index in 0..function.params {
                out.sink().local_get(index);
            }
        }
        out.sink()
            .array_new_fixed(any, function.params)
            .ref_null(HeapType::Concrete(nums))
            .i32_const(0)
            .struct_new(frame);
        let start = match function.kind {
            FunctionKind::Async => "startAsync",
            FunctionKind::Generator => "startGenerator",
            _ => "startAsyncGenerator",
        };
        if function.kind != FunctionKind::Async {
            match call {
                Call::Closure => out.sink().local_get(0),
                _ => out.sink().ref_null(EQ),
            };
        }
        match self.library.function(start) {
            Some(start) => {
                let start = self.library_call(start);
                out.call(start);
            }
            None => {
                self.lacks(format!("the library's `{start}`"));
                out.sink().unreachable();
            }
        }
        let ty = if call == Call::Closure { self.closure_type(function) } else { self.direct_type(unit, function) };
        out.finish(ty)
    }

    fn direct_type(&mut self, unit: Unit, function: &Function) -> Type {
        let params = function.locals[..function.params as usize].iter().map(|local| self.val_type(unit, local.repr));
        let params: Vec<ValType> = params.collect();
        let result = self.val_type(unit, function.result_repr());
        self.signature(&params, &[result])
    }

    /// What closures of a function share.
    pub fn closure_info(&mut self, unit: Unit, func: FuncId) -> Global {
        let code = self.demand(Key::Entry(unit, func));
        let function = self.function(unit, func);
        let name = function.name.filter(|&name| !self.mir(unit).strings.units(name).is_empty());
        let name = name.map(|name| self.text_id(unit, name));
        let layout = function.class.map(|class| self.layout(unit, class));
        let arity = arity(function).map_or(-1, |count| count as i32);
        self.info(code, name, u32::from(function.length), arity, flags(function), layout)
    }

    /// How a built-in function object is called. A constructor's first parameter is `new.target`.
    fn native_entry(&mut self, func: FuncId, constructs: bool) -> Code {
        let function = self.library.mir.function(func);
        let mut out = Writer::default();
        if constructs {
            let target = self.global("new_target");
            out.sink().global_get(target).ref_null(EQ).global_set(target);
        } else {
            out.sink().local_get(1);
        }
        self.parameters(&mut out, function, 1);
        let code = self.library_call(func);
        out.call(code);
        self.box_result(&mut out, function.result_repr());
        let count = function.params - 1;
        let by_row = function.rest || count > MAX_ARITY;
        let ty = if by_row { self.ty("codev") } else { self.ty(&format!("code{count}")) };
        out.finish(ty)
    }

    fn alloc(&mut self, unit: Unit, class: ClassId) -> Code {
        let ty = self.class_type(unit, class);
        let any = self.ty("Any");
        let mut out = Writer::default();
        out.sink().local_get(0).ref_null(HeapType::Concrete(any));
        for field in self.fields(unit, class) {
            match (field.repr, self.absent_value(field.repr)) {
                (_, Some(instruction)) => instruction.encode(&mut out.bytes),
                (Repr::Any, None) => {
                    let absent = self.global("absent");
                    out.sink().global_get(absent);
                }
                (_, None) => {
                    out.sink().ref_null(HeapType::Abstract { shared: false, ty: AbstractHeapType::None });
                }
            }
        }
        out.sink().struct_new(ty);
        let ty = self.ty("alloc");
        out.finish(ty)
    }

    /// A field by number, dynamic; `$absent` where it was not assigned.
    fn field_get(&mut self, unit: Unit, class: ClassId) -> Code {
        let ty = self.class_type(unit, class);
        let fields = self.fields(unit, class);
        let absent = self.global("absent");
        let mut out = Writer::default();
        self.by_number(&mut out, 1, fields.len(), |builder, out, index| {
            let repr = fields[index].repr;
            let field = 2 + index as u32;
            out.sink().local_get(0).ref_cast_nullable(HeapType::Concrete(ty)).struct_get(ty, field);
            match repr {
                Repr::F64 => {
                    let at = builder.local(out, ValType::F64);
                    out.sink().local_tee(at).i64_reinterpret_f64().i64_const(ABSENT_NUMBER.cast_signed()).i64_eq();
                    out.sink().if_(BlockType::Empty).global_get(absent).return_().end().local_get(at);
                    builder.box_result(out, Repr::F64);
                }
                Repr::Bool | Repr::I32 => {
                    let at = builder.local(out, ValType::I32);
                    out.sink().local_tee(at).i32_const(ABSENT_BOOL).i32_eq();
                    out.sink().if_(BlockType::Empty).global_get(absent).return_().end().local_get(at);
                    builder.box_result(out, repr);
                }
                Repr::Str | Repr::Obj(_) => {
                    let at = builder.local(out, ANY);
                    out.sink().local_tee(at).ref_is_null();
                    out.sink().if_(BlockType::Empty).global_get(absent).return_().end().local_get(at);
                }
                Repr::Any => {}
            }
            out.sink().return_();
        });
        out.sink().global_get(absent);
        let ty = self.ty("field_get");
        out.finish(ty)
    }

    fn local(&self, out: &mut Writer, ty: ValType) -> u32 {
        out.locals.push(ty);
        // The parameters: an object and a number.
        1 + out.locals.len() as u32
    }

    /// The marks that the runtime sets fields with: `$absent` takes a value away, `$uninit` declares a field without one, which is
    /// `undefined` where any value may be.
    fn mark_field(&mut self, out: &mut Writer, ty: Type, index: usize, repr: Repr) {
        let (absent, uninit) = (self.global("absent"), self.global("uninit"));
        let field = 2 + index as u32;
        if repr == Repr::Any {
            out.sink().local_get(2).global_get(uninit).ref_eq().if_(BlockType::Empty);
            out.sink()
                .local_get(0)
                .ref_cast_nullable(HeapType::Concrete(ty))
                .ref_null(EQ)
                .struct_set(ty, field)
                .return_()
                .end();
            return;
        }
        out.sink().local_get(2).global_get(uninit).ref_eq().local_get(2).global_get(absent).ref_eq().i32_or();
        out.sink().if_(BlockType::Empty).local_get(0).ref_cast_nullable(HeapType::Concrete(ty));
        match self.absent_value(repr) {
            Some(instruction) => instruction.encode(&mut out.bytes),
            None => {
                out.sink().ref_null(HeapType::Abstract { shared: false, ty: AbstractHeapType::None });
            }
        }
        out.sink().struct_set(ty, field).return_().end();
    }

    /// What a typed field holds before it is assigned; of references, null.
    fn absent_value(&self, repr: Repr) -> Option<Instruction<'static>> {
        match repr {
            Repr::F64 => Some(Instruction::F64Const(f64::from_bits(ABSENT_NUMBER).into())),
            Repr::Bool | Repr::I32 => Some(Instruction::I32Const(ABSENT_BOOL)),
            _ => None,
        }
    }

    /// Sets a field by number, checked like any other write.
    fn field_set(&mut self, unit: Unit, class: ClassId) -> Code {
        let ty = self.class_type(unit, class);
        let fields = self.fields(unit, class);
        let mut out = Writer::default();
        self.by_number(&mut out, 1, fields.len(), |builder, out, index| {
            let field = fields[index];
            builder.mark_field(out, ty, index, field.repr);
            out.sink().local_get(0).ref_cast_nullable(HeapType::Concrete(ty)).local_get(2);
            let name = builder.mir(unit).strings.text(field.name);
            let expr = builder.text(&name);
            let check = match field.repr {
                Repr::Any => None,
                Repr::F64 => Some(("check_field_f64", "number")),
                Repr::Bool | Repr::I32 => Some(("check_field_bool", "boolean")),
                Repr::Str => Some(("check_field_str", "string")),
                Repr::Obj(of) => {
                    let layout = builder.layout(unit, of);
                    out.sink().global_get(layout);
                    Some(("check_field_class", ""))
                }
            };
            if let Some((check, expected)) = check {
                let expected = match field.repr {
                    Repr::Obj(of) => builder
                        .mir(unit)
                        .class(of)
                        .map_or_else(String::new, |def| builder.mir(unit).strings.text(def.name)),
                    _ => expected.to_owned(),
                };
                let expected = builder.text(&expected);
                out.sink().global_get(expr).global_get(expected);
                let check = builder.runtime(check);
                out.call(check);
            }
            if let Repr::Obj(of) = field.repr {
                let of = builder.class_type(unit, of);
                out.sink().ref_cast_nullable(HeapType::Concrete(of));
            }
            out.sink().struct_set(ty, 2 + index as u32).return_();
        });
        let ty = self.ty("field_set");
        out.finish(ty)
    }

    /// A choice by a parameter.
    fn by_number(
        &mut self,
        out: &mut Writer,
        parameter: u32,
        count: usize,
        mut case: impl FnMut(&mut Self, &mut Writer, usize),
    ) {
        for _ in 0..=count {
            out.sink().block(BlockType::Empty);
        }
        out.sink().local_get(parameter).br_table((0..count as u32).collect::<Vec<_>>(), count as u32).end();
        for index in 0..count {
            case(self, out, index);
            out.sink().end();
        }
    }

    /// What an embedder calls: typed parameters, as the library declares them.
    fn export(&mut self, func: FuncId) -> Code {
        let function = self.library.mir.function(func);
        let mut out = Writer::default();
        let mut params = vec![];
        for (index, local) in function.locals[..function.params as usize].iter().enumerate() {
            out.sink().local_get(index as u32);
            params.push(border_type(local.repr));
            if local.repr == Repr::Str {
                let string = self.runtime("string_in");
                let str = self.ty("Str");
                out.call(string);
                out.sink().ref_cast_nullable(HeapType::Concrete(str));
            }
        }
        let code = self.library_call(func);
        out.call(code);
        let result = function.result_repr();
        if result == Repr::Str {
            let string = self.runtime("string_out");
            out.call(string);
        }
        let ty = self.signature(&params, &[border_type(result)]);
        out.finish(ty)
    }

    fn namespace_getter(&mut self, unit: Unit, index: u16) -> Code {
        let entries = self.mir(unit).namespaces[usize::from(index)].entries.clone();
        let mut out = Writer::default();
        self.by_number(&mut out, 0, entries.len(), |builder, out, at| {
            let global = builder.read_variable(unit, entries[at].1);
            out.sink().global_get(global).return_();
        });
        out.sink().unreachable();
        let ty = self.ty("namespace_get");
        out.finish(ty)
    }

    /// The value that the entry file exports under a name, or `undefined`.
    fn module_export(&mut self) -> Code {
        let str = self.ty("Str");
        let equal = self.runtime("str_eq");
        let mut out = Writer::default();
        for &(name, slot) in &self.program.exports {
            let (name, global) = (self.text_id(Unit::Program, name), self.read_variable(Unit::Program, slot));
            out.sink().local_get(0).ref_cast_nullable(HeapType::Concrete(str)).global_get(name).call(equal);
            out.sink().if_(BlockType::Empty).global_get(global).return_().end();
        }
        out.sink().ref_null(EQ);
        let ty = self.signature(&[ANY], &[ANY]);
        out.finish(ty)
    }

    /// What runs first: keys, built-in objects and their members, the library's own variables, then the program's files.
    pub fn start(&mut self, main: Func) -> Code {
        let mut out = Writer::default();
        self.spell(&mut out);
        self.register_keys(&mut out);
        if let Some(number) = self.runtime.function("runtime_start") {
            let start = self.runtime_function(number);
            out.call(start);
        }
        self.make_realm(&mut out);
        let library = self.demand(Key::Body(Unit::Library, self.library.mir.entry));
        out.call(library);
        out.sink().drop();
        out.call(main);
        out.sink().drop();
        let ty = self.signature(&[], &[]);
        out.finish(ty)
    }

    /// Keys are known by their texts, where the program makes keys of texts or looks for them by their hashes.
    fn register_keys(&mut self, out: &mut Writer) {
        // Engines limit how many operands make an array.
        const MOST: usize = 5000;
        if !self.is_linked("internStr") && !self.is_linked("key_hash") {
            return;
        }
        let any = self.ty("Any");
        for keys in self.key_globals.clone().chunks(MOST) {
            for &key in keys {
                out.sink().global_get(key);
            }
            out.sink().array_new_fixed(any, keys.len() as u32);
            let register = self.runtime("register_keys");
            out.call(register);
        }
    }

    /// Strings that no import's name can hold.
    fn spell(&mut self, out: &mut Writer) {
        let spelled = self.spelled.clone();
        for (global, units) in spelled {
            let empty = self.text("");
            out.sink().global_get(empty).global_set(global);
            let parts: Vec<Result<String, u16>> = parts_of(&units);
            for part in parts {
                out.sink().global_get(global);
                match part {
                    Ok(text) => {
                        let text = self.text(&text);
                        out.sink().global_get(text);
                    }
                    Err(unit) => {
                        let from = self.runtime("fromCode");
                        out.sink().i32_const(i32::from(unit)).call(from);
                        let str = self.ty("Str");
                        out.sink().ref_cast_nullable(HeapType::Concrete(str));
                    }
                }
                let concat = self.runtime("str_concat");
                out.sink().call(concat).global_set(global);
            }
        }
    }

    /// Makes a built-in object, after the one that it inherits from.
    fn start_object(&mut self, out: &mut Writer, path: &'static str, global: Global, made: &mut FxHashSet<Global>) {
        if !made.insert(global) {
            return;
        }
        let (make, info, parent) = self.intrinsic_parts(path);
        let above = parent.and_then(|parent| self.realm.objects.iter().find(|(_, known)| *known == parent).copied());
        if let Some((path, global)) = above {
            self.start_object(out, path, global, made);
        }
        if let Some(info) = info {
            out.sink().global_get(info);
        }
        match parent {
            Some(parent) => out.sink().global_get(parent),
            None => out.sink().ref_null(HeapType::Concrete(self.ty("Object"))),
        };
        let make = self.runtime(make);
        out.sink().call(make).global_set(global);
    }

    fn make_realm(&mut self, out: &mut Writer) {
        let (mut made, mut at) = (FxHashSet::default(), 0);
        while let Some(&(path, global)) = self.realm.objects.get(at) {
            self.start_object(out, path, global, &mut made);
            at += 1;
        }
        let mut at = 0;
        while let Some(member) = self.realm.members.get(at).copied() {
            out.sink().global_get(member.owner).global_get(member.key);
            self.define_member(out, member.what);
            at += 1;
        }
        for at in 0..self.realm.objects.len() {
            let seal = self.runtime("seal_builtin");
            out.sink().global_get(self.realm.objects[at].1).call(seal);
        }
    }

    /// Defines a member of the owner under the key that are on the stack.
    fn define_member(&mut self, out: &mut Writer, what: What) {
        let define = match what {
            What::Method(info, flags) => {
                out.sink().global_get(info).i32_const(flags);
                "define_builtin_method"
            }
            What::Getter(info) | What::Setter(info) => {
                out.sink().global_get(info).i32_const(i32::from(matches!(what, What::Getter(_))));
                "define_builtin_accessor"
            }
            What::Value(value, flags) => {
                out.sink().global_get(value).i32_const(flags);
                "put_own"
            }
            What::Constant(func, flags) => {
                let code = self.library_call(func);
                out.call(code);
                self.box_result(out, self.library.mir.function(func).result_repr());
                out.sink().i32_const(flags);
                "put_own"
            }
        };
        let define = self.runtime(define);
        out.call(define);
    }
}

fn flags(function: &Function) -> i32 {
    let role = match function.role {
        FunctionRole::Plain => 0,
        FunctionRole::Arrow => 16,
        FunctionRole::Method => 32,
        FunctionRole::BaseConstructor => 1,
        FunctionRole::DerivedConstructor => 1 | 2,
    };
    debug_assert_eq!(role & 1 != 0, is_constructor(function));
    role + match function.kind {
        FunctionKind::Normal => 0,
        FunctionKind::Generator => 64,
        FunctionKind::Async => 128,
        FunctionKind::AsyncGenerator => 64 | 128,
    }
}

/// A string as pieces that an import's name can hold, and lone surrogates.
fn parts_of(units: &[u16]) -> Vec<Result<String, u16>> {
    const LONGEST: usize = 8_000;
    let mut parts: Vec<Result<String, u16>> = vec![];
    for decoded in char::decode_utf16(units.iter().copied()) {
        match (decoded, parts.last_mut()) {
            (Ok(c), Some(Ok(text))) if text.len() < LONGEST => text.push(c),
            (Ok(c), _) => parts.push(Ok(c.to_string())),
            (Err(lone), _) => parts.push(Err(lone.unpaired_surrogate())),
        }
    }
    parts
}
