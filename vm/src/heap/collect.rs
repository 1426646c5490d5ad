//! Marking from roots with an explicit stack, then sweeping. The caller (`Vm::collect`) names the roots.

use super::kind::{CellKind, Header};
use super::{Gc, Heap};
use crate::object::shape::{ShapeId, Shapes};
use crate::value::Value;

/// Collects what is reachable: cells report their values to it.
pub struct Tracer<'a> {
    stack: Vec<*mut Header>,
    color: u8,
    shapes: &'a mut Shapes,
    /// Weak maps and sets met on the way.
    weak: Vec<*mut Header>,
}

impl Tracer<'_> {
    #[inline]
    pub fn value(&mut self, value: Value) {
        if let Some(cell) = value.as_cell() {
            self.header(cell.as_ptr());
        }
    }

    pub fn values(&mut self, values: &[Value]) {
        for value in values {
            self.value(*value);
        }
    }

    pub fn cell<T>(&mut self, cell: Gc<T>) {
        self.header(cell.header().as_ptr());
    }

    #[inline]
    fn header(&mut self, at: *mut Header) {
        // SAFETY: values and pointers that a live cell or a root holds point to cells that were not freed.
        let header = unsafe { &mut *at };
        debug_assert!(header.kind != CellKind::Free, "a reachable cell was freed");
        if header.mark != self.color {
            header.mark = self.color;
            self.stack.push(at);
        }
    }

    /// Marks a shape, its ancestors, their names and prototypes.
    pub(crate) fn shape(&mut self, id: ShapeId) {
        let mut next = Some(id);
        while let Some(id) = next {
            let Some((key, proto, parent)) = self.shapes.mark(id) else { return };
            self.value(key);
            if let Some(proto) = proto {
                self.cell(proto);
            }
            next = parent;
        }
    }

    /// Registers the weak collection whose data this is: its entries are visited when all else is marked.
    pub(crate) fn weak<T>(&mut self, data: &T) {
        // The data follows the common part of the object.
        let object = std::ptr::from_ref(data).cast::<crate::object::Object>().wrapping_sub(1);
        self.weak.push(object.cast_mut().cast());
    }

    fn drain(&mut self) {
        while let Some(at) = self.stack.pop() {
            // SAFETY: `at` is a live cell and its kind names its type.
            unsafe { ((*at).kind.info().trace)(at, self) };
        }
    }

    fn is_marked(&self, value: Value) -> bool {
        value.as_cell().is_none_or(|cell| cell.mark == self.color)
    }
}

impl Heap {
    /// Frees every cell that `roots` does not reach. `before_sweep` may drop weak references: it is told which values live on.
    pub(crate) fn collect(
        &mut self,
        shapes: &mut Shapes,
        roots: impl FnOnce(&mut Tracer),
        before_sweep: impl FnOnce(&dyn Fn(Value) -> bool, &Shapes),
    ) {
        self.peak = self.peak.max(self.used);
        self.collections += 1;
        self.color ^= 3;
        shapes.clear_marks();
        let mut tracer = Tracer { stack: Vec::new(), color: self.color, shapes, weak: Vec::new() };
        roots(&mut tracer);
        tracer.drain();
        crate::object::data::trace_ephemerons(&mut tracer);
        before_sweep(&|value| tracer.is_marked(value), tracer.shapes);
        shapes.sweep();
        let (color, mut used) = (self.color, 0);
        self.space.sweep(|at, size| {
            // SAFETY: the space visits cells that are allocated; each is dropped at most once, when its mark is stale.
            unsafe {
                if (*at).mark == color {
                    used += size + ((*at).kind.info().external_size)(at);
                    return true;
                }
                drop_cell(at);
            }
            false
        });
        self.used = used + shapes.size();
        if !self.stress {
            self.threshold = self.next_threshold();
        }
    }
}

/// The weak side of tracing; see `object::data::trace_ephemerons`.
impl Tracer<'_> {
    pub(crate) fn take_weak(&mut self) -> Vec<*mut Header> {
        std::mem::take(&mut self.weak)
    }

    pub(crate) fn has_weak(&self) -> bool {
        !self.weak.is_empty()
    }

    pub(crate) fn marked(&self, value: Value) -> bool {
        self.is_marked(value)
    }

    pub(crate) fn drain_all(&mut self) {
        self.drain();
    }
}

/// # Safety
/// `at` is an allocated cell that is not used again.
pub(super) unsafe fn drop_cell(at: *mut Header) {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(drop) = (*at).kind.info().drop {
            drop(at);
        }
    }
}
