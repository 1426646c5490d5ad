//! Calls: pushing frames for closures, running natives, and the ways into the interpreter from natives and the host.

use std::sync::Arc;

use mosl_bytecode::natives::NATIVES;
use mosl_bytecode::table::Reg;
use mosl_bytecode::{FunctionRole, RegType};

use super::cache::FuncRt;
use super::frame::{CONSTRUCT, EXIT, Frame};
use crate::cost::VISIT;
use crate::limits::TrapKind;
use crate::native::{Args, Completion, Throw};
use crate::object::data::*;
use crate::object::property::PropKey;
use crate::refusal::Refusal;
use crate::value::Value;
use crate::vm::Vm;

/// Stack units of a call from a native back into script, besides those of the frame.
const REENTRY_UNITS: u32 = 8;

/// Native stack that a re-entry wants to find, and how much more it takes where there is less.
const NATIVE_RED_ZONE: usize = 256 << 10;
const NATIVE_STEP: usize = 2 << 20;

/// The most arguments that a spread call passes.
const MAX_SPREAD: usize = 120_000;

/// What a call from the loop did.
#[derive(Debug)]
pub(crate) enum Entered {
    /// It pushed a frame.
    Frame,
    /// It is done.
    Value(Value),
}

/// Where arguments come from.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// Registers of the caller, at `regs`.
    Registers(&'a [Reg], *const Value),
    Values(&'a [Value]),
}

impl Source<'_> {
    fn len(self) -> usize {
        match self {
            Self::Registers(list, _) => list.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// # Safety
    /// `index` is below the length, and the registers are live.
    #[inline(always)]
    unsafe fn get(self, index: usize) -> Value {
        match self {
            // SAFETY: the caller's promise; the verifier checked the list's registers.
            Self::Registers(list, regs) => unsafe { *regs.add(usize::from(list.get_unchecked(index).0)) },
            Self::Values(values) => values[index],
        }
    }

    fn to_vec(self) -> Vec<Value> {
        // SAFETY: every index is below the length.
        (0..self.len()).map(|index| unsafe { self.get(index) }).collect()
    }
}

/// Calls from the loop. `args` are registers at `regs`; `dst` receives the result when the frame returns.
impl Vm {
    pub(crate) fn enter_call(
        &mut self,
        callee: Value,
        this: Value,
        args: &[Reg],
        regs: *const Value,
        dst: Reg,
    ) -> Completion<Entered> {
        let source = Source::Registers(args, regs);
        if let Some(function) = callee.of::<FunctionData>() {
            let rt = self.func_rt(function.data.func);
            // SAFETY: the instance's caches keep the function.
            if matches!(unsafe { (*rt).role }, FunctionRole::BaseConstructor | FunctionRole::DerivedConstructor) {
                return Err(self.call_class(callee));
            }
            self.push_frame(rt, callee, this, Value::UNDEFINED, source, dst.0, 0)?;
            return Ok(Entered::Frame);
        }
        if let Some(native) = callee.of::<NativeData>() {
            return self.run_native(native, this, source, Value::UNDEFINED).map(Entered::Value);
        }
        if !callee.is_callable() {
            return Err(self.not_callable(callee));
        }
        self.call(callee, this, &source.to_vec()).map(Entered::Value)
    }

    #[expect(clippy::too_many_arguments, reason = "the operands of one instruction")]
    pub(crate) fn enter_method(
        &mut self,
        method: Value,
        receiver: Value,
        args: &[Reg],
        regs: *const Value,
        dst: Reg,
        rt: *const FuncRt,
        site: u16,
    ) -> Completion<Entered> {
        if !method.is_callable() {
            // SAFETY: the instance's caches keep the function.
            return Err(self.no_such_method(receiver, unsafe { (*rt).func }, site));
        }
        self.enter_call(method, receiver, args, regs, dst)
    }

    pub(crate) fn enter_direct(&mut self, func: u16, args: &[Reg], regs: *const Value, dst: Reg) -> Completion<()> {
        let rt = self.func_rt(func);
        let source = Source::Registers(args, regs);
        // SAFETY: the instance's caches keep the function.
        let (base, size) = unsafe { self.claim(rt)? };
        // SAFETY: `claim` made room for `size` values; the verifier made sure that arguments and parameters match.
        unsafe {
            let at = self.stack.at(base);
            for index in 0..args.len() {
                at.add(index).write(source.get(index));
            }
            let rest = &(&(*rt).template)[args.len()..size];
            rest.as_ptr().copy_to_nonoverlapping(at.add(args.len()), rest.len());
        }
        self.push(rt, Value::UNDEFINED, Value::UNDEFINED, Value::UNDEFINED, base, dst.0, 0);
        Ok(())
    }

    pub(crate) fn enter_new(
        &mut self,
        callee: Value,
        new_target: Value,
        args: &[Reg],
        regs: *const Value,
        dst: Reg,
    ) -> Completion<Entered> {
        let source = Source::Registers(args, regs);
        if callee.of::<FunctionData>().is_some() {
            self.push_constructor(callee, new_target, source, dst.0, 0)?;
            return Ok(Entered::Frame);
        }
        if let Some(native) = callee.of::<NativeData>()
            && native.data.is_constructor
        {
            return self.run_native(native, Value::UNDEFINED, source, new_target).map(Entered::Value);
        }
        self.construct(callee, &source.to_vec(), new_target).map(Entered::Value)
    }

    #[inline(always)]
    pub(crate) fn func_rt(&mut self, func: u16) -> *const FuncRt {
        match self.caches.known(func) {
            Some(rt) => rt,
            None => self.first_call(func),
        }
    }

    #[cold]
    fn first_call(&mut self, func: u16) -> *const FuncRt {
        let code = Arc::clone(&self.code);
        let held = code.module.functions[usize::from(func)].constants.iter();
        let held: Vec<_> = held.map(|(reg, value)| (*reg, self.constant_value(*value))).collect();
        let rt = self.caches.make(func, &code, self.pool.empty, &held);
        self.first_use(rt);
        rt
    }

    /// Stack units and room for a frame's registers.
    ///
    /// # Safety
    /// `rt` is a function of this instance.
    #[inline(always)]
    unsafe fn claim(&mut self, rt: *const FuncRt) -> Completion<(usize, usize)> {
        // SAFETY: the caller's promise.
        let (units, size) = unsafe { (u32::from((*rt).units), (*rt).template().len()) };
        let base = self.stack.top;
        self.depth += units;
        if self.depth > self.limits.stack || base + size > self.stack.capacity() {
            self.depth -= units;
            return Err(self.stack_overflow(units));
        }
        self.stack.top = base + size;
        Ok((base, size))
    }

    /// As `claim`, for a resumed coroutine; the top of the stack stays.
    pub(crate) fn enter_units(&mut self, units: u32, size: usize) -> Completion<()> {
        self.depth += units;
        if self.depth > self.limits.stack || self.stack.top + size > self.stack.capacity() {
            self.depth -= units;
            return Err(self.stack_overflow(units));
        }
        Ok(())
    }

    #[cold]
    fn stack_overflow(&mut self, units: u32) -> Throw {
        self.depth += units;
        let throw = self.end_turn(TrapKind::Stack);
        self.depth -= units;
        throw
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a frame")]
    #[inline]
    fn push_frame(
        &mut self,
        rt: *const FuncRt,
        callee: Value,
        this: Value,
        new_target: Value,
        args: Source,
        dst: u16,
        flags: u8,
    ) -> Completion<()> {
        // SAFETY: `rt` is a function of this instance, whose verified parameters are its first registers; `claim` makes room
        // for all registers.
        unsafe {
            let params = usize::from((*rt).params);
            let (base, size) = self.claim(rt)?;
            let at = self.stack.at(base);
            let given = args.len().min(params - usize::from((*rt).rest));
            for index in 0..given {
                at.add(index).write(args.get(index));
            }
            let rest = &(&(*rt).template)[given..size];
            rest.as_ptr().copy_to_nonoverlapping(at.add(given), rest.len());
            if (*rt).rest {
                let rest: Vec<Value> = (params - 1..args.len()).map(|index| args.get(index)).collect();
                at.add(params - 1).write(self.new_array(rest));
            }
            self.push(rt, callee, this, new_target, base, dst, flags);
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a frame")]
    #[inline(always)]
    fn push(
        &mut self,
        rt: *const FuncRt,
        callee: Value,
        this: Value,
        new_target: Value,
        base: usize,
        dst: u16,
        flags: u8,
    ) {
        // SAFETY: `rt` is a function of this instance.
        let pc = unsafe { (*rt).code };
        self.frames.push(Frame { rt, pc, base: base as u32, dst, flags, this, callee, new_target, coroutine: None });
    }

    fn push_constructor(
        &mut self,
        callee: Value,
        new_target: Value,
        args: Source,
        dst: u16,
        flags: u8,
    ) -> Completion<()> {
        let Some(function) = callee.of::<FunctionData>() else { return Err(self.not_constructor(callee)) };
        let rt = self.func_rt(function.data.func);
        // SAFETY: the instance's caches keep the function.
        let this = match unsafe { (*rt).role } {
            FunctionRole::BaseConstructor => self.new_instance(new_target)?,
            FunctionRole::DerivedConstructor => Value::UNINIT,
            _ => return Err(self.not_constructor(callee)),
        };
        self.push_frame(rt, callee, this, new_target, args, dst, flags | CONSTRUCT)
    }

    fn run_native(
        &mut self,
        native: crate::heap::Gc<crate::object::Of<NativeData>>,
        this: Value,
        args: Source,
        new_target: Value,
    ) -> Completion {
        let (base, count) = (self.stack.top, args.len());
        if base + count > self.stack.capacity() {
            return Err(self.stack_overflow(1));
        }
        let at = self.stack.at(base);
        for index in 0..count {
            // SAFETY: the stack has room for `count` values more.
            unsafe { at.add(index).write(args.get(index)) };
        }
        self.stack.top = base + count;
        // SAFETY: the values were just written and stay until the top is set back; frames of nested calls lie above them.
        let values = unsafe { std::slice::from_raw_parts(at, count) };
        let roots = self.roots();
        self.root(this);
        self.root(native.into());
        self.root(new_target);
        let fuel = if native.data.native == NO_NATIVE { 2 } else { NATIVES[usize::from(native.data.native)].fuel };
        let result = self
            .charge(fuel as usize)
            .and_then(|()| (native.data.func)(self, Args::new(this, values, native.into(), new_target)));
        self.unroot(roots);
        self.stack.top = base;
        self.absorb();
        result
    }
}

/// Calls from natives and the host: they may run script.
impl Vm {
    /// `callee.call(this, ...args)`
    pub fn call(&mut self, callee: Value, this: Value, args: &[Value]) -> Completion {
        if let Some(native) = callee.of::<NativeData>() {
            return self.run_deeper(|vm| vm.run_native(native, this, Source::Values(args), Value::UNDEFINED));
        }
        if let Some(bound) = callee.of::<BoundData>() {
            let all: Vec<Value> = bound.data.args.iter().chain(args).copied().collect();
            self.charge(VISIT.of(all.len()))?;
            return self.run_deeper(|vm| vm.call(bound.data.target, bound.data.this, &all));
        }
        let Some(function) = callee.of::<FunctionData>() else { return Err(self.not_callable(callee)) };
        let rt = self.func_rt(function.data.func);
        // SAFETY: the instance's caches keep the function.
        if matches!(unsafe { (*rt).role }, FunctionRole::BaseConstructor | FunctionRole::DerivedConstructor) {
            return Err(self.call_class(callee));
        }
        self.safepoint_with(callee, this, args)?;
        self.push_frame(rt, callee, this, Value::UNDEFINED, Source::Values(args), 0, EXIT)?;
        self.run_nested()
    }

    /// A safepoint before a native re-enters the loop: what it passes is kept alive.
    fn safepoint_with(&mut self, callee: Value, this: Value, args: &[Value]) -> Completion<()> {
        if !self.heap.wants_collection() {
            return Ok(());
        }
        let mark = self.roots();
        self.root(callee);
        self.root(this);
        for arg in args {
            self.root(*arg);
        }
        let result = self.safepoint();
        self.unroot(mark);
        result
    }

    fn run_nested(&mut self) -> Completion {
        self.depth += REENTRY_UNITS;
        let result = if self.depth > self.limits.stack {
            let throw = self.end_turn(TrapKind::Stack);
            self.run_after_throw(throw)
        } else {
            self.grow_native_stack(Self::run)
        };
        self.depth -= REENTRY_UNITS;
        result
    }

    /// What natives call of natives takes a unit of the stack: it may recurse over a script's data.
    pub(crate) fn run_deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Completion<T>) -> Completion<T> {
        if self.depth >= self.limits.stack {
            return Err(self.end_turn(TrapKind::Stack));
        }
        self.depth += 1;
        let result = self.grow_native_stack(run);
        self.depth -= 1;
        result
    }

    /// Native frames may pile up as far as stack units allow: gives them room.
    fn grow_native_stack<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        stacker::maybe_grow(NATIVE_RED_ZONE, NATIVE_STEP, || run(self))
    }

    /// `new callee(...args)`; `new_target` is usually the callee.
    pub fn construct(&mut self, callee: Value, args: &[Value], new_target: Value) -> Completion {
        if let Some(native) = callee.of::<NativeData>() {
            if !native.data.is_constructor {
                return Err(self.not_constructor(callee));
            }
            return self.run_deeper(|vm| vm.run_native(native, Value::UNDEFINED, Source::Values(args), new_target));
        }
        if let Some(bound) = callee.of::<BoundData>() {
            let all: Vec<Value> = bound.data.args.iter().chain(args).copied().collect();
            self.charge(VISIT.of(all.len()))?;
            let target = bound.data.target;
            let new_target = if new_target == callee { target } else { new_target };
            return self.run_deeper(|vm| vm.construct(target, &all, new_target));
        }
        self.safepoint_with(callee, new_target, args)?;
        self.push_constructor(callee, new_target, Source::Values(args), 0, EXIT)?;
        self.run_nested()
    }

    pub fn is_constructor(&self, mut value: Value) -> bool {
        while let Some(bound) = value.of::<BoundData>() {
            value = bound.data.target;
        }
        value.of::<NativeData>().map_or_else(|| self.is_class(value), |native| native.data.is_constructor)
    }

    /// Whether a built-in may construct with it, as [`Self::is_constructor`]; a plain function, which JavaScript would `new`, is refused.
    pub fn constructs(&mut self, value: Value) -> Completion<bool> {
        match value.of::<FunctionData>() {
            Some(function) if self.is_plain_function(function.data.func) => Err(self.not_constructor(value)),
            _ => Ok(self.is_constructor(value)),
        }
    }

    /// Whether it is a class that a script wrote.
    pub fn is_class(&self, value: Value) -> bool {
        value.of::<FunctionData>().is_some_and(|f| {
            matches!(self.code.role(f.data.func), FunctionRole::BaseConstructor | FunctionRole::DerivedConstructor)
        })
    }

    /// `value.name(...args)`
    pub fn call_method(&mut self, value: Value, name: &str, args: &[Value]) -> Completion {
        let key = self.key(name);
        let method = self.get(value, key)?;
        if !method.is_callable() {
            return Err(self.type_error(&format!("{name} is not a function")));
        }
        self.call(method, value, args)
    }

    /// The elements of an array-like that a spread call or `apply` passes.
    pub(crate) fn spread_args(&mut self, array: Value) -> Completion<Vec<Value>> {
        let Some(data) = array.of::<ArrayData>() else { return Err(self.fault("a spread call got no array")) };
        let count = data.data.len as usize;
        self.charge(count)?;
        if count > MAX_SPREAD {
            return Err(self.range_error("Too many arguments"));
        }
        Ok((0..count).map(|index| data.data.get(index).unwrap_or(Value::UNDEFINED)).collect())
    }

    pub(crate) fn call_spread(&mut self, callee: Value, this: Value, array: Value) -> Completion {
        let args = self.spread_args(array)?;
        self.call(callee, this, &args)
    }

    pub(crate) fn new_spread(&mut self, callee: Value, new_target: Value, array: Value) -> Completion {
        let args = self.spread_args(array)?;
        self.construct(callee, &args, new_target)
    }

    fn not_callable(&mut self, callee: Value) -> Throw {
        let what = self.brief(callee);
        self.type_error(&format!("{what} is not a function"))
    }

    fn call_class(&mut self, callee: Value) -> Throw {
        let name = self.function_name(callee);
        self.type_error(&format!("Class constructor {name} cannot be invoked without 'new'"))
    }

    fn not_constructor(&mut self, callee: Value) -> Throw {
        if let Some(function) = callee.of::<FunctionData>()
            && self.is_plain_function(function.data.func)
        {
            let name = self.function_name(callee);
            return self.refuse(Refusal::ConstructFunction, &name);
        }
        let what = self.brief(callee);
        self.type_error(&format!("{what} is not a constructor"))
    }

    fn no_such_method(&mut self, receiver: Value, func: u16, site: u16) -> Throw {
        let name = self.code.module.functions[usize::from(func)].sites[usize::from(site)];
        let key = PropKey::Name(self.module_string(name));
        let key = self.key_text(key);
        let what = if receiver.is_object() && !receiver.is_callable() { "it".to_owned() } else { self.brief(receiver) };
        self.type_error(&format!("{key} is not a function (called on {what})"))
    }

    /// Fuel ran out: of this slice or of the turn.
    #[cold]
    pub(crate) fn out_of_fuel(&mut self) -> Completion<()> {
        if self.next_slice()? { Ok(()) } else { Err(self.end_turn(TrapKind::Fuel)) }
    }

    /// What must never happen: the compiler emitted nonsense that verification does not see.
    #[cold]
    pub(crate) fn fault(&mut self, what: &str) -> Throw {
        self.end_turn(TrapKind::Fault(what.to_owned()))
    }
}

/// The type of a register of a function, for the rare cases outside the loop.
pub(crate) fn register_type(vm: &Vm, func: u16, reg: Reg) -> RegType {
    vm.code.module.functions[usize::from(func)].registers[usize::from(reg.0)]
}
