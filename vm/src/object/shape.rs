//! Shapes (hidden classes): which properties an object has, in which slot, in which order. Objects that got the same
//! properties in the same order from the same start share one shape, which is what inline caches compare.
//!
//! A shape is a step: its parent plus one property. Shapes are collected: one that no object or descendant needs is freed in
//! slices after marking, and its number used again; inline caches that name it are cleared before. A dead one that a
//! transition leads to before its turn comes lives on.

use rustc_hash::FxHashMap;

use super::Object;
use crate::heap::{Gc, flags};
use crate::value::Value;

/// The number of a shape.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ShapeId(pub(crate) u32);

impl ShapeId {
    /// No shape; an empty inline cache.
    pub const NONE: Self = Self(0);
    /// What strings, numbers, booleans and symbols look like to an inline cache.
    pub const STRING: Self = Self(1);
    pub const NUMBER: Self = Self(2);
    pub const BOOL: Self = Self(3);
    pub const SYMBOL: Self = Self(4);
    const FIRST: u32 = 5;
}

/// Attributes of a property.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Attrs(pub u8);

impl Attrs {
    pub const WRITABLE: Self = Self(1);
    pub const ENUMERABLE: Self = Self(2);
    pub const CONFIGURABLE: Self = Self(4);
    /// The slot holds an [`super::Accessor`].
    pub const ACCESSOR: Self = Self(8);
    /// A declared field of a class with fixed slots; its type is in the class.
    pub const FIELD: Self = Self(16);
    /// What assignment creates.
    pub const PLAIN: Self = Self(7);
    /// What built-ins and methods have: writable and configurable.
    pub const HIDDEN: Self = Self(5);
    /// Nothing allowed.
    pub const FROZEN: Self = Self(0);
    /// Configurable only: a function's `name`.
    pub const CONFIG: Self = Self(4);

    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// Where a named property is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    pub slot: u32,
    pub attrs: Attrs,
}

/// What all shapes of one lineage share.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Root {
    pub proto: Option<Gc<Object>>,
    /// Inline slots of the objects.
    pub inline: u8,
    /// The class with fixed slots that the objects are instances of; `Root::NO_CLASS` where none.
    pub class: u16,
    /// Named properties are in the object's dictionary (but for a class's fields).
    pub dictionary: bool,
    /// Scripts do not change the objects: built-ins, classes' prototypes. So that what an inline cache learned of an object that may be
    /// changed is of no use for them.
    pub fixed: bool,
}

impl Root {
    pub const NO_CLASS: u16 = u16::MAX;

    /// Of objects without inline slots.
    pub const fn of_proto(proto: Option<Gc<Object>>) -> Self {
        Self { proto, inline: 0, class: Self::NO_CLASS, dictionary: false, fixed: false }
    }

    /// Of such objects that scripts do not change.
    pub const fn fixed(proto: Option<Gc<Object>>) -> Self {
        Self { fixed: true, ..Self::of_proto(proto) }
    }
}

#[derive(Debug)]
pub(crate) struct Shape {
    pub root: Root,
    parent: ShapeId,
    /// The property that this step adds; `Value::ABSENT` where it adds none.
    key: Value,
    attrs: Attrs,
    /// How many slots an object of this shape has.
    pub count: u32,
    /// No property can be added.
    pub sealed: bool,
    /// A declared field may not be writable: writes to fields look at its attributes.
    pub restricted: bool,
    /// Marked where it equals the collection's colour.
    mark: bool,
    live: bool,
    looked: u8,
    next: Transitions,
    table: Option<Box<FxHashMap<Value, Place>>>,
}

#[derive(Debug, Default)]
enum Transitions {
    #[default]
    None,
    One(Value, Attrs, ShapeId),
    Many(Box<FxHashMap<(Value, Attrs), ShapeId>>),
}

/// The next step of an object that gets a property past this many goes to a dictionary.
pub(crate) const MAX_PROPERTIES: u32 = 256;
const MAX_TRANSITIONS: usize = 512;

/// All shapes of one heap.
#[derive(Debug)]
pub struct Shapes {
    shapes: Vec<Shape>,
    free: Vec<u32>,
    roots: FxHashMap<Root, ShapeId>,
    recent: Box<[(ShapeId, Value, Option<Place>); RECENT]>,
    color: bool,
    /// A collection marks: new shapes are not marked, what needs them will be visited.
    marking: bool,
    /// The next shape to look at while dead ones are freed.
    clean_at: usize,
    /// Changes whenever a property is added to, removed from or reconfigured in an object that is some shape's prototype.
    pub(crate) epoch: u32,
}

const RECENT: usize = 256;

impl Default for Shapes {
    fn default() -> Self {
        let none = Root::of_proto(None);
        let shapes = (0..ShapeId::FIRST).map(|_| Shape::new(none)).collect();
        let recent = Box::new([(ShapeId::NONE, Value::ABSENT, None); RECENT]);
        Self {
            shapes,
            free: Vec::new(),
            roots: FxHashMap::default(),
            recent,
            color: false,
            marking: false,
            clean_at: 0,
            epoch: 1,
        }
    }
}

impl Shape {
    fn new(root: Root) -> Self {
        Self {
            root,
            parent: ShapeId::NONE,
            key: Value::ABSENT,
            attrs: Attrs::PLAIN,
            count: 0,
            sealed: false,
            restricted: false,
            mark: false,
            live: true,
            looked: 0,
            next: Transitions::None,
            table: None,
        }
    }
}

impl Shapes {
    /// Where the table is, for machine code.
    pub(crate) const SHAPES: usize = std::mem::offset_of!(Self, shapes);

    #[inline(always)]
    pub(crate) fn get(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0 as usize]
    }

    fn add(&mut self, mut shape: Shape) -> ShapeId {
        shape.mark = self.color ^ self.marking;
        if let Some(at) = self.free.pop() {
            self.shapes[at as usize] = shape;
            return ShapeId(at);
        }
        self.shapes.push(shape);
        ShapeId((self.shapes.len() - 1) as u32)
    }

    /// The prototype that values of a pseudo-shape have (strings and so on).
    pub(crate) fn set_pseudo_proto(&mut self, id: ShapeId, proto: Gc<Object>) {
        debug_assert!(id.0 < ShapeId::FIRST);
        self.shapes[id.0 as usize].root.proto = Some(proto);
        let mut proto = proto;
        proto.set_flag(flags::IS_PROTO);
    }

    /// The shape without properties of that root.
    pub fn root(&mut self, root: Root) -> ShapeId {
        if let Some(&id) = self.roots.get(&root) {
            return self.revive(id);
        }
        if let Some(mut proto) = root.proto {
            proto.set_flag(flags::IS_PROTO);
        }
        let id = self.add(Shape::new(root));
        self.roots.insert(root, id);
        id
    }

    /// The empty shape of objects with a prototype and without inline slots.
    pub fn of_proto(&mut self, proto: Option<Gc<Object>>) -> ShapeId {
        self.root(Root::of_proto(proto))
    }

    /// The shape after a property is added at the end; `None` where a dictionary should take over.
    pub fn add_property(&mut self, from: ShapeId, key: Value, attrs: Attrs) -> Option<ShapeId> {
        if self.get(from).count >= MAX_PROPERTIES + u32::from(self.get(from).root.inline) {
            return None;
        }
        self.step(from, key, attrs, false)
    }

    /// As [`Self::add_property`], however many there are.
    pub fn force_property(&mut self, from: ShapeId, key: Value, attrs: Attrs) -> ShapeId {
        self.step(from, key, attrs, true).expect("a forced step is always made")
    }

    /// The shape with the same properties to which none can be added.
    pub fn seal(&mut self, from: ShapeId) -> ShapeId {
        if self.get(from).sealed { from } else { self.step(from, Value::ABSENT, Attrs::FROZEN, true).unwrap_or(from) }
    }

    /// The next step; where there are too many already, a new one only if `forced`.
    fn step(&mut self, from: ShapeId, key: Value, attrs: Attrs, forced: bool) -> Option<ShapeId> {
        let parent = self.get(from);
        let many = match &parent.next {
            Transitions::None => 0,
            Transitions::One(k, a, to) if *k == key && *a == attrs => {
                let to = *to;
                return Some(self.revive(to));
            }
            Transitions::One(..) => 1,
            Transitions::Many(map) => {
                if let Some(&to) = map.get(&(key, attrs)) {
                    return Some(self.revive(to));
                }
                map.len()
            }
        };
        if many >= MAX_TRANSITIONS && !forced {
            return None;
        }
        let mut shape = Shape::new(parent.root);
        shape.parent = from;
        shape.key = key;
        shape.attrs = attrs;
        shape.count = parent.count + u32::from(!key.is_absent());
        shape.sealed = parent.sealed || key.is_absent();
        let unwritable = attrs.has(Attrs::FIELD) && !attrs.has(Attrs::WRITABLE);
        shape.restricted = parent.restricted || key.is_absent() || unwritable;
        let to = self.add(shape);
        let next = &mut self.shapes[from.0 as usize].next;
        match next {
            Transitions::None => *next = Transitions::One(key, attrs, to),
            Transitions::One(k, a, first) => {
                let map = [((*k, *a), *first), ((key, attrs), to)].into_iter().collect();
                *next = Transitions::Many(Box::new(map));
            }
            Transitions::Many(map) => {
                map.insert((key, attrs), to);
            }
        }
        Some(to)
    }

    /// The shape before the last property was added, if that was `key`.
    pub fn remove_last(&self, from: ShapeId, key: Value) -> Option<ShapeId> {
        let shape = self.get(from);
        (shape.key == key && !key.is_absent()).then_some(shape.parent)
    }

    /// Where a property is in objects of a shape (not in their dictionaries).
    #[inline]
    pub fn find(&mut self, id: ShapeId, key: Value) -> Option<Place> {
        let at = (id.0 as usize ^ (key.bits() as usize >> 4) ^ (key.bits() as usize >> 12)) % RECENT;
        let entry = &self.recent[at];
        if entry.0 == id && entry.1 == key {
            return entry.2;
        }
        let place = self.search(id, key);
        self.recent[at] = (id, key, place);
        place
    }

    fn search(&mut self, id: ShapeId, key: Value) -> Option<Place> {
        let shape = &mut self.shapes[id.0 as usize];
        if let Some(table) = &shape.table {
            return table.get(&key).copied();
        }
        shape.looked = shape.looked.saturating_add(1);
        if shape.count > 8 && shape.looked > 8 {
            let table: FxHashMap<_, _> = self.properties(id).into_iter().collect();
            let place = table.get(&key).copied();
            self.shapes[id.0 as usize].table = Some(Box::new(table));
            return place;
        }
        let mut at = id;
        while at != ShapeId::NONE {
            let shape = self.get(at);
            if shape.key == key && !key.is_absent() {
                return Some(Place { slot: shape.count - 1, attrs: shape.attrs });
            }
            at = shape.parent;
        }
        None
    }

    /// The properties in order.
    pub fn properties(&self, id: ShapeId) -> Vec<(Value, Place)> {
        let mut found = Vec::with_capacity(self.get(id).count as usize);
        let mut at = id;
        while at != ShapeId::NONE {
            let shape = self.get(at);
            if !shape.key.is_absent() {
                found.push((shape.key, Place { slot: shape.count - 1, attrs: shape.attrs }));
            }
            at = shape.parent;
        }
        found.reverse();
        found
    }

    /// The shape with the same properties under another root, with attributes mapped; the slots stay.
    pub fn rebuild(&mut self, from: ShapeId, root: Root, attrs: impl Fn(Value, Attrs) -> Attrs) -> ShapeId {
        let sealed = self.get(from).sealed;
        let mut to = self.root(root);
        for (key, place) in self.properties(from) {
            to = self.force_property(to, key, attrs(key, place.attrs));
        }
        if sealed { self.seal(to) } else { to }
    }

    /// The last step that led to a shape: its parent, and the property, absent where the step seals. `None` for a root's shape.
    pub(crate) fn last_step(&self, id: ShapeId) -> Option<(ShapeId, Value, Attrs)> {
        let shape = self.get(id);
        (shape.parent != ShapeId::NONE).then_some((shape.parent, shape.key, shape.attrs))
    }

    /// Whether objects of a shape keep their named properties in a dictionary.
    pub(crate) fn is_dictionary(&self, id: ShapeId) -> bool {
        self.get(id).root.dictionary
    }

    pub(crate) fn size(&self) -> usize {
        // With its entry in the table of roots or in its parent's of next steps.
        (self.shapes.len() - self.free.len()) * (size_of::<Shape>() + 2 * size_of::<Root>())
    }
}

/// For the collector.
impl Shapes {
    /// No shape is marked.
    pub(crate) fn begin_marking(&mut self) {
        self.color = !self.color;
        self.marking = true;
    }

    /// Marks one shape: its name, prototype and parent; `None` where it was marked already.
    pub(crate) fn mark(&mut self, id: ShapeId) -> Option<(Value, Option<Gc<Object>>, Option<ShapeId>)> {
        let shape = &mut self.shapes[id.0 as usize];
        if shape.mark == self.color {
            return None;
        }
        shape.mark = self.color;
        Some((shape.key, shape.root.proto, (shape.parent != ShapeId::NONE).then_some(shape.parent)))
    }

    pub(crate) fn is_marked(&self, id: ShapeId) -> bool {
        self.shapes[id.0 as usize].mark == self.color
    }

    /// What is not marked now is dead, until a transition leads to it.
    pub(crate) fn end_marking(&mut self) {
        self.marking = false;
        self.clean_at = ShapeId::FIRST as usize;
        self.recent.fill((ShapeId::NONE, Value::ABSENT, None));
    }

    /// A shape that is asked for lives. Its ancestors do: whoever asks holds its parent, or there is none.
    fn revive(&mut self, id: ShapeId) -> ShapeId {
        if !self.marking {
            self.shapes[id.0 as usize].mark = self.color;
        }
        id
    }

    /// Looks at as many shapes, freeing the dead; yields how many more it might have looked at, more than 0 only where it has come
    /// to the end.
    pub(crate) fn clean(&mut self, mut shapes: usize) -> usize {
        while shapes > 0 {
            let Some(shape) = self.shapes.get(self.clean_at) else { return shapes };
            if shape.live && shape.mark != self.color {
                self.free(ShapeId(self.clean_at as u32));
            }
            self.clean_at += 1;
            shapes -= 1;
        }
        0
    }

    fn free(&mut self, id: ShapeId) {
        let shape = &self.shapes[id.0 as usize];
        let (root, parent, step) = (shape.root, shape.parent, (shape.key, shape.attrs));
        if parent == ShapeId::NONE {
            self.roots.remove(&root);
        } else {
            // The parent may be dead and freed already, and its number used again.
            let next = &mut self.shapes[parent.0 as usize].next;
            match next {
                Transitions::One(_, _, to) if *to == id => *next = Transitions::None,
                Transitions::Many(map) if map.get(&step) == Some(&id) => {
                    map.remove(&step);
                }
                _ => {}
            }
        }
        let none = Root { proto: None, ..root };
        self.shapes[id.0 as usize] = Shape { live: false, ..Shape::new(none) };
        self.free.push(id.0);
    }
}
