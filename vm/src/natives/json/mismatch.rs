//! Where a value first differs from its schema, in words: `$.items[3].price: expected number, found "12"`.

use mosl_bytecode::schema::{Form, NodeId, Record};

use super::decode::Walk;
use crate::native::Completion;
use crate::object::data::ArrayData;
use crate::object::property::PropKey;
use crate::value::Value;

/// A part of the value, and what it should be.
struct Part {
    path: String,
    node: NodeId,
    value: Value,
}

/// What is wrong with a value that does not fit the schema.
pub(super) fn explain(walk: &mut Walk<'_>, value: Value) -> Completion<String> {
    walk.thorough = true;
    let mut part = Part { path: "$".into(), node: 0, value };
    loop {
        let found = match &walk.schema.nodes[part.node as usize].form {
            Form::Array(_) | Form::Tuple(_) => walk.unfit_element(&part)?,
            Form::Record(record) => walk.unfit_property(&part, record)?,
            Form::Union(_) => match walk.meant(&part)? {
                Meant::Part(node) => Some(Part { node, path: part.path.clone(), value: part.value }),
                Meant::Tag(message) => return Ok(message),
                Meant::Open => return Ok(walk.told(&part)),
            },
            Form::All(parts) => {
                let mut unfit = None;
                for node in parts {
                    if unfit.is_none() && !walk.fits(*node, part.value)? {
                        unfit = Some(Part { path: part.path.clone(), node: *node, value: part.value });
                    }
                }
                unfit
            }
            _ => None,
        };
        match found {
            Some(inner) => part = inner,
            None => return Ok(walk.told(&part)),
        }
    }
}

/// Which part of a union a value is meant to be.
enum Meant {
    Part(NodeId),
    /// The property that tells the parts apart says nothing known; the message.
    Tag(String),
    Open,
}

impl Walk<'_> {
    fn told(&mut self, part: &Part) -> String {
        let expected = &self.schema.nodes[part.node as usize].expected;
        format!("{}: expected {expected}, found {}", shown(&part.path), self.found(part.value))
    }

    fn found(&mut self, value: Value) -> String {
        match value.as_object() {
            Some(object) if object.of::<ArrayData>().is_some() => "an array".into(),
            None if value.is_undefined() => "nothing".into(),
            _ => self.vm.brief(value),
        }
    }

    fn unfit_element(&mut self, part: &Part) -> Completion<Option<Part>> {
        let Some(object) = part.value.as_object() else { return Ok(None) };
        let Some(array) = object.of::<ArrayData>() else { return Ok(None) };
        let length = array.data.len() as usize;
        let schema = self.schema;
        let form = &schema.nodes[part.node as usize].form;
        let (least, most) = match form {
            Form::Tuple(tuple) => (tuple.required as usize, tuple.rest.is_none().then_some(tuple.elems.len())),
            _ => (0, None),
        };
        for at in 0..length.max(least) {
            let node = match form {
                Form::Tuple(tuple) => tuple.elems.get(at).or(tuple.rest.as_ref()).copied(),
                Form::Array(elem) => Some(*elem),
                _ => None,
            };
            let Some(node) = node else { break };
            let value = self.element(part.value, at).unwrap_or(Value::UNDEFINED);
            if at >= length || !self.fits(node, value)? {
                return Ok(Some(Part { path: format!("{}[{at}]", part.path), node, value }));
            }
        }
        // One too many: it is shown where the tuple has ended.
        Ok(most.filter(|most| length > *most).map(|most| Part {
            path: format!("{}.length", part.path),
            node: part.node,
            value: Value::number(length.max(most) as f64),
        }))
    }

    fn unfit_property(&mut self, part: &Part, record: &Record) -> Completion<Option<Part>> {
        if !part.value.is_object() || part.value.as_object().is_some_and(|object| object.of::<ArrayData>().is_some()) {
            return Ok(None);
        }
        for (prop, key) in record.props.iter().zip(self.keys[part.node as usize].clone()) {
            let value = self.own(part.value, key).unwrap_or(Value::UNDEFINED);
            let left_out = prop.optional && value.is_undefined();
            if !left_out && (value.is_undefined() || !self.fits(prop.node, value)?) {
                return Ok(Some(Part { path: step(&part.path, &prop.name), node: prop.node, value }));
            }
        }
        let Some(node) = record.index else { return Ok(None) };
        for key in self.unnamed(part.node, part.value) {
            let value = self.own(part.value, key).unwrap_or(Value::UNDEFINED);
            if !self.fits(node, value)? {
                let name = self.vm.key_text(key);
                return Ok(Some(Part { path: step(&part.path, &name), node, value }));
            }
        }
        Ok(None)
    }

    /// The part of a union that alone is of the value's kind and carries its tag.
    fn meant(&mut self, part: &Part) -> Completion<Meant> {
        let mut parts = self.of_kind(part);
        if parts.len() < 2 {
            return Ok(parts.pop().map_or(Meant::Open, Meant::Part));
        }
        let mut tagged = Vec::new();
        for node in &parts {
            if self.carries_tags(*node, part.value)? {
                tagged.push(*node);
            }
        }
        Ok(match tagged[..] {
            [only] => Meant::Part(only),
            [] => self.wrong_tag(&parts, part).map_or(Meant::Open, Meant::Tag),
            _ => Meant::Open,
        })
    }

    /// The parts of a union, unions in it opened, that hold values of this kind.
    fn of_kind(&self, part: &Part) -> Vec<NodeId> {
        let Some(object) = part.value.as_object() else { return Vec::new() };
        let is_array = object.of::<ArrayData>().is_some();
        let mut parts = Vec::new();
        let mut open = vec![part.node];
        while let Some(node) = open.pop() {
            match &self.schema.nodes[node as usize].form {
                Form::Union(inner) => open.extend(inner.iter().rev()),
                Form::Array(_) | Form::Tuple(_) if is_array => parts.push(node),
                Form::Record(_) | Form::All(_) if !is_array => parts.push(node),
                _ => {}
            }
        }
        parts
    }

    fn tags(&self, node: NodeId) -> Vec<(usize, NodeId)> {
        let Form::Record(record) = &self.schema.nodes[node as usize].form else { return Vec::new() };
        let props = record.props.iter().enumerate().map(|(at, prop)| (at, prop.node));
        props.filter(|(_, node)| self.is_tag(*node)).collect()
    }

    fn is_tag(&self, node: NodeId) -> bool {
        use Form::{ThisBoolean, ThisNumber, ThisString};
        matches!(self.schema.nodes[node as usize].form, ThisBoolean(_) | ThisNumber(_) | ThisString(_))
    }

    fn carries_tags(&mut self, node: NodeId, value: Value) -> Completion<bool> {
        for (at, tag) in self.tags(node) {
            let key = self.keys[node as usize][at];
            let found = self.own(value, key).unwrap_or(Value::UNDEFINED);
            if !self.fits(tag, found)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// All parts have the tag, and the value's is none of theirs.
    fn wrong_tag(&mut self, parts: &[NodeId], part: &Part) -> Option<String> {
        let first = *parts.first()?;
        let (at, key, tags) = self.tags(first).into_iter().find_map(|(at, _)| {
            let key = self.keys[first as usize][at];
            let tags = parts.iter().map(|node| self.tag_at(*node, key)).collect::<Option<Vec<NodeId>>>()?;
            Some((at, key, tags))
        })?;
        let Form::Record(record) = &self.schema.nodes[first as usize].form else { return None };
        let mut expected: Vec<&str> =
            tags.iter().map(|tag| self.schema.nodes[*tag as usize].expected.as_str()).collect();
        expected.dedup();
        let value = self.own(part.value, key).unwrap_or(Value::UNDEFINED);
        let path = step(&part.path, &record.props[at].name);
        Some(format!("{}: expected {}, found {}", shown(&path), expected.join(" | "), self.found(value)))
    }

    fn tag_at(&self, node: NodeId, key: PropKey) -> Option<NodeId> {
        self.tags(node).into_iter().find(|(at, _)| self.keys[node as usize][*at] == key).map(|(_, tag)| tag)
    }
}

/// The path of a property: `.price`, or `["unit price"]` where the name is none that is written so.
fn step(path: &str, name: &str) -> String {
    let is_start = |c: char| c.is_alphabetic() || c == '_' || c == '$';
    let is_name = name.starts_with(is_start) && name.chars().all(|c| is_start(c) || c.is_ascii_digit());
    if is_name { format!("{path}.{name}") } else { format!("{path}[{name:?}]") }
}

/// Of a very long path its two ends.
fn shown(path: &str) -> String {
    const END: usize = 80;
    let chars: Vec<char> = path.chars().collect();
    if chars.len() <= 2 * END + 1 {
        return path.to_owned();
    }
    let end = |part: &[char]| part.iter().collect::<String>();
    format!("{}…{}", end(&chars[..END]), end(&chars[chars.len() - END..]))
}
