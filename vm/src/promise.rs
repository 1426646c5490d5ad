//! Promises and the microtask queue (ECMAScript 27.2), with the order of jobs exactly as the standard's.

use mosl_bytecode::FunctionKind;

use crate::heap::{Gc, Tracer};
use crate::host::HandlerId;
use crate::interp::coroutine::{Coroutine, Resume, State, Suspension};
use crate::native::{Args, Completion, Throw};
use crate::natives::Inner;
use crate::object::data::AsyncGeneratorData;
use crate::object::property::PropKey;
use crate::object::{Of, VarCell};
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PromiseState {
    Pending,
    Fulfilled,
    Rejected,
}

/// A promise.
#[derive(Debug)]
pub struct PromiseData {
    pub state: PromiseState,
    /// The value or reason; `undefined` while pending.
    pub value: Value,
    pub(crate) reactions: Vec<Reaction>,
    /// Someone listens to its rejection.
    pub(crate) handled: bool,
    /// A resolving function was called already.
    pub(crate) resolved: bool,
}

impl PromiseData {
    pub(crate) fn new() -> Self {
        Self {
            state: PromiseState::Pending,
            value: Value::UNDEFINED,
            reactions: Vec::new(),
            handled: false,
            resolved: false,
        }
    }

    pub(crate) fn trace(&self, tracer: &mut Tracer) {
        tracer.value(self.value);
        self.reactions[tracer.piece(self.reactions.len())].iter().for_each(|reaction| reaction.trace(tracer));
    }

    pub(crate) fn external_size(&self) -> usize {
        self.reactions.len() * size_of::<Reaction>()
    }
}

/// A promise to settle, by the functions that its constructor gave, or directly where it is one of ours.
#[derive(Clone, Copy, Debug)]
pub struct Capability {
    pub promise: Value,
    /// `undefined` for promises of the built-in class.
    pub resolve: Value,
    pub reject: Value,
}

impl Capability {
    /// Of a promise of the built-in class.
    pub fn direct(promise: Value) -> Self {
        Self { promise, resolve: Value::UNDEFINED, reject: Value::UNDEFINED }
    }

    fn trace(&self, tracer: &mut Tracer) {
        tracer.values(&[self.promise, self.resolve, self.reject]);
    }
}

/// What waits for a promise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reaction {
    pub wait: Wait,
    pub handler: Option<HandlerId>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Wait {
    /// `then`: handlers (`undefined` passes on), and the derived promise, if anyone wants it.
    Then { fulfilled: Value, rejected: Value, derived: Option<Capability> },
    /// An `await`.
    Coroutine(Gc<Coroutine>),
    /// A `return` that an async generator was asked for.
    GeneratorReturn(Gc<Of<AsyncGeneratorData>>),
}

impl Reaction {
    fn trace(&self, tracer: &mut Tracer) {
        match &self.wait {
            Wait::Then { fulfilled, rejected, derived } => {
                tracer.values(&[*fulfilled, *rejected]);
                if let Some(derived) = derived {
                    derived.trace(tracer);
                }
            }
            Wait::Coroutine(coroutine) => tracer.cell(*coroutine),
            Wait::GeneratorReturn(generator) => tracer.cell(*generator),
        }
    }
}

/// A microtask.
#[derive(Debug)]
pub(crate) struct Job {
    task: Task,
    handler: Option<HandlerId>,
}

#[derive(Debug)]
enum Task {
    Reaction { wait: Wait, fulfilled: bool, value: Value },
    Thenable { promise: Value, thenable: Value, then: Value },
    Call(Value),
}

impl Job {
    pub fn trace(&self, tracer: &mut Tracer) {
        match &self.task {
            Task::Reaction { wait, value, .. } => {
                Reaction { wait: *wait, handler: None }.trace(tracer);
                tracer.value(*value);
            }
            Task::Thenable { promise, thenable, then } => tracer.values(&[*promise, *thenable, *then]),
            Task::Call(function) => tracer.value(*function),
        }
    }
}

/// Promises that were rejected while nobody listened, with the handler on whose behalf.
#[derive(Debug, Default)]
pub(crate) struct Rejections(pub Vec<(Value, Option<HandlerId>)>);

impl Rejections {
    pub fn trace(&self, tracer: &mut Tracer) {
        self.0.iter().for_each(|(promise, _)| tracer.value(*promise));
    }

    pub fn size(&self) -> usize {
        self.0.len() * size_of::<(Value, Option<HandlerId>)>()
    }
}

impl Vm {
    /// A pending promise of the built-in class.
    pub fn new_promise(&mut self) -> Value {
        let shape = self.shape_of_proto(Intrinsic::PromisePrototype);
        self.heap.object(shape, PromiseData::new()).into()
    }

    /// A pending promise for `new Promise` of a class or subclass.
    pub(crate) fn promise_of(&mut self, new_target: Value) -> Completion {
        let shape = self.construct_shape(new_target, Intrinsic::PromisePrototype)?;
        Ok(self.heap.object(shape, PromiseData::new()).into())
    }

    /// What a promise's resolve function does, once: settles it, or follows a thenable. Runs a `then` getter.
    pub fn resolve_promise(&mut self, promise: Value, resolution: Value) {
        let Some(mut data) = promise.of::<PromiseData>() else { return };
        if std::mem::replace(&mut data.data.resolved, true) {
            return;
        }
        self.resolve_inner(promise, resolution);
    }

    fn resolve_inner(&mut self, promise: Value, resolution: Value) {
        if promise == resolution {
            let reason =
                self.new_error(mosl_bytecode::ErrorKind::TypeError, "Chaining cycle detected for promise #<Promise>");
            return self.settle(promise, PromiseState::Rejected, reason);
        }
        if !resolution.is_object() || self.is_value_type(resolution) {
            return self.settle(promise, PromiseState::Fulfilled, resolution);
        }
        let key = PropKey::Name(self.common().then);
        let mark = self.roots();
        self.root(promise);
        self.root(resolution);
        let then = self.get(resolution, key);
        self.unroot(mark);
        match then {
            Ok(then) if then.is_callable() => self.enqueue(Task::Thenable { promise, thenable: resolution, then }),
            Ok(_) => self.settle(promise, PromiseState::Fulfilled, resolution),
            Err(Throw::Exception) => {
                let reason = std::mem::replace(&mut self.exception, Value::UNDEFINED);
                self.settle(promise, PromiseState::Rejected, reason);
            }
            // The turn ends at the next check; nothing settles any more.
            Err(Throw::Trap) => {}
        }
    }

    /// What a promise's reject function does, once.
    pub fn reject_promise(&mut self, promise: Value, reason: Value) {
        let Some(mut data) = promise.of::<PromiseData>() else { return };
        if !std::mem::replace(&mut data.data.resolved, true) {
            self.settle(promise, PromiseState::Rejected, reason);
        }
    }

    fn settle(&mut self, promise: Value, state: PromiseState, value: Value) {
        let Some(mut data) = promise.of::<PromiseData>() else { return };
        data.data.state = state;
        data.data.resolved = true;
        data.data.value = value;
        let fulfilled = state == PromiseState::Fulfilled;
        if !fulfilled && !data.data.handled {
            self.heap.grow(size_of::<(Value, Option<HandlerId>)>());
            self.rejections.0.push((promise, self.host.handler));
        }
        self.heap.grow(data.data.reactions.len() * size_of::<Job>());
        for reaction in std::mem::take(&mut data.data.reactions) {
            let task = Task::Reaction { wait: reaction.wait, fulfilled, value };
            self.jobs.push_back(Job { task, handler: reaction.handler });
        }
    }

    fn enqueue(&mut self, task: Task) {
        let handler = self.host.handler;
        self.heap.grow(size_of::<Job>());
        self.jobs.push_back(Job { task, handler });
    }

    /// `queueMicrotask`.
    pub fn enqueue_job(&mut self, function: Value) {
        self.enqueue(Task::Call(function));
    }

    fn wait_for(&mut self, promise: Value, wait: Wait) {
        let Some(mut data) = promise.of::<PromiseData>() else { return };
        data.data.handled = true;
        match data.data.state {
            PromiseState::Pending => {
                let handler = self.host.handler;
                self.heap.grow(size_of::<Reaction>());
                data.data.reactions.push(Reaction { wait, handler });
            }
            state => {
                let (fulfilled, value) = (state == PromiseState::Fulfilled, data.data.value);
                self.enqueue(Task::Reaction { wait, fulfilled, value });
            }
        }
    }

    /// `PerformPromiseThen`.
    pub fn perform_then(&mut self, promise: Value, fulfilled: Value, rejected: Value, derived: Option<Capability>) {
        let only = |f: Value| if f.is_callable() { f } else { Value::UNDEFINED };
        self.wait_for(promise, Wait::Then { fulfilled: only(fulfilled), rejected: only(rejected), derived });
    }

    /// `promise.then(…)` for a promise of the built-in class, without looking at its constructor.
    pub fn then(&mut self, promise: Value, fulfilled: Value, rejected: Value) -> Value {
        let derived = self.new_promise();
        self.perform_then(promise, fulfilled, rejected, Some(Capability::direct(derived)));
        derived
    }

    /// `PromiseResolve(%Promise%, value)`: the value itself where it is such a promise.
    pub fn promise_resolve(&mut self, value: Value) -> Completion {
        if value.of::<PromiseData>().is_some() {
            let key = PropKey::Name(self.common().constructor);
            let constructor = self.get(value, key)?;
            let promise: Value = self.intrinsic(Intrinsic::Promise).into();
            if constructor == promise {
                return Ok(value);
            }
        }
        let promise = self.new_promise();
        self.root_scope(promise, |vm| vm.resolve_promise(promise, value));
        self.trapped()?;
        Ok(promise)
    }

    /// Passes on a trap that a settling function swallowed.
    pub(crate) fn trapped(&self) -> Completion<()> {
        if self.trap.is_some() { Err(Throw::Trap) } else { Ok(()) }
    }

    /// The two functions that a promise's executor gets: once either is called, both do nothing.
    pub fn resolving_functions(&mut self, promise: Value) -> (Value, Value) {
        let called = Value::internal_cell(self.heap.alloc(VarCell::new(Value::FALSE)));
        let resolve = self.new_native("", 1, Inner::Resolve, &[promise, called]);
        let reject = self.new_native("", 1, Inner::Reject, &[promise, called]);
        (resolve, reject)
    }

    /// `await`: suspends the running frame and yields what its caller gets.
    pub(crate) fn suspend_await(&mut self, value: Value) -> Completion {
        let promise = self.promise_resolve(value)?;
        self.root(promise);
        let existing = self.frames.last().and_then(|frame| frame.coroutine);
        let (coroutine, result) = match existing {
            Some(coroutine) => (coroutine, Value::UNDEFINED),
            None => {
                let result = self.new_promise();
                let coroutine = self.new_coroutine(result);
                self.note_suspended_body(coroutine.callee, coroutine);
                (coroutine, result)
            }
        };
        self.save_frame(coroutine, State::Suspended);
        self.suspended_by = Suspension::Await;
        self.wait_for(promise, Wait::Coroutine(coroutine));
        let mark = self.roots();
        self.unroot(mark - 1);
        Ok(result)
    }

    /// An async generator was asked to return: awaits the value first.
    pub(crate) fn await_generator_return(
        &mut self,
        generator: Gc<Of<AsyncGeneratorData>>,
        value: Value,
    ) -> Completion<()> {
        let promise = self.promise_resolve(value)?;
        self.wait_for(promise, Wait::GeneratorReturn(generator));
        Ok(())
    }

    /// Runs the next microtask; `false` where there is none. What a job throws is the caller's.
    pub(crate) fn run_job(&mut self) -> Completion<bool> {
        let Some(job) = self.jobs.pop_front() else { return Ok(false) };
        self.host.handler = job.handler;
        let mark = self.roots();
        let result = match job.task {
            Task::Call(function) => self.call(function, Value::UNDEFINED, &[]).map(drop),
            Task::Thenable { promise, thenable, then } => self.run_thenable(promise, thenable, then),
            Task::Reaction { wait, fulfilled, value } => self.run_reaction(wait, fulfilled, value),
        };
        self.unroot(mark);
        result.and_then(|()| self.trapped()).map(|()| true)
    }

    fn run_thenable(&mut self, promise: Value, thenable: Value, then: Value) -> Completion<()> {
        for value in [promise, thenable, then] {
            self.root(value);
        }
        let (resolve, reject) = self.resolving_functions(promise);
        self.root(resolve);
        self.root(reject);
        match self.call(then, thenable, &[resolve, reject]) {
            Err(Throw::Exception) => {
                let reason = std::mem::replace(&mut self.exception, Value::UNDEFINED);
                self.call(reject, Value::UNDEFINED, &[reason]).map(drop)
            }
            other => other.map(drop),
        }
    }

    fn run_reaction(&mut self, wait: Wait, fulfilled: bool, value: Value) -> Completion<()> {
        Reaction { wait, handler: None }.root(self);
        self.root(value);
        match wait {
            Wait::Then { fulfilled: on_ok, rejected: on_err, derived } => {
                self.run_then(if fulfilled { on_ok } else { on_err }, fulfilled, value, derived)
            }
            Wait::Coroutine(coroutine) => {
                let how = if fulfilled { Resume::Next } else { Resume::Throw };
                // SAFETY: the instance's caches keep the function.
                let kind = unsafe { (*coroutine.rt).kind };
                let step = self.resume(coroutine, how, value);
                if kind == FunctionKind::AsyncGenerator
                    && let Some(generator) = coroutine.result.of::<AsyncGeneratorData>()
                {
                    return self.async_generator_step(generator, step);
                }
                step.map(drop)
            }
            Wait::GeneratorReturn(generator) => self.async_generator_returned(generator, fulfilled, value),
        }
    }

    fn run_then(
        &mut self,
        handler: Value,
        fulfilled: bool,
        value: Value,
        derived: Option<Capability>,
    ) -> Completion<()> {
        let result = if handler.is_undefined() {
            if fulfilled { Ok(value) } else { Err(self.throw(value)) }
        } else {
            self.call(handler, Value::UNDEFINED, &[value])
        };
        let Some(derived) = derived else { return result.map(drop) };
        match result {
            Ok(value) => self.fulfil(derived, value),
            Err(throw) => {
                let reason = self.catch(throw)?;
                self.fail(derived, reason)
            }
        }
    }

    /// Calls a capability's resolve function.
    pub fn fulfil(&mut self, capability: Capability, value: Value) -> Completion<()> {
        if capability.resolve.is_undefined() {
            self.resolve_promise(capability.promise, value);
            return self.trapped();
        }
        self.call(capability.resolve, Value::UNDEFINED, &[value]).map(drop)
    }

    /// Calls a capability's reject function.
    pub fn fail(&mut self, capability: Capability, reason: Value) -> Completion<()> {
        if capability.reject.is_undefined() {
            self.reject_promise(capability.promise, reason);
            return self.trapped();
        }
        self.call(capability.reject, Value::UNDEFINED, &[reason]).map(drop)
    }

    /// Rejections that nobody listens to, and forgets them.
    pub(crate) fn take_rejections(&mut self) -> Vec<(Value, Option<HandlerId>)> {
        let all = std::mem::take(&mut self.rejections.0);
        let unhandled = |promise: Value| promise.of::<PromiseData>().is_some_and(|p| !p.data.handled);
        let found = all.into_iter().filter(|(promise, _)| unhandled(*promise));
        found
            .map(|(promise, handler)| (promise.of::<PromiseData>().map_or(promise, |p| p.data.value), handler))
            .collect()
    }
}

impl Reaction {
    fn root(self, vm: &mut Vm) {
        match self.wait {
            Wait::Then { fulfilled, rejected, derived } => {
                vm.root(fulfilled);
                vm.root(rejected);
                if let Some(derived) = derived {
                    for value in [derived.promise, derived.resolve, derived.reject] {
                        vm.root(value);
                    }
                }
            }
            Wait::Coroutine(coroutine) => {
                vm.root(Value::internal_cell(coroutine));
            }
            Wait::GeneratorReturn(generator) => {
                vm.root(generator.into());
            }
        }
    }
}

/// Whether a resolving function is the first of its pair to be called; it is not again.
fn first_call(vm: &Vm, args: Args) -> bool {
    vm.native_slot(args.callee, 1)
        .as_var()
        .is_some_and(|mut called| std::mem::replace(&mut called.value, Value::TRUE) == Value::FALSE)
}

pub(crate) fn resolve_function(vm: &mut Vm, args: Args) -> Completion {
    if first_call(vm, args) {
        let promise = vm.native_slot(args.callee, 0);
        vm.resolve_inner(promise, args.get(0));
        vm.trapped()?;
    }
    Ok(Value::UNDEFINED)
}

pub(crate) fn reject_function(vm: &mut Vm, args: Args) -> Completion {
    if first_call(vm, args) {
        let promise = vm.native_slot(args.callee, 0);
        vm.settle(promise, PromiseState::Rejected, args.get(0));
    }
    Ok(Value::UNDEFINED)
}

/// For natives.
impl Vm {
    /// A promise of the built-in class that is resolved with the value; the value itself where it is one already.
    pub fn resolved_promise(&mut self, value: Value) -> Completion {
        self.promise_resolve(value)
    }

    /// A promise of the built-in class that is rejected.
    pub fn rejected_promise(&mut self, reason: Value) -> Completion {
        let promise = self.new_promise();
        self.reject_promise(promise, reason);
        Ok(promise)
    }

    /// As [`Self::then`].
    pub fn promise_then(&mut self, promise: Value, fulfilled: Value, rejected: Value) -> Completion {
        Ok(self.then(promise, fulfilled, rejected))
    }
}
