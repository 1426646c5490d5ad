//! The state of one running instance, and the small services that everything in the VM uses: names, errors, roots, fuel.
//! Owns no semantics of its own: properties are in `object/`, conversions in `convert`, calls in `interp/`.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use mosl_bytecode::ErrorKind;

use crate::code::Code;
use crate::cost::{COMPARE_TEXT, READ_TEXT};
use crate::event_loop::Timers;
use crate::heap::{Gc, Heap, Tracer, World};
use crate::host::{HostSlot, Stream};
use crate::interp::cache::Caches;
use crate::interp::coroutine::Suspension;
use crate::interp::frame::{Frame, Stack};
use crate::limits::{Deadline, Interrupter, Limits, Trap, TrapKind};
use crate::native::{Completion, Throw};
use crate::natives::Inner;
use crate::object::data::*;
use crate::object::property::PropKey;
use crate::object::shape::{Attrs, Root, Shapes};
use crate::object::{Object, Of};
use crate::promise::{Job, Rejections};
use crate::realm::{Intrinsic, Realm};
use crate::refusal::Refusal;
use crate::report::Report;
use crate::string::intern::Names;
use crate::string::{Str, StrBuilder};
use crate::symbol::WellKnown;
use crate::toil::Toil;
use crate::value::Value;

/// One instance's state.
#[derive(Debug)]
pub struct Vm {
    pub heap: Heap,
    pub(crate) shapes: Shapes,
    pub(crate) names: Names,
    pub(crate) realm: Realm,
    pub(crate) code: Arc<Code>,
    pub(crate) pool: Pool,
    /// Module-level variables.
    pub(crate) globals: Vec<Value>,
    pub(crate) caches: Caches,
    pub(crate) quick: &'static [Option<crate::natives::quick::Quick>],
    pub(crate) jit: crate::jit::State,
    /// Each instruction is preceded by a look at what the typed registers hold: for tests.
    pub(crate) asserts_types: bool,
    pub(crate) stack: Stack,
    pub(crate) frames: Vec<Frame>,
    /// Values that natives hold across calls into script.
    temps: Vec<Value>,
    pub(crate) exception: Value,
    /// Where something was thrown last that is no error and so carries no trace.
    pub(crate) thrown_at: Option<(u16, u32)>,
    pub(crate) trap: Option<Box<Trap>>,
    /// What is left of this slice of the turn's fuel.
    pub(crate) fuel: i64,
    /// What is left for further slices: the deadline and the interrupter are looked at between them.
    pub(crate) fuel_rest: i64,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) interrupter: Interrupter,
    pub(crate) profiler: Option<crate::profile::Profiler>,
    /// The last suspension was an `await`, not a `yield`.
    pub(crate) suspended_by: Suspension,
    pub(crate) limits: Limits,
    /// Stack units in use.
    pub(crate) depth: u32,
    pub(crate) jobs: VecDeque<Job>,
    pub(crate) rejections: Rejections,
    pub(crate) bodies: crate::bodies::Bodies,
    pub(crate) timers: Timers,
    pub(crate) host: HostSlot,
    pub(crate) report: Report,
    pub(crate) console: crate::natives::console::Console,
    pub(crate) regexes: crate::natives::regexp::Compiled,
    pub(crate) schemas: crate::natives::json::Schemas,
    /// Arrays that `join` is in the middle of: one inside itself is empty.
    joins: Vec<Gc<Object>>,
    /// Values that the host holds, and promises that await it.
    pub(crate) handles: crate::host::Handles,
}

/// Values made once for an instance: constants, names, symbols.
#[derive(Debug)]
pub(crate) struct Pool {
    pub consts: Vec<Value>,
    /// Interned module strings.
    pub strings: Vec<Value>,
    /// By `mosl_bytecode::natives::GLOBALS`.
    pub intrinsics: Vec<Value>,
    pub symbols: Vec<Value>,
    /// Strings of one Latin-1 unit.
    pub units: Box<[Value]>,
    pub empty: Value,
    /// `Symbol.for`.
    pub registry: rustc_hash::FxHashMap<Value, Value>,
    pub templates: rustc_hash::FxHashMap<(u16, u32), Value>,
    pub namespaces: Vec<Value>,
    /// Marks what `JSON.rawJSON` makes; absent before the first.
    pub raw_mark: Value,
    /// `import.meta` by the number of the file.
    pub metas: rustc_hash::FxHashMap<u16, Value>,
    pub common: Common,
    pub object_shape: crate::object::shape::ShapeId,
    pub array_shape: crate::object::shape::ShapeId,
    pub function_shape: crate::object::shape::ShapeId,
    pub iter_result: crate::object::shape::ShapeId,
}

macro_rules! common_names {
    ($($field:ident $text:literal,)*) => {
        /// Names that the VM itself looks for, interned.
        #[derive(Clone, Copy, Debug)]
        #[expect(missing_docs, reason = "each is the name of its field")]
        pub struct Common { $(pub $field: Value,)* }

        impl Common {
            fn intern(names: &mut Names, heap: &mut Heap) -> Self {
                Self { $($field: names.intern_str(heap, $text).into(),)* }
            }

            fn trace(&self, tracer: &mut crate::heap::Tracer) {
                $(tracer.value(self.$field);)*
            }
        }
    };
}

common_names! {
    length "length", name "name", prototype "prototype", constructor "constructor", message "message", stack "stack",
    cause "cause", value "value", done "done", next "next", return_ "return", throw "throw", then "then",
    value_of "valueOf", to_string "toString", number "number", string "string", boolean "boolean", object "object",
    function "function", symbol "symbol", undefined "undefined", null "null", true_ "true", false_ "false", nan "NaN",
    default "default", last_index "lastIndex", resolve "resolve", raw "raw", proto "__proto__", errors "errors",
    infinity "Infinity", minus_infinity "-Infinity", url "url", x "x", y "y", z "z", w "w", r "r", g "g", b "b", a "a",
}

impl Vm {
    /// A VM for a module; nothing has run.
    pub(crate) fn new(code: Arc<Code>, limits: Limits) -> Self {
        let mut heap = Heap::new(limits.heap);
        let mut names = Names::default();
        let common = Common::intern(&mut names, &mut heap);
        let empty = names.intern_str(&mut heap, "").into();
        let none = crate::object::shape::ShapeId::NONE;
        let pool = Pool {
            consts: vec![Value::ABSENT; code.module.consts.len()],
            strings: vec![Value::ABSENT; code.module.strings.len()],
            intrinsics: vec![Value::ABSENT; mosl_bytecode::natives::GLOBALS.len()],
            symbols: Vec::new(),
            units: vec![Value::ABSENT; 256].into_boxed_slice(),
            empty,
            registry: Default::default(),
            templates: Default::default(),
            namespaces: vec![Value::ABSENT; code.module.namespaces.len()],
            raw_mark: Value::ABSENT,
            metas: Default::default(),
            common,
            object_shape: none,
            array_shape: none,
            function_shape: none,
            iter_result: none,
        };
        let mut vm = Self {
            heap,
            shapes: Shapes::default(),
            names,
            realm: Realm::new(),
            globals: vec![Value::UNINIT; code.module.globals.len()],
            caches: Caches::new(code.module.functions.len()),
            quick: crate::natives::quick::table(),
            code,
            pool,
            jit: crate::jit::State::default(),
            asserts_types: false,
            profiler: None,
            stack: Stack::default(),
            frames: Vec::new(),
            temps: Vec::new(),
            exception: Value::UNDEFINED,
            thrown_at: None,
            trap: None,
            fuel: 0,
            fuel_rest: 0,
            deadline: None,
            interrupter: Interrupter::default(),
            suspended_by: Suspension::Await,
            depth: 0,
            limits,
            jobs: VecDeque::new(),
            rejections: Rejections::default(),
            bodies: Default::default(),
            timers: Timers::default(),
            host: HostSlot::default(),
            report: Report::default(),
            console: Default::default(),
            regexes: Default::default(),
            schemas: Default::default(),
            joins: Vec::new(),
            handles: crate::host::Handles::default(),
        };
        vm.make_pool();
        vm
    }

    fn make_pool(&mut self) {
        for known in WellKnown::ALL {
            let description = self.str(&format!("Symbol.{}", known.name()));
            let symbol = self.heap.symbol(description);
            self.pool.symbols.push(symbol);
        }
        let object = self.intrinsic(Intrinsic::ObjectPrototype);
        let root = Root { inline: PLAIN_INLINE, ..Root::of_proto(Some(object)) };
        self.pool.object_shape = self.shapes.root(root);
        self.pool.array_shape = self.shape_of_proto(Intrinsic::ArrayPrototype);
        self.pool.function_shape = self.shape_of_proto(Intrinsic::FunctionPrototype);
        let common = self.pool.common;
        let with_value = self.shapes.add_property(self.pool.object_shape, common.value, Attrs::PLAIN);
        let with_both = with_value.and_then(|shape| self.shapes.add_property(shape, common.done, Attrs::PLAIN));
        self.pool.iter_result = with_both.expect("two properties fit a shape");
        use crate::object::shape::ShapeId;
        for (shape, proto) in [
            (ShapeId::STRING, Intrinsic::StringPrototype),
            (ShapeId::NUMBER, Intrinsic::NumberPrototype),
            (ShapeId::BOOL, Intrinsic::BooleanPrototype),
            (ShapeId::SYMBOL, Intrinsic::SymbolPrototype),
        ] {
            let proto = self.intrinsic(proto);
            self.shapes.set_pseudo_proto(shape, proto);
        }
    }

    pub(crate) fn common(&self) -> &Common {
        &self.pool.common
    }
}

/// Texts from this length on are paid for when they are compared.
pub(crate) const LONG_TEXT: usize = 256;

/// Inline slots of object literals.
pub(crate) const PLAIN_INLINE: u8 = 4;

/// Strings and names.
impl Vm {
    /// A string value of a Rust text.
    pub fn str(&mut self, text: &str) -> Value {
        if let [unit] = *text.as_bytes()
            && unit < 128
        {
            return self.unit_string(u16::from(unit));
        }
        self.heap.str(text).into()
    }

    /// The string of one code unit.
    pub fn unit_string(&mut self, unit: u16) -> Value {
        if unit >= 256 {
            return self.heap.str_utf16(&[unit]).into();
        }
        let at = usize::from(unit);
        if self.pool.units[at].is_absent() {
            let made = self.heap.str_latin1(&[unit as u8]);
            self.pool.units[at] = self.names.intern(made).into();
        }
        self.pool.units[at]
    }

    pub fn empty_string(&self) -> Value {
        self.pool.empty
    }

    /// The finished string; a `RangeError` where it is too long.
    pub fn finish(&mut self, builder: StrBuilder) -> Completion {
        match builder.finish(&mut self.heap) {
            Some(string) => Ok(string.into()),
            None => Err(self.range_error("Invalid string length")),
        }
    }

    /// `a + b`; a `RangeError` where it is too long.
    pub fn concat(&mut self, a: Gc<Str>, b: Gc<Str>) -> Completion<Gc<Str>> {
        match self.heap.concat(a, b) {
            Some(string) => Ok(string),
            None => Err(self.range_error("Invalid string length")),
        }
    }

    /// The property key of a Rust text, which is no array index.
    pub fn key(&mut self, text: &str) -> PropKey {
        PropKey::from_text(self, text)
    }

    /// The key of a well-known symbol.
    pub fn well_known(&mut self, symbol: WellKnown) -> PropKey {
        PropKey::Name(self.pool.symbols[symbol as usize])
    }

    pub fn well_known_value(&mut self, symbol: WellKnown) -> Value {
        self.pool.symbols[symbol as usize]
    }

    /// Number-to-string as the standard says.
    pub fn number_to_str(&mut self, n: f64) -> Gc<Str> {
        if (0.0..10.0).contains(&n) && n.trunc() == n {
            let unit = self.unit_string(b'0'.into());
            let digit = if n == 0.0 { unit } else { self.unit_string(u16::from(b'0' + n as u8)) };
            return digit.as_string().expect("a unit string is a string");
        }
        let mut buffer = ryu_js::Buffer::new();
        self.heap.str_latin1(buffer.format(n).as_bytes())
    }

    /// A string of the module, interned.
    pub(crate) fn module_string(&mut self, id: mosl_bytecode::StrId) -> Value {
        let at = id.0 as usize;
        if self.pool.strings[at].is_absent() {
            let code = Arc::clone(&self.code);
            let made = self.heap.str_utf16(&code.module.strings[at]);
            self.pool.strings[at] = self.names.intern(made).into();
        }
        self.pool.strings[at]
    }
}

/// Errors, traps, fuel and memory.
impl Vm {
    /// Throws a value.
    pub fn throw(&mut self, value: Value) -> Throw {
        if value.of::<crate::object::data::ErrorData>().is_none() {
            self.thrown_at = self.frames.last().map(Frame::place);
        }
        self.exception = value;
        Throw::Exception
    }

    /// The thrown value; a trap passes on.
    pub fn catch(&mut self, throw: Throw) -> Completion {
        match throw {
            Throw::Exception => Ok(std::mem::replace(&mut self.exception, Value::UNDEFINED)),
            Throw::Trap => Err(throw),
        }
    }

    /// Throws an error of the VM's own, whose message is paid for: scripts choose what it names.
    pub fn error(&mut self, kind: ErrorKind, message: &str) -> Throw {
        self.pay_for_message(message);
        let error = self.new_error(kind, message);
        self.throw(error)
    }

    pub fn type_error(&mut self, message: &str) -> Throw {
        self.error(ErrorKind::TypeError, message)
    }

    pub fn range_error(&mut self, message: &str) -> Throw {
        self.error(ErrorKind::RangeError, message)
    }

    pub fn syntax_error(&mut self, message: &str) -> Throw {
        self.error(ErrorKind::SyntaxError, message)
    }

    pub fn reference_error(&mut self, message: &str) -> Throw {
        self.error(ErrorKind::ReferenceError, message)
    }

    fn pay_for_message(&mut self, message: &str) {
        if message.len() >= LONG_TEXT {
            self.fuel = self.fuel.saturating_sub(READ_TEXT.of(message.len()) as i64);
        }
    }

    /// Throws the `TypeError` of a refusal and records it in the report.
    pub fn refuse(&mut self, refusal: Refusal, detail: &str) -> Throw {
        self.pay_for_message(detail);
        let message = refusal.message(&detail[..detail.floor_char_boundary(crate::report::MAX_DETAIL)]);
        let error = self.new_error(ErrorKind::TypeError, &message);
        let name = self.str(&format!("TypeError {}", refusal.tag()));
        if let Some(mut object) = error.of::<ErrorData>() {
            object.data.refusal = Some(refusal.code());
            // Whatever prints the error prints the code.
            let key = PropKey::Name(self.common().name);
            self.add_own(object.base(), key, name, Attrs::HIDDEN);
        }
        let place = self.current_place();
        self.report.record_refusal(refusal, message, place);
        self.throw(error)
    }

    /// Ends the turn.
    pub(crate) fn end_turn(&mut self, kind: TrapKind) -> Throw {
        if self.trap.is_none() {
            let trace = self.capture_trace();
            let (used, limit) = self.measure(&kind);
            self.trap = Some(Box::new(Trap { kind, used, limit, trace }));
        }
        Throw::Trap
    }

    fn measure(&self, kind: &TrapKind) -> (u64, u64) {
        match kind {
            TrapKind::Fuel => (self.fuel_used(), self.limits.fuel),
            TrapKind::Memory => (self.heap.used() as u64, self.limits.heap as u64),
            TrapKind::Stack => (u64::from(self.depth), u64::from(self.limits.stack)),
            TrapKind::Deadline => self.deadline.map_or((0, 0), Deadline::measure),
            TrapKind::Interrupt | TrapKind::Fault(_) => (0, 0),
        }
    }

    /// Charges fuel for work by size.
    #[inline]
    pub fn charge(&mut self, units: usize) -> Completion<()> {
        self.fuel = self.fuel.saturating_sub(i64::try_from(units).unwrap_or(i64::MAX));
        if self.fuel < 0 || self.is_flooded() { self.out_of_fuel() } else { Ok(()) }
    }

    /// Pays for work that was noted where nobody could be charged. A limit that this meets ends the turn at the next place that looks.
    #[inline]
    pub(crate) fn absorb(&mut self) {
        let toil = Toil::take();
        if toil != Toil::default() {
            self.heap.grow(toil.flattened);
            self.fuel = self.fuel.saturating_sub(toil.cost());
        }
    }

    /// Pays for looking at two texts, where they are long.
    #[inline]
    pub(crate) fn pay_for_texts(&mut self, a: Value, b: Value) {
        if let (Some(a), Some(b)) = (a.as_string(), b.as_string()) {
            let shorter = a.len().min(b.len());
            if shorter >= LONG_TEXT {
                self.fuel = self.fuel.saturating_sub(COMPARE_TEXT.of(shorter) as i64);
                self.absorb();
            }
        }
    }

    /// More than the whole limit was allocated since the last safepoint: a native that fills memory in a loop, which meets none.
    #[inline]
    pub(crate) fn is_flooded(&self) -> bool {
        self.heap.used() / 2 > self.limits.heap
    }

    /// Makes sure that `bytes` more fit the memory limit; may collect, so that everything held must be rooted.
    pub fn reserve(&mut self, bytes: usize) -> Completion<()> {
        if self.heap.used().saturating_add(bytes) > self.limits.heap {
            self.collect();
            if self.heap.used().saturating_add(bytes) > self.limits.heap {
                self.heap.note_wanted(bytes);
                return Err(self.end_turn(TrapKind::Memory));
            }
        }
        Ok(())
    }

    /// A place where a collection may happen.
    #[inline(always)]
    pub(crate) fn safepoint(&mut self) -> Completion<()> {
        if self.heap.wants_collection() { self.collect_at_safepoint() } else { Ok(()) }
    }

    #[cold]
    fn collect_at_safepoint(&mut self) -> Completion<()> {
        self.with_world(|heap, world| heap.pay(world));
        if self.heap.over_limit() { Err(self.end_turn(TrapKind::Memory)) } else { Ok(()) }
    }

    /// Keeps a value alive until the running native returns.
    pub fn root(&mut self, value: Value) -> Value {
        self.temps.push(value);
        value
    }

    /// How many values are rooted: give it to [`Self::unroot`] to release what was rooted since.
    pub fn roots(&self) -> usize {
        self.temps.len()
    }

    pub fn unroot(&mut self, mark: usize) {
        self.temps.truncate(mark);
    }

    /// Frees what nothing reaches.
    pub(crate) fn collect(&mut self) {
        self.with_world(|heap, world| heap.collect(world));
    }

    /// Shows the collector what there is besides the heap.
    fn with_world(&mut self, run: impl FnOnce(&mut Heap, &mut World)) {
        self.absorb();
        let outside = self.size_outside();
        let Self {
            heap,
            shapes,
            realm,
            pool,
            globals,
            stack,
            frames,
            temps,
            exception,
            jobs,
            timers,
            handles,
            rejections,
            bodies,
            names,
            caches,
            ..
        } = self;
        let mut roots = |tracer: &mut Tracer| {
            realm.trace(tracer);
            pool.trace(tracer);
            tracer.values(globals);
            tracer.values(stack.live());
            for frame in frames.iter() {
                frame.trace(tracer);
            }
            tracer.values(temps);
            tracer.value(*exception);
            for job in jobs.iter() {
                job.trace(tracer);
            }
            rejections.trace(tracer);
            bodies.trace(tracer);
            timers.trace(tracer);
            handles.trace(tracer);
        };
        run(heap, &mut World { shapes, names, caches, outside, roots: &mut roots });
    }

    /// Bytes that the script made grow outside the heap: queues, timers, tables. Costs no look at their entries.
    fn size_outside(&self) -> usize {
        self.jobs.len() * size_of::<Job>()
            + self.rejections.size()
            + self.timers.size()
            + self.handles.size()
            + self.names.size()
            + self.temps.len() * size_of::<Value>()
            + self.pool.registry.len() * 3 * size_of::<Value>()
    }

    /// Runs what may change the instance's cells: the write barrier notes for this instance meanwhile, whichever ran before, and
    /// flat forms of texts count as its own.
    pub(crate) fn enter<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let noted = crate::heap::barrier::suspend();
        let others = Toil::take();
        let result = run(self);
        self.heap.absorb_barrier();
        self.absorb();
        others.put();
        crate::heap::barrier::resume(noted);
        result
    }
}

impl Pool {
    fn trace(&self, tracer: &mut crate::heap::Tracer) {
        for list in [&self.consts, &self.strings, &self.intrinsics, &self.symbols, &self.namespaces] {
            tracer.values(list);
        }
        tracer.values(&self.units);
        tracer.value(self.empty);
        tracer.value(self.raw_mark);
        for (key, symbol) in &self.registry {
            tracer.value(*key);
            tracer.value(*symbol);
        }
        for made in self.templates.values().chain(self.metas.values()) {
            tracer.value(*made);
        }
        self.common.trace(tracer);
        for shape in [self.object_shape, self.array_shape, self.function_shape, self.iter_result] {
            tracer.shape(shape);
        }
    }
}

/// Making objects.
impl Vm {
    /// `{}`
    #[inline]
    pub fn new_object(&mut self) -> Gc<Object> {
        self.heap.plain(self.pool.object_shape, PLAIN_INLINE, Plain)
    }

    pub fn new_object_with(&mut self, proto: Option<Gc<Object>>) -> Gc<Object> {
        let shape = self.shapes.of_proto(proto);
        self.heap.plain(shape, 0, Plain)
    }

    /// An object that scripts will not change.
    pub(crate) fn new_fixed_object(&mut self, proto: Option<Gc<Object>>) -> Gc<Object> {
        let shape = self.shapes.root(Root::fixed(proto));
        let mut made = self.heap.plain(shape, 0, Plain);
        made.set_flag(crate::heap::flags::CLASS_PROTO);
        made
    }

    pub fn new_array(&mut self, values: Vec<Value>) -> Value {
        self.heap.object(self.pool.array_shape, ArrayData::from_values(values)).into()
    }

    /// The shape without properties of objects with a built-in prototype.
    pub fn shape_of_proto(&mut self, proto: Intrinsic) -> crate::object::shape::ShapeId {
        let proto = self.intrinsic(proto);
        self.shapes.of_proto(Some(proto))
    }

    /// A function that is not in the native table, with values of its own.
    pub fn new_native(&mut self, name: &str, length: u8, inner: Inner, slots: &[Value]) -> Value {
        let name = self.str(name);
        let data = NativeData::of_inner(inner, length, name, slots);
        let mut made = self.heap.object(self.pool.function_shape, data);
        made.object.set_flag(crate::heap::flags::LAZY);
        made.into()
    }

    /// What [`Self::new_native`] was given.
    pub fn native_slot(&self, callee: Value, index: usize) -> Value {
        callee.of::<NativeData>().and_then(|f| f.data.slots.get(index).copied()).unwrap_or(Value::UNDEFINED)
    }

    pub fn set_native_slot(&mut self, callee: Value, index: usize, value: Value) {
        if let Some(mut function) = callee.of::<NativeData>()
            && let Some(slot) = function.data.slots.get_mut(index)
        {
            *slot = value;
        }
    }

    /// An error object of one of the standard's classes.
    pub fn new_error(&mut self, kind: ErrorKind, message: &str) -> Value {
        let shape = self.shape_of_proto(error_prototype(kind));
        let message = self.str(message);
        let error = self.error_of_shape(shape);
        self.add_stack(error);
        let key = PropKey::Name(self.common().message);
        self.add_own(error.base(), key, message, Attrs::HIDDEN);
        error.into()
    }

    /// Gives an error its `stack`, which is made when it is first looked at.
    pub(crate) fn add_stack(&mut self, mut error: Gc<Of<ErrorData>>) {
        let key = PropKey::Name(self.common().stack);
        self.add_own(error.base(), key, Value::UNDEFINED, Attrs::HIDDEN);
        error.data.lazy_stack = true;
    }

    /// Makes `stack` of what name and message are now. Runs no script: getters among them count as missing.
    pub(crate) fn settle_stack(&mut self, mut error: Gc<Of<ErrorData>>) {
        error.data.lazy_stack = false;
        let common = *self.common();
        let mut text = |key: Value| {
            let (_, property) = self.find(error.base(), PropKey::Name(key))?;
            property.value.as_string()
        };
        let name = text(common.name).map_or_else(|| "Error".to_owned(), |name| name.to_rust());
        let message = text(common.message).map_or(self.pool.empty, Value::from);
        let stack = if name.is_empty() { message } else { self.error_stack_text(&name, message) };
        // Whatever attributes it has by now stay.
        let mut object = error.base();
        if let Some(place) = self.shapes.find(object.shape(), common.stack) {
            object.set_slot(place.slot as usize, stack);
        } else if let Some(entry) = object.dict_mut().and_then(|dict| dict.get_mut(common.stack)) {
            entry.value = stack;
        }
    }

    /// `Name: message`, or the name alone where there is no message.
    pub fn error_stack_text(&mut self, name: &str, message: Value) -> Value {
        let mut text = StrBuilder::default();
        text.push_str(name);
        if let Some(message) = message.as_string()
            && !message.is_empty()
        {
            text.push_str(": ");
            text.push(message);
        }
        text.finish(&mut self.heap).map_or(self.pool.empty, Value::from)
    }

    /// An error object that remembers where it was made, without properties.
    pub fn error_of_shape(&mut self, shape: crate::object::shape::ShapeId) -> Gc<Of<ErrorData>> {
        let trace = self.capture_trace();
        self.heap.object(shape, ErrorData { trace: Some(std::rc::Rc::new(trace)), refusal: None, lazy_stack: false })
    }

    /// `{ value, done }`
    pub fn iter_result(&mut self, value: Value, done: bool) -> Value {
        let mut object = self.heap.plain(self.pool.iter_result, PLAIN_INLINE, Plain);
        object.set_slot(0, value);
        object.set_slot(1, done.into());
        object.into()
    }

    /// Begins to join an array; `false` where that is going on already.
    pub fn enter_join(&mut self, array: Gc<Object>) -> bool {
        if self.joins.contains(&array) {
            return false;
        }
        self.joins.push(array);
        true
    }

    /// Ends what [`Self::enter_join`] began last.
    pub fn leave_join(&mut self) {
        self.joins.pop();
    }

    /// Writes a line of output.
    pub fn print(&mut self, stream: Stream, text: &str) {
        self.on_hosts_time(|vm| vm.host.print(stream, text));
    }

    /// What the host does is not the script's time.
    pub(crate) fn on_hosts_time<R>(&mut self, run: impl FnOnce(&mut Self) -> R) -> R {
        let Some(deadline) = self.deadline else { return run(self) };
        let start = Instant::now();
        let result = run(self);
        self.deadline = Some(deadline.later(start.elapsed()));
        result
    }
}

pub(crate) fn error_prototype(kind: ErrorKind) -> Intrinsic {
    match kind {
        ErrorKind::Error => Intrinsic::ErrorPrototype,
        ErrorKind::TypeError => Intrinsic::TypeErrorPrototype,
        ErrorKind::RangeError => Intrinsic::RangeErrorPrototype,
        ErrorKind::ReferenceError => Intrinsic::ReferenceErrorPrototype,
        ErrorKind::SyntaxError => Intrinsic::SyntaxErrorPrototype,
        ErrorKind::EvalError => Intrinsic::EvalErrorPrototype,
        ErrorKind::UriError => Intrinsic::UriErrorPrototype,
    }
}
