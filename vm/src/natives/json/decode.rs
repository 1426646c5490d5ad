//! `JSON.parse<T>`: the value that the text describes, held to the schema of `T`. The walk keeps its own stack, so that nesting costs
//! no native stack, and remembers what it found of objects inside unions, so that each meets each type once.

use std::sync::Arc;

use mosl_bytecode::schema::{Form, NodeId, Record, Schema, Tuple};
use rustc_hash::FxHashMap;

use super::mismatch;
use super::parse::parse;
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Object;
use crate::object::data::ArrayData;
use crate::object::property::PropKey;
use crate::refusal::Refusal;
use crate::value::Value;
use crate::vm::Vm;

/// Schemas that were read, by their text.
#[derive(Debug, Default)]
pub struct Schemas(FxHashMap<String, Arc<Schema>>);

/// More different schemas than this are read again.
const MAX_KEPT: usize = 256;

pub fn decode(vm: &mut Vm, args: Args) -> Completion {
    let value = parse(vm, args)?;
    vm.root(value);
    let Some(text) = args.get(2).as_string() else { return Err(vm.fault("JSON is decoded by a schema")) };
    let Some(schema) = known_schema(vm, &text.to_rust()) else { return Err(vm.fault("a schema cannot be read")) };
    let keys = property_keys(vm, &schema);
    let mut walk = Walk::new(vm, &schema, keys);
    if walk.fits(0, value)? {
        return Ok(value);
    }
    let detail = mismatch::explain(&mut walk, value)?;
    Err(vm.refuse(Refusal::JsonMismatch, &detail))
}

fn known_schema(vm: &mut Vm, text: &str) -> Option<Arc<Schema>> {
    if let Some(known) = vm.schemas.0.get(text) {
        return Some(Arc::clone(known));
    }
    let schema = Arc::new(Schema::read(text)?);
    if vm.schemas.0.len() >= MAX_KEPT {
        vm.schemas.0.clear();
    }
    vm.schemas.0.insert(text.to_owned(), Arc::clone(&schema));
    Some(schema)
}

/// The keys of each record's properties.
fn property_keys(vm: &mut Vm, schema: &Schema) -> Vec<Vec<PropKey>> {
    let of_form = |form: &Form| match form {
        Form::Record(record) => record.props.iter().map(|prop| PropKey::from_text(vm, &prop.name)).collect(),
        _ => Vec::new(),
    };
    schema.nodes.iter().map(|node| &node.form).map(of_form).collect()
}

/// Holds values to nodes. Nothing is collected meanwhile: no script runs.
pub(super) struct Walk<'a> {
    pub vm: &'a mut Vm,
    pub schema: &'a Schema,
    pub keys: Vec<Vec<PropKey>>,
    stack: Vec<Question>,
    /// Answers about objects that may be asked for again.
    known: FxHashMap<(NodeId, Value), bool>,
    /// So many of the open questions try one type after another.
    choices: usize,
    /// Every answer is remembered.
    pub thorough: bool,
}

/// Does the value fit the node? That depends on further questions, asked one after the other.
struct Question {
    node: NodeId,
    value: Value,
    /// So many of the further questions were asked.
    asked: usize,
    /// Properties that only the index signature speaks of.
    others: Vec<PropKey>,
}

/// What a question comes to.
enum Step {
    Ask(NodeId, Value),
    /// There is nothing to ask: on to the next.
    Next,
    Is(bool),
}

impl<'a> Walk<'a> {
    fn new(vm: &'a mut Vm, schema: &'a Schema, keys: Vec<Vec<PropKey>>) -> Self {
        Self { vm, schema, keys, stack: Vec::new(), known: FxHashMap::default(), choices: 0, thorough: false }
    }

    pub fn fits(&mut self, node: NodeId, value: Value) -> Completion<bool> {
        let base = self.stack.len();
        let mut answer = self.ask(node, value);
        loop {
            self.vm.charge(1)?;
            if self.stack.len() == base {
                return Ok(answer.unwrap_or(false));
            }
            let step = self.step(answer.take());
            match step {
                Step::Ask(node, value) => answer = self.ask(node, value),
                Step::Next => answer = Some(true),
                Step::Is(fits) => {
                    self.close(fits);
                    answer = Some(fits);
                }
            }
        }
    }

    fn close(&mut self, fits: bool) {
        let Some(done) = self.stack.pop() else { return };
        self.choices -= usize::from(self.is_choice(done.node));
        if done.value.is_object() && (self.choices > 0 || self.thorough) {
            self.known.insert((done.node, done.value), fits);
        }
    }

    fn is_choice(&self, node: NodeId) -> bool {
        matches!(&self.schema.nodes[node as usize].form, Form::Union(parts) if parts.len() > 1)
    }

    /// The answer, where it is plain; else the question is on the stack.
    fn ask(&mut self, node: NodeId, value: Value) -> Option<bool> {
        let schema = self.schema;
        let is_array = value.as_object().is_some_and(|object| object.of::<ArrayData>().is_some());
        match &schema.nodes[node as usize].form {
            Form::Anything => return Some(true),
            Form::Present => return Some(!value.is_nullish()),
            Form::Nothing => return Some(false),
            Form::Null => return Some(value.is_null()),
            Form::Boolean => return Some(value.is_bool()),
            Form::Number => return Some(value.is_number()),
            Form::String => return Some(value.is_string()),
            Form::Composite => return Some(value.is_object()),
            Form::ThisBoolean(wanted) => return Some(value == Value::bool(*wanted)),
            Form::ThisNumber(wanted) => return Some(value.as_number() == Some(*wanted)),
            Form::ThisString(wanted) => return Some(value.as_string().is_some_and(|text| text.to_rust() == *wanted)),
            Form::Array(_) | Form::Tuple(_) if !is_array => return Some(false),
            Form::Record(_) if !value.is_object() || value.is_callable() => return Some(false),
            _ => {}
        }
        if let Some(known) = self.known.get(&(node, value)) {
            return Some(*known);
        }
        let others = match &schema.nodes[node as usize].form {
            Form::Record(Record { index: Some(_), .. }) => self.unnamed(node, value),
            _ => Vec::new(),
        };
        self.choices += usize::from(self.is_choice(node));
        self.stack.push(Question { node, value, asked: 0, others });
        None
    }

    /// Goes on with the innermost question, whose last further question was answered so.
    fn step(&mut self, answer: Option<bool>) -> Step {
        let schema = self.schema;
        let top = self.stack.last_mut().expect("a question is open");
        let (node, value, at) = (top.node, top.value, top.asked);
        top.asked += 1;
        match (&schema.nodes[node as usize].form, answer) {
            (Form::Union(_), Some(true)) => Step::Is(true),
            (Form::Union(parts), _) => parts.get(at).map_or(Step::Is(false), |part| Step::Ask(*part, value)),
            (_, Some(false)) => Step::Is(false),
            (Form::All(parts), _) => parts.get(at).map_or(Step::Is(true), |part| Step::Ask(*part, value)),
            (Form::Array(elem), _) => match self.element(value, at) {
                Some(item) => Step::Ask(*elem, item),
                None => Step::Is(true),
            },
            (Form::Tuple(tuple), _) => self.step_tuple(tuple, value, at),
            (Form::Record(record), _) => self.step_record(record, node, value, at),
            _ => Step::Is(true),
        }
    }

    fn step_tuple(&mut self, tuple: &Tuple, value: Value, at: usize) -> Step {
        match (self.element(value, at), tuple.elems.get(at).or(tuple.rest.as_ref())) {
            (Some(item), Some(node)) => Step::Ask(*node, item),
            (Some(_), None) => Step::Is(false),
            (None, _) => Step::Is(at >= tuple.required as usize),
        }
    }

    fn step_record(&mut self, record: &Record, node: NodeId, value: Value, at: usize) -> Step {
        if let Some(prop) = record.props.get(at) {
            let key = self.keys[node as usize][at];
            return match self.own(value, key) {
                None | Some(Value::UNDEFINED) if prop.optional => Step::Next,
                Some(found) => Step::Ask(prop.node, found),
                None => Step::Is(false),
            };
        }
        let Some(index) = record.index else { return Step::Is(true) };
        let other = self.stack.last().and_then(|top| top.others.get(at - record.props.len()).copied());
        match other.map(|key| self.own(value, key)) {
            Some(Some(found)) => Step::Ask(index, found),
            Some(None) => Step::Is(false),
            None => Step::Is(true),
        }
    }

    /// An element of an array; beyond its end there is none.
    pub fn element(&mut self, array: Value, at: usize) -> Option<Value> {
        let object = array.as_object()?;
        let length = object.of::<ArrayData>()?.data.len() as usize;
        if at >= length {
            return None;
        }
        let key = PropKey::Index(u32::try_from(at).ok()?);
        Some(self.own(array, key).unwrap_or(Value::UNDEFINED))
    }

    /// A property of an object's own that holds a value.
    pub fn own(&mut self, object: Value, key: PropKey) -> Option<Value> {
        let object: Gc<Object> = object.as_object()?;
        let found = self.vm.get_own(object, key)?;
        if found.accessor().is_some() { None } else { Some(found.value) }
    }

    /// The properties that a record does not name.
    pub fn unnamed(&mut self, node: NodeId, value: Value) -> Vec<PropKey> {
        let Some(object) = value.as_object() else { return Vec::new() };
        let mut others = self.vm.enumerable_keys(object);
        let named = &self.keys[node as usize];
        if !named.is_empty() {
            others.retain(|key| !named.contains(key));
        }
        others
    }
}
