//! Values as text, as Node.js's `util.inspect` writes them with its defaults: for `console.log` and for messages. It runs no
//! getters; recursion is bounded by the depth that is shown.

mod error;
mod function;
pub(crate) mod layout;
mod members;
pub(crate) mod quote;
mod special;
pub(crate) mod values;

use rustc_hash::FxHashMap;

use crate::cost::{COPY_TEXT, units_of};
use crate::heap::Gc;
use crate::native::Completion;
use crate::object::Object;
use crate::value::Value;
use crate::vm::Vm;

/// How much is shown.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Levels of nesting; values below are `[Object]`.
    pub depth: usize,
    /// Whether properties that are not enumerable are shown too.
    pub hidden: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { depth: 2, hidden: false }
    }
}

/// What is known while a value is being shown.
pub(crate) struct Inspector<'a> {
    vm: &'a mut Vm,
    depth: usize,
    hidden: bool,
    indentation: usize,
    /// The innermost level reached so far in what is being shown.
    current_depth: usize,
    seen: Vec<Gc<Object>>,
    /// Objects that contain themselves, by the number of their mark.
    circular: FxHashMap<Gc<Object>, usize>,
    /// Bytes shown so far: past a limit nothing further is opened.
    budget: usize,
}

/// Output past this many bytes shows no further nesting.
const MAX_TEXT: usize = 16 << 20;

/// A value as `console.log` shows it; strings in quotes.
pub(crate) fn inspect(vm: &mut Vm, value: Value, options: Options) -> Completion<String> {
    let mut inspector = Inspector {
        vm,
        depth: options.depth,
        hidden: options.hidden,
        indentation: 0,
        current_depth: 0,
        seen: Vec::new(),
        circular: FxHashMap::default(),
        budget: MAX_TEXT,
    };
    inspector.show(value, 0, false)
}

/// A value within a message: strings as they are, objects as `#<Class>`.
pub(crate) fn shown_in_message(vm: &mut Vm, value: Value) -> String {
    if let Some(string) = value.as_string() {
        let text = string.to_rust();
        return if text.chars().count() > 80 { text.chars().take(80).collect::<String>() + "…" } else { text };
    }
    let Some(object) = value.as_object() else { return vm.brief(value) };
    if object.kind().is_callable() {
        return function::source_text(vm, value);
    }
    if object.kind() == crate::heap::CellKind::Array {
        return "[object Array]".to_owned();
    }
    let name = vm.class_name(object);
    format!("#<{name}>")
}

impl Inspector<'_> {
    /// A value at a level of nesting; `typed` shows strings at top level without quotes.
    pub(crate) fn show(&mut self, value: Value, level: usize, plain_strings: bool) -> Completion<String> {
        let text = match value.as_object() {
            None => self.primitive(value, plain_strings),
            Some(object) if self.seen.contains(&object) => {
                let next = self.circular.len() + 1;
                let number = *self.circular.entry(object).or_insert(next);
                format!("[Circular *{number}]")
            }
            Some(object) => self.object(object, level)?,
        };
        self.vm.charge(COPY_TEXT.of(units_of(&text)) + 1)?;
        Ok(text)
    }
}
