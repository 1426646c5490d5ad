//! map, filter, take, drop, flatMap of an iterator: objects that compute one value at a time.

use super::protocol::{advance, close, close_after, direct, flattenable, require_object, step};
use super::terminal::function;
use crate::heap::{Gc, Tracer};
use crate::native::{Args, Completion, Throw};
use crate::object::Of;
use crate::object::data::{Foreign, ForeignData};
use crate::realm::Intrinsic;
use crate::snapshot::{ForeignKind, Loaded, Loader, Saver};
use crate::value::Value;
use crate::vm::Vm;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Map,
    Filter,
    FlatMap,
    Take,
    Drop,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Map, Self::Filter, Self::FlatMap, Self::Take, Self::Drop];
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Suspended,
    Running,
    Done,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Helper {
    kind: Kind,
    state: State,
    iterator: Value,
    next: Value,
    function: Value,
    /// How many values were taken from the iterator.
    count: f64,
    /// For take and drop.
    limit: f64,
    /// For flatMap: the iterator that is being gone through, and its `next`.
    inner: Option<(Value, Value)>,
}

impl Foreign for Helper {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.values(&[self.iterator, self.next, self.function]);
        if let Some((iterator, next)) = self.inner {
            tracer.values(&[iterator, next]);
        }
    }
    fn size(&self) -> usize {
        size_of::<Self>()
    }
    fn class_name(&self) -> &'static str {
        "Iterator Helper"
    }
    fn kind(&self) -> ForeignKind {
        ForeignKind::IteratorHelper
    }
    fn save(&self, saver: &mut Saver) {
        saver.byte(self.kind as u8);
        saver.flag(self.state == State::Done);
        for value in [self.iterator, self.next, self.function] {
            saver.value(value);
        }
        saver.f64(self.count);
        saver.f64(self.limit);
        saver.flag(self.inner.is_some());
        if let Some((iterator, next)) = self.inner {
            saver.value(iterator);
            saver.value(next);
        }
    }
}

impl Helper {
    pub(crate) fn load(loader: &mut Loader) -> Loaded<Self> {
        let kind = loader.one_of(&Kind::ALL)?;
        let state = if loader.flag()? { State::Done } else { State::Suspended };
        let (iterator, next, function) = (loader.value()?, loader.value()?, loader.value()?);
        let (count, limit) = (loader.f64()?, loader.f64()?);
        let inner = if loader.flag()? { Some((loader.value()?, loader.value()?)) } else { None };
        Ok(Self { kind, state, iterator, next, function, count, limit, inner })
    }
}

fn make(vm: &mut Vm, args: Args, kind: Kind, function: Value, limit: f64) -> Completion {
    let (iterator, next) = direct(vm, args.this)?;
    let helper = Helper { kind, state: State::Suspended, iterator, next, function, count: 0.0, limit, inner: None };
    let shape = vm.shape_of_proto(Intrinsic::IteratorHelperPrototype);
    Ok(vm.heap.object(shape, ForeignData(Box::new(helper))).into())
}

/// map, filter, flatMap.
pub fn with_function(vm: &mut Vm, args: Args, name: &str, kind: Kind) -> Completion {
    require_object(vm, args, name)?;
    let function = function(vm, args)?;
    make(vm, args, kind, function, 0.0)
}

/// take, drop.
pub fn limited(vm: &mut Vm, args: Args, name: &str, kind: Kind) -> Completion {
    require_object(vm, args, name)?;
    let number = match vm.to_number(args.get(0)) {
        Ok(number) => number,
        Err(thrown) => return Err(close_after(vm, args.this, thrown)),
    };
    if number.is_nan() || number.trunc() < 0.0 {
        let shown = super::super::inspect::shown_in_message(vm, args.get(0));
        let thrown = vm.range_error(&format!("{shown} must be positive"));
        return Err(close_after(vm, args.this, thrown));
    }
    make(vm, args, kind, Value::UNDEFINED, number.trunc())
}

fn this_helper(vm: &mut Vm, args: Args) -> Completion<(Gc<Of<ForeignData>>, Helper)> {
    let foreign = args.this.of::<ForeignData>();
    match foreign.and_then(|f| f.data.get::<Helper>().map(|helper| (f, *helper))) {
        Some((_, helper)) if helper.state == State::Running => Err(vm.type_error("Generator is already running")),
        Some(found) => Ok(found),
        None => {
            let shown = super::super::inspect::shown_in_message(vm, args.this);
            Err(vm.type_error(&format!("{shown} is not an Iterator Helper")))
        }
    }
}

fn store(mut foreign: Gc<Of<ForeignData>>, helper: Helper) {
    if let Some(place) = foreign.data.get_mut::<Helper>() {
        *place = helper;
    }
}

pub fn next(vm: &mut Vm, args: Args) -> Completion {
    let (foreign, mut helper) = this_helper(vm, args)?;
    if helper.state == State::Done {
        return Ok(vm.iter_result(Value::UNDEFINED, true));
    }
    store(foreign, Helper { state: State::Running, ..helper });
    let result = match helper.kind {
        Kind::FlatMap => flat_next(vm, foreign, &mut helper),
        _ => simple_next(vm, &mut helper),
    };
    helper.state = if matches!(result, Ok(Some(_))) { State::Suspended } else { State::Done };
    store(foreign, helper);
    match result? {
        Some(value) => Ok(vm.iter_result(value, false)),
        None => Ok(vm.iter_result(Value::UNDEFINED, true)),
    }
}

fn simple_next(vm: &mut Vm, helper: &mut Helper) -> Completion<Option<Value>> {
    if helper.kind == Kind::Take && helper.count >= helper.limit {
        close(vm, helper.iterator)?;
        return Ok(None);
    }
    while helper.kind == Kind::Drop && helper.count < helper.limit {
        if advance(vm, helper.iterator, helper.next)?.is_none() {
            return Ok(None);
        }
        helper.count += 1.0;
    }
    loop {
        let Some(value) = step(vm, helper.iterator, helper.next)? else { return Ok(None) };
        let number = helper.count;
        helper.count += 1.0;
        match helper.kind {
            Kind::Take | Kind::Drop => return Ok(Some(value)),
            _ => {
                let mark = vm.roots();
                vm.root(value);
                let result = call(vm, helper, value, number)?;
                vm.unroot(mark);
                if helper.kind == Kind::Map {
                    return Ok(Some(result));
                }
                if vm.truthy(result) {
                    return Ok(Some(value));
                }
            }
        }
    }
}

fn call(vm: &mut Vm, helper: &Helper, value: Value, number: f64) -> Completion {
    match vm.call(helper.function, Value::UNDEFINED, &[value, Value::number(number)]) {
        Ok(result) => Ok(result),
        Err(thrown) => Err(close_after(vm, helper.iterator, thrown)),
    }
}

fn flat_next(vm: &mut Vm, foreign: Gc<Of<ForeignData>>, helper: &mut Helper) -> Completion<Option<Value>> {
    loop {
        if let Some((iterator, next)) = helper.inner {
            match step(vm, iterator, next) {
                Ok(Some(value)) => return Ok(Some(value)),
                Ok(None) => helper.inner = None,
                Err(thrown) => return Err(close_after(vm, helper.iterator, thrown)),
            }
        }
        let Some(value) = step(vm, helper.iterator, helper.next)? else { return Ok(None) };
        let mark = vm.roots();
        vm.root(value);
        let number = helper.count;
        helper.count += 1.0;
        let mapped = call(vm, helper, value, number)?;
        vm.root(mapped);
        match flattenable(vm, mapped, false) {
            Ok(inner) => helper.inner = Some(inner),
            Err(thrown) => return Err(close_after(vm, helper.iterator, thrown)),
        }
        // Keeps the inner iterator alive.
        store(foreign, Helper { state: State::Running, ..*helper });
        vm.unroot(mark);
    }
}

pub fn return_(vm: &mut Vm, args: Args) -> Completion {
    let (foreign, helper) = this_helper(vm, args)?;
    if helper.state != State::Done {
        store(foreign, Helper { state: State::Done, ..helper });
        if let Some((inner, _)) = helper.inner
            && let Err(thrown) = close(vm, inner)
        {
            let thrown: Throw = close_after(vm, helper.iterator, thrown);
            return Err(thrown);
        }
        close(vm, helper.iterator)?;
    }
    Ok(vm.iter_result(Value::UNDEFINED, true))
}
