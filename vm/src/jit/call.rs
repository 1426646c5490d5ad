//! Calls and returns between compiled functions: a frame is pushed or popped, and the other function's code is jumped to. What is
//! not a plain call of a compiled function, the interpreter does.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use mosl_bytecode::table::Reg;
use mosl_bytecode::{Function, FunctionRole, Instr, RegType};

use super::compile::TAG_OBJECT;
use super::helpers::Helper;
use super::translate::{FRESH, Translator, plain};
use crate::code::Code;
use crate::heap::CellKind;
use crate::interp::cache::Hit;
use crate::interp::frame::CONSTRUCT;
use crate::natives::quick;
use crate::value;

/// Whether a call may be one of a built-in that has a short way, after which the function goes on.
pub(super) fn goes_on(code: &Code, function: &Function, instr: Instr) -> bool {
    match instr {
        Instr::CallNative { native, args, .. } => {
            quick::table()[usize::from(native)].is_some() && function.lists[usize::from(args)].len() <= 3
        }
        Instr::CallMethod { args, site, .. } => {
            let name = function.sites[usize::from(site)];
            let name = String::from_utf16_lossy(&code.module.strings[name.0 as usize]);
            function.lists[usize::from(args)].len() <= 3 && quick::is_method(&name)
        }
        _ => false,
    }
}

/// Who is called, as values of the machine code.
struct Callee {
    rt: Value,
    callee: Value,
    this: Value,
    new_target: Value,
    flags: u8,
}

impl<'a> Translator<'a> {
    fn undefined(&mut self) -> Value {
        self.bits(value::Value::UNDEFINED)
    }

    /// The function that a closure runs, as this instance knows it; `slow` where it has not run yet.
    fn function_of(&mut self, closure: Value, slow: Block) -> Value {
        let func = self.b.ins().uload16(types::I64, plain(), closure, self.layout.function_func);
        let functions = self.load_word(self.vm, self.layout.vm_functions);
        let three = self.b.ins().iconst(types::I64, 3);
        let scaled = self.b.ins().ishl(func, three);
        let at = self.b.ins().iadd(functions, scaled);
        let rt = self.load_word(at, 0);
        self.leave_unless(rt, slow);
        rt
    }

    /// Enters a compiled function with a frame of its own, if the limits allow; `slow` otherwise. Ends the block.
    fn enter(&mut self, to: &Callee, args: &[Reg], dst: Reg, slow: Block, exact: bool) {
        let args: Vec<Value> = args.iter().map(|reg| self.raw(*reg)).collect();
        let l = self.layout;
        let machine = self.load_word(to.rt, l.rt_machine);
        self.leave_unless(machine, slow);
        let fuel = self.b.use_var(self.fuel);
        let cost = self.b.ins().uload32(plain(), to.rt, l.rt_first_fuel);
        let left = self.b.ins().isub(fuel, cost);
        let zero = self.b.ins().iconst(types::I64, 0);
        let empty = self.b.ins().icmp(IntCC::SignedLessThan, left, zero);
        self.leave_if(empty, slow);
        let units = self.b.ins().uload16(types::I32, plain(), to.rt, l.rt_units);
        let depth = self.load_int(self.vm, l.vm_depth);
        let depth = self.b.ins().iadd(depth, units);
        let limit = self.load_int(self.vm, l.vm_stack_limit);
        let deep = self.b.ins().icmp(IntCC::UnsignedGreaterThan, depth, limit);
        self.leave_if(deep, slow);
        let base = self.load_word(self.vm, l.vm_stack_top);
        let size = self.b.ins().uload32(plain(), to.rt, l.rt_size);
        let top = self.b.ins().iadd(base, size);
        // Arguments that the callee does not take are written too, above its frame.
        let extra = self.b.ins().iconst(types::I64, args.len() as i64);
        let needed = self.b.ins().iadd(top, extra);
        let capacity = self.load_word(self.vm, l.vm_stack_capacity);
        let full = self.b.ins().icmp(IntCC::UnsignedGreaterThan, needed, capacity);
        self.leave_if(full, slow);
        // Nothing is in the way any more.
        self.flush(true);
        let place = self.place(self.pc);
        self.b.ins().store(plain(), place, self.frame, l.frame_pc);
        self.b.ins().store(plain(), depth, self.vm, l.vm_depth);
        self.b.ins().store(plain(), top, self.vm, l.vm_stack_top);
        let own = self.b.ins().iconst(types::I64, self.function.registers.len() as i64 * 8);
        let regs = self.b.ins().iadd(self.regs, own);
        for (index, arg) in args.iter().enumerate() {
            self.b.ins().store(plain(), *arg, regs, 8 * index as i32);
        }
        if !exact {
            self.fill_params(to.rt, regs, args.len());
        }
        let step = self.b.ins().iconst(types::I64, i64::from(l.frame_size));
        let frame = self.b.ins().iadd(self.frame, step);
        self.push_frame(frame, to, base, dst);
        let entry = self.b.ins().iconst(types::I32, FRESH);
        self.b.ins().return_call_indirect(self.tail, machine, &[self.vm, to.rt, frame, regs, left, entry]);
    }

    /// The frame's fields, but for `pc`, which whoever looks at it has written first.
    fn push_frame(&mut self, frame: Value, to: &Callee, base: Value, dst: Reg) {
        let l = self.layout;
        let none = self.b.ins().iconst(types::I64, 0);
        for (value, offset) in [
            (to.rt, l.frame_rt),
            (to.this, l.frame_this),
            (to.callee, l.frame_callee),
            (to.new_target, l.frame_new_target),
            (none, l.frame_coroutine),
        ] {
            self.b.ins().store(plain(), value, frame, offset);
        }
        self.b.ins().istore32(plain(), base, frame, l.frame_base);
        let dst = self.b.ins().iconst(types::I64, i64::from(dst.0));
        self.b.ins().istore16(plain(), dst, frame, l.frame_dst);
        let flags = self.b.ins().iconst(types::I64, i64::from(to.flags));
        self.b.ins().istore8(plain(), flags, frame, l.frame_flags);
        self.count_frames(1);
    }

    fn count_frames(&mut self, by: i64) {
        let count = self.load_word(self.vm, self.layout.vm_frames_len);
        let by = self.b.ins().iconst(types::I64, by);
        let count = self.b.ins().iadd(count, by);
        self.b.ins().store(plain(), count, self.vm, self.layout.vm_frames_len);
    }

    /// Parameters without argument are undefined.
    fn fill_params(&mut self, rt: Value, regs: Value, given: usize) {
        let params = self.b.ins().uload16(types::I64, plain(), rt, self.layout.rt_params);
        let given = self.b.ins().iconst(types::I64, given as i64);
        let more = self.b.ins().icmp(IntCC::UnsignedGreaterThan, params, given);
        let (fill, filled) = (self.b.create_block(), self.b.create_block());
        let index = self.b.append_block_param(fill, types::I64);
        self.b.ins().brif(more, fill, &[given.into()], filled, &[]);
        self.b.switch_to_block(fill);
        let undefined = self.undefined();
        let three = self.b.ins().iconst(types::I64, 3);
        let scaled = self.b.ins().ishl(index, three);
        let at = self.b.ins().iadd(regs, scaled);
        self.b.ins().store(plain(), undefined, at, 0);
        let one = self.b.ins().iconst(types::I64, 1);
        let next = self.b.ins().iadd(index, one);
        let more = self.b.ins().icmp(IntCC::UnsignedGreaterThan, params, next);
        self.b.ins().brif(more, fill, &[next.into()], filled, &[]);
        self.b.switch_to_block(filled);
    }

    /// A register's 64 bits.
    fn raw(&mut self, reg: Reg) -> Value {
        match self.register_type(reg) {
            RegType::Bool | RegType::I32 => {
                let value = self.get(reg);
                self.b.ins().uextend(types::I64, value)
            }
            _ => self.dynamic(reg),
        }
    }

    fn list(&self, index: u16) -> &'a [Reg] {
        &self.function.lists[usize::from(index)]
    }

    /// Calls a closure of a kind that needs nothing special. Ends the block.
    fn enter_closure(&mut self, callee: Value, this: Value, args: &[Reg], dst: Reg, slow: Block) {
        let closure = self.pointer(callee, TAG_OBJECT, slow);
        self.kind_is(closure, CellKind::Function, slow);
        let rt = self.function_of(closure, slow);
        let plain_call = self.load_byte(rt, self.layout.rt_plain_call);
        self.leave_unless(plain_call, slow);
        let new_target = self.undefined();
        self.enter(&Callee { rt, callee, this, new_target, flags: 0 }, args, dst, slow, false);
    }

    /// What could not be done here, the interpreter does.
    fn leave_from(&mut self, slow: Block) {
        self.b.switch_to_block(slow);
        self.leave();
    }

    pub(super) fn call(&mut self, dst: Reg, callee: Reg, args: u16) {
        let args = self.list(args);
        let (callee, this) = (self.dynamic(callee), self.dynamic(args[0]));
        let slow = self.cold();
        self.enter_closure(callee, this, &args[1..], dst, slow);
        self.leave_from(slow);
    }

    pub(super) fn call_method(&mut self, dst: Reg, args: u16, site: u16) {
        let args = self.list(args);
        let this = self.dynamic(args[0]);
        for arg in &args[1..] {
            self.get(*arg);
        }
        let (slow, further) = (self.cold(), self.cold());
        let object = self.pointer(this, TAG_OBJECT, further);
        let cache = self.site(site);
        self.site_matches(object, cache, Hit::Proto, further);
        let epoch = self.load_int(cache.0, cache.1 + self.layout.site_epoch);
        let now = self.load_int(self.vm, self.layout.vm_epoch);
        let same = self.b.ins().icmp(IntCC::Equal, epoch, now);
        self.leave_unless(same, further);
        let method = self.load_word(cache.0, cache.1 + self.layout.site_method);
        let instr = self.function.code[self.pc];
        if goes_on(self.code, self.function, instr) {
            self.enter_closure(method, this, &args[1..], dst, further);
            self.b.switch_to_block(further);
            let index = self.b.ins().iconst(types::I32, i64::from(site));
            self.call_quick(Helper::quick_method, &[self.vm, self.rt, index], args, dst, slow);
        } else {
            let found = self.b.create_block();
            let param = self.b.append_block_param(found, types::I64);
            self.b.ins().jump(found, &[method.into()]);
            self.b.switch_to_block(further);
            let index = self.b.ins().iconst(types::I32, i64::from(site));
            let method = self.help(Helper::cached_property, &[self.vm, self.rt, index, this]);
            self.b.ins().jump(found, &[method.into()]);
            self.b.switch_to_block(found);
            self.enter_closure(param, this, &args[1..], dst, slow);
        }
        self.leave_from(slow);
    }

    /// A built-in by its short way, after which the function goes on; `slow` where it must be called. Ends the block.
    fn call_quick(&mut self, helper: Helper, first: &[Value], args: &[Reg], dst: Reg, slow: Block) {
        let mut all = first.to_vec();
        for index in 0..3 {
            let value = match args.get(index) {
                Some(reg) => self.dynamic(*reg),
                None => self.bits(value::Value::ABSENT),
            };
            all.push(value);
        }
        self.save_fuel();
        let result = self.help(helper, &all);
        let absent = self.bits(value::Value::ABSENT);
        let missing = self.b.ins().icmp(IntCC::Equal, result, absent);
        self.leave_if(missing, slow);
        self.reload_fuel();
        let (cached, dirty) = (self.cached.clone(), self.dirty.clone());
        self.set(dst, result);
        self.go_to_node(self.node + 1);
        (self.cached, self.dirty) = (cached, dirty);
    }

    pub(super) fn call_native(&mut self, dst: Reg, native: u16, args: u16) {
        let slow = self.cold();
        let instr = self.function.code[self.pc];
        if goes_on(self.code, self.function, instr) {
            let args = self.list(args);
            let native = self.b.ins().iconst(types::I32, i64::from(native));
            self.call_quick(Helper::quick, &[self.vm, native], args, dst, slow);
        } else {
            self.b.ins().jump(slow, &[]);
        }
        self.leave_from(slow);
    }

    pub(super) fn call_direct(&mut self, dst: Reg, func: u16, args: u16) {
        let slow = self.cold();
        let functions = self.load_word(self.vm, self.layout.vm_functions);
        let rt = self.load_word(functions, 8 * i32::from(func));
        self.leave_unless(rt, slow);
        let nothing = self.undefined();
        let to = Callee { rt, callee: nothing, this: nothing, new_target: nothing, flags: 0 };
        let args = self.list(args);
        self.enter(&to, args, dst, slow, true);
        self.leave_from(slow);
    }

    pub(super) fn call_new(&mut self, dst: Reg, callee: Reg, args: u16) {
        let callee = self.dynamic(callee);
        let slow = self.cold();
        let args = self.list(args);
        self.construct(callee, callee, args, dst, slow);
        self.leave_from(slow);
    }

    pub(super) fn super_call(&mut self, dst: Reg, ctor: Reg, args: u16) {
        let args = self.list(args);
        let (ctor, new_target) = (self.dynamic(ctor), self.dynamic(args[0]));
        let slow = self.cold();
        let parent = self.help(Helper::superclass, &[self.vm, ctor]);
        let absent = self.bits(value::Value::ABSENT);
        let missing = self.b.ins().icmp(IntCC::Equal, parent, absent);
        self.leave_if(missing, slow);
        self.construct(parent, new_target, &args[1..], dst, slow);
        self.leave_from(slow);
    }

    fn construct(&mut self, callee: Value, new_target: Value, args: &[Reg], dst: Reg, slow: Block) {
        for arg in args {
            self.get(*arg);
        }
        // What is newer in machine registers need not be in memory: making an instance collects nothing.
        self.save_fuel();
        let this = self.help(Helper::new_instance, &[self.vm, callee, new_target]);
        let absent = self.bits(value::Value::ABSENT);
        let missing = self.b.ins().icmp(IntCC::Equal, this, absent);
        self.leave_if(missing, slow);
        // The helper made sure that the callee is a closure whose function is known.
        let closure = self.pointer(callee, TAG_OBJECT, slow);
        let rt = self.function_of(closure, slow);
        self.enter(&Callee { rt, callee, this, new_target, flags: CONSTRUCT }, args, dst, slow, false);
    }

    /// Returns to the caller's frame, wherever it continues.
    pub(super) fn return_(&mut self, value: Reg) {
        let l = self.layout;
        let mut result = self.raw(value);
        let slow = self.cold();
        let flags = self.load_byte(self.frame, l.frame_flags);
        if matches!(self.function.role, FunctionRole::BaseConstructor | FunctionRole::DerivedConstructor) {
            result = self.constructed(result, flags, slow);
        } else {
            self.leave_if(flags, slow);
        }
        let depth = self.load_int(self.vm, l.vm_depth);
        let units = self.b.ins().iconst(types::I32, 1 + (self.function.registers.len() / 16) as i64);
        let depth = self.b.ins().isub(depth, units);
        self.b.ins().store(plain(), depth, self.vm, l.vm_depth);
        let base = self.b.ins().uload32(plain(), self.frame, l.frame_base);
        self.b.ins().store(plain(), base, self.vm, l.vm_stack_top);
        self.count_frames(-1);
        let dst = self.b.ins().uload16(types::I64, plain(), self.frame, l.frame_dst);
        let step = self.b.ins().iconst(types::I64, i64::from(l.frame_size));
        let frame = self.b.ins().isub(self.frame, step);
        let rt = self.load_word(frame, l.frame_rt);
        let base = self.b.ins().uload32(plain(), frame, l.frame_base);
        let start = self.load_word(self.vm, l.vm_stack_start);
        let regs = self.scaled(start, base, 3);
        let at = self.scaled(regs, dst, 3);
        self.b.ins().store(plain(), result, at, 0);
        let pc = self.load_word(frame, l.frame_pc);
        let machine = self.load_word(rt, l.rt_machine);
        let stay = self.cold();
        self.leave_unless(machine, stay);
        let code = self.load_word(rt, l.rt_code);
        let offset = self.b.ins().isub(pc, code);
        let two = self.b.ins().iconst(types::I64, 2);
        let offset = self.b.ins().ushr(offset, two);
        let entries = self.load_word(rt, l.rt_entries);
        let at = self.b.ins().iadd(entries, offset);
        // The place behind the call: instructions are 8 bytes long, entries 2.
        let entry = self.b.ins().uload16(types::I32, plain(), at, 2);
        self.leave_unless(entry, stay);
        let fuel = self.b.use_var(self.fuel);
        self.b.ins().return_call_indirect(self.tail, machine, &[self.vm, rt, frame, regs, fuel, entry]);
        // The caller is the interpreter's.
        self.b.switch_to_block(stay);
        let eight = self.b.ins().iconst(types::I64, 8);
        let next = self.b.ins().iadd(pc, eight);
        self.b.ins().store(plain(), next, frame, l.frame_pc);
        self.save_fuel();
        let status = self.b.ins().iconst(types::I32, 0);
        self.b.ins().return_(&[status]);
        self.leave_from(slow);
    }

    fn scaled(&mut self, base: Value, index: Value, shift: i64) -> Value {
        let shift = self.b.ins().iconst(types::I64, shift);
        let scaled = self.b.ins().ishl(index, shift);
        self.b.ins().iadd(base, scaled)
    }

    /// What a constructor's return yields: the returned object, or `this`.
    fn constructed(&mut self, result: Value, flags: Value, slow: Block) -> Value {
        let l = self.layout;
        self.int_is(flags, i64::from(CONSTRUCT), slow);
        let this = self.load_word(self.frame, l.frame_this);
        let is_object = self.has_tag(result, TAG_OBJECT);
        let result = self.b.ins().select(is_object, result, this);
        let uninit = self.bits(value::Value::UNINIT);
        let missing = self.b.ins().icmp(IntCC::Equal, result, uninit);
        self.leave_if(missing, slow);
        let new_target = self.load_word(self.frame, l.frame_new_target);
        self.help(Helper::note_instance, &[self.vm, new_target, result]);
        result
    }
}
