//! What cells hold: for each kind what is written, and beside it how it is read and what must be true of it.

use std::rc::Rc;

use mosl_bytecode::RegType;

use super::heads::{ForeignKind, Head};
use super::save::Saver;
use super::{Loaded, Loader, refuse};
use crate::heap::{CellKind, Gc, flags};
use crate::interp::class::MAX_INLINE;
use crate::interp::coroutine::{Coroutine, Resume, State};
use crate::interp::iterator::{Cursor, IterKind, IterRecord, ListIteratorData, Part};
use crate::natives::{disposal, iterator, typed_array};
use crate::object::data::*;
use crate::object::dict::Dict;
use crate::object::map::{Table, TableCursor};
use crate::object::shape::{Attrs, Root};
use crate::object::{Accessor, Element, Object, VarCell};
use crate::promise::{Capability, PromiseData, PromiseState, Reaction, Wait};
use crate::trace::{MAX_CALLS, Trace};
use crate::value::Value;

const PARTS: [Part; 3] = [Part::Keys, Part::Values, Part::Entries];
const RESUMES: [Resume; 3] = [Resume::Next, Resume::Return, Resume::Throw];
const PROMISE_STATES: [PromiseState; 3] = [PromiseState::Pending, PromiseState::Fulfilled, PromiseState::Rejected];

/// The flags of an object that it keeps.
const KEPT: u8 = flags::LAZY | flags::CLASS_PROTO;

pub(super) fn save(saver: &mut Saver, cell: Value) {
    match cell.as_object() {
        Some(object) if is_whole(saver, object) => {}
        Some(object) => {
            save_object(saver, object);
            save_data(saver, object);
        }
        None => save_internal(saver, cell),
    }
}

/// Whether the head says all: of built-ins.
fn is_whole(saver: &Saver, object: Gc<Object>) -> bool {
    object.is_intrinsic()
        || saver.owner_of(object).is_some()
        || object.of::<NativeData>().is_some_and(|native| native.data.inner.is_some_and(super::heads::is_of_builtin))
}

pub(super) fn load(loader: &mut Loader, number: usize, head: &Head) -> Loaded<()> {
    let cell = loader.cell_at(number)?;
    match head {
        Head::Latin1(..) | Head::Wide(..) | Head::Rope(..) | Head::Slice { .. } => Ok(()),
        Head::WellKnown(_) | Head::Symbol { .. } => Ok(()),
        Head::BuiltinFunction(_) | Head::BuiltinObject(_) | Head::BuiltinAccessor { .. } => Ok(()),
        Head::Coroutine { func, .. } => load_coroutine(loader, *func, loader.coroutine_at(number)?),
        _ => match cell.as_object() {
            Some(object) => {
                load_object(loader, object)?;
                load_data(loader, object, head)
            }
            None => load_internal(loader, cell),
        },
    }
}

// Cells that only the VM sees.

fn save_internal(saver: &mut Saver, cell: Value) {
    if let Some(var) = cell.as_var() {
        saver.value(var.value);
    } else if let Some(pair) = cell.as_accessor() {
        saver.value(pair.getter);
        saver.value(pair.setter);
    } else if let Some(record) = cell.internal::<IterRecord>(CellKind::Iterator) {
        match &record.kind {
            IterKind::Finished => saver.byte(0),
            IterKind::Cursor(cursor) => {
                saver.byte(1);
                save_cursor(saver, cursor);
            }
            IterKind::Object { iterator, next, wrapped } => {
                saver.byte(2);
                saver.value(*iterator);
                saver.value(*next);
                saver.flag(*wrapped);
            }
        }
    } else if let Some(coroutine) = cell.internal::<Coroutine>(CellKind::Coroutine) {
        save_coroutine(saver, coroutine);
    }
}

fn load_internal(loader: &mut Loader, cell: Value) -> Loaded<()> {
    if let Some(mut var) = cell.as_var() {
        let var: &mut VarCell = &mut var;
        var.value = loader.any()?;
    } else if let Some(mut pair) = cell.as_accessor() {
        let (getter, setter) = (loader.callable()?, loader.callable()?);
        let pair: &mut Accessor = &mut pair;
        (pair.getter, pair.setter) = (getter, setter);
    } else if let Some(mut record) = cell.internal::<IterRecord>(CellKind::Iterator) {
        let kind = match loader.byte()? {
            0 => IterKind::Finished,
            1 => IterKind::Cursor(load_cursor(loader)?),
            2 => IterKind::Object { iterator: loader.value()?, next: loader.value()?, wrapped: loader.flag()? },
            _ => return refuse("an iterator of no kind"),
        };
        record.kind = kind;
    }
    Ok(())
}

fn save_coroutine(saver: &mut Saver, coroutine: Gc<Coroutine>) {
    let (func, _) = coroutine.place();
    let vm = saver.vm;
    // What is done may still have what it never used.
    let kept = if coroutine.state == State::Done { &[][..] } else { &coroutine.registers };
    for (ty, value) in vm.code.module.functions[usize::from(func)].registers.iter().zip(kept) {
        match ty {
            RegType::I32 | RegType::Bool => saver.count(value.bits()),
            _ => saver.value(*value),
        }
    }
    saver.value(coroutine.this);
    saver.value(coroutine.callee);
    saver.value(coroutine.result);
}

/// What the registers hold is looked at when all cells are there.
fn load_coroutine(loader: &mut Loader, func: u16, mut coroutine: Gc<Coroutine>) -> Loaded<()> {
    let code = std::sync::Arc::clone(&loader.vm.code);
    let function = &code.module.functions[usize::from(func)];
    let types: &[RegType] = if coroutine.state == State::Done { &[] } else { &function.registers };
    let mut registers = Vec::with_capacity(types.len());
    for ty in types {
        registers.push(match ty {
            RegType::I32 | RegType::Bool => Value::from_bits(u64::from(loader.number::<u32>()?)),
            _ => loader.any()?,
        });
    }
    let (this, callee, result) = (loader.any()?, loader.value()?, loader.value()?);
    if callee.of::<FunctionData>().is_none_or(|function| function.data.func != func) {
        return refuse("a suspended call is of another function");
    }
    coroutine.registers = registers.into();
    (coroutine.this, coroutine.callee, coroutine.result) = (this, callee, result);
    Ok(())
}

// What all objects have.

fn save_object(saver: &mut Saver, object: Gc<Object>) {
    saver.byte(object.header.flags & KEPT);
    saver.shape(object.shape());
    for slot in 0..object.inline_slots() {
        saver.value(object.slot(slot));
    }
    let Some(store) = object.store() else {
        saver.size(0);
        saver.flag(false);
        return saver.size(0);
    };
    // What was taken from the end left room.
    let filled = store.slots.iter().rposition(|slot| !slot.is_absent()).map_or(0, |last| last + 1);
    saver.values(&store.slots[..filled]);
    saver.flag(store.dict.is_some());
    if let Some(dict) = &store.dict {
        saver.flag(dict.sealed);
        saver.flag(dict.orders_fields);
        saver.size(dict.iter().count());
        for entry in dict.iter() {
            saver.value(entry.key);
            saver.byte(entry.attrs.0);
            saver.value(entry.value);
        }
    }
    saver.size(store.elements.len());
    for (index, element) in &store.elements {
        saver.count((*index).into());
        saver.byte(element.attrs.0);
        saver.value(element.value);
    }
}

fn load_object(loader: &mut Loader, mut object: Gc<Object>) -> Loaded<()> {
    let kept = loader.byte()?;
    let is_lazy = kept & flags::LAZY != 0;
    if kept & !KEPT != 0 || (is_lazy && !object.is_callable()) {
        return refuse("an object has flags that it cannot have");
    }
    object.set_flag(kept);
    let shape = loader.shape()?;
    let Root { inline, class, fixed, .. } = loader.vm.shapes.get(shape).root;
    let is_plain = matches!(object.kind(), CellKind::Plain | CellKind::Instance);
    let is_fixed = kept & flags::CLASS_PROTO != 0;
    if usize::from(inline) != object.inline_slots() || (class != Root::NO_CLASS && !is_plain) || fixed != is_fixed {
        return refuse("an object has another shape");
    }
    object.set_shape(shape);
    let inline: Vec<Value> = (0..inline).map(|_| loader.any()).collect::<Loaded<_>>()?;
    let far = loader.all()?;
    let slots: Vec<Value> = inline.into_iter().chain(far).collect();
    if loader.flag()? {
        let dict = load_dict(loader, object, &slots)?;
        object.store_mut().dict = Some(Box::new(dict));
    }
    load_slots(loader, object, &slots)?;
    load_elements(loader, object)
}

/// Each property has its slot, and nothing else has one.
fn load_slots(loader: &mut Loader, mut object: Gc<Object>, slots: &[Value]) -> Loaded<()> {
    let shape = object.shape();
    let properties = loader.vm.shapes.properties(shape);
    let class = loader.vm.shapes.get(shape).root.class;
    if loader.vm.code.fields.get(usize::from(class)).is_some_and(|fields| fields.len() > properties.len()) {
        return refuse("an instance lacks fields of its class");
    }
    for (key, place) in &properties {
        let value = slots.get(place.slot as usize).copied().unwrap_or(Value::ABSENT);
        let is_hidden = value == Value::UNINIT || value.is_internal() || (value.is_private_name() && !key.is_symbol());
        let fits = if place.attrs.has(Attrs::ACCESSOR) {
            value.as_accessor().is_some()
        } else {
            !is_hidden && (!value.is_absent() || place.attrs.has(Attrs::FIELD))
        };
        if !fits {
            return refuse("a property holds what it cannot hold");
        }
    }
    if slots.get(properties.len()..).is_some_and(|rest| rest.iter().any(|slot| !slot.is_absent())) {
        return refuse("a slot belongs to no property");
    }
    for (slot, value) in slots.iter().enumerate().take(properties.len().max(object.inline_slots())) {
        object.set_slot(slot, *value);
    }
    Ok(())
}

fn load_dict(loader: &mut Loader, object: Gc<Object>, slots: &[Value]) -> Loaded<Dict> {
    let shape = object.shape();
    if !loader.vm.shapes.is_dictionary(shape) {
        return refuse("an object has properties in two places");
    }
    let mut dict = Dict::default();
    (dict.sealed, dict.orders_fields) = (loader.flag()?, loader.flag()?);
    for _ in 0..loader.items()? {
        let key = loader.key()?;
        let attrs = loader.attrs()?;
        let field = loader.vm.shapes.find(shape, key);
        let in_slot = field.is_some_and(|place| slots.get(place.slot as usize).is_some_and(|slot| !slot.is_absent()));
        let value = if attrs.has(Attrs::FIELD) {
            if field.is_none() || !loader.any()?.is_absent() {
                return refuse("a field has its value in two places");
            }
            Value::ABSENT
        } else if in_slot {
            return refuse("a property is there twice");
        } else {
            loader.property(attrs)?
        };
        if dict.get(key).is_some() {
            return refuse("a property is there twice");
        }
        dict.add(key, value, attrs);
    }
    Ok(dict)
}

fn load_elements(loader: &mut Loader, mut object: Gc<Object>) -> Loaded<()> {
    for _ in 0..loader.items()? {
        let index: u32 = loader.number()?;
        let attrs = loader.attrs()?;
        let value = loader.property(attrs)?;
        let indexed = object.of::<ForeignData>().is_some() || object.kind() == CellKind::Namespace;
        if index == u32::MAX || attrs.has(Attrs::FIELD) || indexed {
            return refuse("an element is where none can be");
        }
        if object.store_mut().elements.insert(index, Element { value, attrs }).is_some() {
            return refuse("an element is there twice");
        }
    }
    Ok(())
}

// What kinds of objects have.

fn save_data(saver: &mut Saver, object: Gc<Object>) {
    if let Some(array) = object.of::<ArrayData>() {
        let data = &array.data;
        saver.count(data.len.into());
        [data.mixed, data.holey, data.fixed, data.fixed_len].into_iter().for_each(|flag| saver.flag(flag));
        saver.values(&data.dense);
    } else if let Some(function) = object.of::<FunctionData>() {
        save_function(saver, &function.data);
    } else if let Some(native) = object.of::<NativeData>() {
        saver.value(native.data.name);
        saver.values(&native.data.slots);
    } else if let Some(bound) = object.of::<BoundData>() {
        saver.value(bound.data.target);
        saver.value(bound.data.this);
        saver.values(&bound.data.args);
    } else if let Some(error) = object.of::<ErrorData>() {
        save_error(saver, &error.data);
    } else if let Some(promise) = object.of::<PromiseData>() {
        save_promise(saver, &promise.data);
    } else if let Some(generator) = object.of::<AsyncGeneratorData>() {
        saver.flag(generator.data.busy);
        saver.size(generator.data.queue.len());
        for request in &generator.data.queue {
            saver.byte(request.mode as u8);
            saver.value(request.value);
            saver.value(request.promise);
        }
    } else if let Some(map) = object.of::<MapData>() {
        save_table(saver, &map.data.0);
    } else if let Some(set) = object.of::<SetData>() {
        save_table(saver, &set.data.0);
    } else if matches!(object.kind(), CellKind::WeakMap | CellKind::WeakSet) {
        saver.weak(object.into());
    } else if let Some(wrapper) = object.of::<WrapperData>() {
        saver.value(wrapper.data.value);
    } else if let Some(date) = object.of::<DateData>() {
        saver.f64(date.data.time);
    } else if let Some(iterator) = object.of::<ListIteratorData>() {
        save_cursor(saver, &iterator.data.cursor);
    } else if let Some(foreign) = object.of::<ForeignData>() {
        foreign.data.0.save(saver);
    }
}

fn load_data(loader: &mut Loader, object: Gc<Object>, head: &Head) -> Loaded<()> {
    if let Some(mut array) = object.of::<ArrayData>() {
        let data = load_array(loader, object)?;
        array.data = data;
    } else if let Some(mut function) = object.of::<FunctionData>() {
        let data = load_function(loader, function.data.func)?;
        function.data = data;
    } else if let Some(mut native) = object.of::<NativeData>() {
        native.data.name = loader.value()?;
        native.data.slots = loader.all()?.into();
    } else if let Some(mut bound) = object.of::<BoundData>() {
        let target = loader.callable()?;
        if target.is_undefined() {
            return refuse("a bound function has none");
        }
        let (this, args) = (loader.value()?, loader.values()?.into());
        bound.data = BoundData { target, this, args };
    } else if let Some(mut error) = object.of::<ErrorData>() {
        error.data = load_error(loader)?;
    } else if let Some(mut promise) = object.of::<PromiseData>() {
        let data = load_promise(loader)?;
        promise.data = data;
    } else if let Some(mut generator) = object.of::<AsyncGeneratorData>() {
        generator.data.busy = loader.flag()?;
        for _ in 0..loader.items()? {
            let mode = loader.one_of(&RESUMES)?;
            let (value, promise) = (loader.value()?, loader.value()?);
            generator.data.queue.push_back(AsyncRequest { mode, value, promise });
        }
    } else if let Some(mut map) = object.of::<MapData>() {
        let (entries, slots) = load_table(loader)?;
        if !map.data.0.restore(entries, slots) {
            return refuse("a table is other than it says");
        }
    } else if let Some(mut set) = object.of::<SetData>() {
        let (entries, slots) = load_table(loader)?;
        if !set.data.0.restore(entries, slots) {
            return refuse("a table is other than it says");
        }
    } else if let Some(mut wrapper) = object.of::<WrapperData>() {
        let value = loader.value()?;
        if value.is_object() || value.is_nullish() {
            return refuse("a wrapper wraps no primitive");
        }
        wrapper.data.value = value;
    } else if let Some(mut date) = object.of::<DateData>() {
        date.data.time = loader.f64()?;
        if date.data.time.abs() > 8.64e15 || (date.data.time.is_finite() && date.data.time.fract() != 0.0) {
            return refuse("a date is out of range");
        }
    } else if let Some(mut iterator) = object.of::<ListIteratorData>() {
        let cursor = load_cursor(loader)?;
        iterator.data.cursor = cursor;
    } else if let Head::Foreign(kind) = head
        && let Some(mut foreign) = object.of::<ForeignData>()
    {
        foreign.data.0 = load_foreign(loader, *kind)?;
    }
    Ok(())
}

fn load_foreign(loader: &mut Loader, kind: ForeignKind) -> Loaded<Box<dyn Foreign>> {
    Ok(match kind {
        ForeignKind::Buffer => return refuse("a buffer is whole in its head"),
        ForeignKind::TypedArray => Box::new(typed_array::array::TypedArray::load(loader)?),
        ForeignKind::View => Box::new(typed_array::view::View::load(loader)?),
        ForeignKind::DisposableStack => Box::new(disposal::Stack::load(loader)?),
        ForeignKind::Matches => Box::new(iterator::builtin::Matches::load(loader)?),
        ForeignKind::WrappedIterator => Box::new(iterator::protocol::Wrapped::load(loader)?),
        ForeignKind::IteratorHelper => Box::new(iterator::helper::Helper::load(loader)?),
    })
}

/// What is known of an array's elements may be less than could be known, never more.
fn load_array(loader: &mut Loader, object: Gc<Object>) -> Loaded<ArrayData> {
    let len = loader.number()?;
    let (mixed, holey, fixed, fixed_len) = (loader.flag()?, loader.flag()?, loader.flag()?, loader.flag()?);
    let dense: Vec<Value> = (0..loader.items()?).map(|_| loader.value_or_absent()).collect::<Loaded<_>>()?;
    let is_mixed = dense.iter().any(|value| !value.is_number());
    let is_holey = dense.iter().any(|value| value.is_absent());
    let past = object.store().is_none_or(|store| {
        let first = if fixed { 0 } else { dense.len() };
        store.elements.keys().all(|index| *index < len && *index as usize >= first)
    });
    let fits = dense.len() <= len as usize && (mixed || !is_mixed) && (holey || !is_holey) && past;
    if !fits || (fixed && !dense.is_empty()) {
        return refuse("an array is other than it says");
    }
    Ok(ArrayData { dense, len, mixed, holey, fixed, fixed_len })
}

fn save_function(saver: &mut Saver, data: &FunctionData) {
    saver.values(&data.captures);
    saver.value(data.name);
    saver.flag(data.class.is_some());
    if let Some(class) = &data.class {
        saver.cell(class.prototype.into());
        saver.optional(class.layout.map(u64::from));
        saver.value(class.field_init);
        saver.byte(class.inline);
    }
}

fn load_function(loader: &mut Loader, func: u16) -> Loaded<FunctionData> {
    let code = std::sync::Arc::clone(&loader.vm.code);
    let function = &code.module.functions[usize::from(func)];
    let captures = loader.all()?;
    let name = loader.value_or_absent()?;
    if captures.len() != usize::from(function.captures) || !(name.is_absent() || name.is_string()) {
        return refuse("a closure does not fit its function");
    }
    let mut data = FunctionData { func, captures: captures.into(), name, class: None };
    if loader.flag()? {
        let prototype = loader.object()?;
        let layout = match loader.optional()? {
            None => None,
            Some(class) if class < code.module.classes.len() as u64 => Some(class as u16),
            Some(_) => return refuse("there is no class of that number"),
        };
        let field_init = loader.callable()?;
        let inline = loader.byte()?;
        if (function.class.is_some() && function.class != layout) || u32::from(inline) > MAX_INLINE {
            return refuse("a class has other instances");
        }
        let instance_shape = loader.vm.instance_shape(prototype, layout, inline);
        data.class = Some(Box::new(ClassData { prototype, layout, field_init, instance_shape, inline }));
    }
    Ok(data)
}

fn save_error(saver: &mut Saver, data: &ErrorData) {
    let calls = data.trace.as_ref().map_or(&[][..], |trace| &trace.calls);
    saver.flag(data.trace.is_some());
    saver.size(calls.len());
    for (func, pc) in calls {
        saver.count((*func).into());
        saver.count((*pc).into());
    }
    saver.optional(data.refusal.map(u64::from));
    saver.flag(data.lazy_stack);
}

fn load_error(loader: &mut Loader) -> Loaded<ErrorData> {
    let has_trace = loader.flag()?;
    let count = loader.items()?;
    if count > if has_trace { MAX_CALLS } else { 0 } {
        return refuse("a trace is too long");
    }
    let calls = (0..count).map(|_| Ok((loader.number()?, loader.number()?))).collect::<Loaded<_>>()?;
    let refusal = match loader.optional()?.map(u16::try_from) {
        None => None,
        Some(Ok(code)) => Some(code),
        Some(Err(_)) => return refuse("a refusal has no such code"),
    };
    let trace = has_trace.then(|| Rc::new(Trace { calls }));
    Ok(ErrorData { trace, refusal, lazy_stack: loader.flag()? })
}

// Promises.

fn save_promise(saver: &mut Saver, data: &PromiseData) {
    saver.byte(data.state as u8);
    saver.value(data.value);
    saver.flag(data.handled);
    saver.flag(data.resolved);
    saver.size(data.reactions.len());
    for reaction in &data.reactions {
        saver.handler(reaction.handler);
        match reaction.wait {
            Wait::Then { fulfilled, rejected, derived } => {
                saver.byte(0);
                saver.value(fulfilled);
                saver.value(rejected);
                saver.flag(derived.is_some());
                for value in derived.iter().flat_map(|derived| [derived.promise, derived.resolve, derived.reject]) {
                    saver.value(value);
                }
            }
            Wait::Coroutine(coroutine) => {
                saver.byte(1);
                saver.cell(Value::internal_cell(coroutine));
            }
            Wait::GeneratorReturn(generator) => {
                saver.byte(2);
                saver.cell(generator.into());
            }
        }
    }
}

fn load_promise(loader: &mut Loader) -> Loaded<PromiseData> {
    let mut data = PromiseData::new();
    data.state = loader.one_of(&PROMISE_STATES)?;
    data.value = loader.value()?;
    (data.handled, data.resolved) = (loader.flag()?, loader.flag()?);
    for _ in 0..loader.items()? {
        let handler = loader.handler()?;
        let wait = load_wait(loader)?;
        data.reactions.push(Reaction { wait, handler });
    }
    let is_pending = data.state == PromiseState::Pending;
    if if is_pending { !data.value.is_undefined() } else { !data.reactions.is_empty() || !data.resolved } {
        return refuse("a promise is settled and not");
    }
    Ok(data)
}

fn load_wait(loader: &mut Loader) -> Loaded<Wait> {
    Ok(match loader.byte()? {
        0 => {
            let (fulfilled, rejected) = (loader.callable()?, loader.callable()?);
            let derived = if loader.flag()? {
                let (promise, resolve, reject) = (loader.value()?, loader.callable()?, loader.callable()?);
                if resolve.is_undefined() && promise.of::<PromiseData>().is_none() {
                    return refuse("a promise is none");
                }
                Some(Capability { promise, resolve, reject })
            } else {
                None
            };
            Wait::Then { fulfilled, rejected, derived }
        }
        1 => {
            let number = loader.number()?;
            Wait::Coroutine(loader.coroutine_at(number)?)
        }
        2 => match loader.object()?.of() {
            Some(generator) => Wait::GeneratorReturn(generator),
            None => return refuse("a generator is none"),
        },
        _ => return refuse("a reaction of no kind"),
    })
}

// Tables and places in them.

fn save_table(saver: &mut Saver, table: &Table) {
    saver.size(table.slots());
    saver.size(table.all().len());
    for (key, value) in table.all() {
        saver.value(*key);
        saver.value(*value);
    }
}

fn load_table(loader: &mut Loader) -> Loaded<(Vec<(Value, Value)>, usize)> {
    let slots = loader.number()?;
    let count = loader.items()?;
    let entries = (0..count).map(|_| Ok((loader.value_or_absent()?, loader.value()?))).collect::<Loaded<_>>()?;
    Ok((entries, slots))
}

fn save_cursor(saver: &mut Saver, cursor: &Cursor) {
    match cursor {
        Cursor::Done => saver.byte(0),
        Cursor::Array { array, next, part } => {
            saver.byte(1);
            saver.value(*array);
            saver.count((*next).into());
            saver.byte(*part as u8);
        }
        Cursor::Map { map, cursor, part } => {
            saver.byte(2);
            saver.cell((*map).into());
            saver.size(cursor.place());
            saver.byte(*part as u8);
        }
        Cursor::Set { set, cursor, part } => {
            saver.byte(3);
            saver.cell((*set).into());
            saver.size(cursor.place());
            saver.byte(*part as u8);
        }
        Cursor::Str { string, next } => {
            saver.byte(4);
            saver.value(*string);
            saver.count((*next).into());
        }
        Cursor::ForIn { object, keys, next } => {
            saver.byte(5);
            saver.value(*object);
            saver.values(keys);
            saver.count((*next).into());
        }
    }
}

fn load_cursor(loader: &mut Loader) -> Loaded<Cursor> {
    Ok(match loader.byte()? {
        0 => Cursor::Done,
        1 => {
            let array = loader.value()?;
            if !array.is_object() {
                return refuse("a list is none");
            }
            Cursor::Array { array, next: loader.number()?, part: loader.one_of(&PARTS)? }
        }
        2 => {
            let Some(map) = loader.object()?.of::<MapData>() else { return refuse("a Map is none") };
            let cursor = load_place(loader, map.cursor())?;
            Cursor::Map { map, cursor, part: loader.one_of(&PARTS)? }
        }
        3 => {
            let Some(set) = loader.object()?.of::<SetData>() else { return refuse("a Set is none") };
            let cursor = load_place(loader, set.cursor())?;
            Cursor::Set { set, cursor, part: loader.one_of(&PARTS)? }
        }
        4 => Cursor::Str { string: loader.value()?, next: loader.number()? },
        5 => {
            let (object, keys) = (loader.value()?, loader.values()?);
            if !keys.iter().all(|key| key.is_string()) {
                return refuse("a key is none");
            }
            Cursor::ForIn { object, keys: keys.into(), next: loader.number()? }
        }
        _ => return refuse("a place in a list of no kind"),
    })
}

/// Places are within their tables: looked at when all cells are there.
fn load_place(loader: &mut Loader, cursor: TableCursor) -> Loaded<TableCursor> {
    cursor.go_to(loader.number()?);
    Ok(cursor)
}

/// The entries of weak collections.
pub(super) fn load_weak(loader: &mut Loader) -> Loaded<()> {
    while !loader.is_at_end() {
        let collection = loader.object()?;
        let (key, value) = (loader.value()?, loader.value()?);
        if !(key.is_object() || key.is_symbol()) {
            return refuse("a weak key is none");
        }
        if let Some(mut map) = collection.of::<WeakMapData>() {
            map.data.entries.insert(key, value);
        } else if let Some(mut set) = collection.of::<WeakSetData>() {
            set.data.entries.insert(key, ());
        } else {
            return refuse("a weak collection is none");
        }
    }
    Ok(())
}
