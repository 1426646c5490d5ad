//! Suspended calls: generators, async functions and async generators between two steps. A coroutine keeps the registers.

use mosl_bytecode::{FunctionKind, Instr};

use super::cache::FuncRt;
use super::frame::{EXIT, Frame, RESUMED};
use crate::heap::{Cell, CellKind, Gc, Header, Tracer};
use crate::native::Completion;
use crate::object::data::{AsyncGeneratorData, FunctionData, GeneratorData};
use crate::object::property::PropKey;
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

/// How a coroutine goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resume {
    Next,
    Return,
    Throw,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// Before the body's first instruction.
    Start,
    Suspended,
    Running,
    Done,
}

/// A call that can be left and continued.
#[derive(Debug)]
#[repr(C)]
pub struct Coroutine {
    header: Header,
    pub(crate) state: State,
    pub(crate) rt: *const FuncRt,
    /// The instruction that suspended it.
    pub(crate) pc: *const Instr,
    pub(crate) registers: Box<[Value]>,
    pub(crate) this: Value,
    pub(crate) callee: Value,
    /// Async functions: the promise of the result. Generators: the generator object.
    pub(crate) result: Value,
}

// SAFETY: `repr(C)`, header first, the only type of its kind.
unsafe impl Cell for Coroutine {
    const KIND: CellKind = CellKind::Coroutine;

    fn trace(&self, tracer: &mut Tracer) {
        tracer.values(&self.registers);
        tracer.value(self.this);
        tracer.value(self.callee);
        tracer.value(self.result);
    }

    fn external_size(&self) -> usize {
        self.registers.len() * 8
    }
}

impl Coroutine {
    /// The function's number and that of the instruction that suspended it.
    pub(crate) fn place(&self) -> (u16, u32) {
        // SAFETY: the function is kept by the instance's caches; `pc` points into its code.
        unsafe { ((*self.rt).func, self.pc.offset_from((*self.rt).code) as u32) }
    }
}

/// What suspended the frame that was left last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Suspension {
    Await,
    Yield,
    YieldResult,
}

/// What a resumed coroutine did.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Yielded(Value),
    /// The result object of an inner iterator, which `yield*` hands on as it is.
    YieldedResult(Value),
    /// It waits for a promise; nothing to hand on.
    Awaiting,
    Returned(Value),
}

impl Vm {
    /// A coroutine of a function that waits at an instruction, which the caller knows to be one that suspends: without registers yet.
    pub(crate) fn coroutine_at(&mut self, func: u16, pc: u32, state: State) -> Gc<Coroutine> {
        let rt = self.func_rt(func);
        assert!((pc as usize) < self.code.module.functions[usize::from(func)].code.len(), "a place is in its function");
        // SAFETY: the function is kept by the instance's caches; the place is in its code.
        let pc = unsafe { (*rt).code.add(pc as usize) };
        let (this, callee, result) = (Value::UNDEFINED, Value::UNDEFINED, Value::UNDEFINED);
        let header = Header::new(0, 0, 0);
        self.heap.alloc(Coroutine { header, state, rt, pc, registers: Box::default(), this, callee, result })
    }

    /// A coroutine for the running frame, which has none yet.
    pub(crate) fn new_coroutine(&mut self, result: Value) -> Gc<Coroutine> {
        let frame = self.frames.last().expect("a frame runs");
        let coroutine = Coroutine {
            header: Header::new(0, 0, 0),
            state: State::Running,
            rt: frame.rt,
            pc: frame.pc,
            registers: Box::default(),
            this: frame.this,
            callee: frame.callee,
            result,
        };
        self.heap.alloc(coroutine)
    }

    /// Saves the running frame's registers and place. The frame is still there.
    pub(crate) fn save_frame(&mut self, mut coroutine: Gc<Coroutine>, state: State) {
        let frame = self.frames.last().expect("a frame runs");
        let (base, pc) = (frame.base as usize, frame.pc);
        // SAFETY: the function is kept by the instance's caches.
        let size = unsafe { (*frame.rt).template().len() };
        let live = &self.stack.live()[base..base + size];
        if coroutine.registers.len() == size {
            coroutine.registers.copy_from_slice(live);
        } else {
            coroutine.registers = live.into();
            self.heap.grow(size * 8);
        }
        coroutine.pc = pc;
        coroutine.state = state;
    }

    /// Continues a coroutine until it suspends or ends.
    pub(crate) fn resume(&mut self, mut coroutine: Gc<Coroutine>, how: Resume, value: Value) -> Completion<Step> {
        match (coroutine.state, how) {
            (State::Running, _) => return Err(self.type_error("Generator is already running")),
            (State::Done | State::Start, Resume::Return) => {
                coroutine.state = State::Done;
                return Ok(Step::Returned(value));
            }
            (State::Done | State::Start, Resume::Throw) => {
                coroutine.state = State::Done;
                return Err(self.throw(value));
            }
            (State::Done, Resume::Next) => return Ok(Step::Returned(Value::UNDEFINED)),
            (State::Start | State::Suspended, _) => {}
        }
        self.push_resumed(coroutine, how, value)?;
        self.run_resumed(coroutine, how, value)
    }

    /// Puts the frame back.
    fn push_resumed(&mut self, mut coroutine: Gc<Coroutine>, how: Resume, value: Value) -> Completion<()> {
        // SAFETY: the function is kept by the instance's caches.
        let (units, size) = unsafe { ((*coroutine.rt).units, coroutine.registers.len()) };
        self.enter_units(u32::from(units), size)?;
        let base = self.stack.top;
        // SAFETY: `enter_units` made sure that the stack has room for `size` values more.
        unsafe { coroutine.registers.as_ptr().copy_to_nonoverlapping(self.stack.at(base), size) };
        self.stack.top = base + size;
        // SAFETY: `pc` points into the function's code, at the instruction that suspended it.
        let (instr, next) = unsafe { (*coroutine.pc, coroutine.pc.add(1)) };
        let mut set = |reg: mosl_bytecode::table::Reg, value: Value| {
            // SAFETY: the verifier made sure that the function has the register.
            unsafe { *self.stack.at(base + usize::from(reg.0)) = value };
        };
        match instr {
            Instr::Yield { dst, returning, .. } | Instr::YieldResult { dst, returning, .. } => {
                set(dst, value);
                set(returning, Value::from_bits(u64::from(how == Resume::Return)));
            }
            Instr::Await { dst, .. } => set(dst, value),
            _ => {}
        }
        let pc = if how == Resume::Throw { coroutine.pc } else { next };
        self.frames.push(Frame {
            rt: coroutine.rt,
            pc,
            base: base as u32,
            dst: 0,
            flags: EXIT | RESUMED,
            this: coroutine.this,
            callee: coroutine.callee,
            new_target: Value::UNDEFINED,
            coroutine: Some(coroutine),
        });
        coroutine.state = State::Running;
        Ok(())
    }

    fn run_resumed(&mut self, coroutine: Gc<Coroutine>, how: Resume, value: Value) -> Completion<Step> {
        let result = if how == Resume::Throw {
            let thrown = self.throw(value);
            self.run_after_throw(thrown)
        } else {
            self.run()
        };
        let mut coroutine = coroutine;
        match result {
            Ok(value) => Ok(match coroutine.state {
                State::Suspended => match self.suspended_by {
                    Suspension::Await => Step::Awaiting,
                    Suspension::Yield => Step::Yielded(value),
                    Suspension::YieldResult => Step::YieldedResult(value),
                },
                _ => {
                    coroutine.state = State::Done;
                    coroutine.registers = Box::default();
                    Step::Returned(value)
                }
            }),
            Err(throw) => {
                coroutine.state = State::Done;
                coroutine.registers = Box::default();
                Err(throw)
            }
        }
    }

    /// The object that a call of a generator function yields, at its `generator.start`.
    pub(crate) fn start_generator(&mut self, kind: FunctionKind) -> Value {
        let coroutine = self.new_coroutine(Value::UNDEFINED);
        self.save_frame(coroutine, State::Start);
        let callee = coroutine.callee;
        let usual = if kind == FunctionKind::Generator {
            Intrinsic::GeneratorPrototype
        } else {
            Intrinsic::AsyncGeneratorPrototype
        };
        let shape = self.generator_shape(callee, usual);
        let object: Value = if kind == FunctionKind::Generator {
            self.heap.object(shape, GeneratorData { coroutine }).into()
        } else {
            self.heap.object(shape, AsyncGeneratorData { coroutine, queue: Default::default(), busy: false }).into()
        };
        let mut coroutine = coroutine;
        coroutine.result = object;
        object
    }

    /// Objects inherit from the generator function's own `prototype`.
    fn generator_shape(&mut self, callee: Value, usual: Intrinsic) -> crate::object::shape::ShapeId {
        if let Some(function) = callee.of::<FunctionData>() {
            let key = PropKey::Name(self.common().prototype);
            if let Some(prototype) = self.get_own(function.base(), key).and_then(|p| p.value.as_object()) {
                return self.shapes.of_proto(Some(prototype));
            }
        }
        self.shape_of_proto(usual)
    }

    /// What `prototype` of a generator function's closures inherits from.
    pub(crate) fn generator_prototype(&self, func: u16) -> Option<Intrinsic> {
        match self.code.kind(func) {
            FunctionKind::Generator => Some(Intrinsic::GeneratorPrototype),
            FunctionKind::AsyncGenerator => Some(Intrinsic::AsyncGeneratorPrototype),
            FunctionKind::Normal | FunctionKind::Async => None,
        }
    }
}
