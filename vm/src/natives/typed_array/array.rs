//! The typed arrays: making them, and the methods that are not those of arrays.

use std::rc::Rc;

use super::super::array::sort;
use super::super::coerce::{callable, element, for_each_of, length_of, require_new, species_constructor};
use super::super::collections::incompatible;
use super::buffer::{allocate, shared_of, wrap_plain};
use super::element::{Kind, Shared, read, write};
use super::view::{load_window, save_window};
use super::visit::kept;
use crate::cost::{CONVERT_NUMBERS, SCAN_NUMBERS, VISIT};
use crate::heap::{Gc, Tracer};
use crate::native::{Args, Completion};
use crate::object::Object;
use crate::object::data::{ArrayData, Foreign, ForeignData};
use crate::realm::Intrinsic;
use crate::snapshot::{ForeignKind, Loaded, Loader, Saver};
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

#[derive(Clone, Debug)]
pub struct TypedArray {
    pub kind: Kind,
    pub buffer: Value,
    shared: Shared,
    pub offset: usize,
    /// In elements; `None`: up to the buffer's end, wherever that is.
    length: Option<usize>,
}

impl TypedArray {
    /// Elements now; `None` where the array is out of the buffer's bounds.
    pub fn len(&self) -> Option<usize> {
        let storage = self.shared.borrow();
        if storage.detached {
            return None;
        }
        let rest = storage.bytes.len().checked_sub(self.offset)? / self.kind.size();
        match self.length {
            Some(length) => (length <= rest).then_some(length),
            None => Some(rest),
        }
    }

    fn at(&self, index: usize) -> f64 {
        read(&self.shared, self.kind, self.offset + index * self.kind.size()).unwrap_or(f64::NAN)
    }

    /// The element; `undefined` where there is none any more.
    pub fn get(&self, index: usize) -> Value {
        let is_there = self.len().is_some_and(|length| index < length);
        if is_there { Value::number(self.at(index)) } else { Value::UNDEFINED }
    }

    /// Moves elements, bit by bit, from an array of the same kind, which may share the buffer; what is out of bounds stays.
    fn move_from(&self, to: usize, source: &Self, from: usize, count: usize) {
        let size = self.kind.size();
        let ends = |array: &Self, start: usize| array.len().map_or(0, |length| length.saturating_sub(start));
        let bytes = count.min(ends(self, to)).min(ends(source, from)) * size;
        if bytes == 0 {
            return;
        }
        let (from, to) = (source.offset + from * size, self.offset + to * size);
        if Rc::ptr_eq(&self.shared, &source.shared) {
            self.shared.borrow_mut().bytes.copy_within(from..from + bytes, to);
        } else {
            self.shared.borrow_mut().bytes[to..to + bytes]
                .copy_from_slice(&source.shared.borrow().bytes[from..from + bytes]);
        }
    }

    /// As [`Self::move_from`], to the start and byte after byte, so that what overlaps repeats.
    fn move_forward(&self, source: &Self, from: usize, count: usize) {
        if !Rc::ptr_eq(&self.shared, &source.shared) {
            return self.move_from(0, source, from, count);
        }
        let bytes = count.min(self.len().unwrap_or(0)) * self.kind.size();
        let (from, to) = (source.offset + from * self.kind.size(), self.offset);
        let storage = &mut self.shared.borrow_mut().bytes;
        (0..bytes).for_each(|at| storage[to + at] = storage[from + at]);
    }

    fn put(&self, index: usize, n: f64) {
        if self.len().is_some_and(|length| index < length) {
            write(&self.shared, self.kind, self.offset + index * self.kind.size(), n);
        }
    }
}

impl Foreign for TypedArray {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.value(self.buffer);
    }
    fn size(&self) -> usize {
        size_of::<Self>()
    }
    fn class_name(&self) -> &'static str {
        self.kind.class_name()
    }
    fn is_indexed(&self) -> bool {
        true
    }
    fn element_count(&self) -> u32 {
        self.len().map_or(0, |length| length as u32)
    }
    fn element(&self, index: u32) -> Option<Value> {
        ((index as usize) < self.len()?).then(|| Value::number(self.at(index as usize)))
    }
    fn set_element(&mut self, index: u32, value: f64) {
        self.put(index as usize, value);
    }
    fn kind(&self) -> ForeignKind {
        ForeignKind::TypedArray
    }
    fn save(&self, saver: &mut Saver) {
        saver.byte(self.kind as u8);
        save_window(saver, self.buffer, self.offset, self.length);
    }
}

impl TypedArray {
    pub(crate) fn load(loader: &mut Loader) -> Loaded<Self> {
        let kind = loader.one_of(&Kind::ALL)?;
        let (buffer, shared, offset, length) = load_window(loader)?;
        Ok(Self { kind, buffer, shared, offset, length })
    }
}

pub fn typed_of(value: Value) -> Option<TypedArray> {
    value.of::<ForeignData>()?.data.get::<TypedArray>().cloned()
}

/// ValidateTypedArray: the array and its length.
pub fn this_typed(vm: &mut Vm, args: Args, name: &str) -> Completion<(TypedArray, usize)> {
    let Some(array) = typed_of(args.this) else { return Err(vm.type_error("this is not a typed array.")) };
    match array.len() {
        Some(length) => Ok((array, length)),
        None => Err(vm.type_error(&format!("Cannot perform %TypedArray%.prototype.{name} on a detached ArrayBuffer"))),
    }
}

fn constructor_of(vm: &mut Vm, kind: Kind) -> Value {
    vm.global(kind.class_name()).unwrap_or(Value::UNDEFINED)
}

fn room_for(vm: &mut Vm, kind: Kind, length: f64) -> Completion<Shared> {
    if !(0.0..=4_294_967_294.0).contains(&length) {
        return Err(vm.range_error(&format!("Invalid typed array length: {length}")));
    }
    allocate(vm, length as usize * kind.size(), None)
}

fn wrap(vm: &mut Vm, array: TypedArray, proto: Gc<Object>) -> Value {
    let shape = vm.shapes.of_proto(Some(proto));
    vm.heap.object(shape, ForeignData(Box::new(array))).into()
}

/// A new array over new bytes.
fn fresh(vm: &mut Vm, kind: Kind, length: f64, proto: Gc<Object>) -> Completion<(Value, TypedArray)> {
    vm.root(proto.into());
    let shared = room_for(vm, kind, length)?;
    let buffer = wrap_plain(vm, &shared);
    let array = TypedArray { kind, buffer, shared, offset: 0, length: Some(length as usize) };
    let value = wrap(vm, array.clone(), proto);
    vm.root(value);
    Ok((value, array))
}

/// A plain typed array of numbers.
fn of_numbers(vm: &mut Vm, kind: Kind, numbers: &[f64]) -> Completion {
    let constructor = constructor_of(vm, kind);
    let key = vm.key("prototype");
    let Some(proto) = vm.get(constructor, key)?.as_object() else { return Ok(Value::UNDEFINED) };
    let (value, array) = fresh(vm, kind, numbers.len() as f64, proto)?;
    numbers.iter().enumerate().for_each(|(index, n)| array.put(index, *n));
    Ok(value)
}

pub fn construct(vm: &mut Vm, args: Args, kind: Kind) -> Completion {
    require_new(vm, args, kind.class_name())?;
    let key = vm.key("prototype");
    let proto = match vm.get(args.new_target, key)?.as_object() {
        Some(proto) => proto,
        None => vm.intrinsic(Intrinsic::TypedArrayPrototype),
    };
    let source = args.get(0);
    if !source.is_object() {
        let length = vm.to_integer(source)?;
        return Ok(fresh(vm, kind, length, proto)?.0);
    }
    if let Some(shared) = shared_of(source) {
        return over_buffer(vm, args, kind, &shared, proto);
    }
    let fill = |vm: &mut Vm, length: f64| fresh(vm, kind, length, proto);
    if let Some(from) = typed_of(source) {
        let Some(length) = from.len() else { return Err(detached(vm, "constructor")) };
        vm.charge(CONVERT_NUMBERS.of(length))?;
        let (value, array) = fill(vm, length as f64)?;
        if from.kind == kind {
            array.move_from(0, &from, 0, length);
        } else {
            (0..length).for_each(|index| array.put(index, from.at(index)));
        }
        return Ok(value);
    }
    let (value, _) = fill_from(vm, source, fill, |_, _, value| Ok(value))?;
    Ok(value)
}

fn detached(vm: &mut Vm, name: &str) -> crate::native::Throw {
    vm.type_error(&format!("Cannot perform %TypedArray%.prototype.{name} on a detached ArrayBuffer"))
}

/// A typed array, made by `make` for a length, of what something iterable or array-like holds.
fn fill_from(
    vm: &mut Vm,
    source: Value,
    make: impl FnOnce(&mut Vm, f64) -> Completion<(Value, TypedArray)>,
    map: impl Fn(&mut Vm, f64, Value) -> Completion,
) -> Completion<(Value, TypedArray)> {
    let key = vm.well_known(WellKnown::Iterator);
    if vm.get_method(source, key)?.is_some() {
        let list = vm.new_array(Vec::new());
        vm.root(list);
        for_each_of(vm, source, |vm, value| {
            if let Some(array) = list.of::<ArrayData>() {
                vm.heap.push(array, value);
            }
            Ok(())
        })?;
        let values =
            list.of::<ArrayData>().map_or_else(Vec::new, |array| array.data.as_dense().unwrap_or(&[]).to_vec());
        let (made, array) = make(vm, values.len() as f64)?;
        for (index, value) in values.into_iter().enumerate() {
            let value = map(vm, index as f64, value)?;
            let n = vm.to_number(value)?;
            array.put(index, n);
        }
        return Ok((made, array));
    }
    let object = vm.to_object(source)?;
    vm.root(object.into());
    let length = length_of(vm, object)?;
    let (made, array) = make(vm, length)?;
    for index in 0..length as usize {
        vm.charge(1)?;
        let value = element(vm, object, index as f64)?;
        let value = map(vm, index as f64, value)?;
        let n = vm.to_number(value)?;
        array.put(index, n);
    }
    Ok((made, array))
}

fn over_buffer(vm: &mut Vm, args: Args, kind: Kind, shared: &Shared, proto: Gc<Object>) -> Completion {
    vm.root(proto.into());
    let (name, size) = (kind.class_name(), kind.size());
    let offset = vm.to_integer(args.get(1))?;
    if offset < 0.0 || offset % size as f64 != 0.0 {
        return Err(vm.range_error(&format!("start offset of {name} should be a multiple of {size}")));
    }
    let wanted = if args.get(2).is_undefined() { None } else { Some(vm.to_integer(args.get(2))?) };
    if let Some(length) = wanted.filter(|length| !(0.0..=9_007_199_254_740_991.0).contains(length)) {
        return Err(vm.range_error(&format!("Invalid typed array length: {length}")));
    }
    if shared.borrow().detached {
        return Err(vm.type_error("Cannot perform Construct on a detached ArrayBuffer"));
    }
    let (bytes, resizable) = (shared.borrow().bytes.len(), shared.borrow().max.is_some());
    if offset > bytes as f64 {
        return Err(vm.range_error(&format!("Start offset {offset} is outside the bounds of the buffer")));
    }
    let offset = offset as usize;
    let length = match wanted {
        Some(length) if length < 0.0 || length * size as f64 > (bytes - offset) as f64 => {
            return Err(vm.range_error(&format!("Invalid typed array length: {length}")));
        }
        Some(length) => Some(length as usize),
        None if resizable => None,
        None if bytes % size != 0 => {
            return Err(vm.range_error(&format!("byte length of {name} should be a multiple of {size}")));
        }
        None => Some((bytes - offset) / size),
    };
    let array = TypedArray { kind, buffer: args.get(0), shared: Rc::clone(shared), offset, length };
    Ok(wrap(vm, array, proto))
}

/// TypedArraySpeciesCreate with a length.
fn species(vm: &mut Vm, args: Args, kind: Kind, arguments: &[Value]) -> Completion<(Value, TypedArray)> {
    let usual = constructor_of(vm, kind);
    let constructor = species_constructor(vm, args.this, usual)?;
    make_validated(vm, constructor, arguments)
}

/// TypedArrayCreateFromConstructor: the array is one, in bounds, and as long as was asked for.
fn make_validated(vm: &mut Vm, constructor: Value, arguments: &[Value]) -> Completion<(Value, TypedArray)> {
    let made = vm.construct(constructor, arguments, constructor)?;
    vm.root(made);
    let Some(array) = typed_of(made) else { return Err(vm.type_error("this is not a typed array.")) };
    let Some(length) = array.len() else { return Err(detached(vm, "constructor")) };
    match arguments {
        [wanted] if wanted.as_number().is_some_and(|wanted| (length as f64) < wanted) => {
            Err(vm.type_error("Derived TypedArray constructor created an array which was too small"))
        }
        _ => Ok((made, array)),
    }
}

/// `TypedArray.from` and `TypedArray.of`, called on a class.
pub fn from(vm: &mut Vm, args: Args) -> Completion {
    require_constructor(vm, args.this)?;
    if !args.get(1).is_undefined() {
        callable(vm, args.get(1))?;
    }
    if args.get(0).is_nullish() {
        let shown = super::super::inspect::shown_in_message(vm, args.get(0));
        return Err(vm.type_error(&format!("{shown} is not iterable")));
    }
    let make = |vm: &mut Vm, length: f64| make_validated(vm, args.this, &[Value::number(length)]);
    let map = |vm: &mut Vm, index: f64, value: Value| match args.get(1) {
        Value::UNDEFINED => Ok(value),
        map => vm.call(map, args.get(2), &[value, Value::number(index)]),
    };
    Ok(fill_from(vm, args.get(0), make, map)?.0)
}

pub fn of(vm: &mut Vm, args: Args) -> Completion {
    require_constructor(vm, args.this)?;
    let (made, array) = make_validated(vm, args.this, &[Value::number(args.len() as f64)])?;
    for (index, &value) in args.all().iter().enumerate() {
        let n = vm.to_number(value)?;
        array.put(index, n);
    }
    Ok(made)
}

fn require_constructor(vm: &mut Vm, constructor: Value) -> Completion<()> {
    if vm.constructs(constructor)? {
        return Ok(());
    }
    let shown = super::super::inspect::shown_in_message(vm, constructor);
    Err(vm.type_error(&format!("{shown} is not a constructor")))
}

pub fn map(vm: &mut Vm, args: Args) -> Completion {
    let (array, length) = this_typed(vm, args, "map")?;
    let function = callable(vm, args.get(0))?;
    let (made, target) = species(vm, args, array.kind, &[Value::number(length as f64)])?;
    for index in 0..length {
        let result = vm.call(function, args.get(1), &[array.get(index), Value::number(index as f64), args.this])?;
        let n = vm.to_number(result)?;
        target.put(index, n);
    }
    Ok(made)
}

pub fn filter(vm: &mut Vm, args: Args) -> Completion {
    let (array, kept) = kept(vm, args)?;
    let (made, target) = species(vm, args, array.kind, &[Value::number(kept.len() as f64)])?;
    kept.into_iter().enumerate().for_each(|(index, n)| target.put(index, n));
    Ok(made)
}

pub fn fill(vm: &mut Vm, args: Args) -> Completion {
    let (array, length) = this_typed(vm, args, "fill")?;
    let n = vm.to_number(args.get(0))?;
    let from = vm.relative_index(args.get(1), length as f64, 0.0)?;
    let to = vm.relative_index(args.get(2), length as f64, length as f64)?;
    vm.charge(SCAN_NUMBERS.of(length))?;
    let Some(now) = array.len() else { return Err(detached(vm, "fill")) };
    (from as usize..(to as usize).min(now)).for_each(|index| array.put(index, n));
    Ok(args.this)
}

pub fn slice(vm: &mut Vm, args: Args) -> Completion {
    let (array, length) = this_typed(vm, args, "slice")?;
    let from = vm.relative_index(args.get(0), length as f64, 0.0)?;
    let to = vm.relative_index(args.get(1), length as f64, length as f64)?;
    let count = (to - from).max(0.0);
    let (made, target) = species(vm, args, array.kind, &[Value::number(count)])?;
    vm.charge(CONVERT_NUMBERS.of(count as usize))?;
    if count > 0.0 {
        let Some(now) = array.len() else { return Err(detached(vm, "slice")) };
        let from = from as usize;
        let count = (count as usize).min(now.saturating_sub(from));
        if target.kind == array.kind {
            target.move_forward(&array, from, count);
        } else {
            (0..count).for_each(|index| target.put(index, array.at(from + index)));
        }
    }
    Ok(made)
}

pub fn copy_within(vm: &mut Vm, args: Args) -> Completion {
    let (array, length) = this_typed(vm, args, "copyWithin")?;
    let length = length as f64;
    let to = vm.relative_index(args.get(0), length, 0.0)?;
    let from = vm.relative_index(args.get(1), length, 0.0)?;
    let end = vm.relative_index(args.get(2), length, length)?;
    let count = (end - from).min(length - to);
    if count > 0.0 {
        vm.charge(SCAN_NUMBERS.of(count as usize))?;
        // What the conversions ran may have made the buffer shorter.
        let Some(length) = array.len() else { return Err(detached(vm, "copyWithin")) };
        let (to, from) = (to as usize, from as usize);
        let count = (count as usize).min(length.saturating_sub(from)).min(length.saturating_sub(to));
        array.move_from(to, &array, from, count);
    }
    Ok(args.this)
}

pub fn subarray(vm: &mut Vm, args: Args) -> Completion {
    let Some(array) = typed_of(args.this) else {
        return Err(incompatible(vm, args, "%TypedArray%.prototype.subarray"));
    };
    let length = array.len().unwrap_or(0) as f64;
    let from = vm.relative_index(args.get(0), length, 0.0)?;
    let to = vm.relative_index(args.get(1), length, length)?;
    let offset = array.offset as f64 + from * array.kind.size() as f64;
    let mut arguments = vec![array.buffer, Value::number(offset)];
    if array.length.is_some() || !args.get(1).is_undefined() {
        arguments.push(Value::number((to - from).max(0.0)));
    }
    Ok(species(vm, args, array.kind, &arguments)?.0)
}

pub fn set(vm: &mut Vm, args: Args) -> Completion {
    let Some(array) = typed_of(args.this) else { return Err(incompatible(vm, args, "%TypedArray%.prototype.set")) };
    let offset = vm.to_integer(args.get(1))?;
    if offset < 0.0 {
        return Err(vm.range_error("offset is out of bounds"));
    }
    let Some(length) = array.len() else { return Err(detached(vm, "set")) };
    let fits = |vm: &mut Vm, count: f64| {
        if count + offset <= length as f64 { Ok(()) } else { Err(vm.range_error("offset is out of bounds")) }
    };
    if let Some(source) = typed_of(args.get(0)) {
        let Some(count) = source.len() else { return Err(detached(vm, "set")) };
        fits(vm, count as f64)?;
        vm.charge(CONVERT_NUMBERS.of(count))?;
        if source.kind == array.kind {
            array.move_from(offset as usize, &source, 0, count);
        } else {
            let numbers: Vec<f64> = (0..count).map(|index| source.at(index)).collect();
            numbers.into_iter().enumerate().for_each(|(index, n)| array.put(offset as usize + index, n));
        }
        return Ok(Value::UNDEFINED);
    }
    let source = vm.to_object(args.get(0))?;
    vm.root(source.into());
    let count = length_of(vm, source)?;
    fits(vm, count)?;
    for index in 0..count as usize {
        vm.charge(1)?;
        let value = element(vm, source, index as f64)?;
        let n = vm.to_number(value)?;
        array.put(offset as usize + index, n);
    }
    Ok(Value::UNDEFINED)
}

/// The elements in order: by value, or as the comparison function says.
fn sorted(vm: &mut Vm, array: &TypedArray, length: usize, compare: Value) -> Completion<Vec<f64>> {
    let mut numbers: Vec<f64> = (0..length).map(|index| array.at(index)).collect();
    vm.charge(VISIT.of(length))?;
    if compare.is_undefined() {
        numbers.sort_by(|a, b| sort::compare_numbers(*a, *b));
    } else {
        sort::sort_numbers(vm, &mut numbers, compare)?;
    }
    Ok(numbers)
}

pub fn sort_in_place(vm: &mut Vm, args: Args) -> Completion {
    sort::require_comparator(vm, args.get(0))?;
    let (array, length) = this_typed(vm, args, "sort")?;
    let numbers = sorted(vm, &array, length, args.get(0))?;
    numbers.into_iter().enumerate().for_each(|(index, n)| array.put(index, n));
    Ok(args.this)
}

pub fn to_sorted(vm: &mut Vm, args: Args) -> Completion {
    sort::require_comparator(vm, args.get(0))?;
    let (array, length) = this_typed(vm, args, "toSorted")?;
    let numbers = sorted(vm, &array, length, args.get(0))?;
    of_numbers(vm, array.kind, &numbers)
}

pub fn to_reversed(vm: &mut Vm, args: Args) -> Completion {
    let (array, length) = this_typed(vm, args, "toReversed")?;
    vm.charge(CONVERT_NUMBERS.of(length))?;
    let numbers: Vec<f64> = (0..length).rev().map(|index| array.at(index)).collect();
    of_numbers(vm, array.kind, &numbers)
}

pub fn with(vm: &mut Vm, args: Args) -> Completion {
    let (array, length) = this_typed(vm, args, "with")?;
    let index = vm.to_integer(args.get(0))?;
    let index = if index < 0.0 { length as f64 + index } else { index };
    let n = vm.to_number(args.get(1))?;
    if index < 0.0 || index >= array.len().unwrap_or(0) as f64 {
        return Err(vm.range_error("Invalid typed array index"));
    }
    vm.charge(CONVERT_NUMBERS.of(length))?;
    let numbers: Vec<f64> = (0..length)
        .map(|at| if at == index as usize { n } else { array.get(at).as_number().unwrap_or(f64::NAN) })
        .collect();
    of_numbers(vm, array.kind, &numbers)
}

pub fn to_string_tag(_vm: &mut Vm, args: Args) -> Completion {
    match typed_of(args.this) {
        Some(array) => Ok(_vm.str(array.kind.class_name())),
        None => Ok(Value::UNDEFINED),
    }
}

/// A copy over bytes of its own (`structuredClone`).
pub fn copy_of(vm: &mut Vm, array: &TypedArray) -> Completion {
    let length = array.len().unwrap_or(0);
    let numbers: Vec<f64> = (0..length).map(|index| array.at(index)).collect();
    of_numbers(vm, array.kind, &numbers)
}
