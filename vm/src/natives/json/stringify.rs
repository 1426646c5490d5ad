//! JSON.stringify.

use super::super::coerce::{element, length_of, rooted_string};
use crate::cost::READ_TEXT;
use crate::heap::Gc;
use crate::native::{Args, Completion, Throw};
use crate::object::Object;
use crate::object::data::{ArrayData, WrapperData};
use crate::object::property::PropKey;
use crate::string::{StrBuilder, StrView};
use crate::value::Value;
use crate::vm::Vm;

/// What the arguments ask for.
struct Request {
    replacer: Value,
    /// The names of a replacer array.
    names: Option<Vec<PropKey>>,
    /// One level of indentation; empty for none.
    gap: Vec<u16>,
}

/// An object or array that is being written.
struct Level {
    object: Gc<Object>,
    is_array: bool,
    /// Names of an object; empty for an array.
    keys: Vec<PropKey>,
    length: usize,
    next: usize,
    /// Something was written.
    filled: bool,
}

pub fn stringify(vm: &mut Vm, args: Args) -> Completion {
    let request = read_request(vm, args)?;
    write_document(vm, &request, args.get(0))
}

/// As `JSON.stringify(value)`.
pub(crate) fn to_json(vm: &mut Vm, value: Value) -> Completion {
    write_document(vm, &Request { replacer: Value::UNDEFINED, names: None, gap: Vec::new() }, value)
}

fn read_request(vm: &mut Vm, args: Args) -> Completion<Request> {
    let mut request = Request { replacer: Value::UNDEFINED, names: None, gap: Vec::new() };
    if args.get(1).is_callable() {
        request.replacer = args.get(1);
    } else if let Some(list) = args.get(1).as_object().filter(|object| object.of::<ArrayData>().is_some()) {
        request.names = Some(read_names(vm, list)?);
    }
    let space = unwrapped(vm, args.get(2))?;
    if let Some(number) = space.as_number() {
        let width = if number.is_nan() { 0.0 } else { number.trunc().clamp(0.0, 10.0) };
        request.gap = vec![b' '.into(); width as usize];
    } else if let Some(text) = space.as_string() {
        request.gap = text.view().units().take(10).collect();
    }
    Ok(request)
}

fn read_names(vm: &mut Vm, list: Gc<Object>) -> Completion<Vec<PropKey>> {
    let mut names = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    let length = length_of(vm, list)?;
    for index in 0..length as usize {
        vm.charge(1)?;
        let value = element(vm, list, index as f64)?;
        let boxed = value.of::<WrapperData>().is_some_and(|w| w.data.value.is_string() || w.data.value.is_number());
        if value.is_string() || value.is_number() || boxed {
            let text = rooted_string(vm, value)?;
            let key = vm.string_key(text);
            if seen.insert(key) {
                names.push(key);
            }
        }
    }
    Ok(names)
}

/// Number and String objects become primitives by conversion, Boolean ones by their value.
fn unwrapped(vm: &mut Vm, value: Value) -> Completion {
    match value.of::<WrapperData>().map(|w| w.data.value) {
        Some(inner) if inner.is_number() => Ok(vm.to_number(value)?.into()),
        Some(inner) if inner.is_string() => Ok(vm.to_string(value)?.into()),
        Some(inner) if inner.is_bool() => Ok(inner),
        _ => Ok(value),
    }
}

struct Writer<'a> {
    vm: &'a mut Vm,
    request: &'a Request,
    out: StrBuilder,
    stack: Vec<Level>,
    /// The objects on the stack, for cycles.
    open: rustc_hash::FxHashSet<Gc<Object>>,
    charged: usize,
}

fn write_document(vm: &mut Vm, request: &Request, value: Value) -> Completion {
    let mut writer =
        Writer { vm, request, out: StrBuilder::default(), stack: Vec::new(), open: Default::default(), charged: 0 };
    let holder = if request.replacer.is_undefined() {
        Value::UNDEFINED
    } else {
        let holder = writer.vm.new_object();
        writer.vm.root(holder.into());
        let key = PropKey::Name(writer.vm.empty_string());
        writer.vm.create_data(holder, key, value)?;
        holder.into()
    };
    let key = PropKey::Name(writer.vm.empty_string());
    let value = writer.prepared(holder, key, value)?;
    if !is_written(value) {
        return Ok(Value::UNDEFINED);
    }
    writer.write(value)?;
    while !writer.stack.is_empty() {
        writer.advance()?;
    }
    writer.charge()?;
    let out = writer.out;
    vm.finish(out)
}

/// Functions, symbols and `undefined` have no JSON.
fn is_written(value: Value) -> bool {
    !(value.is_undefined() || value.is_symbol() || value.is_callable())
}

impl Writer<'_> {
    /// The value after toJSON and the replacer; rooted where it is new.
    fn prepared(&mut self, holder: Value, key: PropKey, value: Value) -> Completion {
        let mut value = value;
        if value.is_object() {
            let json_key = self.vm.key("toJSON");
            let method = self.vm.get(value, json_key)?;
            if method.is_callable() {
                let name = self.vm.key_value(key);
                value = self.vm.call(method, value, &[name])?;
                self.vm.root(value);
            }
        }
        if !self.request.replacer.is_undefined() {
            let name = self.vm.key_value(key);
            value = self.vm.call(self.request.replacer, holder, &[name, value])?;
            self.vm.root(value);
        }
        unwrapped(self.vm, value)
    }

    /// Writes a primitive, or opens an object or array.
    fn write(&mut self, value: Value) -> Completion<()> {
        if let Some(text) = value.as_string() {
            quote_into(&mut self.out, text.view());
        } else if let Some(number) = value.as_number() {
            if number.is_finite() {
                self.out.push_str(ryu_js::Buffer::new().format(number));
            } else {
                self.out.push_str("null");
            }
        } else if let Some(object) = value.as_object() {
            if super::is_raw(self.vm, object) {
                let key = self.vm.key("rawJSON");
                if let Some(text) = self.vm.get(value, key)?.as_string() {
                    self.out.push(text);
                }
                return Ok(());
            }
            return self.open(object);
        } else {
            self.out.push_str(match value {
                Value::TRUE => "true",
                Value::FALSE => "false",
                _ => "null",
            });
        }
        Ok(())
    }

    fn open(&mut self, object: Gc<Object>) -> Completion<()> {
        if !self.open.insert(object) {
            return Err(self.circular(object));
        }
        self.vm.root(object.into());
        self.vm.reserve(self.stack.len() * size_of::<Level>() + self.out.len())?;
        let is_array = object.of::<ArrayData>().is_some();
        let (keys, length) = if is_array {
            (Vec::new(), length_of(self.vm, object)? as usize)
        } else {
            let keys = match &self.request.names {
                Some(names) => names.clone(),
                None => self.vm.enumerable_keys(object),
            };
            let length = keys.len();
            (keys, length)
        };
        self.out.push_str(if is_array { "[" } else { "{" });
        self.stack.push(Level { object, is_array, keys, length, next: 0, filled: false });
        Ok(())
    }

    /// Writes the next member of the innermost object or array, or closes it.
    fn advance(&mut self) -> Completion<()> {
        let Some(level) = self.stack.last_mut() else { return Ok(()) };
        if level.next >= level.length {
            let (is_array, filled, object) = (level.is_array, level.filled, level.object);
            self.stack.pop();
            self.open.remove(&object);
            if filled {
                self.line_break();
            }
            self.out.push_str(if is_array { "]" } else { "}" });
            return Ok(());
        }
        let (object, index, is_array) = (level.object, level.next, level.is_array);
        let key = if is_array { PropKey::Index(index as u32) } else { level.keys[index] };
        level.next += 1;
        self.charge()?;
        let value = self.vm.get(object.into(), key)?;
        let value = self.prepared(object.into(), key, value)?;
        if !is_written(value) && !is_array {
            return Ok(());
        }
        if let Some(level) = self.stack.last_mut()
            && std::mem::replace(&mut level.filled, true)
        {
            self.out.push_str(",");
        }
        self.line_break();
        if !is_array {
            let name = self.vm.key_value(key);
            if let Some(name) = name.as_string() {
                quote_into(&mut self.out, name.view());
            }
            self.out.push_str(if self.request.gap.is_empty() { ":" } else { ": " });
        }
        self.write(if is_written(value) { value } else { Value::NULL })
    }

    fn charge(&mut self) -> Completion<()> {
        let written = self.out.len();
        if self.out.is_too_long() {
            return Err(self.vm.range_error("Invalid string length"));
        }
        let new = written.saturating_sub(self.charged);
        self.charged = written;
        self.vm.charge(READ_TEXT.of(new) + 1)
    }

    fn line_break(&mut self) {
        if self.request.gap.is_empty() {
            return;
        }
        self.out.push_str("\n");
        for _ in 0..self.stack.len() {
            self.request.gap.iter().for_each(|&unit| self.out.push_unit(unit));
        }
    }

    /// V8's message: the way from the object back to itself.
    fn circular(&mut self, object: Gc<Object>) -> Throw {
        let start = self.stack.iter().position(|level| level.object == object).unwrap_or(0);
        let name = self.vm.class_name(object);
        let mut lines = vec![format!(
            "Converting circular structure to JSON\n    --> starting at object with constructor '{name}'"
        )];
        let steps: Vec<(PropKey, bool, Gc<Object>)> = self.stack[start..]
            .iter()
            .map(|level| {
                let at = level.next.saturating_sub(1);
                let key = if level.is_array { PropKey::Index(at as u32) } else { level.keys[at] };
                (key, level.is_array, level.object)
            })
            .collect();
        let last = steps.len() - 1;
        let described = |vm: &mut Vm, (key, is_array, _): (PropKey, bool, Gc<Object>)| {
            let key = vm.key_text(key);
            if is_array { format!("index {key}") } else { format!("property '{key}'") }
        };
        for at in 0..last {
            let step = described(self.vm, steps[at]);
            let class = self.vm.class_name(steps[at + 1].2);
            match at {
                0 => lines.push(format!("    |     {step} -> object with constructor '{class}'")),
                _ if at + 1 == last => lines.push(format!("    |     {step} -> object with constructor '{class}'")),
                1 => lines.push("    |     ...".to_owned()),
                _ => {}
            }
        }
        let step = described(self.vm, steps[last]);
        lines.push(format!("    --- {step} closes the circle"));
        self.vm.type_error(&lines.join("\n"))
    }
}

/// QuoteJSONString.
pub fn quote_into(out: &mut StrBuilder, view: StrView<'_>) {
    let plain = |unit: u16| (0x20..0xD800).contains(&unit) && unit != 0x22 && unit != 0x5C;
    out.push_str("\"");
    if view.units().all(plain) {
        out.push_view(view);
    } else {
        for unit in char::decode_utf16(view.units()) {
            match unit {
                Ok('"') => out.push_str("\\\""),
                Ok('\\') => out.push_str("\\\\"),
                Ok('\u{8}') => out.push_str("\\b"),
                Ok('\u{c}') => out.push_str("\\f"),
                Ok('\n') => out.push_str("\\n"),
                Ok('\r') => out.push_str("\\r"),
                Ok('\t') => out.push_str("\\t"),
                Ok(c @ '\0'..='\u{1f}') => out.push_str(&format!("\\u{:04x}", c as u32)),
                Ok(c) => c.encode_utf16(&mut [0; 2]).iter().for_each(|&unit| out.push_unit(unit)),
                Err(lone) => out.push_str(&format!("\\u{:04x}", lone.unpaired_surrogate())),
            }
        }
    }
    out.push_str("\"");
}
