//! Visitors: coming, going, what they do, and who is near what.

use std::collections::BTreeSet;

use mosl_vm::HostValue;

use super::Stage;
use super::api::{Audience, Input, Level, Output, VisitorId};
use super::payments::visitor_account;
use super::world::VisitorState;
use crate::delta::{Delta, NodeId, Property};
use crate::money::Mrk;

/// Metres up or down beyond which a visitor is on another floor, and so not near.
const FLOOR_HEIGHT: f64 = 4.0;

impl Stage {
    /// Someone comes: they get the whole scene and their balance, the others see them. `account` tells whose money it is.
    pub fn join(&mut self, name: &str, account: &str, position: [f64; 3]) -> VisitorId {
        let visitor = self.next_visitor;
        self.next_visitor += 1;
        let account = visitor_account(account);
        let endowed = self.endow(&account).and_then(|()| self.world.ledger.balance(&account));
        let told = endowed.unwrap_or_else(|failure| {
            self.world.log(Level::Error, failure.to_string(), "");
            Mrk::ZERO
        });
        let mut deltas = self.snapshot();
        deltas.extend(self.world.visitors.iter().map(|(&visitor, state)| avatar(visitor, state)));
        deltas.push(Delta::Turn { number: self.world.turns, time: self.world.time });
        let state = VisitorState { name: name.into(), account, position, told };
        let arrival = vec![avatar(visitor, &state)];
        self.world.visitors.insert(visitor, state);
        self.world.outputs.push(Output::Deltas { to: Audience::Only(visitor), deltas });
        self.world.outputs.push(Output::Balance { visitor, amount: told });
        if self.world.visitors.len() > 1 {
            self.world.outputs.push(Output::Deltas { to: Audience::AllBut(visitor), deltas: arrival });
        }
        self.moved = true;
        self.watch_distances();
        visitor
    }

    /// Lets a visitor's doing have its effect.
    pub fn handle(&mut self, input: Input) {
        match input {
            Input::Leave { visitor } => self.leave(visitor),
            Input::Move { visitor, position } => self.visitor_moved(visitor, position),
            Input::Click { visitor, node } => self.pointed(visitor, node, Property::Clickable, "onClick"),
            Input::HoverStart { visitor, node } => self.pointed(visitor, node, Property::Hoverable, "onHoverStart"),
            Input::HoverEnd { visitor, node } => self.pointed(visitor, node, Property::Hoverable, "onHoverEnd"),
            Input::Message { visitor, node, text } => self.told(visitor, node, "onMessage", text),
            Input::Voice { visitor, node, words } => self.told(visitor, node, "onVoice", words),
            Input::AnswerPrompt { visitor, prompt, accept } => {
                if let Err(failure) = self.world.answer_prompt(visitor, prompt, accept) {
                    self.world.log(Level::Error, failure.to_string(), "");
                }
            }
        }
        self.settle();
        self.watch_distances();
    }

    fn leave(&mut self, visitor: VisitorId) {
        if !self.world.visitors.contains_key(&visitor) {
            return;
        }
        let was_near: Vec<NodeId> =
            self.near.iter().filter(|(who, _)| *who == visitor).map(|(_, node)| *node).collect();
        for node in was_near {
            self.near.remove(&(visitor, node));
            self.deliver("onFar", node, visitor, HostValue::Undefined);
        }
        self.world.withdraw_prompts("the visitor has left", |open| open.prompt.visitor == visitor);
        self.world.refund_where(|open| open.visitor == visitor);
        if let Err(failure) = self.world.release() {
            self.world.log(Level::Error, failure.to_string(), "");
        }
        self.call("$left", vec![f64::from(visitor).into()]);
        self.world.visitors.remove(&visitor);
        if !self.world.visitors.is_empty() {
            let deltas = vec![Delta::AvatarLeft { visitor }];
            self.world.outputs.push(Output::Deltas { to: Audience::Everyone, deltas });
        }
    }

    fn visitor_moved(&mut self, visitor: VisitorId, position: [f64; 3]) {
        let Some(state) = self.world.visitors.get_mut(&visitor) else { return };
        if !position.iter().all(|part| part.is_finite()) {
            return;
        }
        state.position = position;
        let deltas = vec![avatar(visitor, state)];
        if self.world.visitors.len() > 1 {
            self.world.outputs.push(Output::Deltas { to: Audience::AllBut(visitor), deltas });
        }
        self.moved = true;
    }

    /// A pointer event, if the node or something around it wants such.
    fn pointed(&mut self, visitor: VisitorId, node: NodeId, wanted: Property, handler: &str) {
        if self.world.scene.wants(node, wanted) {
            self.deliver(handler, node, visitor, HostValue::Undefined);
        }
    }

    fn told(&mut self, visitor: VisitorId, node: NodeId, handler: &str, text: String) {
        if self.world.scene.is_attached(node) {
            self.deliver(handler, node, visitor, text.into());
        }
    }

    /// Runs the handler of the node, or of the nearest node around it that has one.
    fn deliver(&mut self, handler: &str, node: NodeId, visitor: VisitorId, detail: HostValue) {
        if self.world.visitors.contains_key(&visitor) {
            let (node, visitor) = (f64::from(node).into(), f64::from(visitor).into());
            self.call("$deliver", vec![handler.into(), node, visitor, detail]);
        }
    }

    /// Finds out who came near to something or went away from it, where anything has moved.
    pub(super) fn watch_distances(&mut self) {
        if !std::mem::take(&mut self.moved) || self.running.is_none() {
            return;
        }
        let now_near = self.near_pairs();
        let before = std::mem::replace(&mut self.near, now_near.clone());
        for &(visitor, node) in now_near.difference(&before) {
            self.deliver("onNear", node, visitor, HostValue::Undefined);
        }
        for &(visitor, node) in before.difference(&now_near) {
            if self.world.scene.is_attached(node) {
                self.deliver("onFar", node, visitor, HostValue::Undefined);
            }
        }
    }

    /// Who is within the radius of what, measured along the floor.
    fn near_pairs(&self) -> BTreeSet<(VisitorId, NodeId)> {
        let mut near = BTreeSet::new();
        if self.world.visitors.is_empty() {
            return near;
        }
        for (node, radius) in self.world.scene.proximity_nodes() {
            let [x, y, z] = self.world.scene.world_position(node, self.world.time);
            for (&visitor, state) in &self.world.visitors {
                let [dx, dy, dz] = [state.position[0] - x, state.position[1] - y, state.position[2] - z];
                if dx * dx + dz * dz <= radius * radius && dy.abs() <= FLOOR_HEIGHT {
                    near.insert((visitor, node));
                }
            }
        }
        near
    }
}

fn avatar(visitor: VisitorId, state: &VisitorState) -> Delta {
    Delta::Avatar { visitor, name: state.name.clone(), position: state.position }
}
