//! `Color`.

use super::parts::{argument, made, number, this_parts};
use super::{css, geometry};
use crate::native::{Args, Completion};
use crate::object::data::ColorData;
use crate::value::Value;
use crate::vm::Vm;

fn color(vm: &mut Vm, [r, g, b, a]: [f64; 4]) -> Value {
    made::<ColorData, 4>(vm, [r, g, b, a].map(|n| n.clamp(0.0, 1.0)))
}

/// `color("#ff8800")`, `color(r, g, b, a)`.
pub fn construct(vm: &mut Vm, args: Args) -> Completion {
    if args.get(0).of::<ColorData>().is_some() {
        return Ok(args.get(0));
    }
    if args.get(0).is_string() { parse(vm, args) } else { rgb(vm, args) }
}

pub fn parse(vm: &mut Vm, args: Args) -> Completion {
    let text = vm.to_string(args.get(0))?.to_rust();
    match css::parse(&text) {
        Some(parts) => Ok(color(vm, parts)),
        None => {
            let shown: String = text.chars().take(40).collect();
            Err(vm.syntax_error(&format!("'{shown}' is not a colour; write one such as '#ff8800' or 'orange'")))
        }
    }
}

fn components(vm: &mut Vm, args: Args, name: &str) -> Completion<[f64; 4]> {
    let mut parts = [0.0, 0.0, 0.0, 1.0];
    for (at, part) in parts.iter_mut().enumerate() {
        *part = number(vm, args.get(at), *part, name)?;
    }
    Ok(parts)
}

pub fn rgb(vm: &mut Vm, args: Args) -> Completion {
    let parts = components(vm, args, "Color.rgb")?;
    Ok(color(vm, parts))
}

pub fn hsl(vm: &mut Vm, args: Args) -> Completion {
    let [h, s, l, a] = components(vm, args, "Color.hsl")?;
    let [r, g, b] = css::hsl_to_rgb(h, s.clamp(0.0, 1.0), l.clamp(0.0, 1.0));
    Ok(color(vm, [r, g, b, a]))
}

pub fn hex(vm: &mut Vm, args: Args) -> Completion {
    match args.get(0).as_number() {
        Some(n) if n.trunc() == n && (0.0..=16_777_215.0).contains(&n) => Ok(color(vm, css::from_rgb24(n as u32))),
        Some(n) => Err(vm.range_error(&format!("Color.hex expects a number from 0 to 0xffffff, but got {n}"))),
        None => parse(vm, args),
    }
}

pub fn lerp(vm: &mut Vm, args: Args) -> Completion {
    let a = this_parts::<ColorData, 4>(vm, args, "lerp")?;
    let b = argument::<ColorData, 4>(vm, args.get(0), "lerp")?;
    let t = number(vm, args.get(1), f64::NAN, "lerp")?;
    Ok(color(vm, geometry::lerp(a, b, t)))
}

/// Moves red, green and blue towards 0 or 1.
pub fn shade(vm: &mut Vm, args: Args, name: &str, towards: f64) -> Completion {
    let [r, g, b, a] = this_parts::<ColorData, 4>(vm, args, name)?;
    let share = number(vm, args.get(0), 0.0, name)?.clamp(0.0, 1.0);
    let [r, g, b] = geometry::lerp([r, g, b], [towards; 3], share);
    Ok(color(vm, [r, g, b, a]))
}

pub fn with_alpha(vm: &mut Vm, args: Args) -> Completion {
    let [r, g, b, _] = this_parts::<ColorData, 4>(vm, args, "withAlpha")?;
    let a = number(vm, args.get(0), 1.0, "withAlpha")?;
    Ok(color(vm, [r, g, b, a]))
}

pub fn to_hex(vm: &mut Vm, args: Args) -> Completion {
    let parts = this_parts::<ColorData, 4>(vm, args, "toString")?;
    Ok(vm.str(&css::to_hex(parts)))
}

pub fn to_hsl(vm: &mut Vm, args: Args) -> Completion {
    let [r, g, b, _] = this_parts::<ColorData, 4>(vm, args, "toHsl")?;
    let object = vm.new_object();
    for (name, part) in ["h", "s", "l"].into_iter().zip(css::rgb_to_hsl([r, g, b])) {
        let key = vm.key(name);
        vm.create_data(object, key, part.into())?;
    }
    Ok(object.into())
}
