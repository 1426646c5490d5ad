//! Reading arguments. The declarations in MOSL have checked their types where they were known; here nothing is taken for
//! granted.

use mosl_vm::{HostError, HostValue};

use super::error;
use crate::delta::{NodeId, Property, Value, ValueType};
use crate::money::Mrk;
use crate::scene::{SceneError, parse_color};

static ABSENT: HostValue = HostValue::Undefined;

pub fn any(args: &[HostValue], index: usize) -> &HostValue {
    args.get(index).unwrap_or(&ABSENT)
}

fn wrong(index: usize, expected: &str, found: &HostValue) -> HostError {
    error("TypeError", format_args!("argument {} should be {expected}, but is {}", index + 1, kind_of(found)))
}

pub fn number(args: &[HostValue], index: usize) -> Result<f64, HostError> {
    let found = any(args, index);
    found.as_number().ok_or_else(|| wrong(index, "a number", found))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a whole number in range")]
pub fn id(args: &[HostValue], index: usize) -> Result<u32, HostError> {
    let found = number(args, index)?;
    let fits = found.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&found);
    fits.then_some(found as u32).ok_or_else(|| scene_error(SceneError::NoSuchNode))
}

/// A node that a script may change: not the scene itself.
pub fn node(args: &[HostValue], index: usize) -> Result<NodeId, HostError> {
    id(args, index)
}

pub fn text(args: &[HostValue], index: usize) -> Result<&str, HostError> {
    let found = any(args, index);
    found.as_str().ok_or_else(|| wrong(index, "a string", found))
}

pub fn flag(args: &[HostValue], index: usize) -> Result<bool, HostError> {
    let found = any(args, index);
    found.as_bool().ok_or_else(|| wrong(index, "true or false", found))
}

pub fn mrk(args: &[HostValue], index: usize) -> Result<Mrk, HostError> {
    let found = any(args, index);
    found.as_mrk().map(Mrk).ok_or_else(|| wrong(index, "an amount of Mrk", found))
}

pub fn vec3(args: &[HostValue], index: usize) -> Result<[f64; 3], HostError> {
    match any(args, index) {
        HostValue::Vec3(parts) => Ok(*parts),
        found => Err(wrong(index, "a Vec3", found)),
    }
}

pub fn array(args: &[HostValue], index: usize) -> Result<&[HostValue], HostError> {
    let found = any(args, index);
    found.as_array().ok_or_else(|| wrong(index, "an array", found))
}

pub fn property(name: &str) -> Result<Property, HostError> {
    Property::from_text(name).ok_or_else(|| error("TypeError", format_args!("there is no property \"{name}\"")))
}

pub fn scene_error(refusal: SceneError) -> HostError {
    let name = match refusal {
        SceneError::WrongType { .. } | SceneError::BadColor(_) | SceneError::NotOfScene(_) => "TypeError",
        SceneError::NotFinite(_) | SceneError::TooManyNodes(_) => "RangeError",
        SceneError::NoSuchNode | SceneError::Cycle => "Error",
    };
    error(name, refusal)
}

/// A property's value as a script gives it: a colour may be a string, a size flat, a scale one number.
pub fn property_value(property: Property, given: &HostValue) -> Result<Value, HostError> {
    let wrong = || SceneError::WrongType { property, found: kind_of(given).into() };
    let value = match (property.value_type(), given) {
        (ValueType::flag, HostValue::Bool(flag)) => Value::Flag(*flag),
        (ValueType::number, HostValue::Number(number)) => Value::Number(*number),
        (ValueType::vec2, HostValue::Vec2(parts)) => Value::Vec2(*parts),
        (ValueType::vec3, HostValue::Vec3(parts)) => Value::Vec3(*parts),
        (ValueType::vec3, HostValue::Vec2([x, y])) if property == Property::Size => Value::Vec3([*x, *y, 1.0]),
        (ValueType::vec3, HostValue::Number(factor)) if property == Property::Scale => Value::Vec3([*factor; 3]),
        (ValueType::quat, HostValue::Quat(parts)) => Value::Quat(*parts),
        (ValueType::color, HostValue::Color(parts)) => Value::Color(*parts),
        (ValueType::color, HostValue::Str(text)) => {
            Value::Color(parse_color(text).ok_or_else(|| scene_error(SceneError::BadColor(text.clone())))?)
        }
        (ValueType::text, HostValue::Str(text)) => Value::Text(text.clone()),
        (ValueType::texts, HostValue::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map(String::from)).collect::<Option<_>>();
            Value::Texts(texts.ok_or_else(|| scene_error(wrong()))?)
        }
        (ValueType::points, HostValue::Array(items)) => {
            let points = items.iter().map(|item| if let HostValue::Vec3(point) = item { Some(*point) } else { None });
            Value::Points(points.collect::<Option<_>>().ok_or_else(|| scene_error(wrong()))?)
        }
        _ => return Err(scene_error(wrong())),
    };
    Ok(value)
}

/// A property's value as a script gets it.
pub fn script_value(value: Value) -> HostValue {
    match value {
        Value::Flag(flag) => HostValue::Bool(flag),
        Value::Number(number) => HostValue::Number(number),
        Value::Vec2(parts) => HostValue::Vec2(parts),
        Value::Vec3(parts) => HostValue::Vec3(parts),
        Value::Quat(parts) => HostValue::Quat(parts),
        Value::Color(parts) => HostValue::Color(parts),
        Value::Text(text) => HostValue::Str(text),
        Value::Texts(texts) => HostValue::Array(texts.into_iter().map(HostValue::Str).collect()),
        Value::Points(points) => HostValue::Array(points.into_iter().map(HostValue::Vec3).collect()),
    }
}

const fn kind_of(value: &HostValue) -> &'static str {
    match value {
        HostValue::Undefined => "undefined",
        HostValue::Null => "null",
        HostValue::Bool(_) => "a boolean",
        HostValue::Number(_) => "a number",
        HostValue::Str(_) => "a string",
        HostValue::Mrk(_) => "an amount of Mrk",
        HostValue::Vec2(_) => "a Vec2",
        HostValue::Vec3(_) => "a Vec3",
        HostValue::Quat(_) => "a Quat",
        HostValue::Color(_) => "a Color",
        HostValue::Array(_) => "an array",
        HostValue::Record(_) => "an object",
    }
}
