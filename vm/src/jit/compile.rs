//! What each instruction becomes: a flat match over the instruction table. What is not in it, the interpreter executes in place.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, Value, types};
use mosl_bytecode::table::Reg;
use mosl_bytecode::{Instr, RegType};

use super::arith::{Float, Int, Test};
use super::helpers::Helper;
use super::translate::{Translator, plain};
use crate::value;

impl Translator<'_> {
    /// Translates the instruction at `pc`; where it takes the next one along, `pc` is that one's afterwards.
    #[expect(clippy::too_many_lines, reason = "a flat match: one arm for each line of the instruction table")]
    pub(super) fn instruction(&mut self, instr: Instr) {
        match instr {
            // Moves and constants
            Instr::Move { dst, src } => match self.register_type(dst) {
                RegType::Bool | RegType::I32 => {
                    let value = self.get(src);
                    self.set(dst, value);
                }
                _ if self.is_number(src) => {
                    let value = self.number(src);
                    self.set_number(dst, value);
                }
                _ => {
                    let value = self.dynamic(src);
                    self.set_dynamic(dst, value);
                }
            },
            Instr::LoadConst { dst, value } => self.load_const(instr, dst, value),
            Instr::LoadInt { dst, value } => {
                let value = self.b.ins().f64const(f64::from(value));
                self.set(dst, value);
            }
            Instr::LoadI32 { dst, value } => {
                let value = self.b.ins().iconst(types::I32, i64::from(value));
                self.set(dst, value);
            }
            Instr::LoadBool { dst, value } => {
                let value = self.b.ins().iconst(types::I8, i64::from(value != 0));
                self.set(dst, value);
            }
            Instr::LoadUndefined { dst } => self.set_known(dst, value::Value::UNDEFINED),
            Instr::LoadNull { dst } => self.set_known(dst, value::Value::NULL),
            Instr::LoadUninit { dst } => self.set_known(dst, value::Value::UNINIT),
            Instr::LoadThis { dst } => {
                let this = self.this();
                self.set(dst, this);
            }
            Instr::LoadCallee { dst } => {
                let callee = self.callee();
                self.set(dst, callee);
            }
            Instr::LoadNewTarget { dst } => {
                let new_target = self.new_target();
                self.set(dst, new_target);
            }
            // Between representations
            Instr::Box { dst, src } => {
                let value = self.boxed(src);
                self.set(dst, value);
            }
            Instr::CheckF64 { dst, src, .. } => {
                let value = self.dynamic(src);
                let known = self.is_number(src);
                if !known {
                    let fits = self.is_number_value(value);
                    self.or_fail(fits, instr);
                }
                self.set_dynamic(dst, value);
            }
            Instr::CheckBool { dst, src, .. } => {
                let value = self.dynamic(src);
                let fits = self.is_bool_value(value);
                self.or_fail(fits, instr);
                let value = self.b.ins().ireduce(types::I8, value);
                let one = self.b.ins().iconst(types::I8, 1);
                let value = self.b.ins().band(value, one);
                self.set(dst, value);
            }
            Instr::CheckStr { dst, src, .. } => {
                let value = self.dynamic(src);
                let fits = self.has_tag(value, TAG_STRING);
                self.or_fail(fits, instr);
                self.set_dynamic(dst, value);
            }
            Instr::CheckClass { dst, src, .. } => {
                let value = self.dynamic(src);
                if let RegType::Obj(class) = self.register_type(dst) {
                    self.check_class(instr, value, class);
                }
                self.set(dst, value);
            }
            Instr::CheckInit { src, .. } => {
                let value = self.dynamic(src);
                let uninit = self.bits(value::Value::UNINIT);
                let fits = self.b.ins().icmp(IntCC::NotEqual, value, uninit);
                self.or_fail(fits, instr);
            }
            Instr::F64ToI32 { dst, src } => self.f64_to_i32(dst, src),
            Instr::I32ToF64 { dst, src } => {
                let value = self.get(src);
                let value = self.b.ins().fcvt_from_sint(types::F64, value);
                self.set(dst, value);
            }
            Instr::U32ToF64 { dst, src } => {
                let value = self.get(src);
                let value = self.b.ins().uextend(types::I64, value);
                let value = self.b.ins().fcvt_from_sint(types::F64, value);
                self.set(dst, value);
            }
            Instr::ToNumeric { dst, src } | Instr::ToKey { dst, src } => {
                let value = self.dynamic(src);
                if self.is_number(src) {
                    return self.set_dynamic(dst, value);
                }
                let fits = self.is_number_value(value);
                self.unless(fits, instr, dst, |_| value);
            }
            Instr::Truthy { dst, src } => self.truthy(dst, src),
            // Numbers
            Instr::F64Add { dst, a, b } => self.float(Float::Add, dst, a, b),
            Instr::F64Sub { dst, a, b } => self.float(Float::Sub, dst, a, b),
            Instr::F64Mul { dst, a, b } => self.float(Float::Mul, dst, a, b),
            Instr::F64Div { dst, a, b } => self.float(Float::Div, dst, a, b),
            Instr::F64Rem { dst, a, b } => {
                let (a, b) = (self.number(a), self.number(b));
                let rest = self.remainder(a, b);
                self.set(dst, rest);
            }
            Instr::F64Pow { dst, a, b } => self.helped_float(Helper::power, dst, &[a, b]),
            Instr::F64Min { dst, a, b } => self.helped_float(Helper::minimum, dst, &[a, b]),
            Instr::F64Max { dst, a, b } => self.helped_float(Helper::maximum, dst, &[a, b]),
            Instr::F64Neg { dst, src } => self.sign(dst, src, true),
            Instr::F64Abs { dst, src } => self.sign(dst, src, false),
            Instr::F64Sqrt { dst, src } => {
                let n = self.number(src);
                let root = self.b.ins().sqrt(n);
                let root = self.canonical(root);
                self.set(dst, root);
            }
            Instr::F64Floor { dst, src } => self.helped_float(Helper::floor, dst, &[src]),
            Instr::F64Ceil { dst, src } => self.helped_float(Helper::ceil, dst, &[src]),
            Instr::F64Trunc { dst, src } => self.helped_float(Helper::trunc, dst, &[src]),
            Instr::F64Eq { dst, a, b } => self.typed_test(Test::Eq, dst, a, b),
            Instr::F64Ne { dst, a, b } => self.typed_test(Test::Ne, dst, a, b),
            Instr::F64Lt { dst, a, b } => self.typed_test(Test::Lt, dst, a, b),
            Instr::F64Le { dst, a, b } => self.typed_test(Test::Le, dst, a, b),
            Instr::F64Gt { dst, a, b } => self.typed_test(Test::Gt, dst, a, b),
            Instr::F64Ge { dst, a, b } => self.typed_test(Test::Ge, dst, a, b),
            Instr::I32Add { dst, a, b } => self.int(Int::Add, dst, a, b),
            Instr::I32Sub { dst, a, b } => self.int(Int::Sub, dst, a, b),
            Instr::I32Mul { dst, a, b } => self.int(Int::Mul, dst, a, b),
            Instr::I32And { dst, a, b } => self.int(Int::And, dst, a, b),
            Instr::I32Or { dst, a, b } => self.int(Int::Or, dst, a, b),
            Instr::I32Xor { dst, a, b } => self.int(Int::Xor, dst, a, b),
            Instr::I32Shl { dst, a, b } => self.int(Int::Shl, dst, a, b),
            Instr::I32Shr { dst, a, b } => self.int(Int::Shr, dst, a, b),
            Instr::I32Ushr { dst, a, b } => self.int(Int::Ushr, dst, a, b),
            Instr::I32Not { dst, src } => {
                let value = self.get(src);
                let value = self.b.ins().bnot(value);
                self.set(dst, value);
            }
            Instr::I32Eq { dst, a, b } => self.int_test(IntCC::Equal, dst, a, b),
            Instr::I32Lt { dst, a, b } => self.int_test(IntCC::SignedLessThan, dst, a, b),
            // Booleans and strings
            Instr::BoolNot { dst, src } => {
                let value = self.get(src);
                let zero = self.b.ins().iconst(types::I8, 0);
                let result = self.b.ins().icmp(IntCC::Equal, value, zero);
                self.decide(dst, result, None);
            }
            Instr::BoolEq { dst, a, b } => self.int_test(IntCC::Equal, dst, a, b),
            Instr::StrLen { dst, src } => {
                let string = self.get(src);
                let length = self.help(Helper::string_length, &[string]);
                self.set(dst, length);
            }
            Instr::StrEq { dst, a, b } => {
                let (a, b) = (self.get(a), self.get(b));
                let same = self.equal_contents(a, b);
                let same = self.b.ins().ireduce(types::I8, same);
                self.decide(dst, same, None);
            }
            // Dynamic operators
            Instr::AnyAdd { dst, a, b } => self.any_float(Float::Add, instr, dst, a, b),
            Instr::AnySub { dst, a, b } => self.any_float(Float::Sub, instr, dst, a, b),
            Instr::AnyMul { dst, a, b } => self.any_float(Float::Mul, instr, dst, a, b),
            Instr::AnyDiv { dst, a, b } => self.any_float(Float::Div, instr, dst, a, b),
            Instr::AnyRem { dst, a, b } => self.any_remainder(instr, dst, a, b),
            Instr::AnyAnd { dst, a, b } => self.any_int(Int::And, instr, dst, a, b),
            Instr::AnyOr { dst, a, b } => self.any_int(Int::Or, instr, dst, a, b),
            Instr::AnyXor { dst, a, b } => self.any_int(Int::Xor, instr, dst, a, b),
            Instr::AnyShl { dst, a, b } => self.any_int(Int::Shl, instr, dst, a, b),
            Instr::AnyShr { dst, a, b } => self.any_int(Int::Shr, instr, dst, a, b),
            Instr::AnyUshr { dst, a, b } => self.any_int(Int::Ushr, instr, dst, a, b),
            Instr::AnyNeg { dst, src } => self.any_negate(instr, dst, src),
            Instr::AnyLt { dst, a, b } => self.any_test(Test::Lt, instr, dst, a, b),
            Instr::AnyLe { dst, a, b } => self.any_test(Test::Le, instr, dst, a, b),
            Instr::AnyGt { dst, a, b } => self.any_test(Test::Gt, instr, dst, a, b),
            Instr::AnyGe { dst, a, b } => self.any_test(Test::Ge, instr, dst, a, b),
            Instr::StrictEq { dst, a, b } => self.strict_eq(dst, a, b),
            // Objects
            Instr::NewObject { dst } => self.new_object(dst),
            Instr::NewArray { dst, items } => self.new_array(dst, items),
            Instr::NewClosure { dst, func, captures } => self.new_closure(dst, func, captures),
            Instr::NewCell { dst, value } => self.new_cell(dst, value),
            Instr::GetProp { dst, object, site } => self.get_prop(instr, dst, object, site),
            Instr::SetProp { object, value, site } => self.set_prop(instr, object, value, site),
            Instr::GetIndex { dst, object, key } => self.get_index(instr, dst, object, key),
            Instr::SetIndex { object, key, value } => self.set_index(instr, object, key, value),
            Instr::GetField { dst, object, slot } => self.get_field(instr, dst, object, slot),
            Instr::SetField { object, value, slot } => self.set_field(instr, object, value, slot),
            Instr::IterNext { value, done, iter } => self.iter_next(instr, value, done, iter),
            // Variables
            Instr::GetCell { dst, cell } => self.get_cell(instr, dst, cell),
            Instr::SetCell { cell, value } => self.set_cell(instr, cell, value),
            Instr::GetCapture { dst, index } => self.get_capture(dst, index),
            Instr::GetGlobal { dst, global } => self.get_global(dst, global),
            Instr::SetGlobal { src, global } => self.set_global(src, global),
            // Calls
            Instr::Call { dst, callee, args } => self.call(dst, callee, args),
            Instr::CallMethod { dst, args, site } => self.call_method(dst, args, site),
            Instr::CallDirect { dst, func, args } => self.call_direct(dst, func, args),
            Instr::CallNative { dst, native, args } => self.call_native(dst, native, args),
            Instr::New { dst, callee, args } => self.call_new(dst, callee, args),
            Instr::SuperCall { dst, ctor, args } => self.super_call(dst, ctor, args),
            // Control
            Instr::Jump { target } => self.go(target),
            Instr::Branch { cond, then, otherwise } => {
                let condition = self.get(cond);
                self.branch(condition, None, then, otherwise);
            }
            Instr::Return { value } => self.return_(value),
            Instr::Throw { .. } | Instr::ThrowError { .. } | Instr::Unreachable {} => self.leave(),
            // Never in a function that is translated.
            Instr::GeneratorStart {} | Instr::Await { .. } | Instr::Yield { .. } | Instr::YieldResult { .. } => {
                self.leave();
                let nowhere = self.b.create_block();
                self.b.switch_to_block(nowhere);
            }
            _ => self.execute_all(instr),
        }
    }

    fn load_const(&mut self, instr: Instr, dst: Reg, at: u32) {
        if let mosl_bytecode::Const::F64(n) = self.code.module.consts[at as usize] {
            let n = self.b.ins().f64const(n);
            return self.set_number(dst, n);
        }
        let index = self.b.ins().iconst(types::I32, i64::from(at));
        let value = self.help(Helper::constant, &[self.vm, index]);
        let absent = self.bits(value::Value::ABSENT);
        let known = self.b.ins().icmp(IntCC::NotEqual, value, absent);
        self.unless(known, instr, dst, |_| value);
    }

    fn set_known(&mut self, dst: Reg, value: value::Value) {
        let value = self.bits(value);
        self.set(dst, value);
    }

    /// A register's content as a dynamic value, whatever its type.
    pub(super) fn boxed(&mut self, src: Reg) -> Value {
        match self.register_type(src) {
            RegType::Bool => {
                let value = self.get(src);
                let value = self.b.ins().uextend(types::I64, value);
                let bits = self.bits(value::Value::FALSE);
                self.b.ins().bor(value, bits)
            }
            RegType::I32 => {
                let value = self.get(src);
                let value = self.b.ins().fcvt_from_sint(types::F64, value);
                self.b.ins().bitcast(types::I64, cranelift_codegen::ir::MemFlagsData::new(), value)
            }
            _ => self.dynamic(src),
        }
    }

    /// The common way if `fits`, else the interpreter's; `fast` yields the dynamic value that `dst` gets.
    pub(super) fn unless(&mut self, fits: Value, instr: Instr, dst: Reg, fast: impl FnOnce(&mut Self) -> Value) {
        let slow = self.cold();
        self.leave_unless(fits, slow);
        let value = fast(self);
        self.join(slow, instr, dst, value);
    }

    /// `dst` is `value` here, and what the interpreter makes of the instruction where `slow` was gone to.
    pub(super) fn join(&mut self, slow: cranelift_codegen::ir::Block, instr: Instr, dst: Reg, value: Value) {
        let done = self.b.create_block();
        let ty = self.b.func.dfg.value_type(value);
        let result = self.b.append_block_param(done, ty);
        self.b.ins().jump(done, &[value.into()]);
        self.b.switch_to_block(slow);
        self.rare = true;
        self.execute(instr);
        self.rare = false;
        let value = self.b.ins().load(ty, plain(), self.body.regs, 8 * i32::from(dst.0));
        self.b.ins().jump(done, &[value.into()]);
        self.b.switch_to_block(done);
        if ty == types::F64 { self.set_number(dst, result) } else { self.set_dynamic(dst, result) }
    }

    /// Goes on if `fits`; else the interpreter executes the instruction, which throws.
    pub(super) fn or_fail(&mut self, fits: Value, instr: Instr) {
        let (fail, on) = (self.cold(), self.b.create_block());
        self.b.ins().brif(fits, on, &[], fail, &[]);
        self.b.switch_to_block(fail);
        let _ = instr;
        self.leave();
        self.b.switch_to_block(on);
    }

    fn truthy(&mut self, dst: Reg, src: Reg) {
        let value = self.dynamic(src);
        let (further, slow, joined) = (self.b.create_block(), self.cold(), self.b.create_block());
        let param = self.b.append_block_param(joined, types::I8);
        let is_bool = self.is_bool_value(value);
        self.leave_unless(is_bool, further);
        let known = self.bits(value::Value::TRUE);
        let result = self.b.ins().icmp(IntCC::Equal, value, known);
        self.b.ins().jump(joined, &[result.into()]);
        // An object is true, `undefined` and `null` are not.
        self.b.switch_to_block(further);
        let is_object = self.has_tag(value, TAG_OBJECT);
        let yes = self.b.ins().iconst(types::I8, 1);
        let other = self.b.create_block();
        self.b.ins().brif(is_object, joined, &[yes.into()], other, &[]);
        self.b.switch_to_block(other);
        let mask = self.b.ins().iconst(types::I64, !1);
        let masked = self.b.ins().band(value, mask);
        let nullish = self.bits(value::Value::UNDEFINED);
        let is_nullish = self.b.ins().icmp(IntCC::Equal, masked, nullish);
        let no = self.b.ins().iconst(types::I8, 0);
        self.b.ins().brif(is_nullish, joined, &[no.into()], slow, &[]);
        self.b.switch_to_block(slow);
        let result = self.help(Helper::truthy, &[self.vm, value]);
        let result = self.b.ins().ireduce(types::I8, result);
        self.b.ins().jump(joined, &[result.into()]);
        self.b.switch_to_block(joined);
        self.decide(dst, param, None);
    }

    /// Whether two cells are equal, which costs fuel where they are long texts.
    fn equal_contents(&mut self, a: Value, b: Value) -> Value {
        self.save_fuel();
        let same = self.help(Helper::strict_equals, &[self.vm, a, b]);
        self.reload_fuel();
        same
    }

    fn strict_eq(&mut self, dst: Reg, a: Reg, b: Reg) {
        // What is no number is a NaN, which equals no number.
        if self.is_number(a) || self.is_number(b) {
            return self.typed_test(Test::Eq, dst, a, b);
        }
        if self.is_immediate(a) || self.is_immediate(b) {
            let (a, b) = (self.dynamic(a), self.dynamic(b));
            let same = self.b.ins().icmp(IntCC::Equal, a, b);
            return self.decide(dst, same, None);
        }
        let (x, y) = (self.number(a), self.number(b));
        let (a, b) = (self.dynamic(a), self.dynamic(b));
        let (further, slow, joined) = (self.b.create_block(), self.cold(), self.b.create_block());
        let param = self.b.append_block_param(joined, types::I8);
        // As doubles, equal numbers alone are equal; what is the same and no number (which NaN is) is equal.
        let equal = self.b.ins().fcmp(FloatCC::Equal, x, y);
        let same = self.b.ins().icmp(IntCC::Equal, a, b);
        let tagged = self.is_number_value(a);
        let zero = self.b.ins().iconst(types::I8, 0);
        let tagged = self.b.ins().icmp(IntCC::Equal, tagged, zero);
        let same = self.b.ins().band(same, tagged);
        let result = self.b.ins().bor(equal, same);
        self.b.ins().brif(result, joined, &[result.into()], further, &[]);
        // Strings and value types may be equal without being the same.
        self.b.switch_to_block(further);
        let (shift, first) = (self.b.ins().iconst(types::I64, 48), self.b.ins().iconst(types::I64, TAG_STRING as i64));
        let top = self.b.ins().ushr(a, shift);
        let from_first = self.b.ins().isub(top, first);
        let two = self.b.ins().iconst(types::I64, 2);
        let has_contents = self.b.ins().icmp(IntCC::UnsignedLessThan, from_first, two);
        self.b.ins().brif(has_contents, slow, &[], joined, &[result.into()]);
        self.b.switch_to_block(slow);
        let result = self.equal_contents(a, b);
        let result = self.b.ins().ireduce(types::I8, result);
        self.b.ins().jump(joined, &[result.into()]);
        self.b.switch_to_block(joined);
        self.decide(dst, param, None);
    }

    /// Whether a register always holds `undefined`, `null` or a boolean.
    fn is_immediate(&self, reg: Reg) -> bool {
        self.constant(reg).is_some_and(|value| !value.is_number())
    }

    /// A boolean is there, or comes from `slow`, where the instruction is executed; where the next instruction branches on it and nothing else wants it, the branch
    /// is taken along.
    pub(super) fn decide(&mut self, dst: Reg, result: Value, slow: Option<(cranelift_codegen::ir::Block, Instr)>) {
        let next = self.body.function.code.get(self.body.pc + 1).copied();
        if let Some(Instr::Branch { cond, then, otherwise }) = next
            && cond == dst
            && self.body.pc + 1 < self.body.plan.nodes[self.body.node].end
        {
            let slow = slow.map(|(block, instr)| (block, self.body.pc, instr));
            self.body.pc += 1;
            self.branch_on(dst, result, slow, then, otherwise);
            return;
        }
        match slow {
            None => self.set(dst, result),
            Some((slow, instr)) => {
                let joined = self.b.create_block();
                let param = self.b.append_block_param(joined, types::I8);
                self.b.ins().jump(joined, &[result.into()]);
                self.b.switch_to_block(slow);
                self.execute(instr);
                let value = self.executed(dst);
                self.b.ins().jump(joined, &[value.into()]);
                self.b.switch_to_block(joined);
                self.set(dst, param);
            }
        }
    }

    fn branch_on(
        &mut self,
        dst: Reg,
        result: Value,
        slow: Option<(cranelift_codegen::ir::Block, usize, Instr)>,
        then: u16,
        otherwise: u16,
    ) {
        let (yes, no) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(result, yes, &[], no, &[]);
        if let Some((block, pc, instr)) = slow {
            self.b.switch_to_block(block);
            let branch = std::mem::replace(&mut self.body.pc, pc);
            self.rare = true;
            self.execute(instr);
            self.rare = false;
            self.body.pc = branch;
            let value = self.executed(dst);
            self.b.ins().brif(value, yes, &[], no, &[]);
        }
        let (cached, dirty) = (self.body.cached.clone(), self.body.dirty.clone());
        for (block, value, target) in [(yes, 1, then), (no, 0, otherwise)] {
            (self.body.cached, self.body.dirty) = (cached.clone(), dirty.clone());
            self.b.switch_to_block(block);
            let value = self.b.ins().iconst(types::I8, value);
            self.set(dst, value);
            self.go(target);
        }
    }

    fn branch(&mut self, condition: Value, _: Option<()>, then: u16, otherwise: u16) {
        let (yes, no) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(condition, yes, &[], no, &[]);
        let (cached, dirty) = (self.body.cached.clone(), self.body.dirty.clone());
        for (block, target) in [(yes, then), (no, otherwise)] {
            (self.body.cached, self.body.dirty) = (cached.clone(), dirty.clone());
            self.b.switch_to_block(block);
            self.go(target);
        }
    }

    /// Whether the top bits of a value are a tag.
    pub(super) fn has_tag(&mut self, value: Value, tag: u64) -> Value {
        let shift = self.b.ins().iconst(types::I64, 48);
        let top = self.b.ins().ushr(value, shift);
        let tag = self.b.ins().iconst(types::I64, tag.cast_signed());
        self.b.ins().icmp(IntCC::Equal, top, tag)
    }

    fn is_number_value(&mut self, value: Value) -> Value {
        let first = self.b.ins().iconst(types::I64, value::FIRST_TAGGED.cast_signed());
        self.b.ins().icmp(IntCC::UnsignedLessThan, value, first)
    }

    fn is_bool_value(&mut self, value: Value) -> Value {
        let mask = self.b.ins().iconst(types::I64, !1);
        let masked = self.b.ins().band(value, mask);
        let known = self.bits(value::Value::FALSE);
        self.b.ins().icmp(IntCC::Equal, masked, known)
    }
}

pub(super) use crate::value::{TAG_CELL, TAG_OBJECT, TAG_STRING};
