//! reduce and reduceRight.

use super::super::coerce::{callable, element_if_present};
use super::this_array;
use crate::native::{Args, Completion};
use crate::value::Value;
use crate::vm::Vm;

pub fn reduce(vm: &mut Vm, args: Args) -> Completion {
    fold(vm, args, false)
}

pub fn reduce_right(vm: &mut Vm, args: Args) -> Completion {
    fold(vm, args, true)
}

fn fold(vm: &mut Vm, args: Args, from_right: bool) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let function = callable(vm, args.get(0))?;
    let mut folded = (args.len() >= 2).then(|| args.get(1));
    let mark = vm.roots();
    let mut step = 0.0;
    while step < length {
        let index = if from_right { length - 1.0 - step } else { step };
        step += 1.0;
        let Some(value) = element_if_present(vm, object, index)? else {
            vm.charge(1)?;
            continue;
        };
        folded = Some(match folded {
            None => value,
            Some(previous) => vm.call(function, Value::UNDEFINED, &[previous, value, index.into(), object.into()])?,
        });
        vm.unroot(mark);
        folded.map(|value| vm.root(value));
    }
    folded.ok_or_else(|| vm.type_error("Reduce of empty array with no initial value"))
}
