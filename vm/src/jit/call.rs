//! Calls and returns between compiled functions: the caller fills the callee's frame, the callee asks the limits ([`super::translate`]).
//! What is not a plain call of a compiled function, the interpreter does.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use mosl_bytecode::natives::NATIVES;
use mosl_bytecode::table::Reg;
use mosl_bytecode::{Function, FunctionRole, Instr, RegType};

use super::compile::TAG_OBJECT;
use super::helpers::Helper;
use super::plan::Bits;
use super::translate::{FRESH, REFUSED, Translator, plain, stack_units};
use crate::code::Code;
use crate::heap::CellKind;
use crate::interp::class::FIRST_INLINE;
use crate::interp::frame::{CONSTRUCT, Stack};
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

    /// Calls a compiled function with a frame of its own, and goes on behind the call; `slow` where it cannot be. Ends the block.
    fn enter(&mut self, to: &Callee, machine: Value, args: &[Reg], dst: Reg, slow: Block) {
        if args.len() > Stack::SLACK {
            self.b.ins().jump(slow, &[]);
            return;
        }
        let args: Vec<Value> = args.iter().map(|reg| self.raw(*reg)).collect();
        self.leave_unless(machine, slow);
        let before = (self.body.cached.clone(), self.body.dirty.clone());
        self.flush(true);
        let place = self.place(self.body.pc);
        self.b.ins().store(plain(), place, self.body.frame, self.layout.frame_pc);
        let regs = self.b.ins().iadd_imm_s(self.body.regs, self.body.function.registers.len() as i64 * 8);
        for (index, arg) in args.iter().enumerate() {
            self.b.ins().store(plain(), *arg, regs, 8 * index as i32);
        }
        let frame = self.b.ins().iadd_imm_s(self.body.frame, i64::from(self.layout.frame_size));
        self.fill_frame(frame, to, dst);
        let fuel = self.b.use_var(self.fuel);
        let entry = self.b.ins().iconst(types::I32, FRESH + args.len() as i64);
        let arguments = [self.vm, to.rt, frame, regs, fuel, entry];
        let call = self.b.ins().call_indirect(self.tail, machine, &arguments);
        let (result, left) = (self.b.inst_results(call)[0], self.b.inst_results(call)[1]);
        let zero = self.b.ins().iconst(types::I64, 0);
        let failed = self.b.ins().icmp(IntCC::SignedLessThan, left, zero);
        let (other, passed) = (self.cold_if(failed), self.cold());
        self.b.def_var(self.fuel, left);
        self.body.cached = Bits::new(self.body.function.registers.len());
        self.body.dirty = self.body.cached.clone();
        self.set_raw(dst, result);
        self.go_to_node(self.body.node + 1);
        self.b.switch_to_block(other);
        self.b.def_var(self.fuel, fuel);
        let refused = self.b.ins().iconst(types::I64, REFUSED);
        let is_refused = self.b.ins().icmp(IntCC::Equal, left, refused);
        self.b.ins().brif(is_refused, slow, &[], passed, &[]);
        self.b.switch_to_block(passed);
        self.pass_on(left);
        (self.body.cached, self.body.dirty) = before;
    }

    /// The frame's fields, but for `pc`, which whoever looks at it has written first.
    fn fill_frame(&mut self, frame: Value, to: &Callee, dst: Reg) {
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
        let base = self.load_int(self.body.frame, l.frame_base);
        let base = self.b.ins().iadd_imm_s(base, self.body.function.registers.len() as i64);
        self.b.ins().store(plain(), base, frame, l.frame_base);
        let dst = self.b.ins().iconst(types::I64, i64::from(dst.0));
        self.b.ins().istore16(plain(), dst, frame, l.frame_dst);
        let flags = self.b.ins().iconst(types::I64, i64::from(to.flags));
        self.b.ins().istore8(plain(), flags, frame, l.frame_flags);
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

    /// Sets a register to its 64 bits.
    fn set_raw(&mut self, reg: Reg, value: Value) {
        let value = match self.register_type(reg) {
            RegType::Bool => self.b.ins().ireduce(types::I8, value),
            RegType::I32 => self.b.ins().ireduce(types::I32, value),
            _ => return self.set_dynamic(reg, value),
        };
        self.set(reg, value);
    }

    fn list(&self, index: u16) -> &'a [Reg] {
        &self.body.function.lists[usize::from(index)]
    }

    /// Calls a closure of a kind that needs nothing special. Ends the block.
    fn enter_closure(&mut self, callee: Value, this: Value, args: &[Reg], dst: Reg, slow: Block) {
        let closure = self.pointer(callee, TAG_OBJECT, slow);
        self.kind_is(closure, CellKind::Function, slow);
        let rt = self.function_of(closure, slow);
        let machine = self.load_word(rt, self.layout.rt_plain_machine);
        let new_target = self.undefined();
        self.enter(&Callee { rt, callee, this, new_target, flags: 0 }, machine, args, dst, slow);
    }

    /// What could not be done here, the interpreter does; then the function goes on, unless that pushed a frame.
    fn finish_slowly(&mut self, slow: Block, dst: Reg) {
        self.b.switch_to_block(slow);
        self.execute_call();
        let result = self.executed(dst);
        self.set(dst, result);
        self.go_to_node(self.body.node + 1);
    }

    pub(super) fn call(&mut self, dst: Reg, callee: Reg, args: u16) {
        let args = self.list(args);
        let (callee, this) = (self.dynamic(callee), self.dynamic(args[0]));
        let slow = self.cold();
        self.enter_closure(callee, this, &args[1..], dst, slow);
        self.finish_slowly(slow, dst);
    }

    pub(super) fn call_method(&mut self, dst: Reg, args: u16, site: u16) {
        let args = self.list(args);
        let this = self.dynamic(args[0]);
        for arg in &args[1..] {
            self.get(*arg);
        }
        let (slow, further) = (self.cold(), self.cold());
        let (callee, rt) = self.site_callee(this, site, further);
        if let Some(inlinee) = self.inlinee() {
            let other = self.cold();
            self.expect_function(rt, inlinee.func, other);
            self.inline(inlinee, [rt, callee, this], &args[1..], dst, other);
            self.b.switch_to_block(other);
            if self.body.inlined.is_some() {
                self.b.ins().jump(slow, &[]);
                self.b.switch_to_block(further);
                self.b.ins().jump(slow, &[]);
                return self.finish_slowly(slow, dst);
            }
        }
        let machine = self.load_word(rt, self.layout.rt_machine);
        let new_target = self.undefined();
        self.enter(&Callee { rt, callee, this, new_target, flags: 0 }, machine, &args[1..], dst, further);
        self.b.switch_to_block(further);
        let index = self.b.ins().iconst(types::I32, i64::from(site));
        if goes_on(self.code, self.body.function, self.body.function.code[self.body.pc]) {
            self.call_quick(Helper::quick_method, &[self.vm, self.body.rt, index], args, dst, slow);
        } else {
            let method = self.help(Helper::cached_property, &[self.vm, self.body.rt, index, this]);
            self.enter_closure(method, this, &args[1..], dst, slow);
        }
        self.finish_slowly(slow, dst);
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
        let (cached, dirty) = (self.body.cached.clone(), self.body.dirty.clone());
        self.set(dst, result);
        self.go_to_node(self.body.node + 1);
        (self.body.cached, self.body.dirty) = (cached, dirty);
    }

    pub(super) fn call_native(&mut self, dst: Reg, native: u16, args: u16) {
        let slow = self.cold();
        let instr = self.body.function.code[self.body.pc];
        if goes_on(self.code, self.body.function, instr) {
            let args = self.list(args);
            self.in_the_open(dst, native, args);
            let native = self.b.ins().iconst(types::I32, i64::from(native));
            self.call_quick(Helper::quick, &[self.vm, native], args, dst, slow);
        } else {
            self.b.ins().jump(slow, &[]);
        }
        self.finish_slowly(slow, dst);
    }

    /// The function of a number that a built-in is, where a machine instruction is that; goes on in a block for what is no number.
    fn in_the_open(&mut self, dst: Reg, native: u16, args: &[Reg]) {
        let decl = &NATIVES[usize::from(native)];
        let [_, x] = args else { return };
        if !matches!(decl.name, "Math.sqrt" | "Math.abs") {
            return;
        }
        let (n, other) = (self.number(*x), self.cold());
        let result = if decl.name == "Math.abs" { self.b.ins().fabs(n) } else { self.b.ins().sqrt(n) };
        // What is no number is a NaN, and what becomes of a NaN is one.
        let is_nan = self.b.ins().fcmp(FloatCC::Unordered, result, result);
        self.leave_if(is_nan, other);
        let fuel = self.b.use_var(self.fuel);
        let left = self.b.ins().iadd_imm_s(fuel, -i64::from(decl.fuel));
        let zero = self.b.ins().iconst(types::I64, 0);
        let empty = self.b.ins().icmp(IntCC::SignedLessThan, left, zero);
        self.leave_if(empty, other);
        self.b.def_var(self.fuel, left);
        let before = (self.body.cached.clone(), self.body.dirty.clone());
        self.set_number(dst, result);
        self.go_to_node(self.body.node + 1);
        (self.body.cached, self.body.dirty) = before;
        self.b.switch_to_block(other);
        self.b.def_var(self.fuel, fuel);
    }

    pub(super) fn call_direct(&mut self, dst: Reg, func: u16, args: u16) {
        let (slow, args) = (self.cold(), self.list(args));
        for arg in args {
            self.get(*arg);
        }
        let functions = self.load_word(self.vm, self.layout.vm_functions);
        let rt = self.load_word(functions, 8 * i32::from(func));
        self.leave_unless(rt, slow);
        let nothing = self.undefined();
        let to = Callee { rt, callee: nothing, this: nothing, new_target: nothing, flags: 0 };
        if let Some(inlinee) = self.inlinee() {
            let other = self.cold();
            self.inline(inlinee, [rt, nothing, nothing], args, dst, other);
            self.b.switch_to_block(other);
            if self.body.inlined.is_some() {
                self.b.ins().jump(slow, &[]);
                return self.finish_slowly(slow, dst);
            }
        }
        let machine = self.load_word(rt, self.layout.rt_machine);
        self.enter(&to, machine, args, dst, slow);
        self.finish_slowly(slow, dst);
    }

    pub(super) fn call_new(&mut self, dst: Reg, callee: Reg, args: u16) {
        let callee = self.dynamic(callee);
        let slow = self.cold();
        let args = self.list(args);
        self.construct(callee, callee, args, dst, slow);
        self.finish_slowly(slow, dst);
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
        self.finish_slowly(slow, dst);
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
        let machine = self.load_word(rt, self.layout.rt_machine);
        self.enter(&Callee { rt, callee, this, new_target, flags: CONSTRUCT }, machine, args, dst, slow);
    }

    /// Returns a value to the caller's machine code, or to whoever entered this one.
    pub(super) fn return_(&mut self, value: Reg) {
        if self.return_to_caller(value) {
            return;
        }
        let l = self.layout;
        let mut result = self.raw(value);
        let slow = self.cold();
        let flags = self.load_byte(self.body.frame, l.frame_flags);
        if matches!(self.body.function.role, FunctionRole::BaseConstructor | FunctionRole::DerivedConstructor) {
            result = self.constructed(result, flags, slow);
        } else {
            self.leave_if(flags, slow);
        }
        // Work that was noted late may have used more than there was: a negative number would say that the call failed.
        let fuel = self.b.use_var(self.fuel);
        let zero = self.b.ins().iconst(types::I64, 0);
        let overdrawn = self.b.ins().icmp(IntCC::SignedLessThan, fuel, zero);
        self.leave_if(overdrawn, slow);
        let depth = self.load_int(self.vm, l.vm_depth);
        let depth = self.b.ins().iadd_imm_s(depth, -stack_units(self.body.function));
        self.b.ins().store(plain(), depth, self.vm, l.vm_depth);
        self.b.ins().return_(&[result, fuel]);
        self.b.switch_to_block(slow);
        self.leave();
    }

    /// What a constructor's return yields: the returned object, or `this`.
    fn constructed(&mut self, result: Value, flags: Value, slow: Block) -> Value {
        let l = self.layout;
        self.int_is(flags, i64::from(CONSTRUCT), slow);
        let this = self.load_word(self.body.frame, l.frame_this);
        let is_object = self.has_tag(result, TAG_OBJECT);
        let result = self.b.ins().select(is_object, result, this);
        let uninit = self.bits(value::Value::UNINIT);
        let missing = self.b.ins().icmp(IntCC::Equal, result, uninit);
        self.leave_if(missing, slow);
        self.note_instance(result);
        result
    }

    /// Tells the class what its instance turned out to need, where that is something new: see `Vm::note_instance`.
    fn note_instance(&mut self, instance: Value) {
        let l = self.layout;
        let (note, compare, done) = (self.cold(), self.b.create_block(), self.b.create_block());
        let base = self.b.ins().iconst(types::I64, (TAG_OBJECT << 48).cast_signed());
        let object = self.b.ins().isub(instance, base);
        let shape = self.shape_of(object);
        let inline = self.load_byte(shape, l.shape_inline);
        let first = self.b.ins().iconst(types::I32, i64::from(FIRST_INLINE));
        let is_first = self.b.ins().icmp(IntCC::Equal, inline, first);
        self.b.ins().brif(is_first, note, &[], compare, &[]);
        self.b.switch_to_block(compare);
        let count = self.load_int(shape, l.shape_count);
        let more = self.b.ins().icmp(IntCC::UnsignedGreaterThan, count, inline);
        self.b.ins().brif(more, note, &[], done, &[]);
        self.b.switch_to_block(note);
        let new_target = self.load_word(self.body.frame, l.frame_new_target);
        self.help(Helper::note_instance, &[self.vm, new_target, instance]);
        self.b.ins().jump(done, &[]);
        self.b.switch_to_block(done);
    }
}
