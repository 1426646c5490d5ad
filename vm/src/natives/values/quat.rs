//! `Quat`: making rotations and turning vectors.

use super::geometry;
use super::parts::{argument, made, number, this_parts};
use crate::native::{Args, Completion};
use crate::object::data::{QuatData, Vec3Data};
use crate::vm::Vm;

pub fn construct(vm: &mut Vm, args: Args) -> Completion {
    let mut parts = [0.0, 0.0, 0.0, 1.0];
    for (at, part) in parts.iter_mut().enumerate() {
        *part = number(vm, args.get(at), *part, "quat")?;
    }
    Ok(made::<QuatData, 4>(vm, parts))
}

pub fn euler(vm: &mut Vm, args: Args) -> Completion {
    let mut angles = [0.0; 3];
    for (at, angle) in angles.iter_mut().enumerate() {
        *angle = number(vm, args.get(at), 0.0, "Quat.euler")?;
    }
    let [x, y, z] = angles;
    Ok(made::<QuatData, 4>(vm, geometry::euler(x, y, z)))
}

pub fn axis_angle(vm: &mut Vm, args: Args) -> Completion {
    let axis = argument::<Vec3Data, 3>(vm, args.get(0), "Quat.axisAngle")?;
    let angle = number(vm, args.get(1), 0.0, "Quat.axisAngle")?;
    Ok(made::<QuatData, 4>(vm, geometry::axis_angle(axis, angle)))
}

pub fn between(vm: &mut Vm, args: Args) -> Completion {
    let from = argument::<Vec3Data, 3>(vm, args.get(0), "Quat.between")?;
    let to = argument::<Vec3Data, 3>(vm, args.get(1), "Quat.between")?;
    Ok(made::<QuatData, 4>(vm, geometry::between(from, to)))
}

pub fn look_at(vm: &mut Vm, args: Args) -> Completion {
    let direction = argument::<Vec3Data, 3>(vm, args.get(0), "Quat.lookAt")?;
    let up = if args.get(1).is_undefined() {
        [0.0, 1.0, 0.0]
    } else {
        argument::<Vec3Data, 3>(vm, args.get(1), "Quat.lookAt")?
    };
    Ok(made::<QuatData, 4>(vm, geometry::look_at(direction, up)))
}

pub fn rotate(vm: &mut Vm, args: Args) -> Completion {
    let q = this_parts::<QuatData, 4>(vm, args, "rotate")?;
    let v = argument::<Vec3Data, 3>(vm, args.get(0), "rotate")?;
    Ok(made::<Vec3Data, 3>(vm, geometry::rotate(q, v)))
}

pub fn to_euler(vm: &mut Vm, args: Args) -> Completion {
    let q = this_parts::<QuatData, 4>(vm, args, "toEuler")?;
    Ok(made::<Vec3Data, 3>(vm, geometry::to_euler(q)))
}
