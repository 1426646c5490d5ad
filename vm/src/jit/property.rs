//! Properties through the site's inline cache, elements of dense arrays, fields of known classes, shared variables.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use mosl_bytecode::table::Reg;
use mosl_bytecode::{Instr, RegType};

use super::compile::{TAG_CELL, TAG_OBJECT, TAG_STRING};
use super::helpers::Helper;
use super::translate::{Translator, plain};
use crate::heap::CellKind;
use crate::heap::barrier::BLACK;
use crate::heap::flags::RESTRICTED;
use crate::interp::cache::Hit;
use crate::interp::class::MAX_INLINE;
use crate::value;

impl Translator<'_> {
    /// The address behind a value with a tag; `slow` for other values.
    pub(super) fn pointer(&mut self, value: Value, tag: u64, slow: Block) -> Value {
        let base = self.b.ins().iconst(types::I64, (tag << 48).cast_signed());
        let address = self.b.ins().isub(value, base);
        let shift = self.b.ins().iconst(types::I64, 48);
        let rest = self.b.ins().ushr(address, shift);
        self.leave_if(rest, slow);
        address
    }

    pub(super) fn load_byte(&mut self, at: Value, offset: i32) -> Value {
        self.b.ins().uload8(types::I32, plain(), at, offset)
    }

    pub(super) fn load_int(&mut self, at: Value, offset: i32) -> Value {
        self.b.ins().load(types::I32, plain(), at, offset)
    }

    pub(super) fn load_word(&mut self, at: Value, offset: i32) -> Value {
        self.b.ins().load(types::I64, plain(), at, offset)
    }

    pub(super) fn int_is(&mut self, value: Value, known: i64, slow: Block) {
        let known = self.b.ins().iconst(types::I32, known);
        let same = self.b.ins().icmp(IntCC::Equal, value, known);
        self.leave_unless(same, slow);
    }

    pub(super) fn kind_is(&mut self, cell: Value, kind: CellKind, slow: Block) {
        let found = self.load_byte(cell, self.layout.header_kind);
        self.int_is(found, kind as i64, slow);
    }

    /// Where a site's cache is.
    pub(super) fn site(&mut self, site: u16) -> (Value, i32) {
        let sites =
            self.b.ins().load(types::I64, plain().with_readonly().with_can_move(), self.body.rt, self.layout.rt_sites);
        (sites, self.layout.site_size * i32::from(site))
    }

    /// Goes on where the cache's first entry is for the object's shape and of a kind.
    pub(super) fn site_matches(&mut self, object: Value, site: (Value, i32), hit: Hit, slow: Block) {
        let (base, offset) = site;
        let shape = self.load_int(object, self.layout.header_word);
        let known = self.load_int(base, offset + self.layout.site_shape);
        let same = self.b.ins().icmp(IntCC::Equal, shape, known);
        self.leave_unless(same, slow);
        let found = self.load_byte(base, offset + self.layout.site_hit);
        self.int_is(found, hit as i64, slow);
    }

    /// The address of the inline slot that a site's cache names for the object's shape; `other` where it names none.
    fn direct_slot(&mut self, object: Value, site: u16, other: Block) -> Value {
        let (base, offset) = self.site(site);
        let shape = self.load_int(object, self.layout.header_word);
        let known = self.load_int(base, offset + self.layout.site_direct);
        let same = self.b.ins().icmp(IntCC::Equal, shape, known);
        self.leave_unless(same, other);
        let slot = self.b.ins().uload32(plain(), base, offset + self.layout.site_offset);
        self.b.ins().iadd(object, slot)
    }

    fn slot_address(&mut self, object: Value, slot: Value) -> Value {
        let wide = self.b.ins().uextend(types::I64, slot);
        let three = self.b.ins().iconst(types::I64, 3);
        let scaled = self.b.ins().ishl(wide, three);
        self.b.ins().iadd(object, scaled)
    }

    fn not_absent(&mut self, value: Value, slow: Block) {
        let absent = self.bits(value::Value::ABSENT);
        let is_absent = self.b.ins().icmp(IntCC::Equal, value, absent);
        self.leave_if(is_absent, slow);
    }

    fn is_length(&self, site: u16) -> bool {
        let name = self.body.function.sites[usize::from(site)];
        self.code.module.strings[name.0 as usize].iter().copied().eq("length".encode_utf16())
    }

    pub(super) fn get_prop(&mut self, instr: Instr, dst: Reg, object: Reg, site: u16) {
        let target = self.dynamic(object);
        let further = self.cold();
        let object = self.pointer(target, TAG_OBJECT, further);
        let found = if self.is_length(site) {
            self.kind_is(object, CellKind::Array, further);
            let length = self.load_int(object, self.layout.array_length);
            let wide = self.b.ins().uextend(types::I64, length);
            self.b.ins().fcvt_from_sint(types::F64, wide)
        } else {
            let at = self.direct_slot(object, site, further);
            let found = self.load_word(at, 0);
            self.not_absent(found, further);
            found
        };
        let done = self.b.create_block();
        let ty = self.b.func.dfg.value_type(found);
        let result = self.b.append_block_param(done, ty);
        self.b.ins().jump(done, &[found.into()]);
        self.b.switch_to_block(further);
        self.rare = true;
        if ty == types::I64 {
            self.method_of_site(target, site, done);
        }
        let index = self.b.ins().iconst(types::I32, i64::from(site));
        let found = self.help(Helper::cached_property, &[self.vm, self.body.rt, index, target]);
        let slow = self.cold();
        self.not_absent(found, slow);
        let found = self.as_type(found, ty, slow);
        self.b.ins().jump(done, &[found.into()]);
        self.b.switch_to_block(slow);
        self.execute(instr);
        let found = self.b.ins().load(types::I64, plain(), self.body.regs, 8 * i32::from(dst.0));
        let found = self.as_type(found, ty, slow);
        self.b.ins().jump(done, &[found.into()]);
        self.rare = false;
        self.b.switch_to_block(done);
        if ty == types::F64 { self.set_number(dst, result) } else { self.set(dst, result) }
    }

    /// Goes to `done` with the method that a site's cache names for the object's class; goes on where it names none.
    fn method_of_site(&mut self, target: Value, site: u16, done: Block) {
        let other = self.cold();
        let (method, _) = self.site_callee(target, site, other);
        self.b.ins().jump(done, &[method.into()]);
        self.b.switch_to_block(other);
    }

    /// The closure that a site's cache names for the class of `target`, and what it runs; `other` where the cache names none.
    pub(super) fn site_callee(&mut self, target: Value, site: u16, other: Block) -> (Value, Value) {
        let object = self.pointer(target, TAG_OBJECT, other);
        let (base, offset) = self.site(site);
        let shape = self.load_int(object, self.layout.header_word);
        let known = self.load_int(base, offset + self.layout.site_calls);
        let same = self.b.ins().icmp(IntCC::Equal, shape, known);
        self.leave_unless(same, other);
        let epoch = self.load_int(base, offset + self.layout.site_epoch);
        let now = self.load_int(self.vm, self.layout.vm_epoch);
        let same = self.b.ins().icmp(IntCC::Equal, epoch, now);
        self.leave_unless(same, other);
        let method = self.load_word(base, offset + self.layout.site_method);
        let rt = self.load_word(base, offset + self.layout.site_callee);
        (method, rt)
    }

    fn as_type(&mut self, value: Value, ty: types::Type, _: Block) -> Value {
        if ty == types::F64 {
            return self.b.ins().bitcast(types::F64, cranelift_codegen::ir::MemFlagsData::new(), value);
        }
        value
    }

    /// Goes on where a cell may be written without telling the collector: it has not been visited.
    fn not_black(&mut self, cell: Value, slow: Block) {
        let mark = self.load_byte(cell, self.layout.header_mark);
        let black = self.b.ins().iconst(types::I32, i64::from(BLACK));
        let is_black = self.b.ins().band(mark, black);
        self.leave_if(is_black, slow);
    }

    pub(super) fn set_prop(&mut self, instr: Instr, object: Reg, value: Reg, site: u16) {
        let l = self.layout;
        let (target, value) = (self.dynamic(object), self.dynamic(value));
        let (further, done, other) = (self.cold(), self.b.create_block(), self.b.create_block());
        let object = self.pointer(target, TAG_OBJECT, further);
        self.not_black(object, further);
        let at = self.direct_slot(object, site, other);
        let old = self.load_word(at, 0);
        self.not_absent(old, further);
        self.b.ins().store(plain(), value, at, 0);
        self.b.ins().jump(done, &[]);
        // A property that this write adds.
        self.b.switch_to_block(other);
        self.rare = true;
        let (base, offset) = self.site(site);
        self.site_matches(object, (base, offset), Hit::Add, further);
        let slot = self.load_int(base, offset + l.site_slot);
        let inline = self.load_byte(object, l.header_inline);
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThan, slot, inline);
        self.leave_unless(fits, further);
        let at = self.slot_address(object, slot);
        let epoch = self.load_int(base, offset + l.site_epoch);
        let now = self.load_int(self.vm, l.vm_epoch);
        let same = self.b.ins().icmp(IntCC::Equal, epoch, now);
        self.leave_unless(same, further);
        let next = self.load_int(base, offset + l.site_next);
        self.b.ins().store(plain(), next, object, l.header_word);
        self.b.ins().store(plain(), value, at, l.object_slots);
        self.b.ins().jump(done, &[]);
        self.rare = false;
        self.b.switch_to_block(further);
        let index = self.b.ins().iconst(types::I32, i64::from(site));
        let status = self.help(Helper::set_cached_property, &[self.vm, self.body.rt, index, target, value]);
        self.or_execute(status, instr, done);
    }

    /// An element of an array: its address; `slow` where it is not in the dense part.
    fn element(&mut self, array: Value, key: Value, slow: Block) -> Value {
        let index = self.index(key, slow);
        let length = self.load_word(array, self.layout.array_len);
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, index, length);
        self.leave_unless(inside, slow);
        let start = self.load_word(array, self.layout.array_start);
        let three = self.b.ins().iconst(types::I64, 3);
        let scaled = self.b.ins().ishl(index, three);
        self.b.ins().iadd(start, scaled)
    }

    pub(super) fn get_index(&mut self, instr: Instr, dst: Reg, object: Reg, key: Reg) {
        let (target, key) = (self.dynamic(object), self.number(key));
        let slow = self.cold();
        let array = self.pointer(target, TAG_OBJECT, slow);
        self.kind_is(array, CellKind::Array, slow);
        let at = self.element(array, key, slow);
        let value = self.load_word(at, 0);
        self.not_absent(value, slow);
        self.join(slow, instr, dst, value);
    }

    pub(super) fn set_index(&mut self, instr: Instr, object: Reg, key: Reg, value: Reg) {
        let l = self.layout;
        let is_number = self.is_number(value);
        let (target, number, key, value) =
            (self.dynamic(object), self.number(key), self.dynamic(key), self.dynamic(value));
        let (further, done) = (self.cold(), self.b.create_block());
        let array = self.pointer(target, TAG_OBJECT, further);
        self.kind_is(array, CellKind::Array, further);
        self.not_black(array, further);
        let fixed = self.load_byte(array, l.array_fixed);
        self.leave_if(fixed, further);
        let at = self.element(array, number, further);
        let old = self.load_word(at, 0);
        self.not_absent(old, further);
        self.b.ins().store(plain(), value, at, 0);
        if !is_number {
            let first = self.b.ins().iconst(types::I64, value::FIRST_TAGGED.cast_signed());
            let other = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, value, first);
            let mixed = self.b.ins().load(types::I8, plain(), array, l.array_mixed);
            let mixed = self.b.ins().bor(mixed, other);
            self.b.ins().store(plain(), mixed, array, l.array_mixed);
        }
        self.b.ins().jump(done, &[]);
        self.b.switch_to_block(further);
        let status = self.help(Helper::set_element, &[self.vm, target, key, value]);
        self.or_execute(status, instr, done);
    }

    /// Goes to `done` if a helper did the instruction, and else has it executed. Nothing is written.
    fn or_execute(&mut self, status: Value, instr: Instr, done: Block) {
        let slow = self.cold();
        self.b.ins().brif(status, done, &[], slow, &[]);
        self.b.switch_to_block(slow);
        self.rare = true;
        self.execute(instr);
        self.rare = false;
        self.b.ins().jump(done, &[]);
        self.b.switch_to_block(done);
    }

    /// Goes on with an instance of a class; else the interpreter executes the instruction, which throws.
    pub(super) fn check_class(&mut self, instr: Instr, value: Value, class: u16) {
        let (other, done) = (self.cold(), self.b.create_block());
        let wanted = self.b.ins().iconst(types::I32, i64::from(class));
        let object = self.pointer(value, TAG_OBJECT, other);
        let shape = self.shape_of(object);
        let own = self.b.ins().uload16(types::I32, plain(), shape, self.layout.shape_class);
        let same = self.b.ins().icmp(IntCC::Equal, own, wanted);
        self.b.ins().brif(same, done, &[], other, &[]);
        self.b.switch_to_block(other);
        let fits = self.help(Helper::is_instance, &[self.vm, value, wanted]);
        self.or_fail(fits, instr);
        self.b.ins().jump(done, &[]);
        self.b.switch_to_block(done);
    }

    /// What is known of an object's shape.
    pub(super) fn shape_of(&mut self, object: Value) -> Value {
        let l = self.layout;
        let shape = self.b.ins().uload32(plain(), object, l.header_word);
        let size = self.b.ins().iconst(types::I64, i64::from(l.shape_size));
        let offset = self.b.ins().imul(shape, size);
        let shapes = self.load_word(self.vm, l.vm_shapes);
        self.b.ins().iadd(shapes, offset)
    }

    /// The address of the instance in an object register that has a field in the open; `slow` where there is more to it.
    fn instance(&mut self, object: Reg, slot: u16, slow: Block) -> Value {
        let value = self.dynamic(object);
        let at = if self.body.objects.has(usize::from(object.0)) {
            let base = self.b.ins().iconst(types::I64, (TAG_OBJECT << 48).cast_signed());
            self.b.ins().isub(value, base)
        } else {
            self.pointer(value, TAG_OBJECT, slow)
        };
        // An instance has room for the first fields of its class behind it.
        let RegType::Obj(class) = self.register_type(object) else { return at };
        if usize::from(slot) >= self.code.fields[usize::from(class)].len().min(MAX_INLINE as usize) {
            let inline = self.load_byte(at, self.layout.header_inline);
            let wanted = self.b.ins().iconst(types::I32, i64::from(slot));
            let fits = self.b.ins().icmp(IntCC::UnsignedGreaterThan, inline, wanted);
            self.leave_unless(fits, slow);
        }
        at
    }

    pub(super) fn get_field(&mut self, instr: Instr, dst: Reg, object: Reg, slot: u16) {
        let ty = self.register_type(dst);
        if matches!(ty, RegType::I32 | RegType::Bool) || slot > 254 {
            return self.execute_all(instr);
        }
        let slow = self.cold();
        let object = self.instance(object, slot, slow);
        let offset = self.layout.object_slots + 8 * i32::from(slot);
        if ty == RegType::F64 {
            // What is no number is a NaN.
            let value = self.b.ins().load(types::F64, plain(), object, offset);
            let odd = self.b.ins().fcmp(FloatCC::Unordered, value, value);
            self.leave_if(odd, slow);
            return self.join(slow, instr, dst, value);
        }
        let value = self.load_word(object, offset);
        match ty {
            RegType::Str => {
                let fits = self.has_tag(value, TAG_STRING);
                self.leave_unless(fits, slow);
            }
            RegType::Obj(_) => {
                let fits = self.has_tag(value, TAG_OBJECT);
                self.leave_unless(fits, slow);
            }
            _ => self.not_absent(value, slow),
        }
        self.join(slow, instr, dst, value);
    }

    pub(super) fn set_field(&mut self, instr: Instr, object: Reg, value: Reg, slot: u16) {
        let l = self.layout;
        let (target, ty) = (self.dynamic(object), self.register_type(value));
        let boxed = self.boxed(value);
        let (further, done) = (self.cold(), self.b.create_block());
        if slot <= 254 {
            let object = self.instance(object, slot, further);
            // Numbers and booleans concern no collector.
            let barrier = if matches!(ty, RegType::F64 | RegType::I32 | RegType::Bool) { 0 } else { BLACK };
            let mark = self.load_byte(object, l.header_mark);
            let flags = self.load_byte(object, l.header_flags);
            let black = self.b.ins().iconst(types::I32, i64::from(barrier));
            let black = self.b.ins().band(mark, black);
            let restricted = self.b.ins().iconst(types::I32, i64::from(RESTRICTED));
            let restricted = self.b.ins().band(flags, restricted);
            let either = self.b.ins().bor(black, restricted);
            self.leave_if(either, further);
            let offset = l.object_slots + 8 * i32::from(slot);
            let old = self.load_word(object, offset);
            self.not_absent(old, further);
            self.b.ins().store(plain(), boxed, object, offset);
            self.b.ins().jump(done, &[]);
        } else {
            self.b.ins().jump(further, &[]);
        }
        self.b.switch_to_block(further);
        let slot = self.b.ins().iconst(types::I32, i64::from(slot));
        let status = self.help(Helper::set_field, &[self.vm, target, slot, boxed]);
        self.or_execute(status, instr, done);
    }

    pub(super) fn iter_next(&mut self, instr: Instr, value: Reg, done: Reg, iter: Reg) {
        let record = self.dynamic(iter);
        let item = self.help(Helper::next_of_dense, &[record]);
        let slow = self.cold();
        self.not_absent(item, slow);
        let (joined, ended) = (self.b.create_block(), types::I8);
        let item_param = self.b.append_block_param(joined, types::I64);
        let done_param = self.b.append_block_param(joined, ended);
        let no = self.b.ins().iconst(types::I8, 0);
        self.b.ins().jump(joined, &[item.into(), no.into()]);
        self.b.switch_to_block(slow);
        self.execute(instr);
        let (item, ended) = (self.executed(value), self.executed(done));
        self.b.ins().jump(joined, &[item.into(), ended.into()]);
        self.b.switch_to_block(joined);
        self.set(value, item_param);
        self.decide(done, done_param, None);
    }

    pub(super) fn get_cell(&mut self, instr: Instr, dst: Reg, cell: Reg) {
        let value = self.dynamic(cell);
        let slow = self.cold();
        let at = self.pointer(value, TAG_CELL, slow);
        self.kind_is(at, CellKind::Var, slow);
        let value = self.load_word(at, self.layout.var_value);
        self.join(slow, instr, dst, value);
    }

    pub(super) fn set_cell(&mut self, instr: Instr, cell: Reg, value: Reg) {
        let (target, value) = (self.dynamic(cell), self.dynamic(value));
        let (further, done) = (self.cold(), self.b.create_block());
        let cell = self.pointer(target, TAG_CELL, further);
        self.kind_is(cell, CellKind::Var, further);
        self.not_black(cell, further);
        self.b.ins().store(plain(), value, cell, self.layout.var_value);
        self.b.ins().jump(done, &[]);
        self.b.switch_to_block(further);
        let status = self.help(Helper::set_cell, &[target, value]);
        self.or_execute(status, instr, done);
    }

    pub(super) fn get_capture(&mut self, dst: Reg, index: u16) {
        let callee = self.callee();
        let tag = self.b.ins().iconst(types::I64, (TAG_OBJECT << 48).cast_signed());
        let callee = self.b.ins().isub(callee, tag);
        let captures = self.load_word(callee, self.layout.function_captures);
        let value = self.load_word(captures, 8 * i32::from(index));
        self.set(dst, value);
    }

    pub(super) fn get_global(&mut self, dst: Reg, global: u32) {
        let at = self.global(global);
        let value = self.load_word(at, 0);
        self.set(dst, value);
    }

    /// Module-level variables are roots.
    pub(super) fn set_global(&mut self, src: Reg, global: u32) {
        let value = self.dynamic(src);
        let at = self.global(global);
        self.b.ins().store(plain(), value, at, 0);
    }

    fn global(&mut self, global: u32) -> Value {
        let globals = self.load_word(self.vm, self.layout.vm_globals);
        let offset = self.b.ins().iconst(types::I64, i64::from(global) * 8);
        self.b.ins().iadd(globals, offset)
    }
}
