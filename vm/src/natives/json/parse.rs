//! JSON.parse: a pushdown parser, then the reviver over the finished value. Messages are V8's.

use rustc_hash::FxHashMap;

use super::super::coerce::{index_key, length_of, rooted_string};
use crate::cost::PARSE_TEXT;
use crate::heap::Gc;
use crate::limits::TrapKind;
use crate::native::{Args, Completion, Throw};
use crate::object::Object;
use crate::object::data::ArrayData;
use crate::object::property::PropKey;
use crate::object::shape::Attrs;
use crate::string::{Str, StrBuilder, StrView};
use crate::value::Value;
use crate::vm::Vm;

pub fn parse(vm: &mut Vm, args: Args) -> Completion {
    let text = rooted_string(vm, args.get(0))?;
    vm.charge(PARSE_TEXT.of(text.len()))?;
    let mut parser = Parser { vm, text, view: text.view(), at: 0, sources: None };
    if !args.get(1).is_callable() {
        return parser.document();
    }
    parser.sources = Some(Vec::new());
    let value = parser.document()?;
    let sources = parser.sources.unwrap_or_default();
    vm.root(value);
    let sources = Sources::new(vm, text, sources);
    revive(vm, args.get(1), value, &sources)
}

/// `JSON.rawJSON`: an object that `JSON.stringify` writes as the text says, which is that of a primitive.
pub fn raw_json(vm: &mut Vm, args: Args) -> Completion {
    let text = rooted_string(vm, args.get(0))?;
    vm.charge(PARSE_TEXT.of(text.len()))?;
    let is_space = |unit: Option<u16>| matches!(unit, None | Some(0x20 | 0x0A | 0x0D | 0x09));
    let view = text.view();
    if is_space(view.get(0)) || is_space(text.len().checked_sub(1).and_then(|last| view.get(last))) {
        return Err(vm.syntax_error("Invalid value for JSON.rawJSON"));
    }
    let value = Parser { vm, text, view, at: 0, sources: None }.document()?;
    if value.is_object() {
        return Err(vm.syntax_error("Invalid value for JSON.rawJSON"));
    }
    let raw = vm.new_object_with(None);
    vm.root(raw.into());
    let key = vm.key("rawJSON");
    vm.create_data(raw, key, text.into())?;
    let mark = super::raw_mark(vm);
    vm.add_own(raw, mark, Value::TRUE, Attrs::FROZEN);
    vm.freeze(raw)?;
    Ok(raw.into())
}

/// A value that is being read.
enum Open {
    Array(Value, Vec<u32>),
    /// The object, and the name that the next value is for.
    Object(Gc<Object>, PropKey, FxHashMap<PropKey, u32>),
}

/// Where a value came from, for revivers. Parts are numbers of other sources, so that no depth is too deep.
struct Source {
    value: Value,
    parts: Parts,
}

enum Parts {
    /// A primitive: its text.
    Text(usize, usize),
    Items(Vec<u32>),
    Members(FxHashMap<PropKey, u32>),
}

struct Parser<'a> {
    vm: &'a mut Vm,
    text: Gc<Str>,
    view: StrView<'a>,
    at: usize,
    /// The sources of all values, the whole last, where a reviver wants them.
    sources: Option<Vec<Source>>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u16> {
        self.view.get(self.at)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(0x20 | 0x0A | 0x0D | 0x09)) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(u16::from(byte));
        self.at += usize::from(found);
        found
    }

    fn document(&mut self) -> Completion {
        let value = self.value()?;
        self.skip_space();
        if self.at < self.view.len() {
            let (at, position) = (self.at, self.position(self.at));
            let message = format!("Unexpected non-whitespace character after JSON at position {at}{position}");
            return Err(self.vm.syntax_error(&message));
        }
        Ok(value)
    }

    /// Notes a value's source; yields its number.
    fn note(&mut self, value: Value, parts: impl FnOnce() -> Parts) -> u32 {
        let Some(sources) = &mut self.sources else { return 0 };
        sources.push(Source { value, parts: parts() });
        self.vm.heap.grow(size_of::<Source>());
        sources.len() as u32 - 1
    }

    /// Reads one value with everything in it. Nothing collects meanwhile: no script runs.
    fn value(&mut self) -> Completion {
        let mut stack: Vec<Open> = Vec::new();
        loop {
            self.skip_space();
            let start = self.at;
            let mut value = match self.peek().and_then(|unit| u8::try_from(unit).ok()) {
                Some(b'{') => {
                    self.at += 1;
                    let object = self.vm.new_object();
                    self.skip_space();
                    if !self.eat(b'}') {
                        let key = self.name()?;
                        stack.push(Open::Object(object, key, FxHashMap::default()));
                        continue;
                    }
                    object.into()
                }
                Some(b'[') => {
                    self.at += 1;
                    let array = self.vm.new_array(Vec::new());
                    self.skip_space();
                    if !self.eat(b']') {
                        stack.push(Open::Array(array, Vec::new()));
                        continue;
                    }
                    array
                }
                Some(b'"') => {
                    self.at += 1;
                    self.string()?.into()
                }
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.word("true", Value::TRUE)?,
                Some(b'f') => self.word("false", Value::FALSE)?,
                Some(b'n') => self.word("null", Value::NULL)?,
                _ => return Err(self.unexpected()),
            };
            let end = self.at;
            let mut source = self.note(value, || match value.as_object() {
                None => Parts::Text(start, end),
                Some(object) if object.of::<ArrayData>().is_some() => Parts::Items(Vec::new()),
                Some(_) => Parts::Members(FxHashMap::default()),
            });
            // Puts the value where it belongs, and closes what ends with it.
            loop {
                self.skip_space();
                match stack.last_mut() {
                    None => return Ok(value),
                    Some(Open::Array(array, items)) => {
                        let array = *array;
                        if self.sources.is_some() {
                            items.push(source);
                        }
                        if let Some(array) = array.of::<ArrayData>() {
                            self.vm.heap.push(array, value);
                        }
                        if self.eat(b',') {
                            break;
                        }
                        if !self.eat(b']') {
                            return Err(self.expected("Expected ',' or ']' after array element"));
                        }
                        value = array;
                        let items = std::mem::take(items);
                        source = self.note(value, || Parts::Items(items));
                    }
                    Some(Open::Object(object, key, members)) => {
                        let (object, key) = (*object, *key);
                        if self.sources.is_some() {
                            members.insert(key, source);
                        }
                        self.vm.create_data(object, key, value)?;
                        if self.eat(b',') {
                            self.skip_space();
                            if self.peek() != Some(u16::from(b'"')) {
                                return Err(self.expected("Expected double-quoted property name"));
                            }
                            let next = self.name()?;
                            if let Some(Open::Object(_, key, _)) = stack.last_mut() {
                                *key = next;
                            }
                            break;
                        }
                        if !self.eat(b'}') {
                            return Err(self.expected("Expected ',' or '}' after property value"));
                        }
                        value = object.into();
                        let members = std::mem::take(members);
                        source = self.note(value, || Parts::Members(members));
                    }
                }
                stack.pop();
            }
            if self.vm.heap.used() > self.vm.heap.limit() {
                // Values under construction are not rooted, so that this ends the turn instead of collecting.
                return Err(self.vm.end_turn(TrapKind::Memory));
            }
        }
    }

    /// `"name":`
    fn name(&mut self) -> Completion<PropKey> {
        if !self.eat(b'"') {
            return Err(self.expected("Expected property name or '}'"));
        }
        let name = self.string()?;
        self.skip_space();
        if !self.eat(b':') {
            return Err(self.expected("Expected ':' after property name"));
        }
        Ok(self.vm.string_key(name))
    }

    fn word(&mut self, word: &str, value: Value) -> Completion {
        for byte in word.bytes() {
            if !self.eat(byte) {
                return Err(self.unexpected());
            }
        }
        Ok(value)
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while matches!(self.peek(), Some(0x30..=0x39)) {
            self.at += 1;
        }
        self.at > start
    }

    fn number(&mut self) -> Completion {
        let start = self.at;
        let minus = self.eat(b'-');
        if self.eat(b'0') {
            if matches!(self.peek(), Some(0x30..=0x39)) {
                return Err(self.expected("Unexpected number"));
            }
        } else if !self.digits() {
            return Err(if minus { self.expected("No number after minus sign") } else { self.unexpected() });
        }
        if self.eat(b'.') && !self.digits() {
            return Err(self.expected("Unterminated fractional number"));
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            if !self.digits() {
                return Err(self.expected("Exponent part is missing a number"));
            }
        }
        let text: String = (start..self.at).filter_map(|at| self.view.get(at)).map(|unit| unit as u8 as char).collect();
        Ok(Value::number(text.parse().unwrap_or(f64::NAN)))
    }

    /// After the opening quote.
    fn string(&mut self) -> Completion<Gc<Str>> {
        let start = self.at;
        while let Some(unit) = self.peek() {
            match unit {
                0x22 => {
                    let found = self.vm.heap.substring(self.text, start, self.at);
                    self.at += 1;
                    return Ok(found);
                }
                0x5C | 0..=0x1F => break,
                _ => self.at += 1,
            }
        }
        self.string_with_escapes(start)
    }

    fn string_with_escapes(&mut self, start: usize) -> Completion<Gc<Str>> {
        let mut out = StrBuilder::default();
        (start..self.at).filter_map(|at| self.view.get(at)).for_each(|unit| out.push_unit(unit));
        loop {
            let Some(unit) = self.peek() else { return Err(self.expected("Unterminated string")) };
            match unit {
                0x22 => break,
                0x5C => {
                    self.at += 1;
                    let unit = self.escape()?;
                    out.push_unit(unit);
                    continue;
                }
                0..=0x1F => return Err(self.expected("Bad control character in string literal")),
                _ => out.push_unit(unit),
            }
            self.at += 1;
        }
        self.at += 1;
        let text = self.vm.finish(out)?;
        Ok(text.as_string().unwrap_or(self.text))
    }

    fn escape(&mut self) -> Completion<u16> {
        let Some(unit) = self.peek() else { return Err(self.expected("Unterminated string")) };
        let plain = match u8::try_from(unit) {
            Ok(byte @ (b'"' | b'\\' | b'/')) => Some(byte),
            Ok(b'b') => Some(8),
            Ok(b'f') => Some(12),
            Ok(b'n') => Some(10),
            Ok(b'r') => Some(13),
            Ok(b't') => Some(9),
            Ok(b'u') => None,
            _ => return Err(self.expected("Bad escaped character")),
        };
        self.at += 1;
        if let Some(byte) = plain {
            return Ok(u16::from(byte));
        }
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|unit| char::from_u32(u32::from(unit))).and_then(|c| c.to_digit(16));
            let Some(digit) = digit else { return Err(self.expected("Bad Unicode escape")) };
            code = code * 16 + digit as u16;
            self.at += 1;
        }
        Ok(code)
    }
}

/// Messages.
impl Parser<'_> {
    fn position(&self, at: usize) -> String {
        let before = (0..at).filter_map(|i| self.view.get(i));
        let line = before.clone().filter(|unit| *unit == 10).count() + 1;
        let column = before.rev().take_while(|unit| *unit != 10).count() + 1;
        format!(" (line {line} column {column})")
    }

    fn expected(&mut self, what: &str) -> Throw {
        if self.at >= self.view.len() && !what.starts_with("Unterminated") && !what.starts_with("Expected") {
            return self.vm.syntax_error("Unexpected end of JSON input");
        }
        let message = format!("{what} in JSON at position {}{}", self.at, self.position(self.at));
        self.vm.syntax_error(&message)
    }

    fn unexpected(&mut self) -> Throw {
        let Some(unit) = self.peek() else { return self.vm.syntax_error("Unexpected end of JSON input") };
        let token = char::from_u32(u32::from(unit)).unwrap_or('\u{FFFD}');
        let length = self.view.len();
        let part = |from: usize, to: usize| -> String {
            let units: Vec<u16> = (from..to).filter_map(|at| self.view.get(at)).collect();
            String::from_utf16_lossy(&units)
        };
        let message = if length <= 40 {
            format!("Unexpected token '{token}', \"{}\" is not valid JSON", part(0, length))
        } else {
            let (from, to) = (self.at.saturating_sub(10), (self.at + 10).min(length));
            let (head, tail) = (if from > 0 { "..." } else { "" }, if to < length { "..." } else { "" });
            format!("Unexpected token '{token}', {head}\"{}\"{tail} is not valid JSON", part(from, to))
        };
        self.vm.syntax_error(&message)
    }
}

/// The sources of a parsed value. They and their names stay alive, so that one can be told from what a reviver puts in its place.
struct Sources {
    text: Gc<Str>,
    all: Vec<Source>,
}

impl Sources {
    fn new(vm: &mut Vm, text: Gc<Str>, all: Vec<Source>) -> Self {
        let mut kept: Vec<Value> = all.iter().map(|source| source.value).collect();
        for source in &all {
            if let Parts::Members(members) = &source.parts {
                kept.extend(
                    members.keys().filter_map(|key| if let PropKey::Name(name) = key { Some(*name) } else { None }),
                );
            }
        }
        let kept = vm.new_array(kept);
        vm.root(kept);
        Self { text, all }
    }

    /// The source at a number, where the value is still the one that was read.
    fn of(&self, vm: &mut Vm, number: Option<u32>, value: Value) -> Option<&Source> {
        let source = self.all.get(number? as usize)?;
        vm.same_value(source.value, value).then_some(source)
    }
}

impl Source {
    fn part(&self, key: PropKey) -> Option<u32> {
        match (&self.parts, key) {
            (Parts::Items(items), PropKey::Index(index)) => items.get(index as usize).copied(),
            (Parts::Members(members), key) => members.get(&key).copied(),
            _ => None,
        }
    }
}

/// A holder whose properties are being revived.
struct Level {
    holder: Gc<Object>,
    key: PropKey,
    source: Option<u32>,
    /// The value at `key`, and its keys that are still to do, last first; `None` before it was looked at.
    value: Value,
    todo: Vec<PropKey>,
}

/// InternalizeJSONProperty without recursion.
fn revive(vm: &mut Vm, reviver: Value, value: Value, sources: &Sources) -> Completion {
    let root = vm.new_object();
    vm.root(root.into());
    let empty = PropKey::Name(vm.empty_string());
    vm.create_data(root, empty, value)?;
    let whole = sources.all.len().checked_sub(1).map(|last| last as u32);
    let mut stack = vec![open(vm, root, empty, whole, sources)?];
    loop {
        let Some(level) = stack.last_mut() else { return Ok(Value::UNDEFINED) };
        if let Some(key) = level.todo.pop() {
            let Some(holder) = level.value.as_object() else { continue };
            let source = level.source.and_then(|number| sources.all[number as usize].part(key));
            vm.reserve(stack.len() * size_of::<Level>())?;
            let next = open(vm, holder, key, source, sources)?;
            stack.push(next);
            continue;
        }
        let (holder, key, value, source) = (level.holder, level.key, level.value, level.source);
        stack.pop();
        let context = context(vm, source, sources)?;
        let name = vm.key_value(key);
        let result = vm.call(reviver, holder.into(), &[name, value, context])?;
        if stack.is_empty() {
            return Ok(result);
        }
        if result.is_undefined() {
            if vm.get_own(holder, key).is_some_and(|p| p.attrs.has(Attrs::CONFIGURABLE)) {
                vm.delete(holder, key)?;
            }
        } else if vm.get_own(holder, key).is_none_or(|p| p.attrs.has(Attrs::CONFIGURABLE)) {
            vm.root(result);
            vm.create_data(holder, key, result)?;
        }
    }
}

/// A reviver's third argument: the text of a primitive as it was read.
fn context(vm: &mut Vm, source: Option<u32>, sources: &Sources) -> Completion {
    let context = vm.new_object();
    if let Some(Parts::Text(start, end)) = source.map(|number| &sources.all[number as usize].parts) {
        let text = vm.heap.substring(sources.text, *start, *end);
        let key = vm.key("source");
        vm.create_data(context, key, text.into())?;
    }
    Ok(context.into())
}

fn open(vm: &mut Vm, holder: Gc<Object>, key: PropKey, source: Option<u32>, sources: &Sources) -> Completion<Level> {
    let value = vm.get(holder.into(), key)?;
    vm.root(value);
    let source = source.filter(|_| sources.of(vm, source, value).is_some());
    let mut todo = Vec::new();
    if let Some(object) = value.as_object() {
        if object.of::<ArrayData>().is_some() {
            let length = length_of(vm, object)?;
            vm.reserve(length as usize * 16)?;
            todo = (0..length as usize).map(|index| index_key(vm, index as f64)).collect();
        } else {
            todo = vm.enumerable_keys(object);
        }
        todo.reverse();
    }
    Ok(Level { holder, key, source, value, todo })
}
