//! The host functions of `mark:scene`.

use mosl_vm::{HandlerId, HostError, HostResult, HostValue};

use super::arguments::{
    any, array, flag, id, node, number, property, property_value, scene_error, script_value, text, vec3,
};
use super::{done, error, value};
use crate::delta::{Delta, Easing, NodeKind, Property, Repeat, Value};
use crate::stage::api::{Audience, Output};
use crate::stage::world::World;

type Handler = Option<HandlerId>;
type Answer = Result<HostResult, HostError>;

pub fn create_node(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    let kind = text(args, 0)?;
    let kind = NodeKind::from_text(kind)
        .ok_or_else(|| error("TypeError", format_args!("there is no kind of node \"{kind}\"")))?;
    value(f64::from(world.scene.create(kind).map_err(scene_error)?))
}

pub fn remove_node(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    world.scene.remove(node(args, 0)?).map_err(scene_error)?;
    done()
}

pub fn attach_node(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    world.scene.attach(node(args, 0)?, id(args, 1)?).map_err(scene_error)?;
    done()
}

pub fn detach_node(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    world.scene.detach(node(args, 0)?).map_err(scene_error)?;
    done()
}

fn set(world: &mut World, args: &[HostValue], of: Property, given: &HostValue) -> Answer {
    world.scene.set(node(args, 0)?, of, property_value(of, given)?).map_err(scene_error)?;
    done()
}

pub fn set_position(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    set(world, args, Property::Position, any(args, 1))
}

pub fn set_rotation(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    set(world, args, Property::Rotation, any(args, 1))
}

pub fn set_scale(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    set(world, args, Property::Scale, any(args, 1))
}

pub fn set_property(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    set(world, args, property(text(args, 1)?)?, any(args, 2))
}

pub fn get_property(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    let found = world.scene.get(node(args, 0)?, property(text(args, 1)?)?, world.time);
    value(script_value(found.map_err(scene_error)?))
}

/// Starts one tween for each name; the promise waits for all of them.
pub fn animate_properties(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    let (target, names, values) = (node(args, 0)?, array(args, 1)?, array(args, 2)?);
    let (duration, ease, repeat) = (number(args, 3)?, text(args, 4)?, text(args, 5)?);
    if !(0.0..=1e9).contains(&duration) {
        return Err(error("RangeError", "a duration is a number of seconds, 0 or more"));
    }
    let ease =
        Easing::from_text(ease).ok_or_else(|| error("TypeError", format_args!("there is no easing \"{ease}\"")))?;
    let repeat =
        Repeat::from_text(repeat).ok_or_else(|| error("TypeError", format_args!("there is no loop \"{repeat}\"")))?;
    let moves: Vec<(Property, Value)> = (names.iter().enumerate())
        .map(|(index, _)| {
            let of = property(text(names, index)?)?;
            if !of.value_type().can_animate() {
                return Err(error("TypeError", format_args!("`{}` cannot be animated", of.text())));
            }
            Ok((of, property_value(of, any(values, index))?))
        })
        .collect::<Result<_, _>>()?;
    let token = world.new_call();
    world.tweens.insert(token, moves.len());
    if moves.is_empty() {
        world.tweens.remove(&token);
        world.ready.push_back((token, Ok(HostValue::Undefined)));
    }
    let now = world.time;
    for (of, to) in moves {
        world.scene.animate(target, of, to, now, duration, ease, repeat, token).map_err(scene_error)?;
    }
    Ok(HostResult::Pending(token))
}

pub fn play_media(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    world.scene.play(node(args, 0)?, world.time).map_err(scene_error)?;
    done()
}

pub fn stop_media(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    world.scene.stop(node(args, 0)?).map_err(scene_error)?;
    done()
}

pub fn set_camera(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    let (position, target) = (vec3(args, 0)?, vec3(args, 1)?);
    if !position.iter().chain(&target).all(|part| part.is_finite()) {
        return Err(error("RangeError", "a view takes finite numbers only"));
    }
    world.scene.look(position, target);
    done()
}

pub fn visitor_name(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    value(world.visitors.get(&id(args, 0)?).map_or("", |visitor| visitor.name.as_str()))
}

pub fn visitor_position(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    value(HostValue::Vec3(world.visitors.get(&id(args, 0)?).map_or([0.0; 3], |visitor| visitor.position)))
}

pub fn notify_visitor(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    let (visitor, text) = (id(args, 0)?, text(args, 1)?.to_owned());
    if world.visitors.contains_key(&visitor) {
        let deltas = vec![Delta::Notify { text }];
        world.turn.outputs.push(Output::Deltas { to: Audience::Only(visitor), deltas });
    }
    done()
}

pub fn need_ticks(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    world.wants_ticks = flag(args, 0)?;
    done()
}

pub fn persisted_fields(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    let fields = world.persisted.fields_of(text(args, 0)?);
    value(fields.iter().map(|field| HostValue::from(field.as_str())).collect::<Vec<_>>())
}

pub fn persisted_value(world: &mut World, _: Handler, args: &[HostValue]) -> Answer {
    let (path, field) = (text(args, 0)?, text(args, 1)?);
    value(world.persisted.value(world.ledger.as_ref(), path, field).unwrap_or_default())
}
