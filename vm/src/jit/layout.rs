//! Where machine code finds the fields of the VM's structures, as byte offsets. Rust chooses most layouts, so that they are asked
//! for, not assumed: fields by `offset_of!`, the words of vectors and boxed slices by looking at specimens.

use std::mem::{offset_of, size_of};

use crate::heap::{Header, Heap};
use crate::interp::cache::{Caches, Entry, FuncRt, PropCache};
use crate::interp::frame::Frame;
use crate::object::data::{ArrayData, FunctionData};
use crate::object::shape::{Shape, Shapes};
use crate::object::{Object, Of, VarCell};
use crate::value::Value;
use crate::vm::Vm;

/// The words of a `Vec`.
#[derive(Clone, Copy, Debug)]
pub(super) struct VecWords {
    pub start: i32,
    pub len: i32,
}

/// The offsets that machine code uses.
#[derive(Debug)]
pub(super) struct Layout {
    pub vm_fuel: i32,
    pub vm_depth: i32,
    pub vm_stack_limit: i32,
    pub vm_globals: i32,
    pub vm_functions: i32,
    pub vm_epoch: i32,
    pub vm_heap_used: i32,
    pub vm_heap_threshold: i32,
    pub vm_returned: i32,
    pub vm_native_end: i32,
    pub frame_size: i32,
    pub frame_rt: i32,
    pub frame_pc: i32,
    pub frame_base: i32,
    pub frame_dst: i32,
    pub frame_flags: i32,
    pub frame_this: i32,
    pub frame_callee: i32,
    pub frame_new_target: i32,
    pub frame_coroutine: i32,
    pub rt_machine: i32,
    pub rt_plain_machine: i32,
    pub rt_sites: i32,
    pub rt_template: i32,
    pub site_size: i32,
    pub site_shape: i32,
    pub site_slot: i32,
    pub site_hit: i32,
    pub site_direct: i32,
    pub site_offset: i32,
    pub site_calls: i32,
    pub site_callee: i32,
    pub site_epoch: i32,
    pub site_method: i32,
    pub header_kind: i32,
    pub header_inline: i32,
    pub header_mark: i32,
    pub header_flags: i32,
    pub header_word: i32,
    pub object_slots: i32,
    pub array_start: i32,
    pub array_len: i32,
    pub array_length: i32,
    pub array_mixed: i32,
    pub array_fixed: i32,
    pub vm_shapes: i32,
    pub shape_size: i32,
    pub shape_class: i32,
    pub shape_inline: i32,
    pub shape_count: i32,
    pub site_next: i32,
    pub function_func: i32,
    pub function_captures: i32,
    pub var_value: i32,
}

/// Finds the words of a `Vec<T>` by looking at one whose three words differ.
fn vec_words<T>() -> Option<VecWords> {
    let specimen: Vec<T> = Vec::with_capacity(11);
    if size_of::<Vec<T>>() != 3 * size_of::<usize>() || size_of::<T>() == 0 {
        return None;
    }
    // SAFETY: a `Vec` is as long as three words, and all of its bytes are initialised.
    let words: [usize; 3] = unsafe { std::mem::transmute_copy(&specimen) };
    let find = |wanted: usize| words.iter().position(|word| *word == wanted).map(|at| (at * size_of::<usize>()) as i32);
    Some(VecWords { start: find(specimen.as_ptr() as usize)?, len: find(0)? })
}

/// The word of a `Box<[T]>` that is its address.
fn slice_start<T: Clone>(item: T) -> Option<i32> {
    let specimen: Box<[T]> = vec![item; 3].into();
    if size_of::<Box<[T]>>() != 2 * size_of::<usize>() {
        return None;
    }
    // SAFETY: a boxed slice is as long as two words, all of whose bytes are initialised.
    let words: [usize; 2] = unsafe { std::mem::transmute_copy(&specimen) };
    words.iter().position(|word| *word == specimen.as_ptr() as usize).map(|at| (at * size_of::<usize>()) as i32)
}

impl Layout {
    /// `None` on a machine or with a compiler whose layouts are not what machine code can deal with.
    pub fn of_this_build() -> Option<Self> {
        if size_of::<usize>() != 8 || cfg!(target_endian = "big") || size_of::<Option<Box<FuncRt>>>() != 8 {
            return None;
        }
        let values = vec_words::<Value>()?;
        let functions = vec_words::<Option<Box<FuncRt>>>()?;
        let shapes = vec_words::<Shape>()?;
        let boxed = slice_start(Value::ZERO)?;
        let first = offset_of!(PropCache, first);
        let dense = offset_of!(Of<ArrayData>, data) + offset_of!(ArrayData, dense);
        let function = offset_of!(Of<FunctionData>, data);
        let at = |offset: usize| offset as i32;
        Some(Self {
            vm_fuel: at(offset_of!(Vm, fuel)),
            vm_depth: at(offset_of!(Vm, depth)),
            vm_stack_limit: at(offset_of!(Vm, limits.stack)),
            vm_globals: at(offset_of!(Vm, globals)) + values.start,
            vm_functions: at(offset_of!(Vm, caches) + Caches::FUNCTIONS) + functions.start,
            vm_epoch: at(offset_of!(Vm, shapes.epoch)),
            vm_heap_used: at(offset_of!(Vm, heap) + Heap::USED),
            vm_heap_threshold: at(offset_of!(Vm, heap) + Heap::THRESHOLD),
            vm_returned: at(offset_of!(Vm, jit.returned)),
            vm_native_end: at(offset_of!(Vm, jit.native_end)),
            frame_size: at(size_of::<Frame>()),
            frame_rt: at(offset_of!(Frame, rt)),
            frame_pc: at(offset_of!(Frame, pc)),
            frame_base: at(offset_of!(Frame, base)),
            frame_dst: at(offset_of!(Frame, dst)),
            frame_flags: at(offset_of!(Frame, flags)),
            frame_this: at(offset_of!(Frame, this)),
            frame_callee: at(offset_of!(Frame, callee)),
            frame_new_target: at(offset_of!(Frame, new_target)),
            frame_coroutine: at(offset_of!(Frame, coroutine)),
            rt_machine: at(offset_of!(FuncRt, machine)),
            rt_plain_machine: at(offset_of!(FuncRt, plain_machine)),
            rt_sites: at(offset_of!(FuncRt, sites)),
            rt_template: at(offset_of!(FuncRt, template)) + boxed,
            site_size: at(size_of::<PropCache>()),
            site_shape: at(first + offset_of!(Entry, shape)),
            site_slot: at(first + offset_of!(Entry, slot)),
            site_hit: at(first + offset_of!(Entry, hit)),
            site_direct: at(offset_of!(PropCache, direct)),
            site_offset: at(offset_of!(PropCache, offset)),
            site_calls: at(offset_of!(PropCache, calls)),
            site_callee: at(offset_of!(PropCache, callee)),
            site_epoch: at(first + offset_of!(Entry, epoch)),
            site_method: at(first + offset_of!(Entry, method)),
            header_kind: at(offset_of!(Header, kind)),
            header_flags: at(offset_of!(Header, flags)),
            header_mark: at(offset_of!(Header, mark)),
            header_inline: at(offset_of!(Header, inline)),
            header_word: at(offset_of!(Header, word)),
            object_slots: at(size_of::<Object>()),
            array_start: at(dense) + values.start,
            array_len: at(dense) + values.len,
            array_length: at(offset_of!(Of<ArrayData>, data) + offset_of!(ArrayData, len)),
            array_mixed: at(offset_of!(Of<ArrayData>, data) + offset_of!(ArrayData, mixed)),
            array_fixed: at(offset_of!(Of<ArrayData>, data) + offset_of!(ArrayData, fixed)),
            vm_shapes: at(offset_of!(Vm, shapes) + Shapes::SHAPES) + shapes.start,
            shape_size: at(size_of::<Shape>()),
            shape_inline: at(offset_of!(Shape, root.inline)),
            shape_count: at(offset_of!(Shape, count)),
            shape_class: at(offset_of!(Shape, root.class)),
            site_next: at(first + offset_of!(Entry, next)),
            function_func: at(function + offset_of!(FunctionData, func)),
            function_captures: at(function + offset_of!(FunctionData, captures)) + boxed,
            var_value: at(offset_of!(VarCell, value)),
        })
    }
}
