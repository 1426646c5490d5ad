//! The dynamic operators: ECMAScript's meaning on numbers, strings, objects and value types; what MOSL refuses throws with
//! its code (decisions.md 6).

mod power;

use std::cmp::Ordering;

pub use power::pow;

use crate::convert::{Hint, f64_to_i32};
use crate::heap::CellKind;
use crate::native::{Completion, Throw};

use crate::natives::values;
use crate::object::data::*;
use crate::object::map::{same_value_zero, value_type_words};
use crate::object::property::PropKey;
use crate::refusal::Refusal;
use crate::symbol::WellKnown;
use crate::toil::note_probes;
use crate::value::Value;
use crate::vm::Vm;

/// A binary arithmetic operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arith {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Pow,
    And,
    Or,
    Xor,
    Shl,
    Shr,
    Ushr,
}

/// An order comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Lt,
    Le,
    Gt,
    Ge,
}

/// The operator on two numbers.
pub fn number_arith(op: Arith, a: f64, b: f64) -> f64 {
    let (x, y) = (f64_to_i32(a), f64_to_i32(b));
    match op {
        Arith::Add => a + b,
        Arith::Sub => a - b,
        Arith::Mul => a * b,
        Arith::Div => a / b,
        Arith::Rem => libm::fmod(a, b),
        Arith::Pow => pow(a, b),
        Arith::And => f64::from(x & y),
        Arith::Or => f64::from(x | y),
        Arith::Xor => f64::from(x ^ y),
        Arith::Shl => f64::from(x.wrapping_shl(y.cast_unsigned())),
        Arith::Shr => f64::from(x.wrapping_shr(y.cast_unsigned())),
        Arith::Ushr => f64::from(x.cast_unsigned().wrapping_shr(y.cast_unsigned())),
    }
}

impl Vm {
    /// `a op b`.
    pub fn arith(&mut self, op: Arith, a: Value, b: Value) -> Completion {
        if a.is_number() && b.is_number() {
            return Ok(Value::number(number_arith(op, a.to_f64(), b.to_f64())));
        }
        if op == Arith::Add
            && let (Some(a), Some(b)) = (a.as_string(), b.as_string())
        {
            return self.concat(a, b).map(Value::from);
        }
        let (a, b) = self.operands(a, b, if op == Arith::Add { Hint::Default } else { Hint::Number })?;
        if is_value_type(a) || is_value_type(b) {
            if op == Arith::Add && (a.is_string() || b.is_string()) {
                let (a, b) = (self.to_string(a)?, self.to_string(b)?);
                return self.concat(a, b).map(Value::from);
            }
            return values::arith(self, op, a, b);
        }
        if op == Arith::Add && (a.is_string() || b.is_string()) {
            return self.add_strings(a, b);
        }
        if a.is_number() && b.is_number() {
            return Ok(Value::number(number_arith(op, a.to_f64(), b.to_f64())));
        }
        self.refuse_symbols(a, b)?;
        let detail = self.pair(a, b);
        Err(self.refuse(if op == Arith::Add { Refusal::MixedAdd } else { Refusal::MixedArithmetic }, &detail))
    }

    /// A symbol is no number in ECMAScript either: its own error, before any of MOSL's.
    fn refuse_symbols(&mut self, a: Value, b: Value) -> Completion<()> {
        if a.as_symbol().is_some() || b.as_symbol().is_some() {
            return Err(self.type_error("Cannot convert a Symbol value to a number"));
        }
        Ok(())
    }

    /// Both as primitives or value types, left first.
    fn operands(&mut self, a: Value, b: Value, hint: Hint) -> Completion<(Value, Value)> {
        let mark = self.roots();
        let (a, b) = (self.root(a), self.root(b));
        let a = if is_value_type(a) { a } else { self.to_primitive(a, hint)? };
        self.root(a);
        let b = if is_value_type(b) { b } else { self.to_primitive(b, hint)? };
        self.unroot(mark);
        Ok((a, b))
    }

    /// `+` where one side is a string: joins, as JavaScript does.
    fn add_strings(&mut self, a: Value, b: Value) -> Completion {
        let (a, b) = (self.to_string(a)?, self.to_string(b)?);
        self.concat(a, b).map(Value::from)
    }

    fn pair(&mut self, a: Value, b: Value) -> String {
        format!("{} and {}", self.brief(a), self.brief(b))
    }

    /// `-a`
    pub fn negate(&mut self, value: Value) -> Completion {
        if value.is_number() {
            return Ok(Value::number(-value.to_f64()));
        }
        if is_value_type(value) {
            return values::negate(self, value);
        }
        Ok(Value::number(-self.operand_number(value)?))
    }

    /// `~a`
    pub fn bit_not(&mut self, value: Value) -> Completion {
        Ok(Value::number(f64::from(!f64_to_i32(self.operand_number(value)?))))
    }

    /// The operand of a unary operator: refused unless it becomes a number as a primitive.
    fn operand_number(&mut self, value: Value) -> Completion<f64> {
        let primitive = self.to_primitive(value, Hint::Number)?;
        match primitive.as_number() {
            Some(n) => Ok(n),
            None => {
                self.refuse_symbols(primitive, primitive)?;
                let detail = self.brief(primitive);
                Err(self.refuse(Refusal::ToNumber, &detail))
            }
        }
    }

    /// `+a`: converts what plainly has a number in it.
    pub(crate) fn unary_plus(&mut self, value: Value) -> Completion<f64> {
        if value.is_number() {
            return Ok(value.to_f64());
        }
        if is_value_type(value) {
            return Err(self.refuse_number(value));
        }
        self.to_number(value)
    }

    fn refuse_number(&mut self, value: Value) -> Throw {
        let detail = self.brief(value);
        self.refuse(Refusal::ToNumber, &detail)
    }

    /// What `++` and `--` work on.
    pub(crate) fn numeric(&mut self, value: Value) -> Completion {
        if value.is_number() || is_value_type(value) {
            return Ok(value);
        }
        self.operand_number(value).map(Value::number)
    }

    /// `a < b` and its kin.
    pub fn order(&mut self, op: Order, a: Value, b: Value) -> Completion<bool> {
        if a.is_number() && b.is_number() {
            return Ok(order_numbers(op, a.to_f64(), b.to_f64()));
        }
        let (a, b) = self.operands(a, b, Hint::Number)?;
        if a.is_number() && b.is_number() {
            return Ok(order_numbers(op, a.to_f64(), b.to_f64()));
        }
        let ordering = if let (Some(a), Some(b)) = (a.as_string(), b.as_string()) {
            self.pay_for_texts(a.into(), b.into());
            Some(a.compare(&b))
        } else if let (Some(a), Some(b)) = (a.of::<MrkData>(), b.of::<MrkData>()) {
            Some(a.data.0.cmp(&b.data.0))
        } else {
            None
        };
        let Some(ordering) = ordering else {
            self.refuse_symbols(a, b)?;
            let detail = self.pair(a, b);
            return Err(self.refuse(Refusal::MixedCompare, &detail));
        };
        Ok(match op {
            Order::Lt => ordering == Ordering::Less,
            Order::Le => ordering != Ordering::Greater,
            Order::Gt => ordering == Ordering::Greater,
            Order::Ge => ordering != Ordering::Less,
        })
    }

    /// `a === b`; value types by value.
    #[inline]
    pub fn strict_equals(&mut self, a: Value, b: Value) -> bool {
        if a.is_number() && b.is_number() {
            return a.to_f64() == b.to_f64();
        }
        a == b || self.equal_cells(a, b)
    }

    fn equal_cells(&mut self, a: Value, b: Value) -> bool {
        if let (Some(x), Some(y)) = (a.as_string(), b.as_string()) {
            if x.len() == y.len() {
                self.pay_for_texts(a, b);
            }
            return x.equals(&y);
        }
        if !is_value_type(a) || a.kind() != b.kind() {
            return false;
        }
        let (x, y) = (value_type_words(a), value_type_words(b));
        x == y && (a.kind() == Some(CellKind::Mrk) || x.iter().all(|word| !f64::from_bits(*word).is_nan()))
    }

    /// `Object.is`; value types by value.
    pub fn same_value(&self, a: Value, b: Value) -> bool {
        if a.is_number() && b.is_number() {
            let (x, y) = (a.to_f64(), b.to_f64());
            return x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
        }
        same_value_zero(a, b)
    }

    /// `a == b` where both have one type or one is nullish; else refused.
    pub fn loose_equals(&mut self, a: Value, b: Value) -> Completion<bool> {
        if a.is_nullish() || b.is_nullish() {
            return Ok(a.is_nullish() && b.is_nullish());
        }
        let same_type = self.type_of(a) == self.type_of(b) || (a.is_object() && b.is_object());
        if same_type || (a.is_callable() && b.is_object()) || (b.is_callable() && a.is_object()) {
            return Ok(self.strict_equals(a, b));
        }
        let detail = self.pair(a, b);
        Err(self.refuse(Refusal::LooseEquality, &detail))
    }

    /// `typeof`: an interned string.
    pub fn type_of(&self, value: Value) -> Value {
        let common = self.common();
        if value.is_number() {
            common.number
        } else if value.is_string() {
            common.string
        } else if value.is_bool() {
            common.boolean
        } else if value.is_undefined() {
            common.undefined
        } else if value.is_symbol() {
            common.symbol
        } else if value.is_callable() {
            common.function
        } else {
            common.object
        }
    }

    /// `value instanceof class`.
    pub fn instance_of(&mut self, value: Value, class: Value) -> Completion<bool> {
        if !class.is_object() {
            return Err(self.type_error("Right-hand side of 'instanceof' is not an object"));
        }
        let key = self.well_known(WellKnown::HasInstance);
        let method = self.get_method(class, key)?;
        if let Some(method) = method
            && method.of::<NativeData>().is_none_or(|f| f.data.native == NO_NATIVE || !class.is_callable())
        {
            let result = self.call(method, class, &[value])?;
            return Ok(self.truthy(result));
        }
        if !class.is_callable() {
            return Err(self.type_error("Right-hand side of 'instanceof' is not callable"));
        }
        self.ordinary_has_instance(class, value)
    }

    /// `OrdinaryHasInstance`.
    pub fn ordinary_has_instance(&mut self, class: Value, value: Value) -> Completion<bool> {
        if let Some(bound) = class.of::<BoundData>() {
            return self.run_deeper(|vm| vm.instance_of(value, bound.data.target));
        }
        if !class.is_callable() {
            return Ok(false);
        }
        let Some(mut object) = value.as_object() else { return Ok(false) };
        let key = PropKey::Name(self.common().prototype);
        let prototype = self.get(class, key)?;
        let Some(prototype) = prototype.as_object() else {
            return Err(self.type_error("Function has non-object prototype in instanceof check"));
        };
        let mut steps = 0;
        let found = loop {
            let Some(proto) = self.prototype_of(object) else { break false };
            if proto == prototype {
                break true;
            }
            object = proto;
            steps += 1;
        };
        note_probes(steps);
        self.absorb();
        Ok(found)
    }

    /// `key in object`.
    pub fn has_property(&mut self, key: Value, object: Value) -> Completion<bool> {
        let Some(target) = object.as_object() else {
            let (key, what) = (self.brief(key), self.brief(object));
            return Err(self.type_error(&format!("Cannot use 'in' operator to search for {key} in {what}")));
        };
        let key = self.to_key(key)?;
        self.has(target, key)
    }
}

fn order_numbers(op: Order, a: f64, b: f64) -> bool {
    match op {
        Order::Lt => a < b,
        Order::Le => a <= b,
        Order::Gt => a > b,
        Order::Ge => a >= b,
    }
}

fn is_value_type(value: Value) -> bool {
    value.kind().is_some_and(CellKind::is_value_type)
}
