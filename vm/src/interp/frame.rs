//! Frames and the stack of their registers: one flat array that never moves while something runs.

use std::cell::RefCell;

use mosl_bytecode::Instr;

use super::cache::FuncRt;
use super::coroutine::Coroutine;
use crate::heap::{Gc, Tracer};
use crate::value::Value;

/// A running call.
#[derive(Debug)]
pub(crate) struct Frame {
    pub rt: *const FuncRt,
    /// The instruction that runs, or that called.
    pub pc: *const Instr,
    /// Where its registers start.
    pub base: u32,
    /// The caller's register for the result.
    pub dst: u16,
    pub flags: u8,
    pub this: Value,
    pub callee: Value,
    pub new_target: Value,
    /// What it resumed from, or will suspend to.
    pub coroutine: Option<Gc<Coroutine>>,
}

/// Returning from this frame leaves the interpreter loop.
pub(crate) const EXIT: u8 = 1;
/// `new` made the call: the result is an object.
pub(crate) const CONSTRUCT: u8 = 2;
/// It was resumed: what it yields or returns goes to whoever resumed it.
pub(crate) const RESUMED: u8 = 4;

impl Frame {
    /// The function's number and the instruction's.
    pub fn place(&self) -> (u16, u32) {
        // SAFETY: the frame's function is kept by the instance's caches; `pc` points into its code.
        unsafe { ((*self.rt).func, self.pc.offset_from((*self.rt).code) as u32) }
    }

    pub fn trace(&self, tracer: &mut Tracer) {
        tracer.value(self.this);
        tracer.value(self.callee);
        tracer.value(self.new_target);
        if let Some(coroutine) = self.coroutine {
            tracer.cell(coroutine);
        }
    }
}

/// The registers of all frames, and the arguments of running natives.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    values: Vec<Value>,
    pub top: usize,
}

thread_local! {
    /// Memory of a stack that no turn uses: an idle instance has none.
    static SPARE: RefCell<Vec<Vec<Value>>> = const { RefCell::new(Vec::new()) };
    static SPARE_FRAMES: RefCell<Vec<Vec<Frame>>> = const { RefCell::new(Vec::new()) };
}

/// Memory for as many frames as stack units allow (each takes at least one): the interpreter holds pointers to frames, so that
/// the vector must never grow during a turn.
pub(crate) fn open_frames(units: usize) -> Vec<Frame> {
    let spare = SPARE_FRAMES.with_borrow_mut(|spare| {
        spare.iter().position(|frames| frames.capacity() > units).map(|at| spare.swap_remove(at))
    });
    spare.unwrap_or_else(|| Vec::with_capacity(units + 1))
}

/// Gives the memory of [`open_frames`] back, after a turn.
pub(crate) fn close_frames(mut frames: Vec<Frame>) {
    frames.clear();
    SPARE_FRAMES.with_borrow_mut(|spare| {
        if spare.len() < 4 {
            spare.push(frames);
        }
    });
}

impl Stack {
    /// Values of room behind the last: machine code writes so many arguments before it asks whether the frame fits.
    pub const SLACK: usize = 256;

    /// Makes room for `capacity` values, before a turn.
    pub fn open(&mut self, capacity: usize) {
        let capacity = capacity + Self::SLACK;
        if self.values.capacity() < capacity {
            let spare = SPARE.with_borrow_mut(|spare| {
                spare.iter().position(|v| v.capacity() >= capacity).map(|at| spare.swap_remove(at))
            });
            self.values = spare.unwrap_or_else(|| Vec::with_capacity(capacity));
        }
        self.top = 0;
    }

    /// Gives the memory back, after a turn.
    pub fn close(&mut self) {
        let values = std::mem::take(&mut self.values);
        SPARE.with_borrow_mut(|spare| {
            if spare.len() < 4 {
                spare.push(values);
            }
        });
        self.top = 0;
    }

    pub fn capacity(&self) -> usize {
        self.values.capacity().saturating_sub(Self::SLACK)
    }

    #[inline(always)]
    pub fn at(&mut self, index: usize) -> *mut Value {
        self.values.as_mut_ptr().wrapping_add(index)
    }

    /// Everything that frames and natives use.
    pub fn live(&self) -> &[Value] {
        // SAFETY: `top` is within the capacity, and everything below it was written when it was claimed.
        unsafe { std::slice::from_raw_parts(self.values.as_ptr(), self.top) }
    }
}
