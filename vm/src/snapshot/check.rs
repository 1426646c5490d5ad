//! What can only be looked at when all cells are there: whether typed places hold what they are declared to, whether chains end.

use mosl_bytecode::FunctionKind;
use rustc_hash::FxHashMap;

use super::heads::Head;
use super::{Loaded, Loader, refuse};
use crate::heap::{CellKind, Gc};
use crate::interp::coroutine::{Coroutine, State};
use crate::natives::Inner;
use crate::natives::promise::combine;
use crate::object::Object;
use crate::object::data::*;
use crate::promise::PromiseData;
use crate::value::Value;

pub(super) fn check(loader: &mut Loader, heads: &[Head]) -> Loaded<()> {
    for (number, head) in heads.iter().enumerate() {
        let cell = loader.cell_at(number)?;
        match head {
            Head::Coroutine { func, state, .. } => coroutine(loader, *func, *state, loader.coroutine_at(number)?)?,
            Head::Inner(inner, _) => self::inner(loader, *inner, cell)?,
            Head::Generator(..) => generator(cell)?,
            Head::Inline(..) if !loader.vm.fields_hold(cell) => return refuse("a field holds what it cannot hold"),
            _ => {}
        }
        let fits = match (cell.of::<MapData>(), cell.of::<SetData>()) {
            (Some(map), _) => map.data.0.cursors_fit(),
            (_, Some(set)) => set.data.0.cursors_fit(),
            _ => true,
        };
        if !fits {
            return refuse("a place is past the end of its table");
        }
    }
    ends(loader, |loader, object| loader.vm.prototype_of(object))?;
    ends(loader, |_, object| object.of::<BoundData>()?.data.target.as_object())
}

/// Typed registers hold what they are declared to.
fn coroutine(loader: &Loader, func: u16, state: State, coroutine: Gc<Coroutine>) -> Loaded<()> {
    let function = &loader.vm.code.module.functions[usize::from(func)];
    let kind = coroutine.result.kind();
    let fits = match function.kind {
        FunctionKind::Normal => false,
        FunctionKind::Async => kind == Some(CellKind::Promise),
        FunctionKind::Generator => kind == Some(CellKind::Generator),
        FunctionKind::AsyncGenerator => kind == Some(CellKind::AsyncGenerator),
    };
    if !fits {
        return refuse("a suspended call has another result");
    }
    let mut registers = function.registers.iter().zip(&coroutine.registers);
    let all = registers.all(|(ty, value)| loader.vm.register_holds(*ty, *value));
    let count = if state == State::Done { 0 } else { function.registers.len() };
    if all && coroutine.registers.len() == count { Ok(()) } else { refuse("a register holds what it cannot hold") }
}

/// A generator object and its call belong to each other.
fn generator(cell: Value) -> Loaded<()> {
    let own = match (cell.of::<GeneratorData>(), cell.of::<AsyncGeneratorData>()) {
        (Some(generator), _) => Some(generator.data.coroutine),
        (_, Some(generator)) => {
            let promises = generator.data.queue.iter().all(|request| request.promise.of::<PromiseData>().is_some());
            promises.then_some(generator.data.coroutine)
        }
        _ => None,
    };
    if own.is_some_and(|coroutine| coroutine.result == cell) { Ok(()) } else { refuse("a generator is another's") }
}

/// What functions that the VM made take for granted of their values.
fn inner(loader: &Loader, inner: Inner, cell: Value) -> Loaded<()> {
    let slot = |at: usize| loader.vm.native_slot(cell, at);
    let below = |value: Value, count: usize| value.as_number().is_some_and(|n| n >= 0.0 && (n as usize) < count);
    let fits = match inner {
        Inner::AllElement | Inner::AnyElement | Inner::SettledValue | Inner::SettledReason => {
            let results = slot(combine::RESULTS).of::<ArrayData>();
            results.is_some_and(|results| below(slot(combine::INDEX), results.data.dense.len()))
        }
        Inner::BodyDone | Inner::BodyFailed => below(slot(0), loader.vm.bodies.files.len()),
        Inner::Resolve | Inner::Reject => slot(1).as_var().is_some(),
        _ => true,
    };
    if fits { Ok(()) } else { refuse("a function of the VM has other values") }
}

/// Whoever follows `next` from any object comes to an end.
fn ends(loader: &mut Loader, next: impl Fn(&Loader, Gc<Object>) -> Option<Gc<Object>>) -> Loaded<()> {
    // By object: the number of the walk that met it.
    let mut met: FxHashMap<Gc<Object>, usize> = FxHashMap::default();
    for number in 0..loader.cells.len() {
        let mut at = loader.cells[number].as_object();
        while let Some(object) = at {
            match met.insert(object, number) {
                Some(walk) if walk == number => return refuse("a chain of objects has no end"),
                Some(_) => break,
                None => at = next(loader, object),
            }
        }
    }
    Ok(())
}
