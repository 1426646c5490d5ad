//! The host functions of `mark:space`: properties of the scene itself.

use mosl_vm::{HandlerId, HostError, HostResult, HostValue};

use super::arguments::{any, property, property_value, scene_error, script_value, text};
use super::{done, error, value};
use crate::delta::{Property, Value};
use crate::scene::ROOT;
use crate::stage::world::World;

type Answer = Result<HostResult, HostError>;

pub fn set_surroundings(world: &mut World, _: Option<HandlerId>, args: &[HostValue]) -> Answer {
    let of = property(text(args, 0)?)?;
    let given = property_value(of, any(args, 1))?;
    if let (Property::Panorama, Value::Texts(faces)) = (of, &given)
        && !matches!(faces.len(), 0 | 6)
    {
        return Err(error("TypeError", "a panorama has six pictures"));
    }
    world.scene.set(ROOT, of, given).map_err(scene_error)?;
    done()
}

pub fn get_surroundings(world: &mut World, _: Option<HandlerId>, args: &[HostValue]) -> Answer {
    let found = world.scene.get(ROOT, property(text(args, 0)?)?, world.time);
    value(script_value(found.map_err(scene_error)?))
}
