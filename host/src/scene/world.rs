//! Questions about the scene as a whole: who is whose ancestor, where something stands, what is near.

use std::collections::VecDeque;

use super::{ROOT, Scene};
use crate::delta::{NodeId, Property, Value};

impl Scene {
    /// The node, its parent, and so on up to the scene itself.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(node), |id| self.nodes.get(id)?.parent)
    }

    /// Whether it is part of what visitors see or could see.
    pub fn is_attached(&self, node: NodeId) -> bool {
        self.nodes.contains_key(&node) && self.ancestors(node).last() == Some(ROOT)
    }

    /// Whether the node is attached and it, or something that holds it, has that flag: someone wants such events of it.
    pub fn wants(&self, node: NodeId, flag: Property) -> bool {
        self.is_attached(node) && self.ancestors(node).any(|id| self.nodes[&id].flag(flag))
    }

    /// The first node of that name, those nearest to the scene first.
    pub fn find(&self, name: &str) -> Option<NodeId> {
        let mut queue = VecDeque::from([ROOT]);
        while let Some(id) = queue.pop_front() {
            let node = self.nodes.get(&id)?;
            if id != ROOT && node.name() == name {
                return Some(id);
            }
            queue.extend(&node.children);
        }
        None
    }

    /// Where a node's own origin is, in metres.
    pub fn world_position(&self, node: NodeId, time: f64) -> [f64; 3] {
        self.ancestors(node).filter(|&id| id != ROOT).fold([0.0; 3], |point, id| self.to_parent(id, point, time))
    }

    /// A point in a node's own frame, in its parent's.
    fn to_parent(&self, id: NodeId, point: [f64; 3], time: f64) -> [f64; 3] {
        let Some(node) = self.nodes.get(&id) else { return point };
        let (Value::Vec3(scale), Value::Quat(rotation), Value::Vec3(position)) = (
            node.value_at(Property::Scale, time),
            node.value_at(Property::Rotation, time),
            node.value_at(Property::Position, time),
        ) else {
            return point;
        };
        let turned = rotate(rotation, std::array::from_fn(|i| point[i] * scale[i]));
        std::array::from_fn(|i| turned[i] + position[i])
    }

    /// Attached nodes that want to know who is near, in order of their numbers, and their radius.
    pub fn proximity_nodes(&self) -> Vec<(NodeId, f64)> {
        let radius = |value| if let Value::Number(radius) = value { radius } else { 0.0 };
        let mut found: Vec<(NodeId, f64)> = (self.nodes.iter())
            .map(|(id, node)| (*id, radius(node.value(Property::NearRadius))))
            .filter(|(id, radius)| *radius > 0.0 && self.is_attached(*id))
            .collect();
        found.sort_unstable_by_key(|(id, _)| *id);
        found
    }
}

/// `v` turned by a rotation: v + 2w(q × v) + 2q × (q × v).
fn rotate([x, y, z, w]: [f64; 4], v: [f64; 3]) -> [f64; 3] {
    let q = [x, y, z];
    let twice = cross(q, v).map(|part| 2.0 * part);
    let again = cross(q, twice);
    std::array::from_fn(|i| v[i] + w * twice[i] + again[i])
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
