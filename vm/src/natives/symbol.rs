//! `Symbol`.

use super::Family;
use crate::cost::COPY_TEXT;
use crate::native::{Args, Completion, Constant};
use crate::object::data::WrapperData;
use crate::string::StrBuilder;
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("Symbol", construct),
    ("Symbol.for", symbol_for),
    ("Symbol.keyFor", key_for),
    ("Symbol.prototype.toString", |vm, args| {
        let symbol = this_symbol(vm, args, "Symbol.prototype.toString")?;
        descriptive_string(vm, symbol)
    }),
    ("Symbol.prototype.valueOf", |vm, args| this_symbol(vm, args, "Symbol.prototype.valueOf")),
    ("Symbol.prototype[Symbol.toPrimitive]", |vm, args| this_symbol(vm, args, "Symbol.prototype [ @@toPrimitive ]")),
    ("get Symbol.prototype.description", |vm, args| {
        let symbol = this_symbol(vm, args, "Symbol.prototype.description")?;
        Ok(symbol.as_symbol().map_or(Value::UNDEFINED, |s| s.description))
    }),
];

pub static CONSTANTS: &[(&str, Constant)] = &[
    ("Symbol.asyncDispose", Constant::Symbol(WellKnown::AsyncDispose)),
    ("Symbol.asyncIterator", Constant::Symbol(WellKnown::AsyncIterator)),
    ("Symbol.dispose", Constant::Symbol(WellKnown::Dispose)),
    ("Symbol.hasInstance", Constant::Symbol(WellKnown::HasInstance)),
    ("Symbol.isConcatSpreadable", Constant::Symbol(WellKnown::IsConcatSpreadable)),
    ("Symbol.iterator", Constant::Symbol(WellKnown::Iterator)),
    ("Symbol.match", Constant::Symbol(WellKnown::Match)),
    ("Symbol.matchAll", Constant::Symbol(WellKnown::MatchAll)),
    ("Symbol.replace", Constant::Symbol(WellKnown::Replace)),
    ("Symbol.search", Constant::Symbol(WellKnown::Search)),
    ("Symbol.species", Constant::Symbol(WellKnown::Species)),
    ("Symbol.split", Constant::Symbol(WellKnown::Split)),
    ("Symbol.toPrimitive", Constant::Symbol(WellKnown::ToPrimitive)),
    ("Symbol.toStringTag", Constant::Symbol(WellKnown::ToStringTag)),
    ("Symbol.unscopables", Constant::Symbol(WellKnown::Unscopables)),
    ("Symbol.prototype[Symbol.toStringTag]", Constant::Str("Symbol")),
];

fn construct(vm: &mut Vm, args: Args) -> Completion {
    if !args.new_target.is_undefined() {
        return Err(vm.type_error("Symbol is not a constructor"));
    }
    let description = match args.get(0) {
        Value::UNDEFINED => Value::UNDEFINED,
        value => vm.to_string(value)?.into(),
    };
    Ok(vm.heap.symbol(description))
}

fn symbol_for(vm: &mut Vm, args: Args) -> Completion {
    let key = vm.to_string(args.get(0))?;
    let key = Value::string(vm.names.intern(key));
    if let Some(&symbol) = vm.pool.registry.get(&key) {
        return Ok(symbol);
    }
    let symbol = vm.heap.registered_symbol(key);
    vm.pool.registry.insert(key, symbol);
    Ok(symbol)
}

fn key_for(vm: &mut Vm, args: Args) -> Completion {
    match args.get(0).as_symbol() {
        Some(symbol) if symbol.is_registered => Ok(symbol.description),
        Some(_) => Ok(Value::UNDEFINED),
        None => {
            let shown = super::inspect::shown_in_message(vm, args.get(0));
            Err(vm.type_error(&format!("{shown} is not a symbol")))
        }
    }
}

fn this_symbol(vm: &mut Vm, args: Args, name: &str) -> Completion {
    let value = args.this.of::<WrapperData>().map_or(args.this, |w| w.data.value);
    if value.is_symbol() { Ok(value) } else { Err(vm.type_error(&format!("{name} requires that 'this' be a Symbol"))) }
}

/// `Symbol(description)`
pub(crate) fn descriptive_string(vm: &mut Vm, symbol: Value) -> Completion {
    let mut text = StrBuilder::default();
    text.push_str("Symbol(");
    if let Some(description) = symbol.as_symbol().and_then(|s| s.description.as_string()) {
        vm.charge(COPY_TEXT.of(description.len()))?;
        text.push(description);
    }
    text.push_str(")");
    vm.finish(text)
}
