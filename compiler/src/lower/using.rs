//! `using` and `await using`: resources of a block, disposed of in reverse order however the block is left.

use mosl_bytecode::ErrorKind;

use super::Lowerer;
use super::control::THROWN;
use crate::mir::{LocalId, Op, Plain, Repr, Temp};

/// The resources of one block, by the order of their declarations.
pub(super) struct Resources {
    slots: Vec<Resource>,
    next: usize,
}

#[derive(Clone, Copy)]
struct Resource {
    value: LocalId,
    /// `undefined` until the resource is there.
    method: LocalId,
    is_async: bool,
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
            slots.push(Resource { value, method, is_async: false });
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
        let (present, end) = (self.new_block(), self.new_block());
        let nullish = self.is_nullish(value);
        self.branch(nullish, end, present);
        self.switch(present);
        let method = self.dispose_method(value, is_async);
        self.set(slot.value, value);
        self.set(slot.method, method);
        self.jump(end);
        self.switch(end);
    }

    fn dispose_method(&mut self, value: Temp, is_async: bool) -> Temp {
        let (found, missing, join) = (self.new_block(), self.new_block(), self.new_block());
        let result = self.block_param(join, Repr::Any);
        if is_async {
            let sync = self.new_block();
            let method = self.symbol_method(value, "asyncDispose");
            let absent = self.is_nullish(method);
            let own = self.new_block();
            self.branch(absent, sync, own);
            self.switch(own);
            self.jump_with(join, method);
            self.switch(sync);
        }
        let method = self.symbol_method(value, "dispose");
        let absent = self.is_nullish(method);
        self.branch(absent, missing, found);
        self.switch(missing);
        self.throw_error(ErrorKind::TypeError, "The value of a using declaration has no [Symbol.dispose]() method");
        self.switch(found);
        self.jump_with(join, method);
        self.switch(join);
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
        for resource in resources.slots.iter().rev() {
            self.dispose(*resource, kind, result);
        }
    }

    fn dispose(&mut self, resource: Resource, kind: LocalId, result: LocalId) {
        let (there, failed, end) = (self.new_block(), self.new_block(), self.new_block());
        let method = self.get(resource.method);
        let absent = self.is_undefined(method);
        self.branch(absent, end, there);
        self.switch(there);
        let outer = self.under_handler(Some(failed));
        let value = self.get(resource.value);
        let outcome = self.any(Op::Call, &[method, value]);
        if resource.is_async {
            self.plain(Plain::Await, &[outcome]);
        }
        self.under_handler(outer);
        self.jump(end);
        let error = self.catch(failed);
        self.add_error(error, kind, result);
        self.jump(end);
        self.switch(end);
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
