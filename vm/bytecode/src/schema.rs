//! What a decoded JSON value has to be (`JSON.parse<T>`): the compiler makes a [`Schema`] of the type, the VM holds values to it. It
//! travels as the text of a string constant, so that a module needs no table of its own for it. [`Schema::read`] takes any text: it
//! yields a schema whose references all hold and that describes no value by itself alone, or nothing.

/// The tree of a type; types that contain themselves refer back. Node 0 is the whole.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Schema {
    pub nodes: Vec<Node>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// As messages show it.
    pub expected: String,
    pub form: Form,
}

/// Index into [`Schema::nodes`].
pub type NodeId = u32;

#[derive(Clone, PartialEq, Debug)]
pub enum Form {
    Anything,
    /// Anything but `null`.
    Present,
    /// No value.
    Nothing,
    Null,
    Boolean,
    Number,
    String,
    /// An object or an array.
    Composite,
    ThisBoolean(bool),
    ThisNumber(f64),
    ThisString(String),
    Array(NodeId),
    Tuple(Tuple),
    Record(Record),
    /// One of these.
    Union(Vec<NodeId>),
    /// All of these at once.
    All(Vec<NodeId>),
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tuple {
    pub elems: Vec<NodeId>,
    /// So many of them must be there.
    pub required: u32,
    /// What further elements are.
    pub rest: Option<NodeId>,
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Record {
    pub props: Vec<Prop>,
    /// What properties are that are not named.
    pub index: Option<NodeId>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Prop {
    pub name: String,
    pub node: NodeId,
    pub optional: bool,
}

impl Form {
    fn tag(&self) -> char {
        match self {
            Self::Anything => 'a',
            Self::Present => 'p',
            Self::Nothing => 'x',
            Self::Null => '0',
            Self::Boolean => 'b',
            Self::Number => 'n',
            Self::String => 's',
            Self::Composite => 'c',
            Self::ThisBoolean(_) => 'B',
            Self::ThisNumber(_) => 'N',
            Self::ThisString(_) => 'S',
            Self::Array(_) => 'A',
            Self::Tuple(_) => 'T',
            Self::Record(_) => 'R',
            Self::Union(_) => 'U',
            Self::All(_) => 'I',
        }
    }

    /// The nodes that describe the same value as this one.
    fn same_value(&self) -> &[NodeId] {
        match self {
            Self::Union(parts) | Self::All(parts) => parts,
            _ => &[],
        }
    }
}

impl Schema {
    pub fn write(&self) -> String {
        let mut out = Writer::default();
        out.number(self.nodes.len() as u64);
        for node in &self.nodes {
            out.node(node);
        }
        out.0
    }

    /// What [`Schema::write`] wrote.
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let count = reader.count()?;
        let nodes: Vec<Node> = (0..count).map(|_| reader.node()).collect::<Option<_>>()?;
        let schema = Self { nodes };
        (reader.rest.is_empty() && count > 0 && schema.refers_well() && schema.is_grounded()).then_some(schema)
    }

    fn refers_well(&self) -> bool {
        let known = |id: &NodeId| (*id as usize) < self.nodes.len();
        self.nodes.iter().all(|node| match &node.form {
            Form::Array(elem) => known(elem),
            Form::Tuple(tuple) => {
                tuple.elems.iter().chain(&tuple.rest).all(known) && tuple.required as usize <= tuple.elems.len()
            }
            Form::Record(record) => record.props.iter().map(|prop| &prop.node).chain(&record.index).all(known),
            form => form.same_value().iter().all(known),
        })
    }

    /// No union leads back to itself without going into a value.
    fn is_grounded(&self) -> bool {
        let mut waiting: Vec<usize> = self.nodes.iter().map(|node| node.form.same_value().len()).collect();
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            node.form.same_value().iter().for_each(|part| users[*part as usize].push(at));
        }
        let mut ready: Vec<usize> = (0..self.nodes.len()).filter(|at| waiting[*at] == 0).collect();
        let mut grounded = 0;
        while let Some(at) = ready.pop() {
            grounded += 1;
            for &user in &users[at] {
                waiting[user] -= 1;
                if waiting[user] == 0 {
                    ready.push(user);
                }
            }
        }
        grounded == self.nodes.len()
    }
}

/// Numbers end in `;`, texts have their length in bytes before them.
#[derive(Default)]
struct Writer(String);

impl Writer {
    fn number(&mut self, number: u64) {
        self.0.push_str(&format!("{number};"));
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.push_str(text);
    }

    fn ids(&mut self, ids: &[NodeId]) {
        self.number(ids.len() as u64);
        ids.iter().for_each(|id| self.number(u64::from(*id)));
    }

    fn maybe(&mut self, id: Option<NodeId>) {
        self.number(id.map_or(0, |id| u64::from(id) + 1));
    }

    fn node(&mut self, node: &Node) {
        self.0.push(node.form.tag());
        self.text(&node.expected);
        match &node.form {
            Form::ThisBoolean(value) => self.number(u64::from(*value)),
            Form::ThisNumber(value) => self.number(value.to_bits()),
            Form::ThisString(value) => self.text(value),
            Form::Array(elem) => self.number(u64::from(*elem)),
            Form::Tuple(tuple) => {
                self.ids(&tuple.elems);
                self.number(u64::from(tuple.required));
                self.maybe(tuple.rest);
            }
            Form::Record(record) => {
                self.number(record.props.len() as u64);
                for prop in &record.props {
                    self.text(&prop.name);
                    self.number(u64::from(prop.node));
                    self.number(u64::from(prop.optional));
                }
                self.maybe(record.index);
            }
            form => self.same_value(form),
        }
    }

    fn same_value(&mut self, form: &Form) {
        if let Form::Union(parts) | Form::All(parts) = form {
            self.ids(parts);
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.rest.split_once(';')?;
        self.rest = rest;
        number.parse().ok()
    }

    fn id(&mut self) -> Option<NodeId> {
        self.number()?.try_into().ok()
    }

    /// Of things that take at least a character each.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|count| *count <= self.rest.len())
    }

    fn flag(&mut self) -> Option<bool> {
        match self.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<String> {
        let length = self.count()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text.to_owned())
    }

    fn ids(&mut self) -> Option<Vec<NodeId>> {
        (0..self.count()?).map(|_| self.id()).collect()
    }

    fn maybe(&mut self) -> Option<Option<NodeId>> {
        Some(match self.number()? {
            0 => None,
            id => Some(NodeId::try_from(id - 1).ok()?),
        })
    }

    fn node(&mut self) -> Option<Node> {
        let mut chars = self.rest.chars();
        let tag = chars.next()?;
        self.rest = chars.as_str();
        let expected = self.text()?;
        Some(Node { expected, form: self.form(tag)? })
    }

    fn form(&mut self, tag: char) -> Option<Form> {
        Some(match tag {
            'a' => Form::Anything,
            'p' => Form::Present,
            'x' => Form::Nothing,
            '0' => Form::Null,
            'b' => Form::Boolean,
            'n' => Form::Number,
            's' => Form::String,
            'c' => Form::Composite,
            'B' => Form::ThisBoolean(self.flag()?),
            'N' => Form::ThisNumber(f64::from_bits(self.number()?)),
            'S' => Form::ThisString(self.text()?),
            'A' => Form::Array(self.id()?),
            'T' => Form::Tuple(Tuple { elems: self.ids()?, required: self.id()?, rest: self.maybe()? }),
            'R' => {
                let props = (0..self.count()?).map(|_| self.prop()).collect::<Option<_>>()?;
                Form::Record(Record { props, index: self.maybe()? })
            }
            'U' => Form::Union(self.ids()?),
            'I' => Form::All(self.ids()?),
            _ => return None,
        })
    }

    fn prop(&mut self) -> Option<Prop> {
        Some(Prop { name: self.text()?, node: self.id()?, optional: self.flag()? })
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Node, Prop, Record, Schema, Tuple};

    fn schema(forms: Vec<Form>) -> Schema {
        Schema { nodes: forms.into_iter().map(|form| Node { expected: "a; „thing”".into(), form }).collect() }
    }

    fn list() -> Schema {
        let props = vec![
            Prop { name: "next".into(), node: 1, optional: false },
            Prop { name: "".into(), node: 3, optional: true },
        ];
        let tuple = Tuple { elems: vec![2, 4], required: 1, rest: Some(0) };
        schema(vec![
            Form::Record(Record { props, index: Some(5) }),
            Form::Union(vec![0, 2]),
            Form::Null,
            Form::ThisString("5;\n".into()),
            Form::ThisNumber(-0.5),
            Form::Tuple(tuple),
            Form::All(vec![1, 7]),
            Form::Array(6),
        ])
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(Schema::read(&list().write()), Some(list()));
    }

    #[test]
    fn broken_text_is_no_schema() {
        let text = list().write();
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            assert_eq!(Schema::read(&text[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn references_must_hold_and_lead_into_values() {
        let refused = [
            schema(vec![]),
            schema(vec![Form::Array(1)]),
            schema(vec![Form::Union(vec![1]), Form::All(vec![0])]),
            schema(vec![Form::Tuple(Tuple { elems: vec![0], required: 2, rest: None })]),
        ];
        for schema in refused {
            assert_eq!(Schema::read(&schema.write()), None);
        }
    }
}
