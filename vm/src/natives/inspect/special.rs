//! What the kinds of objects show of themselves.

use super::super::typed_array;
use super::Inspector;
use super::layout::{Frame, MAX_ITEMS, join};
use super::members::{Shown, prefix};
use super::values::number_text;
use crate::heap::{CellKind, Gc};
use crate::interp::iterator::{Cursor, ListIteratorData, Part};
use crate::native::Completion;
use crate::object::Object;
use crate::object::data::*;
use crate::object::property::PropKey;
use crate::promise::{PromiseData, PromiseState};
use crate::value::Value;

impl Inspector<'_> {
    /// The heading and the parts in front of named properties; `keys` may lose or gain some.
    pub(super) fn kind(
        &mut self,
        object: Gc<Object>,
        constructor: Option<&str>,
        tag: &str,
        keys: &mut Vec<PropKey>,
        level: usize,
    ) -> Completion<Shown> {
        let named = |fallback: &str, size: &str| prefix(constructor, tag, fallback, size);
        match object.kind() {
            CellKind::Array => self.array(object, constructor, tag, level),
            CellKind::Map => self.map(object, named("Map", &size_of_map(object)), level),
            CellKind::Set => self.set(object, named("Set", &size_of_set(object)), level),
            kind if kind.is_callable() => Ok(Shown::text(self.function(object, constructor, tag))),
            CellKind::Error => self.error(object, constructor, tag, keys),
            CellKind::RegExp => Ok(Shown::text(regexp_text(object, &named("RegExp", "")))),
            CellKind::Date => Ok(Shown::text(date_text(object, &named("Date", "")))),
            CellKind::Promise => self.promise(object, named("Promise", ""), level),
            CellKind::WeakMap => Ok(unknown(named("WeakMap", ""))),
            CellKind::WeakSet => Ok(unknown(named("WeakSet", ""))),
            // `Number.prototype` and its kin.
            CellKind::Wrapper if constructor == Some("Object") => Ok(plain(constructor, tag)),
            CellKind::Wrapper => Ok(self.wrapper(object, constructor, tag)),
            CellKind::Mrk | CellKind::Vec2 | CellKind::Vec3 | CellKind::Quat | CellKind::Color => {
                keys.clear();
                Ok(Shown::text(super::super::values::shown(object.into())))
            }
            CellKind::ListIterator => self.iterator(object, constructor, tag, level),
            CellKind::Foreign => self.foreign(object, constructor, tag, keys, level),
            CellKind::Namespace => Ok(Shown::braces(named("Module", ""))),
            _ if self.inherits_error(object) => self.error(object, constructor, tag, keys),
            _ => Ok(plain(constructor, tag)),
        }
    }

    /// Whether an object that is no error inherits from one.
    fn inherits_error(&mut self, mut object: Gc<Object>) -> bool {
        let wanted = self.vm.intrinsic(crate::realm::Intrinsic::ErrorPrototype);
        while let Some(proto) = self.vm.prototype_of(object) {
            if proto == wanted {
                return true;
            }
            object = proto;
        }
        false
    }

    fn array(&mut self, object: Gc<Object>, constructor: Option<&str>, tag: &str, level: usize) -> Completion<Shown> {
        let Some(array) = object.of::<ArrayData>() else { return Ok(Shown::default()) };
        let length = array.data.len() as usize;
        let open = if constructor == Some("Array") && tag.is_empty() {
            "[".to_owned()
        } else {
            format!("{}[", prefix(constructor, tag, "Array", &format!("({length})")))
        };
        let mut shown = Shown { open, close: "]", is_array: true, ..Shown::default() };
        shown.complete = (length == 0).then(|| format!("{}]", shown.open));
        // The first element that is not shown counts too: the line that tells of it stands for it.
        shown.numbers = (0..length.min(MAX_ITEMS + 1)).all(|index| {
            let element = self.vm.get_own(object, PropKey::Index(index as u32));
            element.is_some_and(|element| element.value.is_number())
        });
        if array.data.as_dense().is_some() {
            for index in 0..length.min(MAX_ITEMS) {
                // Showing an element may run a getter of Symbol.toStringTag, which may change the array.
                let value = array.data.get(index).unwrap_or(Value::UNDEFINED);
                shown.parts.push(self.indented(|it| it.show(value, level, false))?);
            }
            shown.parts.extend(Self::more(length));
        } else {
            self.sparse(object, length, level, &mut shown.parts)?;
        }
        Ok(shown)
    }

    /// Elements with runs of holes between them.
    fn sparse(&mut self, object: Gc<Object>, length: usize, level: usize, parts: &mut Vec<String>) -> Completion<()> {
        let empty = |count: usize| format!("<{count} empty item{}>", if count == 1 { "" } else { "s" });
        let mut next = 0;
        for key in self.vm.own_keys(object) {
            let PropKey::Index(index) = key else { break };
            if parts.len() >= MAX_ITEMS {
                break;
            }
            let index = index as usize;
            if index > next {
                parts.push(empty(index - next));
                next = index;
                if parts.len() >= MAX_ITEMS {
                    break;
                }
            }
            if let Some(property) = self.vm.get_own(object, key) {
                parts.push(self.property(key, property, level, true)?);
            }
            next += 1;
        }
        let rest = length.saturating_sub(next);
        if rest > 0 {
            let full = parts.len() >= MAX_ITEMS;
            parts.push(if full {
                format!("... {rest} more item{}", if rest == 1 { "" } else { "s" })
            } else {
                empty(rest)
            });
        }
        Ok(())
    }

    fn map(&mut self, object: Gc<Object>, prefix: String, level: usize) -> Completion<Shown> {
        let mut shown = Shown::braces(prefix);
        let Some(map) = object.of::<MapData>() else { return Ok(shown) };
        shown.complete = map.data.0.is_empty().then(|| format!("{}}}", shown.open));
        let entries: Vec<_> = map.data.0.iter().take(MAX_ITEMS).collect();
        for (key, value) in entries {
            let entry = self.indented(|it| {
                let key = it.show(key, level, false)?;
                Ok(format!("{key} => {}", it.show(value, level, false)?))
            })?;
            shown.parts.push(entry);
        }
        shown.parts.extend(Self::more(map.data.0.len()));
        Ok(shown)
    }

    fn set(&mut self, object: Gc<Object>, prefix: String, level: usize) -> Completion<Shown> {
        let mut shown = Shown::braces(prefix);
        let Some(set) = object.of::<SetData>() else { return Ok(shown) };
        shown.complete = set.data.0.is_empty().then(|| format!("{}}}", shown.open));
        let values: Vec<_> = set.data.0.iter().take(MAX_ITEMS).collect();
        for (value, _) in values {
            shown.parts.push(self.indented(|it| it.show(value, level, false))?);
        }
        shown.parts.extend(Self::more(set.data.0.len()));
        Ok(shown)
    }

    fn promise(&mut self, object: Gc<Object>, prefix: String, level: usize) -> Completion<Shown> {
        let mut shown = Shown::braces(prefix);
        let Some(promise) = object.of::<PromiseData>() else { return Ok(shown) };
        let part = match promise.data.state {
            PromiseState::Pending => "<pending>".to_owned(),
            state => {
                let value = promise.data.value;
                let text = self.indented(|it| it.show(value, level, false))?;
                if state == PromiseState::Fulfilled { text } else { format!("<rejected> {text}") }
            }
        };
        shown.parts.push(part);
        Ok(shown)
    }

    fn wrapper(&mut self, object: Gc<Object>, constructor: Option<&str>, tag: &str) -> Shown {
        let value = object.of::<WrapperData>().map_or(Value::UNDEFINED, |w| w.data.value);
        let kind = match value {
            v if v.is_string() => "String",
            v if v.is_number() => "Number",
            v if v.is_bool() => "Boolean",
            _ => "Symbol",
        };
        let class = match constructor {
            None => " (null prototype)".to_owned(),
            Some(name) if name != kind => format!(" ({name})"),
            Some(_) => String::new(),
        };
        let tag = if !tag.is_empty() && constructor != Some(tag) { format!(" [{tag}]") } else { String::new() };
        Shown::text(format!("[{kind}{class}: {}]{tag}", self.primitive(value, false)))
    }

    fn foreign(
        &mut self,
        object: Gc<Object>,
        constructor: Option<&str>,
        tag: &str,
        keys: &mut Vec<PropKey>,
        level: usize,
    ) -> Completion<Shown> {
        let Some(foreign) = object.of::<ForeignData>() else { return Ok(plain(constructor, tag)) };
        if foreign.data.0.is_indexed() {
            let length = foreign.data.0.element_count() as usize;
            let class = foreign.data.0.class_name();
            let open = format!("{}[", prefix(constructor, tag, class, &format!("({length})")));
            let mut shown = Shown { open, close: "]", is_array: true, numbers: true, ..Shown::default() };
            shown.complete = (length == 0).then(|| format!("{}]", shown.open));
            for index in 0..length.min(MAX_ITEMS) {
                let value = foreign.data.0.element(index as u32).and_then(Value::as_number);
                shown.parts.push(value.map_or_else(|| "undefined".into(), number_text));
            }
            shown.parts.extend(Self::more(length));
            return Ok(shown);
        }
        let class = foreign.data.0.class_name();
        if let Some(bytes) = typed_array::buffer_bytes(object.into()) {
            let shown = Shown { parts: buffer_parts(&bytes), ..Shown::braces(prefix(constructor, tag, class, "")) };
            return Ok(shown);
        }
        if let Some((offset, length, buffer)) = typed_array::view_parts(object.into()) {
            keys.clear();
            let mut shown = Shown::braces(prefix(constructor, tag, class, ""));
            shown.parts.push(format!("[byteLength]: {length}"));
            shown.parts.push(format!("[byteOffset]: {offset}"));
            let buffer = self.indented(|it| it.show(buffer, level, false))?;
            shown.parts.push(format!("[buffer]: {buffer}"));
            return Ok(shown);
        }
        Ok(plain(constructor, tag))
    }

    /// Iterators of Maps and Sets show what is left; others nothing.
    fn iterator(
        &mut self,
        object: Gc<Object>,
        constructor: Option<&str>,
        tag: &str,
        level: usize,
    ) -> Completion<Shown> {
        let Some(iterator) = object.of::<ListIteratorData>() else { return Ok(plain(constructor, tag)) };
        let (entries, kind, what): (Vec<(Value, Value)>, _, _) = match &iterator.data.cursor {
            Cursor::Map { map, cursor, part } => (map.data.0.rest(cursor).take(MAX_ITEMS + 1).collect(), *part, "Map"),
            Cursor::Set { set, cursor, part } => {
                let values = set.data.0.rest(cursor).take(MAX_ITEMS + 1);
                (values.map(|(value, _)| (value, value)).collect(), *part, "Set")
            }
            _ => return Ok(plain(constructor, tag)),
        };
        let heading = if kind == Part::Entries { format!("[{what} Entries] ") } else { format!("[{what} Iterator] ") };
        let mut shown = Shown::braces(heading);
        let count = entries.len();
        for (key, value) in entries.into_iter().take(MAX_ITEMS) {
            let part = self.indented(|it| match kind {
                Part::Keys => it.show(key, level, false),
                Part::Values => it.show(value, level, false),
                Part::Entries => {
                    let parts = vec![it.show(key, level, false)?, it.show(value, level, false)?];
                    let (indentation, levels_below) = (it.indentation, it.current_depth.saturating_sub(level));
                    let frame = Frame {
                        base: "",
                        open: "[",
                        close: "]",
                        is_array: true,
                        numbers: false,
                        indentation,
                        levels_below,
                    };
                    Ok(join(parts, &frame))
                }
            })?;
            shown.parts.push(part);
        }
        shown.parts.extend(Self::more(count));
        // Node.js leaves two spaces where nothing is left.
        if shown.parts.is_empty() {
            shown.complete = Some(format!("{}  }}", shown.open));
        }
        Ok(shown)
    }
}

fn plain(constructor: Option<&str>, tag: &str) -> Shown {
    let open = match constructor {
        Some("Object") if tag.is_empty() => String::new(),
        _ => prefix(constructor, tag, "Object", ""),
    };
    let mut shown = Shown::braces(open);
    shown.complete = Some(format!("{}}}", shown.open));
    shown
}

fn unknown(prefix: String) -> Shown {
    Shown { parts: vec!["<items unknown>".into()], ..Shown::braces(prefix) }
}

fn size_of_map(object: Gc<Object>) -> String {
    object.of::<MapData>().map_or_else(String::new, |m| format!("({})", m.data.0.len()))
}

fn size_of_set(object: Gc<Object>) -> String {
    object.of::<SetData>().map_or_else(String::new, |s| format!("({})", s.data.0.len()))
}

fn with_class(prefix: &str, usual: &str, text: String) -> String {
    if prefix == usual { text } else { format!("{prefix}{text}") }
}

fn regexp_text(object: Gc<Object>, prefix: &str) -> String {
    let text = object
        .of::<RegExpData>()
        .map_or_else(String::new, |r| format!("/{}/{}", r.data.source.to_rust(), r.data.flags.to_rust()));
    with_class(prefix, "RegExp ", text)
}

fn date_text(object: Gc<Object>, prefix: &str) -> String {
    let time = object.of::<DateData>().map_or(f64::NAN, |d| d.data.time);
    let text = if time.is_nan() { "Invalid Date".into() } else { super::super::date::to_iso(time) };
    with_class(prefix, "Date ", text)
}

fn buffer_parts(bytes: &[u8]) -> Vec<String> {
    let shown: Vec<String> = bytes.iter().take(MAX_ITEMS).map(|byte| format!("{byte:02x}")).collect();
    let rest = bytes.len().saturating_sub(MAX_ITEMS);
    let more = match rest {
        0 => String::new(),
        1 => " ... 1 more byte".into(),
        _ => format!(" ... {rest} more bytes"),
    };
    vec![format!("[Uint8Contents]: <{}{more}>", shown.join(" ")), format!("[byteLength]: {}", bytes.len())]
}
