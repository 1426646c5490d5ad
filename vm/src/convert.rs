//! Conversions of values (ECMAScript 7.1). What MOSL refuses to convert is refused by the operators, not here: `Number(x)` and
//! `String(x)` convert as the standard says.

use crate::cost::PARSE_TEXT;
use crate::heap::{CellKind, Gc};
use crate::native::Completion;
use crate::object::Object;
use crate::object::data::*;
use crate::object::property::PropKey;
use crate::realm::Intrinsic;
use crate::string::{Str, StrView};
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

/// What `ToPrimitive` is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hint {
    Default,
    Number,
    String,
}

/// `ToInt32`.
#[inline]
pub fn f64_to_i32(n: f64) -> i32 {
    let quick = n as i32;
    if f64::from(quick) == n {
        return quick;
    }
    if !n.is_finite() {
        return 0;
    }
    let m = n.trunc() % 4_294_967_296.0;
    (m as i64) as i32
}

/// The number that a string is the text of: `StringToNumber`.
pub fn string_to_number(view: StrView) -> f64 {
    let text = view.to_rust();
    let text = text.trim_matches(is_space);
    let radix = |digits: &str, radix: u32| {
        let valid = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        if !valid {
            return f64::NAN;
        }
        parse_radix(digits, radix)
    };
    match text.as_bytes() {
        [] => 0.0,
        [b'0', b'x' | b'X', ..] => radix(&text[2..], 16),
        [b'0', b'o' | b'O', ..] => radix(&text[2..], 8),
        [b'0', b'b' | b'B', ..] => radix(&text[2..], 2),
        _ => decimal(text),
    }
}

/// Digits of a power-of-two radix, rounded to nearest even as the standard wants.
fn parse_radix(digits: &str, radix: u32) -> f64 {
    let bits = radix.trailing_zeros();
    let (mut mantissa, mut exponent, mut sticky) = (0u64, 0i32, false);
    for digit in digits.chars().filter_map(|c| c.to_digit(radix)) {
        if mantissa >> 58 == 0 {
            mantissa = (mantissa << bits) | u64::from(digit);
        } else {
            sticky |= digit != 0;
            exponent += bits as i32;
        }
    }
    // The sticky bit stands for what was cut off: it breaks ties.
    let rounded = (mantissa << 1 | u64::from(sticky)) as f64 / 2.0;
    rounded * 2f64.powi(exponent)
}

fn decimal(text: &str) -> f64 {
    match text.trim_start_matches(['+', '-']) {
        "Infinity" if text.len() <= 9 => {
            if text.starts_with('-') {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            }
        }
        _ if text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-')) => {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

/// White space and line ends as ECMAScript counts them.
pub fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}'
    )
}

impl Vm {
    /// `ToBoolean`.
    #[inline]
    pub fn truthy(&self, value: Value) -> bool {
        if value.is_bool() {
            return value.is_true();
        }
        if value.is_number() {
            let n = value.to_f64();
            return n != 0.0 && !n.is_nan();
        }
        match value.as_string() {
            Some(string) => !string.is_empty(),
            None => value.is_pointer(),
        }
    }

    /// `ToPrimitive`.
    pub fn to_primitive(&mut self, value: Value, hint: Hint) -> Completion {
        let Some(object) = value.as_object() else { return Ok(value) };
        if matches!(object.kind(), CellKind::Mrk) && hint != Hint::String {
            return Ok(value);
        }
        let key = self.well_known(WellKnown::ToPrimitive);
        if let Some(method) = self.get_method(value, key)? {
            let common = self.common();
            let hint = match hint {
                Hint::Default => common.default,
                Hint::Number => common.number,
                Hint::String => common.string,
            };
            let result = self.call(method, value, &[hint])?;
            if result.is_object() {
                return Err(self.type_error("Cannot convert object to primitive value"));
            }
            return Ok(result);
        }
        self.ordinary_to_primitive(value, hint)
    }

    /// `OrdinaryToPrimitive`.
    pub fn ordinary_to_primitive(&mut self, value: Value, hint: Hint) -> Completion {
        let common = self.common();
        let mut order = [common.value_of, common.to_string];
        if hint == Hint::String {
            order.reverse();
        }
        for name in order {
            let method = self.get(value, PropKey::Name(name))?;
            if method.is_callable() {
                let result = self.call(method, value, &[])?;
                if !result.is_object() {
                    return Ok(result);
                }
            }
        }
        Err(self.type_error("Cannot convert object to primitive value"))
    }

    /// `ToNumber`, as `Number(x)` and the arguments of built-ins convert.
    pub fn to_number(&mut self, value: Value) -> Completion<f64> {
        if value.is_number() {
            return Ok(value.to_f64());
        }
        if let Some(string) = value.as_string() {
            if string.len() >= crate::vm::LONG_TEXT {
                self.charge(PARSE_TEXT.of(string.len()))?;
            }
            return Ok(string_to_number(string.view()));
        }
        match value {
            Value::UNDEFINED => Ok(f64::NAN),
            Value::NULL | Value::FALSE => Ok(0.0),
            Value::TRUE => Ok(1.0),
            _ if value.is_symbol() => Err(self.type_error("Cannot convert a Symbol value to a number")),
            _ if !value.is_object() => Ok(f64::NAN),
            _ => {
                let primitive = self.to_primitive(value, Hint::Number)?;
                if primitive.is_object() {
                    let kind = self.brief(primitive);
                    return Err(self.refuse(crate::refusal::Refusal::MixedMoney, &kind));
                }
                self.to_number(primitive)
            }
        }
    }

    /// `ToIntegerOrInfinity`.
    pub fn to_integer(&mut self, value: Value) -> Completion<f64> {
        let n = self.to_number(value)?;
        Ok(if n.is_nan() { 0.0 } else { n.trunc() + 0.0 })
    }

    /// `ToLength`.
    pub fn to_length(&mut self, value: Value) -> Completion<f64> {
        Ok(self.to_integer(value)?.clamp(0.0, MAX_SAFE_INTEGER))
    }

    /// `ToIndex`.
    pub fn to_index(&mut self, value: Value) -> Completion<usize> {
        let n = self.to_integer(value)?;
        if !(0.0..=MAX_SAFE_INTEGER).contains(&n) {
            return Err(self.range_error("Invalid index or length"));
        }
        Ok(n as usize)
    }

    pub fn to_int32(&mut self, value: Value) -> Completion<i32> {
        Ok(f64_to_i32(self.to_number(value)?))
    }

    pub fn to_uint32(&mut self, value: Value) -> Completion<u32> {
        Ok(f64_to_i32(self.to_number(value)?).cast_unsigned())
    }

    /// An index that may count from the end, clamped to `0..=len`: the arguments of `slice` and its kin. `undefined` is `default`.
    pub fn relative_index(&mut self, value: Value, len: f64, default: f64) -> Completion<f64> {
        if value.is_undefined() {
            return Ok(default);
        }
        let n = self.to_integer(value)?;
        Ok(if n < 0.0 { (len + n).max(0.0) } else { n.min(len) })
    }

    /// `ToString`; the result is flat.
    pub fn to_string(&mut self, value: Value) -> Completion<Gc<Str>> {
        if let Some(string) = value.as_string() {
            return Ok(string);
        }
        if value.is_number() {
            return Ok(self.number_to_str(value.to_f64()));
        }
        let common = self.common();
        let text = match value {
            Value::UNDEFINED => common.undefined,
            Value::NULL => common.null,
            Value::TRUE => common.true_,
            Value::FALSE => common.false_,
            _ if value.is_symbol() => return Err(self.type_error("Cannot convert a Symbol value to a string")),
            // The mark of what has no value yet, which a forged module can hand on.
            _ if !value.is_object() => common.undefined,
            _ => {
                let primitive = self.to_primitive(value, Hint::String)?;
                return self.to_string(primitive);
            }
        };
        Ok(text.as_string().expect("common names are strings"))
    }

    /// `ToPropertyKey`.
    #[inline]
    pub fn to_key(&mut self, value: Value) -> Completion<PropKey> {
        if value.is_number()
            && let Some(key) = PropKey::from_number(value.to_f64())
        {
            return Ok(key);
        }
        if let Some(string) = value.as_string() {
            return Ok(self.string_key(string));
        }
        if value.is_symbol() {
            return Ok(PropKey::Name(value));
        }
        let primitive = self.to_primitive(value, Hint::String)?;
        if primitive.is_symbol() {
            return Ok(PropKey::Name(primitive));
        }
        let string = self.to_string(primitive)?;
        Ok(self.string_key(string))
    }

    /// `ToObject`.
    pub fn to_object(&mut self, value: Value) -> Completion<Gc<Object>> {
        if let Some(object) = value.as_object() {
            return Ok(object);
        }
        let proto = if value.is_string() {
            Intrinsic::StringPrototype
        } else if value.is_number() {
            Intrinsic::NumberPrototype
        } else if value.is_bool() {
            Intrinsic::BooleanPrototype
        } else if value.is_symbol() {
            Intrinsic::SymbolPrototype
        } else {
            return Err(self.type_error("Cannot convert undefined or null to object"));
        };
        let shape = self.shape_of_proto(proto);
        Ok(self.heap.object(shape, WrapperData { value }).base())
    }

    /// A value as short text for messages: never runs script.
    pub fn brief(&mut self, value: Value) -> String {
        if let Some(string) = value.as_string() {
            let mut text = string.to_rust();
            if text.chars().count() > 40 {
                text = text.chars().take(40).collect::<String>() + "…";
            }
            return format!("{text:?}");
        }
        if value.is_number() {
            return self.number_to_str(value.to_f64()).to_rust();
        }
        if let Some(symbol) = value.as_symbol() {
            return format!("Symbol({})", symbol.description.as_string().map_or_else(String::new, |s| s.to_rust()));
        }
        match value.as_object() {
            Some(object) => self.brief_object(object),
            None if value.is_internal() => "an internal value".to_owned(),
            None => format!("{value:?}"),
        }
    }

    fn brief_object(&mut self, object: Gc<Object>) -> String {
        match object.kind() {
            kind if kind.is_callable() => {
                let name = self.function_name(object.into());
                let what = if self.is_class(object.into()) { "class" } else { "function" };
                if name.is_empty() { what.to_owned() } else { format!("{what} {name}") }
            }
            CellKind::Plain => "an object".to_owned(),
            CellKind::Instance => format!("#<{}>", self.class_name(object)),
            kind => format!("{kind:?}"),
        }
    }

    /// The name of the class that an object is an instance of.
    pub fn class_name(&mut self, object: Gc<Object>) -> String {
        let key = PropKey::Name(self.common().constructor);
        let constructor = self.find(object, key).map(|(_, property)| property.value);
        constructor.filter(|c| c.is_callable()).map_or_else(|| "Object".to_owned(), |c| self.function_name(c))
    }
}

/// 2^53 - 1
pub const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
