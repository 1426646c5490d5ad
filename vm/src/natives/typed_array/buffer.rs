//! `ArrayBuffer`.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::coerce::{prototype_of_new, require_new, species_constructor};
use super::super::collections::incompatible;
use super::element::{Shared, Storage};
use crate::cost::COPY_BYTES;
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Object;
use crate::object::data::{Foreign, ForeignData};
use crate::realm::Intrinsic;
use crate::snapshot::{ForeignKind, Saver};
use crate::value::Value;
use crate::vm::Vm;

/// What a buffer object holds.
#[derive(Debug)]
pub struct Buffer(pub Shared);

impl Foreign for Buffer {
    fn size(&self) -> usize {
        self.0.borrow().bytes.len() + size_of::<Storage>()
    }
    fn class_name(&self) -> &'static str {
        "ArrayBuffer"
    }
    fn kind(&self) -> ForeignKind {
        ForeignKind::Buffer
    }
    fn save(&self, _saver: &mut Saver) {}
}

/// Longer buffers are refused before the memory limit is asked.
pub(crate) const MAX_BYTES: usize = 1 << 32;

/// Zeroed bytes, if they fit the memory limit.
pub fn allocate(vm: &mut Vm, length: usize, max: Option<usize>) -> Completion<Shared> {
    if length > MAX_BYTES || max.is_some_and(|max| max > MAX_BYTES || length > max) {
        return Err(vm.range_error("Array buffer allocation failed"));
    }
    vm.reserve(length)?;
    vm.charge(COPY_BYTES.of(length))?;
    vm.heap.grow(length);
    Ok(Rc::new(RefCell::new(Storage { bytes: vec![0; length], max, detached: false })))
}

/// A buffer object over bytes.
pub fn wrap(vm: &mut Vm, shared: &Shared, proto: Gc<Object>) -> Value {
    let shape = vm.shapes.of_proto(Some(proto));
    vm.heap.object(shape, ForeignData(Box::new(Buffer(Rc::clone(shared))))).into()
}

/// A buffer object of the built-in class.
pub fn wrap_plain(vm: &mut Vm, shared: &Shared) -> Value {
    let proto = vm.intrinsic(Intrinsic::ArrayBufferPrototype);
    wrap(vm, shared, proto)
}

/// The bytes of a buffer object.
pub fn shared_of(value: Value) -> Option<Shared> {
    value.of::<ForeignData>()?.data.get::<Buffer>().map(|buffer| Rc::clone(&buffer.0))
}

fn this_buffer(vm: &mut Vm, args: Args, name: &str) -> Completion<Shared> {
    shared_of(args.this).ok_or_else(|| incompatible(vm, args, &format!("ArrayBuffer.prototype.{name}")))
}

fn attached(vm: &mut Vm, args: Args, name: &str) -> Completion<Shared> {
    let shared = this_buffer(vm, args, name)?;
    if shared.borrow().detached {
        return Err(vm.type_error(&format!("Cannot perform ArrayBuffer.prototype.{name} on a detached ArrayBuffer")));
    }
    Ok(shared)
}

fn byte_length(vm: &mut Vm, value: Value, what: &str) -> Completion<usize> {
    let n = vm.to_integer(value)?;
    if !(0.0..=MAX_BYTES as f64).contains(&n) {
        return Err(vm.range_error(&format!("Invalid array buffer {what}")));
    }
    Ok(n as usize)
}

pub fn construct(vm: &mut Vm, args: Args) -> Completion {
    require_new(vm, args, "ArrayBuffer")?;
    let length = byte_length(vm, args.get(0), "length")?;
    let mut max = None;
    if args.get(1).is_object() {
        let key = vm.key("maxByteLength");
        let value = vm.get(args.get(1), key)?;
        if !value.is_undefined() {
            let wanted = byte_length(vm, value, "max length")?;
            if wanted < length {
                return Err(vm.range_error("Invalid array buffer max length"));
            }
            max = Some(wanted);
        }
    }
    let proto = prototype_of_new(vm, args, Intrinsic::ArrayBufferPrototype)?;
    vm.root(proto.into());
    let shared = allocate(vm, length, max)?;
    Ok(wrap(vm, &shared, proto))
}

pub fn get(vm: &mut Vm, args: Args, name: &str, read: fn(&Storage) -> Value) -> Completion {
    let shared = this_buffer(vm, args, name)?;
    let storage = shared.borrow();
    Ok(read(&storage))
}

pub fn resize(vm: &mut Vm, args: Args) -> Completion {
    let shared = this_buffer(vm, args, "resize")?;
    let Some(max) = shared.borrow().max else {
        return Err(incompatible(vm, args, "ArrayBuffer.prototype.resize"));
    };
    let length = byte_length(vm, args.get(0), "length")?;
    attached(vm, args, "resize")?;
    if length > max {
        return Err(vm.range_error("ArrayBuffer.prototype.resize: Invalid length parameter"));
    }
    let before = shared.borrow().bytes.len();
    vm.reserve(length.saturating_sub(before))?;
    vm.charge(COPY_BYTES.of(length))?;
    vm.heap.grow(length.saturating_sub(before));
    shared.borrow_mut().bytes.resize(length, 0);
    Ok(Value::UNDEFINED)
}

pub fn slice(vm: &mut Vm, args: Args) -> Completion {
    let shared = attached(vm, args, "slice")?;
    let length = shared.borrow().bytes.len() as f64;
    let from = vm.relative_index(args.get(0), length, 0.0)?;
    let to = vm.relative_index(args.get(1), length, length)?;
    let count = (to - from).max(0.0) as usize;
    let usual = vm.global("ArrayBuffer").unwrap_or(Value::UNDEFINED);
    let constructor = species_constructor(vm, args.this, usual)?;
    let made = vm.construct(constructor, &[Value::number(count as f64)], constructor)?;
    vm.root(made);
    let Some(copy) = shared_of(made) else {
        return Err(vm.type_error("species constructor did not return an ArrayBuffer"));
    };
    if copy.borrow().detached {
        return Err(vm.type_error("Cannot perform ArrayBuffer.prototype.slice on a detached ArrayBuffer"));
    }
    if Rc::ptr_eq(&copy, &shared) {
        return Err(vm.type_error("ArrayBuffer subclass returned this from species constructor"));
    }
    if copy.borrow().bytes.len() < count {
        return Err(vm.type_error("Species constructor returned a too small ArrayBuffer"));
    }
    attached(vm, args, "slice")?;
    let storage = shared.borrow();
    let part = storage.bytes.get(from as usize..).unwrap_or_default();
    let part = &part[..count.min(part.len())];
    copy.borrow_mut().bytes[..part.len()].copy_from_slice(part);
    Ok(made)
}

/// Moves the bytes to a new buffer, of another length if one is given.
pub fn transfer(vm: &mut Vm, args: Args, name: &str, keeps_max: bool) -> Completion {
    let shared = this_buffer(vm, args, name)?;
    let length = match args.get(0) {
        Value::UNDEFINED => shared.borrow().bytes.len(),
        value => byte_length(vm, value, "length")?,
    };
    attached(vm, args, name)?;
    let max = if keeps_max { shared.borrow().max } else { None };
    if max.is_some_and(|max| length > max) {
        return Err(vm.range_error("Invalid array buffer length"));
    }
    let before = shared.borrow().bytes.len();
    vm.reserve(length.saturating_sub(before))?;
    vm.charge(COPY_BYTES.of(length))?;
    vm.heap.grow(length);
    let mut bytes = std::mem::take(&mut shared.borrow_mut().bytes);
    bytes.resize(length, 0);
    shared.borrow_mut().detached = true;
    let moved = Rc::new(RefCell::new(Storage { bytes, max, detached: false }));
    Ok(wrap_plain(vm, &moved))
}
