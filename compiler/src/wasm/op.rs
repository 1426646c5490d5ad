//! One instruction of MIR after the other: operands come to the stack, results are left there.

use mosl_bytecode::FunctionKind;
use mosl_bytecode::natives::{GLOBALS, NATIVES};
use wasm_encoder::{AbstractHeapType, BlockType, HeapType, Instruction, ValType};

use super::body::{Body, Call};
use super::build::{ANY, EQ, EXTERN, Key, Unit, reference};
use super::number::I31;
use super::realm::Cache;
use crate::mir::{CheckSite, FuncId, Inst, Loc, Op, Plain, Repr, StrId, Temp};

/// The bits of a number field that was not assigned yet.
pub(super) const ABSENT_NUMBER: u64 = 0x7ff4_0000_0000_0001;

/// The value of a truth value's field that was not assigned yet.
pub(super) const ABSENT_BOOL: i32 = i32::MIN;

/// Objects that only hold functions.
const NAMESPACES: [&str; 3] = ["console.", "JSON.", "Math."];

/// The most arguments that calls pass one by one.
const MAX_ARGS: usize = 4;

impl<'a> Body<'_, 'a, '_> {
    pub fn op(&mut self, inst: &'a Inst) {
        match inst.op {
            Op::Plain(plain) => self.plain(plain, inst),
            Op::F64(value) => {
                self.sink().f64_const(value.into());
            }
            Op::I32(value) => {
                self.sink().i32_const(value);
            }
            Op::Bool(value) => {
                self.sink().i32_const(i32::from(value));
            }
            Op::Str(text) => self.text(text, inst.loc),
            Op::Undefined => {
                self.sink().ref_null(EQ);
            }
            Op::Null => self.global("null"),
            Op::Uninit => self.global("uninit"),
            Op::Mrk(amount) => {
                // What is for amounts is linked with the function that makes them.
                self.b.runtime("mrkFromWords");
                self.b.intrinsic("Mrk.prototype");
                let mrk = self.b.ty("Mrk");
                let (high, low) = ((amount >> 64) as i64, amount as i64);
                self.sink().i64_const(high).i64_const(low).struct_new(mrk);
            }
            Op::Intrinsic(index) => self.intrinsic(GLOBALS[usize::from(index)]),
            Op::RegExp { pattern, flags } => self.regexp(pattern, flags),
            Op::Template(index) => self.template(index, inst.loc),
            Op::Namespace(index) => self.namespace(index),
            Op::GetLocal(local) => match self.pair_variables.get(&local) {
                Some(&pair) => self.boxed_pair(pair),
                None => {
                    let local = self.variable(local);
                    self.sink().local_get(local);
                }
            },
            Op::SetLocal(_) => unreachable!("written by `inst`"),
            Op::GetCapture(index) => self.capture(index),
            Op::GetGlobal(slot) => {
                let global = self.b.read_variable(self.unit, slot);
                self.sink().global_get(global);
            }
            Op::SetGlobal(slot) => {
                self.operands(&inst.args);
                let global = self.b.variable(self.unit, slot);
                self.sink().global_set(global);
            }
            Op::CheckInit(name) => {
                self.operands(&inst.args);
                self.text(name, inst.loc);
                self.runtime("check_init");
            }
            Op::Box => self.boxed(inst.args[0]),
            Op::Check(repr, site) => self.check(inst.args[0], repr, site),
            Op::Unbox(repr, _) => self.unbox(inst.args[0], repr),
            Op::CheckKind(kind, site) => self.check_kind(inst.args[0], kind as i32, site),
            Op::GetProp(name) => self.get_property(name, inst),
            Op::SetProp(name) => self.set_property(name, inst),
            Op::GetField(class, slot) => self.get_field(inst.args[0], class, slot),
            Op::SetField(class, slot) => self.set_field(&inst.args, class, slot),
            Op::DefineMethod(kind) => {
                self.keep_method(inst);
                self.flagged(i32::from(kind), &inst.args);
                self.runtime("define_method");
            }
            Op::DefinePrivate(kind) => {
                self.flagged(i32::from(kind), &inst.args);
                self.runtime("define_private");
            }
            Op::SetFunctionName(flag) => {
                self.flagged(i32::from(flag), &inst.args);
                self.runtime("set_function_name");
            }
            Op::ObjectRest => {
                self.spill();
                self.operands(&inst.args[..1]);
                self.row_of(&inst.args[1..]);
                self.runtime("object_rest");
            }
            Op::SuperGet => self.call_runtime("super_get", &inst.args),
            Op::SuperSet => self.call_runtime("super_set", &inst.args),
            Op::NewPrivateName(name) => {
                let name = self.b.text_id(self.unit, name);
                self.sink().global_get(name);
                self.runtime("new_private_name");
            }
            Op::NewArray => {
                self.row_of(&inst.args);
                self.sink().i32_const(inst.args.len() as i32);
                self.runtime("new_array");
            }
            Op::IterCall => {
                // `yield*` hands on what the iterator answers.
                self.b.show_iterators();
                self.iter_call(&inst.args);
            }
            Op::NewClosure(func) => self.closure(func, &inst.args),
            Op::Call => self.dynamic_call("call", &inst.args, 2),
            Op::CallMethod(name) => self.call_method(name, inst),
            Op::CallDirect(func) => {
                if let Some(name) = self.b.function(self.unit, func).name {
                    self.note_asked(&self.b.mir(self.unit).strings.text(name), &inst.args);
                }
                self.operands(&inst.args);
                let func = self.b.demand(Key::Body(self.unit, func));
                self.i(&Instruction::Call(func));
            }
            Op::CallNative(native) => self.call_native(NATIVES[usize::from(native)].name, inst),
            Op::CallHost(index) => self.call_host(index, inst),
            Op::CallSpread => self.call_runtime("call_spread", &inst.args),
            Op::New if self.guessed_new(inst) => {}
            Op::New => self.dynamic_call("new", &inst.args, 1),
            Op::SuperCall => {
                self.spill();
                self.operands(&inst.args[..2]);
                self.row_of(&inst.args[2..]);
                self.runtime("super_call_v");
            }
            Op::SuperCallSpread => self.call_runtime("super_call_spread", &inst.args),
        }
    }

    fn call_runtime(&mut self, name: &str, args: &[Temp]) {
        self.operands(args);
        self.runtime(name);
    }

    /// An immediate before the operands.
    fn flagged(&mut self, flag: i32, args: &[Temp]) {
        self.spill();
        self.sink().i32_const(flag);
        self.operands(args);
    }

    pub fn global(&mut self, name: &str) {
        let global = self.b.global(name);
        self.sink().global_get(global);
    }

    fn text(&mut self, id: StrId, loc: Loc) {
        if self.unit == Unit::Program && !self.b.is_platform(loc.file) {
            let text = String::from_utf16_lossy(self.b.mir(self.unit).strings.units(id));
            self.b.note_name(&text);
        }
        let global = self.b.text_id(self.unit, id);
        self.sink().global_get(global);
    }

    /// A property's name and the cache of this place.
    pub fn named(&mut self, name: StrId, loc: Loc) {
        self.note_property(name, loc);
        let (key, site) = (self.b.key_id(self.unit, name), self.b.site());
        self.sink().global_get(key).global_get(site);
    }

    /// The program may ask a built-in object for what it names. The library names its own records' fields, and only these few members of
    /// what it is given; others it asks for by a text ([`Self::note_asked`]). The platform asks for the constructors of its own classes alone.
    pub fn note_property(&mut self, name: StrId, loc: Loc) {
        const ASKED_FOR: [&str; 5] = ["done", "length", "next", "return", "value"];
        let text = String::from_utf16_lossy(self.b.mir(self.unit).strings.units(name));
        let is_asked_for = match self.unit {
            Unit::Program => text != "constructor" || !self.b.is_platform(loc.file),
            Unit::Library => ASKED_FOR.contains(&text.as_str()),
        };
        if is_asked_for {
            self.b.note_name(&text);
        }
    }

    /// The library asks what it is given for a member by a text. A constructor it asks for its name alone, or goes on as if there was the
    /// built-in one.
    fn note_asked(&mut self, callee: &str, args: &[Temp]) {
        const ASKING: &[&str] = &[
            "adderOf",
            "byRegExp",
            "dataOf",
            "dataText",
            "findProperty",
            "flagOf",
            "get",
            "getMethod",
            "getOwn",
            "has",
            "hasOwn",
            "lengthFrom",
            "ownValue",
            "textOf",
        ];
        if self.unit != Unit::Library || !ASKING.contains(&callee) {
            return;
        }
        for &arg in args {
            let Some(Op::Str(id)) = self.maker(self.root(arg)).map(|maker| maker.op) else { continue };
            match self.b.mir(self.unit).strings.text(id).as_str() {
                "constructor" if callee == "get" => {}
                "constructor" => self.b.note_constructors(),
                text => self.b.note_name(text),
            }
        }
    }

    fn intrinsic(&mut self, path: &str) {
        match path {
            "Infinity" => {
                let global = self.b.number(f64::INFINITY);
                self.sink().global_get(global);
            }
            "NaN" => {
                let global = self.b.number(f64::NAN);
                self.sink().global_get(global);
            }
            _ => {
                let global = self.b.intrinsic(path);
                self.sink().global_get(global);
            }
        }
    }

    /// Operands as a row.
    fn row_of(&mut self, args: &[Temp]) {
        let any = self.b.ty("Any");
        self.operands(args);
        self.sink().array_new_fixed(any, args.len() as u32);
    }

    fn regexp(&mut self, pattern: StrId, flags: StrId) {
        let path = "RegExp";
        let global = self.b.intrinsic(path);
        self.sink().global_get(global);
        let (pattern, flags) = (self.b.text_id(self.unit, pattern), self.b.text_id(self.unit, flags));
        self.sink().global_get(pattern).global_get(flags);
        self.runtime("new_2");
    }

    fn template(&mut self, index: u32, loc: Loc) {
        let template = self.b.mir(self.unit).templates[index as usize].clone();
        let any = self.b.ty("Any");
        let cache = self.b.empty_cache();
        self.sink().global_get(cache).ref_is_null().if_(BlockType::Empty);
        for cooked in &template.cooked {
            match cooked {
                Some(text) => self.text(*text, loc),
                None => {
                    self.sink().ref_null(EQ);
                }
            }
        }
        self.sink().array_new_fixed(any, template.cooked.len() as u32);
        for raw in &template.raw {
            self.text(*raw, loc);
        }
        self.sink().array_new_fixed(any, template.raw.len() as u32);
        self.runtime("template_object");
        self.sink().global_set(cache).end().global_get(cache);
    }

    fn namespace(&mut self, index: u16) {
        let entries = self.b.mir(self.unit).namespaces[usize::from(index)].entries.clone();
        let (any, cache) = (self.b.ty("Any"), self.b.cache(Cache::Namespace(self.unit, index)));
        self.sink().global_get(cache).ref_is_null().if_(BlockType::Empty);
        for (name, _) in &entries {
            let text = String::from_utf16_lossy(self.b.mir(self.unit).strings.units(*name));
            self.b.note_name(&text);
            let key = self.b.key_id(self.unit, *name);
            self.sink().global_get(key);
        }
        let getter = self.b.demand(Key::Namespace(self.unit, index));
        let place = self.b.place(getter);
        self.sink().array_new_fixed(any, entries.len() as u32).i32_const(place);
        self.runtime("namespace_object");
        self.sink().global_set(cache).end().global_get(cache);
    }

    /// `import.meta`: one object for each file.
    fn import_meta(&mut self, file: u16) {
        let object = self.b.ty("Object");
        let name = self.b.files.get(usize::from(file)).map_or("", |file| file.name);
        let (cache, url, name) = (self.b.cache(Cache::Meta(file)), self.b.key("url"), self.b.text(name));
        self.sink().global_get(cache).ref_is_null().if_(BlockType::Empty).ref_null(HeapType::Concrete(object));
        self.runtime("newObjectOf");
        self.sink().global_set(cache).global_get(cache).global_get(url).global_get(name);
        self.runtime("createData");
        self.sink().end().global_get(cache);
    }

    fn capture(&mut self, index: u16) {
        self.callee();
        let (function, any) = (self.b.ty("Function"), self.b.ty("Any"));
        let field = self.b.field("Function", "captures");
        self.sink().struct_get(function, field).i32_const(i32::from(index)).array_get(any);
    }

    /// The running closure, as such.
    fn callee(&mut self) {
        if self.call == Call::Resume {
            self.frame_field("callee");
        } else {
            self.sink().local_get(0);
        }
    }

    pub fn frame_field(&mut self, name: &str) {
        let (frame, field) = (self.b.ty("Frame"), self.b.field("Frame", name));
        self.sink().local_get(0).struct_get(frame, field);
    }

    fn boxed(&mut self, source: Temp) {
        match self.constant_of(source) {
            Some(Op::F64(value)) => return self.boxed_number(value),
            Some(Op::I32(value)) => return self.boxed_number(f64::from(value)),
            Some(Op::Bool(value)) => return self.global(if value { "true" } else { "false" }),
            _ => {}
        }
        self.operands(&[source]);
        match self.f.repr(source) {
            Repr::F64 => self.runtime("box_f64"),
            Repr::I32 => {
                self.sink().f64_convert_i32_s();
                self.runtime("box_f64");
            }
            Repr::Bool => self.runtime("box_bool"),
            _ => {}
        }
    }

    fn boxed_number(&mut self, value: f64) {
        if is_small(value) {
            self.sink().i32_const(value as i32).ref_i31();
        } else {
            let global = self.b.number(value);
            self.sink().global_get(global);
        }
    }

    pub fn site(&mut self, site: CheckSite) {
        self.plain_text(site.expr);
        self.plain_text(site.expected);
    }

    /// A text that is only shown: it makes no member of a built-in reachable.
    fn plain_text(&mut self, id: StrId) {
        let global = self.b.text_id(self.unit, id);
        self.sink().global_get(global);
    }

    fn check(&mut self, value: Temp, repr: Repr, site: CheckSite) {
        if self.typed_param(value).is_some() {
            return self.operands(&[value]);
        }
        if let Some(local) = self.truth_of(self.root(value)) {
            self.sink().local_get(local);
            return;
        }
        if let (Repr::F64, Some(pair)) = (repr, self.pair_of(self.root(value))) {
            if self.sure.contains_key(&self.root(value)) {
                self.sink().local_get(pair.number);
                return;
            }
            self.sink().local_get(pair.other).ref_test_non_null(I31).i32_eqz().if_(BlockType::Empty);
            self.sink().local_get(pair.other);
            self.site(site);
            self.runtime("check_failed");
            self.sink().end().local_get(pair.number);
            return;
        }
        self.operands(&[value]);
        match repr {
            Repr::F64 | Repr::Bool | Repr::Str => {
                self.site(site);
                self.runtime(match repr {
                    Repr::F64 => "check_f64",
                    Repr::Bool => "check_bool",
                    _ => "check_str",
                });
            }
            // Instances are of the type that the class's layout makes, or one that extends it.
            Repr::Obj(class) => {
                self.b.layout(self.unit, class);
                let value = self.scratch(ANY);
                let target = HeapType::Concrete(self.b.class_type(self.unit, class));
                self.sink().local_tee(value).ref_test_non_null(target).i32_eqz().if_(BlockType::Empty).local_get(value);
                self.site(site);
                self.runtime("check_failed");
                self.sink().end().local_get(value).ref_cast_non_null(target);
            }
            Repr::Any | Repr::I32 => unreachable!("no check yields {repr:?}"),
        }
    }

    /// A dynamic value that surely has the representation.
    fn unbox(&mut self, value: Temp, repr: Repr) {
        self.operands(&[value]);
        let ty = match repr {
            Repr::F64 => return self.runtime("unbox_f64"),
            Repr::Bool => {
                let yes = self.b.global("true");
                self.sink().global_get(yes).ref_eq();
                return;
            }
            Repr::Str => self.b.ty("Str"),
            Repr::Obj(class) => self.b.class_type(self.unit, class),
            Repr::Any | Repr::I32 => unreachable!("nothing is unboxed to {repr:?}"),
        };
        self.sink().ref_cast_nullable(HeapType::Concrete(ty));
    }

    fn check_kind(&mut self, value: Temp, kind: i32, site: CheckSite) {
        self.operands(&[value]);
        self.sink().i32_const(kind);
        self.site(site);
        self.runtime("check_kind_of");
    }

    fn get_field(&mut self, object: Temp, class: crate::program::ClassId, slot: u16) {
        let (ty, index) = (self.b.class_type(self.unit, class), 2 + u32::from(slot));
        let repr = self.b.mir(self.unit).field_repr(class, slot);
        let val_type = self.b.val_type(self.unit, repr);
        let name = self.b.fields(self.unit, class)[usize::from(slot)].name;
        self.operands(&[object]);
        let (at, value) = (self.new_local(reference(ty, true)), self.new_local(val_type));
        self.sink().local_tee(at).struct_get(ty, index).local_tee(value);
        match repr {
            Repr::F64 => {
                self.sink().local_get(value).f64_ne();
                self.sink().if_(BlockType::Empty).local_get(value).i64_reinterpret_f64();
                self.sink().i64_const(ABSENT_NUMBER.cast_signed()).i64_eq();
            }
            Repr::Bool | Repr::I32 => {
                self.sink().i32_const(ABSENT_BOOL).i32_eq();
            }
            Repr::Str | Repr::Obj(_) => {
                self.sink().ref_is_null();
            }
            Repr::Any => {
                let absent = self.b.global("absent");
                self.sink().global_get(absent).ref_eq();
            }
        }
        self.sink().if_(BlockType::Empty).local_get(at);
        let key = self.b.key_id(self.unit, name);
        self.sink().global_get(key);
        self.runtime("field_absent");
        match repr {
            Repr::Any => {
                self.sink().local_set(value);
            }
            _ => {
                self.sink().unreachable();
            }
        }
        self.sink().end();
        if repr == Repr::F64 {
            self.sink().end();
        }
        self.sink().local_get(value);
    }

    /// Writes a field in place, unless the object has a shape of its own: frozen, redefined or reordered, it is written by name.
    fn set_field(&mut self, args: &[Temp], class: crate::program::ClassId, slot: u16) {
        let (ty, index) = (self.b.class_type(self.unit, class), 2 + u32::from(slot));
        let repr = self.b.mir(self.unit).field_repr(class, slot);
        let val_type = self.b.val_type(self.unit, repr);
        let name = self.b.fields(self.unit, class)[usize::from(slot)].name;
        let (shape, bits) = (self.b.ty("Shape"), self.b.field("Shape", "bits"));
        self.operands(args);
        let (at, value) = (self.new_local(reference(ty, true)), self.new_local(val_type));
        self.sink().local_set(value).local_tee(at).struct_get(ty, 0).struct_get(shape, bits);
        self.sink().i32_const(1).i32_and().if_(BlockType::Empty).local_get(at);
        let key = self.b.key_id(self.unit, name);
        self.sink().global_get(key).local_get(value);
        match repr {
            Repr::F64 => self.runtime("box_f64"),
            Repr::I32 => {
                self.sink().f64_convert_i32_s();
                self.runtime("box_f64");
            }
            Repr::Bool => self.runtime("box_bool"),
            Repr::Any | Repr::Str | Repr::Obj(_) => {}
        }
        self.runtime("set_key");
        self.sink().else_().local_get(at).local_get(value).struct_set(ty, index).end();
    }

    fn iter_call(&mut self, args: &[Temp]) {
        self.operands(args);
        self.runtime("iter_call");
    }

    fn closure(&mut self, func: FuncId, captures: &[Temp]) {
        let any = self.b.ty("Any");
        self.operands(captures);
        if captures.is_empty() {
            self.sink().ref_null(HeapType::Concrete(any));
        } else {
            self.sink().array_new_fixed(any, captures.len() as u32);
        }
        let info = self.b.closure_info(self.unit, func);
        self.sink().global_get(info);
        self.runtime(match self.b.function(self.unit, func).kind {
            FunctionKind::Normal => "new_closure",
            FunctionKind::Generator => "new_generator_closure",
            FunctionKind::Async => "new_async_closure",
            FunctionKind::AsyncGenerator => "new_async_generator_closure",
        });
    }

    /// A call of a dynamic value; the first `fixed` operands are no arguments.
    pub fn dynamic_call(&mut self, name: &str, args: &[Temp], fixed: usize) {
        let count = args.len() - fixed;
        if count <= MAX_ARGS {
            self.operands(args);
            self.runtime(&format!("{name}_{count}"));
            return;
        }
        self.spill();
        self.operands(&args[..fixed]);
        let callee = (name == "new").then(|| self.new_local(ANY));
        if let Some(callee) = callee {
            self.sink().local_tee(callee);
        }
        let any = self.b.ty("Any");
        self.operands(&args[fixed..]);
        self.sink().array_new_fixed(any, count as u32);
        // `new.target` is the callee.
        if let Some(callee) = callee {
            self.sink().local_get(callee);
        }
        self.runtime(&format!("{name}_v"));
    }

    fn call_method(&mut self, name: StrId, inst: &'a Inst) {
        if self.guessed_method(name, inst) {
            return;
        }
        let (args, count) = (&inst.args[..], inst.args.len() - 1);
        // The order of the runtime's parameters: receiver, arguments, then what is constant here.
        if count <= MAX_ARGS {
            self.operands(args);
            self.named(name, inst.loc);
            self.runtime(&format!("call_method_{count}"));
        } else {
            let any = self.b.ty("Any");
            self.operands(args);
            self.sink().array_new_fixed(any, count as u32);
            self.named(name, inst.loc);
            self.runtime("call_method_v");
        }
        let goes = self.goes(inst);
        self.deliver(Repr::Any, goes);
    }

    /// What a built-in function called by name yields.
    pub fn native_result(&self, native: u16) -> Option<Repr> {
        let func = self.b.library.native(NATIVES[usize::from(native)].name)?;
        Some(self.b.library.mir.function(func).result_repr())
    }

    /// What it takes at a place of the operands, the receiver among them.
    pub fn native_param(&self, native: u16, position: usize) -> Option<Repr> {
        let function = self.b.library.mir.function(self.b.library.native(NATIVES[usize::from(native)].name)?);
        let plain = function.params as usize - usize::from(function.rest);
        (position < plain).then(|| function.locals[position].repr)
    }

    /// A built-in function by name: straight to its implementation.
    fn call_native(&mut self, native: &'static str, inst: &'a Inst) {
        let (args, goes) = (&inst.args[..], self.goes(inst));
        let library = self.b.library;
        let printer = self.plain_printer(native, args).and_then(|name| library.function(name));
        let Some(func) = printer.or_else(|| library.native(native)) else {
            self.b.lacks(format!("`{native}`"));
            self.operands(args);
            self.sink().unreachable();
            return;
        };
        if self.unit == Unit::Program && self.b.bytecode.is_some() {
            let native = mosl_bytecode::natives::native_id(native).map_or(0, |id| NATIVES[usize::from(id)].fuel);
            self.burn(native);
        }
        let function = library.mir.function(func);
        let plain = function.params as usize - usize::from(function.rest);
        let given = args.len().min(plain);
        self.native_args(function, args, given, NAMESPACES.iter().any(|name| native.starts_with(name)));
        let code = self.b.library_call(func);
        self.i(&Instruction::Call(code));
        self.deliver(function.result_repr(), goes);
    }

    /// What prints primitives only, where the arguments are that and the first is no text with places to fill in: no printer of
    /// objects is linked for it.
    pub fn plain_printer(&self, native: &str, args: &[Temp]) -> Option<&'static str> {
        let (name, of_text) = match native {
            "console.log" | "console.info" | "console.debug" => ("plain_console_log", "text_console_log"),
            "console.error" | "console.warn" => ("plain_console_error", "text_console_error"),
            _ => return None,
        };
        let is_plain = |&arg: &Temp| {
            let unboxed = self.maker(arg).filter(|maker| maker.op == Op::Box).map_or(arg, |maker| maker.args[0]);
            matches!(self.f.repr(self.root(unboxed)), Repr::Str | Repr::F64 | Repr::Bool)
        };
        let (first, more) = args.get(1..)?.split_first()?;
        let fills = self.f.repr(self.root(*first)) == Repr::Str
            && !self.maker(self.root(*first)).is_some_and(|maker| match maker.op {
                Op::Str(id) => !self.b.mir(self.unit).strings.units(id).contains(&u16::from(b'%')),
                _ => false,
            });
        if more.is_empty() && self.f.repr(self.root(*first)) == Repr::Str {
            return Some(of_text);
        }
        ((more.is_empty() || !fills) && args[1..].iter().all(is_plain)).then_some(name)
    }

    /// `detached`: the receiver is a namespace such as `Math`, which its functions do not look at.
    fn native_args(&mut self, function: &'static crate::mir::Function, args: &[Temp], given: usize, detached: bool) {
        let any = self.b.ty("Any");
        self.spill();
        let plain = function.params as usize - usize::from(function.rest);
        for (position, (local, &arg)) in function.locals.iter().zip(&args[..given]).enumerate() {
            if position == 0 && detached && self.maker(arg).is_some_and(|maker| matches!(maker.op, Op::Intrinsic(_))) {
                self.sink().ref_null(EQ);
                continue;
            }
            if local.repr == Repr::F64 {
                self.as_number(arg);
                continue;
            }
            self.operands(&[arg]);
            if local.repr != Repr::Str || self.f.repr(self.root(arg)) != Repr::Str {
                self.unboxed(local.repr);
            }
        }
        for local in &function.locals[given..plain] {
            self.sink().ref_null(EQ);
            self.unboxed(local.repr);
        }
        if function.rest {
            let rest = args.get(given..).unwrap_or_default();
            self.operands(rest);
            self.sink().array_new_fixed(any, rest.len() as u32).i32_const(rest.len() as i32);
            self.runtime("new_array");
        }
    }

    /// An operand, converted to a number.
    fn as_number(&mut self, arg: Temp) {
        if let Some(pair) = self.pair_of(self.root(arg)) {
            self.sink().local_get(pair.other).ref_test_non_null(I31).if_(BlockType::Result(ValType::F64));
            self.sink().local_get(pair.number).else_().local_get(pair.other);
            self.runtime("to_number");
            self.sink().end();
        } else if let Some(source) = self.source_of_box(arg, Repr::F64) {
            self.operands(&[source]);
        } else {
            self.operands(&[arg]);
            self.runtime("to_number");
        }
    }

    /// A dynamic value as a typed parameter of the library.
    fn unboxed(&mut self, repr: Repr) {
        match repr {
            Repr::F64 => self.runtime("to_number"),
            Repr::Bool => self.runtime("truthy"),
            Repr::Str => self.runtime("to_str"),
            _ => {}
        }
    }

    fn call_host(&mut self, index: u16, inst: &'a Inst) {
        let import = &self.b.mir(self.unit).imports[usize::from(index)];
        if self.unit == Unit::Library {
            self.note_asked(&import.name, &inst.args);
            self.call_core(&import.name, inst);
        } else {
            self.call_world(index, inst);
        }
    }

    /// A primitive of the runtime, or a function of the embedder, that the library declares.
    fn call_core(&mut self, name: &str, inst: &'a Inst) {
        if let Some(path) = name.strip_prefix("intrinsic_") {
            let global = self.b.mentioned_intrinsic(&path.replace('_', "."));
            self.sink().global_get(global);
            return;
        }
        if let Some(symbol) = name.strip_prefix("symbol_") {
            if symbol == "iterator" {
                self.b.show_iterators();
            }
            let global = self.b.symbol(&format!("Symbol.{symbol}"));
            self.sink().global_get(global);
            return;
        }
        self.spill();
        if name == "moduleExport" {
            self.operands(&inst.args);
            let func = self.b.demand(Key::ModuleExport);
            return self.i(&Instruction::Call(func));
        }
        let number = self.b.runtime.function(name).or_else(|| self.b.runtime.function(&snake(name)));
        let Some(number) = number else { return self.call_embedder(name, inst) };
        let signature = self.b.runtime.signature(number);
        let (params, results) = (signature.params().to_vec(), signature.results().to_vec());
        if params.len() != inst.args.len() {
            self.b.lacks(format!("`{name}` of the runtime takes {} operands, not {}", params.len(), inst.args.len()));
        }
        for (position, &param) in params.iter().enumerate() {
            let Some(&arg) = inst.args.get(position) else { break };
            self.as_param(arg, param);
        }
        let func = self.b.runtime_function(number);
        self.i(&Instruction::Call(func));
        match results.first() {
            None => {
                self.sink().ref_null(EQ);
            }
            Some(wasmparser::ValType::F64) => self.runtime("box_f64"),
            Some(wasmparser::ValType::I32) => self.runtime("box_bool"),
            Some(_) => {}
        }
    }

    /// An operand as the runtime's function wants it.
    fn as_param(&mut self, arg: Temp, param: wasmparser::ValType) {
        let any = wasmparser::RefType::EQREF;
        match param {
            wasmparser::ValType::F64 => self.as_f64(arg),
            wasmparser::ValType::I32 => {
                if let Some(source) = self.source_of_box(arg, Repr::Bool) {
                    self.operands(&[source]);
                } else if let Some(source) = self.source_of_box(arg, Repr::F64) {
                    self.operands(&[source]);
                    self.sink().i32_trunc_sat_f64_s();
                } else {
                    self.operands(&[arg]);
                    self.runtime("to_i32_param");
                }
            }
            wasmparser::ValType::Ref(ty) if ty == any => self.operands(&[arg]),
            wasmparser::ValType::Ref(ty) => {
                self.operands(&[arg]);
                if let Some(wasmparser::UnpackedIndex::Module(index)) = ty.type_index().map(|index| index.unpack())
                    && (self.f.repr(self.root(arg)) != Repr::Str || index != self.b.ty("Str"))
                {
                    self.sink().ref_cast_nullable(HeapType::Concrete(index));
                }
            }
            other => unreachable!("the runtime takes {other:?}"),
        }
    }

    fn as_f64(&mut self, arg: Temp) {
        match self.source_of_box(arg, Repr::F64) {
            Some(source) => self.operands(&[source]),
            None => {
                self.operands(&[arg]);
                self.runtime("unbox_f64");
            }
        }
    }

    /// What was boxed, where it is that and can still be read.
    pub fn source_of_box(&self, arg: Temp, repr: Repr) -> Option<Temp> {
        let maker = self.maker(arg).filter(|maker| maker.op == Op::Box)?;
        let source = maker.args[0];
        (self.f.repr(source) == repr && self.is_repeatable(source)).then_some(source)
    }

    fn call_embedder(&mut self, name: &str, inst: &'a Inst) {
        let Op::CallHost(index) = inst.op else { return };
        if !super::host::is_known(name) {
            self.b.lacks(format!("the runtime's `{name}`, which the library declares"));
            self.sink().unreachable();
            return;
        }
        let crate::mir::HostTypes { params, result } = self.b.mir(self.unit).host_types[usize::from(index)].clone();
        for (&arg, &param) in inst.args.iter().zip(&params) {
            self.cross_out(arg, param);
        }
        let types: Vec<ValType> = params.iter().map(|&param| border_type(param)).collect();
        let results: Vec<ValType> = result.map(border_type).into_iter().collect();
        let ty = self.b.signature(&types, &results);
        let func = self.b.demand(Key::Import("mosl:host".to_owned(), name.to_owned(), ty));
        self.i(&Instruction::Call(func));
        self.cross_in(result);
    }

    /// A dynamic value as it crosses to the embedder.
    fn cross_out(&mut self, arg: Temp, repr: Repr) {
        match repr {
            Repr::F64 => self.as_f64(arg),
            Repr::Bool | Repr::I32 => {
                self.operands(&[arg]);
                self.runtime("truthy");
            }
            Repr::Str => {
                self.operands(&[arg]);
                self.runtime("string_out");
            }
            _ => self.operands(&[arg]),
        }
    }

    fn cross_in(&mut self, result: Option<Repr>) {
        match result {
            None => {
                self.sink().ref_null(EQ);
            }
            Some(Repr::F64) => self.runtime("box_f64"),
            Some(Repr::Bool | Repr::I32) => self.runtime("box_bool"),
            Some(Repr::Str) => self.runtime("string_in"),
            Some(_) => {}
        }
    }

    /// A host function that a module of the platform declares.
    fn call_world(&mut self, index: u16, inst: &'a Inst) {
        self.spill();
        let import = self.b.mir(self.unit).imports[usize::from(index)].clone();
        let crate::mir::HostTypes { params, result } = self.b.mir(self.unit).host_types[usize::from(index)].clone();
        let pending = import.is_async.then(|| self.new_local(ANY));
        let mut types: Vec<ValType> = vec![];
        if let Some(local) = pending {
            self.library("newPending", &[]);
            self.sink().local_tee(local);
            self.library_above("pendingId");
            self.runtime("unbox_f64");
            types.push(ValType::F64);
        }
        for (position, &param) in params.iter().enumerate() {
            match inst.args.get(position) {
                Some(&arg) => self.cross_out(arg, param),
                None => self.missing_argument(param),
            }
            types.push(border_type(param));
        }
        let result = result.filter(|_| !import.is_async);
        let results: Vec<ValType> = result.map(border_type).into_iter().collect();
        let ty = self.b.signature(&types, &results);
        let func = self.b.demand(Key::Import(import.module, import.name, ty));
        self.i(&Instruction::Call(func));
        if let Some(local) = pending {
            self.sink().local_get(local);
        } else {
            self.cross_in(result);
        }
        self.library("throwHostError", &[]);
        self.sink().drop();
    }

    fn missing_argument(&mut self, repr: Repr) {
        match repr {
            Repr::F64 => self.sink().f64_const(f64::NAN.into()),
            Repr::Bool | Repr::I32 => self.sink().i32_const(0),
            Repr::Str => self.sink().ref_null(HeapType::Abstract { shared: false, ty: AbstractHeapType::Extern }),
            _ => self.sink().ref_null(EQ),
        };
    }

    /// A function of the library by its own name.
    fn library(&mut self, name: &str, args: &[Temp]) {
        self.operands(args);
        self.library_above(name);
    }

    /// A function of the library whose arguments are on the stack.
    pub fn library_above(&mut self, name: &str) {
        match self.b.library.function(name) {
            Some(func) => {
                let code = self.b.library_call(func);
                self.i(&Instruction::Call(code));
            }
            None => {
                self.b.lacks(format!("the library's `{name}`"));
                self.sink().unreachable();
            }
        }
    }

    fn plain(&mut self, plain: Plain, inst: &'a Inst) {
        use Plain::*;
        match plain {
            LoadThis => match self.call {
                Call::Closure | Call::Worker => {
                    self.sink().local_get(1);
                }
                Call::Resume => self.frame_field("this"),
                Call::Direct => {
                    self.sink().ref_null(EQ);
                }
            },
            LoadCallee => self.callee(),
            LoadNewTarget => match (self.call, self.target()) {
                (Call::Resume, _) => self.frame_field("target"),
                (_, Some(local)) => {
                    self.sink().local_get(local);
                }
                _ => {
                    self.sink().ref_null(EQ);
                }
            },
            NewCell | GetCell | SetCell => self.cell(plain, inst),
            F64Rem | F64Pow => {
                self.operands(&inst.args);
                self.runtime(&snake(&format!("{plain:?}")));
            }
            GeneratorStart | Await | Yield | YieldResult => unreachable!("written by the function that waits"),
            Catch => unreachable!("written by `inst`"),
            In => {
                self.note_computed(inst, inst.args[0]);
                self.call_runtime("in", &inst.args);
            }
            ImportMeta => self.import_meta(inst.loc.file),
            // Arrays give their results to be awaited by their own iterators.
            IterInitAsync => {
                self.b.show_iterators();
                self.call_runtime("iter_init_async", &inst.args);
            }
            Truthy if self.truth_of(self.root(inst.args[0])).is_some() => {
                let truth = self.truth_of(self.root(inst.args[0])).unwrap_or_default();
                self.sink().local_get(truth);
            }
            ToNumber => self.as_number(inst.args[0]),
            StrictEq if inst.args.iter().any(|&arg| self.is_unique(arg)) => {
                self.operands(&inst.args);
                self.sink().ref_eq();
            }
            DefineField | DefineUnset if self.define_own(plain, inst) => {}
            RunFieldInit if self.run_initialiser(inst) => {}
            GetIndex => self.indexed("get_index", inst, 1),
            SetIndex => self.indexed("set_index", inst, 1),
            _ => {
                if self.arithmetic(plain, inst) {
                    return;
                }
                self.operands(&inst.args);
                if !self.number(plain) {
                    self.runtime(&snake(&format!("{plain:?}")));
                }
                if let Some(pair) = self.pair_for(inst) {
                    self.any_to(pair);
                }
            }
        }
    }

    /// Whether what equals a value is that very value: null, undefined, a truth value, a small whole number (0 equals -0 too).
    fn is_unique(&self, temp: Temp) -> bool {
        let Some(maker) = self.maker(self.root(temp)) else { return false };
        match maker.op {
            Op::Null | Op::Undefined => true,
            Op::Box => match self.constant_of(maker.args[0]) {
                Some(Op::Bool(_)) => true,
                Some(Op::F64(value)) => value != 0.0 && is_small(value),
                _ => false,
            },
            _ => false,
        }
    }

    /// A key that is no number and no constant may be any member's name; the platform's own modules read what they made.
    fn note_computed(&mut self, inst: &Inst, key: Temp) {
        let is_constant = self.maker(self.root(key)).is_some_and(|maker| matches!(maker.op, Op::Str(_) | Op::F64(_)));
        let is_number = self.maker(self.root(key)).is_some_and(|maker| match maker.op {
            Op::Box => matches!(self.f.repr(maker.args[0]), Repr::F64 | Repr::I32 | Repr::Bool),
            Op::Plain(plain) => is_arithmetic(plain),
            // A well-known symbol.
            Op::GetProp(_) => self.maker(self.root(maker.args[0])).is_some_and(|of| match of.op {
                Op::Intrinsic(index) => GLOBALS[usize::from(index)] == "Symbol",
                _ => false,
            }),
            _ => false,
        });
        if self.unit == Unit::Program && !is_constant && !is_number && !self.b.is_platform(inst.loc.file) {
            self.b.keep_members();
        }
    }

    /// Element access by a number that need not be boxed for it.
    fn indexed(&mut self, name: &str, inst: &'a Inst, key: usize) {
        let Some(source) = self.source_of_box(inst.args[key], Repr::F64) else {
            self.note_computed(inst, inst.args[key]);
            return self.call_runtime(name, &inst.args);
        };
        let mut args = inst.args.clone();
        args[key] = source;
        self.operands(&args);
        self.runtime(&format!("{name}_f64"));
    }

    fn cell(&mut self, plain: Plain, inst: &'a Inst) {
        let cell = self.b.ty("Cell");
        match plain {
            Plain::NewCell => {
                self.operands(&inst.args);
                self.sink().struct_new(cell);
            }
            Plain::GetCell => {
                self.operands(&inst.args);
                self.sink().ref_cast_nullable(HeapType::Concrete(cell)).struct_get(cell, 0);
            }
            _ => {
                self.spill();
                self.operands(&inst.args[..1]);
                self.sink().ref_cast_nullable(HeapType::Concrete(cell));
                self.operands(&inst.args[1..]);
                self.sink().struct_set(cell, 0);
            }
        }
    }

    /// Arithmetic that is one or two instructions.
    fn number(&mut self, plain: Plain) -> bool {
        use Plain::*;
        let mut sink = self.sink();
        match plain {
            I32ToF64 => sink.f64_convert_i32_s(),
            U32ToF64 => sink.f64_convert_i32_u(),
            F64Add => sink.f64_add(),
            F64Sub => sink.f64_sub(),
            F64Mul => sink.f64_mul(),
            F64Div => sink.f64_div(),
            F64Neg => sink.f64_neg(),
            F64Abs => sink.f64_abs(),
            F64Sqrt => sink.f64_sqrt(),
            F64Floor => sink.f64_floor(),
            F64Ceil => sink.f64_ceil(),
            F64Trunc => sink.f64_trunc(),
            F64Min => sink.f64_min(),
            F64Max => sink.f64_max(),
            F64Eq => sink.f64_eq(),
            F64Ne => sink.f64_ne(),
            F64Lt => sink.f64_lt(),
            F64Le => sink.f64_le(),
            F64Gt => sink.f64_gt(),
            F64Ge => sink.f64_ge(),
            I32Add => sink.i32_add(),
            I32Sub => sink.i32_sub(),
            I32Mul => sink.i32_mul(),
            I32And => sink.i32_and(),
            I32Or => sink.i32_or(),
            I32Xor => sink.i32_xor(),
            I32Shl => sink.i32_shl(),
            I32Shr => sink.i32_shr_s(),
            I32Ushr => sink.i32_shr_u(),
            I32Not => sink.i32_const(-1).i32_xor(),
            I32Eq | BoolEq => sink.i32_eq(),
            I32Lt => sink.i32_lt_s(),
            BoolNot => sink.i32_eqz(),
            _ => return false,
        };
        true
    }
}

/// Whether an operation yields a number or an amount, and never a text.
const fn is_arithmetic(plain: Plain) -> bool {
    use Plain::*;
    matches!(
        plain,
        AnySub
            | AnyMul
            | AnyDiv
            | AnyRem
            | AnyPow
            | AnyNeg
            | AnyBitNot
            | AnyAnd
            | AnyOr
            | AnyXor
            | AnyShl
            | AnyShr
            | AnyUshr
            | ToNumeric
    )
}

/// Whether a number is an `i31` as a dynamic value.
fn is_small(value: f64) -> bool {
    let whole = value as i32;
    f64::from(whole).to_bits() == value.to_bits() && (-(1 << 30)..1 << 30).contains(&whole)
}

/// A value's type at the border to the embedder.
pub(super) fn border_type(repr: Repr) -> ValType {
    match repr {
        Repr::F64 => ValType::F64,
        Repr::Bool | Repr::I32 => ValType::I32,
        Repr::Str => EXTERN,
        Repr::Any | Repr::Obj(_) => ANY,
    }
}

/// `GetIndex` → `get_index`, `F64ToI32` → `f64_to_i32`.
pub(super) fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
