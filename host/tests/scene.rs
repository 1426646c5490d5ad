//! The scene: what its changes and its snapshot look like, what it refuses, and the questions that it answers.

use mosl_host::delta::{Easing, NodeId, NodeKind, Property, Repeat, Value, decode_batch, encode_batch, print_batch};
use mosl_host::scene::{ROOT, Scene, SceneError};

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// A container with a named box in it.
fn small_scene() -> (Scene, NodeId, NodeId) {
    let mut scene = Scene::default();
    let group = scene.create(NodeKind::Group).unwrap();
    let cube = scene.create(NodeKind::Box).unwrap();
    scene.set(group, Property::Name, text("Lamp")).unwrap();
    scene.set(cube, Property::Position, Value::Vec3([0.0, 1.0, 0.0])).unwrap();
    scene.attach(cube, group).unwrap();
    scene.attach(group, ROOT).unwrap();
    (scene, group, cube)
}

fn turn_left(scene: &mut Scene, node: NodeId, repeat: Repeat, token: u64) -> Result<(), SceneError> {
    let half = std::f64::consts::FRAC_1_SQRT_2;
    let to = Value::Quat([0.0, half, 0.0, half]);
    scene.animate(node, Property::Rotation, to, 10.0, 2.0, Easing::Linear, repeat, token)
}

#[test]
fn a_late_visitor_sees_what_the_others_see() {
    let (mut scene, group, cube) = small_scene();
    turn_left(&mut scene, group, Repeat::Once, 1).unwrap();
    let video = scene.create(NodeKind::Video).unwrap();
    scene.play(video, 9.5).unwrap();
    scene.set(ROOT, Property::TimeOfDay, Value::Number(20.5)).unwrap();
    scene.look([0.0, 1.5, 4.0], [0.0, 1.0, 0.0]);
    scene.set(cube, Property::Visible, Value::Flag(false)).unwrap();
    let snapshot = scene.snapshot(11.0);
    assert_eq!(decode_batch(&encode_batch(&snapshot)).unwrap().len(), snapshot.len());
    insta::assert_snapshot!(print_batch(&snapshot));
}

#[test]
fn what_changes_nothing_is_not_sent() {
    let (mut scene, _, cube) = small_scene();
    scene.take_deltas();
    scene.set(cube, Property::Position, Value::Vec3([0.0, 1.0, 0.0])).unwrap();
    scene.set(cube, Property::Opacity, Value::Number(1.0)).unwrap();
    assert_eq!(scene.take_deltas(), []);
}

#[track_caller]
fn refused(result: Result<(), SceneError>, expect: &str) {
    assert_eq!(result.map_err(|error| error.to_string()), Err(expect.into()));
}

#[test]
fn what_is_refused() {
    let (mut scene, group, cube) = small_scene();
    refused(scene.set(cube, Property::Radius, text("big")), "`radius` takes a number, not a string");
    refused(scene.set(cube, Property::Radius, Value::Number(f64::NAN)), "`radius` takes finite numbers only");
    refused(scene.set(cube, Property::TimeOfDay, Value::Number(1.0)), "`timeOfDay` cannot be set here");
    refused(scene.attach(group, cube), "a node cannot be put into itself");
    refused(scene.attach(group, 99), "this node has been removed");
    refused(scene.remove(ROOT), "this node has been removed");
    scene.remove(group).unwrap();
    refused(scene.set(cube, Property::Radius, Value::Number(1.0)), "this node has been removed");
    let mut full = Scene::new(1);
    full.create(NodeKind::Box).unwrap();
    assert_eq!(full.create(NodeKind::Box), Err(SceneError::TooManyNodes(1)));
}

#[test]
fn a_call_learns_when_its_tween_has_ended_or_was_replaced() {
    let (mut scene, group, cube) = small_scene();
    turn_left(&mut scene, group, Repeat::Once, 1).unwrap();
    assert_eq!(scene.next_end(), Some(12.0));
    scene.advance(11.9);
    assert_eq!(scene.take_finished(), []);
    scene.advance(12.0);
    assert_eq!((scene.take_finished(), scene.next_end()), (vec![1], None));
    turn_left(&mut scene, group, Repeat::Restart, 2).unwrap();
    assert_eq!(scene.next_end(), None);
    turn_left(&mut scene, group, Repeat::Once, 3).unwrap();
    assert_eq!(scene.take_finished(), [2]);
    turn_left(&mut scene, cube, Repeat::Once, 4).unwrap();
    scene.remove(group).unwrap();
    let mut ended = scene.take_finished();
    ended.sort_unstable();
    assert_eq!(ended, [3, 4]);
}

#[test]
fn places_in_the_world() {
    let (mut scene, group, cube) = small_scene();
    scene.set(group, Property::Scale, Value::Vec3([2.0; 3])).unwrap();
    scene.set(group, Property::Position, Value::Vec3([5.0, 0.0, 0.0])).unwrap();
    let half = std::f64::consts::FRAC_1_SQRT_2;
    // A quarter turn to the left around z lays the box on its side.
    scene.set(group, Property::Rotation, Value::Quat([0.0, 0.0, half, half])).unwrap();
    let [x, y, z] = scene.world_position(cube, 0.0);
    assert!((x - 3.0).abs() < 1e-12 && y.abs() < 1e-12 && z == 0.0, "{x} {y} {z}");
    assert_eq!(scene.find("Lamp"), Some(group));
    assert_eq!(scene.find("lamp"), None);
    scene.set(group, Property::Clickable, Value::Flag(true)).unwrap();
    assert!(scene.wants(cube, Property::Clickable) && !scene.wants(cube, Property::Hoverable));
    scene.detach(group).unwrap();
    assert!(!scene.wants(cube, Property::Clickable));
}
