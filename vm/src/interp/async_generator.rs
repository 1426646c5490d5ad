//! Async generators: their queue of requests (ECMAScript 27.6), and sync iterators seen as async ones (27.1.6).

use super::coroutine::{Resume, State, Step};
use crate::heap::Gc;
use crate::native::{Args, Completion, Throw};
use crate::natives::Inner;
use crate::object::Of;
use crate::object::data::{AsyncGeneratorData, AsyncRequest};
use crate::promise::Capability;
use crate::value::Value;
use crate::vm::Vm;

type AsyncGenerator = Gc<Of<AsyncGeneratorData>>;

impl Vm {
    /// `next`, `return` or `throw` of an async generator: a promise of the result.
    pub fn async_generator_request(&mut self, generator: AsyncGenerator, mode: Resume, value: Value) -> Completion {
        let promise = self.new_promise();
        let mut queue = generator;
        queue.data.queue.push_back(AsyncRequest { mode, value, promise });
        self.heap.grow(24);
        if !generator.data.busy {
            self.root_scope(promise, |vm| vm.drain_requests(generator))?;
        }
        Ok(promise)
    }

    /// Serves requests until one has to wait.
    fn drain_requests(&mut self, mut generator: AsyncGenerator) -> Completion<()> {
        while !generator.data.busy
            && let Some(&request) = generator.data.queue.front()
        {
            let mut coroutine = generator.data.coroutine;
            if coroutine.state == State::Start && request.mode != Resume::Next {
                coroutine.state = State::Done;
            }
            match (coroutine.state, request.mode) {
                (State::Done, Resume::Next) => self.answer(generator, Ok((Value::UNDEFINED, true))),
                (State::Done, Resume::Throw) => self.answer(generator, Err(request.value)),
                (State::Done, Resume::Return) => self.await_return(generator, request.value)?,
                _ => {
                    generator.data.busy = true;
                    let step = self.resume(coroutine, request.mode, request.value);
                    self.take_step(generator, step)?;
                }
            }
        }
        Ok(())
    }

    /// Asked to return when it is done, a generator awaits the value for its answer. (A suspended one awaits it in its body.)
    fn await_return(&mut self, mut generator: AsyncGenerator, value: Value) -> Completion<()> {
        generator.data.busy = true;
        match self.await_generator_return(generator, value) {
            Err(Throw::Exception) => {
                let reason = std::mem::replace(&mut self.exception, Value::UNDEFINED);
                generator.data.busy = false;
                self.answer(generator, Err(reason));
                Ok(())
            }
            other => other,
        }
    }

    /// The awaited value of a `return` is there.
    pub(crate) fn async_generator_returned(
        &mut self,
        mut generator: AsyncGenerator,
        fulfilled: bool,
        value: Value,
    ) -> Completion<()> {
        generator.data.busy = false;
        self.answer(generator, if fulfilled { Ok((value, true)) } else { Err(value) });
        self.drain_requests(generator)
    }

    /// After the generator ran for a while: the first request may have its answer, and the next its turn.
    pub(crate) fn async_generator_step(&mut self, generator: AsyncGenerator, step: Completion<Step>) -> Completion<()> {
        self.take_step(generator, step)?;
        self.drain_requests(generator)
    }

    fn take_step(&mut self, mut generator: AsyncGenerator, step: Completion<Step>) -> Completion<()> {
        let answer = match step {
            Ok(Step::Awaiting) => return Ok(()),
            Ok(Step::Yielded(value) | Step::YieldedResult(value)) => Ok((value, false)),
            Ok(Step::Returned(value)) => Ok((value, true)),
            Err(Throw::Exception) => Err(std::mem::replace(&mut self.exception, Value::UNDEFINED)),
            Err(Throw::Trap) => return Err(Throw::Trap),
        };
        generator.data.busy = false;
        self.answer(generator, answer);
        Ok(())
    }

    /// Settles the first request's promise.
    fn answer(&mut self, mut generator: AsyncGenerator, answer: Result<(Value, bool), Value>) {
        let Some(request) = generator.data.queue.pop_front() else { return };
        let mark = self.roots();
        self.root(request.promise);
        self.root(generator.into());
        match answer {
            Ok((value, done)) => {
                let result = self.iter_result(value, done);
                self.resolve_promise(request.promise, result);
            }
            Err(reason) => self.reject_promise(request.promise, reason),
        }
        self.unroot(mark);
    }

    /// A step of a sync iterator for those who await: a promise of its result with the value awaited. `name` is that of `return` or
    /// `throw`, if it is not `next` that is called. What is rejected closes the iterator, unless it is being closed (27.1.6).
    pub(crate) fn async_from_sync(
        &mut self,
        iterator: Value,
        name: Option<Value>,
        next: Value,
        args: &[Value],
    ) -> Completion {
        let mark = self.roots();
        self.root(iterator);
        args.iter().for_each(|arg| {
            self.root(*arg);
        });
        let promise = self.new_promise();
        self.root(promise);
        let closes = name.is_none_or(|name| name != self.common().return_);
        let step = self.sync_method(iterator, name, next).and_then(|method| match method {
            Some(method) => self.sync_step(iterator, method, args, closes).map(Some),
            None => Ok(None),
        });
        match step {
            Ok(Some((awaited, done))) => {
                let unwrap = self.new_native("", 1, Inner::UnwrapValue, &[Value::bool(done)]);
                self.root(unwrap);
                let on_error = if done || !closes {
                    Value::UNDEFINED
                } else {
                    self.new_native("", 1, Inner::CloseAndRethrow, &[iterator])
                };
                self.perform_then(awaited, unwrap, on_error, Some(Capability::direct(promise)));
            }
            // There is no `return`: that is as good as one that hands its argument back.
            Ok(None) => {
                let result = self.iter_result(args.first().copied().unwrap_or(Value::UNDEFINED), true);
                self.resolve_promise(promise, result);
            }
            Err(throw) => {
                let reason = self.catch(throw)?;
                self.reject_promise(promise, reason);
            }
        }
        self.unroot(mark);
        Ok(promise)
    }

    /// The method of the sync iterator that is to be called; `None` where it has no `return`. Without `throw` the protocol is
    /// broken: the iterator is closed.
    fn sync_method(&mut self, iterator: Value, name: Option<Value>, next: Value) -> Completion<Option<Value>> {
        let Some(name) = name else { return Ok(Some(next)) };
        let Some(key) = name.as_string().map(|s| self.string_key(s)) else {
            return Err(self.fault("an iterator's method has no name"));
        };
        let method = self.get_method(iterator, key)?;
        if method.is_none() && name != self.common().return_ {
            self.close_iterator(iterator)?;
            return Err(self.type_error("The iterator does not provide a 'throw' method"));
        }
        Ok(method)
    }

    fn sync_step(&mut self, iterator: Value, method: Value, args: &[Value], closes: bool) -> Completion<(Value, bool)> {
        let result = self.call(method, iterator, args)?;
        let (value, done) = self.iter_unpack(result)?;
        self.root(value);
        match self.promise_resolve(value) {
            Ok(promise) => Ok((self.root(promise), done)),
            Err(throw) => {
                let reason = self.catch(throw)?;
                self.root(reason);
                if !done && closes {
                    self.close_quietly(iterator)?;
                }
                Err(self.throw(reason))
            }
        }
    }

    fn close_quietly(&mut self, iterator: Value) -> Completion<()> {
        match self.close_iterator(iterator) {
            Err(Throw::Exception) => {
                self.exception = Value::UNDEFINED;
                Ok(())
            }
            other => other,
        }
    }
}

pub(crate) fn unwrap_value(vm: &mut Vm, args: Args) -> Completion {
    let done = vm.native_slot(args.callee, 0).is_true();
    Ok(vm.iter_result(args.get(0), done))
}

pub(crate) fn close_and_rethrow(vm: &mut Vm, args: Args) -> Completion {
    let iterator = vm.native_slot(args.callee, 0);
    vm.close_quietly(iterator)?;
    Err(vm.throw(args.get(0)))
}
