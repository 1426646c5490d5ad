//! What can be done within a turn: calls into the script, and looks at its objects.

use std::rc::Rc;

use mosl_vm::{Called, HandlerId, HostError, HostValue, Uncaught};
use wasmtime::{AsContextMut, EqRef, OwnedRooted, RootScope, Rooted, Store, ThrownException, format_err};

use super::embed::{Embed, Value};
use super::host::{Scope, State, strings};
use super::instance::{Outcome, WasmObject};
use super::strings::Strings;
use super::values::Border;

type Answer<T> = wasmtime::Result<T>;

/// A turn that is under way.
pub struct Inside<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) embed: Rc<Embed>,
    strings: Strings,
    outcome: Outcome,
}

/// An error that nobody caught, in a module that has no words for it.
const UNTOLD: &str = "Uncaught exception";

/// What `callMethod` and `callFunction` answer.
mod called {
    pub const MISSING: u32 = 0;
    pub const RETURNED: u32 = 1;
    pub const PROMISED: u32 = 2;
}

impl<'a> Inside<'a> {
    pub(super) fn new(store: &'a mut Store<State>, embed: Rc<Embed>) -> Answer<Self> {
        let strings = strings(store.data())?;
        Ok(Self { scope: RootScope::new(store), embed, strings, outcome: Outcome::default() })
    }

    fn border(&self) -> (Rc<Embed>, Strings) {
        (Rc::clone(&self.embed), self.strings.clone())
    }

    fn make(&mut self, value: &HostValue) -> Answer<Value> {
        let (embed, strings) = self.border();
        Border { embed: &embed, strings: &strings }.make(&mut self.scope, value)
    }

    fn read(&mut self, value: Value) -> Answer<Option<HostValue>> {
        let (embed, strings) = self.border();
        Border { embed: &embed, strings: &strings }.read(&mut self.scope, value)
    }

    fn text(&mut self, text: &str) -> Answer<super::strings::Text> {
        self.strings.of(&mut self.scope, text).map(Some)
    }

    fn object(&mut self, object: &WasmObject) -> Value {
        Some(object.0.to_rooted(&mut self.scope))
    }

    /// A value, or `None` where the script threw, which is then reported.
    pub(super) fn settle<T>(&mut self, result: Answer<T>) -> Answer<Option<T>> {
        let error = match result {
            Ok(value) => return Ok(Some(value)),
            Err(error) => error,
        };
        if !error.is::<ThrownException>() {
            return Err(error);
        }
        let thrown = self.scope.as_context_mut().take_pending_exception();
        let thrown = thrown.ok_or_else(|| format_err!("an exception that is none"))?;
        let value = match thrown.field(&mut self.scope, 0)? {
            wasmtime::Val::AnyRef(Some(any)) => any.as_eqref(&mut self.scope)?,
            _ => None,
        };
        let text = if self.embed.describe.is_there() {
            let text = self.embed.describe.call(&mut self.scope, (value,))?;
            self.strings.text(&mut self.scope, text)?
        } else {
            UNTOLD.to_owned()
        };
        super::turn::report(self.scope.as_context_mut().data_mut(), &text);
        Ok(None)
    }

    /// Runs microtasks until there are none; what a job throws, the program reports.
    pub(super) fn drain(mut self) -> Answer<Outcome> {
        if self.embed.drain_microtasks.is_there() {
            while {
                let drained = self.embed.drain_microtasks.call(&mut self.scope, ());
                self.settle(drained)?.is_none()
            } {}
        }
        Ok(self.outcome)
    }

    /// The number of a new handler, on whose behalf script runs from now on.
    fn new_handler(&mut self) -> HandlerId {
        let mut context = self.scope.as_context_mut();
        let state = context.data_mut();
        state.last_handler += 1;
        let handler = HandlerId(state.last_handler);
        state.handler = Some(handler);
        handler
    }

    fn list(&mut self, items: &[HostValue]) -> Answer<Value> {
        let list = self.embed.new_list.call(&mut self.scope, ())?;
        for item in items {
            let item = self.make(item)?;
            self.embed.push.call(&mut self.scope, (list, item))?;
        }
        Ok(list)
    }

    /// Instantiates an exported class; `None` where it threw or there is no such class.
    pub fn construct(&mut self, name: &str, args: &[HostValue]) -> Answer<Option<WasmObject>> {
        let name = self.text(name)?;
        let class = self.embed.exported.call(&mut self.scope, (name,))?;
        if class.is_none() {
            return Ok(None);
        }
        self.new_handler();
        let args = self.list(args)?;
        let made = self.embed.construct.call(&mut self.scope, (class, args));
        let Some(Some(object)) = self.settle(made)? else { return Ok(None) };
        Ok(Some(WasmObject(object.to_owned_rooted(&mut self.scope)?)))
    }

    /// Calls an exported function.
    pub fn call_export(&mut self, name: &str, args: &[HostValue]) -> Answer<()> {
        let name = self.text(name)?;
        let function = self.embed.exported.call(&mut self.scope, (name,))?;
        let handler = self.new_handler();
        let args = self.list(args)?;
        let status = self.embed.call_function.call(&mut self.scope, (function, args));
        self.finish_call(handler, status)
    }

    /// Calls a method of an object.
    pub fn call_method(&mut self, object: &WasmObject, name: &str, args: &[HostValue]) -> Answer<()> {
        let (object, name) = (self.object(object), self.text(name)?);
        let handler = self.new_handler();
        let args = self.list(args)?;
        let status = self.embed.call_method.call(&mut self.scope, (object, name, args));
        self.finish_call(handler, status)
    }

    /// A promise is kept until it settles; it is then the host's to look at.
    fn finish_call(&mut self, handler: HandlerId, status: Answer<f64>) -> Answer<()> {
        let called = match self.settle(status)?.map(|status| status as u32) {
            Some(called::MISSING) => Called::Missing,
            Some(called::RETURNED) => {
                let result = self.embed.result.call(&mut self.scope, ())?;
                Called::Value(self.read(result)?.unwrap_or_default())
            }
            Some(called::PROMISED) => {
                let promise: Option<Rooted<EqRef>> = self.embed.result.call(&mut self.scope, ())?;
                let promise = promise.ok_or_else(|| format_err!("a promise that is none"))?;
                self.outcome.returned.push((handler, promise.to_owned_rooted(&mut self.scope)?));
                Called::Pending(handler)
            }
            _ => Called::Threw,
        };
        self.outcome.called = Some(called);
        Ok(())
    }

    /// What a handler's promise has come to; `None` while it waits.
    pub(super) fn settlement(
        &mut self,
        handler: HandlerId,
        promise: &OwnedRooted<EqRef>,
    ) -> Answer<Option<Result<HostValue, Uncaught>>> {
        let promise = Some(promise.to_rooted(&mut self.scope));
        let state = self.embed.promise_state.call(&mut self.scope, (promise,))?;
        if state == 0.0 {
            return Ok(None);
        }
        let value = self.embed.promise_value.call(&mut self.scope, (promise,))?;
        if state == 1.0 {
            return Ok(Some(Ok(self.read(value)?.unwrap_or_default())));
        }
        let text = self.embed.describe.call(&mut self.scope, (value,))?;
        let text = self.strings.text(&mut self.scope, text)?;
        Ok(Some(Err(Uncaught { handler: Some(handler), is_rejection: true, ..super::turn::uncaught(&text) })))
    }

    /// Gives the program the answer to a host call.
    pub(super) fn answer(
        &mut self,
        number: f64,
        handler: Option<HandlerId>,
        result: &Result<HostValue, HostError>,
    ) -> Answer<()> {
        self.scope.as_context_mut().data_mut().handler = handler;
        let (ok, value) = match result {
            Ok(value) => (1, self.make(value)?),
            Err(error) => {
                let (name, message) = (self.text(&error.name)?, self.text(&error.message)?);
                (0, self.embed.make_error.call(&mut self.scope, (name, message))?)
            }
        };
        let settled = self.embed.settle_host.call(&mut self.scope, (number, ok, value));
        self.settle(settled).map(drop)
    }

    pub(super) fn fire_timer(&mut self, id: f64, handler: Option<HandlerId>) -> Answer<()> {
        self.scope.as_context_mut().data_mut().handler = handler;
        let fired = self.embed.fire_timer.call(&mut self.scope, (id,));
        self.settle(fired).map(drop)
    }

    /// Whether an object has a method of that name.
    pub fn has_method(&mut self, object: &WasmObject, name: &str) -> Answer<bool> {
        let (object, name) = (self.object(object), self.text(name)?);
        Ok(self.embed.has_method.call(&mut self.scope, (object, name))? != 0)
    }

    /// Reads the fields that hold plain data, without running script.
    pub fn read_fields(&mut self, object: &WasmObject) -> Answer<Vec<(String, HostValue)>> {
        let object = self.object(object);
        let (embed, strings) = self.border();
        Border { embed: &embed, strings: &strings }.fields(&mut self.scope, object)
    }

    /// Writes fields; those whose type does not take the value, or that the object does not have, are left as they are.
    /// Yields the names of those.
    pub fn write_fields(&mut self, object: &WasmObject, fields: &[(String, HostValue)]) -> Answer<Vec<String>> {
        let object = self.object(object);
        let mut left = Vec::new();
        for (name, value) in fields {
            let (key, value) = (self.text(name)?, self.make(value)?);
            if self.embed.write_field.call(&mut self.scope, (object, key, value))? == 0 {
                left.push(name.clone());
            }
        }
        Ok(left)
    }
}
