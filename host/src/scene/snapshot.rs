//! The whole scene as deltas, for a visitor who comes late.

use super::{Node, ROOT, Scene};
use crate::delta::{Delta, NodeId};

impl Scene {
    /// Deltas that build the scene as it is now, tweens and media under way included. Parents come before their children, so
    /// that a client can show it as it reads; nodes in no tree come last.
    pub fn snapshot(&self, now: f64) -> Vec<Delta> {
        let mut out = vec![Delta::Reset {}];
        self.push_state(ROOT, &self.nodes[&ROOT], now, &mut out);
        self.push_children(ROOT, now, &mut out);
        let mut loose: Vec<NodeId> =
            self.nodes.iter().filter(|(id, node)| **id != ROOT && node.parent.is_none()).map(|(id, _)| *id).collect();
        loose.sort_unstable();
        for id in loose {
            self.push_node(id, None, now, &mut out);
        }
        out.extend(self.camera.map(|(position, target)| Delta::Camera { position, target }));
        out
    }

    fn push_node(&self, id: NodeId, parent: Option<NodeId>, now: f64, out: &mut Vec<Delta>) {
        let Some(node) = self.nodes.get(&id) else { return };
        out.push(Delta::Create { node: id, kind: node.kind });
        self.push_state(id, node, now, out);
        out.extend(parent.map(|parent| Delta::Attach { node: id, parent }));
        self.push_children(id, now, out);
    }

    fn push_children(&self, parent: NodeId, now: f64, out: &mut Vec<Delta>) {
        for &child in &self.nodes[&parent].children {
            self.push_node(child, Some(parent), now, out);
        }
    }

    fn push_state(&self, id: NodeId, node: &Node, now: f64, out: &mut Vec<Delta>) {
        for (property, value) in node.properties() {
            out.push(Delta::Set { node: id, property: *property, value: value.clone() });
        }
        for (property, tween) in node.tweens() {
            out.push(Delta::Animate {
                node: id,
                property: *property,
                from: tween.from.clone(),
                to: tween.to.clone(),
                duration: tween.duration,
                elapsed: now - tween.start,
                easing: tween.easing,
                repeat: tween.repeat,
            });
        }
        out.extend(node.playing_since.map(|since| Delta::Play { node: id, elapsed: now - since }));
    }
}
