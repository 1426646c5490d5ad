//! Leaving frames: by return, by suspension, by a throw that looks for its handler, by a trap that has none.

use mosl_bytecode::FunctionKind;

use super::frame::{CONSTRUCT, EXIT, RESUMED};
use crate::native::{Completion, Throw};
use crate::refusal::Refusal;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// Pops the topmost frame and hands its value to the caller: `Some` leaves the loop; else the caller's frame continues at
    /// its `pc`, which is past the call.
    #[inline(always)]
    pub(crate) fn pop_frame(&mut self, value: Value) -> Option<Value> {
        let Some(frame) = self.frames.pop() else { return Some(value) };
        // SAFETY: the instance's caches keep the function.
        self.depth -= unsafe { u32::from((*frame.rt).units) };
        self.stack.top = frame.base as usize;
        if frame.flags & EXIT != 0 {
            return Some(value);
        }
        let dst = usize::from(frame.dst);
        if let Some(caller) = self.frames.last_mut() {
            // SAFETY: the caller's call instruction is not the last of its code, and its register is verified.
            unsafe {
                caller.pc = caller.pc.add(1);
                *self.stack.at(caller.base as usize + dst) = value;
            }
        }
        None
    }

    /// `return value` in the topmost frame.
    #[inline(always)]
    pub(crate) fn leave_frame(&mut self, value: Value) -> Completion<Option<Value>> {
        let frame = self.frames.last().expect("a frame runs");
        // SAFETY: the instance's caches keep the function.
        let kind = unsafe { (*frame.rt).kind };
        if frame.flags & CONSTRUCT == 0 && kind == FunctionKind::Normal {
            return Ok(self.pop_frame(value));
        }
        self.leave_special(value, kind)
    }

    fn leave_special(&mut self, value: Value, kind: FunctionKind) -> Completion<Option<Value>> {
        let frame = self.frames.last().expect("a frame runs");
        let (flags, this, new_target, coroutine) = (frame.flags, frame.this, frame.new_target, frame.coroutine);
        if flags & CONSTRUCT != 0 {
            let result = self.constructed(value, this)?;
            self.note_instance(new_target, result);
            return Ok(self.pop_frame(result));
        }
        if kind != FunctionKind::Async {
            return Ok(self.pop_frame(value));
        }
        if flags & RESUMED != 0 {
            if let Some(mut coroutine) = coroutine {
                coroutine.state = super::coroutine::State::Done;
                self.resolve_promise(coroutine.result, value);
            }
            return Ok(self.pop_frame(Value::UNDEFINED));
        }
        let promise = self.new_promise();
        self.root_scope(promise, |vm| vm.resolve_promise(promise, value));
        Ok(self.pop_frame(promise))
    }

    /// What `new` yields: the returned object, or `this`.
    fn constructed(&mut self, value: Value, this: Value) -> Completion {
        if value.is_object() {
            return Ok(value);
        }
        if this != Value::UNINIT {
            return Ok(this);
        }
        if value == Value::UNINIT || value.is_undefined() {
            return Err(self.reference_error(
                "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
            ));
        }
        Err(self.type_error("Derived constructors may only return object or undefined"))
    }

    /// Finds the handler of something thrown at the topmost frame's place, popping frames on the way. `None`: the topmost frame
    /// continues at its `pc`. `Some`: the loop is left.
    pub(crate) fn unwind(&mut self, throw: Throw) -> Option<Completion> {
        let mut throw = throw;
        loop {
            if throw == Throw::Exception {
                match self.enter_handler() {
                    Ok(true) => return None,
                    Ok(false) => {}
                    Err(trap) => throw = trap,
                }
            }
            let frame = self.frames.last().expect("a frame runs");
            // SAFETY: the instance's caches keep the function.
            let kind = unsafe { (*frame.rt).kind };
            let (flags, coroutine) = (frame.flags, frame.coroutine);
            if throw == Throw::Exception && kind == FunctionKind::Async {
                let reason = std::mem::replace(&mut self.exception, Value::UNDEFINED);
                let value = if flags & RESUMED != 0 {
                    if let Some(mut coroutine) = coroutine {
                        coroutine.state = super::coroutine::State::Done;
                        self.reject_promise(coroutine.result, reason);
                    }
                    Value::UNDEFINED
                } else {
                    let promise = self.new_promise();
                    self.reject_promise(promise, reason);
                    promise
                };
                return self.pop_frame(value).map(Ok);
            }
            let exit = flags & EXIT != 0;
            self.discard_frame();
            if exit {
                return Some(Err(throw));
            }
        }
    }

    fn discard_frame(&mut self) {
        if let Some(frame) = self.frames.pop() {
            // SAFETY: the instance's caches keep the function.
            self.depth -= unsafe { u32::from((*frame.rt).units) };
            self.stack.top = frame.base as usize;
        }
    }

    /// Moves the topmost frame to the handler of its place, if there is one.
    fn enter_handler(&mut self) -> Completion<bool> {
        let frame = self.frames.last_mut().expect("a frame runs");
        let (func, pc) = frame.place();
        let function = &self.code.module.functions[usize::from(func)];
        let at = function.blocks.partition_point(|block| block.start <= pc) - 1;
        let Some(handler) = function.blocks[at].handler else { return Ok(false) };
        let block = &function.blocks[usize::from(handler)];
        // SAFETY: blocks start within the code.
        frame.pc = unsafe { (*frame.rt).code.add(block.start as usize) };
        self.charge(block.fuel as usize)?;
        Ok(true)
    }

    /// Keeps a value alive while something runs.
    pub(crate) fn root_scope<T>(&mut self, value: Value, run: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.roots();
        self.root(value);
        let result = run(self);
        self.unroot(mark);
        result
    }

    /// A check site's failure: "`expr` should be `expected`, but is …".
    pub(crate) fn check_failed(&mut self, func: u16, check: u16, value: Value) -> Throw {
        let code = std::sync::Arc::clone(&self.code);
        let site = code.module.functions[usize::from(func)].checks[usize::from(check)];
        let text = |id: mosl_bytecode::StrId| String::from_utf16_lossy(&code.module.strings[id.0 as usize]);
        let got = self.brief(value);
        let message = format!("`{}` should be {}, but is {got}", text(site.expr), text(site.expected));
        self.refuse(Refusal::CheckFailed, &message)
    }
}
