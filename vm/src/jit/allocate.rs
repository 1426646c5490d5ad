//! Cells that instructions make: objects, arrays, closures, shared variables; and the safepoint that follows each.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use mosl_bytecode::table::Reg;

use super::helpers::Helper;
use super::translate::{THROWN, Translator, plain};
use crate::interp::frame::Stack;

impl Translator<'_> {
    pub(super) fn new_object(&mut self, dst: Reg) {
        let made = self.help(Helper::new_object, &[self.vm]);
        self.made(dst, made);
    }

    pub(super) fn new_cell(&mut self, dst: Reg, value: Reg) {
        let value = self.dynamic(value);
        let made = self.help(Helper::new_cell, &[self.vm, value]);
        self.made(dst, made);
    }

    pub(super) fn new_array(&mut self, dst: Reg, items: u16) {
        let instr = self.body.function.code[self.body.pc];
        let Some([items, count]) = self.lay_out(items) else { return self.execute_all(instr) };
        let made = self.help(Helper::new_array, &[self.vm, items, count]);
        self.made(dst, made);
    }

    pub(super) fn new_closure(&mut self, dst: Reg, func: u16, captures: u16) {
        let instr = self.body.function.code[self.body.pc];
        let Some([captures, count]) = self.lay_out(captures) else { return self.execute_all(instr) };
        let func = self.b.ins().iconst(types::I32, i64::from(func));
        let made = self.help(Helper::new_closure, &[self.vm, func, captures, count]);
        self.made(dst, made);
    }

    /// Writes registers behind one another, where the next frame's would be; where that is, and how many.
    fn lay_out(&mut self, list: u16) -> Option<[Value; 2]> {
        let list = &self.body.function.lists[usize::from(list)];
        if list.len() > Stack::SLACK {
            return None;
        }
        let at = self.b.ins().iadd_imm_s(self.body.regs, self.body.function.registers.len() as i64 * 8);
        for (index, reg) in list.iter().enumerate() {
            let value = self.dynamic(*reg);
            self.b.ins().store(plain(), value, at, 8 * index as i32);
        }
        let count = self.b.ins().iconst(types::I32, list.len() as i64);
        Some([at, count])
    }

    /// A register is what was made; the collector does what is due.
    fn made(&mut self, dst: Reg, value: Value) {
        self.set(dst, value);
        let used = self.load_word(self.vm, self.layout.vm_heap_used);
        let threshold = self.load_word(self.vm, self.layout.vm_heap_threshold);
        let due = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, used, threshold);
        let (cold, on) = (self.cold(), self.further());
        self.b.ins().brif(due, cold, &[], on, &[]);
        self.b.switch_to_block(cold);
        self.expose();
        self.flush(true);
        self.save_fuel();
        let place = self.place(self.body.pc);
        let status = self.help(Helper::safepoint, &[self.vm, self.body.frame, place]);
        // Work that was noted since is paid for there.
        self.reload_fuel();
        let (failed, done) = (self.cold(), self.cold());
        self.b.ins().brif(status, failed, &[], done, &[]);
        self.b.switch_to_block(failed);
        let mark = self.b.ins().iconst(types::I64, THROWN);
        self.pass_on(mark);
        self.b.switch_to_block(done);
        self.conceal();
        self.b.ins().jump(on, &[]);
        self.b.switch_to_block(on);
    }
}
