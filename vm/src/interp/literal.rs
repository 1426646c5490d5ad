//! Literals and what else makes objects: arrays under construction, template objects, regular expressions, namespaces; and
//! calls of host functions.

use mosl_bytecode::{Const, StrId};

use crate::heap::CellKind;
use crate::host::{HostCall, HostResult};
use crate::native::Completion;
use crate::object::data::*;
use crate::object::property::PropKey;
use crate::object::shape::Attrs;
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// Appends to an array under construction.
    #[inline]
    pub(crate) fn array_push(&mut self, array: Value, value: Value) -> Completion<()> {
        match array.of::<ArrayData>() {
            Some(array) if self.heap.push(array, value) => Ok(()),
            _ => Err(self.fault("an item is appended to no array literal")),
        }
    }

    pub(crate) fn array_spread(&mut self, array: Value, source: Value) -> Completion<()> {
        self.iterate(source, |vm, item| {
            vm.array_push(array, item)?;
            Ok(super::iterator::Flow::Go)
        })
    }

    /// The strings object of a tagged template: one for each place in the code, frozen.
    pub(crate) fn template_object(&mut self, func: u16, template: u32) -> Completion {
        if let Some(&known) = self.pool.templates.get(&(func, template)) {
            return Ok(known);
        }
        let Const::Template { cooked, raw } = self.code.module.consts[template as usize].clone() else {
            return Err(self.fault("a template object of no template"));
        };
        let cooked: Vec<Value> =
            cooked.into_iter().map(|id| id.map_or(Value::UNDEFINED, |id: StrId| self.module_string(id))).collect();
        let raw: Vec<Value> = raw.into_iter().map(|id| self.module_string(id)).collect();
        let (cooked, raw) = (self.new_array(cooked), self.new_array(raw));
        self.pool.templates.insert((func, template), cooked);
        if let (Some(cooked), Some(raw)) = (cooked.as_object(), raw.as_object()) {
            let key = PropKey::Name(self.common().raw);
            self.add_own(cooked, key, raw.into(), Attrs::FROZEN);
            self.freeze(raw)?;
            self.freeze(cooked)?;
        }
        Ok(cooked)
    }

    pub(crate) fn new_regexp(&mut self, index: u32) -> Completion {
        let Const::RegExp { pattern, flags } = self.code.module.consts[index as usize] else {
            return Err(self.fault("a regular expression of another constant"));
        };
        let (pattern, flags) = (self.module_string(pattern), self.module_string(flags));
        let Some(constructor) = self.global("RegExp") else {
            return Err(self.refuse(crate::refusal::Refusal::MissingBuiltin, "RegExp"));
        };
        self.construct(constructor, &[pattern, flags], constructor)
    }

    /// `import.meta`: one object for each file, with its path.
    pub(crate) fn import_meta(&mut self) -> Value {
        let file = self.current_file().unwrap_or_default();
        if let Some(&known) = self.pool.metas.get(&file) {
            return known;
        }
        let key = PropKey::Name(self.common().url);
        let meta = self.new_object_with(None);
        let name = self.code.module.files.get(usize::from(file)).map_or_else(String::new, |file| file.name.clone());
        let url = self.str(&name);
        self.add_own(meta, key, url, Attrs::PLAIN);
        self.pool.metas.insert(file, meta.into());
        meta.into()
    }

    pub(crate) fn module_namespace(&mut self, index: u16) -> Value {
        let known = self.pool.namespaces[usize::from(index)];
        if !known.is_absent() {
            return known;
        }
        let shape = self.shapes.of_proto(None);
        let namespace = self.heap.object(shape, NamespaceData(index)).base();
        let key = self.well_known(WellKnown::ToStringTag);
        let tag = self.str("Module");
        self.add_own(namespace, key, tag, Attrs::FROZEN);
        self.pool.namespaces[usize::from(index)] = namespace.into();
        namespace.into()
    }

    /// A built-in global by its number.
    pub(crate) fn intrinsic_global(&mut self, index: u16) -> Value {
        let known = self.pool.intrinsics[usize::from(index)];
        if !known.is_absent() {
            return known;
        }
        let name = mosl_bytecode::natives::GLOBALS[usize::from(index)];
        let value = self.global(name).unwrap_or(Value::UNDEFINED);
        self.pool.intrinsics[usize::from(index)] = value;
        value
    }

    /// Calls a host function: plain data out and in, or a promise.
    pub(crate) fn call_host(&mut self, index: u16, args: &[Value]) -> Completion {
        let mut plain = Vec::with_capacity(args.len());
        for arg in args {
            plain.push(self.host_value(*arg)?);
        }
        let code = std::sync::Arc::clone(&self.code);
        let import = &code.module.imports[usize::from(index)];
        let call = HostCall {
            index: usize::from(index),
            module: &import.module,
            name: &import.name,
            handler: self.host.handler,
        };
        let answer = self.on_hosts_time(|vm| vm.host.call(call, &plain));
        match (answer, import.is_async) {
            (HostResult::Value(value), false) => self.script_value(&value),
            (HostResult::Value(value), true) => {
                let value = self.script_value(&value)?;
                let promise = self.new_promise();
                self.root_scope(promise, |vm| vm.resolve_promise(promise, value));
                Ok(promise)
            }
            (HostResult::Pending(id), _) => {
                let promise = self.new_promise();
                self.handles.pending.insert(id, (promise, self.host.handler));
                Ok(promise)
            }
            (HostResult::Throw(error), false) => {
                let error = self.host_error(&error);
                Err(self.throw(error))
            }
            (HostResult::Throw(error), true) => {
                let reason = self.host_error(&error);
                let promise = self.new_promise();
                self.reject_promise(promise, reason);
                Ok(promise)
            }
        }
    }

    /// Whether a value is an instance of a kind that `typeof` and messages call an object but is a value type.
    pub fn is_value_type(&self, value: Value) -> bool {
        value.kind().is_some_and(CellKind::is_value_type)
    }
}
