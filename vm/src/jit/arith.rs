//! Arithmetic and comparison: typed, and dynamic on two numbers.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, Value, types};
use mosl_bytecode::Instr;
use mosl_bytecode::table::Reg;

use super::helpers::Helper;
use super::translate::Translator;

/// Operators on doubles.
#[derive(Clone, Copy)]
pub(super) enum Float {
    Add,
    Sub,
    Mul,
    Div,
}

/// Operators on 32-bit integers.
#[derive(Clone, Copy)]
pub(super) enum Int {
    Add,
    Sub,
    Mul,
    And,
    Or,
    Xor,
    Shl,
    Shr,
    Ushr,
}

/// Comparisons of doubles.
#[derive(Clone, Copy)]
pub(super) enum Test {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Test {
    fn code(self) -> FloatCC {
        match self {
            Self::Eq => FloatCC::Equal,
            Self::Ne => FloatCC::NotEqual,
            Self::Lt => FloatCC::LessThan,
            Self::Le => FloatCC::LessThanOrEqual,
            Self::Gt => FloatCC::GreaterThan,
            Self::Ge => FloatCC::GreaterThanOrEqual,
        }
    }
}

/// 2^52 + 2^51: a double around it has whole numbers in its low bits.
const WHOLE: f64 = 6_755_399_441_055_744.0;

impl Translator<'_> {
    fn float_value(&mut self, op: Float, a: Value, b: Value) -> Value {
        let ins = self.b.ins();
        match op {
            Float::Add => ins.fadd(a, b),
            Float::Sub => ins.fsub(a, b),
            Float::Mul => ins.fmul(a, b),
            Float::Div => ins.fdiv(a, b),
        }
    }

    fn int_value(&mut self, op: Int, a: Value, b: Value) -> Value {
        let ins = self.b.ins();
        match op {
            Int::Add => ins.iadd(a, b),
            Int::Sub => ins.isub(a, b),
            Int::Mul => ins.imul(a, b),
            Int::And => ins.band(a, b),
            Int::Or => ins.bor(a, b),
            Int::Xor => ins.bxor(a, b),
            // Cranelift takes the count modulo the width, as JavaScript does.
            Int::Shl => ins.ishl(a, b),
            Int::Shr => ins.sshr(a, b),
            Int::Ushr => ins.ushr(a, b),
        }
    }

    pub(super) fn float(&mut self, op: Float, dst: Reg, a: Reg, b: Reg) {
        let (a, b) = (self.number(a), self.number(b));
        let result = self.float_value(op, a, b);
        self.set(dst, result);
    }

    pub(super) fn int(&mut self, op: Int, dst: Reg, a: Reg, b: Reg) {
        let (a, b) = (self.get(a), self.get(b));
        let result = self.int_value(op, a, b);
        self.set(dst, result);
    }

    pub(super) fn int_test(&mut self, code: IntCC, dst: Reg, a: Reg, b: Reg) {
        let (a, b) = (self.get(a), self.get(b));
        let result = self.b.ins().icmp(code, a, b);
        self.decide(dst, result, None);
    }

    pub(super) fn typed_test(&mut self, test: Test, dst: Reg, a: Reg, b: Reg) {
        let (a, b) = (self.number(a), self.number(b));
        let result = self.b.ins().fcmp(test.code(), a, b);
        self.decide(dst, result, None);
    }

    /// A helper of doubles that yields the bits of one.
    pub(super) fn helped_float(&mut self, helper: Helper, dst: Reg, args: &[Reg]) {
        let args: Vec<Value> = args.iter().map(|reg| self.number(*reg)).collect();
        let bits = self.help(helper, &args);
        self.set_dynamic(dst, bits);
    }

    /// A number whose NaN is the canonical one.
    pub(super) fn canonical(&mut self, n: Value) -> Value {
        let nan = self.b.ins().f64const(f64::NAN);
        let is_nan = self.b.ins().fcmp(FloatCC::Unordered, n, n);
        self.b.ins().select(is_nan, nan, n)
    }

    /// `-n` or `|n|`.
    pub(super) fn sign(&mut self, dst: Reg, src: Reg, negate: bool) {
        let n = self.number(src);
        let result = if negate { self.b.ins().fneg(n) } else { self.b.ins().fabs(n) };
        let result = self.canonical(result);
        self.set(dst, result);
    }

    fn is_nan(&mut self, n: Value) -> Value {
        self.b.ins().fcmp(FloatCC::Unordered, n, n)
    }

    /// A dynamic operator. As a double, everything but a number is a NaN: so a result that is none says that both were numbers.
    pub(super) fn any_float(&mut self, op: Float, instr: Instr, dst: Reg, a: Reg, b: Reg) {
        let known = self.is_number(a) && self.is_number(b);
        let (a, b) = (self.number(a), self.number(b));
        let result = self.float_value(op, a, b);
        if known {
            return self.set_number(dst, result);
        }
        let odd = self.is_nan(result);
        let slow = self.cold_if(odd);
        self.join(slow, instr, dst, result);
    }

    /// A dynamic comparison. Where neither is a NaN, both are numbers.
    pub(super) fn any_test(&mut self, test: Test, instr: Instr, dst: Reg, a: Reg, b: Reg) {
        let known = self.is_number(a) && self.is_number(b);
        let (x, y) = (self.number(a), self.number(b));
        if known {
            let result = self.b.ins().fcmp(test.code(), x, y);
            return self.decide(dst, result, None);
        }
        let odd = self.b.ins().fcmp(FloatCC::Unordered, x, y);
        let slow = self.cold_if(odd);
        let result = self.b.ins().fcmp(test.code(), x, y);
        self.decide(dst, result, Some((slow, instr)));
    }

    pub(super) fn any_negate(&mut self, instr: Instr, dst: Reg, src: Reg) {
        let n = self.number(src);
        let odd = self.is_nan(n);
        let slow = self.cold_if(odd);
        let result = self.b.ins().fneg(n);
        self.join(slow, instr, dst, result);
    }

    /// The 32-bit integer that a double is (negative zero counts as 0); `slow` where it is none, as nothing but a number is.
    pub(super) fn whole(&mut self, n: Value, slow: Block) -> Value {
        let (low, is_whole) = self.try_whole(n);
        self.leave_unless(is_whole, slow);
        low
    }

    /// The whole number that a double is; what is no number, negative or very big yields more than any length. `slow` for fractions.
    pub(super) fn index(&mut self, n: Value, slow: Block) -> Value {
        let shift = self.b.ins().f64const(WHOLE);
        let moved = self.b.ins().fadd(n, shift);
        let back = self.b.ins().fsub(moved, shift);
        let is_whole = self.b.ins().fcmp(FloatCC::UnorderedOrEqual, back, n);
        self.leave_unless(is_whole, slow);
        let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), moved);
        let zero = self.b.ins().iconst(types::I64, WHOLE.to_bits().cast_signed());
        self.b.ins().isub(bits, zero)
    }

    fn try_whole(&mut self, n: Value) -> (Value, Value) {
        let shift = self.b.ins().f64const(WHOLE);
        let moved = self.b.ins().fadd(n, shift);
        let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), moved);
        let low = self.b.ins().ireduce(types::I32, bits);
        let back = self.b.ins().fcvt_from_sint(types::F64, low);
        let is_whole = self.b.ins().fcmp(FloatCC::Equal, back, n);
        (low, is_whole)
    }

    pub(super) fn f64_to_i32(&mut self, dst: Reg, src: Reg) {
        let n = self.number(src);
        let (low, is_whole) = self.try_whole(n);
        let (slow, done) = (self.cold(), self.b.create_block());
        let result = self.b.append_block_param(done, types::I32);
        self.b.ins().brif(is_whole, done, &[low.into()], slow, &[]);
        self.b.switch_to_block(slow);
        let other = self.help(Helper::to_i32, &[n]);
        self.b.ins().jump(done, &[other.into()]);
        self.b.switch_to_block(done);
        self.set(dst, result);
    }

    /// A dynamic operator on two 32-bit integers, which nothing but numbers are.
    pub(super) fn any_int(&mut self, op: Int, instr: Instr, dst: Reg, a: Reg, b: Reg) {
        let (a, b) = (self.number(a), self.number(b));
        let slow = self.cold();
        let (a, b) = (self.whole(a, slow), self.whole(b, slow));
        let result = self.int_value(op, a, b);
        let result = match op {
            Int::Ushr => {
                let wide = self.b.ins().uextend(types::I64, result);
                self.b.ins().fcvt_from_sint(types::F64, wide)
            }
            _ => self.b.ins().fcvt_from_sint(types::F64, result),
        };
        self.join(slow, instr, dst, result);
    }

    /// `a % b` of two numbers.
    pub(super) fn remainder(&mut self, a: Value, b: Value) -> Value {
        let (slow, done) = (self.cold(), self.b.create_block());
        let result = self.b.append_block_param(done, types::F64);
        let quick = self.whole_remainder(a, b, slow);
        self.b.ins().jump(done, &[quick.into()]);
        self.b.switch_to_block(slow);
        let bits = self.help(Helper::remainder, &[a, b]);
        let rest = self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits);
        self.b.ins().jump(done, &[rest.into()]);
        self.b.switch_to_block(done);
        result
    }

    /// Of whole numbers that are not negative; `slow` for others.
    fn whole_remainder(&mut self, a: Value, b: Value, slow: Block) -> Value {
        let (x, y) = (self.whole(a, slow), self.whole(b, slow));
        let zero = self.b.ins().iconst(types::I32, 0);
        let positive = self.b.ins().icmp(IntCC::SignedGreaterThan, y, zero);
        self.leave_unless(positive, slow);
        // A sign bit in the double says that it is negative or negative zero.
        let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), a);
        let none = self.b.ins().iconst(types::I64, 0);
        let fits = self.b.ins().icmp(IntCC::SignedGreaterThanOrEqual, bits, none);
        self.leave_unless(fits, slow);
        let rest = self.b.ins().urem(x, y);
        self.b.ins().fcvt_from_sint(types::F64, rest)
    }

    pub(super) fn any_remainder(&mut self, instr: Instr, dst: Reg, a: Reg, b: Reg) {
        if self.is_number(a) && self.is_number(b) {
            let (a, b) = (self.number(a), self.number(b));
            let rest = self.remainder(a, b);
            return self.set_number(dst, rest);
        }
        let (a, b) = (self.number(a), self.number(b));
        let slow = self.cold();
        let rest = self.whole_remainder(a, b, slow);
        self.join(slow, instr, dst, rest);
    }
}
