//! Writing: cells get numbers when they are first reached, and are written in that order.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{SnapshotError, bodies, heads, preamble, roots, tag};
use crate::heap::Gc;
use crate::host::HandlerId;
use crate::object::Object;
use crate::object::data::{WeakMapData, WeakSetData};
use crate::object::property::PropKey;
use crate::object::shape::{Root, ShapeId};
use crate::value::Value;
use crate::vm::Vm;

/// A snapshot in the making.
pub struct Saver<'a> {
    pub vm: &'a Vm,
    /// Numbers of cells, by their values' bits.
    numbers: FxHashMap<u64, u32>,
    cells: Vec<Value>,
    shapes: FxHashMap<ShapeId, u32>,
    shape_bytes: Vec<u8>,
    /// Built-in objects that are no functions, by where they lie.
    owners: FxHashMap<u64, &'static str>,
    out: Vec<u8>,
    weak: Vec<Value>,
    unmovable: Option<String>,
}

pub(super) fn save(vm: &Vm) -> Result<Vec<u8>, SnapshotError> {
    let owners = vm.realm.objects.iter().map(|(path, object)| (object.address(), *path)).collect();
    let mut saver = Saver {
        vm,
        numbers: FxHashMap::default(),
        cells: Vec::new(),
        shapes: FxHashMap::default(),
        shape_bytes: Vec::new(),
        owners,
        out: Vec::new(),
        weak: Vec::new(),
        unmovable: None,
    };
    roots::save(&mut saver);
    let roots = std::mem::take(&mut saver.out);
    let (mut head_bytes, mut body_bytes, mut weak_bytes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut at, mut told) = (0, FxHashSet::default());
    loop {
        while let Some(&cell) = saver.cells.get(at) {
            saver.writing(&mut head_bytes, |saver| heads::save(saver, cell));
            saver.writing(&mut body_bytes, |saver| bodies::save(saver, cell));
            at += 1;
        }
        if !saver.writing(&mut weak_bytes, |saver| saver.weak_entries(&mut told)) {
            break;
        }
    }
    if let Some(what) = saver.unmovable {
        return Err(SnapshotError::Unmovable(what));
    }
    let mut bytes = preamble(vm);
    let shapes = [&(saver.shapes.len() as u32).to_le_bytes()[..], &saver.shape_bytes].concat();
    let heads = [&(saver.cells.len() as u32).to_le_bytes()[..], &head_bytes].concat();
    for part in [shapes, heads, body_bytes, weak_bytes, roots] {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part);
    }
    let digest = crate::digest::Digest::of(&bytes);
    bytes.extend(digest.0);
    Ok(bytes)
}

/// Plain data.
impl Saver<'_> {
    pub fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    pub fn flag(&mut self, flag: bool) {
        self.out.push(u8::from(flag));
    }

    /// Seven bits a byte, the lowest first.
    pub fn count(&mut self, mut count: u64) {
        while count > 127 {
            self.out.push(count as u8 | 128);
            count >>= 7;
        }
        self.out.push(count as u8);
    }

    pub fn size(&mut self, size: usize) {
        self.count(size as u64);
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.size(bytes.len());
        self.out.extend_from_slice(bytes);
    }

    pub fn f64(&mut self, number: f64) {
        self.out.extend(Value::number(number).bits().to_le_bytes());
    }

    pub fn u128(&mut self, number: u128) {
        self.out.extend(number.to_le_bytes());
    }

    pub fn optional(&mut self, count: Option<u64>) {
        self.flag(count.is_some());
        self.count(count.unwrap_or(0));
    }

    pub fn handler(&mut self, handler: Option<HandlerId>) {
        self.optional(handler.map(|handler| handler.0));
    }

    /// There will be no snapshot: the instance holds this.
    pub fn cannot_move(&mut self, what: impl Into<String>) {
        self.unmovable.get_or_insert_with(|| what.into());
    }

    fn writing<T>(&mut self, part: &mut Vec<u8>, write: impl FnOnce(&mut Self) -> T) -> T {
        std::mem::swap(&mut self.out, part);
        let result = write(self);
        std::mem::swap(&mut self.out, part);
        result
    }
}

/// Values, cells and shapes.
impl Saver<'_> {
    pub fn value(&mut self, value: Value) {
        let immediate = match value {
            Value::UNDEFINED => tag::UNDEFINED,
            Value::NULL => tag::NULL,
            Value::FALSE => tag::FALSE,
            Value::TRUE => tag::TRUE,
            Value::UNINIT => tag::UNINIT,
            Value::ABSENT => tag::ABSENT,
            _ => return self.number_or_cell(value),
        };
        self.byte(immediate);
    }

    fn number_or_cell(&mut self, value: Value) {
        let Some(number) = value.as_number() else {
            self.byte(tag::CELL);
            return self.cell(value);
        };
        let whole = number as u32;
        if f64::from(whole).to_bits() == number.to_bits() {
            self.byte(tag::WHOLE);
            self.count(whole.into());
        } else {
            self.byte(tag::NUMBER);
            self.f64(number);
        }
    }

    pub fn values(&mut self, values: &[Value]) {
        self.size(values.len());
        values.iter().for_each(|value| self.value(*value));
    }

    /// The number of a cell.
    pub fn cell(&mut self, cell: Value) {
        let number = self.number_of(cell);
        self.count(number.into());
    }

    fn number_of(&mut self, cell: Value) -> u32 {
        let next = self.cells.len() as u32;
        *self.numbers.entry(cell.bits()).or_insert_with(|| {
            self.cells.push(cell);
            next
        })
    }

    /// The number of a shape, which is written after its parents.
    pub fn shape(&mut self, id: ShapeId) {
        let mut todo = Vec::new();
        let mut at = id;
        while !self.shapes.contains_key(&at) {
            todo.push(at);
            let Some((parent, ..)) = self.vm.shapes.last_step(at) else { break };
            at = parent;
        }
        let mut bytes = std::mem::take(&mut self.shape_bytes);
        while let Some(next) = todo.pop() {
            self.writing(&mut bytes, |saver| saver.step(next));
            let number = self.shapes.len() as u32;
            self.shapes.insert(next, number);
        }
        self.shape_bytes = bytes;
        self.count(self.shapes[&id].into());
    }

    fn step(&mut self, id: ShapeId) {
        if let Some((parent, key, attrs)) = self.vm.shapes.last_step(id) {
            self.byte(1);
            self.count(self.shapes[&parent].into());
            self.value(key);
            return self.byte(attrs.0);
        }
        let Root { proto, inline, class, dictionary, fixed } = self.vm.shapes.get(id).root;
        self.byte(0);
        self.value(proto.map_or(Value::NULL, Value::object));
        self.byte(inline);
        self.count(class.into());
        self.flag(dictionary);
        self.flag(fixed);
    }
}

/// Built-ins.
impl Saver<'_> {
    /// The path of a built-in object that is no function.
    pub fn owner_of(&self, object: Gc<Object>) -> Option<&'static str> {
        self.owners.get(&object.address()).copied()
    }

    /// Where a function is a getter or setter of a built-in: the owner, its native number where it is a function, the key, and whether
    /// it is the setter.
    pub fn accessor_of(&self, function: Value) -> Option<(Value, PropKey, bool)> {
        let realm = &self.vm.realm;
        let mut owners: Vec<Value> = realm.objects.values().map(|object| Value::object(*object)).collect();
        owners.extend(realm.functions.values());
        for owner in owners {
            let Some(object) = owner.as_object() else { continue };
            for (key, place) in self.vm.shapes.properties(object.shape()) {
                let Some(pair) = object.slot(place.slot as usize).as_accessor() else { continue };
                if pair.getter == function || pair.setter == function {
                    return Some((owner, PropKey::Name(key), pair.getter != function));
                }
            }
            for entry in object.dict().iter().flat_map(|dict| dict.iter()) {
                let Some(pair) = entry.value.as_accessor() else { continue };
                if pair.getter == function || pair.setter == function {
                    return Some((owner, PropKey::Name(entry.key), pair.getter != function));
                }
            }
        }
        None
    }
}

/// Weak collections.
impl Saver<'_> {
    /// A weak map or set: its entries are written when all else is.
    pub fn weak(&mut self, collection: Value) {
        self.weak.push(collection);
    }

    /// Writes the entries whose keys live and that were not written yet, which may bring more to life; `false` where there are none.
    fn weak_entries(&mut self, told: &mut FxHashSet<(u64, u64)>) -> bool {
        let mut found = false;
        for collection in self.weak.clone() {
            for (key, value) in self.living_entries(collection) {
                if told.insert((collection.bits(), key.bits())) {
                    found = true;
                    self.cell(collection);
                    self.value(key);
                    self.value(value);
                }
            }
        }
        found
    }

    /// The entries whose keys live without them, in an order that is the same everywhere.
    fn living_entries(&self, collection: Value) -> Vec<(Value, Value)> {
        let entries: Vec<(Value, Value)> = if let Some(map) = collection.of::<WeakMapData>() {
            map.data.entries.iter().map(|(key, value)| (*key, *value)).collect()
        } else {
            let set = collection.of::<WeakSetData>();
            set.iter().flat_map(|set| set.data.entries.keys()).map(|key| (*key, Value::UNDEFINED)).collect()
        };
        let mut living: Vec<((u64, String), (Value, Value))> =
            entries.into_iter().filter_map(|entry| Some((self.rank(entry.0)?, entry))).collect();
        living.sort_by(|(a, _), (b, _)| a.cmp(b));
        living.into_iter().map(|(_, entry)| entry).collect()
    }

    /// The place of a key that lives: by its number, or as a built-in.
    fn rank(&self, key: Value) -> Option<(u64, String)> {
        if let Some(number) = self.numbers.get(&key.bits()) {
            return Some(((*number).into(), String::new()));
        }
        let name = match key.as_object() {
            Some(object) if object.is_intrinsic() => heads::builtin_name(self, object)?,
            Some(_) => return None,
            None => heads::well_known(self.vm, key).map(|at| format!("@{at}"))?,
        };
        Some((u64::MAX, name))
    }
}
