//! `using` and `await using`: resources of a block, disposed of in reverse order however the block is left.

use mosl_bytecode::ErrorKind;

use super::Lowerer;
use super::control::THROWN;
use crate::mir::{BlockId, LocalId, Op, Plain, Repr, Temp};

/// The resources of one block, by the order of their declarations.
pub(super) struct Resources {
    slots: Vec<Resource>,
    next: usize,
}

#[derive(Clone, Copy)]
struct Resource {
    value: LocalId,
    /// `undefined` until the resource is there; `null` where `await using` got nothing to dispose of.
    method: LocalId,
    /// Whether `await using` fell back to `Symbol.dispose`, whose result nobody waits for.
    falls_back: LocalId,
    is_async: bool,
}

/// What is known of the awaiting while resources are disposed of (DisposeResources of ECMAScript's explicit resource management):
/// an `await using` waits at least once, also where it got `null`.
#[derive(Clone, Copy)]
struct Awaiting {
    needed: LocalId,
    done: LocalId,
}

impl Lowerer<'_> {
    /// Runs a body that declares `count` resources.
    pub(super) fn with_resources(&mut self, count: usize, body: impl FnOnce(&mut Self)) {
        let mut slots = vec![];
        for _ in 0..count {
            let value = self.new_local("resource", Repr::Any);
            let method = self.new_local("dispose", Repr::Any);
            let nothing = self.undefined();
            self.set(value, nothing);
            self.set(method, nothing);
            let falls_back = self.flag("falls back");
            slots.push(Resource { value, method, falls_back, is_async: false });
        }
        self.f().resources.push(Resources { slots, next: 0 });
        self.with_finally(body, |lower, kind, value| lower.dispose_all(kind, value));
    }

    /// Takes charge of a value: looks up how to dispose of it.
    pub(super) fn add_resource(&mut self, value: Temp, is_async: bool) {
        let Some(resources) = self.f().resources.last_mut() else { return };
        let index = resources.next;
        resources.next += 1;
        let Some(slot) = resources.slots.get_mut(index) else { return };
        slot.is_async = is_async;
        let slot = *slot;
        let value = self.as_any(value);
        let (nothing, present, end) = (self.new_block(), self.new_block(), self.new_block());
        let nullish = self.is_nullish(value);
        self.branch(nullish, nothing, present);
        self.switch(nothing);
        if is_async {
            let null = self.any(Op::Null, &[]);
            self.set(slot.method, null);
        }
        self.jump(end);
        self.switch(present);
        let method = self.dispose_method(value, slot);
        self.set(slot.value, value);
        self.set(slot.method, method);
        self.jump(end);
        self.switch(end);
    }

    fn flag(&mut self, name: &str) -> LocalId {
        let local = self.new_local(name, Repr::Bool);
        let no = self.bool(false);
        self.set(local, no);
        local
    }

    fn raise(&mut self, flag: LocalId) {
        let yes = self.bool(true);
        self.set(flag, yes);
    }

    /// The method that disposes of a value; it must be there, and a function.
    fn dispose_method(&mut self, value: Temp, slot: Resource) -> Temp {
        let (found, missing, join) = (self.new_block(), self.new_block(), self.new_block());
        let result = self.block_param(join, Repr::Any);
        if slot.is_async {
            let sync = self.new_block();
            let method = self.symbol_method(value, "asyncDispose");
            let absent = self.is_nullish(method);
            let own = self.new_block();
            self.branch(absent, sync, own);
            self.switch(own);
            self.jump_with(join, method);
            self.switch(sync);
            self.raise(slot.falls_back);
        }
        let method = self.symbol_method(value, "dispose");
        let absent = self.is_nullish(method);
        self.branch(absent, missing, found);
        self.switch(missing);
        self.throw_error(ErrorKind::TypeError, "The value of a using declaration has no [Symbol.dispose]() method");
        self.switch(found);
        self.jump_with(join, method);
        self.switch(join);
        let (callable, wrong) = (self.new_block(), self.new_block());
        let kind = self.plain(Plain::Typeof, &[result]);
        let function = self.str("function");
        let function = self.emit(Op::Str(function), &[], Repr::Str);
        let is_function = self.plain(Plain::StrEq, &[kind, function]);
        self.branch(is_function, callable, wrong);
        self.switch(wrong);
        self.throw_error(ErrorKind::TypeError, "What disposes of the value of a using declaration is not a function");
        self.switch(callable);
        result
    }

    fn symbol_method(&mut self, value: Temp, name: &str) -> Temp {
        let symbols = match self.intrinsic("Symbol") {
            Some(index) => self.any(Op::Intrinsic(index), &[]),
            None => self.undefined(),
        };
        let name = self.str(name);
        let key = self.any(Op::GetProp(name), &[symbols]);
        self.plain(Plain::GetIndex, &[value, key])
    }

    fn dispose_all(&mut self, kind: LocalId, result: LocalId) {
        let Some(resources) = self.f().resources.pop() else { return };
        let awaits = resources.slots.iter().any(|resource| resource.is_async);
        let awaiting = awaits.then(|| Awaiting { needed: self.flag("needs await"), done: self.flag("awaited") });
        for resource in resources.slots.iter().rev() {
            self.dispose(*resource, awaiting, kind, result);
        }
        if let Some(awaiting) = awaiting {
            self.await_if_needed(awaiting);
        }
    }

    /// Waits once where an `await using` that got nothing still owes it.
    fn await_if_needed(&mut self, awaiting: Awaiting) {
        let (owed, wait, end) = (self.new_block(), self.new_block(), self.new_block());
        let needed = self.get(awaiting.needed);
        self.branch(needed, owed, end);
        self.switch(owed);
        let done = self.get(awaiting.done);
        self.branch(done, end, wait);
        self.switch(wait);
        let nothing = self.undefined();
        self.plain(Plain::Await, &[nothing]);
        let no = self.bool(false);
        self.set(awaiting.needed, no);
        self.jump(end);
        self.switch(end);
    }

    fn dispose(&mut self, resource: Resource, awaiting: Option<Awaiting>, kind: LocalId, result: LocalId) {
        let (there, failed, end) = (self.new_block(), self.new_block(), self.new_block());
        let method = self.get(resource.method);
        let absent = self.is_undefined(method);
        self.branch(absent, end, there);
        self.switch(there);
        match awaiting {
            Some(awaiting) if resource.is_async => self.dispose_async(resource, awaiting, failed, end),
            _ => {
                if let Some(awaiting) = awaiting {
                    self.await_if_needed(awaiting);
                }
                let outer = self.under_handler(Some(failed));
                let (method, value) = (self.get(resource.method), self.get(resource.value));
                self.any(Op::Call, &[method, value]);
                self.under_handler(outer);
                self.jump(end);
            }
        }
        let error = self.catch(failed);
        self.add_error(error, kind, result);
        self.jump(end);
        self.switch(end);
    }

    /// Calls an async disposal and waits for it; goes on at `failed` or `end`.
    fn dispose_async(&mut self, resource: Resource, awaiting: Awaiting, failed: BlockId, end: BlockId) {
        let (nothing, call, threw, rejected) = (self.new_block(), self.new_block(), self.new_block(), self.new_block());
        let method = self.get(resource.method);
        let empty = self.is_nullish(method);
        self.branch(empty, nothing, call);
        self.switch(nothing);
        self.raise(awaiting.needed);
        self.jump(end);
        self.switch(call);
        let (ignored, wait) = (self.new_block(), self.new_block());
        let awaited = self.block_param(wait, Repr::Any);
        let outer = self.under_handler(Some(threw));
        let value = self.get(resource.value);
        let outcome = self.any(Op::Call, &[method, value]);
        self.under_handler(Some(failed));
        let falls_back = self.get(resource.falls_back);
        let awaits = self.new_block();
        self.branch(falls_back, ignored, awaits);
        self.switch(awaits);
        self.jump_with(wait, outcome);
        self.switch(ignored);
        let undefined = self.undefined();
        self.jump_with(wait, undefined);
        self.switch(wait);
        self.raise(awaiting.done);
        self.plain(Plain::Await, &[awaited]);
        self.under_handler(outer);
        self.jump(end);
        // What a synchronous method throws is a rejection that is waited for; what an asynchronous one throws is not.
        let error = self.catch(threw);
        let falls_back = self.get(resource.falls_back);
        let thrown = self.new_block();
        self.branch(falls_back, rejected, thrown);
        self.switch(rejected);
        self.raise(awaiting.done);
        let undefined = self.undefined();
        self.plain(Plain::Await, &[undefined]);
        self.jump(thrown);
        self.switch(thrown);
        self.under_handler(Some(failed));
        self.throw(error);
        self.under_handler(outer);
    }

    /// A disposal failed: its error takes over; one that was on its way is kept as suppressed.
    fn add_error(&mut self, error: Temp, kind: LocalId, result: LocalId) {
        let found = self.get(kind);
        let thrown = self.emit(Op::I32(THROWN), &[], Repr::I32);
        let already = self.plain(Plain::I32Eq, &[found, thrown]);
        let (both, first, end) = (self.new_block(), self.new_block(), self.new_block());
        self.branch(already, both, first);
        self.switch(both);
        let before = self.get(result);
        let combined = match self.intrinsic("SuppressedError") {
            Some(index) => {
                let class = self.any(Op::Intrinsic(index), &[]);
                self.any(Op::New, &[class, error, before])
            }
            None => error,
        };
        self.set(result, combined);
        self.jump(end);
        self.switch(first);
        self.set(result, error);
        self.set_kind(kind, THROWN);
        self.jump(end);
        self.switch(end);
    }
}
