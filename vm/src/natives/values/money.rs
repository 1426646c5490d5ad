//! `Mrk`. Operators are the VM's; here is what has a name.

use super::super::coerce::{for_each_of, make};
use super::units::{self, Rounding};
use crate::native::{Args, Completion};
use crate::object::data::MrkData;
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

pub(crate) fn mrk(vm: &mut Vm, amount: u128) -> Value {
    make(vm, Intrinsic::MrkPrototype, MrkData(amount)).into()
}

fn this_amount(vm: &mut Vm, args: Args, name: &str) -> Completion<u128> {
    match args.this.of::<MrkData>() {
        Some(value) => Ok(value.data.0),
        None => Err(vm.type_error(&format!("Mrk.prototype.{name} requires that 'this' be a Mrk"))),
    }
}

fn argument(vm: &mut Vm, value: Value, name: &str) -> Completion<u128> {
    match value.of::<MrkData>() {
        Some(value) => Ok(value.data.0),
        None => {
            let shown = super::super::inspect::shown_in_message(vm, value);
            Err(vm.type_error(&format!("{name} expects a Mrk such as 5mrk, but got {shown}")))
        }
    }
}

pub fn construct(vm: &mut Vm, args: Args) -> Completion {
    if args.get(0).of::<MrkData>().is_some() {
        return Ok(args.get(0));
    }
    if args.get(0).is_string() {
        return parse(vm, args);
    }
    Err(vm.type_error("Mrk is made from text or written as 5mrk; a number may not be exact"))
}

pub fn parse(vm: &mut Vm, args: Args) -> Completion {
    let text = vm.to_string(args.get(0))?.to_rust();
    match units::parse(&text) {
        Some(amount) => Ok(mrk(vm, amount)),
        None => {
            let shown: String = text.chars().take(40).collect();
            Err(vm.syntax_error(&format!("'{shown}' is not an amount; write one such as '5' or '0.25 MRK'")))
        }
    }
}

pub fn choose(vm: &mut Vm, args: Args, which: fn(u128, u128) -> u128) -> Completion {
    let a = argument(vm, args.get(0), "Mrk")?;
    let b = argument(vm, args.get(1), "Mrk")?;
    Ok(mrk(vm, which(a, b)))
}

pub fn sum(vm: &mut Vm, args: Args) -> Completion {
    let mut total = 0u128;
    for_each_of(vm, args.get(0), |vm, value| {
        let next = argument(vm, value, "Mrk.sum")?;
        total =
            total.checked_add(next).ok_or_else(|| vm.range_error("the sum of these amounts is too large for Mrk"))?;
        Ok(())
    })?;
    Ok(mrk(vm, total))
}

pub fn percent(vm: &mut Vm, args: Args) -> Completion {
    let amount = this_amount(vm, args, "percent")?;
    let Some(share) = args.get(0).as_number() else {
        return Err(vm.type_error("percent expects a number of percent first"));
    };
    let rounding = args.get(1).as_string().and_then(|name| Rounding::from_name(&name.to_rust()));
    let Some(rounding) = rounding else {
        return Err(vm.type_error("percent expects \"up\", \"down\" or \"nearest\" as its second argument"));
    };
    match units::percent(amount, share, rounding) {
        Some(amount) => Ok(mrk(vm, amount)),
        None => Err(vm.range_error(&format!("{share} percent of {} is not an amount", units::to_text(amount)))),
    }
}

pub fn ratio(vm: &mut Vm, args: Args) -> Completion {
    let a = this_amount(vm, args, "ratio")?;
    let b = argument(vm, args.get(0), "ratio")?;
    if b == 0 {
        return Err(vm.range_error("an amount has no ratio to 0 MRK"));
    }
    Ok(units::ratio(a, b).into())
}

pub fn to_string(vm: &mut Vm, args: Args) -> Completion {
    let amount = this_amount(vm, args, "toString")?;
    Ok(vm.str(&units::to_text(amount)))
}

pub fn value_of(vm: &mut Vm, args: Args) -> Completion {
    this_amount(vm, args, "valueOf")?;
    Ok(args.this)
}
