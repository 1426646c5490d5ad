//! Iteration: records over anything iterable, with short cuts that no script can tell from the protocol (the built-in
//! iterators cannot be changed, so that an array's or Map's own iterator may be stepped directly).

use crate::cost::{LIST_KEYS, VISIT};
use crate::heap::{Cell, CellKind, Gc, Header, Tracer};
use crate::native::{Args, Completion, Throw};
use crate::object::Of;
use crate::object::data::*;
use crate::object::map::TableCursor;
use crate::object::property::PropKey;
use crate::realm::Intrinsic;
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

/// Which part of an entry an iterator yields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    Keys,
    Values,
    Entries,
}

/// A place in a built-in collection.
#[derive(Debug)]
pub enum Cursor {
    /// Arrays and array-likes by index.
    Array {
        array: Value,
        next: u32,
        part: Part,
    },
    Map {
        map: Gc<Of<MapData>>,
        cursor: TableCursor,
        part: Part,
    },
    Set {
        set: Gc<Of<SetData>>,
        cursor: TableCursor,
        part: Part,
    },
    /// By code point.
    Str {
        string: Value,
        next: u32,
    },
    /// Keys of `for-in`; those deleted meanwhile are skipped.
    ForIn {
        object: Value,
        keys: Box<[Value]>,
        next: u32,
    },
    Done,
}

/// An iterator record: what `for-of` and its kin step.
#[derive(Debug)]
#[repr(C)]
pub struct IterRecord {
    header: Header,
    pub(crate) kind: IterKind,
}

#[derive(Debug)]
pub(crate) enum IterKind {
    Cursor(Cursor),
    /// The object, its `next` method, and whether the sync iterator is wrapped as an async one.
    Object {
        iterator: Value,
        next: Value,
        wrapped: bool,
    },
    /// It said that it is done, or threw.
    Finished,
}

// SAFETY: `repr(C)`, header first, the only type of its kind.
unsafe impl Cell for IterRecord {
    const KIND: CellKind = CellKind::Iterator;

    fn trace(&self, tracer: &mut Tracer) {
        match &self.kind {
            IterKind::Cursor(cursor) => cursor.trace(tracer),
            IterKind::Object { iterator, next, .. } => {
                tracer.value(*iterator);
                tracer.value(*next);
            }
            IterKind::Finished => {}
        }
    }
}

impl Cursor {
    /// What each step costs beside its instruction, and the start.
    fn protocol_cost(&self) -> usize {
        if matches!(self, Self::Map { .. } | Self::Set { .. }) { STEP } else { 0 }
    }

    pub fn trace(&self, tracer: &mut Tracer) {
        match self {
            Self::Array { array, .. } => tracer.value(*array),
            Self::Map { map, .. } => tracer.cell(*map),
            Self::Set { set, .. } => tracer.cell(*set),
            Self::Str { string, .. } => tracer.value(*string),
            Self::ForIn { object, keys, .. } => {
                tracer.value(*object);
                let piece = tracer.piece(keys.len());
                tracer.values(&keys[piece]);
            }
            Self::Done => {}
        }
    }

    /// The next item; `None` at the end, from which it does not come back.
    pub fn step(&mut self, vm: &mut Vm) -> Completion<Option<Value>> {
        let item = match self {
            Self::Array { array, next, part } => step_array(vm, *array, next, *part)?,
            Self::Map { map, cursor, part } => map.data.0.step(cursor).map(|(key, value)| entry(vm, key, value, *part)),
            Self::Set { set, cursor, part } => set.data.0.step(cursor).map(|(key, _)| entry(vm, key, key, *part)),
            Self::Str { string, next } => step_string(vm, *string, next),
            Self::ForIn { object, keys, next } => step_keys(vm, *object, keys, next),
            Self::Done => None,
        };
        if item.is_none() {
            *self = Self::Done;
        }
        Ok(item)
    }
}

fn entry(vm: &mut Vm, key: Value, value: Value, part: Part) -> Value {
    match part {
        Part::Keys => key,
        Part::Values => value,
        Part::Entries => vm.new_array(vec![key, value]),
    }
}

fn step_array(vm: &mut Vm, array: Value, next: &mut u32, part: Part) -> Completion<Option<Value>> {
    let index = *next;
    if let Some(dense) = array.of::<ArrayData>() {
        if index >= dense.data.len {
            return Ok(None);
        }
        *next += 1;
        if part == Part::Values
            && let Some(value) = dense.data.get(index as usize)
        {
            return Ok(Some(value));
        }
    } else {
        let len = match array.of::<ForeignData>() {
            Some(foreign) if foreign.data.0.is_indexed() => f64::from(foreign.data.0.element_count()),
            _ => {
                let key = PropKey::Name(vm.common().length);
                let len = vm.get(array, key)?;
                vm.to_length(len)?
            }
        };
        if f64::from(index) >= len {
            return Ok(None);
        }
        *next += 1;
    }
    let value = if part == Part::Keys { Value::UNDEFINED } else { vm.get(array, PropKey::Index(index))? };
    Ok(Some(entry(vm, Value::number(f64::from(index)), value, part)))
}

fn step_string(vm: &mut Vm, string: Value, next: &mut u32) -> Option<Value> {
    let string = string.as_string()?;
    let at = *next as usize;
    let unit = string.view().get(at)?;
    let pair = (0xD800..0xDC00).contains(&unit)
        && string.view().get(at + 1).is_some_and(|low| (0xDC00..0xE000).contains(&low));
    *next += 1 + u32::from(pair);
    Some(if pair { vm.heap.substring(string, at, at + 2).into() } else { vm.unit_string(unit) })
}

fn step_keys(vm: &mut Vm, object: Value, keys: &[Value], next: &mut u32) -> Option<Value> {
    while let Some(&key) = keys.get(*next as usize) {
        *next += 1;
        let name = key.as_string().map(|s| vm.string_key(s))?;
        if object.as_object().is_none_or(|o| vm.find(o, name).is_some()) {
            return Some(key);
        }
    }
    None
}

/// The next element of an array that a record steps over, where it is there and dense.
#[inline(always)]
pub(crate) fn next_of_dense(record: Value) -> Option<Value> {
    let mut record: Gc<IterRecord> = record.internal(CellKind::Iterator)?;
    // Only a count changes.
    let kind = &mut record.unbarriered().kind;
    let IterKind::Cursor(Cursor::Array { array, next, part: Part::Values }) = kind else { return None };
    let value = array.of::<ArrayData>()?.data.get(*next as usize)?;
    *next += 1;
    Some(value)
}

/// Whether `vm.iterate` goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    Go,
    Stop,
}

impl Vm {
    pub(crate) fn record(&mut self, kind: IterKind) -> Value {
        Value::internal_cell(self.heap.alloc(IterRecord { header: Header::new(0, 0, 0), kind }))
    }

    fn record_of(&mut self, value: Value) -> Completion<Gc<IterRecord>> {
        match value.internal(CellKind::Iterator) {
            Some(record) => Ok(record),
            None => Err(self.fault("an iterator record is used that is none")),
        }
    }

    /// The short cut for a built-in collection with its own iterator.
    fn direct_cursor(&mut self, source: Value) -> Option<Cursor> {
        if source.is_string() {
            return Some(Cursor::Str { string: source, next: 0 });
        }
        let object = source.as_object()?;
        let usual = match object.kind() {
            CellKind::Array => Intrinsic::ArrayPrototype,
            CellKind::Map => Intrinsic::MapPrototype,
            CellKind::Set => Intrinsic::SetPrototype,
            _ => return None,
        };
        let usual = self.intrinsic(usual);
        let symbol = self.well_known_value(WellKnown::Iterator);
        let own = self.shapes.find(object.shape(), symbol).is_some()
            || object.dict().is_some_and(|d| d.get(symbol).is_some());
        if self.prototype_of(object) != Some(usual) || own {
            return None;
        }
        self.cursor(source)
    }

    /// A cursor over an array, Map or Set as `for-of` steps it.
    pub fn cursor(&mut self, source: Value) -> Option<Cursor> {
        if source.of::<ArrayData>().is_some() {
            return Some(Cursor::Array { array: source, next: 0, part: Part::Values });
        }
        if let Some(map) = source.of::<MapData>() {
            return Some(Cursor::Map { map, cursor: map.cursor(), part: Part::Entries });
        }
        let set = source.of::<SetData>()?;
        Some(Cursor::Set { set, cursor: set.cursor(), part: Part::Values })
    }

    /// `GetIterator(source, sync)`.
    pub(crate) fn iter_init(&mut self, source: Value) -> Completion {
        if let Some(cursor) = self.direct_cursor(source) {
            self.charge(cursor.protocol_cost())?;
            return Ok(self.record(IterKind::Cursor(cursor)));
        }
        let (iterator, next) = self.open_iterator(source)?;
        Ok(self.record(IterKind::Object { iterator, next, wrapped: false }))
    }

    /// `GetIteratorFromMethod(source, method)`; with `wrapped`, its results are awaited as those of an async one.
    pub(crate) fn iter_from_method(&mut self, source: Value, method: Value, wrapped: bool) -> Completion {
        if !wrapped && let Some(cursor) = self.direct_cursor(source) {
            return Ok(self.record(IterKind::Cursor(cursor)));
        }
        let iterator = self.call(method, source, &[])?;
        let (iterator, next) = self.iterator_next(iterator)?;
        Ok(self.record(IterKind::Object { iterator, next, wrapped }))
    }

    /// The iterator object and its `next`.
    fn open_iterator(&mut self, source: Value) -> Completion<(Value, Value)> {
        let key = self.well_known(WellKnown::Iterator);
        let method = if source.is_nullish() { None } else { self.get_method(source, key)? };
        let Some(method) = method else {
            let what = self.brief(source);
            return Err(self.type_error(&format!("{what} is not iterable")));
        };
        let iterator = self.call(method, source, &[])?;
        self.iterator_next(iterator)
    }

    fn iterator_next(&mut self, iterator: Value) -> Completion<(Value, Value)> {
        if !iterator.is_object() {
            let what = self.brief(iterator);
            return Err(self.type_error(&format!("Result of the Symbol.iterator method ({what}) is not an object")));
        }
        let key = PropKey::Name(self.common().next);
        let mark = self.roots();
        self.root(iterator);
        let next = self.get(iterator, key);
        self.unroot(mark);
        Ok((iterator, next?))
    }

    /// `GetIterator(source, async)`: a sync iterator is wrapped.
    pub(crate) fn iter_init_async(&mut self, source: Value) -> Completion {
        let key = self.well_known(WellKnown::AsyncIterator);
        let method = if source.is_nullish() { None } else { self.get_method(source, key)? };
        if let Some(method) = method {
            let iterator = self.call(method, source, &[])?;
            let (iterator, next) = self.iterator_next(iterator)?;
            return Ok(self.record(IterKind::Object { iterator, next, wrapped: false }));
        }
        let (iterator, next) = self.open_iterator(source)?;
        Ok(self.record(IterKind::Object { iterator, next, wrapped: true }))
    }

    /// The keys that `for-in` visits.
    pub(crate) fn iter_init_keys(&mut self, source: Value) -> Completion {
        if source.is_nullish() {
            return Ok(self.record(IterKind::Cursor(Cursor::Done)));
        }
        let object = self.to_object(source)?;
        let keys = self.for_in_keys(object)?.into_boxed_slice();
        self.charge(LIST_KEYS.of(keys.len()))?;
        self.heap.grow(size_of_val(&*keys));
        Ok(self.record(IterKind::Cursor(Cursor::ForIn { object: object.into(), keys, next: 0 })))
    }

    /// One step; `None` at the end.
    #[inline]
    pub(crate) fn iter_next(&mut self, record: Value) -> Completion<Option<Value>> {
        let mut record = self.record_of(record)?;
        match &mut record.kind {
            IterKind::Cursor(cursor) => {
                let cost = cursor.protocol_cost();
                let item = cursor.step(self)?;
                self.charge(cost)?;
                Ok(item)
            }
            IterKind::Object { iterator, next, .. } => {
                let (iterator, next) = (*iterator, *next);
                let step = self.step_iterator(iterator, next);
                if !matches!(step, Ok(Some(_))) {
                    record.kind = IterKind::Finished;
                }
                step
            }
            IterKind::Finished => Ok(None),
        }
    }

    /// One step of any iterator object.
    fn step_iterator(&mut self, iterator: Value, next: Value) -> Completion<Option<Value>> {
        if let Some(generator) = iterator.of::<GeneratorData>()
            && self.is_generator_next(next)
        {
            self.charge(STEP)?;
            return self.step_generator(generator);
        }
        let result = self.call(next, iterator, &[])?;
        self.root_scope(iterator, |vm| vm.iter_step_value(result))
    }

    /// The value of an iterator's result object, unless that says that it is the last: then nobody asks for its value (7.4.10).
    fn iter_step_value(&mut self, result: Value) -> Completion<Option<Value>> {
        self.root_scope(result, |vm| Ok(if vm.iter_complete(result)? { None } else { Some(vm.iter_value(result)?) }))
    }

    /// A generator stepped by the built-in `next` needs no result object.
    fn step_generator(&mut self, generator: Gc<Of<GeneratorData>>) -> Completion<Option<Value>> {
        let coroutine = generator.data.coroutine;
        let step = self.root_scope(generator.into(), |vm| {
            vm.resume(coroutine, super::coroutine::Resume::Next, Value::UNDEFINED)
        })?;
        match step {
            super::coroutine::Step::Yielded(value) => Ok(Some(value)),
            super::coroutine::Step::YieldedResult(result) => {
                self.root_scope(generator.into(), |vm| vm.iter_step_value(result))
            }
            _ => Ok(None),
        }
    }

    fn is_generator_next(&self, next: Value) -> bool {
        static NEXT: std::sync::OnceLock<Option<usize>> = std::sync::OnceLock::new();
        let known = NEXT.get_or_init(|| {
            mosl_bytecode::natives::NATIVES.iter().position(|decl| decl.name == "Generator.prototype.next")
        });
        next.of::<NativeData>().is_some_and(|f| Some(usize::from(f.data.native)) == *known)
    }

    /// Value and done of an iterator's result object; the value of the last one is not read.
    pub fn iter_unpack(&mut self, result: Value) -> Completion<(Value, bool)> {
        self.root_scope(result, |vm| {
            let done = vm.iter_complete(result)?;
            Ok((vm.iter_value(result)?, done))
        })
    }

    pub(crate) fn iter_require(&mut self, result: Value) -> Completion<()> {
        if result.is_object() {
            return Ok(());
        }
        let what = self.brief(result);
        Err(self.type_error(&format!("Iterator result {what} is not an object")))
    }

    /// `IteratorComplete`.
    pub(crate) fn iter_complete(&mut self, result: Value) -> Completion<bool> {
        self.iter_require(result)?;
        let key = PropKey::Name(self.common().done);
        let done = self.get(result, key)?;
        Ok(self.truthy(done))
    }

    /// `IteratorValue`.
    pub(crate) fn iter_value(&mut self, result: Value) -> Completion {
        let key = PropKey::Name(self.common().value);
        self.get(result, key)
    }

    /// Calls `next`, `return` or `throw` of an iterator; the mark of absence where `return` or `throw` is missing. That mark as
    /// the argument stands for none.
    pub(crate) fn iter_call(&mut self, record: Value, name: Value, arg: Value) -> Completion {
        let record = self.record_of(record)?;
        let common = *self.common();
        if let IterKind::Cursor(_) = record.kind {
            self.open_cursor(record);
        }
        let IterKind::Object { iterator, next, wrapped } = record.kind else { return Ok(Value::ABSENT) };
        let args = [arg];
        let args = if arg == Value::UNINIT { &[] } else { &args[..] };
        if wrapped {
            return self.async_from_sync(iterator, (name != common.next).then_some(name), next, args);
        }
        if name == common.next {
            return self.call(next, iterator, args);
        }
        let Some(key) = name.as_string().map(|s| self.string_key(s)) else {
            return Err(self.fault("an iterator's method has no name"));
        };
        match self.get_method(iterator, key)? {
            Some(method) => self.call(method, iterator, args),
            None => Ok(Value::ABSENT),
        }
    }

    /// Gives a short cut its iterator object, for `yield*`.
    fn open_cursor(&mut self, mut record: Gc<IterRecord>) {
        let IterKind::Cursor(cursor) = std::mem::replace(&mut record.kind, IterKind::Finished) else { return };
        let proto = match &cursor {
            Cursor::Map { .. } => Intrinsic::MapIteratorPrototype,
            Cursor::Set { .. } => Intrinsic::SetIteratorPrototype,
            Cursor::Str { .. } => Intrinsic::StringIteratorPrototype,
            _ => Intrinsic::ArrayIteratorPrototype,
        };
        let iterator = self.new_list_iterator(cursor, proto);
        let key = PropKey::Name(self.common().next);
        let holder = self.intrinsic(proto);
        let next = self.find(holder, key).map_or(Value::UNDEFINED, |(_, p)| p.value);
        record.kind = IterKind::Object { iterator, next, wrapped: false };
    }

    /// What is left, as an array.
    pub(crate) fn iter_rest(&mut self, record: Value) -> Completion {
        let mark = self.roots();
        let array = self.new_array(Vec::new());
        self.root(array);
        while let Some(item) = self.iter_next(record)? {
            self.charge(1)?;
            self.array_push(array, item)?;
            self.safepoint()?;
        }
        self.unroot(mark);
        Ok(array)
    }

    /// `IteratorClose` after a normal exit.
    pub(crate) fn iter_close(&mut self, record: Value) -> Completion<()> {
        let mut record = self.record_of(record)?;
        let IterKind::Object { iterator, .. } = std::mem::replace(&mut record.kind, IterKind::Finished) else {
            return Ok(());
        };
        self.close_iterator(iterator)
    }

    pub(crate) fn close_iterator(&mut self, iterator: Value) -> Completion<()> {
        let key = PropKey::Name(self.common().return_);
        let mark = self.roots();
        self.root(iterator);
        if let Some(method) = self.get_method(iterator, key)? {
            let result = self.call(method, iterator, &[])?;
            if !result.is_object() {
                let what = self.brief(result);
                return Err(self.type_error(&format!("{what} is not an object")));
            }
        }
        self.unroot(mark);
        Ok(())
    }

    /// `IteratorClose` after a throw: errors of `return` are dropped.
    pub(crate) fn iter_close_quiet(&mut self, record: Value) -> Completion<()> {
        match self.iter_close(record) {
            Err(Throw::Exception) => {
                self.exception = Value::UNDEFINED;
                Ok(())
            }
            other => other,
        }
    }

    /// Calls `visit` with each item; closes the iterator when it stops early or throws. Items are not rooted beyond the call.
    pub fn iterate(
        &mut self,
        source: Value,
        visit: impl FnMut(&mut Self, Value) -> Completion<Flow>,
    ) -> Completion<()> {
        let mark = self.roots();
        self.root(source);
        let record = self.iter_init(source)?;
        self.iterate_record(record, visit)?;
        self.unroot(mark);
        Ok(())
    }

    /// Calls `visit` with what is left of an iteration; where it throws, the iterator is closed.
    pub(crate) fn iterate_record(
        &mut self,
        record: Value,
        mut visit: impl FnMut(&mut Self, Value) -> Completion<Flow>,
    ) -> Completion<()> {
        let mark = self.roots();
        self.root(record);
        let inner = self.roots();
        while let Some(item) = self.iter_next(record)? {
            self.charge(1)?;
            self.root(item);
            match visit(self, item) {
                Ok(Flow::Go) => {}
                Ok(Flow::Stop) => {
                    self.iter_close(record)?;
                    break;
                }
                Err(Throw::Exception) => {
                    let thrown = std::mem::replace(&mut self.exception, Value::UNDEFINED);
                    self.root(thrown);
                    self.iter_close_quiet(record)?;
                    return Err(self.throw(thrown));
                }
                Err(trap) => return Err(trap),
            }
            self.unroot(inner);
        }
        self.unroot(mark);
        Ok(())
    }

    /// All items; they stay rooted until the running native returns.
    pub fn iter_to_vec(&mut self, source: Value) -> Completion<Vec<Value>> {
        if let Some(array) = source.of::<ArrayData>()
            && self.direct_cursor(source).is_some()
            && let Some(items) = array.data.as_dense()
        {
            let items = items.to_vec();
            self.charge(VISIT.of(items.len()))?;
            for item in &items {
                self.root(*item);
            }
            return Ok(items);
        }
        let array = self.new_array(Vec::new());
        self.root(array);
        self.iterate(source, |vm, item| vm.array_push(array, item).map(|()| Flow::Go))?;
        Ok(array.of::<ArrayData>().map_or_else(Vec::new, |a| a.data.dense.clone()))
    }

    /// An iterator object over a built-in collection.
    pub fn new_list_iterator(&mut self, cursor: Cursor, proto: Intrinsic) -> Value {
        let shape = self.shape_of_proto(proto);
        self.heap.object(shape, ListIteratorData { cursor, proto }).into()
    }

    /// `next` of the iterator objects that [`Self::new_list_iterator`] makes; `proto` is the one whose method runs.
    pub fn list_iterator_next(&mut self, args: Args, proto: Intrinsic) -> Completion {
        let Some(mut iterator) = args.this.of::<ListIteratorData>().filter(|i| i.data.proto == proto) else {
            return Err(self.type_error("next method called on incompatible receiver"));
        };
        let item = iterator.data.cursor.step(self)?;
        Ok(self.iter_result(item.unwrap_or(Value::UNDEFINED), item.is_none()))
    }
}

/// What a call of an iterator's built-in method costs, also where it is not called: other engines call it.
const STEP: usize = 4;

/// The iterator objects of arrays, Maps, Sets and strings.
#[derive(Debug)]
pub struct ListIteratorData {
    pub cursor: Cursor,
    pub proto: Intrinsic,
}

impl ListIteratorData {
    pub(crate) fn trace(&self, tracer: &mut Tracer) {
        self.cursor.trace(tracer);
    }

    pub(crate) fn external_size(&self) -> usize {
        0
    }
}
