//! `DataView`.

use std::rc::Rc;

use super::super::coerce::{prototype_of_new, require_new};
use super::super::collections::incompatible;
use super::buffer::{MAX_BYTES, shared_of};
use super::element::{Kind, Shared};
use crate::heap::Tracer;
use crate::native::{Args, Completion};
use crate::object::data::{Foreign, ForeignData};
use crate::realm::Intrinsic;
use crate::snapshot::{ForeignKind, Loaded, Loader, Saver, refuse};
use crate::value::Value;
use crate::vm::Vm;

#[derive(Clone, Debug)]
pub struct View {
    pub buffer: Value,
    shared: Shared,
    pub offset: usize,
    /// `None`: up to the buffer's end, wherever that is.
    length: Option<usize>,
}

impl Foreign for View {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.value(self.buffer);
    }
    fn size(&self) -> usize {
        size_of::<Self>()
    }
    fn class_name(&self) -> &'static str {
        "DataView"
    }
    fn kind(&self) -> ForeignKind {
        ForeignKind::View
    }
    fn save(&self, saver: &mut Saver) {
        save_window(saver, self.buffer, self.offset, self.length);
    }
}

/// What a view sees of a buffer.
pub(super) fn save_window(saver: &mut Saver, buffer: Value, offset: usize, length: Option<usize>) {
    saver.cell(buffer);
    saver.size(offset);
    saver.optional(length.map(|length| length as u64));
}

/// The buffer, its bytes, the offset and the length.
pub(super) fn load_window(loader: &mut Loader) -> Loaded<(Value, Shared, usize, Option<usize>)> {
    let buffer = loader.cell()?;
    let Some(shared) = shared_of(buffer) else { return refuse("a buffer is none") };
    let (offset, length) = (loader.number()?, loader.optional()?);
    if offset > MAX_BYTES || length.is_some_and(|length| length > MAX_BYTES as u64) {
        return refuse("a view is longer than any buffer");
    }
    Ok((buffer, shared, offset, length.map(|length| length as usize)))
}

impl View {
    pub(crate) fn load(loader: &mut Loader) -> Loaded<Self> {
        let (buffer, shared, offset, length) = load_window(loader)?;
        Ok(Self { buffer, shared, offset, length })
    }

    /// `None` where the view is out of the buffer's bounds.
    pub fn byte_length(&self) -> Option<usize> {
        let storage = self.shared.borrow();
        if storage.detached {
            return None;
        }
        let rest = storage.bytes.len().checked_sub(self.offset)?;
        match self.length {
            Some(length) => (length <= rest).then_some(length),
            None => Some(rest),
        }
    }
}

pub fn view_of(value: Value) -> Option<View> {
    value.of::<ForeignData>()?.data.get::<View>().cloned()
}

pub fn construct(vm: &mut Vm, args: Args) -> Completion {
    require_new(vm, args, "DataView")?;
    let Some(shared) = shared_of(args.get(0)) else {
        return Err(vm.type_error("First argument to DataView constructor must be an ArrayBuffer"));
    };
    let offset = vm.to_integer(args.get(1))?;
    if !(0.0..=9_007_199_254_740_991.0).contains(&offset) {
        return Err(vm.range_error(&format!("Start offset {offset} is outside the bounds of the buffer")));
    }
    if shared.borrow().detached {
        return Err(vm.type_error("Cannot perform DataView on a detached ArrayBuffer"));
    }
    let size = shared.borrow().bytes.len();
    if !(0.0..=size as f64).contains(&offset) {
        return Err(vm.range_error(&format!("Start offset {offset} is outside the bounds of the buffer")));
    }
    let offset = offset as usize;
    let tracks = shared.borrow().max.is_some() && args.get(2).is_undefined();
    let length = if args.get(2).is_undefined() {
        size - offset
    } else {
        let length = vm.to_integer(args.get(2))?;
        if !(0.0..=(size - offset) as f64).contains(&length) {
            return Err(vm.range_error(&format!("Invalid DataView length {length}")));
        }
        length as usize
    };
    let proto = prototype_of_new(vm, args, Intrinsic::DataViewPrototype)?;
    // Reading the prototype may have run script.
    if shared.borrow().detached {
        return Err(vm.type_error("Cannot perform DataView on a detached ArrayBuffer"));
    }
    let now = shared.borrow().bytes.len();
    if offset > now || (!args.get(2).is_undefined() && offset + length > now) {
        return Err(vm.range_error("Invalid DataView length"));
    }
    let shape = vm.shapes.of_proto(Some(proto));
    let view = View { buffer: args.get(0), shared: Rc::clone(&shared), offset, length: (!tracks).then_some(length) };
    Ok(vm.heap.object(shape, ForeignData(Box::new(view))).into())
}

fn this_view(vm: &mut Vm, args: Args, name: &str) -> Completion<View> {
    view_of(args.this).ok_or_else(|| incompatible(vm, args, &format!("DataView.prototype.{name}")))
}

pub fn part(vm: &mut Vm, args: Args, name: &str, read: fn(&View, usize) -> Value) -> Completion {
    let view = this_view(vm, args, name)?;
    match view.byte_length() {
        Some(length) => Ok(read(&view, length)),
        None if name == "buffer" => Ok(view.buffer),
        None => Err(vm.type_error(&format!("Cannot perform DataView.prototype.{name} on a detached ArrayBuffer"))),
    }
}

/// Where a number is in the buffer, in bounds.
fn place(vm: &mut Vm, args: Args, kind: Kind, name: &str, value: Option<&mut f64>) -> Completion<(View, usize, bool)> {
    let view = this_view(vm, args, name)?;
    let index = vm.to_integer(args.get(0))?;
    if !(0.0..=9_007_199_254_740_991.0).contains(&index) {
        return Err(vm.range_error("Offset is outside the bounds of the DataView"));
    }
    let little_at = if let Some(value) = value {
        *value = vm.to_number(args.get(1))?;
        2
    } else {
        1
    };
    let little = vm.truthy(args.get(little_at));
    let Some(length) = view.byte_length() else {
        return Err(vm.type_error(&format!("Cannot perform DataView.prototype.{name} on a detached ArrayBuffer")));
    };
    if index + kind.size() as f64 > length as f64 {
        return Err(vm.range_error("Offset is outside the bounds of the DataView"));
    }
    let at = view.offset + index as usize;
    Ok((view, at, little))
}

pub fn get(vm: &mut Vm, args: Args, kind: Kind, name: &str) -> Completion {
    let (view, at, little) = place(vm, args, kind, name, None)?;
    let storage = view.shared.borrow();
    let mut bytes = [0; 8];
    let size = kind.size();
    if let Some(from) = storage.bytes.get(at..at + size) {
        bytes[..size].copy_from_slice(from);
    }
    if !little {
        bytes[..size].reverse();
    }
    Ok(Value::number(kind.decode(bytes)))
}

pub fn set(vm: &mut Vm, args: Args, kind: Kind, name: &str) -> Completion {
    let mut value = 0.0;
    let (view, at, little) = place(vm, args, kind, name, Some(&mut value))?;
    let size = kind.size();
    let mut bytes = kind.encode(value);
    if !little {
        bytes[..size].reverse();
    }
    if let Some(to) = view.shared.borrow_mut().bytes.get_mut(at..at + size) {
        to.copy_from_slice(&bytes[..size]);
    }
    Ok(Value::UNDEFINED)
}
