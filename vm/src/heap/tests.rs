//! The collector's promises, on a heap without an instance: one variable is the only root.

use super::barrier::{BLACK, WHITES};
use super::cycle::Phase;
use super::{Gc, Heap, Tracer, World};
use crate::interp::cache::Caches;
use crate::object::data::{ArrayData, MapData};
use crate::object::shape::{Attrs, ShapeId, Shapes};
use crate::object::{Of, VarCell};
use crate::string::intern::Names;
use crate::value::Value;

/// A heap with what goes with it, and a variable that is its root.
struct Bench {
    heap: Heap,
    shapes: Shapes,
    names: Names,
    caches: Caches,
    root: Gc<VarCell>,
}

impl Bench {
    fn new() -> Self {
        let mut heap = Heap::new(1 << 30);
        let root = heap.alloc(VarCell::new(Value::UNDEFINED));
        Self { heap, shapes: Shapes::default(), names: Names::default(), caches: Caches::new(0), root }
    }

    fn with<T>(&mut self, run: impl FnOnce(&mut Heap, &mut World) -> T) -> T {
        let root = self.root;
        let mut roots = |tracer: &mut Tracer| tracer.cell(root);
        let Self { heap, shapes, names, caches, .. } = self;
        run(heap, &mut World { shapes, names, caches, outside: 0, roots: &mut roots })
    }

    fn step(&mut self, work: usize) {
        self.with(|heap, world| heap.step(world, work));
    }

    /// Begins a collection and marks until `cell` is black.
    fn mark_until_black<T>(&mut self, cell: Gc<T>) {
        while cell.header().mark & BLACK == 0 {
            assert!(self.heap.phase != Phase::Clean, "marking ended before the cell was reached");
            self.step(1);
        }
        assert!(self.heap.phase == Phase::Mark);
    }

    fn finish(&mut self) {
        while self.heap.phase != Phase::Idle {
            self.step(1);
        }
    }

    fn variable(&mut self, value: Value) -> Gc<VarCell> {
        self.heap.alloc(VarCell::new(value))
    }

    fn array(&mut self, values: Vec<Value>) -> Gc<Of<ArrayData>> {
        self.heap.object(ShapeId::NONE, ArrayData::from_values(values))
    }

    fn text(&mut self) -> Value {
        self.heap.str("a text").into()
    }
}

/// Long enough to be marked after the root was.
fn chain(bench: &mut Bench, length: usize) -> Value {
    (0..length).fold(Value::UNDEFINED, |next, _| Value::internal_cell(bench.variable(next)))
}

fn is_alive(bench: &Bench, value: Value) -> bool {
    value.as_cell().is_some_and(|cell| cell.mark == bench.heap.white)
}

#[test]
fn a_store_into_a_black_cell_is_seen() {
    let mut bench = Bench::new();
    let mut root = bench.root;
    root.value = chain(&mut bench, 10);
    bench.mark_until_black(root);
    let text = bench.text();
    root.value = text;
    assert_eq!(root.header().mark & (BLACK | WHITES), 0, "it is gray");
    bench.with(|heap, world| heap.verify(world));
    bench.finish();
    assert!(is_alive(&bench, text));
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "holds one that was not"))]
fn a_store_past_the_barrier_is_noticed() {
    let mut bench = Bench::new();
    let mut root = bench.root;
    root.value = chain(&mut bench, 10);
    bench.mark_until_black(root);
    let text = bench.text();
    root.unbarriered().value = text;
    bench.with(|heap, world| heap.verify(world));
}

#[test]
fn what_is_stored_in_a_big_array_is_marked_alone() {
    let mut bench = Bench::new();
    let inner = bench.text();
    let array = bench.array(vec![inner; 10_000]);
    bench.root.value = array.into();
    bench.mark_until_black(array);
    let text = bench.text();
    assert!(bench.heap.push(array, text));
    assert!(array.is_black(), "it is not visited again");
    bench.finish();
    assert!(is_alive(&bench, text));
}

#[test]
fn a_big_array_is_visited_in_pieces() {
    let mut bench = Bench::new();
    let inner = bench.text();
    let array = bench.array(vec![inner; 100_000]);
    bench.root.value = array.into();
    bench.step(1);
    let mut steps = 0;
    while bench.heap.phase == Phase::Mark {
        bench.step(1);
        steps += 1;
    }
    assert!(steps > 90, "{steps} steps");
}

#[test]
fn entries_that_move_are_visited_again() {
    let mut bench = Bench::new();
    let map: Gc<Of<MapData>> = bench.heap.object(ShapeId::NONE, MapData::default());
    bench.root.value = map.into();
    for key in 0..5_000 {
        let text = bench.text();
        map.put(&mut bench.heap, Value::number(f64::from(key)), text);
    }
    bench.mark_until_black(map);
    // What was visited goes; what was not moves to its place.
    for key in 0..4_500 {
        map.remove(Value::number(f64::from(key)));
    }
    bench.finish();
    assert!((4_500..5_000).all(|key| is_alive(&bench, map.data.0.get(Value::number(f64::from(key))).unwrap())));
}

#[test]
fn what_is_made_while_marking_dies_with_the_cycle_or_lives() {
    let mut bench = Bench::new();
    let mut root = bench.root;
    root.value = chain(&mut bench, 1_000);
    bench.mark_until_black(root);
    let before = bench.heap.used();
    for _ in 0..1_000 {
        bench.variable(Value::UNDEFINED);
    }
    bench.finish();
    // The table of shapes counts from now on.
    assert!(bench.heap.used() < before + 1_000, "{} bytes were {before}", bench.heap.used());
}

#[test]
fn names_die_unless_someone_asks_for_them() {
    let mut bench = Bench::new();
    let (dead, asked) = ("one that dies", "one that is asked for");
    let first = bench.names.intern_str(&mut bench.heap, dead);
    let second = bench.names.intern_str(&mut bench.heap, asked);
    while bench.heap.phase != Phase::Clean {
        bench.step(1);
    }
    assert!(bench.names.intern_str(&mut bench.heap, asked) == second);
    bench.finish();
    assert!(is_alive(&bench, second.into()));
    assert_eq!(second.to_rust(), asked);
    // Its memory may have been handed out again, but it is no longer in the table.
    let again = bench.names.intern_str(&mut bench.heap, dead);
    assert_eq!(again.to_rust(), dead);
    let _ = first;
}

#[test]
fn shapes_die_unless_a_transition_leads_to_them() {
    let mut bench = Bench::new();
    let keys: Vec<Value> = ["a", "b"].map(|name| bench.names.intern_str(&mut bench.heap, name).into()).into();
    let root = bench.shapes.of_proto(None);
    let [first, second] = [0, 1].map(|at| bench.shapes.add_property(root, keys[at], Attrs::PLAIN).unwrap());
    let object = bench.heap.plain(root, 0, crate::object::data::Plain);
    let both = bench.array(keys.clone());
    bench.root.value = bench.array(vec![object.into(), both.into()]).into();
    while bench.heap.phase != Phase::Clean {
        bench.step(1);
    }
    assert!(bench.shapes.add_property(root, keys[1], Attrs::PLAIN) == Some(second));
    bench.finish();
    assert!(bench.shapes.is_marked(second) && !bench.shapes.is_marked(first));
    // The number of the dead one is used again, and nothing leads to it by its old name.
    let third = bench.shapes.add_property(second, keys[0], Attrs::PLAIN).unwrap();
    assert!(third == first);
    assert!(bench.shapes.add_property(root, keys[0], Attrs::PLAIN) != Some(first));
}
