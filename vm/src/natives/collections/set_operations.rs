//! union, intersection, difference and their kin (ECMAScript 2025). The other operand is anything with `size`, `has` and
//! `keys`; which of the two is gone through depends on their sizes, as the standard says.

use super::super::coerce::{callable, make};
use super::set::{put, this_set};
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Of;
use crate::object::data::SetData;
use crate::object::property::PropKey;
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

/// The other operand: a Set Record.
struct Other {
    object: Value,
    size: f64,
    has: Value,
    keys: Value,
}

impl Other {
    /// GetSetRecord; what it finds is rooted.
    fn read(vm: &mut Vm, value: Value) -> Completion<Self> {
        if !value.is_object() {
            let shown = super::super::inspect::shown_in_message(vm, value);
            return Err(vm.type_error(&format!("{shown} is not an object")));
        }
        let key = vm.key("size");
        let size = vm.get(value, key)?;
        let size = vm.to_number(size)?;
        if size.is_nan() {
            return Err(vm.type_error("The 'size' property must be a number"));
        }
        let size = size.trunc();
        if size < 0.0 {
            return Err(vm.range_error(&format!("'{size}' is an invalid size")));
        }
        let mut method = |name| {
            let key = vm.key(name);
            let method = vm.get(value, key)?;
            vm.root(method);
            callable(vm, method)
        };
        Ok(Self { object: value, size, has: method("has")?, keys: method("keys")? })
    }

    fn contains(&self, vm: &mut Vm, value: Value) -> Completion<bool> {
        let answer = vm.call(self.has, self.object, &[value])?;
        Ok(vm.truthy(answer))
    }

    /// The iterator that `keys` yields, rooted, with its `next`.
    fn iterate(&self, vm: &mut Vm) -> Completion<(Value, Value)> {
        let iterator = vm.call(self.keys, self.object, &[])?;
        if !iterator.is_object() {
            return Err(vm.type_error("the result of keys() is not an object"));
        }
        vm.root(iterator);
        let key = PropKey::Name(vm.common().next);
        let next = vm.get(iterator, key)?;
        vm.root(next);
        Ok((iterator, next))
    }

    /// Visits what is left in the iterator; a visitor that answers `false` ends the iteration.
    fn each(
        &self,
        vm: &mut Vm,
        (iterator, next): (Value, Value),
        mut visit: impl FnMut(&mut Vm, Value) -> bool,
    ) -> Completion<()> {
        let mark = vm.roots();
        while let Some(value) = super::super::iterator::step(vm, iterator, next)? {
            vm.charge(1)?;
            vm.root(value);
            if !visit(vm, value) {
                return self.close(vm, iterator);
            }
            vm.unroot(mark);
        }
        Ok(())
    }

    fn close(&self, vm: &mut Vm, iterator: Value) -> Completion<()> {
        let key = PropKey::Name(vm.common().return_);
        if let Some(method) = vm.get_method(iterator, key)? {
            vm.call(method, iterator, &[])?;
        }
        Ok(())
    }
}

fn operands(vm: &mut Vm, args: Args, name: &str) -> Completion<(Gc<Of<SetData>>, Other)> {
    let set = this_set(vm, args, name)?;
    let other = Other::read(vm, args.get(0))?;
    Ok((set, other))
}

fn new_set(vm: &mut Vm) -> Gc<Of<SetData>> {
    let set = make(vm, Intrinsic::SetPrototype, SetData::default());
    vm.root(set.into());
    set
}

fn copy(vm: &mut Vm, set: Gc<Of<SetData>>) -> Gc<Of<SetData>> {
    let result = new_set(vm);
    for (value, _) in set.data.0.iter() {
        put(vm, result, value);
    }
    result
}

pub fn union(vm: &mut Vm, args: Args) -> Completion {
    let (set, other) = operands(vm, args, "union")?;
    // `keys` is called before the copy is made: what it adds to the set counts.
    let keys = other.iterate(vm)?;
    let result = copy(vm, set);
    other.each(vm, keys, |vm, value| {
        put(vm, result, value);
        true
    })?;
    Ok(result.into())
}

pub fn intersection(vm: &mut Vm, args: Args) -> Completion {
    let (set, other) = operands(vm, args, "intersection")?;
    let result = new_set(vm);
    if set.data.0.len() as f64 <= other.size {
        let cursor = set.cursor();
        while let Some((value, _)) = set.data.0.step(&cursor) {
            if other.contains(vm, value)? {
                put(vm, result, value);
            }
        }
    } else {
        let keys = other.iterate(vm)?;
        other.each(vm, keys, |vm, value| {
            if set.data.0.has(value) {
                put(vm, result, value);
            }
            true
        })?;
    }
    Ok(result.into())
}

pub fn difference(vm: &mut Vm, args: Args) -> Completion {
    let (set, other) = operands(vm, args, "difference")?;
    let result = copy(vm, set);
    if set.data.0.len() as f64 <= other.size {
        let cursor = set.cursor();
        while let Some((value, _)) = set.data.0.step(&cursor) {
            if other.contains(vm, value)? {
                result.remove(value);
            }
        }
    } else {
        let keys = other.iterate(vm)?;
        other.each(vm, keys, |_, value| {
            result.remove(value);
            true
        })?;
    }
    Ok(result.into())
}

pub fn symmetric_difference(vm: &mut Vm, args: Args) -> Completion {
    let (set, other) = operands(vm, args, "symmetricDifference")?;
    let keys = other.iterate(vm)?;
    let result = copy(vm, set);
    other.each(vm, keys, |vm, value| {
        if set.data.0.has(value) {
            result.remove(value);
        } else {
            put(vm, result, value);
        }
        true
    })?;
    Ok(result.into())
}

pub fn is_subset_of(vm: &mut Vm, args: Args) -> Completion {
    let (set, other) = operands(vm, args, "isSubsetOf")?;
    if set.data.0.len() as f64 > other.size {
        return Ok(false.into());
    }
    let cursor = set.cursor();
    while let Some((value, _)) = set.data.0.step(&cursor) {
        if !other.contains(vm, value)? {
            return Ok(false.into());
        }
    }
    Ok(true.into())
}

pub fn is_superset_of(vm: &mut Vm, args: Args) -> Completion {
    let (set, other) = operands(vm, args, "isSupersetOf")?;
    if (set.data.0.len() as f64) < other.size {
        return Ok(false.into());
    }
    let mut all = true;
    let keys = other.iterate(vm)?;
    other.each(vm, keys, |_, value| {
        all = set.data.0.has(value);
        all
    })?;
    Ok(all.into())
}

pub fn is_disjoint_from(vm: &mut Vm, args: Args) -> Completion {
    let (set, other) = operands(vm, args, "isDisjointFrom")?;
    let mut disjoint = true;
    if set.data.0.len() as f64 <= other.size {
        let cursor = set.cursor();
        while let Some((value, _)) = set.data.0.step(&cursor) {
            if other.contains(vm, value)? {
                return Ok(false.into());
            }
        }
    } else {
        let keys = other.iterate(vm)?;
        other.each(vm, keys, |_, value| {
            disjoint = !set.data.0.has(value);
            disjoint
        })?;
    }
    Ok(disjoint.into())
}
