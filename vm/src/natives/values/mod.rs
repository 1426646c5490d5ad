//! MOSL's own values: `Mrk`, `Vec2`, `Vec3`, `Quat`, `Color`. They are immutable and compared by value.

mod color;
pub(crate) mod css;
pub(crate) mod geometry;
mod money;
mod operators;
mod parts;
mod quat;
pub(crate) mod units;
mod vector;

pub(crate) use money::mrk as amount;
pub(crate) use operators::{arith, negate};

use super::Family;
use super::inspect::values::number_text;
use crate::native::Constant;
use crate::object::data::*;
use crate::value::Value;

pub static CONSTANTS: &[(&str, Constant)] = &[
    ("Color.black", Constant::Made(|vm| parts::made::<ColorData, 4>(vm, [0.0, 0.0, 0.0, 1.0]))),
    ("Color.transparent", Constant::Made(|vm| parts::made::<ColorData, 4>(vm, [0.0; 4]))),
    ("Color.white", Constant::Made(|vm| parts::made::<ColorData, 4>(vm, [1.0; 4]))),
    ("Mrk.zero", Constant::Made(|vm| money::mrk(vm, 0))),
    ("Quat.identity", Constant::Made(|vm| parts::made::<QuatData, 4>(vm, [0.0, 0.0, 0.0, 1.0]))),
    ("Vec2.one", Constant::Made(|vm| parts::made::<Vec2Data, 2>(vm, [1.0; 2]))),
    ("Vec2.zero", Constant::Made(|vm| parts::made::<Vec2Data, 2>(vm, [0.0; 2]))),
    ("Vec3.forward", Constant::Made(|vm| parts::made::<Vec3Data, 3>(vm, [0.0, 0.0, -1.0]))),
    ("Vec3.one", Constant::Made(|vm| parts::made::<Vec3Data, 3>(vm, [1.0; 3]))),
    ("Vec3.right", Constant::Made(|vm| parts::made::<Vec3Data, 3>(vm, [1.0, 0.0, 0.0]))),
    ("Vec3.up", Constant::Made(|vm| parts::made::<Vec3Data, 3>(vm, [0.0, 1.0, 0.0]))),
    ("Vec3.zero", Constant::Made(|vm| parts::made::<Vec3Data, 3>(vm, [0.0; 3]))),
];

pub static FAMILY: Family = &[
    ("Color", color::construct),
    ("Color.hex", color::hex),
    ("Color.hsl", color::hsl),
    ("Color.parse", color::parse),
    ("Color.prototype.darken", |vm, args| color::shade(vm, args, "darken", 0.0)),
    ("Color.prototype.lerp", color::lerp),
    ("Color.prototype.lighten", |vm, args| color::shade(vm, args, "lighten", 1.0)),
    ("Color.prototype.toArray", |vm, args| parts::to_array::<ColorData, 4>(vm, args, "toArray")),
    ("Color.prototype.toHex", color::to_hex),
    ("Color.prototype.toHsl", color::to_hsl),
    ("Color.prototype.toJSON", color::to_hex),
    ("Color.prototype.toString", color::to_hex),
    ("Color.prototype.withAlpha", color::with_alpha),
    ("Color.rgb", color::rgb),
    ("Mrk", money::construct),
    ("Mrk.max", |vm, args| money::choose(vm, args, std::cmp::max)),
    ("Mrk.min", |vm, args| money::choose(vm, args, std::cmp::min)),
    ("Mrk.parse", money::parse),
    ("Mrk.prototype.percent", money::percent),
    ("Mrk.prototype.ratio", money::ratio),
    ("Mrk.prototype.toJSON", money::to_string),
    ("Mrk.prototype.toString", money::to_string),
    ("Mrk.prototype.valueOf", money::value_of),
    ("Mrk.sum", money::sum),
    ("Quat", quat::construct),
    ("Quat.axisAngle", quat::axis_angle),
    ("Quat.between", quat::between),
    ("Quat.euler", quat::euler),
    ("Quat.fromArray", parts::from_array::<QuatData, 4>),
    ("Quat.lookAt", quat::look_at),
    ("Quat.prototype.angleTo", |vm, args| parts::to_number2::<QuatData, 4>(vm, args, "angleTo", geometry::quat_angle)),
    ("Quat.prototype.conjugate", |vm, args| parts::change::<QuatData, 4>(vm, args, "conjugate", geometry::conjugate)),
    ("Quat.prototype.dot", |vm, args| parts::to_number2::<QuatData, 4>(vm, args, "dot", geometry::dot)),
    ("Quat.prototype.inverse", |vm, args| parts::change::<QuatData, 4>(vm, args, "inverse", geometry::inverse)),
    ("Quat.prototype.length", |vm, args| parts::to_number::<QuatData, 4>(vm, args, "length", geometry::length)),
    ("Quat.prototype.normalize", |vm, args| parts::change::<QuatData, 4>(vm, args, "normalize", geometry::normalize)),
    ("Quat.prototype.rotate", quat::rotate),
    ("Quat.prototype.slerp", |vm, args| parts::blend::<QuatData, 4>(vm, args, "slerp", geometry::slerp)),
    ("Quat.prototype.toArray", |vm, args| parts::to_array::<QuatData, 4>(vm, args, "toArray")),
    ("Quat.prototype.toEuler", quat::to_euler),
    ("Quat.prototype.toJSON", |vm, args| parts::to_record::<QuatData, 4>(vm, args, "toJSON")),
    ("Quat.prototype.toString", parts::to_string),
    ("Vec2", vector::construct2),
    ("Vec2.fromArray", parts::from_array::<Vec2Data, 2>),
    ("Vec2.prototype.angle", |vm, args| {
        parts::to_number::<Vec2Data, 2>(vm, args, "angle", |v| libm::atan2(v[1], v[0]))
    }),
    ("Vec2.prototype.distance", |vm, args| parts::to_number2::<Vec2Data, 2>(vm, args, "distance", geometry::distance)),
    ("Vec2.prototype.dot", |vm, args| parts::to_number2::<Vec2Data, 2>(vm, args, "dot", geometry::dot)),
    ("Vec2.prototype.length", |vm, args| parts::to_number::<Vec2Data, 2>(vm, args, "length", geometry::length)),
    ("Vec2.prototype.lengthSquared", |vm, args| {
        parts::to_number::<Vec2Data, 2>(vm, args, "lengthSquared", |v| geometry::dot(v, v))
    }),
    ("Vec2.prototype.lerp", |vm, args| parts::blend::<Vec2Data, 2>(vm, args, "lerp", geometry::lerp)),
    ("Vec2.prototype.max", |vm, args| parts::combine::<Vec2Data, 2>(vm, args, "max", geometry::max)),
    ("Vec2.prototype.min", |vm, args| parts::combine::<Vec2Data, 2>(vm, args, "min", geometry::min)),
    ("Vec2.prototype.normalize", |vm, args| parts::change::<Vec2Data, 2>(vm, args, "normalize", geometry::normalize)),
    ("Vec2.prototype.rotate", vector::rotate2),
    ("Vec2.prototype.scale", |vm, args| {
        parts::combine::<Vec2Data, 2>(vm, args, "scale", |a, b| geometry::zip(a, b, |a, b| a * b))
    }),
    ("Vec2.prototype.toArray", |vm, args| parts::to_array::<Vec2Data, 2>(vm, args, "toArray")),
    ("Vec2.prototype.toJSON", |vm, args| parts::to_record::<Vec2Data, 2>(vm, args, "toJSON")),
    ("Vec2.prototype.toString", parts::to_string),
    ("Vec2.prototype.with", |vm, args| parts::with::<Vec2Data, 2>(vm, args, "with")),
    ("Vec3", vector::construct3),
    ("Vec3.fromArray", parts::from_array::<Vec3Data, 3>),
    ("Vec3.prototype.angleTo", |vm, args| {
        parts::to_number2::<Vec3Data, 3>(vm, args, "angleTo", geometry::angle_between)
    }),
    ("Vec3.prototype.cross", |vm, args| parts::combine::<Vec3Data, 3>(vm, args, "cross", geometry::cross)),
    ("Vec3.prototype.distance", |vm, args| parts::to_number2::<Vec3Data, 3>(vm, args, "distance", geometry::distance)),
    ("Vec3.prototype.dot", |vm, args| parts::to_number2::<Vec3Data, 3>(vm, args, "dot", geometry::dot)),
    ("Vec3.prototype.length", |vm, args| parts::to_number::<Vec3Data, 3>(vm, args, "length", geometry::length)),
    ("Vec3.prototype.lengthSquared", |vm, args| {
        parts::to_number::<Vec3Data, 3>(vm, args, "lengthSquared", |v| geometry::dot(v, v))
    }),
    ("Vec3.prototype.lerp", |vm, args| parts::blend::<Vec3Data, 3>(vm, args, "lerp", geometry::lerp)),
    ("Vec3.prototype.max", |vm, args| parts::combine::<Vec3Data, 3>(vm, args, "max", geometry::max)),
    ("Vec3.prototype.min", |vm, args| parts::combine::<Vec3Data, 3>(vm, args, "min", geometry::min)),
    ("Vec3.prototype.normalize", |vm, args| parts::change::<Vec3Data, 3>(vm, args, "normalize", geometry::normalize)),
    ("Vec3.prototype.reflect", |vm, args| parts::combine::<Vec3Data, 3>(vm, args, "reflect", geometry::reflect)),
    ("Vec3.prototype.scale", |vm, args| {
        parts::combine::<Vec3Data, 3>(vm, args, "scale", |a, b| geometry::zip(a, b, |a, b| a * b))
    }),
    ("Vec3.prototype.toArray", |vm, args| parts::to_array::<Vec3Data, 3>(vm, args, "toArray")),
    ("Vec3.prototype.toJSON", |vm, args| parts::to_record::<Vec3Data, 3>(vm, args, "toJSON")),
    ("Vec3.prototype.toString", parts::to_string),
    ("Vec3.prototype.with", |vm, args| parts::with::<Vec3Data, 3>(vm, args, "with")),
    ("color", color::construct),
    ("quat", quat::construct),
    ("vec2", vector::construct2),
    ("vec3", vector::construct3),
];

/// As printing shows it: `5 MRK`, `vec3(1, 2, 3)`, `#ff8800`.
pub(crate) fn shown(value: Value) -> String {
    let call = |name: &str, parts: &[f64]| {
        let parts: Vec<String> = parts.iter().map(|n| number_text(*n)).collect();
        format!("{name}({})", parts.join(", "))
    };
    if let Some(v) = value.of::<MrkData>() {
        units::to_text(v.data.0)
    } else if let Some(v) = value.of::<Vec2Data>() {
        call("vec2", &v.data.0)
    } else if let Some(v) = value.of::<Vec3Data>() {
        call("vec3", &v.data.0)
    } else if let Some(v) = value.of::<QuatData>() {
        call("quat", &v.data.0)
    } else if let Some(v) = value.of::<ColorData>() {
        css::to_hex(v.data.0)
    } else {
        String::new()
    }
}
