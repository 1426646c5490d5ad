//! Errors: `[Name: message]`, with causes and other properties behind it. There is no trace in `stack`, so the text is in
//! brackets, as Node.js has it then.

use super::Inspector;
use super::members::{Shown, prefix};
use crate::heap::Gc;
use crate::native::Completion;
use crate::object::Object;
use crate::object::data::ArrayData;
use crate::object::property::PropKey;

impl Inspector<'_> {
    pub(super) fn error(
        &mut self,
        object: Gc<Object>,
        constructor: Option<&str>,
        tag: &str,
        keys: &mut Vec<PropKey>,
    ) -> Completion<Shown> {
        let name = self.name(object)?;
        let stack = self.stack_text(object, &name);
        self.drop_repeated(object, keys, &stack);
        for extra in ["cause", "errors"] {
            let key = self.vm.key(extra);
            if let Some(property) = self.vm.get_own(object, key)
                && !keys.contains(&key)
                && (extra == "cause" || property.value.of::<ArrayData>().is_some())
            {
                keys.push(key);
            }
        }
        let text = improved(&stack, constructor, &name, tag);
        let indentation = " ".repeat(self.indentation);
        Ok(Shown::text(format!("[{text}]").replace('\n', &format!("\n{indentation}"))))
    }

    /// `name`, be it a getter's.
    fn name(&mut self, object: Gc<Object>) -> Completion<String> {
        let key = PropKey::Name(self.vm.common().name);
        let name = match self.vm.get(object.into(), key) {
            Ok(name) => name.as_string(),
            Err(thrown) => {
                self.vm.catch(thrown)?;
                None
            }
        };
        Ok(name.map_or_else(|| "Error".to_owned(), |name| name.to_rust()))
    }

    /// A string property, own or inherited, that is no getter.
    fn data_text(&mut self, object: Gc<Object>, name: &str) -> Option<String> {
        let key = self.vm.key(name);
        let (_, property) = self.vm.find(object, key)?;
        property.accessor().is_none().then(|| property.value.as_string().map(|text| text.to_rust()))?
    }

    /// `stack`, or, as long as that says the message, name and message as they are now: Node.js makes `stack` when it is first read.
    fn stack_text(&mut self, object: Gc<Object>, name: &str) -> String {
        let message = self.data_text(object, "message").unwrap_or_default();
        let heading = if message.is_empty() { name.to_owned() } else { format!("{name}: {message}") };
        match self.data_text(object, "stack") {
            Some(stack) if stack.contains(" [R") => stack,
            Some(stack) if message.is_empty() && !stack.contains(':') => heading,
            Some(stack) if !message.is_empty() && stack.ends_with(&message) => heading,
            Some(stack) if !stack.is_empty() => stack,
            _ => heading,
        }
    }

    /// Properties that the text already says.
    fn drop_repeated(&mut self, object: Gc<Object>, keys: &mut Vec<PropKey>, stack: &str) {
        for name in ["name", "message", "stack"] {
            let key = self.vm.key(name);
            let Some(at) = keys.iter().position(|other| *other == key) else { continue };
            let value = self.vm.get_own(object, key).and_then(|property| property.value.as_string());
            if value.is_none_or(|text| stack.contains(&text.to_rust())) {
                keys.remove(at);
            }
        }
    }
}

/// Names the class where the text names another.
fn improved(stack: &str, constructor: Option<&str>, name: &str, tag: &str) -> String {
    let starts = stack.starts_with(name) && matches!(stack.as_bytes().get(name.len()), None | Some(b':' | b'\n'));
    if constructor.is_some() && !(name.ends_with("Error") && starts) {
        return stack.to_owned();
    }
    let heading = prefix(constructor, tag, "Error", "");
    let heading = heading.trim_end();
    if name == heading {
        return stack.to_owned();
    }
    let rest = stack.get(name.len()..).unwrap_or("");
    if heading.contains(name) { format!("{heading}{rest}") } else { format!("{heading} [{name}]{rest}") }
}
