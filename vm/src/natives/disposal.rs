//! `DisposableStack` and `AsyncDisposableStack`.

use super::coerce::{callable, prototype_of_new, require_new};
use super::collections::incompatible;
use super::{Family, Inner};
use crate::heap::{Gc, Tracer};
use crate::native::{Args, Completion, Constant, Throw};
use crate::object::Of;
use crate::object::data::{Foreign, ForeignData};
use crate::realm::Intrinsic;
use crate::snapshot::{ForeignKind, Loaded, Loader, Saver};
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("AsyncDisposableStack", |vm, args| construct(vm, args, true)),
    ("AsyncDisposableStack.prototype.adopt", |vm, args| adopt(vm, args, true)),
    ("AsyncDisposableStack.prototype.defer", |vm, args| defer(vm, args, true)),
    ("AsyncDisposableStack.prototype.disposeAsync", dispose_async),
    ("AsyncDisposableStack.prototype.move", |vm, args| move_all(vm, args, true)),
    ("AsyncDisposableStack.prototype.use", |vm, args| take(vm, args, true)),
    ("AsyncDisposableStack.prototype[Symbol.asyncDispose]", dispose_async),
    ("DisposableStack", |vm, args| construct(vm, args, false)),
    ("DisposableStack.prototype.adopt", |vm, args| adopt(vm, args, false)),
    ("DisposableStack.prototype.defer", |vm, args| defer(vm, args, false)),
    ("DisposableStack.prototype.dispose", dispose),
    ("DisposableStack.prototype.move", |vm, args| move_all(vm, args, false)),
    ("DisposableStack.prototype.use", |vm, args| take(vm, args, false)),
    ("DisposableStack.prototype[Symbol.dispose]", dispose),
    ("get AsyncDisposableStack.prototype.disposed", |vm, args| is_disposed(vm, args, true)),
    ("get DisposableStack.prototype.disposed", |vm, args| is_disposed(vm, args, false)),
];

pub static CONSTANTS: &[(&str, Constant)] = &[
    ("AsyncDisposableStack.prototype[Symbol.toStringTag]", Constant::Str("AsyncDisposableStack")),
    ("DisposableStack.prototype[Symbol.toStringTag]", Constant::Str("DisposableStack")),
];

/// How a resource's method is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum How {
    /// On the value.
    Method,
    /// On the value, in an asynchronous stack: what it yields is not awaited, what it throws is a rejection.
    SyncMethod,
    /// With the value as its argument.
    Function,
    /// Not at all: there is only something to wait for.
    Nothing,
}

impl How {
    const ALL: [Self; 4] = [Self::Method, Self::SyncMethod, Self::Function, Self::Nothing];
}

#[derive(Clone, Copy, Debug)]
struct Resource {
    value: Value,
    method: Value,
    how: How,
}

#[derive(Debug)]
pub(crate) struct Stack {
    is_async: bool,
    disposed: bool,
    resources: Vec<Resource>,
    /// What an asynchronous disposal has come to.
    error: Option<Value>,
    promise: Value,
    must_await: bool,
    has_awaited: bool,
}

impl Foreign for Stack {
    fn trace(&self, tracer: &mut Tracer) {
        for resource in &self.resources {
            tracer.value(resource.value);
            tracer.value(resource.method);
        }
        tracer.value(self.promise);
        self.error.iter().for_each(|error| tracer.value(*error));
    }
    fn size(&self) -> usize {
        size_of::<Self>() + self.resources.len() * size_of::<Resource>()
    }
    fn class_name(&self) -> &'static str {
        class_name(self.is_async)
    }
    fn kind(&self) -> ForeignKind {
        ForeignKind::DisposableStack
    }
    fn save(&self, saver: &mut Saver) {
        for flag in [self.is_async, self.disposed, self.must_await, self.has_awaited, self.error.is_some()] {
            saver.flag(flag);
        }
        saver.value(self.error.unwrap_or(Value::UNDEFINED));
        saver.value(self.promise);
        saver.size(self.resources.len());
        for Resource { value, method, how } in &self.resources {
            saver.value(*value);
            saver.value(*method);
            saver.byte(*how as u8);
        }
    }
}

impl Stack {
    pub(crate) fn load(loader: &mut Loader) -> Loaded<Self> {
        let (is_async, disposed) = (loader.flag()?, loader.flag()?);
        let (must_await, has_awaited, failed) = (loader.flag()?, loader.flag()?, loader.flag()?);
        let (error, promise) = (loader.value()?, loader.value()?);
        let count = loader.items()?;
        let resource =
            |_| Ok(Resource { value: loader.value()?, method: loader.value()?, how: loader.one_of(&How::ALL)? });
        let resources = (0..count).map(resource).collect::<Loaded<_>>()?;
        Ok(Self { is_async, disposed, resources, error: failed.then_some(error), promise, must_await, has_awaited })
    }
}

fn class_name(is_async: bool) -> &'static str {
    if is_async { "AsyncDisposableStack" } else { "DisposableStack" }
}

type Handle = Gc<Of<ForeignData>>;

/// The state behind a handle, which is known to be a stack's.
fn with<T>(mut handle: Handle, run: impl FnOnce(&mut Stack) -> T) -> Option<T> {
    handle.data.get_mut::<Stack>().map(run)
}

fn this_stack(vm: &mut Vm, args: Args, name: &str, is_async: bool) -> Completion<Handle> {
    let handle = args.this.of::<ForeignData>();
    match handle.filter(|handle| handle.data.get::<Stack>().is_some_and(|stack| stack.is_async == is_async)) {
        Some(handle) => Ok(handle),
        None => Err(incompatible(vm, args, &format!("{}.prototype.{name}", class_name(is_async)))),
    }
}

/// The receiver, which still takes resources.
fn open_stack(vm: &mut Vm, args: Args, name: &str, is_async: bool) -> Completion<Handle> {
    let handle = this_stack(vm, args, name, is_async)?;
    if with(handle, |stack| stack.disposed).unwrap_or(true) {
        return Err(vm.reference_error(&format!("Cannot call {name} on an already-disposed stack")));
    }
    Ok(handle)
}

fn construct(vm: &mut Vm, args: Args, is_async: bool) -> Completion {
    require_new(vm, args, class_name(is_async))?;
    let usual = if is_async { Intrinsic::AsyncDisposableStackPrototype } else { Intrinsic::DisposableStackPrototype };
    let proto = prototype_of_new(vm, args, usual)?;
    Ok(make(vm, proto, is_async, Vec::new()))
}

fn make(vm: &mut Vm, proto: Gc<crate::object::Object>, is_async: bool, resources: Vec<Resource>) -> Value {
    let shape = vm.shapes.of_proto(Some(proto));
    let stack = Stack {
        is_async,
        disposed: false,
        resources,
        error: None,
        promise: Value::UNDEFINED,
        must_await: false,
        has_awaited: false,
    };
    vm.heap.object(shape, ForeignData(Box::new(stack))).into()
}

fn is_disposed(vm: &mut Vm, args: Args, is_async: bool) -> Completion {
    let handle = this_stack(vm, args, "disposed", is_async)?;
    Ok(with(handle, |stack| stack.disposed).unwrap_or(true).into())
}

fn push(vm: &mut Vm, handle: Handle, resource: Resource) -> Completion<()> {
    vm.reserve(size_of::<Resource>())?;
    vm.heap.grow(size_of::<Resource>());
    with(handle, |stack| stack.resources.push(resource));
    Ok(())
}

fn take(vm: &mut Vm, args: Args, is_async: bool) -> Completion {
    let handle = open_stack(vm, args, "use", is_async)?;
    let value = args.get(0);
    if value.is_nullish() {
        if is_async {
            push(vm, handle, Resource { value: Value::UNDEFINED, method: Value::UNDEFINED, how: How::Nothing })?;
        }
        return Ok(value);
    }
    if !value.is_object() {
        let shown = super::inspect::shown_in_message(vm, value);
        return Err(vm.type_error(&format!("{shown} is not an object")));
    }
    let mut found = None;
    if is_async {
        let key = vm.well_known(WellKnown::AsyncDispose);
        found = vm.get_method(value, key)?.map(|method| (method, How::Method));
    }
    if found.is_none() {
        let key = vm.well_known(WellKnown::Dispose);
        let how = if is_async { How::SyncMethod } else { How::Method };
        found = vm.get_method(value, key)?.map(|method| (method, how));
    }
    let Some((method, how)) = found else { return Err(vm.type_error("Property [Symbol.dispose] is not a function")) };
    push(vm, handle, Resource { value, method, how })?;
    Ok(value)
}

fn adopt(vm: &mut Vm, args: Args, is_async: bool) -> Completion {
    let handle = open_stack(vm, args, "adopt", is_async)?;
    let method = callable(vm, args.get(1))?;
    push(vm, handle, Resource { value: args.get(0), method, how: How::Function })?;
    Ok(args.get(0))
}

fn defer(vm: &mut Vm, args: Args, is_async: bool) -> Completion {
    let handle = open_stack(vm, args, "defer", is_async)?;
    let method = callable(vm, args.get(0))?;
    push(vm, handle, Resource { value: Value::UNDEFINED, method, how: How::Method })?;
    Ok(Value::UNDEFINED)
}

fn move_all(vm: &mut Vm, args: Args, is_async: bool) -> Completion {
    let handle = open_stack(vm, args, "move", is_async)?;
    let usual = if is_async { Intrinsic::AsyncDisposableStackPrototype } else { Intrinsic::DisposableStackPrototype };
    let proto = vm.intrinsic(usual);
    let resources = with(handle, |stack| {
        stack.disposed = true;
        std::mem::take(&mut stack.resources)
    });
    Ok(make(vm, proto, is_async, resources.unwrap_or_default()))
}

fn call(vm: &mut Vm, resource: Resource) -> Completion {
    vm.root(resource.value);
    vm.root(resource.method);
    match resource.how {
        How::Function => vm.call(resource.method, Value::UNDEFINED, &[resource.value]),
        _ => vm.call(resource.method, resource.value, &[]),
    }
}

/// Keeps what was thrown; an error that was there already is suppressed by it.
fn keep(vm: &mut Vm, handle: Handle, error: Value) -> Completion<()> {
    vm.root(error);
    let error = match with(handle, |stack| stack.error).flatten() {
        None => error,
        Some(suppressed) => {
            let class = vm.global("SuppressedError").unwrap_or(Value::UNDEFINED);
            vm.construct(class, &[error, suppressed], class)?
        }
    };
    with(handle, |stack| stack.error = Some(error));
    Ok(())
}

fn dispose(vm: &mut Vm, args: Args) -> Completion {
    let handle = this_stack(vm, args, "dispose", false)?;
    if with(handle, |stack| std::mem::replace(&mut stack.disposed, true)).unwrap_or(true) {
        return Ok(Value::UNDEFINED);
    }
    while let Some(resource) = with(handle, |stack| stack.resources.pop()).flatten() {
        let mark = vm.roots();
        if let Err(thrown) = call(vm, resource) {
            let error = vm.catch(thrown)?;
            keep(vm, handle, error)?;
        }
        vm.unroot(mark);
    }
    match with(handle, |stack| stack.error.take()).flatten() {
        Some(error) => Err(vm.throw(error)),
        None => Ok(Value::UNDEFINED),
    }
}

fn dispose_async(vm: &mut Vm, args: Args) -> Completion {
    let promise = vm.new_promise();
    vm.root(promise);
    match this_stack(vm, args, "disposeAsync", true) {
        Err(thrown) => {
            let reason = vm.catch(thrown)?;
            vm.reject_promise(promise, reason);
        }
        Ok(handle) if with(handle, |stack| stack.disposed).unwrap_or(true) => {
            vm.resolve_promise(promise, Value::UNDEFINED);
        }
        Ok(handle) => {
            with(handle, |stack| (stack.disposed, stack.promise) = (true, promise));
            go_on(vm, handle)?;
        }
    }
    Ok(promise)
}

/// Disposes of resources up to the next one that is awaited.
fn go_on(vm: &mut Vm, handle: Handle) -> Completion<()> {
    while let Some(resource) = with(handle, |stack| stack.resources.pop()).flatten() {
        if resource.how == How::Nothing {
            with(handle, |stack| stack.must_await = true);
            continue;
        }
        let mark = vm.roots();
        let awaited = match (call(vm, resource), resource.how) {
            (Ok(_), How::SyncMethod) => vm.promise_resolve(Value::UNDEFINED),
            (Ok(value), _) => vm.promise_resolve(value),
            (Err(thrown), How::SyncMethod) => {
                let reason = vm.catch(thrown)?;
                vm.root(reason);
                let rejected = vm.new_promise();
                vm.reject_promise(rejected, reason);
                Ok(rejected)
            }
            (Err(thrown), _) => Err(thrown),
        };
        if waits(vm, handle, awaited)? {
            return Ok(());
        }
        vm.unroot(mark);
    }
    if with(handle, |stack| stack.must_await && !stack.has_awaited).unwrap_or(false) {
        let nothing = vm.promise_resolve(Value::UNDEFINED);
        waits(vm, handle, nothing)?;
        return Ok(());
    }
    let promise = with(handle, |stack| stack.promise).unwrap_or(Value::UNDEFINED);
    match with(handle, |stack| stack.error.take()).flatten() {
        Some(error) => vm.reject_promise(promise, error),
        None => vm.resolve_promise(promise, Value::UNDEFINED),
    }
    Ok(())
}

/// Goes on when a promise settles; `false` where there is none, because something was thrown.
fn waits(vm: &mut Vm, handle: Handle, awaited: Result<Value, Throw>) -> Completion<bool> {
    match awaited {
        Ok(promise) => {
            vm.root(promise);
            with(handle, |stack| stack.has_awaited = true);
            let fulfilled = vm.new_native("", 1, Inner::DisposedValue, &[handle.into()]);
            vm.root(fulfilled);
            let rejected = vm.new_native("", 1, Inner::DisposedReason, &[handle.into()]);
            vm.root(rejected);
            vm.perform_then(promise, fulfilled, rejected, None);
            Ok(true)
        }
        Err(thrown) => {
            let error = vm.catch(thrown)?;
            keep(vm, handle, error)?;
            Ok(false)
        }
    }
}

pub(super) fn after_value(vm: &mut Vm, args: Args) -> Completion {
    if let Some(handle) = vm.native_slot(args.callee, 0).of::<ForeignData>() {
        go_on(vm, handle)?;
    }
    Ok(Value::UNDEFINED)
}

pub(super) fn after_reason(vm: &mut Vm, args: Args) -> Completion {
    if let Some(handle) = vm.native_slot(args.callee, 0).of::<ForeignData>() {
        keep(vm, handle, args.get(0))?;
        go_on(vm, handle)?;
    }
    Ok(Value::UNDEFINED)
}
