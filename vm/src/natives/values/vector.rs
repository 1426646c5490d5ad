//! `Vec2` and `Vec3`: making them.

use super::geometry;
use super::parts::{made, number, this_parts};
use crate::native::{Args, Completion};
use crate::object::data::{Vec2Data, Vec3Data};
use crate::vm::Vm;

pub fn construct2(vm: &mut Vm, args: Args) -> Completion {
    let x = number(vm, args.get(0), 0.0, "vec2")?;
    let y = number(vm, args.get(1), 0.0, "vec2")?;
    Ok(made::<Vec2Data, 2>(vm, [x, y]))
}

pub fn construct3(vm: &mut Vm, args: Args) -> Completion {
    let mut parts = [0.0; 3];
    for (at, part) in parts.iter_mut().enumerate() {
        *part = number(vm, args.get(at), 0.0, "vec3")?;
    }
    Ok(made::<Vec3Data, 3>(vm, parts))
}

pub fn rotate2(vm: &mut Vm, args: Args) -> Completion {
    let v = this_parts::<Vec2Data, 2>(vm, args, "rotate")?;
    let angle = number(vm, args.get(0), f64::NAN, "rotate")?;
    Ok(made::<Vec2Data, 2>(vm, geometry::rotate2(v, angle)))
}
