//! The iterator protocol as built-ins use it, and `Iterator.from`.

use crate::heap::Tracer;
use crate::native::{Args, Completion, Throw};
use crate::object::data::{Foreign, ForeignData};
use crate::object::property::PropKey;
use crate::realm::Intrinsic;
use crate::snapshot::{ForeignKind, Loaded, Loader, Saver};
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

/// The receiver of an iterator method, and its `next`; both rooted. GetIteratorDirect.
pub fn direct(vm: &mut Vm, iterator: Value) -> Completion<(Value, Value)> {
    let key = PropKey::Name(vm.common().next);
    let next = vm.get(iterator, key)?;
    vm.root(next);
    Ok((iterator, next))
}

/// The receiver must be an object.
pub fn require_object(vm: &mut Vm, args: Args, name: &str) -> Completion {
    if args.this.is_object() {
        return Ok(args.this);
    }
    Err(vm.type_error(&format!("Iterator.prototype.{name} called on non-object")))
}

/// The next value, `None` at the end.
pub(crate) fn step(vm: &mut Vm, iterator: Value, next: Value) -> Completion<Option<Value>> {
    let Some(result) = advance(vm, iterator, next)? else { return Ok(None) };
    let mark = vm.roots();
    vm.root(result);
    let key = PropKey::Name(vm.common().value);
    let value = vm.get(result, key)?;
    vm.unroot(mark);
    Ok(Some(value))
}

/// `IteratorStep`: the result object, whose value nobody has asked for yet; `None` at the end.
pub(crate) fn advance(vm: &mut Vm, iterator: Value, next: Value) -> Completion<Option<Value>> {
    let result = vm.call(next, iterator, &[])?;
    if !result.is_object() {
        let shown = super::super::inspect::shown_in_message(vm, result);
        return Err(vm.type_error(&format!("Iterator result {shown} is not an object")));
    }
    let mark = vm.roots();
    vm.root(result);
    let key = PropKey::Name(vm.common().done);
    let done = vm.get(result, key)?;
    vm.unroot(mark);
    Ok((!vm.truthy(done)).then_some(result))
}

/// Calls `return`, if there is one.
pub fn close(vm: &mut Vm, iterator: Value) -> Completion<()> {
    let key = PropKey::Name(vm.common().return_);
    if let Some(method) = vm.get_method(iterator, key)? {
        let result = vm.call(method, iterator, &[])?;
        if !result.is_object() {
            let shown = super::super::inspect::shown_in_message(vm, result);
            return Err(vm.type_error(&format!("{shown} is not an object")));
        }
    }
    Ok(())
}

/// Closes after a throw, which goes on; what `return` throws is dropped.
pub fn close_after(vm: &mut Vm, iterator: Value, thrown: Throw) -> Throw {
    let Ok(error) = vm.catch(thrown) else { return thrown };
    vm.root(error);
    match close(vm, iterator) {
        Err(Throw::Trap) => Throw::Trap,
        _ => vm.throw(error),
    }
}

/// `Iterator.from`'s wrapper of an iterator without helpers.
#[derive(Debug)]
pub struct Wrapped {
    iterator: Value,
    next: Value,
}

impl Foreign for Wrapped {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.values(&[self.iterator, self.next]);
    }
    fn size(&self) -> usize {
        size_of::<Self>()
    }
    fn class_name(&self) -> &'static str {
        "Wrap For Valid Iterator"
    }
    fn kind(&self) -> ForeignKind {
        ForeignKind::WrappedIterator
    }
    fn save(&self, saver: &mut Saver) {
        saver.value(self.iterator);
        saver.value(self.next);
    }
}

impl Default for Wrapped {
    fn default() -> Self {
        Self { iterator: Value::UNDEFINED, next: Value::UNDEFINED }
    }
}

impl Wrapped {
    pub(crate) fn load(loader: &mut Loader) -> Loaded<Self> {
        Ok(Self { iterator: loader.value()?, next: loader.value()? })
    }
}

/// GetIteratorFlattenable: the iterator and its `next`, rooted.
pub fn flattenable(vm: &mut Vm, value: Value, strings: bool) -> Completion<(Value, Value)> {
    let accepted = value.is_object() || (strings && value.is_string());
    if !accepted {
        let shown = super::super::inspect::shown_in_message(vm, value);
        return Err(vm.type_error(&format!("{shown} is not an object")));
    }
    let key = vm.well_known(WellKnown::Iterator);
    let iterator = match vm.get_method(value, key)? {
        Some(method) => vm.call(method, value, &[])?,
        None => value,
    };
    if !iterator.is_object() {
        let shown = super::super::inspect::shown_in_message(vm, iterator);
        return Err(vm.type_error(&format!("{shown} is not an object")));
    }
    vm.root(iterator);
    direct(vm, iterator)
}

pub fn from(vm: &mut Vm, args: Args) -> Completion {
    let (iterator, next) = flattenable(vm, args.get(0), true)?;
    let base = vm.intrinsic(Intrinsic::IteratorPrototype);
    let mut proto = iterator.as_object();
    while let Some(object) = proto {
        if object == base {
            return Ok(iterator);
        }
        proto = vm.prototype_of(object);
    }
    let shape = vm.shape_of_proto(Intrinsic::WrapForValidIteratorPrototype);
    Ok(vm.heap.object(shape, ForeignData(Box::new(Wrapped { iterator, next }))).into())
}

fn wrapped(vm: &mut Vm, args: Args) -> Completion<(Value, Value)> {
    let foreign = args.this.of::<ForeignData>();
    match foreign.and_then(|f| f.data.get::<Wrapped>().map(|w| (w.iterator, w.next))) {
        Some(pair) => Ok(pair),
        None => Err(vm.type_error("the receiver is not a wrapped iterator")),
    }
}

pub fn wrapped_next(vm: &mut Vm, args: Args) -> Completion {
    let (iterator, next) = wrapped(vm, args)?;
    vm.call(next, iterator, &[])
}

pub fn wrapped_return(vm: &mut Vm, args: Args) -> Completion {
    let (iterator, _) = wrapped(vm, args)?;
    let key = PropKey::Name(vm.common().return_);
    match vm.get_method(iterator, key)? {
        Some(method) => vm.call(method, iterator, &[]),
        None => Ok(vm.iter_result(Value::UNDEFINED, true)),
    }
}
