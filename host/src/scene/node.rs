//! One node: its kind, its place in the tree, and the properties that were set on it.

use super::default_value;
use super::tween::Tween;
use crate::delta::{NodeId, NodeKind, Property, Value};

#[derive(Clone, Debug)]
pub struct Node {
    pub kind: NodeKind,
    pub parent: Option<NodeId>,
    pub children: Vec<NodeId>,
    /// Virtual seconds.
    pub playing_since: Option<f64>,
    /// What was set, in the order of the property table. A property that moves holds its final value.
    properties: Vec<(Property, Value)>,
    tweens: Vec<(Property, Tween)>,
}

impl Node {
    pub(super) fn new(kind: NodeKind) -> Self {
        Self {
            kind,
            parent: None,
            children: Vec::new(),
            playing_since: None,
            properties: Vec::new(),
            tweens: Vec::new(),
        }
    }

    /// The value that was set, or the one at first; where a tween is under way, the one it moves to.
    pub fn value(&self, property: Property) -> Value {
        let like = |property| self.properties.binary_search_by_key(&property, |(of, _)| *of).ok();
        // A cylinder's top is like its bottom until it is set.
        let found = like(property).or_else(|| like(Property::Radius).filter(|_| property == Property::RadiusTop));
        found.map_or_else(|| default_value(self.kind, property), |index| self.properties[index].1.clone())
    }

    /// The value at a moment, tweens considered.
    pub fn value_at(&self, property: Property, time: f64) -> Value {
        match self.tweens.iter().find(|(of, _)| *of == property) {
            Some((_, tween)) => tween.value_at(time),
            None => self.value(property),
        }
    }

    pub fn flag(&self, property: Property) -> bool {
        self.value(property) == Value::Flag(true)
    }

    pub fn name(&self) -> String {
        match self.value(Property::Name) {
            Value::Text(name) => name,
            _ => String::new(),
        }
    }

    pub fn properties(&self) -> &[(Property, Value)] {
        &self.properties
    }

    pub fn tweens(&self) -> &[(Property, Tween)] {
        &self.tweens
    }

    pub(super) fn set(&mut self, property: Property, value: Value) {
        match self.properties.binary_search_by_key(&property, |(of, _)| *of) {
            Ok(index) => self.properties[index].1 = value,
            Err(index) => self.properties.insert(index, (property, value)),
        }
    }

    pub(super) fn start_tween(&mut self, property: Property, tween: Tween) {
        self.end_tween(property);
        self.set(property, tween.to.clone());
        self.tweens.push((property, tween));
    }

    /// Forgets a tween; whether there was one.
    pub(super) fn end_tween(&mut self, property: Property) -> bool {
        let before = self.tweens.len();
        self.tweens.retain(|(of, _)| *of != property);
        self.tweens.len() != before
    }
}
