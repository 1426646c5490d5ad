//! What an instance keeps for each function that has run: its frame's initial registers and its inline caches.

use std::cell::Cell;
use std::sync::Arc;

use mosl_bytecode::table::Reg;
use mosl_bytecode::{FunctionKind, FunctionRole, Instr, RegType};

use crate::code::{BlockInfo, Code};
use crate::heap::Gc;
use crate::object::Object;
use crate::object::data::ArrayData;
use crate::object::shape::{ShapeId, Shapes};
use crate::value::Value;

/// What an inline cache knows of a shape.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Hit {
    /// Nothing.
    Empty,
    /// An own data property in a slot.
    Own,
    /// A data property in a slot of a prototype; right while the epoch is the same.
    Proto,
    /// No such property; right while the epoch is the same.
    Missing,
    /// Assignment adds the property in the slot and changes the shape; right while the epoch is the same.
    Add,
    /// Assignment to a field that takes any value: to one that is there always, to an absent one while the epoch is the same.
    Field,
    /// The length of an array or a string.
    Length,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub shape: ShapeId,
    pub slot: u32,
    pub epoch: u32,
    pub next: ShapeId,
    pub holder: Option<Gc<Object>>,
    /// What the holder's slot holds, where that never changes (a class's method, a built-in); absent else.
    pub method: Value,
    pub hit: Hit,
}

impl Entry {
    pub const EMPTY: Self = Self {
        shape: ShapeId::NONE,
        slot: 0,
        epoch: 0,
        next: ShapeId::NONE,
        holder: None,
        method: Value::ABSENT,
        hit: Hit::Empty,
    };
}

/// No object has so many shapes before it.
const NO_SHAPE: u32 = u32::MAX;

/// The inline cache of a property site: up to four shapes, the latest first.
#[derive(Debug)]
pub(crate) struct PropCache {
    pub first: Entry,
    pub more: Option<Box<[Entry; 3]>>,
    /// The first entry's shape, where that says that a value which is not absent is in an inline slot and may be read, or
    /// overwritten at a site that writes; else a shape that no object has.
    pub direct: u32,
    /// Of that slot, in bytes from the object's start.
    pub offset: u32,
    /// The first entry's shape, where that names a closure that needs nothing but a frame and stays while the epoch does; else a
    /// shape that no object has.
    pub calls: u32,
    /// What that closure runs.
    pub callee: *const FuncRt,
}

impl PropCache {
    pub const EMPTY: Self = Self {
        first: Entry::EMPTY,
        more: None,
        direct: NO_SHAPE,
        offset: 0,
        calls: NO_SHAPE,
        callee: std::ptr::null(),
    };

    /// The entry for a shape.
    #[inline(always)]
    pub fn find(&self, shape: ShapeId) -> Option<&Entry> {
        if self.first.shape == shape {
            return Some(&self.first);
        }
        self.more.as_ref()?.iter().find(|entry| entry.shape == shape)
    }

    /// Remembers an entry, forgetting the oldest. `inline` is how many inline slots objects of its shape have.
    pub fn add(&mut self, entry: Entry, inline: u8) {
        if self.first.shape != ShapeId::NONE && self.first.shape != entry.shape {
            let first = self.first;
            let more = self.more.get_or_insert_with(|| Box::new([Entry::EMPTY; 3]));
            let at = more.iter().position(|e| e.shape == entry.shape || e.shape == ShapeId::NONE).unwrap_or(2);
            more[..=at].rotate_right(1);
            more[0] = first;
        }
        self.first = entry;
        let direct = matches!(entry.hit, Hit::Own | Hit::Field) && entry.slot < u32::from(inline);
        self.direct = if direct { entry.shape.0 } else { NO_SHAPE };
        self.offset = (size_of::<Object>() as u32).wrapping_add(entry.slot.wrapping_mul(8));
        self.calls = NO_SHAPE;
    }

    /// Remembers what the first entry's method runs.
    pub fn add_callee(&mut self, callee: *const FuncRt) {
        // SAFETY: the instance's caches keep the function.
        if unsafe { (*callee).plain_call } {
            (self.calls, self.callee) = (self.first.shape.0, callee);
        }
    }

    /// What the first entry's method runs, where a call of it needs nothing but a frame.
    #[cfg(feature = "jit")]
    pub fn callee(&self) -> Option<*const FuncRt> {
        (self.calls != NO_SHAPE).then_some(self.callee)
    }

    fn retain(&mut self, shapes: &Shapes) {
        let lives = |entry: &Entry| {
            shapes.is_marked(entry.shape) && (entry.next == ShapeId::NONE || shapes.is_marked(entry.next))
        };
        let more = self.more.iter_mut().flat_map(|more| more.iter_mut());
        // Holders are reached from the shapes' prototypes only while nothing changed: those of another epoch may be dead.
        for entry in std::iter::once(&mut self.first).chain(more) {
            let lasts = matches!(entry.hit, Hit::Own | Hit::Field | Hit::Length);
            if entry.shape != ShapeId::NONE && (!lives(entry) || (!lasts && entry.epoch != shapes.epoch)) {
                *entry = Entry::EMPTY;
            }
        }
        if self.first.shape == ShapeId::NONE {
            (self.direct, self.calls) = (NO_SHAPE, NO_SHAPE);
        }
    }
}

/// A function, ready to run in one instance.
#[derive(Debug)]
pub(crate) struct FuncRt {
    pub code: *const Instr,
    pub blocks: *const BlockInfo,
    pub lists: *const Box<[Reg]>,
    pub sites: *mut PropCache,
    pub types: *const RegType,
    pub func: u16,
    pub params: u16,
    /// Stack units of a call.
    pub units: u16,
    pub rest: bool,
    /// A call needs nothing but a frame: no constructor, no rest parameter.
    pub plain_call: bool,
    pub kind: FunctionKind,
    pub role: FunctionRole,
    /// Machine code, where there is some; null else. See [`crate::jit`].
    pub machine: Cell<*const u8>,
    /// The same where a call needs nothing but a frame; null else.
    pub plain_machine: Cell<*const u8>,
    /// By instruction: the number of the place where machine code can be entered, 0 where it cannot.
    pub entries: Cell<*const u16>,
    /// Fuel spent in the interpreter, for the decision to compile.
    pub heat: Cell<i64>,
    /// How many registers it has.
    pub size: u32,
    /// What its first block costs.
    pub first_fuel: u32,
    /// Initial values of all registers.
    pub template: Box<[Value]>,
    site_store: Box<[PropCache]>,
    /// Keeps the code alive.
    _code: Arc<Code>,
}

impl FuncRt {
    pub fn template(&self) -> &[Value] {
        &self.template
    }

    /// Whether machine code runs it.
    #[inline(always)]
    pub fn has_machine_code(&self) -> bool {
        !self.machine.get().is_null()
    }

    /// The number of the place of entry into machine code at an instruction, which is in this function's code.
    #[inline(always)]
    pub fn entry_at(&self, pc: *const Instr) -> Option<u16> {
        // SAFETY: `entries` has one item for each instruction where there is machine code (the caller has looked).
        let entry = unsafe { *self.entries.get().offset(pc.offset_from(self.code)) };
        (entry != 0).then_some(entry)
    }
}

/// By function of the module; made when a function first runs.
#[derive(Debug)]
pub(crate) struct Caches(Vec<Option<Box<FuncRt>>>);

impl Caches {
    /// Where the vector is, for machine code.
    pub const FUNCTIONS: usize = std::mem::offset_of!(Self, 0);

    pub fn new(functions: usize) -> Self {
        Self((0..functions).map(|_| None).collect())
    }

    /// A function that has run before.
    #[inline(always)]
    pub fn known(&self, func: u16) -> Option<*const FuncRt> {
        self.0.get(usize::from(func))?.as_ref().map(|rt| std::ptr::from_ref(rt.as_ref()))
    }

    /// Makes a function ready; `held` are the values of its constant registers, which the instance keeps alive.
    pub fn make(&mut self, func: u16, code: &Arc<Code>, empty: Value, held: &[(Reg, Value)]) -> *const FuncRt {
        let function = &code.module.functions[usize::from(func)];
        let mut sites: Box<[PropCache]> = function.sites.iter().map(|_| PropCache::EMPTY).collect();
        let mut template: Box<[Value]> = function.registers.iter().map(|ty| initial(*ty, empty)).collect();
        for (reg, value) in held {
            template[usize::from(reg.0)] = *value;
        }
        let rt = Box::new(FuncRt {
            code: function.code.as_ptr(),
            blocks: code.blocks[usize::from(func)].as_ptr(),
            lists: function.lists.as_ptr(),
            sites: sites.as_mut_ptr(),
            types: function.registers.as_ptr(),
            func,
            params: function.params.len() as u16,
            units: 1 + (function.registers.len() / 16) as u16,
            rest: function.rest,
            plain_call: !function.rest
                && !matches!(function.role, FunctionRole::BaseConstructor | FunctionRole::DerivedConstructor),
            kind: function.kind,
            role: function.role,
            machine: Cell::new(std::ptr::null()),
            plain_machine: Cell::new(std::ptr::null()),
            entries: Cell::new(std::ptr::null()),
            heat: Cell::new(0),
            size: function.registers.len() as u32,
            first_fuel: code.blocks[usize::from(func)][0].fuel,
            template,
            site_store: sites,
            _code: Arc::clone(code),
        });
        let at = std::ptr::from_ref(rt.as_ref());
        self.0[usize::from(func)] = Some(rt);
        at
    }

    /// Forgets what names dead shapes, when marking ends. Costs a look at every site of the functions that have run.
    pub fn retain(&mut self, shapes: &Shapes) {
        for rt in self.0.iter_mut().flatten() {
            rt.site_store.iter_mut().for_each(|cache| cache.retain(shapes));
        }
    }
}

/// The length of an array or a string.
#[inline(always)]
pub(crate) fn length_of(value: Value) -> Option<Value> {
    if let Some(array) = value.of::<ArrayData>() {
        return Some(Value::number(f64::from(array.data.len)));
    }
    value.as_string().map(|string| Value::number(string.len() as f64))
}

/// What a register holds before it is written. An object register holds "no object", which field accesses check.
fn initial(ty: RegType, empty: Value) -> Value {
    match ty {
        RegType::Any | RegType::Obj(_) => Value::UNDEFINED,
        RegType::F64 | RegType::I32 | RegType::Bool => Value::ZERO,
        RegType::Str => empty,
    }
}
