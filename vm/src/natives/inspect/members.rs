//! Objects: their heading, their members, and what the kinds show of themselves.

use super::Inspector;
use super::layout::{Frame, MAX_ITEMS, join};
use super::quote::{is_plain_key, quote};
use super::values::symbol_name;
use crate::heap::{CellKind, Gc};
use crate::interp::iterator::{Cursor, ListIteratorData};
use crate::native::Completion;
use crate::object::Object;
use crate::object::data::ArrayData;
use crate::object::property::{PropKey, Property};
use crate::realm::Intrinsic;
use crate::symbol::WellKnown;
use crate::value::Value;

/// What an object is shown with.
#[derive(Default)]
pub(super) struct Shown {
    /// A function's, error's or wrapper's own text.
    pub base: String,
    pub open: String,
    pub close: &'static str,
    /// Parts in front of the named properties.
    pub parts: Vec<String>,
    pub is_array: bool,
    pub numbers: bool,
    /// The object is shown as this and nothing else, unless it has properties.
    pub complete: Option<String>,
}

impl Shown {
    pub fn braces(prefix: String) -> Self {
        Self { open: format!("{prefix}{{"), close: "}", ..Self::default() }
    }

    /// Text of its own, and braces only for further properties.
    pub fn text(base: String) -> Self {
        Self { complete: Some(base.clone()), base, open: "{".into(), close: "}", ..Self::default() }
    }
}

/// `Class(2) [Tag] `, or `[Fallback(2): null prototype] `.
pub(super) fn prefix(constructor: Option<&str>, tag: &str, fallback: &str, size: &str) -> String {
    match constructor {
        None if !tag.is_empty() && fallback != tag => format!("[{fallback}{size}: null prototype] [{tag}] "),
        None => format!("[{fallback}{size}: null prototype] "),
        Some(name) if !tag.is_empty() && !says(name, tag) => format!("{name}{size} [{tag}] "),
        Some(name) => format!("{name}{size} "),
    }
}

/// Whether a class's name has the tag in it as words of its own: `MyMap` says `Map`, `Mapper` does not.
fn says(name: &str, tag: &str) -> bool {
    let Some(at) = name.find(tag) else { return false };
    name[at + tag.len()..].chars().next().is_none_or(|next| !next.to_lowercase().eq([next]))
}

impl Inspector<'_> {
    pub(super) fn object(&mut self, object: Gc<Object>, level: usize) -> Completion<String> {
        let constructor = self.constructor_name(object, level)?;
        let tag = self.tag(object, constructor.as_deref());
        let mut keys = self.shown_keys(object);
        if level > self.depth && object.kind() == CellKind::RegExp {
            keys.clear();
        }
        if level > self.depth && (!keys.is_empty() || !self.shows_at_any_depth(object)) {
            // The classes of async functions and generators have no name to be found by.
            let is_class = object.kind().is_callable() && tag.ends_with("Function");
            let class = if is_class { Some(tag.as_str()) } else { constructor.as_deref() };
            let name = prefix(class, &tag, fallback(object.kind()), "");
            if class.is_none() {
                return Ok(name.trim_end().to_owned());
            }
            return Ok(format!("[{}]", name.trim_end()));
        }
        self.seen.push(object);
        let before = std::mem::replace(&mut self.current_depth, level);
        let result = self.opened(object, constructor.as_deref(), &tag, keys, level, before);
        self.seen.pop();
        result
    }

    /// What shows nothing of its own inside counts as no level of nesting: `before` is the depth that was reached without it.
    fn opened(
        &mut self,
        object: Gc<Object>,
        constructor: Option<&str>,
        tag: &str,
        keys: Vec<PropKey>,
        level: usize,
        before: usize,
    ) -> Completion<String> {
        let mut keys = keys;
        let mut shown = self.kind(object, constructor, tag, &mut keys, level + 1)?;
        if keys.is_empty()
            && let Some(text) = shown.complete.take()
        {
            self.current_depth = before;
            return Ok(text);
        }
        self.current_depth = self.current_depth.max(level);
        let mut parts = std::mem::take(&mut shown.parts);
        shown.numbers &= keys.is_empty();
        for key in keys {
            let Some(property) = self.vm.get_own(object, key) else { continue };
            parts.push(self.property(key, property, level + 1, false)?);
        }
        let levels_below = self.current_depth.saturating_sub(level);
        let mut base = shown.base;
        if let Some(number) = self.circular.get(&object) {
            base = if base.is_empty() { format!("<ref *{number}>") } else { format!("<ref *{number}> {base}") };
        }
        if parts.is_empty() {
            let space = if base.is_empty() { "" } else { " " };
            self.current_depth = before;
            return Ok(format!("{base}{space}{}{}", shown.open, shown.close));
        }
        let frame = Frame {
            base: &base,
            open: &shown.open,
            close: shown.close,
            is_array: shown.is_array,
            numbers: shown.numbers,
            indentation: self.indentation,
            levels_below,
        };
        let text = join(parts, &frame);
        self.budget = self.budget.saturating_sub(text.len());
        if self.budget == 0 {
            self.depth = 0;
        }
        Ok(text)
    }

    /// `key: value`
    pub(super) fn property(
        &mut self,
        key: PropKey,
        property: Property,
        level: usize,
        bare: bool,
    ) -> Completion<String> {
        let text = match property.accessor() {
            Some((getter, setter)) => {
                let label = match (getter.is_undefined(), setter.is_undefined()) {
                    (false, false) => "[Getter/Setter]",
                    (false, true) => "[Getter]",
                    (true, false) => "[Setter]",
                    (true, true) => "undefined",
                };
                label.to_owned()
            }
            None => self.indented(|it| it.show(property.value, level, false))?,
        };
        Ok(if bare { text } else { format!("{}: {text}", self.key(key, property.is_enumerable())) })
    }

    /// Runs `show` two columns further in.
    pub(super) fn indented<T>(&mut self, show: impl FnOnce(&mut Self) -> Completion<T>) -> Completion<T> {
        self.indentation += 2;
        let result = show(self);
        self.indentation -= 2;
        result
    }

    fn key(&mut self, key: PropKey, enumerable: bool) -> String {
        match key {
            PropKey::Index(index) => format!("'{index}'"),
            PropKey::Name(name) => match name.as_string() {
                None => {
                    let text = symbol_name(name);
                    if enumerable { text } else { format!("[{text}]") }
                }
                Some(text) if text.is("__proto__") => "['__proto__']".into(),
                Some(text) if !enumerable => format!("[{}]", text.to_rust()),
                Some(text) if is_plain_key(text.view()) => text.to_rust(),
                Some(text) => quote(text.view()),
            },
        }
    }

    /// Own properties, the enumerable ones unless hidden ones are asked for; of arrays and wrapped strings without the elements.
    fn shown_keys(&mut self, object: Gc<Object>) -> Vec<PropKey> {
        let elements = matches!(object.kind(), CellKind::Array | CellKind::Wrapper | CellKind::Foreign);
        let keys = self.vm.own_keys(object);
        keys.into_iter()
            .filter(|key| !(elements && matches!(key, PropKey::Index(_))))
            .filter(|key| self.hidden || self.vm.get_own(object, *key).is_some_and(|property| property.is_enumerable()))
            .collect()
    }

    /// The name of the class, found without running script; `None` for an object without prototype.
    fn constructor_name(&mut self, object: Gc<Object>, level: usize) -> Completion<Option<String>> {
        let key = PropKey::Name(self.vm.common().constructor);
        let mut at = Some(object);
        let mut first_proto = None;
        // `Iterator.prototype.constructor` is an accessor by the standard, which nobody sees through.
        let iterator = self.vm.intrinsic(Intrinsic::IteratorPrototype);
        while let Some(holder) = at {
            if let Some(property) = self.vm.get_own(holder, key).filter(|_| holder != iterator)
                && property.accessor().is_none()
                && property.value.is_callable()
            {
                let name = self.vm.function_name(property.value);
                if !name.is_empty() && self.is_instance(object, property.value) {
                    return Ok(Some(name));
                }
            }
            at = self.vm.prototype_of(holder);
            first_proto = first_proto.or(Some(at));
        }
        let Some(proto) = first_proto.flatten() else { return Ok(None) };
        if level > self.depth {
            return Ok(Some("Object <Complex prototype>".into()));
        }
        match self.constructor_name(proto, level + 1)? {
            Some(name) => Ok(Some(format!("Object <{name}>"))),
            None => {
                let shown = self.object(proto, self.depth + 1)?;
                let shown =
                    if shown == "[Object: null prototype]" { "[Object: null prototype] {}".into() } else { shown };
                Ok(Some(format!("Object <{shown}>")))
            }
        }
    }

    /// Whether the constructor's prototype is among the object's, without asking `Symbol.hasInstance`.
    fn is_instance(&mut self, object: Gc<Object>, constructor: Value) -> bool {
        let key = PropKey::Name(self.vm.common().prototype);
        let Some(function) = constructor.as_object() else { return false };
        let Some(proto) = self.vm.get_own(function, key).and_then(|property| property.value.as_object()) else {
            return false;
        };
        let mut at = self.vm.prototype_of(object);
        while let Some(holder) = at {
            if holder == proto {
                return true;
            }
            at = self.vm.prototype_of(holder);
        }
        false
    }

    /// `Symbol.toStringTag`, where it is text of its own and not shown as a property anyway.
    fn tag(&mut self, object: Gc<Object>, constructor: Option<&str>) -> String {
        let key = self.vm.well_known(WellKnown::ToStringTag);
        let Some((holder, property)) = self.vm.find(object, key) else { return String::new() };
        if holder == object && property.is_enumerable() {
            return String::new();
        }
        let value = match property.accessor() {
            None => property.value,
            // A getter may run script: only what it yields is shown, never what it throws.
            Some((getter, _)) if getter.is_callable() => match self.vm.call(getter, object.into(), &[]) {
                Ok(value) => value,
                Err(_) => return String::new(),
            },
            Some(_) => return String::new(),
        };
        let tag = value.as_string().map_or_else(String::new, |tag| tag.to_rust());
        if constructor == Some(tag.as_str()) { String::new() } else { tag }
    }

    /// Kinds that are text of their own, at any depth, as long as they have no properties; and empty collections.
    fn shows_at_any_depth(&mut self, object: Gc<Object>) -> bool {
        use crate::object::data::{ForeignData, MapData, SetData};
        match object.kind() {
            CellKind::Array => object.of::<ArrayData>().is_some_and(|a| a.data.is_empty()),
            CellKind::Map => object.of::<MapData>().is_some_and(|m| m.data.0.is_empty()),
            CellKind::Set => object.of::<SetData>().is_some_and(|s| s.data.0.is_empty()),
            CellKind::Foreign => {
                object.of::<ForeignData>().is_some_and(|f| f.data.0.is_indexed() && f.data.0.element_count() == 0)
            }
            CellKind::ListIterator => object
                .of::<ListIteratorData>()
                .is_none_or(|it| !matches!(it.data.cursor, Cursor::Map { .. } | Cursor::Set { .. })),
            CellKind::Promise | CellKind::WeakMap | CellKind::WeakSet | CellKind::Namespace => false,
            _ => true,
        }
    }

    /// `... 20 more items`
    pub(super) fn more(count: usize) -> Option<String> {
        match count.saturating_sub(MAX_ITEMS) {
            0 => None,
            1 => Some("... 1 more item".into()),
            rest => Some(format!("... {rest} more items")),
        }
    }
}

/// The name of a kind where the object has no class.
pub(super) fn fallback(kind: CellKind) -> &'static str {
    match kind {
        CellKind::Array => "Array",
        CellKind::Map => "Map",
        CellKind::Set => "Set",
        CellKind::WeakMap => "WeakMap",
        CellKind::WeakSet => "WeakSet",
        CellKind::Promise => "Promise",
        CellKind::Error => "Error",
        CellKind::RegExp => "RegExp",
        CellKind::Date => "Date",
        CellKind::Namespace => "Module",
        _ => "Object",
    }
}
