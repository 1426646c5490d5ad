//! Modules and instances, as an embedder sees them.
//!
//! ```
//! # use mosl_vm::{Module, Instance, Limits, Host};
//! # fn run(bytes: &[u8], host: &mut dyn Host) -> Result<(), Box<dyn std::error::Error>> {
//! let module = Module::load(bytes)?;
//! let mut instance = Instance::new(&module, Limits::default());
//! let turn = instance.start(host);
//! for error in &turn.errors {
//!     eprintln!("{}", error.text);
//! }
//! while let Some(due) = instance.next_timer() {
//!     for turn in instance.advance_to(host, due) {
//!         assert!(turn.is_completed());
//!     }
//! }
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::sync::Arc;

use mosl_bytecode::{DecodeError, VerifiedModule, VerifyError, decode, verify};

use crate::code::Code;
use crate::digest::Digest;
use crate::heap::Stress;
use crate::host::{HandlerId, Host, HostError, HostValue};
use crate::limits::{Interrupter, Limits};
use crate::native::Completion;
use crate::natives::inspect::{Options, inspect};
use crate::object::property::PropKey;
use crate::promise::PromiseData;
use crate::report::Report;
use crate::turn::{InTurn, TrapReport, Trapped, Turn, TurnEnd};
use crate::value::Value;
use crate::vm::Vm;

/// A verified module, ready to be instantiated any number of times. Cloning shares the code.
#[derive(Clone, Debug)]
pub struct Module {
    pub code: Arc<Code>,
}

/// Bytes that are no module that may run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoadError {
    Decode(DecodeError),
    Verify(VerifyError),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::Verify(error) => write!(f, "the module is not valid: {error}"),
        }
    }
}

impl std::error::Error for LoadError {}

impl Module {
    /// Decodes and verifies.
    pub fn load(bytes: &[u8]) -> Result<Self, LoadError> {
        let module = decode(bytes).map_err(LoadError::Decode)?;
        verify(module).map(Self::new).map_err(LoadError::Verify)
    }

    pub fn new(module: VerifiedModule) -> Self {
        Self { code: Arc::new(Code::new(module)) }
    }

    /// The host functions that it calls; `HostCall::index` counts them.
    pub fn imports(&self) -> &[mosl_bytecode::HostImport] {
        &self.code.module.imports
    }

    /// What its manifest asks for.
    pub fn capabilities(&self) -> Vec<String> {
        self.code.module.capabilities.iter().map(|id| self.string(*id)).collect()
    }

    /// Names that the entry file exports.
    pub fn exports(&self) -> Vec<String> {
        self.code.module.exports.iter().map(|(id, _)| self.string(*id)).collect()
    }

    /// Fields marked `@persist` or `@synced`: class, field, persist, synced.
    pub fn persisted(&self) -> Vec<(String, String, bool, bool)> {
        let fields = self.code.module.persisted.iter();
        fields.map(|f| (self.string(f.class), self.string(f.field), f.persist, f.synced)).collect()
    }

    /// The text of a source file, where the module carries it.
    pub fn source(&self, file: &str) -> Option<&str> {
        self.code.module.files.iter().find(|known| known.name == file)?.text.as_deref()
    }

    /// What the module is known by: the SHA-256 of [`Module::to_bytes`]. Costs a pass over the module the first time.
    pub fn hash(&self) -> Digest {
        self.code.digest()
    }

    /// The `.mvm` file of the module, which [`Module::load`] reads. The same program gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        mosl_bytecode::encode(&self.code.module)
    }

    /// The module's tables, as the verifier passed them.
    pub fn contents(&self) -> &mosl_bytecode::Module {
        &self.code.module
    }

    fn string(&self, id: mosl_bytecode::StrId) -> String {
        String::from_utf16_lossy(&self.code.module.strings[id.0 as usize])
    }
}

/// One running instance of a module: a heap, globals, timers, microtasks.
#[derive(Debug)]
pub struct Instance {
    pub(crate) vm: Vm,
    pub(crate) dead: Option<TrapReport>,
}

/// An object of an instance that the host holds, until [`Instance::release`].
#[derive(PartialEq, Eq, Hash, Debug)]
pub struct Handle(pub(crate) u64);

/// An argument of a call into the script.
#[derive(Debug)]
pub enum Arg<'a> {
    Value(HostValue),
    Object(&'a Handle),
}

// SAFETY: whatever an instance points to is its own or shared by `Arc`: cells, stores and frames are in its heap, reference counts are of
// things that no other instance holds, and nothing of them crosses the border (plain data and numbers do). What threads keep for
// instances (`heap::barrier`, `string::rope`, spare stacks) is empty of one while it does not run (`Vm::enter`).
unsafe impl Send for Instance {}

impl<T: Into<HostValue>> From<T> for Arg<'_> {
    fn from(value: T) -> Self {
        Self::Value(value.into())
    }
}

impl<'a> From<&'a Handle> for Arg<'a> {
    fn from(handle: &'a Handle) -> Self {
        Self::Object(handle)
    }
}

/// What a call into the script yielded.
#[derive(Clone, PartialEq, Debug)]
pub enum Called {
    /// There is no such function or method.
    Missing,
    /// It returned; what is not plain data counts as undefined.
    Value(HostValue),
    /// It returned a promise: `Turn::settled` tells when it settles.
    Pending(HandlerId),
    /// It threw; `Turn::errors` has it.
    Threw,
}

/// Which fields of an object are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fields {
    /// Those marked `@persist`.
    Persisted,
    /// Those marked `@synced`.
    Synced,
    /// All own data properties that hold plain data (hot reload carries them over).
    PlainData,
}

impl Instance {
    /// An instance of which nothing has run.
    pub fn new(module: &Module, limits: Limits) -> Self {
        Self { vm: Vm::new(Arc::clone(&module.code), limits), dead: None }
    }

    /// Which functions run as machine code; nothing has run yet.
    pub fn set_jit(&mut self, mode: crate::JitMode) {
        self.vm.jit.mode = mode;
    }

    /// Samples the turns of this instance from now on.
    pub fn set_profiler(&mut self, profiler: crate::Profiler) {
        self.vm.profiler = Some(profiler);
    }

    /// Ends this instance's turns from any thread.
    pub fn interrupter(&self) -> Interrupter {
        self.vm.interrupter.clone()
    }

    /// How often to collect garbage: slow, for tests.
    pub fn stress_collector(&mut self, stress: Stress) {
        self.vm.heap.set_stress(stress);
    }

    /// Whether to assert, before each instruction of the interpreter, that typed registers and fields hold what they are declared to:
    /// slow, for tests. A defect of the compiler or the VM panics.
    pub fn assert_types(&mut self, on: bool) {
        self.vm.asserts_types = on;
    }

    /// Runs the module's bodies.
    pub fn start(&mut self, host: &mut dyn Host) -> Turn {
        self.turn(host, |turn| {
            let handler = turn.vm.handles.new_handler();
            turn.vm.host.handler = Some(handler);
            let entry = turn.vm.code.module.entry;
            let entry = turn.vm.new_closure(entry, Box::default());
            let result = turn.vm.call(entry, Value::UNDEFINED, &[]);
            if let Some(value) = turn.settle(result)? {
                turn.called = Some(turn.finish_call(handler, value)?);
            }
            Ok(())
        })
    }

    /// A turn of several steps: one macrotask, then all microtasks, then commit or discard.
    pub fn turn(&mut self, host: &mut dyn Host, body: impl FnOnce(&mut InTurn) -> Result<(), Trapped>) -> Turn {
        if let Some(report) = &self.dead {
            return Turn::dead(report.clone());
        }
        let turn = self.vm.run_turn(host, body);
        if let TurnEnd::Trapped(report) = &turn.end {
            self.dead = Some(report.clone());
        }
        turn
    }

    /// Calls an exported function.
    pub fn call_export(&mut self, host: &mut dyn Host, name: &str, args: &[Arg]) -> Turn {
        self.turn(host, |turn| {
            turn.called = Some(turn.call_export(name, args)?);
            Ok(())
        })
    }

    /// Calls a method of an object.
    pub fn call_method(&mut self, host: &mut dyn Host, object: &Handle, name: &str, args: &[Arg]) -> Turn {
        self.turn(host, |turn| {
            turn.called = Some(turn.call_method(object, name, args)?);
            Ok(())
        })
    }

    /// Settles the promise of a pending host call. Nothing happens where there is none of that number.
    pub fn resolve_host(&mut self, host: &mut dyn Host, id: u64, result: Result<HostValue, HostError>) -> Turn {
        self.turn(host, |turn| {
            let Some((promise, handler)) = turn.vm.handles.pending.remove(&id) else { return Ok(()) };
            turn.vm.host.handler = handler;
            turn.vm.root(promise);
            match result {
                Ok(value) => {
                    let value = turn.vm.script_value(&value);
                    if let Some(value) = turn.settle(value)? {
                        turn.vm.resolve_promise(promise, value);
                    }
                }
                Err(error) => {
                    let reason = turn.vm.host_error(&error);
                    turn.vm.reject_promise(promise, reason);
                }
            }
            Ok(())
        })
    }

    /// When the next timer is due, in virtual milliseconds.
    pub fn next_timer(&self) -> Option<f64> {
        if self.dead.is_some() { None } else { self.vm.timers.next_due() }
    }

    /// Virtual milliseconds since the instance was made.
    pub fn now(&self) -> f64 {
        self.vm.timers.now()
    }

    /// Moves virtual time on; each timer that comes due is a turn of its own.
    pub fn advance_to(&mut self, host: &mut dyn Host, until: f64) -> Vec<Turn> {
        let mut turns = Vec::new();
        while let Some(turn) = self.run_timer(host, until) {
            turns.push(turn);
        }
        self.pass_time(until);
        turns
    }

    /// Runs the first timer that is due by that virtual millisecond, if there is one.
    pub fn run_timer(&mut self, host: &mut dyn Host, until: f64) -> Option<Turn> {
        if self.dead.is_some() {
            return None;
        }
        let timer = self.vm.timers.take_due(until)?;
        let (function, args) = (timer.function, timer.args.clone());
        let handler = timer.handler;
        Some(self.turn(host, |turn| {
            turn.vm.host.handler = handler;
            turn.vm.root(function);
            for arg in &args {
                turn.vm.root(*arg);
            }
            turn.vm.timers.again(timer);
            let result = turn.vm.call(function, Value::UNDEFINED, &args);
            turn.settle(result).map(drop)
        }))
    }

    /// Virtual time is that late now, unless it is later.
    pub(crate) fn pass_time(&mut self, until: f64) {
        self.vm.timers.pass(until);
    }

    /// Other limits, from the next turn on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.vm.heap.set_limit(limits.heap);
        self.vm.limits = limits;
    }

    /// The module's variables by name, as `console.log` shows them: for those who look into an instance between turns. What it makes to
    /// show them counts as the instance's memory.
    pub fn variables(&mut self) -> Vec<(String, String)> {
        self.vm.enter(Vm::show_globals)
    }

    /// Host calls that have not been answered.
    pub fn pending_host_calls(&self) -> usize {
        self.vm.handles.pending.len()
    }

    /// Nothing will happen any more unless the host calls.
    pub fn is_idle(&self) -> bool {
        self.dead.is_some() || (self.next_timer().is_none() && self.pending_host_calls() == 0)
    }

    /// Where the bodies of files stand that await what has not settled: once nothing happens any more, they never end.
    pub fn unsettled(&self) -> Vec<crate::trace::TraceLine> {
        self.vm.unsettled_bodies()
    }

    /// Whether a limit or fault has ended it.
    pub fn is_dead(&self) -> bool {
        self.dead.is_some()
    }

    pub fn report(&self) -> &Report {
        &self.vm.report
    }

    /// Logical bytes of heap in use, what is dead included.
    pub fn heap_used(&self) -> usize {
        self.vm.heap.used()
    }

    /// Logical bytes of heap taken since the instance was made. Cells are exact; stores and shapes that a collection finds to be of another
    /// size than they were taken for come in with it.
    pub fn allocated(&self) -> u64 {
        self.vm.heap.allocated()
    }

    /// Collects garbage now; between turns.
    pub fn collect(&mut self) {
        self.vm.enter(Vm::collect);
    }

    /// Lets go of an object.
    pub fn release(&mut self, handle: Handle) {
        self.vm.handles.objects.remove(&handle.0);
    }

    /// Reads fields without running script.
    pub fn read_fields(&mut self, object: &Handle, which: Fields) -> Vec<(String, HostValue)> {
        self.vm.enter(|vm| vm.read_fields(object.0, which))
    }

    /// Whether an object has a method of that name.
    pub fn has_method(&mut self, object: &Handle, name: &str) -> bool {
        self.vm.enter(|vm| vm.host_method(object.0, name).is_some())
    }
}

impl InTurn<'_> {
    /// Instantiates an exported class; `None` where it threw or there is no such class.
    pub fn construct(&mut self, name: &str, args: &[Arg]) -> Result<Option<Handle>, Trapped> {
        let Some(class) = self.vm.export(name).filter(|class| self.vm.is_constructor(*class)) else { return Ok(None) };
        let handler = self.vm.handles.new_handler();
        self.vm.host.handler = Some(handler);
        let args = self.vm.host_args(args);
        let result = args.and_then(|args| self.vm.construct(class, &args, class));
        Ok(self.settle(result)?.map(|object| Handle(self.vm.handles.hold(object))))
    }

    /// Calls an exported function.
    pub fn call_export(&mut self, name: &str, args: &[Arg]) -> Result<Called, Trapped> {
        match self.vm.export(name).filter(|f| f.is_callable()) {
            Some(function) => self.call(function, Value::UNDEFINED, args),
            None => Ok(Called::Missing),
        }
    }

    /// Calls a method of an object.
    pub fn call_method(&mut self, object: &Handle, name: &str, args: &[Arg]) -> Result<Called, Trapped> {
        match self.vm.host_method(object.0, name) {
            Some((this, method)) => self.call(method, this, args),
            None => Ok(Called::Missing),
        }
    }

    pub fn has_method(&mut self, object: &Handle, name: &str) -> bool {
        self.vm.host_method(object.0, name).is_some()
    }

    /// Reads fields without running script.
    pub fn read_fields(&mut self, object: &Handle, which: Fields) -> Vec<(String, HostValue)> {
        self.vm.read_fields(object.0, which)
    }

    /// Writes fields; those whose type does not take the value, or that the object does not have, are left as they are.
    /// Yields the names of those.
    pub fn write_fields(&mut self, object: &Handle, fields: &[(String, HostValue)]) -> Vec<String> {
        let mut left = Vec::new();
        for (name, value) in fields {
            if !self.vm.write_field(object.0, name, value) {
                left.push(name.clone());
            }
        }
        left
    }

    /// The number of the handler that the latest call of this turn is.
    pub fn handler(&self) -> Option<HandlerId> {
        self.vm.host.handler
    }

    fn call(&mut self, function: Value, this: Value, args: &[Arg]) -> Result<Called, Trapped> {
        let handler = self.vm.handles.new_handler();
        self.vm.host.handler = Some(handler);
        let args = self.vm.host_args(args);
        let result = args.and_then(|args| self.vm.call(function, this, &args));
        match self.settle(result)? {
            Some(value) => self.finish_call(handler, value),
            None => Ok(Called::Threw),
        }
    }

    /// A promise is kept until it settles; it is then the host's to look at.
    fn finish_call(&mut self, handler: HandlerId, value: Value) -> Result<Called, Trapped> {
        if value.of::<PromiseData>().is_some() {
            self.vm.handles.returned.push((handler, value));
            return Ok(Called::Pending(handler));
        }
        let plain = self.vm.measured_host_value(value);
        Ok(Called::Value(self.settle(plain)?.flatten().unwrap_or_default()))
    }
}

/// The host's view of objects.
impl Vm {
    fn show_globals(&mut self) -> Vec<(String, String)> {
        let code = Arc::clone(&self.code);
        let mut shown = Vec::new();
        for (id, value) in code.module.globals.iter().zip(self.globals.clone()) {
            // Showing is paid for, and by no turn.
            self.fuel = i64::MAX / 2;
            if value != Value::UNINIT
                && let Ok(text) = inspect(self, value, Options::default())
            {
                shown.push((String::from_utf16_lossy(&code.module.strings[id.0 as usize]), text));
            }
        }
        shown
    }

    fn export(&mut self, name: &str) -> Option<Value> {
        let code = Arc::clone(&self.code);
        let is = |id: mosl_bytecode::StrId| code.module.strings[id.0 as usize].iter().copied().eq(name.encode_utf16());
        let (_, slot) = code.module.exports.iter().find(|(id, _)| is(*id))?;
        Some(self.globals[*slot as usize])
    }

    fn host_args(&mut self, args: &[Arg]) -> Completion<Vec<Value>> {
        let mut values = Vec::with_capacity(args.len());
        for arg in args {
            values.push(match arg {
                Arg::Value(value) => self.script_value(value)?,
                Arg::Object(handle) => self.handles.objects.get(&handle.0).copied().unwrap_or(Value::UNDEFINED),
            });
        }
        Ok(values)
    }

    /// The object and its method, found without running getters.
    fn host_method(&mut self, handle: u64, name: &str) -> Option<(Value, Value)> {
        let this = *self.handles.objects.get(&handle)?;
        let key = self.key(name);
        let (_, property) = self.find(this.as_object()?, key)?;
        property.value.is_callable().then_some((this, property.value))
    }

    fn read_fields(&mut self, handle: u64, which: Fields) -> Vec<(String, HostValue)> {
        let Some(object) = self.handles.objects.get(&handle).and_then(|v| v.as_object()) else { return Vec::new() };
        let names: Vec<PropKey> = match which {
            Fields::PlainData => self.enumerable_keys(object),
            Fields::Persisted | Fields::Synced => self.marked_fields(object, which),
        };
        let mut fields = Vec::new();
        for key in names {
            let Some(property) = self.get_own(object, key).filter(|p| p.accessor().is_none()) else { continue };
            if let Some(value) = self.peek_host(property.value) {
                fields.push((self.key_text(key), value));
            }
        }
        fields
    }

    /// The fields of an object's classes that are marked.
    fn marked_fields(&mut self, object: crate::heap::Gc<crate::object::Object>, which: Fields) -> Vec<PropKey> {
        let code = Arc::clone(&self.code);
        let mut classes = Vec::new();
        let mut at = self.prototype_of(object);
        while let Some(proto) = at {
            if proto.is_class_prototype() {
                classes.push(self.class_name(proto));
            }
            at = self.prototype_of(proto);
        }
        let text = |id: mosl_bytecode::StrId| String::from_utf16_lossy(&code.module.strings[id.0 as usize]);
        let marked = code.module.persisted.iter().filter(|field| {
            let wanted = if which == Fields::Persisted { field.persist } else { field.synced };
            wanted && classes.contains(&text(field.class))
        });
        marked.map(|field| self.key(&text(field.field))).collect()
    }

    fn write_field(&mut self, handle: u64, name: &str, value: &HostValue) -> bool {
        let Some(object) = self.handles.objects.get(&handle).and_then(|v| v.as_object()) else { return false };
        let key = self.key(name);
        if self.get_own(object, key).is_none_or(|p| p.accessor().is_some()) {
            return false;
        }
        let written = self.script_value(value).and_then(|value| self.set(object.into(), key, value));
        if written.is_err() {
            self.exception = Value::UNDEFINED;
        }
        written.is_ok()
    }
}
