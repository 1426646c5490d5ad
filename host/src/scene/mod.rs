//! The authoritative scene: what exists, where, and how it looks. Every change is written down as a delta; a visitor who comes
//! late gets the whole as deltas. It knows neither scripts nor money.

mod color;
mod defaults;
mod node;
mod snapshot;
mod tween;
mod world;

use rustc_hash::FxHashMap;

pub use color::{COLOR_NAMES, parse_color};
pub use defaults::default_value;
pub use node::Node;
pub use tween::{Tween, ease};

use crate::delta::{Delta, Easing, NodeId, NodeKind, Property, Repeat, Value};

/// Nodes that a project may have, unless its host says otherwise.
pub const NODE_LIMIT: usize = 20_000;

/// Marks the tweens that one call to `animate` started.
pub type TweenToken = u64;

pub struct Scene {
    nodes: FxHashMap<NodeId, Node>,
    next_id: NodeId,
    limit: usize,
    /// Tweens that end or will be replaced, with the call that waits for them.
    running: Vec<Running>,
    /// Calls whose tweens have ended since they were last taken, once for each tween.
    finished: Vec<TweenToken>,
    camera: Option<([f64; 3], [f64; 3])>,
    deltas: Vec<Delta>,
}

struct Running {
    node: NodeId,
    property: Property,
    end: f64,
    token: TweenToken,
}

/// What a script may not do to the scene; the text is for its creator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SceneError {
    /// The node was removed, or never was.
    NoSuchNode,
    TooManyNodes(usize),
    WrongType {
        property: Property,
        found: String,
    },
    NotFinite(Property),
    BadColor(String),
    NotOfScene(Property),
    Cycle,
}

impl std::fmt::Display for SceneError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSuchNode => f.write_str("this node has been removed"),
            Self::TooManyNodes(limit) => write!(f, "there are more than {limit} nodes"),
            Self::WrongType { property, found } => {
                write!(f, "`{}` takes {}, not {found}", property.text(), property.value_type().words())
            }
            Self::NotFinite(property) => write!(f, "`{}` takes finite numbers only", property.text()),
            Self::BadColor(text) => write!(f, "{text:?} is no colour: write \"#rrggbb\" or a name such as \"orange\""),
            Self::NotOfScene(property) => write!(f, "`{}` cannot be set here", property.text()),
            Self::Cycle => f.write_str("a node cannot be put into itself"),
        }
    }
}

impl std::error::Error for SceneError {}

/// The scene itself, as a node.
pub const ROOT: NodeId = 0;

impl Default for Scene {
    fn default() -> Self {
        Self::new(NODE_LIMIT)
    }
}

impl Scene {
    pub fn new(limit: usize) -> Self {
        let nodes = FxHashMap::from_iter([(ROOT, Node::new(NodeKind::Group))]);
        Self { nodes, next_id: 1, limit, running: Vec::new(), finished: Vec::new(), camera: None, deltas: Vec::new() }
    }

    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(&id)
    }

    pub fn node_count(&self) -> usize {
        self.nodes.len() - 1
    }

    pub fn create(&mut self, kind: NodeKind) -> Result<NodeId, SceneError> {
        if self.node_count() >= self.limit {
            return Err(SceneError::TooManyNodes(self.limit));
        }
        let node = self.next_id;
        self.next_id += 1;
        self.nodes.insert(node, Node::new(kind));
        self.deltas.push(Delta::Create { node, kind });
        Ok(node)
    }

    /// Removes a node and all under it.
    pub fn remove(&mut self, node: NodeId) -> Result<(), SceneError> {
        self.unlink(node)?;
        let mut doomed = vec![node];
        while let Some(id) = doomed.pop() {
            doomed.extend(self.nodes.remove(&id).into_iter().flat_map(|gone| gone.children));
            self.finish_where(|running| running.node == id);
        }
        self.deltas.push(Delta::Remove { node });
        Ok(())
    }

    /// Makes a node the last child of another.
    pub fn attach(&mut self, node: NodeId, parent: NodeId) -> Result<(), SceneError> {
        if self.ancestors(parent).any(|id| id == node) {
            return Err(SceneError::Cycle);
        }
        self.nodes.get(&parent).ok_or(SceneError::NoSuchNode)?;
        self.unlink(node)?;
        self.get_mut(node)?.parent = Some(parent);
        self.get_mut(parent)?.children.push(node);
        self.deltas.push(Delta::Attach { node, parent });
        Ok(())
    }

    pub fn detach(&mut self, node: NodeId) -> Result<(), SceneError> {
        self.unlink(node)?;
        self.deltas.push(Delta::Detach { node });
        Ok(())
    }

    fn unlink(&mut self, node: NodeId) -> Result<(), SceneError> {
        if node == ROOT {
            return Err(SceneError::NoSuchNode);
        }
        if let Some(parent) = self.get_mut(node)?.parent.take() {
            self.get_mut(parent)?.children.retain(|&child| child != node);
        }
        Ok(())
    }

    fn get_mut(&mut self, node: NodeId) -> Result<&mut Node, SceneError> {
        self.nodes.get_mut(&node).ok_or(SceneError::NoSuchNode)
    }

    /// Sets a property; a tween of it ends. Setting what is already there changes nothing.
    pub fn set(&mut self, node: NodeId, property: Property, value: Value) -> Result<(), SceneError> {
        check_value(node, property, &value)?;
        let target = self.get_mut(node)?;
        let was_moving = target.end_tween(property);
        if !was_moving && target.value(property) == value {
            return Ok(());
        }
        target.set(property, value.clone());
        self.finish_where(|running| running.node == node && running.property == property);
        self.deltas.push(Delta::Set { node, property, value });
        Ok(())
    }

    /// The value of a property at a moment.
    pub fn get(&self, node: NodeId, property: Property, time: f64) -> Result<Value, SceneError> {
        self.nodes.get(&node).map(|found| found.value_at(property, time)).ok_or(SceneError::NoSuchNode)
    }

    /// Moves a property to a value. When that is done, or something else sets it, `token` comes out of [`Self::take_finished`].
    #[expect(clippy::too_many_arguments, reason = "the parts of an `animate` delta")]
    pub fn animate(
        &mut self,
        node: NodeId,
        property: Property,
        to: Value,
        now: f64,
        duration: f64,
        easing: Easing,
        repeat: Repeat,
        token: TweenToken,
    ) -> Result<(), SceneError> {
        check_value(node, property, &to)?;
        let from = self.get(node, property, now)?;
        if duration <= 0.0 || !property.value_type().can_animate() {
            self.set(node, property, to)?;
            self.finished.push(token);
            return Ok(());
        }
        self.finish_where(|running| running.node == node && running.property == property);
        let tween = Tween { from: from.clone(), to: to.clone(), start: now, duration, easing, repeat };
        self.running.push(Running { node, property, end: tween.end(), token });
        self.get_mut(node)?.start_tween(property, tween);
        self.deltas.push(Delta::Animate { node, property, from, to, duration, elapsed: 0.0, easing, repeat });
        Ok(())
    }

    /// Ends the tweens whose time has come.
    pub fn advance(&mut self, now: f64) {
        for running in &self.running {
            if running.end <= now
                && let Some(node) = self.nodes.get_mut(&running.node)
            {
                node.end_tween(running.property);
            }
        }
        self.finish_where(|running| running.end <= now);
    }

    /// When the next tween ends.
    pub fn next_end(&self) -> Option<f64> {
        self.running.iter().map(|running| running.end).filter(|end| end.is_finite()).min_by(f64::total_cmp)
    }

    fn finish_where(&mut self, ended: impl Fn(&Running) -> bool) {
        self.finished.extend(self.running.extract_if(.., |running| ended(running)).map(|running| running.token));
    }

    /// The calls whose tweens have ended, once for each tween.
    pub fn take_finished(&mut self) -> Vec<TweenToken> {
        std::mem::take(&mut self.finished)
    }

    pub fn play(&mut self, node: NodeId, now: f64) -> Result<(), SceneError> {
        self.get_mut(node)?.playing_since = Some(now);
        self.deltas.push(Delta::Play { node, elapsed: 0.0 });
        Ok(())
    }

    pub fn stop(&mut self, node: NodeId) -> Result<(), SceneError> {
        if self.get_mut(node)?.playing_since.take().is_some() {
            self.deltas.push(Delta::Stop { node });
        }
        Ok(())
    }

    pub fn look(&mut self, position: [f64; 3], target: [f64; 3]) {
        self.camera = Some((position, target));
        self.deltas.push(Delta::Camera { position, target });
    }

    /// Empties the scene: an object faulted or is replaced. Numbers are not used again.
    pub fn clear(&mut self) {
        let next_id = self.next_id;
        *self = Self { next_id, ..Self::new(self.limit) };
        self.deltas.push(Delta::Reset {});
    }

    /// The changes since they were last taken.
    pub fn take_deltas(&mut self) -> Vec<Delta> {
        std::mem::take(&mut self.deltas)
    }
}

/// Whether a node may have that value.
fn check_value(node: NodeId, property: Property, value: &Value) -> Result<(), SceneError> {
    if property.value_type() != value.value_type() {
        let found = value.value_type().words().into();
        return Err(SceneError::WrongType { property, found });
    }
    if !value.components().iter().all(|part| part.is_finite()) {
        return Err(SceneError::NotFinite(property));
    }
    if property.is_of_scene() != (node == ROOT) {
        return Err(SceneError::NotOfScene(property));
    }
    Ok(())
}
