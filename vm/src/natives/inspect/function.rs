//! Functions and classes.

use mosl_bytecode::FunctionKind;

use super::Inspector;
use crate::heap::Gc;
use crate::object::Object;
use crate::object::data::FunctionData;
use crate::object::property::PropKey;
use crate::value::Value;
use crate::vm::Vm;

impl Inspector<'_> {
    /// `[Function: f]`, `[class A extends B]`, `[AsyncFunction (anonymous)]`
    pub(super) fn function(&mut self, object: Gc<Object>, constructor: Option<&str>, tag: &str) -> String {
        if self.vm.is_class(object.into()) {
            return self.class(object, constructor, tag);
        }
        let kind = kind_name(self.vm, object);
        let null = if constructor.is_none() { " (null prototype)" } else { "" };
        let name = self.own_name(object);
        let name = if name.is_empty() { " (anonymous)".to_owned() } else { format!(": {name}") };
        let mut text = format!("[{kind}{null}{name}]");
        if let Some(class) = constructor.filter(|class| *class != kind && *class != "Function") {
            text.push_str(&format!(" {class}"));
        }
        if !tag.is_empty() && constructor != Some(tag) && tag != kind {
            text.push_str(&format!(" [{tag}]"));
        }
        text
    }

    fn class(&mut self, object: Gc<Object>, constructor: Option<&str>, tag: &str) -> String {
        let name = self.own_name(object);
        let mut text = format!("[class {}", if name.is_empty() { "(anonymous)" } else { &name });
        if let Some(class) = constructor.filter(|class| *class != "Function") {
            text.push_str(&format!(" [{class}]"));
        }
        if !tag.is_empty() && constructor != Some(tag) {
            text.push_str(&format!(" [{tag}]"));
        }
        match self.vm.prototype_of(object) {
            None => text.push_str(" extends null"),
            Some(parent) => {
                let name =
                    if parent.kind().is_callable() { self.vm.function_name(parent.into()) } else { String::new() };
                if !name.is_empty() {
                    text.push_str(&format!(" extends {name}"));
                }
            }
        }
        text + "]"
    }

    fn own_name(&mut self, object: Gc<Object>) -> String {
        let key = PropKey::Name(self.vm.common().name);
        match self.vm.get_own(object, key) {
            Some(property) => property.value.as_string().map_or_else(String::new, |name| name.to_rust()),
            None => String::new(),
        }
    }
}

fn kind_name(vm: &Vm, object: Gc<Object>) -> &'static str {
    let kind = object.of::<FunctionData>().map(|f| vm.code.kind(f.data.func));
    match kind {
        Some(FunctionKind::Generator) => "GeneratorFunction",
        Some(FunctionKind::Async) => "AsyncFunction",
        Some(FunctionKind::AsyncGenerator) => "AsyncGeneratorFunction",
        _ => "Function",
    }
}

/// A function within a message.
pub(super) fn source_text(vm: &mut Vm, value: Value) -> String {
    let name = vm.function_name(value);
    if vm.is_class(value) { format!("class {name}") } else { format!("function {name}") }
}
